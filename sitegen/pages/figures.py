"""Figures of a page: matplotlib's SVG, inline, in the colors of the reader's scheme."""

import html
import re
from dataclasses import dataclass

from nbformat import NotebookNode

from mlp_tutorial.palette import PALETTE

SVG = "image/svg+xml"


@dataclass(frozen=True)
class Figure:
    """A figure that a cell drew.

    Attributes:
        name: Its name, by which other pages refer to it.
        svg: The drawing, as matplotlib wrote it.
        alt: What it shows, for readers who cannot see it.
        caption: What to look at, as plain text; may be empty.
    """

    name: str
    svg: str
    alt: str
    caption: str

    @classmethod
    def of(cls, cell: NotebookNode, output: NotebookNode) -> "Figure":
        """Take the figure out of an output of its cell."""
        name, alt, caption = (cell.metadata.get(key, "") for key in ("figure", "alt", "caption"))
        return cls(name, output.data[SVG], alt, caption)

    def html(self, prefix: str = "figure") -> str:
        """Write the figure as HTML on one line; a page that shows it twice needs two prefixes."""
        name = f"{prefix}-{self.name}"
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        return (
            f'<figure class="plot" id="{name}" data-search-exclude="true">'
            f'<div role="img" tabindex="0" aria-label="{html.escape(self.alt)}">'
            f"{_inline(self.svg, name)}</div>{caption}</figure>"
        )

    def text(self) -> str:
        """Describe the figure where it cannot be shown."""
        return f"(Figure: {' '.join([self.alt, self.caption]).strip()})"


def _inline(svg: str, prefix: str) -> str:
    """Rewrite a drawing of matplotlib's so that it can stand in a page.

    Its colors become CSS variables, its text takes the font of the page, and its ids begin with a
    prefix, since a page may hold an id only once. Text that is drawn stays as it is.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    used = set(re.findall(r'(?:xlink:href="|url\()#([^")]+)', svg))
    svg = re.sub(r"<[^>]*>", lambda tag: _rewrite_tag(tag[0], prefix, used), svg)
    # The rule `*{…}` of the <style> would hold for the whole page.
    style = "stroke-linejoin: round; stroke-linecap: butt"
    if box := re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg):
        style += f"; aspect-ratio: {box[1]} / {box[2]}"  # known before a browser lays it out
    svg = svg.replace("<svg ", f'<svg style="{style}" ', 1)
    return re.sub(r"\s*\n\s*", " ", svg).strip()


def _rewrite_tag(tag: str, prefix: str, used: set[str]) -> str:
    tag = re.sub(r' (?:width|height)="[\d.]+pt"', "", tag)
    tag = re.sub(r"font-family: [^;\"]*;? ?", "", tag)
    tag = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", tag)
    tag = re.sub(r"(?<=[: ])#[0-9a-f]{6}\b", lambda color: _variable(color[0]), tag)
    tag = re.sub(r' id="([^"]*)"', lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", tag)
    tag = re.sub(r'(xlink:href="|url\()#', rf"\1#{prefix}-", tag)
    # A hundredth of a point is as fine as any screen.
    return re.sub(r"(\.\d\d)\d+", r"\1", tag)


def _variable(color: str) -> str:
    for name, value in PALETTE.items():
        if value == color:
            return f"var(--plot-{name})"
    raise ValueError(f"a figure uses the color {color}, which is not in the palette")
