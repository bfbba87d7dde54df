"""Files as learners hand them in, and what `check` and `grade` should say about each.

Each one is made from a lesson as `mlp-tutorial start` writes it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mlp_tutorial.lessons import find_lesson

NEURON = """
def neuron(features, weights, bias):
    return torch.sigmoid(features @ weights.T + bias)
"""
HALF_BIAS_WRONG = """
def half_bias(features, weights):
    return (features @ weights.T).sum()
"""
SOFTMAX = """
def softmax(logits):
    top, _ = logits.max(dim=1, keepdim=True)
    powers = torch.exp(logits - top)
    return powers / powers.sum(dim=1, keepdim=True)
"""
SOFTMAX_WRONG = SOFTMAX.replace("powers.sum(dim=1, keepdim=True)", "powers.sum()")
CROSS_ENTROPY = """
def cross_entropy(logits, labels):
    right = logits.gather(1, labels.unsqueeze(1)).squeeze(1)
    return (torch.logsumexp(logits, dim=1) - right).mean()
"""
MODULE = """
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(784, 256)
        self.outer = nn.Linear(256, 10)

    def forward(self, x):
        h = torch.sigmoid(self.inner(x))
        return self.outer(h)
"""
MODULE_WRONG = MODULE.replace("self.outer(h)", "torch.softmax(self.outer(h), dim=1)")
COUNT_PARAMETERS = """
def count_parameters(model):
    total = 0
    for p in model.parameters():
        total += p.numel()
    return total
"""
DEEP_NETWORK = """
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)

    def forward(self, x):
        for layer in (self.fc1, self.fc2):
            x = torch.relu(layer(x))
        return self.fc3(x)
"""
INITIALIZE = """
def initialize(model):
    for part in model.modules():
        if type(part) == nn.Linear:
            nn.init.normal_(part.weight, mean=0.0, std=(2 / part.in_features) ** 0.5)
            nn.init.zeros_(part.bias)
"""
ACCURACY = """
def accuracy(model, batches):
    model.eval()
    good = seen = 0
    with torch.no_grad():
        for x, y in batches:
            good += (model(x).argmax(dim=1) == y).sum().item()
            seen += len(y)
    model.train()
    return good / seen
"""
REPORT = """
def report(runs):
    chosen = max(runs, key=lambda run: run["validation"])
    return chosen["test"]
"""
ANSWERS = {
    "01": {"neuron": NEURON, "half_bias": HALF_BIAS_WRONG},
    "04": {"softmax": SOFTMAX, "cross_entropy": CROSS_ENTROPY},
    "07": {"Network": MODULE, "count_parameters": COUNT_PARAMETERS},
    "08": {"Network": DEEP_NETWORK, "initialize": INITIALIZE},
    "12": {"accuracy": ACCURACY, "report": REPORT},
}


class Notebook:
    """The notebook of a lesson with answers, and what learners and their programs do to it."""

    def __init__(self, lesson: str, **answers: str) -> None:
        self.lesson = find_lesson(lesson)
        self.cells = [(cell.cell_type, cell.source) for cell in self.lesson.for_learner().cells]
        for name, answer in (ANSWERS[lesson] | answers).items():
            self.answer(name, answer)

    def find(self, pattern: str) -> int:
        return next(
            number
            for number, (kind, source) in enumerate(self.cells)
            if kind == "code" and re.search(pattern, source, re.MULTILINE)
        )

    def stub(self, name: str) -> int:
        (stub,) = (task.stub for task in self.lesson.tasks if task.name == name)
        return self.cells.index(("code", stub))

    def answer(self, name: str, code: str) -> "Notebook":
        if code:
            self.cells[self.stub(name)] = ("code", code.strip("\n"))
        return self

    def insert(self, number: int, *sources: str) -> "Notebook":
        self.cells[number:number] = [("code", source.strip("\n")) for source in sources]
        return self

    def append(self, *sources: str) -> "Notebook":
        return self.insert(len(self.cells), *sources)

    def delete(self, number: int) -> "Notebook":
        del self.cells[number]
        return self

    def change(self, pattern: str, text: str) -> "Notebook":
        number = self.find(pattern)
        self.cells[number] = ("code", re.sub(pattern, text, self.cells[number][1], flags=re.M))
        return self

    def write(self, *, minor: int = 5, joined: bool = True, **metadata: Any) -> str:
        cells = []
        for number, (kind, source) in enumerate(self.cells):
            cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
            if not joined:
                cell["source"] = source.splitlines(keepends=True)
            if minor == 5:
                cell["id"] = f"c{number}"
            if kind == "code":
                cell |= {"execution_count": None, "outputs": metadata.get("outputs", [])}
            cells.append(cell)
        file = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}
        return json.dumps(file, indent=1, ensure_ascii=False)

    def write_version_3(self) -> str:
        code = {"collapsed": False, "language": "python", "outputs": []}
        cells = [
            {"cell_type": kind, "metadata": {}}
            | ({"input": source, **code} if kind == "code" else {"source": source})
            for kind, source in self.cells
        ]
        return json.dumps({"nbformat": 3, "worksheets": [{"cells": cells, "metadata": {}}]})

    def write_script(self, mark: str = "# %%", *, calls: bool = True) -> str:
        """Write cells below marks, with text in comments."""
        parts = []
        for kind, source in self.cells:
            if kind == "code":
                parts.append(f"{mark}\n{_call(source) if calls else source}\n")
            else:
                text = "\n".join(f"# {line}" for line in source.splitlines())
                parts.append(text if "In[" in mark else f"{mark} [markdown]\n{text}\n")
        return "\n\n".join(parts)

    def write_colab_script(self) -> str:
        """Write cells without marks, text as strings, and some commands as comments."""
        parts = [f'# -*- coding: utf-8 -*-\n"""{self.lesson.name}.ipynb\n"""']
        remark = "# Commented out IPython magic to ensure Python compatibility.\n"
        for kind, source in self.cells:
            text = source
            if kind != "code":
                text = '"""' + source.replace("\\", "\\\\").replace('"""', "'''") + '\n"""'
            elif source.startswith("%%"):
                text = remark + re.sub("^", "# ", source, flags=re.MULTILINE)
            elif "%" in source:
                text = re.sub("^(?=%)", f"{remark}# ", source, flags=re.MULTILINE)
            parts.append(text)
        return "\n\n".join(parts) + "\n"


def _call(source: str) -> str:
    """Turn commands into calls, as exporters do."""
    if found := re.match(r"%%(\w+) ?(.*)\n", source):
        return (
            f"get_ipython().run_cell_magic({found[1]!r}, {found[2]!r}, {source[found.end() :]!r})"
        )
    source = re.sub(
        r"^%(\w+) ?(.*)", r"get_ipython().run_line_magic('\1', '\2')", source, flags=re.M
    )
    return re.sub(r"^!(.*)", r"get_ipython().system('\1')", source, flags=re.MULTILINE)


@dataclass(frozen=True)
class File:
    """A file, and what should be said about it.

    Attributes:
        lesson: The number of its lesson; empty if no lesson can be recognized.
        verdicts: The outcome for each exercise, in order; empty if `grade` should leave it out.
        content: What is in it.
        says: For some exercises, a pattern of the message and the hint.
        beside: Files in the same folder.
    """

    lesson: str
    verdicts: str
    content: Callable[[], str | bytes]
    says: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)


RIGHT, MISSING, WRONG = "right, right", "not attempted, right", "wrong, right"
STATE = {"m1": {"model_module": "@jupyter-widgets/controls", "model_name": "HTMLModel"}}
OWN = r"^def softmax\(x\):"  # the lesson's
COPIED = "def softmax(x):\n    exp = torch.exp(x)\n    return exp / exp.sum(dim=1, keepdim=True)"
EINOPS = "import einopz\n" + SOFTMAX.replace("powers / powers", "einopz.f(powers) / powers")
FILES = {
    # The eleven that were seen to go wrong.
    "s01_04_softmax.ipynb": File(
        "04",
        RIGHT,
        lambda: (
            Notebook("04")
            .insert(0, "!pip install -q mlp-tutorial")
            .write(
                minor=0,
                joined=False,
                accelerator="GPU",
                colab={"provenance": [], "toc_visible": True},
                widgets={"application/vnd.jupyter.widget-state+json": STATE},
                outputs=[
                    {"output_type": "stream", "name": "stdout", "text": ["tensor([1.])\n"]},
                    {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}},
                ],
            )
        ),
    ),
    ".ipynb_checkpoints/04_softmax-checkpoint.ipynb": File("", "", lambda: Notebook("04").write()),
    "s02_04_softmax.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook("04").change("^import torch", "%matplotlib inline\nimport torch").write(),
    ),
    "s03_12_evaluation.ipynb": File(
        "12", RIGHT, lambda: Notebook("12", accuracy="%%time" + ACCURACY).write()
    ),
    "s04_07_modules.ipynb": File(
        "07",
        WRONG,
        lambda: Notebook(
            "07",
            Network=f"{MODULE_WRONG}\nfrom mlp_tutorial.exercises import check_module\nprint(check_module(Network))",
        ).write(),
        {"Network": "returns probabilities"},
    ),
    "s05_04_softmax.ipynb": File(
        "04",
        MISSING,
        lambda: (nb := Notebook("04", softmax="")).delete(nb.stub("softmax")).write(),
        {"softmax": "called `softmax`, but your code doesn't define it. What the lesson itself"},
    ),
    "s06_08_build_a_network.ipynb": File(
        "08",
        RIGHT,
        lambda: (
            (nb := Notebook("08"))
            .insert(nb.find("^import torch") + 1, "nn.Linear(784, 128")
            .write()
        ),
    ),
    "s07_04_softmax.ipynb": File(
        "04",
        RIGHT,
        lambda: (
            (nb := Notebook("04", softmax=SOFTMAX.replace("torch.exp(", "exp(")))
            .insert(nb.find("^    powers = exp"), "from torch import *")
            .write()
        ),
    ),
    "s08_07_modules.py": File(
        "07",
        RIGHT,
        lambda: (
            Notebook("07")
            .change("^import torch", "%matplotlib inline\nimport torch")
            .write_script()
        ),
    ),
    "s09_01_neuron.ipynb": File(
        "01",
        "right, wrong",
        lambda: Notebook("01").write().replace("\n", "\r\n").encode("utf-8-sig"),
    ),
    "Kopie von 08_Build_a_network.ipynb": File("08", RIGHT, lambda: Notebook("08").write()),
    # Whose code is it?
    "renamed/04.ipynb": File(
        "04",
        MISSING,
        lambda: Notebook("04", softmax=SOFTMAX.replace("softmax", "my_softmax")).write(),
        {
            "softmax": "Expected an answer called `softmax`, got `my_softmax`. If that is your answer, rename"
        },
    ),
    "capital/04.ipynb": File(
        "04",
        MISSING,
        lambda: Notebook("04", softmax=SOFTMAX.replace("softmax", "SoftMax")).write(),
        {"softmax": "got `SoftMax`"},
    ),
    "other_name/04.ipynb": File(
        "04",
        MISSING,
        lambda: Notebook("04", softmax=SOFTMAX.replace("softmax", "probs")).write(),
        {"softmax": "got `probs`"},
    ),
    "checked_name/04.ipynb": File(
        "04",
        MISSING,
        lambda: (
            Notebook("04")
            .append(SOFTMAX.replace("softmax", "mine"), "check_softmax(mine)")
            .change(r"^def softmax\(logits\):[\s\S]*", "")
            .write()
        ),
        {"softmax": "got `mine`"},
    ),
    "above/04.ipynb": File(
        "04",
        RIGHT,
        lambda: (nb := Notebook("04", softmax="")).insert(nb.find(OWN), SOFTMAX).write(),
    ),
    "above_wrong/04.ipynb": File(
        "04",
        WRONG,
        lambda: (
            (nb := Notebook("04", softmax=""))
            .delete(nb.stub("softmax"))
            .insert(nb.find(OWN), SOFTMAX_WRONG)
            .write()
        ),
    ),
    "below/04.ipynb": File("04", RIGHT, lambda: Notebook("04", softmax="").append(SOFTMAX).write()),
    "two/04.ipynb": File("04", WRONG, lambda: Notebook("04").append(SOFTMAX_WRONG).write()),
    "two_right/04.ipynb": File(
        "04", RIGHT, lambda: Notebook("04", softmax=SOFTMAX_WRONG).append(SOFTMAX, "1 +").write()
    ),
    "variable/04.ipynb": File(
        "04", RIGHT, lambda: Notebook("04").append("softmax = softmax(torch.zeros(2, 3))").write()
    ),
    "copied/04.ipynb": File(
        "04",
        WRONG,
        lambda: Notebook("04", softmax=COPIED).write(),
        {"softmax": "right until a logit is large"},
    ),
    "tried_out/04.ipynb": File(
        "04",
        MISSING,
        lambda: Notebook("04", softmax="").change(OWN, "def softmax(x):\n    print(x)").write(),
        {"softmax": "You haven't written `softmax` yet. Its stub is"},
    ),
    "cleaned/04.ipynb": File(
        "04",
        RIGHT,
        lambda: (
            (nb := Notebook("04", softmax=""))
            .delete(nb.find(OWN))
            .insert(nb.stub("softmax"), SOFTMAX)
            .write()
        ),
    ),
    "lambda/04.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook(
            "04", softmax="softmax = lambda z: (z - z.logsumexp(1, True)).exp()"
        ).write(),
    ),
    "alias/04.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook("04", softmax=f"{SOFTMAX.replace('softmax', 'f')}\nsoftmax = f").write(),
    ),
    "if/04.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook(
            "04",
            softmax="try:\n    import fast\nexcept ImportError:\n    if True:\n"
            + SOFTMAX.replace("\n", "\n        "),
        ).write(),
    ),
    "decorated/11.ipynb": File(
        "12", RIGHT, lambda: Notebook("12", accuracy="@torch.no_grad()" + ACCURACY).write()
    ),
    "global/04.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook(
            "04",
            softmax="def make():\n    global softmax\n    softmax = lambda z: (z - z.logsumexp(1, True)).exp()\nmake()",
        ).write(),
    ),
    "patched/07.ipynb": File(
        "07",
        RIGHT,
        lambda: (
            Notebook(
                "07",
                Network=MODULE.replace("    def forward", "def forward")
                + "\nNetwork.forward = forward",
            )
            .change("^def forward", "def forward")
            .write()
            .replace("        h = torch", "    h = torch")
            .replace("        return self.outer", "    return self.outer")
        ),
    ),
    "imported/04.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook("04", softmax="from own_softmax import softmax").write(),
        beside={"own_softmax.py": "import torch" + SOFTMAX},
    ),
    "star_of_own/04.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook("04", softmax="from own_star import *").write(),
        beside={"own_star.py": "import torch" + SOFTMAX},
    ),
    "run/04.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook("04", softmax="%run own_run.py").write(),
        beside={"own_run.py": "import torch" + SOFTMAX},
    ),
    "of_torch/04.ipynb": File(
        "04", MISSING, lambda: Notebook("04", softmax="from torch import softmax").write()
    ),
    "star_of_torch/04.ipynb": File(
        "04", MISSING, lambda: Notebook("04", softmax="from torch import *").write()
    ),
    "calls_stub/04.ipynb": File(
        "04",
        "not attempted, wrong",
        lambda: Notebook(
            "04",
            softmax="",
            cross_entropy="def cross_entropy(logits, labels):\n    return -softmax(logits)[range(len(labels)), labels].log().mean()",
        ).write(),
        {"cross_entropy": "uses `softmax`, which you haven't written yet. Write `softmax` first"},
    ),
    "inside/04.ipynb": File(
        "04",
        MISSING,
        lambda: Notebook("04", softmax="def main():" + SOFTMAX.replace("\n", "\n    ")).write(),
        {"softmax": "Expected `softmax` outside of `main`"},
    ),
    "above_imports/07.ipynb": File(
        "07", RIGHT, lambda: Notebook("07", Network="").insert(0, MODULE).write()
    ),
    "shadowed_star/04.ipynb": File(
        "04",
        WRONG,
        lambda: (
            Notebook("04", softmax=SOFTMAX.replace("torch.exp(", "exp("))
            .insert(0, "from torch import *")
            .write()
        ),
        {"softmax": "uses `exp` of `from torch import .`, but another cell redefines it"},
    ),
    "shadowing_star/07.ipynb": File(
        "07",
        "right, wrong",
        lambda: (
            Notebook(
                "07",
                count_parameters="count_parameters = lambda m: sum(p.numel() for p in m.parameters())",
            )
            .insert(0, "from torch import *")
            .write()
        ),
        {"count_parameters": "`sum`, but `from torch import .` replaces Python's"},
    ),
    # Formats and programs.
    "old/04_softmax.ipynb": File("04", RIGHT, lambda: Notebook("04").write_version_3()),
    "older/04_softmax.ipynb": File(
        "04", RIGHT, lambda: Notebook("04").write(minor=0, joined=False)
    ),
    "utf16/04_softmax.py": File(
        "04", RIGHT, lambda: Notebook("04").write_script(calls=False).encode("utf-16")
    ),
    "pycharm/04_softmax.py": File("04", RIGHT, lambda: Notebook("04").write_script("#%%")),
    "nbconvert/04_softmax.py": File(
        "04",
        RIGHT,
        lambda: Notebook("04", softmax="%%time" + SOFTMAX).append("1 +").write_script("# In[3]:"),
    ),
    "colab/04_softmax.py": File(
        "04",
        RIGHT,
        lambda: (
            Notebook("04", softmax="%%time" + SOFTMAX)
            .insert(0, "!pip install -q mlp-tutorial\n!nvidia-smi")
            .change("^import torch", "%matplotlib inline\nimport torch")
            .write_colab_script()
        ),
    ),
    # Jupyter's commands.
    "capture/04.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook("04").change("^import torch", "%%capture out\nimport torch").write(),
    ),
    "timeit/04.ipynb": File(
        "04",
        RIGHT,
        lambda: Notebook(
            "04", softmax=f"{SOFTMAX}\n%timeit softmax(logits)\nsoftmax?\ndisplay(softmax)\n!ls"
        ).write(),
    ),
    "pip/04.ipynb": File(
        "04",
        WRONG,
        lambda: Notebook("04", softmax=EINOPS).insert(0, "%pip install -q einopz").write(),
        {
            "softmax": "No module named 'einopz'.*A check skips `%pip install -q einopz` in code cell 1"
        },
    ),
    "wget/04.ipynb": File(
        "04",
        WRONG,
        lambda: (
            Notebook("04", softmax="from from_afar import softmax")
            .insert(0, "!ls", "!wget https://example.org/from_afar.py")
            .write()
        ),
        {"softmax": "skips `!wget https://example.org/from_afar.py` in code cell 2"},
    ),
    "writefile/04.ipynb": File(
        "04",
        WRONG,
        lambda: (
            Notebook("04", softmax="from written import *")
            .insert(0, "%%writefile written.py\nimport torch" + SOFTMAX)
            .write()
        ),
        {"softmax": "No module named 'written'.*skips `%%writefile written.py` in code cell 1"},
    ),
    "shell/04.ipynb": File(
        "04",
        WRONG,
        lambda: Notebook(
            "04",
            softmax="axes = !echo 1\naxis = int(axes[0])\n" + SOFTMAX.replace("dim=1", "dim=axis"),
        ).write(),
        {"softmax": "name 'axes' is not defined.*skips `!echo 1`"},
    ),
    "skipped/04.ipynb": File(
        "04",
        MISSING,
        lambda: Notebook("04", softmax="%%script echo later" + SOFTMAX).write(),
        {"softmax": "doesn't define it.*skips `%%script echo later` in code cell"},
    ),
    # Cells that fail.
    "exit/04.ipynb": File(
        "04",
        WRONG.replace("wrong", "right"),
        lambda: Notebook("04", softmax=f"exit()\ninput()\n{SOFTMAX}\nassert False").write(),
    ),
    "dies/04.ipynb": File(
        "04",
        WRONG,
        lambda: Notebook("04", softmax=f"{SOFTMAX}\nimport os\nos._exit(0)").write(),
        {"softmax": "could not be checked to its end: its process ended"},
    ),
    "unfinished/04.ipynb": File(
        "04",
        WRONG,
        lambda: Notebook("04", softmax="def softmax(logits):\n    return (").write(),
        {"softmax": "has a syntax error in line 2"},
    ),
    "import/04.ipynb": File(
        "04",
        "wrong, wrong",
        lambda: Notebook("04").change("^import torch", "imprt torch").write(),
        {"cross_entropy": "syntax error in line 1: `imprt torch`. Python says: invalid syntax"},
    ),
    "scratch/04.ipynb": File(
        "04",
        WRONG,
        lambda: (
            Notebook("04", softmax=f"{SOFTMAX_WRONG}\nfrom google.colab import drive")
            .append("softmax(logits", "print(softmax(")
            .write()
        ),
        {"softmax": "All your numbers together sum to 1"},
    ),
    # How a lesson is recognized.
    "homework.py": File(
        "08", RIGHT, lambda: f"import torch\nfrom torch import nn\n{DEEP_NETWORK}\n{INITIALIZE}"
    ),
    "07_modules (2).ipynb": File("04", RIGHT, lambda: Notebook("04").write()),
    "[Ada] Übung SOFTMAX.IPYNB": File("04", RIGHT, lambda: Notebook("04").write()),
    "network of lesson 8.py": File(
        "08", "right, not attempted", lambda: f"import torch\nfrom torch import nn\n{DEEP_NETWORK}"
    ),
    "network.py": File(
        "",
        "not checked",
        lambda: f"import torch\nfrom torch import nn\n{DEEP_NETWORK}",
        {"": "may be lesson 07 or 08. Use --lesson"},
    ),
    "notes.py": File("", "not checked", lambda: "x = 1", {"": "has nothing of any lesson"}),
    "broken.ipynb": File("", "not checked", lambda: '{"cells": [', {"": "nothing of any lesson"}),
}
