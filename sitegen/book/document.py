"""The document of the book: the lessons of the built site, one after another, for paper."""

import re
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from jinja2 import Template

from mlp_tutorial.lessons import Lesson
from mlp_tutorial.palette import PALETTE
from sitegen import ROOT
from sitegen.pages.figures import write_colors

HERE = Path(__file__).parent
FONTS = ROOT / "node_modules" / "@fontsource"
FACES = {
    "source-serif-4": ["400", "400-italic", "700"],
    "source-sans-3": ["400", "600", "700"],
    "source-code-pro": ["400", "400-italic", "600"],
}
LINK = re.compile(r"(?:(\d\d_\w+)\.html)?(?:#(.+))?")  # to a lesson, or to a place in one
DRAWN = ("figure-", "live-")  # names of figures and their parts differ in the whole course
SCREEN = ".downloads, .riddle, .settled, .executed, .headerlink, mlp-predict, .answer > summary"
SHORT = 10  # lines of code that stay on one page
WIDE = 504  # points of a figure that is as wide as the text


def write_book(site: Path, lessons: list[Lesson]) -> str:
    """Write the lessons of a built site as one HTML document."""
    chapters = []
    for lesson in lessons:
        number = "Appendix" if lesson.appendix else f"Lesson {int(lesson.number)}"
        title = re.sub("^Appendix: (.)", lambda first: first[1].upper(), lesson.title)
        chapter = _read(site, lesson)
        _adapt(chapter, lesson.name, {lesson.name for lesson in lessons})
        solutions = _take_solutions(chapter)
        heading = chapter.h1
        assert heading
        heading["id"], heading.string = lesson.name, title
        heading.insert(0, chapter.new_tag("small", string=f"{number} "))
        chapters.append((lesson, number, title, chapter, solutions))
    sheets = [FONTS / family / f"{face}.css" for family, faces in FACES.items() for face in faces]
    sheets += [site / "assets" / "katex" / "katex.min.css", HERE / "book.css"]
    picture = (site / "assets" / "reader.svg").read_text("utf-8")
    picture = re.sub(r"animation: [^;]+;", "", picture)  # a printer sees its first moment
    template = Template((HERE / "book.html").read_text("utf-8"), trim_blocks=True)
    return template.render(
        sheets=sheets, colors=write_colors(PALETTE), picture=picture, chapters=chapters
    )


def _read(site: Path, lesson: Lesson) -> BeautifulSoup:
    """Read the article of a lesson's page, with links to other pages as addresses."""
    page = (site / "tutorials" / f"{lesson.name}.html").read_text("utf-8")
    article = page[page.index("<article") : page.index("</article>")]
    chapter = BeautifulSoup(article, "html.parser")
    address = re.search(r'<link rel="?canonical"? href="([^"]+)"', page)  # if the site has one
    for link in chapter("a", href=True):
        if LINK.fullmatch(str(link["href"])):
            continue
        if address:
            link["href"] = urljoin(address[1], str(link["href"]))
        elif ":" not in str(link["href"]):
            link.unwrap()
    return chapter


def _adapt(chapter: BeautifulSoup, name: str, names: set[str]) -> None:
    """Leave out what only a screen can use, and let names and links hold in the whole book."""
    for part in chapter.select(SCREEN):
        part.decompose()
    for live in chapter.select(".live"):
        if "again" in live["class"]:
            live.clear()
        note = '<p class="note">On the site, you can play with this yourself.</p>'
        live.append(BeautifulSoup(note, "html.parser"))
    for folded in chapter("details"):
        folded.name = "div"
        if folded.summary:
            folded.summary.name = "b"
    for svg in chapter.select("figure.plot svg"):
        width, height = map(float, str(svg["viewbox"]).split()[2:])
        ratio = width / height
        most = f"max(100mm, 90mm * {ratio:.3f}), 190mm * {ratio:.3f}"  # a tall one has many parts
        assert svg.parent
        svg.attrs |= svg.parent.attrs  # its role and description
        svg.parent.unwrap()
        svg["style"] = f"{svg['style']}; width: min({width / WIDE:.0%}, {most})"
    for code in chapter.select(".input pre"):
        if code.get_text().count("\n") < SHORT:
            code["class"] = "short"
    for link in chapter("a", href=True):
        if not (found := LINK.fullmatch(str(link["href"]))):
            continue
        lesson, place = found[1] or name, found[2] or ""
        if lesson not in names:
            link.unwrap()
            continue
        link["href"], link["class"] = f"#{_rename(lesson, place)}", "page"
    for tag in chapter.find_all(id=True):
        tag["id"] = _rename(name, str(tag["id"]))


def _rename(lesson: str, place: str) -> str:
    return place if place.startswith(DRAWN) else "-".join(filter(None, [lesson, place]))


def _take_solutions(chapter: BeautifulSoup) -> list[str]:
    """Take the solutions out of a chapter; each exercise links to its own, and back."""
    taken = []
    for solution in chapter.select(".success"):
        heading = solution.find_previous("h3")
        assert isinstance(heading, Tag)
        assert solution.b
        solution.b.decompose()
        name, title = heading["id"], heading.decode_contents()
        back = f'<a class="page" href="#{name}"></a>'
        taken.append(f'<h3 id="solution-{name}">{title} {back}</h3>{solution.decode_contents()}')
        link = f'<p class="solved"><a class="page" href="#solution-{name}">Solution</a></p>'
        solution.replace_with(BeautifulSoup(link, "html.parser"))
    return taken
