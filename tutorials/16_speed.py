# %% [markdown]
# # Speed
#
# Marta's restaurant has wonderful food and a terrible wait. From order to table, dinner takes an
# hour. So she buys her cook a faster stove, and dinner takes 58 minutes. She buys him the
# sharpest knife in town. Dinner takes 57. By now the money's gone, and so are most of the guests.
# <!-- example -->
#
# Then her daughter Ida, who's twelve and can't cook, sits down in a corner of the kitchen with a
# stopwatch. She stays all evening and writes everything down. By ten o'clock she knows where the
# hour goes.
# <!-- example -->
#
# A training loop is a kitchen, too, and nobody has sat in the corner of ours yet. **Where does
# the time go?**
#
# You'll be able to
#
# - find what holds up your own training loop, and get it out of the way;
# - time a piece of code, and tell a real difference from a shaky stopwatch;
# - work out how fast the loop could possibly be, so that you know when to stop.
#
# Reading takes 35 minutes. The code runs in under a minute on an ordinary laptop.
#
# You'll need the training loop from [lesson 10](10_training.py) and Adam from [lesson
# 11](11_optimizers.py).

# %% [markdown]
# ## Where would you save time?
#
# Say that a training step takes 100 milliseconds. It spends 20 of them fetching a batch, 20 going
# forward, 50 going backward, and 10 updating the weights. We made these numbers up, and ours will
# look quite different. You may make one of the four twice as fast. Which one do you choose, and
# how much faster does it make the whole step? Guess before you try it.
# <!-- example -->
#
# <!-- parts -->
#
# Halving the backward pass saves 25 milliseconds, and the step gets 1.33 times as fast. You could
# get rid of the update altogether, and still you'd only save 10. So before you speed up anything,
# you have to know how long each part takes.
# <!-- example -->

# %% [markdown]
# ## An evening in the corner
#
# Here's our kitchen, set up the way you'd find it in many a tutorial. The digits are gray
# pictures made of whole numbers from 0 to 255. To turn them into something a network can eat, we
# write a `Dataset`, which is a class with two oddly named methods. Python calls the first when
# you ask for `len(pictures)` and the second when you ask for, say, `pictures[7]`. Our second
# method looks up that digit, makes a picture of it as if it had just been read from a file, and
# turns the picture into a normalized tensor. Then a `DataLoader` asks for 64 digits at a time and
# stacks them into a batch.

# %%
import time

import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from mlp_tutorial.data import load_mnist

torch.set_num_threads(1)  # one cook, even if your computer has room for more

digits = load_mnist("train", source="subset")
gray, labels = (digits.images[:, 0] * 255).byte(), digits.labels
steps = [transforms.ToTensor(), transforms.Normalize((0.13,), (0.31,))]
prepare = transforms.Compose(steps)  # one after the other
print(f"{len(labels):,} digits, from {gray.min()} to {gray.max()}")


# %%
class Pictures(Dataset):
    def __len__(self):
        return len(labels)

    def __getitem__(self, i):
        return prepare(Image.fromarray(gray[i].numpy())), labels[i].item()


textbook = DataLoader(Pictures(), batch_size=64, shuffle=True)
print(f"{len(textbook)} batches of 64 in an epoch")

# %% [markdown]
# And here's Ida. Python's `time.perf_counter()` is a clock that counts seconds to many decimal
# places. Each time you call `lap` with a name, she adds the milliseconds since the last call to
# whatever she's already written under that name. The loop she's watching is the one you know from
# [lesson 10](10_training.py), except that its batches now come from the `DataLoader`.


# %%
class Stopwatch:
    def __init__(self):
        self.spent, self.last = {}, time.perf_counter()

    def lap(self, name):
        now = time.perf_counter()
        ms = 1000 * (now - self.last)
        self.spent[name] = self.spent.get(name, 0) + ms
        self.last = now


# %%
import torch.nn.functional as F

from mlp_tutorial.networks import MLP


def train(batches, model, optimizer):
    watch = Stopwatch()
    for x, y in batches:
        watch.lap("fetch")
        loss = F.cross_entropy(model(x.flatten(1)), y)
        watch.lap("forward")
        optimizer.zero_grad()
        loss.backward()
        watch.lap("backward")
        optimizer.step()
        watch.lap("update")
    return watch.spent


# %%
torch.manual_seed(0)
model = MLP([784, 128, 64, 10])
optimizer = torch.optim.Adam(model.parameters())
warm_up = train([next(iter(textbook))], model, optimizer)  # doesn't count

# %% [markdown] tags=["predict"]
# Suppose you could buy a computer on which our network of 784-128-64-10 takes no time at all,
# neither forward nor backward nor for the update. How many times as fast would an epoch be?
#
# - [ ] More than 20 times.
#   You'd be right if fetching a batch were hardly any work. Let's see what Ida says.
# - [ ] About 5 times.
#   You'd be right if the fetching took a fifth of the time. It's closer to the other way around.
# - [x] Less than 2 times.
#   It's easy to forget that fetching a batch is work at all, because all you see of it is the
#   word `in`. But the clock runs there, too, and that's where most of the time goes.

# %% tags=["timing"] figure="where-the-time-goes" alt="A single bar for an epoch of the textbook loop, split into fetch, forward, backward and update. More than half of the bar is fetch." caption="An epoch, as Ida wrote it down. Each color is one of her four columns."
from mlp_tutorial.plots import plot_parts, show


def fastest_evening(evenings):  # the one that took the least time
    return min(evenings, key=lambda spent: sum(spent.values()))


before = fastest_evening([train(textbook, model, optimizer) for _ in range(3)])
total = sum(before.values())
for name, ms in before.items():
    print(f"{name:8} {ms:5.0f} ms, {100 * ms / total:.0f}%")
others = total - before["fetch"]
print(f"{total / before['fetch']:.1f} times as fast if the rest took no time")
print(f"{total / others:.1f} times as fast if the fetching took no time")
show(plot_parts({"textbook": before}, label="milliseconds"))

# %% [markdown]
# That's what Ida saw! If everything but the fetching took no time at all, we'd still have to wait
# for the fetching, and the epoch would be only a bit faster. But if the fetching took no time, it
# would be several times as fast.
#
# There's nothing wrong with the cook. But whenever he needs a carrot, he puts down his knife,
# walks down to the cellar, takes one carrot, climbs back up and washes it. Then he needs another
# one, and he does it all over again. Our loop makes 5,000 of these trips in an epoch. In the next
# epoch it'll bring up the very same carrots and wash them once more.
#
# That's why a sharper knife was a waste of money. How much you can gain is called **Amdahl's
# law**. If a part takes up a share $s$ of the time, then getting rid of it altogether makes the
# whole $1 / (1 - s)$ times as fast. For example, with a share of 10% that's a measly 1.11 times,
# while with 90% it's 10 times. Always start with whatever takes the longest.
# <!-- example -->

# %% [markdown]
# ## First, the stairs
#
# Any cook could have told Marta what to do. By the time the first guest arrives, everything
# should be washed and peeled and within reach, which cooks call *mise en place*. For us, that
# means preparing all the digits in one go and keeping them in memory as one tensor. Our 5,000
# digits take up 16 MB, and all 60,000 of MNIST would take up 188, so even those would fit easily.
# A `TensorDataset` then hands out the rows of that tensor.
#
# That does away with the stairs and the washing. But the cook still reaches for every carrot
# separately. The `DataLoader` picks up 64 single rows and then stacks them, when he could just
# grab a bunch. If `rows` holds 64 numbers, `x[rows]` gets the whole batch at once. That's how our
# own `batches` works, and it's kept us off these stairs since lesson 7. (You'll write it yourself
# in one of the exercises.) We'll time the textbook loop, prepared digits, and whole batches.

# %%
from torch.utils.data import TensorDataset

from mlp_tutorial.data import batches

x = ((gray / 255 - 0.13) / 0.31).flatten(1)  # all of them at once
assert torch.allclose(x[7], Pictures()[7][0].flatten())  # the same digits
for count in (len(x), 60_000):
    print(f"{count:,} digits: {count * 784 * 4 / 1e6:.0f} MB")  # 4 bytes each
prepared = DataLoader(TensorDataset(x, labels), batch_size=64, shuffle=True)
dice = torch.Generator().manual_seed(0)

# %% [markdown] tags=["predict"]
# Preparing the digits saves the washing, but the `DataLoader` still picks them up one by one. How
# much of the time that the textbook loop spends on fetching is left?
#
# - [ ] About two thirds.
#   That's what you'd expect if picking up, washing and stacking took equally long.
# - [ ] About a third.
#   You'd be right if washing took twice as long as the rest. It takes far longer than that.
# - [x] Less than a tenth.
#   Making a picture of each digit and turning it into a normalized tensor is far more work than
#   picking up a row.

# %% tags=["timing"] figure="without-the-stairs" alt="Three bars, split into fetch, forward, backward and update. The first is the textbook loop. The second, with prepared digits, is much shorter, because little is left of the fetch. In the third, with whole batches, hardly any fetch can be seen." caption="An epoch of the textbook loop, with prepared digits, and with whole batches. Watch the first part of each bar."
sources = {
    "textbook": lambda: textbook,
    "prepared": lambda: prepared,
    "whole batches": lambda: batches(x, labels, 64, generator=dice),
}
evenings = {name: [] for name in sources}
for _ in range(5):
    for name, source in sources.items():  # they take turns
        evenings[name].append(train(source(), model, optimizer))
bars = {name: fastest_evening(spent) for name, spent in evenings.items()}
for name, spent in bars.items():
    epoch, fetch = sum(spent.values()), spent["fetch"]
    faster = sum(bars["textbook"].values()) / epoch
    print(f"{name:13} fetch {fetch:4.0f} ms, the rest {epoch - fetch:3.0f} ms,")
    print(f"{'':13} the epoch {faster:.1f} times as fast")
show(plot_parts(bars, label="milliseconds"))

# %% [markdown]
# Compare how long it takes to fetch in each row. The stairs and the washing took up most of it,
# and most of the little that's left in the second row went into reaching for one carrot after
# another. All it cost us to get rid of both was some memory. The digits are the same, so the
# network learns just as much from them. (The random shifts of [lesson 12](12_evaluation.py) can't
# be prepared, since they're new each time. But you can shift a whole batch at once.)
#
# In Marta's kitchen, the stairs had taken up 44 of the 57 minutes. From the next evening on,
# dinner takes 13, and the stove she never needed is still shiny.
# <!-- example -->
#
# The network does the very same work in all three rows. If the rest differs between the last two,
# that's probably the watch shaking, so don't ask which of those two epochs is faster. If the rest
# takes longer in the first, we suspect the pictures that get shoved through the processor between
# two steps. Without them you can even beat the limit from Ida's notes, since Amdahl's law assumes
# that everything else takes as long as before.
#
# If your own data won't fit in memory, you can hire helpers instead. `DataLoader(...,
# num_workers=2)` starts two more processes, which run to the cellar for the next batches while
# the cook is still busy with this one. (If you work in a notebook, put the `Dataset` into a file
# of its own first. Except on Linux with an older Python, helpers can't see what's in your cells.)
#
# Once the biggest thing is gone, *something else* is the biggest. In the last row, that's the
# network, so Ida had better go back to her corner.

# %% [markdown]
# ## Can we trust the watch?
#
# From here on, the differences get smaller, and a watch that shakes can make up a difference that
# isn't there. Let's see how badly ours shakes by timing one training step 500 times in a row,
# always on the same batch. The function below makes such a step and returns it, so that we can
# call it whenever we like.


# %%
def make_step(
    size, optimizer=torch.optim.Adam, device="cpu", network=MLP, **options
):
    torch.manual_seed(0)
    model = network([784, 128, 64, 10]).to(device)
    stepper = optimizer(model.parameters(), lr=0.001, **options)
    x = torch.randn(size, 784, device=device)  # any numbers will do
    y = torch.randint(10, (size,), device=device)

    def step():
        loss = F.cross_entropy(model(x), y)
        stepper.zero_grad()
        loss.backward()
        stepper.step()
        return loss

    return step


# %% tags=["timing"] figure="the-same-step-again" alt="Histogram of the milliseconds that the same training step took, over 500 runs. The runs are spread over a range of times." caption="The same step, over and over. The 25 slowest runs are off the picture."
from mlp_tutorial.plots import plot_histogram

step, times = make_step(64), []
for _ in range(500):
    start = time.perf_counter()
    step()
    times.append(1000 * (time.perf_counter() - start))
times = torch.tensor(times)
print(f"{len(times)} runs, the first {times[0]:.2f} ms,", end=" ")
print(f"the slowest {times.max():.2f}, the fastest {times.min():.2f}")
shown = times.sort().values[:-25]
show(plot_histogram({"a step": shown}, xlabel="milliseconds"))

# %% [markdown]
# The same code on the same numbers takes a different time on every run. Other programs want their
# turn, the processor changes its speed, and the first run often has to set up things that later
# runs find ready. Now imagine you'd timed your "before" at a bad moment and your "after" at a
# good one. You'd have written a blog post.
#
# Two habits help. Nearly everything that shakes the watch makes a run slower, so we take the
# *fastest* of many runs. And you know from [lesson 12](12_evaluation.py) that two students are
# best compared on the same exam. If we timed all of A first and then all of B, a bad minute would
# hit only one of them, so we let them take turns. Our `race` does both. It has ten heats, and in
# each heat everybody gets several turns, of which only the fastest run counts.
#
# Our first race is about the cook. With the stairs out of the way, is he mostly chopping? One
# step gets 64 digits, and the other gets a single digit, so it needs only a 64th of the chopping.

# %% [markdown] tags=["predict"]
# How many times as long as a step on one digit does a step on 64 digits take?
#
# - [ ] More than 20 times.
#   There's 64 times as much arithmetic in the layers, but that isn't most of what we're waiting
#   for.
# - [ ] About 8 times.
#   That's what you'd get if the arithmetic were a ninth of the work on a single digit. It's far
#   less than that.
# - [x] Less than 4 times.
#   Much of what a step does has to be done once, whether there's one digit or 64 of them. Adam's
#   update is part of that.

# %% tags=["timing"]
from mlp_tutorial.timing import fastest, race

race({"64 digits": make_step(64), "1 digit": make_step(1)})
for n in (1, 1000, 1_000_000):
    a = torch.zeros(n)
    took = fastest(lambda: a + a)
    print(f"{n:9,} sums {1e6 * took:6.1f} µs, {1e9 * took / n:6.1f} ns each")

# %% [markdown]
# The single digit won, but not by much. (In the parentheses you see the worst of its ten heats
# and the best. If there's a 1 between those two, it's too close to call.) The sums show why. A
# nanosecond is a billionth of a second, and a sum that travels alone costs far more than a sum in
# a crowd of a million, because our cook follows his recipe to the letter. Take out a pot. Is it
# clean? Is it the right size? What goes in? Only then does he stir, and he goes through all that
# for every line of the recipe. Python and PyTorch do much the same for every operation, and so a
# pot of 64 carrots is nowhere near 64 times as much work as a pot of one.
#
# To get faster, we need a recipe with fewer lines.

# %% [markdown]
# ## A shorter recipe
#
# How many lines does a training step have? PyTorch's **profiler** knows. You put it around some
# code with `with`, just like `no_grad`, and it takes notes on every operation that runs.

# %%
import os

os.environ["KINETO_LOG_LEVEL"] = "99"  # so that it doesn't think aloud
from torch.profiler import ProfilerActivity, profile


def read_recipe(step):
    step()  # warm up
    # some versions of PyTorch print a warning without acc_events
    with profile(activities=[ProfilerActivity.CPU], acc_events=True) as notes:
        step()
    names = [event.name for event in notes.events()]
    return [n.removeprefix("aten::") for n in names if n.startswith("aten::")]


plain = read_recipe(make_step(64))
fused = read_recipe(make_step(64, fused=True))
print(f"{len(plain)} operations in a step, {len(fused)} with fused Adam")
print("only in plain Adam:", *dict.fromkeys(n for n in plain if n not in fused))
assert len(plain) - len(fused) > 100

# %% [markdown]
# The names in the last line look odd, but they're just averages, products, roots and quotients.
# They're what Adam does in [the lesson on optimizers](11_optimizers.py). Adam has six tensors to
# update, three matrices and three vectors of biases, and on a CPU it runs through that whole list
# of operations for each of them. With `fused=True`, it does nearly everything in one operation,
# and more than a hundred lines disappear. (Our count includes lines that only call others, so the
# true recipe is shorter. And on a GPU, Adam takes all six together, so there's less to gain.)
#
# Is it still Adam? Let's take twenty steps with each of them and compare the losses. Then they
# race, and we'll let SGD join in, which has even less to do.

# %% tags=["timing"] figure="fused-race" alt="Two rows, one for fused Adam and one for fused SGD, each with ten dots and a diamond on an axis of how many times as fast as plain Adam they were." caption="Each dot is one heat of the race, and the diamond is the average of ten. To the left of 1, plain Adam was faster."
from mlp_tutorial.plots import plot_comparison

adam, fused_adam = make_step(64), make_step(64, fused=True)
for _ in range(20):
    loss, fused_loss = adam(), fused_adam()
assert torch.allclose(loss, fused_loss, atol=1e-4)
print(f"loss in step 20: {loss.item():.4f} and {fused_loss.item():.4f}")
fast_sgd = make_step(64, torch.optim.SGD, fused=True)
found = race({"Adam": adam, "Adam, fused": fused_adam, "SGD, fused": fast_sgd})
wins = {name: ratios for name, (_, ratios) in found.items() if name != "Adam"}
show(plot_comparison(wins, label="times as fast as plain Adam"))

# %% [markdown]
# It's the same dish from a shorter recipe, and a step got faster by about a quarter, for free.
# (That's on our computer. If you have a dot to the left of 1, don't believe the diamond, however
# good it looks.)
#
# SGD is faster still. But it takes different steps, so you'd get a different network and have to
# look for a new learning rate. That's why it's a good idea to keep two lists. On the first are
# the changes that leave the result alone, up to rounding and the order of the digits, and you can
# make those without a second thought. Prepared digits, whole batches and fused Adam are all on
# it. In [our measurements](../benchmarks.md#is-our-loop-fast), they took the loop through all of
# MNIST six times as fast as the textbook, and none of that cost a cent.
#
# On the second list are all the others, such as SGD or a bigger pot. With a pot of 1,024, you cook
# many more digits each time you go through the recipe. But then an epoch has only 5 steps, where
# it used to have 79, so each of them has to get you further. After a change like that, you have to
# tune and test again, as in [lesson 12](12_evaluation.py).
# <!-- example -->

# %% [markdown]
# ## What people buy first
#
# If you still want more, there's always something to buy, and it's what most people buy first. We
# left it until now because none of it gets a single carrot out of the cellar any faster.
#
# You can buy rougher numbers. Until now ours have been `float32`, with 32 bits each. In
# `bfloat16`, each has only 16, so there's half as much to carry around, and some processors have
# special instructions for multiplying them. Such numbers can get just as large as in `float32`,
# up to a 3 with 38 digits after it. So let's count carrots with them.
# <!-- example -->

# %% [markdown] tags=["predict"]
# We start at 0 in `bfloat16` and add 1 again and again. How far do we get?
#
# - [ ] To a 3 with 38 digits after it, if you have the time.
#   There is such a number. But counting won't take you there, because you can't take steps of 1
#   all the way.
# - [ ] To 65,535.
#   That's how far you can count if you use all 16 bits for counting. But `bfloat16` spends half
#   of them on reaching that far.
# - [x] To 256.
#   257 doesn't exist here. 256 + 1 is halfway between 256 and the next number, which is 258, and
#   the tie goes to 256. So there we are, forever.

# %%
carrots = torch.tensor(0.0, dtype=torch.bfloat16)
while carrots + 1 != carrots:
    carrots = carrots + 1
print(f"We're stuck at {carrots.item():.0f}.")
for dtype in (torch.float32, torch.bfloat16):
    limits = torch.finfo(dtype)
    print(f"{dtype}: {limits.bits} bits, largest {limits.max:.1e},", end=" ")
    print(f"after 1 comes {1 + limits.eps}")
assert carrots == 256

# %% [markdown]
# After 1, the next number comes almost a hundredth later, so if you nudged a weight of 1 by a
# thousandth, it wouldn't move at all. That's why `torch.autocast` leaves the weights in `float32`
# and hands the products rough copies of them. You put it around the forward pass, and `backward`
# and `step` stay outside. Let's race it with a pot of 256.
# <!-- example -->


# %% tags=["timing"]
class Rough(MLP):
    def forward(self, x):
        with torch.autocast("cpu", torch.bfloat16):
            return super().forward(x).float()


same = make_step(256, fused=True)
rough = make_step(256, fused=True, network=Rough)
found = race({"float32": same, "bfloat16": rough})

# %% [markdown]
# What comes out depends on your processor. The one in [our
# measurements](../benchmarks.md#how-well-can-it-read-digits) has those instructions, and they
# make the products more than three times as fast. A whole step gains less, because the rest of
# the recipe stays as long as it was. On a processor without them the range can lie below 1, and
# then the thing you'd have paid for is *slower*. Rougher products also lead to a different
# network, which puts `bfloat16` on the second of our two lists.
#
# (You can also have the recipe rewritten, with `torch.compile`. In our measurements, that made a
# step on 64 digits slower by about a third, since so small a network leaves little to rewrite.)
#
# And then there's the GPU. It's like a huge kitchen across town, with thousands of cooks who all
# chop at once. But you have to phone in every single operation, and for one carrot that's hardly
# worth the call. That kitchen also plays a trick on Ida. When you call, they say "sure" and hang
# up, and Python moves on to its next line while they cook. If Ida stops her watch now, all she's
# timed is the phone call. First she has to call `torch.accelerator.synchronize()`, which waits
# until all the orders are finished.

# %% tags=["timing"]
gpu = torch.accelerator.current_accelerator(check_available=True)
if gpu is None:
    print("PyTorch saw no GPU here, so this cell had nothing to run.")
else:
    for size in (1, 64, 1024, 16_384):
        print(f"a step, batch {size:,}")
        here = make_step(size, fused=True)
        there = make_step(size, device=gpu, fused=True)
        wait = torch.accelerator.synchronize
        race({"here": here, "across town": there}, heats=3, wait=wait)

# %% [markdown]
# If all you see above is a sentence, this page was made without a GPU. So we borrowed one, of the
# kind that fills data centers. It raced against a single core of the processor next to it, which
# flatters the GPU.
#
# <!-- benchmark accelerator small large -->
#
# With a single digit, the phone call costs more than the cooking. With 64 digits it's a draw.
# With about a thousand, the kitchen across town is more than four times as fast, and with the
# largest pot it's about a hundred times. (The notebook doesn't show this table, but if you have a
# GPU, its cell above measures yours.)
#
# Look at how long it takes over there, in the last column. It's about a millisecond every time!
# That's how long we're on the phone, and whatever is in the pot gets cooked along the way. So
# what counts is how much there is to chop for each call, and more digits aren't the only way to
# get there. The network in the last two rows has larger layers, and it's much better off across
# town with only 64 digits.
#
# And what about the results? We ran all the lessons of this course on that GPU, too. Apart from
# the times, no number moved by more than we'd allowed for.

# %% [markdown]
# ## How fast could it possibly be?
#
# We could go on like this all night. When does Ida get to go home? No kitchen can be faster than
# its cook when he's chopping nonstop, with everything within reach and no recipe to read. In a
# network, chopping means matrix products, and there's no way around those.
#
# A step needs eight of them. (In [lesson 9](09_gradients.py) it was nine, because our loop also
# worked out what the pixels did, and PyTorch skips that.) On the way forward, each of the three
# layers has one product. On the way back, each layer needs a second product for the slopes of its
# weights. All but the first also need a third, which passes the slopes on to the layer before. So
# let's take random matrices of the right shapes, multiply them, and do nothing else. That's our
# **roof**, because a step that makes these products can't be faster than they are. It's the roof
# of one core, in `float32`.

# %%
from itertools import pairwise

sizes = [784, 128, 64, 10]
weights = [a * b for a, b in pairwise(sizes)]  # 784 * 128, 128 * 64, 64 * 10
needed = 3 * sum(weights) - weights[0]
print(f"multiplications for a digit: {needed:,}")


def products(size):
    a = [torch.randn(size, width) for width in sizes]
    w = [torch.randn(*shape) for shape in pairwise(sizes)]

    def run():
        for i in range(3):
            a[i] @ w[i]  # forward
            a[i].T @ a[i + 1]  # the slopes of the weights
            if i > 0:
                a[i + 1] @ w[i].T  # back to the layer before

    return run


# %% tags=["timing"] figure="the-roof" alt="Two lines of digits per second against the batch size from 1 to 1,024, both axes logarithmic. The dashed line of the products alone and the solid line of the whole step both rise steeply at first and flatten toward the right." caption="Digits per second, for whole steps and for their products alone. What matters is the gap between the two lines."
from mlp_tutorial.plots import plot_lines

batch_sizes = [1, 8, 64, 256, 1024]
speed = {"the whole step": [], "products alone": []}
for size in batch_sizes:
    print(f"batch {size:,}")
    runs = zip(speed, (make_step(size, fused=True), products(size)))
    for name, (best, _) in race(dict(runs)).items():
        speed[name].append(size / best)
rate = needed * speed["products alone"][-1]
print(f"{rate / 1e9:.0f} billion multiplications a second in the last row")
lines = {name: (batch_sizes, values) for name, values in speed.items()}
show(plot_lines(lines, x="batch size", y="digits per second", log=True))

# %% [markdown]
# The gap between the lines comes from everything that isn't a product, such as the activations,
# the loss, the update, and reading the recipe. With one digit in the pot, a step is nearly all
# reading and hardly any cooking. In [our measurements](../benchmarks.md#is-our-loop-fast), which
# used plain SGD, the products came to half of a step on 64 digits and to three quarters of a step
# on 1,024.
#
# That tells us when to stop. Suppose the products alone are 1.25 times as fast as the whole step.
# Then even the best programmer in the world couldn't get more than 1.25 times the speed by
# removing everything else. Is that worth another evening? If not, Ida can go home.
# <!-- example -->

# %% [markdown]
# ## What our machine can read now
#
# Everything's in place, so let's serve dinner. We'll use whole batches, a pot of 256, and fused
# Adam. We tried eight learning rates with these settings and took the one that did best on
# validation digits. The network gets to see all the training digits we have, four times over. How
# long would the textbook loop have needed for that, going by Ida's notes?

# %% tags=["timing"]
from functools import partial

from mlp_tutorial.data import mean_and_std, normalize
from mlp_tutorial.training import fit, one_cycle

full, test = load_mnist("train"), load_mnist("test")
scale = mean_and_std(full.images)
x_full, x_test = (normalize(d.images, *scale).flatten(1) for d in (full, test))
torch.manual_seed(0)
reader = MLP([784, 128, 64, 10])
options = {"epochs": 4, "batch_size": 256, "lr": 0.01, "schedule": one_cycle}
fused = partial(torch.optim.Adam, fused=True)
history = fit(reader, (x_full, full.labels), optimizer=fused, **options)
took = sum(history.seconds)
ida = 4 * total / 1000 * len(full) / len(labels)  # four epochs, as she timed
print(f"{4 * len(full):,} digits in {took:.1f} s. The textbook loop would")
print(f"have needed {ida:.0f} s, or {ida / took:.0f} times as long.")

# %% tolerance=0.5
with torch.no_grad():
    right = (reader(x_test).argmax(dim=1) == test.labels).double().mean()
print(f"{100 * right:.0f}% of {len(test):,} test digits")
assert right > 0.88

# %% [markdown]
# With the full set, that's about 98% of the test digits, and you've hardly had time to stretch.
# Our machine isn't any smarter than before. It's just stopped waiting for carrots and started
# using a bigger pot. But the pot is from our second list, and we didn't count the time it took to
# prepare the digits, so not all of that speed is the same job done faster.
#
# Not that 98% is anything new. In [lesson 12](12_evaluation.py) our machine did better than that.
# But every experiment in this course has been cut down to fit into an evening, with a small
# network and a handful of epochs. Now that a step takes so little time, the same evening has room
# for more. How much better could it get? The next lesson, [How far can it go?](17_how_far.py),
# spends the whole evening on that question.
#
# Ida is on her way home by now. She's left a card on the refrigerator, and it fits your own
# training loop, too.
#
# 1. Measure first, and find out which part takes the longest.
# 2. Prepare the data once, before the first epoch.
# 3. Take whole batches with `x[rows]`, or hire helpers if the data won't fit.
# 4. Use a fused optimizer. Try a bigger pot, too, but then tune again.
# 5. Compare with the products alone, and stop when you're close.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Should Marta buy the knife?
#
# Amdahl's law told us what happens if a part goes away altogether. Usually a part only gets
# faster. Write `speedup(share, factor)`. It says how many times as fast the whole is if a part
# that takes up `share` of the time, a number from 0 to 1, becomes `factor` times as fast. For
# example, with a share of 0.5 and a factor of 2 it's about 1.33.
#
# <details><summary>Hint 1</summary>
#
# Say the whole takes 1 second. How long does the part take afterwards, and how long does
# everything else take?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The new time is `(1 - share) + share / factor`. How many times does that fit into 1 second?
#
# </details>


# %% tags=["exercise"]
def speedup(share, factor):
    raise NotImplementedError


# %% tags=["solution"]
def speedup(share, factor):
    return 1 / (1 - share + share / factor)


# %% tags=["check"]
from mlp_tutorial.exercises import check_speedup

print(check_speedup(speedup))

# %% [markdown] tags=["exercise", "warm-up"]
# ### How much work?
#
# People measure the work of a network in **FLOPs**, where each multiplication counts as one, and
# so does each addition. Write `count_flops(sizes)`, which returns how many FLOPs one example
# costs on its way forward. The list `sizes` may be as long as you like. Count an addition for
# each multiplication and leave out the biases and the activations. For example, `count_flops([2,
# 3])` is 12.
#
# <details><summary>Hint 1</summary>
#
# Every weight does the same two things for an example. So how many weights are there?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Go through the sizes in neighboring pairs, with `pairwise(sizes)` or with `zip(sizes,
# sizes[1:])`. Each pair has as many weights as the product of its two sizes.
#
# </details>


# %% tags=["exercise"]
def count_flops(sizes):
    raise NotImplementedError


# %% tags=["solution"]
def count_flops(sizes):
    return 2 * sum(a * b for a, b in pairwise(sizes))


# %% tags=["check"]
from mlp_tutorial.exercises import check_count_flops

print(check_count_flops(count_flops))

# %% [markdown] tags=["exercise", "apply"]
# ### Batches without a DataLoader
#
# Write the function that got us off the stairs. `batches(x, y, batch_size, generator)` yields one
# epoch in pairs, each of them a batch of `x` with its part of `y`. Every example comes once, in a
# new order that's drawn from the generator, and the last batch may be smaller. `yield` is like
# `return`, except that the function carries on from there when it's asked for the next pair. If
# you'd rather not use it, return a list of the pairs.
#
# <details><summary>Hint 1</summary>
#
# `torch.randperm(n, generator=generator)` returns the numbers from 0 to n - 1 in random order. A
# tensor's `split` cuts it into pieces.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Loop over the pieces with `for rows in order.split(batch_size)`, and `yield` two things, `x` and
# `y`, each with `rows` as its index.
#
# </details>


# %% tags=["exercise"]
def batches(x, y, batch_size, generator):
    raise NotImplementedError


# %% tags=["solution"]
def batches(x, y, batch_size, generator):
    for rows in torch.randperm(len(x), generator=generator).split(batch_size):
        yield x[rows], y[rows]


# %% tags=["check"]
from mlp_tutorial.exercises import check_batches

print(check_batches(batches))

# %% [markdown] tags=["exercise", "apply"]
# ### One helper
#
# Marta hires a helper, who runs to the cellar for one batch after another without ever taking a
# break. The cook can start on a batch as soon as it's there *and* he's done with the one before.
# Write `finish(fetches, steps)`, which returns the time when the last batch is done. The lists
# say how many seconds it takes to fetch each batch and to cook it. For example, `finish([3, 3],
# [1, 5])` is 11. The second batch arrives after 6 seconds, when the first has long been done.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# Keep two times, one for when the helper is back with the current batch, and one for when the
# cook is done with it. The helper never waits for the cook.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# For each batch, add its `fetch` to the first time. The cook starts at the later of the two
# times, which is their `max`, and is done `step` seconds after that.
#
# </details>


# %% tags=["exercise"]
def finish(fetches, steps):
    raise NotImplementedError


# %% tags=["solution"]
def finish(fetches, steps):
    fetched = done = 0
    for fetch, step in zip(fetches, steps):
        fetched += fetch
        done = max(done, fetched) + step
    return done


# %% tags=["check"]
from mlp_tutorial.exercises import check_finish

print(check_finish(finish))

# %% [markdown] tags=["exercise", "think"]
# ### How many helpers?
#
# It takes one helper 9 milliseconds to fetch a batch, and the network needs 2 milliseconds for a
# step. Helpers don't get in each other's way. What's the smallest number of helpers with which
# the network, after a while, never has to wait? Set `helpers` to that number.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# In 18 milliseconds, how many batches does the network use up, and how many does one helper
# fetch?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Four helpers fetch 4 batches every 9 milliseconds. In that time the network could use 4.5.
#
# </details>

# %% tags=["exercise"]
helpers = ...

# %% tags=["solution"]
import math

helpers = math.ceil(9 / 2)

# %% tags=["check"]
from mlp_tutorial.exercises import check_helpers

print(check_helpers(helpers))

# %% [markdown] tags=["exercise", "think"]
# ### The watch that lies
#
# This function is meant to say how many seconds `run` takes on a GPU. Calling `run()` sends an
# order, `wait()` returns when all the orders so far have been carried out, and `clock()` tells
# the time. There may be orders from before that aren't finished yet, and those mustn't count. The
# function returns numbers that are far too good. Fix it.
#
# <details><summary>Hint 1</summary>
#
# When does the clock get stopped, and is the food cooked by then? And what else might the kitchen
# be busy with when the clock is started?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# You need `wait()` twice, each time right before you read the clock.
#
# </details>


# %% tags=["exercise"]
def seconds(run, wait, clock):
    start = clock()
    run()
    stop = clock()
    wait()
    return stop - start


# %% tags=["solution"]
def seconds(run, wait, clock):
    wait()
    start = clock()
    run()
    wait()
    stop = clock()
    return stop - start


# %% tags=["check"]
from mlp_tutorial.exercises import check_seconds

print(check_seconds(seconds))
