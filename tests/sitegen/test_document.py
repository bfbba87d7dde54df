"""What a cell contains and prints reaches the page and its Markdown letter by letter."""

import re

import markdown
import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sitegen.pages.document import make_sections, write_lesson

EXTENSIONS = ["admonition", "attr_list", "md_in_html", "toc", "pymdownx.arithmatex"]
EXTENSIONS += ["pymdownx.details", "pymdownx.highlight", "pymdownx.superfences"]
# A notebook is JSON in UTF-8, which has no surrogates; HTML has no way to write NUL.
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
TRAPS = [
    "<!-- digit -->\n[x](02_layers.py) ](../docs/course.md `mlp_tutorial.neuron`",
    "```\n~~~\n````````````\n</samp></pre></lesson><details>",
    "$x$ \\(x\\) &amp; &#10; { .downloads }\t\ttabs\n   \n\n trailing  ",
    ' tabindex="" role="dialog" <table> ::: mlp_tutorial\r\n\x02\x03\x0b\x85\u2028',
]


def traps(test):
    for trap in TRAPS:
        test = example(trap)(test)
    return test


def page_of(notebook):
    """Render a page as MkDocs and the hook do."""
    made = write_lesson("01_it", notebook, None)
    rendered = markdown.markdown(made, extensions=EXTENSIONS)
    return BeautifulSoup(make_sections(rendered.replace("&#10;", "\n")), "html.parser")


def between(plain, language):
    """The text in the first fence of a language."""
    return re.search(rf"(?ms)^(`{{3,}}){language}\n(.*?)\n?^\1$", plain)[2]


@traps
@given(text)
def test_any_output(printed):
    cell = new_code_cell("print(1)", outputs=[new_output("stream", text=printed)])
    notebook = new_notebook(cells=[new_markdown_cell("# It"), cell, new_markdown_cell("After.")])
    samps = page_of(notebook).select("pre.output > samp")
    expected = [printed.removesuffix("\n")] if printed else []
    assert [samp.get_text() for samp in samps] == expected
    if printed:
        plain = write_lesson("01_it", notebook, None, plain=True)
        assert between(plain, "text") == printed.removesuffix("\n")
        assert plain.endswith("\n\nAfter.\n")


@traps
@given(text)
def test_any_code(code):
    notebook = new_notebook(cells=[new_code_cell(code or "1"), new_markdown_cell("After.")])
    page = page_of(notebook)
    assert [block.get_text() for block in page.select(".input code")] == [code or "1"]
    assert between(write_lesson("01_it", notebook, None, plain=True), "python") == (
        code or "1"
    ).removesuffix("\n")


@traps
@given(text)
def test_any_solution_and_any_answer_to_a_question(printed):
    question = "Which?\n\n- [ ] One.\n  It looks so.\n- [x] Two.\n  It is."
    outputs = [new_output("stream", text=printed or "2")]
    cells = [
        new_markdown_cell("### Which?", metadata={"tags": ["exercise", "think"]}),
        new_code_cell("f = ...", metadata={"tags": ["exercise"]}),
        new_code_cell(printed or "1", metadata={"tags": ["solution"]}),
        new_code_cell("check_f(f)", metadata={"tags": ["check"]}, outputs=outputs),
        new_markdown_cell(question, metadata={"tags": ["predict"]}),
        new_code_cell("print(2)", outputs=outputs),
    ]
    page = page_of(new_notebook(cells=cells))
    assert page.select_one("details.success code").get_text() == (printed or "1")
    for folded in ("details.success", "details.answer"):
        (shown,) = page.select(f"{folded} > pre.output > samp")
        assert shown.get_text() == (printed or "2").removesuffix("\n")


HINT = "<details><summary>Hint 1</summary>\n\nAdd.\n\n</details>"


@pytest.mark.parametrize("plain", [False, True])
def test_what_a_check_says_about_the_solution_is_folded_away_with_it(plain):
    told = [new_output("stream", text="Right: 6, since both grow.\n")]
    cells = [
        new_markdown_cell(
            f"### Which?\n\nFind out.\n\n{HINT}", metadata={"tags": ["exercise", "think"]}
        ),
        new_code_cell("six = ...", metadata={"tags": ["exercise"]}),
        new_code_cell("six = 6", metadata={"tags": ["solution"]}),
        new_code_cell("print(check_six(six))", metadata={"tags": ["check"]}, outputs=told),
    ]
    notebook = new_notebook(cells=cells)
    made = write_lesson("01_it", notebook, None, plain=plain)
    parts = ["### Which?", "Think", "Find out.", "...", "check_six", "Solution", "6", "Right: 6"]
    parts.insert(3 if plain else 5, "Add")
    places = [re.sub("<[^>]*>", "", made).index(part) for part in parts]
    assert places == sorted(places)
    if not plain:
        page = page_of(notebook)
        (card,) = page.select("section.exercise")
        assert card.select_one("h3 + p.kind").get_text() == "Exercise 1 Think"
        solved = card.select_one("p.kind + p.solved > mlp-progress")
        assert solved["data-solved"] == "it six"
        row = [each.summary.get_text() for each in card.select("details")]
        assert row == ["The check", "Hint 1", "Solution"]
        for each in card.select("details"):
            each.decompose()
        assert "Right" not in card.get_text()


def test_exercises_and_what_the_machine_can_read_now_are_sections_of_their_own():
    cells = [
        new_markdown_cell("# It\n\n## One\n\nText."),
        new_markdown_cell("So.\n\n## What our machine can read now\n\nMore."),
        new_code_cell("1"),
        new_markdown_cell("Next.\n\n```\n## Exercises\n```\n\n## Exercises\n\nOpen it."),
        new_markdown_cell("### Which?", metadata={"tags": ["exercise", "think"]}),
        new_code_cell("six = ...", metadata={"tags": ["exercise"]}),
        new_code_cell("six = 6", metadata={"tags": ["solution"]}),
        new_code_cell("check_six(six)", metadata={"tags": ["check"]}),
    ]
    page = page_of(new_notebook(cells=cells))
    now, exercises, exercise = page.select("section:not(.help)")
    assert [each.name for each in page if each.name] == ["h1", "h2", "p", "p", "section", "section"]
    assert now["class"] == ["now"]
    assert now.h2.get_text() == "What our machine can read now"
    assert now.get_text().split() == f"{now.h2.get_text()} More. 1 Next. ## Exercises".split()
    assert exercises["class"] == ["exercises"]
    assert [each.name for each in exercises if each.name] == ["h2", "p", "section"]
    assert exercise["class"] == ["exercise"]
    plain = write_lesson("01_it", new_notebook(cells=cells), None, plain=True)
    assert "<!--" not in plain


def test_a_question_stands_before_its_cell_and_the_answer_is_folded_after_it():
    question = "Will `f(2)` run?\n\n- [ ] No.\n  It has no type.\n- [x] Yes: `4`.\n  It doubles."
    cells = [
        new_markdown_cell(question, metadata={"tags": ["predict"]}),
        new_code_cell("f(2)", outputs=[new_output("stream", text="4\n")]),
    ]
    notebook = new_notebook(cells=cells)
    page = page_of(notebook)
    asked, code, answer = [each for each in page if each.name]
    assert asked["class"] == ["predict"]
    assert [option.get_text() for option in asked.select("ol > li")] == ["No.", "Yes: 4."]
    assert asked.select_one("mlp-predict").attrs == {"data-name": "it-1", "data-right": "1"}
    assert code.get_text() == "f(2)"
    assert answer.name == "details"
    assert "open" not in answer.attrs
    assert [reason.get_text() for reason in answer.select(".reasons li")] == [
        "No. It has no type.",
        "Yes: 4. Right. It doubles.",
    ]
    plain = write_lesson("01_it", notebook, None, plain=True)
    parts = ["Will `f(2)` run?", "1. No.", "\nf(2)\n", "```text\n4\n```", "Right. It doubles."]
    places = [plain.index(part) for part in parts]
    assert places == sorted(places)


def test_code_that_few_will_read_is_folded_up_to_the_next_prose():
    cells = [
        new_markdown_cell("Skip this.\n\n<!-- folded -->"),
        new_code_cell("a = 1"),
        new_code_cell("print(a)", outputs=[new_output("stream", text="1\n")]),
        new_markdown_cell("Read this."),
        new_code_cell("b = 2"),
    ]
    notebook = new_notebook(cells=cells)
    page = page_of(notebook)
    folded = [code.get_text() for code in page.select("details.folded:not([open]) .input code")]
    assert folded == ["a = 1", "print(a)"]
    assert len(page.select("details")) == 1
    assert not page.select("details .output")
    assert page.select(".input code")[-1].get_text() == "b = 2"
    plain = write_lesson("01_it", notebook, None, plain=True)
    assert "folded" not in plain
    assert "details" not in plain


QUESTION = "Which?\n\n- [ ] This.\n  No.\n- [x] That.\n  Yes."


def ask_before(code, *after):
    asked = new_markdown_cell(QUESTION, metadata={"tags": ["predict"]})
    return page_of(new_notebook(cells=[asked, new_code_cell(code), *after]))


def test_what_gives_a_result_away_is_folded_with_it():
    source = "assert 1\nx = f(\n    2\n)\n\n# Nearly 4.\nassert x > 3, (\n    x\n)\nassert x < 5"
    page = ask_before(source, new_markdown_cell("It's 4.\nSo.\n\nNow *we* go on."))
    _, code, answer, rest = [each for each in page if each.name]
    folded = answer.select_one(".input code")
    assert f"{code.get_text()}\n\n{folded.get_text()}" == source
    assert folded.get_text().startswith("# Nearly 4.\nassert")
    assert answer.select("p")[-1].get_text() == "It's 4.\nSo."
    assert rest.get_text() == "Now we go on."


def test_a_cell_between_a_result_and_its_paragraph_is_folded_too():
    page = ask_before("f()", new_code_cell("draw()"), new_markdown_cell("So."), new_code_cell("1"))
    assert [code.get_text() for code in page.select("details code")] == ["draw()"]
    assert page.select("details p")[-1].get_text() == "So."
    assert page.select_one("details ~ .input").get_text() == "1"


@pytest.mark.parametrize("after", ["## Next", "- one\n- two", "| a |\n| - |\n| 1 |", "$$ x $$"])
def test_only_a_paragraph_is_folded(after):
    page = ask_before("assert 1", new_markdown_cell(after))
    _, code, answer, *rest = [each for each in page if each.name]
    assert code.get_text() == "assert 1"  # it is the cell
    assert len(rest) == 1
    assert not answer.select("h2, ul, table")


def test_prose_between_a_question_and_its_code_comes_first():
    asked = new_markdown_cell(QUESTION, metadata={"tags": ["predict"]})
    page = page_of(new_notebook(cells=[asked, new_markdown_cell("Wait."), new_code_cell("1")]))
    assert [each.get_text() for each in page.select("p")][:2] == ["Wait.", "Which?"]
    assert page.select_one(".predict ~ .input").get_text() == "1"


def test_another_question_is_not_folded():
    asked = new_markdown_cell(QUESTION, metadata={"tags": ["predict"]})
    page = ask_before("1", asked, new_code_cell("2"))
    assert [each.get_text() for each in page.select(".predict > p:first-child")] == ["Which?"] * 2
    assert "Which?" not in page.select_one("details").get_text()


def test_an_error_and_a_value_are_shown():
    outputs = [
        new_output("error", ename="KeyError", evalue="'k'", traceback=[]),
        new_output("error", ename="AssertionError", evalue="", traceback=[]),
        new_output("execute_result", data={"text/plain": "tensor(1)"}),
    ]
    page = page_of(new_notebook(cells=[new_code_cell("x", outputs=outputs)]))
    shown = [each.get_text() for each in page.select("samp")]
    assert shown == ["KeyError: 'k'", "AssertionError", "tensor(1)"]


@pytest.mark.parametrize(
    ("text", "wraps"),
    [("one line", True), ("a  b\n1  2\n", False), (f"Error: it\n\t{'is long ' * 20}", True)],
)
def test_a_line_wraps_and_aligned_lines_scroll(text, wraps):
    outputs = [new_output("stream", text=text)]
    page = page_of(new_notebook(cells=[new_code_cell("x", outputs=outputs)]))
    assert page.select_one("pre.output")["class"] == ["output", "line"][: 1 + wraps]


@pytest.mark.parametrize("outputs", [[], [new_output("display_data", data={"text/html": "<b>"})]])
def test_what_shows_nothing_leaves_nothing(outputs):
    page = page_of(new_notebook(cells=[new_code_cell("x = 1", outputs=outputs)]))
    assert page.select("samp, figure") == []
    nbformat.validate(new_notebook(cells=[new_code_cell("x = 1", outputs=outputs)]))


def test_paper_needs_no_element_whose_figure_the_lesson_draws():
    live = (
        '<div class="live"><mlp-line><figure class="plot" id="live-{}"></figure></mlp-line></div>'
    )
    figure = '<figure class="plot" id="figure-wave"></figure>'
    cells = [new_markdown_cell(part) for part in (live.format("wave"), live.format("hill"), figure)]
    made = write_lesson("01_it", new_notebook(cells=cells), None)
    assert made.count("live again") == 1
    assert '<div class="live again"><mlp-line><figure class="plot" id="live-wave">' in made


def test_markdown_has_a_figure_once_where_the_lesson_draws_it():
    svg = '<svg viewBox="0 0 9 9"></svg>'
    drawn = new_output("display_data", data={"image/svg+xml": svg})
    said = {"figure": "wave", "alt": "A wave.", "caption": "It bends."}
    cells = [
        new_markdown_cell("Press play.\n\n(Figure: A wave. It bends.)\n\n(Figure: A hill.)\n\nSo."),
        new_code_cell("wave()", metadata=said, outputs=[drawn]),
    ]
    plain = write_lesson("01_it", new_notebook(cells=cells), None, plain=True)
    assert plain.count("A wave") == 1
    assert plain.index("So.") < plain.index("A wave")
    assert "Press play.\n\n(Figure: A hill.)" in plain
