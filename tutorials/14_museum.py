# %% [markdown]
# # The museum of bugs
#
# You will learn
#
# - what a network does that trains in spite of a bug: no error, a loss that falls, and a worse result;
# - what each of ten such bugs costs, over five seeds, and how its loss curve gives it away;
# - what to check first when a network learns less than it should.
#
# Reading takes twenty minutes. The code runs in about twenty seconds.

# %% [markdown]
# ## The right one
#
# Everything here is from the catalogue with which the exercises are checked: right answers, and
# wrong ones with a name. We train the network of lesson six on a part of the digits that come with
# the library, in small batches, once through, and measure it on others. First as it should be.

# %%
import torch

from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.exercises import CATALOGUE

digits = load_mnist("train", "subset")
x = normalize(digits.images, *mean_and_std(digits.images)).flatten(1)
y = digits.labels
learn, judge = slice(0, 4000), slice(4000, 5000)
right = {name: exercise.answer for name, exercise in CATALOGUE.items()}
print(
    sum(len(exercise.mistakes) for exercise in CATALOGUE.values()),
    "mistakes known",
)

# %% [markdown]
# One function trains, and each of its parts can be replaced by a wrong one: the network, its first
# weights, the batches, the step. It returns the loss of every step and the accuracy in percent. Five
# seeds tell what is luck: the accuracy is given as mean and spread.


# %%
def train(
    seed,
    *,
    network=right["module"],
    initialize=lambda model: None,
    batches=right["batches"],
    train_step=right["train_step"],
):
    torch.manual_seed(seed)
    model = network()
    initialize(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    order = torch.Generator().manual_seed(seed)
    pairs = batches(x[learn], y[learn], 10, order)
    losses = [train_step(model, a, b, optimizer).item() for a, b in pairs]
    found = model(x[judge]).argmax(1) == y[judge]
    return losses, 100 * found.float().mean().item()


print(f"{train(0)[1]:.1f} % for the first seed")

# %% [markdown]
# Five seeds make a row: their loss curve, as you would have seen it on your screen, averaged over the
# seeds and over 20 steps at a time; their accuracy; and its spread. This is the right network, against
# which all others are held. It could be better, with more digits and more time; it need not be.


# %%
from statistics import mean, stdev


def five(**mistake):
    losses, accuracies = zip(*(train(seed, **mistake) for seed in range(5)))
    curve = torch.tensor(losses).mean(0).reshape(-1, 20).mean(1)
    return curve.tolist(), mean(accuracies), stdev(accuracies)


good = five()
print(f"{good[1]:.1f} ± {good[2]:.1f} %")
assert good[1] > 85

# %% [markdown]
# An exhibit is such a row with a mistake from the catalogue beside the right one. What the mistake costs
# is printed, in points of accuracy. Nothing in this museum raises an error, and nothing warns: each of
# these networks trains to its end, and hands you a result.


# %%
from mlp_tutorial.plots import plot_losses, show


def mistake(exercise, name):
    return {m.name: m.answer for m in CATALOGUE[exercise].mistakes}[name]


def exhibit(name, **mistake):
    curve, accuracy, spread = five(**mistake)
    print(f"{name}: {accuracy:.1f} ± {spread:.1f} %")
    print(f"costs {good[1] - accuracy:.1f} points")
    show(plot_losses({"right": good[0], name: curve}, label="20 steps"))
    return accuracy


print([m.name for m in CATALOGUE["softmax"].mistakes[:3]])

# %% [markdown]
# ## Softmax twice
#
# The network ends in softmax, or you apply it before `cross_entropy`, which applies it again. What
# you would have seen: a loss that falls slowly and stays far above zero, because probabilities are
# poor logits: the largest is one. It is the most frequent bug of all, and looks like a network that
# needs more time.


# %% alt="The loss of the right network falls quickly; with softmax twice it falls a little and stays high."
wrong = mistake("train_step", "softmax before the loss")
cost = exhibit("softmax twice", train_step=wrong)
assert cost < good[1] - 10

# %% [markdown]
# ## ReLU on the logits
#
# Every layer of the class has its activation, the last one too. What you would have seen: a loss that
# stops at the logarithm of the number of classes, and stays there to the third digit. All logits are
# zero then, no gradient passes through a ReLU that is shut, and nothing will ever change.

# %% alt="With ReLU on the logits the loss becomes a flat line near 2.3 while that of the right network falls."
wrong = mistake("train_step", "ReLU on the logits")
cost = exhibit("ReLU on the logits", train_step=wrong)
assert cost < 50

# %% [markdown]
# ## A sigmoid on the logits
#
# The same thought with a sigmoid: all logits lie between zero and one, so no class can be much more
# probable than another. What you would have seen: a good accuracy and a loss that makes no sense beside
# it. The order of the classes is right; the certainty cannot be expressed.

# %% alt="With a sigmoid on the logits the loss falls slowly and stays high."
wrong = mistake("module", "sigmoid on the logits")
cost = exhibit("sigmoid on the logits", network=wrong)
assert cost < good[1]

# %% [markdown]
# ## The wrong axis
#
# Softmax over `dim=0`: each *class* is shared out among the examples of the batch. What you would have
# seen: a loss that falls, even nicely. The network learns which of ten digits looks most like a three.
# That is not the question, but it is near enough to give results that depend much on the seed.


# %% alt="With softmax over the wrong axis the loss falls too, and stays higher than that of the right network."
def loss_of(softmax):
    def step(model, x, y, optimizer):
        optimizer.zero_grad()
        probabilities = softmax(model(x))
        loss = -probabilities[torch.arange(len(y)), y].log().mean()
        loss.backward()
        optimizer.step()
        return loss

    return step


wrong = loss_of(mistake("softmax", "wrong axis"))
cost = exhibit("wrong axis", train_step=wrong)
assert cost < good[1]

# %% [markdown]
# ## The silent square
#
# `keepdim=True` is missing. With ten classes and batches of another size that is an error. Here the
# batch is 10 as well, so a square is divided by a row where a column belongs. What you would have seen: next to
# nothing. This is the most expensive kind of bug: one that costs little, and stays for years.

# %% alt="The two loss curves are close to each other."
wrong = loss_of(mistake("softmax", "missing keepdim"))
cost = exhibit("missing keepdim", train_step=wrong)
assert cost < good[1]

# %% [markdown]
# ## No zero_grad
#
# Each step follows the sum of all gradients so far, like momentum that never fades. What you would
# have seen: a loss that falls at first, then climbs to several times its first value. Many lower the
# learning rate then, which hides the bug and does not remove it.

# %% alt="Without zero_grad the loss falls at first, then climbs far above its first value; that of the right network falls on."
wrong = mistake("train_step", "zero_grad forgotten")
cost = exhibit("no zero_grad", train_step=wrong)
assert cost < good[1] - 10

# %% [markdown]
# ## Weights from N(0, 1)
#
# The first weights have the deviation 1, whatever the layer's width. What you would have seen: a first
# loss many times the logarithm of the number of classes. Print it before you train: a network that
# knows nothing should not be that sure. Saturated sigmoids let little gradient through, so the
# network recovers slowly.

# %% alt="With weights of deviation 1 the loss begins far higher, and falls slowly."
wrong = mistake("initialize", "deviation 1")
cost = exhibit("weights from N(0, 1)", initialize=wrong)
assert cost < good[1]

# %% [markdown]
# ## Weights of zero
#
# All units of the hidden layer are alike, get the same gradient, and stay alike: all of them do the
# work of one. What you would have seen: a first loss that is perfect, and a network that learns next to
# nothing. Randomness is not an ornament of the first weights; it is what tells the units apart.

# %% alt="With weights of zero the loss hardly falls."
wrong = mistake("initialize", "all zero")
cost = exhibit("weights of zero", initialize=wrong)
assert cost < 50

# %% [markdown]
# ## No activation
#
# The activation between the layers was forgotten, so there is one layer in two pieces. What you would have
# seen: a network that learns, quickly at first, and then gets no better, however wide you make it.
# With this learning rate it does not even get as good as one layer can.

# %% alt="Without an activation the loss is higher throughout."
wrong = mistake("module", "no activation")
cost = exhibit("no activation", network=wrong)
assert cost < good[1]

# %% [markdown]
# ## Images shuffled, labels not
#
# Each image comes with the label of another one. What you would have seen: a loss that stays at the
# logarithm of the number of classes. Trained for long enough on few examples the loss even falls: a network
# can learn wrong labels by heart. So look at a batch, images beside labels, before you train.

# %% alt="With labels in another order the loss is a flat line near 2.3."
wrong = mistake("batches", "labels in another order")
cost = exhibit("labels in another order", batches=wrong)
assert cost < 20

# %% [markdown]
# ## Summary
#
# - A bug in training raises no error: it costs points, and you do not know how many.
# - Print the first loss: it is the logarithm of the number of classes, or something is wrong.
# - A flat line at that number means that nothing is learned; look at the labels and the last layer.
# - Compare gradients with small differences, and shapes with what you wrote on paper.
#
# ## Exercises
#
# Write each answer in its first cell, and run the cell below it: it says what is wrong, or that
# nothing is.

# %% [markdown] tags=["exercise"]
# ### The first loss
#
# Write `first_loss(classes)`: the cross-entropy, in nats, of a network that knows nothing yet and
# gives every class the same probability.
#
# <details><summary>Hint 1</summary>
#
# Which probability has the right class, if there are that many and all are equal?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The loss is minus the natural logarithm of it.
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

# %% [markdown] tags=["exercise"]
# ### Trust no gradient
#
# Write `numerical_gradient(loss, w, epsilon)`: for each number of the vector `w` the slope of
# `loss(w)`, from the two values at a distance `epsilon` on either side. Leave `w` as it is.
#
# <details><summary>Hint 1</summary>
#
# Move one number of a copy of `w` at a time, up and down.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# From one side to the other is twice `epsilon`.
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

# %% [markdown]
# ## More to try
#
# - Combine two bugs. Do their costs add up?
# - Train four times as long. Which bugs heal, and which do not?
#
# ## Next
#
# This is the end of the course. [The map](../docs/course.md) leads back to any lesson, and the
# [reference](../docs/api/index.md) to every function. Now train something of your own.
