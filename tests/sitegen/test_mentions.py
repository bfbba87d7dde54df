"""Lessons that prose mentions."""

from pathlib import Path

import pytest

from mlp_tutorial.lessons import Lesson
from sitegen.pages.mentions import link_mentions

LESSONS = [
    Lesson(Path(f"tutorials/{name}.py"), "") for name in ("01_one", "02_two", "03_three", "12_late")
]


def test_a_number_becomes_a_link():
    made = link_mentions("<p>Lesson 12, and (lesson\n2).</p>", LESSONS, folder="../tutorials/")
    assert made == (
        '<p><a href="../tutorials/12_late.html">Lesson 12</a>, and '
        '(<a href="../tutorials/02_two.html">lesson\n2</a>).</p>'
    )


def test_neighbors_become_links():
    page = "<p>the last lesson's, the next lesson, the first lesson</p>"
    made = link_mentions(page, LESSONS, "03_three")
    assert made == (
        '<p>the <a href="02_two.html">last lesson</a>\'s, the <a href="12_late.html">next lesson</a>,'
        ' the <a href="01_one.html">first lesson</a></p>'
    )


@pytest.mark.parametrize(
    "page",
    [
        "<pre>lesson 2</pre>",
        "<p><code>lesson 2</code></p>",
        '<a href="x">the <b>bold</b> lesson 2</a>',
        "<h2>lesson 2</h2>",
        '<svg aria-label="lesson 2"><text>lesson 2</text></svg>',
        '<p title="lesson 2">lessons 2, lesson two, a lesson</p>',
        "<p>lesson 1 is this one, and it has no last lesson</p>",
        "<p>the last lesson of the course</p>",
        "<button>lesson 2</button>",
    ],
)
def test_the_rest_stays_as_it_is(page):
    assert link_mentions(page, LESSONS, "01_one") == page


def test_a_page_that_is_no_lesson_has_no_neighbors():
    assert link_mentions("<p>the next lesson</p>", LESSONS) == "<p>the next lesson</p>"


def test_a_lesson_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="expected a lesson that there is, got 'lesson 7'"):
        link_mentions("<p>In lesson 7</p>", LESSONS)
