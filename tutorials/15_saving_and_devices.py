# %% [markdown]
# # Saving, and other devices
#
# You will learn
#
# - how to save and load a network, and why loading a file can be dangerous;
# - how to go on with a training run that was interrupted, to the very same numbers;
# - how to compute on a GPU, and with several processes that share the work.
#
# Reading takes twenty minutes. The code runs in less than a minute on any computer.

# %% [markdown]
# ## What a network is made of
#
# Training takes time, and its result is some hundred thousand numbers. This lesson is about
# keeping them. So that there is something to keep, we take a small part of the digits, normalized
# as always, and train a network for one epoch.

# %%
import torch

from mlp_tutorial.data import load_mnist, mean_and_std, normalize

digits = load_mnist("train")
x = normalize(digits.images, *mean_and_std(digits.images)).flatten(1)
train = x[:5000], digits.labels[:5000]
print(train[0].shape, train[1].shape)

# %% [markdown]
# A network consists of its code and its numbers. The code is in your file already; the numbers
# are in the `state_dict`, a dictionary from names to tensors. *Buffers*, which are tensors that a
# layer keeps but does not train, would be there as well, unless it asked that they be left out.

# %%
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit

torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
fit(model, train, epochs=1)
for name, value in model.state_dict().items():
    print(f"{name:12} {tuple(value.shape)}")

# %% [markdown]
# ## Save and load
#
# `torch.save` writes it to a file, `torch.load` reads it, and `load_state_dict` copies the numbers into
# a network of the same shape. The new network starts with other random weights, and afterwards it
# computes what the old one does, to the last bit. A name or a shape that does not fit is an
# error.

# %%
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())
torch.save(model.state_dict(), folder / "model.pt")
loaded = MLP([784, 128, 64, 10])
loaded.load_state_dict(torch.load(folder / "model.pt", weights_only=True))
print(f"{(folder / 'model.pt').stat().st_size / 1024:.0f} KB")
assert torch.equal(loaded(x[:100]), model(x[:100]))

# %% [markdown]
# ## Files that run code
#
# Why `weights_only=True`? Python's format for objects, pickle, can hold calls of any function, and
# unpickling makes those calls. So a downloaded network could read your files, or delete them. Here is a
# harmless one, which would print a line. With `weights_only=True`, which is the default today, PyTorch
# refuses; the long message names the function that the file wanted to call.

# %%
import pickle


class Trap:
    def __reduce__(self):
        return print, ("I could have done anything.",)


torch.save(Trap(), folder / "trap.pt")
try:
    torch.load(folder / "trap.pt", weights_only=True)
except pickle.UnpicklingError as error:
    _, reason = str(error).split("WeightsUnpickler error: ")
    print(reason.split(". ")[0])

# %% [markdown]
# ## What a training run is made of
#
# To go on training, the weights are not enough. An optimizer with momentum remembers where it was
# going, and has a `state_dict` of its own. To see what that is worth we need one epoch as a function:
# the loop of lesson ten, with an order of the digits that depends on the number of the epoch
# alone.

# %%
import torch.nn.functional as F

from mlp_tutorial.data import batches


def train_epoch(model, optimizer, number):
    generator = torch.Generator().manual_seed(number)
    for x_batch, y_batch in batches(*train, 64, generator=generator):
        loss = F.cross_entropy(model(x_batch), y_batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
print(f"loss of the last batch: {train_epoch(model, optimizer, 1):.3f}")

# %% [markdown]
# Now two epochs in one piece, with momentum. All models here begin with the same weights, which
# come from one seed. Afterwards the optimizer remembers a tensor for each matrix of weights and
# each vector of biases, the running sum of its gradients. Together they are as large as the
# network; Adam remembers two such tensors for each.

# %%
from functools import partial

momentum = partial(torch.optim.SGD, lr=0.02, momentum=0.9)


def new_model():
    torch.manual_seed(7)
    return MLP([784, 128, 64, 10])


whole = new_model()
optimizer = momentum(whole.parameters())
train_epoch(whole, optimizer, 0)
train_epoch(whole, optimizer, 1)
print("remembered:", len(optimizer.state_dict()["state"]), "tensors")

# %% [markdown]
# And two that are interrupted between the epochs: the first restarts with an optimizer that knows
# nothing, the second with one that was given the old one's state. Compare their weights with those of
# the uninterrupted training. With the state they are equal, to the last bit; without it, the same
# weights and the same digits lead elsewhere.

# %%
for keep in (False, True):
    model = new_model()
    old = momentum(model.parameters())
    train_epoch(model, old, 0)
    new = momentum(model.parameters())
    if keep:
        new.load_state_dict(old.state_dict())
    train_epoch(model, new, 1)
    distance = (whole.fc1.weight - model.fc1.weight).abs().max()
    print("with" if keep else "without", f"its state: {distance:.4f} apart")
assert torch.equal(whole.fc1.weight, model.fc1.weight)

# %% [markdown]
# With `checkpoint`, `fit` writes a file after each epoch: the weights, the state of the optimizer,
# the history, and the most important options, so that it can refuse a file of another training run.
# If the file is there, it goes on from it. Stop after one epoch, go on in a network that knows
# nothing, and not one bit is different.

# %%
path = folder / "run.pt"
recipe = {"lr": 0.02, "optimizer": momentum}
whole = new_model()
fit(whole, train, epochs=2, **recipe)
fit(new_model(), train, epochs=1, checkpoint=path, **recipe)
resumed = MLP([784, 128, 64, 10])
history = fit(resumed, train, epochs=2, checkpoint=path, **recipe)
print("epochs in the history:", len(history.train_loss))
for mine, theirs in zip(resumed.parameters(), whole.parameters()):
    assert torch.equal(mine, theirs)

# %% [markdown]
# What if the power fails while the file is being written? Then half of it would be there, and the old
# one gone. So `fit` writes to a second file, and gives it the name of the first when it is
# complete: the system does that in one step. A file that was damaged later has a wrong checksum,
# and is refused. Here is what one contains.

# %%
state = torch.load(path, weights_only=True)
print(*state)
print(state["options"])

# %% [markdown]
# ## One line for the device
#
# A GPU computes large matrix products many times faster than a CPU, but only with tensors in its
# own memory. PyTorch calls NVIDIA's `cuda` and Apple's `mps`; one line finds what there is. The
# network and its data must be on the same device: `model.to(device)` moves the one, and `fit` moves
# the other.

# %% tolerance=0.05
device = torch.accelerator.current_accelerator(check_available=True) or "cpu"
model = new_model().to(device)
history = fit(model, train, epochs=2, device=device, **recipe)
print(f"loss {history.train_loss[-1]:.3f}")
assert history.train_loss[-1] < history.train_loss[0]

# %% [markdown]
# On another device the sums are made in another order, so results agree to rounding, not to the bit. A
# file saved on a GPU remembers its device. `map_location` puts its tensors where you want them, so
# that it loads on a computer without a GPU. Give it always, and it works everywhere.

# %%
torch.save(model.state_dict(), folder / "model.pt")
state = torch.load(folder / "model.pt", map_location="cpu", weights_only=True)
on_cpu = MLP([784, 128, 64, 10])
on_cpu.load_state_dict(state)
print(on_cpu.fc1.weight.device)
expected = model(x[:8].to(device)).cpu()
torch.testing.assert_close(on_cpu(x[:8]), expected, atol=1e-4, rtol=1e-3)

# %% [markdown]
# ## When one machine is not enough
#
# The loss is a mean over the batch, and so is its gradient. So split a batch in two halves, let two
# processes compute the gradient of a half each, and take the mean of the two: it is the gradient of the
# whole. That is all there is to *data-parallel* training. First as arithmetic, in this one
# process.


# %%
def gradient(model, x, y):
    loss = F.cross_entropy(model(x), y)
    return torch.autograd.grad(loss, [model.fc1.weight])[0]


model, (x_batch, y_batch) = new_model(), (x[:256], digits.labels[:256])
single = gradient(model, x_batch, y_batch)
halves = [gradient(model, x_batch[i::2], y_batch[i::2]) for i in range(2)]
print(f"{(sum(halves) / 2 - single).abs().max():.1e} apart")
torch.testing.assert_close(sum(halves) / 2, single)

# %% [markdown]
# Now with real processes. This program is run twice at the same time. Each copy learns its number, the
# *rank*, computes the gradient of its half, and `all_reduce` adds up the tensors of all copies, in
# place. `gloo` is the messenger between CPUs; between GPUs it is `nccl`. Then PyTorch's own class does
# the same, and the first copy saves both.

# %%
WORKER = """
import os, sys, torch, torch.distributed as dist, torch.nn.functional as F
from mlp_tutorial.networks import MLP
dist.init_process_group("gloo")
rank, n = dist.get_rank(), dist.get_world_size()
weights, x, y = torch.load(sys.argv[1], weights_only=True)
model = MLP([784, 128, 64, 10])
model.load_state_dict(weights)
loss = F.cross_entropy(model(x[rank::n]), y[rank::n])
(mine,) = torch.autograd.grad(loss, [model.fc1.weight])
dist.all_reduce(mine)  # the sum over all processes
parallel = torch.nn.parallel.DistributedDataParallel(model)
F.cross_entropy(parallel(x[rank::n]), y[rank::n]).backward()
if rank == 0:
    torch.save([n, mine / n, model.fc1.weight.grad], sys.argv[2])
dist.barrier()  # wait until both are done
os._exit(0)  # Python's own clean-up can crash on threads that DDP leaves
"""
print((folder / "worker.py").write_text(WORKER), "characters")
torch.save([model.state_dict(), x_batch, y_batch], folder / "work.pt")

# %% [markdown]
# `torchrun`, run here as a Python module, starts the copies and tells each its rank. On several
# machines it is started on each of them, with the address of the first; the program stays as it is.
# Ours runs two processes here, and what they find agrees, to rounding, with the gradient of the
# single process. So does that of `DistributedDataParallel`: its `backward` takes the mean itself.

# %%
import subprocess
import sys

torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
files = [folder / name for name in ("worker.py", "work.pt", "gradient.pt")]
program = [*torchrun, "--nproc-per-node=2", *files]
done = subprocess.run(program, capture_output=True, text=True, check=False)
assert done.returncode == 0, done.stderr
n, by_hand, by_pytorch = torch.load(folder / "gradient.pt", weights_only=True)
print(n, "processes,", f"{(by_hand - single).abs().max():.1e} apart")
torch.testing.assert_close(by_hand, single)
torch.testing.assert_close(by_pytorch, single)

# %% [markdown]
# In a training run each process would now make the same step from the same gradient, so the copies
# stay equal: weights are sent once, at the start. What it costs is the sending of one gradient a
# step, here of 109,386 numbers. Small networks like ours spend more time on that than they save;
# large ones need it. We tidy up, and are done.

# %%
import shutil

shutil.rmtree(folder)
print(f"{sum(p.numel() for p in model.parameters()):,} numbers a step")
assert not folder.exists()

# %% [markdown]
# ## Summary
#
# - Save the `state_dict`; load it with `weights_only=True` and `map_location`.
# - To resume a training run, keep the state of the optimizer too; then not one bit differs.
# - One line finds the device; network and data must be on the same one.
# - Data-parallel training is the mean of the gradients of the parts.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "warm-up"]
# ### A file to go on from
#
# Write `save(path, model, optimizer, epoch)`: write a file from which the training can go on. It
# holds a dict with the keys `model`, `optimizer` and `epoch`, and can be loaded with
# `weights_only=True`.
#
# <details><summary>Hint 1</summary>
#
# What do `model.state_dict()` and `optimizer.state_dict()` hold?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `torch.save` takes any dict of tensors and numbers, and a path.
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

# %% [markdown] tags=["exercise", "apply"]
# ### Three workers
#
# Workers share a batch, but not evenly. Write `average_gradients(gradients, sizes)`: the gradient
# of the whole batch, from that of each worker, which is the mean over its examples, and from how
# many examples it had.
#
# <details><summary>Hint 1</summary>
#
# What does the sum over one worker's examples look like?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Multiply each gradient by its size, add up, and divide by the size of the batch.
#
# </details>


# %% tags=["exercise"]
def average_gradients(gradients, sizes):
    raise NotImplementedError


# %% tags=["solution"]
def average_gradients(gradients, sizes):
    return sum(n * g for g, n in zip(gradients, sizes)) / sum(sizes)


# %% tags=["check"]
from mlp_tutorial.exercises import check_average_gradients

print(check_average_gradients(average_gradients))

# %% [markdown]
# ## More to try
#
# 1. Leave out the last cell, which deletes the folder. Give `fit` all digits, a checkpoint and
#    thirty epochs, and interrupt it with Ctrl-C after a few. Go on, and compare.
# 2. Load `model.pt` into `MLP([784, 64, 10])`, and read the error.
#
# ## Next
#
# [The next lesson](16_speed.py) asks where the time goes, and how much of it is needed.
