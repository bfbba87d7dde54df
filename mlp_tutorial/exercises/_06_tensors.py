"""The exercises of lesson 6."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from mlp_tutorial.exercises._judge import Exercise, Mistake, Rule
from mlp_tutorial.exercises._observe import Arguments


def _arrays(rng: Generator) -> list[Arguments]:
    return [
        {"array": np.array([1.0, 2.5])},
        {"array": np.arange(6).reshape(2, 3)},
        {"array": np.linspace(-1, 1, 4, dtype=np.float32)},
        {"array": np.array([[[3], [-7]], [[0], [5]]], dtype=np.int32)},
        {"array": np.array([0.5, 300.25], dtype=np.float16)},
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
    mine[...] = mine == 0  # changes every number
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
    rules=[
        Rule(
            names=frozenset(),
            needed=True,
            says="Your numbers are right, but the task asks to double them with a tensor.",
            hint="Make a tensor of the array, double it, and convert it back with `.numpy()`.",
        )
    ],
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
        Mistake(
            name="float64",
            answer=lambda array: (torch.tensor(array, dtype=torch.float64) * 2).numpy(),
            says="Your result is float64, whatever dtype the array had.",
            hint="`torch.tensor(array) * 2` keeps the dtype.",
        ),
        Mistake(
            name="times 2.0",
            answer=lambda array: (torch.tensor(array) * 2.0).numpy(),
            says="Your result is right for floats, but whole numbers become floats.",
            hint="Multiply by 2, not by 2.0, and don't divide. That keeps the dtype.",
        ),
        Mistake(
            name="a list returned",
            answer=lambda array: (torch.tensor(array) * 2).tolist(),
            says="You return a list.",
            hint="`.numpy()` makes an array of a tensor.",
        ),
        Mistake(
            name="not doubled",
            answer=lambda array: torch.tensor(array).numpy(),
            says="Your result holds the numbers of the array as they came. Nothing changed.",
            hint="Return `tensor * 2`. It is a new tensor, and `tensor` itself stays as it is.",
        ),
        Mistake(
            name="squared",
            answer=lambda array: (torch.tensor(array) ** 2).numpy(),
            says="You squared the numbers.",
            hint="Multiply by 2 with `* 2`, because `** 2` is a power.",
        ),
        Mistake(
            name="2 added",
            answer=lambda array: (torch.tensor(array) + 2).numpy(),
            says="You added 2 to each number.",
            hint="Multiply by 2.",
        ),
        Mistake(
            name="repeated",
            answer=lambda array: torch.cat(2 * [torch.tensor(array)]).numpy(),
            says="Your array is twice as long, because you repeated the numbers.",
            hint="Double each number instead, with `tensor * 2`.",
        ),
        Mistake(
            name="flattened",
            answer=lambda array: (torch.tensor(array) * 2).flatten().numpy(),
            says="Your result has a single axis.",
            hint="Leave the shape as it is.",
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
    inputs=lambda rng: [*_arrays(rng), {"array": np.array([[True, False]])}],
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
        Mistake(
            name="float64",
            answer=lambda array: torch.tensor(array, dtype=torch.float64),
            says="Your tensor is float64.",
            hint="`dtype=torch.float32` asks for float32. `.double()` and `float` mean float64.",
        ),
        Mistake(
            name="an array returned",
            answer=lambda array: array.astype(np.float32),
            says="You return an array of NumPy.",
            hint="Make a tensor of it with `torch.tensor`.",
        ),
        Mistake(
            name="float32 only for some dtypes",
            answer=lambda array: torch.tensor(array.tolist()),
            says="Your tensor is float32 only where the array held floats.",
            hint="Ask for it with `dtype=torch.float32`.",
        ),
        Mistake(
            name="flattened",
            answer=lambda array: torch.tensor(array, dtype=torch.float32).flatten(),
            says="Your tensor has a single axis.",
            hint="Leave the shape as it is.",
        ),
        Mistake(
            name="float16",
            answer=lambda array: torch.tensor(array, dtype=torch.float16),
            says="Your tensor is float16, which keeps only three digits.",
            hint="Ask for `dtype=torch.float32`.",
        ),
        Mistake(
            name="whole numbers",
            answer=lambda array: torch.tensor(array, dtype=torch.int64),
            says="Your tensor holds whole numbers, so the fractions are lost.",
            hint="Ask for `dtype=torch.float32`.",
        ),
    ],
)
