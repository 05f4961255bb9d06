// SPDX-License-Identifier: Apache-2.0
// BEGIN ... END scripts, walked as a tree.
//
// A block's variables are session variables for as long as the block runs: what they hide is put
// aside and comes back at its end. LEAVE, ITERATE and failures travel up as a Flow until the loop,
// block or handler that takes them. The result is that of the last query.
#include "kernel/plan/script.h"
#include "kernel/session/statement.h"

#include <stdlib.h>

typedef enum FlowKind { FLOW_NEXT, FLOW_LEAVE, FLOW_ITERATE, FLOW_FAILED } FlowKind;

typedef struct Flow {
    FlowKind kind;
    Slice label; // of LEAVE and ITERATE
} Flow;

typedef struct Scope {
    const struct Scope *outer;
    const UScript *block;
    Variable **hidden; // NULL entries: the name was free
    Slice *declared;
    uint32_t declared_count;
    Arena arena;
} Scope;

typedef struct ScriptRun {
    Statement *statement;
    Result *last;
    const Scope *scope; // innermost
    Error *err;
} ScriptRun;

static const Flow NEXT = {FLOW_NEXT, {NULL, 0}};
static const Flow FAILED = {FLOW_FAILED, {NULL, 0}};

static Flow run_item(ScriptRun *run, const UScript *item);
static Flow run_list(ScriptRun *run, const UScriptList *list);

// --- variables of a block
// ------------------------------------------------------------------------------

// Takes a variable out of the session without ending it.
static Variable *variable_detach(Session *session, Slice name) {
    Variable *variable = session_find_variable(session, name);
    if (!variable) return NULL;
    pthread_mutex_lock(&session->names_lock);
    for (uint32_t i = 0; i < session->variable_count; i++)
        if (session->variables[i] == variable)
            session->variables[i] = session->variables[--session->variable_count];
    pthread_mutex_unlock(&session->names_lock);
    return variable;
}

// There is room: the place that detaching left, or one that dropping left.
static void variable_attach(Session *session, Variable *variable) {
    pthread_mutex_lock(&session->names_lock);
    session->variables =
        xrealloc(session->variables, sizeof(Variable *) * (session->variable_count + 1));
    session->variables[session->variable_count++] = variable;
    pthread_mutex_unlock(&session->names_lock);
}

static void scope_open(ScriptRun *run, Scope *scope, const UScript *block) {
    *scope = (Scope){.outer = run->scope, .block = block};
    run->scope = scope;
}

// Puts aside what the name meant outside; a name of this block stays, so that declaring it again
// fails.
static void scope_declare(ScriptRun *run, Scope *scope, Slice name) {
    for (uint32_t i = 0; i < scope->declared_count; i++)
        if (slice_equal_ignore_case(scope->declared[i], name)) return;
    uint32_t index = scope->declared_count;
    Variable *hidden = variable_detach(run->statement->session, name);
    ARENA_PUSH(&scope->arena, scope->hidden, index, hidden);
    Slice kept = arena_copy(&scope->arena, name);
    ARENA_PUSH(&scope->arena, scope->declared, scope->declared_count, kept);
}

static void scope_close(ScriptRun *run, Scope *scope) {
    Session *session = run->statement->session;
    for (uint32_t i = scope->declared_count; i-- > 0;) {
        Variable *own = session_find_variable(session, scope->declared[i]);
        if (own) session_drop_variable(session, own);
        if (scope->hidden[i]) variable_attach(session, scope->hidden[i]);
    }
    run->scope = scope->outer;
    arena_deinit(&scope->arena);
}

// --- statements and conditions
// -------------------------------------------------------------------------

// Each statement has an arena of its own: a loop does not pile them up.
static Result *run_statement(ScriptRun *run, const UCommand *command) {
    AUTO(Arena, arena) = {0};
    Statement inner = *run->statement;
    inner.arena = &arena;
    session_fill_scope(inner.session, &inner);
    return execute_command(&inner, command, run->err);
}

static Flow run_command(ScriptRun *run, const UCommand *command) {
    bool declares = command->kind == UCMD_DECLARE_VARIABLE && run->scope;
    for (uint32_t i = 0; declares && i < command->variable.count; i++) {
        NameParts name = command->variable.names[i];
        if (name.count) scope_declare(run, (Scope *)run->scope, name.parts[name.count - 1]);
    }
    Result *result = run_statement(run, command);
    if (!result) return FAILED;
    if (result->column_count == 0) {
        result_free(result);
        return NEXT;
    }
    result_free(run->last);
    run->last = result;
    return NEXT;
}

// The expression as a query of one row, so that it may hold subqueries.
static bool evaluate(ScriptRun *run, UExpr *expr, Arena *arena, Value *value) {
    URel one_row = {.kind = UREL_ONE_ROW, .origin = expr->origin, .plan_id = -1};
    URel project = {.kind = UREL_PROJECT,
                    .origin = expr->origin,
                    .plan_id = -1,
                    .input = &one_row,
                    .exprs = &expr,
                    .expr_count = 1};
    UCommand query = {.kind = UCMD_QUERY, .origin = expr->origin, .query = &project};
    Result *result = run_statement(run, &query);
    if (!result) return false;
    *value = value_copy(arena, vector_value(&result_batch(result, 0)->columns[0], 0, arena));
    result_free(result);
    return true;
}

static bool condition_holds(ScriptRun *run, UExpr *expr, bool *holds) {
    AUTO(Arena, arena) = {0};
    Value value;
    if (!evaluate(run, expr, &arena, &value)) return false;
    if (!type_is(value.type, TYPE_BOOLEAN) && !type_is(value.type, TYPE_VOID)) {
        error_set(run->err, ERR_INVALID_BOOLEAN_STATEMENT);
        error_set_span(run->err, expr->origin.span);
        return false;
    }
    *holds = !value.is_null && value.i64;
    return true;
}

// --- control flow
// --------------------------------------------------------------------------------------

// CASE x WHEN y compares x = y.
static UExpr *branch_condition(const UScript *item, uint32_t index, Arena *arena) {
    UExpr *when = item->conditions[index];
    if (!item->operand) return when;
    UExpr *equal = ARENA_NEW(arena, UExpr);
    *equal = (UExpr){.kind = UEXPR_FUNCTION,
                     .origin = when->origin,
                     .plan_id = -1,
                     .is_operator = true,
                     .arg_count = 2};
    equal->args = ARENA_ARRAY(arena, UExpr *, 2);
    equal->args[0] = item->operand;
    equal->args[1] = when;
    equal->name.parts = ARENA_NEW(arena, Slice);
    equal->name.parts[0] = SLICE("=");
    equal->name.count = 1;
    return equal;
}

static Flow run_branches(ScriptRun *run, const UScript *item) {
    AUTO(Arena, arena) = {0};
    for (uint32_t i = 0; i < item->condition_count; i++) {
        bool holds;
        if (!condition_holds(run, branch_condition(item, i, &arena), &holds)) return FAILED;
        if (holds) return run_list(run, &item->branches[i]);
    }
    if (item->branch_count == item->condition_count) return NEXT;
    return run_list(run, &item->branches[item->branch_count - 1]);
}

// After a loop's body: does the loop end, and with what?
static bool loop_ends(const UScript *loop, Flow flow, Flow *out) {
    *out = flow;
    if (flow.kind == FLOW_NEXT) return false;
    bool own = loop->label.bytes && slice_equal_ignore_case(flow.label, loop->label);
    if (flow.kind == FLOW_ITERATE && own) return false;
    if (flow.kind == FLOW_LEAVE && own) *out = NEXT;
    return true;
}

static Flow run_loop(ScriptRun *run, const UScript *loop) {
    for (;;) {
        bool holds = true;
        Flow out;
        if (loop->kind == USCRIPT_WHILE) {
            if (!condition_holds(run, loop->conditions[0], &holds)) return FAILED;
            if (!holds) return NEXT;
        }
        if (loop_ends(loop, run_list(run, &loop->body), &out)) return out;
        if (loop->kind != USCRIPT_REPEAT) continue;
        if (!condition_holds(run, loop->conditions[0], &holds)) return FAILED;
        if (holds) return NEXT;
    }
}

// The row's columns as variables, and all of them as a struct under the loop's name.
static bool declare_row(ScriptRun *run, Scope *scope, const UScript *loop, const Result *rows,
                        const Batch *batch, uint32_t row) {
    AUTO(Arena, arena) = {0};
    Session *session = run->statement->session;
    uint32_t count = rows->column_count;
    Value *values = ARENA_ARRAY(&arena, Value, count + 1);
    TypeField *fields = ARENA_ARRAY(&arena, TypeField, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = vector_value(&batch->columns[i], row, &arena);
        values[i].type = rows->columns[i].type;
        fields[i] = (TypeField){
            .name = rows->columns[i].name, .type = rows->columns[i].type, .nullable = true};
        scope_declare(run, scope, rows->columns[i].name);
        if (!session_declare(session, rows->columns[i].name, &values[i], run->err)) return false;
    }
    if (!loop->name.bytes) return true;
    Value whole = {
        .type = type_struct(&arena, fields, count), .item_count = count, .items = values};
    scope_declare(run, scope, loop->name);
    return session_declare(session, loop->name, &whole, run->err);
}

static Flow run_rows(ScriptRun *run, const UScript *loop, Result *rows) {
    uint64_t count = result_row_count(rows), done = 0;
    for (uint32_t b = 0; done < count; b++) {
        const Batch *batch = result_batch(rows, b);
        for (uint32_t i = 0; i < batch->selected_count && done < count; i++, done++) {
            uint32_t row = batch->selection ? batch->selection[i] : i;
            Scope scope;
            scope_open(run, &scope, NULL);
            Flow flow = declare_row(run, &scope, loop, rows, batch, row)
                            ? run_list(run, &loop->body)
                            : FAILED;
            scope_close(run, &scope);
            Flow out;
            if (loop_ends(loop, flow, &out)) return out;
        }
    }
    return NEXT;
}

static Flow run_for(ScriptRun *run, const UScript *loop) {
    UCommand query = {.kind = UCMD_QUERY, .origin = loop->origin, .query = loop->query};
    Result *rows = run_statement(run, &query);
    if (!rows) return FAILED;
    Flow flow = run_rows(run, loop, rows);
    result_free(rows);
    return flow;
}

// --- blocks and handlers
// -------------------------------------------------------------------------------

// The SQLSTATE of a condition declared in this block or around it; empty: none.
static Slice condition_state(const Scope *scope, Slice name) {
    for (; scope; scope = scope->outer) {
        for (uint32_t i = 0; scope->block && i < scope->block->body.count; i++) {
            const UScript *item = scope->block->body.items[i];
            if (item->kind == USCRIPT_CONDITION && slice_equal_ignore_case(item->name, name))
                return item->sqlstate;
        }
    }
    return SLICE("");
}

static bool handles(const Scope *scope, const UScript *handler, const Error *err) {
    Slice state = slice_from_cstr(error_sqlstate(err));
    for (uint32_t i = 0; i < handler->handled_count; i++) {
        Slice name = handler->handled[i];
        if (slice_equal_ignore_case(name, SLICE("SQLEXCEPTION"))) return true;
        if (slice_equal_cstr(name, "NOT FOUND") && slice_starts_with(state, SLICE("02")))
            return true;
        if (slice_equal_ignore_case(name, slice_from_cstr(error_class(err)))) return true;
        if (slice_equal_ignore_case(name, state)) return true;
        Slice declared = condition_state(scope, name);
        if (declared.bytes && slice_equal_ignore_case(declared, state)) return true;
    }
    return false;
}

static const UScript *find_handler(const Scope *scope, const Error *err) {
    if (err->code == ERR_CANCELLED) return NULL;
    for (uint32_t i = 0; i < scope->block->body.count; i++) {
        const UScript *item = scope->block->body.items[i];
        if (item->kind == USCRIPT_HANDLER && handles(scope, item, err)) return item;
    }
    return NULL;
}

static Flow run_block(ScriptRun *run, const UScript *block) {
    Scope scope;
    scope_open(run, &scope, block);
    Flow flow = NEXT;
    for (uint32_t i = 0; i < block->body.count && flow.kind == FLOW_NEXT; i++) {
        flow = run_item(run, block->body.items[i]);
        const UScript *handler = flow.kind == FLOW_FAILED ? find_handler(&scope, run->err) : NULL;
        if (!handler) continue;
        error_reset(run->err);
        flow = run_list(run, &handler->body);
        if (!handler->is_continue) break;
    }
    scope_close(run, &scope);
    bool own = block->label.bytes && flow.kind == FLOW_LEAVE &&
               slice_equal_ignore_case(flow.label, block->label);
    return own ? NEXT : flow;
}

static Flow run_item(ScriptRun *run, const UScript *item) {
    if (run->statement->session->cancelled) {
        error_set(run->err, ERR_CANCELLED);
        return FAILED;
    }
    switch (item->kind) {
    case USCRIPT_BLOCK: return run_block(run, item);
    case USCRIPT_STATEMENT: return run_command(run, item->command);
    case USCRIPT_CONDITION:
    case USCRIPT_HANDLER: return NEXT;
    case USCRIPT_IF:
    case USCRIPT_CASE: return run_branches(run, item);
    case USCRIPT_WHILE:
    case USCRIPT_REPEAT:
    case USCRIPT_LOOP: return run_loop(run, item);
    case USCRIPT_FOR: return run_for(run, item);
    case USCRIPT_LEAVE: return (Flow){FLOW_LEAVE, item->label};
    case USCRIPT_ITERATE: return (Flow){FLOW_ITERATE, item->label};
    }
    return NEXT;
}

static Flow run_list(ScriptRun *run, const UScriptList *list) {
    Flow flow = NEXT;
    for (uint32_t i = 0; i < list->count && flow.kind == FLOW_NEXT; i++)
        flow = run_item(run, list->items[i]);
    return flow;
}

Result *execute_script(Statement *statement, const UCommand *command, Error *err) {
    Error local = {0};
    ScriptRun run = {.statement = statement, .err = err ? err : &local};
    Flow flow = run_item(&run, command->script.script);
    if (flow.kind == FLOW_NEXT) return run.last ? run.last : result_new();
    if (flow.kind != FLOW_FAILED) {
        AUTO(Text, label) = {0};
        text_printf(&label, "`%.*s`", SLICE_ARGS(flow.label));
        error_set(run.err, ERR_INVALID_LABEL_USAGE__DOES_NOT_EXIST, "labelName", text_cstr(&label),
                  "statementType", flow.kind == FLOW_LEAVE ? "LEAVE" : "ITERATE");
    }
    result_free(run.last);
    return NULL;
}
