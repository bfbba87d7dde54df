# %% [markdown]
# # Gradients
#
# It's the telephone game again. The last person in the row says what she heard, and it's wrong.
# You complain. "Don't look at me," she says. "I just pass on what I hear, some voices turned up
# and others turned down. Ask *them*." So your complaint goes back up the row, from everybody to
# the people they'd been listening to.
#
# Our row has 109,386 volume knobs, all set at random. There's an honest way to find out what each
# of them does. Turn a knob by a hair, play the whole game again, and hear whether the end got
# better or worse. Then put it back and try the next. You'd play 109,386 games to find out where
# to turn the knobs, and then you'd turn each by a hair and start over. Or you could play a single
# game, and send your complaint back through the row, once. So **how can a single complaint find
# out what every knob did?**
#
# You'll be able to
#
# - say what a slope is, and follow it back through any computation by hand;
# - build the machinery behind PyTorch's `loss.backward()` yourself, in fewer than forty lines;
# - check a gradient, and say where the check itself fails.
#
# Reading takes 30 minutes. The code runs in about 20 seconds on an ordinary laptop.

# %% [markdown]
# ## One knob
#
# Let's begin with the honest way. Here's the network from [the last
# lesson](08_build_a_network.py), untrained, with 256 digits to read. We turn a single knob by
# 0.001. It's the weight with which the judge for the digit 3 listens to hidden unit 4. The change
# will be tiny, so we use `double()`, which keeps about 16 decimals of every number.

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


def play():  # a whole game, from the pixels to the loss
    with torch.no_grad():
        return F.cross_entropy(model(x), y).item()


# %%
def turn(knobs, where, by):
    with torch.no_grad():  # it's just us, turning a knob
        knobs[where] += by


before = play()
turn(model.fc3.weight, (3, 4), 0.001)
after = play()
turn(model.fc3.weight, (3, 4), -0.001)  # put it back
print(f"{before:.7f} before, {after:.7f} after")
print(f"a change of {after - before:.7f}")
print(f"divided by 0.001: {(after - before) / 0.001:.4f}")

# %% [markdown]
# The loss went up by 0.0000142, so we've learned which way *not* to turn this knob. Divide the
# change by how far we turned, and you get 0.0142, which says how fast the loss climbs as the knob
# turns. You met this number in [the lesson on bends](05_activations.py), where we nudged a
# sigmoid. It's the **slope**, and in high school, where the nudge shrinks toward zero, it was
# called the derivative. For example, if we turn the knob twice as far, the loss should climb
# twice as far, and if we turn it the other way, the loss should fall by as much as it rose.
#
# But that holds only for small turns. Here's what happens when you really crank it.

# %% figure="one-knob" alt="The loss as one knob turns from -8 to 8. It's a curve like a wide bowl that is lowest left of 0 and rises to the right. A dashed straight line touches it at 0." caption="The loss as we turn a single knob. The dashed line has the slope that we measured, and it fits only near 0, where we measured it."
from mlp_tutorial.plots import plot_lines, show

slope = (after - before) / 0.001
turns = torch.linspace(-8, 8, 65).tolist()
curve = []
for by in turns:
    turn(model.fc3.weight, (3, 4), by)
    curve.append(play())
    turn(model.fc3.weight, (3, 4), -by)
straight = [before + slope * by for by in turns]
lines = {"loss": (turns, curve), "slope": (turns, straight)}
show(plot_lines(lines, x="turn of the knob", y="loss"))

# %% [markdown]
# Every knob has a slope of its own, and all 109,386 of them together are called the **gradient**.
# If you had it, you'd know how to turn everything at once. Each knob goes against its slope, by a
# little. But the honest way takes a game for every knob. Now watch what PyTorch does, with a
# single game and a single extra line.

# %%
loss = F.cross_entropy(model(x), y)
loss.backward()  # the extra line
for name, where in (("fc1", (9, 404)), ("fc2", (11, 7)), ("fc3", (3, 4))):
    knobs = getattr(model, name).weight  # model.fc1.weight and so on
    turn(knobs, where, 1e-6)  # a millionth is more exact
    honest = (play() - before) / 1e-6
    turn(knobs, where, -1e-6)
    print(f"{name}: {honest:.6f} by turning, {knobs.grad[where]:.6f} by magic")
    assert abs(honest - knobs.grad[where]) < 1e-6

count = sum(p.grad.numel() for p in model.parameters())
print(f"{count:,} slopes")

# %% [markdown]
# Each weight now has its slope in `.grad`, and wherever we look, it's the slope that we found by
# turning. There are 109,386 of them, from a single game, and nobody touched a knob! You shouldn't
# take magic on faith. So let's build it.

# %% [markdown]
# ## A row of three
#
# We'll need a row that's short enough to do in your head. Somebody says a number $x$, which is 2.
# Two people hear it. The first triples it, so $a = 3x$, which is 6. The second adds one, so $b =
# x + 1$, which is 3. The last person multiplies what she hears from the two of them, and that's
# our loss, $a \cdot b$, or 18.
#
# Suppose that $a$ speaks up by 0.001. How much does the last person's number change? She says
# $6.001 \cdot 3$, which is 18.003. So she passed on 3 times the nudge, and 3 is just the number
# she heard from $b$. In a product, each number is the volume knob of the other! And in a sum,
# like $x + 1$, a nudge comes out as large as it went in, so the volume is 1. You now know the
# **local slopes** of multiplication and addition, the only two things that anybody in this row
# can do.
# <!-- example -->
#
# Now send the complaint back. A complaint is just a number. It tells you how much the loss rises
# for each bit that you speak up, so for the loss itself it's 1. Then $a$ was heard at volume 3,
# so its complaint is 3, and $b$ was heard at volume 6, so its complaint is 6. Both of them
# protest that they only passed on what they'd heard.
# <!-- example -->

# %% [markdown] tags=["predict"]
# And $x$? It was heard by $a$, at volume 3, and by $b$, at volume 1. What complaint does it get?
#
# - [ ] 9
#   That's 3 plus 6, the two complaints added up. But $a$ turned $x$ up to three times its size, so
#   $a$ passes on three times the complaint.
# - [x] 15
#   From $a$ it hears $3 \cdot 3$, and from $b$ it hears $6 \cdot 1$. Together that's 15.
# - [ ] 54
#   That's 9 from $a$, times 6 from $b$. But a nudge to $x$ reaches the loss along both roads at
#   once, and what arrives by the second road comes on top of the first.


# %% figure="two-roads" alt="A graph of four boxes. From x = 2 arrows go to a = 6 with volume 3 and to b = 3 with volume 1. From a an arrow with volume 3 goes to the loss, 18, and from b an arrow with volume 6. Below the boxes are the complaints, 15 for x, 3 for a, 6 for b and 1 for the loss." caption="Read it from left to right for the numbers, and from right to left for the complaints below them. Each arrow shows at what volume the number was heard."
from mlp_tutorial.plots import draw_graph


def row_of_three(x):
    return (3 * x) * (x + 1)


by_turning = (row_of_three(2 + 1e-6) - row_of_three(2)) / 1e-6
print(f"{by_turning:.3f}")
said = {"x": 2, "a": 6, "b": 3, "loss": 18}
volumes = [("x", "a", 3), ("x", "b", 1), ("a", "loss", 3), ("b", "loss", 6)]
complaints = {"loss": 1, "a": 3, "b": 6, "x": by_turning}
show(draw_graph(volumes, said, complaints))

# %% [markdown]
# Why do we add? If $x$ speaks up by 0.001, then $a$ goes up by 0.003, which pushes the loss up by
# $3 \cdot 0.003$. At the same time $b$ goes up by 0.001, which pushes the loss up by another $6
# \cdot 0.001$. Both pushes arrive, and they make 0.015.
# <!-- example -->
#
# That's really all there is to it. **Along a path the local slopes multiply, and where paths meet
# they add up.** Mathematicians call it the **chain rule**. Every person in the row needs to know
# only whom they heard and at what volume, and nobody has to understand the whole.

# %% [markdown]
# ## A number that remembers
#
# So let's make numbers that remember whom they heard. In Python you can teach a class what `+`
# means. When Python sees `a + b`, it calls `a.__add__(b)`, and for `a * b` it calls
# `a.__mul__(b)`. The four underscores mark names that Python itself will look for, like the
# `__init__` that you know.


# %%
class Value:
    def __init__(self, number, heard=()):
        self.number = number
        self.heard = heard  # pairs, of who it was and at what volume
        self.grad = 0.0  # the complaints so far
        # One place behind the last person heard. We'll need that later.
        self.place = 1 + max((who.place for who, _ in heard), default=0)

    def __add__(self, other):
        heard = [(self, 1.0), (other, 1.0)]
        return Value(self.number + other.number, heard)

    def __mul__(self, other):
        heard = [(self, other.number), (other, self.number)]
        return Value(self.number * other.number, heard)


# %% [markdown]
# Adding up works just as before, only that each result keeps a list of whom it heard, with their
# volumes. Now for the complaint. Whoever gets one notes it down, and passes it on to everybody
# they'd heard, multiplied by the volume.


# %%
def complain(value, complaint=1.0):
    value.grad += complaint
    for who, volume in value.heard:
        complain(who, complaint * volume)


two = Value(2.0)
loss = (two * Value(3.0)) * (two + Value(1.0))
complain(loss)
print(loss.number, two.grad)
assert two.grad == 15

# %% [markdown]
# It's 15 again, and this time the machine did the work. The function `complain` calls itself,
# which is allowed in Python. Each call takes care of a single person and leaves the rest to
# further calls, until it gets to somebody who hasn't heard anybody. And look, there's the whole
# chain rule in two lines, with a `*` for going along a path and a `+=` for where paths meet.
#
# We could stop here, and honestly, we'd love to. But imagine a longer row, in which everybody
# adds the number they hear to itself and so doubles it, 20 times in all.

# %% [markdown] tags=["predict"]
# Each of these 20 people hears the person before twice. How many complaints arrive at the number
# in front?
#
# - [ ] 20
#   There are 20 people, true. But they all heard the person before twice, so they complain twice
#   about every complaint they get.
# - [ ] 40
#   That's how often somebody was heard. But `complain` passes on every single complaint as soon as
#   it arrives, without waiting for the next.
# - [x] About a million
#   The last person complains twice, the person before gets two and makes four of them, and so on.
#   After 20 doublings that's more than a million.

# %%
start = Value(1.0)
end = start
for _ in range(20):
    end = end + end
complain(end)
# Every complaint that arrives is a 1, so their sum is their number
print(f"{start.grad:,.0f} complaints")

# %% [markdown]
# The sum is right, since 20 doublings make anything 1,048,576 times as large. But what a way to
# get it! There are as many complaints as there are paths from the back to the front, and in a
# real network nobody could ever follow them all.
#
# How would you run this office? You'd probably tell people to wait. **Don't pass anything on
# until you've got all your complaints. Then add them up, and pass on the sum, once.** And when
# have you got them all? As soon as everybody behind you is done, because only they can have heard
# you. So let's line everybody up by their `place`, and work through the row from back to front.


# %%
def place(value):
    return value.place


def backward(self):
    row, waiting = set(), [self]
    while waiting:  # look for everybody who was heard
        value = waiting.pop()
        if value not in row:
            row.add(value)
            waiting += [who for who, _ in value.heard]
    self.grad = 1.0
    for value in sorted(row, key=place, reverse=True):  # back to front
        for who, volume in value.heard:
            who.grad += value.grad * volume


Value.backward = backward  # makes it a method of the class

# %% [markdown]
# The first half just collects everybody in the row, in a **set**, which is like a list except
# that nothing can be in it twice. The second half is what matters, and it has the same two signs
# as before, `*` and `+=`. This is called **backpropagation**, and when a library does all the
# bookkeeping for you, that's **autograd**, short for automatic gradient.

# %%
start = Value(1.0)
end = start
for _ in range(20):
    end = end + end
end.backward()
print(f"{start.grad:,.0f}")
assert start.grad == 2**20

# %% [markdown]
# It's the same sum. But now each of the 20 people has passed on just two complaints, so instead
# of a million, there were 40.
# <!-- example -->

# %% [markdown]
# ## A neuron gets the blame
#
# Neurons do more than add and multiply. They bend, and at the end there's a price to pay. But a
# bend is just one more person in the row, who hears a number and says another. All we need is the
# volume, which is the slope of the bend at that place. For the sigmoid it's $s(1 - s)$, and for
# ReLU it's 1 or 0. The price of a bet $p$ on the right answer is $-\ln p$, and its slope is
# $-1/p$. For example, when you bet 0.5, a nudge of 0.001 makes the loss *smaller* by 0.002.
# <!-- example -->

# %%
import math


def sigmoid(value):
    s = 1 / (1 + math.exp(-value.number))
    return Value(s, [(value, s * (1 - s))])


def relu(value):
    open_ear = 1.0 if value.number > 0 else 0.0
    return Value(value.number * open_ear, [(value, open_ear)])


def price(value):
    return Value(-math.log(value.number), [(value, -1 / value.number)])


# %% [markdown]
# Here's a whole neuron with two inputs, and the price it pays if the right answer is yes. Then we
# hand PyTorch the same neuron, and compare.

# %%
u1, u2 = Value(1.5), Value(-2.0)  # the inputs
v1, v2, bias = Value(0.5), Value(0.8), Value(0.3)
p1, p2 = v1 * u1, v2 * u2
s = p1 + p2
z = s + bias
a = sigmoid(z)
L = price(a)
L.backward()
print(f"ours      {v1.grad:.4f}, {v2.grad:.4f} and {bias.grad:.4f}")

# %% export="graph"
u = torch.tensor([1.5, -2.0])
v = torch.tensor([0.5, 0.8], requires_grad=True)
c = torch.tensor(0.3, requires_grad=True)
loss = -torch.sigmoid(v @ u + c).log()
loss.backward()
print(f"PyTorch's {v.grad[0]:.4f}, {v.grad[1]:.4f} and {c.grad:.4f}")
assert math.isclose(v1.grad, v.grad[0], abs_tol=1e-6)

row = [u1, u2, v1, v2, bias, p1, p2, s, z, a, L]  # for the drawing below
graph = torch.tensor([[who.number, who.grad] for who in row])  # (11, 2)

# %% [markdown]
# The same three numbers! A complaint below zero is really a request, by the way. The first weight
# got -0.9512, so the neuron would pay less if that weight were larger. Go through it step by
# step, first forward and then back, and turn the knobs if you like.
#
# <!-- backprop -->
#
# One neuron could be luck, so let's try a hundred computations that nobody has picked by hand. We
# start with three numbers. Then we let dice pick two of the numbers so far, add or multiply them,
# and bend the result, 12 times over. The function doesn't care whether it gets our values or
# PyTorch's tensors.

# %%
import random


def random_recipe(numbers, bends, seed):
    dice = random.Random(seed)  # the same seed rolls the same dice
    for _ in range(12):
        left, right = dice.choice(numbers), dice.choice(numbers)
        made = dice.choice([left + right, left * right])
        numbers = [*numbers, dice.choice(bends)(made)]
    return numbers[-1] * numbers[-2] + numbers[-3]


# %%
worst = 0.0
for seed in range(100):
    ours = [Value(n) for n in (0.5, -1.0, 2.0)]
    theirs = torch.tensor([0.5, -1.0, 2.0], dtype=torch.double).requires_grad_()
    random_recipe(ours, [sigmoid, relu], seed).backward()
    bends = [torch.sigmoid, torch.relu]
    random_recipe(list(theirs), bends, seed).backward()
    for mine, their in zip(ours, theirs.grad, strict=True):
        worst = max(worst, abs(mine.grad - their.item()))
print(f"the largest difference is {worst:.0e}")
assert worst < 1e-12

# %% [markdown]
# That's a hundred out of a hundred, up to rounding. And the whole thing, with its bends, comes to
# fewer than forty lines.

# %% [markdown]
# ## Old complaints
#
# There's a trap in this, and it's an easy trap to fall into. Suppose we play the very same game
# again with PyTorch's neuron, without changing anything, and call `backward` a second time.

# %% [markdown] tags=["predict"]
# `c.grad` is -0.63 now, in two decimals. What will it be after a second game, exactly like the
# first?
#
# - [ ] -0.63
#   The game is the same, so the slope is the same. But `.grad` doesn't hold the slope. It holds
#   all the complaints so far.
# - [x] -1.27
#   Complaints are added with `+=`, and nobody told the bias to forget the old one.
# - [ ] 0.00
#   That would be right if the second game canceled the first. But it complains about the same
#   thing in the same direction.

# %%
print(f"{c.grad:.2f} after the first game")
(-torch.sigmoid(v @ u + c).log()).backward()
print(f"{c.grad:.2f} after the second")
assert math.isclose(c.grad, 2 * bias.grad, abs_tol=1e-6)

# %% [markdown]
# It isn't a bug, and now you can see why. If `backward` used `=` in place of `+=`, our $x$ with
# its two roads would have heard only the last complaint. A number can't tell whether a complaint
# comes along another road or is left over from yesterday's game, so somebody has to clear the
# books between games. In PyTorch that's `model.zero_grad()`, and now you know why every training
# loop you'll ever see has a line like it.

# %% [markdown]
# ## Three neurons learn
#
# In [lesson 2](02_layers.py), two specialists and a third judge told us whether two digits were
# the same or different. We had to find all nine of their numbers ourselves. Now let them find
# their own. They start from random numbers, and see only the four clean pairs, in which each
# digit is read as exactly 0 or 1.


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
# Here's the training, and there's nothing more to it than you've already seen. Play, complain,
# and turn every knob a little against its slope. The number `lr`, the **learning rate**, says how
# little.


# %% figure="three-neurons-learn" alt="The average price over 300 steps for four starts. Three lines stay near 0.7 for a while, then fall to nearly zero. The fourth levels off at about a third and stays there." caption="Four starts from random numbers. For a while hardly anything happens. Then somebody gets an idea, though not everybody does."
def train_judges(seed, steps=300, lr=4.0):
    dice = random.Random(seed)
    knobs = [Value(dice.gauss(0, 1)) for _ in range(9)]  # like randn
    prices = []
    for _ in range(steps):
        loss = average_price(knobs)
        for knob in knobs:
            knob.grad = 0.0  # clear the books
        loss.backward()
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
# There's no PyTorch in sight, only our own forty lines, and 16 of the 20 starts solve the puzzle!
# Let's ask start 0 how it does it, and start 5 what its trouble is.

# %% figure="learned-map" alt="A map with a point in each of its four corners. The lower right and the upper left corner, where the points are bars, are shaded. The other two, with circles, aren't." caption="What start 0 came up with. On the shaded sides, it says “different.”"
from mlp_tutorial.plots import plot_decision

corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
for seed in (0, 5):
    knobs, _ = runs[seed]
    print(f"start {seed}:", *(f"{knob.number:.1f}" for knob in knobs))
    bets = [verdict(knobs, *map(Value, pair)) for pair in corners.tolist()]
    print("   bets on different:", *(f"{bet.number:.2f}" for bet in bets))


def learned(pairs):  # what start 0 says, above zero for "different"
    bets = [verdict(runs[0][0], *map(Value, p)) for p in pairs.tolist()]
    return torch.tensor([bet.number - 0.5 for bet in bets])


labels = torch.tensor([0, 1, 1, 0])
names, classes = ["left digit", "right digit"], ["same", "different"]
show(plot_decision(corners, labels, learned, names=names, classes=classes))

# %% [markdown]
# The first three knobs of start 0 make a judge you know, with a total of $6.4 x_1 - 6.7 x_2 -
# 3.5$. That's our specialist for "only the left digit is a 1." The second has learned to say *no*
# when only the right digit is a 1, and yes to everything else. Isn't that the wrong way around?
# It is, but the third judge has found that out, and listens to it with a weight of -10.1. Nobody
# told them to specialize. The complaints did.
#
# Start 5 gets two of the pairs right and shrugs at the other two, with 50 cents on each side. We
# gave it 3,000 steps, and it was still shrugging. Going downhill from wherever you happen to
# stand doesn't have to take you all the way down.
# <!-- example -->
#
# In 1969, as we said in lesson 2, hardly anybody knew how a machine could find the weights of
# more than one row. Well, this is how. Others had found it before, but in 1986 David Rumelhart,
# Geoffrey Hinton and Ronald Williams made it famous.
# <!-- example -->

# %% [markdown]
# ## The whole row at once
#
# Our `Value` works, but it handles a single number at a time. With 109,386 knobs and 256 digits,
# it'd have to make tens of millions of them for every game. So let's go back to matrices. It's
# still the same complaint. Only now it comes back in 256 rows, with a row for each digit.

# %% figure="shapes" alt="Three columns. On the left, from the top down, x (256, 784), A1 (256, 128), A2 (256, 64) and the logits (256, 10). On the right, from the bottom up, D3 (256, 10), D2 (256, 64) and D1 (256, 128). In the middle W1 (784, 128), W2 (128, 64) and W3 (64, 10), each with an arrow from what was said and an arrow from a complaint." caption="What each layer says goes down the left side, and the complaints come up the right side. In the middle, every matrix of knobs is where the two meet."
from mlp_tutorial.plots import draw_shapes

show(draw_shapes([784, 128, 64, 10], 256))

# %% [markdown]
# Look at the shapes on the right. A complaint has the shape of whatever it's about, since
# everybody gets a complaint for each number they said. So where does it begin? At the logits.
# We'll let PyTorch find that first complaint, and see what it says about the first digit in our
# batch.

# %%
from mlp_tutorial.networks import get_weights

layers = get_weights(model)  # pairs of W and b, with W as (in, out)
said = [x]
for W, b in layers[:-1]:
    said.append(torch.relu(said[-1] @ W + b))
W, b = layers[-1]
logits = (said[-1] @ W + b).requires_grad_()
(first,) = torch.autograd.grad(F.cross_entropy(logits, y), logits)

print("the digit is", y[0].item())
for name, row in (("bets", logits.softmax(dim=1)), ("complaints", 256 * first)):
    print(f"{name:10}", *(f"{number:5.2f}" for number in row[0].tolist()))

# %% [markdown]
# Compare the two rows. Each judge gets a complaint as large as its bet, except for the judge who
# was right, and there it's smaller by exactly 1. So every judge is told to say less, the more so
# the more was bet on it, and only the right judge is asked to say more. Softmax and cross-entropy
# look messy, and yet, surprisingly, their slopes come to something as simple as this. (We've
# multiplied the complaints by 256, because the loss is an average, so each digit has only a small
# share in it.)
#
# Now remember our knob from the beginning, the weight with which the judge for 3 listens to
# hidden unit 4. For every digit, its complaint is what it heard from unit 4, times the complaint
# to judge
# 3. Then we add up over the 256 digits, since the same knob was used for all of them.

# %%
heard, complaint = said[-1], first
print(f"{(heard[:, 4] * complaint[:, 3]).sum():.4f}")
assert math.isclose((heard[:, 4] * complaint[:, 3]).sum(), slope, rel_tol=0.01)

# %% [markdown]
# It's 0.0142, the very number that we got by turning it. And "multiply two columns and add up,"
# for each unit and each judge, is what a matrix product does. So the complaints to all the knobs
# of the layer are `heard.T @ complaint`. Check it against the shapes in the figure. A `(64, 256)`
# times a `(256, 10)` makes a `(64, 10)`.
#
# And the people in front of these judges? Unit 4 was heard by all ten of them, each at a volume
# of their own, namely their weight. So it gets ten complaints, each times that weight, added up.
# For all the units together that's another matrix product, `complaint @ W.T`. The knobs that
# carried the message forward carry the complaint back.
#
# But if unit 4 was silent, because its total was below zero and ReLU made it 0, then a nudge to
# its total changes nothing. So **whoever was silent doesn't get a complaint.** That's all we
# need, for any number of layers.


# %%
def go_back(said, layers, complaint):
    gradients = []
    for (W, _), heard in zip(reversed(layers), reversed(said), strict=True):
        gradients.append((heard.T @ complaint, complaint.sum(dim=0)))
        complaint = (complaint @ W.T) * (heard > 0)  # not if it was silent
    return gradients[::-1]  # front to back


gradients = go_back(said, layers, first)
parts = (model.fc1, model.fc2, model.fc3)
for (dW, db), part in zip(gradients, parts, strict=True):
    print(tuple(dW.shape), f"largest {dW.abs().max():.4f}")
    torch.testing.assert_close(dW, part.weight.grad.T)
    torch.testing.assert_close(db, part.bias.grad)

# %% [markdown]
# Those are all of PyTorch's slopes, weights and biases, from three lines in a loop. (A bias is
# heard at volume 1, so it just gets the sum. In the last round, the loop also complains to the
# pixels, but nobody listens.)
#
# And what did it cost? The game took three matrix products, one for each layer. The way back
# takes five, three for the knobs and two for the people. So you get all 109,386 slopes for less
# than the price of two more games. In return, you have to keep everything that was said until the
# complaint has come by, and that's why training takes more memory than reading.

# %% [markdown]
# ## Who checks the checker?
#
# Someday you'll write a bend of your own, and get its slope wrong. The network may well train
# anyway, only worse, and nobody will tell you. So do it the honest way once, on something small.
# PyTorch's `gradcheck` turns each knob by a millionth in both directions, and complains if what
# it finds isn't what `backward` says. It wants double precision.

# %%
from torch.autograd import gradcheck

torch.manual_seed(0)
shapes = [(5, 4), (4, 3), (3,), (3, 2), (2,)]
tensors = [torch.randn(shape, dtype=torch.double) for shape in shapes]
for tensor in tensors:
    tensor.requires_grad_()


def small(x, W1, b1, W2, b2):
    hidden = torch.relu(x @ W1 + b1)
    return F.cross_entropy(hidden @ W2 + b2, torch.tensor([0, 1, 1, 0, 1]))


print(gradcheck(small, tensors))

# %% [markdown]
# `True` means that all of it was right, to many decimals, with a hidden layer and its ReLU. But
# ReLU has a corner. Suppose some total is exactly 0 and sits right on it.

# %% [markdown] tags=["predict"]
# `gradcheck` measures ReLU's output a millionth to the right of 0 and a millionth to the left,
# and divides the difference by the distance between the two. What slope does it find?
#
# - [ ] 0.0
#   That's what PyTorch's `backward` says at the corner, and it's the slope on the left.
# - [x] 0.5
#   To the right of the corner the output rises, and to the left it stays at 0. Over the whole
#   distance it climbs half as fast as on the right.
# - [ ] 1.0
#   That's the slope on the right, and a nudge to the right alone would find it.

# %%
corner = torch.zeros(1, dtype=torch.double, requires_grad=True)
try:
    gradcheck(torch.relu, corner)
except RuntimeError as error:
    print(error)

# %% [markdown]
# "Numerical" is what it found by nudging, and "analytical" is what `backward` says. Who's right?
# Neither, since a corner has no slope at all. The same thing happens if a total is merely closer
# to 0 than the nudge is long. So when `gradcheck` fails, look whether somebody is at a corner
# before you look for a bug.
#
# Does it matter in training? A total is rarely exactly 0 if the weights are random. Let's count.

# %%
with torch.no_grad():
    totals = x @ layers[0][0] + layers[0][1]
print((totals == 0).sum().item(), "of", f"{totals.numel():,}", "at the corner")

# %% [markdown]
# ## What our machine can read now
#
# So let's turn all 109,386 knobs at once. But take care, because here our picture of an office
# breaks. A real complaint says who did wrong. Ours only says what the loss would do if you turned
# this one knob a *little*, with all the others holding still. And we're about to turn every knob.
#
# We take 1,000 digits, send the complaint back, turn each knob against its slope, and do it
# again, 20 times. After each step we show the network 1,000 fresh digits. We try it with small
# turns, at a learning rate of 0.1, and with large turns, at 1, from five random starts each.

# %%
test = load_mnist("test", source="subset")
fresh = normalize(test.images, mean, std).flatten(1)


def descend(seed, lr, steps=20):
    torch.manual_seed(seed)
    model, shares = MLP([784, 128, 64, 10]), []
    for _ in range(steps + 1):
        with torch.no_grad():
            right = model(fresh).argmax(dim=1) == test.labels
            shares.append(100 * right.float().mean().item())
        model.zero_grad()  # clear the books
        F.cross_entropy(model(images[:1000]), train.labels[:1000]).backward()
        with torch.no_grad():
            for knobs in model.parameters():
                knobs -= lr * knobs.grad
    return shares


# %% figure="twenty-steps" alt="The share of fresh digits read, over 20 steps. The line of the small turns climbs steadily from about 10 to about 75 percent. The line of the large turns jumps up in the first step, then falls back and ends near 20." caption="The average of five starts. Look at who's ahead after one step, and who's ahead after five."
lines = {}
for lr in (0.1, 1.0):
    runs = torch.tensor([descend(seed, lr) for seed in range(5)])
    for n in (0, 1, 20):
        low, high = runs[:, n].min(), runs[:, n].max()
        print(f"lr {lr}, {n:2} steps: {runs[:, n].mean():.0f} % right", end="")
        print(f" (from {low:.0f} to {high:.0f} %)")
    lines[f"lr {lr}"] = (range(21), runs.mean(dim=0).tolist())
show(plot_lines(lines, x="step", y="% right"))
assert lines["lr 0.1"][1][20] > 50 > lines["lr 1.0"][1][20]

# %% [markdown]
# With small turns, our machine goes from guessing to about 74 % in 20 steps. Nobody chose a
# single weight, and nobody solved for a layer. Every knob of the row just followed its complaint.
#
# With large turns, it reads about 45 % after the very first step, which looks like a bargain. A
# few steps later it has forgotten nearly all of it. Each complaint was right, but only for a
# little turn, and these weren't. And 74 % is less than the ghosts of lesson 3 could do. To get
# further we need hundreds of steps, or thousands. So how do you take that many without going
# astray? That's [the next lesson](10_training.py).
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Whoever was silent
#
# Write `relu_backward(dA, Z)`. Here `Z` holds the totals that went into a ReLU, and `dA` holds
# the complaints about what came out of it. Return the complaints to the totals. All three have
# the same shape, which can be any.
#
# <details><summary>Hint 1</summary>
#
# At what volume was a total of 2 heard? And a total of -2?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Multiply `dA` by 1 where `Z` is above zero and by 0 elsewhere. `Z > 0` counts as just that.
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
# We let PyTorch find the complaint to the logits, though you saw what it looks like. Write
# `logits_gradient(logits, labels)`, which returns it for a whole batch, without autograd. The
# loss is the average cross-entropy, `logits` has the shape `(batch, classes)`, and the result has
# the same shape.
#
# <details><summary>Hint 1</summary>
#
# Begin with the bets, which you get from softmax. In which place of each row do you have to
# subtract 1?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `F.one_hot(labels, classes)` has a 1 in the place of each label and 0 elsewhere. Subtract it,
# and don't forget that the loss is an average over the batch.
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
# ### The minutes of a meeting
#
# At another office, somebody takes the minutes. They're a list of who was heard by whom, and at
# what volume, in the order in which it happened. For example, our row of three would be
#
# ```python
# [("x", "a", 3.0), ("x", "b", 1.0), ("a", "loss", 3.0), ("b", "loss", 6.0)]
# ```
#
# Write `blame(minutes)`, which returns the complaint that reaches `"x"` when the loss gets a
# complaint of 1. For our row that's 15. Nobody spoke before they had heard everything they were
# going to hear, and the last person who heard anything is always `"loss"`.
#
# <details><summary>Hint 1</summary>
#
# Keep a dict with everybody's complaints so far. Who has one at the beginning, and in which order
# do you have to go through the minutes?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Begin with `{"loss": 1.0}` and go through `reversed(minutes)`. Each line adds to the complaint
# of the person who was heard, and `complaints.get(who, 0.0)` is 0 for somebody who doesn't have
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
# A thrifty network uses a single matrix `W` in two layers in a row, with nothing in between. Its
# totals are `(x @ W) @ W`, where `x` has the shape `(batch, n)` and `W` has `(n, n)`. Write
# `shared_gradient(x, W, complaint)`, which takes the complaint to the totals and returns the
# complaint to `W`, without autograd.
#
# <details><summary>Hint 1</summary>
#
# Pretend for a moment that there are two matrices, `W1` and `W2`. What would the complaint to
# each of them be? Then remember what happens where paths meet.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The second layer heard `x @ W`. The first heard `x`, and the complaint that reaches it has come
# back through the second layer's knobs, so it's `complaint @ W.T`. Work out both parts, and add
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
# Take a single weight in the first layer of our network, 784-128-64-10, and a single digit.
# Suppose that nobody is silent. Along how many different paths does a nudge of this weight reach
# the ten logits? (Each path ends at a logit, and two paths differ if they go through different
# units.) Set `roads` to that number.
#
# <details><summary>Hint 1</summary>
#
# The weight belongs to a single unit of the first hidden layer. Who listens to that unit?
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
# has its complaint, it can turn its own knobs, and the complaint moves on. So they wrote
# `improve`, which returns the layers after a step downhill. It runs, and the loss usually falls.
# But for all layers except the last, the step isn't the one that PyTorch would take. Find the bug
# and mend it.
#
# <details><summary>Hint 1</summary>
#
# Follow the complaint from the last layer to the one before. Which `W` does it go back through,
# and which `W` did the message come through?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The complaint has to go back through the old `W`. Work out what to pass on before you turn the
# knobs, and give it a name of its own, because the turning still needs the old complaint.
#
# </details>


# %% tags=["exercise"]
def improve(said, layers, complaint, lr):
    better = []
    for (W, b), heard in zip(reversed(layers), reversed(said), strict=True):
        W = W - lr * heard.T @ complaint
        b = b - lr * complaint.sum(dim=0)
        better.append((W, b))
        complaint = (complaint @ W.T) * (heard > 0)
    return better[::-1]


# %% tags=["solution"]
def improve(said, layers, complaint, lr):
    better = []
    for (W, b), heard in zip(reversed(layers), reversed(said), strict=True):
        passed_on = (complaint @ W.T) * (heard > 0)
        W = W - lr * heard.T @ complaint
        b = b - lr * complaint.sum(dim=0)
        better.append((W, b))
        complaint = passed_on
    return better[::-1]


# %% tags=["check"]
from mlp_tutorial.exercises import check_improve

print(check_improve(improve))
