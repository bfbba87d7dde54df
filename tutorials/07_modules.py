# %% [markdown]
# # Networks as modules
#
# You will learn
#
# - how a class that inherits from `nn.Module` holds a network, line by line;
# - how to write the same network with functions, and prove that the forms agree;
# - what it costs to put softmax inside a network that is trained with cross-entropy.
#
# Reading takes a quarter of an hour. The code runs in under half a minute on any computer.

# %% [markdown]
# ## A class for a network
#
# Loose matrices are hard to keep together. PyTorch's answer is the module. `nn.Module` is the class
# to inherit from, and `super().__init__()` must come first: from then on the module notices every
# layer that is assigned to `self`. `nn.Linear(784, 256)` is a layer with its weights and biases,
# drawn at random; `nn.Sigmoid()` is the activation as a module. `forward` says in which order things
# are used.

# %%
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.sigmoid = nn.Sigmoid()
        self.output = nn.Linear(256, 10)

    def forward(self, x):
        x = self.hidden(x)
        x = self.sigmoid(x)
        return self.output(x)


torch.manual_seed(7)
model = Network()
print(model)

# %% [markdown]
# Printing a module lists its parts by the names you gave them, in the order of `__init__`. What is
# computed depends on `forward` alone. The module also knows all its parameters, the numbers to be
# trained. They are 784 times 256 weights and 256 biases, then 256 times 10 and 10: together 203,530.

# %%
for name, parameter in model.named_parameters():
    print(f"{name:14}", tuple(parameter.shape))
total = sum(parameter.numel() for parameter in model.parameters())
print(f"{total:,}")
assert total == 784 * 256 + 256 + 256 * 10 + 10 == 203_530

# %% [markdown]
# Look at the first shape: (256, 784), not (784, 256). `nn.Linear` keeps a row for each unit and
# computes $xW^\top + b$. By hand we wrote $xW + b$ with a column for each unit. Both are common;
# when you meet a weight matrix, ask which of the two it is.

# %%
x = torch.rand(64, 784, generator=torch.Generator().manual_seed(0))
by_hand = x @ model.hidden.weight.T + model.hidden.bias
print(by_hand.shape)
assert torch.allclose(model.hidden(x), by_hand, atol=1e-6)

# %% [markdown]
# ## Calling it
#
# Use a module like a function: `model(x)`. That calls `forward` and any hooks: functions registered
# on a module, which get the module, its inputs and its output. Calling a module's `forward`
# yourself skips its hooks without a word. The hook here notes the shape of the hidden layer's
# output; `model(x)` leaves a trace, `model.hidden.forward(x)` none.

# %%
seen = []


def note(module, inputs, output):
    seen.append(output.shape)


hook = model.hidden.register_forward_hook(note)
logits = model(x)
model.hidden.forward(x)
hook.remove()
print(logits.shape, seen)

# %% [markdown]
# ## With functions
#
# The sigmoid has nothing to learn, so it need not be a part of the module. Much code you will read
# calls a function instead: `torch.sigmoid`, or one from `torch.nn.functional`, which is usually
# imported as `F`, such as `F.relu`. (`F.sigmoid` computes what `torch.sigmoid` does; write the
# latter.) The two layers remain, under the same names.


# %%
class FunctionalNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.output = nn.Linear(256, 10)

    def forward(self, x):
        return self.output(torch.sigmoid(self.hidden(x)))


functional = FunctionalNetwork()
print(functional)

# %% [markdown]
# Is it the same network? It was born with other random weights. `state_dict` is a dictionary of all
# that a module keeps, here just its parameters, by name, and since the names agree, one module can
# load the other's. After that the two give the same logits, to the last bit. The library has both,
# in `mlp_tutorial.networks`.

# %%
functional.load_state_dict(model.state_dict())
print(list(model.state_dict()))
assert torch.equal(functional(x), model(x))

# %% [markdown]
# And as bare matrices, as in lesson three? `mlp_tutorial.networks.get_weights` takes the weights out
# of the network and transposes them into our convention; `forward` from lesson two, which puts the
# sigmoid between layers as our network does, computes with them. The sums are formed in another
# order, so the last digit may differ. The three agree to the precision of the numbers.

# %%
from mlp_tutorial.layers import forward
from mlp_tutorial.networks import get_weights

layers = get_weights(model)
print([tuple(W.shape) for W, b in layers])
print((forward(x, layers) - model(x)).abs().max().item() < 1e-5)
assert torch.allclose(forward(x, layers), model(x), atol=1e-5)

# %% [markdown]
# ## Where softmax belongs
#
# Our networks return logits. Many have softmax as their last line, and are then trained with
# `nn.CrossEntropyLoss`: minus the log-softmax of the right class, on average. That is softmax twice.
# Give it perfectly right probabilities, and the loss is still 1.461, by the bound e / (e + 9) of
# lesson four; with logits that are sure it goes to 0. A floor like that is a sign to look for.

# %%
import math

label = torch.tensor([3])
perfect = torch.zeros(1, 10)
perfect[0, 3] = 1.0
loss = nn.CrossEntropyLoss()
print(f"perfect probabilities: {loss(perfect, label):.3f}")
print(f"sure logits: {loss(100 * perfect, label):.3f}")
assert round(loss(perfect, label).item(), 3) == 1.461
assert round(-math.log(math.e / (math.e + 9)), 3) == 1.461

# %% [markdown]
# What does the mistake cost? We will train both versions for one pass over the training digits and
# count how many test digits, which training never sees, they get right. First the digits, as in
# lesson three: flattened, and normalized with the mean and deviation of the training images, the
# test images too.

# %%
from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize

train, test = load_mnist("train"), load_mnist("test")
statistics = mean_and_std(train.images)
x_train = normalize(train.images, *statistics).flatten(1)
x_test = normalize(test.images, *statistics).flatten(1)
print(x_train.shape, x_test.shape)

# %% [markdown]
# How training works is the subject of a later lesson; take this function as a measuring device. For
# each batch it computes the loss, then the gradients, and moves the weights a small step against
# them. At the end `argmax` picks the class with the largest output, and we count how often that is
# the label. Here is one run, with logits.


# %%
def accuracy_after_one_epoch(model, seed):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    generator = torch.Generator().manual_seed(seed)
    for x, y in batches(x_train, train.labels, 64, generator=generator):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
    return (model(x_test).argmax(dim=1) == test.labels).double().mean().item()


torch.manual_seed(0)
print(f"{100 * accuracy_after_one_epoch(Network(), seed=0):.1f} %")

# %% [markdown]
# Three seeds for each version. On average the right one is ahead, by a wide margin. Through a
# second softmax the gradients are small, and the network learns slowly. It does learn, though, and
# that is what makes this mistake hard to find. No error, no `nan`, only training that is slower
# than it should be.

# %%
right, twice = [], []
for seed in range(3):
    torch.manual_seed(seed)
    right.append(accuracy_after_one_epoch(Network(), seed))
    torch.manual_seed(seed)
    wrong = nn.Sequential(Network(), nn.Softmax(dim=1))
    twice.append(accuracy_after_one_epoch(wrong, seed))
for name, values in (("logits", right), ("softmax twice", twice)):
    print(f"{name:14}", *(f"{100 * value:.1f} %" for value in sorted(values)))
assert sum(right) > sum(twice)

# %% [markdown]
# ## Summary
#
# - A module keeps layers and their parameters together; `forward` says how they are used.
# - Call `model(x)`, never `model.forward(x)`.
# - What has no parameters can be a function.
# - A network returns logits; `CrossEntropyLoss` does the rest.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "warm-up"]
# ### A network as a module
#
# Write the class `Network`: 784 inputs, 256 hidden units with the sigmoid, 10 logits. It is a
# `torch.nn.Module` and takes no arguments.
#
# <details><summary>Hint 1</summary>
#
# Make the two `nn.Linear` in `__init__`, after `super().__init__()`.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `forward(self, x)` puts `x` through the first, the sigmoid and the second. No softmax.
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
        self.hidden = nn.Linear(784, 256)
        self.output = nn.Linear(256, 10)

    def forward(self, x):
        return self.output(torch.sigmoid(self.hidden(x)))


# %% tags=["check"]
from mlp_tutorial.exercises import check_module

print(check_module(Network))

# %% [markdown] tags=["exercise", "warm-up"]
# ### How many numbers?
#
# Write `count_parameters(model)`: how many numbers training can change in a module.
#
# <details><summary>Hint 1</summary>
#
# `model.parameters()` gives tensors.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# How many numbers a tensor has, `numel()` says.
#
# </details>


# %% tags=["exercise"]
def count_parameters(model):
    raise NotImplementedError


# %% tags=["solution"]
def count_parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


# %% tags=["check"]
from mlp_tutorial.exercises import check_count_parameters

print(check_count_parameters(count_parameters))

# %% [markdown]
# ## More to try
#
# 1. Leave out `super().__init__()` and read the error.
# 2. `nn.NLLLoss` takes log-probabilities. Which function of lesson four makes them from logits?
#    Check that the loss equals that of `CrossEntropyLoss`.
#
# ## Next
#
# The sigmoid has been our only activation so far. [The next lesson](05_activations.py) compares it
# with what is used today.
