"""Figures of what was measured over many runs: results against their cost."""

# Only the functions that draw import matplotlib.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import canvas, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_costs(
    results: Mapping[str, tuple[float, float]], *, cost: str, label: str, ax: Axes | None = None
) -> Figure:
    """Plot results against what they cost, on a logarithmic axis.

    Args:
        results: A cost above 0 and a result of 0 or more for each name.
        cost: What the cost is, and its unit.
        label: What was measured, and its unit.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure, with a named dot for each result, and a line through them in the order of cost.

    Raises:
        ValueError: If there are no results, or one is out of range.

    Examples:
        >>> figure = plot_costs({"a": (1, 9.0), "b": (10, 4.0)}, cost="seconds", label="mistakes")
    """
    if not results or any(not (spent > 0 and found >= 0) for spent, found in results.values()):
        got = dict(results)
        raise ValueError(f"expected costs above 0 and results of 0 or more, got {got}")
    from matplotlib.ticker import StrMethodFormatter

    order = sorted(results, key=lambda name: results[name])
    across, up = zip(*(results[name] for name in order), strict=True)
    middle = (across[0] * across[-1]) ** 0.5
    with canvas(ax, 3.6) as axes:
        axes.plot(across, up, color=PALETTE["faint"], linewidth=2)
        axes.plot(across, up, "o", color=PALETTE["blue"], markersize=8)
        for number, name in enumerate(reversed(order)):
            # On either side of a line that falls, so that no name is on the line or on another.
            below = number % 2 == 0 and results[name][0] > middle
            axes.annotate(
                *(name, results[name], (-6, -8) if below else (8, 6)),
                textcoords="offset points",
                ha="right" if below else "left",
                va="top" if below else "bottom",
            )
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.margins(x=0.1)
        axes.set_ylim(0, 1.2 * max(up) or 1)
        axes.set_xlabel(cost)
        axes.set_ylabel(label)
        return figure_of(axes)
