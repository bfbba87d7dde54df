"""Training with the loop of lesson 10, plus checkpoints, a schedule and a progress bar.

The network and the digits are tensors in memory, so nothing is loaded during training.
"""

import math
import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, ReduceLROnPlateau
from tqdm import tqdm

from mlp_tutorial._checks import (
    check_device,
    check_finite,
    check_labels,
    check_number,
    check_same_float,
    check_shape,
    check_whole,
)
from mlp_tutorial._modes import keep_modes
from mlp_tutorial.checkpoint import _check_saving, load_checkpoint, save_checkpoint
from mlp_tutorial.data import batches
from mlp_tutorial.evaluation import Evaluation, _compute_logits, evaluate

__all__ = ["History", "fit", "one_cycle"]

Examples = tuple[Float[Tensor, "N ..."], Int64[Tensor, " N"]]


@dataclass
class History:
    """What happened in each epoch, in lists with one number for each epoch.

    Attributes:
        train_loss: Mean loss over the training examples, each measured just before the network
            learned from it.
        validation_loss: Mean cross-entropy at the end of the epoch. Empty without a validation set.
        validation_accuracy: The fraction that was right, from 0 to 1. Empty without a validation
            set.
        seconds: Seconds spent on training, without validation.
        examples_per_second: Number of training examples divided by these seconds.
        interrupted: Whether Ctrl-C stopped training before the last epoch was complete.

    Examples:
        >>> History().train_loss
        []
    """

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    examples_per_second: list[float] = field(default_factory=list)
    interrupted: bool = False

    def append(
        self, train_loss: float, result: Evaluation | None, seconds: float, speed: float
    ) -> None:
        """Add the numbers of one epoch."""
        self.train_loss.append(train_loss)
        if result is not None:
            self.validation_loss.append(result.loss)
            self.validation_accuracy.append(result.accuracy)
        self.seconds.append(seconds)
        self.examples_per_second.append(speed)


def one_cycle(optimizer: Optimizer, steps: int, *, warmup: float = 0.5) -> LambdaLR:
    """Make a scheduler that raises the learning rate from 0 to its peak and lowers it to 0 again.

    The rate is a triangle over the steps, and its peak is the optimizer's own. See Smith and Topin,
    *Super-Convergence*, 2018. `torch.optim.lr_scheduler.OneCycleLR` differs in its default options:
    it rises for three tenths of the steps, bends the rate like a cosine and varies the momentum. It
    also fails if there are two steps and half of them are warmup. This one works with any number.

    Args:
        optimizer: The optimizer whose learning rate changes.
        steps: How often the scheduler will be stepped, 1 or more.
        warmup: The fraction at which the peak is reached, more than 0 and less than 1.

    Returns:
        The scheduler. Call its `step` after each step of the optimizer.

    Raises:
        ValueError: If an argument is out of range.
        TypeError: If an argument is of another type.

    Examples:
        >>> optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2)
        >>> scheduler = one_cycle(optimizer, 4)
        >>> for _ in range(4):
        ...     print(scheduler.get_last_lr())
        ...     optimizer.step()
        ...     scheduler.step()
        [0.05]
        [0.15000000000000002]
        [0.15000000000000002]
        [0.05]
    """
    steps = check_whole("steps", steps)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"expected an optimizer, got {optimizer!r}; make one from torch.optim")
    if not 0 < warmup < 1:
        raise ValueError(f"expected warmup between 0 and 1, got {warmup}")

    def factor(step: int) -> float:
        done = min((step + 0.5) / steps, 1.0)  # the middle of the step, so that none has rate 0
        return min(done / warmup, (1 - done) / (1 - warmup))

    return LambdaLR(optimizer, factor)


def fit(
    model: nn.Module,
    train: Examples,
    *,
    validation: Examples | None = None,
    epochs: int = 5,
    batch_size: int = 64,
    lr: float = 0.1,
    optimizer: Callable[..., Optimizer] = torch.optim.SGD,
    schedule: Callable[[Optimizer, int], LRScheduler] | None = None,
    augment: Callable[..., Tensor] | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    device: str | torch.device = "cpu",
    seed: int = 0,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> History:
    """Train a network, in place.

    The same arguments on the same device, with the same number of threads, produce the same network
    bit for bit. Ctrl-C stops training and returns the history so far, and the network keeps what it
    has learned.

    Args:
        model: A network on `device` that returns logits of shape (batch, classes).
        train: A pair `(x, y)`. `x` is floating-point, with the examples along the first of two or
            more axes. `y` holds the labels, shape (N,), int64, from 0 to classes - 1. Both are
            moved to `device`.
        validation: Another such pair, on which the network is measured after each epoch. It doesn't
            learn from them.
        epochs: Number of passes over the training examples, 1 or more.
        batch_size: Examples in a step, 1 or more. The last batch of an epoch may be smaller. A
            network with BatchNorm can't learn from a batch of one.
        lr: The learning rate, or its peak if there is a schedule.
        optimizer: A class from `torch.optim`, or a `partial` of one with options.
        schedule: A function that makes a scheduler of `torch.optim.lr_scheduler` from the optimizer
            and the number of steps in all, such as [`one_cycle`][mlp_tutorial.training.one_cycle]
            or the class `CosineAnnealingLR`. The scheduler is stepped after each step of the
            optimizer. None keeps `lr` constant.
        augment: A function that changes each batch before the network sees it, such as
            [`shift`][mlp_tutorial.augmentation.shift]. It is called as `augment(x, generator=…)`.
        loss: A function from logits and labels to the mean loss of the batch, a scalar tensor.
        device: The device to train on, such as `cuda`, `mps` or `xpu`.
        seed: Seed for the order of the examples, the augmentation and dropout, 0 or more. The
            initial weights are the model's own.
        checkpoint: A file that saves the state of training after each epoch. If it exists, training
            resumes from it and reaches the same numbers as without an interruption.
        progress: Whether to show a progress bar in terminals and in Jupyter.

    Returns:
        What happened in each epoch.

    Raises:
        TypeError: If the examples are not floating-point tensors of the model's dtype, the labels
            are not int64, an option is of another type than above, or the checkpoint can't keep an
            option of the optimizer or the state of the scheduler.
        ValueError: If there are no examples, one of them has a nan or infinity, a label is missing
            or out of range, this machine doesn't have the device, the model is on another device or
            does not return logits, an option is out of range, or the checkpoint is damaged, another
            file, or from a different network or a run with different options. It cannot
            detect a different `augment` or `loss`, a scheduler of the same class with other
            settings, or different examples of the same number.
        OSError: If the checkpoint cannot be read or written, which is tried before training.
        FloatingPointError: If the loss or a weight becomes infinite or nan. The message says where
            it comes from. The checkpoint stays that of the epoch before.

    Examples:
        >>> from mlp_tutorial.networks import MLP
        >>> x, y = torch.rand(100, 784), torch.arange(100) % 10
        >>> history = fit(MLP([784, 10]), (x, y), epochs=3)
        >>> len(history.train_loss)
        3
    """
    epochs, batch_size = check_whole("epochs", epochs), check_whole("batch_size", batch_size)
    lr, seed = check_number("lr", lr), check_whole("seed", seed, least=0)
    if not callable(optimizer):
        kind = type(optimizer).__name__
        raise TypeError(f"expected a class like torch.optim.SGD as optimizer, got a {kind} object")
    for name, function in {"loss": loss, "schedule": schedule, "augment": augment}.items():
        optional = function is None and name != "loss"
        is_class = isinstance(function, type) and name != "schedule"
        if is_class or not (callable(function) or optional):
            raise TypeError(f"expected {name} to be a function, got {function!r}")
    device = check_device(device)
    if not isinstance(model, nn.Module):
        raise TypeError(f"expected a network as model, got {model!r}; make one, such as an MLP")
    _check_parameters(model, device)
    x, y = _examples("train", train, model, device)
    held_out = None if validation is None else _examples("validation", validation, model, device)
    _check_last_batch(model, x, batch_size)

    try:
        stepper = optimizer(model.parameters(), lr=lr)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"expected an optimizer that takes its options, the model's parameters and lr={lr}, "
            f"got an error: {error}"
        ) from error
    if not isinstance(stepper, Optimizer) or isinstance(stepper, torch.optim.LBFGS):
        got = type(stepper).__name__
        raise TypeError(f"expected an optimizer that needs no closure, got {got}; use SGD or Adam")
    stepper.zero_grad()  # so that a gradient is one of this training
    steps = math.ceil(len(y) / batch_size)
    scheduler = None if schedule is None else _make_scheduler(schedule, stepper, epochs * steps)
    history = History()
    options = {
        "optimizer": type(stepper).__name__,
        "optimizer's options": {k: v for k, v in stepper.defaults.items() if k != "lr"},
        "epochs": epochs if schedule else "any",
        "batch_size": batch_size,
        "lr": lr,
        "seed": seed,
        "examples": len(y),
        "validation": 0 if held_out is None else len(held_out[1]),
        "schedule": None if scheduler is None else type(scheduler).__name__,
    }
    if checkpoint is not None:
        state: dict[str, Any] = {"scheduler": scheduler, "options": options}
        saved = load_checkpoint(checkpoint, model, stepper, **state) or {}
        try:
            history = History(**saved)
        except TypeError as error:
            raise ValueError(
                f"{checkpoint} is from another version of mlp-tutorial ({error}); install "
                "that version, or give the checkpoint another name, and keep this file"
            ) from error
        if len(history.seconds) < epochs:
            _check_saving(checkpoint, model, stepper, **state)

    generator = torch.Generator(device)
    # On the CPU, the generators of a GPU that others use stay as they are.
    seed_all = torch.default_generator.manual_seed if device.type == "cpu" else torch.manual_seed
    with (
        torch.enable_grad(),
        keep_modes(model),
        # Dropout draws from PyTorch's global generators.
        _keep_random_states(device),
        _bar(epochs * steps, len(history.seconds) * steps, shown=progress) as bar,
    ):
        try:
            for epoch in range(len(history.seconds), epochs):
                # Each epoch has its own seed, so resuming needs no record of earlier draws.
                generator.manual_seed((seed * 2**20 + epoch) % 2**63)
                seed_all((seed * 2**20 + epoch) % 2**63)
                start, total = time.perf_counter(), 0.0
                model.train()
                for step, (xb, yb) in enumerate(batches(x, y, batch_size, generator=generator)):
                    inputs = xb
                    if augment is not None:
                        inputs = augment(xb, generator=generator)
                        check_same_float(**{"x of train": xb, "x from augment": inputs})
                    mean = _step(model, stepper, loss, inputs, yb)
                    if not math.isfinite(mean):
                        where = f"in epoch {epoch + 1}, batch {step + 1}"
                        raise _diverged(f"the loss is {mean} {where}", model, inputs)
                    if scheduler is not None:
                        scheduler.step()
                        _check_rates(scheduler)
                    total += mean * len(yb)
                    bar.update()
                seconds = time.perf_counter() - start
                for name, parameter in model.named_parameters():
                    if not parameter.isfinite().all():  # the last step ruined it
                        where = f"at the end of epoch {epoch + 1}"
                        raise _diverged(f"{name} is infinite or nan {where}", model, inputs)
                result = None if held_out is None else evaluate(model, *held_out)
                history.append(total / len(y), result, seconds, len(y) / seconds)
                if result is not None:
                    bar.set_postfix(accuracy=f"{result.accuracy:.2%}")
                if checkpoint is not None:
                    save_checkpoint(checkpoint, model, stepper, **state, history=asdict(history))
        except KeyboardInterrupt:
            history.interrupted = True
    return history


def _make_scheduler(
    schedule: Callable[[Optimizer, int], LRScheduler], optimizer: Optimizer, steps: int
) -> LRScheduler:
    """Make the scheduler, and explain what is wrong with a schedule that makes none."""
    expected = (
        "expected a schedule that takes the optimizer and the number of steps and returns a "
        "scheduler of torch.optim.lr_scheduler"
    )
    try:
        scheduler = schedule(optimizer, steps)
    except (TypeError, ValueError, ZeroDivisionError) as error:
        kind = ValueError if isinstance(error, ZeroDivisionError) else type(error)
        raise kind(f"{expected}, got an error: {error}; use one_cycle, for example") from error
    if not isinstance(scheduler, LRScheduler):
        raise TypeError(f"{expected}, got {scheduler!r}; use one_cycle, for example")
    if isinstance(scheduler, ReduceLROnPlateau):
        raise TypeError(f"{expected} that needs no loss, got ReduceLROnPlateau; use one_cycle")
    if scheduler.optimizer is not optimizer:
        raise ValueError(f"{expected} for that optimizer, got one for another; pass it on")
    _check_rates(scheduler)
    return scheduler


def _check_rates(scheduler: LRScheduler) -> None:
    for rate in scheduler.get_last_lr():
        check_number("the rate that the schedule sets", rate)


def _step(
    model: nn.Module,
    optimizer: Optimizer,
    loss: Callable[[Tensor, Tensor], Tensor],
    x: Tensor,
    y: Tensor,
) -> float:
    """Take one step and return the loss before it, or no step if the loss is not finite."""
    batch_loss = loss(model(x), y)
    if not isinstance(batch_loss, Tensor) or batch_loss.numel() != 1:
        got = tuple(batch_loss.shape) if isinstance(batch_loss, Tensor) else repr(batch_loss)
        raise TypeError(f"expected a scalar tensor from the loss, got {got}; return its mean")
    if not batch_loss.requires_grad:
        raise ValueError(
            "expected a loss with a gradient, got one without; train outside torch.no_grad(), and "
            "use no detach() or argmax() in the model and the loss"
        )
    value = batch_loss.item()
    if math.isfinite(value):
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
    return value


def _check_parameters(model: nn.Module, device: torch.device) -> None:
    for name, parameter in model.named_parameters():
        if parameter.device != device:
            raise ValueError(
                f"expected the model on {device}, got {name} on {parameter.device}; "
                f"move it with model.to({str(device)!r})"
            )
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError(
            "expected a model with parameters to train, got none; "
            "unfreeze some with requires_grad_()"
        )


def _examples(
    name: str, examples: Examples, model: nn.Module, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Check that the model can learn from the examples, and move them to the device."""
    if not isinstance(examples, tuple | list) or len(examples) != 2:
        number = f" of {len(examples)}" if isinstance(examples, tuple | list) else ""
        raise TypeError(
            f"expected {name} to be a pair (x, y), got {type(examples).__name__}{number}; pass "
            "two tensors, such as digits.images and digits.labels, or those of "
            "next(iter(DataLoader(dataset, batch_size=len(dataset))))"
        )
    x, y = examples
    for part in examples:
        if isinstance(part, Tensor) and (part.is_meta or part.layout != torch.strided):
            raise TypeError(
                f"expected {name} as dense tensors, got {part.layout} on {part.device}; make them "
                "with to_dense(), on a device that holds numbers"
            )
    named = f"x of {name}"
    check_same_float(**{named: x})
    ok = x.ndim > 1 and len(x) > 0
    check_shape(named, x, "(N, …)", ok=ok, hint="there must be at least one example")
    check_finite(named, x)
    logits = _compute_logits(named, model, x[:2])  # two, for a BatchNorm without running statistics
    ok, hint = logits.shape[:-1] == (len(x[:2]),), "one number for each class"
    check_shape("the model's logits", logits, "(batch, classes)", ok=ok, hint=hint)
    y = check_labels(f"y of {name}", y, len(x), logits.shape[1])
    return x.to(device), y.to(device)


def _check_last_batch(model: nn.Module, x: Tensor, batch_size: int) -> None:
    """Raise an error if there is a batch of one and the model can't learn from it."""
    if len(x) % batch_size != 1 % batch_size:
        return
    buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
    try:
        with torch.no_grad(), keep_modes(model), _keep_random_states(x.device):
            model.train()
            model(x[:1])
    except ValueError as error:  # from BatchNorm
        raise ValueError(
            f"expected two or more examples in each batch, as this model needs, got a last batch "
            f"of one from {len(x)} examples; choose another batch_size than {batch_size} ({error})"
        ) from error
    finally:
        for name, buffer in model.named_buffers():
            buffer.copy_(buffers[name])


def _keep_random_states(device: torch.device) -> AbstractContextManager[None]:
    """Restore PyTorch's global generators after the block: the CPU's, and those of the GPUs."""
    if device.type == "cpu":
        return torch.random.fork_rng([])
    return torch.random.fork_rng(range(torch.accelerator.device_count()), device_type=device.type)


def _bar(total: int, done: int, *, shown: bool) -> "tqdm[Any]":
    if shown and ("ipykernel" in sys.modules or sys.stderr.isatty()):
        return tqdm(total=total, initial=done, unit="batch")  # TQDM_DISABLE=1 silences it
    return tqdm(disable=True)


def _diverged(what: str, model: nn.Module, inputs: Tensor) -> FloatingPointError:
    """Find out where nan and infinity come from; the data were finite before training."""
    if not inputs.isfinite().all():
        return FloatingPointError(f"{what}, because augment returned infinity or nan; correct it")
    # The gradients are still from the step before.
    norms = {
        name: parameter.grad.norm().item()
        for name, parameter in model.named_parameters()
        if parameter.grad is not None
    }
    if norms:
        name = _largest(norms)
        return FloatingPointError(
            f"{what}; the largest gradient before it had norm {norms[name]:.3g}, at {name}; "
            "try a smaller lr"
        )
    sizes = {name: parameter.abs().max().item() for name, parameter in model.named_parameters()}
    name = _largest(sizes)
    return FloatingPointError(
        f"{what}, before any step, with inputs up to {inputs.abs().max().item():.3g} and weights "
        f"up to {sizes[name]:.3g}, at {name}; normalize x, or start with other weights and, if "
        "there is a checkpoint, another name for it"
    )


def _largest(sizes: dict[str, float]) -> str:
    return max(sizes, key=lambda name: math.inf if math.isnan(sizes[name]) else sizes[name])
