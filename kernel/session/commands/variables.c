// SPDX-License-Identifier: Apache-2.0
// DECLARE, SET VAR and DROP of session variables; EXECUTE IMMEDIATE.
#include "kernel/session/statement.h"

// The variable's own name behind session. and system.session. qualifiers.
static Slice variable_name(NameParts name) {
    return name.count ? name.parts[name.count - 1] : SLICE_NONE;
}

static Result *fail_unknown(NameParts name, Error *err) {
    AUTO(Text, text) = {0};
    for (uint32_t i = 0; i < name.count; i++)
        text_printf(&text, "%s`%.*s`", i ? "." : "", SLICE_ARGS(name.parts[i]));
    error_set(err, ERR_UNRESOLVED_VARIABLE, "variableName", text_cstr(&text), "searchPath",
              "`SYSTEM`.`SESSION`");
    return NULL;
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
    statement->scope.catalog = session_catalog(statement->session, err);
    if (!statement->scope.catalog) return false;
    return resolve_constant(&statement->scope, type ? &cast : expr, out, err);
}

static Result *declare(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    for (uint32_t i = 0; i < command->variable.count; i++) {
        NameParts name = command->variable.names[i];
        if (session_find_variable(session, variable_name(name)) && !command->or_replace) {
            AUTO(Text, text) = {0};
            text_printf(&text, "`system`.`session`.`%.*s`", SLICE_ARGS(variable_name(name)));
            error_set(err, ERR_VARIABLE_ALREADY_EXISTS, "variableName", text_cstr(&text));
            return NULL;
        }
    }
    const Type *type = command->variable.type;
    Value value = value_null(type ? type : type_of(TYPE_VOID));
    if (command->variable.value &&
        !constant_of(statement, command->variable.value, type, &value, err))
        return NULL;
    for (uint32_t i = 0; i < command->variable.count; i++)
        if (!session_declare(session, variable_name(command->variable.names[i]), &value, err))
            return NULL;
    return result_new();
}

static bool assign(Statement *statement, NameParts name, UExpr *expr, Error *err) {
    Variable *variable = session_find_variable(statement->session, variable_name(name));
    if (!variable) return fail_unknown(name, err) != NULL;
    Value value = value_null(variable->value.type);
    if (expr->kind != UEXPR_DEFAULT &&
        !constant_of(statement, expr, variable->value.type, &value, err))
        return false;
    return session_declare(statement->session, variable->name, &value, err);
}

// SET VAR (a, b) = (query): one row at most; no row gives NULLs.
static bool assign_query(Statement *statement, const UCommand *command, Error *err) {
    Result *rows = execute_query(statement, command->variable.query, err);
    if (!rows) return false;
    bool ok = true;
    uint64_t count = result_row_count(rows);
    if (count > 1) ok = error_set(err, ERR_ROW_SUBQUERY_TOO_MANY_ROWS);
    if (ok && rows->column_count != command->variable.count)
        ok = error_set(err, ERR_ASSIGNMENT_ARITY_MISMATCH);
    AUTO(Arena, arena) = {0};
    for (uint32_t i = 0; ok && i < command->variable.count; i++) {
        NameParts name = command->variable.names[i];
        Variable *variable = session_find_variable(statement->session, variable_name(name));
        if (!variable) {
            ok = fail_unknown(name, err) != NULL;
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
    Variable *variable = session_find_variable(session, variable_name(name));
    if (!variable) return command->if_exists ? result_new() : fail_unknown(name, err);
    session_drop_variable(session, variable);
    return result_new();
}

Result *execute_variable(Statement *statement, const UCommand *command, Error *err) {
    if (command->kind == UCMD_DECLARE_VARIABLE) return declare(statement, command, err);
    if (command->kind == UCMD_DROP_VARIABLE) return drop(statement->session, command, err);
    if (command->variable.query) return assign_query(statement, command, err) ? result_new() : NULL;
    if (command->variable.value && command->variable.count == 1)
        return assign(statement, command->variable.names[0], command->variable.value, err)
                   ? result_new()
                   : NULL;
    for (uint32_t i = 0; i < command->variable.set_count; i++)
        if (!assign(statement, command->variable.sets[i].target, command->variable.sets[i].value,
                    err))
            return NULL;
    return result_new();
}

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
        if (!constant_of(statement, argument, NULL, &values[i].value, err)) return false;
    }
    options->parameters = values;
    options->parameter_count = count;
    return true;
}

static Result *store_into(Statement *statement, const UCommand *command, Result *rows, Error *err) {
    uint64_t count = result_row_count(rows);
    bool ok = count <= 1 || error_set(err, ERR_ROW_SUBQUERY_TOO_MANY_ROWS);
    for (uint32_t i = 0; ok && i < command->immediate.into_count; i++) {
        NameParts name = command->immediate.into[i];
        Variable *variable = session_find_variable(statement->session, variable_name(name));
        if (!variable || i >= rows->column_count) {
            fail_unknown(name, err);
            ok = false;
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

Result *execute_immediate(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    Value text;
    if (!constant_of(statement, command->immediate.text, NULL, &text, err)) return NULL;
    if (text.is_null || !type_is_text(text.type)) {
        error_set(err, ERR_NULL_QUERY_STRING_EXECUTE_IMMEDIATE, "varName", "the statement's text");
        return NULL;
    }
    const ExecuteOptions *outer = session->options;
    ExecuteOptions options = {.row_limit = outer ? outer->row_limit : 0};
    if (!bind_arguments(statement, command, &options, err)) return NULL;
    session->options = &options;
    ParserOptions parser = session_parser_options(session, statement->query);
    UCommand *inner =
        statement->scope.parser->statement(statement->arena, text.bytes, &parser, err);
    session->options = outer;
    if (!inner) {
        error_set_context(err, text.bytes);
        return NULL;
    }
    if (inner->kind == UCMD_EXECUTE_IMMEDIATE) {
        error_set(err, ERR_NESTED_EXECUTE_IMMEDIATE, "sqlString", "EXECUTE IMMEDIATE");
        return NULL;
    }
    session->options = &options;
    Result *result = execute_command(statement, inner, err);
    session->options = outer;
    if (!result) error_set_context(err, text.bytes);
    if (!result || !command->immediate.into_count) return result;
    return store_into(statement, command, result, err);
}
