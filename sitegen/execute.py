"""Execute lessons: `python -m sitegen.execute [LESSON ...] [--device cpu|cuda|auto]`.

Each lesson runs in a fresh kernel with the root of the project as its working directory. Its
executed notebook and a record of the run go to `build/tutorials/`; of a lesson that fails neither
stays there, so that it has no page. A lesson whose record says that a new run would give the same
is not executed again (see `sitegen.record`).
"""

import argparse
import ast
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from sitegen.lesson import ROOT, Lesson, read_lessons
from sitegen.record import EXECUTED, Record, Setting, find_run, take_outputs, write_whole

ANSI = re.compile(r"\x1b\[[0-9;]*m")
MAY_FAIL = "raises-exception"


@dataclass(frozen=True)
class Failure:
    """Why a lesson has no page.

    Attributes:
        where: The file and the line, `tutorials/02_layers.py:87`.
        what: The error and its message.
        source: The source of the cell.
        frames: The frames of the traceback that lie in this repository, outermost first.
    """

    where: str
    what: str
    source: str
    frames: list[str]

    def __str__(self) -> str:
        """Format the failure as a person reads it."""
        cell = [f"    | {line}" for line in self.source.splitlines()]
        return "\n".join([f"{self.where}: {self.what}", *cell, *(f"    {f}" for f in self.frames)])


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
    lesson: Lesson, *, setting: Setting, limit: float, root: Path = ROOT
) -> Record | Failure:
    """Execute one lesson and write its notebook and its record, or remove both if it fails.

    Args:
        lesson: The lesson; its notebook receives the outputs.
        setting: Where and with what it is executed.
        limit: Seconds that one cell may take.
        root: The root of the project.
    """
    began, start = time.time(), time.perf_counter()
    # A fresh IPython folder: the user's start-up files are no part of the course.
    with tempfile.TemporaryDirectory() as ipython:
        env = os.environ | {
            "IPYTHONDIR": ipython,
            "OMP_NUM_THREADS": str(setting.threads),
            "TQDM_DISABLE": "1",  # a page has no use for progress bars
        }
        if setting.device == "cpu":
            env["CUDA_VISIBLE_DEVICES"] = ""
        used = await _run_cells(lesson, env=env, limit=limit, root=root)
    if isinstance(used, Failure):
        _remove(lesson, root)
        return used
    seconds = time.perf_counter() - start
    record = Record.of_run(lesson, setting, used, began=began, seconds=seconds, root=root)
    _write(lesson, record, root)
    return record


def find_fresh(lesson: Lesson, setting: Setting, root: Path) -> tuple[Record, NotebookNode] | str:
    """Find the last run of a lesson, if a new one would give the same, or say why there is none."""
    run = find_run(lesson, root)
    if isinstance(run, str):
        return run
    return run[0].changed(lesson, setting, root) or run


def reuse(lesson: Lesson, *, setting: Setting, root: Path = ROOT) -> str | Failure | None:
    """Take the outputs of the last run, if a new one would give the same.

    Prose may have changed: the notebook is written anew.

    Returns:
        Why the lesson must run; or what makes it unfit for a page; or nothing, when it is done.
    """
    run = find_fresh(lesson, setting, root)
    if isinstance(run, str):
        return run
    record, executed = run
    take_outputs(lesson, executed)
    for cell, line in zip(lesson.notebook.cells, lesson.lines, strict=True):
        if fault := _fault(cell):
            _remove(lesson, root)
            return Failure(f"{lesson.path}:{line}", fault, cell.source, [])
    _write(lesson, record, root)
    return None


def _write(lesson: Lesson, record: Record, root: Path) -> None:
    notebook = root / EXECUTED / f"{lesson.name}.ipynb"
    write_whole(notebook, nbformat.writes(lesson.notebook) + "\n")
    record.write(notebook.with_suffix(".json"))


def _remove(lesson: Lesson, root: Path) -> None:
    for suffix in (".json", ".ipynb"):
        (root / EXECUTED / f"{lesson.name}{suffix}").unlink(missing_ok=True)


async def _run_cells(
    lesson: Lesson, *, env: dict[str, str], limit: float, root: Path
) -> dict[str, Any] | Failure:
    """Run the cells, and return what the kernel used."""
    client = NotebookClient(
        lesson.notebook,
        kernel_name="python3",
        timeout=limit,
        record_timing=False,
        coalesce_streams=True,  # where a kernel cuts its output depends on the moment
        extra_arguments=["--log-level=50"],  # what a kernel says of itself is no output
        resources={"metadata": {"path": str(root)}},
    )
    async with client.async_setup_kernel(env=env):
        await _evaluate(client, "__import__('sitegen.probe').probe.start()")
        for index, (cell, line) in enumerate(zip(lesson.notebook.cells, lesson.lines, strict=True)):
            try:
                await client.async_execute_cell(cell, index)
                error = _fault(cell)
            except CellExecutionError as caught:
                error = f"{caught.ename}: {caught.evalue}"
            except CellTimeoutError:
                error = f"TimeoutError: the cell took longer than {limit:g} s"
            except DeadKernelError:
                error = "DeadKernelError: the kernel died (out of memory, or a crash)"
            if error:
                at, frames = _traceback(cell)
                return Failure(f"{lesson.path}:{line + at - 1}", error, cell.source, frames)
        used: dict[str, Any] = json.loads(
            await _evaluate(client, "__import__('sitegen.probe').probe.report()")
        )
        return used


async def _evaluate(client: NotebookClient, expression: str) -> Any:  # noqa: ANN401
    """Evaluate an expression in the kernel without leaving a trace in the lesson."""
    assert client.kc
    asked = client.kc.execute("", silent=True, user_expressions={"answer": expression})
    reply = await client.async_wait_for_reply(await ensure_async(asked))
    assert reply
    return ast.literal_eval(reply["content"]["user_expressions"]["answer"]["data"]["text/plain"])


def _fault(cell: NotebookNode) -> str | None:
    """Find what makes a cell that ran to its end unfit for a page."""
    outputs = cell.get("outputs", [])
    if MAY_FAIL in cell.metadata.get("tags", []) and all(o.output_type != "error" for o in outputs):
        return f"AssertionError: the cell is tagged {MAY_FAIL}, and nothing was raised"
    for output in outputs:
        if output.get("name") == "stderr":
            return f"Warning: the cell wrote to stderr: {ANSI.sub('', output.text).strip()}"
        if "image/svg+xml" in output.get("data", {}) and not cell.metadata.get("alt"):
            return 'ValueError: a figure without alternative text; begin its cell with # %% alt="…"'
    return None


def _traceback(cell: NotebookNode) -> tuple[int, list[str]]:
    """Find the failing line of a cell, from 1, and the frames inside this repository."""
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    text = ANSI.sub("", "\n".join(line for error in errors for line in error.traceback))
    in_cell = re.search(r"Cell In\[\d+\], line (\d+)", text)
    files = re.findall(r"^File (\S+?):(\d+), in (\w+)", text, re.MULTILINE)
    frames = [f"{file}:{line}, in {function}" for file, line, function in files]
    outside = ("site-packages", "/lib/python")
    frames = [frame for frame in frames if not any(part in frame for part in outside)]
    return int(in_cell[1]) if in_cell else 1, frames


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


async def execute_all(
    lessons: list[Lesson],
    *,
    device: str,
    limit: float,
    jobs: int | None = None,
    force: bool = False,
    root: Path = ROOT,
) -> list[Failure]:
    """Execute side by side the lessons whose results could differ, and collect the failures."""
    jobs, setting = share_cores(device, jobs)
    free = asyncio.Semaphore(jobs)

    async def run(lesson: Lesson) -> Failure | None:
        async with free:
            why = "forced" if force else reuse(lesson, setting=setting, root=root)
            if isinstance(why, str):
                result: Record | Failure | None = await execute(
                    lesson, setting=setting, limit=limit, root=root
                )
            else:
                result = why
            if isinstance(result, Record):
                outcome = f"{result.seconds:.1f} s ({why})"
            else:
                outcome = "failed" if result else "fresh"
            print(f"{lesson.path}: {outcome}", flush=True)
            return result if isinstance(result, Failure) else None

    results = await asyncio.gather(*(run(lesson) for lesson in lessons))
    return [result for result in results if result]


def main(argv: list[str] | None = None) -> int:
    """Execute the lessons that the command line names, or all, and report every failure."""
    lessons = {lesson.name: lesson for lesson in read_lessons()}
    parser = argparse.ArgumentParser(prog="sitegen.execute", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help=f"of {', '.join(lessons)}")
    parser.add_argument("--device", choices=["cpu", "cuda", "auto"], default="cpu")
    parser.add_argument("-j", "--jobs", type=int, metavar="N", help="lessons at a time")
    parser.add_argument("--force", action="store_true", help="execute also what is fresh")
    parser.add_argument("--explain", action="store_true", help="say what would run and why")
    parser.add_argument("--timeout", type=float, default=120, help="seconds a cell may take")
    arguments = parser.parse_args(argv)
    names = [Path(name).stem for name in arguments.lessons] or list(lessons)
    if unknown := [name for name in names if name not in lessons]:
        parser.error(f"no lesson {', '.join(unknown)}; there are {', '.join(lessons)}")
    try:
        device = find_device(arguments.device)
    except RuntimeError as error:
        parser.error(str(error))
    chosen = [lessons[name] for name in dict.fromkeys(names)]
    if arguments.jobs is not None and arguments.jobs < 1:
        parser.error(f"expected 1 or more jobs, got {arguments.jobs}")
    if arguments.explain:
        _, setting = share_cores(device)
        for lesson in chosen:
            run = find_fresh(lesson, setting, ROOT)
            print(f"{lesson.path}: {run if isinstance(run, str) else 'fresh'}")
        return 0
    failures = asyncio.run(
        execute_all(
            chosen,
            device=device,
            limit=arguments.timeout,
            jobs=arguments.jobs,
            force=arguments.force,
        )
    )
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
