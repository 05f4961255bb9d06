# SPDX-License-Identifier: Apache-2.0
"""Canonical values of both sides: what must be equal is, what must differ does."""
import base64
import datetime
import decimal
import json
import os
import sys
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)
import lake_rows  # noqa: E402
import variant_text  # noqa: E402

try:
    import pyarrow as pa
except ImportError:
    pa = None


def parse(text):
    return json.loads(text, parse_float=decimal.Decimal, object_pairs_hook=lake_rows.Row)


@unittest.skipUnless(pa, "needs pyarrow")
class Values(unittest.TestCase):
    def check(self, text, value, kind, same=True):
        got = lake_rows.from_json(parse(text), kind)
        want = lake_rows.from_arrow(pa.scalar(value, kind))
        (self.assertEqual if same else self.assertNotEqual)(got, want)

    def test_numbers(self):
        self.check("1", 1, pa.int8())
        self.check("1.50", decimal.Decimal("1.5"), pa.decimal128(5, 2))
        self.check("1.1", 1.1, pa.float32())
        self.check("1.1", 1.1, pa.float64())
        self.check("1.100000023841858", 1.1, pa.float64(), same=False)
        self.check('"NaN"', float("nan"), pa.float64())
        self.check('"-Infinity"', float("-inf"), pa.float64())
        self.check("18446744073709551615", 2**64 - 1, pa.uint64())
        self.check("null", None, pa.int32())
        self.check("0", None, pa.int32(), same=False)

    def test_times(self):
        at = datetime.datetime(2021, 9, 8, 11, 11, 11, 123456)
        self.check('"2021-09-08T11:11:11.123456Z"', at, pa.timestamp("us", "UTC"))
        self.check('"2021-09-08T13:11:11.123456+02:00"', at, pa.timestamp("us", "UTC"))
        self.check('"2021-09-08T11:11:11.123456"', at, pa.timestamp("us"))
        self.check('"2021-09-08T11:11:11"', at, pa.timestamp("us"), same=False)
        self.check('"1969-12-31T23:59:59.999999"', -1, pa.timestamp("us"))
        self.check('"2021-09-08"', at.date(), pa.date32())
        self.check('"01:02:03.000004"', datetime.time(1, 2, 3, 4), pa.time64("us"))

    def test_bytes_and_nested(self):
        self.check(json.dumps(base64.b64encode(b"\x00\xff").decode()), b"\x00\xff", pa.binary())
        self.check("[1,null]", [1, None], pa.list_(pa.int32()))
        self.check('{"2":"b","1":null}', [(1, None), (2, "b")], pa.map_(pa.int32(), pa.string()))
        kind = pa.struct([("a", pa.float32()), ("b", pa.string())])
        self.check('{"a":0.1,"b":"x"}', {"a": 0.1, "b": "x"}, kind)
        self.check('{"a":0.1,"c":"x"}', {"a": 0.1, "b": "x"}, kind, same=False)

    def test_rows(self):
        schema = pa.schema([("a", pa.int32()), ("b", pa.int32())])
        rows = lake_rows.json_rows(parse('[{"b":2,"a":1}]'), schema)
        self.assertEqual(rows, [["1", "2"]])
        with self.assertRaises(ValueError):
            lake_rows.json_rows(parse('[{"a":1}]'), schema)

    def test_difference(self):
        self.assertIsNone(lake_rows.difference([["1"], ["2"]], [["2"], ["1"]], in_order=False))
        self.assertIn("row 1", lake_rows.difference([["1"], ["2"]], [["2"], ["1"]]))
        self.assertIn("1 rows", lake_rows.difference([["1"]], []))


class Variants(unittest.TestCase):
    def test_object(self):
        data = bytes.fromhex("010100036b6579") + bytes.fromhex("02010000020c07")
        self.assertEqual(variant_text.decode_file(data), [["key", "7"]])

    def test_same(self):
        self.assertTrue(variant_text.same(parse('{"b":1.50,"a":[true,null]}'),
                                          [["a", [True, None]], ["b", "1.5"]]))
        self.assertTrue(variant_text.same("2025-04-16 12:34:56.78-04:00",
                                          "2025-04-16T16:34:56.780000"))
        self.assertFalse(variant_text.same(parse("1"), "2"))
        self.assertFalse(variant_text.same(None, "x"))
        self.assertFalse(variant_text.same(parse('{"a":1}'), [["a", "1"], ["b", "1"]]))


if __name__ == "__main__":
    unittest.main()
