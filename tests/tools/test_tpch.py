# SPDX-License-Identifier: Apache-2.0
"""How TPC-H answers are compared."""
import importlib.machinery
import importlib.util
import os
import unittest

RUN = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tpch", "run")


def load_runner():
    loader = importlib.machinery.SourceFileLoader("tpch_run", RUN)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("tpch_run", loader))
    loader.exec_module(module)
    return module


class Tpch(unittest.TestCase):
    run_module = load_runner()

    def same(self, *words):
        return self.run_module.same_value(*words)

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
        self.assertIsNone(self.run_module.difference(3, swapped, rows))
        self.assertIn("out of order", self.run_module.difference(3, rows[::-1], rows))
        self.assertIn("row 1", self.run_module.difference(2, swapped, rows))
        self.assertIn("2 rows", self.run_module.difference(2, rows[:2], rows))


if __name__ == "__main__":
    unittest.main()
