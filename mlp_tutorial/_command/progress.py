"""The exercises a learner has solved, in one small file in their data folder."""

import json
import os
import re
from pathlib import Path

from filelock import FileLock
from platformdirs import user_data_path

from mlp_tutorial.lessons import Lesson, Task


def path() -> Path:
    """Return the path of the file.

    Raises:
        OSError: If the user has no home folder.
    """
    folder = user_data_path("mlp-tutorial")
    if not folder.is_absolute():  # `~` without a home is a folder here, of that name
        raise OSError("expected a home folder, got none; set HOME to a folder of yours")
    return folder / "solved.json"


def key(lesson: Lesson, task: Task) -> str:
    """Name an exercise in the file, such as `softmax/cross_entropy`; lessons may be renumbered."""
    return f"{lesson.topic}/{task.name}"


def solved() -> set[str]:
    """Read the keys of the solved exercises; of a damaged file, those it still names.

    Raises:
        OSError: If the file exists but cannot be read.
    """
    try:
        return set(re.findall(r"\w+/\w+", path().read_text("utf-8", errors="replace")))
    except FileNotFoundError:
        return set()


def add(names: set[str]) -> None:
    """Add the keys of exercises to the file.

    Raises:
        OSError: If the file cannot be read or written. It stays as it was.
    """
    target = Path(os.path.realpath(path()))  # of a link, the file behind it
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock")):
        partial = target.with_suffix(".partial")
        partial.write_text(json.dumps(sorted(solved() | names)) + "\n", "utf-8")
        partial.replace(target)
