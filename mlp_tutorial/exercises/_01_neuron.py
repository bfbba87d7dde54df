"""The exercises of lesson 1."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor, relu, sigmoid, tanh

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._inputs import random_tensors, three_switches
from mlp_tutorial.exercises._judge import Exercise, Mistake, Rule, name_side, single
from mlp_tutorial.exercises._layers import drop, identity
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments, Made
from mlp_tutorial.lessons import Option


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
        "weights": torch.tensor([[0.5, -0.75]]),
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
            says="You return one number for each feature, because the products are not added up.",
            hint="Use `.sum()`. A loop over a tensor of shape (1, n) has only one step.",
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
            name="sums multiplied",
            answer=lambda f, w, b: sigmoid(f.sum() * w.sum() + b),
            says="You added up the features and the weights first, and then multiplied.",
            hint="Multiply pair by pair first, then add up the products.",
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
            name="sums multiplied",
            answer=lambda f, w: -f.sum() * w.sum(),
            says="You added up the features and the weights first, and then multiplied.",
            hint="Multiply pair by pair first, then add up the products.",
        ),
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


def _side(answer: Callable[..., Any], switches: Tensor) -> Any:
    """Say on which side of zero the total is, if the answer adds up weights and a bias."""
    total = single(answer, switches)
    if getattr(total, "shape", None) == (3,):
        raise Made("not added up")
    side = name_side(total)
    if isinstance(side, str):
        bias, *others = (float(single(answer, row)) for row in torch.eye(4, 3).roll(1, 0))
        parts = [(one - bias) * s for one, s in zip(others, switches.tolist(), strict=True)]
        if not math.isclose(bias + sum(parts), float(total), rel_tol=1e-4, abs_tol=1e-9):
            raise Made("no weighted sum")
    return side


check_two_of_three = Exercise(
    name="two_of_three",
    doc="""Check `two_of_three(switches)`, a sum that says whether two of three switches are on.

    `switches` has shape (3,), and the result is a single number. Only its sign counts.

    Examples:
        >>> check_two_of_three(lambda switches: switches.sum() - 2).mistake
        'two are not enough'
    """,
    use=_side,
    answer=lambda s: s.sum() - 1.5,
    inputs=lambda _: three_switches(),
    mistakes=[
        Mistake(
            name="no weighted sum",
            answer=lambda s: 1.0 if s.sum() >= 2 else -1.0,
            says="You return something else than the sum of the weighted switches and a bias.",
            hint="Leave out the sigmoid, or the comparison. Return the total itself.",
        ),
        Mistake(
            name="not added up",
            answer=lambda s: s - 0.5,
            says="You return a number for each switch.",
            hint="A neuron has a single total. Add up what the switches contribute.",
        ),
        Mistake(
            name="two are not enough",
            answer=lambda s: s.sum() - 2,
            says="With two switches on, your sum is exactly zero, and that's not above zero.",
            hint="Make the bias a little less negative, so that zero lies between 1 and 2.",
        ),
        Mistake(
            name="one is undecided",
            answer=lambda s: s.sum() - 1,
            says="With one switch on, your sum is exactly zero, and it should be below zero.",
            hint="Make the bias more negative, so that zero lies between 1 and 2.",
        ),
        Mistake(
            name="one is enough",
            answer=lambda s: s.sum() - 0.5,
            says="Your sum is above zero as soon as one switch is on.",
            hint="Make the bias more negative, so that one switch alone can't overcome it.",
        ),
        Mistake(
            name="all three needed",
            answer=lambda s: s.sum() - 2.5,
            says="Your sum is above zero only when all three switches are on.",
            hint="Make the bias less negative, so that two switches can overcome it.",
        ),
        Mistake(
            name="no bias",
            answer=lambda s: s.sum(),
            says="With all switches off, your sum is zero, and it should be below zero.",
            hint="The bias is what the judge begins with. It should be negative.",
        ),
        Mistake(
            name="turned around",
            answer=lambda s: 1.5 - s.sum(),
            says="Your sum is above zero when fewer than two switches are on.",
            hint="Change the sign of the weights and of the bias.",
        ),
        Mistake(
            name="never above zero",
            answer=lambda s: s.sum() - 3,
            says="Your total is never above zero, not even with all three switches on.",
            hint="Make the bias less negative, so that two switches can overcome it.",
        ),
        Mistake(
            name="switch left out",
            answer=lambda s: s[0] + s[1] - 1.5,
            says="One of the switches makes no difference to your total.",
            hint="Each of the three needs a weight.",
        ),
        Mistake(
            name="sign of the bias",
            answer=lambda s: s.sum() + 1.5,
            says="Your sum is above zero even when all switches are off.",
            hint="The bias has to hold the sum down until two switches are on.",
        ),
    ],
)


check_ink = Number(
    name="ink",
    doc="""Check `ink`, how much a middle of width 12 holds if the judge of lesson 1 is undecided.

    Examples:
        >>> check_ink(0.8).mistake
        'sign of the bias'
    """,
    answer=0.4,
    tolerance=0.001,
    reason=(
        "It's 0.4. The width and the bias come to -4, and the middle has to make up for it at ten "
        "times its own size. Look for (0.4, 12) on the map. The line goes through it."
    ),
    hint="Put 12 in for the width, set the sum to zero, and solve for the middle.",
    mistakes=[
        Mistake(
            name="bias forgotten",
            answer=0.6,
            says="That's right for a judge without a bias.",
            hint="Ours begins with 2 before anybody speaks, so less ink is needed.",
        ),
        Mistake(
            name="sign of the bias",
            answer=0.8,
            says="With 0.8 the sum is 4. You need the middle to make up for -0.5 * 12 + 2.",
            hint="The bias is already on the side of a 1, so less ink is needed.",
        ),
        Mistake(
            name="multiplied",
            answer=40.0,
            says="You multiplied by the weight of the middle.",
            hint="The middle is multiplied by 10 already. Divide to undo it.",
        ),
        Mistake(
            name="weight of the middle forgotten",
            answer=4.0,
            says="That's what the middle has to add to the sum, but it's multiplied by 10 first.",
            hint="Divide by the weight of the middle.",
        ),
        Mistake(
            name="weight of the width forgotten",
            answer=1.0,
            says="That's right if the width counts with a weight of -1.",
            hint="Multiply the width by 0.5 first.",
        ),
    ],
)


check_doubled = Choice(
    name="doubled",
    doc="""Check `doubled`, what happens to a neuron whose weights and bias are all doubled.

    Examples:
        >>> print(check_doubled("d").message)
        The verdicts don't change, but the sums do, and so do the outputs.
    """,
    options=[
        Option(
            "The line gets twice as steep, and every output doubles.",
            "The line is where the sum is zero, and twice zero is zero. And an output of 0.9 can't "
            "become 1.8, since the sigmoid comes last.",
            right=False,
        ),
        Option(
            "The line moves to twice its height, and every output rises.",
            "The line is where the sum is zero, and twice zero is zero. And a negative sum becomes "
            "even more negative, so its output falls.",
            right=False,
        ),
        Option(
            "The line stays, outputs above one half rise, and outputs below one half fall.",
            "The sum doubles and keeps its sign. So 0.73 becomes 0.88, and 0.27 becomes 0.12. The "
            "neuron decides every case as before, but it sounds surer, and nobody has taught it "
            "anything. How sure it sounds depends on how large we made its numbers.",
            right=True,
        ),
        Option(
            "Nothing changes, because all of them grow by the same factor.",
            "The verdicts don't change, but the sums do, and so do the outputs.",
            right=False,
        ),
    ],
)
