# %% [markdown]
# # How good is it?
#
# Picture a stadium with a thousand people in it, each holding a coin. They all flip, and whoever
# gets tails sits down. About five hundred are still standing, then half of those, and after ten
# flips there's a single woman left on her feet. Ten heads in a row! A reporter hands her a
# microphone and asks how she does it. "It's all in the thumb," she says, and then she explains
# her breathing technique.
# <!-- example -->
#
# You wouldn't buy her book. But suppose you train twenty networks, keep the one with the best
# score, and tell your friends how well it did. Haven't you just interviewed the champion?
# <!-- example -->
#
# So **how good is our network really, and how would we know?**
#
# You'll be able to
#
# - say how much of a score is luck, and how many digits it takes to tell two networks apart;
# - pick the best of many networks without falling for your own choice;
# - find out what a network confuses, and whether it's right as often as it says.
#
# Reading takes 30 minutes. The code runs in about a minute on any computer.

# %% [markdown]
# ## Next week, same thumb
#
# First, the stadium. In the code below, 1 is heads. We invite the champion back a week later, and
# ask her to flip ten more.

# %%
import torch

g = torch.Generator().manual_seed(6)  # its own dice
flips = torch.randint(2, (1000, 10), generator=g)  # a row for each person
heads = flips.sum(dim=1)
next_week = torch.randint(2, (10,), generator=g).sum()
print(f"the champion: {heads.max()} heads, next week {next_week}")

# %% [markdown]
# Nothing happened to her thumb. She didn't flip ten heads because she was the champion. She was
# the champion because she'd flipped ten heads, and somebody in a crowd of a thousand often does.
#
# Now for the networks. Here are twenty that differ only in their seed. They all learn from the
# same 1,000 digits, and then each of them reads 200 others, and we write down who got what right.
# There are 3,800 more digits that nobody has touched. They'll be next week.

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
print(f"worst {scores.min():.1f} %, best {scores.max():.1f} %")

# %% [markdown]
# That's quite a gap, and it would be easy to believe that some seeds are simply better than
# others. But a single contest proves little. So let's hold a hundred of them with the same twenty
# networks, and each time draw 200 other digits for the exam. The network with the best score
# wins. Then all twenty read the 3,800 digits that weren't in the exam, and we note in which place
# the winner finishes there.

# %% [markdown] tags=["predict"]
# On average over the hundred contests, in which of the twenty places does the winner finish on
# the other digits?
#
# - [ ] About 2nd.
#   That would be so if the gaps on the 200 were gaps in skill. With a few really bad networks
#   among the twenty, you'd be closer to the truth.
# - [ ] About 5th.
#   It's tempting to meet halfway, with some skill and some luck. But these networks have the same
#   sizes, the same digits and the same number of rounds.
# - [x] About 9th.
#   By pure luck it would be between 10th and 11th, the middle of twenty. So there's a little
#   skill in it, and a lot of thumb.

# %% figure="champion" alt="Two rows of a hundred dots each. In the upper row, the winners' scores on the 200 digits of their exam are spread from about 85 to 93 %. In the lower row, their scores on the other digits are close together, and on average more than a point lower." caption="A hundred winners, once by the exam they won, and once on the digits that weren't in it. The diamonds are the averages."
from mlp_tutorial.plots import plot_comparison, show

exam, others, places = [], [], []
for _ in range(100):
    drawn = torch.randperm(4000, generator=g)
    scores = hits[:, drawn[:200]].mean(dim=1)
    later = hits[:, drawn[200:]].mean(dim=1)
    winner = scores.argmax()
    exam.append(scores[winner].item())
    others.append(later[winner].item())
    places.append(1 + (later > later[winner]).sum().item())
print(f"{sum(exam) / 100:.1f} % in the exam,", end=" ")
print(f"{sum(others) / 100:.1f} % on the rest")
print(f"average place {sum(places) / 100:.1f}")
pair = {"in the exam": exam, "on the rest": others}
show(plot_comparison(pair, label="score of the winner, %"))
assert sum(exam) > sum(others)
assert sum(places) / 100 > 3

# %% [markdown]
# There was nothing wrong with any of these exams. For each single network, 200 fresh digits are a
# perfectly fair test. They stop being fair in the moment we use them to pick. **Choosing by a
# score uses it up**, because we pick the winner for everything that made its score high, and
# luck is part of that.
#
# And what's the cure? You've known it since the stadium. Let her flip again! Keep some digits out
# of the contest, and let the winner read those. So we need three piles. The network learns from
# the **training digits**. We choose by the **validation digits**, as often as we like. And the
# **test digits** lie in a sealed envelope until every choice has been made.
#
# Seeds aren't the only contestants, of course. Every learning rate you try, every size, every
# number of rounds is one more person in the stadium.
#
# But here the picture gets too simple. Coins are all alike, and networks aren't. If one network
# really is much better than the rest, it wins by skill, and keeps its lead on fresh digits. So
# the question is always which is larger, the differences in skill or the luck. How large is the
# luck?

# %% [markdown]
# ## How much of a score is luck?
#
# Suppose a network gets nine in ten digits right in the long run. To us, each digit is the flip
# of a bent coin that lands on "right" nine times out of ten. If you flip it 200 times, how far
# from 90 % will you end up?
# <!-- example -->
#
# Call a right answer 1 and a wrong answer 0. The average is 0.9, so a right answer is 0.1 above
# it and a wrong answer 0.9 below. To measure how loud that is, we square, as in the telephone
# game of [lesson 8](08_build_a_network.py). That makes 0.01 nine times in ten and 0.81 the tenth
# time, or 0.09 on average, which is 0.9 times 0.1. In general it's $p\,(1 - p)$. From there the
# old law takes over. A sum of $n$ flips is $\sqrt n$ times as loud as a single flip, and a score
# is that sum divided by $n$. So this is the typical distance from the truth, called the
# **standard error**:
# <!-- example -->
#
# $$\sqrt{\frac{p\,(1 - p)}{n}}$$
#
# For example, with $p = 0.9$ and 200 digits you get 0.021, or about 2 points. A score is within
# two standard errors of the truth about 19 times in 20. Let's see if a real network sticks to
# that. We draw 200 of the 4,000 digits a thousand times, and each time we score the first of our
# twenty.
# <!-- example -->

# %%
right = hits[0] / 100
p = right.mean()
draws = [torch.randperm(4000, generator=g)[:200] for _ in range(1000)]
scores = torch.stack([right[drawn].mean() for drawn in draws])
error = (p * (1 - p) / 200).sqrt()
print(f"spread of the scores: {100 * scores.std():.1f} points")
print(f"by the formula: {100 * error:.1f} points")
near = ((scores - p).abs() < 2 * error).double().mean()
print(f"within two standard errors: {100 * near:.0f} %")
skill = hits[:, 200:].mean(dim=1).std()
print(f"spread of the twenty on 3,800 digits: {skill:.1f} points")
assert 0.9 < near < 0.99

# %% [markdown]
# So when we hold a contest with 200 digits, the luck is several times as large as the skill.
# (Some of it is shared, since an easy exam is easy for all twenty. We'll make use of that soon.)
# That's why our winners did hardly better than a lottery. Make it a habit to write a score with
# its luck, as in 90 % ± 4 for two standard errors.
# <!-- example -->
#
# And more digits? The square root is a hard bargain. For half the luck you need four times as
# many digits, and for a tenth of it you need a hundred times as many.

# %% [markdown]
# ## Two students, one exam
#
# We owe you an answer from [lesson 1](01_neuron.py). On 200 zeros and ones, our judge with two
# witnesses got 194 right, but the middle alone, the first witness, got 198. Had hiring the second
# witness been a mistake?
#
# By our formula, each of the two scores has a standard error of about a point, and they're only 2
# points apart. Hard to say. But we've thrown something away. The judge and the middle took *the
# same exam*. Suppose two students sit in the same room, over the same questions. Some questions
# both can answer, and some nobody can, and none of those tell you who's better. So go through the
# exam question by question, and keep only the questions that exactly one of them got right. If
# the two are equally good, who's going to be right on such a question? It's the flip of a coin,
# and we're back in the stadium.
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
# Only 8 of the 200 digits tell us anything, and 6 of those flips fell for the middle. How odd
# would that be for a fair coin? Eight flips can come out in 256 ways, since each flip doubles the
# number. Python's `math.comb(8, 6)` counts the ways that have exactly six heads, and there are
# 28. Seven heads come in 8 ways, and eight in 1. So that's 37 ways out of 256 for six or more.
# But we'd have been just as impressed by six for the *judge*, so let's double it, which makes 74
# in 256, or 29 %.
# <!-- example -->


# %%
from math import comb


def coin(a, b):  # how often is a fair coin at least this lopsided?
    n, most = a + b, max(a, b)
    ways = sum(comb(n, k) for k in range(most, n + 1))
    return min(1.0, 2 * ways / 2**n)


print(f"{coin(*few_digits):.2f}")
assert coin(2, 6) == 74 / 256

# %% [markdown]
# A number like this is called a **p-value**, and comparing two models this way is known as
# McNemar's test. Nearly three times in ten, a coin that couldn't care less would have looked at
# least as partial as our witnesses did. So the 200 digits really couldn't tell, as we said at the
# time. Let's ask all the zeros and ones in the full test set, more than ten times as many.

# %% [markdown] tags=["predict"]
# Over all 2,115 zeros and ones of the test set, how do the two compare?
# <!-- example -->
#
# - [ ] The middle stays ahead, and a coin would hardly do that.
#   That's what the 200 seemed to say. But it was 6 flips against 2, and you wouldn't have bet
#   much on the next 50.
# - [ ] They come out about even, and a coin could well do that.
#   It's a wise guess after a p-value of 0.29. But "we can't tell" is a statement about the
#   200 digits. It doesn't say that there's nothing to tell.
# - [x] The judge comes out ahead, and a coin would hardly do that.
#   On the thousand digits of lesson 1 the judge was ahead too. The 200 were the odd ones out,
#   by nothing worse than luck.

# %%
all_digits = disagree(load_mnist("test"))  # without the full set: the same 200
print(f"{coin(*all_digits):.4f}")

# %% [markdown]
# It's the other way around. The judge wins 45 of the 66 flips, and a fair coin is that lopsided
# only about 4 times in 1,000. So the second witness was a good idea after all. If we'd trusted
# the 200, we'd have fired the wrong one.
#
# So how small a difference could we ever see? Suppose two networks both get about 98.5 % right. If
# each takes an exam of its own, both bring their luck, and the squares add up, so their difference
# has a standard error of $\sqrt{2\,p\,(1-p)/n}$. In the same exam, only the disagreements count.
# Each of them moves the first network ahead by 1 or back by 1, and either way the square is 1. So
# it's $\sqrt{d/n}$, where $d$ is the share of the digits that they disagree on. We'll take 1.1 %
# for that, which is about what we found for two of our best networks. The figure shows two
# standard errors of each.
# <!-- example -->

# %% figure="smallest-difference" alt="Two falling curves of the smallest visible difference in points against the number of test digits. Both fall steeply up to 1,000 digits and flatten out. The curve for the same exam lies below the curve for separate exams everywhere." caption="Below its curve, a difference drowns in luck. Even 10,000 digits leave a gap at the right end, and taking the same exam makes it smaller."
from mlp_tutorial.plots import plot_lines

p, d = 0.985, 0.011
sizes = list(range(100, 10_001, 100))
separate = [200 * (2 * p * (1 - p) / n) ** 0.5 for n in sizes]
same = [200 * (d / n) ** 0.5 for n in sizes]
for n in (200, 1000, 10_000):
    i = sizes.index(n)
    print(f"{n:6,} digits: {separate[i]:.2f} separate, {same[i]:.2f} same")
lines = {"separate exams": (sizes, separate), "same exam": (sizes, same)}
show(plot_lines(lines, x="test digits", y="smallest difference, points"))

# %% [markdown]
# With 10,000 test digits, that's about 0.3 points for separate exams and 0.2 for the same exam.
# So when somebody reports 98.6 % where somebody else got 98.5 %, MNIST can't tell you who's
# better. And mind that a true difference *on* the curve is still missed about half the time,
# since luck pushes it below as often as above.
# <!-- example -->

# %% [markdown]
# ## Learning by heart
#
# So now we can compare. Time to use it on the oldest trouble there is. Let's give a network only
# 2,000 digits, run through them for thirty rounds, or **epochs**, and watch the loss on those and on digits it
# doesn't learn from. We also lay aside 2,000 more for later.

# %%
digits = load_mnist("train")
scale = mean_and_std(digits.images)
x, y = normalize(digits.images, *scale).flatten(1), digits.labels
order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
few, more, rest = order[:2000], order[:4000], order[4000:14_000]
few, more, rest = [(x[part], y[part]) for part in (few, more, rest)]
print(f"{len(few[1]):,} to learn from, {len(rest[1]):,} to judge by")

# %% [markdown]
# In the next cell, `partial` takes a function or a class and fills in some of its options. So
# `momentum` is just SGD with two options set.

# %% figure="overfitting" alt="Left: the training loss falls towards 0, while the validation loss falls for a few rounds and then rises again. Right: the validation accuracy climbs quickly and stays level." caption="On the left, the two lines part. On the right, the accuracy doesn't seem to mind."
from functools import partial

from mlp_tutorial.plots import plot_history

momentum = partial(torch.optim.SGD, momentum=0.9, nesterov=True)
options = {"batch_size": 100, "optimizer": momentum, "progress": False}
torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
history = fit(model, few, validation=rest, epochs=30, lr=0.05, **options)
losses = history.validation_loss
print(f"training loss at the end {history.train_loss[-1]:.3f}")
print(f"validation loss {min(losses):.2f} at best, {losses[-1]:.2f} at the end")
show(plot_history(history))
assert losses[-1] > min(losses) + 0.03

# %% [markdown]
# On its own 2,000 digits, the network hardly loses a cent anymore. It knows them by heart. On the
# others, the loss turns around after a few rounds and climbs. That's called **overfitting**. From
# then on the network learns things that are true of these 2,000 digits and of no others, say that
# a speck in that corner means 7.
#
# And yet the accuracy doesn't fall. The network isn't wrong more often, it just bets more on
# its mistakes. We'll come back to that.

# %% [markdown]
# ## A fair trial for five cures
#
# What would you do about it? Most ideas are old friends. You could stop after **fewer rounds**,
# before it knows everything by heart (also known as early stopping). There's **weight decay**
# from [the last lesson](11_optimizers.py), which pulls each weight toward zero a little at every
# step. You could show each digit a pixel or two off its place, since a 3 is still a 3 wherever it
# stands. We'll call those **shifts**. You could go and find **more digits**. And the strangest
# cure is **dropout**. While the network trains, each hidden unit is left out at random, say one
# in five, a different lot for every batch, so no unit can count on its neighbors. Once the
# network has to read, they're all back.
#
# To be fair, every cure gets the same number of steps (only *fewer rounds* may use fewer), and
# its own strength and learning rate. And "nothing" gets to tune its rate, too. We gave each of
# the six twelve tries with three seeds, on 10,000 digits that this page doesn't touch. Training
# all of those takes a while, so we did it beforehand. Here's what came out. (The notebook has no
# table, but the winning settings are in the next cell. You can repeat the search with `nox -s
# benchmark -- remedies`.)
#
# <!-- benchmark remedies -->
#
# Don't believe those percentages, though! Each is the best of twelve, so each is a champion. What
# we want is next week. So we train the six winners from eight new seeds, and have them read
# digits that weren't used for choosing.

# %%
from mlp_tutorial.augmentation import shift
from mlp_tutorial.training import one_cycle

cures = {
    "nothing": {"lr": 0.1},
    "fewer rounds": {"lr": 0.16, "epochs": 17},
    "weight decay": {"lr": 0.16, "decay": 0.0043},
    "dropout": {"lr": 0.079, "dropout": 0.19},
    "shifts": {"lr": 0.063, "augment": shift},  # by up to one pixel
    "more digits": {"lr": 0.13, "train": more, "epochs": 15},
}


# %% [markdown]
# The function below trains a network with any of these settings. Its `**others` collects all
# options that aren't named before it in a dict, and `a | b` merges two dicts.


# %%
def trained(seed, *, train=few, epochs=30, dropout=0.0, decay=0.0, **others):
    torch.manual_seed(seed)
    model = MLP([784, 128, 64, 10], dropout=dropout)
    rule = {"optimizer": partial(momentum, weight_decay=decay)}
    chosen = options | rule | {"schedule": one_cycle, "seed": seed} | others
    fit(model, train, epochs=epochs, **chosen)
    return model


# %% [markdown] tags=["predict"]
# Which of the five gains the most over doing nothing?
#
# - [ ] Dropout, at its best settings.
#   It's the most famous of them, and it does help. But it can't show the network anything that
#   isn't in those 2,000 digits.
# - [ ] More digits, from real people.
#   Twice as many digits help a lot, and you'd be forgiven for betting on them. They came in
#   second.
# - [x] Shifts of the digits we have.
#   Up to one pixel in each direction makes nine places for a digit, so 2,000 digits become
#   18,000 pictures. Each of them is true, and they cost nothing.

# %%
hits = {}
for name, settings in cures.items():
    models = [trained(seed, **settings) for seed in range(8)]
    read = [predict(model, rest[0]).argmax(dim=1) for model in models]
    hits[name] = 100 * (torch.stack(read) == rest[1]).double()  # (8, digits)
gains = {}
for name in list(cures)[1:]:
    gain = hits[name] - hits["nothing"]  # same seed, same digit
    gains[name] = gain.mean(dim=1).tolist()
    seeds = gain.mean(dim=1).std() / 8**0.5  # luck of the seeds
    exam = gain.mean(dim=0).std() / gain.shape[1] ** 0.5  # and of the digits
    error = (seeds**2 + exam**2).sqrt()
    print(f"{name:13} {hits[name].mean():.1f} %,", end=" ")
    print(f"gain {gain.mean():+.2f} ± {2 * error:.2f}")
print(f"nothing       {hits['nothing'].mean():.1f} %")

# %% [markdown]
# Each gain compares a cure with nothing from the same seed and on the same digits, as in one exam.
# The ± is two standard errors. It covers the luck of the seeds and the luck of the digits, whose
# squares add up.

# %% figure="what-helps" alt="Five rows of eight dots, a diamond for their mean and a bar, on an axis of points gained over nothing. Fewer rounds lies around zero, weight decay and dropout a little to the right of it. More digits lies far to the right, and shifts even farther." caption="Each dot is a seed, and shows how many points the cure gained over the same seed without it. The bars are one standard error over the seeds."
show(plot_comparison(gains, label="points gained over nothing"))
mean = {name: sum(gained) / 8 for name, gained in gains.items()}
assert min(mean["shifts"], mean["more digits"]) > 0

# %% [markdown]
# This surprised us. Moving the old digits about beats finding as many new ones! (That's for the
# same number of steps. With more of them, both might gain more.) Weight decay and dropout are
# worth something, too, though it's less than a point, and we can't say which of the two is
# better. And stopping early, often the first cure you'll hear of, gained nothing that we could
# see. Look back at the right-hand curve, and you'll find that there was nothing to gain. The
# accuracy never fell.
#
# Don't carve this ranking in stone. It holds for one network, 2,000 digits and this many steps.

# %% [markdown]
# ## The sealed envelope
#
# So here's what we'll do for our digit reader. We take every training digit there is, and shift
# them, too. No choice is left to make, so it's time to open the envelope.

# %%
test = load_mnist("test")
x_test = normalize(test.images, *scale).flatten(1)
torch.manual_seed(7)
reader = MLP([784, 128, 64, 10])
final = options | {"batch_size": 256, "schedule": one_cycle, "augment": shift}
fit(reader, (x, y), epochs=8, lr=0.2, **final)

logits = predict(reader, x_test)
right = logits.argmax(dim=1) == test.labels
n, p = len(right), right.double().mean()
error = (p * (1 - p) / n).sqrt()
print(f"{right.sum():,} of {n:,}, or {100 * p:.1f} % ± {200 * error:.1f}")
assert p > 0.9

# %% [markdown]
# That's the score of a single network, and we'll leave it at that. (If we now went back and changed something to push
# it up, these digits would be used up, like all the others.) But a single number hides a lot.
# Which digits does it get wrong, and what does it take them for? The **confusion matrix** has a
# row for each true digit and a column for each answer.

# %% figure="confusion" alt="A matrix of counts with ten rows, true class, and ten columns, predicted class. Nearly all counts are on the diagonal. The mistakes are shaded, the frequent ones more strongly." caption="Each row is a true digit, and each column an answer. Right answers are on the diagonal, and all the shaded counts are mistakes."
from mlp_tutorial.evaluation import confusion_matrix, precision_and_recall
from mlp_tutorial.plots import draw_confusion

confusion = confusion_matrix(logits, test.labels)
precision, recall = precision_and_recall(confusion)
for digit in range(10):
    r, n = recall[digit], confusion[digit].sum()
    luck = 200 * (r * (1 - r) / n).sqrt()
    print(f"{digit}: recall {100 * r:.1f} % ± {luck:.1f}", end="   ")
    print(f"precision {100 * precision[digit]:.1f} %")
show(draw_confusion(confusion))
assert confusion.diagonal().sum() == right.sum()

# %% [markdown]
# **Recall** goes along a row. Of all the real 9s, how many did it find? **Precision** goes down a
# column. Of everything it called a 9, how much really was? You need both. Suppose a machine calls
# every digit a 9. Then it finds every 9 there is, so its recall for 9 is perfect, but nine in ten
# of its answers are wrong.
# <!-- example -->
#
# Is the digit with the lowest recall the hardest to read? Careful, it's the champion again, only
# at the other end of the stadium. We picked it from ten *because* it was low. Look at the
# ± behind each number. The ones at the bottom overlap, so not even 10,000 digits can say which of
# them is hardest. All we can say is that 1s are easier than 9s.
#
# You'll learn more from looking at the mistakes. Here are the sixteen that cost the most.

# %% figure="worst-mistakes" alt="Sixteen digits that the network misread with the largest loss, each with its label and what it was taken for. Many are hard to read for people, too." caption="Each title says which digit it is, and what our reader took it for. How many would you have got right?"
from mlp_tutorial.evaluation import worst_mistakes
from mlp_tutorial.plots import draw_digits

worst = worst_mistakes(logits, test.labels, most=16)
answers = logits.argmax(dim=1)[worst]
show(draw_digits(test.images[worst], test.labels[worst], predicted=answers))

# %% [markdown]
# Some of these you'd have missed, too. For some you'd like a word with whoever wrote the label.
# And a few are perfectly good digits, and our reader bet nearly everything on something else.

# %% [markdown]
# ## "But it was 98 % sure"
#
# That's what they said at the bank, in [the lesson on softmax](04_softmax.py). And since lesson 1
# you've been waiting for us to check. When a network says 0.9, is it right nine times in ten? If
# it is, and likewise for every other number it may say, it's called **calibrated**.
#
# To find out, we sort the digits by how sure the network was of its answer, and see how many it
# got right. The distance between how sure and how right, averaged over all the digits, is the
# **calibration error**. Let's measure it for the network that knew 2,000 digits by heart, and
# change only the number of rounds. The accuracy goes up with more rounds, as you've seen.

# %% [markdown] tags=["predict"]
# We train for 5, 12 and 30 rounds. What happens to the distance between how sure and how right?
#
# - [ ] It shrinks, since the answers get better.
#   The answers do get better. But the network gets surer faster than it gets better.
# - [ ] It stays, since both go up together.
#   They both go up, but nothing ties them together. The loss on digits it knows by heart can
#   always be pushed down by betting more.
# - [x] It grows, since the bets rise faster.
#   On its own digits it's nearly always right, so betting everything is the best it can do
#   there. It bets the same way on digits it has never seen.

# %% figure="calibration" alt="How often the network is right against how sure it is. The points lie below the dashed diagonal, and the largest point sits at the upper right end." caption="After 30 rounds. On the dashed line it would be as right as it's sure, and below it, it's too sure. Larger points stand for more digits."
from mlp_tutorial.evaluation import calibration
from mlp_tutorial.plots import plot_reliability

errors = {}
for rounds in (5, 12, 30):
    found, errors[rounds] = [], []
    for seed in range(5):
        model = trained(seed, epochs=rounds, **cures["nothing"])
        said = predict(model, rest[0])
        errors[rounds].append(100 * calibration(said, rest[1]).error)
        found.append((said.argmax(dim=1) == rest[1]).double().mean())
    low, high = min(errors[rounds]), max(errors[rounds])
    print(f"{rounds:2} rounds: {100 * sum(found) / 5:.1f} % right,", end=" ")
    print(f"error {sum(errors[rounds]) / 5:.1f} ({low:.1f} to {high:.1f})")
bins = calibration(said, rest[1])  # of the last network
print(f"sure by {bins.confidence[8]:.2f}, right {bins.accuracy[8]:.2f}")
show(plot_reliability(bins))
if digits.source == "full":  # fewer digits make the error itself uncertain
    assert sum(errors[5]) < sum(errors[30])

# %% [markdown]
# The answers get better, and the bets get worse. After 30 rounds, the network is far surer than it
# has any right to be. The last line is about the digits to which it gave between 0.8 and 0.9. It
# was right on hardly six in ten of those. So much for calling it a probability! And now you know
# what the loss was complaining about when it climbed and the accuracy didn't fall.
#
# Remember the temperature from lesson 4? Divide all ten logits by a number $T$, and the network
# sounds less sure, without changing a single answer. We said that this should bother you. But it
# can be put to good use. Take half of our digits and look for the $T$ with the smallest loss on
# them, then see what it does on the other half.

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
    print(f"98 % sure of {sure.sum():,}, right on {100 * hit:.1f} % of those")
assert T > 1

# %% [markdown]
# It's a single number, found in no time, and most of the error is gone. Look at the digits it was
# at least 98 % sure of. Before, it was wrong on about one in thirty of those, like a certain
# machine at the bank. Afterwards it says "98 % sure" much less often, but when it does, you can
# believe it.
#
# There's a limit to this. A temperature turns down all bets alike, and it was found on digits
# like these. For blurry faxes, you'd have to look for it again.

# %% [markdown]
# ## What our machine can read now
#
# So what about the reader that will go out into the world? We asked the test digits how many it
# gets right. Since the envelope is open anyway, let's also ask whether it means what it says.

# %%
top = logits.softmax(dim=1).amax(dim=1)
sure = top > 0.98
share, hit = sure.double().mean(), right[sure].double().mean()
print(f"says {100 * top.mean():.1f} % on average, right on {100 * p:.1f} %")
print(f"98 % sure of {100 * share:.0f} % of the digits, right on", end=" ")
print(f"{100 * hit:.1f} % of those")

# %% [markdown]
# Our machine reads 98.7 % of the handwritten digits it has never seen, give or take 0.2 points. And
# unlike the machine at the bank, it means what it says. If you let it read only the digits it's at
# least 98 % sure of, and give the rest to a person, it'll still read more than nine in ten, and
# make hardly any mistakes.
#
# What can't it do? It has no way to say "that's not a digit." Show it a letter, and it'll split
# its dollar over ten digits all the same. And it has two hidden layers, while the famous networks
# have dozens, or hundreds. You know from [lesson 5](05_activations.py) that every layer can fold
# the paper once more. So why not simply stack twenty? [The next lesson](13_deep_networks.py)
# tries it.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### What to tell your friends
#
# You've trained several networks and will keep the best. Write `report(runs)`, which returns the
# score to report for it. Each run is a dict with `name`, `validation` and `test`, and the last
# two are scores from 0 to 1.
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
# validation. Then which number of that run played no part in the choice?
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
# error of its score to be `error` or less, both as numbers from 0 to 1. Write
# `digits_needed(p, error)`, which returns the smallest number of test digits that will do.
#
# <details><summary>Hint 1</summary>
#
# Set the formula for the standard error equal to `error`, square both sides, and solve for $n$.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# You should get $n = p\,(1-p) / \text{error}^2$. With a fraction of a digit too few, the error is
# too large, so round up with `math.ceil`.
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
# Write `accuracy(model, batches)`, the share of all examples that the model gets right, from 0
# to 1. `batches` is a list of pairs `x`, `y`, and they aren't all the same size. The last one may
# hold a single digit, and that digit shouldn't count for more than any other. The model has
# dropout. It comes in training mode, and has to be in training mode when you're done.
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
# `(model(x).argmax(dim=1) == y).sum().item()` to what was right so far.
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
# While a network trains, nobody knows whether its validation loss will fall again. So people set
# a **patience**. They stop as soon as the loss has stayed at or above its best for that many
# rounds in a row, and go back to the weights of the best round. Write
# `round_to_keep(losses, patience)`, which returns the number of that round, counted from 1.
# `losses` has the loss after each round, if training went on to the end. For example,
# `round_to_keep([0.9, 0.5, 0.6, 0.55, 0.3], 2)` is 2, since after round 4 you'd have given up and
# never seen the 0.3.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# Go through the losses, and remember the best round so far. How many rounds have passed since?
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
# Set `only_first` to that number. (Then put it into `coin`. Would you say the first is better?)
#
# <details><summary>Hint 1</summary>
#
# The digits that both got right count for both, so the lead of 12 has to come from the 20.
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
# Four people trained networks that were all equally good, and differed only by their seeds. Each
# person tested their own networks, all on the same validation digits, and reported the best
# score. Whose score is likely to be the most flattering? Write the letter of your answer, such as
# `least_trusted = "a"`.
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
# With a hundredth of the digits, the standard error is ten times as large. In this course's
# stadium of a thousand, the champion was about three standard errors above the average.
#
# </details>

# %% tags=["exercise"]
least_trusted = ...

# %% tags=["solution"]
least_trusted = "b"

# %% tags=["check"]
from mlp_tutorial.exercises import check_least_trusted

print(check_least_trusted(least_trusted))
