// SPDX-License-Identifier: Apache-2.0
// The names nearest to one that was not found, by edit distance.
#pragma once

#include "base/slice.h"

uint32_t edit_distance(Slice a, Slice b, uint32_t limit); // ignoring ASCII case; cut at limit
// Up to `limit` of the candidates, nearest first, equal distances in the order given.
uint32_t nearest_names(Slice name, const Slice *candidates, uint32_t count, Slice *out,
                       uint32_t limit);
