# %% [markdown]
# # A table instead of pictures
#
# On your first day in the jewelry trade, the woman who owns the shop sets a box on the counter.
# It's full of diamonds, each folded into a slip of paper, and under a flap inside each slip is
# the price. Here's how you'll learn, she says. Weigh a stone, measure it, and look at it through
# the loupe for as long as you like. Then name a price, and only then lift the flap. For every
# dollar you're off, a dollar comes out of your wages.
#
# You say 4,000. The flap says 2,757, and there goes your first week. By Friday you're desperate
# enough to hold a slip up to the light.
# <!-- example -->
#
# A network doesn't have to be desperate. If there's a price in sight, it'll use it. **How do you
# teach a network to name a number, and how would you know that it hasn't peeked?**
#
# You'll be able to
#
# - turn a table of numbers and words into inputs, and train a network that names a price;
# - choose a loss by what your mistakes are going to cost you;
# - split a table so that nobody can peek at the exam, and notice when somebody has.
#
# Reading takes 40 minutes. The code runs in under a minute on an ordinary laptop.
#
# You'll need the training loop of [lesson 10](10_training.py), Adam from
# [lesson 11](11_optimizers.py), and what ± means from [lesson 12](12_evaluation.py).

# %% [markdown]
# ## A box of stones
#
# The box is real. It's a table of round diamonds that were for sale. It comes with ggplot2, a
# well-known package for drawing charts, so people have practiced on it for years. If you have the
# package `plotnine`, you'll get all 53,940 rows. Otherwise you'll get the 6,000 that come with
# this course, and your numbers will differ from ours. Here are five rows.

# %%
import torch

from mlp_tutorial.diamonds import CLARITIES, COLORS, CUTS, load_diamonds

box = load_diamonds()
print(f"{len(box):,} rows")
five_rows = list(range(0, 5000, 1000))
for i in five_rows:
    words = CUTS[box.cut[i]], COLORS[box.color[i]], CLARITIES[box.clarity[i]]
    print(f"{box.carat[i]:.2f} carat,", ", ".join(words), end=", ")
    print(f"{box.price[i]:,.0f} dollars")
print("columns:", ", ".join(vars(box)))

# %% [markdown]
# Each row is a stone as its seller described it. A **carat** is a fifth of a gram, so the first
# number is the weight. Then come three grades. The cut says how well the stone was shaped, and
# runs from Fair to Ideal. The color goes from J, which is a bit yellow, to D, which is as clear
# as water. And the clarity goes from I1, with flaws that anybody can see, to IF, with none
# inside. The table also has the length, width and height of each stone in millimeters, and two
# percentages. `depth` compares the height with the width, and `table` says how much of the width
# is taken up by the flat top.

# %% [markdown]
# ## What would you say with your eyes shut?
#
# Before we build anything clever, what could you do without looking at the stones at all? Suppose
# you have to name one price for all five of them, and you pay a dollar for every dollar you're
# off.

# %% [markdown] tags=["predict"]
# Which price costs you the least?
#
# - [ ] The average of the five prices.
#   The cheap stone pulls the average far down, and you pay for that on all the others.
# - [x] The one in the middle of the five.
#   Two stones cost less and two cost more. Go up a dollar, and you'll pay a dollar more on three
#   stones and a dollar less on two, so you lose. Go down a dollar, and the same thing happens.
# - [ ] Halfway between the cheapest and the most expensive.
#   That makes your worst mistake as small as it can be, but you're paying for all five.

# %%
prices = box.price[five_rows].double()
halfway = (prices.min() + prices.max()) / 2
for price in (prices.mean(), prices.median(), halfway):
    off = (price - prices).abs()
    print(f"say {price:,.0f}: on average {off.mean():,.0f} off,", end=" ")
    print(f"or {off.square().mean().sqrt():,.0f} with squares")

# %% [markdown]
# The price in the middle, with as many stones below it as above, is called the **median**. It
# wins as long as you pay by the dollar. Now suppose the owner is afraid of big blunders and makes
# you pay for the *square* of what you're off. For the last number in each line, we've averaged
# those squares and then taken the root, to get back to dollars. By this rule, it's the average
# that costs the least! One big miss now costs you more than many small ones, so it pays to move
# toward the cheap stone, which is farther from the middle than any other. Even with your eyes
# shut, the best answer depends on the rule you pay by.
#
# PyTorch has both rules. The **mean absolute error** is `F.l1_loss`, and the **mean squared
# error** is `F.mse_loss`. When a network has to name a number, we train it with one of these
# instead of the cross-entropy, which would need a fixed list of answers to bet on.

# %% [markdown]
# ## Who's in the safe?
#
# At the end there'll be an exam on stones that the network has never seen. So before it lifts a
# single flap, some of the stones have to go into the safe. We could just shuffle the rows and
# lock some up. But first, let's see if we can trust this table. What's the strangest stone in it?

# %%
length, width, height = box.sizes.T
print((box.sizes == 0).any(dim=1).sum().item(), "stones with a side of 0 mm")
i = box.sizes.amax(dim=1).argmax()
print(f"the largest: {box.carat[i]:.2f} carat,", end=" ")
print(f"{length[i]:.2f} by {width[i]:.2f} by {height[i]:.2f} mm")

# %% [markdown]
# Twenty stones with a side of 0 mm, and one that's almost six centimeters wide? Somebody's finger
# must have slipped. The weight already tells us how large a stone is, so our network will have to
# manage without the three sides.
#
# There's something worse than a typo. What if a stone is in the box *twice*? Then you might learn
# from one slip and be tested on the other. Both slips would list the same weight, color, clarity,
# depth and table, and the same three sides, except that length and width may have traded places,
# since you can't tell which is which on a round stone. We'll ignore the cut, because two shops
# might well grade it differently. These eight numbers are a stone's fingerprint, and the code
# makes a tuple of them for each row.

# %%
sides = box.sizes[:, :2].sort(dim=1).values  # the shorter one first
known = [box.carat, box.color, box.clarity, box.depth, box.table]
known = torch.stack([*known, *sides.T, height], dim=1)  # rows, columns
stones = [tuple(row) for row in known.tolist()]
print(f"{len(stones):,} fingerprints of {len(stones[0])} numbers")

# %% [markdown] tags=["predict"]
# How many of the rows describe a stone that's in the table more than once?
#
# - [ ] About 8 in 10.
#   There are only a few grades, so many stones agree in those. They hardly ever agree in three
#   sides as well, each measured to a hundredth of a millimeter.
# - [x] About 4 in 10.
#   Most of them come in pairs, as you'll see in a moment.
# - [ ] About 1 in 10.
#   These are four times too many for somebody entering a row twice by mistake now and then.
# - [ ] About 1 in 100.
#   That's what you find if you look for rows that agree in every column but the price. You miss
#   the stones whose sides have traded places, and the ones with a different cut.

# %%
rows_of = {}  # for each stone, the list of its rows
for row, stone in enumerate(stones):
    rows_of.setdefault(stone, []).append(row)
print(f"{len(rows_of):,} different stones in {len(box):,} rows")
shared = sum(len(rows) for rows in rows_of.values() if len(rows) > 1)
share = shared / len(box)
print(f"{share:.0%} of the rows share their stone with another row")
assert share > 0.3

# %%
from collections import Counter

strict = torch.cat([known[:, :5], box.cut[:, None], box.sizes], dim=1)
counts = Counter(tuple(row) for row in strict.tolist())
share = sum(n for n in counts.values() if n > 1) / len(box)
print(f"{share:.1%} if every column but the price has to agree")

# %% [markdown]
# By our fingerprints, it's four in ten.
#
# Are they really the same stones, or do they just happen to be alike? Let's look at the ones that
# come in pairs.

# %%
pairs = [rows_of[stone] for stone in sorted(rows_of)]  # the lightest first
pairs = [rows for rows in pairs if len(rows) == 2]
a, b = torch.tensor(pairs).T  # the two rows of each pair
swapped = (length[a] == width[b]) & (length[a] != width[a])
other_cut = (box.cut[a] != box.cut[b]).double().mean()
print(f"{len(a):,} pairs, {swapped.double().mean():.0%} swapped,", end=" ")
print(f"{other_cut:.0%} with another cut")
for i in (a[10], b[10]):
    print(
        f"{box.carat[i]:.2f} carat, {length[i]:.2f} by {width[i]:.2f}", end=""
    )
    print(f" by {height[i]:.2f} mm: {box.price[i]:,.0f} dollars")

# %% [markdown]
# At the bottom you see one pair. The weight and the height agree, the first two sides have traded
# places, and the price is different. If the rows in a pair were two stones that just happen to be
# alike, their sides would be in the same order about half the time. But in nearly all the pairs
# they're swapped. It looks as if two sellers offered the same stones, each with their own habit
# of writing down the sides. You can practice on this table for years without noticing. Let's call
# two rows of the same stone **twins**.
#
# That's why we'll deal stones into our three piles, and not rows. As always, the network learns
# from the **training** stones, we choose by the **validation** stones, and the **test** stones go
# into the safe until the end.
#
# Each stone draws a random number, and all its rows follow it, so twins end up in the same pile.
# Among the training stones, a stone may keep all its rows. In the other two piles it gets only
# one, or else it would count twice. To pick that one at random, the code shuffles the rows and
# puts them into a `dict`, which keeps only the last row it's given for each stone.

# %%
dice = torch.Generator().manual_seed(0)
shuffled = torch.randperm(len(box), generator=dice).tolist()
one_of_each = {stones[row]: row for row in shuffled}
numbers = torch.rand(len(rows_of), generator=dice).tolist()
drawn = dict(zip(sorted(rows_of), numbers))  # a number for each stone

lots = [drawn[stone] for stone in stones]  # and for each row
train = [row for row, lot in enumerate(lots) if lot < 0.7]
validation = [row for row in one_of_each.values() if 0.7 <= lots[row] < 0.85]
test = [row for row in one_of_each.values() if lots[row] >= 0.85]
print(f"{len(train):,} rows to learn from,", end=" ")
print(f"{len(validation):,} stones to choose by, {len(test):,} in the safe")
assert not {stones[i] for i in train} & {stones[i] for i in test}

train, validation, test, lots = map(
    torch.tensor, (train, validation, test, lots)
)

# %% [markdown]
# Now we can lift the flaps of the training stones. What do the median and the mean cost on all of
# these? If somebody with their eyes shut can do as well as our network, the network isn't
# worth its electricity. A simple answer that you have to beat is called a **baseline**.

# %% figure="prices" alt="A histogram of prices in dollars. It has a tall peak near 700 dollars, falls quickly, and has a long tail that reaches almost 19,000." caption="The prices of the training stones. Most are cheap, and a few are very expensive."
from mlp_tutorial.plots import plot_histogram, plot_lines, show

prices = box.price[train].double()
for name, price in {"median": prices.median(), "mean": prices.mean()}.items():
    print(f"{name}: {price:,.0f} dollars, costs", end=" ")
    print(f"{(price - prices).abs().mean():,.0f} a stone")
show(plot_histogram({"prices": prices}, xlabel="price, dollars"))

# %% figure="eyes-shut" alt="Two curves of the cost of a stone against the price you name. The average of dollars off is lowest near 2,400 dollars. The root of the average square is higher, and lowest near 3,900." caption="What a stone costs you with your eyes shut, for every price you might name. The two rules want different answers."
named = torch.arange(500, 9001, 100).double()
off = named[:, None] - prices  # a row for each price we might name
dollars = off.abs().mean(dim=1)
squares = off.square().mean(dim=1).sqrt()
rules = {"dollars off": (named, dollars), "root of squares": (named, squares)}
show(plot_lines(rules, x="the price you name", y="cost of a stone, dollars"))
assert (prices.median() - prices).abs().mean() < dollars.min() + 1

# %% [markdown]
# ## Stones into numbers
#
# What should the network get to see? Let's plot the stones in a way that leaves room for the
# cheap ones and the expensive ones alike. On both axes of this figure, each step from one label
# to the next *multiplies* the number.

# %% figure="price-and-carat" alt="A cloud of 500 points, price against carat, both on logarithmic axes. The cloud rises from lower left to upper right along a straight band that is about as wide as a factor of three." caption="500 of the training stones. On these axes the cloud is a straight band. At the same weight, the most expensive stones cost several times as much as the cheapest."
from mlp_tutorial.plots import plot_points

some = train[torch.randperm(len(train), generator=dice)[:500]]
points = {"stones": (box.carat[some], box.price[some])}
show(plot_points(points, x="carat", y="price, dollars", log="xy"))

pair = torch.stack([box.carat[train].log(), box.price[train].log()]).cov()
slope = pair[0, 1] / pair[0, 0]  # of the straight line through the cloud
print(f"twice the weight costs {2**slope:.1f} times as much")

# %% [markdown]
# The cloud is nearly a straight line, and it's the logarithms that straightened it. So we'll give
# the network the logarithm of the weight along with the weight itself. The two percentages are
# numbers already.
#
# That leaves the words. We could number them in order, so that J, I, H become 0, 1, 2 and so on.
# Or we could give every grade a column of its own, which is 1 if the stone has that grade and 0
# if it doesn't. That's called **one-hot**, and it lets each grade have its own weight, so nobody
# has to believe that the step from J to I is worth as much as the step from E to D. We'll try
# both.
#
# All the columns then get scaled to a mean of 0 and a standard deviation of 1. We did much the
# same with the pixels in [lesson 3](03_mnist.py), except that here every column has a mean and a
# standard deviation of its own. Both come from the training stones alone.

# %%
import torch.nn.functional as F


def scale(x):
    std, mean = torch.std_mean(x[train], dim=0)
    return (x - mean) / std


grades = torch.stack([box.cut, box.color, box.clarity], dim=1)
numbers = [box.carat, box.carat.log(), box.depth, box.table]
numbers = torch.stack(numbers, dim=1)
hot = torch.cat([F.one_hot(column) for column in grades.T], dim=1)
plain = torch.cat([numbers, grades], dim=1)
ordered = scale(plain)
one_hot = scale(torch.cat([numbers, hot], dim=1))
rounds = 380_000 // len(train)  # 10, or more if there are fewer stones
print("in order:", ordered.shape[1], "columns, one-hot:", one_hot.shape[1])
print("color", COLORS[box.color[0]], "is", F.one_hot(box.color)[0].tolist())

# %% [markdown]
# The network itself hardly changes. All it needs is one output, for the price. But think about
# the scale of that output. A fresh network says something near 0, whatever you show it, while the
# flaps say thousands, so it would spend the first part of its training just working its way up
# there. Let's scale the prices as well, and undo that once the network has spoken.
#
# `learn` is the loop of [lesson 10](10_training.py). The optimizer is Adam, and `scheduler.step`
# makes its rate rise at first and fall later on.


# %%
import math
from itertools import product

from mlp_tutorial.data import batches
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import one_cycle


# %%
def learn(x, target, loss=F.l1_loss, hidden=(64, 64), seed=0):
    std, mean = torch.std_mean(target[train])
    y = (target - mean) / std
    torch.manual_seed(seed)
    model = MLP([x.shape[1], *hidden, 1])  # one output
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    scheduler = one_cycle(optimizer, rounds * math.ceil(len(train) / 512))
    dice = torch.Generator().manual_seed(seed)
    for _ in range(rounds):
        for xb, yb in batches(x[train], y[train], 512, generator=dice):
            optimizer.zero_grad()
            loss(model(xb)[:, 0], yb).backward()  # (512, 1) becomes (512,)
            optimizer.step()
            scheduler.step()
    # dollars again, or logarithms
    return lambda x: model(x).detach()[:, 0] * std + mean


# %% [markdown]
# Don't miss the `[:, 0]`. The network returns a column and the prices are a row, and you saw in
# [lesson 6](06_tensors.py) what happens if you subtract one from the other.
#
# What `learn` hands us is a function that looks at stones and names prices. We train only
# briefly, to keep the page quick.

# %% [markdown]
# ## A straight line or a folded one?
#
# Somebody with their eyes shut is easy to beat, so let's find our network a better rival. Leave
# out its hidden layers, and you get a plain weighted sum, which is a straight line. We'll let the
# line try both dollars and logarithms, with both kinds of columns.


# %%
def dollars_off(answers, rows):
    return (answers[rows] - box.price[rows]).abs().double()


logs = box.price.log()
lines = {}
for name, x in {"in order": ordered, "one-hot": one_hot}.items():
    lines[f"dollars, {name}"] = learn(x, box.price, hidden=())(x)
    lines[f"logarithms, {name}"] = learn(x, logs, hidden=())(x).exp()
for name, answers in lines.items():
    cost = dollars_off(answers, validation).mean()
    print(f"line, {name}: {cost:.0f} dollars off")

nets = {}
for name, x in {"in order": ordered, "one-hot": one_hot}.items():
    nets[name] = [learn(x, box.price, seed=seed)(x) for seed in range(3)]
    costs = [dollars_off(answers, validation).mean() for answers in nets[name]]
    print(f"network, {name}:", " ".join(f"{cost:.0f}" for cost in costs))

# %% [markdown]
# With its eyes open, even a straight line beats the baseline easily. It does much better on
# logarithms than on dollars. It also does better with one-hot columns, because with numbered
# grades a line has to make every step from one grade to the next equally large. A network can
# bend, so for the network the two kinds of columns are too close to call. From here on we'll give
# it the smaller table, with the grades in order. Either way, it's off by much less than the line.


# %% [markdown]
# ## Which rule did you pay by?
#
# If logarithms helped the line, shouldn't they help the network, too? Ask around how to predict
# prices, and you'll be told to take logarithms and squares. An error of 0.1 in the logarithm is
# an error of about 10%, because $e^{0.1}$ is about 1.1, whether the stone costs 500 dollars or
# 15,000, and that sounds fair. Up to now, our network has learned from dollars and absolute
# errors. So there are four recipes to try, and we'll still pay by the dollar.
# <!-- example -->

# %% [markdown] tags=["predict"]
# Where does the famous recipe, logarithms and squares, come in among the four?
#
# - [ ] First.
#   Its logarithms are fine, but its squares aim at an average, and that isn't what you pay for.
# - [ ] Second.
#   For that, it would have to beat one of the two recipes with absolute errors.
# - [x] Third or last.
#   If you pay by the dollar, both recipes with absolute errors do better.


# %%
def judge(answers):
    off = dollars_off(answers, validation)
    percent = 100 * (off / box.price[validation]).median()
    return torch.stack([off.mean(), off.square().mean().sqrt(), percent])


prices_as = {"dollars": box.price, "logs": logs}
errors_as = {"absolute": F.l1_loss, "squared": F.mse_loss}
print(f"{'':16} dollars squares percent")
for target, loss in product(prices_as, errors_as):
    judged = []
    for seed in range(3):
        model = learn(ordered, prices_as[target], errors_as[loss], seed=seed)
        said = model(ordered)
        judged.append(judge(said.exp() if target == "logs" else said))
    dollars, squares, percent = sum(judged) / 3  # the mean of three seeds
    print(f"{target + ' ' + loss:16}", end="")
    print(f"{dollars:8.0f}{squares:8.0f}{percent:7.1f}%")

# %% [markdown]
# Read down the first column. The recipes with squares come in third and last, and you saw why
# with the five stones. If you pay by the dollar, the best answer is the median, and that's what
# absolute errors aim at. Squares aim at an average, and that's not what we pay for. The other two
# columns judge the same networks by other rules, the root of the squares, and how many percent
# off they are on the stone in the middle. Each rule has a winner of its own, and the famous
# recipe isn't one of them.
#
# Does the median care about the logarithm? Take three stones for 1,000, 2,000 and 9,000 dollars.
# Their logarithms are about 6.9, 7.6 and 9.1. The stone in the middle is the same one both times,
# because a higher price always has a higher logarithm. That's why the two recipes with absolute
# errors are after the same answer, and differ only in which stones they care about most.
# <!-- example -->
#
# With one learning rate and a short training run, you shouldn't read too much into the last
# digits. But before you choose a loss, ask what a mistake is going to cost you.


# %% [markdown]
# ## Opening the safe
#
# On Friday evening, the owner takes a key from around her neck. There are 6,411 stones in the
# safe, and no network has seen what's under one of their flaps. You get to do this once. If you
# don't like what you see and go back to change something, then the next time it's just another
# box of slips that you've already held up to the light.
#
# So everything has to be settled before she turns the key. We'll take dollars, absolute errors
# and the grades in order, and train five networks from new seeds. They have two rivals. One keeps
# her eyes shut and says the median of the training stones, whatever you show her. The other is
# the best of our four lines, with logarithms and one-hot columns.

# %%
five = [learn(ordered, box.price, seed=seed) for seed in range(10, 15)]
answers = torch.stack([model(ordered) for model in five])
by_line = lines["logarithms, one-hot"]
shut = torch.full((len(box),), prices.median().item())

# %% [markdown]
# The key turns.

# %%
network = torch.stack([dollars_off(a, test) for a in answers])
line, blind = dollars_off(by_line, test), dollars_off(shut, test)
print(f"eyes shut  {blind.mean():5,.0f} dollars off")
print(f"line       {line.mean():5,.0f} dollars off")
print(f"network    {network.mean():5,.0f} dollars off")
assert network.mean() < line.mean() < blind.mean()

# %% [markdown]
# The network wins. It's 323 dollars off, where the line pays 454, and you'd have paid nearly
# three thousand with your eyes shut. On the stones that we chose by, the two of them were about
# 312 and 440 dollars off. So they do a little worse in here, and that may well be the luck of the
# deal.
#
# Could it be luck that the network beats the line, too? Let's compare them stone by stone. The ±
# is computed as in [the lesson on luck](12_evaluation.py), and covers both the luck of the seeds
# and the luck of the stones.

# %%
gap = network - line  # (seeds, stones)
by_seed, by_stone = gap.mean(dim=1), gap.mean(dim=0)
squares = 2.78**2 * by_seed.var() / len(five)  # 2.78 is for five
squares = squares + 2**2 * by_stone.var() / len(test)
print(f"network against line: {gap.mean():.0f} ± {squares.sqrt():.0f} dollars")

# %% [markdown]
# That's nowhere near zero. The network takes more than a quarter off what the line pays. But an
# average hides a lot, so where does the network go wrong? Subtract what it said from each price,
# and look at what's left over. Statisticians call that the **residual**, and it has nothing to do
# with the residual connections of [lesson 13](13_deep_networks.py).

# %% figure="residuals" alt="A cloud of 600 points, the error in dollars against the price that the network named, on a logarithmic axis. Up to about 2,000 dollars the cloud hugs the line at zero. Then it opens like a fan, to several thousand dollars above and below." caption="600 stones from the safe, with what the network said and how far off it was. Stones above the dashed line cost more than the network said."
said = answers[0][test]
off = box.price[test] - said
points = {"stones": (said[:600].clamp(min=100), off[:600])}
labels = {"x": "the network said, dollars", "y": "price minus that, dollars"}
show(plot_points(points, **labels, log="x", level=0))
for low, high in ((0.0, 0.5), (0.5, 1.0), (1.0, 1.5), (1.5, 9.0)):
    inside = (box.carat[test] >= low) & (box.carat[test] < high)
    cost, paid = network[:, inside].mean(), box.price[test][inside].mean()
    print(f"{low} to {high} carat: {inside.sum():,} stones,", end=" ")
    print(f"{cost:.0f} off, {100 * cost / paid:.0f}%")

# %% [markdown]
# The cloud opens like a fan. On the little stones the network is off by less than a hundred
# dollars, and on the big ones by more than a thousand. (The percentages are of the average price
# in that group.) If somebody tells you that a network is off by a few hundred dollars on average,
# ask which stones they mean. As a percentage of the price, the four groups are much more alike.

# %% [markdown]
# ## Holding a slip up to the light
#
# Now let's cheat the way most people do, with the best of intentions. A colleague has an idea.
# When you price a house, you look at what similar houses sold for, so why not do that with
# diamonds? For each row, she finds all the rows with the same weight, cut, color and clarity, and
# writes their average price into a new column. She does this for the whole table in one go,
# before anything is dealt. It looks harmless, so let's see what it does. (In the code,
# `setdefault` returns a group's list, and starts an empty one if there's none yet.)


# %%
four_cs = torch.stack([box.carat, *grades.T], dim=1)
groups = [tuple(row) for row in four_cs.tolist()]


def similar(rows):  # for each row of the table, what similar ones of these cost
    costs = {}  # for each group, a list of prices
    for row in rows.tolist():
        costs.setdefault(groups[row], []).append(box.price[row].item())
    average = {group: sum(found) / len(found) for group, found in costs.items()}
    overall = box.price[rows].mean().item()  # where there are none
    return torch.tensor([average.get(group, overall) for group in groups])


# %%
everything = similar(torch.arange(len(box)))
columns = torch.cat([plain, everything[:, None]], dim=1)
leaky = [learn(scale(columns), box.price, seed=seed) for seed in range(10, 13)]
x = scale(columns)
peeking = [dollars_off(model(x), validation).mean() for model in leaky]
before = [dollars_off(model(ordered), validation).mean() for model in five[:3]]
print("before:", " ".join(f"{cost:.0f}" for cost in before), "dollars off")
print("now:", " ".join(f"{cost:.0f}" for cost in peeking), "dollars off")

# %% [markdown]
# That's a third less, and on validation stones, which the network never learned from! You can
# imagine the email that goes around.
#
# Then the network starts work at the counter. A customer comes in with a new stone, and its price
# isn't in the table, since naming it is the whole point. The colleague's program looks up similar
# stones among the ones the shop knows. If there are none, as for almost one customer in five, it
# fills in the average of all of them. Then the network names a price.

# %% [markdown] tags=["predict"]
# How far off is the new network at the counter, on average?
#
# - [x] About 900 dollars.
#   It has learned to trust the column more than its own eyes. Now the column is wrong for many
#   stones, and the network believes it anyway.
# - [ ] About 500 dollars.
#   That would make it about as bad as the straight line. The line never learned to trust that
#   column, and this network did.
# - [ ] About 300 dollars.
#   It does lose what it had gained. It has also learned to trust that column, though, and at the
#   counter the column no longer knows the price.
# - [ ] About 200 dollars.
#   That's what the validation stones said, but they weren't as fresh as they looked. Each of them
#   had left its price in the column.

# %%
counter = torch.cat([plain, similar(train)[:, None]], dim=1)
# the scale that the network was trained with
std, mean = torch.std_mean(columns[train], dim=0)
x = (counter - mean) / std
heard_of = {groups[row] for row in train.tolist()}
has_similar = [groups[row] in heard_of for row in validation.tolist()]
has_similar = torch.tensor(has_similar)
at_counter = torch.stack([dollars_off(m(x), validation) for m in leaky])
honest = torch.stack([dollars_off(m(ordered), validation) for m in five])
print(f"at the counter: {at_counter.mean():.0f} dollars off")
print(f"{has_similar.double().mean():.0%} of the stones have a similar one")
print(f"on those: {at_counter[:, has_similar].mean():.0f},", end=" ")
print(f"without the column {honest[:, has_similar].mean():.0f}")
print(f"on the others: {at_counter[:, ~has_similar].mean():,.0f}")
assert at_counter.mean() > honest.mean()

# %% [markdown]
# That's three times what it was before she had her idea! When she averaged over the whole table,
# every stone's own price became part of the average. Where a group has only one or two stones in
# it, the "average price of similar stones" is the flap itself, or half of it, held up to the
# light. If a column tells the network something it won't know when it counts, that's called a
# **leak**.
#
# Most of the damage comes from the stones that have no similar stone. For those, the program
# fills in the average of all the prices. The network believes it and ends up nearly four thousand
# dollars off. Even where there is a similar stone, it does worse than it did without the column.
#
# Can the idea be saved? Let's deal the training stones into two halves and write into each half
# the averages of the *other* half. Twins drew the same number, so they're in the same half, and a
# stone's price can't end up in its own column or in its twin's. That stops the peeking, and the
# network finds out how far it can trust the column. (Couldn't you just leave each stone out of
# its own average? That's an exercise, and it has a trap in it.)


# %%
fair = similar(train)  # what the counter would use
one_half = train[lots[train] < 0.35]
other_half = train[lots[train] >= 0.35]
fair[one_half] = similar(other_half)[one_half]
fair[other_half] = similar(one_half)[other_half]
x = scale(torch.cat([plain, fair[:, None]], dim=1))

# %% figure="leak" alt="Four rows of three dots each, on an axis of dollars off. Without the column, about 310. With the peeking column, about 200 in the test, but more than 900 at the counter. With a column that can't peek, about 310 again." caption="What the column promised, what it did at the counter, and what it's worth once it can't peek. Each dot is a seed."
from mlp_tutorial.plots import plot_comparison

fixed = [learn(x, box.price, seed=seed)(x) for seed in range(10, 13)]
fixed = [dollars_off(answers, validation).mean() for answers in fixed]
print("without peeking:", " ".join(f"{cost:.0f}" for cost in fixed))
bars = {"no such column": honest[:3].mean(dim=1).tolist(), "peeking": peeking}
bars["at the counter"] = at_counter.mean(dim=1).tolist()
bars["without peeking"] = fixed
show(plot_comparison(bars, label="dollars off"))

# %% [markdown]
# So much for the email. Once the peeking stops, the column that took a third off is worth little
# or nothing. How do you catch a leak before the customers do? Whenever a score jumps, take one
# stone, cover its price, and ask of every column whether you could still fill it in. That
# question would have caught our colleague.
#
# But it doesn't catch everything. You could write down length and width with the price covered.
# So is there any harm in telling the network whether the longer of the two was written first?


# %%
first = (length > width).float()[:, None]
learned = swapped & (lots[a] < 0.7)  # no peeking into the safe
dearer = box.price[a] > box.price[b]
share = (dearer == (length > width)[a])[learned].double().mean()
print(f"the row with the longer side first is the dearer one: {share:.0%}")
x = scale(torch.cat([plain, first], dim=1))
costs = [
    dollars_off(learn(x, box.price, seed=seed)(x), validation).mean()
    for seed in range(10, 13)
]
print("with the order of the sides:", " ".join(f"{cost:.0f}" for cost in costs))

# %% [markdown]
# The order of two numbers has nothing to do with any diamond, and yet it takes some fifteen
# dollars off. In nearly all the pairs, the row that has the longer side first also asks for more.
# It's a bit like a seller's handwriting, and the network can read it. The stones in the safe
# apparently come from the same sellers, so no exam of ours would ever have noticed. The stone on
# your counter hasn't been written down by either of them. Keep in mind that a network gets to see
# the order as soon as you feed it all three sides, and with this table that's the natural thing
# to do.
#
# That makes two questions to ask of every column in a table of your own. Be most suspicious of
# the columns that somebody fills in *after* the fact, such as the day on which an account was
# closed.
#
# > **Is there a leak?** Take one row and cover the number that you want to guess.
# >
# > - Could you still fill in this column?
# > - Will it be filled in the same way when it counts?

# %% [markdown]
# ## When not to use a network
#
# There's one more contestant. A **decision tree** asks one question after another, such as "more
# than 1.2 carats?" and "color better than G?", and every path through the questions ends at a
# price. Gradient-boosted trees are hundreds of small trees in a row, and each of them learns from
# what the trees before it got wrong. You don't have to scale anything for them, and you can
# simply number the words.
# <!-- example -->
#
# We gave trees, networks, lines and a lookup of the nearest stones twelve tries each, judged by
# the validation stones. All of them had the columns of our own network and none had the sides,
# but the line could also use the squares, cubes and products of those columns. The best of each
# then learned from five new seeds and priced the stones in the safe. (That opens the safe again,
# but only after every choice was made.)
#
# <!-- benchmark diamonds line neighbors MLP trees -->
#
# The notebook doesn't show this table, but if you've cloned the course's repository, you can
# repeat it with `nox -s benchmark -- diamonds`.
#
# The trees and the network come out even! We'd expected the trees to win, as they often do on
# tables, but their lead of three dollars is small enough to be luck. Both leave the line far
# behind, even a line that's allowed to bend. It's not the last word, though. The trees won with
# the most trees and the fewest leaves that we let them try, and the network with the longest
# training. Winners at the edge of a search tell you that you've stopped searching too soon, so
# both may have more in them.
#
# Does it matter which you take? Think of what it took to get there. The network had to train four
# times as long as on the rest of this page. Both had to choose between dollars and logarithms,
# and both needed a size and a learning rate. But for the network we also had to scale everything
# and worry about seeds, and the trees took the columns as they were. When two methods are equally
# good, we'd take the one with fewer ways to go wrong. On a table with a few columns that each
# mean something, begin with a line, then try trees, and only then a network. A network is more
# likely to earn its keep where no column means much on its own, like the pixels of a digit.

# %% [markdown]
# ## What our machine can read now
#
# Let's take one stone from the safe, as close to one carat as we can get, and ask all five
# networks.

# %%
i = test[(box.carat[test] - 1).abs().argmin()]
words = CUTS[box.cut[i]], COLORS[box.color[i]], CLARITIES[box.clarity[i]]
print(f"{box.carat[i]:.2f} carat,", ", ".join(words))
print("the networks say", " ".join(f"{a[i]:,.0f}" for a in answers))
print(f"the flap says {box.price[i]:,.0f}")
print(f"over all {len(test):,} in the safe: {network.mean():.0f} dollars off")

# %% [markdown]
# Our machine can read a table now, and the price it names is a few hundred dollars off on
# average, where you'd have been nearly three thousand off with your eyes shut. Remember what it
# learned from, though. These are prices that sellers asked years ago, apparently on two lists.
# The network has never seen a diamond, and it doesn't know what anybody paid. That's where our
# game differs from the trade. A flap tells you what somebody asked for a stone, but not what it's
# worth, and a real apprentice can ask why.
#
# And there's a problem you'll notice tonight. When you switch off your computer, all five
# networks are gone, along with every price they've learned, because they're only numbers in
# memory. How do you keep them, and what exactly has to go into the file? That's [the next
# lesson](15_saving_and_devices.py).
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Back to dollars
#
# A network has learned from the logarithms of prices, scaled with their `mean` and `std`. Write
# `in_dollars(output, mean, std)`, which takes the network's output, a tensor of shape `(N, 1)`,
# and returns the prices in dollars, as a tensor of shape `(N,)`.
#
# <details><summary>Hint 1</summary>
#
# The prices went through three steps. First came the logarithm, then the mean was subtracted, and
# then the result was divided by the standard deviation. Undo all three, starting with the last.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `torch.exp` undoes the logarithm, and `output[:, 0]` picks the only column there is.
#
# </details>


# %% tags=["exercise"]
def in_dollars(output, mean, std):
    raise NotImplementedError


# %% tags=["solution"]
def in_dollars(output, mean, std):
    return torch.exp(output[:, 0] * std + mean)


# %% tags=["check"]
from mlp_tutorial.exercises import check_in_dollars

print(check_in_dollars(in_dollars))

# %% [markdown] tags=["exercise", "warm-up"]
# ### From worst to best
#
# Write `grade_numbers(words, order)`, which turns grades into numbers. It takes a list of words
# and a list of all the grades from worst to best, and returns a tensor with a number for each
# word, 0 for the worst grade, 1 for the next, and so on. For example, with the order `["J", "I",
# "H"]` the words `["H", "J", "H"]` become 2, 0 and 2.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# A list can tell you where its entries are. Try `["J", "I", "H"].index("I")`.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Look up the place of every word, make a list of those places, and hand it to `torch.tensor`.
#
# </details>


# %% tags=["exercise"]
def grade_numbers(words, order):
    raise NotImplementedError


# %% tags=["solution"]
def grade_numbers(words, order):
    return torch.tensor([order.index(word) for word in words])


# %% tags=["check"]
from mlp_tutorial.exercises import check_grade_numbers

print(check_grade_numbers(grade_numbers))

# %% [markdown] tags=["exercise", "apply"]
# ### Twins in the exam
#
# A friend has a table in which no two stones agree in weight and all three sides. (In ours, many
# do.) She has already split it row by row, and you'd like to know how many rows of the exam were
# given away. Write `seen_before(train, test)`, where both are lists of tuples `(carat, length,
# width, height)`. Return how many rows of `test` describe a stone that's also in `train`, even if
# its length and width have traded places.
#
# For example, `seen_before([(1.0, 6.4, 6.3, 4.0)], [(1.0, 6.3, 6.4, 4.0), (0.5, 5.1, 5.0, 3.1)])`
# is 1.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# Write each row in a way that doesn't depend on which side comes first, so that the same stone
# always looks the same.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `(carat, min(length, width), max(length, width), height)` will do. Put these tuples for the
# training rows into a `set` and count the rows of the exam whose tuple is `in` it.
#
# </details>


# %% tags=["exercise"]
def seen_before(train, test):
    raise NotImplementedError


# %% tags=["solution"]
def seen_before(train, test):
    def stone(row):
        carat, length, width, height = row
        return carat, min(length, width), max(length, width), height

    seen = {stone(row) for row in train}
    return sum(stone(row) in seen for row in test)


# %% tags=["check"]
from mlp_tutorial.exercises import check_seen_before

print(check_seen_before(seen_before))

# %% [markdown] tags=["exercise", "apply"]
# ### Not your own
#
# Write `others_mean(groups, prices)`. The first argument is a tensor that says which group each
# stone belongs to, and the second is a tensor of the stones' prices. For each stone, return the
# mean price of the *other* stones in its group, all in one tensor. For example, groups `[0, 0, 1,
# 1, 1]` and prices `[10.0, 20.0, 30.0, 60.0, 90.0]` give `[20.0, 10.0, 75.0, 60.0, 45.0]`.
#
# What about a stone that's alone in its group? It could get the mean of all the *other* stones in
# the table. Or it could get the mean of *all* of them, with its own price in there. Whichever you
# take, you do the same to every lone stone. One of the two gives their prices away, so take the
# other one.
#
# <details><summary>Hint 1</summary>
#
# Suppose a table has only three stones, for 10, 20 and 60 dollars, and each is alone. Work out
# what they'd get in either case. From which numbers could you tell the stones apart?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A loop over the stones is fine. For stone `i`, `mask = groups == groups[i]` says who's in its
# group, and `mask[i] = False` takes out the stone itself. If `mask.any()` is False after that,
# the stone is alone. The mean that gives nothing away is the same for all of them.
#
# </details>


# %% tags=["exercise"]
def others_mean(groups, prices):
    raise NotImplementedError


# %% tags=["solution"]
def others_mean(groups, prices):
    means = []
    for i in range(len(groups)):
        mask = groups == groups[i]
        mask[i] = False
        known = prices[mask] if mask.any() else prices
        means.append(known.mean())
    return torch.stack(means)


# %% tags=["check"]
from mlp_tutorial.exercises import check_others_mean

print(check_others_mean(others_mean))

# %% [markdown] tags=["exercise", "think"]
# ### One price for two
#
# Among a million slips, half the stones of a certain kind cost 1,000 dollars and the other half
# cost 4,000, and no column tells them apart. A network learns from the *logarithms* of the
# prices, with squared errors, until it can't get any better. What price does it name for these
# stones, in dollars? Set `price_named` to that price.
#
# <details><summary>Hint 1</summary>
#
# With squared errors, the best answer is the mean. The mean of what, though?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Take the mean of `math.log(1000)` and `math.log(4000)` and undo the logarithm with `math.exp`.
#
# </details>

# %% tags=["exercise"]
price_named = ...

# %% tags=["solution"]
import math

price_named = math.exp((math.log(1000) + math.log(4000)) / 2)

# %% tags=["check"]
from mlp_tutorial.exercises import check_price_named

print(check_price_named(price_named))

# %% [markdown] tags=["exercise", "think"]
# ### Whose network has peeked?
#
# Four friends train networks to guess what an apartment will rent for before anybody has rented
# it. All of them test on apartments that weren't used for training, and still one of the networks
# has peeked. Which one? Write the letter of your answer, such as `peeked = "a"`.
#
# - **a** Ana divides every column by its largest value among the training apartments.
# - **b** Bo uses the month in which the apartment was advertised.
# - **c** Cem uses the deposit, which landlords set to three months' rent.
# - **d** Dora leaves out all apartments without a floor area, in training and in the test.
#
# <details><summary>Hint 1</summary>
#
# Take an apartment that nobody has rented yet, and cover its rent. Which of these columns
# couldn't you fill in?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# One of these columns is computed from the very number that the network is supposed to guess.
#
# </details>

# %% tags=["exercise"]
peeked = ...

# %% tags=["solution"]
peeked = "c"

# %% tags=["check"]
from mlp_tutorial.exercises import check_peeked

print(check_peeked(peeked))
