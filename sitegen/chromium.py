"""The Chromium of the system, which prints the book and in which the pages are tested."""

import os
import shutil
import subprocess

INSTALL = "apt-get install chromium-headless-shell"
CURE = f"install it, with `{INSTALL}` on Debian, or name one in the variable CHROMIUM"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def find_chromium() -> str:
    """Return its path, or raise a ValueError that says what to do."""
    named = os.environ.get("CHROMIUM")
    # Without windows it takes less than half of the time to open a page.
    names = [named] if named else ["chromium-headless-shell", "chromium"]
    path = next(filter(None, map(shutil.which, names)), None)
    if not path:
        raise ValueError(f"expected Chromium, got no program {names[-1]}; {CURE}")
    version = [path, "--version"]
    try:
        said = subprocess.run(
            version, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        raise ValueError(f"expected Chromium, got {path}: {error.strerror}; {CURE}") from None
    if "Chrom" not in said.stdout:
        got = (said.stdout + said.stderr).strip().split("\n")[0]
        raise ValueError(f"expected Chromium, got {path}, which says {got!r}; {CURE}")
    return path
