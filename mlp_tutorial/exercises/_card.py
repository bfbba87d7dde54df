"""What all checks have in common."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._explain import name_error

if TYPE_CHECKING:
    from mlp_tutorial.exercises._judge import Mistake


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Card(ABC):
    """A check of an exercise, which can be called with an answer.

    Attributes:
        name: What the learner's function, class or variable is called.
        doc: What the answer should be. This is also the docstring of the check.
        answer: A right answer.
        mistakes: The wrong answers that the check knows by name.
        reason: Why the right answer is right, for learners who found it. May be empty.

    Examples:
        >>> from mlp_tutorial.exercises import CATALOGUE
        >>> CATALOGUE["softmax"].name
        'softmax'
        >>> print(CATALOGUE["softmax"](None))
        Not attempted: softmax has None in place of an answer. Replace it, then check again.
    """

    name: str
    doc: str
    answer: Any
    mistakes: "Sequence[Mistake]"
    reason: str = ""

    def __post_init__(self) -> None:
        """Show `doc` in `help`."""
        object.__setattr__(self, "__doc__", inspect.cleandoc(self.doc))

    def __repr__(self) -> str:
        """Say which answer this checks."""
        return f"<check of {self.name}>"

    def __call__(self, answer: object) -> Result:
        """Check an answer, and never raise an error.

        Args:
            answer: What the learner wrote, or anything else.

        Returns:
            Whether the answer is right, and if not, why.
        """
        if answer is None or answer is ...:
            got = "None" if answer is None else "`...`"
            message = f"`{self.name}` has {got} in place of an answer."
            return Result("not attempted", message, "Replace it, then check again.")
        try:
            with torch.device("cpu"):  # the learner may have set another default
                return self._judge(answer)
        except Exception as error:  # an answer may be anything
            message = f"`{self.name}` can't be read ({name_error(error)}).".replace("\n", " ")
            return Result("wrong", message, "Compare the kind of your answer with the task's.")

    @abstractmethod
    def _judge(self, answer: object) -> Result:
        """Check an answer that is not missing."""
