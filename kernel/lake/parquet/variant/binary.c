// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/variant/binary.h"

#include <stdlib.h>

enum { BASIC_PRIMITIVE, BASIC_SHORT_STRING, BASIC_OBJECT, BASIC_ARRAY };
enum { SHORT_STRING_MAX = 63 };

static uint64_t little_endian(const uint8_t *data, uint32_t bytes) {
    uint64_t value = 0;
    for (uint32_t i = 0; i < bytes; i++) value |= (uint64_t)data[i] << (8 * i);
    return value;
}

// --- names
// -----------------------------------------------------------------------------------------

bool variant_names_init(VariantNames *names, Slice metadata) {
    const uint8_t *data = (const uint8_t *)metadata.data;
    if (metadata.bytes < 1 || (data[0] & 0x0F) != 1) return false;
    uint32_t width = (data[0] >> 6) + 1u;
    if (metadata.bytes < 1 + (size_t)width) return false;
    uint64_t count = little_endian(data + 1, width);
    if ((count + 2) * width + 1 > metadata.bytes) return false;
    *names = (VariantNames){metadata, (uint32_t)count, width, data + 1 + width, NULL, 0};
    names->names = names->offsets + (count + 1) * width;
    names->names_bytes = metadata.bytes - (size_t)(names->names - data);
    return true;
}

bool variant_name_at(const VariantNames *names, uint32_t id, Slice *name) {
    if (id >= names->count) return false;
    const uint8_t *offset = names->offsets + (size_t)id * names->offset_bytes;
    uint64_t start = little_endian(offset, names->offset_bytes);
    uint64_t stop = little_endian(offset + names->offset_bytes, names->offset_bytes);
    if (start > stop || stop > names->names_bytes) return false;
    *name = slice_of((const char *)names->names + start, stop - start);
    return true;
}

bool variant_name_find(const VariantNames *names, Slice name, uint32_t *id) {
    for (*id = 0; *id < names->count; (*id)++) {
        Slice candidate;
        if (variant_name_at(names, *id, &candidate) && slice_equal(candidate, name)) return true;
    }
    return false;
}

// --- reading values
// --------------------------------------------------------------------------------

// Where the parts of an object or array lie.
typedef struct Container {
    uint64_t count;
    uint32_t id_bytes, offset_bytes;
    const uint8_t *ids, *offsets, *values;
    size_t values_bytes; // that are there
    uint64_t used_bytes; // by the last offset
} Container;

static bool container_parse(Slice data, Container *c) {
    const uint8_t *at = (const uint8_t *)data.data;
    uint32_t basic = at[0] & 3u, head = at[0] >> 2;
    bool object = basic == BASIC_OBJECT, large = head >> (object ? 4 : 2) & 1u;
    c->offset_bytes = (head & 3) + 1;
    c->id_bytes = object ? (head >> 2 & 3) + 1 : 0;
    uint32_t count_bytes = large ? 4 : 1;
    if (data.bytes < 1 + (size_t)count_bytes) return false;
    c->count = little_endian(at + 1, count_bytes);
    uint64_t fixed = 1 + count_bytes + c->count * c->id_bytes + (c->count + 1) * c->offset_bytes;
    if (fixed > data.bytes) return false;
    c->ids = at + 1 + count_bytes;
    c->offsets = c->ids + c->count * c->id_bytes;
    c->values = at + fixed;
    c->values_bytes = data.bytes - fixed;
    c->used_bytes = little_endian(c->offsets + c->count * c->offset_bytes, c->offset_bytes);
    return c->used_bytes <= c->values_bytes;
}

static size_t primitive_bytes(Slice data, uint32_t primitive) {
    static const uint8_t sizes[] = {1, 1, 1, 2, 3, 5, 9, 9, 6, 10, 18,
                                    5, 9, 9, 5, 0, 0, 9, 9, 9, 17};
    if (primitive >= COUNT_OF(sizes)) return 0;
    if (sizes[primitive]) return sizes[primitive];
    if (data.bytes < 5) return 0;
    return 5 + (size_t)little_endian((const uint8_t *)data.data + 1, 4);
}

size_t variant_value_bytes(Slice data) {
    if (data.bytes == 0) return 0;
    uint8_t head = (uint8_t)data.data[0];
    size_t bytes = 0;
    Container c;
    switch (head & 3) {
    case BASIC_PRIMITIVE: bytes = primitive_bytes(data, head >> 2); break;
    case BASIC_SHORT_STRING: bytes = 1 + (size_t)(head >> 2); break;
    default:
        if (!container_parse(data, &c)) return 0;
        bytes = (size_t)(c.values - (const uint8_t *)data.data) + (size_t)c.used_bytes;
        break;
    }
    return bytes <= data.bytes ? bytes : 0;
}

bool variant_object_fields(Slice value, const VariantNames *names, Arena *arena,
                           VariantField **fields, uint32_t *count) {
    Container c;
    if (value.bytes == 0 || ((uint8_t)value.data[0] & 3) != BASIC_OBJECT) return false;
    if (!container_parse(value, &c)) return false;
    for (uint64_t i = 0; i < c.count; i++) {
        VariantField field = {0};
        uint64_t offset = little_endian(c.offsets + i * c.offset_bytes, c.offset_bytes);
        field.id = (uint32_t)little_endian(c.ids + i * c.id_bytes, c.id_bytes);
        if (offset > c.values_bytes || !variant_name_at(names, field.id, &field.name)) return false;
        Slice rest = slice_of((const char *)c.values + offset, c.values_bytes - offset);
        field.value = slice_first(rest, variant_value_bytes(rest));
        if (field.value.bytes == 0) return false;
        ARENA_PUSH(arena, *fields, *count, field);
    }
    return true;
}

// --- building
// --------------------------------------------------------------------------------------

static uint8_t head_byte(uint32_t basic, uint32_t rest) { return (uint8_t)(basic | rest << 2); }

static uint8_t *little_endian_put(uint8_t *to, uint64_t value, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> (8 * i));
    return to + bytes;
}

static uint32_t bytes_for(uint64_t value) {
    if (value <= 0xFF) return 1;
    if (value <= 0xFFFF) return 2;
    return value <= 0xFFFFFF ? 3 : 4;
}

Slice variant_fixed(Arena *arena, VariantPrimitive primitive, const void *data, size_t bytes) {
    char *out = arena_alloc_raw(arena, bytes + 1, 1);
    out[0] = (char)head_byte(BASIC_PRIMITIVE, primitive);
    if (bytes) memcpy(out + 1, data, bytes);
    return slice_of(out, bytes + 1);
}

Slice variant_decimal(Arena *arena, VariantPrimitive primitive, int scale, Int128 unscaled) {
    static const uint8_t sizes[] = {4, 8, 16};
    char data[17];
    data[0] = (char)scale;
    memcpy(data + 1, &unscaled, 16); // little-endian: the low bytes first
    return variant_fixed(arena, primitive, data, 1 + (size_t)sizes[primitive - VARIANT_DECIMAL4]);
}

static Slice sized_bytes(Arena *arena, VariantPrimitive primitive, Slice bytes) {
    uint8_t *out = arena_alloc_raw(arena, bytes.bytes + 5, 1);
    out[0] = head_byte(BASIC_PRIMITIVE, primitive);
    little_endian_put(out + 1, bytes.bytes, 4);
    if (bytes.bytes) memcpy(out + 5, bytes.data, bytes.bytes);
    return slice_of((const char *)out, bytes.bytes + 5);
}

Slice variant_string(Arena *arena, Slice text) {
    if (text.bytes > SHORT_STRING_MAX) return sized_bytes(arena, VARIANT_STRING, text);
    char *out = arena_alloc_raw(arena, text.bytes + 1, 1);
    out[0] = (char)head_byte(BASIC_SHORT_STRING, (uint32_t)text.bytes);
    if (text.bytes) memcpy(out + 1, text.data, text.bytes);
    return slice_of(out, text.bytes + 1);
}

Slice variant_binary(Arena *arena, Slice bytes) {
    return sized_bytes(arena, VARIANT_BINARY, bytes);
}

Slice variant_array(Arena *arena, const Slice *items, uint32_t count) {
    uint64_t bytes = 0, offset = 0;
    for (uint32_t i = 0; i < count; i++) bytes += items[i].bytes;
    uint32_t width = bytes_for(bytes), large = count > 0xFF;
    uint8_t *out = arena_alloc_raw(arena, 5 + ((size_t)count + 1) * 4 + bytes, 1), *at = out;
    *at++ = head_byte(BASIC_ARRAY, (width - 1) | large << 2);
    at = little_endian_put(at, count, large ? 4 : 1);
    for (uint32_t i = 0; i <= count; i++) {
        at = little_endian_put(at, offset, width);
        if (i < count) offset += items[i].bytes;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].bytes) memcpy(at, items[i].data, items[i].bytes);
        at += items[i].bytes;
    }
    return slice_of((const char *)out, (size_t)(at - out));
}

static int field_compare(const void *a, const void *b) {
    return slice_compare(((const VariantField *)a)->name, ((const VariantField *)b)->name);
}

Slice variant_object(Arena *arena, VariantField *fields, uint32_t count) {
    uint64_t bytes = 0, offset = 0;
    uint32_t highest = 0;
    if (count > 1) qsort(fields, count, sizeof *fields, field_compare);
    for (uint32_t i = 0; i < count; i++) {
        bytes += fields[i].value.bytes;
        highest = MAX(highest, fields[i].id);
    }
    uint32_t width = bytes_for(bytes), id_width = bytes_for(highest), large = count > 0xFF;
    uint8_t *out = arena_alloc_raw(arena, 5 + ((size_t)count + 1) * 8 + bytes, 1), *at = out;
    *at++ = head_byte(BASIC_OBJECT, (width - 1) | (id_width - 1) << 2 | large << 4);
    at = little_endian_put(at, count, large ? 4 : 1);
    for (uint32_t i = 0; i < count; i++) at = little_endian_put(at, fields[i].id, id_width);
    for (uint32_t i = 0; i <= count; i++) {
        at = little_endian_put(at, offset, width);
        if (i < count) offset += fields[i].value.bytes;
    }
    for (uint32_t i = 0; i < count; i++) {
        memcpy(at, fields[i].value.data, fields[i].value.bytes);
        at += fields[i].value.bytes;
    }
    return slice_of((const char *)out, (size_t)(at - out));
}
