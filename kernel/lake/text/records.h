// SPDX-License-Identifier: Apache-2.0
// Records of a set of text files, in morsels: ranges of a file that begin and end at line ends, or
// whole files where records cannot be found from the middle (compressed, multiLine).
#pragma once

#include "kernel/lake/text/csv.h"

typedef struct TextFile {
    Slice path;
    uint64_t bytes;
    uint64_t first_morsel;
    uint64_t morsel_count;
} TextFile;

typedef struct TextFiles {
    TextFile *files;
    uint32_t count;
    uint64_t morsel_count;
    uint64_t bytes;
} TextFiles;

// Bytes of a morsel; fixed, so that the split does not depend on the threads.
enum { TEXT_MORSEL_BYTES = 4 << 20 };

// The files behind the request's paths (file, folder, glob), cut into morsels.
bool text_files_find(TextFiles *files, const TableRequest *request, const TextOptions *options,
                     Arena *arena, Slice *location, Error *err) MUST_CHECK;

typedef struct RecordReader {
    const TextFiles *files;
    const TextOptions *options;
    TextInput input;
    uint64_t stop; // records that begin at or behind it belong to the next morsel
} RecordReader;

void record_reader_close(RecordReader *reader);
// Positions at a morsel; a CSV header is read over.
bool record_reader_begin(RecordReader *reader, uint64_t morsel, Error *err) MUST_CHECK;
// The next record: a line, a CSV record over several lines, or (JSON, multiLine) the whole file.
// Blank lines and comments are left out. Borrowed until the next call.
bool record_reader_next(RecordReader *reader, Slice *record, bool *done, Error *err) MUST_CHECK;

AUTO_DEFINE(RecordReader, record_reader_close)
