r"""How large the initial random weights should be, and what happens when they are not.

A unit sums $n$ products $x_i w_i$. If the inputs have mean square $q$ and the weights are drawn
independently with mean 0 and standard deviation $s$, the sum has variance

$$\operatorname{Var}\Big(\sum_{i=1}^{n} x_i w_i\Big) = n\, q\, s^2 .$$

With $s = 1 / \sqrt{n}$ the variance is $q$ again, so the numbers keep their size from layer to
layer. With a fixed $s$, each layer makes them grow or shrink by the factor $s \sqrt{n}$. ReLU sets
half of its inputs to 0, which halves the mean square. A gain of $\sqrt 2$ makes up for that (He and
others 2015, <https://arxiv.org/abs/1502.01852>).
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["init_fixed", "init_scaled", "spreads"]


def init_fixed(model: nn.Module, std: float, *, generator: torch.Generator | None = None) -> None:
    """Draw all weights from one normal distribution with mean 0, and set biases to 0, in place.

    Args:
        model: A network. Its `nn.Linear` layers are changed, with biases or without.
        std: Standard deviation of the weights, 0 or more.
        generator: Source of the random numbers. None uses PyTorch's global generator.

    Raises:
        ValueError: If `std` is negative.

    Examples:
        >>> layer = nn.Linear(3, 2)
        >>> init_fixed(layer, 0.0)
        >>> layer.weight.abs().sum().item()
        0.0
    """
    if std < 0:
        raise ValueError(f"expected std of 0 or more, got {std}")
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=std, generator=generator)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def init_scaled(
    model: nn.Module, *, gain: float = 1.0, generator: torch.Generator | None = None
) -> None:
    r"""Draw weights with standard deviation gain$/\sqrt n$ in a layer of $n$ inputs, in place.

    The distribution is normal with mean 0, and biases become 0. The sums of every layer are then
    about as large as its inputs.

    Args:
        model: A network. Its `nn.Linear` layers are changed, with biases or without.
        gain: 0 or more. Use 1 for a linear layer, and $\sqrt 2$ when ReLU follows.
        generator: Source of the random numbers. None uses PyTorch's global generator.

    Raises:
        ValueError: If `gain` is negative.

    Examples:
        >>> layer = nn.Linear(10_000, 100)
        >>> init_scaled(layer, generator=torch.Generator().manual_seed(0))
        >>> round(layer.weight.std().item(), 3)
        0.01
    """
    if gain < 0:
        raise ValueError(f"expected gain of 0 or more, got {gain}")
    for module in model.modules():
        if isinstance(module, nn.Linear):
            init_fixed(module, gain / math.sqrt(module.in_features), generator=generator)


@torch.no_grad()
def spreads(model: nn.Sequential, x: Float[Tensor, "batch n"]) -> list[float]:
    """Measure how large the numbers are after each linear layer of a network.

    Args:
        model: A chain of layers, none of which is a chain itself. It runs in its current mode.
        x: A batch of inputs.

    Returns:
        The standard deviation of the outputs of each `nn.Linear`, over examples and units.

    Examples:
        >>> spreads(nn.Sequential(nn.Linear(3, 2), nn.ReLU()), torch.zeros(5, 3)) == [0.0]
        False
    """
    measured = []
    for module in model:
        x = module(x)
        if isinstance(module, nn.Linear):
            measured.append(x.std(correction=0).item())
    return measured
