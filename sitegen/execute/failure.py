"""Reasons why a lesson gets no page."""

import re
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from nbformat import NotebookNode

from mlp_tutorial.lessons import Lesson, tags

EXPORTED = "application/vnd.mlp-tutorial.tensors+json"  # what a cell with `export` offers
SVG = "image/svg+xml"
SHOWABLE = [set(), {SVG}, {EXPORTED}]  # what an output may hold besides text
# All but tab and line end, and what changes the direction of text.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
# In the repr of an object that has none of its own, or of a figure that was not drawn.
UNREADABLE = re.compile(r" at 0x[0-9a-f]+>|<Figure size \S+ with \d+ Axes>")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
INSTALLED = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
APART = [*map(Path, INSTALLED), Path(__file__).parent]  # what a traceback need not show
MAY_FAIL = "raises-exception"


@dataclass(frozen=True)
class Failure:
    """The reason why a lesson gets no page."""

    where: str  # the file and the line, such as `tutorials/02_layers.py:87`
    what: str  # the error and its message
    source: str = ""  # of the cell
    frames: list[str] = field(default_factory=list)  # in this repository, outermost first

    @classmethod
    def in_cell(cls, lesson: Lesson, index: int, what: str) -> Self:
        """Describe what went wrong in a cell, with the line and the frames of its traceback."""
        cell = lesson.notebook.cells[index]
        lines = [line for output in cell.get("outputs", []) for line in output.get("traceback", [])]
        text = ANSI.sub("", "\n".join(lines))
        in_cell = re.search(r"Cell In\[\d+\], line (\d+)", text)
        line = lesson.lines[index] + (int(in_cell[1]) - 1 if in_cell else 0)
        frames = re.findall(r"^File ([^<].*):(\d+), in (\S+?)(?:\(|$)", text, re.MULTILINE)
        ours = [f"{file}:{line}, in {name}" for file, line, name in frames if _is_ours(file)]
        return cls(f"{lesson}:{line}", what, cell.source, ours)

    def __str__(self) -> str:
        """Format the failure for a person to read."""
        cell = [f"    | {line}" for line in self.source.splitlines()]
        return "\n".join([f"{self.where}: {self.what}", *cell, *(f"    {f}" for f in self.frames)])


def _is_ours(file: str) -> bool:
    """Return whether a file belongs to this repository, but not to the executor."""
    return not any(Path(file).expanduser().is_relative_to(folder) for folder in APART)


def find_fault(lesson: Lesson, index: int) -> str | None:
    """Find what makes a cell that has run unfit for a page."""
    cells = lesson.notebook.cells
    outputs, said = cells[index].get("outputs", []), cells[index].metadata
    error = next((output for output in outputs if output.output_type == "error"), None)
    if error and MAY_FAIL not in tags(cells[index]):
        return f"{error.ename}: {error.evalue}"
    if not error and MAY_FAIL in tags(cells[index]):
        return f"AssertionError: the cell is tagged {MAY_FAIL}, but nothing was raised"
    for output in outputs:
        if output.get("name") == "stderr":
            return f"Warning: the cell wrote to stderr: {ANSI.sub('', output.text).strip()}"
        if problem := _find_unshowable(output):
            return f"ValueError: {problem}"
    draws = sum(SVG in output.get("data", {}) for output in outputs)
    if draws > 1:
        return f"ValueError: expected one figure in a cell, got {draws}; split the cell"
    if draws and not said.get("alt"):
        return 'ValueError: a figure without alternative text; begin its cell with # %% alt="…"'
    for name in ("figure", "caption"):
        if name in said and not draws:
            return f"ValueError: the cell has {name}={said[name]!r}, but it draws nothing"
    return None


def _find_unshowable(output: NotebookNode) -> str | None:
    """Find what the page could not show of an output exactly as the cell gave it."""
    data = output.get("data", {})
    if data.keys() - {"text/plain"} not in SHOWABLE:
        kinds = ", ".join(sorted(data))
        close = ", and close the figure of pyplot" * ("image/png" in data)
        problem = f"expected text or a figure, got {kinds}"
        return f"{problem}; use print, or mlp_tutorial.plots and show{close}"
    if SVG in data:
        ours = 'id="figure_1"' in data[SVG]
        return None if ours else "expected a figure by matplotlib, got another SVG; use show"
    text = output.get("text") or data.get("text/plain") or output.get("evalue") or ""
    if found := CONTROL.search(text):
        around = text[max(0, found.start() - 20) : found.end() + 20]
        problem = f"expected text without control characters, got {found[0]!r} in {around!r}"
        return f"{problem}; print without colors and progress bars"
    if UNREADABLE.search(data.get("text/plain", "")):
        problem = f"expected a value that can be read, got {text}; print what matters, add ';'"
        return f"{problem}, or show a figure with mlp_tutorial.plots"
    return None
