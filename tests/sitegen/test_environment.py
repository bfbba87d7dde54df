"""A lesson computes and shows the same, whoever builds the site and wherever they do."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from sitegen import ROOT
from sitegen.execute import environment
from sitegen.execute.environment import (
    RECORDED,
    copy_project,
    make_variables,
    recorded_variables,
)

RUN = """\
import sys
from pathlib import Path
from mlp_tutorial.lessons import read_lessons
from sitegen.execute import kernel
from sitegen.execute.pool import Pool

kernel.PRELOADED[:] = ["ipykernel.kernelapp"]
lessons = read_lessons(Path("tutorials"))
print(*Pool(jobs=2, root=Path.cwd()).execute(lessons), sep="\\n")
"""
SHOWS = """\
# %%
import os, shutil, sys, tempfile, time

print(__debug__, sys.flags.optimize, sys.warnoptions, sys.flags.utf8_mode, sys.argv)
print(shutil.get_terminal_size().columns, time.tzname[0], hash("a"), os.environ.get("SECRET"))
print(open("words.txt").read(), "ü", os.path.basename(tempfile.mkdtemp(prefix="ü "))[:2])

# %%
import matplotlib

print(matplotlib.rcParams["lines.linewidth"], matplotlib.rcParams["text.usetex"])

# %%
import helper

print(helper.ONE)
"""
LESSONS = {
    "01_shows": SHOWS,
    "02_asserts": "# %%\nassert 2 + 2 == 5\n",
    "03_warns": "# %%\nimport warnings\n\nwarnings.warn('old')\n",
    "04_frames": "# %%\nimport helper\n\nhelper.fail()\n",
}
HELPER = "ONE = 1\nfail = lambda: deeper()\n\n\ndef deeper():\n    raise ValueError('x')\n"
SETTINGS = "lines.linewidth: 9\ntext.usetex: True\n"
LONG = "a b ü " * 30


def build(root, options=(), **variables):
    """Execute the lessons of a project in another process."""
    (root / "tutorials").mkdir(parents=True)
    for name, text in LESSONS.items():
        (root / f"tutorials/{name}.py").write_text(f"# %% [markdown]\n# # Title\n\n{text}")
    (root / "tutorials/helper.py").write_text(HELPER)
    (root / "words.txt").write_text("grün")
    done = subprocess.run(
        [sys.executable, *options, "-c", RUN],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    notebook = nbformat.read(root / "build/tutorials/01_shows.ipynb", 4)
    return [cell.outputs[0].text for cell in notebook.cells[1:]], done.stdout


def test_nothing_of_the_user_reaches_a_lesson(tmp_path):
    plain, _ = build(tmp_path / "plain")
    root = tmp_path / "odd ü 漢 #[x] %20"
    for folder in (tmp_path / LONG, tmp_path / "mpl", root):
        folder.mkdir(parents=True)
    for folder in (tmp_path / "mpl", root):
        (folder / "matplotlibrc").write_text(SETTINGS)
    odd, said = build(
        root,
        ["-OO", "-W", "ignore"],
        **{"HOME": os.devnull, "TMPDIR": str(tmp_path / LONG), "LC_ALL": "C", "TZ": "Asia/Tokyo"},
        **{"MPLCONFIGDIR": str(tmp_path / "mpl"), "MATPLOTLIBRC": str(tmp_path / "mpl")},
        **{"PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "ignore", "PYTHONHASHSEED": "7"},
        **{"COLUMNS": "33", "SECRET": "s", "PYTHONSTARTUP": str(tmp_path / "nowhere.py")},
        **{"PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "MPLBACKEND": "nonsense"},
    )
    assert odd == plain
    assert plain[0].startswith("True 0 [] 1 ['']\n80 UTC ")
    assert plain[0].endswith(" None\ngrün ü ü \n")
    assert plain[1:] == ["1.5 False\n", "1\n"]
    assert "tutorials/02_asserts.py:5: AssertionError" in said
    assert "tutorials/03_warns.py:5: Warning: the cell wrote to stderr: " in said
    assert f"    {root}/tutorials/helper.py:2, in <lambda>\n" in said
    assert f"    {root}/tutorials/helper.py:6, in deeper\n" in said


def test_a_variable_reaches_a_kernel_only_if_it_is_listed(monkeypatch):
    for name in ("HOME", "SECRET", "ATEN_CPU_CAPABILITY", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("MLP_TUTORIAL_DATA", "build/data")
    made = make_variables("cpu")
    assert (made["HOME"], made["ATEN_CPU_CAPABILITY"], made["OMP_NUM_THREADS"]) == ("x", "x", "1")
    assert made["CUDA_VISIBLE_DEVICES"] == ""
    assert made["MLP_TUTORIAL_DATA"] == str(Path("build/data").absolute())
    assert not made.keys() & {"SECRET", "MKL_NUM_THREADS"}


@pytest.mark.parametrize("name", RECORDED)
def test_a_variable_that_changes_results_is_part_of_the_record(monkeypatch, name):
    monkeypatch.setenv(name, "/other")
    assert recorded_variables()[name] == make_variables("cpu")[name] == "/other"
    monkeypatch.delenv(name)
    assert name not in recorded_variables()
    assert name not in make_variables("cpu")


@pytest.mark.parametrize("length", [1, 59, 60, 150])
def test_the_folder_for_sockets_has_a_short_path(monkeypatch, length):
    chosen = "/" + "t" * (length - 1)
    monkeypatch.setattr(environment.tempfile, "tempdir", chosen)
    assert environment.short_folder() == (chosen if length < 60 else "/tmp")


def test_the_copy_of_a_project_leaves_out_what_cannot_be_read(tmp_path):
    root = tmp_path / "root"
    (root / "tutorials/more").mkdir(parents=True)
    (root / "docs").mkdir()
    for name in ("a.txt", "matplotlibrc", "tutorials/c.txt", "tutorials/more/d.txt"):
        (root / name).write_text(name)
    (root / "gone").symlink_to("nowhere")
    os.mkfifo(root / "pipe")
    (root / "docs/e.txt").write_text("e")
    copy_project(root, tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == [
        "a.txt",
        "docs",
        "tutorials",
    ]
    assert (tmp_path / "copy/docs/e.txt").read_text() == "e"
    (tmp_path / "copy/tutorials/more/d.txt").write_text("changed")
    (tmp_path / "copy/a.txt").write_text("changed")
    assert (root / "tutorials/more/d.txt").read_text() == "tutorials/more/d.txt"
    assert (root / "a.txt").read_text() == "a.txt"


def test_a_folder_that_cannot_be_written_is_one_sentence(course):
    for name in ("mlp_tutorial", "sitegen"):
        (course / name).symlink_to(ROOT / name)
    (course / "build").write_text("a file where a folder belongs")
    done = subprocess.run(
        [sys.executable, "-m", "sitegen", "execute"],
        cwd=course,
        env=os.environ | {"PYTHONPATH": str(course)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"expected to read and write below {course}, got [Errno ")
    assert done.stderr.count("\n") == 1


def test_lessons_run_without_what_makes_pages():
    blocked = ("bs4", "fontTools", "griffe", "hatchling", "mkdocs", "mkdocs_jupyter")
    code = f"import sys; sys.modules.update(dict.fromkeys({blocked}))\n"
    code += "from sitegen.__main__ import app; app(['execute', '--explain'])"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
