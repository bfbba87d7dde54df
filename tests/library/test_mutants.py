"""The inputs of the checks tell wrong answers from right ones.

Right answers are changed in one place each, in all ways below. A mutant that differs from the right
answer on any input of a pool, which is much larger than the inputs of the check, must be refused.
"""

import ast
import copy
import math
import os
from collections import Counter
from contextlib import suppress
from itertools import accumulate, pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from test_exercises import TASKS, UNUSUAL
from test_exercises_of_networks import NOT_FORBIDDEN
from torch import nn
from torch.utils import data

from mlp_tutorial.exercises import CATALOGUE, Exercise
from mlp_tutorial.exercises._limit import Endless, limit
from mlp_tutorial.exercises._observe import observe
from mlp_tutorial.networks import MLP

IMPORTS = {"torch": torch, "nn": nn, "F": F, "np": np, "math": math, "os": os} | vars(data)
IMPORTS |= {"pairwise": pairwise, "copy": copy}
SOLUTIONS = {task.checker: task.solution for task in TASKS}
FUNCTIONS = [name for name, card in CATALOGUE.items() if isinstance(card, Exercise)]
MORE = [
    ("softmax", "def f(x):\n    e = torch.exp(x - torch.amax(x, dim=1, keepdim=True))\n    return e / torch.sum(e, dim=1, keepdim=True)"),
    ("softmax", "def f(x):\n    e = (x.T - x.max(1).values).exp()\n    return (e / e.sum(0)).T"),
    ("cross_entropy", "def f(x, y):\n    x = x - x.max(dim=1, keepdim=True).values\n    lp = x - x.exp().sum(dim=1, keepdim=True).log()\n    return -lp[range(len(y)), y].sum() / len(y)"),
    ("cross_entropy", "def f(x, y): return (torch.logsumexp(x, dim=1) - x.gather(1, y.view(-1, 1)).squeeze(1)).mean()"),
    ("cross_entropy", "def f(x, y): return -(F.one_hot(y, x.shape[1]) * torch.log_softmax(x, dim=1)).sum(dim=1).mean()"),
    ("money_left", "def f(x):\n    money = torch.ones(())\n    for loss in x:\n        money = money * torch.exp(-loss)\n    return money"),
    ("money_left", "def f(x): return (-x).exp().prod()"),
    ("sigmoid_derivative", "def f(z): return 1 / (2 + torch.exp(z) + torch.exp(-z))"),
    ("count_parameters", "def f(m): return sum(math.prod(p.shape) for n, p in m.named_parameters())"),
    ("flatten", "def f(x): return x.reshape(x.shape[0], x.shape[1] * x.shape[2] * x.shape[3])"),
    ("product_neuron", "def f(x, w, b): return torch.sigmoid(torch.matmul(x, w.reshape(-1, 1)) + b)"),
    ("double", "def f(a):\n    t = torch.from_numpy(a).clone()\n    t *= 2\n    return t.numpy()"),
    ("to_float32", "def f(a): return torch.from_numpy(a).to(torch.float32, copy=True)"),
    ("snapshot", "def f(ts):\n    made = []\n    for t in ts:\n        made.append(torch.zeros_like(t) + t)\n    return made"),
    ("all_pairs", "def f(a, b): return a.reshape(-1, 1) - b.reshape(1, -1)"),
    ("blend", "def f(a, b): return ((a.to(torch.int16) + b.to(torch.int16)) // 2).to(torch.uint8)"),
    ("half_bias", "def f(x, w): return 0 - torch.dot(x[0], w[0])"),
    ("module", "class N(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.A = nn.Parameter(torch.randn(784, 256) * 0.01)\n        self.a = nn.Parameter(torch.zeros(256))\n        self.B = nn.Parameter(torch.randn(256, 10) * 0.01)\n        self.b = nn.Parameter(torch.zeros(10))\n    def forward(self, x):\n        return torch.sigmoid(x @ self.A + self.a) @ self.B + self.b"),
]  # fmt: skip
EVERY = int(os.environ.get("EVERY", "24"))  # of the mutants; all of them take minutes
OTHER = {  # names that are taken for one another
    "sum": ["mean", "prod", "amax", "cumsum"],
    "mean": ["sum", "amax", "median", "std"],
    "max": ["min", "mean", "sum"],
    "amax": ["amin", "mean", "sum"],
    "values": ["indices"],
    "exp": ["exp2", "expm1", "log", "abs", "square"],
    "log": ["log2", "log10", "log1p", "exp", "abs"],
    "sigmoid": ["tanh", "relu", "exp", "softmax1"],
    "logsumexp": ["sum", "amax", "mean"],
    "log_softmax": ["softmax"],
    "float32": ["float64", "float16", "int64"],
    "float64": ["float32"],
    "tensor": ["as_tensor", "from_numpy"],
    "numel": ["dim", "nelement"],
    "T": ["mT"],
    "softmax": ["log_softmax", "sigmoid"],
    "cross_entropy": ["nll_loss", "multi_margin_loss"],
    "argmax": ["argmin", "amax"],
    "train": ["eval"],
    "eval": ["train"],
    "zeros_": ["ones_"],
    "normal_": ["uniform_", "trunc_normal_"],
    "Linear": ["Identity"],
    "relu": ["sigmoid", "selu", "abs"],
    "randperm": ["arange"],
    "state_dict": ["named_parameters", "children"],
    "zeros_like": ["ones_like"],
}
OPERATORS = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add, ast.Mult],
    ast.Mult: [ast.Div, ast.Add, ast.Pow],
    ast.Div: [ast.Mult, ast.Sub],
    ast.MatMult: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.Gt: [ast.GtE, ast.Lt, ast.Eq],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.LtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq, ast.LtE, ast.GtE],
    ast.In: [ast.NotIn],
    ast.Is: [ast.IsNot],
}
STRINGS = {"test": "validation", "validation": "test", "model": "net", "epoch": "optimizer"}
WRAPPED = [  # what a result in the middle may go through
    "({}).clamp(max=20)",
    "({}).clamp(min=-20, max=88)",
    "({}).clamp(min=1e-7)",
    "({}).abs()",
    "({}).relu()",
    "({}).round()",
    "({}).half().float()",
    "({}).nan_to_num(1.0)",
    "({}).nan_to_num(0.0, posinf=0.0)",
    "({}).flip(0)",
    "({}).flip(-1)",
    "({}).mT",
    "({})[:1]",
    "({})[-1:]",
    "({}).mean(0)",
    "({}).sum()",
    "({}).detach()",
    "({}) + 1e-3",
    "2 * ({})",
    "-({})",
]


def mutants(source):
    """Give each change of the code in one place."""
    tree = ast.parse(source)
    starts = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]
    names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} - {"self"}
    for node in ast.walk(tree):
        for body in (getattr(node, "body", []), getattr(node, "orelse", [])):
            for one, other in pairwise(body) if isinstance(body, list) else ():
                a, b = (ast.get_source_segment(source, part) for part in (one, other))
                start = starts[one.lineno - 1] + one.col_offset
                end = starts[other.end_lineno - 1] + other.end_col_offset
                yield source[:start] + b + source[start + len(a) : end - len(b)] + a + source[end:]
        for changed in replacements(node, names):
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[node.end_lineno - 1] + node.end_col_offset
            yield source[:start] + changed + source[end:]


def replacements(node, names):
    """Give what may stand in place of a part of the code. `names` are those of its arguments."""
    loaded = isinstance(getattr(node, "ctx", None), ast.Load)
    argument = loaded and isinstance(node, ast.Name) and node.id in names
    new = []
    if isinstance(node, ast.BinOp):
        others = [ast.BinOp(node.left, op(), node.right) for op in OPERATORS.get(type(node.op), [])]
        new = [node.left, node.right, ast.BinOp(node.right, node.op, node.left), *others]
    if isinstance(node, ast.Compare):
        others = OPERATORS.get(type(node.ops[0]), [])
        new = [ast.Compare(node.left, [op()], node.comparators) for op in others]
    if isinstance(node, ast.Dict):
        new = [
            ast.Dict(
                [k for k in node.keys if k is not key], [v for v in node.values if v is not value]
            )
            for key, value in zip(node.keys, node.values, strict=True)
        ]
    if isinstance(node, ast.Constant) and node.value in STRINGS:
        new = [ast.Constant(STRINGS[node.value])]
    if isinstance(node, ast.Tuple) and loaded:
        new = [ast.Tuple(node.elts[::-1], node.ctx), *node.elts]
    if isinstance(node, ast.IfExp):
        new = [node.body, node.orelse, ast.IfExp(node.test, node.orelse, node.body)]
    if isinstance(node, ast.UnaryOp):
        new = [node.operand]
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        new = [ast.Constant(not node.value)]
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        new = map(ast.Constant, [0, -1, None, 2.5, node.value + 1, node.value - 1])
    if isinstance(node, ast.Attribute):
        new = [ast.Attribute(node.value, name, node.ctx) for name in OTHER.get(node.attr, [])]
    if isinstance(node, ast.Attribute | ast.Subscript) and loaded:
        new = [*new, node.value]
    if isinstance(node, ast.Call):
        without = [
            ast.Call(node.func, [a for a in node.args if a is not left_out], node.keywords)
            for left_out in node.args
        ]
        without += [
            ast.Call(node.func, node.args, [k for k in node.keywords if k is not left_out])
            for left_out in node.keywords
        ]
        new = [*([node.func.value] if isinstance(node.func, ast.Attribute) else []), *without]
        new += node.args
    if argument:
        new = [ast.Name(name) for name in sorted(names - {node.id})]
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr):
        new = [ast.Pass()]
    if isinstance(node, ast.AugAssign):
        new += [ast.Assign([node.target], node.value, lineno=0)]
    yield from (f"({ast.unparse(x)})" if isinstance(x, ast.expr) else ast.unparse(x) for x in new)
    if argument or isinstance(node, ast.BinOp | ast.Call):
        yield from (f"({wrapper.format(ast.unparse(node))})" for wrapper in WRAPPED)


SIZES = ((1, 2), (2, 2), (3, 2), (5, 5), (7, 4))


def more_inputs(name, rng):
    """Make valid inputs of an exercise of lessons 8 to 14."""

    def normal(*shape, scale=1.0):
        return scale * torch.randn(shape, generator=rng, dtype=torch.float32)

    def labels(n, classes):
        return torch.randint(classes, (n,), generator=rng)

    def runs(n):
        accuracies = torch.rand(n, 2, generator=rng).tolist()
        return [{"name": str(i), "validation": a, "test": b} for i, (a, b) in enumerate(accuracies)]

    make = {
        "deep_network": lambda: [{"x": normal(n, 784, scale=s)} for n in (2, 7) for s in (1, 30)],
        "initialize": lambda: [{"seed": seed} for seed in (2, 3)],
        "count_by_sizes": lambda: [
            {"sizes": sizes} for sizes in ([1, 1], [9, 4, 9, 4], [2, 2, 2, 2, 2], [784, 10], [10, 1, 10])
        ],
        "tune": lambda: [
            {"n": n, "m": m, "x": normal(9, n, scale=s)} for n, m in ((2, 3), (5, 5), (30, 9)) for s in (0.1, 30)
        ],
        "logits_gradient": lambda: [
            {"logits": normal(n, c, scale=s), "labels": labels(n, c)} for n, c in SIZES for s in (1, 300)
        ],
        "relu_backward": lambda: [
            {"dA": normal(*shape, scale=s), "Z": normal(*shape).round(decimals=1)}
            for shape in (*SIZES, (), (3, 2, 4)) for s in (1, 300)
        ],
        "shared_gradient": lambda: [
            {"x": normal(n, m, scale=s), "W": normal(m, m), "complaint": normal(n, m)}
            for n, m in SIZES for s in (1, 300)
        ],
        "train_step": lambda: [
            {"x": normal(n, 3, scale=s), "y": labels(n, 4)} for n in (1, 2, 7) for s in (1, 30)
        ],
        "condition_number": lambda: [
            {"curvatures": curvatures} for curvatures in ([3.0, 3.0], [1e-6, 5.0, 1e3], [7.0, 2.0, 5.0], [0.2, 0.1])
        ],
        "clip": lambda: [
            {"gradients": [normal(*shape, scale=s) for shape in shapes], "limit": limit}
            for shapes in (SIZES, [(3,)], [(), (2, 3, 4)]) for s in (1e-3, 1, 300) for limit in (0.1, 10.0)
        ],
        "momentum_step": lambda: [
            {"w": normal(*shape), "velocity": normal(*shape), "gradient": normal(*shape, scale=s), "lr": lr, "momentum": m}
            for shape in (*SIZES, ()) for s in (1, 300) for lr, m in ((1.0, 0.9), (1e-3, 0.99), (0.5, 0.0))
        ],
        "accuracy": lambda: [
            {"sizes": sizes, "right": right}
            for sizes, right in (([7], [7]), ([4, 4], [0, 4]), ([1, 2, 3], [0, 1, 3]), ([9, 8], [0, 0]))
        ],
        "report": lambda: [{"runs": runs(n)} for n in (1, 2, 3, 5, 20, 20)],
        "digits_needed": lambda: [
            {"p": p, "error": error} for p in (0.55, 0.91, 0.99) for error in (0.17, 0.0213, 0.0011)
        ],
        "round_to_keep": lambda: [
            {"losses": torch.rand(n, generator=rng).round(decimals=1).tolist(), "patience": patience}
            for n in (1, 4, 15) for patience in (1, 2, 5)
        ],
        "factor_per_layer": lambda: [
            {"first": first, "last": last, "layers": layers}
            for first, last in ((1.0, 1e-9), (0.3, 0.7), (5.0, 5.0)) for layers in (2, 3, 12)
        ],
        "rms_norm": lambda: [{"h": normal(n, m, scale=s)} for n, m in SIZES for s in (1e-3, 1, 300)],
        "block": lambda: [{"n": n, "x": normal(m, n, scale=s)} for n, m in ((2, 1), (5, 5)) for s in (1, 30)],
        "in_dollars": lambda: [
            {"output": normal(n, 1), "mean": mean, "std": std} for n in (1, 2, 7) for mean, std in ((0.0, 1.0), (9.1, 0.3))
        ],
        "grade_numbers": lambda: [
            {"words": words, "order": order}
            for words, order in ((["a"], ["a"]), (list("bab"), list("cab")), (list("zyxzz"), list("xwzy")), ([], ["a"]))
        ],
        "seen_before": lambda: [
            {"train": rows[:n], "test": rows[n:]}
            for rows in [[(1.0, a, b, c) for a, b, c in ((2.0, 3.0, 1.0), (3.0, 2.0, 1.0), (1.0, 2.0, 3.0), (3.0, 3.0, 2.0), (2.0, 3.0, 1.0))]]
            for n in range(6)
        ],
        "others_mean": lambda: [
            {"groups": torch.randint(most, (n,), generator=rng), "prices": torch.rand(n, generator=rng) * 900}
            for n in (2, 3, 8) for most in (1, 2, 5, 50)
        ],
        "save": lambda: [{"epoch": 0}, {"epoch": 400}],
        "peek": lambda: [{"seed": seed, "n": n} for seed in (0, 11) for n in (1, 2, 17)],
        "rest_of_round": lambda: [
            {"n": n, "batch_size": size, "seed": seed, "done": done}
            for n, size in ((12, 5), (30, 10), (7, 7)) for seed in (0, 4) for done in range(-(-n // size))
        ],
        "average_gradients": lambda: [
            {"gradients": [normal(*shape) for _ in sizes], "sizes": sizes}
            for shape in SIZES for sizes in ([1], [1, 9], [5, 5], [7, 2, 1])
        ],
        "batches": lambda: [
            {"n": n, "batch_size": size} for n, size in ((1, 1), (23, 3), (40, 7), (64, 64), (30, 100))
        ],
        "count_flops": lambda: [
            {"sizes": sizes} for sizes in ([1, 1], [9, 4, 9, 4], [2, 2, 2, 2, 2], [784, 10], [10, 1, 10])
        ],
        "speedup": lambda: [
            {"share": share, "factor": factor} for share in (0.0, 0.2, 0.75, 1.0) for factor in (0.1, 1.0, 7.0, 1e4)
        ],
        "finish": lambda: [
            {name: torch.randint(1, 9, (n,), generator=rng).tolist() for name in ("fetches", "steps")}
            for n in (1, 2, 3, 5, 9) for _ in range(4)
        ],
        "seconds": lambda: [
            {"work": work, "pending": pending} for work in (2.0, 300.0) for pending in (0.0, 5.0)
        ],
        "pool": lambda: [{"logits": normal(k, n, 10, scale=3)} for k in (1, 2, 10) for n in (1, 4, 10)],
        "share_left": lambda: [
            {"keep": keep, "updates": n} for keep in (0.1, 0.5, 0.95) for n in (0, 1, 2, 30)
        ],
        "two_teachers": lambda: [
            {"logits": normal(n, 10), "labels": torch.arange(n), "bets": normal(n, 10).softmax(1), "share": share}
            for n in (1, 3, 10) for share in (0.0, 0.3, 1.0)
        ],
        "table": lambda: [{"x": torch.tensor([at])} for at in (-1.0, 1.7, 2.5, 4.4, 5.8, 6.3, 90)],
        "count_dead": lambda: [
            {"x": normal(n, 4), "W": normal(4, m), "b": normal(m, scale=s) - 3}
            for n, m in ((1, 2), (3, 8), (8, 8), (8, 3)) for s in (0.5, 3)
        ],
        "first_loss": lambda: [{"classes": n} for n in (1, 4, 5, 26, 100, 10**6)],
        "eyes_shut": lambda: [
            {"learned": torch.tensor(learned), "asked": torch.tensor(asked)}
            for learned, asked in (([0], [0]), ([5, 1, 5], [1, 1, 5, 5]), ([0, 9, 0, 3], [3, 9, 1]))
        ],
        "split_digits": lambda: [
            {"x": normal(n, 1, 4, 5), "y": labels(n, 10), "held": held}
            for n, held in ((2, 1), (7, 3), (8, 7))
        ],
        "numerical_gradient": lambda: [
            {"loss": loss, "w": normal(n, scale=s).double(), "epsilon": epsilon}
            for loss in (lambda w: (w**4).sum() + w.prod(), lambda w: w.sin().sum())
            for n in (1, 2, 5) for s in (1, 10) for epsilon in (0.5, 1e-3)
        ],
    }  # fmt: skip
    return make[name]() if name in make else []


def pool(name):
    """Make many valid inputs of an exercise."""
    rng = torch.Generator().manual_seed(1)
    cases = [*CATALOGUE[name].inputs(rng), *more_inputs(name, rng)]
    for n, classes in SIZES:
        for size in (1.0, 30.0, 300.0, 3000.0):
            logits = size * torch.randn(n, classes, generator=rng, dtype=torch.float64)
            labels = torch.randint(classes, (n,), generator=rng)
            if name == "softmax":
                cases.append({"logits": logits})
            elif name == "cross_entropy":
                cases.append({"logits": logits, "labels": labels})
            elif name == "sigmoid_derivative":
                cases.append({"z": logits.float()})
            elif name == "flatten":
                cases.append({"images": logits.reshape(n, 1, 1, classes)})
            elif name in {"double", "to_float32"}:
                cases += [{"array": logits.numpy()}, {"array": logits.long().numpy()}]
    if name == "decay_groups":
        models = MLP([5, 4, 3]), nn.Bilinear(2, 3, 4), nn.PReLU(), nn.Conv1d(1, 2, 3)
        cases += [{"model": model, "decay": 0.2} for model in models]
    if name == "count_parameters":
        cases += [{"model": MLP([5, 4, 3])}, {"model": nn.Bilinear(2, 3, 4)}, {"model": nn.PReLU()}]
    return cases


def fits(name, answer, cases, expected, seconds):
    """Tell whether an answer does what is expected, on all inputs."""
    exercise = CATALOGUE[name]
    with suppress(Endless), limit(seconds):
        return all(
            observe(exercise.use, answer, case).equals(right)
            for case, right in zip(cases, expected, strict=True)
        )
    return False


def sources(name):
    """Give right answers in several forms."""
    return [
        SOLUTIONS[f"check_{name}"],
        *(s for n, s in [*UNUSUAL, *MORE, *NOT_FORBIDDEN] if n == name),
    ]


def survivors(name):
    """Count the mutants of all right answers, and give those that the check takes for right."""
    use, answer = CATALOGUE[name].use, CATALOGUE[name].answer
    inputs = CATALOGUE[name].inputs(torch.Generator().manual_seed(7))
    judged = inputs, [observe(use, answer, case) for case in inputs]
    others = pool(name)
    known = others, [observe(use, answer, case) for case in others]
    counts, alive = Counter(), []
    for source in sources(name):
        for mutant in list(dict.fromkeys(mutants(source)))[::EVERY]:
            space = dict(IMPORTS)
            try:
                exec(compile(mutant, "<mutant>", "exec"), space)
            except (SyntaxError, TypeError, AttributeError):
                continue
            wrong = list(space.values())[-1]
            if not fits(name, wrong, *judged, seconds=0.3):  # many mutants never end
                counts["refused"] += 1
            elif fits(name, wrong, *known, seconds=600):  # a slow machine makes no mutant wrong
                counts["the same"] += 1
            else:
                alive.append(mutant)
    return counts, alive


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_mutant_of_a_right_answer_passes(name):
    counts, alive = survivors(name)
    print(f"{name}: {dict(counts)}, {len(alive)} alive")
    assert counts["refused"] > 20 / EVERY
    assert not alive
