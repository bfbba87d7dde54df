"""Checks of arguments."""

import math
import operator
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


def check_whole(name: str, value: Any, *, least: int = 1) -> int:
    """Return a whole number, or raise an error if it is too small or anything else."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"expected {name} to be a whole number, got {value!r}") from None
    if number < least:
        raise ValueError(f"expected {name} of {least} or more, got {number}")
    return number


def check_number(name: str, value: Any) -> float:
    """Return a finite number as Python's own, or raise an error if it is anything else."""
    try:
        number = math.nan if isinstance(value, str) else float(value)
    except (TypeError, ValueError, RuntimeError):  # the last is a tensor's
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"expected {name} to be a finite number, got {value!r}")
    return number


def check_device(value: Any) -> torch.device:
    """Return a device by its full name, or raise an error if this machine doesn't have it."""
    try:
        generator = torch.Generator(value)
        return torch.rand(1, generator=generator, device=generator.device).device
    except Exception:  # each kind of device fails in its own way
        kind = torch.accelerator.current_accelerator(check_available=True)
        names = [f"{kind}:{number}" for number in range(torch.accelerator.device_count())]
        raise ValueError(
            f"expected a device of this machine, {' or '.join(['cpu', *names])}, got {value!r}"
        ) from None


def check_tensor(name: str, value: object, *, dtype: torch.dtype | None = None) -> Tensor:
    """Return a real-valued tensor, or raise an error that says how to make one of the dtype."""
    if not isinstance(value, Tensor):
        option = f", dtype={dtype}" if dtype else ""
        raise TypeError(
            f"expected {name} to be a torch.Tensor, got {type(value).__name__}; "
            f"make one with torch.tensor({_variable(name)}{option})"
        )
    if value.is_complex():
        raise TypeError(f"expected {name} of a real dtype, got {value.dtype}")
    return value


def check_same_float(**tensors: object) -> None:
    """Raise an error unless all tensors have the same floating-point dtype, as `@` requires."""
    dtypes = {}
    for name, value in tensors.items():
        tensor = check_tensor(name, value, dtype=torch.get_default_dtype())
        if not tensor.is_floating_point():
            raise TypeError(
                f"expected {name} of a floating-point dtype, got {tensor.dtype}; "
                f"convert it with {_variable(name)}.float()"
            )
        dtypes[name] = tensor.dtype
    if len(set(dtypes.values())) > 1:
        came = ", ".join(f"{name} {dtype}" for name, dtype in dtypes.items())
        first, dtype = next(iter(dtypes.items()))
        raise TypeError(
            f"expected one dtype, got {came}; convert the others to the dtype of {first} "
            f"with .to({dtype})"
        )


def check_shape(name: str, value: Tensor, expected: str, *, ok: bool, hint: str) -> None:
    """Raise an error unless ok. It names the expected shape, the actual shape and a hint."""
    if not ok:
        raise ValueError(f"expected {name} of shape {expected}, got {tuple(value.shape)}; {hint}")


def check_finite(name: str, examples: Tensor, *, hint: str = "leave it out") -> None:
    """Raise an error if an example has a number that is nan or infinite, and say which."""
    if not examples.is_floating_point() or not examples.numel():
        return
    # Unlike isfinite, aminmax needs no memory.
    if all(math.isfinite(extreme) for extreme in examples.aminmax()):
        return
    bad = (~examples.reshape(len(examples), -1).isfinite()).any(1).nonzero()[:, 0]
    first = int(bad[0])
    row = examples[first].flatten()
    value = row[~row.isfinite()][0].item()
    raise ValueError(
        f"expected finite numbers in {name}, got {value} in {_variable(name)}[{first}], and in "
        f"{len(bad)} of {len(examples)} examples; {hint}"
    )


def check_labels(name: str, y: object, n: int, classes: int) -> Tensor:
    """Return n labels from 0 to classes - 1, or raise an error if they are anything else."""
    labels = check_tensor(name, y, dtype=torch.int64)
    check_shape(name, labels, f"({n},)", ok=labels.shape == (n,), hint="one label for each example")
    if labels.dtype != torch.int64:
        raise TypeError(
            f"expected {name} of torch.int64, got {labels.dtype}; use {_variable(name)}.long()"
        )
    low, high = labels.aminmax() if n else (0, 0)
    if low < 0 or high >= classes:
        place = int(((labels < 0) | (labels >= classes)).nonzero()[0])
        raise ValueError(
            f"expected {name} from 0 to {classes - 1}, one for each of the {classes} logits, "
            f"got {labels[place].item()} at {place}"
        )
    return labels


def check_sizes(sizes: Sequence[int]) -> None:
    """Raise an error unless these are the sizes of the layers of a network."""
    if len(sizes) < 2 or any(not isinstance(size, int) or size < 1 for size in sizes):
        raise ValueError(f"expected two or more positive whole numbers, got {list(sizes)}")


def _variable(name: str) -> str:
    """Return the variable in a name such as `x of train`, for a hint that is Python."""
    return name.partition(" ")[0]
