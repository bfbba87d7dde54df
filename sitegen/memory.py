"""What the last build made, so that the next makes only what changed.

A thing is made again if anything changed that it is made of, or that makes it: `sitegen`, the
configuration, a package. Only `sitegen.build` remembers from one build to the next, in one file,
and only after a build that had nothing to complain of.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sitegen.record import write_whole

Made = TypeVar("Made")
_made: dict[str, list[Any]] = {}  # for each thing, a hash of what it was made of, and itself
_used: set[str] = set()


def remember(thing: str, of: object, make: Callable[[], Made]) -> Made:
    """Make a thing, unless it was made of the same the last time.

    Args:
        thing: Its name.
        of: All that it is made of; JSON can write it, and the thing.
        make: Makes it.
    """
    state = _hash(json.dumps(of))
    if thing not in _made or _made[thing][0] != state:
        _made[thing] = [state, make()]
    _used.add(thing)
    made: Made = _made[thing][1]
    return made


def forget() -> None:
    """Make everything again: who makes it may have changed."""
    _made.clear()


def recall(path: Path, made_by: str) -> None:
    """Read what the last build made, unless something else made it or the file is damaged."""
    if path.exists():
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode("ascii", "replace") == _hash(made_by, body):
            _made.update(json.loads(body))


def keep(path: Path, made_by: str) -> None:
    """Write what this build made or took, and nothing else."""
    body = json.dumps({thing: _made[thing] for thing in sorted(_used)})
    write_whole(path, f"{_hash(made_by, body.encode())}\n{body}")


def _hash(text: str, data: bytes = b"") -> str:
    return hashlib.sha256(text.encode() + data).hexdigest()
