"""Checks a learner's file; a process of its own, since it runs their code.

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
from mlp_tutorial.lessons import find_lessons, read_tasks

SECONDS = 20.0  # that one cell may take


def main(path: str, lesson: str, results: str, megabytes: str) -> None:
    """Write the result of each exercise as a line of JSON, as soon as it is known."""
    restrict_memory(int(megabytes))
    cells = read_code(Path(path))
    space: dict[str, Any] = {"__name__": "__main__"}
    done: set[int] = set()
    for task in read_tasks(jupytext.read(find_lessons()[lesson])):
        result = None
        for number in needed(cells, task.name):
            if result is None and number not in done:
                result = run(cells[number], number, space)
                done.add(number)
        if result is None and task.name not in space:
            result = Result("not attempted", f"There is no `{task.name}` in this file.")
        result = result or getattr(exercises, task.checker)(space[task.name])
        with Path(results).open("a", encoding="utf-8") as file:
            file.write(json.dumps([task.name, asdict(result)]) + "\n")


def restrict_memory(megabytes: int) -> None:
    """Let this process have so much memory and no more, where the system can do that."""
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415  # there is none on Windows

        limits = (megabytes * 2**20, resource.getrlimit(resource.RLIMIT_DATA)[1])
        resource.setrlimit(resource.RLIMIT_DATA, limits)


def read_code(path: Path) -> list[str]:
    """Read the code cells of a notebook or a script, but those that call a check.

    Raises:
        ValueError: If it is neither.
    """
    try:
        text = path.read_text("utf-8")
        fmt = "ipynb" if path.suffix == ".ipynb" else "py:percent"
        cells = jupytext.reads(text, fmt=fmt).cells
    except Exception as error:  # noqa: BLE001  # junk makes readers fail in any way
        raise ValueError(f"{path.name} is neither a notebook nor a script: {error}") from None
    return [
        cell.source
        for cell in cells
        if cell.cell_type == "code" and not re.search(r"^print\(check_", cell.source, re.MULTILINE)
    ]


def needed(cells: list[str], name: str) -> list[int]:
    """Find the cells that define a name, and those that they need in turn."""
    wanted, found = {name}, []
    for number in reversed(range(len(cells))):
        defines, uses = names(cells[number])
        if defines & wanted:
            wanted |= uses
            found.append(number)
    return found[::-1]


def names(source: str) -> tuple[set[str], set[str]]:
    """Find the names that a cell defines, and those that it uses; guess if it is broken."""
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
    """Give a scope, and those inside it."""
    yield table
    for inner in table.get_children():
        yield from scopes(inner)


def run(source: str, number: int, space: dict[str, Any]) -> Result | None:
    """Run a cell; say what went wrong, if something did."""
    name = f"<cell {number + 1}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        with limit(SECONDS), contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, name, "exec"), space)  # noqa: S102  # what this process is for
    except SyntaxError as error:
        line = (error.text or "").strip()
        return Result("wrong", f"Python cannot read line {error.lineno} of a cell: `{line}`.")
    except Endless:
        return Result("wrong", f"A cell did not come to an end within {SECONDS:g} s.")
    except SystemExit:
        return Result("wrong", "A cell ends the program.", "Take out the call of `exit`.")
    except MemoryError:
        return Result("wrong", "A cell wants more memory than there may be.")
    except Exception as error:  # noqa: BLE001
        first = str(error).split("\n")[0]
        return Result("wrong", f"A cell raised {type(error).__name__}: {first}.")
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
