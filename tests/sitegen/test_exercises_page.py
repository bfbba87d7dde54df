"""The exercise to try on the page of exercises, and the list of all of them."""

import re
import textwrap

import markdown
import pytest
from bs4 import BeautifulSoup

from mlp_tutorial.exercises import check_softmax
from sitegen.pages.course import Course
from sitegen.pages.exercises import ANSWERS, HEAD, check_darken, exercises, quiz
from sitegen.pages.marks import resolve


@pytest.fixture(scope="module")
def course():
    return Course()


def test_each_answer_is_shown_with_what_the_check_says_about_the_code_that_is_shown(course):
    page = BeautifulSoup(resolve("<!-- quiz -->", course).replace("&#10;", "\n"), "html.parser")
    plain = resolve("<!-- quiz -->", course, plain=True)
    assert page.select_one("fieldset > code").get_text() == HEAD
    labels = page.select("label")
    assert len(labels) == len(ANSWERS) == 4
    for label in labels:
        code = f"{HEAD}\n{textwrap.indent(label.code.get_text(), '    ')}"
        exec(code, space := {})
        result = check_darken(space["darken"])
        assert label["class"] == [result.outcome]
        assert result.mistake or result.outcome == "right"
        says = page.find(id=label.input["aria-describedby"])
        assert label.find_next_sibling() is says
        assert says.select("p")[-1].get_text() == str(result)
        assert f"```python\n{code}\n```\n" in plain
        # Whoever reads it as text can guess, too, before the first verdict.
        assert plain.index(str(result)) > plain.rindex("```")


def test_one_answer_is_right_and_each_wrong_one_goes_wrong_in_its_own_way(course):
    results = [check_darken(answer) for answer in ANSWERS]
    assert [result.outcome for result in results].count("right") == 1
    shown = BeautifulSoup(quiz(course)[0], "html.parser").select(".says:not(.wait) ul")
    assert len({rows.get_text() for rows in shown}) == len({r.mistake for r in results}) == 4
    for rows, result in zip(shown, results, strict=True):
        after = [each.get_text().strip("[]").split(", ") for each in rows.select("samp")]
        assert len(after) == len(rows.select("li"))
        best = [max(map(float, row)) for row in after]
        assert (best == [1, 1, 0] and after[0][2] == "1") == (result.outcome == "right")


def test_the_question_is_the_exercise_of_no_lesson(course):
    names = {task.name for lesson in course.lessons for task in lesson.tasks}
    assert check_darken.name not in names


def test_exercises_are_listed_by_lesson_and_kind_with_a_box_to_tick(course):
    page = markdown.markdown(exercises(course)[0], extensions=["md_in_html"])
    listed = BeautifulSoup(page, "html.parser").select(".tasks > li")
    lessons = [lesson for lesson in course.lessons if lesson.tasks]
    for item, lesson in zip(listed, lessons, strict=True):
        assert item.a["href"] == f"tutorials/{lesson.name}.ipynb"
        found = []
        for entry in item.select("dd"):
            kind = entry.find_previous_sibling("dt").get_text().lower()
            found.append((kind, entry.a.get_text(), entry.select_one(".solved")["data-solved"]))
        assert found == [
            (task.kind, re.sub("`", "", task.title), f"{lesson.topic} {task.name}")
            for task in lesson.tasks
        ]
    plain = exercises(course)[1]
    links = sum(1 + len(lesson.tasks) for lesson in lessons)
    assert plain.count("](") == links
    assert plain.count("\n") == len(lessons) - 1


def test_the_page_of_grades_counts_the_mistakes_of_the_class_of_25(course):
    page = BeautifulSoup(resolve("<!-- grades -->", course), "html.parser")
    (frequent,) = page.select("table")
    counts = {tr("td")[-1].get_text(): int(tr.td.get_text()) for tr in frequent("tr")[1:]}
    mistakes = {mistake.name for mistake in check_softmax.mistakes}
    assert len(counts) == 3
    assert set(counts) < mistakes
    assert sum(counts.values()) < 25 / 2  # most got it right
    assert not page(["h1", "h2"])
