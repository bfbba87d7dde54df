"""The command may be killed at any moment: nothing is half written, and nothing keeps running."""

import functools
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from mlp_tutorial._command import app, check, grade, progress
from mlp_tutorial.lessons import find_lesson

KILLS = int(os.environ.get("KILLS", "3"))
TASKS = find_lesson("04").tasks
OLD = {"neuron/neuron"}
NEW = OLD | {f"softmax/{task.name}" for task in TASKS}
# The real worker, but for the import of PyTorch. The answers take a while and start a process.
WORKER = """
import os, signal, sys, time
from types import ModuleType
from mlp_tutorial._command import worker
from mlp_tutorial._result import Result

def check_answers(path, lesson, names):
    if os.fork() == 0:
        signal.pause()
    for name in names:
        time.sleep(0.01)
        yield name, Result("right", "")

sys.modules["mlp_tutorial.exercises"] = ModuleType("")
worker.check_answers = check_answers
worker.work(*sys.argv[1:]) if sys.argv[1:] else worker.serve()
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows can't fork a warm process")


@pytest.fixture(scope="module")
def warm():
    """Fork processes from one that has imported the command."""
    from multiprocessing import forkserver  # Windows has none

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["mlp_tutorial._command.app"])
    yield context
    forkserver._forkserver._stop()  # other tests of this process need one that's prepared otherwise


def learner_checks(folder, alive):
    """Run `mlp-tutorial check`. Its processes hold the pipe `alive` as long as they live."""
    os.chdir(folder)
    tempfile.tempdir = str(folder / "tmp")
    progress.path = lambda: folder / "solved.json"
    check.WORKER = [sys.executable, "-c", WORKER]
    check.subprocess.Popen = functools.partial(subprocess.Popen, pass_fds=[alive.fileno()])
    with Path(os.devnull).open("w") as app.console.file:
        app.app(["check", "04"])


def teacher_grades(folder, alive):
    """Run `mlp-tutorial grade`, which checks files in forks of servers."""
    learner = folder / "04_softmax.py"
    for number in range(9):
        (folder / f"{number}_04_softmax.py").write_bytes(learner.read_bytes())
    check.WORKER = [sys.executable, "-c", WORKER]
    check.subprocess.Popen = functools.partial(subprocess.Popen, pass_fds=[alive.fileno()])
    rows = grade.grade_folder(folder, None, seconds=600, megabytes=4000)
    assert [row.result.outcome for row in rows] == ["right"] * 10 * len(TASKS)
    (folder / "graded").touch()


def learner_solves(folder, alive):
    """Save progress over and over."""
    progress.path = lambda: folder / "solved.json"
    for number in range(10_000):
        progress.add({f"softmax/{number}"})


@pytest.fixture
def folder(tmp_path):
    """A learner's folder, with their file and the progress they made."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "04_softmax.py").write_text(find_lesson("04").text, "utf-8")
    (tmp_path / "solved.json").write_text(json.dumps(sorted(OLD)))
    return tmp_path


def run(warm, target, folder, seconds=None):
    """Run a function in a process, kill it after a time, and wait until its children are gone."""
    ours, theirs = warm.Pipe(duplex=False)
    process = warm.Process(target=target, args=(folder, theirs))
    start = time.perf_counter()
    process.start()
    theirs.close()
    if seconds is not None:
        time.sleep(seconds)
        process.kill()
    process.join()
    took = time.perf_counter() - start
    with pytest.raises(EOFError):  # comes when the last of them is gone
        ours.recv()
    return took


def test_a_killed_check_leaves_nothing_behind(warm, folder):
    run(warm, learner_checks, folder)  # starts the warm process
    assert set(json.loads((folder / "solved.json").read_text())) == NEW
    took = run(warm, learner_checks, folder)
    answers = (folder / "04_softmax.py").read_bytes()
    for _ in range(KILLS):
        (folder / "solved.json").write_text(json.dumps(sorted(OLD)))
        run(warm, learner_checks, folder, random.uniform(0, 1.2 * took))
        assert set(json.loads((folder / "solved.json").read_text())) in (OLD, NEW)
        assert (folder / "04_softmax.py").read_bytes() == answers
        assert list((folder / "tmp").iterdir()) == []


def test_a_killed_class_leaves_no_process_behind(warm, folder):
    took = run(warm, teacher_grades, folder)
    assert (folder / "graded").exists()
    for _ in range(KILLS):
        run(warm, teacher_grades, folder, random.uniform(0, took))


def test_progress_is_never_half_saved(warm, folder):
    for _ in range(KILLS):
        before = set(json.loads((folder / "solved.json").read_text()))
        run(warm, learner_solves, folder, random.uniform(0, 0.05))
        after = set(json.loads((folder / "solved.json").read_text()))
        assert after >= before
        assert after - OLD == {f"softmax/{number}" for number in range(len(after - OLD))}
