"""One lesson for the website, the notebook and the command line."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
import nbformat
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from mlp_tutorial import lessons
from mlp_tutorial._percent import LIKE_MARK, read_cells
from mlp_tutorial.lessons import (
    Lesson,
    LessonError,
    Option,
    Prediction,
    find_lesson,
    read_lessons,
)

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

# %% tags=["timing"]

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
# %% [markdown] tags=["exercise", "think"]
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
    assert cells[2].metadata.tags == ["timing"]
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


def test_the_question_of_a_lesson_is_the_first_in_bold():
    hook = "# %% [markdown]\n# A **bold** start. **Does it\n# bend?** And **why?**\n"
    assert lesson(hook).question == "Does it bend?"


def test_a_lesson_without_an_opening_is_called_by_its_file_name():
    read = lesson("# %%\n# # a comment\n1\n")
    assert (read.title, read.question, read.teaches, read.takes) == ("01_it", "", [], "")


@pytest.mark.parametrize("lesson", COURSE, ids=str)
def test_a_lesson_is_read_as_jupytext_reads_it(lesson):
    percent = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    theirs = jupytext.reads(lesson.text, fmt=percent)
    for cell in theirs.cells:
        cell.metadata.pop("lines_to_next_cell", None)
    expected = [(cell.cell_type, cell.source, cell.metadata) for cell in theirs.cells]
    assert [(c.cell_type, c.source, c.metadata) for c in lesson.notebook.cells] == expected


TITLED = "# %% [markdown]\n# # Title\n\n# %%\n"


@pytest.mark.parametrize(
    "code",
    [
        "# %matplotlib inline",
        "# !touch marker",
        "# %load_ext foo",
        "# %time x",
        "# ls?",
        "# # %%",
        "# +\n1\n# -",
        "# region Name\n# endregion",
        "# In[3]:\n1",
        '"""\nnot prose\n"""',
        "x = 1  # %% not a mark",
        "    \nx = 1",
        "x = '\u00fc\u5b66'  ",
    ],
)
def test_code_is_what_the_author_wrote(code):
    read = lesson(f"{TITLED}{code}\n")
    assert read.error is None
    assert read.notebook.cells[1].source == code.strip("\n")
    assert f"# %%\n{code}\n" in read.script_for_learner()


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("", 1, "expected '# %%' in the first line, got an empty file"),
        ("import torch\n# %%\n1\n", 1, "got 'import torch'"),
        ("\n# %%\n1\n", 1, "got ''"),
        ("# ---\n# jupyter: {}\n# ---\n# %%\n", 1, "got '# ---'"),
        ("\ufeff" + TITLED, 1, "got '\\ufeff# %% [markdown]'"),
        (TITLED + "x = '\0'", 5, r"characters that can be seen, got '\x00'"),
        (TITLED + "if 1:\n\tx = 1", 6, r"got '\t'; use spaces, or an escape"),
        (TITLED + "x = 1\r\n", 5, r"got '\r'"),
        (TITLED + "x = '\u2028'", 5, r"got '\u2028'"),
        (TITLED + "x = 1  # \u202e", 5, r"got '\u202e'"),
        ("# %%\n# -*- coding: latin-1 -*-\n", 2, "expected no encoding but utf-8"),
        ("# %% [markdown]\n# # Encoding: one-hot\n", 2, "got '# # Encoding: o'"),
        (TITLED + "%matplotlib inline", 5, "SyntaxError: invalid syntax; expected Python"),
        (TITLED + "\n\n!touch x", 7, "SyntaxError: invalid syntax"),
        (TITLED + "x = 1\nx?", 6, "SyntaxError: invalid syntax"),
        (TITLED + "await x", 5, "SyntaxError: 'await' outside function"),
        (TITLED + "'\\d'", 5, "SyntaxError: "),
        (TITLED + "assert (0, 'no')", 5, "SyntaxError: assertion is always true"),
        (TITLED + '"""\n# %%\n"""', 5, "SyntaxError: unterminated triple-quoted string"),
        ("# %% [markdown]\n# # Title\nprint(1)\n", 3, "begins with '# ', got 'print(1)'; begin"),
        ("# %% [markdown]\n#Title\n", 2, "expected prose that begins with '# ', got '#Title'"),
        ('# %% [markdown]\n"""\n# Title\n"""\n', 2, "expected prose that begins with '# '"),
        ("# %%\n1\n", 1, "expected a title in plain words"),
        ("# %%\n", 1, "write '# # Title' before the first code"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, line, expected):
    error = lesson(text).error
    assert str(error).startswith(f"tutorials/01_it.py:{line}: ")
    assert expected in error.what


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("# %% [raw]", "expected '# %%' or '# %% [markdown]', then key=value with keys of alt, "),
        ("# %% [md]", "got '[md]'"),
        ("# %% A title", "got 'A title'"),
        ("# %%time", "got 'time'"),
        ("# %%%", "got '%'"),
        ("#%%", "got '#%%'"),
        ("    # %% x", "got '# %% x'"),
        ("# %%[markdown]", "got '[markdown]'"),
        ('# %% language="bash"', "got 'language=\"bash\"'"),
        ('# %% tags=["active-py"]', "expected tags of check, device, exercise, raises-exception, "),
        ('# %% tags=["predict"]', "on a code cell, got predict"),
        ("# %% tags=[]", 'expected tags=["timing"], for example, got tags=[]'),
        ('# %% tags="timing"', 'expected tags=["timing"], for example, got tags="timing"'),
        ('# %% atl="A line."', "got 'atl=\"A line.\"'; correct it"),
        ('# %% alt="He said "hi""', r'expected alt="It says \"hi\".", for example, got alt="He'),
        ("# %% alt='A line.'", "got alt='A line.'"),
        ("# %% alt=A", "got alt=A"),
        ('# %% alt=""', 'got alt=""'),
        ('# %% alt="A line." alt="Two."', "each at most once, got 'alt=\"Two.\"'"),
        ('# %% alt="A."caption="B."', "got alt="),
        ('# %% alt="A \\ud800"', "got alt="),
        ('# %% figure="A line"', 'expected figure="spiral-losses", for example, got figure="A'),
        ("# %% tolerance=abc", "expected tolerance=0.05, for example, got tolerance=abc"),
        ("# %% tolerance=-1", "got tolerance=-1"),
        ("# %% tolerance=NaN", "got tolerance=NaN"),
        ('# %% tolerance="0.05"', 'got tolerance="0.05"'),
        ('# %% export="x; y"', 'expected export="model scale", for example, got export="x; y"'),
        ('# %% [markdown] alt="A line."', "keys of tags, each at most once, got 'alt="),
        (
            '# %% [markdown] tags=["solution"]',
            "expected tags of apply, exercise, predict, think, warm-up on a markdown",
        ),
    ],
)
def test_a_mark_that_cannot_be_read_is_refused(mark, expected):
    error = lesson(f"{TITLED}1\n\n{mark}\n").error
    assert (error.line, error.source) == (7, mark.strip())
    assert expected in error.what


def test_metadata_is_read_and_written_again():
    metadata = r'''tags=["timing"] alt="He said \"hi\" \\ é." tolerance=0.05 export="a b"'''
    read = lesson(f"{TITLED}1\n\n# %% {metadata}\n2\n")
    assert read.notebook.cells[2].metadata == {
        "tags": ["timing"],
        "alt": 'He said "hi" \\ \u00e9.',
        "tolerance": 0.05,
        "export": "a b",
    }
    assert f"\n# %% {metadata}\n2\n" in read.script_for_learner()


@pytest.mark.parametrize(
    "title",
    ["Losses & gradients", "Guess first!", "\u5b66\u4e60", '"So" \u2014 1 + 1 = 2?', "AT&T"],
)
def test_a_title_may_have_symbols(title):
    read = lesson(TITLED.replace("Title", title))
    assert (read.title, read.error) == (title, None)


@pytest.mark.parametrize(
    "title",
    [
        "$x^2$",
        "`code`",
        "*a*",
        "__init__",
        "a < b",
        "[a](b.md)",
        "T {#id}",
        "C#",
        "a|b",
        "R&amp;D",
        r"\a",
    ],
)
def test_a_title_has_no_markup(title):
    read = lesson(TITLED.replace("Title", title))
    assert read.title == read.name
    assert str(read.error).startswith("tutorials/01_it.py:2: expected a title in plain words")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_what_editors_do_to_a_file_changes_nothing(tmp_path, begin, end):
    path = tmp_path / "01_it.py"
    path.write_bytes((begin + PREDICT.replace("\n", end)).encode())
    read = Lesson.read(path)
    assert read.error is None
    assert (read.text, read.lines) == (PREDICT, lesson(PREDICT).lines)


def test_lessons_are_sorted_and_other_files_ignored(tmp_path):
    for name in ("10_b.py", "02_a.py"):
        (tmp_path / name).write_text(LESSON)
    for name in ("helper.py", "._02_a.py", "02_a.py~", "02_a.ipynb"):
        (tmp_path / name).write_bytes(b"\xff")
    (tmp_path / "package").mkdir()
    found = read_lessons(tmp_path)
    assert [lesson.name for lesson in found] == ["02_a", "10_b"]
    assert [lesson.error for lesson in found] == [None, None]


@pytest.mark.parametrize(
    "name",
    [
        "15-foo.py",
        "lesson15.py",
        "5_x.py",
        "100_x.py",
        "15_two words.py",
        "15_\u00fc.py",
        "15_Upper.py",
        "15_x.PY",
        "15_.x.py",
        "15_\udcff.py",
        "[15_x.py",
        "**_x.py",
    ],
)
def test_a_name_that_is_none_of_a_lesson_is_refused(tmp_path, name):
    (tmp_path / name).write_text(LESSON)
    (tmp_path / "14_x.py").write_text(LESSON)
    said = {lesson.path.name: lesson.error for lesson in read_lessons(tmp_path)}
    assert said["14_x.py"] is None
    assert f"expected a name such as 04_softmax.py, got {name!r}; rename it" in str(said[name])
    str(said[name]).encode()


def test_a_number_belongs_to_one_lesson(tmp_path, monkeypatch):
    for name in ("01_a.py", "15_a.py", "15_b.py", "17_a.py"):
        (tmp_path / name).write_text(LESSON)
    said = [lesson.error and lesson.error.what for lesson in read_lessons(tmp_path)]
    twice = "expected one lesson 15, got 15_a.py and 15_b.py; renumber one"
    assert said == [None, twice, twice, None]
    monkeypatch.setattr(lessons, "PACKAGED", tmp_path)
    assert find_lesson("17").name == "17_a"
    with pytest.raises(LessonError, match=twice):
        find_lesson("15")


def test_one_bad_file_stops_no_other(tmp_path, monkeypatch):
    (tmp_path / "01_good.py").write_text(LESSON)
    (tmp_path / "02_latin.py").write_bytes(f"{TITLED}x = 'caf\u00e9'\n".encode("latin-1"))
    (tmp_path / "03_utf16.py").write_text(TITLED, "utf-16")
    (tmp_path / "04_folder.py").mkdir()
    (tmp_path / "05_link.py").symlink_to("nowhere")
    (tmp_path / "06_secret.py").write_text(LESSON)
    read_text = Path.read_text

    def refuse(path, *args):
        if path.name == "06_secret.py":  # chmod would not stop root
            raise PermissionError(13, "Permission denied")
        return read_text(path, *args)

    monkeypatch.setattr(Path, "read_text", refuse)
    good, *bad = read_lessons(tmp_path)
    assert (good.error, good.title) == (None, "A title")
    folder = tmp_path.name
    assert [str(each.error).removeprefix(f"{folder}/").partition("; ")[0] for each in bad] == [
        "02_latin.py:5: expected UTF-8, got byte 0xe9",
        "03_utf16.py:1: expected UTF-8, got byte 0xff",
        "04_folder.py:1: expected a file that can be read, got 'Is a directory'",
        "05_link.py:1: expected a file that can be read, got 'No such file or directory'",
        "06_secret.py:1: expected a file that can be read, got 'Permission denied'",
    ]
    monkeypatch.setattr(lessons, "PACKAGED", tmp_path)
    assert find_lesson("1").name == "01_good"
    with pytest.raises(LessonError, match=r"02_latin\.py:5: expected UTF-8"):
        find_lesson("2")


def test_an_installed_package_brings_its_own_lessons(tmp_path, monkeypatch):
    (tmp_path / "01_packaged.py").write_text(LESSON)
    monkeypatch.setattr(lessons, "PACKAGED", tmp_path)
    assert find_lesson("1").name == "01_packaged"
    with pytest.raises(ValueError, match=r"expected the number of a lesson \(01\), got 2"):
        find_lesson("2")


MANY = settings(max_examples=int(os.environ.get("EXAMPLES", "40")))
# What tends to break readers, as lines.
NASTY = [
    *(b"# %%", b"# %% [markdown]", b"#%%", b"# %% [raw]", b"#", b"# ", b"", b"   ", b"\t", b"\x0c"),
    *(b"# %matplotlib", b"# !ls", b"%%bash", b"x?", b"# +", b"# ---", b'"""', b"'", b"\\", b"("),
    *(b"# # Title", b"# -*- coding: latin-1 -*-", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\r"),
    *(b"- [x] a", b"# - [x] a", b"#   so.", b"</details>", b"\xe2\x80\xa8", b"# \xc2\x85"),
    *(b'# %% tags=["check"]', b'# %% [markdown] tags=["predict"]', b'# %% alt="\\ud800"'),
    *(
        b"print(check_f(f))",
        b"-" * 9000 + b"1",
        b"[" * 300,
        b"9" * 5000,
        b"if 1:",
        b"return",
        b"await x",
    ),
]


@st.composite
def mutations(draw):
    """A lesson in which lines were inserted, deleted, doubled and replaced, and then bytes."""
    text = draw(st.sampled_from([LESSON, PREDICT, TITLED + EXERCISE, COURSE[4].text])).encode()
    parts = text.split(b"\n")
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(st.integers(0, len(parts)))
        end = min(begin + draw(st.integers(0, 3)), len(parts))
        parts[begin:end] = draw(
            st.lists(st.sampled_from([*NASTY, *parts[:30]]) | st.binary(max_size=20), max_size=3)
        )
    text = b"\n".join(parts)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.binary(max_size=3)) + text[at + draw(st.integers(0, 3)) :]
    return text


@MANY
@given(st.binary() | mutations())
@example(TITLED.encode() + b"-" * 9000 + b"1")
@example(TITLED.encode() + b"(" * 90 + b"lambda:" * 900)
def test_any_bytes_are_read_letter_by_letter_or_refused_with_a_line(content):
    with TemporaryDirectory() as folder:
        path = Path(folder, "01_it.py")
        path.write_bytes(content)
        read = Lesson.read(path)
    event("refused" if read.error else "read")
    if read.error:
        assert str(read.error).startswith(f"{read}:{read.error.line}: {read.error.what}")
        assert 1 <= read.error.line <= len(content.splitlines() or [b""]) + 1
        assert len(read.error.what) < 1000
        return
    placed = {}
    for cell, line in zip(read.notebook.cells, read.lines, strict=True):
        hidden = "# " * (cell.cell_type == "markdown")
        for number, said in enumerate(cell.source.split("\n") if cell.source else [], start=line):
            placed[number] = hidden + said
    for number, line in enumerate(read.text.split("\n"), start=1):
        if LIKE_MARK.match(line):
            assert number not in placed
        else:
            said = placed.get(number, "")
            assert said == line or {said.strip(), line.strip()} <= {"", "#"}
    code = "\n".join(cell.source for cell in read.notebook.cells if cell.cell_type == "code")
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(content))  # as Python reads the file
    for_learner = read.for_learner(hints=False).cells
    again = read_cells(read.script_for_learner())
    assert [(cell.kind, cell.metadata, cell.source.strip("\n")) for cell in again] == [
        (cell.cell_type, cell.metadata, cell.source.strip("\n")) for cell in for_learner
    ]


@pytest.mark.parametrize("lesson", COURSE, ids=str)
def test_a_learner_gets_every_exercise_and_no_solution(lesson):
    assert len(lesson.tasks) >= 2 or lesson.appendix
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
    assert ("Hint 1" in notebook) == bool(lesson.tasks)
    assert "Hint 1" not in script
    assert "- [x]" not in notebook + script


def test_an_exercise_is_read_from_four_cells():
    (task,) = lesson(EXERCISE).tasks
    assert (task.title, task.task, task.hints) == ("The sum", "Write `total`.", ["Use a loop."])
    assert (task.name, task.checker, task.kind) == ("total", "check_sum", "think")
    assert task.stub == "def total(x): ..."
    assert "return sum(x)" in task.solution


@pytest.mark.parametrize("kind", ["warm-up", "apply", "think"])
def test_a_learner_sees_the_kind_of_an_exercise(kind):
    made = lesson("# %% [markdown]\n# # A title\n\n" + EXERCISE.replace("think", kind))
    shown = f"### The sum\n\n*{kind.capitalize()}*\n\nWrite `total`."
    assert shown in made.for_learner().cells[1].source
    assert shown.replace("\n\n", "\n#\n# ") in made.script_for_learner()


def test_an_answer_may_be_a_variable():
    made = EXERCISE.replace("def total(x): ...", "total = ...")
    (task,) = lesson(made.replace("def total(x):\n    return sum(x)", "total, n = 1, 2")).tasks
    assert (task.name, task.stub, task.solution) == ("total", "total = ...", "total, n = 1, 2")


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


@pytest.mark.parametrize(
    "cells", [PREDICT.split("# %%\n")[0], PREDICT.split("# %%\n")[0] + PREDICT]
)
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
        "import sys; from mlp_tutorial._command.app import app; app([], standalone_mode=False)"
        "; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
