"""The path through the course, its pictures, and the pictures that other sites show."""

import re
from io import BytesIO

import markdown
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from mlp_tutorial.lessons import Lesson, read_lessons
from sitegen import ROOT
from sitegen.pages import path as ways
from sitegen.pages import sketches
from sitegen.pages.course import Course
from sitegen.pages.figures import DARK
from sitegen.pages.opening import ask
from sitegen.pages.postcards import draw_any, draw_home, draw_lesson
from sitegen.pages.sketches import sketch

LESSONS = read_lessons(ROOT / "tutorials")
ALONG = [lesson for lesson in LESSONS if not lesson.appendix]


@pytest.fixture(scope="module")
def course():
    return Course()


def render(text):
    page = markdown.markdown(text, extensions=["attr_list", "md_in_html"])
    return BeautifulSoup(page, "html.parser")


def test_every_lesson_has_a_sketch_of_its_own():
    drawn = [sketch(lesson.topic) for lesson in LESSONS]
    assert len(set(drawn)) == len(drawn)
    assert sum(map(len, drawn)) < 20_000
    assert sketch("another") == sketch("network") not in drawn


def test_a_sketch_has_the_colors_of_its_page():
    colors = {"paper", "ink", "muted", "faint", "blue", "orange"}
    for path in [sketches.NETWORK, *sketches.FOLDER.glob("*.svg")]:
        page, dark = sketch(path.stem), sketch(path.stem, dark=True)
        assert set(re.findall(r"var\(--plot-(\w+)\)", page)) <= colors
        assert "#" not in page
        assert set(re.findall(r"#\w+", dark)) <= set(DARK.values())


def test_a_color_that_is_not_in_the_palette_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sketches, "FOLDER", tmp_path)
    (tmp_path / "neuron.svg").write_text('<svg><path fill="#ff0000"/></svg>')
    with pytest.raises(ValueError, match=r"^neuron\.svg uses the color #ff0000, which"):
        sketch("neuron")


@pytest.mark.parametrize("make", [ways.path, ways.lessons])
def test_a_stop_says_what_its_progress_is_counted_from(course, make):
    stops = render(make(course)[0]).select("ol > .stop")
    assert [stop["value"] for stop in stops] == [str(n) for n in range(1, len(ALONG) + 1)]
    for stop, lesson in zip(stops, ALONG, strict=True):
        assert stop["data-lesson"] == lesson.name[3:]
        assert stop["data-questions"] == str(len(lesson.predictions))
        assert stop["data-exercises"].split() == [task.name for task in lesson.tasks]
        assert stop.select_one("a")["href"] == f"tutorials/{lesson.name}.ipynb"
        assert stop.select_one(".time").get_text().endswith(" minutes")
        assert stop.select_one("svg > *")
        assert stop.select_one(".mark").get_text() == ""


@pytest.mark.parametrize("make", [ways.path, ways.lessons])
def test_the_parts_begin_at_their_lessons(course, make):
    stops = render(make(course)[0]).select("ol > .stop")
    parts = {s["data-lesson"]: s.select_one(".part") for s in stops if s.select_one(".part")}
    assert {topic: part.get_text() for topic, part in parts.items()} == ways.PARTS


def test_every_lesson_but_the_last_leaves_a_question_open(course):
    assert list(ways.OPEN) == [lesson.topic for lesson in ALONG[:-1]]
    stops = render(ways.lessons(course)[0]).select("ol > .stop")
    for stop, left in zip(stops, ways.OPEN.values(), strict=False):
        assert stop.select_one(".left").get_text() == left
        assert left.endswith("?")
        assert f"\n\n*{left}*\n\n" in ways.lessons(course)[1]
    assert not stops[-1].select_one(".left")


def test_every_lesson_begins_with_a_scene_and_then_asks(course):
    assert list(ways.SCENES) == [lesson.topic for lesson in LESSONS]
    stops = render(ways.lessons(course)[0]).select("ol > li")
    for stop, lesson in zip(stops, LESSONS, strict=True):
        scene = ways.SCENES[lesson.topic]
        assert stop.select_one(".scene > p:last-child").get_text() == f"{scene} {ask(lesson)}"
        assert len(scene.split()) <= 24
        for number in re.findall(r"\d[\d,]*", scene):  # the lesson has it, too
            assert number in lesson.text, (lesson, number)


def test_hand_written_pages_count_minutes_questions_and_exercises_right():
    course, teachers, tasks = (
        " ".join((ROOT / f"docs/{name}.md").read_text("utf-8").split())
        for name in ("course", "teachers", "exercises")
    )
    minutes = sorted(int(lesson.reading.split()[0]) for lesson in ALONG)
    assert f"Each lesson takes {minutes[0]} to {minutes[-1]} minutes" in course
    assert f"takes {minutes[0]} to {minutes[-1]} minutes" in teachers
    questions = sorted(len(lesson.predictions) for lesson in ALONG)
    assert [questions[0], questions[-1], len(ALONG)] == [3, 5, 18]
    assert "Each of the eighteen has six exercises and three to five questions." in teachers
    assert len(ALONG[0].predictions) == 4
    assert "At each of the lesson's four questions" in teachers
    assert {len(lesson.tasks) for lesson in ALONG} == {6}
    assert "Each lesson ends with six exercises" in tasks


def test_names_of_exercises_are_enough_to_tell_them_apart():
    for lesson in LESSONS:
        names = [task.name for task in lesson.tasks]
        assert len(set(names)) == len(names), lesson
    assert len({lesson.topic for lesson in LESSONS}) == len(LESSONS)


def test_the_way_is_short_in_words(course):
    for stop in render(ways.path(course)[0]).select(".stop"):
        assert 2 <= len(stop.select_one(".node ~ span:not(.part)").get_text().split()) <= 13


@pytest.mark.parametrize(
    ("teaches", "gist"),
    [
        ("- say this, and that;", "Say this"),
        ("- count to\n#   1,000 in 0.5 s;", "Count to 1,000 in 0.5 s"),
        ("- call `loss.backward()`.", "Call `loss.backward()`"),
    ],
)
def test_a_gist_ends_at_a_sign_and_not_within_a_number_or_a_name(tmp_path, teaches, gist):
    path = tmp_path / "01_one.py"
    path.write_text(f"# %% [markdown]\n# # One\n#\n# You will\n#\n# {teaches}\n\n# %%\n1\n")
    assert ways._gist(Lesson.read(path)) == gist


def test_a_shared_picture_is_small_and_differs_by_lesson():
    drawn = [draw_lesson(LESSONS[n], "A course") for n in (0, -1)]
    drawn += [draw_home("A course", "On networks"), draw_any("A course", "On networks")]
    for picture in drawn:
        assert Image.open(BytesIO(picture)).size == (1200, 630)
        assert len(picture) < 40_000
    assert len(set(drawn)) == 4


def test_dark_colors_are_those_of_the_stylesheet():
    style = (ROOT / "docs/stylesheets/base.css").read_text()
    slate = style[style.index('scheme="slate"] {') :].split("}")[0]
    found = dict(re.findall(r"--plot-(\w+): (#\w+);", slate))
    paper = re.search(r"--md-default-bg-color: (#\w+);", slate)[1]
    assert found | {"paper": paper} == DARK


def test_circles_lead_to_their_lessons(course):
    made, plain = ways.circles(course, "1", "18")
    links = render(made).select(".circles > a")
    assert [link["href"] for link in links] == [
        f"tutorials/{name}.ipynb" for name in ("01_neuron", "18_museum")
    ]
    assert [link.get_text() for link in links] == ["1", "18"]
    assert all(link.svg for link in links)
    assert plain == "Lessons 1, 18."
