# %% [markdown]
# # Appendix: error messages
#
# It's eleven at night, and your network was just about to learn something. Instead you're looking
# at forty lines of red, with file names you've never heard of. You paste the last line into a
# search engine, and somebody had exactly your problem, seven years ago. You scroll down, full of
# hope, to the only answer. "Never mind," it says. "I fixed it."
# <!-- example -->
#
# Nobody will do that to you here. This page has the messages that people who build networks run
# into most, and we caused nearly every one of them on purpose, so you can see how little it
# takes. **What is that message trying to tell you?**
#
# You'll be able to
#
# - find your message, by pasting it into the search at the top of the page;
# - read a long error from the right end;
# - look for the mistakes that have no message at all.
#
# Reading takes a minute for each message. The code runs in seconds on any computer.

# %% [markdown]
# ## Read it from the bottom
#
# First, the forty lines. Python calls them a **traceback**, and they're a chain of calls. Your
# code called somebody, who called somebody else, and the last one in the chain gave up. Let's
# walk down such a chain. The cell below hands a batch of digits to a small network and forgets to
# flatten them. It prints who was called on the way, and which line they were in.

# %%
import traceback

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(7)
images = torch.rand(64, 1, 28, 28)  # as a DataLoader returns them
labels = torch.randint(10, (64,))
model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
try:
    model(images)
except RuntimeError as error:
    for frame in traceback.extract_tb(error.__traceback__):
        print(f"{frame.name}: {frame.line}")
    print(error)

# %% [markdown]
# The **last line** says what went wrong, so read that one first. Then go up until you meet a line
# that you wrote yourself. Here that's the very first, `model(images)`, and everything in between
# is PyTorch's own code. It's tempting to blame that code, since that's where the program stopped.
# But usually something wrong went in at your line, and it traveled all the way down until it met
# somebody who cared.
#
# So before you change anything, look at what went in. Print these three things first. For most of
# the messages below, one of them is the culprit.

# %%
print(images.shape, images.dtype, images.device)

# %% [markdown]
# ## How to use this page
#
# Press <kbd>/</kbd> to search and paste your message. Paste all of it, with your own numbers and
# file names, and even the whole traceback if you like. Search looks only at the words that
# matter.
#
# Below each heading there's a mistake, with the message that it causes. Then we say what the
# message means. If there's a second piece of code after that, it's the cure, or it shows you
# where to look.
#
# To show you errors without stopping at the first, we need a helper, and you can use this page
# without understanding it. `with provoke():` runs the lines that are indented below it. If one of
# them fails, it prints what Python would have printed and goes on. A warning counts as a failure,
# and if nothing fails, *that's* an error. The helper leaves out three things that would only
# distract you: colors, addresses in memory, and the names of files on the computer where PyTorch
# was built.

# %%
import re
import warnings
from contextlib import contextmanager

NOISE = r"\x1b\[\d*m| at 0x\w+| \(Triggered internally.*\)"  # and colors


@contextmanager
def provoke():
    with warnings.catch_warnings(action="error"):  # a warning is an error, too
        try:
            yield  # here the indented lines run
        except Exception as error:
            text = "".join(traceback.format_exception_only(error))
            print(re.sub(NOISE, "", text).strip())
        else:
            raise AssertionError("expected an error, got none")


# %% [markdown]
# Outside of this page, a warning doesn't stop your program. That makes it easy to miss and all
# the more important to read.

# %% [markdown]
# ## Shapes
#
# ### mat1 and mat2 shapes cannot be multiplied

# %%
pixels = images.flatten(1)  # (64, 784)
with provoke():
    pixels @ torch.rand(10, 784)

# %% [markdown]
# In a product, each row of the first matrix meets a column of the second, so the two have to be
# equally long. Look at the two numbers in the middle of the message. They should be the same, and
# they aren't. Is the first number of all much larger than your batch? Then your images are still
# squares, so flatten them. That's where the 1792 at the top of this page came from, 64 images
# with 28 rows each. Is the right number there, but in the wrong place? Then transpose the matrix
# and never the batch. And if it's neither, the layer before hands over more or fewer features
# than this one expects. More in [Layers are matrices](02_layers.py).

# %%
print((pixels @ torch.rand(10, 784).T).shape, model(images.flatten(1)).shape)

# %% [markdown]
# ### The size of tensor a must match the size of tensor b

# %%
with provoke():
    torch.rand(64, 10) - torch.rand(64)

# %% [markdown]
# When you add or subtract two tensors, PyTorch lines up their shapes **from the right**, and two
# sizes fit if they're equal or if one of them is 1. So here it compared the 10 with the 64. We
# meant the second tensor as a column, one number for each row, and that's easily said by giving
# it another axis. More in [Tensors that bite](06_tensors.py), which also shows what happens if
# the shapes fit by accident.

# %%
print((torch.rand(64, 10) - torch.rand(64).unsqueeze(1)).shape)

# %% [markdown]
# ### shape is invalid for input of size

# %%
with provoke():
    torch.rand(50, 28, 28).reshape(64, 784)

# %% [markdown]
# `reshape` and `view` only rearrange numbers. They can't invent any or throw any away, so the
# sizes in the new shape, multiplied together, have to give the number at the end of the message.
# If it worked for many batches and then failed, that was the last batch, which is often smaller
# than the rest. So never write the batch size into your code. Use `flatten(1)`, which leaves the
# first axis alone. And if there's a `-1` in your message, as in `[-1, 784]`, then your data can't
# be cut into pieces of that size. Perhaps the images aren't 28 by 28. Print their shape. More in
# [Handwritten digits](03_mnist.py).

# %%
print(torch.rand(50, 28, 28).flatten(1).shape)

# %% [markdown]
# ### view size is not compatible with input tensor's size and stride

# %%
with provoke():
    torch.rand(28, 64).T.view(-1)

# %% [markdown]
# A view never moves numbers in memory, it only reads them in another order. After a transpose
# there's no simple order left that would read them all. The message tells you the cure itself.
# Use `reshape`, which makes a copy if it has to. More in [Tensors that bite](06_tensors.py).

# %%
print(torch.rand(28, 64).T.reshape(-1).shape)

# %% [markdown]
# ### Dimension out of range

# %%
with provoke():
    torch.rand(10).softmax(dim=1)

# %% [markdown]
# You asked for an axis that isn't there. For example, this code was written for a batch, which
# has two axes, and it got the logits of a single digit, which have only one, number 0. Keep the
# batch axis even for a batch of one, or count from the right with `dim=-1`, which works for both.
# More in [Softmax](04_softmax.py).

# %%
print(torch.rand(10).softmax(dim=-1).sum())

# %% [markdown]
# ### index is out of bounds for dimension

# %%
with provoke():
    images[64]

# %% [markdown]
# There are 64 images, but counting starts at 0, so the last one is number 63. You'll see the same
# message if you use labels as an index, and one of them is as large as the number of classes or
# larger. Or your dataset's `__len__` promises more than there is. An `nn.Embedding` says the same
# thing in other words, "index out of range in self."
# <!-- example -->

# %%
print(images[-1].shape)  # the last one, whatever its number

# %% [markdown]
# ### Sizes of tensors must match except in dimension

# %%
with provoke():
    torch.cat([torch.rand(64, 784), torch.rand(36, 785)])

# %% [markdown]
# `torch.cat` glues tensors together along one axis, the first unless you name another. Along that
# axis they may differ, but everywhere else they have to be the same size. The message also tells
# you which tensor doesn't fit, counting from 0. Here somebody had added a column to the second.

# %%
print(torch.cat([torch.rand(64, 784), torch.rand(36, 784)]).shape)

# %% [markdown]
# ### The shape of the mask does not match the shape of the indexed tensor

# %%
with provoke():
    images[torch.rand(50) > 0.5]

# %% [markdown]
# A mask says yes or no to each image, so it needs exactly one entry for each. This one must have
# been made from other data, say from the labels before somebody split off a part. Make the mask
# from something that belongs to these images. More in [One neuron](01_neuron.py), where we pick
# the zeros and ones that way.

# %%
print(images[labels < 2].shape)

# %% [markdown]
# ### The expanded size of the tensor must match the existing size

# %%
with provoke():
    features = torch.zeros(64, 2)
    features[:, 0] = torch.rand(50)

# %% [markdown]
# You're writing a tensor into a part of another, and it's too long or too short for the hole. In
# the message, the target sizes are the hole, and the tensor sizes are what you tried to put in.

# %%
features[:, 0] = torch.rand(64)
print(features[:2, 1])

# %% [markdown]
# ### a Tensor cannot be converted to Scalar

# %%
losses = F.cross_entropy(model(pixels), labels, reduction="none").detach()
with provoke():
    losses.item()

# %% [markdown]
# `item` turns a tensor with only one number into a Python number, but yours has several. Did you
# want their mean? Or one of them? If you want all of them, use `tolist()`. Older versions say
# ["only one element tensors can be converted to Python
# scalars"](#only-one-element-tensors-can-be-converted-to-python-scalars) here, too.

# %%
print(f"{losses.mean().item():.2f}")

# %% [markdown]
# ### only one element tensors can be converted to Python scalars

# %%
with provoke():
    torch.tensor([losses[:2], losses[2:4]])

# %% [markdown]
# `torch.tensor` makes a tensor from numbers, and you gave it a list of *tensors*. That's a job
# for `torch.stack`. If each of them holds just one number, for example the losses of an epoch,
# it's even easier to collect `loss.item()` from the start.

# %%
print(torch.stack([losses[:2], losses[2:4]]).shape)

# %% [markdown]
# ### expected sequence of length at dim

# %%
with provoke():
    torch.tensor([[0.5, 0.1, 0.9], [0.2, 0.7]])

# %% [markdown]
# A tensor is a box with straight sides. Each row has to be as long as the first, and one of yours
# isn't. Find out which, and then ask why. Maybe a line of your file was cut off.

# %%
rows = [[0.5, 0.1, 0.9], [0.2, 0.7]]
print([len(row) for row in rows])

# %% [markdown]
# ### Boolean value of Tensor with more than one value is ambiguous

# %%
with provoke():
    if losses > 2:
        print("that's a lot")

# %% [markdown]
# An `if` needs one yes or no, and `losses > 2` holds one for every digit. Do you mean all of them
# or any of them? Say so with `.all()` or `.any()`. Do you combine two conditions with `and`, or
# write `0 < a < 1`? Then use `&`, with parentheses around each of the two, as in `(a > 0) & (a
# < 1)`.
#
# And there's an innocent-looking way to get this message, `nn.CrossEntropyLoss(logits, labels)`.
# That's a class, so you have to make one first and call it afterwards, as in
# `nn.CrossEntropyLoss()(logits, labels)`.

# %%
print((losses > 2).any(), (losses > 5).all())

# %% [markdown]
# ### Expected more than 1 value per channel when training

# %%
norm = nn.BatchNorm1d(128)
with provoke():
    norm(torch.rand(1, 128))

# %% [markdown]
# BatchNorm compares the digits of a batch with each other, and one digit alone has nobody to be
# compared with. If you're testing, call `model.eval()` first. If you're training, the last batch
# probably had just one digit in it, and `drop_last=True` in the DataLoader skips it. More in
# [Deep networks](13_deep_networks.py).

# %%
print(norm.eval()(torch.rand(1, 128)).shape)

# %% [markdown]
# ### running_mean should contain elements

# %%
with provoke():
    norm(torch.rand(64, 256))

# %% [markdown]
# This layer was built for a different number of features from the one it's getting. The second
# number in the message is the one it was built for, and it should be the width of the layer
# before. `nn.LayerNorm` puts it differently. It says "Given normalized_shape" with the size it
# was built for, and then what it expected and got.

# %%
print(nn.BatchNorm1d(256)(torch.rand(64, 256)).shape)

# %% [markdown]
# ## The loss and its labels
#
# ### Expected input batch_size to match target batch_size

# %%
logits = model(pixels)  # (64, 10)
with provoke():
    F.cross_entropy(logits, labels[:50])

# %% [markdown]
# There should be one label for each row of logits. Print both shapes. If the first number in the
# message isn't the size of your batch, some `reshape` has cut each image into several rows, or
# made one row out of several images. Use `flatten(1)` instead, which never touches the first
# axis. If the next message is about [mat1 and mat2](#mat1-and-mat2-shapes-cannot-be-multiplied),
# that's progress. More in [Handwritten digits](03_mnist.py).

# %%
print(images.reshape(-1, 28).shape, images.flatten(1).shape)

# %% [markdown]
# ### Target is out of bounds

# %%
with provoke():
    F.cross_entropy(logits, labels + 1)

# %% [markdown]
# With ten classes, the labels have to go from 0 to 9, and one of yours doesn't. Maybe they begin
# at 1, or maybe the last layer has too few outputs. Look at the smallest and the largest. In
# `F.one_hot`, the same mistake is called "Class values must be smaller than num_classes."
#
# On a GPU, the same mistake comes as [device-side assert
# triggered](#cuda-error-device-side-assert-triggered). More about labels in
# [Softmax](04_softmax.py).

# %%
print(logits.shape, (labels + 1).min(), (labels + 1).max())

# %% [markdown]
# ### 0D or 1D target tensor expected, multi-target not supported

# %%
column = labels.unsqueeze(1)  # (64, 1)
with provoke():
    F.cross_entropy(logits, column)

# %% [markdown]
# The labels came as a column, and cross-entropy wants a plain list of class numbers. Take the
# extra axis away with `squeeze(1)`. Why not just `squeeze()`? Because if a batch ever holds just
# one digit, that would take away the batch axis, too. More in [Softmax](04_softmax.py).

# %%
print(f"{F.cross_entropy(logits, column.squeeze(1)):.2f}")

# %% [markdown]
# ### Expected floating point type for target with class probabilities

# %%
one_hot = F.one_hot(labels, 10)  # a 1 in the right column, otherwise 0
with provoke():
    F.cross_entropy(logits, one_hot)

# %% [markdown]
# These labels are one-hot, a row of ten for each digit, so PyTorch takes them for probabilities.
# But it wants probabilities as decimal numbers, even when they're 0 and 1. So `one_hot.float()`
# would do. But you don't need one-hot labels here at all, because cross-entropy takes the class
# numbers as they are. More in [Softmax](04_softmax.py).

# %%
print(f"{F.cross_entropy(logits, one_hot.argmax(dim=1)):.2f}")

# %% [markdown]
# ### expected target dtype to be Long

# %%
with provoke():
    F.cross_entropy(logits, labels.float())

# %% [markdown]
# A label says which class it is, and there's no class two and a half. So labels have to be whole
# numbers, best of the type `int64`, which PyTorch also calls `Long`. (A `Byte` is a `uint8`.)
# Older versions say the same thing in other words, "expected scalar type Long but found Float."
# More about types in [Tensors that bite](06_tensors.py).

# %%
print(f"{F.cross_entropy(logits, labels.float().long()):.2f}")

# %% [markdown]
# ### Using a target size that is different to the input size

# %%
guesses, prices = torch.rand(64, 1), torch.rand(64)
with provoke():
    F.mse_loss(guesses, prices)

# %% [markdown]
# This one is only a warning, but no message on this page is more important. A column minus a row
# is a whole square, so every guess is compared with every price. The loss looks fine, and the
# network learns the wrong thing. Give both the same shape. More in [Tensors that
# bite](06_tensors.py). By the way, `F.binary_cross_entropy` refuses to do it at all.

# %%
print((guesses - prices).shape, (guesses.squeeze(1) - prices).shape)

# %% [markdown]
# ### all elements of input should be between 0 and 1

# %%
with provoke():
    F.binary_cross_entropy(torch.tensor([2.5, -1.0]), torch.tensor([1.0, 0.0]))

# %% [markdown]
# This loss expects probabilities, and it got raw totals. You could put a sigmoid before it, but
# there's a loss that has the sigmoid built in, and it copes better with large numbers. If you did
# use a sigmoid, look for `nan` in what comes out, because `nan` isn't between 0 and 1 either.
# More in [Softmax](04_softmax.py).

# %%
totals, truth = torch.tensor([2.5, -1.0]), torch.tensor([1.0, 0.0])
print(f"{F.binary_cross_entropy_with_logits(totals, truth):.2f}")

# %% [markdown]
# ### Found dtype Long but expected Float

# %%
with provoke():
    F.binary_cross_entropy(torch.sigmoid(totals), truth.long())

# %% [markdown]
# It's the other way around from cross-entropy. This loss compares numbers with numbers, so both
# need the same type, `Float`. If your message says `Double`, the labels probably came from NumPy
# or pandas, and `float()` is the cure there, too.

# %%
print(f"{F.binary_cross_entropy(torch.sigmoid(totals), truth.float()):.2f}")

# %% [markdown]
# ### Implicit dimension choice for softmax has been deprecated

# %%
with provoke():
    F.softmax(logits)

# %% [markdown]
# Softmax needs to know which axis holds the classes, and you didn't say. PyTorch guesses, and its
# guess depends on the number of axes. So say `dim=1`, or `dim=-1` for the last. More in
# [Softmax](04_softmax.py), where a wrong axis goes unnoticed.

# %%
print(F.softmax(logits, dim=1).sum(dim=1)[:2])

# %% [markdown]
# ## Types of numbers
#
# ### mat1 and mat2 must have the same dtype

# %%
import numpy as np

measured = torch.from_numpy(np.random.default_rng(7).random((64, 784)))
with provoke():
    model(measured)

# %% [markdown]
# NumPy likes `float64`, which PyTorch calls `Double`, while a network's weights are `float32`,
# alias `Float`. Neither gives way. So turn the data into `float32` once, right after you load it.
# If your message says `Long` or `Byte`, your pixels are still whole numbers, and the same line
# helps. A convolution says "Input type (double) and bias type (float) should be the same," and
# the same line helps there, too. More in [Tensors that bite](06_tensors.py).

# %%
print(model(measured.float()).dtype)

# %% [markdown]
# ### mean(): could not infer output dtype

# %%
with provoke():
    (labels == 3).mean()

# %% [markdown]
# The mean of whole numbers, or of yes and no, is usually a fraction, and PyTorch wants you to say
# that you're fine with that. Most people meet this message when they work out how many answers
# were right. Older versions say "Can only calculate the mean of floating types."

# %%
print(f"{(labels == 3).float().mean():.3f}")

# %% [markdown]
# ### not implemented for 'Long'

# %%
with provoke():
    F.cross_entropy(torch.tensor([[2, 0, -1]]), torch.tensor([0]))

# %% [markdown]
# The name in front is a function deep inside PyTorch, and nobody has written it for whole
# numbers. Never mind the name. Make your tensor `float()`, or write a decimal point in the first
# place. If your message says `Half`, `float()` helps, too.

# %%
totals = torch.tensor([[2.0, 0.0, -1.0]])
print(f"{F.cross_entropy(totals, torch.tensor([0])):.2f}")

# %% [markdown]
# ### result type Float can't be cast to the desired output type Long

# %%
counts = torch.tensor([3, 5])
with provoke():
    counts += 0.5

# %% [markdown]
# `+=` writes the result back into `counts`, and that has room for whole numbers only. Drop the
# `=` sign, and you get a new tensor with room for the fraction. More in [Tensors that
# bite](06_tensors.py).

# %%
print(counts + 0.5)

# %% [markdown]
# ### value cannot be converted to type uint8 without overflow

# %%
with provoke():
    torch.tensor([300], dtype=torch.uint8)

# %% [markdown]
# A pixel's type, `uint8`, ends at 255, so take a wider one, such as `int64`. And be glad that you
# got a message! If you *compute* a number that's too large for `uint8`, it just starts over at 0,
# as you'll see [near the end of this page](#a-pixel-thats-brighter-than-white).

# %%
print(torch.iinfo(torch.uint8).max, torch.tensor([300]).dtype)

# %% [markdown]
# ### tensors used as indices must be long, int, byte or bool tensors

# %%
with provoke():
    images[torch.tensor([0.0, 1.0])]

# %% [markdown]
# There's no image number one and a half, so an index has to be a whole number. If yours has a
# decimal point, find out where it picked that up, perhaps in a file or in NumPy. Then use
# `.long()`. Don't use `.byte()`, even though the message lists it, because PyTorch takes bytes
# for a mask.

# %%
print(images[torch.tensor([0.0, 1.0]).long()].shape)

# %% [markdown]
# ### can't convert `np.ndarray` of type `numpy.object_`

# %%
table = np.array([[0.23, "Ideal"], [0.21, "Premium"]], dtype=object)
with provoke():
    torch.tensor(table)

# %% [markdown]
# Tensors hold only numbers, and somewhere in your table there's something else, perhaps a word or
# a `None`, or a row that's longer than the others. Turn the words into numbers first, as in [A
# table instead of pictures](14_diamonds.py), and then say which type you want.

# %%
print(torch.tensor(table[:, 0].astype("float32")))

# %% [markdown]
# ### argument 'input' must be Tensor, not numpy.ndarray

# %%
with provoke():
    model(np.zeros((64, 784)))

# %% [markdown]
# Layers take tensors. NumPy's arrays look alike, but they have no gradients and can't move to a
# GPU. `torch.tensor` copies an array, and `torch.from_numpy` shares its memory. [Tensors that
# bite](06_tensors.py) tells you which you want.

# %%
print(model(torch.tensor(np.zeros((64, 784))).float()).shape)

# %% [markdown]
# ### At least one stride in the given numpy array is negative

# %%
array = np.arange(6.0)
with provoke():
    torch.from_numpy(array[::-1])

# %% [markdown]
# NumPy can read an array backward without moving anything, and PyTorch can't. You'll meet this
# after flipping an image, for example. Make a copy, as the message says.

# %%
print(torch.from_numpy(array[::-1].copy()))

# %% [markdown]
# ### To copy construct from a tensor

# %%
with provoke():
    torch.tensor(images)

# %% [markdown]
# `images` is a tensor already, so there's nothing to turn into one, and all you get is a copy. If
# you want a copy, `clone()` says so more clearly. If you don't, just use `images`.

# %%
print(images.detach().clone().shape)

# %% [markdown]
# ## Gradients
#
# ### element 0 of tensors does not require grad and does not have a grad_fn

# %%
with torch.no_grad():
    loss = F.cross_entropy(model(pixels), labels)
with provoke():
    loss.backward()

# %% [markdown]
# `backward` walks back along the thread of the computation, and here somebody cut it. Was it a
# `no_grad` that reaches too far? A `detach`? An `argmax`, or a trip through NumPy or `.item()`?
# Or maybe you froze all the weights. More in [Gradients](09_gradients.py).

# %%
loss = F.cross_entropy(model(pixels), labels)
print(loss.requires_grad, logits.argmax(dim=1).requires_grad)

# %% [markdown]
# ### grad can be implicitly created only for scalar outputs

# %%
losses = F.cross_entropy(model(pixels), labels, reduction="none")
with provoke():
    losses.backward()

# %% [markdown]
# A gradient says how *one* number changes, and you asked for 64 of them at once. Add them up or
# average them, and you have one. More in [Gradients](09_gradients.py).

# %%
losses.mean().backward()
print(model[0].weight.grad.shape)

# %% [markdown]
# ### Trying to backward through the graph a second time

# %%
loss = F.cross_entropy(model(pixels), labels)
loss.backward()
with provoke():
    loss.backward()

# %% [markdown]
# While your network computes, PyTorch takes notes for `backward`, which throws them away once it
# has used them. The message suggests `retain_graph=True`, but please don't try that first,
# because it rarely cures anything. Usually something from the last step is still tied to this
# one. Perhaps the loss is computed outside the loop, or you're calling `backward` on a running
# total. So compute the loss anew in each step, call `backward` on that one, and add up
# `loss.item()`, which is a plain number.
#
# Or do you have two losses from the same computation, and each has its own `backward`? Then add
# them up and call it once, as in `(loss1 + loss2).backward()`. More in
# [Gradients](09_gradients.py).

# %%
total = 0.0
for _ in range(2):
    loss = F.cross_entropy(model(pixels), labels)
    loss.backward()
    total += loss.item()
print(f"{total:.2f}")

# %% [markdown]
# ### modified by an inplace operation

# %%
weights = torch.ones(3, requires_grad=True)
hidden = weights.exp()
hidden += 1
with provoke():
    hidden.sum().backward()

# %% [markdown]
# The slope of `exp` is its own output, so `backward` wanted to look at `hidden` again, but by
# then we'd written over it. The message names the function whose output is lost, and its shape.
# Look for a `+=` or a function that ends in `_`. Write the result to a new place instead. More in
# [Tensors that bite](06_tensors.py).

# %%
hidden = weights.exp()
hidden = hidden + 1  # a new tensor
hidden.sum().backward()
print(weights.grad)

# %% [markdown]
# If you can't find any such line, look for a step of the optimizer between the loss and its
# `backward`. A step writes over the weights, and `backward` still needed the old ones. The cure
# for that is the right order, which is first the loss, then `backward`, and then the step. After
# the step, compute the loss anew.

# %% [markdown]
# ### a leaf Variable that requires grad is being used in an in-place operation

# %%
with provoke():
    weights -= 0.1 * weights.grad

# %% [markdown]
# That's a step of gradient descent, and there's nothing wrong with it. But PyTorch is still
# taking notes, and it doesn't let you write over a weight while it does. So tell it to look away
# for a moment. More in [Training](10_training.py).

# %%
with torch.no_grad():
    weights -= 0.1 * weights.grad
print(weights)

# %% [markdown]
# ### `unsupported operand type(s) for *: 'float' and 'NoneType'`

# %%
bias = torch.zeros(3, requires_grad=True)
with provoke(), torch.no_grad():
    bias -= 0.1 * bias.grad

# %% [markdown]
# The gradient is still `None`. Either you haven't called `backward`, or `zero_grad` has wiped the
# gradient since, or this tensor had no part in the loss. There's one more way, and it's nasty.
# Suppose you write `bias = bias - step`. Then `bias` is the name of a new tensor, and *that* one
# never gets a gradient.

# %%
(weights + bias).sum().backward()
print(bias.grad)

# %% [markdown]
# ### The .grad attribute of a Tensor that is not a leaf Tensor is being accessed

# %%
hidden = weights * 2
hidden.sum().backward()
with provoke():
    print(hidden.grad)

# %% [markdown]
# PyTorch keeps gradients only for the **leaves**, the tensors that weren't computed from others.
# For the rest, it passes the gradient on and then forgets it. If you'd like to look at one, say
# so before `backward`. More in [Gradients](09_gradients.py).

# %%
hidden = weights * 2
hidden.retain_grad()
hidden.sum().backward()
print(hidden.grad)

# %% [markdown]
# ### Can't call numpy() on Tensor that requires grad

# %%
with provoke():
    logits.numpy()

# %% [markdown]
# NumPy takes no notes, so whatever you did there would be missing from the gradient. If you only
# want to plot or save the numbers, that's fine, and `detach` is how you say it.

# %%
print(logits.detach().numpy().shape)

# %% [markdown]
# ### Converting a tensor with requires_grad=True to a scalar

# %%
with provoke():
    float(loss)

# %% [markdown]
# PyTorch warns you that a plain number can't pass on a gradient. If you're only going to print
# it, that's just what you want, and `loss.item()` says so. But if the number goes into another
# computation, leave it a tensor.

# %%
print(f"{loss.item():.2f}")

# %% [markdown]
# ## Building a network
#
# ### optimizer got an empty parameter list


# %%
class Hidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(784, 128), nn.Linear(128, 10)]


with provoke():
    torch.optim.SGD(Hidden().parameters(), lr=0.1)

# %% [markdown]
# A module finds the layers that you assign to it, but it doesn't look inside a Python list. Put
# them into `nn.ModuleList` or `nn.Sequential`. If only *some* of your layers are in a list, you
# won't get any message, and those layers never learn. More in [Networks as
# modules](07_modules.py).

# %%
print(len(list(nn.ModuleList(Hidden().layers).parameters())))

# %% [markdown]
# ### cannot assign module before `Module.__init__()` call


# %%
class Hasty(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(784, 10)


with provoke():
    Hasty()

# %% [markdown]
# A module has to set up its own list before you can put a layer on it. That's what
# `super().__init__()` does, so it has to come first. More in [Networks as
# modules](07_modules.py).

# %% [markdown]
# ### Module is missing the required "forward" function


# %%
class Mute(nn.Module):
    def foward(self, x):
        return x


with provoke():
    Mute()(pixels)

# %% [markdown]
# When you call `model(x)`, PyTorch looks for a method with exactly the name `forward`. Look for a
# typo, like ours, or for a `def` that's indented too far and ended up inside `__init__`. More in
# [Networks as modules](07_modules.py).

# %% [markdown]
# ### object has no attribute


# %%
class Typo(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 10)

    def forward(self, x):
        return self.fc2(x)  # which one?


with provoke():
    Typo()(pixels)

# %% [markdown]
# You're using a name that was never assigned. Compare what `__init__` calls the layer with what
# `forward` calls it. `print(model)` shows you all layers and their names. And if your message
# says that a `NoneType` has no attribute, then something is `None` that shouldn't be. Perhaps a
# `forward` has no `return`, or you used `.grad` before the first `backward`.

# %%
print(Typo())

# %% [markdown]
# ### forward() takes 2 positional arguments but 3 were given

# %%
with provoke():
    nn.Linear(784, 10)(pixels, labels)

# %% [markdown]
# Python counts `self` too, so a layer takes one argument, and you passed two. The labels belong
# to the loss, and the network shouldn't even see them. If yours takes 1 and got 2, then `self` or
# `x` is missing in `def forward(self, x)`. And if it's `__init__()` that takes 1, count its
# underscores. There should be two on either side.

# %% [markdown]
# ### argument 'input' must be Tensor, not ReLU

# %%
with provoke():
    nn.Linear(128, 10)(nn.ReLU(model[0](pixels)))

# %% [markdown]
# `nn.ReLU` is a class, so `nn.ReLU(x)` makes a ReLU and takes your tensor for one of its options.
# The next layer then gets a ReLU where it expects numbers. Make one first and call it afterwards,
# or use the function. More in [Networks as modules](07_modules.py).

# %%
signs = torch.tensor([-1.0, 2.0])
print(nn.ReLU()(signs), torch.relu(signs))

# %% [markdown]
# ### is not a Module subclass

# %%
with provoke():
    nn.Sequential(nn.Linear(784, 128), F.relu)

# %% [markdown]
# `nn.Sequential` wants modules, one after the other. A function isn't a module, and neither is
# the class itself, so write `nn.ReLU()` with its parentheses. If your modules are in a list, a
# star in front of it unpacks the list.

# %%
layers = [nn.Linear(784, 128), nn.ReLU()]
print(nn.Sequential(*layers))

# %% [markdown]
# ### 'method' object is not iterable

# %%
with provoke():
    torch.optim.SGD(model.parameters, lr=0.1)

# %% [markdown]
# Somebody forgot the parentheses. `model.parameters` is the method, and `model.parameters()` is
# what it returns.

# %%
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

# %% [markdown]
# ### can't optimize a non-leaf Tensor

# %%
scaled = torch.randn(784, 10, requires_grad=True) / 28
with provoke():
    torch.optim.SGD([scaled], lr=0.1)

# %% [markdown]
# An optimizer can only change numbers that stand on their own, and `scaled` is computed from
# others. Make the numbers the way you want them first, and ask for gradients after that. Moving a
# tensor with `.to("cuda")` has the same effect. More in [Build a network](08_build_a_network.py).

# %%
scaled = (torch.randn(784, 10) / 28).requires_grad_()
print(scaled.is_leaf)

# %% [markdown]
# ### Detected call of lr_scheduler.step() before optimizer.step()

# %%
schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1)
with provoke():
    schedule.step()

# %% [markdown]
# The weights take their step first, and then the learning rate changes. If you swap the two, the
# first learning rate is never used. More in [Optimizers](11_optimizers.py).

# %%
optimizer.step()
schedule.step()
print(f"{schedule.get_last_lr()[0]:.2f}")

# %% [markdown]
# ## DataLoader
#
# ### object has no attribute 'next'

# %%
from torch.utils.data import DataLoader, Dataset, TensorDataset

dataset = TensorDataset(images, labels)
with provoke():
    iter(DataLoader(dataset, batch_size=32)).next()

# %% [markdown]
# That's how it was written years ago, and you'll still find it in old tutorials. Today you call
# Python's own `next` on it. More in [Speed](16_speed.py).

# %%
x, y = next(iter(DataLoader(dataset, batch_size=32)))
print(x.shape, y.shape)

# %% [markdown]
# ### 'DataLoader' object is not subscriptable

# %%
with provoke():
    DataLoader(dataset, batch_size=32)[0]

# %% [markdown]
# A loader hands out batches in order, and you can't ask it for a particular one. The dataset
# behind it lets you do that, one example at a time.

# %%
print(DataLoader(dataset).dataset[0][1])

# %% [markdown]
# ### stack expects each tensor to be equal size

# %%
uneven = [torch.rand(28, 28), torch.rand(28, 30)]
with provoke():
    next(iter(DataLoader(uneven, batch_size=2)))

# %% [markdown]
# A batch is one tensor, so all its examples need the same shape, and two of yours differ. The
# message counts them within the batch. Make them equal in the dataset, for example by cropping
# them, or by padding them with zeros.

# %%
padded = [F.pad(image, (0, 30 - image.shape[1])) for image in uneven]
print(next(iter(DataLoader(padded, batch_size=2))).shape)

# %% [markdown]
# ### batch must contain tensors, numpy arrays, numbers, dicts or lists

# %%
with provoke():
    next(iter(DataLoader([None, None], batch_size=2)))

# %% [markdown]
# The loader doesn't know how to make a batch of what your dataset returns. The end of the message
# says what it found there. Is it `NoneType`? Then your `__getitem__` has no `return`. Is it a PIL
# image? Then you've forgotten the transform `ToTensor()`.

# %% [markdown]
# ### num_samples should be a positive integer value

# %%
with provoke():
    DataLoader([], batch_size=2, shuffle=True)

# %% [markdown]
# Your dataset is empty. (Without `shuffle=True` you don't even get a message, and the loop just
# never runs.) Perhaps the path is wrong, or the folder has no files of the kind you're looking
# for. Print the path and print `len(dataset)`.

# %% [markdown]
# ### Size mismatch between tensors

# %%
with provoke():
    TensorDataset(images, labels[:50])

# %% [markdown]
# There should be a label for each image. Don't just cut off whatever is left over! First find out
# why they differ. If one image is missing in the middle, then every label after it belongs to the
# wrong image.

# %%
print(len(images), len(labels[:50]))

# %% [markdown]
# ### not enough values to unpack

# %%
with provoke():
    x, y = next(iter(DataLoader(TensorDataset(images), batch_size=32)))

# %% [markdown]
# The left side names two things, and the batch has only one. If it's the other way around, the
# message says "too many values to unpack." Look at one batch.

# %%
print(len(next(iter(DataLoader(TensorDataset(images), batch_size=32)))))

# %% [markdown]
# ### Caught IndexError in DataLoader worker process

# %%
import os


class TooLong(Dataset):
    def __len__(self):
        return 100  # but there are only 64

    def __getitem__(self, i):
        return images[i]


workers = {"num_workers": 1, "multiprocessing_context": "fork"}
loader = DataLoader(TooLong(), **(workers if hasattr(os, "fork") else {}))
try:
    with warnings.catch_warnings(action="ignore"):  # some Pythons dislike fork
        list(loader)
except IndexError as error:
    said = str(error).splitlines()
    print(f"IndexError: {said[0]}")
    print(said[-1])  # between them are file names of this computer

# %% [markdown]
# With `num_workers`, other processes fetch the examples, and one of them failed. Your message is
# much longer, because it holds a traceback of its own, but what really happened is in its last
# line. To find the culprit, set `num_workers=0` for a while, or ask the dataset yourself for its
# first and its last example. This dataset claims to be longer than it is.
#
# If a worker "exited unexpectedly" or "is killed by signal," it couldn't even complain. Often
# that's because the computer ran out of memory, or a container ran out of *shared* memory, which
# the workers use to hand over their batches. Take fewer workers, or none.

# %%
try:
    TooLong()[len(TooLong()) - 1]
except IndexError as error:
    print(error)

# %% [markdown]
# ### start a new process before the current process has finished its bootstrapping phase
#
# It begins with "An attempt has been made to." We only quote this message, because to cause it, a
# whole program has to start and import PyTorch twice. You'll meet it with `num_workers` on
# Windows and on Macs, and since Python 3.14 on Linux, too.
# <!-- example -->
#
# There each worker begins by running your script once more, up to the line that made the workers.
# If nothing protects that line, each worker would start workers of its own, and those would, too.
# So Python stops them. Put your program into a function and call it only in the script that you
# started yourself. There `__name__` is `"__main__"`, and in a worker it isn't. Or set
# `num_workers=0`, which needs no workers and is fast enough for this course.


# %%
def main():
    loader = DataLoader(dataset, batch_size=32)  # and num_workers=2
    print(len(list(loader)))


if __name__ == "__main__":
    main()

# %% [markdown]
# ## Devices
#
# ### Expected all tensors to be on the same device
#
# Without a GPU, the wording is a little different.

# %% tags=["device"]
other = "cuda" if torch.cuda.is_available() else "meta"
with provoke():
    model(pixels.to(other))

# %% [markdown]
# The network is in one place and the data is in another. This page is usually made on a computer
# without a GPU, so we borrow a second place, `meta`, a device that keeps shapes and no numbers.
# When we tried it on a GPU, the message began with "Expected all tensors to be on the same
# device" and went on with "but got mat1 is on cuda:0, different from other tensors on cpu" or
# with "but found at least two devices, cuda:0 and cpu!"
# <!-- example -->
#
# Move everything to one place. A network moves itself, but a tensor's `to` returns a new tensor,
# and you have to assign it. More in [Saving, resuming, other devices](15_saving_and_devices.py).

# %%
device = next(model.parameters()).device  # wherever the network is
print(model(pixels.to(device)).shape)

# %% [markdown]
# ### CUDA error: device-side assert triggered
#
# This is the only section without code, because one such error would spoil the rest of the page.
# Once it has happened, everything on the GPU fails until you restart Python, or the notebook's
# kernel. That's why people correct their mistake, run the cell again, and see the same message.
# So restart first!
#
# It means that some number was out of its range, usually a label, or an index into an
# `nn.Embedding`. A GPU works on while Python goes ahead, so the traceback often points to a line
# that's fine. If you start Python with `CUDA_LAUNCH_BLOCKING=1` in its environment, it waits, and
# the traceback is right. Or run the same code on the CPU, and you'll get an honest message, for
# example [Target is out of bounds](#target-is-out-of-bounds).
#
# ### can't convert device type tensor to numpy

# %% tags=["device"]
with provoke():
    pixels.to(other).numpy()

# %% [markdown]
# NumPy knows nothing of GPUs, so the numbers have to come back to the CPU first. If they have a
# gradient, you need `logits.detach().cpu().numpy()`.

# %% [markdown]
# ### device type at start of device string

# %%
with provoke():
    torch.device("gpu")

# %% [markdown]
# There's no device called `gpu`. On an NVIDIA or AMD card it's `cuda`, on an Intel card it's
# `xpu`, and on a Mac it's `mps`. Or let PyTorch find out what there is. More in [Saving,
# resuming, other devices](15_saving_and_devices.py).

# %% tags=["device"]
found = torch.accelerator.is_available()
print(torch.accelerator.current_accelerator() if found else "cpu")

# %% [markdown]
# ### Torch not compiled with CUDA enabled, Found no NVIDIA driver, or invalid device ordinal

# %% tags=["device"]
with provoke():
    torch.ones(2, device="cuda:99")

# %% [markdown]
# You asked for a GPU that PyTorch can't find. What it says depends on what's missing, and so does
# the cure.
#
# - "Torch not compiled with CUDA enabled" means that your PyTorch was built without it. Get the
#   one for your card at pytorch.org. On a Mac there's no such thing, and your GPU is called
#   `mps`.
# - "Found no NVIDIA driver" means that the card's driver isn't installed, or that there's no
#   card.
# - "No CUDA GPUs are available" means that there's no card, or that it's hidden. Perhaps your
#   notebook runs without a GPU, or the environment variable `CUDA_VISIBLE_DEVICES` leaves it out.
# - "invalid device ordinal" means that you have fewer cards than you thought. Take a lower
#   number. The first card is `cuda:0`.
#
# Or stay on the CPU, which is enough for this course.

# %% [markdown]
# ### can't allocate memory, or CUDA out of memory

# %%
with provoke():
    torch.empty(10**15)

# %% [markdown]
# We asked for four petabytes, and even a large computer has less. On a GPU you'll read "CUDA out
# of memory. Tried to allocate" and a number. Make your batches smaller. When you only read digits
# and don't learn from them, use `torch.no_grad()`, which saves PyTorch from keeping numbers for
# `backward`. Did it try to allocate far more than your data takes up? Then maybe [a column met a
# row](#a-column-minus-a-row). With 60,000 guesses, that's a square of 14 gigabytes. And if memory
# fills up slowly, step by step, you're holding on to something. Maybe it's a list of losses, each
# with its whole computation in tow. Keep `loss.item()` instead.
# <!-- example -->

# %% [markdown]
# ## Saving and loading
#
# ### Missing key(s) in state_dict, Unexpected key(s) in state_dict

# %%
small = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
wrapped = {
    f"module.{name}": value for name, value in small.state_dict().items()
}
with provoke():
    small.load_state_dict(wrapped)

# %% [markdown]
# The file and the network have different names for the same layers, so compare the two lists. If
# all of the file's names begin with `module.`, the network was saved from inside `DataParallel`
# or `DistributedDataParallel`, and you can cut that part off. With `_orig_mod.` it's the same,
# and there it was `torch.compile`. Is `model` or `epoch` among the unexpected keys? Then the file
# holds more than the network, and you want a part of it, for example `state["model"]`. If layers
# really are missing, build the network as it was when you saved it. Stay away from
# `strict=False`, though. It skips every name that doesn't match, and those layers keep their
# random weights. More in [Saving, resuming, other devices](15_saving_and_devices.py).

# %%
names = {name.removeprefix("module."): value for name, value in wrapped.items()}
print(small.load_state_dict(names))

# %% [markdown]
# ### size mismatch, copying a param with shape from checkpoint

# %%
wider = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2))
with provoke():
    wider.load_state_dict(small.state_dict())

# %% [markdown]
# The names fit, but the sizes don't, because somebody changed the width of a layer after saving.
# The first shape is the file's and the second is your network's. Remember that a Linear stores
# its outputs first. Build the network with the file's sizes. More in [Saving, resuming, other
# devices](15_saving_and_devices.py).

# %% [markdown]
# ### Weights only load failed

# %%
import io

file = io.BytesIO()  # stands for a file
torch.save(small, file)  # the whole network
file.seek(0)
with provoke():
    torch.load(file)

# %% [markdown]
# It's a long message with a simple reason. A file with a whole network in it can tell Python to
# call any function while it loads. So PyTorch loads only tensors and other harmless things,
# unless you insist with `weights_only=False`. If the file comes from a stranger, don't insist! If
# it's your own and you trust it, load it that way once. Then save the `state_dict`, which has
# nothing but tensors.
#
# You also get this message if the file isn't PyTorch's at all, for example a web page that says
# "not found" and was saved as `model.pt`, or a little text file that Git LFS left in its place.
# Then insisting gets you "invalid load key" instead. Open the file in an editor, look at how it
# begins, and download it again. More in [Saving, resuming, other
# devices](15_saving_and_devices.py).

# %%
file.seek(0)
trusted = torch.load(file, weights_only=False)  # it's ours

file = io.BytesIO()
torch.save(trusted.state_dict(), file)
file.seek(0)
state = torch.load(file)
print(list(state))

# %% [markdown]
# ### OrderedDict object has no attribute 'eval'

# %%
with provoke():
    state.eval()

# %% [markdown]
# What you loaded is a dictionary of tensors and not a network. Build the network first, and then
# put them in. More in [Saving, resuming, other devices](15_saving_and_devices.py).

# %%
again = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
print(again.load_state_dict(state))

# %% [markdown]
# ### Expected state_dict to be dict-like

# %%
with provoke():
    again.load_state_dict("model.pt")

# %% [markdown]
# In spite of its name, `load_state_dict` doesn't load files. `torch.load` does that, so you need
# both, as in `model.load_state_dict(torch.load("model.pt"))`.

# %% [markdown]
# ### Attempting to deserialize object on CUDA device
#
# To provoke this one, we need a file that was saved on a GPU. We don't have one, so we forge it,
# by changing the address in our own file. You can skip that code. The cure is just one line,
# further down.

# %% tags=["device"]
import zipfile

forged = io.BytesIO()
with zipfile.ZipFile(file) as source, zipfile.ZipFile(forged, "w") as target:
    for name in source.namelist():
        old, new = b"X\x03\x00\x00\x00cpu", b"X\x07\x00\x00\x00cuda:99"
        target.writestr(name, source.read(name).replace(old, new))
forged.seek(0)
with provoke():
    torch.load(forged)

# %% [markdown]
# A tensor remembers where it lived when it was saved, and it wants to go back there. So tell it
# where to go instead. More in [Saving, resuming, other devices](15_saving_and_devices.py).

# %%
forged.seek(0)
print(torch.load(forged, map_location="cpu")["0.bias"].device)

# %% [markdown]
# ### PytorchStreamReader failed reading zip archive

# %%
with provoke():
    torch.load(io.BytesIO(file.getvalue()[:1000]))

# %% [markdown]
# Usually the end of the file is missing. Maybe the download broke off, or the disk was full, or
# the program was stopped while it was saving. Get the file again and compare its size. (If it's
# completely empty, you get an `EOFError` instead.) And if you save such files yourself, write to
# a temporary name and rename it at the end. Then a half-written file never has the right name.

# %%
print(len(file.getvalue()), len(file.getvalue()[:1000]))

# %% [markdown]
# ### No such file or directory

# %%
with provoke():
    torch.load("modle.pt")

# %% [markdown]
# Either there's a typo in the name, like ours, or you're in another folder than you think. A name
# without a folder is looked up where Python was *started*, which isn't always where your script
# is.

# %%
from pathlib import Path

print(Path("modle.pt").exists(), sorted(Path().glob("*.pt")))

# %% [markdown]
# ### Can't pickle function

# %%
small.shout = lambda x: 10 * x
with provoke():
    torch.save(small, io.BytesIO())

# %% [markdown]
# If you save a whole network, you save everything that hangs on it, and a `lambda`, a function
# without a name, can't be saved. Save the `state_dict` instead. A DataLoader with workers can
# have the same trouble when its dataset holds a `lambda`. There the cure is a function with a
# name, defined at the top level of a file.

# %%
torch.save(small.state_dict(), io.BytesIO())

# %% [markdown]
# ## nan
#
# `nan` means "not a number," and it spreads. A single one in a batch makes the loss `nan`, then
# the gradients, and after the next step the weights. PyTorch doesn't complain. Here's what it
# says if you ask it to, or when it's too late.
#
# ### returned nan values in its 0th output

# %%
weights = torch.zeros(3, requires_grad=True)
with (
    provoke(),
    warnings.catch_warnings(action="ignore"),
    torch.autograd.set_detect_anomaly(True),
):
    (0 * weights.sqrt()).sum().backward()

# %% [markdown]
# `set_detect_anomaly` makes `backward` check every step, which is slow, so use it only while
# you're searching. The message names the function, with `Backward0` attached. Here it's the
# square root, whose slope at 0 is infinite, and zero times infinity isn't a number. Add something
# tiny before you take a root or a logarithm. More in [Gradients](09_gradients.py).

# %%
(0 * (weights + 1e-8).sqrt()).sum().backward()
print(weights.grad)

# %% [markdown]
# ### The total norm is non-finite, so it cannot be clipped

# %%
loss = F.cross_entropy(model(pixels * float("inf")), labels)
loss.backward()
with provoke():
    nn.utils.clip_grad_norm_(model.parameters(), 1.0, error_if_nonfinite=True)

# %% [markdown]
# Clipping can make a large gradient small, but it can't do anything about `nan`. Unless you ask
# for this error, it even spoils the gradients that were fine. Look at the data of this batch
# first. Ours had infinite pixels. If the data is fine, your learning rate may be too high. More
# in [Training](10_training.py).

# %%
print(torch.isfinite(pixels).all(), torch.isfinite(pixels * float("inf")).all())

# %% [markdown]
# ### probability tensor contains either inf, nan or element < 0

# %%
with provoke():
    torch.multinomial(torch.tensor([0.5, float("nan")]), 1)

# %% [markdown]
# You're drawing at random, and what you're drawing from aren't probabilities. If there's a minus
# sign among them, you probably forgot the softmax. If there's a `nan`, it came from further up,
# and now you have to go and look for it.

# %% [markdown]
# ## No message at all
#
# The worst mistakes aren't on any list of messages, because nothing ever complains. Here are nine
# of them, each with some output that gives it away. What do such bugs do to a whole training run,
# and how do you hunt for them? You'll see that in [the museum](18_museum.py).
#
# ### A column minus a row

# %%
guesses = torch.tensor([[1.0], [2.0], [3.0]])
prices = torch.tensor([1.0, 2.0, 3.0])
print(((guesses - prices) ** 2).mean(), ((guesses[:, 0] - prices) ** 2).mean())

# %% [markdown]
# All three guesses are exactly right, so the loss should be 0. But a column minus a row is a
# square with nine differences in it. `F.mse_loss` at least warns you. More in [Tensors that
# bite](06_tensors.py).

# %% [markdown]
# ### Softmax over the wrong axis

# %%
totals = torch.tensor([[2.0, 0.0, -1.0], [1.0, 1.0, 3.0]])
print(totals.softmax(dim=0).sum(dim=1), totals.softmax(dim=1).sum(dim=1))

# %% [markdown]
# Each row should add up to 1, a whole dollar. With `dim=0`, it's the digits that share the
# dollar. More in [Softmax](04_softmax.py).

# %% [markdown]
# ### Softmax before cross-entropy

# %%
sure = torch.tensor([[100.0] + [0.0] * 9])
right = torch.tensor([0])
print(f"{F.cross_entropy(sure.softmax(dim=1), right):.2f}", end=" ")
print(f"{F.cross_entropy(sure, right):.2f}")

# %% [markdown]
# The network is completely sure, and it's right, so its loss should be 0. It can never get there,
# because cross-entropy applies a softmax of its own. More in [Networks as
# modules](07_modules.py).

# %% [markdown]
# ### No zero_grad

# %%
weight = torch.tensor(1.0, requires_grad=True)
for _ in range(3):
    (2 * weight).backward()
    print(weight.grad)

# %% [markdown]
# The slope is 2 every time. But without `zero_grad`, each step gets the sum of all gradients so
# far. More in [Gradients](09_gradients.py).

# %% [markdown]
# ### No step

# %%
weight = torch.tensor(1.0, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    loss = weight**2
    loss.backward()
    print(loss.item())

# %% [markdown]
# The loss should fall, and it's the same every time. `backward` only computes gradients, and it's
# `optimizer.step()` that changes the weights. More in [Training](10_training.py).

# %% [markdown]
# ### Layers in a list, next to layers that aren't


# %%
class Half(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.Linear(784, 128)]
        self.out = nn.Linear(128, 10)


print([name for name, _ in Half().named_parameters()])

# %% [markdown]
# The hidden layer isn't on the list, so nobody trains it, moves it or saves it. Only `out`
# learns, and annoyingly, that can be enough for a decent score. More in [Networks as
# modules](07_modules.py).

# %% [markdown]
# ### No eval

# %%
dropping = nn.Sequential(nn.Linear(784, 10), nn.Dropout(0.5))
print(torch.equal(dropping(pixels), dropping(pixels)), end=" ")
dropping.eval()
print(torch.equal(dropping(pixels), dropping(pixels)))

# %% [markdown]
# The same digits should get the same answers twice. While dropout thinks it's still training,
# they don't. More in [How good is it?](12_evaluation.py).

# %% [markdown]
# ### A pixel that's brighter than white

# %%
white = torch.tensor([200], dtype=torch.uint8)
print(white + 100, white.float() + 100)

# %% [markdown]
# The type of pixels ends at 255 and starts over. More in [Tensors that bite](06_tensors.py).

# %% [markdown]
# ### A tensor that didn't move

# %%
halves = torch.ones(2)
halves.to(torch.float16)
print(halves.dtype, halves.to(torch.float16).dtype)

# %% [markdown]
# A tensor's `to` returns a new tensor and leaves the old one alone, so nothing happens unless you
# assign it. With a device it's the same as with a type. Only a module moves itself. More in
# [Saving, resuming, other devices](15_saving_and_devices.py).
