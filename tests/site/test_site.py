"""The built site, as `nox -s docs` leaves it."""

import gzip
import importlib
import json
import pkgutil
import re
import shutil
from copy import copy
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from conftest import nox_docs
from fontTools.ttLib import TTFont
from mkdocstrings import Inventory
from PIL import Image

import mlp_tutorial
from mlp_tutorial.lessons import read_tasks, without_hints, without_solutions
from sitegen import access, downloads
from sitegen.lesson import ROOT, read_lessons
from sitegen.math import ASSETS
from sitegen.reproduce import compare_sites

LESSONS = read_lessons()
lessons = pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS])
MODULES = sorted(
    f"mlp_tutorial.{module.name}"
    for module in pkgutil.iter_modules(mlp_tutorial.__path__)
    if not module.name.startswith("_")
)


@pytest.fixture(scope="module")
def site(built):
    return built / "site"


@pytest.fixture(scope="module")
def pages(site):
    return {path: BeautifulSoup(path.read_text(), "html.parser") for path in site.rglob("*.html")}


def lesson_page(site, name):
    return BeautifulSoup((site / f"tutorials/{name}.html").read_text(), "html.parser")


def test_every_lesson_and_module_has_a_page(site):
    stems = {path.stem for path in (site / "tutorials").glob("*.html")} - {"index"}
    assert stems == {x.name for x in LESSONS}
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
        assert not callable(value) or "Examples:" in value.__doc__


def test_math_is_rendered_and_no_tex_is_left(pages):
    for path, original in pages.items():
        page = copy(original)
        for element in page(["pre", "code", "annotation", "script"]):
            element.extract()
        text = page.get_text()
        assert not re.search(r"\\\(|\\\[|\$\$|\\(begin|frac|sum|sigma)\b", text), path
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


def test_ids_are_unique(pages):
    for path, page in pages.items():
        ids = [tag["id"] for tag in page(id=True)]
        assert len(ids) == len(set(ids)), path


def texts(svg):
    return ["".join(text.get_text().split()) for text in svg("text")]


@lessons
def test_a_lesson_page_is_light(site, name):
    page = (site / f"tutorials/{name}.html").read_bytes()
    assert len(gzip.compress(page)) <= 60 * 1024


@lessons
def test_a_lesson_page_is_whole_without_scripts(site, built, name):
    page = lesson_page(site, name)
    cells = json.loads((built / f"build/tutorials/{name}.ipynb").read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(page.select(".highlight.input")) == len(code)
    assert [block.get_text().strip() for block in page.select(".highlight.input code")] == [
        "".join(cell["source"]).strip() for cell in code
    ]
    printed = ["".join(out["text"]) for cell in code for out in cell["outputs"] if "text" in out]
    assert [block.get_text().rstrip() for block in page.select("pre.output samp")] == [
        text.rstrip() for text in printed
    ]
    live = [element for element in page.find_all(True) if element.name.startswith("mlp-")]
    figures = [
        figure
        for figure in page.select("figure.plot[role=img] > svg")
        if not any(element in figure.parents for element in live)
    ]
    drawn = [
        "".join(out["data"]["image/svg+xml"])
        for cell in code
        for out in cell["outputs"]
        if "image/svg+xml" in out.get("data", {})
    ]
    assert [texts(figure) for figure in figures] == [
        texts(BeautifulSoup(svg, "html.parser")) for svg in drawn
    ]
    labels = [figure.parent["aria-label"] for figure in figures]
    assert labels == [cell["metadata"]["alt"] for cell in code if "alt" in cell["metadata"]]
    assert [h.get_text("", strip=True).removesuffix("¶") for h in page("h1")] == [
        next(lesson.title for lesson in LESSONS if lesson.name == name)
    ]


@lessons
def test_a_lesson_page_ends_with_device_and_versions(site, name):
    (line,) = lesson_page(site, name).select("p.executed")
    assert re.fullmatch(
        r"Executed on the CPU with Python [\d.]+, PyTorch [\d.]+, torchvision [\d.]+, "
        r"NumPy [\d.]+, matplotlib [\d.]+; how long it took\.",
        line.get_text(),
    )


def test_lessons_link_to_the_reference_and_to_each_other(site):
    links = {a["href"] for a in lesson_page(site, "02_layers").select("article a[href]")}
    assert "../api/layers.html#mlp_tutorial.layers.forward" in links
    assert {"01_neuron.html", "03_numpy.html"} <= links


def test_the_map_says_what_each_lesson_teaches_and_how_long_it_takes(site, pages):
    text = re.sub(r"\s+", " ", pages[site / "course.html"].select_one("article").get_text())
    for lesson in LESSONS:
        assert lesson.title in text
        assert re.sub(r"\s+", " ", lesson.teaches[0]).replace("`", "") in text
        assert lesson.takes in text


def test_the_timings_are_those_of_the_records(site, built, pages):
    rows = [
        [cell.get_text() for cell in row.select("td")]
        for row in pages[site / "timings.html"].select("tbody tr")
    ]
    for lesson, row in zip(LESSONS, rows, strict=False):
        record = json.loads((built / f"build/tutorials/{lesson.name}.json").read_text())
        assert row[:3] == [lesson.title, f"{record['seconds']:.1f}", f"{record['peak']:,}"]
        assert record["peak"] > 100  # PyTorch alone takes that much
        assert row[3] == "cpu, 1 thread"
    assert rows[-1][0] == "together"
    versions = ", ".join(" ".join(item) for item in record["setting"]["versions"].items())
    assert f"Executed with {versions}." in pages[site / "timings.html"].get_text()


def test_measured_claims_are_those_that_the_benchmark_wrote(site, pages):
    found = json.loads((ROOT / "benchmarks/training.json").read_text())
    text = " ".join(pages[site / "benchmarks.html"].get_text().split())
    for row in [row for part in found["rows"].values() for row in part]:
        assert all(" ".join(row[key].split()) in text for key in ("claim", "asked", "found", "how"))
    assert all(value in text for value in found["machine"].values())


@lessons
def test_hints_and_solutions_are_folded_away(site, built, name):
    page = lesson_page(site, name)
    cells = json.loads((built / f"build/tutorials/{name}.ipynb").read_text())["cells"]
    solutions = [
        "".join(cell["source"]) for cell in cells if cell["metadata"].get("tags") == ["solution"]
    ]
    folded = page.select("details.success:not([open])")
    assert [block.select_one("code").get_text().strip() for block in folded] == solutions
    hints = page.select("details.question:not([open]) > summary")
    assert [hint.get_text() for hint in hints] == ["Hint 1", "Hint 2"] * len(solutions)
    text = (site / f"tutorials/{name}.md").read_text()
    assert text.count("\nSolution:\n\n```python\n") == len(solutions)


@lessons
def test_a_lesson_can_be_taken_home(site, built, name):
    offered = [link["href"] for link in lesson_page(site, name).select("p.downloads a")]
    script, blank, executed = (
        site / "downloads" / f"{name}{end}" for end in (".py", ".ipynb", "-executed.ipynb")
    )
    assert [(site / "tutorials" / link).resolve() for link in offered] == [
        *(blank, executed, script, site / f"tutorials/{name}.md")
    ]
    lesson = (built / f"tutorials/{name}.py").read_text().replace("](../docs/", "](../")
    assert script.read_text() == without_hints(without_solutions(lesson))
    cells = [json.loads(path.read_text())["cells"] for path in (blank, executed)]
    assert [cell["source"] for cell in cells[0]] == [
        cell["source"] for cell in cells[1] if cell["metadata"].get("tags") != ["solution"]
    ]
    assert not any(cell.get("outputs") for cell in cells[0])
    assert any(cell.get("outputs") for cell in cells[1])


def test_colab_is_offered_when_the_repository_is_known():
    lesson, address = LESSONS[0], "https://github.com/someone/course"
    colab = "https://colab.research.google.com/github/someone/course/blob/notebooks"
    assert f"({colab}/downloads/{lesson.name}.ipynb)" in downloads.links(lesson, address)
    first, *others = json.loads(downloads.blank(lesson, address))["cells"]
    assert "".join(first["source"]) == f"%pip install --quiet git+{address}"
    assert len(others) == len(lesson.notebook.cells) - len(read_tasks(lesson.notebook))
    assert "colab" not in downloads.links(lesson, None)


def test_every_page_says_what_it_is(site, pages):
    said = set()
    for path, page in pages.items():
        if path.name == "404.html" or "refresh" in str(page.head):
            continue
        meta = {
            tag.get("name") or tag.get("property"): tag["content"]
            for tag in page("meta", content=True)
        }
        assert 20 < len(meta["description"]) == len(meta["og:description"]), path
        assert meta["og:title"] in page.title.get_text(), path
        with Image.open((path.parent / meta["og:image"]).resolve()) as picture:
            assert picture.size == (1200, 630)
        said.add((page.title.get_text(), meta["description"]))
    assert len({title for title, _ in said}) == len({text for _, text in said}) == len(said)


def test_every_page_is_there_as_markdown(site, built, pages):
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
    for lesson in LESSONS:
        text = (site / f"tutorials/{lesson.name}.md").read_text()
        cells = json.loads((built / f"build/tutorials/{lesson.name}.ipynb").read_text())["cells"]
        for cell in cells:
            if cell["cell_type"] == "code":
                assert "```python\n" + "".join(cell["source"]) + "\n```" in text
                for out in cell["outputs"]:
                    assert "".join(out.get("text", "")).rstrip("\n") in text
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


def test_a_page_that_moved_sends_its_readers_on(site):
    page = BeautifulSoup((site / "tutorials/index.html").read_text(), "html.parser")
    assert page.select_one("meta[http-equiv=refresh]")["content"] == "0; url=../course.html"


def test_a_page_that_does_not_exist_helps(site):
    article = BeautifulSoup((site / "404.html").read_text(), "html.parser").select_one("article")
    assert {"/course.html", "/api/index.html", "/index.html"} <= {a["href"] for a in article("a")}


def test_the_reference_says_where_lessons_use_a_function(site):
    page = BeautifulSoup((site / "api/layers.html").read_text(), "html.parser")
    assert page.select(".doc-backlink a[href^='../tutorials/02_layers.html']")


def test_the_site_is_rendered_when_something_changed_and_only_then(built, tmp_path):
    root = tmp_path / "again"
    shutil.copytree(built, root, symlinks=True)

    def rendered(*options):
        done = nox_docs(root, "--render-only", *options)
        assert done.returncode == 0, done.stderr
        return "Building documentation" in done.stdout + done.stderr

    rendered()
    assert not rendered("--zip")
    one = (root / "build/site.zip").read_bytes()
    (root / "site/index.html").unlink()
    assert rendered("--zip")
    assert (root / "build/site.zip").read_bytes() == one
    with ZipFile(root / "build/site.zip") as archive:
        assert "site/index.html" in archive.namelist()
    text = root / "docs/index.md"
    text.write_text(text.read_text() + "More.\n")
    assert rendered()
    assert not rendered()
    (root / "build/site.json").write_text("[]")
    assert rendered()


def test_a_docstring_that_no_page_shows_changes_none(project):
    for path in [*project.glob("docs/**/*.md"), *project.glob("tutorials/*.py")]:
        path.unlink()
    for page in ("index.md", "timings.md"):
        (project / "docs" / page).write_text("# Lessons\n")
    lesson = project / "tutorials/01_it.py"
    lesson.write_text("# %%\nfrom mlp_tutorial.neuron import neuron\nprint(neuron.__name__)\n")
    plugins = "plugins: [search, mkdocs-jupyter: {include: ['*.ipynb']}]\n"
    (project / "mkdocs.yml").write_text(
        f"site_name: Lessons\ntheme: material\nhooks: [sitegen/hook.py]\n{plugins}"
    )

    def done():
        done = nox_docs(project)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        return re.findall(r"its code changed|neuron.py changed|it has not run|Building", said)

    assert done() == ["it has not run", "Building"]
    library = project / "mlp_tutorial/neuron.py"
    library.write_text(library.read_text().replace('"""', '"""Of old: ', 1))
    assert done() == []
    assert done() == []
    library.write_text(f"{library.read_text()}x = 1\n")
    assert done() == ["neuron.py changed", "Building"]


def test_a_build_after_a_change_is_the_one_from_nothing(built, tmp_path):
    root, nothing = tmp_path / "changed", tmp_path / "nothing"
    shutil.copytree(built, root, symlinks=True)
    lesson = root / "tutorials/02_layers.py"
    lesson.write_text(lesson.read_text().replace("You will learn", "You are going to learn"))
    library = root / "mlp_tutorial/neuron.py"
    library.write_text(library.read_text().replace('"""', '"""Of old: ', 1))

    def converted():
        done = nox_docs(root)
        assert done.returncode == 0, done.stderr
        assert "(its code changed)" not in done.stdout
        return re.findall(r"Converting notebook .*/(\w+)\.ipynb", done.stdout + done.stderr)

    assert converted() == ["02_layers"]
    assert "You are going to learn" in (root / "site/tutorials/02_layers.html").read_text()
    assert "Of old: " in (root / "site/api/neuron.html").read_text()
    (root / "site").rename(nothing)
    (root / "build/made.json").unlink()
    assert len(converted()) == len(LESSONS)
    assert compare_sites(root / "site", nothing) is None


def test_material_is_mended_or_the_build_fails(site, tmp_path):
    scripts = tmp_path / "assets/javascripts"
    shutil.copytree(site / "assets/javascripts", scripts)
    with pytest.raises(ValueError, match="expected 1"):
        access.patch_script(tmp_path)


def test_two_builds_of_a_lesson_page_are_identical(site, built, tmp_path):
    again = tmp_path / "again"
    shutil.copytree(built, again, symlinks=True, ignore=shutil.ignore_patterns("site"))
    done = nox_docs(
        again, "--force", "01_neuron", "04_mnist", "06_modules"
    )  # figures, images, training
    assert done.returncode == 0, done.stderr
    for path in sorted((site / "tutorials").iterdir()):
        assert (again / "site" / path.relative_to(site)).read_bytes() == path.read_bytes(), (
            path.name
        )


def test_bad_tex_and_missing_lessons_and_broken_links_fail_the_build(built, tmp_path):
    root = tmp_path / "broken"
    shutil.copytree(built, root, symlinks=True, ignore=shutil.ignore_patterns("site"))
    start = root / "docs/index.md"
    text = start.read_text()

    def messages(page):
        start.write_text(page)
        done = nox_docs(root, "--render-only")
        assert done.returncode != 0
        return done.stdout + done.stderr

    tex = messages(text + "\n" + r"$\nonsense$")
    assert "index.md: KaTeX parse error: Undefined control sequence: \\nonsense" in tex
    links = messages(text + "\n[x](nowhere.md) [x](course.md#nowhere) [x][mlp_tutorial.nowhere]")
    assert "contains a link 'nowhere.md'" in links
    assert "does not contain an anchor '#nowhere'" in links
    assert "Could not find cross-reference target 'mlp_tutorial.nowhere'" in links
    notebook = root / "build/tutorials/02_layers.ipynb"
    notebook.write_text(notebook.read_text().replace("0.3171", "0.3172"))
    other = (
        "tutorials/02_layers.py: its notebook is not the one of the record; run `nox -s tutorials`"
    )
    assert other in messages(text)
    notebook.unlink()
    assert "tutorials/02_layers.py: it has not run; run `nox -s tutorials`" in messages(text)


def test_the_ten_lines_of_the_readme_print_what_it_says(capsys):
    code, printed = re.search(
        r"```python\n(.*?)```\n\n```\n(.*?)```", Path(ROOT, "README.md").read_text(), re.DOTALL
    ).groups()
    exec(code, {})  # noqa: S102
    assert capsys.readouterr().out == printed
    assert len(code.split("\n\n", 1)[1].splitlines()) <= 10


def test_lock_files_hold_no_address():
    text = Path(ROOT, "constraints.txt").read_text()
    assert "//" not in text
    assert all(re.match(r"[a-z0-9-]+==[\w.]+( ; .+)?$", line) for line in text.splitlines())
    packages = json.loads(Path(ROOT, "package-lock.json").read_text())["packages"]
    assert not any("resolved" in package for package in packages.values())
