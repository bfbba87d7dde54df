"""A class: many files, each checked in a process of its own, and what they have in common."""

import csv
import os
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from pathlib import Path

from mlp_tutorial._command.check import check_file
from mlp_tutorial._result import Result
from mlp_tutorial.lessons import find_lessons


@dataclass(frozen=True)
class Row:
    """One answer of one learner.

    Attributes:
        file: Their file, relative to the folder.
        lesson: Its number; empty if the name of the file does not say.
        exercise: What was to be written; empty if nothing could be checked.
        result: What was found.
    """

    file: str
    lesson: str
    exercise: str
    result: Result


def grade_folder(folder: Path, lesson: str | None, *, seconds: float, megabytes: int) -> list[Row]:
    """Check every notebook and script in a folder and those in it.

    Args:
        folder: Where they are.
        lesson: Its number; None takes it from the name of each file, such as `ada_05_softmax.py`.
        seconds: For each file.
        megabytes: For each file.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".ipynb", ".py"})

    def grade(path: Path) -> list[Row]:
        name = path.relative_to(folder).as_posix()
        number = lesson or _lesson_of(path)
        if not number:
            said = "The name of the file does not say which lesson it is: use --lesson."
            return [Row(name, "", "", Result("wrong", said))]
        results = check_file(path, number, seconds=seconds, megabytes=megabytes)
        return [Row(name, number, exercise, result) for exercise, result in results.items()]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [row for rows in pool.map(grade, files) for row in rows]


def _lesson_of(path: Path) -> str | None:
    """Find the number of a lesson in a file's name."""
    for number, lesson in find_lessons().items():
        if re.search(rf"(?<!\d){lesson.stem}", path.stem):
            return number
    return None


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write a line for each answer.

    Raises:
        OSError: If the file cannot be written.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "lesson", "exercise", "outcome", "mistake", "message"])
        for row in rows:
            result = row.result
            values = (row.file, row.lesson, row.exercise, result.outcome, result.mistake)
            # A spreadsheet would run what begins like a formula; this is what learners wrote.
            writer.writerow([re.sub(r"^([=+@-])", r"'\1", v) for v in (*values, result.message)])


def write_html(rows: Sequence[Row], path: Path) -> None:
    """Write a page: which mistakes the class makes most, then each answer.

    Raises:
        OSError: If the file cannot be written.
    """
    mistakes = Counter(
        (row.lesson, row.exercise, row.result.mistake or row.result.message)
        for row in rows
        if row.result.outcome == "wrong"
    )
    most = [[str(count), *mistake] for mistake, count in mistakes.most_common()]
    each = [
        [row.file, row.lesson, row.exercise, row.result.outcome, row.result.message] for row in rows
    ]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Grades</title>'
        "<style>body{font:16px sans-serif;margin:2em}td,th{padding:.3em .8em;text-align:left;"
        "border-bottom:1px solid #ccc}</style><h1>Grades</h1><h2>The most frequent mistakes</h2>"
        + _table(["how often", "lesson", "exercise", "mistake"], most)
        + "<h2>Each answer</h2>"
        + _table(["file", "lesson", "exercise", "outcome", "message"], each)
        + "</html>\n"
    )
    path.write_text(page, encoding="utf-8")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(tag: str, values: Sequence[str]) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(value)}</{tag}>' for value in values)}</tr>"

    return f"<table>{line('th', heads)}{''.join(line('td', row) for row in rows)}</table>"
