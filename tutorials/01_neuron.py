# %% [markdown]
# # One neuron
#
# Someone slides a scrap of paper across the table. On it is a scribble. "Zero," you say. It took
# you a tenth of a second, and a five-year-old could have done it.
#
# Now say how you knew. Write the rule down, precisely enough for a machine that has never seen
# handwriting, or anything else except numbers. A zero is round? Fine. What's "round," in numbers?
# A one is a straight line? Some ones lean. Some wear a hat and stand on a little platform. And
# some zeros are so thin that you'd swear they were ones. Whatever rule you write, somebody's
# handwriting breaks it.
#
# So let's give up on the perfect rule. Let's collect a few clues, none of them reliable, and
# weigh them against each other. We'll start as small as we possibly can. **Can two measurements
# and a single neuron tell a 0 from a 1?**
#
# You'll be able to
#
# - say what a neuron computes, and what its weights and its bias are for;
# - choose weights yourself, and count how many handwritten digits they get right;
# - write a neuron as a matrix product, and make sense of the error when the shapes don't match.
#
# Reading takes 30 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## What does the machine see?
#
# This course comes with a few thousand digits written by real people. For now, we'll keep only
# the zeros and ones. All our arithmetic is done by a library called PyTorch, which in code goes
# by `torch`. (You don't need to run anything to follow along. If you'd like to, open the notebook
# at the top of the page.)

# %%
import torch

from mlp_tutorial.data import load_mnist

digits = load_mnist("train", source="subset")
wanted = digits.labels < 2
labels = digits.labels[wanted]
images = digits.images[wanted, 0]  # 0 is the only color, gray
print(images.shape, labels.shape, images[0].numel())

# %% [markdown]
# If `labels` were a list, `labels < 2` would be an error. But it's a **tensor**, a box of
# numbers, and a tensor does everything to all of its entries at once. Compare it with 2, and you
# get a box of answers, a `True` or `False` for each entry. Put these answers into brackets, and
# you keep the entries where the answer is `True`. And since `True` counts as 1, a sum counts
# them. We'll use this trick all the time, so have a look at it on four labels.

# %%
few = labels[:4]
is_one = few == 1
print(few, is_one)
print(few[is_one], is_one.sum())

# %% [markdown]
# So we have 1,000 digits, 500 of each kind. Try to read these sixteen. The first row is ordinary.
# The second we picked to annoy you.

# %% figure="scribbles" alt="Two rows of eight handwritten digits. In the first row it's easy to see which are zeros and which are ones. The second has zeros that are thin, slanted or filled with ink, and ones that lean far over or stand on a foot." caption="Keep an eye on the second row. It'll be back."
from mlp_tutorial.plots import draw_digits, show

ordinary = [0, 2, 1, 5, 4, 6, 13, 7]
annoying = [606, 645, 466, 214, 193, 141, 994, 812]
show(draw_digits(images[ordinary + annoying]))

# %% [markdown]
# You managed, though a few may have needed a second look. The machine doesn't get to look at all.
# For each digit it gets 28 rows of 28 numbers, running from 0 for blank paper to 1 for solid ink.
# Here's a small piece of the first zero, from a little above the middle.

# %%
print(images[0, 10:16, 10:18])

# %% [markdown]
# Squint. The values near 1 are the stroke, which curves away to the lower left. The zeros are
# bare paper, and the numbers between them are the blurry edge.
#
# Every tensor knows its **shape**, the number of entries along each of its directions, which are
# called **axes**. A tensor with one axis is also called a vector, and one with two axes a matrix.
# Read a shape from the right. The last number counts the columns, the number before it counts the
# rows, and if there's one more, it says how many such sheets lie in the pile. So `(1000, 28, 28)`
# is a pile of 1,000 sheets, each with 28 rows of 28 numbers.

# %% figure="tensor-boxes" alt="Three tensors as boxes of numbers: a row of four labels, a grid of two rows and four columns, and two such grids one behind the other." caption="Four labels, a bit from the middle of one digit, and the same bit of two digits. Below each tensor are the number of its axes and its shape."
from mlp_tutorial.plots import draw_tensors

bit = images[:2, 12:14, 12:16].round(decimals=1)
show(draw_tensors(labels[:4], bit[0], bit))

# %% [markdown]
# ## Two witnesses
#
# Each digit is 28 * 28 = 784 numbers, and that's too many to argue with. So think of a courtroom.
# We'll call just two witnesses. Neither sees the digit the way you do. Each of them noticed one
# thing, and can report it only as a number. A number that describes one example, here one digit,
# is called a **feature**.
#
# The first witness is the **middle**. A zero has a hole, so this witness reports the average ink
# in the 4 by 4 pixels at the center of the picture. A 1 should have plenty there, a 0 little or
# none. The second witness is the **width**, because a 0 is usually wider. Look at each of the 28
# columns and note its darkest pixel. A column with solid ink scores 1 and a blank column scores
# 0, so adding up the scores roughly counts the columns that the digit touches.


# %%
def middle(images):
    return images[:, 12:16, 12:16].mean(dim=(1, 2))  # one number for each image


def width(images):
    darkest = images.amax(dim=1)  # (1000, 28, 28) becomes (1000, 28)
    return darkest.sum(dim=1)  # (1000, 28) becomes (1000,)


for i in (0, 2):
    m, w = middle(images)[i], width(images)[i]
    print(f"a {labels[i]}: {m:.2f} in the middle, {w:.1f} wide")

# %% [markdown]
# What's `dim`? In `sum`, `mean` and `amax`, it names the axis that disappears. Our pile has three
# axes, the sheets (0), the rows (1) and the columns (2). The maximum with `dim=1` makes the rows
# disappear, and leaves one number for each sheet and column. Now there are only two axes, so the
# columns have moved up to number 1, and the sum with `dim=1` makes *them* disappear. One number
# is left for each sheet.
#
# A witness answers with a number, and we want a verdict. So we pick a cutoff, called a
# **threshold**. If the middle holds more ink than the threshold, we say 1. If the digit is
# narrower than another threshold, we say 1. Otherwise we say 0.

# %% [markdown] tags=["predict"]
# Suppose you're allowed only one witness, and you give it the threshold that suits it best. Which
# of the two gets more of the 1,000 digits right?
#
# - [ ] The width.
#   It sounds safe, since a 1 is a thin stroke. But a 1 that leans spreads its ink over column
#   after column, and then there are zeros that are simply narrow.
# - [x] The middle.
#   Whoever collected these digits scaled and centered each of them, so most ones pass through the
#   middle however far they lean.
# - [ ] They're about equally good.
#   Count the mistakes instead of the hits. The width makes more than twice as many.


# %%
def count_right(says_one):
    matches = says_one == (labels == 1)
    return matches.sum().item()  # item() unpacks a single number


for threshold in (0.1, 0.2, 0.3, 0.38, 0.5):
    print(f"middle above {threshold}:", count_right(middle(images) > threshold))
for threshold in (10, 12, 13.4, 15):
    print(f"width below {threshold}:", count_right(width(images) < threshold))

# %% [markdown]
# We tried more thresholds than these, and found none better than 0.38 for the middle and 13.4 for
# the width. That makes 955 the number to beat. It isn't bad for a single clue, but 45 digits
# still come back wrong, and most of them you'd read without blinking.
#
# Now for the question that matters. Do the two witnesses get the *same* digits wrong?

# %%
fools_middle = (middle(images) > 0.38) != (labels == 1)
fools_width = (width(images) < 13.4) != (labels == 1)
print(fools_middle.sum().item(), "digits fool the middle")
print(fools_width.sum().item(), "digits fool the width")
both = (fools_middle & fools_width).sum().item()
print(both, "digits fool both, and", len(labels) - both, "do not")

# %% [markdown]
# Eight! Out of a thousand digits, only eight fool both. For the other 992, at least one of the
# two witnesses has it right. If only somebody would listen to both of them.

# %% [markdown]
# ## A judge with a prejudice
#
# That somebody is our neuron. Picture a judge, though not a very bright one. This judge does one
# thing only, which is to keep a running total. Evidence for a 1 is added, evidence against it is
# subtracted, and when everybody has been heard, the verdict depends on the total. If it's above
# zero, the verdict is 1. If not, it's 0.
#
# Our threshold fits in nicely. To say 1 when the middle is above 0.38 is to say 1 when
#
# $$\text{middle} - 0.38 > 0$$
#
# So the judge's total doesn't start at zero. It starts at -0.38, before a single witness has been
# heard, and the evidence has to overcome that. A number that's added no matter what the witnesses
# say is called the **bias**. In a courtroom it would be a scandal. Here it's just the threshold,
# moved to the other side.
#
# And now both witnesses at once. A 1 has a large middle, so the middle is added. Width is
# evidence against a 1, so it's subtracted. We looked for the best bias and found it near 12.9.

# %% [markdown] tags=["predict"]
# The judge works out `middle - width + 12.9` for all 1,000 digits. Alone, the witnesses got 955
# and 900 right. How many does the judge get right?
#
# - [ ] About 990, since only eight digits fool both.
#   That would take a judge who knows whom to believe each time. Ours only adds.
# - [ ] About 960, a little better than the middle alone.
#   That's what one would hope for. But look back at the two numbers that we printed, 0.16 next to
#   19.8.
# - [x] 914, which is worse than the middle alone.
#   The middle is never more than 1, and widths differ by ten and more. The judge hears both, but
#   only one of them matters.

# %%
bias = 12.9
sums = middle(images) - width(images) + bias
print(f"with a bias of {bias}, {count_right(sums > 0)} are right")

# %% [markdown]
# One witness whispers numbers between 0 and 1, while the other shouts numbers up to 20. Guess
# whom the judge listens to.
#
# The cure is a volume knob for each of them. Before adding, the judge multiplies each feature by
# a **weight**. It says how much one unit of that feature counts, and its sign says for which
# side. For example, a weight of 10 turns the middle up. A weight of -0.5 turns the width down,
# and makes it testify for the other side. We found these two by trial and error, along with a
# bias of 2. (Letting the machine find them is called training, and we'll get there.)


# %%
def judge(middle, width):
    return 10 * middle - 0.5 * width + 2


sums = judge(middle(images), width(images))
hits = count_right(sums > 0)
print(hits, "right,", len(labels) - hits, "wrong")
assert not ((sums > 0) == (labels == 1))[annoying].any()  # the second row

# %% [markdown]
# There it is. Together they get 971 right, and 29 wrong instead of 45. Remember the second row,
# the annoying one? All eight are among the 29. (We cheated. That's where we picked them from.)
#
# Why not 992? Because this judge can't work out whom to believe each time. It trusts each witness
# to a fixed degree, for every digit alike. Keep that in mind, since it's exactly what the next
# lesson mends.

# %% [markdown]
# ## Where does the judge change its mind?
#
# Three numbers decide everything, 10, -0.5 and 2, and we can't see what they do. So let's draw a
# map. We put the two features side by side in a table with a row for each digit. (`stack` makes a
# *new* axis, and here `dim` says where it goes.) Then each digit becomes a point, with its middle
# across and its width up, and we shade every place where the judge would say 1.

# %% figure="decision-line" export="X labels" alt="A map of 1,000 digits. Ones lie in the lower right, where the middle holds ink and the width is small, and zeros in the upper left. A straight line separates most of them, and the area below it is shaded. A few circles lie in the shaded area and a few strokes outside." caption="The judge says 1 in the shaded area. Circles inside it and strokes outside are mistakes."
from mlp_tutorial.plots import plot_decision

X = torch.stack([middle(images), width(images)], dim=1)  # (1000, 2)


def verdict(X):
    return judge(X[:, 0], X[:, 1])  # the first column, the second column


show(plot_decision(X, labels, verdict, names=["middle", "width"]))

# %% [markdown]
# It's a straight line, and that's no accident. The judge changes its mind where the sum is
# exactly zero:
#
# $$10 \cdot \text{middle} - 0.5 \cdot \text{width} + 2 = 0$$
#
# Bring the width to the other side, multiply by 2, and you have $\text{width} = 20 \cdot
# \text{middle} + 4$, the equation of a line as you met it in school. **A neuron with two features
# draws a straight line, and its verdict is the side you're on.** With three features it's a flat
# sheet in a room, and with 784 it's the same thing in a space that nobody can draw. It never
# bends.
#
# The weights set the direction of the line, and the bias slides it. Try it. We got to 971. Can
# you beat us?
#
# <!-- line -->
#
# (In the notebook, change the numbers in `judge` and run the cells again. Put them back before
# you read on.)

# %% [markdown]
# ## How sure is it?
#
# A sum of 0.1 and a sum of 10 both mean 1, and yet you wouldn't treat them alike. The first
# verdict could have gone either way. It would be nice to have a number between 0 and 1 instead.
# Near 1 it would mean "surely a 1," near 0 "surely a 0," and one half would mean "no idea."
#
# The classic choice is the **sigmoid**, a curve like a lazy S:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# <!-- example --> Here $z$ is the sum, and $e$ is a number near 2.718. When $z$ is large, $e^{-z}$ is almost
# nothing, and we get almost 1. When $z$ is far below zero, $e^{-z}$ is huge, and we get almost 0.
# And in between, at $z = 0$, we have $e^0 = 1$ and get exactly one half. A function like this
# one, which the sum goes through at the end, is called an **activation function**.

# %% figure="sigmoid-squashes" alt="The sigmoid, a curve that rises from 0 on the left through one half at zero to 1 on the right." caption="All sums end up between 0 and 1. Near zero a small step changes a lot, and beyond 5 hardly anything."
from mlp_tutorial.plots import plot_activation


def activation(z):
    return 1 / (1 + torch.exp(-z))


show(plot_activation(torch.sigmoid, slope=False))

# %% [markdown]
# PyTorch has the sigmoid too. We'll often do this in the course. We write a thing by hand, let
# PyTorch do the same, and `assert` that the two agree up to rounding. If they didn't, this page
# couldn't have been built.

# %%
outputs = activation(sums)
assert torch.allclose(outputs, torch.sigmoid(sums))
for label, output in zip(labels[:4], outputs[:4], strict=True):
    print(f"a {label}: {output:.4f}")

# %% [markdown]
# Three of these are right and sound sure of it. Look at the last one. It's a 1, the judge takes
# it for a 0, but at 0.38 it's at least not very sure.
#
# You'll often hear this output called a probability. Be careful. When the neuron says nine
# tenths, is it really a 1 nine times in ten? Nobody has checked. For a bigger network, we will in
# [a later lesson](11_evaluation.py).

# %% [markdown] tags=["predict"]
# Our judge was made for zeros and ones. Let's show it something else, all 500 sevens in our
# collection. What will it say?
#
# - [ ] That it has no idea, with outputs near one half.
#   It would be the wise answer. But all that counts is on which side of the line a point is, and
#   how far from it.
# - [ ] Mostly 1, since a seven has no hole.
#   It has no hole, true. But its stroke passes to the right of the center, so there's hardly any
#   ink in the middle.
# - [x] Mostly 0, and it sounds sure.
#   A seven has hardly any ink in the middle, and is wider than most ones. To our witnesses it
#   looks a lot like a 0.

# %%
sevens = digits.images[digits.labels == 7, 0]
outputs = activation(judge(middle(sevens), width(sevens)))
print((outputs < 0.5).sum().item(), "of", len(sevens), "are called a 0")
print((outputs < 0.1).sum().item(), "of them with an output below 0.1")

# %% [markdown]
# Sure of nonsense. The neuron can sound torn between 0 and 1, but it has no way to say "neither."
# We'll meet this again in networks that are much larger.

# %% [markdown]
# ## So that's a neuron
#
# Let's write down what the judge does. There are features $x_1, x_2, \dots, x_n$, as many as you
# like. Each of them has a weight, $w_1, w_2, \dots, w_n$. There's one bias $b$, and an activation
# function $f$ at the end:
#
# $$y = f\Big(\sum_{i=1}^{n} x_i w_i + b\Big)$$
#
# The big Σ means "add these up, for each $i$ from 1 to $n$." For our judge, it's short for $x_1
# w_1 + x_2 w_2$. The part inside the parentheses is called the weighted sum. And the name? A
# neuron is called after the cells in your head, which also collect signals and fire when there
# are enough of them, but don't push the comparison any further.

# %% figure="neuron-with-numbers" alt="A neuron: two inputs on the left, a line with its weight from each to the sum Σ, the bias b from below, then the activation f and the output y." caption="The judge reads the first 1 in our collection. Follow each witness from left to right."
from mlp_tutorial.plots import draw_neuron

show(draw_neuron(X[2], torch.tensor([10.0, -0.5]), torch.tensor(2.0)))

# %% [markdown]
# ## The same sum, as a matrix product
#
# Two features fit into a formula. In later lessons there are 784, with a weight each, and nobody
# wants to write that out. Luckily, "multiply pair by pair, then add up" has a name, and computers
# are very good at it. It's what a **matrix product** does when a row meets a column. Here's the
# first 1 again:
#
# $$\begin{bmatrix} 0.728 & 7.80 \end{bmatrix} \cdot \begin{bmatrix} 10 \\ -0.5 \end{bmatrix} = 0.728 \cdot 10 + 7.80 \cdot (-0.5) = 3.38$$
# <!-- example -->
#
#
# The features lie in a row, and the weights stand in a column. And nothing stops us from putting
# a second row below the first. It meets the same column, and adds a second sum below the first.
# So we can judge all thousand digits with one product, which Python writes `@`.

# %% export="weights bias"
weights = torch.tensor([[10.0], [-0.5]])  # a column, (2, 1)
bias = torch.tensor(2.0)
products = X @ weights + bias
print(X.shape, weights.shape, products.shape)
assert torch.allclose(products[:, 0], verdict(X), atol=1e-5)

# %% [markdown]
# Shapes in a product work like dominoes. In (1000, 2) times (2, 1) the two numbers in the middle
# must be the same, because each row has to be as long as the column it meets. They disappear, and
# what stays is (1000, 1). What if they aren't the same? Let's make up another neuron, with five
# features, and find out. `torch.randn` draws random numbers around 0, and `manual_seed` fixes
# which ones, so that you can compare yours with ours.

# %%
torch.manual_seed(7)
features = torch.randn(1, 5)
five_weights = torch.randn_like(features)  # as many as there are features
five_bias = torch.randn(1, 1)
print(features, five_weights, five_bias, sep="\n")

# %% [markdown] tags=["predict"]
# Both `features` and `five_weights` have the shape `(1, 5)`. What do you get from `features @
# five_weights`?
#
# - [ ] One number, the sum of the five products.
#   It's what we'd like. But each *column* of `five_weights` has just one entry, and the row of
#   features has five.
# - [ ] Five products in a row.
#   That's `features * five_weights`, with a star. It multiplies entry by entry and adds nothing
#   up.
# - [x] An error.
#   (1, 5) times (1, 5) has a 5 and a 1 in the middle. The dominoes don't match.

# %%
try:
    print(features @ five_weights)
except RuntimeError as error:
    print(error)

# %% [markdown]
# You'll see this message often, so let's read it slowly. `mat1` is the first factor and `mat2`
# the second. `1x5` means 1 row and 5 columns, and the two numbers next to each other, in the
# middle, are 5 and 1.
#
# The weights lie down, and they have to stand up. `.T` swaps rows and columns.

# %%
print(five_weights.T.shape)
five_sum = features @ five_weights.T
print(five_sum)
assert round(activation(five_sum + five_bias).item(), 4) == 0.1595

# %% [markdown]
# In other people's code you'll also see `five_weights.reshape(5, 1)`, or `view(5, 1)`, which is a
# `reshape` that never copies, and `torch.mm(a, b)` for `a @ b`. Be careful with the first two.
# They put the same numbers, row by row, into another shape. For a single row that's the same as
# `.T`. For several rows it isn't, and nobody tells you.

# %%
two_rows = torch.tensor([[1, 2, 3], [4, 5, 6]])
print(two_rows.T)
print(two_rows.reshape(3, 2))
assert torch.equal(torch.mm(features, five_weights.view(5, 1)), five_sum)

# %% [markdown]
# ## What our machine can read now
#
# You may object that we picked the three numbers by looking at the very digits that we then
# counted. You'd be right, and it's a serious objection. So here are 200 zeros and ones from other
# people, which we didn't use.

# %% figure="fooled" alt="Six handwritten ones that the neuron took for zeros. All of them lean far to the right." caption="All six digits that it got wrong. The title says which digit it is, and what the judge took it for."
fresh = load_mnist("test", source="subset")
wanted = fresh.labels < 2
images, labels = fresh.images[wanted, 0], fresh.labels[wanted]
says_one = judge(middle(images), width(images)) > 0
hits = count_right(says_one)
print(f"the judge: {hits} of {len(labels)}, or {hits / len(labels):.1%}")
print("the middle alone:", count_right(middle(images) > 0.38))

wrong = says_one != (labels == 1)
verdicts = says_one.long()  # 0 and 1 for False and True
show(draw_digits(images[wrong], labels[wrong], predicted=verdicts[wrong]))

# %% [markdown]
# Our judge gets 194 of 200 right, which is 97.0 %. On the first thousand it was nearly the same,
# so we haven't fooled ourselves. With only three numbers there isn't much to fool yourself with.
#
# But look at the second line, which surprised us. On these 200 digits, the middle alone does
# *better*. All six mistakes lean so far that the width outvoted the middle. So was the second
# witness a bad idea? On a thousand digits it won clearly, on these two hundred it lost by a few,
# and two hundred are too few to tell. How many are enough is a question of its own, and [a later
# lesson](11_evaluation.py) takes it up.
#
# So our machine can tell a 0 from a 1. We still did most of the work. We said where to look, what
# to measure, and how much each witness counts. It has never heard of the other eight digits, and
# if you show it a seven, it'll most likely say 0 with a straight face. One judge gives one
# answer. To read ten digits we need ten answers, so let's hire more judges and have them all
# listen to the same witnesses. [In the next lesson](02_layers.py) their weights stand side by
# side, and become a matrix.
#
# ## Exercises
#
# Open the notebook (the link is at the top of the page), write each answer into its cell, run it,
# then run the check below it. If something's wrong, the check tells you what. Each exercise says
# what kind it is. To *warm up*, you need one line. To *apply* the idea, you take it somewhere
# new. And to *think*, you'll want paper more than code.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Five features
#
# Write `neuron(features, weights, bias)`, which multiplies pair by pair, adds up the products and
# the bias, and puts the total through the sigmoid. `features` and `weights` have the shape `(1,
# n)`, the bias and the result have the shape `(1, 1)`. With our five features, `neuron(features,
# five_weights, five_bias)` is 0.1595.
#
# <details><summary>Hint 1</summary>
#
# `features * weights` multiplies pair by pair. What's left to do with the products?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Take their `.sum()`, add the bias, and put the result through `torch.sigmoid`, in this order.
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

# %% [markdown] tags=["exercise", "warm-up"]
# ### The same with a product
#
# Write `product_neuron(features, weights, bias)`, which does it with a matrix product, and for
# several examples at once. `features` has the shape `(batch, n)`, one example in each row.
# `weights` lies down, in the shape `(1, n)`. The bias has the shape `(1,)`, and the result
# `(batch, 1)`. With our five features it's 0.1595 again.
#
# <details><summary>Hint 1</summary>
#
# Write the two shapes next to each other, like dominoes. Which of the two tensors has to stand
# up?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `features @ weights.T` has the shape (batch, 1). The bias and the sigmoid are as before.
#
# </details>


# %% tags=["exercise"]
def product_neuron(features, weights, bias):
    raise NotImplementedError


# %% tags=["solution"]
def product_neuron(features, weights, bias):
    return torch.sigmoid(features @ weights.T + bias)


# %% tags=["check"]
from mlp_tutorial.exercises import check_product_neuron

print(check_product_neuron(product_neuron))

# %% [markdown] tags=["exercise", "apply"]
# ### Undecided
#
# One example has the judge completely torn. Write `half_bias(features, weights)`, the bias with
# which the output for this example is exactly one half. Both arguments have the shape `(1, n)`,
# and the result is a single number.
#
# <details><summary>Hint 1</summary>
#
# At which sum is the sigmoid one half? Look at its curve.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The witnesses have spoken, and their part of the sum is what it is. Which bias takes the sum to
# that place?
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

# %% [markdown] tags=["exercise", "apply"]
# ### Two of three
#
# Three light switches are the witnesses. Each of them says 1 if it's on and 0 if it's off. Write
# `two_of_three(switches)`, the weighted sum of a neuron that notices when at least two of them
# are on. It should be above zero then, and below zero when fewer are on. `switches` has the shape
# `(3,)`, and the result is a single number.
#
# <details><summary>Hint 1</summary>
#
# No switch is more important than another. What does that say about the weights?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# With weights of 1, the sum counts the switches that are on. Which bias puts zero between 1 and
# 2?
#
# </details>


# %% tags=["exercise"]
def two_of_three(switches):
    raise NotImplementedError


# %% tags=["solution"]
def two_of_three(switches):
    return switches[0] + switches[1] + switches[2] - 1.5


# %% tags=["check"]
from mlp_tutorial.exercises import check_two_of_three

print(check_two_of_three(two_of_three))

# %% [markdown] tags=["exercise", "think"]
# ### On the line
#
# Our judge adds up `10 * middle - 0.5 * width + 2`. A digit is 12 wide. How much ink must it have
# in the middle so that the judge is exactly undecided? Guess from the map first, then work it
# out. `ink` is a number.
#
# <details><summary>Hint 1</summary>
#
# "Undecided" means that the sum is zero. You know two of the three parts of the sum.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The width and the bias come to -0.5 * 12 + 2 = -4. What must the middle add, and at ten times
# its own size?
#
# </details>

# %% tags=["exercise"]
ink = ...

# %% tags=["solution"]
ink = (0.5 * 12 - 2) / 10

# %% tags=["check"]
from mlp_tutorial.exercises import check_ink

print(check_ink(ink))

# %% [markdown] tags=["exercise", "think"]
# ### Double everything
#
# You double the weights of our judge, and its bias too. What happens to the line on the map, and
# to the outputs? Decide first, then write the letter of your answer, such as `doubled = "a"`.
#
# - **a** The line gets twice as steep, and every output doubles.
# - **b** The line moves to twice its height, and every output rises.
# - **c** The line stays, outputs above one half rise, and outputs below one half fall.
# - **d** Nothing changes, because all of them grow by the same factor.
#
# <details><summary>Hint 1</summary>
#
# The line is where the sum is zero. Where is twice the sum zero?
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
