// SPDX-License-Identifier: Apache-2.0
// Expressions as Spark prints them: output column names and the sqlExpr of error messages.
//
// A text is a rope that is built while names are resolved (the operators as written, without
// implicit casts) and put together only where it is shown, so that building stays linear in the
// query's size.
#pragma once

#include "kernel/exec/expr.h"

typedef struct SqlText SqlText;
struct SqlText {
    Slice leaf;
    const SqlText *const *parts; // part_count 0: leaf
    uint32_t part_count;
};

const SqlText *sql_text(Arena *arena, Slice leaf);
// '@' in the format takes a const SqlText *, '$' a const char *, everything else stands for itself.
const SqlText *sql_text_format(Arena *arena, const char *format, ...);
// "a, b, c"
const SqlText *sql_text_list(Arena *arena, const char *separator, Expr *const *args,
                             uint32_t count);
// "name(a, b)"
const SqlText *sql_text_call(Arena *arena, Slice name, Expr *const *args, uint32_t count);
// Literals: strings without quotes, numbers plain, dates as DATE '...'.
const SqlText *sql_text_value(Arena *arena, const Value *value, const TimeZone *zone);

// The expression's text, made from the tree where none was set.
const SqlText *expr_text(Arena *arena, const Expr *expr);
void sql_text_append(const SqlText *text, Text *out);
Slice sql_text_slice(Arena *arena, const SqlText *text);
Slice expr_pretty(Arena *arena, const Expr *expr);
// In double quotes, NUL-terminated, for message parameters.
const char *expr_quoted(Arena *arena, const Expr *expr);
// "\"DECIMAL(10,2)\""
const char *type_quoted(Arena *arena, const Type *type);
// `a`.`b`, each part in back ticks.
const char *name_quoted(Arena *arena, const Slice *parts, uint32_t count);
// As a column name needs it: back ticks only where it is no plain identifier.
Slice name_quoted_if_needed(Arena *arena, Slice name);
