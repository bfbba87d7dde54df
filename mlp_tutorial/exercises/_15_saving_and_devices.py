"""The exercises of lesson 15."""

import copy
import pickle
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import Momentum
from mlp_tutorial.exercises._observe import Made, is_number, same

ERRORS = {"cannot pickle": "cannot be saved", "expected 'f' to be": "arguments exchanged"}


def _use_save(save: Callable[..., Any], epoch: int) -> Any:
    """Save after a step with momentum, so that the optimizer has a state, and look at the file."""
    torch.manual_seed(2)
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    optimizer = Momentum(model)
    model(torch.randn(4, 3)).sum().backward()
    optimizer.step()
    right = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    right = copy.deepcopy(right)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "checkpoint.pt")
        try:
            save(path, model, optimizer, epoch)
        except (TypeError, AttributeError) as error:
            for said, name in ERRORS.items():
                if said in str(error):
                    raise Made(name) from error
            save(str(path), model, optimizer, epoch)  # the task allows that a path is a string
        changed = not same(right["model"], model.state_dict())
        names = ["model changed"] if changed else _wrong_file(path, right)
    if names:
        raise Made(*names)
    return "a file to go on from"


def _wrong_file(path: Path, right: dict[str, Any]) -> list[str]:
    """Name what is wrong with a file, apart from more keys than it needs."""
    if path.is_dir():
        return ["path taken for a folder"]
    if not path.exists():
        return ["written elsewhere" if any(path.parent.iterdir()) else "nothing written"]
    names = []
    try:
        state = torch.load(path, weights_only=True)
    except Exception:  # whatever is wrong with the file
        try:
            state = torch.load(path, weights_only=False)
        except Exception:
            return ["pickled"]
        names.append("other objects")
    if not isinstance(state, dict):
        return ["whole objects" if isinstance(state, nn.Module) else "no dict"]
    if same(state, right["model"]):
        return ["weights alone"]
    values = list(state.values())
    if any(isinstance(value, nn.Module | torch.optim.Optimizer) for value in values):
        return ["whole objects"]
    missing = [key for key in right if key not in state]
    if any(any(same(value, right[key]) for value in values) for key in missing):
        return [*names, "other keys"]
    names += [f"{key} forgotten" for key in missing]
    names += [f"other {key}" for key in right if key in state and not _fits(state[key], right[key])]
    if "other model" in names and _is_part(state["model"], right["model"]):
        names[names.index("other model")] = "parameters without buffers"
    return names


def _fits(value: Any, right: Any) -> bool:
    """Compare what was saved with what should have been. An OrderedDict may be a dict."""
    if isinstance(right, int):
        return is_number(value) and float(value) == right
    return isinstance(value, Mapping) and same(value, right)


def _is_part(value: Any, right: Mapping[str, Any]) -> bool:
    """Tell whether a state dict is right as far as it goes, but too short."""
    return (
        isinstance(value, Mapping)
        and value.keys() < right.keys()
        and all(same(value[key], right[key]) for key in value)
    )


def _save(path: Path, model: nn.Module, optimizer: Momentum, epoch: int, *left_out: str) -> None:
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    torch.save({key: value for key, value in state.items() if key not in left_out}, path)


def _save_with(**changes: Callable[[nn.Module, Momentum, int], Any]) -> Callable[..., None]:
    """Make a function that saves other values, each computed from the three arguments."""

    def save(path: Path, model: nn.Module, optimizer: Momentum, epoch: int) -> None:
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
        changed = {key: make(model, optimizer, epoch) for key, make in changes.items()}
        torch.save(state | changed, path)

    return save


def _save_pickled(path: Path, model: nn.Module, optimizer: Momentum, epoch: int) -> None:
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    path.write_bytes(pickle.dumps(state))


def _save_exchanged(path: Any, *_: Any) -> None:
    torch.save(path, {})  # type: ignore[arg-type]


def _save_in_folder(path: Path, *rest: Any) -> None:
    path.mkdir()
    _save(path / "state.pt", *rest)


def _save_halved(path: Path, model: nn.Module, optimizer: Momentum, epoch: int) -> None:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.div_(2)
    _save(path, model, optimizer, epoch)


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
        Mistake(
            name="nothing written",
            answer=lambda path, model, optimizer, epoch: {"model": model.state_dict()},
            says="After your function returns, there is no file at `path`.",
            hint="Write the dict with `torch.save(state, path)`.",
        ),
        Mistake(
            name="written elsewhere",
            answer=lambda path, *rest: _save(path.with_suffix(".pth"), *rest),
            says="You wrote a file with another name than `path`.",
            hint="Pass `path` to `torch.save` as it is.",
        ),
        Mistake(
            name="path taken for a folder",
            answer=_save_in_folder,
            says="You made a folder at `path`, but `path` is the file itself.",
            hint="Pass `path` to `torch.save` as it is.",
        ),
        Mistake(
            name="pickled",
            answer=_save_pickled,
            says="`torch.load` can't read your file, because `torch.save` didn't write it.",
            hint="Write the dict with `torch.save(state, path)`, not with `pickle` or as text.",
        ),
        Mistake(
            name="other objects",
            answer=_save_with(folder=lambda *_: Path("runs")),
            says="Your file can't be loaded with `weights_only=True`.",
            hint="Save only tensors, numbers, strings, and dicts and lists of these.",
        ),
        Mistake(
            name="cannot be saved",
            answer=_save_with(model=lambda model, *_: model.parameters()),
            says="Your dict holds something that can't be saved, such as a generator.",
            hint="Save what `model.state_dict()` and `optimizer.state_dict()` return.",
        ),
        Mistake(
            name="arguments exchanged",
            answer=_save_exchanged,
            says="`torch.save` takes what to save first, and the path second.",
            hint="Write `torch.save(state, path)`.",
        ),
        Mistake(
            name="no dict",
            answer=lambda path, model, optimizer, epoch: torch.save(
                [model.state_dict(), optimizer.state_dict(), epoch], path
            ),
            says="Your file doesn't hold a dict.",
            hint="Save a dict with the keys `model`, `optimizer` and `epoch`.",
        ),
        Mistake(
            name="other keys",
            answer=lambda path, model, optimizer, epoch: torch.save(
                {"weights": model.state_dict(), "optimizer": optimizer.state_dict()}, path
            ),
            says="The keys in your file have other names than the task asks for.",
            hint="Call them `model`, `optimizer` and `epoch`.",
        ),
        Mistake(
            name="model forgotten",
            answer=lambda *arguments: _save(*arguments, "model"),
            says="The weights aren't in the file.",
            hint="Add `model.state_dict()` under the key `model`.",
        ),
        Mistake(
            name="parameters without buffers",
            answer=_save_with(model=lambda model, *_: dict(model.named_parameters())),
            says=(
                "You saved the parameters, but not the buffers, such as the running means of "
                "BatchNorm. The file doesn't fit such a model."
            ),
            hint="Save `model.state_dict()`, which has both.",
        ),
        Mistake(
            name="other model",
            answer=_save_with(model=lambda model, *_: list(model.state_dict())),
            says="What you saved under `model` isn't the state of the model.",
            hint="Save `model.state_dict()`.",
        ),
        Mistake(
            name="other optimizer",
            answer=_save_with(optimizer=lambda _, optimizer, *__: optimizer.defaults),
            says="What you saved under `optimizer` isn't its whole state.",
            hint="Save `optimizer.state_dict()`, which has the velocities too.",
        ),
        Mistake(
            name="other epoch",
            answer=_save_with(epoch=lambda model, optimizer, epoch: epoch + 1),
            says="The epoch in your file isn't the one that was passed.",
            hint="Save `epoch` as it is.",
        ),
        Mistake(
            name="model changed",
            answer=_save_halved,
            says="Your function changes the model that it saves.",
            hint="Save the model as it is.",
        ),
    ],
)


def _use_average(
    average_gradients: Callable[..., Any], gradients: list[Tensor], sizes: list[int]
) -> Any:
    """Call the answer, and see whether the sizes matter to it."""
    others = [2 * n + i for i, n in enumerate(sizes)]
    changed = average_gradients([g.clone() for g in gradients], others)
    mean = average_gradients(gradients, list(sizes))
    known = [sum(gradients), sum(gradients) / len(sizes)]
    if (
        len(sizes) > 1
        and same(mean, changed)
        and isinstance(mean, Tensor)
        and not any(same(mean, value) for value in known)
    ):
        raise Made("sizes not used")
    return mean


def _halves(gradients: Sequence[Tensor], sizes: Sequence[int]) -> Tensor:
    return reduce(lambda one, other: (one + other) / 2, gradients)


def _weighted(gradients: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    return sum((g * n for g, n in zip(gradients, weights, strict=True)), torch.zeros(()))


check_average_gradients = Exercise(
    name="average_gradients",
    doc="""Check `average_gradients(gradients, sizes)`, the batch's gradient from its parts.

    Each gradient is the mean over one worker's examples, and `sizes` says how many examples each
    worker had.

    Examples:
        >>> check_average_gradients(lambda gradients, sizes: sum(gradients) / len(sizes)).mistake
        'plain mean'
    """,
    use=_use_average,
    answer=lambda gradients, sizes: _weighted(gradients, sizes) / sum(sizes),
    inputs=lambda rng: [
        {"gradients": [torch.randn(shape, generator=rng) for _ in sizes], "sizes": sizes}
        for shape, sizes in (
            ((2,), [3, 1]),
            ((3, 2), [22, 21, 21]),
            ((2, 2), [1, 5, 2, 4]),
            ((), [2, 7]),
            ((4,), [64]),
        )
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
            answer=lambda gradients, sizes: _weighted(gradients, sizes) / len(sizes),
            says="You multiplied by the numbers of examples, but divided by the number of workers.",
            hint="Divide by the total number of examples.",
        ),
        Mistake(
            name="last worker only",
            answer=lambda gradients, sizes: gradients[-1] * sizes[-1] / sum(sizes),
            says="Your result has only the last worker's gradient. It replaced the earlier ones.",
            hint="Add the products up, with `+=` in a loop or with `sum`.",
        ),
        Mistake(
            name="not divided",
            answer=_weighted,
            says="You multiplied by the numbers of examples, and never divided.",
            hint="Divide by the total number of examples.",
        ),
        Mistake(
            name="divided by the total alone",
            answer=lambda gradients, sizes: sum(gradients) / sum(sizes),
            says="You divided by the number of examples, but each gradient is a mean already.",
            hint="Multiply each gradient by its number of examples first.",
        ),
        Mistake(
            name="each divided by its size",
            answer=lambda gradients, sizes: _weighted(gradients, [1 / n for n in sizes]),
            says="You divided each gradient by its number of examples, but it is a mean already.",
            hint="Multiply each by its number of examples, and divide the sum by the total.",
        ),
        Mistake(
            name="divided by size and total",
            answer=lambda gradients, sizes: (
                _weighted(gradients, [1 / n for n in sizes]) / sum(1 / n for n in sizes)
            ),
            says="Workers with fewer examples count more in your mean.",
            hint="Multiply each gradient by its number of examples instead of dividing by it.",
        ),
        Mistake(
            name="divided twice",
            answer=lambda gradients, sizes: _weighted(gradients, sizes) / (sum(sizes) * len(sizes)),
            says="You divided by the number of workers as well.",
            hint="Divide only by the total number of examples.",
        ),
        Mistake(
            name="one number for all",
            answer=lambda gradients, sizes: (_weighted(gradients, sizes) / sum(sizes)).mean(),
            says="You averaged over the entries of the gradient too, which leaves one number.",
            hint="Average over the workers only. The result has the shape of one gradient.",
        ),
        Mistake(
            name="sizes not used",
            answer=_halves,
            says=(
                "Your result doesn't depend on `sizes`, but a worker with more examples has to "
                "count more."
            ),
            hint="Multiply each gradient by its number of examples, and divide by the total.",
        ),
    ],
)
