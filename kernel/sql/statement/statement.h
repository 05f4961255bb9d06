// SPDX-License-Identifier: Apache-2.0
// What the files of statements share. Each sql_<verb> is called at the statement's first word and
// gives its command.
#pragma once

#include "kernel/sql/grammar.h"

UCommand *sql_create(Sql *s);
UCommand *sql_create_table(Sql *s, uint32_t start);
UCommand *sql_create_view(Sql *s, uint32_t start);
UCommand *sql_create_function(Sql *s, uint32_t start);
UCommand *sql_drop(Sql *s);
UCommand *sql_alter(Sql *s);
UCommand *sql_alter_table(Sql *s, uint32_t start, bool is_view);
UCommand *sql_insert(Sql *s, URel *with);
UCommand *sql_multi_insert(Sql *s, URel *with);
UCommand *sql_update(Sql *s, URel *with);
UCommand *sql_delete(Sql *s, URel *with);
UCommand *sql_merge(Sql *s, URel *with);
UCommand *sql_show(Sql *s);
UCommand *sql_describe(Sql *s);
UCommand *sql_set(Sql *s);
UCommand *sql_reset(Sql *s);
UCommand *sql_declare(Sql *s);
UCommand *sql_execute_immediate(Sql *s);
UCommand *sql_call_procedure(Sql *s);
UCommand *sql_maintenance(Sql *s); // Delta's statements; NULL: none of them
UCommand *sql_resource(Sql *s);    // CACHE, REFRESH, ANALYZE, ...; NULL: none of them
UCommand *sql_script(Sql *s);

// --- parts
// -------------------------------------------------------------------------------------------

// Name of the command's object.
void sql_object_name(Sql *s, UCommand *command);
bool sql_if_not_exists(Sql *s);
bool sql_if_exists(Sql *s);
bool sql_accept_namespace(Sql *s); // SCHEMA, DATABASE, NAMESPACE
// A query to the end of the statement, with its source text.
void sql_command_query(Sql *s, UCommand *command);
UOptionList sql_partition_spec(Sql *s); // PARTITION (a = 1, b)
UColumnDef sql_column_definition(Sql *s, ErrorCode duplicate);
UConstraint sql_constraint(Sql *s);
bool sql_at_constraint(const Sql *s);
NamePartsList sql_name_list(Sql *s); // (a, b.c)
// The word DEFAULT as a whole value of VALUES or of a SELECT list becomes UEXPR_DEFAULT.
void sql_mark_defaults(URel *rel);
UCommand *sql_unsupported(Sql *s, uint32_t start, const char *operation);
UCommand *sql_clone(Sql *s, UCommand *command);
// Everything up to ';' or the end, as it is written.
Slice sql_rest(Sql *s);
// INVALID_STATEMENT_OR_CLAUSE over the whole statement.
void sql_fail_statement(Sql *s, uint32_t start, const char *operation);
Slice sql_location(Sql *s); // behind LOCATION
