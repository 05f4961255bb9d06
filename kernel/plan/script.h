// SPDX-License-Identifier: Apache-2.0
// A parsed BEGIN ... END script: blocks, control flow and the statements between.
#pragma once

#include "kernel/plan/unresolved.h"

typedef enum UScriptKind {
    USCRIPT_BLOCK,     // label: BEGIN items END
    USCRIPT_STATEMENT, // command (also DECLARE and SET of variables)
    USCRIPT_CONDITION, // DECLARE name CONDITION FOR SQLSTATE state
    USCRIPT_HANDLER,   // DECLARE EXIT|CONTINUE HANDLER FOR conditions: items is the body
    USCRIPT_IF,        // conditions[i] -> branches[i]; a branch more is ELSE
    USCRIPT_CASE,      // operand (or NULL) and the same
    USCRIPT_WHILE,     // conditions[0] DO items
    USCRIPT_REPEAT,    // items UNTIL conditions[0]
    USCRIPT_LOOP,      // items
    USCRIPT_FOR,       // name (or empty) over query: items
    USCRIPT_LEAVE,     // label
    USCRIPT_ITERATE,   // label
} UScriptKind;

typedef struct UScript UScript;

typedef struct UScriptList {
    UScript **items;
    uint32_t count;
} UScriptList;

struct UScript {
    UScriptKind kind;
    Origin origin;
    Slice label;        // of the block or loop; target of LEAVE and ITERATE; empty: none
    UScriptList body;   // items
    UExpr *operand;     // CASE
    UExpr **conditions; // IF, CASE, WHILE, REPEAT
    uint32_t condition_count;
    UScriptList *branches; // IF, CASE
    uint32_t branch_count;
    UCommand *command; // STATEMENT
    Slice name;        // FOR's row variable, CONDITION's name
    URel *query;       // FOR
    Slice sqlstate;    // CONDITION
    Slice *handled;    // HANDLER: condition names, SQLSTATE texts, "SQLEXCEPTION", "NOT FOUND"
    uint32_t handled_count;
    bool is_continue; // HANDLER
    bool not_atomic;  // BEGIN NOT ATOMIC
};
