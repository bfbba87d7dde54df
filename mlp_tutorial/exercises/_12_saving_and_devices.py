"""The exercises of lesson 12."""

import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import Momentum


def _use_save(save: Callable[..., Any], epoch: int) -> Any:
    """Save after a step with momentum, so that the optimizer has a state, and load the file."""
    torch.manual_seed(2)
    model = nn.Linear(3, 2)
    optimizer = Momentum(model)
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "checkpoint.pt")
        save(path, model, optimizer, epoch)
        try:
            return torch.load(path, weights_only=True)
        except pickle.UnpicklingError:
            return {"can be loaded with weights_only=True": False}


def _save(path: Path, model: nn.Module, optimizer: Momentum, epoch: int, *left_out: str) -> None:
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    torch.save({key: value for key, value in state.items() if key not in left_out}, path)


check_save = Exercise(
    name="save",
    doc="""Check `save(path, model, optimizer, epoch)`, which writes a file to resume training from.

    The file holds a dict with the keys `model`, `optimizer` and `epoch`, and can be loaded with
    `weights_only=True`.

    Examples:
        >>> import torch
        >>> check_save(lambda path, model, *_: torch.save(model.state_dict(), path)).mistake
        'weights alone'
    """,
    use=_use_save,
    answer=_save,
    inputs=lambda rng: [{"epoch": 1}, {"epoch": 12}],
    mistakes=[
        Mistake(
            name="whole objects",
            answer=lambda path, model, optimizer, epoch: torch.save(
                {"model": model, "optimizer": optimizer, "epoch": epoch}, path
            ),
            says=(
                "You saved the objects themselves. Loading such a file runs code, and it breaks "
                "when a class is renamed."
            ),
            hint="Save what `state_dict()` returns.",
        ),
        Mistake(
            name="optimizer forgotten",
            answer=lambda *arguments: _save(*arguments, "optimizer"),
            says="The optimizer's state isn't in the file, so momentum would restart from zero.",
            hint="Add `optimizer.state_dict()`.",
        ),
        Mistake(
            name="epoch forgotten",
            answer=lambda *arguments: _save(*arguments, "epoch"),
            says="The file doesn't say how far the training got.",
            hint="Add the epoch.",
        ),
        Mistake(
            name="weights alone",
            answer=lambda path, model, optimizer, epoch: torch.save(model.state_dict(), path),
            says="You saved only the weights. You can use the network, but not resume training.",
            hint="Save a dict with the keys `model`, `optimizer` and `epoch`.",
        ),
    ],
)


check_average_gradients = Exercise(
    name="average_gradients",
    doc="""Check `average_gradients(gradients, sizes)`, the batch's gradient from its parts.

    Each gradient is the mean over one worker's examples, and `sizes` says how many examples each
    worker had.

    Examples:
        >>> check_average_gradients(lambda gradients, sizes: sum(gradients) / len(sizes)).mistake
        'plain mean'
    """,
    answer=lambda gradients, sizes: (
        sum(n * g for g, n in zip(gradients, sizes, strict=True)) / sum(sizes)
    ),
    inputs=lambda rng: [
        {"gradients": [torch.randn(shape, generator=rng) for _ in sizes], "sizes": sizes}
        for shape, sizes in (((2,), [3, 1]), ((3, 2), [22, 21, 21]), ((4,), [64]))
    ],
    mistakes=[
        Mistake(
            name="plain mean",
            answer=lambda gradients, sizes: sum(gradients) / len(sizes),
            says="You gave every worker the same weight, but some had more examples.",
            hint="Multiply each gradient by its number of examples, and divide by the total.",
        ),
        Mistake(
            name="sum",
            answer=lambda gradients, sizes: sum(gradients),
            says="You added up the gradients. Each is a mean already, so the step is too long.",
            hint="Divide, so that the result is a mean too.",
        ),
        Mistake(
            name="divided by workers",
            answer=lambda gradients, sizes: (
                sum(n * g for g, n in zip(gradients, sizes, strict=True)) / len(sizes)
            ),
            says="You multiplied by the numbers of examples, but divided by the number of workers.",
            hint="Divide by the total number of examples.",
        ),
    ],
)
