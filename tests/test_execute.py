"""A lesson is executed in a fresh kernel; what goes wrong is reported with file and line."""

import asyncio
import json
from pathlib import Path

import nbformat
import pytest
import torch
from conftest import nox_docs

from sitegen import execute as ex
from sitegen.lesson import read_lesson
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
