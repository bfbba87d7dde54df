"""A small picture of each lesson, `docs/assets/sketches/TOPIC.svg`, which any editor can change."""

import re
from pathlib import Path

from sitegen import ROOT
from sitegen.pages.figures import DARK, name_color

FOLDER = ROOT / "docs" / "assets" / "sketches"
NETWORK = Path(__file__).with_name("network.svg")  # of a lesson without a sketch


def sketch(topic: str, *, dark: bool = False) -> str:
    """Read the sketch of a lesson, or that of a network if there is none.

    The files use the palette's light colors. In a page they follow the reader's scheme, and for a
    picture they can be dark.
    """
    file = FOLDER / f"{topic}.svg"
    svg = (file if file.exists() else NETWORK).read_text(encoding="utf-8")

    def recolor(color: re.Match[str]) -> str:
        name = name_color(color[0], file.name)
        return DARK[name] if dark else f"var(--plot-{name})"

    svg = re.sub(r"#[0-9a-f]{6}\b", recolor, svg)
    return re.sub(r"\s*\n\s*", "", svg).replace("<svg", '<svg aria-hidden="true"', 1)
