# SPDX-License-Identifier: Apache-2.0
"""How answers are compared with Spark's, and a run against a program that gives Spark's own."""
import os
import stat
import sys
import tempfile
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, os.path.join(TESTS, "golden")]
import cases  # noqa: E402
import compare  # noqa: E402
import golden_session  # noqa: E402
from golden_session import Answer  # noqa: E402

# A program that knows the golden files by heart.
SPARK_ITSELF = """#!/usr/bin/env python3
import sys
sys.path[:0] = [{tests!r}, {golden!r}]
import cases, golden_session
right = {{}}
for source in cases.golden_sources():
    if source.name in {names!r}:
        for answer in source.expected:
            right.setdefault(answer.sql, []).append(answer)
script = open(sys.argv[sys.argv.index("-f") + 1]).read()
for sql in golden_session.MARKER.split(script)[1:]:
    answers = right.get(sql.strip()) or [golden_session.Answer("", "struct<>", "")]
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    output = answer.output.rstrip("\\n")
    print(f"-- !query\\n{{sql.strip()}}\\n-- !query schema\\n{{answer.schema}}\\n"
          f"-- !query output\\n{{output}}\\n\\n", flush=True)
"""


class Compare(unittest.TestCase):
    def test_types_without_names(self):
        self.assertEqual(compare.types_of("struct<a:int,(b < c):boolean>"), ["int", "boolean"])
        self.assertEqual(compare.types_of("struct<>"), [])
        nested = "struct<x:struct<y:int,z:string>,m:map<int,array<date>>>"
        self.assertEqual(compare.types_of(nested),
                         ["struct<y:int,z:string>", "map<int,array<date>>"])
        self.assertEqual(compare.types_of("struct<CAST(a AS DECIMAL(3,2)):decimal(3,2)>"),
                         ["decimal(3,2)"])
        self.assertEqual(compare.types_of("struct<>= 3:int,a::b:interval day to second>"),
                         ["int", "interval day to second"])
        self.assertIsNone(compare.types_of("struct<a:whatever>"))

    def test_top_level_order(self):
        for sql in ("SELECT 1 ORDER BY 1", "select (select 1) a order\nby a LIMIT 3"):
            self.assertTrue(compare.has_top_level_order(sql), sql)
        for sql in ("SELECT 1", "SELECT sum(a) OVER (ORDER BY b)", "SELECT 'ORDER BY'",
                    "(SELECT 1 ORDER BY 1) UNION SELECT 2", "SELECT 1 -- ORDER BY 1"):
            self.assertFalse(compare.has_top_level_order(sql), sql)

    def level(self, expected, actual):
        return compare.row_level(Answer("SELECT 1", *expected), Answer("SELECT 1", *actual), "/w")

    def test_row_levels(self):
        right = ("struct<a:int>", "1\n2")
        self.assertEqual(self.level(right, right), ("full", False))
        self.assertEqual(self.level(right, ("struct<a:int>", "2\n1")), ("full", False))
        self.assertEqual(self.level(right, ("struct<b:int>", "1\n2")), ("typed", False))
        self.assertEqual(self.level(right, ("struct<a:bigint>", "1\n2")), ("rows", False))
        self.assertEqual(self.level(right, ("struct<a:int>", "1")), ("", False))

    def test_order_of_ties(self):
        right, other = Answer("q ORDER BY 1", "struct<a:int>", "1\n2"), \
            Answer("q", "struct<a:int>", "2\n1")
        self.assertEqual(compare.row_level(right, other, "/w"), ("full", True))

    def test_error_levels(self):
        def error(name, state="1", parameters=None):
            answer = Answer("q", "struct<>", "")
            answer.error = {"errorClass": name, "sqlState": state,
                            "messageParameters": parameters or {}}
            return answer
        self.assertEqual(compare.error_level(error("A"), error("A")), "params")
        self.assertEqual(compare.error_level(error("A"), error("A", "2")), "class")
        self.assertEqual(compare.error_level(error("A", "1", {"x": "1"}), error("A")), "class")
        self.assertEqual(compare.error_level(error("A"), error("B")), "error")
        self.assertEqual(compare.error_level(error("A"), Answer("q", "struct<a:int>", "")), "")

    def test_masks(self):
        self.assertEqual(compare.mask("Location\tfile:/tmp/x/warehouse/t  ", "/tmp/x/warehouse"),
                         "Location [not included in comparison]/{warehouse_dir}/t  ")
        self.assertEqual(compare.mask("Created Time\tnow\nrest", "/w"),
                         "Created Time [not included in comparison]\nrest")
        self.assertEqual(compare.mask("a#12, b#7", "/w"), "a#x, b#x")

    def test_catalog_strings(self):
        kind = {"type": "struct", "fields": [
            {"name": "a", "type": "long"}, {"name": "b", "type": {
                "type": "map", "keyType": "string",
                "valueType": {"type": "array", "elementType": "decimal(3, 1)"}}}]}
        self.assertEqual(compare.catalog_string(kind),
                         "struct<a:bigint,b:map<string,array<decimal(3,1)>>>")


@unittest.skipUnless(os.path.isdir(cases.SPARK), "needs the shared data")
class Runner(unittest.TestCase):
    def test_spark_itself_is_full(self):
        names = ["group-by.sql.out", "cast.sql.out", "describe.sql.out", "try_aggregates.sql.out"]
        with tempfile.TemporaryDirectory() as folder:
            fake = os.path.join(folder, "tarn")
            with open(fake, "w", encoding="utf-8") as file:
                file.write(SPARK_ITSELF.format(tests=TESTS, golden=os.path.join(TESTS, "golden"),
                                               names=names))
            os.chmod(fake, os.stat(fake).st_mode | stat.S_IXUSR)
            for source in cases.golden_sources():
                if source.name in names:
                    done = golden_session.run([one.sql for one in source.expected], tarn=fake)
                    self.assertIsNone(done.trouble)
                    self.check(source, done)

    def check(self, source, done):
        for expected, actual in zip(source.expected, done.answers):
            if expected.error is not None:
                if expected.error_class:
                    self.assertEqual(compare.error_level(expected, actual), "params")
            elif expected.schema != "struct<>" and not compare.is_explain(expected.sql):
                self.assertEqual(compare.row_level(expected, actual, done.warehouse)[0], "full",
                                 expected.sql)

    def test_every_schema_is_readable(self):
        for source in list(cases.golden_sources()) + list(cases.example_sources()):
            for answer in source.expected:
                if answer.error is None and answer.schema != "struct<>":
                    self.assertIsNotNone(compare.types_of(answer.schema), answer.schema)


if __name__ == "__main__":
    unittest.main()
