"""Reasons why a lesson gets no page."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlp_tutorial.lessons import Lesson

if TYPE_CHECKING:
    from nbformat import NotebookNode

ANSI = re.compile(r"\x1b\[[0-9;]*m")
MAY_FAIL = "raises-exception"
DEPENDENCIES = ("site-packages", "/lib/python")


@dataclass(frozen=True)
class Failure:
    """The reason why a lesson gets no page.

    Attributes:
        where: The file and the line, such as `tutorials/02_layers.py:87`.
        what: The error and its message.
        source: The source of the cell.
        frames: The frames of the traceback inside this repository, outermost first.
    """

    where: str
    what: str
    source: str
    frames: list[str]

    @classmethod
    def in_cell(cls, lesson: Lesson, index: int, what: str) -> "Failure":
        """Describe what went wrong in a cell, with the line and the frames of its traceback."""
        cell = lesson.notebook.cells[index]
        errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
        text = ANSI.sub("", "\n".join(line for error in errors for line in error.traceback))
        in_cell = re.search(r"Cell In\[\d+\], line (\d+)", text)
        line = lesson.lines[index] + (int(in_cell[1]) - 1 if in_cell else 0)
        frames = re.findall(r"^File (\S+?:\d+, in \w+)", text, re.MULTILINE)
        ours = [frame for frame in frames if not any(part in frame for part in DEPENDENCIES)]
        return cls(f"{lesson}:{line}", what, cell.source, ours)

    def __str__(self) -> str:
        """Format the failure for a person to read."""
        cell = [f"    | {line}" for line in self.source.splitlines()]
        return "\n".join([f"{self.where}: {self.what}", *cell, *(f"    {f}" for f in self.frames)])


def find_fault(lesson: Lesson, index: int) -> str | None:
    """Find what makes a cell unfit for a page although it ran to its end."""
    cells = lesson.notebook.cells
    outputs, said = cells[index].get("outputs", []), cells[index].metadata
    if MAY_FAIL in said.get("tags", []) and all(o.output_type != "error" for o in outputs):
        return f"AssertionError: the cell is tagged {MAY_FAIL}, but nothing was raised"
    for output in outputs:
        if output.get("name") == "stderr":
            return f"Warning: the cell wrote to stderr: {ANSI.sub('', output.text).strip()}"
    draws = any(kind.startswith("image/") for o in outputs for kind in o.get("data", {}))
    if draws and not said.get("alt"):
        return 'ValueError: a figure without alternative text; begin its cell with # %% alt="…"'
    for name in ("figure", "caption"):
        if name in said and not draws:
            return f"ValueError: the cell has {name}={said[name]!r}, but it draws nothing"
    if "figure" in said and said.figure in _names(cells[:index]):
        return f"ValueError: an earlier cell has a figure named {said.figure!r}, too"
    return None


def _names(cells: list["NotebookNode"]) -> set[str]:
    return {cell.metadata.figure for cell in cells if "figure" in cell.metadata}
