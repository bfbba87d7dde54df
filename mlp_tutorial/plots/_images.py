"""Digits, predictions for them, and weights as images."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import torch
from jaxtyping import Float, Int64, Real
from torch import Tensor

from mlp_tutorial._checks import check_shape, check_tensor
from mlp_tutorial.activations import softmax
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import COLORS, WIDTH, canvas, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

CLASSES = 10


def weight_colors() -> Colormap:
    """Make the color map of weights: orange below zero, paper at zero, and blue above."""
    from matplotlib.colors import LinearSegmentedColormap

    colors = [PALETTE[name] for name in ("orange", "paper", "blue")]
    return LinearSegmentedColormap.from_list("weights", colors)


def imshow(
    ax: Axes, pixels: Tensor, cmap: str | Colormap, limits: tuple[float, float] | None = None
) -> None:
    """Show pixels without interpolation, so that they stay crisp on the page."""
    low, high = limits or (None, None)
    values = pixels.detach().cpu().float().numpy()
    ax.imshow(values, cmap=cmap, vmin=low, vmax=high, interpolation="none")
    ax.axis("off")


def _one_image(image: Tensor) -> Tensor:
    check_tensor("image", image)
    ok = image.ndim in {2, 3} and image.shape[-2:] == (28, 28) and image.numel() == 28 * 28
    hint = "one image; pick it from a batch with images[0]"
    check_shape("image", image, "(28, 28) or (1, 28, 28)", ok=ok, hint=hint)
    return image.reshape(28, 28)


def tiles(images: Tensor, columns: int, empty: float) -> Tensor:
    """Arrange images (N, H, W) in rows, two pixels apart, as one image."""
    if columns < 1:
        raise ValueError(f"expected columns of 1 or more, got {columns}")
    n, height, width = images.shape
    columns = min(columns, n)
    rows = math.ceil(n / columns)
    sheet = images.new_full((rows * (height + 2) - 2, columns * (width + 2) - 2), empty)
    for i, image in enumerate(images):
        top, left = i // columns * (height + 2), i % columns * (width + 2)
        sheet[top : top + height, left : left + width] = image
    return sheet


def draw_digit(image: Real[Tensor, "*one 28 28"], *, ax: Axes | None = None) -> Figure:
    """Draw one digit, with the pixels numbered along the axes.

    Args:
        image: Shape (28, 28) or (1, 28, 28), on any device. The smallest value is drawn as paper
            and the largest as ink.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If `image` is not a real tensor.
        ValueError: If it is not one image of 28 x 28.

    Examples:
        >>> figure = draw_digit(torch.rand(1, 28, 28))
    """
    image = _one_image(image)
    with canvas(ax, 3.2) as axes:
        imshow(axes, image, "gray_r")
        axes.axis("on")
        axes.set_xticks([0, 9, 18, 27])
        axes.set_yticks([0, 9, 18, 27])
        axes.set_xlabel("column")
        axes.set_ylabel("row")
        return figure_of(axes)


def draw_measurements(images: Float[Tensor, "N 28 28"], *, ax: Axes | None = None) -> Figure:
    """Draw digits, each with its middle outlined and with the darkest pixel of each column below.

    These are the two features of lesson 1.

    Args:
        images: Shape (N, 28, 28), with N 1 or 2, in [0, 1].
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If `images` is not a real tensor.
        ValueError: If the shape does not fit.

    Examples:
        >>> figure = draw_measurements(torch.rand(2, 28, 28))
    """
    check_tensor("images", images)
    ok = images.ndim == 3 and images.shape[1:] == (28, 28) and 1 <= len(images) <= 2
    check_shape("images", images, "(N, 28, 28), N up to 2", ok=ok, hint="pick some of them")
    from matplotlib.patches import Rectangle

    with canvas(ax, 3.4) as axes:
        axes.axis("off")
        side = 0.34  # of the width, which is 0.7 of the height
        for number, image in enumerate(images):
            left = (number + 0.5) / len(images) - side / 2
            digit = axes.inset_axes((left, 0.3, side, 0.7))
            imshow(digit, image, "gray_r")
            style: dict[str, Any] = {"edgecolor": PALETTE["orange"], "linewidth": 2.5}
            digit.add_patch(Rectangle((11.5, 11.5), 4, 4, fill=False, **style))
            below = axes.inset_axes((left, 0, side, 0.2))
            below.bar(range(28), image.amax(dim=0).numpy(), 0.8, color=PALETTE["blue"])
            below.set(xlim=(-0.5, 27.5), ylim=(0, 1), xticks=[], yticks=[])
            below.spines["left"].set_visible(False)
        return figure_of(axes)


def draw_digits(
    images: Float[Tensor, "N 1 28 28"],
    labels: Int64[Tensor, " N"] | None = None,
    *,
    predicted: Int64[Tensor, " N"] | None = None,
    columns: int = 8,
    ax: Axes | None = None,
) -> Figure:
    """Draw a grid of digits, each with its label and its prediction above it.

    Args:
        images: Shape (N, 1, 28, 28) or (N, 28, 28), with N from 1 to 100, on any device.
        labels: Shape (N,). None leaves them out.
        predicted: Shape (N,), only with labels. A four predicted as a nine gets the title `4 as 9`.
        columns: Digits in a row, 1 or more.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If `images`, `labels` or `predicted` is not a real tensor.
        ValueError: If the shapes do not fit, there are no digits or more than 100, `predicted`
            is given without labels, or `columns` is less than 1.

    Examples:
        >>> figure = draw_digits(torch.rand(16, 1, 28, 28), torch.arange(16) % 10)
    """
    check_tensor("images", images)
    ok = images.ndim in {3, 4} and images.shape[-2:] == (28, 28)
    ok = ok and 1 <= len(images) <= 100 and images[0].numel() == 28 * 28
    check_shape("images", images, "(N, 1, 28, 28), N up to 100", ok=ok, hint="pick some of them")
    n = len(images)
    captions = []
    for name, classes in {"labels": labels, "predicted": predicted}.items():
        if classes is not None:
            check_tensor(name, classes)
            ok = classes.shape == (n,)
            check_shape(name, classes, f"({n},)", ok=ok, hint="one for each image")
            captions.append([str(digit) for digit in classes.tolist()])
    if predicted is not None and labels is None:
        raise ValueError("expected labels with predicted, got none")
    images = images.reshape(n, 28, 28)
    if captions:  # room above each digit
        images = torch.nn.functional.pad(images, (0, 0, 10, 0), value=images.min().item())
    sheet = tiles(images, columns, images.min().item())
    with canvas(ax, WIDTH * sheet.shape[0] / sheet.shape[1]) as axes:
        imshow(axes, sheet, "gray_r")
        for i, words in enumerate(zip(*captions, strict=True)):
            x, y = i % columns * 30 + 14, i // columns * 40 + 5
            axes.text(x, y, " as ".join(words), ha="center", va="center", color=PALETTE["blue"])
        return figure_of(axes)


def view_classify(
    image: Real[Tensor, "*one 28 28"],
    output: Real[Tensor, "*one 10"],
    *,
    kind: Literal["logits", "probabilities"],
    ax: Axes | None = None,
) -> Figure:
    """Draw a digit next to the probabilities that a network gives to each class.

    Args:
        image: Shape (28, 28) or (1, 28, 28), on any device.
        output: The network's output for this image, shape (10,) or (1, 10), on any device.
        kind: What `output` holds, which the numbers themselves do not always show.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If `image` or `output` is not a real tensor.
        ValueError: If a shape does not fit, `kind` is neither of the two words, or probabilities do
            not sum to 1.

    Examples:
        >>> figure = view_classify(torch.rand(28, 28), torch.randn(10), kind="logits")
    """
    image = _one_image(image)
    check_tensor("output", output)
    ok = output.shape in {(CLASSES,), (1, CLASSES)}
    check_shape("output", output, "(10,) or (1, 10)", ok=ok, hint="the output for this one image")
    output = output.detach().reshape(CLASSES).float().cpu()
    if kind == "logits":
        output = softmax(output, dim=0)
    elif kind != "probabilities":
        raise ValueError(f"expected kind 'logits' or 'probabilities', got {kind!r}")
    elif output.min() < 0 or not math.isclose(output.sum().item(), 1, abs_tol=1e-3):
        raise ValueError(
            f"expected probabilities that sum to 1, got a sum of {output.sum().item():.4g}; "
            "are these logits?"
        )
    with canvas(ax, 2.8) as axes:
        axes.axis("off")
        imshow(axes.inset_axes((0, 0, 0.4, 1)), image, "gray_r")
        bars = axes.inset_axes((0.5, 0.14, 0.48, 0.84))
        bars.barh(range(CLASSES), output.numpy(), color=PALETTE["blue"])
        bars.set_yticks(range(CLASSES))
        bars.invert_yaxis()
        bars.set_xlim(0, 1)
        bars.set_xlabel("probability")
        return figure_of(axes)


def draw_signals(
    rows: dict[str, Sequence[Real[Tensor, " units"]]],
    *,
    limit: float = 3.0,
    ax: Axes | None = None,
) -> Figure:
    """Draw what the layers of a network say about one example, with a square for each layer.

    Args:
        rows: One to four named lists of tensors of shape (units,), which may differ in size. Each
            list is a row of squares, and each number a pixel.
        limit: The size that is drawn as black, more than 0. Zero is white, and the sign doesn't
            show.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If something in a list isn't a real tensor.
        ValueError: If there are no lists or more than four, a list is empty, a tensor doesn't have
            one axis or has no numbers, or `limit` isn't positive.

    Examples:
        >>> figure = draw_signals({"fading": [torch.randn(100) / 4**n for n in range(6)]})
    """
    from matplotlib.patches import Rectangle

    if not 1 <= len(rows) <= 4 or not all(rows.values()):
        raise ValueError(f"expected one to four lists of tensors, got {rows}")
    if not limit > 0:
        raise ValueError(f"expected a positive limit, got {limit}")
    for name, layers in rows.items():
        for layer in layers:
            check_tensor(name, layer)
            ok = layer.ndim == 1 and len(layer) > 0
            check_shape(name, layer, "(units,)", ok=ok, hint="pick one example: h[0]")
    side = max(math.ceil(len(layer) ** 0.5) for layers in rows.values() for layer in layers)
    height, columns = side + side // 2, max(map(len, rows.values()))
    sheet = torch.zeros(len(rows) * height, columns * (side + 2) - 2)
    with canvas(ax, WIDTH * sheet.shape[0] / sheet.shape[1]) as axes:
        for row, (name, layers) in enumerate(rows.items()):
            top = row * height + side // 2
            axes.text(-0.5, top - side / 4, name, va="center")
            for column, layer in enumerate(layers):
                left = column * (side + 2)
                square = torch.zeros(side * side)
                square[: len(layer)] = layer.detach().cpu().float().abs()
                sheet[top : top + side, left : left + side] = square.reshape(side, side)
                frame = Rectangle((left - 0.5, top - 0.5), side, side, fill=False)
                frame.set_edgecolor(PALETTE["muted"])
                frame.set_clip_on(False)
                axes.add_patch(frame)
        imshow(axes, sheet, "gray_r", (0, limit))
        return figure_of(axes)


def plot_probabilities(
    probabilities: dict[str, Real[Tensor, " 10"]],
    *,
    label: str = "probability",
    ax: Axes | None = None,
) -> Figure:
    """Compare distributions over the ten classes, as bars side by side.

    Args:
        probabilities: One to four named distributions of shape (10,).
        label: Label of the y axis, which says what the numbers are.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If a distribution is not a real tensor.
        ValueError: If there are no distributions or more than four, or a shape differs.

    Examples:
        >>> figure = plot_probabilities({"uniform": torch.full((10,), 0.1)})
    """
    if not 1 <= len(probabilities) <= 4:
        raise ValueError(f"expected one to four distributions, got {len(probabilities)}")
    width = 0.8 / len(probabilities)
    colors = [PALETTE[name] for name in COLORS]
    several = len(probabilities) > 2  # leaves no room for the legend among the bars
    with canvas(ax, 3.3 if several else 2.8) as axes:
        for i, (name, values) in enumerate(probabilities.items()):
            check_tensor(name, values)
            check_shape(name, values, "(10,)", ok=values.shape == (CLASSES,), hint="one a class")
            left = [digit - 0.4 + (i + 0.5) * width for digit in range(CLASSES)]
            heights = values.detach().cpu().float().numpy()
            axes.bar(left, heights, width, label=name, color=colors[i])
        axes.set_xticks(range(CLASSES))
        axes.set_xlabel("class")
        axes.set_ylabel(label)
        above: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 2}
        axes.legend(frameon=False, **(above if several else {}))
        return figure_of(axes)


def draw_weights(
    weight: Real[Tensor, "units 784"], *, columns: int = 8, ax: Axes | None = None
) -> Figure:
    """Draw the weights of first-layer units as images, blue if positive and orange if negative.

    Args:
        weight: The weights as `nn.Linear` stores them, shape (units, 784), with 1 to 100 units.
        columns: Units in a row, 1 or more.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure. All units share one color scale, with white at 0.

    Raises:
        TypeError: If `weight` is not a real tensor.
        ValueError: If its shape is different, or `columns` is less than 1.

    Examples:
        >>> figure = draw_weights(torch.randn(16, 784))
    """
    check_tensor("weight", weight)
    ok = weight.ndim == 2 and weight.shape[1] == 28 * 28 and 1 <= len(weight) <= 100
    check_shape("weight", weight, "(units, 784), up to 100", ok=ok, hint="pick some: weight[:16]")
    images = weight.detach().float().reshape(-1, 28, 28)
    sheet = tiles(images, columns, 0.0)
    limit = images.abs().max().item()
    with canvas(ax, WIDTH * sheet.shape[0] / sheet.shape[1]) as axes:
        imshow(axes, sheet, weight_colors(), (-limit, limit))
        return figure_of(axes)


def draw_batch(stages: dict[str, Real[Tensor, "N units"]], *, ax: Axes | None = None) -> Figure:
    """Draw what a batch is at each stage of a network, as images with a row for each example.

    Args:
        stages: Two to four named tensors of shape (N, units), in the order of the network. Each
            is drawn from its smallest number, white, to its largest, black.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure. A wider tensor is drawn wider, but not in proportion.

    Raises:
        TypeError: If a tensor is not real.
        ValueError: If there are fewer than two tensors or more than four, or a shape differs.

    Examples:
        >>> figure = draw_batch({"x": torch.rand(64, 784), "logits": torch.rand(64, 10)})
    """
    if not 2 <= len(stages) <= 4:
        raise ValueError(f"expected two to four tensors, got {len(stages)}")
    rows = {len(tensor) if tensor.ndim else 0 for tensor in stages.values()}
    for name, tensor in stages.items():
        check_tensor(name, tensor)
        ok = tensor.ndim == 2 and tensor.numel() > 0 and len(rows) == 1
        check_shape(name, tensor, "(N, units)", ok=ok, hint="the same N at every stage")
    widths = [tensor.shape[1] ** 0.4 for tensor in stages.values()]
    gap = 0.12 / (len(widths) - 1)
    with canvas(ax, 3.0) as axes:
        axes.axis("off")
        left = 0.0
        for (name, tensor), width in zip(stages.items(), widths, strict=True):
            share = 0.88 * width / sum(widths)
            part = axes.inset_axes((left, 0.16, share, 0.72))
            imshow(part, tensor, "gray_r")
            part.set_aspect("auto")
            middle = left + share / 2
            axes.text(middle, 0.93, name, ha="center", transform=axes.transAxes)
            axes.text(middle, 0.03, str(tuple(tensor.shape)), ha="center", transform=axes.transAxes)
            left += share + gap
        return figure_of(axes)
