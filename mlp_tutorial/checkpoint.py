"""Checkpoints, which save a training run so that it can resume after an interruption."""

import errno
import io
import os
import pickle
import secrets
import shutil
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

__all__ = ["load_checkpoint", "save_checkpoint"]

# Types that torch.load reads with weights_only=True, besides lists, tuples, sets and dicts of them.
PLAIN = {bool, int, float, complex, str, bytes, type(None), Tensor, nn.Parameter} | {
    torch.dtype,
    torch.device,
    torch.Size,
}
# NumPy's numbers, which other programs save, are safe to load too.
NUMPY: list[Any] = [
    np.float64(0).__reduce__()[0],
    np.dtype,
    *{type(np.dtype(code)) for code in np.typecodes["AllInteger"] + "?efd"},
]
PARTS = ("options", "history", "model", "optimizer")
SIGNATURES = {
    b"\x93NUMPY": "a NumPy array, which numpy.load reads",
    b"\x89HDF": "an HDF5 file, which h5py.File reads",
    b"\x80": "a pickle, which torch.load(…, weights_only=False) or pickle.load reads, if trusted",
}
ELSE = "give the checkpoint another name, and keep this file"


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
    disk leaves the previous checkpoint as it was. The new file has the permissions of the previous
    one, or those of any new file. If `path` is a symbolic link, the link stays and its target is
    replaced. Other hard links keep the previous checkpoint. A process that is killed while it saves
    may leave a file beside `path` whose name ends in `.partial`. Nothing ever reads it.

    Args:
        path: The file to write. Its folder must exist.
        model: Its parameters and buffers are saved, not its code.
        optimizer: Its state is saved, such as the velocities of momentum.
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
    with _partial(target, _pack(model, optimizer, options, history)) as partial:
        partial.replace(target)


def check_saving(
    path: str | os.PathLike[str],
    model: nn.Module,
    optimizer: Optimizer,
    *,
    options: Mapping[str, Any],
) -> None:
    """Raise the error that saving a checkpoint would raise, before training instead of after."""
    with _partial(_target(path), _pack(model, optimizer, options, {})):
        pass


def load_checkpoint(
    path: str | os.PathLike[str],
    model: nn.Module,
    optimizer: Optimizer,
    *,
    options: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Load the checkpoint into the model and the optimizer, if there is one.

    Everything is checked first, so an error leaves the model, the optimizer and the file unchanged.
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
    _check_network(path, state["model"], model)
    changes = list(_differences(_plain("options", state["options"]), options))
    if changes:
        raise ValueError(
            f"{path} is from a different training run: {', '.join(changes)}; train with the old "
            "options, or give the checkpoint another name"
        )
    try:
        optimizer.load_state_dict(state["optimizer"])
    except (ValueError, KeyError) as error:
        raise ValueError(f"{path} is from a different optimizer ({error}); {ELSE}") from None
    model.load_state_dict(state["model"])
    history: dict[str, Any] = state["history"]
    return history


def _target(path: str | os.PathLike[str]) -> Path:
    """Follow links, and check that there is a folder and that no other thing has the name."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"expected the name of a file for the checkpoint, got {path!r}")
    target = Path(os.path.realpath(Path(path).expanduser()))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"expected the folder {target.parent} for the checkpoint; make it")
    if target.exists() and not target.is_file():
        kind = "a folder" if target.is_dir() else "a device"
        raise OSError(f"expected a file for the checkpoint, got {target}, {kind}; add a name to it")
    return target


@contextmanager
def _partial(target: Path, content: memoryview) -> Iterator[Path]:
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
    model: nn.Module, optimizer: Optimizer, options: Mapping[str, Any], history: Mapping[str, Any]
) -> memoryview:
    weights = model.state_dict()
    weights.update(_plain("model", weights))  # an OrderedDict that also has versions of modules
    state = {
        "options": _plain("options", dict(options)),
        "history": _plain("history", dict(history)),
        "model": weights,
        "optimizer": _plain("optimizer", optimizer.state_dict()),
    }
    file = io.BytesIO()
    try:
        torch.save(state, file)
    except RuntimeError as error:
        # After a Ctrl-C, torch's writer complains only that the file is incomplete.
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise
    return file.getbuffer()


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
    damage = _find_damage(content)
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
        found = _describe(path, content)
    else:
        if isinstance(state, dict) and all(isinstance(state.get(part), dict) for part in PARTS):
            return state
        found = _describe_state(path, content, state)
    raise ValueError(f"expected {path} to be a checkpoint of fit, got {found}; {ELSE}")


def _find_damage(content: bytes) -> str | None:
    """Compare the checksums of an archive, which torch.load ignores."""
    if not content.startswith(b"PK"):
        return None  # other formats have no checksums
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            name = archive.testzip()
    except Exception as error:  # a changed byte may look like encryption or another version
        return f"its end is missing or changed ({error})"
    return name and f"the checksum of {name} is wrong"


def _describe(path: Path, content: bytes) -> str:
    """Say what a file is that torch.load refuses, and what loads it."""
    if not content.startswith(b"PK"):
        if content[8:9] == b"{" and int.from_bytes(content[:8], "little") < len(content):
            return "safetensors, which safetensors.torch.load_file reads"
        starts = f"a file that starts with {content[:20]!r}" if content else "an empty file"
        return next(
            (SIGNATURES[start] for start in SIGNATURES if content.startswith(start)), starts
        )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        pickles = [name for name in names if name.endswith("/data.pkl")]
        if any(name.endswith("/constants.pkl") for name in names):
            return "a TorchScript model, which torch.jit.load reads"
        if not pickles:
            npz = all(name.endswith(".npy") for name in names)
            how = "numpy.load" if npz else "zipfile.ZipFile"
            return f"an archive with {', '.join(names[:3])}, which {how} reads"
        try:
            outline = _Outline(archive.open(pickles[0])).load()
            with torch.serialization.safe_globals(NUMPY):
                unsafe = torch.serialization.get_unsafe_globals_in_checkpoint(io.BytesIO(content))
        except Exception as error:  # a foreign or changed archive
            return f"an archive that PyTorch cannot read ({str(error).partition('. ')[0]})"
    places = (
        f"{name}{key and f' as {key}'}" for key, name in _find_unknown(outline) if name in unsafe
    )
    return (
        f"{next(places, ', '.join(unsafe))}, which can run code when it is loaded, so only "
        f"torch.load({str(path)!r}, weights_only=False) reads it, if you trust it"
    )


def _describe_state(path: Path, content: bytes, state: object) -> str:
    """Say what else than a checkpoint torch.load gave, and how to use it."""
    load = f"torch.load({str(path)!r}{', weights_only=False' if b'numpy' in content else ''})"
    if not isinstance(state, dict):
        return f"an object of type {type(state).__name__}, which {load} reads"
    if state and all(isinstance(value, Tensor) for value in state.values()):
        loads = f"model.load_state_dict({load}) loads"
        return f"the parameters of a network, such as {next(iter(state))}, which {loads}"
    absent = next(part for part in PARTS if not isinstance(state.get(part), dict))
    keys = ", ".join(map(str, state))
    return f"a dict with the keys {keys} and no dict as {absent!r}, which {load} reads"


class _Unknown(dict[Any, Any]):
    """Stands for an object in a pickle, and ignores its content."""

    def __new__(cls, *_: object) -> Self:
        return super().__new__(cls)

    def __init__(self, *_: object) -> None:
        pass

    __setstate__ = append = extend = __init__
    __hash__ = object.__hash__  # type: ignore[assignment]


class _Outline(pickle.Unpickler):
    """Reads which classes a pickle needs, and where, without running any of their code."""

    def find_class(self, module: str, name: str) -> type:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        module = module.replace("__builtin__", "builtins")  # its name when Python was 2
        return type(f"{module}.{name}", (_Unknown,), {})

    def persistent_load(self, _: object) -> None:
        return None  # the numbers of a tensor


def _find_unknown(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    kind = value if isinstance(value, type) else type(value)
    if issubclass(kind, _Unknown):
        yield key, kind.__name__
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _find_unknown(item, f"{key}[{name!r}]")
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _find_unknown(item, f"{key}[{i}]")


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
    return str(tuple(value.shape)) if isinstance(value, Tensor) else type(value).__name__


def _differences(saved: Any, options: Any, name: str = "") -> Iterator[str]:
    """Say which options differ. Tensors equal the numbers in them, and nan equals nan."""
    if isinstance(saved, dict) and isinstance(options, dict):
        for key in {**options, **saved}:
            missing = "missing"
            yield from _differences(saved.get(key, missing), options.get(key, missing), str(key))
    elif not _same(saved, options):
        yield f"{name} was {saved} and is {options} now"


def _same(a: Any, b: Any) -> bool:
    a, b = (value.tolist() if isinstance(value, Tensor) else value for value in (a, b))
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b or (a != a and b != b))
