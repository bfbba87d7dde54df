"""Lessons as they travel with the library."""

import subprocess
import sys
from zipfile import ZipFile

import jupytext
import pytest

from mlp_tutorial.lessons import find_lessons, read_tasks, without_hints, without_solutions
from sitegen.lesson import ROOT, read_lessons

LESSONS = find_lessons()


def test_the_wheel_has_every_lesson_and_the_command(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "uv", "build", "--wheel", "--out-dir", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        for path in LESSONS.values():
            assert archive.read(f"mlp_tutorial/_lessons/{path.name}") == path.read_bytes()
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        assert b"mlp-tutorial = mlp_tutorial._command.app:app" in archive.read(entry)


@pytest.mark.parametrize("number", LESSONS)
def test_a_learner_gets_every_exercise_and_no_solution(number):
    script = LESSONS[number].read_text()
    tasks = read_tasks(jupytext.reads(script, fmt="py:percent"))
    assert len(tasks) >= 2
    blank = without_hints(without_solutions(script))
    for task in tasks:
        assert task.solution not in blank
        assert task.stub in blank
        assert task.check in blank
        assert not any(hint.split("\n")[0] in blank for hint in task.hints)


def test_it_finds_what_the_site_is_made_of():
    assert [path.stem for path in LESSONS.values()] == [lesson.name for lesson in read_lessons()]


def test_an_exercise_that_is_not_complete_is_refused():
    script = (
        '# %% [markdown] tags=["exercise"]\n# ### Sum\n\n# %% tags=["exercise"]\ndef f(): ...\n'
    )
    with pytest.raises(ValueError, match="expected a task, a stub, a solution and a check"):
        read_tasks(jupytext.reads(script, fmt="py:percent"))
