"""What pages show that nobody writes: lists of lessons, figures they drew, what was measured."""

import ast
import json
import re
from collections.abc import Callable

import nbformat

from sitegen.figures import wrap
from sitegen.lesson import ROOT, TUTORIALS, read_lessons
from sitegen.record import EXECUTED, ON_GPU, Record
from sitegen.tensors import read_exported


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


def _figure(name: str, number: str) -> str:
    """Take a figure that a lesson drew, by its number on the page, from 1."""
    path = ROOT / EXECUTED / f"{name}.ipynb"
    if not path.exists():
        return ""  # in the preview of a lesson that fails
    notebook = nbformat.read(path, as_version=4)
    drawn = [
        (cell.metadata.alt, output.data["image/svg+xml"])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/svg+xml" in output.get("data", {})
    ]
    alt, svg = drawn[int(number) - 1]
    return wrap(svg, alt)


def _activation() -> str:
    """Make the element that shows an activation and what is left of a gradient behind several."""
    return f"<div><mlp-activation>{_figure('07_activations', '1')}</mlp-activation></div>"


def _digit() -> str:
    """Make the element that reads what is drawn, with the network that lesson 10 trained."""
    lesson = "10_training"
    found = read_exported(lesson)
    if not found:
        return ""  # in the preview of a lesson that fails
    matrices = [shape for shape in found["model"].shapes if len(shape) > 1]
    sizes = " ".join(map(str, [matrices[0][1], *(shape[0] for shape in matrices)]))
    mean, std = found["scale"].numbers
    return (
        f'<div><mlp-digit data-network="{lesson}-model" data-sizes="{sizes}" '
        f'data-mean="{mean}" data-std="{std}">{_figure(lesson, "3")}</mlp-digit></div>'
    )


def _neuron() -> str:
    """Make the element whose weights can be turned: the neuron of lesson 1."""
    lesson = "01_neuron"
    found = read_exported(lesson)
    if not found:
        return ""  # in the preview of a lesson that fails
    names = {"x": "features", "w": "weights", "b": "bias"}
    numbers = " ".join(
        f'data-{key}="{" ".join(map(str, found[name].numbers))}"' for key, name in names.items()
    )
    return f"<div><mlp-neuron {numbers}>{_figure(lesson, '3')}</mlp-neuron></div>"


def _softmax() -> str:
    """Make the element whose logits can be moved: those of lesson 5."""
    found = read_exported("05_softmax")
    if not found:
        return ""  # in the preview of a lesson that fails
    logits, probabilities = found["x"].numbers, found["probabilities"].numbers
    pairs = zip(logits, probabilities, strict=True)
    rows = "".join(
        f"<tr><td>{i}</td><td>{x:g}</td><td>{p:.4f}</td></tr>" for i, (x, p) in enumerate(pairs)
    )
    heads = "<tr><th>class</th><th>logit</th><th>probability</th></tr>"
    return (
        f'<div><mlp-softmax data-logits="{" ".join(f"{x:g}" for x in logits)}">'
        f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table></mlp-softmax></div>"
    )


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
    "activation": _activation,
    "benchmark": _measured,
    "digit": _digit,
    "figure": _figure,
    "lessons": _map,
    "neuron": _neuron,
    "path": _path,
    "softmax": _softmax,
    "timings": _timings,
}
