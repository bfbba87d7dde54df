"""`mlp-tutorial`, as a learner and a teacher use it."""

import io
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from rich.console import Console
from typer.testing import CliRunner

from mlp_tutorial import lessons
from mlp_tutorial._command import app as cli
from mlp_tutorial._command import progress
from mlp_tutorial._command.app import app, main
from mlp_tutorial._result import Result
from mlp_tutorial.lessons import find_lesson


@pytest.fixture
def path():
    """The function that finds the file of the progress, before `home` replaces it."""
    return progress.path


@pytest.fixture
def right_answer(home, monkeypatch):
    """A file of a learner's with one right answer, which is not run."""
    (home / "mine.py").touch()
    right = {"softmax": Result("right", "Yes.")}
    monkeypatch.setattr("mlp_tutorial._command.app.check_file", lambda *_, **__: right)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, path):
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


def test_a_learner_solves_an_exercise(home, in_this_process):
    assert re.search("· +04 Softmax .* 0 of 6", run())
    run("start", "4")
    notebook = nbformat.read(home / "04_softmax.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.source.startswith("def softmax"):
            cell.source = "def softmax(logits):\n    return torch.exp(logits - torch.logsumexp(logits, 1, True))"
        if cell.source.startswith("def cross_entropy"):
            cell.source = "cross_entropy = 1 / 0"
    nbformat.write(notebook, home / "04_softmax.ipynb")
    said = run("check", "04", code=1)
    assert "softmax: right" in said
    assert "cross_entropy: wrong" in said
    assert "raised ZeroDivisionError: division by zero, in line 1: cross_entropy = 1 / 0" in said
    assert re.search("· +04 Softmax .* 1 of 6", run())


def test_start_never_overwrites_work(home):
    run("start", "04", "--script")
    (home / "04_softmax.py").write_text("# mine")
    assert "may hold your work" in run("start", "04", "--script", code=2)
    assert (home / "04_softmax.py").read_text() == "# mine"


def test_where_you_are_and_what_is_next():
    first = find_lesson("01")
    assert "Next in lesson 01: neuron, " in run()
    progress.add({progress.key(first, task) for task in first.tasks})
    assert re.search("✓ +01 One neuron .* 6 of 6", run())
    assert "Open it with: mlp-tutorial open 02" in run()
    for lesson in lessons.read_lessons():
        progress.add({progress.key(lesson, task) for task in lesson.tasks})
    assert "You have solved everything." in run()


@pytest.fixture
def called(monkeypatch):
    """The commands that `open` calls, which are not run."""
    commands = []
    monkeypatch.setattr(cli.subprocess, "run", lambda command, **_: commands.append(command))
    monkeypatch.setattr(cli.typer, "launch", lambda path: commands.append(["launch", path]))
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    return commands


def test_open_writes_a_lesson_and_opens_it_in_jupyterlab(home, monkeypatch, called):
    monkeypatch.setattr(cli, "find_spec", lambda name: name)
    run("open", "5")
    (home / "05_activations.ipynb").write_text("mine")
    run("open", "05")
    assert called == [[sys.executable, "-m", "jupyterlab", Path("05_activations.ipynb")]] * 2
    assert (home / "05_activations.ipynb").read_text() == "mine"


def test_without_jupyterlab_open_says_what_to_do_and_a_script_opens_in_the_editor(
    home, monkeypatch, called
):
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert "python3 -m pip install jupyterlab" in run("open", "05", code=2)
    assert list(home.iterdir()) == []
    run("open", "05", "--script")
    monkeypatch.setenv("EDITOR", "code --wait")
    run("open", "05")  # there is a script already
    script = Path("05_activations.py")
    assert called == [["launch", str(script)], ["code", "--wait", script]]


def test_hints_come_one_at_a_time_and_the_solution_only_after_a_question():
    assert "softmax (warm-up), hint 1 of 2: Take exp" in run("hint", "04", "softmax")
    assert "hint 2 of 2" in run("hint", "04", "softmax", "-n", "2")
    said = run("hint", "04", "softmax", "-n", "3", code=2)
    assert "has only 2 hints. Show its solution with: mlp-tutorial solution 04 softmax" in said
    assert "keepdim=True" not in run("solution", "04", "softmax", input="n\n", code=1)
    assert "keepdim=True" in run("solution", "04", "softmax", input="y\n")
    assert "keepdim=True" in run("solution", "04", "softmax", "--yes")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["start", "99"], "expected the number of a lesson (01, 02, "),
        (["check", "04"], "Create a file with: mlp-tutorial start 04"),
        (["check", "04", "absent.py"], "Could not find absent.py"),
        (["check", "19"], "Appendix: error messages has no exercises. It's a page to look"),
        (["hint", "19"], "Appendix: error messages has no exercises. It's a page to look"),
        (["grade", ".", "--lesson", "19"], "Appendix: error messages has no exercises."),
        (["hint", "04", "sotfmax"], "Its exercises are softmax and money_left"),
        (["grade", "absent"], "absent is not a folder. Put the files"),
        (["grade", "."], "Found no notebooks or scripts"),
    ],
)
def test_an_error_says_what_to_do(arguments, said):
    assert said in run(*arguments, code=2)


def test_a_learner_with_two_files_is_asked_which(home):
    run("start", "04")
    run("start", "04", "--script")
    assert "Name the one to check: mlp-tutorial check 04 04_softmax.ipynb" in run(
        "check", "04", code=2
    )


def test_a_file_of_another_lesson_is_not_checked(home):
    run("start", "07")
    said = run("check", "04", "07_modules.ipynb", code=2)
    assert "Expected lesson 04, got the checks of lesson 07. Name that lesson instead." in said


def test_run_runs_the_lesson(monkeypatch, tmp_path, home):
    opening = "# %% [markdown]\n# # Short\n\n# %%\n"
    script = "from own_helper import Path\nPath('here').touch()\nraise SystemExit(3)\n"
    (tmp_path / "01_short.py").write_text(opening + script)
    (tmp_path / "own_helper.py").write_text("from pathlib import Path")
    monkeypatch.setattr(lessons, "PACKAGED", tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    run("run", "1", code=3)
    assert (home / "here").exists()


def test_a_lesson_that_cannot_be_read_stops_no_other(monkeypatch, tmp_path, home):
    (tmp_path / "01_good.py").write_text("# %% [markdown]\n# # Good :smile: & well\n\n# %%\n1\n")
    (tmp_path / "02_bad.py").write_bytes(b"# %%\n'caf\xe9'\n")
    (tmp_path / "[03_x.py").write_text("# %%\n")
    (tmp_path / "04_tags.py").write_text("# %% tags=[b]\n")
    monkeypatch.setattr(lessons, "PACKAGED", tmp_path)
    said = run()
    assert "Good :smile: & well" in said
    assert "02_bad.py:2: expected UTF-8, got byte 0xe9; save the file as UTF-8" in said
    assert "[03_x.py:1: expected a name such as 04_softmax.py" in said
    assert "Wrote 01_good.ipynb" in run("start", "1")
    assert "02_bad.py:2: expected UTF-8, got byte 0xe9" in run("start", "2", code=2)
    assert 'tags=["timing"], for example, got tags=[b]' in run("start", "4", code=2)
    (home / "ada_02_bad.py").touch()
    assert "ada_02_bad.py: not checked" in run("grade", ".")
    assert "02_bad.py:2: expected UTF-8" in (home / "grades.csv").read_text()


@pytest.mark.parametrize(
    ("damage", "left"),
    [
        (b"", set()),
        (b"7", set()),
        (b"[[1]]", set()),
        (b"\xff", set()),
        (b'["04/softmax", "04/cro', {"04/softmax", "04/cro"}),
        (b'\xef\xbb\xbf{"04/softmax": \xff}', {"04/softmax"}),
    ],
)
def test_of_a_damaged_file_what_it_names_is_kept(damage, left):
    progress.add({"04/softmax"})
    assert progress.solved() == {"04/softmax"}
    progress.path().write_bytes(damage)
    assert progress.solved() == left
    progress.add({"01/neuron"})
    assert progress.solved() == left | {"01/neuron"}


def test_progress_that_cannot_be_read_is_not_overwritten(monkeypatch, right_answer):
    progress.add({"01/neuron"})

    read_text = Path.read_text

    def read(path, *arguments, **options):
        if path == progress.path():  # root may read everything
            raise PermissionError(13, "Permission denied")
        return read_text(path, *arguments, **options)

    with monkeypatch.context() as closed:
        closed.setattr(Path, "read_text", read)
        said = run("check", "04", "mine.py")
        assert "your progress could not be saved ([Errno 13] Permission denied)" in said
    assert progress.solved() == {"01/neuron"}


def test_progress_saved_at_once_is_all_kept():
    names = [f"04/{number}" for number in range(20)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: progress.add({name}), names))
    assert progress.solved() == set(names)


@pytest.mark.skipif(os.name != "posix", reason="a link needs no rights")
def test_progress_behind_a_link_stays_there(tmp_path):
    progress.path().parent.mkdir()
    progress.path().symlink_to(tmp_path / "mine.json")
    progress.add({"04/softmax"})
    assert progress.path().is_symlink()
    assert "04/softmax" in (tmp_path / "mine.json").read_text()


def test_without_a_home_no_folder_is_made(home, monkeypatch, path, right_answer):
    monkeypatch.setattr(progress, "path", path)
    monkeypatch.setattr(progress, "user_data_path", lambda name: Path("~", name))
    said = run("check", "04", "mine.py")
    assert "softmax: right" in said
    assert "your progress could not be saved (expected a home folder, got none; set HOME" in said
    assert "set HOME" in run()
    assert [file.name for file in home.iterdir()] == ["mine.py"]


def call_main(monkeypatch, *arguments, encoding="utf-8", raw=None):
    """Call the command as its script does, with a standard output of bytes."""
    raw = raw or io.BytesIO()
    monkeypatch.setattr(cli, "read_lessons", lambda: [find_lesson("04")])  # quicker than all
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding, write_through=True))
    monkeypatch.setattr(sys, "argv", ["mlp-tutorial", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code, getattr(raw, "getvalue", bytes)().decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "marks"), [("utf-8", "✓·"), ("cp1252", "x-"), ("ascii", "x-"), ("cp932", "x-")]
)
def test_any_encoding_shows_what_is_solved(monkeypatch, encoding, marks):
    softmax = find_lesson("04")
    code, said = call_main(monkeypatch, encoding=encoding)
    assert code == 0
    assert f"{marks[1]}  04 Softmax" in said
    progress.add({progress.key(softmax, task) for task in softmax.tasks})
    assert f"{marks[0]}  04 Softmax" in call_main(monkeypatch, encoding=encoding)[1]


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["solution", "5", "--yes"]])
def test_everything_is_shown_in_ascii(monkeypatch, arguments):
    code, said = call_main(monkeypatch, *arguments, encoding="ascii")
    assert code == 0
    assert said


class FullDisk(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("raw", [FullDisk, lambda: None], ids=["full disk", "closed pipe"])
def test_progress_is_saved_though_nobody_reads_the_results(monkeypatch, right_answer, raw):
    monkeypatch.setattr(cli, "console", Console())  # a closed pipe silences it for good
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb", 0) as pipe:
        code, _ = call_main(monkeypatch, "check", "04", "mine.py", raw=raw() or pipe)
    assert code in (1, "mlp-tutorial could not go on: [Errno 28] No space left on device")
    assert progress.solved() == {"softmax/softmax"}


def test_names_and_errors_are_shown_letter_by_letter(monkeypatch):
    strange = "[/x] <b> *a* [red].py"
    assert f"Could not find {strange}" in run("check", "04", strange, code=2)
    Path("mine.py").touch()
    wrong = {"softmax": Result("wrong", "`f` got <class 'int'>, __x__ [/] *a* :smile:", "")}
    monkeypatch.setattr("mlp_tutorial._command.app.check_file", lambda *_, **__: wrong)
    assert "f got <class 'int'>, __x__ [/] *a* :smile:" in run("check", "04", "mine.py", code=1)


def test_what_is_no_file_is_explained(home):
    (home / "04_softmax.ipynb").mkdir()
    assert "Expected 04_softmax.ipynb to be a file, got a folder." in run("check", "04", code=2)


def test_a_lesson_that_cannot_be_written_leaves_no_half(home, monkeypatch):
    write = Path.open
    with monkeypatch.context() as disk:
        disk.setattr(
            Path, "open", lambda path, *a, **o: (Disk if "x" in a else write)(path, *a, **o)
        )
        said = run("start", "04", code=2)
    assert "Could not write 04_softmax.ipynb here (No space left on device)" in said
    assert list(home.iterdir()) == []


class Disk(io.StringIO):
    """A file on a full disk."""

    def __init__(self, path, *_, **__):
        super().__init__()
        os.close(os.open(path, os.O_CREAT))

    def flush(self):
        raise OSError(28, "No space left on device")


def test_help_has_examples():
    for command in ("open", "start", "check", "hint", "solution", "run", "data", "grade"):
        assert "Example: mlp-tutorial " in run(command, "--help")
