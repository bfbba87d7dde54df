# %% [markdown]
# # Saving, resuming, other devices
#
# It's one in the morning, and nobody has won. You're five hours into a board game, with houses all
# over the board and play money in every pocket, but the kitchen table is needed for breakfast. So
# somebody takes a photo, and everything goes back into the box.
# <!-- example -->
#
# The next evening you set it all up from the photo, down to the last little house. Then you look at
# each other. Whose turn was it? How much money did you have? Which card was on top of the deck? The
# photo shows everything that could be seen, and it isn't enough to play on.
#
# Training a large network can take weeks, and somewhere along the way the power goes out. So **what
# do you have to write down to go on as if nothing had happened?**
#
# You'll be able to
#
# - resume a training run so that not a single bit differs, and say which parts you could have done
#   without;
# - load a stranger's network without letting the file run code on your machine;
# - move a network to another device, and let two processes share its training.
#
# Reading takes 30 minutes. The code runs in less than a minute on any computer.

# %% [markdown]
# ## A photo of the board
#
# Let's start with the photo. Before we can take one, we need a network that's worth keeping. This
# small one learns from 4,000 of our digits, and we'll use the other 1,000 to check it.

# %%
import torch
import torch.nn.functional as F
from torch import nn

from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit, one_cycle

digits = load_mnist("train", source="subset")
images, y = digits.images.flatten(1), digits.labels
x = normalize(images, *mean_and_std(images[:4000]))
print(f"{len(x):,} digits")

# %% [markdown]
# To check a network, `hits` goes through those 1,000 and puts down 100 for each digit it gets right
# and 0 for each of the others. So the average is the percentage.


# %%


def hits(model, x=x):
    model.eval()  # no dropout while it reads
    with torch.no_grad():
        return 100 * (model(x[4000:]).argmax(dim=1) == y[4000:]).double()


torch.manual_seed(8)
reader = MLP([784, 64, 10])
options = {"epochs": 5, "lr": 0.3, "schedule": one_cycle}
fit(reader, (x[:4000], y[:4000]), progress=False, **options)
print(f"{hits(reader).mean():.1f} % right")

# %% [markdown]
# Everything the network has learned is in its `state_dict`, a dictionary from names to tensors.
# Numbers that a layer keeps without training them, such as BatchNorm's running averages, are in
# there as well. So we'll save this dictionary to a file and read it back, and then
# `load_state_dict` will copy the numbers into a new network of the same sizes.

# %%
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())  # a new folder, which we'll delete at the end
torch.save(reader.state_dict(), folder / "photo.pt")
for name, tensor in reader.state_dict().items():
    print(f"{name:10} {tuple(tensor.shape)}")

copy = MLP([784, 64, 10])  # has random weights of its own
copy.load_state_dict(torch.load(folder / "photo.pt"))
size = (folder / "photo.pt").stat().st_size
print(f"{sum(p.numel() for p in copy.parameters()):,} numbers,", end=" ")
print(f"{size / 1000:.0f} KB, {hits(copy).mean():.1f} % right")
assert torch.equal(copy(x), reader(x))

# %% [markdown]
# The copy started out with random weights, and now it computes what the reader computes, to the
# last bit. As long as you only want to read digits, the photo is all you need. You could mail it to
# a friend.
#
# But would your friend know how to play? A photo shows the board and not the rules, and a
# `state_dict` holds numbers and no code. Say your friend gets the sizes right, remembers that there
# was some activation between the layers, and guesses `tanh` where we had ReLU.

# %% [markdown] tags=["predict"]
# What happens when the friend loads our numbers?
#
# - [ ] It stops with an error.
#   PyTorch does compare the names and shapes of all weights. But an activation has no weights, so
#   there's nothing to compare.
# - [x] It reads about 84 % right.
#   Nothing complains. The friend gets a decent reader, and has no way of knowing that ours was
#   better.
# - [ ] It reads about 10 % right.
#   With the wrong rules you'd expect it to be guessing. But `tanh` still rises where ReLU rises,
#   and that turns out to be enough for most digits.

# %%
friend = MLP([784, 64, 10], activation=nn.Tanh)
friend.load_state_dict(torch.load(folder / "photo.pt"))
print(f"tanh: {hits(friend).mean():.1f} % right")
print(f"pixels not normalized: {hits(copy, images).mean():.1f} % right")
try:
    MLP([784, 32, 10]).load_state_dict(torch.load(folder / "photo.pt"))
except RuntimeError as error:
    print(str(error).splitlines()[1].strip())
assert hits(friend).mean() < hits(reader).mean()

# %% [markdown]
# A wrong size gets you an error. The wrong activation costs this network several points, and so do
# pixels that somebody forgot to normalize, and you don't get so much as a warning. So don't send a
# photo by itself. Put in the code, the sizes, and the two numbers you normalized with.

# %% [markdown]
# ## Playing on
#
# So the photo is fine for reading. But what if the power goes out in the middle of training? Let's
# play a game, stop it halfway, and try to go on. The optimizer is Adam from [lesson
# 11](11_optimizers.py), and a whole game takes six rounds, or epochs.


# %%
class Run:
    def __init__(self, seed, rounds=6):
        torch.manual_seed(seed)
        self.model = MLP([784, 64, 10], dropout=0.2)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.01)
        self.schedule = one_cycle(self.optimizer, 40 * rounds)  # 40 batches
        self.deck = torch.Generator().manual_seed(seed)
        self.losses = []

    def step(self, x_batch, y_batch):
        self.model.train()
        loss = F.cross_entropy(self.model(x_batch), y_batch)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        self.losses.append(loss.item())


# %%
def play(run, rounds):
    for _ in range(rounds):
        for batch in batches(x[:4000], y[:4000], 100, generator=run.deck):
            run.step(*batch)  # the digits and their labels


# %% [markdown]
# Before you read on, go through these lines and make a list. What changes while the game is being
# played, besides the weights?
#
# Here's ours.
#
# - **The money in your pockets.** For every weight, Adam keeps two averages, one of its slopes and
#   one of their squares. You can't see them on the board, but they decide how far the next step
#   goes.
# - **Whose turn it is.** The schedule raises the learning rate and lowers it again, so it has to
#   know how many steps have been made.
# - **The deck of cards.** Every round, `deck` shuffles the digits into a new order.
# - **The dice.** For every digit, dropout rolls dice to decide which hidden units to leave out.
#
# You may also have `losses` on your list. It does get longer, but it's only a diary, and no move
# depends on it.
#
# Did you miss the dice? They really are easy to overlook, because they aren't in our class. Whoever
# isn't given dice of their own, like our deck, rolls PyTorch's, and everybody shares those.
#
# In a kitchen you can count the money and note down whose turn it is, but nobody can write down how
# the dice are going to fall. That's where our game is better than the real one. A computer's dice
# are a calculation, and PyTorch will tell you exactly how far along that calculation is.

# %%
dice = torch.get_rng_state()
print("three rolls:", torch.rand(3))
torch.set_rng_state(dice)
print("once more: ", torch.rand(3))
print(f"the dice are {len(dice):,} bytes")

# %% [markdown]
# So all four can be written down. To see what each part is good for, we'll also write a `resume`
# that can lose some of them. Whatever is lost starts as it would in a new game.


# %%
def write_down(run, path):
    note = {
        "model": run.model.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "schedule": run.schedule.state_dict(),
        "deck": run.deck.get_state(),
        "dice": torch.get_rng_state(),
    }
    torch.save(note, path)


# %%
def resume(seed, path, lost=()):
    run, note = Run(seed), torch.load(path)
    for part in ("model", "optimizer", "schedule"):
        if part not in lost:
            getattr(run, part).load_state_dict(note[part])  # as in run.model
    (rate,) = run.schedule.get_last_lr()  # the schedule sets the rate
    run.optimizer.param_groups[0]["lr"] = rate
    if "deck" not in lost:
        run.deck.set_state(note["deck"])
    if "dice" not in lost:
        torch.set_rng_state(note["dice"])
    return run


# %% [markdown]
# Now for the game. We play three rounds, write everything down, and play the other three. Then we
# pretend that the power went out halfway, and play those last three rounds over and over from the
# file. The first time, we use only the photo. Each time after that, we put one more part back on
# the table. At the end, we look for the weight that's farthest from where it was at the end of the
# first game.


# %%
def gaps(some, others):
    pairs = zip(some, others, strict=True)
    return torch.cat([(p - q).abs().flatten() for p, q in pairs])


whole = Run(7)
start = [p.detach().clone() for p in whole.model.parameters()]
play(whole, 3)
write_down(whole, folder / "note.pt")
play(whole, 3)
moved = gaps(whole.model.parameters(), start)
print(f"in the whole game, a weight moved by up to {moved.max():.1f},", end=" ")
print(f"and typically by {moved.median():.3f}")

# %% [markdown] tags=["predict"]
# Suppose everything has been put back but the dice. How far off is that weight after the last three
# rounds?
#
# - [ ] Less than 0.0001.
#   You'd expect no more than rounding errors if it's the same digits in the same order at the same
#   rates. But a rounding error starts out tiny, and without the dice the very first step is already
#   a different one.
# - [ ] Between 0.0001 and 0.01.
#   It does seem that with one thing missing instead of four, we should be a good deal closer. But
#   there's no such thing as almost the same dice.
# - [x] More than 0.01.
#   It's off by more than a tenth. The first roll leaves out different units, the first step goes
#   somewhere else, and from there on it's a different game.

# %%
parts = ["optimizer", "schedule", "deck", "dice"]
for back in range(5):  # how many have been put back
    run = resume(7, folder / "note.pt", lost=parts[back:])
    play(run, 3)
    gap = gaps(run.model.parameters(), whole.model.parameters())
    print(f"up to {gap.max():.7f} off, typically {gap.median():.7f},", end=" ")
    print("with model", *parts[:back])
assert gap.max() == 0

# %% [markdown]
# Putting more back does bring us closer, but not by much. With only the dice missing, some weight
# is still off by more than a tenth, and a typical weight is off by about a third of what it moved
# in the whole game. Then the last part goes back on the table, and the difference is zero. Not
# almost zero. Not one bit of one weight is different.
#
# You'll often read that it's enough to keep the weights and the optimizer, and in a game without
# dropout, a schedule or shuffling, it is. In ours, annoyingly, it isn't even close. And a fancier
# game has more on the table, for example a random number generator for shifting the digits about.
#
# And that zero makes a wonderful test. Whenever you write code that resumes, play a game, stop it
# halfway, resume, and compare. If a single bit is off, there's something on your table that you
# haven't written down. You can only expect zero on the same kind of machine with the same software,
# though, because others may add up the same numbers in a different order.

# %% [markdown]
# ## Which parts did we need?
#
# All right, without the dice it's a different game. But is it a *worse* one? If somebody knocks the
# dice off the table, the next roll comes out differently, and nobody calls that unfair.
#
# So let's lose one part at a time in eight different games, and see how many of the 1,000 digits
# each network reads at the end. We'll compare each game with the same game when nothing was lost,
# which, as we've just seen, is the game without a power cut.

# %%
games = {part: [] for part in ["nothing", *parts]}
for seed in range(8):
    whole = Run(seed)
    play(whole, 3)
    write_down(whole, folder / "note.pt")
    for part in games:
        run = resume(seed, folder / "note.pt", [part])
        play(run, 3)
        games[part].append(run)


# %%
def compare(some, others):  # two tensors of shape (8, 1000)
    gain = some - others
    seeds, exam = gain.mean(dim=1), gain.mean(dim=0)
    luck = 2 * (seeds.var() / len(seeds) + exam.var() / len(exam)).sqrt()
    return seeds, gain.mean(), luck


read = {
    part: torch.stack([hits(run.model) for run in runs])
    for part, runs in games.items()
}
print(f"nothing lost: {read['nothing'].mean():.1f} % right")

# %% [markdown] tags=["predict"]
# Which loss costs the most digits?
#
# - [ ] Losing the optimizer.
#   Adam's averages come from more than a hundred steps, and losing them does hurt, as you'll see.
#   But there are three rounds left to recover in, and that's enough.
# - [x] Losing the schedule.
#   The new schedule thinks that the game has just begun. It raises the rate all over again, and
#   never gets around to lowering it.
# - [ ] Losing the deck.
#   The digits come in a different order, but in each round every digit still comes up exactly once.
# - [ ] Losing the dice.
#   Different units are left out, so it's a different game. But the new dice are as fair as the old
#   ones.

# %% figure="lost-parts" alt="Four rows with a diamond, a bar and eight dots on an axis of points gained, with a dashed line at zero. The bars of optimizer, deck and dice cross that line. The bar of schedule lies about two points to the left of it." caption="Each dot is a game that lost one part, and shows how many points it gained over the same game with nothing lost. The diamonds are the averages. The bars are what the ± says."
from mlp_tutorial.plots import plot_intervals, show

gains, bars = {}, {}
for part in parts:
    seeds, mean, luck = compare(read[part], read["nothing"])
    print(f"{part} lost: {mean:z.1f} ± {luck:.1f} points")  # z: no -0.0
    gains[part], bars[part] = seeds.tolist(), (mean - luck, mean + luck)
show(plot_intervals(gains, bars, label="points gained over nothing lost"))
assert sum(gains["schedule"]) < 0

# %% [markdown]
# The ± is two standard errors and covers both kinds of luck, as it did [in the
# stadium](12_evaluation.py). So losing the schedule costs about two points. For the other three
# parts, surprisingly, we can't see any difference at all. Every game went somewhere else, and as
# far as these digits can tell, those three went somewhere just as good.
#
# Here's what the lost schedule did.

# %% figure="lost-schedule" alt="Two lines of the learning rate over 240 steps. In the whole game it rises to 0.01 at step 120 and falls back to 0. With the schedule lost at step 120, it drops to 0 there and rises to 0.01 once more." caption="The learning rate in a whole game, and in a game that lost its schedule after 120 steps."
from mlp_tutorial.plots import plot_lines

run, rates = Run(0), []
for _ in range(240):
    rates += run.schedule.get_last_lr()
    run.optimizer.step()  # without gradients, nothing happens
    run.schedule.step()
steps = list(range(240))
lines = {
    "whole game": (steps, rates),
    "schedule lost": (steps, rates[:120] + rates[:120]),
}
print(f"highest rate {max(rates):.3f}, at step {1 + rates.index(max(rates))}")
show(plot_lines(lines, x="step", y="learning rate"))

# %% [markdown]
# In the whole game, the last three rounds are for slowing down. The game that lost its schedule
# spends them speeding up, and it's at full speed when everybody has to stop.
#
# What about the optimizer? It's hard to believe that nobody would miss their money, so let's look
# at the first steps after the power cut.

# %% figure="lost-optimizer" alt="Two lines of the loss over 40 steps. With the optimizer lost, the line jumps up in the second step, stays above the other line, and gets closer to it toward the end." caption="The loss in the first 40 steps after the power cut, averaged over eight games. Both lines wiggle together, because they saw the same digits and rolled the same dice."
steps, lines = list(range(1, 41)), {}
for part in ("optimizer", "nothing"):
    losses = torch.tensor([run.losses for run in games[part]])  # (8, 120)
    average = losses.mean(dim=0)
    lines[f"{part} lost"] = (steps, average[:40].tolist())
    first, last = average[1:11].mean(), average[-40:].mean()
    print(f"{part} lost: {first:.2f} in steps 2 to 11,", end=" ")
    print(f"{last:.2f} in the last 40")
show(plot_lines(lines, x="steps after the power cut", y="loss"))

# %% [markdown]
# They did miss it. Without its averages, Adam stumbles, and the loss over the first steps is nearly
# twice as high. Then Adam earns most of it back. Over the last steps the loss is still a touch
# higher, but that didn't cost any digits that we could see. Just don't lose your money in the last
# round, when there's no time to earn it back.
#
# So you need the schedule, and without the rest you may get lucky. Then why save the rest? Because
# of that wonderful test. If you leave out the dice, the resumed game is off anyway, and you'll
# never find out that you also forgot something that matters.

# %% [markdown]
# ## In the middle of a round
#
# And luck has its limits. So far, the power always went out at the end of a round, when every card
# in the deck had been played. But networks that learn from enormous piles of text often see each
# page only once, so a round takes weeks, and the power doesn't wait for the end.
#
# Let's play a single round, then, and have the power go out every four steps. That makes ten
# evenings with 400 digits each. Everything else gets saved, but how do we go on with the deck? We
# can save it, too. We can shuffle all the cards again and begin with whatever's on top. Or we can
# do what many careful programmers do without noticing. They set the seed in the first line of their
# program, so the deck is shuffled again every evening, but always with the same seed.


# %%
def ten_evenings(seed, method):
    run, seen = Run(seed, rounds=1), set()  # a set keeps no doubles
    for evening in range(10):
        if method == "same seed":
            run.deck.manual_seed(seed)
        if method != "saved" or evening == 0:
            order = torch.randperm(4000, generator=run.deck)
        start = 400 * evening if method == "saved" else 0
        cards = order[start : start + 400]
        for chosen in cards.split(100):
            run.step(x[chosen], y[chosen])
        seen.update(cards.tolist())
    return len(seen), hits(run.model)


# %% [markdown] tags=["predict"]
# After ten evenings with the same seed, how does the score compare with that of a saved deck?
#
# - [ ] It's about the same.
#   The network makes the same number of moves, true. But it sees the same 400 digits ten times, and
#   the other 3,600 not once.
# - [x] It's about 3 points lower.
#   The same seed puts the same 400 digits on top every evening. Considering that it never saw nine
#   tenths of the deck, the network got off lightly.
# - [ ] It's about 30 points lower.
#   You're right to expect trouble from a network that never sees nine tenths of the deck. But it
#   learns a surprising amount from the rest.

# %% figure="ten-evenings" alt="Two rows with a diamond, a bar and eight dots on an axis of points gained, with a dashed line at zero. The bar of shuffled crosses that line. The bar of same seed lies about three points to the left of it." caption="Eight networks after ten evenings each, with a deck that was shuffled afresh or with the same seed. Each dot shows how many points the network gained over one whose deck was saved."
read, gains, bars = {}, {}, {}
for method in ("saved", "shuffled", "same seed"):
    evenings = [ten_evenings(seed, method) for seed in range(8)]
    seen = sum(seen for seen, _ in evenings) / 8
    read[method] = torch.stack([found for _, found in evenings])
    print(f"{method}: {round(seen, -2):,.0f} digits seen,", end=" ")
    print(f"{read[method].mean():.1f} % right")
for method in ("shuffled", "same seed"):
    seeds, mean, luck = compare(read[method], read["saved"])
    print(f"{method} over saved: {mean:z.1f} ± {luck:.1f} points")
    gains[method], bars[method] = seeds.tolist(), (mean - luck, mean + luck)
show(plot_intervals(gains, bars, label="points gained over a saved deck"))
assert sum(gains["same seed"]) < 0

# %% [markdown]
# The careful programmer comes in last. It's only three points, so you might never notice, and there
# was no error and no warning. But when we tried twenty evenings of two steps, the same seed cost
# about twice as much.
# <!-- example -->
#
# The cards that were shuffled afresh surprised us. About a third of them never came up, while
# others came up two or three times, and if that cost anything, it's less than the luck of eight
# games.
#
# If power cuts aren't *that* frequent, you can avoid most of this bookkeeping, and our own `fit`
# does. At the beginning of each round, it seeds the deck and the dice with a number that it makes
# from the seed *and the number of the round*. So every round is different, and all it has to write
# down about them is how many have been played. Give it the name of a file as its `checkpoint`, and
# it saves the rest after each round. If the power goes out in the middle, it plays that round over,
# with the same cards and the same dice. Let's see if it passes our test.


# %%
def train(file, rounds):
    torch.manual_seed(7)
    player = MLP([784, 64, 10], dropout=0.2)
    options = {"optimizer": torch.optim.Adam, "lr": 0.002, "progress": False}
    options |= {"epochs": rounds, "checkpoint": folder / file}  # add these
    fit(player, (x[:4000], y[:4000]), **options)
    return list(player.parameters())


in_one_go = train("one.pt", 4)
train("two.pt", 2)  # the power goes out after round 2
resumed = train("two.pt", 4)  # a new network goes on to round 4
print(f"up to {gaps(in_one_go, resumed).max():.7f} off")
print("the file holds:", *torch.load(folder / "two.pt"))
assert gaps(in_one_go, resumed).max() == 0

# %% [markdown]
# It does. In `history` is what happened in each round, so that's where it finds out how many there
# have been. And thanks to `options` it can refuse to go on if you come back with a different
# learning rate, for example.

# %% [markdown]
# ## Half a note
#
# There's one more moment when the power can go out, and it's the worst of all. What if it happens
# while you're writing the note? Then you have half of the new note, and the old one is gone,
# because you were writing over it.

# %%
note = (folder / "note.pt").read_bytes()
half = note[: len(note) // 2]
(folder / "half.pt").write_bytes(half)
try:
    torch.load(folder / "half.pt")
except RuntimeError as error:
    print(str(error).split(": ")[0])

# %% [markdown]
# The cure is to write a draft under another name, and to rename it when it's finished. The renaming
# happens in one step. So whenever the program gets killed, there's a complete note under the old
# name, either yesterday's or today's.


# %%
def write_down_whole(run, path):
    draft = path.with_suffix(".draft")
    write_down(run, draft)
    draft.replace(path)  # rename it


write_down_whole(run, folder / "note.pt")
(folder / "note.draft").write_bytes(half)  # killed while writing a draft
print("the note is fine:", *torch.load(folder / "note.pt"))

# %% [markdown]
# Even that isn't quite enough if it's really the power that goes out, because the system likes to
# keep what it should write in memory for a while. `fit` does the same as we do, and before it
# renames the draft, it waits until the disk has got it. In Python, that's `os.fsync`.

# %% [markdown]
# ## A letter from a stranger
#
# So your own note is safe on the disk. But what if a file comes in the mail, and the sender is a
# stranger? What could a file full of numbers do to you?
#
# Nothing, if it *is* full of numbers. But Python's own way of saving things, called **pickle**,
# works differently. It writes a letter that explains, step by step, how to set up the game. "Take
# the board. Put a red house on the corner. Give the man at the door your car keys." And Python does
# whatever the letter says, even if it has nothing to do with a game.
#
# How does a thing like that get into the letter? When pickle saves an object, it asks the object's
# `__reduce__` which function will rebuild it, and with which arguments. Both go into the letter,
# and nobody checks whether the function rebuilds anything. Here's such a letter.

# %%
import pickle


class Gift:
    def __reduce__(self):
        return print, ("I could have deleted all your files.",)


torch.save(Gift(), folder / "gift.pt")
torch.load(folder / "gift.pt", weights_only=False)
try:
    torch.load(folder / "gift.pt", weights_only=True)
except pickle.UnpicklingError as error:
    reason = str(error).split("WeightsUnpickler error: ")[1]
    print("refused:", reason.split(". ")[0])

# %% [markdown]
# The first line was printed by the file. We only loaded it, and we never even looked at what came
# out. It said `print`, but it could have named any function that Python can import. With
# `weights_only=True`, `torch.load` has a short list of things that a letter may ask for. Our photo
# was a letter, too, but it only asked for tensors, and they're on the list. `print` isn't, and so
# it refused. That's the default these days. You're in danger when an old tutorial, or somebody in a
# forum, tells you to switch it off to get rid of the error.

# %% [markdown]
# ## The same game in another room
#
# So far, everything has happened in one room, the computer's ordinary processor, or CPU. A graphics
# processor, or GPU, is built for large matrix products and has a memory of its own, so think of it
# as another room. You can carry the board over there, but then you have to carry the cards, too.
# PyTorch calls the rooms **devices**, and its names for them are `cpu`, `cuda` for NVIDIA and AMD,
# `mps` for Apple and `xpu` for Intel. Which one do you have? You don't need to know, because
# `torch.accelerator` does.

# %% tags=["timing"]
device = torch.accelerator.current_accelerator(check_available=True)
device = device or torch.device("cpu")  # if there's none
there = MLP([784, 64, 10]).to(device)  # the board
there.load_state_dict(reader.state_dict())
answers = there(x.to(device))  # the cards
gap = (answers.cpu() - reader(x)).abs().max()
print(f"this page was computed on {device.type}, up to {gap:.0e} off")

torch.save(there.state_dict(), folder / "there.pt")
state = torch.load(folder / "there.pt", map_location="cpu")
print("loaded to", state["fc1.weight"].device)
torch.testing.assert_close(answers.cpu(), reader(x), atol=1e-3, rtol=1e-3)

# %% [markdown]
# If the first line says `cpu`, there was no other room, and nothing had to be carried. Otherwise
# the answers may be off by a rounding error, because another device adds up the same numbers in a
# different order. That's also why you can't expect zero if you resume on another device. And it has
# dice of its own, so on an NVIDIA GPU, for example, write down `torch.cuda.get_rng_state()` as
# well.
#
# And what about the last line? A file remembers which room its numbers came from, and `torch.load`
# tries to put them back there. Suppose you train on a GPU and mail the file to a friend who has
# none. All your friend gets is an error, unless `map_location="cpu"` says to put the numbers into
# the room that everybody has. Make it a habit.

# %% [markdown]
# ## Two kitchens
#
# And what if one machine isn't enough? Imagine two families in two kitchens who play the same game
# over the phone. Each has its own board, set up from the same photo. Before each move, each family
# goes through half of the cards and works out a move. They tell each other what it is, and both
# take the mean of the two. So both make the same move, the boards stay the same, and nobody ever
# has to send another photo.
#
# That's **data-parallel** training, and what they say over the phone is the gradient. The loss is a
# mean over the batch, so its gradient is a mean, too, and two halves of the same size have the same
# say in it. That holds as long as there's no dropout, because each kitchen would roll its own dice,
# and no BatchNorm, which looks at a whole batch. We'll check it with a single network first.


# %%
def gradient(model, x_batch, y_batch):
    loss = F.cross_entropy(model(x_batch), y_batch)
    return torch.autograd.grad(loss, [model.fc1.weight])[0]


whole_batch = gradient(reader, x[:100], y[:100])
halves = [
    gradient(reader, x[:50], y[:50]),
    gradient(reader, x[50:100], y[50:100]),
]
gap = (sum(halves) / 2 - whole_batch).abs().max()
print(f"the largest slope is {whole_batch.abs().max():.2f}, off by {gap:.0e}")
torch.testing.assert_close(sum(halves) / 2, whole_batch)

# %% [markdown]
# Off by a rounding error, so on to the two kitchens. The program below will run twice at the same
# time, in two processes. Each process gets a number, its **rank**, which is 0 or 1. With
# `[rank::n]` it takes every `n`-th digit of a batch, beginning with the digit `rank`, so with two
# processes it takes every other digit. `all_reduce` is the phone call. It adds up a tensor over all
# processes, so that everybody has the sum.

# %%
KITCHEN = """
import os, sys, torch, torch.distributed as dist, torch.nn.functional as F
from mlp_tutorial.networks import MLP

dist.init_process_group("gloo")  # a phone line between CPUs
rank, n = dist.get_rank(), dist.get_world_size()
photo, x, y = torch.load(sys.argv[1])
model = MLP([784, 64, 10])
model.load_state_dict(photo)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x_batch, y_batch in zip(x.split(100), y.split(100)):
    optimizer.zero_grad()
    F.cross_entropy(model(x_batch[rank::n]), y_batch[rank::n]).backward()
    for p in model.parameters():
        dist.all_reduce(p.grad)
        p.grad /= n  # from the sum to the mean
    optimizer.step()
torch.save(model.state_dict(), f"{sys.argv[2]}/kitchen{rank}.pt")
dist.destroy_process_group()  # hang up
"""

# %% [markdown]
# PyTorch's `torchrun` starts the processes and tells each of them its rank. We give both the same
# photo of an untrained network and the same 4,000 digits. Afterwards, a third family plays the same
# game alone.

# %%
import subprocess
import sys

(folder / "kitchen.py").write_text(KITCHEN)
alone = MLP([784, 64, 10])
photo = {name: t.clone() for name, t in alone.state_dict().items()}
torch.save([photo, x[:4000], y[:4000]], folder / "work.pt")
torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
files = [folder / "kitchen.py", folder / "work.pt", folder]
program = [*torchrun, "--nproc-per-node=2", *files]
done = subprocess.run(program, capture_output=True, text=True, check=False)
assert done.returncode == 0, done.stderr

# %%
optimizer = torch.optim.SGD(alone.parameters(), lr=0.1)
for x_batch, y_batch in batches(x[:4000], y[:4000], 100):
    optimizer.zero_grad()
    F.cross_entropy(alone(x_batch), y_batch).backward()
    optimizer.step()
kitchens = [torch.load(folder / f"kitchen{rank}.pt") for rank in (0, 1)]
first, second = (kitchen.values() for kitchen in kitchens)
apart = gaps(first, alone.parameters()).max()
print(f"the two kitchens: up to {gaps(first, second).max():.7f} off")
print(f"from the family that played alone: up to {apart:.0e} off")
print(f"numbers per move: {sum(t.numel() for t in first):,}")
assert gaps(first, second).max() == 0
torch.testing.assert_close(apart, torch.tensor(0.0), atol=1e-3, rtol=0)

# %% [markdown]
# After 40 moves, the two boards are equal to the last bit. It's the same idea as before. If two
# games start from the same table and make the same moves, there's nothing left for them to differ
# in. They're only rounding errors away from the family that played alone, since half the cards were
# added up in each kitchen first.
# <!-- example -->
#
# In practice, you'd wrap the network in `torch.nn.parallel.DistributedDataParallel`, which makes
# the phone calls for you during `backward`. Those calls are the price. At every move, both kitchens
# have to read out all 50,890 slopes. Part of that can be done while they're still going through the
# cards. But a second kitchen only pays if the cards take a good deal longer than the calls.

# %% [markdown]
# ## What our machine can read now
#
# We leave the kitchen as we found it, and take one last look at the machine.

# %%
import shutil

found = hits(games["nothing"][0].model)
error = found.std() / len(found) ** 0.5
print(f"{found.mean():.0f} ± {2 * error:.0f} % right, after a power cut")
shutil.rmtree(folder)
assert not folder.exists()

# %% [markdown]
# Our machine reads about 93 % of the digits it hasn't seen, give or take 2 points, and if you'd
# pulled the plug in the middle of its training, nobody could tell, not from a single bit. You can
# mail it to a friend in a file of about 200 KB, and your friend can load that file without having
# to trust it.
#
# What it can't do is hurry. We wanted two kitchens because one was too slow. But what was it so
# busy with? If a family spends half the evening looking for the cards, a second kitchen won't help.
# [The next lesson](16_speed.py) asks where the time goes.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Enough to play on
#
# Write `save(path, model, optimizer, epoch)`, which writes a file that training can be resumed
# from. The network has no dropout and there's no schedule, so it takes only a dict with the keys
# `model`, `optimizer` and `epoch`. `torch.load` must be able to read it with `weights_only=True`.
#
# <details><summary>Hint 1</summary>
#
# The network and the optimizer are objects, and a file that holds them would be a letter with
# instructions. What does each of them have that's only numbers?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Both have a `state_dict`. `torch.save` takes the dict first and the path second.
#
# </details>


# %% tags=["exercise"]
def save(path, model, optimizer, epoch):
    raise NotImplementedError


# %% tags=["solution"]
def save(path, model, optimizer, epoch):
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
    }
    torch.save(state, path)


# %% tags=["check"]
from mlp_tutorial.exercises import check_save

print(check_save(save))

# %% [markdown] tags=["exercise", "warm-up"]
# ### A peek at the dice
#
# You'd love to know what the dice will roll next, and nobody must find out that you looked. Write
# `peek(n)`, which returns the next `n` numbers that `torch.rand` is going to roll. After that, the
# game has to go on as if you'd never been there.
#
# <details><summary>Hint 1</summary>
#
# You have to roll the dice to see what they roll. What do you need to know in order to put them
# back?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Get the state of the dice, roll them, set the state again, and only then return what you saw.
#
# </details>


# %% tags=["exercise"]
def peek(n):
    raise NotImplementedError


# %% tags=["solution"]
def peek(n):
    dice = torch.get_rng_state()
    rolls = torch.rand(n)
    torch.set_rng_state(dice)
    return rolls


# %% tags=["check"]
from mlp_tutorial.exercises import check_peek

print(check_peek(peek))

# %% [markdown] tags=["exercise", "apply"]
# ### Where were we?
#
# The power went out in the middle of a round. From your file you know that the round has `n` digits
# in batches of `batch_size`, that the deck was a new generator with the seed `seed`, and that
# `done` batches had been played. Write `rest_of_round(n, batch_size, seed, done)`, which returns a
# list of the batches that are still to be played. Each is a tensor with the places of its digits,
# from 0 to `n - 1`. Leave the dice that everybody shares alone. The whole round was
# `torch.randperm(n, generator=deck)`, cut into batches from the front, and the last batch may be
# smaller.
#
# <details><summary>Hint 1</summary>
#
# You don't need the old deck itself. You can shuffle a new one into the same order.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `order.split(batch_size)` cuts the order into all its batches, and you can take a slice of what it
# returns. Which of them have been played?
#
# </details>


# %% tags=["exercise"]
def rest_of_round(n, batch_size, seed, done):
    raise NotImplementedError


# %% tags=["solution"]
def rest_of_round(n, batch_size, seed, done):
    deck = torch.Generator().manual_seed(seed)
    order = torch.randperm(n, generator=deck)
    return list(order.split(batch_size)[done:])


# %% tags=["check"]
from mlp_tutorial.exercises import check_rest_of_round

print(check_rest_of_round(rest_of_round))

# %% [markdown] tags=["exercise", "apply"]
# ### Three kitchens, three sizes
#
# One family has a large table, and another has only a stool. So they don't split a batch evenly.
# Write `average_gradients(gradients, sizes)`, which returns the gradient of the whole batch.
# `gradients` has a tensor from each kitchen, the mean over its own examples, and `sizes` says how
# many examples each kitchen had.
#
# <details><summary>Hint 1</summary>
#
# It's [the late exam](12_evaluation.py) again, so don't average the averages. How do you get from a
# kitchen's mean to the sum over its examples?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Multiply each gradient by its size, add them up, and divide once, by the size of the whole batch.
#
# </details>


# %% tags=["exercise"]
def average_gradients(gradients, sizes):
    raise NotImplementedError


# %% tags=["solution"]
def average_gradients(gradients, sizes):
    total = sum(g * n for g, n in zip(gradients, sizes, strict=True))
    return total / sum(sizes)


# %% tags=["check"]
from mlp_tutorial.exercises import check_average_gradients

print(check_average_gradients(average_gradients))

# %% [markdown] tags=["exercise", "think"]
# ### Shuffled at halftime
#
# The power goes out when exactly half the cards of a round have been played. Nobody saved the deck.
# So the next evening all the cards get shuffled again, and you play the top half of those. If there
# are a great many cards, what share of them doesn't come up in either half? Set `never_seen` to
# that share, a number from 0 to 1.
#
# <details><summary>Hint 1</summary>
#
# Take a single card. What's the chance that it doesn't come up in the first half?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The second shuffle knows nothing about the first, so of the cards that were missed the first time,
# the same share gets missed again.
#
# </details>

# %% tags=["exercise"]
never_seen = ...

# %% tags=["solution"]
never_seen = 0.5 * 0.5

# %% tags=["check"]
from mlp_tutorial.exercises import check_never_seen

print(check_never_seen(never_seen))

# %% [markdown] tags=["exercise", "think"]
# ### Who touched the dice?
#
# A game runs to its end without a power cut. Then somebody adds one harmless line after the third
# round and plays it again with the same seed, and this time it ends differently. What does the line
# do? Write the letter of your answer, such as `culprit = "a"`.
#
# - **a** It reads the 1,000 digits in evaluation mode and prints the score.
# - **b** It loads the note into a new network to see if the file is complete.
# - **c** It saves the note a second time under another name.
# - **d** It copies the weights into a list so that they can be looked at later.
#
# <details><summary>Hint 1</summary>
#
# Which of these four needs random numbers?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# In evaluation mode, dropout leaves nothing out. And which weights does a network have before
# anything's been loaded into it?
#
# </details>

# %% tags=["exercise"]
culprit = ...

# %% tags=["solution"]
culprit = "b"

# %% tags=["check"]
from mlp_tutorial.exercises import check_culprit

print(check_culprit(culprit))
