"""Hashes of what a run depends on.

Prose, comments, docstrings and what is only said about a figure change no result, so they do not
count.
"""

import ast
import functools
import hashlib
import re
from pathlib import Path

from mlp_tutorial.lessons import MARK

# Metadata of a cell that changes none of its outputs.
NO_RESULT = re.compile(r' (?:(?:alt|caption|figure)="(?:[^"\\]|\\.)*"|tolerance=\S+)')
SCOPES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def hash_text(*parts: str) -> str:
    """Hash texts in their order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def hash_cells(script: str) -> str:
    """Hash the code cells of a lesson: their sources and their metadata."""
    parts = []
    for cell in re.split(rf"^{MARK}", script, flags=re.MULTILINE)[1:]:
        head, _, source = cell.partition("\n")
        if "[markdown]" not in head:
            parts += [NO_RESULT.sub("", head), source.strip()]
    return hash_text(*parts)


def hash_code(path: Path) -> str:
    """Hash what a module computes: its syntax tree without docstrings."""
    return _hash_code(path, _version(path)) if path.suffix == ".py" else hash_content(path)


def hash_content(path: Path) -> str:
    """Hash the content of a file, or the names in a folder."""
    if path.is_dir():
        return hash_text(*sorted(entry.name for entry in path.iterdir()))
    return _hash_content(path, _version(path))


def _version(path: Path) -> tuple[int, int] | None:
    """Identify a state of a file, so that each state is read once for all lessons."""
    if not path.exists():
        return None
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@functools.cache
def _hash_code(path: Path, version: tuple[int, int] | None) -> str:
    if version is None:
        return "absent"
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except SyntaxError:
        return "not Python"
    for node in ast.walk(tree):
        if isinstance(node, SCOPES) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return hash_text(ast.dump(tree))


@functools.cache
def _hash_content(path: Path, version: tuple[int, int] | None) -> str:
    if version is None:
        return "absent"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
