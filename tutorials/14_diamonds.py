# %% [markdown]
# # A table instead of pictures
#
# On your first day in the jewelry trade, the woman who owns the shop sets a box on the counter.
# It's full of diamonds, each folded into a slip of paper, and inside every slip, under a flap, is
# the price. Here's how you'll learn, she says. Weigh a stone, measure it, look at it through the
# loupe for as long as you like. Then name a price, and only then lift the flap. For every dollar
# you're off, a dollar comes out of your wages.
#
# You say 4,000. The flap says 2,757, and there goes your first week. By Friday you're desperate
# enough to hold a slip up to the light.
# <!-- example -->
#
# So would a network be. **How do you teach a network to name a number, and how would you know that
# it hasn't peeked?**
#
# You'll be able to
#
# - turn a table of numbers and words into inputs, and train a network that names a price;
# - choose a loss by what a mistake is going to cost you;
# - deal the rows of a table so that nobody can peek, and notice when somebody did.
#
# Reading takes 30 minutes. The code runs in under a minute on an ordinary laptop.

# %% [markdown]
# ## A box of stones
#
# The box is real. A well-known package for drawing charts, ggplot2, comes with a table of round
# diamonds that were for sale, and people have practiced on it for years. If you have the package
# `plotnine`, you'll get all 53,940 rows. If you don't, you'll get the 6,000 that come with this
# course, and your numbers will differ from ours.

# %%
import torch

from mlp_tutorial.diamonds import CLARITIES, COLORS, CUTS, load_diamonds

table = load_diamonds()
print(f"{len(table):,} rows")
for i in range(0, 5000, 1000):
    words = (
        CUTS[table.cut[i]],
        COLORS[table.color[i]],
        CLARITIES[table.clarity[i]],
    )
    print(f"{table.carat[i]:.2f} carat,", ", ".join(words), end=", ")
    print(f"{table.price[i]:,.0f} dollars")
print("columns:", ", ".join(vars(table)))

# %% [markdown]
# Every row is a witness statement. A **carat** is a fifth of a gram, so the first number is the
# weight. The cut is how well somebody has shaped the stone, and runs from Fair to Ideal. The color
# goes from J, which is a bit yellow, to D, which is like water, and the clarity from I1, with flaws
# that anybody can see, to IF, with none. There are also the length, width and height in
# millimeters, and two proportions called `depth` and `table`.
#
# Never trust a table before you've looked at it. The next cell asks for the strangest stones.

# %%
length, width, height = table.sizes.T
print((table.sizes == 0).any(dim=1).sum().item(), "stones with a side of 0 mm")
i = table.sizes.amax(dim=1).argmax()
print(f"the largest: {table.carat[i]:.2f} carat,", end=" ")
print(f"{length[i]:.2f} by {width[i]:.2f} by {height[i]:.2f} mm")

# %% [markdown]
# No stone measures 0 mm, and a stone of 2 carats that's almost six centimeters wide would have to
# be as thin as paper. Somebody slipped at the keyboard. We could repair those rows or throw them
# out. But the weight already tells you how large a diamond is, so the network will have to manage
# without the three sides. We'll need them for something else, though.

# %% [markdown]
# ## Who's in the safe?
#
# At the end there's going to be an exam, with stones the network has never seen. So before anyone
# lifts a single flap, some of them have to go into the safe. We could shuffle the rows and lock up
# every sixth. But what if a stone is in the box *twice*? Then you might learn from one slip and be
# examined on the other.
#
# How would you recognize a stone that's listed twice? It would have the same weight, color,
# clarity, depth and table, and the same three sides. We'll let the length and the width trade
# places, since nobody can tell which is which on a round stone. And we'll ignore the cut, which is
# a matter of opinion.

# %%
sides, _ = table.sizes[:, :2].sort(dim=1)  # the shorter one first
known = [table.carat, table.color, table.clarity, table.depth, table.table]
known = torch.stack([*known, *sides.T, height], dim=1)  # rows, columns
print(known.shape)

# %% [markdown] tags=["predict"]
# How many of the rows describe a stone that's in the table more than once?
#
# - [ ] About 1 in 100.
#   That's how many you'd find if you only looked for rows that agree in every column but the price,
#   and most people who clean up a table do just that. The twins hide by trading length and width.
# - [ ] About 1 in 10.
#   It's a reasonable guess for a messy table. But this one is messier than that.
# - [x] About 4 in 10.
#   Most of them come in pairs.

# %%
# stone[i] is the number of the stone in row i, listed[s] counts its rows
_, stone, listed = torch.unique(
    known, dim=0, return_inverse=True, return_counts=True
)
share = (listed[stone] > 1).double().mean().item()
print(f"{len(listed):,} stones, {share:.0%} of the rows share theirs")

rows = stone.argsort(stable=True)  # rows of the same stone are neighbors
pairs = rows[listed[stone[rows]] == 2].view(-1, 2)
a, b = pairs.T
swapped = (length[a] == width[b]) & (length[a] != width[a])
print(f"{len(pairs):,} pairs, {swapped.double().mean():.0%} swapped")
for i in pairs[10]:
    print(
        f"{table.carat[i]:.2f} carat, {length[i]:.2f} by {width[i]:.2f}", end=""
    )
    print(f" by {height[i]:.2f} mm: {table.price[i]:,.0f} dollars")
assert share > 0.3

# %% [markdown]
# Four in ten! Look at the pair at the bottom. It's the same stone, except for the order of its
# first two sides and the price. Could that be a coincidence? If it were, the sides would be in the
# same order about as often as not. But in nearly all the pairs they're swapped. It looks as if two
# sellers offered the same stones, each with a habit of their own when they write down the sides.
# This is a famous table, and yet the twins are easy to miss.
#
# So we won't deal rows. We'll deal stones. Each stone draws a random number, all its rows go where
# that number sends them, and in the piles for choosing and for the exam we'll keep only one row of
# each. In the code, `dict` helps with that, because it keeps only the last row it sees for each
# stone.

# %%
dice = torch.Generator().manual_seed(0)
order = torch.randperm(len(table), generator=dice)
one_of_each = dict(zip(stone[order].tolist(), order.tolist()))
single = torch.tensor(list(one_of_each.values()))
lot = torch.rand(len(listed), generator=dice)[stone]  # a number for each row
train = (lot < 0.7).nonzero()[:, 0]
validation = single[(lot[single] >= 0.7) & (lot[single] < 0.85)]
test = single[lot[single] >= 0.85]  # into the safe
print(
    f"{len(train):,} to learn from, {len(validation):,} to choose by,", end=" "
)
print(f"{len(test):,} in the safe")
seen, locked = set(stone[train].tolist()), set(stone[test].tolist())
assert not seen & locked  # no stone is in both

# %% [markdown]
# ## What would you say with your eyes shut?
#
# Let's lift the flaps of the training stones. Before we build anything clever, what could you do
# without looking at the stones at all? You'd have to say the same price every time. Then a network
# had better beat you, or it's not worth its electricity. A simple answer like that is called a
# **baseline**.

# %% figure="prices" alt="A histogram of prices in dollars. It has a tall peak near 700 dollars, falls quickly, and has a long tail that reaches almost 19,000." caption="The prices of the training stones. Most are cheap, and a few are very dear."
from mlp_tutorial.plots import plot_histogram, plot_lines, show

prices = table.price[train].double()
show(plot_histogram({"prices": prices}, xlabel="price, dollars"))

# %% [markdown] tags=["predict"]
# You name the same price for every stone, and pay a dollar for each dollar you're off. Which price
# costs you the least?
#
# - [ ] The average of all the prices.
#   It's what most people would say, but a few very expensive stones pull it up, and you'd pay for
#   that on all the cheap ones.
# - [x] The price right in the middle.
#   Half the stones are cheaper and half are dearer. Name a dollar more than that, and you'll pay a
#   dollar more on the cheaper half and a dollar less on the dearer half, so you gain nothing.
# - [ ] The price that's most common.
#   You'd be exactly right more often than with any other price. But nobody pays you for being
#   exactly right, and on all the other stones you'd be further off.

# %% figure="eyes-shut" alt="Two curves of the cost of a stone against the price you name. The average of dollars off is lowest near 2,400 dollars. The root of the average square is higher, and lowest near 3,900." caption="What a blindfolded apprentice pays for a stone, for every price they might name. The two rules want different answers."
named = torch.arange(500, 9001, 100).double()
off = named[:, None] - prices  # a row for each price we might name
dollars = off.abs().mean(dim=1)
squares = off.square().mean(dim=1).sqrt()
for name, price in {"middle": prices.median(), "mean": prices.mean()}.items():
    print(f"{name}: {price:,.0f} dollars, costs", end=" ")
    print(f"{(price - prices).abs().mean():,.0f} a stone")
rules = {"dollars off": (named, dollars), "root of squares": (named, squares)}
show(plot_lines(rules, x="the price you name", y="cost of a stone, dollars"))
assert (prices.median() - prices).abs().mean() < dollars.min() + 1

# %% [markdown]
# The price in the middle is called the **median**. Now suppose the owner is afraid of big blunders,
# and charges you the *square* of what you're off. Then the other curve is yours, and its lowest
# point is at the mean. So even the best answer with your eyes shut depends on the rule you pay by!
#
# You'll find both rules in PyTorch. The **mean absolute error** is `F.l1_loss`, and the **mean
# squared error** is `F.mse_loss`. They take the place of the cross-entropy, which we can't use
# here, because it needs a fixed list of answers to bet on.

# %% [markdown]
# ## Stones into numbers
#
# What should the network get to see? Let's look at the stones in a way that has room for cheap ones
# and dear ones alike. On both axes of this figure, every step to the next label *multiplies* the
# number.

# %% figure="price-and-carat" alt="A cloud of 500 points, price against carat, both on logarithmic axes. The cloud rises from lower left to upper right along a straight band that is about as wide as a factor of three." caption="500 of the training stones. On these axes the cloud is a straight band. At the same weight, the dearest stones cost several times as much as the cheapest."
from mlp_tutorial.plots import plot_points

some = train[torch.randperm(len(train), generator=dice)[:500]]
points = {"stones": (table.carat[some], table.price[some])}
show(plot_points(points, x="carat", y="price, dollars", log="xy"))

# %% [markdown]
# That's nearly a straight line, and taking logarithms is what made it so. So we'll hand over the
# logarithm of the weight along with the weight itself. The two proportions are numbers already.
#
# That leaves the words. We can number them in order, so that J, I, H become 0, 1, 2 and so on. Or
# we can give every grade a column of its own, which is 1 if the stone has that grade and 0
# otherwise. That's called **one-hot**. Then each grade can have its own weight, and nobody has to
# believe that the step from J to I is worth as much as the step from E to D. We'll try both.
#
# And all columns get scaled to a mean of 0 and a standard deviation of 1, just like the pixels in
# [lesson 3](03_mnist.py). The mean and the deviation come from the training stones alone.

# %%
import torch.nn.functional as F


def scale(x):
    std, mean = torch.std_mean(x[train], dim=0)
    return (x - mean) / std


grades = torch.stack([table.cut, table.color, table.clarity], dim=1)
numbers = [table.carat, table.carat.log(), table.depth, table.table]
numbers = torch.stack(numbers, dim=1)
hot = torch.cat([F.one_hot(column) for column in grades.T], dim=1)
ordered = scale(torch.cat([numbers, grades], dim=1))
one_hot = scale(torch.cat([numbers, hot], dim=1))
print("in order:", ordered.shape[1], "columns, one-hot:", one_hot.shape[1])
print("color", COLORS[table.color[0]], "is", F.one_hot(table.color)[0].tolist())

# %% [markdown]
# The network itself hardly changes. It has a single output, and that's the price. But think about
# its scale. A fresh network says something near 0, whatever you show it, and the flaps say
# thousands. Its weights would have to grow by thousands before it could begin to learn anything
# about diamonds. With squares it's worse, because the slope is as large as the error, so the first
# leap of the flea would take it out of the gutter and out of the shop. So let's scale the prices as
# well, and undo that when the network has spoken.


# %%
from mlp_tutorial.data import batches
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import one_cycle


def learn(x, target, loss=F.l1_loss, hidden=(64, 64), seed=0):
    std, mean = torch.std_mean(target[train])
    y = (target - mean) / std
    torch.manual_seed(seed)
    model = MLP([x.shape[1], *hidden, 1])  # one output
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    scheduler = one_cycle(optimizer, 10 * -(-len(train) // 512))  # round up
    dice = torch.Generator().manual_seed(seed)
    for _ in range(10):
        for xb, yb in batches(x[train], y[train], 512, generator=dice):
            optimizer.zero_grad()
            loss(model(xb)[:, 0], yb).backward()  # (512, 1) becomes (512,)
            optimizer.step()
            scheduler.step()
    return lambda x: model(x).detach()[:, 0] * std + mean


# %% [markdown]
# Don't miss the `[:, 0]`. The network returns a column, and the prices are a row. In [lesson
# 6](06_tensors.py) you saw what happens if you subtract one from the other.
#
# The last line of `learn` makes a function without a name. `lambda x:` is short for a `def` that
# takes an `x` and returns what's behind the colon. So `learn` hands us a function that looks at
# stones and names prices.

# %% [markdown]
# ## A straight line or a folded one?
#
# A network should beat more than a blindfolded apprentice. If you leave out the hidden layers, a
# plain weighted sum remains, and people have been pricing things with those for a century. It's the
# baseline to beat. We'll let it try everything we've thought of.


# %%
def dollars_off(answers, rows):
    return (answers[rows] - table.price[rows]).abs().double()


logs = table.price.log()
lines = {}
for name, x in {"in order": ordered, "one-hot": one_hot}.items():
    lines[f"dollars, {name}"] = learn(x, table.price, hidden=())(x)
    lines[f"logarithms, {name}"] = learn(x, logs, hidden=())(x).exp()
for name, answers in lines.items():
    cost = dollars_off(answers, validation).mean()
    print(f"line, {name}: {cost:.0f} dollars off")

nets = {}
for name, x in {"in order": ordered, "one-hot": one_hot}.items():
    nets[name] = [learn(x, table.price, seed=seed)(x) for seed in range(3)]
    costs = [dollars_off(answers, validation).mean() for answers in nets[name]]
    print(f"network, {name}:", " ".join(f"{cost:.0f}" for cost in costs))

# %% [markdown]
# With its eyes open, even a straight line beats the blindfolded apprentice by far. It's much better
# at logarithms than at dollars, and it likes the one-hot columns better, because it can't bend. The
# network has creases for that. It gets along with either kind of column, and it's off by a good
# deal less.

# %% [markdown]
# ## Which rule did you pay by?
#
# If logarithms helped the line, shouldn't they help the network, too? An error of 0.1 in the
# logarithm is an error of about 10 %, whether the stone costs 500 dollars or 15,000. And there's
# the choice between absolute errors and squares. That makes four networks, and every one of them
# gets judged by all the rules.
# <!-- example -->


# %%
def judge(answers):
    off = dollars_off(answers, validation)
    percent = 100 * (off / table.price[validation]).median()
    return torch.stack([off.mean(), off.square().mean().sqrt(), percent])


# %%
four = {"dollars, absolute": torch.stack([judge(a) for a in nets["in order"]])}
for target, loss in (
    ("dollars", "squared"),
    ("logs", "absolute"),
    ("logs", "squared"),
):
    measure = F.mse_loss if loss == "squared" else F.l1_loss
    y = logs if target == "logs" else table.price
    found = [learn(ordered, y, measure, seed=s)(ordered) for s in range(3)]
    found = [a.exp() if target == "logs" else a for a in found]
    four[f"{target}, {loss}"] = torch.stack(
        [judge(answers) for answers in found]
    )
print("                    off   root of squares   percent")
for name, found in four.items():
    off, root, percent = found.mean(dim=0)
    print(f"{name:18} {off:4.0f} {root:12.0f} {percent:13.1f}")

# %% [markdown]
# Go down each column and look for its smallest number. If you pay for squares, you'd better learn
# from squared dollars. If you care about percent, learn from absolute errors in the logarithm. And
# if you pay by the dollar, as we do, the rule of the game wins as well, though only barely, since
# logarithms with absolute errors are nearly as good. What does cost us is the squares. So the
# recipe that everybody knows for prices, logarithms and squares, comes in last by our rule. It
# isn't a bad recipe. It's just practicing for another game.
#
# There's no best loss, only the one that matches what you'll pay for.

# %% [markdown]
# ## Opening the safe
#
# We've made our choices. We'll take dollars, absolute errors and one-hot columns, train five
# networks from new seeds, and then open the safe. Next to them we'll have the best line and the
# blindfolded apprentice. The ± is two standard errors, computed as in [lesson
# 12](12_evaluation.py), so it covers both the luck of the seeds and the luck of the stones.


# %%
def interval(costs):  # (seeds, stones)
    seeds, stones = costs.mean(dim=1), costs.mean(dim=0)
    error = stones.var() / len(stones)
    if len(seeds) > 1:
        error = error + seeds.var() / len(seeds)
    return f"{costs.mean():.0f} ± {2 * error.sqrt():.0f}"


five = [learn(one_hot, table.price, seed=seed) for seed in range(10, 15)]
answers = torch.stack([model(one_hot) for model in five])
network = torch.stack([dollars_off(a, test) for a in answers])
line = dollars_off(lines["logarithms, one-hot"], test)[None]
blind = (prices.median() - table.price[test]).abs()[None]
print("eyes shut:", interval(blind), "dollars off")
print("line:", interval(line))
print("network:", interval(network))
print("network against line, stone by stone:", interval(network - line))
assert network.mean() < line.mean() < blind.mean()

# %% [markdown]
# The network takes more than a quarter off what the line pays, and the last interval is nowhere
# near zero. But an average hides a lot, as you know. Where does the network go wrong? The
# difference between the price and the answer is called the **residual**, and the first thing to do
# with residuals is to look at them.

# %% figure="residuals" alt="A cloud of 600 points, the error in dollars against the price that the network named, on a logarithmic axis. Up to about 2,000 dollars the cloud hugs the line at zero. Then it opens like a fan, to several thousand dollars above and below." caption="600 stones from the safe, with what the network said and how far the flap was from it. Above the dashed line the stone was dearer than the network said."
said = answers[0][test]
off = table.price[test] - said
points = {"stones": (said[:600].clamp(min=100), off[:600])}
labels = {"x": "the network said, dollars", "y": "price minus that, dollars"}
show(plot_points(points, **labels, log="x", level=0))
for low, high in ((0.0, 0.5), (0.5, 1.0), (1.0, 1.5), (1.5, 9.0)):
    inside = (table.carat[test] >= low) & (table.carat[test] < high)
    cost, paid = network[:, inside].mean(), table.price[test][inside].mean()
    print(f"{low} to {high} carat: {inside.sum():,} stones,", end=" ")
    print(f"{cost:.0f} off, {100 * cost / paid:.0f} % of their price")

# %% [markdown]
# It's a fan. On the little stones it's off by less than a hundred dollars, and on the big ones by
# more than a thousand. So if somebody tells you that a network is off by a few hundred dollars on
# average, ask which stones they mean. In percent of the price, though, the four groups are much
# more alike.

# %% [markdown]
# ## Holding a slip up to the light
#
# Now let's cheat, in the way it usually happens, which is with the best intentions. A colleague has
# an idea. When you price a house, you look at what similar houses went for. So why not do that with
# diamonds? For each row, she takes all the rows with the same weight, cut, color and clarity, and
# writes their average price into a new column. If there's nothing like it, she writes in the
# average of all the stones. She does it for the whole table, in one go, before anything is dealt.
# It's a two-line change, and look what it does.

# %%
four_cs = torch.stack([table.carat, *grades.T], dim=1)
_, group = torch.unique(four_cs, dim=0, return_inverse=True)
group_count = group.max().item() + 1


def similar(rows):  # average price of these rows in each row's group
    count, total = torch.zeros(2, group_count)
    count.index_add_(0, group[rows], torch.ones(len(rows)))
    total.index_add_(0, group[rows], table.price[rows])
    average = total / count  # nan where there are none
    return torch.where(count > 0, average, table.price[rows].mean())[group]


# %%
whole_table = similar(torch.arange(len(table)))
columns = torch.cat([numbers, hot, whole_table[:, None]], dim=1)
leaky = [learn(scale(columns), table.price, seed=seed) for seed in range(3)]
x = scale(columns)
peeking = [dollars_off(model(x), validation).mean() for model in leaky]
before = [dollars_off(model(one_hot), validation).mean() for model in five[:3]]
print("before:", " ".join(f"{cost:.0f}" for cost in before), "dollars off")
print("now:", " ".join(f"{cost:.0f}" for cost in peeking), "dollars off")

# %% [markdown]
# A third less! Nothing else we tried came close, and you can imagine the email that goes around.
# These are validation stones, too, which the network never learned from.
#
# But now the network starts work at the counter. A customer comes in with a new stone, and its
# price isn't in the table, since naming it is the whole point. The colleague's program looks up
# similar stones among those the shop knows, and the network names a price.

# %% [markdown] tags=["predict"]
# How far off is the new network at the counter, on average?
#
# - [ ] About 200 dollars.
#   That's what the test said, and a test on fresh stones ought to be right. But were they fresh?
#   Each of them had left its price in the column.
# - [ ] About 300 dollars.
#   You saw that something's fishy, and expected it to lose what it gained. But it has also learned
#   to lean on a column that isn't there to lean on anymore.
# - [x] About 900 dollars.
#   It has learned to trust the column more than its own eyes. Now the column is wrong for many
#   stones, and the network repeats what it says.

# %%
counter = torch.cat([numbers, hot, similar(train)[:, None]], dim=1)
std, mean = torch.std_mean(columns[train], dim=0)  # its own scale
x = (counter - mean) / std
counts = torch.bincount(group[train], minlength=group_count)
has_similar = counts[group[validation]] > 0
at_counter = torch.stack([dollars_off(m(x), validation) for m in leaky])
honest = torch.stack([dollars_off(m(one_hot), validation) for m in five])
print(f"at the counter: {at_counter.mean():.0f} dollars off")
print(f"{has_similar.double().mean():.0%} of the stones have a similar one")
print(f"on those: {at_counter[:, has_similar].mean():.0f},", end=" ")
print(f"without the column {honest[:, has_similar].mean():.0f}")
assert at_counter.mean() > honest.mean()

# %% [markdown]
# Nearly three times as much as before! When she took the average over the whole table, every
# stone's own price was part of it. And many groups have only one or two stones in them, so the
# "average price of similar stones" was often the flap itself, held up to the light. A column that
# tells the network something it won't know when it counts is called a **leak**.
#
# Most of the damage comes from the stones with nothing like them, for which the program writes in
# the average of everything, and the network believes it. But even where there is a similar stone,
# the network does worse than it did without the column.
#
# Can the idea be saved? Let each training stone have the average of the *other* stones like it.
# Then the peeking stops, and the network learns how far the column can really be trusted.

# %% figure="leak" alt="Four rows of three dots each, on an axis of dollars off. Without the column, about 310. With the peeking column, about 210 in the test, but about 850 at the counter. With a column that can't peek, about 310 again." caption="What the column promised, what it did at the counter, and what it's worth when it can't peek. Each dot is a seed."
from mlp_tutorial.plots import plot_comparison

count = counts[group[train]]
total = similar(train)[train] * count
others = (total - table.price[train]) / (count - 1).clamp(min=1)
fair = similar(train)
fair[train] = torch.where(count > 1, others, prices.mean().float())
x = scale(torch.cat([numbers, hot, fair[:, None]], dim=1))
fixed = [learn(x, table.price, seed=seed)(x) for seed in range(10, 13)]
fixed = [dollars_off(answers, validation).mean() for answers in fixed]
print("without peeking:", " ".join(f"{cost:.0f}" for cost in fixed))
bars = {"no such column": honest[:3].mean(dim=1).tolist(), "peeking": peeking}
bars["peeking, at the counter"] = at_counter.mean(dim=1).tolist()
bars["without peeking"] = fixed
show(plot_comparison(bars, label="dollars off"))

# %% [markdown]
# And there goes the email. The column that took a third off is worth nothing we can see once it
# stops peeking. So how do you catch a leak before the customers do? Whenever a score jumps, take
# one stone, cover its price, and ask of every column whether you could still fill it in. That
# question would have caught our colleague, and it needs no statistics at all.
#
# Now ask it of the two sides that our twins trade. You could measure both of them with the price
# covered. So is there any harm in telling the network which of them was written first?

# %%
first = (length > width).float()[:, None]
first_longer = first[a, 0] == 1
dearer = table.price[a] > table.price[b]
share = (first_longer == dearer)[swapped].double().mean()
print(f"the row with the longer side first is the dearer one: {share:.0%}")
x = scale(torch.cat([numbers, hot, first], dim=1))
costs = [
    dollars_off(learn(x, table.price, seed=seed)(x), validation).mean()
    for seed in range(10, 13)
]
print("with the order of the sides:", " ".join(f"{cost:.0f}" for cost in costs))

# %% [markdown]
# The order of two numbers, which has nothing to do with any diamond, takes about ten dollars off.
# In nearly all the pairs, the row that has the longer side first also asks for more. It's a bit
# like a seller's handwriting, and the network can read it. We left it out, because the stone on
# your counter hasn't been written down by anybody yet. And if you feed a network all three sides,
# which would seem the natural thing to do with this table, it gets to see the order, too.

# %% [markdown]
# ## When not to use a network
#
# There's one more contestant. A **decision tree** asks one question after another, such as "more
# than 1.2 carats?" and "color better than G?", and each way through the questions ends at a price.
# Gradient-boosted trees are several hundred small trees in a row, each of which learns from what
# the trees before it got wrong. Nothing needs to be scaled for them, and the words can simply be
# numbered.
# <!-- example -->
#
# We gave trees, networks, lines and a lookup of the nearest stones twelve tries each, judged by the
# validation stones, with the same columns to choose from. The best of each then learned from five
# new seeds and priced the stones in the safe. The notebook doesn't show this table, but you can
# repeat it with `nox -s benchmark -- diamonds`.
#
# <!-- benchmark diamonds -->
#
# The trees win, and it isn't close. They also need less care. On a table like this, with a few
# columns that each mean something, start with a line and then try trees. A network earns its keep
# when the columns mean nothing by themselves, like the pixels of a digit, or when the table is only
# a part of something larger that has to learn as a whole.

# %% [markdown]
# ## What our machine can read now
#
# Let's take a single stone from the safe, of exactly one carat or close to it, and ask all five
# networks.

# %%
i = test[(table.carat[test] - 1).abs().argmin()]
words = CUTS[table.cut[i]], COLORS[table.color[i]], CLARITIES[table.clarity[i]]
print(f"{table.carat[i]:.2f} carat,", ", ".join(words))
print("the networks say", " ".join(f"{a[i]:,.0f}" for a in answers))
print(f"the flap says {table.price[i]:,.0f}")
print(f"over all {len(test):,} in the safe: {network.mean():.0f} dollars off")

# %% [markdown]
# Our machine can read a table now, and it names prices within a few hundred dollars, on average, of
# a flap that it's never seen under. Remember what it has learned, though. These are prices that
# sellers asked, years ago, on two lists. It has never seen a diamond, and it doesn't know what
# anybody paid. And that's where our game at the counter breaks down, since a real apprentice gets
# to ask why.
#
# There's something else, which you'll notice tonight. When you switch off your computer, all five
# networks are gone, along with every price they've learned. They're only numbers in memory. How do
# you keep them, and what exactly has to go into the file? That's [the next
# lesson](15_saving_and_devices.py).
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Back to dollars
#
# A network has learned from the logarithms of prices, scaled with their `mean` and `std`. Write
# `in_dollars(output, mean, std)`. It takes what the network returns, a tensor of shape `(N, 1)`,
# and returns the prices in dollars, as a tensor of shape `(N,)`.
#
# <details><summary>Hint 1</summary>
#
# First there was a logarithm, then the mean was subtracted, and then came the division. Undo the
# three of them, the last one first.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `torch.exp` undoes the logarithm. And `output[:, 0]` picks the only column there is.
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
# Write `grade_numbers(words, order)`, which turns grades into numbers. It takes a list of words and
# a list of all the grades from the worst to the best. It returns a tensor with a number for each
# word, 0 for the worst grade, 1 for the next, and so on. For example, with the order `["J", "I",
# "H"]` the words `["H", "J", "H"]` become 2, 0 and 2.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# A list knows where its entries are. Try `["J", "I", "H"].index("I")`.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Make a list of the places of all the words, and hand it to `torch.tensor`.
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
# A friend has already dealt the rows of a table, and you'd like to know how many rows of the exam
# give themselves away. Write `seen_before(train, test)`. Both are lists of tuples `(carat, length,
# width, height)`. Return how many rows of `test` describe a stone that's also in `train`, where
# length and width may have traded places.
#
# For example, `seen_before([(1.0, 6.4, 6.3, 4.0)], [(1.0, 6.3, 6.4, 4.0), (0.5, 5.1, 5.0, 3.1)])`
# is 1.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# Write each row in a way that doesn't depend on which side comes first. Then the same stone always
# looks the same.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `(carat, min(length, width), max(length, width), height)` will do. Put those of the training rows
# into a `set`, and count the rows of the exam that are `in` it.
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
# Write `others_mean(groups, prices)`. The first is an int64 tensor that says which group each stone
# belongs to, and the second is a float tensor with their prices. Return a tensor with the mean
# price of the *other* stones in each stone's group. A stone that's alone in its group gets the mean
# of all the other stones in the table, so nobody's own price is in their own number.
#
# For example, groups `[0, 0, 1]` and prices `[10.0, 20.0, 60.0]` give `[20.0, 10.0, 15.0]`.
#
# <details><summary>Hint 1</summary>
#
# A loop over the stones is fine. For each stone, you need the prices in its group, without its own
# price.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# For stone `i`, `mask = groups == groups[i]` says who's in its group, and `mask[i] = False` takes
# the stone itself out. If `mask.any()` is False, the stone is alone, so let the mask have everybody
# but the stone.
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
        if not mask.any():
            mask = torch.arange(len(groups)) != i
        means.append(prices[mask].mean())
    return torch.stack(means)


# %% tags=["check"]
from mlp_tutorial.exercises import check_others_mean

print(check_others_mean(others_mean))

# %% [markdown] tags=["exercise", "think"]
# ### One price for two
#
# Among a million slips, half the stones of a certain kind cost 1,000 dollars and the other half
# 4,000, and no column tells them apart. A network learns from the *logarithms* of the prices, with
# squared errors, until it can't get any better. Which price does it name for these stones, in
# dollars? Set `price_named` to it.
#
# <details><summary>Hint 1</summary>
#
# With squared errors, the best answer is the mean. The mean of what, though?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Take the mean of `math.log(1000)` and `math.log(4000)`, and undo the logarithm with `math.exp`.
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
# Four friends train networks to guess what an apartment will rent for, before it's been let. All of
# them test on apartments that weren't used for training. One of them is in for a bad surprise.
# Which? Write the letter of your answer, such as `peeked = "a"`.
#
# - **a** Ana divides every column by its largest value among the training apartments.
# - **b** Bo uses the month in which the apartment was advertised.
# - **c** Cem uses the deposit, which landlords set to three months' rent.
# - **d** Dora leaves out all apartments without a floor area, in training and in the test.
#
# <details><summary>Hint 1</summary>
#
# Take an apartment that nobody has rented yet, and cover its rent. Which of the columns couldn't
# you fill in?
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
