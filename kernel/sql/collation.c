// SPDX-License-Identifier: Apache-2.0
// Names of collations: UTF8_BINARY, UTF8_LCASE, UNICODE and locales, with _CI, _AI, _RTRIM and
// their kin.
#include "kernel/sql/grammar.h"

static const char locales[] =
    " af am ar as az be bg bn bo br bs ca ceb chr cs cy da de dsb ee el en eo es et fa ff fi "
    "fil fo fr fy ga gl gu ha haw he hi hr hsb hu hy id ig is it ja ka kk kl km kn ko kok ku "
    "ky lb lkt ln lo lt lv mk ml mn mr ms mt my nb ne nl nn no om or pa pl ps pt ro ru sa se "
    "si sk sl smn sq sr sv sw ta te th tk to tr ug uk ur uz vi wae wo xh yi yo zh zu ";

static bool is_locale(Slice text) {
    char word[8] = " ";
    if (text.bytes < 2 || text.bytes > 3) return false;
    for (size_t i = 0; i < text.bytes; i++) word[1 + i] = (char)(text.data[i] | 32);
    word[1 + text.bytes] = ' ';
    return slice_find(slice_from_cstr(locales), slice_first(slice_from_cstr(word), text.bytes + 2),
                      0) != SIZE_MAX;
}

static bool is_specifier(Slice part) {
    static const char *const names[] = {"CI", "CS", "AI", "AS", "RTRIM"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (slice_equal_ignore_case(part, slice_from_cstr(names[i]))) return true;
    return false;
}

bool sql_is_collation(Slice name) {
    Slice rest = name, base;
    if (!slice_split(&rest, '_', &base)) return false;
    bool is_utf8 = slice_equal_ignore_case(base, SLICE("UTF8"));
    Slice part;
    if (is_utf8) {
        if (!slice_split(&rest, '_', &part)) return false;
        if (!slice_equal_ignore_case(part, SLICE("BINARY")) &&
            !slice_equal_ignore_case(part, SLICE("LCASE")))
            return false;
    } else if (!slice_equal_ignore_case(base, SLICE("UNICODE")) && !is_locale(base)) {
        return false;
    }
    while (slice_split(&rest, '_', &part)) {
        bool is_region = !is_utf8 && (part.bytes == 3 || part.bytes == 4) && !is_specifier(part);
        bool is_trim = slice_equal_ignore_case(part, SLICE("RTRIM"));
        if (is_utf8 ? !is_trim : !is_specifier(part) && !is_region) return false;
    }
    return true;
}

Slice sql_collation_name(Sql *s, uint32_t start) {
    NameParts name = sql_name_parts(s);
    Slice last = name.count ? name.parts[name.count - 1] : SLICE("");
    if (!s->failed && !sql_is_collation(last))
        sql_fail(s, start, ERR_COLLATION_INVALID_NAME, "proposals",
                 "UTF8_BINARY, UTF8_LCASE, UNICODE", "collationName", sql_cstr(s, last));
    return last;
}
