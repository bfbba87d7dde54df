"""Exercises whose answer is a number."""

import math
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real

import numpy as np
from torch import Tensor

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._card import Card

ROUNDED = 0.002  # relative; enough for three digits, so that few guesses look like a known mistake


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Number(Card):
    """An exercise whose answer is a number: of Python, or in a tensor or an array of any shape.

    Attributes:
        answer: The right number.
        tolerance: How far an answer may be off, or 0 for a count.
        hint: What to do if the number is wrong and no known mistake.
        mistakes: Each has a wrong number as its `answer`.

    Examples:
        >>> from mlp_tutorial.exercises import check_share
        >>> check_share(0.01).mistake
        'share of the digits'
    """

    answer: float
    tolerance: float
    hint: str

    def _judge(self, answer: object) -> Result:
        value = _number(answer)
        if value is None or not math.isfinite(value):
            what, how = _explain(answer)
            return Result("wrong", f"Expected `{self.name}` to be a number, got {what}.", how)
        if abs(value - self.answer) <= self.tolerance:
            return Result("right", self.reason)
        near = [each for each in self.mistakes if self._is(value, each.answer)]
        if near:
            mistake = min(near, key=lambda each: abs(value - each.answer))
            return Result("wrong", mistake.says, mistake.hint, mistake.name)
        message = f"`{self.name}` is {_show(value)}."
        if relation := self._relation(value):
            return Result("wrong", f"{message} {relation}")
        size = "large" if value > self.answer else "small"
        return Result("wrong", f"{message} That's too {size}.", self.hint)

    def _is(self, value: float, other: float) -> bool:
        """Tell whether an answer is a known wrong number, up to rounding unless it's a count."""
        return math.isclose(value, other, rel_tol=ROUNDED if self.tolerance else 0, abs_tol=1e-9)

    def _relation(self, value: float) -> str:
        """Say what a wrong number has in common with the right one, if it's only the sign or so."""
        if abs(-value - self.answer) <= self.tolerance:
            return "Only its sign is wrong."
        if abs(value / 100 - self.answer) <= self.tolerance:
            return "That's 100 times what it should be. Is it in percent?"
        if abs(value * 100 - self.answer) <= self.tolerance:
            return "That's a hundredth of what it should be. Is it a fraction instead of percent?"
        written = f"{value:.6g}"  # without the noise of float32
        if value and round(self.answer, len(written.partition(".")[2])) == float(written):
            return "It's rounded too much. Give more digits."
        return ""


def _number(answer: object) -> float | None:
    """Take a single number out of its box. There is None in any other value."""
    if isinstance(answer, Tensor | np.ndarray) and answer.reshape(-1).shape == (1,):
        answer = answer.item()
    if isinstance(answer, Real | Decimal) and not isinstance(answer, bool):
        return float(answer)
    return None


def _explain(answer: object) -> tuple[str, str]:
    """Say what came instead of a number, and what to do about it."""
    if isinstance(answer, str):
        return f"the text {answer!r}", "Leave out the quotes, and write 20% as 0.2."
    if isinstance(answer, Tensor | np.ndarray) and answer.reshape(-1).shape != (1,):
        return f"numbers of shape {tuple(answer.shape)}", "Give the one that is asked for."
    if callable(answer):
        return "a function", "Call it, and give the number that it returns."
    value = _number(answer)
    if value is None:
        return f"a value of type {type(answer).__name__}", "Give a single number."
    return f"{value}", "Did you divide by zero, or take the logarithm of zero?"


def _show(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else f"{value:.4g}"
