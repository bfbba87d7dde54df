"""A site is replaced by a complete new one or not at all."""

from zipfile import ZipFile

import pytest
import typer
from bs4 import BeautifulSoup

from sitegen.__main__ import pack, render


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
