"""Files that were given as a checkpoint and are something else: what they are, what reads them."""

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

# NumPy's numbers, which other programs save, are safe to load too.
NUMPY: list[Any] = [
    np.float64(0).__reduce__()[0],
    np.dtype,
    *{type(np.dtype(code)) for code in np.typecodes["AllInteger"] + "?efd"},
]
SIGNATURES = {
    b"\x93NUMPY": "a NumPy array, which numpy.load reads",
    b"\x89HDF": "an HDF5 file, which h5py.File reads",
    b"\x80": "a pickle, which torch.load(…, weights_only=False) or pickle.load reads, if trusted",
}


def find_damage(content: bytes) -> str | None:
    """Compare the checksums of an archive, which torch.load ignores."""
    if not content.startswith(b"PK"):
        return None  # other formats have no checksums
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            name = archive.testzip()
    except Exception as error:  # a changed byte may look like encryption or another version
        return f"its end is missing or changed ({error})"
    return name and f"the checksum of {name} is wrong"


def describe_file(path: Path, content: bytes) -> str:
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


def describe_state(path: Path, content: bytes, state: object, parts: Sequence[str]) -> str:
    """Say what else than a checkpoint torch.load gave, and how to use it."""
    load = f"torch.load({str(path)!r}{', weights_only=False' if b'numpy' in content else ''})"
    if not isinstance(state, dict):
        return f"an object of type {type(state).__name__}, which {load} reads"
    if state and all(isinstance(value, Tensor) for value in state.values()):
        loads = f"model.load_state_dict({load}) loads"
        return f"the parameters of a network, such as {next(iter(state))}, which {loads}"
    absent = next(part for part in parts if not isinstance(state.get(part), dict))
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
