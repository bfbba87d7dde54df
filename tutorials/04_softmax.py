# %% [markdown]
# # Softmax
#
# You will learn
#
# - how logits become probabilities, and which axis the sum runs over;
# - three mistakes that raise no error, and how to see them;
# - why softmax is computed with the maximum subtracted, and what log-softmax is for.
#
# Reading takes a quarter of an hour. The code runs in seconds on any computer.

# %% [markdown]
# ## From logits to probabilities
#
# A network gives ten numbers of any size and sign. Probabilities must not be negative, and must sum
# to one. The exponential makes every number positive and keeps their order; dividing by the sum
# does the rest:
#
# $$\operatorname{softmax}(x)_i = \frac{e^{x_i}}{\sum_{j=1}^{K} e^{x_j}}$$
#
# Here $x$ stands for the logits, no longer for the input of a network; $i$ is the class we ask
# about, of the digits one, and $j$ runs over all $K$ classes. We try it with three.

# %% export="x probabilities"
import torch

x = torch.tensor([2.0, 0.0, -1.0])
exp = torch.exp(x)
probabilities = exp / exp.sum()
print(exp)
print(probabilities, probabilities.sum())

# %% [markdown]
# ## Which axis disappears
#
# For a batch of shape (64, 10) each row has its own sum. `sum(dim=1)` adds along axis 1, the
# classes, and that axis disappears: 64 sums remain. `sum(dim=0)` would add up the examples. Say it
# in terms of what disappears, and "over the rows" and "over the columns" cannot confuse you any
# more. `keepdim=True` leaves the axis there, with length one.

# %%
logits = 3 * torch.randn(64, 10, generator=torch.Generator().manual_seed(0))
exp = torch.exp(logits)
print(exp.sum(dim=1).shape, exp.sum(dim=0).shape)
print(exp.sum(dim=1, keepdim=True).shape)

# %% [markdown]
# Now divide. Shapes are compared from the right: 10 classes against 64 sums do not fit, so the
# straightforward line fails. That is lucky. The message speaks of non-singleton dimensions: an axis
# of length one, a singleton, would have been stretched to fit.

# %%
try:
    exp / exp.sum(dim=1)
except RuntimeError as error:
    print(error)

# %% [markdown]
# ## Silent mistake one: the square batch
#
# With 10 examples and 10 classes the same line runs. The sums are laid along the wrong axis: column
# $j$, which holds class $j$ of every example, is divided by the sum of example $j$. No error, no
# warning, all numbers positive. The sums of the rows give it away. Test shape code with sizes that
# differ from each other.

# %%
square = exp[:10]
wrong = square / square.sum(dim=1)
print(wrong.sum(dim=1))
assert not torch.allclose(wrong.sum(dim=1), torch.ones(10))

# %% [markdown]
# With `keepdim=True` the sums have the shape (64, 1): one column, stretched over the ten classes.
# Each row is divided by its own sum, for any size of batch, and the result agrees with PyTorch's
# softmax. Note that PyTorch wants to be told the axis as well.


# %%
def softmax_naive(x):
    exp = torch.exp(x)
    return exp / exp.sum(dim=1, keepdim=True)


probs = softmax_naive(logits)
print(probs.shape, probs.sum(dim=1)[:3])
assert torch.allclose(probs, torch.softmax(logits, dim=1))

# %% [markdown]
# ## Silent mistake two: the wrong axis
#
# `dim=0` runs just as well. It makes the *columns* sum to one: for each digit a distribution over
# the 64 images of the batch, so that the answer for one image depends on its neighbors. Every
# number still lies between 0 and 1. Again the sums of the rows show it, and this check costs one
# line.

# %%
wrong = torch.softmax(logits, dim=0)
rows, columns = wrong.sum(dim=1), wrong.sum(dim=0)
print(f"rows sum to {rows.min():.3f} … {rows.max():.3f}")
print(f"columns sum to {columns.min():.3f} … {columns.max():.3f}")
print(wrong.min().item() >= 0, wrong.max().item() <= 1)

# %% [markdown]
# ## Silent mistake three: a sigmoid too many
#
# Some courses put a sigmoid behind the last layer and softmax behind that. The sigmoid leaves
# numbers between 0 and 1, and the exponentials of those differ by at most the factor e. So no class
# among ten can ever get more than e / (e + 9), which is 0.232, however sure the network is. Here it
# is as sure as can be.

# %%
sure = torch.full((1, 10), -50.0)
sure[0, 3] = 50.0
print(f"softmax {torch.softmax(sure, 1).max():.3f}")
squashed = torch.softmax(torch.sigmoid(sure), 1)
print(f"sigmoid, then softmax {squashed.max():.3f}")
assert round(torch.e / (torch.e + 9), 3) == 0.232

# %% [markdown]
# ## Overflow
#
# `softmax_naive` has a fault of its own. Numbers of 32 bits end at about 3e38, and the exponential
# of 100 is larger: it becomes infinity, and infinity divided by infinity is `nan`, not a number.
# Logits of that size do occur in training. One `nan` then spreads to all weights, and the network
# is lost.

# %%
large = torch.tensor([[100.0, 0.0, -100.0]])
print(torch.exp(large))
print(softmax_naive(large))
info = torch.finfo(torch.float32)
print(info.bits, info.max)

# %% [markdown]
# The cure changes nothing but the arithmetic. Subtract the largest logit $m$ of each row from all
# of them:
#
# $$\frac{e^{x_i - m}}{\sum_j e^{x_j - m}} = \frac{e^{-m}\, e^{x_i}}{e^{-m} \sum_j e^{x_j}} =
# \frac{e^{x_i}}{\sum_j e^{x_j}}$$
#
# The factor cancels, so the result is the same. But the largest exponent is now zero: nothing can
# overflow, and the sum is at least one, so nothing is divided by zero. On the website you can try it,
# in float32: dividing the logits by a small *temperature* T makes them large.
#
# <!-- softmax -->


# %%
def softmax(x):
    exp = torch.exp(x - x.amax(dim=1, keepdim=True))
    return exp / exp.sum(dim=1, keepdim=True)


print(softmax(large))
assert torch.allclose(softmax(logits), softmax_naive(logits))
assert torch.equal(softmax(large), torch.softmax(large, dim=1))

# %% [markdown]
# ## The logarithm
#
# Training makes a number small, the *loss*; for a network that picks a class it is minus the
# logarithm of the probability of the right class, the *cross-entropy*. Small probabilities lose
# their digits, then round to zero, whose logarithm is minus infinity: the second line below. Take
# the logarithm of the formula first, and the exponential of $x_i$ goes away. What remains is
# log-softmax, good for any logits:
#
# $$\log \operatorname{softmax}(x)_i = x_i - m - \log \sum_j e^{x_j - m}$$


# %%
def log_softmax(x):
    shifted = x - x.amax(dim=1, keepdim=True)
    return shifted - torch.exp(shifted).sum(dim=1, keepdim=True).log()


print(log_softmax(large))
print(torch.log(softmax(large)))
assert torch.allclose(
    log_softmax(logits), torch.log_softmax(logits, dim=1), atol=1e-6
)

# %% [markdown]
# The term $m + \log \sum_j e^{x_j - m}$ is so common that it has a name: logsumexp.
# It is a smooth version of the maximum. So log-softmax is each logit minus the logsumexp of its row,
# one line with PyTorch's function. The library has all of this as
# `mlp_tutorial.activations.softmax` and `mlp_tutorial.activations.log_softmax`.

# %%
from mlp_tutorial import activations

print(torch.logsumexp(large, dim=1))
by_logsumexp = logits - torch.logsumexp(logits, dim=1, keepdim=True)
assert torch.allclose(by_logsumexp, log_softmax(logits), atol=1e-6)
assert torch.allclose(activations.softmax(logits, dim=1), softmax(logits))
assert torch.equal(activations.log_softmax(logits, dim=1), log_softmax(logits))

# %% [markdown]
# ## Summary
#
# - Softmax: exponential, divided by the sum over the classes, with `keepdim=True`.
# - Check that the rows sum to one. It finds the wrong axis and the square batch.
# - No activation between the last layer and softmax: a network returns logits.
# - Subtract the maximum; and where you need the logarithm, use log-softmax.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Softmax
#
# Write `softmax(logits)` without PyTorch's own: a row of probabilities for each row of logits, in
# the shape (batch, classes). It must hold for logits in the thousands too.
#
# <details><summary>Hint 1</summary>
#
# Take `exp`, and divide by its sum over the classes. Which axis are they, and what shape must the
# sum have?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `exp` of a large number is infinite. Subtract the maximum of each row first.
#
# </details>


# %% tags=["exercise"]
def softmax(logits):
    raise NotImplementedError


# %% tags=["solution"]
def softmax(logits):
    shifted = logits - logits.max(dim=1, keepdim=True).values
    return shifted.exp() / shifted.exp().sum(dim=1, keepdim=True)


# %% tags=["check"]
from mlp_tutorial.exercises import check_softmax

print(check_softmax(softmax))

# %% [markdown] tags=["exercise", "apply"]
# ### The loss of a classifier
#
# Write `cross_entropy(logits, labels)` without PyTorch's own: the mean over the examples of minus
# the logarithm of the probability of the right class. Logits in the thousands must not make it
# infinite.
#
# <details><summary>Hint 1</summary>
#
# The logarithm of softmax is the logit minus the `logsumexp` of its row.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `log_probs[torch.arange(len(labels)), labels]` takes one number a row.
#
# </details>


# %% tags=["exercise"]
def cross_entropy(logits, labels):
    raise NotImplementedError


# %% tags=["solution"]
def cross_entropy(logits, labels):
    log_probs = logits - logits.logsumexp(dim=1, keepdim=True)
    return -log_probs[torch.arange(len(labels)), labels].mean()


# %% tags=["check"]
from mlp_tutorial.exercises import check_cross_entropy

print(check_cross_entropy(cross_entropy))

# %% [markdown] tags=["exercise", "apply"]
# ### Hot and cold
#
# Take the logits 2, 0 and -1, divide all of them by a number T, the *temperature*, and apply softmax.
# Where does the probability of the first class go if T is tiny? And if T is huge? Guess first. Then
# plot that probability for T from 0.1 to 100. Make the x axis logarithmic, and label both axes. Draw
# with `matplotlib.pyplot`, and assign what `plt.plot` returns to `picture`, or the axes, or the
# figure.
#
# <details><summary>Hint 1</summary>
#
# `T = torch.logspace(-1, 2, 200)` gives 200 temperatures from 0.1 to 100. For one of them you know
# what to do.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `logits / T[:, None]` has a row for each temperature. `import matplotlib.pyplot as plt` comes
# first, and `plt.semilogx(T, p)` draws p on a logarithmic x axis.
#
# </details>

# %% tags=["exercise"]
picture = ...

# %% tags=["solution"] figure="temperature" alt="The probability of the first class over the temperature, on a logarithmic axis. It stays near 1 up to a temperature of about one half, then falls, and ends a little above one third at 100." caption="One network, every degree of confidence. The temperature alone decides."
import matplotlib.pyplot as plt

from mlp_tutorial.plots import show

T = torch.logspace(-1, 2, 200)
p = torch.softmax(torch.tensor([2.0, 0.0, -1.0]) / T[:, None], dim=1)[:, 0]
figure, picture = plt.subplots(figsize=(5, 3), layout="constrained")
picture.semilogx(T, p)
picture.set_xlabel("temperature")
picture.set_ylabel("probability of the first class")
show(figure)

# %% tags=["check"]
from mlp_tutorial.exercises import check_picture

print(check_picture(picture))

# %% [markdown] tags=["exercise", "think"]
# ### One bad digit
#
# A network reads a hundred digits. For 99 of them it gives the right class a probability of 0.99.
# For the last one it's sure of another class, and the right one gets only 0.0001. Which share of the
# whole loss comes from that single digit? Guess, then work it out. `share` is a number between 0 and
# 1, with two decimals.
#
# <details><summary>Hint 1</summary>
#
# The loss of a digit is minus the natural logarithm of the probability of its right class.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The last digit costs `-math.log(0.0001)`, which is 9.21. What do the other 99 cost together?
#
# </details>

# %% tags=["exercise"]
share = ...

# %% tags=["solution"]
losses = -torch.log(torch.tensor([0.99] * 99 + [0.0001]))
share = losses[-1] / losses.sum()

# %% tags=["check"]
from mlp_tutorial.exercises import check_share

print(check_share(share))

# %% [markdown]
# ## Next
#
# [The next lesson](07_modules.py) puts matrices, biases and activation into an object that PyTorch
# can train: a module.
