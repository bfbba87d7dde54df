# %% [markdown]
# # How far can it go?
#
# In the spring of 2010, Dan Cireșan and three colleagues in Switzerland announced a record, in
# *Deep, Big, Simple Neural Nets for Handwritten Digit Recognition*. The title says it all. They'd
# taught a plain network like ours to read, just layers of neurons, only far bigger. It had
# trained on a graphics card for many hours. Then it read the 10,000 test digits of MNIST and got
# 35 of them wrong.
# <!-- example -->
#
# Fancier kinds of networks have done better since, but no single plain network that we know of.
# What have you got? An ordinary computer, a weekday evening, and sixteen lessons behind you.
# Would you bet a dollar that you can match it?
#
# **How far can a plain network go, and what's in the last few digits that it can't read?**
#
# You'll be able to
#
# - say when an average beats everything it's made of, and what an average can't fix;
# - build a committee of networks, and say where it can help and where it can't;
# - teach a small network what a committee knows, doubts included.
#
# Reading takes 40 minutes. The code runs in a minute or two on an ordinary laptop.
#
# You'll need the loop and the rate's rise and fall from [lesson 10](10_training.py), and what ±
# means from [lesson 12](12_evaluation.py).

# %% [markdown]
# ## 787 guesses about an ox
#
# In 1906, visitors to a livestock show in Plymouth could pay sixpence and guess what a certain ox
# would weigh, once the butcher was done with it. The statistician Francis Galton borrowed the
# tickets afterward and found 787 that he could read. Some people were more than a hundred pounds
# off. Yet the average guess was 1,197 pounds, and the ox came to 1,198. (In *Vox Populi*, 1907,
# Galton himself went by the median, which was 1,207.)
# <!-- example -->
#
# How can a crowd be better than the people in it? Some guess too high and some too low, so when
# you add up all the guesses, the mistakes mostly cancel. You know how well from the coins in
# [lesson 3](03_mnist.py). If $n$ mistakes are zero on average, and have nothing to do with each
# other, their sum is typically only $\sqrt n$ times as large as one of them. Divide by $n$ to get
# the average, and its mistake is $\sqrt n$ times *smaller*.
# <!-- example -->
#
# Now suppose the ox has a thick winter coat, and everybody at the show sees a bigger animal than
# there really is. Or it's been shorn, and everybody sees a smaller one. We'll hold ten thousand
# such shows on the computer, with 787 people at each. Everybody makes a mistake of their own,
# typically 75 pounds. On top of that, there's one mistake that they all share, typically 30
# pounds. At the next show, they'll share a different one. (If you remember a school lab, those
# are the random and the systematic error.)
# <!-- example -->

# %% [markdown] tags=["predict"]
# How far off is the average of all 787 guesses, typically?
#
# - [ ] About 3 pounds.
#   That's 75 divided by the root of 787, so it's what becomes of the mistakes that people make on
#   their own. It would be the answer if there were no mistake that they share.
# - [x] About 30 pounds.
#   The mistakes that differ cancel. The mistake that everybody shares is still there, as large as
#   it ever was, and another thousand people wouldn't change that.
# - [ ] About 80 pounds.
#   That's how far off one person is, with both mistakes together. The crowd does a lot better
#   than that.

# %%
import torch

dice = torch.Generator().manual_seed(0)
own = 75 * torch.randn(10_000, 787, generator=dice)  # a row for each show
coat = 30 * torch.randn(10_000, 1, generator=dice)  # the same for all 787


def typical(mistakes):
    return mistakes.square().mean().sqrt()


print(f"one person: {typical(own + coat):.0f} pounds")
print(f"the crowd: {typical((own + coat).mean(dim=1)):.0f} pounds")
print(f"without the coat: {typical(own.mean(dim=1)):.0f} pounds")

# %% [markdown]
# By "typically" we mean the same as in lesson 12. Square the mistakes, average, and take the
# root. When two kinds of mistakes have nothing to do with each other, it's their squares that add
# up. One person is off by 81 pounds here, the root of $75^2 + 30^2$, and not by 105.
# <!-- example -->
#
# The whole lesson rests on this. **What differs cancels, and what's shared stays.** It's not
# enough that the people in a crowd guess well. They also have to be wrong in different ways.
# Suppose everybody at the show had asked the same butcher. You might as well have asked only him.
#
# To get a crowd of readers, we need a good reader first.

# %% [markdown]
# ## Bend the digits
#
# Cireșan and his colleagues had no secret trick. Their network was big, and it never saw the same
# picture twice, because they kept bending the training digits. You've seen a tame version of this
# in [lesson 12](12_evaluation.py), where nudging each digit by a pixel helped more than having
# twice as many digits. Our function `deform` goes further. At random, it turns a digit a little,
# stretches it, shifts it, and bends it as if it were drawn on rubber.
# <!-- example -->

# %% figure="bent" alt="One handwritten digit and fifteen versions of it, each slightly turned, stretched, moved and bent in another way. All of them are easy to read." caption="The first is the real thing. The other fifteen are bent, and you'd still read every one of them the same way."
from functools import partial

from mlp_tutorial.augmentation import deform
from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.plots import draw_digits, show

bend = partial(
    deform,
    degrees=9,  # turned, to either side at most
    scaling=0.1,  # stretched or shrunk by up to a tenth
    pixels=0.7,  # shifted at most
    elastic=1.0,  # typically this many pixels for the rubber
    smoothness=5.0,  # pixels that move together, roughly
)
digits = load_mnist("train", source="subset")
one = digits.images[7:8]
others = bend(one.repeat(15, 1, 1, 1), generator=dice)
show(draw_digits(torch.cat([one, others])))

# %% [markdown]
# The record took a fast machine many hours, so on this page we'll climb a smaller hill first,
# small enough for one minute. Our networks get only the 5,000 digits that come with the course,
# and we bend each of them eight times. We'll compare four readers. Our small network, as it's
# been since lesson 10, learns from the digits as they are, and then from the bent ones. A wider
# network with more than twice as many weights does the same.
#
# All four take about the same number of steps, since 24 epochs of 5,000 digits are as many digits
# as 3 epochs of 40,000. We picked their learning rates beforehand, without the test digits. A
# table further down has everything we tried.
# <!-- example -->

# %%
from mlp_tutorial.evaluation import predict
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit, one_cycle

test = load_mnist("test")
scale = mean_and_std(digits.images)
x, x_test = (normalize(d.images, *scale).flatten(1) for d in (digits, test))
plain = x, digits.labels
many = torch.cat([bend(x, generator=dice) for _ in range(8)])  # (40000, 784)
bent = many, digits.labels.repeat(8)
print(f"{len(x):,} plain digits, {len(many):,} bent digits")
momentum = partial(torch.optim.SGD, momentum=0.9, nesterov=True)
small, wide = [784, 128, 64, 10], [784, 300, 100, 10]


# %%
def train(seed, sizes, data, epochs=3, lr=0.1, **more):
    torch.manual_seed(seed)
    model = MLP(sizes)
    options = {"batch_size": 128, "optimizer": momentum, "schedule": one_cycle}
    options |= {"seed": seed, "progress": False} | more
    fit(model, data, epochs=epochs, lr=lr, **options)
    return model


def right(model):
    answers = predict(model, x_test).argmax(dim=1)
    return 100 * (answers == test.labels).double().mean().item()


# %% [markdown] tags=["predict"]
# What do you think is worth more, the bending or the width?
#
# - [x] The bending, by a lot.
#   From the same 5,000 digits, bending makes 40,000 different ones. The wider network only gets
#   more room for what it's shown.
# - [ ] They're worth about the same.
#   The record had both, after all. Here they aren't even close.
# - [ ] The width, by a lot.
#   A wider network can make more creases, and lesson 5 was full of those. They're no help if
#   you've seen too few digits to know where they should go.

# %% figure="ladder" alt="Four rows of dots. On plain digits, the small network is far to the left, and the wide one hardly further right. On bent digits, both are more than two points to the right, the wide one again a little ahead." caption="Each dot is a network from another seed, and the diamond is their average, with one standard error."
from mlp_tutorial.plots import plot_comparison

crew = [train(seed, small, bent) for seed in range(5)]
ladder = {
    "small, plain": [train(s, small, plain, epochs=24) for s in range(3)],
    "wide, plain": [train(s, wide, plain, epochs=24) for s in range(3)],
    "small, bent": crew,
    "wide, bent": [train(s, wide, bent) for s in range(3)],
}
scores = {name: [right(m) for m in models] for name, models in ladder.items()}
for name, found in scores.items():
    print(f"{name:12} {sum(found) / len(found):.1f}% of {len(x_test):,}")
show(plot_comparison(scores, label="right, % of the test digits"))

# %% [markdown]
# Bending is worth more than two points, and it didn't cost us a single new digit! The width gains
# less than half a point, with bent digits or without, and from three seeds, we couldn't swear
# that the smaller of the two gains isn't luck. We're still far from the record, but we've used a
# twelfth of its digits and only a few seconds.

# %% [markdown]
# ## Five readers, one dollar
#
# We trained the small network on bent digits from five seeds, so we have five readers. Each of
# them started from its own random numbers and saw the digits in its own order. That's our crowd
# at the livestock show. For every test digit, each reader spreads a dollar over the ten answers.
# We'll put the five bets together and take their average. Whichever answer then has the most
# money on it is the answer of the **committee**.
#
# Can it be better than the readers it's made of? If a digit fools three of the five, is the
# committee fooled, too?

# %%
bets = torch.stack([predict(m, x_test).softmax(dim=1) for m in crew])
print(tuple(bets.shape))  # readers, digits, answers
committee = bets.mean(dim=0)  # (digits, 10), each row still a dollar
answers = committee.argmax(dim=1)
hit = answers == test.labels
together = 100 * hit.double().mean().item()
alone = torch.tensor(scores["small, bent"])
print("each:", *(f"{r:.1f}" for r in alone))
print(f"committee: {together:.1f}%")
assert together > alone.min() - 0.5


# %%
def report_gain(before, after):  # who's wrong on what, a row for each seed
    gain = 100 * (before.double() - after.double())
    seeds, exam = gain.mean(dim=1), gain.mean(dim=0)
    # two kinds of luck, as in lesson 12: 5 seeds and the test digits
    luck = 2.78**2 * seeds.var() / 5 + 2**2 * exam.var() / len(exam)
    gone = gain.mean() / (100 * before.double().mean())
    print(f"gained {gain.mean():.2f} ± {luck.sqrt():.2f} points", end=", ")
    print(f"mistakes gone: {100 * gone:.0f}%")


wrong = bets.argmax(dim=2) != test.labels  # (5, digits)
report_gain(wrong, ~hit)
how_many = wrong.sum(dim=0)  # of the five, for each digit
for n in range(1, 6):
    those = how_many == n
    saved = hit[those].sum()
    print(f"{n} of 5 wrong: {those.sum():3} digits, {saved:3} saved")

# %% [markdown]
# The committee beats all five of its members! And its lead on the average member is more than
# twice the ±, so it isn't luck. (It also reads about as well as our wide network, at twice the
# work.) How can it beat everybody in it? The last number in each row says how many of those
# digits the committee still reads. Look at the first row, where only one reader was wrong. Those
# are mistakes that differ, and the other four outbid the odd one out. It isn't a majority vote,
# though. If two readers are sure and bet 0.9 each, and the other three are torn and bet 0.5, 0.4
# and 0.4 on another digit, 1.8 dollars outbid 1.3. In the second row, that cost us some digits.
# In the third it rescued some, and so did readers who were wrong in different ways. The digits in
# the last row fooled all five, and the committee reads none of them. Much of that is the winter
# coat.
# <!-- example -->

# %% [markdown]
# ## A crowd of one
#
# But say you want to read a million checks. Five readers take five times as long to train, and
# five times as long to read. Couldn't one network be its own crowd?

# %% [markdown] tags=["predict"]
# Here's a bold idea. We have five trained readers, and each of them got more than 97%. We'll take
# the average of *their weights*, which gives us one network, five times as fast as the committee.
# How many test digits will it get right?
#
# - [ ] About 98%, like the committee.
#   Averaging bets works, because a bet on the 4 means the same in all five networks. A weight
#   doesn't.
# - [ ] About 90%, a bit worse than each.
#   It would be a fair price for putting five networks into one. The real price is much higher.
# - [x] About 10%, no better than guessing.
#   Nothing makes unit 7 of one reader do the job of unit 7 of another, so we've averaged things
#   that have nothing to do with each other.

# %% figure="three-rows" alt="Three rows of four pictures of blue and orange pixels. In the first two rows, most pictures show strokes or blobs, and none of them matches the picture above or below it. In the last row, all the pictures are pale, and hardly any stroke is left." caption="The weights of four hidden units, as pictures. The first row is from one of the five readers, the second row from another, and the last row is from the average of all five."
from mlp_tutorial.plots import draw_weights

blend = MLP(small)
lists = [m.parameters() for m in crew]
with torch.no_grad():
    for mixed, five in zip(blend.parameters(), zip(*lists)):
        mixed.copy_(torch.stack(five).mean(dim=0))
three = [next(m.parameters())[:4] for m in (crew[0], crew[1], blend)]
print(f"average of five networks' weights: {right(blend):.0f}%")
show(draw_weights(torch.cat(three), columns=4))
assert right(blend) < 70

# %% [markdown]
# Look at any column. The two readers don't have the same unit there, and they don't need to. Take
# a toy network with two hidden units, with weights of 1 and 5 on the lines in, and of 1 and -1 on
# the lines out. An input of 1 comes out as 1 · 1 + 5 · (-1), which is -4. Now let the two units
# trade places, along with all their lines. It's the same network, and the same input comes out as
# 5 · (-1) + 1 · 1, still -4. Average the two networks, though, and you get 3 and 3 on the lines
# in, and 0 and 0 on the lines out. That network says 0, whatever you show it.
# <!-- example -->
#
# A guess of 1,200 pounds means the same thing on every ticket. A weight means something only in
# the company of the other weights in its network.
# <!-- example -->
#
# Weights can be averaged if they come from *one* network at different moments. Remember the flea
# in the gutter, from [lesson 11](11_optimizers.py)? At a large rate, it's thrown from wall to
# wall, and on average it's near the middle. To catch that average, you keep a second network on
# the side. After every step, each of its weights becomes 99.5% of what it was, plus 0.5% of the
# same weight in the network that's training. PyTorch calls it `AveragedModel`. We train at a
# constant rate, so that the flea never comes to rest.
# <!-- example -->
#
# <!-- folded -->

# %%
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from mlp_tutorial.data import batches


def bounce(seed, lr=0.05, keep=0.995):
    torch.manual_seed(seed)
    model = MLP(small)
    mix = get_ema_multi_avg_fn(keep)  # "exponential moving average"
    average = AveragedModel(model, multi_avg_fn=mix)
    optimizer = momentum(model.parameters(), lr=lr)
    order = torch.Generator().manual_seed(seed)
    for _ in range(3):
        for xb, yb in batches(*bent, 128, generator=order):
            optimizer.zero_grad()
            F.cross_entropy(model(xb), yb).backward()
            optimizer.step()
            average.update_parameters(model)
    return right(model), right(average)


# %%
pairs = torch.tensor([bounce(seed) for seed in range(5)])
cooled = scores["small, bent"]
print(f"constant rate, the flea:    {pairs[:, 0].mean():.1f}%")
print(f"constant rate, its average: {pairs[:, 1].mean():.1f}%")
print(f"one_cycle, as before:       {sum(cooled) / 5:.1f}%")

# %% [markdown]
# At a constant rate, the average is worth a lot. Our old schedule gets about as far without it.
# It lowers the rate to zero, and a flea that takes tiny leaps doesn't get thrown about. Our best
# reader is still the committee.

# %% [markdown]
# ## What the committee won't tell you
#
# Can we put what the committee knows into one network of the same small size? A new network could
# learn from its answers in place of the labels. But on the training digits the committee nearly
# always answers with the label, so it would learn little that's new.
#
# Don't look at its answer. Look at its *bet*. Here's a training digit with the label 4.

# %%
train_logits = torch.stack([predict(m, x) for m in crew])  # (5, 5000, 10)


def soften(logits, T):
    return (logits / T).softmax(dim=-1).mean(dim=0)


bet = soften(train_logits, 1)
fours = (digits.labels == 4) & (bet.argmax(dim=1) == 4)
pick = int((bet[:, 9] * fours).argmax())  # the four with most on the 9
agree = 100 * (bet.argmax(dim=1) == digits.labels).double().mean()
print(f"the committee's answer is the label: {agree:.1f}%")
for T in (1, 2):
    cents = 100 * soften(train_logits[:, pick], T)
    print(f"T = {T}: {cents[4]:.0f} cents on 4, {cents[9]:.1f} on 9", end="")
    print(f", {cents[0]:.2f} on 0")

# %% figure="four-or-nine" alt="A handwritten 4 whose top is nearly closed, next to ten bars. The bar for 4 is the longest, the bar for 9 is the second longest, and most of the others can hardly be seen." caption="Of all the fours it gets right, this is the one that the committee finds most like a 9. These are its softened bets, at T = 2."
from mlp_tutorial.plots import view_classify

soft = soften(train_logits[:, pick], 2)
show(view_classify(digits.images[pick], soft, kind="probabilities"))

# %% [markdown]
# The label says it's a 4 and nothing else. The committee says, "It's a 4, but I can see why you'd
# take it for a 9, and nobody would take it for a 0." That's a lot more to learn from one digit!
# Geoffrey Hinton, who made this famous with Oriol Vinyals and Jeff Dean in *Distilling the
# Knowledge in a Neural Network*, 2015, has called it **dark knowledge**.
# <!-- example -->
#
# At $T = 1$, though, the bet on the 0 was too small to print. So we turn up the doubts with the
# **temperature** from [lesson 4](04_softmax.py). Divide all ten logits by $T$, and the smallest
# bets grow the most. A new network, the **student**, has to match these softened bets. While it
# learns, its own logits are divided by $T$, too, and afterward it reads without. This is called
# **distillation**.
#
# Softened bets also make for smaller gradients, so people multiply the loss by $T^2$. That's what
# it takes when the bets are far from sure. With bets like ours it's too much, and the steps get
# larger than before, which is why we tried rates and temperatures together. Otherwise it's the
# loop you know. In place of a label, `F.cross_entropy` also takes ten shares of a dollar.
#
# <!-- folded -->

# %%
import math

T = 2
lessons = soften(torch.stack([predict(m, many) for m in crew]), T)


def teach(seed, lr=0.1, epochs=3):
    torch.manual_seed(seed)
    student = MLP(small)
    optimizer = momentum(student.parameters(), lr=lr)
    scheduler = one_cycle(optimizer, epochs * math.ceil(len(many) / 128))
    order = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for xb, soft in batches(many, lessons, 128, generator=order):
            loss = T**2 * F.cross_entropy(student(xb) / T, soft)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
    return student


# %%
students = [teach(seed) for seed in range(5)]
answers = torch.stack([predict(m, x_test).argmax(dim=1) for m in students])
taught_wrong = answers != test.labels
rights = 100 * (~taught_wrong).double().mean(dim=1)
print("taught by labels:       ", *(f"{r:.1f}" for r in alone))
print("taught by the committee:", *(f"{r:.1f}" for r in rights))
report_gain(wrong, taught_wrong)

# %% [markdown]
# It's a lovely idea, and it gains next to nothing here. The ± is as large as the gain, and it
# doesn't cover the luck of having had this committee as a teacher, or that we'd tried sixteen
# settings for the students and only four for the readers. At the end of the lesson they'll get
# stronger teachers.
#
# <details class="numbers" markdown="1"><summary>What we tried beforehand, with three seeds for each try</summary>
#
# <!-- benchmark ingredients -->
#
# You can repeat the search with `nox -s benchmark -- ingredients`.
#
# </details>
#
# If it's getting late, this is a good place to stop. The ox and the record will keep until
# tomorrow.

# %% [markdown]
# ## Shear the ox
#
# Since we bent the digits, we've been busy with mistakes that differ. Some digits fool all five
# of our readers, though, and a larger crowd of such readers would get few of those. That's the
# coat. Could we shear the ox?
#
# What makes life hard for all our readers, and says nothing about which digit it is? Look at a
# page of anybody's handwriting, and you'll see that it leans. Some people lean to the right,
# others to the left. So before anybody reads a digit, we'll set it upright. In each row of
# pixels, take the middle of the ink. If the digit leans, these middles wander off to one side on
# the way down. Our function `straighten` fits a line to them, slides each row back by as much as
# the line says, and centers the result. It's an old trick. Yann LeCun and his colleagues
# straightened their digits for *Gradient-Based Learning Applied to Document Recognition*, 1998.
# <!-- example -->

# %% figure="upright" alt="Eight handwritten digits that lean, and below them the same eight after each row was slid to the side until the digit stands upright. The 0, the 1 and the 6 look as if they'd been written that way." caption="Eight digits that lean, and the same eight set upright. The 0 and the 1 look better for it. Whether the 7 does is a matter of taste."
from mlp_tutorial.straightening import straighten

leaning = digits.images[[1316, 2630, 4530, 543, 2831, 648, 817, 2795]]
show(draw_digits(torch.cat([leaning, straighten(leaning)])))

# %% [markdown] tags=["predict"]
# That took no training and no labels. Now we train five small networks once more. They get the
# same 5,000 digits, each of them first set upright and then bent. How many of the mistakes will
# be gone?
#
# - [ ] Next to none of them.
#   There's something to it. The bent digits already lean more or less than the real ones, so the
#   readers have had some practice. Not having to cope with it is worth more.
# - [x] About a quarter of them.
#   That's one less thing to cope with, for every reader and on every digit.
# - [ ] About half of them.
#   Leaning is only one way to be hard to read. Ink that's missing is still missing.
# - [ ] There'll be more of them.
#   We did throw something away. Some of the digits above look odd now, and the slant could have
#   told the readers something. They gain more from upright digits than they lose.

# %%
x_leaning = x_test
upright = [straighten(d.images) for d in (digits, test)]
scale = mean_and_std(upright[0])
x, x_test = (normalize(images, *scale).flatten(1) for images in upright)
many = torch.cat([bend(x, generator=dice) for _ in range(8)])
straight = many, digits.labels.repeat(8)
new_crew = [train(seed, small, straight) for seed in range(5)]
said = torch.stack([predict(m, x_test).argmax(dim=1) for m in new_crew])
still_wrong = said != test.labels  # (5, digits)
print("leaning:", *(f"{r:.1f}" for r in alone))
rights = 100 * (~still_wrong).double().mean(dim=1)
print("upright:", *(f"{r:.1f}" for r in rights))
report_gain(wrong, still_wrong)

# %% [markdown]
# Sliding some pixels around got rid of more than a quarter of the mistakes. The committee got rid
# of about a fifth, and it takes five networks. But did we shear the ox? Let's see what became of
# the digits that had fooled all five. Any new crew would read some of them, just because it's
# wrong in other places. To find out how many, we also train five more readers on leaning digits.

# %%
fresh = torch.cat([bend(plain[0], generator=dice) for _ in range(8)])
others = [train(seed, small, (fresh, bent[1])) for seed in range(5, 10)]
said = torch.stack([predict(m, x_leaning).argmax(dim=1) for m in others])
before = how_many == 5
print(f"fooled all five: {before.sum()}")
crews = {"new, leaning": said != test.labels, "new, upright": still_wrong}
for name, mistakes in crews.items():
    after = mistakes.all(dim=0)
    print(f"{name}: reads {(before & ~after).sum()} of those,", end=" ")
    print(f"and {(after & ~before).sum()} others fool all five")

# %% [markdown]
# On more than half of them, at least one reader of the upright crew is right, which sounds
# wonderful. But others have taken their place, and the new crew on leaning digits swaps many of
# them, too. So we trained six more crews of each kind. On average, 74 digits fooled all five
# readers when the digits leaned, and 61 did when they stood upright. That's 13 ± 8 fewer on this
# exam, so the coat has become thinner by about a sixth. A single network got rid of more than a
# quarter of its mistakes. We'd set out to fix the mistakes that our readers share, and most of
# what we fixed were the others. We'll take it.
# <!-- example -->
#
# <details class="numbers" markdown="1"><summary>Six crews of each kind</summary>
#
# <!-- benchmark crews -->
#
# To repeat this, run `nox -s benchmark -- crews`.
#
# </details>
#
# How far does all of this get us with more digits, a bigger network and some patience?

# %% [markdown]
# ## The record
#
# Now for the real hill, and your dollar. We took all 60,000 digits, set them upright, bent them
# anew in every epoch, and trained a bigger network for much longer, on one core of a busy
# computer. We did that from five seeds. Cireșan's network misread 35 test digits. How many do
# ours?
# <!-- example -->

# %%
from mlp_tutorial.data import load_record

record = load_record()
print(record.machine["processor"])
print("sizes:", *record.recipe["sizes"], "epochs:", record.recipe["epochs"])
print(f"{sum(record.minutes) / len(record.minutes):.0f} minutes each")
missed = [round(100 * (100 - r)) for r in record.right]
average = sum(missed) / len(missed)
print("misread:", *missed)
print(f"on average {average:.0f}, or {average / 100:.2f}%")
print(f"that's {average - 35:.0f} more than the record")
p = average / 10_000
luck = 2 * (2 * 10_000 * p * (1 - p)) ** 0.5  # each exam has its own
print(f"from one exam to another: ± {luck:.0f} digits")

# %% [markdown]
# The record stands, and if you bet on yourself, you owe us a dollar. All five of ours took the
# same exam as their network, and all five did worse. Still, about ten minutes on one core got us
# within a dozen digits of it. Theirs had hidden layers of 2500, 2000, 1500, 1000 and 500 units,
# so ours is only about a ninth the size.
# <!-- example -->
#
# Did we give up too soon? A GPU, an H200, trains ours in 49 seconds, so we tried some fifty other
# recipes on it. On 10,000 training digits that we'd held back, the best of the fifty missed 36,
# and ours missed 41. That's too little to catch up.
# <!-- example -->
#
# Would theirs win on other digits, too? We can't say. If each of the two had taken an exam of its
# own, a gap of 19 could still be luck, and ours is smaller. In the same exam there's less luck,
# but then we'd have to know on how many digits the two disagree, and we don't. Besides, the whole
# world has been looking at these test digits for decades, and we learned from what did well on
# them. The drawer from lesson 12 was opened long before we got here.
# <!-- example -->

# %% [markdown] tags=["predict"]
# On our small hill, the committee of five got rid of about a fifth of its members' mistakes. Now
# these five big networks form a committee. How many of their mistakes will it get rid of?
#
# - [x] Hardly any of them.
#   None at all, in fact. These readers are better, but their mistakes are also more alike. Where
#   all five are wrong, there's hardly ever anybody left to outbid them.
# - [ ] About a fifth of them.
#   It's the same trick, with five networks from five seeds. How much an average helps depends on
#   how much the mistakes differ.
# - [ ] Half or more of them.
#   Better members do make a better committee. It doesn't have to beat its own members by more.

# %%
committee_missed = round(100 * (100 - record.committee))
print(f"their committee: {committee_missed} misread")
everyone = int((record.networks == len(missed)).sum())
print(f"misread by all {len(missed)}: {everyone}")
print(f"misread by one or more: {len(record.networks)}")
some = record.networks[record.networks < len(missed)]
print(f"where they differ, {some.double().mean():.1f} of 5 are wrong")
ours = 100 * (how_many == 5).sum() / wrong.sum(dim=1).double().mean()
print(f"shared by all: {100 * everyone / average:.0f}% of a network's mistakes")
print(f"on our small hill, it was {ours:.0f}%")

# %% [markdown]
# About half of what one of these networks misreads, all of them misread. On our small hill it was
# less than a third. The other digits fool two or three of the five on average, so when they vote,
# it's close to a coin flip.
#
# Cireșan and his colleagues knew that. A year later, they were down to 31 misread digits, in
# *Handwritten Digit Recognition with a Committee of Deep Neural Nets on GPUs*. One of the tricks
# of their group was to prepare the digits in another way for each member, so that the members
# would be wrong in different ways.
# <!-- example -->
#
# A score doesn't show you what's left, so here it is.

# %% [markdown]
# ## Could you read these?
#
# Here's every test digit that our committee of big networks gets wrong. Take a pencil and write
# down your answers, row by row, as many as you like. The labels are in the next cell.

# %% figure="still-wrong" alt="A grid of handwritten digits, most of them hard to read. Some fours are nearly closed, some sixes lie on their side, and a few could be anything." caption="All the test digits that the committee misreads. Can you do better?"
wrong = record.committee_guesses != record.labels
left, labels = record.images[wrong], record.labels[wrong]
guesses = record.committee_guesses[wrong]
show(draw_digits(left))

# %% [markdown]
# Pencils down. In each pair below, the first is the label, and the second is what the committee
# took it for.

# %%
rows = zip(labels.split(8), guesses.split(8), strict=True)
for number, (truth, taken_for) in enumerate(rows, start=1):
    pairs = zip(truth.tolist(), taken_for.tolist(), strict=True)
    print(f"row {number}:", *(f"{a} as {b}" for a, b in pairs), sep="  ")
print(f"{len(labels)} digits are left")

# %% [markdown]
# How many did you get? Some of these digits are probably beyond anybody, and we'd bet that a few
# gave you no trouble at all. Much of what all five misread is the winter coat, and with that,
# more networks like these won't help.

# %% [markdown]
# ## What our machine can read now

# %%
print(f"five networks, a minute, 5,000 digits: {together:.1f}%")
print(f"a big network: {100 - average / 100:.1f}%")
small_ones = {"labels": record.alone, "the committee": record.taught}
for teacher, found in small_ones.items():
    scores = " ".join(f"{r:.2f}" for r in found)
    print(f"small, taught by {teacher}: {scores}%")

# %% [markdown]
# The third line is *our* network, 784-128-64-10, the same one that you've been training since
# lesson 10! We saved it for last, because it surprised us most. It was shown all the digits, set
# upright and bent anew in every epoch, for 80 epochs. That took it from 98.7% in lesson 12 to
# about 99.4%. A network about 12 times as large, with label smoothing and half again as many
# epochs, gets only a dozen more digits right in 10,000, which may be the luck of this exam. If
# you take three things home from this evening, let them be bent digits, upright digits, and
# patience. (We can't say what each was worth. We changed all three at once, and six smaller
# things as well. Those were the He start, some weight decay, a rate of 0.4, batches of 512, a
# shorter warmup, and products in `bfloat16`.) <!-- example -->
#
# On the last line, the same network learned from the big committee's bets, for just as long, and
# it reads no better. Our first suspect is label smoothing, which its teachers had been trained
# with. It can erase the very doubts that a student learns from, as Rafael Müller, Simon Kornblith
# and Geoffrey Hinton found in *When Does Label Smoothing Help?*, 2019. But we haven't tested it.
# <!-- example -->
#
# All of this ran without a hitch. Often it doesn't, and nothing tells you. The loss falls,
# nothing crashes, and your network still reads worse than it should. Such bugs hang in the museum
# of [lesson 18](18_museum.py), and any one of them could cost you a week.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Pool the bets
#
# Write `pool(logits)`. It takes the logits of several networks for the same digits, a tensor of
# shape `(networks, batch, 10)`, and returns the committee's bet on each digit, of shape `(batch,
# 10)`. Every bet adds up to a dollar.
#
# <details><summary>Hint 1</summary>
#
# Each network first spreads its own dollar. Only then are the bets put together.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The ten answers are on the last axis, and the networks are on the first. Take a softmax over one
# of these axes, and the mean over the other.
#
# </details>


# %% tags=["exercise"]
def pool(logits):
    raise NotImplementedError


# %% tags=["solution"]
def pool(logits):
    return logits.softmax(dim=2).mean(dim=0)


# %% tags=["check"]
from mlp_tutorial.exercises import check_pool

print(check_pool(pool))

# %% [markdown] tags=["exercise", "warm-up"]
# ### How fast does it forget?
#
# An average keeps a share `keep` of itself at each update and takes the rest from the newest
# weights. So tonight's weights have a share of `1 - keep` in it. With each further update, that
# share gets smaller. Write `share_left(keep, updates)`, which returns what's left of it after
# that many further updates. For example, `share_left(0.5, 1)` is 0.25. When you're done, try
# `share_left(0.995, 1000)`.
# <!-- example -->
#
# <details><summary>Hint 1</summary>
#
# At each update, everything that's already in the average is multiplied by the same number.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# They begin with `1 - keep`. After one update it's `keep` times that. And after two?
#
# </details>


# %% tags=["exercise"]
def share_left(keep, updates):
    raise NotImplementedError


# %% tags=["solution"]
def share_left(keep, updates):
    return (1 - keep) * keep**updates


# %% tags=["check"]
from mlp_tutorial.exercises import check_share_left

print(check_share_left(share_left))

# %% [markdown] tags=["exercise", "apply"]
# ### Keep an average yourself
#
# Write `update_average(average, model, keep)`. Both are networks of the same sizes. It changes
# all the parameters of `average` in place, so that each is `keep` times what it was, plus `1 -
# keep` times the same parameter of `model`. It doesn't change `model`, and it doesn't return
# anything.
#
# <details><summary>Hint 1</summary>
#
# Go through `average.parameters()` and `model.parameters()` together, with `zip`. What did we put
# around the loop when we copied the average of five networks?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Inside `with torch.no_grad():`, use `old.copy_(...)` with the new value. If you write `old =
# ...`, the name means a new tensor, and the network keeps the old one.
#
# </details>


# %% tags=["exercise"]
def update_average(average, model, keep):
    raise NotImplementedError


# %% tags=["solution"]
def update_average(average, model, keep):
    pairs = zip(average.parameters(), model.parameters(), strict=True)
    with torch.no_grad():
        for old, new in pairs:
            old.copy_(keep * old + (1 - keep) * new)


# %% tags=["check"]
from mlp_tutorial.exercises import check_update_average

print(check_update_average(update_average))

# %% [markdown] tags=["exercise", "apply"]
# ### Two teachers
#
# Many people let a student learn from the labels and from the committee at the same time. Write
# `two_teachers(logits, labels, bets, share)`. It returns the loss of a batch, which is `share`
# times the cross-entropy between the student's `logits` and the committee's `bets`, plus `1 -
# share` times the cross-entropy between `logits` and `labels`. Leave out the temperature. The
# `bets` have shape `(batch, 10)`, and each row adds up to 1.
#
# <details><summary>Hint 1</summary>
#
# `F.cross_entropy` takes either kind of target, labels or shares of a dollar. The logits go in as
# they are.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Compute the two losses separately, multiply each by its share, and add them. With a `share` of
# 1, the labels shouldn't matter at all.
#
# </details>


# %% tags=["exercise"]
def two_teachers(logits, labels, bets, share):
    raise NotImplementedError


# %% tags=["solution"]
def two_teachers(logits, labels, bets, share):
    from_bets = F.cross_entropy(logits, bets)
    from_labels = F.cross_entropy(logits, labels)
    return share * from_bets + (1 - share) * from_labels


# %% tags=["check"]
from mlp_tutorial.exercises import check_two_teachers

print(check_two_teachers(two_teachers))

# %% [markdown] tags=["exercise", "think"]
# ### Another coat
#
# At another show, everybody's own mistake is typically 60 pounds, and the mistake they all share
# is typically 8 pounds. The two have nothing to do with each other. How far off, in pounds, is
# the average of 100 people, typically? Set `pounds` to that number.
#
# <details><summary>Hint 1</summary>
#
# What becomes of the 60 pounds when 100 people are averaged? And of the 8 pounds?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# You have two mistakes now, and they're independent. Their squares add up, and then you take the
# root.
#
# </details>

# %% tags=["exercise"]
pounds = ...

# %% tags=["solution"]
pounds = ((60 / 100**0.5) ** 2 + 8**2) ** 0.5

# %% tags=["check"]
from mlp_tutorial.exercises import check_pounds

print(check_pounds(pounds))

# %% [markdown] tags=["exercise", "think"]
# ### Which committee would you hire?
#
# Each committee decides by a majority of its members, and you know how its members did on 1,000
# digits. Which committee gets the most digits right? Write the letter of your answer, such as
# `hired = "a"`.
#
# - **a** Three readers who get 985 right each, and all stumble over the same digits.
# - **b** Three readers who get 980 right each. They share 10 mistakes, and no others.
# - **c** Three readers who get 950 right each, and never stumble over the same digit.
# - **d** A single reader who gets 992 right.
#
# <details><summary>Hint 1</summary>
#
# A majority of three is wrong on a digit only if at least two of them are.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# For each committee, count the digits that two or more members get wrong.
#
# </details>

# %% tags=["exercise"]
hired = ...

# %% tags=["solution"]
hired = "c"

# %% tags=["check"]
from mlp_tutorial.exercises import check_hired

print(check_hired(hired))
