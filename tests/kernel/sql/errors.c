// SPDX-License-Identifier: Apache-2.0
// Failures: class, parameters and the source that is told.
#include "tests/kernel/sql/parse_case.h"

static void error__syntax(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"select 1 +", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"select a from t where a >", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"select (1", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"select 1)", "PARSE_SYNTAX_ERROR error=')' hint=: extra input ')' @)"},
        {"select a b c", "PARSE_SYNTAX_ERROR error='c' hint=: extra input 'c' @c"},
        {"selct 1", "PARSE_SYNTAX_ERROR error='selct' hint= @selct"},
        {"select * from", "(query (project [(as * from)] (one-row)))"},
        {"select * from t join", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"create tabel t", "PARSE_SYNTAX_ERROR error='tabel' hint= @tabel"},
        {"select case when a then 1", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"select f(1,", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"insert into t", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"select 20181117 > > 2", "PARSE_SYNTAX_ERROR error='>' hint= @>"},
        {"with t() as (select 1) select * from t", "PARSE_SYNTAX_ERROR error=')' hint= @)"},
        {"from t |> from t", "PARSE_SYNTAX_ERROR error='from' hint= @from"},
        {"select 'abc", "PARSE_SYNTAX_ERROR error=''' hint= @'abc"},
        {"select `abc", "PARSE_SYNTAX_ERROR error='`' hint= @`abc"},
        {"select /* a", "UNCLOSED_BRACKETED_COMMENT @/* a"},
        {"", "PARSE_EMPTY_STATEMENT @"},
        {"  -- nothing", "PARSE_EMPTY_STATEMENT @"},
        {"/* a */ ;", "PARSE_EMPTY_STATEMENT @"},
        {"select 1 select 2", "PARSE_SYNTAX_ERROR error='select' hint= @select"},
        {"select 1; select 2", "PARSE_SYNTAX_ERROR error='select' hint= @select"},
        {"drop table", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"show foo", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"select interval 1 fake_unit", "PARSE_SYNTAX_ERROR error='fake_unit' hint= @fake_unit"},
        {"select * from t group by with rollup",
         "PARSE_SYNTAX_ERROR error='rollup' hint=: extra input 'rollup' @rollup"},
        {"select rank() over (partition by four, order by ten) from t",
         "PARSE_SYNTAX_ERROR error='by' hint=: extra input 'by' @by"},
        {"select sum(a) filter (b > 1)", "PARSE_SYNTAX_ERROR error='(' hint= @("},
        {"select $", "PARSE_SYNTAX_ERROR error='$' hint= @$"},
        {"select a from t limit", "(query (project [a] (as limit (table t))))"},
        {"describe", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"select 1 from \"x\"", "PARSE_SYNTAX_ERROR error='\"x\"' hint= @\"x\""},
        {"select * from a natural join b on a.x = b.x", "PARSE_SYNTAX_ERROR error='on' hint= @on"},
        {"drop variable v", "PARSE_SYNTAX_ERROR error='variable' hint= @variable"},
    };
    check_failures(cases, COUNT_OF(cases));
}

static void error__identifiers(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select a-b from test-table", "INVALID_IDENTIFIER ident=test-table @test-table"},
        {"select a as b-c", "INVALID_IDENTIFIER ident=b-c @b-c"},
        {"create table a-b (c int)", "INVALID_IDENTIFIER ident=a-b @a-b"},
        {"use a-b", "INVALID_IDENTIFIER ident=a-b @a-b"},
        {"with a-b as (select 1) select 2", "INVALID_IDENTIFIER ident=a-b @a-b"},
        {"select identifier('a b')",
         "PARSE_SYNTAX_ERROR error='b' hint=: extra input 'b' @identifier('a b')"},
        {"select identifier('')", "PARSE_EMPTY_STATEMENT @identifier('')"},
        {"select 1 as identifier('a.b')",
         "IDENTIFIER_TOO_MANY_NAME_PARTS identifier=`a`.`b` limit=1 @1 as identifier('a.b')"},
    };
    check_failures(cases, COUNT_OF(cases));
}

static void error__literals(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select 1000Y",
         "INVALID_NUMERIC_LITERAL_RANGE rawStrippedQualifier=1000 minValue=-128 maxValue=127 "
         "typeName=tinyint @1000Y"},
        {"select 40000S",
         "INVALID_NUMERIC_LITERAL_RANGE rawStrippedQualifier=40000 minValue=-32768 "
         "maxValue=32767 typeName=smallint @40000S"},
        {"select 9223372036854775808L",
         "INVALID_NUMERIC_LITERAL_RANGE rawStrippedQualifier=9223372036854775808 "
         "minValue=-9223372036854775808 maxValue=9223372036854775807 typeName=bigint "
         "@9223372036854775808L"},
        {"select 1e400",
         "INVALID_NUMERIC_LITERAL_RANGE rawStrippedQualifier=1e400 "
         "minValue=-1.7976931348623157E+308 maxValue=1.7976931348623157E+308 typeName=double "
         "@1e400"},
        {"select 1e40f",
         "INVALID_NUMERIC_LITERAL_RANGE rawStrippedQualifier=1e40 "
         "minValue=-3.4028234663852886E+38 maxValue=3.4028234663852886E+38 typeName=float @1e40f"},
        {"select 123456789012345678901234567890123456789",
         "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION precision=39 maxPrecision=38 "
         "@123456789012345678901234567890123456789"},
        {"select date'2020-02-30'",
         "INVALID_TYPED_LITERAL valueType=\"DATE\" value='2020-02-30' @date'2020-02-30'"},
        {"select timestamp'x'",
         "INVALID_TYPED_LITERAL valueType=\"TIMESTAMP\" value='x' @timestamp'x'"},
        {"select time'25:00:00'",
         "INVALID_TYPED_LITERAL valueType=\"TIME\" value='25:00:00' @time'25:00:00'"},
        {"select x'1g'", "INVALID_TYPED_LITERAL valueType=\"X\" value='1g' @x'1g'"},
        {"select foo 'x'",
         "UNSUPPORTED_TYPED_LITERAL unsupportedType=\"FOO\" supportedTypes=\"DATE\", "
         "\"TIMESTAMP_NTZ\", \"TIMESTAMP_LTZ\", \"TIMESTAMP\", \"INTERVAL\", \"X\", \"TIME\" "
         "@foo 'x'"},
        {"select a like b escape 'xx'", "INVALID_ESC invalidEscape=xx @like b escape 'xx'"},
    };
    check_failures(cases, COUNT_OF(cases));
}

static void error__intervals(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select interval 1 year 1 day",
         "_LEGACY_ERROR_TEMP_0029 literal=interval 1 year 1 day @interval 1 year 1 day"},
        {"select interval '1 year 1 day'",
         "_LEGACY_ERROR_TEMP_0029 literal=interval '1 year 1 day' @interval '1 year 1 day'"},
        {"select interval '1 day 2' day", "_LEGACY_ERROR_TEMP_0026 value=1 day 2 @'1 day 2' day"},
        {"select interval '1-2' year to day",
         "_LEGACY_ERROR_TEMP_0028 from=year to=day @'1-2' year to day"},
        {"select interval 1 year to month", "_LEGACY_ERROR_TEMP_0027 @1 year to month"},
        {"select interval '1-13' year to month",
         "_LEGACY_ERROR_TEMP_0063 msg=requirement failed: month 13 outside range [0, 11] @'1-13' "
         "year to month"},
        {"select interval '1' day to hour",
         "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE typeName=interval day to "
         "hour intervalStr=day-time supportedFormat=`[+|-]d h`, `INTERVAL [+|-]'[+|-]d h' DAY TO "
         "HOUR` input=1 @'1' day to hour"},
        {"select interval '24:00' hour to minute",
         "(query (project [INTERVAL '24:00' HOUR TO MINUTE:interval hour to minute] (one-row)))"},
        {"select interval 1.5 days",
         "INVALID_INTERVAL_FORMAT.INVALID_FRACTION input=1.5 days @1.5 days"},
        {"select interval 1 year '1-2' year to month",
         "_LEGACY_ERROR_TEMP_0024 @interval 1 year '1-2' year to month"},
        {"select interval 'x'",
         "INVALID_TYPED_LITERAL valueType=\"INTERVAL\" value='x' @interval 'x'"},
        {"select interval 9999999999999 years",
         "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION input=9999999999999 years @9999999999999 "
         "years"},
    };
    check_failures(cases, COUNT_OF(cases));
}

static void error__types(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select cast(a as foo)", "UNSUPPORTED_DATATYPE typeName=\"FOO\" @foo"},
        {"select cast(a as foo(1))", "UNSUPPORTED_DATATYPE typeName=\"FOO(1)\" @foo(1)"},
        {"select cast(a as char)", "DATATYPE_MISSING_SIZE type=\"CHAR\" @char"},
        {"select cast(a as decimal(39))",
         "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION precision=39 maxPrecision=38 @decimal(39)"},
        {"select cast(a as decimal(2, 3))",
         "INVALID_DECIMAL_SCALE scale=3 precision=2 @decimal(2, 3)"},
        {"select cast(a as array)", "INCOMPLETE_TYPE_DEFINITION.ARRAY elementType=<INT> @array"},
        {"select cast(a as map<int>)", "PARSE_SYNTAX_ERROR error='>' hint= @>"},
        {"select cast(a as time(9))", "UNSUPPORTED_TIME_PRECISION precision=9 @time(9)"},
        {"create table t (a struct<x-y int>)", "INVALID_IDENTIFIER ident=x-y @x-y"},
    };
    check_failures(cases, COUNT_OF(cases));
}

static void error__queries(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select * from t order by a cluster by b",
         "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES @order by a cluster by b"},
        {"with a as (select 1), A as (select 2) select 3",
         "DUPLICATED_CTE_NAMES duplicateNames=`a` @with a as (select 1), A as (select 2)"},
        {"with a max recursion level 3 as (select 1) select 2",
         "_LEGACY_ERROR_TEMP_0035 message=Cannot specify MAX RECURSION LEVEL when the CTE is not "
         "marked as RECURSIVE @with a max recursion level 3 as (select 1) select 2"},
        {"values (1), (1, 2)",
         "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH expectedNumCols=1 actualNumCols=2 rowIndex=1 "
         "@values (1), (1, 2)"},
        {"select * from values (1, 2) as t(a)",
         "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH expectedNumCols=1 actualNumCols=2 rowIndex=0 "
         "@values (1, 2) as t(a)"},
        {"select a from t group by rollup(a, ())",
         "_LEGACY_ERROR_TEMP_0051 element=ROLLUP @group by rollup(a, ())"},
        {"select * from t tablesample ()", "_LEGACY_ERROR_TEMP_0014 @tablesample ()"},
        {"select * from t tablesample (200 percent)",
         "_LEGACY_ERROR_TEMP_0064 msg=Sampling fraction (2.0) must be on interval [0, 1] "
         "@tablesample (200 percent)"},
        {"select * from t tablesample (bucket 3 out of 2)",
         "_LEGACY_ERROR_TEMP_0064 msg=Sampling fraction (1.5) must be on interval [0, 1] "
         "@tablesample (bucket 3 out of 2)"},
        {"select * from a join lateral (select 1) using (x)",
         "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING @join lateral (select 1) using (x)"},
        {"select * from t lateral view explode(a) b pivot (sum(x) for y in (1))",
         "NOT_ALLOWED_IN_FROM.LATERAL_WITH_PIVOT @t lateral view explode(a) b pivot (sum(x) for "
         "y in (1))"},
        {"select sum(a) over (rows b preceding) from t",
         "_LEGACY_ERROR_TEMP_0064 msg=Frame bound value must be a literal. @b preceding"},
        {"select * from f(a => table t)",
         "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES "
         "argumentName=`t` @table t"},
        {"select a ! in (1)", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT clause=! @!"},
        {"select * from t timestamp as of c",
         "_LEGACY_ERROR_TEMP_0056 reason=timestamp expression cannot refer to any columns @t "
         "timestamp as of c"},
        {"table t |> order by a limit 1",
         "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS clause1=ORDER BY clause2=LIMIT "
         "@order by a limit 1"},
        {"table t |> aggregate",
         "_LEGACY_ERROR_TEMP_0035 message=The AGGREGATE clause requires a list of aggregate "
         "expressions or a list of grouping expressions, or both @table t |> aggregate"},
        {"table t |> where a window w as (order by b)",
         "NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE @table t |> where a window w as "
         "(order by b)"},
        {"select a like any ()",
         "_LEGACY_ERROR_TEMP_0064 msg=Expected something between '(' and ')'. @like any ()"},
        {"select datediff('YEAR', a, b)",
         "INVALID_PARAMETER_VALUE.DATETIME_UNIT functionName=`datediff` parameter=`unit` "
         "invalidValue='YEAR' @datediff('YEAR', a, b)"},
    };
    check_failures(cases, COUNT_OF(cases));
}

static void error__statements(void **state) {
    (void)state;
    static const Case cases[] = {
        {"create table t (a int) comment 'x' comment 'y'",
         "DUPLICATE_CLAUSES clauseName=COMMENT @create table t (a int) comment 'x' comment 'y'"},
        {"create table t (a int not null not null)",
         "CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE columnName=a optionName=NOT NULL @a int not "
         "null not null"},
        {"create table t (a int) using csv stored as parquet",
         "INVALID_STATEMENT_OR_CLAUSE operation=CREATE TABLE ... USING ... STORED AS @create "
         "table t (a int) using csv stored as parquet"},
        {"create table t (a int) stored by 'x'",
         "INVALID_STATEMENT_OR_CLAUSE operation=STORED BY @create table t (a int) stored by 'x'"},
        {"create table t (a string generated always as identity)",
         "IDENTITY_COLUMNS_UNSUPPORTED_DATA_TYPE dataType=\"STRING\" @a string generated always "
         "as identity"},
        {"create temporary view a.b as select 1",
         "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS actualName=`a`.`b` @create temporary view a.b as "
         "select 1"},
        {"update t as x(a) set a = 1", "COLUMN_ALIASES_NOT_ALLOWED op=`UPDATE` @update t as x(a)"},
        {"merge into t using s on a when matched then delete when matched then delete",
         "NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION @merge into t using s on a when matched then "
         "delete when matched then delete"},
        {"merge into t using s on a", "_LEGACY_ERROR_TEMP_0008 @merge into t using s on a"},
        {"insert into t partition (a = 1) if not exists select 1",
         "INVALID_STATEMENT_OR_CLAUSE operation=INSERT INTO ... IF NOT EXISTS @insert into t "
         "partition (a = 1) if not exists"},
        {"insert into t as x replace where a select 1",
         "INSERT_REPLACE_WHERE_TABLE_ALIAS_NOT_ALLOWED @insert into t as x replace where a"},
        {"declare a", "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED @declare a"},
        {"set var () = (select 1)", "INVALID_SET_SYNTAX @set var () = (select 1)"},
        {"set a b = 1", "INVALID_SET_SYNTAX @set a b = 1"},
        {"set time zone x", "_LEGACY_ERROR_TEMP_0045 @set time zone x"},
        {"alter view v add partition (a = 1)",
         "INVALID_STATEMENT_OR_CLAUSE operation=ALTER VIEW ... ADD PARTITION @alter view v add "
         "partition (a = 1)"},
        {"alter table t skewed by (a)",
         "INVALID_STATEMENT_OR_CLAUSE operation=ALTER TABLE ... SKEWED @alter table t skewed by "
         "(a)"},
        {"alter table t change column a b int",
         "_LEGACY_ERROR_TEMP_0035 message=Renaming column is not supported in Hive-style ALTER "
         "COLUMN, please run RENAME COLUMN instead @alter table t change column a b int"},
        {"create function f(a int unique) returns int return 1",
         "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_COLUMN_CONSTRAINTS @create function f(a int "
         "unique) returns int return 1"},
        {"create function f(a int generated always as (1)) returns int return 1",
         "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_GENERATED_COLUMNS_AS_PARAMETERS @create function "
         "f(a int generated always as (1)) returns int return 1"},
        {"describe t partition (a)",
         "INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE partKey=`a` @describe t partition (a)"},
        {"describe t a as json",
         "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON @describe t a as json"},
        {"analyze table t compute statistics foo",
         "INVALID_SQL_SYNTAX.ANALYZE_TABLE_UNEXPECTED_NOSCAN ctx=`foo` @analyze table t compute "
         "statistics foo"},
        {"create table t default collation xd",
         "COLLATION_INVALID_NAME proposals=UTF8_BINARY, UTF8_LCASE, UNICODE collationName=xd @xd"},
        {"export table t", "INVALID_STATEMENT_OR_CLAUSE operation=EXPORT TABLE @export table t"},
        {"grant role r", "INVALID_STATEMENT_OR_CLAUSE operation=GRANT ROLE @grant role r"},
        {"create role r", "INVALID_STATEMENT_OR_CLAUSE operation=CREATE ROLE @create role r"},
        {"start transaction",
         "INVALID_STATEMENT_OR_CLAUSE operation=START TRANSACTION @start transaction"},
        {"show foo functions",
         "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE scope=foo @show foo"},
    };
    check_failures(cases, COUNT_OF(cases));
}

static void error__scripts(void **state) {
    (void)state;
    static const Case cases[] = {
        {"begin select 1 end", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"begin select 1;", "PARSE_SYNTAX_ERROR error=end of input hint= @"},
        {"a: begin end b", "LABELS_MISMATCH beginLabel=`a` endLabel=`b` @b"},
        {"begin end a", "END_LABEL_WITHOUT_BEGIN_LABEL endLabel=`a` @a"},
        {"begin if a then select 1; end while; end",
         "PARSE_SYNTAX_ERROR error='while' hint= @while"},
        {"begin leave; end", "PARSE_SYNTAX_ERROR error=';' hint= @;"},
    };
    check_failures(cases, COUNT_OF(cases));
}

static void error__meaning_after_syntax(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select date'x' from t where",
         "INVALID_TYPED_LITERAL valueType=\"DATE\" value='x' @date'x'"},
        {"select cast(a as foo) bar baz",
         "PARSE_SYNTAX_ERROR error='baz' hint=: extra input 'baz' @baz"},
        {"create table foo (with ordinality)",
         "UNSUPPORTED_DATATYPE typeName=\"ORDINALITY\" @ordinality"},
    };
    check_failures(cases, COUNT_OF(cases));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error__syntax),
        cmocka_unit_test(error__identifiers),
        cmocka_unit_test(error__literals),
        cmocka_unit_test(error__intervals),
        cmocka_unit_test(error__types),
        cmocka_unit_test(error__queries),
        cmocka_unit_test(error__statements),
        cmocka_unit_test(error__scripts),
        cmocka_unit_test(error__meaning_after_syntax),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
