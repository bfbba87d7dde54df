"""Activation functions, written out in full.

Each returns the same values, dtypes and gradients as PyTorch's function of the same name, however
large the input. All except the two softmax functions work element by element.
"""

import torch
from jaxtyping import Float, Real
from torch import Tensor

from mlp_tutorial._checks import check_tensor

__all__ = ["log_softmax", "relu", "sigmoid", "softmax", "tanh"]


def _as_float(x: Tensor) -> Tensor:
    check_tensor("x", x)
    return x if x.is_floating_point() else x.to(torch.get_default_dtype())


def sigmoid(x: Real[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    r"""Squash any number into the interval from 0 to 1.

    $$\sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x}$$

    The two forms are equal. We use the first where $x \ge 0$ and the second elsewhere, so the
    exponential never exceeds 1. Nothing overflows, and the gradient is never `nan`.

    Args:
        x: Any shape. Integers and booleans are converted to the default dtype.

    Returns:
        The shape of `x`, values in [0, 1]. In exact arithmetic they are strictly between 0 and
            1, but far from zero they round to 0 or 1.

    Raises:
        TypeError: If `x` is not a tensor, or is complex.

    Examples:
        >>> sigmoid(torch.tensor([-1000.0, 0.0, 1000.0]))
        tensor([0.0000, 0.5000, 1.0000])
    """
    x = _as_float(x)
    exp = torch.exp(torch.where(x >= 0, -x, x))
    return torch.where(x >= 0, 1, exp) / (1 + exp)


def tanh(x: Real[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    r"""Squash any number into the interval from -1 to 1, and leave 0 at 0.

    $$\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} = \frac{e^{2x} - 1}{e^{2x} + 1}$$

    `expm1` computes $e^{2x} - 1$ without losing digits when $x$ is small. Thanks to symmetry, we
    call it only for $x \le 0$, where it cannot overflow.

    Args:
        x: Any shape. Integers and booleans are converted to the default dtype.

    Returns:
        The shape of `x`, values in [-1, 1].

    Raises:
        TypeError: If `x` is not a tensor, or is complex.

    Examples:
        >>> tanh(torch.tensor([-1000.0, 0.0, 1000.0]))
        tensor([-1.,  0.,  1.])
    """
    x = _as_float(x)
    expm1 = torch.expm1(2 * torch.where(x >= 0, -x, x))
    return torch.where(x >= 0, -expm1, expm1) / (2 + expm1)


def relu(x: Real[Tensor, "*shape"]) -> Real[Tensor, "*shape"]:
    r"""Keep positive numbers and replace the rest by 0.

    $$\operatorname{relu}(x) = \max(0, x)$$

    The derivative is 1 to the right of 0 and 0 to the left. At 0 it does not exist, and we use 0,
    as PyTorch does.

    Args:
        x: Any shape and any real dtype except `bool`. Integers stay integers.

    Returns:
        The shape and dtype of `x`, values of 0 or more.

    Raises:
        TypeError: If `x` is not a tensor, or is complex or boolean.

    Examples:
        >>> relu(torch.tensor([-2, 0, 3]))
        tensor([0, 0, 3])
    """
    check_tensor("x", x)
    if x.dtype == torch.bool:
        raise TypeError("expected x to hold numbers, got torch.bool; convert it with x.float()")
    return torch.where(x <= 0, 0, x)


def _shifted(x: Tensor, dim: int) -> Tensor:
    """Subtract the largest value along an axis, so that no exponential exceeds 1."""
    x = _as_float(x)
    if not -x.ndim <= dim < x.ndim:
        raise ValueError(
            f"expected dim to name one of the axes of shape {tuple(x.shape)}, got {dim}"
        )
    if not x.shape[dim]:
        raise ValueError(f"expected at least one class along dim {dim}, got {tuple(x.shape)}")
    return x - x.detach().amax(dim=dim, keepdim=True)


def softmax(x: Real[Tensor, "*shape"], *, dim: int) -> Float[Tensor, "*shape"]:
    r"""Turn logits into probabilities, which are positive and sum to 1 along an axis.

    $$\operatorname{softmax}(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}
    = \frac{e^{x_i - m}}{\sum_j e^{x_j - m}}, \qquad m = \max_j x_j$$

    Subtracting the maximum divides the numerator and the denominator by the same $e^m$, so the
    result stays the same and nothing overflows.

    Args:
        x: The logits. Integers and booleans are converted to the default dtype.
        dim: The axis of the classes, along which the probabilities sum to 1.

    Returns:
        The shape of `x`, values in [0, 1].

    Raises:
        TypeError: If `x` is not a tensor, or is complex.
        ValueError: If `x` has no axis `dim`, or no class along it.

    Examples:
        >>> softmax(torch.tensor([[0.0, 0.0], [1000.0, 0.0]]), dim=1)
        tensor([[0.5000, 0.5000],
                [1.0000, 0.0000]])
    """
    exp = torch.exp(_shifted(x, dim))
    return exp / exp.sum(dim=dim, keepdim=True)


def log_softmax(x: Real[Tensor, "*shape"], *, dim: int) -> Float[Tensor, "*shape"]:
    r"""Compute the logarithm of softmax, even where the probability itself rounds to 0.

    $$\log \operatorname{softmax}(x)_i = x_i - m - \log \sum_j e^{x_j - m},
    \qquad m = \max_j x_j$$

    Args:
        x: The logits. Integers and booleans are converted to the default dtype.
        dim: The axis of the classes.

    Returns:
        The shape of `x`, values of 0 or less.

    Raises:
        TypeError: If `x` is not a tensor, or is complex.
        ValueError: If `x` has no axis `dim`, or no class along it.

    Examples:
        >>> log_softmax(torch.tensor([1000.0, 0.0]), dim=0)
        tensor([    0., -1000.])
    """
    shifted = _shifted(x, dim)
    return shifted - torch.exp(shifted).sum(dim=dim, keepdim=True).log()
