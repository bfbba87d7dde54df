"""How an answer is judged: by what it does to numbers, beside the right answer and wrong ones.

The answer, the right one and every catalogued mistake are used in the same way on the same inputs.
An answer that does all that the right one does is right, whatever it looks like; one that does all
that a mistake does has made that mistake.
"""

import copy
import io
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._limit import Endless, limit

SECONDS = 3.0  # that an answer may take, for all inputs together
MOST_SHOWN = 12  # numbers of a tensor
OURS = Path(__file__).parent
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A way to be wrong that learners know well.

    Attributes:
        name: What it is called, such as `wrong axis`.
        answer: An answer with this mistake.
        says: What a learner reads who made it.
        hint: What to do about it.

    Examples:
        >>> from mlp_tutorial.exercises import CATALOGUE
        >>> print(CATALOGUE["softmax"].mistakes[1].says)
        Your rows do not sum to 1, but your columns do: you summed over dim=0.
    """

    name: str
    answer: Callable[..., Any]
    says: str
    hint: str


def call(answer: Callable[..., Any], *arguments: Any) -> Any:
    """Use an answer that is a function."""
    return answer(*arguments)


@dataclass(frozen=True)
class Exercise:
    """What is asked, as far as a program can tell.

    Attributes:
        name: What the learner's function or class is called.
        answer: A right one.
        inputs: Makes what it is tried on, the smallest first; arguments by name.
        mistakes: The catalogue.
        use: Does with an answer and one input what a test would, and returns what is to be seen.

    Examples:
        >>> from mlp_tutorial.exercises import CATALOGUE
        >>> CATALOGUE["softmax"].answer(torch.zeros(1, 4))
        tensor([[0.2500, 0.2500, 0.2500, 0.2500]])
    """

    name: str
    answer: Callable[..., Any]
    inputs: Callable[[Generator], Sequence[Arguments]]
    mistakes: Sequence[Mistake]
    use: Callable[..., Any] = call


@dataclass
class _Seen:
    """What one use of an answer came to."""

    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    changed: list[str] = field(default_factory=list)

    def equals(self, other: "_Seen") -> bool:
        if self.error or other.error:
            return bool(self.error) and bool(other.error)
        return (
            self.changed == other.changed
            and bool(self.value is None and self.printed)
            == bool(other.value is None and other.printed)
            and same(self.value, other.value)
        )


def judge(exercise: Exercise, answer: object) -> Result:
    """Judge what a learner made.

    Never raises: whatever the answer does is part of what is found.

    Args:
        exercise: What was asked.
        answer: Theirs; anything.
    """
    name = exercise.name
    if answer is None or answer is ...:
        return Result("not attempted", f"`{name}` is {answer}.", "Write it, then check again.")
    if not callable(answer):
        what = f"a {type(answer).__name__}"
        return Result(
            "wrong",
            f"Expected `{name}` itself, a function or a class, got {what}.",
            f"Pass `{name}`, not what it returns.",
        )
    cases = exercise.inputs(torch.Generator().manual_seed(7))
    wanted = [_see(exercise, exercise.answer, case) for case in cases]
    try:
        with limit(SECONDS):
            seen = _try(exercise, answer, cases)
    except Endless:
        return Result(
            "wrong",
            f"`{name}` did not come to an end within {SECONDS:g} s.",
            "Is there a loop whose condition never becomes false?",
        )
    if _untouched(seen[-1]):
        return Result("not attempted", f"`{name}` is still as you got it.", "Write it, then check.")
    try:
        return _judge(exercise, cases, seen, wanted)
    except Exception as error:  # an answer may be anything
        said = f"`{name}` gives what cannot be compared: {error}."
        return Result(
            "wrong", said.replace("\n", " "), "Give numbers, arrays or tensors of numbers."
        )


def _try(exercise: Exercise, answer: Callable[..., Any], cases: Sequence[Arguments]) -> list[_Seen]:
    """Use an answer on each input, unless it is a stub."""
    seen: list[_Seen] = []
    for case in cases:
        seen.append(_see(exercise, answer, case))
        if _untouched(seen[-1]):
            break
    return seen


def _judge(
    exercise: Exercise,
    cases: Sequence[Arguments],
    seen: Sequence[_Seen],
    wanted: Sequence[_Seen],
) -> Result:
    """Compare what an answer did with what the right one does, and with each mistake."""
    right = [one.equals(other) for one, other in zip(seen, wanted, strict=True)]
    if all(right):
        said = f"`{exercise.name}` does what it should on all {len(cases)} inputs."
        return Result("right", said)
    does = [[_see(exercise, m.answer, case) for case in cases] for m in exercise.mistakes]
    for exact in (True, False):
        for mistake, made in zip(exercise.mistakes, does, strict=True):
            if _does_as(made, seen, wanted, exact=exact):
                return Result("wrong", mistake.says, mistake.hint, mistake.name)
    first = right.index(False)
    message, hint = _explain(exercise, cases[first], seen[first], wanted[first])
    if any(right):
        hint += f" On {sum(right)} of {len(cases)} inputs it is right: does it fix a size?"
    return Result("wrong", message, hint.strip())


def _see(exercise: Exercise, answer: Callable[..., Any], case: Arguments) -> _Seen:
    """Use an answer once: on copies, with seeded random numbers, and without its output."""
    arguments = copy.deepcopy(dict(case))
    seen = _Seen()
    printed = io.StringIO()
    with torch.random.fork_rng(devices=[]), redirect_stdout(printed):
        torch.manual_seed(7)
        try:
            seen.value = exercise.use(answer, *arguments.values())
        except (Exception, SystemExit) as error:
            if isinstance(error, Endless):
                raise
            seen.error = error
    seen.printed = printed.getvalue()
    seen.changed = [name for name in case if not same(case[name], arguments[name])]
    return seen


def _untouched(seen: _Seen) -> bool:
    """Tell the `raise NotImplementedError` of a stub; PyTorch's own have a message."""
    return isinstance(seen.error, NotImplementedError) and not seen.error.args


def _does_as(
    does: Sequence[_Seen], seen: Sequence[_Seen], wanted: Sequence[_Seen], *, exact: bool
) -> bool:
    """Tell whether an answer does all that a mistake does; errors alone are too little to tell.

    A learner may make it in a form that overflows, and another in one that does not: if that is not
    to count, the inputs on which either is infinite or nan are left out.
    """
    told = differs = False
    for one, other, right in zip(does, seen, wanted, strict=True):
        if not exact and not (_is_finite(one.value) and _is_finite(other.value)):
            continue
        if not one.equals(other):
            return False
        told = told or not one.error
        differs = differs or not one.equals(right)
    return told and differs


def _is_finite(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_finite, value))
    return not _is_number(value) or bool(torch.as_tensor(value).isfinite().all())


def same(a: object, b: object) -> bool:
    """Tell whether two values are the same but for rounding; the dtype's precision is free."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray) != isinstance(b, np.ndarray):
        return False
    if _is_number(a) and _is_number(b):
        x, y = torch.as_tensor(a), torch.as_tensor(b)
        return (
            x.shape == y.shape
            and x.is_floating_point() == y.is_floating_point()
            and torch.allclose(x.double(), y.double(), rtol=1e-4, atol=1e-5, equal_nan=True)
        )
    if isinstance(a, torch.nn.Module) and isinstance(b, torch.nn.Module):
        return same(a.state_dict(), b.state_dict())
    return type(a) is type(b) and bool(a == b)


def _is_number(value: object) -> bool:
    return isinstance(value, Tensor | np.ndarray | np.number | float | int)


def _explain(exercise: Exercise, case: Arguments, seen: _Seen, wanted: _Seen) -> tuple[str, str]:
    """Say what is wrong with an answer that made no catalogued mistake, and what to look at."""
    name, value = exercise.name, seen.value
    on = "; ".join(f"{key} = {_show(argument)}" for key, argument in case.items())
    if isinstance(seen.error, SystemExit):
        return f"`{name}` ends the program.", "Take out the call of `exit` or `sys.exit`."
    if seen.error:
        error = str(seen.error).split("\n")[0]
        where = _line(seen.error)
        return f"`{name}` raised {type(seen.error).__name__}: {error}{where}.", f"It had {on}."
    if extra := [key for key in seen.changed if key not in wanted.changed]:
        return (
            f"`{name}` changes its argument `{extra[0]}` in place.",
            "Whoever passed it still needs it: compute a new tensor instead.",
        )
    if value is None and wanted.value is not None:
        if seen.printed:
            return f"`{name}` prints its result and returns None.", "Use `return`, not `print`."
        return f"`{name}` returns None.", "Does it end in `return` and the result?"
    return _compare(name, on, value, wanted.value)


def _compare(name: str, on: str, value: object, wanted: object) -> tuple[str, str]:
    if isinstance(wanted, Mapping) and isinstance(value, Mapping):
        part = next(key for key in wanted if not same(wanted[key], value.get(key)))
        return _compare(f"{name}: {part}", on, value.get(part), wanted[part])
    kinds = [Tensor, np.ndarray, tuple, list]
    kind = next((kind for kind in kinds if isinstance(wanted, kind)), None)
    if (kind and not isinstance(value, kind)) or (_is_number(wanted) and not _is_number(value)):
        expected = "a number" if kind is None else f"a {kind.__name__}"
        return f"`{name}` gives a {type(value).__name__}.", f"Expected {expected}."
    if isinstance(wanted, tuple | list) and isinstance(value, tuple | list):
        if len(value) != len(wanted):
            return f"`{name}` gives {len(value)} values.", f"Expected {len(wanted)}."
        part = next(n for n, pair in enumerate(zip(value, wanted, strict=True)) if not same(*pair))
        return _compare(f"{name}[{part}]", on, value[part], wanted[part])
    if isinstance(wanted, Tensor | np.ndarray) and isinstance(value, Tensor | np.ndarray):
        if tuple(value.shape) != tuple(wanted.shape):
            return (
                f"`{name}` gives the shape {tuple(value.shape)}, expected {tuple(wanted.shape)}.",
                f"It had {on}.",
            )
        x, y = torch.as_tensor(value), torch.as_tensor(wanted)
        if x.is_floating_point() != y.is_floating_point():
            return f"`{name}` gives the dtype {x.dtype}.", f"Expected {y.dtype}."
        if x.numel() > MOST_SHOWN:
            off = ~torch.isclose(x.double(), y.double(), rtol=1e-4, atol=1e-5, equal_nan=True)
            place = tuple(off.nonzero()[0].tolist())
            at = ", ".join(map(str, place))
            name, value, wanted = f"{name}(…)[{at}]", x[place], y[place]
    return (
        f"`{name}` gives {_show(value)}, expected {_show(wanted)}.",
        f"It had {on}." if on else "",
    )


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
    return text if len(text) < 80 else f"{text[:77]}…"


def _line(error: BaseException) -> str:
    """Find the line of the learner that an error comes from."""
    library = (str(OURS), *(str(Path(module.__file__ or "").parent) for module in (torch, np)))
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((*library, "<frozen", sys.base_prefix))
    ]
    return f", in line {frames[-1].lineno}: `{frames[-1].line}`" if frames else ""
