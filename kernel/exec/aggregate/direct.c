// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/aggregate/direct.h"

#include "kernel/exec/rows/keys.h"

// Number of places (one more per key, for null), or 0 when the keys are not fit.
static uint32_t count_places(const Vector *values, uint32_t key_count) {
    uint64_t places = 1;
    if (key_count == 0 || key_count > DIRECT_KEYS_MAX) return 0;
    for (uint32_t k = 0; k < key_count; k++) {
        if (values[k].form != VECTOR_DICTIONARY) return 0;
        places *= (uint64_t)values[k].dictionary->count + 1;
        if (places > DIRECT_PLACES_MAX) return 0;
    }
    return (uint32_t)places;
}

// Whether the places of the last batch still stand for the same keys.
static bool places_stand(const DirectGroups *direct, const Vector *values, uint32_t key_count) {
    if (direct->key_count != key_count) return false;
    for (uint32_t k = 0; k < key_count; k++)
        if (values[k].dictionary_id == 0 || values[k].dictionary_id != direct->ids[k]) return false;
    return true;
}

static void add_codes(DirectGroups *direct, const Vector *key, Rows rows, uint32_t stride) {
    const uint32_t *codes = key->codes;
    uint32_t none = key->dictionary->count;
    if (key->validity) {
        for (ROWS_EACH(rows, i, r)) {
            uint32_t code = bit_get(key->validity, r) ? codes[r] : none;
            direct->codes[i] = (uint16_t)(direct->codes[i] + code * stride);
        }
    } else if (rows.selection) {
        for (uint32_t i = 0; i < rows.count; i++)
            direct->codes[i] = (uint16_t)(direct->codes[i] + codes[rows.selection[i]] * stride);
    } else {
        for (uint32_t i = 0; i < rows.count; i++)
            direct->codes[i] = (uint16_t)(direct->codes[i] + codes[i] * stride);
    }
}

// Looks the first row of each unknown place up.
static void fill_places(DirectGroups *direct, GroupTable *table, const Vector *values,
                        uint32_t key_count, Rows rows, Arena *arena) {
    static const GroupRow pending; // marks a place whose row is noted already
    uint32_t count = 0;
    for (ROWS_EACH(rows, i, r)) {
        uint16_t place = direct->codes[i];
        if (direct->places[place]) continue;
        direct->places[place] = (GroupRow *)(uintptr_t)&pending;
        direct->missing[count] = (uint16_t)r;
        direct->missing_places[count++] = place;
    }
    if (count == 0) return;
    Vector keys[DIRECT_KEYS_MAX];
    for (uint32_t k = 0; k < key_count; k++)
        key_pack(&values[k], (Rows){direct->missing, count}, arena, &keys[k]);
    keys_hash(keys, key_count, count, direct->hashes);
    group_table_find(table, keys, direct->hashes, count, direct->found);
    for (uint32_t i = 0; i < count; i++)
        direct->places[direct->missing_places[i]] = direct->found[i];
}

bool direct_groups_find(DirectGroups *direct, GroupTable *table, const Vector *values,
                        uint32_t key_count, Rows rows, Arena *arena, GroupRow **groups) {
    uint32_t places = count_places(values, key_count);
    if (places == 0) return false;
    if (!places_stand(direct, values, key_count)) {
        if (places > rows.count) return false;
        memset(direct->places, 0, places * sizeof *direct->places);
        direct->key_count = key_count;
        direct->place_count = places;
        for (uint32_t k = 0; k < key_count; k++) direct->ids[k] = values[k].dictionary_id;
    }
    memset(direct->codes, 0, rows.count * sizeof *direct->codes);
    uint32_t stride = 1;
    for (uint32_t k = 0; k < key_count; k++) {
        add_codes(direct, &values[k], rows, stride);
        stride *= values[k].dictionary->count + 1;
    }
    fill_places(direct, table, values, key_count, rows, arena);
    for (uint32_t i = 0; i < rows.count; i++) groups[i] = direct->places[direct->codes[i]];
    return true;
}
