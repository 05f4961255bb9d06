// SPDX-License-Identifier: Apache-2.0
// The columns of a file that is written: a tree like its schema, and the leaves' levels and values.
#pragma once

#include "kernel/column/batch.h"
#include "kernel/lake/parquet/write/thrift_writer.h"

typedef struct WriteNode WriteNode;

// A column chunk in the making.
typedef struct WriteLeaf {
    const WriteNode *node;
    Slice *path; // names from the root
    uint32_t path_count;
    uint8_t max_definition, max_repetition;
    Text definitions; // a byte per value
    Text repetitions;
    Text values;          // PLAIN; booleans a byte each until the page is made
    uint64_t value_count; // nulls included
    uint64_t null_count;
} WriteLeaf;

struct WriteNode {
    Slice name;
    const Type *type;
    bool nullable;
    uint8_t definition; // level of a value that is there
    uint8_t repetition; // level of a further element, for lists and maps
    WriteNode *children;
    uint32_t child_count;
    WriteLeaf *leaf; // of flat types
};

typedef struct WriteTree {
    Arena arena;
    WriteNode *columns;
    uint32_t column_count;
    WriteLeaf **leaves; // in schema order
    uint32_t leaf_count;
} WriteTree;

void write_tree_init(WriteTree *tree, const TypeField *fields, uint32_t count);
void write_tree_deinit(WriteTree *tree);
// One value into the leaves below the node.
void write_node_add(WriteNode *node, const Vector *vector, uint32_t row, uint8_t repetition);
// Parquet's physical type of a leaf (parquet.thrift, enum Type).
int32_t write_node_physical(const WriteNode *node);
// The tree's schema elements, the root first.
uint32_t write_tree_elements(const WriteTree *tree);
void write_tree_append_schema(const WriteTree *tree, ThriftWriter *writer);
