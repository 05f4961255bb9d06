// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/functions/text/letter.h"

#include <utf8proc.h>

uint32_t letter_upper(uint32_t c) { return (uint32_t)utf8proc_toupper((int32_t)c); }
uint32_t letter_lower(uint32_t c) { return (uint32_t)utf8proc_tolower((int32_t)c); }
uint32_t letter_title(uint32_t c) { return (uint32_t)utf8proc_totitle((int32_t)c); }

bool letter_is(uint32_t c) {
    utf8proc_category_t category = utf8proc_category((int32_t)c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool letter_is_upper(uint32_t c) { return utf8proc_category((int32_t)c) == UTF8PROC_CATEGORY_LU; }
bool letter_is_lower(uint32_t c) { return utf8proc_category((int32_t)c) == UTF8PROC_CATEGORY_LL; }
bool letter_is_digit(uint32_t c) { return utf8proc_category((int32_t)c) == UTF8PROC_CATEGORY_ND; }
