"""A lesson as its author wrote it: a script in Jupytext's percent format."""

import copy
import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
TUTORIALS = Path("tutorials")
EXPORTED = "application/vnd.mlp-tutorial.tensors+json"  # what a cell with `export` offers
MARK = "# %%"


@dataclass(frozen=True)
class Lesson:
    """One script of `tutorials/`.

    Attributes:
        path: Where it is, relative to the root of the project.
        text: What it says.
    """

    path: Path
    text: str

    @functools.cached_property
    def notebook(self) -> "NotebookNode":
        """Its cells, not executed.

        Raises:
            ValueError: If the script does not begin with a cell, so that its lines cannot be told.
        """
        notebook = copy.deepcopy(_parse(self.text))
        if not self.text.startswith(MARK) or len(self.lines) != len(notebook.cells):
            raise ValueError(
                f"{self.path}: expected every cell to begin with a line '{MARK}', "
                "the first on line 1"
            )
        del notebook.metadata["jupytext"]
        notebook.metadata.kernelspec = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        for number, cell in enumerate(notebook.cells, start=1):
            cell.id = f"cell-{number}"
        return notebook

    @functools.cached_property
    def lines(self) -> list[int]:
        """For each cell, the line of the file where its source begins, from 1."""
        lines = self.text.splitlines()
        starts = []
        for mark, line in enumerate(lines, start=1):
            if line.startswith(MARK):
                blank = 0
                while mark + blank < len(lines) and not lines[mark + blank].strip():
                    blank += 1
                starts.append(mark + 1 + blank)
        return starts

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
        opening = re.sub(r"(?m)^# ?", "", self.text.partition(f"\n{MARK}")[0])
        found: list[str] = re.findall(pattern, opening, re.MULTILINE)
        return found


@functools.lru_cache(maxsize=1000)
def _parse(text: str) -> "NotebookNode":
    import jupytext  # noqa: PLC0415  # half a second, which who only compares need not wait for

    return jupytext.reads(text, fmt="py:percent")


def read_lesson(path: Path, root: Path = ROOT) -> Lesson:
    """Read a lesson."""
    return Lesson(path, (root / path).read_text(encoding="utf-8"))


def read_lessons(root: Path = ROOT) -> list[Lesson]:
    """Read every lesson of the course, in order."""
    paths = sorted((root / TUTORIALS).glob("[0-9][0-9]_*.py"))
    return [read_lesson(path.relative_to(root), root) for path in paths]
