"""A site is replaced by a complete new one or not at all."""

import subprocess
from pathlib import Path
from subprocess import CompletedProcess
from zipfile import ZipFile

import pytest
import typer
from bs4 import BeautifulSoup

from mlp_tutorial.lessons import read_lessons
from sitegen import ROOT
from sitegen.__main__ import pack, render
from sitegen.execute.pool import Pool


def contents(site):
    return {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_a_site_is_complete_and_comes_out_the_same_again(built, tmp_path):
    site = built / "site"
    before = contents(site)
    page = BeautifulSoup((site / "tutorials/02_guess.html").read_text(), "html.parser")
    assert [out.get_text() for out in page.select("samp")] == ["6", "right"]
    assert page.select_one(".predict + .input + details.answer samp").get_text() == "6"
    assert page.select_one("p.executed").get_text().startswith("Executed on the CPU")
    front = BeautifulSoup((site / "index.html").read_text(), "html.parser")
    assert front.select_one("figure#figure-two-layers figcaption").get_text()
    assert front.select_one("annotation").get_text() == "x^2"
    assert "](tutorials/01_double.md): " in (site / "llms.txt").read_text()
    for end in (".ipynb", "-executed.ipynb", ".py"):
        assert (site / f"downloads/02_guess{end}").is_file()

    one = pack(site, tmp_path / "one.zip").read_bytes()
    render(site, built)
    assert contents(site) == before
    assert pack(site, tmp_path / "other.zip").read_bytes() == one
    with ZipFile(tmp_path / "one.zip") as archive:
        assert "site/index.html" in archive.namelist()
    assert [path.name for path in (built / "build").glob("site*")] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("$\\nonsense$", ["index.md: KaTeX parse error: Undefined control sequence: \\nonsense"]),
        (
            "[x](nowhere.md) [x](timings.md#nowhere)",
            ["contains a link 'nowhere.md'", "does not contain an anchor '#nowhere'"],
        ),
        (
            "<!-- figure two-layer -->",
            ["index.md: expected the name of a figure, one of two-layers"],
        ),
        (
            "if x<y then y>z\n\nText:\n- a",
            ["index.md:13: readers would not see 'x y then y z'", "index.md:16: readers would see"],
        ),
    ],
)
def test_a_failed_render_leaves_the_old_site_whole(built, capfd, more, said):
    before = contents(built / "site")
    front = built / "docs/index.md"
    text = front.read_text()
    front.write_text(f"{text}\n{more}\n")
    with pytest.raises(typer.Exit):
        render(built / "site", built)
    front.write_text(text)
    printed = capfd.readouterr().err
    assert all(each in printed for each in said)
    assert contents(built / "site") == before


@pytest.fixture
def rendered(monkeypatch, tmp_path):
    """A project with an old site, where MkDocs renders in no time."""

    def run(command, **_):
        made = Path(command[-1])
        made.mkdir(parents=True)
        (made / "index.html").write_text("new")
        return CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("old")
    return tmp_path


@pytest.mark.parametrize("fails", ["site", "site.new"])
def test_a_site_that_cannot_be_replaced_stays_whole(rendered, monkeypatch, capfd, fails):
    rename = Path.rename

    def refuse(path, target):
        if path.name == fails:
            raise PermissionError(13, "Permission denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(typer.Exit):
        render(rendered / "site", rendered)
    assert (rendered / "site/index.html").read_text() == "old"
    assert "Permission denied" in (said := capfd.readouterr().err)
    assert f"the old site stays; the new one is in {rendered / 'build/site.new'}\n" in said
    monkeypatch.undo()
    assert (rendered / "build/site.new/index.html").read_text() == "new"


def test_a_build_that_is_interrupted_or_killed_leaves_the_old_site(rendered, monkeypatch):
    run = subprocess.run

    def interrupt(command, **options):
        run(command, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", interrupt)
    with pytest.raises(KeyboardInterrupt):
        render(rendered / "site", rendered)
    assert (rendered / "site/index.html").read_text() == "old"

    (rendered / "site").rename(rendered / "build/site.old")  # and here it was killed
    with pytest.raises(KeyboardInterrupt):
        render(rendered / "site", rendered)
    assert (rendered / "site/index.html").read_text() == "old"
    monkeypatch.setattr(subprocess, "run", run)
    render(rendered / "site", rendered)
    assert (rendered / "site/index.html").read_text() == "new"


def test_a_result_that_was_tampered_with_or_is_missing_stops_the_build(project, capfd):
    notebook = project / "build/tutorials/01_double.ipynb"
    text = notebook.read_text()
    notebook.write_text(text.replace("8 ", "9 "))
    with pytest.raises(typer.Exit):
        render(project / "site", project)
    assert "tutorials/01_double.py: " in (said := capfd.readouterr().err)
    assert "run `nox -s tutorials`" in said
    notebook.unlink()
    with pytest.raises(typer.Exit):
        render(project / "site", project)
    assert "run `nox -s tutorials`" in capfd.readouterr().err
    assert not (project / "site").exists()


def test_titles_and_descriptions_are_the_same_text_everywhere(project):
    title = 'Losses & gradients, "a" < 3 | 学习'
    lesson = project / "tutorials/01_double.py"
    text = lesson.read_text().replace("Twice as much", title)
    lesson.write_text(text.replace("how to double a number", f"{title} in [that](https://x.y)"))
    front = (project / "docs/timings.md").read_text()
    (project / "docs/timings.md").write_text(f"---\ndescription: {title}\n---\n{front}")
    config = (project / "mkdocs.yml").read_text()
    overrides = ROOT / "docs/overrides"
    (project / "mkdocs.yml").write_text(
        config.replace("theme: material", f"theme: {{ name: material, custom_dir: '{overrides}' }}")
    )
    assert Pool(root=project).execute(read_lessons(project / "tutorials")) == []
    render(project / "site", project)
    for name, heading, said in (
        ("tutorials/01_double", title, f"{title} in that."),
        ("timings", "How long the lessons run", title),
    ):
        page = BeautifulSoup((project / f"site/{name}.html").read_text(), "html.parser")
        assert page.h1.get_text().removesuffix("¶") == heading
        assert page.title.get_text() == f"{heading} - Two lessons"
        assert page.select_one("meta[property='og:title']")["content"] == heading
        for meta in page.select("meta[name=description], meta[property='og:description']"):
            assert meta["content"] == said
        assert f"- [{heading}]({name}.md): {said}\n" in (project / "site/llms.txt").read_text()
        assert page.select_one("p.downloads") or name == "timings"
    table = page.select("td a")
    assert [link.get_text() for link in table] == [title, "Guess first"]
