"""Learners' answers, one for each way in which a check once fell short, and what must be said.

`must_say` and `must_not_say` are regular expressions. One of the former has to match what a check
says to a wrong answer, in lower case, and none of the latter may.
"""

CASES = [
    {
        "id": "neuron-sigmoid-of-each-product",
        "exercise": "neuron",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def neuron(features, weights, bias):
    total = torch.zeros(1, 1)
    for f, w in zip(features[0], weights[0]):
        total = total + torch.sigmoid(f * w)
    return total
""",
        "must_say": [
            r"(no|without( a| the)?|forg[eo]t\w*( the)?|ignor\w*( the)?|never (adds?|uses?)( the)?|leaves? out( the)?|lacks?( a| the)?|missing( the)?) bias",
            r"bias (is|was) (not|missing|left|nowhere|unused|forgotten|never)",
            r"bias.{0,30}(is not in|does not (count|matter)|plays no|has no (effect|part))",
            r"(sigmoid|activation).{0,40}(each|every) (product|feature|term)",
            r"(each|every) (product|term).{0,40}(sigmoid|activation)",
            r"sum.{0,30}(first|before)",
            r"before the (sigmoid|activation)",
            r"sum of (the )?sigmoids",
            r"add.{0,30}(first|before)",
        ],
        "note": "two slips: the sigmoid of each product is summed, and the bias is never used",
    },
    {
        "id": "neuron-einsum",
        "exercise": "neuron",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def neuron(features, weights, bias):
    weighted = torch.einsum("ij,ij->i", features, weights)
    return torch.special.expit(weighted + bias)
""",
        "note": "einsum and expit instead of sum and sigmoid",
    },
    {
        "id": "neuron-prints",
        "exercise": "neuron",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
import torch


def neuron(features, weights, bias):
    result = torch.sigmoid(features @ weights.T + bias)
    print("output:", result)
""",
        "must_say": [
            r"\breturn\b",
            r"prints?\b",
        ],
        "note": "prints the right number and returns None",
    },
    {
        "id": "half-bias-mean",
        "exercise": "half_bias",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def half_bias(features, weights):
    return -torch.mean(features * weights)
""",
        "must_say": [
            r"\bmean\b",
            r"averag",
            r"\bsum\b",
            r"add(ed|s)? .{0,20}up",
            r"divid",
        ],
        "note": "the mean of the products instead of their sum",
    },
    {
        "id": "half-bias-wrong-sign",
        "exercise": "half_bias",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
import torch


def half_bias(features, weights):
    return torch.dot(weights.flatten(), features.flatten())
""",
        "must_say": [
            r"sign",
            r"twice",
            r"zero",
            r"minus",
            r"negative",
        ],
        "note": "the sum itself, not minus the sum",
    },
    {
        "id": "product-neuron-summed-over-batch",
        "exercise": "product_neuron",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def product_neuron(features, weights, bias):
    column = weights.reshape(-1, 1)
    return torch.sigmoid(torch.sum(features @ column) + bias)
""",
        "must_say": [
            r"(sum|add).{0,50}(batch|examples|rows)",
            r"(batch|examples?|rows?).{0,60}(added|sum|together|mixed)",
            r"(number|output|result).{0,40}(each|every|per|for an?) (example|row)",
            r"one (number|output|result).{0,40}(batch|all|together|whole)",
            r"(each|every) (row|example).{0,30}(own|its)",
            r"row for each",
        ],
        "note": "the examples of the batch are added up, so one number remains",
    },
    {
        "id": "product-neuron-row-sums",
        "exercise": "product_neuron",
        "kind": "ban unchecked",
        "verdict": "wrong",
        "code": """\
import torch


def product_neuron(features, weights, bias):
    products = weights * features
    return torch.sigmoid(products.sum(dim=1).unsqueeze(1) + bias)
""",
        "must_say": [
            r"matrix product",
            r"matmul",
            r"`?@`?",
            r"multipl",
        ],
        "note": "right numbers; the task says: with a matrix product",
    },
    {
        "id": "network-bias-behind-sigmoid",
        "exercise": "network",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def network(x, W1, b1, W2, b2):
    hidden = x.matmul(W1).sigmoid().add(b1)
    return hidden.matmul(W2).add(b2).sigmoid()
""",
        "must_say": [
            r"bias.{0,50}(after|behind|outside|too late)",
            r"(after|behind|outside).{0,30}(activation|sigmoid)",
            r"before the (activation|sigmoid)",
            r"bias.{0,40}to the output of the (sigmoid|activation)",
            r"(inside|into) the (sigmoid|parenthes|activation|sum)",
            r"b1`? .{0,60}(sum|before|inside)",
            r"sigmoid.{0,20}last",
        ],
        "note": "the hidden bias is added behind the sigmoid",
    },
    {
        "id": "network-numpy-dot",
        "exercise": "network",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import numpy as np


def squash(values):
    return np.reciprocal(1.0 + np.exp(-values))


def network(x, W1, b1, W2, b2):
    hidden = squash(np.dot(x, W1) + b1)
    return squash(np.dot(hidden, W2) + b2)
""",
        "must_say": [
            r"numpy('s)? (function|method|call)",
            r"numpy.{0,80}tensor",
            r"tensor.{0,80}numpy",
            r"\bnp\.\w+\b[^`]{0,40}(on|of|with|to|takes?|and|for) (a |your )?tensors?",
            r"torch\.(exp|sum|max|amax|log|matmul|mm|sigmoid|zeros|zeros_like)\b",
            r"(pytorch|torch)'s",
            r"\buse torch\b",
        ],
        "must_not_say": [
            r"np\.concatenate",
        ],
        "note": "NumPy's functions on tensors: what NumPy says is about concatenation",
    },
    {
        "id": "double-in-place",
        "exercise": "double",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
import torch


def double(array):
    view = torch.from_numpy(array)
    view *= 2
    return view.numpy()
""",
        "must_say": [
            r"shar",
            r"in place",
            r"memory",
        ],
        "note": "doubles the array of the caller",
    },
    {
        "id": "double-added-to-itself",
        "exercise": "double",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def double(array):
    t = torch.as_tensor(array)
    return torch.add(t, t).numpy()
""",
        "note": "t + t makes a new tensor",
    },
    {
        "id": "to-float32-as-tensor",
        "exercise": "to_float32",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
import torch


def to_float32(array):
    return torch.as_tensor(array, dtype=torch.float32)
""",
        "must_say": [
            r"shar",
            r"memory",
            r"cop(y|ies)",
        ],
        "note": "copies nothing where the array is float32 already",
    },
    {
        "id": "to-float32-empty-then-copied",
        "exercise": "to_float32",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def to_float32(array):
    own = torch.empty(array.shape, dtype=torch.float32)
    own.copy_(torch.from_numpy(array))
    return own
""",
        "note": "memory of its own, filled by copy_",
    },
    {
        "id": "flatten-below-the-raise",
        "exercise": "flatten",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
def flatten(images):
    raise NotImplementedError
    n = len(images)
    return images.reshape(n, -1)
""",
        "must_say": [
            r"\braise\b",
            r"notimplementederror",
        ],
        "must_not_say": [
            r"still as you got it",
        ],
        "note": "the answer is written below the raise of the stub, which was left",
    },
    {
        "id": "flatten-view-64",
        "exercise": "flatten",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
def flatten(images):
    rows = images.contiguous().view([64, 28 * 28])
    return rows
""",
        "must_say": [
            r"batch",
            r"\b64\b",
            r"fixed",
        ],
        "note": "the sizes of the lesson are written into it",
    },
    {
        "id": "flatten-row-for-row",
        "exercise": "flatten",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def flatten(images):
    rows = []
    for picture in images:
        rows.append(torch.cat(list(picture[0])))
    return torch.stack(rows)
""",
        "note": "the pixel rows of each image are laid end to end in a loop",
    },
    {
        "id": "logits-three-loops",
        "exercise": "logits",
        "kind": "FALSE REJECT",
        "verdict": "right",
        "code": """\
import torch


def product(left, right):
    out = torch.zeros(len(left), right.shape[1])
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            for inner in range(len(right)):
                out[row, column] += left[row, inner] * right[inner, column]
    return out


def logits(x, W1, b1, W2, b2):
    hidden = torch.sigmoid(product(x, W1) + b1)
    return product(hidden, W2) + b2
""",
        "note": "right, and slow: the product is written out as three loops over single numbers",
    },
    {
        "id": "logits-bias-onto-weights",
        "exercise": "logits",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def logits(x, W1, b1, W2, b2):
    first, second = W1 + b1, W2 + b2
    return torch.sigmoid(x @ first) @ second
""",
        "must_say": [
            r"bias.{0,60}(weights|matrix|w1|w2)",
            r"(weights|matrix|matrices).{0,60}bias",
            r"add.{0,40}(after|behind) the product",
            r"x @ w1 \+ b1",
            r"@ w\d? \+ b",
            r"parenthes",
            r"multipl",
        ],
        "note": "the biases are added to the weight matrices",
    },
    {
        "id": "softmax-global-maximum",
        "exercise": "softmax",
        "kind": "FALSE ACCEPT",
        "verdict": "wrong",
        "code": """\
import torch


def softmax(logits):
    powers = torch.exp(logits - torch.max(logits))
    return powers / torch.sum(powers, dim=1, keepdim=True)
""",
        "must_say": [
            r"(each|every|its|their) (own )?row",
            r"maxim",
            r"\bmax\b",
            r"far below",
            r"underflow",
            r"row's own",
            r"own largest",
            r"largest of (each|its|the) row",
            r"first row",
        ],
        "note": "the maximum of the whole batch: a row far below it becomes 0/0",
    },
    {
        "id": "softmax-nan-becomes-one",
        "exercise": "softmax",
        "kind": "FALSE ACCEPT",
        "verdict": "wrong",
        "code": """\
import torch


def softmax(logits):
    e = torch.exp(logits)
    p = e / e.sum(dim=1, keepdim=True)
    p[torch.isnan(p)] = 1.0
    return p
""",
        "must_say": [
            r"(each|every|its|their) (own )?row",
            r"maxim",
            r"\bmax\b",
            r"far below",
            r"underflow",
            r"row's own",
            r"own largest",
            r"largest of (each|its|the) row",
            r"first row",
            r"\bnan\b",
            r"infinit",
            r"sum to 1",
            r"two (large|big)",
            r"overflow",
        ],
        "note": "nan is replaced by 1: two large logits in a row give 1 and 1",
    },
    {
        "id": "softmax-pytorchs-function",
        "exercise": "softmax",
        "kind": "ban unchecked",
        "verdict": "wrong",
        "code": """\
from torch.nn import functional


def softmax(logits):
    return functional.softmax(logits, dim=-1)
""",
        "must_say": [
            r"without",
            r"by hand",
            r"yourself",
            r"forbid",
            r"not allowed",
            r"does the (work|exercise)",
            r"(torch|pytorch)'s own",
            r"asks? for",
            r"asked",
            r"you (call|use)d?\b",
            r"your (code|answer|function) (calls|uses)",
            r"are to write",
        ],
        "note": "the task says: without PyTorch's own",
    },
    {
        "id": "softmax-pytorchs-module",
        "exercise": "softmax",
        "kind": "ban unchecked",
        "verdict": "wrong",
        "code": """\
from torch import nn

to_probabilities = nn.Softmax(dim=1)


def softmax(logits):
    return to_probabilities(logits)
""",
        "must_say": [
            r"without",
            r"by hand",
            r"yourself",
            r"forbid",
            r"not allowed",
            r"does the (work|exercise)",
            r"(torch|pytorch)'s own",
            r"asks? for",
            r"asked",
            r"you (call|use)d?\b",
            r"your (code|answer|function) (calls|uses)",
            r"are to write",
        ],
        "note": "the same ban, with the module",
    },
    {
        "id": "softmax-numpy-max-axis",
        "exercise": "softmax",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import numpy as np


def softmax(logits):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    numerator = np.exp(shifted)
    return numerator / np.sum(numerator, axis=1, keepdims=True)
""",
        "must_say": [
            r"numpy('s)? (function|method|call)",
            r"numpy.{0,80}tensor",
            r"tensor.{0,80}numpy",
            r"\bnp\.\w+\b[^`]{0,40}(on|of|with|to|takes?|and|for) (a |your )?tensors?",
            r"torch\.(exp|sum|max|amax|log|matmul|mm|sigmoid|zeros|zeros_like)\b",
            r"(pytorch|torch)'s",
            r"\buse torch\b",
        ],
        "note": "the stable formula in NumPy, pasted: np.max of a tensor takes no keepdims",
    },
    {
        "id": "softmax-exp-in-numerator-only",
        "exercise": "softmax",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def softmax(logits):
    sums = logits.sum(dim=1, keepdim=True)
    return torch.exp(logits) / sums
""",
        "must_say": [
            r"denominator",
            r"exp.{0,60}(sum|below|divid)",
            r"(sum|divid).{0,40}exp",
            r"(sum|divided).{0,60}logits",
            r"logits themselves",
        ],
        "note": "exp is missing in the sum",
    },
    {
        "id": "softmax-logsumexp",
        "exercise": "softmax",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def softmax(logits):
    rows = [torch.exp(row - torch.logsumexp(row, dim=0)) for row in logits]
    return torch.stack(rows)
""",
        "note": "row by row, exp of the logit minus logsumexp",
    },
    {
        "id": "softmax-overflow",
        "exercise": "softmax",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
import torch


def softmax(logits):
    powers = torch.pow(torch.e, logits)
    return torch.div(powers, powers.sum(1)[:, None])
""",
        "must_say": [
            r"overflow",
            r"infinit",
            r"\bnan\b",
            r"maximum",
            r"large",
        ],
        "note": "no maximum subtracted",
    },
    {
        "id": "cross-entropy-first-rows-maximum",
        "exercise": "cross_entropy",
        "kind": "FALSE ACCEPT",
        "verdict": "wrong",
        "code": """\
import torch


def cross_entropy(logits, labels):
    top = logits[0].max()
    log_sums = torch.log(torch.exp(logits - top).sum(dim=1)) + top
    picked = logits[torch.arange(len(labels)), labels]
    return torch.mean(log_sums - picked)
""",
        "must_say": [
            r"(each|every|its|their) (own )?row",
            r"maxim",
            r"\bmax\b",
            r"far below",
            r"underflow",
            r"row's own",
            r"own largest",
            r"largest of (each|its|the) row",
            r"first row",
            r"overflow",
            r"infinit",
        ],
        "note": "the maximum of the first row only: other rows over- or underflow",
    },
    {
        "id": "cross-entropy-tiny-number-added",
        "exercise": "cross_entropy",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
import torch


def cross_entropy(logits, labels):
    e = torch.exp(logits - logits.amax(dim=1, keepdim=True))
    p = e / e.sum(dim=1, keepdim=True)
    right = p[torch.arange(len(labels)), labels]
    return -torch.log(right + 1e-7).mean()
""",
        "must_say": [
            r"log.?softmax",
            r"logsumexp",
            r"1e-",
            r"(tiny|small) number",
            r"epsilon",
            r"\beps\b",
            r"\b(cut|cap|limit|bound|clip|clamp)",
            r"never.{0,30}(above|more than|larger)",
            r"at most",
            r"cannot (exceed|be more)",
        ],
        "must_not_say": [
            r"fix a size",
        ],
        "note": "log(p + 1e-7) cannot exceed 16.1; no size is fixed",
    },
    {
        "id": "cross-entropy-one-hot-overflow",
        "exercise": "cross_entropy",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
import torch


def cross_entropy(logits, labels):
    e = torch.exp(logits)
    probs = e / e.sum(dim=1, keepdim=True)
    targets = torch.eye(logits.shape[1])[labels]
    return -(targets * torch.log(probs)).sum() / len(labels)
""",
        "must_say": [
            r"overflow",
            r"infinit",
            r"log.?softmax",
            r"logsumexp",
            r"maxim",
            r"large",
            r"0 times",
        ],
        "must_not_say": [
            r"fix a size",
        ],
        "note": "overflow that shows as nan, since 0 times infinity is summed; no size is fixed",
    },
    {
        "id": "cross-entropy-nll-of-logits",
        "exercise": "cross_entropy",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
from torch.nn.functional import nll_loss


def cross_entropy(logits, labels):
    return nll_loss(logits, labels)
""",
        "must_say": [
            r"log.?softmax",
            r"log.?probabilit",
            r"nll_?loss",
            r"logarithm of (the|a|its|each) probabilit",
            r"softmax.{0,40}(missing|first|before|forgot|left out)",
            r"\bno (log.?)?softmax",
            r"not probabilit",
            r"raw logits",
            r"logits themselves",
            r"cross_entropy.{0,30}instead",
        ],
        "note": "nll_loss wants log-probabilities and got logits",
    },
    {
        "id": "cross-entropy-log10",
        "exercise": "cross_entropy",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def cross_entropy(logits, labels):
    log_probs = (logits - logits.logsumexp(dim=1, keepdim=True)) / torch.log(torch.tensor(10.0))
    return -log_probs.gather(1, labels.unsqueeze(1)).mean()
""",
        "must_say": [
            r"base.{0,6}(10|ten)\b",
            r"log10",
            r"natural log",
            r"wrong base",
            r"\bnats\b",
            r"2\.3",
        ],
        "note": "logarithms of base 10",
    },
    {
        "id": "cross-entropy-mean-over-classes-too",
        "exercise": "cross_entropy",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def cross_entropy(logits, labels):
    hot = torch.eye(logits.shape[1])[labels]
    log_probs = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return torch.mean(hot * log_probs).neg()
""",
        "must_say": [
            r"number of classes",
            r"classes times",
            r"times too small",
            r"(mean|averag\w*|divid\w*).{0,60}(class|all numbers|every number|entries|elements)",
            r"(divide|mean|averag).{0,40}(examples|rows|batch)",
            r"zeros",
        ],
        "note": "the mean also runs over the zeros of the one-hot rows",
    },
    {
        "id": "cross-entropy-python-float",
        "exercise": "cross_entropy",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def cross_entropy(logits, labels):
    loss = 0.0
    for row, label in zip(logits, labels):
        loss += (torch.logsumexp(row, dim=0) - row[label]).item()
    return loss / len(labels)
""",
        "note": "a loop over the examples; a Python float",
    },
    {
        "id": "module-without-gradients",
        "exercise": "module",
        "kind": "FALSE ACCEPT",
        "verdict": "wrong",
        "code": """\
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(784, 256)
        self.last = nn.Linear(256, 10)

    @torch.no_grad()
    def forward(self, x):
        return self.last(self.inner(x).sigmoid())
""",
        "must_say": [
            r"no_grad",
            r"gradient",
            r"train",
            r"learn",
        ],
        "note": "forward under no_grad: the outputs are right, and nothing can ever be trained",
    },
    {
        "id": "module-own-parameters",
        "exercise": "module",
        "kind": "FALSE REJECT",
        "verdict": "right",
        "code": """\
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.A = nn.Parameter(0.01 * torch.randn(784, 256))
        self.a = nn.Parameter(torch.zeros(256))
        self.B = nn.Parameter(0.01 * torch.randn(256, 10))
        self.b = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return torch.sigmoid(x @ self.A + self.a) @ self.B + self.b
""",
        "note": "nn.Parameter in the shape (in, out), as in lesson 3: meets every word of the task",
    },
    {
        "id": "module-lazy-layers",
        "exercise": "module",
        "kind": "FALSE REJECT",
        "verdict": "right",
        "code": """\
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.chain = nn.Sequential(nn.LazyLinear(256), nn.Sigmoid(), nn.LazyLinear(10))

    def forward(self, x):
        return self.chain(x)
""",
        "note": "lazy layers take their 784 inputs from the first batch",
    },
    {
        "id": "module-lazy-layers-relu",
        "exercise": "module",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.inside = nn.LazyLinear(256)
        self.outside = nn.LazyLinear(10)

    def forward(self, x):
        return self.outside(self.inside(x).relu())
""",
        "must_say": [
            r"\brelu\b",
            r"sigmoid",
        ],
        "must_not_say": [
            r"uninitialized",
            r"lazymodule",
        ],
        "note": "ReLU instead of the sigmoid; the lazy layers are no mistake",
    },
    {
        "id": "module-log-softmax",
        "exercise": "module",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(784, 256)
        self.two = nn.Linear(256, 10)

    def forward(self, x):
        out = self.two(self.one(x).sigmoid())
        return out.log_softmax(dim=1)
""",
        "must_say": [
            r"log.?softmax",
            r"logarithms? of the probabilit",
            r"log.?probabilit",
            r"return.{0,30}logits",
        ],
        "note": "log-probabilities instead of logits",
    },
    {
        "id": "module-layers-in-a-list",
        "exercise": "module",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = [nn.Linear(784, 256), nn.Sigmoid(), nn.Linear(256, 10)]

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x
""",
        "must_say": [
            r"regist",
            r"nn\.(modulelist|parameter)",
            r"in a (python )?list",
            r"plain (list|tensor)",
            r"no parameters",
            r"cannot (see|find) (them|it)",
            r"parameters\(\).{0,40}(empty|none|nothing|no)",
        ],
        "note": "layers in a Python list are not registered, so the module has no parameters",
    },
    {
        "id": "module-no-biases-and-softmax",
        "exercise": "module",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.V = nn.Parameter(torch.randn(784, 256))
        self.W = nn.Parameter(torch.randn(256, 10))

    def forward(self, x):
        scores = torch.mm(torch.sigmoid(torch.mm(x, self.V)), self.W)
        return scores.softmax(1)
""",
        "must_say": [
            r"(no|without( a| the)?|forg[eo]t\w*( the)?|ignor\w*( the)?|never (adds?|uses?)( the)?|leaves? out( the)?|lacks?( a| the)?|missing( the)?) bias",
            r"bias (is|was) (not|missing|left|nowhere|unused|forgotten|never)",
            r"bias.{0,30}(is not in|does not (count|matter)|plays no|has no (effect|part))",
            r"\bbiases\b",
            r"probabilit",
            r"softmax",
        ],
        "note": "matrices without biases, and softmax in forward",
    },
    {
        "id": "module-softmax-in-forward",
        "exercise": "module",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
from torch import nn


class Network(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(784, 256), nn.Sigmoid(), nn.Linear(256, 10), nn.Softmax(dim=1))
""",
        "must_say": [
            r"probabilit",
            r"softmax",
            r"logits",
        ],
        "note": "a subclass of Sequential that ends in softmax",
    },
    {
        "id": "count-parameters-weight-and-bias",
        "exercise": "count_parameters",
        "kind": "FALSE ACCEPT",
        "verdict": "wrong",
        "code": """\
def count_parameters(model):
    total = 0
    for layer in model.modules():
        if hasattr(layer, "weight"):
            total += layer.weight.numel() + layer.bias.numel()
    return total
""",
        "must_say": [
            r"bias",
            r"parameters\(\)",
            r"other names",
            r"none",
        ],
        "note": "knows only `weight` and `bias`: fails with bias=False, and misses parameters of other names",
    },
    {
        "id": "count-parameters-values-added",
        "exercise": "count_parameters",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def count_parameters(model):
    flat = [p.detach().flatten() for p in model.parameters()]
    return float(torch.cat(flat).sum())
""",
        "must_say": [
            r"\bvalues?\b",
            r"\bnumel\b",
            r"how many",
            r"\bcount(s|ed)?\b",
            r"added up the (weights|parameters|numbers)",
        ],
        "note": "adds up the weights instead of counting them",
    },
    {
        "id": "sigmoid-derivative-slow-disk",
        "exercise": "sigmoid_derivative",
        "kind": "FALSE REJECT",
        "verdict": "right",
        "fresh": True,
        "code": """\
import sys
import time

import torch


class SlowDisk:
    \"\"\"Stands for a disk that has to fetch a large library first.\"\"\"

    def find_spec(self, name, path=None, target=None):
        if name == "sympy":
            time.sleep(0.3)
        return None


sys.meta_path.insert(0, SlowDisk())


def sigmoid_derivative(z):
    leaf = z.detach().clone().requires_grad_()
    leaf.sigmoid().backward(gradient=torch.ones_like(leaf))
    return leaf.grad
""",
        "note": "right; autograd makes PyTorch load a library, and a slow disk (here: made slow) counts as the learner's time",
    },
    {
        "id": "sigmoid-derivative-of-tanh",
        "exercise": "sigmoid_derivative",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
import torch


def sigmoid_derivative(z):
    t = z.tanh()
    return 1 - t.square()
""",
        "must_say": [
            r"tanh",
            r"sigmoid\(z\)",
            r"s ?\(1 ?[-−] ?s\)",
            r"s \* \(1 - s\)",
            r"another (activation|function)",
        ],
        "must_not_say": [
            r"fix a size",
        ],
        "note": "the slope of tanh; right at ±1000 only because both are flat there",
    },
    {
        "id": "collapse-other-convention",
        "exercise": "collapse",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
def collapse(W1, b1, W2, b2):
    weight = W2.matmul(W1)
    shift = W2.matmul(b1)
    return weight, shift + b2
""",
        "must_say": [
            r"\border\b",
            r"\(in, out\)",
            r"w1 @ w2",
            r"x meets",
            r"first.{0,30}w1",
            r"convention",
            r"transpos",
            r"w2 by w1",
            r"the other way round",
        ],
        "note": "the products of the convention (out, in)",
    },
    {
        "id": "collapse-as-list",
        "exercise": "collapse",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def collapse(W1, b1, W2, b2):
    stacked = torch.vstack([W1, b1]) @ W2
    return [stacked[:-1], stacked[-1] + b2]
""",
        "note": "weights and bias in one product; a list of the two",
    },
    {
        "id": "table-of-slopes",
        "exercise": "table",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import torch


def table(x):
    slopes = torch.tensor([1.0, 0.0, -0.5, 0.0])
    corners = torch.tensor([1.0, 2.0, 4.0, 6.0])
    return torch.relu(x[:, None] - corners) @ slopes
""",
        "must_say": [r"how much the steepness changes"],
        "note": "weights that say how steep it is, not how much that changes",
    },
    {
        "id": "count-dead-by-row",
        "exercise": "count_dead",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
import torch


def count_dead(x, W, b):
    hidden = torch.relu(x @ W + b)
    return (hidden == 0).all(dim=1).sum()
""",
        "must_say": [r"dim=0"],
        "note": "counts examples instead of units",
    },
    {
        "id": "deep-network-dropout",
        "exercise": "deep_network",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)
        self.drop = nn.Dropout(0.25)

    def forward(self, x):
        for layer in (self.fc1, self.fc2):
            x = self.drop(torch.relu(layer(x)))
        return self.fc3(x)
""",
        "must_say": [
            r"dropout",
            r"at random",
            r"random(ly)?",
            r"differ.{0,40}(call|time)",
            r"same input.{0,60}differ",
            r"training mode",
        ],
        "note": "dropout that nobody asked for: the output is random in training mode",
    },
    {
        "id": "deep-network-add-module",
        "exercise": "deep_network",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
from torch import nn


class Network(nn.Module):
    def __init__(self, sizes=(784, 128, 64, 10)):
        super().__init__()
        for n in range(1, len(sizes)):
            self.add_module(f"fc{n}", nn.Linear(sizes[n - 1], sizes[n]))

    def forward(self, x):
        layers = list(self.children())
        for layer in layers[:-1]:
            x = layer(x).clamp(min=0)
        return layers[-1](x)
""",
        "note": "layers added in a loop; ReLU by clamp",
    },
    {
        "id": "deep-network-other-names",
        "exercise": "deep_network",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
import torch.nn.functional as F
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(784, 128)
        self.layer2 = nn.Linear(128, 64)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(F.relu(self.layer2(F.relu(self.layer1(x)))))
""",
        "must_say": [
            r"\bfc\d",
            r"\bnames?\b",
            r"called",
        ],
        "note": "right but for the names of the layers",
    },
    {
        "id": "initialize-uniform",
        "exercise": "initialize",
        "kind": "FALSE ACCEPT",
        "verdict": "wrong",
        "code": """\
from torch import nn


def initialize(model):
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            width = (6 / layer.in_features) ** 0.5
            nn.init.uniform_(layer.weight, a=-width, b=width)
            nn.init.zeros_(layer.bias)
""",
        "must_say": [
            r"normal",
            r"uniform",
            r"distribution",
            r"gauss",
        ],
        "note": "the right deviation, but a uniform distribution",
    },
    {
        "id": "initialize-mean-for-deviation",
        "exercise": "initialize",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
from torch import nn


def initialize(model):
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, (2 / layer.in_features) ** 0.5)
            nn.init.zeros_(layer.bias)
""",
        "must_say": [
            r"\bmean\b.{0,40}(argument|first|second|is)",
            r"(first|second) (argument|number|of)",
            r"deviation (of )?(1|one)\b",
        ],
        "note": "the number is passed as the mean; the deviation is still 1 (a very frequent real slip)",
    },
    {
        "id": "initialize-not-applied",
        "exercise": "initialize",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
from torch import nn


def initialize(model):
    if isinstance(model, nn.Linear):
        model.weight.data.normal_(std=(2 / model.in_features) ** 0.5)
        model.bias.data.zero_()
""",
        "must_say": [
            r"(unchanged|as (they|it) (was|were)|untouched|not (changed?|moved?|touched|set)|did nothing|does nothing|nothing (happen|changed)|still (those|as|the))",
            r"\.apply\b",
            r"in place",
            r"modules\(\)",
            r"parameters\(\)",
        ],
        "note": "a function for one layer, which does nothing to a network",
    },
    {
        "id": "initialize-variance-and-tenths",
        "exercise": "initialize",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
from torch import nn


def initialize(model):
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=2 / layer.in_features)
            nn.init.constant_(layer.bias, 0.1)
""",
        "must_say": [
            r"variance",
            r"square root",
            r"\bbiases\b.{0,40}(zero|0)",
            r"bias(es)? (is|are) (0\.1|not zero)",
        ],
        "note": "two slips: 2 / n without the square root, and biases of 0.1",
    },
    {
        "id": "initialize-applied",
        "exercise": "initialize",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def initialize(model):
    fresh = {
        f"{name}.{kind}": torch.randn_like(v).mul((2 / v.shape[-1]) ** 0.5 * (v.dim() > 1))
        for name, part in model.named_modules()
        if isinstance(part, torch.nn.Linear)
        for kind, v in part.state_dict().items()
    }
    model.load_state_dict(fresh, strict=False)
""",
        "note": "new values by load_state_dict, which copies them in place",
    },
    {
        "id": "logits-gradient-backward",
        "exercise": "logits_gradient",
        "kind": "ban unchecked",
        "verdict": "wrong",
        "code": """\
import torch


def logits_gradient(logits, labels):
    leaf = logits.detach().requires_grad_()
    torch.nn.functional.cross_entropy(leaf, labels).backward()
    return leaf.grad
""",
        "must_say": [
            r"autograd",
            r"backward",
            r"without",
            r"by hand",
            r"yourself",
            r"forbid",
            r"not allowed",
            r"does the (work|exercise)",
            r"(torch|pytorch)'s own",
            r"asks? for",
            r"asked",
            r"you (call|use)d?\b",
            r"your (code|answer|function) (calls|uses)",
            r"are to write",
        ],
        "note": "the task says: without autograd",
    },
    {
        "id": "logits-gradient-numpy-sum-axis",
        "exercise": "logits_gradient",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import numpy as np


def logits_gradient(logits, labels):
    powers = np.exp(logits)
    p = powers / np.sum(powers, axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)
""",
        "must_say": [
            r"numpy('s)? (function|method|call)",
            r"numpy.{0,80}tensor",
            r"tensor.{0,80}numpy",
            r"\bnp\.\w+\b[^`]{0,40}(on|of|with|to|takes?|and|for) (a |your )?tensors?",
            r"torch\.(exp|sum|max|amax|log|matmul|mm|sigmoid|zeros|zeros_like)\b",
            r"(pytorch|torch)'s",
            r"\buse torch\b",
        ],
        "note": "the NumPy version, pasted: np.sum of a tensor takes no axis",
    },
    {
        "id": "logits-gradient-minus-one",
        "exercise": "logits_gradient",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def logits_gradient(logits, labels):
    gradient = torch.softmax(logits, 1)
    for row, label in enumerate(labels):
        gradient[row, label] = -1
    return gradient / len(labels)
""",
        "must_say": [
            r"subtract",
            r"-= ?1",
            r"minus (1|one)",
            r"p(robabilit\w*)? ?[-−] ?1",
            r"(replac|overwrit|set ).{0,40}(label|probabilit|-1)",
            r"instead of",
        ],
        "note": "= -1 where -= 1 was meant",
    },
    {
        "id": "relu-backward-output-over-input",
        "exercise": "relu_backward",
        "kind": "FALSE ACCEPT",
        "verdict": "wrong",
        "code": """\
import torch


def relu_backward(dA, Z):
    slope = torch.relu(Z) / Z
    return dA * slope
""",
        "must_say": [
            r"\bnan\b",
            r"zero",
            r"divid",
        ],
        "note": "0/0 wherever Z is exactly zero",
    },
    {
        "id": "relu-backward-slope-alone",
        "exercise": "relu_backward",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def relu_backward(dA, Z):
    return torch.heaviside(Z, torch.zeros(()))
""",
        "must_say": [
            r"\bda\b.{0,60}(not|never|unused|nowhere|no part|forg|ignor|left out|missing|multipl)",
            r"(multipl|times).{0,40}\bda\b",
            r"(without|ignor\w*|forg\w*|leaves? out|unused).{0,20}\bda\b",
            r"slope (itself|alone|only)",
            r"only the (slope|mask)",
            r"chain rule",
        ],
        "note": "ReLU's slope alone: dA is not used",
    },
    {
        "id": "relu-backward-where",
        "exercise": "relu_backward",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def relu_backward(dA, Z):
    return torch.where(Z.gt(0), dA, torch.zeros_like(dA))
""",
        "note": "torch.where",
    },
    {
        "id": "train-step-closure",
        "exercise": "train_step",
        "kind": "FALSE REJECT",
        "verdict": "right",
        "code": """\
from torch import nn

measure = nn.CrossEntropyLoss()


def train_step(model, x, y, optimizer):
    def again():
        optimizer.zero_grad()
        loss = measure(model(x), y)
        loss.backward()
        return loss

    return optimizer.step(again).item()
""",
        "note": "every optimizer of PyTorch takes a closure and returns its loss",
    },
    {
        "id": "train-step-checks-its-optimizer",
        "exercise": "train_step",
        "kind": "FALSE REJECT",
        "verdict": "right",
        "code": """\
import torch
import torch.nn.functional as F


def train_step(model, x, y, optimizer):
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TypeError("train_step wants an optimizer of torch.optim")
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.detach()
""",
        "note": "right for every optimizer of PyTorch; the check's own is none",
    },
    {
        "id": "train-step-returns-dict",
        "exercise": "train_step",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
import torch.nn.functional as F


def train_step(model, x, y, optimizer):
    predicted = model(x)
    loss = F.cross_entropy(predicted, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    share = (predicted.argmax(dim=1) == y).float().mean()
    return {"train_loss": loss.item(), "train_accuracy": share.item()}
""",
        "must_say": [
            r"(gives|returns?|got) a (dict|mapping)",
            r"return.{0,30}(the loss|a number|one number)",
            r"the loss (itself|alone)",
            r"expected a number",
            r"only the loss",
        ],
        "must_not_say": [
            r"could not infer",
            r"raised",
        ],
        "note": "a dict instead of the loss: nothing in the learner's code raised",
    },
    {
        "id": "train-step-loss-class-called",
        "exercise": "train_step",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
from torch import nn


def train_step(model, x, y, optimizer):
    optimizer.zero_grad()
    loss = nn.CrossEntropyLoss(model(x), y)
    loss.backward()
    optimizer.step()
    return loss
""",
        "must_say": [
            r"crossentropyloss\(\)",
            r"\bclass\b",
            r"instance",
            r"make.{0,30}(object|first)",
            r"f\.cross_entropy",
            r"then call",
            r"two (pairs|steps)",
            r"constructor",
        ],
        "note": "the loss class is called with the tensors; PyTorch's message is about the Boolean value of a tensor",
    },
    {
        "id": "train-step-mean-divided-again",
        "exercise": "train_step",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch.nn.functional as F


def train_step(model, x, y, optimizer):
    loss = F.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item() / y.shape[0]
""",
        "must_say": [
            r"\bmean\b.{0,60}(already|again|twice|itself)",
            r"(already|again|twice).{0,60}\bmean\b",
            r"divid.{0,60}(batch|examples|again|twice|once)",
            r"(batch|examples).{0,60}divid",
            r"too small",
        ],
        "note": "the mean is divided by the batch once more",
    },
    {
        "id": "train-step-retries-forever",
        "exercise": "train_step",
        "kind": "hang",
        "verdict": "wrong",
        "code": """\
import time

import torch.nn.functional as F


def train_step(model, x, y, optimizer):
    while True:
        try:
            time.sleep(0.01)
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_gradients()
            loss.backward()
            optimizer.step()
            return loss.item()
        except:
            continue
""",
        "must_say": [
            r"\bend\b",
            r"endless",
            r"forever",
            r"\bloops?\b",
            r"stopped",
            r"too long",
            r"\d ?s\b",
            r"seconds",
        ],
        "note": "a misspelt method, tried again for ever: the bare except swallows the interrupt of the check",
    },
    {
        "id": "momentum-step-tensor-methods",
        "exercise": "momentum_step",
        "kind": "FALSE REJECT",
        "verdict": "right",
        "code": """\
def momentum_step(w, velocity, gradient, lr, momentum):
    moved = velocity.mul(momentum).add(gradient)
    return w.sub(moved, alpha=lr), moved
""",
        "note": "methods of tensors; the task speaks of one tensor, the first input of the check is floats",
    },
    {
        "id": "momentum-step-into-slices",
        "exercise": "momentum_step",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
def momentum_step(w, velocity, gradient, lr, momentum):
    velocity[:] = gradient + momentum * velocity
    w[:] = w - lr * velocity
    return w, velocity
""",
        "must_say": [
            r"in place",
            r"changes? (its|the|your|their)",
            r"overwrit",
            r"caller",
            r"clone",
        ],
        "must_not_say": [
            r"'float' object",
        ],
        "note": "in place, which the task forbids; a float of the check is not the learner's mistake",
    },
    {
        "id": "momentum-step-velocity-downhill",
        "exercise": "momentum_step",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
def momentum_step(w, velocity, gradient, lr, momentum):
    velocity = velocity * momentum
    velocity = velocity - gradient * lr
    return velocity + w, velocity
""",
        "must_say": [
            r"\bsign\b",
            r"rate.{0,40}velocity",
            r"velocity.{0,60}\brate\b",
            r"lr.{0,20}(in|from) the velocity",
            r"downhill",
            r"pytorch (adds|keeps)",
            r"minus.{0,40}(gradient|step)",
            r"convention",
            r"w - lr",
        ],
        "note": "the convention of another course: the rate and the minus sign are in the velocity",
    },
    {
        "id": "momentum-step-average",
        "exercise": "momentum_step",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
def momentum_step(w, velocity, gradient, lr, momentum):
    smooth = gradient + momentum * (velocity - gradient)
    return w - lr * smooth, smooth
""",
        "must_say": [
            r"averag",
            r"1 - momentum",
            r"whole gradient",
        ],
        "note": "an average: the gradient counts with 1 - momentum",
    },
    {
        "id": "accuracy-dropout-set-to-zero",
        "exercise": "accuracy",
        "kind": "FALSE ACCEPT",
        "verdict": "wrong",
        "code": """\
import torch
from torch import nn


def accuracy(model, batches):
    for layer in model.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0
    hits = torch.cat([model(x).argmax(dim=1) == y for x, y in batches])
    return hits.float().mean().item()
""",
        "must_say": [
            r"dropout",
            r"model\.eval",
            r"\bp\b",
            r"changed",
        ],
        "note": "the dropout of the model is gone for good: it trains without it afterwards",
    },
    {
        "id": "accuracy-two-frequent-slips",
        "exercise": "accuracy",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import torch


def accuracy(model, batches):
    shares = []
    with torch.no_grad():
        for x, y in batches:
            best = torch.exp(model(x)).max(dim=1).indices
            shares.append(torch.eq(best, y).float().mean())
    return float(sum(shares) / len(shares))
""",
        "must_say": [
            r"dropout",
            r"eval\(\)",
            r"averag",
            r"mean of",
            r"last batch",
            r"once, by",
        ],
        "note": "no eval() and the mean of the batches: the most frequent real answer",
    },
    {
        "id": "accuracy-column-against-row",
        "exercise": "accuracy",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import torch


def accuracy(model, batches):
    model.eval()
    good = seen = 0
    with torch.inference_mode():
        for x, y in batches:
            best = model(x).topk(1, dim=1).indices
            good += int(torch.sum(best == y))
            seen += y.numel()
    model.train()
    return good / seen
""",
        "must_say": [
            r"broadcast",
            r"\(n, ?1\)",
            r"\(batch, ?1\)",
            r"column",
            r"every (label|example|prediction)",
            r"each.{0,40}(with|against|to) (every|each|all)",
            r"more than 1",
            r"above 1",
            r"squeeze",
            r"shapes?",
        ],
        "note": "(n, 1) == (n,) compares everything with everything",
    },
    {
        "id": "accuracy-last-batch-only",
        "exercise": "accuracy",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def accuracy(model, batches):
    model.eval()
    with torch.no_grad():
        for x, y in batches:
            share = (model(x).argmax(dim=1) == y).double().mean()
    model.train()
    return share.item()
""",
        "must_say": [
            r"last batch",
            r"only (one|the last)",
            r"(other|earlier|previous) batches",
            r"add.{0,30}up",
            r"overwr",
            r"all batches",
            r"each batch",
        ],
        "note": "what remains is the accuracy of the last batch",
    },
    {
        "id": "report-best-on-test",
        "exercise": "report",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
def report(runs):
    return sorted(run["test"] for run in runs)[-1]
""",
        "must_say": [
            r"test set",
            r"validation",
            r"too good",
        ],
        "note": "the best test accuracy",
    },
    {
        "id": "report-validation-plus-test",
        "exercise": "report",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
def report(runs):
    scores = [run["validation"] + run["test"] for run in runs]
    return runs[scores.index(max(scores))]["test"]
""",
        "must_say": [
            r"(chose|choose|chosen|pick|select).{0,80}(validation|test)",
            r"validation (alone|only)",
            r"test.{0,60}(cho|pick|select|decid)",
        ],
        "must_not_say": [
            r"fix a size",
        ],
        "note": "chooses by the sum of both accuracies; no size is fixed",
    },
    {
        "id": "save-parameters-only",
        "exercise": "save",
        "kind": "FALSE ACCEPT",
        "verdict": "wrong",
        "code": """\
import torch


def save(path, model, optimizer, epoch):
    weights = {name: p.detach() for name, p in model.named_parameters()}
    torch.save({"model": weights, "optimizer": optimizer.state_dict(), "epoch": epoch}, path)
""",
        "must_say": [
            r"buffer",
            r"state_dict",
            r"running",
            r"batchnorm",
        ],
        "note": "buffers are lost, such as the running means of BatchNorm: the file does not fit the model",
    },
    {
        "id": "save-loss-as-well",
        "exercise": "save",
        "kind": "FALSE REJECT",
        "verdict": "right",
        "code": """\
import torch


def save(path, model, optimizer, epoch, loss=0.0):
    state = dict(epoch=epoch, loss=loss)
    state.update(model=model.state_dict(), optimizer=optimizer.state_dict())
    torch.save(state, path)
""",
        "note": "one more key, which nothing forbids",
    },
    {
        "id": "save-pickled",
        "exercise": "save",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
import pickle


def save(path, model, optimizer, epoch):
    state = dict(model=model.state_dict(), optimizer=optimizer.state_dict(), epoch=epoch)
    path.write_bytes(pickle.dumps(state))
""",
        "must_say": [
            r"pickle",
            r"torch\.save",
            r"weights_only",
        ],
        "must_not_say": [
            r"objects themselves",
            r"give what `?state_dict",
        ],
        "note": "state_dicts, but pickled: weights_only=True cannot load it",
    },
    {
        "id": "save-nothing-written",
        "exercise": "save",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
def save(path, model, optimizer, epoch):
    state = {"epoch": epoch}
    state["model"] = model.state_dict()
    state["optimizer"] = optimizer.state_dict()
    return state
""",
        "must_say": [
            r"no file",
            r"(nothing|not|never).{0,40}(written|writes?|saved|saves?)",
            r"there is no",
            r"torch\.save",
            r"wrote no",
        ],
        "must_not_say": [
            r"raised",
        ],
        "note": "the dict is returned, no file is written; nothing in the learner's code raised",
    },
    {
        "id": "save-tutorial-keys",
        "exercise": "save",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import torch


def save(path, model, optimizer, epoch):
    torch.save(
        {
            "model_state_dict": model.state_dict(),
            "optimizer_state_dict": optimizer.state_dict(),
            "epoch": epoch,
        },
        str(path),
    )
""",
        "must_say": [
            r"\bkeys?\b",
            r"model_state_dict",
            r"called",
            r"name",
        ],
        "note": "other keys than those asked for",
    },
    {
        "id": "save-path-taken-for-folder",
        "exercise": "save",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
import torch


def save(path, model, optimizer, epoch):
    path.mkdir(parents=True, exist_ok=True)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    torch.save(state, path / f"after_{epoch}.pt")
""",
        "must_say": [
            r"folder",
            r"is the file",
            r"the file itself",
            r"path.{0,40}(as it is|itself|file)",
            r"you made a directory",
            r"made a",
        ],
        "must_not_say": [
            r"raised",
        ],
        "note": "the path is made into a folder, and the file put inside",
    },
    {
        "id": "average-gradients-two-by-two",
        "exercise": "average_gradients",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
from functools import reduce


def average_gradients(gradients, sizes):
    return reduce(lambda so_far, new: 0.5 * (so_far + new), gradients)
""",
        "must_say": [
            r"same weight",
            r"halv|half",
            r"sizes?.{0,60}(not|unused|never|ignored|no part|nowhere)",
            r"number of examples",
            r"how many examples",
            r"last (one|worker|gradient)",
            r"weigh",
        ],
        "must_not_say": [
            r"fix a size",
        ],
        "note": "the mean of two again and again, sizes unused; no size is fixed",
    },
    {
        "id": "average-gradients-einsum",
        "exercise": "average_gradients",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def average_gradients(gradients, sizes):
    share = torch.tensor(sizes, dtype=gradients[0].dtype)
    share /= share.sum()
    return torch.einsum("w,w...->...", share, torch.stack(list(gradients)))
""",
        "note": "einsum over the workers",
    },
    {
        "id": "batches-dataloader",
        "exercise": "batches",
        "kind": "ban unchecked",
        "verdict": "wrong",
        "code": """\
from torch.utils.data import DataLoader, TensorDataset


def batches(x, y, batch_size, generator):
    pairs = TensorDataset(x, y)
    yield from DataLoader(pairs, batch_size, shuffle=True, generator=generator)
""",
        "must_say": [
            r"dataloader",
            r"without",
            r"by hand",
            r"yourself",
            r"forbid",
            r"not allowed",
            r"does the (work|exercise)",
            r"(torch|pytorch)'s own",
            r"asks? for",
            r"asked",
            r"you (call|use)d?\b",
            r"your (code|answer|function) (calls|uses)",
            r"are to write",
        ],
        "note": "the heading says: without a DataLoader",
    },
    {
        "id": "batches-return-in-loop",
        "exercise": "batches",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
import torch


def batches(x, y, batch_size, generator):
    order = torch.randperm(y.numel(), generator=generator)
    for part in torch.split(order, batch_size):
        return x[part], y[part]
""",
        "must_say": [
            r"yield",
            r"\breturn",
            r"one batch",
            r"first batch",
            r"only one",
        ],
        "must_not_say": [
            r"unpack",
            r"raised",
        ],
        "note": "return where yield was meant",
    },
    {
        "id": "batches-two-lists",
        "exercise": "batches",
        "kind": "WRONG DIAGNOSIS",
        "verdict": "wrong",
        "code": """\
import numpy as np


def batches(x, y, batch_size, generator):
    order = np.random.permutation(len(x))
    parts = -(-len(x) // batch_size)
    return np.array_split(x[order], parts), np.array_split(y[order], parts)
""",
        "must_say": [
            r"pairs?\b",
            r"yield",
            r"two lists",
            r"list of",
        ],
        "must_not_say": [
            r"unpack",
        ],
        "note": "a list of all x and a list of all y, instead of pairs (and even sizes, and no generator)",
    },
    {
        "id": "batches-generator-unused",
        "exercise": "batches",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
import random

import torch


def batches(x, y, batch_size, generator):
    order = random.sample(range(len(y)), k=len(y))
    for rows in torch.tensor(order).split(batch_size):
        yield x[rows], y[rows]
""",
        "must_say": [
            r"generator",
            r"repeat",
        ],
        "note": "the order comes from somewhere else",
    },
    {
        "id": "speedup-by-times",
        "exercise": "speedup",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
def speedup(share, factor):
    old = 100
    new = old * (1 - share) + old * share / factor
    return old / new
""",
        "note": "with a time of 100 in place of 1",
    },
    {
        "id": "speedup-in-percent",
        "exercise": "speedup",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
def speedup(share, factor):
    new = (1 - share) + share / factor
    return 100 * new
""",
        "note": "the new time, in percent",
    },
    {
        "id": "finish-by-events",
        "exercise": "finish",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
from itertools import accumulate


def finish(fetches, steps):
    arrivals = list(accumulate(fetches))
    # the last batch that had to be waited for decides
    return max(arrivals[i] + sum(steps[i:]) for i in range(len(steps)))
""",
        "note": "no loop over two times, but the longest chain",
    },
    {
        "id": "finish-shelf-for-one",
        "exercise": "finish",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
def finish(fetches, steps):
    start = done = 0
    for fetch, step in zip(fetches, steps):
        start = max(start + fetch, done)
        done = start + step
    return done
""",
        "must_say": [r"helper waits"],
        "note": "the helper goes for the next batch only when the cook has taken the last one",
    },
    {
        "id": "seconds-warmed-up",
        "exercise": "seconds",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
def seconds(run, wait, clock):
    run()  # warm up
    wait()
    before = clock()
    run()
    wait()
    return clock() - before
""",
        "note": "one run more, outside of the measurement",
    },
    {
        "id": "seconds-waits-inside",
        "exercise": "seconds",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
def seconds(run, wait, clock):
    now = clock()
    wait()
    run()
    wait()
    return clock() - now
""",
        "must_say": [r"from before"],
        "note": "orders from before are timed, too",
    },
    {
        "id": "count-flops-float",
        "exercise": "count_flops",
        "kind": "FALSE REJECT",
        "verdict": "right",
        "code": """\
def count_flops(sizes):
    work = 0.0
    for n in range(1, len(sizes)):
        work += 2 * sizes[n - 1] * sizes[n]
    return work
""",
        "note": "a float; 12.0 is 12",
    },
    {
        "id": "count-flops-biases-too",
        "exercise": "count_flops",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
def count_flops(sizes):
    inputs, outputs = sizes[:-1], sizes[1:]
    return sum((2 * i + 1) * o for i, o in zip(inputs, outputs))
""",
        "must_say": [
            r"\bbias",
        ],
        "note": "one addition more for each bias, which are to be left out",
    },
    {
        "id": "first-loss-swallows-the-interrupt",
        "exercise": "first_loss",
        "kind": "hang",
        "verdict": "wrong",
        "code": """\
import time


def first_loss(classes):
    waiting = True
    while waiting:
        try:
            time.sleep(0.02)
        except:
            waiting = True
    return classes
""",
        "must_say": [
            r"\bend\b",
            r"endless",
            r"forever",
            r"\bloops?\b",
            r"stopped",
            r"too long",
            r"\d ?s\b",
            r"seconds",
        ],
        "note": "the one KeyboardInterrupt of the check ends in a bare except",
    },
    {
        "id": "first-loss-of-random-logits",
        "exercise": "first_loss",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch
import torch.nn.functional as F


def first_loss(classes):
    torch.manual_seed(0)
    guesses = torch.randn(1000, classes)
    return F.cross_entropy(guesses, torch.randint(0, classes, (1000,))).item()
""",
        "must_say": [
            r"same probability",
            r"random",
            r"equal",
            r"(every|each) class",
            r"log(arithm)?.{0,30}(classes|number)",
            r"zero logits",
            r"differ",
        ],
        "note": "random logits are not equal ones",
    },
    {
        "id": "first-loss-of-zero-logits",
        "exercise": "first_loss",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def first_loss(classes):
    even = torch.full((classes,), 1 / classes, dtype=torch.float64)
    return torch.distributions.Categorical(probs=even).entropy()
""",
        "note": "the entropy of equal probabilities, as a tensor",
    },
    {
        "id": "numerical-gradient-view-taken-for-number",
        "exercise": "numerical_gradient",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import torch


def numerical_gradient(loss, w, epsilon):
    slopes = torch.empty_like(w)
    for i in range(w.numel()):
        before = w[i]
        w[i] = before + epsilon
        up = loss(w)
        w[i] = before - epsilon
        down = loss(w)
        w[i] = before
        slopes[i] = (up - down) / (2 * epsilon)
    return slopes
""",
        "must_say": [
            r"\bview\b",
            r"\.item\(\)",
            r"\.clone\(\)",
            r"in place",
            r"changes? (its|the|your|w)\b",
            r"alias",
            r"same (memory|tensor)",
            r"shares?",
        ],
        "note": "in torch w[i] is a view: the kept value changes with w",
    },
    {
        "id": "numerical-gradient-no-copies",
        "exercise": "numerical_gradient",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def numerical_gradient(loss, w, epsilon):
    result = torch.zeros_like(w)
    for i, _ in enumerate(result):
        high = low = w
        high[i] += epsilon
        low[i] -= epsilon
        result[i] = (loss(high) - loss(low)) / (epsilon + epsilon)
    return result
""",
        "must_say": [
            r"same tensor",
            r"clone",
            r"cop(y|ies)",
            r"one (and the same|tensor)",
            r"both names",
            r"alias",
            r"always (0|zero)",
            r"shares?",
        ],
        "note": "both names are the same tensor, so the difference is always 0",
    },
    {
        "id": "numerical-gradient-one-side",
        "exercise": "numerical_gradient",
        "kind": "ok: wrong, well diagnosed",
        "verdict": "wrong",
        "code": """\
import torch


def numerical_gradient(loss, w, epsilon):
    here = loss(w)
    steps = torch.eye(len(w), dtype=w.dtype) * epsilon
    return torch.stack([(loss(w + step) - here) / epsilon for step in steps])
""",
        "must_say": [
            r"both sides",
            r"w - epsilon",
            r"one side",
            r"with w itself",
        ],
        "note": "the forward difference",
    },
]
