# SPDX-License-Identifier: Apache-2.0
"""A throw-away tree of files, and a run of one of the checks over it."""
import os
import shutil
import subprocess
import tempfile
import unittest

TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools")
SPDX = "// SPDX-License-Identifier: Apache-2.0\n"


class TreeTest(unittest.TestCase):
    tool = ""

    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def source(self, path, text=""):
        """A C file that has nothing wrong but what `text` brings along."""
        self.write(path, SPDX + ("#pragma once\n" if path.endswith(".h") else "") + text)

    def findings(self):
        done = subprocess.run([os.path.join(TOOLS, self.tool), self.root], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 1 if done.stderr else 0, done.stderr)
        return done.stderr.splitlines()

    def assert_clean(self):
        self.assertEqual(self.findings(), [])

    def assert_finding(self, *parts):
        found = self.findings()
        self.assertEqual(len(found), 1, found)
        for part in parts:
            self.assertIn(part, found[0])
