// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/text/csv.h"

#include <stdlib.h>

void csv_record_deinit(CsvRecord *record) {
    free(record->fields);
    *record = (CsvRecord){0};
}

static CsvField *add_field(CsvRecord *record) {
    if (record->count == record->capacity) {
        record->capacity = record->capacity ? record->capacity * 2 : 32;
        record->fields = xrealloc(record->fields, record->capacity * sizeof *record->fields);
    }
    CsvField *field = &record->fields[record->count++];
    *field = (CsvField){0};
    return field;
}

static bool is_space(char c) { return (unsigned char)c <= ' '; }

// Behind an opening quote: the closing one, or `end` when there is none. *escaped is set where
// there is something to resolve.
static const char *find_closing_quote(const TextOptions *o, const char *at, const char *end,
                                      bool *escaped) {
    while (at < end) {
        bool more = at + 1 < end;
        if (*at == o->escape && o->escape && more &&
            (at[1] == o->quote || (o->escape_escape == o->escape && at[1] == o->escape))) {
            *escaped = true;
            at += 2;
        } else if (*at == o->quote) {
            if (!more || at[1] != o->quote) return at;
            *escaped = true;
            at += 2;
        } else {
            at++;
        }
    }
    return end;
}

static const char *find_separator(const TextOptions *o, const char *at, const char *end) {
    const char *found = at < end ? memchr(at, o->separator, (size_t)(end - at)) : NULL;
    return found ? found : end;
}

static void take_plain(const TextOptions *o, const char *start, const char *stop, CsvField *field) {
    if (o->ignore_trailing_space)
        while (stop > start && is_space(stop[-1])) stop--;
    field->text = slice_of(start, (size_t)(stop - start));
}

// Returns where the field ends: at a separator or `end`.
static const char *take_field(const TextOptions *o, const char *at, const char *end,
                              CsvField *field) {
    const char *start = at;
    // White space before a quote does not count.
    while (at < end && is_space(*at) && *at != o->separator) at++;
    bool quoted = o->quote && at < end && *at == o->quote;
    if (o->ignore_leading_space) start = at;
    if (quoted) {
        bool escaped = false;
        const char *closing = find_closing_quote(o, at + 1, end, &escaped);
        const char *behind = closing < end ? closing + 1 : end;
        while (behind < end && is_space(*behind) && *behind != o->separator) behind++;
        if (behind == end || *behind == o->separator) {
            *field = (CsvField){.text = slice_of(at + 1, (size_t)(closing - at - 1)),
                                .quoted = true,
                                .escaped = escaped};
            return behind;
        }
        // A quote within the field: the whole of it, up to the separator, is plain text.
    }
    const char *stop = find_separator(o, start, end);
    take_plain(o, start, stop, field);
    return stop;
}

void csv_record_split(CsvRecord *record, const TextOptions *options, Slice text, uint32_t limit) {
    const char *at = text.data, *end = text.data + text.bytes;
    record->count = 0;
    for (;;) {
        at = take_field(options, at, end, add_field(record));
        if (at == end || record->count == limit) return;
        at++;
    }
}

Slice csv_field_value(const CsvField *field, const TextOptions *o, Arena *arena) {
    if (field->quoted && field->text.bytes == 0) return o->empty_value;
    if (!field->escaped) return field->text;
    char *out = arena_alloc_raw(arena, field->text.bytes, 1);
    size_t bytes = 0;
    const char *at = field->text.data, *end = at + field->text.bytes;
    while (at < end) {
        bool more = at + 1 < end;
        bool escape = *at == o->escape && o->escape && more &&
                      (at[1] == o->quote || (o->escape_escape == o->escape && at[1] == o->escape));
        bool doubled = *at == o->quote && more && at[1] == o->quote;
        if (escape || doubled) at++;
        out[bytes++] = *at++;
    }
    return slice_of(out, bytes);
}

bool csv_is_skipped(Slice line, const TextOptions *options) {
    for (size_t i = 0; i < line.bytes; i++) {
        if (options->comment && line.data[i] == options->comment && i == 0) return true;
        if (!is_space(line.data[i])) return false;
    }
    return true;
}

// --- records over several lines ------------------------------------------------------------------

// Where a record that starts the window ends, SIZE_MAX when its end is not in the window.
static size_t find_record_end(const TextOptions *o, Slice window) {
    const char *at = window.data, *end = window.data + window.bytes;
    for (bool field_start = true; at < end;) {
        if (field_start && o->quote && *at == o->quote) {
            bool escaped = false;
            const char *closing = find_closing_quote(o, at + 1, end, &escaped);
            // The window's last quote may be the first of two.
            if (closing == end || closing + 1 == end) return SIZE_MAX;
            at = closing + 1;
            field_start = false;
            continue;
        }
        if (*at == '\n' || *at == '\r') return (size_t)(at - window.data);
        field_start = *at == o->separator || (field_start && is_space(*at));
        at++;
    }
    return SIZE_MAX;
}

bool csv_input_record(TextInput *input, const TextOptions *options, Slice *record, bool *done,
                      Error *err) {
    *done = false;
    for (;;) {
        Slice window = text_input_window(input);
        if (options->comment && window.bytes && window.data[0] == options->comment)
            return text_input_line(input, record, done, err);
        size_t stop = find_record_end(options, window);
        bool open = stop != SIZE_MAX && window.data[stop] == '\r' && stop + 1 == window.bytes;
        if ((stop == SIZE_MAX || open) && !input->at_end) {
            if (!text_input_fill(input, err)) return false;
            continue;
        }
        *done = window.bytes == 0;
        size_t bytes = stop == SIZE_MAX ? window.bytes : stop, ending = stop != SIZE_MAX;
        if (ending && window.data[stop] == '\r' && stop + 1 < window.bytes &&
            window.data[stop + 1] == '\n')
            ending = 2;
        *record = slice_first(window, bytes);
        text_input_skip(input, bytes + ending);
        return true;
    }
}
