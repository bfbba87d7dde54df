"""Curves of activation functions, and of the size of numbers in a network."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from jaxtyping import Real
from torch import Tensor

from mlp_tutorial._checks import check_shape, check_tensor
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import canvas, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


COLORS = ("blue", "orange", "muted", "faint")


def plot_activation(
    function: Callable[[Tensor], Tensor],
    *,
    low: float = -6,
    high: float = 6,
    slope: bool = True,
    ax: Axes | None = None,
) -> Figure:
    """Plot an activation function and, unless told otherwise, its derivative.

    Autograd computes the derivative, so any differentiable function works.

    Args:
        function: A function of a tensor that works element by element, such as
            [`sigmoid`][mlp_tutorial.activations.sigmoid] or `torch.tanh`.
        low: Left end of the x axis.
        high: Right end of the x axis.
        slope: Whether to plot the derivative.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If `low` is not less than `high`.

    Examples:
        >>> figure = plot_activation(torch.sigmoid)
    """
    if not low < high:
        raise ValueError(f"expected low < high, got low={low}, high={high}")
    x = torch.linspace(low, high, 241, requires_grad=True)
    y = function(x)
    name = getattr(function, "__name__", "f")
    with canvas(ax, 3.2) as axes:
        axes.axhline(0, color=PALETTE["faint"], linewidth=1, zorder=0)
        axes.axvline(0, color=PALETTE["faint"], linewidth=1, zorder=0)
        points = x.detach().numpy()
        axes.plot(
            points, y.detach().numpy(), color=PALETTE["blue"], linewidth=2, label=f"{name}(z)"
        )
        if slope:
            (slopes,) = torch.autograd.grad(y.sum(), x)
            axes.plot(
                *(points, slopes.numpy()),
                color=PALETTE["orange"],
                linewidth=2,
                linestyle=(0, (5, 2)),
                label="its derivative",
            )
        axes.set_xlabel("z")
        axes.set_ylabel("value")
        axes.legend(frameon=False)
        return figure_of(axes)


def plot_spreads(
    spreads: dict[str, Sequence[float]],
    *,
    label: str = "standard deviation",
    ax: Axes | None = None,
) -> Figure:
    """Plot how the size of the numbers changes from layer to layer, on a logarithmic axis.

    Args:
        spreads: One to four named lists with a positive number for each layer, as measured by
            [`spreads`][mlp_tutorial.initialization.spreads].
        label: How the size was measured.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are no lists or more than four, or a number is not positive.

    Examples:
        >>> figure = plot_spreads({"shrinking": [1.0, 0.1, 0.01]})
    """
    if not 1 <= len(spreads) <= 4:
        raise ValueError(f"expected one to four lists, got {len(spreads)}")
    for name, values in spreads.items():
        if any(not value > 0 for value in values):
            raise ValueError(f"expected positive numbers for {name!r}, got {list(values)}")
    styles = zip(COLORS, "os^D", strict=True)
    with canvas(ax, 3.0) as axes:
        for (name, values), (color, marker) in zip(spreads.items(), styles, strict=False):
            layers = range(1, len(values) + 1)
            axes.plot(layers, values, color=PALETTE[color], marker=marker, label=name)
        axes.set_yscale("log")
        axes.set_xticks(range(1, max(map(len, spreads.values())) + 1))
        axes.set_xlabel("layer")
        axes.set_ylabel(label)
        # beside the lines, which may run anywhere
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        return figure_of(axes)


def plot_histogram(
    values: dict[str, Real[Tensor, ...]],
    *,
    xlabel: str = "value",
    bins: int = 60,
    log: bool = False,
    ax: Axes | None = None,
) -> Figure:
    """Plot how often each size of number occurs, with one outline for each tensor.

    Args:
        values: One to four named tensors of any shape, each with at least one number. All of them
            are sorted into the same bins.
        xlabel: What the numbers are.
        bins: How many bins there are.
        log: Whether the shares have a logarithmic axis, so that rare numbers are visible too.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If a value is not a real tensor.
        ValueError: If there are no tensors or more than four, or a tensor is empty.

    Examples:
        >>> figure = plot_histogram({"normal": torch.randn(1000)})
    """
    if not 1 <= len(values) <= 4:
        raise ValueError(f"expected one to four tensors, got {len(values)}")
    for name, tensor in values.items():
        check_tensor(name, tensor)
        ok = tensor.numel() > 0
        check_shape(name, tensor, "with at least one entry", ok=ok, hint="leave it out")
    flat = {name: tensor.detach().cpu().float().flatten() for name, tensor in values.items()}
    low = min(tensor.min().item() for tensor in flat.values())
    high = max(tensor.max().item() for tensor in flat.values())
    with canvas(ax, 3.0) as axes:
        for (name, tensor), color in zip(flat.items(), COLORS, strict=False):
            counts, edges = torch.histogram(tensor, bins=bins, range=(low, max(high, low + 1e-6)))
            shares = (counts / counts.sum()).numpy()
            axes.stairs(shares, edges.numpy(), color=PALETTE[color], linewidth=2, label=name)
        if log:
            axes.set_yscale("log")
        axes.set(xlabel=xlabel, ylabel="share")
        if len(flat) > 1:
            axes.legend(frameon=False)
        return figure_of(axes)


def plot_lines(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    x: str,
    y: str,
    marks: Sequence[tuple[float, float, str]] = (),
    log: bool = False,
    ax: Axes | None = None,
) -> Figure:
    """Plot one to four lines, and mark some points.

    Args:
        lines: Named lines, each as its x values and its y values. The names are shown if there are
            two lines or more.
        x: Label of the x axis.
        y: Label of the y axis.
        marks: Points (x, y) to mark, each with a text, as (x, y, text).
        log: Whether the y axis is logarithmic. Then all y values have to be positive.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are no lines or more than four, x and y differ in length, or the axis
            is logarithmic and a y value is not positive.

    Examples:
        >>> squares = {"squares": ([0, 1, 2], [0, 1, 4])}
        >>> figure = plot_lines(squares, x="side", y="area", marks=[(2, 4, "a room")])
    """
    from matplotlib.ticker import MaxNLocator

    if not 1 <= len(lines) <= 4:
        raise ValueError(f"expected one to four lines, got {len(lines)}")
    for name, (across, up) in lines.items():
        if len(across) != len(up):
            raise ValueError(f"expected as many x as y for {name!r}, got {len(across)}, {len(up)}")
        if log and any(not value > 0 for value in up):
            raise ValueError(f"expected positive y values for {name!r}")
    styles = zip(COLORS, ("-", "--", "-.", ":"), strict=True)
    with canvas(ax, 3.2) as axes:
        for (name, (across, up)), (color, line) in zip(lines.items(), styles, strict=False):
            axes.plot(across, up, color=PALETTE[color], linestyle=line, linewidth=2, label=name)
        for across_at, up_at, text in marks:
            axes.plot(across_at, up_at, "o", color=PALETTE["orange"])
            axes.text(across_at, up_at, f"  {text}", ha="left", va="bottom")
        if log:
            _count_decades(axes)
        axes.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        if len(lines) > 1:
            axes.legend(frameon=False)
        return figure_of(axes)


def _count_decades(axes: Axes) -> None:
    """Use a logarithmic y axis with at most eight ticks, at round powers of ten."""
    from math import log10

    from matplotlib.ticker import LogLocator, NullLocator

    axes.set_yscale("log")
    low, high = axes.get_ylim()
    decades = log10(high / low)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if decades <= 8 * step)
    axes.yaxis.set_major_locator(LogLocator(base=10.0**step))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter("{x:g}")
