// SPDX-License-Identifier: Apache-2.0
// From the unresolved plan to the logical algebra: names, types, conversions, Spark's column names.
#pragma once

#include "kernel/plan/catalog.h"
#include "kernel/plan/logical.h"

// What a resolution may ask of the session around it. Callbacks may fail with their own class.
typedef struct ResolveScope {
    Arena *arena;
    Query *query;
    const Parser *parser;
    Catalog *catalog;
    TableOpener open_table;
    bool ansi;
    bool timestamp_ntz_default; // spark.sql.timestampType
    bool case_sensitive;
    bool group_by_ordinal, order_by_ordinal, group_by_alias; // settings, default true
    Slice current_catalog, current_schema;
    // Temporary view by name (one part, or global_temp.x); NULL with no error: none.
    const struct TempView *(*find_temp_view)(void *session, NameParts name);
    // Session variable's value; false: none by that name.
    bool (*find_variable)(void *session, NameParts name, Value *value);
    // :name or ? marker; false: not given (UNBOUND_SQL_PARAMETER).
    bool (*find_parameter)(void *session, Slice name, uint32_t position, Value *value);
    // Setting by name, SLICE_NONE unknown.
    Slice (*setting)(void *session, Slice name);
    void *session;
    bool golden; // udf(x) exists
} ResolveScope;

typedef struct TempView {
    Slice name;
    URel *query; // stays valid: owned by the session
    Slice text;
    Slice *columns;
    uint32_t column_count;
    Slice catalog, schema; // at creation
    bool ansi;
} TempView;

// The whole query. Errors carry spans in the statement's text.
bool resolve_query(const ResolveScope *scope, const URel *query, ResolvedQuery *out,
                   Error *err) MUST_CHECK;
// An expression without columns (SET VAR, DECLARE default, options): constant-folded.
bool resolve_constant(const ResolveScope *scope, const UExpr *expr, Value *out,
                      Error *err) MUST_CHECK;
// The name that IDENTIFIER(expression) stands for.
bool resolve_identifier_clause(const ResolveScope *scope, const UExpr *identifier, NameParts *out,
                               Error *err) MUST_CHECK;
// Opens the table or view behind a name for commands (DESCRIBE, SHOW COLUMNS): exactly one of the
// two.
bool resolve_object(const ResolveScope *scope, NameParts name, Span span, CatalogObject *object,
                    const TempView **temp_view, Table **table, Error *err) MUST_CHECK;
void resolved_query_release(ResolvedQuery *query); // unrefs tables
