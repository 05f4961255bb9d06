// SPDX-License-Identifier: Apache-2.0
// The embedded catalog: one SQLite file in the warehouse folder with schemas, tables and views of
// the catalog `spark_catalog`.
//
// The file is opened at the first question, and made (with its folder) at the first change: until
// then there is the empty schema `default`, so that a kernel which never names a table pays
// nothing. Thread-safe by a lock around each call; several processes may share the file.
#pragma once

#include "kernel/plan/catalog.h"

#define LOCAL_CATALOG_NAME "spark_catalog"
#define LOCAL_CATALOG_SCHEMA "default"
#define LOCAL_CATALOG_FILE "catalog.db"

Catalog *local_catalog_new(Slice warehouse);
