// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/deletion/deletion_vector.h"

#include "kernel/lake/delta/uri.h"
#include "kernel/lake/storage/storage.h"
#include "platform/codec.h"

enum {
    MAGIC = 1681511377,   // portable format, little-endian
    UUID_CHARACTERS = 20, // Z85 of 16 bytes
    FILE_VERSION = 1,     // first byte of a vector file
    PAYLOAD_BYTES_MAX = 1 << 30,
};

// Value of characters in base 85; false: one is none of the alphabet.
static bool z85_value(Slice group, uint64_t *value) {
    static const char alphabet[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    *value = 0;
    for (size_t i = 0; i < group.bytes; i++) {
        const char *at = group.data[i] ? strchr(alphabet, group.data[i]) : NULL;
        if (!at) return false;
        *value = *value * 85 + (uint64_t)(at - alphabet);
    }
    return true;
}

bool z85_decode(Slice text, unsigned char *out, size_t *bytes) {
    *bytes = 0;
    if (text.bytes % 5) return false;
    for (size_t i = 0; i < text.bytes; i += 5) {
        size_t padding = 0;
        bool is_last = i + 5 == text.bytes;
        while (is_last && padding < 3 && text.data[i + padding] == '#') padding++;
        size_t width = 4 - padding;
        uint64_t value;
        if (!z85_value(slice_of(text.data + i + padding, 5 - padding), &value)) return false;
        if (value >> (8 * width)) return false;
        for (size_t k = width; k-- > 0; value >>= 8) out[*bytes + k] = (unsigned char)value;
        *bytes += width;
    }
    return true;
}

void delta_vector_append_id(const DeltaVectorDescriptor *vector, Text *out) {
    if (!vector->storage) return;
    text_append_char(out, vector->storage);
    text_append(out, vector->path_or_inline);
    if (vector->has_offset) text_printf(out, "@%d", vector->offset);
}

static bool fail(const char *reason, Slice where, Error *err) {
    error_set(err, ERR_DELTA_DELETION_VECTOR_MALFORMED, "reason", reason);
    error_add(err, "path", where);
    return false;
}

// "<prefix><20 characters of Z85>" is <table>/<prefix>/deletion_vector_<uuid>.bin.
static bool relative_path(Slice name, Slice table_path, Arena *arena, Slice *path, Error *err) {
    unsigned char id[16];
    size_t id_bytes;
    if (name.bytes < UUID_CHARACTERS ||
        !z85_decode(slice_from(name, name.bytes - UUID_CHARACTERS), id, &id_bytes) ||
        id_bytes != sizeof id)
        return fail("its name is not an encoded UUID", name, err);
    AUTO(Text, text) = {0};
    text_append(&text, slice_first(name, name.bytes - UUID_CHARACTERS));
    if (text.bytes) text_append_char(&text, '/');
    text_append_cstr(&text, "deletion_vector_");
    for (int i = 0; i < 16; i++)
        text_printf(&text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", id[i]);
    text_append_cstr(&text, ".bin");
    *path = storage_join(arena, table_path, text_slice(&text));
    return true;
}

bool delta_vector_path(const DeltaVectorDescriptor *vector, Slice table_path, Arena *arena,
                       Slice *path, Error *err) {
    switch (vector->storage) {
    case 'u': return relative_path(vector->path_or_inline, table_path, arena, path, err);
    case 'p': return delta_uri_resolve(arena, table_path, vector->path_or_inline, path, err);
    case 'i': return fail("it is inline and has no file", vector->path_or_inline, err);
    default: return fail("its storage type is unknown", vector->path_or_inline, err);
    }
}

bool delta_vector_parse(Slice payload, Arena *arena, DeletedRows *set, const char **reason) {
    if (payload.bytes < 4) {
        *reason = "it is cut short";
        return false;
    }
    const unsigned char *at = (const unsigned char *)payload.data;
    uint32_t magic =
        (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    if (magic != MAGIC) {
        *reason = "its magic number is unknown";
        return false;
    }
    return deleted_rows_read(set, arena, slice_from(payload, 4), reason);
}

static uint32_t big_endian(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

// The payload at the descriptor's offset: its size before it, its checksum behind it.
static bool read_payload(const DeltaVectorDescriptor *vector, Slice path, Arena *arena,
                         Slice *payload, Error *err) {
    AUTO_PTR(StorageFile, file) = storage_open(path, err);
    if (!file) return false;
    uint64_t offset = vector->has_offset ? (uint64_t)vector->offset : 1;
    uint64_t file_bytes = storage_file_bytes(file);
    size_t bytes = (size_t)vector->size_bytes;
    if (offset > file_bytes || file_bytes - offset < bytes + 8)
        return fail("the file is shorter than offset and size in the log say", path, err);
    unsigned char version;
    if (!storage_read(file, 0, 1, &version, err)) return false;
    if (version != FILE_VERSION) return fail("its file format is unknown", path, err);
    unsigned char *data = arena_alloc_raw(arena, bytes + 8, 16);
    if (!storage_read(file, offset, bytes + 8, data, err)) return false;
    if (big_endian(data) != (uint32_t)vector->size_bytes)
        return fail("its size differs from the one in the log", path, err);
    if (codec_crc32(0, data + 4, bytes) != big_endian(data + 4 + bytes))
        return fail("its checksum is wrong", path, err);
    *payload = slice_of((const char *)data + 4, bytes);
    return true;
}

static bool inline_payload(const DeltaVectorDescriptor *vector, Arena *arena, Slice *payload,
                           Error *err) {
    Slice text = vector->path_or_inline;
    unsigned char *data = arena_alloc_raw(arena, text.bytes / 5 * 4 + 4, 16);
    size_t bytes;
    if (!z85_decode(text, data, &bytes)) return fail("its inline text is not Z85", text, err);
    if ((size_t)vector->size_bytes > bytes)
        return fail("its inline text is shorter than its size", text, err);
    *payload = slice_of((const char *)data, (size_t)vector->size_bytes);
    return true;
}

bool delta_vector_read(const DeltaVectorDescriptor *vector, Slice table_path, Arena *arena,
                       DeletedRows *set, Error *err) {
    *set = (DeletedRows){0};
    Slice path = vector->path_or_inline, payload;
    if (vector->size_bytes < 0 || vector->size_bytes > PAYLOAD_BYTES_MAX)
        return fail("its size is out of range", path, err);
    if (vector->storage == 'i') {
        if (!inline_payload(vector, arena, &payload, err)) return false;
    } else if (!delta_vector_path(vector, table_path, arena, &path, err) ||
               !read_payload(vector, path, arena, &payload, err)) {
        return false;
    }
    const char *reason = NULL;
    if (!delta_vector_parse(payload, arena, set, &reason)) return fail(reason, path, err);
    if (set->count != (uint64_t)vector->cardinality)
        return fail("it has more or fewer rows than the log says", path, err);
    return true;
}
