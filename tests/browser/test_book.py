"""The book: three lessons of the built site and the appendix, as a printer gets them."""

import os
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pypdf
import pytest
from bs4 import BeautifulSoup
from filelock import FileLock

from mlp_tutorial.lessons import read_lessons
from sitegen import TUTORIALS
from sitegen.__main__ import SITE
from sitegen.book.document import write_book
from sitegen.book.pdf import find_pages, print_book

NAMES = {"01_neuron", "02_layers", "05_activations", "19_error_messages"}


@pytest.fixture(scope="module")
def lessons():
    return [lesson for lesson in read_lessons(TUTORIALS) if lesson.name in NAMES]


def print_aside(lessons, path):
    with ThreadPoolExecutor() as threads:  # because the event loop of this one is Playwright's
        threads.submit(print_book, SITE, lessons, path).result()


@pytest.fixture(scope="module")
def path(lessons, tmp_path_factory):
    """The printed book; one process prints it for all."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which all processes share
    path = folder / "book.pdf"
    with FileLock(folder / "book.lock"):
        if not path.exists():
            print_aside(lessons, path)
    return path


@pytest.fixture(scope="module")
def document(lessons):
    return BeautifulSoup(write_book(SITE, lessons), "html.parser")


@pytest.fixture(scope="module")
def pages(path):
    """The text of each page."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages]


@pytest.fixture(scope="module")
def places(path):
    """The page of each target of a link, as in the PDF."""
    with pikepdf.open(path) as pdf:
        return find_pages(pdf)


def test_contents_and_pages_agree(pages, places, document):
    contents = " ".join(text for text in pages if text.startswith("Contents"))
    for link in document.select(".contents a"):
        title, number = " ".join(link.get_text().split()), places[link["href"][1:]]
        assert f"{title} {number}" in contents
        assert (
            title.split(" ", 2 if link.b and link.b.string != "Solutions" else 0)[-1]
            in pages[number - 1]
        )
    for number, text in enumerate(pages[2:], start=3):
        assert re.match(rf"(Contents|Lesson \d+ .*?|Appendix .*?|Solutions) ?{number} ", text)


def test_links_say_on_which_page_they_end(pages, places, document):
    text = " ".join(pages)
    for link in document.select(".chapter p a.page"):
        number = places[link["href"][1:]]
        assert f"on page {number}" in text or f"(p. {number})" in text
    assert "p. 000" not in text
    assert "page 000" not in text
    with_address = [link for link in document("a", href=True) if link["href"][0] != "#"]
    assert all(link["href"].startswith("http") for link in with_address)


def test_bookmarks_are_the_lessons_and_their_sections(path, lessons):
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        titles = [mark.title for mark in outline.root]
        sections = [mark.title for mark in outline.root[1].children]
    numbers = [f"Lesson {int(lesson.number)} {lesson.title}" for lesson in lessons[:-1]]
    assert titles == ["Contents", *numbers, "Appendix Error messages", "Solutions"]
    assert sections[0] == "Sixteen scribbles"
    assert sections[-1] == "Exercises"


def test_each_figure_is_printed_once_and_keeps_its_description(path, document):
    described = Counter(figure["aria-label"] for figure in document.select("[role=img]"))
    with pikepdf.open(path) as pdf:
        figures = [part for part in pdf.objects if isinstance(part, pikepdf.Dictionary)]
        printed = Counter(str(part.Alt) for part in figures if "/Alt" in part)
    assert len(described) > 10
    for description, count in described.items():
        assert printed[description] == count == 1, description


def test_each_solution_is_at_the_end(document, lessons, places):
    tasks = [task for lesson in lessons for task in lesson.tasks]
    solved = document.select(".solutions h3")
    assert [" ".join(h3.get_text().split()) for h3 in solved] == [
        BeautifulSoup(task.title, "html.parser").get_text().replace("`", "") for task in tasks
    ]
    for h3 in solved:
        assert document.select_one(f".chapter a[href='#{h3['id']}']")
        assert places[h3["id"]] >= places["solutions"] > places[h3["id"].removeprefix("solution-")]
    for task, code in zip(tasks, document.select(".solutions .input"), strict=True):
        assert code.get_text() == task.solution
    assert not document.select(".chapter:not(.solutions) .success")


def test_questions_are_answered_and_hints_are_open(document, pages):
    text = " ".join(pages).replace(" ", "")
    hints, reasons = document.select(".question"), document.select(".reasons li")
    assert len(hints) > 30
    assert len(reasons) > 20
    for part in (*hints, *reasons):
        if not part.select(".math"):
            assert "".join(part.get_text().split()) in text


def test_all_fonts_are_embedded(path):
    names = set()
    for page in pypdf.PdfReader(path).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            if font["/Subtype"] == "/Type3":
                continue  # drawn in the file itself
            (part,) = font["/DescendantFonts"]
            described = part.get_object()["/FontDescriptor"]
            assert "/FontFile2" in described or "/FontFile3" in described
            names.add(described["/FontName"].partition("+")[2])
    families = ("SourceSerif4", "SourceSans3", "SourceCodePro", "KaTeX_Math")
    assert all(any(family in name for name in names) for family in families), names


def test_the_book_is_the_same_every_time(lessons, tmp_path):
    paths = [tmp_path / "once.pdf", tmp_path / "twice.pdf"]
    for path in paths:
        print_aside(lessons[1:2], path)
    once, twice = (path.read_bytes() for path in paths)
    assert once == twice
    assert sorted(tmp_path.iterdir()) == paths
