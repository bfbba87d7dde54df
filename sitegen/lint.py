"""The conventions of lessons: what a program can check, and what to do where one is broken."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from mlp_tutorial.lessons import Lesson, tags

LINES = 20  # of a cell; more do not fit beside the prose about them
WIDTH = 80  # of code; more does not fit a page without scrolling
EXAMPLE = "<!-- example -->"  # in a paragraph with made-up numbers
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w|\.\d)")
NO_CLAIM = re.compile(  # addresses, lessons, indices, list items, headings, how long reading takes
    r"\]\([^)]*\)|\b[Ll]esson\s\d+|[_^](?:\{[^}]*\}|\w)|^\d+\. |^#.*$|^Reading takes .*$",
    re.MULTILINE,
)
Finding = tuple[int, str]  # the line, what is wrong there and what to do about it


def check(lesson: Lesson, executed: NotebookNode | None = None) -> list[str]:
    """List what breaks a convention; the numbers in the prose count once the lesson has run."""
    if lesson.error:
        return [str(lesson.error)]
    found = [*_structure(lesson), *_cells(lesson)]
    if executed:
        found += _numbers(lesson, executed)
    return [f"{lesson}:{line}: {what}" for line, what in sorted(found)]


def check_names(lessons: list[Lesson]) -> list[str]:
    """Find figures that have the name of another; other pages refer to figures by name."""
    found = []
    places: dict[str, str] = {}
    for lesson in (lesson for lesson in lessons if not lesson.error):
        for cell, line in zip(lesson.notebook.cells, lesson.lines, strict=True):
            name, where = cell.metadata.get("figure"), f"{lesson}:{line - 1}"
            if name and places.setdefault(name, where) != where:
                found.append(f"{where}: figure {name!r} is in {places[name]} too; rename one")
    return found


def _structure(lesson: Lesson) -> Iterator[Finding]:
    if not lesson.teaches:
        yield 1, 'no aims; before the first code, write "You\'ll be able to" and a list'
    if not re.match(r"Reading takes .+\. The code runs in .+\.$", lesson.takes):
        yield 1, "no times; before the first code, write 'Reading takes … The code runs in …'"
    elif lesson.teaches and not re.search(
        r"^# (?:- |  ).+\n#\n# Reading", lesson.text, re.MULTILINE
    ):
        yield 1, "no card; let 'Reading takes …' be the next paragraph after the list of aims"
    if len(lesson.tasks) < 2 and not lesson.appendix:
        yield lesson.lines[-1], f"{len(lesson.tasks)} exercises; two are the least"


def _cells(lesson: Lesson) -> Iterator[Finding]:
    for cell, line in zip(lesson.notebook.cells, lesson.lines, strict=True):
        lines = cell.source.splitlines() if cell.cell_type == "code" else []
        if len(lines) > LINES:
            yield line, f"{len(lines)} lines; split the cell, {LINES} are enough"
        for number, text in enumerate(lines, start=line):
            if len(text) > WIDTH:
                yield number, f"{len(text)} characters; break the line"
        missing = [key for key in ("alt", "caption", "figure") if key not in cell.metadata]
        if len(missing) in {1, 2}:
            yield line - 1, f"a figure without {', '.join(missing)}; add it to '# %%'"


def _numbers(lesson: Lesson, executed: NotebookNode) -> Iterator[Finding]:
    """Find numbers in prose that no cell of the page prints, draws or asserts."""
    shown = [text for cell in executed.cells for text in _shown(cell)]
    known = {float(number) for number in NUMBER.findall("\n".join(shown))}
    for cell, line in zip(lesson.notebook.cells, lesson.lines, strict=True):
        # What an exercise asks for and what a question offers are no claims.
        if cell.cell_type != "markdown" or tags(cell) & {"exercise", "predict"}:
            continue
        for paragraph in re.finditer(r"(?:.+\n?)+", cell.source):
            at = line + cell.source[: paragraph.start()].count("\n")
            claims = "" if EXAMPLE in paragraph[0] else NO_CLAIM.sub("", paragraph[0])
            for number in NUMBER.findall(claims):
                if float(number) not in known:
                    problem = f"{number} is in the prose, but no cell prints, draws or asserts it"
                    yield at, f"{problem}; print it, or mark a made-up example with {EXAMPLE}"


def _shown(cell: NotebookNode) -> Iterator[str]:
    """List the texts that a cell prints, draws or asserts."""
    if cell.cell_type == "code":
        yield from re.findall(r"^\s*assert .*$", cell.source, re.MULTILINE)
        for output in cell.outputs:
            yield output.get("text", "")
            drawing = output.get("data", {}).get("image/svg+xml", "")
            yield from re.findall(r"<text[^>]*>([^<]*)<", drawing)
