"""Compare what a lesson gave on a GPU with what it gave on the CPU, number by number.

Sums on another device are made in another order, so numbers with a decimal point may differ a
little: by a share of `TOLERANCE`, or of what the cell states (`# %% tolerance=0.05`, a wider band
for the result of a training), and by one unit of the last digit that is printed. Everything else
must be the same: whole numbers, shapes and words. Cells tagged `timing` are not compared.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sitegen.lesson import Lesson

if TYPE_CHECKING:
    from nbformat import NotebookNode

TOLERANCE = 1e-3
TIMING = "timing"
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Difference:
    """A place where two devices disagree.

    Attributes:
        where: The file and the first line of the cell, `tutorials/02_layers.py:87`.
        expected: What the CPU gave.
        found: What the GPU gave.
    """

    where: str
    expected: str
    found: str


def compare(lesson: Lesson, cpu: "NotebookNode", gpu: "NotebookNode") -> list[Difference]:
    """List the differences between two runs of a lesson, the first of each cell."""
    differences = []
    for line, one, other in zip(lesson.lines, cpu.cells, gpu.cells, strict=True):
        if one.cell_type == "code" and TIMING not in one.metadata.get("tags", []):
            tolerance = float(one.metadata.get("tolerance", TOLERANCE))
            found = _differ(_text(one), _text(other), tolerance)
            if found:
                differences.append(Difference(f"{lesson.path}:{line}", *found))
    return differences


def _text(cell: "NotebookNode") -> str:
    return "".join(
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


def _differ(one: str, other: str, tolerance: float) -> tuple[str, str] | None:
    """Find the first line or number that differs by more than it may."""
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        for mine, theirs in zip(f"{one}\n".split("\n"), f"{other}\n".split("\n"), strict=False):
            if _NUMBER.sub("#", mine) != _NUMBER.sub("#", theirs):
                return mine, theirs
        return f"{one.count(chr(10))} lines", f"{other.count(chr(10))} lines"
    for mine, theirs in zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True):
        if mine == theirs:
            continue
        whole = not any("." in number or "e" in number for number in (mine, theirs))
        distance = abs(float(mine) - float(theirs))
        if whole or distance > tolerance * abs(float(mine)) + 1.01 * _last_digit(mine):
            return mine, theirs
    return None


def _last_digit(number: str) -> float:
    """Say what one unit of the last printed digit is worth."""
    digits, _, exponent = number.partition("e")
    return 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
