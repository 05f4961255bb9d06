# SPDX-License-Identifier: Apache-2.0
"""Prints an executed notebook in the terminal: text, statements and their results.

usage: show.py NOTEBOOK"""
import json
import os
import shutil
import sys

COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(text, code):
    return f"\033[{code}m{text}\033[0m" if COLOURS else text


def joined(text):
    return "".join(text) if isinstance(text, list) else text


def show_markdown(source):
    for line in source.split("\n"):
        print(paint(line.lstrip("# "), "1") if line.startswith("#") else line)
    print()


def fit_table(lines, width):
    """A table that is wider than the terminal: no empty columns, long cells cut."""
    if max(map(len, lines)) <= width or len(lines) < 3 or "│" not in lines[0]:
        return lines
    table = [line.split("│") for line in lines if "│" in line]
    kept = [at for at in range(len(table[0]))
            if any(row[at].strip() != "NULL" for row in table[1:])]
    cells = [[row[at].strip() for at in kept] for row in table]
    cells = [[cell if len(cell) <= 32 else cell[:31] + "…" for cell in row] for row in cells]
    widths = [max(len(row[at]) for row in cells) for at in range(len(kept))]
    text = ["│".join(f" {cell:{size}} " for cell, size in zip(row, widths)) for row in cells]
    text.insert(1, "┼".join("─" * (size + 2) for size in widths))
    return text + [line for line in lines[1:] if "│" not in line and "┼" not in line]


def show_output(output, width):
    if output["output_type"] == "stream":
        print(joined(output["text"]), end="")
    elif output["output_type"] == "error":
        print(paint("\n".join(output["traceback"]) or output["evalue"], "31"))
    else:
        data = output["data"]
        for line in fit_table(joined(data.get("text/plain", "")).rstrip("\n").split("\n"), width):
            print(line[:width])
        if any(kind.startswith("application/vnd.vegalite") for kind in data):
            print(paint("(a chart, in every front end that draws Vega-Lite)", "2"))
    print()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        notebook = json.load(file)
    width = shutil.get_terminal_size((120, 40)).columns if sys.stdout.isatty() else 160
    for cell in notebook["cells"]:
        source = joined(cell["source"])
        if cell["cell_type"] == "markdown":
            show_markdown(source)
            continue
        for line in source.split("\n"):
            print(paint("  " + line, "36"))
        print()
        for output in cell.get("outputs", []):
            show_output(output, width)


if __name__ == "__main__":
    main()
