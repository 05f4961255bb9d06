# SPDX-License-Identifier: Apache-2.0
"""The runner of tests/sql against a program that gives prepared answers."""
import importlib.machinery
import importlib.util
import json
import os
import stat
import sys
import tempfile
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)
import golden_session  # noqa: E402

FAKE = """#!/usr/bin/env python3
import json, os, re, sys, time
answers = json.load(open(__file__ + ".json"))
script = open(sys.argv[sys.argv.index("-f") + 1]).read()
for sql in re.split(r"^-- !query.*\\n", script, flags=re.M)[1:]:
    sql = sql.strip()
    schema, output = answers.get(sql, ["struct<>", ""])
    if schema == "die":
        sys.stderr.write("last words")
        os.kill(os.getpid(), 11)
    if schema == "sleep":
        time.sleep(30)
    print(f"-- !query\\n{sql}\\n-- !query schema\\n{schema}\\n-- !query output\\n{output}\\n\\n",
          flush=True)
"""
DIVIDED = """tarn.Error
{
  "errorClass" : "DIVIDE_BY_ZERO",
  "sqlState" : "22012",
  "messageParameters" : {"config" : "\\"ansi\\""},
  "queryContext" : [ {"startIndex" : 8, "stopIndex" : 12, "fragment" : "1 / 0"} ]
}"""


def load_runner():
    loader = importlib.machinery.SourceFileLoader("sql_run", os.path.join(TESTS, "sql", "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("sql_run", loader))
    loader.exec_module(module)
    return module


class SqlRunner(unittest.TestCase):
    runner = load_runner()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.fake = os.path.join(self.folder, "tarn")
        with open(self.fake, "w", encoding="utf-8") as file:
            file.write(FAKE)
        os.chmod(self.fake, os.stat(self.fake).st_mode | stat.S_IXUSR)
        before = os.environ.get("TARN")
        os.environ["TARN"] = self.fake
        self.addCleanup(lambda: os.environ.pop("TARN") if before is None
                        else os.environ.update(TARN=before))

    def verdict(self, text, answers):
        """Runs a test file against statements' prepared (schema, output)."""
        with open(self.fake + ".json", "w", encoding="utf-8") as file:
            json.dump(answers, file)
        path = os.path.join(self.folder, "a.test")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        verdict, lines = self.runner.run_file(path, False)
        return verdict, "\n".join(lines)

    def assert_passes(self, text, answers):
        self.assertEqual(self.verdict(text, answers), ("passed", ""))

    def assert_fails(self, text, answers, *parts):
        verdict, lines = self.verdict(text, answers)
        self.assertEqual(verdict, "failed")
        for part in parts:
            self.assertIn(part, lines)

    def test_rows(self):
        text = "# says\n\nquery\nSELECT 1,\n  2;\n----\n1\t2\n"
        self.assert_passes(text, {"SELECT 1,\n  2": ["struct<a:int,b:int>", "1\t2"]})
        self.assert_fails(text, {"SELECT 1,\n  2": ["struct<a:int,b:int>", "1\t3"]},
                          "line 3", "1\t3")

    def test_order_counts_unless_sorted(self):
        answers = {"q": ["struct<a:int>", "2\n1"]}
        self.assert_passes("query\nq\n----\n2\n1\n", answers)
        self.assert_fails("query\nq\n----\n1\n2\n", answers, "line 1")
        self.assert_passes("query sorted\nq\n----\n1\n2\n", answers)

    def test_schema_line(self):
        self.assert_passes("query\nq\n----\nstruct<a:int>\n1\n", {"q": ["struct<a:int>", "1"]})
        self.assert_fails("query\nq\n----\nstruct<a:int>\n1\n", {"q": ["struct<a:bigint>", "1"]},
                          "bigint")

    def test_empty_results(self):
        self.assert_passes("query\nq\n----\n", {"q": ["struct<a:int>", ""]})
        self.assert_passes("query\nq\n----\na\n(empty)\nb\n(empty)\n",
                           {"q": ["struct<a:string>", "a\n\nb\n"]})

    def test_error(self):
        answers = {"SELECT 1 / 0": ["struct<>", DIVIDED]}
        self.assert_passes('error DIVIDE_BY_ZERO\nSELECT 1 / 0\n----\nconfig "ansi"\n'
                           "@sqlState 22012\n@fragment 1 / 0\n@start 8\n@stop 12\n", answers)
        self.assert_fails("error CAST_OVERFLOW\nSELECT 1 / 0\n", answers, "CAST_OVERFLOW")
        self.assert_fails("error DIVIDE_BY_ZERO\nSELECT 1 / 0\n----\nconfig x\n", answers,
                          "config x")
        self.assert_fails("query\nSELECT 1 / 0\n----\n", answers, "DIVIDE_BY_ZERO")
        self.assert_fails("error DIVIDE_BY_ZERO\nq\n", {"q": ["struct<a:int>", "1"]}, "a:int")

    def test_statement_must_succeed(self):
        self.assert_passes("statement\nCREATE\n", {})
        self.assert_fails("statement\nCREATE\n", {"CREATE": ["struct<>", DIVIDED]}, "failed")

    def test_program_that_dies(self):
        self.assert_fails("statement\nok\n\nstatement\nq\n", {"q": ["die", ""]},
                          "SIGSEGV at statement 2", "last words")

    def test_program_that_hangs(self):
        self.assert_fails("timeout 0.5\nstatement\nq\n", {"q": ["sleep", ""]}, "no answer within")

    def test_threads_run_it_once_for_each(self):
        self.assert_fails("threads 1 4\nquery\nq\n----\n1\n", {"q": ["struct<a:int>", "2"]},
                          "(1 threads)", "(4 threads)")

    def test_substitution(self):
        self.assert_passes("query\nread {data}/x {other}\n----\n1\n",
                           {f"read {golden_session.DATA}/x {{other}}": ["struct<a:int>", "1"]})

    def test_format_errors(self):
        for text, part in (("query\nq\n", "----"), ("rows\n", "line 1"), ("# no\n", "no statement"),
                           ("error\nq\n", "class"), ("statement\n\n", "no statement"),
                           ("query backwards\nq\n----\n", "backwards")):
            self.assert_fails(text, {}, part)


if __name__ == "__main__":
    unittest.main()
