"""Measures of how good a network is, on examples that it was not trained on."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor, nn

from mlp_tutorial._checks import (
    check_finite,
    check_labels,
    check_shape,
    check_tensor,
    check_whole,
)
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
    """Loss and accuracy of a network on a set of examples.

    Attributes:
        loss: Mean cross-entropy in nats, 0 or more.
        accuracy: The fraction that it gets right, from 0 to 1.
        examples: The number of examples.

    Examples:
        >>> Evaluation(loss=0.07, accuracy=0.98, examples=10_000).accuracy
        0.98
    """

    loss: float
    accuracy: float
    examples: int


@dataclass(frozen=True, eq=False)
class Calibration:
    """How sure a network is, and how often it is right when it is that sure.

    Attributes:
        confidence: Mean probability of the predicted class in each bin, shape (bins,), float64. It
            is nan where the bin is empty.
        accuracy: The fraction of each bin that is right, like `confidence`.
        count: Number of examples in each bin, shape (bins,).
        error: The expected calibration error, from 0 to 1. It is the distance between confidence
            and accuracy, averaged over the examples.

    Examples:
        >>> calibration(torch.zeros(4, 10), torch.tensor([0, 1, 2, 3])).error < 0.2
        True
    """

    confidence: Float[Tensor, " bins"]
    accuracy: Float[Tensor, " bins"]
    count: Int64[Tensor, " bins"]
    error: float


def predict(
    model: nn.Module, x: Float[Tensor, "N ..."], *, batch_size: int = 1000
) -> Float[Tensor, "N classes"]:
    """Compute the logits of many examples, with dropout off.

    Each part of the model is back in its own mode afterwards.

    Args:
        model: Returns logits of shape (batch, classes).
        x: The examples along the first axis, at least one, on any device.
        batch_size: Examples at a time, 1 or more. It affects memory, speed and the last digits of
            the result, because the order of summation depends on the size.

    Returns:
        Logits, shape (N, classes), on the device of the model, without gradients.

    Raises:
        TypeError: If `x` is not a tensor of a dtype that the model takes, or the model returns
            anything but a tensor.
        ValueError: If there is no example, `x` has a nan or infinity or a shape that the model
            doesn't take, or `batch_size` is less than 1.

    Examples:
        >>> from mlp_tutorial.networks import MLP
        >>> predict(MLP([784, 10]), torch.zeros(5, 784)).shape
        torch.Size([5, 10])
    """
    return _compute_logits("x", model, x, batch_size=batch_size)


def _compute_logits(name: str, model: nn.Module, x: Tensor, *, batch_size: int = 1000) -> Tensor:
    """Predict for [`predict`][mlp_tutorial.evaluation.predict], with a name for `x` in errors."""
    check_tensor(name, x)
    check_shape(name, x, "(N, …)", ok=x.ndim > 0 and len(x) > 0, hint="give at least one example")
    check_finite(name, x)
    batch_size = check_whole("batch_size", batch_size)
    parameters = dict(model.named_parameters())
    device = next(iter(parameters.values()), x).device
    with torch.no_grad(), keep_modes(model):
        model.eval()
        try:
            logits = [model(batch.to(device)) for batch in x.split(batch_size)]
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            for parameter, value in parameters.items():
                if value.is_floating_point() and value.dtype != x.dtype:
                    raise TypeError(
                        f"expected {name} of {value.dtype}, like {parameter} of the model, got "
                        f"{x.dtype}; convert it with .to({value.dtype})"
                    ) from error
            raise ValueError(
                f"expected {name} of a shape that the model takes, got {tuple(x.shape)}; {error}"
            ) from error
    if not isinstance(logits[0], Tensor):
        raise TypeError(f"expected logits from the model, got {type(logits[0]).__name__}")
    return torch.cat(logits)


def evaluate(
    model: nn.Module, x: Float[Tensor, "N ..."], y: Int64[Tensor, " N"], *, batch_size: int = 1000
) -> Evaluation:
    """Measure loss and accuracy over all examples.

    Each example counts once. Sums are divided at the end, because an average over batches would be
    wrong if the last batch is smaller.

    Args:
        model: Returns logits of shape (batch, classes).
        x: The examples along the first axis, at least one, on any device.
        y: Their labels, from 0 to classes - 1.
        batch_size: Examples at a time, 1 or more. It changes the loss only by rounding.

    Returns:
        The mean loss, the accuracy and the number of examples.

    Raises:
        TypeError: If `x` is not a tensor of a dtype that the model takes, or `y` is not an int64
            tensor.
        ValueError: If there is no example, a label is missing or out of range, a number in `x` or
            in the logits is nan, or `batch_size` is less than 1.

    Examples:
        >>> from mlp_tutorial.networks import MLP
        >>> evaluate(MLP([784, 10]), torch.zeros(5, 784), torch.zeros(5).long()).examples
        5
    """
    logits = predict(model, x, batch_size=batch_size)
    y = _labels(logits, y)
    right = (logits.argmax(1) == y).sum().item()
    # In float64, the order of the sum hardly matters.
    loss = F.cross_entropy(logits.cpu().double(), y.cpu()).item()
    return Evaluation(loss, right / len(y), len(y))


def confusion_matrix(
    logits: Float[Tensor, "N classes"], y: Int64[Tensor, " N"]
) -> Int64[Tensor, "classes classes"]:
    """Count how often each class was predicted for each true class.

    Args:
        logits: Logits or probabilities. The largest in a row is the prediction.
        y: The labels.

    Returns:
        A matrix on the CPU. Row i, column j counts the examples of class i predicted as j.

    Raises:
        TypeError: If an argument is not a tensor, or `y` is not an int64 tensor.
        ValueError: If the shapes do not fit, a label is out of range, or a number is nan.

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
    """Compute the precision and the recall of each class.

    Args:
        confusion: From [`confusion_matrix`][mlp_tutorial.evaluation.confusion_matrix].

    Returns:
        Precision, the fraction of the predictions of each class that are right, and recall, the
            fraction of the examples of each class that are found. Both have shape (classes,) and
            values from 0 to 1, or nan for 0 divided by 0.

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

    The examples are sorted into bins of equal width by the probability of the predicted class.
    See Guo, Pleiss, Sun and Weinberger, *On Calibration of Modern Neural Networks*, 2017.

    Args:
        logits: Logits of the network, not probabilities.
        y: The labels.
        bins: Number of bins, 1 or more.

    Returns:
        Confidence, accuracy and count of each bin, and the expected calibration error.

    Raises:
        TypeError: If an argument is not a tensor, or `y` is not an int64 tensor.
        ValueError: If the shapes do not fit, a label is out of range, a number is nan, or `bins` is
            less than 1.

    Examples:
        >>> sure_and_right = calibration(torch.eye(10) * 100, torch.arange(10))
        >>> sure_and_right.error
        0.0
    """
    y = _labels(logits, y).cpu()
    bins = check_whole("bins", bins)
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
        logits: Logits of the network.
        y: The labels.
        most: The maximum number of mistakes to return, 1 or more.

    Returns:
        Their indices on the CPU, the largest loss first. Shape (M,), where M is `most` or the
            number of mistakes, whichever is less.

    Raises:
        TypeError: If an argument is not a tensor, or `y` is not an int64 tensor.
        ValueError: If the shapes do not fit, a label is out of range, a number is nan, or `most` is
            less than 1.

    Examples:
        >>> worst_mistakes(torch.eye(3), torch.tensor([0, 1, 1]))
        tensor([2])
    """
    y = _labels(logits, y)
    most = check_whole("most", most)
    wrong = (logits.argmax(1) != y).nonzero()[:, 0]
    losses = F.cross_entropy(logits[wrong], y[wrong], reduction="none")
    return wrong[losses.argsort(descending=True, stable=True)][:most].cpu()


def _labels(logits: Tensor, y: Tensor) -> Tensor:
    """Check that the labels fit the logits, and return them on the device of the logits."""
    check_tensor("logits", logits)
    ok = logits.ndim == 2 and len(logits) > 0
    check_shape("logits", logits, "(N, classes)", ok=ok, hint="one row for each example")
    if logits.isnan().any():
        check_finite("logits", logits, hint="look for nan in the weights and the inputs")
    return check_labels("y", y, *logits.shape).to(logits.device)
