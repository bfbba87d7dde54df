"""The letters of a figure: large enough on a phone, with the room that they need there.

The stylesheet keeps them between 11 and 14 pixels. So on a phone they are larger than matplotlib
expected, and those at an edge would not fit into the drawing.
"""

import re

SIZE = 13  # units, of most letters: the size in `mlp_tutorial.plots`, which the stylesheet has
PHONE = 320  # pixels
RAISED = str.maketrans("0123456789\N{MINUS SIGN}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
TSPAN = r'<tspan x="([\d.]+)" y="(-[\d.]+)" style="font-size: ([\d.]+)px;[^"]*">([^<]*)</tspan>\s*'
POWER = re.compile(
    r'<g (?:style="([^"]*)" )?transform="translate\(([\d.]+) ([\d.]+)\)">\s*<text>\s*'
    rf"((?:{TSPAN.replace('(', '(?:')}){{2,}})</text>\s*</g>"
)
TEXT = re.compile(r'<text style="([^"]*)" x="([\d.-]+)" y="([\d.-]+)"([^>]*)>([^<]*)')


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
        return f"font-size: clamp(var(--least), {size:g}px, var(--most)); "

    return re.sub(r"font-size: ([\d.]+)px(?:; ?)?", write, tag).replace(' style=""', "")


def find_room(svg: str, width: float) -> dict[str, int]:
    """Find how far letters reach over the left and the right edge on a phone, in units."""
    ends = [0.0, width]
    for _ in range(2):  # room makes the drawing smaller, and so its letters larger
        size = 11 * (ends[1] - ends[0]) / PHONE
        for style, x, _, more, text in TEXT.findall(svg):
            long = 0.55 * size * len(text.rstrip())
            share = {"start": 0, "middle": 0.5, "end": 1}[
                (re.search(r"text-anchor: (\w+)", style) or ["", "start"])[1]
            ]
            left = float(x) - (size * 1.3 if "rotate(-90" in more else share * long)
            right = float(x) + (0 if "rotate(" in more else (1 - share) * long)
            ends = [min(ends[0], left), max(ends[1], right)]
    room = {"left": round(-ends[0]), "right": round(ends[1] - width)}
    return {side: units for side, units in room.items() if units > 0}
