// SPDX-License-Identifier: Apache-2.0
// Deletion vectors: where one is stored, and reading it.
#pragma once

#include "kernel/lake/delta/action.h"
#include "kernel/lake/delta/deletion/deleted_rows.h"

// Appends storage type, path or inline text and, when there is one, "@offset": together with the
// data file's path it names a logical file.
void delta_vector_append_id(const DeltaVectorDescriptor *vector, Text *out);
// The file that holds the vector, under the table's folder. False for inline ones and what cannot
// be a path, with the error set.
bool delta_vector_path(const DeltaVectorDescriptor *vector, Slice table_path, Arena *arena,
                       Slice *path, Error *err) MUST_CHECK;
// Reads the vector: inline text, or its part of the file. Checks size, checksum and cardinality.
bool delta_vector_read(const DeltaVectorDescriptor *vector, Slice table_path, Arena *arena,
                       DeletedRows *set, Error *err) MUST_CHECK;
// The serialised set behind its magic number, as files and inline text carry it.
bool delta_vector_parse(Slice payload, Arena *arena, DeletedRows *set,
                        const char **reason) MUST_CHECK;
// Z85 (ZeroMQ RFC 32): five characters to four bytes; `out` has room for text.bytes / 5 * 4. A last
// group that begins with n '#' (1 to 3, which plain Z85 cannot have) stands for 4 - n bytes, as
// some writers end what is no multiple of four.
bool z85_decode(Slice text, unsigned char *out, size_t *bytes) MUST_CHECK;
