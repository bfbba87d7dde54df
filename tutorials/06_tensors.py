# %% [markdown]
# # Tensors that bite
#
# On Monday, our judge from [lesson 1](01_neuron.py) gets 971 of its thousand digits right. On
# Tuesday it gets 938. It's the same judge on the same computer, with the same two weights and the
# same bias, and it's looking at what seem to be the same thousand digits. There's no error, not
# even a warning. By Wednesday, somebody is suggesting that we look for better weights.
#
# What happened in between? Hardly anything. A colleague wanted a few of the digits for the
# newsletter, so she borrowed them all for a minute. She said thank you, and the picture came out
# fine.
#
# Everything we build is made of tensors, and tensors have a nasty habit. When something goes
# wrong with them, there's often no crash. You get a number, and the number looks fine. **What
# should you ask a tensor before you trust its numbers?**
#
# You'll be able to
#
# - tell whether two tensors share their numbers, and separate them if they shouldn't;
# - work out what happens when two shapes don't fit and nobody complains;
# - notice when a number has outgrown its type.
#
# Reading takes 30 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## A picture for the newsletter
#
# Let's replay those two days. We start on Monday, and on familiar ground. `measure` hears our two
# witnesses, the middle and the width. `count_right` lets the judge weigh what they say, and
# counts how often it's right.

# %%
import torch

from mlp_tutorial.data import load_mnist

digits = load_mnist("train", source="subset")
wanted = digits.labels < 2  # the zeros and ones
images, labels = digits.images[wanted, 0], digits.labels[wanted]


def measure(images):
    middle = images[:, 12:16, 12:16].mean(dim=(1, 2))
    width = images.amax(dim=1).sum(dim=1)
    return torch.stack([middle, width], dim=1)  # (N, 2)


def count_right(images):
    totals = measure(images) @ torch.tensor([10.0, -0.5]) + 2
    return ((totals > 0).long() == labels).sum().item()


# %% [markdown]
# Most Python libraries for pictures want their numbers from **NumPy**, an older library that
# calls a grid of numbers an **array**. So our colleague had to turn our tensor into an array,
# which is what `.numpy()` does. Here's the code she wrote on Tuesday.


# %%
def for_the_newsletter(images):
    pixels = images.numpy()  # what the image library wants
    pixels *= 255  # ink from 0 to 255 instead of 0 to 1
    return pixels.astype("uint8")  # as whole numbers


print("Monday:", count_right(images))
picture = for_the_newsletter(images)
print("Tuesday:", count_right(images))

# %% [markdown]
# How could she change our digits? She gave them a name of her own, and she never assigned
# anything to `images`.

# %% [markdown] tags=["predict"]
# Let's take undamaged digits, run her three lines one by one, and count after each. Which line
# did it?
#
# - [ ] `pixels = images.numpy()`
#   It only gave our tensor's numbers a second name, and that alone does no harm. But without it,
#   the next line couldn't have done any.
# - [x] `pixels *= 255`
#   It looks like a short way to write `pixels = pixels * 255`, but that longer line would have
#   left our digits alone.
# - [ ] `whole = pixels.astype("uint8")`
#   This line throws away anything after the decimal point, though only in a new array, which has
#   nothing to do with our digits.

# %%
images = digits.images[wanted, 0]  # taken afresh, so undamaged
pixels = images.numpy()
print("after line 1:", count_right(images))
pixels *= 255
print("after line 2:", count_right(images))
whole = pixels.astype("uint8")
print("after line 3:", count_right(images))

# %% [markdown]
# It was `*=`. It multiplied our own digits and left them with 255 times as much ink. Both
# witnesses testified 255 times as loudly, and next to that, a bias of 2 might as well not have
# been there. Our judge didn't mind. It added everything up the way it always does.
#
# The trouble is how good 938 looks. Had it been 38, we'd have gone looking for a bug right away.
# <!-- example -->

# %% [markdown]
# ## A link or a photocopy?
#
# How can a line change something it doesn't even mention? Think about how you'd share a document
# with somebody. You can hand them a **photocopy**, and then they can scribble all over it. Or you
# can put the original online and send them a **link**, which is quicker and doesn't waste any
# paper. Anything they type then goes into *your* document.
#
# `.numpy()` sends a link. It can do that because a tensor doesn't actually contain its numbers.
# They sit in the computer's memory, in one long row that we'll call a **block**. The tensor
# itself is only a link to the block, with a note attached that says how to read it. The note
# tells you what type the numbers are, what shape they form, where in the block to start, and how
# many places to step from one number to the next.
#
# When you make a photocopy, a new block is filled with the same numbers, and you get the only
# link to it. `pixels` and `images` were links to the same block, so our colleague was typing into
# the shared document. Here it is again, in six pixels. `clone` makes a photocopy.

# %% figure="two-names-one-block" alt="Two blocks of memory with six numbers each. Below the first are two names, row and pixels, and both cover all six places. Below the second is one name, photocopy. The numbers of the first block are 255 times those of the second." caption="Two names, one block. The photocopy has a block of its own, so it still has the old numbers."
from mlp_tutorial.plots import draw_memory, show

images = digits.images[wanted, 0]  # undamaged once more
row = images[0, 12, 10:16].clone()  # six pixels of our first digit
photocopy = row.clone()
pixels = row.numpy()
pixels *= 255
show(draw_memory({"row": row, "pixels": pixels, "photocopy": photocopy}))

# %% [markdown]
# We multiplied `pixels`, and `row` had no choice. If you go the other way, from NumPy to PyTorch,
# you do have a choice. `torch.from_numpy` sends a link, and `torch.tensor` makes a photocopy.
# (`link.mul_(2)` does what `link *= 2` would. The `float64` in the output is a type of number,
# and we'll get to those.)

# %%
import numpy as np

a = np.random.default_rng(7).random(3)  # NumPy's seeded random numbers
link, photocopy = torch.from_numpy(a), torch.tensor(a)
link.mul_(2)
print(a, link, photocopy, sep="\n")
assert np.array_equal(a, 2 * photocopy.numpy())

# %% [markdown]
# `mul_` multiplies **in place**, which means that it writes the results over the old numbers. In
# PyTorch, an underscore at the end of a method's name tells you that the method changes the
# tensor itself, its numbers or its note. `x *= 2` and `x[0] = 1` write in place too, without an
# underscore to warn you. But `x = x * 2` puts its results into a new block, and from then on `x`
# is the name of the new block.
#
# One way to fix the newsletter is to multiply without writing in place, as in the next cell.
# Another is to ask for a photocopy first, with `images.numpy().copy()`, or with `images.clone()`
# if you'd like the photocopy to be a tensor too.


# %%
def for_the_newsletter(images):
    pixels = images.numpy() * 255  # a new block
    return pixels.astype("uint8")


assert (for_the_newsletter(images) == picture).all()
print("Tuesday, repaired:", count_right(images))

# %% [markdown]
# Does that mean you should never write in place? No. It saves memory, and tensors can fill
# gigabytes. If you made a tensor yourself and nobody else has the link, go ahead. But a
# function's arguments are only on loan, and whoever called it will go on using them, so leave
# them alone.
#
# A real shared document shows you who's typing, and it has an undo button. Memory has neither.
# The old numbers are gone, and nobody signed the new ones.
#
# That brings us to the first of this lesson's three questions. **Who else can see this memory?**

# %% [markdown]
# ## Who else?
#
# Staying away from NumPy won't save you, because PyTorch sends links all day long, too. Let's
# take the features of our first three digits and look at them in a few ways you already know.

# %% figure="five-links" alt="One block of six numbers, a middle and a width for each of three digits. Below it are five names. The first has all six places in order. The row has the first two, the column every second one. The transpose and the reshaped tensor have all six, but number them differently." caption="Five names, one block. Below each number is the index that a tensor finds it under, for example [1,0] for row 1 and column 0. A gap means that the tensor doesn't see that number."
three = measure(images[:3])  # (3, 2), the middle and the width of each
print(three)
views = {
    "three": three,
    "three[0]": three[0],
    "three[:, 1]": three[:, 1],
    "three.T": three.T,
    "reshaped": three.reshape(2, 3),
}
show(draw_memory(views))

# %% [markdown]
# All five are links to the same block, each with its own note. For `three[:, 1]`, the widths, it
# says to start at place 1 and take every second number. The last four were made from another
# tensor, and PyTorch calls a link like that a **view**. So if you set `three[0]` to zero, the
# first digit's features are gone, whichever name you use.
#
# In lesson 1 we warned you that `reshape` isn't the same as `.T`, and here's why. `three.T` steps
# through the block two places at a time, so its first row is the three middles. `reshape` reads
# the numbers in the same order as before and only breaks the lines in different places.

# %%
print(three.T)
print(three.reshape(2, 3))

# %% [markdown]
# In the second tensor, the first row is a middle, a width, and another middle. That's not a
# feature of anything! Both tensors have the shape (2, 3), so your next line will run with either
# of them.
#
# Which lines send a link, then, and which make a photocopy? There's no single rule, so here's a
# list. The `mask` in it is a tensor of `True` and `False`, such as our `wanted`.
#
# | you write | you get |
# | --- | --- |
# | `x[0]`, `x[:, 1]`, `x.T` | a link |
# | `x.numpy()`, `torch.from_numpy(a)` | a link |
# | `x.view(2, 3)`, which is `reshape` but never copies | a link, or an error |
# | `x.reshape(2, 3)` | a link if that's possible, otherwise a copy |
# | `x.float()` | `x` itself if it's `float32` already (see below), otherwise a copy |
# | `x[mask]`, `x[[2, 0]]` | a copy |
# | `x * 2`, `x.clone()`, `torch.tensor(a)` | a copy |
#
# When isn't a link possible? Take `three.T.reshape(6)`, which asks for the three middles and then
# the three widths. They're at the places 0, 2, 4, 1, 3 and 5 of the block, and no constant step
# visits those in that order. So `reshape` has to copy, and `three.T.view(6)` is an error.
#
# A mask copies, which is why we could get undamaged digits from `digits.images[wanted, 0]` after
# the accident. Be careful on the left of an `=`, because `x[mask] = 0` writes into `x` itself. If
# you aren't sure about a line, try it out. Change one tensor and look at the other.

# %% [markdown]
# ## What shape did this become?
#
# On Wednesday, the newsletter wants a number to go with the picture. How far off is our judge, on
# average? Its output should be near 1 for a 1 and near 0 for a 0, so our colleague subtracts the
# label, drops the minus signs and takes the mean. For a judge that's always right and completely
# sure, that comes to 0.

# %%
column = torch.tensor([[10.0], [-0.5]])  # the weights, standing up
outputs = torch.sigmoid(measure(images) @ column + 2)
print(f"mean error: {(outputs - labels).abs().mean():.4f}")

# %% [markdown]
# You could say 0.5 every time and do just as well. No wonder people want better weights. But we
# know that this judge gets 971 of 1,000 right, and this time nobody has written anything in
# place. Let's look at the shapes.

# %% [markdown] tags=["predict"]
# `outputs` has the shape (1000, 1), because this time the weights stand up, and `labels` has the
# shape (1000,). You saw in lesson 4 that PyTorch compares shapes from the right. What shape does
# `outputs - labels` have?
#
# - [ ] `(1000,)`
#   She did want a difference for each digit. For that, the outputs would have to lie down like
#   the labels.
# - [ ] `(1000, 1)`
#   The labels would have to stand up like the outputs. They're lying down, so they count as a
#   row.
# - [ ] `(1, 1000)`
#   A subtraction never turns a tensor on its side. It only repeats.
# - [x] `(1000, 1000)`
#   The column is repeated a thousand times to the right, and the row is repeated a thousand times
#   downward. That makes a million differences.

# %% figure="column-minus-row" alt="A column of four outputs, a row of four labels, and the table of their sixteen differences." caption="The first four outputs, rounded, the first four labels, and their differences. We only wanted the diagonal, from the upper left to the lower right."
from mlp_tutorial.plots import draw_tensors

few = outputs[:4].round(decimals=1)
print((outputs - labels).shape)
show(draw_tensors(few, labels[:4], few - labels[:4]))

# %% [markdown]
# She wanted a thousand differences and got a million.
#
# This is broadcasting, as when a row of biases is added to every row of a batch. Here's the whole
# rule. Write one shape below the other, line them up on the right, and count a missing size as 1.
# Where the sizes differ, one of them has to be 1, and it gets stretched to match the other. If
# neither of them is 1, you get an error. Here's what happens to 3 numbers that stand up and 4
# that lie down.
# <!-- example -->
#
# ```text
# a      (3, 1)
# b      (   4)
# a - b  (3, 4)
# ```
#
# Here every output met every label, and not only its own. To see what that does to the mean,
# let's also try it on a perfect judge, whose outputs are exactly the labels. To make them stand
# up like ours, we add an axis with `None`. We couldn't use `.T`, because with only one axis it
# has nothing to swap.

# %%
perfect = labels[:, None].float()  # (1000, 1)
for name, said in ("ours", outputs), ("perfect", perfect):
    reported = (said - labels).abs().mean()
    true = (said[:, 0] - labels).abs().mean()
    print(f"{name}: {reported:.4f} reported, {true:.4f} true")

# %% [markdown]
# Our judge's true mean error is about 0.05. The report says 0.5, and it would say that about any
# judge whose outputs are between 0 and 1. Take an output of 0.9, for example. It's 0.9 away from
# each of the 500 zeros and 0.1 away from each of the 500 ones, which averages out to 0.5. Now do
# the same for an output of 0.2. It's 0.5 again!
# <!-- example -->
#
# Imagine we were looking for better weights and this was the number we were watching. We could
# turn the knobs all night and it wouldn't move. If we squared the differences, the number would
# move, but it would lead us the wrong way. Saying 0.9 would cost (0.81 + 0.01) / 2, or 0.41, and
# saying 0.5 would cost only 0.25.
# <!-- example -->
#
# That's our second question, and it's cheap to ask. **What shape did this become?** Print the
# shape, or better yet, write `assert outputs.shape == labels.shape` before you subtract. A crash
# is much nicer than a wrong number.
#
# There's a nastier version, where the shape of your tensor changes behind your back. Remember the
# neuron from lesson 1 with five random features, whose output was 0.1595? Here it is again, along
# with a `helper` that gets the total, before the bias, from a matrix product. For that, the
# weights, of shape (1, 5), have to be a column.


# %%
def neuron(features, weights, bias):
    total = (features * weights).sum() + bias  # pair by pair, then add up
    return round(torch.sigmoid(total).item(), 4)


def helper(features, weights):
    weights.resize_(5, 1)
    return features @ weights


torch.manual_seed(7)
features = torch.randn(1, 5)
weights = torch.randn_like(features)
bias = torch.randn(1, 1)
print("before:", neuron(features, weights, bias))
print("helper:", helper(features, weights))
print("after: ", neuron(features, weights, bias))
print((features * weights).shape)

# %% [markdown]
# Did you spot the underscore? The helper's sum is correct, and not a single number in memory has
# changed. A function gets the very tensor that you pass to it, note and all, and `resize_`
# rewrote the note. From then on our `weights` is a column, even in the line where we want to
# multiply pair by pair, so every feature meets every weight. `weights.T` would have been a new
# link, with a note of its own.

# %% [markdown]
# ## What type of number is it?
#
# On Thursday our colleague is back. Her picture looks a bit lost on the white page, so she'd like
# to give it a gray background. White is 0 here and black is 255, so she adds 100 to every pixel.
# She's learned her lesson. This time nobody else has the link, and the shapes fit.
#
# Now look at the note again. The type of number written there is called the **dtype**. Our own
# pixels have the dtype `float32`, PyTorch's usual type for numbers with a decimal point. Her
# picture uses `uint8`, as most image files do, MNIST's included. A `uint8` is a whole number from
# 0 to 255, stored in 8 bits. Since each bit is 0 or 1, there are 256 combinations.
# <!-- example -->

# %% [markdown] tags=["predict"]
# One pixel of her picture is 200. What will it be after she adds 100?
#
# - [x] 44
#   After 255 it starts over at 0, like the odometer of an old car. 300 is 45 steps past 255, and
#   the first of those steps lands on 0.
# - [ ] 45
#   It does start over after 255, but it starts at 0 and not at 1.
# - [ ] 255
#   A photo editor would stop at the end of the scale like that. But a tensor doesn't know that
#   its numbers are shades of gray.
# - [ ] 300
#   That's the sum on paper. A `uint8` has no room for it, and PyTorch won't change the dtype when
#   a number gets large.

# %% figure="gray-background" alt="Three rows of the same eight handwritten zeros and ones. In the first they are black on white. In the second, paper and ink are nearly the same gray, and only a broken outline can be seen. In the third they are black on gray." caption="Her picture is at the top. The middle row is what came out, and the bottom row is what she wanted."
from mlp_tutorial.plots import draw_digits

raw = torch.tensor(picture[:8])  # a photocopy, of dtype uint8
print(torch.tensor([200, 255, 0], dtype=torch.uint8) + 100)
wanted_gray = (raw.float() + 100).clamp(max=255).to(torch.uint8)
show(draw_digits(torch.cat([raw, raw + 100, wanted_gray])))

# %% [markdown]
# The paper went from 0 to 100, as it should. Solid ink, which was close to 255, went over the
# edge and ended up close to 99. That's nearly the same gray as the paper, so all we can still see
# is the blurry border in between.
#
# To get the third row, convert *before* you compute, and use `clamp` to stop at 255 before you
# convert back.
#
# Numbers with a decimal point have a trap of their own. Imagine a calculator that keeps only
# three digits. It can show 1,000, but the next number it has is 1,010, so 1,000 + 1 comes out as
# 1,000. A `float32` is such a calculator, but it keeps 24 bits instead of three digits. (It's
# stored in 32, along with its sign and the place of the point. That's one too many, but the first
# of the 24 is nearly always a 1, so it needn't be stored.) Three digits first skip a number at 10
# to the power of 3, and 24 bits first skip one at 2 to the power of 24. For a network that's
# usually plenty, but you can't count very far with it.
# <!-- example -->

# %%
counter = torch.tensor(16_777_216.0)  # 2 to the power of 24
print(f"is {counter:,.0f} + 1 the same?", counter + 1 == counter)
print(f"MNIST has {60_000 * 28 * 28:,} pixels to train with")

# %% [markdown]
# Just above 16,777,216, a `float32` only has every other whole number. The next whole number up
# is missing, and when you add 1, the sum gets rounded back down to where it was. So if you count
# the pixels of MNIST one at a time in a `float32`, you'll get to 16,777,216 and stay there.
# (`sum` is smarter about it and doesn't go one at a time.) Do your counting in whole numbers
# instead. PyTorch's usual type for them is `int64`, which won't run out in your lifetime.
#
# And that's our third question. **What type of number is it?**

# %% [markdown]
# ## Two mix-ups that do raise an error
#
# Two mix-ups do stop your program, and you'll run into both of them a lot. The first is mixing
# types. NumPy's usual type isn't `float32` but `float64`, which keeps about 16 digits. `*`
# quietly accepts a mix of the two, but `@` refuses. In its error message, "float" means `float32`
# and "double" means `float64`.
#
# The second is mixing **devices**, which you can skip for now if your computer has no GPU. A GPU,
# the graphics chip that makes large networks fast, usually has its own memory. A tensor in the
# computer's ordinary memory has the device `cpu`. In a GPU's memory it's `cuda` for NVIDIA and
# AMD, `mps` for Apple and `xpu` for Intel. `.to(device)` makes a photocopy over there. Even where
# the two chips share their memory, as on a Mac, PyTorch keeps their tensors apart, so you can't
# add two tables from different devices. (The pretend device `meta` lets us show you the error on
# any computer. A real GPU words it differently.)

# %%
w64 = torch.from_numpy(np.array([[10.0], [-0.5]]))
print(three.dtype, w64.dtype, (three * w64[:, 0]).dtype)
try:
    three @ w64
except RuntimeError as error:
    print(error)

# PyTorch's word for a GPU is accelerator. This finds yours. If you have none,
# it finds None, and then `or` takes "cpu" instead.
device = torch.accelerator.current_accelerator(check_available=True) or "cpu"
there = three.to(device) @ w64.float().to(device) + 2
print(there.cpu()[:, 0])
try:
    three + torch.ones(3, 2, device="meta")
except RuntimeError as error:
    print(error)

# %% [markdown]
# The cures are in the line between the two errors, `.float()` and `.to(device)`. If the tensor
# already has that dtype or is already on that device, you get the tensor itself instead of a
# copy, and you're back at our first question. Who else can see this memory?
#
# NumPy has most of the same traps, so why not stay with it? Because PyTorch's tensors can live on
# a GPU, and because PyTorch can work out how the result changes with every single weight, which
# is how networks learn. ([Lesson 9](09_gradients.py) builds that from scratch.)

# %% [markdown]
# ## What our machine can read now
#
# Nothing new. But a bug can make our machine look as if it could barely read. In lesson 1, our
# judge got 97.0% right on fresh digits, half of them zeros and half of them ones. Let's put it
# through a week much like ours.

# %%
fresh = load_mnist("test", source="subset")
chosen = fresh.labels < 2
truth, clean = fresh.labels[chosen], fresh.images[chosen, 0]


def verdicts(images):
    return (measure(images) @ column + 2 > 0)[:, 0].long()


raw = (clean * 255).round().to(torch.uint8)
too_far = (raw + 100).float() / 255
good_gray = (raw.float() + 100).clamp(max=255) / 255
print(f"Monday:    {(verdicts(clean) == truth).float().mean():.1%}")
print(f"Tuesday:   {(verdicts(clean * 255) == truth).float().mean():.1%}")
wrong_shape = verdicts(clean)[:, None] == truth
print(f"Wednesday: {wrong_shape.float().mean():.1%}")
print(f"Thursday:  {(verdicts(too_far) == truth).float().mean():.1%}")
print(f"(properly: {(verdicts(good_gray) == truth).float().mean():.1%})")

# %% [markdown]
# On a clean Monday our judge gets 97.0% of the fresh digits right, and with a proper gray
# background it would still get 96.0%. With our three bugs, it seems to get 93.5%, 50.0% and
# 56.0%, and none of them raised an error. Wednesday's bug would report 50.0% for any judge at
# all, because half of the digits are zeros. With all ten digits, and equally many of each, it
# would report a tenth, because every verdict meets every label and agrees with a tenth of them.
# That's exactly what you'd expect from a network that hasn't learned anything yet, so you'd never
# suspect the code.
#
# Ask the three questions whenever a number surprises you, and ask them when it doesn't, too.
# Who else can see this memory? What shape did this become? What type of number is it?
#
# Now think of the network that reads all ten digits. Its weights and biases are loose tensors
# called `W1`, `b1`, `W2`, `b2` and so on. Each has its own shape, its own dtype and its own
# device, and anybody might have a link to it. Forget to move one of them, and you get an error.
# Forget to copy one, and all you get is a wrong number someday. So who keeps track of them all?
# That's a job for a module, and you'll build one [in the next lesson](07_modules.py).
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### A tensor of your own
#
# Somebody has given you an array, and you don't know what they'll do with it next. Write
# `to_float32(array)`, which returns a `float32` tensor with the array's numbers, rounded if need
# be. That tensor has to stay as it is even if the array is changed later. The array can have any
# dtype, including `float32`.
#
# <details><summary>Hint 1</summary>
#
# Do you want a link or a photocopy? Which function makes which?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `torch.tensor` takes a `dtype`, as in `torch.tensor(…, dtype=torch.uint8)`.
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

# %% [markdown] tags=["exercise", "warm-up"]
# ### The best so far
#
# You're trying out weights, and you keep changing them in place. Each time they beat the record,
# you want to save them. Write `snapshot(tensors)`, which takes a list of tensors and returns a
# list with the same numbers. The new list has to stay as it is, whatever happens to the
# originals.
#
# <details><summary>Hint 1</summary>
#
# `list(tensors)` makes a new list. But what's in it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Loop over the list and put a `clone()` of each tensor into a new list.
#
# </details>


# %% tags=["exercise"]
def snapshot(tensors):
    raise NotImplementedError


# %% tags=["solution"]
def snapshot(tensors):
    return [tensor.clone() for tensor in tensors]


# %% tags=["check"]
from mlp_tutorial.exercises import check_snapshot

print(check_snapshot(snapshot))

# %% [markdown] tags=["exercise", "apply"]
# ### There and back
#
# A colleague works with NumPy, and you'd rather compute with PyTorch. Write `double(array)`,
# which uses a tensor to double every number in a NumPy array. The result is a new array of the
# same shape and dtype. The array you were given is only on loan, so leave it alone. You can
# assume that the doubled numbers fit into the dtype.
#
# <details><summary>Hint 1</summary>
#
# Take the array to PyTorch, double it, and take it back. Which of those three steps could write
# into the caller's memory?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `torch.from_numpy(array)` is a link, and that's fine as long as you only read from it. `tensor *
# 2` makes a new tensor, and `.numpy()` turns that into an array.
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

# %% [markdown] tags=["exercise", "apply"]
# ### Bite on purpose
#
# Sometimes a table of all the differences is just what you want. Write `all_pairs(a, b)`, where
# `a` has the shape `(n,)` and `b` has the shape `(m,)`. The result has the shape `(n, m)`, with
# `a[i] - b[j]` in row `i` and column `j`. You don't need a loop.
#
# <details><summary>Hint 1</summary>
#
# Earlier on this page, we got a table that we didn't want. Which shapes made it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `a` has to stand up, as a column of shape (n, 1). An index with `None` does that.
#
# </details>


# %% tags=["exercise"]
def all_pairs(a, b):
    raise NotImplementedError


# %% tags=["solution"]
def all_pairs(a, b):
    return a[:, None] - b


# %% tags=["check"]
from mlp_tutorial.exercises import check_all_pairs

print(check_all_pairs(all_pairs))

# %% [markdown] tags=["exercise", "think"]
# ### A believable report
#
# Of 1,000 digits, 900 are zeros and 100 are ones. A judge says 0 for 750 of them and 1 for the
# other 250. `verdicts` has the shape (1000, 1) and `labels` has the shape (1000,). What does
# `(verdicts == labels).float().mean()` report? You don't need to know how many the judge really
# gets right. Set `reported` to your answer, a number between 0 and 1.
#
# <details><summary>Hint 1</summary>
#
# Every verdict is compared with all the labels. How many of them does a verdict of 0 agree with?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Each of the 750 verdicts of 0 agrees with 900 labels, and each of the 250 verdicts of 1 agrees
# with the other 100.
#
# </details>

# %% tags=["exercise"]
reported = ...

# %% tags=["solution"]
reported = (750 * 900 + 250 * 100) / 1_000_000

# %% tags=["check"]
from mlp_tutorial.exercises import check_reported

print(check_reported(reported))

# %% [markdown] tags=["exercise", "think"]
# ### Halfway between
#
# `blend` takes two `uint8` pictures and returns the picture halfway between them, also in `uint8`
# and with halves rounded down, which is what `//` does. It works for faint pictures, but dark
# pictures come out far too pale. Find the bug and fix it.
#
# <details><summary>Hint 1</summary>
#
# Work it out by hand for two pixels that are both 200. What's `first + second`?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The sum needs more room. `.int()` converts to 32-bit whole numbers, and `.to(torch.uint8)`
# converts back. What has to be converted, and when?
#
# </details>


# %% tags=["exercise"]
def blend(first, second):
    return (first + second) // 2


# %% tags=["solution"]
def blend(first, second):
    total = first.int() + second.int()
    return (total // 2).to(torch.uint8)


# %% tags=["check"]
from mlp_tutorial.exercises import check_blend

print(check_blend(blend))
