// SPDX-License-Identifier: Apache-2.0
// The index is an array of the first rows of all names, sorted once per process and never changed
// after; looking up is a binary search.
#include "kernel/plan/function_registry.h"

#include "base/text.h"
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/functions/tables.h"
#include "kernel/plan/nearest.h"

#include <pthread.h>
#include <stdlib.h>

enum { FUNCTION_NAME_BYTES_MAX = 64 };

static const FunctionDefinition *const TABLES[] = {
#define FUNCTIONS(area) functions_##area,
#include "kernel/plan/functions/function_list.inc"
#undef FUNCTIONS
};

// Written once under index_once, read-only after.
static const FunctionDefinition **index_rows;
static uint32_t index_count;
static pthread_once_t index_once = PTHREAD_ONCE_INIT;

static int row_compare(const void *a, const void *b) {
    return strcmp((*(const FunctionDefinition *const *)a)->name,
                  (*(const FunctionDefinition *const *)b)->name);
}

static bool row_is_first(const FunctionDefinition *table, const FunctionDefinition *row) {
    return row == table || strcmp(row->name, row[-1].name) != 0;
}

static void index_build(void) {
    size_t count = 0;
    for (size_t t = 0; t < COUNT_OF(TABLES); t++)
        for (const FunctionDefinition *row = TABLES[t]; row->name; row++)
            count += row_is_first(TABLES[t], row);
    index_rows = xcalloc(count + 1, sizeof *index_rows);
    for (size_t t = 0; t < COUNT_OF(TABLES); t++)
        for (const FunctionDefinition *row = TABLES[t]; row->name; row++)
            if (row_is_first(TABLES[t], row)) index_rows[index_count++] = row;
    qsort((void *)index_rows, index_count, sizeof *index_rows, row_compare);
}

const FunctionDefinition *function_find(Slice name) {
    pthread_once(&index_once, index_build);
    char lower[FUNCTION_NAME_BYTES_MAX + 1];
    if (name.bytes > FUNCTION_NAME_BYTES_MAX) return NULL;
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    lower[name.bytes] = 0;
    if (strlen(lower) != name.bytes) return NULL;
    uint32_t low = 0, high = index_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = strcmp(lower, index_rows[middle]->name);
        if (order == 0) return index_rows[middle];
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return NULL;
}

const FunctionDefinition *function_next(const FunctionDefinition *definition) {
    const FunctionDefinition *next = definition + 1;
    return next->name && strcmp(next->name, definition->name) == 0 ? next : NULL;
}

const FunctionDefinition *const *function_all(uint32_t *count) {
    pthread_once(&index_once, index_build);
    uint32_t internal = 0; // "$..." sorts first
    while (internal < index_count && index_rows[internal]->name[0] == '$') internal++;
    *count = index_count - internal;
    return index_rows + internal;
}

uint32_t function_suggest(Slice name, Slice *out, uint32_t limit) {
    uint32_t count;
    const FunctionDefinition *const *all = function_all(&count);
    Slice *names = xcalloc(count + 1, sizeof *names);
    for (uint32_t i = 0; i < count; i++) names[i] = slice_from_cstr(all[i]->name);
    uint32_t found = nearest_names(name, names, count, out, limit);
    free(names);
    return found;
}

// --- binding
// -----------------------------------------------------------------------------------------

// "2", "[1, 2]", "> 0": the counts that the overloads take, as Spark writes them.
static const char *expected_counts(const FunctionDefinition *definition, Arena *arena) {
    bool takes[256] = {false};
    uint32_t any_from = 256;
    for (const FunctionDefinition *row = definition; row; row = function_next(row)) {
        if (row->max_args == 255) any_from = MIN(any_from, row->min_args);
        else
            for (uint32_t n = row->min_args; n <= row->max_args; n++) takes[n] = true;
    }
    if (any_from < 256) return arena_cstr(arena, arena_printf(arena, "> %d", (int)any_from - 1));
    AUTO(Text, text) = {0};
    uint32_t count = 0;
    for (uint32_t n = 0; n < 256; n++)
        if (takes[n]) text_printf(&text, "%s%u", count++ ? ", " : "", n);
    if (count == 1) return arena_cstr(arena, text_slice(&text));
    return arena_cstr(arena, arena_printf(arena, "[%s]", text_cstr(&text)));
}

Expr *function_bind(BindContext *context, Error *err) {
    const FunctionDefinition *definition = function_find(context->name);
    if (!definition) {
        Slice name = context->name;
        error_set(err, ERR_UNRESOLVED_ROUTINE, "routineName", name_quoted(context->arena, &name, 1),
                  "searchPath", "[`system`.`builtin`]");
        error_set_span(err, context->origin);
        return NULL;
    }
    bool fits = false;
    for (const FunctionDefinition *row = definition; row && !fits; row = function_next(row))
        fits = context->arg_count >= row->min_args &&
               (row->max_args == 255 || context->arg_count <= row->max_args);
    if (!fits) return bind_fail_count(context, expected_counts(definition, context->arena), err);
    Expr **args = ARENA_ARRAY(context->arena, Expr *, context->arg_count + 1);
    for (uint32_t i = 0; i < context->arg_count; i++) args[i] = context->args[i];
    context->args = args; // conversions leave the caller's array alone
    Expr *bound = definition->bind ? definition->bind(definition, context, err)
                                   : bind_by_signature(definition, context, err);
    if (!bound) error_set_span(err, context->origin);
    return bound;
}
