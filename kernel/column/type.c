// SPDX-License-Identifier: Apache-2.0
// Simple, decimal, time and interval types are constant tables; the others are made in arenas.
#include "kernel/column/type.h"

// clang-format off
#define UNIT_FIRST(id) ((id) == TYPE_INTERVAL_DAY_TIME ? UNIT_DAY : UNIT_YEAR)
#define UNIT_LAST(id)                                                                              \
    ((id) == TYPE_INTERVAL_DAY_TIME ? UNIT_SECOND                                                  \
                                    : (id) == TYPE_INTERVAL_YEAR_MONTH ? UNIT_MONTH : UNIT_YEAR)
#define TYPE(ident, name, catalog, physical)                                                       \
    [TYPE_##ident] = {                                                                             \
        .id = TYPE_##ident,                                                                        \
        .precision = TYPE_##ident == TYPE_DECIMAL ? 10 : TYPE_##ident == TYPE_TIME ? 6 : 0,        \
        .unit_start = UNIT_FIRST(TYPE_##ident),                                                    \
        .unit_stop = UNIT_LAST(TYPE_##ident)},
// clang-format on
static const Type TYPES[TYPE_COUNT] = {
#include "kernel/column/type_list.inc"
};
#undef TYPE

typedef struct TypeNames {
    const char *sql;
    const char *catalog;
    PhysicalType physical;
} TypeNames;

static const TypeNames NAMES[TYPE_COUNT] = {
#define TYPE(ident, name, catalog, physical) {name, catalog, PHYSICAL_##physical},
#include "kernel/column/type_list.inc"
#undef TYPE
};

#define DECIMAL(p, s) {.id = TYPE_DECIMAL, .precision = (p), .scale = (s)},
#define DECIMALS_10(p, s) \
    DECIMAL(p, s)         \
    DECIMAL(p, s + 1)     \
    DECIMAL(p, s + 2)     \
    DECIMAL(p, s + 3)     \
    DECIMAL(p, s + 4)     \
    DECIMAL(p, s + 5) DECIMAL(p, s + 6) DECIMAL(p, s + 7) DECIMAL(p, s + 8) DECIMAL(p, s + 9)
// Scales 0..39 of one precision; those past the precision are never handed out.
#define DECIMALS(p) {DECIMALS_10(p, 0) DECIMALS_10(p, 10) DECIMALS_10(p, 20) DECIMALS_10(p, 30)},
#define DECIMALS_5(p) DECIMALS(p) DECIMALS(p + 1) DECIMALS(p + 2) DECIMALS(p + 3) DECIMALS(p + 4)
static const Type DECIMAL_TYPES[][40] = {DECIMALS_5(1) DECIMALS_5(6) DECIMALS_5(11) DECIMALS_5(
    16) DECIMALS_5(21) DECIMALS_5(26) DECIMALS_5(31) DECIMALS_5(36)};

#define TIME_TYPE(p) \
    { .id = TYPE_TIME, .precision = (p) }
static const Type TIME_TYPES[] = {TIME_TYPE(0), TIME_TYPE(1), TIME_TYPE(2), TIME_TYPE(3),
                                  TIME_TYPE(4), TIME_TYPE(5), TIME_TYPE(6)};

#define INTERVAL_TYPE(family, start, stop) \
    [UNIT_##start][UNIT_##stop] = {        \
        .id = TYPE_INTERVAL_##family, .unit_start = UNIT_##start, .unit_stop = UNIT_##stop}
static const Type INTERVAL_TYPES[UNIT_SECOND + 1][UNIT_SECOND + 1] = {
    INTERVAL_TYPE(YEAR_MONTH, YEAR, YEAR),   INTERVAL_TYPE(YEAR_MONTH, YEAR, MONTH),
    INTERVAL_TYPE(YEAR_MONTH, MONTH, MONTH), INTERVAL_TYPE(DAY_TIME, DAY, DAY),
    INTERVAL_TYPE(DAY_TIME, DAY, HOUR),      INTERVAL_TYPE(DAY_TIME, DAY, MINUTE),
    INTERVAL_TYPE(DAY_TIME, DAY, SECOND),    INTERVAL_TYPE(DAY_TIME, HOUR, HOUR),
    INTERVAL_TYPE(DAY_TIME, HOUR, MINUTE),   INTERVAL_TYPE(DAY_TIME, HOUR, SECOND),
    INTERVAL_TYPE(DAY_TIME, MINUTE, MINUTE), INTERVAL_TYPE(DAY_TIME, MINUTE, SECOND),
    INTERVAL_TYPE(DAY_TIME, SECOND, SECOND),
};

const Type *type_of(TypeId id) {
    ASSERT(id < TYPE_COUNT && id != TYPE_ARRAY && id != TYPE_MAP && id != TYPE_STRUCT);
    return &TYPES[id];
}

const Type *type_decimal(int precision, int scale) {
    ASSERT(precision >= 1 && precision <= DECIMAL_MAX_PRECISION);
    ASSERT(scale >= 0 && scale <= precision);
    return &DECIMAL_TYPES[precision - 1][scale];
}

const Type *type_time(int precision) {
    ASSERT(precision >= 0 && precision <= 6);
    return &TIME_TYPES[precision];
}

const Type *type_interval(IntervalUnit start, IntervalUnit stop) {
    ASSERT(start <= stop && stop <= UNIT_SECOND);
    ASSERT((start <= UNIT_MONTH) == (stop <= UNIT_MONTH));
    return &INTERVAL_TYPES[start][stop];
}

static Type *type_new(Arena *arena, TypeId id) {
    Type *type = ARENA_NEW(arena, Type);
    type->id = id;
    return type;
}

const Type *type_char(Arena *arena, TypeId id, uint32_t length) {
    ASSERT(id == TYPE_CHAR || id == TYPE_VARCHAR);
    Type *type = type_new(arena, id);
    type->length = length;
    return type;
}

const Type *type_string_collated(Arena *arena, Slice collation) {
    if (collation.bytes == 0 || slice_equal_ignore_case(collation, SLICE("UTF8_BINARY")))
        return type_of(TYPE_STRING);
    Type *type = type_new(arena, TYPE_STRING);
    type->collation = arena_copy(arena, collation);
    return type;
}

const Type *type_array(Arena *arena, const Type *element, bool contains_null) {
    Type *type = type_new(arena, TYPE_ARRAY);
    TypeField *field = ARENA_NEW(arena, TypeField);
    *field = (TypeField){.name = SLICE("element"), .type = element, .nullable = contains_null};
    type->field_count = 1;
    type->fields = field;
    return type;
}

const Type *type_map(Arena *arena, const Type *key, const Type *value, bool value_contains_null) {
    Type *type = type_new(arena, TYPE_MAP);
    TypeField *fields = ARENA_ARRAY(arena, TypeField, 2);
    fields[0] = (TypeField){.name = SLICE("key"), .type = key};
    fields[1] = (TypeField){.name = SLICE("value"), .type = value, .nullable = value_contains_null};
    type->field_count = 2;
    type->fields = fields;
    return type;
}

const Type *type_struct(Arena *arena, const TypeField *fields, uint32_t count) {
    Type *type = type_new(arena, TYPE_STRUCT);
    TypeField *copy = ARENA_ARRAY(arena, TypeField, count ? count : 1);
    if (count) memcpy(copy, fields, sizeof *copy * count);
    type->field_count = count;
    type->fields = copy;
    return type;
}

static bool type_is_static(const Type *type) {
    const char *p = (const char *)type;
#define WITHIN(table) (p >= (const char *)(table) && p < (const char *)(table) + sizeof(table))
    return WITHIN(TYPES) || WITHIN(DECIMAL_TYPES) || WITHIN(TIME_TYPES) || WITHIN(INTERVAL_TYPES);
#undef WITHIN
}

const Type *type_copy(Arena *arena, const Type *type) {
    if (type_is_static(type)) return type;
    Type *copy = ARENA_NEW(arena, Type);
    *copy = *type;
    copy->collation = arena_copy(arena, type->collation);
    TypeField *fields = ARENA_ARRAY(arena, TypeField, type->field_count ? type->field_count : 1);
    for (uint32_t i = 0; i < type->field_count; i++) {
        const TypeField *from = &type->fields[i];
        fields[i] = (TypeField){.name = arena_copy(arena, from->name),
                                .type = type_copy(arena, from->type),
                                .nullable = from->nullable,
                                .comment = arena_copy(arena, from->comment),
                                .metadata = arena_copy(arena, from->metadata)};
    }
    copy->fields = type->field_count ? fields : NULL;
    return copy;
}

PhysicalType type_physical(const Type *type) {
    if (type->id == TYPE_DECIMAL && type->precision > DECIMAL_64_PRECISION) return PHYSICAL_INT128;
    return NAMES[type->id].physical;
}

size_t physical_bytes(PhysicalType physical) {
    static const uint8_t BYTES[] = {
#define PHYSICAL(ident, ctype, bytes) bytes,
#include "kernel/column/physical_list.inc"
#undef PHYSICAL
    };
    return BYTES[physical];
}

bool type_equal(const Type *a, const Type *b) {
    if (a == b) return true;
    if (a->id != b->id || a->precision != b->precision || a->scale != b->scale ||
        a->unit_start != b->unit_start || a->unit_stop != b->unit_stop || a->length != b->length ||
        a->field_count != b->field_count || !slice_equal_ignore_case(a->collation, b->collation))
        return false;
    for (uint32_t i = 0; i < a->field_count; i++) {
        if (!slice_equal_ignore_case(a->fields[i].name, b->fields[i].name)) return false;
        if (!type_equal(a->fields[i].type, b->fields[i].type)) return false;
    }
    return true;
}

bool type_is_integer(const Type *type) {
    return type->id >= TYPE_TINYINT && type->id <= TYPE_BIGINT;
}

bool type_is_numeric(const Type *type) {
    return type->id >= TYPE_TINYINT && type->id <= TYPE_DECIMAL;
}

bool type_is_text(const Type *type) {
    return type->id == TYPE_STRING || type->id == TYPE_CHAR || type->id == TYPE_VARCHAR;
}

bool type_is_interval(const Type *type) {
    return type->id == TYPE_INTERVAL_YEAR_MONTH || type->id == TYPE_INTERVAL_DAY_TIME ||
           type->id == TYPE_INTERVAL;
}

bool type_is_nested(const Type *type) {
    return type->id == TYPE_ARRAY || type->id == TYPE_MAP || type->id == TYPE_STRUCT;
}

bool type_is_orderable(const Type *type) {
    if (type->id == TYPE_MAP || type->id == TYPE_VARIANT || type->id == TYPE_INTERVAL) return false;
    for (uint32_t i = 0; i < type->field_count; i++)
        if (!type_is_orderable(type->fields[i].type)) return false;
    return true;
}

static const char *const UNIT_NAMES[] = {"year", "month", "day", "hour", "minute", "second"};

static void append_upper(Text *out, const char *word, bool upper) {
    for (; *word; word++)
        text_append_char(out, upper && *word >= 'a' && *word <= 'z' ? (char)(*word - 32) : *word);
}

static void append_interval(const Type *type, bool upper, Text *out) {
    append_upper(out, "interval ", upper);
    append_upper(out, UNIT_NAMES[type->unit_start], upper);
    if (type->unit_start == type->unit_stop) return;
    append_upper(out, " to ", upper);
    append_upper(out, UNIT_NAMES[type->unit_stop], upper);
}

// What all forms write the same way, up to case: the simple and the parameterised types.
static void append_plain(const Type *type, bool upper, Text *out) {
    if (type->id == TYPE_INTERVAL_YEAR_MONTH || type->id == TYPE_INTERVAL_DAY_TIME) {
        append_interval(type, upper, out);
        return;
    }
    text_append_cstr(out, upper ? NAMES[type->id].sql : NAMES[type->id].catalog);
    if (type->id == TYPE_DECIMAL) text_printf(out, "(%d,%d)", type->precision, type->scale);
    else if (type->id == TYPE_TIME) text_printf(out, "(%d)", type->precision);
    else if (type->id == TYPE_CHAR || type->id == TYPE_VARCHAR)
        text_printf(out, "(%u)", type->length);
    else if (type->id == TYPE_STRING && type->collation.bytes) {
        append_upper(out, " collate ", upper);
        text_append(out, type->collation);
    }
}

static bool is_plain_name(Slice name) {
    bool digits = name.bytes > 0;
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        bool digit = c >= '0' && c <= '9';
        if (!(digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_')) return false;
        digits = digits && digit;
    }
    return name.bytes > 0 && !digits;
}

static void append_name_quoted(Slice name, Text *out) {
    if (is_plain_name(name)) {
        text_append(out, name);
        return;
    }
    text_append_char(out, '`');
    for (size_t i = 0; i < name.bytes; i++) {
        if (name.data[i] == '`') text_append_char(out, '`');
        text_append_char(out, name.data[i]);
    }
    text_append_char(out, '`');
}

static void append_comment(Slice comment, Text *out) {
    text_append_cstr(out, " COMMENT '");
    for (size_t i = 0; i < comment.bytes; i++) {
        if (comment.data[i] == '\'' || comment.data[i] == '\\') text_append_char(out, '\\');
        text_append_char(out, comment.data[i]);
    }
    text_append_char(out, '\'');
}

void type_append_sql(const Type *type, Text *out) {
    if (!type_is_nested(type)) {
        append_plain(type, true, out);
        return;
    }
    text_append_cstr(out, NAMES[type->id].sql);
    text_append_char(out, '<');
    for (uint32_t i = 0; i < type->field_count; i++) {
        const TypeField *field = &type->fields[i];
        if (i) text_append_cstr(out, ", ");
        if (type->id == TYPE_STRUCT) {
            append_name_quoted(field->name, out);
            text_append_cstr(out, ": ");
        }
        type_append_sql(field->type, out);
        if (type->id == TYPE_STRUCT && !field->nullable) text_append_cstr(out, " NOT NULL");
        if (type->id == TYPE_STRUCT && field->comment.bytes) append_comment(field->comment, out);
    }
    text_append_char(out, '>');
}

void type_append_catalog(const Type *type, Text *out) {
    if (!type_is_nested(type)) {
        append_plain(type, false, out);
        return;
    }
    text_append_cstr(out, NAMES[type->id].catalog);
    text_append_char(out, '<');
    for (uint32_t i = 0; i < type->field_count; i++) {
        if (i) text_append_char(out, ',');
        if (type->id == TYPE_STRUCT) {
            text_append(out, type->fields[i].name);
            text_append_char(out, ':');
        }
        type_append_catalog(type->fields[i].type, out);
    }
    text_append_char(out, '>');
}
