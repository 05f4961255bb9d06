// SPDX-License-Identifier: Apache-2.0
// Window functions: named windows, frames and their defaults, and how Spark prints them.
#include "base/text.h"
#include "kernel/plan/resolve/resolver_internal.h"

static const UWindow *find_named(Resolver *resolver, Slice name) {
    const URel *windows = resolver->names.windows;
    for (uint32_t i = 0; windows && i < windows->windows.count; i++)
        if (names_match(resolver, windows->windows.windows[i].name, name))
            return windows->windows.windows[i].window;
    return NULL;
}

// The window with what it takes over from the named one it builds on.
static bool window_spec(Resolver *resolver, const UWindow *window, UWindow *out, Error *err) {
    *out = *window;
    if (!window->name.bytes) return true;
    const UWindow *base = find_named(resolver, window->name);
    if (!base)
        return FAIL(err, window->origin.span, ERR_MISSING_WINDOW_SPECIFICATION, "windowName",
                    slice_cstr(resolver, window->name), "docroot",
                    "https://spark.apache.org/docs/latest");
    UWindow resolved = *base;
    if (base->name.bytes && base != window) {
        if (!resolver_enter(resolver, window->origin.span, err)) return false;
        bool ok = window_spec(resolver, base, &resolved, err);
        resolver_leave(resolver);
        if (!ok) return false;
    }
    if (!out->partition_count) {
        out->partition = resolved.partition;
        out->partition_count = resolved.partition_count;
    }
    if (!out->order_count) {
        out->order = resolved.order;
        out->order_count = resolved.order_count;
    }
    if (!out->has_frame) {
        out->has_frame = resolved.has_frame;
        out->is_range = resolved.is_range;
        out->start = resolved.start;
        out->stop = resolved.stop;
    }
    return true;
}

// --- frames
// ------------------------------------------------------------------------------------------

static FrameBound bound_of(const UFrameBound *bound) {
    switch (bound->kind) {
    case UBOUND_UNBOUNDED_PRECEDING: return BOUND_UNBOUNDED_PRECEDING;
    case UBOUND_PRECEDING: return BOUND_PRECEDING;
    case UBOUND_CURRENT: return BOUND_CURRENT;
    case UBOUND_FOLLOWING: return BOUND_FOLLOWING;
    default: return BOUND_UNBOUNDED_FOLLOWING;
    }
}

static Expr *fail_frame(Resolver *resolver, const WindowCall *call, ErrorCode code, Error *err) {
    (void)resolver;
    return FAIL_NULL(err, call->origin, code);
}

static bool resolve_offset(ExprScope *scope, const UFrameBound *bound, WindowCall *call,
                           const SqlText **text, Expr **out, Error *err) {
    Resolver *resolver = scope->resolver;
    if (!bound->offset) return true;
    Expr *offset = resolve_expr(scope, bound->offset, err);
    if (!offset) return false;
    *text = expr_text(resolver->arena, offset);
    if (!expr_is_foldable(offset))
        return FAIL(err, bound->offset->origin.span,
                    ERR_DATATYPE_MISMATCH__SPECIFIED_WINDOW_FRAME_WITHOUT_FOLDABLE, "sqlExpr",
                    expr_quoted(resolver->arena, offset), "location",
                    bound->kind == UBOUND_PRECEDING ? "lower" : "upper", "expression",
                    expr_quoted(resolver->arena, offset));
    const Type *wanted = type_of(TYPE_INT);
    if (call->unit == FRAME_RANGE && call->order_count == 1) {
        const Type *key = call->order[0].expr->type;
        wanted = type_is_numeric(key) ? key : offset->type;
        if (key->id == TYPE_DATE && type_is_numeric(offset->type)) wanted = type_of(TYPE_INT);
    }
    if (!type_equal(wanted, offset->type)) {
        if (!coerce_is_implicit(offset->type, wanted, resolver->names.ansi, true) &&
            !type_is_interval(offset->type))
            return FAIL(err, bound->offset->origin.span,
                        ERR_DATATYPE_MISMATCH__SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE, "location",
                        "lower", "exprType", type_quoted(resolver->arena, offset->type),
                        "expectedType", type_quoted(resolver->arena, wanted), "sqlExpr",
                        expr_quoted(resolver->arena, offset));
        offset = coerce_cast(resolver->arena, offset, wanted, resolver->names.ansi,
                             bound->offset->origin.span);
    }
    *out = offset;
    return true;
}

static const SqlText *bound_text(Resolver *resolver, FrameBound bound, const SqlText *offset) {
    switch (bound) {
    case BOUND_UNBOUNDED_PRECEDING: return sql_text(resolver->arena, SLICE("UNBOUNDED PRECEDING"));
    case BOUND_CURRENT: return sql_text(resolver->arena, SLICE("CURRENT ROW"));
    case BOUND_UNBOUNDED_FOLLOWING: return sql_text(resolver->arena, SLICE("UNBOUNDED FOLLOWING"));
    case BOUND_PRECEDING: return sql_text_format(resolver->arena, "@ PRECEDING", offset);
    default: return sql_text_format(resolver->arena, "@ FOLLOWING", offset);
    }
}

static bool needs_rows_frame(const WindowCall *call) {
    switch (call->kind) {
    case WINDOW_ROW_NUMBER:
    case WINDOW_RANK:
    case WINDOW_DENSE_RANK:
    case WINDOW_PERCENT_RANK:
    case WINDOW_NTILE: return true;
    default: return false;
    }
}

static bool frame_resolve(ExprScope *scope, const UWindow *spec, WindowCall *call,
                          const SqlText **text, Error *err) {
    Resolver *resolver = scope->resolver;
    const SqlText *start_text = NULL, *stop_text = NULL;
    if (call->kind == WINDOW_LAG || call->kind == WINDOW_LEAD) {
        Expr *offset = call->arg_count > 1 ? call->args[1] : NULL;
        const SqlText *shown =
            offset ? expr_text(resolver->arena, offset) : sql_text(resolver->arena, SLICE("1"));
        if (call->kind == WINDOW_LAG) shown = sql_text_format(resolver->arena, "-@", shown);
        call->unit = FRAME_ROWS;
        call->start = call->stop = BOUND_FOLLOWING;
        *text = sql_text_format(resolver->arena, "ROWS BETWEEN @ FOLLOWING AND @ FOLLOWING", shown,
                                shown);
        return true;
    }
    call->unit = spec->has_frame ? (spec->is_range ? FRAME_RANGE : FRAME_ROWS)
                 : call->order_count && !needs_rows_frame(call) ? FRAME_RANGE
                                                                : FRAME_ROWS;
    if (spec->has_frame) {
        call->start = bound_of(&spec->start);
        call->stop = bound_of(&spec->stop);
        if (spec->is_range && (spec->start.offset || spec->stop.offset) && call->order_count != 1)
            return FAIL(err, call->origin,
                        call->order_count ? ERR_DATATYPE_MISMATCH__RANGE_FRAME_MULTI_ORDER
                                          : ERR_DATATYPE_MISMATCH__RANGE_FRAME_WITHOUT_ORDER);
        if (!resolve_offset(scope, &spec->start, call, &start_text, &call->start_offset, err) ||
            !resolve_offset(scope, &spec->stop, call, &stop_text, &call->stop_offset, err))
            return false;
    } else {
        call->start = BOUND_UNBOUNDED_PRECEDING;
        call->stop =
            call->order_count || needs_rows_frame(call) ? BOUND_CURRENT : BOUND_UNBOUNDED_FOLLOWING;
        if (call->kind == WINDOW_CUME_DIST) call->unit = FRAME_RANGE;
    }
    *text = sql_text_format(
        resolver->arena, "$ BETWEEN @ AND @", call->unit == FRAME_RANGE ? "RANGE" : "ROWS",
        bound_text(resolver, call->start, start_text), bound_text(resolver, call->stop, stop_text));
    return true;
}

// --- the whole call
// ----------------------------------------------------------------------------------

static const SqlText *spec_text(Resolver *resolver, const WindowCall *call, const SqlText *frame) {
    Arena *arena = resolver->arena;
    const SqlText *text = sql_text(arena, SLICE(""));
    if (call->partition_count)
        text = sql_text_format(arena, "PARTITION BY @ ",
                               sql_text_list(arena, ", ", call->partition, call->partition_count));
    for (uint32_t i = 0; i < call->order_count; i++)
        text = sql_text_format(arena, "@$@ $ $$", text, i ? "" : "ORDER BY ",
                               expr_text(arena, call->order[i].expr),
                               call->order[i].descending ? "DESC" : "ASC",
                               call->order[i].nulls_last ? "NULLS LAST" : "NULLS FIRST",
                               i + 1 < call->order_count ? ", " : " ");
    return sql_text_format(arena, "@@", text, frame);
}

// first(x) and its kin have window forms of their own.
static WindowKind aggregate_kind(const AggregateCall *call) {
    if (call->distinct || call->filter) return WINDOW_AGGREGATE;
    if (slice_equal_cstr(call->name, "first") || slice_equal_cstr(call->name, "first_value") ||
        slice_equal_cstr(call->name, "any_value"))
        return WINDOW_FIRST_VALUE;
    if (slice_equal_cstr(call->name, "last") || slice_equal_cstr(call->name, "last_value"))
        return WINDOW_LAST_VALUE;
    return WINDOW_AGGREGATE;
}

static WindowCall *window_call(Resolver *resolver, const Expr *function) {
    WindowCall *call = ARENA_NEW(resolver->arena, WindowCall);
    if (function->kind == EXPR_WINDOW) {
        *call = *function->window;
        return call;
    }
    AggregateCall *aggregate = function->aggregate;
    call->kind = aggregate_kind(aggregate);
    call->type = aggregate->type;
    call->nullable = aggregate->nullable;
    call->name = aggregate->name;
    call->ignore_nulls = aggregate->ignore_nulls;
    if (call->kind == WINDOW_AGGREGATE) {
        call->aggregate = aggregate;
    } else {
        call->args = aggregate->args;
        call->arg_count = 1;
    }
    return call;
}

static const SqlText *function_text(Resolver *resolver, const Expr *function,
                                    const WindowCall *call) {
    Arena *arena = resolver->arena;
    if (call->kind == WINDOW_RANK || call->kind == WINDOW_DENSE_RANK ||
        call->kind == WINDOW_PERCENT_RANK) {
        const char *name = call->kind == WINDOW_RANK         ? "RANK()"
                           : call->kind == WINDOW_DENSE_RANK ? "DENSE_RANK()"
                                                             : "PERCENT_RANK()";
        return sql_text(arena, slice_from_cstr(name));
    }
    if (call->kind == WINDOW_NTILE && !call->arg_count) return sql_text(arena, SLICE("ntile(1)"));
    if (call->kind != WINDOW_LAG && call->kind != WINDOW_LEAD) return expr_text(arena, function);
    const SqlText *offset =
        call->arg_count > 1 ? expr_text(arena, call->args[1]) : sql_text(arena, SLICE("1"));
    const SqlText *standard =
        call->arg_count > 2 ? expr_text(arena, call->args[2]) : sql_text(arena, SLICE("NULL"));
    return sql_text_format(arena, "$(@, @, @)", call->kind == WINDOW_LAG ? "lag" : "lead",
                           expr_text(arena, call->args[0]), offset, standard);
}

Expr *resolve_window(ExprScope *scope, const UExpr *source, Error *err) {
    Resolver *resolver = scope->resolver;
    ExprScope inner = *scope;
    inner.inside_window = true;
    Expr *function = resolve_expr(&inner, source->args[0], err);
    if (!function) return NULL;
    if (function->kind != EXPR_AGGREGATE && function->kind != EXPR_WINDOW)
        return FAIL_NULL(err, source->origin.span, ERR_UNSUPPORTED_EXPR_FOR_WINDOW, "sqlExpr",
                         expr_quoted(resolver->arena, function));
    UWindow spec;
    if (!window_spec(resolver, source->window.window, &spec, err)) return NULL;
    WindowCall *call = window_call(resolver, function);
    call->origin = source->origin.span;
    call->partition = ARENA_ARRAY(resolver->arena, Expr *, spec.partition_count + 1);
    call->partition_count = spec.partition_count;
    for (uint32_t i = 0; i < spec.partition_count; i++) {
        call->partition[i] = resolve_expr(&inner, spec.partition[i], err);
        if (!call->partition[i]) return NULL;
    }
    if (!resolve_sort_keys(&inner, spec.order, spec.order_count, &call->order, err)) return NULL;
    call->order_count = spec.order_count;
    if (call->aggregate && call->aggregate->distinct)
        return FAIL_NULL(err, source->origin.span, ERR_DISTINCT_WINDOW_FUNCTION_UNSUPPORTED,
                         "windowExpr", expr_quoted(resolver->arena, function));
    if (call->aggregate && call->aggregate->order_count && (spec.order_count || spec.has_frame)) {
        Expr shown = *function;
        if (slice_starts_with(call->aggregate->name, SLICE("percentile_")))
            shown.text = sql_text_call(resolver->arena, call->aggregate->name,
                                       call->aggregate->args, call->aggregate->arg_count);
        return FAIL_NULL(err, source->origin.span, ERR_INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC,
                         "aggFunc", expr_quoted(resolver->arena, &shown));
    }
    if (call->aggregate && slice_equal_cstr(call->aggregate->name, "median") &&
        (spec.order_count || spec.has_frame))
        return FAIL_NULL(err, source->origin.span, ERR_INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC,
                         "aggFunc", expr_quoted(resolver->arena, function));
    const SqlText *frame = NULL;
    if (!frame_resolve(&inner, &spec, call, &frame, err)) return NULL;
    bool ranks = needs_rows_frame(call) || call->kind == WINDOW_LAG || call->kind == WINDOW_LEAD ||
                 call->kind == WINDOW_CUME_DIST;
    if (ranks && !call->order_count)
        return fail_frame(resolver, call, ERR_WINDOW_FUNCTION_AND_FRAME_MISMATCH, err);
    Expr *expr = ARENA_NEW(resolver->arena, Expr);
    expr->kind = EXPR_WINDOW;
    expr->type = call->type;
    expr->nullable = call->nullable;
    expr->may_fail = true;
    expr->window = call;
    expr->origin = source->origin.span;
    expr->text =
        sql_text_format(resolver->arena, "@ OVER (@)", function_text(resolver, function, call),
                        spec_text(resolver, call, frame));
    return expr;
}
