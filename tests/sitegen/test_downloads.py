"""What a reader takes from the site."""

import json
import os

import numpy as np
import pytest

from sitegen.pages.course import Course
from sitegen.pages.downloads import BOOK, find_book, link_book, link_downloads, make_downloads
from sitegen.pages.marks import resolve
from sitegen.pages.wheel import Wheel


@pytest.fixture
def course(executed):
    return Course(executed)


def sources(notebook):
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]


def test_a_notebook_to_work_in_one_with_results_and_a_script(course):
    lesson = course.find("02_guess")
    files = make_downloads(lesson, course)
    ends = (".py", ".ipynb", "-executed.ipynb")
    assert list(files) == [f"downloads/02_guess{end}" for end in ends]
    script, blank, results = files.values()
    assert script == lesson.script_for_learner()
    assert "return 3 * x" not in script
    assert "return 3 * x" not in blank
    asked = next(n for n, source in enumerate(sources(blank)) if "double of three" in source)
    assert "[x]" not in sources(blank)[asked]
    assert "print(double(3))" in sources(blank)[asked + 1]
    assert sources(blank)[asked + 2].startswith("<details>")
    assert not any(cell.get("outputs") for cell in json.loads(blank)["cells"])
    printed = [cell.get("outputs") for cell in json.loads(results)["cells"]]
    assert [out["text"] for outputs in printed for out in outputs or []] == [["6\n"], ["right\n"]]


def test_links_to_pages_lead_one_folder_up_and_code_stays_as_it_is(course):
    lesson = course.find("01_double")
    text = lesson.text.replace("One slice", "[Cake](../docs/index.md): one slice")
    changed = type(lesson)(lesson.path, f'{text}\n# %%\nprint("](../docs/")\n')
    script, blank, _ = make_downloads(changed, course).values()
    for file in (script, blank):
        assert "[Cake](../index.md)" in file
        assert "](../docs/" in file.partition("print(")[2]


@pytest.mark.parametrize(
    ("wheel", "source"),
    [
        (Wheel("course.whl"), "./course.whl"),
        (Wheel("course.whl", "https://a.b/c/"), "https://a.b/c/downloads/course.whl"),
        (Wheel("course.whl", "https://a.b/c/", "mlp-tutorial"), "mlp-tutorial"),
    ],
)
def test_a_notebook_installs_the_library_from_where_it_comes(executed, wheel, source):
    course = Course(executed, wheel)
    blank = make_downloads(course.find("01_double"), course)["downloads/01_double.ipynb"]
    first = sources(blank)[0]
    assert first.endswith(f"    %pip install --quiet {source}")
    assert ("save course.whl beside this notebook" in first) == (source == "./course.whl")
    assert source in resolve("<!-- install -->", course)


def test_with_a_repository_a_lesson_opens_in_colab_and_takes_questions(course):
    lesson, address = course.find("01_double"), "https://github.com/someone/course"
    colab = "https://colab.research.google.com/github/someone/course/blob/notebooks"
    assert f"({colab}/downloads/01_double.ipynb)" in link_downloads(lesson, address)
    assert "(https://codespaces.new/someone/course)" in link_downloads(lesson, address)
    asked = f"({address}/issues/new?template=confused.yml&page=Twice%20as%20much)"
    assert asked in link_downloads(lesson, address)
    assert "colab" not in link_downloads(lesson, None)


def test_many_numbers_become_a_file_and_few_do_not(course, monkeypatch):
    many, few = np.arange(200, dtype="<f4").reshape(10, 20), np.zeros(2, dtype="<f4")
    monkeypatch.setattr(course, "tensors", lambda _: {"many": [many], "few": [few]})
    files = make_downloads(course.find("01_double"), course)
    made = [name for name in files if name.startswith("assets")]
    assert made == [f"assets/tensors/01_double-many.{end}" for end in ("f16", "js")]
    assert np.array_equal(np.frombuffer(files[made[0]], dtype="<f2"), np.arange(200))


def test_the_book_is_offered_until_a_lesson_changes(executed_course):
    course = Course(executed_course)
    assert link_book(course) == ""
    path = executed_course / BOOK
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(2_000_000))
    assert find_book(course) == path
    assert f"(downloads/{path.name}), a PDF of 2 MB." in link_book(course)
    later = path.stat().st_mtime + 1
    os.utime(course.lessons[0].path, (later, later))
    assert link_book(course) == ""
