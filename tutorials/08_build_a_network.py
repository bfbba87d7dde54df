# %% [markdown]
# # Build a network
#
# You know the telephone game. Twenty people stand in a row, somebody whispers a sentence to the
# first, and it gets passed on down the line. Now suppose nobody gets a single word wrong, but
# each person speaks a little more softly than the one before, until the last hears nothing at
# all. Or they each speak a little louder, and the last person gets screamed at.
#
# A network is a row like that. We'll build two of them with exactly the same layers and show them
# both the same digits in the same order. One will learn. The other won't, whether we teach it
# gently or brutally, and there'll be no error or warning. Whatever went wrong with it went wrong
# before it saw its first digit, and all it had at that point were its random numbers.
#
# So **which numbers should a network start from?**
#
# You'll be able to
#
# - build a network of any size in PyTorch, and count its numbers on paper first;
# - choose initial weights that let a signal survive a long row of layers;
# - check a network in a second, before you spend an hour on training it.
#
# Reading takes 30 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## Three layers
#
# Before we can ruin a network, we need one. Here's the network that will read our digits in the
# coming lessons. It takes in 784 pixels, passes them through a hidden layer of 128 units and
# another of 64, and ends with ten totals, one for each digit. Why these sizes? Nobody can work
# out the best ones on paper. A second hidden layer can build on the creases of the first, and
# with 128 and 64 units the network trains in seconds and still reads most digits. Beyond that,
# you have to try, and in [lesson 17](17_how_far.py) we'll try a much wider network.

# %% figure="network-784-128-64-10" alt="A network with 784 inputs, two hidden layers of 128 and 64 units and 10 outputs. Five units of each layer are drawn, with dots for the rest, and every unit is joined to every unit of the next layer. The shapes of the three matrices are below." caption="Every line is a weight, though we've drawn only five units of each layer. Each bundle of lines makes up a matrix, with its shape below."
from mlp_tutorial.plots import draw_network, show

sizes = [784, 128, 64, 10]
show(draw_network(sizes))

# %% [markdown]
# Here it is as a class, with one line for each bundle. The name `fc` is short for "fully
# connected," because every unit hears all the units of the layer before.

# %%
import torch
import torch.nn.functional as F
from torch import nn


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x))  # F.relu does the same as torch.relu
        x = F.relu(self.fc2(x))
        return self.fc3(x)  # logits, so no activation


# %% [markdown]
# How many numbers is that, all in all? You can work it out on paper, since each unit has a weight
# for every number it listens to, plus a bias. For example, 3 units that listen to 5 others have
# 15 weights and 3 biases, which makes 18. Try it on our three layers before you read on.
# <!-- example -->

# %% [markdown] tags=["predict"]
# What share of all those numbers belongs to the first of the three layers?
#
# - [x] About nine in ten.
#   That's where all the pixels come in. With its `784 * 128` weights, it makes the other two
#   layers look tiny.
# - [ ] About half.
#   It is the largest of the three. Multiply 784 by 128, then 128 by 64, and see how much larger
#   it is than the next.
# - [ ] About a third.
#   The three layers don't get equal shares. The more inputs and units a layer has, the larger its
#   share.

# %%
model = Reader()
total = sum(p.numel() for p in model.parameters())
for name, layer in model.named_children():
    count = layer.weight.numel() + layer.bias.numel()
    print(f"{name}: {count:,}, or {count / total:.1%}")
print(f"together {total:,}")
assert total == 109_386

# %% [markdown]
# Don't trust the drawing, which makes all three bundles look about equally thick.
#
# Make a habit of counting the numbers of a network. If the total isn't what you got on paper, some
# layer isn't the size you meant it to be.

# %% [markdown]
# ## The cheapest test there is
#
# Our network can't be any good yet. But we can check one thing. It should know that it knows
# nothing.
#
# In [the lesson on softmax](04_softmax.py), the network bet a dollar on the ten digits. If you
# have no idea which digit it is, you put ten cents on each and pay $\log 10$, which is 2.303.
# That's roughly what the very first loss should be. We'll also look at two ways to get it wrong.

# %%
import math

from mlp_tutorial.data import load_mnist, mean_and_std, normalize

train = load_mnist("train", source="subset")
mean, std = mean_and_std(train.images)
images = normalize(train.images, mean, std).flatten(1)  # (5000, 784)
x, y = images[:256], train.labels[:256]  # a batch to test with

torch.manual_seed(7)
untrained = Reader()
first = F.cross_entropy(untrained(x), y)
print(f"{math.log(10):.3f} expected, {first.item():.3f} found")
assert 2.2 < first < 2.4

# %%
pixels = 255 * train.images[:256].flatten(1)
print(f"with pixels up to 255: {F.cross_entropy(untrained(pixels), y):,.0f}")
loud = Reader()
for p in loud.parameters():
    nn.init.normal_(p)  # straight from randn
print(f"with weights from randn: {F.cross_entropy(loud(x), y):,.0f}")

# %% [markdown]
# The test takes one line and no training. If you see 13 because your pixels still run up to 255,
# or thousands because your weights came straight from `randn`, it has saved you an hour. In
# lesson 4 such weights cost us only about 14, because there a sigmoid kept each hidden unit
# between 0 and 1. A ReLU has no ceiling, and here there's one more layer to get louder in. Here's
# what the untrained network says about one digit.
# <!-- example -->

# %% figure="untrained-guess" alt="A handwritten digit beside ten bars of probability for the classes 0 to 9, all of them short. The untrained network does not prefer any." caption="We asked an untrained network about a digit. No bar sticks out, since the network bets about ten cents on each."
from mlp_tutorial.plots import view_classify

logits = untrained(x[:1])
print(f"the largest is {torch.softmax(logits, dim=1).max():.2f}")
show(view_classify(x[0].view(28, 28), logits, kind="logits"))

# %% [markdown]
# Keep this picture in mind. The next lessons change nothing but those 109,386 numbers, and then
# one bar will stand alone.

# %% [markdown]
# ## A longer row
#
# Our network passes the test, but it's a short row. What about a longer one, with six hidden
# layers, say?
#
# You don't have to type out a class for that. As long as the data simply runs through the parts
# one after another, `nn.Sequential` can stand in for the class, and its parts have numbers
# instead of names. Let's string our three layers together that way and see if they still give the
# same answers.

# %%
chain = nn.Sequential(
    untrained.fc1,  # chain[0]; usually you'd write nn.Linear(784, 128)
    nn.ReLU(),
    untrained.fc2,
    nn.ReLU(),
    untrained.fc3,
)
assert torch.equal(chain(x), untrained(x))
assert chain[2] is untrained.fc2  # the same layer, by number and by name

# %% [markdown]
# Our library's `MLP`, short for *multilayer perceptron*, which is what networks like this are
# called, needs only the sizes. It calls its layers `fc1`, `fc2` and so on, as we did, so we can
# copy our weights into it, using the `state_dict` from [the last lesson](07_modules.py). Then we
# order a long row.

# %%
from mlp_tutorial.networks import MLP

library = MLP(sizes)
library.load_state_dict(untrained.state_dict())
assert torch.equal(library(x), untrained(x))
print("three spellings, one network")

row = MLP([784, 100, 100, 100, 100, 100, 100, 10])
print(f"six hidden layers: {sum(p.numel() for p in row.parameters()):,}")

# %% [markdown]
# Every layer is a person in the telephone game. The first hears 784 pixels, the last says ten
# logits, and in between, each one passes 100 numbers to the next. We won't ask what they're
# saying, only how *loud* they are.
#
# How loud is a bunch of numbers? Let's square them so that the signs don't matter, average the
# squares, and take the root. For example, the numbers 2, -2, 2, -2 have a loudness of 2, and for
# 0.1, -0.1 it's 0.1. For numbers that average zero, that's the **standard deviation** of lesson
# 3, or std for short.
# <!-- example -->
#
# Now, what does a unit do with the hundred numbers it hears? It multiplies each of them by a
# weight and adds up the products. Let's try that with numbers from `randn`. They follow the
# **normal distribution**, the famous bell curve, with a standard deviation of 1. If you want
# another standard deviation, multiply by it.


# %%
def loudness(numbers):
    return numbers.square().mean().sqrt().item()


torch.manual_seed(7)
for n in (1, 4, 25, 100):
    heard = torch.randn(10_000, n)  # n numbers, each with a loudness of 1
    weights = torch.randn(10_000, n)
    sums = (heard * weights).sum(dim=1)
    halved = (heard * weights / 2).sum(dim=1)
    print(f"{n:3} numbers: {loudness(sums):4.1f}, or {loudness(halved):.1f}")
    assert 0.9 < loudness(sums) / math.sqrt(n) < 1.1

# %% [markdown]
# With weights that have a standard deviation of 1, four numbers make a loudness of 2, twenty-five
# make 5, and a hundred make 10. Loudness grows like the square root of $n$, as the noise of the
# coins did in [lesson 3](03_mnist.py), and for the same reason. Pluses and minuses cancel, but
# squares pile up. And if you halve the weights, as we did in the second column, the sum is half
# as loud.
# <!-- example -->
#
# Here's the law of our telephone game. **When a unit hears $n$ numbers through random weights
# with standard deviation $s$, it comes out $s \sqrt n$ times as loud as they are.** (It's a law
# about the start. It holds on average, as long as the weights average zero and don't depend on
# what comes in, and training breaks it.)

# %% [markdown]
# ## Silence
#
# Let's play it safe and start with small weights. A standard deviation of 0.01 isn't a silly
# choice. [AlexNet](https://doi.org/10.1145/3065386), the network that got everybody talking about
# deep learning in 2012, started from exactly that number. (Most of its layers were larger than
# ours, though, so its $s \sqrt n$ was larger, too.) We'll leave the biases at zero for now, so
# that we hear only the weights. Why not make the weights zero as well? That's the last exercise.
# <!-- example -->

# %% [markdown] tags=["predict"]
# The pixels come in with a loudness of 1, since we normalized them. Then they pass through seven
# layers, the six hidden ones and the last, and all the weights have a standard deviation of 0.01.
# How loud are the ten logits at the end? Guess how many zeros come right after the decimal point.
# (In 0.01, there's one.)
#
# - [ ] One or two.
#   The weights themselves have one. The second layer hears what the first one said, which is
#   already quieter, and so on down the row.
# - [x] Six or seven.
#   The first layer hears 784 pixels, so it comes out at 0.28. After that, a hundred numbers go
#   through weights of 0.01 and come out a tenth as loud, six times over. That's 0.00000028, with
#   six zeros, and our row ends up with one more.
# - [ ] Thirteen or fourteen.
#   Seven factors of 0.01 would do that. But each unit adds up a hundred numbers, which makes up
#   for some of it.

# %%
from mlp_tutorial.initialization import init_fixed, init_scaled


def silent(net):
    init_fixed(net, 0.01)  # all weights are 0.01 * randn, all biases are 0


def send(start):  # set the weights, send the batch, note what each layer says
    torch.manual_seed(7)  # the same random numbers for everybody
    start(row)  # for example, silent(row)
    said, heard = [], x
    for part in row:
        heard = part(heard)
        if isinstance(part, nn.Linear):  # is it a Linear, or just a ReLU?
            said.append(heard)
    return said


for n, totals in enumerate(send(silent)):
    print(f"layer {n + 1}: {loudness(totals):.8f}")

# %% [markdown]
# That's a whisper dying out. From the second layer on, each layer is about fourteen times quieter
# than the one before, though our law says ten. Somebody will have to answer for that.
# <!-- example -->
#
# If small weights fall silent, why not take larger ones? Here's the same row with weights straight
# from `randn`, which means a standard deviation of 1.


# %%
def screaming(net):
    init_fixed(net, 1.0)


for n, totals in enumerate(send(screaming)):
    print(f"layer {n + 1}: {loudness(totals):12,.1f}")

# %% [markdown]
# The first layer hears 784 pixels, so it starts at $\sqrt{784}$, which is 28. From there, each
# layer is about seven times louder than the one before, and by the end of the row they're
# screaming in the millions. And yet, after the first layer, nobody in either row did anything
# outrageous. They all turned the volume in the same direction, and six turns were enough.
# <!-- example -->
#
# Now compare the two lists figure by figure. It's the same row! Every layer got its random
# numbers from the same seed, only a hundred times larger. And ReLU only asks which totals are
# negative, so each layer says the same thing at another volume. The silent row doesn't get a
# single word wrong. You just can't hear it.
# <!-- example -->
#
# The law says what to do. A layer multiplies the loudness by $s \sqrt n$. We can't change $n$,
# the number of inputs, but $s$ is a volume knob, and it's ours to turn. Where would you set it so
# that a layer passes the message on exactly as loud as it came in?

# %% [markdown]
# ## The right volume
#
# You want the factor to be 1, and that takes $s = 1 / \sqrt n$. With a hundred inputs, for
# example, it's 0.1. (In lesson 3, we divided by the same root.) Our library's `init_scaled` sets
# the knob this way in every layer, using that layer's own $n$.
# <!-- example -->

# %%
print(*(f"{loudness(totals):.2f}" for totals in send(init_scaled)))

# %% [markdown]
# The first layer is at 1, as we wanted. But then the row fades again. It's nowhere near as bad
# this time, though each layer is only about 0.7 times as loud as the one before. Somebody in the
# row is swallowing part of the message. Who?
#
# It's ReLU, which turns every total below zero into 0, and that's about half of them. Say a
# layer's totals are 2, -2, 2, -2, so their squares are 4, 4, 4, 4. After ReLU the totals are 2,
# 0, 2, 0, and their squares are 4, 0, 4, 0. On average, the squares are half of what they were.
# Loudness is the root of that average, and the root of a half is about 0.71. There's our 0.7, and
# our fourteen, too, since 10 / 0.71 is about 14.
# <!-- example -->
#
# If everybody speaks up by a factor of $\sqrt 2$, that makes up for what ReLU swallows. That's
# the cure, $s = \sqrt{2 / n}$. Kaiming He and three colleagues [published it in
# 2015](https://arxiv.org/abs/1502.01852), and in PyTorch it's called `nn.init.kaiming_normal_`.
# <!-- example -->


# %%
def steady(net):
    init_scaled(net, gain=math.sqrt(2))  # gain * sqrt(1 / n), or sqrt(2 / n)


print(*(f"{loudness(totals):.2f}" for totals in send(steady)))
assert 0.3 < loudness(send(steady)[-1]) < 5

# %% [markdown]
# Nearly level, all the way to the end. We're at 1.4 rather than 1 because the first layer hears
# pixels, and no ReLU has swallowed half of those. It didn't need its extra $\sqrt 2$, and the
# whole row inherits it.
# <!-- example -->
#
# You can even see it. Here's one digit on its way down each of the three rows. Every square is a
# layer, and every pixel in the square is one of the layer's hundred units. The more ink, the
# louder the unit.

# %% figure="down-the-row" alt="Three rows of six squares of 10 by 10 pixels. In the first row, the first square is faint and the others are blank. In the second, all squares are almost entirely black. In the third, all six are speckled in shades of gray." caption="The same digit in three rows of people. In the first, it's soon too faint to see. In the second, everybody is as solid as the picture can show. In the third, you can still tell at the end of the row who's louder."
from mlp_tutorial.plots import draw_signals

kinds = (silent, screaming, steady)
# __name__ is the name that a function got in its def, such as "silent"
rows = {start.__name__: send(start)[:6] for start in kinds}  # hidden layers
show(draw_signals({name: [t[0] for t in said] for name, said in rows.items()}))

# %% [markdown]
# ## Does the first loss notice?
#
# A network that has no idea should start with a loss of about 2.303. Let's try this test on our
# three rows.

# %% [markdown] tags=["predict"]
# One row screams, one is steady, and one falls silent. Whose first loss comes closest to 2.303?
#
# - [ ] The screaming row's.
#   The loudest row is also the surest. And if you're that sure and know nothing, you lose your
#   dollar most of the time.
# - [ ] The steady row's.
#   It deserves to. But its logits have a loudness of 1.29, so it bets more on some digits
#   than on others for no good reason, and that has its price.
# - [x] The silent row's.
#   Its ten logits are practically zero, so softmax makes all ten digits equally likely. That's
#   ten cents on each, to the penny.

# %%
losses, gradients = {}, {}
for start in (screaming, silent, steady):
    torch.manual_seed(7)
    start(row)
    loss = F.cross_entropy(row(x), y)
    gradient = torch.autograd.grad(loss, row.fc1.weight)[0]  # for later
    losses[start], gradients[start] = loss.item(), gradient.norm().item()
    print(f"{start.__name__:10} loss {loss:15,.3f}")
assert losses[screaming] > 1e5
assert losses[steady] < 10

# %% [markdown]
# Silence looks like modesty. The test is also unfair to the steady row, whose 3.017 only means that
# it starts out with a few opinions.
#
# Our cheap test can be fooled, then. It catches a network that screams, but not a network that's
# silent. If your first loss is 13, or in the thousands, be alarmed. If it's 3, don't be. And a
# 2.303 on its own proves nothing.
#
# There's a second test, and the cell that computed the three losses has already run it, in the
# line with `autograd`. If you nudge a weight, how fast does the loss change? The **gradient**
# tells you, with one number for each weight, and [the next lesson](09_gradients.py) is all about
# how to compute it. `norm` boils all those numbers down to one, the root of the sum of their
# squares. Here it is for the first layer of the silent row and of the steady row.

# %%
print(f"silent {gradients[silent]:.7f}, steady {gradients[steady]:.7f}")
assert gradients[silent] < 1e-3 * gradients[steady]

# %% [markdown]
# Never mind whether the steady row's number is a lot. The silent row's is more than ten million
# times smaller. If you nudge a weight in its first layer, one unit speaks up, the next layer
# passes on less than a tenth of that, the layer after it less than a tenth of the tenth, and at
# the far end you can't tell. Training is all about finding nudges that help. How would you find
# one if you can't hear what any of them does?
#
# Could we just nudge harder? Let's try it with our library's `fit`, the training loop that we'll
# build in [lesson 10](10_training.py). It goes through the 5,000 digits twice, and `lr` says how
# large its steps are. We'll print the average loss of the second round. Since the loss is minus
# the logarithm of the bet, $e^{-\text{loss}}$ turns it back into a bet, the one that would cost
# as much if it were made on every digit. A loss of 2.30, for example, is 10 cents on the right
# digit.

# %%
from mlp_tutorial.training import fit


def teach(start, lr):
    torch.manual_seed(7)
    start(row)
    history = fit(row, (images, train.labels), epochs=2, lr=lr, progress=False)
    loss = history.train_loss[-1]
    cents = 100 * math.exp(-loss)
    print(f"{start.__name__:9} {lr:<4} loss {loss:.2f}, {cents:.0f} cents")
    return loss


for lr in (0.03, 0.3, 10):
    assert teach(silent, lr) > 2.2
assert teach(steady, 0.03) < 1

# %% [markdown]
# There they are, our two networks from the beginning, with the same layers, shown the same digits
# in the same order. The steady one is learning. The silent one hasn't learned a thing, whether we
# taught it gently or brutally, and still puts about ten cents on every digit.
#
# To be fair, these were plain steps, with one size for all the weights. In [lesson
# 11](11_optimizers.py) you'll get cleverer ones, which turn up what's too faint to hear.
#
# In the real game the words get mangled along the way, which is the fun of it. In ours they're
# nonsense from the start, because all the weights are random. With the right volume you can hear
# the nonsense at the far end, and feel a nudge to anybody in the row. The rest has to be learned.

# %% [markdown]
# ## What if you set nothing?
#
# If you set nothing, PyTorch draws every weight evenly from $-1 / \sqrt n$ to $1 / \sqrt n$.
# Numbers spread evenly from -1 to 1 have a standard deviation of about 0.58, as we'll check in
# [lesson 13](13_deep_networks.py). So the knob is at a bit more than half of $1 / \sqrt n$. The
# biases are drawn the same way. To see what they do, we also send the batch through a row whose
# biases we've set to zero.
# <!-- example -->


# %%
def untouched(net):
    for part in net:
        if isinstance(part, nn.Linear):
            part.reset_parameters()  # draws them as PyTorch does


def no_biases(net):
    untouched(net)
    for name, p in net.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(p)


for start in (untouched, no_biases):
    print(f"{start.__name__}:", *(f"{loudness(t):.4f}" for t in send(start)))

# %% figure="scale-by-layer" alt="Loudness by layer on a logarithmic axis. Screaming climbs by a factor of about seven a layer, silent falls by a factor of about fourteen. Steady stays level, and PyTorch's own sinks at first and then flattens out at less than a tenth." caption="Watch the axis on the left, where each step up multiplies the loudness. Only one of the four lines stays where it started."
from mlp_tutorial.plots import plot_spreads

levels = {}
for start in (screaming, steady, silent, untouched):
    levels[start.__name__] = [loudness(totals) for totals in send(start)]
show(plot_spreads(levels, label="loudness"))

# %% [markdown]
# This row fades, too, down to less than a tenth, and without its biases it would fade much
# further. The biases go on murmuring long after the digit is gone. Will it learn?

# %%
for lr in (0.03, 0.3):
    teach(untouched, lr)

# %% [markdown]
# The steps that were enough for the steady row get it nowhere. With steps ten times as large, it
# begins to learn. In a row as short as 784-128-64-10 there's less to lose, so the coming lessons
# leave PyTorch's numbers alone. In a long row, turn the knob yourself.
#
# You can do that without our library. For one layer it takes two calls, from PyTorch's `nn.init`.
# They fill a tensor in place, as the underscore at the end of their names tells you. Now suppose
# you forgot the $\sqrt 2$ and want to turn the knob up afterward.

# %%
fc = row.fc1
nn.init.normal_(fc.weight, std=1 / math.sqrt(784))
nn.init.zeros_(fc.bias)
try:
    fc.weight *= math.sqrt(2)
except RuntimeError as error:
    print(error)
with torch.no_grad():
    fc.weight *= math.sqrt(2)
print(f"{fc.weight.std():.4f}, wanted {math.sqrt(2 / 784):.4f}")
assert 0.049 < fc.weight.std() < 0.052

# %% [markdown]
# The "leaf Variable" is our parameter. Normally PyTorch records everything you compute from a
# parameter, because learning depends on that record, and it won't let you overwrite a parameter
# behind its back. You may know `with open(path) as file`, which closes the file when its block
# ends. In the same way, `with torch.no_grad()` stops the record keeping until its block ends. It
# says that it's just us, setting things up. (The functions in `nn.init` say so themselves, so
# they don't need it.)

# %% [markdown]
# ## What our machine can read now
#
# Our new network can't read a thing yet, so let's measure that. We take the short row,
# 784-128-64-10, with PyTorch's own weights, as the coming lessons will, and show it 1,000 digits
# by people whose handwriting it will never train on. We do that ten times over, with new random
# numbers each time.

# %%
test = load_mnist("test", source="subset")
test_images = normalize(test.images, mean, std).flatten(1)
rights, bets = [], []
for seed in range(10):
    torch.manual_seed(seed)
    with torch.no_grad():
        logits = MLP(sizes)(test_images)
    right = (logits.argmax(dim=1) == test.labels).float().mean().item()
    rights.append(100 * right)
    bets.append(F.cross_entropy(logits, test.labels).item())
average = sum(rights) / 10
print(f"right: {average:.0f}% (from {min(rights):.0f} to {max(rights):.0f}%)")
print(f"loss: {sum(bets) / 10:.2f} (from {min(bets):.2f} to {max(bets):.2f})")
assert 5 < average < 15

# %% [markdown]
# A ten-sided die would do as well. Everything's been built, and nothing's been learned.
#
# At least a message can get through. In a row this short, the back can still hear the front, and
# the loss can feel a nudge in the first layer. That leaves 109,386 knobs, all set at random.
# Which way should you turn each of them? You could nudge them one at a time and watch what
# happens. [The next lesson](09_gradients.py) begins just like that and then finds a way to do all
# of them at once.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Only the shapes
#
# Somebody sends you the `state_dict` of a network. All you know about it is this list of shapes,
# and the fact that there's a ReLU after every layer but the last.
#
# | name | shape |
# | --- | --- |
# | `fc1.weight`, `fc1.bias` | (128, 784), (128,) |
# | `fc2.weight`, `fc2.bias` | (64, 128), (64,) |
# | `fc3.weight`, `fc3.bias` | (10, 64), (10,) |
#
# Without scrolling up, write the class `Network` that these weights would fit into.
#
# <details><summary>Hint 1</summary>
#
# `nn.Linear` takes the number of inputs first and stores its weights the other way around. The
# names in the list tell you what the layers are called.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Begin `__init__` with `super().__init__()`, and assign the layers to `self.fc1` and so on. In
# `forward`, put `torch.relu` around the first two, and nothing around the third.
#
# </details>


# %% tags=["exercise"]
class Network(nn.Module):
    def __init__(self):
        raise NotImplementedError

    def forward(self, x):
        raise NotImplementedError


# %% tags=["solution"]
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


# %% tags=["check"]
from mlp_tutorial.exercises import check_deep_network

print(check_deep_network(Network))

# %% [markdown] tags=["exercise", "warm-up"]
# ### On paper, by machine
#
# Write `count_by_sizes(sizes)`, which returns how many numbers a network has, weights and biases
# together, without building the network. `sizes` is a list with two or more entries. For our
# network, `count_by_sizes([784, 128, 64, 10])` is 109386.
#
# <details><summary>Hint 1</summary>
#
# A layer goes with two neighboring entries of the list, its inputs `n` and its units `m`. How
# much does it add to the total?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Python's `itertools.pairwise(sizes)` goes through the list in pairs of neighbors. Add up `n *
# m + m` over all the pairs.
#
# </details>


# %% tags=["exercise"]
def count_by_sizes(sizes):
    raise NotImplementedError


# %% tags=["solution"]
from itertools import pairwise


def count_by_sizes(sizes):
    return sum(n * m + m for n, m in pairwise(sizes))


# %% tags=["check"]
from mlp_tutorial.exercises import check_count_by_sizes

print(check_count_by_sizes(count_by_sizes))

# %% [markdown] tags=["exercise", "apply"]
# ### Start any network
#
# Write `initialize(model)`, which gives a network a steady start. In each linear layer, draw the
# weights from a normal distribution with mean 0 and standard deviation $\sqrt{2/n}$, where $n$ is
# the layer's own number of inputs, and set the biases to zero. Change both in place.
#
# Careful, `model` can be any network, not just a chain of parts like our row. Loop over
# `model.modules()`, which goes through all its parts, however deeply they're hidden. Some parts
# may be of other kinds and have parameters of their own. Leave those alone.
#
# <details><summary>Hint 1</summary>
#
# `isinstance(part, nn.Linear)` says whether a part is a linear layer. If it is, two lines from
# the page will do, once you know how many inputs this layer has.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A linear layer knows its number of inputs as `part.in_features`. Then `nn.init.normal_` and
# `nn.init.zeros_` do the rest.
#
# </details>


# %% tags=["exercise"]
def initialize(model):
    raise NotImplementedError


# %% tags=["solution"]
def initialize(model):
    for part in model.modules():
        if isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=math.sqrt(2 / part.in_features))
            nn.init.zeros_(part.bias)


# %% tags=["check"]
from mlp_tutorial.exercises import check_initialize

print(check_initialize(initialize))

# %% [markdown] tags=["exercise", "apply"]
# ### Tune it by ear
#
# Suppose you don't know what a layer's inputs look like, so no formula fits. You can still listen
# and turn the knob. Write `tune(layer, x)`, which changes the weights of the linear layer `layer`
# in place, so that its output for the batch `x` has a loudness of 1. Change all the weights by
# the same factor. The biases are zero and should stay that way.
#
# <details><summary>Hint 1</summary>
#
# Without biases, weights that are twice as large make an output that's twice as loud. How loud is
# the output now, and what factor would take it to 1?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Inside `with torch.no_grad():`, measure `loudness(layer(x))` with the function from this page,
# then divide `layer.weight` by it in place, with `/=` or `div_`.
#
# </details>


# %% tags=["exercise"]
def tune(layer, x):
    raise NotImplementedError


# %% tags=["solution"]
def tune(layer, x):
    with torch.no_grad():
        layer.weight /= layer(x).square().mean().sqrt()


# %% tags=["check"]
from mlp_tutorial.exercises import check_tune

print(check_tune(tune))

# %% [markdown] tags=["exercise", "think"]
# ### Three layers later
#
# Three layers of 400 units follow each other, with no activation at all in between. The first of
# them hears 400 numbers with a loudness of 1. All the weights are random, with a standard
# deviation of 0.1, and the biases are zero. How loud is the signal after the third layer? Set
# `how_loud` to that number. You won't need a computer.
#
# <details><summary>Hint 1</summary>
#
# What does one layer do to the loudness? A unit multiplies each of its 400 numbers by a weight
# and adds them up.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# One layer multiplies it by $0.1 \cdot \sqrt{400}$, and there's no ReLU to swallow half.
#
# </details>

# %% tags=["exercise"]
how_loud = ...

# %% tags=["solution"]
how_loud = (0.1 * math.sqrt(400)) ** 3

# %% tags=["check"]
from mlp_tutorial.exercises import check_how_loud

print(check_how_loud(how_loud))

# %% [markdown] tags=["exercise", "think"]
# ### All zero
#
# Somebody sets every weight and every bias of our network to zero. The first loss is 2.303, just
# as it should be. Then training begins and nudges each number in the direction that lowers the
# loss. What happens to the weights? Write the letter of your answer, such as `all_zero = "a"`.
#
# - **a** It learns as well as any other, since the first nudges make the weights differ.
# - **b** It learns, but more slowly, since it has a longer way to go.
# - **c** Its weights stay zero, since nudging any single one of them changes no logit.
# - **d** The loss explodes, since the signal is divided by a loudness of zero.
#
# <details><summary>Hint 1</summary>
#
# Pick a weight in the first layer and nudge it in your head. Which numbers in the network change?
# Follow them to the end.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A weight in the first layer changes one hidden unit, and the next layer multiplies that unit by
# zero. A weight in the last layer multiplies a hidden unit, too. How large is that unit?
#
# </details>

# %% tags=["exercise"]
all_zero = ...

# %% tags=["solution"]
all_zero = "c"

# %% tags=["check"]
from mlp_tutorial.exercises import check_all_zero

print(check_all_zero(all_zero))
