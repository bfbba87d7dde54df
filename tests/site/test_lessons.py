"""Each lesson runs as a learner would run it: as a script, without a display or a network.

And the README shows what comes of it.
"""

import os
import re
import runpy
import subprocess
import sys

import pytest

from mlp_tutorial.lessons import read_lessons
from sitegen import ROOT, TUTORIALS
from sitegen.pages.course import Course
from sitegen.pages.opening import ask

# These take packaged data only, so as scripts they compute what the build has computed. They train
# longest, so the weekly run has them: SCRIPTS=all.
TWICE = {
    "05_activations",
    "07_modules",
    "09_gradients",
    "13_deep_networks",
    "14_diamonds",
    "15_saving_and_devices",
    "18_museum",
}
if os.environ.get("SCRIPTS") == "all":
    TWICE = set()
LESSONS = [lesson for lesson in read_lessons(TUTORIALS)[::-1] if lesson.name not in TWICE]


# Runs each script in a copy of a process that has imported what takes longest to import.
WARM = """
import os, runpy, sys, warnings
import matplotlib.backends.backend_agg, torch, torchvision

warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
for line in sys.stdin:
    path, folder = line.rstrip().split(chr(9))
    if os.fork() == 0:
        break
    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
else:
    sys.exit()
os.chdir(folder)
for number, name in enumerate((os.devnull, "stdout", "stderr")):
    os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
sys.argv, sys.path[0] = [path], os.path.dirname(path)
runpy.run_path(path, run_name="__main__")
"""


@pytest.fixture(scope="module")
def run():
    """Run a script in a folder, and return its exit code."""
    env = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "MPLBACKEND"}}
    # No folder can be made there, so the lesson takes the digits of the package.
    env |= {"MLP_TUTORIAL_DATA": os.devnull, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "error", "-c", WARM]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=env, text=True, **pipes) as warm:

        def run(path, folder):
            print(path, folder, sep="\t", file=warm.stdin, flush=True)
            return int(warm.stdout.readline())

        yield run
        warm.stdin.close()


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
def test_runs_as_a_script(run, lesson, tmp_path):
    code = run(lesson.path, tmp_path)
    said, wrong = ((tmp_path / name).read_text("utf-8") for name in ("stdout", "stderr"))
    assert (code, wrong) == (0, "")
    saved = re.findall(r"^figure saved: (.*)$", said, re.MULTILINE)
    assert len(saved) == sum("figure" in cell.metadata for cell in lesson.notebook.cells)
    assert all((tmp_path / path).stat().st_size > 0 for path in saved)


def test_the_ten_lines_of_the_readme_print_what_it_says(capsys):
    code, printed = re.search(
        r"```python\n(.*?)```\n\n```\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL
    ).groups()
    exec(code, {})
    assert capsys.readouterr().out == printed
    assert len(code.split("\n\n", 1)[1].splitlines()) <= 10


def test_the_readme_asks_the_questions_of_the_lessons():
    text = (ROOT / "README.md").read_text("utf-8")
    for lesson in read_lessons(TUTORIALS):
        title, end = lesson.title, "" if lesson.title.endswith("?") else "."
        assert f"[{title}](tutorials/{lesson.name}.py){end} {ask(lesson)}\n" in text


def test_the_picture_of_the_readme_shows_what_the_network_reads():
    source = ROOT / "docs/assets/draw.py"
    drawn = runpy.run_path(str(source))["draw"](Course())
    kept = source.with_name("reader.svg").read_text("utf-8")
    heads = [re.search(r"<title>.*</style>", svg, re.DOTALL)[0] for svg in (drawn, kept)]
    assert heads[0] == heads[1]  # the digit that it reads, and how it looks
    assert len(kept) < 40_000
