"""What a reader has read, guessed and solved, as the path shows it."""

import pytest
from scripts import TWO_FRAMES

LESSON, COURSE, FRONT = "tutorials/04_softmax.html", "course.html", "index.html"
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("denied", "SecurityError") },
})"""


def stop(page, topic="softmax"):
    return page.locator(f".stop[data-lesson={topic}]")


def says(page):
    page.evaluate(TWO_FRAMES)
    return page.locator(".next").inner_text().split("\n")


@pytest.fixture
def study(open_page, wake):
    """Open a lesson, guess once, solve one exercise, and read to the end."""

    def open_lesson(path=LESSON, **options):
        page = open_page(path, **options)
        wake(page, "mlp-predict")
        page.locator(".predict button").first.click()
        wake(page, "mlp-progress[data-solved]")
        page.get_by_role("button", name="I solved it").first.click()
        page.locator(".executed").last.scroll_into_view_if_needed()
        page.wait_for_function("localStorage.getItem('read softmax')")
        return page

    return open_lesson


def see_path(page, wake):
    wake(page, ".next mlp-progress")
    page.locator(".next mlp-progress:defined").wait_for()  # what it says was there before


def go(page, wake, path):
    page.goto(page.url.replace(LESSON, path).replace(COURSE, path).replace(FRONT, path))
    see_path(page, wake)


def test_the_path_shows_what_was_read_guessed_and_solved(study, wake):
    page = study()
    for path in (FRONT, COURSE):
        go(page, wake, path)
        assert stop(page).locator(".mark").inner_text() == "✓ read"
        assert stop(page).locator(".time").inner_text() == "1 of 3 guessed, 1 of 6 solved"
        assert stop(page, "tensors").locator(".mark").inner_text() == ""
        assert "minutes" in stop(page, "tensors").locator(".time").inner_text()
        assert says(page) == ["Continue with lesson 5", "1 of 18 read"]
    page.get_by_role("link", name="Continue with lesson 5").press("Enter")
    page.wait_for_url("**/05_activations.html")
    assert page.wrong == []


def test_marks_are_there_wherever_on_the_path_a_page_opens(open_page, wake):
    page = open_page(FRONT, width=375)
    page.evaluate("localStorage.setItem('read speed', '1')")
    page.reload()
    stop(page, "speed").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('[data-lesson=speed] .mark').textContent")


def test_a_lesson_that_was_begun_comes_next(study, wake):
    page = study()
    page.evaluate("localStorage.setItem('solved speed seconds', '1')")
    go(page, wake, COURSE)
    assert says(page) == ["Continue with lesson 16", "1 of 18 read"]
    assert stop(page, "speed").locator(".mark").inner_text() == "begun"
    page.evaluate("localStorage.setItem('read museum', '1')")
    page.reload()
    see_path(page, wake)
    assert says(page) == ["Continue with lesson 1", "2 of 18 read"]


def test_one_button_forgets_it_all(study, wake):
    page = study()
    page.evaluate("localStorage.setItem('other', 'stays')")
    go(page, wake, COURSE)
    before = page.locator(".trail").inner_text()
    wake(page, ".forget mlp-progress")
    page.get_by_role("button", name="Forget my progress").press("Enter")
    assert says(page) == ["Begin with lesson 1", "18 lessons, about 11 hours of reading"]
    assert stop(page).locator(".mark").inner_text() == ""
    assert page.locator(".trail").inner_text() != before
    left = page.evaluate("Object.keys(localStorage).filter((key) => !key.includes('palette'))")
    assert left == ["other"]
    page.goto(page.url.replace(COURSE, LESSON))
    wake(page, "mlp-progress")
    button = page.get_by_role("button", name="I solved it").first
    assert button.get_attribute("aria-pressed") == "false"
    assert page.wrong == []


def test_a_mark_beside_an_exercise_can_be_taken_back(open_page, wake):
    page = open_page(LESSON)
    wake(page, "mlp-progress")
    button = page.get_by_role("button", name="I solved it").nth(1)
    pressed = []
    for key in ("Space", "Enter"):
        button.press(key)
        pressed.append(button.get_attribute("aria-pressed"))
    assert pressed == ["true", "false"]
    button.click()
    page.reload()
    wake(page, "mlp-progress")
    states = page.locator(".solved button").evaluate_all("(all) => all.map((b) => b.ariaPressed)")
    assert states == ["false", "true", "false", "false", "false", "false"]


def test_the_list_of_exercises_has_the_same_marks(open_page, wake):
    page = open_page("exercises.html")
    wake(page, "mlp-progress")
    entry = page.locator(
        ".tasks dd", has=page.get_by_role("link", name="What's left of the dollar?")
    )
    entry.get_by_role("button").click()
    assert page.evaluate("localStorage.getItem('solved softmax money_left')") == "1"
    box = entry.get_by_role("button").bounding_box()
    assert min(box["width"], box["height"]) >= 24
    entry.get_by_role("link").click()
    page.wait_for_url("**/04_softmax.html#whats-left-of-the-dollar")
    wake(page, "mlp-progress[data-solved]")
    states = page.locator(".solved button").evaluate_all("(all) => all.map((b) => b.ariaPressed)")
    assert states == ["false", "true", "false", "false", "false", "false"]


def test_on_a_phone_the_list_is_folded_except_the_lesson_that_was_begun_last(open_page, wake):
    page = open_page("exercises.html", width=375, has_touch=True)
    rows = page.locator(".tasks > li")
    shown = "(all) => all.map((e) => e.querySelector('dd').checkVisibility({ contentVisibilityAuto: true }))"
    assert rows.evaluate_all(shown) == [True] + [False] * 17
    for key in ("neuron neuron", "softmax money_left", "softmax cross_entropy"):
        page.evaluate("(key) => localStorage.setItem('solved ' + key, '1')", key)
    page.reload()
    rows.nth(3).scroll_into_view_if_needed()
    page.locator(".tasks dd button").last.wait_for(state="attached")
    assert rows.evaluate_all(shown) == [False] * 3 + [True] + [False] * 14
    height = "(all) => Math.min(...all.map((e) => e.offsetHeight).filter(Boolean))"
    parts = page.locator(".tasks :is(summary, dd, dd a, dd button)")
    assert parts.evaluate_all(height) >= 40
    ticks = "(all) => all.map((e) => getComputedStyle(e).counterIncrement).filter((c) => c !== 'none').length"
    assert page.locator(".tasks i").evaluate_all(ticks) == 3
    rows.nth(3).locator("dd").first.get_by_role("button").tap()
    assert page.locator(".tasks i").evaluate_all(ticks) == 4
    page.set_viewport_size({"width": 1280, "height": 900})
    assert all(rows.evaluate_all(shown))
    assert not page.locator(".tasks summary").first.is_visible()


def test_without_storage_nothing_is_missing(open_page, new_context, visit, wake, address):
    context = new_context()
    context.add_init_script(NO_STORAGE)
    page = visit(context, f"{address}/{LESSON}")
    wake(page, "mlp-progress")
    page.get_by_role("button", name="I solved it").first.click()
    page.goto(f"{address}/{COURSE}")
    see_path(page, wake)
    assert says(page) == ["Begin with lesson 1", "18 lessons, about 11 hours of reading"]
    without = open_page(COURSE, java_script_enabled=False)
    assert without.locator(".stop a[href^=tutorials]").count() == 18
    assert says(page) == without.locator(".next").inner_text().split("\n")


@pytest.mark.parametrize("path", [FRONT, COURSE, LESSON])
def test_nothing_moves_when_progress_is_shown(study, open_page, wake, path):
    asleep = open_page(path, java_script_enabled=False)
    page = study()
    if path != LESSON:
        go(page, wake, path)
    stops = "() => [...document.querySelectorAll('.next, .stop')].map((e) => e.offsetHeight)"
    for width in (320, 375, 1280):
        for each in (page, asleep):
            each.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(stops) == asleep.evaluate(stops), width
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_progress_is_accessible(study, wake, find_faults, scheme):
    page = study(color_scheme=scheme, reduced_motion="reduce")
    assert not find_faults(page)
    go(page, wake, COURSE)
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert not find_faults(page), width


@pytest.mark.parametrize(("width", "columns"), [(1280, 6), (768, 3), (375, 1)])
def test_the_line_winds_from_lesson_to_lesson(open_page, width, columns):
    """Each leg begins at the center of a node and ends at the next one's."""
    page = open_page(FRONT, width=width)
    nodes = page.locator(".stop .node").evaluate_all(
        "(all) => all.map((e) => e.getBoundingClientRect()).map((b) => [b.x + b.width / 2, b.y + b.height / 2])"
    )
    legs = page.locator(".stop").evaluate_all(
        """(all, columns) => all.slice(0, -1).map((stop) => {
          const style = getComputedStyle(stop, "::after"), box = stop.getBoundingClientRect();
          const [left, top, across, down] = ["left", "top", "width", "height"].map((name) => parseFloat(style[name]));
          const [x, y] = [box.x + left, box.y + top];
          if (style.transform === "none") { // back to the first column, below the row
            const half = across / columns / 2;
            return [[x + across - half, y], [x + half, y + down]];
          }
          const [right, , , lower] = style.transform.match(/-?[\\d.]+/g).map(Number);
          return [[x, y], [x + right * across, y + lower * down]];
        })""",
        columns,
    )
    for (begin, end), here, there in zip(legs, nodes, nodes[1:], strict=False):
        assert begin == pytest.approx(here, abs=3)
        assert end == pytest.approx(there, abs=3)
    assert len({round(x) for x, _ in nodes}) == max(columns, 2)
