"""The exercises of lessons 9 to 14: gradients, steps, evaluation, checkpoints, batches, bugs."""

import math
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn, relu, softmax

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._judge import Arguments, Exercise, Mistake, judge


def _logits_and_labels(rng: Generator) -> list[Arguments]:
    small = {"logits": torch.tensor([[1.0, 2.0], [0.0, 0.0]]), "labels": torch.tensor([0, 1])}
    return [small, *(_classified(rng, n, classes) for n, classes in ((3, 4), (64, 10)))]


def _classified(rng: Generator, n: int, classes: int) -> Arguments:
    logits = torch.randn(n, classes, generator=rng)
    return {"logits": logits, "labels": torch.randint(classes, (n,), generator=rng)}


def _surplus(logits: Tensor, labels: Tensor) -> Tensor:
    return softmax(logits, dim=1) - F.one_hot(labels, logits.shape[1])


LOGITS_GRADIENT = Exercise(
    "logits_gradient",
    lambda logits, labels: _surplus(logits, labels) / len(labels),
    _logits_and_labels,
    [
        Mistake(
            "not divided by the batch",
            _surplus,
            "Each of your rows is the gradient of its own loss; the loss is their mean.",
            "Divide by the number of examples.",
        ),
        Mistake(
            "divided by all numbers",
            lambda x, y: _surplus(x, y) / x.numel(),
            "You divided by the number of logits.",
            "The loss is a mean over the examples: divide by the number of rows.",
        ),
        Mistake(
            "wrong sign",
            lambda x, y: -_surplus(x, y) / len(y),
            "Your gradient points downhill, where the loss becomes smaller.",
            "It is the probabilities minus the one-hot labels; the step has the minus sign.",
        ),
        Mistake(
            "labels forgotten",
            lambda x, y: softmax(x, dim=1) / len(y),
            "Your gradient does not know the labels: it is the probabilities alone.",
            "Subtract 1 at the label of each row.",
        ),
    ],
)


def check_logits_gradient(logits_gradient: object) -> Result:
    """Check `logits_gradient(logits, labels)`: the gradient of the mean cross-entropy.

    Args:
        logits_gradient: The learner's function: from (batch, classes) and (batch,) to
            (batch, classes).

    Examples:
        >>> check_logits_gradient(lambda x, y: softmax(x, dim=1) / len(y)).mistake
        'labels forgotten'
    """
    return judge(LOGITS_GRADIENT, logits_gradient)


RELU_BACKWARD = Exercise(
    "relu_backward",
    lambda dA, Z: dA * (Z > 0),
    lambda rng: [
        {"dA": torch.tensor([[1.0, -2.0, 3.0]]), "Z": torch.tensor([[0.5, 2.0, -1.0]])},
        *(
            {"dA": torch.randn(n, m, generator=rng), "Z": torch.randn(n, m, generator=rng)}
            for n, m in ((3, 3), (64, 128))
        ),
    ],
    [
        Mistake(
            "no mask",
            lambda dA, Z: dA + 0 * Z,
            "The whole gradient passes; where Z is negative ReLU is flat and lets none through.",
            "Multiply by 1 where Z is positive, and by 0 elsewhere.",
        ),
        Mistake(
            "wrong mask",
            lambda dA, Z: dA * (dA > 0) + 0 * Z,
            "You let pass what is positive in dA.",
            "The sign of Z decides, not that of the gradient.",
        ),
        Mistake(
            "times the output",
            lambda dA, Z: dA * relu(Z),
            "You multiplied by ReLU's output.",
            "Multiply by its slope, which is 1 where Z is positive.",
        ),
        Mistake(
            "mask upside down",
            lambda dA, Z: dA * (Z <= 0),
            "You let pass where Z is negative, and nothing where it is positive.",
            "Turn the comparison round.",
        ),
    ],
)


def check_relu_backward(relu_backward: object) -> Result:
    """Check `relu_backward(dA, Z)`: the gradient behind ReLU becomes the one before it.

    Args:
        relu_backward: The learner's function; both arguments and the result have one shape.

    Examples:
        >>> check_relu_backward(lambda dA, Z: dA * relu(Z)).mistake
        'times the output'
    """
    return judge(RELU_BACKWARD, relu_backward)


class _Descent:
    """Gradient descent with momentum; PyTorch's optimizers take seconds to load."""

    def __init__(self, model: nn.Module) -> None:
        self.parameters = list(model.parameters())
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self, set_to_none: bool = True) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        for parameter, velocity in zip(self.parameters, self.velocities, strict=True):
            if parameter.grad is not None:
                velocity.mul_(0.5).add_(parameter.grad)
                parameter.sub_(0.5 * velocity)

    def state_dict(self) -> dict[str, Any]:
        return {"lr": 0.5, "momentum": 0.5, "velocities": self.velocities}


def _use_step(train_step: Callable[..., Any], x: Tensor, y: Tensor) -> Any:
    """Take three steps with a small network, and look at the losses and the weights."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 4))
    optimizer = _Descent(model)
    losses = [train_step(model, x, y, optimizer) for _ in range(3)]
    if losses[0] is None:
        return None
    weights = [parameter.detach() for parameter in model.parameters()]
    return {
        "losses": [float(torch.as_tensor(loss).detach()) for loss in losses],
        "weights": weights,
    }


def step_with(
    loss: Callable[[Tensor, Tensor], Tensor], *, zero: bool = True, step: bool = True
) -> Callable[..., Tensor]:
    """Make a training step, with what is left out."""

    def train_step(model: nn.Module, x: Tensor, y: Tensor, optimizer: _Descent) -> Tensor:
        if zero:
            optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        if step:
            optimizer.step()
        return value

    return train_step


TRAIN_STEP = Exercise(
    "train_step",
    step_with(F.cross_entropy),
    lambda rng: [
        {
            "x": torch.randn(n, 3, generator=rng),
            "y": torch.randint(4, (n,), generator=rng),
        }
        for n in (2, 5, 32)
    ],
    [
        Mistake(
            "zero_grad forgotten",
            step_with(F.cross_entropy, zero=False),
            "Your first step is right, and the later ones are not: `backward` adds to the "
            "gradients of the steps before.",
            "Call `optimizer.zero_grad()` in every step.",
        ),
        Mistake(
            "weights not moved",
            step_with(F.cross_entropy, step=False),
            "The weights are as before: they do not move.",
            "First `backward`, then `optimizer.step()`, with no `zero_grad` between.",
        ),
        Mistake(
            "softmax before the loss",
            step_with(lambda logits, y: F.cross_entropy(softmax(logits, dim=1), y)),
            "You gave `cross_entropy` probabilities: softmax is applied twice, and the gradients "
            "shrink.",
            "Give it the logits, as the model returns them.",
        ),
        Mistake(
            "ReLU on the logits",
            step_with(lambda logits, y: F.cross_entropy(relu(logits), y)),
            "You cut negative logits off at zero: no gradient passes there.",
            "Give the loss the logits as they are.",
        ),
        Mistake(
            "sum over the batch",
            step_with(partial(F.cross_entropy, reduction="sum")),
            "You summed over the batch: your step is as many times too long as there are examples.",
            "Take the mean, which is what `cross_entropy` does by itself.",
        ),
    ],
    _use_step,
)


def check_train_step(train_step: object) -> Result:
    """Check `train_step(model, x, y, optimizer)`: one step down the cross-entropy.

    Args:
        train_step: The learner's function. It returns the loss before the step.

    Examples:
        >>> def train_step(model, x, y, optimizer):
        ...     loss = F.cross_entropy(model(x), y)
        ...     loss.backward()
        ...     optimizer.step()
        ...     return loss
        >>> check_train_step(train_step).mistake
        'zero_grad forgotten'
    """
    return judge(TRAIN_STEP, train_step)


def _momentum_inputs(rng: Generator) -> list[Arguments]:
    small = {"w": 1.0, "velocity": 0.5, "gradient": 2.0, "lr": 0.1, "momentum": 0.9}
    tensors = {name: torch.randn(2, 3, generator=rng) for name in ("w", "velocity", "gradient")}
    return [small, tensors | {"lr": 0.01, "momentum": 0.5}]


def _momentum(w: Any, v: Any, g: Any, lr: float, m: float) -> Any:
    v = m * v + g
    return w - lr * v, v


MOMENTUM_STEP = Exercise(
    "momentum_step",
    _momentum,
    _momentum_inputs,
    [
        Mistake(
            "uphill",
            lambda w, v, g, lr, m: (w + lr * (m * v + g), m * v + g),
            "You add the step: the loss grows.",
            "Subtract it. The gradient points uphill.",
        ),
        Mistake(
            "old velocity",
            lambda w, v, g, lr, m: (w - lr * v, m * v + g),
            "Your step uses the velocity from before: this gradient counts one step late.",
            "Compute the new velocity first, and step with that.",
        ),
        Mistake(
            "average",
            lambda w, v, g, lr, m: (
                w - lr * (m * v + (1 - m) * g),
                m * v + (1 - m) * g,
            ),
            "You weigh the gradient with 1 - momentum, an average.",
            "PyTorch adds the whole gradient: velocity = momentum * velocity + gradient.",
        ),
        Mistake(
            "rate in the velocity",
            lambda w, v, g, lr, m: (w - (m * v + lr * g), m * v + lr * g),
            "Your velocity holds the learning rate, so a change of it is felt late.",
            "Multiply by the rate when you step, as PyTorch does.",
        ),
        Mistake(
            "momentum forgotten",
            lambda w, v, g, lr, m: (w - lr * g, g + 0 * v * m),
            "This is plain gradient descent: the old velocity is not in the new one.",
            "Begin with `momentum * velocity`.",
        ),
    ],
)


def check_momentum_step(momentum_step: object) -> Result:
    """Check `momentum_step(w, velocity, gradient, lr, momentum)`: SGD with momentum, by hand.

    Args:
        momentum_step: The learner's function. It returns the new `w` and the new velocity, as a
            tuple.

    Examples:
        >>> check_momentum_step(lambda w, v, g, lr, m: (w - lr * v, m * v + g)).mistake
        'old velocity'
    """
    return judge(MOMENTUM_STEP, momentum_step)


def _use_accuracy(accuracy: Callable[..., Any], sizes: Sequence[int]) -> Any:
    """Measure a network with dropout, which is in training mode when it is handed over."""
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 3))
    batches = [(torch.randn(n, 4), torch.randint(3, (n,))) for n in sizes]
    for x, y in batches[:-1]:  # the network is right on most but those of the last batch
        y[: len(y) - 1] = model.eval()(x).argmax(1)[: len(y) - 1]
    model.train()
    share = accuracy(model, batches)
    return None if share is None else {"accuracy": share, "in training mode": model.training}


def _measure(
    *, evaluate: bool = True, restore: bool = True, mean: bool = False, scale: float = 1
) -> Callable[..., float]:
    @torch.no_grad()
    def accuracy(model: nn.Module, batches: Sequence[tuple[Tensor, Tensor]]) -> float:
        if evaluate:
            model.eval()
        right = [(model(x).argmax(1) == y).sum().item() for x, y in batches]
        if restore:
            model.train()
        sizes = [len(y) for _, y in batches]
        if mean:
            return sum(r / n for r, n in zip(right, sizes, strict=True)) / len(batches)
        return scale * sum(right) / sum(sizes)

    return accuracy


ACCURACY = Exercise(
    "accuracy",
    _measure(),
    lambda rng: [{"sizes": [6, 2]}, {"sizes": [64, 64, 5]}],
    [
        Mistake(
            "mean of batches",
            _measure(mean=True),
            "You averaged the accuracies of the batches; the last batch is smaller, and its "
            "examples counted more.",
            "Add up what is right, and divide once, by the number of examples.",
        ),
        Mistake(
            "dropout left on",
            _measure(evaluate=False),
            "You measured with dropout: half of the hidden units were missing at random.",
            "Call `model.eval()` first.",
        ),
        Mistake(
            "left in evaluation",
            _measure(restore=False),
            "Your number is right, and the model is in evaluation mode afterwards: whoever goes on "
            "training trains without dropout.",
            "Put it back with `model.train()`.",
        ),
        Mistake(
            "percent",
            _measure(scale=100),
            "Your number is in percent.",
            "Return a share, from 0 to 1.",
        ),
    ],
    _use_accuracy,
)


def check_accuracy(accuracy: object) -> Result:
    """Check `accuracy(model, batches)`: the share of the examples that a network gets right.

    Args:
        accuracy: The learner's function. `batches` is a list of pairs `x`, `y`; the model has
            dropout and is in training mode, before and after.

    Examples:
        >>> def accuracy(model, batches):
        ...     right = sum((model(x).argmax(1) == y).sum().item() for x, y in batches)
        ...     return right / sum(len(y) for _, y in batches)
        >>> check_accuracy(accuracy).mistake
        'dropout left on'
    """
    return judge(ACCURACY, accuracy)


def _runs(rng: Generator) -> list[Arguments]:
    fixed = [
        {"name": "small", "validation": 0.90, "test": 0.93},
        {"name": "large", "validation": 0.92, "test": 0.91},
        {"name": "huge", "validation": 0.85, "test": 0.84},
    ]
    random = [
        {"name": f"run {n}", "validation": round(a, 3), "test": round(b, 3)}
        for n, (a, b) in enumerate(torch.rand(8, 2, generator=rng).tolist())
    ]
    return [{"runs": fixed}, {"runs": random}]


def _best(runs: Sequence[dict[str, Any]], by: str, report: str) -> float:
    return max(runs, key=lambda run: run[by])[report]


REPORT = Exercise(
    "report",
    lambda runs: _best(runs, "validation", "test"),
    _runs,
    [
        Mistake(
            "chosen on the test set",
            lambda runs: _best(runs, "test", "test"),
            "You chose the run that is best on the test set. Its number is too good: the best of "
            "several lucky ones.",
            "Choose by validation, and read the test set once, for the run you chose.",
        ),
        Mistake(
            "validation reported",
            lambda runs: _best(runs, "validation", "validation"),
            "You chose well, and report the number you chose by, which is too good.",
            "Report the test accuracy of that run.",
        ),
        Mistake(
            "worst run",
            lambda runs: min(runs, key=lambda run: run["validation"])["test"],
            "You took the run with the lowest validation accuracy.",
            "High is good here: use `max`.",
        ),
        Mistake(
            "mean of all",
            lambda runs: sum(run["test"] for run in runs) / len(runs),
            "You averaged over all runs, of which you will use one.",
            "Report the test accuracy of the run you chose.",
        ),
    ],
)


def check_report(report: object) -> Result:
    """Check `report(runs)`: the accuracy to publish when the best of several runs is kept.

    Args:
        report: The learner's function. Each run is a dict with `name`, `validation` and `test`,
            the accuracies from 0 to 1.

    Examples:
        >>> check_report(lambda runs: max(run["test"] for run in runs)).mistake
        'chosen on the test set'
    """
    return judge(REPORT, report)


def _use_save(save: Callable[..., Any], epoch: int) -> Any:
    """Save after a step with momentum, which is a state of its own, and load the file."""
    torch.manual_seed(2)
    model = nn.Linear(3, 2)
    optimizer = _Descent(model)
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "checkpoint.pt")
        save(path, model, optimizer, epoch)
        try:
            return torch.load(path, weights_only=True)
        except pickle.UnpicklingError:
            return {"can be loaded with weights_only=True": False}


def _save(path: Path, model: nn.Module, optimizer: _Descent, epoch: int, *left_out: str) -> None:
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    torch.save({key: value for key, value in state.items() if key not in left_out}, path)


SAVE = Exercise(
    "save",
    _save,
    lambda rng: [{"epoch": 1}, {"epoch": 12}],
    [
        Mistake(
            "whole objects",
            lambda path, model, optimizer, epoch: torch.save(
                {"model": model, "optimizer": optimizer, "epoch": epoch}, path
            ),
            "You saved the objects themselves. Such a file runs code when it is loaded, and breaks "
            "when a class is renamed.",
            "Save what `state_dict()` gives.",
        ),
        Mistake(
            "optimizer forgotten",
            lambda *arguments: _save(*arguments, "optimizer"),
            "The state of the optimizer is not in the file: its momentum would begin at zero.",
            "Add `optimizer.state_dict()`.",
        ),
        Mistake(
            "epoch forgotten",
            lambda *arguments: _save(*arguments, "epoch"),
            "The file does not say how far the training was.",
            "Add the epoch.",
        ),
        Mistake(
            "weights alone",
            lambda path, model, optimizer, epoch: torch.save(model.state_dict(), path),
            "You saved the weights, which is enough to use the network, not to go on training.",
            "Save a dict with the keys `model`, `optimizer` and `epoch`.",
        ),
    ],
    _use_save,
)


def check_save(save: object) -> Result:
    """Check `save(path, model, optimizer, epoch)`: a file from which training can go on.

    Args:
        save: The learner's function. The file holds a dict with the keys `model`, `optimizer` and
            `epoch`, and can be loaded with `weights_only=True`.

    Examples:
        >>> check_save(lambda path, model, *_: torch.save(model.state_dict(), path)).mistake
        'weights alone'
    """
    return judge(SAVE, save)


def _parts(rng: Generator) -> list[Arguments]:
    return [
        {"gradients": [torch.randn(shape, generator=rng) for _ in sizes], "sizes": sizes}
        for shape, sizes in (((2,), [3, 1]), ((3, 2), [22, 21, 21]), ((4,), [64]))
    ]


AVERAGE_GRADIENTS = Exercise(
    "average_gradients",
    lambda gradients, sizes: sum(n * g for g, n in zip(gradients, sizes, strict=True)) / sum(sizes),
    _parts,
    [
        Mistake(
            "plain mean",
            lambda gradients, sizes: sum(gradients) / len(sizes),
            "You gave each worker the same weight, though some had more examples.",
            "Multiply each gradient by its number of examples, and divide by all of them.",
        ),
        Mistake(
            "sum",
            lambda gradients, sizes: sum(gradients),
            "You added the gradients up: each is a mean already, so the step is too long.",
            "Divide: the result is a mean too.",
        ),
        Mistake(
            "divided by workers",
            lambda gradients, sizes: (
                sum(n * g for g, n in zip(gradients, sizes, strict=True)) / len(sizes)
            ),
            "You weighed the gradients by their examples, and divided by the number of workers.",
            "Divide by the number of examples of all together.",
        ),
    ],
)


def check_average_gradients(average_gradients: object) -> Result:
    """Check `average_gradients(gradients, sizes)`: that of the batch, from those of its parts.

    Args:
        average_gradients: The learner's function. Each gradient is the mean over one worker's
            examples, whose number is in `sizes`.

    Examples:
        >>> check_average_gradients(lambda gradients, sizes: sum(gradients) / len(sizes)).mistake
        'plain mean'
    """
    return judge(AVERAGE_GRADIENTS, average_gradients)


def _use_batches(batches: Callable[..., Any], n: int, batch_size: int) -> Any:
    """Collect an epoch, and look at what every good one has in common, in whatever order it is."""
    x, y = torch.arange(n) + 0.5, torch.arange(n)

    def epoch(seed: int) -> tuple[list[int], Tensor, Tensor]:
        made = list(batches(x, y, batch_size, torch.Generator().manual_seed(seed)))
        xs, ys = zip(*made, strict=True)
        return [len(part) for part in xs], torch.cat(xs), torch.cat(ys)

    sizes, xs, ys = epoch(0)
    return {
        "sizes of the batches": sizes,
        "images with their own labels": torch.equal(xs, ys + 0.5),
        "each example once": sorted(xs.tolist()) == x.tolist(),
        "in random order": not torch.equal(xs.sort().values, xs),
        "the same seed gives the same order": torch.equal(epoch(0)[1], xs),
        "another seed gives another order": not torch.equal(epoch(1)[1], xs),
    }


def _batches(order: Callable[[int, Generator], tuple[Tensor, Tensor]]) -> Callable[..., Any]:
    def batches(
        x: Tensor, y: Tensor, batch_size: int, generator: Generator
    ) -> Iterator[tuple[Tensor, Tensor]]:
        of_x, of_y = order(len(x), generator)
        parts = of_x.split(batch_size), of_y.split(batch_size)
        yield from ((x[i], y[j]) for i, j in zip(*parts, strict=True))

    return batches


def _twice(order: Tensor) -> tuple[Tensor, Tensor]:
    return order, order


BATCHES = Exercise(
    "batches",
    _batches(lambda n, rng: _twice(torch.randperm(n, generator=rng))),
    lambda rng: [{"n": 10, "batch_size": 4}, {"n": 100, "batch_size": 25}],
    [
        Mistake(
            "labels in another order",
            _batches(lambda n, rng: (torch.randperm(n, generator=rng), torch.arange(n))),
            "Images and labels no longer belong together: they come in different orders.",
            "Draw one permutation, and index both with it.",
        ),
        Mistake(
            "last batch dropped",
            lambda x, y, size, rng: (
                (x[i], y[i])
                for i in torch.randperm(len(x), generator=rng).split(size)
                if len(i) == size
            ),
            "The last batch is missing where the examples do not divide evenly.",
            "Yield it too, as small as it is.",
        ),
        Mistake(
            "not shuffled",
            _batches(lambda n, rng: _twice(torch.arange(n))),
            "Your batches come in the order of the data.",
            "Index with `torch.randperm(len(x), generator=generator)`.",
        ),
        Mistake(
            "drawn with replacement",
            _batches(lambda n, rng: _twice(torch.randint(n, (n,), generator=rng))),
            "Some examples come twice in your epoch, and some never.",
            "Use a permutation, `torch.randperm`, not `torch.randint`.",
        ),
        Mistake(
            "generator ignored",
            _batches(lambda n, rng: _twice(torch.randperm(n))),
            "Your order does not come from the generator, so nobody can repeat it.",
            "Pass it on: `torch.randperm(len(x), generator=generator)`.",
        ),
    ],
    _use_batches,
)


def check_batches(batches: object) -> Result:
    """Check `batches(x, y, batch_size, generator)`: an epoch in random order, in pairs.

    Args:
        batches: The learner's function; it yields, or returns a list of, pairs of `x` and `y`.

    Examples:
        >>> check_batches(lambda x, y, size, generator: zip(x.split(size), y.split(size))).mistake
        'not shuffled'
    """
    return judge(BATCHES, batches)


COUNT_FLOPS = Exercise(
    "count_flops",
    lambda sizes: 2 * sum(a * b for a, b in pairwise(sizes)),
    lambda rng: [{"sizes": [2, 3]}, {"sizes": [784, 128, 64, 10]}, {"sizes": [5, 5, 5]}],
    [
        Mistake(
            "half",
            lambda sizes: sum(a * b for a, b in pairwise(sizes)),
            "You counted a multiplication and its addition as one operation.",
            "Each weight costs two: multiply, then add.",
        ),
        Mistake(
            "parameters",
            lambda sizes: sum(a * b + b for a, b in pairwise(sizes)),
            "You counted the parameters.",
            "Each weight costs two operations; the biases are left out here.",
        ),
        Mistake(
            "product of all",
            lambda sizes: 2 * math.prod(sizes),
            "You multiplied all sizes; layers follow each other, so their costs add up.",
            "Take each pair of neighbouring sizes, and sum.",
        ),
    ],
)


def check_count_flops(count_flops: object) -> Result:
    """Check `count_flops(sizes)`: multiplications and additions of one forward pass, no biases.

    Args:
        count_flops: The learner's function; `sizes` are those of the layers, as in `[784, 10]`.

    Examples:
        >>> check_count_flops(lambda sizes: sum(a * b for a, b in pairwise(sizes))).mistake
        'half'
    """
    return judge(COUNT_FLOPS, count_flops)


FIRST_LOSS = Exercise(
    "first_loss",
    math.log,
    lambda rng: [{"classes": 2}, {"classes": 10}, {"classes": 1000}],
    [
        Mistake(
            "base 2",
            math.log2,
            "Your logarithm has the base 2; PyTorch's losses are in nats.",
            "Use `math.log`.",
        ),
        Mistake(
            "base 10",
            math.log10,
            "Your logarithm has the base 10; PyTorch's losses are in nats.",
            "Use `math.log`.",
        ),
        Mistake(
            "probability",
            lambda classes: 1 / classes,
            "This is the probability of the right class.",
            "The loss is minus its logarithm.",
        ),
        Mistake(
            "sign",
            lambda classes: -math.log(classes),
            "Your loss is negative.",
            "The logarithm of a probability is negative, and the loss is minus that.",
        ),
    ],
)


def check_first_loss(first_loss: object) -> Result:
    """Check `first_loss(classes)`: the cross-entropy of a network that knows nothing yet.

    Args:
        first_loss: The learner's function: from the number of classes to nats.

    Examples:
        >>> check_first_loss(math.log2).mistake
        'base 2'
    """
    return judge(FIRST_LOSS, first_loss)


def slope(
    ahead: float = 1, behind: float = 1, width: float = 2
) -> Callable[[Callable[[Tensor], Tensor], Tensor, float], Tensor]:
    """Make a numerical gradient from differences: how far ahead and behind, divided by what."""

    def numerical_gradient(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
        gradient = torch.zeros_like(w)
        for i in range(len(w)):
            step = torch.zeros_like(w)
            step[i] = epsilon
            difference = loss(w + ahead * step) - loss(w - behind * step)
            gradient[i] = difference / (width * epsilon)
        return gradient

    return numerical_gradient


def _cube(w: Tensor) -> Tensor:
    return (w**3).sum() + w.prod()


NUMERICAL_GRADIENT = Exercise(
    "numerical_gradient",
    slope(),
    lambda rng: [
        {"loss": _cube, "w": torch.tensor(w, dtype=torch.float64), "epsilon": epsilon}
        for w, epsilon in (([1.0], 0.1), ([1.0, -2.0], 0.01), ([0.5, 1.5, -1.0, 2.0], 0.01))
    ],
    [
        Mistake(
            "one side only",
            slope(behind=0, width=1),
            "You compare w + epsilon with w itself: the error shrinks only as fast as epsilon.",
            "Take both sides, w + epsilon and w - epsilon: the error shrinks with its square.",
        ),
        Mistake(
            "half forgotten",
            slope(width=1),
            "Your numbers are twice too large: from w - epsilon to w + epsilon is twice epsilon.",
            "Divide by `2 * epsilon`.",
        ),
        Mistake(
            "not divided",
            lambda loss, w, epsilon: 2 * epsilon * slope()(loss, w, epsilon),
            "These are differences of the loss, not slopes.",
            "Divide by `2 * epsilon`.",
        ),
    ],
)


def check_numerical_gradient(numerical_gradient: object) -> Result:
    """Check `numerical_gradient(loss, w, epsilon)`: central differences, one for each weight.

    Args:
        numerical_gradient: The learner's function. `loss` takes a vector and returns a number, `w`
            is such a vector, float64.

    Examples:
        >>> def numerical_gradient(loss, w, epsilon):
        ...     steps = epsilon * torch.eye(len(w), dtype=w.dtype)
        ...     return torch.stack([(loss(w + h) - loss(w - h)) / epsilon for h in steps])
        >>> check_numerical_gradient(numerical_gradient).mistake
        'half forgotten'
    """
    return judge(NUMERICAL_GRADIENT, numerical_gradient)
