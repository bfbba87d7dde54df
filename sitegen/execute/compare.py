"""Compares the results of a GPU with those of the CPU, number by number.

Another device adds numbers in another order, so numbers with a decimal point may differ a little:
by a share of `TOLERANCE`, or of what the cell states (`# %% tolerance=0.05`, a wider band for the
result of a training), and by one unit of the last digit that is printed. Everything else must be
the same: whole numbers, shapes and words. Cells tagged `timing` are not compared.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from mlp_tutorial.lessons import Lesson, tags
from sitegen import ROOT
from sitegen.execute.record import Stale, find_run

if TYPE_CHECKING:
    from nbformat import NotebookNode

TOLERANCE = 1e-3
TIMING = "timing"
NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?")


def compare_devices(lessons: list[Lesson], root: Path = ROOT) -> int:
    """Print where the runs on the GPU differ from those on the CPU, and count these places."""
    table = Table("where", "CPU", "GPU", title="differences between the devices")
    for lesson in lessons:
        gpu, cpu = find_run(lesson, root, "cuda"), find_run(lesson, root)
        if isinstance(gpu, Stale):
            continue
        if isinstance(cpu, Stale):
            table.add_row(str(lesson), f"{cpu.reason}; run it with --device cpu", "")
            continue
        for line, one, other in zip(
            lesson.lines, cpu.notebook.cells, gpu.notebook.cells, strict=True
        ):
            if difference := find_difference(one, other):
                table.add_row(f"{lesson}:{line}", *difference)
    if table.row_count:
        Console().print(table)
    return table.row_count


def find_difference(cpu: "NotebookNode", gpu: "NotebookNode") -> tuple[str, str] | None:
    """Find the first line or number of a cell's output that differs by more than it may."""
    if cpu.cell_type != "code" or TIMING in tags(cpu):
        return None
    one, other = _text(cpu), _text(gpu)
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        for mine, theirs in zip(f"{one}\n".split("\n"), f"{other}\n".split("\n"), strict=False):
            if NUMBER.sub("#", mine) != NUMBER.sub("#", theirs):
                return mine, theirs
    tolerance = float(cpu.metadata.get("tolerance", TOLERANCE))
    for mine, theirs in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True):
        whole = not any("." in number or "e" in number for number in (mine, theirs))
        band = 0 if whole else tolerance * abs(float(mine)) + 1.01 * _last_digit(mine)
        if abs(float(mine) - float(theirs)) > band:
            return mine, theirs
    return None


def _text(cell: "NotebookNode") -> str:
    return "".join(
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


def _last_digit(number: str) -> float:
    """Return the value of one unit of the last printed digit."""
    digits, _, exponent = number.partition("e")
    return 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
