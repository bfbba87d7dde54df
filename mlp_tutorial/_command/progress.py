"""What a learner has solved: one small file, of which nothing but ticks can be lost."""

import json
from pathlib import Path

from platformdirs import user_data_path


def path() -> Path:
    """Say where the file is."""
    return user_data_path("mlp-tutorial") / "solved.json"


def solved() -> set[str]:
    """Read what is solved, as `05/softmax`; nothing if the file is missing or damaged."""
    try:
        return set(map(str, json.loads(path().read_text("utf-8"))))
    except (OSError, ValueError, TypeError):
        return set()


def add(names: set[str]) -> None:
    """Note what is solved now as well.

    Raises:
        OSError: If the file cannot be written.
    """
    path().parent.mkdir(parents=True, exist_ok=True)
    partial = path().with_suffix(".partial")
    partial.write_text(json.dumps(sorted(solved() | names)) + "\n", "utf-8")
    partial.replace(path())
