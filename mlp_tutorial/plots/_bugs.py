"""Curves of networks with a bug, each with the healthy network's behind it."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import canvas, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The same in every figure, and on the site
HEALTHY: dict[str, Any] = {"color": PALETTE["muted"], "linewidth": 1.5, "linestyle": (0, (3, 1.5))}
BUG: dict[str, Any] = {"color": PALETTE["orange"], "linewidth": 2}


def plot_bugs(
    bugs: Mapping[str, Sequence[float]],
    healthy: Sequence[float],
    *,
    at: Sequence[float],
    x: str,
    y: str,
    log: bool = False,
    ax: Axes | None = None,
) -> Figure:
    """Plot one or two curves side by side, each with the healthy network's behind it.

    Args:
        bugs: The y values of each curve. Its name is above its panel.
        healthy: The y values of the healthy network.
        at: The x values, the same for all curves.
        x: Label of the x axis.
        y: Label of the y axis.
        log: Whether the x axis is logarithmic.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure. The healthy network is gray and dashed.

    Raises:
        ValueError: If there are no curves or more than two, or they differ in length.

    Examples:
        >>> figure = plot_bugs({"stuck": [2.3, 2.3]}, [2.3, 0.5], at=[0, 1], x="step", y="loss")
    """
    lengths = {name: len(line) for name, line in {**bugs, "healthy": healthy, "at": at}.items()}
    if not 1 <= len(bugs) <= 2 or len(set(lengths.values())) > 1:
        raise ValueError(f"expected one or two curves, as long as the healthy one, got {lengths}")
    from matplotlib.ticker import LogLocator, NullLocator

    step = 1 / (len(bugs) - 0.08)
    top = 1.05 * max(max(line) for line in (*bugs.values(), healthy)) or 1
    with canvas(ax, 3.2) as axes:
        axes.axis("off")
        for i, (name, line) in enumerate(bugs.items()):
            panel = axes.inset_axes((i * step, 0, 0.92 * step, 1))
            panel.plot(at, healthy, **HEALTHY)
            panel.plot(at, line, **BUG)
            panel.set_title(name, fontsize=13, loc="left", color=PALETTE["orange"])
            panel.set_xlabel(x)
            panel.set_ylim(0, top)
            if log:
                panel.set_xscale("log")
                panel.xaxis.set_major_locator(LogLocator(100))
                panel.xaxis.set_major_formatter("{x:g}")
                panel.xaxis.set_minor_locator(NullLocator())
            if i:
                panel.set_yticklabels([])
            else:  # two names are as much as a narrow panel has room for
                panel.set_title("healthy", fontsize=13, loc="right", color=PALETTE["muted"])
                panel.set_ylabel(y)
        return figure_of(axes)


def plot_wall(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    tags: Mapping[str, str] | None = None,
    limits: tuple[float, float] | None = None,
    names: tuple[str, str] = ("step", "loss"),
    ax: Axes | None = None,
) -> Figure:
    """Plot many small curves, two in a row, each with the healthy network's behind it.

    All panels have the same axes, and the vertical one is logarithmic.

    Args:
        curves: For each name, the numbers to show, and those of the healthy network, which are gray
            and dashed. A line is interrupted where a number isn't positive and finite.
        tags: What to write into the panels, by their names, such as a price.
        limits: The lowest and the highest number shown. None shows all of them. A curve that goes
            higher is cut there, with its highest number in the panel.
        names: What the axes are.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are no curves, or none has a positive number.

    Examples:
        >>> figure = plot_wall({"stuck": ([2.3, 2.3], [2.3, 0.5]), "fine": ([2.3, 1], [2.3, 1])})
    """
    shown = {
        name: [[y if math.isfinite(y) and y > 0 else math.nan for y in line] for line in pair]
        for name, pair in curves.items()
    }
    heights = [y for pair in shown.values() for line in pair for y in line if y > 0]
    if not heights:
        raise ValueError("expected one or more curves with a positive number")
    low, high = limits or (0.8 * min(heights), 1.2 * max(heights))
    from matplotlib.ticker import LogLocator, NullLocator

    rows = math.ceil(len(shown) / 2)
    panel, gap = 0.85, 0.45  # inches; on a phone, letters are larger, so names need room
    tall = panel + gap
    with canvas(ax, 0.5 + rows * tall) as axes:
        axes.axis("off")
        for i, (name, (found, behind)) in enumerate(shown.items()):
            row, column = divmod(i, 2)
            bottom = 1 - (row + 1) / rows
            frame = axes.inset_axes((column * 0.53, bottom, 0.47, panel / tall / rows))
            frame.plot(behind, **HEALTHY)
            frame.plot(found, **BUG)
            frame.set_yscale("log")
            frame.set_ylim(low, high)
            top = max([y for y in found if y > 0], default=0)
            tag: dict[str, Any] = {"transform": frame.transAxes, "va": "top"}
            place = 0.68 if top > high else 0.98  # below a curve that leaves the panel
            price = (tags or {}).get(name, "")
            frame.text(0.99, place, price, ha="right", fontweight="bold", **tag)
            if top > high:
                frame.text(0.03, 0.98, f"\N{UPWARDS ARROW} {top:.0f}", **tag)
            frame.yaxis.set_major_locator(LogLocator())
            frame.yaxis.set_major_formatter("{x:g}")
            frame.yaxis.set_minor_locator(NullLocator())
            frame.set_title(name, fontsize=13, pad=5, loc="left")
            frame.set_xticks([])
            if column:
                frame.set_yticklabels([])
            else:
                frame.set_ylabel(names[1])
            if i + 2 >= len(shown):
                frame.set_xlabel(names[0])
        return figure_of(axes)
