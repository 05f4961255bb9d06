// SPDX-License-Identifier: Apache-2.0
// The results that cells have shown lately, by id: for paging, charts and exports.
#pragma once

#include "kernel/jupyter/state.h"

ResultStore *result_store_new(void);
void result_store_free(ResultStore *store);
