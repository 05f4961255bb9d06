// SPDX-License-Identifier: Apache-2.0
// Sorting row numbers by sort keys, on all threads. Stable: equal rows stay in row order.
#pragma once

#include "kernel/exec/pipeline/pipeline.h"
#include "kernel/exec/sort/sort_key.h"

// order[0..count) = the rows 0..count-1 of the flat key columns, sorted. Charges the query's budget
// for what it needs meanwhile.
bool sort_order(Query *query, const SortKey *keys, uint32_t key_count, const Vector *columns,
                uint32_t count, uint32_t *order, bool charge, Error *err) MUST_CHECK;
// Bytes that it needs meanwhile for so many rows, about.
uint64_t sort_order_bytes(const Vector *columns, uint32_t key_count, uint64_t count);
