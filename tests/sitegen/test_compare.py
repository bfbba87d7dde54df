"""Two devices must agree: exactly in whole numbers and words, nearly in the others."""

from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from mlp_tutorial.lessons import Lesson, read_lessons
from sitegen.execute.compare import compare_devices, find_difference
from sitegen.execute.record import find_run, record_path, write_run


def difference(metadata, *texts):
    """Compare two runs of a cell, by what it printed in each."""
    cells = []
    for text in texts:
        (cell,) = Lesson(Path("tutorials/01_it.py"), f"# %% {metadata}\nprint(1)\n").notebook.cells
        cell.outputs = [nbformat.v4.new_output("stream", text=text)]
        cells.append(cell)
    return find_difference(*cells)


@pytest.mark.parametrize(
    ("metadata", "cpu", "gpu"),
    [
        ("", "loss 0.3001", "loss 0.3002"),  # one unit of the last digit
        ("", "1.0e-05 apart", "1.1e-05 apart"),
        ("", "tensor([[ 123.456, -0.1234]])", "tensor([[ 123.500, -0.1235]])"),
        ("", "10 of 20\n", "10 of 20\n"),
        ("tolerance=0.05", "loss 0.300", "loss 0.310"),
        ('tags=["timing"]', "12 s", "13 s"),
        ('tags=["device"]', "on the CPU", "on the GPU"),
    ],
)
def test_what_may_differ(metadata, cpu, gpu):
    assert difference(metadata, cpu, gpu) is None


@pytest.mark.parametrize(
    ("metadata", "cpu", "gpu"),
    [
        ("", "9,856 of 10,000", "9,857 of 10,000"),
        ("", "torch.Size([64, 10])", "torch.Size([64, 11])"),
        ("", "loss 0.300", "loss 0.310"),
        ("tolerance=0.05", "loss 0.300", "loss 0.330"),
        ("", "loss 0.300", "loss nan"),
        ("", "cpu", "cuda:0"),
        ("", "", "c"),
    ],
)
def test_what_may_not(metadata, cpu, gpu):
    assert difference(metadata, f"a\n{cpu}", f"a\n{gpu}\nd") == (cpu, gpu)


def test_runs_of_two_devices_are_compared(executed_course, capsys):
    lessons = read_lessons(executed_course / "tutorials")
    assert compare_devices(lessons, "cuda", executed_course) == 0  # there is no run on a GPU
    for lesson in lessons:
        run = find_run(lesson, executed_course)
        lesson.notebook.cells = nbformat.from_dict(run.notebook).cells
        if lesson.number == "01":
            lesson.notebook.cells[1].outputs[0].text = "9 hello\n"
        setting = replace(run.record.setting, device="cuda (NVIDIA H100)")
        record = replace(run.record, setting=setting)
        write_run(lesson, record, record_path(lesson, executed_course, setting.device))
    assert compare_devices(lessons, "cuda", executed_course) == 1
    said = capsys.readouterr().out
    assert said == "tutorials/01_double.py:13: '8 hello' on the CPU, '9 hello' on the GPU\n"
    (executed_course / "build/tutorials/02_guess.json").unlink()
    assert compare_devices(lessons, "cuda", executed_course) == 2
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "tutorials/02_guess.py: it has not run; run it with --device cpu"
