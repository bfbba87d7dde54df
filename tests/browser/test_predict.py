"""A question before a cell, as a reader meets it, in a small course with the theme of the site."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from filelock import FileLock
from server import serve

from mlp_tutorial.lessons import read_lessons
from sitegen import ROOT
from sitegen.__main__ import render
from sitegen.execute.pool import Pool

LESSON = """# %% [markdown]
# # What comes out?
#
# You will learn
#
# - how to guess.
#
# Reading takes a minute.
#
# ## Shapes
#
# The first tensor is a column of three numbers, and the second is a row of five.

# %% [markdown] tags=["predict"]
# Will this run? If so, what shape comes out?
#
# - [ ] It fails, because the shapes $(3, 1)$ and $(1, 5)$ are not the same, and an addition needs equal shapes.
#   The shapes differ, but PyTorch stretches an axis of length one.
# - [x] `torch.Size([3, 5])`
#   Both axes of length one are stretched, the first to three and the second to five.
# - [ ] `torch.Size([3, 1])`
#   The result needs room for every pair of a row and a column.

# %%
import torch

column, row = torch.ones(3, 1), torch.ones(1, 5)
print((column + row).shape, "is the shape of the sum, which this line says at some length.")

# %% [markdown]
# So a column plus a row is a table.

# %% [markdown] tags=["predict"]
# How many lines will this draw?
#
# - [x] Two
#   Each input is connected to the only output.
# - [ ] Three
#   That's how many circles there are.

# %% figure="lines" alt="Two circles, each joined to a third." caption="A line is a weight."
from mlp_tutorial.plots import draw_network, show

show(draw_network([2, 1]))
"""
CONFIG = f"""INHERIT: {ROOT}/mkdocs.yml
hooks: ['{ROOT}/sitegen/hook.py']
nav: [index.md, teachers.md, tutorials/01_double.ipynb, tutorials/02_guess.ipynb, tutorials/03_questions.ipynb]
plugins:
  - search
  - offline
  - mkdocs-jupyter: {{ include: [tutorials/*.ipynb], execute: false, cache: false, ignore_h1_titles: true }}
theme: {{ custom_dir: '{ROOT}/docs/overrides' }}
watch: [tutorials]
"""
RIGHT, WRONG = "torch.Size([3, 5])", "torch.Size([3, 1])"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site of a course whose last lesson asks questions; one process builds it for all."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which all processes share
    root = folder / "questions"
    with FileLock(folder / "questions.lock"):
        if not (root / "site").exists():
            build(root)
    return root / "site"


def build(root):
    shutil.rmtree(root, ignore_errors=True)  # what another process has begun and not finished
    shutil.copytree(ROOT / "tests" / "sitegen" / "course", root)
    (root / "tutorials" / "03_questions.py").write_text(LESSON)
    (root / "mkdocs.yml").write_text(CONFIG)
    for folder in ("elements", "stylesheets"):
        shutil.copytree(ROOT / "docs" / folder, root / "docs" / folder)
    with ThreadPoolExecutor() as threads:  # because the event loop of this one is Playwright's
        lessons = read_lessons(root / "tutorials")
        failures = threads.submit(Pool(root=root).execute, lessons).result()
    assert not failures, failures[0]
    render(root / "site", root)


@pytest.fixture(scope="module")
def address(site):
    """Where `open_page` finds its pages."""
    with serve(site) as (address, _):
        yield address


@pytest.fixture
def ask(open_page, wake):
    """Open the lesson, with its first question come to life."""

    def open_lesson(**options):
        page = open_page("tutorials/03_questions.html", **options)
        wake(page, "mlp-predict")
        return page

    return open_lesson


def option(page, name):
    return page.get_by_role("button", name=name, exact=False)


def answer(page, number=0):
    return page.locator("details.answer").nth(number)


def reasons(page, number=0):
    """The reasons in the box of a question that can be seen."""
    return page.locator(".predict").nth(number).locator("li > p:visible").all_inner_texts()


def is_open(page, number=0):
    """Can the output be seen? The reasons are in the box, or below the output without a choice."""
    shown = answer(page, number).locator("> :is(pre, figure)").is_visible()
    below = answer(page, number).locator(".reasons").is_visible()
    assert shown == (below or bool(reasons(page, number)))
    assert not (below and reasons(page, number))
    return shown


def status(page):
    return page.locator("mlp-predict [role=status]").first.inner_text()


def test_the_output_is_hidden_until_a_choice_opens_it(ask):
    page = ask()
    assert not is_open(page)
    assert page.locator(".predict ~ .input").first.is_visible()
    assert status(page) == "Choose one to see what happens."
    option(page, "It fails").click()
    assert not is_open(page)
    assert status(page) == "Try once more, or open the answer below."
    option(page, WRONG).click()
    assert is_open(page)
    assert not is_open(page, 1)
    assert status(page).split() == ["Not", "quite.", "It's", "option", "2."]
    option(page, RIGHT).click()
    assert is_open(page)
    assert status(page).startswith("That's right.")
    assert page.wrong == []


def test_the_keyboard_chooses(ask):
    page = ask()
    option(page, "It fails").focus()
    page.keyboard.press("Tab")
    assert option(page, RIGHT).evaluate("(button) => button === document.activeElement")
    page.keyboard.press("Enter")
    assert is_open(page)
    assert status(page).startswith("That's right.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert status(page).startswith("Not quite.")


def test_the_right_option_shows_its_reason_and_those_of_what_was_tried(ask):
    page = ask()
    wrong, right = "The result needs room for every", "Both axes of length one are stretched"
    option(page, WRONG).click()
    assert reasons(page) == []
    option(page, RIGHT).click()
    for said, start in zip(reasons(page), (right, wrong), strict=True):
        assert said.startswith(start)  # without the option and its "Right.", which are above it
    option(page, "It fails").click()
    assert [said.split()[0] for said in reasons(page)] == ["The", "Both", "The"]
    assert reasons(page, 1) == []


def test_a_second_wrong_choice_shows_the_answer_and_of_two_options_the_first_does(ask):
    page = ask()
    option(page, WRONG).click()
    option(page, WRONG).click()
    assert not is_open(page)
    option(page, "It fails").click()
    assert is_open(page)
    option(page, "Three").click()
    assert is_open(page, 1)
    assert len(reasons(page, 1)) == 2


def test_who_opens_the_answer_can_still_choose(ask):
    page = ask()
    option(page, WRONG).click()
    page.get_by_text("Show what happens").first.click()
    assert is_open(page)
    option(page, RIGHT).click()
    assert is_open(page)


def test_words_and_not_only_colors_say_which_is_right(ask):
    page = ask()
    buttons = page.locator(".predict").first.get_by_role("button")
    before = buttons.all_inner_texts()
    option(page, WRONG).click()
    assert buttons.all_inner_texts() == [*before[:2], f"{WRONG}\nNot this one"]
    pressed = [button.get_attribute("aria-pressed") for button in buttons.all()]
    assert pressed == ["false", "false", "true"]
    option(page, RIGHT).click()
    assert buttons.all_inner_texts()[1:] == [f"{RIGHT}\nRight", f"{WRONG}\nNot this one"]
    assert buttons.all_inner_texts()[0] == before[0]


def test_choices_survive_a_reload_but_not_a_change_of_the_options(ask, wake):
    page = ask()
    option(page, "It fails").click()
    page.reload()
    wake(page, "mlp-predict")
    assert not is_open(page)
    option(page, WRONG).click()
    said = status(page)
    page.reload()
    wake(page, "mlp-predict")
    assert is_open(page)
    assert status(page) == said
    assert option(page, WRONG).get_attribute("aria-pressed") == "true"
    page.evaluate("localStorage.setItem('predict questions-1', 'an option of last year')")
    page.reload()
    wake(page, "mlp-predict")
    assert not is_open(page)
    assert status(page) == "Choose one to see what happens."
    assert page.wrong == []


def test_without_scripts_the_reader_opens_the_answer(open_page):
    page = open_page("tutorials/03_questions.html", java_script_enabled=False)
    assert page.locator(".predict button").count() == 0
    assert page.locator(".predict li", has_text=RIGHT).is_visible()
    assert not is_open(page)
    page.get_by_text("Show what happens").first.click()
    assert is_open(page)
    answer(page, 1).locator("summary").press("Enter")
    assert is_open(page, 1)
    assert answer(page, 1).locator("summary").inner_text() == "What happened"
    assert not page.get_by_role("link", name="See it happen").is_visible()


def test_a_link_leads_to_what_happened(ask):
    page = ask()
    page.set_viewport_size({"width": 1280, "height": 400})
    link = page.get_by_role("link", name="See it happen").first
    option(page, WRONG).click()
    assert not link.is_visible()
    option(page, RIGHT).click()
    link.click()
    top = "(e) => e.getBoundingClientRect().top"
    assert 0 <= answer(page).locator("summary").evaluate(top) < 400
    assert answer(page).locator("summary").inner_text() == "What happened"


def test_a_wrong_choice_stays_orange_under_the_mouse(ask):
    page = ask(reduced_motion="reduce")
    border = "(b) => getComputedStyle(b.parentElement).boxShadow"
    option(page, "It fails").click()
    option(page, WRONG).click()
    hovered = option(page, WRONG).evaluate(border)
    page.mouse.move(0, 0)
    assert option(page, WRONG).evaluate(border) == hovered
    assert option(page, RIGHT).evaluate(border) != hovered


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_before_and_after_a_choice(ask, find_faults, scheme):
    page = ask(color_scheme=scheme, reduced_motion="reduce")
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert not find_faults(page)
    for choice in (WRONG, RIGHT):
        option(page, choice).click()
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 900})
            assert not find_faults(page)


def test_paper_shows_the_answers_and_the_reasons_after_the_code(ask, open_page):
    chosen = ask()
    option(chosen, WRONG).click()
    option(chosen, RIGHT).click()
    chosen.emulate_media(media="print")
    assert is_open(chosen)
    assert reasons(chosen) == []
    without = open_page("tutorials/03_questions.html", java_script_enabled=False)
    for page in (ask(), without):
        assert not is_open(page)
        page.emulate_media(media="print")
        assert is_open(page)
        assert is_open(page, 1)


@pytest.mark.parametrize("width", [320, 375])
def test_nothing_scrolls_sideways_on_a_phone(ask, width):
    page = ask(width=width)
    option(page, WRONG).click()
    option(page, RIGHT).click()
    option(page, "Two").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_nothing_moves_when_the_options_become_buttons(ask):
    height = "document.querySelector('.predict').offsetHeight"
    alive = ask().evaluate(height)
    page = ask()
    page.route("**/elements/mlp-*.js", lambda route: route.abort())
    page.reload()
    assert page.locator(".predict button").count() == 0
    assert page.evaluate(height) == alive


def test_the_html_of_a_question_is_valid(site):
    command = ["node", ROOT / "node_modules/html-validate/bin/html-validate.mjs", "--config"]
    config = ROOT / "tests/browser/htmlvalidate.json"
    path = site / "tutorials" / "03_questions.html"
    done = subprocess.run([*command, config, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
