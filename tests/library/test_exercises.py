"""The checks of the exercises: what they say to right answers, wrong ones, and anything else."""

import inspect
import math
import pydoc
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mlp_tutorial import exercises
from mlp_tutorial.exercises import CATALOGUE
from mlp_tutorial.exercises._limit import Endless, limit
from mlp_tutorial.lessons import read_lessons

plt.switch_backend("agg")
TASKS = [task for lesson in read_lessons() for task in lesson.tasks]
IMPORTS = {"torch": torch, "nn": nn, "F": F, "np": np, "math": math, "pairwise": pairwise}


def made(source):
    """What a learner's code defines last."""
    space = dict(IMPORTS)
    exec(source, space)
    return list(space.values())[-1]


def test_the_catalogue_has_every_check_in_the_order_of_the_lessons():
    assert [task.checker for task in TASKS] == [f"check_{name}" for name in CATALOGUE]
    for name, exercise in CATALOGUE.items():
        assert getattr(exercises, f"check_{name}") is exercise
        assert len(exercise.mistakes) >= (2 if isinstance(exercise, exercises.Choice) else 3)


def test_a_check_explains_itself():
    assert exercises.check_softmax.__doc__.startswith("Check `softmax(logits)`, which turns")
    assert "which turns each row into probabilities" in pydoc.render_doc(exercises.check_softmax)
    assert repr(exercises.check_softmax) == "<check of softmax>"


@pytest.mark.parametrize("task", TASKS, ids=[task.checker for task in TASKS])
def test_the_solution_is_right_and_the_stub_not_attempted(task, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it may save a figure
    exercise = CATALOGUE[task.checker.removeprefix("check_")]
    assert exercise.name == task.name
    assert len(task.hints) >= 2
    for source, outcome in ((task.solution, "right"), (task.stub, "not attempted")):
        space = dict(IMPORTS)
        exec(source, space)
        assert getattr(exercises, task.checker)(space[task.name]).outcome == outcome
    assert getattr(exercises, task.checker)(None).outcome == "not attempted"
    assert not plt.get_fignums()  # or Jupyter would show a figure twice


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_mistake_gets_its_own_message_and_no_other(name):
    mistakes = CATALOGUE[name].mistakes
    for mistake in mistakes:
        result = CATALOGUE[name](mistake.answer)
        assert (result.outcome, result.mistake) == ("wrong", mistake.name)
        assert (result.message, result.hint) == (mistake.says, mistake.hint)
        assert [each.says for each in mistakes].count(mistake.says) == 1


STEP = "def train_step(model, x, y, optimizer):\n    "
AS_LEARNERS_WRITE = [
    ("neuron", "def f(x, w, b): return 1 / (1 + torch.exp(-(x @ w.T)))", "bias forgotten"),
    ("neuron", "def f(x, w, b): return torch.mm(x, w.T) + b", "no activation"),
    (
        "neuron",
        "def f(x, w, b): return torch.sum(torch.sigmoid(x * w + b))",
        "sigmoid of each product",
    ),
    ("neuron", "def f(x, w, b): return torch.sigmoid(x @ w.T) + b", "bias after the activation"),
    (
        "product_neuron",
        "def f(x, w, b): return torch.sigmoid(torch.mm(x, w.resize_(w.shape[1], 1)) + b)",
        "weights resized in place",
    ),
    (
        "network",
        "def f(x, A, a, B, b):\n    h = torch.sigmoid(x.mm(A))\n    return torch.sigmoid(h.mm(B) + b)",
        "hidden bias forgotten",
    ),
    (
        "network",
        "def f(x, A, a, B, b):\n    h = F.sigmoid(F.linear(x, A, a))\n    return F.sigmoid(h @ B + b)",
        "hidden weights transposed",
    ),
    (
        "network",
        "def f(x, A, a, B, b):\n    h = torch.sigmoid(x @ A + a[:, None])\n    return torch.sigmoid(h @ B + b)",
        "hidden bias as a column",
    ),
    (
        "double",
        "def f(a):\n    t = torch.from_numpy(a)\n    t *= 2\n    return t.numpy()",
        "shared memory",
    ),
    ("to_float32", "def f(a): return torch.as_tensor(a, dtype=torch.float32)", "shared memory"),
    ("snapshot", "def f(ts): return [t for t in ts]", "shared memory"),
    ("snapshot", "def f(ts): return [t.detach() for t in ts]", "shared memory"),
    ("snapshot", "import copy\ndef f(ts): return copy.copy(ts)", "shared memory"),
    (
        "snapshot",
        "def f(ts):\n    for t in ts:\n        made = [t.clone()]\n    return made",
        "only the last",
    ),
    ("snapshot", "def f(ts):\n    for t in ts:\n        return [t.clone()]", "only the first"),
    ("snapshot", "def f(ts): return [t.numpy() for t in ts]", "arrays"),
    ("snapshot", "def f(ts): return [t.clone for t in ts]", "clone not called"),
    (
        "snapshot",
        "def f(ts):\n    made = list(ts)\n    ts[:] = [t.clone() for t in ts]\n    return made",
        "",
    ),
    (
        "to_float32",
        "def f(a):\n    t = torch.tensor(a, dtype=torch.float32)\n    a[...] = 0\n    return t",
        "",
    ),
    ("double", "def f(a): return (torch.from_numpy(a).float() * 2).numpy().astype(a.dtype)", ""),
    ("all_pairs", "def f(a, b): return (a - b.reshape(-1, 1))", "turned over"),
    ("all_pairs", "def f(a, b): return torch.sub(a, b)", "entry by entry"),
    ("blend", "def f(a, b): return torch.floor_divide(a, 2) + b // 2", "halved first"),
    ("blend", "def f(a, b): return (a.long() + b.long()) // 2", "int64"),
    (
        "blend",
        "def f(a, b): return ((a.int() + b.int()) / 2).to(torch.uint8).float()",
        "rounded down, but floats",
    ),
    ("flatten", "def f(x): return x.reshape(-1)", "one long row"),
    ("flatten", "def f(x): return x.transpose(2, 3).reshape(x.shape[0], -1)", "columns first"),
    ("softmax", "def f(x): return torch.exp(x) / torch.exp(x).sum(0)", "wrong axis"),
    ("softmax", "def f(x): return torch.softmax(x, 0)", "wrong axis"),
    (
        "softmax",
        "def f(x):\n    e = torch.exp(x - x.max())\n    return e / torch.sum(e)",
        "sum over everything and maximum of everything",
    ),
    (
        "softmax",
        "def f(x): return torch.exp(x) / torch.exp(x).sum(1)",
        "overflow and missing keepdim",
    ),
    ("softmax", "def f(x): return (x.exp().T / x.exp().sum(1)).T", "overflow"),
    ("softmax", "def f(x): return 1 / (1 + torch.exp(-x))", "sigmoid"),
    ("softmax", "def f(x): return F.softmax(nn.Softmax(dim=1)(x), dim=1)", "softmax twice"),
    (
        "cross_entropy",
        "def f(x, y): return F.cross_entropy(x.softmax(-1), y)",
        "softmax before the loss",
    ),
    (
        "cross_entropy",
        "def f(x, y): return -torch.log(torch.softmax(x, 1)[range(len(y)), y]).mean()",
        "overflow",
    ),
    ("cross_entropy", "def f(x, y): return F.log_softmax(x, 1)[range(len(y)), y].mean()", "sign"),
    (
        "module",
        "N = nn.Sequential\ndef f(): return N(nn.Linear(784, 256), nn.Sigmoid(), nn.Linear(256, 10), nn.Softmax(dim=1))",
        "softmax in forward",
    ),
    (
        "deep_network",
        (
            "class Network(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "        self.fc1, self.fc2 = nn.Linear(784, 128), nn.Linear(128, 64)\n"
            "        self.fc3 = nn.Linear(64, 10)\n    def forward(self, x):\n"
            "        for layer in (self.fc1, self.fc2, self.fc3):\n            x = F.relu(layer(x))\n"
            "        return x"
        ),
        "ReLU on the logits",
    ),
    (
        "initialize",
        "def f(model):\n    for m in model.modules():\n        if isinstance(m, nn.Linear):\n"
        "            nn.init.kaiming_normal_(m.weight)\n            nn.init.normal_(m.bias, 0, 0.01)",
        "biases drawn too",
    ),
    (
        "train_step",
        STEP + "loss = nn.CrossEntropyLoss()(model(x), y)\n    loss.backward()\n"
        "    optimizer.step()\n    return loss.item()",
        "zero_grad forgotten",
    ),
    (
        "train_step",
        STEP + "p = model(x).softmax(1)\n    loss = F.cross_entropy(p, y)\n"
        "    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()\n    return loss",
        "softmax before the loss",
    ),
    (
        "train_step",
        STEP + "loss = F.cross_entropy(model(x), y)\n    loss.backward()\n"
        "    optimizer.zero_grad()\n    optimizer.step()\n    return loss",
        "weights not moved",
    ),
    (
        "accuracy",
        (
            "def f(model, batches):\n    model.eval()\n    parts = [(model(x).argmax(1) == y).float().mean() "
            "for x, y in batches]\n    model.train()\n    return torch.stack(parts).mean().item()"
        ),
        "mean of batches",
    ),
    (
        "accuracy",
        (
            "def f(model, batches):\n    with torch.no_grad():\n        right = sum((model(x).argmax(1) == y)"
            ".sum() for x, y in batches)\n    return (right / sum(len(y) for _, y in batches)).item()"
        ),
        "dropout left on",
    ),
    ("report", "def f(runs): return max(run['test'] for run in runs)", "chosen on the test set"),
    (
        "batches",
        (
            "def f(x, y, n, g):\n    x = x[torch.randperm(len(x), generator=g)]\n"
            "    return [(x[i:i + n], y[i:i + n]) for i in range(0, len(x), n)]"
        ),
        "labels in another order",
    ),
]


@pytest.mark.parametrize(("name", "source", "mistake"), AS_LEARNERS_WRITE)
def test_mistakes_are_known_in_the_forms_learners_write(name, source, mistake):
    result = CATALOGUE[name](made(source))
    assert result.outcome == "wrong"
    assert result.mistake == mistake


UNUSUAL = [
    ("neuron", "def f(a, b, c): return 1 / (1 + torch.exp(-torch.einsum('ij,ij->', a, b) - c))"),
    ("neuron", "def f(a, b, c): return torch.sigmoid(a.double() @ b.double().T + c.double())"),
    ("half_bias", "def f(x, w): return -(x @ w.T)"),
    (
        "product_neuron",
        "def f(x, w, b): return torch.stack([torch.sigmoid(w @ r + b) for r in x])",
    ),
    (
        "network",
        "def f(x, A, a, B, b): return torch.sigmoid(torch.sigmoid(torch.addmm(a, x, A)).mm(B) + b)",
    ),
    ("double", "def f(a): return torch.tensor(a).add(torch.tensor(a)).numpy()"),
    ("to_float32", "def f(a): return torch.from_numpy(a.astype(np.float32).copy())"),
    ("snapshot", "import copy\ndef f(ts): return copy.deepcopy(ts)"),
    ("snapshot", "def f(ts): return [torch.tensor(t.tolist()) for t in ts]"),
    ("all_pairs", "def f(a, b): return torch.stack([x - b for x in a])"),
    ("all_pairs", "def f(a, b): return a.unsqueeze(1) - b.unsqueeze(0)"),
    ("blend", "def f(a, b): return ((a.float() + b) / 2).floor().to(torch.uint8)"),
    ("blend", "def f(a, b): return (a & b) + (a ^ b) // 2"),
    ("flatten", "def f(x): return torch.stack([image.reshape(-1) for image in x])"),
    (
        "logits",
        "def f(x, A, a, B, b): return torch.einsum('nh,hk->nk', torch.sigmoid(x @ A + a), B) + b",
    ),
    (
        "softmax",
        "def f(z): return torch.stack([(r - r.max()).exp() / (r - r.max()).exp().sum() for r in z])",
    ),
    (
        "softmax",
        "def f(z): return torch.exp(z.double() - torch.logsumexp(z.double(), -1, keepdim=True))",
    ),
    (
        "cross_entropy",
        (
            "def f(x, y):\n    total = 0\n    for row, label in zip(x, y):\n"
            "        total += torch.logsumexp(row, 0) - row[label]\n    return total / len(x)"
        ),
    ),
    (
        "module",
        "def f(): return nn.Sequential(nn.Linear(784, 256), nn.Sigmoid(), nn.Linear(256, 10))",
    ),
    (
        "count_parameters",
        "def f(m):\n    n = 0\n    for p in m.parameters():\n        n += math.prod(p.shape)\n    return n",
    ),
    ("sigmoid_derivative", "def f(z): return torch.sigmoid(z) * torch.sigmoid(-z)"),
    ("collapse", "def f(A, a, B, b): return [A.mm(B), torch.einsum('i,ij->j', a, B) + b]"),
    ("table", "def f(x): return torch.minimum((x - 1).clamp(0, 1), (3 - x / 2).clamp(0, 1))"),
    ("count_dead", "def f(x, W, b): return int((torch.relu(x @ W + b).sum(dim=0) == 0).sum())"),
    (
        "count_dead",
        "def f(x, W, b): return sum(bool((x @ w + c <= 0).all()) for w, c in zip(W.T, b))",
    ),
    (
        "initialize",
        "def f(model):\n    for m in model.modules():\n        if isinstance(m, nn.Linear):\n            m.weight.data = (2 / m.in_features) ** 0.5 * torch.randn_like(m.weight)\n            m.bias.data.zero_()\n    return model",
    ),
    (
        "logits_gradient",
        "def f(x, y):\n    p = torch.exp(x - x.logsumexp(1, True))\n    return (p - torch.eye(x.shape[1])[y]) / x.shape[0]",
    ),
    ("relu_backward", "def f(g, z): return torch.where(z > 0, g, 0.0)"),
    (
        "blame",
        "def f(minutes):\n    grads = {'x': 0.0}\n    for who, to, v in minutes[::-1]:\n"
        "        grads[who] = grads.get(who, 0) + v * (1 if to == 'loss' else grads[to])\n"
        "    return grads['x']",
    ),
    (
        "shared_gradient",
        "def f(x, W, d): return torch.einsum('ni,nj->ij', x, d @ W.mT) + torch.mm((x @ W).t(), d)",
    ),
    (
        "improve",
        "def f(said, layers, d, lr):\n    grads = []\n"
        "    for (W, b), h in zip(layers[::-1], said[::-1]):\n"
        "        grads.insert(0, (h.T @ d, d.sum(0)))\n        d = (d @ W.T) * (h > 0)\n"
        "    return [(W - lr * g, b - lr * c) for (W, b), (g, c) in zip(layers, grads)]",
    ),
    (
        "train_step",
        STEP + "loss = F.nll_loss(F.log_softmax(model(x), 1), y)\n    loss.backward()\n"
        "    optimizer.step()\n    optimizer.zero_grad()\n    return loss.item()",
    ),
    (
        "accuracy",
        (
            "def f(model, batches):\n    model.eval()\n    right = torch.cat([model(x).argmax(1) == y for x, y in batches])\n"
            "    model.train()\n    return right.double().mean()"
        ),
    ),
    ("report", "def f(runs): return sorted(runs, key=lambda r: -r['validation'])[0]['test']"),
    (
        "average_gradients",
        "def f(gs, ns): return torch.stack([g * n / sum(ns) for g, n in zip(gs, ns)]).sum(0)",
    ),
    (
        "batches",
        (
            "def f(x, y, n, g):\n    order = torch.rand(len(x), generator=g).argsort().tolist()\n"
            "    return [(x[order[i:i + n]], y[order[i:i + n]]) for i in range(0, len(x), n)]"
        ),
    ),
]


@pytest.mark.parametrize(("name", "source"), UNUSUAL)
def test_right_answers_pass_however_they_are_written(name, source):
    assert str(CATALOGUE[name](made(source))).startswith("Right")


ODD = [
    ("softmax", torch.ones(2, 3), "Expected softmax itself"),
    ("softmax", made("def f(x): print(x.softmax(1))"), "prints its result and returns None"),
    ("softmax", made("def f(x): x.softmax(1)"), "returns None"),
    ("softmax", made("def f(x): return x.softmax(1).tolist()"), "is a list. Expected a Tensor"),
    ("softmax", made("def f(x): return x.softmax(1).sum(1)"), "has shape (1,), expected (1, 2)"),
    ("softmax", made("def f(x): return x.softmax(1).long()"), "has dtype torch.int64"),
    ("softmax", made("def f(x):\n    x -= x.max(1, keepdim=True).values\n    return x.softmax(1)"), "changes its argument logits in place"),
    ("softmax", made("def f(x): return x.view(10, 10).softmax(1)"), "Take sizes from .shape"),
    ("softmax", made("def f(x, y): return x"), "can't be called as softmax(logits)"),
    ("softmax", made("def f(x): raise SystemExit"), "ends the program"),
    ("softmax", made("def f(x): raise BaseException('mine')"), "raised BaseException: mine"),
    ("softmax", made("def f(x): return x.softmax(1) * 1.01"), "[[0.2716, 0.7384]], expected [[0.2689, 0.7311]]. They first differ at [0, 0]. Your result is always 1.01 times"),
    ("softmax", made("class E(Exception):\n    def __str__(self): 1 / 0\ndef f(x): raise E"), "raised E, in line 3"),
    ("collapse", made("def f(A, a, B, b): return A @ B"), "is a Tensor. Expected a tuple"),
    ("collapse", made("def f(A, a, B, b): return A @ B, a, b"), "has length 3, expected 2"),
    ("module", made("class f:\n    pass"), "expected a torch.nn.Module, got a f"),
    ("report", made("def f(runs): return 'large'"), "is a str. Expected a number"),
    ("count_flops", made("def f(sizes): return 10**30"), "cannot be compared"),
    ("double", made("def f(a): return np.array(['a'] * len(a))"), "cannot be compared"),
    ("softmax", made("def f(x): return x.softmax(1) + 0j"), "has dtype torch.complex64"),
]  # fmt: skip


DIAGNOSES = [  # general ones, for any exercise
    ("softmax", "def f(x): return -x.softmax(1)", "opposite sign"),
    ("softmax", "def f(x): return 3 * x.softmax(1)", "always 3 times"),
    ("softmax", "def f(x): return x.clone()", "You return `logits` as it came"),
    ("softmax", "def f(x): return torch.full((1, 2), 0.5)", "for one size of the input|same for each"),
    ("softmax", "def f(x): return x.softmax(1).round(decimals=2)", "rounded to 2 digits"),
    ("softmax", "def f(x): return x.softmax(1).numpy()", "uses NumPy's functions"),
    ("softmax", "def f(x): return np.exp(x) / np.sum(np.exp(x), axis=1)", "`np.sum` is a function of NumPy|`np.exp` is a function of NumPy"),
    ("softmax", "def f(x): yield x", "with `yield` makes a generator"),
    ("softmax", "def f(x): return x.softmax", "parentheses missing"),
    ("softmax", "def f(x): return x.softmax(1).max(dim=1)", "Take `.values`"),
    ("softmax", "def f(x):\n    raise NotImplementedError\n    return x", "comes after `raise NotImplementedError`"),
    ("cross_entropy", "def f(x, y): return (F.log_softmax(x, 1)[range(len(y)), y]).sum()", "There are two mistakes"),
    ("cross_entropy", "def f(x, y): return F.cross_entropy(x, y) / x.shape[1] ** 2 * x.shape[1]", "number of classes|number of columns"),
    ("neuron", "def f(x, w): return x", "can't be called as `neuron(features, weights, bias)`"),
    ("neuron", "def f(x, w, b): return torch.sigmoid(x @ w)", "Does one need `.T`"),
    ("product_neuron", "def f(x, w, b): return torch.sigmoid((x * w).sum(1, keepdim=True) + b)", "asks for a matrix product"),
    ("softmax", "def f(x): return F.softmax(x, dim=-1)", "without PyTorch's own"),
    ("softmax", "m = nn.Softmax(dim=1)\ndef f(x): return m(x)", "without PyTorch's own"),
    ("cross_entropy", "def f(x, y): return nn.CrossEntropyLoss()(x, y)", "without PyTorch's own"),
    ("double", "def f(a): return 2 * a", "with a tensor"),
    ("flatten", "def f(x): return x.view(3, -1)", "Does it fix a size?"),
    ("flatten", "def f(x): return x.squeeze().flatten(1)", "only for a single row"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "source", "said"), DIAGNOSES)
def test_what_is_wrong_is_said_in_words(name, source, said, tmp_path):
    file = tmp_path / "answer.py"
    file.write_text(source)
    space = dict(IMPORTS)
    exec(compile(source, str(file), "exec"), space)  # with lines that can be read
    result = CATALOGUE[name](space["f"])
    assert result.outcome == "wrong"
    text = f"{result.message} {result.hint}"
    assert any(part in text for part in said.split("|")), text


LENIENT = [  # what no task forbids
    ("count_parameters", "def f(m): return float(sum(p.numel() for p in m.parameters()))"),
    ("cross_entropy", "def f(x, y): return (x.logsumexp(1) - x[range(len(y)), y]).mean().reshape(1)"),
    ("module", "def f(): return nn.Sequential(nn.LazyLinear(256), nn.Sigmoid(), nn.LazyLinear(10))"),
    ("softmax", "def f(x):\n    x = x.clone()\n    x -= x.amax(1, keepdim=True)\n    x.exp_()\n    return x.div_(x.sum(1, keepdim=True))"),
    ("product_neuron", "def f(x, w, b): return torch.sigmoid(F.linear(x, w, b))"),
    ("logits", "def f(x, A, a, B, b):\n    def mul(p, q): return torch.stack([torch.stack([sum(u * v for u, v in zip(r, c)) for c in q.T]) for r in p])\n    return mul(torch.sigmoid(mul(x, A) + a), B) + b"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "source"), LENIENT)
def test_what_no_task_forbids_is_right(name, source):
    space = dict(IMPORTS)
    exec(source, space)
    assert str(CATALOGUE[name](space["f"])).startswith("Right")


@pytest.mark.parametrize(("name", "answer", "said"), ODD)
def test_whatever_the_answer_does_is_named(name, answer, said):
    result = CATALOGUE[name](answer)
    assert result.outcome == "wrong"
    assert said in str(result)


def test_another_default_device_is_no_obstacle():
    torch.set_default_device("meta")
    try:
        assert (
            exercises.check_softmax(lambda x: (x - x.logsumexp(1, True)).exp()).outcome == "right"
        )
    finally:
        torch.set_default_device(None)


def test_an_error_points_at_the_line_of_the_learner():
    def softmax(logits):
        shifted = logits - logits.max(dim=1).values[0, 0]
        return shifted.exp()

    line = inspect.getsourcelines(softmax)[1] + 1
    message = exercises.check_softmax(softmax).message
    assert f"in line {line}: `shifted = logits - logits.max(dim=1).values[0, 0]`" in message
    assert "raised IndexError" in message


def test_an_endless_loop_is_stopped_even_if_it_catches_errors(monkeypatch):
    def softmax(logits):
        while True:
            with suppress(Exception):
                logits = logits + 1

    monkeypatch.setattr("mlp_tutorial.exercises._judge.SECONDS", 0.2)
    assert "didn't finish" in exercises.check_softmax(softmax).message


def forever():
    while True:
        pass


def retry_forever():
    while True:
        try:  # noqa: SIM105
            undefined  # noqa: B018, F821
        except:  # noqa: E722
            pass


@pytest.mark.parametrize("loop", [forever, retry_forever])
@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL, signal.default_int_handler])
def test_a_loop_is_stopped_whatever_it_catches_and_whoever_ignores_ctrl_c(loop, handler):
    before = signal.signal(signal.SIGINT, handler)
    try:
        with pytest.raises(Endless), limit(0.05):
            loop()
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_limit_lets_ctrl_c_through_and_leaves_nothing_behind():
    with pytest.raises(KeyboardInterrupt), limit(600):
        raise KeyboardInterrupt
    with pytest.raises(Endless), limit(0.05):
        forever()
    for _ in range(1000):
        with limit(600):
            pass


def test_a_check_works_in_any_thread():
    with ThreadPoolExecutor() as pool:
        assert pool.submit(exercises.check_softmax, torch.sigmoid).result().mistake == "sigmoid"


def test_a_network_may_be_given_as_a_class_or_as_what_it_makes():
    exercise = CATALOGUE["deep_network"]
    assert exercises.check_deep_network(exercise.answer()).outcome == "right"
    assert exercises.check_deep_network(exercise.mistakes[0].answer()).outcome == "wrong"


def test_a_check_leaves_the_random_numbers_of_the_learner_alone():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    exercises.check_initialize(exercises.check_initialize.answer)
    assert torch.equal(torch.rand(3), expected)


def test_a_result_shows_in_jupyter():
    result = exercises.check_softmax(torch.sigmoid)
    assert result._repr_markdown_().startswith("**Wrong.** You took the sigmoid")
    result = exercises.Result("wrong", "`a_b` got <class 'int'>, __init__ $5", "")
    assert result._repr_markdown_() == r"**Wrong.** `a_b` got \<class 'int'\>, \_\_init\_\_ \$5"
