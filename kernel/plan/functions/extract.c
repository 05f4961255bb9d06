// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/functions/extract.h"

typedef struct ExtractField {
    const char *words; // between bars
    const char *moment;
    const char *interval; // NULL: intervals have no such field
} ExtractField;

static const ExtractField FIELDS[] = {
    {"|YEAR|Y|YEARS|YR|YRS|", "year", "$interval_years"},
    {"|YEAROFWEEK|", "$year_of_week", NULL},
    {"|QUARTER|QTR|", "quarter", NULL},
    {"|MONTH|MON|MONS|MONTHS|", "month", "$interval_months"},
    {"|WEEK|W|WEEKS|", "weekofyear", NULL},
    {"|DAY|D|DAYS|", "dayofmonth", "$interval_days"},
    {"|DAYOFWEEK|DOW|", "dayofweek", NULL},
    {"|DAYOFWEEK_ISO|DOW_ISO|", "$dayofweek_iso", NULL},
    {"|DOY|", "dayofyear", NULL},
    {"|HOUR|H|HOURS|HR|HRS|", "hour", "$interval_hours"},
    {"|MINUTE|M|MIN|MINS|MINUTES|", "minute", "$interval_minutes"},
    {"|SECOND|S|SEC|SECONDS|SECS|", "$second_with_fraction", "$interval_seconds"},
};

static const ExtractField *find_field(Arena *arena, Slice word) {
    char *upper = arena_cstr(arena, arena_printf(arena, "|%.*s|", SLICE_ARGS(word)));
    for (char *c = upper; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 32);
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        if (strstr(FIELDS[i].words, upper)) return &FIELDS[i];
    return NULL;
}

static Expr *fail_field(BindContext *context, Slice word, Error *err) {
    Arena *arena = context->arena;
    error_set(err, ERR_INVALID_EXTRACT_FIELD, "field", name_quoted(arena, &word, 1), "expr",
              expr_quoted(arena, context->args[1]));
    error_set_span(err, context->origin);
    return NULL;
}

Expr *bind_extract(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    Expr *field = context->args[0];
    if (definition->variant == 'e')
        context->text = sql_text_format(arena, "extract(@ FROM @)", expr_text(arena, field),
                                        expr_text(arena, context->args[1]));
    bind_text(context);
    Value value;
    if (!bind_constant(context, 0, "field", &value, err)) return NULL;
    if (value.is_null) return expr_literal(arena, value_null(type_of(TYPE_DOUBLE)));
    if (!type_is_text(value.type)) return bind_fail_input(context, 0, "\"STRING\"", err);
    const ExtractField *found = find_field(arena, value.bytes);
    if (!found) return fail_field(context, value.bytes, err);
    bool interval = type_is_interval(context->args[1]->type);
    const char *function = interval ? found->interval : found->moment;
    if (!function) return fail_field(context, value.bytes, err);
    return bind_other(context, function, context->args + 1, 1, err);
}
