// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/text/input.h"

#include "base/limits.h"
#include "platform/codec.h"

#include <stdlib.h>

enum { READ_BYTES = 1 << 20 };

static UnpackFormat packing_of(Slice path) {
    if (slice_ends_with(path, SLICE(".gz")) || slice_ends_with(path, SLICE(".gzip")))
        return UNPACK_GZIP;
    if (slice_ends_with(path, SLICE(".deflate")) || slice_ends_with(path, SLICE(".zlib")))
        return UNPACK_GZIP;
    if (slice_ends_with(path, SLICE(".zst")) || slice_ends_with(path, SLICE(".zstd")))
        return UNPACK_ZSTD;
    return UNPACK_NONE;
}

bool text_input_is_packed(Slice path) { return packing_of(path) != UNPACK_NONE; }

bool text_input_open(TextInput *input, Slice path, uint64_t offset, Error *err) {
    *input = (TextInput){.next_offset = offset, .position = offset};
    static const char *const unknown[] = {".bz2", ".lz4", ".snappy", ".xz"};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        if (!slice_ends_with(path, slice_from_cstr(unknown[i]))) continue;
        AUTO(Text, feature) = {0};
        text_printf(&feature, "the compression of %.*s", SLICE_ARGS(path));
        return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", text_cstr(&feature));
    }
    input->file = storage_open(path, err);
    if (!input->file) return false;
    input->file_bytes = storage_file_bytes(input->file);
    UnpackFormat packing = packing_of(path);
    if (packing != UNPACK_NONE) input->unpacker = unpacker_new(packing);
    if (!text_input_fill(input, err)) return false;
    if (offset == 0 && slice_starts_with(text_input_window(input), SLICE("\xEF\xBB\xBF")))
        text_input_skip(input, 3);
    return true;
}

void text_input_open_memory(TextInput *input, Slice text) {
    *input = (TextInput){.end = text.bytes, .capacity = text.bytes, .at_end = true};
    input->data = xmalloc(text.bytes + 1);
    if (text.bytes) memcpy(input->data, text.data, text.bytes);
}

void text_input_close(TextInput *input) {
    storage_close(input->file);
    unpacker_free(input->unpacker);
    free(input->data);
    *input = (TextInput){0};
}

static bool fail(const TextInput *input, const char *reason, Error *err) {
    error_set(err, ERR_CANNOT_READ_FILE, "reason", reason);
    if (input->file) error_add(err, "path", storage_file_path(input->file));
    return false;
}

// Room for READ_BYTES behind the unread bytes.
static bool make_room(TextInput *input, Error *err) {
    size_t unread = input->end - input->start;
    if (unread && input->start) memmove(input->data, input->data + input->start, unread);
    input->start = 0;
    input->end = unread;
    if (input->capacity - unread >= READ_BYTES) return true;
    if (unread > LIMIT_TEXT_RECORD_BYTES) return fail(input, "a record is too long", err);
    size_t capacity = MAX(input->capacity * 2, (size_t)READ_BYTES * 2);
    input->data = xrealloc(input->data, capacity);
    input->capacity = capacity;
    return true;
}

static bool read_plain(TextInput *input, char *to, size_t room, size_t *got, Error *err) {
    *got = (size_t)MIN((uint64_t)room, input->file_bytes - input->next_offset);
    if (*got && !storage_read(input->file, input->next_offset, *got, to, err)) return false;
    input->next_offset += *got;
    input->bytes_read += *got;
    return true;
}

// Feeds the unpacker until it gives bytes or both ends are reached.
static bool read_packed(TextInput *input, char *to, size_t room, size_t *got, Error *err) {
    for (*got = 0; *got == 0;) {
        size_t space;
        char *in = unpacker_input(input->unpacker, &space);
        size_t fed = 0;
        if (space && !read_plain(input, in, space, &fed, err)) return false;
        unpacker_fed(input->unpacker, fed);
        bool is_last = input->next_offset == input->file_bytes;
        UnpackResult result = unpacker_read(input->unpacker, to, room, is_last, got);
        if (result == UNPACK_CORRUPT) return fail(input, "its compressed data is corrupt", err);
        if (result == UNPACK_CUT) return fail(input, "its compressed data is cut short", err);
        if (result == UNPACK_END) break;
    }
    return true;
}

bool text_input_fill(TextInput *input, Error *err) {
    if (input->at_end) return true;
    if (!make_room(input, err)) return false;
    size_t room = input->capacity - input->end, got = 0;
    char *to = input->data + input->end;
    bool ok = input->unpacker ? read_packed(input, to, room, &got, err)
                              : read_plain(input, to, room, &got, err);
    if (!ok) return false;
    input->end += got;
    input->at_end = got == 0;
    return true;
}

// Offset of the first line end at or after `from`, SIZE_MAX when there is none.
static size_t find_line_end(Slice window, size_t from) {
    const char *at = window.data + from;
    size_t left = window.bytes - from;
    const char *feed = left ? memchr(at, '\n', left) : NULL;
    size_t until = feed ? (size_t)(feed - at) : left;
    const char *turn = until ? memchr(at, '\r', until) : NULL;
    if (turn) return (size_t)(turn - window.data);
    return feed ? (size_t)(feed - window.data) : SIZE_MAX;
}

bool text_input_line(TextInput *input, Slice *line, bool *done, Error *err) {
    *done = false;
    for (size_t from = 0;;) {
        Slice window = text_input_window(input);
        size_t stop = find_line_end(window, from);
        // A \r at the very end may be followed by its \n.
        bool open = stop != SIZE_MAX && window.data[stop] == '\r' && stop + 1 == window.bytes;
        if ((stop == SIZE_MAX || open) && !input->at_end) {
            from = open ? stop : window.bytes;
            if (!text_input_fill(input, err)) return false;
            continue;
        }
        *done = stop == SIZE_MAX && window.bytes == 0;
        size_t bytes = stop == SIZE_MAX ? window.bytes : stop, ending = stop != SIZE_MAX;
        if (ending && window.data[stop] == '\r' && stop + 1 < window.bytes &&
            window.data[stop + 1] == '\n')
            ending = 2;
        *line = slice_first(window, bytes);
        text_input_skip(input, bytes + ending);
        return true;
    }
}

bool text_input_skip_line(TextInput *input, Error *err) {
    Slice line;
    bool done;
    return text_input_line(input, &line, &done, err);
}
