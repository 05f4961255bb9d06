# SPDX-License-Identifier: Apache-2.0
import unittest

from tree import TreeTest


class Layers(TreeTest):
    tool = "layers"

    def test_downward_is_fine(self):
        self.source("base/slice.h")
        self.source("kernel/exec/source.h", '#include "base/slice.h"\n')
        self.source("kernel/lake/parquet/file.c", '#include "kernel/exec/source.h"\n')
        self.source("cli/main.c", '#include "kernel/exec/source.h"\n#include <stdio.h>\n')
        self.assert_clean()

    def test_upward(self):
        self.source("kernel/plan/table.h")
        self.source("base/slice.h", '\n#include "kernel/plan/table.h"\n')
        self.assert_finding("base/slice.h:4:", "base must not know kernel/plan")

    def test_sideways(self):
        self.source("kernel/lake/delta.h")
        self.source("kernel/sql/parse.c", '#include "kernel/lake/delta.h"\n')
        self.assert_finding("kernel/sql/parse.c:2:", "kernel/lake")

    def test_platform_is_not_for_every_room_of_the_kernel(self):
        self.source("platform/http.h")
        self.source("kernel/lake/s3.c", '#include "platform/http.h"\n')
        self.source("kernel/exec/scan.c", '#include "platform/http.h"\n')
        self.assert_finding("kernel/exec/scan.c:2:")

    def test_relative_include(self):
        self.source("base/slice.h")
        self.source("base/slice.c", '#include "slice.h"\n')
        self.assert_finding("base/slice.c:2:", "is not a file, seen from the root")

    def test_commented_include_does_not_count(self):
        self.source("base/slice.c", '// #include "kernel/x.h"\n/*\n#include "kernel/y.h"\n*/\n')
        self.assert_clean()

    def test_internal_header_of_another_folder(self):
        self.source("kernel/exec/sort_internal.h")
        self.source("kernel/exec/sort.c", '#include "kernel/exec/sort_internal.h"\n')
        self.source("kernel/plan/lower.c", '#include "kernel/exec/sort_internal.h"\n')
        self.assert_finding("kernel/plan/lower.c:2:", "its own folder")

    def test_cycle(self):
        self.source("base/a.h", '#include "base/b.h"\n')
        self.source("base/b.h", '#include "base/c.h"\n')
        self.source("base/c.h", '#include "base/a.h"\n')
        self.assert_finding("a cycle", "base/a.h -> base/b.h -> base/c.h -> base/a.h")

    def test_diamond_is_no_cycle(self):
        self.source("base/d.h")
        self.source("base/b.h", '#include "base/d.h"\n')
        self.source("base/c.h", '#include "base/d.h"\n')
        self.source("base/a.h", '#include "base/b.h"\n#include "base/c.h"\n')
        self.assert_clean()

    def test_folder_at_the_limit_and_one_past(self):
        for number in range(25):
            self.source(f"base/s{number}.c")
        self.source("base/list.inc")
        self.assert_clean()
        self.source("base/s25.c")
        self.assert_finding("base/ has 26 sources")

    def test_tests_may_include_every_room_and_rooms_no_test(self):
        self.source("tests/support/temp.h")
        self.source("tests/base/slice.c", '#include "tests/support/temp.h"\n')
        self.assert_clean()
        self.source("base/slice.c", '#include "tests/support/temp.h"\n')
        self.assert_finding("belongs to no room")


if __name__ == "__main__":
    unittest.main()
