# SPDX-License-Identifier: Apache-2.0
"""Rows of a table as plain Python values, from `tarn sql --format json` and from Arrow, so that the
two can be compared: numbers as Decimal or float, times as text in UTC, bytes as base64."""
import base64
import datetime
import decimal
import json
import math
import os
import re
import signal
import struct
import subprocess
import tempfile

import golden_session

EPOCH = datetime.datetime(1970, 1, 1)
DATE_TIME = re.compile(r"^([+-]?\d{4,6}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$")


class Refused(Exception):
    """A statement that ended with an error: its class and the whole message."""

    def __init__(self, error_class, text):
        super().__init__(text)
        self.error_class, self.text = error_class, text


class Broken(Exception):
    """A program that crashed, hung or ended without saying why."""


def query(sql, timeout=120, zone="UTC"):
    """The rows of one statement, as dictionaries in column order."""
    with tempfile.TemporaryDirectory(prefix="tarn-rows-") as folder:
        env = {key: value for key, value in os.environ.items() if not key.startswith("TARN")}
        env.update(TZ=zone, HOME=folder, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder,
                   LC_ALL="C.UTF-8")
        env.setdefault("ASAN_OPTIONS", "detect_leaks=0")
        try:
            done = subprocess.run(
                [golden_session.program(), "sql", "--format", "json", "--warehouse",
                 os.path.join(folder, "warehouse"), "-c", sql], env=env, capture_output=True,
                timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            raise Broken(f"no answer within {timeout} s") from None
    err = done.stderr.decode("utf-8", "replace")
    if done.returncode < 0:
        raise Broken(f"killed by {signal.Signals(-done.returncode).name}: "
                     + golden_session.tail(err))
    if done.returncode != 0:
        match = re.match(r"\[([A-Z0-9_.]+)\]", err)
        if not match or done.returncode != 1 or match[1].startswith("INTERNAL"):
            raise Broken(f"exit status {done.returncode}: " + golden_session.tail(err, 40))
        raise Refused(match[1], err.strip())
    try:
        return json.loads(done.stdout, parse_float=decimal.Decimal,
                          object_pairs_hook=lambda pairs: Row(pairs))
    except ValueError as error:
        raise Broken(f"no JSON: {error}: {done.stdout[:200]!r}") from None


class Row(list):
    """A JSON object as a list of pairs, so that equal keys survive."""

    def values(self):
        return [value for _, value in self]


# --- one value ------------------------------------------------------------------------------------

def float_text(value, bits):
    """A float's canonical text: the number that the width holds."""
    if value is None:
        return None
    if isinstance(value, str):
        value = float(value.replace("Infinity", "inf"))
    value = float(value)
    if bits < 64 and not math.isnan(value) and not math.isinf(value):
        value = struct.unpack("<f", struct.pack("<f", value))[0]
    return "NaN" if math.isnan(value) else repr(value + 0.0 if value else value)


def decimal_text(value):
    if value is None:
        return None
    value = decimal.Decimal(str(value))
    return format(value.normalize(decimal.Context(prec=80)), "f") if value else "0"


def time_text(micros):
    seconds, micros = divmod(micros, 1_000_000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{micros:06}"


def instant_text(text):
    """A timestamp's text moved to UTC with six digits; other text as it is."""
    match = DATE_TIME.match(text)
    if not match:
        return text
    date, clock, fraction, zone = match.groups()
    micros = ((fraction or ".") + "000000")[1:7]
    if zone and zone not in ("Z", "+00:00", "+0000"):
        moved = datetime.datetime.fromisoformat(f"{date}T{clock}.{micros}{zone}")
        moved = moved.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return moved.strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{date}T{clock}.{micros}"


def micros_text(micros):
    try:
        moved = EPOCH + datetime.timedelta(microseconds=micros)
        return moved.isoformat(timespec="microseconds")
    except OverflowError:
        return f"{micros} microseconds"


def to_base64(value):
    return base64.b64encode(value).decode()


def from_json(value, kind):
    """A value of our JSON in canonical form; kind is the Arrow type that it should have."""
    import pyarrow.types as t
    if value is None:
        return None
    if t.is_dictionary(kind):
        return from_json(value, kind.value_type)
    if t.is_floating(kind):
        return float_text(value, kind.bit_width)
    if t.is_integer(kind) or t.is_decimal(kind):
        return decimal_text(value)
    if t.is_timestamp(kind):
        return instant_text(str(value))
    if t.is_list(kind) or t.is_large_list(kind) or t.is_fixed_size_list(kind):
        return [from_json(one, kind.value_type) for one in value] \
            if isinstance(value, list) else value
    if t.is_map(kind):
        if not isinstance(value, Row):
            return value
        return sorted([key, from_json(one, kind.item_type)] for key, one in value)
    if t.is_struct(kind):
        if not isinstance(value, Row) or len(value) != kind.num_fields:
            return value
        return [[name, from_json(one, kind.field(at).type)]
                for at, (name, one) in enumerate(value)]
    return value


def from_arrow(scalar):
    """An Arrow scalar in canonical form."""
    import pyarrow.types as t
    kind = scalar.type
    if not scalar.is_valid:
        return None
    if hasattr(kind, "storage_type"):
        return from_arrow(scalar.value)
    if t.is_dictionary(kind):
        return from_arrow(scalar.value if not hasattr(scalar, "dictionary")
                          else scalar.dictionary[scalar.index.as_py()])
    if t.is_floating(kind):
        return float_text(scalar.as_py(), kind.bit_width)
    if t.is_integer(kind) or t.is_decimal(kind):
        return decimal_text(scalar.as_py())
    if t.is_timestamp(kind):
        unit = {"s": (1_000_000, 1), "ms": (1000, 1), "us": (1, 1), "ns": (1, 1000)}[kind.unit]
        return micros_text(scalar.value * unit[0] // unit[1])
    if t.is_time(kind):
        unit = {"s": (1_000_000, 1), "ms": (1000, 1), "us": (1, 1), "ns": (1, 1000)}[kind.unit]
        return time_text(scalar.value * unit[0] // unit[1])
    if t.is_date(kind):
        return scalar.as_py().isoformat()
    if t.is_binary(kind) or t.is_large_binary(kind) or t.is_fixed_size_binary(kind):
        return to_base64(scalar.as_py())
    if t.is_list(kind) or t.is_large_list(kind) or t.is_fixed_size_list(kind):
        return [from_arrow(one) for one in scalar.values]
    if t.is_map(kind):
        return sorted([key_text(from_arrow(entry["key"])), from_arrow(entry["value"])]
                      for entry in scalar.values)
    if t.is_struct(kind):
        return [[field.name, from_arrow(scalar[at])] for at, field in enumerate(kind)]
    return scalar.as_py()


def key_text(value):
    return value if isinstance(value, str) else json.dumps(value)


# --- whole results --------------------------------------------------------------------------------

def arrow_rows(table):
    columns = [[from_arrow(scalar) for chunk in column.chunks for scalar in chunk]
               for column in table.columns]
    return [list(row) for row in zip(*columns)]


def json_rows(rows, schema):
    """Our rows in canonical form; the columns are matched by name where names are unique."""
    if not rows:
        return []
    names = [name for name, _ in rows[0]]
    order = [names.index(field.name) if names.count(field.name) == 1 else at
             for at, field in enumerate(schema)]
    if len(names) != len(schema) or sorted(order) != list(range(len(names))):
        raise ValueError(f"columns {names}, expected {schema.names}")
    return [[from_json(row[at][1], field.type) for at, field in zip(order, schema)]
            for row in rows]


def difference(actual, expected, in_order=True):
    """What differs first between two lists of canonical rows; None when nothing does."""
    if len(actual) != len(expected):
        return f"{len(actual)} rows, expected {len(expected)}"
    if not in_order:
        actual, expected = (sorted(rows, key=json.dumps) for rows in (actual, expected))
    for at, (got, want) in enumerate(zip(actual, expected)):
        if got != want:
            column = next(at for at, (a, b) in enumerate(zip(got, want)) if a != b)
            return f"row {at + 1}, column {column + 1}: {str(got[column])[:200]}, " \
                   f"expected {str(want[column])[:200]}"
    return None
