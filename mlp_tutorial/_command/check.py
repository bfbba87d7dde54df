"""Check a learner's file in a process of its own, because their code may do anything."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from mlp_tutorial._result import Result
from mlp_tutorial.lessons import Lesson

# -P keeps modules of the learner's, such as a `random.py`, from being imported by our own.
WORKER = [sys.executable, "-P", "-m", "mlp_tutorial._command.worker"]


def check_file(path: Path, lesson: Lesson, *, seconds: float, megabytes: int) -> dict[str, Result]:
    """Check every exercise of a lesson in a file.

    Args:
        path: A notebook or a script.
        lesson: The lesson that it solves.
        seconds: Time limit.
        megabytes: Memory limit, on systems that can enforce it.

    Returns:
        The result for each exercise, by the name of the learner's function or class. If the
        process ended before an exercise was checked, its result says why. If the learner's code
        never ran, there is only one result, without a name, and its outcome is `not checked`.
    """
    command = [*WORKER, str(path.absolute()), lesson.number, str(megabytes)]
    try:
        written, ended = run_limited(command, seconds=seconds)
    except (OSError, ValueError) as error:  # no process, or no temporary file
        cure = "Free some memory, or set TMPDIR to a folder that you can write to."
        return {
            "": Result("not checked", f"Could not start checking {path.name} ({error}). {cure}")
        }
    found = {}
    for line in written.splitlines(keepends=True):
        with contextlib.suppress(ValueError, TypeError):  # a line may be half written
            name, values = json.loads(line)
            found[name] = Result(**values)
    if not written:
        found[""] = Result("not checked", f"Could not check {path.name}: {ended}.")
    if "" in found:
        return {"": found[""]}
    stopped = Result("wrong", f"The file could not be checked to its end: {ended}.")
    return {task.name: found.get(task.name, stopped) for task in lesson.tasks}


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
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # closed when this process ends, however it ends
            stdout=output,
            stderr=errors,
            # Learners' assertions hold, however this process was started.
            env=os.environ | {"MPLBACKEND": "agg", "PYTHONOPTIMIZE": ""},
            start_new_session=True,
        ) as process,
    ):
        try:
            process.wait(seconds)
            ended = ""
        except subprocess.TimeoutExpired:
            ended = f"it was stopped after {seconds:g} s"
        finally:
            _kill(process)
        written, said = (_text(file) for file in (output, errors))
    last = (said.strip().splitlines() or ["its process ended without an error message"])[-1]
    return written, ended or last.rstrip(".")


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process and, on POSIX, all its children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
