// SPDX-License-Identifier: Apache-2.0
// VARIANT: JSON read into it, paths into it, and what it holds.
#include "kernel/column/variant.h"

#include "base/limits.h"
#include "kernel/exec/expr/cast_variant.h"
#include "kernel/exec/functions/kernel.h"

static bool fail_json(Slice s, Error *err) {
    (void)error_set(err, ERR_MALFORMED_RECORD_IN_PARSING__WITHOUT_SUGGESTION);
    error_add(err, "badRecord", s);
    error_add(err, "failFastMode", SLICE("FAILFAST"));
    return false;
}

static bool parse_json(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    AUTO(Text, bytes) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), duplicate;
        text_reset(&bytes);
        VariantParse result = variant_from_json(s, false, &bytes, &duplicate);
        if (result == VARIANT_PARSE_OK) {
            out_text(frame, out, r, text_slice(&bytes));
        } else if (call_is_try(frame)) {
            out_null(frame, out, r);
        } else if (result == VARIANT_PARSE_DUPLICATE_KEY) {
            (void)error_set(err, ERR_VARIANT_DUPLICATE_KEY);
            error_add(err, "key", duplicate);
            return false;
        } else if (result == VARIANT_PARSE_TOO_LARGE) {
            return error_set(err, ERR_VARIANT_SIZE_LIMIT, "sizeLimit", "16.0 MiB", "functionName",
                             "`parse_json`");
        } else {
            return fail_json(s, err);
        }
    }
    return true;
}

// $.a['b'][0]; the leading $ may be missing for the operator form. *found false: no such place.
static bool walk(VariantView *view, Slice path, bool rooted, bool *found) {
    size_t i = 0;
    *found = true;
    if (rooted) {
        if (!path.bytes || path.data[0] != '$') return false;
        i = 1;
    }
    bool first = !rooted;
    while (i < path.bytes) {
        Slice name = SLICE_NONE;
        int64_t index = -1;
        if (path.data[i] == '[') {
            size_t stop = slice_find_char(path, ']', i);
            if (stop == SIZE_MAX) return false;
            Slice inner = slice_of(path.data + i + 1, stop - i - 1);
            bool quoted = inner.bytes >= 2 && (inner.data[0] == '\'' || inner.data[0] == '"');
            if (quoted) name = slice_of(inner.data + 1, inner.bytes - 2);
            else if (!slice_to_i64(inner, &index) || index < 0) return false;
            i = stop + 1;
        } else {
            if (path.data[i] == '.') i++;
            else if (!first) return false;
            size_t stop = i;
            while (stop < path.bytes && path.data[stop] != '.' && path.data[stop] != '[') stop++;
            if (stop == i) return false;
            name = slice_of(path.data + i, stop - i);
            if (name.bytes >= 2 && name.data[0] == '`')
                name = slice_of(name.data + 1, name.bytes - 2);
            i = stop;
        }
        first = false;
        if (!*found) continue;
        VariantView next;
        VariantKind kind;
        *found = name.data
                     ? variant_field(*view, name, &next)
                     : variant_kind(*view, &kind) && kind == VARIANT_ARRAY && index <= UINT32_MAX &&
                           variant_member(*view, (uint32_t)index, NULL, &next);
        if (*found) *view = next;
    }
    return true;
}

static bool variant_at(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    bool rooted = frame->call->function->name[0] != ':';
    for (ROWS_EACH(rows, i, r)) {
        VariantView view;
        Value value;
        bool found;
        Slice path = arg_text(&args[1], r);
        if (!variant_view(arg_text(&args[0], r), &view))
            return error_set(err, ERR_MALFORMED_VARIANT);
        if (!walk(&view, path, rooted, &found)) {
            AUTO(Text, text) = {0};
            text_append(&text, path);
            return error_set(err, ERR_INVALID_VARIANT_GET_PATH, "path", text_cstr(&text),
                             "functionName",
                             call_is_try(frame) ? "`try_variant_get`" : "`variant_get`");
        }
        if (!found) {
            out_null(frame, out, r);
        } else if (cast_variant_value(frame, view, out->type, &value, err)) {
            vector_set_value(out, r, &value, frame->arena);
        } else if (call_is_try(frame)) {
            error_reset(err);
            out_null(frame, out, r);
        } else {
            return false;
        }
    }
    return true;
}

static bool is_variant_null(CallFrame *frame, const Vector *args, Rows rows, Vector *out,
                            Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r)) {
        VariantView view;
        VariantKind kind;
        ((uint8_t *)out->data)[r] = !arg_is_null(&args[0], r) &&
                                    variant_view(arg_text(&args[0], r), &view) &&
                                    variant_kind(view, &kind) && kind == VARIANT_NULL;
    }
    return true;
}

static bool append_schema(VariantView view, int depth, Text *out) {
    VariantKind kind;
    uint32_t count;
    if (depth > LIMIT_NESTING_DEPTH || !variant_kind(view, &kind)) return false;
    if (kind == VARIANT_NULL) {
        text_append_cstr(out, "VOID");
        return true;
    }
    if (kind == VARIANT_SCALAR) {
        Value value;
        if (!variant_value(view, &value)) return false;
        if (type_is_integer(value.type)) text_append_cstr(out, "BIGINT");
        else type_append_sql(value.type, out);
        return true;
    }
    if (!variant_count(view, &count)) return false;
    text_append_cstr(out, kind == VARIANT_OBJECT ? "OBJECT<" : "ARRAY<");
    AUTO(Text, element) = {0};
    for (uint32_t k = 0; k < count; k++) {
        VariantView member;
        Slice name = SLICE_NONE;
        if (!variant_member(view, k, &name, &member)) return false;
        if (kind == VARIANT_OBJECT) {
            if (k) text_append_cstr(out, ", ");
            text_append(out, name);
            text_append_cstr(out, ": ");
            if (!append_schema(member, depth + 1, out)) return false;
            continue;
        }
        AUTO(Text, one) = {0};
        if (!append_schema(member, depth + 1, &one)) return false;
        Slice mine = text_slice(&one), all = text_slice(&element);
        if (k == 0 || slice_equal_cstr(all, "VOID")) {
            text_reset(&element);
            text_append(&element, mine);
        } else if (!slice_equal(mine, all) && !slice_equal_cstr(mine, "VOID")) {
            text_reset(&element);
            text_append_cstr(&element, "VARIANT");
        }
    }
    if (kind == VARIANT_ARRAY) text_append_cstr(out, count ? text_cstr(&element) : "VOID");
    text_append_char(out, '>');
    return true;
}

static bool schema_of(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        VariantView view;
        text_reset(&text);
        if (!variant_view(arg_text(&args[0], r), &view) || !append_schema(view, 0, &text))
            return error_set(err, ERR_MALFORMED_VARIANT);
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static bool to_variant(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    AUTO(Text, bytes) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Value value = vector_value(&args[0], arg_index(&args[0], r), frame->arena);
        text_reset(&bytes);
        if (variant_from_value(&value, &bytes) != VARIANT_PARSE_OK)
            return error_set(err, ERR_MALFORMED_VARIANT);
        out_text(frame, out, r, text_slice(&bytes));
    }
    return true;
}

#define ENTRY(text, kernel_name, null_rule, fails)           \
    {                                                        \
        text,                                                \
            &(const ScalarFunction){.name = (text),          \
                                    .kernel = (kernel_name), \
                                    .nulls = (null_rule),    \
                                    .may_fail = (fails)},    \
            NULL                                             \
    }
const ScalarEntry scalars_variant[] = {
    ENTRY("parse_json", parse_json, NULLS_STRICT, true),
    ENTRY("try_parse_json", parse_json, NULLS_STRICT, false),
    ENTRY("variant_get", variant_at, NULLS_STRICT, true),
    ENTRY("try_variant_get", variant_at, NULLS_STRICT, true),
    ENTRY(":", variant_at, NULLS_STRICT, true),
    ENTRY("is_variant_null", is_variant_null, NULLS_HANDLED, false),
    ENTRY("schema_of_variant", schema_of, NULLS_STRICT, true),
    ENTRY("to_variant_object", to_variant, NULLS_STRICT, true),
    {NULL, NULL, NULL},
};
