// SPDX-License-Identifier: Apache-2.0
// Functions that exist only with OVER; aggregates work there too.
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/functions/tables.h"

#define WINDOW(name, min, max, signature, kind, arguments, summary, display)                    \
    {                                                                                           \
        name, FUNCTION_WINDOW, min, max, signature, NULL, NULL, kind, NULL, arguments, summary, \
            display                                                                             \
    }

const FunctionDefinition functions_windows[] = {
    WINDOW("row_number", 0, 0, "-> int!", WINDOW_ROW_NUMBER, "",
           "Number of the row in its partition, from 1.", NULL),
    WINDOW("rank", 0, 255, "any... -> int!", WINDOW_RANK, "",
           "Rank of the row; equal rows leave gaps.", "RANK"),
    WINDOW("dense_rank", 0, 255, "any... -> int!", WINDOW_DENSE_RANK, "",
           "Rank of the row without gaps.", "DENSE_RANK"),
    WINDOW("percent_rank", 0, 255, "any... -> double!", WINDOW_PERCENT_RANK, "",
           "Rank as a fraction of the partition.", "PERCENT_RANK"),
    WINDOW("cume_dist", 0, 0, "-> double!", WINDOW_CUME_DIST, "",
           "Fraction of rows that are not greater.", NULL),
    WINDOW("ntile", 0, 1, "int -> int!", WINDOW_NTILE, "n", "Bucket of the row, 1 to n.", NULL),
    WINDOW("lag", 1, 3, "T,int,T -> T?", WINDOW_LAG, "expr[, offset[, default]]",
           "The value some rows before.", NULL),
    WINDOW("lead", 1, 3, "T,int,T -> T?", WINDOW_LEAD, "expr[, offset[, default]]",
           "The value some rows after.", NULL),
    WINDOW("nth_value", 1, 2, "T,int -> T?", WINDOW_NTH_VALUE, "expr, n",
           "The value of the nth row of the frame.", NULL),
    {NULL, FUNCTION_WINDOW, 0, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
