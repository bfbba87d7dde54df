"""The built site, as `nox -s docs` leaves it."""

import gzip
import importlib
import json
import pkgutil
import re
import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from mkdocstrings import Inventory
from PIL import Image

import mlp_tutorial
from mlp_tutorial import plots
from mlp_tutorial.lessons import tags
from mlp_tutorial.palette import PALETTE
from sitegen import ROOT
from sitegen.__main__ import SITE
from sitegen.lint import check
from sitegen.pages.course import Course
from sitegen.pages.math import ASSETS
from sitegen.pages.opening import numbered

COURSE = Course()
LESSONS = COURSE.lessons
lessons = pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
MODULES = sorted(
    f"mlp_tutorial.{module.name}"
    for module in pkgutil.iter_modules(mlp_tutorial.__path__)
    if not module.name.startswith("_")
)


@pytest.fixture(scope="module")
def site():
    assert (SITE / "index.html").exists(), "build the site first: nox -s docs"
    return SITE


@pytest.fixture(scope="module")
def pages(site):
    return {path: parse(path) for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def found(site):
    """What the search finds."""
    return json.loads((site / "search/search_index.json").read_text())["docs"]


@cache
def parse(path):
    """Read a page; tests share it, so they leave it as it is."""
    return BeautifulSoup(path.read_text(), "html.parser")


def page_of(site, lesson):
    return parse(site / f"tutorials/{lesson.name}.html")


def code_cells(lesson):
    return [cell for cell in COURSE.run(lesson.name).notebook.cells if cell.cell_type == "code"]


def test_every_lesson_and_module_has_a_page(site):
    pages = (site / "tutorials").glob("*.html")
    stems = {path.stem for path in pages if "Redirecting" not in path.read_text("utf-8")}
    assert stems == {lesson.name for lesson in LESSONS}
    stems = {path.stem for path in (site / "api").glob("*.html")} - {"index"}
    assert stems == {name.removeprefix("mlp_tutorial.") for name in MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_is_documented(site, name):
    with (site / "objects.inv").open("rb") as file:
        inventory = Inventory.parse_sphinx(file)
    module = importlib.import_module(name)
    # A name that is imported points to the place where it is defined.
    documented = {
        key
        for key, item in inventory.items()
        if re.fullmatch(rf"{name}\.[A-Za-z]\w*", key) and item.uri.endswith(("$", f"#{key}"))
    }
    assert documented == {f"{name}.{public}" for public in module.__all__}
    for public in module.__all__:
        value = getattr(module, public)
        assert not isinstance(value, type | type(importlib.import_module)) or (
            "Examples:" in value.__doc__
        ), public


def test_math_is_rendered_and_no_tex_is_left(pages):
    tex = re.compile(r"\\\(|\\\[|\$\$|\\(begin|frac|sum|sigma)\b")
    for path, page in pages.items():
        for text in page(string=tex):
            assert text.find_parent(["pre", "code", "annotation", "script"]), (path, text)
        assert not page.select(".arithmatex"), path
    assert sum(len(page("math")) for page in pages.values()) > 20


def test_internal_links_and_anchors_resolve(site, pages):
    ids = {path: {tag["id"] for tag in page(id=True)} for path, page in pages.items()}
    for path, page in pages.items():
        for tag in page(href=True) + page(src=True):
            url = urlsplit(tag.get("href") or tag.get("src"))
            if url.scheme or url.netloc:
                continue
            if path.name == "404.html":  # served anywhere, so its links begin at the root
                target = site / unquote(url.path).lstrip("/")
            else:
                target = (path.parent / unquote(url.path)).resolve() if url.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), (path, url.geturl())
            if url.fragment and target.suffix == ".html":
                assert unquote(url.fragment) in ids[target], (path, url.geturl())


def test_no_page_or_stylesheet_asks_another_host(site, pages):
    asking = [
        "script",
        "link",
        "img",
        "source",
        "iframe",
        "audio",
        "video",
        "object",
        "embed",
        "use",
    ]
    for path, page in pages.items():
        for tag in page(asking):
            for name in ("src", "href", "srcset", "data", "xlink:href"):
                assert not re.match(r"\s*(\w+:)?//", tag.get(name, "")), (path, tag)
        for style in page("style"):
            assert not re.search(r"@import|url\(", style.get_text()), path
    for path in site.rglob("*.css"):
        for url in re.findall(r"""(?:url\(|@import\s*)["']?([^"')]+)""", path.read_text()):
            assert not re.match(r"(?!data:)(\w+:)?//", url), (path, url)
            if not url.startswith(("data:", "#")):
                assert (path.parent / url.split("?")[0].split("#")[0]).is_file(), (path, url)


def test_no_page_has_a_flaw_that_is_mended(site, pages):
    for path, page in pages.items():
        assert all(dialog["aria-label"] for dialog in page.select("[role=dialog]")), path
        assert page.select('.md-toggle[autocomplete], [tabindex=""]') == [], path
        wide = page.select("table:not(.highlighttable), div.math")
        assert all(box["tabindex"] == "0" for box in wide), path
    reference = pages[site / "api/neuron.html"]
    (source, *_) = reference.select("details.mkdocstrings-source")
    assert "def neuron(" in source.select_one("pre > samp").get_text()
    assert reference.select("details.mkdocstrings-source span[class]") == []


def test_ids_are_unique(pages):
    for path, page in pages.items():
        ids = [tag["id"] for tag in page(id=True)]
        assert len(ids) == len(set(ids)), path


@lessons
def test_a_lesson_page_is_light(site, lesson):
    page = (site / f"tutorials/{lesson.name}.html").read_bytes()
    assert len(gzip.compress(page)) <= 60 * 1024


def texts(svg):
    """List the texts of a drawing; an exponent may be a character of its own."""
    found = (unicodedata.normalize("NFKC", text.get_text()) for text in svg("text"))
    return ["".join(text.split()) for text in found]


@lessons
def test_a_lesson_page_is_whole_without_scripts(site, lesson):
    page, code = page_of(site, lesson), code_cells(lesson)
    for number, cell in enumerate(code[:-1]):
        if "solution" in tags(cell):  # readers see the check first
            code[number : number + 2] = [code[number + 1], cell]
    assert [h.get_text("", strip=True).removesuffix("¶") for h in page("h1")] == [numbered(lesson)]
    # Assertions that would give an answer away are in a block of their own.
    lines = [line for block in page.select(".input code") for line in block.get_text().split("\n")]
    source = [line for cell in code for line in cell.source.split("\n")]
    assert list(filter(None, lines)) == list(filter(None, source))
    printed = [o.text for c in code for o in c.outputs if o.output_type == "stream"]
    assert [block.get_text() for block in page.select("pre.output samp")] == [
        text.removesuffix("\n") for text in printed
    ]
    live = [element for element in page.find_all(True) if element.name.startswith("mlp-")]
    figures = [
        figure
        for figure in page.select("figure.plot[id^=figure-]")  # an early look has another id
        if not any(element in figure.parents for element in live)
    ]
    drawn = [
        (c.metadata, BeautifulSoup(o.data["image/svg+xml"], "html.parser"))
        for c in code
        for o in c.outputs
        if "image/svg+xml" in o.get("data", {})
    ]
    assert [texts(figure) for figure in figures] == [texts(svg) for _, svg in drawn]
    for figure, (said, _) in zip(figures, drawn, strict=True):
        assert figure["id"] == f"figure-{said['figure']}"
        assert figure.select_one("[role=img]")["aria-label"] == said["alt"]
        assert figure.select_one("figcaption").get_text() == said["caption"]


@lessons
def test_a_lesson_page_ends_with_device_and_versions(site, lesson):
    line = page_of(site, lesson).select("p.executed")[-1]
    assert re.fullmatch(
        r"Executed on the CPU with Python [\d.]+, PyTorch [\d.]+, torchvision [\d.]+, "
        r"NumPy [\d.]+, matplotlib [\d.]+; how long it took\.",
        line.get_text(),
    )


@lessons
def test_a_lesson_keeps_the_conventions_and_its_numbers_are_shown(lesson):
    assert check(lesson, COURSE.run(lesson.name).notebook) == []


@lessons
def test_every_solution_is_right(lesson):
    checks = [c.outputs[0].text for c in code_cells(lesson) if c.metadata.get("tags") == ["check"]]
    assert len(checks) == len(lesson.tasks) >= 2 * (not lesson.appendix)
    assert all(said.startswith("Right: ") for said in checks)


def test_the_numbers_of_the_course():
    """The seeds' numbers are asserted or printed by the cells that compute them."""
    first, second = COURSE.printed("01_neuron"), COURSE.printed("02_layers")
    assert any("== 0.1595" in cell.source for cell in code_cells(COURSE.find("01_neuron")))
    assert "mat1 and mat2 shapes cannot be multiplied (1x5 and 1x5)" in first
    assert "tensor([[0.6813, 0.4355]])" in second
    assert any("== 0.3171" in cell.source for cell in code_cells(COURSE.find("02_layers")))


def test_each_heading_of_the_appendix_quotes_the_message_below_it():
    """When PyTorch changes a message, its heading has to follow."""
    chapter, heading, quoted = "", "", {}
    for cell in COURSE.run("19_error_messages").notebook.cells:
        prose = cell.source if cell.cell_type == "markdown" else ""
        for line in re.findall("^##.*", prose, re.MULTILINE):
            mark, _, heading = line.partition(" ")
            chapter = heading if mark == "##" else chapter
        for output in cell.get("outputs", []):
            if re.match(r"[\w.]+(Error|Warning): ", said := output.get("text", "")):
                quoted.setdefault((chapter, heading), said)
    assert len(quoted) >= 40
    for (chapter, heading), said in quoted.items():
        words = iter(re.findall(r"\w+", said))
        # What is said of devices depends on those of the machine.
        assert chapter == "Devices" or all(word in words for word in re.findall(r"\w+", heading))


@lessons
def test_hints_and_solutions_are_folded_away(site, lesson):
    page = page_of(site, lesson)
    folded = page.select("details.success:not([open])")
    assert [block.select_one("code").get_text() for block in folded] == [
        task.solution for task in lesson.tasks
    ]
    hints = page.select("details.question:not([open]) > summary")
    assert len(hints) == sum(len(task.hints) for task in lesson.tasks)
    for card, task in zip(page.select(".exercise"), lesson.tasks, strict=True):
        row = [each.summary.get_text() for each in card.select("details")]
        numbered = [f"Hint {number}" for number in range(1, len(task.hints) + 1)]
        assert row == ["The check", *numbered, "Solution"]


@lessons
def test_a_lesson_can_be_downloaded(site, lesson):
    offered = [link["href"] for link in page_of(site, lesson).select(".downloads a")]
    ends = (".ipynb", "-executed.ipynb", ".py")
    files = [site / f"downloads/{lesson.name}{end}" for end in ends]
    assert [(site / "tutorials" / link).resolve() for link in offered] == [
        *files,
        site / f"tutorials/{lesson.name}.md",
    ]
    assert all(file.is_file() for file in files)


@lessons
def test_a_lesson_has_its_number_everywhere(site, found, lesson):
    title = numbered(lesson)
    page = page_of(site, lesson)
    assert page.title.get_text().startswith(f"{title} - ")
    assert title in page.select_one(".md-nav__link--active").get_text()
    number = COURSE.lessons.index(lesson)
    for other, side in ((number - 1, "next"), (number + 1, "prev")):
        if 0 <= other < len(COURSE.lessons):
            beside = page_of(site, COURSE.lessons[other]).select_one(f".md-footer__link--{side}")
            assert title in beside.get_text()
    assert [d["title"] for d in found if d["location"].endswith(f"{lesson.name}.html")] == [title]


def test_every_mention_of_a_lesson_is_a_link(pages):
    named = ["a", "pre", "code", "svg", "h1", "h2", "h3", "summary"]
    for path, page in pages.items():
        strings = page.article.strings if page.article else []
        text = " ".join(" ".join(s for s in strings if not s.find_parent(named)).split())
        assert not re.findall(r".{20}[Ll]esson \d+", text), path


@lessons
def test_a_card_at_the_top_says_what_readers_get(site, lesson):
    (card,) = page_of(site, lesson).select(".card")
    assert len(card.select("li")) == len(lesson.teaches)
    assert card.select_one(".takes").get_text().split() == lesson.takes.split()
    assert card.select("p.downloads > a.md-button")
    before = card.find_previous_siblings()
    assert lesson.appendix or any(lesson.question in " ".join(b.get_text().split()) for b in before)


@lessons
def test_exercises_are_cards_on_a_band_and_what_we_can_read_now_is_a_box(site, lesson):
    page = page_of(site, lesson)
    cards = page.select("section.exercises > .exercise")
    heads = [" ".join(card.h3.get_text("", strip=True).split())[:-1] for card in cards]
    assert heads == [re.sub(r"[`*]", "", task.title) for task in lesson.tasks]
    kinds = [card.select_one(".kind").get_text() for card in cards]
    assert kinds == [
        f"Exercise {number} {task.kind.capitalize()}"
        for number, task in enumerate(lesson.tasks, start=1)
    ]
    assert [box["class"] for box in page.select("article > section")] == (
        [] if lesson.appendix else [["now"], ["exercises"]]
    )


def test_the_list_of_exercises_leads_to_every_card(pages, site):
    listed = pages[site / "exercises.html"].select(".tasks dd")
    found = []
    for entry in listed:
        path, _, anchor = entry.a["href"].partition("#")
        heading = pages[site / path].select_one(f".exercise > h3[id='{anchor}']")
        solved = heading.find_next("mlp-progress")["data-solved"]
        assert entry.select_one("mlp-progress")["data-solved"] == solved
        found.append(solved)
    assert found == [f"{lesson.topic} {task.name}" for lesson in LESSONS for task in lesson.tasks]


def test_headings_have_a_face_that_weighs_little(site, pages):
    assert sum(p.stat().st_size for p in site.glob("assets/*.woff2")) <= 20 * 1024
    face = set(TTFont(site / "assets/display.woff2").getBestCmap())
    for path, page in pages.items():
        shown = {ord(c) for h in page.select("article :is(h1, h2, h3)") for c in h.get_text()}
        assert shown <= {*face, ord("\n"), ord("¶")}, path


def test_lessons_link_to_the_reference_and_to_each_other(site):
    links = {a["href"] for a in page_of(site, COURSE.find("02_layers")).select("article a[href]")}
    assert "../api/layers.html#mlp_tutorial.layers.forward" in links
    assert {"01_neuron.html", "03_mnist.html"} <= links


def test_every_page_says_what_it_is(site, pages):
    said, cards = set(), {}
    for path, page in pages.items():
        if path.name == "404.html" or "refresh" in str(page.head):
            continue
        meta = {
            tag.get("name") or tag.get("property"): tag["content"]
            for tag in page("meta", content=True)
        }
        assert 20 < len(meta["description"]) == len(meta["og:description"]), path
        assert meta["og:title"] in page.title.get_text(), path
        card = (path.parent / meta["og:image"]).resolve()
        cards[path.relative_to(site).as_posix()] = card.stem
        assert card.stat().st_size < 40_000
        with Image.open(card) as picture:
            assert picture.size == (1200, 630)
        said.add((page.title.get_text(), meta["description"]))
    assert len({title for title, _ in said}) == len({text for _, text in said}) == len(said)
    topics = {f"tutorials/{lesson.name}.html": lesson.topic for lesson in LESSONS}
    assert cards == dict.fromkeys(cards, "any") | topics | {"index.html": "home"}


def test_every_page_is_there_as_markdown(site, pages):
    index = (site / "llms.txt").read_text()
    for path, page in pages.items():
        if path.name == "404.html" or "refresh" in str(page.head):
            continue
        text = path.with_suffix(".md").read_text()
        assert text.startswith("# "), path
        assert not re.search(r"<svg|<div|\{ \.|:::|<!--", text), path
        assert f"]({path.relative_to(site).with_suffix('.md')})" in index
        for link in re.findall(r"\]\(([\w./-]+\.md)[)#]", text):
            assert (path.parent / link).resolve().is_file(), (path, link)
    reference = (site / "api/neuron.md").read_text()
    assert "neuron(x: Float[Tensor, '*batch n']" in reference
    assert r"\sum_{i=1}^{n} x_i w_i" in reference


def test_fonts_have_what_formulas_show(site, pages):
    fonts = [TTFont(path) for path in site.glob("assets/katex/fonts/*.woff2")]
    there = set().union(*(font.getBestCmap() for font in fonts))
    originals = [TTFont(path) for path in (ASSETS / "fonts").glob("*.woff2")]
    drawn = set().union(*(font.getBestCmap() for font in originals))
    shown = {
        ord(c) for page in pages.values() for m in page.select(".katex-html") for c in m.get_text()
    }
    assert shown & drawn <= there
    assert sum(p.stat().st_size for p in site.glob("assets/katex/fonts/*.woff2")) < 150_000


@pytest.mark.parametrize(
    ("old", "new"),
    {
        "index": "../course.html",
        "03_numpy": "06_tensors.html",
        "04_mnist": "03_mnist.html",
        "05_softmax": "04_softmax.html",
        "06_modules": "07_modules.html",
        "07_activations": "05_activations.html",
    }.items(),
)
def test_a_page_that_moved_sends_its_readers_on(site, old, new):
    page = parse(site / f"tutorials/{old}.html")
    assert page.select_one("meta[http-equiv=refresh]")["content"] == f"0; url={new}"


def test_a_page_that_does_not_exist_helps(site):
    article = parse(site / "404.html").article
    assert {"/course.html", "/api/index.html", "/index.html"} <= {a["href"] for a in article("a")}


def test_the_reference_says_where_lessons_use_a_function(site):
    page = parse(site / "api/layers.html")
    assert page.select(".doc-backlink a[href^='../tutorials/02_layers.html']")


def test_the_reference_shows_each_plot_and_each_color(site, pages):
    page = pages[site / "api/plots.html"]
    assert len(gzip.compress((site / "api/plots.html").read_bytes())) <= 60 * 1024
    shown = {img["src"].split("/")[-1]: img for img in page.select("a.example > img[alt]")}
    assert set(shown) == {f"{name}.svg" for name in plots.__all__} - {"show.svg", "to_svg.svg"}
    for name, img in shown.items():
        drawn = (site / "assets/plots" / name).read_text()
        assert "prefers-color-scheme:dark" in drawn
        assert len(gzip.compress(drawn.encode())) < 16 * 1024
        assert float(img["width"]) > float(img["height"]) / 3
        assert img["loading"] == "lazy"
        assert img["alt"]
        ElementTree.fromstring(drawn)
    swatches = pages[site / "api/palette.html"].select(".palette li")
    assert [each.get_text().split()[0] for each in swatches[::2]] == list(PALETTE)


def test_measured_claims_are_those_that_the_benchmark_wrote(site, pages):
    found = json.loads((ROOT / "benchmarks/training.json").read_text())
    text = " ".join(pages[site / "benchmarks.html"].get_text().split())
    for row in [row for part in found["rows"].values() for row in part]:
        assert all(" ".join(row[key].split()) in text for key in ("claim", "asked", "found", "how"))
    assert all(value in text for value in found["machine"].values())


def test_lock_files_hold_no_address():
    text = (ROOT / "constraints.txt").read_text()
    assert "//" not in text
    assert all(re.match(r"[a-z0-9-]+==[\w.]+( ; .+)?$", line) for line in text.splitlines())
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not any("resolved" in package for package in packages.values())


def test_a_page_links_only_the_styles_that_it_needs(site, pages):
    found = []
    for name in ("index.html", "tutorials/04_softmax.html", "api/plots.html"):
        linked = pages[site / name].select("link[rel=stylesheet]")
        links = " ".join(link["href"] for link in linked)
        styles = ("katex", "_mkdocstrings", "mlp-softmax", "site.css")
        found.append([style in links for style in styles])
    assert found == [
        [False, False, False, True],
        [True, False, True, True],
        [False, True, False, True],
    ]


def test_each_element_has_its_styles(site, pages):
    for path, page in pages.items():
        elements = {
            e.name for e in page.select("*") if (ROOT / f"docs/elements/{e.name}.css").exists()
        }
        links = {Path(link["href"]).stem for link in page.select("link[rel=stylesheet]")}
        packed = {f"mlp-{n}" for n in ("predict", "save", "progress", "learning-rate")}
        assert elements - packed == {name for name in links if name.startswith("mlp-")}, path
