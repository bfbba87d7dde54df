"""Figures of a page: matplotlib's SVG, inline, in the colors of the reader's scheme."""

import html
import re
from collections.abc import Mapping

from mlp_tutorial.palette import PALETTE
from sitegen.pages.letters import find_room, join_powers, make_way, resize

PLAIN = {  # matplotlib's own colors, in which a solution draws as a learner would
    "#000000": "ink",
    "#1f77b4": "blue",
    "#ff7f0e": "orange",
    "#b0b0b0": "faint",
    "#cccccc": "faint",
}
COLORS = {color: name for name, color in PALETTE.items()} | PLAIN
DARK = {  # on a dark page, as in base.css
    "paper": "#181c20",
    "ink": "#dbe3ea",
    "muted": "#a3afba",
    "faint": "#66727e",
    "blue": "#56b4e9",
    "orange": "#f0883e",
}
Shown = tuple[str, str]  # in HTML on one line, and in Markdown for a page that is read as text


def show_figure(svg: str, said: Mapping[str, str], prefix: str = "figure") -> Shown:
    """Show a drawing of matplotlib's, with what the metadata of its cell say about it.

    A page that shows a figure twice needs two prefixes.
    """
    figure, alt, caption = (said.get(key, "") for key in ("figure", "alt", "caption"))
    name = f"{prefix}-{figure}"
    drawing = _inline(svg, name).replace("<image ", f'<image id="{name}-image" ', 1)  # to use again
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    page = (
        f'<figure class="plot" id="{name}" data-search-exclude="true">'
        f'<div role="img" tabindex="0" aria-label="{html.escape(alt)}">'
        f"{drawing}</div><mlp-save></mlp-save>{below}</figure>"
    )
    return page, f"(Figure: {' '.join([alt, caption]).strip()})"


def write_file(svg: str, name: str) -> str:
    """Make a file of a drawing of matplotlib's, for an `<img>`.

    It's in the scheme of the page, since it takes the `color-scheme` of the element that it's in.
    On a phone its letters are as large as in a page, and it has the room they need.
    """
    light, dark = write_colors(PALETTE), write_colors(DARK)
    light += "--least:0px;--most:99px;background:var(--plot-paper);font:13px sans-serif"
    large = "--least:calc(11px*var(--units)/tan(atan2(100vw,1px)))"  # but not in a thumbnail
    style = (
        f"<style>svg{{{light}}}@media (prefers-color-scheme:dark){{svg{{{dark}}}"
        "image{filter:invert(1) hue-rotate(180deg)}g:has(>image){mix-blend-mode:screen}}"
        f"@media (min-width:250px){{svg{{{large}}}}}</style>"
    )
    drawing = _inline(svg, name, roomy=True)
    return re.sub(r"<svg[^>]*>", lambda tag: tag[0] + style, drawing, count=1)


def name_color(color: str, drawing: str) -> str:
    """Name a color of a drawing, or raise ValueError if it isn't in the palette."""
    if color not in COLORS:
        problem = f"{drawing} uses the color {color}, which is not in the palette"
        raise ValueError(f"{problem}; use one of mlp_tutorial.palette")
    return COLORS[color]


def write_colors(colors: Mapping[str, str]) -> str:
    """Write colors as the CSS variables that drawings use."""
    return "".join(f"--plot-{name}:{color};" for name, color in colors.items())


def _inline(svg: str, prefix: str, *, roomy: bool = False) -> str:
    """Rewrite a drawing of matplotlib's so that it can stand in a page.

    Its colors become CSS variables, its text takes the font of the page, and its ids begin with a
    prefix, since a page may hold an id only once. Text that is drawn stays as it is. The stylesheet
    gives letters the room that they need on a phone; a `roomy` drawing always has it.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = join_powers(svg)
    used = set(re.findall(r'(?:xlink:href="|url\()#([^")]+)', svg))
    svg = re.sub(r"<[^>]*>", lambda tag: _rewrite_tag(tag[0], prefix, used), svg)
    svg = make_way(svg)
    # The rule `*{…}` of the <style> would hold for the whole page.
    style = "fill: var(--plot-ink); stroke-linejoin: round; stroke-linecap: butt"
    if box := re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg):
        width = float(box[1])
        room = find_room(svg, width)
        if roomy:
            left = room.pop("left", 0)
            width += left + room.pop("right", 0)
            svg = svg.replace(box[0], f'viewBox="{-left} 0 {width:g} {box[2]}"', 1)
        # Known before a browser lays it out; and what a unit is, for the size of letters.
        style += f"; aspect-ratio: {width:g} / {box[2]}; --units: {width:g}"
        style += "".join(f"; --{side}: {units}" for side, units in room.items())
    svg = svg.replace("<svg ", f'<svg style="{style}" ', 1)
    return re.sub(r"\s*\n\s*", " ", svg).strip()


def name_part(says: str) -> str:
    """Return a name for a part of a drawing that says something when a reader points at it.

    It's in hexadecimal, since matplotlib's SVG gets all its decimals cut.
    """
    return f"says {says.encode().hex()}"


def _let_say(name: re.Match[str]) -> str:
    return f' data-says="{html.escape(bytes.fromhex(name[1]).decode())}"'


def _rewrite_tag(tag: str, prefix: str, used: set[str]) -> str:
    tag = re.sub(r' (?:width|height)="[\d.]+pt"', "", tag)
    tag = re.sub(r"font-family: [^;\"]*;? ?", "", tag)
    tag = resize(tag)
    tag = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", tag)
    tag = re.sub(
        r"(?<=[: ])#[0-9a-f]{6}\b", lambda m: f"var(--plot-{name_color(m[0], prefix)})", tag
    )
    tag = re.sub(r' id="says ([^"]*)"', _let_say, tag)
    tag = re.sub(r' id="([^"]*)"', lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", tag)
    return re.sub(r'(xlink:href="|url\()#', rf"\1#{prefix}-", tag)
