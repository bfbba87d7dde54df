"""`sitegen lint` tells an author the file, the line, and what to do."""

from pathlib import Path

import pytest
from nbformat.v4 import new_output
from typer.testing import CliRunner

from mlp_tutorial.lessons import Lesson
from sitegen import __main__ as command
from sitegen.lint import check, check_names

EXERCISE = """\

# %% [markdown] tags=["exercise", "apply"]
# ### Task

# %% tags=["exercise"]
def f(): ...

# %% tags=["solution"]
def f(): return 1

# %% tags=["check"]
print(check_f(f))
"""
GOOD = f"""\
# %% [markdown]
# # Title
#
# A hook of two sentences. It has no aims.
#
# You'll be able to
#
# - do this.
#
# Reading takes a minute. The code runs in seconds.

# %% figure="a-line" alt="A line." caption="It rises."
x = 12
print(x)

# %% [markdown]
# It printed 12.
{EXERCISE}{EXERCISE}"""


def found(text, printed=None):
    lesson = Lesson(Path("tutorials/01_it.py"), text)
    executed = None
    if printed is not None:
        executed = lesson.notebook
        executed.cells[1].outputs = [new_output("stream", text=printed)]
    return check(lesson, executed)


def test_a_lesson_that_keeps_the_conventions():
    assert found(GOOD) == found(GOOD, "12") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("# # Title", "# Title", ":1: expected a title in plain words"),
        ("You'll be able to", "You may", ":1: no aims"),
        ("Reading takes", "It takes", ":1: no times"),
        ("# Reading takes", "# More.\n#\n# Reading takes", ":1: no card"),
        ("x = 12\n", "x = 12\n" * 20, ":13: 21 lines; split the cell"),
        ("print(x)", f"print(x)  # {'x' * 80}", ":14: 92 characters; break the line"),
        (' alt="A line."', "", ":12: a figure without alt; add it to '# %%'"),
        ("# # Title", "# # $x$", ":2: expected a title in plain words"),
        ('figure="a-line"', 'figure="A line"', ":12: expected figure="),
        ('figure="a-line"', 'name="a-line"', ":12: expected '# %%' or '# %% [markdown]'"),
        ("print(x)", "%timeit x", ":14: SyntaxError: invalid syntax"),
        (EXERCISE * 2, EXERCISE, "1 exercises; two are the least"),
        ('tags=["solution"]', 'tags=["check"]', "expected a task, a stub, a solution and a check"),
        (
            '"exercise", "apply"',
            '"exercise"',
            ":19: expected one of the tags warm-up, apply, think",
        ),
        ('"apply"', '"apply", "think"', "got apply, think; say what kind of exercise it is"),
        ('"exercise", "apply"', '"apply"', "expected a task, a stub, a solution and a check"),
        ("def f(): ...", "f_ = ...", "expected a cell that defines f, which the check is called"),
        ("print(check_f(f))", "print(f())", "expected a call such as check_softmax(softmax)"),
        ("# %% [markdown]\n# # Title", "1\n# %%\n# # Title", ":1: expected '# %%' in the first"),
        (
            "# %% [markdown]\n# It",
            '# %% [markdown] tags=["predict"]\n# Which?\n#\n# - [ ] One.\n#   So.\n\n# %%\n2\n\n'
            "# %% [markdown]\n# It",
            ":17: expected two or more options",
        ),
    ],
)
def test_what_breaks_one(old, new, expected):
    assert old in GOOD
    (said,) = found(GOOD.replace(old, new))
    assert said.startswith("tutorials/01_it.py:")
    assert expected in said


def test_an_appendix_needs_no_exercise():
    without = GOOD.replace(EXERCISE, "")
    assert "0 exercises" in "".join(found(without))
    assert found(without.replace("# # Title", "# # Appendix: it")) == []


def test_a_number_that_no_cell_shows():
    assert found(GOOD, "13") == [
        "tutorials/01_it.py:17: 12 is in the prose, but no cell prints, draws or asserts it; "
        "print it, or mark a made-up example with <!-- example -->"
    ]
    assert found(GOOD.replace("print(x)", "assert x == 12"), "13") == []
    assert found(GOOD.replace("printed 12.", "printed 12.\n# <!-- example -->"), "13") == []
    assert found(GOOD.replace("printed 12.", "printed it, as in lesson 12."), "13") == []


def test_two_figures_of_one_name():
    one, other = (Lesson(Path(f"tutorials/0{n}_it.py"), GOOD) for n in (1, 2))
    assert check_names([one, Lesson(one.path, "nonsense"), other]) == [
        "tutorials/02_it.py:12: figure 'a-line' is in tutorials/01_it.py:12 too; rename one"
    ]


def test_every_bad_lesson_is_reported(tmp_path, monkeypatch):
    (tmp_path / "91_good.py").write_text(GOOD)
    (tmp_path / "92_latin.py").write_bytes(b"# %%\n'caf\xe9'\n")
    (tmp_path / "93_mark.py").write_text(GOOD.replace("alt=", "atl="))
    (tmp_path / "94_a.py").write_text(GOOD)
    (tmp_path / "94_b.py").write_text(GOOD)
    (tmp_path / "95-name.py").write_text(GOOD)
    monkeypatch.setattr(command, "TUTORIALS", tmp_path)
    said = CliRunner().invoke(command.app, ["lint"])
    assert said.exit_code == 1
    lines = [line.removeprefix(f"{tmp_path.name}/") for line in said.output.splitlines()]
    assert [line.partition(" ")[0] for line in lines] == [
        "92_latin.py:2:",
        "93_mark.py:12:",
        "94_a.py:1:",
        "94_b.py:1:",
        "95-name.py:1:",
    ]
