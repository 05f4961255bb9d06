// SPDX-License-Identifier: Apache-2.0
// Split-block Bloom filters of column chunks.
#pragma once

#include "kernel/lake/parquet/format/footer.h"
#include "kernel/lake/storage/storage.h"

// False: the chunk has no such value, for certain. `plain` is the value's plain encoding without
// the length of a byte array. Reads the filter's header and one block of it.
bool bloom_filter_may_contain(StorageFile *file, const ParquetChunk *chunk, Slice plain);
