"""The conventions of lessons: what a program can check, and what to do where one is broken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from mlp_tutorial.lessons import Lesson, tags

LINES = 20  # of a cell; more do not fit beside the prose about them
WIDTH = 80  # of code; more does not fit a page without scrolling
EXAMPLE = "<!-- example -->"  # in a paragraph with made-up numbers
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w|\.\d)")
NO_CLAIM = re.compile(r"\]\([^)]*\)|[_^](?:\{[^}]*\}|\w)|^\d+\. |^#.*$", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """A convention that a lesson breaks.

    Attributes:
        where: The file and the line, such as `tutorials/02_layers.py:87`.
        what: What is wrong and what to do about it.
    """

    where: str
    what: str

    def __str__(self) -> str:
        """Write it as compilers do."""
        return f"{self.where}: {self.what}"


def check(lesson: Lesson, executed: NotebookNode | None = None) -> list[Finding]:
    """Check a lesson.

    Args:
        lesson: The lesson.
        executed: Its executed notebook; without it, the numbers in the prose are not checked.

    Returns:
        What breaks a convention, in the order of the lines.
    """
    try:
        found = [*_opening(lesson), *_cells(lesson), *_figures(lesson), *_exercises(lesson)]
        _ = lesson.predictions
    except ValueError as error:  # a cell cannot be read; the message says which
        place = re.match(rf"{re.escape(str(lesson))}(?::(\d+))?: ", str(error))
        line, start = (place[1] or "1", place.end()) if place else ("1", 0)
        return [Finding(f"{lesson}:{line}", str(error)[start:])]
    if executed:
        found += _numbers(lesson, executed)
    return sorted(found, key=lambda each: int(each.where.rpartition(":")[2]))


def check_names(lessons: list[Lesson]) -> list[Finding]:
    """Find figures that have the name of another; other pages refer to figures by name."""
    found: list[Finding] = []
    places: dict[str, str] = {}
    for lesson in lessons:
        for cell, line in zip(lesson.notebook.cells, lesson.lines, strict=True):
            name, where = cell.metadata.get("figure"), f"{lesson}:{line - 1}"
            if name and places.setdefault(name, where) != where:
                found.append(
                    Finding(where, f"figure {name!r} is in {places[name]} too; rename one")
                )
    return found


def _opening(lesson: Lesson) -> Iterator[Finding]:
    where = f"{lesson}:1"
    if lesson.title == lesson.name:
        yield Finding(where, "no title; write '# # Title' in the first cell")
    if not lesson.teaches:
        yield Finding(
            where, 'no aims; before the first code, write "You\'ll be able to" and a list'
        )
    if not re.match(r"Reading takes .+\. The code runs in .+\.$", lesson.takes):
        yield Finding(
            where, "no times; before the first code, write 'Reading takes … The code runs in …'"
        )


def _cells(lesson: Lesson) -> Iterator[Finding]:
    for cell, line in zip(lesson.notebook.cells, lesson.lines, strict=True):
        lines = cell.source.splitlines() if cell.cell_type == "code" else []
        if len(lines) > LINES:
            yield Finding(
                f"{lesson}:{line}", f"{len(lines)} lines; split the cell, {LINES} are enough"
            )
        for number, text in enumerate(lines, start=line):
            if len(text) > WIDTH:
                yield Finding(f"{lesson}:{number}", f"{len(text)} characters; break the line")


def _figures(lesson: Lesson) -> Iterator[Finding]:
    for cell, line in zip(lesson.notebook.cells, lesson.lines, strict=True):
        wanted = {"figure", "alt", "caption"}
        missing = ", ".join(sorted(key for key in wanted if not cell.metadata.get(key)))
        if missing and wanted & cell.metadata.keys():
            yield Finding(f"{lesson}:{line - 1}", f"a figure without {missing}; add it to '# %%'")
        name = cell.metadata.get("figure", "")
        if not re.fullmatch(r"[a-z0-9-]*", name):
            yield Finding(f"{lesson}:{line - 1}", f"figure {name!r}; use a-z, 0-9 and hyphens")


def _exercises(lesson: Lesson) -> Iterator[Finding]:
    if len(lesson.tasks) < 2:
        last = lesson.lines[-1]
        yield Finding(f"{lesson}:{last}", f"{len(lesson.tasks)} exercises; two are the least")


def _numbers(lesson: Lesson, executed: NotebookNode) -> Iterator[Finding]:
    """Find numbers in prose that no cell of the page prints, draws or asserts."""
    known = {float(number) for number in _shown(executed)}
    for cell, line in zip(lesson.notebook.cells, lesson.lines, strict=True):
        # What an exercise asks for and what a question offers are no claims.
        if cell.cell_type != "markdown" or tags(cell) & {"exercise", "predict"}:
            continue
        for paragraph in re.finditer(r"(?:.+\n?)+", cell.source):
            if EXAMPLE in paragraph[0]:
                continue
            for number in NUMBER.findall(NO_CLAIM.sub("", paragraph[0])):
                if float(number) not in known:
                    at = line + cell.source[: paragraph.start()].count("\n")
                    yield Finding(
                        f"{lesson}:{at}",
                        f"{number} is in the prose, but no cell prints, draws or asserts it; "
                        f"print it, or mark a made-up example with {EXAMPLE}",
                    )


def _shown(executed: NotebookNode) -> Iterator[str]:
    """List the numbers that a page prints, draws or asserts."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            yield from NUMBER.findall(output.get("text", ""))
            for text in re.findall(
                r"<text[^>]*>([^<]*)<", output.get("data", {}).get("image/svg+xml", "")
            ):
                yield from NUMBER.findall(text)
        if cell.cell_type == "code":
            for line in re.findall(r"^\s*assert .*$", cell.source, re.MULTILINE):
                yield from NUMBER.findall(line)
