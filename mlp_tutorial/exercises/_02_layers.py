"""The exercises of lesson 2."""

from functools import partial

import torch

from mlp_tutorial.exercises._inputs import two_layer_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._layers import identity, two_layer_mistakes, two_layers
from mlp_tutorial.exercises._number import Number

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


check_connections = Number(
    name="connections",
    doc="""Check `connections`, the weights and biases of a network with 5, 4 and 3 units.

    Examples:
        >>> check_connections(32).mistake
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
            name="one product",
            answer=60,
            says="You multiplied all three sizes.",
            hint="There are two matrices, (5, 4) and (4, 3). Count the entries of each.",
        ),
    ],
)
