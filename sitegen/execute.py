"""Execute lessons: `python -m sitegen.execute [LESSON ...] [--device cpu|cuda|auto]`.

Each lesson runs in a fresh kernel with the root of the project as its working directory. Its
executed notebook and a record of the run go to `build/tutorials/`; of a lesson that fails neither
stays there, so that it has no page. A lesson whose record says that a new run would give the same
is not executed again (see `sitegen.record`).
"""

import argparse
import asyncio
import math
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from filelock import AsyncFileLock

from sitegen.failure import Failure, find_fault
from sitegen.lesson import ROOT, Lesson, read_lessons
from sitegen.preload import preload
from sitegen.record import (
    ASIDE,
    EXECUTED,
    ON_GPU,
    Record,
    Setting,
    aside_of,
    find_fresh,
    find_run,
    folder_of,
    take_outputs,
    write_run,
)

LOCKS = Path("build", "locks")
LIMIT = 120.0  # seconds a cell may take


def find_device(wanted: str) -> str:
    """Name the device that lessons will see.

    Raises:
        RuntimeError: If CUDA is wanted and not there.
    """
    if wanted == "cpu":
        return "cpu"
    import torch  # noqa: PLC0415  # two seconds that a run on the CPU need not wait for

    if torch.cuda.is_available():
        return f"cuda ({torch.cuda.get_device_name()})"
    if wanted == "cuda":
        raise RuntimeError("no CUDA device is available to PyTorch; use --device cpu or auto")
    return "cpu"


async def execute(
    lesson: Lesson,
    *,
    setting: Setting,
    limit: float,
    root: Path = ROOT,
    began: Callable[[int], None] = lambda _: None,
) -> Record | Failure:
    """Execute one lesson and write its notebook and its record, or withdraw both if it fails.

    Args:
        lesson: The lesson; its notebook receives the outputs.
        setting: Where and with what it is executed.
        limit: Seconds that one cell may take.
        root: The root of the project.
        began: Called with the number of each cell before it runs.
    """
    from sitegen.kernel import run_cells  # noqa: PLC0415  # a second, if nothing is executed

    at, start = time.time(), time.perf_counter()
    # A fresh IPython folder: the user's start-up files are no part of the course.
    with tempfile.TemporaryDirectory() as ipython:
        env = kernel_environment(setting) | {"IPYTHONDIR": ipython}
        used = await run_cells(lesson, env=env, limit=limit, root=root, began=began)
    if isinstance(used, Failure):
        # A run of the same that succeeded before is no proof any more.
        same = not isinstance(find_fresh(lesson, setting, root), str)
        _withdraw(lesson, setting, root, keep=not same)
        return used
    seconds = time.perf_counter() - start
    record = Record.of_run(lesson, setting, used, began=at, seconds=seconds, root=root)
    write_run(lesson, record, _place(lesson, setting, root))
    return record


def kernel_environment(setting: Setting) -> dict[str, str]:
    """Make the environment of a kernel: its share of the cores, and its device."""
    env = os.environ | {
        "OMP_NUM_THREADS": str(setting.threads),
        "TQDM_DISABLE": "1",  # a page has no use for progress bars
    }
    return env | {"CUDA_VISIBLE_DEVICES": ""} if setting.device == "cpu" else env


def reuse(lesson: Lesson, *, setting: Setting, root: Path = ROOT) -> str | Failure | None:
    """Take the outputs of the last run, if a new one would give the same.

    If prose has changed, the notebook is written anew.

    Returns:
        Why the lesson must run; or what makes it unfit for a page; or nothing, when it is done.
    """
    run = find_fresh(lesson, setting, root)
    place = _place(lesson, setting, root)
    if isinstance(run, str):
        return run
    if run.path == place and run.is_just(lesson):
        return None
    take_outputs(lesson, run.notebook)
    for cell, line in zip(lesson.notebook.cells, lesson.lines, strict=True):
        if fault := find_fault(cell):
            _withdraw(lesson, setting, root, keep=True)
            return Failure(f"{lesson.path}:{line}", fault, cell.source, [])
    write_run(lesson, run.record, place)
    return None


def _place(lesson: Lesson, setting: Setting, root: Path) -> Path:
    """Say where the record of a lesson's run belongs."""
    return root / folder_of(setting.device) / f"{lesson.name}.json"


def _withdraw(lesson: Lesson, setting: Setting, root: Path, *, keep: bool) -> None:
    """Take away the result of a lesson that failed, so that it has no page.

    If it is kept aside, whoever takes a mistake back need not wait for the lesson again.
    """
    place = _place(lesson, setting, root)
    for result in (place, place.with_suffix(".ipynb")):
        aside = aside_of(result, root)
        if not keep:
            result.unlink(missing_ok=True)
            aside.unlink(missing_ok=True)
        elif result.exists():
            aside.parent.mkdir(parents=True, exist_ok=True)
            result.replace(aside)


def _clear(names: Iterable[str], root: Path) -> None:
    """Remove the results of lessons that are no more, once a renamed one has taken its own."""
    for folder in (EXECUTED, ON_GPU, ASIDE / EXECUTED.name, ASIDE / ON_GPU.name):
        for result in (root / folder).glob("[0-9]*"):
            if result.stem not in names:
                result.unlink()


def share_cores(device: str, jobs: int | None = None) -> tuple[int, Setting]:
    """Decide how many lessons run at a time, and with how many threads each.

    On the CPU there are as many at a time as cores, each with one thread: more threads than cores
    slow each other down, and sums would depend on how many there were. On a GPU there is one lesson
    at a time, with all cores.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if device == "cpu":
        return jobs or cores or 1, Setting.here(device, threads=1)
    return jobs or 1, Setting.here(device, threads=cores or 1)


def _last_seconds(lesson: Lesson, root: Path) -> float:
    """Say how long a lesson took the last time; as long as any, if that is not known."""
    run = find_run(lesson, root)
    return math.inf if isinstance(run, str) else run.record.seconds


def take_shard(lessons: list[Lesson], shard: int, of: int, root: Path = ROOT) -> list[Lesson]:
    """Pick a part of the lessons for one of several machines, so that each has as much to do.

    The longest lesson goes to the machine with the least work so far, and so on. Machines with the
    same records divide the lessons in the same way.
    """
    seconds = {lesson.path: min(_last_seconds(lesson, root), 60.0) for lesson in lessons}
    loads = [0.0] * of
    mine = []
    for lesson in sorted(lessons, key=lambda lesson: (-seconds[lesson.path], lesson.path)):
        least = loads.index(min(loads))
        loads[least] += seconds[lesson.path]
        if least == shard - 1:
            mine.append(lesson)
    return mine


async def execute_all(
    lessons: list[Lesson],
    *,
    device: str = "cpu",
    limit: float = LIMIT,
    jobs: int | None = None,
    force: bool = False,
    meanwhile: Callable[[], object] = lambda: None,
    root: Path = ROOT,
) -> list[Failure]:
    """Execute side by side the lessons whose results could differ, and collect the failures.

    The longest comes first, so that no core is idle while it ends alone. Kernels start warm
    (`sitegen.warm`); while they import, so may this process: it calls `meanwhile`.
    """
    from sitegen.report import Report  # noqa: PLC0415  # a warm kernel imports this module again

    jobs, setting = share_cores(device, jobs)
    free = asyncio.Semaphore(jobs)
    stale = [force or isinstance(find_fresh(lesson, setting, root), str) for lesson in lessons]
    if any(stale):
        preload(kernel_environment(setting), lessons=sum(stale))
        meanwhile()

    async def run(lesson: Lesson) -> Failure | None:
        async with free, _lock(lesson, root):
            why = "forced" if force else reuse(lesson, setting=setting, root=root)
            result = None if isinstance(why, str) else why
            if isinstance(why, str):
                report.begin(lesson, why)
                began = partial(report.cell, lesson)
                done = await execute(lesson, setting=setting, limit=limit, root=root, began=began)
                result = done if isinstance(done, Failure) else None
            report.end(lesson, result)
            return result

    order = sorted(lessons, key=lambda lesson: -_last_seconds(lesson, root))
    with Report(lessons) as report:
        results = dict(
            zip(
                (lesson.path for lesson in order),
                await asyncio.gather(*map(run, order)),
                strict=True,
            )
        )
    report.write_junit(root)
    return [failure for lesson in lessons if (failure := results[lesson.path])]


def compare_devices(lessons: list[Lesson], root: Path = ROOT) -> int:
    """Print where the runs on the GPU differ from those on the CPU, and count these places."""
    from rich.console import Console  # noqa: PLC0415  # as above
    from rich.table import Table  # noqa: PLC0415

    from sitegen.compare import compare  # noqa: PLC0415

    table = Table("where", "CPU", "GPU", title="differences between the devices")
    for lesson in lessons:
        runs = [find_run(lesson, root, device) for device in ("cpu", "cuda")]
        if isinstance(runs[0], str):
            table.add_row(lesson.path.as_posix(), f"{runs[0]}; run it with --device cpu", "")
        elif not isinstance(runs[1], str):
            for found in compare(lesson, runs[0].notebook, runs[1].notebook):
                table.add_row(found.where, found.expected, found.found)
    if table.row_count:
        Console().print(table)
    return table.row_count


def _lock(lesson: Lesson, root: Path) -> AsyncFileLock:
    """Let one process at a time execute a lesson; another waits, and finds the result."""
    folder = root / LOCKS
    folder.mkdir(parents=True, exist_ok=True)
    return AsyncFileLock(folder / f"{lesson.name}.lock")


def _shard(text: str) -> tuple[int, int]:
    """Read `2/3` as the second of three."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(
            f"expected K/N with K from 1 to N, such as 2/3, got {text}"
        )
    return int(found[1]), int(found[2])


def main(argv: list[str] | None = None, *, meanwhile: Callable[[], object] = lambda: None) -> int:
    """Execute the lessons that the command line names, or all, and report every failure.

    Args:
        argv: The command line, without the program's name.
        meanwhile: Called while the first kernels start, if any lesson must run.
    """
    lessons = {lesson.name: lesson for lesson in read_lessons()}
    parser = argparse.ArgumentParser(prog="sitegen.execute", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help=f"of {', '.join(lessons)}")
    parser.add_argument("--device", choices=["cpu", "cuda", "auto"], default="cpu")
    parser.add_argument("-j", "--jobs", type=int, metavar="N", help="lessons at a time")
    parser.add_argument("--shard", type=_shard, metavar="K/N", help="the K-th of N parts")
    parser.add_argument("--force", action="store_true", help="execute also what is fresh")
    parser.add_argument("--explain", action="store_true", help="say what would run and why")
    parser.add_argument("--timeout", type=float, default=LIMIT, help="seconds a cell may take")
    arguments = parser.parse_args(argv)
    names = [Path(name).stem for name in arguments.lessons] or list(lessons)
    if unknown := [name for name in names if name not in lessons]:
        parser.error(f"no lesson {', '.join(unknown)}; there are {', '.join(lessons)}")
    try:
        device = find_device(arguments.device)
    except RuntimeError as error:
        parser.error(str(error))
    chosen = [lessons[name] for name in dict.fromkeys(names)]
    if arguments.shard:
        chosen = take_shard(chosen, *arguments.shard)
    if arguments.jobs is not None and arguments.jobs < 1:
        parser.error(f"expected 1 or more jobs, got {arguments.jobs}")
    if arguments.explain:
        _, setting = share_cores(device)
        for lesson in chosen:
            run = find_fresh(lesson, setting, ROOT)
            print(f"{lesson.path}: {run if isinstance(run, str) else 'fresh'}")
        return 0
    try:
        failures = asyncio.run(
            execute_all(
                chosen,
                device=device,
                limit=arguments.timeout,
                jobs=arguments.jobs,
                force=arguments.force,
                meanwhile=meanwhile,
            )
        )
    except KeyboardInterrupt:
        print("interrupted; what was complete is kept", file=sys.stderr)
        return 130
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    if not arguments.lessons and not arguments.shard:
        _clear(lessons, ROOT)
    differences = 0 if device == "cpu" else compare_devices(chosen)
    return 1 if failures or differences else 0


if __name__ == "__main__":
    sys.exit(main())
