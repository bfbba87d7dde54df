"""Each lesson runs as a learner would run it, and obeys the conventions a program can check."""

import os
import re
import statistics
import subprocess
import sys

import nbformat
import pytest

from mlp_tutorial.lessons import read_tasks
from sitegen.lesson import ROOT, read_lessons

LESSONS = read_lessons()
lessons = pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w|\.\d)")


@lessons
def test_runs_as_a_script_without_a_display(lesson, tmp_path):
    env = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "MPLBACKEND"}}
    env["MLP_TUTORIAL_DATA"] = os.devnull  # no folder can be made there: the digits of the package
    done = subprocess.run(
        [sys.executable, "-W", "error", ROOT / lesson.path],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    saved = re.findall(r"^figure saved: (.*)$", done.stdout, re.MULTILINE)
    assert len(saved) == sum("alt" in cell.metadata for cell in lesson.notebook.cells)
    assert all((tmp_path / path).stat().st_size > 0 for path in saved)


@lessons
def test_opening(lesson):
    opening = lesson.notebook.cells[0]
    assert opening.cell_type == "markdown"
    assert re.match(r"# .+\n\nYou will learn\n\n- ", opening.source)
    assert len(lesson.teaches) == 3
    assert re.search(r"^Reading takes .+\. The code runs in .+\.$", opening.source, re.MULTILINE)


def ending(lesson):
    """The number of the cell with the summary; the exercises and what comes next are behind it."""
    return next(n for n, c in enumerate(lesson.notebook.cells) if c.source.startswith("## Summary"))


@lessons
def test_ending(lesson):
    _, *exercises, after = cells = lesson.notebook.cells[ending(lesson) :]
    found = [re.findall(r"^## (.+)$", cell.source, re.MULTILINE) for cell in (cells[0], after)]
    assert found == [["Summary", "Exercises"], ["More to try", "Next"]]
    assert len(read_tasks(lesson.notebook)) >= 2
    assert len(exercises) == 4 * len(read_tasks(lesson.notebook))


def words(source):
    """The words of prose: no headings and no displayed formulas."""
    source = re.sub(r"\$\$.*?\$\$", "", source, flags=re.DOTALL)
    return len(re.sub(r"^#.*$", "", source, flags=re.MULTILINE).split())


@lessons
def test_rhythm(lesson):
    body = lesson.notebook.cells[1 : ending(lesson)]
    assert [cell.cell_type for cell in body] == ["markdown", "code"] * (len(body) // 2)
    assert {
        n: words(cell.source)
        for n, cell in enumerate(body)
        if cell.cell_type == "markdown" and not 40 <= words(cell.source) <= 80
    } == {}
    code = [cell.source.splitlines() for cell in body if cell.cell_type == "code"]
    assert max(map(len, code)) <= 20
    assert statistics.median(sum(map(bool, lines)) for lines in code) <= 8


@lessons
def test_at_most_one_deliberate_error(lesson):
    code = "\n".join(cell.source for cell in lesson.notebook.cells if cell.cell_type == "code")
    assert len(re.findall(r"^except\b", code, re.MULTILINE)) <= 1
    assert not any(
        "raises-exception" in cell.metadata.get("tags", []) for cell in lesson.notebook.cells
    )


@lessons
def test_every_code_cell_shows_something(lesson, built):
    notebook = nbformat.read(built / f"build/tutorials/{lesson.name}.ipynb", as_version=4)
    silent = [
        cell.metadata.get("tags")
        for cell in notebook.cells
        if cell.cell_type == "code" and not cell.outputs
    ]
    assert silent == [["exercise"], ["solution"]] * len(read_tasks(lesson.notebook))


@lessons
def test_every_solution_is_right(lesson, built):
    notebook = nbformat.read(built / f"build/tutorials/{lesson.name}.ipynb", as_version=4)
    checks = [c.outputs[0].text for c in notebook.cells if c.metadata.get("tags") == ["check"]]
    assert len(checks) >= 2
    assert all(said.startswith("Right: ") for said in checks)


def shown(notebook):
    """The numbers that a page prints, draws or asserts."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield from NUMBER.findall(output.get("text", ""))
            for text in re.findall(
                r"<text[^>]*>([^<]*)<", output.get("data", {}).get("image/svg+xml", "")
            ):
                yield from NUMBER.findall(text)
        if cell.cell_type == "code":
            for line in re.findall(r"^\s*assert .*$", cell.source, re.MULTILINE):
                yield from NUMBER.findall(line)


@lessons
def test_numbers_in_prose_are_printed_or_asserted(lesson, built):
    notebook = nbformat.read(built / f"build/tutorials/{lesson.name}.ipynb", as_version=4)
    known = {float(number) for number in shown(notebook)}
    for cell in notebook.cells:
        # What an exercise asks for is no claim.
        if cell.cell_type == "markdown" and "exercise" not in cell.metadata.get("tags", []):
            prose = re.sub(
                r"\]\([^)]*\)|[_^](?:\{[^}]*\}|\w)|^\d+\. ", "", cell.source, flags=re.MULTILINE
            )
            unknown = [number for number in NUMBER.findall(prose) if float(number) not in known]
            assert unknown == [], cell.source


def test_the_numbers_of_the_course(built):
    """0.1595, [0.6813, 0.4355] and 0.3171 were printed by the cells that compute them."""
    text = {
        lesson.name: " ".join(
            output.get("text", "")
            for cell in nbformat.read(
                built / f"build/tutorials/{lesson.name}.ipynb", as_version=4
            ).cells
            for output in cell.get("outputs", [])
        )
        for lesson in LESSONS
    }
    assert text["01_neuron"].count("tensor([[0.1595]])") == 2
    assert "mat1 and mat2 shapes cannot be multiplied (1x5 and 1x5)" in text["01_neuron"]
    assert "tensor([[0.6813, 0.4355]])" in text["02_layers"]
    assert "tensor([[0.3171]])" in text["02_layers"]
