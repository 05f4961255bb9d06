# SPDX-License-Identifier: Apache-2.0
"""The tree as the checks see it: the files that belong to it, and C text with comments or strings
blanked out (same length, same lines), so that patterns match code only."""
import os
import re

SKIPPED_FOLDERS = {".git", "build", ".tarn", "node_modules", "__pycache__", ".cache"}
C_ENDINGS = (".c", ".h", ".inc")

_PIECES = re.compile(
    r"""(?P<comment>//[^\n]*(?:\\\n[^\n]*)*|/\*.*?\*/)
      | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
    re.X | re.S)


def files(root):
    """Paths of all files under root, relative to it, with forward slashes, sorted."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
        base = os.path.relpath(folder, root)
        for name in names:
            found.append(os.path.normpath(os.path.join(base, name)).replace(os.sep, "/"))
    return sorted(found)


def read(root, path):
    """The text of a file, or None where it is not UTF-8 text."""
    try:
        with open(os.path.join(root, path), encoding="utf-8", newline="") as file:
            return file.read()
    except (UnicodeDecodeError, OSError):
        return None


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """C text with comments and the insides of literals blanked."""
    return _PIECES.sub(
        lambda m: _blank(m[0]) if m["comment"] else m[0][0] + _blank(m[0][1:-1]) + m[0][-1], text)


def without_comments(text):
    """C text with comments blanked and literals kept."""
    return _PIECES.sub(lambda m: _blank(m[0]) if m["comment"] else m[0], text)


def comments_only(text):
    """C text with all but comments blanked."""
    parts, at = [], 0
    for match in _PIECES.finditer(text):
        if match["comment"]:
            parts += [_blank(text[at:match.start()]), match[0]]
            at = match.end()
    return "".join(parts + [_blank(text[at:])])


def line_of(text, offset):
    """1-based line of an offset."""
    return text.count("\n", 0, offset) + 1
