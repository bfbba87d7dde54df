"""The PDF of the book.

Only the printed book knows on which page a heading is. So Chromium prints it, the page of each
target is read from the PDF and written behind the links to it, and Chromium prints it again, until
no number changes.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
from playwright.sync_api import sync_playwright

from mlp_tutorial.lessons import Lesson
from sitegen.book.document import write_book
from sitegen.chromium import FLAGS, find_chromium

NODE = re.compile(rb"\(node\d{8}\)")
NUMBER = """(pages) => {
  for (const link of document.querySelectorAll("a[href^='#']"))
    link.dataset.page = pages[link.hash.slice(1)] ?? "000";
}"""

TITLES = """() => [...document.querySelectorAll("h1, h2, h3, h4")]
  .map((heading) => heading.textContent.replace(/\\s+/g, " ").trim())"""


def print_book(site: Path, lessons: list[Lesson], path: Path) -> None:
    """Print the lessons of a built site; without Chromium raise a ValueError."""
    chromium = find_chromium()
    path.parent.mkdir(parents=True, exist_ok=True)
    document = path.with_suffix(".html")
    document.write_text(write_book(site, lessons), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=0)
        page = browser.new_page()
        page.set_default_timeout(0)
        page.goto(document.as_uri())
        old: dict[str, int] | None = None
        pages: dict[str, int] = {}
        while pages != old:
            page.evaluate(NUMBER, pages)
            printed = page.pdf(
                outline=True, tagged=True, print_background=True, prefer_css_page_size=True
            )
            with pikepdf.open(BytesIO(_renumber(printed))) as pdf:
                old, pages = pages, find_pages(pdf)
                if pages == old:
                    _save(pdf, path, page.evaluate(TITLES))
        browser.close()
    document.unlink()


def _renumber(printed: bytes) -> bytes:
    """Number the cells of tables from 0; Chromium's numbers depend on when it numbers the rest."""
    found = sorted(set(NODE.findall(printed)))
    names = {name: b"(node%08d)" % number for number, name in enumerate(found)}
    return NODE.sub(lambda node: names[node[0]], printed)


def find_pages(pdf: pikepdf.Pdf) -> dict[str, int]:
    """Find the page of each target of a link, by its name."""
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    return {name[1:]: numbers[place[0].objgen] for name, place in pdf.Root.Dests.items()}


def _save(pdf: pikepdf.Pdf, path: Path, titles: list[str]) -> None:
    """Write a small file, the same every time, with the bookmarks of each chapter folded."""
    with pdf.open_outline() as outline:
        marks = list(_flatten(outline.root))
        for mark, title in zip(marks, titles, strict=True):
            mark.title = title  # Chromium repeats some of them
            mark.is_closed = True
    for name in ("/CreationDate", "/ModDate", "/Creator"):
        del pdf.docinfo[name]
    packed = pikepdf.ObjectStreamMode.generate
    partial = path.with_suffix(".partial")
    pdf.save(partial, object_stream_mode=packed, deterministic_id=True)
    partial.replace(path)


def _flatten(marks: list[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for mark in marks:
        yield mark
        yield from _flatten(mark.children)
