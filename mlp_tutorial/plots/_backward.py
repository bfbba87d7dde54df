"""Diagrams of what flows forward through a network, and of what comes back."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mlp_tutorial._checks import check_sizes
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import canvas, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text


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
        boxes = {}
        for name, (x, y) in where.items():
            boxes[name] = _box(axes, x, y, f"{name} = {numbers[name]:.4g}", "blue")
            if slopes and name in slopes:
                style: dict[str, Any] = {"ha": "center", "va": "top", "color": PALETTE["orange"]}
                axes.text(x, y - 0.36, f"{slopes[name]:.4g}", weight="bold", **style)
        seen: dict[tuple[str, str], int] = defaultdict(int)
        for start, end, slope in edges:
            _join(axes, boxes[start], boxes[end], f"· {slope:.4g}", bend=0.3 * seen[start, end])
            seen[start, end] += 1
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
        said, complaints = [], []
        for layer, size in enumerate(sizes):
            name = "x" if layer == 0 else "logits" if layer == last else f"A{layer}"
            said.append(_box(axes, left, -step * layer, f"{name}\n({batch}, {size})", "blue"))
            if layer > 0:
                text = f"to {name}\n({batch}, {size})"
                complaints.append(_box(axes, right, -step * layer, text, "orange"))
        for layer, (n_in, n_out) in enumerate(pairwise(sizes), 1):
            text = f"W{layer}\n({n_in}, {n_out})"
            knobs = _box(axes, middle, -step * (layer - 0.5), text, "muted")
            _join(axes, said[layer - 1], said[layer])
            _join(axes, said[layer - 1], knobs)
            _join(axes, complaints[layer - 1], knobs)
        for back, front in pairwise(reversed(complaints)):
            _join(axes, back, front)
        _join(axes, said[-1], complaints[-1], "loss")
        axes.set_xlim(-0.9, right + 0.9)
        axes.set_ylim(-step * last - 0.5, 1.0)
        axes.axis("off")
        return figure_of(axes)


def _box(ax: Axes, x: float, y: float, text: str, color: str) -> Text:
    """Draw a rounded box with a text."""
    box = {"boxstyle": "round,pad=0.35", "facecolor": PALETTE["paper"], "linewidth": 1.8}
    box["edgecolor"] = PALETTE[color]
    return ax.text(x, y, text, ha="center", va="center", bbox=box, zorder=3)


def _join(ax: Axes, start: Text, end: Text, text: str = "", *, bend: float = 0.0) -> None:
    """Draw an arrow from one box to another, with a text halfway."""
    style: dict[str, Any] = {"arrowstyle": "-|>", "color": PALETTE["muted"], "shrinkA": 2}
    style |= {"patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch(), "shrinkB": 2}
    style["connectionstyle"] = f"arc3,rad={bend}"
    (x1, y1), (x2, y2) = start.get_position(), end.get_position()
    ax.annotate("", xy=(x2, y2), xytext=(x1, y1), arrowprops=style, zorder=1)
    if text:
        box = {"facecolor": PALETTE["paper"], "edgecolor": "none", "pad": 1.5}
        x, y = (x1 + x2) / 2, (y1 + y2) / 2 - bend * (x2 - x1) / 2
        ax.text(x, y, text, ha="center", va="center", fontsize=12, bbox=box, zorder=2)
