// SPDX-License-Identifier: Apache-2.0
// DECLARE, SET VAR and DROP of session variables; EXECUTE IMMEDIATE.
#include "base/limits.h"
#include "kernel/session/statement.h"

// The variable's own name behind session. and system.session. qualifiers; none for other
// qualifiers.
static Slice variable_name(NameParts name) {
    bool is_session =
        name.count < 2 || slice_equal_ignore_case(name.parts[name.count - 2], SLICE("session"));
    bool is_system = name.count < 3 || slice_equal_ignore_case(name.parts[0], SLICE("system"));
    bool known = name.count && name.count <= 3 && is_session && is_system;
    return known ? name.parts[name.count - 1] : SLICE_NONE;
}

static Variable *find_variable(Session *session, NameParts name) {
    Slice own = variable_name(name);
    return own.data ? session_find_variable(session, own) : NULL;
}

static Result *fail_unknown(NameParts name, const char *path, Error *err) {
    AUTO(Text, text) = {0};
    for (uint32_t i = 0; i < name.count; i++)
        text_printf(&text, "%s`%.*s`", i ? "." : "", SLICE_ARGS(name.parts[i]));
    error_set(err, ERR_UNRESOLVED_VARIABLE, "variableName", text_cstr(&text), "searchPath", path);
    return NULL;
}

static bool fail_unassignable(NameParts name, Error *err) {
    return fail_unknown(name, "`SYSTEM`.`SESSION`", err) != NULL;
}

// Fails with the class over `system`.`session`.`name`.
static bool fail_named(ErrorCode code, Slice name, Error *err) {
    AUTO(Text, text) = {0};
    text_printf(&text, "`system`.`session`.`%.*s`", SLICE_ARGS(name));
    return error_set(err, code, "variableName", text_cstr(&text));
}

// A name that stands twice; SLICE_NONE: none does.
static Slice repeated_name(const NameParts *names, size_t stride, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            const NameParts *a = (const void *)((const char *)names + i * stride);
            const NameParts *b = (const void *)((const char *)names + k * stride);
            if (a->count && b->count &&
                slice_equal_ignore_case(a->parts[a->count - 1], b->parts[b->count - 1]))
                return b->parts[b->count - 1];
        }
    return SLICE_NONE;
}

static bool has_subquery(const UExpr *expr) {
    if (expr->kind == UEXPR_SUBQUERY) return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (has_subquery(expr->args[i])) return true;
    return false;
}

// The value of an expression with subqueries: a query of one row.
static bool value_of_query(Statement *statement, UExpr *expr, Value *out, Error *err) {
    URel one_row = {.kind = UREL_ONE_ROW, .origin = expr->origin, .plan_id = -1};
    URel project = {.kind = UREL_PROJECT,
                    .origin = expr->origin,
                    .plan_id = -1,
                    .input = &one_row,
                    .exprs = &expr,
                    .expr_count = 1};
    Result *rows = execute_query(statement, &project, err);
    if (!rows) return false;
    Value value = vector_value(&result_batch(rows, 0)->columns[0], 0, statement->arena);
    *out = value_copy(statement->arena, value);
    out->type = type_copy(statement->arena, value.type);
    result_free(rows);
    return true;
}

// The expression's value, cast to the type when there is one.
static bool constant_of(Statement *statement, UExpr *expr, const Type *type, Value *out,
                        Error *err) {
    UExpr cast = {.kind = UEXPR_CAST,
                  .origin = expr->origin,
                  .args = (UExpr *[]){expr},
                  .arg_count = 1,
                  .plan_id = -1,
                  .cast = {.type = type, .mode = UCAST_DEFAULT}};
    UExpr *source = type ? &cast : expr;
    statement->scope.catalog = session_catalog(statement->session, err);
    if (!statement->scope.catalog) return false;
    if (has_subquery(expr)) return value_of_query(statement, source, out, err);
    return resolve_constant(&statement->scope, source, out, err);
}

// --- DECLARE
// -----------------------------------------------------------------------------------------

static bool check_declared(Session *session, const UCommand *command, Error *err) {
    Slice twice =
        repeated_name(command->variable.names, sizeof(NameParts), command->variable.count);
    if (twice.data) return fail_named(ERR_DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE, twice, err);
    for (uint32_t i = 0; i < command->variable.count; i++) {
        NameParts name = command->variable.names[i];
        Slice own = variable_name(name);
        if (!own.data) return fail_unknown(name, "`system`.`session`", err) != NULL;
        if (session_find_variable(session, own) && !command->or_replace)
            return fail_named(ERR_VARIABLE_ALREADY_EXISTS, own, err);
    }
    return true;
}

static Result *declare(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    if (!check_declared(session, command, err)) return NULL;
    const Type *type = command->variable.type;
    Value value = value_null(type ? type : type_of(TYPE_VOID));
    if (command->variable.value &&
        !constant_of(statement, command->variable.value, type, &value, err))
        return NULL;
    for (uint32_t i = 0; i < command->variable.count; i++) {
        Slice name = variable_name(command->variable.names[i]);
        if (!session_declare(session, name, &value, err)) return NULL;
        Variable *variable = session_find_variable(session, name);
        variable->default_text = arena_copy(&variable->arena, command->variable.value_text);
    }
    return result_new();
}

// --- SET VAR
// -----------------------------------------------------------------------------------------

// What DEFAULT stands for: the expression of DECLARE, or NULL.
static UExpr *default_of(Statement *statement, const Variable *variable, Error *err) {
    Slice text = variable->default_text;
    Slice source = text.bytes ? arena_copy(statement->arena, text) : SLICE("NULL");
    ParserOptions options = session_parser_options(statement->session, statement->query);
    return statement->scope.parser->expression(statement->arena, source, &options, err);
}

static bool assign(Statement *statement, NameParts name, UExpr *expr, Error *err) {
    Variable *variable = find_variable(statement->session, name);
    if (!variable) return fail_unassignable(name, err);
    Value value;
    if (expr->kind == UEXPR_DEFAULT && !(expr = default_of(statement, variable, err))) return false;
    return constant_of(statement, expr, variable->value.type, &value, err) &&
           session_declare(statement->session, variable->name, &value, err);
}

static bool assign_all(Statement *statement, const UCommand *command, Error *err) {
    const USetPair *sets = command->variable.sets;
    uint32_t count = command->variable.set_count;
    Slice twice = repeated_name(&sets->target, sizeof *sets, count);
    if (twice.data) {
        AUTO(Text, text) = {0};
        text_printf(&text, "`%.*s`", SLICE_ARGS(twice));
        return error_set(err, ERR_DUPLICATE_ASSIGNMENTS, "nameList", text_cstr(&text));
    }
    for (uint32_t i = 0; i < count; i++)
        if (!assign(statement, sets[i].target, sets[i].value, err)) return false;
    return true;
}

// DEFAULT in the query's list or rows is the default of the variable at its place.
static bool fill_defaults(Statement *statement, const UCommand *command, URel *rel, Error *err) {
    while (rel && rel->kind != UREL_PROJECT && rel->kind != UREL_VALUES) rel = rel->input;
    if (!rel) return true;
    uint32_t rows = rel->kind == UREL_VALUES ? rel->values.row_count : 1;
    for (uint32_t r = 0; r < rows; r++) {
        UExpr **exprs = rel->kind == UREL_VALUES ? rel->values.rows[r] : rel->exprs;
        uint32_t width = rel->kind == UREL_VALUES ? rel->values.column_count : rel->expr_count;
        for (uint32_t i = 0; i < width && i < command->variable.count; i++) {
            if (exprs[i]->kind != UEXPR_DEFAULT) continue;
            Variable *variable = find_variable(statement->session, command->variable.names[i]);
            if (!variable) return fail_unassignable(command->variable.names[i], err);
            if (!(exprs[i] = default_of(statement, variable, err))) return false;
        }
    }
    return true;
}

static bool check_assigned(const UCommand *command, Error *err) {
    Slice twice =
        repeated_name(command->variable.names, sizeof(NameParts), command->variable.count);
    if (!twice.data) return true;
    AUTO(Text, text) = {0};
    text_printf(&text, "`%.*s`", SLICE_ARGS(twice));
    return error_set(err, ERR_DUPLICATE_ASSIGNMENTS, "nameList", text_cstr(&text));
}

static bool fail_arity(uint32_t expressions, uint32_t targets, Error *err) {
    error_set(err, ERR_ASSIGNMENT_ARITY_MISMATCH);
    error_add_format(err, "numExpr", "%u", expressions);
    error_add_format(err, "numTarget", "%u", targets);
    return false;
}

// SET VAR (a, b) = (query): one row at most; no row gives NULLs.
static bool assign_query(Statement *statement, const UCommand *command, Error *err) {
    if (!check_assigned(command, err) ||
        !fill_defaults(statement, command, command->variable.query, err))
        return false;
    Result *rows = execute_query(statement, command->variable.query, err);
    if (!rows) return false;
    bool ok = true;
    uint64_t count = result_row_count(rows);
    if (rows->column_count != command->variable.count)
        ok = fail_arity(rows->column_count, command->variable.count, err);
    else if (count > 1) ok = error_set(err, ERR_ROW_SUBQUERY_TOO_MANY_ROWS);
    AUTO(Arena, arena) = {0};
    for (uint32_t i = 0; ok && i < command->variable.count; i++) {
        NameParts name = command->variable.names[i];
        Variable *variable = find_variable(statement->session, name);
        if (!variable) {
            ok = fail_unassignable(name, err);
            break;
        }
        Value value = count ? vector_value(&result_batch(rows, 0)->columns[i], 0, &arena)
                            : value_null(variable->value.type);
        UExpr literal = {.kind = UEXPR_LITERAL, .plan_id = -1, .literal = {.value = value}};
        ok = constant_of(statement, &literal, variable->value.type, &value, err) &&
             session_declare(statement->session, variable->name, &value, err);
    }
    result_free(rows);
    return ok;
}

static Result *drop(Session *session, const UCommand *command, Error *err) {
    NameParts name = command->variable.count ? command->variable.names[0] : command->name;
    Slice own = variable_name(name);
    if (!own.data) return fail_unknown(name, "`system`.`session`", err);
    Variable *variable = session_find_variable(session, own);
    if (!variable && command->if_exists) return result_new();
    if (!variable) {
        fail_named(ERR_VARIABLE_NOT_FOUND, own, err);
        return NULL;
    }
    session_drop_variable(session, variable);
    return result_new();
}

Result *execute_variable(Statement *statement, const UCommand *command, Error *err) {
    if (command->kind == UCMD_DECLARE_VARIABLE) return declare(statement, command, err);
    if (command->kind == UCMD_DROP_VARIABLE) return drop(statement->session, command, err);
    bool ok = command->variable.query ? assign_query(statement, command, err)
                                      : assign_all(statement, command, err);
    return ok ? result_new() : NULL;
}

// --- EXECUTE IMMEDIATE
// ---------------------------------------------------------------------------------

// The arguments as parameters of the inner statement: named by their aliases, else by position.
static bool bind_arguments(Statement *statement, const UCommand *command, ExecuteOptions *options,
                           Error *err) {
    uint32_t count = command->immediate.argument_count;
    NamedValue *values = ARENA_ARRAY(statement->arena, NamedValue, count);
    for (uint32_t i = 0; i < count; i++) {
        UExpr *argument = command->immediate.arguments[i];
        if (argument->kind == UEXPR_ALIAS && argument->alias.count) {
            values[i].name = argument->alias.names[0];
            argument = argument->args[0];
        }
        if (argument->kind == UEXPR_SUBQUERY) {
            error_set(err, ERR_UNSUPPORTED_EXPR_FOR_PARAMETER, "invalidExprSql",
                      "\"scalarsubquery()\"");
            error_set_span(err, argument->origin.span);
            return false;
        }
        if (!constant_of(statement, argument, NULL, &values[i].value, err)) return false;
    }
    options->parameters = values;
    options->parameter_count = count;
    return true;
}

// A text has ? or :name, not both; with :name every argument has a name (a variable has its own).
static bool check_markers(const UCommand *command, const UCommand *inner, Error *err) {
    if (inner->marker_count && inner->has_named_markers)
        return error_set(err, ERR_INVALID_QUERY_MIXED_QUERY_PARAMETERS);
    if (!inner->has_named_markers) return true;
    AUTO(Text, unnamed) = {0};
    for (uint32_t i = 0; i < command->immediate.argument_count; i++) {
        const UExpr *argument = command->immediate.arguments[i];
        if (argument->kind == UEXPR_ALIAS || argument->kind == UEXPR_ATTRIBUTE) continue;
        text_append_cstr(&unnamed, unnamed.bytes ? ", \"" : "\"");
        bool is_text = argument->kind == UEXPR_LITERAL && !argument->literal.value.is_null &&
                       type_is_text(argument->literal.value.type);
        text_append(&unnamed, is_text                           ? argument->literal.value.bytes
                              : argument->kind == UEXPR_LITERAL ? argument->literal.text
                                                                : SLICE("expression"));
        text_append_char(&unnamed, '"');
    }
    if (!unnamed.bytes) return true;
    return error_set(err, ERR_ALL_PARAMETERS_MUST_BE_NAMED, "exprs", text_cstr(&unnamed));
}

static bool check_into(const UCommand *command, const Result *rows, Error *err) {
    uint32_t count = command->immediate.into_count;
    Slice twice = repeated_name(command->immediate.into, sizeof(NameParts), count);
    if (twice.data) {
        AUTO(Text, text) = {0};
        text_printf(&text, "`%.*s`", SLICE_ARGS(twice));
        return error_set(err, ERR_DUPLICATE_ASSIGNMENTS, "nameList", text_cstr(&text));
    }
    if (rows->column_count != count) return fail_arity(rows->column_count, count, err);
    return result_row_count(rows) <= 1 || error_set(err, ERR_ROW_SUBQUERY_TOO_MANY_ROWS);
}

static Result *store_into(Statement *statement, const UCommand *command, Result *rows, Error *err) {
    uint64_t count = result_row_count(rows);
    bool ok = check_into(command, rows, err);
    for (uint32_t i = 0; ok && i < command->immediate.into_count; i++) {
        NameParts name = command->immediate.into[i];
        Variable *variable = find_variable(statement->session, name);
        if (!variable) {
            ok = fail_unassignable(name, err);
            break;
        }
        Value value = count ? vector_value(&result_batch(rows, 0)->columns[i], 0, statement->arena)
                            : value_null(variable->value.type);
        UExpr literal = {.kind = UEXPR_LITERAL, .plan_id = -1, .literal = {.value = value}};
        ok = constant_of(statement, &literal, variable->value.type, &value, err) &&
             session_declare(statement->session, variable->name, &value, err);
    }
    result_free(rows);
    return ok ? result_new() : NULL;
}

static bool immediate_text(Statement *statement, const UExpr *source, Value *text, Error *err) {
    if (!constant_of(statement, (UExpr *)source, NULL, text, err)) return false;
    bool is_void = type_is(text->type, TYPE_VOID);
    AUTO(Text, shown) = {0};
    if (!type_is_text(text->type) && !is_void) {
        text_append_char(&shown, '"');
        type_append_sql(text->type, &shown);
        text_append_char(&shown, '"');
        return error_set(err, ERR_INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE, "exprType",
                         text_cstr(&shown));
    }
    if (!text->is_null) return true;
    for (uint32_t i = 0; source->kind == UEXPR_ATTRIBUTE && i < source->name.count; i++)
        text_printf(&shown, "%s`%.*s`", i ? "." : "", SLICE_ARGS(source->name.parts[i]));
    return error_set(err, ERR_NULL_QUERY_STRING_EXECUTE_IMMEDIATE, "varName",
                     shown.bytes ? text_cstr(&shown) : "NULL");
}

static Result *run_immediate(Statement *statement, const UCommand *command, Slice text,
                             Error *err) {
    Session *session = statement->session;
    ParserOptions parser = session_parser_options(session, statement->query);
    UCommand *inner = statement->scope.parser->statement(statement->arena, text, &parser, err);
    Result *result = NULL;
    if (inner && check_markers(command, inner, err)) {
        statement->immediate_depth++;
        result = execute_command(statement, inner, err);
        statement->immediate_depth--;
    }
    if (!result) error_set_context(err, text);
    return result;
}

Result *execute_immediate(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    Value text;
    if (statement->immediate_depth == LIMIT_EXECUTE_IMMEDIATE_DEPTH) {
        error_set(err, ERR_NESTED_EXECUTE_IMMEDIATE, "sqlString", "EXECUTE IMMEDIATE");
        return NULL;
    }
    if (!immediate_text(statement, command->immediate.text, &text, err)) return NULL;
    const ExecuteOptions *outer = session->options;
    ExecuteOptions options = {.row_limit = outer ? outer->row_limit : 0};
    if (!bind_arguments(statement, command, &options, err)) return NULL;
    session->options = &options;
    Result *result = run_immediate(statement, command, text.bytes, err);
    session->options = outer;
    if (!result || !command->immediate.into_count) return result;
    return store_into(statement, command, result, err);
}
