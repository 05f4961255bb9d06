// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/format/schema.h"

#include "base/utf8.h"

enum { SCHEMA_DEPTH_MAX = 100, LEVEL_MAX = 250 };

typedef struct Builder {
    Arena *arena;
    const ParquetFooter *footer;
    ParquetSchema *schema;
    uint32_t next; // element
    const char *failure;
} Builder;

// Levels of the place where a node stands.
typedef struct Place {
    uint32_t def, rep, depth;
} Place;

static void node_build(Builder *b, Place place, ParquetNode *node);

// --- leaves
// ----------------------------------------------------------------------------------------

static const Type *decimal_type(const ParquetElement *element) {
    bool valid = element->precision >= 1 && element->precision <= DECIMAL_MAX_PRECISION &&
                 element->scale >= 0 && element->scale <= element->precision;
    return valid ? type_decimal(element->precision, element->scale) : NULL;
}

static const Type *integer_type(const ParquetElement *element) {
    switch (element->bit_width) {
    case 8: return type_of(element->is_signed ? TYPE_TINYINT : TYPE_SMALLINT);
    case 16: return type_of(element->is_signed ? TYPE_SMALLINT : TYPE_INT);
    case 32: return type_of(element->is_signed ? TYPE_INT : TYPE_BIGINT);
    case 64: return element->is_signed ? type_of(TYPE_BIGINT) : type_decimal(20, 0);
    default: return NULL;
    }
}

static const Type *int32_type(const ParquetElement *element) {
    switch (element->logical) {
    case LOGICAL_DATE: return type_of(TYPE_DATE);
    case LOGICAL_TIME: return type_time(3);
    case LOGICAL_DECIMAL: return decimal_type(element);
    case LOGICAL_INTEGER: return element->bit_width <= 32 ? integer_type(element) : NULL;
    default: return type_of(TYPE_INT);
    }
}

static const Type *int64_type(const ParquetElement *element) {
    switch (element->logical) {
    case LOGICAL_TIMESTAMP: return type_of(element->is_utc ? TYPE_TIMESTAMP : TYPE_TIMESTAMP_NTZ);
    case LOGICAL_TIME: return type_time(6);
    case LOGICAL_DECIMAL: return decimal_type(element);
    case LOGICAL_INTEGER: return integer_type(element);
    default: return type_of(TYPE_BIGINT);
    }
}

static const Type *byte_array_type(const ParquetElement *element) {
    switch (element->logical) {
    case LOGICAL_STRING:
    case LOGICAL_ENUM:
    case LOGICAL_JSON: return type_of(TYPE_STRING);
    case LOGICAL_DECIMAL: return decimal_type(element);
    default: return type_of(TYPE_BINARY);
    }
}

static const Type *fixed_type(const ParquetElement *element) {
    switch (element->logical) {
    case LOGICAL_DECIMAL: return decimal_type(element);
    case LOGICAL_FLOAT16: return element->fixed_bytes == 2 ? type_of(TYPE_FLOAT) : NULL;
    case LOGICAL_INTERVAL: return element->fixed_bytes == 12 ? type_of(TYPE_INTERVAL) : NULL;
    default: return type_of(TYPE_BINARY);
    }
}

static const Type *leaf_type(const ParquetElement *element) {
    if (element->logical == LOGICAL_VOID) return type_of(TYPE_VOID);
    switch (element->physical) {
    case PARQUET_BOOLEAN: return type_of(TYPE_BOOLEAN);
    case PARQUET_INT32: return int32_type(element);
    case PARQUET_INT64: return int64_type(element);
    case PARQUET_INT96: return type_of(TYPE_TIMESTAMP);
    case PARQUET_FLOAT: return type_of(TYPE_FLOAT);
    case PARQUET_DOUBLE: return type_of(TYPE_DOUBLE);
    case PARQUET_BYTE_ARRAY: return byte_array_type(element);
    case PARQUET_FIXED: return fixed_type(element);
    case PARQUET_GROUP: break;
    }
    return NULL;
}

static void leaf_build(Builder *b, ParquetNode *node) {
    node->kind = NODE_LEAF;
    node->leaf = b->schema->leaf_count;
    b->schema->leaves[b->schema->leaf_count++] = node->element;
    node->type = leaf_type(node->element);
    if (node->element->physical == PARQUET_FIXED && node->element->fixed_bytes <= 0) {
        b->failure = "a fixed-length column has no length";
    }
    if (!node->type) {
        node->refusal = "its annotation does not fit its physical type";
        node->type = type_of(TYPE_BINARY);
    }
}

// --- groups
// ----------------------------------------------------------------------------------------

static bool node_is(const ParquetNode *node, const char *name) {
    return slice_equal_cstr(node->name, name);
}

static void refusal_inherit(ParquetNode *node) {
    for (uint32_t i = 0; i < node->child_count && !node->refusal; i++) {
        node->refusal = node->children[i].refusal;
    }
}

static void struct_finish(Builder *b, ParquetNode *node) {
    TypeField *fields = ARENA_ARRAY(b->arena, TypeField, (size_t)node->child_count + 1);
    bool has_metadata = false, has_value = false;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const ParquetNode *child = &node->children[i];
        fields[i] = (TypeField){child->name, child->type, child->nullable, SLICE_NONE, SLICE_NONE};
        has_metadata |= node_is(child, "metadata") && type_is(child->type, TYPE_BINARY);
        has_value |= node_is(child, "value") || node_is(child, "typed_value");
    }
    node->kind = NODE_STRUCT;
    node->is_variant = has_metadata && has_value && node->element->logical == LOGICAL_VARIANT;
    node->type =
        node->is_variant ? type_of(TYPE_VARIANT) : type_struct(b->arena, fields, node->child_count);
    refusal_inherit(node);
}

static void children_build(Builder *b, Place place, uint32_t count, ParquetNode *node) {
    if (count == 0 && place.depth > 0) b->failure = "a group has no fields";
    node->children = ARENA_ARRAY(b->arena, ParquetNode, (size_t)count + 1);
    node->child_count = count;
    for (uint32_t i = 0; i < count && !b->failure; i++) node_build(b, place, &node->children[i]);
}

static void list_finish(Builder *b, ParquetNode *node) {
    const ParquetNode *element = &node->children[0];
    node->kind = NODE_LIST;
    node->type = type_array(b->arena, element->type, element->nullable);
    refusal_inherit(node);
}

// A repeated group is the element itself where it has several fields, one that is repeated, or a
// name of old writers; else it only wraps the element.
static bool repeated_is_element(const Builder *b, const ParquetElement *repeated, Slice list_name) {
    if (repeated->physical != PARQUET_GROUP || repeated->child_count != 1) return true;
    const ParquetElement *child = repeated + 1;
    if (child >= b->footer->elements + b->footer->element_count) return true;
    if (child->repetition == PARQUET_REPEATED) return true;
    if (slice_equal_cstr(repeated->name, "array")) return true;
    return repeated->name.bytes == list_name.bytes + 6 &&
           slice_starts_with(repeated->name, list_name) &&
           slice_ends_with(repeated->name, SLICE("_tuple"));
}

// The element of a list whose repeated field is next; `place` is inside the repetition.
static void repeated_build(Builder *b, Place place, ParquetNode *element) {
    const ParquetElement *repeated = &b->footer->elements[b->next++];
    *element = (ParquetNode){
        .name = SLICE("element"), .element = repeated, .field_id = repeated->field_id};
    element->def = (uint8_t)place.def;
    element->rep = (uint8_t)place.rep;
    if (repeated->physical != PARQUET_GROUP) {
        leaf_build(b, element);
        return;
    }
    element->leaf = b->schema->leaf_count;
    children_build(b, place, repeated->child_count, element);
    if (!b->failure) struct_finish(b, element);
}

static void list_build(Builder *b, Place place, ParquetNode *node) {
    const ParquetElement *repeated = &b->footer->elements[b->next];
    Place inside = {place.def + 1, place.rep + 1, place.depth + 1};
    node->element_def = (uint8_t)inside.def;
    node->rep = (uint8_t)inside.rep;
    node->leaf = b->schema->leaf_count;
    if (repeated_is_element(b, repeated, node->name)) {
        node->children = ARENA_NEW(b->arena, ParquetNode);
        node->child_count = 1;
        repeated_build(b, inside, node->children);
    } else {
        b->next++;
        children_build(b, inside, 1, node);
        node->children[0].name = SLICE("element");
    }
    if (!b->failure) list_finish(b, node);
}

static void map_build(Builder *b, Place place, ParquetNode *node) {
    const ParquetElement *repeated = &b->footer->elements[b->next++];
    Place inside = {place.def + 1, place.rep + 1, place.depth + 1};
    node->element_def = (uint8_t)inside.def;
    node->rep = (uint8_t)inside.rep;
    node->leaf = b->schema->leaf_count;
    children_build(b, inside, repeated->child_count, node);
    if (b->failure) return;
    if (node->child_count == 1) { // no values: a set of keys
        node->children[0].name = SLICE("element");
        list_finish(b, node);
        return;
    }
    const ParquetNode *value = &node->children[1];
    node->kind = NODE_MAP;
    node->type = type_map(b->arena, node->children[0].type, value->type, value->nullable);
    refusal_inherit(node);
}

// The group's one child is repeated: what LIST and MAP need; any other shape is a plain struct.
static bool wraps_repeated(const Builder *b, const ParquetElement *element) {
    return element->child_count == 1 && b->next < b->footer->element_count &&
           b->footer->elements[b->next].repetition == PARQUET_REPEATED;
}

static bool wraps_entries(const Builder *b, const ParquetElement *element) {
    if (!wraps_repeated(b, element)) return false;
    const ParquetElement *entries = &b->footer->elements[b->next];
    return entries->physical == PARQUET_GROUP && entries->child_count >= 1 &&
           entries->child_count <= 2;
}

// A repeated field without annotation is a list of required elements.
static void bare_repeated_build(Builder *b, Place place, ParquetNode *node) {
    b->next--;
    node->nullable = false;
    node->def = (uint8_t)place.def;
    node->element_def = (uint8_t)(place.def + 1);
    node->rep = (uint8_t)(place.rep + 1);
    node->leaf = b->schema->leaf_count;
    node->children = ARENA_NEW(b->arena, ParquetNode);
    node->child_count = 1;
    repeated_build(b, (Place){place.def + 1, place.rep + 1, place.depth + 1}, node->children);
    if (!b->failure) list_finish(b, node);
}

static void node_build(Builder *b, Place place, ParquetNode *node) {
    if (b->next >= b->footer->element_count) b->failure = "it names more children than there are";
    if (place.depth > SCHEMA_DEPTH_MAX || place.def >= LEVEL_MAX) b->failure = "it is too deep";
    if (b->failure) return;
    const ParquetElement *element = &b->footer->elements[b->next++];
    *node = (ParquetNode){.name = element->name,
                          .element = element,
                          .field_id = element->field_id,
                          .nullable = element->repetition == PARQUET_OPTIONAL};
    if (!utf8_valid(element->name)) {
        b->failure = "a name is not valid UTF-8";
        return;
    }
    if (element->repetition == PARQUET_REPEATED) {
        bare_repeated_build(b, place, node);
        return;
    }
    if (node->nullable) place.def++;
    place.depth++;
    node->def = (uint8_t)place.def;
    node->rep = (uint8_t)place.rep;
    if (element->physical != PARQUET_GROUP) {
        leaf_build(b, node);
    } else if (element->logical == LOGICAL_LIST && wraps_repeated(b, element)) {
        list_build(b, place, node);
    } else if (element->logical == LOGICAL_MAP && wraps_entries(b, element)) {
        map_build(b, place, node);
    } else {
        node->leaf = b->schema->leaf_count;
        children_build(b, place, element->child_count, node);
        if (!b->failure) struct_finish(b, node);
    }
}

// All groups together claim as many children as there are elements but the root.
static bool counts_agree(const ParquetFooter *footer) {
    uint64_t children = 0;
    for (uint32_t i = 0; i < footer->element_count; i++) {
        const ParquetElement *element = &footer->elements[i];
        if (element->physical == PARQUET_GROUP) children += element->child_count;
    }
    return children == footer->element_count - 1;
}

bool schema_build(Arena *arena, Slice path, const ParquetFooter *footer, ParquetSchema *schema,
                  Error *err) {
    const ParquetElement *root = &footer->elements[0];
    Builder b = {.arena = arena, .footer = footer, .schema = schema, .next = 1};
    *schema = (ParquetSchema){0};
    schema->leaves = ARENA_ARRAY(arena, const ParquetElement *, (size_t)footer->leaf_count + 1);
    schema->root = (ParquetNode){.element = root, .field_id = -1};
    if (root->physical != PARQUET_GROUP) b.failure = "its root is not a group";
    else if (!counts_agree(footer)) b.failure = "groups and elements do not agree";
    if (!b.failure) children_build(&b, (Place){0, 0, 0}, root->child_count, &schema->root);
    if (!b.failure && b.next != footer->element_count) b.failure = "elements are left over";
    if (b.failure) return parquet_fail(err, path, "its schema is corrupt: %s", b.failure);
    struct_finish(&b, &schema->root);
    schema->root.refusal = NULL;
    return true;
}

const ParquetNode *schema_child(const ParquetNode *node, Slice name, int32_t field_id) {
    for (uint32_t i = 0; field_id >= 0 && i < node->child_count; i++) {
        if (node->children[i].field_id == field_id) return &node->children[i];
    }
    const ParquetNode *folded = NULL;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const ParquetNode *child = &node->children[i];
        if (slice_equal(child->name, name)) return child;
        if (!folded && slice_equal_ignore_case(child->name, name)) folded = child;
    }
    return folded;
}
