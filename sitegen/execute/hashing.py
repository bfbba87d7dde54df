"""Hashes of what a run depends on.

Prose, comments, docstrings and what is said about a figure change no result, so they do not count.
"""

import ast
import functools
import hashlib
import re
from contextlib import suppress
from pathlib import Path

from mlp_tutorial._percent import MARK

# Metadata of a cell that changes none of its outputs.
NO_RESULT = re.compile(r' (?:(?:alt|caption|figure)="(?:[^"\\]|\\.)*"|tolerance=\S+)')
SCOPES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def hash_text(*parts: str) -> str:
    """Hash texts in their order."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def hash_cells(script: str) -> str:
    """Hash the code cells of a lesson: their sources and their metadata."""
    parts = []
    for cell in re.split(rf"^{MARK}", script, flags=re.MULTILINE)[1:]:
        head, _, source = cell.partition("\n")
        if "[markdown]" not in head:
            parts += [NO_RESULT.sub("", head), source.strip()]
    return hash_text(*parts)


def hash_file(path: Path, *, code: bool = False) -> str:
    """Hash the content of a file, or the names in a folder; with `code`, what a module computes."""
    try:
        if path.is_dir():
            return hash_text(*sorted(entry.name for entry in path.iterdir()))
        stat = path.stat()
        return _hash_file(path, code, stat.st_mtime_ns, stat.st_size)
    except OSError:  # the lesson cannot read it either, and says so with its line
        return "absent"


@functools.cache
def _hash_file(path: Path, code: bool, *_state: int) -> str:
    """Hash a file, once for all lessons as long as its state is the same."""
    content = path.read_bytes()
    if code:
        with suppress(SyntaxError, ValueError):  # a module in C; or nobody could have imported it
            tree = ast.parse(content)
            for node in ast.walk(tree):
                if isinstance(node, SCOPES) and ast.get_docstring(node) is not None:
                    del node.body[0]
            return hash_text(ast.dump(tree))
    return hashlib.sha256(content).hexdigest()
