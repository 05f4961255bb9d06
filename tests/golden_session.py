# SPDX-License-Identifier: Apache-2.0
"""Runs statements in one session of `tarn sql --format golden` and takes its answers apart.

The program gets the statements as blocks `-- !query` and writes after each the block, its schema
and its output, as Spark's own suite does (see tests/README.md)."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.path.normpath(os.path.join(ROOT, "..", "shared", "data"))
MARKER = re.compile(r"^-- !query.*\n", re.M)


def program():
    """The program under test: TARN, else the release build."""
    return os.environ.get("TARN") or os.path.join(ROOT, "build", "release", "tarn")


def is_ready():
    """Whether the program runs SQL at all."""
    try:
        return subprocess.run([program(), "sql", "-c", "SELECT 1"], capture_output=True, timeout=60,
                              check=False).returncode == 0
    except OSError:
        return False


class Answer:
    """What one statement gave: schema and output, both as text; error is None or its JSON."""

    def __init__(self, sql, schema, output):
        self.sql, self.schema = sql.strip(), schema.strip()
        self.output = output[:-3] if output.endswith("\n\n\n") else output.rstrip()
        self.error = parse_error(self.output) if self.schema == "struct<>" else None

    @property
    def rows(self):
        return self.output.split("\n") if self.output else []

    @property
    def error_class(self):
        return (self.error.get("errorClass") or self.error.get("condition")) if self.error else None


def parse_error(output):
    """The JSON of an error's output: a first line with a class name, then the record."""
    first, _, rest = output.partition("\n")
    if not re.fullmatch(r"[\w.$]*\.\w*(Exception|Error)\w*", first.strip()):
        return None
    try:
        record = json.loads(rest)
    except ValueError:
        return {"errorClass": None, "text": rest}
    return record if isinstance(record, dict) else {"errorClass": None, "text": rest}


def parse_blocks(text):
    """Triples (sql, schema, output) of a golden text; what stands before the first is dropped."""
    parts = MARKER.split(text)[1:]
    return [tuple(parts[at:at + 3]) for at in range(0, len(parts) - 2, 3)]


class Run:
    """answers: one for each statement that was answered. trouble: None when all were, else one
    sentence about how the program ended."""

    def __init__(self, answers, trouble, warehouse):
        self.answers, self.trouble, self.warehouse = answers, trouble, warehouse


def run(statements, zone="UTC", threads=None, settings=(), timeout=60, tarn=None, cwd=None):
    """Runs statements in a session of its own: fresh warehouse, no configuration of the user."""
    folder = tempfile.mkdtemp(prefix="tarn-sql-")
    try:
        return _run(folder, list(settings), list(statements), zone, threads, timeout,
                    tarn or program(), cwd)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder, settings, statements, zone, threads, timeout, tarn, cwd):
    script = os.path.join(folder, "script.sql")
    with open(script, "w", encoding="utf-8") as file:
        for sql in settings + statements:
            file.write(f"-- !query\n{sql}\n")
    warehouse = os.path.join(folder, "warehouse")
    words = [tarn, "sql", "--format", "golden", "--warehouse", warehouse, "-f", script]
    if threads:
        words += ["--threads", str(threads)]
    env = {key: value for key, value in os.environ.items() if not key.startswith("TARN")}
    env.update(TZ=zone, HOME=folder, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder,
               TARN_TEMP=os.path.join(folder, "spill"), LC_ALL="C.UTF-8")
    env.setdefault("ASAN_OPTIONS", "detect_leaks=0")
    env.setdefault("TSAN_OPTIONS", f"suppressions={ROOT}/tests/tsan.supp")
    os.mkdir(env["TARN_TEMP"])
    process = subprocess.Popen(words, cwd=cwd or ROOT, env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    late = False
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        late = True
        process.kill()
        out, err = process.communicate()
    out, err = (text.decode("utf-8", "replace") for text in (out, err))
    blocks = parse_blocks(out)
    if late and blocks and not out.endswith("\n\n\n"):
        blocks.pop()
    answers = [Answer(*block) for block in blocks]
    trouble = _trouble(process.returncode, late, timeout, len(answers),
                       len(settings) + len(statements), err)
    return Run(answers[len(settings):], trouble, warehouse)


def _trouble(status, late, timeout, answered, asked, err):
    if late:
        return f"no answer within {timeout} s to statement {answered + 1}"
    if status < 0:
        return f"killed by {signal.Signals(-status).name} at statement {answered + 1}: {tail(err)}"
    if status != 0:
        return f"exit status {status} at statement {answered + 1}: {tail(err)}"
    if answered != asked:
        return f"{answered} answers to {asked} statements: {tail(err)}"
    return None


def tail(text, lines=25):
    return "\n".join(text.strip().splitlines()[-lines:])
