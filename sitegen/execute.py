"""Execute lessons: `python -m sitegen.execute [LESSON ...] [--device cpu|cuda|auto]`.

Each lesson runs in a fresh kernel with the root of the project as its working directory. Its
executed notebook and a record of the run go to `build/tutorials/`; of a lesson that fails neither
stays there, so that it has no page.
"""

import argparse
import asyncio
import importlib.metadata
import json
import os
import platform
import re
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from sitegen.lesson import ROOT, Lesson, read_lessons

EXECUTED = Path("build", "tutorials")
PACKAGES = {
    "PyTorch": "torch",
    "torchvision": "torchvision",
    "NumPy": "numpy",
    "matplotlib": "matplotlib",
}
ANSI = re.compile(r"\x1b\[[0-9;]*m")
MAY_FAIL = "raises-exception"


@dataclass(frozen=True)
class Record:
    """What one run of a lesson was.

    Attributes:
        seconds: How long the cells took, with the start of the kernel.
        device: `cpu`, or `cuda` and the name of the GPU.
        versions: Of Python and the packages a result depends on.
    """

    seconds: float
    device: str
    versions: dict[str, str]


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
    lesson: Lesson, *, device: str, limit: float, threads: int, root: Path = ROOT
) -> Record | Failure:
    """Execute one lesson and write its notebook and its record, or remove both if it fails.

    Args:
        lesson: The lesson; its notebook receives the outputs.
        device: From [`find_device`][sitegen.execute.find_device].
        limit: Seconds that one cell may take.
        threads: How many threads the kernel may compute with.
        root: The root of the project.
    """
    notebook = root / EXECUTED / f"{lesson.name}.ipynb"
    record = notebook.with_suffix(".json")
    notebook.unlink(missing_ok=True)
    record.unlink(missing_ok=True)
    start = time.perf_counter()
    # A fresh IPython folder: the user's start-up files are no part of the course.
    with tempfile.TemporaryDirectory() as ipython:
        env = os.environ | {"IPYTHONDIR": ipython, "OMP_NUM_THREADS": str(threads)}
        if device == "cpu":
            env["CUDA_VISIBLE_DEVICES"] = ""
        failure = await _run_cells(lesson, env=env, limit=limit, root=root)
    if failure:
        return failure
    versions = {"Python": platform.python_version()}
    versions |= {name: importlib.metadata.version(package) for name, package in PACKAGES.items()}
    result = Record(round(time.perf_counter() - start, 2), device, versions)
    notebook.parent.mkdir(parents=True, exist_ok=True)
    _write(notebook, nbformat.writes(lesson.notebook) + "\n")
    _write(record, json.dumps(asdict(result), indent=1) + "\n")
    return result


async def _run_cells(
    lesson: Lesson, *, env: dict[str, str], limit: float, root: Path
) -> Failure | None:
    client = NotebookClient(
        lesson.notebook,
        kernel_name="python3",
        timeout=limit,
        record_timing=False,
        coalesce_streams=True,  # where a kernel cuts its output depends on the moment
        extra_arguments=["--log-level=40"],  # errors; a warning about local sockets is not ours
        resources={"metadata": {"path": str(root)}},
    )
    async with client.async_setup_kernel(env=env):
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
    return None


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


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


async def execute_all(
    lessons: list[Lesson], *, device: str, limit: float, root: Path = ROOT
) -> list[Failure]:
    """Execute lessons side by side, and collect the failures.

    On the CPU there are as many at a time as cores, each with one thread: more threads than cores
    slow each other down, and sums would depend on how many there were. On a GPU there is one lesson
    at a time.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    jobs, threads = (cores or 1, 1) if device == "cpu" else (1, cores or 1)
    free = asyncio.Semaphore(jobs)

    async def run(lesson: Lesson) -> Record | Failure:
        async with free:
            result = await execute(lesson, device=device, limit=limit, threads=threads, root=root)
            outcome = f"{result.seconds:.1f} s" if isinstance(result, Record) else "failed"
            print(f"{lesson.path}: {outcome}", flush=True)
            return result

    results = await asyncio.gather(*(run(lesson) for lesson in lessons))
    return [result for result in results if isinstance(result, Failure)]


def main(argv: list[str] | None = None) -> int:
    """Execute the lessons that the command line names, or all, and report every failure."""
    lessons = {lesson.name: lesson for lesson in read_lessons()}
    parser = argparse.ArgumentParser(prog="sitegen.execute", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help=f"of {', '.join(lessons)}")
    parser.add_argument("--device", choices=["cpu", "cuda", "auto"], default="cpu")
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
    failures = asyncio.run(execute_all(chosen, device=device, limit=arguments.timeout))
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
