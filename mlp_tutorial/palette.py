"""The colours of every figure.

The accents are from Okabe and Ito's set, which people with any colour vision can tell apart:
<https://jfly.uni-koeln.de/color/>. On the site each becomes a CSS variable, `--plot-ink` and so
on, that follows the reader's colour scheme; so lines, marks and text have these colours and no
others. Pixels of images have scales of their own.
"""

__all__ = ["PALETTE"]

PALETTE = {
    "paper": "#ffffff",
    "ink": "#22303c",
    "muted": "#5f6c78",
    "faint": "#c9d1d8",
    "blue": "#0072b2",
    "orange": "#d55e00",
}
"""Name to colour, `#rrggbb` in lower case. `paper` is the background, `ink` text and lines."""
