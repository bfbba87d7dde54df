"""A site is replaced by a complete new one or not at all."""

import os
import subprocess
from pathlib import Path
from subprocess import CompletedProcess
from zipfile import ZipFile

import pytest
import typer
from bs4 import BeautifulSoup
from mkdocs.exceptions import Abort

from mlp_tutorial.lessons import read_lessons
from sitegen import ROOT
from sitegen import __main__ as command
from sitegen.__main__ import render
from sitegen.execute.pool import Pool


def contents(site):
    return {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_a_site_is_complete_and_comes_out_the_same_again(built, build_here):
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

    assert [path.name for path in (built / "build").glob("site*")] == []
    assert contents(build_here(built)) == before


def test_a_failed_render_leaves_the_old_site_whole(built, capfd):
    before = contents(built / "site")
    front = built / "docs/index.md"
    text = front.read_text()
    front.write_text(f"{text}\n[x](nowhere.md) [x](teachers.md#nowhere)\n")
    with pytest.raises(typer.Exit):
        render(built / "site", built)
    front.write_text(text)
    printed = capfd.readouterr().err
    assert "contains a link 'nowhere.md'" in printed
    assert "does not contain an anchor '#nowhere'" in printed
    assert contents(built / "site") == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("$\\nonsense$", ["index.md: KaTeX parse error: Undefined control sequence: \\nonsense"]),
        (
            "<!-- figure two-layer -->",
            ["index.md: expected the name of one figure, one of two-layers"],
        ),
        (
            "if x<y then y>z\n\nText:\n- a",
            ["index.md:13: readers would not see 'x y then y z'", "index.md:16: readers would see"],
        ),
    ],
)
def test_a_fault_of_a_page_stops_the_build(project, build_here, caplog, more, said):
    with (project / "docs/index.md").open("a") as front:
        front.write(f"\n{more}\n")
    with pytest.raises(Abort):
        build_here(project)
    assert all(each in caplog.text for each in said)


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


NEW = f"site.new.{os.getpid()}"


@pytest.mark.parametrize("fails", ["site", NEW], ids=["old", "new"])
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
    assert f"the old site stays; the new one is in {rendered / 'build' / NEW}\n" in said
    monkeypatch.undo()
    assert (rendered / "build" / NEW / "index.html").read_text() == "new"


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
    assert not (rendered / "build/site.old").exists()
    monkeypatch.setattr(subprocess, "run", run)
    render(rendered / "site", rendered)
    assert (rendered / "site/index.html").read_text() == "new"


def test_a_result_that_was_tampered_with_or_is_missing_stops_the_build(project, build_here, caplog):
    notebook = project / "build/tutorials/01_double.ipynb"
    text = notebook.read_text()
    notebook.write_text(text.replace("8 ", "9 "))
    with pytest.raises(Abort):
        build_here(project)
    assert "tutorials/01_double.py: " in caplog.text
    assert "run `nox -s tutorials`" in caplog.text
    caplog.clear()
    notebook.unlink()
    with pytest.raises(Abort):
        build_here(project)
    assert "run `nox -s tutorials`" in caplog.text


BAD = {
    "03_latin": (b"# %%\n'caf\xe9'\n", ":2: expected UTF-8, got byte 0xe9"),
    "04_empty": (b"", ":1: expected '# %%' in the first line, got an empty file"),
    "05_only_a_mark": (b"# %%\n", ":1: expected a title in plain words"),
    "06_header": (b"# ---\n# jupyter: {}\n# ---\n\n# %%\n", ":1: expected '# %%' in the first"),
    "07_raw": (b"# %% [raw]\n<b>\n", ":1: expected '# %%' or '# %% [markdown]'"),
    "08_metadata": (b'# %% alt="He said "hi""\n', r':1: expected alt="It says \"hi\"."'),
    "09_magic": (b"# %%\n!touch marker\n", ":2: SyntaxError: invalid syntax"),
    "10_question": (b'# %% [markdown] tags=["predict"]\n# Why?\n', ":2: expected a code cell"),
    "11-name": (b"# %%\n", ":1: expected a name such as 04_softmax.py, got '11-name.py'"),
}


def test_a_bad_lesson_is_named_and_stops_no_other(executed_course, monkeypatch, capsys):
    """It is one that cannot be read; `executed_course` has good ones, which are fresh."""
    tutorials = executed_course / "tutorials"
    for name, (content, _) in BAD.items():
        (tutorials / f"{name}.py").write_bytes(content)
    (tutorials / "12_folder.py").mkdir()
    (tutorials / "01_double.py").write_bytes(
        b"\xef\xbb\xbf" + (tutorials / "01_double.py").read_bytes().replace(b"\n", b"\r\n")
    )
    monkeypatch.setattr(command, "TUTORIALS", tutorials)
    monkeypatch.setattr(command, "Pool", lambda *args, **_: Pool(*args, root=executed_course))
    monkeypatch.setattr(command, "render", lambda _: pytest.fail("a site was built"))
    with pytest.raises(typer.Exit) as end:
        command.build()
    assert end.value.exit_code == 1
    said = capsys.readouterr()
    assert "tutorials/01_double.py: fresh\n" in said.out
    assert "tutorials/02_guess.py: fresh\n" in said.out
    assert said.out.count(": failed\n") == len(BAD) + 1
    for name, (_, expected) in BAD.items():
        assert f"\ntutorials/{name}.py{expected}" in said.err
    assert "\ntutorials/12_folder.py:1: expected a file that can be read" in said.err
    command.execute(explain=True)
    why = capsys.readouterr().out
    assert "tutorials/02_guess.py: fresh\n" in why
    assert "tutorials/03_latin.py: line 2 cannot be read: expected UTF-8" in why


def test_a_site_becomes_one_file(tmp_path, monkeypatch, capsys):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("It.")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "SITE", tmp_path / "site")
    monkeypatch.setattr(command, "render", lambda _: None)
    command.build(render_only=True, packed=True)
    assert f"As one file: {tmp_path}/build/site.zip" in capsys.readouterr().out
    with ZipFile(tmp_path / "build/site.zip") as archive:
        assert "site/index.html" in archive.namelist()


def test_a_lesson_that_cannot_be_read_stops_the_build(project, build_here, caplog):
    path = project / "tutorials/02_guess.py"
    path.write_text(path.read_text().replace("- [x] 6", "- [ ] 6"))
    with pytest.raises(Abort):
        build_here(project)
    said = "tutorials/02_guess.py: line 13: expected exactly one option marked '- [x]'"
    assert said in caplog.text


def test_titles_and_descriptions_are_the_same_text_everywhere(project, build_here):
    title = 'Losses & gradients, "a", 学习'
    lesson = project / "tutorials/01_double.py"
    text = lesson.read_text().replace("Twice as much", title)
    lesson.write_text(text.replace("how to double a number", f"{title} in [that](https://x.y)"))
    front = (project / "docs/teachers.md").read_text()
    (project / "docs/teachers.md").write_text(f"---\ndescription: {title}\n---\n{front}")
    config = (project / "mkdocs.yml").read_text()
    theme = f"name: material, custom_dir: '{ROOT}/docs/overrides', features: [navigation.footer]"
    (project / "mkdocs.yml").write_text(config.replace("theme: material", f"theme: {{ {theme} }}"))
    assert Pool(root=project).execute(read_lessons(project / "tutorials")) == []
    site = build_here(project)
    for name, heading, said in (
        ("tutorials/01_double", f"1. {title}", f"{title} in that."),
        ("teachers", "How long the lessons run", title),
    ):
        page = BeautifulSoup((site / f"{name}.html").read_text(), "html.parser")
        assert page.h1.get_text().removesuffix("¶") == heading
        assert page.title.get_text() == f"{heading} - Two lessons"
        assert page.select_one("meta[property='og:title']")["content"] == heading
        for meta in page.select("meta[name=description], meta[property='og:description']"):
            assert meta["content"] == said
        assert f"- [{heading}]({name}.md): {said}\n" in (site / "llms.txt").read_text()
        assert page.select_one("p.downloads") or name == "teachers"
    table = page.select("td a")
    assert [link.get_text() for link in table] == [f"1. {title}", "2. Guess first"]
    after = BeautifulSoup((site / "tutorials/02_guess.html").read_text(), "html.parser")
    assert after.select_one(".md-footer__link--prev")["aria-label"] == f"Previous: 1. {title}"
