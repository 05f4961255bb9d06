// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/write/leaf_writer.h"

// --- the tree ------------------------------------------------------------------------------------

typedef struct Building {
    WriteTree *tree;
    Slice path[LIMIT_NESTING_DEPTH];
    uint32_t depth;
} Building;

static void build_node(Building *b, WriteNode *node, Slice name, const Type *type, bool nullable,
                       uint8_t definition, uint8_t repetition);

static void add_leaf(Building *b, WriteNode *node, uint8_t repetition) {
    Arena *arena = &b->tree->arena;
    WriteLeaf *leaf = ARENA_NEW(arena, WriteLeaf);
    leaf->node = node;
    leaf->max_definition = node->definition;
    leaf->max_repetition = repetition;
    leaf->path = ARENA_ARRAY(arena, Slice, b->depth);
    leaf->path_count = b->depth;
    memcpy(leaf->path, b->path, b->depth * sizeof *leaf->path);
    node->leaf = leaf;
    ARENA_PUSH(arena, b->tree->leaves, b->tree->leaf_count, leaf);
}

static void add_children(Building *b, WriteNode *node, uint8_t repetition) {
    const Type *type = node->type;
    bool repeats = type->id == TYPE_ARRAY || type->id == TYPE_MAP;
    uint8_t definition = node->definition;
    if (repeats) {
        node->repetition = ++repetition;
        definition++;
        b->path[b->depth++] = type->id == TYPE_ARRAY ? SLICE("list") : SLICE("key_value");
    }
    node->child_count = type->field_count;
    node->children = ARENA_ARRAY(&b->tree->arena, WriteNode, type->field_count);
    for (uint32_t i = 0; i < type->field_count; i++) {
        const TypeField *field = &type->fields[i];
        Slice name = field->name;
        bool nullable = field->nullable;
        if (type->id == TYPE_ARRAY) name = SLICE("element");
        if (type->id == TYPE_MAP) name = i ? SLICE("value") : SLICE("key");
        if (type->id == TYPE_MAP && i == 0) nullable = false;
        build_node(b, &node->children[i], name, field->type, nullable, definition, repetition);
    }
    if (repeats) b->depth--;
}

static void build_node(Building *b, WriteNode *node, Slice name, const Type *type, bool nullable,
                       uint8_t definition, uint8_t repetition) {
    *node = (WriteNode){.name = arena_copy(&b->tree->arena, name),
                        .type = type_copy(&b->tree->arena, type),
                        .nullable = nullable,
                        .definition = (uint8_t)(definition + nullable)};
    ASSERT(b->depth + 2 < LIMIT_NESTING_DEPTH);
    b->path[b->depth++] = node->name;
    if (type_is_nested(type)) {
        add_children(b, node, repetition);
    } else if (type->id == TYPE_VARIANT) {
        node->child_count = 2;
        node->children = ARENA_ARRAY(&b->tree->arena, WriteNode, 2);
        const Type *binary = type_of(TYPE_BINARY);
        build_node(b, &node->children[0], SLICE("metadata"), binary, false, node->definition,
                   repetition);
        build_node(b, &node->children[1], SLICE("value"), binary, false, node->definition,
                   repetition);
    } else {
        add_leaf(b, node, repetition);
    }
    b->depth--;
}

void write_tree_init(WriteTree *tree, const TypeField *fields, uint32_t count) {
    *tree = (WriteTree){.column_count = count};
    tree->columns = ARENA_ARRAY(&tree->arena, WriteNode, count);
    Building b = {.tree = tree};
    for (uint32_t i = 0; i < count; i++)
        build_node(&b, &tree->columns[i], fields[i].name, fields[i].type, fields[i].nullable, 0, 0);
}

void write_tree_deinit(WriteTree *tree) {
    for (uint32_t i = 0; i < tree->leaf_count; i++) {
        text_deinit(&tree->leaves[i]->definitions);
        text_deinit(&tree->leaves[i]->repetitions);
        text_deinit(&tree->leaves[i]->values);
    }
    arena_deinit(&tree->arena);
    *tree = (WriteTree){0};
}

// --- values --------------------------------------------------------------------------------------

static void put_bytes(Text *out, Slice bytes) {
    uint32_t length = (uint32_t)bytes.bytes;
    text_append(out, slice_of((const char *)&length, sizeof length));
    text_append(out, bytes);
}

static void put_i32(Text *out, int32_t value) {
    text_append(out, slice_of((const char *)&value, sizeof value));
}

static void put_i64(Text *out, int64_t value) {
    text_append(out, slice_of((const char *)&value, sizeof value));
}

static void put_decimal128(Text *out, Int128 value) {
    char big_endian[16];
    for (int i = 15; i >= 0; i--, value >>= 8) big_endian[i] = (char)value;
    text_append(out, slice_of(big_endian, sizeof big_endian));
}

// Months, days and milliseconds, as Parquet's INTERVAL has them.
static void put_interval(Text *out, const Interval *interval) {
    put_i32(out, interval->months);
    put_i32(out, interval->days);
    put_i32(out, (int32_t)(interval->micros / 1000));
}

static void put_value(WriteLeaf *leaf, const Vector *base, uint32_t index) {
    Text *out = &leaf->values;
    const Type *type = leaf->node->type;
    switch (type_physical(type)) {
    case PHYSICAL_VOID: break;
    case PHYSICAL_BOOL: text_append_char(out, (char)((const uint8_t *)base->data)[index]); break;
    case PHYSICAL_INT8: put_i32(out, ((const int8_t *)base->data)[index]); break;
    case PHYSICAL_INT16: put_i32(out, ((const int16_t *)base->data)[index]); break;
    case PHYSICAL_INT32: put_i32(out, ((const int32_t *)base->data)[index]); break;
    case PHYSICAL_INT64: {
        int64_t value = ((const int64_t *)base->data)[index];
        if (type->id == TYPE_TIME) value /= 1000;
        if (type->id == TYPE_DECIMAL && type->precision <= 9) put_i32(out, (int32_t)value);
        else put_i64(out, value);
        break;
    }
    case PHYSICAL_FLOAT:
        text_append(out, slice_of((const char *)&((const float *)base->data)[index], 4));
        break;
    case PHYSICAL_DOUBLE:
        text_append(out, slice_of((const char *)&((const double *)base->data)[index], 8));
        break;
    case PHYSICAL_INT128: put_decimal128(out, ((const Int128 *)base->data)[index]); break;
    case PHYSICAL_STRING:
        put_bytes(out, string_view_slice(&((const StringView *)base->data)[index]));
        break;
    case PHYSICAL_INTERVAL: put_interval(out, &((const Interval *)base->data)[index]); break;
    default: ASSERT(!"a nested type has no values of its own");
    }
}

static void put_levels(WriteLeaf *leaf, uint8_t definition, uint8_t repetition) {
    if (leaf->max_definition) text_append_char(&leaf->definitions, (char)definition);
    if (leaf->max_repetition) text_append_char(&leaf->repetitions, (char)repetition);
    leaf->value_count++;
    leaf->null_count += definition < leaf->max_definition;
}

// Nothing is there: every leaf below gets the level at which it ends.
static void add_missing(WriteNode *node, uint8_t definition, uint8_t repetition) {
    if (node->leaf) put_levels(node->leaf, definition, repetition);
    for (uint32_t i = 0; i < node->child_count; i++)
        add_missing(&node->children[i], definition, repetition);
}

// Bytes of a variant's metadata, which stand before its value (Parquet's variant encoding).
static size_t metadata_bytes(Slice variant) {
    if (!variant.bytes) return 0;
    const uint8_t *data = (const uint8_t *)variant.data;
    uint32_t width = (uint32_t)(data[0] >> 6) + 1;
    uint64_t count = 0, last = 0;
    if (variant.bytes < 1 + (size_t)width) return variant.bytes;
    memcpy(&count, data + 1, width);
    uint64_t table = 1 + (uint64_t)width * (count + 2);
    if (table > variant.bytes) return variant.bytes;
    memcpy(&last, data + table - width, width);
    return MIN(table + last, variant.bytes);
}

static void add_variant(WriteNode *node, const Vector *base, uint32_t index, uint8_t repetition) {
    Slice bytes = string_view_slice(&((const StringView *)base->data)[index]);
    size_t metadata = metadata_bytes(bytes);
    Slice parts[2] = {slice_first(bytes, metadata), slice_from(bytes, metadata)};
    for (uint32_t i = 0; i < 2; i++) {
        WriteLeaf *leaf = node->children[i].leaf;
        put_levels(leaf, leaf->max_definition, repetition);
        put_bytes(&leaf->values, parts[i]);
    }
}

static void add_elements(WriteNode *node, const Vector *base, uint32_t index, uint8_t repetition) {
    ListView list = ((const ListView *)base->data)[index];
    if (list.count == 0) {
        for (uint32_t i = 0; i < node->child_count; i++)
            add_missing(&node->children[i], node->definition, repetition);
        return;
    }
    for (uint32_t i = 0; i < node->child_count; i++)
        for (uint32_t k = 0; k < list.count; k++)
            write_node_add(&node->children[i], &base->children[i], list.offset + k,
                           k ? node->repetition : repetition);
}

void write_node_add(WriteNode *node, const Vector *vector, uint32_t row, uint8_t repetition) {
    if (node->type->id == TYPE_VOID || vector_is_null(vector, row)) {
        // A null where none is declared cannot be told; the levels of its parent are all there is.
        add_missing(node, (uint8_t)(node->definition - node->nullable), repetition);
        return;
    }
    uint32_t index;
    const Vector *base = vector_base(vector, row, &index);
    switch (node->type->id) {
    case TYPE_VARIANT: add_variant(node, base, index, repetition); break;
    case TYPE_ARRAY:
    case TYPE_MAP: add_elements(node, base, index, repetition); break;
    case TYPE_STRUCT:
        for (uint32_t i = 0; i < node->child_count; i++)
            write_node_add(&node->children[i], &base->children[i], index, repetition);
        break;
    default:
        put_levels(node->leaf, node->definition, repetition);
        put_value(node->leaf, base, index);
    }
}

// --- the schema (parquet.thrift, SchemaElement)
// ------------------------------------------------------

enum { REQUIRED, OPTIONAL, REPEATED };
enum { P_BOOLEAN, P_INT32, P_INT64, P_INT96, P_FLOAT, P_DOUBLE, P_BYTE_ARRAY, P_FIXED };
enum {
    CONVERTED_UTF8 = 0,
    CONVERTED_MAP = 1,
    CONVERTED_LIST = 3,
    CONVERTED_DECIMAL = 5,
    CONVERTED_DATE = 6,
    CONVERTED_TIME_MICROS = 8,
    CONVERTED_TIMESTAMP_MICROS = 10,
    CONVERTED_INT_8 = 15,
    CONVERTED_INT_16 = 16,
    CONVERTED_INTERVAL = 21,
    CONVERTED_NONE = -1
};
// Fields of the union LogicalType.
enum {
    LOGICAL_STRING = 1,
    LOGICAL_MAP = 2,
    LOGICAL_LIST = 3,
    LOGICAL_DECIMAL = 5,
    LOGICAL_DATE = 6,
    LOGICAL_TIME = 7,
    LOGICAL_TIMESTAMP = 8,
    LOGICAL_INTEGER = 10,
    LOGICAL_UNKNOWN = 11,
    LOGICAL_VARIANT = 16,
    LOGICAL_NONE = 0
};

int32_t write_node_physical(const WriteNode *node) {
    const Type *type = node->type;
    switch (type_physical(type)) {
    case PHYSICAL_BOOL: return P_BOOLEAN;
    case PHYSICAL_INT64:
        return type->id == TYPE_DECIMAL && type->precision <= 9 ? P_INT32 : P_INT64;
    case PHYSICAL_FLOAT: return P_FLOAT;
    case PHYSICAL_DOUBLE: return P_DOUBLE;
    case PHYSICAL_STRING: return P_BYTE_ARRAY;
    case PHYSICAL_INT128:
    case PHYSICAL_INTERVAL: return P_FIXED;
    default: return P_INT32;
    }
}

typedef struct Annotation {
    int32_t converted;
    int16_t logical;
} Annotation;

static Annotation annotation_of(const Type *type) {
    switch (type->id) {
    case TYPE_STRING:
    case TYPE_CHAR:
    case TYPE_VARCHAR: return (Annotation){CONVERTED_UTF8, LOGICAL_STRING};
    case TYPE_TINYINT: return (Annotation){CONVERTED_INT_8, LOGICAL_INTEGER};
    case TYPE_SMALLINT: return (Annotation){CONVERTED_INT_16, LOGICAL_INTEGER};
    case TYPE_DECIMAL: return (Annotation){CONVERTED_DECIMAL, LOGICAL_DECIMAL};
    case TYPE_DATE: return (Annotation){CONVERTED_DATE, LOGICAL_DATE};
    case TYPE_TIME: return (Annotation){CONVERTED_TIME_MICROS, LOGICAL_TIME};
    case TYPE_TIMESTAMP: return (Annotation){CONVERTED_TIMESTAMP_MICROS, LOGICAL_TIMESTAMP};
    case TYPE_TIMESTAMP_NTZ: return (Annotation){CONVERTED_NONE, LOGICAL_TIMESTAMP};
    case TYPE_INTERVAL: return (Annotation){CONVERTED_INTERVAL, LOGICAL_NONE};
    case TYPE_ARRAY: return (Annotation){CONVERTED_LIST, LOGICAL_LIST};
    case TYPE_MAP: return (Annotation){CONVERTED_MAP, LOGICAL_MAP};
    case TYPE_VARIANT: return (Annotation){CONVERTED_NONE, LOGICAL_VARIANT};
    case TYPE_VOID: return (Annotation){CONVERTED_NONE, LOGICAL_UNKNOWN};
    default: return (Annotation){CONVERTED_NONE, LOGICAL_NONE};
    }
}

static void append_logical(ThriftWriter *w, const Type *type, int16_t logical) {
    int16_t element = thrift_begin_struct(w, 10);
    int16_t inner = thrift_begin_struct(w, logical);
    if (logical == LOGICAL_DECIMAL) {
        thrift_write_i32(w, 1, type->scale);
        thrift_write_i32(w, 2, type->precision);
    } else if (logical == LOGICAL_INTEGER) {
        thrift_write_byte(w, 1, type->id == TYPE_TINYINT ? 8 : 16);
        thrift_write_bool(w, 2, true);
    } else if (logical == LOGICAL_TIME || logical == LOGICAL_TIMESTAMP) {
        thrift_write_bool(w, 1, type->id == TYPE_TIMESTAMP);
        int16_t unit = thrift_begin_struct(w, 2);
        int16_t micros = thrift_begin_struct(w, 2);
        thrift_end_struct(w, micros);
        thrift_end_struct(w, unit);
    }
    thrift_end_struct(w, inner);
    thrift_end_struct(w, element);
}

static void append_group(ThriftWriter *w, Slice name, int32_t repetition, uint32_t children) {
    int16_t outer = thrift_begin_element(w);
    thrift_write_i32(w, 3, repetition);
    thrift_write_binary(w, 4, name);
    thrift_write_i32(w, 5, (int32_t)children);
    thrift_end_struct(w, outer);
}

static void append_node(const WriteNode *node, ThriftWriter *w) {
    const Type *type = node->type;
    Annotation annotation = annotation_of(type);
    bool repeats = type->id == TYPE_ARRAY || type->id == TYPE_MAP;
    int32_t physical = node->leaf ? write_node_physical(node) : 0;
    int16_t outer = thrift_begin_element(w);
    if (node->leaf) thrift_write_i32(w, 1, physical);
    if (physical == P_FIXED) thrift_write_i32(w, 2, type->id == TYPE_INTERVAL ? 12 : 16);
    thrift_write_i32(w, 3, node->nullable ? OPTIONAL : REQUIRED);
    thrift_write_binary(w, 4, node->name);
    if (!node->leaf) thrift_write_i32(w, 5, repeats ? 1 : (int32_t)node->child_count);
    if (annotation.converted != CONVERTED_NONE) thrift_write_i32(w, 6, annotation.converted);
    if (type->id == TYPE_DECIMAL) {
        thrift_write_i32(w, 7, type->scale);
        thrift_write_i32(w, 8, type->precision);
    }
    if (annotation.logical != LOGICAL_NONE) append_logical(w, type, annotation.logical);
    thrift_end_struct(w, outer);
    if (repeats)
        append_group(w, type->id == TYPE_ARRAY ? SLICE("list") : SLICE("key_value"), REPEATED,
                     node->child_count);
    for (uint32_t i = 0; i < node->child_count; i++) append_node(&node->children[i], w);
}

static uint32_t count_elements(const WriteNode *node) {
    uint32_t count = node->type->id == TYPE_ARRAY || node->type->id == TYPE_MAP ? 2 : 1;
    for (uint32_t i = 0; i < node->child_count; i++) count += count_elements(&node->children[i]);
    return count;
}

uint32_t write_tree_elements(const WriteTree *tree) {
    uint32_t count = 1;
    for (uint32_t i = 0; i < tree->column_count; i++) count += count_elements(&tree->columns[i]);
    return count;
}

void write_tree_append_schema(const WriteTree *tree, ThriftWriter *w) {
    int16_t outer = thrift_begin_element(w);
    thrift_write_binary(w, 4, SLICE("schema"));
    thrift_write_i32(w, 5, (int32_t)tree->column_count);
    thrift_end_struct(w, outer);
    for (uint32_t i = 0; i < tree->column_count; i++) append_node(&tree->columns[i], w);
}
