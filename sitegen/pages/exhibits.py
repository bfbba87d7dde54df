"""The exhibits of lesson 18 on a wall, with radio buttons and the numbers of the lesson."""

import html
import itertools
import math
import re
from collections.abc import Iterable
from typing import NamedTuple

import markdown
import numpy as np
from numpy.typing import NDArray

from sitegen.pages.course import Course
from sitegen.pages.elements import table
from sitegen.pages.figures import Shown

LESSON = "18_museum"
COSTS = re.compile(r"^A costs (-?[\d.]+) points, and B costs (-?[\d.]+)$", re.MULTILINE)
PRICE = re.compile(r"^(\S.*): (-?[\d.]+ ± [\d.]+)", re.MULTILINE)  # as the lesson prints it
PLACARD = re.compile(r"^\| (\*\*.+?) \| (.+?) \| (.+?) \| .+ \|$", re.MULTILINE)
MINUS = "\N{MINUS SIGN}"
WIDTH, HEIGHT = 340, 172  # of the drawing
PLOT = 310, 142  # of the plot in it, and of its miniature on the wall
LEFT, TOP = 26, 6  # where the plot is in the drawing
LOW, HIGH = 0.05, 20  # of the loss, which has a logarithmic axis, as on the wall


def exhibits(course: Course) -> Shown:
    """Hang the loss of each exhibit on a wall, and show one large, with a tag that has its price.

    The reader's guess comes first, on a slider from 0 to what a healthy network reads. No script is
    needed, and the large picture uses the lines of the small one.
    """
    prices = dict(PRICE.findall(course.printed(LESSON)))
    (curves,) = course.tensors(LESSON)["curves"]
    placards = _read_placards(course)
    if missing := prices.keys() ^ placards.keys():
        raise ValueError(f"expected a price and a placard for each exhibit, got {missing}")
    (usual,) = re.findall(r"^right: (\d+)%", course.printed(LESSON), re.MULTILINE)
    parts: list[str] = []
    rows = []
    seen: dict[str, str] = {}
    hung = dict(zip(prices, curves, strict=True))
    for name, placard in placards.items():  # in the order of the rooms
        price, (found, healthy) = prices[name], hung[name]
        said = " ".join(f"{part[0].upper()}{part[1:]}." for part in placard)
        rows.append([name, price])
        label, checked = html.escape(name), " checked" * (not parts)
        value = re.sub(r"\W+", "-", name).strip("-")
        cost = price.split()[0]
        lines = _line(_trace(healthy), seen), _line(_trace(found), seen)
        small = f"{lines[0].drawn}<g>{lines[1].drawn}</g>"
        parts.append(
            f'<label data-price="{cost.replace("-", MINUS)}">'
            f'<input type="radio" name="bug" value="{value}" aria-label="{label}"{checked}>'
            f'<svg viewBox="0 0 {PLOT[0]} {PLOT[1]}" preserveAspectRatio="none" '
            f'aria-hidden="true">{small}</svg></label>'
            f'<div><figure class="plot">{_draw(name, found, healthy, lines)}</figure>'
            f"<p><b>{label}</b> <span>healthy</span></p>"
            f'<label>Your guess <i>0</i><span><input type="range" max="{usual}" '
            f'aria-label="your guess, in points"><b style="--points: {cost}">'
            f"{cost.replace('-', MINUS)}</b></span><i>{usual}</i></label>"
            '<details class="price"><summary><span>What does it cost?</span>'
            f"<b>costs {price.replace('-', MINUS)} points of accuracy</b></summary>"
            f"{markdown.markdown(said)}</details></div>"
        )
    page = (
        '<div class="live again"><mlp-exhibits>'
        f"<p>A healthy network reads {usual} digits in 100. Choose a picture, guess how many of "
        f"the {usual} its bug costs, and turn over the tag.</p>"
        f'<fieldset style="--most: {usual}"><legend>Exhibits</legend>'
        f"{''.join(parts)}</fieldset></mlp-exhibits></div>"
    )
    return page, table(["exhibit", "price"], rows)[1]


def riddle(course: Course, settled: str = "") -> Shown:
    """Take a bet on the two networks at the door, or remember it where it's `settled`.

    No script is needed, since both are on one page.
    """
    ((a, b),) = COSTS.findall(course.printed(LESSON))
    right = "AB"[float(b) < float(a)]
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


class Line(NamedTuple):
    """A curve, drawn on the wall unless an earlier picture has the same, and used again."""

    drawn: str
    again: str


def _line(trace: str, seen: dict[str, str]) -> Line:
    """Draw a curve, or use the same one in an earlier picture."""
    again = f'<use xlink:href="#{seen.setdefault(trace, name := f"loss-{len(seen)}")}"/>'
    drawn = f'<path id="{name}" d="{trace}"/>' if seen[trace] == name else again
    return Line(drawn, again)


def _draw(
    name: str,
    found: NDArray[np.float32],
    healthy: NDArray[np.float32],
    lines: tuple[Line, Line],
) -> str:
    """Draw a loss curve in front of the healthy network's."""
    style = f"fill: var(--plot-ink); aspect-ratio: {WIDTH} / {HEIGHT}; --units: {WIDTH}"
    right, bottom = LEFT + PLOT[0], TOP + PLOT[1]
    texts = [
        *((LEFT - 4, TOP + _up(loss) + 4, f'text-anchor="end">{loss:g}') for loss in (0.1, 1, 10)),
        (LEFT + 6, TOP + 10, ">loss"),
        (LEFT, HEIGHT - 6, ">step 1"),
        (right, HEIGHT - 6, 'text-anchor="end">step 600'),
    ]
    said = f"The loss of {name} goes from {found[0]:.2g} to {found[-1]:.2g}. "
    said += f"The healthy one goes from {healthy[0]:.2g} to {healthy[-1]:.2g}."
    frame = f'<path d="M{LEFT} {TOP}V{bottom}H{right}"/>'
    drawn = "".join(f'<text x="{x}" y="{y:g}" {text}</text>' for x, y, text in texts)
    return (
        f'<svg role="img" aria-label="{html.escape(said)}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'style="{style}">{frame}<g transform="translate({LEFT} {TOP})">{lines[0].again}'
        f"<g>{lines[1].again}</g></g>{drawn}</svg>"
    )


def _up(loss: float) -> float:
    share = math.log(loss / LOW) / math.log(HIGH / LOW)
    return round(PLOT[1] * (1 - share), 1)


def _trace(losses: Iterable[float]) -> str:
    """Write a curve as a path, without what isn't positive and finite."""
    step = PLOT[0] / 31
    points = [(step * (i + 1), y) for i, y in enumerate(losses)]
    parts = []
    for good, run in itertools.groupby(points, lambda point: 0 < point[1] < math.inf):
        if good:
            parts.append("M" + "L".join(f"{x:g} {_up(min(y, HIGH)):g}" for x, y in run))
    return "".join(parts)
