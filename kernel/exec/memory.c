// SPDX-License-Identifier: Apache-2.0
// Budgets are counters: reserving adds, and takes back what went over the limit.
#include "kernel/exec/memory.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct MemoryBroker {
    uint64_t limit_bytes;
    atomic_uint_fast64_t used_bytes;
};

struct MemoryAccount {
    MemoryBroker *broker;
    uint64_t limit_bytes;
    atomic_uint_fast64_t used_bytes;
    atomic_uint_fast64_t peak_bytes;
};

MemoryBroker *memory_broker_new(uint64_t limit_bytes) {
    MemoryBroker *broker = xcalloc(1, sizeof *broker);
    broker->limit_bytes = limit_bytes;
    return broker;
}

void memory_broker_free(MemoryBroker *broker) { free(broker); }

uint64_t memory_broker_limit(const MemoryBroker *broker) { return broker->limit_bytes; }

// The number in a cgroup file, or UINT64_MAX ("max", no such file).
static uint64_t read_limit(const char *path) {
    FILE *file = fopen(path, "re");
    if (!file) return UINT64_MAX;
    char line[64];
    uint64_t limit = UINT64_MAX;
    if (fgets(line, sizeof line, file) && !slice_to_u64(slice_trim(slice_from_cstr(line)), &limit))
        limit = UINT64_MAX;
    fclose(file);
    return limit;
}

uint64_t memory_default_limit(void) {
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    uint64_t machine =
        pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : UINT64_C(1) << 30;
    uint64_t v2 = read_limit("/sys/fs/cgroup/memory.max");
    uint64_t v1 = read_limit("/sys/fs/cgroup/memory/memory.limit_in_bytes");
    uint64_t least = MIN(machine, MIN(v1, v2));
    return least / 10 * 6;
}

MemoryAccount *memory_account_new(MemoryBroker *broker, uint64_t limit_bytes) {
    MemoryAccount *account = xcalloc(1, sizeof *account);
    account->broker = broker;
    account->limit_bytes =
        limit_bytes && limit_bytes < broker->limit_bytes ? limit_bytes : broker->limit_bytes;
    return account;
}

void memory_account_free(MemoryAccount *account) {
    if (!account) return;
    atomic_fetch_sub(&account->broker->used_bytes, atomic_load(&account->used_bytes));
    free(account);
}

static bool add_within(atomic_uint_fast64_t *used, uint64_t limit, uint64_t bytes) {
    uint64_t before = atomic_fetch_add_explicit(used, bytes, memory_order_relaxed);
    if (bytes <= limit && before <= limit - bytes) return true;
    atomic_fetch_sub_explicit(used, bytes, memory_order_relaxed);
    return false;
}

bool memory_reserve(MemoryAccount *account, uint64_t bytes) {
    if (!add_within(&account->used_bytes, account->limit_bytes, bytes)) return false;
    if (!add_within(&account->broker->used_bytes, account->broker->limit_bytes, bytes)) {
        atomic_fetch_sub_explicit(&account->used_bytes, bytes, memory_order_relaxed);
        return false;
    }
    uint64_t used = atomic_load_explicit(&account->used_bytes, memory_order_relaxed);
    uint64_t peak = atomic_load_explicit(&account->peak_bytes, memory_order_relaxed);
    while (used > peak &&
           !atomic_compare_exchange_weak_explicit(&account->peak_bytes, &peak, used,
                                                  memory_order_relaxed, memory_order_relaxed)) {}
    return true;
}

void memory_release(MemoryAccount *account, uint64_t bytes) {
    atomic_fetch_sub_explicit(&account->used_bytes, bytes, memory_order_relaxed);
    atomic_fetch_sub_explicit(&account->broker->used_bytes, bytes, memory_order_relaxed);
}

uint64_t memory_used(const MemoryAccount *account) { return atomic_load(&account->used_bytes); }
uint64_t memory_peak(const MemoryAccount *account) { return atomic_load(&account->peak_bytes); }
uint64_t memory_account_limit(const MemoryAccount *account) { return account->limit_bytes; }

bool memory_fail(const MemoryAccount *account, const char *operator_name, Error *err) {
    char limit[24];
    snprintf(limit, sizeof limit, "%llu", (unsigned long long)account->limit_bytes);
    return error_set(err, ERR_MEMORY_LIMIT, "limit", limit, "operator", operator_name);
}
