"""A lesson as its author wrote it: a script in Jupytext's percent format."""

import copy
import functools
import re
from dataclasses import dataclass
from pathlib import Path

import jupytext
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
TUTORIALS = Path("tutorials")


@dataclass(frozen=True)
class Lesson:
    """One script of `tutorials/`.

    Attributes:
        path: Where it is, relative to the root of the project.
        notebook: Its cells, not executed.
        lines: For each cell, the line of the file where its source begins, from 1.
    """

    path: Path
    notebook: NotebookNode
    lines: list[int]

    @property
    def name(self) -> str:
        """The file's name without `.py`."""
        return self.path.stem

    @property
    def title(self) -> str:
        """The text of its first heading, or its name while there is none."""
        return (self._opening(r"^# (.+)$") or [self.name])[0]

    @property
    def teaches(self) -> list[str]:
        """The points of its opening: what the reader will learn, as Markdown."""
        return self._opening(r"^- (.+(?:\n  .+)*)$")

    @property
    def takes(self) -> str:
        """The sentences of its opening that say how long it takes."""
        return " ".join(self._opening(r"^(Reading takes .+)$"))

    def _opening(self, pattern: str) -> list[str]:
        found: list[str] = re.findall(pattern, self.notebook.cells[0].source, re.MULTILINE)
        return found


@functools.lru_cache(maxsize=1000)
def _parse(text: str) -> NotebookNode:
    return jupytext.reads(text, fmt="py:percent")


def read_lesson(path: Path, root: Path = ROOT) -> Lesson:
    """Read a lesson.

    Raises:
        ValueError: If the script does not begin with a cell, so that its lines cannot be told.
    """
    text = (root / path).read_text(encoding="utf-8")
    notebook = copy.deepcopy(_parse(text))
    del notebook.metadata["jupytext"]
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    lines = text.splitlines()
    marks = [number for number, line in enumerate(lines, start=1) if line.startswith("# %%")]
    if not lines or not lines[0].startswith("# %%") or len(marks) != len(notebook.cells):
        raise ValueError(
            f"{path}: expected every cell to begin with a line '# %%', the first on line 1"
        )
    starts = []
    for number, (cell, mark) in enumerate(zip(notebook.cells, marks, strict=True), start=1):
        cell.id = f"cell-{number}"
        blank = 0
        while mark + blank < len(lines) and not lines[mark + blank].strip():
            blank += 1
        starts.append(mark + 1 + blank)
    return Lesson(path, notebook, starts)


def read_lessons(root: Path = ROOT) -> list[Lesson]:
    """Read every lesson of the course, in order."""
    paths = sorted((root / TUTORIALS).glob("[0-9][0-9]_*.py"))
    return [read_lesson(path.relative_to(root), root) for path in paths]
