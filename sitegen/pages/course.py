"""The executed course: what every page may show of the lessons."""

import base64
import functools
from dataclasses import dataclass
from pathlib import Path

import griffe
import numpy as np
from nbformat import NotebookNode
from numpy.typing import NDArray

from mlp_tutorial.lessons import Lesson, read_lessons
from sitegen import ROOT
from sitegen.cards import Cards
from sitegen.execute.kernel import EXPORTED
from sitegen.execute.record import EXECUTED, Record, Run, Stale, find_run
from sitegen.pages.figures import SVG, Figure


@dataclass(frozen=True)
class Tensors:
    """Numbers that a cell with the metadata `export="name"` offers to the site.

    Attributes:
        shapes: The shape of each tensor.
        numbers: The entries of all tensors in order, float32.
    """

    shapes: list[list[int]]
    numbers: NDArray[np.float32]

    @property
    def rows(self) -> NDArray[np.float32]:
        """The numbers of a single tensor, in its shape."""
        (shape,) = self.shapes
        return self.numbers.reshape(shape)


class Course:
    """The lessons and what they printed, drew and exported when they ran.

    Notebooks are read when a page first asks for them. A lesson that failed has none, and nothing
    is shown of it.

    Attributes:
        root: The root of the project.
        lessons: The lessons, in order.
    """

    def __init__(self, root: Path = ROOT) -> None:
        """Read the scripts."""
        self.root = root
        self.lessons = read_lessons(root / "tutorials")

    @functools.cached_property
    def library(self) -> griffe.Object | griffe.Alias:
        """The library, as Griffe reads its source."""
        extensions = griffe.load_extensions(Cards)
        return griffe.load("mlp_tutorial", search_paths=[ROOT], extensions=extensions)

    def find(self, name: str) -> Lesson:
        """Find a lesson by the name of its script, without `.py`."""
        return next(lesson for lesson in self.lessons if lesson.name == name)

    @functools.cache  # noqa: B019  # a course lives as long as one build
    def run(self, name: str) -> Run | Stale:
        """Find the run of a lesson; Stale says why there is none."""
        return find_run(self.find(name), self.root)

    @functools.cache  # noqa: B019
    def notebook(self, name: str) -> NotebookNode | None:
        """Read the executed notebook of a lesson; None if it has not run."""
        run = self.run(name)
        return None if isinstance(run, Stale) else run.notebook

    def record(self, name: str, folder: Path = EXECUTED) -> Record | None:
        """Read the record of a lesson's run; None if there is none."""
        path = self.root / folder / f"{name}.json"
        return Record.read(path) if path.exists() else None

    def figure(self, name: str) -> Figure | None:
        """Find a figure by its name; None if its lesson has not run.

        Raises:
            ValueError: If no lesson has a figure of this name.
        """
        names = []
        for lesson in self.lessons:
            for cell in lesson.notebook.cells:
                if cell.metadata.get("figure") == name:
                    return self._drawn(lesson.name, name)
                names += [cell.metadata["figure"]] if "figure" in cell.metadata else []
        raise ValueError(f"expected the name of a figure, one of {', '.join(names)}, got {name}")

    def _drawn(self, lesson: str, name: str) -> Figure | None:
        executed = self.notebook(lesson)
        for cell in executed.cells if executed else []:
            if cell.metadata.get("figure") == name:
                return next(Figure.of(cell, o) for o in cell.outputs if SVG in o.get("data", {}))
        return None

    def printed(self, name: str) -> str:
        """Join everything that the cells of a lesson printed."""
        executed = self.notebook(name)
        outputs = (
            [o for cell in executed.cells for o in cell.get("outputs", [])] if executed else []
        )
        return "".join(output.get("text", "") for output in outputs)

    def tensors(self, name: str) -> dict[str, Tensors]:
        """Read the numbers that a lesson exports, by name; none if it has not run."""
        executed = self.notebook(name)
        found = {}
        for cell in executed.cells if executed else []:
            for output in cell.outputs if "export" in cell.metadata else []:
                for key, value in output.get("data", {}).get(EXPORTED, {}).items():
                    numbers = np.frombuffer(base64.b64decode(value["float32"]), dtype="<f4")
                    found[key] = Tensors(value["shapes"], numbers)
        return found
