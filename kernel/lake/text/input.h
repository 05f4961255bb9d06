// SPDX-License-Identifier: Apache-2.0
// Text of a file through a window that moves over it: a byte range, or a compressed stream.
#pragma once

#include "kernel/lake/storage/storage.h"

// Unread bytes are data[start..end). Zero is closed. Confined to one thread.
typedef struct TextInput {
    StorageFile *file;
    struct Unpacker *unpacker; // compressed files; NULL: plain
    uint64_t next_offset;      // of the file, first byte not yet read
    uint64_t file_bytes;
    uint64_t bytes_read; // from storage, for counters
    char *data;
    size_t start, end, capacity;
    uint64_t position; // offset of data[start] in the (unpacked) text
    bool at_end;       // nothing follows data[end - 1]
} TextInput;

// Opens at an offset (0 for compressed files). A byte order mark at the start is skipped.
bool text_input_open(TextInput *input, Slice path, uint64_t offset, Error *err) MUST_CHECK;
// Text in memory, for tests: borrowed.
void text_input_open_memory(TextInput *input, Slice text);
void text_input_close(TextInput *input);
// More bytes behind data[end): at least one, or at_end. The window may move; unread bytes stay.
// A record of more than LIMIT_TEXT_RECORD_BYTES is an error.
bool text_input_fill(TextInput *input, Error *err) MUST_CHECK;
// Takes `bytes` off the front.
static inline void text_input_skip(TextInput *input, size_t bytes) {
    input->start += bytes;
    input->position += bytes;
}
static inline Slice text_input_window(const TextInput *input) {
    return slice_of(input->data + input->start, input->end - input->start);
}
// The next line without its end (\n, \r\n or \r); *done when the text is used up. Borrowed until
// the next call.
bool text_input_line(TextInput *input, Slice *line, bool *done, Error *err) MUST_CHECK;
// Reads on to the start of the next line.
bool text_input_skip_line(TextInput *input, Error *err) MUST_CHECK;
// The file is compressed, by its name.
bool text_input_is_packed(Slice path);

AUTO_DEFINE(TextInput, text_input_close)
