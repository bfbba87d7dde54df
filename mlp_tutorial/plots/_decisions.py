"""A map of examples with two features, and of what a neuron or network says about each place."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Int64, Real
from torch import Tensor

from mlp_tutorial._checks import check_shape, check_tensor
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import canvas, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STEPS = 200  # points along each axis at which the score is computed


def plot_decision(
    features: Real[Tensor, "N 2"],
    labels: Int64[Tensor, " N"],
    score: Callable[[Tensor], Tensor] | None = None,
    *,
    names: Sequence[str] = ("x₁", "x₂"),
    classes: Sequence[str] = ("0", "1"),
    ax: Axes | None = None,
) -> Figure:
    """Plot examples of two classes by their two features, and where a score changes its sign.

    An example of class 0 is a circle, and one of class 1 is a stroke. The side on which the score
    is positive is shaded.

    Args:
        features: Shape (N, 2). The first feature goes to the right and the second goes up.
        labels: Shape (N,), each 0 or 1.
        score: Takes any number of examples, shape (n, 2), and returns a number for each, shape (n,)
            or (n, 1). None draws only the examples.
        names: The names of the two features.
        classes: The names of the two classes.
        ax: The axes to draw into. None creates new ones.

    Returns:
        The figure.

    Raises:
        TypeError: If `features` or `labels` is not a real tensor.
        ValueError: If the shapes do not fit, or a label is neither 0 nor 1.

    Examples:
        >>> points = torch.rand(20, 2)
        >>> labels = (points.sum(dim=1) > 1).long()
        >>> figure = plot_decision(points, labels, lambda x: x.sum(dim=1) - 1)
    """
    check_tensor("features", features)
    check_tensor("labels", labels)
    ok = features.ndim == 2 and features.shape[1] == 2 and len(features) > 0
    check_shape("features", features, "(N, 2)", ok=ok, hint="a map has two directions")
    n = len(features)
    check_shape("labels", labels, f"({n},)", ok=labels.shape == (n,), hint="one for each example")
    if unknown := set(labels.tolist()) - {0, 1}:
        raise ValueError(f"expected labels 0 and 1, got {sorted(unknown)}")
    points, labels = features.detach().cpu().float(), labels.cpu()
    low, high = points.amin(dim=0), points.amax(dim=0)
    margin = 0.06 * (high - low) + 1e-6
    (left, bottom), (right, top) = (low - margin).tolist(), (high + margin).tolist()
    with canvas(ax, 4.8) as axes:
        if score:
            across, up = torch.linspace(left, right, STEPS), torch.linspace(bottom, top, STEPS)
            places = torch.cartesian_prod(across, up)
            with torch.no_grad():
                scores = score(places).reshape(STEPS, STEPS).T
            area: dict[str, Any] = {
                "levels": [0, float("inf")],
                "colors": [PALETTE["blue"]],
                "alpha": 0.12,
            }
            axes.contourf(across, up, scores, zorder=0, **area)
            axes.contour(across, up, scores, levels=[0], colors=[PALETTE["ink"]], linewidths=[2])
        for label, marker, color in ((0, "o", "orange"), (1, "|", "blue")):
            x, y = points[labels == label].T
            style: dict[str, Any] = {
                "markersize": 6,
                "markerfacecolor": "none",
                "markeredgewidth": 1.1,
            }
            axes.plot(x, y, marker, color=PALETTE[color], label=classes[label], zorder=1, **style)
        axes.set(xlabel=names[0], ylabel=names[1], xlim=(left, right), ylim=(bottom, top))
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
        return figure_of(axes)
