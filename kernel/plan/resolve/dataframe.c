// SPDX-License-Identifier: Apache-2.0
// Relations that only dataframe calls produce: columns added, renamed, dropped, filled,
// deduplicated.
#include "kernel/plan/resolve/block.h"

static bool listed(const Resolver *resolver, const Slice *names, uint32_t count, Slice name,
                   uint32_t *index) {
    for (uint32_t i = 0; i < count; i++) {
        if (!names_match(resolver, names[i], name)) continue;
        if (index) *index = i;
        return true;
    }
    return false;
}

// A projection of the input with one expression and name per column; plain columns keep their ids.
static bool project_columns(Resolver *resolver, const URel *source, const Relation *input,
                            Expr **exprs, const Slice *names, uint32_t count, Relation *out) {
    Attribute *output = ARENA_ARRAY(resolver->arena, Attribute, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        output[i].name = names[i];
        bool plain = exprs[i]->kind == EXPR_COLUMN;
        output[i].id = plain ? exprs[i]->column : 0;
        for (uint32_t k = 0; k < i && plain; k++)
            if (output[k].id == output[i].id) output[i].id = 0;
    }
    Rel *rel = rel_project(resolver, input->rel, exprs, output, count, source->origin);
    relation_from_rel(resolver, rel, out);
    for (uint32_t i = 0; i < count; i++) out->columns[i].plan_id = source->plan_id;
    return true;
}

typedef struct Columns {
    Expr **exprs;
    Slice *names;
    uint32_t count;
} Columns;

static void columns_add(Resolver *resolver, Columns *columns, Expr *expr, Slice name) {
    uint32_t at = columns->count;
    ARENA_PUSH(resolver->arena, columns->names, at, name);
    ARENA_PUSH(resolver->arena, columns->exprs, columns->count, expr);
}

static bool with_columns(Resolver *resolver, const URel *source, const Relation *input,
                         Relation *out, Error *err) {
    ExprScope scope;
    expr_scope_init(resolver, input, &scope);
    Columns columns = {0};
    bool *used = ARENA_ARRAY(resolver->arena, bool, source->expr_count + 1);
    Slice *names = ARENA_ARRAY(resolver->arena, Slice, source->expr_count + 1);
    Expr **exprs = ARENA_ARRAY(resolver->arena, Expr *, source->expr_count + 1);
    for (uint32_t i = 0; i < source->expr_count; i++) {
        exprs[i] = resolve_expr(&scope, source->exprs[i], err);
        if (!exprs[i]) return false;
        names[i] = item_name(resolver, source->exprs[i], exprs[i]);
    }
    for (uint32_t i = 0; i < input->column_count; i++) {
        Attribute *attribute = &input->columns[i].attribute;
        uint32_t at = 0;
        if (listed(resolver, names, source->expr_count, attribute->name, &at)) {
            columns_add(resolver, &columns,
                        used[at] ? expr_copy(resolver->arena, exprs[at]) : exprs[at], names[at]);
            used[at] = true;
        } else {
            columns_add(resolver, &columns, attribute_ref(resolver, attribute), attribute->name);
        }
    }
    for (uint32_t i = 0; i < source->expr_count; i++)
        if (!used[i]) columns_add(resolver, &columns, exprs[i], names[i]);
    return project_columns(resolver, source, input, columns.exprs, columns.names, columns.count,
                           out);
}

// RENAME, DROP: by name; DROP also by expressions.
static bool reshape(Resolver *resolver, const URel *source, const Relation *input, Relation *out) {
    Columns columns = {0};
    bool drops = source->kind == UREL_DROP_COLUMNS;
    for (uint32_t i = 0; i < input->column_count; i++) {
        Attribute *attribute = &input->columns[i].attribute;
        uint32_t at = 0;
        bool named =
            listed(resolver, source->columns.names, source->columns.count, attribute->name, &at);
        for (uint32_t e = 0; drops && e < source->expr_count; e++) {
            const UExpr *expr = source->exprs[e];
            named = named || (expr->kind == UEXPR_ATTRIBUTE &&
                              names_match(resolver, expr->name.parts[expr->name.count - 1],
                                          attribute->name));
        }
        if (drops && named) continue;
        Slice name = named && !drops ? source->columns.new_names[at] : attribute->name;
        columns_add(resolver, &columns, attribute_ref(resolver, attribute), name);
    }
    return project_columns(resolver, source, input, columns.exprs, columns.names, columns.count,
                           out);
}

static bool to_df(Resolver *resolver, const URel *source, const Relation *input, Relation *out,
                  Error *err) {
    if (source->columns.count != input->column_count) {
        Slice columns = arena_printf(resolver->arena, "%u", input->column_count);
        Slice names = arena_printf(resolver->arena, "%u", source->columns.count);
        return FAIL(err, source->origin.span, ERR_ASSIGNMENT_ARITY_MISMATCH, "numExpr",
                    slice_cstr(resolver, columns), "numTarget", slice_cstr(resolver, names));
    }
    *out = *input;
    for (uint32_t i = 0; i < out->column_count; i++) {
        out->columns[i].attribute.name = source->columns.names[i];
        out->columns[i].qualifier_count = 0;
    }
    return true;
}

static bool deduplicate(Resolver *resolver, const URel *source, const Relation *input,
                        Relation *out, Error *err) {
    UExpr **keys = ARENA_ARRAY(resolver->arena, UExpr *, source->columns.count + 1);
    UExpr **exprs = ARENA_ARRAY(resolver->arena, UExpr *, input->column_count + 1);
    for (uint32_t i = 0; i < source->columns.count; i++)
        keys[i] = synthetic_name(resolver, source->columns.names[i], source->origin);
    for (uint32_t i = 0; i < input->column_count; i++) {
        Slice name = input->columns[i].attribute.name;
        exprs[i] = synthetic_name(resolver, name, source->origin);
        if (listed(resolver, source->columns.names, source->columns.count, name, NULL)) continue;
        exprs[i] = synthetic_alias(
            resolver, synthetic_call(resolver, "first", exprs[i], NULL, source->origin), name);
    }
    const URel *select = synthetic_aggregate(resolver, keys, source->columns.count, exprs,
                                             input->column_count, source->origin);
    return resolve_block_over(resolver, input, select, out, err);
}

static bool to_schema(Resolver *resolver, const URel *source, const Relation *input, Relation *out,
                      Error *err) {
    const Type *schema = source->to_schema.schema;
    Columns columns = {0};
    for (uint32_t f = 0; f < schema->field_count; f++) {
        const TypeField *field = &schema->fields[f];
        Expr *expr = NULL;
        for (uint32_t i = 0; i < input->column_count && !expr; i++)
            if (names_match(resolver, input->columns[i].attribute.name, field->name))
                expr = column_cast(resolver, &input->columns[i].attribute, field->type);
        if (!expr && !field->nullable) {
            ExprScope scope;
            expr_scope_init(resolver, input, &scope);
            fail_unresolved_column(&scope, &field->name, 1, source->origin.span, err);
            return false;
        }
        if (!expr) expr = expr_literal(resolver->arena, value_null(field->type));
        columns_add(resolver, &columns, expr, field->name);
    }
    return project_columns(resolver, source, input, columns.exprs, columns.names, columns.count,
                           out);
}

// --- na ------------------------------------------------------------------------------------------

static bool concerns(const Resolver *resolver, const URel *source, Slice name) {
    return !source->stat.column_count ||
           listed(resolver, source->stat.columns, source->stat.column_count, name, NULL);
}

static bool same_family(const Type *column, const Type *value) {
    if (type_is_numeric(column)) return type_is_numeric(value);
    if (type_is_text(column)) return type_is_text(value);
    return column->id == value->id;
}

static bool na_fill(Resolver *resolver, const URel *source, const Relation *input, Relation *out,
                    Error *err) {
    Columns columns = {0};
    for (uint32_t i = 0; i < input->column_count; i++) {
        Attribute *attribute = &input->columns[i].attribute;
        Expr *expr = attribute_ref(resolver, attribute);
        uint32_t at = 0;
        listed(resolver, source->stat.columns, source->stat.column_count, attribute->name, &at);
        if (source->stat.argument_count == 1) at = 0;
        bool fills = concerns(resolver, source, attribute->name) &&
                     at < source->stat.argument_count &&
                     same_family(attribute->type, source->stat.arguments[at].type);
        if (fills) {
            Expr **args = ARENA_ARRAY(resolver->arena, Expr *, 2);
            args[0] = expr;
            args[1] = coerce_cast(resolver->arena,
                                  expr_literal(resolver->arena, source->stat.arguments[at]),
                                  attribute->type, resolver->names.ansi, source->origin.span);
            expr = call_function(resolver, "coalesce", args, 2, source->origin.span, err);
            if (!expr) return false;
        }
        columns_add(resolver, &columns, expr, attribute->name);
    }
    return project_columns(resolver, source, input, columns.exprs, columns.names, columns.count,
                           out);
}

// Rows where at least `minimum` of the columns (all, by default) are not NULL.
static bool na_drop(Resolver *resolver, const URel *source, const Relation *input, Relation *out,
                    Error *err) {
    Expr *sum = NULL;
    int64_t count = 0;
    for (uint32_t i = 0; i < input->column_count; i++) {
        Attribute *attribute = &input->columns[i].attribute;
        if (!concerns(resolver, source, attribute->name)) continue;
        count++;
        Expr **choice = ARENA_ARRAY(resolver->arena, Expr *, 3);
        Expr *column = attribute_ref(resolver, attribute);
        choice[0] = call_function(resolver, "isnotnull", &column, 1, source->origin.span, err);
        if (!choice[0]) return false;
        choice[1] = expr_literal(resolver->arena, value_int(TYPE_INT, 1));
        choice[2] = expr_literal(resolver->arena, value_int(TYPE_INT, 0));
        Expr *one = call_function(resolver, "if", choice, 3, source->origin.span, err);
        Expr **pair = ARENA_ARRAY(resolver->arena, Expr *, 2);
        pair[0] = sum;
        pair[1] = one;
        sum = sum && one ? call_function(resolver, "+", pair, 2, source->origin.span, err) : one;
        if (!sum) return false;
    }
    *out = *input;
    if (!sum) return true;
    int64_t minimum = source->stat.argument_count ? source->stat.arguments[0].i64 : count;
    Expr **sides = ARENA_ARRAY(resolver->arena, Expr *, 2);
    sides[0] = sum;
    sides[1] = expr_literal(resolver->arena, value_int(TYPE_INT, minimum));
    Expr *condition = call_function(resolver, ">=", sides, 2, source->origin.span, err);
    if (!condition) return false;
    out->rel = filter_over(resolver, input->rel, condition, source->origin);
    return true;
}

// arguments: old, new, old, new, ...
static bool na_replace(Resolver *resolver, const URel *source, const Relation *input, Relation *out,
                       Error *err) {
    Columns columns = {0};
    for (uint32_t i = 0; i < input->column_count; i++) {
        Attribute *attribute = &input->columns[i].attribute;
        Expr **args = NULL;
        uint32_t count = 0;
        for (uint32_t a = 0; a + 1 < source->stat.argument_count; a += 2) {
            if (!concerns(resolver, source, attribute->name) ||
                !same_family(attribute->type, source->stat.arguments[a].type))
                continue;
            Expr **sides = ARENA_ARRAY(resolver->arena, Expr *, 2);
            sides[0] = attribute_ref(resolver, attribute);
            sides[1] = expr_literal(resolver->arena, source->stat.arguments[a]);
            Expr *equal = call_function(resolver, "=", sides, 2, source->origin.span, err);
            if (!equal) return false;
            Expr *value = expr_literal(resolver->arena, source->stat.arguments[a + 1]);
            ARENA_PUSH(resolver->arena, args, count, equal);
            ARENA_PUSH(resolver->arena, args, count,
                       coerce_cast(resolver->arena, value, attribute->type, resolver->names.ansi,
                                   source->origin.span));
        }
        Expr *expr = attribute_ref(resolver, attribute);
        if (count) {
            ARENA_PUSH(resolver->arena, args, count, expr);
            expr = call_function(resolver, "when", args, count, source->origin.span, err);
            if (!expr) return false;
        }
        columns_add(resolver, &columns, expr, attribute->name);
    }
    return project_columns(resolver, source, input, columns.exprs, columns.names, columns.count,
                           out);
}

static const char *relation_words(URelKind kind) {
    switch (kind) {
    case UREL_STAT: return "dataframe statistics";
    case UREL_TRANSPOSE: return "transpose";
    case UREL_AS_OF_JOIN: return "as-of joins";
    case UREL_TRANSFORM: return "TRANSFORM ... USING a script";
    case UREL_COMMAND: return "a command as a relation";
    default: return "this relation";
    }
}

bool resolve_dataframe(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    Relation input;
    switch (source->kind) {
    case UREL_WITH_COLUMNS:
    case UREL_RENAME_COLUMNS:
    case UREL_DROP_COLUMNS:
    case UREL_TO_DF:
    case UREL_DEDUPLICATE:
    case UREL_TO_SCHEMA:
    case UREL_NA_FILL:
    case UREL_NA_DROP:
    case UREL_NA_REPLACE: break;
    default:
        return FAIL(err, source->origin.span, ERR_UNSUPPORTED_FEATURE, "feature",
                    relation_words(source->kind));
    }
    if (!resolve_relation(resolver, source->input, &input, err)) return false;
    input = relation_visible(resolver, input, source->origin);
    switch (source->kind) {
    case UREL_WITH_COLUMNS: return with_columns(resolver, source, &input, out, err);
    case UREL_TO_DF: return to_df(resolver, source, &input, out, err);
    case UREL_DEDUPLICATE: return deduplicate(resolver, source, &input, out, err);
    case UREL_TO_SCHEMA: return to_schema(resolver, source, &input, out, err);
    case UREL_NA_FILL: return na_fill(resolver, source, &input, out, err);
    case UREL_NA_DROP: return na_drop(resolver, source, &input, out, err);
    case UREL_NA_REPLACE: return na_replace(resolver, source, &input, out, err);
    default: return reshape(resolver, source, &input, out);
    }
}
