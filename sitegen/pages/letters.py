"""The letters of a figure: large enough on a phone, with the room that they need there.

The stylesheet keeps them between 11 and 14 pixels. So on a phone they are larger than matplotlib
expected, and those at an edge would not fit into the drawing.
"""

import math
import re
from collections.abc import Iterator

SIZE = 13  # units, of most letters: the size in `mlp_tutorial.plots`, which the stylesheet has
PHONE = 320  # pixels
LINE = 1.5  # units that a line reaches beyond its path
NARROW = 0.42  # of the width; a drawing is not shown larger than that
RAISED = str.maketrans("0123456789\N{MINUS SIGN}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
TSPAN = r'<tspan x="([\d.]+)" y="(-[\d.]+)" style="font-size: ([\d.]+)px;[^"]*">([^<]*)</tspan>\s*'
POWER = re.compile(
    r'<g (?:style="([^"]*)" )?transform="translate\(([\d.]+) ([\d.]+)\)">\s*<text>\s*'
    rf"((?:{TSPAN.replace('(', '(?:')}){{2,}})</text>\s*</g>"
)
PLACED = re.compile(r'(<text style=")([^"]*" x="([\d.-]+)" y="([\d.-]+)"([^>]*)>([^<]*))')
TEXT = re.compile(r'<text ([^>]*?(?: x="|translate\()([\d.-]+)[^>]*)>([^<]*)')


def join_powers(svg: str) -> str:
    """Write a power of ten as one text, since each of matplotlib's characters has its own place."""

    def join(found: re.Match[str]) -> str:
        style, x, y, inside = found.groups(default="")
        parts = re.findall(TSPAN, inside)
        size = max(float(part[2]) for part in parts)
        text = "".join(t if float(s) == size else t.translate(RAISED) for *_, s, t in parts)
        middle = float(x) + (float(parts[-1][0]) + size / 2) / 2
        base = float(y) + float(parts[0][1])
        style = f"font-size: {size:g}px; text-anchor: middle; {style}".rstrip("; ")
        return f'<text style="{style}" x="{middle:.1f}" y="{base:.1f}">{text}</text>'

    return POWER.sub(join, svg)


def resize(tag: str) -> str:
    """Leave the size of letters to the stylesheet, which knows the usual one."""

    def write(found: re.Match[str]) -> str:
        size = float(found[1])
        if size == SIZE:
            return ""
        # Where most letters shrink, smaller ones do, too, by half as much.
        share = (size + SIZE) / 2 / SIZE
        most = f"calc({share:.2g} * var(--most))" if share < 1 else "var(--most)"
        return f"font-size: clamp(var(--least), {size:g}px, {most}); "

    return re.sub(r"font-size: ([\d.]+)px(?:; ?)?", write, tag).replace(' style=""', "")


def make_way(svg: str) -> str:
    """Let the name of an axis go out of the way of the numbers on it, as letters grow.

    The stylesheet moves it by so many units for each that the letters are larger than usual.
    """
    numbers = [
        ("anchor: end" in said, float(x), float(y), 0.58 * len(text.strip()))
        for _, said, x, y, turned, text in PLACED.findall(svg)
        if "--plot-muted" in said and not turned
    ]

    def write(found: re.Match[str]) -> str:
        start, rest, x, y, turned, _ = found.groups()
        way = ""
        if "--plot-ink" in rest and "rotate(-90" in turned:
            rooms = [(at - float(x) - SIZE * long, long) for end, at, _, long in numbers if end]
            longs = [long for room, long in rooms if 0 < room < 3 * SIZE]
            way = f"--aside: {max(longs) + 0.25:.2g}; " if longs else ""
        elif "--plot-ink" in rest and "anchor: middle" in rest:
            above = [float(y) - at for end, _, at, _ in numbers if not end]
            way = "--down: 0.9; " if any(0 < gap < 1.6 * SIZE for gap in above) else ""
        return f"{start}{way}{rest}"

    return PLACED.sub(write, svg)


def find_room(svg: str, width: float) -> dict[str, int]:
    """Find how far letters reach over the left and the right edge on a phone, in units.

    A narrow drawing in the middle has blank sides, which a phone has no room for. They count as
    less than nothing.
    """
    shapes = list(_find_shapes(svg, width))
    least = width * NARROW
    first, last = min([width, *(x for x, _ in shapes)]), max([0, *(x for _, x in shapes)])
    start, end = first, last
    for _ in range(3):  # room makes the drawing smaller, and so its letters larger
        pixel = max(end - start, least) / PHONE
        size = max(11 * pixel, min(SIZE, 14 * pixel))  # as in the stylesheet
        texts = list(_find_texts(svg, size))
        start = min([start, *(x for x, _ in texts)])
        end = max([end, *(x for _, x in texts)])
    start = min(start, max(0, math.floor(first - LINE)))
    end = max(end, min(width, math.ceil(last + LINE)))
    if (lack := least - (end - start)) > 0:
        start, end = start - lack / 2, end + lack / 2
    room = {"left": round(-start), "right": round(end - width)}
    return {side: units for side, units in room.items() if not -width / 20 < units <= 0}


def _find_shapes(svg: str, width: float) -> Iterator[tuple[float, float]]:
    """List from where to where shapes reach."""
    drawn = re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)
    for path in re.findall(r'<path [^>]*d="([^"]*)"', drawn):
        across = [float(x) for x, _ in re.findall(r"([\d.-]+) ([\d.-]+)", path)]
        if max(across) - min(across) < width:  # the paper is no shape
            yield min(across), max(across)
    if "<image" in drawn:  # whose place is that of a matrix
        yield 0, width


def _find_texts(svg: str, size: float) -> Iterator[tuple[float, float]]:
    """List from where to where texts of a size reach."""
    for tag, x, text in TEXT.findall(svg):
        wide = len(re.findall(r"[mwMW]", text))
        at, long = float(x), (0.58 * len(text.strip()) + 0.25 * wide) * size
        anchor = re.search(r"text-anchor: (\w+)", tag)
        before = {"middle": 0.5, "end": 1}.get(anchor[1], 0) if anchor else 0
        if "rotate(" in tag:
            aside = re.search(r"--aside: ([\d.]+)", tag)
            at -= float(aside[1]) * max(size - SIZE, 0) if aside else 0
            yield at - 1.3 * size, at
        else:
            yield at - before * long, at + (1 - before) * long
