"""The exercise to try on the page of exercises, which has no script."""

import itertools

import pytest

PAGE = "exercises.html"
SEEN = "(all) => all.filter((e) => getComputedStyle(e).visibility === 'visible').map((e) => e.id)"
SMALLEST = (
    "(all) => Math.min(...all.map((e) => parseFloat(getComputedStyle(e).fontSize)).filter(Boolean))"
)


def says(page):
    return page.locator(".quiz .says").evaluate_all(SEEN)


@pytest.mark.parametrize("scripts", [True, False])
def test_what_the_check_says_is_shown_for_the_answer_that_was_chosen(open_page, scripts):
    page = open_page(PAGE, java_script_enabled=scripts)
    assert says(page) == [""]
    for letter in "CAD":
        page.locator(".quiz label", has=page.get_by_text(letter, exact=True)).click()
        assert says(page) == [f"quiz-{letter}"]
    assert page.wrong == []


def test_the_keyboard_chooses_too(open_page):
    page = open_page(PAGE)
    page.locator(".quiz input").first.focus()
    page.keyboard.press("Space")
    for letter in "ABCD":
        assert says(page) == [f"quiz-{letter}"]
        label = page.locator(".quiz label:has(:checked)")
        assert label.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
        page.keyboard.press("ArrowDown")


@pytest.mark.parametrize("width", [320, 375])
def test_on_a_phone_the_verdict_is_in_the_chosen_answer(open_page, width):
    page = open_page(PAGE, width=width, reduced_motion="reduce")
    for label in page.locator(".quiz label").all():
        label.click()
        seen = page.locator(".quiz em:visible").all_inner_texts()
        assert seen == [label.locator("em").inner_text()]
        assert seen[0].startswith(("Right: ", "Wrong: "))
        assert label.bounding_box()["height"] >= 40
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".quiz *").evaluate_all(SMALLEST) >= 11


def test_nothing_moves_when_another_answer_is_chosen(open_page):
    page = open_page(PAGE, reduced_motion="reduce")
    quiz = page.locator(".quiz")
    boxes = [quiz.bounding_box()]
    for label in quiz.locator("label").all():
        label.click()
        boxes.append({**quiz.bounding_box(), "y": boxes[0]["y"]})  # it may have scrolled
        assert label.bounding_box()["height"] >= 40
    assert boxes == [boxes[0]] * 5
    assert quiz.locator("em:visible").count() == 0
    assert quiz.locator("*").evaluate_all(SMALLEST) >= 11


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_quiz_and_the_list_are_accessible(open_page, wake, find_faults, scheme):
    page = open_page(PAGE, color_scheme=scheme, reduced_motion="reduce")
    wake(page, "mlp-progress")
    page.evaluate("scrollTo(0, 0)")
    for letter, width in (("A", 1280), ("C", 375)):  # a wrong one and the right one
        page.set_viewport_size({"width": width, "height": 900})
        page.locator(".quiz label", has=page.get_by_text(letter, exact=True)).click()
        assert not find_faults(page), letter


def test_paper_shows_every_answer_with_what_the_check_says(open_page):
    page = open_page(PAGE, width=680)
    page.emulate_media(media="print")
    assert says(page) == [f"quiz-{letter}" for letter in "ABCD"]
    tops = page.locator(".quiz :is(label, .says:not(.wait))").evaluate_all(
        "(all) => all.map((e) => e.getBoundingClientRect()).map((b) => [b.top, b.bottom])"
    )
    assert all(above[1] <= below[0] for above, below in itertools.pairwise(tops))
