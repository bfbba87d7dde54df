"""Compares the results of a GPU with those of the CPU, number by number.

Another device adds numbers in another order, so numbers with a decimal point may differ a little:
by a share of `TOLERANCE`, or of what the cell states (`# %% tolerance=0.05`, a wider band for the
result of a training), and by one unit of the last digit that is printed. Everything else must be
the same: whole numbers, shapes and words. Cells tagged `timing` or `device` are not compared.
"""

import re
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

from nbformat import NotebookNode

from mlp_tutorial.lessons import Lesson, tags
from sitegen import ROOT
from sitegen.execute.record import Stale, find_run

TOLERANCE = 1e-3
APART = {"timing", "device"}  # tags of cells that measure time, or say where they ran
NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?")


def compare_devices(lessons: list[Lesson], device: str, root: Path = ROOT) -> int:
    """Print where the runs on a GPU differ from those on the CPU, and count these places."""
    found = []
    for lesson in lessons:
        gpu, cpu = find_run(lesson, root, device), find_run(lesson, root)
        if isinstance(gpu, Stale):
            continue
        if isinstance(cpu, Stale):
            found.append(f"{lesson}: {cpu.reason}; run it with --device cpu")
            continue
        cells = zip(lesson.lines, cpu.notebook.cells, gpu.notebook.cells, strict=True)
        for line, one, other in cells:
            if pair := find_difference(one, other):
                found.append(f"{lesson}:{line}: {pair[0]!r} on the CPU, {pair[1]!r} on the GPU")
    for each in found:
        print(each)
    return len(found)


def find_difference(cpu: NotebookNode, gpu: NotebookNode) -> tuple[str, str] | None:
    """Find the first line of a cell's output that differs by more than it may."""
    if APART & tags(cpu):
        return None
    tolerance = float(cpu.metadata.get("tolerance", TOLERANCE))
    for one, other in zip_longest(_lines(cpu), _lines(gpu), fillvalue=""):
        if NUMBER.sub("#", one) != NUMBER.sub("#", other):
            return one, other
        numbers = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
        if not all(_agree(*pair, tolerance) for pair in numbers):
            return one, other
    return None


def _lines(cell: NotebookNode) -> list[str]:
    outputs = cell.get("outputs", [])
    texts = (o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs)
    return "".join(texts).splitlines()


def _agree(one: str, other: str, tolerance: float) -> bool:
    if not re.search("[.e]", one + other):
        return int(one) == int(other)
    last_digit = 10.0 ** int(Decimal(one).as_tuple().exponent)
    return abs(float(one) - float(other)) <= tolerance * abs(float(one)) + 1.01 * last_digit
