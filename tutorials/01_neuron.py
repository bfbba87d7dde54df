# %% [markdown]
# # One neuron
#
# Someone slides a scrap of paper across the table. On it is a scribble. "Zero," you say. It took
# you a tenth of a second, and a five-year-old could have done it.
#
# Now say how you knew. Write the rule down, for a machine that has never seen handwriting. It has
# never seen anything. All it knows is numbers. A zero is round? Fine. What's "round," in numbers?
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
# ## Sixteen scribbles
#
# This course comes with a few thousand digits written by real people. (You don't need to run
# anything to follow along. If you'd like to, there's a notebook at the top of the page.) For now
# we keep only the zeros and ones, 1,000 of them, half of each kind. Try to read these sixteen.
# The first row is ordinary. The second we picked to annoy you.

# %% figure="scribbles" alt="Two rows of eight handwritten digits. In the first row it's easy to see which are zeros and which are ones. The second has zeros that are thin, slanted or filled with ink, and ones that lean far over or stand on a foot." caption="Keep an eye on the second row. It'll be back."
import torch  # PyTorch, which does our arithmetic

from mlp_tutorial.data import load_mnist
from mlp_tutorial.plots import draw_digits, show

digits = load_mnist("train", source="subset")
wanted = digits.labels < 2  # True for each 0 and each 1
labels = digits.labels[wanted]
images = digits.images[wanted, 0]  # the 0 picks the only color there is, gray

ordinary = [0, 2, 1, 5, 4, 6, 13, 7]
annoying = [606, 645, 466, 214, 193, 141, 994, 812]
show(draw_digits(images[ordinary + annoying]))

# %% [markdown]
# You managed, though a few may have needed a second look. The machine doesn't get to look at all.
# For each digit it gets 28 rows of 28 numbers, running from 0 for blank paper to 1 for solid ink.
# Here's a small piece of the first zero.

# %% figure="pixels" alt="Six rows of six boxes, each with a number from 0 to 1. The numbers near 1 run from the upper right to the lower left, and below them are zeros." caption="Squint, and you'll see the stroke. It's where the numbers are near 1. The numbers in between are its blurry edge."
from mlp_tutorial.plots import draw_tensors

piece = images[0, 10:16, 10:16]  # from row 10 and column 10, six of each
show(draw_tensors(piece.round(decimals=1)))

# %% [markdown]
# That's all there is. Nobody has told the machine what a line is, or a loop. It has numbers in a
# grid, 784 of them.

# %% [markdown]
# ## Two witnesses
#
# Nobody wants to cross-examine 784 numbers. So let's make this a trial, and call just two
# witnesses. Neither saw the whole digit. Each noticed a single thing, and answers every question
# with a single number. A number that measures something about a digit is called a **feature**.
#
# The first witness is the **middle**. A zero has a hole, so this witness reports the average ink
# in the 4 by 4 pixels at the center of the picture. A 1 should have plenty there, a 0 little or
# none.
#
# The second witness is the **width**, because a 0 is usually wider. It looks at each of the 28
# columns and notes the darkest pixel. That's about 1 for a column the pen went through and 0 for
# a blank one. Add up all 28, and you have roughly the number of columns the digit touches.

# %% figure="testimony" alt="A zero and a one. In each, the 4 by 4 pixels at the center are outlined. In the zero they are nearly white, in the one mostly black. Below each digit is a bar for each column that has ink, twenty bars for the zero and eight for the one." caption="The first witness looks into the little box. The second adds up the bars, one for each column."
from mlp_tutorial.plots import draw_measurements

show(draw_measurements(images[[0, 2]]))

# %% [markdown]
# The box is nearly blank in the zero and mostly ink in the one. And you can count the bars, about
# 20 against about 8.
# <!-- example -->
#
# Now do that for a thousand digits. We could write loops, but we don't have to. All the digits
# are in `images`, one big block of numbers, and a block like that is called a **tensor**. Its
# directions are called **axes**, and its **shape** lists how many entries there are along each
# axis. Read a shape from the right. The last number is how many columns, and the one before it
# how many rows. Rows and columns make a sheet. If there's a third number, you have a stack of
# sheets, and it says how many.

# %% figure="tensor-boxes" alt="Three tensors as boxes of numbers: a row of four labels, a grid of two rows and four columns, and two such grids one behind the other." caption="Four labels, a bit of one digit, and the same bit of two digits. Below each tensor are the number of its axes and its shape."
piece = images[:2, 12:14, 12:16].round(decimals=1)
show(draw_tensors(labels[:4], piece[0], piece))
print(images.shape, images[0].numel())

# %% [markdown]
# So `images` is a stack of 1,000 sheets, each with 28 rows of 28 numbers. The sheets are axis 0,
# the rows are axis 1, and the columns are axis 2.
#
# Both witnesses **collapse** axes. To collapse an axis is to squash all the numbers along it into
# one, such as their average (`mean`), their total (`sum`) or the largest of them (`amax`). We
# only have to say which axis, with `dim`.


# %%
def middle(images):
    center = images[:, 12:16, 12:16]  # all sheets, four rows, four columns
    return center.mean(dim=(1, 2))  # collapses rows and columns: (1000,)


def width(images):
    darkest = images.amax(dim=1)  # collapses the rows: (1000, 28)
    return darkest.sum(dim=1)  # the columns are axis 1 now: (1000,)


m, w = middle(images), width(images)
for i in (0, 2):
    print(f"a {labels[i]}: {m[i]:.2f} in the middle, {w[i]:.1f} wide")

# %% [markdown]
# A witness answers with a number, and we want a verdict. So we pick a cutoff, called a
# **threshold**, one for each witness. Going by the middle alone, we say 1 if the middle is above
# the threshold. With the width it's the other way around. We say 1 if it's *below* the threshold.

# %% [markdown] tags=["predict"]
# Suppose you're allowed only one witness, and you give it the threshold that suits it best. Which
# of the two gets more of the 1,000 digits right?
#
# - [ ] The width.
#   It sounds safe, since a 1 is a thin stroke. But a 1 that leans spreads its ink over column
#   after column, and then there are zeros that are simply narrow.
# - [x] The middle.
#   Whoever collected these digits centered each of them, so most ones pass through the middle
#   however far they lean.
# - [ ] They're about equally good.
#   Count the mistakes instead of the hits. The width makes more than twice as many.


# %%
def count_right(says_one, labels):
    right = says_one == (labels == 1)  # True or False for each digit
    return right.sum().item()  # how many are True, as a plain number


for t in (0.1, 0.2, 0.3, 0.38, 0.5):
    print(f"middle above {t}: {count_right(m > t, labels)} right")
for t in (10, 12, 13.4, 15):
    print(f"width below {t}: {count_right(w < t, labels)} right")

# %% [markdown]
# Do you see how `m > t` works? With an ordinary Python list that line would crash. A tensor
# compares every one of its entries with `t`, so out come a thousand answers, each `True` or
# `False`. And because `True` counts as 1 and `False` as 0, adding them up tells you how many are
# `True`.
#
# We tried more thresholds than these, on the same thousand digits, and found none better than
# 0.38 for the middle and 13.4 for the width. So there's a number to beat, 955. It isn't bad for a
# single clue, but 45 digits still come back wrong, and many of them you'd read without blinking.
#
# Now for the question that matters. Do the two witnesses get the *same* digits wrong?

# %%
is_one = labels == 1
fools_middle = (m > 0.38) != is_one  # True where the verdict is wrong
fools_width = (w < 13.4) != is_one
both = (fools_middle & fools_width).sum().item()  # & is "and"
print(fools_middle.sum().item(), "digits fool the middle")
print(fools_width.sum().item(), "digits fool the width")
print(both, "digits fool both, and", len(labels) - both, "don't")

# %% [markdown]
# Eight! On all the other 992, at least one witness gets it right. If only somebody would listen
# to both of them.

# %% [markdown]
# ## A judge with a prejudice
#
# That somebody is our neuron. Picture a judge, though not a very bright one. This judge can do
# exactly one thing, which is to keep a running total. Evidence for a 1 is added, evidence against
# it is subtracted, and in the end the verdict is 1 if the total is above zero, and 0 if it isn't.
#
# Our threshold fits right in. Saying 1 when the middle is above 0.38 is the same as saying 1 when
#
# $$\text{middle} - 0.38 > 0$$
#
# So the judge's total doesn't start at zero. It starts at -0.38, before a single witness has been
# heard, and the evidence has to overcome that. A number that's added no matter what the witnesses
# say is called the **bias**. In a courtroom it would be a scandal. Here it's just the threshold,
# moved to the other side.
#
# Now let's hear both at once. A large middle is evidence for a 1, so it's added. Width is
# evidence against a 1, so it's subtracted. The bias has to be large this time, and positive,
# because every digit's width drags the total down. We tried a whole range, and 12.9 was about as
# good as it gets.

# %% [markdown] tags=["predict"]
# The judge works out `middle - width + 12.9` for all 1,000 digits. Alone, the witnesses got 955
# and 900 right. About how many does the judge get right?
#
# - [ ] About 990.
#   Only eight digits fool both, true. But it would take a judge who knows which witness to
#   believe each time, and ours only adds.
# - [ ] About 970.
#   You'd hope so. But look back at the numbers we printed for the first digit, 0.16 next to 19.8.
# - [x] About 910.
#   That's worse than the middle alone! The middle is never more than 1, while widths differ by
#   ten or more. So the middle barely counts.

# %%
bias = 12.9
hits = count_right(m - w + bias > 0, labels)
print(f"with a bias of {bias}, {hits} are right")

# %% [markdown]
# One witness whispers numbers between 0 and 1. The other shouts numbers up to 20. Guess which one
# the judge hears.
#
# You can see it on a map. Each digit becomes a point. The more ink in the middle, the farther
# right it goes, and the wider the digit, the higher up. Then we shade every place where the judge
# would say 1. (The map shows only every fourth digit, or you couldn't see the line.)

# %% figure="shouting" alt="A map of a quarter of the digits. Ones lie in the lower right, where the middle holds ink and the width is small, and zeros in the upper left. A line that's almost level cuts through both groups, and the area below it is shaded." caption="Circles in the shaded area and strokes outside are mistakes. The border is almost level, as if the middle didn't matter."
from mlp_tutorial.plots import plot_decision

X = torch.stack([m, w], dim=1)  # side by side, a row each: (1000, 2)


def rash_judge(X):
    return X[:, 0] - X[:, 1] + 12.9  # first column, second column


names = ["middle", "width"]
some = slice(0, None, 4)  # every fourth
show(plot_decision(X[some], labels[some], rash_judge, names=names))

# %% [markdown]
# The cure is a volume knob for each witness. Before adding, the judge multiplies each feature by
# a number, its **weight**. The size of the weight says how far the knob is turned up or down. Its
# sign says which side the testimony helps, plus for a 1 and minus for a 0. For example, a weight
# of 10 makes the middle ten times as loud. A weight of -0.5 cuts the width's volume in half, and
# the minus sign keeps it on its old side, against a 1.
#
# And that's a whole neuron. Multiply each feature by its weight, add up the results, add the
# bias, and see whether the total is above zero.
#
# Which weights are good? We fiddled for longer than we'd like to admit, and ended up with 10,
# -0.5 and a bias of 2. (Letting the machine find them is called training, and we'll get there.)
# For the first zero, the total is now 10 * 0.16 - 0.5 * 19.8 + 2, which is about -6, so the
# verdict is 0. And the whole thousand?
# <!-- example -->


# %% figure="decision-line" export="X labels" alt="The same map. Now a line that rises from the lower left to the upper right separates most of the zeros from most of the ones, and the area below it is shaded." caption="The same digits, and a judge who hears both witnesses."
def judge(X):
    return 10 * X[:, 0] - 0.5 * X[:, 1] + 2


right = (judge(X) > 0) == is_one
print(right.sum().item(), "are right")
print((~right).sum().item(), "aren't")  # ~ is "not"
print(right[annoying].sum().item(), "of the second row are right")
show(plot_decision(X[some], labels[some], judge, names=names))

# %% [markdown]
# There it is, 971 right, and 29 wrong instead of 45. And the second row, the annoying one? All
# wrong. (We cheated. We picked them from the 29.)
#
# Why not something nearer 992? Because when the witnesses disagree, the louder witness wins, and
# the louder witness isn't always right.

# %% [markdown]
# ## Where does the judge change its mind?
#
# Both borders on our maps are straight, and that's no accident. The judge changes its mind where
# the total is exactly zero:
#
# $$10 \cdot \text{middle} - 0.5 \cdot \text{width} + 2 = 0$$
#
# Bring the width to the other side, multiply by 2, and you have $\text{width} = 20 \cdot
# \text{middle} + 4$, the kind of equation for a line that you met in school. **A neuron with two
# features draws a straight line, and its verdict is the side you're on.** With three features
# it's a flat sheet in a room, and with 784 it's the same thing in a space that nobody can draw.
# It never bends.
#
# Change a weight, and the line turns. Change the bias, and it slides. Try it. We got to 971. Can
# you beat us?
#
# <!-- line -->
#
# (In the notebook, change the numbers in `judge` and run its cell again. Put them back before you
# go on.)

# %% [markdown]
# ## How sure is it?
#
# A total of 0.1 and a total of 10 both mean 1, and yet you wouldn't treat them alike. The first
# verdict could have gone either way. It would be nice to have a number between 0 and 1 instead.
# Near 1 it would mean "surely a 1," near 0 "surely a 0," and one half would mean "no idea."
#
# The classic choice is the **sigmoid**, a curve like a lazy S:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# Here $z$ is the total, and $e$ is a number near 2.718. When $z$ is large, $e^{-z}$ is almost
# nothing, and we get almost 1. When $z$ is far below zero, $e^{-z}$ is huge, and we get almost 0.
# And in between, at $z = 0$, we have $e^0 = 1$ and get exactly one half. A function like this
# one, which the total goes through at the end, is called an **activation function**.
# <!-- example -->

# %% figure="sigmoid-squashes" alt="The sigmoid, a curve that rises from 0 on the left through one half at zero to 1 on the right." caption="All totals end up between 0 and 1. Near zero a small step changes a lot, and beyond 5 hardly anything."
from mlp_tutorial.plots import plot_activation


def activation(z):
    return 1 / (1 + torch.exp(-z))


show(plot_activation(torch.sigmoid, slope=False))

# %% [markdown]
# PyTorch has the sigmoid too. We'll often do this in the course. We write a thing by hand, let
# PyTorch do the same, and `assert` that the two agree up to rounding. If they didn't, this page
# couldn't have been built.

# %%
outputs = activation(judge(X))
assert torch.allclose(outputs, torch.sigmoid(judge(X)))
for i in range(4):
    print(f"a {labels[i]}: {outputs[i]:.4f}")

# %% [markdown]
# Three of these are right and sound sure of it. The last digit is a 1, and the judge calls it
# a 0. But 0.38 isn't far from one half, so at least the judge doesn't sound sure.
#
# You'll often hear this output called a probability. Be careful. When the neuron says 0.9, will
# the digit turn out to be a 1 nine times in ten? We haven't checked. In [a later
# lesson](11_evaluation.py) we will, for a bigger network.
#
# Our judge was made for zeros and ones. So let's be mean, and show it sevens. They look like
# this.

# %% figure="sevens" alt="Eight handwritten sevens." caption="Where's the center of each picture? What does each witness see?"
sevens = digits.images[digits.labels == 7, 0]
show(draw_digits(sevens[:8]))
print(len(sevens), "sevens")

# %% [markdown] tags=["predict"]
# What will the judge say about the 500 sevens?
#
# - [ ] That it has no idea, with outputs near one half.
#   It would be the wise answer. But all that counts is on which side of the line a point is, and
#   how far from it.
# - [ ] Mostly that they're ones, since a seven has no hole.
#   It has no hole, true. But its stroke usually passes to the right of the center, so there's
#   little ink in the middle.
# - [x] Mostly that they're zeros, since a seven is wide.
#   And it sounds sure of it. Most sevens have little ink in the middle, and are wider than most
#   ones. To our witnesses they look a lot like zeros.

# %%
outputs = activation(judge(torch.stack([middle(sevens), width(sevens)], dim=1)))
for low, high in ((0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1)):
    count = ((low < outputs) & (outputs <= high)).sum().item()
    print(f"between {low} and {high}: {count}")

# %% [markdown]
# The lights are on, but nobody's home. The neuron can sound torn between 0 and 1, but it has no
# way to say "neither."

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
# w_1 + x_2 w_2$. And the name? It's borrowed from the cells in your head, which also collect
# signals and fire when enough of them come in. Don't push the comparison any further.

# %% figure="neuron-with-numbers" alt="A neuron: two inputs on the left, a line with its weight from each to the sum Σ, the bias b from below, then the activation f and the output y." caption="The judge reads the first 1 in our collection. Follow each feature from left to right."
from mlp_tutorial.plots import draw_neuron

show(draw_neuron(X[2], torch.tensor([10.0, -0.5]), torch.tensor(2.0)))

# %% [markdown]
# ## The same total, as a matrix product
#
# Two features fit into a formula. In later lessons there are 784, with a weight each, and nobody
# wants to write that out. Luckily, computers are very good at "multiply pair by pair, then add
# up." It's what a **matrix product** does whenever a row meets a column. Here's the first 1
# again, with its bias:
#
# $$\begin{bmatrix} 0.728 & 7.80 \end{bmatrix} \cdot \begin{bmatrix} 10 \\ -0.5 \end{bmatrix} + 2 = 0.728 \cdot 10 - 7.80 \cdot 0.5 + 2 = 5.38$$
# <!-- example -->
#
# The features lie in a row, and the weights stand in a column. And nothing stops us from putting
# a second row below the first. It meets the same column, and its total goes below the first
# total. So we can judge all thousand digits with one product, which Python writes `@`.

# %% export="weights bias"
weights = torch.tensor([[10.0], [-0.5]])  # a column, (2, 1)
bias = torch.tensor(2.0)
totals = X @ weights + bias
print(X.shape, weights.shape, totals.shape)
assert torch.allclose(totals[:, 0], judge(X), atol=1e-5)  # the only column

# %% [markdown]
# Shapes in a product work like dominoes. In (1000, 2) times (2, 1) the two numbers in the middle
# must be the same, because each row has to be as long as the column it meets. Those two
# disappear, and what stays is (1000, 1).
#
# And if they aren't the same? Let's break it on purpose. We make up a neuron with five features,
# from random numbers around 0. (`manual_seed` fixes which ones, so that you can compare yours
# with ours.)

# %%
torch.manual_seed(7)
features = torch.randn(1, 5)
five_weights = torch.randn_like(features)  # as many as there are features
five_bias = torch.randn(1, 1)
print(features, five_weights, five_bias, sep="\n")
try:
    features @ five_weights
except RuntimeError as error:
    print(error)

# %% [markdown]
# You'll see this message often, so let's read it slowly. `mat1` is the first factor and `mat2`
# the second. `1x5` means 1 row and 5 columns. So the dominoes are (1, 5) and (1, 5), and the two
# numbers that meet in the middle are 5 and 1. Both tensors lie down, and the weights have to
# stand up. `.T` does that by swapping rows and columns.

# %%
print(five_weights.T.shape)
five_sum = features @ five_weights.T
print(five_sum)
assert round(activation(five_sum + five_bias).item(), 4) == 0.1595

# %% [markdown]
# In other people's code you'll also see `torch.mm(a, b)` for `a @ b`, and
# `five_weights.reshape(5, 1)` or `five_weights.view(5, 1)` for standing up. Be careful with
# `reshape` and `view`. They read off the numbers in order and pour them into the new shape. For a
# single row that's the same as `.T`. With several rows, the numbers end up in the wrong places.

# %%
assert torch.equal(five_weights.reshape(5, 1), five_weights.T)
assert torch.allclose(torch.mm(features, five_weights.view(5, 1)), five_sum)

# %% [markdown]
# ## What our machine can read now
#
# You may object that we picked the three numbers by looking at the very digits that we then
# counted. You'd be right, and it's a serious objection. So here are 200 zeros and ones from other
# people, which we didn't use.

# %% figure="fooled" alt="Six handwritten ones that the neuron took for zeros. All of them lean far to the right." caption="All six digits that it got wrong. The title says which digit it is, and what the judge took it for."
fresh = load_mnist("test", source="subset")
wanted = fresh.labels < 2
fresh_images, fresh_labels = fresh.images[wanted, 0], fresh.labels[wanted]
fresh_m, fresh_w = middle(fresh_images), width(fresh_images)

verdicts = (judge(torch.stack([fresh_m, fresh_w], dim=1)) > 0).long()  # 0 or 1
hits = count_right(verdicts == 1, fresh_labels)
print(f"the judge: {hits} of {len(verdicts)}, or {hits / len(verdicts):.1%}")
print("the middle alone:", count_right(fresh_m > 0.38, fresh_labels))
wrong = verdicts != fresh_labels
show(
    draw_digits(
        fresh_images[wrong], fresh_labels[wrong], predicted=verdicts[wrong]
    )
)

# %% [markdown]
# Our judge gets 194 of 200 right, or 97.0 %. On the digits we tuned it on it was much the same,
# so there's no sign that we've fooled ourselves, though 200 digits can't rule it out.
#
# But look at the second line, which surprised us. On these 200 digits, the middle alone does
# *better*. All six mistakes are ones that lean so far that the width outvoted the middle, which
# had them right. Was the second witness a bad idea, or did we only turn it up too loud? Or was it
# bad luck? The judge and the middle alone differ on a handful of digits, and nobody can tell from
# a handful. How many digits it takes is a question of its own, and [a later
# lesson](11_evaluation.py) takes it up.
#
# So our machine can tell a 0 from a 1. We still did most of the work. We said where to look, what
# to measure, and how much it counts. And it has never heard of the other eight digits. One judge
# gives one answer, so to read ten digits we need ten answers. Let's hire more judges, and have
# them all listen to the same witnesses. [In the next lesson](02_layers.py) their weights stand
# side by side, and become a matrix.
#
# ## Exercises
#
# Open the notebook (the link is at the top of the page), write each answer into its cell, run it,
# then run the check below it. If something's wrong, the check usually knows what. Each exercise
# says what kind it is. To *warm up*, you need one line. To *apply* the idea, you take it
# somewhere new. And to *think*, you'll want paper more than code.

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
# `two_of_three(switches)`, the total of a neuron that notices when at least two of them are on.
# It adds up the switches, each with its weight, and a bias. The total should be above zero when
# two or three are on, and below zero otherwise. `switches` has the shape `(3,)`, and the result
# is a single number.
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
# The width and the bias come to -0.5 * 12 + 2 = -4. The middle has to make up for that, and its
# ink counts ten times.
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
