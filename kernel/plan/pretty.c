// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/pretty.h"

#include "base/text.h"
#include "kernel/column/format.h"

#include <stdarg.h>

const SqlText *sql_text(Arena *arena, Slice leaf) {
    SqlText *text = ARENA_NEW(arena, SqlText);
    text->leaf = leaf;
    return text;
}

const SqlText *sql_text_format(Arena *arena, const char *format, ...) {
    const SqlText **parts = NULL;
    uint32_t count = 0;
    va_list args;
    va_start(args, format);
    while (*format) {
        if (*format == '@') {
            const SqlText *part = va_arg(args, const SqlText *);
            ARENA_PUSH(arena, parts, count, part);
            format++;
        } else if (*format == '$') {
            const char *word = va_arg(args, const char *);
            ARENA_PUSH(arena, parts, count, sql_text(arena, slice_from_cstr(word)));
            format++;
        } else {
            size_t bytes = strcspn(format, "@$");
            ARENA_PUSH(arena, parts, count, sql_text(arena, slice_of(format, bytes)));
            format += bytes;
        }
    }
    va_end(args);
    SqlText *text = ARENA_NEW(arena, SqlText);
    text->parts = parts;
    text->part_count = count;
    return text;
}

const SqlText *sql_text_list(Arena *arena, const char *separator, Expr *const *args,
                             uint32_t count) {
    if (count == 0) return sql_text(arena, SLICE(""));
    const SqlText **parts = ARENA_ARRAY(arena, const SqlText *, 2 * (size_t)count);
    const SqlText *comma = sql_text(arena, slice_from_cstr(separator));
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i) parts[used++] = comma;
        parts[used++] = expr_text(arena, args[i]);
    }
    SqlText *text = ARENA_NEW(arena, SqlText);
    text->parts = parts;
    text->part_count = used;
    return text;
}

const SqlText *sql_text_call(Arena *arena, Slice name, Expr *const *args, uint32_t count) {
    return sql_text_format(arena, "@(@)", sql_text(arena, name),
                           sql_text_list(arena, ", ", args, count));
}

static bool type_prints_bare(const Type *type) {
    return type_is_text(type) || type_is_numeric(type) || type->id == TYPE_BOOLEAN;
}

const SqlText *sql_text_value(Arena *arena, const Value *value, const TimeZone *zone) {
    if (value->is_null) return sql_text(arena, SLICE("NULL"));
    if (type_is_text(value->type)) return sql_text(arena, value->bytes);
    AUTO(Text, text) = {0};
    if (value->type->id == TYPE_TIMESTAMP) {
        text_append_cstr(&text, "TIMESTAMP '");
        text_append_timestamp(&text, value->i64, zone);
        text_append_cstr(&text, "'");
    } else {
        TextStyle style = type_prints_bare(value->type) ? TEXT_CAST : TEXT_SQL;
        value_append_text(value, style, zone ? zone : time_zone_utc(), &text);
    }
    return sql_text(arena, arena_copy(arena, text_slice(&text)));
}

static const SqlText *case_text(Arena *arena, const Expr *expr) {
    const SqlText *text = sql_text(arena, SLICE("CASE"));
    uint32_t i = 0;
    for (; i + 1 < expr->arg_count; i += 2)
        text = sql_text_format(arena, "@ WHEN @ THEN @", text, expr_text(arena, expr->args[i]),
                               expr_text(arena, expr->args[i + 1]));
    if (i < expr->arg_count)
        text = sql_text_format(arena, "@ ELSE @", text, expr_text(arena, expr->args[i]));
    return sql_text_format(arena, "@ END", text);
}

const SqlText *expr_text(Arena *arena, const Expr *expr) {
    if (expr->text) return expr->text;
    switch (expr->kind) {
    case EXPR_COLUMN: return sql_text(arena, arena_printf(arena, "#%u", expr->column));
    case EXPR_LITERAL: return sql_text_value(arena, &expr->literal, NULL);
    case EXPR_CAST: return expr_text(arena, expr->args[0]);
    case EXPR_AND:
        return sql_text_format(arena, "(@)",
                               sql_text_list(arena, " AND ", expr->args, expr->arg_count));
    case EXPR_OR:
        return sql_text_format(arena, "(@)",
                               sql_text_list(arena, " OR ", expr->args, expr->arg_count));
    case EXPR_CASE: return case_text(arena, expr);
    case EXPR_COALESCE: return sql_text_call(arena, SLICE("coalesce"), expr->args, expr->arg_count);
    case EXPR_IN:
        return sql_text_format(arena, "(@ IN (@))", expr_text(arena, expr->args[0]),
                               sql_text_list(arena, ", ", expr->args + 1, expr->arg_count - 1));
    case EXPR_CALL:
        return sql_text_call(arena, slice_from_cstr(expr->function->name), expr->args,
                             expr->arg_count);
    case EXPR_AGGREGATE:
        return sql_text_call(arena, expr->aggregate->name, expr->aggregate->args,
                             expr->aggregate->arg_count);
    case EXPR_WINDOW:
        return sql_text_call(arena, expr->window->name, expr->window->args,
                             expr->window->arg_count);
    case EXPR_SUBQUERY: return sql_text(arena, SLICE("scalarsubquery()"));
    default: return sql_text(arena, SLICE("?"));
    }
}

void sql_text_append(const SqlText *text, Text *out) {
    if (text->part_count == 0) {
        text_append(out, text->leaf);
        return;
    }
    for (uint32_t i = 0; i < text->part_count; i++) sql_text_append(text->parts[i], out);
}

Slice sql_text_slice(Arena *arena, const SqlText *text) {
    if (text->part_count == 0) return text->leaf;
    AUTO(Text, out) = {0};
    sql_text_append(text, &out);
    return arena_copy(arena, text_slice(&out));
}

Slice expr_pretty(Arena *arena, const Expr *expr) {
    return sql_text_slice(arena, expr_text(arena, expr));
}

const char *expr_quoted(Arena *arena, const Expr *expr) {
    AUTO(Text, out) = {0};
    text_append_char(&out, '"');
    sql_text_append(expr_text(arena, expr), &out);
    text_append_char(&out, '"');
    return arena_cstr(arena, text_slice(&out));
}

const char *type_quoted(Arena *arena, const Type *type) {
    AUTO(Text, out) = {0};
    text_append_char(&out, '"');
    type_append_sql(type, &out);
    text_append_char(&out, '"');
    return arena_cstr(arena, text_slice(&out));
}

static void text_append_back_ticked(Text *out, Slice name) {
    text_append_char(out, '`');
    for (size_t i = 0; i < name.bytes; i++) {
        if (name.data[i] == '`') text_append_char(out, '`');
        text_append_char(out, name.data[i]);
    }
    text_append_char(out, '`');
}

const char *name_quoted(Arena *arena, const Slice *parts, uint32_t count) {
    AUTO(Text, out) = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (i) text_append_char(&out, '.');
        text_append_back_ticked(&out, parts[i]);
    }
    return arena_cstr(arena, text_slice(&out));
}

Slice name_quoted_if_needed(Arena *arena, Slice name) {
    bool plain = name.bytes > 0;
    bool only_digits = true;
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!digit) only_digits = false;
        if (!digit && !letter) plain = false;
    }
    if (plain && !only_digits) return name;
    AUTO(Text, out) = {0};
    text_append_back_ticked(&out, name);
    return arena_copy(arena, text_slice(&out));
}
