# %% [markdown]
# # Deep networks
#
# Fifty people stand in a row. Somebody whispers a message to the first, and it gets passed on
# down the line until the last person acts on it. If that goes wrong, a complaint comes back the
# other way, from the last person to the first, through the same fifty pairs of ears, so that
# everybody can learn to say it differently next time.
#
# You know this game. In [lesson 8](08_build_a_network.py) you listened to how loud the message
# was on its way down a row, and in [lesson 9](09_gradients.py) you sent a complaint all the way
# back. How loud was the *complaint* when it arrived? Nobody measured that. Suppose you hire
# careful people, who each pass on nine tenths of what they hear. Or suppose you hire a livelier
# crowd, who each add a tenth instead. Both sound harmless, and either of them can ruin your row.
# <!-- example -->
#
# **How does anything get through fifty layers, there and back?**
#
# You'll be able to
#
# - look at one layer and say what fifty of them will do, in both directions;
# - write BatchNorm, LayerNorm and a residual connection yourself, and use PyTorch's;
# - say how deep a network can be before it learns too slowly, and whether the depth was worth it.
#
# Reading takes 45 minutes. The code runs in a minute or two on an ordinary laptop.

# %% [markdown] tags=["predict"]
# Take the careful people first. The complaint goes through all fifty of them, and each passes on
# nine tenths of what they hear. How much of it is left at the front of the row?
#
# - [ ] Nothing at all
#   It would be gone after ten people if each of them took away a tenth of the *first* complaint.
#   Each takes a tenth of what's still there, so there's always something left.
# - [x] Less than a hundredth
#   Seven people leave about half of it, and fifty people are seven such groups and one more. Halve
#   the complaint seven times, and less than a hundredth is left.
# - [ ] About half
#   You're down to half after only seven people, with 43 more to go.

# %%
print(f"the careful ones leave {100 * 0.9**50:.1f}% of it")
print(f"the lively ones make it {1.1**50:.0f} times as loud")
assert 0.47 < 0.9**7 < 0.5
assert 0.9**50 < 0.01

# %% [markdown]
# Half a percent! If everybody learns at the same rate, the people at the front learn about two
# hundred times as slowly as those at the back. With the livelier crowd it's the other way around.
# Now the complaint comes back more than a hundred times as loud, and a rate that suits the back
# is far too high for the front.
# <!-- example -->

# %% [markdown]
# ## Why would anybody want fifty?
#
# Because depth looked so cheap. In [lesson 5](05_activations.py), ten folds of a strip of paper
# made 1,024 pieces, and we wondered whether handwriting would reward that, too. We couldn't train a
# network back then. Now we can, so we'll build rows of any length and see how they do.
#
# All you need from the first code is `teach`, which gives a network 4,000 digits, 200 steps of
# plain SGD and an exam with 1,000 fresh digits. If the steps are so large that the loss becomes
# infinite, it puts the network down as guessing, at 10%.
# <!-- example -->
#
# <!-- folded -->

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


assert 5 * len(train[0]) / 100 == 200  # steps

# %% [markdown]
# To keep it quick, our layers have only 64 units. We'll want to swap what's in the middle of the
# row later, so `chain` takes a function that makes one layer, such as `plain`, and calls it as many
# times as it needs to.


# %%
def plain():
    return nn.Sequential(nn.ReLU(), nn.Linear(64, 64))


def chain(depth, middle):
    layers = [nn.Linear(784, 64)]
    layers += [middle() for _ in range(depth - 2)]
    layers += [nn.Sequential(nn.ReLU(), nn.Linear(64, 10))]
    return nn.Sequential(*layers)


# %%
best = {2: 0, 20: 0}
for depth in best:
    for lr in (0.01, 0.03, 0.1, 0.3):
        torch.manual_seed(0)
        right = teach(chain(depth, plain), lr)
        print(f"{depth:2} layers, lr {lr:<4}: {right:.0f}% right")
        best[depth] = max(best[depth], right)
assert best[2] > 80
assert best[20] < 20

# %% [markdown]
# With two layers, the network soon reads nine digits in ten. With twenty, it can't read a thing,
# whichever of the four rates we pick. What happens in there?

# %% [markdown]
# ## Listening in both directions
#
# In lesson 8 we went down the row and measured how loud each layer was. This time we'll walk back
# as well. Every number in a network has a gradient, which says how much the loss would change if
# the number were a little larger. That's the complaint from lesson 9. If a layer says 64 numbers,
# 64 complaints come back. A layer that gets none can't learn.

# %%
x, y = train[0][:256], train[1][:256]  # a batch to listen to
assert len(x) == 256


def loudness(numbers):  # from lesson 8
    return numbers.square().mean().sqrt().item()


def listen(net):
    said, heard = [], x
    for layer in net:
        heard = layer(heard)
        heard.retain_grad()  # PyTorch throws the complaint away otherwise
        said.append(heard)
    F.cross_entropy(heard, y).backward()
    return [h.detach() for h in said], [h.grad for h in said]


# %% [markdown]
# ## One layer is enough
#
# Before we listen, we can think. The middle layers are all made alike, so instead of twenty of
# them, we only have to understand one.
#
# Suppose four people each say 1 or -1, so their loudness, the root of the average square, is 1. A
# unit hears them through four random weights of 0.5 or -0.5. Its total takes four steps of 0.5, up
# or down, and typically ends up $0.5 \cdot \sqrt 4$ away from zero, which is 1 again. Then comes
# ReLU. If four such units have totals of 1, -1, 1 and -1, it leaves 1, 0, 1 and 0. Their squares
# used to average 1. Now they average a half, and the loudness is $\sqrt{1/2}$, or 0.71.
# <!-- example -->
#
# In general, $n$ random weights of standard deviation $s$ make the message $s \sqrt n$ times as
# loud, and ReLU leaves 0.71 of it. What's $s$ if we set nothing? Then PyTorch spreads its weights
# evenly between $-1/\sqrt n$ and $1/\sqrt n$. Let's spread some from -1 to 1 first and shrink
# them afterward.

# %%
third = torch.linspace(-1, 1, 1001).square().mean()
print(f"average square {third:.2f}, loudness {math.sqrt(third):.2f}")
print(f"ReLU leaves {math.sqrt(1 / 2):.2f}, the two {math.sqrt(third / 2):.2f}")

# %% [markdown]
# Their squares average a third. The real weights are $\sqrt n$ times smaller, so $s$ is $0.58 /
# \sqrt n$, and the $\sqrt n$ cancels in $s \sqrt n$. That leaves 0.58 for the weights and 0.71
# for ReLU, so a layer passes on $0.58 \cdot 0.71$ of what it hears, which is 0.41.
#
# Now turn around. You're a unit, all $m$ units of the next layer heard you, and now all $m$ of
# them have come to complain. You know from lesson 9 what to do about it. You multiply each
# complaint by the weight you were heard through, and add up the products. If somebody heard you
# with a weight of 2, you take their complaint twice as seriously.
# <!-- example -->
#
# That's the same kind of sum as for the message! It has $m$ random weights in it instead of $n$,
# so it comes out $s \sqrt m$ times as loud. Then there's your own ReLU to get past. If your total
# was above zero, ReLU let it through as it was, and it does the same for the complaint. If your
# total was below zero, you were silent, and no complaint gets past a unit that was silent. That
# happens to about half of all units, so once again half of the squares are gone.
#
# **So one layer multiplies the message by $s \sqrt{n/2}$ on its way down the row, and the
# complaint by $s \sqrt{m/2}$ on its way back.** Here $n$ is the number of the layer's inputs, and
# $m$ is the number of its units. In the middle of our row, both are 64. (We've cheated a little.
# The law assumes that the weights have nothing to do with what they multiply, but the complaint
# comes back through the same weights that the message went through.)

# %% [markdown] tags=["predict"]
# By this law, each layer leaves 0.41 of the complaint. Suppose layer 19 gets a complaint. Layer 1
# is eighteen layers back up the row. How much of the complaint is still left there? A rough guess
# will do.
#
# - [x] Less than a millionth
#   Two layers leave about a sixth of it, and eighteen layers are nine such pairs. Take a sixth
#   of what's there nine times, and about a ten-millionth is left.
# - [ ] About a thousandth
#   You get there after eight layers, with ten more to go.
# - [ ] About a twentieth
#   That would be right if every layer took away the same *amount*, a nineteenth of what layer 19
#   got. Each of them only hears what the layer after it has left over, though.

# %%
torch.manual_seed(0)
said, complaints = listen(chain(20, plain))
for n in (1, 2, 5, 10, 15, 19):
    there, back = loudness(said[n - 1]), loudness(complaints[n - 1])
    print(f"layer {n:2} says {there:.3f} and gets back {back:.0e}")
share = loudness(complaints[0]) / loudness(complaints[18])
factor = share ** (1 / 18)  # 18 of these make the share
print(f"left of it: {share:.1e}, so each layer left {factor:.2f}")
assert share < 1e-6
assert 0.33 < factor < 0.48

# %% [markdown]
# Read `6e-12` as a number with its 6 in the twelfth decimal place. Layer 19 can hear its complaint,
# and layer 1 hears next to nothing. Meanwhile the message seems to hold its volume, after a drop at
# the beginning.
# <!-- example -->
#
# One line of arithmetic said that each layer leaves 0.41, and the network says 0.39!
#
# Here are all twenty layers at once. Each little hill is a histogram of how far the numbers that
# one layer says, or gets back, are from zero.

# %% figure="signal-by-layer" alt="Two panels, each with twenty small histograms, one below the other, from layer 1 at the top to layer 20 at the bottom, on a logarithmic axis. In the left panel they line up, all but the first few. In the right panel each is a little further to the left than the one below it, so that they form a long slope." caption="The message is on the left, and the complaint is on the right. Read the right panel from the bottom up. From each mark on the axis to the next is a factor of a thousand or more."
from mlp_tutorial.plots import plot_layers, show

show(plot_layers({"said": said, "complaint": complaints}))

# %% [markdown]
# The slope on the right is so even that you could have drawn it with a ruler. If the factor is
# the same in both directions, why isn't there a slope on the left? Layer 19 was still saying
# 0.084.
# <!-- example -->
#
# Remember from lesson 8 that loud isn't the same as clear. Maybe what we've been hearing isn't
# the message at all. For each unit, we'll take the average of what it says over all 256 digits.
# That's what it says *anyway*, whatever it's shown. Then we'll subtract that average and listen
# only to the rest.


# %%
def about_the_digit(numbers):
    return loudness(numbers - numbers.mean(dim=0))


for n in (1, 2, 5, 10, 15, 19):
    h = said[n - 1]
    print(f"layer {n:2}: {loudness(h):.3f}, of that {about_the_digit(h):.8f}")
assert about_the_digit(said[18]) / loudness(said[18]) < 1e-5

# %% [markdown]
# There it is. The message dies just like the complaint. By layer 19, the row is murmuring its
# biases and shows no sign of having seen a digit. The law held all along, and we'd been listening
# to the wrong thing.
#
# That's what makes deep networks hard. Whatever goes through fifty layers gets multiplied by
# fifty factors, and by fifty more on the way back. If each of them is 0.41, it's hopeless, and
# you've seen what nine tenths or eleven tenths would do. They should all be about 1, and in
# *both* directions. How would you arrange that?

# %% [markdown]
# ## First invention: a number to start from
#
# You've already met the first answer. We want $s \sqrt{n/2}$ to be 1, so we turn the knob to $s =
# \sqrt{2 / n}$. That's Kaiming He's start from lesson 8, or the **He start** for short. As long
# as a layer has as many units as inputs, the same setting is right for the way back. The first
# and the last layer of our row aren't like that, but a factor that comes up once does no harm.

# %%
from mlp_tutorial.initialization import init_scaled


def he(depth):
    net = chain(depth, plain)
    init_scaled(net, gain=math.sqrt(2))  # s = sqrt(2 / n)
    return net


torch.manual_seed(0)
print(f"20 layers, He start: {teach(he(20), 0.03):.0f}% right")
for seed in range(3):
    torch.manual_seed(seed)
    said, complaints = listen(he(50))
    there = loudness(said[48]) / loudness(said[0])
    back = loudness(complaints[0]) / loudness(complaints[48])
    print(f"50 layers: {there:.2f} times as loud at the end, {back:.2f} back")
    assert 0.005 < there < 200
    assert 0.005 < back < 200

# %% [markdown]
# Twenty layers that couldn't learn a thing now read most of the digits, and all we've changed is
# the numbers they start from. Even fifty layers keep the volume up in both directions, more or
# less. Why only more or less? Our law is about averages. Each layer's weights are drawn at
# random, so its own factor is a bit more than 1 or a bit less. Say one layer multiplies the
# squares by 1.5 and the next by 0.5. The average of the two is 1, but together they leave 0.75.
# The longer the row, the further the product wanders off, and more often down than up.
# <!-- example -->
#
# Besides, once training has begun, nobody keeps the volume at 1. Could we hire somebody for that?

# %% [markdown]
# ## Second invention: somebody with a volume meter
#
# Imagine a person with a volume meter behind every layer. They measure how loud the layer is and
# divide by that. If the meter reads 0.2, they divide everything by 0.2, and the message goes on
# at a loudness of 1, whatever the weights are.
# <!-- example -->
#
# While they're at it, they could also subtract what each unit says anyway, so that only the part
# about the digit is left. For each unit, they take the average over the batch and subtract it, and
# then they divide by the standard deviation over the batch. Its square is called the **variance**,
# `var` in the code. That's **batch normalization**, or BatchNorm. You can write it in three lines
# and get the same numbers as from PyTorch's module. The tiny `1e-5` keeps anybody from dividing by
# zero.


# %%
def batch_norm(h):
    mean = h.mean(dim=0)  # over the digits of the batch, (64,)
    var = h.var(dim=0, correction=0)  # divides by 256, not by 255
    return (h - mean) / (var + 1e-5).sqrt()


h = said[0]
torch.testing.assert_close(batch_norm(h), nn.BatchNorm1d(64)(h))
print("equal to PyTorch's")

# %% [markdown] tags=["predict"]
# Put a BatchNorm into each of the middle layers of a row of fifty, and the message arrives as
# loud as it should. How loud is the complaint when it gets back to layer 1?
#
# - [ ] Less than a thousandth as loud as it was
#   That's what happened without the meter. Now the meter makes up for what ReLU swallows, and
#   then some.
# - [ ] About as loud as it was
#   That would be so if the meter only made up for what ReLU swallows. It does more than that.
# - [x] Thousands of times as loud as it was
#   The meter turns the message up by more than ReLU turned it down, and there's no meter to turn
#   the complaint back down.


# %%
def with_batch_norm():
    return nn.Sequential(nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 64))


torch.manual_seed(0)
said, complaints = listen(chain(50, with_batch_norm))
back = loudness(complaints[0]) / loudness(complaints[48])
print(f"{back:,.0f} times as loud, or {back ** (1 / 48):.2f} a layer")
assert back > 1000

# %% [markdown]
# BatchNorm is one of the most famous cures for deep networks, and in a fresh row like ours, it
# makes the complaint explode! Where does a factor of 1.2 come from?
#
# A complaint says how much the loss would change if you pushed a number up a little. Suppose a
# layer passes that push on twice as large. Then the loss changes twice as much, so the complaint
# gets twice as loud on its way back through the layer. To find the factor, we can send a push down
# the row and watch it grow.
# <!-- example -->
#
# Here's a unit's voice, or what it says about four digits, on its way from one meter to the next,
# with a push for each of the four. Wherever ReLU silences the voice, it stops the push as well.
#
# | step | voice | its loudness | push | its loudness |
# | --- | --- | --: | --- | --: |
# | after a meter | 1, -1, 1, -1 | 1 | 1, -1, -1, 1 | 1 |
# | after ReLU | 1, 0, 1, 0 | 0.71 | 1, 0, -1, 0 | 0.71 |
# | minus the average | 0.5, -0.5, 0.5, -0.5 | 0.5 | 1, 0, -1, 0 | 0.71 |
# | divided by 0.5 | 1, -1, 1, -1 | 1 | 2, 0, -2, 0 | 1.41 |
# <!-- example -->
#
# ReLU leaves 0.71 of both. Nothing negative is left of the voice, so its average is 0.5. That's
# what the unit now says anyway, and the meter takes it away, measures the rest and divides by that.
# The push goes up as often as down, so its average is 0 and it loses nothing. But the meter divides
# it by the same 0.5, and it ends up too loud.
# <!-- example -->
#
# A real unit's voice follows a bell curve, because it's a sum of many random products, like the
# coins in lesson 3. In the cell below it speaks a million times, and the column in the middle is
# the part of its voice that's about the digit.

# %%
voice, push = torch.randn(2, 1_000_000)  # as they come from a meter
passed, pushed = torch.relu(voice), push * (voice > 0)  # past ReLU
meter = passed.std()  # the next one, after it has subtracted the average
print("               voice  digit   push")
for name, v, p in (
    ("after a meter", voice, push),
    ("after ReLU", passed, pushed),
    ("after a meter", (passed - passed.mean()) / meter, pushed / meter),
):
    row = loudness(v), about_the_digit(v), loudness(p)
    print(f"{name:13}", *(f"{loud:6.2f}" for loud in row))
factor = loudness(pushed / meter)
print(f"{factor:.2f}, 48 times in a row: {factor**48:,.0f}")

# %% [markdown]
# With a bell curve, the meter finds 0.58 where it found 0.5, and the push comes out at $0.71 /
# 0.58$, or 1.21. (That PyTorch's weights gave us a 0.58, too, is pure coincidence. They're left out
# here, since the next meter makes up for whatever they do to voice and push.) Greg Yang and four
# colleagues derived the factor in *A Mean Field Theory of Batch Normalization*, 2019, for layers so
# wide that luck plays no part.
# <!-- example -->
#
# That isn't the only odd thing about BatchNorm. What it says about your digit depends on *who
# else is in the batch*.

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
# (The error says *channel* for what we call a unit.)
#
# Imagine telling somebody at the bank that their check reads differently depending on who's behind
# them in line. That's why BatchNorm keeps a running average of its means and squared standard
# deviations while it's training. After `model.eval()`, the call that also turns off dropout, it
# uses those instead. One more reason never to forget it!
#
# Both problems come from averaging over the batch, so why not average over something else? **Layer
# normalization**, or LayerNorm, takes one digit at a time, subtracts the average of that digit's
# own 64 units, and divides by their standard deviation. Nobody else's digit comes into it, so a
# batch of one is fine. And the push? BatchNorm averaged one unit over many digits, and part of what
# a unit says is the same for all of them. LayerNorm averages the 64 units that answer one digit.
# They've gone through a layer of random weights since the last ReLU, so some are positive and some
# negative. The average that it subtracts is close to zero, so its meter still finds nearly all of
# the 0.71 that ReLU left, and the push comes out at about $0.71 / 0.71$, which is 1.


# %%
def layer_norm(h):
    mean = h.mean(dim=1, keepdim=True)  # over the units of a digit, (256, 1)
    var = h.var(dim=1, correction=0, keepdim=True)
    return (h - mean) / (var + 1e-5).sqrt()


def with_layer_norm():
    return nn.Sequential(nn.LayerNorm(64), nn.ReLU(), nn.Linear(64, 64))


torch.testing.assert_close(layer_norm(h), nn.LayerNorm(64)(h))
factors = []
for seed in range(5):
    torch.manual_seed(seed)
    said, complaints = listen(chain(50, with_layer_norm))
    back = loudness(complaints[0]) / loudness(complaints[48])
    factors.append(back ** (1 / 48))
print("a layer:", *(f"{factor:.2f}" for factor in factors))
assert 0.8 < min(factors) <= max(factors) < 1.25

# %% [markdown]
# Both problems are gone, and the factor is between 0.95 and 1. PyTorch's two modules also have a
# weight and a bias for each unit, so that the network can make some unit louder if that helps.
# These start at 1 and 0, so they've made no difference so far. Here's the complaint in all the
# rows we have. (Each `lambda` in the next cell takes nothing and returns a network.)

# %% figure="way-back" alt="The loudness of the complaint at each of 50 layers, on a logarithmic axis, read from the right. With PyTorch's start it falls in a straight line, far below a billionth at layer 1. With the He start and with LayerNorm it stays nearly level. With BatchNorm it climbs in a straight line to several thousand." caption="The complaint starts on the right, at layer 49, where we call its loudness 1. Follow each line to the left, to layer 1."
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
# LayerNorm stays nearly level. The He start does, too, but once training begins, it's left to
# itself. It looks as if LayerNorm is the winner.
#
# If it's getting late, this is a good place to stop. The third invention is the simplest, and it'll
# get us through all fifty layers.

# %% [markdown]
# ## Third invention: put it in writing
#
# Step back for a moment. Why are we making fifty people repeat a message at all? Write it down
# and hand the paper along! Everybody reads it, adds a remark of their own, and passes it on, so
# what the first person wrote is still there at the end. And it works the same way in the other
# direction, since whoever complains about the paper is complaining to everybody who wrote on it.
#
# That's a **residual connection**. Where a layer used to say $f(h)$, it now says $h + f(h)$, so
# $f(h)$ is only the residual, what's left to say.


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
# With `loud=1`, a remark has the He start, so it's about as loud as what's already on the paper.

# %% [markdown] tags=["predict"]
# In a row of fifty, 48 people in the middle add a remark, each as loud as everything that's
# already on the paper. How loud is the paper at the end, compared to what the first person wrote?
#
# - [x] Millions of times as loud
#   Each remark doubles the squares on the paper, so a layer multiplies the loudness by $\sqrt 2$.
#   After 48 layers that's about 17 million, give or take some luck.
# - [ ] About 50 times as loud
#   That would be right if all the remarks were as loud as the first message, and they never
#   canceled each other out.
# - [ ] About 7 times as loud
#   You added the squares, which is right for 48 remarks as loud as the first message. But each
#   remark answers everything on the paper, so the remarks get louder and louder.

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
# Even the paper obeys the law. If the remarks are as loud as the text, each layer's factor is
# $\sqrt{1 + 1}$. (It came out a few times smaller than 17 million, because in a row this long the
# luck of the draw multiplies, too.)
# <!-- example -->
#
# But now there's a way out. Keep the remarks quiet. At 0.14, or a seventh of the He start, each
# adds a fiftieth to the squares, since 0.14 squared is about 0.02. The factor is $\sqrt{1 +
# 1/50}$, and 48 of those make only 1.61. Or everybody starts with nothing to say, with remarks of
# zero. Then the paper goes down the row untouched, the complaint comes back untouched, and each
# factor is *exactly* 1.
# <!-- example -->
#
# Can a layer learn if it starts at zero? In the last exercise of lesson 8, a whole network of
# zeros couldn't, because each of its weights hears nothing or gets no complaint. Here every layer
# still hears the message and gets the complaint, so it knows which way to turn its weights.
#
# Now set up the rows yourself and listen in both directions.
#
# <!-- depth -->

# %% [markdown]
# ## Which of them train?
#
# That makes five kinds of rows. The plain row has PyTorch's own start. The second row has the He
# start instead, with all its biases at zero. The BatchNorm and LayerNorm rows are the plain row
# with a meter in each of the middle layers, and in the last row those layers are remarks that start
# at zero. We'll build each kind with 2, 5, 10, 20 and 50 layers. (In the code, each `lambda depth:`
# takes a depth and builds a row of it.)
#
# To be fair, every row should get the learning rate that suits it. So beforehand, we tried the same
# eight rates for each of them, tried the best three again from other seeds, and kept the winner.
# For this we'd held back 1,000 of the training digits. Here each row is trained again, from four
# more seeds, and reads 1,000 fresh digits that had no say in any of this. We'll call a row
# *trained* if even the worst of its four seeds gets 70% right.

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
# Which of the five kinds are trained at 50 layers?
#
# - [ ] All of them except the plain one
#   With the He start and with both meters, the message arrives loud enough, and at ten layers they
#   do learn to read. At fifty they don't.
# - [ ] Only LayerNorm and residual
#   LayerNorm's factors are close to 1. Loudness isn't everything, though, and in 200 steps it
#   doesn't get there. We'll look for a reason next.
# - [x] Only residual
#   As long as the remarks start quiet, what the first person wrote is still there at the end.

# %% figure="which-train" alt="A table of five rows and five columns, with a disk in each cell. Plain is trained with 2 and 5 layers and guesses from 10 on. LayerNorm is trained up to 10 layers, the He start and BatchNorm up to 20 and residual up to 50." caption="The percentage of 1,000 fresh digits that each row reads, on average over four seeds, with the worst and the best seed below. A filled disk means that the row is trained. Follow each kind from left to right and see where it breaks off." tolerance=3
from mlp_tutorial.plots import draw_scores

scores = {name: {} for name in kinds}
for name, make in kinds.items():
    for depth, lr in zip((2, 5, 10, 20, 50), rates[name], strict=True):
        found = []
        for seed in range(4):
            torch.manual_seed(seed)
            found.append(teach(make(depth), lr, seed))
        scores[name][str(depth)] = found
    averages = [sum(found) / 4 for found in scores[name].values()]
    print(f"{name:10}", *(f"{right:3.0f}%" for right in averages))
show(draw_scores(scores, enough=70, label="layers"))

# %% [markdown]
# In 200 steps, the plain row doesn't get to ten layers, nor LayerNorm to twenty. BatchNorm is
# comfortable at twenty, but at fifty it reads only about one digit in five. Only the paper makes
# it to the end of the row. Its remarks could also have started at 0.14, which [did as
# well](../docs/benchmarks.md#deep-networks) when we measured it. At 1, the full He start, the row
# learned at none of our eight rates.
#
# (With two layers there's no middle, so apart from the He start, they're all the same network.)
#
# One thing doesn't fit. With BatchNorm the complaint exploded, while LayerNorm's factor was close
# to 1, and still BatchNorm beats it at twenty. So far we've listened only to how loud the layers
# are. What about the *words*? Here's what layer 19 says about six different digits before any
# training, with each row of pictures brought to the same volume.

# %% figure="same-words" alt="Four rows of six squares, each made of 64 pixels in shades of gray. In the row of LayerNorm all six squares look nearly the same. In the row of the He start they have the same pattern, some fainter and some stronger. In the rows of BatchNorm and residual each square has a pattern of its own." caption="Each square is what layer 19 says about one digit, with a pixel for each of its 64 units. Compare the squares within a row. Could you tell the six digits apart?"
from mlp_tutorial.plots import draw_signals

words = {}
for name in ("He start", "LayerNorm", "BatchNorm", "residual"):
    torch.manual_seed(0)
    said, complaints = listen(kinds[name](20))
    words[name] = list(said[18][:6] / loudness(said[18]))
show(draw_signals(words))

# %% [markdown]
# How alike are two of those squares? Take the 64 numbers of each, multiply them pair by pair, and
# add up the products. Then divide by the length of each, which is the root of the sum of its
# squares. For example, (1, 2) and (2, 4) differ only in volume, and they give $10 / (\sqrt 5 \cdot
# \sqrt{20})$, which is 1, while (1, 2) and (-2, 1) have nothing in common and give 0. (You may know
# it from school as the cosine of the angle between two vectors.) We'll do that for all pairs of our
# 256 digits and take the average.
# <!-- example -->


# %%
def alike(h):
    h = F.normalize(h, dim=1)  # divides each row by its length
    products = h @ h.T  # every row with every row, itself included
    n = len(h)  # so many products are of a row with itself, and those are 1
    return ((products.sum() - n) / (n * n - n)).item()


average = {}
for name, make in kinds.items():
    found = []
    for seed in range(5):
        torch.manual_seed(seed)
        said, complaints = listen(make(20))
        found.append(alike(said[18]))
    average[name] = sum(found) / 5
    right = sum(scores[name]["20"]) / 4
    print(f"{name:10} alike {average[name]:.2f}, later {right:.0f}% right")
print(f"and after the first layer: {alike(said[0]):.2f}")
assert min(average["He start"], average["LayerNorm"]) > 0.8
assert max(average["BatchNorm"], average["residual"]) < 0.6

# %% [markdown]
# With the He start and with LayerNorm, everybody speaks at the right volume, but by layer 19 they
# say nearly the same thing whatever they've been shown. BatchNorm keeps the digits apart, since
# it subtracts what's the same for all of them. On the paper, the message is still there in the
# first person's own handwriting.
#
# So volume may not be everything. It also seems to help if a row keeps the digits apart, but five
# rows that happen to line up don't prove it. Besides, 200 steps of plain SGD only show which rows
# get off the ground *quickly*. With 2,000 steps, the He start, BatchNorm and LayerNorm all read
# more than nine digits in ten through twenty layers, but at fifty, none of them comes near the
# residual row. [Our measurements](../docs/benchmarks.md#deep-networks) have these runs and more,
# from other seeds and on other digits.

# %% [markdown]
# ## Was it worth it?
#
# Now for the question we came with. We can train fifty layers, but do they read any better than
# two? Each residual row goes up against a row of two layers with the same seed, on the same 1,000
# digits. The ± is from an interval as in [lesson 10](10_training.py), with the factor for four
# seeds.

# %% tolerance=2
two = torch.tensor(scores["residual"]["2"])
leads = {}
for depth, found in scores["residual"].items():
    lead = torch.tensor(found) - two
    leads[depth] = lead.mean().item()
    half = 3.18 * lead.std() / math.sqrt(4)  # 3.18 for four seeds
    net = kinds["residual"](int(depth))
    numbers = sum(p.numel() for p in net.parameters())
    print(f"{depth:>2} layers, {numbers:7,} numbers,", end=" ")
    print(f"lead {leads[depth]:+.1f} ± {half:.1f} points")
assert max(leads.values()) < 3

# %% [markdown]
# None of the deeper rows is ahead by more than its ±. That still leaves room for a gain of more
# than a point, and the ± doesn't even cover the luck of the 1,000 digits. But more time doesn't
# bring one out, either. With [2,000 steps](../docs/benchmarks.md#deep-networks) in place of 200,
# two layers still weren't behind 5, 20 or 50 (on average over two seeds, and we didn't run 10).
# Nothing here looks like the 1,024 pieces of the folded paper.
#
# What do those 48 remarks say? When they start at zero, all of them read the same paper and get
# the same complaint, so at first they learn the same thing. To find out if that's still true
# after training, we'll lay the 64 times 64 weights of each remark end to end and measure how
# alike they are.

# %% tolerance=0.2
torch.manual_seed(0)
net = kinds["residual"](50)
teach(net, rates["residual"][4])
remarks = [layer.fc.weight.detach().flatten() for layer in net[1:-1]]
together = alike(torch.stack(remarks))
print(f"{len(remarks)} remarks, alike {together:.2f}")
assert together > 0.5

# %% [markdown]
# They make nearly the same remark 48 times, which isn't what you'd hire 48 people for. Remarks with
# a seventh of the He start's volume differ from the beginning, and [they did no
# better](../docs/benchmarks.md#deep-networks), so that can't be the whole reason why depth shows no
# gain here.
#
# Then why does anybody build deep networks? Because other tasks do reward depth, such as telling
# what's in a photograph. Kaiming He and three colleagues won the ImageNet contest in 2015 by
# putting the message in writing, with up to 152 layers and a BatchNorm in each, in *Deep Residual
# Learning for Image Recognition*. The large language models that you may have talked to are rows
# of remarks as well, with a LayerNorm or something like it in each, so you've built some of the
# parts they're made of.
# <!-- example -->

# %% [markdown]
# ## What our machine can read now

# %% tolerance=2
best = scores["residual"]["50"]
print(f"50 layers: {sum(best) / 4:.0f}% of 1,000 fresh digits,", end=" ")
print(f"{min(best):.0f}% from the worst of four seeds")
print(f"2 layers:  {sum(scores['residual']['2']) / 4:.0f}%")
assert min(best) > 70

# %% [markdown]
# At the start of this lesson our machine couldn't read through twenty layers, and now it reads
# about nine digits in ten through fifty. That's no more than it reads through two. Until now, you
# had to take whatever depth would train. From here on, you can choose.
#
# In thirteen lessons, our machine has hardly looked at anything but handwriting. But much of what
# people want to know is in tables, with a row for each thing, columns for what's known about it,
# and a number somebody would pay to guess. [Lesson 14](14_diamonds.py) has a table of 53,940
# diamonds, with their prices and not a single picture.
# <!-- example -->
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### One factor
#
# Somebody measured how loud the first and the last layer of a row are. Write
# `factor_per_layer(first, last, layers)`, which returns the number that the loudness is
# multiplied by from one layer to the next, assuming it's the same number every time. `layers`
# counts all the layers, including the first and the last, and there are at least two. For
# example, `factor_per_layer(1.0, 8.0, 4)` is 2.0.
#
# <details><summary>Hint 1</summary>
#
# In the example, how many times does the loudness get multiplied on its way from the first layer
# to the fourth?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Three times, so you need the cube root of 8. In Python, a root is a power, as in `8 ** (1 / 3)`.
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
# anything first. Write `rms_norm(h)` for a batch of shape (batch, units), and add `1e-5` to the
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
# so you can divide `h` by its root.
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
# In most networks with residual connections, a remark isn't just one layer but several. Write the
# class `Block`, a module that you make with `Block(n)` for $n$ units. To make its remark, it
# sends `h` through a LayerNorm called `norm`, a linear layer `fc1`, a ReLU and a linear layer
# `fc2`, in this order. Both linear layers have $n$ inputs and $n$ units. The block returns `h`
# plus the remark.
#
# A new block should return exactly what it's given, and still be able to learn.
#
# <details><summary>Hint 1</summary>
#
# The remark has to start at zero, and there are two linear layers to choose from. If you fill one
# of them with zeros, what comes out at the end, and who hears a complaint then?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Set the weight and the bias of `fc2` to zero, with `nn.init.zeros_`, and leave `fc1` as PyTorch
# made it. If both were zero, `fc2` would hear only zeros, and `fc1` would never get a complaint.
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
# Once training is over, the meter of a BatchNorm doesn't measure anything anymore. After
# `eval()`, it subtracts the same numbers from every digit, divides by the same numbers, and
# applies its own weight and bias. That's just a number times $x$ plus a number, and lesson 5
# taught you what to do with those. Write `merge(linear, norm)`, which takes an `nn.Linear` and
# the `nn.BatchNorm1d` that comes right after it, and returns one new `nn.Linear` that does in
# evaluation what the two do one after the other. Leave the originals as they are.
#
# You'll find what you need in `norm.running_mean`, `norm.running_var`, `norm.eps` (its 1e-5),
# `norm.weight` and `norm.bias`. Except for `eps`, they all hold one number for each unit.
#
# <details><summary>Hint 1</summary>
#
# Work out one unit on paper. Its total is $xW + b$. Subtract the mean, divide by the root of the
# variance plus `eps`, multiply by the norm's weight, and add the norm's bias. What's the new
# weight, and what's the new bias?
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
# A layer hears 400 numbers and has 100 units. There's a ReLU before it, as in our rows, and the
# weights have the He start, so the layer multiplies the loudness of the message by 1. What does
# it multiply the loudness of the complaint by on the way back? Set `way_back` to that number.
#
# <details><summary>Hint 1</summary>
#
# How many units hear each of the 400 numbers, and what's $s$?
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
# A network with a BatchNorm after its first layer reads 92% of the digits. Then somebody forgets
# `eval()`. They want to read just one digit, get the error about a batch of one, and get around
# it by putting *the same digit* into the batch twice. This time there's no error. What does the
# network answer? Write the letter, such as `twins = "a"`.
#
# - **a** The same ten logits for every digit in the world.
# - **b** The right digit about 92% of the time, as it should.
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
# Every unit is left with 0, whatever the digit. Then that 0 is divided by the root of 0 plus
# `eps`.
#
# </details>

# %% tags=["exercise"]
twins = ...

# %% tags=["solution"]
twins = "a"

# %% tags=["check"]
from mlp_tutorial.exercises import check_twins

print(check_twins(twins))
