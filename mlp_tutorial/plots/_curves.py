"""Curves of activation functions, and of the size of numbers in a network."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Float, Real
from torch import Tensor

from mlp_tutorial._checks import check_shape, check_tensor
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import COLORS, canvas, figure_of

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


def plot_curves(
    x: Float[Tensor, " N"],
    curves: Mapping[str, Float[Tensor, " N"]],
    *,
    dashed: Float[Tensor, " N"] | Mapping[str, Float[Tensor, " N"]] | None = None,
    points: tuple[Float[Tensor, " M"], Float[Tensor, " M"]] | None = None,
    names: tuple[str, str] = ("x", "y"),
    ax: Axes | None = None,
) -> Figure:
    """Plot up to four curves side by side, each with its name above it.

    Args:
        x: Where the curves were computed, shape (N,), from left to right.
        curves: One to four named curves of shape (N,).
        dashed: A curve of shape (N,) to compare with, or one for each of some names. It is dashed,
            and lies behind the other.
        points: Two tensors of shape (M,), across and up, to mark in every panel.
        names: What x and y stand for.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If `x` or a curve is not a real tensor.
        ValueError: If there are no curves or more than four, or a shape differs from that of `x`.

    Examples:
        >>> x = torch.linspace(0, 1, 50)
        >>> figure = plot_curves(x, {"straight": x, "bent": x**2})
    """
    if not 1 <= len(curves) <= 4:
        raise ValueError(f"expected one to four curves, got {len(curves)}")
    if isinstance(dashed, Tensor):
        dashed = dict.fromkeys(curves, dashed)
    dashed = dashed or {}
    for name, y in {"x": x, **dashed, **curves}.items():
        check_tensor(name, y)
        ok = y.ndim == 1 and y.shape == x.shape
        check_shape(name, y, f"({len(x)},)", ok=ok, hint="as many numbers as x")
    heights = [*curves.values(), *dashed.values(), *(points[1:] if points else ())]
    low, high = (torch.cat(heights).aminmax()) if heights else (0, 1)
    room = 0.06 * float(high - low) or 1
    step = 1 / (len(curves) - 0.14)
    from matplotlib.ticker import MaxNLocator

    with canvas(ax, 2.9) as axes:
        axes.axis("off")
        for i, (name, y) in enumerate(curves.items()):
            panel = axes.inset_axes((i * step, 0, 0.86 * step, 1))
            panel.axhline(0, color=PALETTE["faint"], linewidth=1, zorder=0)
            if name in dashed:
                panel.plot(
                    *(x.numpy(), dashed[name].numpy()),
                    color=PALETTE["orange"],
                    linewidth=2,
                    linestyle=(0, (3, 1.5)),
                )
            if points:
                panel.scatter(points[0].numpy(), points[1].numpy(), s=14, color=PALETTE["ink"])
            panel.plot(x.numpy(), y.numpy(), color=PALETTE["blue"], linewidth=2)
            panel.set(ylim=(float(low) - room, float(high) + room), xlabel=names[0])
            panel.set_title(name, fontsize=13)
            panel.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
            if i:
                panel.set_yticklabels([])
            else:
                panel.set_ylabel(names[1])
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
            # among many layers, a marker on each would hide the line
            step = 1 + len(values) // 13 * 3
            axes.plot(
                *(layers, values),
                color=PALETTE[color],
                marker=marker,
                markevery=step,
                label=name,
            )
        axes.set_yscale("log")
        count = max(map(len, spreads.values()))
        if count > 12:  # there's no room for every number
            axes.set_xticks([1, *range(10, count + 1, 10)])
        else:
            axes.set_xticks(range(1, count + 1))
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


def plot_layers(
    sizes: Mapping[str, Sequence[Real[Tensor, ...]]],
    *,
    bins: int = 40,
    ax: Axes | None = None,
) -> Figure:
    """Plot how large the numbers of each layer are, with one histogram for each layer.

    Numbers are compared by their distance from zero, on a logarithmic axis that all panels share.
    Zeros have no place on it and are left out.

    Args:
        sizes: One or two named lists, each with a tensor for every layer, from the first layer, at
            the top, to the last. Each list has a panel of its own, and all have equally many
            tensors.
        bins: How many bins there are.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure. All histograms have the same height.

    Raises:
        TypeError: If a tensor is not real.
        ValueError: If there are no lists or more than two, they differ in length, or every number
            of a list is zero.

    Examples:
        >>> figure = plot_layers({"shrinking": [torch.randn(100) * 0.3**n for n in range(5)]})
    """
    if not 1 <= len(sizes) <= 2:
        raise ValueError(f"expected one or two lists of tensors, got {len(sizes)}")
    counts = {name: len(tensors) for name, tensors in sizes.items()}
    count = max(counts.values())
    if not count or len(set(counts.values())) > 1:
        raise ValueError(f"expected equally many tensors in each list, one or more, got {counts}")
    logs = {}
    for name, tensors in sizes.items():
        for tensor in tensors:
            check_tensor(name, tensor)
        flat = [tensor.detach().cpu().double().abs().flatten() for tensor in tensors]
        logs[name] = [values[values > 0].log10() for values in flat]
        if not any(map(len, logs[name])):
            raise ValueError(f"expected some numbers other than zero in {name!r}, got none")
    # the smallest few of a hundred are so spread out that they would take up half of the figure
    ends = [values.quantile(0.03).item() for row in logs.values() for values in row if len(values)]
    tops = [values.max().item() for row in logs.values() for values in row if len(values)]
    low, high = min(ends) - 0.3, max(tops) + 0.1
    width = 1 / (len(sizes) - 0.14)
    from matplotlib.ticker import LogLocator

    with canvas(ax, 1.1 + 0.2 * count) as axes:
        axes.axis("off")
        for i, (name, row) in enumerate(logs.items()):
            panel = axes.inset_axes((i * width, 0, 0.86 * width, 1))
            for layer, values in enumerate(row, start=1):
                shares, edges = torch.histogram(values, bins=bins, range=(low, high))
                heights = (shares / shares.max().clamp(min=1)).tolist()
                panel.stairs(
                    *([layer - 1.5 * height for height in heights], (10**edges).numpy()),
                    baseline=layer,
                    fill=True,
                    facecolor=PALETTE["blue"],
                    edgecolor=PALETTE["paper"],
                    zorder=layer,
                )
            panel.set_xscale("log")
            panel.xaxis.set_major_locator(LogLocator(numticks=5))
            panel.set(ylim=(count + 0.4, -0.8), xlabel="distance from zero")
            panel.set_title(name, fontsize=13)
            panel.minorticks_off()
            panel.set_yticks([1, *range(5, count + 1, 5)])
            if i:
                panel.set_yticklabels([])
            else:
                panel.set_ylabel("layer")
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
        log: Whether both axes are logarithmic.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are no lines or more than four, or x and y differ in length.

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
    styles = zip(COLORS, ("-", "--", "-.", ":"), strict=True)
    with canvas(ax, 3.2) as axes:
        for (name, (across, up)), (color, line) in zip(lines.items(), styles, strict=False):
            axes.plot(across, up, color=PALETTE[color], linestyle=line, linewidth=2, label=name)
        for across_at, up_at, text in marks:
            axes.plot(across_at, up_at, "o", color=PALETTE["orange"])
            axes.text(across_at, up_at, f"  {text}", ha="left", va="bottom")
        if log:
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.xaxis.set_major_formatter("{x:,g}")
            axes.yaxis.set_major_formatter("{x:,g}")
        else:
            axes.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        if len(lines) > 1:
            axes.legend(frameon=False)
        return figure_of(axes)


def plot_points(
    points: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    x: str,
    y: str,
    log: str = "",
    level: float | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Plot one to four groups of points.

    Args:
        points: Named groups, each as the x values and the y values of its points. The names are
            shown if there are two groups or more. Some hundred points are enough for a cloud.
        x: Label of the x axis.
        y: Label of the y axis.
        log: Which axes are logarithmic, `x`, `y` or `xy`. Their ticks are plain numbers.
        level: Where to draw a horizontal line.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are no groups or more than four, x and y differ in length, or `log`
            names something else.

    Examples:
        >>> figure = plot_points({"stones": ([1, 2], [5, 9])}, x="carat", y="price")
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    if not 1 <= len(points) <= 4:
        raise ValueError(f"expected one to four groups, got {len(points)}")
    if log not in {"", "x", "y", "xy"}:
        raise ValueError(f"expected log 'x', 'y', 'xy' or '', got {log!r}")
    for name, (across, up) in points.items():
        if len(across) != len(up):
            raise ValueError(f"expected as many x as y for {name!r}, got {len(across)}, {len(up)}")
    styles = zip(COLORS, "osD^", strict=True)
    with canvas(ax, 3.2) as axes:
        if level is not None:
            axes.axhline(level, color=PALETTE["faint"], linestyle="--")
        for (name, (across, up)), (color, marker) in zip(points.items(), styles, strict=False):
            style: dict[str, Any] = {"color": PALETTE[color], "alpha": 0.5, "linewidth": 0}
            axes.scatter(across, up, s=7, marker=marker, label=name, **style)
        for letter, axis, scale in (
            ("x", axes.xaxis, axes.set_xscale),
            ("y", axes.yaxis, axes.set_yscale),
        ):
            if letter in log:
                scale("log")
                axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
                axis.set_minor_formatter(NullFormatter())
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        if len(points) > 1:
            axes.legend(frameon=False)
        return figure_of(axes)
