"""The exercises of lesson 6."""

import copy
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from mlp_tutorial.exercises._inputs import random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake, Rule
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments


def _arrays(rng: Generator) -> list[Arguments]:
    return [
        {"array": np.array([1.0, 2.5])},
        {"array": np.arange(6).reshape(2, 3)},
        {"array": np.linspace(-1, 1, 4, dtype=np.float32)},
        {"array": np.array([[[3], [-7]], [[0], [5]]], dtype=np.int32)},
        {"array": np.array([0.5, 300.25], dtype=np.float16)},
    ]


def _with_dtype(answer: Callable[..., Any], *arguments: Any) -> Any:
    """Return the result and its dtype, which has to be exact here."""
    made = answer(*arguments)
    if made is None:
        return None
    return {"values": made, "dtype": str(getattr(made, "dtype", type(made).__name__))}


def _with_memory(answer: Callable[..., Any], array: Any) -> Any:
    """Return the result, its dtype, and whether it changes along with the array."""
    mine = array.copy()
    made = _with_dtype(answer, mine)
    if made is None or not isinstance(made["values"], Tensor):
        return made
    made["array as it was"] = np.array_equal(mine, array)
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
    inputs=lambda rng: [*_arrays(rng), {"array": np.array([16_777_217, -1])}],
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
                "Your result is right, but you also doubled the caller's array. You wrote in "
                "place, into memory that your result shares with it."
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
                "Your tensor still shares the array's memory when the array is float32 already, "
                "because then nothing has to be converted, and nothing is copied."
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


def _changed_later(answer: Callable[..., Any], tensors: Any) -> Any:
    """Return the result, and whether it changes along with the tensors it was made of."""
    originals = [tensor.clone() for tensor in tensors]
    mine = list(originals)
    made = answer(mine)
    if not isinstance(made, list | tuple):
        return None if made is None else {"values": made}
    untouched = len(mine) == len(originals) and all(map(operator.is_, mine, originals))
    untouched = untouched and all(map(torch.equal, originals, tensors))
    values: list[Any] = ["a method" if callable(one) else copy.deepcopy(one) for one in made]
    for tensor in originals:
        tensor += 1
    pairs = [pair for pair in zip(made, values, strict=True) if isinstance(pair[0], Tensor)]
    return {
        "values": values,
        "dtypes": [str(one.dtype) for one, _ in pairs],
        "changes with the originals": not all(torch.equal(one, before) for one, before in pairs),
        "left the originals alone": untouched,
    }


def _records(rng: Generator) -> list[Arguments]:
    return [
        {"tensors": [torch.tensor([1.0, 2.0])]},
        {"tensors": [torch.tensor([[3, -1]]), torch.tensor([5])]},
        {"tensors": [torch.randn(3, 2, generator=rng), torch.randn(2, generator=rng)]},
        {"tensors": [torch.randn(2, 2, generator=rng) for _ in range(4)]},
    ]


check_snapshot = Exercise(
    name="snapshot",
    doc="""Check `snapshot(tensors)`, which copies a list of tensors.

    The result is a list with the same numbers, and shares no memory with the tensors.

    Examples:
        >>> check_snapshot(list).mistake
        'shared memory'
    """,
    use=_changed_later,
    answer=lambda tensors: [tensor.clone() for tensor in tensors],
    inputs=_records,
    mistakes=[
        Mistake(
            name="shared memory",
            answer=list,
            says="Your tensors still share the memory of the originals, so they change with them.",
            hint="A new list isn't enough. Copy each tensor in it with `clone()`.",
        ),
        Mistake(
            name="some shared",
            answer=lambda tensors: [tensors[0].clone(), *tensors[1:]],
            says="Only your first tensor is a copy. The others still change with the originals.",
            hint="Copy each tensor of the list with `clone()`.",
        ),
        Mistake(
            name="clone not called",
            answer=lambda tensors: [tensor.clone for tensor in tensors],
            says="Your list holds the methods themselves, and not what they return.",
            hint="Call `clone` with parentheses, as in `tensor.clone()`.",
        ),
        Mistake(
            name="float32",
            answer=lambda tensors: [tensor.float().clone() for tensor in tensors],
            says="Your tensors are `float32`, whatever dtype the originals had.",
            hint="`clone()` alone keeps the dtype.",
        ),
        Mistake(
            name="only the first",
            answer=lambda tensors: [tensors[0].clone()],
            says="You copied only the first tensor. Is the `return` inside the loop?",
            hint="Move it below the loop.",
        ),
        Mistake(
            name="only the last",
            answer=lambda tensors: [tensors[-1].clone()],
            says="You kept only the last tensor.",
            hint="Append each copy to a list that you made before the loop.",
        ),
        Mistake(
            name="zeros",
            answer=lambda tensors: [torch.zeros_like(tensor) for tensor in tensors],
            says="Your tensors have the right shapes, but all their numbers are 0.",
            hint="`clone()` copies the numbers too.",
        ),
        Mistake(
            name="arrays",
            answer=lambda tensors: [tensor.numpy().copy() for tensor in tensors],
            says="You return arrays of NumPy.",
            hint="`clone()` copies a tensor without leaving PyTorch.",
        ),
        Mistake(
            name="a single tensor",
            answer=lambda tensors: tensors[0].clone(),
            says="You return a single tensor.",
            hint="Put a copy of each tensor into a list.",
        ),
    ],
)


check_all_pairs = Exercise(
    name="all_pairs",
    doc="""Check `all_pairs(a, b)`, every entry of `a` minus every entry of `b`.

    `a` has shape (n,), `b` has shape (m,), and the result (n, m).

    Examples:
        >>> check_all_pairs(lambda a, b: a - b[:, None]).mistake
        'turned over'
    """,
    answer=lambda a, b: a[:, None] - b,
    inputs=lambda rng: [
        random_tensors(rng, a=(n,), b=(m,)) for n, m in ((1, 2), (2, 2), (3, 1), (4, 3), (5, 5))
    ],
    mistakes=[
        Mistake(
            name="turned over",
            answer=lambda a, b: a - b[:, None],
            says="Your table has a row for each entry of `b`, so it's turned over.",
            hint="Stand up `a` instead of `b`.",
        ),
        Mistake(
            name="wrong sign",
            answer=lambda a, b: b - a[:, None],
            says="You subtract `a` from `b`.",
            hint="Swap the two.",
        ),
        Mistake(
            name="turned over, wrong sign",
            answer=lambda a, b: b[:, None] - a,
            says="You subtract `a` from `b`, and your table has a row for each entry of `b`.",
            hint="Stand up `a`, and subtract `b` from it.",
        ),
        Mistake(
            name="entry by entry",
            answer=lambda a, b: a - b,
            says="You subtract entry by entry, as if `a` and `b` were of one length.",
            hint="`a` has to be a column, which `[:, None]` makes of it. `.T` can't.",
        ),
        Mistake(
            name="two columns",
            answer=lambda a, b: a[:, None] - b[:, None],
            says="You made columns of both.",
            hint="Only `a` has to stand up. `b` stays as it is, a row.",
        ),
        Mistake(
            name="distances",
            answer=lambda a, b: (a[:, None] - b).abs(),
            says="You return distances, which are never below zero.",
            hint="Leave the signs as they are.",
        ),
        Mistake(
            name="sums",
            answer=lambda a, b: a[:, None] + b,
            says="Your shape is right, but you add.",
            hint="Subtract instead.",
        ),
        Mistake(
            name="flattened",
            answer=lambda a, b: (a[:, None] - b).flatten(),
            says="Your differences are right, but they lie in a single row.",
            hint="Leave the table as it is, with the shape (n, m).",
        ),
    ],
)


check_reported = Number(
    name="reported",
    doc="""Check `reported`, what a comparison of a column with a row makes of the accuracy.

    Examples:
        >>> check_reported(0.675).mistake
        'ones forgotten'
    """,
    answer=0.7,
    tolerance=0.004,
    reason=(
        "It's 0.7. The judge itself may get anything from 65% to 85% right, and this line would "
        "report 70% every time. It only looks at how many there are of each kind."
    ),
    hint="Compare each of the 1,000 verdicts with all 1,000 labels, and count what agrees.",
    mistakes=[
        Mistake(
            name="verdicts of 0",
            answer=0.75,
            says="That's the share of the verdicts that are 0.",
            hint="A verdict of 0 agrees with 900 of the 1,000 labels, and a verdict of 1 with 100.",
        ),
        Mistake(
            name="ones forgotten",
            answer=0.675,
            says="That's what the verdicts of 0 contribute.",
            hint="A verdict of 1 agrees with 100 of the labels. Add those too.",
        ),
        Mistake(
            name="zeros forgotten",
            answer=0.025,
            says="That's what the verdicts of 1 contribute.",
            hint="A verdict of 0 agrees with 900 of the labels. Add those too.",
        ),
        Mistake(
            name="disagreements",
            answer=0.3,
            says="That's the share of comparisons that don't agree.",
            hint="`==` is true where they agree.",
        ),
        Mistake(
            name="half",
            answer=0.5,
            says="It would be half if there were as many ones as zeros.",
            hint="Of the labels, 900 are 0. How many of those does a verdict of 0 agree with?",
        ),
        Mistake(
            name="pair by pair",
            answer=0.85,
            says="That's the most the judge can get right, if each digit meets its own label.",
            hint="Here each verdict meets all 1,000 labels.",
        ),
        Mistake(
            name="always 0",
            answer=0.9,
            says="That would be the report if every verdict were 0.",
            hint="Each of the 250 verdicts of 1 agrees with only 100 labels.",
        ),
        Mistake(
            name="a count",
            answer=700_000,
            says="That's how many comparisons agree.",
            hint="`mean` divides by how many comparisons there are.",
        ),
    ],
)


def _halfway(first: Tensor, second: Tensor) -> Tensor:
    return (first.int() + second.int()) // 2


check_blend = Exercise(
    name="blend",
    doc="""Check `blend(first, second)`, the picture halfway between two pictures.

    Both are of one shape and of dtype uint8, and so is the result. Halves are rounded down.

    Examples:
        >>> check_blend(lambda first, second: first // 2 + second // 2).mistake
        'halved first'
    """,
    use=_with_dtype,
    answer=lambda first, second: _halfway(first, second).to(torch.uint8),
    given=lambda first, second: (first + second) // 2,
    reason=(
        "The sum of two `uint8` starts again at 0 after 255. What you convert afterwards has "
        "already been damaged, so convert before you add."
    ),
    inputs=lambda rng: [
        {
            "first": torch.tensor([200, 10, 255, 7, 0], dtype=torch.uint8),
            "second": torch.tensor([200, 20, 254, 5, 1], dtype=torch.uint8),
        },
        *(
            {
                name: torch.randint(256, shape, generator=rng, dtype=torch.uint8)
                for name in ("first", "second")
            }
            for shape in ((2, 3), (28, 28), (2, 5, 5))
        ),
    ],
    mistakes=[
        Mistake(
            name="halved first",
            answer=lambda first, second: first // 2 + second // 2,
            says="Nearly. But two odd pixels lose a half each, so 7 and 5 become 5.",
            hint="Add first, in a dtype with more room, and halve the sum.",
        ),
        Mistake(
            name="not converted back",
            answer=_halfway,
            says="Your numbers are right, but their dtype isn't `uint8` any more.",
            hint="Convert back at the end, with `.to(torch.uint8)`.",
        ),
        Mistake(
            name="int64",
            answer=lambda first, second: _halfway(first, second).long(),
            says="Your numbers are right, but they're of dtype `int64`.",
            hint="Convert back at the end, with `.to(torch.uint8)`.",
        ),
        Mistake(
            name="floats",
            answer=lambda first, second: (first.float() + second.float()) / 2,
            says="You return fractions of dtype `float32`.",
            hint="Round down with `//`, and convert back with `.to(torch.uint8)`.",
        ),
        Mistake(
            name="rounded down, but floats",
            answer=lambda first, second: (first.float() + second.float()) // 2,
            says="Your numbers are right, but they're of dtype `float32`.",
            hint="Convert back at the end, with `.to(torch.uint8)`.",
        ),
        Mistake(
            name="rounded up",
            answer=lambda first, second: ((first.int() + second.int() + 1) // 2).to(torch.uint8),
            says="You round halves up.",
            hint="`//` rounds down.",
        ),
        Mistake(
            name="converted too late",
            answer=lambda first, second: (first + second).int() // 2,
            says="You convert the sum, but by then it has already started again at 0.",
            hint="Convert before you add, and convert back at the end.",
        ),
        Mistake(
            name="fractions of the old sum",
            answer=lambda first, second: (first + second) / 2,
            says="You divide with `/` now, but the sum still starts again at 0 after 255.",
            hint="Give the sum more room, with `.int()` before you add, and keep `//`.",
        ),
        Mistake(
            name="rounded",
            answer=lambda first, second: ((first.int() + second.int()) / 2).round().to(torch.uint8),
            says="You round halves with `round`, which sometimes goes up.",
            hint="Round down, with `//` in place of `/`.",
        ),
        Mistake(
            name="stopped at 255",
            answer=lambda first, second: ((first.int() + second.int()).clamp(max=255) // 2).to(
                torch.uint8
            ),
            says="You cut off the sum at 255, so no pixel gets darker than 127.",
            hint="A sum of `int` has room enough. Leave it as it is, and halve it.",
        ),
        Mistake(
            name="not halved",
            answer=lambda first, second: (first.int() + second.int()).to(torch.uint8),
            says="You convert the sum back before you halve it.",
            hint="Halve it with `// 2` first.",
        ),
    ],
)
