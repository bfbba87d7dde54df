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
from queue import SimpleQueue

from rich.console import Console
from rich.progress import track

from mlp_tutorial._command.check import Server, check_file
from mlp_tutorial._command.submissions import Submission, find_files, find_submissions
from mlp_tutorial._result import Result
from mlp_tutorial.lessons import Lesson


@dataclass(frozen=True)
class Row:
    """One answer of one learner.

    Attributes:
        file: The learner's file, relative to the folder.
        lesson: The number of the lesson; empty if the file has nothing of any lesson.
        exercise: The name of the learner's answer; empty if nothing was checked.
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

    In a terminal a bar shows how far it is.

    Args:
        folder: Where the files are.
        lesson: The lesson they solve; None finds it in each file.
        seconds: Time limit for each file.
        megabytes: Memory limit for each file.

    Returns:
        A row for each answer, and one for each file or folder that cannot be read.

    Raises:
        ValueError: If no file has anything of the lesson, or of any lesson.
    """
    closed: list[OSError] = []
    submissions = find_submissions(find_files(folder, closed), lesson)
    if submissions and not any(each.has_signs for each in submissions):
        which = f"lesson {lesson.number}" if lesson else "any lesson"
        raise ValueError(
            f"Expected a file with checks, answers or headings of {which}, got none in the "
            f"{len(submissions)} files in {folder}. Name another folder or lesson."
        )
    servers = [Server() for _ in range(os.cpu_count() or 1)] if os.name == "posix" else []
    free: SimpleQueue[Server] = SimpleQueue()
    for server in servers:
        free.put(server)

    def grade(submission: Submission) -> list[Row]:
        name = submission.path.relative_to(folder).as_posix()
        solves = submission.lesson
        if not solves:
            return [Row(name, "", "", Result("not checked", submission.problem))]
        server = free.get() if servers else None
        try:
            results = check_file(
                submission.path,
                solves,
                seconds=seconds,
                megabytes=megabytes,
                run=server.run if server else None,
            )
        except Exception as error:  # one file costs its own row
            problem = f"Could not check {name} ({error}). Check it alone."
            results = {"": Result("not checked", problem)}
        finally:
            if server:
                free.put(server)
        return [Row(name, solves.number, exercise, result) for exercise, result in results.items()]

    console = Console(stderr=True)
    try:
        with ThreadPool(os.cpu_count()) as pool:  # after a Ctrl-C it waits for no file
            graded = [
                row
                for rows in track(
                    pool.imap(grade, submissions),
                    "Checking",
                    len(submissions),
                    console=console,
                    transient=True,
                    disable=not console.is_terminal,
                )
                for row in rows
            ]
    finally:
        for server in servers:
            server.close()
    for error in closed:
        name = Path(error.filename).relative_to(folder).as_posix()
        message = f"Could not open this folder ({error.strerror}). Make it readable."
        graded.append(Row(name, "", "", Result("not checked", message)))
    return graded


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
        (row.lesson, row.exercise, row.result.mistake or _general(row.result.message))
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


def _general(message: str) -> str:
    """Leave out what differs between files with the same mistake: cells, lines and addresses."""
    message = re.sub(r"^Code cell \d+ ", "A code cell ", message)
    message = re.sub(r"(?:, in| in) line \d+\b", "", message)
    return re.sub(r" at 0x[0-9a-fA-F]+", "", message)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(tag: str, values: Sequence[str]) -> str:
        texts = (re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(value)) for value in values)
        return f"<tr>{''.join(f'<{tag}>{text}</{tag}>' for text in texts)}</tr>"

    return f"<table>{line('th', heads)}{''.join(line('td', row) for row in rows)}</table>"
