"""What the tests share: a copy of the project, and the site built from one."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from sitegen.lesson import ROOT
from sitegen.record import EXECUTED

# Workers run side by side: with a thread for each core in each of them, they would wait for each other.
os.environ["OMP_NUM_THREADS"] = "1"

settings.register_profile("course", deadline=None)  # no test asserts a time
settings.load_profile("course")

# Browser tests are a session of their own, which installs Playwright.
collect_ignore = [] if find_spec("playwright") else ["browser"]

SOURCES = ["benchmarks", "docs", "mlp_tutorial", "sitegen", "tutorials"]
FILES = ["mkdocs.yml", "noxfile.py", "package-lock.json", "pyproject.toml"]


def copy_project(to: Path) -> Path:
    """Copy what the site is built from."""
    to.mkdir(exist_ok=True)
    for folder in SOURCES:
        shutil.copytree(
            ROOT / folder, to / folder, ignore=shutil.ignore_patterns("__pycache__", ".*_cache")
        )
    for file in FILES:
        shutil.copy2(ROOT / file, to)
    (to / "node_modules").symlink_to(ROOT / "node_modules")
    return to


def nox_docs(root: Path, *posargs: str) -> subprocess.CompletedProcess[str]:
    """Run the session `docs` in a copy of the project, with what is installed here."""
    return subprocess.run(
        [sys.executable, "-m", "nox", "--no-venv", "--no-install", "-s", "docs", "--", *posargs],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path):
    """A copy of the project to change."""
    return copy_project(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """A copy of the project in which `nox -s docs` has built the site, once for all workers.

    Lessons that were executed already, and whose results still hold, are not executed again.
    """
    folder = tmp_path_factory.getbasetemp()
    root = (folder if worker_id == "master" else folder.parent) / "site-build"
    with FileLock(f"{root}.lock"):
        if not root.exists():
            copy_project(root)
            if (ROOT / EXECUTED).exists():
                shutil.copytree(ROOT / EXECUTED, root / EXECUTED)
            done = nox_docs(root)
            assert done.returncode == 0, done.stdout + done.stderr
    assert (root / "site/index.html").exists(), "another worker could not build the site"
    return root
