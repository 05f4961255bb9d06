// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/uri.h"

#include "kernel/lake/storage/storage.h"

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool percent_decode(Arena *arena, Slice text, Slice *out) {
    *out = text;
    size_t at = slice_find_char(text, '%', 0);
    if (at == SIZE_MAX) return true;
    char *data = arena_alloc_raw(arena, text.bytes + 1, 1);
    memcpy(data, text.data, at);
    size_t bytes = at;
    while (at < text.bytes) {
        if (text.data[at] != '%') {
            data[bytes++] = text.data[at++];
            continue;
        }
        if (text.bytes - at < 3) return false;
        int high = hex_digit(text.data[at + 1]), low = hex_digit(text.data[at + 2]);
        if (high < 0 || low < 0) return false;
        data[bytes++] = (char)(high << 4 | low);
        at += 3;
    }
    data[bytes] = '\0';
    *out = slice_of(data, bytes);
    return true;
}

// Bytes of "scheme:" before a slash, 0 when the URI is a plain path. Asked before decoding: a
// decoded file name may hold a colon.
static size_t scheme_bytes(Slice uri) {
    for (size_t i = 0; i < uri.bytes; i++) {
        char c = uri.data[i];
        if (c == ':') return i > 0 && i + 1 < uri.bytes && uri.data[i + 1] == '/' ? i + 1 : 0;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
            return 0;
    }
    return 0;
}

bool delta_uri_resolve(Arena *arena, Slice table_path, Slice uri, Slice *path, Error *err) {
    Slice decoded;
    if (!percent_decode(arena, uri, &decoded)) decoded = uri;
    if (scheme_bytes(uri) || slice_starts_with(uri, SLICE("/")))
        return storage_resolve(arena, table_path, decoded, path, err);
    *path = storage_join(arena, table_path, decoded);
    return true;
}

Slice delta_uri_key(Arena *arena, Slice uri) {
    Slice key;
    if (!percent_decode(arena, uri, &key)) key = uri;
    if (!slice_starts_with(key, SLICE("file:/"))) return key;
    key = slice_from(key, 5);
    if (slice_starts_with(key, SLICE("///"))) key = slice_from(key, 2);
    return key;
}
