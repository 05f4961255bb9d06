// SPDX-License-Identifier: Apache-2.0
// Reading of Variant bytes. Every access goes through take_uint and part, which check bounds.
#include "kernel/column/variant.h"

#include "base/json.h"
#include "base/limits.h"
#include "kernel/column/decimal.h"
#include "kernel/column/format.h"
#include "kernel/column/variant/encoding_internal.h"

#include <math.h>

static bool part(Slice s, uint64_t offset, uint64_t bytes, Slice *out) {
    if (offset > s.bytes || bytes > s.bytes - offset) return false;
    *out = slice_of(s.data + offset, (size_t)bytes);
    return true;
}

// Little-endian unsigned of 1 to 8 bytes.
static bool take_uint(Slice s, uint64_t offset, uint32_t bytes, uint64_t *value) {
    Slice field;
    if (!part(s, offset, bytes, &field)) return false;
    *value = 0;
    for (uint32_t i = 0; i < bytes; i++) *value |= (uint64_t)(uint8_t)field.data[i] << (8 * i);
    return true;
}

bool variant_view(Slice bytes, VariantView *view) {
    uint64_t count, end;
    if (bytes.bytes < 3 || ((uint8_t)bytes.data[0] & 0x0F) != VARIANT_VERSION) return false;
    uint32_t width = ((uint8_t)bytes.data[0] >> 6) + 1u;
    if (!take_uint(bytes, 1, width, &count)) return false;
    if (!take_uint(bytes, 1 + (uint64_t)width * (count + 1), width, &end)) return false;
    uint64_t total = 1 + (uint64_t)width * (count + 2) + end;
    if (!part(bytes, 0, total, &view->metadata)) return false;
    view->value = slice_from(bytes, (size_t)total);
    return view->value.bytes > 0;
}

static bool name_of(Slice metadata, uint64_t id, Slice *name) {
    uint64_t count, start, stop;
    uint32_t width = ((uint8_t)metadata.data[0] >> 6) + 1u;
    if (!take_uint(metadata, 1, width, &count) || id >= count) return false;
    uint64_t offsets = 1 + width, chars = offsets + width * (count + 1);
    if (!take_uint(metadata, offsets + id * width, width, &start)) return false;
    if (!take_uint(metadata, offsets + (id + 1) * width, width, &stop)) return false;
    return stop >= start && part(metadata, chars + start, stop - start, name);
}

// Where the parts of an object or array lie, relative to the value.
typedef struct Container {
    uint32_t count;
    uint32_t id_bytes; // 0: array
    uint32_t offset_bytes;
    uint64_t ids;
    uint64_t offsets;
    uint64_t data;
} Container;

static bool container_of(Slice value, Container *out) {
    if (value.bytes < 2) return false;
    uint8_t head = (uint8_t)value.data[0];
    uint32_t basic = head & 3, flags = head >> 2;
    if (basic != VARIANT_BASIC_OBJECT && basic != VARIANT_BASIC_ARRAY) return false;
    bool is_object = basic == VARIANT_BASIC_OBJECT;
    bool is_large = is_object ? flags >> 4 & 1 : flags >> 2 & 1;
    uint32_t count_bytes = is_large ? 4 : 1;
    uint64_t count;
    if (!take_uint(value, 1, count_bytes, &count)) return false;
    *out = (Container){.count = (uint32_t)count,
                       .id_bytes = is_object ? (flags >> 2 & 3) + 1 : 0,
                       .offset_bytes = (flags & 3) + 1,
                       .ids = 1 + count_bytes};
    out->offsets = out->ids + (uint64_t)out->id_bytes * count;
    out->data = out->offsets + (uint64_t)out->offset_bytes * (count + 1);
    return out->data <= value.bytes;
}

bool variant_kind(VariantView view, VariantKind *kind) {
    if (view.value.bytes == 0) return false;
    uint8_t head = (uint8_t)view.value.data[0];
    switch (head & 3) {
    case VARIANT_BASIC_OBJECT: *kind = VARIANT_OBJECT; break;
    case VARIANT_BASIC_ARRAY: *kind = VARIANT_ARRAY; break;
    default: *kind = head == 0 ? VARIANT_NULL : VARIANT_SCALAR; break;
    }
    return true;
}

bool variant_count(VariantView view, uint32_t *count) {
    Container container;
    if (!container_of(view.value, &container)) return false;
    *count = container.count;
    return true;
}

static bool member_at(VariantView view, const Container *c, uint32_t index, Slice *name,
                      VariantView *member) {
    uint64_t id, offset;
    if (index >= c->count) return false;
    if (c->id_bytes && name) {
        if (!take_uint(view.value, c->ids + (uint64_t)index * c->id_bytes, c->id_bytes, &id))
            return false;
        if (!name_of(view.metadata, id, name)) return false;
    }
    uint64_t at = c->offsets + (uint64_t)index * c->offset_bytes;
    if (!take_uint(view.value, at, c->offset_bytes, &offset)) return false;
    if (c->data + offset >= view.value.bytes) return false;
    member->metadata = view.metadata;
    member->value = slice_from(view.value, (size_t)(c->data + offset));
    return true;
}

bool variant_member(VariantView view, uint32_t index, Slice *name, VariantView *member) {
    Container container;
    return container_of(view.value, &container) && member_at(view, &container, index, name, member);
}

bool variant_field(VariantView view, Slice name, VariantView *field) {
    Container container;
    if (!container_of(view.value, &container) || !container.id_bytes) return false;
    uint32_t low = 0, high = container.count; // ids are ordered by name
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        Slice found;
        if (!member_at(view, &container, middle, &found, field)) return false;
        int order = slice_compare(found, name);
        if (order == 0) return true;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return false;
}

static bool read_decimal(Slice value, uint32_t bytes, Value *out) {
    uint64_t low, high = 0;
    if (value.bytes < 2 + bytes) return false;
    int scale = (uint8_t)value.data[1];
    if (scale > DECIMAL_MAX_PRECISION || !take_uint(value, 2, MIN(bytes, 8u), &low)) return false;
    Int128 unscaled;
    if (bytes == 4) {
        unscaled = (int32_t)(uint32_t)low;
    } else if (bytes == 8) {
        unscaled = (int64_t)low;
    } else {
        if (!take_uint(value, 10, 8, &high)) return false;
        unscaled = (Int128)((UInt128)high << 64 | low);
    }
    if (!decimal_fits(unscaled, DECIMAL_MAX_PRECISION)) return false;
    while (scale > 0 && unscaled % 10 == 0) { // as Spark reads them
        unscaled /= 10;
        scale--;
    }
    int digits = MAX(decimal_digits(unscaled), scale);
    *out = value_decimal(type_decimal(MAX(digits, 1), scale), unscaled);
    return true;
}

static bool read_bytes(Slice value, TypeId id, Value *out) {
    uint64_t bytes;
    *out = (Value){.type = type_of(id)};
    return take_uint(value, 1, 4, &bytes) && part(value, 5, bytes, &out->bytes);
}

static bool read_int(Slice value, uint32_t bytes, TypeId id, Value *out) {
    uint64_t raw;
    if (!take_uint(value, 1, bytes, &raw)) return false;
    uint32_t unused = 64 - 8 * bytes;
    *out = value_int(id, (int64_t)(raw << unused) >> unused);
    return true;
}

static int64_t floor_thousandth(int64_t nanos) { return nanos / 1000 - (nanos % 1000 < 0); }

static bool read_floating(Slice value, bool is_float, Value *out) {
    if (value.bytes < (is_float ? 5u : 9u)) return false;
    float f = 0;
    double d = 0;
    if (is_float) memcpy(&f, value.data + 1, 4);
    else memcpy(&d, value.data + 1, 8);
    *out = value_double(is_float ? (double)f : d);
    if (is_float) out->type = type_of(TYPE_FLOAT);
    return true;
}

static bool read_nanos(Slice value, TypeId id, Value *out) {
    if (!read_int(value, 8, id, out)) return false;
    out->i64 = floor_thousandth(out->i64);
    return true;
}

bool variant_value(VariantView view, Value *out) {
    Slice v = view.value;
    if (v.bytes == 0) return false;
    uint8_t head = (uint8_t)v.data[0];
    if ((head & 3) == VARIANT_BASIC_SHORT_STRING) {
        *out = (Value){.type = type_of(TYPE_STRING)};
        return part(v, 1, head >> 2, &out->bytes);
    }
    if ((head & 3) != VARIANT_BASIC_PRIMITIVE) return false;
    switch (head >> 2) {
    case VARIANT_PRIMITIVE_NULL: *out = value_null(type_of(TYPE_VOID)); return true;
    case VARIANT_PRIMITIVE_TRUE: *out = value_bool(true); return true;
    case VARIANT_PRIMITIVE_FALSE: *out = value_bool(false); return true;
    case VARIANT_PRIMITIVE_INT8: return read_int(v, 1, TYPE_TINYINT, out);
    case VARIANT_PRIMITIVE_INT16: return read_int(v, 2, TYPE_SMALLINT, out);
    case VARIANT_PRIMITIVE_INT32: return read_int(v, 4, TYPE_INT, out);
    case VARIANT_PRIMITIVE_INT64: return read_int(v, 8, TYPE_BIGINT, out);
    case VARIANT_PRIMITIVE_DOUBLE: return read_floating(v, false, out);
    case VARIANT_PRIMITIVE_FLOAT: return read_floating(v, true, out);
    case VARIANT_PRIMITIVE_DECIMAL4: return read_decimal(v, 4, out);
    case VARIANT_PRIMITIVE_DECIMAL8: return read_decimal(v, 8, out);
    case VARIANT_PRIMITIVE_DECIMAL16: return read_decimal(v, 16, out);
    case VARIANT_PRIMITIVE_DATE: return read_int(v, 4, TYPE_DATE, out);
    case VARIANT_PRIMITIVE_TIMESTAMP: return read_int(v, 8, TYPE_TIMESTAMP, out);
    case VARIANT_PRIMITIVE_TIMESTAMP_NTZ: return read_int(v, 8, TYPE_TIMESTAMP_NTZ, out);
    case VARIANT_PRIMITIVE_TIMESTAMP_NANOS: return read_nanos(v, TYPE_TIMESTAMP, out);
    case VARIANT_PRIMITIVE_TIMESTAMP_NTZ_NANOS: return read_nanos(v, TYPE_TIMESTAMP_NTZ, out);
    case VARIANT_PRIMITIVE_TIME:
        if (!read_int(v, 8, TYPE_TIME, out) || out->i64 < 0 || out->i64 >= INT64_C(86400000000))
            return false;
        out->i64 *= 1000;
        return true;
    case VARIANT_PRIMITIVE_BINARY: return read_bytes(v, TYPE_BINARY, out);
    case VARIANT_PRIMITIVE_STRING: return read_bytes(v, TYPE_STRING, out);
    case VARIANT_PRIMITIVE_UUID:
        *out = (Value){.type = type_of(TYPE_BINARY)};
        return part(v, 1, 16, &out->bytes);
    default: return false;
    }
}

// Bytes of the value at the view's start.
static bool value_bytes(Slice v, uint64_t *bytes) {
    static const uint8_t PRIMITIVE_BYTES[] = {1, 1, 1, 2, 3, 5, 9, 9, 6, 10, 18,
                                              5, 9, 9, 5, 0, 0, 9, 9, 9, 17};
    if (v.bytes == 0) return false;
    uint8_t head = (uint8_t)v.data[0];
    Container c;
    uint64_t length;
    switch (head & 3) {
    case VARIANT_BASIC_SHORT_STRING: *bytes = 1 + (head >> 2); break;
    case VARIANT_BASIC_PRIMITIVE:
        if ((head >> 2) >= (int)COUNT_OF(PRIMITIVE_BYTES)) return false;
        *bytes = PRIMITIVE_BYTES[head >> 2];
        if (*bytes == 0) {
            if (!take_uint(v, 1, 4, &length)) return false;
            *bytes = 5 + length;
        }
        break;
    default:
        if (!container_of(v, &c)) return false;
        if (!take_uint(v, c.offsets + (uint64_t)c.count * c.offset_bytes, c.offset_bytes, &length))
            return false;
        *bytes = c.data + length;
        break;
    }
    return *bytes <= v.bytes;
}

bool variant_append_bytes(VariantView view, Text *out) {
    uint64_t bytes;
    if (!value_bytes(view.value, &bytes)) return false;
    text_append(out, view.metadata);
    text_append(out, slice_first(view.value, (size_t)bytes));
    return true;
}

static void append_scalar(const Value *value, const TimeZone *zone, Text *out) {
    switch (value->type->id) {
    case TYPE_TIMESTAMP:
        text_append_char(out, '"');
        text_append_timestamp(out, value->i64, zone);
        text_append_offset(out, time_zone_offset_seconds(zone, value->i64), false);
        text_append_char(out, '"');
        return;
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_TIMESTAMP_NTZ:
        text_append_char(out, '"');
        value_append_text(value, TEXT_CAST, zone, out);
        text_append_char(out, '"');
        return;
    default: value_append_text(value, TEXT_JSON, zone, out); return;
    }
}

// A UUID is read as its bytes, but its text is the usual one.
static bool append_uuid(VariantView view, const Value *value, Text *out) {
    if ((uint8_t)view.value.data[0] != (VARIANT_PRIMITIVE_UUID << 2)) return false;
    text_append_char(out, '"');
    for (size_t i = 0; i < value->bytes.bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text_append_char(out, '-');
        text_printf(out, "%02x", (uint8_t)value->bytes.data[i]);
    }
    text_append_char(out, '"');
    return true;
}

static bool append_json(VariantView view, const TimeZone *zone, int depth, Text *out) {
    VariantKind kind;
    uint32_t count;
    if (depth > LIMIT_NESTING_DEPTH || !variant_kind(view, &kind)) return false;
    if (kind == VARIANT_NULL) {
        text_append_cstr(out, "null");
        return true;
    }
    if (kind == VARIANT_SCALAR) {
        Value value;
        if (!variant_value(view, &value)) return false;
        if (!append_uuid(view, &value, out)) append_scalar(&value, zone, out);
        return true;
    }
    if (!variant_count(view, &count)) return false;
    text_append_char(out, kind == VARIANT_OBJECT ? '{' : '[');
    for (uint32_t i = 0; i < count; i++) {
        VariantView member;
        Slice name = SLICE_NONE;
        if (!variant_member(view, i, &name, &member)) return false;
        // Every level takes a byte at least, so that crafted offsets cannot grow the text for ever.
        if (out->bytes > (size_t)VARIANT_BYTES_MAX * 8) return false;
        if (i) text_append_char(out, ',');
        if (kind == VARIANT_OBJECT) {
            json_writer_append_string(out, name);
            text_append_char(out, ':');
        }
        if (!append_json(member, zone, depth + 1, out)) return false;
    }
    text_append_char(out, kind == VARIANT_OBJECT ? '}' : ']');
    return true;
}

bool variant_view_append_json(VariantView view, const TimeZone *zone, Text *out) {
    return append_json(view, zone ? zone : time_zone_utc(), 0, out);
}

bool variant_append_json(Slice bytes, const TimeZone *zone, Text *out) {
    VariantView view;
    return variant_view(bytes, &view) && variant_view_append_json(view, zone, out);
}
