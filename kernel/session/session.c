// SPDX-License-Identifier: Apache-2.0
#include "kernel/session/session.h"

#include "kernel/session/statement.h"
#include "kernel/sql/sql_parser.h"

#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

// --warehouse, tarn.warehouse / TARN_WAREHOUSE, the nearest .tarn/warehouse upward, else XDG.
static Slice find_warehouse(const Session *session, Slice given) {
    if (given.bytes) return heap_copy(given);
    Slice setting = settings_text(&session->settings, SETTING_WAREHOUSE);
    if (setting.bytes) return heap_copy(setting);
    AUTO(Text, path) = {0};
    for (Slice folder = session->folder; folder.bytes;) {
        text_reset(&path);
        text_printf(&path, "%.*s/.tarn/warehouse", SLICE_ARGS(folder));
        if (is_folder(text_cstr(&path))) return heap_copy(text_slice(&path));
        while (folder.bytes && folder.data[folder.bytes - 1] != '/') folder.bytes--;
        while (folder.bytes && folder.data[folder.bytes - 1] == '/') folder.bytes--;
    }
    text_reset(&path);
    const char *data = getenv("XDG_DATA_HOME");
    if (data && *data) text_printf(&path, "%s/tarn/warehouse", data);
    else text_printf(&path, "%s/.local/share/tarn/warehouse", getenv("HOME") ?: ".");
    return heap_copy(text_slice(&path));
}

static Slice current_folder(void) {
    char *path = getcwd(NULL, 0);
    Slice folder = heap_copy(slice_from_cstr(path ? path : "."));
    free(path);
    return folder;
}

static Slice user_name(void) {
    const char *name = getenv("USER");
    if (name && *name) return heap_copy(slice_from_cstr(name));
    struct passwd *entry = getpwuid(getuid());
    return heap_copy(slice_from_cstr(entry ? entry->pw_name : "unknown"));
}

Session *session_new(Engine *engine, const SessionOptions *options, Error *err) {
    (void)err;
    Session *session = xcalloc(1, sizeof *session);
    session->engine = engine;
    settings_init(&session->settings);
    session->folder = options->folder.bytes ? heap_copy(options->folder) : current_folder();
    session->warehouse = find_warehouse(session, options->warehouse);
    session->current_catalog = heap_copy(SLICE("spark_catalog"));
    session->current_schema = heap_copy(SLICE("default"));
    session->user = user_name();
    session->golden = options->golden;
    pthread_mutex_init(&session->lock, NULL);
    pthread_mutex_init(&session->names_lock, NULL);
    return session;
}

void session_free(Session *session) {
    if (!session) return;
    while (session->view_count) session_drop_view_at(session, session->views[0]);
    free(session->views);
    for (uint32_t i = 0; i < session->variable_count; i++) {
        arena_deinit(&session->variables[i]->arena);
        free(session->variables[i]);
    }
    free(session->variables);
    if (session->catalog) session->catalog->ops->free(session->catalog);
    Slice texts[] = {session->folder, session->warehouse, session->current_catalog,
                     session->current_schema, session->user};
    for (size_t i = 0; i < COUNT_OF(texts); i++) free((void *)texts[i].data);
    settings_deinit(&session->settings);
    pthread_mutex_destroy(&session->lock);
    pthread_mutex_destroy(&session->names_lock);
    free(session);
}

// --- settings and variables
// --------------------------------------------------------------------------

Slice session_setting(const Session *session, Slice name) {
    return settings_get(&session->settings, name);
}

bool session_set(Session *session, Slice name, Slice value, Error *err) {
    pthread_mutex_lock(&session->names_lock);
    bool ok = settings_set(&session->settings, name, value, err);
    pthread_mutex_unlock(&session->names_lock);
    return ok;
}

const TimeZone *session_time_zone(const Session *session) {
    Slice name = settings_text(&session->settings, SETTING_ZONE);
    const TimeZone *zone = name.bytes ? time_zone_find(name, NULL) : NULL;
    return zone ? zone : time_zone_default();
}

Variable *session_find_variable(Session *session, Slice name) {
    for (uint32_t i = 0; i < session->variable_count; i++)
        if (slice_equal_ignore_case(session->variables[i]->name, name))
            return session->variables[i];
    return NULL;
}

// Finds the variable or makes room for it. Caller holds the names' lock.
static Variable *make_variable(Session *session, Slice name) {
    Variable *variable = session_find_variable(session, name);
    if (variable) return variable;
    variable = xcalloc(1, sizeof *variable);
    session->variables =
        xrealloc(session->variables, (session->variable_count + 1) * sizeof *session->variables);
    session->variables[session->variable_count++] = variable;
    return variable;
}

bool session_declare(Session *session, Slice name, const Value *value, Error *err) {
    (void)err;
    Arena fresh = {0};
    Slice kept_name = arena_copy(&fresh, name);
    Value kept = value_copy(&fresh, *value);
    kept.type = type_copy(&fresh, value->type);
    pthread_mutex_lock(&session->names_lock);
    Variable *variable = make_variable(session, name);
    Arena old = variable->arena;
    Slice default_text = arena_copy(&fresh, variable->default_text);
    *variable =
        (Variable){.name = kept_name, .value = kept, .arena = fresh, .default_text = default_text};
    pthread_mutex_unlock(&session->names_lock);
    arena_deinit(&old);
    return true;
}

void session_drop_variable(Session *session, Variable *variable) {
    pthread_mutex_lock(&session->names_lock);
    for (uint32_t i = 0; i < session->variable_count; i++)
        if (session->variables[i] == variable)
            session->variables[i] = session->variables[--session->variable_count];
    pthread_mutex_unlock(&session->names_lock);
    arena_deinit(&variable->arena);
    free(variable);
}

void session_use(Session *session, Slice catalog, Slice schema) {
    Slice new_catalog = heap_copy(catalog), new_schema = heap_copy(schema);
    pthread_mutex_lock(&session->names_lock);
    Slice old[] = {session->current_catalog, session->current_schema};
    session->current_catalog = new_catalog;
    session->current_schema = new_schema;
    pthread_mutex_unlock(&session->names_lock);
    for (size_t i = 0; i < COUNT_OF(old); i++) free((void *)old[i].data);
}

// --- temporary views
// ---------------------------------------------------------------------------------

SessionView *session_find_view(Session *session, NameParts name) {
    bool is_global =
        name.count == 2 && slice_equal_ignore_case(name.parts[0], SLICE("global_temp"));
    if (name.count != 1 && !is_global) return NULL;
    for (uint32_t i = 0; i < session->view_count; i++) {
        SessionView *view = session->views[i];
        if (view->is_global == is_global &&
            slice_equal_ignore_case(view->view.name, name.parts[name.count - 1]))
            return view;
    }
    return NULL;
}

void session_add_view(Session *session, SessionView *view) {
    pthread_mutex_lock(&session->names_lock);
    session->views = xrealloc(session->views, (session->view_count + 1) * sizeof *session->views);
    session->views[session->view_count++] = view;
    pthread_mutex_unlock(&session->names_lock);
}

void session_drop_view_at(Session *session, SessionView *view) {
    pthread_mutex_lock(&session->names_lock);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < session->view_count; i++)
        if (session->views[i] != view) session->views[kept++] = session->views[i];
    session->view_count = kept;
    pthread_mutex_unlock(&session->names_lock);
    arena_deinit(&view->arena);
    free(view);
}

// --- names
// -------------------------------------------------------------------------------------------

bool session_qualify(Session *session, NameParts name, Slice *catalog, Slice *schema, Slice *object,
                     Error *err) {
    *catalog = session->current_catalog;
    *schema = session->current_schema;
    if (name.count == 0 || name.count > 3) {
        AUTO(Text, text) = {0};
        for (uint32_t i = 0; i < name.count; i++)
            text_printf(&text, "%s`%.*s`", i ? "." : "", SLICE_ARGS(name.parts[i]));
        return error_set(err, ERR_TABLE_OR_VIEW_NOT_FOUND, "relationName", text_cstr(&text));
    }
    *object = name.parts[name.count - 1];
    if (name.count > 1) *schema = name.parts[name.count - 2];
    if (name.count > 2) *catalog = name.parts[0];
    return true;
}

// --- callbacks of the resolver
// -----------------------------------------------------------------------

static const TempView *find_temp_view(void *session, NameParts name) {
    SessionView *view = session_find_view(session, name);
    return view ? &view->view : NULL;
}

static bool find_variable(void *session, NameParts name, Value *value) {
    bool is_qualified =
        (name.count == 2 && slice_equal_ignore_case(name.parts[0], SLICE("session"))) ||
        (name.count == 3 && slice_equal_ignore_case(name.parts[0], SLICE("system")) &&
         slice_equal_ignore_case(name.parts[1], SLICE("session")));
    if (name.count != 1 && !is_qualified) return false;
    Variable *variable = session_find_variable(session, name.parts[name.count - 1]);
    if (variable) *value = variable->value;
    return variable != NULL;
}

bool session_find_parameter(void *context, Slice name, uint32_t position, Value *value) {
    Session *session = context;
    const ExecuteOptions *options = session->options;
    for (uint32_t i = 0; options && i < options->parameter_count; i++) {
        bool is_it = name.bytes ? slice_equal_ignore_case(options->parameters[i].name, name)
                                : options->parameters[i].name.bytes == 0 && i == position;
        if (!is_it) continue;
        *value = options->parameters[i].value;
        return true;
    }
    Variable *variable = name.bytes ? session_find_variable(session, name) : NULL;
    if (variable) *value = variable->value;
    return variable != NULL;
}

static Slice find_setting(void *session, Slice name) { return session_setting(session, name); }

void session_fill_scope(Session *session, Statement *statement) {
    const Settings *settings = &session->settings;
    statement->scope = (ResolveScope){
        .arena = statement->arena,
        .query = statement->query,
        .parser = sql_parser(),
        .open_table = session_open_table,
        .ansi = settings_bool(settings, SETTING_ANSI),
        .timestamp_ntz_default = slice_equal_ignore_case(
            settings_text(settings, SETTING_TIMESTAMP_TYPE), SLICE("TIMESTAMP_NTZ")),
        .case_sensitive = settings_bool(settings, SETTING_CASE_SENSITIVE),
        .group_by_ordinal = settings_bool(settings, SETTING_GROUP_BY_ORDINAL),
        .order_by_ordinal = settings_bool(settings, SETTING_ORDER_BY_ORDINAL),
        .group_by_alias = settings_bool(settings, SETTING_GROUP_BY_ALIAS),
        .current_catalog = session->current_catalog,
        .current_schema = session->current_schema,
        .find_temp_view = find_temp_view,
        .find_variable = find_variable,
        .find_parameter = session_find_parameter,
        .setting = find_setting,
        .session = session,
        .golden = session->golden,
    };
}

// --- from other threads
// ------------------------------------------------------------------------------

void session_cancel(Session *session) { session->cancelled = true; }

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

Progress session_progress(const Session *constant) {
    Session *session = (Session *)constant;
    Progress progress = {.fraction = -1, .seconds_left = -1};
    pthread_mutex_lock(&session->lock);
    Query *query = session->running;
    if (query) {
        progress.running = true;
        progress.rows = query->counters.rows_read;
        progress.bytes = query->counters.bytes_read;
        progress.elapsed_ns = now_ns() - session->started_ns;
        uint64_t total = query->counters.work_total, done = query->counters.work_done;
        if (total) progress.fraction = done >= total ? 1 : (double)done / (double)total;
        if (progress.fraction > 0.01)
            progress.seconds_left = (double)progress.elapsed_ns / 1e9 * (1 / progress.fraction - 1);
    }
    pthread_mutex_unlock(&session->lock);
    return progress;
}
