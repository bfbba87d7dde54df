# %% [markdown]
# # Why it must bend
#
# Somebody wants to sell you a network. A hundred layers! All 784 pixels of a digit go in at one
# end, and ten totals come out at the other. Sealed in between are 458,570 numbers, with a price
# to match.
#
# You call a friend. She doesn't even break the seal. She shows the box a blank page and writes
# down the ten totals. Then she shows it 784 more pages, each with a single dot of ink. In the
# evening she hands you a network of her own. It has one layer, and for any digit you try, it
# gives the same ten totals as the big one.
#
# The other 99 layers bought you nothing, because the seller had left out a piece of math so small
# that you could write it on your thumbnail. **What belongs between two layers, so that the second
# one is worth having?**
#
# You'll be able to
#
# - boil a hundred layers down to a single one, and say when that works;
# - build any curve you like out of straight pieces, and say what depth can do cheaply;
# - tell whether a unit still listens, or has stopped.
#
# Reading takes 30 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## A hundred layers for sale
#
# Let's build that box. The weights are random, and so that the totals neither explode nor die out
# on their way through a hundred layers, we divide them by the square root of the number of
# inputs. (`pairwise` pairs each size with the next one, 784 with 64, then 64 with 64, and so on.)

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


def count_numbers(layers):
    return sum(W.numel() + b.numel() for W, b in layers)


print(f"{len(layers)} layers, 99 of them hidden,", end=" ")
print(f"{count_numbers(layers):,} numbers")

# %% [markdown]
# How does your friend do it? Try it yourself on a smaller box first. It has two pixels and one
# total, and inside it computes `3 * left - 2 * right + 5`. You don't know that, but you may show
# it any page you like and read the total. So what would you show it?
#
# Say you begin with a blank page. Both pixels are 0, so the box says 5, and that's the bias. Now
# ink only the left pixel. The box says 8, so the left pixel is worth 8 - 5, which is 3. Then do
# the same with the right one. That's three questions, and there's nothing left to know about this
# box.
# <!-- example -->
#
# The big box takes 785 questions. (`torch.eye(784)` is a stack of 784 pages. On page 0 only pixel
# 0 is inked, on page 1 only pixel 1, and so on.)

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
# There you have it, 7,850 numbers that do the work of 458,570, up to rounding. And she never
# looked inside. She just trusted that a dot of ink is worth the same on every page, whatever else
# is on it. But how could she be sure?
#
# Suppose two layers have a single unit each. The first computes $y = 3x + 1$, and the second
# makes $2y - 4$ of that. Put the first into the second, and you get $2(3x + 1) - 4$, which is
# $6x - 2$. That's a number times $x$, plus a number, and you could have had it with one layer.
# With matrices it's no different:
# <!-- example -->
#
# $$(x W_1 + b_1) W_2 + b_2 = x \,(W_1 W_2) + (b_1 W_2 + b_2)$$
#
# The right side is one layer, with the weights $W_1 W_2$. If a third layer follows, it meets a
# single layer, and the same thing happens again, until all 100 have become one.

# %% [markdown]
# ## A strip of paper
#
# So something has to come in between that isn't "a number times $x$, plus a number." The sigmoid
# of lesson 2 was such a thing. But what's the least we can get away with?
#
# Cut a few strips of paper, as long as your hand and a finger wide. (No, really. You'll want them
# again later.) Stand one on its long edge and look straight down at it. You see a straight line.
# Now glue a second strip onto it, flat against the first, and then a third. With a hundred layers
# of paper it's still a straight line, only thicker, and that's the network you were offered.
#
# Then take a fresh strip and crease it, just once. From above it's a line with a corner, and no
# stack of straight strips will ever show you that. So let's put a crease into math. Here's the
# piece that fits on a thumbnail:
#
# $$\operatorname{relu}(x) = \max(0, x)$$
#
# Keep what's positive, and make the rest zero. It's called **ReLU**, for rectified linear unit,
# and you could write it as `if x < 0: x = 0`. Draw it from left to right, say from -1 to 1, and
# it runs level along zero, then turns a corner at $x = 0$ and climbs.
#
# Let's see what that does to your friend. Here's another box with two pixels, and inside it
# computes `relu(left + right - 1)`. She shows it a blank page, and the box says 0. Ink on the
# left only, and it says 0. Ink on the right only, and it says 0 again. What network does she hand
# you?
# <!-- example -->
#
# She hands you the network that always says 0, of course. And then you ink both pixels, and the
# box says 1. Here a dot of ink isn't worth the same on every page any more. What the left one is
# worth depends on what else is there, and that's something no layer can say without a bend.
# <!-- example -->

# %% [markdown]
# ## Any curve you like
#
# One crease is nice, but how far do creases get us? We decide where the corner is. For example,
# `relu(x - 1)` stays at zero until $x$ is 1. That's the bias at work, which is -1 here. And we
# decide how sharply the strip turns there, by the number we multiply the unit by. Say you have a
# strip that climbs by 1 for each step to the right. Add `-0.5 * relu(x - 1)`, and from 1 on it
# climbs by only 0.5.
#
# So each hidden unit is a crease. Its bias says where it is, and its weight in the next layer
# says how far to turn, and which way.

# %% [markdown] tags=["predict"]
# Here are three units. What do you see from above if you add up
# `relu(x) - 2 * relu(x - 1) + relu(x - 2)`?
#
# - [ ] A ramp. It climbs from 0 to 1, and goes on level from there.
#   That would take `-1 * relu(x - 1)`, which cancels the climb. With -2 it turns twice as far.
# - [ ] A peak. It climbs from 0 to 1, then falls and keeps falling.
#   That's what the first two units do. But at 2 there's another crease, which turns it back.
# - [x] A roof. It climbs from 0 to 1, falls back to 0 and stays there.
#   The three turns are +1, -2 and +1. They add up to 0, so in the end it's as level as it began.

# %% figure="roof" alt="Three panels. In the first a line is level until 0 and climbs from there. In the second it climbs until 1 and then falls without end. In the third it climbs until 1, falls until 2 and is level again." caption="One crease after another. Count the corners, and look at what happens to the right of each."
from mlp_tutorial.plots import draw_digits, plot_curves, show

x = torch.linspace(-1, 3, 401)
one = torch.relu(x)
two = one - 2 * torch.relu(x - 1)
three = two + torch.relu(x - 2)
print(three[::50])  # at -1, -0.5, 0 and so on, up to 3
show(plot_curves(x, {"1 crease": one, "2 creases": two, "3 creases": three}))

# %% [markdown]
# If you can build a roof, you can build a town, and the hills behind it. Suppose you want to
# follow some curve. Put dots on it, and join them with straight pieces. That's a strip with a
# crease at each dot, and with more dots the pieces get shorter and hug the curve more closely.
#
# Let's try it on something round, for example a wave (the function `torch.sin`). We spread the
# creases evenly, so all that's left to choose is how far to turn at each of them. We could
# fiddle, as we did with the judge. But when only the last layer's weights are left to choose,
# there's a shortcut called **least squares**. It takes the distance from our curve to the wave at
# each point, squares it, adds all of them up, and returns exactly the weights for which that sum
# is smallest. PyTorch calls it `lstsq`. (For all the layers at once, unfortunately, nobody knows
# such a shortcut. That's why there's a lesson 9.)
#
# The function `creases` below makes a table with a row for each $x$ and a column for each crease.
# For that, `x[:, None]` turns $x$ into a column, and broadcasting subtracts every place from
# every $x$. The last column holds ones, and its weight is the bias.


# %% figure="sine" alt="Three panels, each with a dashed wave. With 1 crease the solid line is straight and misses it. With 4 it's four straight pieces that follow it roughly. With 16 the two can't be told apart." caption="The wave is dashed, the strip is solid. With 16 creases you'd need a magnifying glass."
def creases(x, n):
    places = torch.linspace(-3, 3, n + 1)[:-1]  # the first at the left edge
    units = torch.relu(x[:, None] - places)  # (N, n)
    return torch.cat([units, torch.ones(len(x), 1)], dim=1)  # (N, n + 1)


x = torch.linspace(-3, 3, 601)
wave = torch.sin(x)
curves = {}
for n in (1, 4, 16):
    turns = torch.linalg.lstsq(creases(x, n), wave[:, None]).solution
    curve = (creases(x, n) @ turns)[:, 0]
    print(f"creases: {n:2}   farthest off: {(curve - wave).abs().max():.3f}")
    curves[f"creases: {n}"] = curve
show(plot_curves(x, curves, dashed=wave))

# %% [markdown]
# With 1 crease, right at the left edge, we see a straight line. With 16 the strip is never
# farther from the wave than 0.012.
#
# And there's nothing special about the wave. Take any curve without jumps, from one end to the
# other, and say how close you want to get. With enough creases you will, however curly it is.
# That's known as **universal approximation**, and it's true for many inputs as well as for one,
# and for the sigmoid as well as for ReLU. But don't read too much into it. It says that good
# weights exist. It doesn't say how many units you'll need, or how anybody would find their
# weights.

# %% [markdown]
# ## Is closer always better?
#
# It also doesn't say that you *should* get close. Imagine that you don't see the wave itself,
# only 20 points of it, and each is off by some random amount. Which strip would you trust?
#
# We fit all three to the 20 points, and then judge them by 1,000 new ones, which are just as
# noisy. The score is the squared distance to a point, averaged over the points, so lower is
# better. A single draw of the noise proves little, so we repeat it 25 times and print the
# **median**, the middle of the 25 scores.


# %%
def noisy_wave(x, g):
    return (torch.sin(x) + 0.5 * torch.randn(len(x), generator=g))[:, None]


x_seen, x_new = torch.linspace(-3, 3, 20), torch.linspace(-3, 3, 1000)


def scores(n, seed):
    g = torch.Generator().manual_seed(seed)  # its own dice
    y_seen, y_new = noisy_wave(x_seen, g), noisy_wave(x_new, g)
    turns = torch.linalg.lstsq(creases(x_seen, n), y_seen).solution
    seen = (creases(x_seen, n) @ turns - y_seen).square().mean()
    new = (creases(x_new, n) @ turns - y_new).square().mean()
    return torch.stack([seen, new])


# %% figure="noise" alt="Three panels with the same 20 scattered dots and a dashed wave. With 1 crease the solid line is straight. With 4 it follows the wave. With 16 it jumps up and down to get near every dot." caption="One of the 25 draws. The true wave is dashed. With 16 creases the strip chases the dots instead."
medians, curves = [], {}
y_seen = noisy_wave(x_seen, torch.Generator().manual_seed(0))
for n in (1, 4, 16):
    runs = torch.stack([scores(n, seed) for seed in range(25)])  # (25, 2)
    low, middle, high = runs.sort(dim=0).values[[0, 12, 24]]  # 12 is halfway
    print(f"creases: {n:2}   seen: {middle[0]:.2f}", end="   ")
    print(f"new: {middle[1]:.2f} (from {low[1]:.2f} to {high[1]:.2f})")
    medians.append(middle)
    turns = torch.linalg.lstsq(creases(x_seen, n), y_seen).solution
    curves[f"creases: {n}"] = (creases(x, n) @ turns)[:, 0]
seen, new = torch.stack(medians).T
assert seen[0] > seen[1] > seen[2]
assert new[1] < min(new[0], new[2])
show(plot_curves(x, curves, dashed=wave, points=(x_seen, y_seen[:, 0])))

# %% [markdown]
# On the points it has seen, every crease helps. But on new points, 16 creases do worse than 4,
# because they've bent to the noise. (The noise alone costs about 0.25, whatever you do.) So more
# units can fit more, and that alone doesn't make them predict better. How to tell what's enough
# is [a lesson of its own](11_evaluation.py).

# %% [markdown]
# ## Fold it first
#
# So far every corner has cost us a unit, and that gets expensive. Is there a cheaper way? Take a
# fresh strip, and fold it in half. Then fold the folded strip in half, and go on until you've
# folded four times. Don't open it yet!
#
# Can a network do that? Let's number the places along the strip from 0 to 1. Folding puts 0.8 on
# top of 0.2, and 0.6 on top of 0.4. So a fold is a function that gives the same answer for any
# two places that land on each other. Two units will do, one that climbs and one that turns the
# strip around in the middle.


# %%
def fold(x):
    return 2 * torch.relu(x) - 4 * torch.relu(x - 0.5)


print(fold(torch.tensor([0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0])))

# %% [markdown]
# See how 0.2 and 0.8 give the same answer? (It's 0.4 rather than 0.2, because our fold also
# stretches the folded strip to its old length. Luckily, nobody has to do that with paper.) What
# comes out of one fold can go into the next.

# %% [markdown] tags=["predict"]
# Four folds, one after the other, are 4 layers of 2 units each. Draw `fold(fold(fold(fold(x))))`.
# How many straight pieces is it made of?
#
# - [ ] 5, because each fold adds a piece.
#   The first fold does. But the second goes through two layers of paper at once, and the third
#   through four. Open your strip.
# - [ ] 9, because each of the 8 units adds a piece.
#   That's the most that 8 units could do side by side, as in our wave. Here they aren't side by
#   side.
# - [x] 16, because each fold doubles the pieces.
#   Open your strip and count. Whatever you do to a folded strip, you do to all its layers.


# %% figure="folds" alt="Three panels. One fold gives a single roof of two pieces. Two folds give two roofs. Four folds give eight roofs, like the teeth of a saw." caption="For each place on the strip, where it lands in the folded packet. Each fold doubles the teeth."
def count_pieces(y):
    steps = y[1:] - y[:-1]  # how far it climbs from each point to the next
    corners = steps[1:] != steps[:-1]  # where two neighbors differ
    return corners.sum().item() + 1


x = torch.arange(16385) / 16384  # from 0 to 1, in steps without rounding
y, curves = x, {}
for n in range(1, 11):
    y = fold(y)
    print(f"folds: {n:2}   pieces: {count_pieces(y):,}")
    if n in (1, 2, 4):
        curves[f"folds: {n}"] = y[::64]  # every 64th point is enough
show(plot_curves(x[::64], curves, names=("place", "lands at")))

# %% [markdown]
# Your own strip has 16 pieces too, though opened up it won't zigzag like the plot. The plot isn't
# the shape of the paper. It shows where each place on the strip ends up in the packet.
#
# Ten folds make 1,024 pieces, which feels like cheating the first time you see it. So let's
# compare it with the same units side by side, in one hidden layer, and count the numbers that
# each of the two needs. One saving comes for free. A fold ends with the weights 2 and -4. The
# next fold begins with weights of its own, and nothing bends between the two. You know what
# happens then. They collapse into a single 2-by-2 matrix, and this time we're glad.


# %%
from mlp_tutorial.layers import forward  # layer after layer, as in lesson 2

first, corners = torch.ones(1, 2), torch.tensor([0.0, -0.5])
last, zero = torch.tensor([[2.0], [-4.0]]), torch.zeros(1)
between = last @ first  # two layers without a bend are one, (2, 2)

for n in (4, 10):
    deep = [(first, corners)] + (n - 1) * [(between, corners)] + [(last, zero)]
    wide = [(torch.ones(1, 2 * n), torch.zeros(2 * n))]  # one hidden layer
    wide += [(torch.ones(2 * n, 1), zero)]
    y = forward(x[:, None], deep, hidden=torch.relu)[:, 0]
    print(f"{2 * n} units, stacked: {count_numbers(deep)} numbers,", end=" ")
    print(f"{count_pieces(y):,} pieces")
    print(
        f"{2 * n} units, side by side: {count_numbers(wide)} numbers,", end=" "
    )
    print(f"{2 * n + 1} pieces at most")

# %% [markdown]
# For example, take 8 units and 25 numbers. Stacked in pairs, the units make 16 pieces. Side by
# side they make 9 at most, whatever the numbers are, because a sum of strips has a corner only
# where one of the strips has a corner, and each unit has just one. We didn't have to train
# anything to know that. And with 20 units it's 1,024 pieces against 21.
#
# It's tempting to stack everything we own. But look at those teeth again. They're all alike. A
# wide layer may put each of its creases where you want it, and a folded strip can't, since nobody
# can choose 1,024 slopes with 61 numbers. Here depth is cheap because something repeats. Is
# handwriting like that? Annoyingly, we can't tell from a drawing. We'll have to measure it, and
# we will, once we can train.

# %% [markdown]
# ## What a bend does to a nudge
#
# So far we have nothing against the sigmoid. It bends too, only more softly. Then why do most
# networks use something else? For that we have to think ahead, to how a network will learn. It'll
# be a long game of "warmer, colder." We nudge a weight in the first layer, ever so slightly, and
# watch whether the answer at the far end gets better. But to be felt there, the nudge has to get
# through every bend on its way. What does a bend do to a nudge?
#
# We can simply try it. We step a tiny bit to either side, see how much the output moves, and
# divide by the size of the step. The result is called the **slope**, and in math books, where the
# step is as tiny as can be, the **derivative**. For example, a slope of 0.25 means that a nudge
# of 0.01 comes out as 0.0025, so three quarters of it is lost.
# <!-- example -->


# %% figure="sigmoid-and-slope" alt="The sigmoid rises from 0 to 1. Its slope, dashed, is a hill with its top at 0.25 above zero, and nearly nothing beyond 5 on either side." caption="The dashed line is how much of a nudge gets through. It's a quarter at best."
from mlp_tutorial.plots import plot_activation


def slope(function, x):
    return (function(x + 0.01) - function(x - 0.01)) / 0.02


for place in (0.0, 2.0, 5.0):
    found = slope(torch.sigmoid, torch.tensor(place))
    print(f"the slope of the sigmoid at {place} is {found:.4f}")
show(plot_activation(torch.sigmoid))

# %% [markdown]
# There's even a formula for it, $\sigma'(x) = \sigma(x)\,(1 - \sigma(x))$, and that's never more
# than 0.25. Out at 5, less than a hundredth of a nudge gets through. Where a curve is that flat,
# the unit is called **saturated**. It has made up its mind, and it hardly listens any more.
#
# Here are three others. **Tanh** is a sigmoid stretched to run from -1 to 1 and squeezed to half
# its width, and its slope, $1 - \tanh^2(x)$, reaches 1 in the middle. ReLU has a slope of 1 to
# the right of its corner and 0 to the left. (At the corner itself it has none, and PyTorch takes
# 0.) And **SiLU**, which is $x$ times the sigmoid of $x$, is a ReLU with its corner rounded off.
# In large language models you'll often meet it or its near twin **GELU**, which multiplies $x$ by
# another curve like a lazy S. On the left, where ReLU blocks every nudge, both let a little of it
# through almost everywhere.

# %% figure="bends" alt="Three panels, each with a curve and its slope. Tanh rises from -1 to 1, with a slope like a narrow hill of height 1. ReLU has a corner, and its slope jumps from 0 to 1. SiLU looks like ReLU but dips a little below zero left of the corner, and its slope rises smoothly." caption="The slopes are dashed. ReLU's is all or nothing."
silu = torch.nn.functional.silu  # gelu is there too
x = torch.linspace(-4, 4, 400)  # an even number, so none is at the corner
bends = {"tanh": torch.tanh, "ReLU": torch.relu, "SiLU": silu}
curves = {name: function(x) for name, function in bends.items()}
slopes = {name: slope(function, x) for name, function in bends.items()}
assert torch.allclose(slopes["tanh"], 1 - torch.tanh(x) ** 2, atol=1e-3)
assert torch.allclose(slopes["ReLU"], (x > 0).float(), atol=1e-3)
assert torch.allclose(curves["SiLU"], x * torch.sigmoid(x))
show(plot_curves(x, curves, dashed=slopes, names=("x", "value")))

# %% [markdown]
# Now send a nudge through a whole chain of bends, with nothing in between. The first bend lets
# some of it through, the second lets through some of that, and so on. So the slopes multiply.

# %% [markdown] tags=["predict"]
# A number goes in at 0.5, and passes through 20 sigmoids in a row. We nudge it. How much of the
# nudge comes out at the far end?
#
# - [ ] About a hundredth.
#   You might get there by dividing 0.25 by 20. But each sigmoid takes its share of what the one
#   before it has left.
# - [ ] About a thousandth.
#   That's the right idea, and it's what about five of them leave. There are fifteen more to come.
# - [x] Less than a billionth.
#   If each lets through less than a quarter, two let through less than a sixteenth, and twenty
#   leave next to nothing.


# %%
def gets_through(function, x, length):
    share = 1.0
    for _ in range(length):
        share = share * slope(function, x)
        x = function(x)
    return float(share)


for start in (0.5, -0.5):
    print(f"from {start}, after 1, 5 and 20 bends:")
    for function in (torch.sigmoid, torch.tanh, torch.relu):
        x = torch.tensor(start)
        shares = [gets_through(function, x, length) for length in (1, 5, 20)]
        print(f"  {function.__name__:8}", *(f"{s:8.1g}" for s in shares))

# %% [markdown]
# (`1e-13` is short for 0.0000000000001, with the 1 in the 13th place.)
# <!-- example -->
#
# And not a single one of those sigmoids was saturated! The effect is called the **vanishing
# gradient**, because the share that gets through is part of what lesson 9 will call a gradient.
# Tanh does better, at least from these two starts. And ReLU passes on all of a nudge or none of
# it, depending on the side.
#
# But all or none has a price. Imagine a unit whose total is below zero for *every* digit, say
# because its bias is far too low. It's on the flat side each time, so no nudge to its weights
# ever gets through, and unless its inputs change, it'll never find out that it should. Such a
# unit is called **dead**.
#
# Here you can try some chains yourself.
#
# <!-- activation -->
#
# In a real network there are weights between the bends, and they can make a nudge larger again.
# So don't take these numbers as a law about deep networks. They only show what each bend does.

# %% [markdown]
# ## What our machine can read now
#
# But does a bend really help with handwriting? Here's a test that changes nothing else. We make a
# hidden layer of 800 units with random weights and biases, much like the one in [lesson
# 3](03_mnist.py), and leave it like that. Only the last layer isn't random. We find its weights
# by least squares, on 5,000 digits. Suppose a digit is a 3. Then we'd like a total of 1 from the
# judge for 3, and 0 from the other nine.
#
# First the straight network, which goes from the pixels to ten totals without a hidden layer. To
# be fair, we give it a second chance. The loss of [lesson 4](04_softmax.py) suits judges better
# than least squares, but there's no such shortcut for it, so it takes 200 little steps. (Lesson 9
# explains the lines inside the loop.)


# %%
def with_ones(x):
    return torch.cat([x, torch.ones(len(x), 1)], dim=1)  # for the bias


wanted = torch.eye(10)[digits.labels]  # a 3 becomes 0 0 0 1 0 0 0 0 0 0


def verdicts(x, x_fresh):
    weights = torch.linalg.lstsq(with_ones(x), wanted).solution
    return (with_ones(x_fresh) @ weights).argmax(dim=1)


def count_right(verdicts):
    return (verdicts == fresh.labels).sum().item()


# %%
straight = verdicts(pixels, fresh_pixels)
print("straight:", count_right(straight), "of 1,000 right")

W = torch.zeros(785, 10)
for _ in range(200):
    too_much = torch.softmax(with_ones(pixels) @ W, dim=1) - wanted
    W = W - 0.5 * with_ones(pixels).T @ too_much / len(pixels)
second_chance = (with_ones(fresh_pixels) @ W).argmax(dim=1)
print("straight, after 200 steps:", count_right(second_chance))

# %% [markdown]
# Now we put the 800 random units in between, each with a ReLU, and go back to least squares.
# (With 784 pixels a crease isn't a point on a strip any more. It's a cut through a space of 784
# directions, like the line in lesson 1, and on one side of it the unit is silent.)

# %% [markdown] tags=["predict"]
# How many of the 1,000 fresh digits come out right with 800 random units in between, and nothing
# but the last layer fitted?
#
# - [ ] About 500. Random weights scramble the picture.
#   Scrambled isn't lost. The last layer sees what the scrambling does to 5,000 digits, and it can
#   make up for that.
# - [ ] About 840. Random units can't know anything about digits.
#   They don't. But a crease in a random place is still a crease, and the last layer chooses how
#   far to turn at each of them.
# - [x] About 920. A crease is useful wherever it is, but only so far.
#   Nobody has told these units what a digit looks like. Being bent helped.
# - [ ] About 980. With 800 creases it can bend around any digit.
#   If each crease were where it's needed, perhaps. These are wherever the dice put them.

# %%
n_units = 800
right, bent_right = [], torch.ones(1000, dtype=torch.bool)
for seed in range(5):
    g = torch.Generator().manual_seed(seed)
    W = torch.randn(784, n_units, generator=g)
    b = torch.randn(n_units, generator=g)
    totals, fresh_totals = pixels @ W + b, fresh_pixels @ W + b
    plain = verdicts(totals, fresh_totals)
    bent = verdicts(torch.relu(totals), torch.relu(fresh_totals))
    bent_right = bent_right & (bent == fresh.labels)
    right.append(count_right(bent))
    print(f"{n_units} random units, draw {seed + 1}:", end=" ")
    print(f"{count_right(plain)} without a bend, {right[-1]} with ReLU")
assert min(right) > 890

# %% [markdown]
# Five draws, and the same story every time. With 800 units and no bend it's the straight network
# again, up to rounding, just as your friend would have told you. (There are more units than
# pixels, so nothing gets lost on the way.) Add `max(0, x)`, leave everything else alone, and
# between 920 and 928 digits are right instead of 835 to 844. That's surprisingly good for units
# that nobody has taught anything.
#
# With its second chance the straight network got 908, so the lead over that is much smaller, and
# on 1,000 digits we wouldn't swear by it. But the second chance was a better loss, and this was
# only a bend.
#
# Here are some digits that came out right once there was a bend.

# %% figure="saved" alt="A row of eight handwritten digits, each with its label and what the straight network took it for." caption="All five bent networks read these. The straight network's verdict, with least squares, comes after “as.”"
saved = bent_right & (straight != fresh.labels)
print(saved.sum().item(), "digits")
show(
    draw_digits(
        fresh.images[saved][:8],
        fresh.labels[saved][:8],
        predicted=straight[saved][:8],
    )
)

# %% [markdown]
# So our machine reads all ten digits now, and it's right on more than nine in ten. That's with
# hidden weights nobody chose! What a dot of ink is worth depends on the rest of the page now, and
# your friend can't copy that with one straight layer. But the machine still doesn't really know
# what to look for. Its 800 creases are wherever the dice put them, and only the last layer was
# solved for. To put them where they're useful, we'll have to train every layer, and that's lesson
# 9.
#
# But there's something to settle first. Our networks are growing, and more and more numbers go
# through them without anybody looking. You've seen a wrong shape raise an error, and you've seen
# a wrong axis that didn't. What else can go wrong with a tensor, and never say a word? [The next
# lesson](06_tensors.py) is about tensors that bite.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### The slope of the sigmoid
#
# Write `sigmoid_derivative(z)`, which returns the slope of the sigmoid at each number of `z`, by
# the formula. `z` may have any shape, and the result has the same.
#
# <details><summary>Hint 1</summary>
#
# The formula needs the sigmoid of `z` twice. Give it a name.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Call it `s`. The formula says s times 1 minus s, and Python wants parentheses around the second
# factor.
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
# Your friend asked 785 questions. You may open the box. Write `collapse(W1, b1, W2, b2)`, which
# returns `W` and `b` of the one layer that does what two layers do without a bend between them.
# Each `W` has the shape `(in, out)`, and each `b` the shape `(out,)`.
#
# <details><summary>Hint 1</summary>
#
# Multiply out $(x W_1 + b_1) W_2 + b_2$. Which part has $x$ in it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The part that multiplies $x$ is the new W. Everything else is the new b. Return both, as `return
# W, b`.
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
# Build a table. Write `table(x)`, which is 0 up to $x = 1$, climbs in a straight line to 1 at $x
# = 2$, stays at 1 until $x = 4$, falls in a straight line to 0 at $x = 6$, and is 0 from there
# on. It takes a ReLU for each corner. `x` is a tensor of any length, and so is the result.
#
# <details><summary>Hint 1</summary>
#
# Sketch it. There are four corners. Note how steep it is before and after each of them.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# You multiply each unit by how much the steepness *changes* at its corner. At 1 it goes from 0 to
# 1, at 2 from 1 back to 0, and at 4 from 0 to -0.5.
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
# Write `count_dead(x, W, b)`, which returns how many units of a ReLU layer are dead on a batch. A
# unit is dead if its total isn't above zero for any example. `x` has the shape `(batch, n)`, `W`
# `(n, units)`, and `b` `(units,)`.
#
# <details><summary>Hint 1</summary>
#
# Compute the totals of the layer. Which axis has to disappear, so that there's an answer for each
# unit?
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
# Send a nudge through a chain of sigmoids, with nothing between them, and let each of them be at
# its steepest. What's the smallest number of sigmoids that leaves less than a thousandth of the
# nudge? Estimate it in your head first.
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
# Fold a strip of paper in half three times. Then, somewhere off the middle, make one more crease
# through the whole packet, and open it. How many creases does the strip have? (In a network, it's
# three folds, and then a layer that adds one crease to what they made.) Predict it before you
# take the paper. `creases_in_all` is a whole number.
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
# The last crease goes through every layer. Add what it makes to the seven that were there.
#
# </details>

# %% tags=["exercise"]
creases_in_all = ...

# %% tags=["solution"]
creases_in_all = (2**3 - 1) + 2**3

# %% tags=["check"]
from mlp_tutorial.exercises import check_creases_in_all

print(check_creases_in_all(creases_in_all))
