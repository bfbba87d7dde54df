"""The judge of answers, which compares them with a right answer and with known mistakes.

The learner's answer, the right answer and every known mistake are called in the same way on the
same inputs. An answer that does the same as the right answer is right, however it is written. An
answer that does the same as a known mistake has made that mistake.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations, product
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._card import Card
from mlp_tutorial.exercises._explain import Tried, explain, explain_stub, name_error, unchanged
from mlp_tutorial.exercises._limit import Endless, limit
from mlp_tutorial.exercises._observe import (
    Arguments,
    Made,
    Observed,
    functions_called,
    is_finite,
    observe,
)
from mlp_tutorial.exercises._state import kept_modes, kept_state

SECONDS = 3.0  # the limit for an answer, over all inputs together


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A mistake that many learners make.

    Attributes:
        name: A short name, such as `wrong axis`.
        answer: A function or class that makes the mistake, or another kind of wrong answer.
            Mistakes that are partials of one function, with different keywords, are also tried two
            at a time.
        says: The message for a learner who made it.
        hint: What to do about it.

    Examples:
        >>> from mlp_tutorial.exercises import CATALOGUE
        >>> print(CATALOGUE["softmax"].mistakes[1].says)
        Your rows do not sum to 1, but your columns do: you summed over dim=0.
    """

    name: str
    answer: Any
    says: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule about the way to an answer, such as "without PyTorch's own".

    Attributes:
        names: Names of PyTorch's functions and methods, as `functions_called` gives them. An
            empty set stands for all.
        needed: Whether the answer has to call one of them. Otherwise it may call none.
        says: The message for a learner who breaks the rule.
        hint: What to do about it.
    """

    names: frozenset[str]
    needed: bool = False
    says: str
    hint: str


def call(answer: Callable[..., Any], *arguments: Any) -> Any:
    """Call an answer that is a function."""
    return answer(*arguments)


def single(answer: Callable[..., Any], *arguments: Any) -> Any:
    """Call an answer whose result is a single number, in a tensor or array of any shape."""
    value = answer(*arguments)
    alone = isinstance(value, Tensor | np.ndarray) and value.reshape(-1).shape == (1,)
    return value.reshape(()) if alone else value


def side_of_zero(answer: Callable[..., Any], *arguments: Any) -> Any:
    """Call an answer whose result is a single number of which only the sign counts."""
    return name_side(single(answer, *arguments))


def name_side(value: Any) -> Any:
    """Say on which side of zero a single number is. Anything else is returned as it is."""
    if not isinstance(value, int | float) and getattr(value, "shape", None) != ():
        return value
    return "above zero" if value > 0 else "below zero" if value < 0 else "zero"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Exercise(Card):
    """An exercise whose answer is a function or a class.

    Attributes:
        use: Takes an answer and one input, and returns the values to compare. By default it calls
            the answer. If it sees which mistakes were made, it raises `Made` with their names.
        answer: A right answer.
        inputs: Makes the inputs from a seeded generator, the smallest first. Each is a dict from
            argument names to values.
        rules: What the task says about the way. They are checked when the results are right.
        given: The code with a bug that the task asks to mend. An answer that does the same is not
            attempted.

    Examples:
        >>> from mlp_tutorial.exercises import check_softmax
        >>> check_softmax.answer(torch.zeros(1, 4))
        tensor([[0.2500, 0.2500, 0.2500, 0.2500]])
        >>> check_softmax(lambda logits: torch.softmax(logits, dim=0)).mistake
        'wrong axis'
    """

    use: Callable[..., Any] = call
    answer: Callable[..., Any]
    inputs: Callable[[Generator], Sequence[Arguments]]
    rules: Sequence[Rule] = ()
    given: Callable[..., Any] | None = None

    def _judge(self, answer: object) -> Result:
        try:
            with kept_state(), kept_modes(), limit(SECONDS):
                return judge(self, answer)
        except Endless:
            return Result(
                "wrong",
                f"`{self.name}` didn't finish within {SECONDS:g} s.",
                "Is there a loop whose condition never becomes false?",
            )


def judge(exercise: Exercise, answer: object) -> Result:
    """Check an answer. It runs inside the limit, whose time is that of the learner's code alone."""
    name = exercise.name
    if not callable(answer):
        return Result(
            "wrong",
            f"Expected `{name}` itself, a function or a class, got a {type(answer).__name__}.",
            f"Pass `{name}`, not the value it returns.",
        )
    cases = _cases(exercise)
    expected = [_known(exercise, exercise.answer, number) for number in range(len(cases))]
    try:
        observed = _observe_all(exercise, answer, cases)
        if observed[-1].is_stub:
            return explain_stub(name, answer)
        if all(map(Observed.equals, observed, expected)):
            return _keeps_rules(exercise, answer, cases)
        return _judge(exercise, answer, cases, observed, expected)
    except Exception as error:  # an answer may return anything
        message = f"`{name}` returns something that cannot be compared ({name_error(error)})."
        hint = "Return numbers, or arrays or tensors of numbers."
        return Result("wrong", message.replace("\n", " "), hint)


@cache
def _cases(exercise: Exercise) -> Sequence[Arguments]:
    return exercise.inputs(torch.Generator().manual_seed(7))


@cache
def _known(exercise: Exercise, answer: Callable[..., Any], number: int) -> Observed:
    """Use an answer of ours, right or wrong, on one of the inputs."""
    return observe(exercise.use, answer, _cases(exercise)[number])


def _observe_all(
    exercise: Exercise, answer: Callable[..., Any], cases: Sequence[Arguments]
) -> list[Observed]:
    """Use an answer on each input, or on the first alone if it is a stub."""
    observed: list[Observed] = []
    for case in cases:
        observed.append(observe(exercise.use, answer, case))
        if observed[-1].is_stub:
            break
    return observed


def _keeps_rules(
    exercise: Exercise, answer: Callable[..., Any], cases: Sequence[Arguments]
) -> Result:
    """Check the way to a result that is right."""
    called = functions_called(exercise.use, answer, cases) if exercise.rules else set()
    for rule in exercise.rules:
        if bool(rule.names & called if rule.names else called) != rule.needed:
            return Result("wrong", rule.says, rule.hint)
    message = f"`{exercise.name}` does what it should on all {len(cases)} inputs."
    return Result("right", message, exercise.reason)


def _judge(
    exercise: Exercise,
    answer: Callable[..., Any],
    cases: Sequence[Arguments],
    observed: Sequence[Observed],
    expected: Sequence[Observed],
) -> Result:
    """Compare what a wrong answer did with each mistake, and explain it if it is none of them."""
    tried = list(map(Tried, cases, observed, expected))
    error = next((one.got.error for one in tried if one.got.error and not one.fits), None)
    if isinstance(error, Made):
        return _name(exercise, error.args)
    given = exercise.given
    if given and _matches(partial(_known, exercise, given), observed, expected, exact=True):
        message = f"`{exercise.name}` still does the same as the code as given, with its bug."
        return Result("not attempted", message, "Find the bug, mend it, and check again.")
    groups = [exercise.mistakes, _pairs(exercise)]
    if all(one.got.error for one in tried):  # errors alone tell no mistake from another
        groups = []
    for mistakes in groups:
        for exact, mistake in product((True, False), mistakes):
            seen = partial(_known, exercise, mistake.answer)
            if _matches(seen, observed, expected, exact=exact):
                return Result("wrong", mistake.says, mistake.hint, mistake.name)
        if same := unchanged(tried):
            message = f"You return `{same}` as it came. Nothing changed."
            return Result("wrong", message, "Functions of tensors return new ones. Return those.")
    known = [
        (mistake.says, [_known(exercise, mistake.answer, n) for n in range(len(cases))])
        for mistake in exercise.mistakes
        if not error  # errors are explained by themselves
    ]
    message, hint = explain(exercise.name, tried, known, partial(_is_right, exercise, answer))
    return Result("wrong", message, hint)


@cache
def _pairs(exercise: Exercise) -> Sequence[Mistake]:
    """Put together each two mistakes that can be made at once."""
    pairs = []
    for one, other in combinations(exercise.mistakes, 2):
        a, b = one.answer, other.answer
        if not (isinstance(a, partial) and isinstance(b, partial) and a.func is b.func):
            continue
        if a.keywords.keys().isdisjoint(b.keywords):
            pair = Mistake(
                name=f"{one.name} and {other.name}",
                answer=partial(a.func, **a.keywords, **b.keywords),
                says=f"There are two mistakes. {one.says} {other.says}",
                hint=f"{one.hint} {other.hint}",
            )
            pairs.append(pair)
    return pairs


def _is_right(exercise: Exercise, answer: Callable[..., Any], case: Arguments) -> bool | None:
    """Tell whether an answer is right on one more input, or None if nothing is right there."""
    expected = observe(exercise.use, exercise.answer, case)
    if expected.error:
        return None
    return observe(exercise.use, answer, case).equals(expected)


def _name(exercise: Exercise, names: Sequence[str]) -> Result:
    """Say every mistake that was made, and then what to do about each."""
    known = {mistake.name: mistake for mistake in exercise.mistakes}
    mistakes = [known[name] for name in dict.fromkeys(names)]
    return Result(
        "wrong",
        " ".join(mistake.says for mistake in mistakes),
        " ".join(mistake.hint for mistake in mistakes),
        " and ".join(mistake.name for mistake in mistakes),
    )


def _matches(
    seen: Callable[[int], Observed],
    observed: Sequence[Observed],
    expected: Sequence[Observed],
    *,
    exact: bool,
) -> bool:
    """Tell whether an answer does everything that a mistake does.

    Errors alone prove nothing, so at least one result must be a value, and at least one must differ
    from the right answer. One learner's version of a mistake may overflow where another's does not.
    So unless `exact`, inputs where either result is infinite or nan are left out, if these are no
    more than half.
    """
    has_value = differs = False
    left_out = 0
    for number, (one, right) in enumerate(zip(observed, expected, strict=True)):
        wrong = seen(number)
        if bool(wrong.error) != bool(one.error):
            return False
        if not exact and not (is_finite(wrong.value) and is_finite(one.value)):
            left_out += 1
            continue
        if not wrong.equals(one):
            return False
        has_value = has_value or not wrong.error
        differs = differs or not wrong.equals(right)
    return has_value and differs and 2 * left_out <= len(observed)
