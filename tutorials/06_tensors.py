# %% [markdown]
# # NumPy and PyTorch
#
# You will learn
#
# - how to take an array to PyTorch and back, and when that makes a copy;
# - why float64 and float32 do not mix, and what the difference costs;
# - what PyTorch adds to arrays: gradients, GPUs and modules for networks.
#
# Reading takes ten minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## An array becomes a tensor
#
# A NumPy array and a PyTorch tensor are the same thing at heart: numbers in memory, and a shape.
# We draw an array of 4 rows and 3 columns from a seeded generator, so that yours is this one.
# `torch.from_numpy` then makes a tensor of it. The tensor says `float64`, because that is what
# NumPy draws.

# %%
import numpy as np
import torch

a = np.random.default_rng(7).random((4, 3))
b = torch.from_numpy(a)
print(b, b.shape)

# %% [markdown]
# ## Double the tensor, look at the array
#
# `b` is a tensor now, and `a` is still an array. Let's double `b` and then look at `a`. The method
# `mul_` ends in an underscore, which means that it multiplies in place.

# %% [markdown] tags=["predict"]
# What happens to `a` when the next cell doubles `b`?
#
# - [ ] It keeps its old numbers. The line never mentions `a`.
#   That would be so after `b = b * 2`, which makes a new tensor. `mul_` writes into the memory that
#   `b` has, and `from_numpy` made no copy of it.
# - [x] Its numbers double, too. `a` and `b` use the same memory.
#   The array and the tensor are two objects that look at the same numbers. That's fast, because
#   nothing is copied, and surprising the first time. Compare with the numbers printed above.
# - [ ] The cell stops with an error. PyTorch may not write into NumPy's memory.
#   PyTorch doesn't ask who else uses the memory. It writes, and both see the new numbers.

# %%
b.mul_(2)
print(a)

# %% [markdown]
# The way back is `.numpy()`, and it shares as well. So a change to the new array reaches the tensor
# and the first array. Keep this in mind when a function of yours is handed an array: whatever it
# does in place, it does to its caller. `np.shares_memory` answers the question for two arrays.

# %%
assert np.array_equal(a, 2 * np.random.default_rng(7).random((4, 3)))
c = b.numpy()
c[0, 0] = 0
print(a[0, 0], b[0, 0].item())
assert np.shares_memory(a, c)

# %% [markdown]
# ## When you want a copy
#
# `torch.tensor` copies, always. Use it when the tensor should live its own life; use `from_numpy`
# when the array is large and you are not going to change it. Here we fill the copy with ones, and
# the array keeps its numbers. (An array from a tensor is copied with `b.numpy().copy()`.)

# %%
independent = torch.tensor(a)
independent.fill_(1)
print(a[1])
assert not np.shares_memory(a, independent.numpy())

# %% [markdown]
# ## float64 meets float32
#
# With fractions NumPy computes in 64 bits a number unless told otherwise, PyTorch in 32: half the
# memory, and faster, above all on GPUs. Networks do not need the further digits. Sums and products
# entry by entry turn float32 into float64 silently, but `@` refuses to mix the two. People who come
# from NumPy see this error first. In PyTorch's messages, double is float64 and float is float32.

# %%
weights = torch.ones(3, 2)
try:
    b @ weights
except RuntimeError as error:
    print(error)

# %% [markdown]
# The cure is to convert the data once, when it comes in: `b.float()` gives float32. What is lost?
# About nine of sixteen digits. One third shows where each type stops being right. Count the
# threes: after them come digits that mean nothing. The last column is the gap between one and the
# next number that the type can hold.

# %%
for dtype in (torch.float64, torch.float32):
    third, info = torch.tensor(1 / 3, dtype=dtype), torch.finfo(dtype)
    print(f"{third.item():.20f}  {info.bits} bits  {info.eps:.0e}")
assert (b.float() @ weights).dtype == torch.float32

# %% [markdown]
# ## What PyTorch adds: gradients
#
# So far NumPy could do it all. Now the difference. Mark a tensor with `requires_grad`, and PyTorch
# remembers what is computed from it; `backward` then finds the *gradient*, how the result changes
# with each entry, and stores it in `.grad`. For a neuron with the sigmoid the textbook says
# $y (1 - y)\, x_i$ for weight $w_i$, and PyTorch agrees. (`@` of two vectors is one number.)
# Training is built on this.

# %%
torch.manual_seed(7)
x, w, bias = torch.randn(5), torch.randn(5), torch.randn(())
w.requires_grad_()
y = torch.sigmoid(x @ w + bias)
y.backward()
print(w.grad)
assert torch.allclose(w.grad, y * (1 - y) * x)

# %% [markdown]
# A tensor that takes part in this bookkeeping cannot become an array directly, since PyTorch could
# not record what NumPy does with it. `.detach()` gives the same numbers without the bookkeeping,
# and they still share memory. The neuron is the one of the [first lesson](01_neuron.py), by the way:
# the same seed, and 0.1595 again.

# %%
array = w.detach().numpy()
print(array, y.item())
assert round(y.item(), 4) == 0.1595
assert array.ctypes.data == w.data_ptr()

# %% [markdown]
# ## What PyTorch adds: GPUs
#
# A tensor lives on a device, and so does every computation with it. `.to(device)` copies it there
# if need be, and only such lines change. NumPy knows the main memory alone, so the result comes
# home with `.cpu()` first. Where there is no GPU, this cell runs on the processor; the numbers agree
# up to rounding. On a Mac, the name to ask for is `mps`.

# %%
device = "cuda" if torch.cuda.is_available() else "cpu"
y_device = torch.sigmoid(x.to(device) @ w.to(device) + bias.to(device))
print(y_device.detach().cpu().numpy())
assert torch.allclose(y_device.cpu(), y)

# %% [markdown]
# ## What PyTorch adds: modules
#
# A network has many weights, and a module keeps them together: to list, to move, to save, to
# train. `nn.Linear` is the weighted sum, with its weights stored as rows: one neuron has one row of
# five, the transpose of our column. `nn.Sequential` chains it with the activation. This is the
# neuron for the last time, 6 numbers in one object.

# %%
from torch import nn

model = nn.Sequential(nn.Linear(5, 1), nn.Sigmoid())
with torch.no_grad():
    model[0].weight.copy_(w[None, :])
    model[0].bias.copy_(bias)
print(model(x), sum(p.numel() for p in model.parameters()), "parameters")
assert torch.allclose(model(x)[0], y)

# %% [markdown]
# ## Summary
#
# - `from_numpy` and `.numpy()` share memory; `torch.tensor` copies.
# - NumPy draws float64, PyTorch float32. Convert once, when the data comes in.
# - PyTorch is NumPy with gradients, with GPUs and with modules that hold a network's weights.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "apply"]
# ### There and back
#
# Write `double(array)`: with the help of a tensor, a new array with every number doubled. Its dtype
# and shape are those of the argument, which must not change.
#
# <details><summary>Hint 1</summary>
#
# `torch.from_numpy` shares the memory: what you do in place, the caller sees.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `tensor * 2` makes a new tensor, and `.numpy()` an array of it.
#
# </details>


# %% tags=["exercise"]
def double(array):
    raise NotImplementedError


# %% tags=["solution"]
def double(array):
    return (torch.from_numpy(array) * 2).numpy()


# %% tags=["check"]
from mlp_tutorial.exercises import check_double

print(check_double(double))

# %% [markdown] tags=["exercise", "warm-up"]
# ### A tensor of your own
#
# Write `to_float32(array)`: a float32 tensor with the array's values, which keeps them even if the
# array is changed later. The array may have any dtype, float32 too.
#
# <details><summary>Hint 1</summary>
#
# Which of `torch.from_numpy` and `torch.tensor` copies?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `torch.tensor` takes a `dtype`.
#
# </details>


# %% tags=["exercise"]
def to_float32(array):
    raise NotImplementedError


# %% tags=["solution"]
def to_float32(array):
    return torch.tensor(array, dtype=torch.float32)


# %% tags=["check"]
from mlp_tutorial.exercises import check_to_float32

print(check_to_float32(to_float32))

# %% [markdown]
# ## More to try
#
# 1. Call `bias.requires_grad_()`, compute `y` again, then `backward`. What should `bias.grad` be?
#
# ## Next
#
# You now have all that a network is made of. [The next lesson](03_mnist.py) puts it to work on
# handwritten digits.
