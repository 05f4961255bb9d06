// SPDX-License-Identifier: Apache-2.0
// Making lists: elements are picked from a pool of source vectors by number and gathered at the
// end.
#pragma once

#include "kernel/exec/functions/kernel.h"

enum { MAKER_SOURCES_MAX = 4 };

typedef struct ListMaker {
    Arena *arena;
    const Type *type; // of the elements
    Vector sources[MAKER_SOURCES_MAX];
    uint32_t base[MAKER_SOURCES_MAX]; // number of each source's first row in the pool
    uint32_t source_count;
    uint32_t pool_count;
    uint32_t *indexes; // UINT32_MAX: a null
    size_t count;
    uint32_t start; // of the row under way
} ListMaker;

void maker_init(ListMaker *maker, CallFrame *frame, const Type *element);
// Adds a source; returns its number.
uint32_t maker_source(ListMaker *maker, const Vector *source);
void maker_begin(ListMaker *maker);
void maker_add(ListMaker *maker, uint32_t source, uint32_t index);
void maker_add_null(ListMaker *maker);
// The row's elements are what was added since maker_begin.
void maker_row(ListMaker *maker, Vector *out, uint32_t row);
// Fills child `which` of the list vector.
void maker_finish(ListMaker *maker, Vector *out, uint32_t which);

static inline const Vector *list_child(const Vector *v) { return &v->children[0]; }
// Number of a value vector's row among its values.
static inline uint32_t value_row(const Vector *v, uint32_t row) { return arg_index(v, row); }
