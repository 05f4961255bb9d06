// SPDX-License-Identifier: Apache-2.0
// Notebooks on disk: nbformat 4, read and written without losing what is not known here.
//
// In memory texts are joined (a list of lines becomes one string) and the minor version is 5 (each
// cell has an id). On disk texts are lists of lines and keys are sorted, as Jupyter itself writes
// them, so that a file that nobody changed is written with the same bytes.
#pragma once

#include "notebook/message.h"

typedef struct Notebook {
    json_t *root; // the document
} Notebook;

bool notebook_read(Notebook *notebook, const char *path, Error *err) MUST_CHECK;
bool notebook_parse(Notebook *notebook, Slice text, Error *err) MUST_CHECK;
// Appears whole or not at all.
bool notebook_write(const Notebook *notebook, const char *path, Error *err) MUST_CHECK;
void notebook_append(const Notebook *notebook, Text *out);
void notebook_deinit(Notebook *notebook);
AUTO_DEFINE(Notebook, notebook_deinit)

size_t notebook_cell_count(const Notebook *notebook);
json_t *notebook_cell(const Notebook *notebook, size_t index);
bool notebook_cell_is_code(const json_t *cell);
Slice notebook_cell_source(const json_t *cell);
bool notebook_cell_has_tag(const json_t *cell, const char *tag);
// A new code cell with the tag, before cell `index`.
void notebook_insert_code(Notebook *notebook, size_t index, Slice source, const char *tag);
// Name of the kernelspec in the metadata; empty when there is none.
Slice notebook_kernel_name(const Notebook *notebook);
void notebook_set_language(Notebook *notebook, const json_t *language_info);
// The code cell's outputs and execution count before a run.
void notebook_cell_clear(json_t *cell);
// Adds an output from an iopub message; a stream joins the one before it of the same name. False:
// the message is no output.
bool notebook_cell_add_output(json_t *cell, Slice message_type, const json_t *content);
// Replaces data and metadata of every output that was shown under the display id.
void notebook_update_display(Notebook *notebook, Slice display_id, const json_t *content);
