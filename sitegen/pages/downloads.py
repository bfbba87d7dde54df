"""What a reader can take from the site: each lesson as a notebook and a script, and its numbers.

And the course as a book, if somebody printed it.
"""

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import nbformat
import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from numpy.typing import NDArray

from mlp_tutorial.lessons import Lesson
from sitegen.execute.failure import EXPORTED
from sitegen.execute.record import record_path
from sitegen.pages.course import Course

BOOK = Path("build", "book", "how-a-neural-network-works.pdf")
IN_ATTRIBUTE = 100  # numbers; more go into a file
Contents = dict[str, str | bytes]  # of files, by their paths on the site


def make_downloads(lesson: Lesson, course: Course) -> Contents:
    """Make the files of a lesson.

    They are a notebook to work in, one with results, a script, and the numbers that are too many
    for an attribute: a network packed, others as float16, and both as a script for pages that are
    opened from a disk.
    """
    executed = course.run(lesson.name).notebook
    blank = lesson.for_learner()
    blank.cells.insert(0, new_code_cell(course.wheel.cell, id="install"))
    script = re.sub(r"(?m)^(#.*\]\()\.\./docs/", r"\1../", lesson.script_for_learner())
    made: Contents = {
        f"downloads/{lesson.name}.py": script,
        f"downloads/{lesson.name}.ipynb": _write(blank),
        f"downloads/{lesson.name}-executed.ipynb": _write(executed),
    }
    for name, tensors in course.tensors(lesson.name).items():
        if sum(tensor.size for tensor in tensors) <= IN_ATTRIBUTE:
            continue
        network = len(tensors) > 1
        packed = pack_network(tensors) if network else tensors[0].astype("<f2").tobytes()
        path = f"assets/tensors/{lesson.name}-{name}"
        literal = json.dumps(base64.b64encode(packed).decode())
        made[f"{path}.{'i8' if network else 'f16'}"] = packed
        made[f"{path}.js"] = f"mlp.tensors = {literal};\n"
    return made


def pack_network(tensors: Sequence[NDArray[np.float32]]) -> bytes:
    """Pack a network into one byte a weight, given its matrices (out, in) and biases in turn.

    First the scale of each unit, then its bias, both as float16, and then the weights of each unit
    as whole numbers from -127 to 127, in multiples of its scale.
    """
    matrices, biases = tensors[::2], tensors[1::2]
    tiny = float(np.finfo(np.float16).tiny)
    scales = [np.maximum(abs(W).max(1) / 127, tiny).astype("<f2") for W in matrices]
    weights = [
        np.rint(W / scale[:, None]).clip(-127, 127).astype(np.int8)
        for W, scale in zip(matrices, scales, strict=True)
    ]
    halves = [bias.astype("<f2") for bias in biases]
    return b"".join(each.tobytes() for each in (*scales, *halves, *weights))


def _write(notebook: NotebookNode) -> str:
    """Write a notebook with links to the site, and without what only its elements use."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace("](../docs/", "](../")
        elif "export" in cell.metadata:
            cell.outputs = [o for o in cell.outputs if EXPORTED not in o.get("data", {})]
    return nbformat.v4.writes(copy) + "\n"


def link_downloads(lesson: Lesson, repository: str | None) -> str:
    """Write the button of a page that offers its notebook, and other formats in a fold."""
    path = f"downloads/{lesson.name}"
    button = "{ .md-button .md-button--primary download }"
    others = (
        f"[Notebook with results](../{path}-executed.ipynb){{ download }} "
        f'[Script](../{path}.py){{ download }} <a href="{lesson.name}.md">Markdown</a>'
    )
    if repository:
        colab = repository.replace("//github.com/", "//colab.research.google.com/github/")
        spaces = repository.replace("//github.com/", "//codespaces.new/")
        asked = f"{repository}/issues/new?template=confused.yml&page={quote(lesson.title)}"
        others += (
            f" [Open in Colab]({colab}/blob/notebooks/{path}.ipynb) [Codespaces]({spaces}) "
            f"[Something confused me]({asked})"
        )
    return (
        f"[Download the notebook](../{path}.ipynb){button}\n{{ .downloads }}\n\n"
        '<details class="downloads" markdown="1"><summary>Other formats</summary>\n\n'
        f"{others}\n\n</details>"
    )


def find_book(course: Course) -> Path | None:
    """Find the book, unless a lesson changed or ran after it was printed."""
    path = course.root / BOOK
    sources = [lesson.path for lesson in course.lessons]
    sources += [record_path(lesson, course.root, "cpu") for lesson in course.lessons]
    if not all(part.exists() for part in (path, *sources)):
        return None
    newest = max(source.stat().st_mtime for source in sources)
    return path if path.stat().st_mtime > newest else None


def link_book(course: Course) -> str:
    """Write the line that offers the book, as Markdown, if somebody printed it."""
    if not (path := find_book(course)):
        return ""
    size = path.stat().st_size / 1e6
    return (
        f"You can also have [the course as a book](downloads/{path.name}), a PDF of {size:.0f} MB."
    )
