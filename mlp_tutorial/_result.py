"""The result of a check, in a module of its own because the checks import PyTorch."""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Result:
    """The result of a check.

    Attributes:
        outcome: `"right"`, `"wrong"`, `"not attempted"`, or for a file that `mlp-tutorial` cannot
            read, `"not checked"`.
        message: A sentence or two that say what is right or wrong about the answer.
        hint: What to do about it. May be empty.
        mistake: The name of the mistake, if the check knows it, or else empty.

    Examples:
        >>> print(Result("wrong", "You summed over dim=0.", "The class axis is dim=1."))
        Wrong: You summed over dim=0. The class axis is dim=1.
    """

    outcome: Literal["right", "wrong", "not attempted", "not checked"]
    message: str
    hint: str = ""
    mistake: str = ""

    def __str__(self) -> str:
        """Write the result on one line."""
        text = f"{self.outcome.capitalize()}: {self.message} {self.hint}".rstrip()
        return text.replace("`", "")

    def _repr_markdown_(self) -> str:
        """Show the result in Jupyter, with no formatting but that of code."""
        parts = f"{self.message} {self.hint}".rstrip().split("`")
        parts[::2] = [re.sub(r"([\\<>*_~#$\[\]])", r"\\\1", part) for part in parts[::2]]
        return f"**{self.outcome.capitalize()}.** {'`'.join(parts)}"
