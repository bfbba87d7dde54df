"""How learners' files are checked and a class is graded."""

import csv
import os
import socket
import sys
from threading import Lock

import nbformat
import pytest
from typer.testing import CliRunner

from mlp_tutorial._command import grade, worker
from mlp_tutorial._command.app import app
from mlp_tutorial._command.check import run_limited
from mlp_tutorial.lessons import find_lesson

LESSON = find_lesson("05")
ANSWER = "import torch\ndef softmax(logits):\n    return torch.softmax(logits, 1)\n"


def check(path):
    return dict(worker.check_answers(path, LESSON))


@pytest.fixture
def mine(tmp_path):
    """A learner's script."""
    return tmp_path / "mine.py"


def test_the_lesson_itself_is_right():
    assert [result.outcome for result in check(LESSON.path).values()] == ["right", "right"]


def test_a_blank_notebook_is_not_attempted(tmp_path):
    nbformat.write(LESSON.for_learner(), tmp_path / "mine.ipynb")
    outcomes = [result.outcome for result in check(tmp_path / "mine.ipynb").values()]
    assert outcomes == ["not attempted", "not attempted"]


def test_a_blank_script_is_not_attempted(mine):
    mine.write_text(LESSON.script_for_learner(), "utf-8")
    assert [result.outcome for result in check(mine).values()] == ["not attempted", "not attempted"]


def test_only_the_cells_an_answer_needs_are_run():
    cells = ["import torch", "a = 1", "raise ValueError", "def f(x):\n    return a + x", "b = f(1)"]
    assert worker.needed(cells, "f") == [1, 3]
    assert worker.needed(cells, "b") == [1, 3, 4]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise SystemExit\nsoftmax = 1", "ends the program"),
        ("", "no `softmax` in this file"),
        ("def softmax(:\n    pass", "Code cell 1 has a syntax error in line 2: `def softmax(:`."),
        (
            "1 / 0\nsoftmax = 1",
            "Code cell 1 raised ZeroDivisionError: division by zero, in line 2: `1 / 0`.",
        ),
        (ANSWER, "does what it should"),
        (ANSWER.replace("1)", "0)"), "you summed over dim=0"),
    ],
)
def test_a_result_says_what_a_cell_did(mine, source, said):
    mine.write_text(f"# %%\n{source}\n")
    assert said in check(mine)["softmax"].message


def test_an_endless_cell_is_stopped(mine, monkeypatch):
    monkeypatch.setattr(worker, "SECONDS", 0.2)
    mine.write_text("softmax = 1\nwhile True: pass")
    assert check(mine)["softmax"].message == "Code cell 1 was still running after 0.2 s."


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux caps the memory of a process")
def test_memory_is_capped(mine):
    import resource

    mine.write_text("softmax = bytearray(8 * 2**30)")
    before = resource.getrlimit(resource.RLIMIT_DATA)
    try:
        worker.restrict_memory(4000)
        assert check(mine)["softmax"].message == "Code cell 1 needs more memory than it may use."
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


@pytest.mark.parametrize(
    ("code", "seconds", "said"),
    [
        ("raise ValueError('no memory.')", 600, "ValueError: no memory"),
        ("import os; os._exit(0)", 600, "its process ended without an error message"),
        ("while True: pass", 0.2, "it was stopped after 0.2 s"),
    ],
)
def test_a_process_that_ends_early_is_explained(code, seconds, said):
    assert run_limited([sys.executable, "-c", code], seconds=seconds) == ("", said)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX kills a process with its children")
def test_a_process_leaves_no_children():
    with socket.create_server(("127.0.0.1", 0)) as server:
        child = f"""
import socket
connection = socket.create_connection(("127.0.0.1", {server.getsockname()[1]}))
print("connected", flush=True)
connection.recv(1)
"""
        parent = f"""
import os, subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-c", {child!r}], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
)
child.stdout.readline()
os._exit(0)
"""
        run_limited([sys.executable, "-c", parent], seconds=600)
        with server.accept()[0] as connection:
            assert connection.recv(1) == b""  # nothing comes while the child lives


@pytest.fixture
def in_this_process(monkeypatch):
    """Grade without a process for each file, which would import torch each time."""
    lock = Lock()  # the worker redirects its output

    def check_file(path, lesson, **_):
        with lock:
            return dict(worker.check_answers(path, lesson))

    monkeypatch.setattr(grade, "check_file", check_file)


def test_a_class_is_graded(tmp_path, in_this_process):
    files = {
        "ada/05_softmax.py": LESSON.text,
        "bob_05_softmax.py": ANSWER.replace("1)", "0)"),
        "=1+1_05_softmax.py": "raise ValueError('<script>alert(1)</script>')\nsoftmax = 1",
        "homework.py": ANSWER,
    }
    (tmp_path / "ada").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_text(content, "utf-8")
    done = CliRunner().invoke(app, ["grade", str(tmp_path), "--output", str(tmp_path)])
    assert "homework.py: not checked. The file name does not" in done.output
    assert "Graded 6 answers" in done.output
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["exercise"], row["outcome"]) for row in rows] == [
        ("'=1+1_05_softmax.py", "softmax", "wrong"),  # the quote keeps it from being a formula
        ("'=1+1_05_softmax.py", "cross_entropy", "not attempted"),
        ("ada/05_softmax.py", "softmax", "right"),
        ("ada/05_softmax.py", "cross_entropy", "right"),
        ("bob_05_softmax.py", "softmax", "wrong"),
        ("bob_05_softmax.py", "cross_entropy", "not attempted"),
        ("homework.py", "", "not checked"),
    ]
    assert rows[4]["mistake"] == "wrong axis"
    assert "Use --lesson." in rows[6]["message"]
    page = (tmp_path / "grades.html").read_text("utf-8")
    assert "<td>1</td><td>05</td><td>softmax</td><td>wrong axis</td>" in page
    assert "<script" not in page


def test_a_teacher_may_name_the_lesson(tmp_path, in_this_process):
    (tmp_path / "homework.py").write_text(ANSWER)
    rows = grade.grade_folder(tmp_path, LESSON, seconds=600, megabytes=4000)
    assert [row.result.outcome for row in rows] == ["right", "not attempted"]
