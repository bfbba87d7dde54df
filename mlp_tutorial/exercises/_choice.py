"""Exercises whose answer is one of several options."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._card import Card
from mlp_tutorial.exercises._judge import Mistake
from mlp_tutorial.lessons import Option


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Choice(Card):
    """An exercise whose answer is an option, given by its letter or in its words.

    Attributes:
        options: What the task offers, in its order. One of them is right.
        answer: The letter of the right option.
        mistakes: One for each wrong option.

    Raises:
        ValueError: If not exactly one option is right.

    Examples:
        >>> from mlp_tutorial.exercises import check_doubled
        >>> check_doubled("a").mistake
        'The line gets twice as steep, and every output doubles.'
    """

    options: Sequence[Option]
    answer: str = field(init=False)
    mistakes: Sequence[Mistake] = field(init=False)

    def __post_init__(self) -> None:
        """Take the answer and the mistakes from the options."""
        super().__post_init__()
        letters = dict(zip(ascii_lowercase, self.options, strict=False))
        right = [letter for letter, option in letters.items() if option.right]
        if len(right) != 1:
            raise ValueError(f"expected exactly one right option of {self.name}, got {len(right)}")
        object.__setattr__(self, "answer", right[0])
        wrong = [
            Mistake(name=option.text, answer=letter, says=option.reason, hint="")
            for letter, option in letters.items()
            if not option.right
        ]
        object.__setattr__(self, "mistakes", wrong)

    def _judge(self, answer: object) -> Result:
        options = dict(zip(ascii_lowercase, self.options, strict=False))
        write = f'Write the letter of an option in quotes, as in `{self.name} = "{min(options)}"`.'
        if not isinstance(answer, str):
            kind = type(answer).__name__
            return Result(
                "wrong", f"Expected `{self.name}` to be a letter, got type {kind}.", write
            )
        said = _words(answer)
        if not said:
            return Result("not attempted", f"`{self.name}` is empty.", write)
        first = re.match(r"\s*\(?([a-z])\s*[).:-]", answer, re.IGNORECASE)  # as in "b) It fails."
        for letter, option in options.items():
            begins = first and first[1].lower() == letter
            if begins or said in {letter, f"option {letter}", _words(option.text)}:
                if option.right:
                    return Result("right", option.reason)
                return Result("wrong", option.reason, mistake=option.text)
        message = f"`{self.name}` is {answer!r}, but the options are {', '.join(options)}."
        return Result("wrong", message, write)


def _words(text: str) -> str:
    """Leave out what doesn't tell one option from another."""
    return re.sub(r"[\s`*.,:;!?()\"'\u2018-\u201d]+", " ", text).strip().casefold()
