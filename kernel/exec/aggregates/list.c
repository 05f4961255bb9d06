// SPDX-License-Identifier: Apache-2.0
// collect_list (array_agg), collect_set, and listagg (string_agg).
#include "kernel/exec/aggregates/find.h"
#include "kernel/exec/rows/code_list.h"
#include "kernel/exec/rows/row_code.h"

static bool is_set(const AggregateFrame *frame);

static void collect(AggregateFrame *frame, CodeList *list, const Vector *arg, uint32_t row,
                    Text *code) {
    text_reset(code);
    value_code_append(arg, row, code);
    if (is_set(frame)) code_list_add_once(list, text_slice(code), frame->arena);
    else code_list_add(list, text_slice(code), frame->arena);
}

static bool collect_update(AggregateFrame *frame, const Vector *args, Rows rows,
                           void *const *states, Error *err) {
    (void)err;
    AUTO(Text, code) = {0};
    for (ROWS_EACH(rows, i, r)) collect(frame, states[i], &args[0], r, &code);
    return true;
}

static bool collect_update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                               Error *err) {
    (void)err;
    AUTO(Text, code) = {0};
    for (ROWS_EACH(rows, i, r)) collect(frame, state, &args[0], r, &code);
    return true;
}

static bool collect_combine(AggregateFrame *frame, void *const *into, void *const *from,
                            uint32_t count, Error *err) {
    (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const CodeList *other = from[i];
        for (uint32_t c = 0; c < other->count; c++)
            if (is_set(frame)) code_list_add_once(into[i], other->codes[c], frame->arena);
            else code_list_add(into[i], other->codes[c], frame->arena);
    }
    return true;
}

static bool collect_finalize(AggregateFrame *frame, void *const *states, uint32_t count,
                             Vector *out, Arena *arena, Error *err) {
    (void)frame, (void)err;
    uint64_t total = 0;
    for (uint32_t i = 0; i < count; i++) total += ((const CodeList *)states[i])->count;
    if (total > UINT32_MAX) return error_internal(err, "a batch of lists has too many elements");
    vector_reserve_elements(out, (uint32_t)total, 0, arena);
    uint32_t next = 0;
    const Type *type = out->type->fields[0].type;
    for (uint32_t i = 0; i < count; i++) {
        const CodeList *list = states[i];
        ((ListView *)out->data)[i] = (ListView){next, list->count};
        for (uint32_t c = 0; c < list->count; c++) {
            // The result keeps the code's bytes: states live as long as it does.
            Slice code = list->codes[c];
            Value value = value_code_take(&code, type, arena);
            vector_set_value(&out->children[0], next++, &value, arena);
        }
    }
    return true;
}

static const AggregateFunction collect_list = {
    .name = "collect_list",
    .state_bytes = sizeof(CodeList),
    .skips_null_rows = true,
    .takes_order = true,
    .update = collect_update,
    .update_one = collect_update_one,
    .combine = collect_combine,
    .finalize = collect_finalize,
};
static const AggregateFunction collect_set = {
    .name = "collect_set",
    .state_bytes = sizeof(CodeList),
    .skips_null_rows = true,
    .ignores_duplicates = true,
    .update = collect_update,
    .update_one = collect_update_one,
    .combine = collect_combine,
    .finalize = collect_finalize,
};

static bool is_set(const AggregateFrame *frame) { return frame->call->function == &collect_set; }

// --- listagg ---

typedef struct Joined {
    char *data;
    uint64_t bytes;
    uint64_t room;
    StringView delimiter; // of the last row, for merging
    uint64_t has_value;
    uint64_t padding;
} Joined;

static void append(Joined *state, Slice s, Arena *arena) {
    if (state->bytes + s.bytes > state->room) {
        uint64_t room = MAX((state->bytes + s.bytes) * 2, (uint64_t)64);
        char *data = arena_alloc_raw(arena, room, 8);
        if (state->bytes) memcpy(data, state->data, state->bytes);
        state->data = data;
        state->room = room;
    }
    if (s.bytes) memcpy(state->data + state->bytes, s.data, s.bytes);
    state->bytes += s.bytes;
}

static void join_row(AggregateFrame *frame, Joined *state, const Vector *args, uint32_t row) {
    if (vector_is_null(&args[0], row)) return;
    uint32_t index;
    if (frame->call->arg_count > 1 && !vector_is_null(&args[1], row)) {
        const Vector *base = vector_base(&args[1], row, &index);
        const StringView *view = (const StringView *)base->data + index;
        if (!state->has_value)
            state->delimiter = string_view_copy(frame->arena, string_view_slice(view));
    }
    if (state->has_value) append(state, string_view_slice(&state->delimiter), frame->arena);
    const Vector *base = vector_base(&args[0], row, &index);
    append(state, string_view_slice((const StringView *)base->data + index), frame->arena);
    state->has_value = 1;
}

static bool join_update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                        Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) join_row(frame, states[i], args, r);
    return true;
}

static bool join_update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                            Error *err) {
    (void)err;
    for (ROWS_EACH(rows, i, r)) join_row(frame, state, args, r);
    return true;
}

static bool join_combine(AggregateFrame *frame, void *const *into, void *const *from,
                         uint32_t count, Error *err) {
    (void)err;
    for (uint32_t i = 0; i < count; i++) {
        Joined *state = into[i];
        const Joined *other = from[i];
        if (!other->has_value) continue;
        if (!state->has_value) {
            *state = *other;
            continue;
        }
        append(state, string_view_slice(&state->delimiter), frame->arena);
        append(state, slice_of(other->data, other->bytes), frame->arena);
    }
    return true;
}

static bool join_finalize(AggregateFrame *frame, void *const *states, uint32_t count, Vector *out,
                          Arena *arena, Error *err) {
    (void)frame;
    for (uint32_t i = 0; i < count; i++) {
        const Joined *state = states[i];
        if (!state->has_value) {
            result_null(out, i, arena);
            continue;
        }
        if (state->bytes > INT32_MAX) return error_internal(err, "listagg: text over 2 GB");
        ((StringView *)out->data)[i] = string_view_copy(arena, slice_of(state->data, state->bytes));
    }
    return true;
}

const AggregateFunction *list_find(const AggregateQuery *query) {
    static const AggregateFunction listagg = {
        .name = "listagg",
        .state_bytes = sizeof(Joined),
        .takes_order = true,
        .update = join_update,
        .update_one = join_update_one,
        .combine = join_combine,
        .finalize = join_finalize,
    };
    if (query->count == 1 && (query_is(query, "collect_list") || query_is(query, "array_agg")))
        return &collect_list;
    if (query->count == 1 && query_is(query, "collect_set")) return &collect_set;
    if ((query_is(query, "listagg") || query_is(query, "string_agg")) && query->count >= 1 &&
        query->count <= 2 && type_physical(query->types[0]) == PHYSICAL_STRING)
        return &listagg;
    return NULL;
}
