// SPDX-License-Identifier: Apache-2.0
// corr, covar_pop, covar_samp and the regr_ family: two doubles per row. regr_f(y, x) has the
// dependent variable first, so there x is the second argument.
#include "kernel/exec/aggregates/find.h"

#include <math.h>

typedef struct Pairs {
    double n, x_mean, y_mean, products, x_squares, y_squares; // of deviations
} Pairs;

static void add(Pairs *s, double x, double y) {
    double n = s->n + 1.0, dx = x - s->x_mean, dy = y - s->y_mean;
    double x_mean = s->x_mean + dx / n, y_mean = s->y_mean + dy / n;
    s->products += dx * (y - y_mean);
    s->x_squares += dx * (x - x_mean);
    s->y_squares += dy * (y - y_mean);
    s->n = n;
    s->x_mean = x_mean;
    s->y_mean = y_mean;
}

static void merge(Pairs *s, const Pairs *o) {
    if (o->n == 0) return;
    if (s->n == 0) {
        *s = *o;
        return;
    }
    double n1 = s->n, n2 = o->n, n = n1 + n2;
    double dx = o->x_mean - s->x_mean, dx_n = dx / n, dy = o->y_mean - s->y_mean, dy_n = dy / n;
    s->products += o->products + dx * dy_n * n1 * n2;
    s->x_squares += o->x_squares + dx * dx_n * n1 * n2;
    s->y_squares += o->y_squares + dy * dy_n * n1 * n2;
    s->x_mean += dx_n * n2;
    s->y_mean += dy_n * n2;
    s->n = n;
}

static bool update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                   Error *err) {
    (void)frame, (void)err;
    const double *x = args[0].data, *y = args[1].data;
    for (ROWS_EACH(rows, i, r))
        add(states[i], x[arg_index(&args[0], r)], y[arg_index(&args[1], r)]);
    return true;
}

static bool update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                       Error *err) {
    (void)frame, (void)err;
    const double *x = args[0].data, *y = args[1].data;
    for (ROWS_EACH(rows, i, r)) add(state, x[arg_index(&args[0], r)], y[arg_index(&args[1], r)]);
    return true;
}

static bool combine(AggregateFrame *frame, void *const *into, void *const *from, uint32_t count,
                    Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) merge(into[i], from[i]);
    return true;
}

// false: NULL. In the regr_ ones the first argument is y: "x" of the state is their y.
typedef bool (*PairResult)(const Pairs *s, double *value);

static bool covar_pop(const Pairs *s, double *value) {
    *value = s->products / s->n;
    return true;
}
static bool covar_samp(const Pairs *s, double *value) {
    *value = s->products / (s->n - 1.0);
    return s->n > 1;
}
static bool corr(const Pairs *s, double *value) {
    *value = s->products / sqrt(s->x_squares * s->y_squares);
    return s->n > 1;
}
static bool regr_avgx(const Pairs *s, double *value) {
    *value = s->y_mean;
    return true;
}
static bool regr_avgy(const Pairs *s, double *value) {
    *value = s->x_mean;
    return true;
}
static bool regr_sxx(const Pairs *s, double *value) {
    *value = s->y_squares;
    return true;
}
static bool regr_syy(const Pairs *s, double *value) {
    *value = s->x_squares;
    return true;
}
static bool regr_sxy(const Pairs *s, double *value) {
    *value = s->products;
    return true;
}
static bool regr_slope(const Pairs *s, double *value) {
    *value = s->products / s->y_squares;
    return s->y_squares != 0;
}
static bool regr_intercept(const Pairs *s, double *value) {
    *value = s->x_mean - s->products / s->y_squares * s->y_mean;
    return s->y_squares != 0;
}
static bool regr_r2(const Pairs *s, double *value) {
    *value = s->x_squares == 0 ? 1.0 : s->products * s->products / s->y_squares / s->x_squares;
    return s->y_squares != 0;
}

static bool regr_count_finalize(AggregateFrame *frame, void *const *states, uint32_t count,
                                Vector *out, Arena *arena, Error *err) {
    (void)frame, (void)arena, (void)err;
    for (uint32_t i = 0; i < count; i++)
        ((int64_t *)out->data)[i] = (int64_t)((const Pairs *)states[i])->n;
    return true;
}

static void finish(PairResult result, void *const *states, uint32_t count, Vector *out,
                   Arena *arena) {
    double *values = out->data;
    for (uint32_t i = 0; i < count; i++) {
        const Pairs *state = states[i];
        values[i] = 0;
        if (state->n == 0 || !result(state, &values[i])) result_null(out, i, arena);
    }
}

#define PAIR_FINALIZE(ident)                                                                 \
    static bool ident##_finalize(AggregateFrame *frame, void *const *states, uint32_t count, \
                                 Vector *out, Arena *arena, Error *err) {                    \
        (void)frame, (void)err;                                                              \
        finish(ident, states, count, out, arena);                                            \
        return true;                                                                         \
    }
PAIR_FINALIZE(covar_pop)
PAIR_FINALIZE(covar_samp)
PAIR_FINALIZE(corr)
PAIR_FINALIZE(regr_avgx)
PAIR_FINALIZE(regr_avgy)
PAIR_FINALIZE(regr_sxx)
PAIR_FINALIZE(regr_syy)
PAIR_FINALIZE(regr_sxy)
PAIR_FINALIZE(regr_slope)
PAIR_FINALIZE(regr_intercept)
PAIR_FINALIZE(regr_r2)

#define PAIR_ENTRY(ident)                                                                        \
    {                                                                                            \
        .name = #ident, .state_bytes = sizeof(Pairs), .skips_null_rows = true, .update = update, \
        .update_one = update_one, .combine = combine, .finalize = ident##_finalize,              \
    }

const AggregateFunction *regression_find(const AggregateQuery *query) {
    static const AggregateFunction functions[] = {
        PAIR_ENTRY(covar_pop),      PAIR_ENTRY(covar_samp), PAIR_ENTRY(corr),
        PAIR_ENTRY(regr_avgx),      PAIR_ENTRY(regr_avgy),  PAIR_ENTRY(regr_sxx),
        PAIR_ENTRY(regr_syy),       PAIR_ENTRY(regr_sxy),   PAIR_ENTRY(regr_slope),
        PAIR_ENTRY(regr_intercept), PAIR_ENTRY(regr_r2),    PAIR_ENTRY(regr_count),
    };
    if (query->count != 2 || query->types[0]->id != TYPE_DOUBLE ||
        query->types[1]->id != TYPE_DOUBLE)
        return NULL;
    for (size_t i = 0; i < COUNT_OF(functions); i++)
        if (query_is(query, functions[i].name)) return &functions[i];
    return NULL;
}
