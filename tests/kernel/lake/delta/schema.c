// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/delta/schema.h"

#include "kernel/column/decimal.h"
#include "kernel/lake/delta/statistics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct Opened {
    Arena arena;
    DeltaSchema schema;
    DeltaProtocol protocol;
    DeltaMetadata metadata;
    Error err;
} Opened;

// The text with ' as ", which spares C's escapes.
static Slice quoted(Arena *arena, const char *text) {
    char *copy = arena_cstr(arena, slice_from_cstr(text));
    for (char *at = copy; *at; at++)
        if (*at == '\'') *at = '"';
    return slice_from_cstr(copy);
}

static bool open_schema(Opened *o, const char *schema, const char *mode, Slice *partitions,
                        uint32_t count) {
    DeltaPair *pair = ARENA_NEW(&o->arena, DeltaPair);
    *pair = (DeltaPair){SLICE("delta.columnMapping.mode"), slice_from_cstr(mode)};
    o->protocol = (DeltaProtocol){.min_reader_version = mode ? 2 : 1, .min_writer_version = 5};
    o->metadata = (DeltaMetadata){.schema_string = quoted(&o->arena, schema),
                                  .configuration = pair,
                                  .configuration_count = mode ? 1 : 0,
                                  .partition_columns = partitions,
                                  .partition_column_count = count};
    return delta_schema_read(&o->protocol, &o->metadata, SLICE("/t"), 0, &o->arena, &o->schema,
                             &o->err);
}

static void schema__reads_columns(void **state) {
    (void)state;
    Opened o = {0};
    Slice partitions[] = {SLICE("B")};
    assert_true(open_schema(&o,
                            "{'type':'struct','fields':["
                            "{'name':'a','type':'integer','nullable':true,"
                            "'metadata':{'comment':'first','CURRENT_DEFAULT':'1 + 1'}},"
                            "{'name':'b','type':'date','nullable':true,"
                            "'metadata':{'delta.generationExpression':'c'}},"
                            "{'name':'c','type':'string','nullable':true,"
                            "'metadata':{'__CHAR_VARCHAR_TYPE_STRING':'varchar(20)'}}]}",
                            NULL, partitions, 1));
    assert_int_equal(o.schema.column_count, 3);
    const DeltaColumn *columns = o.schema.columns;
    assert_true(slice_equal(columns[0].comment, SLICE("first")));
    assert_true(slice_equal(columns[0].default_sql, SLICE("1 + 1")));
    assert_int_equal(columns[0].partition_index, -1);
    assert_int_equal(columns[1].partition_index, 0); // names match ignoring case
    assert_true(slice_equal(columns[1].generated_sql, SLICE("c")));
    assert_int_equal(columns[2].type->id, TYPE_VARCHAR);
    assert_int_equal(columns[2].type->length, 20);
    assert_null(columns[2].field.children);
    arena_deinit(&o.arena);
}

static void schema__maps_names_at_every_depth(void **state) {
    (void)state;
#define MAPPED(name, id, type)                                                    \
    "{'name':'" name "','nullable':true,'metadata':{'delta.columnMapping.id':" id \
    ",'delta.columnMapping.physicalName':'col-" id "'},'type':" type "}"
#define STRUCT(field) "{'type':'struct','fields':[" field "]}"
#define ARRAY(element) "{'type':'array','containsNull':true,'elementType':" element "}"
    static const char nested[] = STRUCT(
        MAPPED("s", "1", STRUCT(MAPPED("l", "2", ARRAY(STRUCT(MAPPED("x", "3", "'long'")))))));
    for (int by_id = 0; by_id < 2; by_id++) {
        Opened o = {0};
        assert_true(open_schema(&o, nested, by_id ? "id" : "name", NULL, 0));
        const ParquetField *s = &o.schema.columns[0].field;
        assert_true(slice_equal(o.schema.columns[0].name, SLICE("s")));
        assert_true(slice_equal(s->name, SLICE("col-1")));
        assert_int_equal(s->field_id, by_id ? 1 : -1);
        const ParquetField *l = &s->children[0];
        assert_true(slice_equal(l->name, SLICE("col-2")));
        const ParquetField *x = &l->children[0].children[0];
        assert_true(slice_equal(x->name, SLICE("col-3")));
        assert_int_equal(x->field_id, by_id ? 3 : -1);
        assert_int_equal(x->type->id, TYPE_BIGINT);
        arena_deinit(&o.arena);
    }
    Opened o = {0};
    assert_true(open_schema(&o, nested, NULL, NULL, 0));
    assert_true(slice_equal(o.schema.columns[0].physical_name, SLICE("s")));
    arena_deinit(&o.arena);
}

static void schema__refuses(void **state) {
    (void)state;
    Opened o = {0};
    Slice partitions[] = {SLICE("p")};
    assert_false(open_schema(&o, "", NULL, NULL, 0));
    assert_string_equal(error_class(&o.err), "DELTA_SCHEMA_NOT_SET");
    assert_false(open_schema(&o, "{'type':'struct'", NULL, NULL, 0));
    assert_false(open_schema(&o, "'long'", NULL, NULL, 0));
    assert_false(open_schema(&o, "{'type':'struct','fields':[]}", NULL, partitions, 1));
    assert_string_equal(error_class(&o.err), "DELTA_LOG_MALFORMED");
    arena_deinit(&o.arena);
}

static const char typed[] = "{'type':'struct','fields':["
                            "{'name':'i','type':'integer','nullable':true,'metadata':{}},"
                            "{'name':'d','type':'date','nullable':true,'metadata':{}},"
                            "{'name':'t','type':'timestamp','nullable':true,'metadata':{}},"
                            "{'name':'n','type':'decimal(5,2)','nullable':true,'metadata':{}},"
                            "{'name':'s','type':'string','nullable':true,'metadata':{}},"
                            "{'name':'b','type':'boolean','nullable':true,'metadata':{}},"
                            "{'name':'f','type':'double','nullable':true,'metadata':{}}"
                            "]}";

static void partition_values__are_typed(void **state) {
    (void)state;
    Opened o = {0};
    Slice names[] = {SLICE("i"), SLICE("d"), SLICE("t"), SLICE("n"),
                     SLICE("s"), SLICE("b"), SLICE("f")};
    assert_true(open_schema(&o, typed, NULL, names, 7));
    Value v[7];
    assert_true(delta_partition_values(
        &o.schema,
        SLICE("{\"i\":\"-5\",\"d\":\"2020-02-29\",\"t\":\"2020-01-01 00:00:01.5\",\"n\":\"1.5\","
              "\"s\":\"a\\u00e9\",\"b\":\"true\",\"f\":\"1E3\",\"other\":\"x\"}"),
        time_zone_utc(), &o.arena, v, &o.err));
    assert_int_equal(v[0].i64, -5);
    assert_int_equal(v[1].i64, 18321);
    assert_int_equal(v[2].i64, 1577836801500000);
    assert_int_equal((int64_t)v[3].i128, 150);
    assert_true(slice_equal(v[4].bytes, SLICE("a\xC3\xA9")));
    assert_int_equal(v[5].i64, 1);
    assert_true(v[6].f64 == 1000);
    // Empty text, null and absence are null; a number instead of a string is taken.
    assert_true(delta_partition_values(&o.schema, SLICE("{\"i\":7,\"d\":\"\",\"s\":null}"),
                                       time_zone_utc(), &o.arena, v, &o.err));
    assert_int_equal(v[0].i64, 7);
    for (int i = 1; i < 7; i++) assert_true(v[i].is_null);
    assert_false(delta_partition_values(&o.schema, SLICE("{\"i\":\"x\"}"), time_zone_utc(),
                                        &o.arena, v, &o.err));
    assert_string_equal(error_class(&o.err), "DELTA_LOG_MALFORMED");
    arena_deinit(&o.arena);
}

static void read_statistics(Opened *o, const char *stats, int64_t rows,
                            DeltaColumnStatistics *out) {
    static const uint32_t columns[] = {0, 1, 2, 3, 4, 5, 6};
    DeltaFile file = {.stats = slice_from_cstr(stats), .row_count = rows};
    delta_statistics_read(&file, &o->schema, columns, 7, &o->arena, out);
}

static void statistics__are_typed(void **state) {
    (void)state;
    Opened o = {0};
    assert_true(open_schema(&o, typed, NULL, NULL, 0));
    DeltaColumnStatistics s[7];
    read_statistics(&o,
                    "{\"numRecords\":9,\"minValues\":{\"i\":1,\"d\":\"2020-01-01\","
                    "\"t\":\"2020-01-01T00:00:00.001Z\",\"n\":-1.25,\"s\":\"a\",\"f\":0.5},"
                    "\"maxValues\":{\"i\":9,\"t\":\"2020-01-01T00:00:00.001Z\",\"f\":\"NaN\"},"
                    "\"nullCount\":{\"i\":0,\"d\":9,\"n\":3,\"s\":\"x\"}}",
                    9, s);
    assert_int_equal(s[0].bounds.low.i64, 1);
    assert_int_equal(s[0].bounds.high.i64, 9);
    assert_true(s[0].bounds.no_nulls);
    assert_true(s[1].bounds.all_null);
    assert_false(s[1].bounds.has_high);
    assert_int_equal(s[2].bounds.low.i64, 1577836800001000);
    assert_int_equal(s[2].bounds.high.i64, 1577836800001999); // the cut-off millisecond
    assert_int_equal((int64_t)s[3].bounds.low.i128, -125);
    assert_int_equal(s[3].null_count, 3);
    assert_true(slice_equal(s[4].bounds.low.bytes, SLICE("a")));
    assert_int_equal(s[4].null_count, -1);
    assert_true(s[6].bounds.has_low);
    assert_false(s[6].bounds.has_high);
    arena_deinit(&o.arena);
}

static void statistics__count_only_what_is_tight(void **state) {
    (void)state;
    Opened o = {0};
    assert_true(open_schema(&o, typed, NULL, NULL, 0));
    DeltaColumnStatistics s[7];
    read_statistics(&o, "{\"tightBounds\":false,\"nullCount\":{\"i\":0,\"d\":3,\"t\":9,\"n\":12}}",
                    9, s);
    assert_int_equal(s[0].null_count, 0);
    assert_int_equal(s[1].null_count, -1);
    assert_true(s[2].bounds.all_null);
    assert_int_equal(s[3].null_count, -1);
    read_statistics(&o, "{\"nullCount\":{\"i\":0},\"minValues\":{\"i\":1", 9, s);
    assert_int_equal(s[0].null_count, -1); // malformed text says nothing
    assert_false(s[0].bounds.has_low);
    arena_deinit(&o.arena);
}

// A FLOAT's text is the shortest that tells it from other floats: read as a double it may lie off.
static void statistics__know_floats(void **state) {
    (void)state;
    Opened o = {0};
    assert_true(open_schema(&o,
                            "{'type':'struct','fields':["
                            "{'name':'f','type':'float','nullable':true,'metadata':{}},"
                            "{'name':'d','type':'double','nullable':true,'metadata':{"
                            "'delta.typeChanges':[{'fromType':'float','toType':'double'}]}}]}",
                            NULL, NULL, 0));
    static const uint32_t columns[] = {0, 1};
    DeltaColumnStatistics s[2];
    DeltaFile file = {.row_count = 1,
                      .stats = quoted(&o.arena, "{'minValues':{'f':3.4,'d':3.4},"
                                                "'maxValues':{'f':3.4,'d':3.4}}")};
    delta_statistics_read(&file, &o.schema, columns, 2, &o.arena, s);
    assert_true(s[0].bounds.low.f64 == (double)3.4f);
    assert_true(s[0].bounds.high.f64 == (double)3.4f);
    assert_true(s[1].bounds.low.f64 == 3.4); // whichever of the two the text means
    assert_true(s[1].bounds.high.f64 == (double)3.4f);
    arena_deinit(&o.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema__reads_columns),
        cmocka_unit_test(schema__maps_names_at_every_depth),
        cmocka_unit_test(schema__refuses),
        cmocka_unit_test(partition_values__are_typed),
        cmocka_unit_test(statistics__are_typed),
        cmocka_unit_test(statistics__count_only_what_is_tight),
        cmocka_unit_test(statistics__know_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
