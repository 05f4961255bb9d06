// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/fail.h"

#include "kernel/column/format.h"

static const char ANSI_CONFIG[] = "\"spark.sql.ansi.enabled\"";

static void add_type(Error *err, const char *name, const Type *type) {
    AUTO(Text, text) = {0};
    text_append_char(&text, '"');
    type_append_sql(type, &text);
    text_append_char(&text, '"');
    error_add(err, name, text_slice(&text));
}

bool fail_overflow(Error *err, const char *message, const char *alternative) {
    AUTO(Text, words) = {0};
    if (alternative[0])
        text_printf(&words, " Use '%s' to tolerate overflow and return NULL instead.", alternative);
    return error_set(err, ERR_ARITHMETIC_OVERFLOW, "message", message, "alternative",
                     text_cstr(&words), "config", ANSI_CONFIG);
}

bool fail_divide_by_zero(Error *err) {
    return error_set(err, ERR_DIVIDE_BY_ZERO, "config", ANSI_CONFIG);
}

bool fail_remainder_by_zero(Error *err) {
    return error_set(err, ERR_REMAINDER_BY_ZERO, "config", ANSI_CONFIG);
}

bool fail_interval_overflow(Error *err, const char *function) {
    if (!function) return error_set(err, ERR_INTERVAL_ARITHMETIC_OVERFLOW__WITHOUT_SUGGESTION);
    AUTO(Text, name) = {0};
    text_printf(&name, "`%s`", function);
    return error_set(err, ERR_INTERVAL_ARITHMETIC_OVERFLOW__WITH_SUGGESTION, "functionName",
                     text_cstr(&name));
}

bool fail_cast_input(Error *err, Slice text, const Type *from, const Type *to) {
    (void)error_set(err, ERR_CAST_INVALID_INPUT);
    AUTO(Text, quoted) = {0};
    Value value = value_string(text);
    value_append_text(&value, TEXT_SQL, NULL, &quoted);
    error_add(err, "expression", text_slice(&quoted));
    add_type(err, "sourceType", from);
    add_type(err, "targetType", to);
    return false;
}

bool fail_cast_overflow(Error *err, const Value *value, const Type *to) {
    (void)error_set(err, ERR_CAST_OVERFLOW);
    AUTO(Text, text) = {0};
    value_append_text(value, TEXT_SQL, NULL, &text);
    error_add(err, "value", text_slice(&text));
    add_type(err, "sourceType", value->type);
    add_type(err, "targetType", to);
    error_add(err, "ansiConfig", slice_from_cstr(ANSI_CONFIG));
    return false;
}

bool fail_decimal_overflow_text(Error *err, Slice value, const Type *to) {
    (void)error_set(err, ERR_NUMERIC_VALUE_OUT_OF_RANGE__WITH_SUGGESTION);
    error_add(err, "value", value);
    error_add_format(err, "precision", "%d", to->precision);
    error_add_format(err, "scale", "%d", to->scale);
    error_add(err, "config", slice_from_cstr(ANSI_CONFIG));
    return false;
}

bool fail_decimal_overflow(Error *err, Int128 unscaled, int scale, const Type *to) {
    AUTO(Text, text) = {0};
    text_append_decimal(&text, unscaled, scale);
    return fail_decimal_overflow_text(err, text_slice(&text), to);
}

bool fail_collection_limit(Error *err, const char *function, int64_t count) {
    AUTO(Text, name) = {0};
    AUTO(Text, number) = {0};
    text_printf(&name, "`%s`", function);
    text_append_i64(&number, count);
    return error_set(err, ERR_COLLECTION_SIZE_LIMIT_EXCEEDED__FUNCTION, "numberOfElements",
                     text_cstr(&number), "maxRoundedArrayLength", "2147483632", "functionName",
                     text_cstr(&name));
}
