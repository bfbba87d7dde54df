# %% [markdown]
# # One neuron
#
# You will learn
#
# - what a neuron computes: a weighted sum, a bias and an activation;
# - what tensors with one, two and three axes look like, and how to change a shape safely;
# - how to write the weighted sum as a matrix product, and how to read the error when shapes do
#   not fit.
#
# Reading takes a quarter of an hour. The code runs in seconds on any computer.

# %% [markdown]
# ## Numbers in boxes
#
# Everything a neural network takes in, stores or computes is a tensor: a box of numbers. With one
# axis the box is a vector, with two a matrix, with three a stack of matrices. `arange` counts, and
# `reshape` lays the same numbers out in rows. Every tensor knows its `shape`: how many entries it
# has along each axis.

# %%
import torch

vector = torch.arange(3)
matrix = torch.arange(6).reshape(2, 3)
stack = torch.arange(12).reshape(2, 2, 3)
print(vector.shape, matrix.shape, stack.shape)

# %% [markdown]
# Count the numbers of a shape, and you know how many axes the tensor has. Of two or more, the last
# counts the columns and the one before it the rows. A shape is also written (2, 3), or (3,) where
# there is one axis. An index picks from the first axis: `stack[0]` is the front matrix in the
# figure, `stack[1]` the one behind. (`mlp_tutorial` is the library that comes with this course.)

# %% figure="tensor-boxes" alt="Three tensors as boxes of numbers: a row of three cells, a grid of two rows and three columns, and two such grids one behind the other." caption="The last number of a shape counts the columns, and the number before it counts the rows."
from mlp_tutorial.plots import draw_tensors, show

show(draw_tensors(vector, matrix, stack))

# %% [markdown]
# ## What a neuron computes
#
# A neuron takes several numbers and gives one. It multiplies each input $x_i$ by a weight $w_i$,
# adds the products and a bias $b$, and sends the sum through an activation function $f$:
#
# $$y = f\Big(\sum_{i=1}^{n} x_i w_i + b\Big)$$
#
# A weight says how much its input counts and in which direction. For $f$ we take the sigmoid,
# $\sigma(x) = 1 / (1 + e^{-x})$, and write it down as it stands.


# %%
def activation(x):
    return 1 / (1 + torch.exp(-x))


sums = torch.tensor([-4.0, 0.0, 4.0])
print(activation(sums))

# %% [markdown]
# PyTorch has this function too, as `torch.sigmoid`. Throughout the course we write a thing by
# hand, then use PyTorch's, then assert that the two agree: if they did not, this page could not
# have been built. `allclose` compares up to rounding, which is as equal as two ways of computing
# with limited digits can be.

# %%
print(torch.sigmoid(sums))
assert torch.allclose(activation(sums), torch.sigmoid(sums))

# %% [markdown]
# The curve turns any number into one between 0 and 1. People like to call the result a probability,
# but nothing has earned it that name: nobody has checked that events given an output of nine tenths
# happen nine times in ten. The dashed line is the slope. Far from zero it all but vanishes; in the
# middle it is largest.

# %% figure="sigmoid-squashes" alt="The sigmoid rises from 0 on the left through one half at x = 0 to 1 on the right. Its derivative is a bell that is highest at x = 0 and nearly zero beyond 5 on both sides." caption="However large the sum, the output stays between zero and one. Its derivative, the slope, is almost gone on both sides."
from mlp_tutorial.plots import plot_activation

show(plot_activation(torch.sigmoid))

# %% [markdown]
# ## Five features
#
# Now a neuron with five inputs, called features. `torch.randn` draws numbers from the normal
# distribution with mean 0 and standard deviation 1, and `randn_like` draws as many as another
# tensor has. `manual_seed` fixes where the drawing starts, so you will see these very numbers. The
# weights are as invented as the features: there is no data yet that could make them right.

# %% export="features weights bias"
torch.manual_seed(7)
features = torch.randn(1, 5)
weights = torch.randn_like(features)
bias = torch.randn(1, 1)
print(features, weights, bias, sep="\n")

# %% [markdown]
# The features are one example with five values: one row, five columns. The formula, word for word:
# multiply entry by entry, sum, add the bias, activate. The result is 0.1595. It is below one half
# because the sum is negative, and it comes in a box of one row and one column, the shape of the
# bias. `item()` takes a single number out of its box.

# %%
y = activation((features * weights).sum() + bias)
print(y)
assert round(y.item(), 4) == 0.1595

# %% [markdown]
# The figure shows the same neuron with its numbers, from the same tensors. Follow one line from
# left to right: a feature, its weight, then the sum Σ into which all five products and the bias
# flow, and the activation f. Which product is the most negative, and so pulls the output down the
# most? (`bias[0, 0]` is the number in the only row and column of the bias.) On the website you can
# change the numbers.
#
# <!-- neuron -->

# %% figure="neuron-with-numbers" alt="A neuron: five inputs x₁ to x₅ on the left, a line with its weight from each to the sum Σ, the bias b from below, then the activation f and the output y = 0.1595." caption="The whole neuron with the numbers of this page. Follow one input from the left to the output."
from mlp_tutorial.plots import draw_neuron

show(draw_neuron(features[0], weights[0], bias[0, 0]))

# %% [markdown]
# ## The sum is a matrix product
#
# Multiply pair by pair, then add: that is what a matrix product does with a row and a column, and
# computers are built to do it fast. Python writes it `@`. With our tensors it fails, on purpose.
# Errors about shapes are the most common ones you will meet, so let us catch this one and read it.

# %%
try:
    features @ weights
except RuntimeError as error:
    print(error)

# %% [markdown]
# Both factors have 1 row and 5 columns, but in a product the columns of the first must be as many
# as the rows of the second. The weights should be a column. `reshape` makes one, so does `view`,
# which is `reshape` that refuses to copy, and so does `.T`. Only `.T` swaps rows and columns: in a
# matrix of several rows the other two would mix up the entries. `weights` itself keeps its shape.

# %%
print(weights.reshape(5, 1).shape, weights.view(5, 1).shape, weights.T.shape)
print(weights.shape)

# %% [markdown]
# Now the shapes fit: (1, 5) times (5, 1) gives (1, 1). It is the same neuron and the same output,
# 0.1595. In older code you will see `torch.mm` for this product. We prefer `@`: it reads like the
# formula, and it also works when there are more than two axes.

# %%
y_product = activation(features @ weights.T + bias)
print(y_product)
assert torch.allclose(y_product, y)
assert torch.equal(torch.mm(features, weights.T), features @ weights.T)

# %% [markdown]
# ## A trap
#
# A method whose name ends in an underscore changes the tensor itself. Courses have taught
# `resize_` for making the column above. Then every line that uses the tensor gets a column,
# including the one that multiplied entry by entry. We try it on a copy, and no error appears: `*`
# *broadcasts* a row and a column, it multiplies each entry of the row by each of the column.

# %%
changed = weights.clone()
changed.resize_(5, 1)
products = features * changed
print(products.shape, products.numel(), "products")
print(activation(products.sum() + bias))

# %% [markdown]
# 25 products instead of 5, and an output of 0.0448 instead of 0.1595. A wrong number without a
# complaint is the worst kind of bug. So leave `resize_` alone, and say what shape you expect: an
# assertion after the step that makes a shape costs one line, and finds this mistake at once. Our
# library checks the shapes it is given before it computes.

# %%
products = features * weights
assert products.shape == (1, 5)
print(products.numel(), "products")

# %% [markdown]
# ## One function, many examples
#
# That is all a neuron is, so we can put it into a function. The library's version is
# `mlp_tutorial.neuron.neuron`: it takes a vector of weights and one number for the bias, and any
# number of examples, one in each row. `cat` puts three more rows below ours. The first output is
# the one we know.

# %%
from mlp_tutorial.neuron import neuron

batch = torch.cat([features, torch.randn(3, 5)])
outputs = neuron(batch, weights[0], bias[0, 0])
print(outputs)
assert torch.allclose(outputs[0], y[0, 0])

# %% [markdown]
# ## Summary
#
# - A tensor is a box of numbers; its shape counts the entries along each axis.
# - A neuron is $f(\sum_i x_i w_i + b)$, and its sum is a matrix product of a row and a column.
# - In `a @ b` the columns of `a` must be as many as the rows of `b`. Read the shapes in the error.
# - Methods that end in an underscore change the tensor in place. Leave `resize_` alone.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "warm-up"]
# ### The neuron as a function
#
# Write `neuron(features, weights, bias)`: the sigmoid of the sum of all products and the bias.
# `features` and `weights` have the shape (1, n), `bias` has (1, 1), and so has the result. With the
# numbers of this lesson it is the output you know.
#
# <details><summary>Hint 1</summary>
#
# Multiply the two with `*`, then `sum()`.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The bias is added to the sum, and `torch.sigmoid` comes last of all.
#
# </details>


# %% tags=["exercise"]
def neuron(features, weights, bias):
    raise NotImplementedError


# %% tags=["solution"]
def neuron(features, weights, bias):
    return torch.sigmoid((features * weights).sum() + bias)


# %% tags=["check"]
from mlp_tutorial.exercises import check_neuron

print(check_neuron(neuron))

# %% [markdown] tags=["exercise", "apply"]
# ### Undecided
#
# Write `half_bias(features, weights)`: the bias with which the neuron's output is exactly one half.
#
# <details><summary>Hint 1</summary>
#
# At which sum is the sigmoid one half? Look at its curve.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The bias has to take the sum of the products to that place.
#
# </details>


# %% tags=["exercise"]
def half_bias(features, weights):
    raise NotImplementedError


# %% tags=["solution"]
def half_bias(features, weights):
    return -(features * weights).sum()


# %% tags=["check"]
from mlp_tutorial.exercises import check_half_bias

print(check_half_bias(half_bias))

# %% [markdown] tags=["exercise", "think"]
# ### Double everything
#
# You double all the weights of a neuron, and its bias too. What happens to its outputs, whatever
# the features are? Decide first, then write the letter of your answer, such as `doubled = "a"`.
#
# - **a** Every output doubles.
# - **b** Every output rises.
# - **c** Outputs above one half rise, and outputs below one half fall.
# - **d** Nothing changes, because all of them grow by the same factor.
#
# <details><summary>Hint 1</summary>
#
# What happens to the sum, before it goes through the sigmoid?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Look at the curve of the sigmoid. Say the sum was 1, and now it's 2. Then say it was -1.
#
# </details>

# %% tags=["exercise"]
doubled = ...

# %% tags=["solution"]
doubled = "c"

# %% tags=["check"]
from mlp_tutorial.exercises import check_doubled

print(check_doubled(doubled))

# %% [markdown]
# ## More to try
#
# 1. Compute the neuron with `torch.tanh` as its activation. Can the output be negative now?
#
# ## Next
#
# One neuron gives one number. In [the next lesson](02_layers.py) several of them share their
# inputs, and their weights become the columns of a matrix.
