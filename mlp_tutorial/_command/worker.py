"""Check the answers in a learner's file; runs in its own process, because it runs their code.

`python -m mlp_tutorial._command.worker FILE LESSON RESULTS MEGABYTES`
"""

import contextlib
import io
import json
import linecache
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from symtable import SymbolTable, symtable
from typing import Any

import jupytext

from mlp_tutorial import exercises
from mlp_tutorial._result import Result
from mlp_tutorial.exercises._limit import Endless, limit
from mlp_tutorial.lessons import Lesson, find_lesson

SECONDS = 20.0  # time limit for one cell
PERCENT = {"extension": ".py", "format_name": "percent", "comment_magics": False}  # keeps comments


def main(path: str, lesson: str, results: str, megabytes: str) -> None:
    """Append each result to a file as a line of JSON, as soon as it is known."""
    restrict_memory(int(megabytes))
    for name, result in check_answers(Path(path), find_lesson(lesson)):
        with Path(results).open("a", encoding="utf-8") as file:
            file.write(json.dumps([name, asdict(result)]) + "\n")


def check_answers(path: Path, lesson: Lesson) -> Iterator[tuple[str, Result]]:
    """Check one exercise of a lesson after the other.

    Runs only the cells that the answers need, each of them once.

    Args:
        path: A notebook or a script.
        lesson: The lesson that it solves.

    Yields:
        The name of the learner's function or class, and the result of its check.

    Raises:
        ValueError: If the file is neither a notebook nor a script.
    """
    cells = read_code(path)
    space: dict[str, Any] = {"__name__": "__main__"}
    done: set[int] = set()
    for task in lesson.tasks:
        result = None
        for number in needed(cells, task.name):
            if result is None and number not in done:
                result = run(cells[number], number, space)
                done.add(number)
        if result is None and task.name not in space:
            result = Result("not attempted", f"There is no `{task.name}` in this file.")
        yield task.name, result or getattr(exercises, task.checker)(space[task.name])


def restrict_memory(megabytes: int) -> None:
    """Cap the memory of this process where the platform can."""
    with contextlib.suppress(ImportError):
        import resource  # Windows has no such module

        limits = (megabytes * 2**20, resource.getrlimit(resource.RLIMIT_DATA)[1])
        resource.setrlimit(resource.RLIMIT_DATA, limits)


def read_code(path: Path) -> list[str]:
    """Read the code cells of a notebook or a script, except calls of checks.

    Raises:
        ValueError: If the file is neither.
    """
    try:
        text = path.read_text("utf-8")
        fmt = "ipynb" if path.suffix == ".ipynb" else PERCENT
        cells = jupytext.reads(text, fmt=fmt).cells
    except Exception as error:  # a damaged file makes the readers fail in many ways
        raise ValueError(f"{path.name} is neither a notebook nor a script: {error}") from None
    return [
        cell.source
        for cell in cells
        if cell.cell_type == "code" and not re.search(r"^print\(check_", cell.source, re.MULTILINE)
    ]


def needed(cells: list[str], name: str) -> list[int]:
    """Find the cells that define a name, and the cells that these need in turn."""
    wanted, found = {name}, []
    for number in reversed(range(len(cells))):
        defines, uses = names(cells[number])
        if defines & wanted:
            wanted |= uses
            found.append(number)
    return found[::-1]


def names(source: str) -> tuple[set[str], set[str]]:
    """Find the names that a cell defines and uses; guess if Python can't parse it."""
    try:
        table = symtable(source, "cell", "exec")
    except SyntaxError:
        return set(re.findall(r"^(?:def |class )?(\w+)", source, re.MULTILINE)), set()
    defines = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    uses = {
        symbol.get_name()
        for scope in scopes(table)
        for symbol in scope.get_symbols()
        if symbol.is_referenced() and (scope is table or symbol.is_global())
    }
    return defines, uses


def scopes(table: SymbolTable) -> Iterator[SymbolTable]:
    """Iterate over a scope and all scopes inside it."""
    yield table
    for inner in table.get_children():
        yield from scopes(inner)


def run(source: str, number: int, space: dict[str, Any]) -> Result | None:
    """Run a cell; if it fails, return a result that says how."""
    name = f"<cell {number + 1}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        with limit(SECONDS), contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, name, "exec"), space)
    except SyntaxError as error:
        line = (error.text or "").strip()
        return Result("wrong", f"Python can't parse line {error.lineno} of a cell: `{line}`.")
    except Endless:
        return Result("wrong", f"A cell was still running after {SECONDS:g} s.")
    except SystemExit:
        return Result("wrong", "A cell ends the program.", "Remove the call of `exit`.")
    except MemoryError:
        return Result("wrong", "A cell needs more memory than it may use.")
    except Exception as error:
        first = str(error).split("\n")[0]
        return Result("wrong", f"A cell raised {type(error).__name__}: {first}.")
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
