"""Executes lessons side by side.

Each lesson runs in a fresh kernel. Its working directory is a copy of the project's root. Its
executed notebook and the record of its run go to `build/tutorials/`. A lesson that fails leaves
neither there, so it has no page. A lesson whose record says that a new run would give the same is
not executed again.
"""

import asyncio
import math
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from filelock import AsyncFileLock
from rich import get_console
from rich.progress import Progress

from mlp_tutorial.lessons import Lesson
from sitegen import ROOT
from sitegen.execute.environment import make_variables
from sitegen.execute.failure import Failure, find_fault
from sitegen.execute.hashing import hash_text
from sitegen.execute.kernel import run_cells, warm_up
from sitegen.execute.record import (
    Record,
    Run,
    Setting,
    Stale,
    find_fresh,
    find_run,
    record_path,
    set_aside,
    write_run,
)

LIMIT = 900.0  # seconds a cell may take; none needs a tenth of it on an idle machine


def find_device(wanted: str) -> str:
    """Name the device that lessons will see if `cpu`, `auto` or a kind of GPU is wanted."""
    if wanted == "cpu":
        return wanted
    import torch  # slow import; runs on the CPU skip it

    gpu = torch.accelerator.current_accelerator(check_available=True)
    if gpu is None and wanted == "auto":
        return "cpu"
    if gpu is None or wanted not in ("auto", gpu.type):
        found = "the CPU" if gpu is None else f"the CPU and {gpu.type}"
        raise RuntimeError(f"expected {wanted}, but PyTorch finds only {found} on this machine")
    apple = getattr(torch.backends.mps, "get_name", lambda: "")  # newer than our oldest PyTorch
    say = getattr(torch.get_device_module(gpu), "get_device_name", apple)
    return f"{gpu.type} ({say()})" if say() else gpu.type


class Pool:
    """Executes lessons in kernels that start warm; it can be used again and again.

    As many lessons run at a time as there are cores, each with one thread, because more threads
    than cores slow each other down. Besides, sums depend on the number of threads, so with a GPU
    everything that's computed on the CPU comes out as without one.
    """

    def __init__(
        self, device: str = "cpu", jobs: int | None = None, limit: float = LIMIT, root: Path = ROOT
    ) -> None:
        """Run `jobs` lessons at a time; none of their cells may take more than `limit` seconds."""
        affinity = getattr(os, "sched_getaffinity", None)
        self.jobs = jobs or (len(affinity(0)) if affinity else os.cpu_count()) or 1
        self.setting = Setting.here(device)
        self.limit = limit
        self.root = root
        self._variables = make_variables(device)

    def explain(self, lessons: list[Lesson]) -> dict[Lesson, str]:
        """Say of each lesson why it would run, or that it is fresh."""
        return {lesson: self._explain(lesson) for lesson in lessons}

    def _explain(self, lesson: Lesson) -> str:
        if error := lesson.error:
            return f"line {error.line} cannot be read: {error.what}"
        try:
            run = find_fresh(lesson, self.setting, self.root)
        except OSError as error:  # `execute` reports it
            return f"{type(error).__name__}: {error}"
        return run.reason if isinstance(run, Stale) else "fresh"

    def execute(self, lessons: list[Lesson], *, force: bool = False) -> list[Failure]:
        """Execute the lessons whose results could differ, or all, and collect the failures."""
        if force or set(self.explain(lessons).values()) - {"fresh"}:
            warm_up(self._variables)
        return asyncio.run(self._execute(lessons, force=force))

    async def _execute(self, lessons: list[Lesson], *, force: bool) -> list[Failure]:
        free = asyncio.Semaphore(self.jobs)
        # The longest comes first, so that no core is idle while it ends alone. But a lesson that
        # measures time again and again runs after the others, with no other lesson beside it.
        order = sorted(lessons, key=self._last_seconds, reverse=True)
        timed = [lesson for lesson in order if lesson.text.count('tags=["timing"]') > 1]
        rounds = [[lesson for lesson in order if lesson not in timed], *([each] for each in timed)]
        tasks: dict[Lesson, asyncio.Task[Failure | None]] = {}
        with Progress(disable=not get_console().is_terminal, transient=True) as progress:
            finish = partial(self._finish, free=free, progress=progress, force=force)
            for together in rounds:
                async with asyncio.TaskGroup() as group:
                    tasks |= {lesson: group.create_task(finish(lesson)) for lesson in together}
        return [failure for lesson in lessons if (failure := tasks[lesson].result())]

    async def _finish(
        self, lesson: Lesson, free: asyncio.Semaphore, progress: Progress, force: bool
    ) -> Failure | None:
        """Bring the results of a lesson up to date, and print how that went."""
        own = record_path(lesson, self.root, self.setting.device)
        try:
            # Other processes wait for this lesson, too; they then find its result.
            async with free, AsyncFileLock(self.root / "build" / "locks" / f"{lesson.name}.lock"):
                failure, outcome = await self._update(lesson, own, progress, force=force)
                if failure:
                    set_aside(own)
        except OSError as error:  # one file that cannot be opened stops no other lesson
            failure, outcome = Failure(f"{lesson}:1", f"{type(error).__name__}: {error}"), ""
        print(f"{lesson}: {'failed' if failure else outcome}", flush=True)
        return failure

    async def _update(
        self, lesson: Lesson, own: Path, progress: Progress, *, force: bool
    ) -> tuple[Failure | None, str]:
        """Return why a lesson fails, or how its results came about."""
        if error := lesson.error:
            return Failure(f"{lesson}:{error.line}", error.what, error.source), ""
        start = time.perf_counter()
        run = Stale("forced") if force else find_fresh(lesson, self.setting, self.root)
        if isinstance(run, Run):
            return self._reuse(lesson, own, run), "fresh"
        bar = progress.add_task(f"{lesson} ({run.reason})", total=len(lesson.lines))
        failure = await self._run(lesson, own, partial(progress.advance, bar))
        progress.remove_task(bar)
        return failure, f"{time.perf_counter() - start:.1f} s ({run.reason})"

    async def _run(self, lesson: Lesson, own: Path, done: Callable[[], None]) -> Failure | None:
        """Execute a lesson and write its results."""
        began = time.time()
        used = await run_cells(lesson, self._variables, self.root, self.limit, done)
        if isinstance(used, Failure):
            # An earlier run of the same code with the same files proves nothing any more.
            while isinstance(run := find_fresh(lesson, self.setting, self.root), Run):
                run.path.unlink()
            return used
        write_run(lesson, Record.of_run(lesson, self.setting, used, began, self.root), own)
        return None

    def _reuse(self, lesson: Lesson, own: Path, run: Run) -> Failure | None:
        """Take the outputs of a fresh run; write the notebook again if its prose has changed."""
        if run.path == own and run.record.script == hash_text(lesson.text):
            return None
        executed = (cell for cell in run.notebook.cells if cell.cell_type == "code")
        for index, cell in enumerate(lesson.notebook.cells):
            if cell.cell_type == "code":
                same = next(executed)
                cell.outputs, cell.execution_count = same.outputs, same.execution_count
            if fault := find_fault(lesson, index):
                return Failure.in_cell(lesson, index, fault)
        write_run(lesson, run.record, own)
        return None

    def _last_seconds(self, lesson: Lesson) -> float:
        """Return how long a lesson took the last time, or infinity if that is not known."""
        run = find_run(lesson, self.root, self.setting.device)
        return run.record.seconds if isinstance(run, Run) else math.inf
