# %% [markdown]
# # Speed
#
# You will learn
#
# - why the usual training loop is slow, and how to find out where the time goes;
# - how to remove one cost at a time, and to measure what each removal brings;
# - how fast the loop could be at best, and when bf16, `torch.compile` or a GPU help.
#
# Reading takes half an hour. The code runs in about a minute on any computer.

# %% [markdown]
# ## The loop of the textbooks
#
# Most courses train on MNIST like this: a dataset that returns one picture, transforms that make it
# a tensor and normalize it, a `DataLoader` that stacks 64 of them, and Adam. The class in the next
# cell does for each digit what `torchvision.datasets.MNIST` does. To keep the lesson short we use
# 5,000 digits.

# %%
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from mlp_tutorial.data import load_mnist

n = 5000
digits = load_mnist("train")
gray = (digits.images[:n, 0] * 255).byte()  # (5000, 28, 28)
labels = digits.labels[:n]
transform = transforms.Compose(
    [transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]
)
print(f"{len(labels):,} pictures of", tuple(gray[0].shape))

# %% [markdown]
# A `Dataset` says how many examples there are, and returns the one with a given number. Ours makes a
# picture of it, as if it had come from a file, and sends it through the transforms. It is called once
# for each digit in each epoch. The `DataLoader` calls it 64 times, and stacks what it gets.


# %%
class Pictures(Dataset):
    def __len__(self):
        return n

    def __getitem__(self, i):
        return transform(Image.fromarray(gray[i].numpy())), labels[i].item()


textbook = DataLoader(Pictures(), batch_size=64, shuffle=True)
x, y = next(iter(textbook))
print(x.shape, y.shape)

# %% [markdown]
# Time is noisy: other programs run, and the processor changes its clock. So we measure three times and
# keep the best, and trust only large differences. What we report is digits a second. Your numbers
# will differ from these, which come from the machine that built this page, with one core for this
# lesson; the ratios are what matters.

# %% tags=["timing"]
import time


def rate(run):
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return n / best


print(f"{rate(lambda: list(range(n))):.0e} numbers a second")

# %% [markdown]
# The training loop is that of lesson ten, for any source of batches and any optimizer. One epoch of the
# textbook's way is our yardstick. `rates` collects what we measure; in the end a figure will show all
# of it.

# %% tags=["timing"]
import torch.nn.functional as F

from mlp_tutorial.networks import MLP


def train(batches, optimizer=torch.optim.Adam, **options):
    model = MLP([784, 128, 64, 10])
    stepper = optimizer(model.parameters(), lr=1e-3, **options)
    for x, y in batches:
        loss = F.cross_entropy(model(x.flatten(1)), y)
        stepper.zero_grad()
        loss.backward()
        stepper.step()


rates = {}
rates["textbook"] = [rate(lambda: train(textbook))]
print(f"{rates['textbook'][0]:,.0f} digits a second")

# %% [markdown]
# ## Where does the time go?
#
# Never guess. Measure the parts alone: fetching all batches without training, and training on a batch
# that is already there. What takes the larger share is where to begin. On the machine that built
# this page it isn't the network, which spends most of the time waiting until its data are ready,
# one picture after another.

# %% tags=["timing"]
loading = rate(lambda: [None for _ in textbook])
ready = next(iter(textbook))
steps = [ready] * len(textbook)
learning = rate(lambda: train(steps))
share = learning / (loading + learning)
print(f"loading alone  {loading:9,.0f} digits a second")
print(f"learning alone {learning:9,.0f}")
print(f"share of the time spent on loading: {100 * share:.0f} %")

# %% [markdown]
# ## First cost: one picture at a time
#
# The transforms make the same tensors in every epoch, and they make them in Python, one by one.
# Do it once, for all digits in one operation, and keep the result: all training digits are 188 MB
# as float32. The `DataLoader` stays, and now picks rows of a tensor.

# %% tags=["timing"]
from torch.utils.data import TensorDataset

x = ((gray / 255 - 0.5) / 0.5).flatten(1)
size = 60_000 * 784 * 4 / 1e6
print(f"{size:.0f} MB for all training digits")
in_memory = DataLoader(TensorDataset(x, labels), batch_size=64, shuffle=True)
rates["transformed once"] = [rate(lambda: train(in_memory))]
print(f"{rates['transformed once'][0]:,.0f} digits a second")
assert int(size) == 188

# %% [markdown]
# ## Second cost: collation
#
# The `DataLoader` still picks single rows and stacks 64 of them, which is called *collation*. One
# indexing operation fetches them all: `x[order[:64]]`. That is what `mlp_tutorial.data.batches`
# does, and it is the whole data loader of this course. A `DataLoader` with worker processes earns
# its keep where the data do not fit into memory.

# %% tags=["timing"]
from mlp_tutorial.data import batches

generator = torch.Generator().manual_seed(0)


def rows(size):
    return batches(x, labels, size, generator=generator)


fetches = len(list(rows(64)))
print(f"{fetches} indexing operations an epoch instead of {n:,}")
rates["whole batches"] = [rate(lambda: train(rows(64)))]
print(f"{rates['whole batches'][0]:,.0f} digits a second")
assert fetches == 79

# %% [markdown]
# ## Third cost: Python
#
# Now a step is so short that Python itself counts. Each operation costs a microsecond or more
# before any arithmetic begins, and Adam makes about nine of them for each of the six parameter
# tensors. With `fused=True` it makes one for all. Plain SGD has less to do anyway.

# %% tags=["timing"]
rates["fused Adam"] = [rate(lambda: train(rows(64), fused=True))]
sgd = torch.optim.SGD
rates["SGD"] = [rate(lambda: train(rows(64), sgd, fused=True))]
for name in ("fused Adam", "SGD"):
    print(f"{name:10} {rates[name][0]:9,.0f} digits a second")

# %% [markdown]
# ## Fourth cost: small batches
#
# The overhead is paid for each batch, so larger batches spread it over more digits. They are no free
# gift: an epoch then has fewer steps, and each must go further, with a larger learning rate and a
# schedule. Up to some hundreds that works well; beyond, the network learns less from each digit.

# %% tags=["timing"]
for size in (256, 1024):
    name = f"batches of {size}"
    rates[name] = [rate(lambda: train(rows(size), sgd, fused=True))]
    print(f"{name:15} {rates[name][0]:9,.0f} digits a second")
gain = rates["batches of 256"][0] / rates["textbook"][0]
print(f"batches of 256: {gain:.0f} times the textbook")

# %% [markdown]
# Side by side. The removals that concern only the data, and fused Adam, change nothing in what a
# step computes, and the network learns as well. SGD and larger batches are other training runs, for
# which a new learning rate must be found. When you have removed a cost, measure again, because
# something else is the largest now.

# %% tags=["timing"] figure="faster-step-by-step" alt="Thousand digits a second for seven ways to write the loop, one row each. The textbook loop at the top is the slowest, and batches of 1024 at the bottom are the fastest by far." caption="Each row changes one more thing. Compare how far each change moves the points."
from mlp_tutorial.plots import plot_comparison, show

thousands = {name: [r / 1000 for r in found] for name, found in rates.items()}
show(plot_comparison(thousands, label="thousand digits a second"))

# %% [markdown]
# ## How fast could it be?
#
# The matrix products cannot be left out. Each layer has three of them, one forwards and two
# backwards, and each costs a multiplication and an addition for every weight and digit: two
# operations times three times 109,184 weights, less the product that would give the gradient of the
# pixels, which nobody needs. Measure these products alone.

# %%
from itertools import pairwise

sizes = [784, 128, 64, 10]
weights = [a * b for a, b in pairwise(sizes)]
operations = 2 * (3 * sum(weights) - weights[0])
print(f"{sum(weights):,} weights, {operations:,} operations a digit")
assert sum(weights) == 109_184

# %% [markdown]
# The rate of these products, as PyTorch computes them in float32, is our limit: a step made of them
# cannot be faster than they are. We call it the *roof*. It depends on the batch: a larger one does
# more arithmetic for each weight fetched from memory, until the batch itself no longer fits into
# the cache. How close to its roof does our training step come?


# %% tags=["timing"]
def products(size, dtype=torch.float32):
    X = [torch.randn(size, width, dtype=dtype) for width in sizes]
    W = [torch.randn(a, b, dtype=dtype) for a, b in pairwise(sizes)]

    def run():
        for _ in range(n // size):
            for i in range(3):
                X[i] @ W[i]
                X[i].T @ X[i + 1]
                if i > 0:
                    X[i + 1] @ W[i].T

    return run


print(f"{rate(products(64)):,.0f} digits a second")

# %% [markdown]
# Now the training step and its products in turn, for three sizes of a batch. What the step reaches
# of the rate of its products is the share of its time that goes into them. In a small batch much of
# the rest is overhead, paid once a step; fetching and activations grow with the batch, so they
# never go away. (GFLOP/s: billions of these operations a second.)

# %% tags=["timing"]
shares = {}
for size in (64, 256, 1024):
    reached = roof = 0
    for _ in range(3):
        reached = max(reached, rate(lambda: train(rows(size), sgd, fused=True)))
        roof = max(roof, rate(products(size)) * (n // size) * size / n)
    shares[size] = reached / roof
    gigaflops = operations * roof / 1e9
    print(f"batch {size:4}: {gigaflops:4.0f} GFLOP/s", end=", ")
    print(f"we reach {100 * shares[size]:.0f} %")

# %% [markdown]
# What is left is everything else: fetching the batch, activations, the loss, the update, and overhead.
# `torch.compile` can merge some of that into fewer operations, which may help where much is left. It
# cannot make the products faster, and its calls cost time too: for our network, on the machine of
# [the benchmark](../docs/benchmarks.md), it made the step slower.

# %% tags=["timing"]
for size, share in shares.items():
    gain = 1 / share
    print(f"batch {size:4}: a perfect compiler gains a factor of {gain:.1f}")

# %% [markdown]
# ## Fewer bits
#
# bf16 is a float of half the size. It keeps 8 of a float32's 24 significant bits, and its whole
# range. Half the memory moves, and processors with instructions for it multiply several times
# faster; others are slower than before, so measure yours. `autocast` computes the products in
# bf16 and keeps weights and updates in float32, where small steps are not rounded away.

# %% tags=["timing"]
import math

for dtype in (torch.float32, torch.bfloat16):
    bits = 1 - math.log2(torch.finfo(dtype).eps)
    print(dtype, f"{bits:.0f} bits, largest {torch.finfo(dtype).max:.1e}")
faster = rate(products(1024, torch.bfloat16)) / rate(products(1024))
print(f"products in bf16: {faster:.1f} times as fast on this processor")

# %% [markdown]
# ## A GPU
#
# A large GPU multiplies hundreds of times faster than one core. But each operation must be
# launched, which takes some microseconds, however little it computes. Printed below, on the CPU, is the
# price of an operation on a single number, and what the largest product of a step takes. Where the
# product takes no longer than a launch, a GPU gains nothing. Here it takes many times as long; the
# many small operations beside it do not.


# %% tags=["timing"]
def microseconds(run):
    return n / rate(lambda: [run() for _ in range(1000)]) * 1000


one, W = torch.zeros(1), torch.randn(784, 128)
print(f"a sum of two numbers {microseconds(lambda: one + one):7.1f} µs")
for size in (64, 1024):
    X = torch.randn(size, 784)
    print(f"product, batch {size:4}  {microseconds(lambda: X @ W):7.1f} µs")

# %% [markdown]
# ## All together
#
# The recipe of lesson ten, with the digits shifted, and with bf16. This wrapper is all that bf16
# needs; `fit` knows nothing of it. The logits leave it as float32, for the loss needs a precision
# that bf16 simply lacks.


# %%
class Bf16(torch.nn.Sequential):
    def forward(self, x):
        with torch.autocast("cpu", torch.bfloat16):
            return super().forward(x).float()


torch.manual_seed(0)
model = Bf16(MLP(sizes))
print(model(torch.zeros(1, 784)).dtype)

# %% [markdown]
# We train it on all training digits for six epochs, each digit shifted at random. Beside the seconds
# stands what a single epoch of the textbook loop would take for as many digits, at the rate that we
# measured above.

# %% tags=["timing"]
from functools import partial

from mlp_tutorial.augmentation import shift
from mlp_tutorial.training import fit, one_cycle

normal = (digits.images.flatten(1) - 0.1307) / 0.3081
momentum = partial(sgd, momentum=0.9, nesterov=True, fused=True)
smooth = partial(F.cross_entropy, label_smoothing=0.05)
recipe = {"batch_size": 256, "lr": 0.2, "optimizer": momentum, "loss": smooth}
recipe |= {"epochs": 6, "schedule": one_cycle, "augment": shift}
history = fit(model, (normal, digits.labels), **recipe)
print(f"six epochs: {sum(history.seconds):.1f} s")
print(f"one of the textbook: {len(digits) / rates['textbook'][0]:.1f} s")

# %% [markdown]
# And a check that it learned. With the full set it is right on more than 98 % of the test digits,
# with the smaller set of the library on more than 90 %. The course's benchmark does much the same
# from several seeds, against the textbook loop on the same machine, and for larger networks too;
# [its table](../docs/benchmarks.md) says how sure the numbers are. What you know now carries over:
# data that is ready, batches that are large enough, arithmetic that the machine is good at.

# %%
from mlp_tutorial.evaluation import evaluate

test = load_mnist("test")
x_test = (test.images.flatten(1) - 0.1307) / 0.3081
result = evaluate(model, x_test, test.labels)
print(f"{100 * result.accuracy:.2f} % of {result.examples:,} test digits")
assert 100 * result.accuracy > (98 if digits.source == "full" else 90)

# %% [markdown]
# ## Summary
#
# - Measure the parts alone; begin with the largest; then measure again.
# - Prepare data once, as tensors; fetch whole batches; make them large enough.
# - The matrix products are the roof; what keeps a step below it is other work, and some of it can be
#   removed.
# - bf16, `torch.compile` and GPUs each help with one kind of cost. Know which you have.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "apply"]
# ### Batches without a DataLoader
#
# Write `batches(x, y, batch_size, generator)`: yield pairs of `x` and `y` that together are one
# epoch, each example once, in an order that comes from the generator. The last batch has what is
# left.
#
# <details><summary>Hint 1</summary>
#
# `torch.randperm(n, generator=generator)` is an order; `split` cuts it into pieces.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Index both `x` and `y` with each piece, and `yield` the two.
#
# </details>


# %% tags=["exercise"]
def batches(x, y, batch_size, generator):
    raise NotImplementedError


# %% tags=["solution"]
def batches(x, y, batch_size, generator):
    for rows in torch.randperm(len(x), generator=generator).split(batch_size):
        yield x[rows], y[rows]


# %% tags=["check"]
from mlp_tutorial.exercises import check_batches

print(check_batches(batches))

# %% [markdown] tags=["exercise", "apply"]
# ### How much work?
#
# Write `count_flops(sizes)`: how many multiplications and additions one example costs on its way
# forward through layers of these sizes, such as `[784, 10]`. Count an addition for each
# multiplication. Leave the biases and the activations out.
#
# <details><summary>Hint 1</summary>
#
# There is a weight for each pair of an input and a unit. What is done with it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Each weight costs two operations. Take the sizes in pairs.
#
# </details>


# %% tags=["exercise"]
def count_flops(sizes):
    raise NotImplementedError


# %% tags=["solution"]
def count_flops(sizes):
    return 2 * sum(a * b for a, b in pairwise(sizes))


# %% tags=["check"]
from mlp_tutorial.exercises import check_count_flops

print(check_count_flops(count_flops))

# %% [markdown]
# ## More to try
#
# 1. Give the textbook `DataLoader` two worker processes. When does that help, and what does it
#    cost?
# 2. Make the hidden layers ten times as wide. How close to its roof is a step then, and why?
#
# ## Next
#
# [The last lesson](18_museum.py) shows what networks do that train in spite of a bug, and what each
# bug costs.
