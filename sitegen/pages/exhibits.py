"""The exhibits of lesson 18, one at a time, with radio buttons and the numbers of the lesson."""

import html
import itertools
import math
import re
from collections.abc import Iterable

import markdown
import numpy as np
from numpy.typing import NDArray

from sitegen.pages.course import Course
from sitegen.pages.elements import table
from sitegen.pages.figures import Shown

LESSON = "18_museum"
FIRST = "no zero_grad"  # the one that's there before anybody chooses
COSTS = re.compile(r"^A costs (\d+) points, and B costs (\d+)$", re.MULTILINE)
PRICE = re.compile(r"^(\S.*): (-?[\d.]+ ± [\d.]+)", re.MULTILINE)  # as the lesson prints it
PLACARD = re.compile(r"^\| (\*\*.+?) \| (.+?) \| (.+?) \| .+ \|$", re.MULTILINE)
MINUS = "\N{MINUS SIGN}"
WIDTH, HEIGHT = 340, 172  # of the drawing
LEFT, RIGHT, TOP, BOTTOM = 26, 336, 6, 148  # of the plot in it
LOW, HIGH = 0.05, 20  # of the loss, which has a logarithmic axis, as on the wall


def exhibits(course: Course) -> Shown:
    """Show the loss of one exhibit, and what the bug costs, once the reader has guessed."""
    prices = dict(PRICE.findall(course.printed(LESSON)))
    (curves,) = course.tensors(LESSON)["curves"]
    placards = _read_placards(course)
    if missing := prices.keys() ^ placards.keys():
        raise ValueError(f"expected a price and a placard for each exhibit, got {missing}")
    (usual,) = re.findall(r"^right: (\d+)%", course.printed(LESSON), re.MULTILINE)
    parts, rows = [], []
    for (name, price), (found, healthy) in zip(prices.items(), curves, strict=True):
        said = " ".join(f"{part[0].upper()}{part[1:]}." for part in placards[name])
        rows.append([name, price])
        label, checked = html.escape(name), " checked" * (name == FIRST)
        value = re.sub(r"\W+", "-", name).strip("-")
        parts.append(
            f'<label><input type="radio" name="bug" value="{value}"{checked}> {label}</label>'
            f'<div><p><b>{label}</b> <span>healthy</span></p><figure class="plot">'
            f"{_draw(name, found, healthy)}</figure>"
            '<details class="price"><summary><span>What does it cost?</span>'
            f"<b>costs {price.replace('-', MINUS)} points of accuracy</b></summary>"
            f"{markdown.markdown(said)}</details></div>"
        )
    page = (
        '<div class="live again"><mlp-exhibits>'
        f"<p>A healthy network reads {usual} digits in 100. Choose an exhibit, guess how many its "
        "bug costs, then turn over the tag.</p>"
        "<fieldset><legend>Exhibits</legend>"
        f"{''.join(parts)}</fieldset></mlp-exhibits></div>"
    )
    return page, table(["exhibit", "price"], rows)[1]


def riddle(course: Course, settled: str = "") -> Shown:
    """Take a bet on the two networks at the door, or remember it where it's `settled`.

    No script is needed, since both are on one page.
    """
    ((a, b),) = COSTS.findall(course.printed(LESSON))
    right = "AB"[int(b) < int(a)]
    if settled:
        ends = {True: "and you were right", False: "and its loss fooled you"}
        said = (f"You bet on exhibit {x} at the door, {ends[x == right]}." for x in "AB")
        return f'<p class="settled">{"".join(f"<b>{each}</b>" for each in said)}</p>', ""
    options = {"A": "whose loss gets stuck", "B": "whose loss falls as it should"}
    labels = "".join(
        f'<label><input type="radio" name="riddle" value="{x}"> Exhibit {x}, {loss}</label>'
        for x, loss in options.items()
    )
    page = (
        '<div class="predict riddle" role="radiogroup" aria-labelledby="riddle">'
        f'<p id="riddle">Which exhibit do you bet on?</p>{labels}'
        '<p>It\'s a bet. The answer hangs on <a href="#the-wall">the last wall</a>.</p></div>'
    )
    return page, ""


def _read_placards(course: Course) -> dict[str, tuple[str, str]]:
    """Read what you see of each exhibit, and why, from the tables of the lesson."""
    found = {}
    for cell in course.run(LESSON).notebook.cells:
        for names, seen, why in PLACARD.findall(cell.source):
            for name in re.findall(r"\*\*(.+?)\*\*", names):
                found[name.replace("`", "")] = seen, why
    return found


def _draw(name: str, found: NDArray[np.float32], healthy: NDArray[np.float32]) -> str:
    """Draw a loss curve in front of the healthy network's."""
    style = f"fill: var(--plot-ink); aspect-ratio: {WIDTH} / {HEIGHT}; --units: {WIDTH}"
    texts = [
        *((LEFT - 4, _up(loss) + 4, f'text-anchor="end">{loss:g}') for loss in (0.1, 1, 10)),
        (LEFT + 6, TOP + 10, ">loss"),
        (LEFT, HEIGHT - 6, ">step 1"),
        (RIGHT, HEIGHT - 6, 'text-anchor="end">step 600'),
    ]
    lines = [
        (f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}", "muted", ""),
        (_trace(healthy), "muted", ' stroke-width="1.5" stroke-dasharray="5 3"'),
        (_trace(found), "orange", ' stroke-width="2.5"'),
    ]
    said = f"The loss of {name} goes from {found[0]:.2g} to {found[-1]:.2g}. "
    said += f"The healthy one goes from {healthy[0]:.2g} to {healthy[-1]:.2g}."
    drawn = [
        *(f'<path d="{d}" fill="none" stroke="var(--plot-{c})"{more}/>' for d, c, more in lines),
        *(f'<text x="{x}" y="{y:g}" {text}</text>' for x, y, text in texts),
    ]
    return (
        f'<svg role="img" aria-label="{html.escape(said)}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'style="{style}">{"".join(drawn)}</svg>'
    )


def _up(loss: float) -> float:
    share = math.log(loss / LOW) / math.log(HIGH / LOW)
    return round(BOTTOM - share * (BOTTOM - TOP), 1)


def _trace(losses: Iterable[float]) -> str:
    """Write a curve as a path, without what isn't positive and finite."""
    step = (RIGHT - LEFT) / 30
    points = [(LEFT + step * (i + 0.5), y) for i, y in enumerate(losses)]
    parts = []
    for good, run in itertools.groupby(points, lambda point: 0 < point[1] < math.inf):
        if good:
            parts.append("M" + "L".join(f"{x:.1f} {_up(min(y, HIGH)):g}" for x, y in run))
    return "".join(parts)
