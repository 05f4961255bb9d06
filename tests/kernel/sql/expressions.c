// SPDX-License-Identifier: Apache-2.0
// Expressions: what tree each syntax gives.
#include "tests/kernel/sql/parse_case.h"

static void expression__precedence(void **state) {
    (void)state;
    static const Case cases[] = {
        {"SELECT a + b * c - d", "(query (project [(- (+ a (* b c)) d)] (one-row)))"},
        {"SELECT a * (b + c)", "(query (project [(* a (+ b c))] (one-row)))"},
        {"SELECT -a * b", "(query (project [(* (negative a) b)] (one-row)))"},
        {"SELECT - -a", "(query (project [(negative (negative a))] (one-row)))"},
        {"SELECT -1", "(query (project [-1] (one-row)))"},
        {"SELECT 2 - 1", "(query (project [(- 2 1)] (one-row)))"},
        {"SELECT 2 -1", "(query (project [(- 2 1)] (one-row)))"},
        {"SELECT a | b ^ c & d << 1 + 2",
         "(query (project [(| a (^ b (& c (<< d (+ 1 2)))))] (one-row)))"},
        {"SELECT a >>> 1 >> 2", "(query (project [(>> (>>> a 1) 2)] (one-row)))"},
        {"SELECT a = b + 1", "(query (project [(= a (+ b 1))] (one-row)))"},
        {"SELECT a < b = c", "(query (project [(= (< a b) c)] (one-row)))"},
        {"SELECT not a = b", "(query (project [(not (= a b))] (one-row)))"},
        {"SELECT not a and b or c", "(query (project [(or (and (not a) b) c)] (one-row)))"},
        {"SELECT a and b and c", "(query (project [(and (and a b) c)] (one-row)))"},
        {"SELECT a and b and c and d and e",
         "(query (project [(and (and (and a b) c) (and d e))] (one-row)))"},
        {"SELECT a or b or c", "(query (project [(or (or a b) c)] (one-row)))"},
        {"SELECT a || b || c", "(query (project [concat(concat(a, b), c)] (one-row)))"},
        {"SELECT ~a + +b", "(query (project [(+ (~ a) (positive b))] (one-row)))"},
        {"SELECT a % b DIV c / d", "(query (project [(/ (div (% a b) c) d)] (one-row)))"},
        {"SELECT a <> b", "(query (project [(not (= a b))] (one-row)))"},
        {"SELECT a != b", "(query (project [(not (= a b))] (one-row)))"},
        {"SELECT a !< b", "(query (project [(>= a b)] (one-row)))"},
        {"SELECT a !> b", "(query (project [(<= a b)] (one-row)))"},
        {"SELECT a <=> b", "(query (project [(<=> a b)] (one-row)))"},
        {"SELECT a == b", "(query (project [(= a b)] (one-row)))"},
    };
    check(cases, COUNT_OF(cases));
}

static void expression__predicates(void **state) {
    (void)state;
    static const Case cases[] = {
        {"SELECT a in (1, 2)", "(query (project [(in a 1 2)] (one-row)))"},
        {"SELECT a not in (select b from t)",
         "(query (project [(not (in-query a (project [b] (table t))))] (one-row)))"},
        {"SELECT (a, b) in (select c, d from t)",
         "(query (project [(in-query a b (project [c d] (table t)))] (one-row)))"},
        {"SELECT a in ((select 1), 2)",
         "(query (project [(in a (scalar (project [1] (one-row))) 2)] (one-row)))"},
        {"SELECT a between 1 and 2 + 3", "(query (project [(between a 1 (+ 2 3))] (one-row)))"},
        {"SELECT a not between b and c", "(query (project [(not (between a b c))] (one-row)))"},
        {"SELECT a between b and c and d", "(query (project [(and (between a b c) d)] (one-row)))"},
        {"SELECT a like 'x%'", "(query (project [(like a 'x%')] (one-row)))"},
        {"SELECT a like b escape '/'", "(query (project [(like a b '/')] (one-row)))"},
        {"SELECT a not ilike b", "(query (project [(not (ilike a b))] (one-row)))"},
        {"SELECT a rlike 'x'", "(query (project [(rlike a 'x')] (one-row)))"},
        {"SELECT a regexp 'x'", "(query (project [(rlike a 'x')] (one-row)))"},
        {"SELECT a like any ('x', 'y')", "(query (project [(likeany a 'x' 'y')] (one-row)))"},
        {"SELECT a not like all ('x', 'y')",
         "(query (project [(notlikeall a 'x' 'y')] (one-row)))"},
        {"SELECT a ilike some ('x')", "(query (project [(ilikeany a 'x')] (one-row)))"},
        {"SELECT a is null", "(query (project [(isnull a)] (one-row)))"},
        {"SELECT a is not null", "(query (project [(isnotnull a)] (one-row)))"},
        {"SELECT a is true", "(query (project [(<=> a true)] (one-row)))"},
        {"SELECT a is not false", "(query (project [(not (<=> a false))] (one-row)))"},
        {"SELECT a is unknown", "(query (project [(isunknown a)] (one-row)))"},
        {"SELECT a is not unknown", "(query (project [(isnotunknown a)] (one-row)))"},
        {"SELECT a is distinct from b", "(query (project [(not (<=> a b))] (one-row)))"},
        {"SELECT a is not distinct from b + 1", "(query (project [(<=> a (+ b 1))] (one-row)))"},
        {"SELECT exists (select 1)",
         "(query (project [(exists (project [1] (one-row)))] (one-row)))"},
        {"SELECT not exists (select 1)",
         "(query (project [(not (exists (project [1] (one-row))))] (one-row)))"},
        {"SELECT !a", "(query (project [(not a)] (one-row)))"},
        {"SELECT a = 1 is null", "(query (project [(isnull (= a 1))] (one-row)))"},
    };
    check(cases, COUNT_OF(cases));
}

static void expression__names(void **state) {
    (void)state;
    static const Case cases[] = {
        {"SELECT a", "(query (project [a] (one-row)))"},
        {"SELECT a.b.c", "(query (project [a.b.c] (one-row)))"},
        {"SELECT `a b`.`c``d`", "(query (project [a b.c`d] (one-row)))"},
        {"SELECT t.*", "(query (project [t.*] (one-row)))"},
        {"SELECT *", "(query (project [*] (one-row)))"},
        {"SELECT * except (a, s.f)", "(query (project [(* except(a s.f))] (one-row)))"},
        {"SELECT t.* except (a)", "(query (project [(t.* except(a))] (one-row)))"},
        {"SELECT a[0]", "(query (project [(at a 0)] (one-row)))"},
        {"SELECT a[b + 1].c", "(query (project [(get (at a (+ b 1)) 'c')] (one-row)))"},
        {"SELECT a.b[1].c", "(query (project [(get (at a.b 1) 'c')] (one-row)))"},
        {"SELECT f(x).y", "(query (project [(get f(x) 'y')] (one-row)))"},
        {"SELECT (a).b", "(query (project [a.b] (one-row)))"},
        {"SELECT f(x)[0]", "(query (project [(at f(x) 0)] (one-row)))"},
        {"SELECT from", "(query (project [from] (one-row)))"},
        {"SELECT a as b", "(query (project [(as a b)] (one-row)))"},
        {"SELECT a b", "(query (project [(as a b)] (one-row)))"},
        {"SELECT f(a) as (x, y)", "(query (project [(as f(a) x y)] (one-row)))"},
        {"SELECT 1a", "(query (project [1a] (one-row)))"},
        {"SELECT a.1b", "(query (project [a.1b] (one-row)))"},
        {"SELECT select, `from`", "(query (project [select from] (one-row)))"},
        {"SELECT current_date", "(query (project [current_date()] (one-row)))"},
        {"SELECT current_user", "(query (project [current_user()] (one-row)))"},
        {"SELECT user", "(query (project [current_user()] (one-row)))"},
        {"SELECT current_timestamp()", "(query (project [current_timestamp()] (one-row)))"},
        {"SELECT interval", "(query (project [interval] (one-row)))"},
        {"SELECT interval + 1", "(query (project [(+ interval 1)] (one-row)))"},
        {"SELECT date", "(query (project [date] (one-row)))"},
        {"SELECT case", "(query (project [case] (one-row)))"},
        {"SELECT values", "(query (project [values] (one-row)))"},
    };
    check(cases, COUNT_OF(cases));
}

static void expression__literals(void **state) {
    (void)state;
    static const Case cases[] = {
        {"SELECT 'a'", "(query (project ['a'] (one-row)))"},
        {"SELECT 'a' 'b'", "(query (project ['ab'] (one-row)))"},
        {"SELECT 'it''s'", "(query (project ['it's'] (one-row)))"},
        {"SELECT 'a\\nb\\u0041\\101\\%'", "(query (project ['a\nbAA\\%'] (one-row)))"},
        {"SELECT r'a\\nb'", "(query (project ['a\\nb'] (one-row)))"},
        {"SELECT \"x\"", "(query (project ['x'] (one-row)))"},
        {"SELECT $$a'b$$", "(query (project ['a'b'] (one-row)))"},
        {"SELECT 1", "(query (project [1] (one-row)))"},
        {"SELECT -2147483648", "(query (project [-2147483648] (one-row)))"},
        {"SELECT 2147483648", "(query (project [2147483648:bigint] (one-row)))"},
        {"SELECT 9223372036854775808",
         "(query (project [9223372036854775808:decimal(19,0)] (one-row)))"},
        {"SELECT 1Y", "(query (project [1:tinyint] (one-row)))"},
        {"SELECT 1S", "(query (project [1:smallint] (one-row)))"},
        {"SELECT 1L", "(query (project [1:bigint] (one-row)))"},
        {"SELECT 1.5", "(query (project [1.5:decimal(2,1)] (one-row)))"},
        {"SELECT .5", "(query (project [0.5:decimal(1,1)] (one-row)))"},
        {"SELECT 1.", "(query (project [1:decimal(1,0)] (one-row)))"},
        {"SELECT 1e3", "(query (project [1000.0:double] (one-row)))"},
        {"SELECT 1.5e-3", "(query (project [0.0015:double] (one-row)))"},
        {"SELECT 1.5f", "(query (project [1.5:float] (one-row)))"},
        {"SELECT 1.5d", "(query (project [1.5:double] (one-row)))"},
        {"SELECT 1.50bd", "(query (project [1.50:decimal(3,2)] (one-row)))"},
        {"SELECT 1e3bd", "(query (project [1000:decimal(4,0)] (one-row)))"},
        {"SELECT 0.00", "(query (project [0.00:decimal(2,2)] (one-row)))"},
        {"SELECT true", "(query (project [true] (one-row)))"},
        {"SELECT FALSE", "(query (project [false] (one-row)))"},
        {"SELECT null", "(query (project [null] (one-row)))"},
        {"SELECT date'2020-02-29'", "(query (project [2020-02-29:date] (one-row)))"},
        {"SELECT timestamp'2020-01-01 12:00:00'",
         "(query (project [2020-01-01 12:00:00:timestamp] (one-row)))"},
        {"SELECT timestamp_ntz'2020-01-01'",
         "(query (project [2020-01-01 00:00:00:timestamp_ntz] (one-row)))"},
        {"SELECT time'12:30:00'", "(query (project [12:30:00:time(6)] (one-row)))"},
        {"SELECT x'1f'", "(query (project [x'1F'] (one-row)))"},
        {"SELECT X'abc'", "(query (project [x'0ABC'] (one-row)))"},
    };
    check(cases, COUNT_OF(cases));
}

static void expression__intervals(void **state) {
    (void)state;
    static const Case cases[] = {
        {"SELECT interval 1 day", "(query (project [INTERVAL '1' DAY:interval day] (one-row)))"},
        {"SELECT interval '1' day", "(query (project [INTERVAL '1' DAY:interval day] (one-row)))"},
        {"SELECT interval 1 year 2 months",
         "(query (project [INTERVAL '1-2' YEAR TO MONTH:interval year to month] (one-row)))"},
        {"SELECT interval '1-2' year to month",
         "(query (project [INTERVAL '1-2' YEAR TO MONTH:interval year to month] (one-row)))"},
        {"SELECT interval '-1 2:3:4.5' day to second",
         "(query (project [INTERVAL '-1 02:03:04.5' DAY TO SECOND:interval day to second] "
         "(one-row)))"},
        {"SELECT interval -'1:30' hour to minute",
         "(query (project [INTERVAL '-01:30' HOUR TO MINUTE:interval hour to minute] (one-row)))"},
        {"SELECT interval '1 day 2 hours'",
         "(query (project [INTERVAL '1 02' DAY TO HOUR:interval day to hour] (one-row)))"},
        {"SELECT interval 1 week 2 milliseconds",
         "(query (project [INTERVAL '7 00:00:00.002' DAY TO SECOND:interval day to second] "
         "(one-row)))"},
        {"SELECT interval 1.5 seconds",
         "(query (project [INTERVAL '01.5' SECOND:interval second] (one-row)))"},
        {"SELECT -interval '1' day",
         "(query (project [(negative INTERVAL '1' DAY:interval day)] (one-row)))"},
        {"SELECT interval '1' day + interval 1 hour",
         "(query (project [(+ INTERVAL '1' DAY:interval day INTERVAL '01' HOUR:interval hour)] "
         "(one-row)))"},
    };
    check(cases, COUNT_OF(cases));
}

static void expression__calls(void **state) {
    (void)state;
    static const Case cases[] = {
        {"SELECT f()", "(query (project [f()] (one-row)))"},
        {"SELECT f(a, b)", "(query (project [f(a, b)] (one-row)))"},
        {"SELECT count(*)", "(query (project [count(*)] (one-row)))"},
        {"SELECT count(distinct a, b)", "(query (project [count(distinct a, b)] (one-row)))"},
        {"SELECT sum(all a)", "(query (project [sum(a)] (one-row)))"},
        {"SELECT a.b.f(1)", "(query (project [a.b.f(1)] (one-row)))"},
        {"SELECT f(x => 1, y => a)", "(query (project [f((=> x 1), (=> y a))] (one-row)))"},
        {"SELECT f(x -> x + 1)", "(query (project [f((lambda (x) (+ x 1)))] (one-row)))"},
        {"SELECT f((x, y) -> x)", "(query (project [f((lambda (x y) x))] (one-row)))"},
        {"SELECT sum(a) filter (where b > 1)",
         "(query (project [sum(a filter=(> b 1))] (one-row)))"},
        {"SELECT first(a ignore nulls)", "(query (project [first(a ignore-nulls)] (one-row)))"},
        {"SELECT first(a) ignore nulls", "(query (project [first(a ignore-nulls)] (one-row)))"},
        {"SELECT lag(a) respect nulls over (order by b)",
         "(query (project [(over lag(a respect-nulls) (window order[(asc b)]))] (one-row)))"},
        {"SELECT percentile_cont(0.5) within group (order by a desc)",
         "(query (project [percentile_cont(0.5:decimal(1,1) within[(desc a)])] (one-row)))"},
        {"SELECT rank() over w", "(query (project [(over rank() w)] (one-row)))"},
        {"SELECT rank() over (w)", "(query (project [(over rank() w)] (one-row)))"},
        {"SELECT sum(a) over ()", "(query (project [(over sum(a) (window))] (one-row)))"},
        {"SELECT sum(a) over (partition by b, c order by d desc nulls first, e range between "
         "interval 1 day preceding and unbounded following)",
         "(query (project [(over sum(a) (window partition[b c] order[(desc d nulls-first) (asc "
         "e)] range preceding=INTERVAL '1' DAY:interval day unbounded-following))] (one-row)))"},
        {"SELECT sum(a) over (order by b rows 2 preceding)",
         "(query (project [(over sum(a) (window order[(asc b)] rows preceding=2 current))] "
         "(one-row)))"},
        {"SELECT identifier('a.b')", "(query (project [a.b] (one-row)))"},
        {"SELECT identifier('f')(1)", "(query (project [f(1)] (one-row)))"},
        {"SELECT identifier(a || 'b')",
         "(query (project [(identifier concat(a, 'b'))] (one-row)))"},
    };
    check(cases, COUNT_OF(cases));
}

static void expression__special_forms(void **state) {
    (void)state;
    static const Case cases[] = {
        {"SELECT cast(a as int)", "(query (project [(cast a int)] (one-row)))"},
        {"SELECT try_cast(a as decimal(10, 2))",
         "(query (project [(try_cast a decimal(10,2))] (one-row)))"},
        {"SELECT a::int::string", "(query (project [(:: (:: a int) string)] (one-row)))"},
        {"SELECT case when a then 1 when b then 2 else 3 end",
         "(query (project [(case a 1 b 2 3 else)] (one-row)))"},
        {"SELECT case a when 1 then 2 end", "(query (project [(case-of a 1 2)] (one-row)))"},
        {"SELECT extract(year from a)", "(query (project [(extract 'year' a)] (one-row)))"},
        {"SELECT substring(a from 2 for 3)", "(query (project [substring(a, 2, 3)] (one-row)))"},
        {"SELECT substring(a, 2)", "(query (project [substring(a, 2)] (one-row)))"},
        {"SELECT substr(a from 1)", "(query (project [substring(a, 1)] (one-row)))"},
        {"SELECT trim(a)", "(query (project [trim(a)] (one-row)))"},
        {"SELECT trim(both from a)", "(query (project [(trim a)] (one-row)))"},
        {"SELECT trim(leading 'x' from a)", "(query (project [(ltrim a 'x')] (one-row)))"},
        {"SELECT trim('x' from a)", "(query (project [(trim a 'x')] (one-row)))"},
        {"SELECT position(a in b)", "(query (project [locate(a, b)] (one-row)))"},
        {"SELECT position(a, b)", "(query (project [position(a, b)] (one-row)))"},
        {"SELECT overlay(a placing b from 2 for 3)",
         "(query (project [overlay(a, b, 2, 3)] (one-row)))"},
        {"SELECT overlay(a, b, 2)", "(query (project [overlay(a, b, 2)] (one-row)))"},
        {"SELECT timestampadd(month, 1, a)",
         "(query (project [(timestampadd 'MONTH' 1 a)] (one-row)))"},
        {"SELECT dateadd(day, 1, a)", "(query (project [(timestampadd 'DAY' 1 a)] (one-row)))"},
        {"SELECT date_add(a, 1)", "(query (project [date_add(a, 1)] (one-row)))"},
        {"SELECT timestampdiff(hour, a, b)",
         "(query (project [(timestampdiff 'HOUR' a b)] (one-row)))"},
        {"SELECT datediff(a, b)", "(query (project [datediff(a, b)] (one-row)))"},
        {"SELECT struct(a as x, b)", "(query (project [struct((as a x), b)] (one-row)))"},
        {"SELECT (a, b)", "(query (project [(struct a b)] (one-row)))"},
        {"SELECT named_struct(1, 2)", "(query (project [named_struct(1, 2)] (one-row)))"},
        {"SELECT (select 1)", "(query (project [(scalar (project [1] (one-row)))] (one-row)))"},
        {"SELECT ((select 1))", "(query (project [(scalar (project [1] (one-row)))] (one-row)))"},
        {"SELECT ((select 1) union (select 2))",
         "(query (project [(scalar (set union (project [1] (one-row)) (project [2] (one-row))))] "
         "(one-row)))"},
        {"SELECT ((select 1) + 1)",
         "(query (project [(+ (scalar (project [1] (one-row))) 1)] (one-row)))"},
        {"SELECT a collate utf8_lcase", "(query (project [(collate a 'utf8_lcase')] (one-row)))"},
        {"SELECT a:b.c[0]", "(query (project [(: a 'b.c[0]')] (one-row)))"},
        {"SELECT a:['x']", "(query (project [(: a '['x']')] (one-row)))"},
        {"SELECT array(1, 2)[0]", "(query (project [(at array(1, 2) 0)] (one-row)))"},
        {"SELECT :p + ?", "(query (project [(+ :p ?0)] (one-row)))"},
        {"SELECT ? + ?", "(query (project [(+ ?0 ?1)] (one-row)))"},
        {"SELECT transform(a, x -> x)",
         "(query (project [transform(a, (lambda (x) x))] (one-row)))"},
        {"SELECT map(1, 2)", "(query (project [map(1, 2)] (one-row)))"},
        {"SELECT if(a, b, c)", "(query (project [if(a, b, c)] (one-row)))"},
    };
    check(cases, COUNT_OF(cases));
}

static void expression__types(void **state) {
    (void)state;
    static const Case cases[] = {
        {"SELECT cast(a as tinyint)", "(query (project [(cast a tinyint)] (one-row)))"},
        {"SELECT cast(a as byte)", "(query (project [(cast a tinyint)] (one-row)))"},
        {"SELECT cast(a as long)", "(query (project [(cast a bigint)] (one-row)))"},
        {"SELECT cast(a as real)", "(query (project [(cast a float)] (one-row)))"},
        {"SELECT cast(a as numeric)", "(query (project [(cast a decimal(10,0))] (one-row)))"},
        {"SELECT cast(a as dec(5))", "(query (project [(cast a decimal(5,0))] (one-row)))"},
        {"SELECT cast(a as decimal(5, 2))", "(query (project [(cast a decimal(5,2))] (one-row)))"},
        {"SELECT cast(a as char(3))", "(query (project [(cast a char(3))] (one-row)))"},
        {"SELECT cast(a as varchar(4))", "(query (project [(cast a varchar(4))] (one-row)))"},
        {"SELECT cast(a as string collate unicode_ci)",
         "(query (project [(cast a string collate unicode_ci)] (one-row)))"},
        {"SELECT cast(a as timestamp without time zone)",
         "(query (project [(cast a timestamp_ntz)] (one-row)))"},
        {"SELECT cast(a as timestamp_ltz)", "(query (project [(cast a timestamp)] (one-row)))"},
        {"SELECT cast(a as time(3))", "(query (project [(cast a time(3))] (one-row)))"},
        {"SELECT cast(a as interval day to second)",
         "(query (project [(cast a interval day to second)] (one-row)))"},
        {"SELECT cast(a as interval year)", "(query (project [(cast a interval year)] (one-row)))"},
        {"SELECT cast(a as interval)", "(query (project [(cast a interval)] (one-row)))"},
        {"SELECT cast(a as array<array<int>>)",
         "(query (project [(cast a array<array<int>>)] (one-row)))"},
        {"SELECT cast(a as map<string, array<struct<a: int, b string not null comment 'x'>>>)",
         "(query (project [(cast a map<string,array<struct<a:int,b:string>>>)] (one-row)))"},
        {"SELECT cast(a as struct<>)", "(query (project [(cast a struct<>)] (one-row)))"},
        {"SELECT cast(a as variant)", "(query (project [(cast a variant)] (one-row)))"},
        {"SELECT cast(a as void)", "(query (project [(cast a void)] (one-row)))"},
        {"SELECT cast(a as binary)", "(query (project [(cast a binary)] (one-row)))"},
    };
    check(cases, COUNT_OF(cases));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expression__precedence),    cmocka_unit_test(expression__predicates),
        cmocka_unit_test(expression__names),         cmocka_unit_test(expression__literals),
        cmocka_unit_test(expression__intervals),     cmocka_unit_test(expression__calls),
        cmocka_unit_test(expression__special_forms), cmocka_unit_test(expression__types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
