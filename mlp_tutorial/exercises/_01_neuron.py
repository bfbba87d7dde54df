"""The exercises of lesson 1."""

from typing import Any

import torch
from torch import Generator, Tensor, sigmoid

from mlp_tutorial.exercises._inputs import random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._observe import Arguments


def _as(shape: tuple[int, ...], value: Any) -> Any:
    """Reshape a single number, so that answers may return it in any shape."""
    return value.reshape(shape) if isinstance(value, Tensor) and value.numel() == 1 else value


def _inputs(rng: Generator) -> list[Arguments]:
    small = {
        "features": torch.tensor([[1.0, 2.0]]),
        "weights": torch.tensor([[0.5, -1.0]]),
        "bias": torch.tensor([[0.25]]),
    }
    shapes = {"features": (1, 5), "weights": (1, 5), "bias": (1, 1)}
    return [small, *(random_tensors(rng, **shapes) for _ in range(3))]


check_neuron = Exercise(
    name="neuron",
    doc="""Check `neuron(features, weights, bias)`, the sigmoid of the weighted sum.

    `features` and `weights` have shape (1, n), `bias` and the result (1, 1).

    Examples:
        >>> check_neuron(lambda x, w, b: (x * w).sum() + b).mistake
        'no activation'
    """,
    use=lambda neuron, *arguments: _as((1, 1), neuron(*arguments)),
    answer=lambda features, weights, bias: sigmoid((features * weights).sum() + bias),
    inputs=_inputs,
    mistakes=[
        Mistake(
            name="bias forgotten",
            answer=lambda f, w, b: sigmoid((f * w).sum()) + 0 * b,
            says="Your output is right only when the bias is zero, because you never add it.",
            hint="Add the bias to the sum, before the activation.",
        ),
        Mistake(
            name="no activation",
            answer=lambda f, w, b: (f * w).sum() + b,
            says="You return the weighted sum itself, which can be any number.",
            hint="Pass it through `torch.sigmoid`.",
        ),
        Mistake(
            name="bias after the activation",
            answer=lambda f, w, b: sigmoid((f * w).sum()) + b,
            says="You add the bias after the sigmoid.",
            hint="Add it to the sum first. The sigmoid comes last.",
        ),
        Mistake(
            name="no sum",
            answer=lambda f, w, b: sigmoid(f * w + b),
            says="You return one number for each feature, because you never add up the products.",
            hint="A neuron has one output. Sum the products first.",
        ),
        Mistake(
            name="bias for each feature",
            answer=lambda f, w, b: sigmoid((f * w + b).sum()).reshape(1, 1),
            says="You add the bias once for each feature.",
            hint="Close the parenthesis of the sum before you add the bias.",
        ),
    ],
)


check_half_bias = Exercise(
    name="half_bias",
    doc="""Check `half_bias(features, weights)`, the bias that makes a neuron's output one half.

    Both arguments have shape (1, n).

    Examples:
        >>> check_half_bias(lambda x, w: (x * w).sum()).mistake
        'wrong sign'
    """,
    use=lambda half_bias, *arguments: _as((), half_bias(*arguments)),
    answer=lambda features, weights: -(features * weights).sum(),
    inputs=lambda rng: [
        {"features": case["features"], "weights": case["weights"]} for case in _inputs(rng)
    ],
    mistakes=[
        Mistake(
            name="wrong sign",
            answer=lambda f, w: (f * w).sum(),
            says="Your bias doubles the sum instead of canceling it.",
            hint="The sigmoid is one half at zero. Which bias brings the sum to zero?",
        ),
        Mistake(
            name="half in the sum",
            answer=lambda f, w: 0.5 - (f * w).sum(),
            says="With your bias the sum is 0.5, and the sigmoid of 0.5 is 0.62.",
            hint="At which number is the sigmoid one half?",
        ),
        Mistake(
            name="features forgotten",
            answer=lambda f, w: -w.sum(),
            says="Your bias depends on the weights alone.",
            hint="It has to cancel the products of features and weights.",
        ),
    ],
)
