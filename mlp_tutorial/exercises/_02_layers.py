"""The exercises of lesson 2."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Generator, Tensor, sigmoid

from mlp_tutorial.exercises._inputs import random_tensors, three_switches, two_layer_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake, side_of_zero
from mlp_tutorial.exercises._layers import identity, layer, two_layer_mistakes, two_layers
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments

LARGE = [  # large terms cancel in one of the layers, so that rounding them to fewer digits shows
    {
        "x": torch.tensor([[100.03, -50.07]]),
        "W1": torch.tensor([[1.003, 4.001], [2.001, 2.003]]),
        "b1": torch.tensor([-1.013, -300.06]),
        "W2": torch.tensor([[1.003], [-0.507]]),
        "b2": torch.tensor([0.203]),
    },
    {
        "x": torch.tensor([[0.7, -0.2]]),
        "W1": torch.tensor([[0.5, -0.4], [0.3, 0.6]]),
        "b1": torch.tensor([0.1, -0.3]),
        "W2": torch.tensor([[20.03], [-60.01]]),
        "b2": torch.tensor([9.503]),
    },
]


check_network = Exercise(
    name="network",
    doc="""Check `network(x, W1, b1, W2, b2)`, two layers that both use the sigmoid.

    `x` has shape (batch, n), `W1` (n, hidden), `b1` (hidden,), `W2` (hidden, outputs), `b2`
    (outputs,), and the result (batch, outputs).

    Examples:
        >>> from torch import sigmoid
        >>> check_network(lambda x, W1, b1, W2, b2: sigmoid((x @ W1 + b1) @ W2 + b2)).mistake
        'no hidden activation'
    """,
    answer=two_layers,
    inputs=lambda rng: [
        *(
            two_layer_tensors(rng, *sizes)
            for sizes in ((1, 3, 2, 1), (2, 2, 2, 1), (5, 3, 4, 2), (4, 4, 4, 4), (1, 2, 3, 3))
        ),
        *LARGE,
    ],
    mistakes=[
        *two_layer_mistakes(two_layers),
        Mistake(
            name="no hidden activation",
            answer=partial(two_layers, hidden=identity),
            says=(
                "Your hidden units have no activation, so your two layers do no more than one "
                "layer could."
            ),
            hint="Pass `x @ W1 + b1` through the sigmoid.",
        ),
        Mistake(
            name="no output activation",
            answer=partial(two_layers, output=identity),
            says="You return the weighted sum of the hidden units.",
            hint="Pass it through the sigmoid too.",
        ),
    ],
)


check_numbers = Number(
    name="numbers",
    doc="""Check `numbers`, the weights and biases of a network with 5, 4 and 3 units.

    Examples:
        >>> check_numbers(32).mistake
        'biases forgotten'
    """,
    answer=39,
    tolerance=0,
    reason="It's 39: 5 * 4 + 4 for the hidden layer, and 4 * 3 + 3 for the output layer.",
    hint="Draw the network. A line is a weight, and each unit that computes something has a bias.",
    mistakes=[
        Mistake(
            name="biases forgotten",
            answer=32,
            says="These are the weights, 5 * 4 and 4 * 3.",
            hint="Each unit of the hidden layer and of the output layer has a bias too.",
        ),
        Mistake(
            name="bias for each input",
            answer=44,
            says="You counted a bias for each input, but an input computes nothing.",
            hint="Only the units of the hidden layer and of the output layer have a bias.",
        ),
        Mistake(
            name="one bias a layer",
            answer=34,
            says="You counted one bias for each layer.",
            hint="Each unit has a bias of its own, so a layer has as many as it has units.",
        ),
        Mistake(
            name="biases of the output layer forgotten",
            answer=36,
            says="You left out the biases of the output layer.",
            hint="Its 3 units have a bias each.",
        ),
        Mistake(
            name="biases of the hidden layer forgotten",
            answer=35,
            says="You left out the biases of the hidden layer.",
            hint="Its 4 units have a bias each.",
        ),
        Mistake(
            name="one product",
            answer=60,
            says="You multiplied all three sizes.",
            hint="There are two matrices, (5, 4) and (4, 3). Count the entries of each.",
        ),
    ],
)


def _totals(rng: Generator) -> list[Arguments]:
    return [random_tensors(rng, totals=(n, 10)) for n in (1, 2, 10, 64)]


check_verdicts = Exercise(
    name="verdicts",
    doc="""Check `verdicts(totals)`, the number of the largest total in each row.

    `totals` has shape (batch, 10), and the result (batch,), of whole numbers.

    Examples:
        >>> check_verdicts(lambda totals: totals.argmax(dim=0)).mistake
        'wrong axis'
    """,
    answer=lambda totals: totals.argmax(dim=1),
    inputs=_totals,
    mistakes=[
        Mistake(
            name="wrong axis",
            answer=lambda totals: totals.argmax(dim=0),
            says="You collapsed the batch, so you found the best example for each judge.",
            hint="Collapse the judges, which are dim=1.",
        ),
        Mistake(
            name="no axis",
            answer=lambda totals: totals.argmax(),
            says="Without `dim`, `argmax` looks for the largest number of the whole batch.",
            hint="Say which axis should disappear.",
        ),
        Mistake(
            name="largest totals",
            answer=lambda totals: totals.amax(dim=1),
            says="You return the largest totals, but the task asks which judges they belong to.",
            hint="`argmax` says where the largest number is.",
        ),
        Mistake(
            name="smallest total",
            answer=lambda totals: totals.argmin(dim=1),
            says="You return the judges with the smallest totals.",
            hint="Use `argmax`.",
        ),
        Mistake(
            name="axis kept",
            answer=lambda totals: totals.argmax(dim=1, keepdim=True),
            says="Your result is a column, of shape (batch, 1).",
            hint="Leave out `keepdim`.",
        ),
        Mistake(
            name="counted from 1",
            answer=lambda totals: totals.argmax(dim=1) + 1,
            says="You count the judges from 1 to 10.",
            hint="Count from 0, as the digits do.",
        ),
    ],
)


def _count_of_one(switches: Tensor) -> Tensor:
    return 0.25 - (switches.sum() - 1) ** 2


check_exactly_one = Exercise(
    name="exactly_one",
    doc="""Check `exactly_one(switches)`, a number above zero if exactly one of three is on.

    `switches` has shape (3,), and the result is a single number. Only its sign counts.

    Examples:
        >>> check_exactly_one(lambda switches: switches.sum() - 0.5).mistake
        'at least one'
    """,
    use=side_of_zero,
    answer=_count_of_one,
    inputs=lambda _: three_switches(),
    mistakes=[
        Mistake(
            name="at least one",
            answer=lambda s: s.sum() - 0.5,
            says="Your number is above zero as soon as one switch is on, even with two or three.",
            hint="Add a second specialist who notices when there are two, and subtract it.",
        ),
        Mistake(
            name="at most one",
            answer=lambda s: 1.5 - s.sum(),
            says="Your number is also above zero when all switches are off.",
            hint="Add a second specialist who notices when there is at least one.",
        ),
        Mistake(
            name="an odd number",
            answer=lambda s: s.sum() % 2 - 0.5,
            says="Your number is above zero for three switches too.",
            hint="With three switches on, the specialist for two or more has to say no.",
        ),
        Mistake(
            name="turned around",
            answer=lambda s: -_count_of_one(s),
            says="Your number is above zero exactly when it should be below.",
            hint="Change the sign of the third judge's weights and bias.",
        ),
        Mistake(
            name="never above zero",
            answer=lambda s: s.sum() - 10,
            says="Your number is never above zero.",
            hint="Print what each specialist says for 0, 1, 2 and 3 switches.",
        ),
        Mistake(
            name="always above zero",
            answer=lambda s: s.sum() + 1,
            says="Your number is always above zero.",
            hint="A sigmoid is never below zero. If it comes last, leave it out or subtract 0.5.",
        ),
    ],
)


def _many_layers(
    x: Tensor,
    layers: Sequence[tuple[Tensor, Tensor]],
    *,
    one: Callable[..., Tensor] = layer,
    last: Callable[[Tensor], Tensor] = sigmoid,
) -> Tensor:
    *hidden, end = layers
    for W, b in hidden:
        x = one(x, W, b)
    return one(x, *end, last)


def _stacks(rng: Generator) -> list[Arguments]:
    """Draw batches and layers of chosen sizes."""
    made: list[Arguments] = []
    for n, *sizes in ((1, 3, 2), (2, 3, 2, 1), (4, 4, 4, 4, 4), (3, 2, 5, 3, 1)):
        layers = [
            (torch.randn(a, b, generator=rng), torch.randn(b, generator=rng))
            for a, b in pairwise(sizes)
        ]
        made.append({"x": torch.randn(n, sizes[0], generator=rng), "layers": layers})
    return made


check_many_layers = Exercise(
    name="many_layers",
    doc="""Check `many_layers(x, layers)`, a network of any number of layers with the sigmoid.

    `x` has shape (batch, n), and `layers` is a list of pairs `(W, b)`.

    Examples:
        >>> check_many_layers(lambda x, layers: x).outcome
        'wrong'
    """,
    answer=_many_layers,
    inputs=_stacks,
    mistakes=[
        Mistake(
            name="only the first layer",
            answer=lambda x, layers: _many_layers(x, layers[:1]),
            says="You return after the first layer. Is the `return` inside the loop?",
            hint="Move it below the loop.",
        ),
        Mistake(
            name="only the last activation",
            answer=partial(_many_layers, one=lambda x, W, b, f=identity: f(x @ W + b)),
            says="Only your last layer has the sigmoid, so all together do no more than one layer.",
            hint="Put the sigmoid inside the loop.",
        ),
        Mistake(
            name="no last activation",
            answer=partial(_many_layers, last=identity),
            says="Your last layer has no sigmoid.",
            hint="Here every layer has one, the last one too.",
        ),
        Mistake(
            name="bias forgotten",
            answer=partial(_many_layers, one=lambda x, W, b, f=sigmoid: f(x @ W)),
            says="You never add the biases.",
            hint="Each layer adds its own, as in `x @ W + b`.",
        ),
        Mistake(
            name="bias after the activation",
            answer=partial(_many_layers, one=lambda x, W, b, f=sigmoid: f(x @ W) + b),
            says="You add the biases after the sigmoid.",
            hint="Add them to `x @ W`, before the sigmoid.",
        ),
    ],
)


check_hidden_layer = Exercise(
    name="hidden_layer",
    doc="""Check `hidden_layer(x, W, b)`, a layer whose bias was added to its weights.

    Examples:
        >>> check_hidden_layer(lambda x, W, b: x @ W + b).mistake
        'no activation'
    """,
    answer=layer,
    given=lambda x, W, b: sigmoid(x @ (W + b)),
    reason="The bias was added to every row of W, so each feature multiplied it, and it came out "
    "multiplied by the sum of the features. That's why a sum of 1 hides the bug.",
    inputs=lambda rng: [
        random_tensors(rng, x=(n, a), W=(a, b), b=(b,))
        for n, a, b in ((1, 2, 1), (2, 3, 2), (4, 4, 4))
    ],
    mistakes=[
        Mistake(
            name="no activation",
            answer=lambda x, W, b: x @ W + b,
            says="The total is right now, but the sigmoid is gone.",
            hint="Put the total through `torch.sigmoid`.",
        ),
        Mistake(
            name="bias after the activation",
            answer=lambda x, W, b: sigmoid(x @ W) + b,
            says="Now the bias comes after the sigmoid.",
            hint="Move it inside the parentheses of `sigmoid`, after `x @ W`.",
        ),
        Mistake(
            name="bias left out",
            answer=lambda x, W, b: sigmoid(x @ W),
            says="Now there is no bias any more.",
            hint="Add it to `x @ W`.",
        ),
    ],
)
