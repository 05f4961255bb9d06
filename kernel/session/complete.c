// SPDX-License-Identifier: Apache-2.0
// Completion in three steps: the statement's tokens up to the cursor say what may follow (a table,
// a column, a setting, ...), a scan of all its tokens finds the tables in scope, and the candidates
// are those names that begin with what is typed.
#include "kernel/session/complete.h"

#include "kernel/plan/function_registry.h"
#include "kernel/session/scope_names.h"

#include <stdlib.h>

typedef enum Place {
    PLACE_EXPRESSION,
    PLACE_RELATION, // after FROM, JOIN, INTO, TABLE, DESCRIBE
    PLACE_SCHEMA,   // after USE, SCHEMA, DATABASE
    PLACE_SETTING,  // after SET, RESET
} Place;

typedef struct Completing {
    Session *session;
    Arena *arena;
    const ScopeText *scope;
    Slice prefix;     // typed so far
    bool lower;       // keywords follow the case of the prefix
    Slice *qualifier; // names before dots
    uint32_t qualifier_count;
    CompletionList *out;
} Completing;

const char *completion_kind_name(CompletionKind kind) {
    static const char *const names[] = {"keyword", "function", "catalog", "schema",   "table",
                                        "view",    "column",   "alias",   "variable", "setting"};
    return names[kind];
}

static bool begins(Slice name, Slice prefix) {
    return name.bytes >= prefix.bytes &&
           slice_equal_ignore_case(slice_first(name, prefix.bytes), prefix);
}

static bool needs_quotes(Slice name) {
    if (!name.bytes) return true;
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                    (i && c >= '0' && c <= '9');
        if (!word) return true;
    }
    return false;
}

static void add(Completing *c, Slice name, CompletionKind kind, Slice detail) {
    if (!begins(name, c->prefix)) return;
    bool is_name =
        kind != COMPLETION_KEYWORD && kind != COMPLETION_FUNCTION && kind != COMPLETION_SETTING;
    Slice text = is_name && needs_quotes(name) ? arena_printf(c->arena, "`%.*s`", SLICE_ARGS(name))
                                               : arena_copy(c->arena, name);
    for (uint32_t i = 0; i < c->out->count; i++)
        if (slice_equal(c->out->items[i].text, text) && c->out->items[i].kind == kind) return;
    Completion item = {text, kind, arena_copy(c->arena, detail)};
    ARENA_PUSH(c->arena, c->out->items, c->out->count, item);
}

static void add_columns(Completing *c, const ScopeRelation *relation) {
    for (uint32_t i = 0; i < relation->column_count; i++)
        add(c, relation->columns[i].name, COMPLETION_COLUMN, relation->columns[i].type);
}

static void add_keywords(Completing *c) {
    if (!c->prefix.bytes) return;
    for (int w = 1; w < WORD_COUNT; w++) {
        Slice name = keyword_name((Word)w);
        if (keyword_flags((Word)w) & KEYWORD_LOOSE && c->prefix.bytes < 2) continue;
        if (c->lower) {
            char *folded = arena_cstr(c->arena, name);
            for (size_t i = 0; i < name.bytes; i++)
                if (folded[i] >= 'A' && folded[i] <= 'Z') folded[i] = (char)(folded[i] + 32);
            name.data = folded;
        }
        add(c, name, COMPLETION_KEYWORD, SLICE(""));
    }
}

static void add_functions(Completing *c) {
    uint32_t count;
    const FunctionDefinition *const *all = function_all(&count);
    for (uint32_t i = 0; i < count; i++) {
        Slice name = slice_from_cstr(all[i]->name);
        bool is_word = name.bytes && ((name.data[0] | 0x20) >= 'a' && (name.data[0] | 0x20) <= 'z');
        if (is_word) add(c, name, COMPLETION_FUNCTION, slice_from_cstr(all[i]->arguments));
    }
}

static void add_variables(Completing *c) {
    for (uint32_t i = 0; i < c->session->variable_count; i++) {
        AUTO(Text, type) = {0};
        type_append_catalog(c->session->variables[i]->value.type, &type);
        add(c, c->session->variables[i]->name, COMPLETION_VARIABLE, text_slice(&type));
    }
}

static void add_objects(Completing *c, Catalog *catalog, Slice catalog_name, Slice schema) {
    CatalogObject *objects;
    uint32_t count;
    Error ignored = {0};
    if (!catalog->ops->list_objects(catalog, catalog_name, schema, &objects, &count, c->arena,
                                    &ignored))
        return;
    for (uint32_t i = 0; i < count; i++)
        add(c, objects[i].name,
            objects[i].kind == CATALOG_VIEW ? COMPLETION_VIEW : COMPLETION_TABLE,
            objects[i].format);
}

static void add_schemas(Completing *c, Catalog *catalog, Slice catalog_name) {
    CatalogSchema *schemas;
    uint32_t count;
    Error ignored = {0};
    if (!catalog->ops->list_schemas(catalog, catalog_name, &schemas, &count, c->arena, &ignored))
        return;
    for (uint32_t i = 0; i < count; i++) add(c, schemas[i].name, COMPLETION_SCHEMA, SLICE(""));
}

static void add_catalogs(Completing *c, Catalog *catalog) {
    Slice *names;
    uint32_t count;
    Error ignored = {0};
    if (!catalog->ops->list_catalogs(catalog, &names, &count, c->arena, &ignored)) return;
    for (uint32_t i = 0; i < count; i++) add(c, names[i], COMPLETION_CATALOG, SLICE(""));
}

static void add_relations(Completing *c, Catalog *catalog) {
    static const char *const formats[] = {"delta", "parquet", "csv", "json"};
    for (uint32_t i = 0; i < c->scope->cte_count; i++)
        add(c, c->scope->ctes[i], COMPLETION_ALIAS, SLICE("common table expression"));
    for (uint32_t i = 0; i < c->session->view_count; i++)
        if (!c->session->views[i]->is_global)
            add(c, c->session->views[i]->view.name, COMPLETION_VIEW, SLICE("temporary"));
    if (catalog) {
        add_objects(c, catalog, c->session->current_catalog, c->session->current_schema);
        add_schemas(c, catalog, c->session->current_catalog);
        add_catalogs(c, catalog);
    }
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (c->prefix.bytes)
            add(c, slice_from_cstr(formats[i]), COMPLETION_KEYWORD, SLICE("files by path"));
}

static void add_qualified(Completing *c, Catalog *catalog) {
    Slice last = c->qualifier[c->qualifier_count - 1];
    for (uint32_t i = 0; i < c->scope->relation_count; i++) {
        const ScopeRelation *relation = &c->scope->relations[i];
        if (slice_equal_ignore_case(relation->alias, last)) {
            add_columns(c, relation);
            return;
        }
    }
    if (!catalog) return;
    if (c->qualifier_count == 1) {
        add_objects(c, catalog, c->session->current_catalog, last);
        if (!c->out->count) add_schemas(c, catalog, last);
    } else {
        add_objects(c, catalog, c->qualifier[c->qualifier_count - 2], last);
    }
}

static void add_settings(Completing *c) {
    for (int i = 0; i < SETTING_COUNT; i++)
        add(c, setting_info((SettingId)i)->name, COMPLETION_SETTING,
            setting_info((SettingId)i)->preset);
}

static void add_expression(Completing *c) {
    for (uint32_t i = 0; i < c->scope->relation_count; i++) add_columns(c, &c->scope->relations[i]);
    for (uint32_t i = 0; i < c->scope->relation_count; i++)
        add(c, c->scope->relations[i].alias, COMPLETION_ALIAS, c->scope->relations[i].name);
    add_variables(c);
    add_functions(c);
}

static Place place_of(const ScopeText *scope, uint32_t before) {
    if (!before) return PLACE_EXPRESSION;
    switch (scope->tokens[before - 1].word) {
    case WORD_FROM:
    case WORD_JOIN:
    case WORD_INTO:
    case WORD_TABLE:
    case WORD_VIEW:
    case WORD_DESCRIBE:
    case WORD_DESC: return PLACE_RELATION;
    case WORD_USE:
    case WORD_SCHEMA:
    case WORD_DATABASE: return PLACE_SCHEMA;
    case WORD_SET:
    case WORD_RESET: return before == 1 ? PLACE_SETTING : PLACE_EXPRESSION;
    default: return PLACE_EXPRESSION;
    }
}

static int rank(const Completion *item) {
    static const int ranks[] = {
        [COMPLETION_COLUMN] = 0,  [COMPLETION_ALIAS] = 1,    [COMPLETION_TABLE] = 2,
        [COMPLETION_VIEW] = 2,    [COMPLETION_VARIABLE] = 3, [COMPLETION_SCHEMA] = 4,
        [COMPLETION_CATALOG] = 5, [COMPLETION_SETTING] = 6,  [COMPLETION_KEYWORD] = 7,
        [COMPLETION_FUNCTION] = 8};
    return ranks[item->kind];
}

static int by_rank(const void *a, const void *b) {
    const Completion *x = a, *y = b;
    int order = rank(x) - rank(y);
    return order ? order : slice_compare(x->text, y->text);
}

static void complete(Completing *c, size_t cursor) {
    const ScopeText *scope = c->scope;
    uint32_t before = scope_tokens_before(scope, (uint32_t)cursor, &c->prefix);
    c->out->stop = (uint32_t)cursor;
    c->out->start = (uint32_t)(cursor - c->prefix.bytes);
    c->lower = c->prefix.bytes && c->prefix.data[0] >= 'a' && c->prefix.data[0] <= 'z';
    uint32_t first = before;
    while (first >= 2 && scope->tokens[first - 1].kind == TOKEN_DOT) first -= 2;
    for (uint32_t i = first; i + 1 < before; i += 2)
        ARENA_PUSH(c->arena, c->qualifier, c->qualifier_count,
                   token_name(c->arena, scope->text, scope->tokens[i]));
    Error ignored = {0};
    Catalog *catalog = session_catalog(c->session, &ignored);
    Place place = place_of(scope, first);
    if (place == PLACE_SETTING) {
        // Setting names hold dots: all of it is the prefix.
        c->prefix = slice_of(
            scope->text.data + (before > first ? scope->tokens[first].start : c->out->start), 0);
        c->prefix.bytes = (size_t)(scope->text.data + cursor - c->prefix.data);
        c->out->start = (uint32_t)(c->prefix.data - scope->text.data);
        add_settings(c);
    } else if (c->qualifier_count) {
        add_qualified(c, catalog);
    } else if (place == PLACE_RELATION) {
        add_relations(c, catalog);
    } else if (place == PLACE_SCHEMA && catalog) {
        add_schemas(c, catalog, c->session->current_catalog);
        add_catalogs(c, catalog);
    } else {
        add_expression(c);
    }
    if (!c->qualifier_count) add_keywords(c);
    if (c->out->count) qsort(c->out->items, c->out->count, sizeof *c->out->items, by_rank);
}

void session_complete(Session *session, Arena *arena, Slice text, size_t cursor,
                      CompletionList *out) {
    *out = (CompletionList){.start = (uint32_t)cursor, .stop = (uint32_t)cursor};
    if (cursor > text.bytes) return;
    ScopeText scope;
    pthread_mutex_lock(&session->names_lock);
    scope_text_read(session, arena, text, cursor, &scope);
    Completing c = {.session = session, .arena = arena, .scope = &scope, .out = out};
    complete(&c, cursor);
    pthread_mutex_unlock(&session->names_lock);
}

// --- inspection
// ----------------------------------------------------------------------------------------

static void inspect_function(const FunctionDefinition *definition, Text *plain, Text *markdown) {
    for (const FunctionDefinition *d = definition; d; d = function_next(d)) {
        text_printf(plain, "%s(%s)\n", d->name, d->arguments ?: "");
        text_printf(markdown, "```sql\n%s(%s)\n```\n", d->name, d->arguments ?: "");
    }
    if (definition->summary) {
        text_printf(plain, "%s\n", definition->summary);
        text_printf(markdown, "%s\n", definition->summary);
    }
}

static void inspect_relation(const ScopeRelation *relation, bool detailed, Text *plain,
                             Text *markdown) {
    text_printf(plain, "table %.*s\n", SLICE_ARGS(relation->name));
    text_printf(markdown, "**table** `%.*s`\n\n| column | type |\n| --- | --- |\n",
                SLICE_ARGS(relation->name));
    uint32_t shown = detailed ? relation->column_count : MIN(relation->column_count, 40);
    for (uint32_t i = 0; i < shown; i++) {
        const ScopeColumn *column = &relation->columns[i];
        text_printf(plain, "  %.*s %.*s\n", SLICE_ARGS(column->name), SLICE_ARGS(column->type));
        text_printf(markdown, "| %.*s | %.*s |\n", SLICE_ARGS(column->name),
                    SLICE_ARGS(column->type));
    }
}

static bool inspect_column(const ScopeText *scope, Slice qualifier, Slice name, Text *plain,
                           Text *markdown) {
    for (uint32_t i = 0; i < scope->relation_count; i++) {
        const ScopeRelation *relation = &scope->relations[i];
        if (qualifier.bytes && !slice_equal_ignore_case(relation->alias, qualifier)) continue;
        for (uint32_t k = 0; k < relation->column_count; k++) {
            const ScopeColumn *column = &relation->columns[k];
            if (!slice_equal_ignore_case(column->name, name)) continue;
            text_printf(plain, "%.*s %.*s\ncolumn of %.*s\n", SLICE_ARGS(column->name),
                        SLICE_ARGS(column->type), SLICE_ARGS(relation->name));
            text_printf(markdown, "`%.*s` **%.*s**, column of `%.*s`\n", SLICE_ARGS(column->name),
                        SLICE_ARGS(column->type), SLICE_ARGS(relation->name));
            return true;
        }
    }
    return false;
}

static bool inspect_session(Session *session, Slice name, Text *plain, Text *markdown) {
    for (uint32_t i = 0; i < session->variable_count; i++) {
        const Variable *variable = session->variables[i];
        if (!slice_equal_ignore_case(variable->name, name)) continue;
        AUTO(Text, text) = {0};
        type_append_catalog(variable->value.type, &text);
        text_append(&text, SLICE(" = "));
        value_append_text(&variable->value, TEXT_SHOW, session_time_zone(session), &text);
        text_printf(plain, "variable %.*s %s\n", SLICE_ARGS(name), text_cstr(&text));
        text_printf(markdown, "**variable** `%.*s` %s\n", SLICE_ARGS(name), text_cstr(&text));
        return true;
    }
    for (int i = 0; i < SETTING_COUNT; i++) {
        const SettingInfo *info = setting_info((SettingId)i);
        if (!slice_equal_ignore_case(info->name, name)) continue;
        Slice value = settings_text(&session->settings, (SettingId)i);
        text_printf(plain, "setting %.*s = %.*s\n%.*s\n", SLICE_ARGS(name), SLICE_ARGS(value),
                    SLICE_ARGS(info->meaning));
        text_printf(markdown, "**setting** `%.*s` = %.*s\n\n%.*s\n", SLICE_ARGS(name),
                    SLICE_ARGS(value), SLICE_ARGS(info->meaning));
        return true;
    }
    return false;
}

static bool inspect(Session *session, Arena *arena, const ScopeText *scope, size_t cursor,
                    bool detailed, Text *plain, Text *markdown) {
    uint32_t at = scope_token_at(scope, (uint32_t)cursor);
    if (at == UINT32_MAX) return false;
    Slice name = token_name(arena, scope->text, scope->tokens[at]);
    Slice qualifier = SLICE_NONE;
    if (at >= 2 && scope->tokens[at - 1].kind == TOKEN_DOT)
        qualifier = token_name(arena, scope->text, scope->tokens[at - 2]);
    bool is_call = at + 1 < scope->token_count && scope->tokens[at + 1].kind == TOKEN_LEFT_PAREN;
    const FunctionDefinition *function = qualifier.bytes ? NULL : function_find(name);
    if (function && is_call) {
        inspect_function(function, plain, markdown);
        return true;
    }
    if (inspect_column(scope, qualifier, name, plain, markdown)) return true;
    for (uint32_t i = 0; i < scope->relation_count; i++) {
        const ScopeRelation *relation = &scope->relations[i];
        if (!slice_equal_ignore_case(relation->alias, name) &&
            !slice_ends_with(relation->name, name))
            continue;
        inspect_relation(relation, detailed, plain, markdown);
        return true;
    }
    if (inspect_session(session, name, plain, markdown)) return true;
    if (function) {
        inspect_function(function, plain, markdown);
        return true;
    }
    if (scope->tokens[at].word == WORD_PLAIN) return false;
    text_printf(plain, "keyword %.*s\n", SLICE_ARGS(keyword_name(scope->tokens[at].word)));
    text_printf(markdown, "**keyword** `%.*s`\n", SLICE_ARGS(keyword_name(scope->tokens[at].word)));
    return true;
}

bool session_inspect(Session *session, Arena *arena, Slice text, size_t cursor, bool detailed,
                     Text *plain, Text *markdown) {
    if (cursor > text.bytes) return false;
    ScopeText scope;
    pthread_mutex_lock(&session->names_lock);
    scope_text_read(session, arena, text, cursor, &scope);
    bool found = inspect(session, arena, &scope, cursor, detailed, plain, markdown);
    pthread_mutex_unlock(&session->names_lock);
    return found;
}
