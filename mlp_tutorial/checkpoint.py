"""Checkpoints, which save a training run so that it can resume after an interruption."""

import errno
import io
import os
import secrets
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from mlp_tutorial._foreign import NUMPY, describe_file, describe_state, find_damage

__all__ = ["load_checkpoint", "save_checkpoint"]

# Types that torch.load reads with weights_only=True, besides lists, tuples, sets and dicts of them.
PLAIN = {bool, int, float, complex, str, bytes, type(None), Tensor, nn.Parameter} | {
    torch.dtype,
    torch.device,
    torch.Size,
}
PARTS = ("options", "history", "model", "optimizer")
ELSE = "give the checkpoint another name, and keep this file"


def save_checkpoint(
    path: str | os.PathLike[str],
    model: nn.Module,
    optimizer: Optimizer,
    *,
    scheduler: LRScheduler | None = None,
    options: Mapping[str, Any],
    history: Mapping[str, Any],
) -> None:
    """Save the state of a training run.

    The file at `path` is replaced only when the new one is complete, so an interruption or a full
    disk leaves the previous checkpoint as it was. The new file has the permissions of the previous
    one, or those of any new file. If `path` is a symbolic link, the link stays and its target is
    replaced. Other hard links keep the previous checkpoint. A process that is killed while it saves
    may leave a file beside `path` whose name ends in `.partial`. Nothing ever reads it.

    Args:
        path: The file to write. Its folder must exist.
        model: Its parameters and buffers are saved, not its code.
        optimizer: Its state is saved, such as the velocities of momentum.
        scheduler: The scheduler of the learning rate, if there is one. Its state is saved, but not
            its code.
        options: The settings that have to be the same when training resumes. Only numbers, strings,
            tensors, dtypes, devices, None, and lists, tuples, sets and dicts of these. NumPy's
            numbers become Python's.
        history: Anything else to keep, of the same types.
            [`load_checkpoint`][mlp_tutorial.checkpoint.load_checkpoint] returns it.

    Raises:
        TypeError: If a value is of another type. The message names it.
        OSError: If the file cannot be written.

    Examples:
        >>> import tempfile
        >>> model = nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "run.pt")
        ...     save_checkpoint(path, model, optimizer, options={"lr": 0.1}, history={"epochs": 3})
        ...     load_checkpoint(path, model, optimizer, options={"lr": 0.1})
        {'epochs': 3}
    """
    target = _target(path)
    with _partial(target, _pack(model, optimizer, scheduler, options, history)) as partial:
        partial.replace(target)


def _check_saving(
    path: str | os.PathLike[str],
    model: nn.Module,
    optimizer: Optimizer,
    *,
    scheduler: LRScheduler | None = None,
    options: Mapping[str, Any],
) -> None:
    """Raise the error that saving a checkpoint would raise, before training instead of after."""
    with _partial(_target(path), _pack(model, optimizer, scheduler, options, {})):
        pass


def load_checkpoint(
    path: str | os.PathLike[str],
    model: nn.Module,
    optimizer: Optimizer,
    *,
    scheduler: LRScheduler | None = None,
    options: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Load the checkpoint into the model and the optimizer, if there is one.

    Everything is checked first, so an error leaves the model, the optimizer and the file unchanged.
    Loading never runs code from the file.

    Args:
        path: A file written by [`save_checkpoint`][mlp_tutorial.checkpoint.save_checkpoint]. It may
            be missing, but its folder must exist.
        model: The same architecture and dtypes as the saved model, on any device, compiled or not.
        optimizer: The same kind of optimizer, for the parameters of `model`.
        scheduler: The same kind of scheduler, if there was one, for `optimizer`. If an error is
            raised, make a new one.
        options: The settings of this run, which must equal the saved ones. One that is None or
            False may be missing among the others, since newer versions add such options.

    Returns:
        The saved history, or None if there is no file yet.

    Raises:
        FileNotFoundError: If the folder does not exist.
        OSError: If the file cannot be read.
        TypeError: If an option is of a type that cannot be saved.
        ValueError: If the file is damaged or not a checkpoint, or comes from a different network or
            from a run with different options. If it can be read in another way, the message says
            how.

    Examples:
        >>> model = nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> print(load_checkpoint("not-there-yet.pt", model, optimizer, options={}))
        None
    """
    path = _target(path)
    options = _plain("options", dict(options))
    if not path.exists():
        return None
    state = _read(path)
    _rename_compiled(state["model"], model)
    _check_network(path, state["model"], model)
    if scheduler is not None and not isinstance(state.get("scheduler"), dict):
        raise ValueError(
            f"{path} has no state of a scheduler, because it is from a run without a schedule or "
            f"from an older version of mlp-tutorial; train without a schedule, or {ELSE}"
        )
    changes = list(_differences(_plain("options", state["options"]), options))
    if changes:
        raise ValueError(
            f"{path} is from a different training run: {', '.join(changes)}; train with the old "
            "options, or give the checkpoint another name"
        )
    try:
        if scheduler is not None:
            scheduler.load_state_dict(state["scheduler"])
        optimizer.load_state_dict(state["optimizer"])
    except Exception as error:  # a state of another kind makes it fail in many ways
        raise ValueError(
            f"{path} is from a different optimizer or scheduler ({error}); {ELSE}"
        ) from None
    model.load_state_dict(state["model"])
    history: dict[str, Any] = state["history"]
    return history


def _target(path: str | os.PathLike[str]) -> Path:
    """Follow links, and check that there is a folder and that no other thing has the name."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"expected the name of a file for the checkpoint, got {path!r}")
    try:
        target = Path(os.path.realpath(Path(path).expanduser()))
        target.exists()
    except (OSError, ValueError, RuntimeError) as error:
        raise OSError(
            f"expected the name of a file for the checkpoint, got {str(path)!r} ({error}); "
            "choose another"
        ) from error
    if not target.parent.is_dir():
        raise FileNotFoundError(f"expected the folder {target.parent} for the checkpoint; make it")
    if target.exists() and not target.is_file():
        kind = "a folder" if target.is_dir() else "a device"
        raise OSError(f"expected a file for the checkpoint, got {target}, {kind}; add a name to it")
    return target


@contextmanager
def _partial(target: Path, content: bytes) -> Iterator[Path]:
    """Write a file beside the target, with its permissions, and remove it unless it was renamed."""
    partial = target.with_name(f"{target.name[:40]}.{secrets.token_hex(4)}.partial")
    try:
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, partial)
        yield partial
    except OSError as error:
        hint = "make room there or choose another folder, since nothing was replaced"
        raise _explain(error, f"cannot write the checkpoint {target}", hint) from error
    finally:
        partial.unlink(missing_ok=True)


def _explain(error: OSError, what: str, hint: str) -> OSError:
    """Say what failed and what to do, besides the reason from the system."""
    return OSError(error.errno, f"{what}: {error.strerror or error}; {hint}")


def _pack(
    model: nn.Module,
    optimizer: Optimizer,
    scheduler: LRScheduler | None,
    options: Mapping[str, Any],
    history: Mapping[str, Any],
) -> bytes:
    weights = model.state_dict()
    weights.update(_plain("model", weights))  # an OrderedDict that also has versions of modules
    state = {
        "options": _plain("options", dict(options)),
        "history": _plain("history", dict(history)),
        "model": weights,
        "optimizer": _plain("optimizer", optimizer.state_dict()),
    }
    if scheduler is not None:
        state["scheduler"] = _plain("scheduler", scheduler.state_dict())
    file = io.BytesIO()
    try:
        torch.save(state, file)
    except RuntimeError as error:
        # After a Ctrl-C, torch's writer complains only that the file is incomplete.
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise
    return file.getvalue()  # a buffer of it crashes the garbage collector of Python 3.12


def _plain(name: str, value: Any) -> Any:
    """Return a value of types that are safe to load, or raise an error that names it."""
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and not value.ndim):
        value = value.item()
    if type(value) in PLAIN:
        return value
    if isinstance(value, dict):
        return {
            _plain(f"a key of {name}", key): _plain(f"{name}[{key!r}]", item)
            for key, item in value.items()
        }
    if type(value) in {list, tuple, set}:
        return type(value)(_plain(f"{name}[{i}]", item) for i, item in enumerate(value))
    numbers: list[Any] = [int, float, complex]
    for kind in numbers:
        if isinstance(value, kind):  # such as a member of an IntEnum
            return kind(value)
    hint = {np.ndarray: "torch.from_numpy of it", Enum: "its value", os.PathLike: "str of it"}
    instead = next((h for kind, h in hint.items() if isinstance(value, kind)), "its name or number")
    raise TypeError(
        f"expected {name} to be a number, a string, a tensor, or a list or dict of these, since a "
        f"checkpoint can keep nothing else, got {type(value).__name__}; pass {instead}"
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        hint = "see who may read it, or give the checkpoint another name"
        raise _explain(error, f"cannot read the checkpoint {path}", hint) from error
    damage = find_damage(content)
    if damage:
        raise ValueError(
            f"{path} is damaged, because {damage}; restore it from a copy, or give the checkpoint "
            "another name"
        )
    try:
        with warnings.catch_warnings(), torch.serialization.safe_globals(NUMPY):
            warnings.simplefilter("ignore")  # torch's, about old and other formats
            state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception:  # other files make it fail in many ways
        found = describe_file(path, content)
    else:
        if isinstance(state, dict) and all(isinstance(state.get(part), dict) for part in PARTS):
            return state
        found = describe_state(path, content, state, PARTS)
    raise ValueError(f"expected {path} to be a checkpoint of fit, got {found}; {ELSE}")


def _rename_compiled(saved: dict[str, Any], model: nn.Module) -> None:
    """Give the saved tensors the model's names, as `torch.compile` changes names."""
    names = {name.replace("_orig_mod.", ""): name for name in model.state_dict()}
    for name in list(saved):
        plain = str(name).replace("_orig_mod.", "")
        saved[names.get(plain, name)] = saved.pop(name)


def _check_network(path: Path, saved: Mapping[str, Any], model: nn.Module) -> None:
    expected = model.state_dict()
    for name in [*expected, *saved]:
        shapes = [
            _shape(state[name]) if name in state else "missing" for state in (expected, saved)
        ]
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"{path} is from a different network: {name} is {shapes[0]} in this model and "
                f"{shapes[1]} in the file; build the same network, or give the checkpoint another "
                "name"
            )


def _shape(value: object) -> str:
    if not isinstance(value, Tensor):
        return type(value).__name__
    return f"{tuple(value.shape)} of {value.dtype}"


def _differences(saved: Any, options: Any, name: str = "") -> Iterator[str]:
    """Say which options differ. Tensors equal the numbers in them, and nan equals nan.

    An option that is missing on one side equals one that is off, because versions add options.
    """
    if isinstance(saved, dict) and isinstance(options, dict):
        for key in {**options, **saved}:
            was, now = saved.get(key, "missing"), options.get(key, "missing")
            off = any(value is None or value is False for value in (was, now))
            if not (off and (key not in saved or key not in options)):
                yield from _differences(was, now, str(key))
    elif not _same(saved, options):
        yield f"{name} was {saved} and is {options} now"


def _same(a: Any, b: Any) -> bool:
    a, b = (value.tolist() if isinstance(value, Tensor) else value for value in (a, b))
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b or (a != a and b != b))
