// SPDX-License-Identifier: Apache-2.0
// Generators: the input's columns repeated by dictionary vectors, and beside them elements of a
// list, also by dictionary vectors over the list's children, so that nothing is copied.
#include "kernel/exec/operators/operators.h"
#include "kernel/exec/rows/pick.h"

#include <stdlib.h>

typedef struct GenerateOperator {
    Operator op;
    ExprProgram *program;
} GenerateOperator;

typedef struct GenerateStage {
    Stage stage;
    ExprState *state;
    Arena arena; // of an output batch
    Vector *args;
    Vector *columns;
    uint32_t count;                      // rows of the output batch so far
    uint32_t rows[LIMIT_BATCH_ROWS];     // input row of each
    uint32_t elements[LIMIT_BATCH_ROWS]; // element of the list (STACK: its row); UINT32_MAX: nulls
    uint32_t places[LIMIT_BATCH_ROWS];   // within the list
} GenerateStage;

static bool prepare(Operator *base, Run *run, Error *err) {
    const GeneratorCall *call = base->node->generate.call;
    GenerateOperator *op = (GenerateOperator *)base;
    op->program = run_compile(run, call->args, call->arg_count, err);
    return op->program != NULL;
}

static Stage *open(Operator *base, Worker *worker, Error *err) {
    GenerateStage *stage = stage_new(base, worker, sizeof *stage);
    stage->state = expr_state_new(((GenerateOperator *)base)->program, worker->query, err);
    if (!stage->state) {
        free(stage);
        return NULL;
    }
    stage->args = xcalloc(base->node->generate.call->arg_count + 1, sizeof(Vector));
    stage->columns = xcalloc(base->node->column_count + 1, sizeof(Vector));
    return &stage->stage;
}

static void close(Stage *base) {
    GenerateStage *stage = (GenerateStage *)base;
    expr_state_free(stage->state);
    arena_deinit(&stage->arena);
    free(stage->args);
    free(stage->columns);
}

// Elements of `child` as a column; null where there is no element or `owner`, a struct, is null.
static void element_column(GenerateStage *stage, const Vector *child, const Vector *owner,
                           Vector *out) {
    uint64_t *validity = NULL;
    uint32_t *codes = arena_alloc_raw(&stage->arena, (stage->count + 1) * sizeof *codes, 8);
    for (uint32_t i = 0; i < stage->count; i++) {
        uint32_t element = stage->elements[i];
        bool is_null = element == UINT32_MAX || (owner && vector_is_null(owner, element));
        codes[i] = is_null ? 0 : element;
        if (!is_null) continue;
        if (!validity) {
            validity = arena_alloc_raw(&stage->arena, bit_bytes(stage->count), 8);
            memset(validity, 0xFF, bit_bytes(stage->count));
        }
        bit_clear(validity, i);
    }
    if (child->count == 0) {
        vector_init_null(out, child->type, stage->count, &stage->arena);
        return;
    }
    if (child->form != VECTOR_FLAT) {
        vector_gather_indexes(child, codes, stage->count, &stage->arena, out);
        for (uint32_t i = 0; validity && i < stage->count; i++)
            if (!bit_get(validity, i)) bit_clear(vector_make_validity(out, &stage->arena), i);
        return;
    }
    *out = (Vector){.type = child->type,
                    .form = VECTOR_DICTIONARY,
                    .count = stage->count,
                    .codes = codes,
                    .validity = validity,
                    .dictionary = child};
}

static void place_column(GenerateStage *stage, Vector *out) {
    vector_init_flat(out, type_of(TYPE_INT), stage->count, &stage->arena);
    for (uint32_t i = 0; i < stage->count; i++) {
        ((int32_t *)out->data)[i] = (int32_t)stage->places[i];
        if (stage->elements[i] == UINT32_MAX)
            bit_clear(vector_make_validity(out, &stage->arena), i);
    }
}

static void stack_column(GenerateStage *stage, const GeneratorCall *call, uint32_t column,
                         Vector *out) {
    vector_init_flat(out, call->types[column], stage->count, &stage->arena);
    for (uint32_t i = 0; i < stage->count; i++) {
        uint32_t arg = 1 + stage->elements[i] * call->column_count + column;
        if (stage->elements[i] != UINT32_MAX && arg < call->arg_count)
            vector_put_row(out, i, &stage->args[arg], stage->rows[i], &stage->arena);
        else bit_clear(vector_make_validity(out, &stage->arena), i);
    }
}

// The vector that holds the lists of the first argument: flat or the constant.
static const Vector *list_base(const GenerateStage *stage) {
    const Vector *list = &stage->args[0];
    return list->form == VECTOR_DICTIONARY ? list->dictionary : list;
}

static bool emit(GenerateStage *stage, const Batch *batch, Error *err) {
    const PhysNode *node = stage->stage.op->node;
    const GeneratorCall *call = node->generate.call;
    uint32_t inputs = node->inputs[0]->column_count;
    Pick pick = {.rows = stage->rows, .count = stage->count, .arena = &stage->arena};
    for (uint32_t c = 0; c < inputs; c++)
        pick_vector(&pick, &batch->columns[c], &stage->columns[c]);
    Vector *out = stage->columns + inputs;
    const Vector *base = list_base(stage);
    if (call->kind == GENERATE_POSEXPLODE) place_column(stage, out++);
    for (uint32_t c = 0; call->kind == GENERATE_STACK && c < call->column_count; c++)
        stack_column(stage, call, c, out++);
    if (call->kind == GENERATE_INLINE)
        for (uint32_t f = 0; f < call->column_count; f++)
            element_column(stage, &base->children[0].children[f], &base->children[0], out++);
    else if (call->kind != GENERATE_STACK)
        for (uint32_t f = 0; f < base->type->field_count; f++)
            element_column(stage, &base->children[f], NULL, out++);
    Batch generated = {.columns = stage->columns,
                       .column_count = node->column_count,
                       .row_count = stage->count,
                       .selected_count = stage->count};
    bool ok = stage_emit(&stage->stage, &generated, err);
    stage->count = 0;
    arena_reset(&stage->arena);
    return ok;
}

static bool add_row(GenerateStage *stage, const Batch *batch, uint32_t row, uint32_t element,
                    uint32_t place, Error *err) {
    stage->rows[stage->count] = row;
    stage->elements[stage->count] = element;
    stage->places[stage->count++] = place;
    return stage->count < LIMIT_BATCH_ROWS || emit(stage, batch, err);
}

// Where the row's elements start, and how many there are.
static ListView row_elements(const GenerateStage *stage, const GeneratorCall *call, uint32_t row) {
    if (call->kind == GENERATE_STACK) {
        uint32_t index;
        if (vector_is_null(&stage->args[0], row)) return (ListView){0, 0};
        const Vector *base = vector_base(&stage->args[0], row, &index);
        int32_t rows = ((const int32_t *)base->data)[index];
        return (ListView){0, rows > 0 ? (uint32_t)rows : 0};
    }
    if (vector_is_null(&stage->args[0], row)) return (ListView){0, 0};
    uint32_t index;
    const Vector *base = vector_base(&stage->args[0], row, &index);
    return ((const ListView *)base->data)[index];
}

static bool begin(Stage *base, Error *err) {
    (void)err;
    ((GenerateStage *)base)->count = 0;
    return true;
}

static bool push(Stage *base, Batch *batch, Error *err) {
    GenerateStage *stage = (GenerateStage *)base;
    const PhysNode *node = base->op->node;
    const GeneratorCall *call = node->generate.call;
    if (!expr_eval(stage->state, batch, stage->args, err)) return false;
    for (ROWS_EACH(batch_rows(batch), i, r)) {
        ListView list = row_elements(stage, call, r);
        if (list.count == 0 && node->generate.outer &&
            !add_row(stage, batch, r, UINT32_MAX, 0, err))
            return false;
        for (uint32_t e = 0; e < list.count; e++) {
            if (!add_row(stage, batch, r, list.offset + e, e, err)) return false;
            if (*base->worker->stop) break;
        }
    }
    return stage->count == 0 || emit(stage, batch, err);
}

static const OperatorOps generate_ops = {.name = "generate",
                                         .prepare = prepare,
                                         .open = open,
                                         .begin = begin,
                                         .push = push,
                                         .close = close};

bool build_generate(Run *run, const PhysNode *node, Operator *above, Error *err) {
    switch (node->generate.call->kind) {
    case GENERATE_EXPLODE:
    case GENERATE_POSEXPLODE:
    case GENERATE_INLINE:
    case GENERATE_STACK: break;
    case GENERATE_JSON_TUPLE:
        return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", "json_tuple");
    case GENERATE_VARIANT_EXPLODE:
        return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", "variant_explode");
    case GENERATE_RANGE:
        return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", "a lateral range()");
    }
    GenerateOperator *op =
        (GenerateOperator *)run_operator(run, &generate_ops, node, above, sizeof *op);
    return run_build(run, node->inputs[0], &op->op, err);
}
