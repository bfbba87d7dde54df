# %% [markdown]
# # One neuron
#
# Someone scribbles something on a scrap of paper and slides it across the table. "Zero," you say.
# It took you a tenth of a second, and a five-year-old could have done it.
#
# Now explain how you knew. Write down the rule for a machine that has never seen handwriting, or
# anything else for that matter. All it knows is numbers. A zero is round, you say? Fine, but
# what's "round" in numbers? A one is a straight line? Some ones lean. Some wear a hat and stand
# on a little platform. And some zeros are so thin that you'd swear they were ones. Whatever rule
# you write, somebody's handwriting will break it.
#
# Let's give up on the perfect rule. Instead we'll collect a few clues, none of them reliable, and
# weigh them against each other. And we'll start as small as we can. **Can two measurements and a
# single neuron tell a 0 from a 1?**
#
# <!-- neuron first -->
#
# You'll be able to
#
# - explain what a neuron computes, and what its weights and its bias are for;
# - choose weights yourself, and count how many handwritten digits they get right;
# - write a neuron as a matrix product, and make sense of the error when the shapes don't match.
#
# Reading takes 30 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## Sixteen scribbles
#
# This course comes with a few thousand digits written by real people, each with a **label** that
# says which digit it is. For now we'll keep only the zeros and ones, 1,000 in all, split evenly.
# You can follow along without running anything, or open the notebook at the top of the page.
#
# Try to read these sixteen. The first row is ordinary. The second we picked to annoy you. (In the
# code, `wanted` holds a `True` or a `False` for each digit. In square brackets, it picks out the
# ones marked `True`.)

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
# You got through them, though a few may have needed a second look. The machine doesn't get to
# look at all. For each digit it's handed 28 rows of 28 numbers, from 0 for blank paper to 1 for
# solid ink. Let's swap places. Here's a small piece of another digit, six rows of six numbers,
# and this time you don't get to see the rest.
# <!-- example -->

# %% figure="pixels" alt="Six rows of six boxes, each with a number from 0 to 1. The numbers near 1 run from the upper right to the lower left, and in the corners beside them are zeros." caption="Squint and you'll see the stroke, where the numbers are near 1. Along its blurry edge they fade to 0."
from mlp_tutorial.plots import draw_tensors

piece = images[88, 14:20, 15:21]  # digit 88, six rows and six columns of it
show(draw_tensors(piece.round(decimals=1)))

# %% [markdown] tags=["predict"]
# You're the machine now, and these 36 numbers are all you know. What do you say?
#
# - [x] It's a 0.
#   The stroke belongs to its right side. You had no way to be sure of it, since through a hole
#   this small a 1 that leans looks the same.
# - [ ] It's a 1.
#   You saw a slanted stroke, and that's what a 1 is made of. Through a small enough hole, the
#   side of a 0 is a slanted stroke, too.

# %% figure="the-rest" alt="Two pictures of the same slanted zero. In the first it's faint except for a small square on its right side. The second shows all of it." caption="The piece in its place, and the whole digit."
faint = images[88] / 4
faint[14:20, 15:21] = piece
show(draw_digits(torch.stack([faint, images[88]])))  # a pile of two pictures

# %% [markdown]
# Not hard at all, once you see the rest. The machine gets all 784 numbers (28 rows of 28) as
# well, but it doesn't know what a line is, or a loop.

# %% [markdown]
# ## Two witnesses
#
# You can't cross-examine 784 numbers, so let's hold a trial and call two witnesses. Neither
# knows the whole story. Each noticed one thing and reports it as a number. A number that measures
# something about a digit is called a **feature**.
#
# The first witness is the **middle**. It looks at the 4 by 4 pixels at the center of the picture
# and reports how much ink they hold on average. A 1 should have plenty there. A 0 has its hole
# there, so it should have little or none.
#
# The second witness is the **width**, because a 0 is usually wider than a 1. This witness goes
# through the 28 columns and notes the darkest pixel in each. That's about 1 if the pen went
# through the column, and 0 if the column is blank. Add up all 28, and you have roughly the number
# of columns the digit touches.

# %% figure="testimony" alt="A zero and a one. In each, the 4 by 4 pixels at the center are outlined. In the zero they are nearly white, in the one mostly black. Below each digit is a bar for each column that has ink, twenty bars for the zero and eight for the one." caption="The first witness looks only inside the little box. The second adds up the bars, one per column."
from mlp_tutorial.plots import draw_measurements

show(draw_measurements(images[[0, 2]]))

# %% [markdown]
# The box is nearly blank in the zero and mostly ink in the one. The bars tell them apart too,
# with about 20 of them for the zero and about 8 for the one.
# <!-- example -->
#
# We need the same for a thousand digits, and all of them are already in `images`, one big block
# of numbers. A block like that is called a **tensor**. Its directions are called **axes**, and
# its **shape** lists how many entries there are along each axis. Read a shape from the right. The
# last number is how many columns there are, and the one before it is how many rows. Rows and
# columns make a sheet. A third number tells you that you have a whole stack of sheets, and how
# many.

# %% figure="tensor-boxes" alt="Three tensors as boxes of numbers: a row of four labels, a grid of two rows and four columns, and two such grids one behind the other." caption="Four labels, a small piece of one digit, and the same piece of two digits. Below each tensor you'll find its shape and how many axes it has."
piece = images[:2, 12:14, 12:16].round(decimals=1)
show(draw_tensors(labels[:4], piece[0], piece))
print(images.shape, images[0].numel())

# %% [markdown]
# So `images` is a stack of 1,000 sheets. The sheets are axis 0, the rows are axis 1, and the
# columns are axis 2. In square brackets, commas separate the axes, and a lone colon means "all of
# them."
#
# Both witnesses **collapse** axes. To collapse an axis is to squash all the numbers along it into
# one number. For example, `mean` takes their average, `sum` their total and `amax` the largest of
# them. You pick the axis with `dim`, and the axis you pick disappears. In `images.amax(dim=1)`
# that's axis 1, the 28 rows. One number is left for each column, so the shape is (1000, 28). Now
# the columns are axis 1. Collapse them as well, and you're left with one number for each digit.
# Python writes the shape of a plain list like that as `(1000,)`.


# %%
def middle(images):
    center = images[:, 12:16, 12:16]  # all sheets, four rows, four columns
    return center.mean(dim=(1, 2))  # rows and columns disappear: (1000,)


def width(images):
    darkest = images.amax(dim=1)  # axis 1, the rows, disappears: (1000, 28)
    return darkest.sum(dim=1)  # now axis 1 is the columns: (1000,)


m, w = middle(images), width(images)
for i in (0, 2):
    print(f"a {labels[i]}: {m[i]:.2f} in the middle, {w[i]:.1f} wide")

# %% [markdown]
# A witness only reports a number, and we want a verdict. We pick a cutoff for each witness,
# called a **threshold**. Going by the middle alone, we say 1 if it's above its threshold. With
# the width it's the other way around, and we say 1 if it's *below*.

# %% [markdown] tags=["predict"]
# Suppose you're allowed only one witness, but you get to pick the best threshold for it. Which of
# the two gets more of the 1,000 digits right?
#
# - [ ] The width.
#   A 1 is a thin stroke, but if it leans, it spreads its ink over column after column, and some
#   zeros are simply narrow.
# - [x] The middle.
#   Whoever collected these digits centered every one of them, so most ones pass through the
#   middle no matter how far they lean.
# - [ ] They're about equally good.
#   Their right answers aren't far apart, but the width makes more than twice as many mistakes.


# %%
def count_right(says_one, labels):
    right = says_one == (labels == 1)  # True or False for each digit
    return right.sum().item()  # how many are True, as a plain number


for t in (0.1, 0.2, 0.3, 0.38, 0.5):
    print(f"middle above {t}: {count_right(m > t, labels)} right")
for t in (10, 12, 13.4, 15):
    print(f"width below {t}: {count_right(w < t, labels)} right")

# %% [markdown]
# The best thresholds we found are 0.38 for the middle and 13.4 for the width, so the number to
# beat is 955. That leaves 45 digits wrong, and you'd read many of those without blinking.
#
# If `m` were an ordinary Python list, `m > t` would crash. A tensor compares every one of its
# entries with `t`, so you get a thousand answers, each `True` or `False`. And because `True`
# counts as 1 and `False` as 0, adding them up tells you how many are `True`.
#
# What matters now is whether the two witnesses get the *same* digits wrong.

# %%
is_one = labels == 1
fools_middle = (m > 0.38) != is_one  # True where the verdict is wrong
fools_width = (w < 13.4) != is_one
both = (fools_middle & fools_width).sum().item()  # & is "and"
print(fools_middle.sum().item(), "digits fool the middle")
print(fools_width.sum().item(), "digits fool the width")
print(both, "digits fool both, and", len(labels) - both, "don't")

# %% [markdown]
# Only eight digits fool both. On each of the other 992, at least one witness is right. If only
# somebody would listen to both of them.

# %% [markdown]
# ## A judge with a prejudice
#
# That somebody is our neuron. Picture a judge, though not a very bright one. The only thing this
# judge can do is keep a running total. Evidence for a 1 gets added, and evidence against it gets
# subtracted. If the total ends up above zero, the verdict is 1. If it doesn't, the verdict is 0.
#
# Our threshold fits right in. Saying 1 when the middle is above 0.38 is the same as saying 1 when
#
# $$\text{middle} - 0.38 > 0$$
#
# Written like that, the judge's total doesn't start at zero. Before any witness has been heard,
# it's already at -0.38, and the evidence has to overcome that. A number that gets added no matter
# what the witnesses say is called a **bias**. In a courtroom it would be a scandal. Here it's
# just the threshold, moved to the other side.
#
# Let's hear both witnesses at once. Ink in the middle is evidence for a 1, so we add it, and
# width is evidence against a 1, so we subtract it. This time the bias has to be large and
# positive, because every digit's width drags the total down. We'll take 12.9, which is about as
# good as it gets.

# %% [markdown] tags=["predict"]
# The judge works out `middle - width + 12.9` for all 1,000 digits. On their own, the witnesses
# got 955 and 900 right. About how many does the judge get right?
#
# - [ ] About 990.
#   Only eight digits fool both witnesses, but it would take a judge who knows which one to
#   believe each time, and ours just keeps a total.
# - [ ] About 970.
#   Then two witnesses would be better than one. Look back at what they reported on the first
#   digit. The middle said 0.16, and the width said 19.8.
# - [x] About 910.
#   Two witnesses do worse here than the middle alone. The middle is never more than 1, while two
#   widths can easily be ten apart, so the middle barely counts.

# %%
bias = 12.9
hits = count_right(m - w + bias > 0, labels)
print(f"with a bias of {bias}, {hits} are right")

# %% [markdown]
# One witness whispers numbers between 0 and 1, and the other shouts numbers up to 20. Guess which
# of them the judge hears.
#
# To see what went into the verdicts, let's draw a map where each digit is a point. The more ink a
# digit has in the middle, the farther right it goes, and the wider it is, the higher up. Then we
# shade every place where the judge would say 1. With a thousand points you couldn't see the
# border, so the map shows only every fourth digit.
#
# To draw it, we need a table with a row for each digit, `m` in the first column and `w` in the
# second.

# %% figure="shouting" alt="A map of a quarter of the digits. Ones lie in the lower right, where the middle holds ink and the width is small, and zeros in the upper left. A line that's almost level cuts through both groups, and the area below it is shaded." caption="Circles inside the shaded area are mistakes, and so are strokes outside it. The border is almost level, as if the middle didn't matter."
from mlp_tutorial.plots import plot_decision

X = torch.stack([m, w], dim=1)  # side by side, a row each: (1000, 2)


def rash_judge(X):
    return X[:, 0] - X[:, 1] + 12.9  # first column, second column


names = ["middle", "width"]
some = slice(0, None, 4)  # every fourth
show(plot_decision(X[some], labels[some], rash_judge, names=names))

# %% [markdown]
# The middle never says more than 1, so the width drowns it out. The cure is to give each witness
# a volume knob. Before adding anything up, the judge multiplies each feature by a number called
# its **weight**. The size of the weight says how far the knob is turned up or down, and its sign
# says which side the testimony helps, plus for a 1 and minus for a 0. For example, a weight of 10
# makes the middle ten times as loud. A weight of -0.5 cuts the width's volume in half, and
# because of the minus sign it still speaks against a 1.
#
# And that's a whole neuron. It multiplies each feature by its weight, adds up the results and the
# bias, and checks whether the total is above zero.
#
# Which weights are good? Turn the knobs, and watch the border move. Can you get more right than
# the 955 of the middle alone?
#
# <!-- neuron -->
#
# (No knobs where you're reading? Then change the numbers in the `judge` of the next cell, and put
# them back before you go on.)

# %% [markdown]
# After a lot of fiddling, we ended up with 10 for the middle, -0.5 for the width and a bias of 2.
# (Letting the machine find these numbers is called **training**.) For the first zero, the total
# is now `10 * 0.16 - 0.5 * 19.8 + 2`, which is about -6, so the verdict is 0. And how does the
# judge do on the whole thousand?
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
# wrong, but we cheated. We picked that row from the 29.
#
# Why isn't it closer to 992? When the witnesses disagree, the louder one wins, and the louder one
# isn't always right. The knobs can't change that, because they have to stay put for all thousand
# digits.

# %% [markdown]
# ## Where does the judge change its mind?
#
# Both borders on our maps are straight, and here's why. The judge changes its mind where the
# total is exactly zero:
#
# $$10 \cdot \text{middle} - 0.5 \cdot \text{width} + 2 = 0$$
#
# Move the width to the other side, multiply by 2, and you get $\text{width} = 20 \cdot
# \text{middle} + 4$, the kind of equation you graphed as a line in school. **A neuron with two
# features draws a straight line, and its verdict depends on which side you're on.** With three
# features it's a flat sheet in a room, and with 784 it's the same thing in a space that nobody
# can draw. The border never bends.
#
# Change a weight and the line turns. Change the bias and it slides. Go back to the knobs and
# watch it happen. Did you beat our 971?

# %% [markdown]
# ## How sure is it?
#
# A total of 0.1 and a total of 10 both mean 1, but you wouldn't treat them alike, since the first
# verdict could have gone either way. We'd rather have a number between 0 and 1. Anything near 1
# would mean "surely a 1," anything near 0 would mean "surely a 0," and one half would mean "no
# idea."
#
# The classic way to get there is the **sigmoid**, a curve that looks like a lazy S:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# Here $z$ is the total, $e$ is a number near 2.718, and $e^{-z}$ is what's left of 1 after you've
# divided it by $e$, $z$ times in a row. (If $z$ is 2.5, the result is somewhere between two
# divisions and three, and `exp` works it out for you.) When $z$ is large, that's almost nothing,
# so we get almost 1. When $z$ is far below zero, you multiply by $e$ over and over instead, so
# $e^{-z}$ is huge, and we get almost 0. In between, at $z = 0$, we have $e^0 = 1$ and get exactly
# one half. A function that the total goes through at the end is called an **activation
# function**.
# <!-- example -->

# %% figure="sigmoid-squashes" alt="The sigmoid, a curve that rises from 0 on the left through one half at zero to 1 on the right." caption="Every total ends up between 0 and 1. Near zero a small step makes a big difference, and beyond 5 it makes hardly any."
from mlp_tutorial.plots import plot_activation


def activation(z):
    return 1 / (1 + torch.exp(-z))


show(plot_activation(torch.sigmoid, slope=False))

# %% [markdown]
# PyTorch comes with a sigmoid of its own, so we can check ours against it. We'll often do that in
# this course. We write something by hand, let PyTorch do the same, and `assert` that the two
# agree up to rounding. If they didn't, this page couldn't have been built.

# %%
outputs = activation(judge(X))
assert torch.allclose(outputs, torch.sigmoid(judge(X)))
for i in range(4):
    print(f"a {labels[i]}: {outputs[i]:.4f}")

# %% [markdown]
# The first three are right and sound sure of it. The last digit is a 1 that the judge calls a 0.
# At least 0.38 doesn't sound sure.
#
# You'll often hear this output called a probability. Be careful with that word. When the neuron
# says 0.9, will the digit turn out to be a 1 nine times in ten? We haven't checked. In [lesson
# 12](12_evaluation.py) we will, for a bigger network.
#
# Our judge was made for zeros and ones. Let's be mean and show it some sevens.

# %% figure="sevens" alt="Eight handwritten sevens." caption="Find the center of each picture. What would each witness report?"
sevens = digits.images[digits.labels == 7, 0]
show(draw_digits(sevens[:8]))
print(len(sevens), "sevens")

# %% [markdown] tags=["predict"]
# What will the judge say about the 500 sevens?
#
# - [ ] Mostly that they're ones.
#   A seven has no hole, but its stroke usually passes to the right of the center, so there's
#   little ink in the middle.
# - [x] Mostly that they're zeros.
#   And it sounds sure of it, too. Most sevens have little ink in the middle and are wider than
#   most ones, so to our witnesses they look a lot like zeros.
# - [ ] Mostly that it has no idea.
#   Then its outputs would be near one half. All that counts is which side of the line a point is
#   on, and how far away it is, and most sevens are far from the line.

# %%
outputs = activation(judge(torch.stack([middle(sevens), width(sevens)], dim=1)))
for low, high in ((0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1)):
    count = ((low < outputs) & (outputs <= high)).sum().item()
    print(f"between {low} and {high}: {count}")

# %% [markdown]
# At best, the neuron can sound torn between 0 and 1. It has no way to say "neither."

# %% [markdown]
# ## So that's a neuron
#
# To read sevens, we'll need more features and more neurons. Before we get them, let's write down
# what one neuron does with any number of features. We'll call the features $x_1, x_2, \dots, x_n$
# and their weights $w_1, w_2, \dots, w_n$. There's one bias $b$, and an activation function $f$
# at the end:
#
# $$y = f\Big(\sum_{i=1}^{n} x_i w_i + b\Big)$$
#
# The big Σ means "add these up, for each $i$ from 1 to $n$." For our judge, it's short for $x_1
# w_1 + x_2 w_2$. The name "neuron" is borrowed from the cells in your head, which also collect
# signals and fire when enough of them come in.

# %% figure="neuron-with-numbers" alt="A neuron: two inputs on the left, a line with its weight from each to the sum Σ, the bias b from below, then the activation f and the output y." caption="The judge reads the first 1 in our collection. Follow each feature from left to right."
from mlp_tutorial.plots import draw_neuron

show(draw_neuron(X[2], torch.tensor([10.0, -0.5]), torch.tensor(2.0)))

# %% [markdown]
# ## The same total, as a matrix product
#
# Written out like our judge's, the total of 784 pixels would fill a page. But multiplying pair by
# pair and adding up is what a **matrix product** does whenever a row meets a column, and it takes
# one short line of code for any number of features. Here's the first 1 again, with the bias added
# at the end:
#
# $$\begin{bmatrix} 0.728 & 7.80 \end{bmatrix} \cdot \begin{bmatrix} 10 \\ -0.5 \end{bmatrix} + 2$$
#
# That's `0.728 * 10 - 7.80 * 0.5 + 2`, or 5.38.
# <!-- example -->
#
# The features lie in a row, and the weights stand in a column. Now put a second digit's row below
# the first. It meets the same column, and its total goes below the first total. All thousand
# digits can be judged by a single product, which is written `@` in Python.

# %% export="weights bias"
weights = torch.tensor([[10.0], [-0.5]])  # a column, (2, 1)
bias = torch.tensor(2.0)
totals = X @ weights + bias
print(X.shape, weights.shape, totals.shape)
assert torch.allclose(totals[:, 0], judge(X), atol=1e-5)  # the only column

# %% [markdown]
# Shapes in a product work like dominoes. In (1000, 2) times (2, 1), the two inner numbers have to
# match, because each row must be as long as the column it meets. Those two disappear, and you're
# left with (1000, 1).
#
# What if they don't match? Let's break it on purpose, with a neuron that has five features. We'll
# make it up from random numbers around 0. The 7 in `manual_seed(7)` is called the **seed**. It
# fixes which numbers come out, so that you can compare yours with ours.

# %%
torch.manual_seed(7)
features = torch.randn(1, 5)
five_weights = torch.randn_like(features)  # as many as there are features
five_bias = torch.randn(1, 1)
print(features, five_weights, five_bias, sep="\n")
try:  # a line that may fail
    features @ five_weights
except RuntimeError as error:  # and if it does
    print(error)

# %% [markdown]
# You'll see this message a lot, so let's read it slowly. `mat1` is the first factor, `mat2` is
# the second, and `1x5` means 1 row and 5 columns. The dominoes are (1, 5) and (1, 5), and the
# numbers that meet in the middle are 5 and 1. Both tensors are lying down, but the weights have
# to stand up. `.T` does that by swapping rows and columns.

# %%
print(five_weights.T.shape)
five_sum = features @ five_weights.T
print(five_sum)
assert round(activation(five_sum + five_bias).item(), 4) == 0.1595
assert torch.equal(five_weights.reshape(5, 1), five_weights.T)

# %% [markdown]
# As the last line says, `reshape(5, 1)` would have stood them up, too. Be careful with it,
# though. It reads off the numbers in order and pours them into the new shape. For one row that's
# the same as `.T`, but with several rows the numbers end up in the wrong places.

# %% [markdown]
# ## What our machine can read now
#
# You may object that we picked the judge's three numbers by looking at the very digits we then
# counted, and you'd be right. Here are 200 zeros and ones that we haven't used, written by other
# people.

# %% figure="fooled" alt="Six handwritten ones that the neuron took for zeros. All of them lean far to the right." caption="All six digits the judge got wrong. Each title says which digit it is, and what the judge took it for."
fresh = load_mnist("test", source="subset")
wanted = fresh.labels < 2
fresh_images, fresh_labels = fresh.images[wanted, 0], fresh.labels[wanted]
fresh_m, fresh_w = middle(fresh_images), width(fresh_images)

verdicts = (judge(torch.stack([fresh_m, fresh_w], dim=1)) > 0).long()  # 0 or 1
hits = count_right(verdicts == 1, fresh_labels)
print(f"the judge: {hits} of {len(verdicts)}, or {hits / len(verdicts):.1%}")
middle_right = (fresh_m > 0.38) == (fresh_labels == 1)
print("the middle alone:", middle_right.sum().item())
wrong = verdicts != fresh_labels
print("right where the judge is wrong:", middle_right[wrong].sum().item())
show(
    draw_digits(
        fresh_images[wrong], fresh_labels[wrong], predicted=verdicts[wrong]
    )
)

# %% [markdown]
# Our judge gets 194 of 200 right, or 97.0%. That's about the same as on the digits we tuned it
# on, so there's no sign that we fooled ourselves, though 200 digits can't rule it out.
#
# But on these 200 digits, the middle alone does *better*. The judge's six mistakes are all ones
# that lean far over, which makes them wide. The middle has all six right, and the width outvoted
# it. Was the second witness a bad idea, did we turn it up too loud, or was it bad luck? The judge
# and the middle disagree on only eight of the 200, and that's too few to tell. [Lesson
# 12](12_evaluation.py) takes the question up again, with more digits.
#
# So our machine can tell a 0 from a 1, but we did most of the work. We told it where to look,
# what to measure and how much each measurement counts. It has never heard of the other eight
# digits, either. A neuron has only one answer to give, and to read ten digits we'd need ten
# answers. [In the next lesson](02_layers.py) we put several neurons next to each other and give
# all of them the same features, and their weights become a matrix.
#
# ## Exercises
#
# Open the notebook, which is linked at the top of the page. Write each answer into its cell, in
# place of the line with `raise` or the three dots, and run it. Then run the check below. If
# something's wrong, the check can usually tell you what. Each exercise says what kind it is. A
# *warm-up* takes only a line or two. *Apply* takes the idea somewhere new. And for *think*,
# you'll want paper more than code.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Five features
#
# Write `neuron(features, weights, bias)`, which multiplies pair by pair, adds up the products and
# the bias, and puts the total through the sigmoid. `features` and `weights` have the shape `(1,
# n)`, while the bias and the result have the shape `(1, 1)`. With our five features,
# `neuron(features, five_weights, five_bias)` is 0.1595.
#
# <details><summary>Hint 1</summary>
#
# `features * weights` multiplies pair by pair. What's left to do with the products?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Take their `.sum()`, then add the bias, and only then put the result through `torch.sigmoid`.
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
# Write `product_neuron(features, weights, bias)`, which does the same with a matrix product, and
# for several examples at once. `features` has the shape `(batch, n)`, with one example in each
# row. `weights` is lying down, in the shape `(1, n)`. The bias has the shape `(1,)`, and the
# result has the shape `(batch, 1)`. With our five features it's 0.1595 again.
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
# `features @ weights.T` has the shape (batch, 1). After that, the bias and the sigmoid work as
# before.
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
# The judge is completely torn over one example. Write `half_bias(features, weights)`, which
# returns the bias that makes the output for this example exactly one half. Both arguments have
# the shape `(1, n)`, and the result is one number.
#
# <details><summary>Hint 1</summary>
#
# For which total is the sigmoid one half? Look at its curve.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The witnesses have spoken, and there's no changing their part of the total. Which bias brings
# the total to where you need it?
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
# This time the witnesses are three light switches. Each of them says 1 if it's on and 0 if it's
# off. Write `two_of_three(switches)`, which returns the total of a neuron that notices when at
# least two of them are on. As always, that's each switch times its weight, all added up, plus a
# bias. The total should be above zero when two or three switches are on, and below zero
# otherwise. `switches` has the shape `(3,)`, and the result is one number.
#
# <details><summary>Hint 1</summary>
#
# No switch is more important than another. What does that say about the weights?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# With weights of 1, the sum counts the switches that are on. Which bias pushes a count of 1 below
# zero but leaves a count of 2 above it?
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
# Our judge adds up `10 * middle - 0.5 * width + 2`. Suppose a digit is 12 wide. How much ink does
# it need in the middle to leave the judge exactly undecided? Guess from the map first, then work
# it out. `ink` is a number.
#
# <details><summary>Hint 1</summary>
#
# "Undecided" means that the total is zero. You already know two of its three parts.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The width and the bias come to `-0.5 * 12 + 2`, which is -4. The middle has to make up for that,
# and its ink counts ten times over.
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
# Suppose you double our judge's weights, and its bias too. What happens to the line on the map,
# and to the outputs? Decide first, then write down the letter of your answer, as in `doubled =
# "a"`.
#
# - **a** The line gets twice as steep, and every output doubles.
# - **b** The line moves to twice its height, and every output rises.
# - **c** The line stays, outputs above one half rise, and outputs below one half fall.
# - **d** Nothing changes, because all of them grow by the same factor.
#
# <details><summary>Hint 1</summary>
#
# The line is where the total is zero. Where is twice the total zero?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Look at the sigmoid's curve. Suppose the total was 1 and now it's 2. Then suppose it was -1.
#
# </details>

# %% tags=["exercise"]
doubled = ...

# %% tags=["solution"]
doubled = "c"

# %% tags=["check"]
from mlp_tutorial.exercises import check_doubled

print(check_doubled(doubled))
