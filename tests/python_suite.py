# SPDX-License-Identifier: Apache-2.0
"""Runs the unittest modules of a folder (test_*.py) as one suite of `make test`.

A folder's `run` is three lines:
    #!/bin/sh
    # SPDX-License-Identifier: Apache-2.0
    exec python3 "$(dirname "$0")/../python_suite.py" "$(dirname "$0")" "$@"
Arguments behind the folder are names of tests, as unittest takes them."""
import os
import sys
import time
import unittest


class Result(unittest.TextTestResult):
    """Says how long the slow ones took."""

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        seconds = time.monotonic() - self.started
        if seconds > 5:
            print(f"{test.id()}: {seconds:.1f} s", flush=True)


def main():
    folder = os.path.abspath(sys.argv[1])
    sys.path[:0] = [folder, os.path.dirname(os.path.abspath(__file__))]
    loader = unittest.TestLoader()
    names = sys.argv[2:]
    tests = loader.loadTestsFromNames(names) if names else loader.discover(folder)
    result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result, verbosity=0).run(tests)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    print(f"{max(result.testsRun - failed - skipped, 0)} passed, {failed} failed"
          + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
