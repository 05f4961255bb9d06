// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/text/table.h"

#include "tests/support/table_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

// A temporary folder with files a test wrote.
typedef struct Fixture {
    char folder[64];
    Text path; // of the file written last
    Arena arena;
    ThreadPool *pool;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    memcpy(f->folder, "/tmp/tarn-text-XXXXXX", sizeof "/tmp/tarn-text-XXXXXX");
    f->pool = thread_pool_new(3);
    *state = f;
    return mkdtemp(f->folder) ? 0 : -1;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    AUTO(Text, command) = {0};
    text_printf(&command, "rm -r %s", f->folder);
    int status = system(text_cstr(&command));
    text_deinit(&f->path);
    arena_deinit(&f->arena);
    thread_pool_free(f->pool);
    free(f);
    return status;
}

static void write_file(Fixture *f, const char *name, Slice content) {
    text_reset(&f->path);
    text_printf(&f->path, "%s/%s", f->folder, name);
    FILE *file = fopen(text_cstr(&f->path), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content.data, 1, content.bytes, file), content.bytes);
    fclose(file);
}

// "name=value;name=value"
static uint32_t parse_options(Fixture *f, const char *text, TableOption **options) {
    uint32_t count = 0;
    Slice rest = slice_from_cstr(text), pair;
    *options = NULL;
    while (rest.bytes && slice_split(&rest, ';', &pair)) {
        size_t equals = slice_find_char(pair, '=', 0);
        TableOption option = {slice_first(pair, equals), slice_from(pair, equals + 1)};
        ARENA_PUSH(&f->arena, *options, count, option);
    }
    return count;
}

static Table *open_path(Fixture *f, const char *format, const char *path, const char *options,
                        const Type *schema, Query *query, Error *err) {
    Slice paths[] = {slice_from_cstr(path)};
    TableRequest request = {.format = slice_from_cstr(format),
                            .paths = paths,
                            .path_count = 1,
                            .schema = schema,
                            .zone = time_zone_utc(),
                            .folder = slice_from_cstr(f->folder),
                            .query = query};
    TableOption *made;
    request.option_count = parse_options(f, options, &made);
    request.options = made;
    bool json = slice_equal(request.format, SLICE("json"));
    return json ? json_table_open(&request, err) : csv_table_open(&request, err);
}

// Reads a path and compares "schema\nrow\nrow\n" with what is expected.
static void assert_table(Fixture *f, const char *format, const char *path, const char *options,
                         const Type *schema, const char *expected) {
    Error err = {0};
    Query query = {.thread_count = 3, .pool = f->pool, .zone = time_zone_utc()};
    AUTO(Text, out) = {0};
    Table *table = open_path(f, format, path, options, schema, &query, &err);
    AUTO(Lines, lines) = {0};
    if (!table || !lines_read_table(&lines, table, NULL, &query, &err)) {
        error_message(&err, &out);
        fail_msg("%s", text_cstr(&out));
    }
    for (uint32_t i = 0; i < table->column_count; i++) {
        text_printf(&out, "%s%.*s ", i ? ", " : "", SLICE_ARGS(table->columns[i].name));
        type_append_catalog(table->columns[i].type, &out);
    }
    text_append_char(&out, '\n');
    for (size_t i = 0; i < lines.count; i++) {
        text_append(&out, lines.items[i]);
        text_append_char(&out, '\n');
    }
    table_unref(table);
    assert_string_equal(text_cstr(&out), expected);
}

static void assert_csv(Fixture *f, const char *content, const char *options, const char *expected) {
    write_file(f, "t.csv", slice_from_cstr(content));
    assert_table(f, "csv", text_cstr(&f->path), options, NULL, expected);
}

static void assert_json(Fixture *f, const char *content, const char *options,
                        const char *expected) {
    write_file(f, "t.json", slice_from_cstr(content));
    assert_table(f, "json", text_cstr(&f->path), options, NULL, expected);
}

static void assert_refused(Fixture *f, const char *format, const char *options, const char *class) {
    Error err = {0};
    Query query = {.thread_count = 1, .zone = time_zone_utc()};
    Table *table = open_path(f, format, text_cstr(&f->path), options, NULL, &query, &err);
    AUTO(Lines, lines) = {0};
    assert_false(table && lines_read_table(&lines, table, NULL, &query, &err));
    assert_string_equal(error_class(&err), class);
    table_unref(table);
}

// --- CSV -----------------------------------------------------------------------------------------

static void csv__names_columns_by_position(void **state) {
    assert_csv(*state, "a,1\nb,\n\n\"\",3", "",
               "_c0 string, _c1 string\n\"a\",\"1\"\n\"b\",null\nnull,\"3\"\n");
}

static void csv__takes_names_from_the_header(void **state) {
    assert_csv(*state, "id,,Id,x y\r\n1,2,3,4\r\n", "header=true",
               "id0 string, _c1 string, Id2 string, x y string\n\"1\",\"2\",\"3\",\"4\"\n");
    assert_csv(*state,
               "\xEF\xBB\xBF"
               "id\n1\n",
               "header=TRUE", "id string\n\"1\"\n");
    assert_csv(*state, "a,b\n", "header=true;inferSchema=true", "a string, b string\n");
    assert_csv(*state, "", "header=true", "\n");
}

static void csv__infers_types(void **state) {
    assert_csv(*state,
               "i,l,dec,d,day,t,b,s,n\n"
               "1,3000000000,12345678901234567890,1.5,2020-01-02,2020-01-02 03:04:05,true,x,\n"
               ",5,1,2,2020-12-31,2020-01-03,FALSE,1,\n",
               "header=true;inferSchema=true",
               "i int, l bigint, dec decimal(20,0), d double, day date, t timestamp, b boolean, "
               "s string, n string\n"
               "1,3000000000,12345678901234567890,1.5,\"2020-01-02\","
               "\"2020-01-02T03:04:05.000000Z\",true,\"x\",null\n"
               "null,5,1,2.0,\"2020-12-31\",\"2020-01-03T00:00:00.000000Z\",false,\"1\","
               "null\n");
}

static void csv__merges_types(void **state) {
    assert_csv(*state, "1,1,2020-01-01,true,NaN\n2.5,x,5,7,1\n", "inferSchema=true",
               "_c0 double, _c1 string, _c2 string, _c3 string, _c4 double\n"
               "1.0,\"1\",\"2020-01-01\",\"true\",\"NaN\"\n2.5,\"x\",\"5\",\"7\",1.0\n");
}

static void csv__reads_with_options(void **state) {
    assert_csv(*state, "# note\na|'b|c'|-\n", "sep=|;quote=';comment=#;nullValue=-",
               "_c0 string, _c1 string, _c2 string\n\"a\",\"b|c\",null\n");
    assert_csv(*state, "\"a\nb\",1\n\"c\",2\n", "multiLine=true;inferSchema=true",
               "_c0 string, _c1 int\n\"a\\nb\",1\n\"c\",2\n");
    assert_csv(*state, " a , 1 \n", "ignoreLeadingWhiteSpace=true;ignoreTrailingWhiteSpace=true",
               "_c0 string, _c1 string\n\"a\",\"1\"\n");
    assert_csv(*state, "\"\",-\n", "emptyValue=empty;nullValue=-",
               "_c0 string, _c1 string\n\"empty\",null\n");
}

static const Type *two_columns(Fixture *f, bool corrupt) {
    TypeField fields[] = {
        {.name = SLICE("a"), .type = type_of(TYPE_INT), .nullable = true},
        {.name = SLICE("b"), .type = type_of(TYPE_DATE), .nullable = true},
        {.name = SLICE("_corrupt_record"), .type = type_of(TYPE_STRING), .nullable = true},
    };
    return type_struct(&f->arena, fields, corrupt ? 3 : 2);
}

static void csv__treats_malformed_records_by_mode(void **state) {
    Fixture *f = *state;
    write_file(f, "t.csv", SLICE("1,2020-01-01\nx,2020-01-02\n3\n4,2020-01-04,5\n"));
    const char *path = text_cstr(&f->path);
    assert_table(f, "csv", path, "", two_columns(f, false),
                 "a int, b date\n1,\"2020-01-01\"\nnull,\"2020-01-02\"\n3,null\n"
                 "4,\"2020-01-04\"\n");
    assert_table(f, "csv", path, "", two_columns(f, true),
                 "a int, b date, _corrupt_record string\n1,\"2020-01-01\",null\n"
                 "null,\"2020-01-02\",\"x,2020-01-02\"\n3,null,\"3\"\n"
                 "4,\"2020-01-04\",\"4,2020-01-04,5\"\n");
    assert_table(f, "csv", path, "mode=dropMalformed", two_columns(f, false),
                 "a int, b date\n1,\"2020-01-01\"\n");
    Error err = {0};
    Query query = {.thread_count = 1, .zone = time_zone_utc()};
    Table *table = open_path(f, "csv", path, "mode=FAILFAST", two_columns(f, false), &query, &err);
    AUTO(Lines, lines) = {0};
    assert_false(lines_read_table(&lines, table, NULL, &query, &err));
    assert_string_equal(error_class(&err), "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION");
    table_unref(table);
}

static void csv__repairs_what_is_not_utf8(void **state) {
    assert_csv(*state, "a\xFFz\n", "", "_c0 string\n\"a\xEF\xBF\xBDz\"\n");
}

static void csv__refuses_what_it_does_not_know(void **state) {
    Fixture *f = *state;
    write_file(f, "t.csv", SLICE("a\n"));
    assert_refused(f, "csv", "encoding=UTF-16", "UNSUPPORTED_FEATURE");
    assert_refused(f, "csv", "dateFormat=dd.MM.yyyy", "UNSUPPORTED_FEATURE");
    assert_refused(f, "csv", "sep=", "INVALID_CONF_VALUE");
    assert_refused(f, "csv", "sep=ab", "INVALID_CONF_VALUE");
    assert_refused(f, "csv", "header=maybe", "INVALID_CONF_VALUE");
    assert_refused(f, "csv", "mode=LOOSE", "INVALID_CONF_VALUE");
    write_file(f, "t.csv.bz2", SLICE("a\n"));
    assert_refused(f, "csv", "", "UNSUPPORTED_FEATURE");
    text_append_cstr(&f->path, ".none");
    assert_refused(f, "csv", "", "PATH_NOT_FOUND");
}

static void csv__reads_folders_and_globs(void **state) {
    Fixture *f = *state;
    write_file(f, "b.csv", SLICE("h\n2\n"));
    write_file(f, "a.csv", SLICE("h\n1\n"));
    write_file(f, "_skipped.csv", SLICE("h\n3\n"));
    write_file(f, "c.txt", SLICE("h\n4\n"));
    assert_table(f, "csv", f->folder, "header=true", NULL, "h string\n\"1\"\n\"2\"\n\"4\"\n");
    assert_table(f, "csv", "*.csv", "header=true;inferSchema=true", NULL, "h int\n3\n1\n2\n");
}

static void write_gzip(Fixture *f, const char *name, Slice content, int members) {
    text_reset(&f->path);
    text_printf(&f->path, "%s/%s", f->folder, name);
    for (int i = 0; i < members; i++) {
        gzFile file = gzopen(text_cstr(&f->path), i ? "ab" : "wb");
        assert_int_equal(gzwrite(file, content.data, (unsigned)content.bytes), content.bytes);
        gzclose(file);
    }
}

static void csv__reads_gzip(void **state) {
    Fixture *f = *state;
    write_gzip(f, "t.csv.gz", SLICE("1,a\n2,b\n"), 2);
    assert_table(f, "csv", text_cstr(&f->path), "inferSchema=true", NULL,
                 "_c0 int, _c1 string\n1,\"a\"\n2,\"b\"\n1,\"a\"\n2,\"b\"\n");
    assert_int_equal(truncate(text_cstr(&f->path), 40), 0);
    assert_refused(f, "csv", "", "CANNOT_READ_FILE");
    write_file(f, "u.csv.gz", SLICE("this is no gzip"));
    assert_refused(f, "csv", "", "CANNOT_READ_FILE");
}

// A file of several morsels: every line is read once, whatever its length, by either kind of end.
static void csv__cuts_morsels_at_line_ends(void **state) {
    Fixture *f = *state;
    for (int crlf = 0; crlf < 2; crlf++) {
        AUTO(Text, content) = {0};
        int64_t rows = 0;
        while (content.bytes < 9u << 20) {
            text_append_i64(&content, rows);
            text_append_char(&content, ',');
            text_append_repeat(&content, 'x', (size_t)(rows * 7919 % 300));
            text_append_cstr(&content, crlf ? "\r\n" : "\n");
            rows++;
        }
        write_file(f, "big.csv", text_slice(&content));
        Error err = {0};
        Query query = {.thread_count = 3, .pool = f->pool, .zone = time_zone_utc()};
        Table *table =
            open_path(f, "csv", text_cstr(&f->path), "inferSchema=true", NULL, &query, &err);
        assert_non_null(table);
        AUTO(Lines, lines) = {0};
        assert_true(lines_read_table(&lines, table, NULL, &query, &err));
        assert_int_equal(lines.count, rows);
        for (int64_t i = 0; i < rows; i++) {
            int64_t got;
            size_t comma = slice_find_char(lines.items[i], ',', 0);
            assert_true(slice_to_i64(slice_first(lines.items[i], comma), &got));
            assert_int_equal(got, i);
        }
        table_unref(table);
    }
}

// --- JSON ----------------------------------------------------------------------------------------

static void json__infers_nested_types(void **state) {
    assert_json(*state,
                "{\"b\": 1, \"a\": \"x\", \"c\": {\"z\": true, \"y\": [1, 2.5]}}\n"
                "{\"a\": null, \"c\": {\"x\": []}, \"d\": [{\"k\": 1}, {\"l\": \"m\"}]}\n",
                "",
                "a string, b bigint, c struct<x:array<string>,y:array<double>,z:boolean>, "
                "d array<struct<k:bigint,l:string>>\n"
                "\"x\",1,{\"x\":null,\"y\":[1.0,2.5],\"z\":true},null\n"
                "null,null,{\"x\":[],\"y\":null,\"z\":null},"
                "[{\"k\":1,\"l\":null},{\"k\":null,\"l\":\"m\"}]\n");
}

static void json__merges_types(void **state) {
    assert_json(*state,
                "{\"a\":1,\"b\":1,\"c\":true,\"d\":\"\",\"e\":{}}\n"
                "{\"a\":2.5,\"b\":\"x\",\"c\":{\"q\":1},\"d\":3}\n",
                "",
                "a double, b string, c string, d bigint\n"
                "1.0,\"1\",\"true\",null\n2.5,\"x\",\"{\\\"q\\\":1}\",3\n");
    assert_json(*state, "{\"a\":12345678901234567890}\n{\"a\":1}\n", "",
                "a decimal(20,0)\n12345678901234567890\n1\n");
    assert_json(*state, "{\"a\":1.25}\n{\"a\":-0.5}\n", "prefersDecimal=true",
                "a decimal(3,2)\n1.25\n-0.50\n");
    assert_json(*state, "{\"a\":1,\"b\":true}\n", "primitivesAsString=true",
                "a string, b string\n\"1\",\"true\"\n");
}

static void json__keeps_malformed_lines(void **state) {
    assert_json(*state, "{\"a\":1}\n{\"a\":\n[{\"a\":2},{\"a\":3}]\n5\n", "",
                "_corrupt_record string, a bigint\nnull,1\n\"{\\\"a\\\":\",null\nnull,2\nnull,3\n"
                "\"5\",null\n");
    assert_json(*state, "{\"a\":1}\n{\"a\":\n", "mode=DROPMALFORMED", "a bigint\n1\n");
}

static void json__reads_documents(void **state) {
    assert_json(*state, "[\n {\"a\": 1},\n {\"a\": 2}\n]\n", "multiLine=true", "a bigint\n1\n2\n");
    assert_json(*state, "{\n \"a\":\n 1}\n", "multiLine=true", "a bigint\n1\n");
}

static void json__is_lenient_as_spark(void **state) {
    assert_json(*state, "{'a': 'x', \"b\": NaN}\n", "", "a string, b double\n\"x\",\"NaN\"\n");
    assert_json(*state, "{a: 1}\n", "allowUnquotedFieldNames=true", "a bigint\n1\n");
}

static void json__fits_values_to_a_schema(void **state) {
    Fixture *f = *state;
    TypeField fields[] = {
        {.name = SLICE("i"), .type = type_of(TYPE_TINYINT), .nullable = true},
        {.name = SLICE("d"), .type = type_of(TYPE_DATE), .nullable = true},
        {.name = SLICE("m"),
         .type = type_map(&f->arena, type_of(TYPE_STRING), type_of(TYPE_BIGINT), true),
         .nullable = true},
        {.name = SLICE("n"), .type = type_decimal(4, 1), .nullable = true},
        {.name = SLICE("s"), .type = type_of(TYPE_STRING), .nullable = true},
    };
    write_file(f, "t.json",
               SLICE("{\"i\":1,\"d\":\"2020-02-29\",\"m\":{\"a\":1,\"b\":null},\"n\":1.25,"
                     "\"s\":[1, 2]}\n"
                     "{\"i\":300,\"d\":\"x\",\"m\":[],\"n\":12345,\"s\":1.50,\"other\":{}}\n"
                     "{\"i\":1,\"i\":null,\"i\":2}\n"));
    assert_table(f, "json", text_cstr(&f->path), "", type_struct(&f->arena, fields, 5),
                 "i tinyint, d date, m map<string,bigint>, n decimal(4,1), s string\n"
                 "1,\"2020-02-29\",{\"a\":1,\"b\":null},1.3,\"[1, 2]\"\n"
                 "null,null,null,null,\"1.50\"\n2,null,null,null,null\n");
}

// More rows than a batch holds, with lists that move.
static void json__fills_several_batches(void **state) {
    Fixture *f = *state;
    AUTO(Text, content) = {0};
    AUTO(Text, expected) = {0};
    text_append_cstr(&expected, "l array<bigint>\n");
    for (int i = 0; i < 5000; i++) {
        text_append_cstr(&content, "{\"l\":[");
        text_append_char(&expected, '[');
        for (int k = 0; k < i % 5; k++) {
            text_printf(&content, "%s%d", k ? "," : "", i * k);
            text_printf(&expected, "%s%d", k ? "," : "", i * k);
        }
        text_append_cstr(&content, "]}\n");
        text_append_cstr(&expected, "]\n");
    }
    write_file(f, "t.json", text_slice(&content));
    assert_table(f, "json", text_cstr(&f->path), "", NULL, text_cstr(&expected));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(csv__names_columns_by_position),
        TEST(csv__takes_names_from_the_header),
        TEST(csv__infers_types),
        TEST(csv__merges_types),
        TEST(csv__reads_with_options),
        TEST(csv__treats_malformed_records_by_mode),
        TEST(csv__repairs_what_is_not_utf8),
        TEST(csv__refuses_what_it_does_not_know),
        TEST(csv__reads_folders_and_globs),
        TEST(csv__reads_gzip),
        TEST(csv__cuts_morsels_at_line_ends),
        TEST(json__infers_nested_types),
        TEST(json__merges_types),
        TEST(json__keeps_malformed_lines),
        TEST(json__reads_documents),
        TEST(json__is_lenient_as_spark),
        TEST(json__fits_values_to_a_schema),
        TEST(json__fills_several_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
