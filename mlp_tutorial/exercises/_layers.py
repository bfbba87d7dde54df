"""The two layers that answers of lessons 2 and 4 are built from, and their mistakes."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, sigmoid

from mlp_tutorial.exercises._judge import Mistake

Activation = Callable[[Tensor], Tensor]


def identity(x: Tensor) -> Tensor:
    """Stand in for a missing activation."""
    return x


def drop(value: Tensor, other: object) -> Tensor:
    """Stand in for a forgotten term or factor."""
    return value


def layer(x: Tensor, weights: Tensor, bias: Tensor, activation: Activation = sigmoid) -> Tensor:
    """Compute one layer of several units."""
    return activation(x @ weights + bias)


def two_layers(
    x: Tensor,
    W1: Tensor,
    b1: Tensor,
    W2: Tensor,
    b2: Tensor,
    *,
    first: Callable[..., Tensor] = layer,
    second: Callable[..., Tensor] = layer,
    hidden: Activation = sigmoid,
    output: Activation = sigmoid,
) -> Tensor:
    """Compute a network of two layers from parts, each of which may be a wrong one."""
    return second(first(x, W1, b1, hidden), W2, b2, output)


def _layer_mistakes(number: int) -> list[tuple[str, Callable[..., Tensor], str, str]]:
    """Give names, wrong layers, messages and hints for the first or second of two layers."""
    W, b, x = f"W{number}", f"b{number}", "xh"[number - 1]
    return [
        (
            "bias forgotten",
            lambda x, W, b, f: f(x @ W),
            f"Your {('hidden', 'output')[number - 1]} layer has no bias, because you never add "
            f"{b}.",
            f"Each layer adds its own bias, as in `{x} @ {W} + {b}`.",
        ),
        (
            "bias subtracted",
            lambda x, W, b, f: f(x @ W - b),
            f"You subtract {b}.",
            f"Add it, as in `{x} @ {W} + {b}`.",
        ),
        (
            "bias behind the activation",
            lambda x, W, b, f: f(x @ W) + b,
            f"You add {b} after the activation.",
            f"Add it before the activation, to `{x} @ {W}`.",
        ),
        (
            "bias onto the weights",
            lambda x, W, b, f: f(x @ (W + b)),
            f"You add the bias {b} to the weights {W}, so it gets multiplied by the inputs too.",
            f"Multiply first, and add the bias after the product, as in `{x} @ {W} + {b}`.",
        ),
        (
            "bias as a column",
            lambda x, W, b, f: f(x @ W + b.reshape(-1, 1)),
            f"Your {b} is a column, so it adds one number to each example instead of each unit. "
            "That goes unnoticed when there are as many examples as units.",
            f"Leave {b} in the shape (units,). It broadcasts along the rows.",
        ),
        (
            "bias summed",
            lambda x, W, b, f: f(x @ W + b.sum()),
            f"You add the sum of all entries of {b} to each unit.",
            f"Each unit has a bias of its own, as in `{x} @ {W} + {b}`.",
        ),
        (
            "weights transposed",
            lambda x, W, b, f: f(x @ W.T + b),
            f"You transposed {W}. A square {W} hides the mistake, but the numbers are wrong.",
            f"{W} already has the shape (in, out) here, so write `{x} @ {W}`.",
        ),
        (
            "entry by entry",
            lambda x, W, b, f: f(x * W + b),
            f"You multiply by {W} entry by entry with `*`.",
            f"Use `@`, the matrix product, as in `{x} @ {W} + {b}`.",
        ),
    ]


def _activation_mistakes(keyword: str) -> list[tuple[str, Activation, str, str]]:
    """Give names, wrong activations, messages and hints for the hidden units or the outputs."""
    units = {"hidden": "hidden units", "output": "outputs"}[keyword]
    return [
        (
            "ReLU",
            torch.relu,
            f"Your {units} use ReLU, so negative sums become zero.",
            "The task asks for another activation there, or for none.",
        ),
        (
            "tanh",
            torch.tanh,
            f"Your {units} use tanh.",
            "The task asks for another activation there, or for none.",
        ),
        (
            "wrong sign in the sigmoid",
            lambda z: sigmoid(-z),
            f"For your {units} you use 1 / (1 + exp(z)), which falls where the sigmoid rises.",
            "The sigmoid is 1 / (1 + exp(-z)), with a minus.",
        ),
        (
            "sigmoid twice",
            lambda z: sigmoid(sigmoid(z)),
            f"You apply the sigmoid to your {units} twice.",
            "Apply it once.",
        ),
        (
            "step",
            lambda z: (z > 0).float(),
            f"Your {units} are only 0 or 1.",
            "Leave out the rounding or comparison.",
        ),
        (
            "softmax",
            lambda z: z.softmax(1),
            f"You apply softmax to your {units}, so these are probabilities.",
            "The task asks for another activation there, or for none.",
        ),
    ]


def two_layer_mistakes(answer: Callable[..., Tensor]) -> list[Mistake]:
    """Give the mistakes of layers and activations, each alone; two are made by pairing them.

    Args:
        answer: The right answer, `two_layers` or a partial of it.
    """
    mistakes: list[Mistake] = []
    for number, keyword in enumerate(("first", "second"), start=1):
        for name, wrong, says, hint in _layer_mistakes(number):
            mistakes.append(
                Mistake(
                    name=f"{('hidden', 'output')[number - 1]} {name}",
                    answer=partial(answer, **{keyword: wrong}),
                    says=says,
                    hint=hint,
                )
            )
    for keyword in ("hidden", "output"):
        for name, wrong, says, hint in _activation_mistakes(keyword):
            mistakes.append(
                Mistake(
                    name=f"{keyword} {name}",
                    answer=partial(answer, **{keyword: wrong}),
                    says=says,
                    hint=hint,
                )
            )
    return [
        *mistakes,
        Mistake(
            name="second layer skipped",
            answer=partial(answer, second=lambda h, W, b, f: h),
            says="You return the hidden units.",
            hint="Pass them through the second layer too, with W2 and b2.",
        ),
        Mistake(
            name="parentheses missing",
            answer=lambda x, W1, b1, W2, b2: sigmoid(x @ W1 + b1 @ W2 + b2),
            says="W2 multiplies only b1, because `@` comes before `+`.",
            hint="Compute the hidden layer first, in a line of its own.",
        ),
        Mistake(
            name="input used twice",
            answer=lambda x, W1, b1, W2, b2: layer(x, W2, b2),
            says="Your second layer gets `x`, so the hidden units play no role.",
            hint="The second layer takes the hidden units, as in `h @ W2 + b2`.",
        ),
        Mistake(
            name="first bias twice",
            answer=lambda x, W1, b1, W2, b2: answer(x, W1, b1, W2, b1),
            says="You add b1 in both layers.",
            hint="The second layer has a bias of its own, b2.",
        ),
    ]
