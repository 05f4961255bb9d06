# SPDX-License-Identifier: Apache-2.0
"""The stock suites and runners: jupyter_kernel_test, nbclient, papermill, nbformat, tarn run."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import jupyter_kernel_test
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kernels import ROOT, TARN, has_sql, prepare

SQL = has_sql()


def setUpModule():
    global folder
    folder = tempfile.mkdtemp(prefix="tarn-test-")
    prepare(folder)


def tearDownModule():
    shutil.rmtree(folder, ignore_errors=True)


class StockKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "tarn"
    language_name = "sql"
    file_extension = ".sql"
    code_hello_world = "%echo hello, world"
    code_stderr = "%echo -e failed"
    completion_samples = [{"text": "%ec", "matches": {"echo"}},
                          {"text": "%pro", "matches": {"profile"}}]
    complete_code_samples = ["SELECT 1", "SELECT 1;", "%echo a", "%sh ls", "-- only a comment"]
    code_page_something = "%help"
    code_generate_error = "%nosuch"
    code_display_data = [{"code": "%md # Title", "mime": "text/markdown"}]
    code_inspect_sample = "%chart"
    code_clear_output = "%clear"
    if SQL:
        completion_samples += [{"text": "SELECT 1 INTERSEC", "matches": {"INTERSECT"}},
                               {"text": "SELECT substring_ind", "matches": {"substring_index"}}]
        incomplete_code_samples = ["SELECT (1", "SELECT 'a", "SELECT 1 /* x", "SELECT `a", "SELECT",
                                   "SELECT 1 +", "SELECT * FROM", "WITH a AS (SELECT 1)",
                                   "SELECT 1; SELECT", "BEGIN SELECT 1;"]
        invalid_code_samples = ["SELECT 1)", "%nosuch", "SELECT (1; SELECT 2", "SELEC 1",
                                "SELECT 1 +; SELECT 2", "SELECT 1 1"]
        code_generate_error = "SELECT * FROM there_is_no_such_table"
        code_execute_result = [{"code": "SELECT 6 * 7 AS answer", "mime": "text/html"},
                               {"code": "SELECT 1",
                                "result": " 1\n───\n 1\n(1 row)"},
                               {"code": "SELECT 'x' AS unusual_needle", "mime":
                                "application/vnd.dataresource+json"}]
        code_display_data += [{"code": "SELECT 1; SELECT 2", "mime": "text/html"}]
        supported_history_operations = ("tail", "range", "search")
        code_history_pattern = "*unusual_needle*"


class StockWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "tarn"
    support_iopub_welcome = True


def notebook(*sources):
    made = nbformat.v4.new_notebook(metadata={
        "kernelspec": {"name": "tarn", "display_name": "Tarn", "language": "sql"}})
    made.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return made


class Runners(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, *sources):
        nbformat.write(notebook(*sources), self.path(name))
        return self.path(name)

    def tarn_run(self, *words):
        return subprocess.run([TARN, "run", *words], capture_output=True, text=True, timeout=60)

    def outputs(self, path, index):
        made = nbformat.read(path, as_version=4)
        nbformat.validate(made)
        return made.cells[index].outputs

    def test_nbclient(self):
        made = notebook("%echo one", "%md *two*", "%echo a\n%clear -w\n%echo b")
        NotebookClient(made, timeout=30, kernel_name="tarn").execute()
        self.assertEqual(made.cells[0].outputs[0].text, "one\n")
        self.assertEqual(made.cells[1].outputs[0].data["text/markdown"], "*two*")
        self.assertEqual([o.text for o in made.cells[2].outputs], ["b\n"])
        self.assertEqual([c.execution_count for c in made.cells], [1, 2, 3])

    def test_nbclient_stops_at_an_error(self):
        made = notebook("%nosuch", "%echo never")
        with self.assertRaises(CellExecutionError):
            NotebookClient(made, timeout=30, kernel_name="tarn").execute()
        self.assertEqual(made.cells[0].outputs[0].ename, "INVALID_MAGIC")
        self.assertEqual(made.cells[1].outputs, [])

    def test_papermill_without_parameters(self):
        source = self.write("in.ipynb", "%echo hi")
        subprocess.run(["papermill", "-k", "tarn", source, self.path("out.ipynb")], check=True,
                       capture_output=True)
        self.assertEqual(self.outputs(self.path("out.ipynb"), 0)[0].text, "hi\n")

    @unittest.skipUnless(SQL, "SQL in cells is not there yet")
    def test_papermill_injects_parameters(self):
        made = notebook("# Parameters\nn = 1\nname = 'a'", "SELECT :n + 1 AS n, :name AS name")
        made.cells[0].metadata["tags"] = ["parameters"]
        nbformat.write(made, self.path("in.ipynb"))
        subprocess.run(["papermill", "-l", "python", "-p", "n", "41", "-p", "name", "Ada",
                        self.path("in.ipynb"), self.path("out.ipynb")], check=True,
                       capture_output=True)
        rows = self.outputs(self.path("out.ipynb"), 2)[0].data["application/vnd.dataresource+json"]
        self.assertEqual(rows["data"], [{"n": 42, "name": "Ada"}])

    @unittest.skipUnless(SQL, "SQL in cells is not there yet")
    def test_tarn_run_takes_parameters(self):
        source = self.write("in.ipynb",
                            "SELECT :n AS n, :s AS s, :d AS d, :f AS f, :z IS NULL AS z")
        result = self.tarn_run(source, "-o", self.path("out.ipynb"), "-p", "n=5", "-p", "s=it's",
                               "-p", "d=2026-01-02", "-p", "f=1.5", "-p", "z=null")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = self.outputs(self.path("out.ipynb"), 1)[0].data["application/vnd.dataresource+json"]
        self.assertEqual(rows["data"],
                         [{"n": 5, "s": "it's", "d": "2026-01-02", "f": 1.5, "z": True}])

    def test_tarn_run_writes_and_shows(self):
        source = self.write("in.ipynb", "%echo hello", "%md **bold**")
        result = self.tarn_run(source, "-o", self.path("out.ipynb"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("hello", result.stdout)
        self.assertEqual(self.outputs(self.path("out.ipynb"), 0)[0].text, "hello\n")
        with open(self.path("out.ipynb")) as file:
            text = file.read()
        self.assertEqual(nbformat.writes(nbformat.reads(text, 4)) + "\n", text)

    def test_tarn_run_ends_at_an_error(self):
        source = self.write("in.ipynb", "%echo a", "%sh exit 3", "%echo never")
        result = self.tarn_run(source, "-o", self.path("out.ipynb"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("PROCESS_FAILED", result.stdout)
        self.assertNotIn("never\n\n", result.stdout)
        self.assertEqual(self.outputs(self.path("out.ipynb"), 2), [])

    def test_tarn_run_keeps_what_it_does_not_know(self):
        made = json.loads(nbformat.writes(notebook("%echo a")))
        made["metadata"]["strange"] = {"x": [1, 2.5, None]}
        made["cells"][0]["metadata"]["other"] = "ü"
        with open(self.path("in.ipynb"), "w") as file:
            json.dump(made, file)
        self.tarn_run(self.path("in.ipynb"), "-q", "-o", self.path("out.ipynb"))
        with open(self.path("out.ipynb")) as file:
            out = json.load(file)
        self.assertEqual(out["metadata"]["strange"], made["metadata"]["strange"])
        self.assertEqual(out["cells"][0]["metadata"]["other"], "ü")
        self.assertEqual(out["cells"][0]["id"], made["cells"][0]["id"])

    def test_tarn_run_uses_other_kernels(self):
        import sys
        spec = os.path.join(folder, "prefix", "share", "jupyter", "kernels", "snake")
        os.makedirs(spec, exist_ok=True)
        with open(os.path.join(spec, "kernel.json"), "w") as file:
            json.dump({"argv": [sys.executable, "-m", "ipykernel_launcher", "-f",
                                "{connection_file}"], "display_name": "S", "language": "python",
                       "env": {"SNAKE": "yes"}}, file)
        made = notebook("import os\nprint(os.environ['SNAKE'])", "6 * 7")
        made.metadata.kernelspec = {"name": "snake", "display_name": "S"}
        nbformat.write(made, self.path("in.ipynb"))
        result = self.tarn_run(self.path("in.ipynb"), "-o", self.path("out.ipynb"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.outputs(self.path("out.ipynb"), 0)[0].text, "yes\n")
        self.assertEqual(self.outputs(self.path("out.ipynb"), 1)[0].data["text/plain"], "42")

    def test_tarn_run_says_what_it_cannot_do(self):
        self.assertIn("nothing.ipynb", self.tarn_run("nothing.ipynb").stderr)
        with open(self.path("bad.ipynb"), "w") as file:
            file.write("{")
        self.assertIn("bad.ipynb", self.tarn_run(self.path("bad.ipynb")).stderr)
        made = notebook("x")
        made.metadata.kernelspec = {"name": "no-such-kernel", "display_name": "x"}
        nbformat.write(made, self.path("other.ipynb"))
        result = self.tarn_run(self.path("other.ipynb"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("no-such-kernel", result.stderr)


@unittest.skipUnless(SQL, "SQL in cells is not there yet")
class Demo(unittest.TestCase):
    """The demo notebook on its lake of Delta tables, which delta-rs wrote."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(dir=folder)
        demo = os.path.join(ROOT, "share", "demo")
        subprocess.run(["python3", os.path.join(demo, "make_lake.py"),
                        os.path.join(cls.folder, "lake")], check=True, stdout=subprocess.DEVNULL)
        cls.notebook = os.path.join(cls.folder, "demo.ipynb")
        shutil.copy(os.path.join(demo, "demo.ipynb"), cls.notebook)
        os.environ["TARN_WAREHOUSE"] = os.path.join(cls.folder, "warehouse")

    @classmethod
    def tearDownClass(cls):
        del os.environ["TARN_WAREHOUSE"]

    def check(self, made):
        nbformat.validate(made)
        cells = [c for c in made.cells if c.cell_type == "code"]
        kinds = [[o.output_type for o in c.outputs] for c in cells]
        self.assertNotIn("error", sum(kinds, []))
        self.assertGreater(sum(kind == ["execute_result"] for kind in kinds), 4)
        reads = [o.data["application/vnd.tarn.result+json"]["reads"] for c in cells
                 for o in c.outputs if "application/vnd.tarn.result+json" in o.get("data", {})]
        self.assertIn({"table": "spark_catalog.gold.daily_revenue", "version": 0}, sum(reads, []))

    def test_nbclient(self):
        made = nbformat.read(self.notebook, as_version=4)
        NotebookClient(made, timeout=60, kernel_name="tarn",
                       resources={"metadata": {"path": self.folder}}).execute()
        self.check(made)

    def test_papermill(self):
        subprocess.run(["papermill", "-k", "tarn", "demo.ipynb", "out.ipynb"], check=True,
                       capture_output=True, cwd=self.folder)
        self.check(nbformat.read(os.path.join(self.folder, "out.ipynb"), as_version=4))

    def test_tarn_run(self):
        result = subprocess.run([TARN, "run", self.notebook, "-o", "own.ipynb"],
                                capture_output=True, text=True, cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stdout[-2000:])
        self.check(nbformat.read(os.path.join(self.folder, "own.ipynb"), as_version=4))


if __name__ == "__main__":
    unittest.main()
