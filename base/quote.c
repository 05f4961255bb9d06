// SPDX-License-Identifier: Apache-2.0
#include "base/quote.h"
#include "base/json.h"
#include "base/utf8.h"

void quote_json(Text *out, Slice s) {
    if (utf8_valid(s)) {
        json_writer_append_string(out, s);
        return;
    }
    AUTO(Text, mended) = {0};
    for (size_t i = 0; i < s.bytes;) text_append_code_point(&mended, utf8_next(s, &i));
    json_writer_append_string(out, text_slice(&mended));
}

void quote_html(Text *out, Slice s) {
    size_t plain = 0;
    for (size_t i = 0; i < s.bytes; i++) {
        const char *name = NULL;
        switch (s.data[i]) {
        case '&': name = "&amp;"; break;
        case '<': name = "&lt;"; break;
        case '>': name = "&gt;"; break;
        case '"': name = "&quot;"; break;
        case '\'': name = "&#39;"; break;
        default: continue;
        }
        text_append(out, slice_of(s.data + plain, i - plain));
        text_append_cstr(out, name);
        plain = i + 1;
    }
    if (plain < s.bytes) text_append(out, slice_from(s, plain));
}
