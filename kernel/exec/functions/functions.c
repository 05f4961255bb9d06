// SPDX-License-Identifier: Apache-2.0
#include "kernel/exec/functions/functions.h"

static const ScalarEntry *const AREAS[] = {
#define SCALARS(area) scalars_##area,
#include "kernel/exec/functions/area_list.inc"
#undef SCALARS
};

const ScalarFunction *scalar_find(const char *name, const Type *const *types, uint32_t count,
                                  const Type *result) {
    ScalarQuery query = {name, types, count, result};
    for (size_t a = 0; a < COUNT_OF(AREAS); a++)
        for (const ScalarEntry *entry = AREAS[a]; entry->name; entry++) {
            if (strcmp(entry->name, name) != 0) continue;
            const ScalarFunction *found = entry->select ? entry->select(&query) : entry->function;
            if (found) return found;
        }
    return NULL;
}
