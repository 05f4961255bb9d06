# SPDX-License-Identifier: Apache-2.0
"""How TPC-H answers are compared."""
import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TESTS, "tpch"))
import answers  # noqa: E402


class Tpch(unittest.TestCase):
    def same(self, *words):
        return answers.same_value(*words)

    def test_values(self):
        self.assertTrue(self.same("1.50", "1.5", False))
        self.assertFalse(self.same("1.51", "1.5", False))
        self.assertTrue(self.same("25.575155", "25.575154611454693", True))
        self.assertFalse(self.same("25.575154", "25.575154611454693", True))
        self.assertFalse(self.same("25.575155", "25.575154611454693", False))
        self.assertFalse(self.same("", "0", False))
        self.assertTrue(self.same("", "", True))

    def test_order(self):
        rows = [["1", "9.0", "d"], ["2", "9.0", "d"], ["3", "8.0", "d"]]
        swapped = [rows[1], rows[0], rows[2]]
        self.assertIsNone(answers.difference(3, swapped, rows))
        self.assertIn("out of order", answers.difference(3, rows[::-1], rows))
        self.assertIn("row 1", answers.difference(2, swapped, rows))
        self.assertIn("2 rows", answers.difference(2, rows[:2], rows))


if __name__ == "__main__":
    unittest.main()
