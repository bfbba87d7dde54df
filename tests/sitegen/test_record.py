"""A lesson runs again exactly when its result could differ. No test here runs a lesson."""

import json
import os
import time
from dataclasses import replace

import nbformat
import pytest

from mlp_tutorial.lessons import read_lessons
from sitegen.execute.hashing import hash_file, hash_text
from sitegen.execute.pool import Pool
from sitegen.execute.probe import Used
from sitegen.execute.record import (
    Record,
    Run,
    Setting,
    Stale,
    find_fresh,
    find_run,
    write_run,
    write_whole,
)

SETTING = Setting.here("cpu")
LESSON = "tutorials/01_double.py"
DAMAGED = "its record or notebook is damaged"


@pytest.fixture
def root(executed_course):
    return executed_course


def first(root):
    return read_lessons(root / "tutorials")[0]


def why(root, setting=SETTING):
    """Why the first lesson would run, or that it is fresh."""
    run = find_fresh(first(root), setting, root)
    return run.reason if isinstance(run, Stale) else "fresh"


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def results(root):
    return sorted(path.name for path in (root / "build/tutorials").glob("*.*"))


def test_the_record_names_what_the_lesson_used(root):
    record = Record.read(root / "build/tutorials/01_double.json")
    inputs = [name for name in record.inputs if name[0] != "/"]
    assert inputs == ["arithmetic.py", "constants.py", "words.txt"]
    assert record.seconds > 0
    assert record.peak > 10
    assert record.setting == SETTING
    assert list(SETTING.versions) == ["Python", "PyTorch", "torchvision", "NumPy", "matplotlib"]


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        (LESSON, "double(4)", "double(5)", "its code changed"),
        (LESSON, "# %%\nfrom", '# %% tags=["timing"]\nfrom', "its code changed"),
        ("arithmetic.py", "* x", "* x + 0", "arithmetic.py changed"),
        ("constants.py", "2", "3", "constants.py changed"),
        ("constants.py", "FACTOR = 2", "FACTOR = = 2", "constants.py changed"),
        ("words.txt", "hello", "bye", "words.txt changed"),
    ],
)
def test_what_could_change_the_result(root, file, old, new, reason):
    edit(root / file, old, new)
    assert why(root) == reason
    edit(root / file, new, old)
    assert why(root) == "fresh"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LESSON, "One slice of cake is nice.", "Other prose."),
        (LESSON, "Two inputs and one output.", "Two inputs, one output."),
        (LESSON, "Each line is a weight.", "A line is a weight."),
        (LESSON, "two-layers", "network"),
        (LESSON, '# %% figure="two-layers"', "# %% tolerance=0.05"),
        ("arithmetic.py", "What the lessons import.", "Arithmetic."),
        ("arithmetic.py", '    """Double a number."""\n', ""),
        ("arithmetic.py", "constants.FACTOR * x", "(constants.FACTOR  # times\n        * x)"),
        ("unused.py", "1", "2"),
    ],
)
def test_what_could_not(root, file, old, new):
    before = find_run(first(root), root).notebook.cells
    edit(root / file, old, new)
    assert why(root) == "fresh"
    assert Pool(root=root).execute([first(root)]) == []
    run = find_run(first(root), root)
    assert run.record.script == hash_text(first(root).text)
    assert [cell.source for cell in run.notebook.cells] == [
        cell.source for cell in first(root).notebook.cells
    ]
    assert [cell.get("outputs") for cell in run.notebook.cells] == [
        cell.get("outputs") for cell in before
    ]


def test_a_missing_file_and_a_removed_module_count(root):
    (root / "words.txt").unlink()
    assert why(root) == "words.txt changed"
    (root / "words.txt").write_text("hello\n")
    (root / "constants.py").unlink()
    assert why(root) == "constants.py changed"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"device": "cuda (NVIDIA H100)"}, "it has not run"),
        ({"executor": "other"}, "the executor changed"),
        ({"versions": SETTING.versions | {"PyTorch": "9.9"}}, "PyTorch "),
    ],
)
def test_another_setting_counts(root, change, reason):
    assert why(root, replace(SETTING, **change)).startswith(reason)


def test_a_run_with_other_variables_is_not_trusted(root):
    other = replace(SETTING, variables=SETTING.variables | {"ATEN_CPU_CAPABILITY": "avx2"})
    assert why(root, other) == "ATEN_CPU_CAPABILITY None → avx2"
    assert why(root) == "fresh"


def test_a_run_is_found_whatever_else_changed_since(root):
    edit(root / "constants.py", "2", "3")
    run = find_run(first(root), root)
    assert isinstance(run, Run)
    assert run.notebook.cells[1].outputs[0].text == "8 hello\n"
    assert find_run(first(root), root, "cuda") == Stale("it has not run")


@pytest.mark.parametrize("name", ["01_double.json", "01_double.ipynb"])
@pytest.mark.parametrize(
    "harm", [lambda text: text[: len(text) // 2], lambda _: "", lambda _: "[]"]
)
def test_a_damaged_file_is_noticed(root, name, harm):
    path = root / "build/tutorials" / name
    path.write_text(harm(path.read_text()))
    assert why(root) in {DAMAGED, "its notebook is not the one of the record"}
    path.unlink()
    assert why(root) in {DAMAGED, "it has not run"}


def test_results_that_were_tampered_with_are_noticed(root):
    edit(root / "build/tutorials/01_double.ipynb", "8 hello", "9 hello")
    assert why(root) == "its notebook is not the one of the record"


def test_what_changed_while_the_lesson_ran_is_not_trusted(root):
    now = time.time()
    os.utime(root / "words.txt", (now + 3600,) * 2)
    used = Used([str(root / "words.txt")], [str(root / "arithmetic.py")], None, 1)
    record = Record.of_run(first(root), SETTING, used, now, root)
    assert record.find_change(SETTING, root) == "words.txt changed"
    os.utime(root / "arithmetic.py", (now + 3600,) * 2)
    record = Record.of_run(first(root), SETTING, used, now, root)
    assert record.find_change(SETTING, root) == "arithmetic.py changed"


def test_the_data_directory_counts_before_it_is_there(root, tmp_path):
    used = Used([], [], str(tmp_path / "data"), 1)
    record = Record.of_run(first(root), SETTING, used, time.time(), root)
    assert record.find_change(SETTING, root) is None
    (tmp_path / "data/MNIST/raw").mkdir(parents=True)
    assert record.find_change(SETTING, root) == f"{tmp_path}/data/MNIST/raw changed"


def test_a_file_that_cannot_be_read_is_a_change_and_no_crash(root, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    os.utime(root / "words.txt", (1, 1))  # or its hash would be known
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    assert hash_file(root / "words.txt") == "absent"


def test_a_name_that_is_no_text_has_a_hash(tmp_path):
    empty = hash_file(tmp_path)
    (tmp_path / os.fsdecode(b"\xff")).touch()
    assert hash_file(tmp_path) != empty


def test_files_of_the_executor_and_the_environment_do_not_count(root):
    names = ["sitegen/a.py", "node_modules/b.py", ".nox/c.py", "__pycache__/d.py", "ours/e.py"]
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("x = 1\n")
    used = Used([], [str(root / name) for name in [*names, "absent.py"]] + [json.__file__], None, 1)
    record = Record.of_run(first(root), SETTING, used, time.time(), root)
    assert [*record.inputs] == ["ours/e.py"]


def test_a_renamed_lesson_keeps_its_run(root):
    (root / LESSON).rename(root / "tutorials/07_renamed.py")
    (root / "tutorials/02_guess.py").unlink()
    (lesson,) = read_lessons(root / "tutorials")
    pool = Pool(root=root)
    assert pool.explain([lesson]) == {lesson: "fresh"}
    assert pool.execute([lesson]) == []
    assert {"07_renamed.ipynb", "07_renamed.json"} <= set(results(root))
    assert nbformat.read(root / "build/tutorials/07_renamed.ipynb", 4).cells[1].outputs


def test_a_copied_lesson_runs(root):
    (root / "tutorials/03_copy.py").write_text((root / LESSON).read_text())
    assert find_run(read_lessons(root / "tutorials")[2], root) == Stale("it has not run")


def test_a_figure_that_lost_its_alternative_text_fails_without_running(root):
    edit(root / LESSON, ' alt="Two inputs and one output."', "")
    (failure,) = Pool(root=root).execute([first(root)])
    assert failure.where == "tutorials/01_double.py:20"
    assert "a figure without alternative text" in failure.what
    assert results(root) == ["02_guess.ipynb", "02_guess.json"]
    edit(root / LESSON, 'figure="two-layers"', 'alt="Two layers."')
    assert why(root) == "fresh"


def test_explain_runs_nothing_and_changes_nothing(root):
    lessons = read_lessons(root / "tutorials")
    edit(root / "tutorials/02_guess.py", "double(3)", "double(5)")
    changed = read_lessons(root / "tutorials")
    before = sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*"))
    explained = Pool(root=root).explain(changed)
    assert explained == {lessons[0]: "fresh", changed[1]: "its code changed"}
    assert sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*")) == before


def test_a_full_disk_leaves_the_old_result(root, monkeypatch):
    before = {path.name: path.read_bytes() for path in (root / "build/tutorials").iterdir()}
    lesson = first(root)
    run = find_run(lesson, root)

    def fill(path, text, **_):
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", fill)
    with pytest.raises(OSError, match="No space left"):
        write_run(lesson, run.record, run.path)
    after = {path.name: path.read_bytes() for path in (root / "build/tutorials").iterdir()}
    assert after == before


def test_a_file_with_the_same_text_is_not_touched(tmp_path):
    path = tmp_path / "folder/file"
    write_whole(path, "text")
    os.utime(path, (1, 1))
    write_whole(path, "text")
    assert path.stat().st_mtime == 1
    write_whole(path, "other")
    assert path.read_text() == "other"
