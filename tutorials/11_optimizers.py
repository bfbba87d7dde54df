# %% [markdown]
# # Optimizers
#
# A flea has fallen into a rain gutter. It's dark in there, and somewhere along the gutter is the
# drain, which is the only way out. The flea can't see it. All it can feel is the slope under its
# feet. So it does the sensible thing and leaps downhill, far where it's steep, and not so far
# where it's nearly level.
#
# You can guess how that goes. A gutter is steep across and nearly level along. So the flea shoots
# down the wall, across the bottom and up the other wall, turns around, and shoots back. A hundred
# leaps later it's out of breath, and it still hasn't reached the drain.
#
# Your network has been leaping just like that. **How do you step when every step is too long for
# one direction and too short for another?**
#
# You'll be able to
#
# - say when a single learning rate can't work, and put a number on it;
# - write momentum, RMSprop, Adam and AdamW in a few lines each, equal to PyTorch's;
# - race optimizers fairly, and not be fooled by who wins.
#
# Reading takes 45 minutes. The code runs in about a minute and a half on any computer.

# %% [markdown]
# ## A flea in a gutter
#
# Look at the gutter from above. Two numbers say where the flea is, one along the gutter and one
# across, in centimeters from the drain. They're like two weights of a network, and the height of
# the ground is like the loss. Our flea lands at -8 along and 0.8 across, so it's far from the
# drain and a little way up the wall.
#
# How steep is it there? In our gutter, every centimeter along makes the slope steeper by 0.01, and
# every centimeter across by 1. So at this place, the slope is -0.08 along and 0.8 across. (The minus
# says that the ground falls as you go to the right, toward the drain.) How fast
# it gets steeper is called the **curvature**, and for our gutter that's 0.01 along and 1 across.
#
# The flea leaps by the learning rate times the slope, downhill, just as in [the last
# lesson](10_training.py). With a rate of 0.5, for example, its first leap takes it 0.4 cm down the
# wall and 0.04 cm toward the drain. In the code, each rule is a function that moves a place `w`,
# and `notes` is a notebook in which a cleverer flea will be able to write things down.

# %%
from functools import partial

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

# %% figure="gutter-two-rates" alt="Two long, narrow gutters from above, each with the path of a flea from the left end. At a rate of 0.5 the flea drops to the bottom line and stops after a quarter of the way. At 1.9 it zigzags from wall to wall and gets about two thirds of the way." caption="The same flea with two rates, after 60 leaps each. The drain is the orange ring on the right."
from mlp_tutorial.plots import draw_paths, show

paths = {}
for lr in (0.5, 1.9):
    path = walk(sgd, lr, flea)
    paths[f"rate {lr}"] = path
    print(f"rate {lr}: {-path[-1, 0]:.1f} cm to go")


def height(w, gutter=straight):
    return ((w @ gutter) * w).sum(dim=-1) / 2


show(draw_paths(height, paths, names=("along, cm", "across")))

# %% [markdown]
# The gentle flea drops to the bottom line, where the ground is nearly level, and from there it
# creeps. The other one gets further along, though it's thrown from wall to wall on the way. So why
# not leap still harder?
#
# Look across the gutter, at a flea that's 0.8 cm up the wall, where the slope is 0.8, too. With a
# rate of 1, it leaps 0.8 cm and lands exactly on the bottom line. With a rate of 2, it leaps 1.6
# cm and lands just as high on the other wall. And with anything above 2, it lands a little higher
# each time, until it's out of the gutter and out of this story.
# <!-- example -->

# %% [markdown] tags=["predict"]
# So 2 is the speed limit, and the steep direction sets it. Let's take 1.95. The drain swallows a
# flea that lands within a millimeter of it. How many leaps will our flea need, all in all?
#
# - [ ] About 80.
#   At a rate of 1.9, it had more than two thirds of the way behind it after 60 leaps. But the
#   closer it gets, the more level the ground is, and the shorter its leaps are.
# - [ ] About 110.
#   You've seen that it slows down, but not how much. Every leap covers nearly 2 % of the way
#   that's *left*, so for each halving it needs another 35 leaps, and there are more than six.
# - [x] About 220.
#   Along the gutter, each leap covers 0.01 times 1.95, or nearly 2 % of the way that's left. From
#   8 cm to a millimeter, it has to be halved more than six times, and each time takes 35 leaps.

# %%
path = walk(sgd, 1.95, flea, leaps=400)
needed = int((path.norm(dim=1) > 0.1).sum())  # places outside the drain
print(f"at a rate of 1.95: {needed} leaps")
too_fast = walk(sgd, 2.1, flea, leaps=100)
print(f"at a rate of 2.1: {too_fast[-1, 1]:,.0f} cm up the wall")
assert 200 < needed < 250
assert too_fast[-1, 1] > 1000

# %% [markdown]
# That's about the best that a single rate can do, and now we can say what makes a gutter hard. The
# largest curvature sets the speed limit, which is 2 divided by it. The smallest says how slowly you
# get along the gutter, even at that speed. Divide the largest by the smallest, and you have the **condition
# number**, which is 100 for our gutter. In a round bowl it's 1, and a flea with the right rate is
# home in one leap. But imagine a condition number of 10,000. Every leap would cover 0.02 % of the
# way that's left, and our flea would die of old age.
# <!-- example -->

# %% [markdown]
# ## Is a network a gutter?
#
# Fleas are nice, but a network has 109,386 directions, not two. Is any of this true for it? Let's
# measure the curvature. We train our network for one epoch, then nudge all its numbers a little
# forward and a little backward in some direction. How much does the slope change in between? We'll
# do that for the direction of the gradient, and for 20 directions picked at random.

# %%
import torch.nn.functional as F
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit

digits = load_mnist("train", source="subset")
scale = mean_and_std(digits.images)
x, y = normalize(digits.images, *scale).flatten(1), digits.labels

torch.manual_seed(7)
net = MLP([784, 128, 64, 10])
fit(net, (x, y), epochs=1)
net, x_some, y_some = net.double(), x[:1000].double(), y[:1000]
here = parameters_to_vector(net.parameters()).detach()  # all in a row
print(f"{len(here):,} directions")


# %%
def gradient(place):
    vector_to_parameters(place, net.parameters())
    loss = F.cross_entropy(net(x_some), y_some)
    parts = torch.autograd.grad(loss, list(net.parameters()))
    return torch.cat([part.flatten() for part in parts])


def curvature(direction, nudge=1e-4):
    unit = direction / direction.norm()  # a step of length 1
    ahead, behind = gradient(here + nudge * unit), gradient(here - nudge * unit)
    return ((ahead - behind) @ unit / (2 * nudge)).item()


steep = curvature(gradient(here))
others = [curvature(torch.randn_like(here)) for _ in range(20)]
print(f"along the gradient: {steep:.1f}")
print(f"along 20 others: {min(others):.4f} to {max(others):.4f}")
assert steep > 2 * max(abs(c) for c in others)

# %% [markdown]
# There's our gutter. In the direction in which plain gradient descent wants to leap, the ground
# bends hundreds of times as sharply as in a direction picked at random. So our network has steep
# walls, too, and on average the ground in all the other directions is nearly level. It isn't quite
# a gutter, though. In some directions the ground may even bend down, and it bends differently from
# place to place.

# %% [markdown]
# ## The heavy flea
#
# What would you change about our flea? Think of a marble in its place. Each time the marble rolls
# through the bottom line, the walls push it the other way, so the pushes across cancel. But the
# gentle push along the gutter always points to the drain, and it adds up.
#
# So let's make the flea heavy. It writes down its **velocity**, keeps nine tenths of it from one
# leap to the next, and adds the new slope. That's **momentum**. Say the slope is 1 in every leap.
# Then the velocity grows from 1 to 1.9 to 2.71, and it ends up near 10, so in a steady direction
# the heavy flea is ten times as fast.
# <!-- example -->


# %%
def momentum(w, slope, notes, lr, keep=0.9):
    # get looks up "v", or takes 0 if nothing is written there yet
    notes["v"] = keep * notes.get("v", 0) + slope
    w -= lr * notes["v"]


path = walk(momentum, 0.5, flea)
print(f"heavy, rate 0.5: {path[-1].norm():.1f} cm to go after 60 leaps")


# %% [markdown]
# At the same gentle rate, the plain flea had 5.9 cm to go. So a bit of weight helps a lot.
#
# In 1983, Yurii Nesterov found a variant that's better in some valleys, though not in all. If you know that your velocity is about to carry you
# on, then don't leap by the velocity you have now, but by the one you're going to have if the slope
# stays as it is. It's as if the flea looked where it's about to land.
# <!-- example -->


# %%
def nesterov(w, slope, notes, lr, keep=0.9):
    notes["v"] = keep * notes.get("v", 0) + slope
    w -= lr * (slope + keep * notes["v"])


# %% [markdown]
# ## A spring for each direction
#
# Here's a different idea. Who says there has to be one rate for all directions? Imagine a flea
# with a separate spring for each of them. Where it has been steep lately, it leaps with a soft
# spring. Where it has been nearly level, it leaps with a stiff one.
#
# How steep has it been lately? The flea keeps an average of the squared slopes, in which the old
# average counts 99 % and the newest square counts 1 %. Then it divides each slope by the root of
# its average. This is **RMSprop**, for "root mean square." If the slopes along and across are 0.1
# and 1 for a while, the roots are about 0.1 and 1, too, so after the division both come out near
# 1. (The tiny `eps` is only there so that we never divide by zero.)
# <!-- example -->


# %%
def rmsprop(w, slope, notes, lr, keep=0.99, eps=1e-8):
    notes["s"] = keep * notes.get("s", 0) + (1 - keep) * slope**2
    w -= lr * slope / (notes["s"].sqrt() + eps)


# %% [markdown]
# And why not have both, a velocity and springs? That's **Adam**, and it's probably the most widely
# used rule of all. It keeps two averages, `m` of the slopes and `s` of their squares.
#
# There's one snag. At the start, both averages are zero, because nothing has been written down.
# Suppose the slope is 1 in every leap. Then the first `m` is 0.1, though the true average is 1.
# After $t$ leaps, an average that keeps $b$ each time has only reached $1 - b^t$ of what it should
# be, so Adam divides by exactly that.
# <!-- example -->


# %%
def adam(w, slope, notes, lr, keep=(0.9, 0.999), eps=1e-8):
    t = notes["t"] = notes.get("t", 0) + 1
    m = notes["m"] = keep[0] * notes.get("m", 0) + (1 - keep[0]) * slope
    s = notes["s"] = keep[1] * notes.get("s", 0) + (1 - keep[1]) * slope**2
    m, s = m / (1 - keep[0] ** t), s / (1 - keep[1] ** t)
    w -= lr * m / (s.sqrt() + eps)


# %% [markdown]
# Now let them all leap, each at the rate that suits it best. To find those rates, we drop 100
# fleas into the gutter at random, 5 to 10 cm from the drain, and try 81 rates from 0.001 to 10 on
# every flea. That's 8,100 walks, but a tensor of shape `(81, 100, 2)` can do them all at once.
#
# And we'll count in two ways. In the first game, the drain swallows a flea that lands within a
# millimeter of it, even at full speed. In the second, there's a grate on the drain, and we count
# until the flea stays within a millimeter for good. Each game has its own best rates.


# %%
dice = torch.Generator().manual_seed(0)
along = -5 - 5 * torch.rand(100, generator=dice)
across = 2 * torch.rand(100, generator=dice) - 1
fleas = torch.stack([along, across], dim=1).double()  # (100, 2)
rates = torch.logspace(-3, 1, 81, dtype=torch.float64)
print(f"{len(rates)} rates from {rates.min():.3f} to {rates.max():.0f}")
print(f"{len(rates) * len(fleas):,} walks")


# %%
def leaps_needed(rule, fleas, gutter=straight, grate=False):
    w, notes = fleas.repeat(len(rates), 1, 1), {}  # (81, 100, 2)
    away, leaps = torch.ones(81, 100, dtype=torch.bool), torch.ones(81, 100)
    for done in range(1, 401):
        rule(w, w @ gutter, notes, rates[:, None, None])  # a rate each
        outside = ~(w.norm(dim=-1) < 0.1)
        away = outside if grate else away & outside  # or gone for good
        leaps[away] = done + 1  # those need at least one more
    average = leaps.mean(dim=1)  # over the fleas, (81,)
    return average.min().item(), rates[average.argmin()].item()


rules = {f.__name__: f for f in (sgd, momentum, nesterov, rmsprop, adam)}


# %% figure="gutter-four-rules" alt="Four gutters from above with the path of the same flea under four rules. With momentum it swings from wall to wall in a few long waves. Nesterov's waves die down sooner. RMSprop needs three leaps, though the first takes it far up the wall. Adam's flea glides down in one smooth wave." caption="Our flea in the first game, each time at the best rate. Each dot is where a leap ends."
paths, in_straight = {}, {}
for name, rule in rules.items():
    in_straight[name], lr = leaps_needed(rule, fleas)
    rest, _ = leaps_needed(rule, fleas, grate=True)
    print(f"{name:8} {in_straight[name]:3.0f} leaps, with a grate {rest:3.0f}")
    if name != "sgd":  # you've seen that one
        path = walk(rule, lr, flea, leaps=400)
        home = (path.norm(dim=1) < 0.1).int().argmax()  # the first time
        paths[name] = path[: int(home) + 1]
show(draw_paths(height, paths, names=("along, cm", "across")))
assert in_straight["sgd"] > 5 * in_straight["momentum"]

# %% [markdown]
# What a difference! The plain flea needs about 240 leaps in either game. A velocity brings that
# down to about 15, and to about 71 if the flea also has to come to rest, because it rushes through
# the drain a few times before. That's where looking ahead helps, with 63. (You may wonder how a
# heavy flea survives such rates. Its speed limit isn't 2 but 3.8, since the pushes from the two
# walls partly cancel in its velocity.)
# <!-- example -->
#
# And the champion of the first game is RMSprop, with 3 leaps! But is it? Look at its path. The
# first leap goes 7 cm to the right *and* 7 cm down, up a wall that no real gutter has. It's the
# snag from above. The average starts at zero, so the first slope is divided by far too little, and
# the leap comes out ten times too long. Our fleas start about 7 cm from the drain. It's luck! And
# with a grate, RMSprop is the slowest of all. As the ground gets more level, its springs get
# stiffer, so it finds it hard to lie still.
#
# So let's give RMSprop the same correction as Adam. We needn't even write a new rule, because that's
# simply Adam with no velocity to keep.

# %%
springs = partial(adam, keep=(0.0, 0.99))  # adam, with keep filled in
rules["springs"] = springs
in_straight["springs"], _ = leaps_needed(springs, fleas)
print(f"springs  {in_straight['springs']:3.0f} leaps")
assert in_straight["rmsprop"] < 5 < in_straight["springs"]

# %% [markdown]
# Without its lucky leap, the champion needs about 93. That's still far better than a plain flea,
# and all it takes is a spring for each direction.

# %% [markdown]
# ## Are they really PyTorch's?
#
# That's five rules, in a handful of lines each. Before we go on, let's see if we've understood
# them. We train two copies of a real network on real digits, for a hundred steps. One copy uses our
# rule, with a notebook for each of its tensors, and the other uses `torch.optim`.

# %%
from mlp_tutorial.data import batches


def hundred_steps(net, step):
    dice = torch.Generator().manual_seed(0)
    for x_batch, y_batch in batches(x.double(), y, 50, generator=dice):
        net.zero_grad()
        F.cross_entropy(net(x_batch), y_batch).backward()
        step()  # 5,000 digits in batches of 50, so 100 times


def our_step(rule, books):
    with torch.no_grad():
        for p, notes in books:
            rule(p, p.grad, notes, lr=0.001)


# %%
def compare(rule, theirs):
    torch.manual_seed(7)
    ours, other = MLP([784, 32, 10]).double(), MLP([784, 32, 10]).double()
    other.load_state_dict(ours.state_dict())
    before = parameters_to_vector(ours.parameters()).detach()

    books = [(p, {}) for p in ours.parameters()]  # an empty notebook each
    hundred_steps(ours, partial(our_step, rule, books))
    optimizer = theirs(other.parameters(), lr=0.001)
    hundred_steps(other, optimizer.step)

    after = parameters_to_vector(ours.parameters())
    moved = (after - before).abs().max().item()
    off = (after - parameters_to_vector(other.parameters())).abs().max().item()
    print(f"{rule.__name__:8} moved {moved:.3f}, differs by {off:.0e}")
    assert off < 1e-9 < moved


# %%
heavy = partial(torch.optim.SGD, momentum=0.9)  # with momentum filled in
theirs = {"sgd": torch.optim.SGD, "momentum": heavy}
theirs["nesterov"] = partial(heavy, nesterov=True)
theirs["rmsprop"], theirs["adam"] = torch.optim.RMSprop, torch.optim.Adam
for name, optimizer in theirs.items():
    compare(rules[name], optimizer)

# %% [markdown]
# All five agree with PyTorch to the last few digits that the computer keeps. There's no magic left
# in `torch.optim`.

# %% [markdown]
# ## Somebody turned the gutter
#
# Imagine that a storm turns our gutter by 45 degrees. It's the same gutter, just as steep across
# and as level along, with the same drain. Our two numbers still count centimeters from
# left to right and from bottom to top, as before.

# %% [markdown] tags=["predict"]
# We turn the fleas' starting places, too, and search for the best rates all over again. Which
# fleas need more leaps in the first game now?
#
# - [ ] None of them.
#   A gutter is a gutter, and a marble wouldn't notice. But some of these rules look at each of the
#   two numbers separately, and that isn't the same after the turn.
# - [ ] Those that keep a velocity.
#   The velocity is an arrow, and it turns with the gutter. The heavy flea makes the same leaps as
#   before, only in another direction.
# - [x] Those with a spring for each direction.
#   Now the two numbers are as steep as each other. So the two springs are wound alike, and it's as
#   if there were only one.

# %%
half = 0.5**0.5
turn = torch.tensor([[half, half], [-half, half]], dtype=torch.float64)
turned = turn.T @ straight @ turn  # turn back, take the slope, turn again
print("turned by 45 degrees:")
print(turned)
for name, rule in rules.items():
    leaps, lr = leaps_needed(rule, fleas @ turn, turned)
    print(f"{name:8} {in_straight[name]:3.0f} leaps, turned {leaps:3.0f}")
    if name == "momentum":
        assert abs(leaps - in_straight["momentum"]) < 1
assert leaps > 2 * in_straight["springs"]  # the last ones

# %% figure="turned-gutter" alt="A gutter that runs from the lower left to the upper right, with the path of a flea that has springs. It jumps across the gutter a few times, then creeps along the bottom line in tiny leaps." caption="A flea with springs in the turned gutter, at its best rate. After 100 leaps it's still on its way."
lost = {"springs": walk(springs, lr, flea @ turn, turned, leaps=100)}
turned_height = partial(height, gutter=turned)
show(draw_paths(turned_height, lost, names=("from left to right", "up")))

# %% [markdown]
# With springs alone, the flea needs about 235 leaps in the turned gutter, which is hardly fewer
# than the plain one. Adam got slower, too, but its velocity saves it. And the heavy fleas didn't
# even notice. (To be fair, 45 degrees is as bad as it gets. We tried 10 degrees, too, and the
# springs lost only a little.)
# <!-- example -->
#
# So springs only know the directions that we happened to write down, one for each weight of the
# network. Nobody promised us that a network's gutters run along its weights. And our picture breaks
# in two more places. A network sees a new batch in every step, so its gutter shakes while the flea
# leaps. And in 109,386 directions you can't see what the ground looks like. So nothing we did in our
# gutter can tell us which flea will win in a network. We'll have to let them race.

# %% [markdown]
# ## The great flea race
#
# Now for the race. Five fleas, one network, and the same conditions for all. Everybody trains for
# three epochs on 4,000 digits and is judged by the 1,000 digits held out. And everybody slows down
# toward the end, with the `one_cycle` that you met in the last lesson, because in a gutter that
# shakes, a flea with a constant rate never quite comes to rest.


# %%
from mlp_tutorial.training import one_cycle


def lap(rule, lr, seed, schedule=one_cycle):
    order = torch.randperm(5000, generator=torch.Generator().manual_seed(seed))
    kept, held = order[:4000], order[4000:]
    torch.manual_seed(seed)
    net = MLP([784, 128, 64, 10])
    options = {"epochs": 3, "lr": lr, "seed": seed, "schedule": schedule}
    try:
        history = fit(
            net,
            (x[kept], y[kept]),
            validation=(x[held], y[held]),
            optimizer=rule,
            **options,
        )
    except (FloatingPointError, ValueError):  # infinite loss or logits
        return 10.0  # no better than guessing
    return 100 * history.validation_accuracy[-1]


# %% [markdown]
# Every flea has its own trainer, who tries ten rates between a ten-thousandth and 1. We cut that
# range into ten parts, each reaching from some rate to about 2.5 times that rate, and pick one at
# random from each part. Each rate gets two trial laps, and all the trainers get the same ten. After
# that, a trainer may try two more, halfway between the best rate and its neighbors. **Only the rate
# is tuned.** Everything else, such as how much of an average to keep, stays as it comes out of the
# box.
# <!-- example -->


# %%
dice = torch.Generator().manual_seed(0)
exponents = -4 + 4 * (torch.arange(10) + torch.rand(10, generator=dice)) / 10
trial_rates = [10 ** e.item() for e in exponents]


def try_out(rule, lr):
    return (lap(rule, lr, seed=98) + lap(rule, lr, seed=99)) / 2


trials = {
    name: [try_out(rule, lr) for lr in trial_rates]
    for name, rule in theirs.items()
}

# %% figure="trial-laps" alt="Four panels with the share of digits read right against the learning rate. The plain flea climbs slowly and is best near the right end. The heavy flea is best about ten times further left and then drops to a tenth. RMSprop and Adam start high, stay high over two powers of ten, and then drop." caption="The trial laps of four of the five. Each step of 1 to the right means a rate that's ten times as large."
from mlp_tutorial.plots import plot_curves

four = {
    n: torch.tensor(trials[n]) for n in ("sgd", "momentum", "rmsprop", "adam")
}
show(plot_curves(exponents, four, names=("log rate", "right, %")))
at = 2  # the third trial rate
print(f"everybody at a rate of {trial_rates[at]:.4f}:")
print(*(f"{name} {laps[at]:.0f} %" for name, laps in trials.items()), sep=", ")
assert trials["adam"][at] - trials["sgd"][at] > 50

# %% [markdown]
# Look at the printed line first. Give every flea the same small rate, which suits Adam rather well,
# and Adam beats the plain flea by more than 50 points. It's a massacre, and it means nothing at
# all. Find that rate in the first panel, and you'll see that the plain flea was simply told to
# crawl.

# %% [markdown]
# So now the trainers pick their rates, with the two extra tries.


# %%
def pick(rule, rights):  # rights are what the ten rates got right
    found = dict(zip(trial_rates, rights, strict=True))
    top = rights.index(max(rights))
    for neighbor in (top - 1, top + 1):
        if 0 <= neighbor < 10:
            between = (trial_rates[top] * trial_rates[neighbor]) ** 0.5
            found[between] = try_out(rule, between)
    return max(found, key=found.get)  # the rate that got the most


best = {name: pick(rule, trials[name]) for name, rule in theirs.items()}
print(*(f"{name} {lr:.4f}" for name, lr in best.items()), sep=", ")

# %% [markdown] tags=["predict"]
# Now each flea runs ten laps at its own rate, with ten new seeds. On average, how far behind the
# best of the five is the plain flea?
#
# - [ ] About a tenth of a point.
#   That's a fair guess if you think that the rate is all that matters. It's nearly all that
#   mattered in the massacre, but not quite.
# - [x] About a point or two.
#   So nearly all of the massacre was in the rate, and a little was in the rule.
# - [ ] About ten points.
#   In the gutter, the plain flea needed many times as many leaps. But a network doesn't have to
#   reach the drain. It only has to read digits, and for that it needn't go all the way.

# %%
race = {}
for name, rule in theirs.items():
    laps = [lap(rule, best[name], seed) for seed in range(10)]
    race[name] = torch.tensor(laps)
    print(f"{name:8} {race[name].mean():.1f} %")
gap = max(laps.mean() for laps in race.values()) - race["sgd"].mean()
print(f"the plain flea is {gap:.1f} points behind")
assert gap < 10

# %% [markdown]
# So after all that tuning, there's a gap of a point or so. Could that be luck? To find out, subtract
# the plain flea's result from the others' seed by seed, since in each lap they all started with
# the same weights and were judged by the same digits. Then make an interval from the ten
# differences, just as in the last lesson.

# %% figure="race" alt="For each of four rules, ten dots and an interval of the points by which it is ahead of plain gradient descent. All four intervals lie between about 0 and 2, and they overlap." caption="Each dot is one seed, each diamond the mean of ten, and the whiskers are 95 % intervals. Left of the dashed line, the plain flea would have been better."
from mlp_tutorial.plots import plot_intervals

ahead, intervals = {}, {}
print("95 % intervals, in points:")
for name in ("momentum", "nesterov", "rmsprop", "adam"):
    gain = race[name] - race["sgd"]  # seed by seed, on the same digits
    half = 2.26 * gain.std() / 10**0.5  # 2.26 for ten seeds, 2.78 for five
    low, high = (gain.mean() - half).item(), (gain.mean() + half).item()
    print(f"{name:8} is ahead of sgd by {low:.1f} to {high:.1f}")
    ahead[name], intervals[name] = gain.tolist(), (low, high)
show(plot_intervals(ahead, intervals, label="points ahead of plain sgd"))
assert race["rmsprop"].mean() > race["sgd"].mean() - 1

# %% [markdown]
# The clever fleas are ahead by about a point, and not one of their intervals reaches down to zero.
# So the luck of the seeds alone hardly explains it, with these digits and these rates. But we can't
# say which of the four is best, since their intervals overlap almost entirely.
#
# And don't take this race for the world championship. It was one network and one short race. In
# 2021, Robin Schmidt, Frank Schneider and Philipp Hennig let fifteen optimizers race on eight
# problems, and none of them won everywhere. So what did we learn? Told to crawl, our plain flea got
# 14 % right. With a rate of its own, it got about 92 %. Compared to that, the choice among five
# rules was small change. If you have twelve trials to spend, spend them on the rate.
# <!-- example -->

# %% [markdown]
# ## Letting weights fade
#
# There's one more rule that you'll meet everywhere. In [the lesson on
# bends](05_activations.py), a large weight made a sharp crease, and you may not want your network
# to bend more sharply than it has to. So people let all the weights fade a little in each step,
# unless the slope keeps them up. It's called **weight decay**.
#
# There are two ways to do it. You can add `decay * w` to the slope, so that to the rule it looks like
# part of the ground. Or you can leave the slope alone and shrink the weight directly. For the plain
# flea, that's the same. But for Adam? The second way, at least, has a name of its own, **AdamW**.


# %%
def adamw(w, slope, notes, lr, decay=0.01):
    w *= 1 - lr * decay
    adam(w, slope, notes, lr)


def adam_l2(w, slope, notes, lr, decay=0.01):
    adam(w, slope + decay * w, notes, lr)


compare(adamw, torch.optim.AdamW)


# %% [markdown] tags=["predict"]
# Take two weights that both start at 1. Batch after batch pulls the loud one up, then down, with
# slopes of 10 and -10. The quiet one gets 0.1 and -0.1. On average the pulls cancel, so both weights
# should fade. We give the decay to Adam as a part of the slope. Which of the two has faded more
# after 500 steps?
#
# - [ ] The loud one.
#   It does move more in plain gradient descent. But Adam divides by how large the slopes have
#   been, and that includes the decay.
# - [ ] Both the same.
#   That's what AdamW does. Here the decay goes through the springs, and the springs differ.
# - [x] The quiet one.
#   The springs divide the loud weight's slope by about 10, and the decay along with it. The
#   quiet weight's decay is divided by something much smaller.

# %%
for rule in (adam_l2, adamw):
    w, notes = torch.ones(2).double(), {}
    for step in range(500):
        pull = torch.tensor([10.0, 0.1]).double() * (-1) ** step
        rule(w, pull, notes, lr=0.01, decay=0.1)
    print(f"{rule.__name__:8} loud {w[0]:.2f}, quiet {w[1]:.2f}")
    assert (w[0] - w[1] > 0.8) == (rule is adam_l2)

# %% [markdown]
# Inside Adam, the loud weight has kept most of its size, and the quiet one is gone. With AdamW
# both have faded alike, to about 0.6. So if you want a decay that treats all weights alike, keep
# it out of the springs. Ilya Loshchilov and Frank Hutter pointed this out in 2017.
# <!-- example -->
#
# And what about biases? A weight says how sharply to turn at a crease. But a bias only says *where*
# the crease goes, and pulling the biases to zero would pull all the creases through the same
# point. So most people let the matrices fade and leave the biases alone. (We tried it both ways on
# our network, with ten seeds each, and couldn't tell the difference.) In PyTorch you put them into
# two groups, for example like this.

# %%
layer = torch.nn.Linear(784, 128)
groups = [
    {"params": [layer.weight], "weight_decay": 0.1},
    {"params": [layer.bias], "weight_decay": 0.0},
]
optimizer = torch.optim.AdamW(groups, lr=0.001)
print([group["weight_decay"] for group in optimizer.param_groups])

# %% [markdown]
# And how does AdamW do in the race? With its usual decay of 0.01, it's nearly the same flea as Adam,
# since in so few steps the weights fade by less than 3 % in all. Still, let's give it a trainer of
# its own.
# <!-- example -->

# %%
rights = [try_out(torch.optim.AdamW, lr) for lr in trial_rates]
lr = pick(torch.optim.AdamW, rights)
for rule in (torch.optim.AdamW, torch.optim.Adam):
    laps = [lap(rule, lr, seed) for seed in range(10)]
    print(f"{rule.__name__} at a rate of {lr:.4f}: {sum(laps) / 10:.1f} %")
print(f"Adam at a rate of {best['adam']:.4f}: {race['adam'].mean():.1f} %")

# %% [markdown]
# Now that's a warning. AdamW ends up about half a point behind Adam, so you might think that fading
# does harm. But its trainer had picked another rate, on the strength of two trial laps, and at that
# rate Adam does no better. So the luck of the tuning alone can cost half a point. Remember that when
# somebody shows you a race that was won by half a point.
# <!-- example -->

# %% [markdown]
# ## Warming up
#
# You met `one_cycle` in the last lesson. PyTorch keeps a whole drawer of such **schedules** in
# `torch.optim.lr_scheduler`. A scheduler holds on to an optimizer and changes its rate each time you
# call `scheduler.step()`, right after `optimizer.step()`. And our `fit` takes any function that
# makes one from the optimizer and the number of steps.

# %% figure="schedules" alt="Three learning rates over 100 steps. One climbs in a straight line to 1 at the middle and falls back to zero. One starts at 1 and falls in a smooth wave. One starts low, climbs quickly to 1 at step 30 and falls in a smooth wave." caption="Three schedules, as a share of the peak rate. They all end near zero."
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR

from mlp_tutorial.plots import plot_lines


def torch_one_cycle(optimizer, steps):
    return OneCycleLR(optimizer, max_lr=1.0, total_steps=steps)


lines = {}
for make in (one_cycle, CosineAnnealingLR, torch_one_cycle):
    optimizer = heavy([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler, seen = make(optimizer, 100), []
    for _ in range(100):
        seen.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    lines[make.__name__] = (range(100), seen)
show(plot_lines(lines, x="step", y="learning rate"))

# %% [markdown]
# Two of them begin gently, with what's called **warmup**. Does it help? We'll train the heavy flea
# with the triangle of `one_cycle`, and then with a triangle that starts at its peak and only falls,
# so the average rate is the same.

# %%
only_down = partial(one_cycle, warmup=0.001)
for lr in (0.05, 0.2):
    for name, schedule in {"warmup": one_cycle, "none": only_down}.items():
        laps = [lap(heavy, lr, seed, schedule) for seed in range(5)]
        print(f"peak {lr}, {name:6}:", *(f"{right:.0f} %" for right in laps))

# %% [markdown]
# At a peak of 0.05 you can't tell them apart. At 0.2, the rate is almost too much for our flea, and
# that's where warmup ought to shine. Annoyingly, it doesn't. If anything, our runs with warmup did
# worse. (It may also be the rest of the triangle, since after a warmup there's less time to slow
# down.) So with this flea on this little network, we found nothing that warmup is good for.
#
# Then why does everybody warm up? You'll read that a large step would throw newborn weights
# anywhere. Dayal Kalra and Maissam Barkeshli looked into it in 2024, and found another reason.
# Warmup leads a network to places with a better condition number, where it can bear a larger rate.
# <!-- example -->

# %% [markdown]
# ## What our machine can read now
#
# Let's send one of the four out for real. We'll take RMSprop, which had the best average, lucky or
# not. It gets all the training digits there are, the same three epochs, and its own rate from the
# race. Then it reads the test digits.

# %%
train, test = load_mnist("train"), load_mnist("test")
scale = mean_and_std(train.images)
x_train, x_test = (
    normalize(d.images, *scale).flatten(1) for d in (train, test)
)
torch.manual_seed(7)
net = MLP([784, 128, 64, 10])
options = {"epochs": 3, "lr": best["rmsprop"], "schedule": one_cycle}
fit(net, (x_train, train.labels), optimizer=torch.optim.RMSprop, **options)
with torch.no_grad():
    verdicts = net(x_test).argmax(dim=1)
right = (verdicts == test.labels).float().mean().item()
print(f"{100 * right:.0f} % of {len(test):,} test digits")
assert right > 0.88

# %% [markdown]
# With the full set, that's about 98 % after three epochs, and you've seen every line of the rule that
# did it. Our flea is out of the gutter.
#
# But something should bother you. Each trainer kept the rate with the best trial laps, and whenever
# you pick a winner by its score, you pick its luck along with it. So how much can you believe of
# those scores? And the test digits chose nothing on this page, but would the machine do as well on
# *your* handwriting? How good is it really, and how would we know? That's
# [the next lesson](12_evaluation.py).
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### How hard is this gutter?
#
# Write `condition_number(curvatures)`. It takes a list of positive curvatures, one for each
# direction of a valley, in any order and as many as you like, and returns the valley's condition
# number. For example, `condition_number([0.01, 1.0])` is 100.
#
# <details><summary>Hint 1</summary>
#
# Only two of the numbers matter, however many there are. Which one sets the speed limit, and in
# which direction does that speed get you the least?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Python's `max` and `min` find the largest and the smallest number of a list. Divide one by the
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
# ### A heavy flea without a notebook
#
# Our rules scribble in a notebook and change `w` in place, so you can't call one twice and get the
# same result. Write `momentum_step(w, velocity, gradient, lr, momentum)`, which takes one step of
# the heavy flea but changes nothing that it's given. It returns two new tensors, the new `w` and
# the new velocity.
#
# <details><summary>Hint 1</summary>
#
# What was in the notebook comes in as `velocity`, and `momentum` is how much of it to keep. What
# does the flea write down before it leaps?
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
# Write `decay_groups(model, decay)`, which sorts all the parameters of any network into two groups
# for an optimizer. It returns a list of two dicts like those on this page. In the first are the
# matrices (and whatever has more than two axes), with `decay` as their `"weight_decay"`. In the
# second is all the rest, with a `"weight_decay"` of 0.
#
# <details><summary>Hint 1</summary>
#
# `model.parameters()` goes through all the tensors, however deep they're hidden. How can you tell a
# matrix from a bias without looking at its name?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A tensor `p` has `p.ndim` axes, 2 for a matrix and 1 for a bias. Make a list of those with two or
# more, and a list of the others.
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
# Now and then a batch has a monstrous slope, and a single leap undoes an hour of training. The cure
# is a leash, called **gradient clipping**. If the gradient is too long, shorten it, but keep its
# direction.
#
# Write `clip(gradients, limit)`. It takes a list of tensors, which together make up one long
# gradient. If the length of the whole is at most `limit`, return the list as it is. Otherwise
# return new tensors, all multiplied by the same number, so that the length of the whole is `limit`.
# The length is the root of the sum of all the squared entries of all the tensors. For example,
# `[torch.tensor([3.0]), torch.tensor([[4.0]])]` has a length of 5.
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
# Suppose a gutter bends ten times less than ours along its length, so the curvature is 0.001 along
# and still 1 across. A plain flea leaps at a rate of 1. After how many leaps is it half as far from the drain along the gutter
# as it was at the start? Set `leaps` to that number. A few leaps more or less don't matter.
#
# <details><summary>Hint 1</summary>
#
# What share of the way along is left after one leap? And after two?
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
# rate of its own. Then somebody multiplies the loss by 1,000 and changes nothing else. Who needs a
# new rate? Write the letter of your answer, such as `louder = "a"`.
#
# - **a** Both of them do.
# - **b** Only plain gradient descent does.
# - **c** Only Adam does.
# - **d** Neither of them does.
#
# <details><summary>Hint 1</summary>
#
# A loss that's 1,000 times as high is 1,000 times as steep everywhere. What does that do to a leap
# of `lr * slope`?
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
