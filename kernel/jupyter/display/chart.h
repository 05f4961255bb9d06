// SPDX-License-Identifier: Apache-2.0
// A result as a chart: a Vega-Lite 5 specification with the rows in it.
#pragma once

#include "kernel/jupyter/display/bundle.h"

enum { CHART_ROWS_MAX = 10000 };

// `words` is "KIND X Y [COLOR]". Appends the aligned table to `plain` and the bundle to `data`.
// INVALID_MAGIC for an unknown kind or column.
bool chart_append(const BundleView *view, Slice words, Text *plain, Text *data,
                  Error *err) MUST_CHECK;
