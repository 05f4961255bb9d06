// SPDX-License-Identifier: Apache-2.0
// The logical algebra: a resolved query, every name bound, every type known, conversions explicit.
//
// Columns are attributes with ids unique in the statement; expressions refer to ids
// (EXPR_COLUMN.column), so rewrites need not renumber. A subquery's expressions may name attributes
// of the query around it: ids that nothing inside produces are outer references. Nodes live in the
// statement's arena and are rewritten in place by the optimiser until lowering turns ids into
// positions (exec/plan.h).
#pragma once

#include "kernel/exec/plan.h"
#include "kernel/plan/table.h"
#include "kernel/plan/unresolved.h"

typedef struct Attribute {
    uint32_t id;
    Slice name;
    const Type *type;
    bool nullable;
    Slice metadata; // JSON, empty: none
} Attribute;

typedef enum RelKind {
    REL_SCAN,   // table; output: some of its columns
    REL_VALUES, // rows of literal expressions
    REL_RANGE,
    REL_FILTER,
    REL_PROJECT,   // exprs[i] -> output[i]
    REL_AGGREGATE, // keys[i] -> output[i], then calls
    REL_JOIN,
    REL_SORT,
    REL_LIMIT,    // limit and offset (constants)
    REL_WINDOW,   // output: input's, then one per call
    REL_UNION,    // ALL, by position; output ids are new
    REL_SET_OP,   // INTERSECT, EXCEPT
    REL_EXPAND,   // grouping sets
    REL_GENERATE, // output: input's, then the generator's
    REL_SAMPLE,
    REL_ONE_ROW, // at most one row, else SCALAR_SUBQUERY_TOO_MANY_ROWS
    REL_RECURSIVE,
    REL_RECURSION, // recursive CTE
    REL_SHARED,    // a subplan with several uses (CTE): input shared by pointer
} RelKind;

typedef struct Rel Rel;
struct Rel {
    RelKind kind;
    Origin origin;
    Rel **inputs;
    uint32_t input_count;
    Attribute *output;
    uint32_t output_count;
    double rows; // estimate, negative: not yet made
    union {
        struct {
            Table *table; // referenced for the statement (statement's list of tables unrefs it)
            Slice name;   // for EXPLAIN and lineage
            uint32_t *columns;     // table column of output[i], column_count of them
            uint32_t column_count; // >= output_count: `output` has as many entries; those past
                                   // output_count are read for the filters only (0: none, as
                                   // the resolver leaves it)
            Expr **filters;        // conjuncts pushed down (attribute ids)
            uint32_t filter_count;
        } scan;
        struct {
            Expr ***rows; // rows[r][c], constants
            uint32_t row_count;
        } values;
        struct {
            int64_t start, stop, step;
        } range;
        struct {
            Expr **conjuncts;
            uint32_t count;
        } filter;
        struct {
            Expr **exprs;
        } project;
        struct {
            Expr **keys;
            uint32_t key_count;
            AggregateCall **calls;
            uint32_t call_count;
        } aggregate;
        struct {
            JoinKind kind;
            Expr **conjuncts; // ON; the optimiser splits keys from the rest when lowering
            uint32_t conjunct_count;
            bool is_lateral; // right side refers to the left one's attributes
            bool mark_is_in;
            bool swap_allowed;
            bool build_left;
        } join;
        struct {
            SortKey *keys;
            uint32_t key_count;
        } sort;
        struct {
            uint64_t limit; // UINT64_MAX: none
            uint64_t offset;
        } limit;
        struct {
            WindowCall **calls;
            uint32_t call_count;
        } window;
        struct {
            SetOpKind kind;
            bool all;
        } set_op;
        struct {
            Expr ***projections;
            uint32_t projection_count;
        } expand;
        struct {
            GeneratorCall *call;
            bool outer;
        } generate;
        struct {
            double fraction;
            bool with_replacement;
            int64_t seed;
        } sample;
        struct {
            uint32_t id;
            uint32_t level_limit;
            uint64_t row_limit;
            bool distinct;
        } recursive;
        struct {
            uint32_t id;   // same id: same subplan
            uint32_t *ids; // attribute ids of the shared input behind output[i]
        } shared;
    };
};

// EXPR_SUBQUERY's payload. IN: expr->args are the left side.
typedef struct Subquery {
    SubqueryKind kind;
    bool negated;
    Rel *rel;
    uint32_t *outer_ids; // attributes of outer queries that it reads
    uint32_t outer_count;
} Subquery;

// A resolved statement: queries and the tables they hold.
typedef struct ResolvedQuery {
    Rel *rel;
    Slice *names; // output column names (may repeat)
    uint32_t column_count;
    bool is_ordered;  // a global sort decides the order of the result
    uint32_t next_id; // attribute ids in use are below it
    Rel **parameters; // made by the optimiser: the query behind EXPR_PARAMETER slot i
    uint32_t parameter_count;
    struct TableUse {
        Slice name;
        Table *table; // referenced: unref when the statement is done
    } * tables;
    uint32_t table_count;
} ResolvedQuery;
