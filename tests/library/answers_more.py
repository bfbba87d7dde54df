"""Siblings of the answers in `answers_shown`, for other exercises and in other styles."""

CASES = [
    {
        "id": "neuron-loop-on-a-clone",
        "exercise": "neuron",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
def neuron(features, weights, bias):
    z = bias.clone()
    for f, w in zip(features[0], weights[0]):
        z += f*w
    return 1/(1+(-z).exp())
""",
    },
    {
        "id": "neuron-with-floats",
        "exercise": "neuron",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import math
import torch


def neuron(x, w, b):
    z = float(x[0] @ w[0] + b)
    return torch.tensor([[1/(1+math.exp(-z))]])
""",
    },
    {
        "id": "half-bias-of-means",
        "exercise": "half_bias",
        "kind": "no size is fixed",
        "verdict": "wrong",
        "code": """\
def half_bias(x,w):
    return -(x.mean()*w.mean())
""",
        "must_not_say": [r"fix a size"],
    },
    {
        "id": "product-neuron-out",
        "exercise": "product_neuron",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import torch


def product_neuron(x,w,b):
    out = torch.empty(len(x),1)
    torch.matmul(x, w.T, out=out)
    return torch.special.expit(out+b)
""",
    },
    {
        "id": "product-neuron-rounded",
        "exercise": "product_neuron",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def product_neuron(x,w,b):
    return torch.sigmoid(x@w.T).round()+b*0
""",
        "must_say": [r"rounding"],
        "must_not_say": [r"each row"],
    },
    {
        "id": "network-numpy-dot",
        "exercise": "network",
        "kind": "numpy on tensors",
        "verdict": "wrong",
        "code": """\
import numpy as np
import torch


def network(x,W1,b1,W2,b2):
    h = torch.sigmoid(np.dot(x,W1)+b1)
    return torch.sigmoid(np.dot(h,W2)+b2)
""",
        "must_say": [r"function of numpy"],
    },
    {
        "id": "to-float32-by-half-precision",
        "exercise": "to_float32",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def to_float32(a):
    return torch.tensor(a, dtype=torch.float16).float()
""",
        "must_say": [r"three digits"],
    },
    {
        "id": "flatten-fixed-size",
        "exercise": "flatten",
        "kind": "a size is fixed",
        "verdict": "wrong",
        "code": """\
def flatten(x):
    return x.view(-1, 28*28) if x.shape[-1]==28 else x.view(1,-1)
""",
        "must_say": [r"fix a size"],
    },
    {
        "id": "logits-bias-only-sometimes",
        "exercise": "logits",
        "kind": "misleading pair",
        "verdict": "wrong",
        "code": """\
import torch


def logits(x,W1,b1,W2,b2):
    h = torch.sigmoid(x@W1+b2) if b1.shape==b2.shape else torch.sigmoid(x@W1)
    return h@W2+b2
""",
        "must_not_say": [r"two mistakes", r"each (row|column)"],
    },
    {
        "id": "softmax-special",
        "exercise": "softmax",
        "kind": "ban by an alias",
        "verdict": "wrong",
        "code": """\
import torch


def softmax(z):
    return torch.special.softmax(z, 1)
""",
        "must_say": [r"without pytorch's own"],
    },
    {
        "id": "cross-entropy-narrow-one-hot",
        "exercise": "cross_entropy",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch.nn.functional as F


def cross_entropy(z,y):
    p = z.softmax(1)
    return -(F.one_hot(y)*p.log()).sum(1).mean()
""",
        "must_say": [r"one_hot\(labels\)"],
    },
    {
        "id": "module-parameter-and-lazy",
        "exercise": "module",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import torch
import torch.nn as nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_parameter('W1', nn.Parameter(torch.empty(784,256).normal_()))
        self.b1 = nn.Parameter(torch.zeros(256))
        self.out = nn.LazyLinear(10)
    def forward(self,x):
        return self.out(torch.sigmoid(x@self.W1+self.b1))
""",
    },
    {
        "id": "module-tuple-of-layers",
        "exercise": "module",
        "kind": "layers in a list",
        "verdict": "wrong",
        "code": """\
import torch
import torch.nn as nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = (nn.Linear(784,256), nn.Linear(256,10))
    def forward(self,x):
        return self.layers[1](torch.sigmoid(self.layers[0](x)))
""",
        "must_say": [r"plain python list"],
    },
    {
        "id": "module-no-subclass",
        "exercise": "module",
        "kind": "hint missing",
        "verdict": "wrong",
        "code": """\
import torch
import torch.nn as nn


class Network:
    def __init__(self):
        self.fc1 = nn.Linear(784,256)
        self.fc2 = nn.Linear(256,10)
    def forward(self,x):
        return self.fc2(torch.sigmoid(self.fc1(x)))
""",
        "must_say": [r"class network\(nn.module\)"],
    },
    {
        "id": "deep-network-fixed-batch",
        "exercise": "deep_network",
        "kind": "hint twice",
        "verdict": "wrong",
        "code": """\
import torch.nn as nn
import torch.nn.functional as F


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784,128)
        self.fc2 = nn.Linear(128,64)
        self.fc3 = nn.Linear(64,10)
    def forward(self,x):
        x = x.view(64, 784)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)
""",
        "must_say": [r"\.shape"],
        "must_not_say": [r"fix a size.*fix a size"],
    },
    {
        "id": "deep-network-relu-class",
        "exercise": "deep_network",
        "kind": "misleading hint",
        "verdict": "wrong",
        "code": """\
import torch.nn as nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784,128)
        self.fc2 = nn.Linear(128,64)
        self.fc3 = nn.Linear(64,10)
    def forward(self,x):
        x = nn.ReLU(self.fc1(x))
        x = nn.ReLU(self.fc2(x))
        return self.fc3(x)
""",
        "must_say": [r"nn\.relu\(\)\(x\)"],
        "must_not_say": [r"number or a list"],
    },
    {
        "id": "initialize-every-part",
        "exercise": "initialize",
        "kind": "hint missing",
        "verdict": "wrong",
        "code": """\
import torch.nn as nn


def initialize(model):
    for m in model:
        nn.init.normal_(m.weight, 0, (2 / m.in_features) ** 0.5)
        nn.init.zeros_(m.bias)
""",
        "must_say": [r"isinstance"],
    },
    {
        "id": "initialize-assigns-tensors",
        "exercise": "initialize",
        "kind": "hint missing",
        "verdict": "wrong",
        "code": """\
import torch
import torch.nn as nn


def initialize(model):
    for m in model.modules():
        if isinstance(m, nn.Linear):
            m.weight = torch.randn(m.weight.shape)*(2/m.in_features)**0.5
            m.bias = torch.zeros(m.bias.shape)
""",
        "must_say": [r"nn\.parameter"],
    },
    {
        "id": "relu-backward-matmul",
        "exercise": "relu_backward",
        "kind": "hint missing",
        "verdict": "wrong",
        "code": """\
def relu_backward(dA,Z):
    return dA @ (Z>0).float()
""",
        "must_say": [r"entry by entry"],
    },
    {
        "id": "relu-backward-max-with-dim",
        "exercise": "relu_backward",
        "kind": "hint missing",
        "verdict": "wrong",
        "code": """\
import torch


def relu_backward(dA,Z):
    return torch.max(dA,0)*Z
""",
        "must_say": [r"\.values"],
    },
    {
        "id": "train-step-argmax",
        "exercise": "train_step",
        "kind": "hint missing",
        "verdict": "wrong",
        "code": """\
import torch.nn.functional as F


def train_step(model,x,y,optimizer):
    loss = F.cross_entropy(model(x).argmax(1).float(), y)
    loss.backward()
    optimizer.step()
    return loss
""",
        "must_say": [r"argmax"],
    },
    {
        "id": "condition-number-sorted",
        "exercise": "condition_number",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
def condition_number(curvatures):
    in_order = sorted(curvatures)
    return in_order[-1] / in_order[0]
""",
    },
    {
        "id": "condition-number-of-two",
        "exercise": "condition_number",
        "kind": "only two directions",
        "verdict": "wrong",
        "code": """\
def condition_number(curvatures):
    a, b = curvatures
    return max(a, b) / min(a, b)
""",
    },
    {
        "id": "decay-groups-loop",
        "exercise": "decay_groups",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
def decay_groups(model, decay):
    groups = [dict(params=[], weight_decay=decay), dict(params=[], weight_decay=0)]
    for name, p in model.named_parameters():
        groups[len(p.shape) < 2]["params"].append(p)
    return groups
""",
    },
    {
        "id": "decay-groups-by-name",
        "exercise": "decay_groups",
        "kind": "names",
        "verdict": "wrong",
        "code": """\
def decay_groups(model, decay):
    w = [p for n, p in model.named_parameters() if n.endswith("weight")]
    b = [p for n, p in model.named_parameters() if not n.endswith("weight")]
    return [{"params": w, "weight_decay": decay}, {"params": b, "weight_decay": 0}]
""",
        "must_say": [r"by the name"],
    },
    {
        "id": "clip-like-torch",
        "exercise": "clip",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import torch


def clip(gradients, limit):
    flat = torch.cat([g.flatten() for g in gradients])
    return [g * min(1.0, limit / max(flat.norm().item(), 1e-30)) for g in gradients]
""",
    },
    {
        "id": "clip-in-place",
        "exercise": "clip",
        "kind": "in place",
        "verdict": "wrong",
        "code": """\
def clip(gradients, limit):
    length = sum(g.square().sum() for g in gradients).sqrt()
    if length > limit:
        for g in gradients:
            g *= limit / length
    return gradients
""",
        "must_say": [r"in place|change"],
    },
    {
        "id": "clip-each-for-itself",
        "exercise": "clip",
        "kind": "norm of each",
        "verdict": "wrong",
        "code": """\
def clip(gradients, limit):
    return [g if g.norm() <= limit else g * limit / g.norm() for g in gradients]
""",
        "must_say": [r"for itself"],
    },
    {
        "id": "momentum-velocity-unused",
        "exercise": "momentum_step",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
def momentum_step(w, velocity, g, lr, momentum):
    v = momentum*velocity + g
    return w - lr*g, v
""",
        "must_say": [r"gradient alone"],
    },
    {
        "id": "accuracy-inference-mode",
        "exercise": "accuracy",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import torch


def accuracy(model, batches):
    was = model.training
    model.eval()
    try:
        with torch.inference_mode():
            hits = [(model(x).argmax(-1) == y) for x,y in batches]
    finally:
        model.train(was)
    return torch.cat(hits).float().mean().item()
""",
    },
    {
        "id": "accuracy-of-a-copy",
        "exercise": "accuracy",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
def accuracy(model, batches):
    import copy
    m = copy.deepcopy(model).eval()
    n = c = 0
    for x,y in batches:
        c += int((m(x).max(dim=1).indices == y).sum()); n += y.numel()
    return c/n
""",
    },
    {
        "id": "accuracy-returns-in-loop",
        "exercise": "accuracy",
        "kind": "two mistakes",
        "verdict": "wrong",
        "code": """\
def accuracy(model, batches):
    c = n = 0
    for x,y in batches:
        model.eval()
        c += (model(x).argmax(1) == y).sum().item()
        n += len(y)
        return c/n
""",
        "must_say": [r"only the first batch.*evaluation mode"],
        "must_not_say": [r"number is right"],
    },
    {
        "id": "save-with-more-keys",
        "exercise": "save",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import torch


def save(path, model, optimizer, epoch):
    torch.save(dict(model=model.state_dict(), optimizer=optimizer.state_dict(), epoch=torch.tensor(epoch), note='x'), path)
""",
    },
    {
        "id": "save-to-an-open-file",
        "exercise": "save",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import torch


def save(path, model, optimizer, epoch):
    with open(path,'wb') as f:
        torch.save({'epoch': epoch, 'optimizer': optimizer.state_dict(), 'model': {k: v.clone() for k,v in model.state_dict().items()}}, f)
""",
    },
    {
        "id": "peek-fork",
        "exercise": "peek",
        "kind": "another way",
        "verdict": "right",
        "code": """\
import torch


def peek(n):
    with torch.random.fork_rng():
        return torch.rand(n)
""",
    },
    {
        "id": "peek-other-generator",
        "exercise": "peek",
        "kind": "another way",
        "verdict": "right",
        "code": """\
import torch


def peek(n):
    generator = torch.Generator()
    generator.set_state(torch.get_rng_state())
    return torch.rand(n, generator=generator)
""",
    },
    {
        "id": "peek-with-a-seed",
        "exercise": "peek",
        "kind": "natural mistake",
        "verdict": "wrong",
        "code": """\
import torch


def peek(n):
    torch.manual_seed(42)
    rolls = torch.rand(n)
    torch.manual_seed(42)
    return rolls
""",
        "must_say": [r"starts the dice all over"],
    },
    {
        "id": "peek-seeded-and-put-back",
        "exercise": "peek",
        "kind": "natural mistake",
        "verdict": "wrong",
        "code": """\
import torch


def peek(n):
    state = torch.get_rng_state()
    torch.manual_seed(42)
    rolls = torch.rand(n)
    torch.set_rng_state(state)
    return rolls
""",
        "must_say": [r"aren't the numbers they'll roll"],
    },
    {
        "id": "rest-of-round-shared-dice",
        "exercise": "rest_of_round",
        "kind": "natural mistake",
        "verdict": "wrong",
        "code": """\
import torch


def rest_of_round(n, batch_size, seed, done):
    torch.manual_seed(seed)
    order = torch.randperm(n)
    return [order[i : i + batch_size] for i in range(done * batch_size, n, batch_size)]
""",
        "must_say": [r"everybody shares"],
    },
    {
        "id": "rest-of-round-lists",
        "exercise": "rest_of_round",
        "kind": "another type",
        "verdict": "right",
        "code": """\
import torch


def rest_of_round(n, batch_size, seed, done):
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed)).tolist()
    return [order[i : i + batch_size] for i in range(done * batch_size, n, batch_size)]
""",
    },
    {
        "id": "rest-of-round-without-generator",
        "exercise": "rest_of_round",
        "kind": "natural mistake",
        "verdict": "wrong",
        "code": """\
import torch


def rest_of_round(n, batch_size, seed, done):
    return list(torch.randperm(n).split(batch_size))[done:]
""",
        "must_say": [r"another order"],
    },
    {
        "id": "average-einsum",
        "exercise": "average_gradients",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import torch


def average_gradients(gradients, sizes):
    w = torch.tensor(sizes)/sum(sizes)
    return torch.einsum('i,i...->...', w, torch.stack(gradients))
""",
    },
    {
        "id": "batches-numpy-indices",
        "exercise": "batches",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import numpy as np
import torch


def batches(x, y, batch_size, generator):
    idx = np.array(torch.randperm(len(y), generator=generator))
    out = []
    while len(idx):
        head, idx = idx[:batch_size], idx[batch_size:]
        out.append((x[head], y[head]))
    return tuple(out)
""",
    },
    {
        "id": "first-loss-label-out-of-bounds",
        "exercise": "first_loss",
        "kind": "hint missing",
        "verdict": "wrong",
        "code": """\
import torch
import torch.nn.functional as F


def first_loss(classes):
    return F.cross_entropy(torch.zeros(classes), torch.tensor(classes))
""",
        "must_say": [r"count from 0"],
    },
    {
        "id": "numerical-gradient-precedence",
        "exercise": "numerical_gradient",
        "kind": "numbers only",
        "verdict": "wrong",
        "code": """\
import torch


def numerical_gradient(loss, w, epsilon):
    g = torch.zeros_like(w)
    for i in range(len(w)):
        a, b = w.clone(), w.clone()
        a[i] += epsilon; b[i] -= epsilon
        g[i] = loss(a)-loss(b)/2*epsilon
    return g
""",
        "must_say": [r"parentheses"],
    },
    {
        "id": "eyes-shut-with-mode",
        "exercise": "eyes_shut",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
from collections import Counter


def eyes_shut(learned, asked):
    usual, _ = Counter(learned.tolist()).most_common(1)[0]
    return sum(int(y) == usual for y in asked) / len(asked)
""",
    },
    {
        "id": "eyes-shut-peeks",
        "exercise": "eyes_shut",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
def eyes_shut(learned, asked):
    return (asked == asked.mode().values).float().mean()
""",
        "must_say": [r"asked about"],
    },
    {
        "id": "split-digits-by-the-number",
        "exercise": "split_digits",
        "kind": "ok: right",
        "verdict": "right",
        "code": """\
import torch


def split_digits(x, y, held):
    n = len(x)
    more = torch.cat([x, torch.roll(x, 1, -1)])
    keep = [*range(held, n), *range(n + held, 2 * n)]
    return (more[keep], torch.cat([y, y])[keep]), (more[:held], y[:held])
""",
    },
    {
        "id": "split-digits-copies-cut-off",
        "exercise": "split_digits",
        "kind": "UNHELPFUL",
        "verdict": "wrong",
        "code": """\
import torch


def split_digits(x, y, held):
    exam = x[:held], y[:held]
    learn = x[held:], y[held:]
    return learn, exam
""",
        "must_say": [r"copies"],
    },
    {
        "id": "softmax-softmin",
        "exercise": "softmax",
        "kind": "ban by an alias",
        "verdict": "wrong",
        "code": """\
import torch.nn.functional as F


def softmax(z):
    return F.softmin(-z, dim=1)
""",
        "must_say": [r"without pytorch's own"],
    },
    {
        "id": "softmax-aten",
        "exercise": "softmax",
        "kind": "ban by an alias",
        "verdict": "wrong",
        "code": """\
import torch


def softmax(z):
    return torch.ops.aten.softmax.int(z, 1)
""",
        "must_say": [r"without pytorch's own"],
    },
    {
        "id": "product-neuron-inner",
        "exercise": "product_neuron",
        "kind": "right in another style",
        "verdict": "right",
        "code": """\
import torch


def product_neuron(x,w,b):
    return torch.sigmoid(torch.mv(x,w[0])[:,None]+b)
""",
    },
    {
        "id": "stop-suppress",
        "exercise": "softmax",
        "kind": "hang",
        "verdict": "wrong",
        "code": """\
from contextlib import suppress
import time


def softmax(x):
    while True:
        with suppress(BaseException):
            time.sleep(0.01)
""",
        "must_say": [r"didn't finish"],
    },
]
