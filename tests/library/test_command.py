"""`mlp-tutorial`, as a learner and a teacher use it."""

import nbformat
import pytest
from typer.testing import CliRunner

from mlp_tutorial import lessons
from mlp_tutorial._command import progress
from mlp_tutorial._command.app import app


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A learner's folder, with their progress beside it."""
    monkeypatch.setattr(progress, "path", lambda: tmp_path / "data" / "solved.json")
    monkeypatch.setenv("COLUMNS", "200")
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def run(*arguments, code=0, **options):
    result = CliRunner().invoke(app, arguments, **options)
    assert result.exit_code == code, result.output
    return result.output


def test_a_learner_solves_an_exercise(home):
    assert "· softmax" in run("list")
    run("start", "5")
    notebook = nbformat.read(home / "05_softmax.ipynb", as_version=4)
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
    assert "may hold your work" in run("start", "05", "--script", code=2)
    assert (home / "05_softmax.py").read_text() == "# mine"


def test_hints_come_one_at_a_time_and_the_solution_only_after_a_question():
    assert "hint 1 of 2: Take exp" in run("hint", "05", "softmax")
    assert "hint 2 of 2" in run("hint", "05", "softmax", "-n", "2")
    said = run("hint", "05", "softmax", "-n", "3", code=2)
    assert "has only 2 hints. Show its solution with: mlp-tutorial solution 05 softmax" in said
    assert "keepdim=True" not in run("solution", "05", "softmax", input="n\n", code=1)
    assert "keepdim=True" in run("solution", "05", "softmax", input="y\n")
    assert "keepdim=True" in run("solution", "05", "softmax", "--yes")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["start", "99"], "expected the number of a lesson (01, 02, "),
        (["check", "05"], "Create a file with: mlp-tutorial start 05"),
        (["check", "05", "absent.py"], "Could not find absent.py"),
        (["hint", "05", "sotfmax"], "Its exercises are softmax and cross_entropy"),
        (["grade", "absent"], "absent is not a folder. Put the files"),
        (["grade", "."], "Found no notebooks or scripts"),
    ],
)
def test_an_error_says_what_to_do(arguments, said):
    assert said in run(*arguments, code=2)


def test_a_learner_with_two_files_is_asked_which(home):
    run("start", "05")
    run("start", "05", "--script")
    assert "Name the one to check: mlp-tutorial check 05 05_softmax.ipynb" in run(
        "check", "05", code=2
    )


def test_run_runs_the_lesson(monkeypatch, tmp_path, home):
    script = "# %% [markdown]\n# # Short\n\n# %%\nfrom pathlib import Path\nPath('here').touch()\nraise SystemExit(3)\n"
    (tmp_path / "01_short.py").write_text(script)
    monkeypatch.setattr(lessons, "PACKAGED", tmp_path)
    run("run", "1", code=3)
    assert (home / "here").exists()


def test_a_lesson_that_cannot_be_read_stops_no_other(monkeypatch, tmp_path, home):
    (tmp_path / "01_good.py").write_text("# %% [markdown]\n# # Good :smile: & well\n\n# %%\n1\n")
    (tmp_path / "02_bad.py").write_bytes(b"# %%\n'caf\xe9'\n")
    (tmp_path / "[03_x.py").write_text("# %%\n")
    (tmp_path / "04_tags.py").write_text("# %% tags=[b]\n")
    monkeypatch.setattr(lessons, "PACKAGED", tmp_path)
    said = run("list")
    assert "Good :smile: & well" in said
    assert "02_bad.py:2: expected UTF-8, got byte 0xe9; save the file as UTF-8" in said
    assert "[03_x.py:1: expected a name such as 05_softmax.py" in said
    assert "Wrote 01_good.ipynb" in run("start", "1")
    assert "02_bad.py:2: expected UTF-8, got byte 0xe9" in run("start", "2", code=2)
    assert 'tags=["timing"], for example, got tags=[b]' in run("start", "4", code=2)
    (home / "ada_02_bad.py").touch()
    assert "Graded 1 answers" in run("grade", ".")
    assert "02_bad.py:2: expected UTF-8" in (home / "grades.csv").read_text()


@pytest.mark.parametrize("damage", ["", "{", "7", "[[1]]", "\udcff"])
def test_a_damaged_file_costs_only_the_progress(damage):
    progress.add({"05/softmax"})
    assert progress.solved() == {"05/softmax"}
    progress.path().write_text(damage, "utf-8", "surrogateescape")
    assert "05/softmax" not in progress.solved()
    progress.add({"01/neuron"})
    assert "01/neuron" in progress.solved()


def test_help_has_examples():
    for command in ("list", "start", "check", "hint", "solution", "run", "data", "grade"):
        assert "Example: mlp-tutorial " in run(command, "--help")
