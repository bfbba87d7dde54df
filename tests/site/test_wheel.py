"""The library as the site offers it, for people who have nothing else of the project."""

import os
import shutil
import subprocess
import sys
from zipfile import ZipFile

import nbformat
import pytest

from mlp_tutorial.lessons import read_lessons
from sitegen import ROOT
from sitegen.__main__ import SITE


@pytest.fixture(scope="module")
def wheel():
    (wheel,) = (SITE / "downloads").glob("*.whl")
    return wheel


def test_the_wheel_has_every_lesson_and_the_command(wheel):
    with ZipFile(wheel) as archive:
        for lesson in read_lessons():
            name = f"mlp_tutorial/_lessons/{lesson.path.name}"
            assert archive.read(name) == lesson.path.read_bytes()
        entry = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert b"mlp-tutorial = mlp_tutorial._command.app:main" in archive.read(entry)


@pytest.fixture(scope="module")
def learner(wheel, tmp_path_factory):
    """Run a program of an environment that has PyTorch, Jupyter's kernel and no library of ours.

    It runs in a folder with the downloads of the site.
    """
    root = tmp_path_factory.mktemp("learner")
    here = shutil.copytree(SITE / "downloads", root / "downloads")
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--seed", "--python", sys.executable, root / "venv"], check=True)
    python = root / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    in_venv = [*uv, "pip", "install", "--python", python, "--constraint", ROOT / "constraints.txt"]
    subprocess.run([*in_venv, wheel, "ipykernel", "nbclient"], check=True)
    subprocess.run([*uv, "pip", "uninstall", "--python", python, "mlp-tutorial"], check=True)
    ours = ("PYTHONPATH", "MLP_TUTORIAL_DATA", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment["MLP_TUTORIAL_DATA"] = str(root / "none")  # no download, so the packaged digits

    def run(*arguments):
        command = [python, *arguments]
        return subprocess.run(
            command, cwd=here, env=environment, check=True, text=True, stdout=subprocess.PIPE
        ).stdout

    run.folder = here
    return run


def test_a_notebook_of_the_site_installs_the_library_and_runs_to_its_end(learner):
    name = "01_neuron.ipynb"
    torch = "import torch, importlib.metadata as m; print(torch.__version__, *m.entry_points(name='mlp-tutorial'))"
    before = learner("-c", torch)
    learner("-c", "from nbclient.cli import main; main()", name, "--output=done")
    after = learner("-c", torch)
    assert before.split()[0] == after.split()[0]
    assert "mlp-tutorial" not in before
    assert "mlp-tutorial" in after
    done = nbformat.read(learner.folder / "done.ipynb", as_version=4)
    printed = "".join(o.get("text", "") for cell in done.cells for o in cell.get("outputs", []))
    assert "Not attempted" in printed
