# %% [markdown]
# # Deep networks
#
# Fifty people sit in a row. Somebody whispers a message to the first, and they pass it on, until
# the last one acts on it. If that goes wrong, a complaint travels the other way, from
# the last person back to the first, through the same fifty pairs of ears, so that everybody can
# learn to say it differently next time.
#
# You know half of this game. In [lesson 8](08_build_a_network.py) it was seven people, and only
# the message mattered. Now suppose you hire careful people, who pass on nine tenths of what they
# hear. That sounds fine. But when the complaint reaches the front of the row, half a percent of
# it is left. So you fire them all and hire a livelier crowd. They add a tenth instead, and this
# time it comes back a hundred times too loud.
#
# <!-- example -->
#
# So **how does anything get through fifty layers, there and back?**
#
# You'll be able to
#
# - look at a single layer and say what fifty of them will do, in both directions;
# - write BatchNorm, LayerNorm and a residual connection yourself, and use PyTorch's;
# - say how deep a network can be before it stops learning, and whether the depth was worth it.
#
# Reading takes 40 minutes. The code runs in about a minute on an ordinary laptop.

# %% [markdown]
# ## Why would anybody want fifty?
#
# Because depth looked so cheap. In [lesson 5](05_activations.py), ten folds of a strip of paper
# made 1,024 pieces, and we wondered whether handwriting would reward that, too. Back then we
# couldn't train. Now we can, so let's build rows of any length and see how they do. To keep it
# quick, there are only 64 units in a layer, and 4,000 digits to learn from.
#
# We'll want to swap what's in the middle of the row later. So `chain` gets a function that makes
# one layer, and calls it as often as it needs to. Our first such function is called `plain`.
#
# <!-- example -->


# %%
import math

import torch
import torch.nn.functional as F
from torch import nn

from mlp_tutorial.data import load_mnist, mean_and_std, normalize

digits = load_mnist("train", source="subset")
test = load_mnist("test", source="subset")
scale = mean_and_std(digits.images)
images = normalize(digits.images, *scale).flatten(1)  # (5000, 784)
train = images[:4000], digits.labels[:4000]
fresh = normalize(test.images, *scale).flatten(1), test.labels


def plain():
    return nn.Sequential(nn.ReLU(), nn.Linear(64, 64))


# %%
def chain(depth, middle):
    layers = [nn.Linear(784, 64)]
    layers += [middle() for _ in range(depth - 2)]
    layers += [nn.Sequential(nn.ReLU(), nn.Linear(64, 10))]
    return nn.Sequential(*layers)


assert len(chain(20, plain)) == 20

# %% [markdown]
# Next we need a way to teach them. Each network gets 200 steps of plain SGD, and then it reads
# 1,000 fresh digits. If the steps are so large that the loss becomes infinite, `fit` stops with
# an error, and we put the network down as guessing, at 10 %.

# %%
from mlp_tutorial.evaluation import evaluate
from mlp_tutorial.training import fit


def teach(net, lr, seed=0):
    options = {"epochs": 5, "batch_size": 100, "seed": seed, "progress": False}
    try:
        fit(net, train, lr=lr, **options)
    except FloatingPointError:
        return 10.0
    return 100 * evaluate(net, *fresh).accuracy


# %%
assert 5 * len(train[0]) / 100 == 200  # steps
best = {2: 0, 20: 0}
for depth in best:
    for lr in (0.01, 0.03, 0.1, 0.3):
        torch.manual_seed(0)
        right = teach(chain(depth, plain), lr)
        print(f"{depth:2} layers, lr {lr:<4}: {right:.0f} % right")
        best[depth] = max(best[depth], right)
assert best[2] > 80
assert best[20] < 20

# %% [markdown]
# With two layers, the network soon reads nine digits in ten. With twenty it reads nothing at all,
# whichever rate we pick. It isn't broken. Each layer in it would work perfectly well in a shorter
# row. So what happens in there?

# %% [markdown]
# ## Listening in both directions
#
# In lesson 8 we went down the row and measured how loud each layer was. We'll do that again, but
# this time we'll also walk back. There's [a gradient](09_gradients.py) for each number in a
# network, which says how much the loss would change if the number were a little larger. That's
# our complaint. If a layer says 64 numbers, 64 complaints come back, and from those it finds out
# how to change its weights. So a layer that gets no complaints can't learn.
#
# Once a complaint about a layer's output has been passed on, PyTorch throws it away, unless you
# ask it not to. That's what `retain_grad` is for.

# %%
x, y = train[0][:256], train[1][:256]  # a batch to listen to
assert len(x) == 256


def loudness(numbers):  # from lesson 8
    return numbers.square().mean().sqrt().item()


def listen(net):
    said, heard = [], x
    for layer in net:
        heard = layer(heard)
        heard.retain_grad()
        said.append(heard)
    F.cross_entropy(heard, y).backward()
    return [h.detach() for h in said], [h.grad for h in said]


# %% [markdown] tags=["predict"]
# The complaint starts at the far end and travels toward layer 1. How much of what layer 19 gets
# still reaches layer 1, eighteen layers further on?
#
# - [x] Less than a millionth.
#   Each layer passes on well under a half, and eighteen factors like that leave nearly nothing.
# - [ ] About a thousandth.
#   That takes layers that pass on about two thirds each, and these are a lot worse than that.
# - [ ] About a twentieth.
#   That would be right if each layer took the same *amount* away. But each of them only hears
#   what the layer after it has left over.

# %%
torch.manual_seed(0)
said, complaints = listen(chain(20, plain))
for n in (1, 2, 5, 10, 15, 19):
    there, back = loudness(said[n - 1]), loudness(complaints[n - 1])
    print(f"layer {n:2} says {there:.3f} and gets back {back:.0e}")
share = loudness(complaints[0]) / loudness(complaints[18])
assert share < 1e-6

# %% [markdown]
# (`6e-12` is a number with its 6 in the twelfth decimal place.) Layer 19 can hear its complaint,
# and layer 1 hears next to nothing. Meanwhile the message seems to hold its volume, after a drop
# at the beginning. Here are all the layers at once. Each little hill is a histogram of what one
# layer says, or of what comes back to it, and only the distance from zero counts, not the sign.
#
# <!-- example -->

# %% figure="signal-by-layer" alt="Two panels, each with twenty small histograms, one below the other, from layer 1 at the top to layer 20 at the bottom, on a logarithmic axis. In the left panel they stand above each other, all but the first few. In the right panel each is a little further to the left than the one below it, so that they form a long slope." caption="The message on the left, the complaint on the right. Start reading the right one at the bottom. Each mark on the axis is a factor of a thousand or more."
from mlp_tutorial.plots import plot_layers, show

show(plot_layers({"said": said, "complaint": complaints}))

# %% [markdown]
# The slope on the right is so even that you could draw it with a ruler. So whatever goes wrong
# here goes wrong in every layer, by about the same factor. We don't have to understand twenty
# layers, then. We have to understand one.

# %% [markdown]
# ## One layer is enough
#
# For the message, we already know the factor. A unit that hears $n$ numbers through random
# weights of standard deviation $s$ comes out $s \sqrt n$ times as loud as they are, and ReLU
# swallows half of the squares, which multiplies the loudness by $\sqrt{1/2}$, or 0.71. And what's
# $s$ if we set nothing? Then PyTorch spreads its weights evenly between $-1/\sqrt n$ and $1/\sqrt
# n$. Take numbers spread evenly from -1 to 1, for example. Their squares average a third, so they
# have a loudness of $\sqrt{1/3}$, which is 0.58. PyTorch's weights are $\sqrt n$ times smaller
# than that, so $s$ is $0.58 / \sqrt n$, and in $s \sqrt n$ the $\sqrt n$ cancels. So a layer
# passes on $0.58 \cdot 0.71$ of what it hears, which is 0.41.
#
# Now turn around. Imagine you're a unit, and ask who heard you. All $m$ units of the next layer
# did, each through a weight of its own, and now all $m$ of them come to complain. How much of
# each is meant for you? Suppose somebody listens to you with a weight of 2. Then a nudge from you
# reaches them doubled, so you should take their complaint twice as seriously. Or say the weight
# is 0.1, and you can nearly shrug it off. So you multiply each complaint by the weight you were
# heard through, and add up the products.
#
# <!-- example -->
#
# But that's the same kind of sum as for the message! It has $m$ random weights in it instead of
# $n$, so it comes out $s \sqrt m$ times as loud. Then there's your own ReLU to get past. If your
# total was above zero, it went through as it was, and so does the complaint. If it was below
# zero, you said 0, and you'd have said 0 after a little nudge, too. There's nothing to complain
# about. That's about half of all units, so once again half of the squares are gone.
#
# **So one layer multiplies the message by $s \sqrt{n/2}$ on its way down the row, and the
# complaint by $s \sqrt{m/2}$ on its way back.** Here $n$ is how many numbers the layer hears, and
# $m$ is how many units it hears them with. In the middle of our row, both are 64. (Strictly
# speaking, whether a unit got past its ReLU has something to do with those same weights. We've
# pretended that it doesn't. Let's see if we get away with it.)

# %%
print(f"{math.sqrt(1 / 3):.2f} and {math.sqrt(1 / 2):.2f}")
s = math.sqrt(1 / 3) / math.sqrt(64)
print(f"by our law, a layer passes on {s * math.sqrt(64 / 2):.2f}")
print(f"eighteen layers passed on {share:.1e}")
factor = share ** (1 / 18)  # 18 of these make the share
print(f"so one of them passes on {factor:.2f}")
assert 0.33 < factor < 0.48

# %% [markdown]
# So one line of arithmetic very nearly explains twenty layers. But wait a minute. If the factor
# is the same in both directions, why did the message hold its volume? For example, layer 19 still
# says 0.084.
#
# <!-- example -->
#
# Loud isn't the same as clear, we said in lesson 8. Maybe what we hear isn't the message at all.
# Let's find out. For each unit, take the average of what it says over all 256 digits. That's what
# it says *anyway*, whatever it's shown. Subtract it, and listen only to the rest.


# %%
def about_the_digit(numbers):
    return loudness(numbers - numbers.mean(dim=0))


for n in (1, 2, 5, 10, 15, 19):
    h = said[n - 1]
    print(f"layer {n:2}: {loudness(h):.3f}, of that {about_the_digit(h):.0e}")
assert about_the_digit(said[18]) / loudness(said[18]) < 1e-5

# %% [markdown]
# There it is. The message dies just like the complaint. By layer 19, the row is murmuring its
# biases, and shows no sign of having seen a digit. The law held all along, and we'd been
# listening to the wrong thing.
#
# So here's what makes deep networks hard. Whatever goes through fifty layers gets multiplied by
# fifty factors, and then fifty more on the way back. If each of them is 0.41, it's hopeless, and
# you've seen what nine tenths or eleven tenths would do. It helps if they're all about 1, and in
# *both* directions. How would you arrange that?

# %% [markdown]
# ## First invention: a number to start from
#
# You've met the first answer. We want $s \sqrt{n/2}$ to be 1, so we turn the knob to $s = \sqrt{2
# / n}$. That's Kaiming He's start from lesson 8, the **He start** for short. And as long as a
# layer has as many units as inputs, the same setting is right for the way back. (The first and
# the last layer of our row aren't like that, but a factor that comes once does no harm. It's the
# ones that come fifty times that we worry about.)

# %%
from mlp_tutorial.initialization import init_scaled


def he(depth):
    net = chain(depth, plain)
    init_scaled(net, gain=math.sqrt(2))  # s = sqrt(2 / n)
    return net


torch.manual_seed(0)
print(f"20 layers, He start: {teach(he(20), 0.03):.0f} % right")
for seed in range(3):
    torch.manual_seed(seed)
    said, complaints = listen(he(50))
    there = loudness(said[48]) / loudness(said[0])
    back = loudness(complaints[0]) / loudness(complaints[48])
    print(f"50 layers: {there:.2f} times as loud at the end, {back:.2f} back")
    assert 0.005 < there < 200
    assert 0.005 < back < 200

# %% [markdown]
# Twenty layers that couldn't learn a thing at any of these rates now read most of the digits. All
# that we've changed is the numbers they start from. Even fifty layers get the signal through in
# both directions, more or less. It's "more or less" because our law is about averages. Each
# layer's weights are drawn at random, so its own factor is a bit more than 1 or a bit less, and
# the longer the row, the further the product wanders off.
#
# Besides, it's only a start. Once training has begun, nobody keeps the volume at 1. Could we have
# somebody do that?

# %% [markdown]
# ## Second invention: somebody with a volume meter
#
# Imagine a person with a volume meter behind every layer. They measure how loud the layer was and
# divide by that. If they read 0.2, for example, they divide everything by 0.2, and the message
# goes on at a loudness of 1, whatever the weights are.
# <!-- example -->
#
# While they're at it, they could subtract what each unit says anyway, so that only the part about
# the digit is left. So for each unit they take the average over the batch and subtract it, and
# then they divide by the standard deviation over the batch. That's **batch normalization**, or
# BatchNorm. You can write it in three lines, and it computes what PyTorch's module computes. The
# tiny `1e-5` keeps anybody from dividing by zero, and with `correction=0` the squares are divided
# by the number of digits, 256.


# %%
def batch_norm(h):
    mean = h.mean(dim=0)  # over the digits of the batch, (64,)
    var = h.var(dim=0, correction=0)  # the squared standard deviation
    return (h - mean) / (var + 1e-5).sqrt()


h = said[0]
torch.testing.assert_close(batch_norm(h), nn.BatchNorm1d(64)(h))
print("equal to PyTorch's")

# %% [markdown] tags=["predict"]
# Put a BatchNorm into the middle layers of a row of fifty, and the message arrives as loud as it
# should. What about the complaint, when it gets back to layer 1?
#
# - [ ] It's about as loud as it started.
#   You'd think so, since the law is the same in both directions. But the meter changes what gets
#   through in one of them.
# - [x] It's thousands of times as loud.
#   The meter turns the message up by more than ReLU has swallowed, and nobody turns the complaint
#   back down.
# - [ ] It has faded to less than a thousandth.
#   That's what happened without the meter. But now the message gets turned up until that makes
#   up for what ReLU swallows, and then some.


# %%
def with_batch_norm():
    return nn.Sequential(nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 64))


torch.manual_seed(0)
said, complaints = listen(chain(50, with_batch_norm))
back = loudness(complaints[0]) / loudness(complaints[48])
print(f"{back:,.0f} times as loud, or {back ** (1 / 48):.2f} a layer")
assert back > 1000

# %% [markdown]
# This really surprised me. It's one of the most famous cures for deep networks, and it makes the
# complaint explode! Where does a factor of 1.2 come from? Let's do the sum for one layer again.
#
# After the meter, the numbers average 0 and have a loudness of 1. ReLU halves their squares, so
# the average square is 0.5. But now they don't average zero anymore, since nothing negative is
# left. Part of that 0.5 is what the unit says anyway, and the next meter takes it away before it
# measures the rest. So it finds less than half, and turns the volume up by more than ReLU turned
# it down. How much is that?

# %%
heard = torch.relu(torch.randn(1_000_000))
anyway, rest = heard.mean().square(), heard.var()
print(f"average square {heard.square().mean():.2f},", end=" ")
print(f"of that {anyway:.2f} anyway and {rest:.2f} about the digit")
print(f"one layer: {(0.5 / rest).sqrt():.2f}")
print(f"48 layers: {(0.5 / rest).sqrt() ** 48:,.0f}")

# %% [markdown]
# Now think of the way back. Whatever the meter does to the message, it does to a nudge as well.
# If it doubles everything, for example, then a nudge counts double, and so does the complaint
# about it. Here the meter multiplies by $\sqrt{1/0.34}$, and ReLU still swallows only a half, so
# it multiplies by $\sqrt{0.5}$. Together that's 1.21. We measured a little less, perhaps because
# a nudge to one digit also moves the average and the volume of its batch, which we left out. Greg
# Yang and five others worked it out properly in 2019.
#
# <!-- example -->
#
# That isn't BatchNorm's only peculiarity. What it says about your digit depends on *who else is
# in the batch*.

# %%
norm = nn.BatchNorm1d(64)
alone, crowd = norm(h[:64])[0], norm(h)[0]  # the same digit both times
print("training: differ by up to", f"{(alone - crowd).abs().max():.2f}")
try:
    norm(h[:1])
except ValueError as error:
    print("a batch of one:", error)
norm.eval()
torch.testing.assert_close(norm(h[:1])[0], norm(h)[0])
print("after eval(): no difference, and a batch of one is fine")

# %% [markdown]
# Imagine telling somebody at the bank that their check reads differently depending on who's
# behind them in line. So while it trains, BatchNorm keeps a running average of its means and
# variances, and after `model.eval()` it uses those. That's one more reason never to forget
# `eval()`.
#
# Both troubles come from averaging over the batch. So why not average over something else?
# **Layer normalization**, or LayerNorm, takes one digit at a time, and resets the average and the
# volume over that digit's own 64 units. Nobody else's digit comes into it, so a batch of one is
# fine, and it does the same in training and afterward. What it subtracts is hardly anything,
# because some of the 64 are positive and some negative, and they nearly cancel. So there should
# be nothing to make up for on the way back.


# %%
def layer_norm(h):
    mean = h.mean(dim=1, keepdim=True)  # over the units of a digit, (256, 1)
    var = h.var(dim=1, correction=0, keepdim=True)
    return (h - mean) / (var + 1e-5).sqrt()


def with_layer_norm():
    return nn.Sequential(nn.LayerNorm(64), nn.ReLU(), nn.Linear(64, 64))


torch.testing.assert_close(layer_norm(h), nn.LayerNorm(64)(h))
torch.manual_seed(0)
said, complaints = listen(chain(50, with_layer_norm))
back = loudness(complaints[0]) / loudness(complaints[48])
print(f"{back:.1f} times as loud, or {back ** (1 / 48):.2f} a layer")
assert back < 50

# %% [markdown]
# Both troubles are gone, and the factor is 0.99. (PyTorch's two modules also have a weight and a
# bias for each unit, so that the network can make some unit louder if that helps. These start at
# 1 and 0, so they made no difference above.) Here's the complaint in all the rows we have.

# %% figure="way-back" alt="The loudness of the complaint at each of 50 layers, on a logarithmic axis, read from the right. With PyTorch's start it falls in a straight line, far below a billionth at layer 1. With the He start and with LayerNorm it stays level. With BatchNorm it climbs in a straight line to several thousand." caption="The complaint starts on the right, at layer 49, where we call its loudness 1. Follow each line to the left, to layer 1."
from mlp_tutorial.plots import plot_spreads

rows = {
    "BatchNorm": lambda: chain(50, with_batch_norm),
    "He start": lambda: he(50),
    "LayerNorm": lambda: chain(50, with_layer_norm),
    "PyTorch's start": lambda: chain(50, plain),
}
paths = {}
for name, make in rows.items():
    torch.manual_seed(2)
    said, complaints = listen(make())
    sizes = [loudness(c.double()) for c in complaints[:49]]
    paths[name] = [size / sizes[-1] for size in sizes]
show(plot_spreads(paths, label="complaint"))

# %% [markdown]
# So LayerNorm looks like the winner. (A `lambda`, by the way, is a little function without a
# name. These take nothing and return a network.)

# %% [markdown]
# ## Third invention: put it in writing
#
# Let's step back for a moment. Why do we make fifty people repeat a message at all? Write it down
# and hand the paper along! Everybody reads it, adds a remark of their own, and passes it on. What
# the first person wrote is still there at the end. On the way back it's the same, since whoever
# complains about the paper is complaining to everybody who wrote on it.
#
# That's a **residual connection**. A layer no longer says $f(h)$ but $h + f(h)$.


# %%
class Remark(nn.Module):
    def __init__(self, loud):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.normal_(self.fc.weight, std=loud * math.sqrt(2 / 64))
        nn.init.zeros_(self.fc.bias)

    def forward(self, h):
        return h + self.fc(torch.relu(h))


# %% [markdown]
# With `loud=1` it has the He start, so a remark is about as loud as what's on the paper.

# %% [markdown] tags=["predict"]
# In a row of fifty, 48 people in the middle add a remark, each as loud as everything that's on
# the paper already. How loud is it at the end?
#
# - [ ] About 7 times as loud.
#   You added squares, which is right for 48 remarks as loud as the first message. But each remark
#   answers everything on the paper, so they get louder and louder.
# - [ ] About 50 times as loud.
#   That would be right if all the remarks were as loud as the first message, and none of them
#   canceled each other.
# - [x] Millions of times as loud.
#   Each remark doubles the squares on the paper, so a layer multiplies the loudness by $\sqrt 2$.
#   After 48 of them that's about 17 million, give or take what chance does.

# %%
for loud in (1, 1 / math.sqrt(50), 0):
    torch.manual_seed(0)
    said, complaints = listen(chain(50, lambda: Remark(loud)))
    there = loudness(said[48]) / loudness(said[0])
    print(f"remarks at {loud:.2f}: {there:12,.2f} times as loud")
    if loud < 1:
        back = loudness(complaints[0]) / loudness(complaints[48])
        print(f"{back:36,.2f} times back")
assert there == 1

# %% [markdown]
# (It isn't 17 million, because in a row this long the luck of the draw multiplies, too.)
# <!-- example -->
#
# Annoyingly, even the paper obeys the law. Its factor is $\sqrt{1 + 1}$ if the remarks are as
# loud as the text. But now there's a way out that nobody had before. Keep the remarks quiet. If
# each adds a fiftieth to the squares, the factor is $\sqrt{1 + 1/50}$, and fifty of those make
# only 1.64. Or let everybody keep quiet at first, with remarks of zero. Then the paper goes down
# the row untouched, the complaint comes back untouched, and each factor is *exactly* 1.
#
# <!-- example -->
#
# Can a layer learn if it starts at zero? In lesson 8, a network of zeros couldn't. But here every
# layer still hears the message and gets the complaint, so it knows which way to turn its weights.
#
# Now set the rows up yourself, and listen in both directions.
#
# <!-- depth -->

# %% [markdown]
# ## Which of them train?
#
# Now we have five kinds of rows. There's the plain one with PyTorch's own start. The second has
# the He start instead, with all biases at zero. BatchNorm and LayerNorm are the plain row with a
# meter in each layer, and in the last row the layers are remarks that start at zero. We'll build
# them all with 2, 5, 10, 20 and 50 layers.
#
# To be fair, every row should get the learning rate that suits it. So beforehand we tried the
# same eight rates for each of them, took the three that looked best, tried those again from other
# seeds, and kept the winner. For this we used 1,000 of the training digits, which we'd held back.
# Here each row is trained anew from four more seeds, and reads 1,000 fresh digits that had no say
# in any of this. Let's call a row *trained* if even the worst of its four seeds gets 70 % right.

# %%
kinds = {
    "plain": lambda depth: chain(depth, plain),
    "He start": he,
    "BatchNorm": lambda depth: chain(depth, with_batch_norm),
    "LayerNorm": lambda depth: chain(depth, with_layer_norm),
    "residual": lambda depth: chain(depth, lambda: Remark(0)),
}
rates = {  # for 2, 5, 10, 20 and 50 layers
    "plain": (0.3, 0.3, 1.0, 1.0, 1.0),
    "He start": (0.3, 0.1, 0.1, 0.03, 0.03),
    "BatchNorm": (0.3, 0.1, 0.1, 0.3, 0.1),
    "LayerNorm": (0.3, 0.1, 0.03, 0.01, 0.003),
    "residual": (0.3, 0.3, 0.1, 0.1, 0.03),
}

# %% [markdown] tags=["predict"]
# With 50 layers, which of the five are trained?
#
# - [x] Residual, and none of the others.
#   Nobody in that row has to repeat anything. What the first person wrote is still there at the
#   end.
# - [ ] LayerNorm and residual.
#   LayerNorm's factors are about as good as they get. But it has a problem that loudness doesn't
#   show, which we'll come to next.
# - [ ] All of them except the plain one.
#   With the He start and with both meters the message arrives loud enough, and at ten layers
#   that's all it takes. At fifty it isn't.

# %% figure="which-train" alt="A table of five rows and five columns, with a disk in each cell. Plain is trained with 2 and 5 layers and guesses from 10 on. LayerNorm is trained up to 10 layers, the He start and BatchNorm up to 20 and residual up to 50." caption="Percent right of 1,000 fresh digits, on average over four seeds, with the worst and the best of them below. Filled disks are trained. Follow a row from left to right and see where it breaks off." tolerance=3
from mlp_tutorial.plots import draw_scores

scores = {name: {} for name in kinds}
for name, make in kinds.items():
    for depth, lr in zip((2, 5, 10, 20, 50), rates[name], strict=True):
        found = []
        for seed in range(4):
            torch.manual_seed(seed)
            found.append(teach(make(depth), lr, seed))
        scores[name][str(depth)] = found
show(draw_scores(scores, enough=70, label="layers"))

# %% [markdown]
# (With two layers there's nothing in the middle, so apart from the He start that's the same
# network every time.)
#
# In 200 steps, the plain row doesn't get as far as ten layers, and LayerNorm doesn't get to
# twenty. The He start does, though not by much. BatchNorm is comfortable at twenty layers and
# hardly better than guessing at fifty. Only the paper makes it to the end of the row. And the
# start of the remarks matters. When we tried others, a seventh of the He start did just as well
# as zero. At its full volume, the row learned at none of our eight rates.
#
# One thing doesn't fit, though. LayerNorm's factor was 0.99, about as good as it gets, and with
# BatchNorm the complaint exploded. So why does BatchNorm win at twenty? Perhaps a factor of 1.2
# does little harm in so short a row. But what's wrong with LayerNorm? We've listened only to how
# loud they are, so let's look at the *words*. Here's what layer 19 says about six different
# digits, before any training, all at the same volume.

# %% figure="same-words" alt="Four rows of six squares, each made of 64 pixels in shades of gray. In the row of LayerNorm all six squares look nearly the same. In the row of the He start they have the same pattern, some fainter and some stronger. In the rows of BatchNorm and residual each square has a pattern of its own." caption="Each square is what layer 19 says about one digit, with a pixel for each of its 64 units. Compare the squares within a row. Could you tell the six digits apart?"
from mlp_tutorial.plots import draw_signals

words = {}
for name in ("He start", "LayerNorm", "BatchNorm", "residual"):
    torch.manual_seed(0)
    said, complaints = listen(kinds[name](20))
    words[name] = list(said[18][:6] / loudness(said[18]))
show(draw_signals(words))

# %% [markdown]
# How alike are two of those squares? Take the 64 numbers of each, multiply them pair by pair, add
# up the products, and divide by one length and then by the other. You get 1 if they point in the
# same direction, and 0 if they have nothing in common. We'll do that for all pairs of our 256
# digits, and average.


# %%
def alike(h):
    h = F.normalize(h, dim=1)  # divides each row by its length
    products = h @ h.T  # every row with every row, itself included
    n = len(h)
    return ((products.sum() - n) / (n * n - n)).item()  # not with itself


found = {}
for name, make in kinds.items():
    found[name] = []
    for seed in range(5):
        torch.manual_seed(seed)
        said, complaints = listen(make(20))
        found[name].append(alike(said[18]))
    right = sum(scores[name]["20"]) / 4
    average = sum(found[name]) / 5
    print(f"{name:10} alike {average:.2f}, later {right:.0f} % right")
print(f"and after the first layer: {alike(said[0]):.2f}")
assert min(found["He start"] + found["LayerNorm"]) > 0.8
assert max(found["BatchNorm"] + found["residual"]) < 0.6

# %% [markdown]
# With the He start and with LayerNorm, everybody speaks at the right volume, and by layer 19 they
# say nearly the same thing whatever they've been shown. BatchNorm keeps the digits apart, since
# it subtracts what's the same for all of them. And on the paper, the message is still there in
# the first person's own handwriting.
#
# So here the telephone game breaks down. The right volume in both directions helps a lot, but it
# isn't enough. (Be careful with this, though. Five rows that happen to line up don't prove that
# being alike is what stops He and LayerNorm. It's only what we heard when we listened.)
#
# And all of this is about 200 steps of plain SGD. With [Adam](11_optimizers.py), for example, the
# He start and LayerNorm did a good deal better at twenty layers. At fifty they still fell far
# short of the paper, though we tried only four rates. [Our
# measurements](../docs/benchmarks.md#deep-networks) list all that we tried.

# %% [markdown]
# ## Was it worth it?
#
# Now the question we came with. We can train fifty layers. Do they read any better than two? Each
# residual row goes up against two layers with the same seed, on the same 1,000 digits. After the
# ± comes the standard error of the average lead, as in [the last lesson](12_evaluation.py).

# %% tolerance=2
two = torch.tensor(scores["residual"]["2"])
leads = {}
for depth, found in scores["residual"].items():
    lead = torch.tensor(found) - two
    leads[depth] = lead.mean().item()
    error = lead.std() / math.sqrt(4)
    net = kinds["residual"](int(depth))
    numbers = sum(p.numel() for p in net.parameters())
    print(f"{depth:>2} layers, {numbers:7,} numbers,", end=" ")
    print(f"lead {leads[depth]:+.1f} ± {error:.1f} points")
assert max(leads.values()) < 3

# %% [markdown]
# No. With only four seeds, a lead should be about three times its ± before you believe it, and
# none of these is. If anything, the deeper rows are behind. It wasn't for lack of time, either.
# When we gave 2, 5, 20 and 50 layers 2,000 steps instead of 200, two layers were still not
# behind. So handwriting like this, or at least 4,000 digits of it, doesn't reward depth the way
# the folded paper did.
#
# And what do those 48 remarks say? When they start at zero, all of them read the same paper and
# get the same complaint, so at first they learn the same thing. Let's see if that's still true
# after training, with the 64 times 64 weights of each remark in a row.

# %% tolerance=0.2
torch.manual_seed(0)
net = kinds["residual"](50)
teach(net, rates["residual"][4])
remarks = [layer.fc.weight.detach().flatten() for layer in net[1:-1]]
together = alike(torch.stack(remarks))
print(f"{len(remarks)} remarks, alike {together:.2f}")
assert together > 0.5

# %% [markdown]
# So they make nearly the same remark 48 times, which isn't what you'd hire 48 people for. (Is that
# why they're no better than two layers? Remarks that start at a seventh of He's volume differ from
# the beginning, and when we tried those, they did just as well and no better.)
#
# Why does anybody build deep networks, then? Because other tasks do reward it, such as telling
# what's in a photograph. Kaiming He and three colleagues put it in writing, with up to 152 layers
# and a BatchNorm in each, and won a famous contest in 2015. The large language models that you
# may have talked to are rows of remarks as well, with a LayerNorm or something like it in each.
# So you've just built the parts they're made of.
# <!-- example -->

# %% [markdown]
# ## What our machine can read now

# %% tolerance=2
best = scores["residual"]["50"]
print(f"50 layers: {sum(best) / 4:.0f} % of 1,000 fresh digits,", end=" ")
print(f"{min(best):.0f} % from the worst of four seeds")
print(f"2 layers:  {sum(scores['residual']['2']) / 4:.0f} %")
assert min(best) > 70

# %% [markdown]
# Our machine reads about nine digits in ten through fifty layers, where at the start of this
# lesson it couldn't read through twenty. That it reads no better than with two is worth knowing,
# too. From now on you can pick a depth for what it gains you, and not for what survives.
#
# There's just one thing. Every number that we've trained so far, in thirteen lessons, lives in the
# memory of a running program. Close the notebook, and it's all gone. How do you keep a network,
# so that it still reads tomorrow, or on somebody else's machine, or picks up its training where
# it stopped? That's what [the next lesson](14_saving_and_devices.py) is about.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### One factor
#
# Somebody measured how loud the first and the last layer of a row are. Write
# `factor_per_layer(first, last, layers)`, which returns the number that the loudness is
# multiplied by from one layer to the next, if it's the same number each time. `layers` counts all
# the layers, the first and the last included, and there are at least two. For example,
# `factor_per_layer(1.0, 8.0, 4)` is 2.0.
#
# <details><summary>Hint 1</summary>
#
# In the example, how many times did the loudness get multiplied on its way from the first layer
# to the fourth?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Three times, so you need the third root of 8. In Python, a root is a power, as in `8 ** (1 /
# 3)`.
#
# </details>


# %% tags=["exercise"]
def factor_per_layer(first, last, layers):
    raise NotImplementedError


# %% tags=["solution"]
def factor_per_layer(first, last, layers):
    return (last / first) ** (1 / (layers - 1))


# %% tags=["check"]
from mlp_tutorial.exercises import check_factor_per_layer

print(check_factor_per_layer(factor_per_layer))

# %% [markdown] tags=["exercise", "warm-up"]
# ### A meter without an average
#
# Large language models often use a meter that's even simpler than LayerNorm, called *RMSNorm*. It
# takes one example at a time and divides its numbers by their loudness, without subtracting
# anything first. Write `rms_norm(h)` for a batch of shape (batch, units). Add `1e-5` to the
# average square before you take the root.
#
# <details><summary>Hint 1</summary>
#
# Each example has a loudness of its own, which is the root of the average of its squares. Which
# axis disappears when you average?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The units disappear, so it's `dim=1`. With `keepdim=True` the result has the shape (batch, 1),
# and you can divide `h` by its root.
#
# </details>


# %% tags=["exercise"]
def rms_norm(h):
    raise NotImplementedError


# %% tags=["solution"]
def rms_norm(h):
    return h / (h.square().mean(dim=1, keepdim=True) + 1e-5).sqrt()


# %% tags=["check"]
from mlp_tutorial.exercises import check_rms_norm

print(check_rms_norm(rms_norm))

# %% [markdown] tags=["exercise", "apply"]
# ### A longer remark
#
# In most networks with residual connections, a remark isn't a single layer but several. Write the
# class `Block`, a module made by `Block(n)` for $n$ units. Its remark on `h` goes through a
# LayerNorm called `norm`, a linear layer `fc1`, a ReLU and a linear layer `fc2`, in this order.
# Both layers have $n$ inputs and $n$ units. The block returns `h` plus the remark.
#
# A new block should return exactly what it's given, and still be able to learn.
#
# <details><summary>Hint 1</summary>
#
# The remark has to start at zero. There are two linear layers to choose from. What comes out if
# one of them is all zeros, and who hears a complaint then?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Set the weight and the bias of `fc2` to zero, with `nn.init.zeros_`, and leave `fc1` as PyTorch
# made it. If both were zero, neither would ever hear a complaint.
#
# </details>


# %% tags=["exercise"]
class Block(nn.Module):
    def __init__(self, n):
        raise NotImplementedError


# %% tags=["solution"]
class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.norm = nn.LayerNorm(n)
        self.fc1 = nn.Linear(n, n)
        self.fc2 = nn.Linear(n, n)
        nn.init.zeros_(self.fc2.weight)
        nn.init.zeros_(self.fc2.bias)

    def forward(self, h):
        return h + self.fc2(torch.relu(self.fc1(self.norm(h))))


# %% tags=["check"]
from mlp_tutorial.exercises import check_block

print(check_block(Block))

# %% [markdown] tags=["exercise", "apply"]
# ### Send the meter home
#
# Once training is over, the meter of a BatchNorm doesn't measure anymore. After `eval()` it
# subtracts the same numbers from every digit, divides by the same numbers, and applies its own
# weight and bias. That's a number times $x$ plus a number, and lesson 5 taught you what to do
# with those. Write `merge(linear, norm)`, which takes an `nn.Linear` and the `nn.BatchNorm1d` that
# comes right after it, and returns a single new `nn.Linear` that computes the same as both, one
# after the other, in evaluation. Leave the two as they are.
#
# `norm` keeps what you need as `norm.running_mean`, `norm.running_var`, `norm.eps` (its 1e-5),
# `norm.weight` and `norm.bias`, with one number for each unit, apart from `eps`.
#
# <details><summary>Hint 1</summary>
#
# Work out a single unit on paper. Its total is $xW + b$. Subtract the mean, divide by the root of
# the variance plus `eps`, multiply by the norm's weight, and add its bias. What's the new weight,
# and what's the new bias?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# With `scale = norm.weight / (norm.running_var + norm.eps).sqrt()`, the new weight is `scale[:,
# None] * linear.weight`, since `nn.Linear` keeps a row for each unit. The new bias is
# `(linear.bias - norm.running_mean) * scale + norm.bias`. Copy both into a new layer under
# `torch.no_grad()`.
#
# </details>


# %% tags=["exercise"]
def merge(linear, norm):
    raise NotImplementedError


# %% tags=["solution"]
def merge(linear, norm):
    merged = nn.Linear(linear.in_features, linear.out_features)
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    with torch.no_grad():
        merged.weight.copy_(scale[:, None] * linear.weight)
        merged.bias.copy_((linear.bias - norm.running_mean) * scale + norm.bias)
    return merged


# %% tags=["check"]
from mlp_tutorial.exercises import check_merge

print(check_merge(merge))

# %% [markdown] tags=["exercise", "think"]
# ### The way back
#
# A layer hears 400 numbers and has 100 units. A ReLU comes before it, as in our rows, and its
# weights have the He start, so it multiplies the loudness of the message by 1. By what does it
# multiply the loudness of the complaint on the way back? Set `way_back` to that number.
#
# <details><summary>Hint 1</summary>
#
# How many hear each of the 400 units, and what's $s$?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The law for the way back is $s \sqrt{m/2}$. Here $m$ is 100, and $s$ is $\sqrt{2/400}$.
#
# </details>

# %% tags=["exercise"]
way_back = ...

# %% tags=["solution"]
way_back = math.sqrt(2 / 400) * math.sqrt(100 / 2)

# %% tags=["check"]
from mlp_tutorial.exercises import check_way_back

print(check_way_back(way_back))

# %% [markdown] tags=["exercise", "think"]
# ### Twins
#
# A network with a BatchNorm after its first layer reads 92 % of the digits. Then somebody forgets
# `eval()`. They want to read one digit, get the error about a batch of one, and help themselves
# by putting *the same digit* into the batch twice. No error this time. What does the network
# answer? Write the letter, such as `twins = "a"`.
#
# - **a** The same ten logits for every digit in the world.
# - **b** The right digit about 92 % of the time, as it should.
# - **c** Nothing but nan, since the variance is zero.
# - **d** Something different each time, even for the same digit.
#
# <details><summary>Hint 1</summary>
#
# What's the average of two equal numbers, and what's left when you subtract it from each?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Every unit has 0 left, whatever the digit. Then zero is divided by the root of 0 plus `eps`.
#
# </details>

# %% tags=["exercise"]
twins = ...

# %% tags=["solution"]
twins = "a"

# %% tags=["check"]
from mlp_tutorial.exercises import check_twins

print(check_twins(twins))
