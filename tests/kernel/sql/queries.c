// SPDX-License-Identifier: Apache-2.0
// Queries: what tree each clause gives.
#include "tests/kernel/sql/parse_case.h"

static void query__select(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select 1", "(query (project [1] (one-row)))"},
        {"select a from t", "(query (project [a] (table t)))"},
        {"select distinct a from t", "(query (distinct (project [a] (table t))))"},
        {"select all a from t", "(query (project [a] (table t)))"},
        {"select a from t where b > 1", "(query (project [a] (filter (> b 1) (table t))))"},
        {"from t select a where b > 1", "(query (project [a] (filter (> b 1) (table t))))"},
        {"from t", "(query (table t))"},
        {"table t", "(query (table t))"},
        {"values (1, 2), (3, 4)", "(query (values [1 2] [3 4]))"},
        {"values 1, 2", "(query (values [1] [2]))"},
        {"select a from t order by b desc, c nulls first limit 2 offset 3",
         "(query (limit 2 (offset 3 (sort [(desc b) (asc c nulls-first)] (project [a] (table "
         "t))))))"},
        {"select a from t limit all", "(query (project [a] (table t)))"},
        {"select a from t order by all", "(query (sort all [(asc all)] (project [a] (table t))))"},
        {"select a from t sort by b", "(query (sort local [(asc b)] (project [a] (table t))))"},
        {"select a from t cluster by b",
         "(query (sort local [(asc b)] (repartition [b] (project [a] (table t)))))"},
        {"select a from t distribute by b sort by c",
         "(query (sort local [(asc c)] (repartition [b] (project [a] (table t)))))"},
        {"select a from", "(query (project [(as a from)] (one-row)))"},
        {"select from t", "(query (project [(as from t)] (one-row)))"},
        {"select a from t where", "(query (project [a] (as where (table t))))"},
        {"select /*+ broadcast(u), repartition(3, a) */ a from t",
         "(query (hint name=broadcast [u] (hint name=repartition [3 a] (project [a] (table t)))))"},
        {"select a from t qualify rank() over (order by b) = 1",
         "(query (qualify (= (over rank() (window order[(asc b)])) 1) (project [a] (table t))))"},
        {"select sum(a) over w from t window w as (partition by b)",
         "(query (windows w=(window partition[b]) (project [(over sum(a) w)] (table t))))"},
    };
    check(cases, COUNT_OF(cases));
}

static void query__groups(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select a from t group by a", "(query (aggregate by[a] [a] (table t)))"},
        {"select a from t group by a, b + 1 having c > 1",
         "(query (having (> c 1) (aggregate by[a] by[(+ b 1)] [a] (table t))))"},
        {"select sum(a) from t having sum(a) > 1",
         "(query (having (> sum(a) 1) (aggregate [sum(a)] (table t))))"},
        {"select a from t group by all", "(query (aggregate all by[all] [a] (table t)))"},
        {"select a from t group by rollup(a, (b, c))",
         "(query (aggregate rollup[a][b c] [a] (table t)))"},
        {"select a from t group by a, cube(b)", "(query (aggregate by[a] cube[b] [a] (table t)))"},
        {"select a from t group by grouping sets ((a, b), a, ())",
         "(query (aggregate sets[a b][a][] [a] (table t)))"},
        {"select a from t group by a, b grouping sets ((a), (b))",
         "(query (aggregate sets[a][b] given[a b] [a] (table t)))"},
        {"select a from t group by a, b with rollup",
         "(query (aggregate rollup[a][b] [a] (table t)))"},
        {"select a from t group by grouping sets (rollup(a, b), cube(c), grouping sets ((d)))",
         "(query (aggregate sets[a b][a][][c][][d] [a] (table t)))"},
        {"select a from t group by (a + b) * 2",
         "(query (aggregate by[(* (+ a b) 2)] [a] (table t)))"},
        {"select a from t group by (a, b)", "(query (aggregate by[(struct a b)] [a] (table t)))"},
    };
    check(cases, COUNT_OF(cases));
}

static void query__relations(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select * from a, b c, d as e",
         "(query (project [*] (join inner (join inner (table a) (as c (table b))) (as e (table "
         "d)))))"},
        {"select * from a.b.c as t(x, y)",
         "(query (project [*] (as t columns(x y) (table a.b.c))))"},
        {"select * from (select 1) t", "(query (project [*] (as t (project [1] (one-row)))))"},
        {"select * from (select 1)", "(query (project [*] (as  (project [1] (one-row)))))"},
        {"select * from ((select 1) t)", "(query (project [*] (as t (project [1] (one-row)))))"},
        {"select * from (a join b)", "(query (project [*] (join inner (table a) (table b))))"},
        {"select * from ((select 1) union (select 2)) t",
         "(query (project [*] (as t (set union (project [1] (one-row)) (project [2] "
         "(one-row))))))"},
        {"select * from ((a join b) join c) t",
         "(query (project [*] (as t (join inner (join inner (table a) (table b)) (table c)))))"},
        {"select * from values (1), (2) as t(x)",
         "(query (project [*] (as t columns(x) (values [1] [2]))))"},
        {"select * from range(1, 10) r", "(query (project [*] (as r (call range [1 10]))))"},
        {"select * from f(table(t) partition by a order by b, x => 1)",
         "(query (project [*] (call f [(table-argument (table t) partition[a] order[(asc b)]) "
         "(=> x 1)])))"},
        {"select * from f(table(select 1) with single partition)",
         "(query (project [*] (call f [(table-argument (project [1] (one-row)) single)])))"},
        {"select * from delta.`/a/b`", "(query (project [*] (table delta./a/b)))"},
        {"select * from t version as of 3", "(query (project [*] (table t version=3)))"},
        {"select * from t timestamp as of '2020-01-01' x",
         "(query (project [*] (as x (table t timestamp='2020-01-01'))))"},
        {"select * from t for system_version as of 1", "(query (project [*] (table t version=1)))"},
        {"select * from t@v12", "(query (project [*] (table t version=12:bigint)))"},
        {"select * from t@20240102030405678",
         "(query (project [*] (table t timestamp='2024-01-02 03:04:05.678')))"},
        {"select * from t tablesample (10 percent) repeatable (3) s",
         "(query (project [*] (as s (sample 0.1 seed=3 (table t)))))"},
        {"select * from t tablesample (5 rows)", "(query (project [*] (sample rows=5 (table t))))"},
        {"select * from t tablesample (bucket 1 out of 4)",
         "(query (project [*] (sample 0.25 (table t))))"},
        {"select * from t with (a = 1, 'b' = 'x') u",
         "(query (project [*] (as u (table t option=a option=b))))"},
        {"select * from stream t", "(query (project [*] (table t stream)))"},
        {"select * from identifier('a.b') t", "(query (project [*] (as t (table a.b))))"},
        {"select * from identifier(a || 'b')",
         "(query (project [*] (table (identifier concat(a, 'b')))))"},
        {"select * from t changes from version 1 to version 2 c",
         "(query (project [*] (as c (table t changes-from=1 to=2))))"},
        {"select * from t lateral view explode(a) e as x, y lateral view outer f(b) g",
         "(query (project [*] (lateral-view f outer as=g [b] (lateral-view explode as=e "
         "columns(x y) [a] (table t)))))"},
    };
    check(cases, COUNT_OF(cases));
}

static void query__joins(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select * from a join b", "(query (project [*] (join inner (table a) (table b))))"},
        {"select * from a inner join b on a.x = b.x",
         "(query (project [*] (join inner on=(= a.x b.x) (table a) (table b))))"},
        {"select * from a left outer join b using (x, y)",
         "(query (project [*] (join left using(x y) (table a) (table b))))"},
        {"select * from a right join b on true full outer join c on false",
         "(query (project [*] (join full on=false (join right on=true (table a) (table b)) "
         "(table c))))"},
        {"select * from a semi join b on x",
         "(query (project [*] (join semi on=x (table a) (table b))))"},
        {"select * from a left anti join b on x",
         "(query (project [*] (join anti on=x (table a) (table b))))"},
        {"select * from a cross join b", "(query (project [*] (join cross (table a) (table b))))"},
        {"select * from a natural left join b",
         "(query (project [*] (join left natural (table a) (table b))))"},
        {"select * from a join lateral (select a.x) t",
         "(query (project [*] (join inner lateral (table a) (as t (project [a.x] (one-row))))))"},
        {"select * from a, lateral (select a.x) t",
         "(query (project [*] (join inner lateral (table a) (as t (project [a.x] (one-row))))))"},
        {"select * from a join (b join c on 1) on 2",
         "(query (project [*] (join inner on=2 (table a) (join inner on=1 (table b) (table c)))))"},
        {"select * from a join b exact nearest 3 by distance a.x - b.x",
         "(query (project [*] (join inner nearest=(- a.x b.x) (table a) (table b))))"},
    };
    check(cases, COUNT_OF(cases));
}

static void query__set_operations(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select 1 union select 2",
         "(query (set union (project [1] (one-row)) (project [2] (one-row))))"},
        {"select 1 union all select 2 except select 3",
         "(query (set except (set union all (project [1] (one-row)) (project [2] (one-row))) "
         "(project [3] (one-row))))"},
        {"select 1 union select 2 intersect select 3",
         "(query (set union (project [1] (one-row)) (set intersect (project [2] (one-row)) "
         "(project [3] (one-row)))))"},
        {"(select 1) minus (select 2)",
         "(query (set except (project [1] (one-row)) (project [2] (one-row))))"},
        {"select 1 union distinct select 2 order by 1",
         "(query (sort [(asc 1)] (set union (project [1] (one-row)) (project [2] (one-row)))))"},
        {"(select 1 order by 1) union (select 2 limit 1)",
         "(query (set union (sort [(asc 1)] (project [1] (one-row))) (limit 1 (project [2] "
         "(one-row)))))"},
        {"values 1 union table t", "(query (set union (values [1]) (table t)))"},
        {"from a select x union select y",
         "(query (set union (project [x] (table a)) (project [y] (one-row))))"},
    };
    check(cases, COUNT_OF(cases));
}

static void query__with(void **state) {
    (void)state;
    static const Case cases[] = {
        {"with a as (select 1) select * from a",
         "(query (with (a (project [1] (one-row))) (project [*] (table a))))"},
        {"with a(x, y) as (select 1, 2), b as (select * from a) select * from b",
         "(query (with (a columns(x y) (project [1 2] (one-row))) (b (project [*] (table a))) "
         "(project [*] (table b))))"},
        {"with recursive a(n) max recursion level 5 as (select 1 union all select n + 1 from a) "
         "select * from a",
         "(query (with recursive (a columns(n) level=5 (set union all (project [1] (one-row)) "
         "(project [(+ n 1)] (table a)))) (project [*] (table a))))"},
        {"with a (select 1) select 2",
         "(query (with (a (project [1] (one-row))) (project [2] (one-row))))"},
        {"select * from (with a as (select 1) select * from a)",
         "(query (project [*] (as  (with (a (project [1] (one-row))) (project [*] (table a))))))"},
    };
    check(cases, COUNT_OF(cases));
}

static void query__pivots(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select * from t pivot (sum(a) as s, count(b) for c in (1 as x, 2))",
         "(query (project [*] (pivot for[c] in[(as 1 x) 2] [(as sum(a) s) count(b)] (table t))))"},
        {"select * from t pivot (sum(a) for (b, c) in ((1, 2) as x, (3, 4)))",
         "(query (project [*] (pivot for[b c] in[(as (struct 1 2) x) (struct 3 4)] [sum(a)] "
         "(table t))))"},
        {"select * from t unpivot (v for n in (a as x, b))",
         "(query (project [*] (unpivot values(v) name=n [a] as=x [b] (table t))))"},
        {"select * from t unpivot include nulls ((v, w) for n in ((a, b) as x, (c, d))) u",
         "(query (project [*] (as u (unpivot include-nulls values(v w) name=n [a b] as=x [c d] "
         "(table t)))))"},
    };
    check(cases, COUNT_OF(cases));
}

static void query__pipes(void **state) {
    (void)state;
    static const Case cases[] = {
        {"from t |> select a |> where a > 1",
         "(query (filter|where (> a 1) (project|select [a] (table t))))"},
        {"table t |> extend a + 1 as b", "(query (project|extend [* (as (+ a 1) b)] (table t)))"},
        {"table t |> set a = 1, b = a",
         "(query (project|set [(* except(b) replace[(as a b)])] (project|set [(* except(a) "
         "replace[(as 1 a)])] (table t))))"},
        {"table t |> drop a, b", "(query (project|drop [(* except(a b))] (table t)))"},
        {"table t |> as u", "(query (as| u (table t)))"},
        {"table t |> aggregate sum(a) as s group by b as c",
         "(query (aggregate|aggregate by[(as b c)] [(as sum(a) s)] (table t)))"},
        {"table t |> aggregate count(*)", "(query (aggregate|aggregate [count(*)] (table t)))"},
        {"table t |> aggregate group by a", "(query (aggregate|aggregate by[a] (table t)))"},
        {"table t |> order by a |> limit 1", "(query (limit 1 (sort [(asc a)] (table t))))"},
        {"table t |> join u using (a)", "(query (join inner using(a) (table t) (table u)))"},
        {"table t |> union all table u", "(query (set union all (table t) (table u)))"},
        {"table t |> pivot (sum(a) for b in (1))",
         "(query (pivot for[b] in[1] [sum(a)] (table t)))"},
        {"table t |> tablesample (1 percent)", "(query (sample 0.01 (table t)))"},
        {"table t | select a", "(query (project|select [a] (table t)))"},
        {"table t |> select a union select 1",
         "(query (set union (project|select [a] (table t)) (project [1] (one-row))))"},
        {"table t |> lateral view explode(a) e as x",
         "(query (lateral-view explode as=e columns(x) [a] (table t)))"},
    };
    check(cases, COUNT_OF(cases));
}

static void query__transform(void **state) {
    (void)state;
    static const Case cases[] = {
        {"select transform(a, b) using 'cat' as (x int, y) from t",
         "(query (transform using=cat as(x y) [a b] (project [a b] (table t))))"},
        {"from t map a, b using 'cat' as x",
         "(query (transform using=cat as(x) [a b] (project [a b] (table t))))"},
        {"select transform(a, x -> x + 1) from t",
         "(query (project [transform(a, (lambda (x) (+ x 1)))] (table t)))"},
    };
    check(cases, COUNT_OF(cases));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query__select),         cmocka_unit_test(query__groups),
        cmocka_unit_test(query__relations),      cmocka_unit_test(query__joins),
        cmocka_unit_test(query__set_operations), cmocka_unit_test(query__with),
        cmocka_unit_test(query__pivots),         cmocka_unit_test(query__pipes),
        cmocka_unit_test(query__transform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
