// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/deletion/deleted_rows.h"

// The 32-bit format (RoaringFormatSpec): a cookie, [which containers are runs], keys and counts,
// [offsets], containers.
enum {
    COOKIE_RUNS = 12347, // low 16 bits; the high ones are the number of containers - 1
    COOKIE_PLAIN = 12346,
    OFFSETS_FROM_CONTAINERS = 4, // with runs, offsets are left out below this many containers
    ARRAY_MAX_ROWS = 4096,
    BITMAP_WORDS = 1024,
    CONTAINERS_MAX = 65536,
};

// Bytes that a set may grow to: runs take less in the file than here, so a small hostile file could
// otherwise ask for much. Enough for two thousand million rows of one file.
#define SET_BYTES_MAX ((size_t)256 << 20)

typedef struct Input {
    const unsigned char *at;
    const unsigned char *end;
    const char *reason;
} Input;

static bool fail(Input *in, const char *reason) {
    if (!in->reason) in->reason = reason;
    return false;
}

static bool has(Input *in, size_t bytes) {
    return (size_t)(in->end - in->at) >= bytes || fail(in, "it is cut short");
}

static uint64_t take(Input *in, int bytes) {
    uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; i--) value = value << 8 | in->at[i];
    in->at += bytes;
    return value;
}

static bool read_array(Input *in, Arena *arena, RowChunk *chunk) {
    if (!has(in, (size_t)chunk->count * 2)) return false;
    uint16_t *values = arena_alloc_raw(arena, (size_t)chunk->count * 2, 8);
    for (uint32_t i = 0; i < chunk->count; i++) {
        values[i] = (uint16_t)take(in, 2);
        if (i && values[i] <= values[i - 1]) return fail(in, "rows are not in ascending order");
    }
    chunk->values = values;
    return true;
}

static bool read_bitmap(Input *in, Arena *arena, RowChunk *chunk) {
    if (!has(in, BITMAP_WORDS * 8)) return false;
    uint64_t *bits = arena_alloc_raw(arena, BITMAP_WORDS * 8, 64);
    uint32_t count = 0;
    for (uint32_t i = 0; i < BITMAP_WORDS; i++) {
        bits[i] = take(in, 8);
        count += (uint32_t)__builtin_popcountll(bits[i]);
    }
    chunk->bits = bits;
    return count == chunk->count || fail(in, "a bitmap's rows are not as many as it says");
}

// Runs become a bitmap: short ones are rare in deletion vectors, and a bitmap is quick to mark.
static bool read_runs(Input *in, Arena *arena, RowChunk *chunk) {
    if (!has(in, 2)) return false;
    uint32_t runs = (uint32_t)take(in, 2);
    if (!has(in, (size_t)runs * 4)) return false;
    uint64_t *bits = arena_alloc(arena, BITMAP_WORDS * 8);
    uint32_t count = 0, next = 0; // first row that may start a run
    for (uint32_t i = 0; i < runs; i++) {
        uint32_t start = (uint32_t)take(in, 2), length = (uint32_t)take(in, 2) + 1;
        if (start < next) return fail(in, "runs are not in ascending order");
        if (start + length > 65536) return fail(in, "a run reaches beyond its container");
        next = start + length;
        count += length;
        for (uint32_t row = start; row < next; row++) bits[row / 64] |= (uint64_t)1 << (row % 64);
    }
    chunk->bits = bits;
    return count == chunk->count || fail(in, "the runs' rows are not as many as they say");
}

// The container list of a 32-bit bitmap: its size and, with runs, the bit per container.
static bool read_cookie(Input *in, uint32_t *containers, const unsigned char **run_flags) {
    if (!has(in, 4)) return false;
    uint32_t cookie = (uint32_t)take(in, 4);
    *run_flags = NULL;
    if ((cookie & 0xFFFF) == COOKIE_RUNS) {
        *containers = (cookie >> 16) + 1;
        size_t flag_bytes = (*containers + 7) / 8;
        if (!has(in, flag_bytes)) return false;
        *run_flags = in->at;
        in->at += flag_bytes;
        return true;
    }
    if (cookie != COOKIE_PLAIN) return fail(in, "it is no Roaring bitmap");
    if (!has(in, 4)) return false;
    uint64_t count = take(in, 4);
    if (count > CONTAINERS_MAX) return fail(in, "it has more containers than there can be");
    *containers = (uint32_t)count;
    return true;
}

static bool read_container(Input *in, Arena *arena, bool is_run, RowChunk *chunk) {
    if (is_run) return read_runs(in, arena, chunk);
    if (chunk->count <= ARRAY_MAX_ROWS) return read_array(in, arena, chunk);
    return read_bitmap(in, arena, chunk);
}

static bool read_bucket(Input *in, Arena *arena, uint64_t bucket, DeletedRows *set) {
    uint32_t containers;
    const unsigned char *run_flags;
    if (!read_cookie(in, &containers, &run_flags)) return false;
    if (!has(in, (size_t)containers * 4)) return false;
    const unsigned char *keys = in->at;
    in->at += (size_t)containers * 4;
    if (!run_flags || containers >= OFFSETS_FROM_CONTAINERS) {
        // Offsets only serve random access: containers follow each other without gaps.
        if (!has(in, (size_t)containers * 4)) return false;
        in->at += (size_t)containers * 4;
    }
    uint32_t previous = 0;
    for (uint32_t i = 0; i < containers; i++) {
        Input entry = {.at = keys + (size_t)i * 4};
        uint32_t key = (uint32_t)take(&entry, 2);
        RowChunk chunk = {.key = bucket << 16 | key, .count = (uint32_t)take(&entry, 2) + 1};
        if (i && key <= previous) return fail(in, "containers are not in ascending order");
        previous = key;
        bool is_run = run_flags && run_flags[i / 8] >> (i % 8) & 1;
        if (arena->total_bytes > SET_BYTES_MAX) return fail(in, "it is too large");
        if (!read_container(in, arena, is_run, &chunk)) return false;
        ARENA_PUSH(arena, set->chunks, set->chunk_count, chunk);
        set->count += chunk.count;
    }
    return true;
}

bool deleted_rows_read(DeletedRows *set, Arena *arena, Slice bytes, const char **reason) {
    *set = (DeletedRows){0};
    const unsigned char *data = (const unsigned char *)bytes.data;
    Input in = {.at = data, .end = data + bytes.bytes};
    bool ok = has(&in, 8);
    uint64_t buckets = ok ? take(&in, 8) : 0;
    int64_t previous = -1;
    for (uint64_t i = 0; ok && i < buckets; i++) {
        ok = has(&in, 4);
        if (!ok) break;
        int64_t key = (int64_t)take(&in, 4);
        if (key <= previous) ok = fail(&in, "buckets are not in ascending order");
        else if (key > INT32_MAX) ok = fail(&in, "a row number is negative");
        else ok = read_bucket(&in, arena, (uint64_t)key, set);
        previous = key;
    }
    if (ok && in.at != in.end) ok = fail(&in, "bytes are left behind its end");
    *reason = in.reason;
    return ok;
}

// Index of the first chunk whose key is >= key.
static uint32_t find_chunk(const DeletedRows *set, uint64_t key) {
    uint32_t low = 0, high = set->chunk_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (set->chunks[middle].key < key) low = middle + 1;
        else high = middle;
    }
    return low;
}

// Index of the first value >= row within a chunk's array.
static uint32_t find_value(const RowChunk *chunk, uint32_t row) {
    uint32_t low = 0, high = chunk->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (chunk->values[middle] < row) low = middle + 1;
        else high = middle;
    }
    return low;
}

bool deleted_rows_contains(const DeletedRows *set, uint64_t row) {
    return deleted_rows_count(set, row, 1) != 0;
}

// The part [low, high) of a chunk, within 0..65536, that [first, first + count) covers.
static void chunk_range(const RowChunk *chunk, uint64_t first, uint64_t count, uint32_t *low,
                        uint32_t *high) {
    uint64_t start = chunk->key << 16, stop = first + count;
    *low = first > start ? (uint32_t)(first - start) : 0;
    *high = stop - start < 65536 ? (uint32_t)(stop - start) : 65536;
}

static void mark_bits(const RowChunk *chunk, uint32_t low, uint32_t high, uint64_t first,
                      uint64_t *bits) {
    for (uint32_t word = low / 64; word <= (high - 1) / 64; word++) {
        uint64_t set = chunk->bits[word];
        if (word == low / 64) set &= ~(uint64_t)0 << (low % 64);
        if (word == (high - 1) / 64 && high % 64) set &= ((uint64_t)1 << (high % 64)) - 1;
        for (; set; set &= set - 1) {
            uint64_t row = (chunk->key << 16) + word * 64 + (uint64_t)__builtin_ctzll(set);
            bits[(row - first) / 64] |= (uint64_t)1 << ((row - first) % 64);
        }
    }
}

void deleted_rows_mark(const DeletedRows *set, uint64_t first, uint64_t count, uint64_t *bits) {
    if (count == 0) return;
    for (uint32_t i = find_chunk(set, first >> 16); i < set->chunk_count; i++) {
        const RowChunk *chunk = &set->chunks[i];
        if (chunk->key > (first + count - 1) >> 16) return;
        uint32_t low, high;
        chunk_range(chunk, first, count, &low, &high);
        if (!chunk->values) {
            mark_bits(chunk, low, high, first, bits);
            continue;
        }
        for (uint32_t k = find_value(chunk, low); k < chunk->count && chunk->values[k] < high;
             k++) {
            uint64_t bit = (chunk->key << 16) + chunk->values[k] - first;
            bits[bit / 64] |= (uint64_t)1 << (bit % 64);
        }
    }
}

static uint64_t count_bits(const RowChunk *chunk, uint32_t low, uint32_t high) {
    uint64_t count = 0;
    for (uint32_t word = low / 64; word <= (high - 1) / 64; word++) {
        uint64_t set = chunk->bits[word];
        if (word == low / 64) set &= ~(uint64_t)0 << (low % 64);
        if (word == (high - 1) / 64 && high % 64) set &= ((uint64_t)1 << (high % 64)) - 1;
        count += (uint64_t)__builtin_popcountll(set);
    }
    return count;
}

uint64_t deleted_rows_count(const DeletedRows *set, uint64_t first, uint64_t count) {
    uint64_t total = 0;
    if (count == 0) return 0;
    for (uint32_t i = find_chunk(set, first >> 16); i < set->chunk_count; i++) {
        const RowChunk *chunk = &set->chunks[i];
        if (chunk->key > (first + count - 1) >> 16) break;
        uint32_t low, high;
        chunk_range(chunk, first, count, &low, &high);
        if (low == 0 && high == 65536) total += chunk->count;
        else if (!chunk->values) total += count_bits(chunk, low, high);
        else
            total +=
                (high == 65536 ? chunk->count : find_value(chunk, high)) - find_value(chunk, low);
    }
    return total;
}

uint64_t deleted_rows_last(const DeletedRows *set) {
    if (set->chunk_count == 0) return 0;
    const RowChunk *chunk = &set->chunks[set->chunk_count - 1];
    uint64_t start = chunk->key << 16;
    if (chunk->values) return start + chunk->values[chunk->count - 1];
    uint32_t word = BITMAP_WORDS - 1;
    while (word && !chunk->bits[word]) word--;
    return start + word * 64 + 63 - (uint64_t)__builtin_clzll(chunk->bits[word] | 1);
}
