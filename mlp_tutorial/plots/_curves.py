"""Curves of activation functions, and of the size of numbers in a network."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import canvas, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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


def plot_spreads(spreads: dict[str, Sequence[float]], *, ax: Axes | None = None) -> Figure:
    """Plot how the size of the numbers changes from layer to layer, on a logarithmic axis.

    Args:
        spreads: One to four named lists with a positive number for each layer, as measured by
            [`spreads`][mlp_tutorial.initialization.spreads].
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
    styles = zip(("blue", "orange", "muted", "faint"), "os^D", strict=True)
    with canvas(ax, 3.0) as axes:
        for (name, values), (color, marker) in zip(spreads.items(), styles, strict=False):
            layers = range(1, len(values) + 1)
            axes.plot(layers, values, color=PALETTE[color], marker=marker, label=name)
        axes.set_yscale("log")
        axes.set_xticks(range(1, max(map(len, spreads.values())) + 1))
        axes.set_xlabel("layer")
        axes.set_ylabel("standard deviation")
        axes.legend(frameon=False)
        return figure_of(axes)
