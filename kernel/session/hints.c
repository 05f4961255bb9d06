// SPDX-License-Identifier: Apache-2.0
#include "kernel/session/hints.h"

#include "kernel/plan/function_registry.h"
#include "kernel/plan/nearest.h"

typedef struct Nearest {
    Slice name; // the last part of what was written
    Slice best;
    uint32_t distance;
} Nearest;

// As far as a slip of the fingers goes.
static uint32_t reach(Slice name) { return (uint32_t)MIN(name.bytes / 3 + 1, 3); }

static void try_name(Nearest *nearest, Slice candidate) {
    uint32_t distance = edit_distance(nearest->name, candidate, nearest->distance);
    if (distance >= nearest->distance) return;
    nearest->distance = distance;
    nearest->best = candidate;
}

// "`a`.`b c`" -> its parts, without the quotes.
static uint32_t split_quoted(Arena *arena, Slice quoted, Slice **parts) {
    uint32_t count = 0;
    *parts = NULL;
    for (size_t at = 0; at < quoted.bytes;) {
        size_t start = slice_find_char(quoted, '`', at);
        size_t stop = start == SIZE_MAX ? SIZE_MAX : slice_find_char(quoted, '`', start + 1);
        if (stop == SIZE_MAX) break;
        ARENA_PUSH(arena, *parts, count, slice_of(quoted.data + start + 1, stop - start - 1));
        at = stop + 1;
    }
    return count;
}

static void try_tables(Session *session, Arena *arena, const Slice *parts, uint32_t count,
                       Nearest *nearest) {
    Slice schema = count > 1 ? parts[count - 2] : session->current_schema;
    Slice catalog_name = count > 2 ? parts[count - 3] : session->current_catalog;
    Error ignored = {0};
    Catalog *catalog = session_catalog(session, &ignored);
    CatalogObject *objects = NULL;
    uint32_t object_count = 0;
    if (catalog && catalog->ops->list_objects(catalog, catalog_name, schema, &objects,
                                              &object_count, arena, &ignored))
        for (uint32_t i = 0; i < object_count; i++) try_name(nearest, objects[i].name);
    for (uint32_t i = 0; count == 1 && i < session->view_count; i++)
        if (!session->views[i]->is_global) try_name(nearest, session->views[i]->view.name);
}

static void try_functions(Nearest *nearest) {
    Slice found;
    if (function_suggest(nearest->name, &found, 1)) try_name(nearest, found);
}

void hint_add(Session *session, Error *err) {
    bool is_table = err->code == ERR_TABLE_OR_VIEW_NOT_FOUND;
    if (!is_table && err->code != ERR_UNRESOLVED_ROUTINE) return;
    AUTO(Arena, arena) = {0};
    Slice *parts;
    Slice quoted = error_parameter(err, is_table ? "relationName" : "routineName");
    uint32_t count = split_quoted(&arena, quoted, &parts);
    if (!count) return;
    Nearest nearest = {.name = parts[count - 1], .distance = reach(parts[count - 1]) + 1};
    if (is_table) try_tables(session, &arena, parts, count, &nearest);
    else if (count == 1) try_functions(&nearest);
    if (nearest.best.bytes)
        error_add_format(err, "_hint", " Did you mean `%.*s`?", SLICE_ARGS(nearest.best));
}
