# SPDX-License-Identifier: Apache-2.0
"""The 22 TPC-H queries beside DuckDB and Polars: the same SQL, the same zstd Parquet files, the
same number of threads; each engine in a process of its own, best of several warm runs.

usage: bench/tpch.py [--sf N] [--threads N] [--runs N] [--engine NAME] [qNN]..."""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "tpch"))
import answers  # noqa: E402

TARN = os.environ.get("TARN") or os.path.join(ROOT, "build", "release", "tarn")
TABLES = ("customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier")
ENGINES = ("tarn", "duckdb", "polars")
# The first target against DuckDB, and the final one against the best of both.
FIRST_TARGET, FINAL_TARGET = 2.5, 0.7


def data_folder(factor):
    """The tables at a scale, generated on first use."""
    folder = os.path.join(ROOT, "build", "bench", f"tpch-sf{factor}")
    if not os.path.exists(os.path.join(folder, "done")):
        os.makedirs(folder, exist_ok=True)
        print(f"generating TPC-H at scale {factor}", file=sys.stderr)
        subprocess.run(["tpchgen-cli", "parquet", "-s", str(factor), "-c", "ZSTD(1)",
                        "--overwrite", "-o", folder], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, "done"), "w", encoding="ascii"):
            pass
    return folder


def read_query(number):
    path = os.path.join(ROOT, "tests", "tpch", "queries", f"q{number:02}.sql")
    with open(path, encoding="utf-8") as file:
        return file.read()


# --- one engine: a dictionary {query: (seconds of the best run, rows)} ----------------------------

def best_of(runs, run):
    best, rows = math.inf, None
    for _ in range(runs):
        start = time.perf_counter()
        rows = run()
        best = min(best, time.perf_counter() - start)
    return best, rows


def run_duckdb(folder, numbers, options):
    import duckdb
    connection = duckdb.connect(config={"threads": options.threads})
    for table in TABLES:
        connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{folder}/{table}.parquet')")
    return {number: best_of(options.runs,
                            lambda: connection.execute(read_query(number)).fetchall())
            for number in numbers}


def run_polars(folder, numbers, options):
    os.environ["POLARS_MAX_THREADS"] = str(options.threads)
    import polars
    tables = polars.SQLContext({table: polars.scan_parquet(f"{folder}/{table}.parquet")
                                for table in TABLES})
    results = {}
    for number in numbers:
        query = read_query(number)
        # Its two engines take turns in being faster: each query counts with the better one.
        each = [best_of(options.runs, lambda: tables.execute(query).collect(engine=engine).rows())
                for engine in ("in-memory", "streaming")]
        results[number] = min(each, key=lambda pair: pair[0])
    return results


def run_tarn(folder, numbers, options):
    """One session; the end of each answer is seen on its output, which is flushed then."""
    setup = [f"CREATE TABLE {table} USING parquet LOCATION '{folder}/{table}.parquet'"
             for table in TABLES]
    statements = setup + [read_query(number) for number in numbers for _ in range(options.runs)]
    with tempfile.TemporaryDirectory(prefix="tarn-bench-") as place:
        script = os.path.join(place, "script.sql")
        with open(script, "w", encoding="utf-8") as file:
            file.writelines(f"-- !query\n{statement}\n" for statement in statements)
        process = subprocess.Popen(
            [TARN, "sql", "--format", "golden", "--threads", str(options.threads), "--warehouse",
             os.path.join(place, "warehouse"), "-f", script], stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, HOME=place, XDG_DATA_HOME=place, XDG_CONFIG_HOME=place))
        answers = list(timed_answers(process.stdout))
        if process.wait() != 0 or len(answers) != len(statements):
            raise RuntimeError(f"{len(answers)} answers to {len(statements)} statements")
    results = {}
    for at, number in enumerate(numbers):
        first = len(setup) + at * options.runs
        results[number] = min(answers[first:first + options.runs], key=lambda pair: pair[0])
    return results


def timed_answers(stream):
    """Pairs (seconds, rows) of golden blocks; a block ends with two empty lines."""
    last, part, rows, empty = time.perf_counter(), 0, [], 0
    for line in stream:
        if line.startswith("-- !query"):
            part = 3 if line.startswith("-- !query output") else 1
            rows, empty = [], 0
        elif part == 3:
            empty = empty + 1 if line == "\n" else 0
            rows.append(line.rstrip("\n").split("\t"))
            if empty == 2:
                now = time.perf_counter()
                yield now - last, rows[:-2]
                last, part = now, 0


# --- comparison -----------------------------------------------------------------------------------

def is_right(number, rows, factor):
    """Whether the rows are the published ones; None where none are published."""
    if not os.path.isdir(os.path.join(answers.ANSWERS, f"sf{factor}")):
        return None
    got = [[text_of(value) for value in row] for row in rows]
    return answers.difference(number, got, answers.read_answer(factor, number)) is None


def text_of(value):
    """A value of any engine as the published answers write it."""
    if value is None or value == "NULL":
        return ""
    return str(value).split(" 00:00")[0]


def version_of(engine):
    if engine == "tarn":
        return subprocess.run([TARN, "--version"], capture_output=True, text=True,
                              check=True).stdout.split()[-1]
    import importlib.metadata
    return importlib.metadata.version(engine)


def measure(engine, options):
    """Runs one engine in a process of its own; returns {query: [seconds, right]}."""
    words = [sys.executable, os.path.abspath(__file__), "--engine", engine, "--sf",
             str(options.sf), "--threads", str(options.threads), "--runs", str(options.runs)]
    done = subprocess.run(words + options.queries, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{engine}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return {}
    return {int(number): value for number, value in json.loads(done.stdout).items()}


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def print_table(results, numbers):
    print(f"{'':5}" + "".join(f"{engine + ' ms':>12}" for engine in ENGINES)
          + f"{'/duckdb':>10}{'/polars':>10}{'/best':>10}")
    ratios = {"duckdb": [], "polars": [], "best": []}
    for number in numbers:
        times = [results[engine].get(number, (math.nan, None))[0] for engine in ENGINES]
        peers = {"duckdb": times[1], "polars": times[2], "best": min(times[1:])}
        row = f"q{number:02}  " + "".join(f"{seconds * 1e3:12.1f}" for seconds in times)
        for peer, seconds in peers.items():
            row += f"{times[0] / seconds:10.2f}"
            if not math.isnan(times[0] / seconds):
                ratios[peer].append(times[0] / seconds)
        wrong = [engine for engine in ENGINES if results[engine].get(number, (0, None))[1] is False]
        print(row + (f"  wrong answer: {', '.join(wrong)}" if wrong else ""))
    print(f"{'geometric mean':41}" + "".join(f"{geometric_mean(ratios[peer]):10.2f}"
                                             for peer in ("duckdb", "polars", "best")))
    for engine in ENGINES:
        total = sum(seconds for seconds, _ in results[engine].values())
        print(f"total {engine}: {total * 1e3:.0f} ms over {len(results[engine])} queries")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sf", default="1")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("queries", nargs="*")
    options = parser.parse_args()
    numbers = [int(name.lstrip("q")) for name in options.queries] or list(range(1, 23))
    folder = data_folder(options.sf)
    if options.engine:
        run = {"tarn": run_tarn, "duckdb": run_duckdb, "polars": run_polars}[options.engine]
        found = run(folder, numbers, options)
        print(json.dumps({number: [seconds, is_right(number, rows, options.sf)]
                          for number, (seconds, rows) in found.items()}))
        return
    results = {engine: measure(engine, options) for engine in ENGINES}
    print(f"tpch sf{options.sf}, zstd Parquet, {options.threads} threads, best of {options.runs}: "
          + ", ".join(f"{engine} {version_of(engine)}" for engine in ENGINES))
    print_table(results, numbers)
    print(f"wanted: /duckdb {FIRST_TARGET} first, /best {FINAL_TARGET} per query in the end")
    with open(f"{ROOT}/build/bench/tpch.json", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
