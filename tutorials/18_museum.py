# %% [markdown]
# # The museum of bugs
#
# You will learn
#
# - what a network does that trains in spite of a bug: no error, often a loss that falls, and a
#   worse result;
# - what each of ten such bugs costs, over five seeds, and how its loss curve gives it away;
# - what to check first when a network learns less than it should.
#
# Reading takes twenty minutes. The code runs in about twenty seconds.

# %% [markdown]
# ## The right one
#
# Nearly everything here is from the catalogue with which the exercises are checked: right answers,
# and wrong ones with a name. We train the network of lesson seven on a part of the digits that come
# with the library, in small batches, once through, and measure it on others. First as it should be.

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
# Five seeds make a row: their loss curve, averaged over the seeds and over 20 steps at a time, so
# single steps do not show; their accuracy; and its spread. This is the right network, against which
# all others are held. It could be better, with more digits and more time; it need not be.


# %%
from statistics import mean, stdev


def five(**replaced):
    losses, accuracies = zip(*(train(seed, **replaced) for seed in range(5)))
    curve = torch.tensor(losses).mean(0).reshape(-1, 20).mean(1)
    return curve.tolist(), mean(accuracies), stdev(accuracies)


good = five()
print(f"{good[1]:.1f} ± {good[2]:.1f} %")
assert good[1] > 80

# %% [markdown]
# An exhibit is such a row with a mistake, nearly always from the catalogue, beside the right one.
# What the mistake costs is printed, in points of accuracy. Nothing in this museum raises an error,
# and nothing warns: each of these networks trains to its end, and hands you a result. Below are the
# names of three mistakes with softmax.


# %%
from mlp_tutorial.plots import plot_losses, show


def mistake(exercise, name):
    return {m.name: m.answer for m in CATALOGUE[exercise].mistakes}[name]


def exhibit(name, **replaced):
    curve, accuracy, spread = five(**replaced)
    print(f"{name}: {accuracy:.1f} ± {spread:.1f} %")
    print(f"costs {good[1] - accuracy:.1f} points")
    show(plot_losses({"right": good[0], name: curve}, label="step / 20"))
    return accuracy, mean(curve[10:])  # the loss of the second half


print([m.name for m in CATALOGUE["softmax"].mistakes[:3]])

# %% [markdown]
# ## Softmax twice
#
# The network ends in softmax, or you apply it before `cross_entropy`, which applies it again. What
# you would have seen: a loss that falls slowly and stays far above zero, because probabilities are
# poor logits: none is above one, and lesson seven showed the floor. It looks like a network that
# needs more time.


# %% figure="softmax-twice" alt="The loss of the right network falls quickly; with softmax twice it falls a little and stays high." caption="Softmax applied twice: the loss falls a little, then stays high."
wrong = mistake("train_step", "softmax before the loss")
accuracy, _ = exhibit("softmax twice", train_step=wrong)
assert accuracy < good[1] - 10

# %% [markdown]
# ## ReLU on the logits
#
# Every layer of the class has its activation, the last one too. What you would have seen: a loss
# that stops at the logarithm of the number of classes, and stays there for a hundred steps or for
# ever. Where all logits are zero, no gradient passes through the shut ReLUs. Now and then a digit
# opens one again, and the line bends.


# %% figure="relu-on-logits" alt="With ReLU on the logits the loss soon lies flat near 2.3, and bends down a little late; that of the right network falls." caption="ReLU on the logits: the loss lies flat for a long time."
def wrong():
    return torch.nn.Sequential(right["module"](), torch.nn.ReLU())


accuracy, _ = exhibit("ReLU on the logits", network=wrong)
assert accuracy < 50

# %% [markdown]
# ## A sigmoid on the logits
#
# The same thought with a sigmoid: all logits lie between zero and one, so no class can be much more
# probable than another. What you would have seen: a good accuracy and a loss that makes no sense beside
# it. The order of the classes is right; the certainty cannot be expressed.

# %% figure="sigmoid-on-logits" alt="With a sigmoid on the logits the loss falls slowly and stays high." caption="Sigmoid on the logits: the loss falls, but slowly."
wrong = mistake("module", "sigmoid on the logits")
accuracy, _ = exhibit("sigmoid on the logits", network=wrong)
assert accuracy < good[1]

# %% [markdown]
# ## The wrong axis
#
# Softmax over `dim=0`: each *class* is shared out among the examples of the batch. What you would
# have seen: a loss that falls, even nicely. The network learns which of the batch's ten images
# looks most like a three. That is not the question, but it is near enough to give results that
# depend much on the seed.


# %% figure="softmax-wrong-axis" alt="With softmax over the wrong axis the loss falls too, and stays higher than that of the right network." caption="Softmax over the wrong axis: the loss falls, just not as far."
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
_, loss = exhibit("wrong axis", train_step=wrong)
assert loss > mean(good[0][10:])

# %% [markdown]
# ## The silent square
#
# `keepdim=True` is missing. With ten classes and batches of another size, other than one, that is
# an error. Here the batch is 10 as well, so a square is divided by a row where a column belongs.
# What you would have seen: nearly the right curve, but single steps, which the figure averages
# away, with a loss below zero. No cross-entropy can be negative: these numbers are no
# probabilities.

# %% figure="curves-alike" alt="The loss with keepdim missing falls like that of the right network and stays close to it." caption="Two curves that look alike, and one of them is wrong."
wrong = loss_of(lambda x: x.exp() / x.exp().sum(dim=1))
exhibit("missing keepdim", train_step=wrong)
lowest = min(min(train(seed, train_step=wrong)[0]) for seed in range(5))
print(f"lowest loss of a step: {lowest:.2f}")
assert -lowest > 0.1

# %% [markdown]
# ## No zero_grad
#
# Each step follows the sum of all gradients so far, like momentum that never fades. What you would
# have seen: a loss that falls at first, then climbs to several times its first value. Many lower the
# learning rate then, which hides the bug and does not remove it.

# %% figure="no-zero-grad" alt="Without zero_grad the loss falls at first, then climbs far above its first value; that of the right network falls on." caption="Without zero_grad: the loss falls first, then climbs."
wrong = mistake("train_step", "zero_grad forgotten")
accuracy, _ = exhibit("no zero_grad", train_step=wrong)
assert accuracy < good[1] - 10

# %% [markdown]
# ## Weights from N(0, 1)
#
# The first weights have the deviation 1, whatever the layer's width. What you would have seen: a first
# loss many times the logarithm of the number of classes. Print it before you train: a network that
# knows nothing should not be that sure. Saturated sigmoids let little gradient through, so the
# network recovers slowly.

# %% figure="weights-too-large" alt="With weights of deviation 1 the loss begins far higher, and falls slowly." caption="Initial weights that are far too large: training starts high and recovers slowly."
wrong = mistake("initialize", "deviation 1")
accuracy, _ = exhibit("weights from N(0, 1)", initialize=wrong)
assert accuracy < good[1]

# %% [markdown]
# ## Weights of zero
#
# All units of the hidden layer are alike, get the same gradient, and stay alike: all of them do the
# work of one. What you would have seen: a first loss that is perfect, and a network that learns next to
# nothing. Randomness is not an ornament of the first weights; it is what tells the units apart.

# %% figure="weights-all-zero" alt="With weights of zero the loss hardly falls." caption="Weights that all start at zero: the loss hardly moves."
wrong = mistake("initialize", "all zero")
accuracy, _ = exhibit("weights of zero", initialize=wrong)
assert accuracy < 50

# %% [markdown]
# ## No activation
#
# The activation between the layers was forgotten, so there is one layer in two pieces. What you
# would have seen: a loss that falls faster than the right one, and then gets no better. However
# wide you make it, it can do no more than one layer. Here the learning rate is too large for it as
# well, and that is most of the cost.

# %% figure="no-activation" alt="Without an activation the loss falls faster at first, then stays above that of the right network." caption="Without an activation the loss is ahead at first, then falls behind."
wrong = mistake("module", "no activation")
_, loss = exhibit("no activation", network=wrong)
assert loss > mean(good[0][10:])

# %% [markdown]
# ## Images shuffled, labels not
#
# Each image comes with the label of another one, and in the next epoch of yet another. What you
# would have seen: a loss that settles near the logarithm of the number of classes. Had the labels
# been shuffled once and kept, a network could learn them by heart, and the loss would fall. So look
# at a batch, images beside labels, before you train.

# %% figure="shuffled-labels" alt="With labels in another order the loss settles on a flat line near 2.3." caption="Labels in another order: there is nothing to learn, so the line is flat."
wrong = mistake("batches", "labels in another order")
accuracy, _ = exhibit("labels in another order", batches=wrong)
assert accuracy < 30

# %% [markdown]
# ## Summary
#
# - These bugs raise no error: they cost points, and without the right network you do not know how
#   many.
# - Print the first loss: it should be near the logarithm of the number of classes. Far above, the
#   first weights are too large; near it, there may still be a bug.
# - A flat line at that number means that nothing is learned; look at the labels and the last layer.
# - Compare gradients with small differences, and shapes with what you wrote on paper.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "think"]
# ### The first loss
#
# Write `first_loss(classes)`: the cross-entropy, with the natural logarithm (in *nats*), of a
# network that knows nothing yet and gives every class the same probability.
#
# <details><summary>Hint 1</summary>
#
# With so many classes, all equally probable, what is the probability of the right one?
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

# %% [markdown] tags=["exercise", "apply"]
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
