"""Executes lessons side by side.

Each lesson runs in a fresh kernel, with the root of the project as its working directory. Its
executed notebook and the record of its run go to `build/tutorials/`. A lesson that fails leaves
neither there, so it has no page. A lesson whose record says that a new run would give the same is
not executed again.
"""

import asyncio
import math
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from filelock import AsyncFileLock
from rich import get_console
from rich.progress import Progress

from mlp_tutorial.lessons import Lesson
from sitegen import ROOT
from sitegen.execute.failure import Failure, find_fault
from sitegen.execute.record import (
    ASIDE,
    EXECUTED,
    ON_GPU,
    Record,
    Run,
    Setting,
    Stale,
    aside_path,
    find_fresh,
    find_run,
    record_path,
    take_outputs,
    write_run,
)

LOCKS = Path("build", "locks")
LIMIT = 900.0  # seconds a cell may take; none needs a tenth of it on an idle machine


def find_device(wanted: str) -> str:
    """Name the device that lessons will see.

    Args:
        wanted: `cpu`, `cuda`, or `auto` for a GPU if there is one.

    Raises:
        RuntimeError: If CUDA is wanted but not available.
    """
    if wanted == "cpu":
        return "cpu"
    import torch  # slow import; runs on the CPU skip it

    if torch.cuda.is_available():
        return f"cuda ({torch.cuda.get_device_name()})"
    if wanted == "cuda":
        raise RuntimeError("no CUDA device is available to PyTorch; use --device cpu or auto")
    return "cpu"


class Pool:
    """Executes lessons in kernels that start warm; it can be used again and again.

    On the CPU as many lessons run at a time as there are cores, each with one thread, because more
    threads than cores slow each other down and sums depend on the number of threads. On a GPU one
    lesson runs at a time, with all cores.
    """

    def __init__(
        self, device: str = "cpu", jobs: int | None = None, limit: float = LIMIT, root: Path = ROOT
    ) -> None:
        """Share the cores of this machine among the lessons.

        Args:
            device: The name of the device, from `find_device`.
            jobs: How many lessons run at a time.
            limit: Seconds that one cell may take.
            root: The root of the project.
        """
        affinity = getattr(os, "sched_getaffinity", None)
        cores = (len(affinity(0)) if affinity else os.cpu_count()) or 1
        self.setting = Setting.here(device, threads=1 if device == "cpu" else cores)
        self.jobs = jobs or (cores if device == "cpu" else 1)
        self.limit = limit
        self.root = root

    @property
    def outdated(self) -> bool:
        """Whether the code that executes lessons has changed since this pool was made."""
        return Setting.here(self.setting.device, self.setting.threads) != self.setting

    def explain(self, lessons: list[Lesson]) -> dict[Lesson, str]:
        """Say of each lesson why it would run, or that it is fresh."""
        runs = {lesson: find_fresh(lesson, self.setting, self.root) for lesson in lessons}
        return {
            lesson: run.reason if isinstance(run, Stale) else "fresh"
            for lesson, run in runs.items()
        }

    def warm_up(self) -> None:
        """Start importing what kernels need, so that the first ones start sooner."""
        from sitegen.execute.kernel import warm_up  # slow import; fresh lessons skip it

        warm_up(self._environment())

    def execute(self, lessons: list[Lesson], *, force: bool = False) -> list[Failure]:
        """Execute the lessons whose results could differ, or all, and collect the failures.

        Raises:
            KeyboardInterrupt: If it was interrupted; results that were complete are kept.
        """
        if force or set(self.explain(lessons).values()) - {"fresh"}:
            self.warm_up()
        with Progress(disable=not get_console().is_terminal, transient=True) as progress:
            return asyncio.run(self._execute(lessons, progress, force=force))

    async def _execute(
        self, lessons: list[Lesson], progress: Progress, *, force: bool
    ) -> list[Failure]:
        free = asyncio.Semaphore(self.jobs)
        # A lesson needs a thread while it waits for its lock, and up to three for its kernel.
        threads = ThreadPoolExecutor(4 * self.jobs)
        asyncio.get_running_loop().set_default_executor(threads)

        async def finish(lesson: Lesson) -> Failure | None:
            async with free, self._lock(lesson):
                return await self._finish(lesson, progress, force=force)

        # The longest comes first, so that no core is idle while it ends alone.
        order = sorted(lessons, key=self._last_seconds, reverse=True)
        async with asyncio.TaskGroup() as group:
            tasks = {lesson.name: group.create_task(finish(lesson)) for lesson in order}
        return [failure for lesson in lessons if (failure := tasks[lesson.name].result())]

    async def _finish(self, lesson: Lesson, progress: Progress, *, force: bool) -> Failure | None:
        """Bring the results of a lesson up to date, and print how that went."""
        run = Stale("forced") if force else find_fresh(lesson, self.setting, self.root)
        start = time.perf_counter()
        if isinstance(run, Stale):
            bar = progress.add_task(f"{lesson} ({run.reason})", total=len(lesson.notebook.cells))
            failure = await self._run(lesson, done=lambda: progress.advance(bar))
            progress.remove_task(bar)
            outcome = f"{time.perf_counter() - start:.1f} s ({run.reason})"
        else:
            failure = self._reuse(lesson, run)
            outcome = "fresh"
        print(f"{lesson}: {'failed' if failure else outcome}", flush=True)
        return failure

    async def _run(self, lesson: Lesson, done: Callable[[], None]) -> Failure | None:
        """Execute a lesson and write its results, or withdraw them if it fails."""
        from sitegen.execute.kernel import run_cells  # slow import, as above

        began, start = time.time(), time.perf_counter()
        used = await run_cells(lesson, self._environment(), self.root, self.limit, done)
        if isinstance(used, Failure):
            # An earlier run of the same code with the same files proves nothing any more.
            while isinstance(run := find_fresh(lesson, self.setting, self.root), Run):
                run.path.unlink()
            self._set_aside(lesson)
            return used
        seconds = time.perf_counter() - start
        record = Record.of_run(lesson, self.setting, used, began, seconds, self.root)
        write_run(lesson, record, self._record_path(lesson))
        return None

    def _reuse(self, lesson: Lesson, run: Run) -> Failure | None:
        """Take the outputs of a fresh run; write the notebook again if its prose has changed."""
        if run.path == self._record_path(lesson) and run.matches_text(lesson):
            return None
        take_outputs(lesson, run.notebook)
        for index in range(len(lesson.notebook.cells)):
            if fault := find_fault(lesson, index):
                self._set_aside(lesson)
                return Failure.in_cell(lesson, index, fault)
        write_run(lesson, run.record, self._record_path(lesson))
        return None

    def _set_aside(self, lesson: Lesson) -> None:
        """Withdraw the results of a lesson, but keep them in case a mistake is taken back."""
        record = self._record_path(lesson)
        for result in (record, record.with_suffix(".ipynb")):
            if result.exists():
                aside = aside_path(result, self.root)
                aside.parent.mkdir(parents=True, exist_ok=True)
                result.replace(aside)

    def _record_path(self, lesson: Lesson) -> Path:
        return record_path(lesson, self.root, self.setting.device)

    def _environment(self) -> dict[str, str]:
        """Return the environment of a kernel."""
        env = os.environ | {
            "OMP_NUM_THREADS": str(self.setting.threads),
            "TQDM_DISABLE": "1",  # progress bars are of no use on a page
        }
        return env | {"CUDA_VISIBLE_DEVICES": ""} if self.setting.device == "cpu" else env

    def _last_seconds(self, lesson: Lesson) -> float:
        """Return how long a lesson took the last time, or infinity if that is not known."""
        run = find_run(lesson, self.root, self.setting.device)
        return run.record.seconds if isinstance(run, Run) else math.inf

    def _lock(self, lesson: Lesson) -> AsyncFileLock:
        """Make other processes wait for this lesson; they then find its result."""
        folder = self.root / LOCKS
        folder.mkdir(parents=True, exist_ok=True)
        return AsyncFileLock(folder / f"{lesson.name}.lock")


def clear_removed(lessons: list[Lesson], root: Path = ROOT) -> None:
    """Remove the results of lessons that no longer exist.

    Call it after the lessons were executed, so that a renamed lesson has taken its results over.
    """
    names = {lesson.name for lesson in lessons}
    for folder in (EXECUTED, ON_GPU, ASIDE / EXECUTED.name, ASIDE / ON_GPU.name):
        for result in (root / folder).glob("[0-9]*"):
            if result.stem not in names:
                result.unlink()
