"""The library as the site offers it, for people who have nothing else of the project."""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from zipfile import ZipFile

import nbformat
import pytest
from bs4 import BeautifulSoup

from mlp_tutorial.lessons import find_lesson, read_lessons
from sitegen import ROOT
from sitegen.__main__ import SITE

PIP = "python3 -m pip install "
COMMAND = re.compile(r"(python3?|pip|uvx?|jupyter|mlp-tutorial)( .*)?|--?[a-z][\w-]*( .*)?")
# What a learner types, in this order, and what the answer has.
TYPED = {
    "mlp-tutorial": "Next in lesson 01",
    "mlp-tutorial --install-completion": "completion installed",
    "mlp-tutorial start 04": "Wrote 04_softmax.ipynb",
    "mlp-tutorial check 04": "softmax: right",
    "python3 -m mlp_tutorial check 04": "softmax: right",
    "mlp-tutorial hint 04 softmax -n 2": "hint 2 of",
    "mlp-tutorial solution 04 softmax": "def softmax",
    "mlp-tutorial run 04": "1.0000",
    "mlp-tutorial data": "found all 60,000 digits",
    "mlp-tutorial open 04 --script": "Opening 04_softmax.py",
    "mlp-tutorial grade handed-in --lesson 04 --seconds 600 --megabytes 4000": "Graded 6 answers",
    "mlp-tutorial open 01": "Opening 01_neuron.ipynb",
}
# These download PyTorch, or set up what the fixture sets up.
LEFT = {
    *("python3 -m venv course", "python3 -m mlp_tutorial", "python3", "python3 -m pip install"),
    *("python3 -m pip install uv", "uv pip install --torch-backend cpu torch torchvision"),
    *("uv tool install", "uv tool install --torch-backend cpu"),
}


def read(page):
    return BeautifulSoup((SITE / f"{page}.html").read_text("utf-8"), "html.parser").article


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
    """Run a command line as a learner does, after the one with which the front page begins.

    It runs in a folder with two downloads of the site. pip's place is taken by uv, which has PyTorch
    in its cache.
    """
    root = tmp_path_factory.mktemp("learner")
    here = root / "downloads"
    here.mkdir()
    for path in (wheel, wheel.with_name("01_neuron.ipynb")):
        shutil.copy(path, here)
    environment = {
        name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ
    }
    environment |= {"HOME": str(root), "JUPYTER_CONFIG_DIR": str(root / "jupyter")}
    environment |= {"MPLBACKEND": "agg", "EDITOR": "ls", "SHELL": "/bin/bash"}
    (root / "jupyter").mkdir()
    config = '{"ServerApp": {"allow_root": true, "open_browser": false}}'
    (root / "jupyter" / "jupyter_server_config.json").write_text(config)
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--seed", "--python", sys.executable, root / "venv"], check=True)
    (line,) = [code.text.strip() for code in read("index")("code") if PIP in code.text]
    # Without `--python`, it would be nox's own environment.
    pip = f"uv pip install --python {root / 'venv'} --constraint {ROOT / 'constraints.txt'} "
    subprocess.run(line.replace(PIP, pip), shell=True, cwd=here, check=True)
    environment["PATH"] = f"{root / 'venv' / 'bin'}{os.pathsep}{environment['PATH']}"

    def run(line, says="", **variables):
        # bash has a second command, so that it's there to be found as the shell.
        found = subprocess.run(
            ["bash", "-c", f"{line}\nexit $?"],
            cwd=here,
            env=environment | variables,
            check=False,
            input="y\n",
            text=True,
            stdout=subprocess.PIPE,
        )
        # On a busy machine, a check may run out of time before the last exercise.
        assert says in found.stdout if says else found.returncode == 0, (line, found.stdout)
        return found.stdout

    run.folder, run.environment = here, environment
    return run


def test_a_notebook_of_the_site_installs_the_library_and_runs_to_its_end(learner):
    torch = 'python3 -c "import torch; print(torch.__version__)"'
    before = learner(torch)
    learner("python3 -m pip uninstall --yes mlp-tutorial")
    learner("jupyter execute 01_neuron.ipynb --output=done", MLP_TUTORIAL_DATA="none")
    assert learner(torch) == before
    learner("mlp-tutorial --version", "mlp-tutorial")
    done = nbformat.read(learner.folder / "done.ipynb", as_version=4)
    printed = "".join(o.get("text", "") for cell in done.cells for o in cell.get("outputs", []))
    assert "Not attempted" in printed


def test_every_command_line_of_the_site_does_what_it_should(learner):
    asked = set()
    for page in ("index", "course", "exercises", "teachers"):
        lines = [line for code in read(page)("code") for line in code.text.splitlines()]
        asked |= {line.strip() for line in lines if COMMAND.fullmatch(line.strip())}
    asked = {line for line in asked if not line.startswith(f"{PIP}") or "whl" not in line}
    unknown = [line for line in asked - LEFT if not any(line in typed for typed in TYPED)]
    assert not unknown, "put it into TYPED, with what it prints"

    data = os.environ["MLP_TUTORIAL_DATA"]
    for line, says in TYPED.items():
        if line == "mlp-tutorial open 01":
            open_in_jupyterlab(line, says, learner)
        else:
            learner(line, says, MLP_TUTORIAL_DATA=data)
        if line == "mlp-tutorial start 04":
            solve(learner.folder / "04_softmax.ipynb")
    assert {"grades.csv", "grades.html"} <= {path.name for path in learner.folder.iterdir()}


def solve(path):
    """Write the solutions into the stubs of a learner's notebook, and hand it in."""
    notebook = nbformat.read(path, as_version=4)
    for task in find_lesson("04").tasks:
        (stub,) = [cell for cell in notebook.cells if cell.source == task.stub]
        stub.source = task.solution
    nbformat.write(notebook, path)
    (path.parent / "handed-in").mkdir()
    shutil.copy(path, path.parent / "handed-in")


def open_in_jupyterlab(line, says, learner):
    """Open a notebook, look whether it's served, and leave with Ctrl-C and yes."""
    terminal, stdin = pty.openpty()
    with subprocess.Popen(
        line.split(),
        cwd=learner.folder,
        env=learner.environment,
        text=True,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as opened:
        said = ""
        for output in opened.stdout:
            said += output
            if "Use Control-C to stop this server" in output:
                os.killpg(opened.pid, signal.SIGINT)
                os.write(terminal, b"y\n")
    assert says in said
    assert "Shutdown confirmed" in said
    assert opened.returncode == 0


def test_a_check_can_be_called_as_the_site_says(learner):
    (code,) = [each for each in read("install")("code") if "import check_softmax" in each.text]
    solution = find_lesson("04").tasks[0].solution
    wrong = "import torch\n\ndef softmax(logits):\n    return torch.softmax(logits, 0)\n"
    (learner.folder / "answer.py").write_text("\n".join((wrong, code.text, solution, code.text)))
    said = learner("python3 answer.py").replace("`", "")
    assert 0 < said.index("you summed over dim=0") < said.index("Right")
