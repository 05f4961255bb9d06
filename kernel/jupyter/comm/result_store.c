// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/comm/result_store.h"

#include <stdlib.h>

struct ResultStore {
    pthread_mutex_t lock;
    StoredResult *results[RESULT_STORE_RESULTS]; // a ring
    uint64_t count;                              // ever added
};

ResultStore *result_store_new(void) {
    ResultStore *store = xcalloc(1, sizeof *store);
    pthread_mutex_init(&store->lock, NULL);
    return store;
}

void stored_result_unref(StoredResult *stored) {
    if (!stored || atomic_fetch_sub(&stored->references, 1) != 1) return;
    result_free(stored->result);
    result_free(stored->whole);
    pthread_mutex_destroy(&stored->lock);
    free(stored->sql);
    free(stored);
}

void result_store_free(ResultStore *store) {
    if (!store) return;
    for (size_t i = 0; i < RESULT_STORE_RESULTS; i++) stored_result_unref(store->results[i]);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

StoredResult *result_store_add(ResultStore *store, Result *result, Slice sql) {
    StoredResult *stored = xcalloc(1, sizeof *stored);
    Text text = {0};
    text_append(&text, sql);
    crypto_uuid(stored->id);
    stored->sql = text_take(&text);
    stored->result = result;
    pthread_mutex_init(&stored->lock, NULL);
    atomic_init(&stored->references, 2);
    pthread_mutex_lock(&store->lock);
    StoredResult **place = &store->results[store->count++ % RESULT_STORE_RESULTS];
    StoredResult *old = *place;
    *place = stored;
    pthread_mutex_unlock(&store->lock);
    stored_result_unref(old);
    return stored;
}

static StoredResult *reference(StoredResult *stored) {
    if (stored) atomic_fetch_add(&stored->references, 1);
    return stored;
}

StoredResult *result_store_find(ResultStore *store, Slice id) {
    StoredResult *found = NULL;
    pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < RESULT_STORE_RESULTS && !found; i++)
        if (store->results[i] && slice_equal_cstr(id, store->results[i]->id))
            found = reference(store->results[i]);
    pthread_mutex_unlock(&store->lock);
    return found;
}

StoredResult *result_store_last(ResultStore *store) {
    pthread_mutex_lock(&store->lock);
    StoredResult *last =
        store->count ? reference(store->results[(store->count - 1) % RESULT_STORE_RESULTS]) : NULL;
    pthread_mutex_unlock(&store->lock);
    return last;
}
