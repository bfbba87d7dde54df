"""Grade a class: check each file, and count the mistakes."""

import csv
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from multiprocessing.pool import ThreadPool
from pathlib import Path

from mlp_tutorial._command.check import check_file
from mlp_tutorial._result import Result
from mlp_tutorial.lessons import Lesson, read_lessons


@dataclass(frozen=True)
class Row:
    """One answer of one learner.

    Attributes:
        file: The learner's file, relative to the folder.
        lesson: The number of the lesson; empty if the file name doesn't contain a lesson's name.
        exercise: The name of the learner's function or class; empty if nothing was checked.
        result: The result of the check.
    """

    file: str
    lesson: str
    exercise: str
    result: Result


def grade_folder(
    folder: Path, lesson: Lesson | None, *, seconds: float, megabytes: int
) -> list[Row]:
    """Check every notebook and script in a folder and its subfolders.

    Args:
        folder: Where the files are.
        lesson: The lesson they solve; None finds it in each file name, as in `ada_05_softmax.py`.
        seconds: Time limit for each file.
        megabytes: Memory limit for each file.

    Returns:
        A row for each answer, and one for each file or folder that cannot be read.
    """
    closed: list[OSError] = []
    files = find_files(folder, closed)
    lessons = read_lessons()

    def grade(path: Path) -> list[Row]:
        name = path.relative_to(folder).as_posix()
        solves = lesson or _named(lessons, path)
        if not solves:
            message = "The file name contains no name of a lesson."
            hint = "If this is an answer, use --lesson."
            return [Row(name, "", "", Result("not checked", f"{message} {hint}"))]
        if solves.error:
            return [Row(name, solves.number, "", Result("not checked", f"{solves.error}"))]
        results = check_file(path, solves, seconds=seconds, megabytes=megabytes)
        return [Row(name, solves.number, exercise, result) for exercise, result in results.items()]

    with ThreadPool(os.cpu_count()) as pool:  # after a Ctrl-C it waits for no file
        graded = [row for rows in pool.imap(grade, files) for row in rows]
    for error in closed:
        name = Path(error.filename).relative_to(folder).as_posix()
        message = f"Could not open this folder ({error.strerror}). Make it readable."
        graded.append(Row(name, "", "", Result("not checked", message)))
    return graded


def find_files(folder: Path, closed: list[OSError]) -> list[Path]:
    """List what may be a learner's notebook or script, in order.

    Leaves out what programs put there: hidden files, such as a Mac's `._05_softmax.ipynb` and
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


def _named(lessons: list[Lesson], path: Path) -> Lesson | None:
    """Find the lesson whose name is in the file name, in any case, with any separators."""
    name = re.sub(r"[\W_]+", "_", path.stem).lower()
    for lesson in lessons:
        if re.search(rf"(?<!\d){re.escape(lesson.name)}", name):
            return lesson
    return None


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write one line for each answer.

    Raises:
        OSError: If the file cannot be written.
    """
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "lesson", "exercise", "outcome", "mistake", "message"])
        for row in rows:
            result = row.result
            values = (row.file, row.lesson, row.exercise, result.outcome, result.mistake)
            # Learners wrote these texts. Keep a spreadsheet from running one as a formula.
            writer.writerow([re.sub(r"^([=+@-])", r"'\1", v) for v in (*values, result.message)])


def write_html(rows: Sequence[Row], path: Path) -> None:
    """Write a page with the most frequent mistakes and all answers.

    Raises:
        OSError: If the file cannot be written.
    """
    mistakes = Counter(
        (row.lesson, row.exercise, row.result.mistake or row.result.message)
        for row in rows
        if row.result.outcome == "wrong"
    )
    frequent = [[str(count), *mistake] for mistake, count in mistakes.most_common()]
    answers = [
        [row.file, row.lesson, row.exercise, row.result.outcome, row.result.message] for row in rows
    ]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Grades</title>'
        "<style>body{font:16px sans-serif;margin:2em}td,th{padding:.3em .8em;text-align:left;"
        "border-bottom:1px solid #ccc}</style><h1>Grades</h1><h2>Most frequent mistakes</h2>"
        + _table(["count", "lesson", "exercise", "mistake"], frequent)
        + "<h2>All answers</h2>"
        + _table(["file", "lesson", "exercise", "outcome", "message"], answers)
        + "</html>\n"
    )
    path.write_text(page, encoding="utf-8", errors="backslashreplace")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(tag: str, values: Sequence[str]) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(value)}</{tag}>' for value in values)}</tr>"

    return f"<table>{line('th', heads)}{''.join(line('td', row) for row in rows)}</table>"
