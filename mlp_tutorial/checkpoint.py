"""Checkpoints, which save a training run so that it can resume after an interruption."""

import os
import pickle
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

__all__ = ["load_checkpoint", "save_checkpoint"]


def save_checkpoint(
    path: str | os.PathLike[str],
    model: nn.Module,
    optimizer: Optimizer,
    *,
    options: Mapping[str, Any],
    history: Mapping[str, Any],
) -> None:
    """Save the state of a training run.

    The file at `path` is replaced only when the new one is complete, so an interruption or a full
    disk leaves the previous checkpoint as it was.

    Args:
        path: The file to write. Its folder must exist.
        model: Its parameters and buffers are saved, not its code.
        optimizer: Its state is saved, such as the velocities of momentum.
        options: The settings that have to be the same when training resumes. Only numbers, strings,
            tensors, and lists and dicts of these.
        history: Anything else to keep, of the same types.
            [`load_checkpoint`][mlp_tutorial.checkpoint.load_checkpoint] returns it.

    Raises:
        OSError: If the file cannot be written.

    Examples:
        >>> model = nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "run.pt")
        ...     save_checkpoint(path, model, optimizer, options={"lr": 0.1}, history={"epochs": 3})
        ...     load_checkpoint(path, model, optimizer, options={"lr": 0.1})
        {'epochs': 3}
    """
    path = Path(path)
    state = {
        "options": dict(options),
        "history": dict(history),
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
    }
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as partial:
        try:
            torch.save(state, partial)
            partial.flush()
            os.fsync(partial.fileno())
            partial.close()
            Path(partial.name).replace(path)
        except BaseException as error:
            Path(partial.name).unlink(missing_ok=True)
            # After a Ctrl-C, torch's writer complains only that the file is incomplete.
            if isinstance(error.__context__, KeyboardInterrupt):
                raise KeyboardInterrupt from None
            raise


def load_checkpoint(
    path: str | os.PathLike[str],
    model: nn.Module,
    optimizer: Optimizer,
    *,
    options: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Load the checkpoint into the model and the optimizer, if there is one.

    Everything is checked first, so an error leaves the model and the optimizer unchanged.
    Loading never runs code from the file.

    Args:
        path: A file written by [`save_checkpoint`][mlp_tutorial.checkpoint.save_checkpoint]. It may
            be missing, but its folder must exist.
        model: The same architecture as the saved model, on any device.
        optimizer: The same kind of optimizer, for the parameters of `model`.
        options: The settings of this run, which must equal the saved ones.

    Returns:
        The saved history, or None if there is no file yet.

    Raises:
        FileNotFoundError: If the folder does not exist.
        ValueError: If the file is damaged or not a checkpoint, or comes from a different network or
            from a run with different options.

    Examples:
        >>> model = nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> print(load_checkpoint("not-there-yet.pt", model, optimizer, options={}))
        None
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"expected the folder {path.parent} for the checkpoint; make it")
    if not path.exists():
        return None
    state = _read(path)
    _check_network(path, state["model"], model)
    _check_options(path, state["options"], options)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    history: dict[str, Any] = state["history"]
    return history


def _read(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            damage: str | None = (
                archive.testzip()
            )  # compares the checksums, which torch.load ignores
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        missing = {"options", "history", "model", "optimizer"} - state.keys()
        damage = damage or (f"{min(missing)} is missing" if missing else None)
    except (zipfile.BadZipFile, pickle.UnpicklingError, RuntimeError, AttributeError) as error:
        damage = type(error).__name__
    if damage:
        raise ValueError(f"{path} is damaged or not a checkpoint of fit ({damage}); delete it")
    return state


def _check_network(path: Path, saved: Mapping[str, Any], model: nn.Module) -> None:
    expected = model.state_dict()
    for name in [*expected, *saved]:
        shapes = [
            str(tuple(state[name].shape)) if name in state else "missing"
            for state in (expected, saved)
        ]
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"{path} is from a different network: {name} is {shapes[0]} in this model and "
                f"{shapes[1]} in the file"
            )


def _check_options(path: Path, saved: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        if saved.get(name) != value:
            raise ValueError(
                f"{path} is from a different training run: {name} was {saved.get(name)} and is "
                f"{value} now; delete the file or choose another name"
            )
