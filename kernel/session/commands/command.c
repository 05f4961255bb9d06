// SPDX-License-Identifier: Apache-2.0
// Which executor a command has.
#include "kernel/session/statement.h"

static Result *unsupported(const char *feature, Error *err) {
    error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", feature);
    return NULL;
}

// Words of the commands that the grammar has and no executor yet.
static const char *unsupported_name(UCommandKind kind) {
    switch (kind) {
    case UCMD_INSERT: return "INSERT";
    case UCMD_UPDATE: return "UPDATE";
    case UCMD_DELETE: return "DELETE";
    case UCMD_MERGE: return "MERGE";
    case UCMD_TRUNCATE: return "TRUNCATE";
    case UCMD_COPY_INTO: return "COPY INTO";
    case UCMD_OPTIMIZE: return "OPTIMIZE";
    case UCMD_VACUUM: return "VACUUM";
    case UCMD_RESTORE: return "RESTORE";
    case UCMD_CLONE: return "CLONE";
    case UCMD_CONVERT: return "CONVERT TO DELTA";
    case UCMD_REORG: return "REORG";
    case UCMD_GENERATE: return "GENERATE";
    case UCMD_ANALYZE: return "ANALYZE";
    case UCMD_ALTER_SCHEMA: return "ALTER SCHEMA";
    case UCMD_ALTER_TABLE: return "ALTER TABLE";
    case UCMD_ALTER_VIEW: return "ALTER VIEW";
    case UCMD_COMMENT_ON: return "COMMENT ON";
    case UCMD_CREATE_FUNCTION: return "CREATE FUNCTION";
    case UCMD_DROP_FUNCTION: return "DROP FUNCTION";
    default: return "this statement";
    }
}

// IDENTIFIER(expression) where the command names an object.
static bool resolve_names(Statement *statement, UCommand *command, Error *err) {
    UExpr **in = command->kind == UCMD_SHOW ? &command->show.in_identifier : NULL;
    if (!command->name_identifier && !(in && *in)) return true;
    statement->scope.catalog = session_catalog(statement->session, err);
    if (!statement->scope.catalog) return false;
    if (command->name_identifier &&
        !resolve_identifier_clause(&statement->scope, command->name_identifier, &command->name,
                                   err))
        return false;
    command->name_identifier = NULL;
    if (!in || !*in) return true;
    if (!resolve_identifier_clause(&statement->scope, *in, &command->show.in, err)) return false;
    *in = NULL;
    return true;
}

static Result *execute_named(Statement *statement, const UCommand *command, Error *err);

Result *execute_command(Statement *statement, const UCommand *command, Error *err) {
    UCommand named = *command;
    return resolve_names(statement, &named, err) ? execute_named(statement, &named, err) : NULL;
}

static Result *execute_named(Statement *statement, const UCommand *command, Error *err) {
    switch (command->kind) {
    case UCMD_QUERY: return execute_query(statement, command->query, err);
    case UCMD_EXPLAIN: return execute_explain(statement, command, err);
    case UCMD_SHOW: return execute_show(statement, command, err);
    case UCMD_DESCRIBE: return execute_describe(statement, command, err);
    case UCMD_USE:
    case UCMD_CREATE_SCHEMA:
    case UCMD_DROP_SCHEMA: return execute_schema(statement, command, err);
    case UCMD_CREATE_TABLE:
    case UCMD_DROP_TABLE: return execute_table(statement, command, err);
    case UCMD_CREATE_VIEW:
    case UCMD_DROP_VIEW: return execute_view(statement, command, err);
    case UCMD_SET:
    case UCMD_RESET:
    case UCMD_SET_TIME_ZONE: return execute_setting(statement, command, err);
    case UCMD_DECLARE_VARIABLE:
    case UCMD_SET_VARIABLE:
    case UCMD_DROP_VARIABLE: return execute_variable(statement, command, err);
    case UCMD_SCRIPT: return execute_script(statement, command, err);
    case UCMD_EXECUTE_IMMEDIATE: return execute_immediate(statement, command, err);
    // Nothing is cached by name, so there is nothing to do.
    case UCMD_CACHE:
    case UCMD_UNCACHE:
    case UCMD_CLEAR_CACHE:
    case UCMD_REFRESH: return result_new();
    case UCMD_UNSUPPORTED: {
        AUTO(Text, name) = {0};
        text_append(&name, command->operation);
        return unsupported(text_cstr(&name), err);
    }
    default: return unsupported(unsupported_name(command->kind), err);
    }
}
