# %% [markdown]
# # Gradients
#
# It's the telephone game again. The last person in the row says what she heard, and it's wrong,
# so you complain. "Don't look at me," she says. "I just pass on what I hear, with some voices
# turned up and others turned down. Ask *them*." So your complaint travels back up the row, and
# everybody hands it on to the people they'd been listening to.
#
# Our row has 109,386 knobs, nearly all of them for volume, and they've all been set at random.
# There's a slow but honest way to find out what each of them does. You turn a knob a hair, play
# the whole game again, and see whether the ending got better or worse. Then you put it back and
# try the next. You'd have to play 109,386 games to find out which way to turn them, and once
# you'd turned each of them a hair, you'd have to start all over. Or you could play one game and
# send your complaint back up the row, once. So **how can one complaint find out what every knob
# did?**
#
# You'll be able to
#
# - follow a slope back through any computation, by hand;
# - build the machinery behind PyTorch's `loss.backward()` yourself, in fewer than forty lines;
# - check a gradient, and say where the check itself fails.
#
# Reading takes 45 minutes. The code runs in under half a minute on an ordinary laptop.

# %% [markdown]
# ## A row of three
#
# Before we face 109,386 knobs, let's try a row that's short enough to do in your head. Somebody
# says a number $x$, which is 2, and two people hear it. The first triples it, so $a = 3x$, which
# is 6. The second adds one, so $b = x + 1$, which is 3. Then the last person multiplies the two
# numbers she hears, and that's our loss, $a \cdot b$, or 18.
#
# <!-- backprop row -->
#
# When $x$ moves a little, everybody else moves, too, and the loss moves most of all. To find out
# why, let's nudge just one of them. Suppose $a$ speaks up by 0.001. How much does the loss
# change? It becomes $6.001 \cdot 3$, or 18.003, so it has risen by 0.003, which is three times
# the nudge. The change in the loss divided by the nudge is the **slope** that you met in [the
# lesson on bends](05_activations.py), and if you let the nudge shrink toward zero, it's what high
# school called the **derivative**. Here the slope is 3, which is the number that came from $b$.
# In a product, each number is the volume knob of the other!
# <!-- example -->
#
# In a sum such as $x + 1$, a nudge comes out as large as it went in, so $b$ hears $x$ at a volume
# of 1. These volumes, from each person to the next, are called **local slopes**. Now you know
# them for products and for sums, and nobody in this row can do anything else.
#
# Now let's send the complaint back. A complaint is a slope, too, but it's always the slope of the
# *loss*, so it tells you how fast the loss rises as you speak up. (Books call it a gradient, and
# in the second half of this lesson we will, too.) If it's below zero, the loss *falls* instead,
# and the complaint is really a request for more. For the loss itself, the complaint is 1, because
# if the loss rises by 0.001, the loss rises by 0.001. Since $a$ was heard at volume 3, its
# complaint is 3, and since $b$ was heard at volume 6, its complaint is 6.
# <!-- example -->

# %% [markdown] tags=["predict"]
# What about $x$? It was heard by $a$ at volume 3, and by $b$ at volume 1. What complaint does it
# get?
#
# - [ ] 9
#   That's 3 plus 6. But $a$ heard $x$ at volume 3, so $a$ has to pass on three times its
#   complaint.
# - [x] 15
#   From $a$ it hears $3 \cdot 3$, and from $b$ it hears $6 \cdot 1$. Together that's 15.
# - [ ] 54
#   A nudge to $x$ reaches the loss along both paths at once, so the 9 from $a$ and the 6 from $b$
#   add up instead of multiplying.


# %% figure="two-paths" alt="A graph of four boxes. From x = 2 arrows go to a = 6 with volume 3 and to b = 3 with volume 1. From a an arrow with volume 3 goes to the loss, 18, and from b an arrow with volume 6. Below the boxes are the complaints, 15 for x, 3 for a, 6 for b and 1 for the loss." caption="Read the numbers from left to right, and the complaints below them from right to left. Each arrow shows the volume at which a number was heard."
from mlp_tutorial.plots import draw_graph, plot_lines, show


def row_of_three(x):
    return (3 * x) * (x + 1)


by_turning = (row_of_three(2.000001) - row_of_three(2)) / 0.000001
print(f"{by_turning:.3f}")
numbers = {"x": 2, "a": 6, "b": 3, "loss": 18}
volumes = [("x", "a", 3), ("x", "b", 1), ("a", "loss", 3), ("b", "loss", 6)]
complaints = {"loss": 1, "a": 3, "b": 6, "x": by_turning}
show(draw_graph(volumes, numbers, complaints))

# %% [markdown]
# Why do we add? If $x$ speaks up by 0.001, then $a$ goes up by 0.003, which pushes the loss up by
# about $3 \cdot 0.003$. At the same time $b$ goes up by 0.001, which pushes the loss up by
# another $6 \cdot 0.001$ or so. Both pushes arrive, and together they come to about 0.015.
# <!-- example -->
#
# That's the whole rule for sending a complaint back. **Along a path, the local slopes multiply.
# Where paths meet, the results add up.** Mathematicians call this the **chain rule**. All that
# anybody in the row needs to know is who they heard, and at what volume. Nobody has to understand
# the whole thing.

# %% [markdown]
# ## One knob
#
# Now for the real row. Here's the untrained network from [the last
# lesson](08_build_a_network.py), with 256 digits to read. We'll begin the honest way. In the last
# layer, the judge for the digit 3 listens to hidden unit 4 through a weight. That weight, number
# `(3, 4)`, is our knob, and we'll turn it by 0.001. The loss will barely change, so we use
# `double()`, which keeps about 16 digits of every number.

# %%
import torch
import torch.nn.functional as F

from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.networks import MLP

train = load_mnist("train", source="subset")
mean, std = mean_and_std(train.images)
images = normalize(train.images, mean, std).flatten(1)
x, y = images[:256].double(), train.labels[:256]
torch.manual_seed(7)
model = MLP([784, 128, 64, 10]).double()
knobs = model.fc3.weight  # shape (10, 64), judge first, then unit


def play():  # a whole game, from the pixels to the loss
    with torch.no_grad():
        return F.cross_entropy(model(x), y).item()


# %%
def turn(by):
    with torch.no_grad():  # it's just us, turning a knob
        knobs[3, 4] += by


nudge = 0.001
before = play()
turn(nudge)
after = play()
turn(-nudge)  # put it back
slope = (after - before) / nudge
print(f"turned by {nudge}, {before:.7f} became {after:.7f}")
print(f"slope {slope:.4f}")

# %% [markdown]
# The loss went up, though only in the fifth decimal place. The slope is 0.0142, so now we know
# which way *not* to turn this knob. Every knob has a slope of its own, and all 109,386 of them
# together are called the **gradient**. If you had it, you could turn all the knobs at once, each
# of them a little, against its slope. The honest way takes a game for every knob. PyTorch does it
# with one game and one extra line.

# %%
loss = F.cross_entropy(model(x), y)
loss.backward()  # the extra line
print(f"{knobs.grad[3, 4]:.4f}")
print(f"{sum(p.grad.numel() for p in model.parameters()):,} slopes")
assert f"{knobs.grad[3, 4]:.4f}" == f"{slope:.4f}"

# %% [markdown]
# Each parameter now has its slopes in `.grad`, and for our knob it's the slope we found by
# turning. PyTorch got all 109,386 of them from one game, which is called a **forward pass**, and
# from one **backward pass**, which did for a whole network what you've just done for three
# numbers. How does it keep track of everything? Let's build it and find out.

# %% [markdown]
# ## A number that remembers
#
# We need numbers that remember who they heard. Python can help with that, because it lets you
# teach a class what `+` means. When Python sees `a + b`, it calls `a.__add__(b)`, and for `a * b`
# it calls `a.__mul__(b)`. The underscores mark names that Python itself looks for, like the
# `__init__` you already know.


# %%
class Value:
    def __init__(self, number, heard=()):
        self.number = number
        self.heard = heard  # pairs of a person and a volume
        self.grad = 0.0  # the complaints so far

    def __add__(self, other):
        heard = [(self, 1.0), (other, 1.0)]
        return Value(self.number + other.number, heard)

    def __mul__(self, other):
        heard = [(self, other.number), (other, self.number)]
        return Value(self.number * other.number, heard)


# %% [markdown]
# The arithmetic is the same as ever, but now each result keeps a list of who it heard, and at
# what volume. For example, `Value(3.0) * Value(2.0)` is a 6 that heard the 3 at volume 2 and the
# 2 at volume 3.
#
# Now for the complaint. Whoever gets one, say $a$, writes it down and then passes it on to
# everybody they heard, each time multiplied by that person's volume.


# %%
def complain(value, complaint=1.0):
    value.grad += complaint
    for who, volume in value.heard:
        complain(who, complaint * volume)


two = Value(2.0)
loss = (Value(3.0) * two) * (two + Value(1.0))
complain(loss)
print(loss.number, two.grad)
assert two.grad == 15

# %% [markdown]
# It's 15 again, and this time the machine did the work. Yes, `complain` calls itself. Python
# doesn't mind. Each call takes care of one person and leaves the rest to further calls, until
# they get to somebody who never heard anybody. And there's the whole chain rule in two lines,
# with a `*` for going along a path and a `+=` for where paths meet.
#
# Now for a longer row. There are 20 people, one behind the other, and each of them doubles the
# number they hear by adding it to itself.

# %% [markdown] tags=["predict"]
# You complain to the last person, once. How many complaints arrive at the number that the row
# started with?
#
# - [x] 1,048,576
#   The last person passes on two complaints. The person before gets those two and makes four of
#   them, and so it goes, doubling every time.
# - [ ] 40
#   If everybody complained only once, there'd be 40 in the whole row and two at the front. But
#   `complain` passes on each complaint as soon as it arrives.
# - [ ] 20
#   Each of the 20 people heard the person before them twice, once for each side of the plus, so
#   they pass on every complaint twice.

# %%
start = Value(1.0)
end = start
for _ in range(20):
    end = end + end
complain(end)
# Each complaint that arrives is a 1, so the sum counts them
print(f"{start.grad:,.0f} complaints")

# %% [markdown]
# The sum is right, since doubling anything 20 times makes it 1,048,576 times as large. But what a
# way to get it! There are as many complaints as there are paths from the back to the front.
# Imagine 20 layers with 100 units each, where everybody hears a hundred others. You could never
# follow all those paths.
#
# How would you fix that? You'd tell people to wait. **Don't pass anything on until you have all
# your complaints. Then add them up and pass on the sum, once.** Only people who come after you
# can have heard you, so as soon as all of those have passed on theirs, you have all of yours. So
# let's line everybody up. Nobody may join the line before everybody they heard is in it. Then
# we'll go through the line from back to front.


# %%
def line_up(value, row):
    if value not in row:
        for who, _ in value.heard:  # `_` is a name for what you don't need
            line_up(who, row)
        row.append(value)


def backward(loss):
    row = []
    line_up(loss, row)
    loss.grad = 1.0
    for value in reversed(row):
        for who, volume in value.heard:
            who.grad += value.grad * volume


# %% [markdown]
# The first function only lines them up, and it calls itself, too. In our row of three, the loss
# wants to join the line, but it has to let $a$ in first, and $a$ has to let the 3 and $x$ in. Then
# it's $b$'s turn. It heard $x$, who's already there, and the 1, who goes ahead of it. The loss
# comes last. The second function is the part that matters. It takes the loss first, then $b$ and
# $a$, and when it gets to $x$, both its complaints have arrived. The two signs are the same as
# before, `*` and `+=`. This is called **backpropagation**, and when a library does all the
# bookkeeping for you, it's called **autograd**, short for automatic gradient.

# %%
start = Value(1.0)
end = start
for _ in range(20):
    end = end + end
backward(end)
print(f"{start.grad:,.0f}")
assert start.grad == 2**20

# %% [markdown]
# It's the same sum, but now only two complaints arrive at the front instead of a million, because
# everybody along the row passed on two.

# %% [markdown]
# ## A neuron gets the blame
#
# A neuron does more than add and multiply. It also bends, and at the end there's a price to pay.
# A bend is another person in the row, who hears a number and says a different number. All we need
# is the volume, which is the slope of the bend at that point. For a sigmoid that says $a$, it's
# $a(1 - a)$, and for ReLU it's 1 or 0. The price of betting $p$ on the right answer is $-\log p$,
# as it was in the lesson on softmax, and calculus says that its slope is $-1/p$. For example, at
# a bet of 0.50, the slope is -2. Check it with a nudge. Raise the bet by 0.01, to 0.51, and the
# price falls from 0.693 to 0.673, about twice the nudge.
# <!-- example -->

# %%
import math


def sigmoid(value):
    a = 1 / (1 + math.exp(-value.number))
    return Value(a, [(value, a * (1 - a))])


def relu(value):
    open_ear = 1.0 if value.number > 0 else 0.0
    return Value(value.number * open_ear, [(value, open_ear)])


def price(value):
    return Value(-math.log(value.number), [(value, -1 / value.number)])


# %% [markdown]
# Here's a whole neuron with two inputs, and the price it pays if the right answer is yes. Then
# we'll hand the same neuron to PyTorch and compare.

# %% export="graph"
u1, u2 = Value(1.5), Value(-2.0)  # the inputs
v1, v2, bias = Value(0.5), Value(0.8), Value(0.3)
p1, p2 = v1 * u1, v2 * u2
s = p1 + p2
z = s + bias
a = sigmoid(z)
L = price(a)
backward(L)
row = [u1, u2, v1, v2, bias, p1, p2, s, z, a, L]
graph = torch.tensor([[who.number, who.grad] for who in row])
print(f"ours      {v1.grad:.3f}, {v2.grad:.3f} and {bias.grad:.3f}")

# %%
inputs = torch.tensor([1.5, -2.0])
# `requires_grad` tells PyTorch to remember who heard these
weights = torch.tensor([0.5, 0.8], requires_grad=True)
b = torch.tensor(0.3, requires_grad=True)
(-torch.sigmoid(weights @ inputs + b).log()).backward()
g1, g2 = weights.grad
print(f"PyTorch's {g1:.3f}, {g2:.3f} and {b.grad:.3f}")
assert math.isclose(b.grad, bias.grad, abs_tol=1e-6)

# %% [markdown]
# The same three numbers! Here's how they come about. The bet $a$ is 0.3659, so its complaint is
# -1 / 0.3659, or -2.733. The sigmoid's volume is $0.366 \cdot 0.634$, or 0.232, and -2.733 times
# that is -0.634, which goes to $z$. The first weight was multiplied by 1.5, so it gets 1.5 times
# as much, -0.951. That's a request for more. Drag that weight below, and see the price fall. Then
# go through it all step by step, first forward and then back. Our row of three is in there, too.
# <!-- example -->
#
# <!-- backprop -->
#
# One neuron could be luck, so let's try a hundred computations that we didn't pick. Twelve times
# over, the dice choose two of the numbers we have so far, whether to add or multiply them, and a
# bend for the result. Then we compare the slopes with PyTorch's.

# %%
import random


def random_recipe(start, bends, seed):
    dice = random.Random(seed)  # the same seed rolls the same dice
    numbers = list(start)
    for _ in range(12):
        left, right = dice.choice(numbers), dice.choice(numbers)
        made = dice.choice([left + right, left * right])
        bend = dice.choice(bends)
        numbers.append(bend(made))
    return numbers[-1] * numbers[-2] + numbers[-3]


# %%
worst = 0.0
for seed in range(100):
    ours = [Value(0.5), Value(-1.0), Value(2.0)]
    backward(random_recipe(ours, [sigmoid, relu], seed))
    theirs = torch.tensor([0.5, -1.0, 2.0]).double().requires_grad_()
    random_recipe(theirs, [torch.sigmoid, torch.relu], seed).backward()
    for n in range(3):
        worst = max(worst, abs(ours[n].grad - theirs.grad[n].item()))
print("equal to 12 decimals:", worst < 1e-12)
assert worst < 1e-12

# %% [markdown]
# Our few dozen lines and PyTorch agree on all hundred.

# %% [markdown]
# ## The second game
#
# Before we train anything, there's a trap to look at. Without changing a thing, we play the very
# same game again with PyTorch's neuron and call `backward` a second time.

# %% [markdown] tags=["predict"]
# `b.grad` is -0.634 now. What will it be after the second game?
#
# - [ ] 0.000
#   Both games complain about the same thing, in the same direction, so they don't cancel.
# - [ ] -0.634
#   The slope is the same, but `.grad` doesn't hold the slope. It holds all the complaints so far.
# - [x] -1.268
#   The new complaint comes on top of the old complaint, since we never told the bias to forget it.

# %%
print(f"{b.grad:.3f} after the first game")
(-torch.sigmoid(weights @ inputs + b).log()).backward()
print(f"{b.grad:.3f} after the second")
assert math.isclose(b.grad, 2 * bias.grad, abs_tol=1e-6)

# %% [markdown]
# If our own `backward` used `=` in place of `+=`, then $x$ in the row of three would keep only
# the last complaint that reached it. So `backward` has to add, and it can't tell a complaint that
# took another path from a complaint that's left over from an old game. PyTorch could tell them
# apart, but it adds them anyway, so that you can collect the complaints of several games before
# you turn the knobs. The catch is that you have to do the forgetting yourself. In PyTorch that's
# `model.zero_grad()`, and now you know why PyTorch's training loops have a line like it.
#
# Do another forward pass before you call `backward` again. If you call it twice on the same pass,
# PyTorch nearly always refuses, because it has thrown away the numbers it would need, and our own
# `backward` would get the sum wrong.

# %% [markdown]
# ## Three neurons learn
#
# Now you have an autograd of your own. Is it any good? In [lesson 2](02_layers.py), two
# specialists and a third judge told us whether two digits were the same or different, and we had
# to find all nine of their numbers ourselves. This time they'll have to find their own. They
# start from random numbers, and all they ever see is the four clean pairs, in which each digit is
# read as exactly 0 or 1.


# %%
def verdict(knobs, x1, x2):
    a1, a2, a3, b1, b2, b3, c1, c2, c3 = knobs
    h1 = sigmoid(a1 * x1 + a2 * x2 + a3)
    h2 = sigmoid(b1 * x1 + b2 * x2 + b3)
    return sigmoid(c1 * h1 + c2 * h2 + c3)  # bet on "different"


def average_price(knobs):
    total = Value(0.0)
    for x1, x2 in [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]:
        bet = verdict(knobs, Value(x1), Value(x2))
        if x1 == x2:  # then bet on "same"
            bet = Value(1.0) + Value(-1.0) * bet
        total = total + price(bet)
    return total * Value(0.25)


# %% [markdown]
# There's nothing in the training that you haven't seen. Play, complain, and turn every knob
# against its slope. How far? By the slope times the **learning rate**, which is `lr` in the code.
# Ours is 4, and for a puzzle this small that turns out not to be too much. We'll call it solved
# if the average price ends up below 0.1.


# %% figure="three-neurons-learn" alt="The average price over 300 steps for four starts. All of them drop to about 0.7 at once. Starts 0 and 1 then fall to nearly zero within 100 steps. Starts 2 and 5 fall side by side to about 0.45 until step 100. From there start 2 goes on to nearly zero, and start 5 levels off at about a third." caption="Four starts from random numbers. Look at starts 2 and 5. At step 100, could you have told which of them would make it?"
def train_judges(seed, steps=300, lr=4.0):
    dice = random.Random(seed)
    knobs = [Value(dice.gauss(0, 1)) for _ in range(9)]  # like randn
    prices = []
    for _ in range(steps):
        loss = average_price(knobs)
        for knob in knobs:
            knob.grad = 0.0  # forget the old complaints
        backward(loss)
        for knob in knobs:
            knob.number -= lr * knob.grad
        prices.append(loss.number)
    return knobs, prices


runs = [train_judges(seed) for seed in range(20)]
solved = sum(prices[-1] < 0.1 for _, prices in runs)
print(solved, "of", len(runs), "solve it")
lines = {f"start {n}": (range(300), runs[n][1]) for n in (0, 5, 1, 2)}
show(plot_lines(lines, x="step", y="average price"))

# %% [markdown]
# There's no PyTorch in sight, and 16 of the 20 starts solve the puzzle! Let's ask start 0 how it
# did that, and start 5 what went wrong.


# %%
def ask(seed, pairs):  # how much is bet on "different"
    knobs, _ = runs[seed]
    return [verdict(knobs, Value(p), Value(q)).number for p, q in pairs]


pairs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
for seed in (0, 5):
    print(f"start {seed}:", *(f"{knob.number:.1f}" for knob in runs[seed][0]))
    print("   bets on different:", *(f"{bet:.2f}" for bet in ask(seed, pairs)))


# %% figure="learned-map" alt="A map with a point in each of its four corners. The lower right and the upper left corner, where the points are bars, are shaded. The other two, with circles, aren't." caption="This is what start 0 came up with. Where the map is shaded, it says “different.”"
from mlp_tutorial.plots import plot_decision


def score(x):  # above zero if start 0 says "different"
    return torch.tensor(ask(0, x.tolist())) - 0.5


points, labels = torch.tensor(pairs), torch.tensor([0, 1, 1, 0])
names, classes = ["left digit", "right digit"], ["same", "different"]
show(plot_decision(points, labels, score, names=names, classes=classes))

# %% [markdown]
# The first three numbers of start 0 make a judge you know, with a total of $6.4 x_1 - 6.7 x_2 -
# 3.5$. That's our specialist for "only the left digit is a 1." The second judge has learned to
# say *no* when only the right digit is a 1, and yes to everything else. Isn't that the wrong way
# around? It is, but the third judge has caught on and listens to it with a weight of -10.1. We
# didn't design that. It's where the complaints led.
#
# Start 5 gets two of the pairs right and shrugs at the other two, with 50 cents on each side. If
# you always go downhill from where you happen to be, you can also end up on a plain, where
# there's hardly any slope left to follow.
# <!-- example -->
#
# In 1969, as we said in lesson 2, hardly anybody knew how a machine could find the weights of
# more than one row. This is how. Several people found it independently over the years, and in
# 1986 David Rumelhart, Geoffrey Hinton and Ronald Williams [made it
# famous](https://doi.org/10.1038/323533a0).
# <!-- example -->
#
# If it's getting late, this is a good place to stop. You've built the thing itself, and the rest
# of the lesson makes it fast.

# %% [markdown]
# ## The whole row at once
#
# A `Value` holds only one number. With 109,386 knobs and 256 digits, we'd need tens of millions of
# them for every pass, so let's go back to matrices. The people in the row are the units now, one
# behind each number that a layer says, with the ten judges at the end. And since all 256 digits go
# through at once, everything they say or hear becomes a table with a line for each digit.

# %% figure="shapes" alt="Three columns. On the left, from the top down, x (256, 784), A1 (256, 128), A2 (256, 64) and the logits (256, 10). On the right, from the bottom up, the complaints to the logits (256, 10), to A2 (256, 64) and to A1 (256, 128). In the middle W1 (784, 128), W2 (128, 64) and W3 (64, 10), each with an arrow from what was said and an arrow from a complaint." caption="What each layer says goes down the left side, and the complaints come up the right side. They meet in the middle, at every matrix of knobs."
from mlp_tutorial.plots import draw_shapes

show(draw_shapes([784, 128, 64, 10], 256))

# %% [markdown]
# Look at the shapes on the right. There's a complaint for each number that was said. The first
# layer says 128 numbers for each of 256 digits. In the figure, the table of all those numbers is
# `A1`. It gets just as many complaints, in a table of the same shape. Its usual name is the
# **gradient** with respect to `A1`, or of `A1` for short, and that's what we'll call it from here
# on.
#
# It all begins with the ten judges. Here's what softmax makes of their totals for the first of our
# digits.

# %%
from mlp_tutorial.networks import get_weights

layers = get_weights(model)  # pairs of W and b, with W as (in, out)
heard = [x]  # by the first layer, then by the second, and so on
for W, b in layers[:-1]:
    heard.append(torch.relu(heard[-1] @ W + b))
W, b = layers[-1]
logits = (heard[-1] @ W + b).requires_grad_()  # we'll want their slopes
bets = logits.softmax(dim=1)
print("the digit is", y[0].item())
print("bets  ", *(f"{bet:5.2f}" for bet in bets[0].tolist()))

# %% [markdown] tags=["predict"]
# This digit's price is $-\log p$, where $p$ is the bet of 9 cents on the 5. Suppose the judge for 5
# raises its total a little. With what slope does the price change? (We'll let PyTorch find out.)
#
# - [ ] About -11.
#   That's $-1/p$, the slope of the price if the *bet* goes up. But a total has to get through
#   softmax first, and a nudge to a total moves a bet of 9 cents by much less.
# - [x] About -0.91.
#   A sure bet would be a whole dollar, and 91 cents are missing from it. The minus is there
#   because the price falls as this total rises.
# - [ ] About 0.09.
#   That's the bet, and for the other nine judges you'd be right. But when the judge for the right
#   digit speaks up, the price falls, so this slope is below zero.

# %%
# `grad` returns a tuple of gradients, and ours is the first
to_logits = torch.autograd.grad(F.cross_entropy(logits, y), logits)[0]
slopes = 256 * to_logits[0]  # the loss is an average over 256 digits
print("bets  ", *(f"{bet:5.2f}" for bet in bets[0].tolist()))
print("slopes", *(f"{slope:5.2f}" for slope in slopes.tolist()))

# %% [markdown]
# Compare the two rows. Each judge's slope is the bet on it, except for the right digit, where it's
# the bet minus 1. So only the judge for 5 is asked to speak up. All the others are told to pipe
# down, especially those with a lot bet on them.
#
# How can it be that simple? Let's follow one total by hand. In lesson 4 the totals were 2, 0 and
# -1, and the bet on the first answer was $e^2$ divided by the sum $e^2 + e^0 + e^{-1}$, or 0.844.
# The logarithm turns that dividing into subtracting, so it's 2 minus the logarithm of the sum. If
# the first answer is right, its price is minus all of that, or the logarithm of the sum, minus 2.
# That makes three stops on the way from the total to the price.
# <!-- example -->
#
# 1. **The sum** is 8.757. The slope of $e^z$ is $e^z$ itself, so the sum hears our total at a volume
#    of $e^2$, or 7.389.
# 2. **The logarithm** hears the sum at a volume of $1 / 8.757$. (You've seen that slope, with a
#    minus, in the price of the neuron.) Along a path, the slopes multiply, and $7.389 / 8.757$ is
#    0.844. That's the bet!
# 3. **The difference** subtracts the total of the right answer, which makes a second path, at a
#    volume of -1. Where paths meet, the results add up, so our total gets $0.844 - 1$, or -0.156.
#    <!-- example -->
#
# A total of a wrong answer goes only through the first two. They always come out as $e^z$ divided
# by the sum, and that's what softmax bets.
#
# Now for our knob, the weight through which the judge for 3 listens to hidden unit 4. In a
# product, each number is the volume knob of the other, so for each digit, the weight's slope is
# what unit 4 said, times the slope of that judge. Then we add those up over all 256 digits, since
# they all went through the same weight.

# %%
our_knob = (heard[-1][:, 4] * to_logits[:, 3]).sum()
print(f"{our_knob:.4f}")
assert math.isclose(our_knob, knobs.grad[3, 4], abs_tol=1e-9)

# %% [markdown]
# It's 0.0142 again, as when we turned the knob. Now we want that for every unit and every judge
# at once. Let's try it on paper first, with only two digits, two units and two of the judges.
# Suppose the units say 1 and 3 about the first digit, and 2 and 0 about the second. And suppose
# the slopes of the judges are 0.2 and 0.1 for the first digit, and 0.1 and -0.6 for the second.
# That makes four weights, and each adds up two products.
# <!-- example -->
#
# | the weight | first digit | second digit | its slope |
# | --- | --- | --- | --- |
# | first unit, first judge | 1 · 0.2 | 2 · 0.1 | 0.4 <!-- example --> |
# | first unit, second judge | 1 · 0.1 | 2 · (-0.6) | -1.1 <!-- example --> |
# | second unit, first judge | 3 · 0.2 | 0 · 0.1 | 0.6 <!-- example --> |
# | second unit, second judge | 3 · 0.1 | 0 · (-0.6) | 0.3 <!-- example --> |
#
# Row meets column, pair by pair, and then you add up. That's a matrix product! Each unit's
# numbers have to lie down as a row, and each judge's slopes stand in a column.
#
# $$\begin{bmatrix} 1 & 2 \\ 3 & 0 \end{bmatrix} \cdot \begin{bmatrix} 0.2 & 0.1 \\ 0.1 & -0.6 \end{bmatrix} = \begin{bmatrix} 0.4 & -1.1 \\ 0.6 & 0.3 \end{bmatrix}$$
# <!-- example -->
#
# In `heard[-1]`, each unit's numbers stand in a column, and `.T` lays them down. So the gradient
# of the last layer's weights is `heard[-1].T @ to_logits`. Check that against the shapes in the
# figure. A `(64, 256)` times a `(256, 10)` makes a `(64, 10)`.
#
# What about the units that these judges listen to? Unit 4 was heard by all ten of them, and each
# judge's weight is the volume at which they heard it. So you multiply each judge's slope by that
# judge's weight, and add up the ten products. For all the units together that's another matrix
# product, `to_logits @ W.T`. The weights that carried the message forward carry the gradient
# back.
#
# But suppose unit 4 was silent, because its total was below zero and ReLU made it 0. Then a nudge
# to its total changes nothing, so **no gradient gets past a unit that was silent.** Then you're one
# layer further up, with the gradient of what it said, and you do the same again.


# %%
def go_back(heard, layers, gradient):
    gradients = []
    for n in (2, 1, 0):  # from the last layer to the first
        h, W = heard[n], layers[n][0]
        dW, db = h.T @ gradient, gradient.sum(dim=0)
        gradients.insert(0, (dW, db))  # in front of the others
        gradient = gradient @ W.T  # pass it on to the units that said h
        gradient = gradient * (h > 0)  # but not past those that were silent
    return gradients


gradients = go_back(heard, layers, to_logits)
parts = (model.fc1, model.fc2, model.fc3)
for (dW, db), part in zip(gradients, parts, strict=True):
    print(tuple(dW.shape), f"largest {dW.abs().max():.4f}")
    torch.testing.assert_close(dW, part.weight.grad.T)
    torch.testing.assert_close(db, part.bias.grad)

# %% [markdown]
# We've just matched every one of PyTorch's slopes, weights and biases alike, with one short loop.
# A bias is heard at volume 1, so it gets the sum.
#
# And it's cheap. The forward pass takes a product with every matrix. The backward pass takes two
# products of the same size, one for the weights and one for the units that spoke. So if you count
# the products, all 109,386 slopes together cost about as much as two more forward passes. (You
# can skip the last product, since nobody needs to know what the pixels did. Our loop doesn't, but
# what it gets is of no use. After normalizing, a blank pixel is below zero, and the loop takes it
# for a silent unit.) The catch is that you have to keep everything that was said until the
# gradient has come by, which is one reason training takes more memory than reading.

# %% [markdown]
# ## Who checks the checker?
#
# Someday you'll write a bend of your own and get its slope wrong. Would you notice? Here's a ReLU
# that says all the right numbers but lets every complaint through, as if nobody were ever silent.
# (`detach` hides a number from `backward`. All that `backward` sees is the `z` in front.)
#
# We'll train one network with it and another with PyTorch's ReLU. They get 1,000 digits, and 200
# times over, we find the gradient and move each weight and bias against its slope. Then both read
# 1,000 fresh digits. We do that from five random starts.


# %%
from torch import nn

test = load_mnist("test", source="subset")
fresh = normalize(test.images, mean, std).flatten(1)
few, right_digits = images[:1000], train.labels[:1000]


class Forgetful(nn.Module):
    def forward(self, z):
        return z + (torch.relu(z) - z).detach()


# %%
def descend(seed, lr, steps, bend=nn.ReLU):
    torch.manual_seed(seed)
    model, shares = MLP([784, 128, 64, 10], activation=bend), []
    for _ in range(steps + 1):
        with torch.no_grad():
            right = model(fresh).argmax(dim=1) == test.labels
            shares.append(100 * right.float().mean().item())
            silent = (model.fc1(few) <= 0).all(dim=0).sum().item()
        model.zero_grad()  # forget the old gradients
        F.cross_entropy(model(few), right_digits).backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= lr * p.grad
    return shares, silent


# %% tolerance=1.0
average = {}
for bend in (nn.ReLU, Forgetful):
    average[bend] = 0.0
    for seed in range(5):
        shares, _ = descend(seed, 0.3, 200, bend)
        average[bend] += shares[-1] / 5
    print(f"{bend.__name__:9} {average[bend]:.0f}% right")
assert average[nn.ReLU] > average[Forgetful]

# %% [markdown]
# It trains anyway, only worse, and nobody would notice unless the two were side by side. So check
# your slopes the honest way once, on something small. PyTorch's `gradcheck` nudges each number a
# millionth in both directions and compares what it finds with what `backward` says. Give it
# `double` numbers, or a nudge that small will get lost in the rounding.

# %%
from torch.autograd import gradcheck

torch.manual_seed(0)
shapes = [(5, 4), (4, 3), (3,), (3, 2), (2,)]
tensors = [torch.randn(shape, dtype=torch.double) for shape in shapes]
for tensor in tensors:
    tensor.requires_grad_()


def check(bend):
    def small(x, W1, b1, W2, b2):
        hidden = bend(x @ W1 + b1)
        return F.cross_entropy(hidden @ W2 + b2, torch.tensor([0, 1, 1, 0, 1]))

    return gradcheck(small, tensors, raise_exception=False)


print("ReLU:     ", check(torch.relu))
print("Forgetful:", check(Forgetful()))
assert not check(Forgetful())

# %% [markdown]
# It takes a moment, and the forgetful ReLU is caught. `True` means that each slope agrees with the
# nudging to within a thousandth of itself, plus a hundred-thousandth. So a slope of 0.001 may be
# off by 1%, and slopes below a hundred-thousandth get through unchecked.
#
# A `False`, too, needs a second look, because ReLU has a corner. Suppose some total is exactly 0, so
# that it sits right on the corner.

# %% [markdown] tags=["predict"]
# `gradcheck` nudges that total a millionth each way, as before. What slope does it find?
#
# - [ ] 0.0
#   That's what PyTorch's `backward` says at the corner, and it's the slope on the left.
# - [x] 0.5
#   To the right of the corner the output rises, and to the left it stays at 0. Over the whole
#   distance, it climbs half as fast as it does on the right.
# - [ ] 1.0
#   That's the slope on the right, and a nudge to the right alone would find it.

# %%
corner = torch.zeros(1, dtype=torch.double, requires_grad=True)
try:
    gradcheck(torch.relu, corner)
except RuntimeError as error:
    print(error)
with torch.no_grad():
    totals = x @ layers[0][0] + layers[0][1]
print((totals == 0).sum().item(), "of", f"{totals.numel():,}", "at the corner")

# %% [markdown]
# "Jacobian" is the word for a table of slopes, "numerical" is what `gradcheck` found by nudging,
# and "analytical" is what `backward` says. Which of them is right? Neither, since a corner has no
# slope at all. Any number from 0 to 1 would be a fair answer, and PyTorch has settled on 0. In
# training it hardly matters, because a total that comes from random numbers almost never sits right
# on the corner. In our first layer none does, as the last line shows. But a corner can spoil a
# check, so before you trust a failure, try other random inputs. If it was only a corner, the next
# check will pass.

# %% [markdown]
# ## What our machine can read now
#
# We've just turned all 109,386 knobs at once, again and again. Isn't that reckless? A slope says
# what the loss would do if you turned this one knob a *little* while all the others held still.
#
# Let's watch the first 20 steps up close. We'll try small steps, at a learning rate of 0.1, and
# large steps, at 1, from five random starts each. After each step, the network reads the fresh
# digits.

# %% tolerance=1.0 figure="twenty-steps" alt="The share of fresh digits read, over 20 steps. The line of the small steps climbs steadily from about 10 to about 74 percent. The line of the large steps jumps up in the first step, then falls back and ends far below the other." caption="The average of five starts. Look at who's ahead after one step, and who's ahead after five."
lines = {}
for lr in (0.1, 1.0):
    starts, silent = [], 0.0
    for seed in range(5):
        shares, always_silent = descend(seed, lr, 20)
        starts.append(shares)
        silent += always_silent / 5
    tries = torch.tensor(starts)  # (starts, steps)
    for n in (0, 1, 20):
        low, high = tries[:, n].min(), tries[:, n].max()
        print(f"lr {lr}, step {n:2}: {tries[:, n].mean():.0f}% right", end="")
        print(f" (from {low:.0f} to {high:.0f}%)")
    print(f"   units that are always silent: {silent:.0f} of 128")
    lines[f"lr {lr}"] = (range(21), tries.mean(dim=0).tolist())
show(plot_lines(lines, x="step", y="% right"))
assert lines["lr 0.1"][1][20] > 50 > lines["lr 1.0"][1][20]

# %% [markdown]
# With small steps, our machine goes from guessing to about 74% after 20 of them, and we didn't
# choose a single weight. Each of them followed its own slope downhill.
#
# With large steps, it reads about 45% after the very first, which looks like a bargain. But by
# step 20 it has lost most of that, and most of the units in its first layer are dead. They stay
# silent for all of the 1,000 digits, so no gradient can reach them anymore. Each slope was right
# about a small step, but these steps weren't small.
#
# The ghosts of lesson 3 did better than 74%, but when we compared the two ReLUs, we took 200
# steps three times as large and got to 90%. To find out how much this network can do, you need
# more digits and thousands of steps. How do you take that many without going astray? That's what
# [the next lesson](10_training.py) is about.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Whoever was silent
#
# Write `relu_backward(dA, Z)`, where `Z` holds the totals that went into a ReLU and `dA` is the
# gradient of what came out of it. Return the gradient of the totals, without autograd. All three
# have the same shape, which can be anything. At exactly 0, where the corner is, we'll accept
# whatever you choose.
#
# <details><summary>Hint 1</summary>
#
# At what volume was a total of 2 heard? And a total of -2?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Multiply `dA` by 1 where `Z` is above zero and by 0 everywhere else. In a product, `Z > 0`
# counts as exactly those ones and zeros.
#
# </details>


# %% tags=["exercise"]
def relu_backward(dA, Z):
    raise NotImplementedError


# %% tags=["solution"]
def relu_backward(dA, Z):
    return dA * (Z > 0)


# %% tags=["check"]
from mlp_tutorial.exercises import check_relu_backward

print(check_relu_backward(relu_backward))

# %% [markdown] tags=["exercise", "warm-up"]
# ### The first complaint
#
# We let PyTorch find the gradient of the logits, but you've seen what it looks like. Write
# `logits_gradient(logits, labels)`, which returns it for a whole batch, without autograd. The
# loss is the average cross-entropy, `logits` has the shape `(batch, classes)`, and the result has
# the same shape.
#
# <details><summary>Hint 1</summary>
#
# Begin with the bets, which you get from softmax. Where in each row do you have to subtract 1?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `F.one_hot(labels, classes)` has a 1 in the place of each label and 0 everywhere else. Subtract
# that, and don't forget that the loss is an average over the batch.
#
# </details>


# %% tags=["exercise"]
def logits_gradient(logits, labels):
    raise NotImplementedError


# %% tags=["solution"]
def logits_gradient(logits, labels):
    right = F.one_hot(labels, logits.shape[1])
    return (logits.softmax(dim=1) - right) / len(labels)


# %% tags=["check"]
from mlp_tutorial.exercises import check_logits_gradient

print(check_logits_gradient(logits_gradient))

# %% [markdown] tags=["exercise", "apply"]
# ### The minutes
#
# In another row, somebody takes the minutes. They're a list of who was heard by whom, and at what
# volume, in the order it happened. For example, the minutes of our row of three would be
#
# ```python
# [("x", "a", 3.0), ("x", "b", 1.0), ("a", "loss", 3.0), ("b", "loss", 6.0)]
# ```
#
# Write `blame(minutes)`, which returns the complaint that reaches `"x"` when the loss gets a
# complaint of 1. For our row that's 15. Nobody speaks before they've heard everything they're
# going to hear, and the last person to hear anything is always `"loss"`. Don't follow every path
# separately, since there can be a great many of them.
#
# <details><summary>Hint 1</summary>
#
# Keep everybody's complaints so far in a dict. Who has one at the beginning, and in which order
# do you have to go through the minutes?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Begin with `{"loss": 1.0}` and go through `reversed(minutes)`. Each line adds to the complaint
# of the person who was heard, and `complaints.get(who, 0.0)` is 0 for anybody who doesn't have
# any yet.
#
# </details>


# %% tags=["exercise"]
def blame(minutes):
    raise NotImplementedError


# %% tags=["solution"]
def blame(minutes):
    complaints = {"loss": 1.0}
    for who, listener, volume in reversed(minutes):
        passed_on = complaints.get(listener, 0.0) * volume
        complaints[who] = complaints.get(who, 0.0) + passed_on
    return complaints["x"]


# %% tags=["check"]
from mlp_tutorial.exercises import check_blame

print(check_blame(blame))

# %% [markdown] tags=["exercise", "apply"]
# ### The same knobs, twice
#
# A thrifty network uses the same matrix `W` in two layers in a row, with nothing in between. Its
# totals are `(x @ W) @ W`, where `x` has the shape `(batch, n)` and `W` has `(n, n)`. Write
# `shared_gradient(x, W, complaint)`, where `complaint` is the gradient of the totals. Return the
# gradient of `W`, without autograd.
#
# <details><summary>Hint 1</summary>
#
# Pretend for a moment that there are two matrices, `W1` and `W2`. What would the gradient of each
# of them be? Then remember what happens where paths meet.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The second layer heard `x @ W`. The first heard `x`, and the gradient that reaches it has come
# back through the second layer's weights, so it's `complaint @ W.T`. Work out both parts and add
# them.
#
# </details>


# %% tags=["exercise"]
def shared_gradient(x, W, complaint):
    raise NotImplementedError


# %% tags=["solution"]
def shared_gradient(x, W, complaint):
    as_second = (x @ W).T @ complaint
    as_first = x.T @ (complaint @ W.T)
    return as_first + as_second


# %% tags=["check"]
from mlp_tutorial.exercises import check_shared_gradient

print(check_shared_gradient(shared_gradient))

# %% [markdown] tags=["exercise", "think"]
# ### How many roads?
#
# Take one weight in the first layer of our network, 784-128-64-10, and one digit. Suppose nobody
# is silent. Along how many different paths does a nudge to this weight reach the ten logits? Each
# path ends at a logit, and two paths are different if they go through different units. Set
# `roads` to that number.
#
# <details><summary>Hint 1</summary>
#
# The weight belongs to one unit in the first hidden layer. Who listens to that unit?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# 64 units listen to it, and ten judges listen to each of those.
#
# </details>

# %% tags=["exercise"]
roads = ...

# %% tags=["solution"]
roads = 64 * 10

# %% tags=["check"]
from mlp_tutorial.exercises import check_roads

print(check_roads(roads))

# %% [markdown] tags=["exercise", "think"]
# ### Too eager
#
# Somebody thinks that `go_back` wastes time. Why collect all the slopes first? As soon as a layer
# has its gradient, it can change its own weights and send the gradient on its way. So they wrote
# `improve`, which returns the layers after a step downhill. It runs, and the loss usually falls,
# but in every layer except the last, the step isn't what PyTorch would take. Find the bug and fix
# it.
#
# <details><summary>Hint 1</summary>
#
# Follow the gradient from the last layer to the layer before it. Which `W` does it go back
# through, and which `W` did the message come through?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The gradient has to go back through the old `W`. Work out what to pass on before you change the
# weights, and give it a name of its own, because that change still needs the old `complaint`.
#
# </details>


# %% tags=["exercise"]
def improve(heard, layers, complaint, lr):
    better = []
    for (W, b), h in zip(reversed(layers), reversed(heard), strict=True):
        W = W - lr * h.T @ complaint
        b = b - lr * complaint.sum(dim=0)
        better.append((W, b))
        complaint = (complaint @ W.T) * (h > 0)
    return better[::-1]


# %% tags=["solution"]
def improve(heard, layers, complaint, lr):
    better = []
    for (W, b), h in zip(reversed(layers), reversed(heard), strict=True):
        passed_on = (complaint @ W.T) * (h > 0)
        W = W - lr * h.T @ complaint
        b = b - lr * complaint.sum(dim=0)
        better.append((W, b))
        complaint = passed_on
    return better[::-1]


# %% tags=["check"]
from mlp_tutorial.exercises import check_improve

print(check_improve(improve))
