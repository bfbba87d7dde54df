"""The exercises of lesson 9."""

from collections.abc import Callable
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
    if called and same(gradient, _surplus(logits, labels) / len(labels)):
        raise Made("autograd")
    return gradient


def _surplus(logits: Tensor, labels: Tensor) -> Tensor:
    return softmax(logits) - F.one_hot(labels, logits.shape[1])


def _surplus_of(
    probabilities: Callable[[Tensor], Tensor] = softmax,
) -> Callable[[Tensor, Tensor], Tensor]:
    """Make the gradient from something else than the right probabilities."""
    return lambda x, y: (probabilities(x) - F.one_hot(y, x.shape[1])) / len(y)


def _with_autograd(logits: Tensor, labels: Tensor) -> Tensor:
    leaf = logits.clone().requires_grad_()
    F.cross_entropy(leaf, labels).backward()
    return leaf.grad


def _set_to_minus_one(logits: Tensor, labels: Tensor) -> Tensor:
    gradient = softmax(logits)
    gradient[torch.arange(len(labels)), labels] = -1
    return gradient / len(labels)


def _every_row(logits: Tensor, labels: Tensor) -> Tensor:
    gradient = softmax(logits)
    gradient[:, labels] -= 1
    return gradient / len(labels)


def _minus_labels(logits: Tensor, labels: Tensor) -> Tensor:
    return (softmax(logits) - labels[:, None]) / len(labels)


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
    answer=lambda logits, labels: _surplus(logits, labels) / len(labels),
    inputs=_logits_inputs,
    mistakes=[
        Mistake(
            name="not divided by the batch",
            answer=_surplus,
            says="Each row is the gradient of its own loss, but the loss of the batch is a mean.",
            hint="Divide by the number of examples.",
        ),
        Mistake(
            name="divided by all numbers",
            answer=lambda x, y: _surplus(x, y) / x.numel(),
            says="You divided by the number of logits.",
            hint="The loss is a mean over the examples, so divide by the number of rows.",
        ),
        Mistake(
            name="wrong sign",
            answer=lambda x, y: -_surplus(x, y) / len(y),
            says="Your gradient has the wrong sign and points downhill.",
            hint=(
                "Take the probabilities minus the one-hot labels. The minus sign belongs to the "
                "step."
            ),
        ),
        Mistake(
            name="labels forgotten",
            answer=lambda x, y: softmax(x) / len(y),
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
            answer=_set_to_minus_one,
            says="You replace the probability at the label by -1 instead of subtracting 1 from it.",
            hint="Use `-= 1` where you have `= -1`.",
        ),
        Mistake(
            name="every row",
            answer=_every_row,
            says="You subtract in every row at the labels of all examples.",
            hint="Index the rows with `torch.arange(len(labels))`, and the columns with `labels`.",
        ),
        Mistake(
            name="label numbers subtracted",
            answer=_minus_labels,
            says="You subtract the numbers of the classes from the probabilities.",
            hint="Subtract the one-hot labels, as from `F.one_hot(labels, logits.shape[1])`.",
        ),
        Mistake(
            name="probabilities forgotten",
            answer=lambda x, y: 0 * x - F.one_hot(y, x.shape[1]) / len(y),
            says="Your gradient is just the labels and doesn't depend on the logits.",
            hint="Begin with the probabilities, and subtract the one-hot labels.",
        ),
        Mistake(
            name="no softmax",
            answer=_surplus_of(lambda x: x),
            says="You subtract the labels from the logits themselves.",
            hint="Turn the logits into probabilities with softmax first.",
        ),
        Mistake(
            name="sigmoid",
            answer=_surplus_of(torch.sigmoid),
            says="You took the sigmoid of each logit, so the rows don't sum to 1.",
            hint="Use softmax, which looks at the whole row.",
        ),
        Mistake(
            name="logarithm of the probabilities",
            answer=_surplus_of(lambda x: torch.log_softmax(x, dim=1)),
            says="You subtract the labels from the logarithms of the probabilities.",
            hint="Use softmax instead of log-softmax.",
        ),
        Mistake(
            name="exponentials alone",
            answer=_surplus_of(torch.exp),
            says="Your exponentials aren't probabilities yet, because the rows don't sum to 1.",
            hint="Divide each row by its sum, which is what softmax does.",
        ),
        Mistake(
            name="wrong axis",
            answer=_surplus_of(lambda x: torch.softmax(x, dim=0)),
            says="You took softmax over the examples instead of the classes.",
            hint="The class axis is `dim=1`.",
        ),
        Mistake(
            name="sum over everything",
            answer=_surplus_of(lambda x: x.exp() / x.exp().sum()),
            says="You divide by the sum of all exponentials, but each row has its own.",
            hint="Sum with `dim=1` and `keepdim=True`.",
        ),
        Mistake(
            name="overflow",
            answer=_surplus_of(lambda x: x.exp() / x.exp().sum(dim=1, keepdim=True)),
            says="Your exponentials overflow when the logits are large, and the result is nan.",
            hint="Subtract the largest logit of each row first, or use `torch.softmax`.",
        ),
        Mistake(
            name="one maximum for all rows",
            answer=_surplus_of(
                lambda x: (x - x.max()).exp() / (x - x.max()).exp().sum(dim=1, keepdim=True)
            ),
            says=(
                "You subtract one maximum from all rows. Where a row is far below it, all "
                "exponentials are 0, and the result is nan."
            ),
            hint="Subtract the maximum of each row, with `dim=1` and `keepdim=True`.",
        ),
        Mistake(
            name="divided by the classes",
            answer=lambda x, y: _surplus(x, y) / x.shape[1],
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
    allowed = (dZ * dA >= 0) & (dZ.abs() <= dA.abs())
    return torch.where((Z == 0) & allowed, 0, dZ).to(dA.dtype)


def _relu_inputs(rng: Generator) -> list[Arguments]:
    shapes = ((1, 4), (3, 3), (5,), (64, 128))
    some = [random_tensors(rng, dA=shape, Z=shape) for shape in shapes]
    some[0]["Z"][0, 1] = 0.0
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
            name="forward",
            answer=lambda dA, Z: relu(Z) + 0 * dA,
            says="You return ReLU's output, which is its forward pass.",
            hint="Multiply `dA` by the slope, which is 1 where Z is positive and 0 elsewhere.",
        ),
        Mistake(
            name="wrong sign",
            answer=lambda dA, Z: -dA * (Z > 0),
            says="Your gradient has the wrong sign.",
            hint="Multiply `dA` by 1 where Z is positive. The minus sign belongs to the step.",
        ),
        Mistake(
            name="slope of the gradient",
            answer=lambda dA, Z: Z * (dA > 0),
            says="You have exchanged dA and Z.",
            hint="Multiply `dA` by 1 where `Z` is positive.",
        ),
    ],
)
