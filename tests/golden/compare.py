# SPDX-License-Identifier: Apache-2.0
"""How near an answer comes to Spark's published one.

Levels of a statement with rows: `full` (names, types and rows), `typed` (types and rows), `rows`
(the rows alone). Levels of an error: `params` (class, SQLSTATE and parameters), `class`, `error`
(some error). "" is none of them."""
import re

ROW_LEVELS = ("full", "typed", "rows")
ERROR_LEVELS = ("params", "class", "error")
MASKED = "[not included in comparison]"

SIMPLE_TYPE = re.compile(
    r"interval(?: \w+(?: to \w+)?)?|tinyint|smallint|int|bigint|float|double|boolean|binary|date"
    r"|void|variant|timestamp_ntz|timestamp_ltz|timestamp|string(?: collate [\w.]+)?"
    r"|decimal\(\d+,-?\d+\)|(?:var)?char\(\d+\)|time\(\d\)|geometry\(\w+\)|geography\(\w+\)")
TOKEN = re.compile(r"""--[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|[\w.]+|.""",
                   re.S)


def is_util(sql):
    return re.match(r"(?is)\s*(SHOW|DESC|DESCRIBE|LIST)\b", without_comments(sql)) is not None


def is_explain(sql):
    return re.match(r"(?is)\s*EXPLAIN\b", without_comments(sql)) is not None


def without_comments(sql):
    return re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S).strip()


def has_top_level_order(sql):
    """Whether the statement's own last clause list has an ORDER BY: outside parentheses, with no
    set operation behind it."""
    depth, ordered, words = 0, False, []
    for token in TOKEN.findall(sql):
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
        elif depth == 0 and token.strip() and not token.startswith(("--", "/*")):
            words.append(token.upper())
            if words[-2:] == ["ORDER", "BY"]:
                ordered = True
            elif token.upper() in ("UNION", "INTERSECT", "EXCEPT", "MINUS"):
                ordered = False
    return ordered


def field_end(text, at):
    """Index behind the type that starts at `at`; None where there is none."""
    for word, parse in (("array<", element_end), ("map<", element_end), ("struct<", fields_end)):
        if text.startswith(word, at):
            return parse(text, at + len(word))
    match = SIMPLE_TYPE.match(text, at)
    return match.end() if match else None


def element_end(text, at):
    """End of `type>` or `type,type>`."""
    at = field_end(text, at)
    while at is not None and text.startswith(",", at):
        at = field_end(text, at + 1)
    return at + 1 if at is not None and text.startswith(">", at) else None


def fields_end(text, at):
    parsed = parse_fields(text, at)
    return parsed[1] if parsed else None


def parse_fields(text, at):
    """(types, index behind '>') of `name:type,...>`. Names may hold any character, so every colon
    is tried until the rest fits."""
    if re.match(">(?:[,>]|$)", text[at:at + 2]):
        return [], at + 1
    for colon in re.finditer(":", text[at:]):
        start = at + colon.end()
        end = field_end(text, start)
        if end is None:
            continue
        # "NOT NULL" may stand behind a nested field's type.
        kind = text[start:end]
        if text.startswith(" NOT NULL", end):
            end += len(" NOT NULL")
        if text.startswith(">", end):
            return [kind], end + 1
        if text.startswith(",", end):
            rest = parse_fields(text, end + 1)
            if rest:
                return [kind] + rest[0], rest[1]
    return None


def types_of(schema):
    """The column types of a catalog string, without the columns' names; None where unreadable."""
    try:
        parsed = parse_fields(schema, len("struct<")) if schema.startswith("struct<") else None
    except RecursionError:
        return None
    return parsed[0] if parsed and parsed[1] == len(schema) else None


def mask(text, warehouse):
    """Replaces what Spark's suite leaves out of the comparison."""
    place = re.escape(warehouse.rstrip("/"))
    text = re.sub(r"#\d+", "#x", text)
    text = re.sub(r"plan_id=\d+", "plan_id=x", text)
    text = re.sub(r"Location[^\n]*?" + place + "/", f"Location {MASKED}/{{warehouse_dir}}/", text)
    text = re.sub(r'"location":"[^"\n]*?' + place + "/",
                  f'"location":"file:{MASKED}/{{warehouse_dir}}/', text)
    text = re.sub(r'"(created_by|created_time|last_access)":"[^"]*"',
                  rf'"\1 {MASKED}":"None"', text)
    text = re.sub(r"(Created By|Created Time|Last Access)[^\n]*", rf"\1 {MASKED}", text)
    text = re.sub(r"Owner\t[^\n]*", f"Owner\t{MASKED}", text)
    text = re.sub(r"Partition Statistics\t\d+", f"Partition Statistics\t{MASKED}", text)
    return re.sub(r"transient_lastDdlTime=\d+", f"transient_lastDdlTime={MASKED}", text)


def same_rows(expected, actual, ordered):
    """"same", "tie" (equal as multisets though ordered) or ""."""
    if expected.rstrip() == actual.rstrip():
        return "same"
    if sorted(expected.rstrip().split("\n")) == sorted(actual.rstrip().split("\n")):
        return "tie" if ordered else "same"
    return ""


def row_level(expected, actual, warehouse):
    """(level, is a tie) of a query's answer; `expected` and `actual` are Answers."""
    if actual.error is not None:
        return "", False
    same = same_rows(mask(expected.output, warehouse), mask(actual.output, warehouse),
                     has_top_level_order(expected.sql))
    if not same:
        return "", False
    if expected.schema == actual.schema:
        return "full", same == "tie"
    types = types_of(expected.schema)
    return ("typed" if types is not None and types == types_of(actual.schema) else "rows",
            same == "tie")


def error_level(expected, actual):
    if actual.error is None:
        return ""
    want, got = expected.error, actual.error
    if expected.error_class is None or expected.error_class != actual.error_class:
        return "error"
    same = all((want.get(key) or None) == (got.get(key) or None)
               for key in ("sqlState", "messageParameters"))
    return "params" if same else "class"


def catalog_string(kind):
    """Spark's JSON form of a type as a catalog string."""
    names = {"null": "void", "integer": "int",
             "long": "bigint", "short": "smallint", "byte": "tinyint"}
    if isinstance(kind, str):
        return names.get(kind, kind.replace(", ", ",") if kind.startswith("decimal") else kind)
    if kind["type"] == "array":
        return f"array<{catalog_string(kind['elementType'])}>"
    if kind["type"] == "map":
        return f"map<{catalog_string(kind['keyType'])},{catalog_string(kind['valueType'])}>"
    if kind["type"] == "udt":
        return catalog_string(kind.get("sqlType", "void"))
    inner = ",".join(f"{field['name']}:{catalog_string(field['type'])}" for field in kind["fields"])
    return f"struct<{inner}>"
