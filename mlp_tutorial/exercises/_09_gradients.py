"""The exercises of lesson 9."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, relu

from mlp_tutorial.exercises._inputs import logits_and_labels, random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import softmax
from mlp_tutorial.exercises._observe import Arguments, Made, same
from mlp_tutorial.exercises._watch import watch


def _use_logits(logits_gradient: Callable[..., Any], logits: Tensor, labels: Tensor) -> Any:
    """Call the answer, and see whether autograd did the work."""
    with watch(torch.autograd.backward, torch.autograd.grad) as called:
        gradient = logits_gradient(logits, labels)
    if called and same(gradient, _gradient(logits, labels)):
        raise Made("autograd")
    return gradient


def _gradient(
    logits: Tensor,
    labels: Tensor,
    *,
    probabilities: Callable[[Tensor], Tensor] = softmax,
    subtract: Callable[[Tensor, Tensor], Tensor] = lambda p, y: p - F.one_hot(y, p.shape[1]),
    divide: Callable[[Tensor], Tensor] = lambda g: g / len(g),
) -> Tensor:
    """Compute the gradient from parts, each of which may be a wrong one."""
    return divide(subtract(probabilities(logits), labels))


def _with_autograd(logits: Tensor, labels: Tensor) -> Tensor:
    leaf = logits.clone().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(leaf, labels), leaf)[0]


def _set(p: Tensor, y: Tensor) -> Tensor:
    return p.where(F.one_hot(y, p.shape[1]) == 0, -1)


def _every_row(p: Tensor, y: Tensor) -> Tensor:
    p = p.clone()
    p[:, y] -= 1
    return p


def _whole_rows(p: Tensor, y: Tensor) -> Tensor:
    p = p.clone()
    p[y] -= 1
    return p


def _logits_inputs(rng: Generator) -> list[Arguments]:
    large = torch.tensor([[1000.0, 999.0, 0.0], [-1000.0, -998.0, -999.0], [0.0, 1.0, 2.0]])
    return [
        {"logits": torch.tensor([[1.0, 2.0], [0.0, 0.5]]), "labels": torch.tensor([0, 1])},
        logits_and_labels(rng, 1, 3),
        *(logits_and_labels(rng, n, classes) for n, classes in ((3, 4), (5, 5), (64, 10))),
        {"logits": large, "labels": torch.tensor([1, 0, 2])},
    ]


check_logits_gradient = Exercise(
    name="logits_gradient",
    doc="""Check `logits_gradient(logits, labels)`, the gradient of the mean cross-entropy.

    It takes shapes (batch, classes) and (batch,), and returns (batch, classes).

    Examples:
        >>> check_logits_gradient(lambda x, y: x.softmax(dim=1) / len(y)).mistake
        'labels forgotten'
    """,
    use=_use_logits,
    answer=_gradient,
    inputs=_logits_inputs,
    mistakes=[
        Mistake(
            name="not divided by the batch",
            answer=partial(_gradient, divide=lambda g: g),
            says="Each row is the gradient of its own loss, but the loss of the batch is a mean.",
            hint="Divide by the number of examples.",
        ),
        Mistake(
            name="divided by all numbers",
            answer=partial(_gradient, divide=lambda g: g / g.numel()),
            says="You divided by the number of logits.",
            hint="The loss is a mean over the examples, so divide by the number of rows.",
        ),
        Mistake(
            name="wrong sign",
            answer=partial(_gradient, subtract=lambda p, y: F.one_hot(y, p.shape[1]) - p),
            says="Your gradient has the wrong sign and points downhill.",
            hint=(
                "Take the probabilities minus the one-hot labels. The minus sign belongs to the "
                "step."
            ),
        ),
        Mistake(
            name="labels forgotten",
            answer=partial(_gradient, subtract=lambda p, y: p + 0 * y[:, None]),
            says="Your gradient is just the probabilities and doesn't depend on the labels.",
            hint="Subtract 1 at the label of each row.",
        ),
        Mistake(
            name="autograd",
            answer=_with_autograd,
            says="You call autograd, and the task asks for the gradient without it.",
            hint="Compute it from the probabilities and the one-hot labels.",
        ),
        Mistake(
            name="set to -1",
            answer=partial(_gradient, subtract=_set),
            says="You replace the probability at the label by -1 instead of subtracting 1 from it.",
            hint="Use `-= 1` where you have `= -1`.",
        ),
        Mistake(
            name="every row",
            answer=partial(_gradient, subtract=_every_row),
            says="You subtract in every row at the labels of all examples.",
            hint="Index the rows with `torch.arange(len(labels))`, and the columns with `labels`.",
        ),
        Mistake(
            name="label numbers subtracted",
            answer=partial(_gradient, subtract=lambda p, y: p - y[:, None]),
            says="You subtract the numbers of the classes from the probabilities.",
            hint="Subtract the one-hot labels, as from `F.one_hot(labels, logits.shape[1])`.",
        ),
        Mistake(
            name="labels as a row",
            answer=partial(_gradient, subtract=lambda p, y: p - y),
            says="You subtract the vector of labels, so it broadcasts along the columns.",
            hint="Subtract the one-hot labels, as from `F.one_hot(labels, logits.shape[1])`.",
        ),
        Mistake(
            name="whole rows",
            answer=partial(_gradient, subtract=_whole_rows),
            says="`p[labels] -= 1` takes the labels for numbers of rows, and changes whole rows.",
            hint="Index both axes, as in `p[torch.arange(len(labels)), labels] -= 1`.",
        ),
        Mistake(
            name="labels added",
            answer=partial(_gradient, subtract=lambda p, y: p + F.one_hot(y, p.shape[1])),
            says="You add 1 at the label of each row.",
            hint="Subtract it.",
        ),
        Mistake(
            name="one-hot labels too narrow",
            answer=partial(_gradient, subtract=lambda p, y: p - F.one_hot(y)),
            says=(
                "`F.one_hot(labels)` has only as many columns as the largest label in the batch "
                "needs."
            ),
            hint="Say how many classes there are, as in `F.one_hot(labels, logits.shape[1])`.",
        ),
        Mistake(
            name="probabilities forgotten",
            answer=partial(_gradient, probabilities=torch.zeros_like),
            says="Your gradient is just the labels and doesn't depend on the logits.",
            hint="Begin with the probabilities, and subtract the one-hot labels.",
        ),
        Mistake(
            name="no softmax",
            answer=partial(_gradient, probabilities=lambda x: x),
            says="You subtract the labels from the logits themselves.",
            hint="Turn the logits into probabilities with softmax first.",
        ),
        Mistake(
            name="sigmoid",
            answer=partial(_gradient, probabilities=torch.sigmoid),
            says="You took the sigmoid of each logit, so the rows don't sum to 1.",
            hint="Use softmax, which looks at the whole row.",
        ),
        Mistake(
            name="logarithm of the probabilities",
            answer=partial(_gradient, probabilities=lambda x: torch.log_softmax(x, dim=1)),
            says="You subtract the labels from the logarithms of the probabilities.",
            hint="Use softmax instead of log-softmax.",
        ),
        Mistake(
            name="exponentials alone",
            answer=partial(_gradient, probabilities=torch.exp),
            says="Your exponentials aren't probabilities yet, because the rows don't sum to 1.",
            hint="Divide each row by its sum, which is what softmax does.",
        ),
        Mistake(
            name="wrong axis",
            answer=partial(_gradient, probabilities=lambda x: torch.softmax(x, dim=0)),
            says="You took softmax over the examples instead of the classes.",
            hint="The class axis is `dim=1`.",
        ),
        Mistake(
            name="sum over everything",
            answer=partial(_gradient, probabilities=lambda x: x.exp() / x.exp().sum()),
            says="You divide by the sum of all exponentials, but each row has its own.",
            hint="Sum with `dim=1` and `keepdim=True`.",
        ),
        Mistake(
            name="overflow",
            answer=partial(
                _gradient, probabilities=lambda x: x.exp() / x.exp().sum(dim=1, keepdim=True)
            ),
            says="Your exponentials overflow when the logits are large, and the result is nan.",
            hint="Subtract the largest logit of each row first, or use `torch.softmax`.",
        ),
        Mistake(
            name="one maximum for all rows",
            answer=partial(
                _gradient,
                probabilities=lambda x: (
                    (x - x.max()).exp() / (x - x.max()).exp().sum(dim=1, keepdim=True)
                ),
            ),
            says=(
                "You subtract one maximum from all rows. Where a row is far below it, all "
                "exponentials are 0, and the result is nan."
            ),
            hint="Subtract the maximum of each row, with `dim=1` and `keepdim=True`.",
        ),
        Mistake(
            name="divided by the classes",
            answer=partial(_gradient, divide=lambda g: g / g.shape[1]),
            says="You divided by the number of classes.",
            hint="The loss is a mean over the examples, so divide by the number of rows.",
        ),
    ],
)


def _use_relu(relu_backward: Callable[..., Any], dA: Tensor, Z: Tensor) -> Any:
    """Call the answer. At 0, where ReLU has a kink, any slope from 0 to 1 will do."""
    dZ = relu_backward(dA, Z)
    if not (isinstance(dZ, Tensor) and dZ.shape == Z.shape):
        return dZ
    dZ = dZ.to(dA.dtype)
    allowed = (dZ * dA >= 0) & (dZ.abs() <= dA.abs())
    return torch.where((Z == 0) & allowed, 0, dZ)


def _relu_inputs(rng: Generator) -> list[Arguments]:
    shapes = ((1, 4), (3, 3), (5,), (64, 128))
    some = [random_tensors(rng, dA=shape, Z=shape) for shape in shapes]
    some[0]["Z"][0, 1] = 0.0
    some[1] = {"dA": 300 * some[1]["dA"], "Z": 100 * some[1]["Z"]}
    return [
        {"dA": torch.tensor([[1.0, -2.0, 3.0, -4.0]]), "Z": torch.tensor([[0.5, 2.0, -1.0, -3.0]])},
        *some,
    ]


check_relu_backward = Exercise(
    name="relu_backward",
    doc="""Check `relu_backward(dA, Z)`, which takes the gradient back through ReLU.

    `Z` is ReLU's input and `dA` the gradient of the loss with respect to its output. The arguments
    and the result have the same shape.

    Examples:
        >>> import torch
        >>> check_relu_backward(lambda dA, Z: dA * torch.relu(Z)).mistake
        'times the output'
    """,
    use=_use_relu,
    answer=lambda dA, Z: dA * (Z > 0),
    inputs=_relu_inputs,
    mistakes=[
        Mistake(
            name="no mask",
            answer=lambda dA, Z: dA + 0 * Z,
            says="You let the whole gradient through, but ReLU is flat where Z is negative.",
            hint="Multiply by 1 where Z is positive, and by 0 elsewhere.",
        ),
        Mistake(
            name="wrong mask",
            answer=lambda dA, Z: dA * (dA > 0) + 0 * Z,
            says="You kept the gradient where dA is positive.",
            hint="The sign of Z decides, not the sign of the gradient.",
        ),
        Mistake(
            name="times the output",
            answer=lambda dA, Z: dA * relu(Z),
            says="You multiplied by ReLU's output.",
            hint="Multiply by its slope, which is 1 where Z is positive.",
        ),
        Mistake(
            name="mask upside down",
            answer=lambda dA, Z: dA * (Z <= 0),
            says="You kept the gradient where Z is negative and dropped it where Z is positive.",
            hint="Reverse the comparison.",
        ),
        Mistake(
            name="slope alone",
            answer=lambda dA, Z: (Z > 0).to(dA.dtype),
            says="You return ReLU's slope alone, and don't use dA.",
            hint="The chain rule says to multiply the slope by `dA`.",
        ),
        Mistake(
            name="zero divided by zero",
            answer=lambda dA, Z: dA * relu(Z) / Z,
            says="Where Z is exactly zero, you divide zero by zero, which gives nan.",
            hint="Compare instead of dividing. `Z > 0` is true or false, and counts as 1 or 0.",
        ),
        Mistake(
            name="times Z",
            answer=lambda dA, Z: dA * Z,
            says="You multiplied by Z.",
            hint="Multiply by ReLU's slope, which is 1 where Z is positive and 0 elsewhere.",
        ),
        Mistake(
            name="sign of Z",
            answer=lambda dA, Z: dA * Z.sign(),
            says="Where Z is negative, you turn the gradient around, but ReLU is flat there.",
            hint="Multiply by 0 where Z is negative.",
        ),
        Mistake(
            name="leaky",
            answer=lambda dA, Z: torch.where(Z > 0, dA, 0.01 * dA),
            says="You let a part of the gradient through where Z is negative, as leaky ReLU does.",
            hint="ReLU is flat there, so multiply by 0.",
        ),
        Mistake(
            name="Z where it is negative",
            answer=lambda dA, Z: torch.where(Z > 0, dA, Z),
            says="Where Z is negative, you return Z itself.",
            hint="ReLU is flat there, so the gradient is 0.",
        ),
        Mistake(
            name="ReLU of the product",
            answer=lambda dA, Z: relu(dA * Z),
            says="You return ReLU of the product of dA and Z.",
            hint="Multiply `dA` by ReLU's slope, which is 1 where Z is positive and 0 elsewhere.",
        ),
        Mistake(
            name="forward",
            answer=lambda dA, Z: relu(Z) + 0 * dA,
            says="You return ReLU's output, which is its forward pass.",
            hint="Multiply `dA` by the slope, which is 1 where Z is positive and 0 elsewhere.",
        ),
        Mistake(
            name="slope of the gradient",
            answer=lambda dA, Z: Z * (dA > 0),
            says="You have exchanged dA and Z.",
            hint="Multiply `dA` by 1 where `Z` is positive.",
        ),
    ],
)
