// SPDX-License-Identifier: Apache-2.0
// SET, RESET, SET TIME ZONE.
#include "kernel/session/statement.h"

static void add_setting(Result *result, Slice name, Slice value, Slice meaning) {
    result_add_texts(result, (Slice[]){name, value.data ? value : SLICE(""), meaning});
}

static Result *list_settings(Session *session) {
    Result *result = result_new();
    result_add_column(result, "key", TYPE_STRING, false);
    result_add_column(result, "value", TYPE_STRING, false);
    result_add_column(result, "meaning", TYPE_STRING, false);
    const Settings *settings = &session->settings;
    for (int i = 0; i < SETTING_COUNT; i++) {
        const SettingInfo *info = setting_info((SettingId)i);
        add_setting(result, info->name, settings_text(settings, (SettingId)i), info->meaning);
    }
    for (uint32_t i = 0; i < settings->other_count; i++)
        add_setting(result, settings->other_names[i], settings->other_values[i],
                    SLICE("Kept, no effect here."));
    return result;
}

static Result *answer_setting(Slice key, Slice value) {
    Result *result = result_new();
    result_add_column(result, "key", TYPE_STRING, false);
    result_add_column(result, "value", TYPE_STRING, false);
    result_add_texts(result, (Slice[]){key, value.data ? value : SLICE("<undefined>")});
    return result;
}

Result *execute_setting(Statement *statement, const UCommand *command, Error *err) {
    Session *session = statement->session;
    if (command->kind == UCMD_RESET) {
        settings_reset(&session->settings, command->set.key);
        return result_new();
    }
    if (command->kind == UCMD_SET_TIME_ZONE) {
        Slice zone = command->set.value;
        if (slice_equal_ignore_case(zone, SLICE("LOCAL"))) zone = SLICE("");
        Slice name = setting_info(SETTING_ZONE)->name;
        return session_set(session, name, zone, err) ? result_new() : NULL;
    }
    if (command->set.key.bytes == 0) return list_settings(session);
    if (!command->set.has_value)
        return answer_setting(command->set.key, session_setting(session, command->set.key));
    if (!session_set(session, command->set.key, command->set.value, err)) return NULL;
    return answer_setting(command->set.key, command->set.value);
}
