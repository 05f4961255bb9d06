// SPDX-License-Identifier: Apache-2.0
// The schema's elements as a tree of SQL types, with the levels that tell nulls and list ends
// apart.
//
// The three ways in which lists and the two in which maps were written over the years become the
// same LIST and MAP nodes here; nothing further up knows of them.
#pragma once

#include "kernel/column/type.h"
#include "kernel/lake/parquet/format/footer.h"

typedef enum ParquetNodeKind {
    NODE_LEAF,
    NODE_STRUCT,
    NODE_LIST, // children: [element]
    NODE_MAP,  // children: [key, value]; one without values is a LIST of its keys
} ParquetNodeKind;

typedef struct ParquetNode ParquetNode;
struct ParquetNode {
    ParquetNodeKind kind;
    bool nullable;
    bool is_variant; // STRUCT of metadata, value and typed_value
    uint8_t def;     // definition level from which on it is not null
    uint8_t rep;     // repetition level of its values: repeated fields above, LIST and MAP count
    uint8_t element_def; // LIST, MAP: definition level from which on there is an element
    int32_t field_id;    // -1: none
    uint32_t leaf;       // LEAF: its number; else that of the first leaf below
    uint32_t child_count;
    Slice name;
    const Type *type;
    const ParquetElement *element; // LEAF
    ParquetNode *children;
    const char *refusal; // why it cannot be read; NULL: it can
};

typedef struct ParquetSchema {
    ParquetNode root;              // a STRUCT, its children are the columns
    const ParquetElement **leaves; // element of each leaf
    uint32_t leaf_count;
} ParquetSchema;

// All memory is the arena's. Names are checked to be UTF-8.
bool schema_build(Arena *arena, Slice path, const ParquetFooter *footer, ParquetSchema *schema,
                  Error *err) MUST_CHECK;
// The child of that field id (when not negative and the file has ids), else of that name: exactly,
// then ignoring case. NULL: none.
const ParquetNode *schema_child(const ParquetNode *node, Slice name, int32_t field_id);
