// SPDX-License-Identifier: Apache-2.0
// Functions of dates, times, timestamps and intervals.
#include "base/text.h"
#include "kernel/plan/functions/scalar.h"

static Expr *call_named(BindContext *context, const char *name, Expr **args, uint32_t count,
                        const Type *type, bool nullable) {
    FunctionDefinition definition = {.name = name};
    BindContext inner = *context;
    inner.args = args;
    inner.arg_count = count;
    return bind_scalar(&definition, &inner, NULL, type, nullable);
}

// --- extract -----------------------------------------------------------------------------------

typedef struct ExtractField {
    const char *words; // "|YEAR|Y|..."
    const char *kernel;
    char sources; // d: dates too, t: needs a clock, i: intervals too
} ExtractField;

static const ExtractField FIELDS[] = {
    {"|YEAR|Y|YEARS|YR|YRS|", "year", 'i'},
    {"|YEAROFWEEK|", "$year_of_week", 'd'},
    {"|QUARTER|QTR|", "quarter", 'd'},
    {"|MONTH|MON|MONS|MONTHS|", "month", 'i'},
    {"|WEEK|W|WEEKS|", "weekofyear", 'd'},
    {"|DAY|D|DAYS|", "day", 'i'},
    {"|DAYOFWEEK|DOW|", "dayofweek", 'd'},
    {"|DAYOFWEEK_ISO|DOW_ISO|", "$day_of_week_iso", 'd'},
    {"|DOY|", "dayofyear", 'd'},
    {"|HOUR|H|HOURS|HR|HRS|", "hour", 't'},
    {"|MINUTE|M|MIN|MINS|MINUTES|", "minute", 't'},
    {"|SECOND|S|SEC|SECONDS|SECS|", "$second_fraction", 't'},
};

static const ExtractField *field_find(Slice word) {
    AUTO(Text, wanted) = {0};
    text_append_char(&wanted, '|');
    for (size_t i = 0; i < word.bytes; i++) {
        char c = word.data[i];
        text_append_char(&wanted, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
    }
    text_append_char(&wanted, '|');
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        if (strstr(FIELDS[i].words, text_cstr(&wanted))) return &FIELDS[i];
    return NULL;
}

static bool source_fits(const ExtractField *field, const Type *type) {
    switch (type->id) {
    case TYPE_DATE: return field->sources != 't';
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_NTZ: return true;
    case TYPE_TIME: return field->sources == 't';
    case TYPE_INTERVAL: return field->sources != 'd' || strcmp(field->kernel, "quarter") == 0;
    case TYPE_INTERVAL_YEAR_MONTH:
        return strcmp(field->kernel, "year") == 0 || strcmp(field->kernel, "month") == 0;
    case TYPE_INTERVAL_DAY_TIME: return field->sources == 't' || strcmp(field->kernel, "day") == 0;
    default: return false;
    }
}

static Expr *bind_extract(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    Value field;
    if (!context->text && definition->variant == 'e')
        context->text =
            sql_text_format(arena, "extract(@ FROM @)", expr_text(arena, context->args[0]),
                            expr_text(arena, context->args[1]));
    if (!context->text && definition->variant == 'd')
        context->text =
            sql_text_format(arena, "datepart(@ FROM @)", expr_text(arena, context->args[0]),
                            expr_text(arena, context->args[1]));
    bind_text(context);
    if (!bind_constant(context, 0, "field", &field, err)) return NULL;
    const Type *type = context->args[1]->type;
    if (field.is_null || type->id == TYPE_VOID) {
        Expr *null = expr_literal(arena, value_null(type_of(TYPE_INT)));
        null->text = bind_text(context);
        return null;
    }
    if (type_is_text(type)) bind_cast(context, 1, type_of(TYPE_TIMESTAMP));
    type = context->args[1]->type;
    const ExtractField *found = type_is_text(field.type) ? field_find(field.bytes) : NULL;
    if (!found || !source_fits(found, type)) {
        AUTO(Text, quoted) = {0};
        text_printf(&quoted, "`%.*s`", SLICE_ARGS(field.bytes));
        error_set(err, ERR_INVALID_EXTRACT_FIELD, "field", text_cstr(&quoted), "expr",
                  expr_quoted(arena, context->args[1]));
        error_set_span(err, context->origin);
        return NULL;
    }
    bool seconds = found->kernel[0] == '$' && found->kernel[1] == 's';
    const Type *result = seconds ? type_decimal(8, 6) : type_of(TYPE_INT);
    bool tiny = type_is_interval(type) && !seconds &&
                (found->sources == 't' || strcmp(found->kernel, "month") == 0 ||
                 strcmp(found->kernel, "quarter") == 0);
    if (tiny && !(type->id == TYPE_INTERVAL && strcmp(found->kernel, "hour") == 0))
        result = type_of(TYPE_TINYINT);
    else if (tiny) result = type_of(TYPE_BIGINT);
    return call_named(context, found->kernel, context->args + 1, 1, result,
                      context->args[1]->nullable);
}

// --- moments of text ---------------------------------------------------------------------------

// to_date, to_timestamp and kin: of text by a pattern, of other moments a cast. Variant: TypeId.
static Expr *bind_to_moment(const FunctionDefinition *definition, BindContext *context,
                            Error *err) {
    const Type *to = type_of((TypeId)definition->variant);
    bool is_try = strncmp(definition->name, "try_", 4) == 0;
    bind_text(context);
    const Type *from = context->args[0]->type;
    if (context->arg_count == 1 || !type_is_text(from)) {
        if (!type_is_text(from) && from->id != TYPE_VOID && from->id != TYPE_DATE &&
            from->id != TYPE_TIMESTAMP && from->id != TYPE_TIMESTAMP_NTZ &&
            !(type_is_numeric(from) && to->id == TYPE_TIMESTAMP))
            return bind_fail_input(context, 0,
                                   "(\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP "
                                   "WITHOUT TIME ZONE\")",
                                   err);
        CastMode mode = is_try ? CAST_TRY : context->ansi ? CAST_ANSI : CAST_LEGACY;
        Expr *cast = expr_cast(context->arena, context->args[0], to, mode);
        cast->origin = context->origin;
        cast->text = bind_text(context);
        return cast;
    }
    if (!bind_arg(context, 1, "string", err)) return NULL;
    bool nullable = bind_any_nullable(context) || is_try || !context->ansi;
    return bind_scalar(definition, context, NULL, to, nullable);
}

// unix_timestamp([moment or text[, pattern]]): text without a pattern has the default one.
static Expr *bind_unix(const FunctionDefinition *definition, BindContext *context, Error *err) {
    Arena *arena = context->arena;
    if (context->arg_count < 2) {
        Expr **args = ARENA_ARRAY(arena, Expr *, 2);
        args[0] = context->args ? context->args[0] : NULL;
        if (context->arg_count == 0) {
            bind_text(context);
            const SqlText *text =
                sql_text(arena, SLICE("unix_timestamp(current_timestamp(), yyyy-MM-dd HH:mm:ss)"));
            context->text = text;
            return bind_scalar(definition, context, NULL, type_of(TYPE_BIGINT), false);
        }
        args[1] = expr_literal(arena, value_string(SLICE("yyyy-MM-dd HH:mm:ss")));
        context->args = args;
        context->arg_count = 2;
    }
    bind_text(context);
    const Type *from = context->args[0]->type;
    if (from->id != TYPE_DATE && from->id != TYPE_TIMESTAMP && from->id != TYPE_TIMESTAMP_NTZ) {
        if (!bind_arg(context, 0, "string", err)) return NULL;
        if (!bind_arg(context, 1, "string", err)) return NULL;
    } else {
        context->arg_count = 1;
    }
    return bind_scalar(definition, context, NULL, type_of(TYPE_BIGINT),
                       bind_any_nullable(context) || !context->ansi);
}

static Expr *bind_from_unixtime(const FunctionDefinition *definition, BindContext *context,
                                Error *err) {
    if (context->arg_count < 2) {
        Expr **args = ARENA_ARRAY(context->arena, Expr *, 2);
        args[0] = context->args[0];
        args[1] = expr_literal(context->arena, value_string(SLICE("yyyy-MM-dd HH:mm:ss")));
        context->args = args;
        context->arg_count = 2;
    }
    return bind_by_signature(definition, context, err);
}

// timestampadd(unit, n, moment) and timestampdiff(unit, a, b): the variant is 'a' or 'd'.
static Expr *bind_unit(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bool add = definition->variant == 'a';
    Arena *arena = context->arena;
    Value unit;
    if (!bind_constant(context, 0, "unit", &unit, err)) return NULL;
    AUTO(Text, upper) = {0};
    for (size_t i = 0; i < unit.bytes.bytes; i++)
        text_append_char(&upper, unit.bytes.data[i] >= 'a' ? (char)(unit.bytes.data[i] - 32)
                                                           : unit.bytes.data[i]);
    context->text =
        sql_text_format(arena, add ? "timestampadd($, @, @)" : "timestampdiff($, @, @)",
                        arena_cstr(arena, text_slice(&upper)), expr_text(arena, context->args[1]),
                        expr_text(arena, context->args[2]));
    if (add && !bind_arg(context, 1, "bigint", err)) return NULL;
    if (add && context->args[2]->type->id == TYPE_TIMESTAMP_NTZ)
        return bind_scalar(definition, context, NULL, type_of(TYPE_TIMESTAMP_NTZ),
                           bind_any_nullable(context));
    if (!add && !bind_arg(context, 1, "timestamp", err)) return NULL;
    if (!bind_arg(context, 2, "timestamp", err)) return NULL;
    return bind_scalar(definition, context, NULL, type_of(add ? TYPE_TIMESTAMP : TYPE_BIGINT),
                       bind_any_nullable(context));
}

static Expr *bind_make_timestamp(const FunctionDefinition *definition, BindContext *context,
                                 Error *err) {
    static const char *const PATTERNS[] = {"int", "int", "int", "int", "int", "decimal", "string"};
    bool is_try = strncmp(definition->name, "try_", 4) == 0;
    bind_text(context);
    for (uint32_t i = 0; i < context->arg_count; i++) {
        if (!bind_arg(context, i, PATTERNS[i], err)) return NULL;
        if (i == 5) bind_cast(context, i, type_decimal(16, 6));
    }
    return bind_scalar(definition, context, NULL, type_of((TypeId)definition->variant),
                       bind_any_nullable(context) || is_try || !context->ansi);
}

// make_interval and kin: integers, the last (of `max_args`) seconds as a decimal.
static Expr *bind_make_interval(const FunctionDefinition *definition, BindContext *context,
                                Error *err) {
    uint32_t most = definition->max_args;
    bool months = definition->variant == 'y';
    Expr **args = ARENA_ARRAY(context->arena, Expr *, most);
    for (uint32_t i = 0; i < most; i++) {
        bool seconds = !months && i + 1 == most;
        Value zero = seconds ? value_decimal(type_decimal(18, 6), 0) : value_int(TYPE_INT, 0);
        args[i] = i < context->arg_count ? context->args[i] : expr_literal(context->arena, zero);
    }
    context->args = args;
    context->arg_count = most;
    bind_text(context);
    for (uint32_t i = 0; i < most; i++) {
        bool seconds = !months && i + 1 == most;
        if (!bind_arg(context, i, seconds ? "decimal" : "int", err)) return NULL;
        if (seconds) bind_cast(context, i, type_decimal(18, 6));
    }
    const Type *type = months                       ? type_interval(UNIT_YEAR, UNIT_MONTH)
                       : definition->variant == 'd' ? type_interval(UNIT_DAY, UNIT_SECOND)
                                                    : type_of(TYPE_INTERVAL);
    return bind_scalar(definition, context, NULL, type,
                       bind_any_nullable(context) || definition->variant == 'i');
}

static Expr *bind_make_time(const FunctionDefinition *definition, BindContext *context,
                            Error *err) {
    bind_text(context);
    for (uint32_t i = 0; i < 3; i++)
        if (!bind_arg(context, i, i < 2 ? "int" : "decimal", err)) return NULL;
    bind_cast(context, 2, type_decimal(16, 6));
    return bind_scalar(definition, context, NULL, type_time(6), bind_any_nullable(context));
}

static Expr *bind_current_time(const FunctionDefinition *definition, BindContext *context,
                               Error *err) {
    Value precision = value_int(TYPE_INT, 6);
    if (context->arg_count == 0) {
        context->args = ARENA_ARRAY(context->arena, Expr *, 1);
        context->args[0] = expr_literal(context->arena, precision);
        context->arg_count = 1;
    }
    bind_text(context);
    if (!bind_arg(context, 0, "int", err)) return NULL;
    if (!bind_constant(context, 0, "precision", &precision, err)) return NULL;
    int digits = (int)MAX(MIN(precision.i64, 6), 0);
    context->arg_count = 0;
    return bind_scalar(definition, context, NULL, type_time(digits), false);
}

// time_from_seconds takes decimals of microseconds.
static Expr *bind_time_from(const FunctionDefinition *definition, BindContext *context,
                            Error *err) {
    bind_text(context);
    if (!bind_arg(context, 0, "numeric", err)) return NULL;
    bind_cast(context, 0, type_decimal(38, 6));
    return bind_scalar(definition, context, NULL, type_time(6), context->args[0]->nullable);
}

// current_date and kin print with parentheses.
#define NOW(name, result, summary) SCALAR(name, 0, 0, result, "", summary)
#define CLOCK(name, text) \
    SCALAR(name, 1, 1, "timestamps -> int", "expr", text), OVERLOAD(name, 1, 1, "time -> int")
#define DATE_FIELD(name, text) SCALAR(name, 1, 1, "date -> int", "date", text)

const FunctionDefinition functions_dates[] = {
    SCALAR("add_months", 2, 2, "date,int -> date", "start_date, num_months",
           "The date some months later."),
    SCALAR("convert_timezone", 2, 3, "string,string,timestamp_ntz -> timestamp_ntz",
           "[sourceTz, ]targetTz, sourceTs", "The local time in another zone."),
    OVERLOAD("convert_timezone", 2, 2, "string,timestamp_ntz -> timestamp_ntz"),
    SCALAR_AS("curdate", "current_date", 0, 0, "-> date!", "",
              "The date at the statement's start."),
    NOW("current_date", "-> date!", "The date at the statement's start."),
    NOW("current_timestamp", "-> timestamp!", "The moment of the statement's start."),
    SCALAR_BY("current_time", 0, 1, 0, bind_current_time, "[precision]",
              "The time of day at the statement's start."),
    NOW("current_timezone", "-> string!", "The session's time zone."),
    SCALAR("date_add", 2, 2, "date,int|smallint|tinyint -> date", "start_date, num_days",
           "The date some days later."),
    SCALAR("date_diff", 2, 2, "date,date -> int", "endDate, startDate", "Days between two dates."),
    SCALAR("date_format", 2, 2, "timestamp,string -> string", "timestamp, fmt",
           "The moment as text by a pattern."),
    SCALAR("date_from_unix_date", 1, 1, "int -> date", "days",
           "The date some days after 1970-01-01."),
    SCALAR_BY("date_part", 2, 2, 'p', bind_extract, "field, source",
              "A field of a date or interval."),
    SCALAR_BY("datepart", 2, 2, 'd', bind_extract, "field, source",
              "A field of a date or interval."),
    SCALAR_BY("extract", 2, 2, 'e', bind_extract, "field FROM source",
              "A field of a date or interval."),
    SCALAR("date_sub", 2, 2, "date,int|smallint|tinyint -> date", "start_date, num_days",
           "The date some days before."),
    SCALAR("date_trunc", 2, 2, "string,timestamp -> timestamp?", "fmt, ts", "Cut to a unit."),
    OVERLOAD("date_trunc", 2, 2, "string,timestamp_ntz -> timestamp_ntz?"),
    SCALAR_AS("dateadd", "date_add", 2, 2, "date,int|smallint|tinyint -> date",
              "start_date, num_days", "The date some days later."),
    SCALAR("datediff", 2, 2, "date,date -> int", "endDate, startDate", "Days between two dates."),
    DATE_FIELD("day", "Day of the month."),
    OVERLOAD("day", 1, 1, "dt -> int"),
    SCALAR("dayname", 1, 1, "date -> string", "date", "Short name of the weekday."),
    DATE_FIELD("dayofmonth", "Day of the month."),
    DATE_FIELD("dayofweek", "Weekday, 1 = Sunday."),
    DATE_FIELD("dayofyear", "Day of the year."),
    SCALAR("extractansiintervaldays", 1, 1, "dt -> int", "expr", "Days of an interval."),
    {"from_unixtime", FUNCTION_SCALAR, 1, 2, "bigint,string -> string", NULL, NULL, 0,
     bind_from_unixtime, "unix_time[, fmt]", "Seconds since 1970 as text.", NULL},
    SCALAR("from_utc_timestamp", 2, 2, "timestamp,string -> timestamp", "timestamp, timezone",
           "The moment in UTC seen in a zone."),
    CLOCK("hour", "Hour of the day."),
    SCALAR("last_day", 1, 1, "date -> date", "date", "Last day of the month."),
    NOW("localtimestamp", "-> timestamp_ntz!", "The local time at the statement's start."),
    SCALAR("make_date", 3, 3, "int,int,int -> date?", "year, month, day", "A date of its parts."),
    SCALAR_BY("make_dt_interval", 0, 4, 'd', bind_make_interval, "[days[, hours[, mins[, secs]]]]",
              "An interval of its parts."),
    SCALAR_BY("make_interval", 0, 7, 'i', bind_make_interval,
              "[years[, months[, weeks[, days[, hours[, mins[, secs]]]]]]]",
              "An interval of its parts."),
    SCALAR_BY("try_make_interval", 0, 7, 'i', bind_make_interval,
              "[years[, months[, weeks[, days[, hours[, mins[, secs]]]]]]]",
              "An interval of its parts, NULL on overflow."),
    SCALAR_BY("make_time", 3, 3, 0, bind_make_time, "hour, minute, second", "A time of its parts."),
    SCALAR_BY("make_timestamp", 6, 7, TYPE_TIMESTAMP, bind_make_timestamp,
              "year, month, day, hour, min, sec[, timezone]", "A timestamp of its parts."),
    SCALAR_BY("make_timestamp_ltz", 6, 7, TYPE_TIMESTAMP, bind_make_timestamp,
              "year, month, day, hour, min, sec[, timezone]", "A timestamp of its parts."),
    SCALAR_BY("make_timestamp_ntz", 6, 6, TYPE_TIMESTAMP_NTZ, bind_make_timestamp,
              "year, month, day, hour, min, sec", "A local timestamp of its parts."),
    SCALAR_BY("try_make_timestamp", 6, 7, TYPE_TIMESTAMP, bind_make_timestamp,
              "year, month, day, hour, min, sec[, timezone]", "A timestamp of its parts, or NULL."),
    SCALAR_BY("try_make_timestamp_ltz", 6, 7, TYPE_TIMESTAMP, bind_make_timestamp,
              "year, month, day, hour, min, sec[, timezone]", "A timestamp of its parts, or NULL."),
    SCALAR_BY("try_make_timestamp_ntz", 6, 6, TYPE_TIMESTAMP_NTZ, bind_make_timestamp,
              "year, month, day, hour, min, sec", "A local timestamp of its parts, or NULL."),
    SCALAR_BY("make_ym_interval", 0, 2, 'y', bind_make_interval, "[years[, months]]",
              "An interval of its parts."),
    CLOCK("minute", "Minute of the hour."),
    DATE_FIELD("month", "Month of the year."),
    SCALAR("monthname", 1, 1, "date -> string", "date", "Short name of the month."),
    SCALAR("months_between", 2, 3, "timestamp,timestamp,boolean -> double",
           "timestamp1, timestamp2[, roundOff]", "Months between two moments."),
    SCALAR("next_day", 2, 2, "date,string -> date?", "start_date, day_of_week",
           "The next such weekday."),
    NOW("now", "-> timestamp!", "The moment of the statement's start."),
    DATE_FIELD("quarter", "Quarter of the year."),
    CLOCK("second", "Second of the minute."),
    SCALAR("timestamp_micros", 1, 1, "integral -> timestamp", "micros", "Microseconds since 1970."),
    SCALAR("timestamp_millis", 1, 1, "integral -> timestamp", "millis", "Milliseconds since 1970."),
    SCALAR("timestamp_seconds", 1, 1, "integral -> timestamp", "seconds", "Seconds since 1970."),
    SCALAR_BY("timestampadd", 3, 3, 'a', bind_unit, "unit, n, ts", "The moment some units later."),
    SCALAR_BY("timestampdiff", 3, 3, 'd', bind_unit, "unit, start, end",
              "Units between two moments."),
    SCALAR_BY("to_date", 1, 2, TYPE_DATE, bind_to_moment, "date_str[, fmt]", "A date of text."),
    SCALAR_BY("try_to_date", 1, 2, TYPE_DATE, bind_to_moment, "date_str[, fmt]",
              "A date of text, or NULL."),
    SCALAR_BY("to_timestamp", 1, 2, TYPE_TIMESTAMP, bind_to_moment, "timestamp_str[, fmt]",
              "A timestamp of text."),
    SCALAR_BY("to_timestamp_ltz", 1, 2, TYPE_TIMESTAMP, bind_to_moment, "timestamp_str[, fmt]",
              "A timestamp of text."),
    SCALAR_BY("to_timestamp_ntz", 1, 2, TYPE_TIMESTAMP_NTZ, bind_to_moment, "timestamp_str[, fmt]",
              "A local timestamp of text."),
    SCALAR_BY("try_to_timestamp", 1, 2, TYPE_TIMESTAMP, bind_to_moment, "timestamp_str[, fmt]",
              "A timestamp of text, or NULL."),
    SCALAR_BY("to_unix_timestamp", 1, 2, 0, bind_unix, "timeExp[, fmt]",
              "Seconds since 1970 of a moment."),
    SCALAR_BY("unix_timestamp", 0, 2, 0, bind_unix, "[timeExp[, fmt]]",
              "Seconds since 1970 of a moment."),
    SCALAR("to_utc_timestamp", 2, 2, "timestamp,string -> timestamp", "timestamp, timezone",
           "The zone's moment in UTC."),
    SCALAR("trunc", 2, 2, "date,string -> date?", "date, fmt", "Cut to a unit."),
    SCALAR("unix_date", 1, 1, "date -> int", "date", "Days since 1970-01-01."),
    SCALAR("unix_micros", 1, 1, "timestamp -> bigint", "timestamp", "Microseconds since 1970."),
    SCALAR("unix_millis", 1, 1, "timestamp -> bigint", "timestamp", "Milliseconds since 1970."),
    SCALAR("unix_seconds", 1, 1, "timestamp -> bigint", "timestamp", "Seconds since 1970."),
    DATE_FIELD("weekday", "Weekday, 0 = Monday."),
    DATE_FIELD("weekofyear", "ISO week of the year."),
    DATE_FIELD("year", "The year."),
    SCALAR("time_diff", 3, 3, "string,time,time -> bigint", "unit, start, end",
           "Units between two times."),
    SCALAR("time_trunc", 2, 2, "string,time -> time", "unit, time", "Cut to a unit."),
    SCALAR_BY("time_from_seconds", 1, 1, 0, bind_time_from, "seconds", "The time of day."),
    SCALAR("time_from_millis", 1, 1, "bigint -> time", "millis", "The time of day."),
    SCALAR("time_from_micros", 1, 1, "bigint -> time", "micros", "The time of day."),
    SCALAR("time_to_seconds", 1, 1, "time -> decimal(14,6)", "time", "Seconds of the day."),
    SCALAR("time_to_millis", 1, 1, "time -> bigint", "time", "Milliseconds of the day."),
    SCALAR("time_to_micros", 1, 1, "time -> bigint", "time", "Microseconds of the day."),
    SCALAR_END,
};
