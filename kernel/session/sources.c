// SPDX-License-Identifier: Apache-2.0
// Where a session's tables and names come from: the catalog in the warehouse, files by format.
#include "kernel/catalog/local_catalog.h"
#include "kernel/lake/delta/table.h"
#include "kernel/lake/parquet/table.h"
#include "kernel/lake/text/table.h"
#include "kernel/session/statement.h"

Catalog *session_catalog(Session *session, Error *err) {
    (void)err;
    if (!session->catalog) session->catalog = local_catalog_new(session->warehouse);
    return session->catalog;
}

void caches_init(TableCaches *caches) {
    caches->snapshots = delta_snapshot_cache_new();
    caches->footers = parquet_cache_new();
}

void caches_deinit(TableCaches *caches) {
    delta_snapshot_cache_free(caches->snapshots);
    parquet_cache_free(caches->footers);
}

static Table *open_delta(const TableRequest *request, Error *err) {
    const TableCaches *caches = request->query->caches;
    return delta_table_open(request, caches ? caches->snapshots : NULL,
                            caches ? caches->footers : NULL, err);
}

static const struct {
    const char *format;
    TableOpener open;
} openers[] = {
    {"delta", open_delta},
    {"parquet", parquet_table_open},
    {"csv", csv_table_open},
    {"json", json_table_open},
};

Table *session_open_table(const TableRequest *request, Error *err) {
    for (size_t i = 0; i < COUNT_OF(openers); i++)
        if (slice_equal_ignore_case(request->format, slice_from_cstr(openers[i].format)))
            return openers[i].open(request, err);
    AUTO(Text, format) = {0};
    text_append(&format, request->format);
    error_set(err, ERR_DATA_SOURCE_NOT_FOUND, "provider", text_cstr(&format));
    return NULL;
}
