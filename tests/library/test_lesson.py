"""One lesson for the website, the notebook and the command line."""

import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_tutorial import lessons
from mlp_tutorial.lessons import Lesson, Option, Prediction, find_lesson, read_lessons

COURSE = read_lessons()
LESSON = """\
# %% [markdown]
# A program reads your check.
# Would you bet your rent on it?

# %% [markdown]
# # A title
#
# You'll learn
#
# - this, which
#   is long;
# - that.
#
# Reading takes 15 minutes. The code runs in
# seconds.

# %% tags=["a"]

1 + 1
# %%
2
"""
PREDICT = """\
# %% [markdown]
# # Shapes

# %% [markdown] tags=["predict"]
# Will this run?
#
# - [ ] It fails.
#   The axes
#   do not fit.
# - [x] It prints `(2, 2)`.
#   Broadcasting stretches both.

# %% [markdown]
# Press Shift and Enter.

# %%
print((torch.ones(2, 1) + torch.ones(2)).shape)

# %% [markdown]
# Surprised?
"""
EXERCISE = """\
# %% [markdown] tags=["exercise"]
# ### The sum
#
# Write `total`.
#
# <details><summary>Hint 1</summary>
#
# Use a loop.
#
# </details>

# %% tags=["exercise"]
def total(x): ...

# %% tags=["solution"]
def total(x):
    return sum(x)

# %% tags=["check"]
print(check_sum(total))
"""


def lesson(text):
    return Lesson(Path("somewhere/tutorials/01_it.py"), text)


def test_a_script_has_cells_that_know_their_line():
    cells = lesson(LESSON).notebook.cells
    assert [cell.cell_type for cell in cells] == ["markdown", "markdown", "code", "code"]
    assert cells[2].metadata.tags == ["a"]
    assert lesson(LESSON).lines == [2, 6, 19, 21]


def test_the_opening_may_begin_with_a_hook():
    read = lesson(LESSON)
    assert (read.name, read.number, str(read)) == ("01_it", "01", "tutorials/01_it.py")
    assert read.title == "A title"
    assert read.teaches == ["this, which\n  is long;", "that."]
    assert read.takes == "Reading takes 15 minutes. The code runs in seconds."


@pytest.mark.parametrize("will", ["You will learn", "You\u2019ll be able to", "You'll"])
def test_what_a_lesson_teaches_is_the_list_below_you_will(will):
    assert lesson(f"# %% [markdown]\n# {will}\n#\n# - add.\n").teaches == ["add."]


def test_a_lesson_without_an_opening_is_called_by_its_file_name():
    read = lesson("# %%\n# # a comment\n1\n")
    assert (read.title, read.teaches, read.takes) == ("01_it", [], "")


@pytest.mark.parametrize("text", ["", "import torch\n# %%\n1\n", "\n# %%\n1\n"])
def test_a_script_must_begin_with_a_cell(text):
    with pytest.raises(ValueError, match=r"tutorials/01_it\.py: expected every cell to begin"):
        _ = lesson(text).notebook


def test_lessons_are_sorted_and_other_files_ignored(tmp_path):
    for name in ("10_b.py", "02_a.py", "notes.py"):
        (tmp_path / name).write_text(LESSON)
    assert [lesson.name for lesson in read_lessons(tmp_path)] == ["02_a", "10_b"]


def test_an_installed_package_brings_its_own_lessons(tmp_path, monkeypatch):
    (tmp_path / "01_packaged.py").write_text(LESSON)
    monkeypatch.setattr(lessons, "PACKAGED", tmp_path)
    assert find_lesson("1").name == "01_packaged"
    with pytest.raises(ValueError, match="expected a number from 01 to 01, got 2"):
        find_lesson("2")


@pytest.mark.parametrize("lesson", COURSE, ids=str)
def test_a_learner_gets_every_exercise_and_no_solution(lesson):
    assert len(lesson.tasks) >= 2
    notebook = nbformat.writes(lesson.for_learner())
    nbformat.validate(nbformat.reads(notebook, as_version=4))
    script = lesson.script_for_learner()
    cells = [cell.source for cell in jupytext.reads(script, fmt="py:percent").cells]
    for task in lesson.tasks:
        assert task.solution not in cells
        assert task.stub in cells
        assert task.check in cells
        assert not any(hint.split("\n")[0] in script for hint in task.hints)
    assert '"solution"' not in notebook + script
    assert "Hint 1" in notebook
    assert "Hint 1" not in script
    assert "[x]" not in notebook + script


def test_an_exercise_is_read_from_four_cells():
    (task,) = lesson(EXERCISE).tasks
    assert (task.title, task.task, task.hints) == ("The sum", "Write `total`.", ["Use a loop."])
    assert (task.name, task.checker) == ("total", "check_sum")
    assert task.stub == "def total(x): ..."
    assert "return sum(x)" in task.solution


def test_an_incomplete_exercise_is_refused_with_its_line():
    without_check = EXERCISE[: EXERCISE.index('\n# %% tags=["check"]')]
    with pytest.raises(
        ValueError, match=r"01_it\.py:2: expected a task, a stub, a solution and a check, got"
    ):
        _ = lesson(without_check).tasks


def test_a_question_belongs_to_the_next_code_cell():
    options = [
        Option("It fails.", "The axes\ndo not fit.", right=False),
        Option("It prints `(2, 2)`.", "Broadcasting stretches both.", right=True),
    ]
    assert lesson(PREDICT).predictions == {3: Prediction("Will this run?", options)}


def test_a_notebook_asks_before_the_cell_and_explains_below():
    cells = lesson(PREDICT).for_learner().cells
    kinds = [cell.cell_type for cell in cells]
    assert kinds == ["markdown", "markdown", "markdown", "code", "markdown", "markdown"]
    question, answer = cells[1].source, cells[4].source
    assert question.startswith("Will this run?\n\n- It fails.\n- It prints `(2, 2)`.")
    assert "Broadcasting" not in question
    assert answer.startswith("<details><summary>")
    assert "**It prints `(2, 2)`.** Right. Broadcasting stretches both." in answer
    assert "**It fails.** The axes\ndo not fit." in answer
    assert len({cell.id for cell in cells}) == len(cells)


def test_a_script_asks_in_a_comment():
    script = lesson(PREDICT).script_for_learner()
    assert "# Will this run?\n#\n# - It fails.\n" in script
    assert "[x]" not in script
    assert "[ ]" not in script
    assert script.index("# Will this run?") < script.index("print(") < script.index("Broadcasting")


def test_making_a_notebook_does_not_change_the_lesson():
    read = lesson(PREDICT + EXERCISE)
    before = nbformat.writes(read.notebook)
    read.for_learner(hints=False)
    read.script_for_learner()
    assert nbformat.writes(read.notebook) == before


GOOD = "Who wins?\n\n- [x] Ada\n  She is faster.\n- [ ] Bob\n  He naps."


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (GOOD.partition("\n\n")[2], "a question above the options, got none"),
        ("Who wins?", "two or more options .* got 0"),
        (GOOD[: GOOD.index("- [ ]")], "two or more options .* got 1"),
        (GOOD.replace("[ ]", "[x]"), r"exactly one option marked '- \[x\]', got 2"),
        (GOOD.replace("[x]", "[ ]"), r"exactly one option marked '- \[x\]', got 0"),
        (GOOD.replace("[ ]", "[X]"), r"options such as .* got '- \[X\] Bob'"),
        (GOOD.replace("  He", "He"), r"a reason indented by two spaces below, got 'He naps\.'"),
        (GOOD.replace("\n  He naps.", ""), "reason indented by two spaces below the option 'Bob'"),
        (GOOD + "\n\nRun it.", r"got 'Run it\.'"),
    ],
)
def test_a_wrong_question_is_refused_with_its_line_and_what_to_do(source, message):
    cell = "\n".join(f"# {line}" for line in source.split("\n"))
    script = f'# %% [markdown] tags=["predict"]\n{cell}\n\n# %%\n1\n'
    with pytest.raises(ValueError, match=rf"^tutorials/01_it\.py:2: expected .*{message}"):
        lesson(script).for_learner()


@pytest.mark.parametrize("cells", [PREDICT.split("# %%\n")[0], PREDICT.replace("# %%\n", PREDICT)])
def test_a_question_needs_a_code_cell_of_its_own(cells):
    with pytest.raises(
        ValueError, match=r"01_it\.py:\d+: expected a code cell below each question"
    ):
        lesson(cells).for_learner()


lines = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)
visible = lines.filter(str.strip)
texts = visible.map(str.strip)
reasons = st.lists(visible, min_size=1, max_size=3).map(lambda found: "\n".join(found).rstrip())


@given(st.lists(st.tuples(texts, reasons), min_size=2, max_size=4), st.data())
def test_options_and_reasons_may_be_any_text(options, data):
    right = data.draw(st.integers(0, len(options) - 1))
    source = "Who wins?\n"
    for number, (text, reason) in enumerate(options):
        mark = "x" if number == right else " "
        source += f"\n- [{mark}] {text}" + "".join(f"\n  {line}" for line in reason.split("\n"))
    expected = [Option(t, r, right=number == right) for number, (t, r) in enumerate(options)]
    assert Prediction.parse(source) == Prediction("Who wins?", expected)


def test_reading_lessons_does_not_import_torch():
    code = (
        "import sys; from mlp_tutorial._command.app import app; app(['list'], standalone_mode=False)"
        "; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
