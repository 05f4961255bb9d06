// SPDX-License-Identifier: Apache-2.0
// One TZif file (RFC 8536) as a list of transitions.
#pragma once

#include "base/slice.h"

enum { TZIF_KINDS_MAX = 256, TZIF_ABBREVIATION_BYTES = 8 };

typedef struct TzifKind {
    int32_t offset; // seconds east of UTC
    char abbreviation[TZIF_ABBREVIATION_BYTES];
} TzifKind;

typedef struct Tzif {
    int64_t *at;   // seconds since the epoch, ascending
    uint8_t *kind; // kind that holds from at[i] on
    uint32_t transition_count;
    bool repeats;       // the last 400 years of transitions repeat for ever
    uint8_t first_kind; // before the first transition
    TzifKind kinds[TZIF_KINDS_MAX];
    uint32_t kind_count;
} Tzif;

// false: not a TZif file; what it made is freed then.
bool tzif_read(Slice file, Tzif *tzif) MUST_CHECK;
