// SPDX-License-Identifier: Apache-2.0
// The one interface through which names become tables, views and functions, and through which DDL
// changes them. catalog/ implements it; session adds temporary views and path tables before it.
//
// The resolver asks once per name and applies the answer, so nothing enters below the check.
// Strings in answers live in the arena passed. Names match ignoring case and keep the case they
// were made with.
#pragma once

#include "kernel/plan/parser.h"
#include "kernel/plan/table.h"

typedef struct Catalog Catalog;

typedef enum CatalogObjectKind { CATALOG_TABLE, CATALOG_VIEW } CatalogObjectKind;

typedef struct CatalogColumn {
    Slice name;
    const Type *type;
    bool nullable;
    Slice comment;
    Slice default_sql;
} CatalogColumn;

typedef struct CatalogObject {
    CatalogObjectKind kind;
    Slice catalog, schema, name;
    bool is_external;
    Slice format; // table: "delta", ...
    Slice location;
    TableOption *options;
    uint32_t option_count;
    TableOption *properties;
    uint32_t property_count;
    Slice *partition_columns;
    uint32_t partition_count;
    CatalogColumn *columns; // declared ones; a table without takes its file's. View: output columns
    uint32_t column_count;
    Slice comment;
    Slice owner;
    int64_t created_micros;
    Slice view_text;                 // view: the query
    Slice view_catalog, view_schema; // names in it resolve against these
    bool view_ansi;                  // session flags at creation
    Slice row_filter_sql;            // grants layer, later; empty
} CatalogObject;

typedef struct CatalogSchema {
    Slice catalog, name, comment, location, owner;
    TableOption *properties;
    uint32_t property_count;
} CatalogSchema;

typedef struct CatalogOps {
    // Each sets SCHEMA_NOT_FOUND, TABLE_OR_VIEW_NOT_FOUND, ..._ALREADY_EXISTS etc. as Spark does.
    bool (*find)(Catalog *catalog, Slice catalog_name, Slice schema, Slice name, CatalogObject *out,
                 bool *found, Arena *arena, Error *err);
    bool (*schema_exists)(Catalog *catalog, Slice catalog_name, Slice schema, bool *exists,
                          Error *err);
    bool (*list_catalogs)(Catalog *catalog, Slice **names, uint32_t *count, Arena *arena,
                          Error *err);
    bool (*list_schemas)(Catalog *catalog, Slice catalog_name, CatalogSchema **schemas,
                         uint32_t *count, Arena *arena, Error *err);
    bool (*list_objects)(Catalog *catalog, Slice catalog_name, Slice schema,
                         CatalogObject **objects, uint32_t *count, Arena *arena, Error *err);
    bool (*create_schema)(Catalog *catalog, const CatalogSchema *schema, bool if_not_exists,
                          Error *err);
    bool (*drop_schema)(Catalog *catalog, Slice catalog_name, Slice schema, bool if_exists,
                        bool cascade, Error *err);
    bool (*create_object)(Catalog *catalog, const CatalogObject *object, bool if_not_exists,
                          bool or_replace, Error *err);
    bool (*drop_object)(Catalog *catalog, CatalogObjectKind kind, Slice catalog_name, Slice schema,
                        Slice name, bool if_exists, Error *err);
    void (*free)(Catalog *catalog);
} CatalogOps;

struct Catalog {
    const CatalogOps *ops;
};
