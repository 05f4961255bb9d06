# SPDX-License-Identifier: Apache-2.0
"""The demo notebook tells its story under `tarn run`, nbclient and papermill."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import golden_session

DEMO = os.path.join(golden_session.ROOT, "share", "demo")
TARN = golden_session.program()
# What it must show: rows, doubled orders, the false and the true record, the best country.
FACTS = ("3252", "47", "2703.20", "1351.60", "second try", "Germany", "33079.50")


def knows(command):
    done = subprocess.run([TARN, command, "--help"], capture_output=True, check=False)
    return done.returncode == 0


def outputs_of(notebook):
    """The text of all outputs."""
    texts = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain") or \
                output.get("traceback", "")
            texts.append("".join(text) if isinstance(text, list) else text)
    return "\n".join(texts)


@unittest.skipUnless(golden_session.is_ready() and knows("kernel") and knows("install"),
                     "needs a program with a kernel")
class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.mkdtemp(prefix="tarn-demo-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.folder = folder
        subprocess.run([sys.executable, os.path.join(DEMO, "make_lake.py"),
                        os.path.join(folder, "lake")], check=True)
        subprocess.run([TARN, "install", "--prefix", folder], check=True, capture_output=True)
        self.notebook = shutil.copy(os.path.join(DEMO, "demo.ipynb"), folder)
        self.env = dict(os.environ, JUPYTER_PATH=os.path.join(folder, "share", "jupyter"),
                        TARN_WAREHOUSE=os.path.join(folder, "warehouse"), HOME=folder,
                        XDG_DATA_HOME=folder, XDG_CONFIG_HOME=folder)

    def run_words(self, *words):
        done = subprocess.run(words, cwd=self.folder, env=self.env, capture_output=True, text=True,
                              timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])

    def check_executed(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            text = outputs_of(json.load(file))
        for fact in FACTS:
            self.assertIn(fact, text)

    @unittest.skipUnless(knows("run"), "needs tarn run")
    def test_tarn_run(self):
        self.run_words(TARN, "run", "demo.ipynb", "-o", "executed.ipynb")
        self.check_executed("executed.ipynb")

    def test_nbclient(self):
        self.run_words(sys.executable, "-m", "jupyter", "execute", "demo.ipynb",
                       "--output", "executed")
        self.check_executed("executed.ipynb")

    def test_papermill(self):
        self.run_words(sys.executable, "-m", "papermill", "demo.ipynb", "executed.ipynb")
        self.check_executed("executed.ipynb")


if __name__ == "__main__":
    unittest.main()
