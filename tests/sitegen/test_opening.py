"""The top of a lesson's page."""

from pathlib import Path

import pytest

from mlp_tutorial.lessons import Lesson
from sitegen.pages.opening import numbered, open_lesson
from sitegen.pages.sketches import sketch

GETS = "You'll be able to\n\n- add\n  numbers;\n- halve them.\n\n"
TAKES = "Reading takes a minute.\nThe code runs in seconds."
DOCUMENT = f"# It's a bend\n\nA hook.\n\n{GETS}{TAKES}\n\n## Next\n\n# no title\n"
BUTTONS = "[Notebook](a.ipynb)\n{ .downloads }"


def lesson(title="It's a bend"):
    return Lesson(Path("tutorials/07_it.py"), f"# %% [markdown]\n# # {title}\n")


@pytest.mark.parametrize(
    ("title", "shown"), [("It", "7. It"), ("Appendix: errors", "Appendix: errors")]
)
def test_a_lesson_has_a_number_and_an_appendix_has_none(title, shown):
    assert numbered(lesson(title)) == shown


def test_a_card_holds_what_readers_get_how_long_it_takes_and_the_downloads():
    made = open_lesson(DOCUMENT, lesson(), BUTTONS)
    title, _, hook, start, *inside, end, after, code = made.strip().split("\n\n")
    assert title == "# 7. It's a bend { #its-a-bend }"  # as if it had no number
    assert (hook, start) == ("A hook.", '<div class="card" markdown="1">')
    assert inside[:3] == [
        '<details markdown="1"><summary>What you\'ll be able to do</summary>',
        "- add\n  numbers;\n- halve them.",
        "</details>",
    ]
    assert inside[-2:] == [f"{TAKES}\n{{ .takes }}", BUTTONS]
    assert (end, after, code) == ("</div>", "## Next", "# no title")


def test_without_aims_the_downloads_are_below_the_title():
    made = open_lesson("# It\n\nText.\n", lesson("It"), BUTTONS)
    title, picture, rest = made.split("\n\n", 2)
    assert title == "# 7. It { #it }"
    assert picture.startswith('<div class="sketch">')
    assert rest == f"{BUTTONS}\n\nText.\n"


def test_its_picture_on_the_path_is_below_the_title_and_only_seen():
    softmax = Lesson(Path("tutorials/04_softmax.py"), "# %% [markdown]\n# # Softmax\n")
    title, picture, *_ = open_lesson(DOCUMENT, softmax, BUTTONS).split("\n\n")
    assert picture == f'<div class="sketch">{sketch("softmax")}</div>'
    assert 'aria-hidden="true"' in picture
    assert title == "# 4. Softmax { #softmax }"


def test_the_plain_document_has_the_number_and_nothing_else():
    assert open_lesson(DOCUMENT, lesson()) == DOCUMENT.replace("# It", "# 7. It", 1)
