"""The face of the headings."""

from fontTools.ttLib import TTFont

from sitegen.pages.fonts import LETTERS, write_display


def test_it_has_the_letters_that_headings_may_have_and_says_whose_it_is(tmp_path):
    write_display(tmp_path / "face.woff2")
    font = TTFont(tmp_path / "face.woff2")
    assert set(map(ord, LETTERS)) == set(font.getBestCmap())
    assert "Copyright" in font["name"].getDebugName(0)
    assert "SIL Open Font License" in (tmp_path / "face.txt").read_text()
    assert "fvar" not in font  # one weight
    assert (tmp_path / "face.woff2").stat().st_size <= 20_000
    write_display(tmp_path / "again.woff2")
    assert (tmp_path / "face.woff2").read_bytes() == (tmp_path / "again.woff2").read_bytes()
