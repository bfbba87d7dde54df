"""Check the answers in a learner's file; runs in its own process, because it runs their code.

`python -m mlp_tutorial._command.worker FILE LESSON MEGABYTES` writes a line of JSON for each result
to its standard output, and ends when its standard input does.
"""

import ast
import asyncio
import contextlib
import inspect
import json
import linecache
import math
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any, TextIO
from unittest.mock import MagicMock

from mlp_tutorial._command.cells import BROKEN, needed, read_code
from mlp_tutorial._result import Result
from mlp_tutorial.lessons import Lesson, find_lesson

SECONDS = 20.0  # time limit for one cell


def main(path: str, lesson: str, megabytes: str, results: TextIO) -> None:
    """Write each result as soon as it is known, after an empty line that says the checks began.

    If the file cannot be read, there is one result without a name, which says why.
    """
    restrict_memory(int(megabytes))
    file, source = Path(path), find_lesson(lesson)
    try:
        answers = check_answers(file, source)
    except (ValueError, MemoryError) as error:
        problem = Result("not checked", str(error) or f"{file.name} is too large to be read.")
        print(json.dumps(["", asdict(problem)]), file=results, flush=True)
        return
    import mlp_tutorial.exercises  # noqa: F401  # before a module of the learner's can hide another

    print(file=results, flush=True)
    os.chdir(file.parent)
    sys.path.insert(0, str(file.parent))  # modules beside the file, as for a script
    sys.argv = [path]
    for name, result in answers:
        print(json.dumps([name, asdict(result)]), file=results, flush=True)


def check_answers(path: Path, lesson: Lesson) -> Iterator[tuple[str, Result]]:
    """Check one exercise of a lesson after the other.

    Runs only the cells that the answers need, and the later ones again if an earlier one is new.
    A cell that fails doesn't keep an answer from being right. If the answer isn't right, the result
    is about the first cell that failed.

    Args:
        path: A notebook or a script.
        lesson: The lesson that it solves.

    Returns:
        For each exercise, the name of the learner's function or class, and the result of its check.

    Raises:
        ValueError: If the file cannot be read.
    """
    module = ModuleType("__main__")
    # Jupyter has these two, and nothing that they do matters here.
    vars(module).update(display=MagicMock(), get_ipython=MagicMock())
    if path.suffix.lower() != ".ipynb":
        module.__file__ = str(path)
    return _check(read_code(path), lesson, module)


def _check(cells: list[str], lesson: Lesson, module: ModuleType) -> Iterator[tuple[str, Result]]:
    from mlp_tutorial import exercises  # PyTorch is a slow import

    space = vars(module)
    ran: dict[int, Result | None] = {}
    main = sys.modules["__main__"]
    sys.modules["__main__"] = module  # pickle looks for a learner's classes there
    try:
        for task in lesson.tasks:
            numbers = needed(cells, task.name)
            again = False
            for number in numbers:
                again = again or number not in ran  # what follows a cell runs after it
                if again:
                    ran[number] = run(cells[number], number, space)
            failure = next((ran[number] for number in numbers if ran[number]), None)
            if task.name in space:
                result = getattr(exercises, task.checker)(space[task.name])
            else:
                result = Result("not attempted", f"There is no `{task.name}` in this file.")
            yield task.name, failure if failure and result.outcome != "right" else result
    finally:
        sys.modules["__main__"] = main


def restrict_memory(megabytes: int) -> None:
    """Cap the memory of this process where the platform can."""
    with contextlib.suppress(ImportError):
        import resource  # Windows has no such module

        limits = (megabytes * 2**20, resource.getrlimit(resource.RLIMIT_DATA)[1])
        resource.setrlimit(resource.RLIMIT_DATA, limits)


def run(source: str, number: int, space: dict[str, Any]) -> Result | None:
    """Run a cell; if statements fail, return a result that says how the first did.

    The statements after one that fails run too, because it may work elsewhere, as `input` does.
    """
    from mlp_tutorial.exercises._limit import Endless, limit

    cell = f"Code cell {number + 1}"
    name = f"<cell {number + 1}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)

    def compile_(part: str | ast.Module, flags: int = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT) -> Any:
        return compile(part, name, "exec", flags, dont_inherit=True)

    try:
        code, rest = compile_(source), compile_(source, ast.PyCF_ONLY_AST).body
    except SyntaxError as error:
        line = (error.text or "").strip() or error.msg
        return Result("wrong", f"{cell} has a syntax error in line {error.lineno}: `{line}`.")
    except BROKEN as error:
        return Result("wrong", f"Python can't read {cell} ({error}).")
    futures = [s for s in rest if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
    failure = None
    try:
        with (
            limit(SECONDS),
            Path(os.devnull).open("w", encoding="utf-8", errors="replace") as null,
            contextlib.redirect_stdout(null),
        ):
            while rest:
                try:
                    awaitable = eval(code, space)
                    if inspect.iscoroutine(awaitable):
                        asyncio.run(awaitable)
                    break
                except KeyboardInterrupt:  # from the limit
                    raise
                except BaseException as error:
                    failure = failure or _describe(cell, error)
                    frames = traceback.extract_tb(error.__traceback__)
                    reached = next((f.lineno for f in frames if f.filename == name), None)
                    rest = [s for s in rest[1:] if s.lineno > (reached or math.inf)]
                    code = compile_(ast.Module([*futures, *rest], []))
    except Endless:
        return Result("wrong", f"{cell} was still running after {SECONDS:g} s.")
    except BaseException as error:
        return _describe(cell, error)
    return failure


def _describe(cell: str, error: BaseException) -> Result:
    from mlp_tutorial.exercises._explain import name_error

    message, hint = f"{cell} raised {name_error(error)}.", ""
    if isinstance(error, SystemExit):
        message, hint = f"{cell} ends the program.", "Remove the call of `exit`."
    elif isinstance(error, MemoryError):
        message = f"{cell} needs more memory than it may use."
    elif isinstance(error, EOFError):
        hint = "Nobody answers `input` during a check, so write a value instead."
    elif isinstance(error, ModuleNotFoundError):
        message = f"{cell} raised ModuleNotFoundError: {error}."
        hint = f"If `{error.name}` is a file of yours, put it beside this one. If not, install it."
    return Result("wrong", message, hint)


def follow_parent() -> TextIO:
    """Keep the parent's pipes from the learner's code, and die when the parent does.

    Returns:
        Where the parent reads results.
    """
    parent, results = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(null, stream)

    def watch() -> None:
        os.read(parent, 1)  # returns when the other end is closed
        end()

    Thread(target=watch, daemon=True).start()
    return os.fdopen(results, "w", encoding="utf-8")


def end() -> None:
    """End this process and, on POSIX, all that it started; the parent may be gone."""
    if os.name == "posix":
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def work(path: str, lesson: str, megabytes: str) -> None:
    """Check a file for the parent process, then end."""
    try:
        main(path, lesson, megabytes, follow_parent())
    except BaseException:
        traceback.print_exc()
    end()


if __name__ == "__main__":
    work(*sys.argv[1:])
