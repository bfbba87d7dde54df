"""The exercises of lesson 3."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._observe import Arguments


def _arrays(rng: Generator) -> list[Arguments]:
    return [
        {"array": np.array([1.0, 2.5])},
        {"array": np.arange(6).reshape(2, 3)},
        {"array": np.linspace(0, 1, 4, dtype=np.float32)},
    ]


def _with_dtype(answer: Callable[..., Any], array: Any) -> Any:
    """Return the result and its dtype, which has to be exact here."""
    made = answer(array)
    if made is None:
        return None
    return {"values": made, "dtype": str(getattr(made, "dtype", type(made).__name__))}


def _with_memory(answer: Callable[..., Any], array: Any) -> Any:
    """Return the result, its dtype, and whether it changes along with the array."""
    mine = array.copy()
    made = _with_dtype(answer, mine)
    if made is None or not isinstance(made["values"], Tensor):
        return made
    before = made["values"].clone()
    mine += 1
    return made | {"values": before, "shares memory": not torch.equal(before, made["values"])}


def _double_in_place(array: Any) -> Any:
    tensor = torch.from_numpy(array)
    tensor.mul_(2)
    return tensor.numpy()


check_double = Exercise(
    name="double",
    doc="""Check `double(array)`, which doubles a NumPy array with the help of a tensor.

    The array itself must not change. The result is a new array of the same shape and dtype.

    Examples:
        >>> import torch
        >>> check_double(lambda array: torch.tensor(array) * 2).mistake
        'a tensor returned'
    """,
    use=_with_dtype,
    answer=lambda array: (torch.tensor(array) * 2).numpy(),
    inputs=_arrays,
    mistakes=[
        Mistake(
            name="shared memory",
            answer=_double_in_place,
            says=(
                "Your result is right, but you also doubled the caller's array. The tensor shares "
                "its memory, and you changed it in place."
            ),
            hint="Write `tensor * 2`, which makes a new tensor, or copy with `torch.tensor`.",
        ),
        Mistake(
            name="a tensor returned",
            answer=lambda array: torch.tensor(array) * 2,
            says="You return a tensor.",
            hint="Convert it back to NumPy with `.numpy()`.",
        ),
        Mistake(
            name="float32",
            answer=lambda array: (torch.tensor(array, dtype=torch.float32) * 2).numpy(),
            says="Your result is float32, whatever dtype the array had.",
            hint="`torch.tensor(array)` keeps the dtype, but `torch.Tensor(array)` doesn't.",
        ),
    ],
)


check_to_float32 = Exercise(
    name="to_float32",
    doc="""Check `to_float32(array)`, which copies an array into a float32 tensor.

    The array may have any shape and dtype, and must not share its memory with the tensor.

    Examples:
        >>> import torch
        >>> check_to_float32(torch.from_numpy).mistake
        'only wrapped'
    """,
    use=_with_memory,
    answer=lambda array: torch.tensor(array, dtype=torch.float32),
    inputs=_arrays,
    mistakes=[
        Mistake(
            name="shared memory",
            answer=lambda array: torch.from_numpy(array).float(),
            says=(
                "When the array is float32 already, `.float()` copies nothing, and your tensor "
                "still shares its memory."
            ),
            hint="`torch.tensor(array, dtype=torch.float32)` always copies.",
        ),
        Mistake(
            name="dtype kept",
            answer=torch.tensor,
            says="Your tensor kept the dtype of the array.",
            hint="Ask for the dtype you want with `dtype=torch.float32`.",
        ),
        Mistake(
            name="only wrapped",
            answer=torch.from_numpy,
            says="`torch.from_numpy` keeps the dtype and shares the array's memory.",
            hint="`torch.tensor` copies, and takes a `dtype`.",
        ),
    ],
)
