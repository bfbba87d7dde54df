"""Cells run in a fresh kernel; what goes wrong is reported with file and line."""

import nbformat
import pytest
import torch

from mlp_tutorial.lessons import read_lessons
from sitegen.execute.failure import EXPORTED
from sitegen.execute.pool import Pool
from sitegen.execute.probe import _hide_gpu
from sitegen.execute.record import find_run

TITLE = "# %% [markdown]\n# # Title\n\n"
OPENING = '# %%\nprint("hello")\n\n'  # the next cell begins on line 7
SVG = (
    "from IPython.display import SVG, display\n\n"
    """display(SVG('<svg><g id="figure_1"></g></svg>'))\n"""
)
LESSONS = {
    "01_environment": (
        "# %%\nimport multiprocessing, os, sys\n\n"
        "print('torch' in sys.modules, 'mlp_tutorial' in sys.modules)\n"
        "print(os.environ['OMP_NUM_THREADS'], repr(os.environ['CUDA_VISIBLE_DEVICES']))\n"
        "print(multiprocessing.get_start_method(allow_none=True))\n"
    ),
    "02_outputs": (
        "# %%\nfrom IPython.display import clear_output, display\n\n"
        "for i in range(3):\n    print(i, flush=True)\n"
        "shown = display('old', display_id=True)\nprint(3)\nshown.update('new')\n4\n"
        "# %%\nprint('draft')\nclear_output()\nprint('final')\n"
        '# %% tags=["raises-exception"]\n1 / 0\n'
    ),
    "03_export": (
        '# %% export="pair net"\nimport torch\n\npair = torch.tensor([[1.5, 2.0]])\n'
        "net = torch.nn.Linear(2, 1)\ntorch.nn.init.ones_(net.weight)\n"
        "torch.nn.init.zeros_(net.bias)\nprint(pair)\n"
    ),
    "04_saves": (
        "# %%\nimport torch\n\ntorch.save(1, 'model.pt')\nprint(torch.load('model.pt'))\n"
        "# %%\nimport tempfile\nfrom pathlib import Path\n\n"
        "for name in ('notes.txt', 'tutorials/notes.txt', 'new.txt', 'tutorials/new.txt'):\n"
        "    with open(name, 'a') as file:\n        file.write('more')\n"
        "    print(Path(name).read_text())\n"
        "# %%\nPath('out').mkdir()\nPath('out/it').write_text('x')\nPath('out/it').rename('old')\n"
        "Path('notes.txt').unlink()\nprint(Path('docs/notes.txt').read_text())\n"
        "with tempfile.TemporaryDirectory() as folder:\n    Path(folder, 'it').write_text('x')\n"
        "# %%\nPath('mine.py').write_text('x = 5')\nimport mine, helper\n\nprint(mine.x, helper.ONE)\n"
    ),
}
FAILING = {
    "11_division": ("# %%\n\nx = 1\nx / 0\n", 10, "ZeroDivisionError: division by zero"),
    "12_syntax": ("# %%\nx = 1\nx = = 1\n", 9, "SyntaxError: invalid syntax"),
    "13_function": ("# %%\ndef f():\n    raise KeyError('k')\n\n\nf()\n", 12, "KeyError: 'k'"),
    "14_warning": (
        "# %%\nimport warnings\nwarnings.warn('old')\n",
        8,
        "Warning: the cell wrote to",
    ),
    "15_death": ("# %%\nimport os\nos._exit(1)\n", 8, "DeadKernelError: the kernel died"),
    "16_flood": (
        "# %%\nwhile True:\n    print('x' * 1000)\n",
        8,
        "OverflowError: the cell put out",
    ),
    "17_tagged": (
        '# %% tags=["raises-exception"]\nx = 1\n',
        8,
        "AssertionError: the cell is tagged",
    ),
    "18_export": ('# %% export="y"\nx = 1\n', 8, "TypeError: expected tensors or a network"),
    "19_no_alt": (f"# %%\n{SVG}", 8, "ValueError: a figure without alternative text"),
    "20_no_figure": ('# %% figure="empty"\nx = 1\n', 8, "ValueError: the cell has figure='empty'"),
    "21_no_caption": (
        '# %% caption="None."\nx = 1\n',
        8,
        "ValueError: the cell has caption='None.'",
    ),
    "23_frames": (
        "# %%\nimport torch\nfrom mlp_tutorial.neuron import neuron\n\n"
        "neuron(1, torch.ones(1), torch.ones(1))\n",
        11,
        "TypeError: ",
    ),
    "24_plot": (
        "# %%\nimport matplotlib.pyplot as plt\n\nplt.plot([1, 2])\nplt.show()\n",
        8,
        "ValueError: expected text or a figure, got ",
    ),
    "25_page": (
        "# %%\nfrom IPython.core.page import page\n\npage('help')\n",
        8,
        "ValueError: expected output below the cell, got a request to Jupyter, page",
    ),
    "26_exit": ("# %%\nexit()\n", 8, "ValueError: expected output below the cell, got a request"),
    "27_group": (
        "# %%\nraise ExceptionGroup('g', [ValueError('a')])\n",
        8,
        "ExceptionGroup: g (1 sub-exception)",
    ),
}


def write(root, lessons):
    (root / "tutorials").mkdir()
    for name, text in lessons.items():
        (root / f"tutorials/{name}.py").write_text(TITLE + text)
    return read_lessons(root / "tutorials")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """The project in which all lessons have run, and the failures by lesson."""
    root = tmp_path_factory.mktemp("kernel")
    results = root / "build/tutorials"
    results.mkdir(parents=True)
    for name in FAILING:
        (results / f"{name}.json").write_text("of an earlier run")
        (results / f"{name}.ipynb").write_text("of an earlier run")
    end = "# %%\nprint('not reached')\n"
    failing = {name: OPENING + text + end for name, (text, *_) in FAILING.items()}
    texts = {name: text.replace("{ROOT}", str(root)) for name, text in (LESSONS | failing).items()}
    lessons = write(root, texts)
    for folder in (root, root / "docs", root / "tutorials"):
        folder.mkdir(exist_ok=True)
        (folder / "notes.txt").write_text("notes")
    (root / "tutorials/helper.py").write_text("ONE = 1\n")
    failures = Pool(root=root).execute(lessons)
    return root, {failure.where.split("/")[-1].split(".")[0]: failure for failure in failures}


def read(outcomes, name):
    notebook = nbformat.read(outcomes[0] / f"build/tutorials/{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def test_a_kernel_starts_warm_and_fresh(outcomes):
    ((output,),) = read(outcomes, "01_environment")
    assert output.text == "True False\n1 ''\nNone\n"


def test_a_lesson_on_the_cpu_finds_no_gpu(monkeypatch):
    mac = {"is_available": True, "device_count": 1, "current_accelerator": torch.device("mps")}
    for name, says in mac.items():
        monkeypatch.setattr(torch.accelerator, name, lambda says=says: says)
    _hide_gpu()
    assert torch.accelerator.current_accelerator(check_available=True) is None
    assert (torch.accelerator.is_available(), torch.accelerator.device_count()) == (False, 0)


def test_outputs_keep_their_order_and_text_in_pieces_is_one(outcomes):
    outputs, cleared, raised = read(outcomes, "02_outputs")
    assert [output.get("text") for output in outputs] == ["0\n1\n2\n", None, "3\n", None]
    assert outputs[1].data["text/plain"] == "'new'"
    assert outputs[3].data["text/plain"] == "4"
    assert [output.text for output in cleared] == ["final\n"]
    assert raised[0].evalue == "division by zero"


def test_a_cell_offers_tensors_and_networks(outcomes):
    ((text, exported),) = read(outcomes, "03_export")
    assert text.text == "tensor([[1.5000, 2.0000]])\n"
    assert exported.data[EXPORTED] == {
        "pair": {"shapes": [[1, 2]], "float32": "AADAPwAAAEA="},
        "net": {"shapes": [[1, 2], [1]], "float32": "AACAPwAAgD8AAAAA"},
    }


def test_a_lesson_that_saves_a_file_and_loads_it_stays_fresh_and_leaves_nothing(outcomes):
    root, _ = outcomes
    saved, *_, imported = [outputs[0].text for outputs in read(outcomes, "04_saves")]
    assert (saved, imported) == ("1\n", "5 1\n")
    lesson = next(lesson for lesson in read_lessons(root / "tutorials") if lesson.number == "04")
    assert Pool(root=root).explain([lesson]) == {lesson: "fresh"}
    used = find_run(lesson, root).record.inputs
    assert [*used] == [
        "tutorials/helper.py",
        "docs/notes.txt",
        "notes.txt",
        "tutorials/notes.txt",
    ]
    assert sorted(path.name for path in root.iterdir()) == [
        "build",
        "docs",
        "notes.txt",
        "tutorials",
    ]
    for folder in (root, root / "docs", root / "tutorials"):
        assert (folder / "notes.txt").read_text() == "notes"
        assert not (folder / "new.txt").exists()


@pytest.mark.parametrize("name", FAILING)
def test_a_failure_names_the_line_and_leaves_no_page(outcomes, name):
    root, failures = outcomes
    text, line, what = FAILING[name]
    failure = failures[name]
    assert failure.where == f"tutorials/{name}.py:{line}"
    assert failure.what.startswith(what)
    assert str(failure).startswith(f"{failure.where}: {failure.what}\n    | ")
    last = text.strip().splitlines()[-1].replace("{ROOT}", str(root))
    assert f"    | {last}" in str(failure).splitlines()
    assert not list((root / "build/tutorials").glob(f"{name}.*"))


def test_all_failures_are_collected_in_the_order_of_the_lessons(outcomes):
    assert list(outcomes[1]) == list(FAILING)


def test_frames_inside_the_repository_are_shown(outcomes):
    frames = outcomes[1]["23_frames"].frames
    assert any("mlp_tutorial/neuron.py:" in frame for frame in frames)
    assert not any("site-packages" in frame for frame in frames)


def test_a_cell_that_never_ends_is_stopped(tmp_path):
    text = "# %%\nimport threading; threading.Event().wait()\n"
    (failure,) = Pool(limit=0.5, root=tmp_path).execute(write(tmp_path, {"01_endless": text}))
    assert failure.what == "TimeoutError: the cell took longer than 0.5 s"
    assert failure.where == "tutorials/01_endless.py:5"


def test_what_becomes_of_an_output_or_a_figure_after_its_cell_counts(tmp_path):
    texts = {
        "01_update": (
            "# %%\nfrom IPython.display import HTML, display\n\n"
            "shown = display(1, display_id=True)\n"
            "# %%\nshown.update(HTML('<b>2</b>'))\n"
        ),
        "02_open": (
            "# %%\nimport matplotlib\nimport matplotlib.pyplot as plt\n\n"
            "matplotlib.use('Agg')\nplt.plot([1, 2])\nplt.show()\n"
        ),
    }
    updated, left = Pool(root=tmp_path).execute(write(tmp_path, texts))
    assert updated.where == "tutorials/01_update.py:5"
    assert updated.what.startswith("ValueError: expected text or a figure, got text/html")
    what = "ValueError: expected pyplot to show or close its figures, got 1 still open"
    assert left.what == f"{what}; use mlp_tutorial.plots"
