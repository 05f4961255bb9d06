// SPDX-License-Identifier: Apache-2.0
// CSV records and fields: the first bytes choose separator, quote and escape.
#include "kernel/lake/text/infer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    if (bytes < 4) return 0;
    TextOptions options = {.format = TEXT_FORMAT_CSV,
                           .separator = data[0] ? (char)data[0] : ',',
                           .quote = (char)data[1],
                           .escape = (char)data[2],
                           .multi_line = data[3] & 1,
                           .ignore_leading_space = data[3] >> 1 & 1,
                           .ignore_trailing_space = data[3] >> 2 & 1,
                           .escape_escape = data[3] & 8 ? (char)data[2] : '\0',
                           .zone = time_zone_utc()};
    AUTO(TextInput, input) = {0};
    AUTO(CsvRecord, record) = {0};
    AUTO(Arena, arena) = {0};
    Error err = {0};
    text_input_open_memory(&input, slice_of((const char *)data + 4, bytes - 4));
    for (;;) {
        Slice text;
        bool done;
        bool ok = options.multi_line ? csv_input_record(&input, &options, &text, &done, &err)
                                     : text_input_line(&input, &text, &done, &err);
        ASSERT(ok);
        if (done) break;
        csv_record_split(&record, &options, text, 0);
        for (uint32_t i = 0; i < record.count; i++)
            csv_shape_of(&options, csv_field_value(&record.fields[i], &options, &arena));
    }
    ASSERT(input.start == input.end);
    return 0;
}
