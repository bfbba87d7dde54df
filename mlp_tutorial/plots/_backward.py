"""Diagrams of what flows forward through a network, and of what comes back."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlp_tutorial._checks import check_sizes
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import canvas, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_graph(
    edges: Sequence[tuple[str, str, float]],
    numbers: Mapping[str, float],
    slopes: Mapping[str, float] | None = None,
    *,
    ax: Axes | None = None,
) -> Figure:
    """Draw which number was computed from which, with the local slope at every arrow.

    Each number is to the right of all that it was computed from.

    Args:
        edges: Arrows as (from, to, local slope), in the order in which the numbers were computed.
        numbers: The number at each name.
        slopes: The slope of the last number with respect to some of the names, shown below them.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are no edges, or an edge ends at a name that has no number.

    Examples:
        >>> edges = [("x", "square", 3.0), ("x", "square", 3.0)]
        >>> figure = draw_graph(edges, {"x": 3.0, "square": 9.0}, {"x": 6.0})
    """
    if not edges:
        raise ValueError("expected at least one edge, got none")
    ends = {name for start, end, _ in edges for name in (start, end)}
    if not ends <= set(numbers):
        raise ValueError(f"expected a number for each name, got none for {ends - set(numbers)}")
    place = dict.fromkeys(numbers, 0)
    for start, end, _ in edges:
        place[end] = max(place[end], place[start] + 1)
    columns: dict[int, list[str]] = defaultdict(list)
    for name in numbers:
        columns[place[name]].append(name)
    where = {
        name: (2.6 * column, 1.7 * ((len(names) - 1) / 2 - row))
        for column, names in columns.items()
        for row, name in enumerate(names)
    }
    top = max(y for _, y in where.values())
    with canvas(ax, 1.5 + 1.5 * top) as axes:
        seen: dict[tuple[str, str], int] = {}
        for start, end, slope in edges:
            twice = seen[start, end] = seen.get((start, end), 0) + 1
            _arc(axes, where[start], where[end], f"· {slope:.4g}", 0.25 * (twice - 1))
        for name, (x, y) in where.items():
            _rounded(axes, x, y, f"{name} = {numbers[name]:.4g}", "blue")
            if slopes and name in slopes:
                style: dict[str, Any] = {"ha": "center", "va": "top", "color": PALETTE["orange"]}
                axes.text(x, y - 0.36, f"{slopes[name]:.4g}", weight="bold", **style)
        axes.set_xlim(-1.0, 2.6 * max(columns) + 1.0)
        axes.set_ylim(-top - 0.9, top + 0.6)
        axes.axis("off")
        return figure_of(axes)


def draw_shapes(sizes: Sequence[int], batch: int, *, ax: Axes | None = None) -> Figure:
    """Draw the shapes in a network on the way forward, and those of the slopes on the way back.

    On the left is what each layer says, from the top down. On the right are the slopes with respect
    to it, from the bottom up. In the middle, each matrix is where the two meet.

    Args:
        sizes: Units in each layer, starting with the input. Two or more positive numbers.
        batch: How many examples there are, positive.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are fewer than two layers, or a size is not a positive whole number.

    Examples:
        >>> figure = draw_shapes([784, 128, 64, 10], 256)
    """
    check_sizes(sizes)
    if batch < 1:
        raise ValueError(f"expected a batch of one example or more, got {batch}")
    last = len(sizes) - 1
    left, middle, right, step = 0.0, 2.7, 5.4, 1.7
    with canvas(ax, 1.0 + 1.15 * last) as axes:
        titles = ((left, "said"), (middle, "knobs and their slopes"), (right, "complaints"))
        for x, title in titles:
            axes.text(x, 0.75, title, ha="center", va="center", color=PALETTE["muted"])
        for layer, size in enumerate(sizes):
            y = -step * layer
            name = "x" if layer == 0 else "logits" if layer == last else f"A{layer}"
            _rounded(axes, left, y, f"{name}\n({batch}, {size})", "blue")
            if layer == 0:
                continue
            _rounded(axes, right, y, f"D{layer}\n({batch}, {size})", "orange")
            n_in = sizes[layer - 1]
            text = f"W{layer}\n({n_in}, {size})"
            _rounded(axes, middle, y + step / 2, text, "muted")
            _arc(axes, (left, y + step - 0.38), (left, y + 0.38), "", 0)
            _arc(axes, (left + 0.8, y + step - 0.1), (middle - 0.8, y + step / 2 + 0.1), "", 0)
            _arc(axes, (right - 0.8, y + 0.1), (middle + 0.8, y + step / 2 - 0.1), "", 0)
            if layer < last:
                _arc(axes, (right, y - step + 0.38), (right, y - 0.38), "", 0)
        _arc(axes, (left + 0.8, -step * last), (right - 0.8, -step * last), "loss", 0)
        axes.set_xlim(-0.9, right + 0.9)
        axes.set_ylim(-step * last - 0.5, 1.0)
        axes.axis("off")
        return figure_of(axes)


def _rounded(ax: Axes, x: float, y: float, text: str, color: str) -> None:
    style = {"boxstyle": "round,pad=0.35", "facecolor": PALETTE["paper"]}
    box = {**style, "edgecolor": PALETTE[color], "linewidth": 1.8}
    ax.text(x, y, text, ha="center", va="center", bbox=box, zorder=3)


def _arc(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], text: str, bend: float
) -> None:
    """Draw an arrow, bent if it isn't the first between two places, with a text halfway."""
    style: dict[str, Any] = {"arrowstyle": "-|>", "color": PALETTE["muted"], "zorder": 1}
    style |= {"connectionstyle": f"arc3,rad={bend}", "shrinkA": 2, "shrinkB": 30 if text else 2}
    ax.annotate("", xy=end, xytext=start, arrowprops=style)
    if text:
        (x1, y1), (x2, y2) = start, end
        box = {"facecolor": PALETTE["paper"], "edgecolor": "none", "pad": 1.0}
        x, y = (x1 + x2) / 2, (y1 + y2) / 2 - bend * (x2 - x1) / 2
        ax.text(x, y, text, ha="center", va="center", fontsize=12, bbox=box, zorder=2)
