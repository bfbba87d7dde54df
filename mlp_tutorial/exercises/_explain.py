"""Messages for answers that are wrong but match no known mistake."""

import ast
import inspect
import math
import re
import tempfile
import textwrap
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FrameType, ModuleType
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._limit import LIBRARIES
from mlp_tutorial.exercises._observe import Arguments, Observed, close, is_finite, is_number, same

MOST_SHOWN = 12  # numbers of a tensor
LONGEST = 80  # characters of any other value
LARGE = 50.0  # exp(-50) no longer shows next to 1
ERRORS = {  # what errors say, and what to do
    r"^addmm: .*cannot be multiplied": (
        "A layer gets another number of inputs than it has weights for. `nn.Linear(in, out)` takes "
        "the number of inputs first, and the outputs of a layer are the inputs of the next."
    ),
    r"has no attribute '(weight|bias)'": (
        "Not every part of a network has weights. Take those that are `nn.Linear`, with "
        "`isinstance`."
    ),
    r"cannot assign .* as parameter": (
        "Change the parameter itself, in place, or make an `nn.Parameter` of the new tensor."
    ),
    r"expected a torch.nn.Module": "Begin the class with `class Network(nn.Module):`.",
    r"target with class probabilities": (
        "The first argument has to be the logits, (batch, classes), and the second the labels, "
        "(batch,). Did `argmax` or an index take away an axis?"
    ),
    r"Target \d+ is out of bounds": "Classes count from 0, so the last of n is n - 1.",
    r"return_types|converted to an index": (
        "`max` and `sort` with `dim` return values and indices. Take `.values`."
    ),
    r"must be a matrix|1D tensors? expected|expected a matrix": (
        "This function takes tensors with a certain number of axes. `@` takes vectors too."
    ),
    r"generator' object|object is not iterable|is not subscriptable": (
        "`model.parameters()` gives tensors one after the other. Loop over them."
    ),
    r"implicitly created only for scalar": (
        "`backward` starts at a single number. Add up with `.sum()` first."
    ),
    r"shapes cannot be multiplied|inconsistent tensor size|size mismatch": (
        "In a matrix product the columns on the left and the rows on the right have to be equally "
        "many. Print both shapes. Does one need `.T`, or do you mean `*`, entry by entry?"
    ),
    r"must match the size of tensor|could not be broadcast|not broadcastable": (
        "These two shapes don't broadcast. Print both. Is an axis missing, such as after a `sum` "
        "without `keepdim=True`, or do you need `@`?"
    ),
    r"shape .* is invalid for input of size": (
        "The shape has to hold exactly the numbers that there are. Take sizes from `.shape`."
    ),
    r"view size is not compatible": "Use `reshape`, which copies where `view` can't.",
    r"Dimension out of range|IndexError: Dimension": "Does the tensor have that many axes?",
    r"expected scalar type|must have the same dtype|same dtype": (
        "Two dtypes meet. Convert one of them, as in `.float()`, or `.long()` for labels."
    ),
    r"only one element tensors|a Tensor with \d+ elements cannot be converted|only 0-dimensional": (
        "A function for single numbers, such as `math.exp` or `float`, got a tensor with several. "
        "Use the one in `torch`."
    ),
    r"must be Tensor, not NoneType": "Some step before returned None. Does it lack a `return`?",
    r"must be Tensor, not [A-Z]": (
        "A module such as `nn.ReLU` is created first, and then called, as in `nn.ReLU()(x)`."
    ),
    r"must be Tensor, not|argument 'input'|must be a Tensor": (
        "Here a function of PyTorch got a number or a list. Make a tensor of it first, or use "
        "`math`."
    ),
    r"Boolean value of Tensor": (
        "Python's `if`, `and`, `max` need a single truth value. Use `torch.where`, `&` or "
        "`torch.maximum`."
    ),
    r"before Module.__init__|has no attribute '_modules'|has no attribute '_parameters'": (
        "Call `super().__init__()` first in `__init__`."
    ),
    r"missing the required \"forward\"": "Write a method `forward(self, x)`, spelled like this.",
    r"call numpy\(\) on Tensor that requires grad": "Use `.detach()` first, or stay in PyTorch.",
    r"does not require grad": (
        "Nothing leads from the result back to the parameters. Was it computed under `no_grad`, "
        "or detached, or turned into a number?"
    ),
    r"a leaf Variable that requires grad|modified by an inplace": (
        "Compute a new tensor instead, or change the parameter inside `with torch.no_grad():`."
    ),
    r"object is not callable": "Did you put parentheses behind something that is no function?",
    r"raw_input was called|EOF when reading": (
        "Nobody answers `input` during a check. Use the arguments."
    ),
    r"is not defined": "Is it spelled as where you defined it, and imported?",
}


class Tried(NamedTuple):
    """An input, what the answer did with it, and what a right answer does."""

    case: Arguments
    got: Observed
    right: Observed

    @property
    def fits(self) -> bool:
        """Whether the answer is right on this input."""
        return self.got.equals(self.right)


class Pair(NamedTuple):
    """A result, the tensor to compare it with, and the input."""

    got: Tensor
    right: Tensor
    case: Arguments


def explain_stub(name: str, answer: Callable[..., Any]) -> Result:
    """Say that an answer still raises `NotImplementedError`."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(answer)))
    except (OSError, TypeError, SyntaxError):
        tree = ast.Module([], [])
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for line in body[:-1] if isinstance(body, list) else []:
            if isinstance(line, ast.Raise) and "NotImplementedError" in ast.unparse(line):
                return Result(
                    "wrong",
                    f"Your code in `{name}` comes after `raise NotImplementedError`, which ends "
                    "it, so none of your code runs.",
                    "Delete the line with `raise`.",
                )
    message = f"You haven't written `{name}` yet. It still raises NotImplementedError."
    return Result("not attempted", message, "Put your code in place of `raise`, then check again.")


def explain(
    name: str,
    tried: Sequence[Tried],
    mistakes: Sequence[tuple[str, Sequence[Observed]]],
    is_right: Callable[[Arguments], bool | None],
) -> tuple[str, str]:
    """Describe how an answer is wrong, and add a hint.

    Args:
        name: The name of the answer.
        tried: Each input, what the answer did with it, and what a right answer does.
        mistakes: What each known mistake says, and what it does with the inputs.
        is_right: Tells whether the answer is right on one more input.
    """
    first = _telling(tried)
    got, right = first.got, first.right
    if found := _wrong_kind(name, got, right):
        return found
    called = _input(first.case)
    if got.error:
        message, hint = _error(name, got.error, first.case)
    else:
        message, hint = _compare(name, tried, mistakes)
    pattern = "" if got.error and "for input of size" not in message else _pattern(tried, is_right)
    return message, " ".join(filter(None, (hint, pattern, called)))


def _telling(tried: Sequence[Tried]) -> Tried:
    """Choose the first input with a wrong result.

    A single number in a wrong shape says less than what happens to several rows.
    """
    wrong = [one for one in tried if not one.fits]

    def alike(one: Tried) -> bool:
        x, y = one.got.value, one.right.value
        if not (isinstance(x, Tensor) and isinstance(y, Tensor)) or x.is_complex():
            return False
        return x.shape != y.shape and x.numel() == y.numel() == 1

    return next((one for one in wrong if not alike(one)), wrong[0])


def unchanged(tried: Sequence[Tried]) -> str:
    """Name the argument that an answer returns as it came, or nothing."""
    names = (name for name in tried[0].case if all(same(t.got.value, t.case[name]) for t in tried))
    return next(names, "")


def _wrong_kind(name: str, got: Observed, right: Observed) -> tuple[str, str] | None:
    """Describe an answer that does something else than return a value."""
    if isinstance(got.error, SystemExit):
        return f"`{name}` ends the program.", "Remove the call of `exit` or `sys.exit`."
    if got.error:
        return None
    if extra := [key for key in got.changed if key not in right.changed]:
        return (
            f"`{name}` changes its argument `{extra[0]}` in place.",
            "The caller still needs it, so compute a new tensor instead.",
        )
    if got.value is None and right.value is not None:
        if got.printed:
            return f"`{name}` prints its result and returns None.", "Use `return`, not `print`."
        return f"`{name}` returns None.", "Does it end with a `return` statement?"
    return None


# ---------------------------------------------------------------- errors


def _error(name: str, error: BaseException, case: Arguments) -> tuple[str, str]:
    """Describe an error, and say what to do about the frequent ones."""
    said = _first_line(error)
    frame, _, line = _last_frame(error)
    if frame is None and isinstance(error, TypeError) and "argument" in said:
        if "__init__()" in said:
            message = f"`{name}` can't be created as `{name}()`, because it takes other arguments."
            return message, f"Give `__init__` no arguments but `self`. Python says: {said}."
        wanted = ", ".join(case) or "no arguments"
        return (
            f"`{name}` can't be called as `{name}({', '.join(case)})`, because it takes other "
            "arguments.",
            f"Define it with these: {wanted}. Python says: {said}.",
        )
    if frame and (function := _numpy_function(frame, line)):
        return (
            f"`{function}` is a function of NumPy, but its argument is a tensor, and that "
            f"raised {type(error).__name__}{_line_of(error)}.",
            "Use torch's own function, such as `torch.exp`, `torch.sum` or `torch.matmul`, with "
            "`dim` and `keepdim` for `axis` and `keepdims`.",
        )
    advice = next((text for regex, text in ERRORS.items() if re.search(regex, said)), "")
    return f"`{name}` raised {name_error(error)}.", advice


def _last_frame(error: BaseException) -> tuple[FrameType | None, int | None, str]:
    """Find the learner's frame that an error comes from, and the number and text of its line."""
    lines = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    for frame, line in reversed(list(zip(frames, lines, strict=True))):
        if not line.filename.startswith(LIBRARIES):
            return frame, line.lineno, line.line or ""
    return None, None, ""


def _numpy_function(frame: FrameType, line: str) -> str:
    """Name the function of NumPy that a line calls, as it is written there."""
    names = frame.f_globals | frame.f_locals
    for written in re.findall(r"([A-Za-z_][\w.]*)\s*\(", line):
        thing = names.get(written.split(".")[0])
        if isinstance(thing, ModuleType):
            if thing.__name__.split(".")[0] == "numpy":
                return str(written)
        elif isinstance(thing, np.ufunc) or getattr(thing, "__module__", "") == "numpy":
            return str(written)
    return ""


def name_error(error: BaseException) -> str:
    """Name an error and its message, and the line of the learner's code that it comes from."""
    said = _first_line(error)
    return f"{type(error).__name__}{said and f': {said}'}{_line_of(error)}"


def _first_line(error: BaseException) -> str:
    try:
        return _clean(str(error).split("\n")[0])
    except BaseException:  # a class of the learner's may not have a message
        return ""


def _line_of(error: BaseException) -> str:
    frame, number, line = _last_frame(error)
    text = line and f": `{line}`"  # a file may be gone
    return f", in line {number}{text}" if frame else ""


# ---------------------------------------------------------------- values


def _compare(
    name: str, tried: Sequence[Tried], mistakes: Sequence[tuple[str, Sequence[Observed]]]
) -> tuple[str, str]:
    """Describe the first difference between two values, or between parts of them."""
    first = _telling(tried)
    path: list[Any] = []
    value, expected = first.got.value, first.right.value
    while True:
        result = f"The result of `{name}`" + _part(path)
        if isinstance(expected, Mapping) and isinstance(value, Mapping):
            wrong = [k for k in expected if k not in value or not same(value[k], expected[k])]
            if not wrong:
                extra = min(value.keys() - expected.keys())
                return f"{result} has the extra key {extra!r}.", "Leave it out."
            if wrong[0] not in value:
                has = ", ".join(map(repr, value)) or "none"
                return f"{result} has no key {wrong[0]!r}.", f"Its keys are: {has}."
            key = wrong[0]
        elif kind := _other_kind(value, expected):
            return f"{result} is {_a(value)}. Expected {kind}.", _what_it_is(value, kind)
        elif isinstance(expected, tuple | list) and isinstance(value, tuple | list):
            if len(value) != len(expected):
                return f"{result} has length {len(value)}, expected {len(expected)}.", ""
            key = next(i for i, item in enumerate(value) if not same(item, expected[i]))
        else:
            break
        path.append(key)
        value, expected = value[key], expected[key]
    shown = f"{result} is {_show(value)}, expected {_show(expected)}."
    if not (is_number(value) and is_number(expected)):
        return shown, ""
    x, y = torch.as_tensor(value).detach(), torch.as_tensor(expected).detach()
    if x.shape != y.shape:
        wanted = tuple(y.shape) if y.ndim else "a single number"
        message = f"{result} has shape {tuple(x.shape)}, expected {wanted}."
        return message, _other_shape(x, y, first.case)
    if x.is_complex() != y.is_complex():
        return f"{result} has dtype {x.dtype}, expected {y.dtype}.", ""
    shown = _first_difference(result, x, y)
    if y.is_floating_point() and not x.is_floating_point() and not _equal(y, y.round()):
        return shown, f"Your result has dtype {x.dtype}, so its fractions are lost."
    if not is_finite(x) and is_finite(y):
        return shown, NOT_FINITE
    if says := relation(_pairs(tried, path)):
        return shown, says
    number = len(_pairs(tried, path))
    for said, calls in mistakes:
        others = [Tried(one.case, one.got, call) for one, call in zip(tried, calls, strict=True)]
        pairs = _pairs(others, path)
        if len(pairs) == number and (says := relation(pairs)):
            return f"There are two mistakes. {said}", f"Compared with that mistake alone: {says}"
    return shown, _where_they_differ(x, y)


def _part(path: Sequence[Any]) -> str:
    """Name a part of a result."""
    if not path:
        return ""
    first, *rest = (f"item {key}" if isinstance(key, int) else str(key) for key in path)
    return f" ({', '.join([first, *rest])})"


def _pairs(tried: Sequence[Tried], path: Sequence[Any]) -> list[Pair]:
    """Collect, over the inputs, the numbers in a part that can be compared."""
    pairs = []
    for case, got, right in tried:
        a, b = got.value, right.value
        try:
            for key in path:
                a, b = a[key], b[key]
            x, y = _number(a), _number(b)
        except (KeyError, IndexError, TypeError):
            continue
        if x.numel() and x.shape == y.shape and is_finite(x) and is_finite(y):
            pairs.append(Pair(x, y, case))
    return pairs


def _equal(x: Tensor, y: Tensor) -> bool:
    return x.shape == y.shape and bool(close(x, y).all())


def relation(pairs: Sequence[Pair]) -> str:
    """Say how results relate to those they are compared with, or nothing.

    The relation has to hold on all inputs, and the numbers must tell it from chance.
    """
    values = torch.cat([pair.right.flatten() for pair in pairs] or [torch.empty(0)])
    if len(values.unique()) < 3 or all(_equal(pair.got, pair.right) for pair in pairs):
        return ""
    if len({tuple(pair.got.flatten().tolist()) for pair in pairs}) == 1 < len(pairs):
        return "Your result is the same for each input. Use the arguments."
    for says, function in RELATIONS.items():
        if all(_equal(pair.got, function(pair.right)) for pair in pairs):
            return says
    for says, function in INVERSE.items():
        if all(_equal(function(pair.got), pair.right) for pair in pairs):
            return says
    return _factor(pairs) or _difference(pairs) or _order(pairs) or _nearly(pairs)


def _number(value: object) -> Tensor:
    """Make a tensor of a value that holds real numbers, or an empty one."""
    tensor = torch.as_tensor(value).detach() if is_number(value) else torch.empty(0)
    return torch.empty(0) if tensor.is_complex() else tensor.double()


def _sizes(case: Arguments) -> dict[str, float]:
    """Name the numbers by which a result is often too large or too small."""
    sizes: dict[str, float] = {}
    for name, value in case.items():
        if isinstance(value, int | float):
            sizes[f"`{name}`"] = float(value)
        elif isinstance(value, Tensor | np.ndarray) and value.ndim:
            sizes[f"the number of rows of `{name}`"] = value.shape[0]
            sizes[f"the number of columns of `{name}`"] = value.shape[-1]
            sizes[f"the number of entries of `{name}`"] = math.prod(value.shape)
    return sizes | {
        "log(2), as with logarithms of base 2": math.log(2),
        "log(10), as with logarithms of base 10": math.log(10),
        "": math.nan,
    }


def _factor(pairs: Sequence[Pair]) -> str:
    """Recognize a constant factor, or one that is a size of the input."""
    factors = []
    for got, right, _ in pairs:
        there = right.abs() > 1e-3  # ratios of tiny numbers say little
        if not there.any():
            return ""
        factors.append(float((got[there] / right[there]).median()))
        if abs(factors[-1]) < 1e-6 or not _equal(got, factors[-1] * right):
            return ""
    for name in _sizes(pairs[0].case):
        known = [_sizes(pair.case).get(name, math.nan) for pair in pairs]
        if np.allclose(factors, known, rtol=1e-3):
            return (
                f"Your result is {factors[0]:.4g} times the expected one, which is {name}. Did you "
                "multiply by it, or take a sum where a mean is asked for, or not divide?"
            )
        if np.allclose(factors, 1 / np.maximum(known, 1e-9), rtol=1e-3):
            return (
                f"Your result is the expected one divided by {known[0]:.4g}, which is {name}. Did "
                "you divide once too often, or take a mean where a sum is asked for?"
            )
    if np.allclose(factors, factors[0], rtol=1e-3):
        return f"Your result is always {factors[0]:.4g} times the expected one."
    if all(pair.right.numel() > 1 for pair in pairs):
        return "Your result is the expected one, times a factor that differs between inputs."
    return ""


def _difference(pairs: Sequence[Pair]) -> str:
    """Recognize a term that is missing, doubled or constant."""
    for name in pairs[0].case:
        for sign, says in ((-1, "You never add"), (1, "You add once too often")):
            arguments = [_number(pair.case[name]) for pair in pairs]
            try:
                if all(
                    argument.numel() and _equal(pair.got, pair.right + sign * argument)
                    for pair, argument in zip(pairs, arguments, strict=True)
                ):
                    return f"{says} `{name}`."
            except RuntimeError:  # the shapes don't broadcast
                continue
    differences = torch.cat([(pair.got - pair.right).flatten() for pair in pairs])
    if _equal(differences, differences[:1].expand_as(differences)):
        return f"Each number is off by {differences[0]:.4g}."
    return ""


def _order(pairs: Sequence[Pair]) -> str:
    """Recognize the right numbers in a wrong order, and rows that are wrong by a factor."""
    if all(_equal(*(x.flatten().sort().values for x in pair[:2])) for pair in pairs):
        return "Your numbers are the right ones, but they stand in another order."
    pairs = [pair for pair in pairs if pair.right.all()]
    if pairs and all(pair.got.ndim > 1 for pair in pairs):
        ratios = [pair.got / pair.right for pair in pairs]
        for dim, what in ((-1, "row"), (0, "column")):
            several = [r for r in ratios if r.shape[dim] > 1]
            if several and all(_equal(r, r.narrow(dim, 0, 1).expand_as(r)) for r in several):
                return (
                    f"In each {what} your numbers are the right ones times a factor. Look at what "
                    f"you divide or multiply each {what} by."
                )
    return ""


def _nearly(pairs: Sequence[Pair]) -> str:
    """Recognize numbers that are right but for a few digits."""
    if all(torch.isclose(pair.got, pair.right, rtol=3e-3, atol=1e-3).all() for pair in pairs):
        return (
            "Your numbers are right to about three digits. Is something rounded, in half "
            "precision, or is a tiny number added?"
        )
    return ""


def _where_they_differ(x: Tensor, y: Tensor) -> str:
    """Name the rows that are wrong if others are right."""
    if x.ndim and len(x) > 1:
        wrong = [row for row in range(len(x)) if not _equal(x[row], y[row])]
        what = "row" if x.ndim > 1 else "number"
        if wrong == [len(x) - 1]:
            return f"Only the last {what} is wrong."
        if wrong == [0]:
            return f"Only the first {what} is wrong."
        if wrong == list(range(1, len(x))):
            return f"Only the first {what} is right."
        if wrong == list(range(len(x) - 1)):
            return f"Only the last {what} is right."
    return ""


def _first_difference(result: str, x: Tensor, y: Tensor) -> str:
    """Show two results, or the first number in which they differ if they are large."""
    shown = f"{result} is {_show(x)}, expected {_show(y)}."
    if x.ndim == 0 or x.numel() == 1:
        return shown
    place = tuple((~close(x, y)).nonzero()[0].tolist())
    first = f"{list(place)}"
    if x.numel() <= MOST_SHOWN:
        return f"{shown} They first differ at {first}."
    return f"{result} at {first} is {_show(x[place])}, expected {_show(y[place])}."


def _other_shape(x: Tensor, y: Tensor, case: Arguments) -> str:
    """Say what a wrong shape comes from."""
    if x.numel() == y.numel():
        if x.ndim == y.ndim == 2 and _equal(x.T, y):
            return "It is the transpose of the expected one. Add or drop a `.T`."
        if y.ndim == 0 or x.ndim < y.ndim:
            more, what = ("fewer", "Drop") if y.ndim < x.ndim else ("more", "Keep")
            same_numbers = "The numbers are right. " if _equal(x.flatten(), y.flatten()) else ""
            return f"{same_numbers}{what} the axis. `keepdim` or `reshape` gives {more} axes."
        if x.ndim > y.ndim:
            return "It has an axis too many, such as one that `keepdim=True` or `[:, None]` makes."
        return "It has the right number of entries in another shape. Is an axis moved, or reshaped?"
    if x.numel() == 1:
        return (
            "You return a single number for the whole input. Did a `sum` or `mean` without `dim` "
            "put all examples of the batch together? Each row has its own result."
        )
    if y.ndim == x.ndim - 1 == 1 and x.shape[0] == x.shape[-1] == y.shape[0]:
        return "A column (n, 1) met a row (n,), and broadcasting made a square. Print both shapes."
    if y.ndim == 0:
        return "A single number is asked for. Is a `sum` or `mean` missing?"
    if x.ndim > y.ndim:
        return "It has an axis too many. Is a `sum` missing, or did a column meet a row?"
    if x.ndim < y.ndim:
        return "An axis is missing. Did you sum over too much, or forget `keepdim=True`?"
    return "Print the shapes step by step. At which one does it first differ from your plan?"


def _pattern(tried: Sequence[Tried], is_right: Callable[[Arguments], bool | None]) -> str:
    """Say what the inputs have in common on which an answer is wrong, if some are right."""
    wrong = [one.case for one in tried if not one.fits]
    right = [one.case for one in tried if one.fits]
    if not right:
        return ""
    for says, test in PATTERNS.items():
        if all(map(test, wrong)) and not any(map(test, right)):
            return f"It is wrong only for {says}."
    if any(_fixed_size(good, bad, is_right) for good in right for bad in wrong[:2]):
        return "It is right for one size of the input and wrong for others. Does it fix a size?"
    return f"It is right on {len(right)} of {len(tried)} inputs."


def _fixed_size(
    good: Arguments, bad: Arguments, is_right: Callable[[Arguments], bool | None]
) -> bool:
    """Try whether only the size decides if an answer is right.

    The numbers of an input that is wrong are put into the shape of one that is right, and back.
    """
    a, b = _resized(bad, good), _resized(good, bad)
    return bool(a and b) and is_right(a or {}) is True and is_right(b or {}) is not True


def _resized(case: Arguments, like: Arguments) -> Arguments | None:
    """Repeat or cut the tensors of an input to the shapes of those of another."""
    made = {}
    for name, value in case.items():
        other = like[name]
        if not (isinstance(value, Tensor) and isinstance(other, Tensor)):
            if type(value) is not type(other) or isinstance(value, Tensor | np.ndarray | nn.Module):
                return None
            made[name] = other
        elif value.ndim != other.ndim or not value.numel():
            return None
        else:
            if any(a != b == 1 for a, b in zip(value.shape, other.shape, strict=True)):
                return None  # with a single row or column, many a mistake makes no difference
            for dim, size in enumerate(other.shape):
                value = value.index_select(dim, torch.arange(size) % value.shape[dim])
            made[name] = value
    changed = any(isinstance(v, Tensor) and v.shape != case[k].shape for k, v in made.items())
    return made if changed else None


def _other_kind(value: object, expected: object) -> str:
    """Name the kind of value that was expected, or return nothing if the kind is right."""
    for kind in (Tensor, np.ndarray, tuple, list, Mapping):
        if isinstance(expected, kind):
            wanted = tuple | list if kind in (tuple, list) else kind
            fits = isinstance(value, wanted) or (kind is Tensor and _scalar(value, expected))
            return "" if fits else _kind_name(kind)
    return "a number" if is_number(expected) and not is_number(value) else ""


def _scalar(value: object, expected: Any) -> bool:
    return expected.ndim == 0 and is_number(value)


def _kind_name(kind: type) -> str:
    return {np.ndarray: "a NumPy array", Mapping: "a dict"}.get(kind, f"a {kind.__name__}")


def _a(value: object) -> str:
    """Name the type of a value."""
    name = type(value).__name__
    return f"an {name}" if name[0] in "aeiouAEIOU" else f"a {name}"


def _what_it_is(value: object, kind: str) -> str:
    """Say where a value of the wrong kind comes from, and how to make the right one."""
    if kind == "a tuple":
        return "Return the values with commas between, as in `return a, b`."
    if kind == "a number" and isinstance(value, list | tuple):
        return "Add them up, or take the one that is asked for."
    if isinstance(value, np.ndarray):
        return "Your code uses NumPy's functions on tensors. Use torch's, such as `torch.exp`."
    if inspect.isgenerator(value):
        return "A function with `yield` makes a generator. Use `return`."
    if isinstance(value, list):
        return "Make a tensor of it, with `torch.stack` for tensors or `torch.tensor` for numbers."
    if isinstance(value, tuple) and hasattr(value, "values") and hasattr(value, "indices"):
        return "`max`, `min` and `sort` with `dim` return values and indices. Take `.values`."
    if value is None:
        return "Does every branch end with a `return` statement?"
    if isinstance(value, tuple):
        return "Return one thing. Is there a comma at the end of a line?"
    if isinstance(value, nn.Module):
        return f"You create a module. Call it, as in `nn.{type(value).__name__}()(…)`."
    if callable(value):
        return "You return a function instead of its result. Are the parentheses missing?"
    if isinstance(value, str):
        return "Return the number itself, without formatting it."
    if isinstance(value, bool | int | float):
        return "You return a number of Python. Did `.item()`, `float` or `math` make it?"
    return ""


def _input(case: Arguments) -> str:
    """Show an input."""
    arguments = "; ".join(f"{key} = {_show(value)}" for key, value in case.items())
    return f"The input was {arguments}." if arguments else ""


def _show(value: object) -> str:
    """Write a value as briefly as possible."""
    if isinstance(value, Tensor | np.ndarray):
        tensor = torch.as_tensor(value)
        if tensor.numel() > MOST_SHOWN:
            return f"a {type(value).__name__.removeprefix('nd')} of shape {tuple(tensor.shape)}"
        if tensor.is_complex():
            return f"{tensor.tolist()}"
        rounded = tensor.detach().double().round(decimals=4).tolist()
        return str(rounded if tensor.is_floating_point() else tensor.tolist())
    if isinstance(value, float):
        return f"{value:.4g}"
    if inspect.isroutine(value):
        return f"`{getattr(value, '__name__', 'a function')}`"
    text = _clean(repr(value).replace("\n", " "))
    return text if len(text) < LONGEST else f"{text[: LONGEST - 3]}…"


def _clean(text: str) -> str:
    """Leave out what differs from run to run, such as addresses and temporary folders."""
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)
    return re.sub(re.escape(tempfile.gettempdir()) + r"[/\\][^/\\'\"\s]+[/\\]?", "", text)


# ---------------------------------------------------------------- tables

NOT_FINITE = (
    "Somewhere a number became infinite or nan. `exp` of a large number is infinite, the logarithm "
    "of 0 is minus infinity, and 0/0 and 0 times infinity are nan. Does it overflow? Subtract the "
    "maximum before `exp`, or use `torch.sigmoid` and `torch.logsumexp`, which never overflow."
)
RELATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "That is the expected result with the opposite sign. A minus is missing, or one too many.": (
        torch.neg
    ),
    "That is 1 minus the expected result.": lambda y: 1 - y,
    "That is 1 divided by the expected result. Did you divide the wrong way round?": (
        torch.reciprocal
    ),
    "That is the logarithm of the expected result. Leave `log` out.": torch.log,
    "That is minus the logarithm of the expected result. Leave `-log` out.": lambda y: -y.log(),
    "That is `exp` of the expected result. Leave `exp` out, or take `log` at the end.": torch.exp,
    "That is the sigmoid of the expected result. Leave the sigmoid out at the end.": torch.sigmoid,
    "That is the softmax of the expected result. Leave softmax out at the end.": (
        lambda y: y.softmax(-1) if y.ndim else y
    ),
    "That is the log-softmax of the expected result. Leave it out at the end.": (
        lambda y: y.log_softmax(-1) if y.ndim else y
    ),
    "That is the ReLU of the expected result. Leave ReLU out at the end.": torch.relu,
    "That is the tanh of the expected result. Leave tanh out at the end.": torch.tanh,
    "That is the expected result without its signs.": torch.abs,
    "That is the square of the expected result.": torch.square,
    "That is the root of the expected result. Leave the root out.": torch.sqrt,
    "That is the expected result, rounded. Leave the rounding out.": torch.round,
    **{
        f"That is the expected result, rounded to {n} digits. Leave the rounding out.": (
            partial(torch.round, decimals=n)
        )
        for n in (1, 2, 3)
    },
    "That is the expected result without its fractions. Keep floats.": torch.trunc,
    "That is the transpose of the expected result. Rows and columns are exchanged.": (
        lambda y: y.mT if y.ndim > 1 else y
    ),
}
INVERSE: dict[str, Callable[[Tensor], Tensor]] = {
    "The sigmoid of your result would be right. Apply it at the end.": torch.sigmoid,
    "The softmax of your result would be right. Apply it at the end.": (
        lambda x: x.softmax(-1) if x.ndim else x
    ),
    "The square of your result would be right.": torch.square,
    "The ReLU of your result would be right. Apply it at the end.": torch.relu,
    "The sum of each row of your result would be right.": (
        lambda x: x.sum(-1, keepdim=True) if x.ndim else x
    ),
}


def _first(case: Arguments) -> Tensor:
    """Give the first tensor of an input."""
    return next((_number(value) for value in case.values() if is_number(value)), torch.empty(0))


PATTERNS: dict[str, Callable[[Arguments], bool]] = {
    "inputs with very large numbers": lambda case: bool((_first(case).abs() > LARGE).any()),
    "more than one row": lambda case: _first(case).ndim > 1 and len(_first(case)) > 1,
    "a single row": lambda case: _first(case).ndim > 1 and len(_first(case)) == 1,
    "inputs with as many rows as columns": (
        lambda case: _first(case).ndim > 1 and _first(case).shape[0] == _first(case).shape[-1]
    ),
    "inputs that hold zeros": lambda case: bool((_first(case) == 0).any()),
    "inputs with negative numbers": lambda case: bool((_first(case) < 0).any()),
}
