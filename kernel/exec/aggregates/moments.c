// SPDX-License-Identifier: Apache-2.0
// stddev, variance, skewness and kurtosis by central moments, updated and merged with Spark's
// formulas in Spark's order of operations, so that the last digits agree.
#include "kernel/exec/aggregates/find.h"

#include <math.h>

typedef struct Moments {
    double n, mean, m2, m3, m4;
} Moments;

static void add(Moments *s, double x) {
    double n = s->n + 1.0, delta = x - s->mean, delta_n = delta / n;
    double m2 = s->m2 + delta * (delta - delta_n);
    double delta2 = delta * delta, delta_n2 = delta_n * delta_n;
    double m3 = s->m3 - 3.0 * delta_n * m2 + delta * (delta2 - delta_n2);
    double m4 = s->m4 - 4.0 * delta_n * m3 - 6.0 * delta_n2 * m2 +
                delta * (delta * delta2 - delta_n * delta_n2);
    *s = (Moments){n, s->mean + delta_n, m2, m3, m4};
}

static void merge(Moments *s, const Moments *o) {
    if (o->n == 0) return;
    if (s->n == 0) {
        *s = *o;
        return;
    }
    double n1 = s->n, n2 = o->n, n = n1 + n2, delta = o->mean - s->mean, delta_n = delta / n;
    double m2 = s->m2 + o->m2 + delta * delta_n * n1 * n2;
    double m3 = s->m3 + o->m3 + delta_n * delta_n * delta * n1 * n2 * (n1 - n2) +
                3.0 * delta_n * (n1 * o->m2 - n2 * s->m2);
    double m4 = s->m4 + o->m4 +
                delta_n * delta_n * delta_n * delta * n1 * n2 * (n1 * n1 - n1 * n2 + n2 * n2) +
                delta_n * delta_n * 6.0 * (n1 * n1 * o->m2 + n2 * n2 * s->m2) +
                4.0 * delta_n * (n1 * o->m3 - n2 * s->m3);
    *s = (Moments){n, s->mean + delta_n * n2, m2, m3, m4};
}

static bool update(AggregateFrame *frame, const Vector *args, Rows rows, void *const *states,
                   Error *err) {
    (void)frame, (void)err;
    const double *values = args[0].data;
    for (ROWS_EACH(rows, i, r)) add(states[i], values[arg_index(args, r)]);
    return true;
}

static bool update_one(AggregateFrame *frame, const Vector *args, Rows rows, void *state,
                       Error *err) {
    (void)frame, (void)err;
    const double *values = args[0].data;
    for (ROWS_EACH(rows, i, r)) add(state, values[arg_index(args, r)]);
    return true;
}

static bool combine(AggregateFrame *frame, void *const *into, void *const *from, uint32_t count,
                    Error *err) {
    (void)frame, (void)err;
    for (uint32_t i = 0; i < count; i++) merge(into[i], from[i]);
    return true;
}

// false: NULL.
typedef bool (*MomentResult)(const Moments *s, double *value);

static bool variance_population(const Moments *s, double *value) {
    *value = s->m2 / s->n;
    return true;
}
static bool variance_sample(const Moments *s, double *value) {
    *value = s->m2 / (s->n - 1.0);
    return s->n > 1;
}
static bool deviation_population(const Moments *s, double *value) {
    *value = sqrt(s->m2 / s->n);
    return true;
}
static bool deviation_sample(const Moments *s, double *value) {
    *value = sqrt(s->m2 / (s->n - 1.0));
    return s->n > 1;
}
static bool skewness(const Moments *s, double *value) {
    *value = sqrt(s->n) * s->m3 / sqrt(s->m2 * s->m2 * s->m2);
    return s->m2 != 0;
}
static bool kurtosis(const Moments *s, double *value) {
    *value = s->n * s->m4 / (s->m2 * s->m2) - 3.0;
    return s->m2 != 0;
}

static void finish(MomentResult result, void *const *states, uint32_t count, Vector *out,
                   Arena *arena) {
    double *values = out->data;
    for (uint32_t i = 0; i < count; i++) {
        const Moments *state = states[i];
        values[i] = 0;
        if (state->n == 0 || !result(state, &values[i])) result_null(out, i, arena);
    }
}

#define MOMENT_INSTANCE(ident)                                                               \
    static bool ident##_finalize(AggregateFrame *frame, void *const *states, uint32_t count, \
                                 Vector *out, Arena *arena, Error *err) {                    \
        (void)frame, (void)err;                                                              \
        finish(ident, states, count, out, arena);                                            \
        return true;                                                                         \
    }                                                                                        \
    static const AggregateFunction ident##_function = {                                      \
        .name = #ident,                                                                      \
        .state_bytes = sizeof(Moments),                                                      \
        .skips_null_rows = true,                                                             \
        .update = update,                                                                    \
        .update_one = update_one,                                                            \
        .combine = combine,                                                                  \
        .finalize = ident##_finalize,                                                        \
    };
MOMENT_INSTANCE(variance_population)
MOMENT_INSTANCE(variance_sample)
MOMENT_INSTANCE(deviation_population)
MOMENT_INSTANCE(deviation_sample)
MOMENT_INSTANCE(skewness)
MOMENT_INSTANCE(kurtosis)

const AggregateFunction *moments_find(const AggregateQuery *query) {
    static const struct {
        const char *name;
        const AggregateFunction *function;
    } names[] = {
        {"var_pop", &variance_population_function}, {"var_samp", &variance_sample_function},
        {"variance", &variance_sample_function},    {"stddev_pop", &deviation_population_function},
        {"stddev", &deviation_sample_function},     {"stddev_samp", &deviation_sample_function},
        {"std", &deviation_sample_function},        {"skewness", &skewness_function},
        {"kurtosis", &kurtosis_function},
    };
    if (query->count != 1 || query->types[0]->id != TYPE_DOUBLE) return NULL;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (query_is(query, names[i].name)) return names[i].function;
    return NULL;
}
