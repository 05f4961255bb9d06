// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/encoding/values.h"

enum {
    PORTION = 256,                  // values decoded at once where a scratch array is needed
    PREFIXED_BYTES_MAX = 512 << 20, // of one read: values that repeat a long prefix without end
};

size_t value_stored_bytes(ParquetPhysical physical) {
    static const uint8_t bytes[] = {1, 4, 8, 12, 4, 8, sizeof(StringView), sizeof(StringView)};
    return bytes[physical];
}

void values_deinit(ValueDecoder *decoder) { text_deinit(&decoder->last); }

// --- opening a page
// --------------------------------------------------------------------------------

static const char *plain_init(ValueDecoder *decoder) {
    switch (decoder->physical) {
    case PARQUET_BOOLEAN: decoder->form = VALUES_BITS; break;
    case PARQUET_BYTE_ARRAY: decoder->form = VALUES_BYTES; break;
    case PARQUET_FIXED: decoder->form = VALUES_FIXED_BYTES; break;
    default: decoder->form = VALUES_FIXED; break;
    }
    return NULL;
}

static const char *rle_boolean_init(ValueDecoder *decoder) {
    if (decoder->physical != PARQUET_BOOLEAN) return "RLE values are not booleans";
    uint32_t bytes;
    if (decoder->end - decoder->next < 4) return "RLE values have no length";
    memcpy(&bytes, decoder->next, 4);
    if (bytes > (size_t)(decoder->end - decoder->next - 4)) return "RLE values are cut off";
    decoder->form = VALUES_RLE_BOOLEAN;
    rle_init(&decoder->rle, decoder->next + 4, bytes, 1);
    return NULL;
}

static const char *codes_init(ValueDecoder *decoder) {
    decoder->form = VALUES_CODES;
    if (decoder->next == decoder->end) { // a page of nulls
        rle_init(&decoder->rle, decoder->next, 0, 0);
        return NULL;
    }
    uint32_t width = *decoder->next++;
    if (width > 32) return "dictionary codes have more than 32 bits";
    rle_init(&decoder->rle, decoder->next, (size_t)(decoder->end - decoder->next), width);
    return NULL;
}

static const char *delta_strings_init(ValueDecoder *decoder, ParquetEncoding encoding) {
    bool prefixed = encoding == PARQUET_DELTA_BYTE_ARRAY;
    bool bytes = decoder->physical == PARQUET_BYTE_ARRAY;
    if (!bytes && !(prefixed && decoder->physical == PARQUET_FIXED)) {
        return "a delta encoding of strings on another type";
    }
    decoder->form = prefixed ? VALUES_DELTA_PREFIX : VALUES_DELTA_LENGTH;
    text_reset(&decoder->last);
    if (prefixed) {
        size_t left = (size_t)(decoder->end - decoder->next);
        if (!delta_init(&decoder->prefixes, decoder->next, left)) return "bad prefix lengths";
        decoder->next = delta_end(&decoder->prefixes);
        if (!decoder->next) return "prefix lengths are cut off";
    }
    size_t left = (size_t)(decoder->end - decoder->next);
    if (!delta_init(&decoder->lengths, decoder->next, left)) return "bad lengths";
    decoder->next = delta_end(&decoder->lengths);
    return decoder->next ? NULL : "lengths are cut off";
}

static const char *split_init(ValueDecoder *decoder) {
    if (decoder->physical == PARQUET_BOOLEAN || decoder->physical == PARQUET_BYTE_ARRAY ||
        decoder->physical == PARQUET_INT96) {
        return "BYTE_STREAM_SPLIT on a type that it is not for";
    }
    decoder->form = VALUES_SPLIT;
    decoder->split_count = (size_t)(decoder->end - decoder->next) / decoder->value_bytes;
    return NULL;
}

const char *values_init(ValueDecoder *decoder, ParquetPhysical physical, uint32_t fixed_bytes,
                        ParquetEncoding encoding, const uint8_t *data, size_t bytes) {
    Text last = decoder->last;
    bool fixed = physical == PARQUET_FIXED;
    *decoder = (ValueDecoder){.physical = physical, .next = data, .end = data + bytes};
    decoder->last = last;
    decoder->value_bytes = fixed ? fixed_bytes : (uint32_t)value_stored_bytes(physical);
    switch (encoding) {
    case PARQUET_PLAIN: return plain_init(decoder);
    case PARQUET_RLE: return rle_boolean_init(decoder);
    case PARQUET_PLAIN_DICTIONARY:
    case PARQUET_RLE_DICTIONARY: return codes_init(decoder);
    case PARQUET_DELTA_BINARY_PACKED:
        if (physical != PARQUET_INT32 && physical != PARQUET_INT64) {
            return "DELTA_BINARY_PACKED on a type that is no integer";
        }
        decoder->form = VALUES_DELTA;
        return delta_init(&decoder->lengths, data, bytes) ? NULL : "bad DELTA_BINARY_PACKED header";
    case PARQUET_DELTA_LENGTH_BYTE_ARRAY:
    case PARQUET_DELTA_BYTE_ARRAY: return delta_strings_init(decoder, encoding);
    case PARQUET_BYTE_STREAM_SPLIT: return split_init(decoder);
    case PARQUET_BIT_PACKED: break;
    }
    return "an encoding that is not known";
}

// --- reading
// ---------------------------------------------------------------------------------------

// A PLAIN byte array lies in the page as a short StringView does in memory: length, then bytes. So
// 16 bytes are loaded, those behind a short string masked off, and a long one gets its address.
static bool bytes_read(ValueDecoder *decoder, uint32_t count, StringView *out) {
    static const uint64_t low_masks[14] = {
        0xFFFFFFFFu, 0xFFFFFFFFFFu, 0xFFFFFFFFFFFFu, 0xFFFFFFFFFFFFFFu, UINT64_MAX,
        UINT64_MAX,  UINT64_MAX,    UINT64_MAX,      UINT64_MAX,        UINT64_MAX,
        UINT64_MAX,  UINT64_MAX,    UINT64_MAX,      UINT64_MAX};
    static const uint64_t high_masks[14] = {0,
                                            0,
                                            0,
                                            0,
                                            0,
                                            0xFFu,
                                            0xFFFFu,
                                            0xFFFFFFu,
                                            0xFFFFFFFFu,
                                            0xFFFFFFFFFFu,
                                            0xFFFFFFFFFFFFu,
                                            0xFFFFFFFFFFFFFFu,
                                            UINT64_MAX,
                                            0};
    const uint8_t *next = decoder->next, *end = decoder->end;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bytes;
        if (UNLIKELY(end - next < 4)) return false;
        memcpy(&bytes, next, 4);
        if (UNLIKELY(bytes > (size_t)(end - next - 4))) return false;
        uint64_t words[2];
        memcpy(words, next, 16);
        uint32_t kind = MIN(bytes, 13u);
        uint64_t address = (uint64_t)(uintptr_t)(next + 4);
        words[0] &= low_masks[kind];
        words[1] = kind == 13 ? address : words[1] & high_masks[kind];
        memcpy(&out[i], words, 16);
        next += 4 + (size_t)bytes;
    }
    decoder->next = next;
    return true;
}

static bool bytes_skip(ValueDecoder *decoder, uint32_t count) {
    const uint8_t *next = decoder->next, *end = decoder->end;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bytes;
        if (UNLIKELY(end - next < 4)) return false;
        memcpy(&bytes, next, 4);
        if (UNLIKELY(bytes > (size_t)(end - next - 4))) return false;
        next += 4 + (size_t)bytes;
    }
    decoder->next = next;
    return true;
}

static const uint8_t *bytes_take(ValueDecoder *decoder, uint64_t bytes) {
    if (bytes > (size_t)(decoder->end - decoder->next)) return NULL;
    const uint8_t *start = decoder->next;
    decoder->next += bytes;
    return start;
}

static bool fixed_bytes_read(ValueDecoder *decoder, uint32_t count, StringView *out) {
    uint32_t bytes = decoder->value_bytes;
    const uint8_t *data = bytes_take(decoder, (uint64_t)count * bytes);
    if (!data) return false;
    for (uint32_t i = 0; i < count; i++, data += bytes) {
        out[i] = string_view_of((const char *)data, bytes);
    }
    return true;
}

static bool bits_read(ValueDecoder *decoder, uint32_t count, uint8_t *out) {
    size_t bits = (size_t)(decoder->end - decoder->next) * 8;
    if (count > bits - decoder->index) return false;
    if (out) bits_unpack_u8(decoder->next, decoder->index, 1, count, out);
    decoder->index += count;
    return true;
}

static bool delta_ints_read(ValueDecoder *decoder, uint32_t count, void *out) {
    if (decoder->physical == PARQUET_INT64) return delta_read(&decoder->lengths, out, count);
    uint64_t values[PORTION];
    uint32_t *to = out;
    for (uint32_t done = 0; done < count;) {
        uint32_t take = MIN(count - done, (uint32_t)PORTION);
        if (!delta_read(&decoder->lengths, values, take)) return false;
        for (uint32_t i = 0; i < take; i++) to[done + i] = (uint32_t)values[i];
        done += take;
    }
    return true;
}

static bool delta_strings_read(ValueDecoder *decoder, uint32_t count, StringView *out) {
    uint64_t lengths[PORTION];
    for (uint32_t done = 0; done < count;) {
        uint32_t take = MIN(count - done, (uint32_t)PORTION);
        if (!delta_read(&decoder->lengths, lengths, take)) return false;
        for (uint32_t i = 0; i < take; i++) {
            const uint8_t *data = bytes_take(decoder, lengths[i]);
            if (!data || lengths[i] > UINT32_MAX) return false;
            out[done + i] = string_view_of((const char *)data, (uint32_t)lengths[i]);
        }
        done += take;
    }
    return true;
}

// The value is the first `prefix` bytes of the one before and `suffix` bytes of the page.
static bool prefixed_read(ValueDecoder *decoder, Slice *last, uint64_t prefix, uint64_t suffix,
                          uint64_t *budget, Arena *arena) {
    const uint8_t *data = bytes_take(decoder, suffix);
    if (!data || prefix > last->bytes || prefix + suffix > UINT32_MAX) return false;
    if (prefix == 0) {
        *last = slice_of((const char *)data, suffix);
        return true;
    }
    if (prefix + suffix > *budget) return false;
    *budget -= prefix + suffix;
    char *whole = arena_alloc_raw(arena, prefix + suffix + 1, 1);
    memcpy(whole, last->data, prefix);
    memcpy(whole + prefix, data, suffix);
    *last = slice_of(whole, prefix + suffix);
    return true;
}

static bool delta_prefix_read(ValueDecoder *decoder, uint32_t count, StringView *out,
                              Arena *arena) {
    uint64_t prefixes[PORTION], suffixes[PORTION], budget = PREFIXED_BYTES_MAX;
    bool fixed = decoder->physical == PARQUET_FIXED;
    Slice last = arena_copy(arena, text_slice(&decoder->last));
    for (uint32_t done = 0; done < count;) {
        uint32_t take = MIN(count - done, (uint32_t)PORTION);
        if (!delta_read(&decoder->prefixes, prefixes, take)) return false;
        if (!delta_read(&decoder->lengths, suffixes, take)) return false;
        for (uint32_t i = 0; i < take; i++) {
            if (!prefixed_read(decoder, &last, prefixes[i], suffixes[i], &budget, arena)) {
                return false;
            }
            if (fixed && last.bytes != decoder->value_bytes) return false;
            out[done + i] = string_view_of(last.data, (uint32_t)last.bytes);
        }
        done += take;
    }
    text_reset(&decoder->last);
    text_append(&decoder->last, last);
    return true;
}

static void split_join(const uint8_t *restrict in, size_t stride, uint32_t width, uint32_t count,
                       uint8_t *restrict out) {
    for (uint32_t k = 0; k < width; k++) {
        const uint8_t *stream = in + k * stride;
        for (uint32_t i = 0; i < count; i++) out[(size_t)i * width + k] = stream[i];
    }
}

static bool split_read(ValueDecoder *decoder, uint32_t count, void *out, Arena *arena) {
    if (count > decoder->split_count - decoder->index) return false;
    const uint8_t *in = decoder->next + decoder->index;
    uint32_t width = decoder->value_bytes;
    decoder->index += count;
    if (decoder->physical != PARQUET_FIXED) {
        // Constant widths, so that the inner loop is unrolled.
        if (width == 4) split_join(in, decoder->split_count, 4, count, out);
        else split_join(in, decoder->split_count, 8, count, out);
        return true;
    }
    uint8_t *bytes = arena_alloc_raw(arena, (size_t)width * count + 1, 1);
    split_join(in, decoder->split_count, width, count, bytes);
    StringView *views = out;
    for (uint32_t i = 0; i < count; i++) {
        views[i] = string_view_of((const char *)bytes + (size_t)i * width, width);
    }
    return true;
}

bool values_read(ValueDecoder *decoder, uint32_t count, void *out, Arena *arena) {
    if (count == 0) return true;
    switch (decoder->form) {
    case VALUES_FIXED: {
        size_t bytes = (size_t)count * decoder->value_bytes;
        const uint8_t *data = bytes_take(decoder, bytes);
        if (data) memcpy(out, data, bytes);
        return data != NULL;
    }
    case VALUES_BITS: return bits_read(decoder, count, out);
    case VALUES_BYTES: return bytes_read(decoder, count, out);
    case VALUES_FIXED_BYTES: return fixed_bytes_read(decoder, count, out);
    case VALUES_RLE_BOOLEAN: return rle_read_u8(&decoder->rle, out, count) == count;
    case VALUES_DELTA: return delta_ints_read(decoder, count, out);
    case VALUES_DELTA_LENGTH: return delta_strings_read(decoder, count, out);
    case VALUES_DELTA_PREFIX: return delta_prefix_read(decoder, count, out, arena);
    case VALUES_SPLIT: return split_read(decoder, count, out, arena);
    case VALUES_CODES:
    case VALUES_NONE: break;
    }
    return false;
}

bool values_read_codes(ValueDecoder *decoder, uint32_t count, uint32_t *out) {
    return rle_read_u32(&decoder->rle, out, count) == count;
}

// For encodings where a value's place depends on those before.
static bool skip_by_reading(ValueDecoder *decoder, uint32_t count, Arena *arena) {
    StringView scratch[PORTION]; // the widest stored form
    while (count > 0) {
        uint32_t take = MIN(count, (uint32_t)PORTION);
        if (!values_read(decoder, take, scratch, arena)) return false;
        count -= take;
    }
    return true;
}

bool values_skip(ValueDecoder *decoder, uint32_t count, Arena *arena) {
    if (count == 0) return true;
    switch (decoder->form) {
    case VALUES_FIXED:
    case VALUES_FIXED_BYTES:
        return bytes_take(decoder, (uint64_t)count * decoder->value_bytes) != NULL;
    case VALUES_BITS: return bits_read(decoder, count, NULL);
    case VALUES_BYTES: return bytes_skip(decoder, count);
    case VALUES_RLE_BOOLEAN:
    case VALUES_CODES: return rle_skip(&decoder->rle, count) == count;
    case VALUES_SPLIT:
        if (count > decoder->split_count - decoder->index) return false;
        decoder->index += count;
        return true;
    case VALUES_DELTA:
    case VALUES_DELTA_LENGTH:
    case VALUES_DELTA_PREFIX: return skip_by_reading(decoder, count, arena);
    case VALUES_NONE: break;
    }
    return false;
}
