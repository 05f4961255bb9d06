// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/text/records.h"

#include "base/limits.h"

// --- files ---------------------------------------------------------------------------------------

static void add_file(TextFiles *files, Arena *arena, const TextOptions *options,
                     const StorageEntry *entry) {
    bool whole = options->multi_line || text_input_is_packed(entry->path);
    uint64_t morsels = whole ? 1 : (entry->bytes + TEXT_MORSEL_BYTES - 1) / TEXT_MORSEL_BYTES;
    TextFile file = {.path = entry->path,
                     .bytes = entry->bytes,
                     .first_morsel = files->morsel_count,
                     .morsel_count = morsels};
    if (entry->bytes == 0) return;
    ARENA_PUSH(arena, files->files, files->count, file);
    files->morsel_count += morsels;
    files->bytes += entry->bytes;
}

static bool add_entry(TextFiles *files, Arena *arena, const TextOptions *options,
                      const StorageEntry *entry, Error *err) {
    if (!entry->is_folder) {
        add_file(files, arena, options, entry);
        return true;
    }
    StorageListing listing;
    if (!storage_walk(arena, entry->path, &listing, err)) return false;
    for (size_t i = 0; i < listing.count; i++) add_file(files, arena, options, &listing.entries[i]);
    return true;
}

static bool add_path(TextFiles *files, Arena *arena, const TextOptions *options, Slice path,
                     Error *err) {
    StorageEntry entry;
    bool found = false;
    if (!storage_stat(path, &entry, &found, err)) return false;
    if (found) return add_entry(files, arena, options, &entry, err);
    StorageListing listing = {0};
    if (storage_is_glob(path) && !storage_glob(arena, path, &listing, err)) return false;
    for (size_t i = 0; i < listing.count; i++)
        if (!add_entry(files, arena, options, &listing.entries[i], err)) return false;
    if (listing.count) return true;
    error_set(err, ERR_PATH_NOT_FOUND);
    error_add(err, "path", path);
    return false;
}

bool text_files_find(TextFiles *files, const TableRequest *request, const TextOptions *options,
                     Arena *arena, Slice *location, Error *err) {
    *files = (TextFiles){0};
    for (uint32_t i = 0; i < request->path_count; i++) {
        Slice path;
        if (!storage_resolve(arena, request->folder, request->paths[i], &path, err)) return false;
        if (i == 0) *location = path;
        if (!add_path(files, arena, options, path, err)) return false;
    }
    return true;
}

// --- records -------------------------------------------------------------------------------------

void record_reader_close(RecordReader *reader) { text_input_close(&reader->input); }

static const TextFile *find_file(const TextFiles *files, uint64_t morsel) {
    uint32_t low = 0, high = files->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (files->files[middle].first_morsel <= morsel) low = middle;
        else high = middle;
    }
    return &files->files[low];
}

bool record_reader_begin(RecordReader *reader, uint64_t morsel, Error *err) {
    const TextFile *file = find_file(reader->files, morsel);
    uint64_t number = morsel - file->first_morsel;
    uint64_t start = number * TEXT_MORSEL_BYTES;
    bool is_last = number + 1 == file->morsel_count;
    text_input_close(&reader->input);
    reader->stop = is_last ? UINT64_MAX : start + TEXT_MORSEL_BYTES;
    // One byte early: a line that begins right at the start is this morsel's own.
    if (!text_input_open(&reader->input, file->path, start ? start - 1 : 0, err)) return false;
    if (start) return text_input_skip_line(&reader->input, err);
    if (reader->options->format != TEXT_FORMAT_CSV || !reader->options->header) return true;
    Slice header;
    bool done;
    return record_reader_next(reader, &header, &done, err);
}

// All that is left of the file.
static bool whole_file(TextInput *input, Slice *record, bool *done, Error *err) {
    while (!input->at_end)
        if (!text_input_fill(input, err)) return false;
    *record = text_input_window(input);
    *done = record->bytes == 0;
    text_input_skip(input, record->bytes);
    return true;
}

static bool next_any(RecordReader *reader, Slice *record, bool *done, Error *err) {
    const TextOptions *options = reader->options;
    if (!options->multi_line) return text_input_line(&reader->input, record, done, err);
    if (options->format == TEXT_FORMAT_JSON) return whole_file(&reader->input, record, done, err);
    return csv_input_record(&reader->input, options, record, done, err);
}

bool record_reader_next(RecordReader *reader, Slice *record, bool *done, Error *err) {
    do {
        if (reader->input.position >= reader->stop) {
            *done = true;
            return true;
        }
        if (!next_any(reader, record, done, err)) return false;
    } while (!*done && csv_is_skipped(*record, reader->options));
    return true;
}
