// SPDX-License-Identifier: Apache-2.0
// The results that cells have shown lately, by id: for paging, charts and exports. Thread-safe.
#pragma once

#include "kernel/jupyter/state.h"

enum { RESULT_STORE_RESULTS = 16 }; // older ones are dropped

typedef struct StoredResult {
    char id[CRYPTO_UUID_BYTES + 1];
    char *sql;            // the statement it came from
    Result *result;       // what was shown
    pthread_mutex_t lock; // of whole
    Result *whole;        // all rows of a result that was cut for display, once asked for
    atomic_int references;
} StoredResult;

ResultStore *result_store_new(void);
void result_store_free(ResultStore *store);
// Takes the result, copies the statement, and returns a reference.
StoredResult *result_store_add(ResultStore *store, Result *result, Slice sql);
// A reference, or NULL when it is not there (any more).
StoredResult *result_store_find(ResultStore *store, Slice id);
StoredResult *result_store_last(ResultStore *store);
void stored_result_unref(StoredResult *stored);

AUTO_PTR_DEFINE(StoredResult, stored_result_unref)
