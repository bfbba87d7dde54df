"""The document of a lesson: its prose, code and outputs, in the order of the cells.

It comes in two forms: the Markdown that MkDocs renders, with code and outputs as HTML, and plain
Markdown for people and programs that read the page as text.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from nbformat import NotebookNode

from mlp_tutorial.lessons import show_kind, tags
from sitegen.pages.cells import show_code, show_outputs, write_cell
from sitegen.pages.course import Course
from sitegen.pages.marks import FENCE, FOLD, resolve
from sitegen.pages.predictions import write_prediction

CALL = re.compile(r"\bcheck_\w+\((\w+)\)")  # the name of an exercise is in its check
PARAGRAPH = re.compile(r"(?![#<|>]|[-*] |\d+\. |\$\$|```|!!!)(?:.+\n?)+")
HINT = '<details class="question" markdown="1">'
FOLDED, UNFOLDED = '<details class="folded"><summary>Show the code</summary>', "</details>"
SOLVED = """\
**Exercise {}** {{}}
{{{{ .kind }}}}

<p class="solved"><mlp-progress data-solved="{} {}"></mlp-progress></p>"""
# Sections are comments until they're HTML, since Markdown reads what's in an element otherwise.
SECTION, END = "<!-- section {} -->", "<!-- end -->"
SECTIONS = {"## Exercises": "exercises", "## What our machine can read now": "now"}
HEADING = re.compile(rf"(?ms){FENCE}|^## ")
LIVE = re.compile(r'<div class="live(?="><mlp-[^>]*><figure class="plot" id="live-([^"]+)")')


def write_lesson(name: str, notebook: NotebookNode, course: Course, *, plain: bool = False) -> str:
    """Write the Markdown of a lesson, given its name and its executed notebook."""
    topic = name[3:]  # without the number, which may change
    questions, exercises = itertools.count(1), itertools.count(1)
    parts: list[str] = []
    for cells in _group(_resolve(notebook.cells, course, plain)):
        if "predict" in tags(cells[0]):
            parts += write_prediction(cells, f"{topic}-{next(questions)}", plain)
        elif "exercise" in tags(cells[0]):
            parts += _write_exercise(cells, next(exercises), topic, plain)
        elif len(cells) > 1:
            parts += _fold(cells)
        else:
            parts += write_cell(cells[0], plain)
    made = "\n\n".join(part for part in parts if part) + "\n"
    if plain:
        return made
    made = _mark_sections(made)
    # Without scripts an element is a figure. Paper needs it once, where the lesson draws it.
    return LIVE.sub(lambda it: it[0] + " again" * (f'id="figure-{it[1]}"' in made), made)


def _resolve(cells: list[NotebookNode], course: Course, plain: bool) -> Iterator[NotebookNode]:
    """Resolve marks, links and names in the prose of cells."""
    shown = {part for cell in cells for part in show_outputs(cell, plain=True)} if plain else set()
    for cell in cells:
        prose = cell.source
        if cell.cell_type == "markdown":
            # In text an element is its figure, which the lesson may draw somewhere itself.
            parts = resolve(prose, course, plain=plain).split("\n\n")
            prose = "\n\n".join(part for part in parts if part not in shown).rstrip("\n")
        yield NotebookNode(cell, source=prose)


def _group(cells: Iterable[NotebookNode]) -> Iterator[list[NotebookNode]]:
    """Group the cells that are written as one: a prediction, an exercise, or folded code."""
    rest = [*cells]
    while rest:
        group = [rest.pop(0)]
        asks = "predict" in tags(group[0])
        if "exercise" in tags(group[0]):
            while "check" not in tags(group[-1]):
                group.append(rest.pop(0))
        while asks and rest[0].cell_type == "markdown":  # between a question and its code
            yield [rest.pop(0)]
        if asks or group[0].source.endswith(FOLD):
            while rest and rest[0].cell_type == "code":
                group.append(rest.pop(0))
        prose = rest[0].source if asks and rest and "predict" not in tags(rest[0]) else ""
        if said := PARAGRAPH.match(prose):  # it says what happened
            group.append(NotebookNode(rest[0], source=said[0].rstrip()))
            rest[0] = NotebookNode(rest[0], source=prose[said.end() :].removeprefix("\n"))
        yield group


def _fold(cells: list[NotebookNode]) -> list[str]:
    parts = [cells[0].source.removesuffix(FOLD)]
    for cell in cells[1:]:
        parts += [f"{FOLDED}{show_code(cell.source)}{UNFOLDED}", *show_outputs(cell)]
    return ["\n\n".join(parts).replace(f"{UNFOLDED}\n\n{FOLDED}", "")]  # one box, if it can be


def _write_exercise(cells: list[NotebookNode], number: int, topic: str, plain: bool) -> list[str]:
    task, stub, solution, check = cells
    code = show_code(check.source, plain)
    solved = [*write_cell(solution, plain), *show_outputs(check, plain)]
    if plain:
        return [show_kind(task, "*{}*"), *write_cell(stub, plain), code, "Solution:", *solved]
    name = CALL.findall(check.source)[0]
    prose = show_kind(task, SOLVED.format(number, topic, name)).replace("<details>", HINT)
    asked, hint, hints = prose.partition(HINT)
    row = [
        SECTION.format("help"),
        f'<details class="check"><summary>The check</summary>{code}</details>',
        hint + hints,
        f'<details class="success"><summary>Solution</summary>{"".join(solved)}</details>',
        END,
    ]
    return [SECTION.format("exercise"), asked, *write_cell(stub), *row, END]


def _mark_sections(page: str) -> str:
    """Mark the sections that look like another kind of place, each up to the next heading."""
    starts = [found.start() for found in HEADING.finditer(page) if found[0] == "## "]
    made = ""
    for start, end in itertools.pairwise([0, *starts, len(page)]):
        part = page[start:end]
        kind = SECTIONS.get(part.partition("\n")[0])
        made += f"{SECTION.format(kind)}\n\n{part}\n\n{END}\n\n" if kind else part
    return made


def make_sections(page: str) -> str:
    """Make elements of the sections in the HTML of a lesson."""
    page = re.sub(r"<!-- section (\w+) -->", r'<section class="\1">', page)
    return page.replace(END, "</section>")
