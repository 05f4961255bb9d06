// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/parquet/column.h"

#include "kernel/lake/parquet/variant/variant.h"

void column_set_deinit(ColumnSet *set) {
    for (uint32_t i = 0; i < set->leaf_count; i++) leaf_deinit(set->leaves[i]);
    set->leaf_count = 0;
}

// --- building
// --------------------------------------------------------------------------------------

static bool type_mismatch(const ColumnSet *set, const ParquetNode *node, const Type *type,
                          Error *err) {
    AUTO(Text, has) = {0};
    AUTO(Text, wants) = {0};
    type_append_catalog(node->type, &has);
    type_append_catalog(type, &wants);
    return parquet_fail(
        err, set->path, "column %.*s is %.100s there, which cannot be read as %.100s",
        SLICE_ARGS(slice_first(node->name, 100)), text_cstr(&has), text_cstr(&wants));
}

static bool leaf_add(ColumnSet *set, const ParquetNode *node, const Type *type,
                     ColumnReader *column, Error *err) {
    LeafReader *leaf = ARENA_NEW(set->arena, LeafReader);
    if (!leaf_init(leaf, node, type, set->query, set->decompressor)) {
        leaf_deinit(leaf);
        return type_mismatch(set, node, type, err);
    }
    ARENA_PUSH(set->arena, set->leaves, set->leaf_count, leaf);
    column->leaf = leaf;
    column->kind = COLUMN_LEAF;
    return true;
}

static const ParquetNode *leaf_first(const ParquetNode *node) {
    while (node->kind != NODE_LEAF) node = &node->children[0];
    return node;
}

static bool node_build(ColumnSet *set, const ParquetNode *node, const ParquetField *field,
                       const Type *type, ColumnReader *column, Error *err);

static bool struct_build(ColumnSet *set, const ParquetNode *node, const ParquetField *field,
                         ColumnReader *column, Error *err) {
    const Type *type = column->type;
    column->kind = COLUMN_STRUCT;
    column->child_count = type->field_count;
    column->children = ARENA_ARRAY(set->arena, ColumnReader, (size_t)type->field_count + 1);
    for (uint32_t i = 0; i < type->field_count; i++) {
        const ParquetField *child = field && field->children ? &field->children[i] : NULL;
        Slice name = child ? child->name : type->fields[i].name;
        const ParquetNode *found = schema_child(node, name, child ? child->field_id : -1);
        ColumnReader *reader = &column->children[i];
        if (!node_build(set, found, child, type->fields[i].type, reader, err)) return false;
        if (!column->leaf) column->leaf = reader->leaf;
    }
    if (column->leaf) return true;
    // None of its fields is there: some leaf tells which rows are null.
    const ParquetNode *leaf = leaf_first(node);
    bool ok = leaf_add(set, leaf, leaf->type, column, err);
    column->kind = COLUMN_STRUCT;
    return ok;
}

static bool list_build(ColumnSet *set, const ParquetNode *node, const ParquetField *field,
                       ColumnReader *column, Error *err) {
    const Type *type = column->type;
    column->kind = COLUMN_LIST;
    column->child_count = type->field_count;
    column->children = ARENA_ARRAY(set->arena, ColumnReader, type->field_count);
    for (uint32_t i = 0; i < type->field_count; i++) {
        const ParquetField *child = field && field->children ? &field->children[i] : NULL;
        const ParquetNode *found = i < node->child_count ? &node->children[i] : NULL;
        if (!node_build(set, found, child, type->fields[i].type, &column->children[i], err)) {
            return false;
        }
    }
    column->leaf = column->children[0].leaf;
    return column->leaf || parquet_fail(err, set->path, "a list has no element column");
}

// The group's fields as the file has them: metadata, value, typed_value.
static bool variant_build(ColumnSet *set, const ParquetNode *node, ColumnReader *column,
                          Error *err) {
    if (!variant_shape_check(set->path, node, err)) return false;
    column->kind = COLUMN_VARIANT;
    column->child_count = node->child_count;
    column->children = ARENA_ARRAY(set->arena, ColumnReader, node->child_count);
    for (uint32_t i = 0; i < node->child_count; i++) {
        const ParquetNode *child = variant_raw_node(set->arena, &node->children[i]);
        if (!node_build(set, child, NULL, child->type, &column->children[i], err)) return false;
    }
    column->leaf = column->children[0].leaf;
    return true;
}

static bool node_build(ColumnSet *set, const ParquetNode *node, const ParquetField *field,
                       const Type *type, ColumnReader *column, Error *err) {
    *column = (ColumnReader){.node = node, .type = type};
    if (!node) return true;
    if (node->refusal) {
        return parquet_fail(err, set->path, "column %.*s cannot be read: %s",
                            SLICE_ARGS(slice_first(node->name, 100)), node->refusal);
    }
    bool is_group = node->kind == NODE_STRUCT;
    switch (type->id) {
    case TYPE_STRUCT:
        if (is_group && !node->is_variant) return struct_build(set, node, field, column, err);
        break;
    case TYPE_ARRAY:
        if (node->kind == NODE_LIST) return list_build(set, node, field, column, err);
        break;
    case TYPE_MAP:
        if (node->kind == NODE_MAP) return list_build(set, node, field, column, err);
        break;
    case TYPE_VARIANT:
        if (is_group) return variant_build(set, node, column, err);
        break;
    default:
        if (node->kind == NODE_LEAF) return leaf_add(set, node, type, column, err);
        break;
    }
    return type_mismatch(set, node, type, err);
}

bool column_build(ColumnSet *set, const ParquetNode *parent, const ParquetField *field,
                  ColumnReader *column, Error *err) {
    const ParquetNode *node = schema_child(parent, field->name, field->field_id);
    if (!node_build(set, node, field, field->type, column, err)) return false;
    if (column->kind == COLUMN_LEAF && leaf_is_flat(column->leaf)) column->kind = COLUMN_FLAT;
    return true;
}

// --- assembling
// ------------------------------------------------------------------------------------

// Which entries of a leaf's levels are rows of the vector in the making: those that repeat at most
// `rep` and are defined from `def` on. `count` of them are expected.
typedef struct Slots {
    uint8_t rep, def;
    uint32_t count;
} Slots;

static const uint8_t no_levels[1] = {0};

// Levels of a leaf; `step` is 0 where all repetition levels are 0 and none are stored.
typedef struct Levels {
    const uint8_t *rep, *def;
    uint32_t count, rep_step;
} Levels;

static Levels levels_of(const LeafReader *leaf) {
    bool repeats = leaf->node->rep > 0;
    return (Levels){repeats ? leaf->rep_levels.data : no_levels, leaf->def_levels.data,
                    leaf->entry_count, repeats};
}

static bool slots_fail(const ColumnReader *column, Error *err) {
    return chunk_fail(&column->leaf->chunk, err, "its levels do not agree with each other");
}

static bool slot_at(const Levels *levels, const Slots *slots, uint32_t e) {
    return levels->rep[e * levels->rep_step] <= slots->rep && levels->def[e] >= slots->def;
}

// A bit per slot: it is defined from `def` on. NULL in *validity: all are. False: the number of
// slots is not the expected one.
static bool slots_validity(const Levels *levels, const Slots *slots, uint8_t def, Arena *arena,
                           uint64_t **validity, uint32_t *valid) {
    uint64_t *bits = arena_alloc(arena, bit_bytes(slots->count) + 8);
    uint32_t slot = 0, ones = 0;
    for (uint32_t e = 0; e < levels->count; e++) {
        if (!slot_at(levels, slots, e)) continue;
        if (slot == slots->count) return false;
        uint64_t bit = levels->def[e] >= def;
        bits[slot >> 6] |= bit << (slot & 63);
        ones += (uint32_t)bit;
        slot++;
    }
    *validity = ones == slot ? NULL : bits;
    *valid = ones;
    return slot == slots->count;
}

static bool assemble(ColumnReader *column, Slots slots, Arena *arena, Vector *out, Error *err);

static bool leaf_assemble(ColumnReader *column, Slots slots, Arena *arena, Vector *out,
                          Error *err) {
    LeafReader *leaf = column->leaf;
    Levels levels = levels_of(leaf);
    uint32_t valid, width = leaf->conversion.out_bytes;
    if (leaf->conversion.is_void) {
        vector_init_null(out, column->type, slots.count, arena);
        return true;
    }
    *out = (Vector){.type = column->type, .form = VECTOR_FLAT, .count = slots.count};
    if (!slots_validity(&levels, &slots, leaf->node->def, arena, &out->validity, &valid) ||
        valid != leaf->value_count) {
        return slots_fail(column, err);
    }
    size_t bytes = (size_t)slots.count * width, kept = (size_t)valid * width;
    if (!buffer_reserve(&leaf->out, bytes + width, kept, leaf->chunk.account, err)) return false;
    if (out->validity) values_spread(leaf->out.data, width, out->validity, 0, slots.count, valid);
    out->data = leaf->out.data;
    return true;
}

static bool struct_assemble(ColumnReader *column, Slots slots, Arena *arena, Vector *out,
                            Error *err) {
    Levels levels = levels_of(column->leaf);
    uint32_t valid;
    *out = (Vector){.type = column->type, .form = VECTOR_FLAT, .count = slots.count};
    out->data = arena_alloc(arena, 1);
    if (!slots_validity(&levels, &slots, column->node->def, arena, &out->validity, &valid)) {
        return slots_fail(column, err);
    }
    out->children = ARENA_ARRAY(arena, Vector, (size_t)column->child_count + 1);
    for (uint32_t i = 0; i < column->child_count; i++) {
        if (!assemble(&column->children[i], slots, arena, &out->children[i], err)) return false;
    }
    return true;
}

static bool list_assemble(ColumnReader *column, Slots slots, Arena *arena, Vector *out,
                          Error *err) {
    const ParquetNode *node = column->node;
    Levels levels = levels_of(column->leaf);
    uint32_t valid, slot = 0, element = 0;
    *out = (Vector){.type = column->type, .form = VECTOR_FLAT, .count = slots.count};
    if (!slots_validity(&levels, &slots, node->def, arena, &out->validity, &valid)) {
        return slots_fail(column, err);
    }
    ListView *views = arena_alloc(arena, (size_t)slots.count * sizeof *views + 1);
    out->data = views;
    for (uint32_t e = 0; e < levels.count; e++) {
        if (slot_at(&levels, &slots, e)) views[slot++].offset = element;
        if (levels.rep[e * levels.rep_step] > node->rep || levels.def[e] < node->element_def) {
            continue;
        }
        if (slot == 0) return slots_fail(column, err);
        views[slot - 1].count++;
        element++;
    }
    out->children = ARENA_ARRAY(arena, Vector, column->child_count);
    Slots inside = {node->rep, node->element_def, element};
    for (uint32_t i = 0; i < column->child_count; i++) {
        if (!assemble(&column->children[i], inside, arena, &out->children[i], err)) return false;
    }
    return true;
}

static bool variant_assemble(ColumnReader *column, Slots slots, Arena *arena, Vector *out,
                             Error *err) {
    Vector group;
    if (!struct_assemble(column, slots, arena, &group, err)) return false;
    return variant_from_group(column->leaf->chunk.file, column->node, &group, arena, out, err);
}

static bool assemble(ColumnReader *column, Slots slots, Arena *arena, Vector *out, Error *err) {
    switch (column->kind) {
    case COLUMN_FLAT:
    case COLUMN_LEAF: return leaf_assemble(column, slots, arena, out, err);
    case COLUMN_STRUCT: return struct_assemble(column, slots, arena, out, err);
    case COLUMN_LIST: return list_assemble(column, slots, arena, out, err);
    case COLUMN_VARIANT: return variant_assemble(column, slots, arena, out, err);
    case COLUMN_MISSING: break;
    }
    vector_init_null(out, column->type, slots.count, arena);
    return true;
}

static bool levels_read(ColumnReader *column, uint32_t rows, Error *err) {
    // A struct without own children present has a leaf of its own for the levels.
    bool owns = column->kind == COLUMN_LEAF;
    for (uint32_t i = 0; i < column->child_count; i++) {
        owns |= column->children[i].leaf == column->leaf;
    }
    bool is_own = column->kind == COLUMN_LEAF || (column->leaf && !owns);
    if (is_own && !leaf_read_levels(column->leaf, rows, err)) return false;
    for (uint32_t i = 0; i < column->child_count; i++) {
        if (!levels_read(&column->children[i], rows, err)) return false;
    }
    return true;
}

bool column_read(ColumnReader *column, uint32_t rows, Rows wanted, Arena *arena, Vector *out,
                 Error *err) {
    if (column->kind == COLUMN_FLAT) {
        if (!leaf_read_flat(column->leaf, rows, wanted, out, err)) return false;
        if (column->leaf->conversion.is_void) vector_init_null(out, column->type, rows, arena);
        return true;
    }
    if (!levels_read(column, rows, err)) return false;
    return assemble(column, (Slots){0, 0, rows}, arena, out, err);
}
