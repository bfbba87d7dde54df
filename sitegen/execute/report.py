"""The report of a run: a live table in a terminal, a line for each lesson elsewhere."""

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from mlp_tutorial.lessons import Lesson
from sitegen.execute.failure import Failure

COLORS = {"failed": "red", "done": "green", "fresh": "green", "waits": "dim"}


@dataclass
class _Row:
    lesson: Lesson
    state: str = "waits"
    why: str = ""
    began: float | None = None
    seconds: float | None = None


class Report:
    """Follows the lessons of a run."""

    def __init__(self, lessons: list[Lesson]) -> None:
        """Begin with all lessons waiting."""
        self._rows = {lesson.name: _Row(lesson) for lesson in lessons}
        console = Console()
        live = Live(get_renderable=self._table, console=console, refresh_per_second=4)
        self._live = live if console.is_terminal else None

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
        """Note that a lesson begins to run, and why."""
        row = self._rows[lesson.name]
        row.why, row.began, row.state = why, time.monotonic(), "starts"

    def cell(self, lesson: Lesson, number: int) -> None:
        """Note which cell of a lesson runs now."""
        self._rows[lesson.name].state = f"cell {number} of {len(lesson.notebook.cells)}"

    def end(self, lesson: Lesson, failure: Failure | None) -> None:
        """Note how a lesson ended."""
        row = self._rows[lesson.name]
        row.seconds = None if row.began is None else time.monotonic() - row.began
        row.state = "failed" if failure else "fresh" if row.seconds is None else "done"
        if not self._live:
            outcome = f"{row.seconds:.1f} s ({row.why})" if row.state == "done" else row.state
            print(f"{lesson}: {outcome}", flush=True)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for column in ("lesson", "state", "seconds", "why it runs"):
            table.add_column(column, justify="right" if column == "seconds" else "left")
        for row in self._rows.values():
            seconds = row.seconds
            if seconds is None and row.began is not None:
                seconds = time.monotonic() - row.began
            state = f"[{COLORS.get(row.state, 'bold')}]{row.state}[/]"
            table.add_row(
                row.lesson.name, state, "" if seconds is None else f"{seconds:.1f}", row.why
            )
        return table
