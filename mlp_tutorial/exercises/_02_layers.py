"""The exercises of lesson 2."""

from torch import Tensor, sigmoid

from mlp_tutorial.exercises._inputs import random_tensors, two_layer_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import identity, two_layers


def _resize(features: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    weights.resize_(weights.numel(), 1)
    return sigmoid(features @ weights + bias)


check_product_neuron = Exercise(
    name="product_neuron",
    doc="""Check `product_neuron(features, weights, bias)`, a neuron as a matrix product.

    `features` has shape (batch, n), `weights` (1, n), `bias` (1,), and the result (batch, 1).

    Examples:
        >>> check_product_neuron(lambda x, w, b: x @ w.T + b).mistake
        'no activation'
    """,
    answer=lambda features, weights, bias: sigmoid(features @ weights.T + bias),
    inputs=lambda rng: [
        random_tensors(rng, features=(n, m), weights=(1, m), bias=(1,))
        for n, m in ((1, 2), (1, 5), (4, 3), (3, 3))
    ],
    mistakes=[
        Mistake(
            name="weights resized in place",
            answer=_resize,
            says="Your numbers are right, but `resize_` changed the shape of the caller's weights.",
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
            answer=lambda f, w, b: sigmoid(f.T @ w + b),
            says="You transposed the features, and (n, 1) @ (1, n) makes a square.",
            hint="Transpose the weights instead. (1, n) @ (n, 1) is a single number.",
        ),
        Mistake(
            name="bias forgotten",
            answer=lambda f, w, b: sigmoid(f @ w.T),
            says="Your output is right only when the bias is zero, because you never add it.",
            hint="Add the bias to the product, before the activation.",
        ),
        Mistake(
            name="no activation",
            answer=lambda f, w, b: f @ w.T + b,
            says="You return the weighted sum itself, which can be any number.",
            hint="Pass it through `torch.sigmoid`.",
        ),
    ],
)


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
    answer=two_layers(sigmoid, sigmoid),
    inputs=lambda rng: [
        two_layer_tensors(rng, *sizes)
        for sizes in ((1, 3, 2, 1), (2, 2, 2, 1), (5, 3, 4, 2), (4, 4, 4, 4))
    ],
    mistakes=[
        Mistake(
            name="hidden bias forgotten",
            answer=lambda x, W1, b1, W2, b2: sigmoid(sigmoid(x @ W1) @ W2 + b2),
            says="Your hidden units have no bias.",
            hint="Each layer adds its own bias, as in `x @ W1 + b1`.",
        ),
        Mistake(
            name="output bias forgotten",
            answer=lambda x, W1, b1, W2, b2: sigmoid(sigmoid(x @ W1 + b1) @ W2),
            says="Your output unit has no bias.",
            hint="Each layer adds its own bias, as in `h @ W2 + b2`.",
        ),
        Mistake(
            name="no hidden activation",
            answer=two_layers(identity, sigmoid),
            says=(
                "Your hidden units have no activation, so your two layers do no more than one "
                "layer could."
            ),
            hint="Pass `x @ W1 + b1` through the sigmoid.",
        ),
        Mistake(
            name="no output activation",
            answer=two_layers(sigmoid, identity),
            says="You return the weighted sum of the hidden units.",
            hint="Pass it through the sigmoid too.",
        ),
        Mistake(
            name="W transposed",
            answer=lambda x, W1, b1, W2, b2: sigmoid(sigmoid(x @ W1.T + b1) @ W2 + b2),
            says="You transposed W1. A square W1 hides the mistake, but the numbers are wrong.",
            hint="W1 already has the shape (in, out) here, so write `x @ W1`.",
        ),
        Mistake(
            name="bias as a column",
            answer=lambda x, W1, b1, W2, b2: sigmoid(sigmoid(x @ W1 + b1.reshape(-1, 1)) @ W2 + b2),
            says=(
                "Your b1 is a column, so it adds one number to each example instead of each hidden "
                "unit. That goes unnoticed when there are as many examples as units."
            ),
            hint="Leave b1 in the shape (units,). It broadcasts along the rows.",
        ),
    ],
)
