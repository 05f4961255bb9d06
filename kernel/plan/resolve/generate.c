// SPDX-License-Identifier: Apache-2.0
// Generators: in a select list, in LATERAL VIEW, as table functions.
#include "base/text.h"
#include "kernel/plan/resolve/block.h"

#include <stdio.h>

// --- output columns
// ------------------------------------------------------------------------------------

typedef struct GeneratorColumns {
    Attribute *attributes;
    uint32_t count;
} GeneratorColumns;

static void add_column(Resolver *resolver, GeneratorColumns *columns, Slice name, const Type *type,
                       bool nullable) {
    Attribute attribute = {
        .id = resolver_id(resolver), .name = name, .type = type, .nullable = nullable};
    ARENA_PUSH(resolver->arena, columns->attributes, columns->count, attribute);
}

static void explode_columns(Resolver *resolver, const Type *type, bool with_position, bool outer,
                            GeneratorColumns *out) {
    if (with_position) add_column(resolver, out, SLICE("pos"), type_of(TYPE_INT), outer);
    if (type->id == TYPE_MAP) {
        add_column(resolver, out, SLICE("key"), type->fields[0].type, outer);
        add_column(resolver, out, SLICE("value"), type->fields[1].type,
                   outer || type->fields[1].nullable);
    } else {
        add_column(resolver, out, SLICE("col"), type->fields[0].type,
                   outer || type->fields[0].nullable);
    }
}

static bool stack_columns(Resolver *resolver, GeneratorCall *call, Span span, GeneratorColumns *out,
                          Error *err) {
    Value rows;
    if (!expr_is_foldable(call->args[0]))
        return FAIL(err, span, ERR_DATATYPE_MISMATCH__NON_FOLDABLE_INPUT, "inputName", "`n`",
                    "inputType", "\"INT\"", "inputExpr",
                    expr_quoted(resolver->arena, call->args[0]), "sqlExpr", "\"stack\"");
    if (!fold_constant(resolver, call->args[0], &rows, err)) return false;
    if (rows.is_null || rows.i64 < 1)
        return FAIL(err, span, ERR_DATATYPE_MISMATCH__VALUE_OUT_OF_RANGE, "exprName", "`n`",
                    "valueRange", "(0, 2147483647]", "currentValue", "", "sqlExpr", "\"stack\"");
    uint32_t count = call->arg_count - 1;
    uint32_t width = (uint32_t)((count + (uint64_t)rows.i64 - 1) / (uint64_t)rows.i64);
    for (uint32_t c = 0; c < width; c++) {
        const Type *type = type_of(TYPE_VOID);
        bool nullable = count % width != 0;
        for (uint32_t i = c; i < count && type; i += width) {
            type = coerce_tightest(resolver->arena, type, call->args[i + 1]->type,
                                   resolver->names.ansi);
            nullable = nullable || call->args[i + 1]->nullable;
        }
        if (!type) {
            Slice column = arena_printf(resolver->arena, "%u", c + 1);
            return FAIL(err, span, ERR_DATATYPE_MISMATCH__STACK_COLUMN_DIFF_TYPES, "columnIndex",
                        slice_cstr(resolver, column), "leftParamIndex", "", "leftType", "",
                        "rightParamIndex", "", "rightType", "", "sqlExpr", "\"stack\"");
        }
        for (uint32_t i = c; i < count; i += width)
            call->args[i + 1] =
                coerce_cast(resolver->arena, call->args[i + 1], type, resolver->names.ansi, span);
        add_column(resolver, out, arena_printf(resolver->arena, "col%u", c), type, nullable);
    }
    return true;
}

static bool generator_columns(Resolver *resolver, const Expr *expr, bool outer,
                              GeneratorColumns *out, Error *err) {
    GeneratorCall *call = expr->generator;
    const Type *type = call->args[0]->type;
    *out = (GeneratorColumns){0};
    switch (call->kind) {
    case GENERATE_EXPLODE: explode_columns(resolver, type, false, outer, out); break;
    case GENERATE_POSEXPLODE: explode_columns(resolver, type, true, outer, out); break;
    case GENERATE_INLINE: {
        const Type *row = type->fields[0].type;
        for (uint32_t i = 0; i < row->field_count; i++)
            add_column(resolver, out, row->fields[i].name, row->fields[i].type,
                       outer || type->fields[0].nullable || row->fields[i].nullable);
        break;
    }
    case GENERATE_STACK:
        if (!stack_columns(resolver, call, expr->origin, out, err)) return false;
        break;
    case GENERATE_JSON_TUPLE:
        for (uint32_t i = 0; i + 1 < call->arg_count; i++)
            add_column(resolver, out, arena_printf(resolver->arena, "c%u", i), type_of(TYPE_STRING),
                       true);
        break;
    case GENERATE_VARIANT_EXPLODE:
        add_column(resolver, out, SLICE("pos"), type_of(TYPE_INT), outer);
        add_column(resolver, out, SLICE("key"), type_of(TYPE_STRING), true);
        add_column(resolver, out, SLICE("value"), type_of(TYPE_VARIANT), outer);
        break;
    default: break;
    }
    call->types = ARENA_ARRAY(resolver->arena, const Type *, out->count + 1);
    call->column_count = out->count;
    for (uint32_t i = 0; i < out->count; i++) call->types[i] = out->attributes[i].type;
    return true;
}

static bool name_is_outer(Slice name) {
    return name.bytes > 6 &&
           slice_equal_ignore_case(slice_from(name, name.bytes - 6), SLICE("_outer"));
}

static Rel *generate_rel(Resolver *resolver, Rel *input, const Expr *expr, bool outer,
                         const GeneratorColumns *columns, Origin origin) {
    Rel *rel = rel_new(resolver, REL_GENERATE, input, origin);
    rel->generate.call = expr->generator;
    rel->generate.outer = outer;
    uint32_t base = input->output_count;
    rel->output = ARENA_ARRAY(resolver->arena, Attribute, base + columns->count + 1);
    rel->output_count = base + columns->count;
    for (uint32_t i = 0; i < base; i++) rel->output[i] = input->output[i];
    for (uint32_t i = 0; i < columns->count; i++) rel->output[base + i] = columns->attributes[i];
    return rel;
}

// --- in a select list
// --------------------------------------------------------------------------------

static const UExpr *unaliased(const UExpr *source) {
    while (source && source->kind == UEXPR_ALIAS) source = source->args[0];
    return source;
}

static bool is_generator(void *data, const Expr *expr) {
    return expr->kind == EXPR_GENERATOR && expr != data;
}

static bool find_generator(Block *block, uint32_t *index, Error *err) {
    *index = UINT32_MAX;
    Resolver *resolver = block->resolver;
    for (uint32_t i = 0; i < block->item_count; i++) {
        Expr *expr = block->items[i].expr;
        void *top = expr->kind == EXPR_GENERATOR ? expr : NULL;
        if (expr_any(expr, is_generator, top))
            return FAIL(err, expr->origin, ERR_UNSUPPORTED_GENERATOR__NESTED_IN_EXPRESSIONS,
                        "expression", expr_quoted(resolver->arena, expr));
        if (!top) continue;
        if (*index != UINT32_MAX) {
            Slice both = arena_printf(resolver->arena, "%s, %s",
                                      expr_quoted(resolver->arena, block->items[*index].expr),
                                      expr_quoted(resolver->arena, expr));
            return FAIL(err, block->select->origin.span, ERR_UNSUPPORTED_GENERATOR__MULTI_GENERATOR,
                        "num", "2", "generators", slice_cstr(resolver, both));
        }
        *index = i;
    }
    return true;
}

static bool generator_names(const UExpr *source, const Expr *expr, GeneratorColumns *columns,
                            Error *err) {
    if (!source || source->kind != UEXPR_ALIAS) return true;
    if (source->alias.count != columns->count) {
        AUTO(Text, names) = {0};
        for (uint32_t i = 0; i < source->alias.count; i++)
            text_printf(&names, "%s%.*s", i ? "," : "", SLICE_ARGS(source->alias.names[i]));
        char size[16];
        snprintf(size, sizeof size, "%u", columns->count);
        return FAIL(err, expr->origin, ERR_UDTF_ALIAS_NUMBER_MISMATCH, "aliasesSize", size,
                    "aliasesNames", text_cstr(&names));
    }
    for (uint32_t i = 0; i < columns->count; i++)
        columns->attributes[i].name = source->alias.names[i];
    return true;
}

bool block_generators(Block *block, Error *err) {
    Resolver *resolver = block->resolver;
    uint32_t at;
    if (!find_generator(block, &at, err)) return false;
    if (at == UINT32_MAX) return true;
    const SelectItem *item = &block->items[at];
    const UExpr *function = unaliased(item->source);
    bool outer = function && function->name.count &&
                 name_is_outer(function->name.parts[function->name.count - 1]);
    GeneratorColumns columns;
    if (!generator_columns(resolver, item->expr, outer, &columns, err) ||
        !generator_names(item->source, item->expr, &columns, err))
        return false;
    block->rel =
        generate_rel(resolver, block->rel, item->expr, outer, &columns, block->select->origin);
    uint32_t count = block->item_count - 1 + columns.count;
    SelectItem *items = ARENA_ARRAY(resolver->arena, SelectItem, count + 1);
    Column *output = ARENA_ARRAY(resolver->arena, Column, count + 1);
    uint32_t used = 0;
    for (uint32_t i = 0; i < block->item_count; i++) {
        if (i != at) {
            output[used] = block->output[i];
            items[used++] = block->items[i];
            continue;
        }
        for (uint32_t c = 0; c < columns.count; c++) {
            output[used] = (Column){.attribute = columns.attributes[c], .plan_id = -1};
            items[used++] = (SelectItem){.expr = attribute_ref(resolver, &columns.attributes[c]),
                                         .name = columns.attributes[c].name,
                                         .id = columns.attributes[c].id,
                                         .is_plain_column = true,
                                         .column = {.attribute = columns.attributes[c]}};
        }
    }
    block->items = items;
    block->item_count = count;
    block->output = output;
    return true;
}

// --- LATERAL VIEW and table functions
// ----------------------------------------------------------------

static Expr *resolve_generator(ExprScope *scope, const URel *source, Error *err) {
    Resolver *resolver = scope->resolver;
    UExpr *call = ARENA_NEW(resolver->arena, UExpr);
    call->kind = UEXPR_FUNCTION;
    call->origin = source->origin;
    call->name = source->function.name;
    call->function.identifier = source->function.identifier;
    call->args = source->exprs;
    call->arg_count = source->expr_count;
    Expr *expr = resolve_expr(scope, call, err);
    if (!expr) return NULL;
    if (expr->kind == EXPR_GENERATOR) return expr;
    return FAIL_NULL(
        err, source->origin.span, ERR_UNSUPPORTED_GENERATOR__NOT_GENERATOR, "functionName",
        name_quoted(resolver->arena, source->function.name.parts, source->function.name.count),
        "classCanonicalName", "");
}

static bool alias_columns(Resolver *resolver, const URel *source, GeneratorColumns *columns,
                          Error *err) {
    uint32_t count = source->function.column_alias_count;
    if (!count) return true;
    if (count != columns->count) {
        char aliases[16], actual[16];
        snprintf(aliases, sizeof aliases, "%u", count);
        snprintf(actual, sizeof actual, "%u", columns->count);
        return FAIL(
            err, source->origin.span, ERR_NUM_TABLE_VALUE_ALIASES_MISMATCH, "funcName",
            name_quoted(resolver->arena, source->function.name.parts, source->function.name.count),
            "aliasesNum", aliases, "outColsNum", actual);
    }
    for (uint32_t i = 0; i < count; i++)
        columns->attributes[i].name = source->function.column_aliases[i];
    return true;
}

bool resolve_lateral_view(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    Relation input;
    if (source->input) {
        if (!resolve_relation(resolver, source->input, &input, err)) return false;
    } else {
        URel one = {.kind = UREL_ONE_ROW, .origin = source->origin, .plan_id = -1};
        URel *row = ARENA_NEW(resolver->arena, URel);
        *row = one;
        if (!resolve_relation(resolver, row, &input, err)) return false;
    }
    ExprScope scope;
    expr_scope_init(resolver, &input, &scope);
    Expr *expr = resolve_generator(&scope, source, err);
    if (!expr) return false;
    Slice name = source->function.name.count
                     ? source->function.name.parts[source->function.name.count - 1]
                     : SLICE_NONE;
    bool outer = source->function.outer || name_is_outer(name);
    GeneratorColumns columns;
    if (!generator_columns(resolver, expr, outer, &columns, err) ||
        !alias_columns(resolver, source, &columns, err))
        return false;
    out->rel = generate_rel(resolver, input.rel, expr, outer, &columns, source->origin);
    out->column_count = input.column_count + columns.count;
    out->columns = ARENA_ARRAY(resolver->arena, Column, out->column_count + 1);
    for (uint32_t i = 0; i < input.column_count; i++) out->columns[i] = input.columns[i];
    Slice *qualifier = ARENA_ARRAY(resolver->arena, Slice, 1);
    qualifier[0] = source->function.table_alias;
    for (uint32_t i = 0; i < columns.count; i++)
        out->columns[input.column_count + i] =
            (Column){.attribute = columns.attributes[i],
                     .qualifier = qualifier,
                     .qualifier_count = source->function.table_alias.bytes ? 1 : 0,
                     .plan_id = -1};
    return true;
}

// --- range(...)
// ------------------------------------------------------------------------------------------

static bool range_argument(ExprScope *scope, const UExpr *source, int64_t *value, bool *is_null,
                           Error *err) {
    Resolver *resolver = scope->resolver;
    Expr *expr = resolve_expr(scope, source, err);
    if (!expr) return false;
    Value folded;
    if (!expr_is_foldable(expr))
        return FAIL(err, source->origin.span, ERR_UNSUPPORTED_FEATURE, "feature",
                    "range() of values that are no constants");
    if (expr->type->id != TYPE_VOID && !type_is_numeric(expr->type) && !type_is_text(expr->type))
        return FAIL(err, source->origin.span, ERR_UNEXPECTED_INPUT_TYPE, "functionName", "`range`",
                    "paramIndex", "", "requiredType", "\"BIGINT\"", "inputSql",
                    expr_quoted(resolver->arena, expr), "inputType",
                    type_quoted(resolver->arena, expr->type));
    expr = coerce_cast(resolver->arena, expr, type_of(TYPE_BIGINT), resolver->names.ansi,
                       source->origin.span);
    if (!fold_constant(resolver, expr, &folded, err)) return false;
    *is_null = folded.is_null;
    *value = folded.i64;
    return true;
}

static bool table_range(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    if (source->expr_count < 1 || source->expr_count > 4) {
        Slice actual = arena_printf(resolver->arena, "%u", source->expr_count);
        return FAIL(err, source->origin.span, ERR_WRONG_NUM_ARGS__WITHOUT_SUGGESTION,
                    "functionName", "`range`", "expectedNum", "[1, 2, 3, 4]", "actualNum",
                    slice_cstr(resolver, actual), "docroot",
                    "https://spark.apache.org/docs/latest");
    }
    ExprScope scope;
    expr_scope_init(resolver, NULL, &scope);
    int64_t values[4] = {0};
    bool nulls[4] = {false};
    for (uint32_t i = 0; i < source->expr_count; i++) {
        if (!range_argument(&scope, source->exprs[i], &values[i], &nulls[i], err)) return false;
        if (nulls[i])
            return FAIL(err, source->origin.span, ERR_UNEXPECTED_NULL_ARGUMENT, "exprName",
                        "range");
    }
    Rel *rel = rel_new(resolver, REL_RANGE, NULL, source->origin);
    bool only_stop = source->expr_count == 1;
    rel->range.start = only_stop ? 0 : values[0];
    rel->range.stop = only_stop ? values[0] : values[1];
    rel->range.step = source->expr_count >= 3 ? values[2] : 1;
    if (rel->range.step == 0)
        return FAIL(err, source->origin.span, ERR_INVALID_STEP, "start", "", "step", "0");
    rel->output = ARENA_NEW(resolver->arena, Attribute);
    rel->output[0] =
        (Attribute){.id = resolver_id(resolver), .name = SLICE("id"), .type = type_of(TYPE_BIGINT)};
    rel->output_count = 1;
    relation_from_rel(resolver, rel, out);
    return true;
}

static bool fail_table_function(Resolver *resolver, const URel *source, Error *err) {
    return FAIL(
        err, source->origin.span, ERR_UNRESOLVABLE_TABLE_VALUED_FUNCTION, "name",
        name_quoted(resolver->arena, source->function.name.parts, source->function.name.count));
}

// An alias over a table function names its columns through UREL_SUBQUERY_ALIAS or the function's
// own list.
static bool name_output(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    GeneratorColumns columns = {out->rel->output, out->rel->output_count};
    if (!alias_columns(resolver, source, &columns, err)) return false;
    for (uint32_t i = 0; i < out->column_count; i++)
        out->columns[i].attribute.name = columns.attributes[i].name;
    if (!source->function.table_alias.bytes) return true;
    Slice *qualifier = ARENA_ARRAY(resolver->arena, Slice, 1);
    qualifier[0] = source->function.table_alias;
    relation_qualify(resolver, out, qualifier, 1);
    return true;
}

bool resolve_table_function(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    NameParts parts = source->function.name;
    if (source->function.identifier &&
        !resolve_identifier(resolver, source->function.identifier, &parts, err))
        return false;
    Slice name = parts.parts[parts.count - 1];
    if (slice_equal_ignore_case(name, SLICE("range")))
        return table_range(resolver, source, out, err) && name_output(resolver, source, out, err);
    const FunctionDefinition *definition = function_find(name);
    if (!definition || definition->function_class != FUNCTION_GENERATOR)
        return fail_table_function(resolver, source, err);
    URel *view = ARENA_NEW(resolver->arena, URel);
    *view = *source;
    view->kind = UREL_LATERAL_VIEW;
    view->input = NULL;
    view->function.identifier = NULL;
    view->function.name = parts;
    return resolve_lateral_view(resolver, view, out, err);
}
