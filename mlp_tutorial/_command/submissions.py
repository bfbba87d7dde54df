"""The files of a class, and the lesson that each one solves."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mlp_tutorial._command.cells import read_text
from mlp_tutorial.lessons import Lesson, Task, read_lessons

# At the beginning of a line, which in a notebook is behind a quote or an escape.
IMPORTED = re.compile(r'(?m)(?:^[ \t]*|"|\\n *)(?:import +|%run +|from +(?=\w+ +import\b))(\w+)')


@dataclass(frozen=True)
class Submission:
    """A learner's file.

    Attributes:
        path: The file.
        lesson: The lesson that it solves, if that is known.
        problem: The reason why it isn't, and what to do.
        has_signs: Whether anything but its place says so.
    """

    path: Path
    lesson: Lesson | None
    problem: str
    has_signs: bool


def find_files(folder: Path, closed: list[OSError]) -> list[Path]:
    """List what may be a learner's notebook or script, in order.

    Leaves out what programs put there: hidden files, such as a Mac's `._04_softmax.ipynb` and
    checkpoints of Jupyter, and folders of installed packages.

    Args:
        folder: Where to look, with its subfolders.
        closed: Collects an error for each folder that cannot be opened.
    """
    files = []
    for top, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not _by_a_program(Path(top, name))]
        # A folder or a broken link with such a name is listed too, and reported later.
        files += [
            path
            for path in (Path(top, name) for name in (*folders, *names))
            if path.suffix.lower() in {".ipynb", ".py"} and not path.name.startswith(".")
        ]
    return sorted(files)


def _by_a_program(folder: Path) -> bool:
    installed = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}
    environment = ("pyvenv.cfg", "conda-meta")
    return (
        folder.name.startswith(".")
        or folder.name in installed
        or any(os.path.lexists(folder / name) for name in environment)
    )


def find_submissions(files: Sequence[Path], lesson: Lesson | None) -> list[Submission]:
    """Find the lesson of each file by its checks, its answers, its headings, and then its name.

    Leaves out modules that another file in their folder imports.

    Args:
        files: Notebooks and scripts.
        lesson: The lesson they solve. None finds it in each file.
    """
    tasks = {each: [] if each.error else each.tasks for each in read_lessons()}
    texts = {path: _read(path) for path in files}
    helpers = {
        path.with_name(f"{name}.py")
        for path, text in texts.items()
        for name in IMPORTED.findall(text)
    }
    found = []
    for path, text in texts.items():
        signs = {each: _find_signs(each, tasks[each], text, path.stem) for each in tasks}
        best = max(signs.values())
        if path in helpers and not best.checks:
            continue
        likely = [each for each in tasks if best and signs[each] == best]
        numbers = " or ".join(each.number for each in likely)
        solves, problem = lesson, ""
        if lesson:
            if best.checks and not signs[lesson]:
                solves = None
                problem = f"Expected lesson {lesson.number}, got the checks of lesson {numbers}."
        elif len(likely) == 1:
            (solves,) = likely
        elif likely:
            problem = f"This may be lesson {numbers}. Use --lesson to say which one it is."
        else:
            problem = "This has nothing of any lesson. If it is an answer, use --lesson."
        has_signs = bool(signs[lesson] if lesson else likely)
        found.append(Submission(path, solves, problem, has_signs))
    return found


class Signs(NamedTuple):
    """What belongs to a lesson in a file. The first difference decides between two lessons.

    Attributes:
        checks: How many of its checks the file names.
        answers: How many of its answers the file defines.
        headings: How many of its headings the file has.
        name: 2 if the name of the lesson is in the name of the file, 1 if only its number is.
    """

    checks: int
    answers: int
    headings: int
    name: int

    def __bool__(self) -> bool:
        """Tell whether there is anything but a number, which may mean something else."""
        return max(self[:3]) > 0 or self.name > 1


def _find_signs(lesson: Lesson, tasks: list[Task], text: str, stem: str) -> Signs:
    defined = r'(?m)(?:\b(?:def|class) +|^[ \t]*"?){}(?= *[(:=])'
    name = re.sub(r"[\W_]+", "_", stem).lower()
    number = re.escape(lesson.number.lstrip("0"))
    named = bool(re.search(rf"(?<!\d){re.escape(lesson.name)}", name))
    return Signs(
        checks=sum(bool(re.search(rf"\b{task.checker}\b", text)) for task in tasks),
        answers=sum(bool(re.search(defined.format(task.name), text)) for task in tasks),
        headings=sum(f"# {title}" in text for title in (lesson.title, *(t.title for t in tasks))),
        name=2 if named else int(bool(re.search(rf"(?<!\d)0?{number}(?!\d)", name))),
    )


def _read(path: Path) -> str:
    try:
        return read_text(path)
    except (ValueError, MemoryError):  # its name is left
        return ""
