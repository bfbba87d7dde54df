"""Figures of a page: matplotlib's SVG, inline, in the colours of the reader's scheme."""

import html
import re

from mlp_tutorial.palette import PALETTE
from sitegen.lesson import ROOT
from sitegen.record import read_outputs

SVG = re.compile(
    r'(?<=<figure class="plot" )(?P<attributes>[^>]*)>(?P<svg>.*?)(?=</figure>)', re.DOTALL
)


def wrap(svg: str, alt: str) -> str:
    """Make a drawing a figure of the page, with its alternative text."""
    label = html.escape(alt)
    return f'<figure class="plot" role="img" tabindex="0" aria-label="{label}">{svg}</figure>'


def drawn(lesson: str, number: int) -> str:
    """Take a figure that a lesson drew, by its number on the page: from 1, or from the end, -1.

    In the preview of a lesson that fails there is none.
    """
    figures = [
        (output.data["image/svg+xml"], cell.metadata.alt)
        for cell, output in read_outputs(lesson, ROOT)
        if "image/svg+xml" in output.get("data", {})
    ]
    return wrap(*figures[number - 1 if number > 0 else number]) if figures else ""


def inline_figures(page: str) -> str:
    """Rewrite every figure of a page for the page.

    Its colours become CSS variables, its text takes the page's font, its ids, which a page may hold
    only once, are numbered by figure, and what only a file of its own needs is dropped.
    """
    count = 0

    def rewrite(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{match['attributes']}>{_inline(match['svg'], prefix=f'figure-{count}')}"

    return SVG.sub(rewrite, page)


def _inline(svg: str, prefix: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    # The rule `*{…}` that stood in <style> would hold for the whole page.
    style = "stroke-linejoin: round; stroke-linecap: butt"
    if box := re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg):
        style += f"; aspect-ratio: {box[1]} / {box[2]}"  # known before a browser lays it out
    svg = svg.replace("<svg ", f'<svg style="{style}" ', 1)
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", svg)
    for color in set(re.findall(r"(?<=[: ])#[0-9a-f]{6}\b", svg)):
        names = [name for name, value in PALETTE.items() if value == color]
        if not names:
            raise ValueError(f"a figure uses the colour {color}, which is not in the palette")
        svg = svg.replace(color, f"var(--plot-{names[0]})")
    used = set(re.findall(r'(?:xlink:href="|url\()#([^")]+)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(r'(xlink:href="|url\()#', rf"\1#{prefix}-", svg)
    # A hundredth of a point is as fine as any screen. In tags only: text is what the author said.
    svg = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag[0]), svg)
    return re.sub(r"\s*\n\s*", " ", svg).strip()
