"""One neuron, which is a weighted sum, a bias and an activation."""

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor

from mlp_tutorial._checks import check_same_float, check_shape
from mlp_tutorial.activations import sigmoid

__all__ = ["neuron"]


def neuron(
    x: Float[Tensor, "*batch n"],
    w: Float[Tensor, " n"],
    b: Float[Tensor, ""],
    *,
    activation: Callable[[Tensor], Tensor] = sigmoid,
) -> Float[Tensor, "*batch"]:
    r"""Compute the output of one neuron, for one example or for each example of a batch.

    $$y = f\Big(\sum_{i=1}^{n} x_i w_i + b\Big)$$

    Args:
        x: The features, shape (n,) for one example or (batch, n) for several.
        w: The weights, shape (n,), one for each feature.
        b: The bias, shape ().
        activation: The function $f$, from a tensor to a tensor of the same shape.

    Returns:
        One number for each example, shape () or (batch,). With the sigmoid it is in [0, 1].

    Raises:
        TypeError: If an argument is not a floating-point tensor, or the dtypes differ.
        ValueError: If the shapes do not fit together.

    Examples:
        >>> import torch
        >>> neuron(torch.tensor([1.0, 2.0]), torch.tensor([0.5, -0.25]), torch.tensor(0.0))
        tensor(0.5000)
    """
    check_same_float(x=x, w=w, b=b)
    check_shape("w", w, "(n,)", ok=w.ndim == 1, hint="make it a vector with w.flatten()")
    check_shape("b", b, "()", ok=b.ndim == 0, hint="a neuron has one bias; get it with b.squeeze()")
    n = len(w)
    check_shape(
        "x",
        x,
        f"({n},) or (batch, {n})",
        ok=x.ndim in {1, 2} and x.shape[-1] == n,
        hint="the last axis holds one feature for each weight",
    )
    return activation((x * w).sum(dim=-1) + b)
