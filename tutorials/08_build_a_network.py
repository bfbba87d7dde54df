# %% [markdown]
# # Build a network
#
# You know the telephone game. Twenty people stand in a row, somebody whispers a sentence to the
# first, and each passes it on to the next. Now suppose that nobody gets a single word wrong, but
# each speaks a little more softly than the person before. The last one hears nothing at all. Or
# each speaks a little louder, and the last one gets screamed at.
#
# A network is such a row. Tonight we'll build two of them with exactly the same layers, and show
# both the same digits, in the same order. One will learn. The other won't, whether we teach it
# gently or brutally. There's no error and no warning. It was ruined before it saw its first
# digit, by the random numbers that it started from.
#
# So **which numbers should a network start from?**
#
# You'll be able to
#
# - build a network of any size in PyTorch, and count its numbers on paper first;
# - choose initial weights that let a signal survive a long row of layers;
# - check a network in a second, before you spend an hour on training it.
#
# Reading takes 30 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## Three layers
#
# Before we can ruin a network, we need one. So here's the network that will read our digits in
# the coming lessons. It has 784 pixels, a hidden layer of 128 units, another of 64, and ten
# totals at the end, one for each digit.

# %% figure="network-784-128-64-10" alt="A network with 784 inputs, two hidden layers of 128 and 64 units and 10 outputs. Five units of each layer are drawn, with dots for the rest, and every unit is joined to every unit of the next layer. The shapes of the three matrices are below." caption="Every line is a weight, though only five units of each layer are drawn. Each bundle of lines is one matrix, and its shape is below."
from mlp_tutorial.plots import draw_network, show

sizes = [784, 128, 64, 10]
show(draw_network(sizes))

# %% [markdown]
# How many numbers is that? You can count them on paper. Each unit has a weight for every number
# that it listens to, and one bias. For example, the second layer has 64 units that listen to 128
# others. So it has 128 * 64 weights and 64 biases, which makes 8,256.

# %% [markdown] tags=["predict"]
# The whole network has a little more than 109,000 numbers. How many of them are in the first
# layer?
#
# - [ ] About a third of them.
#   There are three layers, true. But they don't get equal shares, since a layer's share grows
#   with both of its sizes.
# - [ ] About half of them.
#   It's the largest, and you saw that. Now multiply 784 by 128.
# - [x] About nine in ten.
#   That's where all the pixels come in. It has 784 * 128 weights, while the other two layers are
#   tiny next to it.

# %%
import torch
import torch.nn.functional as F
from torch import nn


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)  # fc means fully connected
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)  # logits, so no activation


# %%
model = Reader()
total = sum(p.numel() for p in model.parameters())
for name, layer in model.named_children():
    count = layer.weight.numel() + layer.bias.numel()
    print(f"{name}: {count:,}, or {count / total:.0%}")
print(f"together {total:,}")
assert total == 109_386

# %% [markdown]
# Get used to this little sum. If the total isn't what you had on paper, then a layer has a size
# that you didn't intend, and you'd better know before you train.
#
# You'll meet the same network in three other spellings. If the data just runs straight through
# the parts, one after another, then `nn.Sequential` saves you from writing a class. Its parts can
# go by number, or by name. And if even that's too much typing, our library has an `MLP`, which
# needs only the sizes. (It's short for *multilayer perceptron*, which is what such networks are
# called.)

# %%
from collections import OrderedDict

numbered = nn.Sequential(  # numbered[0] is the first layer
    nn.Linear(784, 128),
    nn.ReLU(),
    nn.Linear(128, 64),
    nn.ReLU(),
    nn.Linear(64, 10),
)
parts = OrderedDict(  # a dict of the parts, in the order they run
    fc1=nn.Linear(784, 128),
    relu1=nn.ReLU(),
    fc2=nn.Linear(128, 64),
    relu2=nn.ReLU(),
    fc3=nn.Linear(64, 10),
)
named = nn.Sequential(parts)
assert named.fc2 is named[2]  # here both the name and the number work

# %% [markdown]
# Each of them drew its own random weights. So let's give all of them the same numbers. When the
# names agree, the `state_dict` of [the last lesson](07_modules.py) simply fits. When they don't,
# we copy layer by layer.

# %%
from mlp_tutorial.networks import MLP, get_weights, set_weights

library = MLP(sizes)
library.load_state_dict(model.state_dict())
named.load_state_dict(model.state_dict())
set_weights(numbered, get_weights(model))

x = torch.rand(5, 784)
for other in (numbered, named, library):
    assert torch.equal(other(x), model(x))
print("four spellings, one network")

# %% [markdown]
# ## The cheapest test there is
#
# Our network runs. Is it any good? It can't be, nobody has taught it anything. But there's
# something that we can check already. It should know that it knows nothing.
#
# In [the lesson on softmax](04_softmax.py), the network bet a dollar on the ten digits. Somebody
# with no idea puts ten cents on each, and pays ln 10, which is 2.303. So that's what the very
# first loss should be, near enough.

# %%
import math

from mlp_tutorial.data import load_mnist, mean_and_std, normalize

train = load_mnist("train", source="subset")
mean, std = mean_and_std(train.images)
images = normalize(train.images, mean, std).flatten(1)  # (5000, 784)
x, y = images[:256], train.labels[:256]  # a batch to test with

torch.manual_seed(7)
untrained = MLP(sizes)
first = F.cross_entropy(untrained(x), y)
print(f"{math.log(10):.3f} expected, {first.item():.3f} found")
assert 2.2 < first < 2.4

# %% [markdown]
# That took one line, and no training. Suppose you find 12 here instead, or 70. Then something's
# wrong already. Perhaps the pixels weren't normalized, or the weights are too large, and you've
# just saved yourself an hour. And here's what the same network says about a single digit.
# <!-- example -->

# %% figure="untrained-guess" alt="A handwritten digit beside ten bars of probability for the classes 0 to 9, all of them short. The untrained network does not prefer any." caption="An untrained network, asked about a digit. No bar sticks out, so it bets about ten cents on each."
from mlp_tutorial.plots import view_classify

logits = untrained(x[:1])
print(f"the largest is {torch.softmax(logits, dim=1).max():.2f}")
show(view_classify(x[0].view(28, 28), logits, kind="logits"))

# %% [markdown]
# Keep this picture in mind. The next lessons change nothing but the numbers in these matrices,
# and then one bar will stand alone.

# %% [markdown]
# ## A longer row
#
# So far we took whatever PyTorch gave us when it made a layer. In [the lesson on
# digits](03_mnist.py) we saw what can go wrong with weights of our own. Drawn from `randn` as
# they came, they made the network sure of nonsense, and we had to divide them. That network had
# two layers. What if the row is longer?
#
# Here are six hidden layers, of 100 units each. Every layer is a person in the telephone game.
# It hears 100 numbers from the layer before, and says 100 numbers to the next. We won't ask what
# they say. We only measure how *loud* they are.
#
# How do you measure how loud a bunch of numbers is? Take their **standard deviation**, std for
# short. It says how far they typically are from their average. For example, a layer that says 2,
# -2, 2, -2 has a standard deviation of 2, and a layer that says 0.1, -0.1 has one of 0.1. From
# here on we'll just call it the loudness.
# <!-- example -->
#
# And how large are the weights? We have to choose. `randn` draws them from the **normal
# distribution**, the famous bell. Most of its numbers are near zero, and farther out they get
# rare quickly. About two thirds of them are less than one standard deviation away from zero. If
# you'd like a wider or a narrower bell, multiply.

# %% figure="two-bells" alt="Two bell-shaped outlines around zero. The one with a standard deviation of 1 is wide and low, and the one with 0.3 is narrow and high." caption="Ten thousand random numbers each. The standard deviation says how wide the bell is."
from mlp_tutorial.plots import plot_histogram

torch.manual_seed(7)
drawn = torch.randn(10_000)
bells = {"std 1": drawn, "std 0.3": 0.3 * drawn}
for name, numbers in bells.items():
    within = (numbers.abs() < numbers.std()).float().mean()
    print(f"{name}: {within:.0%} within one standard deviation")
show(plot_histogram(bells, xlabel="the number"))

# %% [markdown]
# Now, what does a unit do with the hundred numbers that it hears? It multiplies each by a random
# weight, and adds them up. So let's add up random numbers, a hundred at a time, and see how loud
# the sums are.

# %% [markdown] tags=["predict"]
# Each of the hundred numbers comes from the bell with a standard deviation of 1. What's the
# standard deviation of their sum?
#
# - [ ] About 100.
#   It would be, if all hundred had the same sign. But half of them are negative, and they cancel
#   most of what the others add.
# - [x] About 10.
#   Pluses and minuses cancel, but never quite. What's left over grows, only more slowly than
#   the number of terms.
# - [ ] About 1.
#   Pluses and minuses do cancel, but hardly ever all of them. Toss a coin a hundred times, and
#   it's rarely heads exactly every other time.

# %%
for n in (1, 4, 25, 100):
    sums = torch.randn(10_000, n).sum(dim=1)
    print(f"sums of {n:3}: standard deviation {sums.std():.2f}")
    assert 0.95 < sums.std() / math.sqrt(n) < 1.05

# %% [markdown]
# Four numbers make 2, twenty-five make 5, a hundred make 10. Do you see it? It's the square root.
# **A sum of $n$ random numbers is $\sqrt n$ times as loud as each of them.** And suppose each is
# first multiplied by a random weight, with a standard deviation of $s$. Then their sum is
# $s \sqrt n$ times as loud as they were.
#
# So a unit can hear a hundred whispers and still speak up. It depends on $s$.

# %% [markdown]
# ## Silence
#
# Let's try weights that sound careful, with a standard deviation of 0.01. It wouldn't be a silly
# choice. AlexNet, the network that made everybody talk about deep learning in 2012, started from
# exactly this number. We set the weights with `nn.init`, whose functions fill a tensor in place.
# (That's what the underscore at the end of their names says.)
# <!-- example -->

# %%
with torch.no_grad():  # in old code you'll see .data.fill_ and the like
    nn.init.normal_(model.fc1.weight, std=0.01)
    nn.init.zeros_(model.fc1.bias)
print(f"{model.fc1.weight.std():.4f}", model.fc1.bias.abs().max().item())
assert 0.0098 < model.fc1.weight.std() < 0.0102

# %% [markdown]
# A `with` opens a block, and something special holds until the block ends. You may know `with
# open(path) as file`, which closes the file afterwards. Here it's that PyTorch keeps no records.
# Normally it notes whatever happens to a parameter, since it'll need that for learning, and if
# you change one behind its back it refuses. `no_grad` says that this is just us, setting things
# up. (The functions of `nn.init` say so themselves. But a line such as `weight *= 2` won't run
# without it.)
#
# That was a single layer. The library's `init_fixed` does the same to every layer of a network.
# So let's send our digits down the row.

# %% [markdown] tags=["predict"]
# The pixels come in with a loudness of 1, since we normalized them. Then they pass through seven
# layers, all with weights of standard deviation 0.01. How loud are the ten logits at the end?
#
# - [ ] A few hundredths.
#   That's the size of the weights. But the second layer hears what the first one said, which is
#   quieter already. It adds up, or rather it doesn't.
# - [x] A few hundred-millionths.
#   A unit adds up a hundred numbers, so a layer multiplies the loudness by about 0.01 * 10, which
#   is a tenth. And that happens seven times.
# - [ ] A few hundred-trillionths.
#   That's 0.01 multiplied by itself seven times, so you saw how it goes on and on. But each unit
#   adds up a hundred numbers, and that makes up for some of it.

# %%
from mlp_tutorial.initialization import init_fixed, init_scaled, spreads

row = MLP([784, 100, 100, 100, 100, 100, 100, 10])


def silent(net):
    init_fixed(net, 0.01)


def listen(start):
    torch.manual_seed(7)
    start(row)
    return spreads(row, x)  # how loud each layer is, before its ReLU


for n, loudness in enumerate(listen(silent)):
    print(f"layer {n + 1}: {loudness:.8f}")

# %% [markdown]
# That's a whisper dying out. Each layer is some ten or fifteen times quieter than the one before,
# and at the end you'd need very good ears. So should we just use larger weights? Here's the same
# row with the weights as `randn` draws them, with a standard deviation of 1.
# <!-- example -->


# %%
def screaming(net):
    init_fixed(net, 1.0)


for n, loudness in enumerate(listen(screaming)):
    print(f"layer {n + 1}: {loudness:12,.1f}")

# %% [markdown]
# Now it's about seven times louder each time, and the last layer screams in millions. Neither row
# did anything wild. Each person only changed the volume a bit, in the same direction as everybody
# else.
# <!-- example -->
#
# But you know what to do, don't you? A layer multiplies the loudness by $s \sqrt n$. The number of
# inputs, $n$, we can't change. But $s$ is a volume knob, and it's ours. Where would you set it, so
# that the layer passes on the message exactly as loud as it came?

# %% [markdown]
# ## The right volume
#
# The factor should be 1, so $s = 1 / \sqrt n$. For a hundred inputs that's 0.1. And now you know
# where the division in the lesson on digits came from. The library's `init_scaled` does this for
# every layer, each with its own $n$.
# <!-- example -->

# %%
print(*(f"{loud:.2f}" for loud in listen(init_scaled)))

# %% [markdown]
# It begins well. The first layer is at 1, just as we wanted. But then, annoyingly, it fades
# again. It's nowhere near as bad as before, but each layer has only about 0.7 of the loudness
# before it. Somebody in the row is swallowing part of the message. Who?
#
# It's ReLU. It turns every total below zero into 0, and that's about half of them. Say a layer's
# totals are 2, -2, 2, -2, so their squares are 4, 4, 4, 4. After ReLU it's 2, 0, 2, 0, and the
# squares are 4, 0, 4, 0. On average they're half of what they were. Now loudness is the root of
# such squares, and $\sqrt{0.5}$ is about 0.71. There's our 0.7.
# <!-- example -->
#
# So everybody has to speak up by a factor of $\sqrt 2$, just enough to make up for it. That's the
# whole cure, $s = \sqrt{2 / n}$. (Kaiming He and three colleagues published it in 2015, and
# PyTorch has it as `nn.init.kaiming_normal_`.)
# <!-- example -->


# %%
def steady(net):
    init_scaled(net, gain=math.sqrt(2))  # sqrt(2 / n) instead of sqrt(1 / n)


print(*(f"{loud:.2f}" for loud in listen(steady)))
assert 0.3 < listen(steady)[-1] < 5

# %% [markdown]
# Level, all the way to the end. (It's at 1.4 rather than 1 because the first layer hears pixels,
# and no ReLU has swallowed half of those.)
#
# You can even look at it. Here's a single digit on its way down each of the three rows. Every
# square is a layer, and every pixel in it is one of the hundred units, the darker the louder.

# %% figure="down-the-row" alt="Three rows of six squares of 10 by 10 pixels. In the first row, the first square is faint and the others are blank. In the second, all squares are speckled in black and white. In the third, all six are speckled in shades of gray." caption="The same digit in three rows of people. In the first row it's gone after one whisper. In the second everybody screams as loud as the picture can show. In the third, it gets through."
from mlp_tutorial.plots import draw_signals

rows = {}
for start in (silent, screaming, steady):
    torch.manual_seed(7)
    start(row)
    rows[start.__name__] = []
    said = x[0]
    for part in row:
        said = part(said)
        if isinstance(part, nn.ReLU):
            rows[start.__name__].append(said)
show(draw_signals(rows))

# %% [markdown]
# And what do you get if you choose nothing at all, and leave it to PyTorch? That surprised us.

# %% figure="scale-by-layer" alt="Standard deviation by layer on a logarithmic axis. Screaming climbs by a factor of about seven a layer, silent falls by a factor of about fourteen. Steady stays level, and PyTorch's own sinks at first and then flattens out at less than a tenth." caption="Mind the axis on the left, where each step multiplies. Only one of the four lines is level."
from mlp_tutorial.plots import plot_spreads

torch.manual_seed(7)
own = spreads(MLP(row.sizes), x)  # made and left as it is
print(*(f"{loud:.2f}" for loud in own))
measured = {f.__name__: listen(f) for f in (screaming, steady, silent)}
show(plot_spreads(measured | {"PyTorch's own": own}))

# %% [markdown]
# PyTorch's own weights are even a little quieter than our first try, so the signal fades here,
# too. What keeps the line from falling further is the biases, which PyTorch also draws at random.
# They keep murmuring when the digit is long gone. In a short row such as 784-128-64-10 it's no
# disaster, and the coming lessons use PyTorch's own. In a long row, turn the knob yourself.

# %% [markdown]
# ## Does the first loss notice?
#
# We had the cheapest test there is, remember? A network with no idea should have a first loss of
# about 2.303. Let's put our three starts to the test.

# %% [markdown] tags=["predict"]
# One row screams, one falls silent, and one is steady. Whose first loss comes closest to 2.303?
#
# - [ ] That of the steady row.
#   It deserves to. But its logits are about as loud as the pixels, so it bets more on some digits
#   than on others, for no good reason. That costs something.
# - [x] That of the silent row.
#   Its ten logits are all but zero, so softmax makes the ten digits equally likely. It's the
#   perfect ten cents on each.
# - [ ] That of the screaming row.
#   It's the loudest, so it's the surest. And if you're that sure and know nothing, you lose your
#   dollar nearly every time.

# %%
losses, gradients = {}, {}
for start in (screaming, silent, steady):
    torch.manual_seed(7)
    start(row)
    loss = F.cross_entropy(row(x), y)
    (gradient,) = torch.autograd.grad(loss, [row.fc1.weight])
    losses[start], gradients[start] = loss.item(), gradient.norm().item()
    print(f"{start.__name__:10} loss {loss:15,.3f}")
assert losses[screaming] > 1e5
assert losses[steady] < 10

# %% [markdown]
# So the cheapest test there is can be fooled. It catches a network that screams. It can't catch a
# network that's silent, because silence looks just like modesty. (And don't worry about the 3.017.
# A good start may well have a few opinions. You'll see in a minute how fast it gets over them.)
#
# But there's a second test, and we've already computed it. Nudge one weight a little. How much
# does the loss change? That's what the **gradient** says, one number for each weight. (How to
# compute it is what [the next lesson](09_gradients.py) is about. `norm` boils all those numbers
# down to a single one.) Here it is for the first layer.

# %%
for start, gradient in gradients.items():
    print(f"{start.__name__:10} gradient {gradient:15,.7f}")
assert gradients[silent] < 1e-3 * gradients[steady]

# %% [markdown]
# Imagine you nudge a weight in the first layer of the silent row. One unit speaks up a little. The
# next layer passes on less than a tenth of that, the one after it less than a tenth of the tenth,
# and at the far end nobody notices. Training is all about finding nudges that help. If no nudge
# makes a difference, then none can help.
#
# Could we just nudge harder? Let's try. Our library's `fit` is the training loop that we'll build
# in [lesson 10](10_training.py). It goes through the 5,000 digits twice, and `lr` says how large
# its steps are. We print the average loss of the second time.

# %%
from mlp_tutorial.training import fit


def teach(start, lr):
    torch.manual_seed(7)
    start(row)
    history = fit(row, (images, train.labels), epochs=2, lr=lr, progress=False)
    loss = history.train_loss[-1]
    print(f"{start.__name__:10} steps of {lr:<5} loss {loss:.2f}")
    return loss


for lr in (0.01, 0.3, 10):
    assert teach(silent, lr) > 2.2
assert teach(steady, 0.03) < 1

# %% [markdown]
# There they are, our two networks from the beginning. They have the same layers, and they saw the
# same digits in the same order. The silent one hasn't learned a thing, gently or brutally. (We
# also gave it thirty rounds instead of two. Nothing.) And the screaming one? To our surprise, it
# does learn something, if you take steps of about a millionth. But not much, and you wouldn't
# want to live like that.
# <!-- example -->
#
# Don't take the telephone game too far, though. In the real game the words get mangled, which is
# the fun of it. Our rows mangle them too, even the steady one. All it promises is that something
# arrives, loud enough to work with. Making sense of it has to be learned.

# %% [markdown]
# ## What our machine can read now
#
# Nothing yet. But let's be precise about it. We take our network, 784-128-64-10, and set the
# volume to steady. Then we show it 1,000 digits by people it will never learn from, and we do all
# that ten times, with other random numbers each time.

# %%
test = load_mnist("test", source="subset")
test_images = normalize(test.images, mean, std).flatten(1)
rights, bets = [], []
for seed in range(10):
    torch.manual_seed(seed)
    network = MLP(sizes)
    steady(network)
    with torch.no_grad():
        logits = network(test_images)
    right = (logits.argmax(dim=1) == test.labels).float().mean().item()
    rights.append(100 * right)
    bets.append(F.cross_entropy(logits, test.labels).item())
average = sum(rights) / 10
print(f"right: {average:.0f} % (from {min(rights):.0f} to {max(rights):.0f} %)")
print(f"loss: {sum(bets) / 10:.1f} (from {min(bets):.1f} to {max(bets):.1f})")
assert 5 < average < 15

# %% [markdown]
# A die with ten sides would do as well. Everything's built, and nothing is learned.
#
# But now a message can get through. What goes in at the front is heard at the back, and a nudge in
# the first layer is felt in the loss. So there they are, 109,386 knobs, all set at random. Which
# way should you turn each of them? You could nudge them, one at a time, and watch what happens.
# [The next lesson](09_gradients.py) begins just like that, and then finds a way to do all of them
# at once.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### From a file
#
# Somebody sends you a file with the weights of a network, and all you know about it is this list
# of shapes, and that there's a ReLU after each layer but the last.
#
# | name | shape |
# | --- | --- |
# | `fc1.weight`, `fc1.bias` | (128, 784), (128,) |
# | `fc2.weight`, `fc2.bias` | (64, 128), (64,) |
# | `fc3.weight`, `fc3.bias` | (10, 64), (10,) |
#
# Write the class `Network` that the file fits into, without looking up.
#
# <details><summary>Hint 1</summary>
#
# `nn.Linear` takes the number of inputs first, and stores its weights the other way around. The
# names in the list say what the layers are called.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Begin `__init__` with `super().__init__()`, and assign the layers to `self.fc1` and so on. In
# `forward`, `torch.relu` goes around the first two, and nothing around the third.
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

# %% [markdown] tags=["exercise", "warm-up"]
# ### On paper, by machine
#
# Write `count_by_sizes(sizes)`, which says how many numbers a network has, weights and biases
# together, without building it. `sizes` is a list with two or more entries. For our network,
# `count_by_sizes([784, 128, 64, 10])` is 109386.
#
# <details><summary>Hint 1</summary>
#
# A layer has two neighboring entries of the list, its inputs `n` and its units `m`. What does it
# add to the total?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Python's `itertools.pairwise(sizes)` goes through the list in pairs of neighbors. Add up `n * m +
# m` for each pair.
#
# </details>


# %% tags=["exercise"]
def count_by_sizes(sizes):
    raise NotImplementedError


# %% tags=["solution"]
from itertools import pairwise


def count_by_sizes(sizes):
    return sum(n * m + m for n, m in pairwise(sizes))


# %% tags=["check"]
from mlp_tutorial.exercises import check_count_by_sizes

print(check_count_by_sizes(count_by_sizes))

# %% [markdown] tags=["exercise", "apply"]
# ### Start any network
#
# Write `initialize(model)`, which gives a network a start that survives. In each linear layer,
# draw the weights from a normal distribution with mean 0 and standard deviation $\sqrt{2/n}$,
# where $n$ is the number of inputs of this layer, and set the biases to zero. Change them in
# place. Careful, a network can have parts of other kinds, with parameters of their own. Leave
# those alone.
#
# <details><summary>Hint 1</summary>
#
# `model.modules()` goes through all parts of a network. `isinstance(part, nn.Linear)` says whether
# a part is a linear layer.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A linear layer knows its number of inputs as `part.in_features`. Then `nn.init.normal_` and
# `nn.init.zeros_` do the rest.
#
# </details>


# %% tags=["exercise"]
def initialize(model):
    raise NotImplementedError


# %% tags=["solution"]
def initialize(model):
    for part in model.modules():
        if isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=math.sqrt(2 / part.in_features))
            nn.init.zeros_(part.bias)


# %% tags=["check"]
from mlp_tutorial.exercises import check_initialize

print(check_initialize(initialize))

# %% [markdown] tags=["exercise", "apply"]
# ### Tune it by ear
#
# Suppose you don't know what a layer's inputs look like, so no formula fits. You can still
# listen, and turn the knob. Write `tune(layer, x)`, which changes the weights of the linear layer
# `layer` in place, so that its output for the batch `x` has a standard deviation of 1. All weights
# change by the same factor. The biases are zero, and stay so.
#
# <details><summary>Hint 1</summary>
#
# Without biases, weights that are twice as large make an output that's twice as loud. How loud is
# it now, and what factor takes it to 1?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Inside `with torch.no_grad():`, measure `layer(x).std()`, then divide `layer.weight` by it in
# place, with `/=` or `div_`.
#
# </details>


# %% tags=["exercise"]
def tune(layer, x):
    raise NotImplementedError


# %% tags=["solution"]
def tune(layer, x):
    with torch.no_grad():
        layer.weight /= layer(x).std()


# %% tags=["check"]
from mlp_tutorial.exercises import check_tune

print(check_tune(tune))

# %% [markdown] tags=["exercise", "think"]
# ### Three layers later
#
# Three layers of 400 units follow each other, with no activation at all between them. The numbers
# that go in are 400 too, with a loudness of 1. All weights have a standard deviation of 0.1, and
# the biases are zero. How loud is it after the third layer? `loudness` is a number. You won't need
# a computer.
#
# <details><summary>Hint 1</summary>
#
# What does one layer do to the loudness? A unit adds up 400 numbers, and each was multiplied by a
# weight.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# One layer multiplies by $0.1 \cdot \sqrt{400}$. And there's no ReLU that swallows half.
#
# </details>

# %% tags=["exercise"]
loudness = ...

# %% tags=["solution"]
loudness = (0.1 * math.sqrt(400)) ** 3

# %% tags=["check"]
from mlp_tutorial.exercises import check_loudness

print(check_loudness(loudness))

# %% [markdown] tags=["exercise", "think"]
# ### All zero
#
# Why random numbers at all? Somebody sets every weight and every bias of our network to zero. The
# first loss is exactly ln 10. Then training begins, which nudges each number in the direction that
# lowers the loss. What happens to the network? Write the letter of your answer, such as
# `all_zero = "a"`.
#
# - **a** It learns as well as any other, since the first nudges make the weights differ.
# - **b** It learns, but more slowly, since it has a longer way to go.
# - **c** Its weights stay zero, since nudging any single one of them changes no logit.
# - **d** The loss explodes, since the signal is divided by a loudness of zero.
#
# <details><summary>Hint 1</summary>
#
# Pick one weight in the first layer and nudge it in your head. Which numbers of the network change?
# Follow them to the end.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A weight in the first layer changes one hidden unit, and the next layer multiplies that by zero.
# And a weight in the last layer multiplies a hidden unit. How large is that?
#
# </details>

# %% tags=["exercise"]
all_zero = ...

# %% tags=["solution"]
all_zero = "c"

# %% tags=["check"]
from mlp_tutorial.exercises import check_all_zero

print(check_all_zero(all_zero))
