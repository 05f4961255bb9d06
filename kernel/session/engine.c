// SPDX-License-Identifier: Apache-2.0
#include "kernel/session/statement.h"

#include <stdlib.h>
#include <unistd.h>

static uint32_t core_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return (uint32_t)MAX(CPU_COUNT(&set), 1);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (uint32_t)cores : 1;
}

Slice heap_copy(Slice s) {
    char *copy = xmalloc(s.bytes + 1);
    if (s.bytes) memcpy(copy, s.data, s.bytes);
    copy[s.bytes] = '\0';
    return slice_of(copy, s.bytes);
}

static Slice default_temp(void) {
    const char *names[] = {"TARN_TEMP", "TMPDIR"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return slice_from_cstr(value);
    }
    return SLICE("/tmp");
}

Engine *engine_new(const EngineOptions *options, Error *err) {
    uint32_t threads = options->threads ? options->threads : core_count();
    if (threads > LIMIT_THREADS) {
        error_set(err, ERR_INVALID_CONFIGURATION, "confName", "tarn.threads", "reason",
                  "there may be 256 threads at most");
        error_add_format(err, "confValue", "%u", threads);
        return NULL;
    }
    Engine *engine = xcalloc(1, sizeof *engine);
    engine->pool = thread_pool_new(threads);
    engine->broker =
        memory_broker_new(options->memory_bytes ? options->memory_bytes : memory_default_limit());
    caches_init(&engine->caches);
    engine->temp_folder =
        heap_copy(options->temp_folder.bytes ? options->temp_folder : default_temp());
    return engine;
}

void engine_free(Engine *engine) {
    if (!engine) return;
    thread_pool_free(engine->pool);
    memory_broker_free(engine->broker);
    caches_deinit(&engine->caches);
    free((void *)engine->temp_folder.data);
    free(engine);
}
