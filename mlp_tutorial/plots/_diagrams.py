"""Diagrams of neurons, tensors and networks."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor, nn

from mlp_tutorial._checks import check_shape, check_sizes, check_tensor
from mlp_tutorial.activations import sigmoid
from mlp_tutorial.neuron import neuron
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import WIDTH, canvas, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ROW = 0.72  # height of a box of memory, which is 1 wide
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _diagram(ax: Axes) -> None:
    ax.set_aspect("equal")
    ax.axis("off")
    ax.autoscale_view()


def _node(ax: Axes, x: float, y: float, text: str, color: str, radius: float = 0.32) -> None:
    from matplotlib.patches import Circle

    style: dict[str, Any] = {
        "facecolor": PALETTE["paper"],
        "edgecolor": PALETTE[color],
        "linewidth": 1.8,
    }
    ax.add_patch(Circle((x, y), radius, zorder=2, **style))
    ax.text(x, y, text, ha="center", va="center_baseline", zorder=3)


def _edge(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], text: str, at: float
) -> None:
    (x1, y1), (x2, y2) = start, end
    ax.plot([x1, x2], [y1, y2], color=PALETTE["faint"], linewidth=1.2, zorder=0)
    if text:
        x, y = x1 + at * (x2 - x1), y1 + at * (y2 - y1)
        box = {"facecolor": PALETTE["paper"], "edgecolor": "none", "pad": 1.0}
        ax.text(x, y, text, ha="center", va="center", fontsize=11, bbox=box, zorder=1)


def draw_neuron(
    x: Float[Tensor, " n"],
    w: Float[Tensor, " n"],
    b: Float[Tensor, ""],
    *,
    activation: Callable[[Tensor], Tensor] = sigmoid,
    ax: Axes | None = None,
) -> Figure:
    """Draw a neuron with its inputs, weights, bias, weighted sum and output.

    Args:
        x: The features of one example, shape (n,), with n from 1 to 10.
        w: The weights, shape (n,).
        b: The bias, shape ().
        activation: The activation, as for [`neuron`][mlp_tutorial.neuron.neuron].
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If an argument is not a floating-point tensor, or the dtypes differ.
        ValueError: If the shapes do not fit, or there are more than 10 features.

    Examples:
        >>> import torch
        >>> figure = draw_neuron(torch.ones(3), torch.ones(3), torch.tensor(-1.0))
    """
    check_tensor("x", x)
    check_shape("x", x, "(n,)", ok=x.ndim == 1, hint="a figure shows one example")
    check_shape("x", x, "(n,) with n up to 10", ok=1 <= len(x) <= 10, hint="draw fewer")
    output = neuron(x, w, b, activation=activation).item()
    total = neuron(x, w, b, activation=lambda sums: sums).item()
    names = [str(i + 1).translate(SUBSCRIPTS) for i in range(len(x))]
    height = (len(x) - 1) / 2
    with canvas(ax, 0.62 * (len(x) + 1)) as axes:
        for i, (name, value, weight) in enumerate(zip(names, x.tolist(), w.tolist(), strict=True)):
            y = height - i
            _edge(axes, (0, y), (3.4, 0), f"w{name} = {weight:.3g}", 0.42)
            _node(axes, 0, y, f"x{name}", "blue")
            axes.text(-0.5, y, f"{value:.3g}", ha="right", va="center_baseline")
        _edge(axes, (3.4, -height - 1), (3.4, 0), f"b = {b.item():.3g}", 0.25)
        _edge(axes, (3.4, 0), (5.4, 0), f"{total:.2f}", 0.5)
        _edge(axes, (5.4, 0), (6.8, 0), "", 0)
        _node(axes, 3.4, 0, "Σ", "orange", 0.42)
        _node(axes, 5.4, 0, "f", "orange", 0.42)
        axes.text(6.9, 0, f"y = {output:.4f}", ha="left", va="center_baseline", weight="bold")
        axes.set_xlim(-1.4, 8.4)
        _diagram(axes)
        return figure_of(axes)


def draw_tensors(*tensors: Shaped[Tensor, ...], ax: Axes | None = None) -> Figure:
    """Draw small tensors as boxes of numbers, side by side, with their shapes.

    A tensor with three axes is drawn as sheets, with sheet 0 in front. The first index is the
    sheet.

    Args:
        tensors: One or more tensors with up to 3 axes of 1 to 6 entries each.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If an argument is not a real tensor.
        ValueError: If there is no tensor, or a tensor has too many axes or entries, or no entries.

    Examples:
        >>> import torch
        >>> figure = draw_tensors(torch.arange(3), torch.zeros(2, 3), torch.ones(2, 2, 3))
    """
    if not tensors:
        raise ValueError("expected at least one tensor, got none")
    for tensor in tensors:
        check_tensor("tensors", tensor)
        ok = tensor.ndim <= 3 and all(1 <= size <= 6 for size in tensor.shape)
        check_shape("tensors", tensor, "of 3 axes of 1 to 6", ok=ok, hint="draw a part of it")
    with canvas(ax, 2.0) as axes:
        left = 0.0
        for tensor in tensors:
            left += _draw_tensor(axes, tensor, left) + 1.2
        _diagram(axes)
        axes.set_ylim(bottom=-max((t.shape[-2] if t.ndim > 1 else 1) for t in tensors) - 0.9)
        return figure_of(axes)


def _draw_tensor(ax: Axes, tensor: Tensor, left: float) -> float:
    """Draw a tensor as sheets of boxes, the last sheet first, and return its width."""
    from matplotlib.patches import Rectangle

    sheets = tensor.reshape((1,) * (3 - tensor.ndim) + tensor.shape)
    depth, rows, columns = sheets.shape
    shift = 0.45
    for sheet, row, column in product(reversed(range(depth)), range(rows), range(columns)):
        x, y = left + column + shift * sheet, -row + shift * sheet
        style: dict[str, Any] = {"facecolor": PALETTE["paper"], "edgecolor": PALETTE["blue"]}
        ax.add_patch(Rectangle((x, y), 1, 1, zorder=depth - sheet, **style))
        if sheet == 0:
            text = f"{sheets[sheet, row, column].item():.3g}"
            center: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
            ax.text(x + 0.5, y + 0.5, text, fontsize=11, zorder=depth, **center)
    width = columns + shift * (depth - 1)
    caption = f"{tensor.ndim} {'axis' if tensor.ndim == 1 else 'axes'}\n{tuple(tensor.shape)}"
    ax.text(left + width / 2, 0.55 - rows, caption, ha="center", va="top")
    return width


def draw_memory(named: Mapping[str, Tensor | np.ndarray], *, ax: Axes | None = None) -> Figure:
    """Draw the blocks of memory that tensors and arrays use, and which entries each of them sees.

    The upper boxes are the numbers in memory. Below a number are the places where each tensor has
    it, so tensors that share memory are drawn below the same boxes.

    Args:
        named: From one to six tensors or arrays on the CPU, by name. Each has 1 to 8 entries. Those
            that share memory have one dtype.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If a value is not a real tensor or an array.
        ValueError: If there are no tensors or more than six, or one has too many entries or none.

    Examples:
        >>> import torch
        >>> grid = torch.arange(6).reshape(2, 3)
        >>> figure = draw_memory({"grid": grid, "grid.T": grid.T, "a copy": grid.clone()})
    """
    if not 1 <= len(named) <= 6:
        raise ValueError(f"expected one to six tensors, got {len(named)}")
    places = {}  # for each name, where its entries are in memory
    numbers: dict[int, float] = {}
    for name, value in named.items():
        tensor = torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        check_tensor(name, tensor)
        ok = 1 <= tensor.numel() <= 8
        check_shape(name, tensor, "of 1 to 8 entries", ok=ok, hint="draw a part of it")
        size = tensor.element_size()
        steps = torch.zeros(tensor.shape, dtype=torch.int64)
        for axis, (length, stride) in enumerate(zip(tensor.shape, tensor.stride(), strict=True)):
            last = tensor.ndim - axis - 1
            steps += (size * stride * torch.arange(length)).reshape(-1, *[1] * last)
        places[name] = (tensor.data_ptr() + steps).flatten().tolist()
        numbers |= zip(places[name], tensor.detach().flatten().tolist(), strict=True)
    blocks: list[tuple[set[int], list[str]]] = []
    for name, seen in places.items():
        joined = [block for block in blocks if not block[0].isdisjoint(seen)]
        together = set(seen).union(*(block[0] for block in joined))
        names = [other for block in joined for other in block[1]]
        blocks = [block for block in blocks if block not in joined] + [(together, [*names, name])]
    labels = {name: f"{name} {tuple(value.shape)}" for name, value in named.items()}
    left = 0.5 + 0.26 * max(len(label) for label in [*labels.values(), "memory"])
    width = max(len(addresses) for addresses, _ in blocks)
    height = ROW * (len(named) + 1.6 * len(blocks) - 0.6)
    with canvas(ax, 0.2 + WIDTH * height / (left + width)) as axes:
        y = 0.0
        for addresses, names in blocks:
            order = {address: x for x, address in enumerate(sorted(addresses))}
            for address, x in order.items():
                _box(axes, x, y, f"{numbers[address]:.3g}", "blue", ROW)
            axes.text(-0.3, y + ROW / 2, "memory", ha="right", va="center_baseline")
            for name in names:
                y -= ROW
                axes.text(-0.3, y + ROW / 2, labels[name], ha="right", va="center_baseline")
                indices = np.ndindex(named[name].shape)
                for index, address in zip(indices, places[name], strict=True):
                    _box(axes, order[address], y, f"[{','.join(map(str, index))}]", "faint", ROW)
            y -= 1.6 * ROW
        _diagram(axes)
        axes.set(xlim=(-left, width + 0.1), ylim=(ROW - height - 0.1, ROW + 0.1))
        return figure_of(axes)


def _box(ax: Axes, x: float, y: float, text: str, color: str, height: float = 1.0) -> None:
    """Draw a box with a text in it, from its lower left corner."""
    from matplotlib.patches import Rectangle

    style: dict[str, Any] = {"facecolor": PALETTE["paper"], "edgecolor": PALETTE[color]}
    ax.add_patch(Rectangle((x, y), 1, height, zorder=1 if color == "faint" else 2, **style))
    center: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 11}
    ink = PALETTE["muted" if color == "faint" else "ink"]
    ax.text(x + 0.5, y + height / 2, text, color=ink, **center)


def draw_sums(x: Float[Tensor, "rows columns"], *, ax: Axes | None = None) -> Figure:
    """Draw a matrix as boxes of numbers, with its sums along each axis in the margins.

    On the right is `x.sum(dim=1)`, a sum for each row. Below is `x.sum(dim=0)`, a sum for each
    column. Arrows show which numbers are added up.

    Args:
        x: Shape (rows, columns), with 1 to 6 of each.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If `x` is not a real tensor.
        ValueError: If it does not have two axes of 1 to 6 entries.

    Examples:
        >>> import torch
        >>> figure = draw_sums(torch.ones(4, 3))
    """
    check_tensor("x", x)
    ok = x.ndim == 2 and all(1 <= size <= 6 for size in x.shape)
    check_shape("x", x, "(rows, columns) of 1 to 6", ok=ok, hint="draw a part of it")
    rows, columns = x.shape
    gap = 1.0  # of the arrows
    with canvas(ax, 0.5 * (rows + 3.2)) as axes:
        for row, column in product(range(rows), range(columns)):
            _box(axes, column, -row, f"{x[row, column].item():.3g}", "blue")
        for row, total in enumerate(x.sum(dim=1).tolist()):
            _box(axes, columns + gap, -row, f"{total:.3g}", "orange")
            _arrow(axes, (columns + 0.1, 0.5 - row), (columns + gap - 0.1, 0.5 - row))
        for column, total in enumerate(x.sum(dim=0).tolist()):
            _box(axes, column, -rows - gap, f"{total:.3g}", "muted")
            _arrow(axes, (column + 0.5, 0.9 - rows), (column + 0.5, 0.1 - rows))
        side: dict[str, Any] = {"ha": "left", "va": "center"}
        right = f"sum(dim=1)\n({rows},)"
        axes.text(columns + gap + 1.2, 1 - rows / 2, right, color=PALETTE["orange"], **side)
        below = f"sum(dim=0)\n({columns},)"
        axes.text(columns + gap, 0.5 - rows - gap, below, color=PALETTE["muted"], **side)
        axes.text(-0.2, 1 - rows / 2, f"({rows}, {columns})", ha="right", va="center")
        axes.set_xlim(-1.5, columns + gap + 4.2)
        axes.set_ylim(-rows - gap - 0.1, 1.1)
        _diagram(axes)
        return figure_of(axes)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style: dict[str, Any] = {"arrowstyle": "->", "color": PALETTE["muted"]}
    ax.annotate("", xy=end, xytext=start, arrowprops=style)


def draw_network(sizes: Sequence[int], *, ax: Axes | None = None) -> Figure:
    """Draw a multilayer network with the names of its weights.

    Between two small layers, every line has the name of its weight. Between larger layers there are
    the name and shape of the weight matrix. Of a large layer, only the first few units and the last
    unit are drawn.

    Args:
        sizes: Units in each layer, starting with the input. Two or more positive numbers.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are fewer than two layers, or a size is not a positive whole number.

    Examples:
        >>> figure = draw_network([3, 2, 1])
        >>> figure = draw_network([784, 128, 64, 10])
    """
    check_sizes(sizes)
    shown = 5
    step = 3.0
    named = [n_in * n_out <= 6 for n_in, n_out in pairwise(sizes)]
    gap = 1.4 if any(named) else 1.0
    columns = []  # for each layer, a dict from the index of a unit to its height
    for size in sizes:
        units = list(range(size)) if size <= shown else [*range(shown - 1), size - 1]
        rows = [gap * i for i in range(len(units))]
        if size > shown:
            rows[-1] += 0.6  # room for the dots
        columns.append({unit: rows[-1] / 2 - row for unit, row in zip(units, rows, strict=True)})
    top = max(max(column.values()) for column in columns)
    with canvas(ax, 1.3 + 0.62 * 2 * top) as axes:
        for layer, (left, right) in enumerate(pairwise(columns)):
            x, number = step * layer, str(layer + 1)
            name = "⁽" + number.translate(SUPERSCRIPTS) + "⁾"
            for i, y1 in left.items():
                for j, y2 in right.items():
                    index = f"{i + 1}{j + 1}".translate(SUBSCRIPTS)
                    text = f"w{name}{index}" if named[layer] else ""
                    _edge(axes, (x, y1), (x + step, y2), text, 0.3)
            shape = f"W{number.translate(SUBSCRIPTS)}  ({sizes[layer]}, {sizes[layer + 1]})"
            axes.text(x + step / 2, -top - 0.75, shape, ha="center", va="center")
        for layer, column in enumerate(columns):
            x = step * layer
            last = layer == len(sizes) - 1
            symbol = "x" if layer == 0 else "y" if last else "h"
            for unit, y in column.items():
                name = (
                    symbol
                    if sizes[layer] == 1
                    else f"{symbol}{str(unit + 1).translate(SUBSCRIPTS)}"
                )
                _node(axes, x, y, name, "blue" if layer == 0 else "orange", 0.38)
            if sizes[layer] > shown:
                ys = list(column.values())
                axes.text(x, (ys[-1] + ys[-2]) / 2, "⋮", ha="center", va="center", fontsize=14)
            title = "input" if layer == 0 else "output" if last else "hidden"
            axes.text(x, top + 0.75, title, ha="center", va="center", color=PALETTE["muted"])
        axes.set_xlim(-0.9, step * (len(sizes) - 1) + 0.9)
        axes.set_ylim(-top - 1.1, top + 1.1)
        _diagram(axes)
        return figure_of(axes)


def draw_modules(model: nn.Module, *, ax: Axes | None = None) -> Figure:
    """Draw the tree of a module, with its parts, their parameters and how many numbers those have.

    A square is a module, and a dot is a parameter. Parts that the module doesn't know, such as
    layers in a plain Python list, aren't drawn.

    Args:
        model: Any module with up to 40 parts and parameters.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure, with a line for each module and each parameter.

    Raises:
        TypeError: If `model` is not a module.
        ValueError: If there are more than 40 lines.

    Examples:
        >>> from torch import nn
        >>> figure = draw_modules(nn.Sequential(nn.Linear(784, 256), nn.Linear(256, 10)))
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"expected a torch.nn.Module, got a {type(model).__name__}")
    lines = list(_tree(model, type(model).__name__, 0))
    if len(lines) > 40:
        raise ValueError(f"expected up to 40 parts and parameters, got {len(lines)}; draw a part")
    with canvas(ax, 0.35 * len(lines) + 0.1) as axes:
        above: dict[int, int] = {}  # the line where the latest module of each depth is
        for row, (depth, name, what, count) in enumerate(lines):
            x, is_module = 0.4 * depth, not what.startswith("(")
            if depth:
                corner = [x - 0.4, x - 0.4, x], [-above[depth - 1], -row, -row]
                axes.plot(*corner, color=PALETTE["faint"], linewidth=1.2, zorder=0)
            if is_module:
                above[depth] = row
            color = PALETTE["blue" if is_module else "orange"]
            axes.plot(x, -row, "s" if is_module else "o", color=color, markersize=7)
            style: dict[str, Any] = {"va": "center_baseline", "color": PALETTE["ink"]}
            axes.text(x + 0.2, -row, name, weight="bold" if is_module else "normal", **style)
            axes.text(3.4, -row, what, **style | {"color": PALETTE["muted"]})
            axes.text(6.6, -row, f"{count:,}", ha="right", **style)
        axes.set_xlim(-0.2, 6.7)
        axes.set_ylim(0.5 - len(lines), 0.5)
        axes.axis("off")
        return figure_of(axes)


def _tree(module: nn.Module, name: str, depth: int) -> Iterator[tuple[int, str, str, int]]:
    """Give depth, name, kind or shape, and count of a module and all that is in it."""
    kind = type(module).__name__ if depth else ""
    yield depth, name, kind, sum(parameter.numel() for parameter in module.parameters())
    for own, parameter in module.named_parameters(recurse=False):
        yield depth + 1, own, f"{tuple(parameter.shape)}", parameter.numel()
    for own, child in module.named_children():
        yield from _tree(child, own, depth + 1)
