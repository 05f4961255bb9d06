// SPDX-License-Identifier: Apache-2.0
// Regular expressions: the one place that knows the library (PCRE2, compiled to machine code).
//
// A Regex is confined to one thread. Subjects are UTF-8; malformed ones do not match.
#pragma once

#include "base/error.h"

typedef struct Regex Regex;

enum { REGEX_GROUPS_MAX = 64 };

typedef struct RegexMatch {
    size_t start[REGEX_GROUPS_MAX]; // SIZE_MAX: the group took no part
    size_t stop[REGEX_GROUPS_MAX];
    uint32_t count; // groups set, the whole match included
} RegexMatch;

// NULL: the pattern is not valid (no error set).
Regex *regex_new(Slice pattern);
void regex_free(Regex *regex);
uint32_t regex_group_count(const Regex *regex); // without the whole match
// Number of a named group, or -1.
int regex_group_of(const Regex *regex, Slice name);
// First match at or after `from`; `match` may be NULL.
bool regex_find(Regex *regex, Slice subject, size_t from, RegexMatch *match);
