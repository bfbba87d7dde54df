"""Marks in prose, such as `<!-- figure weights-over-time -->`, and what replaces them."""

import itertools
import re
from collections.abc import Callable

from sitegen.execute.record import DEVICES, Record, Run, find_run
from sitegen.pages.charts import depths, margins, read_record, show_chart
from sitegen.pages.course import Course, NotRunError
from sitegen.pages.downloads import link_book
from sitegen.pages.elements import ELEMENTS, table
from sitegen.pages.exercises import exercises, grades, quiz
from sitegen.pages.exhibits import exhibits, riddle
from sitegen.pages.figures import Shown
from sitegen.pages.opening import numbered
from sitegen.pages.path import begin, circles, lessons, path
from sitegen.pages.predictions import write_questions

# Code in Markdown: a fenced block or a span between backticks.
FENCE = r"^ *(?P<fence>`{3,}|~{3,}).*?^ *(?P=fence)[`~]* *$"
CODE = re.compile(rf"(?ms)({FENCE}|(?<!`)(`+)(?!`).+?(?<!`)\3(?!`))")
MARK = re.compile(r"<!-- (\w+)((?: [\w-]+)*) -->")
LESSON = re.compile(r"(\]\([\w./-]*)\.ipynb(?=[)#])")
LAYOUT = re.compile(r"[ \n]?\{ [.#:=\w -]* \}$|</?div[^>]*>\n|<br>", re.MULTILINE)
FOLD = "<!-- folded -->"
PROMISED = re.compile(r"The code runs in (.*?)(?: on .*)?\.$")
NAME = re.compile(r"\A`(mlp_tutorial\.[\w.]+)`\Z")


def resolve(markdown: str, course: Course, *, plain: bool = False) -> str:
    """Replace the marks, links and names in prose; code in it stays as it is.

    Links to scripts become links to pages, and the full name of something in the library, in code
    font, becomes a link to its reference. A `plain` page is for reading as Markdown, so layout is
    left out. A mark that names nothing raises a ValueError that lists the names there are.
    """

    def fill(mark: re.Match[str]) -> str:
        if mark[1] not in MARKS:
            raise ValueError(f"expected one of the marks {', '.join(MARKS)}, got {mark[1]}")
        try:
            made = MARKS[mark[1]](course, *mark[2].split())
        except NotRunError:  # the preview has nothing to show of a lesson that failed
            return ""
        return made if isinstance(made, str) else made[plain]

    def change(prose: str) -> str:
        # In the repository lessons link to each other's scripts and to docs/, on the site to pages.
        prose = re.sub(r"\]\((\d\d_\w+)\.py", r"](\1.ipynb", MARK.sub(fill, prose))
        prose = prose.replace("](../docs/", "](../")
        return LAYOUT.sub("", LESSON.sub(r"\1.md", prose)) if plain else prose

    markdown = write_questions(markdown, plain=plain)
    parts, at = [], 0
    for code in CODE.finditer(markdown):
        parts += [change(markdown[at : code.start()])]
        # A link cannot hold another.
        linked = plain or re.search(r"\[[^]\n]*\Z", markdown[: code.start()])
        parts += [code[0] if linked else NAME.sub(r"[`\1`][\1]", code[0])]
        at = code.end()
    return "".join([*parts, change(markdown[at:])])


def describe_run(record: Record) -> str:
    """Say where the numbers of a page come from; seconds would differ from build to build."""
    said = f"Executed on {_device(record)} with {_versions(record)}"
    return f"{said}; [how long it took](../teachers.md).\n{{ .executed }}"


def _device(record: Record) -> str:
    return record.setting.device.replace("cpu", "the CPU")


def _versions(record: Record) -> str:
    return ", ".join(f"{package} {version}" for package, version in record.setting.versions.items())


def install(course: Course) -> str:
    """Show the line that installs the library from this copy of the site."""
    line = f"```\npython3 -m pip install {course.wheel.with_jupyter}\n```"
    if not course.wheel.requirement.startswith("./"):
        return line
    file = f"[`{course.wheel.name}`](downloads/{course.wheel.name}){{ download }}"
    return f"Save {file}. In the folder where you saved it, run:\n\n{line}"


def benchmark(course: Course, name: str, *parts: str) -> str:
    """Make a table of what a benchmark measured, with the machine it ran on.

    With names of its parts in the mark, the table has only their rows.
    """
    measured = read_record(course.root, name)
    machine = ", ".join(f"{key} {value}" for key, value in measured["machine"].items())
    rows = []
    for row in itertools.chain(*(measured["rows"][part] for part in parts or measured["rows"])):
        found = f"**{row['found']}**{'' if row['met'] else ' (not met)'}"
        rows.append([row["claim"], row["asked"], found, row["how"]])
    heads = measured.get("heads", ["what", "asked", "found", "how"])
    if not any(asked for _, asked, *_ in rows):  # it was measured without a wish
        heads, rows = [heads[0], *heads[2:]], [[what, *rest] for what, _, *rest in rows]
    return f"Measured on: {machine}.\n\n{table(heads, rows)[1]}"


def timings(course: Course) -> str:
    """Make the table of how long each lesson takes to read and to run, as promised and as run."""
    found = {
        device: {
            lesson.name: run.record
            for lesson in course.lessons
            if isinstance(run := find_run(lesson, course.root, device), Run)
        }
        for device in DEVICES
    }
    found = {device: records for device, records in found.items() if records}
    rows = []
    for lesson in course.lessons:
        title = numbered(lesson).replace("|", r"\|")  # which would end a cell of the table
        promised = PROMISED.search(lesson.takes)
        records = [each.get(lesson.name) for each in found.values()]
        link = f"[{title}](tutorials/{lesson.name}.ipynb)"
        seconds = [f"{record.seconds:.1f} s" if record else "" for record in records]
        rows.append([link, lesson.reading, promised[1] if promised else "", *seconds])
    sums = [sum(each.seconds for each in records.values()) for records in found.values()]
    rows.append(["together", "", "", *(f"{seconds:.1f} s" for seconds in sums)])
    devices = [_device(next(iter(records.values()))) for records in found.values()]
    heads = ["lesson", "reading", "running", *(f"on {device}" for device in devices)]
    made = table(heads, rows, "| --- | --- | --- " + "| --: " * len(found) + "|")[1]
    ran = [record for records in found.values() for record in records.values()]
    versions = "; and with ".join(sorted({_versions(record) for record in ran}))
    most = max((record.peak for record in ran), default=0)
    return f"{made}\n\nExecuted with {versions}. No lesson used more than {most:,} MB of memory."


def assertion(course: Course, lesson: str, name: str, *needs: str) -> str:
    """Show the cell of a lesson that asserts something about a name, and what it printed.

    First come the lines of the lesson that import or set what the cell needs.
    """
    cells = [cell for cell in course.run(lesson).notebook.cells if cell.cell_type == "code"]
    found = [cell for cell in cells if re.search(rf"(?m)^ *assert .*\b{name}\b", cell.source)]
    if len(found) != 1:
        problem = f"expected {lesson} to assert something about {name} in one cell"
        raise ValueError(f"{problem}, got {len(found)}")
    before = "\n".join(cell.source for cell in cells[: cells.index(found[0])])
    lines = [re.findall(rf"(?m)^(?:import {need}$|{need} = .*)", before)[-1] for need in needs]
    source = "\n\n".join([*lines, found[0].source])
    printed = "".join(output.get("text", "") for output in found[0].outputs).rstrip()
    return f"```python\n{source}\n```\n\n```{{ .text .output }}\n{printed}\n```"


MARKS: dict[str, Callable[..., str | Shown]] = {
    **ELEMENTS,
    "assertion": assertion,
    "begin": begin,
    "benchmark": benchmark,
    "book": link_book,
    "chart": show_chart,
    "circles": circles,
    "depths": depths,
    "example": lambda _: "",  # tells `sitegen lint` that the numbers of a paragraph are made up
    "exercises": exercises,
    "exhibits": exhibits,
    "figure": Course.figure,
    "folded": lambda _: (FOLD, ""),  # folds the code after it on the page
    "grades": grades,
    "install": install,
    "lessons": lessons,
    "margins": margins,
    "path": path,
    "quiz": quiz,
    "riddle": riddle,
    "timings": timings,
}
