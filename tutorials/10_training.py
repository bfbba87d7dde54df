# %% [markdown]
# # Training
#
# You will learn
#
# - how to write the training loop, by hand and with `torch.optim`;
# - how to find a learning rate, and what too small and too large look like;
# - how to bring the network to 98 % and beyond in seconds, and to say how sure that number is.
#
# Reading takes half an hour. The code runs in about a minute on any computer.

# %% [markdown]
# ## The digits, in three parts
#
# The network learns from the *training* digits. The *test* digits stay untouched until every choice is
# made: they are to say how well the network reads what nobody tuned it for. Both are normalized with
# the mean and the deviation of the training digits, as in lesson three, and flattened.

# %%
import torch

from mlp_tutorial.data import load_mnist, mean_and_std, normalize

digits, test = load_mnist("train"), load_mnist("test")
scale = mean_and_std(digits.images)
x_full, y_full = normalize(digits.images, *scale).flatten(1), digits.labels
x_test, y_test = normalize(test.images, *scale).flatten(1), test.labels
print(x_full.shape, x_test.shape)

# %% [markdown]
# To choose between recipes we need digits that the network does not learn from. A sixth of the
# training digits, drawn at random, become the *validation* set. The next lesson shows what happens
# to those who choose by the test digits instead. Unless a section says otherwise, we train on the
# other five sixths.

# %%
shuffled = torch.randperm(
    len(digits), generator=torch.Generator().manual_seed(0)
)
held_out, kept = shuffled.tensor_split([len(digits) // 6])
train = x_full[kept], y_full[kept]
validation = x_full[held_out], y_full[held_out]
print(len(kept), "to learn from,", len(held_out), "to choose by")

# %% [markdown]
# ## The loop, by hand
#
# First a network, and a way to say how good it is: the share of the validation digits for which the
# largest of its ten logits is that of the right class. Before training it guesses, and is right
# about one time in ten. `torch.no_grad` tells PyTorch that no gradients will be asked for.

# %%
from mlp_tutorial.networks import MLP


def accuracy(model, x, y):
    with torch.no_grad():
        return 100 * (model(x).argmax(1) == y).float().mean().item()


torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
print(f"{accuracy(model, *validation):.1f} % right")

# %% [markdown]
# Everything else is there from earlier lessons. One pass over all training digits is called an
# *epoch*. For each batch of 64: compute the loss, clear the old gradients, compute the new ones,
# and move every parameter a little against its own. These few lines are the heart of nearly every
# training run, of a model of any size.

# %%
import torch.nn.functional as F

from mlp_tutorial.data import batches

generator = torch.Generator().manual_seed(0)
for x, y in batches(*train, 64, generator=generator):
    loss = F.cross_entropy(model(x), y)
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p.add_(p.grad, alpha=-0.1)  # p -= 0.1 * p.grad, rounded once
print(f"{accuracy(model, *validation):.1f} % right, in batches of 64")

# %% [markdown]
# With the full set that is from guessing to more than nine in ten, in a single pass that takes a
# second or so. What else there is makes it faster, safer, or a bit more accurate. Now write the
# update as PyTorch does. An *optimizer* holds the parameters and knows the rule by which they move;
# `step` applies it. SGD is stochastic gradient descent, our rule from above.

# %%
torch.manual_seed(7)
other = MLP([784, 128, 64, 10])
optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
generator = torch.Generator().manual_seed(0)
for x, y in batches(*train, 64, generator=generator):
    loss = F.cross_entropy(other(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"{accuracy(other, *validation):.1f} % right")
assert torch.equal(other.fc1.weight, model.fc1.weight)

# %% [markdown]
# The weights agree to the bit, because SGD calls `add_` too. With `p -= 0.1 * p.grad` they would
# not. Then the product is rounded first, and over hundreds of steps a difference in the last digit
# can grow until you see it. Other optimizers differ in one line: `torch.optim.Adam`, for one, gives
# each parameter a step size of its own.
#
# `mlp_tutorial.training.fit` is this loop, with a record of what happened. Its source is short; read
# it.

# %%
from mlp_tutorial.training import fit

torch.manual_seed(7)
third = MLP([784, 128, 64, 10])
history = fit(third, train, epochs=1, batch_size=64, lr=0.1, seed=0)
print(f"mean loss {history.train_loss[0]:.3f}")
assert torch.equal(third.fc1.weight, other.fc1.weight)

# %% [markdown]
# ## A network that you can see whole
#
# The loop does not care what it trains. Take two hundred points in the plane, on the two arms of a
# spiral, and two hidden layers of eight units. They must bend the plane until a straight line parts
# the arms. On the website you can watch them, and change everything: the points, the layers, the
# activation, the rate.
#
# <!-- playground -->

# %%
torch.manual_seed(0)
y = torch.arange(200) % 2
t = torch.rand(200)
angle = 2 * torch.pi * (t + y / 2) + 0.3 * torch.rand(200)
x = 2 * t.sqrt()[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)
print(x.shape, "of them in each class:", y.bincount().tolist())

# %% [markdown]
# The loop is the one you know. The sizes have changed, and the batches: fifty points, drawn anew
# for every step. `momentum`, which a section below explains, makes it learn faster. The activation
# is an argument, because it is what we shall take away. What the function returns is the loss, the
# mean of ten steps at a time.

# %%
from torch import nn


def learn_spiral(activation):
    torch.manual_seed(0)
    layers = [nn.Linear(2, 8), activation, nn.Linear(8, 8), activation]
    model, losses = nn.Sequential(*layers, nn.Linear(8, 2)), []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(500):
        batch = torch.randperm(200)[:50]
        loss = F.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return torch.tensor(losses).reshape(-1, 10).mean(1).tolist()


curves = {"tanh": learn_spiral(nn.Tanh())}
print(f"tanh: {curves['tanh'][-1]:.3f}")

# %% [markdown]
# Take the activation out, and the same layers together are one straight line, as lesson five showed.
# No straight line parts a spiral, however long you train: the loss stays near $\ln 2$, which is what
# guessing between two classes costs. The figure shows both runs, from the same seed.

# %% figure="spiral-losses" alt="Loss over 500 steps on a logarithmic axis, the mean of ten at a time: with tanh it falls far; with no activation it stays near 0.7." caption="With tanh the loss falls far. With no activation it gets stuck right away."
from mlp_tutorial.plots import plot_losses, show

curves["no activation"] = learn_spiral(nn.Identity())
show(plot_losses(curves, label="step / 10"))
print(f"no activation: {curves['no activation'][-1]:.3f}")
assert min(curves["tanh"]) < 0.5
assert min(curves["no activation"]) > 0.5

# %% [markdown]
# ## The learning rate
#
# If you may tune only one number, tune this. Too small, and the network crawls; too large, and each
# step overshoots the valley. Between lies a range of rates that work. To find it, try powers of ten
# and some between, on part of the digits, with more than one seed. We note the mean training loss
# of the second epoch; a run that diverges is part of the answer.

# %%
part = train[0][:5000], train[1][:5000]
losses = {}
for lr in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3):
    losses[lr] = []
    for seed in range(3):
        torch.manual_seed(seed)
        model = MLP([784, 128, 64, 10])
        try:
            history = fit(model, part, epochs=2, lr=lr, seed=seed)
            losses[lr].append(history.train_loss[-1])
        except FloatingPointError:
            losses[lr].append(float("inf"))
    print(lr, [f"{loss:.3f}" for loss in losses[lr]])

# %% [markdown]
# The figure has the shape that you will find everywhere: high at the left, where two epochs are
# too few for such small steps, a valley, and a steep wall at the right. The best rate stands
# close to the wall. For a first try take a rate somewhat left of the minimum: a little too small costs
# time, a little too large costs everything.

# %% figure="learning-rate-search" alt="Loss of the second epoch against the learning rate, both logarithmic, three runs for each rate. The loss is near 2 at the smallest rates, lowest at rates of 0.1 or 0.3, and high again to the right, where crosses mark runs that diverged." caption="Small rates barely learn, and large ones blow up. The useful rates are in the valley between."
from mlp_tutorial.plots import plot_learning_rates

show(plot_learning_rates(losses))
best = min(losses, key=lambda lr: sum(losses[lr]))
print("best:", best)
assert sum(losses[0.1]) < min(sum(losses[0.01]), sum(losses[1]))

# %% [markdown]
# ## Momentum
#
# Gradients of single batches are noisy. *Momentum* follows a running sum of them, in which the
# noise cancels and the common direction adds up; 0.9 of the old sum is kept at each step.
# Nesterov's form looks a step ahead. Because steps add up, the same rate carries further. Each row
# is the loss on the validation digits after each of three epochs. (`partial(f, a=1)` is `f` with
# that option filled in.)

# %%
from functools import partial

momentum = partial(torch.optim.SGD, momentum=0.9, nesterov=True)
options = {"validation": validation, "epochs": 3, "batch_size": 256, "lr": 0.05}
for rule in (torch.optim.SGD, momentum):
    torch.manual_seed(7)
    model = MLP([784, 128, 64, 10])
    history = fit(model, train, optimizer=rule, **options)
    print(
        [f"{loss:.3f}" for loss in history.validation_loss],
        getattr(rule, "keywords", ""),
    )

# %% [markdown]
# ## A valley with two weights
#
# With two weights you can look at it from above. This loss is a valley, ten times as curved across
# as along. Each row is a rate, without momentum and with it: the first is too small, and momentum
# makes up for much of that; the second is right, and momentum only makes it swing; with the third
# each step lands higher on the other side, which momentum prevents. On the website you can move the
# rate.
#
# <!-- learning_rate -->

# %% export="curvature start rates ends"
curvature, start = torch.tensor([1.0, 10.0]), torch.tensor([-3.5, 1.0])
rates = torch.tensor([0.01, 0.15, 0.21])


def descend(lr, momentum):
    w = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([w], lr=lr, momentum=momentum)
    for _ in range(30):
        optimizer.zero_grad()
        (curvature * w**2 / 2).sum().backward()
        optimizer.step()
    return (curvature * w.detach() ** 2 / 2).sum()


ends = torch.tensor(
    [[descend(lr.item(), m) for m in (0.0, 0.9)] for lr in rates]
)
print(ends)
assert ends[1, 0] < ends[0, 1] < ends[0, 0] < ends[2, 0]

# %% [markdown]
# ## A schedule
#
# At first the weights are random, and a large step would throw them anywhere. In the middle large
# steps save time. At the end they keep the network from settling. So let the rate rise from zero to
# a peak and fall back to zero, over the whole training: `one_cycle`. With the schedule, a peak
# works well that would be too high as a constant rate.

# %%
from mlp_tutorial.training import one_cycle

print([f"{0.2 * one_cycle(done / 10):.2f}" for done in range(11)])

# %% [markdown]
# ## Smooth labels
#
# Cross-entropy is zero only when the right class has all the probability, so it drives the logits
# apart for ever. *Label smoothing* asks for less: 0.955 for the right class and 0.005 for each
# other one. A network that is sure enough is then left in peace. Whether it also reads new digits
# better must be measured.

# %%
smooth = partial(F.cross_entropy, label_smoothing=0.05)
target = torch.full((10,), 0.05 / 10)
target[3] += 0.95
print(target)
logits, three = torch.randn(1, 10), torch.tensor([3])
torch.testing.assert_close(
    smooth(logits, three), F.cross_entropy(logits, target[None])
)

# %% [markdown]
# ## The recipe
#
# Batches of 256, momentum, one cycle with a peak of 0.2, smooth labels, four epochs. The course's
# benchmark compares recipes of this kind, with other sizes of a batch, rates and lengths, on
# validation digits: more carefully than we chose the rate above, by the training loss. Watch the
# accuracy stand still while the rate is high, and jump when it falls.

# %%
recipe = {
    "batch_size": 256,
    "lr": 0.2,
    "optimizer": momentum,
    "schedule": one_cycle,
    "loss": smooth,
}
print(recipe["batch_size"], recipe["lr"])
torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
history = fit(model, train, validation=validation, epochs=4, **recipe)
for share in history.validation_accuracy:
    print(f"{100 * share:.2f} % of the validation digits")

# %% [markdown]
# ## How sure is that number?
#
# Another seed gives other first weights, another order, and another result. So one run is an
# anecdote. Train five networks, on all training digits now, and state the mean and the standard
# deviation. Only now do we look at the test digits; both recipes below were decided before.


# %%
def five_seeds(**options):
    results = []
    for seed in range(5):
        torch.manual_seed(seed)
        model = MLP([784, 128, 64, 10])
        fit(model, (x_full, y_full), seed=seed, **recipe, **options)
        results.append(accuracy(model, x_test, y_test))
    return model, torch.tensor(results)


model, plain = five_seeds(epochs=4)
print([f"{result:.2f}" for result in plain])
print(f"{plain.mean():.2f} % ± {plain.std():.2f}")
assert plain.mean() > (98 if digits.source == "full" else 90)

# %% [markdown]
# With the full set that is more than 98 % after four epochs. What would bring more? More digits.
# Take those that we have, and move each by up to one pixel, at random, every time it is shown. The
# network sees each digit in several places, at no cost of labeling. It also has more to learn, so
# give it eight epochs, to which a part of the gain may be due.

# %%
from mlp_tutorial.augmentation import shift

model, shifted = five_seeds(epochs=8, augment=shift)
print([f"{result:.2f}" for result in shifted])
print(f"{shifted.mean():.2f} % ± {shifted.std():.2f}")
assert shifted.mean() > plain.mean()

# %% [markdown]
# ## What the first layer learned
#
# Each unit of the first layer has a weight for every pixel, so its weights are an image: blue where
# ink speaks for the unit, red where it speaks against. We train once more, for four epochs, and
# keep a copy at the start and after each. From noise grow strokes, edges and blobs. Nobody told the
# network to look for them. On the website, choose a unit and see which digits excite it.
#
# <!-- weights -->

# %% figure="weights-over-time" alt="The weights of the same six units in three rows: at the start, after epoch 1 and after epoch 4. At the start they are noise; later smooth blue and red strokes appear in the middle, while the edges stay noise." caption="What six units look for: before training, after one pass over the digits, and after four." export="model scale over_time"
from mlp_tutorial.plots import draw_weights_over_time

torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
over_time = [model.fc1.weight[:32].detach().clone()]
for epoch in range(1, 5):
    fit(model, train, epochs=1, lr=0.2, seed=epoch)
    over_time.append(model.fc1.weight[:32].detach().clone())
over_time = torch.stack(over_time)  # (5, 32, 784)
print(over_time.shape)
times = {"start": 0, "epoch 1": 1, "epoch 4": 4}
six = {name: over_time[epoch, :6] for name, epoch in times.items()}
show(draw_weights_over_time(six))

# %% [markdown]
# ## One bar stands alone
#
# Remember the untrained network of lesson eight, whose ten bars were all short. Here is the one
# just trained, with a digit that it has never seen. It gives nearly all of the probability to one
# class. Is it right to be so sure? That can be measured, and the next lesson does. On the website you
# can draw a digit for it.
#
# <!-- digit -->

# %% figure="digit-and-probabilities" alt="A handwritten digit from the test set beside ten bars of probability for the classes 0 to 9. One is nearly as long as the axis, and the others cannot be seen." caption="One digit it never saw in training, and how sure the network is." export="shown labels"
from mlp_tutorial.plots import view_classify

logits = model(x_test[:1])
print(f"label {y_test[0]}, prediction {logits.argmax().item()}")
show(view_classify(test.images[0], logits, kind="logits"))
shown, labels = test.images[:100], y_test[:100]  # for the website

# %% [markdown]
# ## Summary
#
# - Loss, `zero_grad`, `backward`, `step`: the loop is the same for every network.
# - The learning rate comes first; the best lies just left of the wall.
# - Momentum, one cycle and smoothed labels make a recipe that passes 98 % in four epochs; small
#   shifts bring more.
# - A result has a mean and a spread, over several seeds.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "warm-up"]
# ### One step
#
# Write `train_step(model, x, y, optimizer)`: one step of training with cross-entropy. It returns
# the loss, as it was before the step.
#
# <details><summary>Hint 1</summary>
#
# Forward, loss, backward, step. Which line of the loop above is still missing?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Something has to be cleared in every step, or the gradients add up.
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

# %% [markdown] tags=["exercise", "apply"]
# ### Momentum by hand
#
# Write `momentum_step(w, velocity, gradient, lr, momentum)`: one step of `torch.optim.SGD` with
# momentum, for one tensor. It returns the new w and the new velocity, and changes neither in place.
#
# <details><summary>Hint 1</summary>
#
# The new velocity is the old one times `momentum`, plus the gradient.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The step is the *new* velocity times `lr`, downhill.
#
# </details>


# %% tags=["exercise"]
def momentum_step(w, velocity, gradient, lr, momentum):
    raise NotImplementedError


# %% tags=["solution"]
def momentum_step(w, velocity, gradient, lr, momentum):
    velocity = momentum * velocity + gradient
    return w - lr * velocity, velocity


# %% tags=["check"]
from mlp_tutorial.exercises import check_momentum_step

print(check_momentum_step(momentum_step))

# %% [markdown]
# ## More to try
#
# 1. Replace the optimizer of the recipe by `torch.optim.Adam`. Which peak is good now?
# 2. Shift by up to three pixels instead of one. Why is more not better?
#
# ## Next
#
# [The next lesson](12_evaluation.py) asks how good such a network is, and means it.
