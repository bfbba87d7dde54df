"""The executed course: what every page may show of the lessons."""

import base64
import functools
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import griffe
import numpy as np
from nbformat import NotebookNode
from numpy.typing import NDArray

from mlp_tutorial.lessons import Lesson, read_lessons
from sitegen import ROOT
from sitegen.cards import Cards
from sitegen.execute.failure import EXPORTED, SVG
from sitegen.execute.record import Run, Stale, find_run
from sitegen.pages.figures import Shown, show_figure
from sitegen.pages.wheel import Wheel

NAMED = re.compile(r'^# %%.* figure="([^"]+)"', re.MULTILINE)


class NotRunError(Exception):
    """A lesson has no results, so there is nothing to show of it; the message says why."""


class Figure(NamedTuple):
    """What a cell of a lesson drew."""

    lesson: str
    name: str
    alt: str
    code: str
    svg: str


class Course:
    """The lessons, in order, and what they printed, drew and exported when they ran.

    Results are read when a page first asks for them, which raises `NotRunError` if there are none.
    """

    def __init__(self, root: Path = ROOT, wheel: Wheel | None = None) -> None:
        """Read the scripts of the project in `root`; the pages say how to install `wheel`."""
        self.root = root
        self.wheel = wheel or Wheel("mlp_tutorial.whl")
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
    def run(self, name: str) -> Run:
        """Find the run of a lesson."""
        lesson = self.find(name)
        if lesson.error:
            raise NotRunError(f"line {lesson.error.line}: {lesson.error.what}")
        run = find_run(lesson, self.root)
        if isinstance(run, Stale):
            raise NotRunError(run.reason)
        return run

    def outputs(self, name: str) -> list[NotebookNode]:
        """List everything that a lesson showed."""
        return [o for cell in self.run(name).notebook.cells for o in cell.get("outputs", [])]

    def printed(self, name: str) -> str:
        """Join everything that a lesson printed."""
        return "".join(output.get("text", "") for output in self.outputs(name))

    def tensors(self, name: str) -> dict[str, list[NDArray[np.float32]]]:
        """Read what a lesson exports, by name: the tensor, or those of a network in order."""
        found = {}
        for output in self.outputs(name):
            for key, value in output.get("data", {}).get(EXPORTED, {}).items():
                numbers = np.frombuffer(base64.b64decode(value["float32"]), dtype="<f4")
                ends = np.cumsum([np.prod(shape, dtype=int) for shape in value["shapes"]])
                parts = zip(np.split(numbers, ends[:-1]), value["shapes"], strict=True)
                found[key] = [part.reshape(shape) for part, shape in parts]
        return found

    def figure(self, name: str, prefix: str = "figure") -> Shown:
        """Show a figure of any lesson, or raise a ValueError that lists their names."""
        names = [(found, each.name) for each in self.lessons for found in NAMED.findall(each.text)]
        places = [place for found, place in names if found == name]
        if len(places) != 1:
            known = ", ".join(found for found, _ in names)
            got = f"{name} of {' and '.join(places) or 'no lesson'}"
            raise ValueError(f"expected the name of one figure, one of {known}, got {got}")
        for cell, svg in self._drawn(places[0]):
            if cell.metadata.get("figure") == name:
                return show_figure(svg, cell.metadata, prefix)
        raise NotRunError(f"{places[0]} has not drawn {name}")

    def figures(self) -> list[Figure]:
        """List the named figures of all lessons that have run."""
        found = []
        for name in (lesson.name for lesson in self.lessons):
            with suppress(NotRunError):
                for cell, svg in self._drawn(name):
                    if "figure" in (said := cell.metadata):
                        found.append(Figure(name, said.figure, said.alt, cell.source, svg))
        return found

    def _drawn(self, name: str) -> Iterator[tuple[NotebookNode, str]]:
        """List the cells of a lesson that drew something, and what."""
        for cell in self.run(name).notebook.cells:
            for output in cell.get("outputs", []):
                if SVG in output.get("data", {}):
                    yield cell, output.data[SVG]
