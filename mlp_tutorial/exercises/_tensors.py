"""The exercises of lessons 1 to 3: neurons, layers, and NumPy's arrays."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor, sigmoid

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._judge import Arguments, Exercise, Mistake, judge


def _neuron_inputs(rng: Generator) -> list[Arguments]:
    small = {
        "features": torch.tensor([[1.0, 2.0]]),
        "weights": torch.tensor([[0.5, -1.0]]),
        "bias": torch.tensor([[0.25]]),
    }
    shapes = {"features": (1, 5), "weights": (1, 5), "bias": (1, 1)}
    return [small, *(_random(rng, shapes) for _ in range(3))]


def _random(rng: Generator, shapes: Mapping[str, tuple[int, ...]]) -> Arguments:
    return {name: torch.randn(shape, generator=rng) for name, shape in shapes.items()}


NEURON = Exercise(
    "neuron",
    lambda features, weights, bias: sigmoid((features * weights).sum() + bias),
    _neuron_inputs,
    [
        Mistake(
            "bias forgotten",
            lambda f, w, b: sigmoid((f * w).sum()) + 0 * b,
            "Your output is right for a bias of zero: the bias is not in it.",
            "Add it to the sum, before the activation.",
        ),
        Mistake(
            "no activation",
            lambda f, w, b: (f * w).sum() + b,
            "You return the weighted sum itself, which can be any number.",
            "Put it through `torch.sigmoid`.",
        ),
        Mistake(
            "bias after the activation",
            lambda f, w, b: sigmoid((f * w).sum()) + b,
            "You add the bias to the output of the sigmoid.",
            "It belongs to the sum: the sigmoid comes last.",
        ),
        Mistake(
            "no sum",
            lambda f, w, b: sigmoid(f * w + b),
            "You give one number for each feature: the products are not added up.",
            "A neuron has one output. Sum the products first.",
        ),
        Mistake(
            "bias for each feature",
            lambda f, w, b: sigmoid((f * w + b).sum()).reshape(1, 1),
            "The bias is in your sum once for each feature.",
            "Close the parenthesis of the sum before you add the bias.",
        ),
    ],
    lambda answer, *arguments: _as(answer(*arguments), (1, 1)),
)


def _as(value: Any, shape: tuple[int, ...]) -> Any:
    """Give a single number a shape: which one it comes in is free here."""
    return value.reshape(shape) if isinstance(value, Tensor) and value.numel() == 1 else value


def check_neuron(neuron: object) -> Result:
    """Check `neuron(features, weights, bias)`: the sigmoid of the weighted sum.

    Args:
        neuron: The learner's function. `features` and `weights` have the shape (1, n), `bias` and
            the result (1, 1).

    Examples:
        >>> check_neuron(lambda x, w, b: (x * w).sum() + b).mistake
        'no activation'
    """
    return judge(NEURON, neuron)


HALF_BIAS = Exercise(
    "half_bias",
    lambda features, weights: -(features * weights).sum(),
    lambda rng: [{k: v for k, v in case.items() if k != "bias"} for case in _neuron_inputs(rng)],
    [
        Mistake(
            "wrong sign",
            lambda f, w: (f * w).sum(),
            "With your bias the sum is twice as far from zero.",
            "The sigmoid is one half at zero. Which bias takes the sum there?",
        ),
        Mistake(
            "half in the sum",
            lambda f, w: 0.5 - (f * w).sum(),
            "With your bias the sum is 0.5, and its sigmoid is 0.62.",
            "Of which number is the sigmoid one half?",
        ),
        Mistake(
            "features forgotten",
            lambda f, w: -w.sum(),
            "Your bias depends on the weights alone.",
            "It has to cancel the products of features and weights.",
        ),
    ],
    lambda answer, *arguments: _as(answer(*arguments), ()),
)


def check_half_bias(half_bias: object) -> Result:
    """Check `half_bias(features, weights)`: the bias with which a neuron's output is one half.

    Args:
        half_bias: The learner's function. Both arguments have the shape (1, n).

    Examples:
        >>> check_half_bias(lambda x, w: (x * w).sum()).mistake
        'wrong sign'
    """
    return judge(HALF_BIAS, half_bias)


def _product_inputs(rng: Generator) -> list[Arguments]:
    return [
        _random(rng, {"features": (n, m), "weights": (1, m), "bias": (1,)})
        for n, m in ((1, 2), (1, 5), (4, 3), (3, 3))
    ]


def _resize(features: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    weights.resize_(weights.numel(), 1)
    return sigmoid(features @ weights + bias)


PRODUCT_NEURON = Exercise(
    "product_neuron",
    lambda features, weights, bias: sigmoid(features @ weights.T + bias),
    _product_inputs,
    [
        Mistake(
            "weights resized in place",
            _resize,
            "Your numbers are right, and the weights have another shape now: `resize_` changed "
            "the tensor itself.",
            "`weights.T` is a new view, and leaves the weights alone.",
        ),
        Mistake(
            "broadcast to a square",
            lambda f, w, b: sigmoid((f * w.reshape(-1, 1)).sum() + b).reshape(1, 1),
            "A row times a column, with `*`, is a square: every feature met every weight.",
            "Use `@`, which multiplies matrices.",
        ),
        Mistake(
            "outer product",
            lambda f, w, b: sigmoid(f.T @ w + b),
            "You transposed the features, so (n, 1) @ (1, n) gave a square.",
            "Transpose the weights: (1, n) @ (n, 1) is a single number.",
        ),
        Mistake(
            "bias forgotten",
            lambda f, w, b: sigmoid(f @ w.T),
            "Your output is right for a bias of zero: the bias is not in it.",
            "Add it to the product, before the activation.",
        ),
        Mistake(
            "no activation",
            lambda f, w, b: f @ w.T + b,
            "You return the weighted sum itself, which can be any number.",
            "Put it through `torch.sigmoid`.",
        ),
    ],
)


def check_product_neuron(product_neuron: object) -> Result:
    """Check `product_neuron(features, weights, bias)`: a neuron as a matrix product.

    Args:
        product_neuron: The learner's function. `features` has the shape (batch, n), `weights`
            (1, n), `bias` (1,), the result (batch, 1).

    Examples:
        >>> check_product_neuron(lambda x, w, b: x @ w.T + b).mistake
        'no activation'
    """
    return judge(PRODUCT_NEURON, product_neuron)


def two_layers(
    hidden: Callable[[Tensor], Tensor], output: Callable[[Tensor], Tensor]
) -> Callable[..., Tensor]:
    """Make the forward pass of a network of two layers, with these activations."""
    return lambda x, W1, b1, W2, b2: output(hidden(x @ W1 + b1) @ W2 + b2)


def itself(x: Tensor) -> Tensor:
    """Change nothing, where an activation is missing."""
    return x


def network_inputs(rng: Generator, *sizes: tuple[int, int, int, int]) -> list[Arguments]:
    """Make inputs and parameters for networks of two layers: batch, features, hidden, outputs."""
    return [
        _random(rng, {"x": (n, a), "W1": (a, b), "b1": (b,), "W2": (b, c), "b2": (c,)})
        for n, a, b, c in sizes
    ]


NETWORK = Exercise(
    "network",
    two_layers(sigmoid, sigmoid),
    lambda rng: network_inputs(rng, (1, 3, 2, 1), (2, 2, 2, 1), (5, 3, 4, 2), (4, 4, 4, 4)),
    [
        Mistake(
            "hidden bias forgotten",
            lambda x, W1, b1, W2, b2: sigmoid(sigmoid(x @ W1) @ W2 + b2),
            "Your hidden units have no bias.",
            "Each layer adds its own: `x @ W1 + b1`.",
        ),
        Mistake(
            "output bias forgotten",
            lambda x, W1, b1, W2, b2: sigmoid(sigmoid(x @ W1 + b1) @ W2),
            "Your output unit has no bias.",
            "Each layer adds its own: `h @ W2 + b2`.",
        ),
        Mistake(
            "no hidden activation",
            two_layers(itself, sigmoid),
            "Your hidden units have no activation, so the two layers are worth one.",
            "Put `x @ W1 + b1` through the sigmoid.",
        ),
        Mistake(
            "no output activation",
            two_layers(sigmoid, itself),
            "Your output is the weighted sum of the hidden units.",
            "Put it through the sigmoid as well.",
        ),
        Mistake(
            "W transposed",
            lambda x, W1, b1, W2, b2: sigmoid(sigmoid(x @ W1.T + b1) @ W2 + b2),
            "You transposed W1. Where it is square nobody notices, and the numbers are wrong.",
            "Here W1 has the shape (in, out) already: `x @ W1`.",
        ),
        Mistake(
            "bias as a column",
            lambda x, W1, b1, W2, b2: sigmoid(sigmoid(x @ W1 + b1.reshape(-1, 1)) @ W2 + b2),
            "Your b1 is a column: it adds one number to each example, not to each hidden unit. "
            "That goes unnoticed where there are as many examples as units.",
            "Leave it in the shape (units,): it broadcasts along the rows.",
        ),
    ],
)


def check_network(network: object) -> Result:
    """Check `network(x, W1, b1, W2, b2)`: two layers, each with the sigmoid.

    Args:
        network: The learner's function. `x` has the shape (batch, n), `W1` (n, hidden), `b1`
            (hidden,), `W2` (hidden, outputs), `b2` (outputs,), the result (batch, outputs).

    Examples:
        >>> check_network(lambda x, W1, b1, W2, b2: sigmoid((x @ W1 + b1) @ W2 + b2)).mistake
        'no hidden activation'
    """
    return judge(NETWORK, network)


def _arrays(rng: Generator) -> list[Arguments]:
    return [
        {"array": np.array([1.0, 2.5])},
        {"array": np.arange(6).reshape(2, 3)},
        {"array": np.linspace(0, 1, 4, dtype=np.float32)},
    ]


def _with_dtype(answer: Callable[..., Any], array: Any) -> Any:
    made = answer(array)
    if made is None:
        return None
    return {"values": made, "dtype": str(getattr(made, "dtype", type(made).__name__))}


def _double_in_place(array: Any) -> Any:
    tensor = torch.from_numpy(array)
    tensor.mul_(2)
    return tensor.numpy()


DOUBLE = Exercise(
    "double",
    lambda array: (torch.tensor(array) * 2).numpy(),
    _arrays,
    [
        Mistake(
            "shared memory",
            _double_in_place,
            "Your result is right, and the array of your caller has doubled too: tensor and array "
            "share their memory, and you changed it in place.",
            "`tensor * 2` makes a new tensor; so does `torch.tensor`.",
        ),
        Mistake(
            "a tensor returned",
            lambda array: torch.tensor(array) * 2,
            "You return the tensor.",
            "Take it back to NumPy with `.numpy()`.",
        ),
        Mistake(
            "float32",
            lambda array: (torch.tensor(array, dtype=torch.float32) * 2).numpy(),
            "Your result is float32, whatever the array was.",
            "`torch.tensor(array)` keeps the dtype; `torch.Tensor(array)` does not.",
        ),
    ],
    _with_dtype,
)


def check_double(double: object) -> Result:
    """Check `double(array)`: twice a NumPy array, with the help of a tensor; its argument stays.

    Args:
        double: The learner's function. The result has the shape and dtype of the argument.

    Examples:
        >>> check_double(lambda array: torch.tensor(array) * 2).mistake
        'a tensor returned'
    """
    return judge(DOUBLE, double)


def _is_shared(answer: Callable[..., Any], array: Any) -> Any:
    mine = array.copy()
    made = _with_dtype(answer, mine)
    if made is None or not isinstance(made["values"], Tensor):
        return made
    before = made["values"].clone()
    mine += 1
    return made | {"values": before, "shares memory": not torch.equal(before, made["values"])}


TO_FLOAT32 = Exercise(
    "to_float32",
    lambda array: torch.tensor(array, dtype=torch.float32),
    _arrays,
    [
        Mistake(
            "shared memory",
            lambda array: torch.from_numpy(array).float(),
            "Where the array is float32 already, `.float()` copies nothing, and your tensor still "
            "shares its memory.",
            "`torch.tensor(array, dtype=torch.float32)` copies always.",
        ),
        Mistake(
            "dtype kept",
            torch.tensor,
            "Your tensor has the dtype of the array.",
            "Name the one you want: `dtype=torch.float32`.",
        ),
        Mistake(
            "only wrapped",
            torch.from_numpy,
            "`torch.from_numpy` keeps the dtype, and shares the memory of the array.",
            "`torch.tensor` copies, and takes a `dtype`.",
        ),
    ],
    _is_shared,
)


def check_to_float32(to_float32: object) -> Result:
    """Check `to_float32(array)`: a tensor of float32 with the array's values and its own memory.

    Args:
        to_float32: The learner's function; its argument is an array of any shape and dtype.

    Examples:
        >>> check_to_float32(torch.from_numpy).mistake
        'only wrapped'
    """
    return judge(TO_FLOAT32, to_float32)
