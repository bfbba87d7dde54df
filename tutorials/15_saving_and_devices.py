# %% [markdown]
# # Saving, resuming, other devices
#
# It's one in the morning, you're five hours into a board game, and nobody has won. There are
# houses all over the board and play money in every pocket, but you'll need the kitchen table for
# breakfast. So somebody takes a photo, and everything goes back in the box.
# <!-- example -->
#
# The next evening, you set everything up again from the photo, down to the last little house, and
# then you all look at each other. Whose turn was it? How much money did everybody have? Which
# card was on top of the deck? The photo shows everything there was to see, and you still can't go
# on with the game.
#
# Training a large network can take weeks, and somewhere along the way the power may go out. So
# **what do you have to write down to go on as if nothing had happened?**
#
# You'll be able to
#
# - resume a training run so that not a single bit differs, and say which parts you could have
#   done without;
# - load a stranger's network without letting the file run code on your machine;
# - move a network to another device, and let two processes share its training.
#
# Reading takes 40 minutes. The code runs in less than a minute on an ordinary laptop.
#
# You'll need the training loop of [lesson 10](10_training.py), Adam from
# [lesson 11](11_optimizers.py), and dropout and what ± means from
# [lesson 12](12_evaluation.py).

# %% [markdown]
# ## A photo of the board
#
# Let's start with the photo. Before we can take it, we need a network worth keeping, so here's a
# small one that learns from 4,000 of our digits. We'll check it on the other 1,000.

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
# To check a network, `hits` gives each of those 1,000 digits 100 points if the network reads it
# correctly and 0 if it doesn't. The average is the percentage it gets right.


# %%
def hits(model, x=x):
    model.eval()  # no dropout while it reads
    with torch.no_grad():
        return 100 * (model(x[4000:]).argmax(dim=1) == y[4000:]).double()


torch.manual_seed(8)
reader = MLP([784, 64, 10])
options = {"epochs": 5, "lr": 0.3, "schedule": one_cycle}
fit(reader, (x[:4000], y[:4000]), progress=False, **options)
print(f"{hits(reader).mean():.1f}% right")

# %% [markdown]
# Everything the network has learned is in its `state_dict`, a dictionary that maps names to
# tensors. If a layer keeps track of numbers without training them, as BatchNorm does with its
# running averages, they're in there, too. So all we have to do is save this dictionary to a file
# and read it back. Then `load_state_dict` copies the numbers into a new network of the same
# sizes.

# %%
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())  # a new folder that we'll delete at the end
torch.save(reader.state_dict(), folder / "photo.pt")
for name, tensor in reader.state_dict().items():
    print(f"{name:10} {tuple(tensor.shape)}")

copy = MLP([784, 64, 10])  # has random weights of its own
copy.load_state_dict(torch.load(folder / "photo.pt"))
size = (folder / "photo.pt").stat().st_size
print(f"{sum(p.numel() for p in copy.parameters()):,} numbers,", end=" ")
print(f"{size / 1000:.0f} KB, {hits(copy).mean():.1f}% right")
assert torch.equal(copy(x), reader(x))

# %% [markdown]
# The copy started out with random weights, and now it computes exactly what our reader computes,
# down to the last bit. As long as you only want to read digits, the photo is all you need, and
# you could even mail it to a friend.
#
# Would your friend know how to play, though? A photo shows the board but not the rules, and a
# `state_dict` has the numbers but not the code. Say your friend gets the sizes right and
# remembers that there was some activation between the layers, but guesses `tanh` where we had
# ReLU.

# %% [markdown] tags=["predict"]
# What happens when your friend loads our numbers?
#
# - [ ] It stops with an error.
#   PyTorch checks the name and shape of every weight, but an activation has no weights.
# - [x] It gets about 84% right.
#   There's no complaint from PyTorch. Your friend gets a decent reader and has no way of knowing
#   that ours was better.
# - [ ] It gets about 10% right.
#   That's guessing. `tanh` still rises wherever ReLU rises, and that turns out to be enough for
#   most digits.

# %%
friend = MLP([784, 64, 10], activation=nn.Tanh)
print(friend.load_state_dict(torch.load(folder / "photo.pt")))

# %%
print(f"tanh: {hits(friend).mean():.1f}% right")
print(f"pixels not normalized: {hits(copy, images).mean():.1f}% right")
try:
    MLP([784, 32, 10]).load_state_dict(torch.load(folder / "photo.pt"))
except RuntimeError as error:
    print(str(error).splitlines()[1].strip())
assert hits(friend).mean() < hits(reader).mean()

# %% [markdown]
# A wrong size at least gets you an error. The wrong activation costs this network several points,
# as do pixels that somebody forgot to normalize, and neither mistake gets you so much as a
# warning.
#
# Don't send a photo by itself. Include the code, the sizes, and the two numbers you normalized
# with.

# %% [markdown]
# ## Playing on
#
# For reading, the photo is fine. What if the power goes out in the middle of training? Let's play
# a game, stop halfway through, and try to pick up where we left off. The optimizer is Adam from
# [lesson 11](11_optimizers.py), and a whole game takes six rounds, or epochs.


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
# Before you read on, go through these lines and make a list. Besides the weights, what changes
# during the game?
#
# Here's ours.
#
# - **The money in your pockets.** For every weight, Adam keeps two averages, one of its slopes
#   and one of their squares, and it counts its steps to correct them. You can't see them on the
#   board, but they decide how far the next step goes.
# - **Whose turn it is.** The schedule raises the learning rate and then lowers it again, so it has
#   to know how many steps we've taken.
# - **The deck of cards.** Every round, `deck` shuffles the digits into a new order.
# - **The dice.** For every digit, dropout rolls dice to decide which hidden units to leave out.
#
# You may have `losses` on your list as well. It does get longer, but it's only a diary of the
# game, and no move depends on it.
#
# Did you miss the dice? They're easy to overlook, because our class seeds them but doesn't keep
# them. Our deck has a random number generator of its own, but anything that doesn't, such as
# dropout, rolls PyTorch's dice, and everybody shares those.
#
# At the kitchen table, you can count the money and jot down whose turn it is, but you can't write
# down how the dice are going to fall. Here our game beats the real thing. A computer's dice are a
# calculation, and PyTorch will tell you exactly how far along that calculation is.

# %%
dice = torch.get_rng_state()
print("three rolls:", torch.rand(3))
torch.set_rng_state(dice)
print("once more: ", torch.rand(3))
print(f"the dice are {len(dice):,} bytes")

# %% [markdown]
# That's all four. To see what each of them is good for, we'll write a `resume` that can lose some
# of them on purpose. Whatever gets lost starts out the way it would in a new game. The optimizer
# and the schedule both keep the learning rate, so if one of them was lost, `resume` goes by the
# schedule.


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
    rate = run.schedule.get_last_lr()[0]  # it has one rate for all weights
    run.optimizer.param_groups[0]["lr"] = rate
    if "deck" not in lost:
        run.deck.set_state(note["deck"])
    if "dice" not in lost:
        torch.set_rng_state(note["dice"])
    return run


# %% [markdown]
# Now for the game. We'll play three rounds, write everything down, and play the other three. Then
# we'll pretend that the power went out halfway, and play those last three rounds from the file,
# over and over. The first time, we'll use only the photo, and each time after that, we'll put one
# more part back on the table. After each replay, we'll look for the weight that's farthest from
# where the first game left it.


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
# Suppose we've put back everything but the dice. How far off is that weight after the last three
# rounds?
#
# - [x] More than 0.01.
#   It's off by more than a tenth. The first roll leaves out different units, so the first step
#   goes somewhere else, and from then on it's a different game.
# - [ ] Between 0.0001 and 0.01.
#   Only one of the four things is missing, but there's no such thing as almost the same dice.
# - [ ] Less than 0.0001.
#   That would be a rounding error, which starts out tiny. Without the dice, the very first step
#   is already a different one.

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
# Putting back the first three parts gets a typical weight about twice as close, and that's all.
# With only the dice missing, some weight is off by more than a tenth, and a typical weight is off
# by about a third of the distance it moved in the whole game. Then the dice go back on the table,
# and the difference is exactly zero. Not a single bit of a single weight is different.
#
# You'll often read that it's enough to keep the weights and the optimizer. That's true of a game
# without dropout, a schedule or shuffling, and ours has all three. And a fancier game has even
# more on the table, for example the dice of NumPy and of Python's own `random`, or a random
# number generator for shifting the digits around.
#
# That zero makes a wonderful test. Whenever you write code that resumes training, play a game,
# stop it halfway, resume, and compare. If even a single bit is off, there's something on your
# table that you haven't written down. Just don't expect zero on a different kind of machine, with
# different software, or with another number of threads, which may add up the same numbers in a
# different order. A GPU may do that even from one run to the next, unless you ask for
# `torch.use_deterministic_algorithms(True)`, and some operations then stop with an error, because
# they can't do it any other way.

# %% [markdown]
# ## Which parts did we need?
#
# Without the dice it's a different game, but is it a *worse* game? If somebody knocks the dice off
# the table, the next roll comes out differently, and you wouldn't call that unfair.
#
# Let's lose one part at a time in eight different games and see how many of the 1,000 digits each
# network can read at the end. We'll compare each game with the same game resumed with
# nothing lost. As we've just seen, that's no different from a game without a power cut.

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
    a = 2.36 * seeds.std() / len(seeds) ** 0.5
    b = 2 * exam.std() / len(exam) ** 0.5
    return seeds, gain.mean(), (a**2 + b**2).sqrt()


read = {
    part: torch.stack([hits(run.model) for run in runs])
    for part, runs in games.items()
}
print(f"nothing lost: {read['nothing'].mean():.1f}% right")

# %% [markdown] tags=["predict"]
# Which loss costs the most digits?
#
# - [ ] Losing the optimizer.
#   Adam's averages come from more than a hundred steps, and losing them does hurt, as you'll see.
#   With three rounds left, though, there's enough time to recover.
# - [x] Losing the schedule.
#   The new schedule thinks that the game has just begun, so it raises the rate all over again and
#   never gets around to lowering it.
# - [ ] Losing the deck.
#   The digits come in a different order, but every digit still comes up exactly once in each
#   round.
# - [ ] Losing the dice.
#   Different units are left out, so it's a different game, but the new dice are as fair as the
#   old ones.

# %% figure="lost-parts" alt="Four rows with a diamond, a bar and eight dots on an axis of points gained, with a dashed line at zero. The bars of optimizer, deck and dice cross that line. The bar of schedule lies about two points to the left of it." caption="Each dot is a game that lost one part, and shows how many points it gained over the same game with nothing lost. The diamonds are the averages, and the bars show the ± around them."
from mlp_tutorial.plots import plot_intervals, show

gains, bars = {}, {}
for part in parts:
    seeds, mean, luck = compare(read[part], read["nothing"])
    print(f"{part} lost: {mean:z.1f} ± {luck:.1f} points")  # z: no -0.0
    gains[part], bars[part] = seeds.tolist(), (mean - luck, mean + luck)
show(plot_intervals(gains, bars, label="points gained over nothing lost"))
assert sum(gains["schedule"]) < 0

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
# The ± covers the luck of the eight seeds and the luck of the 1,000 digits, as in [the lesson on
# luck](12_evaluation.py). Losing the schedule costs about two points. For the other three parts,
# surprisingly, we can't see any difference at all. Every game ended up somewhere else, but
# as far as these digits can tell, the games that lost one of those three ended up somewhere just
# as good. The second picture shows what losing the schedule did to the learning rate. In the
# whole game, the last three rounds are for slowing down. The game that lost its schedule spends
# them speeding up instead, and it's going at full speed when everybody has to stop.
#
# Didn't anybody miss their money? Let's look at the first steps after the power cut.

# %% figure="lost-optimizer" alt="Two lines of the loss over 40 steps. With the optimizer lost, the line jumps up in the second step, stays above the other line, and gets closer to it toward the end." caption="The loss in the first 40 steps after the power cut, averaged over eight games. The two lines wiggle together, because their games saw the same digits and rolled the same dice."
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
# They missed it, all right. Without its averages, Adam stumbles, and over steps 2 to 11 the loss
# is nearly twice as high. After that, Adam earns most of it back, and over the last steps the
# loss is only a touch higher. We wouldn't want to lose it in the last round, when there's no time
# left to earn it back.
#
# Our game needed the schedule, and it got away with losing any one of the others. We still save
# them all, because that's how you can test for zero. If you leave out the dice, the resumed game
# is off anyway, and you'd never find out that you also forgot something that matters. If it's
# getting late, this is a good place to stop. You know what to save, and the rest is about
# accidents, strangers and second machines.

# %% [markdown]
# ## In the middle of a round
#
# There's a limit to what you can get away with. So far, the power has always gone out at the end
# of a round, when every card in the deck had been played. Networks that learn from enormous piles
# of text often see each page only once. A round like that takes weeks, and the power won't wait
# for the end of it.
#
# Let's play one round and have the power go out every four steps, which makes ten evenings of 400
# digits each. We'll save everything else, but what do we do about the deck? We could save it,
# too. Or we could do what many careful programmers do without noticing. They set the seed in the
# first line of their program, so every evening starts with a freshly shuffled deck, always from
# the same seed.


# %%
def ten_evenings(seed, method):
    run, seen = Run(seed, rounds=1), set()  # a set keeps no doubles
    for evening in range(10):
        if method == "same seed" or evening == 0:
            run.deck.manual_seed(seed)
            order = torch.randperm(4000, generator=run.deck)
        start = 400 * evening if method == "saved" else 0
        cards = order[start : start + 400]
        for chosen in cards.split(100):
            run.step(x[chosen], y[chosen])
        seen.update(cards.tolist())
    return len(seen), hits(run.model)


# %% [markdown] tags=["predict"]
# After ten evenings, how does the score with the same seed compare with the score with a saved
# deck?
#
# - [ ] It's about 30 points lower.
#   Most of the deck goes unseen, but the network learns a surprising amount from just 400 digits.
# - [x] It's about 3 points lower.
#   The same seed puts the same 400 digits on top every evening. Considering that it never saw
#   nine tenths of the deck, the network got off lightly.
# - [ ] It's about the same.
#   The network makes just as many moves. But it sees the same 400 digits ten times, and it never
#   sees the other 3,600.

# %%
read = {}
for method in ("saved", "same seed"):
    evenings = [ten_evenings(seed, method) for seed in range(8)]
    read[method] = torch.stack([found for _, found in evenings])
    print(f"{method}: {evenings[0][0]:,} digits seen,", end=" ")
    print(f"{read[method].mean():.1f}% right")
_, mean, luck = compare(read["same seed"], read["saved"])
print(f"same seed over saved: {mean:.1f} ± {luck:.1f} points")
assert mean < 0

# %% [markdown]
# The careful programmer loses only three points, and there's no error and no warning, so you
# might never notice. And the shorter the evenings, the fewer cards ever come up. (What if you
# shuffle them afresh every evening? You'll work that out in the exercises.)
# <!-- example -->

# %% [markdown]
# ## Half a note
#
# The worst moment for the power to go out is still ahead. What if it happens while you're writing
# the note? Then all you have is half of the new note, because you were writing it over the old
# one.

# %%
note = (folder / "note.pt").read_bytes()
half = note[: len(note) // 2]
(folder / "half.pt").write_bytes(half)
try:
    torch.load(folder / "half.pt")
except RuntimeError as error:
    print(str(error).split(": ")[0])

# %% [markdown]
# The cure is to write a draft under another name and rename it once it's finished. Renaming
# happens in one step, so no matter when the program gets killed, there's a complete note under
# the old name, either yesterday's or today's.


# %%
def write_down_whole(run, path):
    draft = path.with_suffix(".draft")
    write_down(run, draft)
    draft.replace(path)  # rename it


write_down_whole(run, folder / "note.pt")
(folder / "note.draft").write_bytes(half)  # killed while writing a draft
print("the note is fine:", *torch.load(folder / "note.pt"))

# %% [markdown]
# If it really is the power that goes out, even that isn't quite enough, because the operating
# system likes to hold things in memory for a while before it writes them to the disk. Python's
# `os.fsync` waits until the draft is on the disk.

# %% [markdown]
# ## A dozen lines to copy
#
# You've now seen everything that a script of your own needs, but it's spread over half this page.
# Here it is in one place. (Most people call such a file a **checkpoint**.) `path` is a `Path`,
# and `parts` is whatever has a `state_dict`, such as the network, the optimizer and the schedule.
# `load_game` puts everything back and returns how many rounds have been played. (The loop below
# never leaves training mode. If yours reads other digits in between, as `hits` does, it has to
# call `model.train()` afterward, or dropout stays off for the rest of the game.)


# %%
def save_game(path, rounds, *parts):
    draft = path.with_suffix(".draft")
    states = [part.state_dict() for part in parts]
    torch.save([rounds, states, torch.get_rng_state()], draft)
    draft.replace(path)  # rename it


def load_game(path, *parts):
    if not path.exists():
        return 0  # a new game
    rounds, states, dice = torch.load(path, map_location="cpu")
    for part, state in zip(parts, states, strict=True):
        part.load_state_dict(state)
    torch.set_rng_state(dice)
    return rounds


# %% [markdown]
# Your loop loads the game once, before its first round, and saves it after each round. In the game
# below, the dice that everybody shares also shuffle the deck, so there's no separate deck to write
# down. Let's see if it passes our test.


# %%
def game(path, rounds):
    torch.manual_seed(7)
    model = MLP([784, 64, 10], dropout=0.2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    schedule = one_cycle(optimizer, 160)
    parts = model, optimizer, schedule
    for played in range(load_game(path, *parts), rounds):
        for chosen in torch.randperm(4000).split(100):
            loss = F.cross_entropy(model(x[chosen]), y[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        save_game(path, played + 1, *parts)
    return list(model.parameters())


# %%
in_one_go = game(folder / "one.pt", 4)
game(folder / "two.pt", 2)  # the power goes out after round 2
resumed = game(folder / "two.pt", 4)  # goes on to round 4
print(f"up to {gaps(in_one_go, resumed).max():.7f} off")
assert gaps(in_one_go, resumed).max() == 0

# %% [markdown]
# It does. (You'll see what `map_location` is for [two sections
# on](#the-same-game-in-another-room).)
#
# If you train with our `fit`, you don't need any of this. Give it the name of a file as its
# `checkpoint`, and it saves the game after each round, with `os.fsync`. It also refuses to go on
# if you come back with a different learning rate, for example. If the power goes out in the middle
# of a round, it plays that round over with the same cards and the same dice, because at the start
# of each round it seeds both with a number that it makes from the seed *and the number of the
# round*.

# %% [markdown]
# ## A letter from a stranger
#
# Your own notes are safe now. What if a file comes in the mail from a stranger? What could a file
# full of numbers do to you?
#
# Nothing, if it *is* full of numbers. Python's own way of saving things, called **pickle**,
# works differently. It writes a letter that explains, step by step, how to set up the game. "Take
# the board. Put a red house on the corner. Give the man at the door your car keys." And Python
# does whatever the letter says, whether or not it has anything to do with the game.
#
# How would something like that get into the letter? When pickle saves an object, it asks the
# object's `__reduce__` which function will rebuild it, and with what arguments. Both go into the
# letter, and nobody checks whether that function rebuilds anything at all. Here's a letter like
# that.

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
# It was the file that printed the first line. All we did was load it, and we never even looked at
# what came out. Our letter said `print`, but it could have named any function that Python can
# import. With `weights_only=True`, `torch.load` has a short list of things that a letter may ask
# for. Our photo had asked for nothing but tensors, and they're on the list. `print` isn't, so
# `torch.load` refused. That's the default these days, so be careful when an old tutorial, or
# somebody in a forum, tells you to switch it off to get rid of the error. It's a good lock, but
# it could be [picked in older versions](https://nvd.nist.gov/vuln/detail/CVE-2025-32434). So keep
# PyTorch up to date, and leave a file alone if you don't trust where it came from.

# %% [markdown]
# ## The same game in another room
#
# So far, everything has happened in one room, the computer's ordinary processor, or CPU. A
# graphics processor, or GPU, is very good at large matrix products and usually has its own
# memory, so think of it as another room. If you carry the board over there, you have to carry the
# cards over, too. PyTorch calls the rooms **devices**, and its names for them are `cpu`, `cuda`
# for NVIDIA and AMD, `mps` for Apple and `xpu` for Intel. You don't even need to know which of
# them you have, because `torch.accelerator` does.

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
# If the first line says `cpu`, PyTorch found no other room, and nothing had to be carried
# anywhere. Otherwise the answers may be off by a rounding error, because another device adds up
# the same numbers in a different order. That's also why you can't expect zero if you resume on
# another device. The other room also has its own dice, so if you play on an NVIDIA GPU, for
# example, write down `torch.cuda.get_rng_state()` as well.
#
# What about `map_location`? A file remembers which room its numbers came from, and `torch.load`
# tries to put them back there. Suppose you train on a GPU and mail the file to a friend who
# doesn't have one. All your friend gets is an error, unless `map_location="cpu"` says to put the
# numbers in the room that everybody has. Make it a habit.

# %% [markdown]
# ## Two kitchens
#
# If one machine is enough for you, you can skip to [the end of the
# lesson](#what-our-machine-can-read-now). Only one of the exercises will ask you about this
# section.
#
# Imagine two families in two kitchens who are playing the same game over the phone. Each family
# has its own board, set up from the same photo. Before each move, each family goes through half
# of the cards and works out a move. Then they tell each other what they came up with, and both
# play the average. That way, the boards stay the same without anybody sending another photo.
#
# That's called **data-parallel** training, and what they tell each other over the phone is the
# gradient. The loss is a mean over the batch, so its gradient is a mean, too, and two halves of
# the same size average out to the gradient of the whole batch. That only holds without dropout,
# because each kitchen would roll its own dice, and without BatchNorm, because it looks at a whole
# batch. We'll check it with just one network first.


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
# It's only off by a rounding error, so on to the two kitchens. The program below will run twice
# at the same time, in two processes. Each process gets a number called its **rank**, which is
# either 0 or 1. With `[rank::n]`, it takes every `n`-th digit of a batch, starting at position
# `rank`, so with two processes, each of them takes every other digit. The phone call is
# `all_reduce`, which adds up a tensor over all processes and gives everybody the sum.
#
# <!-- folded -->

# %%
KITCHEN = """
import sys, torch, torch.distributed as dist, torch.nn.functional as F
from mlp_tutorial.networks import MLP

photo, x, y = torch.load(sys.argv[1])
model = MLP([784, 64, 10])
model.load_state_dict(photo)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
dist.init_process_group("gloo")  # a phone line between CPUs
rank, n = dist.get_rank(), dist.get_world_size()
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
# PyTorch's `torchrun` starts the processes and tells each of them its rank. We'll give both of
# them the same photo of an untrained network and the same 4,000 digits. Afterward, a third family
# will play the same game alone.
#
# <!-- folded -->

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
# After 40 moves, the two boards are the same down to the last bit. They started from the same
# table and made the same moves, so there's nothing left that could differ. And both are only
# rounding errors away from the family that played alone, because each kitchen added up its own
# half of the cards first.
# <!-- example -->
#
# In practice, you'd wrap the network in `torch.nn.parallel.DistributedDataParallel`, which makes
# the phone calls for you during `backward`. Those calls are the price you pay. At every move,
# both kitchens have to read out all 50,890 slopes. They can do part of that while they're still
# going through the cards, but a second kitchen only pays off if the cards take a lot longer than
# the calls.

# %% [markdown]
# ## What our machine can read now
#
# Let's leave the kitchen as we found it and take one last look at our machine.

# %%
import shutil

found = hits(games["nothing"][0].model)
error = found.std() / len(found) ** 0.5
print(f"{found.mean():.0f} ± {2 * error:.0f}% right, after a power cut")
shutil.rmtree(folder)
assert not folder.exists()

# %% [markdown]
# Our machine reads about 93% of the digits it hasn't seen, give or take 2 points. If you'd pulled
# the plug in the middle of its training, you couldn't tell, because not a single bit would be
# different. You can mail it to a friend in a file of about 200 KB, and your friend can load that
# file without letting it run any code.
#
# What it can't do is hurry. You could buy a second machine, but first you'd want to know what the
# one you have is so busy doing. [The next lesson](16_speed.py) asks where the time goes.
#
# ## Exercises
#
# Open the notebook, write each answer into its cell, and run the check below it.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Enough to play on
#
# Write `save(path, model, optimizer, epoch)`, which writes a file that training can be resumed
# from. The network has no dropout and there's no schedule, so all you need is a dict with the
# keys `model`, `optimizer` and `epoch`. `torch.load` must be able to read it with
# `weights_only=True`.
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
# You'd love to know what the dice will roll next, but nobody can find out that you looked. Write
# `peek(n)`, which returns the next `n` numbers that `torch.rand` is going to roll. After that,
# the game has to go on as if you'd never been there.
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
# The power went out in the middle of a round. From your file, you know that the round has `n`
# digits in batches of `batch_size`, that the deck was a new generator with the seed `seed`, and
# that `done` batches had been played. The whole round was `torch.randperm(n, generator=deck)`,
# cut into batches from the front, and the last batch may be smaller. Write `rest_of_round(n,
# batch_size, seed, done)`, which returns a list of the batches that are still to be played. Each
# is a tensor with the positions of its digits, from 0 to `n - 1`. Don't touch the dice that
# everybody shares.
#
# <details><summary>Hint 1</summary>
#
# You don't need the old deck itself. You can shuffle a new one into the same order.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `order.split(batch_size)` cuts the order into all its batches, and you can take a slice of what
# it returns. Which of them have been played?
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
# One family has a large table, and another has only a stool, so they don't split a batch evenly.
# Write `average_gradients(gradients, sizes)`, which returns the gradient of the whole batch.
# `gradients` has a tensor from each kitchen, the mean over its own examples, and `sizes` says how
# many examples each kitchen had.
#
# <details><summary>Hint 1</summary>
#
# It's [the late exam](12_evaluation.py) again, so don't average the averages. How do you get from
# a kitchen's mean to the sum over its examples?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Multiply each gradient by its size, add them up, and divide once, by the size of the whole
# batch.
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
# The power goes out when exactly half the cards of a round have been played, and nobody saved the
# deck. So the next evening, all the cards get shuffled again, and you play the top half. If there
# are a great many cards, what share of them doesn't come up in either half? Set `never_seen` to
# that share, a number from 0 to 1.
#
# <details><summary>Hint 1</summary>
#
# Take one card. What's the chance that it doesn't come up in the first half?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The second shuffle knows nothing about the first, so of the cards that were missed the first
# time, the same share gets missed again.
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
# A game that goes back into training mode before every step runs to its end without a power cut.
# Then somebody adds one harmless line after the third round and plays it again with the same
# seed, and this time it ends differently. What does the line do? Write the letter of your answer,
# such as `culprit = "a"`.
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
