# %% [markdown]
# # How good is it?
#
# Picture a stadium with a thousand people in it, each holding a coin. They all flip, and whoever
# gets tails sits down. That leaves about five hundred standing, the next flip leaves half of
# those, and after ten flips there's just one woman on her feet. Ten heads in a row! A reporter
# hands her a microphone and asks how she does it. "It's all in the thumb," she says, and goes on
# to explain her breathing technique.
# <!-- example -->
#
# You wouldn't buy her book. Now suppose you train twenty networks, keep the one with the best
# score, and tell your friends how well it did. Haven't you just interviewed the champion?
# <!-- example -->
#
# **How good is our network really, and how would we know?**
#
# You'll be able to
#
# - say how much of a score is luck, and how many digits it takes to tell two networks apart;
# - pick the best of many networks without fooling yourself;
# - find out what a network confuses, and whether it's right as often as it says.
#
# Reading takes 45 minutes. The code runs in a minute or two on an ordinary laptop.

# %% [markdown]
# ## Next week, same thumb
#
# We'll fill the stadium first. In the code below, 1 is heads. A week later, we invite the
# champion back and ask her to flip ten more.

# %%
import torch

g = torch.Generator().manual_seed(6)  # its own random numbers
flips = torch.randint(2, (1000, 10), generator=g)  # a row for each person
heads = flips.sum(dim=1)
next_week = torch.randint(2, (10,), generator=g).sum()
print(f"the champion: {heads.max()} heads, next week {next_week}")

# %% [markdown]
# Nothing happened to her thumb. She didn't flip ten heads because she was the champion. She was
# the champion because she'd flipped ten heads, and somebody in a crowd of a thousand often does.
#
# Now for the networks. Here are twenty that differ only in their seed. They all learn from the
# same 1,000 digits, and then they all read the same 200 others. That leaves 3,800 digits that
# nobody has touched yet, and those will be our next week.

# %%
from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.evaluation import predict
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit

digits = load_mnist("train", source="subset")
x = normalize(digits.images, *mean_and_std(digits.images)).flatten(1)
order = torch.randperm(5000, generator=torch.Generator().manual_seed(0))
x, y = x[order], digits.labels[order]

hits = []
for seed in range(20):
    torch.manual_seed(seed)
    model = MLP([784, 32, 10])
    fit(model, (x[:1000], y[:1000]), epochs=20, seed=seed, progress=False)
    hits.append(predict(model, x[1000:]).argmax(dim=1) == y[1000:])
hits = 100 * torch.stack(hits).double()  # 100 if right, 0 if wrong: (20, 4000)
scores = hits[:, :200].mean(dim=1)  # on the first 200
print(f"worst {scores.min():.1f}%, best {scores.max():.1f}%,", end=" ")
print(f"{hits.shape[1] - 200:,} digits left for next week")

# %% [markdown]
# That's quite a gap, and it would be easy to believe that some seeds are simply better than others.
# But one contest doesn't prove much. So we'll hold a hundred of them with the same twenty networks,
# and draw another 200 digits for each exam.

# %% [markdown] tags=["predict"]
# After each exam, all twenty sit another one, with the 3,800 digits that weren't in the first. On
# average, where does the winner come in?
#
# - [ ] About 4th.
#   For that, some seeds would have to be a good deal better than others. But these networks have
#   the same sizes, and they went through the same digits the same number of times.
# - [x] About 9th.
#   Pure luck would put it around 10th, in the middle of the twenty. The hundred contests all share
#   the same networks and digits, so that may be off by two, and 9th could be luck alone. Most of it
#   is thumb.
# - [ ] About 14th.
#   The luck is gone on fresh digits, true. But it doesn't turn against you. A lucky network just
#   drops back into the middle of the pack.

# %% figure="champion" alt="Two rows of a hundred dots each. In the upper row, the winners' scores on the 200 digits of their exam are spread from about 85 to 93%. In the lower row, their scores on the other digits are close together, and on average almost two points lower." caption="The scores of a hundred winners, first in the exam they won, and then on the digits that weren't in it. The diamonds are the averages."
from mlp_tutorial.plots import plot_comparison, show

contests = []
for _ in range(100):
    drawn = torch.randperm(4000, generator=g)
    scores = hits[:, drawn[:200]].mean(dim=1)  # a score for each network
    later = hits[:, drawn[200:]].mean(dim=1)
    winner = scores.argmax()
    place = 1 + (later > later[winner]).sum()  # how many beat it?
    contests.append([scores[winner], later[winner], place])
exam, rest, places = torch.tensor(contests).T
exam_mean, rest_mean, place = exam.mean(), rest.mean(), places.mean()
print(f"winners: {exam_mean:.1f}% in the exam, {rest_mean:.1f}% on the rest")
print(f"average place {place:.1f}, average of all twenty {hits.mean():.1f}%")
pair = {"in the exam": exam.tolist(), "on the rest": rest.tolist()}
show(plot_comparison(pair, label="score of the winner, %"))
assert exam_mean > rest_mean
assert place > 3

# %% [markdown]
# On the other digits, the winners are hardly any better than the average of all twenty. Almost
# two points of their scores were luck.
#
# There was nothing wrong with any of these exams. For any single network, 200 fresh digits make a
# perfectly fair test. It stops being fair the moment we use it to pick. **Choosing by a score
# uses it up.** We picked the winner because its score was high, and luck was part of what made it
# high.
#
# What's the cure? You've known it since the stadium. Let her flip again! That's what lesson 10's
# three piles are for. We choose by the validation digits and never believe the winner's score on
# them. The test digits stay in their drawer until every choice has been made.
#
# Seeds aren't the only contestants, of course. Every learning rate, every size and every number of
# epochs you try is one more person in the stadium, and the larger the crowd, the more often luck
# picks the champion.
#
# The picture has a limit. Coins are all alike, and networks aren't. If one network really is much
# better than the rest, it'll win by skill and keep its lead on fresh digits. It comes down to
# which is larger, the differences in skill or the luck, and luck is something we can calculate.

# %% [markdown]
# ## How much of a score is luck?
#
# Suppose a network gets nine in ten digits right in the long run. Then each digit is like a flip
# of a bent coin that lands on "right" nine times out of ten. If you flip it 200 times, how far
# from 90% are you likely to end up? Half a point, 2 points or 7? Take a guess before you read on.
# <!-- example -->
#
# We count a right answer as 1 and a wrong answer as 0. The average is 0.9, so a right answer is
# 0.1 above it and a wrong answer is 0.9 below. How far off is a typical answer? If we averaged
# those distances as they are, they'd cancel. So we square them first, as we did to measure
# loudness in [lesson 8](08_build_a_network.py), and get 0.01 nine times in ten and 0.81 the tenth
# time. On average that's $0.9 \cdot 0.01 + 0.1 \cdot 0.81$, or 0.09, which is 0.9 times 0.1. In
# general it's $p\,(1 - p)^2 + (1 - p)\,p^2$, and if you take out the common $p\,(1 - p)$, what's
# left in the parentheses is $(1 - p) + p$, or 1. So it's $p\,(1 - p)$.
# <!-- example -->
#
# The root of that is how far one flip typically swings. When you add up $n$ flips, their swings
# partly cancel, so the sum swings only $\sqrt n$ times as far. A score is that sum divided by
# $n$, and $\sqrt n / n$ is $1 / \sqrt n$. That makes the typical distance of a score from the
# truth, called its **standard error**,
#
# $$\sqrt{\frac{p\,(1 - p)}{n}}$$
#
# It's the standard error from [lesson 10](10_training.py). There we had to measure how far our
# results scattered, and then we divided by $\sqrt 5$, because there were five. Right and wrong
# answers save us the measuring, since they always scatter by $\sqrt{p\,(1 - p)}$.
# <!-- example -->
#
# With $p = 0.9$ and 200 digits, you get 0.021, or about 2 points. As a rule, a score lands within
# two standard errors of the truth about 19 times in 20. Does a real network stick to that? We'll
# take the first of our twenty, which is a little worse than 0.9, and give it a thousand exams of
# 200 digits each.
# <!-- example -->

# %%
right = hits[0] / 100  # 1 if right, 0 if wrong
p = right.mean()
draws = [torch.randperm(4000, generator=g)[:200] for _ in range(1000)]
scores = torch.stack([right[drawn].mean() for drawn in draws])
error = (p * (1 - p) / 200).sqrt()
print(f"spread of the scores: {100 * scores.std():.1f} points")
print(f"by the formula: {100 * error:.1f} points")
near = ((scores - p).abs() < 2 * error).double().mean()
print(f"within two standard errors: {100 * near:.0f}%")
spread = sum(hits[:, drawn].mean(dim=1).std() for drawn in draws) / 1000
print(f"the twenty in one exam: spread {spread:.1f} points")
print(f"the twenty on all 4,000: spread {hits.mean(dim=1).std():.1f} points")
assert near > 0.85

# %% [markdown]
# It does. (The spread is a hair smaller than by the formula, because we drew from only 4,000
# digits and never the same one twice in an exam.) The last two lines explain what happened in our
# hundred contests. Why is the spread of the twenty only 1.0 points in an exam, when each score
# swings by 2.3? All of them read the same 200 digits, so an exam with hard digits pulls them all
# down together. (We'll make use of that in a moment.) If the 1.0 were nothing but luck, twenty
# times as many digits would bring it down to about 0.2. They
# bring it down to 0.4, so the seeds aren't all equally good. But what's left of their differences
# is small beside the luck of an exam, and our winners did hardly any better than names drawn from
# a hat.
#
# Make it a habit to write a score together with its luck, for example as 90% ± 4. From here on, ±
# means two standard errors, unless we say otherwise. Would more digits help? They would, but the
# square root drives a hard bargain. To halve the luck you need four times as many digits, and to
# bring it down to a tenth, a hundred times as many.
#
# And the woman in the stadium? For ten flips of a fair coin, the formula says $\sqrt{0.5 \cdot
# 0.5 / 10}$, or about 0.16. Ten heads are 0.5 above what you'd expect, so she was about three
# standard errors up.
# <!-- example -->

# %% [markdown]
# ## Two students, one exam
#
# Can't we squeeze more out of the digits we already have? We can, and there's a question left
# over from [lesson 1](01_neuron.py) that's just right for it. On 200 zeros and ones, our judge
# with two witnesses got 194 right, while the middle alone, the first witness, got 198. Was the
# second witness a bad idea, or was that just bad luck?
#
# By our formula, each of the two scores has a standard error of about a point, and they're only 2
# points apart, so it's hard to say. We haven't used everything we know, though. The judge and the
# middle took *the same exam*. Imagine two students in the same room, bent over the same
# questions. Some questions both of them can answer, and some neither can, and none of those tell
# you who's better. Go through the exam question by question and keep only the questions that
# exactly one of them got right. If the two are equally good, it's a coin flip who was right on
# each of those, and we're back in the stadium.
# <!-- example -->


# %%
def disagree(digits):
    wanted = digits.labels < 2
    images, is_one = digits.images[wanted, 0], digits.labels[wanted] == 1
    middle = images[:, 12:16, 12:16].mean(dim=(1, 2))
    width = images.amax(dim=1).sum(dim=1)
    judge = (10 * middle - 0.5 * width + 2 > 0) == is_one
    alone = (middle > 0.38) == is_one
    print(f"{len(judge):,} digits:", end=" ")
    print(f"judge {judge.sum():,} right, middle {alone.sum():,}")
    only_judge = (judge & ~alone).sum().item()
    only_middle = (alone & ~judge).sum().item()
    print(f"they disagree on {only_judge + only_middle}:", end=" ")
    print(f"only the judge {only_judge}, only the middle {only_middle}")
    return only_judge, only_middle


few_digits = disagree(load_mnist("test", source="subset"))

# %% [markdown]
# Only 8 of the 200 digits tell us anything, and 6 of those 8 went to the middle. How odd would
# that be for a fair coin? Eight flips can come out in 256 ways, since each flip doubles the
# number. Python's `math.comb(8, 6)` counts the ways that have exactly six heads, and there are 28
# of them. Seven heads can happen in 8 ways and eight heads in just 1, so that's 37 ways out of
# 256 to get six or more. We'd have been as impressed by six for the *judge*, so we double it,
# which makes 74 in 256, or 29%.
# <!-- example -->


# %%
from math import comb


def coin(a, b):  # how often is a fair coin at least this lopsided?
    n, most = a + b, max(a, b)
    # k heads in n flips, for 6, 7 and 8 heads in the example above
    ways = sum(comb(n, k) for k in range(most, n + 1))
    return min(1.0, 2 * ways / 2**n)  # twice, out of all 2**n


print(f"{coin(*few_digits):.2f}")
assert coin(2, 6) == 74 / 256

# %% [markdown]
# Almost three times in ten, a fair coin would have come out at least as lopsided as that, so 200
# digits really can't tell us who's better. A number like this is called a **p-value**, and
# comparing two models this way is known as McNemar's test.
#
# The full test set has more than ten times as many zeros and ones, including those 200. Yes, that
# means peeking into the drawer. But the drawer is only there so that what we see can't sway our
# choices, and here we have none left to make. The judge was finished back in lesson 1.

# %% [markdown] tags=["predict"]
# On all the zeros and ones in the test set, how do the two compare?
#
# - [x] The judge comes out ahead, and a coin would hardly do that.
#   The 200 were the odd ones out, and luck was all it took.
# - [ ] They come out about even, and a coin could well do that.
#   With a p-value of 0.29, they might well be equal. But "we can't tell" is a statement about
#   those 200 digits. It doesn't mean there's nothing to tell.
# - [ ] The middle stays ahead, and a coin would hardly do that.
#   That's what the 200 seemed to say. But it was only 6 flips to 2, and you wouldn't have bet
#   much on the next 50.

# %%
all_digits = disagree(load_mnist("test"))  # without the full set: the same 200
print(f"{coin(*all_digits):.4f}")

# %% [markdown]
# It's the other way around! The judge wins 45 of the 66 flips, and a fair coin is that lopsided
# only about 4 times in 1,000. The second witness was a good idea after all, and if we'd trusted
# the 200, we'd have fired a good witness.
# <!-- example -->
#
# How small a difference can we hope to see? Suppose two networks both get about 98.5% right. If
# each takes its own exam, each has its own luck. The squares of the two standard errors add up,
# even though we subtract, because the two lucks have nothing to do with each other and don't
# cancel. So the difference has a standard error of $\sqrt{2\,p\,(1-p)/n}$.
# <!-- example -->
#
# In the same exam, only the disagreements count. Suppose exactly one of the two is right on 11 of
# 1,000 digits. Each of those takes the first network a step forward or a step back, and after 11
# such steps it's typically $\sqrt{11}$ away from where it started, which is 3.3 digits, or 0.33
# points. In general, with a share $d$ of $n$ digits, it's $\sqrt{d\,n} / n$.
# <!-- example -->
#
# The figure shows two standard errors for each kind of exam. It starts at 600 digits, where you can
# expect six disagreements or more. With five, even a clean sweep proves little, since a fair coin
# does that 2 times in 32. (Don't count on seeing a difference that's right on the curve. Half the
# time, luck makes it look smaller.)
# <!-- example -->

# %% figure="smallest-difference" alt="Two curves of the smallest visible difference in points, from 600 to 10,000 test digits. Both fall steeply at first and then flatten out, and the curve for the same exam is lower everywhere." caption="Any difference below its curve drowns in luck. Even with 10,000 digits the curves don't reach zero, but in the same exam you can see smaller differences."
from mlp_tutorial.plots import plot_lines

p, d = 0.985, 0.011
sizes = list(range(600, 10_001, 100))
separate = [100 * 2 * (2 * p * (1 - p) / n) ** 0.5 for n in sizes]
same = [100 * 2 * (d * n) ** 0.5 / n for n in sizes]
for n in (600, 1000, 10_000):
    i = sizes.index(n)
    print(f"{n:6,} digits: {separate[i]:.2f} separate, {same[i]:.2f} same")
lines = {"separate exams": (sizes, separate), "same exam": (sizes, same)}
show(plot_lines(lines, x="test digits", y="difference, points"))

# %% [markdown]
# With 10,000 test digits, the curves are down to about 0.3 points for separate exams and 0.2 for
# the same exam. When somebody reports 98.6% where somebody else got 98.5%, MNIST usually can't
# tell you who's better.
# <!-- example -->
#
# Had enough for one evening? You know now what a score is worth, so this is a good place to stop.
# The rest takes 20 minutes, and asks what a network does when it learns too much by heart.

# %% [markdown]
# ## Learning by heart
#
# Now that we can compare two networks, here's the oldest trouble in the field. We'll give a
# network only 2,000 digits, run through them for thirty epochs, and watch its loss on those and
# on digits it doesn't learn from.

# %%
digits = load_mnist("train")
scale = mean_and_std(digits.images)
x, y = normalize(digits.images, *scale).flatten(1), digits.labels
order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
few, rest = order[:2000], order[4000:14_000]
few, rest = (x[few], y[few]), (x[rest], y[rest])
print(f"{len(few[1]):,} to learn from, {len(rest[1]):,} to judge by")

# %% [markdown]
# In the next cell, `partial` takes a function or a class and fills in some of its options. Here,
# `momentum` is SGD with two options already set.

# %% figure="overfitting" alt="Left: the training loss falls towards 0, while the validation loss falls for a few epochs and then rises again. Right: the validation accuracy climbs quickly and stays level." caption="On the left, the two lines part ways. On the right, the accuracy doesn't seem to mind."
from functools import partial

from mlp_tutorial.plots import plot_history

momentum = partial(torch.optim.SGD, momentum=0.9, nesterov=True)
options = {"lr": 0.05, "optimizer": momentum, "batch_size": 100}
options["progress"] = False  # no bar
torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
# ** hands over the entries of a dict as options
history = fit(model, few, validation=rest, epochs=30, **options)
losses = history.validation_loss
print(f"training loss at the end {history.train_loss[-1]:.3f}")
print(f"validation loss {min(losses):.2f} at best, {losses[-1]:.2f} at the end")
show(plot_history(history))
assert losses[-1] > min(losses)

# %% [markdown]
# On its own 2,000 digits, the network hardly loses a cent anymore, because it knows them by
# heart. On the others, the loss turns around after a few epochs and climbs. That's called
# **overfitting**. More and more of what the network learns now is true of these 2,000 digits and
# no others. A speck in one corner means 7, say.
#
# Yet the accuracy, which is the share of right answers, doesn't fall. How can the loss get worse
# while the answers don't? Hold on to that question.

# %% [markdown]
# ## A fair trial for five cures
#
# What would you do about it? Here are five ideas.
#
# - **Fewer epochs.** Stop before it knows everything by heart.
# - **Weight decay.** Large weights make sharp bends, so at every step, pull each weight a little
#   toward zero. (Here, the biases get pulled, too. With Adam, use its variant **AdamW**, where the
#   pull isn't divided by how steep each direction has been.)
# - **Dropout.** While the network trains, leave out some of the hidden units at random, say one
#   in five, and a different lot for every digit. That way no unit can count on its neighbors.
#   (Those that stay are turned up a little to make up for it.) Whenever the network has to read,
#   they're all back. A module has a switch for that. `model.train()` puts it in **training
#   mode**, where units are left out, and `model.eval()` puts it in **evaluation mode**, where
#   none are. `fit` and `predict` flip the switch for us.
# - **Shifts.** Each time a digit comes up, move it by up to a pixel in each direction, so that it
#   ends up in one of nine places. A 3 that's been moved is still a 3. Our network in lesson 10
#   didn't know that, and four pixels were enough to ruin it.
# - **More digits.** Find 2,000 new ones.
# <!-- example -->
#
# To keep the trial fair, every cure gets the same number of steps, except that *fewer epochs* may
# use fewer. Each also gets twelve tries to find a good learning rate and, where there is one, a
# good dose, such as how many units dropout leaves out. Doing nothing gets twelve, too. We ran all
# the tries beforehand and judged them by 10,000 other digits, which play no part in this trial. The
# winners are in the next cell. If you're not in the mood for code, read only that one and skip to
# the question.
#
# Don't ask us how well they did! Each is the best of twelve, so each is a champion, and none of
# them has had to flip again. We'll train all six from eight new seeds. Each seed deals out 2,000
# digits of its own, and everybody reads digits that weren't used for choosing. They all follow
# `one_cycle`, the schedule from [lesson 10](10_training.py) that raises the learning rate and
# lowers it again.

# %%
from mlp_tutorial.augmentation import shift
from mlp_tutorial.training import one_cycle

cures = {
    "nothing": {"lr": 0.1},
    "fewer epochs": {"lr": 0.16, "epochs": 17},
    "weight decay": {"lr": 0.16, "decay": 0.0043},
    "dropout": {"lr": 0.079, "dropout": 0.19},
    "shifts": {"lr": 0.063, "augment": shift},  # by up to one pixel
    "more digits": {"lr": 0.13, "n": 4000, "epochs": 15},
}


# %%
pool = torch.cat([order[:4000], order[24_000:]])  # not those we choose by


def deal(seed, n):
    g = torch.Generator().manual_seed(seed)
    dealt = pool[torch.randperm(len(pool), generator=g)[:n]]
    return x[dealt], y[dealt]


# %%
def train(seed, lr, n=2000, epochs=30, dropout=0.0, decay=0.0, augment=None):
    torch.manual_seed(seed)
    model = MLP([784, 128, 64, 10], dropout=dropout)
    fit(
        model,
        deal(seed, n),
        epochs=epochs,
        batch_size=100,
        lr=lr,
        optimizer=partial(momentum, weight_decay=decay),
        schedule=one_cycle,
        augment=augment,
        seed=seed,
        progress=False,
    )
    return model


# %% [markdown]
# We'll compare two cures on the same seeds and the same digits, like students in the same exam.
# The ± has to cover two kinds of luck. Other seeds would have made other networks, so we give
# each seed its average gain and make an interval from the eight, as in lesson 10. (For eight
# runs, the table has 2.36.) Other digits would have made another exam, so we do the same with the
# digits. The squares of the two add up. With 0.3 for the seeds and 0.4 for the exam, say, we'd
# get the root of 0.09 + 0.16, which is 0.5. It leaves out the luck of our twelve tries.
# <!-- example -->


# %%
def compare(name, base):
    gain = hits[name] - hits[base]  # same seed, same digit
    seeds, exam = gain.mean(dim=1), gain.mean(dim=0)  # a mean for each
    a = 2.36 * seeds.std() / len(seeds) ** 0.5
    b = 2 * exam.std() / len(exam) ** 0.5
    mean, luck = gain.mean().item(), (a**2 + b**2).sqrt().item()
    print(f"{name} over {base}: {mean:+.2f} ± {luck:.2f}")
    return seeds.tolist(), (mean - luck, mean + luck)


# %% [markdown] tags=["predict"]
# Which of the five gains the most over doing nothing?
#
# - [ ] Dropout.
#   It's the most famous of them, and it does help, but by less than a point.
# - [x] Shifts.
#   In nine places each, 2,000 digits become 18,000 pictures, and they cost nothing.
# - [ ] More digits.
#   Twice as many digits help a lot, but they came in second.

# %% figure="what-helps" alt="Five rows of eight dots, a diamond for their mean and whiskers, on an axis of points gained over nothing. Fewer epochs lies around zero, weight decay and dropout a little to the right of it. More digits lies far to the right, and shifts even farther." caption="Each dot is a seed, and shows how many points the cure gained over doing nothing from the same seed. The whiskers are 95% intervals, which allow for other seeds, other digits to learn from and another exam."
from mlp_tutorial.plots import plot_intervals

hits = {}
for name, settings in cures.items():
    models = [train(seed, **settings) for seed in range(8)]
    read = [predict(model, rest[0]).argmax(dim=1) for model in models]
    hits[name] = 100 * (torch.stack(read) == rest[1]).double()  # (8, digits)
    print(f"{name}: {hits[name].mean():.1f}% right")

gains, intervals = {}, {}
for name in list(cures)[1:]:
    gains[name], intervals[name] = compare(name, "nothing")
compare("shifts", "more digits")
compare("weight decay", "dropout")
show(plot_intervals(gains, intervals, label="points gained over nothing"))
assert min(sum(gains["shifts"]), sum(gains["more digits"])) > 0

# %% [markdown]
# With 2,000 digits, nudging the old ones around beats finding 2,000 new ones! Weight decay and
# dropout are worth something, too, though less than a point, and the last line can't tell those
# two apart.
#
# Fewer epochs gained nothing. The figure on overfitting suggests why. On the right, the accuracy
# stayed level, so there was nothing to win back. But on the left, the loss did rise. If it's the
# loss you care about, stop early.
#
# The table shows what each cure was allowed to try. Its last column has the champions' scores,
# which we told you not to ask for. There, the ± only says how far apart the few runs of that one
# try were. All of this holds for one network, 2,000 digits and this many steps. (The notebook
# doesn't show the table, but if you've cloned the course's repository, `nox -s benchmark --
# remedies` repeats the search.)
# <!-- example -->
#
# <!-- benchmark remedies -->

# %% [markdown]
# ## Opening the drawer
#
# For our digit reader, we'll take all the training digits there are and shift them, too. We chose
# the learning rate by validation digits and never tuned the rest. There are no choices left, so
# it's time to open the drawer. (It isn't quite sealed anymore, since lesson 10 priced parts of
# this very recipe on these digits.)
# <!-- example -->

# %%
test = load_mnist("test")
x_test = normalize(test.images, *scale).flatten(1)
torch.manual_seed(7)
reader = MLP([784, 128, 64, 10])
options = {"lr": 0.1, "optimizer": momentum, "progress": False}
options["schedule"], options["augment"] = one_cycle, shift
fit(reader, (x, y), epochs=8, batch_size=256, **options)

logits = predict(reader, x_test)
right = logits.argmax(dim=1) == test.labels
n, p = len(right), right.double().mean()
error = (p * (1 - p) / n).sqrt()
print(f"{right.sum():,} of {n:,}, or {100 * p:.1f}% ± {200 * error:.1f}")
assert p > 0.9

# %% [markdown]
# That's the score of one network, and we'll leave it at that. If we went back now and changed
# something to push it up, these digits would be used up like all the others. But one number hides
# a lot. Which digits does our reader get wrong, and what does it take them for?
#
# The **confusion matrix** has a row for each true digit and a column for each answer. Say there
# are twelve 9s, and a reader calls ten digits a 9, of which eight really are. Go along the row of
# the 9s. Eight of twelve are on the diagonal, and that's the **recall**, the share of the real 9s
# that it found. Go down the column of the 9s. Eight of ten are on the diagonal, and that's the
# **precision**, the share of its 9s that really were. You need both. A machine that calls every
# digit a 9 has a perfect recall, but nine in ten of its answers are wrong.

# %% figure="confusion" alt="A matrix of counts with ten rows, true class, and ten columns, predicted class. Nearly all counts are on the diagonal. The mistakes are shaded, the frequent ones more strongly." caption="Each row is a true digit, and each column an answer. Right answers are on the diagonal, and all the shaded counts are mistakes."
from mlp_tutorial.evaluation import confusion_matrix, precision_and_recall
from mlp_tutorial.plots import draw_confusion

confusion = confusion_matrix(logits, test.labels)
precision, recall = precision_and_recall(confusion)
for digit in range(10):
    print(f"{digit}: recall {100 * recall[digit]:.1f}%,", end=" ")
    print(f"precision {100 * precision[digit]:.1f}%")
squares = recall * (1 - recall) / confusion.sum(dim=1)  # of standard errors
b, a = recall.argsort()[:2].tolist()  # the lowest two
luck = 2 * (squares[a] + squares[b]).sqrt()
gap = recall[a] - recall[b]
print(f"{a} over {b}: {100 * gap:.1f} ± {100 * luck:.1f} points")
show(draw_confusion(confusion))
assert confusion.diagonal().sum() == right.sum()

# %% [markdown]
# Is the digit with the lowest recall the hardest to read? Careful, it's the champion again, only
# at the other end of the stadium. We picked it from ten *because* it was low. The last line
# compares it with the second lowest, and the gap isn't larger than its luck, so even 10,000
# digits can't tell us which digit is hardest.
#
# You'll learn more by looking at the mistakes themselves. Here are the sixteen that cost the
# most.

# %% figure="worst-mistakes" alt="Sixteen digits that the network misread with the largest loss, each with its label and what it was taken for. Many are hard to read for people, too." caption="Each title says which digit it is, and what our reader took it for. How many would you have gotten right?"
from mlp_tutorial.evaluation import worst_mistakes
from mlp_tutorial.plots import draw_digits

worst = worst_mistakes(logits, test.labels, most=16)
answers = logits.argmax(dim=1)[worst]
show(draw_digits(test.images[worst], test.labels[worst], predicted=answers))

# %% [markdown]
# You'd have missed some of these, too. With others, you'd want a word with whoever wrote the
# label. A few are perfectly good digits, though, and our reader got them wrong.

# %% [markdown]
# ## "But it was 98% sure"
#
# That's what they said at the bank, in [the lesson on softmax](04_softmax.py), and you've been
# waiting since lesson 1 for us to check. When a network says 0.9, is it right nine times in ten?
# If it is, and the same goes for every other number it might say, the network is called
# **calibrated**.
#
# To find out, we sort the digits into groups by how sure the network was of its answer and see
# what share of each group it got right. The gap between how sure it was and how often it was
# right, averaged over all the digits, is the **calibration error**. If a network is 99% sure of
# 900 digits and gets 98% of those right, and it's 65% sure of 100 more and gets 60% of those
# right, the error is $0.9 \cdot 1 + 0.1 \cdot 5$, or 1.4 points.
# <!-- example -->
#
# We'll measure it for networks that learn from 2,000 digits for 5, 12 and 30 epochs. Everything
# else stays the same, except that the schedule stretches to fit. The groups are ten percent wide
# and numbered from 0, so in the code, group 8 goes from 80 to 90%.

# %% [markdown] tags=["predict"]
# After 30 epochs, the network gets more than nine digits in ten right, and on most of them it's
# more than 98% sure of its answer. Now take only the digits where it's between 80 and 90% sure.
# How many of those did it get right?
#
# - [ ] About 85 in 100.
#   That's what the numbers ought to mean, and what a calibrated network would get. But nobody
#   ever taught this network to be honest about digits it hasn't seen.
# - [ ] About 70 in 100.
#   Then it would be too sure by about 15 points. It's off by twice as much.
# - [x] About 55 in 100.
#   When the last of our networks sounds fairly sure, it's right only a little more than half the
#   time. It learned how boldly to bet from digits that it knows by heart, where it's always
#   right.

# %% figure="calibration" alt="How often the network is right against how sure it is. All points but the first lie below the dashed diagonal, and the largest point sits at the upper right end." caption="One network after 30 epochs. On the dashed line it would be right as often as it says, and below the line it's too sure of itself. The more digits in a group, the larger its point, and most of them are in the last group."
from mlp_tutorial.evaluation import calibration
from mlp_tutorial.plots import plot_reliability

errors = {}
for epochs in (5, 12, 30):
    correct, errors[epochs] = [], []
    for seed in range(5):
        said = predict(train(seed, lr=0.1, epochs=epochs), rest[0])
        groups = calibration(said, rest[1])
        errors[epochs].append(100 * groups.error)
        correct.append((said.argmax(dim=1) == rest[1]).double().mean())
    low, high = min(errors[epochs]), max(errors[epochs])
    print(f"{epochs:2} epochs: {100 * sum(correct) / 5:.1f}% right,", end=" ")
    print(f"error {sum(errors[epochs]) / 5:.1f} ({low:.1f} to {high:.1f})")
few_sure, hit = groups.count[8], groups.accuracy[8]
luck = 200 * (hit * (1 - hit) / few_sure) ** 0.5
print(f"80 to 90% sure of {few_sure}, right on {100 * hit:.0f} ± {luck:.0f}%")
show(plot_reliability(groups))
if digits.source == "full":  # fewer digits make the error itself uncertain
    assert sum(errors[5]) < sum(errors[30])

# %% [markdown]
# So much for calling it a probability! The longer these networks train, the larger the error
# gets, though their answers get no worse. That also answers the question you held on to. The
# network isn't wrong more often. It bets more and more on its mistakes, and the loss makes it
# pay.
#
# Remember the temperature from lesson 4? Divide all ten logits by a number $T$, and the network
# sounds less sure without changing a single answer. In lesson 4 that was a warning, and now it's
# a tool. We'll take half of our digits, look for the $T$ with the smallest loss on them, and see
# what it does on the other half. We can't use the same digits for both, because choosing uses
# them up.

# %%
import torch.nn.functional as F

half = len(said) // 2
temperatures = torch.arange(0.5, 6, 0.1)
found, truth = said[:half], rest[1][:half]
losses = [F.cross_entropy(found / T, truth).item() for T in temperatures]
T = temperatures[losses.index(min(losses))]
found, truth = said[half:], rest[1][half:]
for divide_by in (1.0, T):
    error = calibration(found / divide_by, truth).error
    top, answer = (found / divide_by).softmax(dim=1).max(dim=1)
    sure = top > 0.98
    hit = (answer == truth)[sure].double().mean()
    print(f"T = {divide_by:.1f}: error {100 * error:.1f},", end=" ")
    print(f"98% sure of {sure.sum():,}, right on {100 * hit:.1f}% of those")
assert T > 1

# %% [markdown]
# That's one number, and most of the calibration error is gone. Look at the digits it was at least
# 98% sure of. Before, it was wrong on about one in thirty of those, like a certain machine at the
# bank. Now it says "98% sure" much less often, but when it does, you can believe it.
#
# But a temperature turns down all bets alike, and we found ours on digits like these. For blurry
# faxes, you'd have to look for another.

# %% [markdown]
# ## What our machine can read now
#
# What about the reader that will go out into the world? The drawer is open anyway, so we can see
# whether our reader means what it says.

# %%
top = logits.softmax(dim=1).amax(dim=1)
sure = top > 0.98
share, hit = sure.double().mean(), right[sure].double().mean()
error = calibration(logits, test.labels).error
print(f"right on {100 * p:.1f}%, calibration error {100 * error:.1f} points")
print(f"98% sure of {100 * share:.0f}% of the digits, right on", end=" ")
print(f"{100 * hit:.1f}% of those")
half_sure = (top > 0.8) & (top < 0.9)
hit, luck = right[half_sure].double().mean(), half_sure.sum() ** -0.5
luck = 200 * luck * (hit * (1 - hit)) ** 0.5
print(f"80 to 90% sure of {half_sure.sum()}, right on", end=" ")
print(f"{100 * hit:.0f} ± {luck:.0f}% of those")
moved = torch.roll(test.images, 4, dims=3)  # as in lesson 10
moved = predict(reader, normalize(moved, *scale).flatten(1)).argmax(dim=1)
share = (moved == test.labels).double().mean()
print(f"four pixels to the right: {100 * share:.0f}%")

# %% [markdown]
# Of digits like these that it's never seen, our machine reads 98.7%, give or take 0.2 points.
# Unlike the machine at the bank, it means what it says, since its calibration error is close to
# zero. (An average can hide a bad group, so we also printed what it gets right when it's 80 to
# 90% sure.) If you let it read only the digits it's at least 98% sure of and hand the rest to a
# person, it'll still read more than nine in ten, with hardly any mistakes.
#
# Do you remember moving all the test digits four pixels to the right? In [lesson
# 10](10_training.py), fewer than half of them came out right. Our new reader gets about two
# thirds, though nobody ever showed it a digit that was off by more than one pixel. That's better,
# but you'd get nearly all of them. (We've changed the network and its training in other ways,
# too, so the shifts may not deserve all the credit.)
#
# What can't it do? It has no way to say "that's not a digit." Show it a letter, and it'll split
# its dollar over ten digits all the same. It also has only two hidden layers, while the famous
# networks have dozens or even hundreds. You know from [lesson 5](05_activations.py) that every
# layer can fold the paper once more. Tomorrow [we stack twenty of them](13_deep_networks.py), and
# it won't go as planned.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### What to tell your friends
#
# You've trained several networks and want to keep the best. Write `report(runs)`, which returns
# the score you should report for it. Each run is a dict with `name`, `validation` and `test`, and
# the last two are scores from 0 to 1.
#
# <details><summary>Hint 1</summary>
#
# You may choose by only one of the two scores. Which one?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `max(runs, key=function)` returns the run for which the function is largest. Use it to choose by
# the validation score. Which number in that run played no part in the choice?
#
# </details>


# %% tags=["exercise"]
def report(runs):
    raise NotImplementedError


# %% tags=["solution"]
def report(runs):
    best = max(runs, key=lambda run: run["validation"])
    return best["test"]


# %% tags=["check"]
from mlp_tutorial.exercises import check_report

print(check_report(report))

# %% [markdown] tags=["exercise", "warm-up"]
# ### How many digits do you need?
#
# You expect your network to get a share `p` of all digits right, and you'd like the standard
# error of its score to be `error` or less, both as numbers from 0 to 1. Write `digits_needed(p,
# error)`, which returns the smallest number of test digits that will do.
#
# <details><summary>Hint 1</summary>
#
# Set the formula for the standard error equal to `error`, square both sides, and solve for $n$.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# You should get $n = p\,(1-p) / \text{error}^2$. If you're even a fraction of a digit short, the
# error is too large, so round up with `math.ceil`.
#
# </details>


# %% tags=["exercise"]
def digits_needed(p, error):
    raise NotImplementedError


# %% tags=["solution"]
import math


def digits_needed(p, error):
    return math.ceil(p * (1 - p) / error**2)


# %% tags=["check"]
from mlp_tutorial.exercises import check_digits_needed

print(check_digits_needed(digits_needed))

# %% [markdown] tags=["exercise", "apply"]
# ### The late exam
#
# Write `accuracy(model, batches)`, the share of all examples that the model gets right, a number
# between 0 and 1. Its `batches` are a list of pairs `x`, `y`, which aren't all the same size. The
# last of them may hold just one digit, which shouldn't count for more than any other digit. The
# model has dropout. You'll get it in training mode, and that's how you should leave it, but while
# it takes the exam, no unit should be left out.
#
# <details><summary>Hint 1</summary>
#
# Don't average the averages of the batches. Count how many are right and how many there are, and
# divide once, at the end.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `model.eval()` turns dropout off and `model.train()` turns it on again. Inside the loop, add
# `(model(x).argmax(dim=1) == y).sum().item()` to the number of right answers so far.
#
# </details>


# %% tags=["exercise"]
def accuracy(model, batches):
    raise NotImplementedError


# %% tags=["solution"]
def accuracy(model, batches):
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in batches)
    model.train()
    return right / sum(len(y) for x, y in batches)


# %% tags=["check"]
from mlp_tutorial.exercises import check_accuracy

print(check_accuracy(accuracy))

# %% [markdown] tags=["exercise", "apply"]
# ### When to give up
#
# While a network trains, nobody knows whether its validation loss will fall again. So people set a
# **patience**. With each epoch as a round, they stop as soon as that many rounds in a row have
# passed without a new best, and go back to the weights of the best round. A loss that only ties the
# best doesn't count as a new best. Write `round_to_keep(losses, patience)`, which returns the
# number of the round they go back to, counting from 1. The list `losses` has the loss after each
# round, as if training had gone on to the end. For example, `round_to_keep([0.9, 0.5, 0.6, 0.55,
# 0.3], 2)` is 2, since after round 4 you'd have given up and never seen the 0.3.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# Go through the losses and remember the best round so far. How many rounds have passed since?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# With `for number, loss in enumerate(losses, start=1)`, a loss below the best makes `number` the
# best round. Otherwise, if `number - best` has reached the patience, stop.
#
# </details>


# %% tags=["exercise"]
def round_to_keep(losses, patience):
    raise NotImplementedError


# %% tags=["solution"]
def round_to_keep(losses, patience):
    best = 1
    for number, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = number
        elif number - best >= patience:
            break
    return best


# %% tags=["check"]
from mlp_tutorial.exercises import check_round_to_keep

print(check_round_to_keep(round_to_keep))

# %% [markdown] tags=["exercise", "think"]
# ### Question by question
#
# Two networks read the same 1,000 digits. The first gets 952 right and the second 940, and there
# are 20 digits that exactly one of them got right. How many of those 20 did the first get right?
# Set `only_first` to that number. Then see what `coin` makes of it. Would you say the first is
# better?
#
# <details><summary>Hint 1</summary>
#
# The digits that both networks got right count for both, so the lead of 12 has to come from the
# 20.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Call the two numbers a and b. They add up to 20, and a is 12 larger than b.
#
# </details>

# %% tags=["exercise"]
only_first = ...

# %% tags=["solution"]
only_first = (20 + (952 - 940)) // 2

# %% tags=["check"]
from mlp_tutorial.exercises import check_only_first

print(check_only_first(only_first))

# %% [markdown] tags=["exercise", "think"]
# ### Whose score do you trust least?
#
# Four people trained networks that were all equally good. Every network got its own validation
# exam, with fresh digits, and all four people reported their best score. Whose score is likely to
# be the most flattering? Write the letter of your answer, such as `least_trusted = "a"`.
#
# - **a** Ann, who tried 2 networks on 100 digits.
# - **b** Ben, who tried 20 networks on 100 digits.
# - **c** Cleo, who tried 20 networks on 10,000 digits.
# - **d** Dan, who tried 1,000 networks on 10,000 digits.
#
# <details><summary>Hint 1</summary>
#
# Two things make a champion's score too high. What's the standard error of each score, and how
# many people are in the stadium?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# With a hundredth of the digits, the standard error is ten times as large. In our stadium of a
# thousand, the champion was about three standard errors above the average.
#
# </details>

# %% tags=["exercise"]
least_trusted = ...

# %% tags=["solution"]
least_trusted = "b"

# %% tags=["check"]
from mlp_tutorial.exercises import check_least_trusted

print(check_least_trusted(least_trusted))
