# %% [markdown]
# # Tensors that bite
#
# On Monday, our judge from [lesson 1](01_neuron.py) gets 971 of its thousand digits right. On
# Tuesday it gets 938. It's the same judge, with the same two weights and the same bias. It looks
# at the same thousand digits, on the same computer. And there's no error, not even a warning. By
# Wednesday, somebody suggests that we look for better weights.
#
# What happened in between? Hardly anything. A colleague borrowed the digits for a minute, because
# she wanted a few of them in the newsletter. She said thank you, and the picture came out fine.
#
# Everything we build is made of tensors, and tensors have a nasty habit. When something goes
# wrong, they often don't crash. They carry on, and hand you a number. **What should you ask a
# tensor before you trust its numbers?**
#
# You'll be able to
#
# - tell whether two tensors share their numbers, and copy them if they shouldn't;
# - work out what happens when two shapes don't fit and nobody complains;
# - notice when a type of number is too small for what you do with it.
#
# Reading takes 25 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## A picture for the newsletter
#
# Let's replay those two days, and catch the culprit in the act. We start on Monday, with nothing
# that you haven't seen before. `measure` asks the two witnesses for the middle and the width, and
# `count_right` lets our judge add them up.

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
# And this is what our colleague wrote on Tuesday. **NumPy** is an older library for blocks of
# numbers, and it calls such a block an **array**. Nearly everything that handles pictures or
# tables in Python speaks NumPy, so sooner or later you'll hand it a tensor. `.numpy()` does that.


# %%
def for_the_newsletter(images):
    pixels = images.numpy()  # what the image library wants
    pixels *= 255  # ink from 0 to 255 instead of 0 to 1
    return pixels.astype("uint8")  # as whole numbers


print("Monday:", count_right(images))
picture = for_the_newsletter(images)
print("Tuesday:", count_right(images))

# %% [markdown]
# So it's real. But look at her three lines again. She gave the digits a name of her own, and she
# never assigned anything to `images`.

# %% [markdown] tags=["predict"]
# One of the three lines changed our digits. Which one?
#
# - [ ] The first, `pixels = images.numpy()`.
#   It turns a tensor into something that isn't a tensor, which sounds drastic. But our digits are
#   the same before and after. Still, don't let this line go yet. It's an accomplice.
# - [x] The second, `pixels *= 255`.
#   It never mentions `images`, and yet their largest pixel jumps from 1 to 255.
# - [ ] The third, `pixels.astype("uint8")`.
#   It throws away what comes after the decimal point, so it looks dangerous. But `astype` writes
#   its result somewhere new, and leaves its input alone.

# %%
images = digits.images[wanted, 0]  # fresh digits
print("largest pixel:", images.max().item())
pixels = images.numpy()
print("after the first line:", images.max().item())
pixels *= 255
print("after the second:", images.max().item())
picture = pixels.astype("uint8")
print("after the third:", images.max().item())

# %% [markdown]
# So now our digits have 255 times their ink. Both witnesses testify 255 times as loudly, and next
# to that, a bias of 2 is a whisper. But our judge carries on, of course, and adds things up as it
# always did.
#
# The really annoying part is how good 938 looks. Had it been 38, we'd have gone looking for a bug
# at once.
# <!-- example -->

# %% [markdown]
# ## A link or a photocopy?
#
# But how can a line change something that it doesn't mention? Think of how you'd give somebody a
# document. You can hand them a **photocopy**, and then they may scribble on it as they like. Or
# you send them a **link** to the shared document. It's quicker, and it wastes no paper. But
# whatever they type, you'll read.
#
# `.numpy()` sends a link. It can, because a tensor, surprisingly, doesn't contain its numbers.
# They're somewhere in the computer's memory, one after the other, in a long row that we'll call a
# **block**. The tensor itself is only a link to the block, with a little note attached that says
# how to read it. The note holds the shape into which the numbers are arranged, and the type of
# number they are. So `pixels` and `images` are two links to one block, and our colleague typed
# into the shared document.
#
# In the other direction, from NumPy to PyTorch, you have the choice. `torch.from_numpy` sends a
# link. `torch.tensor` makes a photocopy.

# %% figure="two-names-one-block" alt="Two blocks of memory with six numbers each. Below the first are two names, ink and link, and both have all six places in it. Below the second is one name, photocopy. The numbers of the first block are twice those of the second." caption="Two names, one block. The photocopy has a block of its own, and still has the old numbers."
import numpy as np

from mlp_tutorial.plots import draw_memory, show

rng = np.random.default_rng(7)  # NumPy's way to seed random numbers
ink = rng.random(6)
link = torch.from_numpy(ink)
photocopy = torch.tensor(ink)
link.mul_(2)
show(draw_memory({"ink": ink, "link": link, "photocopy": photocopy}))
assert np.array_equal(ink, 2 * photocopy.numpy())

# %% [markdown]
# `mul_` multiplies **in place**. It writes the results over the old numbers. In PyTorch, an
# underscore at the end of a method's name always means that the tensor itself is changed. Other
# lines do it without an underscore, for example `x *= 2` or `x[0] = 1`. But `x = x * 2` doesn't.
# It puts the results into a new block, and from then on the name `x` belongs to that one.
#
# Now you can mend the newsletter yourself. Our colleague could ask for a photocopy, with
# `images.numpy().copy()`. (For a tensor, the same thing is called `images.clone()`.) Or, even
# simpler, she doesn't write in place.


# %%
def for_the_newsletter(images):
    return (images.numpy() * 255).astype("uint8")  # * makes a new array


images = digits.images[wanted, 0]
picture = for_the_newsletter(images)
print("Wednesday:", count_right(images))

# %% [markdown]
# Should we forbid writing in place altogether? We don't think so. It's fine for a tensor that you
# made yourself, as long as nobody else has the link. It saves memory, which matters once a tensor
# fills gigabytes. But don't touch a tensor that somebody lent you. And every argument of a
# function is lent.
#
# Our picture of the document fails in one place, and it's an ugly one. A real shared document
# shows you who's typing, and it has an undo button. Memory has neither. The old numbers are gone,
# and nobody signed the new ones.
#
# So here's the first of three questions that this lesson is about. **Who else can see this
# memory?**

# %% [markdown]
# ## Who else?
#
# You might think you're safe if you stay away from NumPy. Sadly, PyTorch sends links all day
# long. Let's take the features of our first three digits, and look at them in a few ways that you
# know.

# %% figure="five-links" alt="One block of six numbers, a middle and a width for each of three digits. Below it are five names. The first has all six places in order. The row has the first two, the column every second one. The transpose and the reshaped tensor have all six, but number them differently." caption="Five names, one block. Below each number is the index by which each tensor finds it, such as row 1, column 0. A gap means that the tensor doesn't see this number."
three = measure(images[:3])  # (3, 2), the middle and the width of each
print(three)
views = {
    "three": three,
    "three[0]": three[0],
    "three[:, 1]": three[:, 1],
    "three.T": three.T,
    "reshape(2, 3)": three.reshape(2, 3),
}
show(draw_memory(views))

# %% [markdown]
# All five are links. (PyTorch calls such a link a **view**.) So if you set `three[0]` to zero,
# the first digit's features are gone from all of them.
#
# Now for an old debt. In lesson 1 we warned you that `reshape` isn't the same as `.T`, and here
# we can finally see why. `three.T` reads the block in a new order, and its first row is the three
# middles. `reshape` never changes the order. It only breaks the lines in other places.

# %%
print(three.T)
print(three.reshape(2, 3))

# %% [markdown]
# The first row of the second tensor is a middle, a width, and another middle. That's not a
# feature of anything! But both tensors have the shape (2, 3), so whatever you compute next will
# run.
#
# How do you know whether something's a link? Slices and `.T` always are. `view` is too, and if it
# can't be, it raises an error. `reshape` gives you a link if it can, and a copy if it can't. And
# picking with a mask, like our `images[wanted]`, always copies. If you aren't sure, ask where the
# block begins.


# %%
def block(tensor):
    return tensor.untyped_storage().data_ptr()  # its address in memory


print("transpose:", block(three.T) == block(three))
print("clone:", block(three.clone()) == block(three))
print("mask:", block(three[three[:, 0] > 0.5]) == block(three))

# %% [markdown]
# ## What shape did this become?
#
# So far only the numbers changed. But a link comes with a note, and the note can be rewritten
# too. Here are the five random features and weights of lesson 1, and the neuron that makes 0.1595
# of them. A helper of ours wants a matrix product. It knows that the weights have to stand up, so
# it makes them stand up.


# %%
def neuron(features, weights, bias):
    total = (features * weights).sum() + bias  # pair by pair, then add up
    return round(torch.sigmoid(total).item(), 4)


def helper(features, weights):
    weights.resize_(5, 1)  # stand up!
    return features @ weights


torch.manual_seed(7)
features = torch.randn(1, 5)
weights = torch.randn_like(features)
bias = torch.randn(1, 1)
print("before:", neuron(features, weights, bias))
helper(features, weights)
print("after: ", neuron(features, weights, bias))
products = features * weights
print(features.shape, weights.shape, products.shape, products.numel())

# %% [markdown]
# Did you see the underscore? The helper's own product is correct, and not a single number in
# memory has changed. But `resize_` rewrote the note on *our* tensor, so from then on every line
# sees a column, even the line that wants to multiply pair by pair. With `weights.T` or
# `weights.reshape(5, 1)` the helper would have had a new link with a note of its own.
#
# So (1, 5) times (5, 1) made (5, 5). Why didn't it crash? Because of broadcasting, which we met
# in lesson 2 when a row of biases was added to every row of a batch. Here's the rule. Write the
# two shapes below each other, and line them up on the right. Where the sizes differ, a size of 1,
# or a missing one, is stretched to match the other, as if PyTorch ran to the photocopier by
# itself. Anything else is an error.
#
# Here the single row of features is copied five times, and so is the single column of weights.
# Every feature meets every weight. That's 25 products instead of 5, and 0.0448 instead of 0.1595.
#
# So what would that do to a number that we'd put into a report? How far are our judge's outputs
# from the labels, on average? If it's always right and completely sure, that's 0.

# %% [markdown] tags=["predict"]
# `outputs` has the shape (1000, 1), because it comes from a matrix product. `labels` has the
# shape (1000,). What shape does `outputs - labels` have?
#
# - [ ] `(1000,)`
#   It's what we want, a difference for each digit. But the labels are lined up on the right,
#   below the 1, and not below the 1000.
# - [ ] `(1000, 1)`
#   It would be, if the labels stood up like the outputs. They lie down, so they count as a row.
# - [x] `(1000, 1000)`
#   The column is copied a thousand times to the right, and the row a thousand times downward. You
#   get a million differences.
# - [ ] None, it raises an error.
#   That would be kind. But lined up on the right, a 1 meets a 1000, and nothing meets the other
#   1000. Both can be stretched.

# %%
outputs = torch.sigmoid(measure(images) @ torch.tensor([[10.0], [-0.5]]) + 2)
print(outputs.shape, labels.shape, (outputs - labels).shape)
print(f"reported: {(outputs - labels).abs().mean():.4f}")
print(f"true:     {(outputs[:, 0] - labels).abs().mean():.4f}")

perfect = labels[:, None].float()  # None adds an axis: (1000, 1)
print(f"a perfect judge: {(perfect - labels).abs().mean():.4f}")

# %% figure="column-minus-row" alt="A column of four outputs, a row of four labels, and the table of their sixteen differences." caption="The first four outputs, the first four labels, and what comes out. Only the diagonal, from the upper left to the lower right, is what we wanted."
from mlp_tutorial.plots import draw_tensors

few = outputs[:4].round(decimals=1)
show(draw_tensors(few, labels[:4], few - labels[:4]))

# %% [markdown]
# The true mean error is about 0.05, and the report says 0.5. It says so for our judge, for a
# perfect judge, and for any other. Each output is compared with all the labels, 500 zeros and 500
# ones. Say an output is 0.9. Then it's 0.9 away from every zero and 0.1 away from every one, and
# the average of those is 0.5. Now do the same for 0.2. It's 0.5 again!
# <!-- example -->
#
# Now imagine we're looking for better weights, and this is the number we watch. We could turn the
# knobs all night, and it wouldn't move.
#
# So here's the second question, and luckily it's cheap to ask. **What shape did this become?**
# Print it, or better, write `assert outputs.shape == labels.shape` before you subtract. Honestly,
# a crash is so much nicer than a wrong number.

# %% [markdown]
# ## What type of number is it?
#
# On Thursday our colleague is back. In print, her digits are too pale, so she wants to add 100 to
# every pixel. Nobody else has the link this time, and the shapes fit. What could possibly go
# wrong?
#
# There's one more item on the note, the type of number, which is called the **dtype**. Our own
# pixels are of the dtype `float32`, PyTorch's usual type for numbers with a decimal point. But
# her picture is made of `uint8`, like most image files, MNIST's included. A `uint8` is a whole
# number from 0 to 255. It's stored in 8 bits, each 0 or 1, and they have 256 combinations.
# <!-- example -->

# %% [markdown] tags=["predict"]
# One pixel of her picture is 200. What's in it after she has added 100?
#
# - [ ] 300
#   Sure, with pencil and paper. But a `uint8` has no room for it, and PyTorch doesn't change the
#   dtype only because a number gets large.
# - [ ] 255
#   That's how a photo program would do it. It stops at the darkest gray. A tensor doesn't know
#   that its numbers are grays.
# - [x] 44
#   After 255 it starts again at 0, like the odometer of an old car. 300 is 45 steps past 255, and
#   the first of them lands on 0.
# - [ ] None, it raises an error.
#   It would have to check every sum for that, and it doesn't.

# %% figure="darker" alt="Eight handwritten zeros and ones, and below them the same digits after adding 100. Now paper and ink are the same gray, and only a broken outline can be seen." caption="Above, the digits. Below, the same digits, supposedly darker."
from mlp_tutorial.plots import draw_digits

raw = torch.tensor(picture[:8])  # a photocopy, of dtype uint8
print(torch.tensor([200, 255, 0], dtype=torch.uint8) + 100)
show(draw_digits(torch.cat([raw, raw + 100])))

# %% [markdown]
# The paper went from 0 to 100, as it should. But solid ink went from 255 over the edge, and ended
# at 99. That's the paper's gray, give or take, so all that we can still see is the blurry border
# in between. The cure is to convert *before* you compute, as in `raw.float() + 100`.
#
# Numbers with a decimal point have their own trouble. NumPy gives you `float64`, which spends 64
# bits on each number. PyTorch prefers `float32`. It needs half the memory, and its seven digits
# or so are usually plenty for a network. So sooner or later the two meet.
# <!-- example -->

# %%
w64 = torch.from_numpy(np.array([[10.0], [-0.5]]))
print(three.dtype, w64.dtype, (three * w64[:, 0]).dtype)
try:
    three @ w64
except RuntimeError as error:
    print(error)
print(three @ w64.float() + 2)

# %% [markdown]
# `*` quietly goes on with `float64`. `@` refuses. (In this message "float" is `float32`, and
# "double" is `float64`.) For once we get an error, and by now you may even be glad of it. And
# `.float()` is the cure again.
#
# Seven digits aren't enough for everything, though. We can't even count with them.

# %%
counter = torch.tensor(16_777_216.0)  # 2 to the power of 24
print(f"is {counter:,.0f} + 1 the same?", counter + 1 == counter)
print(f"MNIST has {60_000 * 28 * 28:,} pixels to train with")

# %% [markdown]
# From there on, a `float32` can't tell a whole number from the next. So if you count the pixels
# of MNIST one at a time in a `float32`, you'll reach 16,777,216, and stay there. Better count in
# whole numbers. PyTorch's usual type for them is `int64`, which won't run out in your lifetime.
#
# And that's the third question. **What type of number is it?**

# %% [markdown]
# ## And where does it live?
#
# A block has to be in *some* memory. Usually that's the computer's own, and the tensor's
# **device** is called `cpu`. A GPU, the graphics chip that makes large networks fast, has memory
# of its own, and its device is called `cuda` (or `mps` on a Mac). `.to(device)` makes a photocopy
# over there. But two tensors on different devices can't be added, since neither chip can read the
# other's paper. Luckily, that's an error. You may not have a GPU, so we'll provoke it with
# PyTorch's `meta`, a pretend device whose tensors have a shape and no numbers.

# %%
device = "cuda" if torch.cuda.is_available() else "cpu"
there = three.to(device)
print((there @ torch.tensor([10.0, -0.5], device=device) + 2).cpu())
try:
    three + torch.ones(3, 2, device="meta")
except RuntimeError as error:
    print(error)

# %% [markdown]
# If `three` is there already, `.to(device)` copies nothing and returns `three` itself. Who else
# can see this memory? You're starting to see why the question comes first.
#
# With so many traps, why use PyTorch at all? NumPy's arrays have most of the same traps, but
# that's hardly a reason. We use it because its tensors can live on a GPU. And because it can work
# out how the result changes with every single weight, which is how networks learn. ([A later
# lesson](09_gradients.py) builds that from scratch.) And because it has a way to keep all the
# tensors of a network together.

# %% [markdown]
# ## What our machine can read now
#
# Nothing new, for once, so let's see what a silent bug does to what it could already read. Here's
# the reader of [lesson 2](02_layers.py), which tells 0, 1 and 8 apart, on fresh digits. We'll
# measure it correctly, and then with a single axis too many. Next to it are a reader that says 0
# every time, and a perfect one.

# %%
fresh = load_mnist("test", source="subset")
kinds = torch.tensor([0, 1, 8])
chosen = torch.isin(fresh.labels, kinds)  # True for each 0, 1 and 8
truth = fresh.labels[chosen]
print(len(truth), "digits, of the kinds", kinds.tolist())

W = torch.tensor([[-10.0, 0.0, 0.0], [0.0, -0.5, 0.0]])
totals = measure(fresh.images[chosen, 0]) @ W + torch.tensor([3.0, 5.5, 0.0])
verdicts = kinds[totals.argmax(dim=1)]
always_0 = torch.zeros_like(truth)
for name, v in ("ours", verdicts), ("always 0", always_0), ("perfect", truth):
    right = (v == truth).float().mean()
    bitten = (v[:, None] == truth).float().mean()
    print(f"{name}: {right:.1%} right, {bitten:.1%} reported")

# %% [markdown]
# Ours is right on 87.7 % of them. The broken line reports 33.3 %, and it reports that for
# everybody, because it compares each verdict with all 300 labels, and a third of those match
# whatever you say. With ten digits it would be about 10 %, which is just what you'd expect from a
# network that hasn't learned anything yet. We'd blame the network.
# <!-- example -->
#
# So ask the three questions whenever a number surprises you, and also when it doesn't. Who else
# can see this memory? What shape did this become? What type of number is it?
#
# Then think of the network that reads all ten digits. Its weights and biases are loose tensors,
# `W1`, `b1`, `W2`, `b2` and so on. Each has its own shape, its own dtype and its own device, and
# anybody may hold a link to it. Forget to move one, or to copy one, and you know by now what
# happens. Who keeps them all together? [In the next lesson](07_modules.py), a module does.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### A tensor of your own
#
# An array came from somebody else, and you don't know what they'll do with it. Write
# `to_float32(array)`, a `float32` tensor with the array's numbers, which keeps them even if the
# array is changed later. The array may have any dtype, `float32` too.
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
# You try out weights, and change them in place again and again. Each time they beat the record,
# you want to keep them. Write `snapshot(tensors)`. It gets a list of tensors, and returns a list
# with the same numbers that stays as it is whatever happens to the originals.
#
# <details><summary>Hint 1</summary>
#
# `list(tensors)` makes a new list. But what's in it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Go through the list with a loop, and put a `clone()` of each tensor into a new list.
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
# Write `double(array)`, which doubles every number of a NumPy array with the help of a tensor.
# The result is a new array of the same shape and dtype. The array itself was lent to you, so
# leave it as it is.
#
# <details><summary>Hint 1</summary>
#
# Take the array to PyTorch, double it, take it back. Which of the three steps could write into
# the caller's memory?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `torch.from_numpy(array)` is a link, and that's fine as long as you only read. `tensor * 2`
# makes a new tensor, and `.numpy()` makes an array of it.
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
# Sometimes a table of all differences is just what you want. Write `all_pairs(a, b)`, where `a`
# has the shape `(n,)` and `b` has the shape `(m,)`. The result has the shape `(n, m)`, and in row
# `i` and column `j` it has `a[i] - b[j]`. You don't need a loop.
#
# <details><summary>Hint 1</summary>
#
# On this page, which shapes made the table that we didn't want?
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
# Of 1,000 digits, 900 are zeros and 100 are ones. A judge says 0 for 700 of them and 1 for the
# other 300. `verdicts` has the shape (1000, 1) and `labels` has the shape (1000,). What does
# `(verdicts == labels).float().mean()` report? You needn't know how many the judge really gets
# right. `reported` is a number between 0 and 1.
#
# <details><summary>Hint 1</summary>
#
# Every verdict is compared with all the labels. With how many of them does a verdict of 0 agree?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Each of the 700 zeros agrees with 900 labels, and each of the 300 ones with 100. There are a
# million comparisons in all.
#
# </details>

# %% tags=["exercise"]
reported = ...

# %% tags=["solution"]
reported = (700 * 900 + 300 * 100) / 1_000_000

# %% tags=["check"]
from mlp_tutorial.exercises import check_reported

print(check_reported(reported))

# %% [markdown] tags=["exercise", "think"]
# ### Halfway between
#
# `blend` takes two pictures, whose pixels are `uint8`, and returns the picture halfway between
# them, also in `uint8`. (Halves are rounded down.) For faint pictures it works, and dark ones
# come out far too pale. Find the bug and mend it.
#
# <details><summary>Hint 1</summary>
#
# Work it out by hand for two pixels of 200. What's `first + second`?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Give the sum more room. `.int()` converts to whole numbers with 32 bits. Which of the lines'
# parts has to be converted, and when do you convert back?
#
# </details>


# %% tags=["exercise"]
def blend(first, second):
    total = first + second
    return (total // 2).to(torch.uint8)


# %% tags=["solution"]
def blend(first, second):
    total = first.int() + second.int()
    return (total // 2).to(torch.uint8)


# %% tags=["check"]
from mlp_tutorial.exercises import check_blend

print(check_blend(blend))
