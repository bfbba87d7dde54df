"""A lesson runs again exactly when its result could differ."""

import asyncio
import dataclasses
import json
import os
import shutil
import time

import nbformat
import pytest

from sitegen import execute as ex
from sitegen.lesson import read_lessons
from sitegen.record import Setting

LESSON = """\
# %% [markdown]
# # Title
#
# Prose.

# %% tags=["a"]
import helper

print(helper.double(4), open("numbers.txt").read())

# %% alt="A figure."
from IPython.display import SVG, display

display(SVG("<svg xmlns='http://www.w3.org/2000/svg'></svg>"))
"""
HELPER = '''\
"""A module."""

import deeper


def double(x):
    """Double it."""
    return deeper.FACTOR * x
'''
SETTING = Setting.here("cpu", 1)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A project of one lesson that has run."""
    root = tmp_path_factory.mktemp("executed")
    (root / "tutorials").mkdir()
    files = {
        "tutorials/01_it.py": LESSON,
        "helper.py": HELPER,
        "deeper.py": "FACTOR = 2\n",
        "unused.py": "x = 1\n",
        "numbers.txt": "17",
    }
    for name, text in files.items():
        (root / name).write_text(text)
        os.utime(root / name, (time.time() - 60,) * 2)  # written before the lesson runs
    (lesson,) = read_lessons(root)
    record = asyncio.run(ex.execute(lesson, setting=SETTING, limit=60, root=root))
    assert isinstance(record, ex.Record)
    return root


@pytest.fixture
def root(executed, tmp_path):
    """A copy of it to change."""
    return shutil.copytree(executed, tmp_path / "project")


def why(root, setting=SETTING):
    (lesson,) = read_lessons(root)
    return ex.reuse(lesson, setting=setting, root=root)


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def printed(root, name="01_it"):
    notebook = nbformat.read(root / f"build/tutorials/{name}.ipynb", as_version=4)
    return notebook.cells, [
        out.get("text") for cell in notebook.cells for out in cell.get("outputs", [])
    ]


def test_nothing_changed(root):
    before = (root / "build/tutorials/01_it.ipynb").read_bytes()
    record = json.loads((root / "build/tutorials/01_it.json").read_text())
    assert list(record["modules"]) == ["deeper.py", "helper.py"]
    assert list(record["files"]) == ["numbers.txt"]
    assert why(root) is None
    assert (root / "build/tutorials/01_it.ipynb").read_bytes() == before


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("tutorials/01_it.py", "double(4)", "double(5)", "its code changed"),
        ("tutorials/01_it.py", 'tags=["a"]', 'tags=["b"]', "its code changed"),
        ("helper.py", "* x", "* x + 0", "helper.py changed"),
        ("deeper.py", "2", "3", "deeper.py changed"),
        ("deeper.py", "FACTOR = 2", "FACTOR = = 2", "deeper.py changed"),
        ("numbers.txt", "17", "18", "numbers.txt changed"),
    ],
)
def test_what_could_change_the_result(root, file, old, new, reason):
    edit(root / file, old, new)
    assert why(root) == reason
    edit(root / file, new, old)
    assert why(root) is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("tutorials/01_it.py", "# Prose.", "# Other prose."),
        ("tutorials/01_it.py", "# # Title", "# # Another title"),
        ("tutorials/01_it.py", "A figure.", "A small figure."),
        ("helper.py", "A module.", "The module."),
        ("helper.py", '    """Double it."""\n', ""),
        ("helper.py", "deeper.FACTOR * x", "(deeper.FACTOR  # times\n        * x)"),
        ("unused.py", "1", "2"),
    ],
)
def test_what_could_not(root, file, old, new):
    _, before = printed(root)
    edit(root / file, old, new)
    assert why(root) is None
    cells, after = printed(root)
    assert after == before
    if file.startswith("tutorials"):
        assert new.removeprefix("# ") in cells[0].source + cells[2].metadata.alt


def test_a_missing_file_and_a_removed_module(root):
    (root / "numbers.txt").unlink()
    assert why(root) == "numbers.txt changed"
    (root / "numbers.txt").write_text("17")
    (root / "deeper.py").unlink()
    assert why(root) == "deeper.py changed"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"device": "cuda (NVIDIA H100)"}, "it has not run"),
        ({"threads": 2}, "threads 1 → 2"),
        ({"executor": "other"}, "the executor changed"),
        ({"versions": SETTING.versions | {"PyTorch": "9.9"}}, "versions "),
    ],
)
def test_another_setting(root, change, reason):
    assert why(root, dataclasses.replace(SETTING, **change)).startswith(reason)


def test_a_renamed_lesson_keeps_its_run(root):
    (root / "tutorials/01_it.py").rename(root / "tutorials/07_renamed.py")
    assert why(root) is None
    assert printed(root, "07_renamed")[1] == printed(root)[1]


def test_a_copied_lesson_runs(root):
    (root / "tutorials/02_copy.py").write_text(LESSON)
    _, copy = read_lessons(root)
    assert ex.reuse(copy, setting=SETTING, root=root) == "it has not run"


@pytest.mark.parametrize("name", ["01_it.json", "01_it.ipynb"])
@pytest.mark.parametrize(
    "harm", [lambda text: text[: len(text) // 2], lambda _: "", lambda _: "[]"]
)
def test_a_damaged_file_is_noticed(root, name, harm):
    path = root / "build/tutorials" / name
    path.write_text(harm(path.read_text()))
    assert why(root) == "its record or notebook is damaged"
    path.unlink()
    assert why(root) in {"its record or notebook is damaged", "it has not run"}


def test_outputs_that_were_tampered_with_are_noticed(root):
    edit(root / "build/tutorials/01_it.ipynb", "8 17", "9 17")
    assert why(root) == "its notebook is not the one of the record"


def test_what_changed_while_the_lesson_ran_is_not_trusted(root):
    future = time.time() + 3600
    os.utime(root / "numbers.txt", (future, future))
    (lesson,) = read_lessons(root)
    asyncio.run(ex.execute(lesson, setting=SETTING, limit=60, root=root))
    assert why(root) == "numbers.txt changed"


def test_a_figure_that_lost_its_alternative_text_fails_without_running(root):
    edit(root / "tutorials/01_it.py", ' alt="A figure."', "")
    failure = why(root)
    assert isinstance(failure, ex.Failure)
    assert "a figure without alternative text" in failure.what
    assert not list((root / "build/tutorials").iterdir())


def test_a_mistake_taken_back_needs_no_new_run(root):
    edit(root / "helper.py", "return", "raise")
    (lesson,) = read_lessons(root)
    assert isinstance(
        asyncio.run(ex.execute(lesson, setting=SETTING, limit=60, root=root)), ex.Failure
    )
    assert not list((root / "build/tutorials").iterdir())
    assert why(root) == "helper.py changed"
    edit(root / "helper.py", "raise", "return")
    assert why(root) is None
    assert printed(root)[1]


def test_a_run_that_fails_now_is_not_trusted_because_it_once_did_not(root, monkeypatch):
    (lesson,) = read_lessons(root)
    failed = ex.Failure("tutorials/01_it.py:1", "flaky", "", [])

    async def fail(*_args, **_kwargs):
        return failed

    monkeypatch.setattr("sitegen.kernel.run_cells", fail)
    assert asyncio.run(ex.execute(lesson, setting=SETTING, limit=60, root=root)) == failed
    assert why(root) == "it has not run"


def test_only_what_changed_is_executed_and_why_is_said(root, capsys):
    (root / "tutorials/02_other.py").write_text("# %%\nprint(2)\n")
    lessons = read_lessons(root)
    assert asyncio.run(ex.execute_all(lessons, device="cpu", limit=60, root=root)) == []
    out = capsys.readouterr().out
    assert "tutorials/01_it.py: fresh\n" in out
    assert "s (it has not run)\n" in out
    assert asyncio.run(ex.execute_all(read_lessons(root), device="cpu", limit=60, root=root)) == []
    assert capsys.readouterr().out.count("fresh") == 2
    forced = ex.execute_all(read_lessons(root), device="cpu", limit=60, force=True, root=root)
    assert asyncio.run(forced) == []
    assert capsys.readouterr().out.count("(forced)") == 2


def test_the_data_directory_counts_before_it_is_there(tmp_path, monkeypatch):
    data = tmp_path / "data"
    monkeypatch.setenv("MLP_TUTORIAL_DATA", os.devnull)
    root = tmp_path / "project"
    (root / "tutorials").mkdir(parents=True)
    code = "from mlp_tutorial.data import load_mnist\nprint(load_mnist('test', 'subset').source)\n"
    (root / "tutorials/01_it.py").write_text(
        f"# %%\nimport os\nos.environ['MLP_TUTORIAL_DATA'] = {str(data)!r}\n{code}"
    )
    (lesson,) = read_lessons(root)
    asyncio.run(ex.execute(lesson, setting=SETTING, limit=60, root=root))
    assert why(root) is None
    (data / "MNIST/raw").mkdir(parents=True)
    assert why(root) == f"{data}/MNIST/raw changed"


def test_explain_says_what_would_run_and_runs_nothing(root, monkeypatch, capsys):
    monkeypatch.setattr(ex, "ROOT", root)
    monkeypatch.setattr(ex, "read_lessons", lambda: read_lessons(root))
    (root / "tutorials/02_other.py").write_text("# %%\nprint(2)\n")
    before = sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*"))
    assert ex.main(["--explain"]) == 0
    said = "tutorials/01_it.py: fresh\ntutorials/02_other.py: it has not run\n"
    assert capsys.readouterr().out == said
    edit(root / "deeper.py", "2", "3")
    assert ex.main(["--explain", "01_it"]) == 0
    assert capsys.readouterr().out == "tutorials/01_it.py: deeper.py changed\n"
    edit(root / "deeper.py", "3", "2")
    after = sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*"))
    assert [p for p in after if p[0].name != "deeper.py"] == [
        p for p in before if p[0].name != "deeper.py"
    ]


def test_jobs_limit_how_many_run_at_once(root, monkeypatch):
    for number in range(2, 6):
        (root / f"tutorials/0{number}_it.py").write_text(f"# %%\nprint({number})\n")
    running, most = [], []

    async def execute(lesson, **_):  # stands for a run
        running.append(lesson)
        most.append(len(running))
        await asyncio.sleep(0.02)
        running.remove(lesson)
        return ex.Record(0.02, 0, SETTING, "", "", {}, {})

    monkeypatch.setattr(ex, "execute", execute)
    for jobs in (1, 3):
        most.clear()
        asyncio.run(
            ex.execute_all(read_lessons(root), device="cpu", limit=60, jobs=jobs, root=root)
        )
        assert max(most) == jobs
