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
#
# You'll be able to
#
# - write a network as a class, and say what every line of it is for;
# - spot a layer that isn't on the list, and put it there;
# - say why a network returns bare totals, without a softmax;
# - hand over what one network has learned to another.
#
# Reading takes 30 minutes. The code runs in under half a minute on an ordinary laptop.

# %% [markdown]
# ## Who forgot W1?
#
# We'll get to the 40. Let's make the mistake with four tensors first. The network of [lesson
# 3](03_mnist.py) has 784 pixels, 256 hidden units and ten outputs, which makes two layers, each
# with a matrix and a bias. The digits are normalized as before. The shapes say how many there are
# to train on, and how many fresh ones.

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
# Now for the training course. You send in a network, with a list of the tensors that are invited,
# and the course changes these, step by step, until the network is better at those digits. **All
# other tensors stay as they are.** In PyTorch, the tensors on the list are called **parameters**,
# which has nothing to do with the parameters of a Python function.
#
# Don't worry about the inside of the next cell. [Lesson 9](09_gradients.py) and [lesson
# 10](10_training.py) will sit in on the course.

# %%
from torch.nn import functional as F


def train_and_read(network, parameters, seed, lr=1.0):
    parameters = [p.requires_grad_() for p in parameters]
    optimizer = torch.optim.SGD(parameters, lr=lr)  # lr: size of a step
    generator = torch.Generator().manual_seed(seed)
    for _ in range(3):  # times through all training digits, or epochs
        for x, y in batches(x_train, train.labels, 50, generator=generator):
            optimizer.zero_grad()
            F.cross_entropy(network(x), y).backward()
            optimizer.step()
    return network(x_test).argmax(dim=1)  # its verdicts on the fresh digits


def percent_right(verdicts):
    return 100 * (verdicts == test.labels).sum().item() / len(verdicts)


# %% [markdown]
# And here's the network, with a list that we keep by hand. It's a dictionary, with each tensor
# under its name. If you tell `run` to forget a name, `pop` crosses it off the list. The last lines
# do the whole thing three times, each time with different random numbers.


# %% tolerance=0.05
def run(seed, forget=None):
    torch.manual_seed(seed)
    W1, b1 = torch.randn(784, 256) / 784**0.5, torch.zeros(256)
    W2, b2 = torch.randn(256, 10) / 256**0.5, torch.zeros(10)

    def network(x):  # can use the four tensors above, wherever it's called
        return torch.sigmoid(x @ W1 + b1) @ W2 + b2

    by_hand = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    by_hand.pop(forget, None)  # does nothing if there's no such name
    invited = by_hand.values()  # the tensors, without their names
    return percent_right(train_and_read(network, invited, seed))


everything = [run(seed) for seed in range(3)]
print("all four handed over:", everything)
print(f"on average: {sum(everything) / 3:.1f} (lesson 5: 90.8)")
assert sum(everything) / 3 > 90

# %% [markdown]
# That's 93.0% on average. Before we celebrate, remember [lesson 5](05_activations.py). Its
# straight network, with no hidden layer at all, got 90.8% of the same 1,000 digits. Our 256
# trained units add about two points to that.

# %% [markdown] tags=["predict"]
# Now we forget `W1`. It's only one name, but it stands for more than 98% of the numbers in the
# network. How many of the fresh digits will be right?
#
# - [ ] About 93%
#   The output layer does learn. But the 256 patterns it has to go by are still random, and it
#   shows.
# - [x] About 85%
#   `W1` stays random to the end, and the output layer learns to live with it. Still, the network
#   makes about twice as many mistakes as before. A random first layer got 92% in lesson 5, but
#   that one had 800 units with a ReLU, and we solved for the last layer exactly.
# - [ ] About 10%
#   Most of its numbers are still random, but the output layer was trained, and it makes the best
#   of what the hidden layer tells it.

# %% tolerance=0.05 figure="who-was-forgotten" alt="Three rows of three dots each, the percentage of fresh digits that are right. With all four handed over it's about 93, without W2 about 91, without W1 about 85." caption="Each dot is a run. The diamond is their average. The line through it is one standard error to each side, which lesson 10 explains. Cover the first two rows with your hand. Would you suspect anything?"
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
# lesson 5's straight network beats it. This hidden layer is worse than none. The row in the middle
# should worry you more. Who would go looking for a bug that costs about two points?
#
# Training isn't the only job that calls for all the names. You need them whenever you count a
# network's numbers, save them to a file or move them to another computer. Each time, somebody has
# to type out the whole list again, and might forget a name.
#
# A courthouse shouldn't be run like that. The list should keep itself, and whoever is hired should
# be on it from that moment on.

# %% [markdown]
# ## A list that keeps itself
#
# For that, we need an object with a memory. You've used plenty of those already. A Python list
# remembers what you put into it, and it can do things, such as `append`. With a **class**, you
# can make up a new kind of object.
#
# PyTorch comes with a class called `nn.Module`, for anything that has to keep a list of its parts.
# When you write `class HastyNetwork(nn.Module)`, you say "everything that a module can do, a
# hasty network can do too." That's called **inheriting**, and it means you only have to write
# what's different. The function `__init__` is opening day. Python runs it whenever a new object is
# built, and `self` is the object that's being built. Let's open, and hire one layer.


# %%
from torch import nn


class HastyNetwork(nn.Module):
    def __init__(self):
        self.hidden = nn.Linear(784, 256)  # from 784 inputs to 256 units


try:
    HastyNetwork()
except AttributeError as error:
    print(f"AttributeError: {error}")

# %% [markdown] tags=["predict"]
# Sooner or later, everybody gets this message. The "module" that can't be assigned is the layer
# we're hiring. But we did write an `__init__`, and it ran. So what was never called?
#
# - [x] The `__init__` of `nn.Module`
#   Ours replaced it, and it's the one that lays out the list.
# - [ ] The `__init__` of `nn.Linear`
#   Python called it when we wrote `nn.Linear(784, 256)`, and the layer was ready. There was just
#   no list to write its name on.
# - [ ] The `forward` of `HastyNetwork`
#   It doesn't have one yet, but it won't need one before the first digit comes in.

# %%
print(HastyNetwork.__init__ is nn.Module.__init__)

# %% [markdown]
# Python found our `__init__` and never looked for the one in `nn.Module`.
#
# How do we get both? A toy court shows it. A `Court` begins with an empty list, and `DigitCourt`
# inherits from it but has an opening day of its own.


# %%
class Court:
    def __init__(self):
        self.staff = []  # opening day: lay out an empty list

    def hire(self, name):
        self.staff.append(name)


class DigitCourt(Court):
    def __init__(self):
        super().__init__()
        self.hire("hidden layer")


north, south = DigitCourt(), Court()
south.hire("night shift")
print(north.staff, south.staff)

# %% [markdown]
# In the line that does it, `super()` stands for the class that you inherit from. Read
# **`super().__init__()`** as "first do everything that any court does on opening day." And when
# you write `south.hire("night shift")`, Python calls `hire` with `south` as `self`, so the name
# goes on the south court's list and on no other.
#
# That's enough Python for now. Here's our network, with the missing line in its place. A module
# keeps a better list than our court, and you don't even have to call `hire`.


# %%
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
# - `super().__init__()` lays out the list.
# - `self.hidden = nn.Linear(784, 256)` makes a layer, filled with random numbers. The `=` looks
#   ordinary, but a module checks everything you assign to its `self`. If it's a **part**, it goes
#   on the list under the name you gave it. A part is either another module, such as this layer, or
#   a tensor that's marked as trainable with `nn.Parameter`, as you'll see below.
# - `nn.Sigmoid()` is the activation, as a module of its own.
# - `forward` says what happens to a batch. The list knows *who* is there, and `forward` knows who
#   does what, and in what order. You don't call `forward` yourself, since PyTorch may have some
#   bookkeeping to do around it. You write `model(x)`, as if the model were a function, and the
#   module calls `forward` for you.
#
# And `print(model)` reads out all the modules on the list. For the tensors, there's
# `named_parameters()`, which goes through every one of them, along with its full name.

# %% [markdown] tags=["predict"]
# Our `W1` had the shape (784, 256). What's the shape of the hidden layer's weights in
# `nn.Linear(784, 256)`?
#
# - [ ] `(785, 256)`
#   `nn.Linear` keeps the biases in a tensor of their own, not in an extra row.
# - [ ] `(784, 256)`
#   You write the sizes in this order, and it's how we've done it so far. PyTorch prefers a row
#   for each unit.
# - [x] `(256, 784)`
#   There's a row for each unit, so it's our `W1` turned over.

# %%
for name, parameter in model.named_parameters():
    # :, writes thousands with a comma
    print(name, tuple(parameter.shape), f"{parameter.numel():,}")

# %% [markdown]
# That's the flipped layout that lesson 2 warned you about. Each row of `weight` holds one unit's
# weights, and before you can multiply by it, the matrix has to be turned over again.
#
# With a row for each unit, `nn.Linear` has to compute $x W^\top + b$, where the little $\top$ is
# our `.T`. Let's check.

# %%
x = x_test[:64]
by_hand = x @ model.hidden.weight.T + model.hidden.bias
assert torch.allclose(model.hidden(x), by_hand, atol=1e-4)

# %% [markdown]
# Whenever you meet a weight matrix, ask which way around it is. If it's square, its shape won't
# tell you.
#
# Did you notice the dots in the names, as in `hidden.weight`? A layer is a module too, with a
# list of its own. So there are lists within lists, and you can draw them like a company's org
# chart.

# %% figure="module-tree" alt="A tree. Network has 203,530 numbers. Below it are hidden, a Linear with 200,960, sigmoid with 0 and output, a Linear with 2,570. Below each Linear are its weight and its bias, with their shapes." caption="A square is a module, and a dot is a tensor that can be trained. Each number on the right adds up whatever is below it. The sigmoid is on the list, but it has nothing to learn."
from mlp_tutorial.plots import draw_modules

show(draw_modules(model))

# %% [markdown]
# The total at the top is 203,530. That's how many knobs this little network has, and it took no
# list of names to count them.

# %% [markdown]
# ## Why doesn't it end with softmax?
#
# Our `forward` returns the ten bare totals, the logits, though in [lesson 4](04_softmax.py) we
# turned them into bets. Suppose you put a softmax at the end. It seems harmless, since it never
# changes which of the ten is the largest.
#
# But the loss in our training course is `cross_entropy`, which you'll also meet as
# `nn.CrossEntropyLoss`, and it applies softmax itself. Now there are two in a row, and the second
# sees only ten shares of a dollar. Let's give the 3 a bigger and bigger lead over the other nine,
# and look at the loss.

# %% figure="floor-and-ceiling" alt="Two panels with the loss over the lead of the 3, from 0 to 12. If it's a 3, the loss falls from 2.3 to nearly 0 with one softmax and levels off near 1.5 with two. If it's a 9, it climbs to 12 with one softmax and stays below 2.5 with two." caption="The loss as the 3 pulls ahead of the other nine. Solid lines are for one softmax, and dashed lines for two."
from mlp_tutorial.plots import plot_curves


def loss(totals, digit):  # one softmax, and minus the logarithm of the bet
    return -torch.log_softmax(totals, dim=1)[:, digit]


lead = torch.linspace(0, 12, 61)
logits = torch.zeros(61, 10)
logits[:, 3] = lead
bets = torch.softmax(logits, dim=1)
one = {"it's a 3": loss(logits, 3), "it's a 9": loss(logits, 9)}
two = {"it's a 3": loss(bets, 3), "it's a 9": loss(bets, 9)}
for name in one:
    print(f"{name}: {one[name][-1]:.3f} with one, {two[name][-1]:.3f} with two")
show(plot_curves(lead, one, dashed=two, names=("lead of the 3", "loss")))

# %% [markdown]
# With two softmaxes, the loss has a floor of 1.461 and a ceiling of 2.461. If a network reads nine
# digits in ten and its loss is still above 1.461, you have a suspect.
#
# The ceiling is the bigger worry. When the network is sure that a 9 is a 3, that ought to be so
# expensive that correcting it is urgent. Up at the ceiling, though, the curve is as flat as a
# sigmoid far from the middle, so a small correction barely lowers the loss, and the loss is all
# that training has to go by.
#
# So **let the network return logits, and let the loss do the rest.** If you want the bets, apply
# softmax to the logits once training is over, outside of the model. In [the museum at the
# end](18_museum.py), you'll find out what this bug costs.

# %% [markdown]
# ## Twenty layers, forty tensors
#
# Now for the network from the top of the page. You won't want to make up names for 19 hidden
# layers, so we make them in a loop and keep them in a Python list. (We'll try another container
# later, so `Tower` takes `list` itself as an argument, called `keep`.)


# %%
class Tower(nn.Module):
    def __init__(self, n_hidden, keep):
        super().__init__()
        layers = [nn.Linear(784, 64)]
        for _ in range(n_hidden - 1):
            layers.append(nn.Linear(64, 64))
        for layer in layers:
            nn.init.kaiming_normal_(layer.weight)  # see lesson 8
        self.layers = keep(layers)
        self.output = nn.Linear(64, 10)

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.output(x)


# %% [markdown]
# Let's send it to training, with smaller steps than before. This time the model itself hands over
# the list. (There's also a way to forget one name. We'll need it in a minute.)


# %% tolerance=0.15
def train_tower(seed, keep, forget=None):
    torch.manual_seed(seed)
    tower = Tower(19, keep)
    handed = dict(tower.named_parameters())
    handed.pop(forget, None)
    verdicts = train_and_read(tower, handed.values(), seed, lr=0.03)
    return percent_right(verdicts)


in_list = [train_tower(seed, list) for seed in range(3)]
print(in_list)

# %% [markdown]
# It trains without a complaint, and then it's barely better than a guess. You'd probably blame the
# height. Who knows whether 20 layers can learn anything in three epochs?

# %% [markdown] tags=["predict"]
# The tower has 20 layers with two tensors each, and it keeps all of them in `self`. How many
# tensors did it hand over?
#
# - [ ] All 40
#   Every layer is in `self.layers`. But since a Python list is neither a module nor a tensor, it
#   isn't a part.
# - [ ] 38
#   That's what the 19 hidden layers have. They're the ones that are missing.
# - [x] Only 2
#   Only the output layer's two are on the list. A Python list isn't a part, and the module
#   doesn't look inside it.

# %% figure="off-the-books" alt="A tree with only one branch. Tower has 650 numbers, and below it is output, a Linear with its weight and bias. No hidden layer is drawn." caption="A smaller tower, with two hidden layers in a Python list. It uses them for every digit, and it has never heard of them."
tower = Tower(19, list)
print(len(tower.layers), "hidden layers and the output make 20")
print(len(list(tower.parameters())), "tensors on the staff list")
show(draw_modules(Tower(2, list)))

# %% [markdown]
# There's our night shift. The tower runs, since `forward` finds its layers without any trouble,
# but 19 of the 20 are working off the books.
#
# A Python list hides its layers from the module. The cure is called **`nn.ModuleList`**. You use it
# like a Python list, but it's a module, so it goes on the staff list, and so does everybody in it.

# %% figure="on-the-books" alt="A tree. Tower now has two branches, layers, a ModuleList with two Linear layers called 0 and 1, and output. It has 55,050 numbers." caption="The same tower with a ModuleList. Its layers have numbers for names."
tower = Tower(19, nn.ModuleList)
print(len(list(tower.parameters())), "tensors on the staff list")
show(draw_modules(Tower(2, nn.ModuleList)))

# %% [markdown]
# All 40 are there. We can keep the promise from the top of the page now, and hand over 39 of them.
# Let's leave out the matrix of one hidden layer in the middle.

# %% tolerance=0.15 figure="three-towers" alt="Three rows of dots, the percentage of fresh digits that are right. With all 40, twelve dots lie between 60 and 85, and with 39, twelve lie between 67 and 85. With 2, three dots are near 15." caption="The same tower, trained from twelve starts with 40 tensors and with 39, and from three with 2. Can you tell which of the two upper rows has the bug?"
rows = {}
for name, forget in (("all 40", None), ("39 of 40", "layers.9.weight")):
    rows[name] = [train_tower(s, nn.ModuleList, forget) for s in range(12)]
    print(f"{name}: {sum(rows[name]) / 12:.1f} on average")
rows["2 of 40"] = in_list
show(plot_comparison(rows, label="fresh digits that are right, %"))
assert max(in_list) < min(rows["39 of 40"])

# %% [markdown]
# Did anybody tell us? With 39, the tower gets about two points less on average. But the dots of
# both rows are spread so widely that this could be luck, and from a single one of them you'd never
# guess which row it's in. **A score can't tell you that a name is missing.**
#
# Being on the list isn't everything, though. Even with all 40 tensors, the tower is far behind our
# network with only two layers. [Lesson 13](13_deep_networks.py) shows what else it takes.
#
# A Python list isn't the only way to end up off the books. A module won't put a bare tensor on
# its list until you mark it as trainable with **`nn.Parameter`**. Our four loose tensors were
# bare, too, but there we handed over the list ourselves.


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
# ## The list is what gets saved
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


trained = train_and_read(model, model.parameters(), seed=7)
print("trained:  ", percent_right(trained))
newcomer = FunctionalNetwork()
print("untrained:", percent_right(newcomer(x_test).argmax(dim=1)))

newcomer.load_state_dict(model.state_dict())
print("moved in: ", percent_right(newcomer(x_test).argmax(dim=1)))
assert torch.equal(newcomer(x), model(x))

# %% [markdown]
# (It's a little less than the average of our loose tensors. From one start to another, a score
# like this can swing by a point or two, and `nn.Linear` also starts with smaller weights than
# ours.) `state_dict()` gives you every tensor on the list, in a dictionary under its name, and
# `load_state_dict` copies these tensors into another module that has the same names. That's also
# how a network gets into a file and back, as you'll see in [lesson 15](15_saving_and_devices.py).
#
# What would have become of our first tower? Have a look at its suitcase.

# %%
print(list(model.state_dict()))
packed = Tower(19, list).state_dict()
print("tower with a list:", list(packed))
full = Tower(19, nn.ModuleList).state_dict()
print(f"with a ModuleList: {len(full)} tensors, {len(full) - len(packed)} more")

# %% [markdown]
# Two tensors would have gone into the file, and 38 would have been left behind when Python closed,
# again without a word. With a `ModuleList`, all 40 are packed, and you didn't have to write down a
# single name.

# %% [markdown]
# ## What our machine can read now
#
# It reads all ten digits, in handwriting that it has never seen before, and gets 93.0% of them
# right, on average. In lesson 3 this network was only guessing. Now it's about as good as the
# random creases of lesson 5, with fewer than a third as many units.
#
# The training course did all that, and we haven't been inside yet. But before we go, does it matter
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
