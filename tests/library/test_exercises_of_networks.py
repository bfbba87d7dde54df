"""The checks of lessons 8 to 14: what passes, what is named, and that no wrong answer passes."""

import copy
import os

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils import data

from mlp_tutorial.exercises import CATALOGUE
from mlp_tutorial.exercises._networks import Momentum

IMPORTS = {"torch": torch, "nn": nn, "F": F, "np": np, "os": os, "copy": copy} | vars(data)


def made(source):
    """What a learner's code defines last."""
    space = dict(IMPORTS)
    exec(source, space)
    return list(space.values())[-1]


NETWORK = """class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)

    def forward(self, x):
        """
STEP = "def train_step(model, x, y, optimizer):\n    "
AFTER = "; optimizer.zero_grad(); loss.backward(); optimizer.step(); "
SAVE = "def save(path, model, optimizer, epoch):\n    "
STATE = "{'model': model.state_dict(), 'optimizer': optimizer.state_dict(), 'epoch': epoch}"
ACCURACY = "def accuracy(model, batches):\n    "
BATCHES = "def batches(x, y, batch_size, generator):\n    "
OWN = """class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.V, self.v = nn.Parameter(torch.randn(784, 256)), nn.Parameter(torch.zeros(256))
        self.W, self.w = nn.Parameter(torch.randn(256, 10)), nn.Parameter(torch.zeros(10))

    def forward(self, x):
        return torch.sigmoid(x @ self.V + self.v) @ self.W + self.w
"""
STACK = (
    "class Stack(nn.Module):\n    def __init__(self, sizes):\n        super().__init__()\n        "
)
LOOP = "for n_in, n_out in zip(sizes, sizes[1:]): self.parts.append(nn.Linear(n_in, n_out))\n    def forward(self, x):\n        "
DAY = "class DayCourt(nn.Module):\n    def __init__(self):\n        super().__init__()\n        "
BLOCK = (
    "class Block(nn.Module):\n    def __init__(self, n):\n        super().__init__()\n"
    "        self.norm, self.fc1, self.fc2 = nn.LayerNorm(n), nn.Linear(n, n), nn.Linear(n, n)\n"
    "        nn.init.zeros_(self.fc2.weight); nn.init.zeros_(self.fc2.bias)\n"
    "    def forward(self, h):\n        "
)
SLOPES = (
    "def f(loss, w, epsilon):\n    g = torch.zeros_like(w)\n    for i in range(len(w)):\n        "
)

NOT_FORBIDDEN = [
    ("deep_network", NETWORK.replace("Linear(784, ", "LazyLinear(").replace("Linear(128, 64)", "LazyLinear(64)") + "return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))"),
    ("deep_network", NETWORK + "return self.fc3(self.fc2(self.fc1(x).clamp_min(0)).clamp(min=0))"),
    ("module", "class Network(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.V, self.v = nn.Parameter(torch.randn(784, 256)), nn.Parameter(torch.zeros(1, 256))\n        self.W, self.w = nn.Parameter(torch.randn(256, 10)), nn.Parameter(torch.zeros(10))\n    def forward(self, x): return torch.sigmoid(x @ self.V + self.v) @ self.W + self.w"),
    ("factor_per_layer", "def f(a, b, n): return np.exp((np.log(b) - np.log(a)) / (n - 1))"),
    ("rms_norm", "def f(h): return F.rms_norm(h, h.shape[1:], eps=1e-5)"),
    ("in_dollars", "def f(output, mean, std): return (output * std + mean).exp().squeeze(1)"),
    ("in_dollars", "def f(output, mean, std): return torch.e ** (output.flatten() * std + mean)"),
    ("grade_numbers", "def f(words, order):\n    numbers = {grade: i for i, grade in enumerate(order)}\n    return torch.tensor([float(numbers[w]) for w in words])"),
    ("seen_before", "def f(train, test):\n    n = 0\n    for c, l, w, h in test:\n        if (c, l, w, h) in train or (c, w, l, h) in train:\n            n += 1\n    return n"),
    ("seen_before", "def f(train, test):\n    key = lambda r: (r[0], frozenset(r[1:3]), r[3])\n    return len([r for r in test if key(r) in list(map(key, train))])"),
    ("others_mean", "def f(groups, prices):\n    same = (groups[:, None] == groups).float()\n    same.fill_diagonal_(0)\n    alone = same.sum(1) == 0\n    same[alone] = 1\n    return same @ prices / same.sum(1)"),
    ("rms_norm", "def f(h):\n    r = 1e-5\n    r = torch.sqrt(r + (h ** 2).sum(1) / h.shape[1])\n    return h / r.view(-1, 1)"),
    ("block", BLOCK + "return self.fc2(F.relu(self.fc1(self.norm(h)))) + h"),
    ("block", BLOCK.replace("nn.init.zeros_(self.fc2.weight); nn.init.zeros_(self.fc2.bias)", "self.fc2.weight.data *= 0; self.fc2.bias.data.fill_(0)") + "r = self.norm(h)\n        r = self.fc1(r).clamp(min=0)\n        return torch.add(h, self.fc2(r))"),
    ("merge", "def f(linear, norm): return torch.nn.utils.fuse_linear_bn_eval(copy.deepcopy(linear).eval(), norm)"),
    ("merge", "def f(linear, norm):\n    new = nn.Linear(*linear.weight.T.shape)\n    s = torch.diag(norm.weight / torch.sqrt(norm.running_var + 1e-5))\n    new.weight = nn.Parameter(s @ linear.weight)\n    new.bias = nn.Parameter(s @ (linear.bias - norm.running_mean) + norm.bias)\n    return new"),
    ("initialize", "def g(part):\n    if isinstance(part, nn.Linear):\n        nn.init.normal_(part.weight, 0, (2 / part.weight.shape[1]) ** 0.5)\n        nn.init.constant_(part.bias, 0)\ndef f(model): model.apply(g)"),
    ("initialize", "def f(model):\n    for m in model.modules():\n        if type(m) is nn.Linear:\n            W, b = m.weight, m.bias\n            W.data = torch.from_numpy(np.random.default_rng(1).normal(0, (2 / W.shape[1]) ** 0.5, W.shape)).float()\n            b.data = torch.zeros(b.shape)"),
    ("stack", STACK + "self.parts = nn.ModuleList()\n        " + LOOP + "for n, part in enumerate(self.parts):\n            x = part(x)\n            if n < len(self.parts) - 1: x = x.sigmoid()\n        return x"),
    ("stack", "class Stack(nn.Sequential):\n    def __init__(self, sizes):\n        parts = []\n        for n in range(len(sizes) - 1): parts += [nn.Linear(sizes[n], sizes[n + 1]), nn.Sigmoid()]\n        super().__init__(*parts[:-1])"),
    ("stack", STACK + "self.parts = []\n        for n in range(len(sizes) - 1):\n            part = nn.Linear(sizes[n], sizes[n + 1])\n            setattr(self, f'part{n}', part)\n            self.parts.append(part)\n    def forward(self, x):\n        for part in self.parts[:-1]: x = torch.sigmoid(part(x))\n        return self.parts[-1](x)"),
    ("to_linear", "def f(W, b):\n    layer = nn.Linear(*W.shape)\n    with torch.no_grad():\n        layer.weight.copy_(W.T)\n        layer.bias.copy_(b)\n    return layer"),
    ("to_linear", "def f(W, b):\n    layer = nn.Linear(W.shape[0], W.shape[1])\n    layer.weight, layer.bias = nn.Parameter(W.T), nn.Parameter(b)\n    return layer"),
    ("to_linear", "def f(W, b):\n    layer = nn.Linear(1, 1)\n    layer.weight, layer.bias = nn.Parameter(W.T), nn.Parameter(b)\n    return layer"),
    ("day_court", DAY + "self.chain = nn.Sequential(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2))\n    def forward(self, x): return self.chain(x)"),
    ("logits_gradient", "def f(x, y):\n    p = x.softmax(1)\n    p.scatter_add_(1, y[:, None], -torch.ones(len(y), 1))\n    return p.div_(len(y))"),
    ("relu_backward", "def f(dA, Z): return dA * (Z >= 0)"),
    ("relu_backward", "def f(dA, Z):\n    dZ = dA.clone()\n    dZ[Z <= 0] = 0\n    return dZ"),
    ("train_step", STEP + "def closure():\n        optimizer.zero_grad()\n        loss = F.cross_entropy(model(x), y)\n        loss.backward()\n        return loss\n    return optimizer.step(closure)"),
    ("train_step", STEP + "assert isinstance(optimizer, torch.optim.Optimizer)\n    loss = F.cross_entropy(model(x), y); model.zero_grad(); loss.backward(); optimizer.step()\n    return loss.detach().numpy()"),
    ("momentum_step", "def f(w, v, g, lr, m):\n    v = v.mul(m).add_(g)\n    return w.sub(v, alpha=lr), v"),
    ("accuracy", ACCURACY + "drops = [m for m in model.modules() if isinstance(m, nn.Dropout)]\n    for m in drops: m.eval()\n    share = sum((model(x).argmax(1) == y).sum() for x, y in batches) / sum(len(y) for x, y in batches)\n    for m in drops: m.train()\n    return share"),
    ("report", "def f(runs):\n    runs.sort(key=lambda run: run['validation'])\n    return runs[-1]['test']"),
    ("save", SAVE + f"torch.save({STATE} | {{'loss': 0.5, 'rng': torch.get_rng_state()}}, path)"),
    ("save", SAVE + f"part = path + '.part'\n    torch.save({STATE}, part)\n    os.replace(part, path)"),
    ("save", SAVE + f"part = path.with_suffix('.part')\n    torch.save({STATE}, part)\n    part.replace(path)"),
    ("batches", BATCHES + "sampler = RandomSampler(range(len(x)), generator=generator)\n    for i in BatchSampler(sampler, batch_size, drop_last=False): yield [x[i], y[i]]"),
    ("count_flops", "def f(sizes):\n    work = 0.0\n    while len(sizes) > 1: work += 2 * sizes.pop(0) * sizes[0]\n    return work"),
    ("pool", "def f(x): return sum(torch.softmax(logits, -1) for logits in x) / len(x)"),
    ("share_left", "def f(keep, n):\n    share = 1 - keep\n    for _ in range(n): share *= keep\n    return torch.tensor([share])"),
    ("update_average", "def f(a, b, keep):\n    for p, q in zip(a.parameters(), b.parameters()): p.data = keep * p.data + (1 - keep) * q.data"),
    ("update_average", "def f(a, b, keep):\n    with torch.no_grad():\n        for p, q in zip(a.parameters(), b.parameters()): p.lerp_(q, 1 - keep)\n    return a"),
    ("update_average", "def f(a, b, keep):\n    a.load_state_dict({n: keep * p + (1 - keep) * b.state_dict()[n] for n, p in a.state_dict().items()})"),
    ("two_teachers", "def f(x, y, bets, share): return -((share * bets + (1 - share) * F.one_hot(y, 10)) * x.log_softmax(1)).sum(1).mean()"),
    ("first_loss", "def f(n): return F.cross_entropy(torch.zeros(5, n), torch.randint(n, (5,)))"),
    ("numerical_gradient", SLOPES + "old = w[i].item(); w[i] = old + epsilon; up = loss(w); w[i] = old - epsilon; down = loss(w); w[i] = old\n        g[i] = (up - down) / (2 * epsilon)\n    return g"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "source"), NOT_FORBIDDEN)
def test_what_the_task_does_not_forbid_is_right(name, source):
    assert str(CATALOGUE[name](made(source))).startswith("Right")


NAMED = [
    ("stack", STACK + "self.parts = []\n        " + LOOP + "for part in self.parts[:-1]: x = part(x).sigmoid()\n        return self.parts[-1](x)", "layers in a list"),
    ("stack", STACK + "self.parts = []\n        for n in range(len(sizes) - 2): self.parts.append(nn.Linear(sizes[n], sizes[n + 1]))\n        self.last = nn.Linear(sizes[-2], sizes[-1])\n    def forward(self, x):\n        for part in self.parts: x = part(x).sigmoid()\n        return self.last(x)", "layers in a list"),
    ("stack", STACK + "self.parts = nn.ModuleList()\n        " + LOOP + "for part in self.parts: x = part(x).sigmoid()\n        return x", "sigmoid on the logits"),
    ("stack", STACK + "self.parts = nn.ModuleList()\n        " + LOOP + "for part in self.parts: x = part(x)\n        return x", "no activation"),
    ("stack", STACK.replace("super().__init__()", "pass") + "self.parts = nn.ModuleList()\n        " + LOOP + "return x", "super().__init__() forgotten"),
    ("to_linear", "def f(W, b):\n    layer = nn.Linear(*W.shape)\n    layer.weight = nn.Parameter(W.T)\n    return layer", "bias not copied"),
    ("to_linear", "def f(W, b):\n    layer = nn.Linear(W.shape[1], W.shape[0])\n    layer.weight = nn.Parameter(W)\n    layer.bias = nn.Parameter(b)\n    return layer", "not turned over"),
    ("to_linear", "def f(W, b):\n    layer = nn.Linear(*W.shape)\n    layer.weight = nn.Parameter(W.view(W.shape[1], -1))\n    layer.bias = nn.Parameter(b)\n    return layer", "reshaped"),
    ("stack", STACK + "self.sizes = sizes\n    def forward(self, x):\n        if not hasattr(self, 'parts'):\n            sizes, self.parts = self.sizes, nn.ModuleList()\n            for n_in, n_out in zip(sizes, sizes[1:]): self.parts.append(nn.Linear(n_in, n_out))\n        for part in self.parts[:-1]: x = part(x).sigmoid()\n        return self.parts[-1](x)", "layers made in forward"),
    ("stack", STACK + "self.parts = nn.ModuleList()\n        for n in range(len(sizes)): self.parts.append(nn.Linear(sizes[n], sizes[n + 1]))\n    def forward(self, x): return x", "one layer too many"),
    ("module", OWN.replace("nn.Parameter(torch.zeros(256))", "torch.zeros(256)"), "plain tensors"),
    ("module", OWN.replace("torch.randn(784, 256))", "torch.randn(784, 256)) / 28"), "plain tensors"),
    ("module", OWN.replace("torch.randn(256, 10)", "torch.zeros(256, 10)"), "equal weights"),
    ("day_court", DAY + "self.output = nn.Linear(4, 2)\n    def forward(self, x):\n        self.hidden = nn.Linear(3, 4)\n        return self.output(torch.sigmoid(self.hidden(x)))", "layers made in forward"),
    ("day_court", DAY + "self.hidden, self.output = [nn.Linear(3, 4)], nn.Linear(4, 2)\n    def forward(self, x): return self.output(torch.sigmoid(self.hidden[0](x)))", "hidden layer in a list"),
    ("day_court", DAY + "self.output = nn.Linear(4, 2)\n    def forward(self, x):\n        torch.manual_seed(7)\n        return self.output(torch.sigmoid(nn.Linear(3, 4)(x)))", "hidden layer off the list"),
    ("day_court", DAY + "self.hidden, self.output = nn.Linear(3, 4), nn.Linear(4, 2)\n    def forward(self, x): return self.output(self.hidden(x))", "no activation"),
    ("deep_network", NETWORK + "return F.log_softmax(self.fc3(torch.tanh(self.fc2(torch.tanh(self.fc1(x))))), 1)", "tanh and log-softmax in forward"),
    ("deep_network", NETWORK + "return self.fc3(F.dropout(F.relu(self.fc2(F.relu(self.fc1(x))))))", "random output"),
    ("deep_network", NETWORK + "h = F.relu(self.fc1(x)).detach()\n        return self.fc3(F.relu(self.fc2(h)))", "no gradients"),
    ("block", BLOCK + "return h + self.fc2(self.fc1(self.norm(h)))", "ReLU forgotten"),
    ("block", BLOCK.replace("nn.init.zeros_(self.fc2.weight); ", "") + "return F.relu(h + self.fc2(F.relu(self.fc1(self.norm(h)))))", "loud start and ReLU on the sum"),
    ("block", BLOCK.replace("fc2.bias)", "fc2.bias); nn.init.zeros_(self.fc1.weight)") + "return h + self.fc2(F.relu(self.fc1(self.norm(h))))", "both at zero"),
    ("block", BLOCK.replace("nn.LayerNorm(n)", "nn.Identity()") + "return h + self.fc2(F.relu(self.fc1(self.norm(h))))", "another norm"),
    ("block", BLOCK + "self.fc2(F.relu(self.fc1(self.norm(h))))", "forward returns nothing"),
    ("merge", "def f(linear, norm):\n    new = nn.Linear(*linear.weight.T.shape)\n    s = 1 / torch.sqrt(norm.running_var + 1e-5)\n    new.weight.data = s[:, None] * linear.weight\n    new.bias.data = (linear.bias - norm.running_mean) * s\n    return new", "weight of the norm forgotten and bias of the norm forgotten"),
    ("merge", "def f(linear, norm): return linear, norm", "no single layer"),
    ("rms_norm", "def f(h): return h / (h - h.mean(1, keepdim=True)).square().mean(1, keepdim=True).add(1e-5).sqrt()", "standard deviation"),
    ("rms_norm", "def f(h): return h / h.norm(dim=1, keepdim=True)", "squares added up and nothing added"),
    ("in_dollars", "def f(output, mean, std): return (output * std + mean).exp()", "column"),
    ("grade_numbers", "def f(words, order): return torch.tensor([sorted(order).index(w) for w in words])", "alphabet"),
    ("seen_before", "def f(train, test): return len([r for r in test if r in train])", "swap overlooked"),
    ("seen_before", "def f(train, test): return sum((c, *sorted((l, w, h))) in [(a, *sorted(b)) for a, *b in train] for c, l, w, h in test)", "height joined in"),
    ("others_mean", "def f(groups, prices): return torch.stack([prices[(groups == g) & (torch.arange(len(groups)) != i)].mean() for i, g in enumerate(groups)])", "nan if alone"),
    ("others_mean", "def f(groups, prices):\n    same = (groups[:, None] == groups).float()\n    same.fill_diagonal_(0)\n    alone = same.sum(1) == 0\n    same[alone] = 1 - torch.eye(len(groups))[alone]\n    return same @ prices / same.sum(1)", "all others if alone"),
    ("factor_per_layer", "def f(a, b, n): return (b / a) ** (1 / n)", "one too many"),
    ("initialize", "def g(part):\n    if isinstance(part, nn.Linear):\n        width = (6 / part.in_features) ** 0.5\n        nn.init.uniform_(part.weight, -width, width)\n        nn.init.zeros_(part.bias)\ndef f(model): model.apply(g)", "not normal"),
    ("initialize", "def g(part):\n    if isinstance(part, nn.Linear):\n        nn.init.normal_(part.weight, std=2 / part.in_features)\n        nn.init.constant_(part.bias, 0.1)\ndef f(model): model.apply(g)", "square root forgotten and biases not zero"),
    ("initialize", "def f(model):\n    for p in model.parameters(): nn.init.normal_(p, std=(2 / p.shape[1]) ** 0.5) if p.ndim > 1 else nn.init.zeros_(p)", "other parts changed"),
    ("initialize", "def f(model):\n    for p in model.parameters(): nn.init.normal_(p, std=0.01) if p.ndim > 1 else nn.init.zeros_(p)", "0.01 and other parts changed"),
    ("initialize", "def g(part):\n    if isinstance(part, nn.Linear):\n        nn.init.normal_(part.weight, std=(2 / part.out_features) ** 0.5)\n        nn.init.zeros_(part.bias)\ndef f(model): model.apply(g)", "outputs counted"),
    ("initialize", "def g(part):\n    if isinstance(part, nn.Linear):\n        nn.init.normal_(part.weight.clone(), std=(2 / part.in_features) ** 0.5)\n        nn.init.zeros_(part.bias.clone())\ndef f(model): model.apply(g)", "nothing changed"),
    ("initialize", "def f(model):\n    for p in model.parameters(): p = 0.01 * torch.randn(p.shape)", "nothing changed"),
    ("logits_gradient", "def f(x, y): return torch.autograd.functional.jacobian(lambda z: F.cross_entropy(z, y), x)", "autograd"),
    ("logits_gradient", "def f(x, y): return F.one_hot(y, x.shape[1]) - x.softmax(1)", "not divided by the batch and wrong sign"),
    ("relu_backward", "def f(dA, Z): return Z > 0", "slope alone"),
    ("relu_backward", "def f(dA, Z):\n    z = Z.clone().requires_grad_()\n    F.relu(z).backward(dA)\n    return z.grad", "autograd"),
    ("blame", "def f(minutes):\n    def back(name): return 1.0 if name == 'loss' else sum(v * back(to) for who, to, v in minutes if who == name)\n    return back('x')", "every path"),
    ("shared_gradient", "def f(x, W, complaint):\n    w = W.clone().requires_grad_()\n    (x @ w @ w).backward(complaint)\n    return w.grad", "autograd"),
    ("relu_backward", "def f(dA, Z): return dA * F.relu(Z) / Z", "zero divided by zero"),
    ("train_step", STEP + "loss = F.cross_entropy(model(x).softmax(1), y); loss.backward(); optimizer.step(); return loss / len(x)", "softmax before the loss and mean divided again and zero_grad forgotten"),
    ("train_step", STEP + "loss = nn.CrossEntropyLoss(model(x[:1]), y[:1])" + AFTER + "return loss", "loss class called"),
    ("train_step", STEP + "loss = F.cross_entropy(model(x), y)" + AFTER + "return {'loss': loss.item()}", "not the loss alone"),
    ("train_step", STEP + "loss = F.cross_entropy(model(x), y)" + AFTER + "return loss * len(x)", "loss times the batch"),
    ("train_step", STEP + "loss = F.cross_entropy(model(x), y).item()" + AFTER + "return loss", "loss turned into a number"),
    ("momentum_step", "def f(w, v, g, lr, m):\n    v = m * v + (1 - m) * g\n    return w + lr * v, v", "uphill and average"),
    ("accuracy", ACCURACY + "return sum((model(x).argmax(1) == y).float().mean() for x, y in batches) / len(batches)", "dropout left on and mean of batches"),
    ("accuracy", ACCURACY + "model.eval()\n    for x, y in batches: share = (model(x).argmax(1) == y).float().mean()\n    return share", "last batch only and left in evaluation"),
    ("report", "def f(runs): return max(runs, key=lambda run: run['name'])['test']", "other run"),
    ("save", SAVE + "torch.save({'net': model.state_dict(), 'opt': optimizer.state_dict()}, path)", "other keys"),
    ("save", SAVE + "return " + STATE, "nothing written"),
    ("average_gradients", "def f(gradients, sizes): return gradients[sizes.index(max(sizes))]", "sizes not used"),
    ("batches", BATCHES + "yield from DataLoader(TensorDataset(x, y), batch_size, generator=generator)", "DataLoader and not shuffled"),
    ("batches", BATCHES + "order = torch.randperm(len(x))\n    for i in order.split(batch_size):\n        if len(i) == batch_size: yield x[i], y[i]", "last batch dropped and generator ignored"),
    ("count_flops", "def f(sizes): return sum(2 * sizes[i] * sizes[i + 1] for i in range(len(sizes)))", "one layer too many"),
    ("first_loss", "def f(n): return F.cross_entropy(nn.Linear(5, n)(torch.ones(1, 5)), torch.tensor([0]))", "random logits"),
    ("numerical_gradient", SLOPES + "high = low = w; high[i] += epsilon; low[i] -= epsilon\n        g[i] = (loss(high) - loss(low)) / (2 * epsilon)\n    return g", "both are one tensor"),
    ("numerical_gradient", SLOPES + "old = w[i]; w[i] = old + epsilon; up = loss(w); w[i] = old - epsilon; down = loss(w); w[i] = old\n        g[i] = (up - down) / (2 * epsilon)\n    return g", "view taken for a copy"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "source", "mistake"), NAMED)
def test_all_that_is_wrong_is_named(name, source, mistake):
    result = CATALOGUE[name](made(source))
    assert (result.outcome, result.mistake) == ("wrong", mistake)


def test_an_input_has_a_name_and_no_address():
    result = CATALOGUE["numerical_gradient"](lambda loss, w, epsilon: [0.0])
    assert "loss = the sum of the cubes of w, plus the product of w" in str(result)
    assert " at 0x" not in str(result)


def test_the_optimizer_of_the_checks_does_what_pytorchs_own_does():
    torch.manual_seed(0)
    ours, theirs = nn.Linear(3, 2), nn.Linear(3, 2)
    theirs.load_state_dict(ours.state_dict())
    optimizers = Momentum(ours), torch.optim.SGD(theirs.parameters(), lr=0.5, momentum=0.5)
    x = torch.randn(4, 3)
    for _ in range(3):
        for model, optimizer in zip((ours, theirs), optimizers, strict=True):
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()
    assert isinstance(optimizers[0], torch.optim.Optimizer)
    torch.testing.assert_close(ours.weight, theirs.weight)
    states = [optimizer.state_dict()["state"] for optimizer in optimizers]
    torch.testing.assert_close(states[0][0]["momentum_buffer"], states[1][0]["momentum_buffer"])
