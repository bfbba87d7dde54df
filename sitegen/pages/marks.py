"""Marks in prose, such as `<!-- figure weights-over-time -->`, and what replaces them."""

import json
import re
from collections.abc import Callable

from sitegen.execute.record import EXECUTED, ON_GPU, Record
from sitegen.pages.course import Course
from sitegen.pages.elements import ELEMENTS, Element
from sitegen.pages.figures import Figure

LIBRARY = "mlp_tutorial"
# Code in Markdown: a fenced block or a span between backticks.
CODE = re.compile(r"(?ms)(^(`{3,}|~{3,}).*?^\2[`~]*[ ]*$|(?<!`)(`+)(?!`).+?(?<!`)\3(?!`))")
MARK = re.compile(r"<!-- (\w+)((?: [\w-]+)*) -->")


def resolve(markdown: str, course: Course, *, plain: bool = False) -> str:
    """Replace the marks, links and names in prose; code in it stays as it is.

    Links to scripts become links to pages, and the full name of something in the library, in code
    font, becomes a link to its reference.

    Args:
        markdown: The prose.
        course: What the marks may refer to.
        plain: Whether to write text for a page that is read as Markdown.

    Raises:
        ValueError: If a mark names nothing there is.
    """

    def link(code: str) -> str:
        is_name = not plain and re.fullmatch(rf"`{LIBRARY}\.[\w.]+`", code)
        return f"[{code}][{code[1:-1]}]" if is_name else code

    return change(markdown, lambda text: _resolve_text(text, course, plain), link)


def change(
    markdown: str, text: Callable[[str], str], code: Callable[[str], str] = lambda code: code
) -> str:
    """Change the text of Markdown by one function, and the code in it by another."""
    parts, at = [], 0
    for found in CODE.finditer(markdown):
        parts += [text(markdown[at : found.start()]), code(found[0])]
        at = found.end()
    return "".join([*parts, text(markdown[at:])])


def _resolve_text(text: str, course: Course, plain: bool) -> str:
    def fill(mark: re.Match[str]) -> str:
        if mark[1] not in MARKS:
            raise ValueError(f"expected one of the marks {', '.join(MARKS)}, got {mark[1]}")
        made = MARKS[mark[1]](course, *mark[2].split())
        if made is None or isinstance(made, str):  # nothing to show of a lesson that failed
            return made or ""
        return made.text() if plain else made.html()

    text = MARK.sub(fill, text)
    # In the repository lessons link to each other's scripts and to docs/, on the site to pages.
    page = "md" if plain else "ipynb"
    text = re.sub(r"\]\((\d\d_\w+)\.py", rf"](\1.{page}", text).replace("](../docs/", "](../")
    return re.sub(r"(\]\([\w./-]*)\.ipynb(?=[)#])", r"\1.md", text) if plain else text


def describe_run(record: Record) -> str:
    """Say where the numbers of a page come from; seconds would differ from build to build."""
    device = record.setting.device.replace("cpu", "the CPU")
    return (
        f"Executed on {device} with {_versions(record)}; "
        "[how long it took](../timings.md).\n{ .executed }\n"
    )


def _map(course: Course) -> str:
    """List the lessons: what each teaches, and how long it takes."""
    parts = []
    for number, lesson in enumerate(course.lessons, start=1):
        points = "\n".join(f"- {point}" for point in lesson.teaches)
        parts.append(
            f"## {number}. [{lesson.title}](tutorials/{lesson.name}.ipynb)\n\n{points}\n\n"
            f"{lesson.takes}\n{{ .executed }}"
        )
    return "\n\n".join(parts)


def _path(course: Course) -> str:
    """List the way through the course: each lesson, the first thing it teaches, and how long."""
    lines = []
    for lesson in course.lessons:
        point = " ".join(" ".join(lesson.teaches[:1]).split()).rstrip(";.")
        time = lesson.takes.split(".")[0].removeprefix("Reading takes ")
        link = f"[{lesson.title}](tutorials/{lesson.name}.ipynb)"
        lines.append(f"1. **{link}**<br>{point} · *{time}*")
    return "\n".join(lines)


def _benchmark(course: Course, name: str) -> str:
    """Make a table of what a benchmark measured, with the machine it ran on."""
    found = json.loads((course.root / "benchmarks" / f"{name}.json").read_text("utf-8"))
    machine = ", ".join(f"{key} {value}" for key, value in found["machine"].items())
    lines = [f"Measured on: {machine}.", "", "| what | asked | found | how |", "|---|---|---|---|"]
    lines += [
        f"| {row['claim']} | {row['asked']} "
        f"| **{row['found']}**{'' if row['met'] else ' (not met)'} | {row['how']} |"
        for part in found["rows"].values()
        for row in part
    ]
    return "\n".join(lines)


def _timings(course: Course) -> str:
    """Make the table of how long each lesson ran, and where."""
    lines = ["| lesson | seconds | memory, MB | device |", "|---|--:|--:|---|"]
    versions = set()
    for folder in (EXECUTED, ON_GPU):
        total = 0.0
        for lesson in course.lessons:
            record = course.record(lesson.name, folder)
            if record is None:
                continue
            total += record.seconds
            versions.add(_versions(record))
            threads = f"{record.setting.threads} thread" + "s" * (record.setting.threads > 1)
            lines.append(
                f"| [{lesson.title}](tutorials/{lesson.name}.ipynb) | {record.seconds:.1f} "
                f"| {record.peak:,} | {record.setting.device}, {threads} |"
            )
        if total:
            lines.append(f"| together | {total:.1f} | | |")
    return "\n".join([*lines, "", f"Executed with {'; and with '.join(sorted(versions))}."])


def _versions(record: Record) -> str:
    return ", ".join(f"{package} {version}" for package, version in record.setting.versions.items())


def _figure(course: Course, name: str) -> Figure | None:
    return course.figure(name)


MARKS: dict[str, Callable[..., str | Figure | Element | None]] = {
    **ELEMENTS,
    "benchmark": _benchmark,
    "example": lambda _: "",  # tells `sitegen lint` that the numbers of a paragraph are made up
    "figure": _figure,
    "lessons": _map,
    "path": _path,
    "timings": _timings,
}
