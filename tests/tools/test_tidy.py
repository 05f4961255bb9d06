# SPDX-License-Identifier: Apache-2.0
import unittest

from tree import SPDX, TreeTest


def function(lines, name="thing_do"):
    """A function definition of exactly that many lines."""
    return f"int {name}(void) {{\n" + "    work();\n" * (lines - 3) + "    return 0;\n}\n"


class Tidy(TreeTest):
    tool = "tidy"

    def test_clean_source(self):
        self.source("base/thing.h", "int thing_do(void);\n")
        self.source("base/thing.c", '#include "base/thing.h"\n\n' + function(70))
        self.assert_clean()

    def test_long_function(self):
        self.source("base/thing.c", "\n" + function(71))
        self.assert_finding("base/thing.c:3:", "thing_do has 71 lines")

    def test_long_function_with_its_head_on_two_lines(self):
        head = "static int thing_do(int first,\n                    int next) {\n"
        self.source("base/thing.c", head + "    work();\n" * 69 + "}\n")
        self.assert_finding("base/thing.c:2:", "thing_do has 72 lines")

    def test_long_table_is_no_function(self):
        self.source("base/thing.c", "static const int PRIMES[] = {\n" + "    2,\n" * 90 + "};\n"
                    "struct Thing {\n" + "    int x;\n" * 90 + "};\n"
                    "typedef struct __attribute__((packed)) Other {\n" + "    int x;\n" * 90
                    + "} Other;\n")
        self.assert_clean()

    def test_allow_list(self):
        self.source("base/thing.c", function(90))
        self.write("tools/tidy.allow", "base/thing.c thing_do  # dispatch over all things\n")
        self.assert_clean()

    def test_allow_list_that_is_out_of_date(self):
        self.source("base/thing.c", function(20))
        self.write("tools/tidy.allow", "base/thing.c thing_do  # dispatch over all things\n")
        self.assert_finding("tools/tidy.allow:1:", "not long any more")

    def test_allow_list_without_reason(self):
        self.write("tools/tidy.allow", "base/thing.c thing_do\n")
        self.assert_finding("tools/tidy.allow:1:", "reason")

    def test_long_file(self):
        self.source("base/thing.c", "int x;\n" * 999)
        self.assert_clean()
        self.source("base/thing.c", "int x;\n" * 1000)
        self.assert_finding("1001 lines")

    def test_long_line_counts_characters(self):
        self.source("base/thing.c", "// " + "ä" * 97 + "\n")
        self.assert_clean()
        self.source("base/thing.c", "// " + "a" * 98 + "\n")
        self.assert_finding("101 columns")

    def test_banned_call(self):
        self.source("base/thing.c", "int f(char *s) { return atoi(s); }\n")
        self.assert_finding("base/thing.c:2:", "atoi")

    def test_banned_call_in_comment_or_text_is_fine(self):
        self.source("base/thing.c", '// not strcpy(a, b)\nconst char *x = "sprintf(a)";\n'
                    "int my_atoi(void);\n")
        self.assert_clean()

    def test_banned_file_name(self):
        self.source("base/string_util.c")
        self.assert_finding("base/string_util.c:1:", '"util"')

    def test_missing_licence_line(self):
        self.write("base/thing.c", "int x;\n")
        self.assert_finding("SPDX")
        self.write("base/thing.c", "// Role.\n" + SPDX)
        self.assert_finding("SPDX")

    def test_script_has_its_licence_on_the_second_line(self):
        self.write("tools/run", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n")
        self.assert_clean()
        self.write("tools/run", "#!/bin/sh\necho\n")
        self.assert_finding("SPDX")

    def test_header_without_pragma(self):
        self.write("base/thing.h", SPDX)
        self.assert_finding("#pragma once")

    def test_own_header_first(self):
        self.source("base/thing.h")
        self.source("base/thing.c", '#include <stdio.h>\n#include "base/thing.h"\n')
        self.assert_finding("base/thing.c:2:", "own header first")

    def test_type_with_suffix_t(self):
        self.source("base/thing.h", "typedef struct Thing {\n    int x;\n} thing_t;\n")
        self.assert_finding("thing_t")
        self.source("base/thing.h", "typedef unsigned long word_t;\n")
        self.assert_finding("word_t")

    def test_unfinished_work_needs_an_issue(self):
        self.source("base/thing.c", "// TODO(#12): grow\n")
        self.assert_clean()
        self.source("base/thing.c", "// TODO: grow\n")
        self.assert_finding("base/thing.c:2:", "TODO")

    def test_path_named_in_a_comment(self):
        self.source("base/thing.c", "// See base/thing.c, base/<name>.c, build/x.c and base/n/a.\n")
        self.assert_clean()
        self.source("base/thing.c", "// See base/gone.h.\n")
        self.assert_finding("base/thing.c:2:", "base/gone.h")

    def test_path_named_in_a_document(self):
        self.source("base/thing.c")
        self.write("README.md", "Look at `base/`, `base/thing.c` and `thing.c`.\n")
        self.assert_clean()
        self.write("README.md", "Look at `base/gone`.\n")
        self.assert_finding("README.md:1:", "base/gone")
        self.write("README.md", "\nLook at `gone.c`.\n")
        self.assert_finding("README.md:2:", "gone.c")

    def test_long_readme_of_a_folder(self):
        self.write("base/README.md", "idea\n" * 60)
        self.assert_clean()
        self.write("base/README.md", "idea\n" * 61)
        self.assert_finding("at most 60")

    def test_foreign_library_has_one_adapter(self):
        self.source("platform/sqlite.h", "#include <sqlite3.h>\n")
        self.source("platform/sqlite.c", '#include "platform/sqlite.h"\n#include <sqlite3.h>\n')
        self.source("tests/platform/sqlite.c", "#include <sqlite3.h>\n")
        self.assert_clean()
        self.source("kernel/catalog/names.c", "#include <sqlite3.h>\n")
        found = self.findings()
        self.assertEqual(len(found), 2)
        self.assertIn("kernel/catalog/names.c:2: <sqlite3.h> has one adapter", found[0])

    def test_path_of_one_machine(self):
        self.source("base/thing.c", 'const char *home = "/' + 'root/x";\n')
        self.assert_finding("one machine")


if __name__ == "__main__":
    unittest.main()
