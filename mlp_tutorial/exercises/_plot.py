"""Exercises whose answer is a figure."""

# matplotlib takes a second to import, so a check imports it only when there is a figure.
from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._card import Card

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]

CLOSE = 0.02  # of the height of a plot, which nobody can see


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Plot(Card):
    """An exercise whose answer is a figure of matplotlib's.

    A learner may pass the axes, the figure, or what `plt.plot` returns. If there is nothing useful
    in the answer, the check looks at pyplot's current figure. A line may go through other points of
    the same curve, and there may be more in the figure.

    Attributes:
        answer: Draws the right lines, points or bars on the `Axes` that it gets. If it names an
            axis or makes it logarithmic, the learner has to do so, too.
        mistakes: The `answer` of each draws something wrong on the `Axes` that it gets.

    Examples:
        >>> from matplotlib.figure import Figure
        >>> from mlp_tutorial.exercises import check_picture
        >>> print(check_picture(Figure()).message)
        Expected `picture` to be a plot, got an empty Figure.
    """

    answer: Callable[[Axes], object]

    def __call__(self, answer: object) -> Result:
        """Check a figure, and never raise an error.

        Args:
            answer: The axes, the figure, what was drawn on it, or anything else.

        Returns:
            Whether the figure is right, and if not, what differs first.
        """
        if (answer is None or answer is ...) and (current := _current()):
            result = super().__call__(current)
            if result.outcome == "right" or answer is None:
                return result
        result = super().__call__(answer)
        if result.outcome == "not attempted":
            return replace(
                result, hint=f"Assign what you draw, as in `{self.name} = plt.plot(x, y)`."
            )
        return result

    def _judge(self, answer: object) -> Result:
        axes = list(_axes(answer))
        result = self._compare(axes or _current())
        if not result or (not axes and result.outcome == "wrong"):
            kind = type(answer).__name__
            empty = axes or type(answer).__module__.startswith("matplotlib")
            got = f"{'an empty' if empty else 'type'} {kind}"
            what = f"Expected `{self.name}` to be a plot, got {got}."
            return Result("wrong", what, f"Draw first, as in `{self.name} = plt.plot(x, y)`.")
        return result

    def _compare(self, axes: list[Axes]) -> Result | None:
        """Compare what is drawn with what should be, or return None if nothing is."""
        plots = [plot for plot in map(_read, axes) if plot.series]
        if not plots:
            return None
        right = _draw(self.answer)
        plot = next((each for each in plots if not _data_differ(each, right)), plots[-1])
        if data := _data_differ(plot, right):
            for mistake in self.mistakes:
                if not _data_differ(plot, _draw(mistake.answer)):
                    return Result("wrong", mistake.says, mistake.hint, mistake.name)
            return Result("wrong", data)
        if axis := _axes_differ(plot, right):
            return Result("wrong", *axis)
        return Result("right", self.reason)


class _Series(NamedTuple):
    """What was drawn by one call."""

    kind: str  # `line`, `points` or `bars`
    x: Numbers
    y: Numbers


class _Plot(NamedTuple):
    """What was drawn on one pair of axes."""

    series: list[_Series]
    labels: dict[str, str]  # of the axes `x` and `y`
    scales: dict[str, str]


def _current() -> list[Axes]:
    """Find the axes of pyplot's current figure, if there is one."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return pyplot.gcf().axes if pyplot and pyplot.get_fignums() else []


def _axes(answer: object) -> Iterator[Axes]:
    """Find the axes that an answer belongs to."""
    if "matplotlib" not in sys.modules and not callable(answer):
        return  # it's no figure, which importing matplotlib would tell no better
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    if isinstance(answer, Figure | SubFigure):
        yield from answer.axes
    elif isinstance(answer, Axes):
        yield answer
    elif isinstance(answer, Artist):
        if isinstance(answer.axes, Axes):
            yield answer.axes
    elif isinstance(answer, np.ndarray) and answer.dtype == object:
        yield from _axes(answer.ravel().tolist())
    elif isinstance(answer, list | tuple):
        yield from dict.fromkeys(axes for each in answer for axes in _axes(each))
    elif callable(answer):
        answer(axes := Figure().subplots())
        yield axes


@cache
def _draw(draw: Callable[[Axes], object]) -> _Plot:
    """Read what one of our own answers draws, right or wrong."""
    (axes,) = _axes(draw)
    return _read(axes)


def _read(axes: Axes) -> _Plot:
    """Read what was drawn. Guides that cross the whole plot, as by `axhline`, don't count."""
    from matplotlib.collections import PathCollection
    from matplotlib.container import BarContainer

    series = []
    for line in axes.get_lines():
        if line.get_transform() == axes.transData:
            kind = "points" if line.get_linestyle() in {"None", "none", " ", ""} else "line"
            series.append(_series(kind, line.get_xdata(orig=False), line.get_ydata(orig=False)))
    for drawn in axes.collections:
        if isinstance(drawn, PathCollection):
            series.append(_series("points", *np.asarray(drawn.get_offsets()).T))
    for container in axes.containers:
        if isinstance(container, BarContainer):
            middles = [bar.get_x() + bar.get_width() / 2 for bar in container.patches]
            series.append(_series("bars", middles, [bar.get_height() for bar in container.patches]))
    labels = {"x": axes.get_xlabel(), "y": axes.get_ylabel()}
    return _Plot(series, labels, {"x": axes.get_xscale(), "y": axes.get_yscale()})


def _series(kind: str, x: object, y: object) -> _Series:
    """Keep numbers that can be drawn, from left to right."""
    points = np.array([x, y], dtype=np.float64).reshape(2, -1)
    points = points[:, np.isfinite(points).all(0)]
    return _Series(kind, *points[:, np.argsort(points[0], kind="stable")])


def _data_differ(plot: _Plot, right: _Plot) -> str:
    """Say how the data of a plot first differ from what they should be; nothing if they agree."""
    for wanted in right.series:
        latest = sorted(plot.series, key=lambda each: each.kind == wanted.kind)[::-1]
        differ = [_series_differ(each, wanted, right.scales) for each in latest]
        if all(differ):
            swapped = (_series(each.kind, each.y, each.x) for each in latest)
            if not all(_series_differ(each, wanted, right.scales) for each in swapped):
                return "You swapped x and y. The horizontal axis is first, as in `plt.plot(x, y)`."
            counts = [_counts(each.x) for each in (latest[0], wanted)]
            no_x = " Did you leave out x? Then matplotlib counts 0, 1, 2 …"
            return differ[0] + no_x * (counts == [True, False])
    return ""


def _counts(x: Numbers) -> bool:
    """Tell whether x is 0, 1, 2 and so on."""
    return len(x) > 1 and np.array_equal(x, range(len(x)))


def _series_differ(got: _Series, wanted: _Series, scales: dict[str, str]) -> str:
    """Say how what was drawn first differs from what should be."""
    your = f"Your {got.kind} {'goes' if got.kind == 'line' else 'go'}"
    x, y = _scaled(got, scales)
    right_x, right_y = _scaled(wanted, scales)
    wide, high = np.ptp(right_x) or 1.0, np.ptp(right_y) or 1.0
    if not len(x):
        return f"Your {got.kind} can't be drawn, since no number is finite."
    if wanted.kind == "line":
        if x[0] > right_x[0] + CLOSE * wide or x[-1] < right_x[-1] - CLOSE * wide:
            ends = [f"{each.x[0]:.3g} to {each.x[-1]:.3g}" for each in (got, wanted)]
            return f"{your} from x = {ends[0]}, expected {ends[1]}."
        places = np.union1d(x, right_x)
        places = places[(places >= right_x[0]) & (places <= right_x[-1])]
        y, right_y = np.interp(places, x, y), np.interp(places, right_x, right_y)
    elif len(x) != len(right_x):
        return f"There are {len(x)} {got.kind}, expected {len(right_x)}."
    elif (off := np.abs(x - right_x) > CLOSE * wide).any():
        at = int(off.argmax())
        return f"{your} to x = {got.x[at]:.3g}, expected {wanted.x[at]:.3g}."
    else:
        places = right_x
    off = np.abs(y - right_y) > CLOSE * high
    if off.any():
        at = int(off.argmax())
        place, mine, theirs = (
            10**value if scales[axis] == "log" else value
            for axis, value in (("x", places[at]), ("y", y[at]), ("y", right_y[at]))
        )
        return f"At x = {place:.3g}, {your.lower()} through y = {mine:.3g}, expected {theirs:.3g}."
    if got.kind != wanted.kind:
        how = {"line": "plot", "points": "scatter", "bars": "bar"}[wanted.kind]
        a, b = (kind.replace("line", "a line") for kind in (got.kind, wanted.kind))
        return f"The data are right, but drawn as {a}. Draw {b} with `plt.{how}`."
    return ""


def _scaled(series: _Series, scales: dict[str, str]) -> tuple[Numbers, Numbers]:
    """Measure x and y along their axes, and leave out what a logarithmic axis can't show."""
    points = np.stack([series.x, series.y])
    for row, axis in zip(points, "xy", strict=True):
        if scales[axis] == "log":
            row[:] = np.log10(np.where(row > 0, row, np.nan))
    x, y = points[:, np.isfinite(points).all(0)]
    return x, y


def _axes_differ(plot: _Plot, right: _Plot) -> tuple[str, str] | None:
    """Say which axis is not as it should be."""
    for axis in "xy":
        if right.scales[axis] == "log" != plot.scales[axis]:
            what = f"The data are right, but the {axis} axis is {plot.scales[axis]}."
            return what, f'Make it logarithmic, with `plt.{axis}scale("log")`.'
    for axis in "xy":
        if right.labels[axis] and not plot.labels[axis].strip():
            what = f"The data are right, but the {axis} axis has no label."
            return what, f"Say what it shows, with `plt.{axis}label(…)`."
    return None
