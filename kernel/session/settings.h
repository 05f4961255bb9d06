// SPDX-License-Identifier: Apache-2.0
// A session's settings: known ones with type, default and meaning, and any other spark.* name.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"

typedef enum SettingId {
#define SETTING(ident, name, kind, preset, meaning) SETTING_##ident,
#include "kernel/session/setting_list.inc"
#undef SETTING
    SETTING_COUNT
} SettingId;

typedef struct SettingInfo {
    Slice name;
    Slice preset;
    Slice meaning;
} SettingInfo;

typedef struct Settings {
    Arena arena;                 // texts of changed values
    Slice values[SETTING_COUNT]; // data NULL: the default
    Slice *other_names;          // spark.* names without a meaning here
    Slice *other_values;
    uint32_t other_count;
} Settings;

void settings_init(Settings *settings); // environment (TARN_*) and config file applied
void settings_deinit(Settings *settings);
const SettingInfo *setting_info(SettingId id);
// Value in force; SLICE_NONE for a name that is neither known nor set.
Slice settings_get(const Settings *settings, Slice name);
// INVALID_CONF_VALUE for what the setting's kind refuses; UNKNOWN_SETTING for unknown tarn.* names.
bool settings_set(Settings *settings, Slice name, Slice value, Error *err) MUST_CHECK;
void settings_reset(Settings *settings, Slice name); // empty name: all
bool settings_bool(const Settings *settings, SettingId id);
uint64_t settings_u64(const Settings *settings, SettingId id); // COUNT and BYTES
Slice settings_text(const Settings *settings, SettingId id);
// "64MB", "1.5g", "1000": bytes in powers of 1024. False when it is no size.
bool settings_parse_bytes(Slice text, uint64_t *bytes) MUST_CHECK;
