// SPDX-License-Identifier: Apache-2.0
// SQL against a catalog of empty tables: the schema a query gets, or the error.
#include "kernel/plan/resolver.h"

#include "base/text.h"
#include "kernel/sql/sql_parser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

// --- a catalog of tables given as DDL
// ------------------------------------------------------------------

static const char *const TABLES[][2] = {
    {"t", "a int, b bigint, c string, d decimal(10,2), x double"},
    {"u", "a int, b string, e date"},
    {"n", "s struct<f: int, g: struct<h: string>>, r array<struct<f: int, k: string>>, "
          "m map<string, int>, l array<int>, ts timestamp"},
    {"customer", "c_custkey bigint, c_name string, c_address string, c_nationkey bigint, "
                 "c_phone string, c_acctbal decimal(15,2), c_mktsegment string, c_comment string"},
    {"lineitem",
     "l_orderkey bigint, l_partkey bigint, l_suppkey bigint, l_linenumber int, "
     "l_quantity decimal(15,2), l_extendedprice decimal(15,2), l_discount decimal(15,2), "
     "l_tax decimal(15,2), l_returnflag string, l_linestatus string, l_shipdate date, "
     "l_commitdate date, l_receiptdate date, l_shipinstruct string, l_shipmode string, "
     "l_comment string"},
    {"nation", "n_nationkey bigint, n_name string, n_regionkey bigint, n_comment string"},
    {"orders", "o_orderkey bigint, o_custkey bigint, o_orderstatus string, "
               "o_totalprice decimal(15,2), o_orderdate date, o_orderpriority string, "
               "o_clerk string, o_shippriority int, o_comment string"},
    {"part", "p_partkey bigint, p_name string, p_mfgr string, p_brand string, p_type string, "
             "p_size int, p_container string, p_retailprice decimal(15,2), p_comment string"},
    {"partsupp", "ps_partkey bigint, ps_suppkey bigint, ps_availqty int, "
                 "ps_supplycost decimal(15,2), ps_comment string"},
    {"region", "r_regionkey bigint, r_name string, r_comment string"},
    {"supplier", "s_suppkey bigint, s_name string, s_address string, s_nationkey bigint, "
                 "s_phone string, s_acctbal decimal(15,2), s_comment string"},
};

typedef struct Fixture {
    Arena arena;
    Query query;
    atomic_bool cancelled;
    ResolveScope scope;
} Fixture;

static void table_free(Table *table) { free(table); }
static const TableOps TABLE_OPS = {.free = table_free};

static Table *fake_open(const TableRequest *request, Error *err) {
    Arena *arena = (Arena *)request->query->user.data; // the fixture's, smuggled in
    for (size_t i = 0; i < COUNT_OF(TABLES); i++) {
        if (!slice_equal_cstr(request->paths[0], TABLES[i][0])) continue;
        const Type *type = sql_parser()->type(arena, slice_from_cstr(TABLES[i][1]), err);
        if (!type) return NULL;
        Table *table = calloc(1, sizeof *table);
        table->ops = &TABLE_OPS;
        table->references = 1;
        table->column_count = type->field_count;
        table->columns = ARENA_ARRAY(arena, TableColumn, type->field_count);
        for (uint32_t c = 0; c < type->field_count; c++)
            table->columns[c] = (TableColumn){
                .name = type->fields[c].name, .type = type->fields[c].type, .nullable = true};
        return table;
    }
    error_set(err, ERR_PATH_NOT_FOUND, "path", "?");
    return NULL;
}

static bool fake_find(Catalog *catalog, Slice catalog_name, Slice schema, Slice name,
                      CatalogObject *out, bool *found, Arena *arena, Error *err) {
    (void)catalog, (void)arena, (void)err;
    *found = false;
    for (size_t i = 0; i < COUNT_OF(TABLES); i++) {
        if (!slice_equal_ignore_case(name, slice_from_cstr(TABLES[i][0]))) continue;
        *out = (CatalogObject){.kind = CATALOG_TABLE,
                               .catalog = catalog_name,
                               .schema = schema,
                               .name = slice_from_cstr(TABLES[i][0]),
                               .format = SLICE("delta"),
                               .location = slice_from_cstr(TABLES[i][0])};
        *found = true;
    }
    if (slice_equal_cstr(name, "v")) {
        *out = (CatalogObject){.kind = CATALOG_VIEW,
                               .catalog = catalog_name,
                               .schema = schema,
                               .name = SLICE("v"),
                               .view_text = SLICE("SELECT a AS p, b + 1 AS q FROM t"),
                               .view_ansi = true};
        *found = true;
    }
    return true;
}

static const CatalogOps CATALOG_OPS = {.find = fake_find};
static Catalog catalog = {&CATALOG_OPS};

static int fixture_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    f->query.zone = time_zone_utc();
    f->query.cancelled = &f->cancelled;
    f->query.user = (Slice){(const char *)&f->arena, sizeof f->arena};
    f->scope = (ResolveScope){.arena = &f->arena,
                              .query = &f->query,
                              .parser = sql_parser(),
                              .catalog = &catalog,
                              .open_table = fake_open,
                              .ansi = true,
                              .group_by_ordinal = true,
                              .order_by_ordinal = true,
                              .group_by_alias = true,
                              .current_catalog = SLICE("spark_catalog"),
                              .current_schema = SLICE("default")};
    *state = f;
    return 0;
}

static int fixture_down(void **state) {
    Fixture *f = *state;
    arena_deinit(&f->arena);
    free(f);
    return 0;
}

// "struct<a:int>", or "CLASS {json of parameters}".
static void describe(Fixture *f, const char *sql, Text *out) {
    Error err = {0};
    ResolvedQuery query;
    ParserOptions options = {.ansi = f->scope.ansi};
    Slice text = slice_from_cstr(sql);
    URel *source = sql_parser()->query(&f->arena, text, &options, &err);
    if (source && resolve_query(&f->scope, source, &query, &err)) {
        assert_int_equal(query.rel->output_count, query.column_count);
        text_append_cstr(out, "struct<");
        for (uint32_t i = 0; i < query.column_count; i++) {
            text_printf(out, "%s%.*s:", i ? "," : "", SLICE_ARGS(query.names[i]));
            type_append_catalog(query.rel->output[i].type, out);
        }
        text_append_char(out, '>');
        resolved_query_release(&query);
        return;
    }
    assert_true(error_is_set(&err));
    text_printf(out, "%s", error_class(&err));
    for (uint32_t i = 0; i < err.parameter_count; i++)
        text_printf(out, " %s=%s", err.storage + err.parameters[i].name,
                    err.storage + err.parameters[i].value);
    if (err.span.stop)
        text_printf(out, " @%.*s", (int)(err.span.stop - err.span.start), sql + err.span.start);
}

static void expect(void **state, const char *sql, const char *wanted) {
    Fixture *f = *state;
    AUTO(Text, got) = {0};
    describe(f, sql, &got);
    if (strcmp(text_cstr(&got), wanted) != 0) print_error("%s\n", sql);
    assert_string_equal(text_cstr(&got), wanted);
}

// --- select lists
// ----------------------------------------------------------------------------------------

static void names_of_columns(void **state) {
    expect(state, "SELECT a, A AS y, t.a, a + 1, -a, t.b * 2 FROM t",
           "struct<a:int,y:int,a:int,(a + 1):int,(- a):int,(b * 2):bigint>");
    expect(state, "SELECT count(*), sum(a), avg(d), max(c) FROM t",
           "struct<count(1):bigint,sum(a):bigint,avg(d):decimal(14,6),max(c):string>");
    expect(state, "SELECT CAST(a AS STRING), CAST(a + 1 AS BIGINT) FROM t",
           "struct<a:string,CAST((a + 1) AS BIGINT):bigint>");
    expect(state, "SELECT CASE WHEN a > 1 THEN 'x' ELSE c END FROM t",
           "struct<CASE WHEN (a > 1) THEN x ELSE c END:string>");
    expect(state, "SELECT a IN (1, 2), a BETWEEN 1 AND 3, a IS NULL, NOT a = 1 FROM t",
           "struct<(a IN (1, 2)):boolean,between(a, 1, 3):boolean,(a IS NULL):boolean,"
           "(NOT (a = 1)):boolean>");
    expect(state, "SELECT * FROM t WHERE c = 'x'",
           "struct<a:int,b:bigint,c:string,d:decimal(10,2),x:double>");
    expect(state, "SELECT 1, 'x', 1.5, NULL", "struct<1:int,x:string,1.5:decimal(2,1),NULL:void>");
}

static void types_of_arithmetic(void **state) {
    expect(state, "SELECT a / 2 AS q, d * d AS p, d + 1 AS s, a DIV 2 AS i, d / 3 AS r FROM t",
           "struct<q:double,p:decimal(21,4),s:decimal(11,2),i:bigint,r:decimal(14,6)>");
    expect(state, "SELECT e + 1, e - DATE'2020-01-01' FROM u",
           "struct<date_add(e, 1):date,(e - DATE '2020-01-01'):interval day>");
    expect(state, "SELECT a + c AS y FROM t", "struct<y:bigint>");
    expect(state, "SELECT a AND true FROM t",
           "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES sqlExpr=\"(a AND true)\" left=\"INT\" "
           "right=\"BOOLEAN\" @a AND true");
}

static void aliases_and_lateral_aliases(void **state) {
    expect(state, "SELECT a AS y, y + 1 AS z, z * 2 FROM t", "struct<y:int,z:int,(z * 2):int>");
    expect(state, "SELECT a AS b, b FROM t", "struct<b:int,b:bigint>");
    expect(state, "SELECT q.p FROM (SELECT a FROM t) AS q(p)", "struct<p:int>");
    expect(state, "SELECT * EXCEPT (a, x) FROM t", "struct<b:bigint,c:string,d:decimal(10,2)>");
    expect(state, "SELECT s.*, s.f, s.g.h, r.k, m['z'], m.z, l[0] FROM n",
           "struct<f:int,g:struct<h:string>,f:int,h:string,k:array<string>,m[z]:int,z:int,"
           "l[0]:int>");
}

// --- names
// -----------------------------------------------------------------------------------------------

static void unknown_names(void **state) {
    expect(state, "SELECT aa FROM t",
           "UNRESOLVED_COLUMN.WITH_SUGGESTION objectName=`aa` proposal=`a`, `b`, `c`, `d`, `x` "
           "@aa");
    expect(state, "SELECT zz", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION objectName=`zz` @zz");
    expect(state, "SELECT * FROM nowhere",
           "TABLE_OR_VIEW_NOT_FOUND relationName=`nowhere` @nowhere");
    expect(state, "SELECT a FROM t, u",
           "AMBIGUOUS_REFERENCE name=`a` referenceNames=[`spark_catalog`.`default`.`t`.`a`, "
           "`spark_catalog`.`default`.`u`.`a`] @a");
    expect(state, "SELECT nofunction(a) FROM t",
           "UNRESOLVED_ROUTINE routineName=`nofunction` searchPath=[`system`.`builtin`, "
           "`system`.`session`, `spark_catalog`.`default`] @nofunction(a)");
    expect(state, "SELECT s.zz FROM n", "FIELD_NOT_FOUND fieldName=`zz` fields=`f`, `g` @s.zz");
}

static void joins(void **state) {
    expect(state, "SELECT t.a, u.b FROM t JOIN u ON t.a = u.a", "struct<a:int,b:string>");
    expect(state, "SELECT * FROM t JOIN u USING (a)",
           "struct<a:int,b:bigint,c:string,d:decimal(10,2),x:double,b:string,e:date>");
    expect(state, "SELECT a, t.a, u.a FROM t FULL JOIN u USING (a)", "struct<a:int,a:int,a:int>");
    expect(state, "SELECT * FROM t LEFT SEMI JOIN u ON t.a = u.a",
           "struct<a:int,b:bigint,c:string,d:decimal(10,2),x:double>");
    expect(state, "SELECT e FROM t NATURAL JOIN (SELECT a, e FROM u)", "struct<e:date>");
    expect(state, "SELECT y FROM t, LATERAL (SELECT t.a + 1 AS y)", "struct<y:int>");
}

// --- grouping
// --------------------------------------------------------------------------------------------

static void grouping(void **state) {
    expect(state, "SELECT a, count(*) FROM t GROUP BY a HAVING count(*) > 1 ORDER BY sum(b)",
           "struct<a:int,count(1):bigint>");
    expect(state, "SELECT a + 1, sum(b) / 2 AS y FROM t GROUP BY a + 1 ORDER BY y",
           "struct<(a + 1):int,y:double>");
    expect(state, "SELECT a AS k, max(b) FROM t GROUP BY k", "struct<k:int,max(b):bigint>");
    expect(state, "SELECT c, a, sum(b) FROM t GROUP BY 1, 2",
           "struct<c:string,a:int,sum(b):bigint>");
    expect(state, "SELECT c, a, sum(b) FROM t GROUP BY ALL",
           "struct<c:string,a:int,sum(b):bigint>");
    expect(state, "SELECT a, b FROM t GROUP BY a",
           "MISSING_AGGREGATION expression=\"b\" expressionAnyValue=\"any_value(b)\"");
    expect(state, "SELECT a, count(b) FROM t", "MISSING_GROUP_BY @SELECT a, count(b) FROM t");
    expect(state, "SELECT a, grouping(a), grouping_id(), sum(b) FROM t GROUP BY ROLLUP (a, c)",
           "struct<a:int,grouping(a):tinyint,grouping_id():bigint,sum(b):bigint>");
    expect(state, "SELECT a FROM t GROUP BY 3", "GROUP_BY_POS_OUT_OF_RANGE index=3 size=1 @3");
    expect(state, "SELECT sum(max(a)) FROM t", "NESTED_AGGREGATE_FUNCTION @sum(max(a))");
    expect(state, "SELECT DISTINCT a FROM t ORDER BY a", "struct<a:int>");
    expect(state, "SELECT a FROM t ORDER BY b + 1", "struct<a:int>");
}

static void windows(void **state) {
    expect(state, "SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC) FROM t",
           "struct<row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST ROWS BETWEEN "
           "UNBOUNDED PRECEDING AND CURRENT ROW):int>");
    expect(state, "SELECT sum(b) OVER w FROM t WINDOW w AS (ORDER BY a)",
           "struct<sum(b) OVER (ORDER BY a ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND "
           "CURRENT ROW):bigint>");
    expect(state, "SELECT a, sum(count(*)) OVER () AS y FROM t GROUP BY a",
           "struct<a:int,y:bigint>");
    expect(state, "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1", "struct<a:int>");
    expect(state, "SELECT sum(a) OVER w FROM t",
           "MISSING_WINDOW_SPECIFICATION windowName=w "
           "docroot=https://spark.apache.org/docs/latest @w");
}

static void subqueries(void **state) {
    expect(state, "SELECT a FROM t WHERE a > (SELECT avg(a) FROM u WHERE u.b = t.c)",
           "struct<a:int>");
    expect(state, "SELECT (SELECT max(e) FROM u), a IN (SELECT a FROM u) FROM t",
           "struct<scalarsubquery():date,(a IN (listquery())):boolean>");
    expect(state, "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)",
           "struct<a:int>");
    expect(state, "SELECT (SELECT a, b FROM u)",
           "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN "
           "number=2 @(SELECT a, b FROM u)");
}

static void ctes_and_views(void **state) {
    expect(state, "WITH q AS (SELECT a FROM t), r AS (SELECT a + 1 AS y FROM q) SELECT * FROM r, q",
           "struct<y:int,a:int>");
    expect(state,
           "WITH RECURSIVE q(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q WHERE n < 9) "
           "SELECT n FROM q",
           "struct<n:int>");
    expect(state, "SELECT p, v.q FROM v", "struct<p:int,q:bigint>");
}

static void set_operations(void **state) {
    expect(state, "SELECT a FROM t UNION ALL SELECT b FROM t", "struct<a:bigint>");
    expect(state, "SELECT 1 INTERSECT SELECT 2L", "struct<1:bigint>");
    expect(state, "SELECT a, b FROM t UNION SELECT a FROM u",
           "NUM_COLUMNS_MISMATCH operator=UNION firstNumColumns=2 invalidOrdinalNum=second "
           "invalidNumColumns=1 @SELECT a, b FROM t UNION SELECT a FROM u");
    expect(state, "VALUES (1, 'a'), (2L, NULL)", "struct<col1:bigint,col2:string>");
}

static void generators(void **state) {
    expect(state, "SELECT explode(l), ts FROM n", "struct<col:int,ts:timestamp>");
    expect(state, "SELECT k, value FROM n LATERAL VIEW explode(m) x AS k, value",
           "struct<k:string,value:int>");
    expect(state, "SELECT id FROM range(10)", "struct<id:bigint>");
    expect(state, "SELECT * FROM range(1, 3) AS r(q)", "struct<q:bigint>");
    expect(state, "SELECT inline(r) FROM n", "struct<f:int,k:string>");
}

static void pivots(void **state) {
    expect(state, "SELECT * FROM (SELECT a, c, b FROM t) PIVOT (sum(b) FOR c IN ('x', 'y' AS z))",
           "struct<a:int,x:bigint,z:bigint>");
    expect(state,
           "SELECT * FROM (SELECT a, c, b FROM t) PIVOT (sum(b) AS s, max(b) FOR c IN ('x'))",
           "struct<a:int,x_s:bigint,x_max(b):bigint>");
    expect(state, "SELECT * FROM (SELECT a, b, c FROM t) UNPIVOT (v FOR n IN (a, b AS bee))",
           "struct<c:string,n:string,v:bigint>");
    expect(state, "SELECT * FROM (SELECT a, c FROM t) UNPIVOT (v FOR n IN (a + 1))",
           "PARSE_SYNTAX_ERROR error='+' hint= @+");
}

static void aggregate_functions(void **state) {
    expect(state, "SELECT collect_list(a), array_agg(c), collect_set(d) FROM t",
           "struct<collect_list(a):array<int>,collect_list(c):array<string>,"
           "collect_set(d):array<decimal(10,2)>>");
    expect(state, "SELECT percentile(a, 0.5), median(d), percentile_approx(b, 0.5) FROM t",
           "struct<percentile(a, 0.5, 1):double,median(d):double,"
           "percentile_approx(b, 0.5, 10000):bigint>");
    expect(state, "SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY a DESC) FROM t",
           "struct<percentile_cont(0.25) WITHIN GROUP (ORDER BY a DESC):double>");
    expect(state, "SELECT percentile_cont(0.25) FROM t",
           "INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING funcName=`percentile_cont` "
           "@percentile_cont(0.25)");
    expect(state, "SELECT listagg(c) WITHIN GROUP (ORDER BY a) FROM t",
           "struct<listagg(c, NULL) WITHIN GROUP (ORDER BY a ASC NULLS FIRST):string>");
    expect(state, "SELECT sum(DISTINCT a), count(b) FILTER (WHERE a > 1), max_by(c, a) FROM t",
           "struct<sum(DISTINCT a):bigint,count(b) FILTER (WHERE (a > 1)):bigint,"
           "max_by(c, a):string>");
    expect(state, "SELECT stddev(a), bool_or(a > 1), first(c, true), mode(a) FROM t",
           "struct<stddev(a):double,bool_or((a > 1)):boolean,first(c):string,mode(a):int>");
    expect(state, "SELECT sum(l) FROM n",
           "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE sqlExpr=\"sum(l)\" paramIndex=first "
           "requiredType=(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or "
           "\"INTERVAL YEAR TO MONTH\") inputSql=\"l\" inputType=\"ARRAY<INT>\" @sum(l)");
    expect(state, "SELECT max(m) FROM n",
           "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE functionName=`max` "
           "dataType=\"MAP<STRING, INT>\" sqlExpr=\"max(m)\" @max(m)");
}

static void constructors(void **state) {
    expect(state, "SELECT array(a, b), map('k', a), struct(a, 1), named_struct('q', c) FROM t",
           "struct<array(a, b):array<bigint>,map(k, a):map<string,int>,"
           "struct(a, 1):struct<a:int,col2:int>,named_struct(q, c):struct<q:string>>");
    expect(state, "SELECT array(1, array(2))",
           "DATATYPE_MISMATCH.DATA_DIFF_TYPES functionName=`array` dataType=(\"INT\" or "
           "\"ARRAY<INT>\") sqlExpr=\"array(1, array(2))\" @array(1, array(2))");
    expect(state, "SELECT bigint(a), typeof(d) FROM t", "struct<a:bigint,typeof(d):string>");
}

// --- whole queries
// ---------------------------------------------------------------------------------------

static void tpch_queries(void **state) {
    Fixture *f = *state;
    for (int number = 1; number <= 22; number++) {
        char path[64], sql[8192];
        snprintf(path, sizeof path, "tests/tpch/queries/q%02d.sql", number);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        size_t bytes = fread(sql, 1, sizeof sql - 1, file);
        fclose(file);
        while (bytes && (sql[bytes - 1] == '\n' || sql[bytes - 1] == ';')) bytes--;
        sql[bytes] = 0;
        AUTO(Text, got) = {0};
        describe(f, sql, &got);
        if (strncmp(text_cstr(&got), "struct<", 7) != 0 &&
            strncmp(got.data, "UNRESOLVED_ROUTINE", 18) != 0)
            fail_msg("%s: %s", path, got.data);
    }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(names_of_columns),
        TEST(types_of_arithmetic),
        TEST(aliases_and_lateral_aliases),
        TEST(unknown_names),
        TEST(joins),
        TEST(grouping),
        TEST(windows),
        TEST(subqueries),
        TEST(ctes_and_views),
        TEST(set_operations),
        TEST(generators),
        TEST(tpch_queries),
        TEST(pivots),
        TEST(aggregate_functions),
        TEST(constructors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
