"""Messages for answers that are wrong but match no known mistake."""

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mlp_tutorial.exercises._observe import Arguments, Observed, close, is_number, same

MOST_SHOWN = 12  # numbers of a tensor
LONGEST = 80  # characters of any other value
HIDDEN = (  # files whose lines a learner need not see
    str(Path(__file__).parent),
    *(str(Path(module.__file__ or "").parent) for module in (torch, np)),
    "<frozen",
    sys.base_prefix,
)


def explain(name: str, case: Arguments, observed: Observed, expected: Observed) -> tuple[str, str]:
    """Describe how an answer is wrong on one input, and add a hint."""
    arguments = "; ".join(f"{key} = {_show(value)}" for key, value in case.items())
    called = f"The input was {arguments}." if arguments else ""
    if isinstance(observed.error, SystemExit):
        return f"`{name}` ends the program.", "Remove the call of `exit` or `sys.exit`."
    if observed.error:
        return f"`{name}` raised {name_error(observed.error)}.", called
    if extra := [key for key in observed.changed if key not in expected.changed]:
        return (
            f"`{name}` changes its argument `{extra[0]}` in place.",
            "The caller still needs it, so compute a new tensor instead.",
        )
    if observed.value is None and expected.value is not None:
        if observed.printed:
            return f"`{name}` prints its result and returns None.", "Use `return`, not `print`."
        return f"`{name}` returns None.", "Does it end with a `return` statement?"
    return _compare(name, "", observed.value, expected.value, called)


def _compare(name: str, part: str, value: object, expected: object, called: str) -> tuple[str, str]:
    """Describe the first difference between two values, or between parts of them."""
    result = f"The result of `{name}`" + (f" ({part})" if part else "")
    if isinstance(expected, Mapping) and isinstance(value, Mapping):
        key = next((key for key in expected if not same(expected[key], value.get(key))), None)
        if key is None:
            extra = min(value.keys() - expected.keys())
            return f"{result} has the extra key {extra!r}.", "Leave it out."
        inner = f"{part}, {key}" if part else key
        return _compare(name, inner, value.get(key), expected[key], called)
    if kind := _other_kind(value, expected):
        return f"{result} is a {type(value).__name__}.", f"Expected {kind}."
    if isinstance(expected, tuple | list) and isinstance(value, tuple | list):
        if len(value) != len(expected):
            return f"{result} has length {len(value)}, expected {len(expected)}.", called
        pairs = zip(value, expected, strict=True)
        number = next(i for i, pair in enumerate(pairs) if not same(*pair))
        inner = f"{part}[{number}]" if part else f"item {number}"
        return _compare(name, inner, value[number], expected[number], called)
    if isinstance(expected, Tensor | np.ndarray) and isinstance(value, Tensor | np.ndarray):
        x, y = torch.as_tensor(value), torch.as_tensor(expected)
        if x.shape != y.shape:
            return f"{result} has shape {tuple(x.shape)}, expected {tuple(y.shape)}.", called
        if x.is_floating_point() != y.is_floating_point():
            return f"{result} has dtype {x.dtype}.", f"Expected {y.dtype}."
        if x.numel() > MOST_SHOWN:
            place = tuple((~close(x, y)).nonzero()[0].tolist())
            result += f" at {list(place)}"
            value, expected = x[place], y[place]
    return f"{result} is {_show(value)}, expected {_show(expected)}.", called


def _other_kind(value: object, expected: object) -> str:
    """Name the kind of value that was expected, or return nothing if the kind is right."""
    for kind in (Tensor, np.ndarray, tuple, list):
        if isinstance(expected, kind):
            return "" if isinstance(value, kind) else f"a {kind.__name__}"
    return "a number" if is_number(expected) and not is_number(value) else ""


def _show(value: object) -> str:
    """Write a value as briefly as possible."""
    if isinstance(value, Tensor | np.ndarray):
        tensor = torch.as_tensor(value)
        if tensor.numel() > MOST_SHOWN:
            return f"a {type(value).__name__.removeprefix('nd')} of shape {tuple(tensor.shape)}"
        rounded = tensor.detach().double().round(decimals=4).tolist()
        return str(rounded if tensor.is_floating_point() else tensor.tolist())
    if isinstance(value, float):
        return f"{value:.4g}"
    text = repr(value).replace("\n", " ")
    return text if len(text) < LONGEST else f"{text[: LONGEST - 3]}…"


def name_error(error: BaseException) -> str:
    """Name an error and its message, and the line of the learner's code that it comes from."""
    try:
        said = f": {error}".split("\n")[0]
    except BaseException:  # a class of the learner's may not have a message
        said = ""
    return f"{type(error).__name__}{said}{_line_of(error)}"


def _line_of(error: BaseException) -> str:
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(HIDDEN)
    ]
    if not frames:
        return ""
    line = frames[-1].line and f": `{frames[-1].line}`"  # a file may be gone
    return f", in line {frames[-1].lineno}{line}"
