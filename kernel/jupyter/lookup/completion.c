// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/lookup/completion.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "kernel/jupyter/magic/magic.h"

// Start of the word that ends at the cursor.
static size_t word_start(Slice code, size_t cursor) {
    size_t start = cursor;
    while (start > 0) {
        char c = code.data[start - 1];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || (unsigned char)c >= 0x80;
        if (!word) break;
        start--;
    }
    return start;
}

void completion_append(Kernel *kernel, Slice code, size_t cursor, Text *out) {
    (void)kernel;
    size_t start = word_start(code, cursor);
    Slice word = slice_of(code.data + start, cursor - start);
    bool is_magic = start > 0 && code.data[start - 1] == '%';
    text_append_cstr(out, "{\"status\":\"ok\",\"matches\":[");
    uint32_t count;
    const Magic *magics = magic_all(&count);
    bool follows = false;
    for (uint32_t i = 0; is_magic && i < count; i++) {
        if (!slice_starts_with(slice_from_cstr(magics[i].name), word)) continue;
        text_printf(out, "%s\"%s\"", follows ? "," : "", magics[i].name);
        follows = true;
    }
    text_printf(out, "],\"cursor_start\":%zu,\"cursor_end\":%zu,\"metadata\":{}}",
                utf8_count(slice_first(code, start)), utf8_count(slice_first(code, cursor)));
}

void completion_append_inspection(Kernel *kernel, Slice code, size_t cursor, bool detailed,
                                  Text *out) {
    (void)kernel, (void)code, (void)cursor, (void)detailed;
    text_append_cstr(out, "{\"status\":\"ok\",\"found\":false,\"data\":{},\"metadata\":{}}");
}

CompletionState completion_check(Kernel *kernel, Slice code) {
    (void)kernel, (void)code;
    return COMPLETE_YES;
}
