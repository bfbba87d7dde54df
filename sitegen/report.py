"""What a run says of itself: a table while it goes on, JUnit XML when it is over."""

import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from sitegen.failure import Failure
from sitegen.lesson import Lesson
from sitegen.record import write_whole

JUNIT = Path("build", "junit.xml")


@dataclass
class _Row:
    lesson: Lesson
    state: str = "waits"
    why: str = ""
    began: float = 0.0
    seconds: float = 0.0
    failure: Failure | None = None


class Report:
    """Follows the lessons of a run: a live table in a terminal, a line for each elsewhere."""

    def __init__(self, lessons: list[Lesson]) -> None:
        """Begin with all lessons waiting."""
        self._rows = {lesson.path: _Row(lesson) for lesson in lessons}
        self._console = Console()
        live = Live(get_renderable=self._table, console=self._console, refresh_per_second=4)
        self._live = live if self._console.is_terminal else None

    def __enter__(self) -> Self:
        """Show the table."""
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the table as it is."""
        if self._live:
            self._live.stop()

    def begin(self, lesson: Lesson, why: str) -> None:
        """Say that a lesson is executed, and why."""
        row = self._rows[lesson.path]
        row.why, row.began, row.state = why, time.monotonic(), "starts"

    def cell(self, lesson: Lesson, number: int) -> None:
        """Say at which cell a lesson is."""
        self._rows[lesson.path].state = f"cell {number} of {len(lesson.notebook.cells)}"

    def end(self, lesson: Lesson, failure: Failure | None) -> None:
        """Say what came of a lesson."""
        row = self._rows[lesson.path]
        row.failure = failure
        executed = row.began > 0
        row.seconds = time.monotonic() - row.began if executed else 0.0
        row.state = "failed" if failure else "done" if executed else "fresh"
        if not self._live:
            outcome = f"{row.seconds:.1f} s ({row.why})" if row.state == "done" else row.state
            print(f"{lesson.path}: {outcome}", flush=True)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for column in ("lesson", "state", "seconds", "why it runs"):
            table.add_column(column, justify="right" if column == "seconds" else "left")
        colors = {"failed": "red", "done": "green", "fresh": "green", "waits": "dim"}
        for row in self._rows.values():
            runs = row.began and row.state not in colors
            seconds = time.monotonic() - row.began if runs else row.seconds
            style = colors.get(row.state, "bold")
            shown = f"{seconds:.1f}" if seconds else ""
            table.add_row(row.lesson.name, f"[{style}]{row.state}[/]", shown, row.why)
        return table

    def write_junit(self, root: Path) -> None:
        """Write the outcomes to `build/junit.xml`, where tools of CI find them."""
        rows = self._rows.values()
        failed = sum(row.failure is not None for row in rows)
        suite = ET.Element(
            "testsuite",
            name="tutorials",
            tests=str(len(rows)),
            failures=str(failed),
            skipped=str(sum(row.state == "fresh" for row in rows)),
            time=f"{sum(row.seconds for row in rows):.2f}",
        )
        for row in rows:
            case = ET.SubElement(
                suite,
                "testcase",
                classname="tutorials",
                name=row.lesson.name,
                file=row.lesson.path.as_posix(),
                time=f"{row.seconds:.2f}",
            )
            if row.failure:
                said = ET.SubElement(case, "failure", message=row.failure.what)
                said.text = str(row.failure)
            elif row.state == "fresh":
                ET.SubElement(case, "skipped", message="its results still hold")
        ET.indent(suite)
        write_whole(root / JUNIT, ET.tostring(suite, encoding="unicode") + "\n")
