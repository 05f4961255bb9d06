// SPDX-License-Identifier: Apache-2.0
// How the catalog's file keeps lists: options and properties as a JSON object, names as a JSON
// array, columns as a struct type in Spark's JSON form.
#pragma once

#include "kernel/plan/catalog.h"

void options_append_json(const TableOption *options, uint32_t count, Text *out);
bool options_from_json(Slice json, Arena *arena, TableOption **options, uint32_t *count,
                       Error *err) MUST_CHECK;
void names_append_json(const Slice *names, uint32_t count, Text *out);
bool names_from_json(Slice json, Arena *arena, Slice **names, uint32_t *count,
                     Error *err) MUST_CHECK;
void columns_append_json(const CatalogColumn *columns, uint32_t count, Text *out);
bool columns_from_json(Slice json, Arena *arena, CatalogColumn **columns, uint32_t *count,
                       Error *err) MUST_CHECK;
