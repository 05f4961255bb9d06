// SPDX-License-Identifier: Apache-2.0
// The 64-bit xxHash of bytes (XXH64 of the public specification): what Spark's xxhash64 and its
// cardinality sketch are made of. Fixed for ever, unlike the engine's own hashes.
#pragma once

#include "base/macros.h"

uint64_t hash64(const void *data, size_t bytes, uint64_t seed);
