"""Run the cells that the answers in a file need, and check the answers."""

import ast
import asyncio
import builtins
import contextlib
import inspect
import linecache
import os
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

from mlp_tutorial._command.answers import Answers, Place
from mlp_tutorial._command.cells import Cell, Statement, needed, read_cells
from mlp_tutorial._result import Result
from mlp_tutorial.lessons import Lesson, Task

SECONDS = 20.0  # time limit for one statement
ABSENT = object()


@dataclass(frozen=True)
class Failure:
    """A statement that failed, or a cell that Python can't read.

    Attributes:
        result: What a learner reads about it.
        defines: The names that it would have defined or changed.
        only_binds: Whether it matters only if one of these names is missing.
        lacks: The name or module that wasn't there.
    """

    result: Result
    defines: set[str]
    only_binds: bool
    lacks: str | None = None


def check_answers(
    path: Path, lesson: Lesson, names: Collection[str] | None = None
) -> Iterator[tuple[str, Result]]:
    """Check one exercise of a lesson after the other.

    An answer is what the learner's own statements define, and the last definition counts. This runs
    only the cells that an answer needs, and the later ones again if an earlier one is new. A
    statement that fails doesn't keep an answer from being right.

    Args:
        path: A notebook or a script.
        lesson: The lesson that it solves.
        names: The names of the exercises to check. None means all.

    Returns:
        For each exercise, the name of the learner's answer, and the result of its check.

    Raises:
        ValueError: If the file cannot be read.
    """
    module = ModuleType("__main__")
    if path.suffix.lower() != ".ipynb":
        module.__file__ = str(path)
    checker = _Checker(read_cells(path), lesson, module, path.absolute().parent)
    return checker.check([task for task in lesson.tasks if names is None or task.name in names])


class _Checker:
    def __init__(self, cells: list[Cell], lesson: Lesson, module: ModuleType, folder: Path) -> None:
        self.cells = cells
        self.answers = Answers(cells, lesson)
        self.module = module
        self.space = vars(module)
        self.folder = folder
        self.places = {task.name: self.answers.places(task.name) for task in lesson.tasks}
        self.values: dict[str, Any] = {}  # the learner's, by the name of the exercise
        self.failures: dict[int, list[Failure]] = {}  # by the number of each cell that ran
        # Jupyter has these two, and nothing else that they do matters here.
        self.space.update(display=MagicMock(), get_ipython=MagicMock())
        self.space["get_ipython"]().run_line_magic = self._run_line_magic

    def check(self, tasks: list[Task]) -> Iterator[tuple[str, Result]]:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = self.module  # pickle looks for a learner's classes there
        try:
            for task in tasks:
                yield task.name, self._check(task)
        finally:
            sys.modules["__main__"] = main

    def _check(self, task: Task) -> Result:
        from mlp_tutorial import exercises  # PyTorch is a slow import

        roots = self.answers.cells_of(task.name)
        numbers = needed(self.cells, roots) if roots else []
        again = False
        for number in numbers:
            again = again or number not in self.failures  # what follows a cell runs after it
            if again:
                self.failures[number] = self._run(number)
        for number in numbers:  # learners run cells in any order
            if any(failure.lacks in self.space for failure in self.failures[number]):
                self.failures[number] = self._run(number)
        failures = [failure for number in numbers for failure in self.failures[number]]
        wanted = self._find_wanted(task.name, numbers)
        missing = wanted - self.space.keys() - vars(builtins).keys()
        matters = [
            failure
            for failure in failures
            if failure.defines & ({task.name, *missing} if failure.only_binds else wanted)
        ]
        if task.name in self.values:
            self.space.update(self.values)  # the lesson may define the same names
            result = getattr(exercises, task.checker)(self.values[task.name])
            if result.outcome == "right":
                return result
            if result.outcome == "not attempted":
                result = self._blame_stub(task.name, wanted) or result
            elif not matters:
                result = self._blame_star(task.name, result) or result
        elif matters or (failures and self.places[task.name]):
            matters = matters or failures
        else:
            return self._add_skipped(self.answers.missing(task), {task.name}, sure=True)
        for number, cell in enumerate(self.cells):
            if missing & {*re.findall(r"\w+", cell.broken_line)} - {task.name}:
                matters = matters or [self._describe_broken(number)]
        if matters:
            result = matters[0].result
            missing.add(matters[0].lacks or "*")
        return self._add_skipped(result, missing - {"*", task.name})

    def _find_wanted(self, name: str, numbers: list[int]) -> set[str]:
        """Find the names that an answer needs, also through others."""
        wanted = {name, "*"}
        while True:
            more = {
                used
                for number in numbers
                for statement in self.cells[number].statements
                if statement.defines & wanted
                for used in statement.uses
            }
            if more <= wanted:
                return wanted
            wanted |= more

    def _blame_stub(self, name: str, wanted: set[str]) -> Result | None:
        """Say that an answer calls the stub of another exercise, if it does."""
        nodes = [self.answers.statements[place].node for place in self.places[name]]
        stub = next((stub for stub in self.answers.stubs if stub in wanted - {name}), None)
        if not stub or any("NotImplementedError" in ast.dump(node) for node in nodes):
            return None
        return Result(
            "wrong",
            f"`{name}` uses `{stub}`, which you haven't written yet.",
            f"Write `{stub}` first.",
        )

    def _blame_star(self, name: str, result: Result) -> Result | None:
        """Say that an answer failed because of `from torch import *`, if it did."""
        uses = {used for place in self.places[name] for used in self.answers.statements[place].uses}
        for place in self.answers.own if " raised " in result.message else ():
            node = self.answers.statements[place].node
            if not isinstance(node, ast.ImportFrom) or node.names[0].name != "*":
                continue
            module = getattr(sys.modules.get(node.module or ""), "__dict__", {})
            for used in sorted(uses & module.keys()):
                line = f"`{ast.unparse(node)}`"
                taken = self.space.get(used) is module[used]
                if taken and hasattr(builtins, used):
                    message = f"`{name}` uses `{used}`, but {line} replaces Python's with its own."
                    return Result("wrong", message, "Import what you need by its name.")
                if not taken:
                    message = f"`{name}` uses `{used}` of {line}, but another cell redefines it."
                    return Result("wrong", message, f"Write `{node.module}.{used}`.")
        return None

    def _add_skipped(self, result: Result, missing: set[str], *, sure: bool = False) -> Result:
        """Name the first command that wasn't run and may have given what an answer lacks."""
        skipped = [(n, each) for n, cell in enumerate(self.cells, 1) for each in cell.skipped]
        telling = [
            (n, each)
            for n, each in skipped
            if each.defines & missing or any(name in each.command for name in missing)
        ]
        for number, each in (telling or ([] if sure else skipped))[: bool(missing)]:
            hint = (
                f"A check skips `{_shorten(each.command)}` in code cell {number}. If your answer "
                "needs that, run it yourself before the check."
            )
            return replace(result, hint=f"{result.hint} {hint}".strip())
        return result

    def _run(self, number: int) -> list[Failure]:
        """Run a cell, also the statements after one that fails."""
        from mlp_tutorial.exercises._limit import Endless, limit

        cell, title, name = self.cells[number], f"Code cell {number + 1}", f"<cell {number + 1}>"
        if cell.error:
            return [self._describe_broken(number)]
        lines = cell.source.splitlines(keepends=True)
        linecache.cache[name] = (len(cell.source), None, lines, name)
        futures = [
            each.node
            for each in cell.statements
            if isinstance(each.node, ast.ImportFrom) and each.node.module == "__future__"
        ]
        failures = []
        with (
            Path(os.devnull).open("w", encoding="utf-8", errors="replace") as null,
            contextlib.redirect_stdout(null),
        ):
            for index, statement in enumerate(cell.statements):
                before = {task: self.space.get(task, ABSENT) for task in self.places}
                result, lacks = None, None
                try:
                    with limit(SECONDS):
                        self._execute([*futures, statement.node], name)
                except Endless:
                    result = Result("wrong", f"{title} was still running after {SECONDS:g} s.")
                except BaseException as error:
                    result = _describe(title, error)
                    lacks = error.name if isinstance(error, ImportError | NameError) else None
                if result:
                    binds = isinstance(statement.node, ast.Import | ast.ImportFrom)
                    failures.append(Failure(result, statement.defines, binds, lacks))
                self._collect((number, index), statement, before, failed=bool(result))
        return failures

    def _describe_broken(self, number: int) -> Failure:
        cell = self.cells[number]
        message, hint = f"Python can't read code cell {number + 1} ({cell.error}).", ""
        if isinstance(cell.error, SyntaxError):
            where = f"has a syntax error in line {cell.error.lineno}: `{cell.broken_line}`"
            message = f"Code cell {number + 1} {where}."
            hint = f"Python says: {cell.error.msg}."
        return Failure(Result("wrong", message, hint), cell.defines, only_binds=True)

    def _execute(self, nodes: list[ast.stmt], name: str) -> None:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        module = ast.Module(nodes, [])
        code = compile(module, name, "exec", flags, dont_inherit=True, optimize=0)
        awaitable = eval(code, self.space)
        if inspect.iscoroutine(awaitable):
            asyncio.run(awaitable)

    def _run_line_magic(self, name: str, line: str, *_: object, **__: object) -> None:
        """Run a file beside the learner's, as `%run` does. Other commands do nothing."""
        if name != "run":
            return
        for cell in read_cells(self.folder / line.strip("'\" ")):
            for statement in cell.statements:
                self._execute([statement.node], line)

    def _collect(
        self, place: Place, statement: Statement, before: dict[str, Any], *, failed: bool
    ) -> None:
        """Take the values that a statement of the learner's gave to answers."""
        if place not in self.answers.own:
            return
        for name, places in self.places.items():
            value = self.space.get(name, ABSENT)
            defines = name in statement.defines
            if value is ABSENT or (value is before[name] and (failed or not defines)):
                continue
            if (defines and place not in places) or self._is_installed(statement, name, value):
                continue
            # After the answer, or without one, a learner may use its name for a variable.
            has_function = name in self.answers.stubs or callable(self.values.get(name))
            if callable(value) or not (self.answers.is_function[name] and has_function):
                self.values[name] = value

    def _is_installed(self, statement: Statement, name: str, value: object) -> bool:
        """Tell whether a value was imported from anywhere but a file beside the learner's."""
        for node in ast.walk(statement.node):
            if not isinstance(node, ast.ImportFrom):
                continue
            module = sys.modules.get(node.module or "")
            for alias in node.names:
                attribute = name if alias.name == "*" else alias.name
                if getattr(module, attribute, ABSENT) is value and not self._is_beside(module):
                    return True
        return False

    def _is_beside(self, module: ModuleType | None) -> bool:
        package = module.__name__.partition(".")[0] if module else ""
        spec = sys.modules[package].__spec__ if package in sys.modules else None
        if package == "mlp_tutorial" or not spec:
            return False
        folders = [*(spec.submodule_search_locations or ()), spec.origin or ""]
        return Path(folders[0]).parent == self.folder


def _describe(title: str, error: BaseException) -> Result:
    from mlp_tutorial.exercises._explain import name_error

    message, hint = f"{title} raised {name_error(error)}.", ""
    if isinstance(error, SystemExit):
        message, hint = f"{title} ends the program.", "Remove the call of `exit`."
    elif isinstance(error, MemoryError):
        message = f"{title} needs more memory than it may use."
    elif isinstance(error, EOFError):
        hint = "Nobody answers `input` during a check, so write a value instead."
    elif isinstance(error, ModuleNotFoundError):
        message = f"{title} raised ModuleNotFoundError: {error}."
        hint = f"If `{error.name}` is a file of yours, put it beside this one. If not, install it."
    return Result("wrong", message, hint)


def _shorten(command: str, most: int = 60) -> str:
    return command if len(command) <= most else f"{command[: most - 1]}…"
