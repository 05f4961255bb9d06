# SPDX-License-Identifier: Apache-2.0
"""The shell of `tarn sql` on a terminal of its own (a pty)."""
import os
import pty
import select
import tempfile
import time
import unittest

TARN = os.path.abspath(os.environ.get("TARN") or os.path.join(
    os.path.dirname(__file__), "..", "..", "build", "release", "tarn"))


class Shell:
    def __init__(self, folder):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            environment = {"HOME": folder, "XDG_DATA_HOME": folder, "TERM": "xterm",
                           "PATH": os.environ["PATH"], "TARN_WAREHOUSE": folder + "/warehouse",
                           "LANG": "C.UTF-8"}
            os.execve(TARN, ["tarn", "sql"], environment)

    def wait_for(self, words, seconds=20):
        """Output up to and with the words."""
        out, end = "", time.monotonic() + seconds
        while words not in out:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise AssertionError(f"no {words!r} within {seconds} s in {out!r}")
            try:
                out += os.read(self.fd, 65536).decode(errors="replace")
            except OSError as error:
                raise AssertionError(f"the shell ended; no {words!r} in {out!r}") from error
        return out

    def send(self, text):
        os.write(self.fd, text.encode())

    def close(self):
        """Reads to the end and returns the exit status."""
        try:
            while os.read(self.fd, 65536):
                pass
        except OSError:
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class ShellTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.shell = Shell(self.folder.name)
        self.shell.wait_for("tarn> ")

    def tearDown(self):
        self.folder.cleanup()

    def leave(self):
        self.shell.send("\\q\n")
        self.assertEqual(self.shell.close(), 0)

    def test_statement_over_two_lines(self):
        self.shell.send("SELECT 40 +\n")
        self.shell.wait_for("-> ")
        self.shell.send("2 AS answer;\n")
        self.assertIn("42", self.shell.wait_for("(1 row)"))
        self.leave()

    def test_error_keeps_the_shell(self):
        self.shell.send("SELECT 1/0;\n")
        self.shell.wait_for("[DIVIDE_BY_ZERO]")
        self.shell.send("SELECT 'still here' AS x;\n")
        self.shell.wait_for("still here\r\n(1 row)")
        self.leave()

    def test_interrupt_cancels_the_query(self):
        self.shell.send("SELECT count(*) FROM range(1000000000000) WHERE id % 7 = 3;\n")
        time.sleep(1)
        self.shell.send("\x03")
        self.shell.wait_for("[OPERATION_CANCELED]")
        self.shell.send("SELECT 1 AS x;\n")
        self.shell.wait_for("(1 row)")
        self.leave()

    def test_commands(self):
        self.shell.send("CREATE TEMP VIEW seen AS SELECT 1 AS alpha;\n")
        self.shell.wait_for("OK")
        self.shell.send("\\d\n")
        self.assertIn("seen", self.shell.wait_for("(1 row)"))
        self.shell.send("\\d seen\n")
        self.assertIn("alpha", self.shell.wait_for("row"))
        self.shell.send("\\x\n")
        self.shell.wait_for("is on")
        self.shell.send("SELECT alpha FROM seen;\n")
        self.shell.wait_for("-- row 1 --")
        self.shell.send("\\nothing\n")
        self.shell.wait_for("There is no command \\nothing")
        self.leave()

    def test_history_is_kept(self):
        self.shell.send("SELECT 'to remember' AS x;\n")
        self.shell.wait_for("(1 row)")
        self.leave()
        path = os.path.join(self.folder.name, "tarn", "shell_history")
        with open(path, encoding="utf-8") as file:
            self.assertIn("remember", file.read())


if __name__ == "__main__":
    unittest.main()
