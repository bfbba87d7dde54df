"""What a reader takes from the site."""

import json
import os

import numpy as np
import pytest

from sitegen.pages.course import Course
from sitegen.pages.downloads import BOOK, find_book, link_book, link_downloads, make_downloads


@pytest.fixture
def course(executed):
    return Course(executed)


def sources(notebook):
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]


def test_a_notebook_to_work_in_one_with_results_and_a_script(course):
    lesson = course.find("02_guess")
    files = make_downloads(lesson, course, None)
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
    script, blank, _ = make_downloads(changed, course, None).values()
    for file in (script, blank):
        assert "[Cake](../index.md)" in file
        assert "](../docs/" in file.partition("print(")[2]


def test_with_a_repository_a_notebook_installs_the_library_and_opens_in_colab(course):
    lesson, address = course.find("01_double"), "https://github.com/someone/course"
    blank = make_downloads(lesson, course, address)["downloads/01_double.ipynb"]
    assert sources(blank)[0] == f"%pip install --quiet git+{address}"
    colab = "https://colab.research.google.com/github/someone/course/blob/notebooks"
    assert f"({colab}/downloads/01_double.ipynb)" in link_downloads(lesson, address)
    assert "colab" not in link_downloads(lesson, None)


def test_many_numbers_become_a_file_and_few_do_not(course, monkeypatch):
    many, few = np.arange(200, dtype="<f4").reshape(10, 20), np.zeros(2, dtype="<f4")
    monkeypatch.setattr(course, "tensors", lambda _: {"many": [many], "few": [few]})
    files = make_downloads(course.find("01_double"), course, None)
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
