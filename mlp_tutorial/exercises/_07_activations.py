"""The exercises of lesson 7."""

import torch
from torch import Generator, sigmoid

from mlp_tutorial.exercises._inputs import random_tensors, two_layer_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._observe import Arguments

check_sigmoid_derivative = Exercise(
    name="sigmoid_derivative",
    doc="""Check `sigmoid_derivative(z)`, the slope of the sigmoid at every z.

    `z` may have any shape, and the result has the same shape.

    Examples:
        >>> import torch
        >>> check_sigmoid_derivative(torch.sigmoid).mistake
        'the sigmoid itself'
    """,
    answer=lambda z: sigmoid(z) * (1 - sigmoid(z)),
    inputs=lambda rng: [
        {"z": torch.tensor([0.0, 1.0, -2.0])},
        random_tensors(rng, z=(4, 3)),
        {"z": torch.tensor([-1000.0, 1000.0])},
    ],
    mistakes=[
        Mistake(
            name="overflow",
            answer=lambda z: torch.exp(-z) / (1 + torch.exp(-z)) ** 2,
            says=(
                "Your result is right until z is very negative. Then exp(1000) is infinite, and "
                "you get nan."
            ),
            hint="Write it with `torch.sigmoid`, which never overflows.",
        ),
        Mistake(
            name="the sigmoid itself",
            answer=sigmoid,
            says="This is the sigmoid, not its slope.",
            hint="With s = sigmoid(z), the derivative is s (1 - s).",
        ),
        Mistake(
            name="z instead of its sigmoid",
            answer=lambda z: z * (1 - z),
            says="You computed z (1 - z).",
            hint="In the formula s (1 - s), s is sigmoid(z), not z.",
        ),
        Mistake(
            name="squared",
            answer=lambda z: sigmoid(z) ** 2,
            says="You multiplied the sigmoid by itself.",
            hint="One of the two factors is 1 - sigmoid(z).",
        ),
    ],
)


def _two_linear(rng: Generator) -> list[Arguments]:
    cases = [two_layer_tensors(rng, 0, *sizes) for sizes in ((2, 2, 2), (3, 4, 2), (3, 3, 3))]
    return [{name: case[name] for name in ("W1", "b1", "W2", "b2")} for case in cases]


check_collapse = Exercise(
    name="collapse",
    doc="""Check `collapse(W1, b1, W2, b2)`, one layer that replaces two without activation.

    It returns `W`, shape (in, out), and `b`, shape (out,), as a tuple.

    Examples:
        >>> check_collapse(lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2)).mistake
        'biases added'
    """,
    answer=lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2 + b2),
    inputs=_two_linear,
    mistakes=[
        Mistake(
            name="biases added",
            answer=lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2),
            says=(
                "Your W is right, but the second layer also multiplies the first bias, and you "
                "only added the two."
            ),
            hint="Multiply out (x W1 + b1) W2 + b2, and look for the terms without x.",
        ),
        Mistake(
            name="first bias forgotten",
            answer=lambda W1, b1, W2, b2: (W1 @ W2, b2),
            says="Your W is right, but your bias is only the second layer's.",
            hint="The first bias passes through the second layer too.",
        ),
        Mistake(
            name="wrong order",
            answer=lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2),
            says="You multiplied W2 by W1. Square matrices hide the mistake.",
            hint="x meets W1 first, as in `x @ W1 @ W2`.",
        ),
        Mistake(
            name="elementwise",
            answer=lambda W1, b1, W2, b2: (W1 * W2, b1 * W2 + b2),
            says="You multiplied entry by entry.",
            hint="Use `@`, because these are matrix products.",
        ),
    ],
)
