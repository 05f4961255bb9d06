# SPDX-License-Identifier: Apache-2.0
"""The published answers of TPC-H, and what it means to give them: sums are equal to the last digit;
averages and ratios, whose type differs between engines, to the last digit that the engine prints.
Order may differ only among rows whose sort keys are equal."""
import csv
import decimal
import os

HERE = os.path.dirname(os.path.abspath(__file__))
ANSWERS = os.path.normpath(os.path.join(HERE, "../../../shared/data/tpch/answers"))

# Columns (0-based) that are averages or ratios.
INEXACT = {1: {6, 7, 8}, 8: {1}, 14: {0}, 17: {0}}
# Columns of ORDER BY where they do not tell all rows apart.
SORT_KEYS = {3: (1, 2), 5: (1,), 10: (2,), 11: (1,), 18: (4, 3)}


def read_answer(factor, number):
    with open(os.path.join(ANSWERS, "sf" + factor, f"q{number:02}.csv"), newline="",
              encoding="utf-8") as file:
        return [row or [""] for row in list(csv.reader(file, delimiter="|"))[1:]]


def same_value(actual, expected, inexact):
    if actual == expected:
        return True
    try:
        got, want = decimal.Decimal(actual), decimal.Decimal(expected)
    except decimal.InvalidOperation:
        return False
    if not inexact:
        return got == want
    last_digit = decimal.Decimal(1).scaleb(got.as_tuple().exponent)
    return abs(got - want) <= last_digit / 2 + abs(want) * decimal.Decimal("1e-12")


def same_row(number, actual, expected):
    inexact = INEXACT.get(number, set())
    return len(actual) == len(expected) and all(
        same_value(a, e, at in inexact) for at, (a, e) in enumerate(zip(actual, expected)))


def difference(number, actual, expected):
    """The first difference as a sentence; None when the answer is right."""
    if len(actual) != len(expected):
        return f"{len(actual)} rows, expected {len(expected)}"
    if number in SORT_KEYS:
        keys = SORT_KEYS[number]
        for at, (got, want) in enumerate(zip(actual, expected)):
            if not all(same_value(got[key], want[key], False) for key in keys):
                return f"row {at + 1} is out of order: {got}, expected {want}"
        actual, expected = sorted(actual), sorted(expected)
    for at, (got, want) in enumerate(zip(actual, expected)):
        if not same_row(number, got, want):
            return f"row {at + 1}: {got}, expected {want}"
    return None
