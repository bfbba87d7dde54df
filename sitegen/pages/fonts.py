"""Fonts that hold only the letters that the site shows."""

import html
import re
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
HEADING = re.compile(r"<h[1-3]\b.*?</h[1-3]>", re.DOTALL)


def shrink(font: TTFont, characters: Iterable[str], path: Path, options: Options) -> None:
    """Write a font with some of its characters."""
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(path)


class Display:
    """The face of the headings, and the characters that they show."""

    def __init__(self) -> None:
        """Begin with the letters that any heading may have, which is all in a preview."""
        self.characters = set(map(chr, range(ord(" "), ord("~"))))

    def read(self, page: str) -> None:
        """Collect the characters of a page's headings."""
        for heading in HEADING.findall(page):
            self.characters.update(html.unescape(re.sub(r"<[^>]*>", "", heading)))

    def write(self, path: Path) -> None:
        """Write the font, and its license beside it."""
        font = instantiateVariableFont(TTFont(FACE, recalcTimestamp=False), CUT)
        options = Options(layout_features=["kern", "liga"], hinting=False, name_IDs=OWNER)
        shrink(font, self.characters, path, options)
        shutil.copy(FACE.parent.parent / "LICENSE", path.with_suffix(".txt"))
