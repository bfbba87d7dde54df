# %% [markdown]
# # Layers are matrices
#
# There are two scribbles on the table. Are they the same digit? You don't have to say what they
# are, only whether they match. Children who can't read yet play this game with cards, and they'll
# beat you at it.
#
# Our judge from [the last lesson](01_neuron.py) is easy to beat. Is the handwriting to blame, or
# the judge? If it's the judge, we have a bigger question on our hands. **What do you do when one
# neuron isn't enough?**
#
# You'll be able to
#
# - explain what a hidden layer is for, and give an example;
# - compute a whole layer, for any number of examples, with one matrix product;
# - work out the shapes of a network before you run it.
#
# Reading takes 25 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## Same or different?
#
# Let's keep the game small and play only with zeros and ones. We deal last lesson's thousand
# digits into 500 pairs, each with a left digit and a right digit. The function `read` is our
# judge with its sigmoid. For a 1 it usually returns a number close to 1, and for a 0, a number
# close to 0. (Its two weights are a plain list this time, of shape (2,). With a plain list, `@`
# gives each row its total.)

# %%
import torch

from mlp_tutorial.data import load_mnist


def measure(images):
    """Ask last lesson's two witnesses, the middle and the width."""
    middle = images[:, 12:16, 12:16].mean(dim=(1, 2))
    width = images.amax(dim=1).sum(dim=1)
    return torch.stack([middle, width], dim=1)  # (N, 2)


def read(images):
    """Return our judge's outputs, from 0 (surely a 0) to 1 (a 1)."""
    return torch.sigmoid(measure(images) @ torch.tensor([10.0, -0.5]) + 2)


# %%
digits = load_mnist("train", source="subset")
wanted = digits.labels < 2
images, labels = digits.images[wanted, 0], digits.labels[wanted]
x = torch.stack([read(images[:500]), read(images[500:])], dim=1)  # left, right
different = (labels[:500] != labels[500:]).long()  # 1 if they differ, else 0
print(x.shape, different.sum().item(), "pairs differ")

# %% [markdown]
# Here are all 500 pairs on a map. What the judge said about the left digit runs across, and what
# it said about the right digit runs up. Each circle or bar now stands for a whole pair, and most
# of them are piled up in the corners.

# %% figure="pairs" alt="A map with four heaps of points in its four corners. Pairs of the same digit are circles, in the lower left and upper right corners. Pairs of different digits are bars, in the other two corners. A few points lie in between or in the wrong corner." caption="Pairs of zeros end up at the lower left, and pairs of ones at the upper right. The other two corners are “different.”"
from mlp_tutorial.plots import plot_decision, show

names, classes = ["left digit", "right digit"], ["same", "different"]
show(plot_decision(x, different, names=names, classes=classes))

# %% [markdown] tags=["predict"]
# A single neuron draws a straight line across this map and says "different" on one side of it.
# How many of the 500 pairs does the best possible line get right? (The first cell below searches
# for that line, and the second draws it. Feel free to skip the code.)
#
# - [ ] About 470.
#   Then only the pairs with a misread digit would be lost. That would take a line with both
#   "different" corners on one side and both "same" corners on the other. Try drawing it.
# - [x] About 370.
#   A line can cut off any corner you like. That way three of the four corners come out right, and
#   the fourth is lost.
# - [ ] About 250.
#   Tossing a coin would get as many. Let your line cut off one corner, and count again.

# %%
best = (0, 0.0, 0.0)  # how many are right, the angle, the threshold
full_turn = torch.linspace(0, 6.2832, 73)  # in steps of 5 degrees
for angle in full_turn:
    # How far along this direction each pair lies. Equal values share a line.
    position = x[:, 0] * angle.cos() + x[:, 1] * angle.sin()
    for threshold in position:
        right = (position > threshold).long() == different
        found = (right.sum().item(), angle.item(), threshold.item())
        best = max(best, found)  # compares the counts first
print("the best line gets", best[0], "of", len(x), "right")

# %% figure="best-line" alt="The map of pairs again. A slanted line cuts off the upper right corner. On the other side, which is shaded, are both corners with bars, and also the lower left corner with circles." caption="The best line has both “different” corners on its shaded side. But the “same” corner between them comes along too."
from math import cos, sin

_, angle, threshold = best
direction = torch.tensor([cos(angle), sin(angle)])


def best_line(x):
    return x @ direction - threshold


show(plot_decision(x, different, best_line, names=names, classes=classes))

# %% [markdown]
# We turned a line all the way around, five degrees at a time, and at each stop we pushed it
# across the whole map, counting as we went. It never got more than three of the four corners.
#
# Could a better reader save the line? Suppose every digit were read perfectly, so that the four
# heaps were four clean dots in the corners. The center of the map is halfway between the two
# "same" dots, but it's also halfway between the two "different" dots. Whenever two dots are on
# the same side of a line, so is everything between them. To get all four right, a line would need
# to have the center on both of its sides at once. No line can do that.
#
# This little puzzle is called **XOR**, short for "exclusive or," because our two digits differ
# when one or the other is a 1, but not both.

# %% [markdown]
# ## Hire some help
#
# If one judge can't do it, let's hire three. The first two each draw a line of their own. The
# third never sees the map, and its only witnesses are the first two.

# %% [markdown] tags=["predict"]
# Which questions would you give to the first two, so that the third can tell "same" from
# "different"?
#
# - [ ] "Is the left digit a 1?" and "Is the right digit a 1?"
#   The map already tells us that. The third judge would be looking at the same four heaps in the
#   same four corners.
# - [x] "Is only the left digit a 1?" and "Is only the right digit a 1?"
#   Each judge becomes a specialist in one corner of the map, and cutting off a corner is exactly
#   what a line can do. If either of them says yes, the digits differ. Did you think of "Is at
#   least one of them a 1?" and "Are both?" instead? That works too, and it'll come in handy in
#   the exercises.
# - [ ] "Is the left digit a 1?" and "Are both digits 1s?"
#   A line can answer either question. But try two zeros, and then a 0 on the left with a 1 on the
#   right. Both pairs get a no from both judges, so the third judge couldn't tell them apart.


# %%
def hired(x, w1, w2, bias):  # a judge, with whatever weights you give it
    return torch.sigmoid(w1 * x[:, 0] + w2 * x[:, 1] + bias)


# %% figure="two-specialists" alt="The same map. Now two areas are shaded, a corner at the lower right and a corner at the upper left, each cut off by a line. Nearly all bars lie in them and nearly all circles outside." caption="Each of our two specialists cuts off one corner, and the third judge shades both."
def third_judge(x):
    h1 = hired(x, 10, -10, -5)  # only the left is a 1
    h2 = hired(x, -10, 10, -5)  # only the right is
    return 10 * h1 + 10 * h2 - 5  # at least one specialist says so


right = (third_judge(x) > 0).long() == different
print(right.sum().item(), "right,", (~right).sum().item(), "wrong")
misread = (x > 0.5).long() != torch.stack([labels[:500], labels[500:]], dim=1)
print(misread[~right].any(dim=1).sum().item(), "of these have a misread digit")
show(plot_decision(x, different, third_judge, names=names, classes=classes))

# %% [markdown]
# We've gone from 370 to 473. Every one of the 27 pairs we still get wrong contains a digit that
# was misread before the game began. The puzzle itself is solved, and the rest is bad reading.
#
# Let's write down who does what. The first specialist looks for a 1 on the left and a 0 on the
# right, so its total, $10 x_1 - 10 x_2 - 5$, is above zero only in the lower right corner. The
# second looks for the reverse, with $-10 x_1 + 10 x_2 - 5$. The third judge says "different" as
# soon as either of them speaks up. All three put their totals through the sigmoid.
# <!-- example -->

# %% [markdown] tags=["predict"]
# Suppose the specialists skip the sigmoid and pass on their bare totals, while the third judge
# stays as it is. How many of the 500 pairs will we get right?
#
# - [x] About 240.
#   The totals are $10x_1 - 10x_2 - 5$ and $-10x_1 + 10x_2 - 5$. Add them up, and everything that
#   depends on the digits cancels, which leaves $-10$ for every pair. The third judge multiplies
#   that by 10 and subtracts 5. So its total is $-105$ no matter what the digits are, and it never
#   says "different."
# - [ ] About 370.
#   One line got as many, and as you'll see below, two rows of judges without a sigmoid can never
#   do better. But these weights don't even manage a line, because they give every pair the same
#   total.
# - [ ] About 470.
#   For that, the sigmoid would have to be decoration. Add up the two totals on paper and see
#   what's left.


# %%
def without_sigmoid(x):
    h1 = 10 * x[:, 0] - 10 * x[:, 1] - 5
    h2 = -10 * x[:, 0] + 10 * x[:, 1] - 5
    return 10 * h1 + 10 * h2 - 5


totals = without_sigmoid(x)
right = (totals > 0).long() == different
print(right.sum().item(), "right")
print(f"all totals are between {totals.min():.0f} and {totals.max():.0f}")

# %% [markdown]
# Other weights could do better than that, but never better than one line.
#
# Here's why. Without a sigmoid, each specialist's total is a number times $x_1$, plus a number
# times $x_2$, plus another number. When the third judge multiplies two of those by its weights
# and adds them up, it gets a total of exactly the same kind, and that's one straight line all
# over again. It's the sigmoid in between that keeps two rows of neurons from being one row in
# disguise. [Lesson 5](05_activations.py) is all about this.

# %% [markdown]
# Have another look at $h_1$ and $h_2$, the numbers that the specialists pass on. They weren't in
# the data, they aren't the answer, and someone who just uses the network never sees them. That's
# why our two specialists are called **hidden units**. ("Unit" is another word for neuron.) A row
# of them is a **hidden layer**. The two readings that go in are the **input layer**, and the
# third judge, at the far end, is the **output layer**.

# %% figure="layer-with-names" alt="A network with two inputs, two hidden units and one output. Each of the four lines of the first layer and the two of the second carries the name of its weight." caption="Read a weight's name like an address. The number in parentheses is the layer. The next two say which unit the line leaves and which one it enters. The biases aren't drawn."
from mlp_tutorial.plots import draw_network

show(draw_network([2, 2, 1]))

# %% [markdown]
# In 1969 Marvin Minsky and Seymour Papert published
# [*Perceptrons*](https://doi.org/10.7551/mitpress/11301.001.0001), a whole book about what one
# judge can and can't do, even with any number of helpers, if each helper sees only a small part
# of the picture and only the judge gets to learn. It was no secret that more rows would help. The
# open question was how a machine could find the weights for them.
# <!-- example -->

# %% [markdown]
# ## A layer is a matrix
#
# Our two specialists took a line of code each. A network that reads digits may have hundreds of
# hidden units, and that would be hundreds of lines. But you already know from the last lesson
# that a row of features times a column of weights makes one total. Write the first specialist's
# weights as a column and put the second specialist's column beside it. Then the same row makes
# two totals, one for each specialist.
#
# In other words, each **column** of the matrix holds the weights of one neuron. In code, the
# whole network is the two lines that begin with `h` and `y`. The lines above them pack our
# numbers into matrices. The specialists have four weights and two biases between them, and the
# third judge has two weights and a bias. See if you can find all nine.

# %%
# A column for each specialist
W1 = torch.tensor([[10.0, -10.0], [-10.0, 10.0]])
b1 = torch.tensor([-5.0, -5.0])
W2 = torch.tensor([[10.0], [10.0]])  # one for the third judge
b2 = torch.tensor([-5.0])

h = torch.sigmoid(x @ W1 + b1)  # (500, 2) @ (2, 2) is (500, 2)
y = torch.sigmoid(h @ W2 + b2)  # (500, 2) @ (2, 1) is (500, 1)
print(h.shape, y.shape)
assert torch.allclose(y[:, 0], torch.sigmoid(third_judge(x)))

# %% [markdown]
# Books write this in letters. With $n$ features instead of our two, the matrix and the row of
# biases look like this:
#
# $$W_1 = \begin{bmatrix} w^{(1)}_{11} & w^{(1)}_{12} \\[0.4em] w^{(1)}_{21} & w^{(1)}_{22} \\
# \vdots & \vdots \\ w^{(1)}_{n1} & w^{(1)}_{n2} \end{bmatrix} \qquad b_1 = \begin{bmatrix}
# b^{(1)}_1 & b^{(1)}_2 \end{bmatrix}$$
#
# The weights still have their addresses. For example, $w^{(1)}_{12}$ is in layer 1 and leads from
# feature 1 to unit 2. If $x$ is the row of features and $f_1$ the activation function, here the
# sigmoid, the layer is $h = f_1(x W_1 + b_1)$. The output layer does the same thing with $h$ as
# its input, so the whole network fits on one line:
#
# $$y = f_2\big(f_1(x W_1 + b_1)\, W_2 + b_2\big)$$
#
# All 500 pairs went through at once. Each pair is a row of `x`, and a matrix product applies the
# same weights to every row without ever mixing two rows. A bunch of examples that go through
# together is called a **batch**.
#
# The biases don't seem to fit, though. `x @ W1` has 500 rows, and `b1` is only two numbers.
# PyTorch gets around that by adding `b1` to every row, as if there were 500 copies of it. That's
# called **broadcasting**. It saves typing, but every so often it hides a mistake.

# %% [markdown]
# ## Three answers at once
#
# Our game needs only one answer, so its output layer has only one column. If you want more
# answers, you add more columns.
#
# Let's read three kinds of digits, 0, 1 and 8. The features are the middle and the width again,
# but this time they go to three neurons, each with a column of its own. The neuron for 0 likes a
# blank middle, so its total is `3 - 10 * middle`. The neuron for 1 likes narrow digits, and its
# total is `5.5 - 0.5 * width`. The neuron for 8 couldn't care less. Its total is always zero, so
# it wins when neither of the others wants the digit. The neuron with the largest total gets to
# name the digit, and `argmax` finds out which one it is, number 0, 1 or 2. In square brackets,
# these numbers then pick from `kinds`.
# <!-- example -->
#
# Where do these numbers come from? As with the judge, we tried a few and kept some that did well
# on 1,500 of the course's digits. Change them in the cell, and see if you can get more right than
# we did.

# %%
W = torch.tensor([[-10.0, 0.0, 0.0], [0.0, -0.5, 0.0]])  # (2, 3)
b = torch.tensor([3.0, 5.5, 0.0])
kinds = torch.tensor([0, 1, 8])


def count_right(digits):
    wanted = torch.isin(digits.labels, kinds)
    images, labels = digits.images[wanted, 0], digits.labels[wanted]
    totals = measure(images) @ W + b  # (N, 3)
    verdicts = kinds[totals.argmax(dim=1)]  # 0, 1 or 8
    return (verdicts == labels).sum().item(), len(labels)


hits, n = count_right(digits)
print(f"{hits} of {n}, which we used to choose the numbers")
hits, n = count_right(load_mnist("test", source="subset"))
print(f"{hits} of {n} fresh ones, or {hits / n:.1%}")

# %% [markdown]
# The score on the 1,500 ought to flatter us, since we used them to choose the numbers. The 300
# fresh digits are the honest test. (They came out even better, but with only 300 of them, don't
# read much into that.)

# %% [markdown]
# ## Follow the shapes
#
# When a network won't run, the culprit is often a shape, so work out the shapes before you run
# anything. Remember that a weight matrix has a row for each input and a column for each neuron.
# Take our network of two specialists and a judge. Lay its shapes end to end, and there are the
# dominoes again, (500, 2), (2, 2) and (2, 1). The numbers that touch have to agree, and the two
# ends tell you the shape of what comes out, which is (500, 1).
#
# Let's break it on purpose. In the last lesson, five weights were lying in a row, and `.T` stood
# them up. Here every neuron already has its column, and `.T` knocks it over. It's an easy mistake
# to make. (PyTorch's own layers store their weights lying down, as you'll see in [lesson
# 7](07_modules.py).)

# %% [markdown] tags=["predict"]
# In the network that gets 473 of the 500 pairs right, we write `W1.T` where it should say `W1`.
# What happens?
#
# - [x] It still gets 473 right.
#   `W1` has 10 and -10 in its first row, and the same in its first column. The second row and the
#   second column are alike, too. The matrix is its own mirror image, so `.T` changes nothing.
# - [ ] It runs, but it gets fewer right.
#   With most square matrices, that's what you'd see. The shapes fit, and the numbers are wrong.
#   Look at the four numbers in `W1`, though.
# - [ ] It stops with an error.
#   PyTorch only compares the shapes. `W1` has two rows and two columns, and if you swap them it
#   still does.

# %%
h = torch.sigmoid(x @ W1.T + b1)
y = torch.sigmoid(h @ W2 + b2)
right = (y[:, 0] > 0.5).long() == different
print(right.sum().item(), "right")
print("the same matrix:", torch.equal(W1, W1.T))

# %% [markdown]
# The code is wrong, and all the answers are right.
#
# A bug like this one can hide for years, until the day somebody changes a weight. It comes out as
# soon as the sizes differ. Let's hire a third specialist, who asks whether both digits are 0s.
# `W1` gets a third column, and its shape is now (2, 3). Four pairs will do as a batch.

# %% export="batch W1"
W1 = torch.tensor([[10.0, -10.0, -10.0], [-10.0, 10.0, -10.0]])
batch = x[[12, 47, 355, 167]].round(decimals=2)  # four pairs: (4, 2)
print(batch)
print(batch @ W1)

try:
    batch @ W1.T
except RuntimeError as error:
    print(f"RuntimeError: {error}")

# %% [markdown]
# This time (4, 2) meets (3, 2), and PyTorch refuses. Each of the twelve entries of the product
# that works comes from one row meeting one column. Let's take it apart.
#
# <!-- matmul -->
#
# The rest of the network has to grow with it. Three specialists have three biases, and the judge
# who listens to them needs a weight for each, so `W2` would be (3, 1).
#
# An error is the lucky case. With a square matrix the wrong code runs, and it returns wrong
# numbers, or even the right ones, as ours did. **Test your code with sizes that all differ.**

# %% [markdown]
# ## What our machine can read now
#
# Our machine now plays the game with the two scribbles and gets all but 27 of the 500 pairs
# right, though we chose the judge's numbers by these very digits. It also reads three digits
# instead of two and gets 87.7% of fresh ones right. The last lesson's score was higher, but this
# is a harder question, with a third kind of digit to mix up with the other two.
#
# We could move on to ten columns for ten digits and put a hidden layer in front of them. But no
# matter how many neurons are listening, two measurements aren't much to tell ten digits apart by.
# Let's stop measuring by hand and give the network all of the pixels. [In the next
# lesson](03_mnist.py) we'll have a good look at them.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.
#
# For the first one, here's a network to try your answer on, with 3 inputs, 2 hidden units and 1
# output. All its numbers are random. `h` is what its hidden units say, and the output should be
# 0.3171.

# %%
torch.manual_seed(7)
features = torch.randn(1, 3)
W1, W2 = torch.randn(3, 2), torch.randn(2, 1)
b1, b2 = torch.randn(1, 2), torch.randn(1, 1)
h = torch.sigmoid(features @ W1 + b1)
print(h)
assert torch.allclose(h, torch.tensor([[0.6813, 0.4355]]), atol=5e-5)
assert round(torch.sigmoid(h @ W2 + b2).item(), 4) == 0.3171

# %% [markdown] tags=["exercise", "warm-up"]
# ### Two layers
#
# Write `network(x, W1, b1, W2, b2)`, with a hidden layer and an output layer that both use the
# sigmoid. It should work for any number of examples and any number of units. With the random
# numbers above, `network(features, W1, b1, W2, b2)` is 0.3171.
#
# <details><summary>Hint 1</summary>
#
# Compute the hidden layer first and give it a name. What does the output layer need?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `h = torch.sigmoid(x @ W1 + b1)`. The output layer looks the same, with `h` in place of `x`.
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

# %% [markdown] tags=["exercise", "warm-up"]
# ### The loudest judge
#
# Ten judges, numbered from 0 to 9, have listened to a batch of digits. Write `verdicts(totals)`,
# which says for each digit which judge has the largest total. `totals` has the shape `(batch,
# 10)`, and the result has the shape `(batch,)`.
#
# <details><summary>Hint 1</summary>
#
# You want one number for each row. Which axis has to disappear?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `argmax` takes a `dim`, just like `sum` and `amax`.
#
# </details>


# %% tags=["exercise"]
def verdicts(totals):
    raise NotImplementedError


# %% tags=["solution"]
def verdicts(totals):
    return totals.argmax(dim=1)


# %% tags=["check"]
from mlp_tutorial.exercises import check_verdicts

print(check_verdicts(verdicts))

# %% [markdown] tags=["exercise", "apply"]
# ### Exactly one
#
# The three light switches are back, and each of them is 1 or 0. Write `exactly_one(switches)`,
# which returns a number above zero if exactly one switch is on, and a number below zero
# otherwise. One neuron can't do it, but two specialists and a third judge can. `switches` has the
# shape `(3,)`, and the result is one number. The check looks only at its sign.
#
# <details><summary>Hint 1</summary>
#
# Count the switches that are on. You get 0, 1, 2 or 3, and you want to pick out the 1. Which two
# yes-or-no questions about the count would settle it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# One specialist asks whether at least one switch is on, and the other asks whether at least two
# are. The third judge wants a yes from the first and a no from the second. Make the specialists'
# totals large, so that their sigmoids come out close to 0 or 1.
#
# </details>


# %% tags=["exercise"]
def exactly_one(switches):
    raise NotImplementedError


# %% tags=["solution"]
def exactly_one(switches):
    count = switches.sum()
    at_least_one = torch.sigmoid(10 * count - 5)
    at_least_two = torch.sigmoid(10 * count - 15)
    return at_least_one - at_least_two - 0.5


# %% tags=["check"]
from mlp_tutorial.exercises import check_exactly_one

print(check_exactly_one(exactly_one))

# %% [markdown] tags=["exercise", "apply"]
# ### As many layers as you like
#
# Why stop at two? Write `many_layers(x, layers)`, where `layers` is a list of pairs `(W, b)`,
# from the first layer to the last. Every layer uses the sigmoid, including the last. (In our
# library, `mlp_tutorial.layers.forward` does this, with any activation you like.)
#
# <details><summary>Hint 1</summary>
#
# The output of each layer is the input of the next, so a loop can keep it under the same name.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Start with `for W, b in layers:` and put a line inside it that replaces `x`.
#
# </details>


# %% tags=["exercise"]
def many_layers(x, layers):
    raise NotImplementedError


# %% tags=["solution"]
def many_layers(x, layers):
    for W, b in layers:
        x = torch.sigmoid(x @ W + b)
    return x


# %% tags=["check"]
from mlp_tutorial.exercises import check_many_layers

print(check_many_layers(many_layers))

# %% [markdown] tags=["exercise", "think"]
# ### How many numbers?
#
# A network has 5 inputs, a hidden layer of 4 units and an output layer of 3. How many numbers is
# it made of, counting both weights and biases? `numbers` is a whole number, and you can find it
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
# The first matrix has `5 * 4` entries. And how many units have a bias?
#
# </details>

# %% tags=["exercise"]
numbers = ...

# %% tags=["solution"]
numbers = 5 * 4 + 4 + 4 * 3 + 3

# %% tags=["check"]
from mlp_tutorial.exercises import check_numbers

print(check_numbers(numbers))

# %% [markdown] tags=["exercise", "think"]
# ### Nobody complains
#
# This layer runs on any batch and never raises an error. If the features of an example add up to
# 1, the result even comes out right. For every other example, it comes out wrong. Find the bug
# and fix it.
#
# <details><summary>Hint 1</summary>
#
# Write down what the layer computes with one feature, one unit and no sigmoid. What should it
# compute instead?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The bias should be added once, to the total. What is it added to here, and what happens to it
# then?
#
# </details>


# %% tags=["exercise"]
def hidden_layer(x, W, b):
    return torch.sigmoid(x @ (W + b))


# %% tags=["solution"]
def hidden_layer(x, W, b):
    return torch.sigmoid(x @ W + b)


# %% tags=["check"]
from mlp_tutorial.exercises import check_hidden_layer

print(check_hidden_layer(hidden_layer))
