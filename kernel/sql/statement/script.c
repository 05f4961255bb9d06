// SPDX-License-Identifier: Apache-2.0
// BEGIN ... END scripts.
#include "kernel/plan/script.h"
#include "kernel/sql/statement/statement.h"

static UScript *script_new(Sql *s, UScriptKind kind, uint32_t start) {
    UScript *script = ARENA_NEW(s->arena, UScript);
    script->kind = kind;
    script->origin = sql_origin(s, start);
    return script;
}

static UScript *script_item(Sql *s);

static bool at_body_end(const Sql *s) {
    Word word = sql_word(s);
    if (word == WORD_UNTIL || word == WORD_ELSEIF) return true;
    return word == WORD_END || word == WORD_ELSE || word == WORD_WHEN;
}

// item; item; ... up to the word that ends it.
static UScriptList script_body(Sql *s) {
    UScriptList list = {0};
    s->in_script = true;
    while (!sql_at_end(s) && !at_body_end(s)) {
        UScript *item = script_item(s);
        ARENA_PUSH(s->arena, list.items, list.count, item);
        if (!sql_accept(s, TOKEN_SEMICOLON) && !s->failed) sql_fail_expected(s, "';'");
    }
    return list;
}

static void push_branch(Sql *s, UScript *script, UScriptList body) {
    ARENA_PUSH(s->arena, script->branches, script->branch_count, body);
}

static void push_condition(Sql *s, UScript *script) {
    UExpr *condition = sql_expression(s);
    ARENA_PUSH(s->arena, script->conditions, script->condition_count, condition);
}

// END [word] [label]; the label must be the one at the start.
static void script_end(Sql *s, Word word, UScript *script) {
    sql_expect_word(s, WORD_END);
    if (word != WORD_PLAIN) sql_expect_word(s, word);
    bool label = sql_is_identifier(s, sql_peek(s)) && word != WORD_IF && word != WORD_CASE;
    if (!label) return;
    uint32_t start = sql_start(s);
    Slice name = sql_identifier(s);
    if (slice_equal_ignore_case(name, script->label)) return;
    if (!script->label.bytes)
        sql_fail(s, start, ERR_LABELS_MISMATCH__END_LABEL_WITHOUT_BEGIN_LABEL, "endLabel",
                 sql_cstr(s, arena_printf(s->arena, "`%.*s`", SLICE_ARGS(name))));
    else
        sql_fail(s, start, ERR_LABELS_MISMATCH, "beginLabel",
                 sql_cstr(s, arena_printf(s->arena, "`%.*s`", SLICE_ARGS(script->label))),
                 "endLabel", sql_cstr(s, arena_printf(s->arena, "`%.*s`", SLICE_ARGS(name))));
}

static UScript *block(Sql *s, uint32_t start, Slice label) {
    UScript *script = script_new(s, USCRIPT_BLOCK, start);
    script->label = label;
    sql_expect_word(s, WORD_BEGIN);
    script->not_atomic = sql_accept_words(s, WORD_NOT, WORD_ATOMIC);
    script->body = script_body(s);
    script_end(s, WORD_PLAIN, script);
    return script;
}

static UScript *if_statement(Sql *s, uint32_t start) {
    UScript *script = script_new(s, USCRIPT_IF, start);
    do {
        sql_advance(s);
        push_condition(s, script);
        sql_expect_word(s, WORD_THEN);
        push_branch(s, script, script_body(s));
    } while (sql_is_word(s, WORD_ELSEIF));
    if (sql_accept_word(s, WORD_ELSE)) push_branch(s, script, script_body(s));
    script_end(s, WORD_IF, script);
    return script;
}

static UScript *case_statement(Sql *s, uint32_t start) {
    UScript *script = script_new(s, USCRIPT_CASE, start);
    sql_advance(s);
    if (!sql_is_word(s, WORD_WHEN)) script->operand = sql_expression(s);
    if (!sql_is_word(s, WORD_WHEN)) sql_fail_expected(s, "WHEN");
    while (sql_accept_word(s, WORD_WHEN)) {
        push_condition(s, script);
        sql_expect_word(s, WORD_THEN);
        push_branch(s, script, script_body(s));
    }
    if (sql_accept_word(s, WORD_ELSE)) push_branch(s, script, script_body(s));
    script_end(s, WORD_CASE, script);
    return script;
}

static UScript *while_loop(Sql *s, uint32_t start, Slice label) {
    UScript *script = script_new(s, USCRIPT_WHILE, start);
    script->label = label;
    sql_advance(s);
    push_condition(s, script);
    sql_expect_word(s, WORD_DO);
    script->body = script_body(s);
    script_end(s, WORD_WHILE, script);
    return script;
}

static UScript *repeat_loop(Sql *s, uint32_t start, Slice label) {
    UScript *script = script_new(s, USCRIPT_REPEAT, start);
    script->label = label;
    sql_advance(s);
    script->body = script_body(s);
    sql_expect_word(s, WORD_UNTIL);
    push_condition(s, script);
    script_end(s, WORD_REPEAT, script);
    return script;
}

static UScript *plain_loop(Sql *s, uint32_t start, Slice label) {
    UScript *script = script_new(s, USCRIPT_LOOP, start);
    script->label = label;
    sql_advance(s);
    script->body = script_body(s);
    script_end(s, WORD_LOOP, script);
    return script;
}

// FOR [row AS] query DO ... END FOR
static UScript *for_loop(Sql *s, uint32_t start, Slice label) {
    UScript *script = script_new(s, USCRIPT_FOR, start);
    script->label = label;
    sql_advance(s);
    if (sql_is_identifier(s, sql_peek(s)) && sql_word_at(s, 1) == WORD_AS) {
        script->name = sql_identifier(s);
        sql_advance(s);
    }
    bool outer = s->stop_at_do;
    s->stop_at_do = true;
    script->query = sql_query(s);
    s->stop_at_do = outer;
    sql_expect_word(s, WORD_DO);
    script->body = script_body(s);
    script_end(s, WORD_FOR, script);
    return script;
}

// SQLSTATE [VALUE] 'xxxxx'
static Slice sqlstate(Sql *s) {
    sql_expect_word(s, WORD_SQLSTATE);
    (void)sql_accept_word(s, WORD_VALUE);
    return sql_string(s);
}

// DECLARE EXIT|CONTINUE HANDLER FOR condition, ... body
static UScript *handler(Sql *s, uint32_t start) {
    UScript *script = script_new(s, USCRIPT_HANDLER, start);
    sql_advance(s);
    script->is_continue = sql_is_word(s, WORD_CONTINUE);
    sql_advance(s);
    sql_advance(s);
    sql_expect_word(s, WORD_FOR);
    do {
        Slice name;
        if (sql_is_word(s, WORD_SQLSTATE)) name = sqlstate(s);
        else if (sql_accept_words(s, WORD_NOT, WORD_FOUND)) name = SLICE("NOT FOUND");
        else name = sql_text_of_name(s);
        ARENA_PUSH(s->arena, script->handled, script->handled_count, name);
    } while (sql_accept(s, TOKEN_COMMA));
    UScript *body = script_item(s);
    ARENA_PUSH(s->arena, script->body.items, script->body.count, body);
    return script;
}

static UScript *declare_condition(Sql *s, uint32_t start) {
    UScript *script = script_new(s, USCRIPT_CONDITION, start);
    sql_advance(s);
    script->name = sql_identifier(s);
    sql_advance(s);
    script->sqlstate = SLICE("45000");
    if (sql_accept_word(s, WORD_FOR)) script->sqlstate = sqlstate(s);
    return script;
}

static UScript *labelled(Sql *s, uint32_t start) {
    Slice label = SLICE("");
    if (sql_is_identifier(s, sql_peek(s)) && sql_is_at(s, 1, TOKEN_COLON)) {
        label = sql_identifier(s);
        sql_advance(s);
    }
    switch (sql_word(s)) {
    case WORD_BEGIN: return block(s, start, label);
    case WORD_WHILE: return while_loop(s, start, label);
    case WORD_REPEAT: return repeat_loop(s, start, label);
    case WORD_LOOP: return plain_loop(s, start, label);
    case WORD_FOR: return for_loop(s, start, label);
    default: break;
    }
    if (label.bytes) sql_fail_expected(s, "BEGIN, WHILE, REPEAT, LOOP or FOR");
    return NULL;
}

static UScript *jump(Sql *s, uint32_t start) {
    bool leave = sql_is_word(s, WORD_LEAVE);
    sql_advance(s);
    UScript *script = script_new(s, leave ? USCRIPT_LEAVE : USCRIPT_ITERATE, start);
    script->label = sql_identifier(s);
    return script;
}

static UScript *script_item(Sql *s) {
    uint32_t start = sql_start(s);
    if (!sql_enter(s)) return script_new(s, USCRIPT_LEAVE, start);
    UScript *script = labelled(s, start);
    Word next = sql_word_at(s, 1);
    if (script) {
    } else if (sql_is_word(s, WORD_IF)) {
        script = if_statement(s, start);
    } else if (sql_is_word(s, WORD_CASE)) {
        script = case_statement(s, start);
    } else if (sql_is_word(s, WORD_LEAVE) || sql_is_word(s, WORD_ITERATE)) {
        script = jump(s, start);
    } else if (sql_is_word(s, WORD_DECLARE) && sql_word_at(s, 2) == WORD_HANDLER) {
        script = handler(s, start);
    } else if (sql_is_word(s, WORD_DECLARE) && sql_word_at(s, 2) == WORD_CONDITION) {
        script = declare_condition(s, start);
    } else {
        (void)next;
        script = script_new(s, USCRIPT_STATEMENT, start);
        script->command = sql_statement(s);
    }
    script->origin = sql_origin(s, start);
    sql_leave(s);
    return script;
}

UCommand *sql_script(Sql *s) {
    uint32_t start = sql_start(s);
    UScript *script = script_item(s);
    if (script->kind != USCRIPT_BLOCK && !s->failed) sql_fail_expected(s, "BEGIN");
    UCommand *command = sql_command_new(s, UCMD_SCRIPT, start);
    command->script.script = script;
    return command;
}
