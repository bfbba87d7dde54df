"""Two devices must agree: exactly in whole numbers and words, nearly in the others."""

import jupytext
import nbformat
import pytest

from sitegen.compare import compare
from sitegen.lesson import read_lesson


def runs(root, metadata, *texts):
    """A lesson of one cell, and a run of it for each text that the cell printed."""
    (root / "tutorials").mkdir(exist_ok=True)
    path = root / "tutorials/01_it.py"
    path.write_text(f"# %% {metadata}\nprint(1)\n")
    lesson = read_lesson(path.relative_to(root), root)
    notebooks = []
    for text in texts:
        notebook = jupytext.read(path)
        notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text=text)]
        notebooks.append(notebook)
    return lesson, *notebooks


@pytest.mark.parametrize(
    ("cpu", "gpu"),
    [
        ("loss 0.3001", "loss 0.3002"),  # one unit of the last digit
        ("1.0e-05 apart", "1.1e-05 apart"),
        ("tensor([[ 123.456, -0.1234]])", "tensor([[ 123.500, -0.1235]])"),
        ("10 of 20\n", "10 of 20\n"),
    ],
)
def test_what_may_differ(tmp_path, cpu, gpu):
    assert compare(*runs(tmp_path, "", cpu, gpu)) == []


@pytest.mark.parametrize(
    ("cpu", "gpu", "expected", "found"),
    [
        ("9,856 of 10,000", "9,857 of 10,000", "856", "857"),
        ("torch.Size([64, 10])", "torch.Size([64, 11])", "10", "11"),
        ("loss 0.300", "loss 0.310", "0.300", "0.310"),
        ("loss 0.300", "loss nan", "loss 0.300", "loss nan"),
        ("cpu", "cuda:0", "cpu", "cuda:0"),
        ("a\nb\n", "a\nb\nc\n", "", "c"),
    ],
)
def test_what_may_not(tmp_path, cpu, gpu, expected, found):
    (difference,) = compare(*runs(tmp_path, "", cpu, gpu))
    assert difference.where == "tutorials/01_it.py:2"
    assert (difference.expected, difference.found) == (expected, found)


def test_a_cell_states_its_own_band(tmp_path):
    assert compare(*runs(tmp_path, "tolerance=0.05", "loss 0.300", "loss 0.310")) == []
    assert compare(*runs(tmp_path, "tolerance=0.05", "loss 0.300", "loss 0.330"))


def test_timing_cells_are_not_compared(tmp_path):
    assert compare(*runs(tmp_path, 'tags=["timing"]', "12 s", "13 s")) == []
