"""A single page as paper shows it: printed in either scheme, with its elements awake or not."""

from collections import Counter

import pytest

from sitegen.__main__ import SITE

VISIBLE = """(selector) => [...document.querySelectorAll(selector)]
  .filter((found) => found.checkVisibility()).map((found) => found.ariaLabel ?? found.outerHTML)"""
INK = "getComputedStyle(document.body).getPropertyValue('--plot-ink')"
# What can't be read on paper: text that a box cuts off, or that runs out of the page.
CUT = """() => [...document.querySelectorAll("article :is(pre, code, samp, .math, figure, table)")]
  .filter((box) => box.checkVisibility() && getComputedStyle(box).display !== "inline")
  .filter((box) => box.scrollWidth > box.clientWidth + 1 || box.getBoundingClientRect().right > innerWidth)
  .map((box) => box.outerHTML.slice(0, 200))"""
PAPER = 657  # pixels: A4 without its margins
SCREEN = ".md-header, .md-sidebar, .md-footer, .md-code__nav, .headerlink, .downloads, .live :is(button, input, select)"


@pytest.mark.parametrize("state", ["asleep", "awake", "without scripts"])
def test_a_lesson_is_printed_whole_and_light_with_answers_and_without_solutions(
    open_page, wake, state
):
    page = open_page(
        "tutorials/10_training.html",
        color_scheme="dark",
        java_script_enabled=state != "without scripts",
    )
    if state == "awake":
        for element in page.locator(".live > *").all():
            wake(page, element.evaluate("(element) => element.localName"))
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")

    pictures = page.evaluate(VISIBLE, "figure.plot [role=img]")
    assert len(pictures) > 5
    assert max(Counter(pictures).values()) == 1
    assert page.evaluate(VISIBLE, SCREEN) == []
    assert page.evaluate(VISIBLE, ".live td")  # the learning rates, as a table
    assert page.evaluate(VISIBLE, ".live canvas") == []

    assert len(page.evaluate(VISIBLE, ".reasons li")) == page.locator(".reasons li").count()
    hints = "details.question > p"
    assert len(page.evaluate(VISIBLE, hints)) == page.locator(hints).count() > 5
    assert page.evaluate(VISIBLE, "details.success pre") == []

    assert page.evaluate(CUT) == []
    assert page.evaluate(INK).strip() == "#22303c"
    background = "getComputedStyle(document.querySelector('.math')).backgroundImage"
    assert page.evaluate(background) == "none"


@pytest.mark.parametrize("name", ["04_softmax", "17_how_far", "18_museum"])
def test_no_code_runs_out_of_the_paper(open_page, name):
    page = open_page(f"tutorials/{name}.html", width=PAPER)
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []


def test_the_course_offers_the_book_if_it_was_printed(open_page):
    page = open_page("course.html")
    links = page.get_by_role("link", name="the course as a book")
    assert links.count() == len(list(SITE.glob("downloads/*.pdf")))
