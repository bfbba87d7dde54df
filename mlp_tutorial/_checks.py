"""Checks of arguments."""

from collections.abc import Sequence

import torch
from torch import Tensor


def check_tensor(name: str, value: object) -> Tensor:
    """Return a real-valued tensor, or raise an error if the value is anything else."""
    if not isinstance(value, Tensor):
        raise TypeError(
            f"expected {name} to be a torch.Tensor, got {type(value).__name__}; "
            f"make one with torch.tensor({name})"
        )
    if value.is_complex():
        raise TypeError(f"expected {name} of a real dtype, got {value.dtype}")
    return value


def check_same_float(**tensors: object) -> None:
    """Raise an error unless all tensors have the same floating-point dtype, as `@` requires."""
    dtypes = {}
    for name, value in tensors.items():
        tensor = check_tensor(name, value)
        if not tensor.is_floating_point():
            raise TypeError(
                f"expected {name} of a floating-point dtype, got {tensor.dtype}; "
                f"convert it with {name}.float()"
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


def check_labels(name: str, y: object, n: int, classes: int) -> Tensor:
    """Return n labels from 0 to classes - 1, or raise an error if they are anything else."""
    labels = check_tensor(name, y)
    check_shape(name, labels, f"({n},)", ok=labels.shape == (n,), hint="one label for each example")
    if labels.dtype != torch.int64:
        raise TypeError(f"expected {name} of torch.int64, got {labels.dtype}; use {name}.long()")
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
