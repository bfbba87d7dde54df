# %% [markdown]
# # Networks as modules
#
# Nobody at the courthouse knew the night shift. They came in every evening, heard their
# witnesses, and passed their verdicts upstairs. But years ago, somebody forgot to put them on the
# staff list. So when everybody was sent to a training course, the night shift wasn't invited.
# They went on judging by the rules they'd made up on their first day. No alarm went off. Their
# verdicts arrived on time, neatly stamped.
#
# It takes a single line to write this bug. Suppose a network has 20 layers. That makes 40
# tensors, a matrix and a bias for each layer, and whoever trains the network has to be handed all
# of them. Now hand over 39, and see if anybody tells you. **How does a network keep track of its
# own parts?** <!-- example -->
#
# You'll be able to
#
# - write a network as a class, and say what every line of it is for;
# - notice a layer that isn't on the list, and put it there;
# - find the softmax that has no business inside a network.
#
# Reading takes 25 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## Who forgot W1?
#
# Let's write that bug ourselves, with as few tensors as possible. The network of
# [lesson 3](03_mnist.py) has 784 pixels, 256 hidden units and ten outputs. That's two layers, or
# two shifts of judges if you like, so there are four loose tensors. Here they are, and the
# digits, normalized as before. There are 5,000 to train with and 1,000 fresh ones.

# %%
import torch

from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize

train = load_mnist("train", source="subset")
test = load_mnist("test", source="subset")
mean, std = mean_and_std(train.images)
x_train = normalize(train.images, mean, std).flatten(1)
x_test = normalize(test.images, mean, std).flatten(1)
print(x_train.shape, x_test.shape)


def new_tensors(seed):
    torch.manual_seed(seed)
    W1, b1 = torch.randn(784, 256) / 784**0.5, torch.zeros(256)
    W2, b2 = torch.randn(256, 10) / 256**0.5, torch.zeros(10)
    return W1, b1, W2, b2


# %% [markdown]
# Now we need something that trains, and annoyingly, we haven't said how that works. So take the
# next function as a measuring device, like a kitchen scale. You don't have to know what's inside.
# ([Lesson 9](09_gradients.py) and [lesson 10](10_training.py) take it apart.)
#
# Just look at what goes in. There's a network, which is any function from digits to ten totals.
# And there's `parameters`, the list of the tensors that training may change. It changes those,
# step by step, until the network is better at the 5,000 digits. **All other tensors stay as they
# are.** (`lr` says how large the steps are.) Then the network reads the 1,000 fresh digits, and
# out come its verdicts.

# %%
from torch.nn import functional as F


def train_and_read(network, parameters, seed, lr=0.1):
    parameters = [p.requires_grad_() for p in parameters]
    optimizer = torch.optim.SGD(parameters, lr=lr)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(3):  # three times through all training digits
        for x, y in batches(x_train, train.labels, 50, generator=generator):
            optimizer.zero_grad()
            F.cross_entropy(network(x), y).backward()
            optimizer.step()
    return network(x_test).argmax(dim=1)


def percent_right(verdicts):
    return 100 * (verdicts == test.labels).sum().item() / len(verdicts)


# %% tolerance=0.05
def run(seed, forget=None):
    tensors = W1, b1, W2, b2 = new_tensors(seed)
    handed_over = [t for n, t in enumerate(tensors) if n != forget]

    def network(x):
        return torch.sigmoid(x @ W1 + b1) @ W2 + b2

    return percent_right(train_and_read(network, handed_over, seed))


everything = [run(seed) for seed in range(3)]
print("all four handed over:", everything)

# %% [markdown]
# (The line with `handed_over` is a loop squeezed into a list. It keeps every tensor, except for
# the one that we forget. For example, `forget=0` leaves out `W1`.)
#
# We ran it three times, from three different sets of random numbers. Each time, about nine fresh
# digits in ten come out right.

# %% [markdown] tags=["predict"]
# Now we hand over `b1`, `W2` and `b2`, and forget `W1`. That's a single tensor, but it holds
# more than 98 % of all the numbers in the network. What happens?
#
# - [ ] It runs, and about 10 % of the digits are right.
#   With nearly all of its numbers still random, you'd think that it can only guess. But the
#   output layer was trained, and it learned to make the best of what the hidden layer says.
# - [x] It runs, and about 80 % of the digits are right.
#   The hidden layer's numbers stay random to the end. The output layer learned to live with it.
# - [ ] It doesn't run. PyTorch complains about `W1`.
#   You'd have every right to expect it. But nobody told PyTorch that `W1` should be trained, and
#   a product with a tensor that never changes is a perfectly good product.

# %% tolerance=0.05 figure="who-was-forgotten" alt="Three rows of three dots each, the percentage of fresh digits that are right. All four handed over: about 90. Without W1: about 82. Without W2: about 88." caption="Each small dot is a run. Cover the first row with your hand. Would you suspect anything?"
from mlp_tutorial.plots import plot_comparison, show

without_W1 = [run(seed, forget=0) for seed in range(3)]
without_W2 = [run(seed, forget=2) for seed in range(3)]
print("without W1:", without_W1)
print("without W2:", without_W2)
assert sum(without_W1) < sum(everything)
rows = {
    "all four": everything,
    "without W1": without_W1,
    "without W2": without_W2,
}
show(plot_comparison(rows, label="fresh digits that are right, %"))

# %% [markdown]
# Nothing crashed, and that's the scary part. If you'd never seen the first row, you might really
# be proud of the second. And the third is even worse, in a way. Who would go looking for a bug
# that costs a point or two? (All rows used the same steps. We tried steps five times as large,
# too, and found the same order.)
#
# It isn't only training, either. Say you want to count the numbers, save them to a file, or move
# them to another computer. Each time, somebody has to write down all the names again. And each
# time, somebody can forget one.
#
# So what would you rather have? Think of the courthouse. Nobody should have to remember the list.
# Whoever is hired should be on it, from that moment on.

# %% [markdown]
# ## A court that keeps its own list
#
# For this we need an object with a memory. You've used plenty of objects. A Python list is one,
# for example. It remembers what's in it, and it can do things, such as `append`. And with a
# **class**, you make up your own kind.


# %%
class Court:
    def __init__(self):
        self.staff = []  # a new court has an empty list

    def hire(self, name):
        self.staff.append(name)


north = Court()
south = Court()
north.hire("night shift")
print(north.staff, south.staff)

# %% [markdown]
# A class is a plan, and from one plan you can build as many courts as you like. `Court()` builds
# one. As it does so, it runs `__init__`, where you write whatever has to be done on opening day.
# And `self` is the court in question. When you write `north.hire("night shift")`, Python calls
# `hire` with `north` as `self`. So the name goes on the list of the north court, and the list of
# the south court stays empty.
#
# Now suppose you want a special kind of court, one that opens with its people already hired. You
# don't have to start from scratch. `class DigitCourt(Court)` says "everything that a `Court` can
# do, a `DigitCourt` can do too." That's called **inheriting**, and you only write what's
# different.


# %%
class DigitCourt(Court):
    def __init__(self):
        super().__init__()
        self.hire("hidden layer")
        self.hire("output layer")


class HastyCourt(Court):
    def __init__(self):
        self.hire("hidden layer")


print(DigitCourt().staff)
try:
    HastyCourt()
except AttributeError as error:
    print(f"AttributeError: {error}")

# %% [markdown]
# What went wrong in the second one? Its `__init__` *replaced* the one it would have inherited.
# But that was the one that lays out the empty list. So when the first layer is hired, there's no
# paper to write on. The cure is the line `super().__init__()`. Read it as "first do everything
# that any court does on opening day." (`super()` stands for the class that you inherit from.)
#
# And that's all the Python there is to it. Now for the real thing.

# %% [markdown]
# ## The network, line by line
#
# PyTorch comes with such a class. It's called `nn.Module`, and its list is better than ours. You
# don't even have to call `hire`.


# %% export="model"
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.sigmoid = nn.Sigmoid()
        self.output = nn.Linear(256, 10)

    def forward(self, x):
        h = self.sigmoid(self.hidden(x))
        return self.output(h)


torch.manual_seed(7)
model = Network()
print(model)

# %% [markdown]
# Let's go through it.
#
# - `class Network(nn.Module)` inherits. Whatever a module can do, our network can do.
# - `super().__init__()` lays out the list.
# - `self.hidden = nn.Linear(784, 256)` makes a layer with 784 inputs and 256 units, and random
#   numbers in it. It looks like an ordinary `=`, but a module watches what you assign to `self`.
#   If it's a part, it goes on the list, under the name that you gave it.
# - `nn.Sigmoid()` is the activation, as a part of its own.
# - `forward` says what happens to a batch. The list knows *who* is there. `forward` says who does
#   what, and in which order.
#
# And `print(model)` reads out the list. If you leave out the second line, the message sounds
# familiar.


# %%
class HastyNetwork(nn.Module):
    def __init__(self):
        self.hidden = nn.Linear(784, 256)


try:
    HastyNetwork()
except AttributeError as error:
    print(f"AttributeError: {error}")

# %% [markdown]
# "Cannot assign module" is the layer that we're trying to hire. "Before `Module.__init__()` call"
# is opening day, which never happened. Whenever you see this one, look for the missing
# `super().__init__()`.
#
# Let's read the list more closely. `named_parameters()` goes through every tensor on it, with its
# full name.

# %% [markdown] tags=["predict"]
# By hand, the weights of the hidden layer had the shape (784, 256), a column for each unit. What
# shape do they have in `nn.Linear(784, 256)`?
#
# - [ ] `(784, 256)`
#   It's the order in which you write the sizes, and how we've done it so far. PyTorch prefers a
#   row for each unit.
# - [x] `(256, 784)`
#   There's a row for each unit, so it's the matrix from lesson 3 turned over.
# - [ ] `(785, 256)`
#   A clever idea. You could keep the biases as one more row. But `nn.Linear` keeps them in a
#   tensor of their own.

# %%
for name, parameter in model.named_parameters():
    print(name, tuple(parameter.shape), f"{parameter.numel():,}")

x = x_test[:64]
by_hand = x @ model.hidden.weight.T + model.hidden.bias
assert torch.allclose(model.hidden(x), by_hand, atol=1e-4)

# %% [markdown]
# There's the other way around that lesson 2 warned you about. A row of `weight` holds one unit's
# weights, and to multiply, it has to be turned over again. So `nn.Linear` computes
#
# $$h = x W^\top + b$$
#
# where the little $\top$ is `.T`. (The assertion has just checked it.) So whenever you meet a
# weight matrix, ask which of the two it is. Be especially careful if it's square, because then
# its shape won't tell you.
#
# Did you notice the dots in the names, as in `hidden.weight`? A layer is a module too, and it has
# a list of its own. So there are lists within lists, and you can draw them the way an office
# draws who reports to whom.

# %% figure="module-tree" alt="A tree. Network has 203,530 numbers. Below it are hidden, a Linear with 200,960, sigmoid with 0 and output, a Linear with 2,570. Below each Linear are its weight and its bias, with their shapes." caption="A square is a module, a dot is a tensor that can be trained. Each number on the right is the sum of what's below it. The sigmoid is on the list, but it has nothing to learn."
from mlp_tutorial.plots import draw_modules

show(draw_modules(model))

# %% [markdown]
# At the top is 203,530. That's how many knobs this little network has, and every one of them was
# found by following the list. Nobody had to remember a single name.

# %% [markdown]
# ## Off the books
#
# So can you still forget somebody? Oh yes, and surprisingly easily. Let's build that network with
# 20 layers, 19 hidden ones and the output. Nobody wants to make up 19 names, so we put the hidden
# layers into a Python list. (It's another loop squeezed into a list. It makes a new layer each
# time around.) `keep` says what to keep them in. For now that'll be `list`, an ordinary list.


# %%
class Tower(nn.Module):
    def __init__(self, n_hidden, keep):
        super().__init__()
        layers = [nn.Linear(64, 64) for _ in range(n_hidden)]
        self.layers = keep(layers)
        self.output = nn.Linear(64, 10)

    def forward(self, x):
        for layer in self.layers:
            x = torch.sigmoid(layer(x))
        return self.output(x)


# %% [markdown] tags=["predict"]
# `Tower(19, list)` has 20 layers with two tensors each. How many tensors does it report?
#
# - [ ] All 40.
#   `self.layers` is assigned to `self`, true. But what's assigned is a Python list, and a module
#   only recognizes parts.
# - [x] Only 2.
#   Those are the output layer's. The module sees a Python list, which isn't a part, and doesn't
#   look inside.
# - [ ] None, because it raises an error.
#   A list is a perfectly good thing to keep in an object. A module can't know what you meant.

# %% figure="off-the-books" alt="A tree with only one branch. Tower has 650 numbers, and below it is output, a Linear with its weight and bias. No hidden layer is drawn." caption="A small tower with two hidden layers in a list. It uses them for every digit, and has never heard of them."
tower = Tower(19, list)
print(len(tower.layers), "hidden layers and the output make 20")
print(tower(torch.zeros(5, 64)).shape)
print(len(list(tower.parameters())), "tensors on the list")
show(draw_modules(Tower(2, list)))

# %% [markdown]
# There's our night shift. The tower runs, since `forward` finds its layers without any trouble.
# But 19 of its 20 layers are working off the books. They won't be trained, counted, saved or
# moved, and unfortunately, nobody will tell you.
#
# Luckily, there's a list that is also a module, `nn.ModuleList`. You use it like any list, but whatever
# you put in is on the books.

# %% figure="on-the-books" alt="A tree. Tower now has two branches, layers, a ModuleList with two Linear layers called 0 and 1, and output. It has 8,970 numbers." caption="The same tower with a ModuleList. Its layers have numbers for names."
tower = Tower(19, nn.ModuleList)
print(len(list(tower.parameters())), "tensors on the list")
show(draw_modules(Tower(2, nn.ModuleList)))

# %% [markdown]
# Two more ways to work off the books. A bare tensor isn't a part either, so `self.scale =
# torch.ones(10)` isn't trained. Say `self.scale = nn.Parameter(torch.ones(10))`, and it is. And
# then there's the layer that's made inside `forward`. You'll meet it in the exercises.
# <!-- example -->
#
# So here's a habit that pays. **Before you train a network, print it.** If something's missing
# from the printout, it'll be missing from the training.

# %% [markdown]
# ## Use the front door
#
# You may have noticed that we never call `forward`. We write `model(x)`, as if the model were a
# function, and PyTorch calls `forward` for us. Why the detour? Imagine a doorkeeper at the front
# door of every module. You can leave instructions there, for example "whenever something comes
# out, write down its shape." Such instructions are called **hooks**. But whoever calls `forward`
# directly uses the back door, and the doorkeeper sees nothing.

# %%
seen = []


def note(module, inputs, output):
    seen.append(tuple(output.shape))


hook = model.hidden.register_forward_hook(note)
model(x)  # goes through the front door of the hidden layer, too
model.hidden.forward(x)  # the back door
hook.remove()
print(seen)

# %% [markdown]
# Two visits, and only one was written down. So it's `model(x)`, never `model.forward(x)`.

# %% [markdown]
# ## The same network in other clothes
#
# The sigmoid has nothing to learn, so does it have to be on the list at all? It doesn't, and much
# of the code you'll read calls a function instead. That's `torch.sigmoid`, or a function of
# `torch.nn.functional`, which everybody imports as `F` (as we did above). In old code you'll also
# find `F.sigmoid`, which does the same as `torch.sigmoid`.


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
print(torch.equal(functional(x), model(x)))

# %% [markdown]
# The two don't agree, but that's only because each was born with its own random numbers. To
# compare them, we have to give both the same ones. `state_dict()` hands you the files of
# everybody on the list, a dictionary from names to tensors. And `load_state_dict` copies them
# into another module with the same names. (Here the courthouse stops being a good picture. Copy
# somebody's file, and you have a sheet of paper. Copy a layer's tensors, and you have the layer.)
#
# And our loose matrices? The library's `mlp_tutorial.networks.get_weights` takes them out of a
# module, turned over to our way of writing. Then `mlp_tutorial.layers.forward` computes with
# them, as in lesson 2.

# %%
from mlp_tutorial.layers import forward
from mlp_tutorial.networks import get_weights

functional.load_state_dict(model.state_dict())
print(list(model.state_dict()))
assert torch.equal(functional(x), model(x))

layers = get_weights(model)
print([tuple(W.shape) for W, b in layers])
assert torch.allclose(forward(x, layers), model(x), atol=1e-4)

# %% [markdown]
# It's one network in three forms. The first two agree to the last bit, and the loose matrices up
# to rounding.

# %% [markdown]
# ## Somebody who shouldn't be there
#
# The list tells you who's missing. What it can't tell you is who shouldn't be there in the first
# place.
#
# Say you'd like your network to bet its dollar on the ten digits, as in
# [lesson 4](04_softmax.py), instead of returning bare totals, the logits. That's easy. You put
# softmax at the end of `forward`. But look at what the network is trained with. The loss inside
# our measuring device is `cross_entropy` (also known as `nn.CrossEntropyLoss`), which takes
# logits and applies softmax itself. So now there are two of them in a row.
#
# What does the second softmax get to see? Ten shares of a dollar, all between 0 and 1. You've met
# that in lesson 4, where a sigmoid squeezed the logits between 0 and 1. Imagine a network that's
# right and completely sure, with 1 for the right digit and 0 for the others. Even that gets only
# $e / (e + 9)$, which is 0.232. And its loss can't fall below minus the logarithm of that.

# %%
import math

sure = torch.zeros(1, 10)
sure[0, 3] = 1.0  # the whole dollar on 3
label = torch.tensor([3])
floor = F.cross_entropy(sure, label).item()
print(f"the floor is {floor:.3f}")
assert math.isclose(floor, -math.log(math.e / (math.e + 9)), rel_tol=1e-5)
assert round(math.e / (math.e + 9), 3) == 0.232

# %% [markdown]
# A picture shows it better. Suppose the right logit pulls ahead of the nine others, which stay
# at 0. How does the loss fall?

# %% figure="floor-of-the-loss" alt="Two curves over the lead of the right logit, from 1 to 10, on a logarithmic axis. With one softmax the loss falls from about 1.5 to below 0.001. With two it levels off near 1.46." caption="As the right logit pulls ahead of the others, the loss should go to 0. With softmax twice it gets stuck on a floor."
from mlp_tutorial.plots import plot_losses


def loss(lead, twice):
    logits = lead * sure  # the right logit is this far ahead of the rest
    outputs = torch.softmax(logits, dim=1) if twice else logits
    return F.cross_entropy(outputs, label).item()


curves = {
    "one softmax": [loss(lead, twice=False) for lead in range(1, 11)],
    "two": [loss(lead, twice=True) for lead in range(1, 11)],
}
show(plot_losses(curves, label="lead of the right logit"))

# %% [markdown]
# That's a number worth remembering. If a network gets better and better at reading, and its loss
# still refuses to go below 1.461, look for a second softmax.
#
# But does it do any harm? Softmax doesn't change which of the ten is the largest, so the verdicts
# are the same. Let's train both. (`super().forward(x)` asks the class we inherit from. It's the
# only place where you call `forward` by name.)

# %% [markdown] tags=["predict"]
# With logits, about 90 % of the fresh digits are right, as with the loose tensors. What happens
# with softmax twice, if everything else stays the same?
#
# - [ ] About 90 % are right, as before.
#   The largest of the ten stays the largest, so it shouldn't matter. But the verdicts are only
#   read off after training, and training goes by the loss.
# - [x] About 55 % are right.
#   It learns, but much more slowly.
# - [ ] About 10 % are right, so it never learns.
#   The loss has a floor, but it starts well above it. There's still something to gain.


# %% tolerance=0.15
class SoftmaxInside(Network):
    def forward(self, x):
        return torch.softmax(super().forward(x), dim=1)


def read(kind, lr, runs):
    found = []
    for seed in range(runs):
        torch.manual_seed(seed)
        model = kind()
        found.append(train_and_read(model, model.parameters(), seed, lr))
    return found


logits_slow = [percent_right(v) for v in read(Network, 0.1, 3)]
twice_slow = [percent_right(v) for v in read(SoftmaxInside, 0.1, 3)]
print("logits:       ", logits_slow)
print("softmax twice:", twice_slow)
assert sum(twice_slow) < 0.8 * sum(logits_slow)

# %% [markdown]
# (Did you see `model.parameters()`? It's the list, handed over by the model itself.)
#
# No error, and about half of the digits. It's tempting to stop here and call it a disaster. But
# would that be fair? Training takes its steps by how fast the loss falls. (That's lesson 9.) So
# take a network that has no opinion yet, and nudge the right logit up by 0.1.

# %%
for twice in (False, True):
    fall = loss(0, twice) - loss(0.1, twice)
    print(f"twice is {twice}: a nudge of 0.1 lowers the loss by {fall:.3f}")

# %% [markdown]
# With two softmaxes, the same nudge counts for only a tenth. So maybe the second network only needs
# larger steps?
#
# We can test that. For each of the two we tried several sizes of step, ten runs each, and judged
# them by 1,000 of the training digits that we'd held back. Then we took the best size for each,
# and trained again, from other random numbers.

# %% tolerance=0.15 figure="second-softmax" alt="Four rows of three or five dots, the percentage of fresh digits that are right. At a rate of 0.1, logits have about 90 and softmax twice about 56. At the best rate of each, logits have about 92, and softmax twice is between 84 and 92." caption="The first two rows have the same steps. In the last two, each version has the steps that suit it best."
rows = {"logits, 0.1": logits_slow, "twice, 0.1": twice_slow}
best = read(Network, 1.0, 5)  # the best of 0.3, 0.5, 1 and 2
best_twice = read(SoftmaxInside, 2.5, 5)  # of 1.5, 2, 2.5, 3 and 4
rows["logits, best"] = [percent_right(v) for v in best]
rows["twice, best"] = [percent_right(v) for v in best_twice]
for name, percents in rows.items():
    print(f"{name:12}", percents)

average = sum(rows["logits, best"]) / 5
print(f"logits, best, on average: {average:.1f} %")
assert average > 90
show(plot_comparison(rows, label="fresh digits that are right, %"))

# %% [markdown]
# It did need larger steps, and most of the damage is gone. But not all of it. Compare the last
# two lists, run by run. With softmax twice, all five are behind. (That's a hint, not a proof. A
# fair coin does it once in a while, too.)
#
# And what about the run that's far behind the others? We wondered which digits it says, and how
# often. Here it is, next to the weakest run with logits.

# %% figure="never-said" alt="Ten pairs of bars, the share of each digit among a thousand verdicts. With logits all ten are near one tenth. With softmax twice there is no bar for 9, and the bar for 4 is nearly twice as high as the others." caption="A tenth of the digits are of each kind, so all bars should be about equally high. One is missing."
from mlp_tutorial.plots import plot_probabilities

shares = {}
for name, found in (("logits", best), ("softmax twice", best_twice)):
    weakest = min(found, key=percent_right)  # has the lowest percentage
    shares[name] = torch.bincount(weakest, minlength=10) / len(weakest)
show(plot_probabilities(shares, label="share of the verdicts"))

# %% [markdown]
# This really surprised us. In a thousand verdicts, there's a digit that the network never says
# once. And no error will ever mention it.
#
# So let the network return logits, and let the loss do the rest. If you want the bets, apply
# softmax to what comes out, after training and outside of the model.

# %% [markdown]
# ## What our machine can read now
#
# All ten digits, in handwriting that it has never seen, and on average our network gets more than
# 90 % of them right. In lesson 3 it was guessing.
#
# We cheated a little, of course. The measuring device did the learning, and we still haven't said
# how. We will, soon. But first there's a question that you may have had all along. Why 256 hidden
# units? Why a single hidden layer? And those random numbers that each network is born with, does
# it matter how large they are? [In the next lesson](08_build_a_network.py) we choose them
# ourselves, and build a network from start to finish.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Hire them yourself
#
# Write the class `Network` once more, without `nn.Linear`, so that you can keep writing `x @ W +
# b`. It has four parts, which you make with `nn.Parameter` out of random numbers or zeros, in the
# shapes of our loose tensors. There are 784 inputs, 256 hidden units with the sigmoid, and 10
# logits. `Network()` takes no arguments.
#
# <details><summary>Hint 1</summary>
#
# `self.W1 = nn.Parameter(torch.randn(784, 256) / 784**0.5)` is the first part. What has to come
# before it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Begin `__init__` with `super().__init__()`. In `forward`, say `self.W1` where we said `W1`, and
# put no softmax at the end.
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
        self.W1 = nn.Parameter(torch.randn(784, 256) / 784**0.5)
        self.b1 = nn.Parameter(torch.zeros(256))
        self.W2 = nn.Parameter(torch.randn(256, 10) / 256**0.5)
        self.b2 = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        h = torch.sigmoid(x @ self.W1 + self.b1)
        return h @ self.W2 + self.b2


# %% tags=["check"]
from mlp_tutorial.exercises import check_module

print(check_module(Network))

# %% [markdown] tags=["exercise", "warm-up"]
# ### How many knobs?
#
# Write `count_parameters(model)`, which returns how many numbers training can change in a module,
# whatever its parts are called. For our network it's 203,530.
#
# <details><summary>Hint 1</summary>
#
# `model.parameters()` gives you every tensor on the list. `numel()` tells you how many numbers
# are in a tensor.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Start with a total of 0, and add to it in a loop over `model.parameters()`.
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

# %% [markdown] tags=["exercise", "apply"]
# ### Sizes to order
#
# Write the class `Stack`, a network with layers of any sizes. `Stack([784, 128, 64, 10])` goes
# from 784 inputs to 128 units, then to 64, then to 10 logits. Every layer but the last has the
# sigmoid. And all of its layers should be on the list.
#
# <details><summary>Hint 1</summary>
#
# Four sizes make three layers. Layer `n` goes from `sizes[n]` to `sizes[n + 1]`. What keeps the
# layers so that the module knows them?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Make an empty `nn.ModuleList()`, and `append` to it in a loop. In `forward`, put `x` through the
# sigmoid of each layer in `self.layers[:-1]`, then through `self.layers[-1]`.
#
# </details>


# %% tags=["exercise"]
class Stack(nn.Module):
    def __init__(self, sizes):
        raise NotImplementedError


# %% tags=["solution"]
class Stack(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList()
        for n in range(len(sizes) - 1):
            self.layers.append(nn.Linear(sizes[n], sizes[n + 1]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.sigmoid(layer(x))
        return self.layers[-1](x)


# %% tags=["check"]
from mlp_tutorial.exercises import check_stack

print(check_stack(Stack))

# %% [markdown] tags=["exercise", "apply"]
# ### From loose to Linear
#
# You've found a matrix `W` of shape `(n_in, n_out)` and a bias `b` of shape `(n_out,)`, lying
# around loose. Write `to_linear(W, b)`, which returns an `nn.Linear` that computes `x @ W + b`.
#
# <details><summary>Hint 1</summary>
#
# Make an `nn.Linear` of the right sizes first. What shape does its `weight` have?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `load_state_dict` takes a dictionary with the names "weight" and "bias". One of the two tensors
# has to be turned over.
#
# </details>


# %% tags=["exercise"]
def to_linear(W, b):
    raise NotImplementedError


# %% tags=["solution"]
def to_linear(W, b):
    layer = nn.Linear(W.shape[0], W.shape[1])
    layer.load_state_dict({"weight": W.T, "bias": b})
    return layer


# %% tags=["check"]
from mlp_tutorial.exercises import check_to_linear

print(check_to_linear(to_linear))

# %% [markdown] tags=["exercise", "think"]
# ### Who's on the list?
#
# The `__init__` of a module has these lines. How many *numbers* can training change in it?
# `on_the_list` is a whole number. Find it without running anything.
#
# ```python
# super().__init__()
# self.first = nn.Linear(5, 3)
# self.again = self.first
# self.more = [nn.Linear(3, 3), nn.Linear(3, 3)]
# self.offset = torch.zeros(7)
# self.scale = nn.Parameter(torch.ones(4))
# ```
#
# <details><summary>Hint 1</summary>
#
# Go through it line by line. Is this a part, so that the module puts it on the list?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `first` and `again` are two names for the same layer. If you turn a knob of the one, what
# happens to the other?
#
# </details>

# %% tags=["exercise"]
on_the_list = ...

# %% tags=["solution"]
on_the_list = 5 * 3 + 3 + 4

# %% tags=["check"]
from mlp_tutorial.exercises import check_on_the_list

print(check_on_the_list(on_the_list))

# %% [markdown] tags=["exercise", "think"]
# ### Hired by the day
#
# This module runs for every batch. But if you call it twice with the same batch, it gives two
# different answers, and no training ever makes its hidden layer better. Find the bug and mend it.
#
# <details><summary>Hint 1</summary>
#
# Follow the hidden layer through one call. When is it made, and what happens to it afterwards?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A layer should be hired once, on opening day, and be on the list.
#
# </details>


# %% tags=["exercise"]
class DayCourt(nn.Module):
    def __init__(self):
        super().__init__()
        self.output = nn.Linear(4, 2)

    def forward(self, x):
        hidden = nn.Linear(3, 4)
        return self.output(torch.sigmoid(hidden(x)))


# %% tags=["solution"]
class DayCourt(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.output = nn.Linear(4, 2)

    def forward(self, x):
        return self.output(torch.sigmoid(self.hidden(x)))


# %% tags=["check"]
from mlp_tutorial.exercises import check_day_court

print(check_day_court(DayCourt))
