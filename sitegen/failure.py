"""Why a lesson has no page."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

ANSI = re.compile(r"\x1b\[[0-9;]*m")
MAY_FAIL = "raises-exception"


@dataclass(frozen=True)
class Failure:
    """Why a lesson has no page.

    Attributes:
        where: The file and the line, `tutorials/02_layers.py:87`.
        what: The error and its message.
        source: The source of the cell.
        frames: The frames of the traceback that lie in this repository, outermost first.
    """

    where: str
    what: str
    source: str
    frames: list[str]

    def __str__(self) -> str:
        """Format the failure as a person reads it."""
        cell = [f"    | {line}" for line in self.source.splitlines()]
        return "\n".join([f"{self.where}: {self.what}", *cell, *(f"    {f}" for f in self.frames)])


def find_fault(cell: "NotebookNode") -> str | None:
    """Find what makes a cell that ran to its end unfit for a page."""
    outputs = cell.get("outputs", [])
    if MAY_FAIL in cell.metadata.get("tags", []) and all(o.output_type != "error" for o in outputs):
        return f"AssertionError: the cell is tagged {MAY_FAIL}, and nothing was raised"
    for output in outputs:
        if output.get("name") == "stderr":
            return f"Warning: the cell wrote to stderr: {ANSI.sub('', output.text).strip()}"
        if "image/svg+xml" in output.get("data", {}) and not cell.metadata.get("alt"):
            return 'ValueError: a figure without alternative text; begin its cell with # %% alt="…"'
    return None
