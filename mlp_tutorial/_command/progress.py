"""The exercises a learner has solved, in one small file in their data folder."""

import json
from pathlib import Path

from platformdirs import user_data_path


def path() -> Path:
    """Return the path of the file."""
    return user_data_path("mlp-tutorial") / "solved.json"


def solved() -> set[str]:
    """Read the solved exercises, such as `05/softmax`; none if the file is missing or damaged."""
    try:
        return set(map(str, json.loads(path().read_text("utf-8"))))
    except (OSError, ValueError, TypeError):
        return set()


def add(names: set[str]) -> None:
    """Add exercises to the file.

    Raises:
        OSError: If the file cannot be written.
    """
    path().parent.mkdir(parents=True, exist_ok=True)
    partial = path().with_suffix(".partial")
    partial.write_text(json.dumps(sorted(solved() | names)) + "\n", "utf-8")
    partial.replace(path())
