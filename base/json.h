// SPDX-License-Identifier: Apache-2.0
// JSON (RFC 8259): a pull reader over bytes in memory and a writer onto Text.
//
// The reader yields one token a call and copies nothing: strings and numbers are slices of the
// input, so decimals keep all their digits and escapes cost only when they are asked for. It is
// strict, bounds-checked and limited in depth; what it has read is well-formed. Several values may
// follow each other, as in a file of JSON lines. It does not check UTF-8: strings are as valid as
// the input is. The prefixes are json_reader_ and json_writer_ because Jansson owns json_.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

typedef enum JsonToken {
    JSON_TOKEN_ERROR, // malformed: `reason` says why, offset where; every later call repeats it
    JSON_TOKEN_END,   // no more values
    JSON_TOKEN_OBJECT,
    JSON_TOKEN_OBJECT_END,
    JSON_TOKEN_ARRAY,
    JSON_TOKEN_ARRAY_END,
    JSON_TOKEN_KEY, // a member's name; its value is next
    JSON_TOKEN_STRING,
    JSON_TOKEN_NUMBER,
    JSON_TOKEN_TRUE,
    JSON_TOKEN_FALSE,
    JSON_TOKEN_NULL,
} JsonToken;

// What a reader accepts beyond the standard, as bits of `leniency`.
enum {
    JSON_ALLOW_SINGLE_QUOTES = 1, // 'a' as "a"
    JSON_ALLOW_NON_NUMBERS = 2,   // NaN, INF, Infinity with an optional sign as NUMBER
    JSON_ALLOW_CONTROLS = 4,      // unescaped control characters in strings
    JSON_ALLOW_UNQUOTED_KEYS = 8, // {a: 1}
    JSON_ALLOW_LEADING_ZEROS = 16,
    JSON_ALLOW_COMMENTS = 32, // /* */ and //
};

typedef struct JsonReader {
    const char *start;  // of the input
    const char *at;     // first byte not yet read
    const char *end;    // of the input
    Slice text;         // KEY, STRING: between the quotes, escapes as they stand; NUMBER: its text
    const char *begin;  // first byte of the last token
    const char *reason; // set once malformed; static text
    uint64_t kinds[(LIMIT_NESTING_DEPTH + 63) / 64]; // bit per open container: 1 = object
    uint32_t depth;                                  // open containers
    uint32_t leniency;                               // JSON_ALLOW_ bits
    bool escaped;                                    // text holds backslashes
    uint8_t state;                                   // what may follow; private
} JsonReader;

void json_reader_init(JsonReader *reader, Slice input);
JsonToken json_reader_next(JsonReader *reader);
// Reads over the value whose first token was just returned (`token`). False when malformed.
bool json_reader_skip_value(JsonReader *reader, JsonToken token) MUST_CHECK;
// The same, and *raw is the value as it stands in the input (a string with its quotes).
bool json_reader_raw_value(JsonReader *reader, JsonToken token, Slice *raw) MUST_CHECK;
// The text of the last KEY or STRING without escapes: a slice of the input when there are none,
// else in the arena. A lone surrogate becomes U+FFFD.
Slice json_reader_string(const JsonReader *reader, Arena *arena);
// Next member of the object that is open: true with the key in reader->text, false at its end or
// when malformed (json_reader_failed).
bool json_reader_next_key(JsonReader *reader);
// The last KEY or STRING equals the literal.
bool json_reader_text_is(const JsonReader *reader, const char *literal);
static inline bool json_reader_failed(const JsonReader *reader) { return reader->reason != NULL; }
static inline size_t json_reader_offset(const JsonReader *reader) {
    return (size_t)(reader->at - reader->start);
}
// "unexpected ',' at byte 12" (line 3, column 5 where there are several lines).
void json_reader_append_reason(const JsonReader *reader, Text *out);
// Escapes of the text between quotes resolved into `out`, which has room for raw.bytes; the number
// of bytes written. For valid escapes only (a reader has seen them).
size_t json_reader_unescape(Slice raw, char *out);

// --- writing -------------------------------------------------------------------------------------

// Places commas and quotes; nesting is the caller's. Zero but for `out` is the start.
typedef struct JsonWriter {
    Text *out;
    bool follows; // a value stands before: a comma is due
} JsonWriter;

void json_writer_init(JsonWriter *writer, Text *out);
void json_writer_object(JsonWriter *writer);
void json_writer_object_end(JsonWriter *writer);
void json_writer_array(JsonWriter *writer);
void json_writer_array_end(JsonWriter *writer);
void json_writer_key(JsonWriter *writer, Slice name);
void json_writer_key_cstr(JsonWriter *writer, const char *name);
void json_writer_string(JsonWriter *writer, Slice s);
void json_writer_i64(JsonWriter *writer, int64_t value);
void json_writer_u64(JsonWriter *writer, uint64_t value);
void json_writer_double(JsonWriter *writer, double value); // shortest; NaN, infinities as strings
void json_writer_bool(JsonWriter *writer, bool value);
void json_writer_null(JsonWriter *writer);
void json_writer_raw(JsonWriter *writer, Slice json); // a value that is JSON already
// The quoted, escaped form alone (controls, quote and backslash escaped; UTF-8 as it is).
void json_writer_append_string(Text *out, Slice s);
