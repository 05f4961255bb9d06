// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/functions/text/regex.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// Steps of one match, so that a catastrophic pattern ends.
enum { REGEX_MATCH_LIMIT = 20000000 };

struct Regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    uint32_t groups;
};

Regex *regex_new(Slice pattern) {
    int number;
    PCRE2_SIZE offset;
    pcre2_compile_context *options = pcre2_compile_context_create(NULL);
    (void)pcre2_set_newline(options, PCRE2_NEWLINE_ANY);
    const char *text = pattern.data ? pattern.data : "";
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text, pattern.bytes, PCRE2_UTF, &number, &offset, options);
    pcre2_compile_context_free(options);
    if (!code) return NULL;
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); // without it matching interprets
    Regex *regex = xcalloc(1, sizeof *regex);
    regex->code = code;
    regex->data = pcre2_match_data_create_from_pattern(code, NULL);
    regex->context = pcre2_match_context_create(NULL);
    (void)pcre2_set_match_limit(regex->context, REGEX_MATCH_LIMIT);
    (void)pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &regex->groups);
    return regex;
}

void regex_free(Regex *regex) {
    if (!regex) return;
    pcre2_match_context_free(regex->context);
    pcre2_match_data_free(regex->data);
    pcre2_code_free(regex->code);
    free(regex);
}

uint32_t regex_group_count(const Regex *regex) { return regex->groups; }

int regex_group_of(const Regex *regex, Slice name) {
    char text[33];
    if (name.bytes >= sizeof text) return -1;
    memcpy(text, name.data, name.bytes);
    text[name.bytes] = 0;
    int number = pcre2_substring_number_from_name(regex->code, (PCRE2_SPTR)text);
    return number > 0 ? number : -1;
}

bool regex_find(Regex *regex, Slice subject, size_t from, RegexMatch *match) {
    if (from > subject.bytes) return false;
    const char *text = subject.data ? subject.data : "";
    int found = pcre2_match(regex->code, (PCRE2_SPTR)text, subject.bytes, from, 0, regex->data,
                            regex->context);
    if (found <= 0) return false;
    if (!match) return true;
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(regex->data);
    match->count = MIN(regex->groups + 1, (uint32_t)REGEX_GROUPS_MAX);
    for (uint32_t i = 0; i < match->count; i++) {
        bool set = (int)i < found && offsets[2 * i] != PCRE2_UNSET;
        match->start[i] = set ? offsets[2 * i] : SIZE_MAX;
        match->stop[i] = set ? offsets[2 * i + 1] : SIZE_MAX;
    }
    return true;
}
