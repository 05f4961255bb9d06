// SPDX-License-Identifier: Apache-2.0
// Names to columns: qualifiers first, longest match, then column names with struct fields behind
// them; select aliases, outer queries, parameterless functions and session variables after that.
#include "base/text.h"
#include "kernel/plan/nearest.h"
#include "kernel/plan/resolve/resolver_internal.h"

enum { SUGGESTIONS = 5 };

typedef struct Match {
    const Column *column;
    uint32_t used;       // parts of the name that stand for the column; the rest are fields
    const Column *other; // a second candidate: ambiguous
    uint32_t count;
    const Column **all;
} Match;

static bool qualifier_ends_with(const Resolver *resolver, const Column *column, const Slice *parts,
                                uint32_t count) {
    if (count > column->qualifier_count) return false;
    const Slice *tail = column->qualifier + (column->qualifier_count - count);
    for (uint32_t i = 0; i < count; i++)
        if (!names_match(resolver, tail[i], parts[i])) return false;
    return true;
}

static void match_add(Resolver *resolver, Match *match, const Column *column) {
    for (uint32_t i = 0; i < match->count; i++)
        if (match->all[i]->attribute.id == column->attribute.id) return;
    ARENA_PUSH(resolver->arena, match->all, match->count, column);
    if (!match->column) match->column = column;
    else if (!match->other) match->other = column;
}

// Columns whose qualifier ends with the first `qualifiers` parts and whose name is the next one.
static void match_at(Resolver *resolver, const Column *columns, uint32_t column_count,
                     const Slice *parts, uint32_t qualifiers, Match *match) {
    for (uint32_t i = 0; i < column_count; i++) {
        const Column *column = &columns[i];
        if (qualifiers == 0 && column->needs_qualifier) continue;
        if (!names_match(resolver, column->attribute.name, parts[qualifiers])) continue;
        if (qualifiers && !qualifier_ends_with(resolver, column, parts, qualifiers)) continue;
        match_add(resolver, match, column);
    }
    match->used = qualifiers + 1;
}

static bool match_columns(Resolver *resolver, const Column *columns, uint32_t column_count,
                          const Slice *parts, uint32_t count, Match *match) {
    *match = (Match){0};
    for (uint32_t qualifiers = MIN(count - 1, 3); qualifiers + 1 > 0; qualifiers--) {
        match_at(resolver, columns, column_count, parts, qualifiers, match);
        if (match->column) return true;
        if (qualifiers == 0) break;
    }
    return false;
}

static Expr *fail_ambiguous(Resolver *resolver, const Match *match, const Slice *parts,
                            uint32_t count, Span origin, Error *err) {
    AUTO(Text, names) = {0};
    text_append_char(&names, '[');
    for (uint32_t i = 0; i < match->count; i++) {
        const Column *column = match->all[i];
        Slice path[5];
        uint32_t used = MIN(column->qualifier_count, 4);
        for (uint32_t q = 0; q < used; q++) path[q] = column->qualifier[q];
        path[used] = column->attribute.name;
        text_printf(&names, "%s%s", i ? ", " : "", name_quoted(resolver->arena, path, used + 1));
    }
    text_append_char(&names, ']');
    return FAIL_NULL(err, origin, ERR_AMBIGUOUS_REFERENCE, "name",
                     name_quoted(resolver->arena, parts, count), "referenceNames",
                     text_cstr(&names));
}

// --- suggestions
// ------------------------------------------------------------------------------------

static bool same_qualifier(const Column *a, const Column *b) {
    if (a->qualifier_count != b->qualifier_count) return false;
    for (uint32_t i = 0; i < a->qualifier_count; i++)
        if (!slice_equal(a->qualifier[i], b->qualifier[i])) return false;
    return true;
}

static Slice suggestion(Resolver *resolver, const Column *column, bool with_qualifier) {
    Slice path[5];
    uint32_t used = 0;
    for (uint32_t q = 0; with_qualifier && q < MIN(column->qualifier_count, 4); q++)
        path[used++] = column->qualifier[q];
    path[used++] = column->attribute.name;
    return slice_from_cstr(name_quoted(resolver->arena, path, used));
}

Expr *fail_unresolved_column(ExprScope *scope, const Slice *parts, uint32_t count, Span origin,
                             Error *err) {
    Resolver *resolver = scope->resolver;
    Slice *candidates = NULL;
    uint32_t candidate_count = 0;
    bool with_qualifier = false;
    const Column *first = NULL;
    for (uint32_t i = 0; i < scope->column_count; i++) {
        if (scope->columns[i].is_hidden) continue;
        if (!first) first = &scope->columns[i];
        else if (!same_qualifier(first, &scope->columns[i])) with_qualifier = true;
    }
    for (uint32_t i = 0; i < scope->column_count; i++) {
        if (scope->columns[i].is_hidden) continue;
        Slice name = suggestion(resolver, &scope->columns[i], with_qualifier);
        ARENA_PUSH(resolver->arena, candidates, candidate_count, name);
    }
    const char *object = name_quoted(resolver->arena, parts, count);
    if (!candidate_count)
        return FAIL_NULL(err, origin, ERR_UNRESOLVED_COLUMN__WITHOUT_SUGGESTION, "objectName",
                         object);
    AUTO(Text, plain) = {0}; // Spark compares with the name as text
    for (uint32_t i = 0; i < count; i++)
        text_printf(&plain, "%s%.*s", i ? "." : "", SLICE_ARGS(parts[i]));
    Slice nearest[SUGGESTIONS];
    uint32_t found =
        nearest_names(text_slice(&plain), candidates, candidate_count, nearest, SUGGESTIONS);
    AUTO(Text, proposal) = {0};
    for (uint32_t i = 0; i < found; i++)
        text_printf(&proposal, "%s%.*s", i ? ", " : "", SLICE_ARGS(nearest[i]));
    return FAIL_NULL(err, origin, ERR_UNRESOLVED_COLUMN__WITH_SUGGESTION, "objectName", object,
                     "proposal", text_cstr(&proposal));
}

// --- what a name can mean
// ---------------------------------------------------------------------------

static Expr *with_fields(Resolver *resolver, Expr *base, const Slice *parts, uint32_t count,
                         Span origin, Error *err) {
    for (uint32_t i = 0; base && i < count; i++)
        base = extract_field(resolver, base, parts[i], origin, err);
    return base;
}

static Expr *in_columns(ExprScope *scope, const Column *columns, uint32_t column_count,
                        const Slice *parts, uint32_t count, Span origin, bool *found, Error *err) {
    Match match;
    *found = match_columns(scope->resolver, columns, column_count, parts, count, &match);
    if (!*found) return NULL;
    if (match.other) return fail_ambiguous(scope->resolver, &match, parts, count, origin, err);
    Expr *expr = column_expr(scope->resolver, match.column, origin);
    expr->text = sql_text(scope->resolver->arena, parts[match.used - 1]);
    return with_fields(scope->resolver, expr, parts + match.used, count - match.used, origin, err);
}

static Expr *in_lambdas(ExprScope *scope, const Slice *parts, uint32_t count, Span origin,
                        bool *found, Error *err) {
    Resolver *resolver = scope->resolver;
    *found = false;
    for (const LambdaFrame *frame = scope->lambda; frame; frame = frame->parent) {
        for (uint32_t i = 0; i < frame->count; i++) {
            if (!names_match(resolver, frame->names[i], parts[0])) continue;
            *found = true;
            Expr *expr = ARENA_NEW(resolver->arena, Expr);
            expr->kind = EXPR_LAMBDA_VARIABLE;
            expr->column = frame->first + i;
            expr->type = frame->types[i];
            expr->nullable = frame->nullable[i];
            expr->origin = origin;
            expr->text = sql_text(resolver->arena, SLICE("namedlambdavariable()"));
            return with_fields(resolver, expr, parts + 1, count - 1, origin, err);
        }
    }
    return NULL;
}

static Expr *in_aliases(ExprScope *scope, const Slice *parts, uint32_t count, Span origin,
                        bool *found, Error *err) {
    Resolver *resolver = scope->resolver;
    *found = false;
    const SelectItem *item = NULL;
    for (uint32_t i = 0; i < scope->alias_count; i++) {
        const SelectItem *candidate = &scope->aliases[i];
        bool is_alias = candidate->source && candidate->source->kind == UEXPR_ALIAS;
        if (!is_alias || !names_match(resolver, candidate->name, parts[0])) continue;
        if (item)
            return *found = true, FAIL_NULL(err, origin, ERR_AMBIGUOUS_LATERAL_COLUMN_ALIAS, "name",
                                            name_quoted(resolver->arena, parts, 1), "n", "2");
        item = candidate;
    }
    if (!item) return NULL;
    *found = true;
    if (scope->inside_aggregate && expr_contains(item->expr, EXPR_AGGREGATE))
        return FAIL_NULL(err, origin,
                         ERR_UNSUPPORTED_FEATURE__LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC, "lca",
                         name_quoted(resolver->arena, parts, count), "aggFunc", "");
    Expr *expr = expr_copy(resolver->arena, item->expr);
    expr->text = sql_text(resolver->arena, parts[0]);
    return with_fields(resolver, expr, parts + 1, count - 1, origin, err);
}

void scope_note_outer(const ExprScope *scope, const ExprScope *owner, const Expr *expr) {
    Resolver *resolver = scope->resolver;
    for (const ExprScope *at = scope; at && at != owner; at = at->outer) {
        QueryFrame *frame = at->frame;
        if (!frame) continue;
        bool known = false;
        for (uint32_t i = 0; i < frame->outer_count; i++)
            known = known || frame->outer_ids[i] == expr->column;
        if (!known) ARENA_PUSH(resolver->arena, frame->outer_ids, frame->outer_count, expr->column);
        ARENA_PUSH(resolver->arena, frame->outer_texts, frame->outer_text_count, expr->text);
    }
}

// outer(catalog.schema.table.column)
static const SqlText *outer_text(Resolver *resolver, const Column *column, const SqlText *name) {
    const SqlText *text = sql_text(resolver->arena, SLICE(""));
    for (uint32_t i = 0; i < column->qualifier_count; i++)
        text = sql_text_format(resolver->arena, "@@.", text,
                               sql_text(resolver->arena, column->qualifier[i]));
    return sql_text_format(resolver->arena, "outer(@@)", text, name);
}

static Expr *in_outer(ExprScope *scope, const Slice *parts, uint32_t count, Span origin,
                      bool *found, Error *err) {
    *found = false;
    if (scope->no_outer) return NULL;
    for (const ExprScope *outer = scope->outer; outer; outer = outer->outer) {
        Match match;
        bool hit = match_columns(scope->resolver, outer->columns, outer->column_count, parts, count,
                                 &match);
        if (!hit && outer->fallback_count)
            hit = match_columns(scope->resolver, outer->fallback, outer->fallback_count, parts,
                                count, &match);
        if (!hit) continue;
        *found = true;
        if (match.other) return fail_ambiguous(scope->resolver, &match, parts, count, origin, err);
        Expr *expr = column_expr(scope->resolver, match.column, origin);
        scope_note_outer(scope, outer, expr);
        expr->text = outer_text(scope->resolver, match.column, expr->text);
        return with_fields(scope->resolver, expr, parts + match.used, count - match.used, origin,
                           err);
    }
    return NULL;
}

// Functions that may be written without parentheses.
static bool is_bare_function(Slice name) {
    static const char *const NAMES[] = {
        "current_date",   "current_timestamp",
        "current_user",   "current_catalog",
        "current_time",   "current_database",
        "current_schema", "localtimestamp",
        "session_user",   "user",
    };
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        if (slice_equal_ignore_case(name, slice_from_cstr(NAMES[i])))
            return function_find(name) != NULL;
    return false;
}

static Expr *in_variables(ExprScope *scope, const Slice *parts, uint32_t count, Span origin,
                          bool *found, Error *err) {
    Resolver *resolver = scope->resolver;
    *found = false;
    if (!resolver->scope->find_variable) return NULL;
    for (uint32_t used = MIN(count, 3); used > 0; used--) {
        Value value;
        NameParts name = {(Slice *)parts, used};
        if (!resolver->scope->find_variable(resolver->scope->session, name, &value)) continue;
        *found = true;
        Expr *expr = expr_literal(resolver->arena, value_copy(resolver->arena, value));
        expr->origin = origin;
        expr->nullable = true;
        AUTO(Text, text) = {0};
        text_printf(&text, "variablereference(system.session.%.*s=", SLICE_ARGS(parts[used - 1]));
        Slice shown = sql_text_slice(
            resolver->arena, sql_text_value(resolver->arena, &value, resolver->scope->query->zone));
        bool quotes = !value.is_null && type_is_text(value.type);
        if (value.is_null) {
            text_append_cstr(&text, "CAST(NULL AS ");
            type_append_sql(value.type, &text);
            text_append_cstr(&text, "))");
        } else {
            text_printf(&text, quotes ? "'%.*s')" : "%.*s)", SLICE_ARGS(shown));
        }
        expr->text = sql_text(resolver->arena, arena_copy(resolver->arena, text_slice(&text)));
        return with_fields(resolver, expr, parts + used, count - used, origin, err);
    }
    return NULL;
}

Expr *resolve_name(ExprScope *scope, const UExpr *source, const Slice *parts, uint32_t count,
                   Error *err) {
    Span origin = source ? source->origin.span : (Span){0, 0};
    bool found;
    Expr *expr = in_lambdas(scope, parts, count, origin, &found, err);
    if (found) return expr;
    Error ambiguous = {0};
    bool again = scope->fallback_count > 0; // an ambiguous output name may be an input column
    expr = in_columns(scope, scope->columns, scope->column_count, parts, count, origin, &found,
                      again ? &ambiguous : err);
    if (found && again && !expr) {
        expr = in_columns(scope, scope->fallback, scope->fallback_count, parts, count, origin,
                          &found, err);
        if (found && expr) return expr;
        error_copy(err, &ambiguous);
        return NULL;
    }
    if (found) return expr;
    expr = in_columns(scope, scope->fallback, scope->fallback_count, parts, count, origin, &found,
                      err);
    if (found) return expr;
    if (count == 1 && is_bare_function(parts[0])) {
        return call_function(scope->resolver, slice_cstr(scope->resolver, parts[0]), NULL, 0,
                             origin, err);
    }
    expr = in_aliases(scope, parts, count, origin, &found, err);
    if (found) return expr;
    expr = in_outer(scope, parts, count, origin, &found, err);
    if (found) return expr;
    if (count == 1 && slice_equal_ignore_case(parts[0], SLICE("grouping__id"))) {
        UExpr *call = synthetic_call(scope->resolver, "grouping_id", NULL, NULL,
                                     source ? source->origin : (Origin){0});
        call->arg_count = 0;
        return resolve_function(scope, call, err);
    }
    return in_variables(scope, parts, count, origin, &found, err);
}

// --- identifiers as text
// ------------------------------------------------------------------------------

bool parse_name_parts(Resolver *resolver, Slice text, NameParts *out, Error *err) {
    *out = (NameParts){0};
    size_t at = 0;
    for (;;) {
        AUTO(Text, part) = {0};
        if (at < text.bytes && text.data[at] == '`') {
            for (at++; at < text.bytes; at++) {
                if (text.data[at] == '`' && at + 1 < text.bytes && text.data[at + 1] == '`') at++;
                else if (text.data[at] == '`') break;
                text_append_char(&part, text.data[at]);
            }
            at++;
        } else {
            while (at < text.bytes && text.data[at] != '.')
                text_append_char(&part, text.data[at++]);
        }
        Slice copy = arena_copy(resolver->arena, slice_trim(text_slice(&part)));
        if (!copy.bytes)
            return error_set(err, ERR_PARSE_SYNTAX_ERROR, "error", "end of input", "hint", "");
        ARENA_PUSH(resolver->arena, out->parts, out->count, copy);
        if (at >= text.bytes) return true;
        if (text.data[at] != '.')
            return error_set(err, ERR_PARSE_SYNTAX_ERROR, "error",
                             slice_cstr(resolver, slice_first(slice_from(text, at), 20)), "hint",
                             "");
        at++;
    }
}

static const char *type_catalog(Resolver *resolver, const Type *type) {
    AUTO(Text, name) = {0};
    type_append_catalog(type, &name);
    return arena_cstr(resolver->arena, text_slice(&name));
}

bool resolve_identifier(Resolver *resolver, const UExpr *source, NameParts *out, Error *err) {
    if (source->kind == UEXPR_IDENTIFIER) source = source->args[0];
    ExprScope scope;
    expr_scope_init(resolver, NULL, &scope);
    scope.no_outer = true;
    Expr *expr = resolve_expr(&scope, source, err);
    if (!expr) return false;
    Value value;
    Span span = source->origin.span;
    if (!expr_is_foldable(expr))
        return FAIL(err, span, ERR_NOT_A_CONSTANT_STRING__NOT_CONSTANT, "expr",
                    slice_cstr(resolver, expr_pretty(resolver->arena, expr)), "name", "IDENTIFIER");
    if (!type_is_text(expr->type))
        return FAIL(err, span, ERR_NOT_A_CONSTANT_STRING__WRONG_TYPE, "dataType",
                    type_catalog(resolver, expr->type), "expr",
                    slice_cstr(resolver, expr_pretty(resolver->arena, expr)), "name", "IDENTIFIER");
    if (!fold_constant(resolver, expr, &value, err)) return false;
    if (value.is_null)
        return FAIL(err, span, ERR_NOT_A_CONSTANT_STRING__NULL, "expr",
                    slice_cstr(resolver, expr_pretty(resolver->arena, expr)), "name", "IDENTIFIER");
    if (resolver->scope->parser->name(resolver->arena, value.bytes, out, err)) return true;
    if (err) {
        // The record points at the clause, not into the text.
        err->span = span;
        err->plain = false;
    }
    return false;
}
