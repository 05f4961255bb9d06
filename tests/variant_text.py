# SPDX-License-Identifier: Apache-2.0
"""A reader of the Variant binary encoding, as a second opinion: metadata and value bytes to the
canonical values of lake_rows.py, objects as sorted lists of pairs."""
import decimal
import struct
import uuid

import lake_rows

EXACT = {3: "<b", 4: "<h", 5: "<i", 6: "<q"}


def read_number(data, at, size):
    return int.from_bytes(data[at:at + size], "little")


def keys_of(metadata):
    size = (metadata[0] >> 6) + 1
    count = read_number(metadata, 1, size)
    offsets = [read_number(metadata, 1 + size * (at + 1), size) for at in range(count + 1)]
    start = 1 + size * (count + 2)
    keys = [metadata[start + low:start + high].decode() for low, high in zip(offsets, offsets[1:])]
    return keys, start + offsets[-1]


def decode_file(data):
    """The value of metadata bytes followed by value bytes."""
    keys, end = keys_of(data)
    return decode(data[end:], keys)


def decode(data, keys):
    basic, header = data[0] & 3, data[0] >> 2
    if basic == 1:
        return data[1:1 + header].decode()
    if basic == 2:
        return decode_object(data, header, keys)
    if basic == 3:
        return decode_array(data, header, keys)
    return decode_primitive(data, header)


def decode_object(data, header, keys):
    offset_size, id_size = (header & 3) + 1, (header >> 2 & 3) + 1
    count_size = 4 if header & 16 else 1
    count = read_number(data, 1, count_size)
    ids = 1 + count_size
    offsets = ids + count * id_size
    start = offsets + (count + 1) * offset_size
    pairs = []
    for at in range(count):
        key = keys[read_number(data, ids + at * id_size, id_size)]
        place = start + read_number(data, offsets + at * offset_size, offset_size)
        pairs.append([key, decode(data[place:], keys)])
    return sorted(pairs, key=lambda pair: pair[0])


def decode_array(data, header, keys):
    offset_size = (header & 3) + 1
    count_size = 4 if header & 4 else 1
    count = read_number(data, 1, count_size)
    offsets = 1 + count_size
    start = offsets + (count + 1) * offset_size
    return [decode(data[start + read_number(data, offsets + at * offset_size, offset_size):], keys)
            for at in range(count)]


def decode_primitive(data, kind):
    if kind <= 2:
        return [None, True, False][kind]
    if kind in EXACT:
        return lake_rows.decimal_text(struct.unpack_from(EXACT[kind], data, 1)[0])
    if kind == 7:
        return lake_rows.float_text(struct.unpack_from("<d", data, 1)[0], 64)
    if kind in (8, 9, 10):
        size = {8: 4, 9: 8, 10: 16}[kind]
        whole = int.from_bytes(data[2:2 + size], "little", signed=True)
        return lake_rows.decimal_text(decimal.Decimal(whole).scaleb(-data[1]))
    if kind == 11:
        days = struct.unpack_from("<i", data, 1)[0]
        return lake_rows.micros_text(days * 86_400_000_000)[:10]
    if kind in (12, 13, 18, 19):
        number = struct.unpack_from("<q", data, 1)[0]
        return lake_rows.micros_text(number // 1000 if kind >= 18 else number)
    if kind == 14:
        return lake_rows.float_text(struct.unpack_from("<f", data, 1)[0], 32)
    if kind in (15, 16):
        size = read_number(data, 1, 4)
        body = data[5:5 + size]
        return lake_rows.to_base64(body) if kind == 15 else body.decode()
    if kind == 17:
        return lake_rows.time_text(struct.unpack_from("<q", data, 1)[0])
    if kind == 20:
        return str(uuid.UUID(bytes=bytes(data[1:17])))
    raise ValueError(f"primitive {kind}")


def same(got, want):
    """Whether a value of our JSON is the decoded one. JSON has one kind of number, and tells times
    and bytes as text."""
    if isinstance(want, list) and isinstance(got, lake_rows.Row):
        pairs = sorted(got, key=lambda pair: pair[0])
        return len(pairs) == len(want) and all(
            a[0] == b[0] and same(a[1], b[1]) for a, b in zip(pairs, want))
    if isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(map(same, got, want))
    if isinstance(want, str) and not isinstance(got, bool):
        if isinstance(got, (int, decimal.Decimal)):
            return lake_rows.decimal_text(got) == want or float(got) == float(want) or \
                lake_rows.float_text(got, 32) == want
        if isinstance(got, str):
            return lake_rows.instant_text(got) == lake_rows.instant_text(want) or \
                (":" in want and got.rstrip("0").rstrip(".") == want.rstrip("0").rstrip("."))
    return got == want
