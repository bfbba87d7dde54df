"""What pages show that nobody writes: lists of lessons, figures they drew, what was measured."""

import ast
import json
import re
from collections.abc import Callable

from sitegen.elements import ELEMENTS
from sitegen.figures import drawn
from sitegen.lesson import ROOT, TUTORIALS, read_lessons
from sitegen.record import EXECUTED, ON_GPU, Record


def fill(markdown: str) -> str:
    """Replace the marks of a page, such as `<!-- figure 10_training 2 -->`, by what they name."""

    def make(mark: re.Match[str]) -> str:
        name, *arguments = mark[1].split()
        return MADE[name](*arguments)

    return re.sub(rf"<!-- ((?:{'|'.join(MADE)})(?: \w+)*) -->", make, markdown)


def executed(name: str) -> str:
    """Say where the numbers of a page come from; seconds would differ from build to build."""
    record = Record.read(ROOT / EXECUTED / f"{name}.json")
    device = record.setting.device.replace("cpu", "the CPU")
    return (
        f"\n\nExecuted on {device} with {_versions(record)}; "
        "[how long it took](../timings.md).\n{ .executed }\n"
    )


def first_sentence(module: str) -> str:
    """Say what a module holds, in the words of its docstring."""
    path = ROOT / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return plain((ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n\n")[0])


def plain(markdown: str) -> str:
    """Write a line of Markdown as plain text."""
    return re.sub(r"\s+", " ", re.sub(r"[`*$\\]", "", markdown))


def _map() -> str:
    """Make the list of lessons: what each teaches, and how long it takes."""
    parts = []
    for number, lesson in enumerate(read_lessons(), start=1):
        points = "\n".join(f"- {point}" for point in lesson.teaches)
        parts.append(
            f"## {number}. [{lesson.title}]({TUTORIALS.name}/{lesson.name}.ipynb)\n\n{points}\n\n"
            f"{lesson.takes}\n{{ .executed }}"
        )
    return "\n\n".join(parts)


def _path() -> str:
    """Make the way through the course: each lesson, the first thing it teaches, and how long."""
    lines = []
    for lesson in read_lessons():
        point = " ".join(lesson.teaches[0].split()).rstrip(";.")
        time = lesson.takes.split(".")[0].removeprefix("Reading takes ")
        link = f"[{lesson.title}]({TUTORIALS.name}/{lesson.name}.ipynb)"
        lines.append(f"1. **{link}**<br>{point} · *{time}*")
    return "\n".join(lines)


def _measured(name: str) -> str:
    """Make a table of what a benchmark wrote, with the machine it ran on."""
    found = json.loads((ROOT / "benchmarks" / f"{name}.json").read_text("utf-8"))
    machine = ", ".join(f"{key} {value}" for key, value in found["machine"].items())
    lines = [f"Measured on: {machine}.", "", "| what | asked | found | how |", "|---|---|---|---|"]
    lines += [
        f"| {row['claim']} | {row['asked']} "
        f"| **{row['found']}**{'' if row['met'] else ' (not met)'} | {row['how']} |"
        for part in found["rows"].values()
        for row in part
    ]
    return "\n".join(lines)


def _timings() -> str:
    """Make the table of what executing the lessons took, and where it was done."""
    lines = ["| lesson | seconds | memory, MB | device |", "|---|--:|--:|---|"]
    versions = set()
    for folder in (EXECUTED, ON_GPU):
        total = 0.0
        for lesson in read_lessons():
            path = ROOT / folder / f"{lesson.name}.json"
            if not path.exists():
                continue
            record = Record.read(path)
            total += record.seconds
            versions.add(_versions(record))
            threads = f"{record.setting.threads} thread" + "s" * (record.setting.threads > 1)
            lines.append(
                f"| [{lesson.title}]({TUTORIALS.name}/{lesson.name}.ipynb) | {record.seconds:.1f} "
                f"| {record.peak:,} | {record.setting.device}, {threads} |"
            )
        if total:
            lines.append(f"| together | {total:.1f} | | |")
    return "\n".join([*lines, "", f"Executed with {'; and with '.join(sorted(versions))}."])


def _versions(record: Record) -> str:
    return ", ".join(f"{package} {version}" for package, version in record.setting.versions.items())


MADE: dict[str, Callable[..., str]] = {
    **ELEMENTS,
    "benchmark": _measured,
    "figure": lambda name, number: drawn(name, int(number)),
    "lessons": _map,
    "path": _path,
    "timings": _timings,
}
