// SPDX-License-Identifier: Apache-2.0
// Memory under a budget: one broker per process, a lease (account) per query.
//
// Blocking operators ask before they grow by what data decides; a refusal tells them to spill or to
// fail with MEMORY_LIMIT. Accounts are thread-safe.
#pragma once

#include "base/error.h"

typedef struct MemoryBroker MemoryBroker;
typedef struct MemoryAccount MemoryAccount;

MemoryBroker *memory_broker_new(uint64_t limit_bytes);
void memory_broker_free(MemoryBroker *broker);
uint64_t memory_broker_limit(const MemoryBroker *broker);
// 60 % of the machine's or its cgroup's memory, whichever is less.
uint64_t memory_default_limit(void);
// `limit_bytes` 0: only the broker's limit holds.
MemoryAccount *memory_account_new(MemoryBroker *broker, uint64_t limit_bytes);
void memory_account_free(MemoryAccount *account); // gives everything back
// False: over the budget, nothing was taken (no error set: the caller spills or reports).
bool memory_reserve(MemoryAccount *account, uint64_t bytes) MUST_CHECK;
void memory_release(MemoryAccount *account, uint64_t bytes);
uint64_t memory_account_limit(const MemoryAccount *account);
uint64_t memory_used(const MemoryAccount *account);
uint64_t memory_peak(const MemoryAccount *account);
// ERR_MEMORY_LIMIT for `operator`.
bool memory_fail(const MemoryAccount *account, const char *operator_name, Error *err);
