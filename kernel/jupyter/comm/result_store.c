// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/comm/result_store.h"

#include <stdlib.h>

struct ResultStore {
    pthread_mutex_t lock;
};

ResultStore *result_store_new(void) {
    ResultStore *store = xcalloc(1, sizeof *store);
    pthread_mutex_init(&store->lock, NULL);
    return store;
}

void result_store_free(ResultStore *store) {
    if (!store) return;
    pthread_mutex_destroy(&store->lock);
    free(store);
}
