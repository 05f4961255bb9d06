// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/query.h"

bool query_check(const Query *query, Error *err) {
    if (query->cancelled && atomic_load_explicit(query->cancelled, memory_order_relaxed))
        return error_set(err, ERR_CANCELLED);
    return true;
}
