// SPDX-License-Identifier: Apache-2.0
// What went wrong, as a record: class, parameters, place in the source.
//
// The caller owns the Error (zero is "no error") and passes it last to what can fail. An Error
// never allocates: parameters live in its own storage and are cut, at a character, when they exceed
// it. The sentence is made once, at the edge, by error_message. Classes and SQLSTATEs are Spark's
// where Spark has one; the wording is ours. Whoever knows the source text of a statement completes
// the record with error_set_context. Confined to one thread.
#pragma once

#include "base/text.h"

typedef enum ErrorCode {
    ERR_NONE = 0,
#define ERROR(ident, name, sqlstate, message) ERR_##ident,
#include "base/error_list.inc"
#undef ERROR
    ERR_COUNT
} ErrorCode;

enum { ERROR_STORAGE_BYTES = 6144, ERROR_PARAMETERS_MAX = 8 };

// A half-open byte range of the statement's text. {0, 0} is "unknown".
typedef struct Span {
    uint32_t start;
    uint32_t stop;
} Span;

typedef struct Error {
    ErrorCode code;
    Span span;       // within the statement's text
    uint32_t line;   // 1-based line of span.start in the statement; 0: no context set
    uint32_t column; // 0-based column, in code points
    uint16_t parameter_count;
    uint16_t storage_bytes; // used bytes of storage
    struct {
        uint16_t name; // offsets of NUL-terminated text in storage
        uint16_t value;
    } parameters[ERROR_PARAMETERS_MAX];
    uint16_t fragment; // offset + 1 of the source fragment, 0: none
    uint16_t note;     // offset + 1 of our own addition to the sentence, 0: none
    bool plain;        // the record has no query context (PARSE_SYNTAX_ERROR); the sentence does
    uint16_t object;   // offset + 1 of "objectType\0objectName" of a view or function body
    char storage[ERROR_STORAGE_BYTES];
} Error;

// Sets class and parameters ("name", value pairs of C strings), and returns false, so that failing
// is one line: return error_set(err, ERR_DIVIDE_BY_ZERO, "config", "x"). What was set before is
// replaced. A NULL err is ignored.
#define error_set(err, code, ...) error_set_list((err), (code), ##__VA_ARGS__, (const char *)0)
bool error_set_list(Error *err, ErrorCode code, ...) __attribute__((sentinel));
// Adds one parameter to an error that is set.
void error_add(Error *err, const char *name, Slice value);
// Formats the value: error_add_format(err, "value", "%d", 3).
void error_add_format(Error *err, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
// An internal or system failure in plain words; class INTERNAL_ERROR resp. IO_ERROR.
bool error_internal(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);
// "path" and the reason of errno `number`.
bool error_io(Error *err, const char *path, int number);
// Words of our own behind the sentence ("Expected a table name."); not part of the record.
void error_set_note(Error *err, Slice note);
// Sets the span unless one is set already.
void error_set_span(Error *err, Span span);
// Takes line, column and fragment of err->span from the statement's text (once; later calls do
// nothing).
void error_set_context(Error *err, Slice statement);
static inline bool error_is_set(const Error *err) { return err->code != ERR_NONE; }
void error_reset(Error *err);
void error_copy(Error *to, const Error *from);

// "DIVIDE_BY_ZERO", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES"
const char *error_class(const Error *err);
const char *error_class_of(ErrorCode code);
const char *error_sqlstate(const Error *err);
// Value of a parameter, or SLICE_NONE.
Slice error_parameter(const Error *err, const char *name);
Slice error_fragment(const Error *err);
// "[CLASS] sentence SQLSTATE: 22012" and, with context, a block with line, position and caret.
void error_message(const Error *err, Text *out);
// The sentence alone, parameters filled in.
void error_sentence(const Error *err, Text *out);
// Spark's minimal JSON: errorClass, sqlState, messageParameters (by name), queryContext.
void error_json(const Error *err, Text *out);
