// SPDX-License-Identifier: Apache-2.0
// Quantities for people.
#pragma once

#include "base/text.h"

// 12345 as "12,345".
void quantity_append_count(Text *out, uint64_t number);
// "0.8 ms", "12 ms", "3.4 s", "2 min 5 s".
void quantity_append_duration(Text *out, uint64_t nanoseconds);
// 2048 as "2.0 KiB".
void quantity_append_bytes(Text *out, uint64_t bytes);
