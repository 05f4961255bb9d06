// SPDX-License-Identifier: Apache-2.0
// Statements other than queries: their commands.
#include "tests/kernel/sql/parse_case.h"

static void statement__tables(void **state) {
    (void)state;
    static const Case cases[] = {
        {"create table t (a int, b string not null comment 'x' default 1)",
         "(create-table t columns(a int, b string not-null default=1 comment=x))"},
        {"create table if not exists a.b using parquet as select 1",
         "(create-table if-not-exists a.b using=parquet (project [1] (one-row)))"},
        {"create external table t using csv options (header = true) location '/x'",
         "(create-table t external using=csv location=/x options(header=true))"},
        {"create or replace table t (a int) using delta partitioned by (a) tblproperties (x.y = "
         "1, 'z' = 'w') comment 'c'",
         "(create-table or-replace t columns(a int) using=delta partition=a comment=c "
         "properties(x.y=1 z=w))"},
        {"replace table t (a int)", "(create-table or-replace t replace columns(a int))"},
        {"create table t like u location '/x'", "(create-table t like=u location=/x)"},
        {"create table t (a int, constraint c check (a > 1) not enforced, primary key (a) rely, "
         "foreign key (a) references u (b), unique (a))",
         "(create-table t columns(a int) (check name=c if=(> a 1)) (primary-key on(a)) "
         "(foreign-key on(a) target=u) (unique on(a)))"},
        {"create table t (a int check (a > 0) unique)", "(create-table t columns(a int))"},
        {"create table t (a bigint generated always as identity (start with 5 increment by 2), b "
         "int generated always as (a * 2))",
         "(create-table t columns(a bigint identity, b int generated=a * 2))"},
        {"create table t (a int) cluster by (a, b.c)",
         "(create-table t columns(a int) cluster( a b.c ))"},
        {"create table t (a int) clustered by (a) sorted by (a) into 4 buckets",
         "(create-table t columns(a int) buckets(a))"},
        {"create table t (a int) partitioned by (bucket(3, a), years(b))",
         "(create-table t columns(a int) partition=bucket(3, a) partition=years(b))"},
        {"create table t (a int) partitioned by (b string)",
         "(create-table t columns(a int) partition=b)"},
        {"create table t stored as parquet as select 1",
         "(create-table t stored=parquet (project [1] (one-row)))"},
        {"create table t (a int) row format delimited fields terminated by ',' stored as textfile",
         "(create-table t columns(a int) stored=textfile)"},
        {"create table t shallow clone u version as of 3", "(clone t number=3 source=u)"},
        {"create table t deep clone u", "(clone t deep source=u)"},
        {"drop table if exists a.b purge", "(drop-table if-exists a.b)"},
        {"create table t default collation unicode", "(create-table t collation=unicode)"},
        {"create table identifier(x || 'y') (a int)",
         "(create-table name=(identifier concat(x, 'y')) columns(a int))"},
    };
    check(cases, COUNT_OF(cases));
}

static void statement__views(void **state) {
    (void)state;
    static const Case cases[] = {
        {"create view v as select 1", "(create-view v (project [1] (one-row)))"},
        {"create or replace temporary view v (a comment 'x', b) as select 1",
         "(create-view or-replace v temporary columns(a comment=x, b) (project [1] (one-row)))"},
        {"create global temporary view v as select 1",
         "(create-view v global temporary (project [1] (one-row)))"},
        {"create temp view v using csv options (path '/x')",
         "(create-view v temporary using=csv options(path=/x))"},
        {"create view if not exists v comment 'c' tblproperties (a = 1) with schema type "
         "evolution as select 1",
         "(create-view if-not-exists v schema=TYPE EVOLUTION comment=c properties(a=1) (project "
         "[1] (one-row)))"},
        {"drop view if exists v", "(drop-view if-exists v)"},
        {"alter view v as select 1", "(alter-view v action=AS (project [1] (one-row)))"},
        {"alter view v set tblproperties (a = 1)",
         "(alter-view v action=SET TBLPROPERTIES properties(a=1))"},
        {"alter view v rename to w", "(alter-view v action=RENAME TO to=w)"},
    };
    check(cases, COUNT_OF(cases));
}

static void statement__schemas(void **state) {
    (void)state;
    static const Case cases[] = {
        {"create schema s", "(create-schema s what=SCHEMA)"},
        {"create database if not exists s comment 'c' location '/x' with dbproperties (a = 1)",
         "(create-schema if-not-exists s what=SCHEMA location=/x comment=c properties(a=1))"},
        {"drop schema if exists s cascade", "(drop-schema if-exists s what=SCHEMA cascade)"},
        {"alter schema s set properties (a = 1)",
         "(alter-schema s what=SCHEMA action=SET PROPERTIES properties(a=1))"},
        {"alter namespace s set location '/x'",
         "(alter-schema s what=SCHEMA action=SET LOCATION location=/x)"},
        {"use s", "(use s)"},
        {"use catalog c", "(use c what=CATALOG)"},
        {"use schema s", "(use s what=SCHEMA)"},
        {"set catalog c", "(use c what=CATALOG)"},
        {"create catalog c", "(create-schema c what=CATALOG)"},
        {"comment on schema s is 'x'", "(comment-on s what=SCHEMA comment=x)"},
        {"comment on table t is null", "(comment-on t what=TABLE)"},
    };
    check(cases, COUNT_OF(cases));
}

static void statement__alter_table(void **state) {
    (void)state;
    static const Case cases[] = {
        {"alter table t add column x int", "(alter-table t action=ADD COLUMNS columns(x int))"},
        {"alter table t add columns (x int first, y string comment 'c' after x)",
         "(alter-table t action=ADD COLUMNS columns(x int position=FIRST, y string comment=c "
         "position=x))"},
        {"alter table t drop column x", "(alter-table t action=DROP COLUMNS names( x ))"},
        {"alter table t drop columns if exists (x, y.z)",
         "(alter-table if-exists t action=DROP COLUMNS names( x y.z ))"},
        {"alter table t rename column a to b",
         "(alter-table t action=RENAME COLUMN columns(a) to=b)"},
        {"alter table t alter column a type bigint",
         "(alter-table t action=ALTER COLUMN columns(a bigint) actions(TYPE) text=TYPE)"},
        {"alter table t alter column a comment 'x', b set not null, c drop default",
         "(alter-table t action=ALTER COLUMN columns(a comment=x, b not-null, c) actions(COMMENT "
         "SET NOT NULL DROP DEFAULT) text=DROP DEFAULT)"},
        {"alter table t change column a a int comment 'x' after c",
         "(alter-table t action=CHANGE COLUMN columns(a int comment=x position=c))"},
        {"alter table t alter column a set default 1",
         "(alter-table t action=ALTER COLUMN columns(a default=1) actions(SET DEFAULT) text=SET "
         "DEFAULT)"},
        {"alter table t alter column a first",
         "(alter-table t action=ALTER COLUMN columns(a position=FIRST) actions(POSITION) "
         "text=POSITION)"},
        {"alter table t replace columns (a int, b string)",
         "(alter-table t action=REPLACE COLUMNS columns(a int, b string))"},
        {"alter table t rename to u", "(alter-table t action=RENAME TO to=u)"},
        {"alter table t set tblproperties (a = 1)",
         "(alter-table t action=SET TBLPROPERTIES properties(a=1))"},
        {"alter table t unset tblproperties if exists (a)",
         "(alter-table if-exists t action=UNSET TBLPROPERTIES properties(a))"},
        {"alter table t set location '/x'", "(alter-table t action=SET LOCATION text=/x)"},
        {"alter table t add if not exists partition (a = 1) location '/x' partition (a = 2)",
         "(alter-table if-not-exists t action=ADD PARTITION text=/x partition(a=1) "
         "partition(a=2))"},
        {"alter table t drop if exists partition (a = 1), partition (a = 2)",
         "(alter-table if-exists t action=DROP PARTITION partition(a=1) partition(a=2))"},
        {"alter table t partition (a = 1) rename to partition (a = 2)",
         "(alter-table t action=RENAME PARTITION partition(a=1) partition(a=2))"},
        {"alter table t recover partitions", "(alter-table t action=RECOVER PARTITIONS)"},
        {"alter table t cluster by (a)", "(alter-table t action=CLUSTER BY names( a ))"},
        {"alter table t cluster by none", "(alter-table t action=CLUSTER BY NONE)"},
        {"alter table t add constraint c check (a > 1)", "(alter-table t action=ADD CONSTRAINT)"},
        {"alter table t drop constraint if exists c",
         "(alter-table if-exists t action=DROP CONSTRAINT text=c)"},
        {"alter table t drop feature f truncate history",
         "(alter-table t action=DROP FEATURE text=f)"},
        {"alter table t default collation unicode",
         "(alter-table t action=DEFAULT COLLATION text=unicode)"},
        {"alter table t set serdeproperties ('a' = 'b')", "(alter-table t action=SET SERDE)"},
    };
    check(cases, COUNT_OF(cases));
}

static void statement__dml(void **state) {
    (void)state;
    static const Case cases[] = {
        {"insert into t values (1, default)", "(insert t (values [1 DEFAULT]))"},
        {"insert into t (a, b) select 1, 2", "(insert t columns(a b) (project [1 2] (one-row)))"},
        {"insert overwrite table t partition (a = 1, b) select 1",
         "(insert t overwrite partition(a=1 b) (project [1] (one-row)))"},
        {"insert into t by name select 1 as a",
         "(insert t by-name (project [(as 1 a)] (one-row)))"},
        {"insert into t replace where a > 1 select 2",
         "(insert t replace-where=(> a 1) (project [2] (one-row)))"},
        {"insert into t as x replace using (a) select 2",
         "(insert t alias=x replace-using(a) (project [2] (one-row)))"},
        {"insert into t as x replace on x.a = y.b (select 1 as b) as y",
         "(insert t alias=x replace-on=(= x.a y.b) (as y (project [(as 1 b)] (one-row))))"},
        {"insert overwrite directory '/x' using parquet select 1",
         "(insert-directory path=/x format=parquet overwrite (project [1] (one-row)))"},
        {"with a as (select 1) insert into t select * from a",
         "(insert t (with (a (project [1] (one-row))) (project [*] (table a))))"},
        {"from t insert into a select x insert overwrite b select y where z",
         "(multi-insert (insert a (project [x] (table t))) (insert b overwrite (project [y] "
         "(filter z (table t)))))"},
        {"update t as x set a = 1, b.c = default where d",
         "(update t alias=x set a =1 set b.c =DEFAULT where=d)"},
        {"delete from t", "(delete t)"},
        {"delete from t as x where a in (select 1)",
         "(delete t alias=x where=(in-query a (project [1] (one-row))))"},
        {"merge into t using s on t.a = s.a when matched and s.b then update set * when matched "
         "then delete when not matched then insert * when not matched by source then update set "
         "a = 1",
         "(merge t using=(table s) on=(= t.a s.a) (matched update-all if=s.b) (matched delete) "
         "(not-matched insert-all) (not-matched-by-source update set a =1))"},
        {"merge with schema evolution into t as x using (select 1 as a) as y on x.a = y.a when "
         "not matched by target and y.a > 1 then insert (a, b) values (y.a, default)",
         "(merge t alias=x using=(as y (project [(as 1 a)] (one-row))) on=(= x.a y.a) "
         "(not-matched insert if=(> y.a 1) set a =y.a set b =DEFAULT))"},
        {"truncate table t partition (a = 1)", "(truncate t options(a=1))"},
        {"load data local inpath '/x' overwrite into table t",
         "(load-data t path=/x local overwrite)"},
        {"copy into t from '/x' fileformat = csv", "(copy-into t path=/x format=csv)"},
    };
    check(cases, COUNT_OF(cases));
}

static void statement__show(void **state) {
    (void)state;
    static const Case cases[] = {
        {"show tables", "(show what=TABLES)"},
        {"show tables in a.b like 'x*'", "(show what=TABLES in=a.b pattern=x*)"},
        {"show tables 'x'", "(show what=TABLES pattern=x)"},
        {"show schemas like 'x'", "(show what=SCHEMAS pattern=x)"},
        {"show databases", "(show what=SCHEMAS)"},
        {"show views from s", "(show what=VIEWS in=s)"},
        {"show columns from t in s", "(show t what=COLUMNS in=s)"},
        {"show partitions t partition (a = 1)", "(show t what=PARTITIONS partition(a=1))"},
        {"show tblproperties t ('a')", "(show t what=TBLPROPERTIES property=a)"},
        {"show create table t as serde", "(show t what=CREATE TABLE as-serde)"},
        {"show functions", "(show what=FUNCTIONS)"},
        {"show user functions in s like f", "(show what=FUNCTIONS scope=user in=s pattern=f)"},
        {"show table extended in s like 'x'", "(show what=TABLE EXTENDED in=s pattern=x)"},
        {"show current schema", "(show what=CURRENT SCHEMA)"},
        {"show catalogs", "(show what=CATALOGS)"},
        {"show procedures in s", "(show what=PROCEDURES in=s)"},
        {"describe t", "(describe t what=TABLE)"},
        {"desc formatted a.b c", "(describe a.b what=TABLE extended column=c)"},
        {"describe table extended t partition (a = 1)",
         "(describe t what=TABLE extended partition(a=1))"},
        {"describe t as json", "(describe t what=TABLE as-json)"},
        {"describe query select 1", "(describe what=QUERY (project [1] (one-row)))"},
        {"desc select 1", "(describe what=QUERY (project [1] (one-row)))"},
        {"describe function extended f", "(describe f what=FUNCTION extended)"},
        {"describe function +", "(describe + what=FUNCTION)"},
        {"describe schema s", "(describe s what=SCHEMA)"},
        {"describe detail '/x'", "(describe delta./x what=DETAIL)"},
        {"describe history t limit 3", "(describe t what=HISTORY limit=3)"},
    };
    check(cases, COUNT_OF(cases));
}

static void statement__settings(void **state) {
    (void)state;
    static const Case cases[] = {
        {"set", "(set)"},
        {"set -v", "(set verbose)"},
        {"set a.b", "(set key=a.b)"},
        {"set a.b = c d ", "(set key=a.b value=c d)"},
        {"set a.b=1;", "(set key=a.b value=1)"},
        {"set `a b` = `c`", "(set key=a b value=c)"},
        {"reset", "(reset)"},
        {"reset a.b", "(reset key=a.b)"},
        {"set time zone local", "(set-time-zone value=LOCAL)"},
        {"set time zone 'UTC'", "(set-time-zone value=UTC)"},
        {"set time zone interval 10 hours", "(set-time-zone value=+10:00)"},
        {"set time zone interval '05:30' hour to minute", "(set-time-zone value=+05:30)"},
        {"set var a = 1", "(set-variable names( a ) set a =1)"},
        {"set variable a = 1, b = default", "(set-variable set a =1 set b =DEFAULT)"},
        {"set var (a, b) = (select 1, 2)", "(set-variable names( a b ) (project [1 2] (one-row)))"},
        {"declare a int", "(declare a names( a ) int)"},
        {"declare or replace variable a = 1", "(declare or-replace a names( a ) default=1)"},
        {"declare a, b string default 'x'", "(declare a names( a b ) string default='x')"},
        {"drop temporary variable if exists a", "(drop-variable if-exists a)"},
        {"execute immediate 'select ?' into a, b using 1, c as d",
         "(execute text='select ?' into( a b ) using=1 using=(as c d))"},
        {"call s.p(1, x => 2)", "(call s.p arg=1 arg=(=> x 2))"},
    };
    check(cases, COUNT_OF(cases));
}

static void statement__functions(void **state) {
    (void)state;
    static const Case cases[] = {
        {"create function f(x int, y int default 1) returns int return x + y",
         "(create-function f parameters(x int, y int default=1) returns=int body=(+ x y))"},
        {"create or replace temporary function f() returns table (a int comment 'x') comment 'c' "
         "return select 1",
         "(create-function or-replace f temporary table returns(a int comment=x) comment=c "
         "(project [1] (one-row)))"},
        {"create function f as 'a.b.C' using jar '/x'", "(create-function f class=a.b.C)"},
        {"create function if not exists f(x int) returns int language sql deterministic contains "
         "sql return x",
         "(create-function if-not-exists f parameters(x int) returns=int body=x)"},
        {"drop temporary function if exists f", "(drop-function if-exists f)"},
        {"refresh function f", "(refresh f what=FUNCTION)"},
    };
    check(cases, COUNT_OF(cases));
}

static void statement__maintenance(void **state) {
    (void)state;
    static const Case cases[] = {
        {"optimize t full", "(optimize t full)"},
        {"optimize t where a = 1 zorder by (b, c)", "(optimize t where=(= a 1) by( b c ))"},
        {"vacuum t retain 10 hours dry run", "(vacuum t dry-run number=10)"},
        {"vacuum '/x' lite", "(vacuum delta./x mode=LITE)"},
        {"restore table t to version as of 3", "(restore t number=3)"},
        {"restore t to timestamp as of '2020-01-01'", "(restore t timestamp='2020-01-01')"},
        {"convert to delta parquet.`/x` no statistics partitioned by (a int)",
         "(convert parquet./x no-statistics partition(a int))"},
        {"reorg table t where a apply (purge)", "(reorg t mode=purge where=a)"},
        {"generate symlink_format_manifest for table t",
         "(generate t mode=symlink_format_manifest)"},
        {"cache lazy table t options ('a' = 'b') as select 1",
         "(cache t lazy options(a=b) (project [1] (one-row)))"},
        {"uncache table if exists t", "(uncache if-exists t)"},
        {"clear cache", "(clear-cache)"},
        {"refresh table t", "(refresh t what=TABLE)"},
        {"refresh '/x'", "(refresh text=/x)"},
        {"refresh /x/y", "(refresh text=/x/y)"},
        {"analyze table t compute statistics noscan", "(analyze t noscan)"},
        {"analyze table t partition (a = 1) compute statistics for columns b, c",
         "(analyze t columns(b c) partition(a=1))"},
        {"analyze table t compute statistics for all columns", "(analyze t all-columns)"},
        {"analyze tables in s compute statistics", "(analyze s tables)"},
        {"msck repair table t", "(repair t)"},
        {"add jar /x/y.jar", "(add-resource path=/x/y.jar format=JAR)"},
        {"list files", "(show what=FILES)"},
        {"explain select 1", "(explain (project [1] (one-row)))"},
        {"explain formatted insert into t values (1)",
         "(explain mode=FORMATTED (insert t (values [1])))"},
        {"create index i on t (a)", "(unsupported operation=CREATE INDEX)"},
        {"grant select on table t to u", "(unsupported operation=GRANT)"},
    };
    check(cases, COUNT_OF(cases));
}

static void statement__scripts(void **state) {
    (void)state;
    static const Case cases[] = {
        {"begin end", "(begin)"},
        {"begin select 1; select 2; end",
         "(begin (query (project [1] (one-row))) (query (project [2] (one-row))))"},
        {"a: begin declare x int = 1; set x = 2; end a",
         "(begin label=a (declare x names( x ) int default=1) (set-variable names( x ) set x =2))"},
        {"begin declare c condition for sqlstate '22012'; declare exit handler for c, "
         "sqlexception, not found begin select 1; end; end",
         "(begin (condition name=c sqlstate=22012) (handler for(c sqlexception NOT FOUND) (begin "
         "(query (project [1] (one-row))))))"},
        {"begin if a then select 1; elseif b then select 2; else select 3; end if; end",
         "(begin (if when=a (query (project [1] (one-row))) when=b (query (project [2] "
         "(one-row))) else (query (project [3] (one-row)))))"},
        {"begin case x when 1 then select 1; else select 2; end case; case when y then select 3; "
         "end case; end",
         "(begin (case of=x when=1 (query (project [1] (one-row))) else (query (project [2] "
         "(one-row)))) (case when=y (query (project [3] (one-row)))))"},
        {"begin l: while a do leave l; end while l; repeat iterate l; until b end repeat; m: "
         "loop select 1; end loop m; end",
         "(begin (while label=l cond=a (leave label=l)) (repeat cond=b (iterate label=l)) (loop "
         "label=m (query (project [1] (one-row)))))"},
        {"begin for r as select a from t do select r.a; end for; end",
         "(begin (for name=r (project [a] (table t)) (query (project [r.a] (one-row)))))"},
    };
    check(cases, COUNT_OF(cases));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statement__tables),      cmocka_unit_test(statement__views),
        cmocka_unit_test(statement__schemas),     cmocka_unit_test(statement__alter_table),
        cmocka_unit_test(statement__dml),         cmocka_unit_test(statement__show),
        cmocka_unit_test(statement__settings),    cmocka_unit_test(statement__functions),
        cmocka_unit_test(statement__maintenance), cmocka_unit_test(statement__scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
