"""Training runs and their results."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from mlp_tutorial._checks import check_shape, check_tensor
from mlp_tutorial.evaluation import Calibration
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import COLORS, canvas, figure_of
from mlp_tutorial.plots._images import imshow, tiles, weight_colors
from mlp_tutorial.training import History

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_history(history: History, *, ax: Axes | None = None) -> Figure:
    """Plot the loss and the validation accuracy after each epoch.

    Args:
        history: From [`fit`][mlp_tutorial.training.fit], with at least one epoch.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If no epoch is complete.

    Examples:
        >>> figure = plot_history(History([0.5, 0.3], [0.4, 0.35], [0.9, 0.92]))
    """
    from matplotlib.ticker import MaxNLocator

    if not history.train_loss:
        raise ValueError("expected a history of at least one epoch, got none")
    epochs = range(1, len(history.train_loss) + 1)
    with canvas(ax, 2.8) as axes:
        axes.axis("off")
        both = bool(history.validation_accuracy)
        left = axes.inset_axes((0.04, 0.16, 0.4 if both else 0.9, 0.82))
        left.plot(epochs, history.train_loss, "o-", color=PALETTE["blue"], label="training")
        left.set_ylabel("loss")
        panels = [left]
        if both:
            left.plot(
                *(epochs, history.validation_loss, "s--"),
                color=PALETTE["orange"],
                label="validation",
            )
            left.legend(frameon=False)
            right = axes.inset_axes((0.6, 0.16, 0.4, 0.82))
            percent = [100 * accuracy for accuracy in history.validation_accuracy]
            right.plot(epochs, percent, "s--", color=PALETTE["orange"])
            right.set_ylabel("validation accuracy, %")
            panels.append(right)
        for panel in panels:
            panel.set_xlabel("epoch")
            panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        return figure_of(axes)


def plot_losses(
    curves: Mapping[str, Sequence[float]], *, label: str = "step", ax: Axes | None = None
) -> Figure:
    """Plot the loss during one to four training runs, on a logarithmic axis.

    Args:
        curves: Named lists of losses, one for each step. A line ends where the loss is infinite or
            nan.
        label: Label of the x axis, which says what a step is.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are no curves or more than four, or a loss is not positive.

    Examples:
        >>> figure = plot_losses({"with": [2.3, 1.0, 0.5], "without": [2.3, 2.0, 4.0]})
    """
    from matplotlib.ticker import MaxNLocator

    if not 1 <= len(curves) <= 4:
        raise ValueError(f"expected one to four curves, got {len(curves)}")
    for name, losses in curves.items():
        if any(loss <= 0 for loss in losses):
            raise ValueError(f"expected positive losses for {name!r}")
    styles = zip(COLORS, ("-", "--", "-.", ":"), strict=True)
    with canvas(ax, 3.0) as axes:
        for (name, losses), (color, line) in zip(curves.items(), styles, strict=False):
            steps = range(1, len(losses) + 1)
            axes.plot(steps, losses, color=PALETTE[color], linestyle=line, label=name)
        _count_logarithmically(axes)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(label)
        axes.set_ylabel("loss")
        axes.legend(frameon=False)
        return figure_of(axes)


def _count_logarithmically(axes: Axes) -> None:
    """Use a logarithmic y axis with ticks at 1, 2 and 5 times powers of ten."""
    from matplotlib.ticker import LogLocator, NullFormatter

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())


def draw_confusion(
    confusion: Int64[Tensor, "classes classes"], *, ax: Axes | None = None
) -> Figure:
    """Draw a confusion matrix, with true classes as rows and predictions as columns.

    Mistakes are shaded, and the most frequent ones are the darkest. The diagonal isn't, because it
    would be much darker than all the rest.

    Args:
        confusion: From [`confusion_matrix`][mlp_tutorial.evaluation.confusion_matrix], with up to
            20 classes.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If `confusion` is not a tensor.
        ValueError: If it is not square, or has too many classes.

    Examples:
        >>> figure = draw_confusion(torch.tensor([[5, 1], [0, 4]]))
    """
    from matplotlib.patches import Rectangle

    check_tensor("confusion", confusion)
    n = len(confusion) if confusion.ndim else 0
    ok = confusion.shape == (n, n) and 1 <= n <= 20
    check_shape("confusion", confusion, "(classes, classes)", ok=ok, hint="up to 20 classes")
    counts = confusion.tolist()
    most = max([counts[i][j] for i in range(n) for j in range(n) if i != j] + [1])
    with canvas(ax, 4.4) as axes:
        for i in range(n):
            for j in range(n):
                if i != j and counts[i][j]:
                    shade = {"color": PALETTE["orange"], "alpha": 0.6 * counts[i][j] / most}
                    axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, linewidth=0, **shade))
                color = PALETTE["ink" if counts[i][j] else "faint"]
                axes.text(j, i, str(counts[i][j]), ha="center", va="center", color=color, size=10)
        axes.set_xlim(-0.5, n - 0.5)
        axes.set_ylim(n - 0.5, -0.5)
        axes.set_xticks(range(n))
        axes.set_yticks(range(n))
        axes.tick_params(length=0)
        axes.set_xlabel("predicted class")
        axes.set_ylabel("true class")
        return figure_of(axes)


def plot_reliability(found: Calibration, *, ax: Axes | None = None) -> Figure:
    """Plot how often a network is right against how sure it is.

    Args:
        found: From [`calibration`][mlp_tutorial.evaluation.calibration].
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure, with a dashed line where both agree. The area of a point grows with the number
            of examples in its bin.

    Examples:
        >>> from mlp_tutorial.evaluation import calibration
        >>> figure = plot_reliability(calibration(torch.randn(50, 10), torch.arange(50) % 10))
    """
    filled = found.count > 0
    share = found.count[filled] / found.count.sum()
    with canvas(ax, 3.4) as axes:
        axes.plot([0, 1], [0, 1], color=PALETTE["faint"], linestyle="--", label="as right as sure")
        axes.plot(found.confidence[filled], found.accuracy[filled], color=PALETTE["blue"], zorder=1)
        axes.scatter(
            *(found.confidence[filled], found.accuracy[filled]),
            s=20 + 300 * share,
            clip_on=False,
            color=PALETTE["blue"],
            label="the network",
        )
        axes.set_xlim(0, 1.03)
        axes.set_ylim(0, 1.03)
        axes.set_xlabel("probability of the predicted class")
        axes.set_ylabel("fraction that is right")
        axes.legend(frameon=False)
        return figure_of(axes)


def plot_learning_rates(
    losses: Mapping[float, Sequence[float]], *, ax: Axes | None = None
) -> Figure:
    """Plot the final loss against the learning rate, both on logarithmic axes.

    Args:
        losses: The final losses of one or more runs for each learning rate, infinite or nan where
            a run diverged.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure, with a dot for each run, a line through the mean of the runs that did not
            diverge, and a cross at the top for each run that did.

    Raises:
        ValueError: If every loss is infinite or nan, or a loss or a rate is not positive.

    Examples:
        >>> figure = plot_learning_rates({0.01: [0.9, 1.0], 0.1: [0.3, 0.4], 1.0: [math.nan]})
    """
    runs = [(lr, loss) for lr, found in losses.items() for loss in found]
    finite = [(lr, loss) for lr, loss in runs if math.isfinite(loss)]
    if not finite or any(not (lr > 0 and loss > 0) for lr, loss in finite):
        raise ValueError(f"expected positive learning rates and losses, got {dict(losses)}")
    means: dict[float, float] = {}
    for lr in sorted(losses):
        values = [loss for other, loss in finite if other == lr]
        if values:
            means[lr] = sum(values) / len(values)
    with canvas(ax, 3.0) as axes:
        axes.plot(list(means), list(means.values()), color=PALETTE["blue"])
        axes.plot(*zip(*finite, strict=True), "o", color=PALETTE["blue"], label="a run")
        lost = [lr for lr, loss in runs if not math.isfinite(loss)]
        if lost:
            top = max(loss for _, loss in finite) * 1.5
            axes.scatter(
                *(lost, [top] * len(lost)), color=PALETTE["orange"], marker="x", label="diverged"
            )
        axes.set_xscale("log")
        _count_logarithmically(axes)
        axes.set_xlabel("learning rate")
        axes.set_ylabel("loss")
        axes.legend(frameon=False)
        return figure_of(axes)


def plot_comparison(
    results: Mapping[str, Sequence[float]], *, label: str, ax: Axes | None = None
) -> Figure:
    """Compare several methods by their results, each measured once or more.

    Args:
        results: One or more results for each method. The first method is at the top.
        label: What was measured, and its unit.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure, with a dot for each result, and the mean with one standard error to either
            side.

    Raises:
        ValueError: If there are no methods, or a method has no results.

    Examples:
        >>> figure = plot_comparison({"before": [1.0, 1.2], "after": [0.5, 0.7]}, label="seconds")
    """
    if not results or any(not len(values) for values in results.values()):
        raise ValueError(f"expected one or more results for each name, got {dict(results)}")
    with canvas(ax, 0.7 + 0.4 * len(results)) as axes:
        for row, values in enumerate(results.values()):
            numbers = torch.tensor(values, dtype=torch.float64)
            several = len(numbers) > 1
            color, size = ("muted", 12) if several else ("blue", 40)
            axes.scatter(numbers, [row] * len(numbers), color=PALETTE[color], s=size)
            if several:
                error = (numbers.std() / len(numbers) ** 0.5).item()
                axes.errorbar(
                    *(numbers.mean().item(), row),
                    xerr=error,
                    fmt="D",
                    color=PALETTE["blue"],
                    capsize=4,
                )
        axes.set_yticks(range(len(results)), list(results))
        axes.set_ylim(len(results) - 0.5, -0.5)
        axes.set_xlabel(label)
        return figure_of(axes)


def plot_parts(
    rows: Mapping[str, Mapping[str, float]], *, label: str, ax: Axes | None = None
) -> Figure:
    """Plot what each of several totals is made of, as bars of up to four parts laid end to end.

    Args:
        rows: For each row, and each of its parts, a number of 0 or more. All rows have the same
            parts. The first row is at the top.
        label: What was measured, and its unit.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are no rows, the parts differ or are more than four, or a number is
            negative.

    Examples:
        >>> rows = {"before": {"fetch": 5.0, "learn": 2.0}, "after": {"fetch": 1.0, "learn": 2.0}}
        >>> figure = plot_parts(rows, label="seconds")
    """
    parts = list(next(iter(rows.values()), {}))
    if not 1 <= len(parts) <= 4 or any(list(row) != parts for row in rows.values()):
        raise ValueError(f"expected the same one to four parts in each row, got {dict(rows)}")
    if any(value < 0 for row in rows.values() for value in row.values()):
        raise ValueError(f"expected numbers of 0 or more, got {dict(rows)}")
    with canvas(ax, 1.3 + 0.5 * len(rows)) as axes:
        left = [0.0] * len(rows)
        for part, color in zip(parts, COLORS, strict=False):
            widths = [row[part] for row in rows.values()]
            style: dict[str, Any] = {
                "color": PALETTE[color],
                "edgecolor": PALETTE["paper"],
                "label": part,
            }
            axes.barh(range(len(rows)), widths, left=left, height=0.6, **style)
            left = [start + width for start, width in zip(left, widths, strict=True)]
        axes.set_yticks(range(len(rows)), list(rows))
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel(label)
        axes.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        return figure_of(axes)


def plot_intervals(
    results: Mapping[str, Sequence[float]],
    intervals: Mapping[str, tuple[float, float]],
    *,
    label: str,
    ax: Axes | None = None,
) -> Figure:
    """Plot what was found for several things, with an interval for each, and a line at zero.

    Args:
        results: One or more results for each name. The first name is at the top.
        intervals: The lowest and the highest value of an interval for each of the names.
        label: What was measured, and its unit.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure, with a dot for each result, a diamond at their mean, and whiskers as far as the
            interval.

    Raises:
        ValueError: If there are no results, a name has none, or the names differ.

    Examples:
        >>> figure = plot_intervals({"salt": [0.1, 0.3]}, {"salt": (0.0, 0.4)}, label="points")
    """
    if not results or any(not len(values) for values in results.values()):
        raise ValueError(f"expected one or more results for each name, got {dict(results)}")
    if results.keys() != intervals.keys():
        raise ValueError(f"expected intervals for {list(results)}, got {list(intervals)}")
    with canvas(ax, 0.7 + 0.45 * len(results)) as axes:
        axes.axvline(0, color=PALETTE["faint"], linestyle="--")
        for row, (name, values) in enumerate(results.items()):
            axes.plot(intervals[name], [row, row], color=PALETTE["blue"], linewidth=2)
            axes.plot(intervals[name], [row, row], "|", color=PALETTE["blue"], markersize=11)
            # a bit lower, where the whiskers don't hide them
            heights = [row + 0.25] * len(values)
            axes.scatter(list(values), heights, color=PALETTE["muted"], s=12)
            axes.plot(sum(values) / len(values), row, "D", color=PALETTE["blue"])
        axes.set_yticks(range(len(results)), list(results))
        axes.set_ylim(len(results) - 0.4, -0.5)
        axes.set_xlabel(label)
        return figure_of(axes)


def draw_scores(
    scores: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    enough: float,
    label: str,
    ax: Axes | None = None,
) -> Figure:
    """Draw a table of scores in percent, as disks, filled where each result is good enough.

    Args:
        scores: For each row, and each of its columns, one or more results from 0 to 100. All rows
            have the same columns.
        enough: The disk is filled if no result is below this.
        label: What the columns are.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure, with the mean inside each disk, and the lowest and the highest result below it.

    Raises:
        ValueError: If there are no scores, the columns differ, or a result is not from 0 to 100.

    Examples:
        >>> scores = {"short": {"2": [90.0, 92.0]}, "long": {"2": [10.0, 12.0]}}
        >>> figure = draw_scores(scores, enough=80, label="layers")
    """
    columns = list(next(iter(scores.values()), {}))
    if not columns or any(list(row) != columns for row in scores.values()):
        raise ValueError(f"expected the same columns in each row, got {dict(scores)}")
    for name, row in scores.items():
        for column, values in row.items():
            if not values or not all(0 <= value <= 100 for value in values):
                raise ValueError(
                    f"expected results from 0 to 100 for {name!r}, {column!r}, got {list(values)}"
                )
    with canvas(ax, 0.7 + 0.85 * len(scores)) as axes:
        for i, row in enumerate(scores.values()):
            for j, values in enumerate(row.values()):
                mean, trained = sum(values) / len(values), min(values) >= enough
                axes.scatter(
                    *([j], [i - 0.12]),
                    s=900,
                    color=PALETTE["blue" if trained else "paper"],
                    edgecolors=PALETTE["blue" if trained else "muted"],
                )
                color = PALETTE["paper" if trained else "ink"]
                axes.text(j, i - 0.12, f"{mean:.0f}", ha="center", va="center", color=color)
                spread = f"{min(values):.0f} to {max(values):.0f}"
                axes.text(j, i + 0.4, spread, ha="center", va="center", size=9)
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(scores) - 0.4, -0.6)
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(scores)), list(scores))
        axes.tick_params(length=0)
        axes.set_xlabel(label)
        return figure_of(axes)


def draw_weights_over_time(
    snapshots: Mapping[str, Float[Tensor, "units 784"]], *, ax: Axes | None = None
) -> Figure:
    """Draw the weights of the same first-layer units at several times, one row for each time.

    Args:
        snapshots: The weights at up to 12 named times, as `nn.Linear` stores them, shape (units,
            784), with up to 12 units.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure, with positive weights blue and negative weights orange, all on one color
            scale with white at 0.

    Raises:
        TypeError: If the weights are not real tensors.
        ValueError: If there are no snapshots or too many, or the shapes differ.

    Examples:
        >>> figure = draw_weights_over_time({"start": torch.randn(8, 784)})
    """
    if not 1 <= len(snapshots) <= 12:
        raise ValueError(f"expected 1 to 12 snapshots, got {len(snapshots)}")
    units = len(next(iter(snapshots.values())))
    for name, weight in snapshots.items():
        check_tensor(name, weight)
        ok = weight.shape == (units, 784) and units <= 12
        check_shape(name, weight, f"({units}, 784), up to 12 units", ok=ok, hint="pick: weight[:8]")
    images = torch.cat([weight.detach().cpu().float() for weight in snapshots.values()])
    limit = images.abs().max().item()
    # Round to 15 shades, because noise does not compress and would be half of a page.
    images = (images / limit * 7).round()
    sheet = tiles(images.reshape(-1, 28, 28), units, 0.0)
    with canvas(ax, 6.0 * sheet.shape[0] / sheet.shape[1]) as axes:
        imshow(axes, sheet, weight_colors(), (-7, 7))
        for row, name in enumerate(snapshots):
            axes.text(-4, row * 30 + 14, name, ha="right", va="center", color=PALETTE["ink"])
        return figure_of(axes)


def draw_paths(
    height: Callable[[Tensor], Tensor],
    paths: Mapping[str, Float[Tensor, "steps 2"]],
    *,
    goal: tuple[float, float] = (0.0, 0.0),
    names: tuple[str, str] = ("first weight", "second weight"),
    ax: Axes | None = None,
) -> Figure:
    """Draw how steps lead down a surface over two weights, seen from above.

    There is a panel for each path, one below the other, with lines of equal height behind it. All
    axes have the same scale. Where a path leaps far up or down, its panel is cut, and a mark on
    its sides says so.

    Args:
        height: Computes the heights of points, from shape (..., 2) to shape (...).
        paths: One to six named paths of shape (steps, 2), each with the points in their order.
        goal: The point that all paths should lead to, which is marked with a ring.
        names: What the two weights are.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        ValueError: If there are no paths or more than six, or one has another shape.

    Examples:
        >>> path = torch.tensor([[-3.0, 1.0], [-2.0, -0.5], [-1.0, 0.2]])
        >>> figure = draw_paths(lambda w: w.square().sum(dim=-1), {"a walk": path})
    """
    if not 1 <= len(paths) <= 6:
        raise ValueError(f"expected one to six paths, got {len(paths)}")
    for name, path in paths.items():
        check_tensor(name, path)
        ok = path.ndim == 2 and path.shape[1:] == (2,) and len(path) > 0
        check_shape(name, path, "(steps, 2)", ok=ok, hint="a point in each row")
    end = torch.tensor(goal, dtype=torch.float64)[None]
    points = {name: torch.cat([path.double(), end]) for name, path in paths.items()}
    across = torch.cat([path[:, 0] for path in points.values()])
    left, right = across.min().item(), across.max().item()
    room = 0.06 * ((right - left) or 1.0)
    left, right = left - room, right + room
    frames = [_find_bands(path[:, 1], (right - left) / 4, room) for path in points.values()]
    wide = 5.6  # inches, of each panel
    inch = wide / (right - left)
    gap, foot, slit = 0.55, 0.75, 0.12  # inches, for names, the axis below, and a cut
    whole = foot + sum(
        gap + sum(inch * (top - bottom) + slit for bottom, top in bands) - slit for bands in frames
    )
    from matplotlib.ticker import MaxNLocator

    with canvas(ax, whole) as axes:
        axes.axis("off")
        at = whole
        for (name, path), bands in zip(paths.items(), frames, strict=True):
            at -= gap - slit
            for i, (bottom, top) in enumerate(bands):
                tall = inch * (top - bottom)
                at -= slit + tall
                panel = axes.inset_axes((0.12, at / whole, 0.86, tall / whole))
                ends = (left, right), (bottom, top)
                columns, rows = (torch.linspace(*each, 200) for each in ends)
                grid = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), dim=-1)
                heights = height(grid.to(path.dtype))
                if i == 0:
                    low, high = heights.min(), heights.max()
                more = max(1.0, ((heights.max() - low) / (high - low)).item())  # beyond a cut
                shares = torch.arange(1, math.ceil(8 * math.sqrt(more)) + 1) / 8
                panel.contour(
                    *(columns.numpy(), rows.numpy(), heights.numpy()),
                    levels=(low + (high - low) * shares**2).numpy(),
                    colors=PALETTE["muted"],
                    linewidths=0.5,
                )
                panel.plot(
                    *path.numpy().T, "o-", color=PALETTE["blue"], markersize=3.5, linewidth=1.2
                )
                panel.plot(*goal, "o", color=PALETTE["orange"], markersize=10, fillstyle="none")
                panel.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
                ticks = MaxNLocator(min(4, int(2 * tall)) or 1, steps=[1, 2, 5, 10])
                panel.yaxis.set_major_locator(ticks)
                if i == 0:
                    panel.set_title(name, fontsize=13, loc="left")
                    panel.set_ylabel(names[1])
                else:
                    panel.spines["top"].set_visible(False)
                    _mark_cut(panel, 1)
                if i < len(bands) - 1:
                    panel.spines["bottom"].set_visible(False)
                    panel.tick_params(bottom=False, labelbottom=False)
                    _mark_cut(panel, 0)
        panel.set_xlabel(names[0])
        return figure_of(axes)


def _find_bands(heights: Tensor, most: float, room: float) -> list[tuple[float, float]]:
    """Find what to show of an axis, from top to bottom, without the gaps larger than `most`."""
    down = heights.sort(descending=True).values.tolist()
    cuts = [i for i in range(1, len(down)) if down[i - 1] - down[i] > most]
    starts, ends = [0, *cuts], [*cuts, len(down)]
    return [
        (down[end - 1] - room, down[start] + room) for start, end in zip(starts, ends, strict=True)
    ]


def _mark_cut(panel: Axes, edge: int) -> None:
    """Mark both ends of the lower edge, 0, or of the upper one, 1, where the axis is cut."""
    slash: dict[str, Any] = {"marker": [(-1, -0.6), (1, 0.6)], "markersize": 9, "linestyle": "none"}
    ends = [0, 1], [edge, edge]
    panel.plot(*ends, **slash, color=PALETTE["ink"], transform=panel.transAxes, clip_on=False)
