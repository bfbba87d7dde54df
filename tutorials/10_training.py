# %% [markdown]
# # Training
#
# A girl watches her father get the Sunday roast ready. Before it goes into the oven, he cuts off
# both ends. "Why do you do that?" she asks. He isn't sure. His mother always did. So they call
# Grandma, and Grandma laughs. "Because my pan was too small!"
#
# People who train networks cook from recipes, too. Someone did it a certain way, it worked, and
# everybody's done it that way ever since. Which parts make it good, and which are only there
# because of Grandma's pan?
#
# Tonight we'll cook first and ask later. In lesson 8, our machine looked at a digit and put about
# ten cents on each of the ten answers. Within seconds of training, it'll read handwriting it has
# never seen, and by the end of the evening, it'll put nearly the whole dollar on one answer.
#
# <!-- figure digit-and-probabilities soon -->
#
# Then we'll call Grandma. **How do you train a network, and which parts of the recipe does it
# really need?**
#
# You'll be able to
#
# - write the loop that trains a network, by hand and with `torch.optim`;
# - find a good learning rate, and tell what too small and too large look like;
# - leave an ingredient out of a recipe and find out, fairly, what it was worth.
#
# Reading takes 40 minutes. The code runs in a minute or two on an ordinary laptop.

# %% [markdown]
# ## Three piles
#
# If students get to practice on the exam questions, a good grade means nothing. So before we
# begin, we deal the digits into three piles. The network learns from the **training** digits.
# Whenever we have to choose, say between two recipes, we go by the **validation** digits, 10,000
# that no network gets to learn from. And the **test** digits go into a drawer and stay there
# until every choice is made, because even choosing uses digits up. (You'll see how in [lesson
# 12](12_evaluation.py).)
#
# If you're offline, you have only the 5,000 digits that come with the course. Training will be
# much shorter, and your scores will be lower. From "The recipe" on, go by our numbers, because
# the settings there are meant for 50,000 digits.

# %%
import math

import torch
import torch.nn.functional as F

from mlp_tutorial.data import load_mnist, mean_and_std, normalize

digits, test = load_mnist("train"), load_mnist("test")
scale = mean_and_std(digits.images)
x_all = normalize(digits.images, *scale).flatten(1)
dice = torch.Generator().manual_seed(0)
order = torch.randperm(len(x_all), generator=dice)  # shuffled
sixth = len(x_all) // 6
held, kept = order[:sixth], order[sixth:]
train = x_all[kept], digits.labels[kept]
validation = x_all[held], digits.labels[held]
print(f"{len(kept):,} to learn from, {len(held):,} to choose by")
print(f"{len(test.labels):,} in the drawer")

# %% [markdown]
# (Strictly speaking, `scale` peeks at the validation digits, since it's computed from every digit.
# Two numbers can't give much away, but don't make a habit of it.)
#
# We'll also need a way to say how good a network is, so we'll count the digits whose largest
# logit is the right one. Let's try that on the small network from [lesson
# 8](08_build_a_network.py), which hasn't learned anything yet.

# %%
from mlp_tutorial.networks import MLP

sizes = [784, 128, 64, 10]


def percent_right(model, x, y):
    with torch.no_grad():  # we won't need any gradients
        return 100 * (model(x).argmax(dim=1) == y).float().mean().item()


torch.manual_seed(7)
model = MLP(sizes)
right = percent_right(model, *validation)  # * hands over both tensors
print(f"{right:.1f}% right, with all the knobs set at random,", end=" ")
print(f"{sum(p.numel() for p in model.parameters()):,} of them")

# %% [markdown]
# ## One batch, by heart
#
# It's tempting to throw all 50,000 digits at the network right away. But if there's a mistake
# somewhere in our code, we'd like to find out in a second rather than an hour. So we'll begin
# with one batch of 64 digits and show the network the same 64 again and again. Surely it can
# learn *those*.
#
# What does it take to learn? [Lesson 9](09_gradients.py) did the hard part. For every one of our
# 109,386 knobs, `backward` finds the slope, which says whether the loss rises or falls as you turn
# the knob up, and how fast. All that's left is to turn each knob a little way *down* its slope. How
# far? Multiply the slope by a small number, the **learning rate**. If the slope is 0.5 and the rate
# is 0.1, for example, the knob moves by -0.05. We'll call one turn of all the knobs a nudge.
# (Unlike the tiny ones in lessons 5 and 9, these are here to stay.)
# <!-- example -->


# %%
def nudge(model, x, y, lr=0.1):
    loss = F.cross_entropy(model(x), y)  # how wrong is it?
    model.zero_grad()  # forget the old slopes
    loss.backward()  # find the new ones
    with torch.no_grad():  # we're only turning knobs, so keep no record
        for p in model.parameters():
            p.add_(p.grad, alpha=-lr)  # p = p - lr * slope, in place
    return loss.item()


few = train[0][:64], train[1][:64]
for step in range(201):
    loss = nudge(model, *few)
    if step % 50 == 0:
        print(f"after {step:3} nudges: loss {loss:.3f}")
print(f"{percent_right(model, *few):.0f}% of these 64 right")

# %% [markdown]
# That's training! You'd find much the same few lines at the heart of the programs that train
# the largest models there are. The loss starts at about 2.303, the price of a shrug, as it should
# when a network knows nothing. Then it drops to almost zero.
# <!-- example -->
#
# Make these two checks a habit. If the first loss is far off, or if the network can't learn one
# batch by heart, stop and look for the bug. More digits won't cure it.

# %% [markdown]
# Now let's be mean. We'll keep the same 64 digits but shuffle their labels, so that most of the
# labels are lies, and start over with a new network. Can it learn *that*?

# %%
shuffled = few[1][torch.randperm(64, generator=dice)]
print((shuffled == few[1]).sum().item(), "of 64 labels still true")
torch.manual_seed(7)
liar = MLP(sizes)
losses = [nudge(liar, few[0], shuffled) for _ in range(201)]
print(f"after {len(losses) - 1} nudges: loss {losses[-1]:.3f}")
assert losses[-1] < 0.1

# %% [markdown]
# Annoyingly, it can. All we asked it to do was lower the loss, and with that many knobs, it can
# learn 64 labels by heart, true or not.

# %% [markdown] tags=["predict"]
# We have two networks that both know their 64 digits by heart, the first with true labels and the
# second with shuffled ones. We show them the 10,000 validation digits. How many does each of them
# get right?
#
# - [x] About 65% and about 10%.
#   The liar can only guess, and this one guessed badly. But for the honest network, half a dozen
#   examples of each digit went a surprisingly long way.
# - [ ] About 65% and about 40%.
#   The honest network does get about 65%. The liar may well have learned what a stroke is, too.
#   But it was taught to call an 8 a 3, and so on, so it can only guess.
# - [ ] About 20% and about 10%.
#   You're not far off with the liar. But once the honest network has seen half a dozen sevens,
#   say, it recognizes many others.

# %%
for name, net in {"truth": model, "lies": liar}.items():
    right = percent_right(net, *validation)
    print(f"learned from 64 {name}: {right:.0f}% of new digits right")
assert percent_right(model, *validation) > 50

# %% [markdown]
# A loss near zero on one batch tells you that the machinery works, and nothing more. Whether a
# network has learned to *read* is another matter, and only new digits can tell. But look at the
# honest one! It has seen just 64 digits, about six of each kind, and already gets two thirds of the
# new ones right.

# %% [markdown]
# ## Everything into the oven
#
# Now for all of it. We take a fresh network, deal the training digits into shuffled batches of
# 64, and nudge it once for each batch. A pass over all the training digits is called an
# **epoch**, and here it takes 782 nudges. Every now and then we'll stop and see how many of the
# validation digits come out right.

# %% [markdown] tags=["predict"]
# This time every batch holds digits that the network has never seen, and it sees them only once.
# How many batches will it take until more than half of the validation digits come out right?
#
# - [ ] About 150.
#   By then it has met nearly ten thousand digits. The network above got past half with just 64.
# - [ ] About 50.
#   You may have thought of the 200 nudges above. But most of those went into being *sure*. Being
#   right more often than not takes far fewer.
# - [x] About 15.
#   That's fewer than a thousand digits. The first few nudges do most of the work, and the rest of
#   the epoch is polish.

# %% figure="from-guessing-to-reading" alt="A line that starts at 8 percent, shoots up to 70 within a few batches and to about 90 after 150, then creeps up to 94." caption="How much of the validation pile the network reads as it goes through the training pile for the first time. Most of the climb is over before you can see it."
from mlp_tutorial.data import batches
from mlp_tutorial.plots import plot_lines, show

torch.manual_seed(7)
model = MLP(sizes)
dice = torch.Generator().manual_seed(0)
stops, scores = [0, 5, 10, 15, 20, 40, 80, 150, 300, 500, 700], []
for done, (x, y) in enumerate(batches(*train, 64, generator=dice)):
    if done in stops:
        scores.append(percent_right(model, *validation))
        print(f"after {done:3} batches: {scores[-1]:.0f}% right")
    nudge(model, x, y)
first_epoch = percent_right(model, *validation)
print(f"after {done + 1} batches: {first_epoch:.1f}% right")
lines = {"": (stops[: len(scores)], scores)}
show(plot_lines(lines, x="batches", y="percent right"))

# %% [markdown]
# A moment ago, this network was a heap of random numbers. We never told it what a seven looks
# like, or that there's such a thing as a stroke. A few seconds later, it reads about 94% of the
# digits that we kept from it. (The last numbers wobble a little, because every nudge comes from a
# random batch.)
#
# This is what the first nine lessons were for.

# %% [markdown]
# ## Less typing
#
# You won't have to write out the update by hand every time. In PyTorch, an **optimizer** holds on
# to the knobs and knows a rule for turning them, and when you call its `step`, it turns them all.
# So a nudge is better known as a **step**. Our rule is called **SGD**, for stochastic gradient
# descent, and it's "stochastic" because each slope comes from a random batch.

# %%
torch.manual_seed(7)
other = MLP(sizes)
optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
dice = torch.Generator().manual_seed(0)
for x, y in batches(*train, 64, generator=dice):
    loss = F.cross_entropy(other(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
assert torch.equal(other.fc1.weight, model.fc1.weight)

# %% [markdown]
# The weights are the same to the last bit. You can get by with even less typing, since `fit` from
# our library, the training course of [lesson 7](07_modules.py), is this very loop plus some
# bookkeeping.

# %%
from mlp_tutorial.training import fit

torch.manual_seed(7)
third = MLP(sizes)
history = fit(third, train, epochs=1, batch_size=64, lr=0.1, progress=False)
assert torch.equal(third.fc1.weight, model.fc1.weight)
print("three spellings, the same numbers")

# %% [markdown]
# ## What are the knobs for?
#
# What has become of all those knobs? Each unit of the first layer has a weight for every pixel, so
# we can draw its weights as a picture, where ink on blue turns the unit up and ink on orange turns
# it down. We'll train a network for four epochs and take a snapshot after each.
#
# <!-- weights -->

# %% figure="weights-over-time" alt="The weights of the same six units in three rows, at the start, after epoch 1 and after epoch 4. At the start they're noise. Later, smooth blue and orange strokes appear in the middle, while the edges stay noise." caption="What six units look for, before training, after one pass over the digits, and after four. Along the edges there's hardly ever any ink, so the noise stayed." export="over_time"
from mlp_tutorial.plots import draw_weights_over_time

torch.manual_seed(7)
model = MLP(sizes)
over_time = [model.fc1.weight[:32].detach().clone()]  # a photocopy
for epoch in range(1, 5):
    fit(model, train, epochs=1, lr=0.2, seed=epoch, progress=False)
    over_time.append(model.fc1.weight[:32].detach().clone())
over_time = torch.stack(over_time)  # (5, 32, 784)
times = {"start": 0, "epoch 1": 1, "epoch 4": 4}
six = {name: over_time[epoch, :6] for name, epoch in times.items()}
show(draw_weights_over_time(six))

# %% [markdown]
# What was pure noise has grown into strokes, edges and blobs. Pick a unit above and lay a digit
# over it. Some of the ink falls on blue and some on orange, and the unit hears only the
# difference.
#
# You can't watch all 109,386 knobs at once, of course. Since the loop doesn't care what it
# trains, here's a network that fits on the screen, with two hidden layers of 8 units. It gets 200
# points on the two arms of a spiral, and to tell the arms apart with a straight line at the end,
# it has to bend the plane first. Press play and watch it bend. Every unit shows what it makes of
# the plane. Point at one to see it up close. Then set the activation to "none," which takes away
# the bend, and see if the network can still do it.
#
# <!-- playground -->
#
# Here are the same points in code, and our loop once more, with a bend and without one.
# `nn.Identity` passes on whatever it gets, so it's no bend at all. (The picture also has a helper
# that we'll meet in our recipe.)

# %%
from torch import nn

torch.manual_seed(0)
y = torch.arange(200) % 2
t = torch.rand(200)
angle = 2 * torch.pi * (t + y / 2) + 0.3 * torch.rand(200)
x = 2 * t.sqrt()[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)


def learn_spiral(bend):
    torch.manual_seed(0)
    layers = [nn.Linear(2, 8), bend, nn.Linear(8, 8), bend, nn.Linear(8, 2)]
    net = nn.Sequential(*layers)
    losses = []
    for _ in range(1000):
        some = torch.randperm(200)[:50]
        losses.append(nudge(net, x[some], y[some], lr=0.5))
    return torch.tensor(losses).view(-1, 10).mean(dim=1).tolist()


# %% figure="spiral-losses" alt="Loss over 1,000 steps on a logarithmic axis, the mean of ten at a time. With tanh it falls far. Without a bend it stays near 0.7." caption="With a bend, the loss falls far. Without one, it's stuck from the start, close to 0.693, which is what a shrug costs when there are two answers."
from mlp_tutorial.plots import plot_losses

bends = {"tanh": nn.Tanh(), "no bend": nn.Identity()}
curves = {name: learn_spiral(bend) for name, bend in bends.items()}
show(plot_losses(curves, label="step / 10"))
for name, losses in curves.items():
    print(f"{name}: {losses[-1]:.3f}")
assert min(curves["tanh"]) < 0.5 < min(curves["no bend"])

# %% [markdown]
# ## The oven
#
# So far the learning rate has been 0.1, or whatever happened to work. Why 0.1? Because we've
# always done it that way, and you know where that leads. Think of the rate as the heat of the
# oven. If it's too low, you'll be waiting all night, and if it's too high, you'll have charcoal.
# If you ever tune only one number, tune this one.
#
# The surest way to find a good rate is to try a few. We'll go through eight rates with five seeds
# each. To save time, each network gets only 5,000 digits and two epochs, and then we note its
# loss on 2,000 of the validation digits. If the loss ever becomes infinite, the run has burned.

# %% figure="learning-rate-search" alt="Loss against the learning rate, both on logarithmic axes, with five dots for each of eight rates. The loss is above 2 at the smallest rate, lowest from 0.03 to 0.3, and shoots up again to the right, where crosses mark runs that burned." caption="Each dot is a network. Those on the left are still raw after two epochs, and those on the right are burned. In between, there's a range that works."
from mlp_tutorial.plots import plot_learning_rates

part = train[0][:5000], train[1][:5000]
judges = validation[0][:2000], validation[1][:2000]
losses = {lr: [] for lr in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)}
for lr, found in losses.items():
    for seed in range(5):
        torch.manual_seed(seed)
        options = {"lr": lr, "seed": seed, "progress": False}
        net = MLP(sizes)
        try:
            history = fit(net, part, validation=judges, epochs=2, **options)
            found.append(history.validation_loss[-1])
        except FloatingPointError:  # raised by fit when a loss isn't finite
            found.append(float("inf"))
    print(f"{lr:5}:", *(f"{loss:.2f}" for loss in found))
show(plot_learning_rates(losses))
assert min(losses[0.1]) < min(losses[0.001])

# %% [markdown]
# You'll meet this shape again and again, with a long slope on the left, a valley, and a wall on
# the right. Which rate is best, 0.03, 0.1 or 0.3? These runs scatter too much to say, but the
# wall isn't far, so when in doubt, stay on the low side. If the rate is a little too small, you
# lose some time. If it's a little too large, you lose the run.
#
# Why is there a wall at all? Here's a loss with only two knobs, so you can look down on it from
# above. It's a valley, ten times as steep across as it is along. Drag the ball somewhere and let it
# go, or drag the rate, and see where the steps land. Leave momentum and Adam switched off for now.
#
# <!-- learning_rate -->
#
# You can follow the steps on paper, too. Straight across the valley, we've made the slope 10
# times your distance from the bottom. Suppose you start at a distance of 1 and take a few steps,
# at one rate and then at another. Every step lands you on the other side.
# <!-- example -->
#
# | rate | first step | you land at | then at | and then at |
# | --- | --- | --- | --- | --- |
# | 0.15 | 1.5 | 0.5 | 0.25 | 0.125 <!-- example --> |
# | 0.21 | 2.1 | 1.1 | 1.21 | 1.331 <!-- example --> |
#
# At 0.15 you're homing in. At 0.21, though, each step throws you farther out, to where it's even
# steeper, and no amount of patience will help. The wall is in between, at 0.2. There, a step is
# exactly twice your distance, so you hop from side to side forever.
# <!-- example -->

# %% [markdown]
# ## The recipe
#
# So far our cooking has been plain, with the same rate from start to finish. Here's a fancier
# recipe, of a kind you'll meet all over the place. It runs for four epochs in batches of 256
# instead of 64, which makes for fewer steps. And it has three ingredients, each with a story
# about why it's good.
# <!-- example -->
#
# - **Momentum.** In every step, repeat about nine tenths of the step before. The story is that
#   the network picks up speed, like a ball rolling downhill.
# - **A schedule.** Let the rate climb from zero to its peak in the first half and fall back to
#   zero in the second. The story is that newborn weights have to be **warmed up** gently, and
#   that a network can only settle down as it cools. Ours spends half its time warming up, though
#   many recipes spend only a few percent.
# - **Label smoothing.** Remember betting a dollar on ten digits? The usual loss is never
#   satisfied. You put 99 cents on the right digit, and it wants 99.9. A smoothing of 0.05 takes 5
#   cents off the right digit and gives half a cent to each of the ten, the right one included. So
#   now the perfect bet is 95.5 cents there. The story is that this keeps the network modest.
#   <!-- example -->
#
# They're good stories. But you could tell a good story about cutting off the ends of a roast, too.
# It lets the heat in! We'll write the recipe so that we can leave out any ingredient.
# <!-- example -->


# %%
def up_and_down(done):  # a share of training, from 0 to 1
    return 2 * min(done, 1 - done)  # 0, then 1 halfway, then 0 again


# %%
def bake(seed, lr, momentum, schedule, smoothing):
    torch.manual_seed(seed)
    net = MLP(sizes)
    nesterov = momentum > 0  # a variant of momentum, for the next lesson
    options = {"momentum": momentum, "nesterov": nesterov}
    optimizer = torch.optim.SGD(net.parameters(), lr, **options)
    dice = torch.Generator().manual_seed(seed)
    step, steps = 0, 4 * math.ceil(len(train[0]) / 256)
    for _ in range(4):
        for x, y in batches(*train, 256, generator=dice):
            done = (step + 0.5) / steps  # counted to the middle of the step
            optimizer.param_groups[0]["lr"] = lr * schedule(done)
            loss = F.cross_entropy(net(x), y, label_smoothing=smoothing)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
    return net


# %% [markdown]
# You know this loop. The only new thing is that it sets the rate before each step, in the list
# `param_groups`, where an optimizer keeps its settings. (With `schedule=one_cycle`, our `fit`
# would do that for you.) How well does our network read?

# %%
recipe = {"momentum": 0.9, "schedule": up_and_down, "smoothing": 0.05}
net = bake(0, lr=0.2, **recipe)  # ** hands over all three ingredients
print(f"{percent_right(net, *validation):.0f}% right")

# %% [markdown]
# That's a lovely number! But how far would you trust it?

# %% [markdown]
# ## One roast is an anecdote
#
# The seed decides which weights a network is born with and in which order it meets the digits,
# and none of that is in the recipe. Let's cook the very same recipe five times and change only
# the seed. Soon we'll want to do that with other versions of the recipe, so here's a function
# that takes the rate and whatever else should be different.


# %%
def cook(lr, **changes):  # changes is a dict, such as {"momentum": 0.0}
    version = recipe | changes  # the recipe, with these changes
    return [bake(seed, lr, **version) for seed in range(5)]


def score(nets, x, y):
    return [percent_right(net, x, y) for net in nets]


def minus(first, second):  # pair by pair
    return [a - b for a, b in zip(first, second, strict=True)]


# %% [markdown] tags=["predict"]
# All five networks read the same 10,000 validation digits. How many more does the best of them
# get right than the worst?
#
# - [ ] About two.
#   They've had the same recipe and the same digits, true. But they were born with different
#   weights, and the hard digits are a close call for all of them.
# - [x] About twenty.
#   Each gets about 200 digits wrong, and not quite the same ones. Chance alone moves that number
#   by ten or so either way.
# - [ ] About two hundred.
#   Then the worst would make about twice as many mistakes as the best. Luck isn't *that* powerful.

# %%
full = cook(0.2)
with_all = score(full, *validation)
print("right:", *(f"{percent:.2f}%" for percent in with_all))
print(f"best minus worst: {max(with_all) - min(with_all):.2f} points")

# %% [markdown]
# Now suppose somebody shows you two recipes with one run each, a tenth of a percentage point
# apart. Those are two anecdotes. You could get a gap like that by cooking the same recipe twice.
#
# Next, we leave something out. We start with momentum, since everybody seems to use it, keep the
# rest as it is, and use the same five seeds, so the two networks of each pair are born with the
# same weights and meet the digits in the same order.

# %%
cold = cook(0.2, momentum=0.0)
lost = minus(with_all, score(cold, *validation))
print("points lost:", *(f"{points:.2f}" for points in lost))

# %% [markdown]
# Five out of five! Each network lost about two points, far more than luck could explain. We
# changed only one thing, so momentum is worth two points. Right?

# %% [markdown] tags=["predict"]
# Not so fast. Where did the rate of 0.2 come from? We'd tried several, and it was the best of
# them for the *whole* recipe. So we searched again without momentum, for the heat that suits
# *that* version. How much of the two-point loss is left?
#
# - [ ] Hardly any of it.
#   Most of the loss does go away, but a little remained at every rate we tried.
# - [x] About a quarter of it.
#   Most of what we saw came from an oven that was too cold, but not all of it.
# - [ ] About three quarters of it.
#   Then momentum would do a lot that no rate can do. But one thing it does is make the steps
#   longer, and a hotter oven can do that, too.

# %%
hot = cook(0.8, momentum=0.0)
lost = minus(with_all, score(hot, *validation))
print("points lost:", *(f"{points:.2f}" for points in lost))

# %%
if digits.source == "full":
    assert min(lost) < 1.5

# %% [markdown]
# Without momentum, the best rate we found was 0.8, four times as high, and our comparison had
# never given it a chance. We'd blamed the missing ingredient, and it was mostly the oven.
#
# Does momentum just turn up the heat, then? Let's go back to the valley and take 30 steps from
# the same place at each of three rates, without momentum and with it. (Switch it on up there, and
# you can watch the two balls race.)

# %% export="curvature start rates ends"
curvature, start = torch.tensor([1.0, 10.0]), torch.tensor([-3.5, 1.0])
rates = torch.tensor([0.01, 0.15, 0.21])


def roll(lr, momentum):
    w = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([w], lr=lr, momentum=momentum)
    for _ in range(30):
        optimizer.zero_grad()
        # The height of the valley, whose slope is curvature * w
        (curvature * w**2 / 2).sum().backward()
        optimizer.step()
    return (curvature * w.detach() ** 2 / 2).sum()


ends = torch.tensor([[roll(lr.item(), m) for m in (0, 0.9)] for lr in rates])
for lr, (plain, rolling) in zip(rates, ends, strict=True):
    print(f"rate {lr:.2f}: loss {plain:.3f}, with momentum {rolling:.3f}")
assert ends[1, 0] < ends[0, 1] < ends[0, 0] < ends[2, 0]

# %% [markdown]
# Here, momentum rescues the rate that's too low *and* the rate that's too high, and it hurts the
# rate that was about right. So momentum isn't just more heat. But use the same rate for both, and
# you can get any answer you like.
#
# Look for this mistake wherever somebody compares two ways of training. The comparison feels
# fair, since only one thing was changed. But the rate was chosen for one of the two, and the
# other had to live with it.
#
# If it's getting late, this is a good place to stop. The tasting takes another ten minutes, and
# it'll keep until tomorrow.

# %% [markdown]
# ## A fair tasting
#
# Here are the house rules. Leave out one thing at a time. Then tune the rest again, or at
# least the heat, which matters most. Search the same way each time, and go by the validation
# digits. Cook several times, from the same seeds. And say how sure you are.
#
# The last rule takes a little math. What we'd like to know is the average over all the seeds there
# are, and we have only five. On our machine, they lost 0.38, 0.65, 0.47, 0.36 and 0.58 points.
# Their mean is 0.49. Their standard deviation is 0.126, which says how far from the mean a single
# number typically is.
# <!-- example -->
#
# How far off is the mean itself? Not as far, because noise partly cancels. When you add up five
# numbers, their noise grows only by a factor of $\sqrt 5$, or 2.24. To get the mean, we then divide
# by 5. That leaves 0.126 times 2.24 / 5, or 0.056, and it's called the **standard error** of the
# mean. (The code just divides by $\sqrt 5$, which comes to the same.)
# <!-- example -->
#
# Now multiply the standard error by 2.78. That makes 0.16. Go that far down from the mean, then
# that far up from it, and everything in between is a **95% interval**. Why 2.78? A statistics table
# has it for five runs. (For many, it would be about 2.) If you spend your life computing such
# intervals, about 95 in a hundred will contain the average you wanted to know, as long as the runs
# scatter roughly like a bell curve. If zero is in there, we can't tell whether the ingredient does
# anything at all.
# <!-- example -->

# %% figure="five-pairs" alt="Five dots, a diamond at their mean, and whiskers to both sides of it. All are well to the right of a dashed line at zero." caption="Each dot is a pair of networks from the same seed. The whiskers are the interval for the mean, the diamond, so a dot may lie outside."
from mlp_tutorial.plots import plot_intervals


def interval(values):  # for five of them
    values = torch.tensor(values)
    half = 2.78 * values.std().item() / 5**0.5
    return values.mean().item() - half, values.mean().item() + half


low, high = interval(lost)
print(f"without momentum: {low:.2f} to {high:.2f} points lost")
points = {"momentum": lost}, {"momentum": (low, high)}
show(plot_intervals(*points, label="points lost without it"))

# %% [markdown]
# Zero isn't in it. (But the interval covers only other seeds, and these are the very digits by
# which we chose both rates.) Would the other ingredients pass, too? If they're worth less, five
# runs may not show it, so we left this to a script that comes with the course. It leaves out
# momentum once more, label smoothing, the schedule, and all three at once. It also leaves out half
# of the schedule. Without warming up, the rate starts at its peak and only falls, and without
# cooling down, it climbs to its peak and stays there.
#
# Each version got a search for the rate that suits it, always on the validation digits and with the
# same three seeds. Then it was cooked from twenty other seeds, and once every choice had been made,
# the script opened the drawer. It tried smaller batches, too.
#
# <!-- chart recipe numbers -->
#
# What does Grandma say? We'd been hoping that one of the three would turn out to be worth nothing,
# and none did. Momentum and the schedule are each worth roughly half a point, and label smoothing
# is worth about a fifth of a point. Since the recipe gets fewer than two digits in a hundred wrong,
# you'd make about a quarter more mistakes without the schedule.
#
# Why are momentum's whiskers so long? At a rate of 0.8, the oven is close to the wall, and one of
# the twenty runs came out scorched. Without that run, momentum would be worth about as much as the
# schedule. A lone run that far off fits no bell curve, so don't take those whiskers too literally.
#
# Then there's warming up. We'd have bet that *this* was Grandma's pan, and we'd have lost. Here
# are the four schedules side by side.
#
# | the rate | points lost |
# | --- | --- |
# | climbs and falls | none |
# | climbs and stays | 0.49 <!-- example --> |
# | only falls | 0.45 <!-- example --> |
# | stays the same | 0.44 <!-- example --> |
#
# Start with a rate that stays the same, and add only the climb. You've gained nothing that we could
# measure. Add only the fall, and you still haven't. It takes both, so warming up is no pan. (We
# didn't taste whether it has to take up half of training.) The best peak for the whole schedule was
# twice as hot as for either half, so perhaps the climb lets a network stand more heat, and the fall
# then makes up for it. But that's just another story. A tasting tells you what an ingredient is
# worth, not why.
#
# The row without all three loses more than the three ingredients add up to, as if each of them
# had been covering for the others. Even if no ingredient costs you much when you leave it out,
# leaving out several can.
#
# Did you spot the pan? There is one after all! We used large batches because recipes do, and we
# never asked what they were worth. With batches of 64 and a rate to suit them, the recipe loses
# nothing. It even reads 8 more of the 10,000 digits, though another exam might say otherwise. The
# large ones do save steps.
# <!-- example -->
#
# If you'd like to taste an ingredient yourself, `cook(0.2, smoothing=0.0)` leaves out label
# smoothing. [What we measured](../docs/benchmarks.md#what-is-each-part-of-the-recipe-worth) has the
# rates for the other versions and says how to cook them all again.
#
# This is where the kitchen stops being a good picture. No cook has to turn the oven up fourfold
# because the salt is missing. In training, much of what you change also changes how long the
# steps are, and we've only tasted one network, on the same 10,000 test digits each time. If you
# cook something else, you'll have to call Grandma again.

# %% [markdown]
# ## What our machine can read now
#
# We have no choices left to make, so we can open the drawer for our own five networks, too.
# Here's the first of them, looking at a test digit. Before training, in lesson 8, all it had was
# ten short bars of about ten cents each.

# %% figure="digit-and-probabilities" alt="A handwritten digit from the test set beside ten bars of probability for the classes 0 to 9. One is nearly as long as the axis, and the others can hardly be seen." caption="The same kind of picture as in lesson 8. Now one bar stands out." export="model scale shown labels"
from mlp_tutorial.plots import view_classify

drawer = normalize(test.images, *scale).flatten(1), test.labels
model = full[0]  # the network that you can draw for below
logits = model(drawer[0][:1])
print(f"label {test.labels[0]}, prediction {logits.argmax().item()}")
print(f"sure: {torch.softmax(logits, dim=1).max():.2f}")
show(view_classify(test.images[0], logits, kind="logits"))
shown, labels = test.images[:100], test.labels[:100]
whole = sum(score(full, *drawer)) / 5
print(f"five networks: {whole:.1f}% of the test digits right")
moved = torch.roll(test.images, 4, dims=3)  # four pixels to the right
moved = normalize(moved, *scale).flatten(1)
right = percent_right(model, moved, test.labels)
print(f"four pixels to the right: {right:.0f}%")

# %% [markdown]
# That's 98 digits in 100, in the handwriting of strangers, and two lessons ago the same machine
# was only guessing. It doesn't bet quite the whole dollar on the 7, because label smoothing
# taught it not to. Go on, draw a digit, and see if you can fool it.
#
# <!-- digit -->
#
# You can, of course. Take away the check mark at "Center it" and draw it off to the side. For the
# last line above, we moved every test digit four pixels to the right, which wouldn't bother you
# at all, and the network fell to about 43%. It has only ever seen digits in the middle of the
# page. In [lesson 12](12_evaluation.py), we'll do something about that.
#
# Before that, we owe you something. Momentum paid off even when each side had a rate of its own,
# and all you know about it is a story about a ball. [Next](11_optimizers.py) we'll take it apart,
# together with Adam, which you may have been told to use. Then they race, each at its own best
# heat.

# %% [markdown]
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### A step, wrapped up
#
# Write `train_step(model, x, y, optimizer)`, which takes one step down the cross-entropy of one
# batch and returns the loss of the batch, measured *before* the step. It should work with any
# optimizer you hand it.
#
# <details><summary>Hint 1</summary>
#
# You do four things with a batch, and then you return something. Which of the four do you have to
# do in every step because `backward` adds to what's there?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compute `F.cross_entropy(model(x), y)`, call the optimizer's `zero_grad`, the loss's `backward`
# and the optimizer's `step`, and return `loss.detach()`.
#
# </details>


# %% tags=["exercise"]
def train_step(model, x, y, optimizer):
    raise NotImplementedError


# %% tags=["solution"]
def train_step(model, x, y, optimizer):
    loss = F.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% tags=["check"]
from mlp_tutorial.exercises import check_train_step

print(check_train_step(train_step))

# %% [markdown] tags=["exercise", "warm-up"]
# ### How many steps?
#
# Somebody trains on all 60,000 digits, in batches of 256, for four epochs. The last batch of each
# epoch is whatever's left over. How many times is the network nudged? Set `how_many_steps` to
# that number.
#
# <details><summary>Hint 1</summary>
#
# How many batches make up one epoch? Don't forget the last one, however small it is.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# 60,000 / 256 is 234.375, so there are 234 full batches and then a smaller one.
#
# </details>

# %% tags=["exercise"]
how_many_steps = ...

# %% tags=["solution"]
how_many_steps = 4 * math.ceil(60_000 / 256)

# %% tags=["check"]
from mlp_tutorial.exercises import check_how_many_steps

print(check_how_many_steps(how_many_steps))

# %% [markdown] tags=["exercise", "apply"]
# ### Pick a rate
#
# You've tried some learning rates, each with a few seeds, and put the losses into a dict such as
# `{0.1: [0.41, 0.39], 0.3: [0.35, 0.43]}`. Write `pick_rate(losses)`, which returns the rate with
# the lowest mean loss. If even one of a rate's runs burned, which you can tell by a loss of `inf`
# or `nan`, that rate is out. You can count on at least one rate being left.
#
# <details><summary>Hint 1</summary>
#
# A loss of `nan`, short for "not a number," is what you get from computing with `inf`. It's
# neither smaller nor larger than any number, so don't let it into a comparison.
# `math.isfinite(loss)` is false for both `inf` and `nan`.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# First keep only the rates whose losses are all finite. Then loop over those and remember the
# rate with the smallest `sum(found) / len(found)`.
#
# </details>


# %% tags=["exercise"]
def pick_rate(losses):
    raise NotImplementedError


# %% tags=["solution"]
def pick_rate(losses):
    means = {
        lr: sum(found) / len(found)
        for lr, found in losses.items()
        if all(math.isfinite(loss) for loss in found)
    }
    return min(means, key=means.get)


# %% tags=["check"]
from mlp_tutorial.exercises import check_pick_rate

print(check_pick_rate(pick_rate))

# %% [markdown] tags=["exercise", "apply"]
# ### How often would one run have fooled you?
#
# You've cooked two recipes several times each, and you know which of them is better. Now imagine
# somebody who sees only one result of each, drawn at random from your two lists. How often would
# they believe the wrong recipe? Write `misled(better, worse)`, which returns the share of all
# possible pairs, from 0 to 1, in which the result from `worse` is the higher one. The lists may
# differ in length, and a tie misleads nobody.
#
# <details><summary>Hint 1</summary>
#
# With 5 results in one list and 4 in the other, there are 20 pairs, not 4. Every result of one
# list meets every result of the other.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Put a loop over `worse` inside a loop over `better`, count how often `w > b`, and divide by
# `len(better) * len(worse)`.
#
# </details>


# %% tags=["exercise"]
def misled(better, worse):
    raise NotImplementedError


# %% tags=["solution"]
def misled(better, worse):
    fooled = sum(w > b for b in better for w in worse)
    return fooled / (len(better) * len(worse))


# %% tags=["check"]
from mlp_tutorial.exercises import check_misled

print(check_misled(misled))

# %% [markdown] tags=["exercise", "think"]
# ### What would you ask first?
#
# Somebody writes, "We built a new optimizer. At a learning rate of 0.1, SGD gets 96.8% of the
# test digits right, and ours gets 97.9%. We used the same five seeds for both, and ours won every
# time." You may ask only one question. Write the letter of the question most likely to change
# your mind, such as `ask_first = "a"`.
# <!-- example -->
#
# - **a** What happens with more seeds, say twenty?
# - **b** What does SGD get at its own best rate?
# - **c** What were the losses on the training digits?
# - **d** What does yours get at a rate of 0.01?
#
# <details><summary>Hint 1</summary>
#
# That's five wins out of five, by more than a point. Is luck what you should worry about?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Who chose the oven's heat, and for whom?
#
# </details>

# %% tags=["exercise"]
ask_first = ...

# %% tags=["solution"]
ask_first = "b"

# %% tags=["check"]
from mlp_tutorial.exercises import check_ask_first

print(check_ask_first(ask_first))

# %% [markdown] tags=["exercise", "think"]
# ### How many runs do you need?
#
# An ingredient seems to be worth 0.05 points, and from pair to pair that difference has a
# standard deviation of 0.12. With five pairs, the interval was far too wide to tell. Suppose the
# mean and the standard deviation stay as they are, and take 2 as the factor, as you would with
# many runs. What's the smallest number of pairs for which the interval leaves out zero? Set
# `runs_needed`.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# The interval reaches $2 \cdot 0.12 / \sqrt n$ to either side of 0.05. How large may that be?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# You want $2 \cdot 0.12 / \sqrt n < 0.05$, so $\sqrt n$ has to be more than 4.8. What's the first
# whole number $n$ that will do?
#
# </details>

# %% tags=["exercise"]
runs_needed = ...

# %% tags=["solution"]
runs_needed = math.ceil((2 * 0.12 / 0.05) ** 2)

# %% tags=["check"]
from mlp_tutorial.exercises import check_runs_needed

print(check_runs_needed(runs_needed))
