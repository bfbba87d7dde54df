# %% [markdown]
# # Build a network
#
# You will learn
#
# - how to build the network 784-128-64-10 as a class, as a chain and as a chain with names;
# - how to choose the first weights, and see from the first loss whether they are good;
# - how to look at what a network says about an image.
#
# Reading takes a quarter of an hour. The code runs in seconds on any computer.

# %% [markdown]
# ## The plan
#
# This is the network that most of the coming lessons train: 784 pixels, two hidden layers of 128
# and 64 units with ReLU, and 10 logits. Of each layer the figure shows the first four units and the
# last. Every line is a weight; each bundle of lines is one matrix.

# %% figure="network-784-128-64-10" alt="A network with 784 inputs, two hidden layers of 128 and 64 units and 10 outputs. Five units of each layer are drawn, with dots for the rest, and every unit is joined to every unit of the next layer. The shapes of the three matrices are below." caption="Every line is one weight, but only five units of each layer are drawn. The shapes below show where most weights are."
from mlp_tutorial.plots import draw_network, show

show(draw_network([784, 128, 64, 10]))

# %% [markdown]
# ## As a class
#
# It is good style to name layers by what they are; `fc` stands for fully connected. Count the
# parameters before you run a network, and compare with what you worked out on paper: a layer of $n$
# inputs and $m$ units has $nm$ weights and $m$ biases. A wrong size is found here, before it costs an
# hour.

# %%
import torch
import torch.nn.functional as F
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


model = Network()
print(f"{sum(p.numel() for p in model.parameters()):,} parameters")

# %% [markdown]
# The number is 109,386, and it comes out on paper too. Much of the work of building networks is
# arithmetic of this kind. Nearly all of the parameters sit in the first layer, because that is where
# the 784 pixels come in: the second hidden layer and the output are small beside it.

# %%
from itertools import pairwise

sizes = [784, 128, 64, 10]
counts = [n * m + m for n, m in pairwise(sizes)]
print(counts, sum(counts))
assert sum(counts) == sum(p.numel() for p in model.parameters()) == 109_386

# %% [markdown]
# ## As a chain
#
# When data passes straight through one part after another, `nn.Sequential` spares you the class.
# The parts are found by their number: `chain[0]` is the first layer, `chain[1]` the ReLU. Note that
# there is no softmax at the end. The weights of the chain are random too; we copy those of the
# class, and the two agree.

# %%
from mlp_tutorial.networks import get_weights, set_weights

chain = nn.Sequential(
    nn.Linear(784, 128),
    nn.ReLU(),
    nn.Linear(128, 64),
    nn.ReLU(),
    nn.Linear(64, 10),
)
set_weights(chain, get_weights(model))
x = torch.rand(5, 784)
print(chain[0], chain[1])
assert torch.equal(chain(x), model(x))

# %% [markdown]
# Numbers shift when a part is inserted. An `OrderedDict` gives the parts names instead, each a
# different one, and then both work: `named.fc1` and `named[0]` are the same object. Now the names
# match those of the class, so its `state_dict` fits without any help.

# %%
from collections import OrderedDict

parts = [("fc1", nn.Linear(784, 128)), ("relu1", nn.ReLU())]
parts += [
    ("fc2", nn.Linear(128, 64)),
    ("relu2", nn.ReLU()),
    ("fc3", nn.Linear(64, 10)),
]
named = nn.Sequential(OrderedDict(parts))
named.load_state_dict(model.state_dict())
print(named.fc1 is named[0])
assert torch.equal(named(x), model(x))

# %% [markdown]
# The library does this for any sizes: `mlp_tutorial.networks.MLP`, for *multilayer perceptron*, the
# usual name of such networks, is a `Sequential` with such names, and the coming lessons use it. It
# also checks what it is given. Images that were not flattened are the usual mistake, and the
# message says what to do about it.

# %%
from mlp_tutorial.networks import MLP

general = MLP([784, 128, 64, 10])
general.load_state_dict(model.state_dict())
assert torch.equal(general(x), model(x))
try:
    general(torch.rand(5, 1, 28, 28))
except ValueError as error:
    print(error)

# %% [markdown]
# ## The first loss
#
# To judge first weights we need a batch of digits, normalized as in lesson three. 256 of them are
# enough for every measurement below. All of what follows is done before any training: it costs a
# second, and it finds mistakes that would otherwise look like a network that learns badly.

# %%
from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize

train = load_mnist("train")
images = normalize(train.images, *mean_and_std(train.images)).flatten(1)
generator = torch.Generator().manual_seed(0)
x, y = next(batches(images, train.labels, 256, generator=generator))
print(x.shape, y.shape)

# %% [markdown]
# Before training, each of the ten digits should be about equally likely. The loss, cross-entropy, is
# minus the logarithm of the probability given to the right one, on average over the batch. So it
# should be near $\ln 10$, which is 2.303, and with PyTorch's own choice of weights it is. There is no
# cheaper test: compute it before you train anything.

# %%
import math

torch.manual_seed(7)
first = F.cross_entropy(MLP(sizes)(x), y)
print(f"{math.log(10):.3f} expected, {first.item():.3f} found")
assert 2.2 < first < 2.4

# %% [markdown]
# ## Weights of your own
#
# To choose weights yourself, change them in place, under `no_grad`: otherwise PyTorch refuses.
# `nn.init` has the usual ways, which would work even without the `with`; their names end in an
# underscore, since they change what they are given. Old code writes to `.data` instead: that works,
# and hides mistakes. Zeros are fine for biases.

# %%
with torch.no_grad():
    nn.init.normal_(model.fc1.weight, std=0.01)
    nn.init.zeros_(model.fc1.bias)
print(f"{model.fc1.weight.std():.4f}", model.fc1.bias.abs().max().item())
assert 0.0098 < model.fc1.weight.std() < 0.0102

# %% [markdown]
# ## The right scale
#
# Which deviation is right? A sum of $n$ terms of random sign grows like $\sqrt n$, so weights of
# deviation $1/\sqrt n$ keep the numbers at their size. ReLU sets about half of the sums to zero,
# which halves their mean square; a factor of $\sqrt 2$ makes up for it. To see the difference we
# take a deeper network, of six hidden layers, and three ways to start it.

# %%
from mlp_tutorial.initialization import init_fixed, init_scaled

deep = MLP([784, *[256] * 6, 10])
starts = {
    "deviation 1": lambda: init_fixed(deep, 1.0, generator=generator),
    "deviation 0.01": lambda: init_fixed(deep, 0.01, generator=generator),
    "scaled": lambda: init_scaled(deep, gain=2**0.5, generator=generator),
}
print(*starts, sep="\n")

# %% [markdown]
# `mlp_tutorial.initialization.spreads` measures the standard deviation of the numbers behind each
# linear layer. With weights of deviation 1 they grow about elevenfold in every layer, until they
# are in the tens of millions; with 0.01 they shrink nearly as fast, to almost nothing. With scaled
# weights they stay where they are, however many layers there are.

# %% figure="scale-by-layer" alt="Standard deviation by layer on a logarithmic axis: with weights of deviation 1 it climbs by a factor of about eleven a layer, with 0.01 it falls by a factor of about nine, and with the scaled weights it stays near 1." caption="Only one of the three starts keeps the signal the same size from layer to layer."
from mlp_tutorial.initialization import spreads
from mlp_tutorial.plots import plot_spreads

measured = {}
for name, start in starts.items():
    start()
    measured[name] = spreads(deep, x)
    first, *_, last = measured[name]
    print(f"{name:15} layer 1 {first:.2g}, layer 7 {last:.2g}")
show(plot_spreads(measured))

# %% [markdown]
# The first loss tells half of the story. With deviation 1 it is not 2.303 but tens of millions.
# With 0.01 it is as expected, and yet the network can hardly learn: the gradient of the first layer
# has vanished with the numbers. (Its `norm` is the root of the sum of its squares.) With scaled
# weights the gradient is alive. The loss is a little high then, because the logits differ, with a
# deviation near 1.

# %%
losses, gradients = {}, {}
for name, start in starts.items():
    start()
    loss = F.cross_entropy(deep(x), y)
    (gradient,) = torch.autograd.grad(loss, [deep.fc1.weight])
    losses[name], gradients[name] = loss.item(), gradient.norm().item()
    print(f"{name:15} loss {loss:9.4g}   gradient {gradient.norm():.1e}")
assert losses["deviation 1"] > 1e6
assert round(losses["deviation 0.01"], 3) == 2.303
assert losses["scaled"] < 10
assert gradients["deviation 0.01"] < 1e-3 * gradients["scaled"]

# %% [markdown]
# ## What it says about an image
#
# Finally one image through the untrained network, with the probabilities beside it. It has no idea,
# and with PyTorch's first weights, which are small, it says so: all bars are short. Keep this
# picture in mind. The next lessons change nothing but the numbers in these matrices, and then one
# bar will stand alone.

# %% figure="untrained-guess" alt="A handwritten digit beside ten bars of probability for the classes 0 to 9, all of them short: the untrained network does not prefer any." caption="An untrained network has no favorite. All ten bars are about the same."
from mlp_tutorial.plots import view_classify

torch.manual_seed(7)
untrained = MLP(sizes)
logits = untrained(x[:1])
largest = torch.softmax(logits, dim=1).max()
print(f"label {y[0]}, largest probability {largest:.2f}")
show(view_classify(x[0].view(28, 28), logits, kind="logits"))

# %% [markdown]
# ## Summary
#
# - A class, a chain, a chain with names: one network, as the equal outputs prove.
# - Count the parameters; compute the first loss, and expect $\ln 10$.
# - Weights of deviation $1/\sqrt n$, times $\sqrt 2$ before ReLU, keep signals and gradients alive.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Three layers
#
# Write the class `Network`: 784-128-64-10 with ReLU between the layers, which are called `fc1`,
# `fc2` and `fc3`. It returns logits.
#
# <details><summary>Hint 1</summary>
#
# Three `nn.Linear` in `__init__`, after `super().__init__()`.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# ReLU stands behind `fc1` and `fc2`, and nothing behind `fc3`.
#
# </details>


# %% tags=["exercise"]
class Network(nn.Module):
    def __init__(self):
        raise NotImplementedError


# %% tags=["solution"]
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


# %% tags=["check"]
from mlp_tutorial.exercises import check_deep_network

print(check_deep_network(Network))

# %% [markdown] tags=["exercise", "apply"]
# ### Weights to start from
#
# Write `initialize(model)`: set all biases to zero, and draw all weights from the normal
# distribution with the standard deviation 0.01, in place. The model consists of linear layers.
#
# <details><summary>Hint 1</summary>
#
# `model.parameters()` gives both; a bias has one axis, a matrix of weights two.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `nn.init.zeros_` and `nn.init.normal_` fill a tensor in place.
#
# </details>


# %% tags=["exercise"]
def initialize(model):
    raise NotImplementedError


# %% tags=["solution"]
def initialize(model):
    for parameter in model.parameters():
        if parameter.ndim == 1:
            nn.init.zeros_(parameter)
        else:
            nn.init.normal_(parameter, std=0.01)


# %% tags=["check"]
from mlp_tutorial.exercises import check_initialize

print(check_initialize(initialize))

# %% [markdown]
# ## More to try
#
# 1. Pass `activation=nn.Tanh` to the deep `MLP`. Which gain keeps the deviations near 1?
# 2. Set all weights to zero. What is the first loss, and what is wrong all the same?
#
# ## Next
#
# The network stands, and its numbers are random. [The next lesson](09_gradients.py) asks which way
# each of them should move.
