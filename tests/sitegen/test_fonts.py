"""The face of the headings."""

from fontTools.ttLib import TTFont

from sitegen.pages.fonts import Display


def test_it_has_the_letters_of_headings_and_those_that_any_may_have(tmp_path):
    face = Display()
    face.read("<h1>Gru\u00df &amp; <em>\u00c5</em></h1><p>\u00e9</p><h4>\u00f1</h4>")
    face.write(tmp_path / "face.woff2")
    font = TTFont(tmp_path / "face.woff2")
    there = set(map(chr, font.getBestCmap()))
    assert set("\u00df&\u00c5") | set(map(chr, range(32, 126))) <= there
    assert not set("\u00e9\u00f1;") & there - set(map(chr, range(32, 126)))
    assert "Copyright" in font["name"].getDebugName(0)
    assert "SIL Open Font License" in (tmp_path / "face.txt").read_text()
    assert "fvar" not in font  # one weight
    assert (tmp_path / "face.woff2").stat().st_size <= 20_000
    face.write(tmp_path / "again.woff2")
    assert (tmp_path / "face.woff2").read_bytes() == (tmp_path / "again.woff2").read_bytes()
