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

# These two take the packaged digits only, so as scripts they compute what the build has computed. They
# train longest, so the weekly run has them: SCRIPTS=all.
TWICE = () if os.environ.get("SCRIPTS") == "all" else ("13_deep_networks", "18_museum")
LESSONS = [lesson for lesson in read_lessons(TUTORIALS)[::-1] if lesson.name not in TWICE]


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
def test_runs_as_a_script(lesson, tmp_path):
    env = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "MPLBACKEND"}}
    # No folder can be made there, so the lesson takes the digits of the package.
    env |= {"MLP_TUTORIAL_DATA": os.devnull, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", lesson.path],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    saved = re.findall(r"^figure saved: (.*)$", done.stdout, re.MULTILINE)
    assert len(saved) == sum("figure" in cell.metadata for cell in lesson.notebook.cells)
    assert all((tmp_path / path).stat().st_size > 0 for path in saved)


def test_the_ten_lines_of_the_readme_print_what_it_says(capsys):
    code, printed = re.search(
        r"```python\n(.*?)```\n\n```\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL
    ).groups()
    exec(code, {})
    assert capsys.readouterr().out == printed
    assert len(code.split("\n\n", 1)[1].splitlines()) <= 10


def test_the_picture_of_the_readme_shows_what_the_network_reads():
    source = ROOT / "docs/assets/draw.py"
    drawn = runpy.run_path(str(source))["draw"](Course())
    kept = source.with_name("reader.svg").read_text("utf-8")
    heads = [re.search(r"<title>.*</style>", svg, re.DOTALL)[0] for svg in (drawn, kept)]
    assert heads[0] == heads[1]  # the digit that it reads, and how it looks
    assert len(kept) < 40_000
