# %% [markdown]
# # Optimizers
#
# A flea has fallen into a rain gutter. It's dark in there, and the only way out is a drain
# somewhere along the gutter, which the flea can't see. All it can feel is the slope under its
# feet. So it does the sensible thing and leaps downhill, a long way where the ground is steep and
# not so far where it's nearly level.
#
# You can guess how that goes. A gutter is steep across and nearly level along its length, so the
# flea shoots down the wall, over the bottom and up the other wall, turns around, and shoots back.
# A hundred leaps later it's out of breath, and it still hasn't reached the drain.
#
# Your network has been leaping just like that. **What do you do when every step is too long in
# one direction and too short in another?**
#
# You'll be able to
#
# - tell when a single learning rate can't work, and put a number on it;
# - write momentum, RMSprop and Adam in a few lines each, just as PyTorch does them;
# - race optimizers fairly, and not be fooled by who wins.
#
# Reading takes 40 minutes. The code runs in about a minute on an ordinary laptop.

# %% [markdown]
# ## A flea in a gutter
#
# Look down on the gutter from above. Two numbers tell you where the flea is, one along the gutter
# and the other across it, both in centimeters from the drain. Think of them as two weights of a
# network, and of the height of the ground as the loss. Our flea lands at -8 along and 0.8 across,
# which is far from the drain and a little way up the wall.
#
# How steep is it there? In our gutter, every centimeter away from the drain makes the slope
# steeper, by 0.01 along the gutter and by 1 across it. Where our flea has landed, the slope is
# -0.08 along and 0.8 across. The minus means that the ground falls as you go to the right, toward
# the drain. How quickly the ground gets steeper is called its **curvature**, and in our gutter
# that's 0.01 along and 1 across.
#
# The flea leaps downhill by the learning rate times the slope, just as in [the last
# lesson](10_training.py). With a rate of 0.5, for example, its first leap takes it 0.4 cm down
# the wall and 0.04 cm toward the drain. Sixty leaps at that rate don't get it very far.
# Can you find a rate that does better?
#
# <!-- learning_rate gutter -->
#
# However you set the rate, the flea creeps along, bangs into the walls or flies out. Let's put a
# number on that. In the code below, each rule is a function that moves the flea from its place
# `w`. There's also a notebook, `notes`, where cleverer fleas will write things down. The two
# curvatures sit in a matrix with zeros everywhere else, because later on we'll turn the gutter.

# %% export="straight flea"
import torch

straight = torch.diag(torch.tensor([0.01, 1.0], dtype=torch.float64))
flea = torch.tensor([-8.0, 0.8], dtype=torch.float64)
slope = flea @ straight  # along: times 0.01, across: times 1
print("slope:", slope)
print("first leap:", -0.5 * slope)


# %%
def sgd(w, slope, notes, lr):
    w -= lr * slope


def walk(rule, lr, start, gutter=straight, leaps=60):
    w, notes = start.clone(), {}
    path = [w.clone()]
    for _ in range(leaps):
        slope = w @ gutter
        rule(w, slope, notes, lr)
        path.append(w.clone())
    return torch.stack(path)


# %% [markdown]
# First we'll let it leap gently, with a rate of 0.5, and then not so gently.

# %% figure="gutter-two-rates" alt="Two long, narrow gutters from above, each with the path of a flea from the left end. At a rate of 0.5 the flea drops to the bottom and stops after a quarter of the way. At 1.9 it zigzags from wall to wall and gets about two thirds of the way." caption="The same flea at two rates, after 60 leaps each. The drain is the orange ring on the right."
from mlp_tutorial.plots import draw_paths, show

paths = {}
for lr in (0.5, 1.9):
    path = walk(sgd, lr, flea)
    paths[f"rate {lr}"] = path
    print(f"rate {lr}: {-path[-1, 0]:.1f} cm to go")


# w**2 / 2 has the slope w, so this ground has the slopes of our gutter
def height(w, gutter=straight):
    return ((w @ gutter) * w).sum(dim=-1) / 2


show(draw_paths(height, paths, names=("along, cm", "across")))

# %% [markdown]
# The gentle flea drops to the bottom, where the ground is nearly level, and creeps along from
# there. The other flea gets thrown from wall to wall, but it also gets a lot farther. Why not
# leap even harder?
#
# Forget about the drain for a moment and look straight across the gutter. A flea that's 0.8 cm up
# the wall feels a slope of 0.8, too. With a rate of 1, it leaps 0.8 cm and lands exactly at the
# bottom. With a rate of 2, it leaps 1.6 cm and lands just as high on the other wall. With
# anything above 2, it lands a little higher each time, until it's out of the gutter and out of
# this story.
# <!-- example -->

# %% [markdown] tags=["predict"]
# That makes 2 the speed limit, and it's the steep direction that sets it. We'll try 1.95. A flea
# that only rushes past the drain doesn't get out. It's home once it stays within a millimeter.
# How many leaps will ours need, all in all?
#
# - [x] About 220.
#   Along the gutter, each leap covers 0.01 times 1.95, or about 2%, of the way that's left. To
#   get from 8 cm to a millimeter, the flea has to halve the distance more than six times, and
#   each halving takes 35 leaps.
# - [ ] About 110.
#   It does slow down, but by more than that. Every leap covers about 2% of the way that's *left*,
#   so it takes another 35 leaps to halve the distance, and that has to happen more than six
#   times.
# - [ ] About 80.
#   At a rate of 1.9, it had covered more than two thirds of the way after 60 leaps. But the
#   closer it gets, the more level the ground is, and the shorter its leaps become.

# %%
path = walk(sgd, 1.95, flea, leaps=400)
needed = int((path.norm(dim=1) > 0.1).sum())  # it never leaves again
print(f"at a rate of 1.95: {needed} leaps")
too_fast = walk(sgd, 2.1, flea, leaps=100)
print(f"at a rate of 2.1: {too_fast[-1, 1]:,.0f} cm up the wall")
assert 200 < needed < 250
assert too_fast[-1, 1] > 1000

# %% [markdown]
# More than two hundred leaps, and that's with a rate as high as the wall allows. (The flea with a
# rate of 2.1 was last seen more than a hundred meters up.)
#
# That's about the best one rate can do, and now we can say what makes a gutter hard. The largest
# curvature sets the speed limit, which is 2 divided by that curvature. The smallest tells you how
# slowly you'll get along the gutter, even at that speed. Divide the largest by the smallest, and
# you have the **condition number**, which is 100 for our gutter. In a round bowl it's 1, and a
# flea with the right rate is home in one leap. In a gutter with a condition number of 10,000,
# every leap would cover 0.02% of the way that's left, and our flea would die of old age.
# <!-- example -->
#
# We can't make the gutter any rounder. But we can teach the flea a better rule than "leap by the
# learning rate times the slope," and two ideas are in nearly every rule that people use today.

# %% [markdown]
# ## The heavy flea
#
# Imagine a marble in the flea's place. Each time the marble rolls across the bottom, the other
# wall pushes it back, so the pushes from the two walls cancel. The gentle pushes along the
# gutter, though, all point toward the drain, and they add up.
#
# We can make the flea heavy like that. It writes down its **velocity**. Before each leap, it
# keeps nine tenths of the old velocity, since friction eats the rest, and adds the new slope. A
# slope points uphill, so a velocity made of slopes does, too, and the flea leaps *against* it.
# That's **momentum**, the first ingredient of the recipe in the last lesson. Suppose the slope is
# 1 every time. Then the velocity grows from 1 to 1.9 to 2.71 and ends up near 10, since nine
# tenths of 10, plus 1, is 10 again. So as long as the direction stays the same, the heavy flea is
# ten times as fast as the plain one.
# <!-- example -->


# %%
def momentum(w, slope, notes, lr, keep=0.9):
    # get looks up "v", or takes 0 if nothing is written there yet
    notes["v"] = keep * notes.get("v", 0) + slope
    w -= lr * notes["v"]


# %% [markdown]
# The trouble with something heavy is that it overshoots. In 1983, Yurii Nesterov thought of a
# flea that feels the slope where it's about to land, so it notices sooner when the ground begins
# to rise. PyTorch's version feels the slope where it sits, as all our fleas do, and makes up for
# that by trusting the newest slope more. With nine tenths kept, the newest slope counts 1.9 times
# instead of once, and each older slope counts a tenth less than it would with plain momentum. The
# recipe's momentum was of this kind.
# <!-- example -->


# %% figure="two-heavy-fleas" alt="Two gutters from above, each with the path of a flea from the left end. With momentum it swings from wall to wall in wide waves all the way to the drain. Nesterov's flea swings once, then runs straight along the bottom to the drain." caption="Two heavy fleas at a rate of 0.5, after 60 leaps each."
def nesterov(w, slope, notes, lr, keep=0.9):
    notes["v"] = keep * notes.get("v", 0) + slope
    w -= lr * (slope + keep * notes["v"])


paths = {}
for rule in (momentum, nesterov):
    path = walk(rule, 0.5, flea)
    paths[rule.__name__] = path
    print(f"{rule.__name__}: {path[-1].norm():.1f} cm to go")
show(draw_paths(height, paths, names=("along, cm", "across")))

# %% [markdown]
# Both are nearly there. At this rate, the plain flea still had 5.9 cm to go, and even when we let
# the walls throw it around, it had 2.5. The picture shows what Nesterov's look ahead is good for.
# His flea swings up the other wall just once.

# %% [markdown]
# ## A spring for each direction
#
# Who says that all directions have to share one rate? Imagine a flea with a separate spring for
# each of them. In a direction that's been steep lately, the flea uses a soft spring. In a
# direction that's been nearly level, it uses a stiff one, which throws it farther for the same
# slope.
#
# How does it know what's been steep lately? For each direction it keeps an average of the squared
# slopes, in which the old average counts for 99% and the newest square counts for 1%. Then it
# divides the slope by the root of that average. This is **RMSprop**, for "root mean square."
# Suppose the slopes along and across are 0.1 and 1 for a while. Then the roots are about 0.1 and
# 1, too, so after the division both slopes come out near 1. The tiny `eps` is only there so that
# we never divide by zero.
# <!-- example -->


# %%
def rmsprop(w, slope, notes, lr, keep=0.99, eps=1e-8):
    notes["s"] = keep * notes.get("s", 0) + (1 - keep) * slope**2
    w -= lr * slope / (notes["s"].sqrt() + eps)


path = walk(rmsprop, 0.2, flea, leaps=300)
for n in (60, 300):
    print(f"RMSprop: {path[n].norm():.1f} cm to go after {n} leaps")

# %% [markdown]
# At a rate of 0.2, the flea is home in 60 leaps, and later it hops out again! The more level the
# ground gets, the stiffer its springs become, so it can't sit still. We'll have to do something
# about that before the fleas can compete.
#
# First, why not have both a velocity and springs? That's **Adam**. It keeps two averages, `m` of
# the slopes and `s` of their squares.
#
# The trouble is the start. Nothing has been written down yet, so both averages begin at zero.
# Suppose the slope is 1 every time. Then the average should be 1, but the first `m` is only 0.1,
# the second is $0.9 \cdot 0.1 + 0.1$, or 0.19, and the third is 0.271. What's still missing is
# 0.9, then $0.9^2$, then $0.9^3$. After three leaps, the average has only reached $1 - 0.9^3$, or
# 0.271, of what it should be, so Adam divides it by 0.271. After $t$ leaps, it divides by $1 -
# 0.9^t$. The other average, `s`, has the same trouble and gets the same cure, with 0.999 in place
# of 0.9.
# <!-- example -->


# %%
def adam(w, slope, notes, lr, keep=(0.9, 0.999), eps=1e-8):
    notes["t"] = notes.get("t", 0) + 1
    notes["m"] = keep[0] * notes.get("m", 0) + (1 - keep[0]) * slope
    notes["s"] = keep[1] * notes.get("s", 0) + (1 - keep[1]) * slope**2
    m = notes["m"] / (1 - keep[0] ** notes["t"])
    s = notes["s"] / (1 - keep[1] ** notes["t"])
    w -= lr * m / (s.sqrt() + eps)


# %% [markdown] tags=["predict"]
# Who gets closer to the drain in 60 leaps, momentum or Adam? We'll let both leap at a rate of
# 0.1, and then both at a rate of 1.
#
# - [ ] Adam, at both rates.
#   Adam has a velocity *and* springs. But a rate means something else to each rule. Adam's leaps
#   are about as long as the rate, however steep the ground is, and momentum's depend on the slope.
# - [x] Adam at 0.1, and at 1 it's a draw.
#   The springs pay off at a rate of 0.1, where momentum is still creeping. At a rate of 1, they're
#   both swinging back and forth past the drain.
# - [ ] Momentum, at both rates.
#   At a rate of 1 it keeps up with Adam. At 0.1, though, it creeps along the bottom, where there's
#   hardly any slope to add up.

# %% export="two_rates to_go"
two_rates, rows = torch.tensor([0.1, 1.0]), []
for lr in (0.1, 1.0):
    by_sgd = walk(sgd, lr, flea).norm(dim=1)
    by_momentum = walk(momentum, lr, flea).norm(dim=1)
    by_adam = walk(adam, lr, flea).norm(dim=1)
    rows.append([by_sgd[-1], by_momentum[-1], by_adam[-1]])
    print(f"rate {lr}: momentum {by_momentum[-1]:.1f} cm to go,", end=" ")
    print(f"Adam {by_adam[-1]:.1f}, and closer after", end=" ")
    print((by_adam < by_momentum)[-20:].sum().item(), "of the last 20 leaps")
to_go = torch.tensor(rows)
assert to_go[0, 2] < to_go[0, 1] - 1
assert to_go[1, 1:].max() < 0.3

# %% [markdown]
# At a rate of 0.1, Adam is well ahead. At a rate of 1, both are at the drain, and who's closer
# depends on when you look. So if you want a landslide, or a draw, you only have to pick the right
# rate! Try some more.
#
# <!-- learning_rate fleas -->

# %% [markdown]
# ## Who gets closest?
#
# A comparison is only fair if each rule leaps at the rate that suits it best. And since the flea
# with the springs can't sit still, we'll let all of them tire. Over 60 leaps, each flea's rate
# shrinks evenly, from whatever it was at first to nothing.
#
# To find the best rates to begin with, we drop 20 fleas into the gutter at random, 5 to 10 cm from
# the drain, and try about a hundred rates on each. They're all in one tensor, so they leap at the
# same time. A rate doesn't count if it throws a flea more than 2 cm up the wall. If you're not in
# the mood for code, skip to the five lines of results.


# %%
def tire(rule, lr, start, gutter=straight):
    w, notes = start.clone(), {}
    path = [w.clone()]
    for left in range(60, 0, -1):
        rule(w, w @ gutter, notes, lr * left / 60)
        path.append(w.clone())
    return torch.stack(path)


def closest(rule, starts, gutter=straight):
    lr = rates[:, None, None]  # a rate for each group of 20 fleas
    paths = tire(rule, lr, starts.repeat(101, 1, 1), gutter)
    to_go = paths[-1].norm(dim=-1).mean(dim=1)  # over the 20 fleas
    thrown_out = height(paths, gutter).amax(dim=(0, 2)) > 2
    to_go[thrown_out] = torch.inf
    return to_go.min().item(), rates[to_go.argmin()].item()


# %% figure="gutter-springs" alt="Two gutters from above with the path of the same flea under two rules. RMSprop takes two great leaps across the gutter and then runs straight to the drain. Adam shoots past the drain, comes back in a wide loop and ends beside it." caption="Our flea with springs, tiring over 60 leaps, each time at its best rate."
dice = torch.Generator().manual_seed(0)
along = -5 - 5 * torch.rand(20, generator=dice)
across = 2 * torch.rand(20, generator=dice) - 1
fleas = torch.stack([along, across], dim=1).double()  # (20, 2)
rates = torch.logspace(-2, 0.5, 101, dtype=torch.float64)  # 0.01 to 3.2
rules = {f.__name__: f for f in (sgd, momentum, nesterov, rmsprop, adam)}

paths, in_straight = {}, {}
for name, rule in rules.items():
    in_straight[name], lr = closest(rule, fleas)
    print(f"{name:8} {in_straight[name]:.2f} cm to go, from a rate of {lr:.1f}")
    if name in ("rmsprop", "adam"):  # you've seen the others
        paths[name] = tire(rule, lr, flea)
show(draw_paths(height, paths, names=("along, cm", "across")))
assert in_straight["sgd"] > 10 * in_straight["adam"]

# %% [markdown]
# The plain flea still has nearly 4 cm to go, though it even dared to start above the speed limit.
# (As it tires, it gets back below.) All four others have about a millimeter to go or less. And look
# at RMSprop, which gets to rest now.

# %% [markdown]
# ## Somebody turned the gutter
#
# Now imagine that a storm turns our gutter by 45 degrees. It's still the same gutter with the
# same drain, as steep across and as level along as before. Our two numbers still count
# centimeters from left to right and from bottom to top.

# %% [markdown] tags=["predict"]
# We'll turn the fleas' starting places along with it and search for the best rates all over
# again. Which of these will now end up farther from the drain?
#
# - [x] RMSprop and Adam.
#   Now it's about as steep from left to right as it is from bottom to top. Both springs end up
#   about equally stiff, and the flea might as well have only one.
# - [ ] Momentum and Nesterov.
#   The velocity is an arrow, and it turns with the gutter. The flea makes the same leaps as
#   before, only in another direction.
# - [ ] None of them.
#   A gutter is a gutter, and a marble wouldn't notice the difference. But a spring looks at only
#   one of the two numbers, and after the turn they aren't the same numbers anymore.

# %% figure="turned-gutter" alt="A gutter that runs from the lower left to the upper right, with the path of a flea under Adam. It leaps to and fro, then winds its way along the gutter and stops well before the drain." caption="Adam in the turned gutter, tiring over 60 leaps, at its best rate."
half = 0.5**0.5
turn = torch.tensor([[half, half], [-half, half]], dtype=torch.float64)
turned = turn.T @ straight @ turn  # turn back, take the slope, turn again
print("turned by 45 degrees:")
print(turned)
in_turned = {}
for name, rule in rules.items():
    in_turned[name], lr = closest(rule, fleas @ turn, turned)
    print(f"{name:8} {in_straight[name]:.2f} cm to go", end=", ")
    print(f"turned {in_turned[name]:.2f}")
lost = {"adam": tire(adam, lr, flea @ turn, turned)}
names = ("from left to right", "up")
show(draw_paths(lambda w: height(w, turned), lost, names=names))
assert abs(in_turned["momentum"] - in_straight["momentum"]) < 0.001
assert in_turned["adam"] > 5 * in_straight["adam"]
assert in_turned["rmsprop"] > 5 * in_straight["rmsprop"]

# %% [markdown]
# RMSprop is even worse off than the plain flea. Adam still has its velocity, but its springs get
# in the way. Momentum and Nesterov didn't even notice the storm.
#
# (If you've never turned anything with a matrix, take the four printed numbers as given.) Put a
# flea 1 cm to the right of the drain. The first row of those numbers is what it feels, a slope of
# 0.505 from left to right and a slope of -0.495 from bottom to top, though on our map it's
# neither above nor below the drain. The two are about equally large, so both springs will be
# about equally stiff. Springs only know the directions we happen to measure in. (Newer rules such
# as Shampoo and Muon take a whole matrix of slopes at once and even out its steep and its level
# directions, whichever way they run.)
# <!-- example -->
#
# If you're tired, stop here for tonight. From here to the end it's another 20 minutes.

# %% [markdown]
# ## Are they really PyTorch's?
#
# That makes five rules, in a handful of lines each. Before we let them loose on a network, we
# should know if they're the rules that everybody uses. We'll make two copies of a real network and
# train both on the same batches of real digits. One copy will use our rule, with a notebook for
# each of its tensors, and the other will use `torch.optim`. We'll take a hundred steps and see how
# far each copy has moved, and how far they've drifted apart.
#
# <!-- folded -->

# %%
import copy
from functools import partial

import torch.nn.functional as F
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit, one_cycle

digits = load_mnist("train", source="subset")
scale = mean_and_std(digits.images)
x, y = normalize(digits.images, *scale).flatten(1), digits.labels


# %%
def compare(rule, theirs):
    torch.manual_seed(7)
    ours = MLP([784, 32, 10]).double()
    other = copy.deepcopy(ours)
    # All the numbers of a network, end to end in one row
    start = parameters_to_vector(ours.parameters()).detach()
    books = [(p, {}) for p in ours.parameters()]  # an empty notebook each
    optimizer = theirs(other.parameters(), lr=0.001)
    for x_batch, y_batch in batches(x.double(), y, 50):  # a hundred steps
        for net in (ours, other):
            net.zero_grad()
            F.cross_entropy(net(x_batch), y_batch).backward()
        with torch.no_grad():
            for p, notes in books:
                rule(p, p.grad, notes, lr=0.001)
        optimizer.step()
    end, twin = (parameters_to_vector(n.parameters()) for n in (ours, other))
    moved, off = (end - start).abs().max(), (end - twin).abs().max()
    print(f"{rule.__name__:8} moved {moved:.3f}, differs by {off:.0e}")
    assert off < 1e-9 < moved


# %%
# `partial` makes a function from another by filling in some arguments
heavy = partial(torch.optim.SGD, momentum=0.9)
theirs = {"sgd": torch.optim.SGD, "momentum": heavy}
theirs["nesterov"] = partial(heavy, nesterov=True)
theirs["rmsprop"], theirs["adam"] = torch.optim.RMSprop, torch.optim.Adam
for name, optimizer in theirs.items():
    compare(rules[name], optimizer)

# %% [markdown]
# All five agree with PyTorch to the last few decimals that the computer keeps. There's no magic
# left in `torch.optim`.

# %% [markdown]
# ## Is a network a gutter?
#
# Our flea has two directions, and our network has 109,386. Is any of this true there? We'll train
# the network for one epoch and measure its curvature. To do that, we nudge all its numbers a
# little forward in some direction, and a little backward, and see how much the slope changes in
# between. First we'll go in the direction of the gradient, which is where plain gradient descent
# wants to leap, and then in 20 directions picked at random.

# %%
torch.manual_seed(7)
net = MLP([784, 128, 64, 10])
fit(net, (x, y), epochs=1)
net, x_some, y_some = net.double(), x[:1000].double(), y[:1000]
here = parameters_to_vector(net.parameters()).detach()
print(f"{len(here):,} directions")

# %% [markdown] tags=["predict"]
# How sharply will the ground bend along the gradient, compared with the sharpest of the 20 random
# directions?
#
# - [ ] About as sharply.
#   Then one rate would do for all of them, and we could stop here. But a network is a gutter, too.
# - [ ] About ten times as sharply.
#   That would already be a gutter. This one is a lot narrower.
# - [x] Hundreds of times as sharply.
#   The gradient points up a steep wall, and a direction picked at random leads mostly along the
#   gutter.


# %%
def gradient(place):
    vector_to_parameters(place, net.parameters())  # put the numbers back
    loss = F.cross_entropy(net(x_some), y_some)
    parts = torch.autograd.grad(loss, list(net.parameters()))
    return torch.cat([part.flatten() for part in parts])


def curvature(direction, nudge=1e-4):
    unit = direction / direction.norm()  # a step of length 1
    ahead, behind = gradient(here + nudge * unit), gradient(here - nudge * unit)
    change = (ahead - behind) @ unit  # of the slope in this direction
    return (change / (2 * nudge)).item()  # per step of length 1


steep = curvature(gradient(here))
others = [curvature(torch.randn_like(here)) for _ in range(20)]
print(f"along the gradient: {steep:.1f}")
print(f"along 20 others: {min(others):.4f} to {max(others):.4f}")
assert steep > 2 * max(abs(c) for c in others)

# %% [markdown]
# There's our gutter. What would that mean to a flea? At this spot, a curvature of 15 means that
# the speed limit is 2 / 15, or 0.13, at the most. (Some other direction may be even steeper.) With
# a curvature of 0.02, the limit would be 100.
# <!-- example -->
#
# The limit holds at this spot, and a network has others. In our gutter the ground bends the same
# everywhere, so a flea that's too fast is thrown higher and higher, and there's no way back. In a
# network it bends differently from place to place. A flea that's too fast for a sharp bend can get
# thrown out of *that bend* and land in a place that bends less, where the limit is higher. Aitor
# Lewkowycz and four colleagues call that a **catapult** ("The Large Learning Rate Phase of Deep
# Learning," 2020). So don't be surprised if plain gradient descent does best at a rate of more than
# 0.13. It'll just do so somewhere else.
# <!-- example -->
#
# It works the other way around, too. Jeremy Cohen and four colleagues watched networks that learn
# from all their data in every step ("Gradient Descent on Neural Networks Typically Occurs at the
# Edge of Stability," 2021). As long as their rate is safe, the ground bends more and more sharply
# along their way, until the limit has come down to the rate. From then on, they hover right there.
# <!-- example -->
#
# A network isn't quite our gutter in two more ways. It has one direction for each weight, and
# nobody promised us that its gutters would run that way. It also sees a new batch in every step,
# so its gutter shakes while the flea leaps. Which rule wins in there? We'll have to let them race.

# %% [markdown]
# ## The great flea race
#
# Five rules line up, each with a copy of the same network. They get 4,000 digits, run through them
# three times, and then have to read 5,000 others. That's a lap. Everybody tires, as in the gutter,
# except that the rate climbs to a peak first. (It's `one_cycle` from the last lesson.) And to be
# perfectly fair, everybody gets the same rate! It's 0.001, which is what PyTorch takes for `SGD`
# and `Adam` if you don't ask for anything else.
#
# <!-- folded -->


# %%
train = load_mnist("train")
scale = mean_and_std(train.images)
x_train = normalize(train.images, *scale).flatten(1)


def lap(rule, lr, seed):
    dice = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(x_train), generator=dice)
    kept, held = order[:4000], order[4000:9000]
    torch.manual_seed(seed)
    net = MLP([784, 128, 64, 10])
    options = {"epochs": 3, "lr": lr, "seed": seed, "schedule": one_cycle}
    try:
        fit(net, (x_train[kept], train.labels[kept]), optimizer=rule, **options)
    except FloatingPointError:  # the loss became infinite
        return 10.0  # no better than guessing
    with torch.no_grad():
        right = net(x_train[held]).argmax(dim=1) == train.labels[held]
    return 100 * right.float().mean().item()


# %%
same_rate = {name: lap(rule, 0.001, seed=0) for name, rule in theirs.items()}
for name, right in same_rate.items():
    print(f"{name:8} {right:.0f}% right")
assert same_rate["adam"] - same_rate["sgd"] > 50

# %% [markdown]
# Adam beats plain gradient descent 90% to 14%. It's a massacre, and it means nothing at all. Plain
# gradient descent was told to crawl.
#
# So let's give every rule a trainer of its own, who tries ten rates from a ten-thousandth to 1,
# with two laps for each. After that, a trainer may try two more, halfway between the best rate and
# its neighbors. **Only the rate is tuned.** Everything else, such as how much of an average to
# keep, stays as it comes out of the box.
# <!-- example -->

# %% figure="trial-laps" alt="Four panels with the share of digits read right against the learning rate. Plain gradient descent climbs slowly, is best near the right end and drops at the very end. Momentum is best several times further left and then drops to a tenth. RMSprop and Adam start high, stay high over two powers of ten, and then drop." caption="The trial laps of four of the five rules. Each step of 1 to the right makes the rate ten times as large."
from mlp_tutorial.plots import plot_curves

trial_rates = torch.logspace(-4, 0, 10).tolist()


def try_out(rule, lr):
    return (lap(rule, lr, seed=98) + lap(rule, lr, seed=99)) / 2


trials = {
    name: [try_out(rule, lr) for lr in trial_rates]
    for name, rule in theirs.items()
}
four = {
    n: torch.tensor(trials[n]) for n in ("sgd", "momentum", "rmsprop", "adam")
}
exponents = torch.linspace(-4, 0, 10)
show(plot_curves(exponents, four, names=("log rate", "right, %")))

# %% [markdown]
# The rate of the massacre, 0.001, is at -3, because the axis counts factors of ten. Adam already
# does quite well there, while plain gradient descent is still at the foot of its hill. Now the
# trainers make their two extra tries and pick their rates.
#
# <!-- folded -->


# %%
def pick(rule, rights):  # rights are what the ten rates got right
    found = dict(zip(trial_rates, rights, strict=True))
    top = rights.index(max(rights))
    for neighbor in (top - 1, top + 1):
        if 0 <= neighbor < 10:
            between = (trial_rates[top] * trial_rates[neighbor]) ** 0.5
            found[between] = try_out(rule, between)
    return max(found, key=found.get)  # the rate that got the most right


best = {name: pick(rule, trials[name]) for name, rule in theirs.items()}
for name, lr in best.items():
    print(f"{name:8} {lr:.3f}")

# %% [markdown]
# Plain gradient descent does best at 0.599. The schedule gets there only at its peak, but even half
# of that would be too fast for the spot where we measured the curvature. So it has probably found
# ground that bends less.

# %% [markdown] tags=["predict"]
# Now each rule runs ten laps at its own rate, with ten new seeds. On average, how far behind the
# other four will plain gradient descent be?
#
# - [ ] About ten points.
#   In the gutter, the plain flea was left far behind. But a network doesn't have to reach the
#   drain. It only has to read digits, and for that it doesn't need to go all the way.
# - [x] About one point.
#   Almost all of the massacre came from the rate, and only a little came from the rule.
# - [ ] About a tenth of a point.
#   Then only the rate would matter. It does matter most, but the rule counts for a little, too.

# %%
race = {}
for name, rule in theirs.items():
    laps = [lap(rule, best[name], seed) for seed in range(10)]
    race[name] = torch.tensor(laps)
    print(f"{name:8} {race[name].mean():.1f}%")
others = [laps.mean() for name, laps in race.items() if name != "sgd"]
gap = sum(others) / 4 - race["sgd"].mean()
print(f"plain gradient descent is {gap:.1f} points behind")
assert gap < 10

# %% [markdown]
# After all that tuning, there's a gap of about a point.
#
# Could that be luck? With each seed, the rules all started from the same weights and were judged
# by the same digits. We can subtract the result of plain gradient descent from each of the
# others', seed by seed, and make an interval from the ten differences, as in the last lesson.
# (The statistics table has 2.26 for ten runs.) <!-- example -->

# %% figure="race" alt="For each of four rules, ten dots and an interval of the points by which it is ahead of plain gradient descent. All four intervals lie to the right of 0 and below 2, and they overlap." caption="Each dot is one seed, each diamond is the mean of ten, and the whiskers are 95% intervals. To the left of the dashed line, plain gradient descent would be ahead."
from mlp_tutorial.plots import plot_intervals


def interval(gains):
    half = 2.26 * gains.std() / 10**0.5
    return (gains.mean() - half).item(), (gains.mean() + half).item()


ahead, intervals = {}, {}
print("95% intervals, in points:")
for name in ("momentum", "nesterov", "rmsprop", "adam"):
    gain = race[name] - race["sgd"]  # seed by seed, on the same digits
    ahead[name], intervals[name] = gain.tolist(), interval(gain)
    low, high = intervals[name]
    print(f"{name:8} is ahead of sgd by {low:.1f} to {high:.1f}")
show(plot_intervals(ahead, intervals, label="points ahead of plain sgd"))
assert race["rmsprop"].mean() > race["sgd"].mean() - 1

# %% [markdown]
# All four are ahead, and their intervals stay clear of zero. We don't know which way this network's
# gutters run, but the springs aren't lost in them. To find the best of the four, let's compare
# them with each other, again seed by seed.

# %%
from itertools import combinations

for a, b in combinations(ahead, 2):
    low, high = interval(race[b] - race[a])
    print(f"{b} is ahead of {a} by {low:.1f} to {high:.1f}")

# %% [markdown]
# Nesterov and RMSprop are ahead of momentum, at the rates that their trainers picked, and Adam is
# a close call. (That makes ten intervals by now, so don't be surprised if one of them is wrong,
# and they leave out the luck of the trial laps.) But put any two of Nesterov, RMSprop and Adam side
# by side, and the interval has a zero in it, so that's as far as this race can tell.
#
# It was one network and one short race, of course. Robin Schmidt, Frank Schneider and Philipp
# Hennig let fifteen optimizers race on eight problems ("Descending through a Crowded Valley,"
# 2021), and none of them won everywhere. What did we learn, then? Told to crawl, plain gradient
# descent got 14% right. With a rate of its own, it got about 92%. Compared to that, the choice
# among five rules was small change. So if you have twelve trials to spend, spending them all on
# the rate of one rule is no mistake. (In that race of fifteen, trying several rules just as they
# come out of the box worked about as well.) What you shouldn't do is let them compete at a rate
# that suits only one.
# <!-- example -->
#
# The rate doesn't have to stay the same, either. Our `one_cycle` is one of many **schedules**,
# and PyTorch keeps a shelf of them in `torch.optim.lr_scheduler`. A scheduler holds on to an
# optimizer and changes its rate each time you call `scheduler.step()`, right after
# `optimizer.step()`. Many schedules in use today begin gently, which is called **warmup**. You'll
# read that a large first step would throw the newborn weights who knows where. Dayal Kalra and
# Maissam Barkeshli found another reason ("Why Warmup the Learning Rate?," 2024). Warmup leads a
# network to places where the steepest directions bend less, and you know what that does to the
# speed limit.
# <!-- example -->

# %% [markdown]
# ## What our machine can read now
#
# Our machine deserves one of these rules. We'll take RMSprop, the flea that couldn't sit still, with
# a schedule that makes it tire. It gets all the training digits there are, its own rate from the
# race, and the same three epochs. Then the machine has to read the test digits.

# %%
test = load_mnist("test")
x_test = normalize(test.images, *scale).flatten(1)
torch.manual_seed(7)
net = MLP([784, 128, 64, 10])
options = {"epochs": 3, "lr": best["rmsprop"], "schedule": one_cycle}
fit(net, (x_train, train.labels), optimizer=torch.optim.RMSprop, **options)
with torch.no_grad():
    verdicts = net(x_test).argmax(dim=1)
right = (verdicts == test.labels).float().mean().item()
print(f"{100 * right:.0f}% of {len(test):,} test digits")
assert right > 0.88

# %% [markdown]
# With the full set, that's about 98% after three epochs, and you've seen every line of the rule
# that did it. Our flea can catch its breath. And since the test digits had no say in anything on
# this page, the 98% is an honest score, or nearly so. (Lesson 10 measured on these same digits what
# the schedule is worth.)
#
# The scores of the trial laps aren't honest. Each trainer kept the rate with the best laps, and
# whenever you pick a winner by its score, you pick its luck along with it.
# [Next](12_evaluation.py), you'll meet a woman who became famous that way, with nothing but a
# coin.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### How hard is this gutter?
#
# Write `condition_number(curvatures)`. It takes a list of positive curvatures, one for each
# direction of a valley, and returns the valley's condition number. The list can be in any order
# and as long as you like. For example, `condition_number([0.01, 1.0])` is 100.
#
# <details><summary>Hint 1</summary>
#
# However long the list is, only two of its numbers matter. Which one sets the speed limit, and in
# which direction does that speed get you the least?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Python's `max` and `min` find the largest and the smallest number in a list. Divide one by the
# other so that the result is 1 or more.
#
# </details>


# %% tags=["exercise"]
def condition_number(curvatures):
    raise NotImplementedError


# %% tags=["solution"]
def condition_number(curvatures):
    return max(curvatures) / min(curvatures)


# %% tags=["check"]
from mlp_tutorial.exercises import check_condition_number

print(check_condition_number(condition_number))

# %% [markdown] tags=["exercise", "warm-up"]
# ### Momentum without a notebook
#
# Our rules scribble in a notebook and change `w` in place, so if you call one twice, you won't
# get the same result. Write `momentum_step(w, velocity, gradient, lr, momentum)`, which takes one
# step with momentum without changing anything it's given. It returns two new tensors, the new
# `w` and the new velocity.
#
# <details><summary>Hint 1</summary>
#
# The `velocity` you're given is what used to be in the notebook, and `momentum` is how much of it
# to keep. What does the flea write down before it leaps?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compute `momentum * velocity + gradient` first, then leap by `lr` times *that*. Write `w - ...`
# instead of `w -= ...`, which would change the caller's tensor.
#
# </details>


# %% tags=["exercise"]
def momentum_step(w, velocity, gradient, lr, momentum):
    raise NotImplementedError


# %% tags=["solution"]
def momentum_step(w, velocity, gradient, lr, momentum):
    velocity = momentum * velocity + gradient
    return w - lr * velocity, velocity


# %% tags=["check"]
from mlp_tutorial.exercises import check_momentum_step

print(check_momentum_step(momentum_step))

# %% [markdown] tags=["exercise", "apply"]
# ### Who may fade?
#
# PyTorch's optimizers can also pull weights a little toward zero in every step, which is called
# **weight decay**. ([Lesson 12](12_evaluation.py) finds out what it's good for.) Large weights make
# sharp bends, so they may fade. A bias only says where a bend goes, and most people leave it alone.
# You tell an optimizer by sorting them into two groups, here for a single layer.
#
# ```python
# groups = [
#     {"params": [layer.weight], "weight_decay": 0.1},
#     {"params": [layer.bias], "weight_decay": 0.0},
# ]
# optimizer = torch.optim.AdamW(groups, lr=0.001)
# ```
#
# Write `decay_groups(model, decay)`, which sorts all the parameters of any network into two such
# groups and returns them as a list of two dicts. The first holds the matrices, and anything with
# more than two axes, with `decay` as its `"weight_decay"`. The second holds all the rest, with a
# `"weight_decay"` of 0.
#
# <details><summary>Hint 1</summary>
#
# `model.parameters()` goes through all the tensors, however deeply they're hidden. How can you
# tell a matrix from a bias without looking at its name?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A tensor `p` has `p.ndim` axes, 2 for a matrix and 1 for a bias. Make a list of the tensors with
# two or more, and another list of the rest.
#
# </details>


# %% tags=["exercise"]
def decay_groups(model, decay):
    raise NotImplementedError


# %% tags=["solution"]
def decay_groups(model, decay):
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    others = [p for p in model.parameters() if p.ndim < 2]
    return [
        {"params": matrices, "weight_decay": decay},
        {"params": others, "weight_decay": 0.0},
    ]


# %% tags=["check"]
from mlp_tutorial.exercises import check_decay_groups

print(check_decay_groups(decay_groups))

# %% [markdown] tags=["exercise", "apply"]
# ### A leash for the flea
#
# Now and then a batch has a monstrous slope, and one leap undoes an hour of training. The cure is
# a leash, called **gradient clipping**. If the gradient is too long, you shorten it but keep its
# direction.
#
# Write `clip(gradients, limit)`. It takes a list of tensors, which together make up one long
# gradient. The length of that gradient is the root of the sum of all the squared entries of all
# the tensors. For example, `[torch.tensor([3.0]), torch.tensor([[4.0]])]` has a length of 5. If
# the length is at most `limit`, return the list as it is. Otherwise return new tensors, all
# multiplied by the same number, so that together they have a length of `limit`.
#
# <details><summary>Hint 1</summary>
#
# Add up `g.square().sum()` over all the tensors before you take the root. Clipping each tensor
# separately would turn the arrow.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# If the length is above the limit, multiply every tensor by `limit / length`. If it isn't, that
# number would be above 1, and a leash never pushes.
#
# </details>


# %% tags=["exercise"]
def clip(gradients, limit):
    raise NotImplementedError


# %% tags=["solution"]
def clip(gradients, limit):
    length = sum(g.square().sum() for g in gradients).sqrt()
    if length <= limit:
        return gradients
    return [g * (limit / length) for g in gradients]


# %% tags=["check"]
from mlp_tutorial.exercises import check_clip

print(check_clip(clip))

# %% [markdown] tags=["exercise", "think"]
# ### Halfway there
#
# Suppose a gutter bends a tenth as much as ours along its length, so the curvature is 0.001 along
# and still 1 across. A plain flea leaps at a rate of 1. How many leaps does it take to get
# halfway to the drain, measured along the gutter? Set `leaps` to that number. A few leaps more or
# less don't matter.
#
# <details><summary>Hint 1</summary>
#
# What share of the way along the gutter is left after one leap? And after two?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# After n leaps, $0.999^n$ of the way is left. For which n is that a half? You can try some, or
# divide `math.log(0.5)` by `math.log(0.999)`.
#
# </details>

# %% tags=["exercise"]
leaps = ...

# %% tags=["solution"]
import math

leaps = math.log(0.5) / math.log(0.999)

# %% tags=["check"]
from mlp_tutorial.exercises import check_leaps

print(check_leaps(leaps))

# %% [markdown] tags=["exercise", "think"]
# ### A thousand times as steep
#
# A network trains nicely with plain gradient descent, and just as nicely with Adam, each with a
# rate of its own. Then somebody multiplies the loss by 1,000 and changes nothing else. Which of
# them needs a new rate? Write the letter of your answer, such as `louder = "a"`.
#
# - **a** Both of them do.
# - **b** Only plain gradient descent does.
# - **c** Only Adam does.
# - **d** Neither of them does.
#
# <details><summary>Hint 1</summary>
#
# A loss that's 1,000 times as high is 1,000 times as steep everywhere. What does that do to a
# leap of `lr * slope`?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# In Adam, `m` gets 1,000 times as large. What happens to `s`, and to its root?
#
# </details>

# %% tags=["exercise"]
louder = ...

# %% tags=["solution"]
louder = "b"

# %% tags=["check"]
from mlp_tutorial.exercises import check_louder

print(check_louder(louder))
