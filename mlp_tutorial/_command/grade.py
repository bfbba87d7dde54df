"""Grade a class: check each file, and count the mistakes."""

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
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".ipynb", ".py"})
    lessons = read_lessons()

    def grade(path: Path) -> list[Row]:
        name = path.relative_to(folder).as_posix()
        solves = lesson or _named(lessons, path)
        if not solves:
            message = "The file name does not contain the name of a lesson. Use --lesson."
            return [Row(name, "", "", Result("wrong", message))]
        if solves.error:
            return [Row(name, solves.number, "", Result("wrong", f"{solves.error}"))]
        results = check_file(path, solves, seconds=seconds, megabytes=megabytes)
        return [Row(name, solves.number, exercise, result) for exercise, result in results.items()]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [row for rows in pool.map(grade, files) for row in rows]


def _named(lessons: list[Lesson], path: Path) -> Lesson | None:
    """Find the lesson whose name is in the file name."""
    for lesson in lessons:
        if re.search(rf"(?<!\d){re.escape(lesson.name)}", path.stem):
            return lesson
    return None


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write one line for each answer.

    Raises:
        OSError: If the file cannot be written.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
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
    path.write_text(page, encoding="utf-8")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(tag: str, values: Sequence[str]) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(value)}</{tag}>' for value in values)}</tr>"

    return f"<table>{line('th', heads)}{''.join(line('td', row) for row in rows)}</table>"
