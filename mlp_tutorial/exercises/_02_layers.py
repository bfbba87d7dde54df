"""The exercises of lesson 2."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Generator, Tensor, relu, sigmoid, tanh

from mlp_tutorial.exercises._inputs import random_tensors, two_layer_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake, Rule
from mlp_tutorial.exercises._layers import drop, identity, two_layer_mistakes, two_layers
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments


def _product_neuron(
    features: Tensor,
    weights: Tensor,
    bias: Tensor,
    *,
    multiply: Callable[..., Tensor] = lambda f, w: f @ w.T,
    add: Callable[..., Tensor] = torch.add,
    activation: Callable[..., Tensor] = sigmoid,
    after: Callable[..., Tensor] = drop,
) -> Tensor:
    """Compute a neuron from parts, each of which may be a wrong one."""
    return after(activation(add(multiply(features, weights), bias)), bias)


def _resize(features: Tensor, weights: Tensor) -> Tensor:
    weights.resize_(weights.numel(), 1)
    return features @ weights


def _summed_over_batch(shape: tuple[int, ...]) -> Callable[..., Tensor]:
    return partial(_product_neuron, multiply=lambda f, w: (f @ w.T).sum().reshape(shape))


MATRIX_PRODUCTS = frozenset(
    {"matmul", "mm", "bmm", "mv", "dot", "vdot", "vecdot", "linalg_vecdot", "addmm", "addmv"}
    | {"addbmm", "baddbmm", "linear", "trilinear", "convolution"}
    | {"numpy", "array", "tolist"}  # NumPy's own product leaves no other trace
)


def _batches(rng: Generator) -> list[Arguments]:
    sizes = ((1, 2), (1, 5), (4, 3), (3, 3), (2, 1))
    return [random_tensors(rng, features=(n, m), weights=(1, m), bias=(1,)) for n, m in sizes]


check_product_neuron = Exercise(
    name="product_neuron",
    doc="""Check `product_neuron(features, weights, bias)`, a neuron as a matrix product.

    `features` has shape (batch, n), `weights` (1, n), `bias` (1,), and the result (batch, 1).

    Examples:
        >>> check_product_neuron(lambda x, w, b: x @ w.T + b).mistake
        'no activation'
    """,
    answer=_product_neuron,
    inputs=_batches,
    rules=[
        Rule(
            names=MATRIX_PRODUCTS,
            needed=True,
            says="Your numbers are right, but the task asks for a matrix product.",
            hint="Use `@` or `torch.matmul` instead of multiplying and adding up.",
        )
    ],
    mistakes=[
        Mistake(
            name="weights resized in place",
            answer=partial(_product_neuron, multiply=_resize),
            says="Your function changes the caller's weights, because `resize_` works in place.",
            hint="`weights.T` is a new view and leaves the weights alone.",
        ),
        Mistake(
            name="broadcast to a square",
            answer=lambda f, w, b: sigmoid((f * w.reshape(-1, 1)).sum() + b).reshape(1, 1),
            says="You multiplied a row by a column with `*`, so every feature met every weight.",
            hint="Use `@`, which multiplies matrices.",
        ),
        Mistake(
            name="outer product",
            answer=partial(_product_neuron, multiply=lambda f, w: f.T @ w),
            says="You transposed the features, and (n, 1) @ (1, n) makes a square.",
            hint="Transpose the weights instead. (1, n) @ (n, 1) is a single number.",
        ),
        Mistake(
            name="weights not transposed",
            answer=partial(_product_neuron, multiply=torch.matmul),
            says="You multiplied (batch, n) by (1, n), which fits only if n is 1.",
            hint="Transpose the weights with `weights.T`. (batch, n) @ (n, 1) is (batch, 1).",
        ),
        Mistake(
            name="no sum",
            answer=partial(_product_neuron, multiply=torch.mul),
            says="You multiplied entry by entry with `*`, and never added up the products.",
            hint="Use `@`, the matrix product, which does both.",
        ),
        Mistake(
            name="summed over the batch",
            answer=_summed_over_batch((1,)),
            says="You added up the sums of all examples in the batch, so one number remains.",
            hint="Each example has an output of its own. Leave out `sum()`, because `@` has "
            "already added up the products.",
        ),
        Mistake(
            name="summed over the batch into one row",
            answer=_summed_over_batch((1, 1)),
            says="You added up the sums of all examples in the batch, so one row remains.",
            hint="Each example has a row of its own. Leave out `sum()`, because `@` has already "
            "added up the products.",
        ),
        Mistake(
            name="mean over the batch",
            answer=partial(_product_neuron, multiply=lambda f, w: (f @ w.T).mean()),
            says="You took the mean over all examples in the batch.",
            hint="Each example has an output of its own, so leave out the mean.",
        ),
        Mistake(
            name="mean of the products",
            answer=partial(_product_neuron, multiply=lambda f, w: f @ w.T / w.numel()),
            says="You took the mean of the products, or divided their sum by n.",
            hint="A neuron takes the sum, which `@` already computes.",
        ),
        Mistake(
            name="one number for each example",
            answer=partial(_product_neuron, multiply=lambda f, w: f @ w.reshape(-1)),
            says="Your result has the shape (batch,). Each output should be a row, as (batch, 1).",
            hint="`weights.T` is a column, and (batch, n) @ (n, 1) is (batch, 1).",
        ),
        Mistake(
            name="first example only",
            answer=partial(_product_neuron, multiply=lambda f, w: f[:1] @ w.T),
            says="You used only the first example.",
            hint="Multiply all of `features`. Each row of the product belongs to an example.",
        ),
        Mistake(
            name="bias forgotten",
            answer=partial(_product_neuron, add=drop),
            says="Your output is right only when the bias is zero, because you never add the bias.",
            hint="Add the bias to the product, before the activation.",
        ),
        Mistake(
            name="bias subtracted",
            answer=partial(_product_neuron, add=torch.sub),
            says="You subtract the bias.",
            hint="Add it to the product.",
        ),
        Mistake(
            name="bias after the activation",
            answer=partial(_product_neuron, add=drop, after=torch.add),
            says="You add the bias after the sigmoid.",
            hint="Add it to the product first. The sigmoid comes last.",
        ),
        Mistake(
            name="bias for each feature",
            answer=lambda f, w, b: sigmoid((f + b) @ w.T),
            says="You add the bias to each feature, before you multiply.",
            hint="Multiply first, and add the bias to the product.",
        ),
        Mistake(
            name="bias onto the weights",
            answer=lambda f, w, b: sigmoid(f @ (w + b).T),
            says="You add the bias to each weight, so it gets multiplied by the features too.",
            hint="Multiply first, and add the bias to the product.",
        ),
        Mistake(
            name="no activation",
            answer=partial(_product_neuron, activation=identity),
            says="You return the weighted sum itself, which can be any number.",
            hint="Pass it through `torch.sigmoid`.",
        ),
        Mistake(
            name="wrong sign in the sigmoid",
            answer=partial(_product_neuron, activation=lambda z: sigmoid(-z)),
            says="You use 1 / (1 + exp(z)), which falls where the sigmoid rises.",
            hint="The sigmoid is 1 / (1 + exp(-z)), with a minus.",
        ),
        Mistake(
            name="tanh",
            answer=partial(_product_neuron, activation=tanh),
            says="You use tanh.",
            hint="Use the sigmoid, `torch.sigmoid`.",
        ),
        Mistake(
            name="ReLU",
            answer=partial(_product_neuron, activation=relu),
            says="You use ReLU.",
            hint="Use the sigmoid, `torch.sigmoid`.",
        ),
        Mistake(
            name="softmax",
            answer=partial(_product_neuron, activation=lambda z: z.softmax(-1)),
            says="You use softmax, which is always 1 for a single number.",
            hint="Use the sigmoid, `torch.sigmoid`.",
        ),
    ],
)

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
