# %% [markdown]
# # How far can it go?
#
# In the spring of 2010, four researchers in Switzerland announced a record. They'd taught a
# network to read handwriting, and it was a plain network like ours, just layers of neurons, only
# very much bigger. It had trained on a graphics card for days. Then it read the 10,000 test
# digits of MNIST, and got 35 of them wrong.
# <!-- example -->
#
# Fancier kinds of networks have done better since. But among plain ones, we don't know of a
# published score that beats it, and that was a long time ago. Now look at what you've got. You
# have an ordinary laptop, a weekday evening, and sixteen lessons behind you. Would you bet a
# dollar on yourself?
#
# So **how far can a plain network go, and what's in the last few digits it can't read?**
#
# You'll be able to
#
# - say when an average beats everything it's made of, and when it can't help at all;
# - build a committee out of several networks, and a crowd out of a single one;
# - pack what a committee knows into a small network, doubts included.
#
# Reading takes 30 minutes. The code runs in about a minute on any computer.

# %% [markdown]
# ## 787 guesses about an ox
#
# In 1906, visitors to a livestock show in Plymouth could pay sixpence and guess what a certain ox
# would weigh, once the butcher was done with it. The statistician Francis Galton borrowed the
# tickets afterward and found 787 that he could read. Some people were more than a hundred pounds
# off. But the average guess was 1,197 pounds, and the ox weighed 1,198.
# <!-- example -->
#
# How can a crowd be better than the people in it? Well, some guess too high and some guess too
# low, so when you add up all the guesses, the mistakes mostly cancel. We met this in [lesson
# 12](12_evaluation.py). If $n$ mistakes have nothing to do with each other, their sum is
# typically only $\sqrt n$ times as large as one of them. Divide by $n$ to get the average, and its
# mistake is $\sqrt n$ times *smaller*.
#
# But suppose the ox has a thick winter coat, and everybody at the show sees a bigger animal than
# there really is. So let's hold a thousand such shows on the computer. At each of them, 787
# people guess. Everybody makes a mistake of their own, typically 75 pounds, and on top of it a
# mistake that they all share, typically 30 pounds. The shared mistake is drawn anew for each show.
# <!-- example -->

# %% [markdown] tags=["predict"]
# How far off is the average of all 787 guesses, typically?
#
# - [ ] About 3 pounds.
#   That's 75 divided by the root of 787, so it's what becomes of the mistakes that people make on
#   their own. It would be the answer for an ox without a coat.
# - [x] About 30 pounds.
#   The mistakes that differ cancel. The mistake that everybody shares is still there, as large as
#   it ever was, and another thousand people wouldn't change that.
# - [ ] About 80 pounds.
#   That's how far off a single person is, with both mistakes together. The crowd does a lot
#   better than that.

# %%
import torch

dice = torch.Generator().manual_seed(0)
own = 75 * torch.randn(1000, 787, generator=dice)  # a row for each show
coat = 30 * torch.randn(1000, 1, generator=dice)  # the same for all 787


def typical(mistakes):
    return mistakes.square().mean().sqrt()


print(f"one person: {typical(own + coat):.0f} pounds")
print(f"the crowd: {typical((own + coat).mean(dim=1)):.0f} pounds")
print(f"without the coat: {typical(own.mean(dim=1)):.1f} pounds")

# %% [markdown]
# That's the one idea of this lesson, so let's put it on the wall. **What differs cancels, and
# what's shared stays.** If you want a good crowd, you need people who are good and who are wrong
# in different ways.
#
# So where do we get a crowd of readers? And before that, where do we get a good reader?

# %% [markdown]
# ## Bend the digits
#
# The four researchers didn't have any secret trick. Their network was big, and it never saw the
# same picture twice, because they kept bending the training digits. You know the idea from
# lesson 12, where moving a digit by a pixel was worth more than twice as many digits. Our
# function `deform` goes further. It turns a digit a little, stretches it, moves it and bends it
# like rubber, at random.

# %% figure="bent" alt="One handwritten digit and fifteen versions of it, each slightly turned, stretched, moved and bent in another way. All of them are easy to read." caption="The first is the real thing. The other fifteen are bent, and you'd still read every one of them the same way."
from functools import partial

from mlp_tutorial.augmentation import deform
from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.plots import draw_digits, show

bend = partial(
    deform, degrees=9, scaling=0.1, pixels=0.7, elastic=1.0, smoothness=5.0
)
digits = load_mnist("train", source="subset")
one = digits.images[7:8]
bent = bend(one.repeat(15, 1, 1, 1), generator=dice)
show(draw_digits(torch.cat([one, bent])))

# %% [markdown]
# The record took hours or days of work by a fast machine, so on this page we'll climb a much
# smaller hill, one that fits into a minute. Our networks get only the 5,000 digits that come with
# the course. We bend each of them eight times, which makes 40,000. Then we compare three readers.
#
# - The small network, 784-128-64-10, and the 5,000 digits as they are.
# - The same small network, and the bent digits.
# - A wider network, 784-300-100-10, and the bent digits.
#
# All of them take the same number of steps. For each we'd tried several learning rates
# beforehand, and judged them by training digits that aren't among the 5,000. You'll find that
# search in a table further down. Every reader is trained from several seeds, and the test digits
# weren't used to choose anything.

# %%
from mlp_tutorial.evaluation import predict
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit, one_cycle

test = load_mnist("test")
scale = mean_and_std(digits.images)
x, x_test = (normalize(d.images, *scale).flatten(1) for d in (digits, test))
plain = x, digits.labels
many = torch.cat([bend(x, generator=dice) for _ in range(8)])  # (40000, 784)
bent = many, digits.labels.repeat(8)
momentum = partial(torch.optim.SGD, momentum=0.9, nesterov=True)
small, wide = [784, 128, 64, 10], [784, 300, 100, 10]


# %%
def train(seed, sizes, data, epochs=3, lr=0.1, **more):
    torch.manual_seed(seed)
    model = MLP(sizes)
    options = {"batch_size": 128, "optimizer": momentum, "schedule": one_cycle}
    options |= {"seed": seed, "progress": False} | more
    fit(model, data, epochs=epochs, lr=lr, **options)
    return model


def right(model):
    answers = predict(model, x_test).argmax(dim=1)
    return 100 * (answers == test.labels).double().mean().item()


# %% figure="ladder" alt="Three rows of dots. The small network on plain digits is far to the left. On bent digits it's more than two points to the right, and the wide network is a little further to the right still." caption="Each dot is a network from another seed, and the diamond is their average, with one standard error."
from mlp_tutorial.plots import plot_comparison

crew = [train(seed, wide, bent) for seed in range(5)]
ladder = {
    "small, plain": [train(s, small, plain, epochs=24) for s in range(3)],
    "small, bent": [train(s, small, bent) for s in range(3)],
    "wide, bent": crew,
}
scores = {name: [right(m) for m in models] for name, models in ladder.items()}
for name, found in scores.items():
    print(f"{name:12} {sum(found) / len(found):.1f} % of {len(x_test):,}")
show(plot_comparison(scores, label="right, % of the test digits"))

# %% [markdown]
# Bending is worth almost three points, and it didn't cost us a single new digit. Being wider is
# worth much less. You may be disappointed that we're still far from 99.65 %. But we've used a
# twelfth of the digits, a hundredth of the time, and there's more to come.

# %% [markdown]
# ## Five readers, one dollar
#
# We trained the wide network from five seeds, so we have five readers. Each of them started from
# its own random numbers and saw the digits in its own order. Do you see the crowd at the fair?
# For every test digit, each reader spreads a dollar over the ten answers. Let's put the five bets
# together and take the average, and whichever answer has the most money on it is the answer of
# the **committee**.

# %% [markdown] tags=["predict"]
# How does the committee compare with the five readers it's made of?
#
# - [ ] It's about as good as their average.
#   That's what you'd expect if you averaged their *scores*. But we average their bets, and a
#   reader who's wrong can be outbid.
# - [ ] It's about as good as the best of them.
#   It would be, if the best reader were right wherever any of them is. But each of the others
#   gets some digits right that the best gets wrong.
# - [x] It's better than any of them.
#   Wherever only one or two are wrong, the others have more money. So it can be better than all
#   of its members, the way the crowd was better than the butchers.

# %%
bets = torch.stack([predict(m, x_test).softmax(dim=1) for m in crew])
committee = bets.mean(dim=0)  # (10000, 10), still a dollar for each digit
answers = committee.argmax(dim=1)
hit = answers == test.labels
together = 100 * hit.double().mean().item()
print("each:", *(f"{r:.1f}" for r in scores["wide, bent"]))
print(f"committee: {together:.1f} %")

wrong = bets.argmax(dim=2) != test.labels  # (5, 10000)
how_many = wrong.sum(dim=0)  # of the five, for each digit
for n in range(1, 6):
    those = how_many == n
    saved = hit[those].sum()
    print(f"{n} of 5 wrong: {those.sum():3} digits, {saved:3} saved")
assert together > sum(scores["wide, bent"]) / 5

# %% [markdown]
# It beats all five. And the table shows you how. When a single reader is wrong, the other four
# nearly always outbid it. When all five are wrong, nothing can be done, because that's the winter
# coat. There are more than a hundred digits of that kind, and a committee of fifty readers like
# these would stumble over most of them, too.

# %% [markdown]
# ## A crowd of one
#
# There's just one catch. Five readers take five times as long to train, and five times as long to
# read. Couldn't a single network be its own crowd?
#
# Think of the flea in the gutter, in [lesson 11](11_optimizers.py). At a large rate, it's thrown
# from one wall to the other, so nearly all the time it's too far to one side. But the left walls
# and the right walls are mistakes that differ! So let's not ask where the flea is. Let's ask
# where it's been, *on average*. We keep 95 % of the old average at each leap and add 5 % of the
# new place, so that places from long ago fade away. And because each batch of digits shows the
# flea a slightly different slope, we'll shake the ground a little, too.


# %% figure="gutter-average" alt="Two gutters from above, both with a path from the left end toward the drain. The upper path zigzags from wall to wall all the way. The lower path runs smoothly along the bottom." caption="Above is the flea on shaky ground. Below is the average of where it's been lately."
from mlp_tutorial.plots import draw_paths

gutter = torch.tensor([0.01, 1.0])  # the curvature along and across
place = average = torch.tensor([-8.0, 0.8])
path, averages = [place], [average]
for leap in range(1, 301):
    slope = gutter * place + 0.1 * torch.randn(2, generator=dice)
    place = place - 1.7 * slope
    keep = min(0.95, leap / (leap + 3))  # soon forgets where it began
    average = keep * average + (1 - keep) * place
    path.append(place)
    averages.append(average)
path, averages = torch.stack(path), torch.stack(averages)
for name, points in {"flea": path, "average": averages}.items():
    print(f"{name}: typically {typical(points[100:, 1]):.2f} cm up a wall")


def height(w):
    return (w.square() @ gutter) / 2


paths = {"where it is": path, "where it's been, on average": averages}
show(draw_paths(height, paths, names=("along, cm", "across")))

# %% [markdown]
# A network can do the same with all its weights at once. While it trains, you keep a second copy
# of it on the side, and every few steps you mix a little of the new weights into the copy. In the
# end, you throw the flea away and keep the average. In our `fit`, it's `average=0.98`.
#
# So let's try it. We'll train the small network at a constant rate, so that it never stops
# bouncing, without and with the average. Each gets its own best rate, as before.

# %%
calm = {
    "no average": {"schedule": None, "lr": 0.03},
    "average": {"schedule": None, "lr": 0.06, "average": 0.98},
}
for name, more in calm.items():
    found = [right(train(s, small, bent, **more)) for s in range(3)]
    print(f"constant, {name:10}: {sum(found) / 3:.1f} %")
print(f"one_cycle, no average: {sum(scores['small, bent']) / 3:.1f} %")

# %% [markdown]
# The average is worth a lot at a constant rate. But look at the last line. Our old schedule gets
# just as far without any average. It lowers the rate to zero, and a flea with tiny leaps isn't
# thrown from wall to wall anymore. So these are two ways to come to rest, and when we used both,
# we couldn't see that the average added anything on this small hill.

# %% [markdown] tags=["predict"]
# Now for something bolder. We have five trained readers, and each of them got more than 97 %. So
# let's take the average of *their weights*, which gives us a single network, five times as fast
# as the committee. How many test digits will it get right?
#
# - [ ] About 98 %, like the committee.
#   If averaging bets works and averaging the flea's places works, why not this? Because these
#   aren't places in the same gutter.
# - [ ] About 90 %, somewhat less than each.
#   It would be a fair price for putting five networks into one. But it's much worse than that.
# - [x] Below 50 %, far worse than each.
#   You can trade any two hidden units along with all their weights, and the network computes
#   exactly the same. So unit 7 of one reader has nothing to do with unit 7 of another.

# %%
blend = MLP(wide)
with torch.no_grad():
    for mixed, *five in zip(
        blend.parameters(), *(m.parameters() for m in crew), strict=True
    ):
        mixed.copy_(torch.stack(five).mean(dim=0))
print(f"average of five networks' weights: {right(blend):.0f} %")
assert right(blend) < 70

# %% [markdown]
# Here the ox stops helping. A guess of 1,200 pounds means the same thing on every ticket, and so
# does a bet on the 4. But a weight only means something in the company of the other weights of
# its network. So you may average the answers of any networks you like, but weights only along the
# path of one.

# %% [markdown]
# ## What the committee won't tell you
#
# So far, our best reader is a committee, and it's slow. Can we put what it knows into the small
# network? For example, we could let the small network learn from the committee's answers. But on
# the training digits the committee nearly always gives the right answer, so what would be new?
#
# Don't look at its answer. Look at its *bet*. Here's a training digit with the label 4.

# %% figure="four-or-nine" alt="A handwritten 4 whose top is nearly closed, next to ten bars. The bar for 4 is the longest, the bar for 9 is the second longest, and most of the others can hardly be seen." caption="A real 4, and the committee's bet on it after its logits have been divided by 3. The label knows only the longest bar."
from mlp_tutorial.plots import view_classify

train_logits = torch.stack([predict(m, x) for m in crew])  # (5, 5000, 10)


def soften(logits, T):
    return (logits / T).softmax(dim=-1).mean(dim=0)


bet = soften(train_logits, 1)
fours = (digits.labels == 4) & (bet.argmax(dim=1) == 4)
pick = int((bet[:, 9] * fours).argmax())  # the one most like a 9
for T in (1, 3):
    cents = 100 * soften(train_logits[:, pick], T)
    print(f"T = {T}: {cents[4]:.0f} cents on 4, {cents[9]:.1f} on 9", end="")
    print(f", {cents[0]:.2f} on 0")
show(view_classify(digits.images[pick], soften(train_logits, 3)[pick], kind="probabilities"))

# %% [markdown]
# The label says it's a 4 and nothing else. The committee says, "It's a 4, but I can see why you'd
# take it for a 9, and nobody would take it for a 0." That's a lot more to learn from a single
# digit! Geoffrey Hinton, Oriol Vinyals and Jeff Dean called it **dark knowledge** in 2015,
# because it's in every bet and normally nobody looks at it.
#
# On most digits, these doubts are a fraction of a cent. So we turn them up with the **temperature**
# from [lesson 4](04_softmax.py). Divide all ten logits by $T$ and the bets move closer together,
# as in the second line above. The student has to match these softened bets, and while it learns,
# its own logits are divided by the same $T$. That makes its gradients smaller, by about $T^2$, so
# we multiply the loss by $T^2$ to make up for it. Afterward, it reads without any $T$. Learning
# from a bigger model's bets is called **distillation**.

# %%
import torch.nn.functional as F

from mlp_tutorial.data import batches

T = 3
lessons = soften(torch.stack([predict(m, many) for m in crew]), T)


def teach(seed, lr=0.1, epochs=3):
    torch.manual_seed(seed)
    student = MLP(small)
    optimizer = momentum(student.parameters(), lr=lr)
    scheduler = one_cycle(optimizer, epochs * -(-len(many) // 128))
    order = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for xb, soft in batches(many, lessons, 128, generator=order):
            loss = T**2 * F.cross_entropy(student(xb) / T, soft)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
    return student


# %% [markdown]
# The only thing that's new in this loop is `soft`. In place of a label, `F.cross_entropy` also
# takes ten shares of a dollar. Everything else is the same as for "small, bent" above, down to the
# bent digits and the number of steps.

# %%
students = [teach(seed) for seed in range(3)]
taught = [right(student) for student in students]
alone = scores["small, bent"]
print("taught by labels:", *(f"{r:.1f}" for r in alone))
print("taught by the committee:", *(f"{r:.1f}" for r in taught))
gain = sum(taught) / 3 - sum(alone) / 3
print(f"worth {gain:.1f} points, of {together - sum(alone) / 3:.1f} at most")

# %% [markdown]
# The same network, the same digits, the same number of steps, and it reads better, because it had
# a better teacher.

# %% [markdown]
# ## The record
#
# Now for the real hill. With the same ingredients, but with all 60,000 digits, fresh deformations
# in every epoch, and a far bigger network, we trained for as long as the search had told us to,
# five times over, on the two cores of an ordinary processor. All choices were made with training
# digits that were held back. You can repeat it with `nox -s benchmark -- training`. Here's
# what came out.

# %%
from mlp_tutorial.data import load_record

record = load_record()
best = torch.tensor(record.accuracy)
for name, value in record.recipe.items():
    print(f"{name}: {value}")
print("one network:", *(f"{r:.2f}" for r in record.accuracy), "%")
print(f"on average {best.mean():.2f} %, and the record of 2010: 99.65 %")
print(f"committee of five: {record.committee:.2f} %")
print(f"small network, taught: {sum(record.student) / len(record.student):.2f} %")
p = best.mean() / 100
print(f"luck of the exam: two standard errors are {200 * (p * (1 - p) / 10_000) ** 0.5:.2f} points")

# %% [markdown]
# Before you pop a cork, look at the last line. Another 10,000 digits would have made another exam,
# and the score could easily have come out a tenth of a point higher or lower. So nobody can say
# which of two networks is better when they're a few hundredths apart. And there's something else.
# The whole world has been looking at these 10,000 digits for decades. Whatever people tried and
# kept, they kept because it did well on them, and we knew all that when we began. The envelope
# has been open for a long time.
#
# So let's do what nobody does with a record, and look at what's left.

# %% [markdown]
# ## Could you read these?
#
# Here's every test digit that at least one of the five big networks misread. Get a pencil and
# write down your answers, row by row. The labels are in the next cell.

# %% figure="still-wrong" alt="A grid of handwritten digits that are hard to read. Some are nearly closed fours, some are ones with a hook, and some look like no digit at all." caption="All the digits that any of the five networks got wrong. The ones that most of them got wrong come first."
show(draw_digits(record.images))

# %%
rows = zip(record.labels.split(8), record.guesses.split(8), strict=True)
for number, (labels, guesses) in enumerate(rows, start=1):
    pairs = zip(labels.tolist(), guesses.tolist(), strict=True)
    print(f"row {number}:", *(f"{a} as {b}" for a, b in pairs), sep="  ")
n = len(record.labels)
print(f"{n} digits, {int((record.seeds == 5).sum())} of them misread by all five")

# %% [markdown]
# How many did you get? Some of them nobody could read, and for a few the label itself may be
# wrong. Those are the winter coats, and no crowd will ever get them. Others you read without any
# trouble, and the networks didn't.

# %% [markdown]
# ## What our machine can read now

# %%
print(f"in a minute, from 5,000 digits: {together:.1f} %")
print(f"the small network, taught: {sum(taught) / 3:.1f} %")
print(f"in one evening, from 60,000: {best.mean():.2f} %")

# %% [markdown]
# In lesson 1 our machine couldn't tell a 0 from a 1. Now there are a few dozen digits in 10,000
# that it can't read, and you've seen every one of them.
#
# It got here because nothing went wrong. But what if something does? Suppose your loss falls,
# nothing crashes, and your network still reads worse than it should. How would you even know?
# [The next lesson](18_museum.py) is a museum of such bugs, and each of them has cost somebody a
# week.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Pool the bets
#
# Write `pool(logits)`. It takes the logits of several networks for the same digits, a tensor of
# shape `(networks, batch, 10)`, and returns the committee's bet on each digit, of shape `(batch,
# 10)`. Every bet adds up to a dollar.
#
# <details><summary>Hint 1</summary>
#
# Each network first spreads its own dollar. Only then are the bets put together.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The ten answers are on the last axis, and the networks are on the first. Take a softmax over one
# of these axes, and the mean over the other.
#
# </details>


# %% tags=["exercise"]
def pool(logits):
    raise NotImplementedError


# %% tags=["solution"]
def pool(logits):
    return logits.softmax(dim=2).mean(dim=0)


# %% tags=["check"]
from mlp_tutorial.exercises import check_pool

print(check_pool(pool))

# %% [markdown] tags=["exercise", "warm-up"]
# ### How fast does it forget?
#
# An average keeps a share `keep` of itself at each update, and takes the rest from the newest
# weights. Right now, the newest weights have a share of `1 - keep` in it. Write `share_left(keep,
# updates)`, which returns the share that the same weights still have after that many more updates.
# For example, `share_left(0.5, 1)` is 0.25.
#
# <details><summary>Hint 1</summary>
#
# At each update, everything that's already in the average is multiplied by the same number.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# They begin with `1 - keep`. After one update it's `keep` times that. And after two?
#
# </details>


# %% tags=["exercise"]
def share_left(keep, updates):
    raise NotImplementedError


# %% tags=["solution"]
def share_left(keep, updates):
    return (1 - keep) * keep**updates


# %% tags=["check"]
from mlp_tutorial.exercises import check_share_left

print(check_share_left(share_left))

# %% [markdown] tags=["exercise", "apply"]
# ### Keep an average yourself
#
# Write `update_average(average, model, keep)`. Both are networks of the same sizes. It changes all
# the parameters of `average` in place, so that each is `keep` times what it was, plus `1 - keep`
# times the same parameter of `model`. It doesn't change `model`, and it doesn't return anything.
#
# <details><summary>Hint 1</summary>
#
# Go through `average.parameters()` and `model.parameters()` together, with `zip`. What did we put
# around the loop when we copied the average of five networks?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Inside `with torch.no_grad():`, use `old.copy_(...)` with the new value. If you write `old =
# ...`, the name means a new tensor, and the network keeps the old one.
#
# </details>


# %% tags=["exercise"]
def update_average(average, model, keep):
    raise NotImplementedError


# %% tags=["solution"]
def update_average(average, model, keep):
    pairs = zip(average.parameters(), model.parameters(), strict=True)
    with torch.no_grad():
        for old, new in pairs:
            old.copy_(keep * old + (1 - keep) * new)


# %% tags=["check"]
from mlp_tutorial.exercises import check_update_average

print(check_update_average(update_average))

# %% [markdown] tags=["exercise", "apply"]
# ### Two teachers
#
# Many people let a student learn from the labels and from the committee at the same time. Write
# `two_teachers(logits, labels, bets, share)`. It returns the loss of a batch, which is `share`
# times the cross-entropy between the student's `logits` and the committee's `bets`, plus `1 -
# share` times the cross-entropy between `logits` and `labels`. Leave out the temperature. The
# `bets` have shape `(batch, 10)`, and each row adds up to 1.
#
# <details><summary>Hint 1</summary>
#
# `F.cross_entropy` takes either kind of target, labels or shares of a dollar. The logits go in as
# they are.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compute the two losses separately, multiply each by its share, and add them. With a `share` of 1,
# the labels shouldn't matter at all.
#
# </details>


# %% tags=["exercise"]
def two_teachers(logits, labels, bets, share):
    raise NotImplementedError


# %% tags=["solution"]
def two_teachers(logits, labels, bets, share):
    from_bets = F.cross_entropy(logits, bets)
    from_labels = F.cross_entropy(logits, labels)
    return share * from_bets + (1 - share) * from_labels


# %% tags=["check"]
from mlp_tutorial.exercises import check_two_teachers

print(check_two_teachers(two_teachers))

# %% [markdown] tags=["exercise", "think"]
# ### Another coat
#
# At another show, everybody's own mistake is typically 60 pounds, and the mistake they all share
# is typically 8 pounds. The two have nothing to do with each other. How far off, in pounds, is
# the average of 100 people, typically? Set `pounds` to that number.
#
# <details><summary>Hint 1</summary>
#
# What becomes of the 60 pounds when 100 people are averaged? And of the 8 pounds?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# You have two mistakes now, and they're independent. Their squares add up, and then you take the
# root.
#
# </details>

# %% tags=["exercise"]
pounds = ...

# %% tags=["solution"]
pounds = ((60 / 100**0.5) ** 2 + 8**2) ** 0.5

# %% tags=["check"]
from mlp_tutorial.exercises import check_pounds

print(check_pounds(pounds))

# %% [markdown] tags=["exercise", "think"]
# ### Which committee would you hire?
#
# Each committee decides by a majority of its members, and you know how its members did on 1,000
# digits. Which committee gets the most digits right? Write the letter of your answer, such as
# `hired = "a"`.
#
# - **a** Three readers who get 985 right each, and all stumble over the same digits.
# - **b** Three readers who get 980 right each, and all three share half of their mistakes.
# - **c** Three readers who get 950 right each, and never stumble over the same digit.
# - **d** A single reader who gets 992 right.
#
# <details><summary>Hint 1</summary>
#
# A majority of three is wrong on a digit only if at least two of them are.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# For each committee, count the digits that two or more members get wrong.
#
# </details>

# %% tags=["exercise"]
hired = ...

# %% tags=["solution"]
hired = "c"

# %% tags=["check"]
from mlp_tutorial.exercises import check_hired

print(check_hired(hired))
