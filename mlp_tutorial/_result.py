"""What a check found; apart from the checks, since those load PyTorch."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Result:
    """What a check found.

    Attributes:
        outcome: `"right"`, `"wrong"` or `"not attempted"`.
        message: What is right, or wrong, about the answer; a sentence or two.
        hint: What to do about it; may be empty.
        mistake: The name of the catalogued mistake that it is, if it is one.

    Examples:
        >>> print(Result("wrong", "You summed over dim=0.", "The class axis is dim=1."))
        Wrong: You summed over dim=0. The class axis is dim=1.
    """

    outcome: Literal["right", "wrong", "not attempted"]
    message: str
    hint: str = ""
    mistake: str = ""

    def __str__(self) -> str:
        """Say it in a line."""
        text = f"{self.outcome.capitalize()}: {self.message} {self.hint}".rstrip()
        return text.replace("`", "")

    def _repr_markdown_(self) -> str:
        """Show it in Jupyter."""
        return f"**{self.outcome.capitalize()}.** {self.message} {self.hint}".rstrip()
