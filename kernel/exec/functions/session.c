// SPDX-License-Identifier: Apache-2.0
// Session functions, random numbers, errors on purpose, URLs.
#include "kernel/exec/functions/kernel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static bool session_text(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)args, (void)err;
    const char *name = frame->call->function->name;
    Slice text = SLICE("");
    if (strcmp(name, "current_catalog") == 0) text = frame->query->catalog;
    else if (strcmp(name, "current_schema") == 0) text = frame->query->schema;
    else if (strcmp(name, "current_user") == 0) text = frame->query->user;
    else if (strcmp(name, "version") == 0) text = SLICE("4.2.0 " TARN_VERSION);
    for (ROWS_EACH(rows, i, r)) out_text(frame, out, r, text);
    return true;
}

static bool minus_one(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)args, (void)err;
    for (ROWS_EACH(rows, i, r)) out_integer(out, r, -1);
    return true;
}

static bool zero(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)args, (void)err;
    for (ROWS_EACH(rows, i, r)) out_integer(out, r, 0);
    return true;
}

static bool counter_prepare(CallFrame *frame, Arena *arena, Error *err) {
    (void)err;
    frame->state = ARENA_NEW(arena, int64_t);
    return true;
}

static bool counter(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)args, (void)err;
    int64_t *next = frame->state;
    for (ROWS_EACH(rows, i, r)) ((int64_t *)out->data)[r] = (*next)++;
    return true;
}

static bool uuid(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)args;
    for (ROWS_EACH(rows, i, r)) {
        uint8_t b[16];
        char text[40];
        if (getrandom(b, sizeof b, 0) != sizeof b) return error_internal(err, "no random bytes");
        b[6] = (uint8_t)((b[6] & 0x0F) | 0x40);
        b[8] = (uint8_t)((b[8] & 0x3F) | 0x80);
        int length = 0;
        for (int k = 0; k < 16; k++) {
            bool dash = k == 4 || k == 6 || k == 8 || k == 10;
            length += snprintf(text + length, sizeof text - (size_t)length, dash ? "-%02x" : "%02x",
                               b[k]);
        }
        out_text(frame, out, r, slice_of(text, (size_t)length));
    }
    return true;
}

// --- random numbers ----------------------------------------------------------------------------

// Spark's XORShiftRandom: the seed is hashed by Murmur3 twice.
typedef struct Random {
    uint64_t seed;
    double spare; // of the normal distribution's pairs
    bool has_spare;
} Random;

static uint32_t murmur_seed(uint64_t seed, uint32_t h) {
    for (int word = 0; word < 2; word++) {
        uint32_t k = __builtin_bswap32((uint32_t)(seed >> (32 - 32 * word))) * 0xCC9E2D51u;
        k = (k << 15 | k >> 17) * 0x1B873593u;
        h ^= k;
        h = (h << 13 | h >> 19) * 5 + 0xE6546B64u;
    }
    h ^= 8;
    h = (h ^ h >> 16) * 0x85EBCA6Bu;
    h = (h ^ h >> 13) * 0xC2B2AE35u;
    return h ^ h >> 16;
}

static bool random_prepare(CallFrame *frame, Arena *arena, Error *err) {
    Random *random = ARENA_NEW(arena, Random);
    Value value;
    uint64_t seed = 0;
    if (frame->call->arg_count && call_constant(frame, 0, &value, err))
        seed = value.is_null ? 0 : (uint64_t)value.i64;
    else if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint64_t)frame->query->now_micros;
    uint32_t low = murmur_seed(seed, 0x3C074A61);
    random->seed = (uint64_t)murmur_seed(seed, low) << 32 | low;
    frame->state = random;
    return !error_is_set(err);
}

static uint64_t random_bits(Random *random, int bits) {
    uint64_t x = random->seed;
    x ^= x << 21;
    x ^= x >> 35;
    x ^= x << 4;
    random->seed = x;
    return x & (((uint64_t)1 << bits) - 1);
}

static double random_double(Random *random) {
    uint64_t high = random_bits(random, 26);
    return (double)((high << 27) + random_bits(random, 27)) * 0x1.0p-53;
}

static double random_normal(Random *random) {
    if (random->has_spare) {
        random->has_spare = false;
        return random->spare;
    }
    double x, y, s;
    do {
        x = 2 * random_double(random) - 1;
        y = 2 * random_double(random) - 1;
        s = x * x + y * y;
    } while (s >= 1 || s == 0);
    double factor = sqrt(-2 * log(s) / s);
    random->spare = y * factor;
    random->has_spare = true;
    return x * factor;
}

static bool uniform(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)args, (void)err;
    for (ROWS_EACH(rows, i, r)) ((double *)out->data)[r] = random_double(frame->state);
    return true;
}

static bool normal(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)args, (void)err;
    for (ROWS_EACH(rows, i, r)) ((double *)out->data)[r] = random_normal(frame->state);
    return true;
}

// --- errors on purpose -------------------------------------------------------------------------

static bool raise_message(Slice message, Error *err) {
    (void)error_set(err, ERR_USER_RAISED_EXCEPTION);
    error_add(err, "errorMessage", message);
    return false;
}

static bool raise_error(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)out;
    if (rows.count == 0) return true;
    uint32_t row = rows.selection ? rows.selection[0] : 0;
    return raise_message(arg_is_null(&args[0], row) ? SLICE("null") : arg_text(&args[0], row), err);
}

static bool assert_true(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        if (arg_is_null(&args[0], r) || !arg_bool(&args[0], r))
            return raise_message(arg_is_null(&args[1], r) ? SLICE("null") : arg_text(&args[1], r),
                                 err);
        out_null(frame, out, r);
    }
    return true;
}

// --- URLs --------------------------------------------------------------------------------------

static bool url_encode(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        text_reset(&text);
        for (size_t k = 0; k < s.bytes; k++) {
            char c = s.data[k];
            bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || (c && strchr(".-*_", c));
            if (plain) text_append_char(&text, c);
            else if (c == ' ') text_append_char(&text, '+');
            else text_printf(&text, "%%%02X", (uint8_t)c);
        }
        out_text(frame, out, r, text_slice(&text));
    }
    return true;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool url_decode(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    AUTO(Text, text) = {0};
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r);
        bool ok = true;
        text_reset(&text);
        for (size_t k = 0; k < s.bytes && ok; k++) {
            if (s.data[k] != '%') {
                text_append_char(&text, s.data[k] == '+' ? ' ' : s.data[k]);
                continue;
            }
            int high = k + 1 < s.bytes ? hex_digit(s.data[k + 1]) : -1;
            int low = k + 2 < s.bytes ? hex_digit(s.data[k + 2]) : -1;
            ok = high >= 0 && low >= 0;
            text_append_char(&text, (char)(high << 4 | (low & 15)));
            k += 2;
        }
        if (ok) {
            out_text(frame, out, r, text_slice(&text));
        } else if (call_is_try(frame)) {
            out_null(frame, out, r);
        } else {
            (void)error_set(err, ERR_CANNOT_DECODE_URL);
            error_add(err, "url", s);
            return false;
        }
    }
    return true;
}

typedef struct Url {
    Slice protocol, authority, userinfo, host, path, query, ref, file;
} Url;

static bool url_split(Slice s, Url *url) {
    *url = (Url){0};
    for (size_t k = 0; k < s.bytes; k++)
        if ((uint8_t)s.data[k] <= ' ' || strchr("<>\"{}|\\^`", s.data[k])) return false;
    size_t hash = slice_find_char(s, '#', 0);
    if (hash != SIZE_MAX) {
        url->ref = slice_from(s, hash + 1);
        s = slice_first(s, hash);
    }
    size_t colon = slice_find(s, SLICE("://"), 0);
    if (colon != SIZE_MAX) {
        url->protocol = slice_first(s, colon);
        s = slice_from(s, colon + 3);
        size_t slash = 0;
        while (slash < s.bytes && s.data[slash] != '/' && s.data[slash] != '?') slash++;
        url->authority = slice_first(s, slash);
        s = slice_from(s, slash);
        size_t at = slice_find_char(url->authority, '@', 0);
        url->host = at == SIZE_MAX ? url->authority : slice_from(url->authority, at + 1);
        if (at != SIZE_MAX) url->userinfo = slice_first(url->authority, at);
        size_t port = slice_find_char(url->host, ':', 0);
        if (port != SIZE_MAX) url->host = slice_first(url->host, port);
    }
    url->file = s;
    size_t mark = slice_find_char(s, '?', 0);
    url->path = slice_first(s, mark);
    if (mark != SIZE_MAX) url->query = slice_from(s, mark + 1);
    return true;
}

static Slice query_value(Slice query, Slice key) {
    Slice part;
    while (query.data && slice_split(&query, '&', &part))
        if (slice_starts_with(part, key) && part.bytes > key.bytes && part.data[key.bytes] == '=')
            return slice_from(part, key.bytes + 1);
    return SLICE_NONE;
}

static bool parse_url(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    for (ROWS_EACH(rows, i, r)) {
        Slice s = arg_text(&args[0], r), part = arg_text(&args[1], r), found = SLICE_NONE;
        Url url;
        if (!url_split(s, &url)) {
            if (out_refused(frame, out, r)) continue;
            (void)error_set(err, ERR_INVALID_URL);
            error_add(err, "url", s);
            return false;
        }
        const struct {
            const char *name;
            Slice value;
        } parts[] = {{"PROTOCOL", url.protocol}, {"AUTHORITY", url.authority}, {"HOST", url.host},
                     {"PATH", url.path},         {"QUERY", url.query},         {"REF", url.ref},
                     {"FILE", url.file},         {"USERINFO", url.userinfo}};
        for (size_t k = 0; k < COUNT_OF(parts); k++)
            if (slice_equal_cstr(part, parts[k].name)) found = parts[k].value;
        if (frame->call->arg_count == 3)
            found = slice_equal_cstr(part, "QUERY") ? query_value(url.query, arg_text(&args[2], r))
                                                    : SLICE_NONE;
        if (found.data) out_borrowed(out, r, found);
        else out_null(frame, out, r);
    }
    return true;
}

#define ENTRY(text, kernel_name, fails)                                                            \
    {                                                                                              \
        text,                                                                                      \
            &(const ScalarFunction){.name = (text), .kernel = (kernel_name), .may_fail = (fails)}, \
            NULL                                                                                   \
    }
#define SESSION(text, known) \
    { text, &(const ScalarFunction){.name = (known), .kernel = session_text}, NULL }
#define RANDOM(text, kernel_name)                               \
    {                                                           \
        text,                                                   \
            &(const ScalarFunction){.name = (text),             \
                                    .kernel = (kernel_name),    \
                                    .nulls = NULLS_HANDLED,     \
                                    .is_volatile = true,        \
                                    .prepare = random_prepare}, \
            NULL                                                \
    }
const ScalarEntry scalars_session[] = {
    SESSION("current_catalog", "current_catalog"),
    SESSION("current_database", "current_schema"),
    SESSION("current_schema", "current_schema"),
    SESSION("current_user", "current_user"),
    SESSION("session_user", "current_user"),
    SESSION("user", "current_user"),
    SESSION("version", "version"),
    SESSION("input_file_name", "input_file_name"),
    ENTRY("input_file_block_start", minus_one, false),
    ENTRY("input_file_block_length", minus_one, false),
    ENTRY("spark_partition_id", zero, false),
    {"monotonically_increasing_id",
     &(const ScalarFunction){.name = "monotonically_increasing_id",
                             .kernel = counter,
                             .is_volatile = true,
                             .prepare = counter_prepare},
     NULL},
    {"uuid", &(const ScalarFunction){.name = "uuid", .kernel = uuid, .is_volatile = true}, NULL},
    RANDOM("rand", uniform),
    RANDOM("random", uniform),
    RANDOM("randn", normal),
    {"raise_error",
     &(const ScalarFunction){.name = "raise_error",
                             .kernel = raise_error,
                             .nulls = NULLS_HANDLED,
                             .may_fail = true,
                             .is_volatile = true},
     NULL},
    {"assert_true",
     &(const ScalarFunction){
         .name = "assert_true", .kernel = assert_true, .nulls = NULLS_HANDLED, .may_fail = true},
     NULL},
    ENTRY("url_encode", url_encode, false),
    ENTRY("url_decode", url_decode, true),
    ENTRY("try_url_decode", url_decode, false),
    ENTRY("parse_url", parse_url, true),
    ENTRY("try_parse_url", parse_url, false),
    {NULL, NULL, NULL},
};
