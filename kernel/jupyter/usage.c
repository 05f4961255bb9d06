// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/usage.h"
#include "base/quote.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// Value in bytes of a "Name:   123 kB" line; 0 when absent.
static uint64_t field_bytes(Slice file, const char *name) {
    AUTO(Text, key) = {0};
    text_printf(&key, "%s:", name);
    Slice rest = file, line;
    while (slice_split(&rest, '\n', &line)) {
        if (!slice_starts_with(line, text_slice(&key))) continue;
        Slice value = slice_trim(slice_from(line, key.bytes));
        uint64_t number;
        value.bytes = MIN(value.bytes, slice_find_char(value, ' ', 0));
        return slice_to_u64(value, &number) ? number * 1024 : 0;
    }
    return 0;
}

static Slice file_read(const char *path, char *buffer, size_t bytes) {
    FILE *file = fopen(path, "re");
    if (!file) return SLICE_NONE;
    size_t got = fread(buffer, 1, bytes, file);
    fclose(file);
    return slice_of(buffer, got);
}

static uint64_t kernel_memory(void) {
    char buffer[8192];
    uint64_t pss = field_bytes(file_read("/proc/self/smaps_rollup", buffer, sizeof buffer), "Pss");
    if (pss) return pss;
    return field_bytes(file_read("/proc/self/status", buffer, sizeof buffer), "VmRSS");
}

static double seconds_of(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

// Percent of one core since the last question (since the start at the first).
static double cpu_percent(Usage *last) {
    struct rusage self, children;
    struct timespec now;
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    clock_gettime(CLOCK_MONOTONIC, &now);
    double wall = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
    double cpu = seconds_of(self.ru_utime) + seconds_of(self.ru_stime) +
                 seconds_of(children.ru_utime) + seconds_of(children.ru_stime);
    double percent = last->wall_seconds > 0 && wall > last->wall_seconds
                         ? 100 * (cpu - last->cpu_seconds) / (wall - last->wall_seconds)
                         : 0;
    last->wall_seconds = wall;
    last->cpu_seconds = cpu;
    return percent;
}

void usage_append(Usage *last, Text *out) {
    static const struct {
        const char *name;
        const char *field;
    } fields[] = {{"free", "MemFree"},    {"active", "Active"}, {"inactive", "Inactive"},
                  {"buffers", "Buffers"}, {"cached", "Cached"}, {"shared", "Shmem"},
                  {"slab", "Slab"}};
    char host[256] = "", buffer[8192];
    gethostname(host, sizeof host - 1);
    Slice memory = file_read("/proc/meminfo", buffer, sizeof buffer);
    uint64_t total = field_bytes(memory, "MemTotal");
    uint64_t available = field_bytes(memory, "MemAvailable");
    uint64_t used = total > available ? total - available : 0;
    text_append_cstr(out, "{\"hostname\":");
    quote_json(out, slice_from_cstr(host));
    text_printf(out, ",\"pid\":%d,\"kernel_cpu\":%.1f,\"kernel_memory\":%llu,\"cpu_count\":%ld",
                (int)getpid(), cpu_percent(last), (unsigned long long)kernel_memory(),
                sysconf(_SC_NPROCESSORS_ONLN));
    text_printf(out,
                ",\"host_virtual_memory\":{\"total\":%llu,\"available\":%llu,\"percent\":%.1f,"
                "\"used\":%llu",
                (unsigned long long)total, (unsigned long long)available,
                total ? 100.0 * (double)used / (double)total : 0.0, (unsigned long long)used);
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        text_printf(out, ",\"%s\":%llu", fields[i].name,
                    (unsigned long long)field_bytes(memory, fields[i].field));
    text_append_cstr(out, "}}");
}
