"""Fonts that hold only the letters that the site shows."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from sitegen import ROOT

FACE = ROOT / "node_modules/@fontsource-variable/fraunces/files/fraunces-latin-full-normal.woff2"
# Heavy enough for a heading, cut for its size, a little soft, without the swashes.
CUT = {"wght": 600, "opsz": 36, "SOFT": 50, "WONK": 0}
OWNER = [0, 14]  # names that say whose it is and where its license is
# What headings show. A test of the site fails if one shows another letter of the face.
LETTERS = [*map(chr, range(ord(" "), ord("~") + 1)), *"éö×²–—‘’“”…"]  # noqa: RUF001


def shrink(font: TTFont, characters: Iterable[str], path: Path, options: Options) -> None:
    """Write a font with some of its characters."""
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(path)


def write_display(path: Path) -> None:
    """Write the face of the headings, and its license beside it."""
    font = instantiateVariableFont(TTFont(FACE, recalcTimestamp=False), CUT)
    options = Options(layout_features=["kern", "liga"], hinting=False, name_IDs=OWNER)
    shrink(font, LETTERS, path, options)
    shutil.copy(FACE.parent.parent / "LICENSE", path.with_suffix(".txt"))
