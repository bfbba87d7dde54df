"""The colors of every figure.

The accents are from Okabe and Ito's set, which people with any kind of color vision can tell apart
(<https://jfly.uni-koeln.de/color/>). On the site each becomes a CSS variable, such as `--plot-ink`,
that follows the reader's color scheme. That works only if lines, marks and text use these colors
and no others. Pixels of images have color maps of their own.
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
"""Names and colors, `#rrggbb` in lower case. `paper` is the background, `ink` is text and lines."""
