# %% [markdown]
# # Softmax
#
# The rent is 1,950 dollars. You write a check, and at the bank a machine reads it. "Seven
# thousand nine hundred fifty," says the machine. "And I'm 98% sure of that 7 in front." Who's
# going to argue with 98%? Nobody takes a second look, and by the time you find out, your account
# is empty and you're on the phone with somebody who keeps saying, "But it was 98% sure."
# <!-- example -->
#
# We've met that machine's cousin. In [the last lesson](03_mnist.py), a network made of random
# numbers looked at digits it knew nothing about. It got about one in ten right, and it sounded
# very sure of itself all the same. Let's stop listening to how sure it sounds. From now on, the
# network has to bet money. **How do you turn ten arbitrary numbers into a bet, and what should it
# cost to be sure and wrong?**
#
# You'll be able to
#
# - turn any ten numbers into shares of a dollar, for a whole batch at once;
# - explain why the price of a wrong bet is a logarithm;
# - catch three mistakes that can slip through without an error, and handle numbers that are too
#   large or too small for the computer.
#
# Reading takes 35 minutes. The code runs in seconds on any computer.

# %% [markdown]
# ## A dollar on every digit
#
# Here's the network from the last lesson again, random numbers and all. This time it gets the
# 5,000 digits that come with the course, normalized, so its totals are different. The last line
# prints what it has to say about the first of them.

# %%
import torch

from mlp_tutorial.data import load_mnist, mean_and_std, normalize

digits = load_mnist("train", source="subset")
labels = digits.labels
images = normalize(digits.images, *mean_and_std(digits.images))
pixels = images.flatten(1)  # (5000, 784)

torch.manual_seed(7)
W1, b1 = torch.randn(784, 256), torch.randn(256)
W2, b2 = torch.randn(256, 10), torch.randn(10)
logits = torch.sigmoid(pixels @ W1 + b1) @ W2 + b2  # (5000, 10)
print(logits[0])

# %% [markdown]
# These are its ten totals, the logits, one for each digit from 0 to 9. The largest is 12, and it
# belongs to the 5, so the 5 is the favorite. Is 12 a lot? Is the network really sure, or is it
# guessing? You can't tell, so let's make it bet.
# <!-- example -->
#
# Here's the game. For every digit, we hand the network a dollar, and it has to spread the whole
# dollar over the ten possible answers. No stake can be below zero, and the larger an answer's
# total, the more money goes on it. Then we say which digit it was, and the network keeps its
# stake on the right answer and loses the rest. Nobody ever gets rich in this casino. The best you
# can do is keep your dollar.
#
# To get a feel for it, let's take three answers instead of ten, with totals of 2, 0 and -1. Next
# to them is the dollar, cut into three pieces. How far apart do the totals have to be before one
# answer takes nearly everything? And what happens if you move all three up by the same amount?
#
# <!-- softmax -->
#
# (No sliders where you're reading? Then come back to these two questions once we have a rule.)

# %% [markdown]
# ## How would you split it?
#
# Before you read on, try to come up with a rule of your own. What would you do with 2, 0 and -1?
#
# The obvious idea is to divide each total by the sum of all three. The sum is 1, so the stakes
# would be 2, 0 and -1 dollars. Nobody can bet minus one dollar, so first we have to turn the
# totals into something that isn't negative. Here are three ways to do that.

# %%
x = torch.tensor([2.0, 0.0, -1.0])
attempts = {
    "drop the signs": x.abs(),
    "square them": x**2,
    "subtract the smallest": x - x.min(),
}
for name, amounts in attempts.items():
    print(name, (amounts / amounts.sum()).round(decimals=2))

# %% [markdown]
# All three rules spread exactly one dollar. The first two put more money on the answer that the
# network likes *least* than on the one in the middle. Subtracting the smallest keeps the order
# and looks good, until you notice that the last answer never gets a cent. Suppose the totals are
# 2.00, 1.99 and 1.98. The network can hardly tell them apart, and it still bets nothing at all on
# the third. Even worse, if all of them are equal, the rule divides 0 by 0.
# <!-- example -->
#
# So what do we want? Every stake should be above zero, and a larger total should always get more
# money. You may also have noticed something on the sliders. Moving all three up together changed
# nothing, so only the *differences* should count.
#
# Doubling does all of this. Suppose each extra point doubles the money. We can start anywhere, so
# let's say that a total of 0 gets 1. Then a total of 2 gets 4, and a total of -1 gets one half.
# You can cut that in half as often as you like, and you'll never get to zero. Divide each amount
# by their sum, as in our first attempts, and you have the shares. And if every total goes up by a
# point? Then every amount doubles, and so does their sum, so the shares stay exactly what they
# were.
#
# Any factor above 1 would do. In practice people use $e$, the number near 2.718 that you know
# from the sigmoid. It makes the math simpler when we [compute gradients](09_gradients.py). An
# answer with the total $x$ gets the amount $e^x$, which is `exp` in code, and then we divide by
# the sum.

# %% export="x probabilities"
exp = torch.exp(x)
probabilities = exp / exp.sum()
print(f"with e = {torch.e:.3f}:", exp)
print(probabilities, probabilities.sum())
assert torch.allclose(probabilities, torch.softmax(x, dim=0))

# %% [markdown]
# That's the rule that cut up the dollar, and it's called **softmax**. A plain maximum would put
# the whole dollar on the favorite. Softmax is the soft version. It leaves something for
# everybody, though it may be very little. A lead of 3 already means about 20 times the money,
# which is why it was a landslide in the last lesson. In symbols, this is the share of answer
# number $i$ out of $K$ (books call the answers **classes**):
#
# $$\operatorname{softmax}(x)_i = \frac{e^{x_i}}{\sum_{j=1}^{K} e^{x_j}}$$
#
# Before you apply softmax, you can divide all the totals by a number T, called the
# **temperature**. If T is small, or cold, the differences grow, and the favorite takes nearly
# everything. If T is large, or hot, they shrink, and everybody gets nearly the same. Here are our
# three totals again, and this time you can look inside.
#
# <!-- softmax rule -->
#
# The favorite stays the favorite at any T, so you can make a network sound as sure as you like
# without teaching it a thing. Remember that the next time a machine tells you how sure it is.
#
# People call the stakes probabilities, since they follow the same rules. They're never negative,
# and they add up to 1. They tell you what the network *bets*, but not whether it deserves to win.
# Here's the bet on our first digit.

# %% figure="first-bet" alt="On the left a handwritten 5. On the right bars for the digits 0 to 9. The bar of the 5 is nearly one, the bar of the 2 is small, the bar of the 4 is a sliver, and no other bar can be seen." caption="It's a 5, and nearly the whole dollar is on it, with random weights! Let's see how long the luck holds."
from mlp_tutorial.plots import show, view_classify

show(view_classify(digits.images[0], logits[0], kind="logits"))
print(f"on the 5: {torch.softmax(logits[0], dim=0)[5]:.2f} dollars")

# %% [markdown]
# ## Which digit was it?
#
# Time to turn over the digits. Three gamblers are at the table. The first is our random network,
# and it's *sure*. The second is the same network with smaller weights, as at the end of the last
# lesson, and without biases, which makes it *careful*. The third doesn't even look at the digits.
# It just *shrugs* and puts ten cents on each answer.
#
# And let's make the game tougher. From now on, nobody gets a fresh dollar. Each gambler starts
# with one dollar, and the money left after one digit is all there is to bet on the next. For
# example, somebody who has 0.9 of their money on the right answer every time is left with 0.9,
# then `0.9 * 0.9`, then `0.9 * 0.9 * 0.9`. That's what `cumprod` computes, since it multiplies as
# it goes along. And `torch.softmax` makes the bets on all the digits at once. (Its `dim=1` comes
# later.)


# %%
def on_the_right_answer(logits, labels):
    stakes = torch.softmax(logits, dim=1)
    right = [stakes[i, labels[i]] for i in range(len(labels))]
    return torch.stack(right)  # one for each digit


gamblers = {
    "sure": logits,
    "careful": torch.sigmoid(pixels @ (W1 / 28)) @ (W2 / 16),
    "shrugs": torch.zeros(len(labels), 10),  # the same for all ten
}
for name, totals in gamblers.items():
    kept = on_the_right_answer(totals[:100], labels[:100])
    money = kept.cumprod(dim=0)
    after = [f"{money[n - 1]:.2g}" for n in (1, 2, 3, 100)]  # rounded
    print(name, "after 1, 2, 3 and 100 digits:", ", ".join(after))

# %% [markdown]
# After the first digit the sure network is far ahead. But the second digit is a 0, and the
# network comes out of it with only 4.7e-16 dollars. In a printed number, e-16 means "move the
# point 16 places to the left," so that's a decimal point, then fifteen zeros, then 47. (That e
# has nothing to do with our $e$.) And in this casino nobody wins anything back.
# <!-- example -->
#
# And what are those three zeros at the end? The third gambler should have 0.1 multiplied by
# itself a hundred times. That's very little, but it isn't nothing. The computer lost it. PyTorch
# normally keeps each number in 32 bits, and the smallest number above zero that fits into them is
# about 1e-45. Anything much smaller gets rounded to 0, which is called **underflow**. Now we
# can't say which of the three played best.
# <!-- example -->

# %% [markdown]
# ## Count the places
#
# Look at the third gambler again. First it has 0.1, then 0.01, then 0.001, and every round adds
# one more place after the point. Instead of the money, let's write down how many places there
# are. After 100 digits there are 100 of them, and no computer has trouble with that.
#
# A count like that is called a **logarithm**. It tells you how many tens you have to multiply to
# get to a number. For example, 1,000 is `10 * 10 * 10`, so its logarithm is 3. Below 1 you divide
# by tens instead, and the count is negative. The logarithm of 0.001 is -3, so our places are
# *minus* the logarithm. It even works for numbers in between. Multiply ten halves and you get
# about 0.001, so ten halves make three places, and one half makes about 0.3.
# <!-- example -->
#
# Why is that so useful? Multiply 0.01 by 0.001, for example, and you get 0.00001, because two
# places and three places make five places. So **logarithms turn multiplying into adding**, and
# dividing into subtracting. A long chain of bets becomes a plain sum.
# <!-- example -->
#
# There's nothing special about tens, though. You can count in factors of $e$ instead, and then
# you have the *natural* logarithm, which is `torch.log` in code. (We'll write it as $\log$ in
# formulas, too, while many books write $\ln$.) It undoes our `exp`, so that's the one we'll use.
# A factor of $e$ is smaller than a factor of ten, so it takes more of them to cover the same
# ground, about 2.303 for every factor of ten. For example, 0.1 is one place after the point, and
# its natural logarithm is about -2.303.
# <!-- example -->
#
# Minus the natural logarithm of a stake is the price of the bet, and that price is called the
# **loss**:
#
# $$\text{loss} = -\log(\text{stake on the right answer})$$

# %% figure="three-prices" alt="A curve that falls from above 5 at the left, where the stake is close to 0, to 0 at the right, where the stake is 1. Marked on it are 0.01, which costs 4.605, 0.5, which costs 0.693, and 0.9, which costs 0.105." caption="Bet everything on the right answer, and you pay nothing. Toward the left, the curve rises without end."
from mlp_tutorial.plots import plot_lines

stake = torch.linspace(0.005, 1, 300)
curve = {"loss": (stake, -torch.log(stake))}
prices = {p: -torch.log(torch.tensor(p)).item() for p in (0.01, 0.5, 0.9)}
marks = [(p, loss, f"{p} costs {loss:.3f}") for p, loss in prices.items()]
show(plot_lines(curve, x="stake on the right answer", y="loss", marks=marks))
for p in (0.1, 0.0):
    print(f"{p} costs {-torch.log(torch.tensor(p)):.3f}")

# %% [markdown]
# Take your time with this curve. Between 0.9 and 1 there's not much left to win. At 0.5 you pay
# 0.693, and a shrug costs 2.303. At 0.01 you're already paying 4.605, twice as much as for a
# shrug, and every place after that adds another 2.303.
#
# And what if you bet nothing at all on the right answer? Then the loss is infinite. You're broke,
# and since 0 times anything is 0, you'll stay broke. One digit is all it takes, no matter how
# well you played the others.
#
# Is that a fair price? Suppose there are only two answers, and the first is right 7 times in 10.
# You split your dollar the same way ten times. Then you pay 7 times for your stake on the first
# answer and 3 times for your stake on the second. Let's try three ways to split it.

# %%
for who, p in ("sure", 0.9), ("honest", 0.7), ("torn", 0.5):
    first, second = -torch.log(torch.tensor([p, 1 - p]))
    print(f"{who:6} {p} and {1 - p:.1f}", end=" ")
    print(f"pays 7 * {first:.3f} + 3 * {second:.3f}", end=" ")
    print(f"= {7 * first + 3 * second:.2f}")

# %% [markdown]
# Compared with the honest player, the sure one saves some on the first answer and pays almost
# twice as much for the second. No other split is cheaper than 0.7 and 0.3. Change the numbers in
# the code and try to find one. With the logarithm, it pays to be honest about how sure you are.
# The logarithm isn't the only honest price, but it's the only one whose sum says what's left of
# your dollar. And not every price is honest. In the last exercise you'll meet a tempting one that
# isn't.
# <!-- example -->
#
# Now we can finish the game. Every 2.303 of loss is one place, so the code divides by that.

# %% [markdown] tags=["predict"]
# After three digits the careful network was a little ahead of the shrug, with 0.0012 to 0.001.
# How about after a hundred?
#
# - [x] The shrug has taken the lead.
#   The careful network has opinions, but no reason for them. Sometimes it leans the right way and
#   sometimes the wrong way, and on our curve the wrong way costs more than the right way saves.
# - [ ] The two have about the same amount left.
#   The careful network sometimes bets a cent too little on the right answer and sometimes a cent
#   too much. On a straight line, that would even out, but our curve bends.
# - [ ] The careful network is further ahead.
#   It does look at the digits, while the shrug doesn't, but random weights lean the wrong way as
#   often as the right way.

# %% figure="places" alt="Three rising lines over a hundred digits. Two of them lie nearly on top of each other and end near 100 places. The third rises far more steeply, in steps, to 605." caption="The higher the line, the poorer the gambler. The sure network runs away, and there's hardly a hair between the other two."
places = {}
for name, totals in gamblers.items():
    losses = -torch.log(on_the_right_answer(totals[:100], labels[:100]))
    places[name] = (range(1, 101), losses.cumsum(dim=0) / 2.303)
    print(f"{name}: {losses.sum() / 2.303:.1f} places")
show(plot_lines(places, x="digits", y="places after the point"))

# %% [markdown]
# A place and a half doesn't look like much. But each place is a factor of ten, and half a place
# is about three, so the shrug has more than thirty times the money.
#
# Outside this casino, a network gets a fresh dollar for each digit, as in our first game, and
# what counts is the *average* loss per digit. It's called **cross-entropy**, and you'll see that
# name everywhere. The prices stay the same.

# %% [markdown]
# ## Which axis disappears?
#
# So far we've only written softmax for one row, and now we need it for a whole batch. Every digit
# has a dollar of its own, so every row of logits needs its own sum. That takes one short line,
# which is easy to get wrong. To see which sum we need, take four digits with three answers each.
# (To keep the arithmetic simple, we'll double instead of using $e$.)

# %% figure="two-sums" alt="A table of four rows and three columns. Arrows lead from each row to its total in a column on the right, labeled sum(dim=1). Arrows lead from each column to its total in a row below, labeled sum(dim=0)." caption="Each row is a digit with its own dollar, so we need the sums on the right, where axis 1 has disappeared."
from mlp_tutorial.plots import draw_sums

amounts = torch.tensor([[4, 1, 0.5], [1, 2, 1], [8, 8, 4], [1, 1, 2]])
show(draw_sums(amounts))

# %% [markdown]
# "Sum over the rows" could mean either one, so ask which axis disappears instead. We want a sum
# for each digit, so the digits stay and the answers disappear. The answers are axis 1, which
# makes it `sum(dim=1)`. Now we can divide.

# %%
batch = logits[:64]
exp = torch.exp(batch)
print(exp.shape, exp.sum(dim=1).shape)
try:
    exp / exp.sum(dim=1)
except RuntimeError as error:
    print(error)

# %% [markdown]
# PyTorch compares the shapes from the right, and there it finds 10 answers facing 64 sums. (The
# "singleton" in its message is an axis of length 1, which would have been stretched to fit.) This
# time PyTorch caught us.

# %% [markdown] tags=["predict"]
# Take a smaller batch, the first ten rows of `exp`, and call it `few`. What will `few /
# few.sum(dim=1)` do?
#
# - [ ] It fails in the same way as before.
#   This time, 10 answers face 10 sums, and that fits.
# - [x] It runs, and each row of the result adds up to something else.
#   It's the columns that meet the sums. All the stakes on answer 3 are divided by the sum of
#   digit number 3, which has nothing to do with them.
# - [ ] It runs, and each row of the result adds up to 1.
#   For that, each row would have to be divided by its own sum, and it's the *columns* that get a
#   sum each.

# %%
few = exp[:10]
divided = few / few.sum(dim=1)
print(", ".join(f"{total:,.2f}" for total in divided.sum(dim=1)))

# %% [markdown]
# On some digits the network now bets thousands of dollars, and on one of them only 9 cents, and
# PyTorch doesn't complain. In our picture each sum sits next to its row. But PyTorch treats a
# tensor with only one axis as a row, so each sum ends up over a column.
#
# How do we make sure that each row meets its own sum? With `keepdim=True`, the summed axis stays
# and has a length of 1. Then the sums of our 64 digits have the shape (64, 1), a real column.


# %%
def softmax(x):
    exp = torch.exp(x)
    return exp / exp.sum(dim=1, keepdim=True)


stakes = softmax(batch)
print(stakes.shape, stakes.sum(dim=1)[:3])
assert torch.allclose(stakes, torch.softmax(batch, dim=1))

# %% [markdown]
# The second mistake is `dim=0`. It gives a dollar to each *answer* and makes all 64 digits share
# it, so the bet on a digit depends on which other digits happen to be in the batch.

# %%
wrong = torch.softmax(batch, dim=0)
print("columns:", wrong.sum(dim=0).round(decimals=2)[:3])
print("rows:   ", wrong.sum(dim=1).round(decimals=2)[:3])

# %% [markdown]
# The first three digits don't even get a cent. Both mistakes are easy to catch, though. Add up
# each row and see if it comes to one dollar, give or take the rounding.

# %% [markdown]
# ## A sigmoid before softmax
#
# The third mistake passes even that test. In lesson 2, every layer ended in a sigmoid, even the
# last. Why not put a sigmoid on the last layer here, too, and softmax after that? A sigmoid never
# swaps two totals, so the favorite should stay the favorite, and it almost always does. (On a few
# of our digits, the sigmoids of the largest totals all round to 1, and then it's a tie.)

# %% [markdown] tags=["predict"]
# Imagine a network that's as sure as can be. Its total is 50 for the 3 and -50 for each of the
# other nine. Softmax alone puts the whole dollar on the 3. How much goes on the 3 with a sigmoid
# in between?
#
# - [ ] About 0.10 dollars.
#   It would be a shrug if all ten totals came out equal. The sigmoid squeezes them together, but
#   1 and 0 still differ, and the 3 gets $e$ times as much as each of the others.
# - [x] About 0.23 dollars.
#   After the sigmoid, the totals are a 1 and nine zeros. So the 3 gets $e$, each of the others
#   gets $e^0 = 1$, and the share of the 3 is $e / (e + 9)$.
# - [ ] About 0.73 dollars.
#   With only two answers, you'd be right, since $e / (e + 1)$ is 0.73. But here the 3 has nine
#   rivals.

# %%
sure = torch.full((1, 10), -50.0)
sure[0, 3] = 50.0
print(f"softmax alone: {softmax(sure).max():.3f}")
squashed = softmax(torch.sigmoid(sure))
print(f"sigmoid, then softmax: {squashed.max():.3f}")
print(f"the row adds up to {squashed.sum():.3f}")
assert round(torch.e / (torch.e + 9), 3) == 0.232

# %% [markdown]
# With ten answers, a network like this never bets more than 0.232 of its dollar, however sure it
# is and however often it's right.
#
# So leave the last totals bare. The sigmoids *between* layers are fine. In [lesson
# 7](07_modules.py) you'll meet a similar mistake, a second softmax.

# %% [markdown]
# ## Numbers that don't fit
#
# There's one last repair to make. PyTorch's own softmax comes with it built in, so you can skip
# ahead to [cross-entropy](#cross-entropy-in-one-line) and come back when a `nan` turns up. Our
# own `softmax` can cope with the random network, whose largest total is 36.5. What if a total
# were 100?

# %%
print(f"largest total: {logits.max():.1f}")
large = torch.tensor([[100.0, 0.0, -100.0]])
print(torch.exp(large))
print(softmax(large))
info = torch.finfo(torch.float32)  # how PyTorch stores numbers
print(f"the largest number in {info.bits} bits: {info.max:.1e}")

# %% [markdown]
# The largest number that fits into 32 bits is about 3.4e+38, which has 38 digits after its 3.
# Since $e^{100}$ is even larger, it turns into infinity (`inf`), which is called **overflow**.
# Then infinity gets divided by infinity, and the result is `nan`, short for "not a number." A
# single `nan` spoils every sum it gets into.
#
# You already know the cure from the sliders. Moving all the totals by the same amount changes
# nothing, so we move them down until the largest is 0. Then no amount is above 1, and the sum is
# at least 1. (To watch the overflow and the cure side by side, go back to the sliders, drag T all
# the way down and compare the two lines at the bottom.)

# %%
row = large[0]
exp = torch.exp(row - row.max())
print(exp / exp.sum())
assert torch.allclose(exp / exp.sum(), torch.softmax(row, dim=0))

# %% [markdown]
# In a batch, each row needs a maximum of its own, and that's your first exercise. PyTorch's
# version takes care of it, and so does our library's, `mlp_tutorial.activations.softmax`. You
# only have to tell them the `dim`.
#
# But look at the last answer. It should get $e^{-200}$ of the dollar, for a loss of 200. That
# stake is so small that it's rounded to 0, and a stake of 0 has an infinite loss. The computer
# says you're broke when you're only *nearly* broke.
#
# The way out is never to compute the stake at all. Take the logarithm of the whole formula first,
# on paper. Call the sum below the line $S$. A logarithm turns dividing into subtracting, and it
# undoes the exponential on top:
#
# $$\log \frac{e^{x_i}}{S} = \log e^{x_i} - \log S = x_i - \log S$$
#
# Try it on the totals 2, 0 and -1. Their $S$ is 7.389 + 1 + 0.368, or 8.757, and the logarithm of
# that is 2.170. The first answer gets 2 - 2.170, or -0.170. That's the logarithm of 0.844, its
# stake, and we never had to compute it. Written out in full, it's
# <!-- example -->
#
# $$\log \operatorname{softmax}(x)_i = x_i - \log \sum_j e^{x_j}$$
#
# and that's called **log-softmax**. The second part, the logarithm of the sum of the exps, is
# **logsumexp**. As before, we subtract the largest total $m$ first, so that nothing overflows,
# and at the end we add it back.


# %%
def logsumexp(x):  # of a single row
    m = x.max()
    return m + torch.log(torch.exp(x - m).sum())


print("totals 2, 0 and -1:", x - logsumexp(x))
by_hand = row - logsumexp(row)
print("the long way:", -torch.log(torch.softmax(row, dim=0)[2]))
print("log-softmax: ", -by_hand[2])
assert torch.allclose(by_hand, torch.log_softmax(row, dim=0))
assert torch.allclose(logsumexp(logits[0]), torch.logsumexp(logits[0], 0))

# %% [markdown]
# The formula also gives you a rule of thumb. For our totals of 100, 0 and -100, the logsumexp is
# 100, the largest of them, and it's never much more than that. Even if all ten totals are the
# same, it's only 2.303 above them, the logarithm of ten. So if the right answer is far behind the
# favorite, the loss is roughly **how far behind it is**, and here that's 200 points. (The library
# has log-softmax as `mlp_tutorial.activations.log_softmax`.)

# %% [markdown]
# ## Cross-entropy in one line
#
# Now we can work out cross-entropy, the average loss, by hand and in PyTorch. PyTorch wants the
# logits and not the stakes, because it applies log-softmax itself, and that way nothing
# overflows.

# %%
import torch.nn.functional as F

log_stakes = torch.log_softmax(batch, dim=1)
losses = [-log_stakes[i, labels[i]] for i in range(64)]
average = torch.stack(losses).mean()  # a tensor of 64 numbers, and its mean
print(f"{average:.3f}")
assert torch.isclose(average, F.cross_entropy(batch, labels[:64]))

# %% [markdown]
# ## What our machine can read now
#
# Not a single digit more than before, but for the first time we can say *how bad* it is. Let's
# have all three gamblers bet on all 5,000 digits. We know that a shrug costs 2.303 a digit. (It
# has no favorite, so when we count right answers, we'll say that it always guesses 0.)

# %%
for name, totals in gamblers.items():
    # If all ten are equal, argmax takes the first.
    right = (totals.argmax(dim=1) == labels).float().mean()
    loss = F.cross_entropy(totals, labels)
    print(f"{name}: {right:.1%} right, loss {loss:.3f}")

# %% [markdown]
# The sure network loses 13.947 a digit, as if it had bet less than a millionth of a dollar on the
# right answer every time. The careful network gets a few more digits right than the other two, by
# luck, and still it would have been better off shrugging. And the machine at the bank? It was 98%
# sure of a 7, which left at most 2 cents for the 1, and that's a loss of 3.9 or more. On your
# check, even a shrug would have been cheaper.
# <!-- example -->
#
# Now we have a number that says how wrong a network is. With ten answers, somebody who knows
# nothing and admits it has a loss of 2.303, and smaller is better. Nudge a weight a little, and
# the loss moves a little, too, even when the count of right answers doesn't. Training a network
# means making its loss small.
#
# Before we train anything, what about those sigmoids between the layers, which squeeze everything
# into a number between 0 and 1? Do we really need them? [In the next lesson](05_activations.py)
# we leave them out, and something strange happens to the layers.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Logits in the thousands
#
# Our `softmax` returns `nan` as soon as a total is too large. Write a `softmax(logits)` that
# doesn't, for a batch of shape `(batch, answers)`. Each row of the result should add up to 1,
# even if its logits are in the thousands. Do it without PyTorch's own softmax.
#
# <details><summary>Hint 1</summary>
#
# Take `exp` and divide, as before, but first subtract something from the logits so that the
# largest exponent in each row is 0.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Each row needs its own maximum, and you've met the function that finds it. In a column, so that
# each row meets its own, it's `logits.amax(dim=1, keepdim=True)`.
#
# </details>


# %% tags=["exercise"]
def softmax(logits):
    raise NotImplementedError


# %% tags=["solution"]
def softmax(logits):
    shifted = logits - logits.amax(dim=1, keepdim=True)
    return shifted.exp() / shifted.exp().sum(dim=1, keepdim=True)


# %% tags=["check"]
from mlp_tutorial.exercises import check_softmax

print(check_softmax(softmax))

# %% [markdown] tags=["exercise", "warm-up"]
# ### What's left of the dollar?
#
# Somebody watched a gambler play and took three pages of notes. They wrote down `-log(stake)` for
# each digit, and not a word about the money. Write `money_left(losses)`, which returns how much
# of the dollar is left after all those digits. `losses` has the shape `(n,)`, and the result is
# one number.
#
# <details><summary>Hint 1</summary>
#
# From digit to digit, the money gets multiplied. What happens to the losses?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The sum of the losses is the loss of the whole game, `-log(money)`. Which function undoes the
# logarithm? Watch the sign.
#
# </details>


# %% tags=["exercise"]
def money_left(losses):
    raise NotImplementedError


# %% tags=["solution"]
def money_left(losses):
    return torch.exp(-losses.sum())


# %% tags=["check"]
from mlp_tutorial.exercises import check_money_left

print(check_money_left(money_left))

# %% [markdown] tags=["exercise", "apply"]
# ### The loss of a classifier
#
# Write `cross_entropy(logits, labels)`, the average loss over a batch, without `F.cross_entropy`.
# `logits` has the shape `(batch, answers)`, and `labels` holds the right answer for each row. The
# loss should stay finite even for logits in the thousands. Can you do it without a loop?
#
# <details><summary>Hint 1</summary>
#
# Log-softmax is the logit minus the logsumexp of its row, which in PyTorch is
# `logits.logsumexp(dim=1, keepdim=True)`.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# If you index a tensor with two lists, PyTorch walks through them side by side. So
# `log_probs[torch.arange(len(labels)), labels]` takes one number from each row, the one at its
# label.
#
# </details>


# %% tags=["exercise"]
def cross_entropy(logits, labels):
    raise NotImplementedError


# %% tags=["solution"]
def cross_entropy(logits, labels):
    log_probs = logits - logits.logsumexp(dim=1, keepdim=True)
    return -log_probs[torch.arange(len(labels)), labels].mean()


# %% tags=["check"]
from mlp_tutorial.exercises import check_cross_entropy

print(check_cross_entropy(cross_entropy))

# %% [markdown] tags=["exercise", "apply"]
# ### Hot and cold
#
# Take the logits 2, 0 and -1 again, divide all of them by a temperature T, and apply softmax. How
# hot does it have to get before the stake on the first answer drops below half a dollar? Guess
# first. Then plot that stake for T from 0.1 to 100 and see. Use a logarithmic x axis, on which
# it's as far from 0.1 to 1 as from 1 to 10, and label both axes.
#
# Three tools will help. `T = torch.logspace(-1, 2, 200)` makes 200 temperatures from $10^{-1}$ to
# $10^2$, evenly spread on such an axis. `T[:, None]` stands them up in a column. And after
# `import matplotlib.pyplot as plt`, you can draw `p` with `picture = plt.semilogx(T, p)`. The
# check looks at `picture`.
#
# <details><summary>Hint 1</summary>
#
# You know what to do with one temperature. How do you get a row of logits for each of the 200?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A row of logits divided by a column of temperatures has a row for each temperature, so it's
# `logits / T[:, None]`. After softmax, `[:, 0]` is the stake on the first answer. The labels are
# `plt.xlabel("temperature")` and `plt.ylabel("stake")`.
#
# </details>

# %% tags=["exercise"]
picture = ...

# %% tags=["solution"] figure="temperature" alt="The stake on the first answer over the temperature, on a logarithmic axis. It stays near 1 up to a temperature of about one half, then falls, and ends a little above one third at 100." caption="From near certainty to a shrug, just by turning up the temperature."
import matplotlib.pyplot as plt

from mlp_tutorial.plots import show

T = torch.logspace(-1, 2, 200)
p = torch.softmax(torch.tensor([2.0, 0.0, -1.0]) / T[:, None], dim=1)[:, 0]
plt.figure(figsize=(5, 3), layout="constrained")
picture = plt.semilogx(T, p)
plt.xlabel("temperature")
plt.ylabel("stake on the first answer")
show(plt.gcf())

# %% tags=["check"]
from mlp_tutorial.exercises import check_picture

print(check_picture(picture))

# %% [markdown] tags=["exercise", "think"]
# ### One bad digit
#
# A network reads a hundred digits. On 99 of them it puts 0.99 of its dollar on the right answer.
# On the last digit it's sure of something else and puts only 0.0001 on the right answer. What
# share of the total loss comes from that one digit? Guess first, then work it out. `share` is a
# number between 0 and 1, rounded to two decimals.
#
# <details><summary>Hint 1</summary>
#
# The loss of a digit is minus the natural logarithm of the stake on its right answer.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# After `import math`, the last digit costs `-math.log(0.0001)`, which is 9.21. What do the other
# 99 cost together?
#
# </details>

# %% tags=["exercise"]
share = ...

# %% tags=["solution"]
losses = -torch.log(torch.tensor([0.99] * 99 + [0.0001]))
share = losses[-1] / losses.sum()

# %% tags=["check"]
from mlp_tutorial.exercises import check_share

print(check_share(share))

# %% [markdown] tags=["exercise", "think"]
# ### Another price
#
# Some scribbles could be either a 1 or a 7. You've seen a hundred of that kind, and 70 turned out
# to be ones and 30 to be sevens. Now a hundred more are coming, and suppose it's 70 and 30 again.
# You get a fresh dollar for each of them, and you always split it the same way. But this time the
# price isn't a logarithm. You simply pay for whatever wasn't on the right answer, so 0.90 on the
# right answer costs you 0.10. Which split costs the least? Write the letter of your answer, such
# as `split = "a"`.
#
# - **a** 0.50 on the 1 and 0.50 on the 7.
# - **b** 0.70 on the 1 and 0.30 on the 7.
# - **c** 0.90 on the 1 and 0.10 on the 7.
# - **d** 1.00 on the 1 and 0.00 on the 7.
#
# <details><summary>Hint 1</summary>
#
# There's a price for each 1 and another for each 7. How often do you pay each of them?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# With b you pay 0.30 for each of the 70 ones and 0.70 for each of the 30 sevens, which comes to
# 42 dollars. Work out the others.
#
# </details>

# %% tags=["exercise"]
split = ...

# %% tags=["solution"]
split = "d"

# %% tags=["check"]
from mlp_tutorial.exercises import check_split

print(check_split(split))
