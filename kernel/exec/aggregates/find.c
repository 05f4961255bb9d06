// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/aggregates/find.h"

const char aggregate_legacy = 0;

static const AggregateFunction *(*const finders[])(const AggregateQuery *query) = {
    count_find, sum_find,     average_find,    extreme_find, extreme_by_find, pick_find,
    bits_find,  moments_find, regression_find, list_find,    percentile_find, sketch_find,
};

const AggregateFunction *aggregate_find(Slice name, const Type *const *arg_types,
                                        uint32_t arg_count, const Type *result) {
    AggregateQuery query = {name, arg_types, arg_count, result};
    for (size_t i = 0; i < COUNT_OF(finders); i++) {
        const AggregateFunction *function = finders[i](&query);
        if (function) return function;
    }
    return NULL;
}
