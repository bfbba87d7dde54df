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
# warning and no dead moth. The network reads 84 digits in 100, and you go home happy, because
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
# You'll see both again on the last wall. **How do you find a bug that never complains?**
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
# In our museum, every exhibit is a network with a bug, and each of them runs to the end without
# an error. "Staring at a loss won't help you much," says the guide, who has seen a lot of
# networks come and go. "Is 0.9 good? Is it a disaster? Ask questions to which you *do* know the
# answer."
# <!-- example -->
#
# **How sure are you before you've learned anything?** A network that knows nothing should put
# about ten cents on each of ten digits. That makes a loss of about 2.30, the shrug of [lesson
# 4](04_softmax.py). So we'll ask a healthy network, `small`, and the first exhibit, `loud`.
# Neither has been trained yet.
#
# <!-- folded -->

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
# 3,000 to learn from, 1,000 to choose learning rates by, 2,000 in the drawer
learn, drawer = (x[:3000], labels[:3000]), (x[4000:], labels[4000:])


# %%
def small():
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))


def loud():
    net = small()
    for p in net.parameters():
        nn.init.normal_(p)  # as from randn, which books call N(0, 1)
    return net


for make in small, loud:
    torch.manual_seed(18)
    first = F.cross_entropy(make()(learn[0]), learn[1]).item()
    print(f"{make.__name__}, before learning: {first:.2f}")
assert first > 10

# %% [markdown]
# You've caught your first bug, and nothing has been trained yet! The healthy network shrugs, and
# the exhibit is very sure of itself and very wrong. Its weights came straight from the dice, and
# nobody turned them down, so each unit adds up hundreds of loud voices.
#
# **Can you learn ten digits by heart?** Turn off dropout, which silences random units in
# training, and whatever else is meant to prevent that. Take one batch and train on nothing else.
# There's no new handwriting to worry about, so the loss should fall nearly to 0. In the second
# exhibit, all the weights start at zero. That makes a perfect shrug, so the first question won't
# find it.


# %%
def study(make, x, y, epochs):  # returns the loss in the last round
    torch.manual_seed(18)
    options = {"batch_size": 10, "lr": 0.05, "progress": False}
    return fit(make(), (x, y), epochs=epochs, **options).train_loss[-1]


def zeros():
    net = small()
    for p in net.parameters():
        nn.init.zeros_(p)
    return net


ten = x[:10], labels[:10]
for make in small, zeros:
    by_heart = study(make, *ten, epochs=150)
    print(f"{make.__name__}, ten digits by heart: {by_heart:.3f}")
assert by_heart > 1

# %% [markdown]
# It can't do it. Every hidden unit says 0, so the last weights have nothing to multiply, and
# weights of 0 pass no gradient back. Only the last biases can move, and all they can learn is
# which digits come up most often. That's why the loss is a little better than a shrug. Most
# people would turn up the learning rate now, and it wouldn't help.
#
# **What can you do with your eyes shut?** Show the same gray page in place of every digit and
# train as usual. Now all the network can learn is how often each digit occurs. If it doesn't do
# clearly better with its eyes open, it isn't looking.

# %% [markdown] tags=["predict"]
# In the third exhibit, somebody shuffled the images and forgot to shuffle the labels with them,
# so most images have somebody else's label. It's no better with its eyes open. But can it learn
# ten digits by heart?
#
# - [ ] No, just like the one with weights of zero.
#   With weights of zero, nothing gets through. This one is healthy inside, and each of the ten
#   images has the same label in every round.
# - [ ] Only those whose labels happen to be right.
#   The network has nothing to compare a label with, so it believes them all.
# - [x] Yes, as well as a healthy one.
#   Ten wrong labels are as easy to remember as ten right ones. That's why the guide has more than
#   one question.

# %%
dice = torch.Generator().manual_seed(4)
mixed = learn[1][torch.randperm(3000, generator=dice)]
for name, y in {"healthy": learn[1], "labels mixed up": mixed}.items():
    by_heart = study(small, x[:10], y[:10], epochs=150)
    shut = study(small, 0 * learn[0], y, epochs=2)
    opened = study(small, learn[0], y, epochs=2)
    print(f"{name}: ten digits by heart {by_heart:.3f},", end=" ")
    print(f"eyes shut {shut:.2f}, eyes open {opened:.2f}")
assert by_heart < 0.1
assert opened > 2

# %% [markdown]
# A healthy network gets a lot out of looking, and the exhibit gets nothing.
#
# **May I see what you see?** Never mind the files on your disk. Draw the tensors themselves,
# labels included, at the last moment before they go into the network. Here's what three networks
# get to see, one network to a row. Two of them are exhibits. Which two, and what's wrong with
# them?

# %% figure="what-it-sees" alt="Three rows of eight digits with labels. In the first row all labels fit. In the second row the digits are fine, but most labels belong to other digits. The third row shows scattered gray pixels in which nobody can see a digit." caption="The number above each picture is its label."
from mlp_tutorial.plots import draw_digits, show

stirred = torch.randperm(784, generator=dice)  # one order for all images
scrambled = images.flatten(1)[:, stirred].reshape(-1, 1, 28, 28)
sights = torch.cat([images[:16], scrambled[16:24]])  # eight in a row
show(draw_digits(sights, torch.cat([labels[:8], mixed[8:16], labels[16:24]])))

# %% [markdown]
# The second row is the exhibit with the mixed-up labels. In the third, the pixels got stirred,
# the same way in every image, perhaps by a well-meant `reshape`. That took you a few seconds, and
# no loss curve would have told you what was wrong.
#
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **weights of zero** | a perfect first loss, and then nothing | weights of 0 let nothing through, neither digits nor gradients | random weights, but not loud ones |
# | **weights from the dice** | a first loss many times too high | each unit adds up hundreds of loud voices | turn them down, as `nn.Linear` does automatically, or as in [lesson 8](08_build_a_network.py) |
# | **labels mixed up** | the same loss as with eyes shut | each image comes with somebody else's label | one `rows` for both, as in `x[rows], y[rows]` |
# | **stirred pixels** | nothing | a sum doesn't care about the order of its terms | look at what goes in |
#
# "Here, for your wallet," says the guide, and hands you a card.
#
# > **Four questions for a network that doesn't complain**
# >
# > - **How sure are you before you've learned anything?** With ten digits, about 2.30.
# > - **Can you learn ten digits by heart?** Nearly down to 0, once dropout is off.
# > - **What can you do with your eyes shut?** Much less than with your eyes open.
# > - **May I see what you see?** Images and labels, at the last moment.
#
# There's a rule on the back. When an answer is wrong, **change one thing** and ask again. If you
# change two things and it helps, you won't know which of them did it, and the other may well be a
# new bug.

# %% [markdown]
# ## Room 1: It falls, but not far enough
#
# This is the room with the benches, where people sit and wait for the loss to come down. From
# here on, the bugs hide better, and one network may just be unlucky. So each exhibit is twenty
# networks, trained at once, at the learning rate that suits it best. (How we found those rates
# comes later.)
#
# You can leave the code folded. All you need from it is that `train(rate, …)` trains twenty
# networks, and that a bug goes in place of the dots. `visit` also asks the guide's second
# question, always at the healthy rate, and keeps the worst answer of the twenty.
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


# %%
def measure(twenty, x=drawer[0], y=drawer[1], mode="eval"):
    return 100 * (twenty.answer(x, mode).argmax(dim=2) == y).double()


def learn_by_heart(**bug):  # the last loss of each of the twenty
    return train(0.056, learn=ten, epochs=150, **bug).curve[-1]


def smooth(twenty):  # in thirty pieces, averaged over the networks
    return twenty.curve.reshape(30, -1).mean(dim=1).tolist()


healthy = train(0.056)
right = measure(healthy)  # (20, 2000)
steps = range(20, 601, 20)

# %%
from mlp_tutorial.plots import plot_bugs, plot_wall

wall, hearts = {}, {}


def hang(name, twenty, bad, plain=healthy, good=right):
    wall[name] = smooth(twenty), smooth(plain), bad, good


def visit(name, lr, **bug):
    twenty, heart = train(lr, **bug), learn_by_heart(**bug)
    hang(name, twenty, measure(twenty))
    hearts[name] = f"by heart {heart[heart.abs().argmax()]:.2f}"
    return twenty


def hung(*names):
    return {name: wall[name][:2] for name in names}


# %% [markdown]
# The first exhibit in here only says whether a digit is even. It has a single output, 1 for yes
# and 0 for no, and its loss is the squared error. There are two versions. Before you read on,
# compare the two `return` lines.


# %%
def single():
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 1))


def pairs(said, y):
    return ((said[:, 0] - y) ** 2).mean()  # (10,) and (10,)


def square(said, y):
    return ((said - y) ** 2).mean()  # (10, 1) and (10,)


# %% figure="square-of-ten" alt="Two loss curves. The healthy one, gray and dashed, falls below 0.1. The one of the exhibit starts a little higher, falls to about a quarter and stays there." caption="The loss of the exhibit, in orange, and what it would be without the bug, gray and dashed."
even = (labels % 2 == 0).float()
nets, hits = [], []
for loss in pairs, square:
    nets.append(train(0.032, single, loss=loss, learn=(x[:3000], even[:3000])))
    said = nets[-1].answer(drawer[0])[:, :, 0] > 0.5
    hits.append(100 * (said == (even[4000:] == 1)).double())
    print(f"{loss.__name__}: {hits[-1].mean():.0f}% right")
name = "(10, 1) - (10,)"
hang(name, nets[1], hits[1], nets[0], hits[0])
page = x[:10], even[:10]
heart = train(0.032, single, loss=square, learn=page, epochs=150).curve[-1]
print(f"ten digits by heart: {heart.min():.2f} at best")
curves = {name: smooth(nets[1])}
show(plot_bugs(curves, smooth(nets[0]), at=steps, x="step", y="loss"))
assert (hits[0] - hits[1]).mean() > 10

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
# The next three have something after the last layer that doesn't belong there. In one it's a
# softmax, and the loss applies a second one. In the others it's a sigmoid or a ReLU.


# %%
def softmax_twice(logits, y):
    return F.cross_entropy(logits.softmax(dim=1), y)


def behind(activation):  # after the last layer
    return nn.Sequential(*small(), activation)


# %% figure="after-the-last-layer" alt="Two panels with loss curves in front of the healthy network's. With softmax twice, the loss stays high, nearly flat. With a ReLU at the end it falls, but not quite as far as the healthy one." caption="Two of the three exhibits, in orange, and the healthy network, gray and dashed. The numbers say how far the loss gets with ten digits to learn by heart. It should be 0."
visit("softmax twice", 0.1, loss=softmax_twice)
visit("sigmoid at the end", 0.18, make=lambda: behind(nn.Sigmoid()))
relu = visit("ReLU at the end", 0.1, make=lambda: behind(nn.ReLU()))
said = relu.answer(drawer[0]).argmax(dim=2)
mute = sum(len(one.unique()) < 10 for one in said)
print(f"{mute} of twenty networks with the ReLU never say some of the digits")
print(f"with the sigmoid, {hearts['sigmoid at the end']}")
pair = hung("softmax twice", "ReLU at the end")
show(plot_wall(pair, tags=hearts, limits=(0.05, 20)))

# %% [markdown]
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **softmax twice**, **sigmoid at the end** | a loss that never gets below 1.46, though most answers are right | numbers from 0 to 1 are poor logits, and they only allow timid bets | nothing after the last layer, since `cross_entropy` wants logits |
# | **ReLU at the end** | sometimes a digit that's never the answer | a logit that's negative for every digit is usually shut for good | nothing after the last layer |
#
# The guide's second question finds all three. With the sigmoid, the loss looks just as hopeless
# as with the softmax, because neither can ever bet much on anything, as in lesson 4. Timid bets
# are still bets, though, and the largest one still wins. A wretched loss doesn't have to mean
# wretched answers.
#
# In the next exhibit, somebody forgot `zero_grad`.

# %% figure="no-zero-grad" alt="Two loss curves. The healthy one, gray and dashed, falls fast and stays low. Without zero_grad, at a tiny rate, the loss falls slowly for about 400 steps, doesn't get as low as the healthy one, and then climbs again." caption="The loss without zero_grad, at a rate of 0.000056. The healthy network has a rate of 0.056."
visit("no zero_grad", 0.000056, forget=True)
slow = train(0.000056, learn=ten, epochs=150, forget=True).curve[-1].max()
print(f"{hearts['no zero_grad']} at the healthy rate, {slow:.1f} at its own")
found, usual, *_ = wall["no zero_grad"]
show(plot_bugs({"no zero_grad": found}, usual, at=steps, x="step", y="loss"))

# %% [markdown]
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **no `zero_grad`** | a loss that falls for a while and then climbs | each step adds up all the gradients since the beginning, even those dealt with long ago | the missing line |
#
# At the healthy rate, it learns ten digits by heart, and with more of them its loss explodes. So
# people turn down the rate again and again until it works, and that's how a bug moves in for
# good. At such a tiny rate, you'd call it slow rather than broken. "Slow?" says the guide. "Then
# why is its best rate a thousand times smaller than a healthy network's?"
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
at = range(5, 601, 5)
show(plot_bugs({"sorted digits": saw}, usual, at=at, x="step", y="loss"))
last = fast.answer(drawer[0]).argmax(dim=2) == 9
print(f"at 0.056, it says 9 {100 * last.double().mean():.0f}% of the time")

# %% [markdown]
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **sorted digits** | a saw | it's enough to say 0 while the zeros come by, and then come the ones | shuffle in every round |
#
# By the end of a round, the network has seen hundreds of nines in a row. At the healthy rate it
# then calls almost everything a 9, and if you print only the loss of the last batch, it looks
# like a triumph.

# %% [markdown]
# ## Room 2: It falls beautifully
#
# All of these curves fall so nicely that hardly anybody stops in here. "My favorite room," says
# the guide. The first network has no activation between its layers. The other two compute their
# loss by hand.


# %%
def straight():
    return nn.Sequential(nn.Linear(784, 32), nn.Linear(32, 10))


# nll_loss is the second half of cross_entropy: it takes the logarithms of
# the shares, picks the right digit's, turns its sign around, and averages
def wrong_axis(logits, y):
    return F.nll_loss(logits.log_softmax(dim=0), y)


def no_keepdim(logits, y):
    shares = logits.exp() / logits.exp().sum(dim=1)
    return F.nll_loss(shares.log(), y)


# %% figure="two-that-fall" alt="Two panels with loss curves in front of the healthy network's. With the softmax over dim=0 and without keepdim, the curves fall, too, though not as far." caption="Two curves that fall, in front of the healthy one. The numbers say how far the loss gets with ten digits to learn by heart."
visit("no activation", 0.018, make=straight)
visit("softmax over dim=0", 0.1, loss=wrong_axis)
visit("no keepdim", 0.0056, loss=no_keepdim)
print(f"without an activation, {hearts['no activation']}")
print("the ten digits are", *sorted(labels[:10].tolist()))
pair = hung("softmax over dim=0", "no keepdim")
show(plot_wall(pair, tags=hearts, limits=(0.05, 20)))

# %% [markdown]
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **no activation** | nothing | without a bend, two layers are one | a ReLU |
# | **softmax over `dim=0`** | too many mistakes for such a nice curve | it learned which image in the batch looks most like a 3, not which digit an image is | `dim=1`, or simply `cross_entropy` |
# | **no `keepdim`** | now and then a loss below zero, as if a bet could cost you less than nothing | a square gets divided by a row when it should be a column | `keepdim=True` |
#
# None of the four questions finds the first one, and the second question finds the others. With
# the softmax over `dim=0`, the images in a batch share a dollar for each digit. Our ten have two
# 8s, two 1s and three 9s. The best the network can do is to bet half a dollar on each 8 and each
# 1, and a third on each 9, so the loss gets stuck at 0.61.
#
# Without `keepdim`, most bets are divided by the sum of another image, so they can come to more
# than a dollar. Then the loss can fall without end. With our ten digits it did, until all that
# was left was `nan`, which means "not a number." The code runs only because a batch has ten
# digits, as many as there are answers. Test your code with sizes that all differ.

# %% [markdown]
# ## Room 3: The number is a lie
#
# All the networks in this last room trained well, and then somebody measured them wrong. For the
# exhibits we'll need a network with dropout, and homework in which some digits come twice, once
# as they are and once shifted by a pixel.
#
# <!-- folded -->


# %%
def dropping():
    first, relu, last = small()
    return nn.Sequential(first, relu, nn.Dropout(), last)


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
claim, truth = measure(dropped, mode="train"), measure(dropped)
hang("eval() forgotten", dropped, claim, dropped, truth)
hang("not normalized", healthy, measure(healthy, images[4000:].flatten(1)))
# the same homework, with the twins of the exam or with those of strangers
leaky = train(0.056, learn=homework(slice(0, 1000)))
plain = train(0.056, learn=homework(slice(2000, 3000)))
hang("leak", leaky, measure(leaky, *exam), plain, measure(plain, *exam))
for name in "eval() forgotten", "not normalized", "leak":
    claim, truth = (each.mean() for each in wall[name][2:])
    print(f"{name}: measured {claim:.1f}%, in truth {truth:.1f}%")

# %% [markdown]
# With dropout still on, the score is about a dozen points too low. At least a bad score makes
# somebody unhappy, and they start looking. Twins in the homework make it about 2 points too high,
# and who looks for a mistake in good news?
#
# | exhibit | what you see | why | cure |
# | --- | --- | --- | --- |
# | **`eval()` forgotten** | a score that changes each time you measure | dropout is still on | `.eval()` before, `.train()` after |
# | **not normalized** | fine in training, disappointing everywhere else | the last step before the network is missing | one function that prepares a digit, used everywhere |
# | **leak** | good news | the exam has digits from the homework | split first, and only then do anything else |
#
# If your feet hurt, this is a good place to stop. You've seen every exhibit, and the museum is
# open tomorrow, too.

# %% [markdown]
# ## What's a fair price?
#
# Which of these bugs should you worry about most? Each exhibit has a price tag on its back that
# says how many points of accuracy the bug costs. To work out such a price, we train with the bug,
# train without it, and subtract. But at which learning rate? Here are the healthy network, the
# one without an activation, and the one without `zero_grad`, each at twenty rates.

# %% figure="prices-and-rates" alt="Two panels with the share of digits read right against the learning rate. In both, the healthy network is a dashed gray curve that rises to nearly 90% and then falls to 10%. Without an activation, the curve rises with it to nearly the same height, but falls off sooner. Without zero_grad, the curve has nearly the same shape, but far to the left, and falls off before the healthy one has risen." caption="How many digits the networks read at twenty rates, with one network at each rate. The dashed gray curve is the healthy one in both panels. Each curve has its top at another rate, and it's the tops that you should compare."
rates = 10 ** torch.linspace(-5, 0.7, 20)
reached = []
for bug in {}, {"make": straight}, {"forget": True}:
    share = measure(train(rates, **bug), x[3000:4000], labels[3000:4000])
    reached.append(share.mean(dim=1).tolist())
bugs = {"no activation": reached[1], "no zero_grad": reached[2]}
usual, at = reached[0], rates.tolist()
show(plot_bugs(bugs, usual, at=at, x="rate", y="right, %", log=True))

# %% [markdown]
# What does it cost to forget `zero_grad`? At the rate that's best for the healthy network, it
# costs nearly everything. At much smaller rates, it looks like a great improvement. And at a rate
# that's too large for the straight network, you'd blame the missing bend for what the rate did.
# None of these comparisons is fair, as in the [race of the fleas](11_optimizers.py). Give each
# network its own best rate and compare the tops. Our script did that with every exhibit. To
# choose the rates, it used 1,000 digits that are neither in the homework nor in the drawer.
#
# For the price itself, the twenty networks with the bug and the twenty without read the 2,000
# digits in the drawer, and we subtract digit by digit. The ± covers the luck of the starts and
# the luck of the digits, as in [lesson 12](12_evaluation.py). Say a price is 5 ± 1. Then the
# interval from 4 to 6 contains the true price about 19 times in 20.
# <!-- example -->


# %%
def price(bad, good):
    gap = good - bad  # for each network and each digit
    starts = gap.mean(dim=1).var() / gap.shape[0]
    digits = gap.mean(dim=0).var() / gap.shape[1]
    return gap.mean().item(), 2 * (starts + digits).sqrt().item()


print(f"right: {right.mean():.0f}% without a bug")
assert right.mean() > 80

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
hang("stirred pixels", twenty, measure(twenty, mess[4000:]))
cost, luck = price(*wall["stirred pixels"][2:])
print(f"stirred pixels cost {cost:.1f} ± {luck:.1f} points")
assert abs(cost) < 3

# %% [markdown]
# It costs nothing, and that's no accident. Stir the weights of the first layer in the same way,
# and every sum stays what it was. Don't leave that bug in just because it's free, though. The day
# you show the network a picture that isn't stirred, it'll read nonsense.
#
# The other three from the entrance still need their twenty networks. No rate helped the zeros or
# the mixed-up labels, so they get the healthy one.

# %%
visit("weights from the dice", 0.01, make=loud)
visit("weights of zero", 0.056, make=zeros)
twenty = train(0.056, learn=(learn[0], mixed))
hang("labels mixed up", twenty, measure(twenty))

# %% [markdown]
# ## The wall
#
# Take any of them off the wall and guess before you turn over the tag. Where you can see only one
# line, the loss lies right on the healthy network's. (One exhibit has its price in points of its
# own task, even or odd. In Room 3, the price is the true score minus the measured one.)
#
# <!-- exhibits -->
#
# And here are all the tags, from the highest price to the lowest.

# %% export="curves"
prices = {name: price(*each[2:]) for name, each in wall.items()}
ranked = sorted(prices, key=lambda name: -abs(prices[name][0]))
for name in ranked:
    cost, luck = prices[name]
    print(f"{name}: {cost:.1f} ± {luck:.1f}")
curves = torch.tensor([wall[name][:2] for name in ranked])  # (16, 2, 30)
costly = "weights of zero", "labels mixed up"
assert min(prices[name][0] for name in costly) > 60

# %% [markdown]
# Could you have guessed the prices from the curves? At the top of the list it's easy. Further
# down, a bug with a hopeless curve costs next to nothing, and others cost a lot though their
# curves lie right on the healthy one. The missing activation costs so little that we couldn't
# measure it. After all the paper we folded in [lesson 5](05_activations.py), we hadn't expected
# that. But this network sees few digits, and each of them only twice. For that, a straight layer
# seems to be enough.
#
# Don't make too much of the small tags, though. Among sixteen, about one price is further off
# than its ± says. Besides, nearly all of them were worked out against the same twenty healthy
# networks. If those happened to have a bad day, nearly all the prices are too low, and that may
# well be so. When our script chose the rates, it also had up to a hundred networks of each kind
# read the other 1,000 digits. There, the second softmax was 5.7 points behind, no `zero_grad` was
# 5.5, no `keepdim` 4.3, the sigmoid 1.7, and no activation 1.1.
# <!-- example -->
#
# <details class="numbers" markdown="1"><summary>All the rates, exhibit by exhibit</summary>
#
# <!-- benchmark museum -->
#
# To repeat this, run `nox -s benchmark -- museum`.
#
# </details>
#
# And now for the riddle at the door. Here are its two networks.

# %% figure="two-exhibits" alt="Two loss curves, each in front of the healthy network's, which is gray and dashed. Exhibit A stays at more than 1.5, far above the healthy one. Exhibit B lies right on it." caption="The loss of two exhibits, in orange, and of the healthy network, gray and dashed. In B they're the same line."
a, b = "sigmoid at the end", "not normalized"
two = {"exhibit A": wall[a][0], "exhibit B": wall[b][0]}
show(plot_bugs(two, wall[a][1], at=steps, x="step", y="loss"))
print(f"A costs {prices[a][0]:.1f} points, and B costs {prices[b][0]:.1f}")
assert prices[a][0] < 10
assert prices[b][0] > 0

# %% [markdown]
# <!-- riddle settled -->
#
# Exhibit A is the sigmoid at the end. Its loss looks hopeless, and yet it reads nearly as many
# digits as the healthy network. Exhibit B learned without a flaw. Then somebody forgot to
# normalize its exam.
#
# Did the guide's questions help? Here's what each of them finds, provided you ask at a rate at
# which a healthy network learns, as we did.
#
# | question | what it finds |
# | --- | --- |
# | How sure are you before you've learned anything? | weights from the dice |
# | Can you learn ten digits by heart? | weights of zero, (10, 1) - (10,), softmax twice, sigmoid at the end, ReLU at the end, softmax over `dim=0`, no `keepdim` |
# | What can you do with your eyes shut? | weights of zero, labels mixed up |
# | May I see what you see? | labels mixed up, sorted digits, stirred pixels |
# | *none of them* | no `zero_grad`, no activation, not normalized, `eval()` forgotten, leak |
#
# That's eleven of sixteen, for very little work. (The last question misses the digits that
# weren't normalized, because a picture gets drawn in the same shades either way.) We'd built
# every bug ourselves, though, so we knew what to look for.
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
# networks, and nobody has told *them* where to look.

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
behind_by, luck = price(alone, 100 * ours.double())
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
