"""The exercises of lesson 9."""

import torch
import torch.nn.functional as F
from torch import Tensor, relu

from mlp_tutorial.exercises._inputs import logits_and_labels, random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import softmax


def _surplus(logits: Tensor, labels: Tensor) -> Tensor:
    return softmax(logits) - F.one_hot(labels, logits.shape[1])


check_logits_gradient = Exercise(
    name="logits_gradient",
    doc="""Check `logits_gradient(logits, labels)`, the gradient of the mean cross-entropy.

    It takes shapes (batch, classes) and (batch,), and returns (batch, classes).

    Examples:
        >>> check_logits_gradient(lambda x, y: x.softmax(dim=1) / len(y)).mistake
        'labels forgotten'
    """,
    answer=lambda logits, labels: _surplus(logits, labels) / len(labels),
    inputs=lambda rng: [
        {"logits": torch.tensor([[1.0, 2.0], [0.0, 0.0]]), "labels": torch.tensor([0, 1])},
        *(logits_and_labels(rng, n, classes) for n, classes in ((3, 4), (64, 10))),
    ],
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
    ],
)


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
    answer=lambda dA, Z: dA * (Z > 0),
    inputs=lambda rng: [
        {"dA": torch.tensor([[1.0, -2.0, 3.0]]), "Z": torch.tensor([[0.5, 2.0, -1.0]])},
        *(random_tensors(rng, dA=shape, Z=shape) for shape in ((3, 3), (64, 128))),
    ],
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
    ],
)
