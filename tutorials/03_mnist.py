# %% [markdown]
# # Handwritten digits
#
# You will learn
#
# - how to load MNIST, look at it, and bring its pixels to a good scale;
# - how to draw shuffled batches, by hand and with PyTorch's `DataLoader`;
# - how to send a real batch through a network made of bare matrices, and what random weights do.
#
# Reading takes a quarter of an hour. The code runs in seconds on any computer.

# %% [markdown]
# ## The data
#
# MNIST is a set of handwritten digits, put together by Yann LeCun and Corinna Cortes from NIST's
# collections: images of 28 rows and 28 columns, and for each the digit it shows.
# `mlp_tutorial.data.load_mnist` returns them as tensors. The first call downloads them. Where that
# fails you get a part of them, which comes with the package, and a line that says so; then your
# numbers will differ from these.

# %%
from mlp_tutorial.data import load_mnist

train = load_mnist("train")
print(train.images.shape, train.labels.shape, train.source)
assert train.images.shape[1:] == (1, 28, 28)

# %% [markdown]
# The four axes are: which image, which color channel (gray has one), which row, which column. A
# pixel is a number from 0, paper, to 1, ink. Here is the first image, with its rows and columns
# counted; `draw_digit` hands it to matplotlib's `imshow`. Everything a network will know about it is
# this square of numbers.

# %% figure="one-digit" alt="One handwritten digit, large, in dark pixels on white, with rows and columns from 0 to 27 along the axes." caption="One digit, close up. The network sees only these gray values."
from mlp_tutorial.plots import draw_digit, show

print("label:", train.labels[0].item())
print(train.images.min().item(), train.images.max().item())
show(draw_digit(train.images[0]))

# %% [markdown]
# Look at many before you compute anything. People write a one with or without a foot, a seven with
# or without a bar, and some digits could be either of two. Whatever a network learns, it learns
# from pictures such as these, with the label that somebody once wrote beside them.

# %% figure="digits-with-labels" alt="A grid of thirty-two handwritten digits in four rows, each with its label above it." caption="No two people write a four the same way. That's the job ahead."
from mlp_tutorial.plots import draw_digits

show(draw_digits(train.images[:32], train.labels[:32]))

# %% [markdown]
# ## A good scale
#
# Networks learn best from inputs around zero. The data's own mean is 0.1307 and its standard
# deviation 0.3081: most pixels are paper. Subtract the one, divide by the other. Many courses use
# 0.5 for both instead, which moves the pixels to the range from -1 to 1 but leaves their mean far
# from zero. We compute ours from the training images alone.

# %%
from mlp_tutorial.data import mean_and_std, normalize

mean, std = mean_and_std(train.images)
images = normalize(train.images, mean, std)
print(f"before: mean {mean:.4f}, deviation {std:.4f}")
print(f"after: mean {images.mean():.4f}, deviation {images.std():.4f}")
halves = normalize(train.images, 0.5, 0.5)
low, high = halves.min(), halves.max()
print(f"with 0.5: from {low:.0f} to {high:.0f}, mean {halves.mean():.2f}")

# %% [markdown]
# ## Flat vectors
#
# In a fully connected (or dense) layer every unit sees every input, so it takes a vector: the rows
# of an image are laid end to end, and 28 times 28 is 784 numbers. Axes are counted from 0.
# `flatten(1)` joins all from axis 1 on and leaves axis 0, the examples, alone. The network will not
# know which pixels were neighbors. That it reads digits all the same is worth a moment of surprise.

# %%
x = images.flatten(1)
print(x.shape)
assert x.shape[1] == 28 * 28 == 784

# %% [markdown]
# ## Batches
#
# Training takes the examples in small, shuffled groups. Ours is the function
# `mlp_tutorial.data.batches`: a permutation of all indices, cut into pieces of 64. The generator
# with its seed makes the shuffle repeatable. Every example comes once; what is left over forms a
# last, smaller batch. One such pass over all examples is called an *epoch*.

# %%
import torch

from mlp_tutorial.data import batches

generator = torch.Generator().manual_seed(0)
epoch = batches(x, train.labels, 64, generator=generator)
sizes = [len(labels) for _, labels in epoch]
print(len(sizes), "batches, the last of", sizes[-1])
assert sum(sizes) == len(train)

# %% [markdown]
# PyTorch's standard tool is the `DataLoader`. It picks examples one at a time from a dataset, here
# one made of two tensors, and stacks them, which is general and slow. `next(iter(loader))` gives the
# first batch;
# in old code you will find `dataiter.next()`, which no longer exists. Same sizes, same number of
# batches, another shuffle.

# %%
from torch.utils.data import DataLoader, TensorDataset

dataset = TensorDataset(train.images, train.labels)
loader = DataLoader(dataset, batch_size=64, shuffle=True, generator=generator)
batch_images, batch_labels = next(iter(loader))
print(batch_images.shape, batch_labels.shape, len(loader))
assert len(loader) == len(sizes)

# %% [markdown]
# Because the last batch is smaller, code must not write the batch size into a shape. `view(64,
# 784)` works for every batch but that one, so the error comes at the very end of the first pass.
# Here it is. `flatten(1)` never has this problem: it asks the tensor how many examples there are.

# %%
last = train.images[-sizes[-1] :]
try:
    last.view(64, 784)
except RuntimeError as error:
    print(error)
print(last.flatten(1).shape)

# %% [markdown]
# ## A network of matrices
#
# Now the network of the second lesson, larger: 784 inputs, 256 hidden units with the sigmoid, 10
# outputs, one for each digit. The last layer has no activation. Its ten sums are called logits: the
# largest says which digit the network favors, and how far it is ahead says how firmly.

# %%
torch.manual_seed(7)
W1, b1 = torch.randn(784, 256), torch.randn(256)
W2, b2 = torch.randn(256, 10), torch.randn(10)

x_batch, y_batch = next(batches(x, train.labels, 64, generator=generator))
hidden = torch.sigmoid(x_batch @ W1 + b1)
logits = hidden @ W2 + b2
print(x_batch.shape, hidden.shape, logits.shape)
print(logits[0])

# %% [markdown]
# ## What random weights believe
#
# Softmax, the subject of the next lesson, turns logits into probabilities. An untrained network
# knows nothing, so you might expect each digit to get about a tenth. Far from it: with weights of
# standard deviation 1 the favorite digit (`amax` finds its probability) gets more than 0.7, on
# average over the batch. Sums of hundreds of such terms are large, and softmax makes large
# differences extreme.

# %%
top = torch.softmax(logits, dim=1).amax(dim=1)
print(f"favorite digit: {top.mean():.2f} on average, {top.min():.2f} at least")
assert top.mean() > 0.7

# %% [markdown]
# The cure is small: divide the weights of each layer by the square root of how many inputs it has,
# 28 and 16 here, and begin with biases of zero. Then the sums stay of the size of the inputs, and
# the network is far less decided. The bars show both for one digit. Why the square root is right is
# the subject of lesson eight.

# %% figure="untrained-probabilities" alt="Bars of probability for the classes 0 to 9. With weights of deviation 1 one class has nearly all the probability; with scaled weights all ten lie between 0.05 and 0.2." caption="The same image through two untrained networks. Only the size of the initial weights differs."
from mlp_tutorial.plots import plot_probabilities

scaled = torch.sigmoid(x_batch @ (W1 / 784**0.5)) @ (W2 / 256**0.5)
print(784**0.5, 256**0.5)
probs = {
    "deviation 1": torch.softmax(logits, 1)[0],
    "scaled": torch.softmax(scaled, 1)[0],
}
show(plot_probabilities(probs))
assert torch.softmax(scaled, 1).amax(1).mean() < 0.5

# %% [markdown]
# ## Summary
#
# - MNIST is 28 by 28 pixels an image, with a label; normalize it with its own mean and deviation.
# - `flatten(1)` makes vectors of images, whatever the size of the batch.
# - A batch goes through a network in two matrix products; the ten results are logits.
# - Unscaled random weights make a network that is sure of nonsense.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "warm-up"]
# ### A row for each image
#
# Write `flatten(images)`: from the shape (batch, 1, height, width) to (batch, height * width), each
# image row by row, for batches and images of any size.
#
# <details><summary>Hint 1</summary>
#
# The first axis must stay; all others become one.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `Tensor.flatten` takes the number of the axis where it begins.
#
# </details>


# %% tags=["exercise"]
def flatten(images):
    raise NotImplementedError


# %% tags=["solution"]
def flatten(images):
    return images.flatten(1)


# %% tags=["check"]
from mlp_tutorial.exercises import check_flatten

print(check_flatten(flatten))

# %% [markdown] tags=["exercise", "warm-up"]
# ### Logits, not probabilities
#
# Write `logits(x, W1, b1, W2, b2)`: a hidden layer with the sigmoid, and an output layer without
# any activation. Each W has the shape (in, out), each b (out,).
#
# <details><summary>Hint 1</summary>
#
# The hidden layer is that of lesson two.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# What you return may be any number: stop after the second bias.
#
# </details>


# %% tags=["exercise"]
def logits(x, W1, b1, W2, b2):
    raise NotImplementedError


# %% tags=["solution"]
def logits(x, W1, b1, W2, b2):
    h = torch.sigmoid(x @ W1 + b1)
    return h @ W2 + b2


# %% tags=["check"]
from mlp_tutorial.exercises import check_logits

print(check_logits(logits))

# %% [markdown] tags=["exercise", "think"]
# ### Nothing is wrong, says Python
#
# This function should normalize the training images and the test images, both with the mean and the
# standard deviation of the training images. It runs, and the training images come out fine. But the
# test images don't. Find the bug and mend it.
#
# <details><summary>Hint 1</summary>
#
# Run it on small tensors and print `test` before and after. What did the second line do?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# What are the mean and the standard deviation of `train` when the second line asks for them?
#
# </details>


# %% tags=["exercise"]
def standardize(train, test):
    train = (train - train.mean()) / train.std()
    test = (test - train.mean()) / train.std()
    return train, test


# %% tags=["solution"]
def standardize(train, test):
    mean, std = train.mean(), train.std()
    return (train - mean) / std, (test - mean) / std


# %% tags=["check"]
from mlp_tutorial.exercises import check_standardize

print(check_standardize(standardize))

# %% [markdown]
# ## More to try
#
# 1. Which digit is the most frequent one in the training set? (`bincount` counts.)
# 2. Draw 32 images of the digit four with `draw_digits`. (`train.images[train.labels == 4]`)
#
# ## Next
#
# [The next lesson](04_softmax.py) takes softmax apart: three ways to get it wrong without noticing,
# and one to get it right.
