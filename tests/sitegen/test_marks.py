"""Marks, links and names are resolved in prose, and only there."""

import re
import shutil

import markdown
import pytest
from nbformat.v4 import new_code_cell, new_output

from sitegen.execute.record import Record
from sitegen.pages.course import Course
from sitegen.pages.marks import resolve


@pytest.fixture
def course(tmp_path):
    (tmp_path / "tutorials").mkdir()
    script = (
        "# %% [markdown]\n# # One\n#\n# You'll be able to\n#\n# - add.\n#\n"
        '# Reading takes an hour. The code runs in seconds.\n\n# %% figure="a-line" alt="A line."\n1\n'
    )
    (tmp_path / "tutorials/01_one.py").write_text(script)
    return Course(tmp_path)


def test_links_and_names_become_those_of_the_site(course):
    prose = "See [one](01_one.py#x), [it](../docs/course.md) and `mlp_tutorial.neuron.neuron`."
    assert resolve(prose, course) == (
        "See [one](01_one.ipynb#x), [it](../course.md) and "
        "[`mlp_tutorial.neuron.neuron`][mlp_tutorial.neuron.neuron]."
    )
    assert resolve(prose, course, plain=True) == (
        "See [one](01_one.md#x), [it](../course.md) and `mlp_tutorial.neuron.neuron`."
    )


@pytest.mark.parametrize("text", ["`mlp_tutorial.neuron`", "what `mlp_tutorial.neuron` does"])
def test_a_name_in_a_link_stays_as_it_is(course, text):
    assert resolve(f"See [{text}](../docs/a.md).", course) == f"See [{text}](../a.md)."


@pytest.mark.parametrize(
    "code",
    [
        "`<!-- lessons -->`",
        "``[x](01_one.py)``",
        "```\n<!-- figure no -->\n[x](../docs/a.md)\n`mlp_tutorial.neuron`\n```",
        "~~~~\n```\n<!-- nonsense -->\n~~~~",
        "- a\n\n    ~~~\n    [x](01_one.py) <!-- lessons --> `mlp_tutorial.neuron`\n    ~~~",
        "!!! note\n\n    ```python\n    # [x](01_one.py) <!-- figure no -->\n    ```",
    ],
)
def test_code_in_prose_stays_as_it_is(course, code):
    assert resolve(f"Before\n\n{code}\n\nafter.", course) == f"Before\n\n{code}\n\nafter."


def test_a_wrong_mark_says_which_there_are(course):
    with pytest.raises(ValueError, match=r"expected one of the marks .*figure.*, got figur"):
        resolve("<!-- figur a-line -->", course)
    with pytest.raises(ValueError, match="name of one figure, one of a-line, got a-lin of no"):
        resolve("<!-- figure a-lin -->", course)
    first = course.root / "tutorials/01_one.py"
    (course.root / "tutorials/02_two.py").write_text(first.read_text())
    with pytest.raises(ValueError, match="got a-line of 01_one and 02_two"):
        resolve("<!-- figure a-line -->", Course(course.root))


def test_a_gap_in_the_numbers_stays_one(course):
    first = course.root / "tutorials/01_one.py"
    (course.root / "tutorials/17_late.py").write_text(first.read_text().replace("One", "Late"))
    (course.root / "tutorials/18_bad.py").write_text("nonsense")
    course = Course(course.root)
    assert re.findall("### .*", resolve("<!-- lessons -->", course)) == [
        "### 1. [One](tutorials/01_one.ipynb)",
        "### 17. [Late](tutorials/17_late.ipynb)",
    ]
    made = resolve("<!-- path -->", course)
    page = markdown.markdown(made, extensions=["attr_list", "md_in_html"])
    found = re.findall(r'(?s)<li [^>]*value="(\d+)">.*?>\d+\. (\w+)</a>', page)
    assert found == [("1", "One"), ("17", "Late")]
    plain = resolve("<!-- path -->", course, plain=True).splitlines()
    assert [line[:8] for line in plain] == ["1. **[On", "17. **[L"]


def test_an_appendix_has_no_number_and_is_beside_the_path(course):
    first = course.root / "tutorials/01_one.py"
    text = first.read_text().replace("# # One", "# # Appendix: all of it")
    (course.root / "tutorials/19_all.py").write_text(text)
    course = Course(course.root)
    assert re.findall("(?m)^##+ .*", resolve("<!-- lessons -->", course)) == [
        "### 1. [One](tutorials/01_one.ipynb)",
        "### [Appendix: all of it](tutorials/19_all.ipynb)",
    ]
    assert "Appendix" not in resolve("<!-- path -->", course)


def test_a_lesson_that_has_not_run_shows_no_figure(course):
    assert resolve("<!-- figure a-line -->", course) == ""


def test_lists_of_lessons(course):
    plain = resolve("<!-- lessons -->", course, plain=True)
    assert plain == "### 1. [One](tutorials/01_one.md) · an hour"
    assert resolve("<!-- path -->", course, plain=True).endswith(" Add · *an hour*")


def test_a_hand_written_page_asks_before_it_shows(course):
    page = (
        "<!-- predict bet -->\nWho wins?\n\n- [x] Ada\n  She is faster.\n- [ ] Bob\n  He naps.\n"
        "<!-- answer -->\n<!-- example -->It was close.\n<!-- answered -->"
    )
    made = resolve(page, course)
    asked, _, folded = made.partition('<details class="answer" id="bet"')
    assert 'data-name="bet" data-right="0"' in asked
    assert "1. Ada\n1. Bob" in asked
    assert "1. **Ada** <b>Right.</b> She is faster." in folded
    assert "\n\nIt was close.\n" in folded
    plain = resolve(page, course, plain=True)
    assert plain == (
        "Who wins?\n\n1. Ada\n1. Bob\n\n"
        "1. **Ada** Right. She is faster.\n1. **Bob** He naps.\n\nIt was close."
    )


def test_a_mark_for_lint_leaves_no_trace(course):
    assert resolve("Suppose 7.\n<!-- example -->", course) == "Suppose 7.\n"


def test_timings_are_those_of_the_records(executed):
    made = resolve("<!-- timings -->", Course(executed))
    names = ("01_double", "02_guess")
    records = {n: Record.read(executed / f"build/tutorials/{n}.json") for n in names}
    for name, record in records.items():
        ran = f"{record.seconds:.1f} s |"
        assert re.search(rf"\(tutorials/{name}\.ipynb\) \|[^|]*\|[^|]*\| {re.escape(ran)}", made)
    assert made.count("| together | ") == 1
    assert re.search(r"\n\nExecuted with Python [\d.]+, PyTorch [\d.]+", made)
    assert f"No lesson used more than {max(r.peak for r in records.values()):,} MB" in made


def test_timings_have_what_the_lesson_promises(executed_course):
    path = executed_course / "tutorials/01_double.py"
    takes = "Reading takes a minute. The code runs in seconds on any computer."
    path.write_text(path.read_text().replace("Reading takes a minute.", takes))
    made = resolve("<!-- timings -->", Course(executed_course))
    assert "01_double.ipynb) | a minute | seconds | " in made


def test_timings_name_a_gpu_too(executed_course):
    path = executed_course / "build/tutorials/01_double.json"
    other = executed_course / "build/mps/01_double.json"
    shutil.copytree(path.parent, other.parent)
    other.write_text(path.read_text().replace('"device": "cpu"', '"device": "mps (Apple M4)"'))
    made = resolve("<!-- timings -->", Course(executed_course))
    assert "| on the CPU | on mps (Apple M4) |" in made
    seconds = f"{Record.read(other).seconds:.1f} s"
    assert f"| {seconds} | {seconds} |" in made
    assert made.count("| together | ") == 1


def test_a_cell_that_asserts_something_is_shown_with_what_it_printed(executed_course):
    course = Course(executed_course)
    cells = course.run("01_double").notebook.cells
    cells.append(
        new_code_cell(
            "a = b = 2\nprint(a)\nassert a == b", outputs=[new_output("stream", text="2\n")]
        )
    )
    assert resolve("<!-- assertion 01_double b -->", course) == (
        "```python\na = b = 2\nprint(a)\nassert a == b\n```\n\n```{ .text .output }\n2\n```"
    )
    cells.insert(0, new_code_cell("import torch\nx = 1\nx = 2  # not one"))
    assert resolve("<!-- assertion 01_double b torch x -->", course).startswith(
        "```python\nimport torch\n\nx = 2  # not one\n\na = b = 2\n"
    )
    with pytest.raises(
        ValueError, match="01_double to assert something about c in one cell, got 0"
    ):
        resolve("<!-- assertion 01_double c -->", course)
    cells.append(new_code_cell("assert b"))
    with pytest.raises(ValueError, match="got 2"):
        resolve("<!-- assertion 01_double b -->", course)
