# SPDX-License-Identifier: Apache-2.0
"""The program's own options, what it links, and how long it takes to say its version."""
import os
import re
import subprocess
import time
import unittest

import golden_session

TARN = golden_session.program()
# Libraries that a kernel may never need are opened late, never linked.
LATE = ("libcurl", "libgit2", "libwebsockets", "libnghttp2", "libcrypto", "libssl")


def tarn(*words):
    return subprocess.run([TARN, *words], capture_output=True, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL)


def commands():
    """The subcommands that --help lists."""
    return re.findall(r"^  (\w+) ", tarn("--help").stdout, re.M)


class Program(unittest.TestCase):
    def test_version(self):
        done = tarn("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^tarn \d+\.\d+\.\d+\n$")
        with open(os.path.join(golden_session.ROOT, "CMakeLists.txt"), encoding="utf-8") as file:
            version = re.search(r"project\(tarn VERSION ([\d.]+)", file.read())[1]
        self.assertIn(version, done.stdout)

    def test_help(self):
        done = tarn("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("usage: tarn COMMAND", done.stdout)
        self.assertEqual(tarn("help").stdout, done.stdout)

    def test_every_command_has_help(self):
        for command in commands():
            done = tarn(command, "--help")
            self.assertEqual(done.returncode, 0, command)
            self.assertIn(f"tarn {command}", done.stdout)
            self.assertTrue(done.stdout.endswith("\n"), command)

    def test_without_a_word(self):
        done = tarn()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("usage", done.stderr)

    def test_unknown_command(self):
        done = tarn("frobnicate")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('no command "frobnicate"', done.stderr)

    def test_unknown_option_of_each_command(self):
        for command in commands():
            done = tarn(command, "--no-such-option")
            self.assertIn(done.returncode, (1, 2), command)
            self.assertNotEqual(done.stderr, "", command)

    def test_late_libraries_are_not_linked(self):
        done = subprocess.run(["readelf", "-d", TARN], capture_output=True, text=True, check=True)
        needed = re.findall(r"NEEDED.*\[(.*?)\]", done.stdout)
        self.assertIn("libc.so.6", needed)
        for library in needed:
            self.assertFalse(library.startswith(LATE), library)

    @unittest.skipIf(os.environ.get("TARN_PRESET", "release") != "release", "sanitized")
    def test_starts_fast(self):
        best = 1.0
        for _ in range(10):
            start = time.perf_counter()
            tarn("--version")
            best = min(best, time.perf_counter() - start)
        self.assertLess(best, 0.05)


if __name__ == "__main__":
    unittest.main()
