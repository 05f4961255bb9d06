// SPDX-License-Identifier: Apache-2.0
// The JSON reader on any bytes: the first one chooses the leniency.
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    if (bytes == 0) return 0;
    AUTO(Arena, arena) = {0};
    JsonReader reader;
    json_reader_init(&reader, slice_of((const char *)data + 1, bytes - 1));
    reader.leniency = data[0];
    for (;;) {
        JsonToken token = json_reader_next(&reader);
        if (token == JSON_TOKEN_ERROR || token == JSON_TOKEN_END) break;
        if (token == JSON_TOKEN_KEY || token == JSON_TOKEN_STRING) {
            Slice s = json_reader_string(&reader, &arena);
            ASSERT(s.bytes <= reader.text.bytes);
        }
    }
    ASSERT(reader.at >= reader.start && reader.at <= reader.end);
    return 0;
}
