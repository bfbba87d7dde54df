"""A lesson is executed in a fresh kernel; what goes wrong is reported with file and line."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import psutil
import pytest
import torch
from conftest import nox_docs

from sitegen import execute as ex
from sitegen import tensors
from sitegen.collector import USUAL
from sitegen.lesson import Lesson, read_lesson
from sitegen.record import Setting

CPU = Setting.here("cpu", 1)
OPENING = '# %% [markdown]\n# # Title\n\n# %%\nprint("hello")\n\n'  # the next cell begins on line 7


def run(root, text, name="01_it", **options):
    (root / "tutorials").mkdir(exist_ok=True)
    path = root / "tutorials" / f"{name}.py"
    path.write_text(text)
    lesson = read_lesson(path.relative_to(root), root)
    options = {"setting": CPU, "limit": 60} | options
    return asyncio.run(ex.execute(lesson, root=root, **options))


def results(root):
    return sorted(path.name for path in (root / "build/tutorials").iterdir())


def test_writes_notebook_and_record(tmp_path):
    code = "# %%\nimport os\nprint(os.getcwd(), os.environ['OMP_NUM_THREADS'], repr(os.environ['CUDA_VISIBLE_DEVICES']))\n"
    record = run(tmp_path, OPENING + code)
    assert isinstance(record, ex.Record)
    notebook = nbformat.read(tmp_path / "build/tutorials/01_it.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[1].outputs[0].text == "hello\n"
    assert notebook.cells[2].outputs[0].text == f"{tmp_path} 1 ''\n"
    written = json.loads((tmp_path / "build/tutorials/01_it.json").read_text())
    assert 0 < written["seconds"] < 60
    assert (written["setting"]["device"], written["setting"]["threads"]) == ("cpu", 1)
    versions = written["setting"]["versions"]
    assert list(versions) == ["Python", "PyTorch", "torchvision", "NumPy", "matplotlib"]
    assert versions["PyTorch"] == torch.__version__.split("+")[0]


def test_a_cell_offers_tensors_and_networks_to_the_site(tmp_path, monkeypatch):
    code = (
        '# %% export="pair net"\nimport torch\npair = torch.tensor([[1.5, 2.0]])\n'
        "net = torch.nn.Linear(2, 1)\ntorch.nn.init.ones_(net.weight)\n"
        "torch.nn.init.zeros_(net.bias)\nprint(pair)\n"
    )
    assert isinstance(run(tmp_path, OPENING + code), ex.Record)
    monkeypatch.setattr(tensors, "ROOT", tmp_path)
    found = tensors.read_exported("01_it")
    assert {name: (e.shapes, e.numbers.tolist()) for name, e in found.items()} == {
        "pair": ([[1, 2]], [1.5, 2.0]),
        "net": ([[1, 2], [1]], [1.0, 1.0, 0.0]),
    }
    assert tensors.read_exported("02_absent") == {}


def test_two_runs_write_the_same_notebook(tmp_path):
    slowly = (
        "# %%\nimport time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.3 * i)\n"
    )
    notebooks = []
    for _ in range(2):
        run(tmp_path, OPENING + slowly)
        notebooks.append((tmp_path / "build/tutorials/01_it.ipynb").read_bytes())
    assert notebooks[0] == notebooks[1]
    (output,) = nbformat.reads(notebooks[0], as_version=4).cells[2].outputs
    assert output.text == "0\n1\n2\n"


@pytest.mark.parametrize(
    ("cell", "line", "what"),
    [
        ("# %%\n\nx = 1\nx / 0\n", 10, "ZeroDivisionError: division by zero"),
        ("# %%\nx = 1\nx = = 1\n", 9, "SyntaxError: invalid syntax"),
        ("# %%\ndef f():\n    raise KeyError('k')\n\n\nf()\n", 12, "KeyError: 'k'"),
        ("# %%\nimport warnings\nwarnings.warn('old')\n", 8, "Warning: the cell wrote to stderr"),
        ("# %%\nimport time\ntime.sleep(60)\n", 8, "TimeoutError: the cell took longer than 3 s"),
        ("# %%\nimport os\nos._exit(1)\n", 8, "DeadKernelError: the kernel died"),
        ('# %% tags=["raises-exception"]\nx = 1\n', 8, "AssertionError: the cell is tagged"),
        ('# %% export="y"\nx = 1\n', 8, "TypeError: expected tensors or a network to export"),
        (
            "# %%\nfrom mlp_tutorial.plots import draw_network, show\nshow(draw_network([2, 1]))\n",
            8,
            "ValueError: a figure without alternative text",
        ),
    ],
)
def test_failures_name_the_line_and_leave_no_page(tmp_path, cell, line, what):
    (tmp_path / "build/tutorials").mkdir(parents=True)
    for name in ("01_it.ipynb", "01_it.json"):
        (tmp_path / "build/tutorials" / name).write_text("of an earlier run")
    failure = run(
        tmp_path,
        OPENING + cell + "# %%\nprint('not reached')\n",
        limit=10 if "plots" in cell else 3,
    )
    assert isinstance(failure, ex.Failure)
    assert failure.where == f"tutorials/01_it.py:{line}"
    assert failure.what.startswith(what)
    assert str(failure).splitlines()[0] == f"{failure.where}: {failure.what.splitlines()[0]}"
    assert f"    | {cell.strip().splitlines()[-1]}" in str(failure).splitlines()
    assert results(tmp_path) == []


@pytest.mark.parametrize("cell", ["while True:\n    print('x' * 1000)", "print('x' * 100_000_000)"])
def test_a_flood_of_output_is_cut_and_said(tmp_path, cell):
    failure = run(tmp_path, OPENING + f"# %%\n{cell}\n")
    assert failure.what == "OverflowError: the cell put out more than 2,000,000 bytes; cut there"
    assert failure.where.startswith("tutorials/01_it.py:")


def course(root, codes):
    (root / "tutorials").mkdir()
    lessons = []
    for number, code in enumerate(codes, start=1):
        path = Path("tutorials", f"{number:02}_it.py")
        (root / path).write_text(f"# %%\n{code}\n")
        lessons.append(read_lesson(path, root))
    return lessons


def execute_all(lessons, root, **options):
    return asyncio.run(ex.execute_all(lessons, device="cpu", limit=60, root=root, **options))


def test_junit_says_what_came_of_each_lesson(tmp_path):
    lessons = course(tmp_path, ["print(1)", "print(2)"])
    execute_all(lessons, tmp_path)
    (tmp_path / lessons[1].path).write_text("# %%\n1 / 0 < 2\n")
    lessons[1] = read_lesson(lessons[1].path, tmp_path)
    execute_all(lessons, tmp_path)
    suite = ET.parse(tmp_path / "build/junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "1", "1")
    fresh, failed = suite
    assert fresh.find("skipped").get("message") == "its results still hold"
    assert failed.find("failure").get("message") == "ZeroDivisionError: division by zero"
    assert "tutorials/02_it.py:2" in failed.find("failure").text
    assert "| 1 / 0 < 2" in failed.find("failure").text


def test_the_longest_comes_first(tmp_path, capsys):
    lessons = course(tmp_path, ["print(1)", "import time; time.sleep(2); print(2)", "print(3)"])
    execute_all(lessons, tmp_path)
    capsys.readouterr()
    execute_all(lessons, tmp_path, jobs=1, force=True)
    assert capsys.readouterr().out.startswith("tutorials/02_it.py")


def test_shards_divide_the_lessons_by_their_seconds(tmp_path):
    lessons = course(tmp_path, [f"print({n})" for n in range(5)])
    execute_all(lessons, tmp_path)
    for path, seconds in zip(
        sorted(tmp_path.glob("build/tutorials/*.json")), [8, 1, 5, 2, 6], strict=True
    ):
        record = json.loads(path.read_text())
        path.write_text(json.dumps(record | {"seconds": seconds}))
    shards = [ex.take_shard(lessons, k, 2, tmp_path) for k in (1, 2)]
    assert [[lesson.name[:2] for lesson in shard] for shard in shards] == [
        ["01", "04", "02"],
        ["05", "03"],
    ]
    assert ex.take_shard(lessons, 1, 1, tmp_path)
    everything = [
        lesson.name for k in range(1, 8) for lesson in ex.take_shard(lessons, k, 7, tmp_path)
    ]
    assert sorted(everything) == [lesson.name for lesson in lessons]


@pytest.mark.parametrize("shard", ["0/2", "3/2", "2", "a/b", "1/0"])
def test_a_shard_that_is_none_is_refused(shard, capsys):
    with pytest.raises(SystemExit):
        ex.main(["--shard", shard, "--explain"])
    assert "expected K/N with K from 1 to N" in capsys.readouterr().err


def start_run(root, *options):
    """Execute the lessons of a copy of the project in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sitegen.execute", *options],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def small(project):
    """A copy of the project with two lessons, one of which takes long."""
    for path in project.glob("tutorials/[0-9]*.py"):
        path.unlink()
    (project / "tutorials/01_quick.py").write_text("# %%\nprint('quick')\n")
    (project / "tutorials/02_slow.py").write_text(
        "# %%\nimport os, time\n"
        "open('pid', 'w').write(str(os.getpid()))\n"
        "time.sleep(float(os.environ.get('NAP', 60)))\nprint('slow')\n"
    )
    return project


def wait_until(condition):
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen within two minutes")


def is_alive(pid):
    """Whether a process runs; a zombie that nobody has waited for does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_run_keeps_what_is_complete_and_leaves_no_kernel(small, number, monkeypatch):
    done = [small / "build/tutorials/01_quick.json", small / "pid"]
    with start_run(small) as process:
        wait_until(lambda: all(path.exists() and path.read_text() for path in done))
        process.send_signal(number)
        said, _ = process.communicate(timeout=120)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert said.endswith("interrupted; what was complete is kept\n")
    kernel = int((small / "pid").read_text())
    wait_until(lambda: not is_alive(kernel))
    assert not list(small.glob("build/tutorials/02_slow.*"))

    monkeypatch.setenv("NAP", "0")
    with start_run(small) as process:
        said, _ = process.communicate(timeout=120)
    assert "01_quick.py: fresh" in said
    assert "02_slow.py" in said
    assert process.returncode == 0


def test_an_interrupt_ends_all_lessons(small):
    slow = (small / "tutorials/02_slow.py").read_text()
    (small / "tutorials/01_quick.py").write_text(slow.replace("'pid'", "'pid1'"))
    files = [small / "pid", small / "pid1"]
    with start_run(small) as process:
        wait_until(lambda: all(file.exists() and file.read_text() for file in files))
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert said == "interrupted; what was complete is kept\n"
    wait_until(lambda: not any(is_alive(int(file.read_text())) for file in files))


def test_a_run_interrupted_while_kernels_start_ends(small):
    with start_run(small) as process:
        wait_until(lambda: psutil.Process(process.pid).children())
        started = psutil.Process(process.pid).children()
        time.sleep(0.5)  # into the imports, which take longer
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
        wait_until(lambda: not any(is_alive(child.pid) for child in started))


def test_two_runs_at_once_share_the_work(small, monkeypatch):
    monkeypatch.setenv("NAP", "5")
    with start_run(small) as one, start_run(small) as other:
        said = one.communicate(timeout=120)[0] + other.communicate(timeout=120)[0]
    assert one.returncode == other.returncode == 0
    assert said.count("01_quick.py: fresh") == said.count("02_slow.py: fresh") == 1


def test_a_removed_lesson_leaves_nothing_and_a_renamed_one_keeps_its_run(small, monkeypatch):
    monkeypatch.setenv("NAP", "0")
    start_run(small).communicate(timeout=120)
    (small / "tutorials/01_quick.py").unlink()
    (small / "tutorials/02_slow.py").rename(small / "tutorials/03_slow.py")
    said, _ = start_run(small).communicate(timeout=120)
    assert "03_slow.py: fresh" in said
    left = {path.name for path in small.glob("build/tutorials/*")}
    assert left == {"03_slow.ipynb", "03_slow.json"}


WARM = """\
# %%
import gc, multiprocessing, os, sys

print(
    *("torch" in sys.modules, "mlp_tutorial" in sys.modules, os.environ["OMP_NUM_THREADS"]),
    *(os.getpid() == os.getsid(0), multiprocessing.get_start_method(allow_none=True)),
    gc.get_threshold(),
)
"""


def test_kernels_start_warm_and_fresh(small):
    for path in small.glob("tutorials/0*.py"):
        path.unlink()
    for number in (1, 2, 3):
        (small / f"tutorials/0{number}_it.py").write_text(f"{WARM}x = {number}\n")
    with start_run(small, "-j", "1") as process:
        said, _ = process.communicate(timeout=120)
    assert re.fullmatch(r"(tutorials/0\d_it.py: \d+\.\d s \(it has not run\)\n){3}", said)
    notebooks = [nbformat.read(path, 4) for path in small.glob("build/tutorials/*.ipynb")]
    said = [cell.outputs[0].text for notebook in notebooks for cell in notebook.cells]
    assert said == [f"True False 1 True None {USUAL}\n"] * 3


def test_a_full_disk_leaves_the_old_result(tmp_path, monkeypatch):
    run(tmp_path, OPENING)
    before = {path.name: path.read_bytes() for path in (tmp_path / "build/tutorials").glob("0*")}

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    lesson = Lesson(Path("tutorials/01_it.py"), f"{OPENING}# %%\nprint('more')\n")
    with pytest.raises(OSError, match="No space left"):
        asyncio.run(ex.execute(lesson, setting=CPU, limit=60, root=tmp_path))
    after = {path.name: path.read_bytes() for path in (tmp_path / "build/tutorials").glob("0*")}
    assert after == before


def test_a_cell_may_fail_if_it_says_so(tmp_path):
    tagged = '# %% tags=["raises-exception"]\n1 / 0\n'
    assert isinstance(run(tmp_path, OPENING + tagged), ex.Record)
    notebook = nbformat.read(tmp_path / "build/tutorials/01_it.ipynb", as_version=4)
    assert notebook.cells[2].outputs[0].evalue == "division by zero"


def test_frames_inside_the_repository_are_shown(tmp_path):
    call = "# %%\nimport torch\nfrom mlp_tutorial.neuron import neuron\nneuron(1, torch.ones(1), torch.ones(1))\n"
    failure = run(tmp_path, OPENING + call)
    assert failure.where == "tutorials/01_it.py:10"
    assert any("mlp_tutorial/neuron.py:" in frame for frame in failure.frames)
    assert not any("site-packages" in frame for frame in failure.frames)


def test_all_failures_are_collected(tmp_path, capsys):
    lessons = []
    (tmp_path / "tutorials").mkdir()
    for number, code in enumerate(["1 / 0", "print(1)", "assert 0 == 1"], start=1):
        path = Path("tutorials", f"0{number}_it.py")
        (tmp_path / path).write_text(f"# %%\n{code}\n")
        lessons.append(read_lesson(path, tmp_path))
    failures = asyncio.run(ex.execute_all(lessons, device="cpu", limit=60, root=tmp_path))
    assert [failure.where for failure in failures] == [
        "tutorials/01_it.py:2",
        "tutorials/03_it.py:2",
    ]
    assert results(tmp_path) == ["02_it.ipynb", "02_it.json"]
    assert "tutorials/01_it.py: failed" in capsys.readouterr().out


def test_a_failing_lesson_fails_the_build_and_names_the_line(project):
    for lesson in (project / "tutorials").glob("*.py"):
        lesson.unlink()
    (project / "tutorials/01_broken.py").write_text(OPENING + "# %%\nprint(undefined)\n")
    done = nox_docs(project)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "tutorials/01_broken.py:8: NameError: name 'undefined' is not defined" in said
    assert "| print(undefined)" in said
    assert not (project / "site").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["99_nothing"], "no lesson 99_nothing; there are 01_neuron, 02_layers"),
        (["--device", "tpu"], "invalid choice: 'tpu'"),
        (["-j", "0"], "expected 1 or more jobs, got 0"),
    ],
)
def test_wrong_arguments(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        ex.main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_a_device_that_is_not_there_is_an_error_and_nothing_runs(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit) as stopped:
        ex.main(["--device", "cuda"])
    assert stopped.value.code == 2
    assert "no CUDA device is available to PyTorch" in capsys.readouterr().err
    assert ex.find_device("auto") == "cpu"


def test_a_gpu_is_named_and_its_lessons_run_one_at_a_time(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "NVIDIA H100")
    assert ex.find_device("cuda") == ex.find_device("auto") == "cuda (NVIDIA H100)"
    assert ex.find_device("cpu") == "cpu"
    running = []

    async def execute(
        lesson, **options
    ):  # stands for a run on a GPU, which this machine may not have
        assert not running
        running.append(lesson)
        await asyncio.sleep(0.01)
        running.remove(lesson)
        assert options["setting"].device == "cuda (NVIDIA H100)"

    monkeypatch.setattr(ex, "execute", execute)
    (tmp_path / "tutorials").mkdir()
    (tmp_path / "tutorials/01_it.py").write_text(OPENING)
    lesson = read_lesson(Path("tutorials/01_it.py"), tmp_path)
    assert asyncio.run(ex.execute_all([lesson] * 3, device="cuda (NVIDIA H100)", limit=1)) == []
