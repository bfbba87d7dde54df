"""`mlp-tutorial`, as a learner and a teacher use it."""

import csv
import subprocess
import sys

import jupytext
import nbformat
import pytest
from typer.testing import CliRunner

from mlp_tutorial._command import progress
from mlp_tutorial._command.app import app
from mlp_tutorial._command.check import check_file
from mlp_tutorial._command.worker import needed
from mlp_tutorial.lessons import find_lessons

SOLVED = find_lessons()["05"].read_text()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A learner's folder, and their data beside it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def run(*arguments, code=0, **options):
    result = CliRunner().invoke(app, arguments, **options)
    assert result.exit_code == code, result.output
    return result.output


def test_from_the_list_to_a_solved_exercise(home):
    assert "· softmax" in run("list")
    run("start", "5")
    notebook = nbformat.read(home / "05_softmax.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert "not attempted" in run("check", "05", code=1)
    for cell in notebook.cells:
        if cell.source.startswith("def softmax"):
            cell.source = "def softmax(logits):\n    return torch.softmax(logits, 1)"
    nbformat.write(notebook, home / "05_softmax.ipynb")
    said = run("check", "05", code=1)
    assert "softmax: right" in said
    assert "cross_entropy: not attempted" in said
    assert "✓ softmax" in run("list")
    assert "· cross_entropy" in run("list")


def test_start_never_overwrites_work(home):
    run("start", "05", "--script")
    (home / "05_softmax.py").write_text("# mine")
    assert "it is your work" in run("start", "05", "--script", code=2)
    assert (home / "05_softmax.py").read_text() == "# mine"


def test_all_right_is_exit_code_0(home):
    (home / "mine.py").write_text(SOLVED)
    assert run("check", "05", "mine.py").count("right") == 2


def test_hints_come_one_at_a_time_and_solutions_are_asked_for():
    assert "hint 1 of 2: Take exp" in run("hint", "05", "softmax")
    assert "hint 2 of 2" in run("hint", "05", "softmax", "-n", "2")
    assert "has 2 hints" in run("hint", "05", "softmax", "-n", "3", code=2)
    assert "keepdim=True" not in run("solution", "05", "softmax", input="n\n", code=1)
    assert "keepdim=True" in run("solution", "05", "softmax", input="y\n")
    assert "keepdim=True" in run("solution", "05", "softmax", "--yes")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["start", "99"], "There is no lesson 99: they are 01 to"),
        (["check", "05"], "Make one with: mlp-tutorial start 05"),
        (["check", "05", "absent.py"], "There is no absent.py here"),
        (["hint", "05", "sotfmax"], "it has softmax and cross_entropy"),
        (["grade", "absent"], "absent is no folder"),
        (["grade", "."], "There are no notebooks or scripts"),
    ],
)
def test_an_error_is_a_sentence_that_says_what_to_do(arguments, said):
    assert said in run(*arguments, code=2)


def test_run_runs_the_lesson(monkeypatch):
    command = [sys.executable, "-m", "typer", "mlp_tutorial._command.app", "run", "run", "01"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "0.1595" in done.stdout


def test_data_says_what_is_here(monkeypatch, tmp_path):
    assert "train: all 60,000 digits are here." in run("data")
    monkeypatch.setenv("MLP_TUTORIAL_DATA", "/dev/null")
    assert "train: 5,000 digits, a part." in run("data", code=2)


@pytest.mark.parametrize("damage", ["", "{", "7", "[[1]]", "\udcff"])
def test_damaged_progress_loses_nothing_but_ticks(damage):
    progress.add({"05/softmax"})
    assert progress.solved() == {"05/softmax"}
    progress.path().write_text(damage, "utf-8", "surrogateescape")
    assert "05/softmax" not in progress.solved()
    progress.add({"01/neuron"})
    assert "01/neuron" in progress.solved()


def test_help_has_examples():
    for command in ("list", "start", "check", "hint", "solution", "run", "data", "grade"):
        assert "Example: mlp-tutorial " in run(command, "--help")


def test_only_the_cells_an_answer_needs_are_run():
    cells = ["import torch", "a = 1", "raise ValueError", "def f(x):\n    return a + x", "b = f(1)"]
    assert needed(cells, "f") == [1, 3]
    assert needed(cells, "b") == [1, 3, 4]


MISBEHAVING = {
    "endless_05_softmax.py": ("while True: pass\nsoftmax = cross_entropy = 1", "stopped after"),
    "greedy_05_softmax.py": (
        "import torch\nhuge = torch.ones(10 * 2**28)\nsoftmax = cross_entropy = huge",
        "memory",
    ),
    "quitter_05_softmax.py": (
        "import sys\nsoftmax = cross_entropy = sys.exit(0)",
        "ends the program",
    ),
    "crash_05_softmax.py": (
        "import os\nos._exit(0)\nsoftmax = cross_entropy = 1",
        "ended its process",
    ),
    "deleted_05_softmax.py": ("", "There is no softmax"),
    "syntax_05_softmax.py": ("def softmax(:\n    pass\ncross_entropy = 1", "cannot read line 1"),
    "junk_05_softmax.py": ("\x00\x01\udcff\udcfe", "neither a notebook nor a script"),
    "junk_05_softmax.ipynb": ("{", "neither a notebook nor a script"),
    "homework.py": ("softmax = 1", "does not say which lesson"),
    "good_05_softmax.py": (SOLVED, "does what it should"),
    "wrong_05_softmax.py": (
        "import torch\ndef softmax(x): return torch.softmax(x, 0)\ndef cross_entropy(x, y): return 1.0",
        "you summed over dim=0",
    ),
}


def test_a_file_that_misbehaves_costs_its_own_row_and_nothing_else(home):
    for name, (content, _) in MISBEHAVING.items():
        (home / name).write_text(content, "utf-8", "surrogateescape")
    run("grade", ".", "--seconds", "15")
    with (home / "grades.csv").open() as file:
        rows = list(csv.DictReader(file))
    for name, (_, said) in MISBEHAVING.items():
        mine = [row for row in rows if row["file"] == name]
        assert len(mine) == (1 if name == "homework.py" else 2)
        assert said in mine[0]["message"].replace("`", "")
        assert (mine[0]["outcome"] == "right") == (name == "good_05_softmax.py")
    page = (home / "grades.html").read_text()
    assert "<td>wrong axis</td>" in page
    assert "<script" not in page


def test_what_learners_wrote_is_escaped(home):
    source = 'import torch\nraise ValueError("<script>alert(1)</script>")\nsoftmax = 1'
    (home / "=1+1_05_softmax.py").write_text(source)
    run("grade", ".")
    assert "<script>" not in (home / "grades.html").read_text()
    assert "\n'=1+1_05_softmax.py," in (home / "grades.csv").read_text()


def test_a_notebook_with_an_answer_that_starts_processes_leaves_none(home):
    source = (
        "import subprocess, time\nsleep = subprocess.Popen(['sleep', '1234.5'])\ntime.sleep(60)\n"
        "softmax = 1"
    )
    (home / "mine.py").write_text(source)
    results = check_file(home / "mine.py", "05", seconds=8, megabytes=4000)
    assert results["softmax"].message == "The file was stopped after 8 s."
    ps = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert "1234.5" not in ps.stdout


def test_the_blank_notebook_checks_as_not_attempted(home):
    run("start", "01")
    text = (home / "01_neuron.ipynb").read_text()
    assert jupytext.reads(text, fmt="ipynb").metadata.kernelspec.name == "python3"
    assert run("check", "01", code=1).count("not attempted") == 2
