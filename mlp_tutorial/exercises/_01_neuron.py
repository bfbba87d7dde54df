"""The exercises of lesson 1."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor, relu, sigmoid, tanh

from mlp_tutorial.exercises._inputs import random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake, single
from mlp_tutorial.exercises._layers import drop, identity
from mlp_tutorial.exercises._observe import Arguments


def _neuron(
    features: Tensor,
    weights: Tensor,
    bias: Tensor,
    *,
    multiply: Callable[..., Tensor] = torch.mul,
    total: Callable[..., Tensor] = torch.sum,
    add: Callable[..., Tensor] = torch.add,
    activation: Callable[..., Tensor] = sigmoid,
    activation_first: bool = False,
    after: Callable[..., Tensor] = drop,
) -> Tensor:
    """Compute a neuron from parts, each of which may be a wrong one."""
    products = multiply(features, weights)
    if activation_first:
        return after(total(activation(add(products, bias))), bias)
    return after(activation(add(total(products), bias)), bias)


def _inputs(rng: Generator) -> list[Arguments]:
    small = {
        "features": torch.tensor([[1.0, 2.0]]),
        "weights": torch.tensor([[0.5, -1.0]]),
        "bias": torch.tensor([[0.25]]),
    }
    large = {
        "features": torch.tensor([[50.03, -20.01, 10.0]]),
        "weights": torch.tensor([[-2.001, 1.007, 2.0]]),
        "bias": torch.tensor([[100.03]]),
    }
    sizes = (5, 3, 1, 2, 5)
    return [
        small,
        large,
        *(random_tensors(rng, features=(1, n), weights=(1, n), bias=(1, 1)) for n in sizes),
    ]


check_neuron = Exercise(
    name="neuron",
    doc="""Check `neuron(features, weights, bias)`, the sigmoid of the weighted sum.

    `features` and `weights` have shape (1, n), `bias` and the result (1, 1).

    Examples:
        >>> check_neuron(lambda x, w, b: (x * w).sum() + b).mistake
        'no activation'
    """,
    use=single,
    answer=_neuron,
    inputs=_inputs,
    mistakes=[
        Mistake(
            name="bias forgotten",
            answer=partial(_neuron, add=drop),
            says="Your output is right only when the bias is zero, because you never add the bias.",
            hint="Add the bias to the sum, before the activation.",
        ),
        Mistake(
            name="no activation",
            answer=partial(_neuron, activation=identity),
            says="You return the weighted sum itself, which can be any number.",
            hint="Pass it through `torch.sigmoid`.",
        ),
        Mistake(
            name="bias after the activation",
            answer=partial(_neuron, add=drop, after=torch.add),
            says="You add the bias after the sigmoid.",
            hint="Add it to the sum first. The sigmoid comes last.",
        ),
        Mistake(
            name="no sum",
            answer=partial(_neuron, total=identity),
            says="You return one number for each feature, because you never add up the products.",
            hint="A neuron has one output. Sum the products first.",
        ),
        Mistake(
            name="bias for each feature",
            answer=lambda f, w, b: sigmoid((f * w + b).sum()),
            says="You add the bias once for each feature.",
            hint="Close the parenthesis of the sum before you add the bias.",
        ),
        Mistake(
            name="sigmoid of each product",
            answer=partial(_neuron, activation_first=True),
            says="You take the sigmoid of each product and add up these sigmoids.",
            hint="Add up the products first. The sigmoid comes last.",
        ),
        Mistake(
            name="mean of the products",
            answer=partial(_neuron, total=torch.mean),
            says="You take the mean of the products.",
            hint="A neuron takes their sum.",
        ),
        Mistake(
            name="product of the products",
            answer=partial(_neuron, total=torch.prod),
            says="You multiply the products with each other.",
            hint="Add them up with `sum`.",
        ),
        Mistake(
            name="largest product",
            answer=partial(_neuron, total=torch.max),
            says="You take the largest product.",
            hint="Add up all products with `sum`.",
        ),
        Mistake(
            name="bias subtracted",
            answer=partial(_neuron, add=torch.sub),
            says="You subtract the bias from the sum.",
            hint="Add it.",
        ),
        Mistake(
            name="bias multiplied",
            answer=partial(_neuron, add=torch.mul),
            says="You multiply the sum by the bias.",
            hint="Add the bias to the sum.",
        ),
        Mistake(
            name="weights added",
            answer=partial(_neuron, multiply=torch.add),
            says="You add the weights to the features.",
            hint="Multiply each feature by its weight.",
        ),
        Mistake(
            name="weights forgotten",
            answer=partial(_neuron, multiply=lambda f, w: f),
            says="Your output doesn't depend on the weights.",
            hint="Multiply each feature by its weight.",
        ),
        Mistake(
            name="features forgotten",
            answer=partial(_neuron, multiply=lambda f, w: w),
            says="Your output doesn't depend on the features.",
            hint="Multiply each feature by its weight.",
        ),
        Mistake(
            name="wrong sign in the sigmoid",
            answer=partial(_neuron, activation=lambda z: sigmoid(-z)),
            says="You use 1 / (1 + exp(z)), which falls where the sigmoid rises.",
            hint="The sigmoid is 1 / (1 + exp(-z)), with a minus.",
        ),
        Mistake(
            name="tanh",
            answer=partial(_neuron, activation=tanh),
            says="You use tanh, which goes from -1 to 1.",
            hint="The task asks for the sigmoid, `torch.sigmoid`.",
        ),
        Mistake(
            name="ReLU",
            answer=partial(_neuron, activation=relu),
            says="You use ReLU.",
            hint="The task asks for the sigmoid, `torch.sigmoid`.",
        ),
        Mistake(
            name="step",
            answer=partial(_neuron, activation=lambda z: (z > 0).float()),
            says="You return only 0 or 1.",
            hint="The sigmoid goes smoothly from 0 to 1. Leave out the rounding or comparison.",
        ),
        Mistake(
            name="softmax",
            answer=partial(_neuron, activation=lambda z: z.softmax(-1)),
            says="You use softmax, which is always 1 for a single number.",
            hint="The task asks for the sigmoid, `torch.sigmoid`.",
        ),
    ],
)


def _half_bias(
    features: Tensor,
    weights: Tensor,
    *,
    multiply: Callable[..., Tensor] = torch.mul,
    total: Callable[..., Tensor] = torch.sum,
    end: Callable[..., Any] = torch.neg,
) -> Any:
    """Compute the bias from parts, each of which may be a wrong one."""
    return end(total(multiply(features, weights)))


check_half_bias = Exercise(
    name="half_bias",
    doc="""Check `half_bias(features, weights)`, the bias that makes a neuron's output one half.

    Both arguments have shape (1, n).

    Examples:
        >>> check_half_bias(lambda x, w: (x * w).sum()).mistake
        'wrong sign'
    """,
    use=single,
    answer=_half_bias,
    inputs=lambda rng: [
        {"features": case["features"], "weights": case["weights"]} for case in _inputs(rng)
    ],
    mistakes=[
        Mistake(
            name="wrong sign",
            answer=partial(_half_bias, end=identity),
            says="Your bias has the wrong sign. It doubles the sum instead of canceling it.",
            hint="The sigmoid is one half at zero. Which bias brings the sum to zero?",
        ),
        Mistake(
            name="half in the sum",
            answer=partial(_half_bias, end=lambda s: 0.5 - s),
            says="With your bias the sum is 0.5, and the sigmoid of 0.5 is 0.62.",
            hint="At which number is the sigmoid one half?",
        ),
        Mistake(
            name="half taken off",
            answer=partial(_half_bias, end=lambda s: -s - 0.5),
            says="With your bias the sum is -0.5, and the sigmoid of -0.5 is 0.38.",
            hint="At which number is the sigmoid one half?",
        ),
        Mistake(
            name="half of the sum",
            answer=partial(_half_bias, end=lambda s: -s / 2),
            says="Your bias cancels only half of the sum.",
            hint="The sigmoid is one half where the whole sum is zero.",
        ),
        Mistake(
            name="features forgotten",
            answer=partial(_half_bias, multiply=lambda f, w: w),
            says="Your bias depends on the weights alone.",
            hint="It has to cancel the products of features and weights.",
        ),
        Mistake(
            name="weights forgotten",
            answer=partial(_half_bias, multiply=lambda f, w: f),
            says="Your bias depends on the features alone.",
            hint="It has to cancel the products of features and weights.",
        ),
        Mistake(
            name="weights added",
            answer=partial(_half_bias, multiply=torch.add),
            says="You add the weights to the features.",
            hint="The neuron multiplies each feature by its weight, so do the same here.",
        ),
        Mistake(
            name="mean of the products",
            answer=partial(_half_bias, total=torch.mean),
            says="You take the mean of the products, but the neuron takes their sum.",
            hint="Use `sum`, not `mean`.",
        ),
        Mistake(
            name="no sum",
            answer=partial(_half_bias, total=identity),
            says="You return one number for each feature, because you never add up the products.",
            hint="A neuron has one bias. Sum the products first.",
        ),
        Mistake(
            name="zero",
            answer=lambda f, w: 0.0,
            says="A bias of 0 leaves the sum as it is, which is rarely zero.",
            hint="Which bias brings the sum of the products to zero?",
        ),
        Mistake(
            name="one half",
            answer=lambda f, w: 0.5,
            says="You return 0.5, which is to be the output of the neuron, not its bias.",
            hint="Which bias brings the sum of the products to zero?",
        ),
        Mistake(
            name="sigmoid of the sum",
            answer=partial(_half_bias, end=sigmoid),
            says="You return the sigmoid of the sum, which is the output without a bias.",
            hint="Which bias brings the sum itself to zero? The sigmoid isn't needed for it.",
        ),
        Mistake(
            name="what the output lacks",
            answer=partial(_half_bias, end=lambda s: 0.5 - sigmoid(s)),
            says="You return what the output lacks to one half, but the bias comes first.",
            hint="The bias goes into the sum, before the sigmoid. Bring the sum to zero.",
        ),
        Mistake(
            name="one divided by the sum",
            answer=partial(_half_bias, end=lambda s: 1 / s),
            says="You divide by the sum.",
            hint="The bias is added to the sum. What do you add to a number to get zero?",
        ),
    ],
)
