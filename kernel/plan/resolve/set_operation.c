// SPDX-License-Identifier: Apache-2.0
// UNION, INTERSECT, EXCEPT: by position or by name, with types widened.
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/resolve/resolver_internal.h"

static const char *operator_name(const URel *source) {
    static const char *const NAMES[3][2] = {
        {"UNION", "UNION"}, {"INTERSECT", "INTERSECT ALL"}, {"EXCEPT", "EXCEPT ALL"}};
    return NAMES[source->set_op.kind][source->set_op.all];
}

static bool fail_count(Resolver *resolver, const char *name, const Relation *first,
                       const Relation *other, uint32_t at, Span span, Error *err) {
    Slice a = arena_printf(resolver->arena, "%u", first->column_count);
    Slice b = arena_printf(resolver->arena, "%u", other->column_count);
    return FAIL(err, span, ERR_NUM_COLUMNS_MISMATCH, "operator", name, "firstNumColumns",
                slice_cstr(resolver, a), "invalidOrdinalNum", bind_ordinal(at), "invalidNumColumns",
                slice_cstr(resolver, b));
}

static bool fail_types(Resolver *resolver, const char *name, uint32_t column, uint32_t table,
                       const Type *found, const Type *wanted, Span span, Error *err) {
    return FAIL(err, span, ERR_INCOMPATIBLE_COLUMN_TYPE, "operator", name, "columnOrdinalNumber",
                bind_ordinal(column), "tableOrdinalNumber", bind_ordinal(table), "dataType1",
                type_quoted(resolver->arena, found), "dataType2",
                type_quoted(resolver->arena, wanted), "hint", "");
}

// Projects a side to the types, if it differs.
static void side_cast(Resolver *resolver, Relation *side, const Type **types, Origin origin) {
    bool differs = false;
    Expr **exprs = ARENA_ARRAY(resolver->arena, Expr *, side->column_count + 1);
    Attribute *output = ARENA_ARRAY(resolver->arena, Attribute, side->column_count + 1);
    for (uint32_t i = 0; i < side->column_count; i++) {
        Attribute *column = &side->columns[i].attribute;
        exprs[i] = column_cast(resolver, column, types[i]);
        output[i] = *column;
        if (exprs[i]->kind != EXPR_COLUMN) output[i].id = 0;
        differs = differs || exprs[i]->kind != EXPR_COLUMN || side->rel->output[i].id != column->id;
    }
    if (!differs && side->rel->output_count == side->column_count) return;
    side->rel = rel_project(resolver, side->rel, exprs, output, side->column_count, origin);
}

bool union_relations(Resolver *resolver, Relation *sides, uint32_t count, const char *name,
                     Span origin, Relation *out, Error *err) {
    uint32_t width = sides[0].column_count;
    const Type **types = ARENA_ARRAY(resolver->arena, const Type *, width + 1);
    Origin place = {.span = origin};
    for (uint32_t s = 1; s < count; s++)
        if (sides[s].column_count != width)
            return fail_count(resolver, name, &sides[0], &sides[s], s, origin, err);
    for (uint32_t c = 0; c < width; c++) {
        types[c] = sides[0].columns[c].attribute.type;
        for (uint32_t s = 1; s < count; s++) {
            const Type *other = sides[s].columns[c].attribute.type;
            const Type *common =
                coerce_common(resolver->arena, types[c], other, resolver->names.ansi);
            if (!common) return fail_types(resolver, name, c, s, other, types[c], origin, err);
            types[c] = common;
        }
    }
    bool is_union = name[0] == 'U';
    Rel *rel = rel_new(resolver, is_union ? REL_UNION : REL_SET_OP, NULL, place);
    rel->inputs = ARENA_ARRAY(resolver->arena, Rel *, count);
    rel->input_count = count;
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, width + 1);
    rel->output_count = width;
    for (uint32_t s = 0; s < count; s++) {
        side_cast(resolver, &sides[s], types, place);
        rel->inputs[s] = sides[s].rel;
    }
    for (uint32_t c = 0; c < width; c++) {
        rel->output[c] = sides[0].columns[c].attribute;
        rel->output[c].type = types[c];
        rel->output[c].id = resolver_id(resolver);
        for (uint32_t s = 1; s < count; s++)
            rel->output[c].nullable =
                rel->output[c].nullable || sides[s].columns[c].attribute.nullable;
    }
    relation_from_rel(resolver, rel, out);
    return true;
}

// --- by name
// -------------------------------------------------------------------------------------------

static Relation reorder(Resolver *resolver, Relation side, Column *columns, Expr **missing,
                        uint32_t count, Origin origin) {
    Expr **exprs = ARENA_ARRAY(resolver->arena, Expr *, count + 1);
    Attribute *output = ARENA_ARRAY(resolver->arena, Attribute, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        exprs[i] = missing[i] ? missing[i] : attribute_ref(resolver, &columns[i].attribute);
        output[i] = columns[i].attribute;
        if (missing[i]) output[i].id = 0;
    }
    Rel *rel = rel_project(resolver, side.rel, exprs, output, count, origin);
    Relation out;
    relation_from_rel(resolver, rel, &out);
    return out;
}

static const Column *find_column(Resolver *resolver, const Relation *side, Slice name) {
    for (uint32_t i = 0; i < side->column_count; i++)
        if (names_match(resolver, side->columns[i].attribute.name, name)) return &side->columns[i];
    return NULL;
}

// The wanted columns of a side in order, NULLs for those it lacks.
static bool align(Resolver *resolver, const URel *source, Relation *side, const Column *wanted,
                  uint32_t count, Error *err) {
    Column *columns = ARENA_ARRAY(resolver->arena, Column, count + 1);
    Expr **missing = ARENA_ARRAY(resolver->arena, Expr *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const Column *found = find_column(resolver, side, wanted[i].attribute.name);
        if (found) {
            columns[i] = *found;
            continue;
        }
        if (!source->set_op.allow_missing) {
            ExprScope scope;
            expr_scope_init(resolver, side, &scope);
            Slice name = wanted[i].attribute.name;
            fail_unresolved_column(&scope, &name, 1, source->origin.span, err);
            return false;
        }
        columns[i] = wanted[i];
        missing[i] = expr_literal(resolver->arena, value_null(wanted[i].attribute.type));
    }
    *side = reorder(resolver, *side, columns, missing, count, source->origin);
    return true;
}

static bool align_by_name(Resolver *resolver, const URel *source, Relation *left, Relation *right,
                          Error *err) {
    Column *wanted = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < left->column_count; i++)
        ARENA_PUSH(resolver->arena, wanted, count, left->columns[i]);
    for (uint32_t i = 0; i < right->column_count && source->set_op.allow_missing; i++)
        if (!find_column(resolver, left, right->columns[i].attribute.name))
            ARENA_PUSH(resolver->arena, wanted, count, right->columns[i]);
    if (!source->set_op.allow_missing && left->column_count != right->column_count)
        return fail_count(resolver, "UNION", left, right, 1, source->origin.span, err);
    return align(resolver, source, left, wanted, count, err) &&
           align(resolver, source, right, wanted, count, err);
}

bool resolve_set_op(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    Relation sides[2];
    if (!resolve_relation(resolver, source->input, &sides[0], err) ||
        !resolve_relation(resolver, source->right, &sides[1], err))
        return false;
    for (uint32_t i = 0; i < 2; i++)
        sides[i] = relation_visible(resolver, sides[i], source->origin);
    if (source->set_op.by_name && !align_by_name(resolver, source, &sides[0], &sides[1], err))
        return false;
    if (!union_relations(resolver, sides, 2, operator_name(source), source->origin.span, out, err))
        return false;
    Rel *rel = out->rel;
    if (source->set_op.kind == USET_UNION) {
        if (!source->set_op.all) out->rel = rel_distinct(resolver, rel, source->origin);
        return true;
    }
    rel->set_op.kind = source->set_op.kind == USET_INTERSECT ? SET_OP_INTERSECT : SET_OP_EXCEPT;
    rel->set_op.all = source->set_op.all;
    return true;
}
