"""What a network is worth: measured on digits it was not trained on, each counted once."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor, nn

from mlp_tutorial._checks import check_labels, check_shape, check_tensor
from mlp_tutorial._modes import keep_modes

__all__ = [
    "Calibration",
    "Evaluation",
    "calibration",
    "confusion_matrix",
    "evaluate",
    "precision_and_recall",
    "predict",
    "worst_mistakes",
]


@dataclass(frozen=True)
class Evaluation:
    """What a network is worth on a set of examples.

    Attributes:
        loss: Mean cross-entropy in nats, 0 or more.
        accuracy: The share that it gets right, from 0 to 1.
        examples: How many there were.

    Examples:
        >>> Evaluation(loss=0.07, accuracy=0.98, examples=10_000).accuracy
        0.98
    """

    loss: float
    accuracy: float
    examples: int


@dataclass(frozen=True, eq=False)
class Calibration:
    """How often a network is right when it is how sure.

    Attributes:
        confidence: Mean probability of the favourite class in each bin, shape (bins,), float64; nan
            where the bin is empty.
        accuracy: The share of each bin that is right, like the confidence.
        count: Examples in each bin, shape (bins,).
        error: The expected calibration error: the distance between confidence and accuracy,
            averaged over the examples, from 0 to 1.

    Examples:
        >>> calibration(torch.zeros(4, 10), torch.tensor([0, 1, 2, 3])).error < 0.2
        True
    """

    confidence: Float[Tensor, " bins"]
    accuracy: Float[Tensor, " bins"]
    count: Int64[Tensor, " bins"]
    error: float


@torch.no_grad()
def predict(
    model: nn.Module, x: Float[Tensor, "N ..."], *, batch_size: int = 1000
) -> Float[Tensor, "N classes"]:
    """Compute the logits of many examples, with dropout off.

    Afterwards each part of the model is in the mode in which it was before.

    Args:
        model: Returns logits of shape (batch, classes).
        x: The examples along the first axis, at least one, on any device.
        batch_size: Examples at a time, 1 or more: a matter of memory and speed, and of the last
            digits, since products of another size may be summed in another order.

    Returns:
        Logits, shape (N, classes), on the device of the model, without gradients.

    Raises:
        TypeError: If `x` is not a tensor.
        ValueError: If there is no example, or `batch_size` is less than 1.

    Examples:
        >>> from mlp_tutorial.networks import MLP
        >>> predict(MLP([784, 10]), torch.zeros(5, 784)).shape
        torch.Size([5, 10])
    """
    check_tensor("x", x)
    check_shape("x", x, "(N, …)", ok=x.ndim > 0 and len(x) > 0, hint="there is nothing to predict")
    if batch_size < 1:
        raise ValueError(f"expected a batch_size of 1 or more, got {batch_size}")
    place = next(model.parameters(), x)
    with keep_modes(model):
        model.eval()
        return torch.cat([model(batch.to(place.device)) for batch in x.split(batch_size)])


def evaluate(
    model: nn.Module, x: Float[Tensor, "N ..."], y: Int64[Tensor, " N"], *, batch_size: int = 1000
) -> Evaluation:
    """Measure loss and accuracy over all examples.

    Each example counts once: sums are divided at the end, never averaged over batches, of which the
    last may be smaller.

    Args:
        model: Returns logits of shape (batch, classes).
        x: The examples along the first axis, at least one, on any device.
        y: Their labels, from 0 to classes - 1.
        batch_size: Examples at a time, 1 or more; it changes the loss by rounding at most.

    Returns:
        The mean loss, the accuracy and the number of examples.

    Raises:
        TypeError: If `x` is not a tensor, or `y` not one of int64.
        ValueError: If there is no example, a label is missing or out of range, or `batch_size` is
            less than 1.

    Examples:
        >>> from mlp_tutorial.networks import MLP
        >>> evaluate(MLP([784, 10]), torch.zeros(5, 784), torch.zeros(5).long()).examples
        5
    """
    logits = predict(model, x, batch_size=batch_size)
    y = _labels(logits, y)
    right = (logits.argmax(1) == y).sum().item()
    # In float64, so that the sum does not depend on its order.
    loss = F.cross_entropy(logits.cpu().double(), y.cpu()).item()
    return Evaluation(loss, right / len(y), len(y))


def confusion_matrix(
    logits: Float[Tensor, "N classes"], y: Int64[Tensor, " N"]
) -> Int64[Tensor, "classes classes"]:
    """Count which class was taken for which.

    Args:
        logits: Or probabilities; the largest of a row is the prediction.
        y: The labels.

    Returns:
        In row i and column j the number of examples of class i that were taken for j, on the CPU.

    Raises:
        TypeError: If an argument is not a tensor, or `y` not one of int64.
        ValueError: If shapes do not fit, or a label is out of range.

    Examples:
        >>> confusion_matrix(torch.eye(3), torch.tensor([0, 1, 1]))
        tensor([[1, 0, 0],
                [0, 1, 1],
                [0, 0, 0]])
    """
    y = _labels(logits, y).cpu()
    classes = logits.shape[1]
    pairs = y * classes + logits.argmax(1).cpu()
    return pairs.bincount(minlength=classes**2).reshape(classes, classes)


def precision_and_recall(
    confusion: Int64[Tensor, "classes classes"],
) -> tuple[Float[Tensor, " classes"], Float[Tensor, " classes"]]:
    """Compute for each class how far its predictions can be trusted, and how many it finds.

    Args:
        confusion: Of [`confusion_matrix`][mlp_tutorial.evaluation.confusion_matrix].

    Returns:
        Precision, the share of the predictions of each class that is right, and recall, the share
            of the examples of each class that is found; both of shape (classes,), from 0 to 1, and
            nan where there is nothing to divide by.

    Raises:
        TypeError: If `confusion` is not a tensor.
        ValueError: If it is not square.

    Examples:
        >>> precision_and_recall(torch.tensor([[1, 0], [1, 2]]))
        (tensor([0.5000, 1.0000]), tensor([1.0000, 0.6667]))
    """
    check_tensor("confusion", confusion)
    ok = confusion.ndim == 2 and confusion.shape[0] == confusion.shape[1]
    check_shape("confusion", confusion, "(classes, classes)", ok=ok, hint="see confusion_matrix")
    right = confusion.diagonal()
    return right / confusion.sum(0), right / confusion.sum(1)


def calibration(
    logits: Float[Tensor, "N classes"], y: Int64[Tensor, " N"], *, bins: int = 10
) -> Calibration:
    """Compare how sure a network is with how often it is right.

    The examples are sorted into bins of equal width by the probability of their favourite class.
    See Guo, Pleiss, Sun and Weinberger, *On Calibration of Modern Neural Networks*, 2017.

    Args:
        logits: Of the network, not probabilities.
        y: The labels.
        bins: How many, 1 or more.

    Returns:
        Confidence, accuracy and count of each bin, and the expected calibration error.

    Raises:
        TypeError: If an argument is not a tensor, or `y` not one of int64.
        ValueError: If shapes do not fit, a label is out of range, or `bins` is less than 1.

    Examples:
        >>> sure_and_right = calibration(torch.eye(10) * 100, torch.arange(10))
        >>> sure_and_right.error
        0.0
    """
    y = _labels(logits, y).cpu()
    if bins < 1:
        raise ValueError(f"expected bins of 1 or more, got {bins}")
    top, predicted = logits.detach().cpu().double().softmax(1).max(1)
    which = (top * bins).long().clamp(max=bins - 1)
    count = which.bincount(minlength=bins)
    confidence = which.bincount(top, minlength=bins) / count
    accuracy = which.bincount((predicted == y).double(), minlength=bins) / count
    distance = (confidence - accuracy).abs().nan_to_num() * count
    return Calibration(confidence, accuracy, count, (distance.sum() / len(y)).item())


def worst_mistakes(
    logits: Float[Tensor, "N classes"], y: Int64[Tensor, " N"], *, most: int = 16
) -> Int64[Tensor, " M"]:
    """Find the mistakes with the largest loss.

    Args:
        logits: Of the network.
        y: The labels.
        most: The largest number to return, 1 or more.

    Returns:
        Where they stand, the largest loss first; shape (M,), fewer than `most` if there are fewer
            mistakes. On the CPU.

    Raises:
        TypeError: If an argument is not a tensor, or `y` not one of int64.
        ValueError: If shapes do not fit, a label is out of range, or `most` is less than 1.

    Examples:
        >>> worst_mistakes(torch.eye(3), torch.tensor([0, 1, 1]))
        tensor([2])
    """
    y = _labels(logits, y)
    if most < 1:
        raise ValueError(f"expected most of 1 or more, got {most}")
    wrong = (logits.argmax(1) != y).nonzero()[:, 0]
    losses = F.cross_entropy(logits[wrong], y[wrong], reduction="none")
    return wrong[losses.argsort(descending=True, stable=True)][:most].cpu()


def _labels(logits: Tensor, y: Tensor) -> Tensor:
    """Refuse labels that do not belong to the logits, and return them on their device."""
    check_tensor("logits", logits)
    ok = logits.ndim == 2 and len(logits) > 0
    check_shape("logits", logits, "(N, classes)", ok=ok, hint="one row for each example")
    return check_labels("y", y, *logits.shape).to(logits.device)
