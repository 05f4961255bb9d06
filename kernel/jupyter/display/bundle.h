// SPDX-License-Identifier: Apache-2.0
// A result as a Jupyter mime bundle.
#pragma once

#include "kernel/session/session.h"

typedef struct BundleView {
    Slice id; // of the result in the store
    const Result *result;
    const TimeZone *zone;
    uint64_t elapsed_ns; // shown below the table
} BundleView;

// The aligned table and its row count, without the time: equal results give equal text.
void bundle_append_plain(const BundleView *view, Text *out);
// The whole bundle, a JSON object: plain text, HTML, data resource, Tarn's own. `plain` is what
// bundle_append_plain gave.
void bundle_append(const BundleView *view, Slice plain, Text *out);
// JSON rows as arrays: "[1,"a"],[2,"b"]" of rows [start, start + count).
void bundle_append_rows(const Result *result, const TimeZone *zone, uint64_t start, uint64_t count,
                        Text *out);
// Schema as JSON items: {"name":"a","type":"bigint","nullable":true}.
void bundle_append_schema(const Result *result, Text *out);
// Tables read as JSON items: {"table":"a.b","version":3}.
void bundle_append_reads(const Result *result, Text *out);
