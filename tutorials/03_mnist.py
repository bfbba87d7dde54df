# %% [markdown]
# # Handwritten digits
#
# Who writes more clearly, a clerk at the Census Bureau or a teenager at school? Around 1990,
# NIST, the U.S. government's standards institute, collected digits from both. The clerks' digits
# were for building reading machines, and the teenagers' were for testing them. You can see the
# trouble coming. A machine that has only ever met tidy clerks knows nothing about teenagers.
# <!-- example -->
#
# So Corinna Cortes, Yann LeCun and Christopher Burges mixed the two piles and dealt them out
# again, 60,000 digits to learn from and 10,000 to test with. Now there are clerks and teenagers
# in each pile, but no single person is in both. While they were at it, the three also shrank
# every digit to fit the same small box and centered it. The result is called
# [MNIST](https://doi.org/10.1109/5.726791), and the M is for "modified."
# <!-- example -->
#
# These are the digits that our machine has to read. Today it gets to see them whole, all 784
# pixels, but its weights are pure chance. **What does a network say before it has learned
# anything?**
#
# You'll be able to
#
# - read digits by holding them up to ten averages, and say why those averages are neurons;
# - send real digits through a network with 784 inputs, 256 hidden units and 10 outputs;
# - choose random weights of a sensible size, and say where that size comes from.
#
# Reading takes 30 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## 70,000 scribbles
#
# The first time you call `load_mnist`, it downloads the digits. If you're offline, you'll get the
# 6,000 that come with the course, 5,000 to learn from and 1,000 to test with, and a line that
# tells you so. In that case your numbers will differ from ours.

# %%
import torch

from mlp_tutorial.data import load_mnist

train, test = load_mnist("train"), load_mnist("test")
print(train.images.shape, test.images.shape)
print(train.labels[:8])

# %% [markdown]
# Read the shape from the right. Each image has 28 columns and 28 rows. The odd-looking 1 to their
# left counts the colors. A color photo would have three, but gray needs only one. And the first
# number counts the digits. Somebody also wrote down what each digit is supposed to be. That's its
# label, and the second line shows the first eight.
#
# Before you compute anything with your data, look at it. Look at as much of it as you can stand.

# %% figure="digits-with-labels" alt="A grid of thirty-two handwritten digits in four rows, each with its label above it." caption="No two people write a 4 the same way. Do you agree with every label?"
from mlp_tutorial.plots import draw_digits, show

show(draw_digits(train.images[:32], train.labels[:32]))

# %% [markdown]
# That's 32 of them. To see all the rest at once, take all the zeros and average them pixel by
# pixel, then do the same with all the ones, and so on up to 9.

# %% figure="ghosts" alt="Ten blurred digits from 0 to 9. The 1 is the clearest, and the 4 and the 9 look alike." caption="Ten ghosts, each the average of thousands of digits. A ghost is solid where nearly everybody puts ink, and blurred where people disagree."
ghosts = torch.stack(
    [train.images[train.labels == digit].mean(dim=0) for digit in range(10)]
)
print(ghosts.shape)
print(train.labels.bincount())  # how many of each digit
show(draw_digits(ghosts, columns=5))

# %% [markdown]
# These averages look like ghosts, and they give us a very simple way to read. Take a digit, hold
# it up to each of the ten and pick the closest.
#
# What does "close" mean for pictures? On a map, you'd square the differences in both directions,
# add them up and take the root. For pictures we do the same, only with 784 directions instead of
# two, one for each pixel. Here's the very first digit. Hold it up to one ghost after another. On
# the right, a pixel is dark where the two disagree. Which ghost comes closest? Then try another
# 5.
#
# <!-- ghosts -->
#
# (The next cell prints the distances, too.)
#
# `cdist` finds the distance from every digit to every ghost. It wants each digit as one row of
# numbers, so we lay the 28 rows of the image end to end with `flatten(1)`, which joins all axes
# from axis 1 on. Axis 0, the digits, stays as it is. Then we count how many digits the ghosts get
# right. (`mean` won't average `True` and `False`, so `double()` turns them into numbers first.)

# %% export="distances"
x_train, x_test = train.images.flatten(1), test.images.flatten(1)
print(x_train.shape, x_test.shape)


def read_with(ghosts, x):
    return torch.cdist(x, ghosts).argmin(dim=1)  # the closest of the ten


def score(verdicts):
    right = verdicts == test.labels  # True or False for each digit
    return right.double().mean().item()  # the share of True


distances = torch.cdist(x_train[[0, 11]], ghosts.flatten(1))
for label, row in zip(train.labels[[0, 11]], distances):
    print(f"from a {label}:", *(f"{far:.1f}" for far in row))
verdicts = read_with(ghosts.flatten(1), x_test)
print(f"the ghosts read {score(verdicts):.1%}")  # as a percentage

# %% [markdown]
# Both digits are 5s. The first finds its own ghost, but look how close it gets to the 3. The
# other one gets read as a 1, and its own ghost comes only third. It's a small, slim 5 that
# overlaps none of the ghosts well, and the 1, which has the least ink of all, is wrong in the
# fewest places. Still, the ghosts read more than four digits in five, and all we did was take ten
# averages. Any network we train in this course should beat the ghosts, or it wasn't worth
# training.

# %% [markdown]
# ## A ghost is a neuron
#
# What does a ghost actually do? It sets 784 pixels against 784 numbers of its own. That should
# remind you of our neuron from [the first lesson](01_neuron.py), which had a weight for every
# feature. In fact the ghosts *are* neurons, ten of them side by side.
#
# Take one pixel of the digit, $x$, and the same pixel of a ghost, $g$. A neuron with the ghost
# for its weights counts $xg$, which is large where both of them have ink. If that were all, a
# ghost with a lot of ink, like the 0, would win too often, so give each neuron a bias that takes
# away half of $g^2$ for every pixel. Now suppose the digit has solid ink here, so $x$ is 1. A
# ghost with 0.8 gets 0.8 - 0.32, which is 0.48. A ghost with 0.2 gets 0.2 - 0.02, only 0.18. The
# ghost that's closer gets more, and it always does:
# <!-- example -->
#
# $$xg - \tfrac{1}{2} g^2 = \tfrac{1}{2} \left( x^2 - (x - g)^2 \right)$$
#
# (Multiply out the right side, where $(x - g)^2$ is $x^2 - 2xg + g^2$, and you'll get the left.)
# Add this up over all pixels. The $x^2$ is the digit's own, so it's the same for all ten ghosts,
# and the squared distance counts against them. **The closest ghost gets the largest total.**
# Reading with ghosts is reading with ten neurons, and their weights form an ordinary matrix.

# %%
W = ghosts.flatten(1).T  # a column for each ghost
b = -0.5 * (W**2).sum(dim=0)
by_layer = (x_test @ W + b).argmax(dim=1)
print(W.shape, f"{score(by_layer):.1%}")
assert (by_layer != verdicts).double().mean() < 0.001

# %% [markdown]
# Did it worry you that we laid the rows end to end? Two pixels that used to be one above the
# other are now 28 places apart. But a neuron adds up pixel times weight, and a sum doesn't care
# what order its terms come in. You could shuffle all 784 places, as long as you do the same to
# every digit and every ghost.

# %% figure="scrambled" alt="Eight handwritten digits, and below each of them a square in which the same pixels are scattered at random." caption="Eight digits, and the same eight with their pixels in another order."
generator = torch.Generator().manual_seed(0)  # dice with their own seed
order = torch.randperm(784, generator=generator)  # 0 to 783, shuffled
scrambled = x_train[:8, order]  # eight rows, with their columns in this order
pictures = torch.cat([x_train[:8], scrambled]).reshape(16, 28, 28)
show(draw_digits(pictures))
same = read_with(ghosts.flatten(1)[:, order], x_test[:, order])
print(f"scrambled: {score(same):.1%}")
assert (same != verdicts).double().mean() < 0.01

# %% [markdown]
# You can't read the second row, and neither can we. To the ghosts it's as easy as the first. A
# network of neurons like these doesn't see a picture. It gets a list of 784 numbers, and it has
# no idea which of the pixels used to be neighbors.

# %% [markdown]
# ## Weights from the dice
#
# A ghost has to be a single picture, whether people write their 7 with a bar or without one. But
# remember the two specialists in [the last lesson](02_layers.py). Each of them looked for one
# thing, and the unit after them put together what they'd found. So let's put a hidden layer
# between the pixels and the ten outputs, with 256 units. One of them could look for a bar across
# the middle, for example, and another for a loop at the bottom, and the output units could make a
# 7 or a 6 out of that.
# <!-- example -->
#
# But what should they look for? For one layer we could take averages. Here no label says what the
# fifth of 256 hidden units should report, so they'll have to find out for themselves, in
# training. They have to start from something, though, so we roll dice for every weight and every
# bias. For now, each of the 256 looks for some random pattern of ink. Our dice are `randn`, whose
# numbers are mostly between -1 and 1 and hardly ever beyond 3.

# %%
torch.manual_seed(7)
W1, b1 = torch.randn(784, 256), torch.randn(256)
W2, b2 = torch.randn(256, 10), torch.randn(10)

x = x_train[:32]  # the first 32 digits
hidden = torch.sigmoid(x @ W1 + b1)
logits = hidden @ W2 + b2
print(x.shape, hidden.shape, logits.shape)
print(logits[0])  # what the ten report about the first digit

# %% [markdown]
# This is the network of the last lesson, only larger, and its last layer has no sigmoid. The ten
# output units report their bare totals, which are called **logits**, and the largest logit
# decides the verdict. Here that's the logit for 5, and the first digit really *is* a 5. Don't be
# impressed. It's luck.

# %% figure="batch-flow" alt="Three gray images side by side, each with 32 rows: the pixels, 784 columns wide, the hidden units, 256 columns, and the logits, 10 columns. In the hidden layer most entries are black or white, and some columns have nearly the same shade from top to bottom." caption="32 digits on their way through the network, a row for each. In the middle, ink means that a unit says 1, and blank paper means 0."
from mlp_tutorial.plots import draw_batch

show(draw_batch({"pixels": x, "hidden units": hidden, "logits": logits}))

# %% [markdown]
# How many digits does it read? The library's `forward` sends all the test digits through a list
# of layers, with a sigmoid after every layer but the last.

# %%
from mlp_tutorial.layers import forward

dice = [(W1, b1), (W2, b2)]
logits = forward(x_test, dice)
print(f"right on {score(logits.argmax(dim=1)):.1%} of the test digits")

# %% [markdown]
# It reads about 1 digit in 10. With ten digits to choose from, that's all you can expect from
# dice.
#
# How sure does it sound? To find out, we borrow a function from the next lesson. `softmax` turns
# ten logits into ten shares that add up to 1. When a digit's share is close to 1, the network is
# saying "it's this digit and no other." When all ten shares are 0.1, it's saying "I have no
# idea." What counts is how far apart the logits are. If one of them leads another by 1, it gets
# about 3 times the share, and if it leads by 3, about 20 times. In the ten logits above, for
# example, the 5 is ahead of the 4 by a bit more than 1 and ahead of the 2 by not quite 3.
# <!-- example -->

# %% [markdown] tags=["predict"]
# The network knows nothing. For each test digit, take its favorite's share, the largest of the
# ten. How large is that share on average?
#
# - [ ] Above 0.99
#   The favorite's logit would have to be nearly 5 ahead of the next one, almost every time. In the
#   logits we printed, the lead was only a bit more than 1.
# - [x] About 0.9
#   The logits we printed are strung out from -19 to 13, so the largest is often well ahead of the
#   rest. With a lead of 3, it already has about 20 times the share of the runner-up.
# - [ ] About 0.4
#   One of the ten has to come out ahead by chance, but in the logits we printed, most of the
#   others are far behind.
# - [ ] About 0.1
#   A network without a clue has no reason to prefer any digit, and 0.1 is what it should say. The
#   logits we printed are far from equal, though.

# %%
shares = torch.softmax(logits, dim=1)
favorite = shares.amax(dim=1)
print(f"{favorite.mean():.2f} on average")
assert favorite.mean() > 0.7

# %% [markdown]
# It gets nine digits out of ten wrong, and it's sure of itself all the same.

# %% [markdown]
# ## The noise of a crowd
#
# The network has never seen a label, and yet its favorite gets a share of 0.87 on average. That's
# no bug in our code. Where does all the confidence come from? Each logit is a sum of 256 terms,
# and each total in the hidden layer is a sum of 784. None of the terms is loud, but there are an
# awful lot of them. To hear what a crowd like that can do, let's listen to a simpler one.

# %% [markdown] tags=["predict"]
# In a stadium, 100 people each flip a coin. Heads counts as 1 and tails as -1, and we add
# everything up. Most of it cancels, and typically the sum is about 10 away from 0. Then fill the
# stadium with 400 people. How far away will the sum typically be?
#
# - [ ] About 40
#   Four times the people would make four times the noise if all four groups of a hundred were
#   off in the same direction. But often one is above 0 and another below, and they cancel.
# - [x] About 20
#   Each of the four groups of a hundred is off by about 10, but not all in the same direction, so
#   they come to about 20 instead of 40.
# - [ ] About 10
#   With more people there's more to cancel, but there's more to be canceled, too. Four groups of a
#   hundred hardly ever come out exactly even.

# %%
sums = {}
for people in (100, 400, 784, 1600):
    heads = torch.randint(2, (10_000, people), generator=generator)  # 0 or 1
    sums[people] = (2 * heads - 1).sum(dim=1).double()  # 10,000 stadiums
    noise = sums[people].std()  # the typical distance from 0
    print(f"{people:4} coins: typically {noise:.1f} from 0")

# %% figure="crowds" alt="Two bell-shaped outlines around 0. The outline for 100 coins is narrow, and nearly all of it lies between -30 and 30. The outline for 784 coins is wider, and reaches to about -80 and 80." caption="How often each sum came up. With nearly eight times as many coins, the sums don't even spread three times as far."
from mlp_tutorial.plots import plot_histogram

pair = {"100 coins": sums[100], "784 coins": sums[784]}
show(plot_histogram(pair, xlabel="the sum", bins=25))
for people, each in sums.items():
    assert abs(each.std() / people**0.5 - 1) < 0.1

# %% [markdown]
# With four times the people, the sum is typically only twice as far from 0.
#
# Let's call that typical distance from 0 the noise. **The noise of a crowd grows like the square
# root of its size.** For 784 people that's 28. Why the root? Say the sum is 3, and one more coin
# comes down. Now it's 4 or 2, so on average it's still 3. But its *square* went from 9 to 16 or
# to 4, and the average of those is 10. It works like that from any sum. Each coin adds 1 to the
# square, on average, so the square is about as large as the crowd.
# <!-- example -->
#
# There's a proper word for how far from the mean numbers typically are. Take each number's
# distance from the mean, square it, average the squares, and take the root. That's the **standard
# deviation**, and `std` computes it. For example, if half the numbers are 1 and half are -1,
# their mean is 0 and each of them is 1 away from it, so their standard deviation is 1. (`std`
# divides by one less than the count, but with thousands of numbers you won't notice.)
# <!-- example -->
#
# A hidden unit adds up weights instead of coins, and one weight may be 0.03 and another -2.4. But
# the numbers from `randn` have a mean of 0 and a standard deviation of 1, like the coins, and no
# weight depends on another. For the noise, that's all that matters. Suppose all 784 pixels are 1.
# Then a hidden unit adds up 784 weights, and like the sum of 784 coins, the total will typically
# be 28 away from 0. Of course the pixels aren't all 1. Let's see how far from 0 the totals really
# are, in the hidden layer and in the output layer, which adds up 256 reports.
# <!-- example -->

# %%
weights = torch.randn(10_000, 784, generator=generator)
noise = weights.sum(dim=1).std()  # of 10,000 sums
print(f"a weight: {weights.std():.2f}, 784 of them: {noise:.1f}")
totals = x_test @ W1 + b1
beyond = (totals.abs() > 5).double().mean()
print(f"hidden totals: typically {totals.std():.1f}, not {784**0.5:.0f}")
print(f"beyond 5 or -5: {beyond:.0%}")
print(f"logits: typically {logits.std():.1f}, not {256**0.5:.0f}")
assert 27 < noise < 29

# %% [markdown]
# The hidden layer is quieter than 28, because most pixels are blank paper and say 0, and the
# output layer is quieter than 16, the root of 256, because many reports are close to 0, too.
# (Luck has a hand in it as well, since there are only ten of these sums.) Even so, a total of 10
# is a lot for a sigmoid, and logits that typically lie 8 above or below 0 are a lot for softmax.
# No single weight is too large. There are too many of them.
#
# What would you do about it? You know how much noise a crowd makes when everybody's weight is
# about 1. Divide each weight by that, by 28 in the first layer and by 16 in the second, and a
# crowd of any size sounds like one voice.

# %% [markdown]
# We could turn down the weights of the hidden layer, of the output layer, or both. Here's a
# network of each kind. (The last of them is for later.)
#
# <!-- folded -->

# %%
loud1, loud2 = dice
quiet1, quiet2 = (W1 / 784**0.5, b1), (W2 / 256**0.5, b2)
silent = [(quiet1[0], torch.zeros(256)), (quiet2[0], torch.zeros(10))]
networks = {
    "dice": dice,
    "hidden layer turned down": [quiet1, loud2],
    "output layer turned down": [loud1, quiet2],
    "both turned down": [quiet1, quiet2],
    "both, and no biases": silent,
}

# %% [markdown] tags=["predict"]
# Which of the two layers makes the larger difference to the confidence when we turn it down?
#
# - [x] The output layer
#   Even if all 256 hidden units say one half, the random weights of this layer turn that into a
#   noise of half of 16, or about 8.
# - [ ] The hidden layer
#   It's the louder of the two. But however loud it gets in there, no unit ever reports more than
#   1, and the output layer still has 256 reports to add up.
# - [ ] Neither of them alone
#   We'll turn both of them down in the end, but look at what each of them does alone.

# %%
sure = {}
for name, layers in networks.items():
    share = torch.softmax(forward(x_test, layers), dim=1).amax(dim=1)
    sure[name] = share.mean()
    print(f"{name:25} {share.mean():.2f}")
assert sure["output layer turned down"] < 0.6 < sure["hidden layer turned down"]

# %% [markdown]
# The confidence was made in the output layer.
#
# With that layer turned down, the average share of the favorite drops from 0.87 to 0.43. Now
# compare the last two networks. With both layers turned down, the evidence only whispers, and
# it's the biases you hear. They're still as loud as the dice made them, and they say the same
# thing about every digit. **Start the biases at 0**, and the network sounds almost as clueless as
# it is.
#
# <!-- folded -->

# %% figure="untrained-probabilities" alt="Bars for the digits 0 to 9. With weights straight from the dice, a single digit has about nine tenths of the share. With the weights turned down and no biases, all ten shares lie between 0.05 and 0.2." caption="The same digit in two untrained networks. In the second, the weights are turned down and the biases are 0."
from mlp_tutorial.plots import plot_probabilities

typical = (shares.amax(dim=1) - 0.87).abs().argmin()  # as sure as the average
hushed = torch.softmax(forward(x_test, silent), dim=1)
pair = {"dice": shares[typical], "turned down": hushed[typical]}
show(plot_probabilities(pair))

# %% [markdown]
# Turning down the first layer wasn't pointless, though. A sigmoid is almost flat beyond 5, and a
# unit that's out there says the same thing whether the evidence gets better or worse. With the
# dice, more than half of the totals were that far out, and a unit that barely responds barely
# learns, as you'll see in [lesson 5](05_activations.py). **Before you train a network on hundreds
# of pixels, turn its weights down.**

# %% [markdown]
# ## Mostly silence
#
# Now the network is quiet, but does it hear anything? When we divided by 28, we counted on pixels
# of about 1, like the coins. Most of a picture is blank paper, though, and blank paper says 0.
# The usual cure is to **normalize** the pixels, which means that you subtract their mean from
# each of them and divide by their standard deviation. After that, the mean is 0 and the standard
# deviation is 1.

# %%
from mlp_tutorial.data import normalize

blank = (x_train == 0).double().mean().item()
mean, std = x_train.mean(), x_train.std()
normal_test = normalize(x_test, mean, std)
print(f"{blank:.0%} of the pixels are 0")
print(f"mean {mean:.4f}, standard deviation {std:.4f}")
print(f"paper {normal_test.min():.2f}, ink {normal_test.max():.2f}")
for name, x in {"as they come": x_test, "normalized": normal_test}.items():
    totals = forward(x, silent[:1])  # the first layer, without its sigmoid
    print(f"{name}: a typical total is {totals.std():.2f} from 0")

# %% [markdown]
# A total of 0.34 barely moves a sigmoid. With normalized pixels it's about 1, as planned. That's
# the work of the dividing, since dividing by 0.3081 makes every total more than three times as
# large.
#
# Note that we used the mean and the standard deviation of the *training* digits for the test
# digits, too. The test digits stand in for handwriting that doesn't exist yet, and you can't take
# the average of that.

# %% [markdown]
# ## What our machine can read now
#
# Let's put it all together, with normalized digits and weights turned down, and roll the dice for
# 20 networks.

# %%
scores = []
for seed in range(20):
    torch.manual_seed(seed)
    W1, W2 = torch.randn(784, 256) / 28, torch.randn(256, 10) / 16
    layers = [(W1, torch.zeros(256)), (W2, torch.zeros(10))]
    scores.append(score(forward(normal_test, layers).argmax(dim=1)))
print(f"{len(scores)} networks: {min(scores):.1%} to {max(scores):.1%} right")
print(f"on average {sum(scores) / 20:.1%}")
assert 0.05 < sum(scores) / 20 < 0.15

# %% [markdown]
# Our machine can now take any digit at all, look at every pixel, and answer with one of ten. But
# it's guessing, and even the luckiest of the 20 is nowhere near the ghosts' 82.0%. Then again,
# the ghosts are only one layer, and their weights are plain averages. With 256 hidden units in
# between there's far more to choose from, if somebody can find the right numbers.
#
# To find them, we need to notice even the smallest improvement, and counting right answers is too
# coarse for that. A network that's sure and wrong ought to pay more than a network that shrugs,
# but how much more? And what does `softmax` do to ten totals that makes a lead of 3 or 4 a
# landslide? In [the next lesson](04_softmax.py), the network has to bet its money.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### A row for each image
#
# You've seen `flatten(1)`. Write `flatten(images)`, which does the same with `reshape`. It should
# work for images of any size and for any number of them, as long as there's at least one.
# `images` has the shape `(batch, 1, height, width)`, and the result has the shape `(batch,
# height * width)`.
#
# <details><summary>Hint 1</summary>
#
# `reshape` wants the new shape, which is two numbers. Which of them does `images` tell you?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `len(images)` is the size of the batch. If you write -1 for the other number, PyTorch works it
# out.
#
# </details>


# %% tags=["exercise"]
def flatten(images):
    raise NotImplementedError


# %% tags=["solution"]
def flatten(images):
    return images.reshape(len(images), -1)


# %% tags=["check"]
from mlp_tutorial.exercises import check_flatten

print(check_flatten(flatten))

# %% [markdown] tags=["exercise", "warm-up"]
# ### Ten totals
#
# Write `logits(x, W1, b1, W2, b2)`, which sends `x` through a hidden layer with the sigmoid and
# an output layer that just reports its totals. It should work for any number of digits, pixels
# and units. Our own network has 784 pixels, 256 hidden units and 10 outputs.
#
# <details><summary>Hint 1</summary>
#
# It's the network of lesson 2 with a piece missing. Which piece?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The totals you return may be any numbers, positive or negative. So stop after the second bias.
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

# %% [markdown] tags=["exercise", "apply"]
# ### Unscramble
#
# Somebody scrambled your digits with `x[:, order]` and lost the originals, but luckily kept the
# order. Write `unscramble(scrambled, order)`, which puts every pixel back where it was.
# `scrambled` has the shape `(batch, pixels)`, and `order` has the shape `(pixels,)`.
#
# <details><summary>Hint 1</summary>
#
# Try it on paper, with three pixels and the order 2, 0, 1. Which pixel of the scrambled row came
# first in the original?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# You need the order that undoes `order`. Either fill an empty tensor with `x[:, order] =
# scrambled`, or find out what `order.argsort()` returns.
#
# </details>


# %% tags=["exercise"]
def unscramble(scrambled, order):
    raise NotImplementedError


# %% tags=["solution"]
def unscramble(scrambled, order):
    return scrambled[:, order.argsort()]


# %% tags=["check"]
from mlp_tutorial.exercises import check_unscramble

print(check_unscramble(unscramble))

# %% [markdown] tags=["exercise", "apply"]
# ### Quiet, please
#
# Write `turn_down(W)` for a matrix of weights straight from the dice, with a row for each input
# and a column for each unit. It should return the weights turned down as in this lesson, so that
# the crowd doesn't shout, whatever the size of the matrix. `W` itself should stay as it was.
#
# <details><summary>Hint 1</summary>
#
# How many terms does each unit add up? Which of the two numbers in `W.shape` is that?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The noise is the square root of the number of inputs, `len(W) ** 0.5`.
#
# </details>


# %% tags=["exercise"]
def turn_down(W):
    raise NotImplementedError


# %% tags=["solution"]
def turn_down(W):
    return W / len(W) ** 0.5


# %% tags=["check"]
from mlp_tutorial.exercises import check_turn_down

print(check_turn_down(turn_down))

# %% [markdown] tags=["exercise", "think"]
# ### A larger stadium
#
# Now 10,000 people each flip a coin, 1 for heads and -1 for tails. How far from 0 will the sum
# typically be? Set `noise` to that number, without running anything.
#
# <details><summary>Hint 1</summary>
#
# Four times the people make twice the noise.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# 10,000 is a hundred times a hundred, and a crowd of 100 was typically off by 10.
#
# </details>

# %% tags=["exercise"]
noise = ...

# %% tags=["solution"]
noise = 10_000**0.5

# %% tags=["check"]
from mlp_tutorial.exercises import check_noise

print(check_noise(noise))

# %% [markdown] tags=["exercise", "think"]
# ### Nothing is wrong, says Python
#
# This function should normalize the training digits and the test digits, and use the mean and the
# standard deviation of the training digits for both. It runs, and the training digits come out
# fine, but the test digits don't. Find the bug and fix it.
#
# <details><summary>Hint 1</summary>
#
# Run it on small tensors and print `test` before and after the second line. What did that line
# do?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# What are the mean and the standard deviation of `train` by the time the second line asks for
# them?
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
