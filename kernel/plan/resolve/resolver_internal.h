// SPDX-License-Identifier: Apache-2.0
// What the files of the resolver share: scopes of names, and relations while they are bound.
//
// A Relation is a bound Rel with the names under which its columns are seen from above. A scope is
// the columns that an expression may name, chained to the scope of the query around it; crossing
// that chain makes an outer reference and is written down in the query's frame. Aggregates, windows
// and generators stay nodes of the expressions until the SELECT block (block.c) takes them out.
#pragma once

#include "kernel/plan/coercion.h"
#include "kernel/plan/function_registry.h"
#include "kernel/plan/pretty.h"
#include "kernel/plan/resolver.h"

// A name in scope.
typedef struct Column {
    Attribute attribute;
    const Slice *qualifier; // [t] for an alias, [catalog, schema, t] for a table
    uint32_t qualifier_count;
    bool is_hidden;       // not part of *: metadata, the other side of a USING column
    bool needs_qualifier; // found only with it: the other side of a USING column
    int64_t plan_id;      // Connect's relation that made it; -1: none
} Column;

typedef struct Relation {
    Rel *rel;
    Column *columns;
    uint32_t column_count;
} Relation;

// One query: the outer attributes that it reads.
typedef struct QueryFrame {
    struct QueryFrame *parent;
    uint32_t *outer_ids;
    uint32_t outer_count;
    const SqlText **outer_texts; // in order of use, with repeats: scalarsubquery(a, a)
    uint32_t outer_text_count;
} QueryFrame;

typedef struct LambdaFrame {
    const struct LambdaFrame *parent;
    const Slice *names;
    const Type *const *types;
    const bool *nullable;
    uint32_t count;
    uint32_t first; // number of its first variable
} LambdaFrame;

// A select item, once resolved.
typedef struct SelectItem {
    const UExpr *source; // NULL: made by a star
    Expr *expr;
    Slice name;
    Slice metadata;
    uint32_t id;          // of the output attribute
    bool is_plain_column; // a column passed through: keeps its id and qualifier
    Column column;        // then: where it comes from
} SelectItem;

typedef struct Resolver Resolver;

typedef struct ExprScope {
    Resolver *resolver;
    const Column *columns;
    uint32_t column_count;
    const struct ExprScope *outer;
    QueryFrame *frame;         // of the query this scope belongs to
    const SelectItem *aliases; // select items already resolved: lateral aliases
    uint32_t alias_count;
    const LambdaFrame *lambda;
    const Column *fallback; // looked up when `columns` have no such name (ORDER BY: the input)
    uint32_t fallback_count;
    const char *aggregate_forbidden; // clause in which aggregates are an error; NULL: allowed
    bool inside_aggregate;
    bool inside_window;
    bool no_outer; // names of outer queries are not seen
} ExprScope;

typedef struct CteDefinition {
    Slice name;
    const UCte *source;
    const struct CteDefinition *next; // shadowed or outer ones
    // What its query resolves against: definitions before it.
    bool is_recursive_self; // within its own step
    bool is_resolved;
    Relation relation; // once resolved
    uint32_t shared_id;
    uint32_t use_count;
    Rel *last_use;
    uint32_t recursive_id;
    uint32_t self_uses;
} CteDefinition;

// Where object names are looked up: changes inside views.
typedef struct NameContext {
    Slice catalog, schema;
    bool ansi;
    bool in_view;
    const CteDefinition *ctes;
    const ExprScope *outer; // scope around the current query, NULL: top
    QueryFrame *frame;
    const URel *windows; // innermost UREL_NAMED_WINDOWS
} NameContext;

struct Resolver {
    const ResolveScope *scope;
    Arena *arena;
    ResolvedQuery *out;
    NameContext names;
    uint32_t next_id;
    uint32_t next_lambda;
    uint32_t next_shared;
    uint32_t depth;
    uint32_t view_depth;
    CteDefinition **ctes; // all, to settle their uses at the end
    uint32_t cte_count;
};

// --- relations ---------------------------------------------------------------------------------
bool resolve_relation(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
// A query within an expression or FROM: sees `outer` (may be NULL) around it.
// Without hidden columns.
Relation relation_visible(Resolver *resolver, Relation relation, Origin origin);
bool resolve_subquery_relation(Resolver *resolver, const URel *source, const ExprScope *outer,
                               QueryFrame *frame, Relation *out, Error *err) MUST_CHECK;
bool resolve_block(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_join(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_table(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_data_source(Resolver *resolver, const URel *source, Relation *out,
                         Error *err) MUST_CHECK;
bool resolve_with(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_cte_use(Resolver *resolver, const CteDefinition *definition, const URel *source,
                     Relation *out, Error *err) MUST_CHECK;
bool resolve_set_op(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_values(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_local(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_alias(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_sample(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_limit(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_table_function(Resolver *resolver, const URel *source, Relation *out,
                            Error *err) MUST_CHECK;
bool resolve_lateral_view(Resolver *resolver, const URel *source, Relation *out,
                          Error *err) MUST_CHECK;
bool resolve_pivot(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_unpivot(Resolver *resolver, const URel *source, Relation *out, Error *err) MUST_CHECK;
bool resolve_dataframe(Resolver *resolver, const URel *source, Relation *out,
                       Error *err) MUST_CHECK;
// A set operation's two sides made alike: common types, by position. Used by recursive CTEs too.
bool union_relations(Resolver *resolver, Relation *sides, uint32_t count, const char *operator_name,
                     Span origin, Relation *out, Error *err) MUST_CHECK;

// --- building ----------------------------------------------------------------------------------
Rel *rel_new(Resolver *resolver, RelKind kind, Rel *input, Origin origin);
uint32_t resolver_id(Resolver *resolver);
// Output attributes and columns in step; a column's attribute gets a new id when `id` is 0.
void relation_from_rel(Resolver *resolver, Rel *rel, Relation *out); // unqualified columns
void relation_qualify(Resolver *resolver, Relation *relation, const Slice *qualifier,
                      uint32_t count);
void rel_output_from_columns(Resolver *resolver, Rel *rel, const Column *columns, uint32_t count);
// A PROJECT with the expressions; ids[i] 0: new.
Rel *rel_project(Resolver *resolver, Rel *input, Expr **exprs, const Attribute *output,
                 uint32_t count, Origin origin);
Rel *filter_over(Resolver *resolver, Rel *input, Expr *condition, Origin origin);
// DISTINCT over all columns.
Rel *rel_distinct(Resolver *resolver, Rel *input, Origin origin);
Expr *column_expr(Resolver *resolver, const Column *column, Span origin);
Expr *attribute_ref(Resolver *resolver, const Attribute *attribute);
Expr *column_cast(Resolver *resolver, const Attribute *attribute, const Type *type);

// --- expressions -------------------------------------------------------------------------------
void expr_scope_init(Resolver *resolver, const Relation *relation, ExprScope *scope);
Expr *resolve_expr(ExprScope *scope, const UExpr *source, Error *err) MUST_CHECK;
Expr *resolve_function(ExprScope *scope, const UExpr *source, Error *err) MUST_CHECK;
Expr *resolve_window(ExprScope *scope, const UExpr *source, Error *err) MUST_CHECK;
Expr *resolve_subquery(ExprScope *scope, const UExpr *source, Error *err) MUST_CHECK;
Expr *resolve_extract(ExprScope *scope, const UExpr *source, Error *err) MUST_CHECK;
Expr *resolve_update_fields(ExprScope *scope, const UExpr *source, Error *err) MUST_CHECK;
// An expression where a lambda is wanted stands for one that ignores its parameters.
void wrap_constant_lambdas(Resolver *resolver, const FunctionDefinition *definition, UExpr **exprs,
                           uint32_t count);
Expr *resolve_higher_order(ExprScope *scope, const UExpr *source,
                           const FunctionDefinition *definition, Error *err) MUST_CHECK;
// Calls a registered function with resolved arguments; text NULL: name(args).
Expr *call_function(Resolver *resolver, const char *name, Expr **args, uint32_t count, Span origin,
                    Error *err) MUST_CHECK;
// A condition (WHERE, HAVING, ON): BOOLEAN, else DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN or the like.
Expr *resolve_condition(ExprScope *scope, const UExpr *source, const char *clause,
                        Error *err) MUST_CHECK;
bool resolve_sort_keys(ExprScope *scope, UExpr *const *exprs, uint32_t count, SortKey **keys,
                       Error *err) MUST_CHECK;
// The field of a struct (or of an array of structs, or a map's value) by name.
Expr *extract_field(Resolver *resolver, Expr *base, Slice field, Span origin,
                    Error *err) MUST_CHECK;
// Constant integer of LIMIT, TABLESAMPLE and the like.
bool fold_constant(Resolver *resolver, const Expr *expr, Value *value, Error *err) MUST_CHECK;
// Writes down that `scope`'s query reads a column of the outer scope `owner`.
void scope_note_outer(const ExprScope *scope, const ExprScope *owner, const Expr *expr);
// The name's column or NULL without an error; ambiguity is an error.
Expr *resolve_name(ExprScope *scope, const UExpr *source, const Slice *parts, uint32_t count,
                   Error *err);
Expr *fail_unresolved_column(ExprScope *scope, const Slice *parts, uint32_t count, Span origin,
                             Error *err);
bool names_match(const Resolver *resolver, Slice a, Slice b);
// The parts of an IDENTIFIER(expr) or of a dotted, back-ticked text.
bool parse_name_parts(Resolver *resolver, Slice text, NameParts *out, Error *err) MUST_CHECK;
bool resolve_identifier(Resolver *resolver, const UExpr *source, NameParts *out,
                        Error *err) MUST_CHECK;

// --- stars and names of results
// -------------------------------------------------------------------
bool item_is_star(const UExpr *source);
bool expand_star(ExprScope *scope, const UExpr *source, SelectItem **items, uint32_t *count,
                 Error *err) MUST_CHECK;
Slice item_name(Resolver *resolver, const UExpr *source, const Expr *expr);
// Resolves a select list: aliases, stars, lateral aliases; generators stay in the expressions.
bool resolve_items(ExprScope *scope, UExpr *const *exprs, uint32_t count, SelectItem **items,
                   uint32_t *item_count, Error *err) MUST_CHECK;

// --- rewriting trees
// ------------------------------------------------------------------------------- A deep copy
// (subqueries are shared).
Expr *expr_copy(Arena *arena, const Expr *expr);
typedef Expr *(*TreeReplace)(void *data, Expr *expr); // NULL: go on below
Expr *tree_replace(Arena *arena, Expr *expr, TreeReplace replace, void *data);
bool expr_contains(const Expr *expr, ExprKind kind);
bool expr_any(const Expr *expr, bool (*test)(void *data, const Expr *expr), void *data);
// Columns by id replaced by expressions: ids[i] -> exprs[i] (copied).
Expr *tree_substitute(Arena *arena, Expr *expr, const uint32_t *ids, Expr *const *exprs,
                      uint32_t count);

// --- nodes made by the resolver itself
// ------------------------------------------------------------ Unresolved ones, to rewrite one
// relation into others. The call has one or two arguments.
UExpr *synthetic_name(Resolver *resolver, Slice name, Origin origin);
UExpr *synthetic_literal(Resolver *resolver, Value value, Origin origin);
UExpr *synthetic_call(Resolver *resolver, const char *name, const UExpr *a, const UExpr *b,
                      Origin origin);
UExpr *synthetic_alias(Resolver *resolver, const UExpr *expr, Slice name);
URel *synthetic_project(Resolver *resolver, UExpr **exprs, uint32_t count, Origin origin);
// GROUP BY the expressions.
URel *synthetic_aggregate(Resolver *resolver, UExpr **keys, uint32_t key_count, UExpr **exprs,
                          uint32_t count, Origin origin);

// grouping() and grouping_id() before the SELECT block replaces them.
bool expr_is_grouping(const Expr *expr);
bool expr_is_grouping_id(const Expr *expr);

// --- failing
// --------------------------------------------------------------------------------------
#define FAIL(err, span, code, ...) \
    (error_set((err), (code), ##__VA_ARGS__), error_set_span((err), (span)), false)
#define FAIL_NULL(err, span, code, ...) \
    (error_set((err), (code), ##__VA_ARGS__), error_set_span((err), (span)), NULL)
const char *slice_cstr(Resolver *resolver, Slice s);
bool resolver_enter(Resolver *resolver, Span span, Error *err) MUST_CHECK; // nesting limit
void resolver_leave(Resolver *resolver);
