"""Check the answers in a learner's file; runs in its own process, because it runs their code.

`python -m mlp_tutorial._command.worker FILE LESSON MEGABYTES EXERCISE...` writes a line of JSON for
each result to its standard output, and ends when its standard input does. Without arguments it is
a server, which imports PyTorch once and forks for each file.
"""

import contextlib
import json
import math
import os
import signal
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, TextIO

from mlp_tutorial._command.check import collect
from mlp_tutorial._command.checker import check_answers
from mlp_tutorial._result import Result
from mlp_tutorial.lessons import find_lesson, read_lessons


def main(path: str, lesson: str, megabytes: str, *names: str, results: TextIO) -> None:
    """Write each result as soon as it is known, after an empty line that says the checks began.

    If the file cannot be read, there is one result without a name, which says why.
    """
    restrict_memory(int(megabytes))
    file, source = Path(path), find_lesson(lesson)
    try:
        answers = check_answers(file, source, names)
    except (ValueError, MemoryError) as error:
        problem = Result("not checked", str(error) or f"{file.name} is too large to be read.")
        print(json.dumps(["", asdict(problem)]), file=results, flush=True)
        return
    import mlp_tutorial.exercises  # noqa: F401  # before a module of the learner's can hide another

    print(file=results, flush=True)
    os.chdir(file.parent)
    sys.path.insert(0, str(file.parent))  # modules beside the file, as for a script
    sys.argv = [path]
    for name, result in answers:
        print(json.dumps([name, asdict(result)]), file=results, flush=True)


def restrict_memory(megabytes: int) -> None:
    """Cap the memory of this process where the platform can."""
    with contextlib.suppress(ImportError):
        import resource  # Windows has no such module

        limits = (megabytes * 2**20, resource.getrlimit(resource.RLIMIT_DATA)[1])
        resource.setrlimit(resource.RLIMIT_DATA, limits)


def follow_parent() -> TextIO:
    """Keep the parent's pipes from the learner's code, and die when the parent does.

    Returns:
        Where the parent reads results.
    """
    parent, results = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(null, stream)

    def watch() -> None:
        os.read(parent, 1)  # returns when the other end is closed
        end()

    Thread(target=watch, daemon=True).start()
    return os.fdopen(results, "w", encoding="utf-8")


def end() -> None:
    """End this process and, on POSIX, all that it started; the parent may be gone."""
    if os.name == "posix":
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def work(*arguments: str) -> None:
    """Check a file for the parent process, then end."""
    try:
        main(*arguments, results=follow_parent())
    except BaseException:
        traceback.print_exc()
    end()


class Fork:
    """A fork of this process that checks a file."""

    def __init__(self, arguments: list[str], output: IO[bytes], errors: IO[bytes]) -> None:
        """Start it as the leader of a group of processes, with these standard streams."""
        self._running = True
        self.pid = os.fork()
        if not self.pid:
            os.setpgid(0, 0)
            os.dup2(output.fileno(), 1)
            os.dup2(errors.fileno(), 2)
            work(*arguments)
        with contextlib.suppress(OSError):  # the fork did it first
            os.setpgid(self.pid, self.pid)

    def wait(self, timeout: float = math.inf) -> None:
        """Wait until it ends.

        Raises:
            TimeoutExpired: If it is still running after this many seconds.
        """
        end = time.monotonic() + timeout
        while self._running:
            self._running = os.waitpid(self.pid, os.WNOHANG) == (0, 0)
            if self._running:
                if time.monotonic() > end:
                    raise TimeoutExpired("a fork", timeout)
                time.sleep(0.01)


def serve() -> None:
    """Check one file after the other for the parent process, each in a fork of this one."""
    import mlp_tutorial.exercises  # noqa: F401  # once for all of them

    for lesson in read_lessons():
        _ = lesson.error  # imports what reads a lesson
    for line in sys.stdin:
        seconds, *arguments = json.loads(line)
        with TemporaryFile() as output, TemporaryFile() as errors:
            found = collect(Fork(arguments, output, errors), output, errors, seconds)
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        work(*sys.argv[1:])
    else:
        serve()
