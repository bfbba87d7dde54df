"""Lessons run side by side; what is fresh, complete or interrupted stays right."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import pytest
import torch

from mlp_tutorial.lessons import read_lessons
from sitegen.execute import pool
from sitegen.execute.failure import Failure
from sitegen.execute.pool import Pool, find_device
from sitegen.execute.probe import Used, run_kernel
from sitegen.execute.record import Run, Stale, find_run

OPENING = "# %% [markdown]\n# # Title\n\n"
GATE = f"""\
{OPENING}# %%
import os, threading

if os.path.exists("build/gate"):
    opened = open("build/gate", "w")  # whoever reads the gate sees its end when this process is gone
    print("through the gate", file=opened, flush=True)
    if os.path.exists("build/wait"):
        threading.Event().wait()
    open("build/go").readline()  # a named pipe, too
print("done")
"""
RUN = """\
import sys
from pathlib import Path
from mlp_tutorial.lessons import read_lessons
from sitegen.execute import kernel
from sitegen.execute.pool import Pool

kernel.PRELOADED[:] = sys.argv[1:]
print(Pool(jobs=2, root=Path.cwd()).execute(read_lessons(Path("tutorials"))))
"""


@pytest.fixture
def gated(tmp_path):
    """A project whose second lesson stops at a gate, which is a named pipe."""
    (tmp_path / "tutorials").mkdir()
    (tmp_path / "tutorials/01_quick.py").write_text(f"{OPENING}# %%\nprint('quick')\n")
    gate = GATE.replace("build/", f"{tmp_path}/build/")  # a lesson works in a copy
    (tmp_path / "tutorials/02_gated.py").write_text(gate)
    (tmp_path / "build").mkdir()
    for name in ("gate", "go"):
        os.mkfifo(tmp_path / "build" / name)
    return tmp_path


@pytest.fixture
def go(gated):
    """Let whoever waits for it go on."""
    pipe = os.open(gated / "build/go", os.O_RDWR)  # to open one end only would wait for the other
    yield lambda: os.write(pipe, b"\n")
    os.close(pipe)


def start(root, *preloaded):
    """Execute the lessons in another process, which need not import PyTorch."""
    return subprocess.Popen(
        [sys.executable, "-c", RUN, "ipykernel.kernelapp", *preloaded],
        cwd=root,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(root)])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_keeps_what_is_complete_and_leaves_no_kernel(gated, number):
    (gated / "build/wait").touch()
    process = start(gated)
    assert process.stdout.readline().startswith("tutorials/01_quick.py: ")
    with (gated / "build/gate").open() as gate:
        assert gate.readline() == "through the gate\n"
        process.send_signal(number)
        assert gate.read() == ""  # the kernel is gone
    _, said = process.communicate()
    if number == signal.SIGINT:
        assert said.endswith("KeyboardInterrupt\n")
    results = sorted(path.name for path in (gated / "build/tutorials").iterdir())
    assert results == ["01_quick.ipynb", "01_quick.json"]

    (gated / "build/gate").unlink()
    said, _ = start(gated).communicate()
    assert "tutorials/01_quick.py: fresh\n" in said
    assert "(it has not run)\n[]\n" in said


@pytest.mark.parametrize(
    ("kill", "times"),
    [(os.kill, 1), (os.kill, 2), (os.killpg, 1)],  # a terminal interrupts the whole group
)
def test_a_run_that_is_interrupted_while_kernels_start_ends(gated, go, kill, times):
    (gated / "slow_import.py").write_text(
        f"opened = open('{gated}/build/gate', 'w')\nprint('importing', file=opened, flush=True)\n"
        f"open('{gated}/build/go').readline()\n"
    )
    process = start(gated, "slow_import")
    with (gated / "build/gate").open() as gate:
        assert gate.readline() == "importing\n"
        for _ in range(times):
            kill(process.pid, signal.SIGINT)
        go()
        assert gate.read() == ""
    said = process.communicate()[1]
    assert times > 1 or said.endswith("KeyboardInterrupt\n")
    assert "never retrieved" not in said
    assert not (gated / "build/tutorials").exists()


def test_two_runs_at_once_share_the_work(gated, go):
    one = start(gated)
    with (gated / "build/gate").open() as gate:
        assert gate.readline() == "through the gate\n"
        other = start(gated)
        assert other.stdout.readline() == "tutorials/01_quick.py: fresh\n"
        go()
        said = one.communicate()[0], other.communicate()[0]
        assert gate.read() == ""  # nobody came through it a second time
    assert "tutorials/02_gated.py: fresh\n[]\n" not in said[0]
    assert said[1] == "tutorials/02_gated.py: fresh\n[]\n"


def test_only_what_changed_is_executed_and_why_is_said(executed_course, capsys):
    lessons = read_lessons(executed_course / "tutorials")
    assert Pool(root=executed_course).execute(lessons) == []
    assert capsys.readouterr().out.count(": fresh\n") == 2
    (executed_course / "build/tutorials/02_guess.json").unlink()
    workers = Pool(root=executed_course)
    assert workers.execute(lessons) == []
    said = capsys.readouterr().out
    assert "tutorials/01_double.py: fresh\n" in said
    assert " s (it has not run)\n" in said
    assert workers.execute(lessons, force=True) == []  # a pool can be used again
    assert capsys.readouterr().out.count(" s (forced)\n") == 2


def test_a_mistake_taken_back_needs_no_new_run(executed_course):
    module = executed_course / "arithmetic.py"
    right = module.read_text()
    module.write_text(right.replace("return constants", "raise constants"))
    workers = Pool(root=executed_course)
    lesson = read_lessons(executed_course / "tutorials")[0]
    (failure,) = workers.execute([lesson])
    assert failure.what.startswith("TypeError")
    assert failure.frames
    assert find_run(lesson, executed_course) == Stale("it has not run")  # so it has no page
    assert not (executed_course / "build/tutorials/01_double.ipynb").exists()
    assert workers.explain([lesson]) == {lesson: "arithmetic.py changed"}
    module.write_text(right)
    assert workers.explain([lesson]) == {lesson: "fresh"}
    assert workers.execute([lesson]) == []
    assert isinstance(find_run(lesson, executed_course), Run)


def replace_kernel(monkeypatch, run):
    """Let a function take the place of a kernel."""

    async def run_cells(lesson, env, *_):
        return await run(lesson, env)

    monkeypatch.setattr(pool, "run_cells", run_cells)
    monkeypatch.setattr(pool, "warm_up", lambda _: None)


def test_a_run_that_fails_now_is_not_trusted_because_it_once_did_not(executed_course, monkeypatch):
    lesson = read_lessons(executed_course / "tutorials")[0]
    failure = Failure(f"{lesson}:1", "flaky", "", [])

    async def fail(*_):
        return failure

    replace_kernel(monkeypatch, fail)
    workers = Pool(root=executed_course)
    assert workers.execute([lesson], force=True) == [failure]
    assert workers.explain([lesson]) == {lesson: "it has not run"}


def write(root, count):
    (root / "tutorials").mkdir()
    for number in range(count):
        (root / f"tutorials/{number:02}_it.py").write_text(f"{OPENING}# %%\nprint({number})\n")
    return read_lessons(root / "tutorials")


@pytest.mark.parametrize(
    ("device", "jobs", "expected"),
    [("cpu", 2, 2), ("cpu", None, 3), ("cuda (H100)", None, 3), ("mps", 1, 1)],
)
def test_so_many_lessons_run_at_a_time(tmp_path, monkeypatch, device, jobs, expected):
    running = set()
    together = asyncio.Barrier(expected)

    async def run(lesson, env):
        running.add(lesson)
        assert len(running) <= expected
        await together.wait()  # hangs if fewer run at a time
        running.discard(lesson)
        assert ("CUDA_VISIBLE_DEVICES" in env) == (device == "cpu")
        return Used([], [], None, 1)

    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    replace_kernel(monkeypatch, run)
    lessons = write(tmp_path, 2 * expected)
    assert Pool(device, jobs, root=tmp_path).execute(lessons) == []
    folder = tmp_path / "build" / ("tutorials" if device == "cpu" else device[:4].strip())
    assert len(list(folder.glob("*.json"))) == len(lessons)


def test_what_took_longest_comes_first_after_what_is_unknown_and_what_is_timed_last(
    tmp_path, monkeypatch
):
    ran = []

    async def run(lesson, _):
        ran.append(lesson.number)
        return Used([], [], None, 1)

    replace_kernel(monkeypatch, run)
    timed = '# %% tags=["timing"]\nprint(1)\n' * 2
    write(tmp_path, 4)
    (tmp_path / "tutorials/04_it.py").write_text(OPENING + timed)
    lessons = read_lessons(tmp_path / "tutorials")
    Pool(root=tmp_path).execute(lessons[:3])
    for number, seconds in enumerate([1, 9, 5]):
        path = tmp_path / f"build/tutorials/{number:02}_it.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"seconds": seconds}))
    ran.clear()
    Pool(root=tmp_path, jobs=1).execute(lessons, force=True)
    assert ran == ["03", "01", "02", "00", "04"]


def test_nothing_runs_beside_a_lesson_that_is_timed(tmp_path, monkeypatch):
    running, beside = set(), {}

    async def run(lesson, _):
        running.add(lesson.number)
        await asyncio.sleep(0.01)
        beside[lesson.number] = len(running)
        running.discard(lesson.number)
        return Used([], [], None, 1)

    replace_kernel(monkeypatch, run)
    lessons = write(tmp_path, 5)
    for number in (1, 3):
        lessons[number].path.write_text(OPENING + '# %% tags=["timing"]\nprint(1)\n' * 2)
    Pool(root=tmp_path, jobs=5).execute(read_lessons(tmp_path / "tutorials"))
    assert beside["01"] == beside["03"] == 1 < max(beside.values())


def test_a_kernel_for_another_device_is_not_forked(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    with pytest.raises(RuntimeError, match="expected a forkserver with the kernel's environment"):
        run_kernel("", {"OMP_NUM_THREADS": "1"}, "", "")


def test_a_device_that_is_not_there_is_an_error(monkeypatch):
    pretend(monkeypatch, None)
    with pytest.raises(RuntimeError, match=r"expected mps, but .* only the CPU on this machine"):
        find_device("mps")
    assert find_device("auto") == find_device("cpu") == "cpu"
    pretend(monkeypatch, "xpu")
    with pytest.raises(RuntimeError, match=r"expected cuda, but .* the CPU and xpu on"):
        find_device("cuda")


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("cuda", "NVIDIA H100", "cuda (NVIDIA H100)"),
        ("xpu", "Intel Arc", "xpu (Intel Arc)"),
        ("mps", "Apple M4", "mps (Apple M4)"),
        ("mps", "", "mps"),
    ],
)
def test_a_gpu_is_named(monkeypatch, kind, name, said):
    pretend(monkeypatch, kind)
    module = torch.backends.mps if kind == "mps" else torch.get_device_module(kind)
    asked = "get_name" if kind == "mps" else "get_device_name"
    monkeypatch.setattr(module, asked, lambda: name, raising=False)
    assert find_device(kind) == find_device("auto") == said
    assert find_device("cpu") == "cpu"


def pretend(monkeypatch, kind):
    """Let PyTorch believe that this machine has a GPU of that kind, or none."""
    found = kind and torch.device(kind)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available: found)
