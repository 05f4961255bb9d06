// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/aggregates/find.h"

#include "kernel/exec/rows/row_code.h"

static void keep_bytes(AggregateFrame *frame, KeptValue *kept, Slice s) {
    StringView view;
    if (s.bytes <= STRING_VIEW_INLINE_BYTES) {
        view = string_view_of(s.data, (uint32_t)s.bytes);
        kept->room = 0;
    } else {
        StringView old;
        memcpy(&old, kept->bytes, sizeof old);
        char *bytes = (char *)(uintptr_t)old.data;
        if (kept->room < s.bytes) {
            kept->room = (uint32_t)MIN(s.bytes * 2, (size_t)UINT32_MAX);
            bytes = arena_alloc_raw(frame->arena, kept->room, 8);
        }
        memmove(bytes, s.data, s.bytes);
        view = string_view_of(bytes, (uint32_t)s.bytes);
    }
    memcpy(kept->bytes, &view, sizeof view);
}

void kept_value_set(AggregateFrame *frame, KeptValue *kept, const Vector *arg, uint32_t row) {
    kept->is_set = true;
    kept->is_null = vector_is_null(arg, row);
    if (kept->is_null) return;
    uint32_t index;
    const Vector *base = vector_base(arg, row, &index);
    PhysicalType physical = type_physical(base->type);
    if (type_is_nested(base->type)) {
        AUTO(Text, code) = {0};
        value_code_append(base, index, &code);
        keep_bytes(frame, kept, text_slice(&code));
    } else if (physical == PHYSICAL_STRING) {
        keep_bytes(frame, kept, string_view_slice((const StringView *)base->data + index));
    } else {
        size_t bytes = physical_bytes(physical);
        if (bytes) memcpy(kept->bytes, (const char *)base->data + bytes * index, bytes);
    }
}

static Slice kept_slice(const KeptValue *kept) {
    return string_view_slice((const StringView *)(const void *)kept->bytes);
}

void kept_value_get(const KeptValue *kept, Vector *out, uint32_t row, Arena *arena) {
    if (!kept->is_set || kept->is_null) {
        result_null(out, row, arena);
        return;
    }
    PhysicalType physical = type_physical(out->type);
    if (type_is_nested(out->type)) {
        Slice code = kept_slice(kept);
        Value value = value_code_take(&code, out->type, arena);
        vector_set_value(out, row, &value, arena);
        return;
    }
    size_t bytes = physical_bytes(physical);
    if (bytes) memcpy((char *)out->data + bytes * row, kept->bytes, bytes);
}

// The kept value as a vector of one row.
static void kept_vector(const KeptValue *kept, const Type *type, Arena *arena, Vector *out) {
    if (type_is_nested(type)) {
        vector_init_flat(out, type, 1, arena);
        kept_value_get(kept, out, 0, arena);
    } else {
        *out = (Vector){.type = type, .count = 1, .data = (void *)(uintptr_t)kept->bytes};
    }
}

int kept_value_compare(const KeptValue *kept, const Vector *arg, uint32_t row) {
    AUTO(Arena, arena) = {0};
    Vector vector;
    kept_vector(kept, arg->type, &arena, &vector);
    return vector_compare_rows(&vector, 0, arg, row);
}

int kept_values_compare(const Type *type, const KeptValue *a, const KeptValue *b) {
    AUTO(Arena, arena) = {0};
    Vector x, y;
    kept_vector(a, type, &arena, &x);
    kept_vector(b, type, &arena, &y);
    return vector_compare_rows(&x, 0, &y, 0);
}
