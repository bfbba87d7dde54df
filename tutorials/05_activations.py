# %% [markdown]
# # Activation functions
#
# You will learn
#
# - why a network without activations is a single layer in disguise;
# - what sigmoid, tanh and ReLU look like, with their derivatives;
# - what saturation does to a gradient, and which activations are used today.
#
# Reading takes ten minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## Why it must bend
#
# Leave out the activation, and two layers are one: $(xW_1 + b_1)W_2 + b_2$ is $x(W_1W_2) +
# (b_1W_2 + b_2)$, a single layer with other numbers. A hundred layers would still be one.
# Whatever a deep network can do beyond a straight line comes from the function between the
# layers, so that function must not be linear.

# %%
import torch

torch.manual_seed(7)
x = torch.randn(4, 3).double()
W1, b1 = torch.randn(3, 5).double(), torch.randn(5).double()
W2, b2 = torch.randn(5, 2).double(), torch.randn(2).double()
two_layers = (x @ W1 + b1) @ W2 + b2
one_layer = x @ (W1 @ W2) + (b1 @ W2 + b2)
print((two_layers - one_layer).abs().max().item() < 1e-12)
assert torch.allclose(two_layers, one_layer)

# %% [markdown]
# ## Sigmoid
#
# You know the curve: from 0 to 1, steepest in the middle. Its derivative is $\sigma'(x) =
# \sigma(x)\,(1 - \sigma(x))$, so it is never more than 0.25, and at 4 and -4 there is hardly any
# left. `torch.autograd.grad` finds derivatives as `backward` does, but returns them, in a tuple;
# each term of the sum depends on one point, so we get a slope for each. It confirms the formula.

# %% figure="sigmoid-and-slope" alt="The sigmoid rises from 0 to 1; its derivative is a bell with its top at 0.25 above zero." caption="The slope of the sigmoid is small even at its highest point."
from mlp_tutorial.plots import plot_activation, show

points = torch.linspace(-6, 6, 121, dtype=torch.float64, requires_grad=True)
s = torch.sigmoid(points)
(slope,) = torch.autograd.grad(s.sum(), points)
print("steepest:", slope.max().item())
assert torch.allclose(slope, s * (1 - s))
show(plot_activation(torch.sigmoid))

# %% [markdown]
# ## Tanh
#
# The hyperbolic tangent is a sigmoid stretched to reach from -1 to 1: $\tanh(x) = 2\sigma(2x) -
# 1$. Its outputs lie around zero, which suits the next layer, and its derivative, $1 -
# \tanh^2(x)$, reaches 1 in the middle. Before ReLU it was the usual choice for hidden layers.

# %% figure="tanh-and-slope" alt="Tanh rises from -1 to 1 through 0; its derivative is a narrow bell with its top at 1." caption="Tanh looks like a stretched sigmoid, and its slope reaches one in the middle."
t = torch.tanh(points)
(slope,) = torch.autograd.grad(t.sum(), points)
print(f"from {t.min():.3f} to {t.max():.3f}, steepest: {slope.max():.2f}")
assert torch.allclose(t, 2 * torch.sigmoid(2 * points) - 1)
assert torch.allclose(slope, 1 - t**2)
show(plot_activation(torch.tanh))

# %% [markdown]
# ## ReLU
#
# The rectified linear unit keeps what is positive and puts zero for the rest: $\max(0, x)$. It is
# a bent line, cheap to compute, and where it is not flat its derivative is exactly 1. At zero it
# has none; PyTorch takes 0 there. A unit whose sum is negative for every example gets no gradient
# at all, and is called dead.

# %% figure="relu-and-slope" alt="ReLU is zero left of zero and rises as a straight line to the right; its derivative steps from 0 to 1." caption="ReLU passes a positive number through unchanged, and its slope there is exactly one."
zero = torch.zeros(1, requires_grad=True)
(slope,) = torch.autograd.grad(torch.relu(zero), zero)
print("slope at zero:", slope.item())
show(plot_activation(torch.relu))

# %% [markdown]
# ## Saturation
#
# Where a curve is flat it is said to be saturated. In training, a gradient is multiplied by the
# slope of each activation on its way back to the weights; the table shows the slopes at some
# inputs. At 10 the sigmoid and tanh pass on less than a thousandth, so a unit with large sums
# learns next to nothing, however wrong it is. ReLU passes on all of it, to the right of zero.

# %%
inputs = torch.tensor(
    [0.5, 2.0, 5.0, 10.0], dtype=torch.float64, requires_grad=True
)
print(" " * 8, *(f"{value:8.1f}" for value in inputs.tolist()))
for function in (torch.sigmoid, torch.tanh, torch.relu):
    (slope,) = torch.autograd.grad(function(inputs).sum(), inputs)
    slopes = [f"{value:8.1e}" for value in slope.tolist()]
    print(f"{function.__name__:8}", *slopes)
    assert function is torch.relu or slope[-1] < 1e-3

# %% [markdown]
# In a deep network the gradient passes through one activation after another, and the factors
# multiply. We send 0.5 through chains of 1, 5 and 20 activations, nothing between them. After 20
# sigmoids the gradient is too small to be of any use, though no single one of them was saturated.
# That is the vanishing gradient. Tanh loses far less here, and ReLU passes on everything. On the
# website you can choose function, start and length.
#
# <!-- activation -->


# %%
def gradient_left(function, depth):
    start = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    y = start
    for _ in range(depth):
        y = function(y)
    y.backward()
    return start.grad.item()


depths = (1, 5, 20)
print("depth   ", *(f"{depth:7}" for depth in depths))
for function in (torch.sigmoid, torch.tanh, torch.relu):
    left = [gradient_left(function, depth) for depth in depths]
    print(f"{function.__name__:8}", *(f"{value:.1e}" for value in left))

# %% [markdown]
# ## What is used today
#
# ReLU is the default for networks like ours, and the one in the coming lessons. Larger networks,
# language models above all, mostly use smooth relatives: GELU, $x$ times $\Phi(x)$, the share of
# the normal distribution below $x$, and SiLU, $x\,\sigma(x)$. Both dip a little below zero on the
# left, so that a unit with slightly negative sums still learns, and approach ReLU far out.

# %% figure="gelu-and-slope" alt="GELU follows zero on the left, dips slightly below it before x = 0, and rises to a straight line on the right; its derivative dips below 0, then rises to 1, overshooting a little." caption="GELU looks like ReLU with the corner rounded off. Look for the dip just left of zero."
import torch.nn.functional as F

values = torch.tensor([-4.0, -1.0, 0.0, 1.0, 4.0])
for function in (torch.relu, F.gelu, F.silu):
    outputs = [f"{value:6.3f}" for value in function(values).tolist()]
    print(f"{function.__name__:5}", *outputs)
assert torch.allclose(F.silu(values), values * torch.sigmoid(values))
show(plot_activation(F.gelu))

# %% [markdown]
# All of them are functions in PyTorch, and modules too, such as `nn.ReLU` and `nn.GELU`: use
# whichever form reads better. Sigmoid, tanh and ReLU written out are in
# `mlp_tutorial.activations`. They agree with PyTorch's for inputs however large, which takes more
# care than the formulas suggest: the formula of the first lesson gives 0 at -100, which is near
# enough, but its gradient is not a number.

# %%
from mlp_tutorial import activations

far = torch.tensor(-100.0, requires_grad=True)
print(far.item())
for function in (lambda x: 1 / (1 + torch.exp(-x)), activations.sigmoid):
    y = function(far)
    print(f"{y.item():.1e}", torch.autograd.grad(y, far)[0].item())

# %% [markdown]
# ## How many units?
#
# The weights are found by training, which comes later. The number of layers and of units is yours
# to choose, and such choices are called hyperparameters. More of either can fit more, but does
# that help with new data? Let us measure it for units. The truth is a sine; we see 20 noisy
# points, and keep 1000 others, as noisy, to judge by. Not even the sine itself would fit those
# exactly.


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
# That is a least squares problem, and `lstsq` solves it directly. (`[:, None]` above made
# columns; `float64` asks for more digits, which [the next lesson](06_tensors.py) explains.) The
# function returns two mean squared errors: on the points that were fitted, and on the others.


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
# own noise, and print the median, with the smallest and the largest in brackets. Read down the
# two columns. With every step the network comes closer to the points it sees. On new points 4
# units are better than 1, but 16 are worse than 4: they have fitted the noise.

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
# - Without a function that bends between them, layers collapse into one.
# - Sigmoid and tanh saturate: far from zero they pass on hardly any gradient.
# - ReLU passes on all or nothing; GELU and SiLU are its smooth relatives.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "warm-up"]
# ### The slope of the sigmoid
#
# Write `sigmoid_derivative(z)`: the slope at each number of a tensor of any shape.
#
# <details><summary>Hint 1</summary>
#
# Call s the sigmoid of z. The slope can be written with s alone.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# It is s times 1 minus s.
#
# </details>


# %% tags=["exercise"]
def sigmoid_derivative(z):
    raise NotImplementedError


# %% tags=["solution"]
def sigmoid_derivative(z):
    s = torch.sigmoid(z)
    return s * (1 - s)


# %% tags=["check"]
from mlp_tutorial.exercises import check_sigmoid_derivative

print(check_sigmoid_derivative(sigmoid_derivative))

# %% [markdown] tags=["exercise", "warm-up"]
# ### Two layers are one
#
# Write `collapse(W1, b1, W2, b2)`: the W and the b of the one layer that does what the two do
# without an activation between them. Each W has the shape (in, out).
#
# <details><summary>Hint 1</summary>
#
# Multiply out (x W1 + b1) W2 + b2.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# What stands behind x is the new W; the rest is the new b.
#
# </details>


# %% tags=["exercise"]
def collapse(W1, b1, W2, b2):
    raise NotImplementedError


# %% tags=["solution"]
def collapse(W1, b1, W2, b2):
    return W1 @ W2, b1 @ W2 + b2


# %% tags=["check"]
from mlp_tutorial.exercises import check_collapse

print(check_collapse(collapse))

# %% [markdown] tags=["exercise", "think"]
# ### How many are too many?
#
# The slope of the sigmoid is 0.25 at best. Send a gradient back through a chain of sigmoids, with
# nothing between them, and let each of them be at its steepest. What's the smallest number of
# sigmoids that leaves less than a thousandth of the gradient? Estimate it in your head first.
#
# <details><summary>Hint 1</summary>
#
# After two sigmoids, 0.25 times 0.25 of the gradient is left.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Print `0.25**n` for n from 1 to 10. Which is the first below 0.001?
#
# </details>

# %% tags=["exercise"]
sigmoids = ...

# %% tags=["solution"]
sigmoids = next(n for n in range(1, 100) if 0.25**n < 0.001)

# %% tags=["check"]
from mlp_tutorial.exercises import check_sigmoids

print(check_sigmoids(sigmoids))

# %% [markdown]
# ## More to try
#
# 1. Plot `F.silu` and `F.leaky_relu`. How do they treat negative inputs?
# 2. Put a factor of 4 behind every sigmoid in `gradient_left`. What happens to the gradient?
#
# ## Next
#
# [The next lesson](08_build_a_network.py) builds a network of three layers with ReLU, in all
# forms, and gives it weights to start from.
