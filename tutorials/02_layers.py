# %% [markdown]
# # Layers are matrices
#
# You will learn
#
# - how neurons side by side become one layer, and their weights the columns of one matrix;
# - how to compute a network of two layers, biases included, for one example and for many;
# - why more units can fit more, and why that alone does not predict better.
#
# Reading takes a quarter of an hour. The code runs in seconds on any computer.

# %% [markdown]
# ## From one neuron to a network
#
# [One neuron](01_neuron.py) gives one number. Let several look at the same inputs and you have a
# layer; let the outputs of one layer be the inputs of the next and you have a network. The layers
# between the input and the output are called hidden. The name of a weight says its layer, in
# parentheses, then from which unit it comes and to which it goes. The biases are not drawn.

# %% figure="layer-with-names" alt="A network with three inputs, two hidden units and one output. Each of the six lines of the first layer and the two of the second carries the name of its weight." caption="Read each weight like an address: which unit the line leaves, and which one it enters."
from mlp_tutorial.plots import draw_network, show

show(draw_network([3, 2, 1]))

# %% [markdown]
# ## All neurons of a layer at once
#
# Write the weights of each hidden neuron into a column. One matrix product then computes all their
# sums: entry $j$ is the row times column $j$. Each neuron adds its own bias, and $f_1$, the
# activation of layer 1, acts on every entry:
#
# $$\begin{bmatrix} h_1 & h_2 \end{bmatrix} = f_1\left(
# \begin{bmatrix} x_1 & x_2 & \cdots & x_n \end{bmatrix}
# \begin{bmatrix} w^{(1)}_{11} & w^{(1)}_{12} \\[0.4em] w^{(1)}_{21} & w^{(1)}_{22}
# \\ \vdots & \vdots \\ w^{(1)}_{n1} & w^{(1)}_{n2}
# \end{bmatrix} + \begin{bmatrix} b^{(1)}_1 & b^{(1)}_2 \end{bmatrix}\right)$$
#
# We draw the numbers for 3 features, 2 hidden units and 1 output. The sizes decide the shapes: a
# weight matrix has a row for each input and a column for each neuron.

# %%
import torch

torch.manual_seed(7)
n_input, n_hidden, n_output = 3, 2, 1
x = torch.randn(1, n_input)
W1 = torch.randn(n_input, n_hidden)
W2 = torch.randn(n_hidden, n_output)
b1 = torch.randn(n_hidden)
b2 = torch.randn(n_output)
print(x.shape, W1.shape, W2.shape)

# %% [markdown]
# Put the shapes side by side before you multiply. The hidden layer is (1, 3) @ (3, 2): the inner
# numbers agree and disappear, the outer ones remain, so the result is (1, 2), one row with a
# number for each hidden unit. The bias of shape (2,) is added to that row, entry by entry.

# %%
h = torch.sigmoid(x @ W1 + b1)  # (1, 2)
print(h)
assert torch.allclose(h, torch.tensor([[0.6813, 0.4355]]), atol=5e-5)

# %% [markdown]
# Is a layer really nothing but neurons side by side? Take the columns of the matrix one at a time,
# give each to the `mlp_tutorial.neuron.neuron` of the first lesson, and compare. The numbers are
# the same, 0.6813 and 0.4355. The matrix is not a new idea; it is the same sums in an order that a
# computer likes.

# %%
from mlp_tutorial.neuron import neuron

units = [neuron(x[0], W1[:, j], b1[j]) for j in range(n_hidden)]
one_by_one = torch.stack(units)
print(one_by_one)
assert torch.allclose(one_by_one, h[0])

# %% [markdown]
# ## The second layer
#
# The hidden values are the inputs of the output unit. Put one formula into the other, with $W_1$
# and $b_1$ for all weights and biases of layer 1, and the whole network is one line:
#
# $$y = f_2\big(f_1(x W_1 + b_1)\, W_2 + b_2\big)$$
#
# You will find this formula printed without its biases. Then every hidden unit would give one half
# for an input of zeros, whatever the weights; the bias lets each neuron choose where it switches.
# With the biases, the output is 0.3171.

# %%
y = torch.sigmoid(h @ W2 + b2)  # (1, 2) @ (2, 1) -> (1, 1)
print(y)
assert round(y.item(), 4) == 0.3171

# %% [markdown]
# ## Any number of layers, any number of examples
#
# `mlp_tutorial.layers.forward` repeats that step for a list of layers. Nothing in it depends on how
# many rows the input has: four examples are four rows, the same two products compute them all, and
# broadcasting adds the biases to each row. By default `forward` leaves the last sums as they are,
# so we ask for the sigmoid. The first row is our `x`. On the website you can step through the first
# product.
#
# <!-- matmul -->

# %% export="batch W1"
from mlp_tutorial.layers import forward

batch = torch.cat([x, torch.randn(3, n_input)])  # (4, 3)
outputs = forward(batch, [(W1, b1), (W2, b2)], output=torch.sigmoid)
print(outputs)
assert torch.allclose(outputs[:1], y)

# %% [markdown]
# ## The PyTorch way
#
# `torch.nn.Linear` is PyTorch's layer: it owns its weights and computes the sums. One thing differs
# from our formula. It stores the weights with a row for each neuron, shape (2, 3), and computes
# $xW^\top + b$; $W^\top$ is `W.T`, the *transpose*. So we copy the transpose of ours into it;
# `no_grad` permits such a change by hand. The activation is separate, and the result is the same.

# %%
from torch import nn

layer = nn.Linear(n_input, n_hidden)
with torch.no_grad():
    layer.weight.copy_(W1.T)
    layer.bias.copy_(b1)
print(layer.weight.shape)
assert torch.allclose(torch.sigmoid(layer(x)), h)

# %% [markdown]
# ## When the shapes do not fit
#
# A transposed matrix is the mistake you will make most, because both conventions are in use. Here is
# the first one the wrong way round. PyTorch names the two shapes, of which the inner numbers had to
# agree. Our functions check before they compute, so they can say more: which layer, what was
# expected, what came, and a guess at the reason.


# %%
def by_hand():
    return batch @ W1.T


def with_forward():
    return forward(batch, [(W1.T, b1), (W2, b2)])


for compute in (by_hand, with_forward):
    try:
        compute()
    except (RuntimeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")

# %% [markdown]
# ## How many units?
#
# The weights are found by training, which comes later. The number of layers and of units you
# choose yourself: such choices are called hyperparameters. More of either can fit more, but does
# that help with new data? Let us measure it for units. The truth is a sine; we see 20 noisy points,
# and keep 1000 others, as noisy, to judge by. Not even the sine itself would fit those exactly.


# %%
def noisy_sine(x, generator):
    noise = torch.randn(x.shape, generator=generator, dtype=torch.float64)
    return torch.sin(x) + 0.5 * noise


x_seen = torch.linspace(-3, 3, 20, dtype=torch.float64)[:, None]
x_new = torch.linspace(-3, 3, 1000, dtype=torch.float64)[:, None]
print(x_seen.shape, x_new.shape)

# %% [markdown]
# To need no training yet, we leave the hidden weights random, give the output neither bias nor
# activation, and compute the output weights whose squared error on the points we see is smallest.
# That is a least squares problem, and `lstsq` solves it directly. (`[:, None]` above made columns;
# `float64` asks for more digits, which lesson three explains.) The function returns two mean
# squared errors: on the points that were fitted, and on the others.


# %%
def errors(n_hidden, seed):
    g = torch.Generator().manual_seed(seed)
    y_seen, y_new = noisy_sine(x_seen, g), noisy_sine(x_new, g)
    W = 2 * torch.randn(1, n_hidden, generator=g, dtype=torch.float64)
    b = 2 * torch.randn(n_hidden, generator=g, dtype=torch.float64)
    hidden = torch.sigmoid(x_seen @ W + b)
    best = torch.linalg.lstsq(hidden, y_seen).solution
    seen = (hidden @ best - y_seen).square().mean()
    new = (torch.sigmoid(x_new @ W + b) @ best - y_new).square().mean()
    return torch.stack([seen, new])


print(errors(4, seed=0))

# %% [markdown]
# One random network proves little, so we take twenty-five for each number of units, each with its
# own noise, and print the median, with the smallest and the largest in brackets. Read down the two
# columns. With every step the network comes closer to the points it sees. On new points 4 units are
# better than 1, but 16 are worse than 4: they have fitted the noise.

# %%
medians = []
for width in (1, 4, 16):
    runs = torch.stack([errors(width, seed) for seed in range(25)])  # (25, 2)
    low, median, high = runs.sort(dim=0).values[[0, 12, 24]]
    row = [f"{median[i]:.2f} [{low[i]:.2f}, {high[i]:.2f}]" for i in (0, 1)]
    print(f"{width:2} units   seen {row[0]}   new {row[1]}")
    medians.append(median)
seen, new = torch.stack(medians).T
assert seen[0] > seen[1] > seen[2]
assert new[0] > new[2] > new[1]

# %% [markdown]
# ## Summary
#
# - A layer is $f(XW + b)$: a column of $W$ and an entry of $b$ for each neuron, a row of $X$ for
#   each example.
# - A network is layers in a row, the output of one the input of the next.
# - `nn.Linear` stores the transpose of $W$.
# - More units can fit more. Whether they predict better, only new data can tell.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "think"]
# ### How many numbers?
#
# A network has 5 inputs, a hidden layer of 4 units and an output layer of 3. How many numbers does
# training have to find, weights and biases together? `connections` is a whole number. Find it
# without running anything.
#
# <details><summary>Hint 1</summary>
#
# What shapes do the two weight matrices have?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The first matrix has 5 * 4 entries. And how many units have a bias?
#
# </details>

# %% tags=["exercise"]
connections = ...

# %% tags=["solution"]
connections = 5 * 4 + 4 + 4 * 3 + 3

# %% tags=["check"]
from mlp_tutorial.exercises import check_connections

print(check_connections(connections))

# %% [markdown] tags=["exercise", "warm-up"]
# ### Two layers
#
# Write `network(x, W1, b1, W2, b2)`: a hidden layer and an output layer, both with the sigmoid.
# Each W has the shape (in, out), each b (out,).
#
# <details><summary>Hint 1</summary>
#
# Compute `h` from `x`, W1 and b1 first; then the same again, from `h`.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Each layer is `torch.sigmoid(input @ W + b)`.
#
# </details>


# %% tags=["exercise"]
def network(x, W1, b1, W2, b2):
    raise NotImplementedError


# %% tags=["solution"]
def network(x, W1, b1, W2, b2):
    h = torch.sigmoid(x @ W1 + b1)
    return torch.sigmoid(h @ W2 + b2)


# %% tags=["check"]
from mlp_tutorial.exercises import check_network

print(check_network(network))

# %% [markdown]
# ## More to try
#
# 1. Insert a second hidden layer of 4 units. Which shapes do its weights and biases have, and what
#    becomes of `W2`?
# 2. Multiply the noise in `noisy_sine` by zero. Do 16 units still do worse than 4? (If not, the last
#    assertion of that cell fails: it holds for noisy points only.)
#
# ## Next
#
# Most data reaches you as NumPy arrays. [The next lesson](03_numpy.py) takes them to PyTorch and
# back, and shows what PyTorch adds.
