"""Check a learner's file in a process of its own, because their code may do anything."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Protocol, cast

from mlp_tutorial._result import Result
from mlp_tutorial.lessons import Lesson

# -P keeps modules of the learner's, such as a `random.py`, from being imported by our own.
WORKER = [sys.executable, "-P", "-m", "mlp_tutorial._command.worker"]
Pipes = tuple[IO[bytes], IO[bytes]]
Run = Callable[[Sequence[str], float], tuple[str, str]]


class Process(Protocol):
    """A process that leads a group of its own."""

    pid: int

    def wait(self, timeout: float = ...) -> object:
        """Wait until it ends, or raise `subprocess.TimeoutExpired`."""


def check_file(
    path: Path, lesson: Lesson, *, seconds: float, megabytes: int, run: Run | None = None
) -> dict[str, Result]:
    """Check every exercise of a lesson in a file.

    If an answer ends or blocks the process, another process checks the exercises after it.

    Args:
        path: A notebook or a script.
        lesson: The lesson that it solves.
        seconds: Time limit for each process.
        megabytes: Memory limit, on systems that can enforce it.
        run: How to run the worker with some arguments for some seconds, such as `Server.run`. By
            default each is a new process.

    Returns:
        The result for each exercise, by the name of the learner's answer. If the learner's code
        never ran, there is only one result, without a name, and its outcome is `not checked`.
    """
    left = [task.name for task in lesson.tasks]
    found: dict[str, Result] = {}
    while left:
        arguments = [str(path.absolute()), lesson.number, str(megabytes), *left]
        try:
            written, ended = (run or run_worker)(arguments, seconds)
        except (OSError, ValueError) as error:  # no process, or no temporary file
            cure = "Free some memory, or set TMPDIR to a folder that you can write to."
            problem = f"Could not start checking {path.name} ({error}). {cure}"
            return found or {"": Result("not checked", problem)}
        for line in written.splitlines(keepends=True):
            with contextlib.suppress(ValueError, TypeError):  # a line may be half written
                name, values = json.loads(line)
                found[name] = Result(**values)
        if not written and not found:
            found[""] = Result("not checked", f"Could not check {path.name}: {ended}.")
        if "" in found:
            return {"": found[""]}
        unknown = [name for name in left if name not in found]
        for name in unknown[:1]:
            message = f"`{name}` could not be checked to its end: {ended}."
            hint = "Is there a loop that never ends?" if "stopped" in ended else ""
            found[name] = Result("wrong", message, hint)
        left = unknown[1:]
    return {task.name: found[task.name] for task in lesson.tasks}


def run_worker(arguments: Sequence[str], seconds: float) -> tuple[str, str]:
    """Run the worker in a new process, as `run_limited` does."""
    return run_limited([*WORKER, *arguments], seconds=seconds)


def run_limited(command: Sequence[str], *, seconds: float) -> tuple[str, str]:
    """Run a command, then kill what it started. It dies with this process.

    Args:
        command: The program and its arguments.
        seconds: Time limit.

    Returns:
        What it wrote to its standard output, and why it ended.

    Raises:
        OSError: If the process or a temporary file could not be made.
    """
    # Files, not pipes: a pipe may fill up, and a child that escapes would keep it open.
    with (
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
        _start(command, output, errors) as process,
    ):
        return collect(process, output, errors, seconds)


class Server:
    """The worker as a server, which imports PyTorch once and forks for each file.

    Only for POSIX, and for one file at a time. It dies with this process.
    """

    def __init__(self) -> None:
        """Start it with the first file."""
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, arguments: Sequence[str], seconds: float) -> tuple[str, str]:
        """Run the worker in a fork, as `run_worker` does in a new process.

        Raises:
            OSError: If the server could not be started or has ended.
        """
        if not self._process:
            self._process = _start(WORKER, subprocess.PIPE, subprocess.DEVNULL)
            self._pipes = cast(Pipes, (self._process.stdin, self._process.stdout))
        requests, answers = self._pipes
        try:
            requests.write(json.dumps([seconds, *arguments]).encode() + b"\n")
            requests.flush()
            written, ended = json.loads(answers.readline())
        except (OSError, ValueError):
            self.close()
            raise OSError("the process that checks has ended") from None
        return written, ended

    def close(self) -> None:
        """End it, also while it checks a file."""
        if self._process:
            with contextlib.suppress(OSError):  # it may have ended already
                self._pipes[0].close()  # which ends its fork
            _kill(self._process)
            self._process.wait()
            self._pipes[1].close()
            self._process = None


def collect(
    process: Process, output: IO[bytes], errors: IO[bytes], seconds: float
) -> tuple[str, str]:
    """Wait for a process, then kill its group.

    Args:
        process: The process.
        output: The file that is its standard output.
        errors: The file that is its standard error.
        seconds: Time limit.

    Returns:
        What it wrote to its standard output, and why it ended.
    """
    try:
        process.wait(seconds)
        ended = ""
    except subprocess.TimeoutExpired:
        ended = f"it was stopped after {seconds:g} s"
    finally:
        _kill(process)
        process.wait()
    written, said = (_text(file) for file in (output, errors))
    last = (said.strip().splitlines() or ["its process ended without an error message"])[-1]
    return written, ended or last.rstrip(".")


def _start(
    command: Sequence[str], output: IO[bytes] | int, errors: IO[bytes] | int
) -> "subprocess.Popen[bytes]":
    one_thread = {"OMP_NUM_THREADS": "1"}  # files are checked side by side
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,  # closed when this process ends, however it ends
        stdout=output,
        stderr=errors,
        # Learners' assertions hold, however this process was started.
        env=os.environ | one_thread | {"MPLBACKEND": "agg", "PYTHONOPTIMIZE": ""},
        start_new_session=True,
    )


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _kill(process: Process) -> None:
    """Kill the process and, on POSIX, all its children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            os.kill(process.pid, signal.SIGTERM)  # which kills at once on Windows
