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

from mlp_tutorial._result import Result
from mlp_tutorial.lessons import Lesson


def check_file(path: Path, lesson: Lesson, *, seconds: float, megabytes: int) -> dict[str, Result]:
    """Check every exercise of a lesson in a file.

    Args:
        path: A notebook or a script.
        lesson: The lesson that it solves.
        seconds: Time limit.
        megabytes: Memory limit, on systems that can enforce it.

    Returns:
        The result for each exercise, by the name of the learner's function or class. If the
        process ended before an exercise was checked, its result says why.
    """
    found = {}
    path = path.resolve()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results")
        results.touch()
        worker = [sys.executable, "-m", "mlp_tutorial._command.worker"]
        command = [*worker, str(path), lesson.number, str(results), str(megabytes)]
        ended = run_limited(command, folder=path.parent, seconds=seconds)
        for line in results.read_text("utf-8").splitlines():
            name, values = json.loads(line)
            found[name] = Result(**values)
    return {task.name: found.get(task.name, Result("wrong", ended)) for task in lesson.tasks}


def run_limited(command: Sequence[str], *, folder: Path, seconds: float) -> str:
    """Run a command, then kill what it started, and say why it ended.

    Args:
        command: The program and its arguments.
        folder: Where to run it.
        seconds: Time limit.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"MPLBACKEND": "agg"},
        start_new_session=True,
    ) as process:
        try:
            _, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"The file was stopped after {seconds:g} s."
        finally:
            _kill(process)
    last = (errors.strip().splitlines() or ["its process ended without an error message"])[-1]
    return f"Could not check the file: {last.removeprefix('ValueError: ')}"


def _kill(process: "subprocess.Popen[str]") -> None:
    """Kill the process and, on POSIX, all its children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
