# %% [markdown]
# # Networks as modules
#
# Nobody at the courthouse had ever met the night shift. They came in every evening, heard their
# witnesses, and passed their verdicts upstairs. But years ago, somebody had forgotten to put them
# on the staff list, so when everybody else was sent to a training course, the night shift wasn't
# invited. They went on judging by the rules they'd made up on their first day. No alarm went off.
# Their verdicts arrived on time, neatly stamped.
#
# Networks have night shifts, too. Take a network with 20 layers. With a matrix and a bias in
# each, that's 40 tensors, and training only changes the ones you hand over. Hand over 39 by
# mistake and see if anybody tells you. **How does a network keep track of its own parts?**
# <!-- example -->
#
# You'll be able to
#
# - write a network as a class, and say what every line of it is for;
# - spot a layer that isn't on the list, and put it there;
# - find the softmax that has no business inside a network.
#
# Reading takes 40 minutes. The code runs in under half a minute on an ordinary laptop.

# %% [markdown]
# ## Who forgot W1?
#
# Let's make that mistake ourselves, with as few tensors as we can. The network of [lesson
# 3](03_mnist.py) has 784 pixels, 256 hidden units and ten outputs. That's two layers, each with a
# matrix and a bias, so we have four tensors lying around loose. The digits are normalized as
# before, with 5,000 to train on and 1,000 fresh ones.

# %%
import torch

from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize

train = load_mnist("train", source="subset")
test = load_mnist("test", source="subset")
mean, std = mean_and_std(train.images)
x_train = normalize(train.images, mean, std).flatten(1)
x_test = normalize(test.images, mean, std).flatten(1)
print(x_train.shape, x_test.shape)

# %% [markdown]
# To train the network, we use a function that you can think of as a washing machine. You know
# what goes in and what should come out, and [lesson 9](09_gradients.py) and [lesson
# 10](10_training.py) will take the drum apart, so don't worry about the inside of the next cell.
#
# You put in a network, which can be any function from digits to ten totals, and a list of tensors
# called `parameters`. The machine changes these tensors step by step until the network is better
# at the 5,000 digits, and `lr` says how large the steps are. It goes through them `rounds` times,
# which makes as many epochs. **All other tensors stay as they are.** Then the network reads the
# 1,000 fresh digits, and out come its verdicts.

# %%
from torch.nn import functional as F


def train_and_read(network, parameters, seed, lr=0.1, rounds=3):
    parameters = [p.requires_grad_() for p in parameters]
    optimizer = torch.optim.SGD(parameters, lr=lr)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(rounds):  # times through all training digits
        for x, y in batches(x_train, train.labels, 50, generator=generator):
            optimizer.zero_grad()
            F.cross_entropy(network(x), y).backward()
            optimizer.step()
    return network(x_test).argmax(dim=1)


def percent_right(verdicts):
    return 100 * (verdicts == test.labels).sum().item() / len(verdicts)


# %% [markdown]
# And here's the network, with a list that we keep by hand. `network` is a function inside the
# function `run`, so it can use the four tensors there, even when it's the washing machine that
# calls it. If you tell `run` to forget a name, `pop` crosses it off the list. The last lines do
# the whole thing three times, each time with different random numbers.


# %% tolerance=0.05
def run(seed, forget=None):
    torch.manual_seed(seed)
    W1, b1 = torch.randn(784, 256) / 784**0.5, torch.zeros(256)
    W2, b2 = torch.randn(256, 10) / 256**0.5, torch.zeros(10)

    def network(x):
        return torch.sigmoid(x @ W1 + b1) @ W2 + b2

    by_hand = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    by_hand.pop(forget, None)  # does nothing if there's no such name
    return percent_right(train_and_read(network, by_hand.values(), seed))


everything = [run(seed) for seed in range(3)]
print("all four handed over:", everything)

# %% [markdown]
# Each time, the network gets about nine in ten of the fresh digits right.

# %% [markdown] tags=["predict"]
# Now we forget `W1`. It's only one name, but it stands for more than 98% of the numbers in the
# network. How many of the fresh digits will be right?
#
# - [ ] About 90%
#   The output layer does learn. But the 256 patterns it has to go by are still random, and it
#   shows.
# - [x] About 80%
#   `W1` stays random to the end, and the output layer learns to live with it. Still, the network
#   makes nearly twice as many mistakes as before. A random first layer got 92% in lesson 5, but
#   that one had 800 units, and we solved for the last layer exactly.
# - [ ] About 10%
#   Most of its numbers are still random, but the output layer was trained, and it makes the best
#   of what the hidden layer tells it.

# %% tolerance=0.05 figure="who-was-forgotten" alt="Three rows of three dots each, the percentage of fresh digits that are right. With all four handed over it's about 90, without W2 about 88, without W1 about 81." caption="Each dot is a run. The diamond is their average. The line through it is one standard error to each side, which lesson 10 explains. Cover the first two rows with your hand. Would you suspect anything?"
from mlp_tutorial.plots import plot_comparison, show

rows = {"all four": everything}
rows["without W2"] = [run(seed, forget="W2") for seed in range(3)]
rows["without W1"] = [run(seed, forget="W1") for seed in range(3)]
for name, percents in rows.items():
    print(f"{name:10}", percents)  # pads the name to 10 characters
show(plot_comparison(rows, label="fresh digits that are right, %"))
assert sum(rows["without W1"]) < sum(everything)

# %% [markdown]
# Nothing crashed. If you'd never seen the other rows, you might even be proud of the last, though
# the ghosts of lesson 3 do about as well, and they were only averages. In a way, the row in the
# middle is even worse. Who would go looking for a bug that costs about a point?
#
# Training isn't the only job that calls for all the names. You need them whenever you count a
# network's numbers, save them to a file or move them to another computer. Each time, somebody has
# to type out the whole list again, and might forget a name.
#
# A courthouse shouldn't be run like that. The list should keep itself, and whoever is hired should
# be on it from that moment on.

# %% [markdown]
# ## A court that keeps its own list
#
# For that, we need an object with a memory. You've used plenty of those already. A Python list
# remembers what you put into it, and it can do things, such as `append`. With a **class**, you
# can make up a new kind of object.


# %%
class Court:
    def __init__(self):
        self.staff = []  # a new court has an empty list

    def hire(self, name):
        self.staff.append(name)


north = Court()
south = Court()
north.hire("night shift")
print(north.staff, south.staff)

# %% [markdown]
# A class is a plan, and from one plan you can build as many courts as you like. When you write
# `Court()`, Python builds a court and runs its `__init__`, where you write what has to be done on
# opening day. Inside the class, `self` is whichever court is being built or spoken to. When you
# write `north.hire("night shift")`, Python calls `hire` with `north` as `self`, so the name goes
# on the north court's list, and the south court's list stays empty.
#
# Now suppose you want a special kind of court that opens with its people already hired. `class
# DigitCourt(Court)` says "everything that a `Court` can do, a `DigitCourt` can do too." That's
# called **inheriting**, and it means you only have to write what's different.


# %%
class DigitCourt(Court):
    def __init__(self):
        super().__init__()
        self.hire("hidden layer")
        self.hire("output layer")


class HastyCourt(Court):
    def __init__(self):
        self.hire("hidden layer")


print(DigitCourt().staff)
try:
    HastyCourt()
except AttributeError as error:
    print(f"AttributeError: {error}")

# %% [markdown]
# What went wrong in the second court? Its `__init__` *replaced* the one from `Court`, which would
# have laid out the empty list. When the first layer was hired, there was no paper to write its
# name on. The cure is the line `super().__init__()`, where `super()` stands for the class that
# you inherit from. Read it as "first do everything that any court does on opening day."
#
# That's enough Python for now. On to the real thing.

# %% [markdown]
# ## The network, line by line
#
# PyTorch comes with a class like this. It's called `nn.Module`, and it keeps a better list than
# ours. You don't even have to call `hire`.


# %%
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.sigmoid = nn.Sigmoid()
        self.output = nn.Linear(256, 10)

    def forward(self, x):
        h = self.sigmoid(self.hidden(x))
        return self.output(h)


torch.manual_seed(7)
model = Network()
print(model)

# %% [markdown]
# Let's go through it.
#
# - `class Network(nn.Module)` says that we inherit. Whatever a module can do, our network can do
#   too.
# - `super().__init__()` lays out the list.
# - `self.hidden = nn.Linear(784, 256)` makes a layer with 784 inputs and 256 units, filled with
#   random numbers. The `=` looks ordinary, but a module checks everything you assign to its
#   `self`. If it's a **part**, it goes on the list under the name you gave it. A part is either
#   another module, such as this layer, or a tensor that's marked as trainable with
#   `nn.Parameter`, as you'll see below.
# - `nn.Sigmoid()` is the activation, as a module of its own.
# - `forward` says what happens to a batch. The list knows *who* is there, and `forward` knows who
#   does what, and in what order. You don't call `forward` yourself, since PyTorch may have some
#   bookkeeping to do around it. You write `model(x)`, as if the model were a function, and the
#   module calls `forward` for you.
#
# And `print(model)` reads out all the modules on the list. What if we skip the line that lays out
# the list? The message may sound familiar.


# %%
class HastyNetwork(nn.Module):
    def __init__(self):
        self.hidden = nn.Linear(784, 256)


try:
    HastyNetwork()
except AttributeError as error:
    print(f"AttributeError: {error}")

# %% [markdown]
# The "module" that can't be assigned is the layer we're trying to hire, and the
# "`Module.__init__()` call" is opening day, which never happened. Whenever you see this message,
# make sure that `super().__init__()` is there and comes first.
#
# Let's read the list more closely. With `named_parameters()`, we can go through every tensor on
# it, along with its full name.

# %% [markdown] tags=["predict"]
# Our `W1` had the shape (784, 256). What's the shape of the hidden layer's weights in
# `nn.Linear(784, 256)`?
#
# - [x] `(256, 784)`
#   There's a row for each unit, so it's our `W1` turned over.
# - [ ] `(784, 256)`
#   You write the sizes in this order, and it's how we've done it so far. PyTorch prefers a row
#   for each unit.
# - [ ] `(785, 256)`
#   `nn.Linear` keeps the biases in a tensor of their own, not in an extra row.

# %%
for name, parameter in model.named_parameters():
    # :, writes thousands with a comma
    print(name, tuple(parameter.shape), f"{parameter.numel():,}")

x = x_test[:64]
by_hand = x @ model.hidden.weight.T + model.hidden.bias
assert torch.allclose(model.hidden(x), by_hand, atol=1e-4)

# %% [markdown]
# That's the flipped layout that lesson 2 warned you about. Each row of `weight` holds one unit's
# weights, and before you can multiply by it, the matrix has to be turned over again. `nn.Linear`
# computes $x W^\top + b$, where the little $\top$ is our `.T`, and the assertion checks it.
#
# Whenever you meet a weight matrix, ask which way around it is. If it's square, its shape won't
# tell you.
#
# Did you notice the dots in the names, as in `hidden.weight`? A layer is a module too, with a
# list of its own. So there are lists within lists, and you can draw them like a company's org
# chart, which shows who reports to whom.

# %% figure="module-tree" alt="A tree. Network has 203,530 numbers. Below it are hidden, a Linear with 200,960, sigmoid with 0 and output, a Linear with 2,570. Below each Linear are its weight and its bias, with their shapes." caption="A square is a module, and a dot is a tensor that can be trained. Each number on the right adds up whatever is below it. The sigmoid is on the list, but it has nothing to learn."
from mlp_tutorial.plots import draw_modules

show(draw_modules(model))

# %% [markdown]
# The total at the top is 203,530. That's how many knobs this little network has, and nobody had
# to remember a single name to count them.

# %% [markdown]
# ## Nineteen hidden layers
#
# Remember the network with 20 layers from the top of the page? You won't want to make up names
# for 19 hidden layers, so we make them in a loop. What should we keep them in? Let's try two
# containers. Python lets you pass a class to a function like any other value, so `Tower` takes
# its container as an argument called `keep`. Our first tower gets Python's own `list`, so
# `keep(layers)` is a list of its layers.


# %%
class Tower(nn.Module):
    def __init__(self, n_hidden, keep):
        super().__init__()
        layers = [nn.Linear(784, 256)]
        for _ in range(n_hidden - 1):
            layers.append(nn.Linear(256, 256))
        self.layers = keep(layers)
        self.output = nn.Linear(256, 10)

    def forward(self, x):
        for layer in self.layers:
            x = torch.sigmoid(layer(x))
        return self.output(x)


# %% [markdown] tags=["predict"]
# The tower has 20 layers with two tensors each, and it keeps all of them in `self`. How many
# tensors are on its staff list?
#
# - [ ] All 40
#   Every layer is in `self.layers`. But since a Python list is neither a module nor a tensor, it
#   isn't a part.
# - [x] Only 2
#   Only the output layer's two are there. A Python list isn't a part, and the module doesn't look
#   inside it.
# - [ ] None, it raises an error
#   A Python list is a perfectly good thing to keep in an object, and a module can't know what you
#   meant by it.

# %% figure="off-the-books" alt="A tree with only one branch. Tower has 2,570 numbers, and below it is output, a Linear with its weight and bias. No hidden layer is drawn." caption="A smaller tower, with two hidden layers in a Python list. It uses them for every digit, and it has never heard of them."
tower = Tower(19, list)
print(len(tower.layers), "hidden layers and the output make 20")
print(tower(x).shape)
print(len(list(tower.parameters())), "tensors on the staff list")
show(draw_modules(Tower(2, list)))

# %% [markdown]
# There's our night shift. The tower runs, since `forward` finds its layers without any trouble.
# But 19 of the 20 are working off the books. They won't be trained, counted or saved.
#
# The cure is called `nn.ModuleList`. You use it like a Python list, but it's a module, so it goes
# on the staff list, and so does everybody in it.

# %% figure="on-the-books" alt="A tree. Tower now has two branches, layers, a ModuleList with two Linear layers called 0 and 1, and output. It has 269,322 numbers." caption="The same tower with a ModuleList. Its layers have numbers for names."
tower = Tower(19, nn.ModuleList)
print(len(list(tower.parameters())), "tensors on the staff list")
show(draw_modules(Tower(2, nn.ModuleList)))

# %% [markdown]
# Does it really matter? Let's send some towers to training, one with a `list` and one with a
# `ModuleList`. The third one in the code, `larger`, is the first one again with larger random
# numbers. We'll need it in a minute. All of them have one hidden layer, so they have the shape of
# our four loose tensors. Look for `model.parameters()` in the code. This time, the model itself
# hands over the list.


# %%
def read(make, lr, runs, rounds=3):
    found = []
    for seed in range(runs):
        torch.manual_seed(seed)
        model = make()
        verdicts = train_and_read(model, model.parameters(), seed, lr, rounds)
        found.append(verdicts)
    return found


# %% tolerance=0.05 figure="two-towers" alt="Four rows of three dots each, the percentage of fresh digits that are right. By hand it's about 90, in a Python list about 72, in a list with larger numbers about 82, in a ModuleList about 89." caption="The first row is from the beginning, when we kept the list by hand and forgot nobody. The third is a Python list again, with random numbers as large as in W1."
def larger():
    tower = Tower(1, list)
    nn.init.normal_(tower.layers[0].weight, std=784**-0.5)  # as in W1
    return tower


towers = {
    # lambda makes a small function without a name. This one builds a tower.
    "list": lambda: Tower(1, list),
    "list, as W1": larger,
    "ModuleList": lambda: Tower(1, nn.ModuleList),
}
rows = {"by hand": everything}
for name, make in towers.items():
    rows[name] = [percent_right(v) for v in read(make, 0.1, 3)]
for name, percents in rows.items():
    print(f"{name:11}", percents)
logits_slow = rows["ModuleList"]
assert sum(rows["list"]) < sum(logits_slow)
show(plot_comparison(rows, label="fresh digits that are right, %"))

# %% [markdown]
# With a `ModuleList`, the night shift has been to the training course, and it shows. Why does the
# plain list do even worse than our network without `W1`? Mostly because `nn.Linear` starts with
# smaller random numbers. With numbers as large as in our `W1`, in the third row, it does as well
# as that network. [The next lesson](08_build_a_network.py) shows why the size matters.
#
# If you sent all 20 layers to training, you'd be disappointed. For that many layers to learn,
# it's not enough to be on the list. [Lesson 13](13_deep_networks.py) shows what else it takes.
#
# A Python list isn't the only way to end up off the books. A module won't put a bare tensor on
# its list until you mark it as trainable with `nn.Parameter`. Our four loose tensors were bare,
# too, but there we handed over the list ourselves.


# %%
class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.bare = torch.ones(10)
        self.marked = nn.Parameter(torch.ones(10))
        self.again = self.marked  # a second name for it


scale = Scale()
print(scale)
for name, parameter in scale.named_parameters():
    print(name, tuple(parameter.shape))

# %% [markdown]
# The bare tensor isn't there, and the tensor with two names is only there once. In the first line
# the parentheses are empty, because `print` only shows modules. So here's a habit that pays off.
# **Before you train a network, go through its `named_parameters()`.** What isn't there won't be
# trained.

# %% [markdown]
# ## One softmax too many
#
# The list tells you who works here. It can't tell you whether somebody in `forward` is doing a
# job that somebody else is doing already.
#
# Say you'd like your network to bet its dollar on the ten digits, as in [lesson
# 4](04_softmax.py), instead of returning bare totals, the logits. You put softmax at the end of
# `forward`, and it seems harmless. But the loss inside our washing machine is `cross_entropy`,
# which you'll also meet as `nn.CrossEntropyLoss`, and it applies softmax itself. Now there are
# two softmaxes in a row.
#
# The second softmax sees only ten shares of a dollar. The best it can hope for is a 1 for the
# right digit and nine zeros, which is what softmax got from the sigmoid in lesson 4. So again, no
# more than 0.232 of the dollar goes on the right digit, and the loss can't fall below minus the
# logarithm of 0.232. The loss can't get very high, either. If the 1 is on a wrong digit, the
# right digit still gets $1 / (e + 9)$.

# %%
import math

sure = torch.zeros(1, 10)
sure[0, 3] = 1.0  # the whole dollar on 3
label, other = torch.tensor([3]), torch.tensor([9])
stake = math.e / (math.e + 9)
floor = F.cross_entropy(sure, label).item()
print(f"right: a share of {stake:.3f} and a loss of {floor:.3f}")
print(f"wrong: a loss of {F.cross_entropy(sure, other):.3f}", end="")
print(f", or {F.cross_entropy(20 * sure, other):.0f} with one softmax")
assert math.isclose(floor, -math.log(stake), rel_tol=1e-5)

# %% [markdown]
# So the loss has a floor of 1.461 and a ceiling of 2.461. With one softmax, the same mistake
# costs 20 if the wrong logit is 20 ahead. And if the right logit pulls ahead, how far does the
# loss fall?

# %% figure="floor-of-the-loss" alt="Two curves over the lead of the right logit, from 1 to 10, on a logarithmic axis. With one softmax the loss falls from about 1.5 to below 0.001. With two it levels off near 1.46." caption="As the right logit pulls ahead of the others, the loss should go to 0. With two softmaxes it gets stuck on a floor. Each step up the axis on the left multiplies the loss by ten."
from mlp_tutorial.plots import plot_losses


def loss(logits, twice):
    outputs = torch.softmax(logits, dim=1) if twice else logits
    return F.cross_entropy(outputs, label).item()


curves = {
    "one softmax": [loss(lead * sure, False) for lead in range(1, 11)],
    "two": [loss(lead * sure, True) for lead in range(1, 11)],
}
show(plot_losses(curves, label="lead of the right logit"))

# %% [markdown]
# Remember that floor. If a network reads nine digits in ten and its loss is still above 1.461,
# you have a suspect.
#
# Does the extra softmax do any harm? It doesn't change which of the ten is the largest, so from
# the same logits you get the same verdict, with or without it.

# %% [markdown] tags=["predict"]
# With logits, about 89% of the fresh digits are right. Now we put softmax inside and train again,
# with the same step size. How many will be right?
#
# - [ ] About 10%
#   The loss starts well above its floor, so there's still something to gain.
# - [x] A bit more than half
#   The network learns, but slowly, and with these steps that's as far as it gets in three rounds.
#   You'll see in a minute what it hasn't learned.
# - [ ] About 89%
#   From the same logits, yes. But training has to find the logits first, and it goes by the loss.


# %% tolerance=0.15
class SoftmaxInside(Network):
    def forward(self, x):
        # super().forward is the forward of Network, from which we inherit
        return torch.softmax(super().forward(x), dim=1)


twice = read(SoftmaxInside, 0.1, 3)
twice_slow = [percent_right(v) for v in twice]
print("logits:     ", logits_slow)
print("two softmax:", twice_slow)
assert sum(twice_slow) < 0.8 * sum(logits_slow)

# %% [markdown]
# The line that seemed harmless has cost the network about a third of the digits.
#
# So **let the network return logits, and let the loss do the rest.** If you want the bets, apply
# softmax to the logits once training is over, outside of the model.
#
# Was that fair, though? A second softmax squeezes everything that happens to a logit on its way
# to the loss, so perhaps this network only needs larger steps. We gave each of the two the step
# size that suited it best on 1,000 training digits that we'd held back, so that it hadn't learned
# from them, and trained both of them again, five times from different random numbers. (The search
# isn't on this page. The comments in the code say which step sizes we tried.) The chart shows how
# often each digit is named.
#
# <!-- folded -->

# %% tolerance=0.15
best = read(Network, 1.0, 5)  # the best of 0.3, 0.5, 1 and 2
best_twice = read(SoftmaxInside, 2.5, 5)  # of 1.5, 2, 2.5, 3 and 4
rows = {
    "logits": [percent_right(v) for v in best],
    "two": [percent_right(v) for v in best_twice],
}
print("right with the best steps, run by run:")
for name, percents in rows.items():
    print(f"{name:6}", percents)
average = sum(rows["logits"]) / 5
print(f"logits, on average: {average:.1f}%")
assert average > 90

# %% figure="never-said" alt="Ten groups of three bars, the share of each digit among a thousand verdicts. With logits all ten are near one tenth. With two softmaxes and small steps there are no bars for 2, 5, 8 and 9. With the best steps all ten are back." caption="The verdicts of the middle run of each kind, neither its best nor its worst. Each kind of digit makes up a tenth of the fresh ones, so all the bars should be about equally high. Some are missing."
from mlp_tutorial.plots import plot_probabilities


def never_said(verdicts):
    return [digit for digit in range(10) if digit not in verdicts]


kinds = {
    "logits": best,
    "two, small steps": twice,
    "two, best steps": best_twice,
}
shares = {}
for name, runs in kinds.items():
    print(f"{name}, never said:", *(never_said(v) for v in runs))
    middle = sorted(runs, key=percent_right)[len(runs) // 2]
    shares[name] = torch.bincount(middle, minlength=10) / len(middle)
show(plot_probabilities(shares, label="share of the verdicts"))
assert all(never_said(v) for v in twice)

# %% [markdown]
# With small steps, three or four digits don't come up even once in a thousand verdicts, in every
# run. Larger steps undo most of the damage. But in all five runs the network with two softmaxes
# is still behind, and in its worst run it never says 9.
#
# Why would a network give up on a digit? Suppose it's sure that a 9 is a 4. With one softmax,
# that's so expensive that correcting it is urgent. With two, the loss is up at its ceiling, where
# its curve is as flat as a sigmoid far from the middle, so a small correction hardly lowers it.
# If that's the reason, patience should help. Let's train the first of the small-step networks
# four times as long.

# %% tolerance=0.15
patient = read(SoftmaxInside, 0.1, 1, rounds=12)[0]
print(f"{percent_right(patient)}% right, never said: {never_said(patient)}")

# %% [markdown]
# The 8 and the 9 are back, and the 2 and the 5 are still missing. So the network isn't stuck
# altogether, but it's very slow. (In [the museum at the end](18_museum.py), you'll find out what
# this bug costs a smaller network.)

# %% [markdown]
# ## Take it with you
#
# Now that we can train a network, it would be a shame to lose it when Python closes. What would
# you have to save? Everything it learned is in the tensors on the list. So let's see if a network
# that was never trained can take them over.
#
# We'll write that other network differently. The sigmoid has nothing to learn, so it doesn't
# really have to be on the list. In much of the code you'll read, it's a plain function,
# `torch.sigmoid`. Other activations are in `torch.nn.functional`, which everybody imports as `F`.


# %% tolerance=0.15
class FunctionalNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.output = nn.Linear(256, 10)

    def forward(self, x):
        return self.output(torch.sigmoid(self.hidden(x)))


trained = train_and_read(model, model.parameters(), seed=7, lr=1.0)
print("trained:  ", percent_right(trained))
newcomer = FunctionalNetwork()
print("untrained:", percent_right(newcomer(x_test).argmax(dim=1)))

newcomer.load_state_dict(model.state_dict())
print("moved in: ", percent_right(newcomer(x_test).argmax(dim=1)))
assert torch.equal(newcomer(x), model(x))

# %% [markdown]
# `state_dict()` gives you every tensor on the list, in a dictionary under its name, and
# `load_state_dict` copies these tensors into another module that has the same names. That's also
# how a network gets into a file and back, as you'll see in [lesson 15](15_saving_and_devices.py).
#
# If you'd like your loose matrices back, the library's `get_weights` takes them out of a module
# and flips them to our layout, and `layers.forward` computes with them, as in lesson 2. Up to
# rounding, it's the same network again.

# %%
from mlp_tutorial import layers
from mlp_tutorial.networks import get_weights

print(list(model.state_dict()))
matrices = get_weights(model)
print([tuple(W.shape) for W, b in matrices])
assert torch.allclose(layers.forward(x, matrices), model(x), atol=1e-3)

# %% [markdown]
# ## What our machine can read now
#
# It reads all ten digits, in handwriting that it has never seen before. With logits and the best
# steps, our networks get more than 90% of them right, on average. In lesson 3 this network was
# only guessing. Now it's about as good as the random creases of lesson 5, with fewer than a third
# as many units.
#
# The washing machine did all that, and we haven't opened it yet. But before we do, does it matter
# how large the random numbers are that go in? And what happens when there are many layers? [In
# the next lesson](08_build_a_network.py) we choose these numbers ourselves and build a network
# from start to finish.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Hire them yourself
#
# Write the class `Network` once more, this time without `nn.Linear`, so that you can keep writing
# `x @ W + b`. Its four parts are the four tensors from the beginning, each marked with
# `nn.Parameter`. The weights start as random numbers and the biases as zeros. There are 784
# inputs, 256 hidden units with the sigmoid, and 10 logits. `Network()` takes no arguments.
#
# <details><summary>Hint 1</summary>
#
# `self.W1 = nn.Parameter(torch.randn(784, 256) / 784**0.5)` is the first part. What has to come
# before it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Begin `__init__` with `super().__init__()`. In `forward`, say `self.W1` where we said `W1`, and
# put no softmax at the end.
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
        self.W1 = nn.Parameter(torch.randn(784, 256) / 784**0.5)
        self.b1 = nn.Parameter(torch.zeros(256))
        self.W2 = nn.Parameter(torch.randn(256, 10) / 256**0.5)
        self.b2 = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        h = torch.sigmoid(x @ self.W1 + self.b1)
        return h @ self.W2 + self.b2


# %% tags=["check"]
from mlp_tutorial.exercises import check_module

print(check_module(Network))

# %% [markdown] tags=["exercise", "warm-up"]
# ### How many knobs?
#
# Write `count_parameters(model)`, which returns how many numbers training can change in a module,
# whatever its parts are called. For our network it's 203,530.
#
# <details><summary>Hint 1</summary>
#
# `model.parameters()` gives you every tensor on the list. `numel()` tells you how many numbers
# are in a tensor.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Start with a total of 0 and add to it in a loop over `model.parameters()`.
#
# </details>


# %% tags=["exercise"]
def count_parameters(model):
    raise NotImplementedError


# %% tags=["solution"]
def count_parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


# %% tags=["check"]
from mlp_tutorial.exercises import check_count_parameters

print(check_count_parameters(count_parameters))

# %% [markdown] tags=["exercise", "apply"]
# ### Sizes to order
#
# Write the class `Stack`, a network with layers of any sizes. `Stack([784, 128, 64, 10])` goes
# from 784 inputs to 128 units, then to 64, then to 10 logits. Every layer but the last has the
# sigmoid, and all of the layers should be on the list.
#
# <details><summary>Hint 1</summary>
#
# Four sizes make three layers. Layer `n` goes from `sizes[n]` to `sizes[n + 1]`. What can you
# keep the layers in so that the module knows about them?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Make an empty `nn.ModuleList()` and `append` to it in a loop. In `forward`, put `x` through the
# sigmoid of each layer in `self.layers[:-1]`, then through `self.layers[-1]`.
#
# </details>


# %% tags=["exercise"]
class Stack(nn.Module):
    def __init__(self, sizes):
        raise NotImplementedError

    def forward(self, x):
        raise NotImplementedError


# %% tags=["solution"]
class Stack(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList()
        for n in range(len(sizes) - 1):
            self.layers.append(nn.Linear(sizes[n], sizes[n + 1]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.sigmoid(layer(x))
        return self.layers[-1](x)


# %% tags=["check"]
from mlp_tutorial.exercises import check_stack

print(check_stack(Stack))

# %% [markdown] tags=["exercise", "apply"]
# ### From loose to Linear
#
# You've found a matrix `W` of shape `(n_in, n_out)` and a bias `b` of shape `(n_out,)`, lying
# around loose. Write `to_linear(W, b)`, which returns an `nn.Linear` that computes `x @ W + b`.
# You've seen two ways to put a tensor into a module, `nn.Parameter` and `load_state_dict`. In a
# single `nn.Linear`, the names are just `weight` and `bias`, with no dot.
#
# <details><summary>Hint 1</summary>
#
# Make an `nn.Linear` of the right sizes first. What shape does its `weight` have?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `load_state_dict` takes a dictionary with the names "weight" and "bias". One of the two tensors
# has to be turned over.
#
# </details>


# %% tags=["exercise"]
def to_linear(W, b):
    raise NotImplementedError


# %% tags=["solution"]
def to_linear(W, b):
    layer = nn.Linear(W.shape[0], W.shape[1])
    layer.load_state_dict({"weight": W.T, "bias": b})
    return layer


# %% tags=["check"]
from mlp_tutorial.exercises import check_to_linear

print(check_to_linear(to_linear))

# %% [markdown] tags=["exercise", "think"]
# ### Who's on the list?
#
# The `__init__` of a module has these lines. How many *numbers* can training change in this
# module? Work it out without running anything. `on_the_list` is a whole number.
#
# ```python
# super().__init__()
# self.first = nn.Linear(5, 3)
# self.again = self.first
# self.more = [nn.Linear(3, 3), nn.Linear(3, 3)]
# self.offset = torch.zeros(7)
# self.scale = nn.Parameter(torch.ones(4))
# ```
#
# <details><summary>Hint 1</summary>
#
# Go through it line by line. Is what's assigned there a part, so that the module puts it on the
# list?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `first` and `again` are two names for the same layer. If you turn a knob in `first`, what
# happens in `again`?
#
# </details>

# %% tags=["exercise"]
on_the_list = ...

# %% tags=["solution"]
on_the_list = 5 * 3 + 3 + 4

# %% tags=["check"]
from mlp_tutorial.exercises import check_on_the_list

print(check_on_the_list(on_the_list))

# %% [markdown] tags=["exercise", "think"]
# ### Hired by the day
#
# This module runs for every batch. But if you call it twice with the same batch, it gives two
# different answers, and no amount of training makes its hidden layer any better. Find the bug and
# fix it.
#
# <details><summary>Hint 1</summary>
#
# Follow the hidden layer through one call. When is it made, and what happens to it afterwards?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A layer should be hired only once, on opening day, and it should be on the list.
#
# </details>


# %% tags=["exercise"]
class DayCourt(nn.Module):
    def __init__(self):
        super().__init__()
        self.output = nn.Linear(4, 2)

    def forward(self, x):
        hidden = nn.Linear(3, 4)
        return self.output(torch.sigmoid(hidden(x)))


# %% tags=["solution"]
class DayCourt(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.output = nn.Linear(4, 2)

    def forward(self, x):
        return self.output(torch.sigmoid(self.hidden(x)))


# %% tags=["check"]
from mlp_tutorial.exercises import check_day_court

print(check_day_court(DayCourt))
