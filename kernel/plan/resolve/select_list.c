// SPDX-License-Identifier: Apache-2.0
// Select lists: stars, aliases, lateral aliases and the names of what has no alias.
#include "base/text.h"
#include "kernel/plan/nearest.h"
#include "kernel/plan/resolve/resolver_internal.h"

bool item_is_star(const UExpr *source) {
    return source->kind == UEXPR_STAR || source->kind == UEXPR_REGEX;
}

Slice item_name(Resolver *resolver, const UExpr *source, const Expr *expr) {
    switch (source->kind) {
    case UEXPR_ALIAS: return source->alias.names[0];
    case UEXPR_ATTRIBUTE: return source->name.parts[source->name.count - 1];
    case UEXPR_CAST: {
        const UExpr *inner = source->args[0];
        if (inner->kind == UEXPR_ATTRIBUTE && expr->kind == EXPR_CAST)
            return inner->name.parts[inner->name.count - 1];
        break;
    }
    default: break;
    }
    return expr_pretty(resolver->arena, expr);
}

static SelectItem column_item(Resolver *resolver, const Column *column) {
    return (SelectItem){.expr = column_expr(resolver, column, (Span){0, 0}),
                        .name = column->attribute.name,
                        .metadata = column->attribute.metadata,
                        .id = column->attribute.id,
                        .is_plain_column = true,
                        .column = *column};
}

// --- stars
// -------------------------------------------------------------------------------------------

static bool qualifier_matches(const Resolver *resolver, const Column *column, NameParts target) {
    if (target.count > column->qualifier_count) return false;
    const Slice *tail = column->qualifier + (column->qualifier_count - target.count);
    for (uint32_t i = 0; i < target.count; i++)
        if (!names_match(resolver, tail[i], target.parts[i])) return false;
    return true;
}

static bool star_columns(ExprScope *scope, const UExpr *source, const Column *columns,
                         uint32_t column_count, SelectItem **items, uint32_t *count) {
    Resolver *resolver = scope->resolver;
    bool found = false;
    for (uint32_t i = 0; i < column_count; i++) {
        const Column *column = &columns[i];
        bool qualified = source->name.count > 0;
        if (qualified ? !qualifier_matches(resolver, column, source->name) : column->is_hidden)
            continue;
        if (qualified && column->is_hidden && !column->needs_qualifier) continue;
        found = true;
        ARENA_PUSH(resolver->arena, *items, *count, column_item(resolver, column));
    }
    return found;
}

// s.*: the fields of a struct column.
static bool star_fields(ExprScope *scope, const UExpr *source, SelectItem **items, uint32_t *count,
                        Error *err) {
    Resolver *resolver = scope->resolver;
    Expr *base = resolve_name(scope, source, source->name.parts, source->name.count, err);
    if (!base && error_is_set(err)) return false;
    if (!base) {
        AUTO(Text, columns) = {0};
        for (uint32_t i = 0; i < scope->column_count; i++)
            if (!scope->columns[i].is_hidden)
                text_printf(&columns, "%s%s", columns.bytes ? ", " : "",
                            name_quoted(resolver->arena, &scope->columns[i].attribute.name, 1));
        return FAIL(err, source->origin.span, ERR_CANNOT_RESOLVE_STAR_EXPAND, "targetString",
                    name_quoted(resolver->arena, source->name.parts, source->name.count), "columns",
                    text_cstr(&columns));
    }
    if (base->type->id != TYPE_STRUCT)
        return FAIL(err, source->origin.span, ERR_STAR_EXPANSION_NOT_STRUCT, "attributes",
                    expr_quoted(resolver->arena, base));
    for (uint32_t i = 0; i < base->type->field_count; i++) {
        Slice name = base->type->fields[i].name;
        SelectItem item = {.name = name};
        item.expr = extract_field(resolver, expr_copy(resolver->arena, base), name,
                                  source->origin.span, err);
        if (!item.expr) return false;
        ARENA_PUSH(resolver->arena, *items, *count, item);
    }
    return true;
}

static Expr *without_field(Resolver *resolver, Expr *base, const Slice *path, uint32_t count,
                           Span origin, bool *matched, Error *err) {
    if (base->type->id != TYPE_STRUCT) return base;
    Expr **args = NULL;
    uint32_t arg_count = 0;
    for (uint32_t i = 0; i < base->type->field_count; i++) {
        Slice name = base->type->fields[i].name;
        bool match = names_match(resolver, name, path[0]);
        *matched = *matched || match;
        if (match && count == 1) continue;
        Expr *field = extract_field(resolver, expr_copy(resolver->arena, base), name, origin, err);
        if (field && match)
            field = without_field(resolver, field, path + 1, count - 1, origin, matched, err);
        if (!field) return NULL;
        ARENA_PUSH(resolver->arena, args, arg_count,
                   expr_literal(resolver->arena, value_string(name)));
        ARENA_PUSH(resolver->arena, args, arg_count, field);
    }
    return call_function(resolver, "named_struct", args, arg_count, origin, err);
}

static bool fail_except(ExprScope *scope, const UExpr *source, NameParts name, Error *err) {
    ExprScope plain = *scope;
    fail_unresolved_column(&plain, name.parts, name.count, source->origin.span, err);
    return false;
}

static bool star_except(ExprScope *scope, const UExpr *source, NameParts name, SelectItem *items,
                        uint32_t *count, Error *err) {
    Resolver *resolver = scope->resolver;
    bool matched = false;
    for (uint32_t i = 0; i < *count; i++) {
        uint32_t last = name.count - 1;
        bool whole = names_match(resolver, items[i].name, name.parts[last]);
        if (whole && last && items[i].is_plain_column) {
            NameParts qualifier = {name.parts, last};
            whole = qualifier_matches(resolver, &items[i].column, qualifier);
        } else if (whole && last) {
            whole = false;
        }
        if (whole) {
            matched = true;
            memmove(items + i, items + i + 1, sizeof *items * (*count - i - 1));
            (*count)--;
            i--;
            continue;
        }
        if (!last || !names_match(resolver, items[i].name, name.parts[0])) continue;
        Slice kept = items[i].name;
        items[i].expr = without_field(resolver, items[i].expr, name.parts + 1, last,
                                      source->origin.span, &matched, err);
        if (!items[i].expr) return false;
        items[i].is_plain_column = false;
        items[i].id = 0;
        items[i].name = kept;
    }
    return matched || fail_except(scope, source, name, err);
}

static bool star_replace(ExprScope *scope, const UExpr *source, SelectItem *items, uint32_t count,
                         Error *err) {
    for (uint32_t r = 0; r < source->star.replace_count; r++) {
        const UExpr *replacement = source->star.replace[r];
        Slice name = replacement->alias.names[0];
        bool found = false;
        for (uint32_t i = 0; i < count; i++) {
            if (!names_match(scope->resolver, items[i].name, name)) continue;
            Expr *expr = resolve_expr(scope, replacement, err);
            if (!expr) return false;
            items[i] = (SelectItem){.expr = expr, .name = items[i].name};
            found = true;
        }
        if (!found) {
            fail_unresolved_column(scope, &name, 1, replacement->origin.span, err);
            return false;
        }
    }
    return true;
}

bool expand_star(ExprScope *scope, const UExpr *source, SelectItem **items, uint32_t *count,
                 Error *err) {
    SelectItem *made = NULL;
    uint32_t made_count = 0;
    bool found =
        star_columns(scope, source, scope->columns, scope->column_count, &made, &made_count);
    if (!found && source->name.count)
        for (const ExprScope *outer = scope->outer; outer && !found; outer = outer->outer) {
            found = star_columns(scope, source, outer->columns, outer->column_count, &made,
                                 &made_count);
            // An outer column gets an id of its own here: the outer one stays that of the outer
            // row.
            for (uint32_t i = 0; found && i < made_count; i++) {
                scope_note_outer(scope, outer, made[i].expr);
                made[i].is_plain_column = false;
                made[i].id = 0;
            }
        }
    if (!found && source->name.count && !star_fields(scope, source, &made, &made_count, err))
        return false;
    for (uint32_t i = 0; i < source->star.except_count; i++)
        if (!star_except(scope, source, source->star.except[i], made, &made_count, err))
            return false;
    if (!star_replace(scope, source, made, made_count, err)) return false;
    for (uint32_t i = 0; i < made_count; i++)
        ARENA_PUSH(scope->resolver->arena, *items, *count, made[i]);
    return true;
}

// --- the list
// ----------------------------------------------------------------------------------------

static bool resolve_item(ExprScope *scope, const UExpr *source, SelectItem *item, Error *err) {
    Resolver *resolver = scope->resolver;
    item->source = source;
    item->expr = resolve_expr(scope, source, err);
    if (!item->expr) return false;
    item->name = item_name(resolver, source, item->expr);
    if (source->kind == UEXPR_ALIAS) item->metadata = source->alias.metadata;
    if (source->kind != UEXPR_ATTRIBUTE || item->expr->kind != EXPR_COLUMN) return true;
    for (uint32_t i = 0; i < scope->column_count; i++) {
        if (scope->columns[i].attribute.id != item->expr->column) continue;
        item->is_plain_column = true;
        item->column = scope->columns[i];
        item->id = item->expr->column;
        break;
    }
    return true;
}

bool resolve_items(ExprScope *scope, UExpr *const *exprs, uint32_t count, SelectItem **items,
                   uint32_t *item_count, Error *err) {
    SelectItem *made = NULL;
    uint32_t made_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        scope->aliases = made;
        scope->alias_count = made_count;
        if (item_is_star(exprs[i])) {
            if (!expand_star(scope, exprs[i], &made, &made_count, err)) return false;
            continue;
        }
        SelectItem item = {0};
        if (!resolve_item(scope, exprs[i], &item, err)) return false;
        ARENA_PUSH(scope->resolver->arena, made, made_count, item);
    }
    scope->aliases = NULL;
    scope->alias_count = 0;
    *items = made;
    *item_count = made_count;
    return true;
}
