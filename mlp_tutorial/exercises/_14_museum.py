"""The exercises of lesson 14."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from mlp_tutorial.exercises._judge import Exercise, Mistake

check_first_loss = Exercise(
    name="first_loss",
    doc="""Check `first_loss(classes)`, the cross-entropy of a network that knows nothing yet.

    It takes the number of classes, and returns nats.

    Examples:
        >>> import math
        >>> check_first_loss(math.log2).mistake
        'base 2'
    """,
    answer=math.log,
    inputs=lambda rng: [{"classes": 2}, {"classes": 10}, {"classes": 1000}],
    mistakes=[
        Mistake(
            name="base 2",
            answer=math.log2,
            says="Your logarithm has base 2, but PyTorch's losses are in nats.",
            hint="Use `math.log`.",
        ),
        Mistake(
            name="base 10",
            answer=math.log10,
            says="Your logarithm has base 10, but PyTorch's losses are in nats.",
            hint="Use `math.log`.",
        ),
        Mistake(
            name="probability",
            answer=lambda classes: 1 / classes,
            says="This is the probability of the right class.",
            hint="The loss is minus its logarithm.",
        ),
        Mistake(
            name="sign",
            answer=lambda classes: -math.log(classes),
            says="Your loss is negative.",
            hint="The logarithm of a probability is negative, and the loss is minus that.",
        ),
    ],
)


def _slope(
    ahead: float = 1, behind: float = 1, width: float = 2
) -> Callable[[Callable[[Tensor], Tensor], Tensor, float], Tensor]:
    """Make a numerical gradient, with two steps and a divisor in multiples of epsilon."""

    def numerical_gradient(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
        gradient = torch.zeros_like(w)
        for i in range(len(w)):
            step = torch.zeros_like(w)
            step[i] = epsilon
            difference = loss(w + ahead * step) - loss(w - behind * step)
            gradient[i] = difference / (width * epsilon)
        return gradient

    return numerical_gradient


def _cube(w: Tensor) -> Tensor:
    return (w**3).sum() + w.prod()


check_numerical_gradient = Exercise(
    name="numerical_gradient",
    doc="""Check `numerical_gradient(loss, w, epsilon)`, a central difference for each weight.

    `loss` takes a vector and returns a number. `w` is such a vector, float64.

    Examples:
        >>> import torch
        >>> def numerical_gradient(loss, w, epsilon):
        ...     steps = epsilon * torch.eye(len(w), dtype=w.dtype)
        ...     return torch.stack([(loss(w + h) - loss(w - h)) / epsilon for h in steps])
        >>> check_numerical_gradient(numerical_gradient).mistake
        'half forgotten'
    """,
    answer=_slope(),
    inputs=lambda rng: [
        {"loss": _cube, "w": torch.tensor(w, dtype=torch.float64), "epsilon": epsilon}
        for w, epsilon in (([1.0], 0.1), ([1.0, -2.0], 0.01), ([0.5, 1.5, -1.0, 2.0], 0.01))
    ],
    mistakes=[
        Mistake(
            name="one side only",
            answer=_slope(behind=0, width=1),
            says="You compare w + epsilon with w itself, so your error shrinks only like epsilon.",
            hint="Use both w + epsilon and w - epsilon. The error shrinks like epsilon squared.",
        ),
        Mistake(
            name="half forgotten",
            answer=_slope(width=1),
            says="Your numbers are too large by a factor of 2.",
            hint="From w - epsilon to w + epsilon is `2 * epsilon`, so divide by that.",
        ),
        Mistake(
            name="not divided",
            answer=lambda loss, w, epsilon: 2 * epsilon * _slope()(loss, w, epsilon),
            says="These are differences of the loss, not slopes.",
            hint="Divide by `2 * epsilon`.",
        ),
    ],
)
