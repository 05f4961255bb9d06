// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/leaf.h"

#include "base/utf8.h"

enum {
    LEVEL_PORTION = 1024,
    BATCH_ENTRIES_MAX = 1 << 25, // of one leaf: 512 MB of strings
};

bool leaf_init(LeafReader *leaf, const ParquetNode *node, const Type *type, Query *query,
               Decompressor *decompressor) {
    *leaf = (LeafReader){.node = node, .type = type};
    leaf->chunk.query = query;
    leaf->chunk.account = query ? query->memory : NULL;
    leaf->chunk.decompressor = decompressor;
    arena_init(&leaf->arena);
    arena_init(&leaf->dictionary_arena);
    if (!conversion_init(&leaf->conversion, node, type)) return false;
    bool is_view = type_physical(type) == PHYSICAL_STRING;
    leaf->keeps_codes = is_view && leaf_is_flat(leaf);
    leaf->chunk.keeps_pages = is_view;
    return true;
}

void leaf_deinit(LeafReader *leaf) {
    MemoryAccount *account = leaf->chunk.account;
    buffer_deinit(&leaf->dictionary_page, account);
    buffer_deinit(&leaf->dictionary_values, account);
    buffer_deinit(&leaf->out, account);
    buffer_deinit(&leaf->codes, account);
    buffer_deinit(&leaf->validity, account);
    buffer_deinit(&leaf->rep_levels, account);
    buffer_deinit(&leaf->def_levels, account);
    chunk_deinit(&leaf->chunk);
    values_deinit(&leaf->values);
    arena_deinit(&leaf->arena);
    arena_deinit(&leaf->dictionary_arena);
}

bool leaf_is_flat(const LeafReader *leaf) { return leaf->node->rep == 0 && leaf->node->def <= 1; }

bool leaf_begin(LeafReader *leaf, StorageFile *file, const ParquetChunk *chunk,
                uint64_t dictionary_id, Error *err) {
    leaf->pending_skip = 0;
    leaf->has_dictionary = false;
    if (leaf->dictionary_arena.total_bytes > 0) arena_reset(&leaf->dictionary_arena);
    leaf->dictionary_id = dictionary_id;
    leaf->page_left = 0;
    leaf->entry_count = 0;
    leaf->ahead_count = 0;
    leaf->value_count = 0;
    return chunk_begin(&leaf->chunk, file, chunk, leaf->node->name, err);
}

void leaf_batch_begin(LeafReader *leaf) {
    chunk_batch_begin(&leaf->chunk);
    if (leaf->arena.total_bytes > 0) arena_reset(&leaf->arena);
    if (leaf->ahead_count > 0 && leaf->entry_count > 0) {
        uint32_t from = leaf->entry_count, count = leaf->ahead_count;
        if (leaf->node->rep > 0) {
            memmove(leaf->rep_levels.data, leaf->rep_levels.data + from, count);
        }
        memmove(leaf->def_levels.data, leaf->def_levels.data + from, count);
    }
    leaf->entry_count = 0;
    leaf->value_count = 0;
}

// --- values
// ----------------------------------------------------------------------------------------

static bool bytes_ascii(const uint8_t *data, size_t bytes) {
    uint64_t any = 0;
    size_t i = 0;
    for (; i + 32 <= bytes; i += 32) {
        uint64_t words[4];
        memcpy(words, data + i, 32);
        any |= words[0] | words[1] | words[2] | words[3];
    }
    for (; i < bytes; i++) any |= data[i];
    return (any & UINT64_C(0x8080808080808080)) == 0;
}

// Text is valid UTF-8 past this point: each malformed byte becomes U+FFFD.
static void views_repair(StringView *views, uint32_t count, Arena *arena) {
    for (uint32_t i = 0; i < count; i++) {
        Slice s = string_view_slice(&views[i]);
        if (LIKELY(utf8_valid(s))) continue;
        AUTO(Text, text) = {0};
        for (size_t at = 0; at < s.bytes;) text_append_code_point(&text, utf8_next(s, &at));
        Slice copy = arena_copy(arena, text_slice(&text));
        views[i] = string_view_of(copy.data, (uint32_t)copy.bytes);
    }
}

// `count` values in plain order of the decoder, converted.
static bool plain_read(LeafReader *leaf, uint32_t count, uint8_t *out, bool is_ascii,
                       Arena *arena) {
    const Conversion *conversion = &leaf->conversion;
    if (conversion->step_count == 0) {
        if (!values_read(&leaf->values, count, out, arena)) return false;
        if (conversion->is_text && !is_ascii) views_repair((StringView *)out, count, arena);
        return true;
    }
    _Alignas(16) uint8_t stored[CONVERT_SCRATCH_BYTES], scratch[CONVERT_SCRATCH_BYTES];
    for (uint32_t done = 0; done < count;) {
        uint32_t take = MIN(count - done, (uint32_t)CONVERT_PORTION);
        if (!values_read(&leaf->values, take, stored, arena)) return false;
        uint8_t *to = out + (size_t)done * conversion->out_bytes;
        if (!conversion_run(conversion, stored, take, to, scratch)) return false;
        done += take;
    }
    return true;
}

static bool codes_check(const LeafReader *leaf, const uint32_t *codes, uint32_t count) {
    uint32_t highest = 0;
    for (uint32_t i = 0; i < count; i++) highest = MAX(highest, codes[i]);
    return count == 0 || highest < leaf->dictionary.count;
}

static void codes_gather(const uint32_t *restrict codes, uint32_t count, uint32_t width,
                         const void *from, void *to) {
    switch (width) {
    case 1:
        for (uint32_t i = 0; i < count; i++) ((uint8_t *)to)[i] = ((const uint8_t *)from)[codes[i]];
        break;
    case 2:
        for (uint32_t i = 0; i < count; i++) {
            ((uint16_t *)to)[i] = ((const uint16_t *)from)[codes[i]];
        }
        break;
    case 4:
        for (uint32_t i = 0; i < count; i++) {
            ((uint32_t *)to)[i] = ((const uint32_t *)from)[codes[i]];
        }
        break;
    case 8:
        for (uint32_t i = 0; i < count; i++) {
            ((uint64_t *)to)[i] = ((const uint64_t *)from)[codes[i]];
        }
        break;
    default:
        for (uint32_t i = 0; i < count; i++) {
            ((Int128 *)to)[i] = ((const Int128 *)from)[codes[i]];
        }
        break;
    }
}

static bool values_fail(const LeafReader *leaf, Error *err) {
    return chunk_fail(&leaf->chunk, err, "a page's values (encoding %d) are corrupt",
                      (int)leaf->header.encoding);
}

static bool dense_read(LeafReader *leaf, uint32_t count, uint8_t *out, Error *err) {
    uint32_t width = leaf->conversion.out_bytes;
    if (count == 0) return true;
    if (leaf->conversion.is_void) {
        return values_skip(&leaf->values, count, &leaf->arena) || values_fail(leaf, err);
    }
    if (leaf->values.form != VALUES_CODES) {
        return plain_read(leaf, count, out, leaf->is_ascii, &leaf->arena) || values_fail(leaf, err);
    }
    uint32_t codes[CONVERT_PORTION];
    for (uint32_t done = 0; done < count;) {
        uint32_t take = MIN(count - done, (uint32_t)CONVERT_PORTION);
        if (!values_read_codes(&leaf->values, take, codes) || !codes_check(leaf, codes, take)) {
            return values_fail(leaf, err);
        }
        codes_gather(codes, take, width, leaf->dictionary.data, out + (size_t)done * width);
        done += take;
    }
    return true;
}

// --- nulls
// -----------------------------------------------------------------------------------------

#define SPREAD_NAME spread_1
#define SPREAD_VALUE uint8_t
#include "kernel/lake/parquet/spread.inc"
#define SPREAD_NAME spread_2
#define SPREAD_VALUE uint16_t
#include "kernel/lake/parquet/spread.inc"
#define SPREAD_NAME spread_4
#define SPREAD_VALUE uint32_t
#include "kernel/lake/parquet/spread.inc"
#define SPREAD_NAME spread_8
#define SPREAD_VALUE uint64_t
#include "kernel/lake/parquet/spread.inc"
#define SPREAD_NAME spread_16
#define SPREAD_VALUE UInt128
#include "kernel/lake/parquet/spread.inc"

void values_spread(void *values, uint32_t width, const uint64_t *validity, uint32_t from,
                   uint32_t count, uint32_t valid) {
    if (valid == count) return;
    switch (width) {
    case 0: break;
    case 1: spread_1(values, validity, from, count, valid); break;
    case 2: spread_2(values, validity, from, count, valid); break;
    case 4: spread_4(values, validity, from, count, valid); break;
    case 8: spread_8(values, validity, from, count, valid); break;
    default: spread_16(values, validity, from, count, valid); break;
    }
}

// --- pages
// -----------------------------------------------------------------------------------------

static bool dictionary_load(LeafReader *leaf, const PageHeader *header, Error *err) {
    const ParquetElement *element = leaf->node->element;
    ChunkReader *chunk = &leaf->chunk;
    Page page;
    if (leaf->has_dictionary) return chunk_fail(chunk, err, "it has two dictionary pages");
    if (header->encoding != PARQUET_PLAIN && header->encoding != PARQUET_PLAIN_DICTIONARY) {
        return chunk_fail(chunk, err, "its dictionary has encoding %d", (int)header->encoding);
    }
    if (!chunk_load(chunk, header, &leaf->dictionary_page, &page, err)) return false;
    const char *reason =
        values_init(&leaf->values, element->physical, (uint32_t)element->fixed_bytes, PARQUET_PLAIN,
                    page.body, page.body_bytes);
    if (reason) return chunk_fail(chunk, err, "its dictionary: %s", reason);
    // An entry takes a bit at least: more of them cannot be there.
    uint32_t count = header->value_count;
    if (count > page.body_bytes * 8) {
        return chunk_fail(chunk, err, "its dictionary of %zu bytes claims %u entries",
                          page.body_bytes, count);
    }
    size_t width = leaf->conversion.out_bytes, bytes = (count + (size_t)1) * width;
    if (!buffer_reserve(&leaf->dictionary_values, bytes, 0, chunk->account, err)) return false;
    uint8_t *values = leaf->dictionary_values.data;
    memset(values + count * width, 0, width); // what null rows refer to when there is no entry
    bool ascii = leaf->conversion.is_text && bytes_ascii(page.body, page.body_bytes);
    if (!leaf->conversion.is_void &&
        !plain_read(leaf, count, values, ascii, &leaf->dictionary_arena)) {
        return chunk_fail(chunk, err, "its dictionary is corrupt");
    }
    leaf->dictionary = (Vector){.type = leaf->type, .form = VECTOR_FLAT, .count = count};
    leaf->dictionary.data = values;
    leaf->has_dictionary = true;
    return true;
}

// The next data page's header; its body stays unread. *more false at the chunk's end.
static bool page_next(LeafReader *leaf, bool *more, Error *err) {
    PageHeader *header = &leaf->header;
    while (chunk_header(&leaf->chunk, header, more, err)) {
        if (!*more) return true;
        if (header->kind == PAGE_DICTIONARY) {
            if (!dictionary_load(leaf, header, err)) return false;
        } else if (header->kind == PAGE_INDEX || header->value_count == 0) {
            chunk_skip(&leaf->chunk, header);
        } else {
            leaf->page_left = header->value_count;
            leaf->is_loaded = false;
            return true;
        }
    }
    return false;
}

static uint32_t level_width(uint32_t max) { return max ? 32 - (uint32_t)__builtin_clz(max) : 0; }

// Levels of a V1 page, which begin its body.
static bool levels_init(const LeafReader *leaf, RleDecoder *decoder, uint32_t max,
                        ParquetEncoding encoding, const uint8_t **data, size_t *bytes) {
    uint32_t width = level_width(max), length;
    if (max == 0) return true;
    if (encoding == PARQUET_BIT_PACKED) {
        size_t packed = ((size_t)leaf->header.value_count * width + 7) / 8;
        if (packed > *bytes) return false;
        rle_init_msb(decoder, *data, packed, width);
        *data += packed;
        *bytes -= packed;
        return true;
    }
    if (encoding != PARQUET_RLE || *bytes < 4) return false;
    memcpy(&length, *data, 4);
    if (length > *bytes - 4) return false;
    rle_init(decoder, *data + 4, length, width);
    *data += 4 + (size_t)length;
    *bytes -= 4 + (size_t)length;
    return true;
}

static bool page_load(LeafReader *leaf, Error *err) {
    const PageHeader *header = &leaf->header;
    const ParquetNode *node = leaf->node;
    Page page;
    if (leaf->is_loaded) return true;
    if (!chunk_load(&leaf->chunk, header, NULL, &page, err)) return false;
    const uint8_t *data = page.body;
    size_t bytes = page.body_bytes;
    if (header->kind == PAGE_DATA_V2) {
        rle_init(&leaf->rep, page.rep, header->rep_bytes, level_width(node->rep));
        rle_init(&leaf->def, page.def, header->def_bytes, level_width(node->def));
    } else if (!levels_init(leaf, &leaf->rep, node->rep, header->rep_encoding, &data, &bytes) ||
               !levels_init(leaf, &leaf->def, node->def, header->def_encoding, &data, &bytes)) {
        return chunk_fail(&leaf->chunk, err, "a page's levels are corrupt");
    }
    const ParquetElement *element = node->element;
    const char *reason = values_init(&leaf->values, element->physical,
                                     (uint32_t)element->fixed_bytes, header->encoding, data, bytes);
    if (reason) return chunk_fail(&leaf->chunk, err, "%s", reason);
    if (leaf->values.form == VALUES_CODES && !leaf->has_dictionary) {
        if (bytes > 0) return chunk_fail(&leaf->chunk, err, "a page has codes but no dictionary");
        leaf->dictionary = (Vector){.type = leaf->type, .form = VECTOR_FLAT};
    }
    leaf->is_ascii = leaf->conversion.is_text && bytes_ascii(data, bytes);
    leaf->is_loaded = true;
    return true;
}

static bool ends_early(const LeafReader *leaf, Error *err) {
    return chunk_fail(&leaf->chunk, err, "it has fewer values than its row group has rows");
}

static bool levels_fail(const LeafReader *leaf, Error *err) {
    return chunk_fail(&leaf->chunk, err, "a page's levels are corrupt");
}

// --- columns without nesting
// -----------------------------------------------------------------------

static bool flat_pass_over(LeafReader *leaf, uint32_t count, Error *err) {
    uint64_t bits[LEVEL_PORTION / 64];
    while (count > 0) {
        uint32_t take = MIN(count, (uint32_t)LEVEL_PORTION);
        size_t valid = take;
        if (leaf->node->def > 0) {
            valid = 0;
            if (rle_read_bits(&leaf->def, bits, 0, take, &valid) < take) {
                return levels_fail(leaf, err);
            }
        }
        if (!values_skip(&leaf->values, (uint32_t)valid, &leaf->arena)) {
            return values_fail(leaf, err);
        }
        leaf->page_left -= take;
        count -= take;
    }
    return true;
}

// The next page that has rows to read, past the pending skip.
static bool flat_position(LeafReader *leaf, Error *err) {
    for (;;) {
        if (leaf->page_left == 0) {
            bool more;
            if (!page_next(leaf, &more, err)) return false;
            if (!more) return ends_early(leaf, err);
        }
        if (leaf->pending_skip == 0) return page_load(leaf, err);
        uint32_t take = (uint32_t)MIN(leaf->pending_skip, leaf->page_left);
        if (take == leaf->page_left) {
            if (!leaf->is_loaded) chunk_skip(&leaf->chunk, &leaf->header);
            leaf->page_left = 0;
        } else if (!page_load(leaf, err) || !flat_pass_over(leaf, take, err)) {
            return false;
        }
        leaf->pending_skip -= take;
    }
}

// A batch while it is filled page by page: codes as long as all pages so far had codes.
typedef struct FlatBatch {
    Rows wanted;        // few rows, or selection NULL: all
    uint32_t wanted_at; // first of them that was not reached
    uint32_t filled;
    bool has_nulls;
    bool has_codes;
    bool has_values;
} FlatBatch;

static bool flat_codes(LeafReader *leaf, FlatBatch *batch, uint32_t take, uint32_t valid,
                       Error *err) {
    uint32_t *codes = (uint32_t *)leaf->codes.data + batch->filled;
    if (!values_read_codes(&leaf->values, valid, codes) || !codes_check(leaf, codes, valid)) {
        return values_fail(leaf, err);
    }
    values_spread(codes, 4, (uint64_t *)leaf->validity.data, batch->filled, take, valid);
    batch->has_codes = true;
    return true;
}

#define GATHER_NAME gather_wanted_1
#define GATHER_VALUE uint8_t
#include "kernel/lake/parquet/gather.inc"
#define GATHER_NAME gather_wanted_2
#define GATHER_VALUE uint16_t
#include "kernel/lake/parquet/gather.inc"
#define GATHER_NAME gather_wanted_4
#define GATHER_VALUE uint32_t
#include "kernel/lake/parquet/gather.inc"
#define GATHER_NAME gather_wanted_8
#define GATHER_VALUE uint64_t
#include "kernel/lake/parquet/gather.inc"
#define GATHER_NAME gather_wanted_16
#define GATHER_VALUE UInt128
#include "kernel/lake/parquet/gather.inc"

// Few rows are wanted of a page of codes without nulls: only theirs are looked up.
static bool flat_wanted_values(LeafReader *leaf, FlatBatch *batch, uint32_t take, Error *err) {
    uint32_t *codes = (uint32_t *)leaf->codes.data, base = batch->filled;
    if (!values_read_codes(&leaf->values, take, codes) || !codes_check(leaf, codes, take)) {
        return values_fail(leaf, err);
    }
    const uint16_t *rows = batch->wanted.selection + batch->wanted_at;
    uint32_t left = batch->wanted.count - batch->wanted_at, count = 0;
    while (count < left && rows[count] < base + take) count++;
    const void *from = leaf->dictionary.data;
    switch (leaf->conversion.out_bytes) {
    case 1: gather_wanted_1(codes, rows, count, base, from, leaf->out.data); break;
    case 2: gather_wanted_2(codes, rows, count, base, from, leaf->out.data); break;
    case 4: gather_wanted_4(codes, rows, count, base, from, leaf->out.data); break;
    case 8: gather_wanted_8(codes, rows, count, base, from, leaf->out.data); break;
    default: gather_wanted_16(codes, rows, count, base, from, leaf->out.data); break;
    }
    batch->wanted_at += count;
    batch->has_values = true;
    return true;
}

static bool flat_values(LeafReader *leaf, FlatBatch *batch, uint32_t take, uint32_t valid,
                        Error *err) {
    uint32_t width = leaf->conversion.out_bytes;
    bool few = batch->wanted.selection && valid == take && !leaf->conversion.is_void;
    if (few && !leaf->keeps_codes && leaf->values.form == VALUES_CODES) {
        return flat_wanted_values(leaf, batch, take, err);
    }
    if (batch->has_codes) {
        codes_gather((uint32_t *)leaf->codes.data, batch->filled, width, leaf->dictionary.data,
                     leaf->out.data);
        batch->has_codes = false;
    }
    uint8_t *out = leaf->out.data + (size_t)batch->filled * width;
    if (!dense_read(leaf, valid, out, err)) return false;
    values_spread(out, width, (uint64_t *)leaf->validity.data, batch->filled, take, valid);
    batch->has_values = true;
    return true;
}

static bool flat_append(LeafReader *leaf, FlatBatch *batch, uint32_t take, Error *err) {
    size_t valid = take;
    if (leaf->node->def > 0) {
        valid = 0;
        uint64_t *validity = (uint64_t *)leaf->validity.data;
        if (rle_read_bits(&leaf->def, validity, batch->filled, take, &valid) < take) {
            return levels_fail(leaf, err);
        }
        batch->has_nulls |= valid < take;
    }
    bool codes = leaf->values.form == VALUES_CODES && leaf->keeps_codes && !batch->has_values;
    bool ok = codes ? flat_codes(leaf, batch, take, (uint32_t)valid, err)
                    : flat_values(leaf, batch, take, (uint32_t)valid, err);
    if (!ok) return false;
    batch->filled += take;
    leaf->page_left -= take;
    return true;
}

static bool flat_reserve(LeafReader *leaf, Error *err) {
    MemoryAccount *account = leaf->chunk.account;
    size_t bytes = LIMIT_BATCH_ROWS * (size_t)leaf->conversion.out_bytes;
    if (LIKELY(leaf->codes.data)) return true;
    if (!buffer_reserve(&leaf->out, bytes, 0, account, err) ||
        !buffer_reserve(&leaf->validity, LIMIT_BATCH_ROWS / 8, 0, account, err) ||
        !buffer_reserve(&leaf->codes, LIMIT_BATCH_ROWS * sizeof(uint32_t), 0, account, err)) {
        return false;
    }
    memset(leaf->out.data, 0, bytes); // rows that nobody wants are initialised
    return true;
}

bool leaf_read_flat(LeafReader *leaf, uint32_t rows, Rows wanted, Vector *out, Error *err) {
    FlatBatch batch = {0};
    if (wanted.count < rows / 4) batch.wanted = wanted;
    if (!flat_reserve(leaf, err)) return false;
    while (batch.filled < rows) {
        if ((leaf->page_left == 0 || leaf->pending_skip > 0 || !leaf->is_loaded) &&
            !flat_position(leaf, err)) {
            return false;
        }
        if (!flat_append(leaf, &batch, MIN(rows - batch.filled, leaf->page_left), err))
            return false;
    }
    *out = (Vector){.type = leaf->type, .form = VECTOR_FLAT, .count = rows};
    out->data = leaf->out.data;
    if (batch.has_nulls) out->validity = (uint64_t *)leaf->validity.data;
    if (batch.has_codes) {
        out->form = VECTOR_DICTIONARY;
        out->data = NULL;
        out->codes = (uint32_t *)leaf->codes.data;
        out->dictionary = &leaf->dictionary;
        out->dictionary_id = leaf->dictionary_id;
    }
    return true;
}

// --- columns with levels
// ---------------------------------------------------------------------------

static bool level_portion_read(RleDecoder *decoder, uint8_t max, uint8_t *levels, uint32_t count) {
    if (rle_read_u8(decoder, levels, count) < count) return false;
    uint8_t highest = 0;
    for (uint32_t i = 0; i < count; i++) highest = MAX(highest, levels[i]);
    return highest <= max;
}

// Decodes levels ahead, from the next page where this one has no more.
static bool levels_ahead(LeafReader *leaf, bool *more, Error *err) {
    const ParquetNode *node = leaf->node;
    *more = true;
    if (leaf->page_left == 0 && (!page_next(leaf, more, err) || !*more)) return *more == false;
    if (!page_load(leaf, err)) return false;
    uint32_t take = MIN(leaf->page_left, (uint32_t)LEVEL_PORTION), at = leaf->entry_count;
    if (at > BATCH_ENTRIES_MAX) {
        return chunk_fail(&leaf->chunk, err, "its rows have more than %d elements at once",
                          BATCH_ENTRIES_MAX);
    }
    MemoryAccount *account = leaf->chunk.account;
    if (!buffer_reserve(&leaf->def_levels, at + (size_t)take, at, account, err)) return false;
    if (node->rep > 0) {
        if (!buffer_reserve(&leaf->rep_levels, at + (size_t)take, at, account, err)) return false;
        if (!level_portion_read(&leaf->rep, node->rep, leaf->rep_levels.data + at, take)) {
            return levels_fail(leaf, err);
        }
    }
    if (node->def == 0) memset(leaf->def_levels.data + at, 0, take);
    else if (!level_portion_read(&leaf->def, node->def, leaf->def_levels.data + at, take)) {
        return levels_fail(leaf, err);
    }
    leaf->ahead_count = take;
    leaf->page_left -= take;
    return true;
}

// How many of the entries decoded ahead belong to the next `rows` rows, given that *seen have
// begun. *done: the first entry of the row after them was met, or none is needed.
static uint32_t entries_of_rows(const LeafReader *leaf, uint64_t rows, uint64_t *seen, bool *done) {
    if (leaf->node->rep == 0) {
        uint32_t take = (uint32_t)MIN(leaf->ahead_count, rows - *seen);
        *seen += take;
        *done = *seen == rows;
        return take;
    }
    const uint8_t *rep = leaf->rep_levels.data + leaf->entry_count;
    for (uint32_t i = 0; i < leaf->ahead_count; i++) {
        if (rep[i] != 0) continue;
        if (*seen == rows) {
            *done = true;
            return i;
        }
        (*seen)++;
    }
    return leaf->ahead_count;
}

static bool entries_take(LeafReader *leaf, uint32_t count, bool keep, Error *err) {
    const uint8_t *def = leaf->def_levels.data + leaf->entry_count;
    uint32_t valid = 0;
    for (uint32_t i = 0; i < count; i++) valid += def[i] == leaf->node->def;
    leaf->ahead_count -= count;
    leaf->entry_count += count;
    if (!keep) {
        // Entries passed over need no room once all are used up.
        if (leaf->ahead_count == 0) leaf->entry_count = 0;
        return values_skip(&leaf->values, valid, &leaf->arena) || values_fail(leaf, err);
    }
    size_t width = leaf->conversion.out_bytes, at = leaf->value_count * width;
    if (!buffer_reserve(&leaf->out, at + valid * width, at, leaf->chunk.account, err)) return false;
    leaf->value_count += valid;
    return dense_read(leaf, valid, leaf->out.data + at, err);
}

static bool rows_take(LeafReader *leaf, uint64_t rows, bool keep, Error *err) {
    uint64_t seen = 0;
    bool done = rows == 0;
    while (!done) {
        if (leaf->ahead_count == 0) {
            bool more;
            if (!levels_ahead(leaf, &more, err)) return false;
            if (!more) return seen == rows || ends_early(leaf, err);
        }
        bool inside = seen > 0;
        uint32_t take = entries_of_rows(leaf, rows, &seen, &done);
        if (take > 0 && !inside && leaf->node->rep > 0 &&
            leaf->rep_levels.data[leaf->entry_count] != 0) {
            return levels_fail(leaf, err); // a row's first entry repeats nothing
        }
        if (!entries_take(leaf, take, keep, err)) return false;
    }
    return true;
}

// Whole pages of a column without repetition are passed over unread.
static bool pages_pass_over(LeafReader *leaf, Error *err) {
    while (leaf->node->rep == 0 && leaf->ahead_count == 0 && leaf->pending_skip > 0) {
        if (leaf->page_left == 0) {
            bool more;
            if (!page_next(leaf, &more, err)) return false;
            if (!more) return ends_early(leaf, err);
        }
        if (leaf->is_loaded || leaf->pending_skip < leaf->page_left) return true;
        chunk_skip(&leaf->chunk, &leaf->header);
        leaf->pending_skip -= leaf->page_left;
        leaf->page_left = 0;
    }
    return true;
}

bool leaf_read_levels(LeafReader *leaf, uint32_t rows, Error *err) {
    if (!pages_pass_over(leaf, err) || !rows_take(leaf, leaf->pending_skip, false, err)) {
        return false;
    }
    leaf->pending_skip = 0;
    // What the skip left behind its last row begins this batch.
    leaf_batch_begin(leaf);
    return rows_take(leaf, rows, true, err);
}
