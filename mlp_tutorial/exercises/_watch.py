"""A record of which functions an answer calls."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def watch(*functions: Callable[..., Any]) -> Iterator[set[str]]:
    """Collect the names of those of these Python functions that are called in the block."""
    names = {function.__code__: function.__qualname__ for function in functions}
    called: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in names:
            called.add(names[frame.f_code])

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(before)
