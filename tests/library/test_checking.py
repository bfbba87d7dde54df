"""How learners' files are checked and a class is graded."""

import ast
import csv
import json
import os
import socket
import sys
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from mlp_tutorial._command import check as checking
from mlp_tutorial._command import checker, grade, submissions, worker
from mlp_tutorial._command.app import app
from mlp_tutorial._command.cells import Cell, needed
from mlp_tutorial._command.check import check_file, run_limited
from mlp_tutorial._result import Result
from mlp_tutorial.lessons import find_lesson

LESSON = find_lesson("04")
FUNCTIONS = ["softmax", "cross_entropy", ""]  # of its exercises; nothing was checked without one
ANSWER = "import torch\ndef softmax(logits):\n    return torch.exp(logits - torch.logsumexp(logits, 1, True))\n"


def check(path):
    return dict(checker.check_answers(path, LESSON))


@pytest.fixture
def mine(tmp_path):
    """A learner's script."""
    return tmp_path / "mine.py"


def test_the_lesson_itself_is_right():
    assert {result.outcome for result in check(LESSON.path).values()} == {"right"}


def test_a_blank_notebook_is_not_attempted(tmp_path):
    nbformat.write(LESSON.for_learner(), tmp_path / "mine.ipynb")
    outcomes = {result.outcome for result in check(tmp_path / "mine.ipynb").values()}
    assert outcomes == {"not attempted"}


def test_a_blank_script_is_not_attempted(mine):
    mine.write_text(LESSON.script_for_learner(), "utf-8")
    assert {result.outcome for result in check(mine).values()} == {"not attempted"}


def test_only_the_cells_an_answer_needs_are_run():
    cells = ["import torch", "a = 1", "raise ValueError", "def f(x):\n    return a + x", "b = f(1)"]
    cells = [Cell.read(cell) for cell in cells]
    assert needed(cells, {3}) == [1, 3]
    assert needed(cells, {4}) == [1, 3, 4]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("softmax = exit()", "ends the program"),
        ("", "Expected an answer called `softmax`, but your code doesn't define it."),
        ("def softmax(:\n    pass", "Code cell 1 has a syntax error in line 2: `def softmax(:`."),
        (
            "softmax = 1 / 0",
            "Code cell 1 raised ZeroDivisionError: division by zero, in line 2: `softmax = 1 / 0`.",
        ),
        (ANSWER, "does what it should"),
        (ANSWER.replace("\n", "\n    # !touch marker\n    # %time 1\n"), "does what it should"),
        (ANSWER.replace("1,", "0,"), "you summed over dim=0"),
        (
            f"from google.colab import drive\n1 / 0\n{ANSWER.replace('1,', '0,')}",
            "summed over dim=0",
        ),
    ],
)
def test_a_result_says_what_a_cell_did(mine, source, said):
    mine.write_text(f"# %%\n{source}\n")
    assert said in check(mine)["softmax"].message


def test_an_endless_cell_is_stopped(mine, monkeypatch):
    monkeypatch.setattr(checker, "SECONDS", 0.2)
    mine.write_text(
        f"while True: pass\n{ANSWER}\ndef loop():\n    while True: pass\ncross_entropy = loop()"
    )
    results = check(mine)
    assert results["softmax"].outcome == "right"
    assert results["cross_entropy"].message == "Code cell 1 was still running after 0.2 s."


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
        ("assert False", 600, "AssertionError"),
        ("import os; os._exit(0)", 600, "its process ended without an error message"),
        ("while True: pass", 0.2, "it was stopped after 0.2 s"),
    ],
)
def test_a_process_that_ends_early_is_explained(code, seconds, said, monkeypatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
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


def test_a_class_is_graded(tmp_path, in_this_process):
    files = {
        "ada/04_softmax.py": LESSON.text,
        "bob_04_softmax.py": ANSWER.replace("1,", "0,"),
        "=1+1_04_softmax.py": "raise ValueError('<script>alert(1)</script>')\nsoftmax = 1",
        "homework.py": ANSWER,
        "other.py": "import torch",
    }
    (tmp_path / "ada").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_text(content, "utf-8")
    done = CliRunner().invoke(app, ["grade", str(tmp_path), "--output", str(tmp_path)])
    assert "other.py: not checked. This has nothing of any lesson." in done.output
    assert f"Graded {4 * len(LESSON.tasks)} answers" in done.output
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["exercise"] in FUNCTIONS]
    assert [(row["file"], row["exercise"], row["outcome"]) for row in rows] == [
        ("'=1+1_04_softmax.py", "softmax", "wrong"),  # the quote keeps it from being a formula
        ("'=1+1_04_softmax.py", "cross_entropy", "not attempted"),
        ("ada/04_softmax.py", "softmax", "right"),
        ("ada/04_softmax.py", "cross_entropy", "right"),
        ("bob_04_softmax.py", "softmax", "wrong"),
        ("bob_04_softmax.py", "cross_entropy", "not attempted"),
        ("homework.py", "softmax", "right"),
        ("homework.py", "cross_entropy", "not attempted"),
        ("other.py", "", "not checked"),
    ]
    assert rows[4]["mistake"] == "wrong axis"
    assert "use --lesson." in rows[8]["message"]
    page = (tmp_path / "grades.html").read_text("utf-8")
    assert "<td>1</td><td>04</td><td>softmax</td><td>wrong axis</td>" in page
    assert "<script" not in page


def test_a_teacher_may_name_the_lesson(tmp_path, in_this_process):
    (tmp_path / "homework.py").write_text(ANSWER)
    rows = grade.grade_folder(tmp_path, LESSON, seconds=600, megabytes=4000)
    outcomes = [row.result.outcome for row in rows if row.exercise in FUNCTIONS]
    assert outcomes == ["right", "not attempted"]


def test_what_cannot_be_read_is_not_graded_as_wrong(tmp_path, in_this_process):
    (tmp_path / "a_04_softmax.ipynb").write_text(nbformat.writes(LESSON.notebook)[:-100])
    (tmp_path / "b_04_softmax.py").write_bytes("# größer".encode("latin-1"))
    (tmp_path / "c_04_softmax.ipynb").mkdir()
    (tmp_path / "d_04_softmax.py").write_text(ANSWER)
    done = CliRunner().invoke(app, ["grade", str(tmp_path), "--output", str(tmp_path)])
    assert done.exit_code == 0
    assert f"Graded {len(LESSON.tasks)} answers" in done.output
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["exercise"] in FUNCTIONS]
    assert [row["outcome"] for row in rows] == ["not checked"] * 3 + ["right", "not attempted"]
    assert all(row["file"] in row["message"] for row in rows[:3])
    frequent, _, _ = (tmp_path / "grades.html").read_text("utf-8").partition("All answers")
    assert "not" not in frequent


@pytest.mark.parametrize(
    "name",
    [
        "04_softmax.ipynb",
        "04_Softmax.ipynb",
        "04_SOFTMAX.IPYNB",
        "04_softmax (1).ipynb",
        "copy of 04_softmax.ipynb",
        "Ünal Çelik/04-softmax.py",
        "張_04 softmax.py",
        "[ada] 04_softmax.py",
        "2105_04_softmax.py",
    ],
)
def test_a_file_is_found_and_its_lesson_recognized(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert submissions.find_files(tmp_path, []) == [path]
    (found,) = submissions.find_submissions([path], None)
    assert found.lesson == LESSON


@pytest.mark.parametrize(
    "name",
    [
        "__MACOSX/._04_softmax.ipynb",
        "__MACOSX/04_softmax.ipynb",
        "._04_softmax.ipynb",
        ".ipynb_checkpoints/04_softmax-checkpoint.ipynb",
        "ada/.git/04_softmax.py",
        "env/lib/04_softmax.py",
        "conda/04_softmax.py",
        "lib/site-packages/04_softmax.py",
        "node_modules/a/04_softmax.py",
        "__pycache__/04_softmax.py",
        "04_softmax.ipynb.txt",
    ],
)
def test_what_programs_put_there_is_no_answer(tmp_path, name):
    for path in (name, "env/pyvenv.cfg", "conda/conda-meta/history"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    assert submissions.find_files(tmp_path, []) == []


def test_a_folder_that_cannot_be_opened_is_named(tmp_path, monkeypatch, in_this_process):
    def walk(folder, onerror):
        onerror(PermissionError(13, "Permission denied", str(folder / "ada")))
        return iter([])

    monkeypatch.setattr(os, "walk", walk)  # root may open everything
    (row,) = grade.grade_folder(tmp_path, None, seconds=600, megabytes=4000)
    assert (row.file, row.result.outcome) == ("ada", "not checked")
    assert row.result.message == "Could not open this folder (Permission denied). Make it readable."


def test_grades_that_cannot_be_written_are_refused_before_grading(tmp_path, monkeypatch):
    (tmp_path / "04_softmax.py").touch()
    monkeypatch.setattr("mlp_tutorial._command.app.grade_folder", None)
    command = ["grade", str(tmp_path), "--output", str(tmp_path / "absent")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "Choose another folder with --output." in done.output


JUPYTER = [
    "%matplotlib inline\n!pip install torch\nimport asyncio\nimport torch",
    "display(torch); get_ipython().run_line_magic('matplotlib', 'inline')\naxis = 1",
    "%%time\nawait asyncio.sleep(0)\nfiles = !ls\n"
    "def softmax(logits):\n    return torch.exp(logits - torch.logsumexp(logits, axis, True))\nsoftmax?",
]


def test_cells_written_for_jupyter_are_judged(tmp_path):
    cells = [{"cell_type": "code", "source": source} for source in JUPYTER]
    (tmp_path / "mine.ipynb").write_text(json.dumps({"cells": cells}))
    assert check(tmp_path / "mine.ipynb")["softmax"].outcome == "right"


@pytest.mark.parametrize(
    "broken", ["import tohrch as torch", "import torch\n1 / 0 +", "torch = 1 / 0"]
)
def test_every_exercise_says_which_cell_failed_first(mine, broken):
    answers = "def softmax(x):\n    return torch.exp(x)\ndef cross_entropy(x, y):\n    return torch"
    mine.write_text(f"# %%\na = 1\n# %%\n{broken}\n# %%\n{answers}")
    results = check(mine)
    for name in FUNCTIONS[:2]:
        assert results[name].outcome == "wrong"
        assert results[name].message.startswith("Code cell 2 ")


@pytest.mark.parametrize(
    "failing", ["plot(", "1 / 0", "assert False", "exit()", "raise BaseException"]
)
def test_a_right_answer_is_right_whatever_else_fails(mine, failing):
    mine.write_text(f"# %%\n{ANSWER}\n# %%\nsoftmax_0 = 1\n# %%\ntorch = torch; {failing}")
    assert check(mine)["softmax"].outcome == "right"


def test_the_last_definition_counts_wherever_it_is(mine):
    answers = "".join(task.solution + "\n" for task in LESSON.tasks)
    stubs = "".join(f"# %%\ndef {task.name}(*_):\n    raise NotImplementedError\n" for task in LESSON.tasks)  # fmt: skip
    mine.write_text(f"{stubs}# %%\nimport torch\n{answers}")
    assert {result.outcome for result in check(mine).values()} == {"right"}


@pytest.mark.parametrize(
    "cells",
    [
        ["import torch", "def softmax(x): return helper(x)", "def helper(x): return torch.exp(x - torch.logsumexp(x, 1, True))"],
        ["def softmax(x): return torch.exp(x - torch.logsumexp(x, 1, True))", "import torch"],
        ["from torch import *", "def softmax(x): return exp(x - logsumexp(x, 1, True))"],
        ["class F: pass", "F.axis = 1", "import torch", "def softmax(x): return torch.exp(x - torch.logsumexp(x, F.axis, True))"],
        ["def make():\n    global softmax\n    def softmax(x): return (x - x.logsumexp(1, True)).exp()\nmake()"],
        ["a = {'b': [0]}", "a['b'][0] = 1", "def softmax(x): return (x - x.logsumexp(a['b'][0], True)).exp()", "a = 0"],
    ],
)  # fmt: skip
def test_an_answer_gets_what_other_cells_give_it(mine, cells):
    mine.write_text("# %%\n" + "\n# %%\n".join(cells))
    assert check(mine)["softmax"].outcome == "right"


NAMELESS = "class E(Exception):\n    def __str__(self): 1 / 0\nraise E"


@pytest.mark.parametrize(
    "failing",
    ["exit()", "input()", "from google.colab import drive", "ls", "await a", "@a\nclass B: 0", NAMELESS],
)  # fmt: skip
def test_a_statement_that_fails_keeps_no_other_from_running(mine, failing):
    mine.write_text(
        f"from __future__ import annotations\n1\n{failing}\nimport torch\n2 / 0\n"
        "def softmax(logits: Absent):\n    return torch.exp(logits - torch.logsumexp(logits, 1, True))\n"
    )
    assert check(mine)["softmax"].outcome == "right"


def test_a_check_below_the_answer_in_one_cell_does_not_hide_it(mine):
    mine.write_text(
        f"{ANSWER}\nfrom mlp_tutorial.exercises import *\nprint(check_softmax(softmax))"
    )
    assert check(mine)["softmax"].outcome == "right"


def test_modules_beside_the_file_are_imported(tmp_path, in_this_process, monkeypatch):
    (tmp_path / "class").mkdir()
    (tmp_path / "class/own_softmax.py").write_text(ANSWER)
    (tmp_path / "class/random.py").write_text("1 / 0")  # and hide none of ours
    (tmp_path / "class/mine.py").write_text(
        "from pathlib import Path\nfrom own_softmax import softmax\n"
        "assert Path('mine.py').samefile(__file__)\n"
        "import pickle\nclass Net: pass\npickle.dumps(Net())\n"
    )
    monkeypatch.chdir(tmp_path)
    results = check_file(Path("class/mine.py"), LESSON, seconds=600, megabytes=4000)
    monkeypatch.delitem(sys.modules, "own_softmax")
    assert results["softmax"].outcome == "right"
    assert "-P" in checking.WORKER
    (tmp_path / "class/own_softmax.py").unlink()
    results = check_file(tmp_path / "class/mine.py", LESSON, seconds=600, megabytes=4000)
    assert "put it beside this one. If not, install it" in results["softmax"].hint


@pytest.mark.parametrize(
    "written", ["", "\n", '\n["softmax", {"outcome": "ri', "\nnull\n[1, 2]\n[1]\n"]
)
def test_what_a_dead_process_wrote_is_never_half_a_result(mine, monkeypatch, written):
    monkeypatch.setattr(checking, "run_limited", lambda *_, **__: (written, "it died"))
    results = check_file(mine, LESSON, seconds=600, megabytes=4000)
    assert {name: result.outcome for name, result in results.items()} == (
        {task.name: "wrong" for task in LESSON.tasks} if written else {"": "not checked"}
    )
    assert all("it died." in result.message for result in results.values())


def test_a_server_that_ended_is_started_again(mine, monkeypatch):
    echo = "import json, sys\nfor line in sys.stdin: print(json.dumps([line, 'said']), flush=True)"
    monkeypatch.setattr(checking, "WORKER", [sys.executable, "-c", echo])
    server = checking.Server()
    try:
        assert server.run(["a"], 1.0) == ('[1.0, "a"]\n', "said")
        server._process.kill()
        (result,) = check_file(mine, LESSON, seconds=1, megabytes=1, run=server.run).values()
        assert result.outcome == "not checked"
        assert (
            "Could not start checking mine.py (the process that checks has ended)" in result.message
        )
        assert server.run(["b"], 1.0) == ('[1.0, "b"]\n', "said")
    finally:
        server.close()


def test_a_hanging_answer_costs_no_other(mine):
    names = [task.name for task in LESSON.tasks]
    tried = []

    def run(arguments, seconds):
        tried.append(left := arguments[3:])
        lines = [json.dumps([name, {"outcome": "right", "message": "Yes."}]) for name in left]
        return ("\n", "it was stopped after 1 s") if "softmax" in left else ("\n".join(lines), "")

    results = check_file(mine, LESSON, seconds=1, megabytes=4000, run=run)
    assert tried == [names, names[1:]]
    assert (
        results["softmax"].message
        == "`softmax` could not be checked to its end: it was stopped after 1 s."
    )
    assert results["softmax"].hint == "Is there a loop that never ends?"
    assert {results[name].outcome for name in names[1:]} == {"right"}


def test_equal_mistakes_are_counted_together(tmp_path):
    messages = [
        "Code cell 3 raised NameError: name 'np' is not defined, in line 2: `np.e`.",
        "Code cell 12 raised NameError: name 'np' is not defined, in line 7: `np.e`.",
        "Expected a number, got <generator object <genexpr> at 0x7f3a>.",
        "Expected a number, got <generator object <genexpr> at 0x81fb>.",
    ]
    rows = [grade.Row("a.py", "04", "softmax", Result("wrong", message)) for message in messages]
    grade.write_html(rows, tmp_path / "grades.html")
    frequent, _, _ = (tmp_path / "grades.html").read_text("utf-8").partition("All answers")
    assert frequent.count("<tr><td>2</td>") == 2
    assert "is not defined: <code>np.e</code>." in frequent


@pytest.mark.parametrize(
    ("lesson", "said"),
    [
        (None, "Expected a file with checks, answers or headings of any lesson, got none in the 2"),
        (
            LESSON,
            "Expected a file with checks, answers or headings of lesson 04, got none in the 2",
        ),
    ],
)
def test_a_folder_with_nothing_for_a_lesson_is_refused_at_once(tmp_path, lesson, said):
    for name in ("a.py", "b.ipynb"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(ValueError, match=said):
        grade.grade_folder(tmp_path, lesson, seconds=600, megabytes=4000)


def test_a_file_of_another_lesson_is_named(tmp_path):
    (tmp_path / "a.py").write_text(ANSWER)
    (tmp_path / "04_softmax.py").write_text("from mlp_tutorial.exercises import check_neuron")
    (tmp_path / "own.py").touch()
    (tmp_path / "mine.py").write_text("x = 1\n# Go from a to b.\nfrom own import f")
    files = submissions.find_files(tmp_path, [])
    found = submissions.find_submissions(files, find_lesson("01"))
    assert [(each.path.name, each.lesson and each.lesson.number) for each in found] == [
        ("04_softmax.py", "01"), ("a.py", "01"), ("mine.py", "01")
    ]  # fmt: skip
    found = submissions.find_submissions(files, LESSON)
    assert found[0].lesson == LESSON  # its name says so
    (tmp_path / "04_softmax.py").rename(tmp_path / "x.py")
    found = submissions.find_submissions(submissions.find_files(tmp_path, []), LESSON)
    assert found[-1].problem == "Expected lesson 04, got the checks of lesson 01."


def test_without_a_temporary_folder_nothing_is_wrong(mine, monkeypatch):
    def no_file():
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile.TemporaryFile", no_file)
    (result,) = check_file(mine, LESSON, seconds=600, megabytes=4000).values()
    assert result.outcome == "not checked"
    assert "No usable temporary directory found" in result.message
    assert "set TMPDIR to a folder that you can write to" in result.message


def test_no_assertion_of_ours_is_lost_under_optimized_python():
    for path in Path(worker.__file__).parents[1].rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        if path.parent.name != "_lessons":
            assert not [node for node in ast.walk(tree) if isinstance(node, ast.Assert)], path


def test_an_answer_may_be_a_variable_or_a_figure(mine):
    mine.write_text(
        "import math\nimport torch\nimport matplotlib.pyplot as plt\n"
        "bad = -math.log(0.0001)\nshare = bad / (bad - 99 * math.log(0.99))\n"
        "T = torch.logspace(-1, 2, 50)\n"
        "picture = plt.plot(T, (torch.tensor([2.0, 0, -1]) / T[:, None]).softmax(1)[:, 0])\n"
        "plt.close()\n"  # these tests check in their own process
    )
    results = check(mine)
    assert results["share"].outcome == "right"
    assert "the x axis is linear" in results["picture"].message
