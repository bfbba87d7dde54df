# %% [markdown]
# # Tensors that bite
#
# On Monday, our judge from [lesson 1](01_neuron.py) gets 971 of its thousand digits right. On
# Tuesday it gets 938. It's the same judge, with the same two weights and the same bias. It's
# shown the same thousand digits, or so it seems, on the same computer. And there's no error, not
# even a warning. By Wednesday, somebody suggests that we look for better weights.
#
# What happened in between? Hardly anything. A colleague borrowed the digits for a minute, because
# she wanted a few of them in the newsletter. She said thank you, and the picture came out fine.
#
# Everything we build is made of tensors, and tensors have a nasty habit. When something goes
# wrong, there's often no crash. You get a number, and it looks fine. **What should you ask a
# tensor before you trust its numbers?**
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
# Let's replay those two days, and catch the culprit in the act. We start on Monday, with nothing
# that you haven't seen before. `measure` hears our two witnesses, the middle and the width.
# `count_right` lets the judge weigh what they say, and counts how often it's right.

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
# Now for our colleague. Nearly everything in Python that handles pictures or tables expects its
# numbers from **NumPy**, an older library that calls a grid of numbers an **array**. So she had
# to turn a tensor into an array, and `.numpy()` does that. Here's what she wrote on Tuesday.


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
# Three lines, and our digits are ruined. Which of them did it?
#
# - [ ] `pixels = images.numpy()`
#   It made an array out of our tensor, and that alone hurts nobody. But it isn't innocent either.
#   It's an accomplice, as you'll see.
# - [x] `pixels *= 255`
#   It looks like `pixels = pixels * 255`, only shorter. But it isn't the same. Below, somebody
#   writes it out in full, and our digits stay as they were.
# - [ ] `return pixels.astype("uint8")`
#   This does throw something away, everything after the decimal point. But it throws it away in a
#   new array, and our digits never meet that one.


# %%
def another_way(images):
    pixels = images.numpy()
    pixels = pixels * 255
    return pixels.astype("uint8")


images = digits.images[wanted, 0]  # the undamaged digits again
assert (another_way(images) == picture).all()
print("Tuesday, another way:", count_right(images))

# %% [markdown]
# So what did `*=` do to us? It multiplied our own digits, which left them with 255 times their
# ink. Both witnesses testified 255 times as loudly, and next to that, a bias of 2 might as well
# be gone. Our judge didn't mind. It added things up as it always does.
#
# The really annoying part is how good 938 looks. Had it been 38, we'd have gone looking for a bug
# at once.
# <!-- example -->

# %% [markdown]
# ## A link or a photocopy?
#
# But how can a line change something that it doesn't mention? Think of how you'd give somebody a
# document. You can hand them a **photocopy**, and they can scribble all over it. Or you put the
# original online and send them a **link**. It's quicker, and it wastes no paper. But whatever
# they type, they're typing into *your* document.
#
# `.numpy()` sends a link. It can, because a tensor doesn't contain its numbers, however much it
# looks as if it did. They sit in the computer's memory, in one long row that we'll call a
# **block**. The tensor itself is only a link to the block, with a little note attached that says
# how to read it. The note says what type the numbers are, what shape they form, where in the
# block they begin, and how many places it is from one to the next. To make a photocopy is to fill
# a new block with the same numbers, and you get the only link to it. But `pixels` and `images`
# were links to the same block, so our colleague typed into the shared document.
#
# Here's the crime again, in six pixels.

# %% figure="two-names-one-block" alt="Two blocks of memory with six numbers each. Below the first are two names, row and pixels, and both have all six places in it. Below the second is one name, photocopy. The numbers of the first block are 255 times those of the second." caption="Two names, one block. The photocopy has a block of its own, and still has the old numbers."
from mlp_tutorial.plots import draw_memory, show

row = images[0, 12, 10:16].clone()  # six pixels of our first digit
photocopy = row.clone()
pixels = row.numpy()
pixels *= 255
show(draw_memory({"row": row, "pixels": pixels, "photocopy": photocopy}))

# %% [markdown]
# We multiplied `pixels`, and `row` had no choice.
#
# From NumPy to PyTorch you get to choose. `torch.from_numpy` sends a link, and `torch.tensor`
# makes a photocopy.

# %%
import numpy as np

a = np.random.default_rng(7).random(3)  # NumPy's seeded random numbers
link, photocopy = torch.from_numpy(a), torch.tensor(a)
link.mul_(2)
print(a, link, photocopy, sep="\n")
assert np.array_equal(a, 2 * photocopy.numpy())

# %% [markdown]
# `mul_` multiplies **in place**. It writes the results over the old numbers. In PyTorch, an
# underscore at the end of a method's name means that it changes the tensor itself, its numbers or
# its note. `x *= 2` and `x[0] = 1` write in place too, with no underscore to warn you. But `x =
# x * 2` puts its results into a new block, and from then on `x` is the name of the new one.
#
# So how do we fix the newsletter? You've seen one way. Another is to ask for a photocopy first,
# with `images.numpy().copy()`. If you want the photocopy to be a tensor too, it's
# `images.clone()`.
#
# So should you never write in place? That would be a waste, since it saves memory, and tensors
# can fill gigabytes. It's fine for a tensor that you made yourself, as long as nobody else has
# the link. But leave a tensor alone if it's only on loan. When you write a function, that means
# all of its arguments, because whoever called it will go on using them.
#
# Our comparison breaks down in one place, and it's an ugly one. A real shared document shows you
# who's typing, and it has an undo button. Memory has neither. The old numbers are gone, and
# nobody signed the new ones.
#
# So here's the first of three questions that this lesson is about. **Who else can see this
# memory?**

# %% [markdown]
# ## Who else?
#
# You might think you're safe if you stay away from NumPy. Sadly, PyTorch sends links all day
# long. Let's take the features of our first three digits, and look at them in a few ways that you
# know.

# %% figure="five-links" alt="One block of six numbers, a middle and a width for each of three digits. Below it are five names. The first has all six places in order. The row has the first two, the column every second one. The transpose and the reshaped tensor have all six, but number them differently." caption="Five names, one block. Below each number is the index by which a tensor finds it, for example [1,0] for row 1 and column 0. A gap means that the tensor doesn't see this number."
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
# All five are links to the same block. (The last four were made from another tensor. PyTorch
# calls such a link a **view**.) So if you set `three[0]` to zero, the first digit's features are
# gone, whichever name you use.
#
# We also owe you something. In lesson 1 we warned you that `reshape` isn't the same as `.T`, and
# here you can see why. `three.T` steps through the block two places at a time, and its first row
# is the three middles. `reshape` reads the numbers in the same order as before. It only breaks
# the lines in other places.

# %%
print(three.T)
print(three.reshape(2, 3))

# %% [markdown]
# The first row of the second tensor is a middle, a width, and another middle. That's not a
# feature of anything! But both tensors have the shape (2, 3), so whatever you compute next will
# run.
#
# Which lines send a link, and which make a photocopy? You can't tell by looking, so here's a
# list.
#
# | you write | you get |
# | --- | --- |
# | `x[0]`, `x[:, 1]`, `x.T` | a link |
# | `x.numpy()`, `torch.from_numpy(a)` | a link |
# | `x.view(2, 3)`, a `reshape` that never copies | a link, or an error |
# | `x.reshape(2, 3)` | a link if that's possible, otherwise a copy |
# | `x.float()` | `x` itself if it's `float32` already, otherwise a copy |
# | `x[mask]`, `x[[2, 0]]` | a copy |
# | `x * 2`, `x.clone()`, `torch.tensor(a)` | a copy |
#
# A mask copies. That's why `digits.images[wanted, 0]` could give us undamaged digits after the
# accident. (But careful, to the left of an `=` it doesn't. `x[mask] = 0` writes into `x` itself.)
# And if you aren't sure, try it out. Change one tensor, and look at the other.

# %% [markdown]
# ## What shape did this become?
#
# On Wednesday, the newsletter wants a number to print below the picture. How far off is our
# judge, on average? Its output should be near 1 for a 1 and near 0 for a 0, so our colleague
# subtracts the label, drops the minus signs and takes the mean. For a judge that's always right
# and completely sure, that would be 0.

# %%
column = torch.tensor([[10.0], [-0.5]])  # the weights, standing up
outputs = torch.sigmoid(measure(images) @ column + 2)
print(f"mean error: {(outputs - labels).abs().mean():.4f}")

# %% [markdown]
# Half! Somebody who says 0.5 every time would be just as good. No wonder people want better
# weights. But we know that this judge gets 971 of 1,000 right, and nobody has written in place
# this time. So let's look at the shapes.

# %% [markdown] tags=["predict"]
# `outputs` has the shape (1000, 1), because it comes from a matrix product. `labels` has the
# shape (1000,). In lesson 4, PyTorch compared shapes from the right. What shape does `outputs -
# labels` have?
#
# - [ ] `(1000,)`
#   It's what she wanted, a difference for each digit. For that, the outputs would have to lie
#   down like the labels.
# - [ ] `(1000, 1)`
#   It would be, if the labels stood up like the outputs. But they lie down, so they count as a
#   row.
# - [x] `(1000, 1000)`
#   The column is repeated a thousand times to the right, and the row a thousand times downward.
#   That makes a million differences.
# - [ ] `(1, 1000)`
#   The two would fit if PyTorch laid the column down. But it never turns a tensor over by itself.
#   It only repeats.

# %% figure="column-minus-row" alt="A column of four outputs, a row of four labels, and the table of their sixteen differences." caption="The first four outputs, the first four labels, and what comes out. Only the diagonal, from the upper left to the lower right, is what we wanted."
from mlp_tutorial.plots import draw_tensors

few = outputs[:4].round(decimals=1)
print((outputs - labels).shape)
show(draw_tensors(few, labels[:4], few - labels[:4]))

# %% [markdown]
# It's broadcasting, which we met in lesson 2 when a row of biases was added to every row of a
# batch. Here's the rule. Write one shape below the other, and line them up on the right. Where
# the sizes differ, one of them has to be 1, and it's stretched to match the other. A size that's
# missing counts as 1. Anything else is an error.
#
# So every output met every label, and not only its own. What does that do to the mean? Let's also
# try it on a perfect judge, whose outputs are exactly the labels. (To make them stand up like
# ours, we add an axis with `None`. `.T` can't do it, because with a single axis it has nothing to
# swap.)

# %%
perfect = labels[:, None].float()  # (1000, 1)
for name, said in ("ours", outputs), ("perfect", perfect):
    reported = (said - labels).abs().mean()
    true = (said[:, 0] - labels).abs().mean()
    print(f"{name}: {reported:.4f} reported, {true:.4f} true")

# %% [markdown]
# Our judge's true mean error is about 0.05. But the report says 0.5, and it would say so for any
# judge whose outputs are between 0 and 1. Take, for example, an output of 0.9. It's 0.9 away from
# each of the 500 zeros and 0.1 away from each of the 500 ones, and the average of those is 0.5.
# Now do the same for an output of 0.2. It's 0.5 again!
# <!-- example -->
#
# Imagine we were looking for better weights, and this was the number we watched. We could turn
# the knobs all night, and it wouldn't move. (If we squared the differences, it would. But it
# would be smallest for a judge that says 0.5 every time.)
#
# So here's the second question, and luckily it's cheap to ask. **What shape did this become?**
# Print it, or better, write `assert outputs.shape == labels.shape` before you subtract. Honestly,
# a crash is so much nicer than a wrong number.
#
# There's a nastier version, where the shape of your tensor changes behind your back. Remember the
# neuron of lesson 1 with five random features, whose output was 0.1595? Here it is again, with a
# little `helper` that gets the weighted sum from a matrix product. For that, the weights have to
# stand up.


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
# Did you see the underscore? The helper's sum is correct, and not a single number in memory has
# changed. But a function gets the very tensor that you pass to it, note and all, and `resize_`
# rewrote the note. From then on our `weights` is a column, even in the line that wants to
# multiply pair by pair, and every feature meets every weight. `weights.T` would have been a new
# link, with a note of its own.

# %% [markdown]
# ## What type of number is it?
#
# On Thursday our colleague is back. Her picture looks a bit lost on the white page, and she'd
# like a gray background. White is 0 here and black is 255, so she adds 100 to every pixel. She
# has learned her lesson, of course. Nobody else has the link this time, and the shapes fit.
#
# But look at the note again. The type of number on it is called the **dtype**. Our own pixels are
# of the dtype `float32`, PyTorch's usual type for numbers with a decimal point. Her picture is
# made of `uint8`, like most image files, MNIST's included. A `uint8` is a whole number from 0
# to 255. It's stored in 8 bits, each 0 or 1, and they have 256 combinations.
# <!-- example -->

# %% [markdown] tags=["predict"]
# One pixel of her picture is 200. What's in it after she has added 100?
#
# - [ ] 300
#   Sure, with pencil and paper. But a `uint8` has no room for it, and PyTorch doesn't change the
#   dtype only because a number gets large.
# - [ ] 255
#   A photo program would stop at the end of the scale like that. But a tensor doesn't know that
#   its numbers are grays.
# - [x] 44
#   After 255 it starts again at 0, like the odometer of an old car. 300 is 45 steps past 255, and
#   the first of them lands on 0.
# - [ ] 45
#   So close! It does start again after 255. But it starts at 0, not at 1.

# %% figure="gray-background" alt="Three rows of the same eight handwritten zeros and ones. In the first they are black on white. In the second, paper and ink are nearly the same gray, and only a broken outline can be seen. In the third they are black on gray." caption="Above, her picture. In the middle, what came out. Below, what she wanted."
from mlp_tutorial.plots import draw_digits

raw = torch.tensor(picture[:8])  # a photocopy, of dtype uint8
print(torch.tensor([200, 255, 0], dtype=torch.uint8) + 100)
wanted_gray = (raw.float() + 100).clamp(max=255).to(torch.uint8)
show(draw_digits(torch.cat([raw, raw + 100, wanted_gray])))

# %% [markdown]
# The paper went from 0 to 100, as it should. But solid ink, which was close to 255, went over the
# edge and ended close to 99. That's nearly the gray of the paper, so all that we can still see is
# the blurry border in between. To get the third row, convert *before* you compute, and stop at
# 255 before you convert back. (`clamp` does that.)
#
# Numbers with a decimal point have a trap of their own. A `float32` keeps 24 binary digits of a
# number, about as much as seven of our decimal digits. For a network that's usually plenty. But
# you can't count very far with it.
# <!-- example -->

# %%
counter = torch.tensor(16_777_216.0)  # 2 to the power of 24
print(f"is {counter:,.0f} + 1 the same?", counter + 1 == counter)
print(f"MNIST has {60_000 * 28 * 28:,} pixels to train with")

# %% [markdown]
# Just above it, a `float32` has only every second whole number. The next one up is missing, so
# the sum is rounded back down to where it was. So if you count the pixels of MNIST one at a time,
# you'll reach 16,777,216, and stay there. (`sum` is cleverer, since it doesn't go one at a time.)
# Do your counting in whole numbers instead. PyTorch's usual type for them is `int64`, which won't
# run out in your lifetime.
#
# And that's the third question. **What type of number is it?**

# %% [markdown]
# ## Two mix-ups that do raise an error
#
# Luckily, not everything bites in silence. Two mix-ups do stop your program, and you'll see both
# often. The first is a mix of types. NumPy's usual type isn't `float32` but `float64`, which
# keeps about 16 digits. `*` quietly takes both, and `@` refuses. (In its message, "float" is
# `float32` and "double" is `float64`.)
#
# The second is a mix of **devices**. A GPU, the graphics chip that makes large networks fast, has
# memory of its own. So a tensor's block is either in the computer's memory, and its device is
# `cpu`, or in the GPU's, and its device is usually `cuda`. `.to(device)` makes a photocopy over
# there. Neither chip works in the other's memory, so you can't add tensors from different
# devices.  You may not have a GPU, so we'll use PyTorch's pretend device `meta`, whose tensors
# have a note and no numbers. (A real GPU words its error a little differently.)

# %%
w64 = torch.from_numpy(np.array([[10.0], [-0.5]]))
print(three.dtype, w64.dtype, (three * w64[:, 0]).dtype)
try:
    three @ w64
except RuntimeError as error:
    print(error)

device = "cuda" if torch.cuda.is_available() else "cpu"
there = three.to(device) @ w64.float().to(device) + 2  # on the GPU, if any
print(there.cpu()[:, 0])
try:
    three + torch.ones(3, 2, device="meta")
except RuntimeError as error:
    print(error)

# %% [markdown]
# The cures are in the middle, `.float()` and `.to(device)`. (If the tensor has that dtype or is
# on that device already, you get no copy but the tensor itself. Who else can see this memory?)
#
# So why PyTorch at all, if NumPy has most of the same traps? Because there are three things that
# NumPy can't do for us. PyTorch's tensors can live on a GPU. PyTorch can work out how the result
# changes with every single weight, which is how networks learn. ([A later
# lesson](09_gradients.py) builds that from scratch.) And it has a way to keep all the tensors of
# a network together.

# %% [markdown]
# ## What our machine can read now
#
# Nothing new, for once. But a bug can make it look as if our machine could hardly read at all. On
# the fresh zeros and ones of lesson 1, our judge got 97.0 %. There are equally many of both.
# Let's put it through a week much like ours.

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
# It's the same judge every day. On a clean Monday it reads 97.0 % of the fresh digits, and with a
# proper gray background it would still read 96.0 %. But the three bugs report 93.5 %, 50.0 % and
# 56.0 %, and none of them raised an error. Wednesday's reports 50.0 % for any judge at all,
# because half of the digits are zeros. With ten kinds of digits, equally many of each, it would
# be a tenth, which is exactly what you'd expect from a network that hasn't learned anything yet.
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
# `to_float32(array)`. It returns a `float32` tensor with the array's numbers (rounded, if need
# be), and that tensor stays as it is even if the array is changed later. The array may have any
# dtype, `float32` too.
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
# A colleague works with NumPy, and you'd rather compute with PyTorch. Write `double(array)`,
# which doubles every number of a NumPy array with the help of a tensor. The result is a new array
# of the same shape and dtype. The array itself was lent to you, so leave it as it is. (The
# doubled numbers will fit into the dtype.)
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
# Of 1,000 digits, 900 are zeros and 100 are ones. A judge says 0 for 750 of them and 1 for the
# other 250. `verdicts` has the shape (1000, 1) and `labels` has the shape (1000,). What does
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
# Each of the 750 verdicts of 0 agrees with 900 labels. Each of the 250 verdicts of 1 agrees with
# the other 100.
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
# `blend` takes two pictures, whose pixels are `uint8`, and returns the picture halfway between
# them, also in `uint8`. (Halves are rounded down.) For faint pictures it works, and dark ones
# come out far too pale. Find the bug and fix it.
#
# <details><summary>Hint 1</summary>
#
# Work it out by hand for two pixels of 200. What's `first + second`?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The sum needs more room. `.int()` converts to whole numbers with 32 bits, and `.to(torch.uint8)`
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
