"""Checks a learner's file in a process of its own, which may do what it likes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import jupytext

from mlp_tutorial._result import Result
from mlp_tutorial.lessons import find_lessons, read_tasks


def check_file(path: Path, lesson: str, *, seconds: float, megabytes: int) -> dict[str, Result]:
    """Check every exercise of a lesson in a file.

    Args:
        path: A notebook or a script.
        lesson: The number of the lesson, such as `"05"`.
        seconds: After so many the process is killed.
        megabytes: More memory than that it cannot get, on systems that can see to it.

    Returns:
        The result for each exercise, by the name of what was to be written. If the process ended
        before one was checked, the result says why.
    """
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results")
        results.touch()
        ended = _run(path, lesson, results, seconds, megabytes)
        for line in results.read_text("utf-8").splitlines():
            name, values = json.loads(line)
            found[name] = Result(**values)
    tasks = read_tasks(jupytext.read(find_lessons()[lesson]))
    return {task.name: found.get(task.name, Result("wrong", ended)) for task in tasks}


def _run(path: Path, lesson: str, results: Path, seconds: float, megabytes: int) -> str:
    """Run the process, with all it starts; say why it ended."""
    command = [sys.executable, "-m", "mlp_tutorial._command.worker"]
    with subprocess.Popen(
        [*command, str(path.resolve()), lesson, str(results), str(megabytes)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=path.resolve().parent,
        env=os.environ | {"MPLBACKEND": "agg"},
        start_new_session=True,
    ) as process:
        try:
            _, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"The file was stopped after {seconds:g} s."
        finally:
            _kill(process)
    last = (said.strip().splitlines() or ["without a word"])[-1]
    return f"The file ended its process: {last.removeprefix('ValueError: ')}"


def _kill(process: "subprocess.Popen[str]") -> None:
    """End the process, and on systems with process groups all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
