// SPDX-License-Identifier: Apache-2.0
#include "kernel/session/settings.h"

#include "kernel/column/time_zone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

typedef enum SettingKind {
    SETTING_KIND_BOOL,
    SETTING_KIND_COUNT,
    SETTING_KIND_BYTES,
    SETTING_KIND_TEXT,
    SETTING_KIND_ZONE
} SettingKind;

static const SettingInfo infos[SETTING_COUNT] = {
#define SETTING(ident, name, kind, preset, meaning) \
    [SETTING_##ident] = {                           \
        {name, sizeof(name) - 1}, {preset, sizeof(preset) - 1}, {meaning, sizeof(meaning) - 1}},
#include "kernel/session/setting_list.inc"
#undef SETTING
};

static const SettingKind kinds[SETTING_COUNT] = {
#define SETTING(ident, name, kind, preset, meaning) [SETTING_##ident] = SETTING_KIND_##kind,
#include "kernel/session/setting_list.inc"
#undef SETTING
};

const SettingInfo *setting_info(SettingId id) { return &infos[id]; }

static SettingId find(Slice name) {
    for (int i = 0; i < SETTING_COUNT; i++)
        if (slice_equal_ignore_case(infos[i].name, name)) return (SettingId)i;
    return SETTING_COUNT;
}

Slice settings_text(const Settings *settings, SettingId id) {
    return settings->values[id].data ? settings->values[id] : infos[id].preset;
}

bool settings_bool(const Settings *settings, SettingId id) {
    return slice_equal_ignore_case(settings_text(settings, id), SLICE("true"));
}

bool settings_parse_bytes(Slice text, uint64_t *bytes) {
    char number[32];
    text = slice_trim(text);
    if (text.bytes == 0 || text.bytes >= sizeof number) return false;
    memcpy(number, text.data, text.bytes);
    number[text.bytes] = '\0';
    char *end;
    errno = 0;
    double value = strtod(number, &end);
    if (end == number || errno || !(value >= 0)) return false;
    static const char units[] = "kmgtp";
    Slice unit = slice_trim(slice_from_cstr(end));
    double factor = 1;
    if (unit.bytes) {
        const char *at = strchr(units, unit.data[0] | 0x20);
        if (at)
            for (const char *u = units; u <= at; u++) factor *= 1024;
        Slice rest = slice_from(unit, at ? 1 : 0);
        if (!(rest.bytes == 0 || slice_equal_ignore_case(rest, SLICE("b")) ||
              (at && slice_equal_ignore_case(rest, SLICE("ib")))))
            return false;
    }
    if (value * factor >= 1.8e19) return false;
    *bytes = (uint64_t)(value * factor);
    return true;
}

uint64_t settings_u64(const Settings *settings, SettingId id) {
    uint64_t value = 0;
    if (!settings_parse_bytes(settings_text(settings, id), &value)) return 0;
    return value;
}

static const char *refusal(SettingId id, Slice value, Error *err) {
    uint64_t number;
    switch (kinds[id]) {
    case SETTING_KIND_BOOL:
        return slice_equal_ignore_case(value, SLICE("true")) ||
                       slice_equal_ignore_case(value, SLICE("false"))
                   ? NULL
                   : "it must be true or false";
    case SETTING_KIND_COUNT:
        return slice_to_u64(value, &number) ? NULL : "it must be a whole number from 0";
    case SETTING_KIND_BYTES:
        return settings_parse_bytes(value, &number) ? NULL : "it must be a size like 512MB or 2GB";
    case SETTING_KIND_ZONE: return value.bytes == 0 || time_zone_find(value, err) ? NULL : "";
    case SETTING_KIND_TEXT: break;
    }
    return NULL;
}

static void set_other(Settings *settings, Slice name, Slice value) {
    Arena *arena = &settings->arena;
    for (uint32_t i = 0; i < settings->other_count; i++) {
        if (!slice_equal(settings->other_names[i], name)) continue;
        settings->other_values[i] = arena_copy(arena, value);
        return;
    }
    uint32_t count = settings->other_count;
    ARENA_PUSH(arena, settings->other_values, count, arena_copy(arena, value));
    ARENA_PUSH(arena, settings->other_names, settings->other_count, arena_copy(arena, name));
}

bool settings_set(Settings *settings, Slice name, Slice value, Error *err) {
    AUTO(Text, text) = {0};
    text_append(&text, value);
    SettingId id = find(name);
    if (id == SETTING_COUNT) {
        if (slice_starts_with(name, SLICE("tarn."))) {
            error_set(err, ERR_UNKNOWN_SETTING);
            error_add(err, "name", name);
            return false;
        }
        set_other(settings, name, value);
        return true;
    }
    const char *reason = refusal(id, value, err);
    if (reason) {
        if (!*reason) return false;
        error_set(err, ERR_INVALID_CONFIGURATION, "confName", infos[id].name.data, "confValue",
                  text_cstr(&text), "reason", reason);
        return false;
    }
    settings->values[id] = arena_copy(&settings->arena, value);
    return true;
}

Slice settings_get(const Settings *settings, Slice name) {
    SettingId id = find(name);
    if (id != SETTING_COUNT) return settings_text(settings, id);
    for (uint32_t i = 0; i < settings->other_count; i++)
        if (slice_equal(settings->other_names[i], name)) return settings->other_values[i];
    return SLICE_NONE;
}

void settings_reset(Settings *settings, Slice name) {
    SettingId id = find(name);
    for (int i = 0; i < SETTING_COUNT; i++)
        if (name.bytes == 0 || id == (SettingId)i) settings->values[i] = SLICE_NONE;
    for (uint32_t i = 0; i < settings->other_count; i++) {
        if (name.bytes && !slice_equal(settings->other_names[i], name)) continue;
        settings->other_names[i] = settings->other_names[settings->other_count - 1];
        settings->other_values[i--] = settings->other_values[--settings->other_count];
    }
}

// TARN_DISPLAY_ROWS for tarn.display.rows; a value that is refused is left out with a warning.
static void apply_environment(Settings *settings, SettingId id) {
    Slice name = infos[id].name;
    if (!slice_starts_with(name, SLICE("tarn."))) return;
    char variable[64];
    for (size_t i = 0; i <= name.bytes; i++) {
        char c = i == name.bytes ? '\0' : name.data[i];
        variable[i] = c == '.' ? '_' : (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    const char *value = getenv(variable);
    Error err = {0};
    if (value && !settings_set(settings, name, slice_from_cstr(value), &err)) {
        AUTO(Text, message) = {0};
        error_message(&err, &message);
        fprintf(stderr, "tarn: %s: %s\n", variable, text_cstr(&message));
    }
}

// Lines `name = value`; values may be quoted; # starts a comment; [section] lines prefix the names.
static void apply_line(Settings *settings, Slice line, Slice *section, const char *path) {
    line = slice_trim(slice_first(line, MIN(line.bytes, slice_find_char(line, '#', 0))));
    if (line.bytes == 0) return;
    if (line.data[0] == '[') {
        *section = slice_trim(slice_of(line.data + 1, line.bytes > 1 ? line.bytes - 2 : 0));
        *section = arena_copy(&settings->arena, *section);
        return;
    }
    size_t equals = slice_find_char(line, '=', 0);
    Slice name = slice_trim(slice_first(line, equals == SIZE_MAX ? line.bytes : equals));
    Slice value = equals == SIZE_MAX ? SLICE_NONE : slice_trim(slice_from(line, equals + 1));
    if (value.bytes >= 2 && (value.data[0] == '"' || value.data[0] == '\'') &&
        value.data[value.bytes - 1] == value.data[0])
        value = slice_of(value.data + 1, value.bytes - 2);
    if (section->bytes)
        name = arena_printf(&settings->arena, "%.*s.%.*s", SLICE_ARGS(*section), SLICE_ARGS(name));
    Error err = {0};
    if (equals == SIZE_MAX || !settings_set(settings, name, value, &err))
        fprintf(stderr, "tarn: %s: the line for \"%.*s\" is not understood\n", path,
                SLICE_ARGS(name));
}

static void apply_file(Settings *settings, const char *path) {
    FILE *file = fopen(path, "re");
    if (!file) return;
    char line[1024];
    Slice section = SLICE_NONE;
    while (fgets(line, sizeof line, file))
        apply_line(settings, slice_from_cstr(line), &section, path);
    fclose(file);
}

void settings_init(Settings *settings) {
    *settings = (Settings){0};
    char path[4096];
    const char *home = getenv("XDG_CONFIG_HOME");
    if (home && *home) snprintf(path, sizeof path, "%s/tarn/config.toml", home);
    else snprintf(path, sizeof path, "%s/.config/tarn/config.toml", getenv("HOME") ?: "");
    apply_file(settings, path);
    apply_file(settings, ".tarn/config");
    for (int i = 0; i < SETTING_COUNT; i++) apply_environment(settings, (SettingId)i);
}

void settings_deinit(Settings *settings) {
    arena_deinit(&settings->arena);
    *settings = (Settings){0};
}
