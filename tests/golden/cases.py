# SPDX-License-Identifier: Apache-2.0
"""The published answers as sources of cases: what to run first, the statements, and what they
should give. See the README of the data's folder for the environment that each needs."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import golden_session  # noqa: E402
from golden_session import Answer  # noqa: E402

import compare  # noqa: E402

SPARK = os.path.join(golden_session.DATA, "spark")
TABLES = os.path.join(golden_session.ROOT, "build", "golden-tables")
ZONE = "America/Los_Angeles"

ONEK_COLUMNS = ("unique1 unique2 two four ten twenty hundred thousand twothousand fivethous "
                "tenthous odd even").split()
# Tables on files: name, file, columns.
FILE_TABLES = [("onek", "onek.data"), ("tenk1", "tenk.data"), ("aggtest", "agg.data")]
VALUES = {
    "testdata": "SELECT CAST(id AS INT) AS key, CAST(id AS STRING) AS value FROM range(1, 101)",
    "arraydata": "SELECT * FROM VALUES (array(1, 2, 3), array(array(1, 2, 3))), "
                 "(array(2, 3, 4), array(array(2, 3, 4))) AS t(arraycol, nestedarraycol)",
    "mapdata": "SELECT * FROM VALUES "
               "(map(1, 'a1', 2, 'b1', 3, 'c1', 4, 'd1', 5, 'e1')), "
               "(map(1, 'a2', 2, 'b2', 3, 'c2', 4, 'd2')), "
               "(map(1, 'a3', 2, 'b3', 3, 'c3')), (map(1, 'a4', 2, 'b4')), "
               "(map(1, 'a5')) AS t(mapcol)",
}
POSTGRES_FUNCTIONS = [
    "CREATE TEMPORARY FUNCTION boolne(a BOOLEAN, b BOOLEAN) RETURNS BOOLEAN RETURN a <> b",
    "CREATE TEMPORARY FUNCTION booleq(a BOOLEAN, b BOOLEAN) RETURNS BOOLEAN RETURN a = b",
    "CREATE TEMPORARY FUNCTION vol(s STRING) RETURNS STRING RETURN s",
]


class Source:
    """One file of cases. kind: golden, example or parser."""

    def __init__(self, name, kind, setup, expected):
        self.name, self.kind, self.setup, self.expected = name, kind, setup, expected
        self.also = {}  # statement's index -> a second Answer that is right too


def write_tables():
    """The tables that lie in text files, as Parquet files under build/; needs pyarrow."""
    import pyarrow as pa
    import pyarrow.csv as csv
    import pyarrow.parquet as parquet
    os.makedirs(TABLES, exist_ok=True)
    for name, file in FILE_TABLES:
        path = os.path.join(TABLES, name + ".parquet")
        if os.path.exists(path):
            continue
        if name == "aggtest":
            types = {"a": pa.int32(), "b": pa.float32()}
        else:
            types = {column: pa.int32() for column in ONEK_COLUMNS}
            types.update({column: pa.string() for column in ("stringu1", "stringu2", "string4")})
        table = csv.read_csv(os.path.join(SPARK, "tables", file),
                             read_options=csv.ReadOptions(column_names=list(types)),
                             parse_options=csv.ParseOptions(delimiter="\t"),
                             convert_options=csv.ConvertOptions(column_types=types))
        parquet.write_table(table, path + ".part")
        os.replace(path + ".part", path)


def table_setup(text):
    """Statements that make the shared tables which the text names (all for one that lists them)."""
    lists = re.search(r"(?i)\bSHOW\s+TABLES?\b", text) is not None
    setup = [f"CREATE TABLE {name} USING parquet LOCATION '{TABLES}/{name}.parquet'"
             for name, _ in FILE_TABLES if lists or re.search(rf"(?i)\b{name}\b", text)]
    return setup + [f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {query}"
                    for name, query in VALUES.items() if re.search(rf"(?i)\b{name}\b", text)]


def golden_setup(name, text, settings):
    setup = []
    if name.startswith("nonansi/"):
        setup.append("SET spark.sql.ansi.enabled=false")
    if name.startswith("postgreSQL/") or "/postgreSQL/" in name:
        setup += ["SET spark.sql.legacy.interval.enabled=true"] + POSTGRES_FUNCTIONS
    if name.startswith("timestampNTZ/"):
        setup.append("SET spark.sql.timestampType=TIMESTAMP_NTZ")
    setup += ["SET " + setting for setting in settings.get("set", [])]
    if name == "pipe-operators.sql.out":
        with open(os.path.join(SPARK, "tables", "tpcds.sql"), encoding="utf-8") as file:
            setup += [line.rstrip(";\n") for line in file if line.strip()]
    return setup + table_setup(text)


def golden_sources():
    """Every golden file; those whose cases need Python aggregates or table functions apart."""
    root = os.path.join(SPARK, "golden")
    with open(os.path.join(root, "settings.json"), encoding="utf-8") as file:
        settings = json.load(file)
    for folder, folders, files in sorted(os.walk(root)):
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            name = os.path.relpath(path, root)
            if not name.endswith(".sql.out") or name.startswith(("udaf/", "udtf/")):
                continue
            with open(path, encoding="utf-8") as opened:
                text = opened.read()
            answers = [Answer(*block) for block in golden_session.parse_blocks(text)]
            source = Source(name, "golden", golden_setup(name, text, settings.get(name, {})),
                            answers)
            if os.path.exists(path + ".java21"):
                with open(path + ".java21", encoding="utf-8") as opened:
                    blocks = golden_session.parse_blocks(opened.read())
                source.also = {index: Answer(*block) for index, block in enumerate(blocks)}
            yield source


def example_sources():
    root = os.path.join(SPARK, "function-examples")
    for file in sorted(os.listdir(root)):
        answers = []
        with open(os.path.join(root, file), encoding="utf-8") as opened:
            for line in opened:
                case = json.loads(line)
                schema = compare.catalog_string(case["schema"])
                answers.append(Answer(case["query"].rstrip().rstrip(";"), schema,
                                      "\n".join(case["result"])))
        if answers:
            yield Source("function-examples/" + file, "example", [], answers)


def parser_sources():
    """Statements that must parse (schema `struct<>`), or must not (with the error's class)."""
    root = os.path.join(SPARK, "parser-corpus")
    for file in sorted(os.listdir(root)):
        answers = []
        with open(os.path.join(root, file), encoding="utf-8") as opened:
            for line in opened:
                case = json.loads(line)
                sql = case["sql"] if case["kind"] == "plan" else "SELECT " + case["sql"]
                if re.search(r"(?m)^-- !query", sql):
                    continue
                answer = Answer(sql, "struct<>", "")
                if case["expect_error"]:
                    answer.error = {"errorClass": case.get("error")}
                answers.append(answer)
        if answers:
            yield Source("parser-corpus/" + file, "parser", [], answers)
