// SPDX-License-Identifier: Apache-2.0
// Text and numbers to moments and back, time zones, and what time it is.
#include "kernel/exec/functions/kernel.h"

#include "kernel/column/civil.h"
#include "kernel/column/format.h"
#include "kernel/column/parse.h"
#include "kernel/exec/functions/time/pattern.h"

// The pattern of a call, parsed again only when its text changes.
typedef struct PatternState {
    Arena arena;
    Slice source;
    DatePattern pattern;
} PatternState;

static void pattern_release(void *state) {
    PatternState *made = state;
    arena_deinit(&made->arena);
}

static bool pattern_prepare(CallFrame *frame, Arena *arena, Error *err) {
    (void)err;
    frame->state = ARENA_NEW(arena, PatternState);
    return true;
}

static const DatePattern *pattern_for(CallFrame *frame, Slice text, bool for_parsing, Error *err) {
    PatternState *state = frame->state;
    if (state->source.data && slice_equal(state->source, text)) return &state->pattern;
    arena_reset(&state->arena);
    state->source = SLICE_NONE;
    Slice copy = arena_copy(&state->arena, text);
    if (!date_pattern_parse(&state->arena, copy, for_parsing, &state->pattern, err)) return NULL;
    state->source = copy;
    return &state->pattern;
}

static bool fail_parse(CallFrame *frame, Vector *out, uint32_t row, Slice text, size_t at,
                       Error *err) {
    if (out_refused(frame, out, row)) return true;
    AUTO(Text, message) = {0};
    if (at > 0 && at < text.bytes)
        text_printf(&message, "Text '%.*s' could not be parsed, unparsed text found at index %zu",
                    SLICE_ARGS(text), at);
    else
        text_printf(&message, "Text '%.*s' could not be parsed at index %zu", SLICE_ARGS(text), at);
    const char *suggestion = out->type->id == TYPE_DATE ? "`try_to_date`" : "`try_to_timestamp`";
    return error_set(err, ERR_CANNOT_PARSE_TIMESTAMP, "message", text_cstr(&message), "func",
                     suggestion);
}

static int64_t at_zone(int64_t local, const TimeZone *zone, TypeId id) {
    return id == TYPE_TIMESTAMP_NTZ ? local : time_zone_to_utc(zone, local);
}

// to_date, to_timestamp[_ltz, _ntz] and unix_timestamp of text, with or without a pattern.
static bool text_to_moment(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    bool has_pattern = frame->call->arg_count == 2;
    TypeId id = out->type->id;
    for (ROWS_EACH(rows, i, r)) {
        Slice text = arg_text(&args[0], r);
        int64_t local = 0, micros;
        size_t at = 0;
        if (!has_pattern) {
            Value value;
            bool ok = parse_value(text, out->type, frame->query->zone, frame->arena, &value);
            if (ok) out_integer(out, r, value.i64);
            else if (!out_refused(frame, out, r))
                return fail_cast_input(err, text, args[0].type, out->type);
            continue;
        }
        const DatePattern *pattern = pattern_for(frame, arg_text(&args[1], r), true, err);
        const TimeZone *zone = frame->query->zone;
        if (!pattern) return false;
        if (!date_pattern_read(pattern, text, &local, &zone, &at)) {
            if (!fail_parse(frame, out, r, text, at, err)) return false;
            continue;
        }
        if (id == TYPE_DATE) {
            ((int32_t *)out->data)[r] = micros_to_days(local, NULL);
        } else {
            micros = at_zone(local, zone, id);
            int64_t rest, days = micros_to_days(micros, &rest);
            ((int64_t *)out->data)[r] =
                id == TYPE_BIGINT ? days * 86400 + rest / MICROS_PER_SECOND : micros;
        }
    }
    return true;
}

static bool date_format(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    AUTO(Text, text) = {0};
    bool zoned = args[0].type->id == TYPE_TIMESTAMP;
    for (ROWS_EACH(rows, i, r)) {
        const DatePattern *pattern = pattern_for(frame, arg_text(&args[1], r), false, err);
        if (!pattern) return false;
        int64_t micros = arg_i64(&args[0], r);
        const TimeZone *zone = frame->query->zone;
        text_reset(&text);
        date_pattern_format(pattern, zoned ? time_zone_to_local(zone, micros) : micros, micros,
                            zone, &text);
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool from_unixtime(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                          Error *err) {
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice format =
            frame->call->arg_count == 2 ? arg_text(&args[1], r) : SLICE("yyyy-MM-dd HH:mm:ss");
        const DatePattern *pattern = pattern_for(frame, format, false, err);
        if (!pattern) return false;
        int64_t micros;
        if (__builtin_mul_overflow(arg_i64(&args[0], r), MICROS_PER_SECOND, &micros))
            return fail_overflow(err, "long overflow", "");
        text_reset(&text);
        date_pattern_format(pattern, time_zone_to_local(frame->query->zone, micros), micros,
                            frame->query->zone, &text);
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

// unix_seconds, _millis, _micros and unix_timestamp of a timestamp.
static bool moment_to_unix(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    (void)err;
    const char *name = frame->call->function->name;
    int64_t unit = strcmp(name, "unix_millis") == 0   ? 1000
                   : strcmp(name, "unix_micros") == 0 ? 1
                                                      : 1000000;
    for (ROWS_EACH(rows, i, r)) {
        int64_t micros =
            args[0].type->id == TYPE_DATE
                ? time_zone_to_utc(frame->query->zone, arg_i32(&args[0], r) * MICROS_PER_DAY)
                : arg_i64(&args[0], r);
        if (args[0].type->id == TYPE_TIMESTAMP_NTZ)
            micros = time_zone_to_utc(frame->query->zone, micros);
        ((int64_t *)out->data)[r] = floor_divide(micros, unit);
    }
    return true;
}

static bool unix_to_moment(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                           Error *err) {
    const char *name = frame->call->function->name;
    int64_t unit = strstr(name, "millis") ? 1000 : strstr(name, "micros") ? 1 : MICROS_PER_SECOND;
    for (ROWS_EACH(rows, i, r))
        if (__builtin_mul_overflow(arg_integer(&args[0], r), unit, &((int64_t *)out->data)[r]))
            return fail_overflow(err, "long overflow", "");
    return true;
}

static bool now_unix(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)args, (void)err;
    for (ROWS_EACH(rows, i, r))
        ((int64_t *)out->data)[r] = frame->query->now_micros / MICROS_PER_SECOND;
    return true;
}

static bool same_days(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) ((int32_t *)out->data)[r] = arg_i32(&args[0], r);
    return true;
}

static bool current(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)args, (void)err;
    int64_t now = frame->query->now_micros, rest, value = now;
    int64_t local = time_zone_to_local(frame->query->zone, now);
    int32_t days = micros_to_days(local, &rest);
    if (out->type->id == TYPE_DATE) value = days;
    if (out->type->id == TYPE_TIMESTAMP_NTZ) value = local;
    if (out->type->id == TYPE_TIME) {
        int64_t unit = 1000000000;
        for (int i = 0; i < out->type->precision; i++) unit /= 10;
        value = rest * 1000 / unit * unit;
    }
    for (ROWS_EACH(rows, i, r)) out_integer(out, r, value);
    return true;
}

static bool current_zone(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)args, (void)err;
    for (ROWS_EACH(rows, i, r)) out_borrowed(out, r, time_zone_name(frame->query->zone));
    return true;
}

static bool shift_zone(CallFrame *frame, const Vector *args, Rows rows, Vector *out, bool from_utc,
                       Error *err) {
    (void)frame;
    for (ROWS_EACH(rows, i, r)) {
        const TimeZone *zone = time_zone_find(arg_text(&args[1], r), err);
        if (!zone) return false;
        int64_t micros = arg_i64(&args[0], r);
        ((int64_t *)out->data)[r] =
            from_utc ? time_zone_to_local(zone, micros) : time_zone_to_utc(zone, micros);
    }
    return true;
}

// The wall clock moves: a TIMESTAMP stands for the local time in UTC here.
static bool from_utc(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return shift_zone(frame, args, rows, out, true, err);
}

static bool to_utc(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    return shift_zone(frame, args, rows, out, false, err);
}

static bool convert_zone(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    bool named = frame->call->arg_count == 3;
    for (ROWS_EACH(rows, i, r)) {
        const TimeZone *from =
            named ? time_zone_find(arg_text(&args[0], r), err) : frame->query->zone;
        const TimeZone *to = from ? time_zone_find(arg_text(&args[named], r), err) : NULL;
        if (!to) return false;
        int64_t local = arg_i64(&args[named + 1], r);
        ((int64_t *)out->data)[r] = time_zone_to_local(to, time_zone_to_utc(from, local));
    }
    return true;
}

#define PATTERN_ENTRY(text, kernel_name)                                                  \
    &(const ScalarFunction) {                                                             \
        .name = (text), .kernel = (kernel_name), .nulls = NULLS_STRICT, .may_fail = true, \
        .prepare = pattern_prepare, .release = pattern_release                            \
    }
#define ENTRY(text, kernel_name, fails)                      \
    {                                                        \
        text,                                                \
            &(const ScalarFunction){.name = (text),          \
                                    .kernel = (kernel_name), \
                                    .nulls = NULLS_STRICT,   \
                                    .may_fail = (fails)},    \
            NULL                                             \
    }

static const ScalarFunction *select_unix(const ScalarQuery *query) {
    static const ScalarFunction NOW = {.name = "unix_timestamp", .kernel = now_unix};
    static const ScalarFunction MOMENT = {.name = "unix_timestamp", .kernel = moment_to_unix};
    static const ScalarFunction TEXT = {.name = "to_unix_timestamp",
                                        .kernel = text_to_moment,
                                        .may_fail = true,
                                        .prepare = pattern_prepare,
                                        .release = pattern_release};
    if (query->count == 0) return &NOW;
    return type_is_text(query->types[0]) ? &TEXT : &MOMENT;
}

const ScalarEntry scalars_convert[] = {
    {"to_date", PATTERN_ENTRY("to_date", text_to_moment), NULL},
    {"try_to_date", PATTERN_ENTRY("try_to_date", text_to_moment), NULL},
    {"to_timestamp", PATTERN_ENTRY("to_timestamp", text_to_moment), NULL},
    {"to_timestamp_ltz", PATTERN_ENTRY("to_timestamp", text_to_moment), NULL},
    {"to_timestamp_ntz", PATTERN_ENTRY("to_timestamp_ntz", text_to_moment), NULL},
    {"try_to_timestamp", PATTERN_ENTRY("try_to_timestamp", text_to_moment), NULL},
    {"unix_timestamp", NULL, select_unix},
    {"to_unix_timestamp", NULL, select_unix},
    {"date_format", PATTERN_ENTRY("date_format", date_format), NULL},
    {"from_unixtime", PATTERN_ENTRY("from_unixtime", from_unixtime), NULL},
    ENTRY("unix_seconds", moment_to_unix, false),
    ENTRY("unix_millis", moment_to_unix, false),
    ENTRY("unix_micros", moment_to_unix, false),
    ENTRY("unix_date", same_days, false),
    ENTRY("date_from_unix_date", same_days, false),
    ENTRY("timestamp_seconds", unix_to_moment, true),
    ENTRY("timestamp_millis", unix_to_moment, true),
    ENTRY("timestamp_micros", unix_to_moment, true),
    ENTRY("current_date", current, false),
    ENTRY("curdate", current, false),
    ENTRY("current_timestamp", current, false),
    ENTRY("now", current, false),
    ENTRY("localtimestamp", current, false),
    ENTRY("current_time", current, false),
    ENTRY("current_timezone", current_zone, false),
    ENTRY("from_utc_timestamp", from_utc, true),
    ENTRY("to_utc_timestamp", to_utc, true),
    ENTRY("convert_timezone", convert_zone, true),
    {NULL, NULL, NULL},
};
