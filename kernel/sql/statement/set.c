// SPDX-License-Identifier: Apache-2.0
// SET, RESET, session variables, EXECUTE IMMEDIATE, CALL.
#include "kernel/sql/statement/statement.h"

#include <stdio.h>

// --- SET and RESET
// -----------------------------------------------------------------------------------

static bool is_key_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == ':' || c == '\\' || c == '-';
}

static bool is_key(Slice text) {
    for (size_t i = 0; i < text.bytes; i++)
        if (!is_key_char(text.data[i])) return false;
    return text.bytes > 0;
}

static Slice unquoted(Sql *s, Slice text) {
    if (text.bytes < 2 || text.data[0] != '`' || text.data[text.bytes - 1] != '`') return text;
    Token token = {.kind = TOKEN_QUOTED,
                   .start = (uint32_t)(text.data - s->text.data),
                   .stop = (uint32_t)(text.data - s->text.data + (ptrdiff_t)text.bytes)};
    return token_name(s->arena, s->text, token);
}

// SET, SET -v, SET key, SET key=value: key and value are taken as they are written.
static UCommand *set_setting(Sql *s, uint32_t start) {
    UCommand *command = sql_command_new(s, UCMD_SET, start);
    Slice text = slice_trim(sql_rest(s));
    if (slice_equal_cstr(text, "-v")) {
        command->set.verbose = true;
        return command;
    }
    size_t equal = slice_find_char(text, '=', 0);
    Slice key = slice_trim(equal == SIZE_MAX ? text : slice_first(text, equal));
    Slice prefix = SLICE("system.session.");
    if (equal != SIZE_MAX && slice_equal_ignore_case(slice_first(key, prefix.bytes), prefix)) {
        // A variable needs SET VAR.
        Slice name = arena_printf(s->arena, "`%.6s`.`%.7s`.`%.*s`", key.data, key.data + 7,
                                  SLICE_ARGS(slice_from(key, prefix.bytes)));
        sql_fail(s, start, ERR_UNSUPPORTED_FEATURE__SET_VARIABLE_USING_SET, "variableName",
                 sql_cstr(s, name));
        sql_fail_plain(s, ERR_UNSUPPORTED_FEATURE__SET_VARIABLE_USING_SET);
    }
    bool quoted = key.bytes > 2 && key.data[0] == '`';
    if (text.bytes && !quoted && !is_key(key)) sql_fail(s, start, ERR_INVALID_SET_SYNTAX);
    command->set.key = unquoted(s, key);
    if (equal != SIZE_MAX) {
        command->set.has_value = true;
        command->set.value = unquoted(s, slice_trim(slice_from(text, equal + 1)));
    }
    return command;
}

UCommand *sql_reset(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_RESET, start);
    command->set.key = unquoted(s, slice_trim(sql_rest(s)));
    return command;
}

enum { ZONE_MAX_SECONDS = 18 * 3600 };

static bool is_second_interval(const UExpr *expr, int64_t *micros) {
    const Value *value = &expr->literal.value;
    if (expr->kind != UEXPR_LITERAL) return false;
    if (type_is(value->type, TYPE_INTERVAL_DAY_TIME)) {
        *micros = value->i64;
        return true;
    }
    if (!type_is(value->type, TYPE_INTERVAL)) return false;
    *micros = value->interval.micros + value->interval.days * INT64_C(86400000000);
    return value->interval.months == 0;
}

// The zone of an interval: "+05:30".
static Slice zone_of_interval(Sql *s, uint32_t start, UExpr *interval) {
    int64_t micros = 0;
    bool fits = is_second_interval(interval, &micros);
    int64_t seconds = micros / 1000000, hours = seconds / 3600;
    if (!fits || seconds > ZONE_MAX_SECONDS || seconds < -ZONE_MAX_SECONDS) {
        bool days = fits && hours % 24 == 0 && interval->literal.value.type->unit_stop == UNIT_DAY;
        Slice number = arena_printf(s->arena, "%lld", (long long)(days ? hours / 24 : hours));
        sql_fail(s, start, ERR_INVALID_INTERVAL_FORMAT__TIMEZONE_INTERVAL_OUT_OF_RANGE, "input",
                 sql_cstr(s, number));
    }
    int64_t size = seconds < 0 ? -seconds : seconds;
    char text[32];
    int bytes = snprintf(text, sizeof text, "%c%02d:%02d", seconds < 0 ? '-' : '+',
                         (int)(size / 3600), (int)(size / 60 % 60));
    if (size % 60) snprintf(text + bytes, sizeof text - (size_t)bytes, ":%02d", (int)(size % 60));
    return arena_copy(s->arena, slice_from_cstr(text));
}

static UCommand *set_time_zone(Sql *s, uint32_t start) {
    sql_advance(s);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_SET_TIME_ZONE, start);
    if (sql_at_interval(s)) {
        UExpr *interval = sql_interval(s);
        if (sql_at_end(s) || sql_is(s, TOKEN_SEMICOLON))
            command->set.value = zone_of_interval(s, start, interval);
    } else if (sql_is_word(s, WORD_INTERVAL) && sql_is_at(s, 1, TOKEN_STRING)) {
        command->set.value = zone_of_interval(s, start, sql_literal(s));
    } else if (sql_accept_word(s, WORD_LOCAL)) {
        command->set.value = SLICE("LOCAL");
    } else if (sql_at_string(s)) {
        command->set.value = sql_string(s);
    }
    bool done = sql_at_end(s) || sql_is(s, TOKEN_SEMICOLON);
    if (!done || !command->set.value.bytes) {
        (void)sql_rest(s);
        sql_fail(s, start, ERR_LEGACY_0045);
    }
    return command;
}

// --- variables
// ---------------------------------------------------------------------------------------

static UExpr *value_or_default(Sql *s) {
    bool is_default = sql_is_word(s, WORD_DEFAULT) &&
                      (sql_is_at(s, 1, TOKEN_END) || sql_is_at(s, 1, TOKEN_COMMA) ||
                       sql_is_at(s, 1, TOKEN_SEMICOLON) || sql_is_at(s, 1, TOKEN_RIGHT_PAREN));
    if (!is_default) return sql_expression(s);
    uint32_t start = sql_start(s);
    sql_advance(s);
    return sql_expr_new(s, UEXPR_DEFAULT, start);
}

// SET VAR (a, b) = (query)
static UCommand *set_from_query(Sql *s, UCommand *command, uint32_t start) {
    if (sql_is_at(s, 1, TOKEN_RIGHT_PAREN)) {
        (void)sql_rest(s);
        sql_fail(s, start, ERR_INVALID_SET_SYNTAX);
        return command;
    }
    NamePartsList names = {0};
    sql_expect(s, TOKEN_LEFT_PAREN);
    do {
        UExpr *identifier;
        NameParts name = sql_name_or_identifier(s, &identifier);
        ARENA_PUSH(s->arena, names.items, names.count, name);
    } while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    sql_expect(s, TOKEN_EQUAL);
    sql_expect(s, TOKEN_LEFT_PAREN);
    command->variable.query = sql_query(s);
    sql_mark_defaults(command->variable.query);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    command->variable.names = names.items;
    command->variable.count = names.count;
    return command;
}

static UCommand *set_variable(Sql *s, uint32_t start) {
    UCommand *command = sql_command_new(s, UCMD_SET_VARIABLE, start);
    if (sql_is(s, TOKEN_LEFT_PAREN)) return set_from_query(s, command, start);
    do {
        USetPair pair = {0};
        pair.target = sql_name_or_identifier(s, &pair.target_identifier);
        sql_expect(s, TOKEN_EQUAL);
        pair.value = value_or_default(s);
        ARENA_PUSH(s->arena, command->variable.sets, command->variable.set_count, pair);
    } while (sql_accept(s, TOKEN_COMMA));
    if (command->variable.set_count > 1) return command;
    USetPair *first = &command->variable.sets[0];
    command->variable.names = &first->target;
    command->variable.count = 1;
    command->variable.value = first->value;
    command->variable.is_default = first->value->kind == UEXPR_DEFAULT;
    return command;
}

// May SET VAR mean the setting "var"? Only when '=' follows at once.
static bool at_variable(const Sql *s) {
    bool word = sql_is_word(s, WORD_VAR) || sql_is_word(s, WORD_VARIABLE);
    return word && (sql_is_identifier(s, sql_peek_at(s, 1)) || sql_is_at(s, 1, TOKEN_LEFT_PAREN));
}

UCommand *sql_set(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    if (at_variable(s)) {
        sql_advance(s);
        return set_variable(s, start);
    }
    if (sql_are_words(s, WORD_TIME, WORD_ZONE)) return set_time_zone(s, start);
    bool name = sql_is_identifier(s, sql_peek_at(s, 1)) || sql_is_at(s, 1, TOKEN_STRING);
    if (sql_is_word(s, WORD_CATALOG) && name) {
        sql_advance(s);
        UCommand *command = sql_command_new(s, UCMD_USE, start);
        command->use.what = SLICE("CATALOG");
        if (sql_at_string(s))
            ARENA_PUSH(s->arena, command->name.parts, command->name.count, sql_string(s));
        else sql_object_name(s, command);
        return command;
    }
    bool assigns = sql_is_identifier(s, sql_peek(s)) || sql_is(s, TOKEN_LEFT_PAREN);
    if (s->in_script && assigns) return set_variable(s, start);
    return set_setting(s, start);
}

// DECLARE [OR REPLACE] [VARIABLE] a, b [type] [DEFAULT|= expression]
UCommand *sql_declare(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_DECLARE_VARIABLE, start);
    command->or_replace = sql_accept_words(s, WORD_OR, WORD_REPLACE);
    bool word = (sql_is_word(s, WORD_VARIABLE) || sql_is_word(s, WORD_VAR)) &&
                sql_is_identifier(s, sql_peek_at(s, 1)) && sql_word_at(s, 1) != WORD_DEFAULT;
    if (word) sql_advance(s);
    NamePartsList names = {0};
    do {
        NameParts name = sql_name_or_identifier(s, &command->name_identifier);
        ARENA_PUSH(s->arena, names.items, names.count, name);
    } while (sql_accept(s, TOKEN_COMMA));
    command->variable.names = names.items;
    command->variable.count = names.count;
    command->name = names.items[0];
    bool value_next = sql_is_word(s, WORD_DEFAULT) || sql_is(s, TOKEN_EQUAL);
    if (!value_next && sql_is_identifier(s, sql_peek(s))) command->variable.type = sql_type(s);
    if (sql_accept_word(s, WORD_DEFAULT) || sql_accept(s, TOKEN_EQUAL)) {
        uint32_t value_start = sql_start(s);
        command->variable.value = sql_expression(s);
        command->variable.value_text = sql_text_from(s, value_start);
    } else if (!command->variable.type) {
        sql_fail(s, start, ERR_INVALID_SQL_SYNTAX__VARIABLE_TYPE_OR_DEFAULT_REQUIRED);
    }
    return command;
}

// --- EXECUTE IMMEDIATE and CALL
// --------------------------------------------------------------------------

static UExprList using_arguments(Sql *s) {
    bool paren = sql_is(s, TOKEN_LEFT_PAREN);
    SqlMark mark = sql_mark(s);
    if (paren) {
        sql_advance(s);
        if (sql_accept(s, TOKEN_RIGHT_PAREN)) return (UExprList){0};
        UExprList list = sql_named_expression_list(s);
        bool closed = sql_accept(s, TOKEN_RIGHT_PAREN);
        bool ends = sql_at_end(s) || sql_is(s, TOKEN_SEMICOLON);
        if (closed && ends && !s->failed) return list;
        sql_rewind(s, mark);
    }
    return sql_named_expression_list(s);
}

// EXECUTE IMMEDIATE text [INTO v, ...] [USING e [AS n], ...]
UCommand *sql_execute_immediate(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    sql_expect_word(s, WORD_IMMEDIATE);
    UCommand *command = sql_command_new(s, UCMD_EXECUTE_IMMEDIATE, start);
    command->immediate.text = sql_expression(s);
    if (sql_accept_word(s, WORD_INTO)) {
        bool paren = sql_accept(s, TOKEN_LEFT_PAREN);
        do
            ARENA_PUSH(s->arena, command->immediate.into, command->immediate.into_count,
                       sql_name_parts(s));
        while (sql_accept(s, TOKEN_COMMA));
        if (paren) sql_expect(s, TOKEN_RIGHT_PAREN);
    }
    if (sql_accept_word(s, WORD_USING)) {
        UExprList list = using_arguments(s);
        command->immediate.arguments = list.items;
        command->immediate.argument_count = list.count;
    }
    return command;
}

UCommand *sql_call_procedure(Sql *s) {
    uint32_t start = sql_start(s);
    sql_advance(s);
    UCommand *command = sql_command_new(s, UCMD_CALL, start);
    sql_object_name(s, command);
    sql_expect(s, TOKEN_LEFT_PAREN);
    if (!sql_is(s, TOKEN_RIGHT_PAREN)) do
            ARENA_PUSH(s->arena, command->call.arguments, command->call.argument_count,
                       sql_lambda_or_call_argument(s));
        while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    return command;
}
