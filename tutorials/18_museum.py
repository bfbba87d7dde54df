# %% [markdown]
# # The museum of bugs
#
# In a museum in Washington there's a moth. It's taped to a page of a logbook, and underneath it
# somebody wrote, "First actual case of bug being found." In 1947 it got stuck in a relay of a
# computer at Harvard. The machine misbehaved, people looked inside, and there it was. They took
# it out and went on computing.
# <!-- example -->
#
# That was a bug with manners. Yours won't have any. You forget a line, and there's no error, no
# warning and no dead moth. The network reads 82 digits in 100, and you go home happy, because
# nobody told you that it could have been 88.
# <!-- example -->
#
# Here's a riddle to begin with. Two networks have a bug. In one, the loss gets stuck far too high.
# In the other, it falls just as it should. Which of them reads more digits in the end?
#
# <!-- figure two-exhibits soon -->
#
# <!-- riddle -->
#
# You'll see both again on the last wall. Neither says a word, and that leads to the last big
# question of the course. **How do you find a bug that never complains?**
#
# You'll be able to
#
# - ask a network four questions to which you already know the answers;
# - recognize most of the sixteen bugs by the trace they leave, and know which leave none;
# - put a fair price on a bug.
#
# Reading takes 40 minutes. The code runs in under a minute on an ordinary laptop.
#
# You'll need the loss of [lesson 4](04_softmax.py), the training loop of
# [lesson 10](10_training.py), and what ± means from [lesson 12](12_evaluation.py).

# %% [markdown]
# ## The guide's four questions
#
# Tonight we'll visit a museum in which every exhibit is a network with a bug, and each of them
# runs to the end without an error. At the entrance we're joined by a guide, who has seen a lot of
# networks come and go. "Staring at a loss won't help you much," says the guide. "Is 0.9 good? Is
# it a disaster? Ask questions to which you *do* know the answer." There are four of them, and
# they take only a few seconds in all.
# <!-- example -->
#
# The guide hands you a card.
#
# > **Four questions for a network that doesn't complain**
# >
# > - **How sure are you before you've learned anything?** A network that knows nothing should put
# >   about ten cents on each of ten digits. That makes a loss of about 2.30, the shrug of [lesson
# >   4](04_softmax.py).
# > - **Can you learn ten digits by heart?** Turn off dropout and whatever else is meant to prevent
# >   that. Take one batch and train on nothing else. There's no new handwriting to worry about, so
# >   the loss should fall nearly to 0. If it can't, something is wrong.
# > - **What can you do with your eyes shut?** Show the same gray page in place of every digit and
# >   train as usual. Now all the network can learn is how often each digit occurs. If it doesn't do
# >   clearly better with its eyes open, it isn't looking.
# > - **May I see what you see?** Never mind the files on your disk. Draw the tensors themselves,
# >   labels included, at the last moment before they go into the network.
#
# We'll ask a healthy network first, to know what good answers look like. It's a small one that
# learns from 3,000 digits in batches of ten. We'll use 1,000 more to choose learning rates, and
# the last 2,000 stay in the drawer.

# %%
import torch
import torch.nn.functional as F
from torch import nn

from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.training import fit

parts = [load_mnist(name, source="subset") for name in ("train", "test")]
images = torch.cat([part.images for part in parts])
labels = torch.cat([part.labels for part in parts])
order = torch.randperm(6000, generator=torch.Generator().manual_seed(0))
images, labels = images[order], labels[order]
scale = mean_and_std(images[:3000])
x = normalize(images, *scale).flatten(1)
learn, drawer = (x[:3000], labels[:3000]), (x[4000:], labels[4000:])
print(len(learn[0]), "to learn from,", len(drawer[0]), "in the drawer")

# %% [markdown]
# On the back of the card, the first three questions are written in code, so that you can copy
# them.


# %%
def small():
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))


def ask(x, y, make=small):
    torch.manual_seed(18)
    options = {"batch_size": 10, "lr": 0.05, "progress": False}
    # how sure are you before you've learned anything?
    print(f"before learning: {F.cross_entropy(make()(x), y):.2f}")
    # can you learn ten digits by heart?
    heart = fit(make(), (x[:10], y[:10]), epochs=150, **options)
    # what can you do with your eyes shut?
    shut = fit(make(), (0 * x, y), epochs=2, **options)
    opened = fit(make(), (x, y), epochs=2, **options)
    found = [each.train_loss[-1] for each in (heart, shut, opened)]
    print(f"ten digits by heart: {found[0]:.3f}")
    print(f"eyes shut: {found[1]:.2f}, eyes open: {found[2]:.2f}")
    return found


# %%
by_heart, shut, opened = ask(*learn)
assert opened < shut - 1
assert by_heart < 0.1

# %% [markdown]
# That's what healthy sounds like. For the fourth question, you'll need eyes of your own. Here's
# what three networks get to see, one network to a row. Two of them are exhibits. Which two, and
# what's wrong with them?

# %% figure="what-it-sees" alt="Three rows of eight digits with labels. In the first row all labels fit. In the second row the digits are fine, but most labels belong to other digits. The third row shows scattered gray pixels in which nobody can see a digit." caption="The number above each picture is its label."
from mlp_tutorial.plots import draw_digits, show

dice = torch.Generator().manual_seed(4)
stirred = torch.randperm(784, generator=dice)  # one order for all images
scrambled = images.flatten(1)[:, stirred].reshape(-1, 1, 28, 28)
sights = torch.cat([images[:16], scrambled[16:24]])  # eight in a row
other = labels[torch.randperm(3000, generator=dice)[:8]]
show(draw_digits(sights, torch.cat([labels[:8], other, labels[16:24]])))

# %% [markdown]
# In the second row, somebody shuffled the images and forgot to shuffle the labels with them. In
# the third, the pixels got stirred, the same way in every image, perhaps by a well-meant
# `reshape`. That took you a few seconds, and no loss curve would have told you what was wrong.
# We'll meet both of them again inside.

# %% [markdown]
# One rule before we go in. When an answer is wrong, **change one thing** and ask again. If you
# change two things and it helps, you won't know which of them did it, and the other may well be a
# new bug.

# %% [markdown]
# ## Room 1: The loss won't fall
#
# It's quiet in here. The loss curves on the walls are as flat as the horizon. Most people would
# turn up the learning rate now. We'll put the guide's questions to the first two exhibits
# instead. In one of them, all weights start at zero. In the other, somebody has shuffled the
# labels.


# %%
def zeros():
    net = small()
    for p in net.parameters():
        nn.init.zeros_(p)
    return net


mixed = learn[1][torch.randperm(3000, generator=dice)]
print("weights of zero")
by_heart, _, opened = ask(*learn, make=zeros)
assert min(by_heart, opened) > 1
print("labels mixed up")
by_heart, _, opened = ask(learn[0], mixed)
assert by_heart < 0.1
assert opened > 2

# %% [markdown]
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **weights of zero** | a perfect first loss, and then nothing | every hidden unit says 0, so the last weights have nothing to multiply, and weights of 0 pass no gradient back | random weights, as in [lesson 8](08_build_a_network.py) |
# | **labels mixed up** | the same loss as with eyes shut | each image comes with somebody else's label | one `rows` for both, as in `x[rows], y[rows]` |
#
# You've caught your first two bugs. Neither network does any better with its eyes open. It's the
# ten digits that tell the two apart. With zero weights, the network can't even learn those. With
# mixed-up labels it can, because ten wrong labels are as easy to remember as ten right ones.
# That's why the guide has more than one question.

# %% [markdown]
# ## What's a fair price?
#
# Each exhibit has a price tag that says how many points of accuracy the bug costs. The weights of
# zero cost 78.5, which leaves only guessing. To work out such a price, we train with the bug,
# train without it, and subtract. One pair of networks proves little, so we want twenty of each,
# and here's a way to train twenty at once.
#
# You can leave the code folded. All you need from it is that `train(rate, …)` trains twenty
# networks, and that a bug goes in place of the dots. For example, `deal` decides the order of the
# images and the labels.
#
# <!-- folded -->

# %%
from torch.func import functional_call, stack_module_state


class Twenty:
    def __init__(self, make):
        torch.manual_seed(18)
        self.nets = [make() for _ in range(20)]
        # the weights of all twenty, piled up
        self.numbers, _ = stack_module_state(self.nets)

    def one(self, numbers, x):  # run a network with these weights
        return functional_call(self.nets[0], numbers, (x,))

    def answer(self, x, mode="eval"):
        self.nets[0].train(mode == "train")  # as .eval(), unless mode is train
        # vmap runs all twenty, as if in a loop, only faster
        # 0 and None: each has its own numbers, and all get the same x
        every = torch.vmap(self.one, (0, None), randomness="different")
        with torch.no_grad():
            return every(self.numbers, x)  # (20, digits, 10)


# %%
def shuffled(y):
    rows = torch.randperm(len(y))
    return torch.stack([rows, rows])  # the order of the images and the labels


# %%
def train(lr, make=small, deal=shuffled, loss=F.cross_entropy, **more):
    x, y = more.get("learn", learn)  # from learn, unless told otherwise
    twenty, curve = Twenty(make), []
    optimizer = torch.optim.SGD(twenty.numbers.values(), lr=1)

    def one(numbers, x, y):
        return loss(twenty.one(numbers, x), y)

    every = torch.vmap(one, randomness="different")
    for _ in range(more.get("epochs", 2)):
        orders = torch.stack([deal(y) for _ in range(20)])  # (20, 2, 3000)
        for rows in orders.split(10, dim=2):  # (20, 2, 10)
            losses = every(twenty.numbers, x[rows[:, 0]], y[rows[:, 1]])
            if not more.get("forget"):
                optimizer.zero_grad()
            (lr * losses).sum().backward()  # so each has a rate of its own
            optimizer.step()
            curve.append(losses.detach())
    twenty.curve = torch.stack(curve)  # (steps, 20)
    return twenty


# %% [markdown]
# Now we can try twenty learning rates at once. We'll do that for the healthy network, for one
# without an activation between its layers, and for one without `zero_grad`.

# %% figure="prices-and-rates" alt="Two panels with the share of digits read right against the learning rate. In both, the healthy network is a dashed gray curve that rises to nearly 90% and then falls to 10%. Without an activation, the curve rises with it to nearly the same height, but falls off sooner. Without zero_grad, the curve has nearly the same shape, but far to the left, and falls off before the healthy one has risen." caption="How many digits the networks read at twenty rates, with one network at each rate. The dashed gray curve is the healthy one in both panels. Each curve has its top at another rate, and it's the tops that you should compare."
from mlp_tutorial.plots import plot_bugs


def straight():
    return nn.Sequential(nn.Linear(784, 32), nn.Linear(32, 10))


rates = 10 ** torch.linspace(-5, 0.7, 20)
reached = []
for bug in {}, {"make": straight}, {"forget": True}:
    said = train(rates, **bug).answer(x[3000:4000]).argmax(dim=2)
    share = (said == labels[3000:4000]).double().mean(dim=1)
    reached.append((100 * share).tolist())
bugs = {"no activation": reached[1], "no zero_grad": reached[2]}
usual, at = reached[0], rates.tolist()
show(plot_bugs(bugs, usual, at=at, x="rate", y="right, %", log=True))

# %% [markdown]
# What does it cost to forget `zero_grad`? At the rate that's best for the healthy network, it
# costs nearly everything. At much smaller rates, it looks like a great improvement. Neither
# comparison is fair, as in the [race of the fleas](11_optimizers.py). Give each of them its own
# best rate and compare the tops. Our script tried the same coarse range of rates on every exhibit
# and then trained twenty networks or more at each of the rates around the best one. It chose by
# their average on those 1,000 digits, and we'll use what it chose. The table is [on the last
# wall](#the-wall).

# %% [markdown]
# Here are our twenty healthy networks. We'll compare everything in the museum with them.

# %%
healthy = train(0.056)
answers = healthy.answer(drawer[0])
right = 100 * (answers.argmax(dim=2) == drawer[1]).double()  # (20, 2000)
scores = right.mean(dim=1)
print(f"right: {scores.mean():.0f}%", end=" ")
print(f"(from {scores.min():.0f} to {scores.max():.0f}%)")
assert scores.mean() > 80

# %% [markdown]
# The twenty networks with the bug and the twenty without read the same 2,000 digits from the
# drawer, so we subtract digit by digit. The ± covers two kinds of luck, the luck of the starts
# and the luck of the digits. [Lesson 12](12_evaluation.py) showed how to measure each of them,
# and that their squares add up. Say a price is 5 ± 1. The 1 is two standard errors, so an
# interval like 4 to 6 contains the true price about 19 times in 20. That's the price after two
# rounds on digits like these. It leaves out the luck of the rate we picked and of the 3,000
# digits to learn from. And among sixteen prices, about one is further off than its ± says, so
# don't make too much of the smaller ones. Nearly all of them are measured against the same twenty
# healthy networks, so if those were unlucky, many prices are too low.
# <!-- example -->
#
# <!-- folded -->


# %%
def price(good, bad):
    gap = good - bad  # for each network and each digit
    starts = gap.mean(dim=1).var() / gap.shape[0]
    digits = gap.mean(dim=0).var() / gap.shape[1]
    return gap.mean().item(), 2 * (starts + digits).sqrt().item()


# %%
wall, ten = {}, (x[:10], labels[:10])


def learn_by_heart(**bug):  # the last loss of each of the twenty
    return train(0.056, learn=ten, epochs=150, **bug).curve[-1]


def hang(name, bad, twenty, good=right, plain=healthy, note=""):
    cost, luck = price(good, bad)
    # in thirty pieces, averaged over the networks
    curves = [t.curve.reshape(30, -1).mean(dim=1) for t in (twenty, plain)]
    wall[name] = cost, luck, [curve.tolist() for curve in curves]
    print(f"{name}: {cost:.1f} ± {luck:.1f}{note}")


# %%
def visit(name, lr, **bug):
    twenty = train(lr, **bug)
    found = twenty.answer(drawer[0]).argmax(dim=2) == drawer[1]
    first, heart = twenty.curve[0].mean(), learn_by_heart(**bug)
    heart = heart[heart.abs().argmax()]
    fine = heart.abs() < 0.1  # neither below 0 nor nan
    note = f", first loss {first:.2f}" + " (should be 2.3)" * (first > 3)
    note += f", by heart {heart:.2f}" + " (should be 0)" * (not fine)
    hang(name, 100 * found.double(), twenty, note=note)
    return twenty


# %% [markdown]
# `visit` hangs an exhibit on the wall. It prints the price and the answers to the guide's first
# two questions, and where one is far off, it says what it should be. (The second is always asked
# at the healthy rate. Of the twenty answers, you see the one that's furthest from 0.) First come
# the two from Room 1. No rate helped them, so they get the healthy one.

# %%
visit("weights of zero", 0.056, make=zeros)
twenty = train(0.056, learn=(learn[0], mixed))
found = twenty.answer(drawer[0]).argmax(dim=2) == drawer[1]
hang("labels mixed up", 100 * found.double(), twenty)
assert min(wall[name][0] for name in wall) > 60

# %% [markdown]
# They cost everything. The next one is harder.

# %% [markdown] tags=["predict"]
# Remember the stirred pixels at the entrance? Suppose the network gets all its digits like that,
# both the ones it learns from and the ones in the drawer. What does that cost?
#
# - [x] Less than a point.
#   The first layer multiplies each pixel by a weight of its own and adds everything up, and a sum
#   doesn't care about the order. Each weight just sits somewhere else.
# - [ ] About 20 points.
#   *You'd* lose that and more, because you look for strokes and loops. The network was never told
#   which pixels are neighbors.
# - [ ] Nearly everything.
#   Each pixel always lands in the same place, so everything that was in the image is still there.

# %%
mess = x[:, stirred]
twenty = train(0.056, learn=(mess[:3000], labels[:3000]))
answers = twenty.answer(mess[4000:]).argmax(dim=2)
hang("stirred pixels", 100 * (answers == drawer[1]).double(), twenty)
assert abs(wall["stirred pixels"][0]) < 3

# %% [markdown]
# It costs nothing, and that's no accident. Stir the weights of the first layer in the same way,
# and every sum stays what it was.
#
# Don't leave that bug in just because it's free. The day you show the network a picture that
# isn't stirred, it'll read nonsense.

# %% [markdown]
# ## Room 2: It falls, but not far enough
#
# This is the room with the benches, where people sit and wait for the loss to come down. The
# first exhibit has a cord around it, because it's a different kind of network. Its single output
# only says whether a digit is even, 1 for yes and 0 for no, and its loss is the squared error.
# There are two versions. Before you read on, compare the two `return` lines.


# %%
def single():
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 1))


def pairs(said, y):
    return ((said[:, 0] - y) ** 2).mean()  # (10,) and (10,)


def square(said, y):
    return ((said - y) ** 2).mean()  # (10, 1) and (10,)


# %%
even = (labels % 2 == 0).float()
hits, nets = [], []
for loss in (pairs, square):
    nets.append(train(0.032, single, loss=loss, learn=(x[:3000], even[:3000])))
    said = nets[-1].answer(drawer[0])[:, :, 0] > 0.5
    hits.append(100 * (said == (even[4000:] == 1)).double())
    print(f"{loss.__name__}: {hits[-1].mean():.0f}% right")
hang("(10, 1) - (10,)", hits[1], nets[1], hits[0], nets[0])
page = x[:10], even[:10]
ten_even = train(0.032, single, loss=square, learn=page, epochs=150)
print(f"    by heart {ten_even.curve[-1].min():.2f} at best")
assert wall["(10, 1) - (10,)"][0] > 10

# %% [markdown]
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **(10, 1) - (10,)** | a loss that falls a little and then stops | a column minus a row is a square, so each answer is compared with all ten labels of its batch | `said[:, 0]` |
#
# [Lesson 6](06_tensors.py) warned you about that one. The best an answer can do is to aim at the
# average of the ten labels. Only one of them is the digit's own, and that tenth is all that the
# network has to learn from. Even so, it does clearly better than a coin! So don't relax just
# because your network beats guessing.
#
# The other exhibits in this room read all ten digits again.


# %%
def loud():
    net = small()
    for p in net.parameters():
        nn.init.normal_(p)  # as from randn, which books call N(0, 1)
    return net


def softmax_twice(logits, y):
    return F.cross_entropy(logits.softmax(dim=1), y)


def behind(activation):  # after the last layer
    return nn.Sequential(*small(), activation)


# %% [markdown] tags=["predict"]
# Each bug gets its own best rate. Which of these three costs the most?
#
# - [ ] Softmax twice, in the model and again in the loss.
#   Lesson 7 showed the floor under such a loss, and the loss does look awful. The largest number
#   still wins, though, and that's all we count.
# - [ ] A ReLU after the last layer.
#   The outputs can't go below zero, and some of the twenty networks never say some of the
#   digits at all. Most of them manage.
# - [x] Initial weights straight from the dice.
#   They're the loud weights of lesson 3 and haven't been turned down. The network starts out very
#   sure of itself and very wrong, and after two rounds it's still far behind.

# %%
visit("softmax twice", 0.1, loss=softmax_twice)
relu = visit("ReLU at the end", 0.1, make=lambda: behind(nn.ReLU()))
said = relu.answer(drawer[0]).argmax(dim=2)
mute = sum(len(one.unique()) < 10 for one in said)
print(f"    {mute} of the twenty never say some of the digits")
heart = learn_by_heart(make=lambda: behind(nn.ReLU()))
print(f"    {(heart < 0.1).sum()} of the twenty learn ten by heart")
visit("weights from the dice", 0.01, make=loud)
rivals = ("softmax twice", "ReLU at the end")
assert wall["weights from the dice"][0] > max(wall[name][0] for name in rivals)

# %% [markdown]
# The loud weights cost the most by far, and the very first question finds them, before any
# training at all. The extra softmax costs only a few points. A wretched loss doesn't have to mean
# wretched answers.
#
# Two more hang on the same wall. One has a sigmoid after its last layer, and in the other
# somebody forgot `zero_grad`.

# %%
visit("sigmoid at the end", 0.18, make=lambda: behind(nn.Sigmoid()))
visit("no zero_grad", 0.000056, forget=True)
slow = train(0.000056, learn=ten, epochs=150, forget=True).curve[-1].max()
print(f"    by heart at its own rate {slow:.1f}")

# %% [markdown]
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **softmax twice**, **sigmoid at the end** | a loss that never gets below 1.46, though most answers are right | numbers from 0 to 1 are poor logits, and they only allow timid bets | nothing after the last layer, since `cross_entropy` wants logits |
# | **ReLU at the end** | sometimes a digit that's never the answer | a logit that's negative for every digit is usually shut for good | nothing after the last layer |
# | **weights from the dice** | a first loss many times too high | each unit adds up hundreds of loud voices | turn them down, as `nn.Linear` does automatically, or as in [lesson 8](08_build_a_network.py) |
# | **no `zero_grad`** | a loss that falls for a while and then climbs | each step adds up all the gradients since the beginning, even those dealt with long ago | the missing line |
#
# Imagine you didn't know that `zero_grad` was missing. The loss explodes, so you turn down the
# rate again and again until it works, and that's how a bug moves in for good. At this tiny rate,
# it quietly takes about 4 points. It's on its way to learning the ten digits by heart, so you'd
# call it slow rather than broken. Be suspicious if your best rate is a thousand times smaller
# than you'd expect.
#
# With the sigmoid, the loss looks as hopeless as with the extra softmax, but the price is small.
# Twenty networks can't tell it from nothing, though the hundred in [the table](#the-wall) lose
# nearly two points on other digits.
#
# In the last picture of this room, somebody saved the digits in order, first all the zeros, then
# all the ones and so on, and forgot to shuffle them.


# %% figure="sorted-digits" alt="The loss of one network during two rounds of 300 steps. With shuffled digits, a dashed gray line, it falls and stays low. With sorted digits it looks like a saw, ten teeth in each round, and between the teeth it's nearly zero." caption="The loss of one network at a rate of 0.056 with sorted digits. The dashed gray line is the same network with shuffled digits."
def in_order(y):
    rows = y.argsort(stable=True)
    return torch.stack([rows, rows])


visit("sorted digits", 0.00056, deal=in_order)
fast = train(0.056, deal=in_order)
pieces = [t.curve[:, 0].reshape(-1, 5).mean(dim=1) for t in (fast, healthy)]
saw, usual = (losses.tolist() for losses in pieces)
steps = range(5, 601, 5)
show(plot_bugs({"sorted digits": saw}, usual, at=steps, x="step", y="loss"))
last = fast.answer(drawer[0]).argmax(dim=2) == 9
print(f"at 0.056, it says 9 {100 * last.double().mean():.0f}% of the time")
assert wall["sorted digits"][0] > 20

# %% [markdown]
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **sorted digits** | a saw | it's enough to say 0 while the zeros come by, and then come the ones | shuffle in every round |
#
# By the end of a round, the network has seen hundreds of nines in a row. At the healthy rate it
# then calls almost everything a 9, and if you print only the loss of the last batch, it looks
# like a triumph.

# %% [markdown]
# ## Room 3: It falls beautifully
#
# All of these curves fall so nicely that hardly anybody stops in here. "My favorite room," says
# the guide.


# %%
# nll_loss is the second half of cross_entropy: it takes the logarithms of
# the shares, picks the right digit's, turns its sign around, and averages
def wrong_axis(logits, y):
    return F.nll_loss(logits.log_softmax(dim=0), y)


def no_keepdim(logits, y):
    shares = logits.exp() / logits.exp().sum(dim=1)
    return F.nll_loss(shares.log(), y)


# %% figure="two-that-fall" alt="Two loss curves, each in front of the healthy network's, which is gray and dashed. Without an activation, the curve falls nearly as low as the healthy one. With the softmax over dim=0, it falls, too, though not as far." caption="Two of the curves in this room, in front of the healthy one. One of these bugs costs hardly anything, and the other costs about 11 points."
visit("no activation", 0.018, make=straight)
visit("softmax over dim=0", 0.1, loss=wrong_axis)
visit("no keepdim", 0.0056, loss=no_keepdim)
own = train(0.0056, learn=ten, epochs=150, loss=no_keepdim)
known = (own.answer(ten[0]).argmax(dim=2) == ten[1]).sum(dim=1)
low, high = own.curve[-1].aminmax()
print(f"    own rate: {low:.1f} to {high:.1f}, {known.min()} of ten right")
print("the ten digits are", *sorted(labels[:10].tolist()))
steps = range(20, 601, 20)
two = "no activation", "softmax over dim=0"
fall, usual = {name: wall[name][2][0] for name in two}, wall[two[0]][2][1]
show(plot_bugs(fall, usual, at=steps, x="step", y="loss"))
assert wall["softmax over dim=0"][0] > 3

# %% [markdown]
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **stirred pixels** | nothing | a sum doesn't care about the order of its terms | look at what goes in |
# | **no activation** | nothing | without a bend, two layers are one | a ReLU |
# | **softmax over `dim=0`** | too many mistakes for such a nice curve | it learned which image in the batch looks most like a 3, not which digit an image is | `dim=1`, or simply `cross_entropy` |
# | **no `keepdim`** | now and then a loss below zero, as if a bet could cost you less than nothing | a square gets divided by a row when it should be a column | `keepdim=True` |
#
# The missing activation costs so little that we couldn't measure it. After all the paper we
# folded in [lesson 5](05_activations.py), we hadn't expected that. But this network sees few
# digits, and each of them only twice. For that, a straight layer seems to be enough. Look at the
# first panel [with the rates](#whats-a-fair-price) again to see how you could get this wrong. If
# you compared the two networks at a rate that's too large for the straight one, you'd blame the
# missing bend for what the rate did.
#
# The guide's second question finds the last two. With the softmax over `dim=0`, the images in a
# batch share a dollar for each digit. Our ten have two 8s, two 1s and three 9s. The best the
# network can do is to bet half a dollar on each 8 and each 1, and a third on each 9, so the loss
# gets stuck at about 0.6. Without `keepdim`, most numbers are divided by the sum of another
# image, so a bet can come to more than a dollar. Such a loss has no floor, and at the healthy
# rate it runs off to `nan`. At its own, smaller rate, all twenty networks get all ten right, and
# it's only the loss that doesn't settle at 0. The code runs only because there are ten digits in
# a batch and ten answers. Test your code with sizes that all differ.

# %% [markdown]
# ## Room 4: The number is a lie
#
# This is the last room. All the networks in it trained well, and then somebody measured them
# wrong. In here, the price is the true score minus the claimed one. For the exhibits we'll need a
# network with dropout, and homework in which some digits come twice, once as they are and once
# shifted by a pixel.
#
# <!-- folded -->


# %%
def dropping():
    first, relu, last = small()
    return nn.Sequential(first, relu, nn.Dropout(), last)


def measure(twenty, x, y, mode="eval"):
    return 100 * (twenty.answer(x, mode).argmax(dim=2) == y).double()


# %%
# each digit shifted by a pixel
twins = normalize(images.roll(1, dims=3), *scale).flatten(1)
exam = x[:1000], labels[:1000]


def homework(whose):  # 2,000 digits, and the twins of a thousand others
    parts = x[1000:2000], twins[1000:2000], twins[whose]
    y = labels[1000:2000]
    return torch.cat(parts), torch.cat([y, y, labels[whose]])


# %% [markdown] tags=["predict"]
# Here are three ways to get a wrong number. Which of them ends up furthest from the truth?
#
# - [ ] The digits from the drawer aren't normalized.
#   The background is a gray that the network has never seen. The strokes are still in the same
#   places, though, only fainter, and it can read most of them.
# - [ ] Digits were shifted to get more of them, and then split.
#   Each exam question has a twin among the homework. A twin helps only with digits that the
#   network would have missed, and those are few.
# - [x] Dropout is left on while measuring.
#   For each digit, half of the hidden units say nothing at all, and the others shout.

# %%
dropped = train(0.018, make=dropping)
truth, claim = measure(dropped, *drawer), measure(dropped, *drawer, "train")
hang("eval() forgotten", claim, dropped, truth, dropped)
on, off = learn_by_heart(make=dropping).max(), learn_by_heart().max()
print(f"    by heart with dropout on {on:.2f}, off {off:.2f}")
raw = images[4000:].flatten(1)
hang("not normalized", measure(healthy, raw, drawer[1]), healthy)
# the same homework, with the twins of the exam or with those of strangers
leaky = train(0.056, learn=homework(slice(0, 1000)))
plain = train(0.056, learn=homework(slice(2000, 3000)))
claim, truth = measure(leaky, *exam), measure(plain, *exam)
hang("leak", claim, leaky, truth, plain)
print(f"    with twins {claim.mean():.2f}%, without {truth.mean():.2f}%")
assert wall["eval() forgotten"][0] > 5

# %% [markdown]
# With dropout still on, the network claims 12.6 points less than it gets. (It also keeps a
# network from learning ten digits by heart, bug or no bug, so the card says to turn it off
# first.) At least a bad score makes somebody unhappy, and they start looking. Twins in the
# homework add about 2 points to the score, and who looks for a mistake in good news?
#
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **`eval()` forgotten** | a score that changes each time you measure | dropout is still on | `.eval()` before, `.train()` after |
# | **not normalized** | fine in training, disappointing everywhere else | the last step before the network is missing | one function that prepares a digit, used everywhere |
# | **leak** | good news | the exam has digits from the homework | split first, and only then do anything else |

# %% [markdown]
# ## The wall
#
# Take any of them off the wall, and you'll see its loss and a tag that says what the bug costs.
# Where you can see only one line, the loss lies right on the healthy network's.
#
# <!-- exhibits -->
#
# And here's the whole wall, sorted by the size of the price.

# %% figure="wall" export="curves" alt="Sixteen small panels, each with an orange loss curve and the dashed gray curve of the healthy network behind it, sorted by price. The first are flat lines, then come curves that stay high. But a few curves with high prices lie on the healthy one, and two far above it have prices of three points or less." caption="Each orange line is the loss of an exhibit, at its own best rate and averaged over twenty networks. The dashed gray line is what it would be without the bug. The number in each panel is its price in points. Where a curve leaves its panel, an arrow says how high it goes."
from mlp_tutorial.plots import plot_wall

frames, prices = {}, {}
for name in sorted(wall, key=lambda name: -abs(wall[name][0])):
    cost, luck, frames[name] = wall[name]
    prices[name] = f"{cost:.1f} ± {luck:.1f}"
show(plot_wall(frames, tags=prices, limits=(0.05, 20)))
curves = torch.tensor([curves for _, _, curves in wall.values()])  # (16, 2, 30)
free = [name for name, (cost, luck, _) in wall.items() if abs(cost) < luck]
print(len(wall), "exhibits, of which these may cost nothing:", ", ".join(free))

# %% [markdown]
# Could you have guessed the prices from the curves? In the first row it's easy. Further down
# there are two curves that stay far above the healthy one. The extra softmax costs about 3
# points, and the sigmoid costs even less. And there are curves
# that lie right on the healthy one and cost a lot. The network behind the cord has its price in
# points of its own task, even or odd.
#
# Was each of them at its best? Here's what our script found, with the best rate of every exhibit,
# what it reached on the 1,000 digits to choose by, all the rates that were tried, and with how
# many networks. Where twenty couldn't decide between rates, a hundred new ones had to. You can
# repeat it with `nox -s benchmark -- museum`.
#
# <details class="numbers" markdown="1"><summary>Exhibit by exhibit</summary>
#
# <!-- benchmark museum -->
#
# </details>
#
# And now for the riddle at the door. Here are its two networks.

# %% figure="two-exhibits" alt="Two loss curves, each in front of the healthy network's, which is gray and dashed. Exhibit A stays at more than 1.5, far above the healthy one. Exhibit B lies right on it." caption="The loss of two exhibits, in orange, and of the healthy network, gray and dashed. In B they're the same line."
a, b = wall["sigmoid at the end"], wall["not normalized"]
two = {"exhibit A": a[2][0], "exhibit B": b[2][0]}
show(plot_bugs(two, a[2][1], at=steps, x="step", y="loss"))
print(f"A costs {a[0]:.1f} points, and B costs {b[0]:.1f}")
assert b[0] > a[0]

# %% [markdown]
# <!-- riddle settled -->
#
# Exhibit A is the sigmoid at the end. Its loss looks hopeless, and yet it reads nearly as many
# digits as the healthy network. Exhibit B learned without a flaw. Then somebody forgot to
# normalize its exam.
#
# Did the guide's questions help? Here's what each of them finds, provided you ask at a rate at
# which the network can learn at all.
#
# | question | what it finds |
# | --- | --- |
# | How sure are you before you've learned anything? | weights from the dice |
# | Can you learn ten digits by heart? | weights of zero, (10, 1) - (10,), softmax twice, sigmoid at the end, ReLU at the end, softmax over `dim=0`, no `keepdim` |
# | What can you do with your eyes shut? | weights of zero, labels mixed up |
# | May I see what you see? | labels mixed up, sorted digits, stirred pixels |
# | *none of them* | no `zero_grad`, no activation, not normalized, `eval()` forgotten, leak |
#
# That's eleven of sixteen, for very little work. (A picture gets drawn in the same shades whether
# or not it's normalized.) We'd built every bug ourselves, though, so we
# knew what to look for and at which rate to ask. Now and then, a network with a ReLU at the end
# slips through, and without `zero_grad` it depends on the rate. At the healthy rate, it learns
# the ten digits perfectly. At its own tiny rate, the worst of twenty is still at 0.7 when time is
# up. We didn't count that, since a healthy network that's merely slow would do the same.
#
# "And the other five?" you ask.
#
# "Those are why I'm still working here," says the guide.
#
# Against those, all you have is habits. Try more than one learning rate, and wonder when the best
# one is odd. Measure the same thing twice. Split before anything else. And keep a simple network
# around that you trust, since we couldn't have priced anything tonight without the healthy one.
#
# A museum cheats. Each exhibit in here has exactly one bug and a sign next to it. Yours may come
# in pairs, and without signs.

# %% [markdown]
# ## What our machine can read now
#
# We started with two witnesses, a judge, and three numbers that we'd found by fiddling, and all
# they could do was tell a 0 from a 1. Tonight the judge takes the same exam as our healthy
# networks, which nobody has told where to look.

# %%
zero_one = drawer[1] < 2
pages, is_one = images[4000:][zero_one, 0], drawer[1][zero_one]
middle = pages[:, 12:16, 12:16].mean(dim=(1, 2))
width = pages.amax(dim=1).sum(dim=1)
judge = (10 * middle - 0.5 * width + 2 > 0).long() == is_one
bets = healthy.answer(drawer[0][zero_one])[:, :, :2]  # only 0 and 1
ours = bets.argmax(dim=2) == is_one
size = sum(p.numel() for p in small().parameters())
print(f"{len(is_one)} zeros and ones from the drawer")
known = (order[4000:] < 5000)[zero_one]  # from the part that lesson 1 used
print(f"the judge has seen {100 * known.double().mean():.0f}% of them")
print(f"the judge with 3 numbers: {100 * judge.double().mean():.1f}%")
print(f"networks of {size:,}: {100 * ours.double().mean():.1f}%")
alone = 100 * judge.double().expand(20, -1)  # the same judge, twenty times
behind_by, luck = price(100 * ours.double(), alone)
print(f"the judge is behind by {behind_by:.1f} ± {luck:.1f} points")
assert ours.double().mean() > 0.95

# %% [markdown]
# Three numbers still get 96.6% right. That flatters them, since they were tuned in lesson 1 on
# about four in five of these very digits. The 25,450 numbers that nobody chose do better anyway,
# if we let them choose only between 0 and 1. They learned where to look on their own, and they
# can read the other eight digits, too.
#
# Here's what happened in between. You bet a dollar on ten digits and found out why the price is a
# logarithm. You folded paper until a line could bend. You wrote your own autograd in an evening,
# and it agreed with PyTorch's. You trained a network, called Grandma about the recipe, raced
# fleas, and flipped coins in a stadium to learn how little a score can mean. You got a message
# through fifty layers and back, priced diamonds, saved everything, made it fast, and took a plain
# network [as far as it goes](17_how_far.py). And tonight you've seen sixteen ways to get it
# wrong.
#
# What can't our machine do? It doesn't know which pixels are neighbors, as you saw when we
# stirred them, and it can't read a sentence. There are networks for both. They're made of parts
# that you know, such as layers, bends, a loss and a gradient, and people train them with loops
# like yours.
#
# The course ends here, so the next network is up to you. Take some numbers of your own, from your
# work or from your garden. Put some of them into a drawer, and ask what guessing would score.
# Then train something small, and put the [four questions](#the-guides-four-questions) to it. If
# it complains, [the last page](19_error_messages.py) explains what the error means. If it
# doesn't, you know where to start. When you've found the bug, do what they did in 1947, and tape
# it into a book.
# <!-- example -->
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Before it has learned anything
#
# Write `first_loss(classes)`, the loss that a network should have before it has learned anything,
# if it gives each of its `classes` the same probability. It's the loss that `cross_entropy`
# computes, so the logarithm is the natural one.
#
# <details><summary>Hint 1</summary>
#
# How many cents of its dollar does it put on the right answer?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The loss is minus the logarithm of that share, and `math.log` is the natural logarithm.
#
# </details>


# %% tags=["exercise"]
def first_loss(classes):
    raise NotImplementedError


# %% tags=["solution"]
import math


def first_loss(classes):
    return math.log(classes)


# %% tags=["check"]
from mlp_tutorial.exercises import check_first_loss

print(check_first_loss(first_loss))

# %% [markdown] tags=["exercise", "warm-up"]
# ### Eyes shut
#
# What's the best anybody could do without looking? Write `eyes_shut(learned, asked)`, where both
# arguments are tensors of labels. You learn from the first and get asked about the second. Always
# give the same answer, the most frequent of the labels that you learned from, and return the
# share of the asked labels, from 0 to 1, that you'd get right.
#
# <details><summary>Hint 1</summary>
#
# You may count only the labels in `learned`. The others are the exam.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `learned.bincount().argmax()` is the most frequent label, and so is `learned.mode().values`.
#
# </details>


# %% tags=["exercise"]
def eyes_shut(learned, asked):
    raise NotImplementedError


# %% tags=["solution"]
def eyes_shut(learned, asked):
    usual = learned.bincount().argmax()
    return (asked == usual).double().mean().item()


# %% tags=["check"]
from mlp_tutorial.exercises import check_eyes_shut

print(check_eyes_shut(eyes_shut))

# %% [markdown] tags=["exercise", "apply"]
# ### A gradient you can trust
#
# For people who write their own layers, the guide has a fifth question. Does your gradient agree
# with the slope? Write `numerical_gradient(loss, w, epsilon)`, which returns the slope of
# `loss(w)` for each number in the vector `w`. Nudge the number up by `epsilon` and down by
# `epsilon` and see how much the loss changes in between. Leave `w` as you found it, and don't use
# autograd.
#
# <details><summary>Hint 1</summary>
#
# Move one number at a time, and move it in a copy of `w`.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The distance from `w[i] - epsilon` to `w[i] + epsilon` is twice `epsilon`, so divide the
# difference of the two losses by that.
#
# </details>


# %% tags=["exercise"]
def numerical_gradient(loss, w, epsilon):
    raise NotImplementedError


# %% tags=["solution"]
def numerical_gradient(loss, w, epsilon):
    gradient = torch.zeros_like(w)
    for i in range(len(w)):
        step = torch.zeros_like(w)
        step[i] = epsilon
        gradient[i] = (loss(w + step) - loss(w - step)) / (2 * epsilon)
    return gradient


# %% tags=["check"]
from mlp_tutorial.exercises import check_numerical_gradient

print(check_numerical_gradient(numerical_gradient))

# %% [markdown] tags=["exercise", "apply"]
# ### Stop the leak
#
# This function adds a shifted copy of each digit, and then keeps the first `held` digits for the
# exam. So every exam digit has its twin among those to learn from. Fix it. The exam should be the
# first `held` digits of `x`, just as they came, and the network should learn from all the others,
# followed by their shifted copies in the same order.
#
# <details><summary>Hint 1</summary>
#
# There's nothing wrong with the copies. They're only made too early.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Split `x` and `y` first. Then make copies, but only of the digits to learn from.
#
# </details>


# %% tags=["exercise"]
def split_digits(x, y, held):
    x = torch.cat([x, x.roll(1, dims=-1)])  # each digit, one pixel to the right
    y = torch.cat([y, y])
    learn = x[held:], y[held:]
    exam = x[:held], y[:held]
    return learn, exam


# %% tags=["solution"]
def split_digits(x, y, held):
    exam = x[:held], y[:held]
    x, y = x[held:], y[held:]
    learn = torch.cat([x, x.roll(1, dims=-1)]), torch.cat([y, y])
    return learn, exam


# %% tags=["check"]
from mlp_tutorial.exercises import check_split_digits

print(check_split_digits(split_digits))

# %% [markdown] tags=["exercise", "think"]
# ### Perfect answers
#
# A network with one output got a batch of four digits. It said 1, 0, 1, 1 as a tensor of shape
# (4, 1). The labels are 1, 0, 1, 1 as well, with shape (4,), so all four answers are perfect.
# What does `((said - y) ** 2).mean()` come to? Work it out on paper and set `reported_loss` to
# it.
#
# <details><summary>Hint 1</summary>
#
# The difference has shape (4, 4). Draw the square, with the answers along the side and the labels
# along the top.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# An entry is 1 where answer and label differ. How many of the sixteen are those?
#
# </details>

# %% tags=["exercise"]
reported_loss = ...

# %% tags=["solution"]
reported_loss = 6 / 16

# %% tags=["check"]
from mlp_tutorial.exercises import check_reported_loss

print(check_reported_loss(reported_loss))

# %% [markdown] tags=["exercise", "think"]
# ### A visitor with a curve
#
# A friend has a network for ten kinds of leaves. The first loss is 2.30. With ten leaves to learn
# by heart, the loss falls to 1.46 and stays there, at every rate she tried, though all ten come
# out right. Which bug would you look for first? Write the letter of your answer, such as `suspect
# = "a"`.
#
# - **a** All weights start at zero.
# - **b** In every round, the leaves are shuffled anew without their labels.
# - **c** There's a softmax in the model and another one in the loss.
# - **d** The initial weights are far too large.
#
# <details><summary>Hint 1</summary>
#
# Two of the four would keep the network from getting the ten leaves right, and the first loss
# rules out another.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The largest share that the network can bet is about 0.23. What keeps it from betting more?
#
# </details>

# %% tags=["exercise"]
suspect = ...

# %% tags=["solution"]
suspect = "c"

# %% tags=["check"]
from mlp_tutorial.exercises import check_suspect

print(check_suspect(suspect))
