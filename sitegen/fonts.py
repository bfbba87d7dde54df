"""KaTeX's fonts with the characters that the site shows, and no others: a third of the weight."""

import hashlib
import shutil
from pathlib import Path


def subset_fonts(folder: Path, characters: set[str], made: Path) -> None:
    """Rewrite the woff2 fonts of a folder, each with those of the characters that it has.

    Args:
        folder: Where the fonts are.
        characters: What they must show.
        made: Where those that were made before are kept, for the next build.
    """
    text = "".join(sorted(characters))
    kept = made / hashlib.sha256(text.encode()).hexdigest()[:16]
    if not kept.exists():
        partial = kept.with_suffix(".partial")
        partial.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.woff2"):
            _subset(path, text, partial / path.name)
        partial.rename(kept)
    shutil.copytree(kept, folder, dirs_exist_ok=True)


def _subset(path: Path, text: str, to: Path) -> None:
    # They take half a second to import, and most builds find the fonts made.
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    font = TTFont(path, recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=["*"], notdef_outline=True))
    subsetter.populate(text=text)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(to)
