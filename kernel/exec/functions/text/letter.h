// SPDX-License-Identifier: Apache-2.0
// Properties of code points: the one place that knows the library (utf8proc).
#pragma once

#include "base/macros.h"

uint32_t letter_upper(uint32_t code_point);
uint32_t letter_lower(uint32_t code_point);
uint32_t letter_title(uint32_t code_point);
bool letter_is(uint32_t code_point);
bool letter_is_upper(uint32_t code_point);
bool letter_is_lower(uint32_t code_point);
bool letter_is_digit(uint32_t code_point);
