// SPDX-License-Identifier: Apache-2.0
// Functions of TIME values: nanoseconds of the day.
#include "kernel/exec/functions/kernel.h"

#define NANOS_PER_DAY INT64_C(86400000000000)

// Nanoseconds of a unit's name, 0: none.
static int64_t unit_nanos(Slice word) {
    static const struct {
        const char *word;
        int64_t nanos;
    } UNITS[] = {{"HOUR", 3600000000000},
                 {"MINUTE", 60000000000},
                 {"SECOND", 1000000000},
                 {"MILLISECOND", 1000000},
                 {"MICROSECOND", 1000}};
    for (size_t i = 0; i < COUNT_OF(UNITS); i++)
        if (slice_equal_ignore_case(word, slice_from_cstr(UNITS[i].word))) return UNITS[i].nanos;
    return 0;
}

static bool fail_unit(const CallFrame *frame, Slice unit, Error *err) {
    AUTO(Text, function) = {0};
    AUTO(Text, value) = {0};
    text_printf(&function, "`%s`", frame->call->function->name);
    text_printf(&value, "'%.*s'", SLICE_ARGS(unit));
    return error_set(err, ERR_INVALID_PARAMETER_VALUE__TIME_UNIT, "functionName",
                     text_cstr(&function), "parameter", "`unit`", "invalidValue",
                     text_cstr(&value));
}

static bool time_diff(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int64_t unit = unit_nanos(arg_text(&args[0], r));
        if (unit == 0) return fail_unit(frame, arg_text(&args[0], r), err);
        ((int64_t *)out->data)[r] = (arg_i64(&args[2], r) - arg_i64(&args[1], r)) / unit;
    }
    return true;
}

static bool time_trunc(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        int64_t unit = unit_nanos(arg_text(&args[0], r)), nanos = arg_i64(&args[1], r);
        if (unit == 0) return fail_unit(frame, arg_text(&args[0], r), err);
        ((int64_t *)out->data)[r] = nanos - nanos % unit;
    }
    return true;
}

// Seconds are DECIMAL(14, 6), so that all three count in whole units.
static bool time_from(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    bool millis = strstr(frame->call->function->name, "millis") != NULL;
    bool decimal = args[0].type->id == TYPE_DECIMAL;
    for (ROWS_EACH(rows, i, r)) {
        Int128 count = decimal ? arg_decimal(&args[0], r) : arg_integer(&args[0], r);
        Int128 nanos = count * (millis ? 1000000 : 1000);
        if (nanos < 0 || nanos >= NANOS_PER_DAY)
            return error_set(err, ERR_DATETIME_FIELD_OUT_OF_BOUNDS__WITHOUT_SUGGESTION,
                             "rangeMessage", "The value is no time of a day");
        ((int64_t *)out->data)[r] = (int64_t)nanos;
    }
    return true;
}

static bool time_to(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    bool millis = strstr(frame->call->function->name, "millis") != NULL;
    for (ROWS_EACH(rows, i, r)) {
        int64_t count = arg_i64(&args[0], r) / (millis ? 1000000 : 1000);
        if (out->type->id == TYPE_DECIMAL) out_decimal(out, r, count);
        else ((int64_t *)out->data)[r] = count;
    }
    return true;
}

#define ENTRY(text, kernel_name, fails)                                                            \
    {                                                                                              \
        text,                                                                                      \
            &(const ScalarFunction){.name = (text), .kernel = (kernel_name), .may_fail = (fails)}, \
            NULL                                                                                   \
    }
const ScalarEntry scalars_clock[] = {
    ENTRY("time_diff", time_diff, true),
    ENTRY("time_trunc", time_trunc, true),
    ENTRY("time_from_seconds", time_from, true),
    ENTRY("time_from_millis", time_from, true),
    ENTRY("time_from_micros", time_from, true),
    ENTRY("time_to_seconds", time_to, false),
    ENTRY("time_to_millis", time_to, false),
    ENTRY("time_to_micros", time_to, false),
    {NULL, NULL, NULL},
};
