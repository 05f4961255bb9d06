// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/partition.h"

#include "base/text.h"
#include "kernel/column/parse.h"
#include "kernel/lake/parquet/format/footer.h"

enum { PARTITION_COLUMNS_MAX = 64 };

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Hive's escapes in names and values: %3D.
static Slice hive_unescape(Arena *arena, Slice s) {
    AUTO(Text, out) = {0};
    for (size_t i = 0; i < s.bytes; i++) {
        int high = i + 2 < s.bytes && s.data[i] == '%' ? hex_digit(s.data[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(s.data[i + 2]) : -1;
        if (low < 0) {
            text_append_char(&out, s.data[i]);
        } else {
            text_append_char(&out, (char)(high * 16 + low));
            i += 2;
        }
    }
    return arena_copy(arena, text_slice(&out));
}

// The "name=value" parts of a file's folders below the base.
static uint32_t parts_of(Arena *arena, Slice base, Slice path, Slice *names, Slice *values) {
    Slice rest = slice_from(path, base.bytes), part;
    uint32_t count = 0;
    while (slice_split(&rest, '/', &part) && rest.data) { // the last part is the file itself
        size_t equals = slice_find_char(part, '=', 0);
        if (equals == SIZE_MAX || equals == 0 || count == PARTITION_COLUMNS_MAX) continue;
        names[count] = hive_unescape(arena, slice_first(part, equals));
        values[count++] = hive_unescape(arena, slice_from(part, equals + 1));
    }
    return count;
}

static bool is_hive_null(Slice text) {
    return text.bytes == 0 || slice_equal_cstr(text, "__HIVE_DEFAULT_PARTITION__");
}

static TypeId type_of_text(Slice text, const TimeZone *zone) {
    int64_t i64;
    int32_t days;
    double f64;
    bool had_zone;
    if (slice_to_i64(text, &i64)) {
        return i64 >= INT32_MIN && i64 <= INT32_MAX ? TYPE_INT : TYPE_BIGINT;
    }
    char last = text.data[text.bytes - 1];
    bool digits = (last >= '0' && last <= '9') || last == '.';
    if (digits && parse_double(text, &f64)) return TYPE_DOUBLE;
    if (text.bytes >= 8 && digits && parse_date(text, &days) &&
        slice_find_char(text, '-', 1) != SIZE_MAX) {
        return slice_find_char(text, ':', 0) == SIZE_MAX ? TYPE_DATE : TYPE_TIMESTAMP;
    }
    if (text.bytes >= 16 && parse_timestamp(text, zone, &i64, &had_zone)) return TYPE_TIMESTAMP;
    return TYPE_STRING;
}

// The type that holds values of both.
static TypeId type_join(TypeId a, TypeId b) {
    if (a == TYPE_VOID || a == b) return b;
    bool numbers = a >= TYPE_INT && a <= TYPE_DOUBLE && b >= TYPE_INT && b <= TYPE_DOUBLE;
    if (numbers) return MAX(a, b);
    bool times = (a == TYPE_DATE || a == TYPE_TIMESTAMP) && (b == TYPE_DATE || b == TYPE_TIMESTAMP);
    return times ? TYPE_TIMESTAMP : TYPE_STRING;
}

static const Type *declared_type(const Type *schema, Slice name) {
    for (uint32_t i = 0; schema && i < schema->field_count; i++) {
        if (slice_equal_ignore_case(schema->fields[i].name, name)) return schema->fields[i].type;
    }
    return NULL;
}

static const Type *column_type(const Type *declared, Slice *const *texts, size_t files,
                               uint32_t column, const TimeZone *zone) {
    if (declared) return declared;
    TypeId id = TYPE_VOID;
    for (size_t f = 0; f < files; f++) {
        if (!is_hive_null(texts[f][column]))
            id = type_join(id, type_of_text(texts[f][column], zone));
    }
    return type_of(id == TYPE_VOID ? TYPE_STRING : id);
}

static bool texts_find(Arena *arena, Slice base, const StorageListing *files, Slice **texts,
                       Partitioning *out, Error *err) {
    for (size_t f = 0; f < files->count; f++) {
        Slice names[PARTITION_COLUMNS_MAX], values[PARTITION_COLUMNS_MAX];
        uint32_t count = parts_of(arena, base, files->entries[f].path, names, values);
        if (f == 0) {
            out->columns = ARENA_ARRAY(arena, PartitionColumn, (size_t)count + 1);
            out->column_count = count;
        }
        bool same = count == out->column_count;
        for (uint32_t c = 0; c < count && same; c++) {
            if (f == 0) out->columns[c].name = names[c];
            same = slice_equal(out->columns[c].name, names[c]);
        }
        if (!same) {
            return parquet_fail(err, files->entries[f].path,
                                "its folders name other partition columns than those of %.*s",
                                SLICE_ARGS(slice_first(files->entries[0].path, 200)));
        }
        texts[f] = ARENA_ARRAY(arena, Slice, (size_t)count + 1);
        memcpy(texts[f], values, count * sizeof *values);
    }
    return true;
}

bool partitioning_find(Arena *arena, Slice base, const StorageListing *files, const Type *schema,
                       const TimeZone *zone, Partitioning *out, Error *err) {
    *out = (Partitioning){0};
    Slice **texts = ARENA_ARRAY(arena, Slice *, files->count + 1);
    if (!texts_find(arena, base, files, texts, out, err)) return false;
    out->values = ARENA_ARRAY(arena, Value *, files->count + 1);
    for (uint32_t c = 0; c < out->column_count; c++) {
        PartitionColumn *column = &out->columns[c];
        const Type *declared = declared_type(schema, column->name);
        column->type = column_type(declared, texts, files->count, c, zone);
    }
    for (size_t f = 0; f < files->count; f++) {
        out->values[f] = ARENA_ARRAY(arena, Value, (size_t)out->column_count + 1);
        for (uint32_t c = 0; c < out->column_count; c++) {
            const Type *type = out->columns[c].type;
            Value *value = &out->values[f][c];
            *value = value_null(type);
            if (is_hive_null(texts[f][c])) continue;
            if (parse_value(texts[f][c], type, zone, arena, value)) continue;
            AUTO(Text, name) = {0};
            type_append_catalog(type, &name);
            return parquet_fail(err, files->entries[f].path,
                                "its partition value %.*s=%.*s is no %.50s",
                                SLICE_ARGS(slice_first(out->columns[c].name, 100)),
                                SLICE_ARGS(slice_first(texts[f][c], 100)), text_cstr(&name));
        }
    }
    return true;
}
