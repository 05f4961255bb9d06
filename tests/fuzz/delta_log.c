// SPDX-License-Identifier: Apache-2.0
// A Delta log of up to three commits: the input cut at bytes 0x1E.
#include "kernel/lake/delta/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    Slice rest = slice_of((const char *)data, bytes), texts[3];
    size_t count = 0;
    while (count < 2 && slice_split(&rest, '\x1E', &texts[count])) count++;
    if (rest.data) texts[count++] = rest;
    if (count == 0) return 0;
    Error err = {0};
    AUTO_PTR(DeltaSnapshot, snapshot) = delta_snapshot_from_commits(texts, count, &err);
    ASSERT((snapshot != NULL) == (err.code == ERR_NONE));
    return 0;
}
