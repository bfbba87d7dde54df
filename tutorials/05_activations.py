# %% [markdown]
# # Why it must bend
#
# Somebody wants to sell you a network. A hundred layers! All 784 pixels of a digit go in at one
# end, and ten totals come out at the other. Sealed in between are 458,570 numbers.
#
# You call a friend, who doesn't even break the seal. She shows the box a blank page and writes
# down the ten totals. Then she shows it 784 more pages, each with one dot of ink, and by evening
# she hands you a network of her own. It has one layer, and for any digit you try, it gives the
# same ten totals as the big one.
#
# You'd have paid for 99 layers and gotten nothing. The seller left out a piece of math so small
# that you could write it on your thumbnail. **What do you have to put between two layers to make
# the second one worth having?**
#
# You'll be able to
#
# - boil a hundred layers down to one, and say when that works;
# - build any curve you like out of straight pieces, and say what depth can do cheaply;
# - tell whether a unit is still listening.
#
# Reading takes 35 minutes. The code runs in under a minute on an ordinary laptop.

# %% [markdown]
# ## A hundred layers for sale
#
# How do you copy a box that you've never opened? Let's practice on a small one. It takes a page
# with just two pixels, a left and a right one, and gives you just one total. You can ink a pixel
# or leave it blank. What do you have to show it before you can tell what it'll say?
#
# <!-- box -->
#
# Say you begin with a blank page. Both pixels are 0, so the box says 5, and that must be the
# bias. Now ink only the left pixel. The box says 8, so that pixel is worth 8 - 5, which is 3. Ink
# only the right one, and the box says 3, so that pixel is worth -2. Then the page with both of
# them should come to 5 + 3 - 2, and sure enough, it comes to 6. Three questions were enough to
# know the answer to the fourth. Inside, the box computes `3 * left - 2 * right + 5`, but you
# didn't need to look.
# <!-- example -->
#
# Now let's build the box that's for sale. We make the weights random and turn them down as in
# [lesson 3](03_mnist.py), so that the totals neither blow up nor die out on their way through a
# hundred layers. `pairwise` pairs each size with the next one, so 784 goes with 64, then 64 with
# 64, and so on.

# %%
from itertools import pairwise

import torch

from mlp_tutorial.data import load_mnist

digits = load_mnist("train", source="subset")
fresh = load_mnist("test", source="subset")
pixels = digits.images.flatten(1)  # each digit becomes a row
fresh_pixels = fresh.images.flatten(1)
print(pixels.shape, fresh_pixels.shape)

# %%
torch.manual_seed(0)
layers = []
for n_in, n_out in pairwise([784] + 99 * [64] + [10]):
    W = torch.randn(n_in, n_out) / n_in**0.5
    layers.append((W, 0.1 * torch.randn(n_out)))


def box(x):
    for W, b in layers:
        x = x @ W + b
    return x


n_numbers = sum(W.numel() + b.numel() for W, b in layers)
print(f"{len(layers)} layers, 99 of them hidden, {n_numbers:,} numbers")

# %% [markdown]
# Your friend asks the same questions as you did, only more of them. The big box takes 785. For the
# dots, `torch.eye(784)` makes a stack of 784 pages, where page 0 has only pixel 0 inked, page 1 has
# only pixel 1, and so on.

# %%
bias = box(torch.zeros(1, 784))  # the blank page
dots = torch.eye(784)
weights = box(dots) - bias  # what each dot of ink is worth
print(f"{len(dots) + 1} questions,", end=" ")
print(f"{weights.numel() + bias.numel():,} numbers")

totals = box(fresh_pixels)
one_layer = fresh_pixels @ weights + bias
print(totals[0])
print(one_layer[0])
assert torch.allclose(totals, one_layer, atol=0.01)  # for all 1,000 digits

# %% [markdown]
# Up to rounding, 7,850 numbers do the work of 458,570, and your friend never looked inside. She
# just trusted that a dot of ink is worth the same on every page, whatever else is on it. How
# could she be so sure?
#
# Suppose there are two layers with one unit each. The first computes $y = 3x + 1$, and the second
# takes that and computes $2y - 4$. Put the first into the second, and you get $2(3x + 1) - 4$,
# which is $6x - 2$. That's still a number times $x$, plus a number, so one layer could have done
# it. With matrices it's no different:
# <!-- example -->
#
# $$\begin{aligned} & (x W_1 + b_1) W_2 + b_2 \\ & \quad = x \,(W_1 W_2) + (b_1 W_2 + b_2) \end{aligned}$$
#
# The right side is one layer, with the weights $W_1 W_2$. If a third layer comes next, it finds
# one layer in front of it, so the same thing happens again, and again, until all 100 have become
# one.

# %% [markdown]
# ## A strip of paper
#
# A better box has to have something in between that isn't "a number times $x$, plus a number."
# The sigmoid would do, as it did in lesson 2, but what's the least we can get away with?
#
# Cut a few strips of paper, about as long as your hand and as wide as a finger. (You'll want them
# again later.) Stand one on its long edge and look straight down at it, and you'll see a straight
# line. Now glue a second strip flat against the first, and then a third. Even a hundred layers of
# paper make a straight line, only thicker, and that's the network you were offered.
#
# Then take a fresh strip and crease it once. From above it's a line with a corner, and no stack
# of straight strips will ever show you one of those. How do we get a crease into math? Here's the
# piece that fits on a thumbnail:
#
# $$\operatorname{relu}(x) = \max(0, x)$$
#
# Keep what's positive and make the rest zero. That's called **ReLU**, for rectified linear unit.
# (A rectifier lets current through in only one direction.) Draw it from left to right, say from
# -1 to 1, and the line runs level along zero until it turns a corner at $x = 0$ and climbs. It's
# an activation function like the sigmoid, and books call any bend of that kind a
# **nonlinearity**.
#
# Let's see what your friend makes of that. Here's another small box. She shows it a blank page,
# and the box says 0. She tries ink on the left only, and then on the right only, and both times
# it says 0 again. So she hands you a network that always says 0. Which page would have caught her
# mistake?
# <!-- example -->
#
# <!-- box bend -->
#
# The page with both pixels inked. There the box says 1, and hers says 0, because inside, this box
# computes `relu(left + right - 1)`. A dot of ink isn't worth the same on every page anymore. How
# much the left dot is worth depends on what else is there, and no layer can say that without a
# bend.
# <!-- example -->

# %% [markdown]
# ## Any curve you like
#
# Your friend can't copy a box with bends, then. But what can such a box do for you? Let's see how
# far we get with a single hidden layer. To begin with, we get to decide where the corner goes.
# For example, `relu(x - 1)` stays at zero until $x$ is 1, since its total, $x - 1$, isn't above
# zero before that. We also decide how sharply the strip turns there, by multiplying the unit by a
# number. Say you have a strip that climbs by 1 for each step to the right. Add `-0.5 * relu(x -
# 1)`, and from 1 on it climbs by only 0.5.
#
# Each hidden unit is a crease. It's where the unit's total is zero, and the unit's weight in the
# next layer says which way to turn. The larger that weight is, the sharper the turn.

# %% [markdown] tags=["predict"]
# Suppose you add up three units, `relu(x) - 2 * relu(x - 1) + relu(x - 2)`. What do you see from
# above?
#
# - [ ] A peak. It climbs from 0 to 1, then falls and keeps falling.
#   That's what the first two units do. But the third makes a crease at 2, where the strip levels
#   out again.
# - [x] A roof. It climbs from 0 to 1, falls back to 0 and stays there.
#   The three turns are +1, -2 and +1. They add up to 0, so the strip ends as level as it began.
# - [ ] A ramp. It climbs from 0 to 1 and stays level from there on.
#   That would take `-1 * relu(x - 1)`, which cancels the climb. With -2 it turns twice as far.

# %% figure="roof" alt="Three panels. In the first a line is level until 0 and climbs from there. In the second it climbs until 1 and then falls without end. In the third it climbs until 1, falls until 2 and is level again." caption="One crease after another. Count the corners, and look at what happens to the right of each."
from mlp_tutorial.plots import draw_digits, plot_curves, show

x = torch.linspace(-1, 3, 401)
one = torch.relu(x)
two = one - 2 * torch.relu(x - 1)
three = two + torch.relu(x - 2)
print(three[::50])  # at -1, -0.5, 0 and so on, up to 3
show(plot_curves(x, {"1 crease": one, "2 creases": two, "3 creases": three}))

# %% [markdown]
# There's our roof. And what about something round, say the wave of `torch.sin`? Put a few dots on
# it and join them with straight pieces, and you get a strip with a crease at each dot, except the
# two at the ends. The more dots there are, the shorter the pieces get, and the more closely they
# hug the curve.
#
# We spread the units evenly, so all that's left to choose is how far to turn at each of them.
# With four units, can you do it by hand?
#
# <!-- strip -->
#
# Fiddly, isn't it? Each turn swings everything to the right of it. You can leave the work to
# `lstsq`, which is short for **least squares**. It finds the turns that bring the strip closest to
# the wave, and finding them is called **fitting** the strip. (Feel free to skip the code and go to
# the picture.)


# %% figure="sine" alt="Three panels, each with a dashed wave. With 1 unit the solid line is straight and misses it. With 4 it's four straight pieces that follow it roughly. With 16 the two can't be told apart." caption="The wave is dashed, and the strip is solid. With 16 units, you'd need a magnifying glass to tell them apart."
def creases(x, n):
    places = torch.linspace(-3, 3, n + 1)[:-1]  # all but the right end
    units = torch.relu(x[:, None] - places)  # a column for each unit
    ones = torch.ones(len(x), 1)  # their weight is the bias
    return torch.cat([units, ones], dim=1)  # side by side


x = torch.linspace(-3, 3, 601)
wave = torch.sin(x)
curves = {}
for n in (1, 4, 16):
    found = torch.linalg.lstsq(creases(x, n), wave[:, None])
    turns = found.solution  # the weights, with the bias at the end
    curve = (creases(x, n) @ turns)[:, 0]  # back from a column to a row
    print(f"units: {n:2}   farthest off: {(curve - wave).abs().max():.3f}")
    curves[f"units: {n}"] = curve
show(plot_curves(x, curves, dashed=wave))

# %% [markdown]
# With one unit, the strip stays straight, because its only corner is at the very left end. With 16
# units, it never strays from the wave by more than 0.012.
#
# How does `lstsq` do it? It squares the distance at each point and makes the sum of the squares as
# small as it can be. That comes down to one equation for each turn, of the kind you solved in
# school, and the computer solves them all together. (There's no shortcut like that for all the
# layers at once. Those have to be trained.)
#
# There's nothing special about the wave, either. Take any curve that gets from one end to the
# other without a jump, and say how close you want to be. With enough units you'll get there.
# That's known as **universal approximation**, and it holds for many inputs as well as for one.
# [George Cybenko](https://doi.org/10.1007/BF02551274) proved it for the sigmoid, and [four years
# later](https://doi.org/10.1016/S0893-6080%2805%2980131-5) others showed that nearly any bend
# will do, ReLU included. Only polynomials such as $x^2$ won't, because a sum of them is just
# another polynomial. Universal approximation doesn't say how many units you'll need, or how
# anybody would find their weights.
#
# Nor does it say that you *should* get close. Suppose you see only 20 points of the wave, and each
# of them is off by a random amount. What does a strip make of those?
#
# <!-- folded -->

# %% figure="noise" alt="Two panels with the same dashed wave and twenty dots scattered around it. With 4 units the strip stays near the wave. With 16 it zigzags after the dots." caption="Both strips were fitted to the same 20 dots. The dashed wave is where the dots came from."
g = torch.Generator().manual_seed(0)  # its own dice
places = torch.linspace(-3, 3, 20)
dots = torch.sin(places) + 0.5 * torch.randn(20, generator=g)
curves = {}
for n in (4, 16):
    turns = torch.linalg.lstsq(creases(places, n), dots[:, None]).solution
    curve = (creases(x, n) @ turns)[:, 0]
    off = (curve - wave).abs().max()
    print(f"units: {n:2}   farthest off the wave: {off:.2f}")
    curves[f"units: {n}"] = curve
show(plot_curves(x, curves, dashed=wave, points=(places, dots)))

# %% [markdown]
# With 16 units, the strip runs after the dots, noise and all, so it ends up straying twice as far
# from the wave as with 4. [Lesson 12](12_evaluation.py) asks how you'd notice that in a network.

# %% [markdown]
# ## Fold it first
#
# Now suppose the seller's hundred layers come with a ReLU after each. Is the depth worth its
# price? Take a fresh strip of paper and fold it in half. Then fold the folded strip in half, and
# keep going until you've made four folds. Don't open it yet!
#
# Can a network do that? Let's number the places along the strip from 0 to 1. Folding it puts 0.8
# on top of 0.2, for example, and 0.6 on top of 0.4. So a fold is a function that gives the same
# answer for any two places that land on each other. Two units are all we need, one to climb and
# one to turn the strip around in the middle.


# %%
def fold(x):
    return 2 * torch.relu(x) - 4 * torch.relu(x - 0.5)


print(fold(torch.tensor([0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0])))

# %% [markdown]
# See how 0.2 and 0.8 give the same answer? It's 0.4 rather than 0.2 because our fold also
# stretches the strip back to its old length, which paper doesn't do. And the result of one fold
# can go into the next. To count the pieces of a fold of folds, we'll walk along it and look for
# corners.
#
# <!-- folded -->


# %%
def count_pieces(y):
    steps = y[1:] - y[:-1]  # the climb from each point to the next
    corners = steps[1:] != steps[:-1]  # where two neighbors differ
    return corners.sum().item() + 1


# %% [markdown] tags=["predict"]
# Four folds in a row are 4 layers of 2 units each. If you draw `fold(fold(fold(fold(x))))`, how
# many straight pieces is it made of?
#
# - [x] 16
#   Each fold goes through every layer of paper, so it doubles the number of pieces. Open your
#   strip and count.
# - [ ] 9
#   Side by side, as in our wave, 8 units could do no more than that. Here each pair works on what
#   the pair before it made.
# - [ ] 5
#   Each fold would have to add a piece, and the first one does. But the second goes through two
#   layers of paper at once, and the third through four.

# %% figure="folds" alt="Three panels. One fold gives a single roof of two pieces. Two folds give two roofs. Four folds give eight roofs, like the teeth of a saw." caption="Where each place on the strip lands in the folded packet. Each fold doubles the number of teeth."
# From 0 to 1 in 16,384 steps, a power of 2, so there's no rounding
x = torch.arange(16385) / 16384
y, curves = x, {}
for n in range(1, 11):
    y = fold(y)
    print(f"folds: {n:2}   pieces: {count_pieces(y):,}")
    if n in (1, 2, 4):
        curves[f"folds: {n}"] = y[::64]  # every 64th point is enough
show(plot_curves(x[::64], curves, names=("place", "lands at")))

# %% [markdown]
# (Your own strip won't zigzag like that. The plot shows where each place on it ends up in the
# packet, and not the shape of the paper.)
#
# Ten folds make 1,024 pieces. Side by side, the same twenty units make twenty-one pieces at most,
# because a sum of strips can have a corner only where one of the strips does, and each unit has
# only one corner to offer.
#
# So it's tempting to make everything deep and nothing wide. But look at those teeth again, and
# you'll see that they're all alike. A wide layer can put each of its creases where you want it. A
# folded strip can't, since the few dozen numbers in its ten layers can't choose how steep each of
# 1,024 pieces should be. Depth is cheap here because something repeats. Is handwriting like that?
# A drawing can't tell us. In [lesson 13](13_deep_networks.py) we train up to fifty layers and
# see.

# %% [markdown]
# ## Does a bend help with handwriting?
#
# You were offered a network that reads digits, after all. So let's put 800 units between the
# pixels and the ten totals and leave their weights and biases wherever the dice put them, much
# like the hidden layer in [lesson 3](03_mnist.py). With 784 pixels, a crease is no longer a point
# on a strip. It's a cut through a space of 784 directions, like the line in lesson 1, and on one
# side of it the unit is silent. Only the last layer is fitted, with `lstsq` on 5,000 digits.
# Suppose a digit is a 3. Then we'd like a total of 1 for the 3, and 0 for the other nine.
#
# What do we compare it with? With a straight network, which has nothing between the pixels and the
# ten totals, and which we fit the same way.


# %%
def with_ones(x):
    return torch.cat([x, torch.ones(len(x), 1)], dim=1)  # for the bias


# eye has a row for each digit (for a 3, it's 0 0 0 1 0 0 0 0 0 0)
wanted = torch.eye(10)[digits.labels]  # a row for each image


def fit_and_read(x, x_fresh):
    # double() keeps about twice as many digits, so rounding matters less
    A, B = with_ones(x).double(), wanted.double()
    weights = torch.linalg.lstsq(A, B).solution
    return (with_ones(x_fresh).double() @ weights).argmax(dim=1)


def count_right(verdicts):
    return (verdicts == fresh.labels).sum().item()


print("straight:", count_right(fit_and_read(pixels, fresh_pixels)), "right")

# %% [markdown] tags=["predict"]
# How many of the 1,000 fresh digits come out right with 800 random units in between, each with a
# ReLU?
#
# - [ ] About 980
#   Perhaps, if each crease were where it's needed. These are wherever the dice put them.
# - [x] About 920
#   The dice don't know what a digit looks like, but even a crease in a random place is useful, and
#   the last layer chooses how far to turn at each of them.
# - [ ] About 840
#   The straight network gets about as many, so you'd be right if random units were no use at all.
#   But the last layer now has 800 creases to work with, and before it had none.
# - [ ] About 500
#   Random weights scramble the picture, but the last layer sees what the scrambling does to 5,000
#   digits, and it can make up for that.

# %%
right = []
for seed in range(3):
    g = torch.Generator().manual_seed(seed)
    W = torch.randn(784, 800, generator=g)
    b = torch.randn(800, generator=g)
    hidden = torch.relu(pixels @ W + b)
    fresh_hidden = torch.relu(fresh_pixels @ W + b)
    bent = fit_and_read(hidden, fresh_hidden)
    right.append(count_right(bent))
print("800 random bends, in three draws:", right)
assert min(right) > 890

# %% [markdown]
# That's about ninety digits more, from a hidden layer that hasn't learned a thing. Take `max(0, x)`
# away, and the 800 units boil down to one straight layer again, as your friend would have told
# you.
#
# The seller would print a lead like that on the box. But are we sure it's the bend? The weights
# from `lstsq` are the best there are for the sum of the squares, and other weights may get more
# answers right. Let's fit it again, with the loss from [lesson 4](04_softmax.py). There are no
# equations to solve for that one, so we go in 200 little steps. To see whether it's the steps
# that help or the loss, we also take 200 steps with squares.
#
# <!-- folded -->

# %%
x, x_fresh = with_ones(pixels), with_ones(fresh_pixels)
for name, rate in (("squares", 0.015), ("the loss of lesson 4", 0.5)):
    W = torch.zeros(785, 10)
    for _ in range(200):  # lesson 9 explains what happens in here
        answers = x @ W
        if name != "squares":
            answers = torch.softmax(answers, dim=1)
        W = W - rate * x.T @ (answers - wanted) / len(x)
    rival = (x_fresh @ W).argmax(dim=1)
    print(f"straight, 200 steps with {name}:", count_right(rival))
print("lead of the bent ones:", [each - count_right(rival) for each in right])

# %% [markdown]
# The steps help a little, and the loss helps a lot. With both, the straight network gets most of
# the ninety digits without any bend at all. Remember this whenever somebody shows you what a new
# idea is worth. **Give the old idea a fair chance before you credit the new one.**
#
# Next to the 908, the lead is between 15 and 20 digits, and don't count that as three victories.
# All three draws read the same 1,000 digits and had the same rival, so if those digits happened
# to be hard on the rival, all three of them profited. Here are some digits that the last draw
# gained.

# %% figure="saved" alt="A row of eight handwritten digits, each with its label and what the straight network took it for." caption="The last of the three bent networks reads these. After “as” comes what the straight network took each one for."
gained = (bent == fresh.labels) & (rival != fresh.labels)
lost = (bent != fresh.labels) & (rival == fresh.labels)
print(f"gained: {gained.sum()}   lost: {lost.sum()}")
show(
    draw_digits(
        fresh.images[gained][:8],
        fresh.labels[gained][:8],
        predicted=rival[gained][:8],
    )
)

# %% [markdown]
# It reads 41 digits that the straight network got wrong, but it also gets 26 wrong that the
# straight network could read. So 800 random bends are worth 15 or 20 digits here, and not ninety.
#
# If it's getting late, this is a good place to stop.

# %% [markdown]
# ## What a bend does to a nudge
#
# Before you buy a hundred layers, ask whether anybody could train them. Our 800 creases are still
# where the dice put them. To get them where they're useful, we'll play a long game of "hot and
# cold." We nudge a weight in the first layer, ever so slightly, and watch whether the answer at
# the far end gets better. Nothing changes at the far end unless the nudge gets through a bend in
# every layer. So what does a bend do to a nudge? Let's start with the sigmoid, the bend you
# already know.
#
# We step a tiny bit to either side, see how much the output changes, and divide by the distance
# between the two places. The result is called the **slope**, or in math books, where the step
# shrinks toward zero, the **derivative**. For example, a slope of 0.25 means that a nudge of 0.01
# comes out as 0.0025, so three quarters of it is lost.
# <!-- example -->


# %% figure="sigmoid-and-slope" alt="The sigmoid rises from 0 to 1. Its slope, dashed, is a hill with its top at 0.25 above zero, and nearly nothing beyond 5 on either side." caption="The dashed line shows how much of a nudge gets through, and that's a quarter at best."
from mlp_tutorial.plots import plot_activation


def slope(function, x):
    return (function(x + 0.01) - function(x - 0.01)) / 0.02


for place in (0.0, 2.0, 5.0):
    found = slope(torch.sigmoid, torch.tensor(place))
    print(f"the slope of the sigmoid at {place} is {found:.4f}")
show(plot_activation(torch.sigmoid))

# %% [markdown]
# There's even a formula for the slope, $\sigma'(x) = \sigma(x)\,(1 - \sigma(x))$, where the
# little dash means "the slope of." It never comes to more than 0.25. Out at 5, less than a
# hundredth of a nudge gets through. Where the curve is that flat, the unit is called
# **saturated**. It has made up its mind and hardly listens anymore.
#
# The sigmoid isn't the only bend, though. **Tanh** is a sigmoid stretched to run from -1 to 1 and
# squeezed to half its width, and its slope, $1 - \tanh^2(x)$, reaches 1 in the middle. ReLU has a
# slope of 1 to the right of its corner and 0 to the left. At the corner itself it has no slope at
# all, and PyTorch uses 0 there. Then there's **SiLU**, which is $x$ times the sigmoid of $x$ and
# looks like a ReLU with its corner rounded off. It comes from the same
# [paper](https://arxiv.org/abs/1606.08415) as its near twin **GELU**, and you'll meet one or the
# other in large language models.

# %% figure="bends" alt="Three panels, each with a curve and its slope. Tanh rises from -1 to 1, with a slope like a narrow hill of height 1. ReLU has a corner, and its slope jumps from 0 to 1. SiLU looks like ReLU but dips a little below zero left of the corner, and its slope rises smoothly." caption="The slopes are dashed. ReLU's is all or nothing."
import torch.nn.functional as F

x = torch.linspace(-4, 4, 400)  # an even number, so no point is at the corner
bends = {"tanh": torch.tanh, "ReLU": torch.relu, "SiLU": F.silu}
curves = {name: function(x) for name, function in bends.items()}
slopes = {name: slope(function, x) for name, function in bends.items()}
show(plot_curves(x, curves, dashed=slopes, names=("x", "value")))

# %% [markdown]
# Now send a nudge through a whole chain of bends, with nothing in between.


# %%
def gets_through(function, x, length):
    share = 1.0
    for _ in range(length):
        share = share * slope(function, x)
        x = function(x)
    return float(share)


# %% [markdown] tags=["predict"]
# The number 0.5 passes through 20 sigmoids in a row, and we nudge it on its way in. How much of
# the nudge comes out at the far end?
#
# - [ ] About a hundredth
#   Dividing 0.25 by 20 would get you there, but each sigmoid passes on only a share of what it
#   got from the one before.
# - [ ] About a thousandth
#   It takes only a few sigmoids to get that far, and there are many more to come.
# - [x] Less than a billionth
#   The slopes multiply. If each lets through less than a quarter, two let through less than a
#   sixteenth, and twenty leave next to nothing.

# %%
bends = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}
for start in (0.5, -0.5):
    print(f"from {start}, after 1, 10 and 20 bends:")
    for name, function in bends.items():
        x = torch.tensor(start)
        shares = [gets_through(function, x, n) for n in (1, 10, 20)]
        # .1g rounds to a single digit, and 8 is the width
        print(f"{name:>8}", *(f"{share:8.1g}" for share in shares))

# %% [markdown]
# The strange thing is that not a single one of those sigmoids was saturated. After the first,
# each of them hears a number between 0 and 1, where a sigmoid isn't far from its steepest.
#
# When the share that gets through shrinks with every bend, until there's next to nothing left,
# it's called the **vanishing gradient**, because that share is part of what lesson 9 will call a
# gradient. For example, of a nudge of 0.01, a chain of 20 sigmoids passes on less than a
# billionth of 0.01. Tanh does better, at least from these two starts, and ReLU passes on all of a
# nudge or none of it, depending on the side.
# <!-- example -->
#
# Try a few chains yourself. The first bead is the number that goes in, and it gets the nudge.
# Each bead after it is what comes out of one more bend, and the bars show how far the beads
# swing.
#
# <!-- activation -->
#
# In a real network, there are weights between the bends, and those can make a nudge larger again,
# so don't take these numbers for a law. Still, if the seller comes back with a hundred layers of
# sigmoids, ask how they were trained.
#
# ReLU's flat side has a price of its own. Imagine a unit whose total is below zero for *every*
# digit, say because its bias is far too low. It's on the flat side each time, so no nudge to its
# weights ever gets through, and unless its inputs change, it'll never wake up. A unit like that
# is called **dead**.

# %% [markdown]
# ## What our machine can read now
#
# Our machine reads all ten digits now. With hidden weights straight from the dice, it gets at least
# 923 of 1,000 right in each of our three draws. What a dot of ink is worth now depends on the rest
# of the page, and your friend can't copy that with one straight layer. But we fitted only the last
# layer, so the machine still doesn't know what to look for. For that, every layer has to be
# trained.
#
# Our networks are growing, and more and more numbers go through them with nobody watching. You've
# seen a wrong shape raise an error, and you've seen a wrong axis that didn't. What else can go
# wrong with a tensor without a word of warning? [The next lesson](06_tensors.py) is about tensors
# that bite.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### The slope of the sigmoid
#
# Write `sigmoid_derivative(z)`, which uses the formula to return the slope of the sigmoid at each
# number in `z`. Here `z` may have any shape, and the result has the same shape.
#
# <details><summary>Hint 1</summary>
#
# The formula needs the sigmoid of `z` twice, so give it a name.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Call it `s`. The formula is then s times 1 minus s, and Python wants parentheses around the
# second factor.
#
# </details>


# %% tags=["exercise"]
def sigmoid_derivative(z):
    raise NotImplementedError


# %% tags=["solution"]
def sigmoid_derivative(z):
    s = torch.sigmoid(z)
    return s * (1 - s)


# %% tags=["check"]
from mlp_tutorial.exercises import check_sigmoid_derivative

print(check_sigmoid_derivative(sigmoid_derivative))

# %% [markdown] tags=["exercise", "warm-up"]
# ### Two layers are one
#
# Your friend had to ask 785 questions, but you may open the box. Write `collapse(W1, b1, W2,
# b2)`, which returns the `W` and `b` of one layer that does what two layers do without a bend
# between them. Each `W` has the shape `(in, out)`, and each `b` has the shape `(out,)`.
#
# <details><summary>Hint 1</summary>
#
# Multiply out $(x W_1 + b_1) W_2 + b_2$. Which part has $x$ in it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The part that multiplies $x$ is the new W, and everything else is the new b. Return both with
# `return W, b`.
#
# </details>


# %% tags=["exercise"]
def collapse(W1, b1, W2, b2):
    raise NotImplementedError


# %% tags=["solution"]
def collapse(W1, b1, W2, b2):
    return W1 @ W2, b1 @ W2 + b2


# %% tags=["check"]
from mlp_tutorial.exercises import check_collapse

print(check_collapse(collapse))

# %% [markdown] tags=["exercise", "apply"]
# ### A table
#
# Let's build some furniture. Write `table(x)`, which is 0 up to $x = 1$, climbs in a straight
# line to 1 at $x = 2$, stays at 1 until $x = 4$, falls in a straight line to 0 at $x = 6$, and is
# 0 from there on. You'll need a ReLU for each corner. `x` is a tensor of any length, and the
# result is just as long.
#
# <details><summary>Hint 1</summary>
#
# Sketch it. There are four corners, so note how steep the line is before and after each of them.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Multiply each unit by how much the steepness *changes* at its corner. At 1 it goes from 0 to 1,
# at 2 from 1 back to 0, and at 4 from 0 to -0.5.
#
# </details>


# %% tags=["exercise"]
def table(x):
    raise NotImplementedError


# %% tags=["solution"]
def table(x):
    up = torch.relu(x - 1) - torch.relu(x - 2)
    down = torch.relu(x - 4) - torch.relu(x - 6)
    return up - 0.5 * down


# %% tags=["check"]
from mlp_tutorial.exercises import check_table

print(check_table(table))

# %% [markdown] tags=["exercise", "apply"]
# ### Who's dead?
#
# Write `count_dead(x, W, b)`, which counts the units of a ReLU layer that are dead on a batch. A
# unit is dead if none of the examples gets its total above zero. `x` has the shape `(batch, n)`,
# `W` has `(n, units)`, and `b` has `(units,)`.
#
# <details><summary>Hint 1</summary>
#
# Compute the totals of the layer. Which axis has to disappear to leave an answer for each unit?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A unit is dead if even its largest total isn't above zero. `amax(dim=0)` finds the largest in
# each column.
#
# </details>


# %% tags=["exercise"]
def count_dead(x, W, b):
    raise NotImplementedError


# %% tags=["solution"]
def count_dead(x, W, b):
    largest = (x @ W + b).amax(dim=0)
    return (largest <= 0).sum()


# %% tags=["check"]
from mlp_tutorial.exercises import check_count_dead

print(check_count_dead(count_dead))

# %% [markdown] tags=["exercise", "think"]
# ### How many are too many?
#
# Send a nudge through a chain of sigmoids, with nothing between them, and suppose each of them is
# at its steepest. What's the smallest number of sigmoids that leaves less than a thousandth of
# the nudge? Estimate it in your head first.
#
# <details><summary>Hint 1</summary>
#
# A sigmoid at its steepest has a slope of 0.25. After two of them, 0.25 times 0.25 is left.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Print `0.25**n` for n from 1 to 10. Which is the first below 0.001?
#
# </details>

# %% tags=["exercise"]
sigmoids = ...

# %% tags=["solution"]
sigmoids = next(n for n in range(1, 100) if 0.25**n < 0.001)

# %% tags=["check"]
from mlp_tutorial.exercises import check_sigmoids

print(check_sigmoids(sigmoids))

# %% [markdown] tags=["exercise", "think"]
# ### One crease through all of it
#
# Fold a strip of paper in half three times. Then make one more crease through the whole packet,
# somewhere off the middle, and open it up. How many creases does the strip have? In a network,
# that would be three folds and then a layer that adds one crease to what they made. Predict the
# number before you reach for the paper. `creases_in_all` is a whole number.
#
# <details><summary>Hint 1</summary>
#
# After three folds there are eight layers of paper. How many creases are there between eight
# pieces?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The last crease goes through every layer. Add the creases it makes to the seven that were there.
#
# </details>

# %% tags=["exercise"]
creases_in_all = ...

# %% tags=["solution"]
creases_in_all = (2**3 - 1) + 2**3

# %% tags=["check"]
from mlp_tutorial.exercises import check_creases_in_all

print(check_creases_in_all(creases_in_all))
