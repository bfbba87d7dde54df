"""Files of many kinds, as learners hand them in: `grade` judges each as it should be."""

import os
import re

import pytest
from learners_files import ANSWERS, FILES

from mlp_tutorial._command.check import check_file
from mlp_tutorial._command.grade import grade_folder
from mlp_tutorial.lessons import find_lesson


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The rows of a class that handed in all of them, by the names of their files."""
    folder = tmp_path_factory.mktemp("class")
    for name, file in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        content = file.content()
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        for other, text in file.beside.items():
            (path.parent / other).write_text(text)
    rows = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 1)  # fewer processes that import PyTorch
        graded = grade_folder(folder, None, seconds=600, megabytes=4000)
    for row in graded:
        rows.setdefault(row.file, []).append(row)
    return rows


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_judged_as_expected(rows, name):
    file = FILES[name]
    names = ANSWERS.get(file.lesson, [""])  # the lesson may have more exercises
    found = [row for row in rows.get(name, []) if row.exercise in names]
    said = {row.exercise: f"{row.result.message} {row.result.hint}" for row in found}
    assert ", ".join(row.result.outcome for row in found) == file.verdicts, said
    assert {row.lesson for row in found} <= {file.lesson}
    for exercise, pattern in file.says.items():
        assert re.search(pattern, said[exercise]), said[exercise]


def test_no_other_file_is_graded(rows):
    assert rows.keys() <= FILES.keys()


def test_a_single_file_is_checked_in_a_process_of_its_own(tmp_path):
    lesson = find_lesson("04")
    (tmp_path / "mine.py").write_text(lesson.text, "utf-8")
    results = check_file(tmp_path / "mine.py", lesson, seconds=600, megabytes=4000)
    assert {result.outcome for result in results.values()} == {"right"}
