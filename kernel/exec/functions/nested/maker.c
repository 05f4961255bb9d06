// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/functions/nested/maker.h"

void maker_init(ListMaker *maker, CallFrame *frame, const Type *element) {
    *maker = (ListMaker){.arena = frame->arena, .type = element};
}

uint32_t maker_source(ListMaker *maker, const Vector *source) {
    ASSERT(maker->source_count < MAKER_SOURCES_MAX);
    uint32_t at = maker->source_count++;
    maker->sources[at] = *source;
    if (source->form == VECTOR_CONSTANT) {
        maker->sources[at].form = VECTOR_FLAT;
        maker->sources[at].count = 1;
    }
    maker->base[at] = maker->pool_count;
    maker->pool_count += maker->sources[at].count;
    return at;
}

void maker_begin(ListMaker *maker) { maker->start = (uint32_t)maker->count; }

void maker_add(ListMaker *maker, uint32_t source, uint32_t index) {
    ARENA_PUSH(maker->arena, maker->indexes, maker->count, maker->base[source] + index);
}

void maker_add_null(ListMaker *maker) {
    ARENA_PUSH(maker->arena, maker->indexes, maker->count, UINT32_MAX);
}

void maker_row(ListMaker *maker, Vector *out, uint32_t row) {
    ((ListView *)out->data)[row] = (ListView){maker->start, (uint32_t)maker->count - maker->start};
}

void maker_finish(ListMaker *maker, Vector *out, uint32_t which) {
    Vector pool;
    if (maker->source_count == 1) pool = maker->sources[0];
    else vector_concat(maker->sources, maker->source_count, maker->type, maker->arena, &pool);
    vector_gather_indexes(&pool, maker->indexes, (uint32_t)maker->count, maker->arena,
                          &out->children[which]);
    out->children[which].type = maker->type;
}
