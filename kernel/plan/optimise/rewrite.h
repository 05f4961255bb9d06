// SPDX-License-Identifier: Apache-2.0
// What the optimiser's passes share: walking and rewriting logical trees.
#pragma once

#include "kernel/plan/optimiser.h"

// memcpy that takes NULL for nothing.
static inline void copy_bytes(void *to, const void *from, size_t bytes) {
    if (bytes) memcpy(to, from, bytes);
}

typedef struct Optimiser {
    Arena *arena;
    Query *query;
    ResolvedQuery *resolved;
    Error *err;
} Optimiser;

// A set of attribute ids that grows; lives in the optimiser's arena. Zero is the empty set.
typedef struct IdSet {
    uint64_t *words;
    uint32_t word_count;
} IdSet;

void id_set_add(Arena *arena, IdSet *set, uint32_t id);
static inline bool id_set_has(const IdSet *set, uint32_t id) {
    return id / 64 < set->word_count && (set->words[id / 64] >> (id % 64) & 1);
}
void id_set_add_all(Arena *arena, IdSet *set, const IdSet *other);
bool id_set_is_subset(const IdSet *inner, const IdSet *outer);
bool id_set_intersects(const IdSet *a, const IdSet *b);
bool id_set_is_empty(const IdSet *set);

// A list of expressions that grows in the arena.
typedef struct ExprList {
    Expr **items;
    uint32_t count;
} ExprList;
void expr_list_add(Arena *arena, ExprList *list, Expr *expr);
// Adds the conjuncts of AND trees one by one.
void expr_list_add_conjuncts(Arena *arena, ExprList *list, Expr *expr);

// Every expression of one node (not of its inputs), aggregate and window calls included.
typedef void (*ExprVisitor)(void *context, Expr **slot);
void rel_each_expr(Rel *rel, ExprVisitor visit, void *context);
// Attribute ids that an expression reads, outer references of its subqueries included.
void expr_ids(Arena *arena, const Expr *expr, IdSet *ids);
// Ids of a node's output.
void rel_output_ids(Arena *arena, const Rel *rel, IdSet *ids);
// Ids that a subtree reads without producing them: its outer references.
void rel_free_ids(Arena *arena, Rel *rel, IdSet *ids);

// Replaces nodes bottom-up: `replace` gets a node whose arguments are done and returns it or
// another. Nodes are copied when an argument changed, so shared subtrees stay as they are.
typedef Expr *(*ExprReplacer)(void *context, Expr *expr);
Expr *expr_rewrite(Arena *arena, Expr *expr, ExprReplacer replace, void *context);
// Columns by id: what stands in `to[i]` for id from[i].
typedef struct IdMap {
    uint32_t *from;
    Expr **to;
    uint32_t count;
} IdMap;
Expr *expr_map_columns(Arena *arena, Expr *expr, const IdMap *map);
void id_map_add(Arena *arena, IdMap *map, uint32_t from, Expr *to);

Attribute optimiser_attribute(Optimiser *o, Slice name, const Type *type, bool nullable);
Expr *attribute_column(Arena *arena, const Attribute *attribute);
const Attribute *rel_find_output(const Rel *rel, uint32_t id);
// A deep copy of the tree whose attributes all have new ids; map gets old id -> new column.
Rel *rel_clone(Optimiser *o, const Rel *rel, IdMap *map);

Rel *rel_filter_by(Optimiser *o, Rel *input, ExprList conjuncts); // no conjuncts: the input itself
Rel *rel_join(Optimiser *o, JoinKind kind, Rel *left, Rel *right, ExprList conjuncts);
// Output of a join from its inputs' (left ++ right, left only, left ++ mark), nullability by kind.
void rel_set_join_output(Optimiser *o, Rel *join);
// Projects `input` to its own first output_count columns ++ more.
Rel *rel_project_keep(Optimiser *o, Rel *input, const Attribute *more, Expr *const *exprs,
                      uint32_t more_count);

bool expr_is_comparison(const Expr *expr, CompareOp op);
bool expr_is_not(const Expr *expr); // NOT x
bool expr_is_true(const Expr *expr);
bool expr_is_false_or_null(const Expr *expr);
// True when the expression cannot be true for rows where all of `ids` are null.
bool expr_rejects_nulls(const Expr *expr, const IdSet *ids);

// The passes, in order of use. Each rewrites in place and returns the new root (NULL: error set).
Rel *unnest_subqueries(Optimiser *o, Rel *rel) MUST_CHECK;
Rel *simplify_expressions(Optimiser *o, Rel *rel) MUST_CHECK;
Rel *push_predicates(Optimiser *o, Rel *rel) MUST_CHECK;
Rel *answer_from_metadata(Optimiser *o, Rel *rel);
Rel *order_joins(Optimiser *o, Rel *rel) MUST_CHECK;
void prune_columns(Optimiser *o, Rel *rel);
void estimate_rows(Optimiser *o, Rel *rel); // sets rel->rows of the whole tree

// Estimates.
double estimate_selectivity(Optimiser *o, const Rel *input, const Expr *conjunct);
double estimate_distinct(Optimiser *o, const Rel *rel, const Expr *expr);
double estimate_join_rows(Optimiser *o, JoinKind kind, const Rel *left, const Rel *right,
                          Expr *const *conjuncts, uint32_t count);
