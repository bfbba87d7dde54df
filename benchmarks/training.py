"""Measure what the course claims about training: `nox -s benchmark -- training`.

Everything is measured in one run, in turn with epochs of the textbook loop. Prints a table and
writes `benchmarks/training.json`, which the site shows. What is asked holds on AMD processors with
AVX-512 and on Intel's with AMX. There the products themselves are twice as fast, so a step comes
less close to them. It takes half an hour on 2 cores that do nothing else. Name parts, `throughput`,
`steps`, `small` or `large`, to measure only those; the others keep their numbers.

`--choose` shows how the recipes were chosen instead: on 10,000 of the training digits, which the
networks didn't learn from. The test digits were not used.
"""

import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from _machine import machine
from scipy.stats import ttest_1samp
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from mlp_tutorial.augmentation import deform, shift
from mlp_tutorial.data import data_directory, load_mnist, mean_and_std, normalize
from mlp_tutorial.evaluation import evaluate
from mlp_tutorial.gradients import loss_and_gradients
from mlp_tutorial.networks import MLP, get_weights
from mlp_tutorial.training import fit, one_cycle

HEADS = ["what", "what we bet", "what came out", "how"]  # of the table
SIZES = [784, 128, 64, 10]
ADAM = partial(torch.optim.Adam, fused=True)
SGD = partial(torch.optim.SGD, fused=True)
MOMENTUM = partial(SGD, momentum=0.9, nesterov=True)
SMOOTH = partial(F.cross_entropy, label_smoothing=0.05)
LIGHT = partial(deform, degrees=7, scaling=0.07, pixels=0.7, elastic=0.7, smoothness=6.0)
STRONG = partial(deform, degrees=9, scaling=0.1, pixels=0.7, elastic=1.0, smoothness=5.0)


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained."""

    name: str
    epochs: int
    batch_size: int
    lr: float
    augment: Callable[..., Tensor] | None = None
    sizes: tuple[int, ...] = tuple(SIZES)


FAST = Recipe("784-128-64-10", 3, 384, 0.4)
SHIFTED = Recipe("784-128-64-10, shifts", 5, 512, 0.4, shift)
WIDE = Recipe("784-1536-256-10, deformed", 14, 512, 0.4, LIGHT, (784, 1536, 256, 10))
LONG = Recipe("784-2048-256-10, deformed", 56, 512, 0.4, STRONG, (784, 2048, 256, 10))
CANDIDATES = [
    Recipe("2 epochs of 256", 2, 256, 0.3),
    Recipe("3 epochs of 256", 3, 256, 0.3),
    FAST,
    Recipe("4 epochs of 512", 4, 512, 0.5),
    Recipe("5 epochs of 384, shifts", 5, 384, 0.4, shift),
    SHIFTED,
    Recipe("6 epochs of 512, shifts", 6, 512, 0.4, shift),
]


class Bf16(nn.Sequential):
    """A network whose matrix products are computed in bf16."""

    def forward(self, x: Tensor) -> Tensor:
        """Compute the logits, in float32."""
        with torch.autocast(x.device.type, torch.bfloat16):
            logits: Tensor = super().forward(x)  # type: ignore[no-untyped-call]
            return logits.float()


def seconds(run: Callable[[], object], repeats: int) -> float:
    """Return the median time of a call over some repetitions, after one that isn't counted."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def textbook_epoch(optimizer: Callable[..., torch.optim.Optimizer], lr: float) -> float:
    """Time one epoch of the textbook loop."""
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    digits = datasets.MNIST(data_directory(), transform=transform)
    loader = DataLoader(digits, batch_size=64, shuffle=True)
    model = MLP(SIZES)
    criterion = nn.CrossEntropyLoss()
    stepper = optimizer(model.parameters(), lr=lr)
    start = time.perf_counter()
    for images, labels in loader:
        stepper.zero_grad()
        loss = criterion(model(images.view(images.shape[0], -1)), labels)
        loss.backward()
        stepper.step()
    return time.perf_counter() - start


def products(size: int, dtype: torch.dtype = torch.float32) -> Callable[[], None]:
    """Make a function that computes only the matrix products of one training step."""
    outputs = [torch.randn(size, width, dtype=dtype) for width in SIZES]
    weights = [W.to(dtype) for W, _ in get_weights(MLP(SIZES))]

    def run() -> None:
        for i, W in enumerate(weights):
            outputs[i] @ W
            outputs[i].T @ outputs[i + 1]
            if i > 0:
                outputs[i + 1] @ W.T

    return run


def steps(size: int) -> dict[str, Callable[[], object]]:
    """Make functions that take one training step: with autograd, compiled, and by hand."""
    x, y = torch.randn(size, 784), torch.randint(10, (size,))
    model = MLP(SIZES)
    stepper = torch.optim.SGD(model.parameters(), lr=0.01)
    layers = get_weights(model)

    def autograd(network: nn.Module = model) -> float:
        loss = F.cross_entropy(network(x), y)
        stepper.zero_grad()
        loss.backward()
        stepper.step()
        return loss.item()

    def by_hand() -> float:
        loss, gradients = loss_and_gradients(x, y, layers)
        for (W, b), (dW, db) in zip(layers, gradients, strict=True):
            W.sub_(dW, alpha=0.01)
            b.sub_(db, alpha=0.01)
        return loss.item()

    found: dict[str, Callable[[], object]] = {"autograd": autograd, "by hand": by_hand}
    if shutil.which("c++"):
        found["compiled"] = partial(autograd, torch.compile(model))
    return found


class Digits:
    """The training and test digits, ready to train on."""

    def __init__(self, *, fast_bf16: bool) -> None:
        """Load and normalize them."""
        self.fast_bf16 = fast_bf16
        train, test = load_mnist("train", "full"), load_mnist("test", "full")
        scale = mean_and_std(train.images)
        self.train = self.ready(train.images, scale), train.labels
        self.test = self.ready(test.images, scale), test.labels

    def ready(self, images: Tensor, scale: tuple[float, float]) -> Tensor:
        """Normalize and flatten."""
        x = normalize(images, *scale).flatten(1)
        return x.bfloat16() if self.fast_bf16 else x

    def split(self) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        """Hold 10,000 training digits out."""
        order = torch.randperm(60_000, generator=torch.Generator().manual_seed(99))
        (x, y), held, kept = self.train, order[:10_000], order[10_000:]
        return (x[kept], y[kept]), (x[held], y[held])

    def run(
        self, recipe: Recipe, seed: int, train: tuple[Tensor, Tensor], judge: tuple[Tensor, Tensor]
    ) -> tuple[float, float]:
        """Train once, and return the seconds and the accuracy in percent."""
        torch.manual_seed(seed)
        network = MLP(recipe.sizes)
        # deform computes positions of pixels, and bf16 is too coarse for those.
        x = train[0].float() if recipe.augment in {LIGHT, STRONG} else train[0]
        model = Bf16(network) if self.fast_bf16 else network
        history = fit(
            model,
            (x, train[1]),
            epochs=recipe.epochs,
            batch_size=recipe.batch_size,
            lr=recipe.lr,
            optimizer=MOMENTUM,
            schedule=one_cycle,
            augment=recipe.augment,
            loss=SMOOTH,
            seed=seed,
            progress=False,
        )
        return sum(history.seconds), 100 * evaluate(model, *judge).accuracy


def choose(digits: Digits) -> None:
    """Print what the candidates reach on the validation digits."""
    train, validation = digits.split()
    for recipe in (*CANDIDATES, WIDE, LONG):
        seeds = 5 if recipe in CANDIDATES else 2
        runs = [digits.run(recipe, seed, train, validation) for seed in range(seeds)]
        times, right = zip(*runs, strict=True)
        print(
            f"{recipe.name:36} {statistics.mean(right):.2f} ± {statistics.stdev(right):.2f}%"
            f" {statistics.median(times):6.2f} s",
            flush=True,
        )


class Table:
    """The claims, each with what was measured."""

    def __init__(self) -> None:
        """Start with no rows."""
        self.rows: list[dict[str, Any]] = []

    def add(self, claim: str, asked: str, found: str, *, met: bool, how: str) -> None:
        """Add a row and print it."""
        self.rows.append({"claim": claim, "asked": asked, "found": found, "met": met, "how": how})
        print(f"{'met' if met else 'NOT MET':8}{claim}: {asked}, found {found} ({how})", flush=True)


def measure_throughput(table: Table, _: Digits) -> None:
    """Compare digits a second with the textbook loop: same batches, optimizer and steps."""
    train = load_mnist("train", "full")
    x, y = normalize(train.images, 0.5, 0.5).flatten(1), train.labels
    for name, rule, ours, lr, asked in (
        ("Adam", torch.optim.Adam, ADAM, 1e-3, 5),
        ("SGD", torch.optim.SGD, SGD, 0.003, 8),
    ):
        slow, fast = [], []
        for _ in range(5):
            slow.append(textbook_epoch(rule, lr))
            history = fit(MLP(SIZES), (x, y), epochs=3, lr=lr, optimizer=ours, progress=False)
            fast.append(statistics.median(history.seconds))
        ratio = statistics.median(s / f for s, f in zip(slow, fast, strict=True))
        table.add(
            f"digits a second with {name}, batches of 64, over the textbook loop",
            f"at least {asked} times",
            f"{ratio:.1f} times",
            met=ratio >= asked,
            how=f"{statistics.median(slow):.2f} s and {statistics.median(fast):.2f} s an epoch, "
            "medians of 5 in turn",
        )


def measure_steps(table: Table, _: Digits) -> None:
    """Compare a training step with its own matrix products."""
    asked = {"autograd": 0.60, "by hand": 0.70}
    for size in (64, 1024):
        # In turn, so that noise hits all of them alike.
        runs = steps(size) | {"products": products(size)}
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(7):
            for name, run in runs.items():
                times[name].append(seconds(run, 51))
        best = {name: statistics.median(found) * 1e6 for name, found in times.items()}
        for name in runs.keys() - {"products"}:
            share = statistics.median(
                p / t for p, t in zip(times["products"], times[name], strict=True)
            )
            wanted = asked.get(name) if size == 1024 else None
            table.add(
                f"step {name}, batch {size}, of the rate of its matrix products",
                f"at least {100 * wanted:.0f}%" if wanted else "",
                f"{100 * share:.0f}%",
                met=wanted is None or share >= wanted,
                how=f"{best[name]:.0f} µs, the products alone {best['products']:.0f} µs",
            )


def measure_recipe(
    table: Table, digits: Digits, recipe: Recipe, seeds: int, right: float, epochs: float
) -> None:
    """Train from several seeds, with an epoch of the textbook loop before each."""
    textbook, times, found = [], [], []
    for seed in range(seeds):
        textbook.append(textbook_epoch(torch.optim.Adam, 1e-3))
        spent, accuracy = digits.run(recipe, seed, digits.train, digits.test)
        times.append(spent)
        found.append(accuracy)
    test = ttest_1samp(found, right, alternative="greater")
    ratio = statistics.median(t / b for t, b in zip(times, textbook, strict=True))
    mean = statistics.mean(found)
    table.add(
        f"{recipe.name}: right on the 10,000 test digits",
        f"at least {right}% in {epochs} textbook epochs",
        f"{mean:.2f}% in {ratio:.2f}",
        met=bool(mean >= right and test.pvalue < 0.01 and ratio <= epochs),
        how=f"{seeds} seeds, spread {statistics.stdev(found):.2f}, p = {test.pvalue:.1g}; "
        f"{statistics.median(times):.2f} s, the textbook {statistics.median(textbook):.2f} s",
    )


def measure_small(table: Table, digits: Digits) -> None:
    """Train the network of the course, without and with shifts."""
    measure_recipe(table, digits, FAST, 10, 98.0, 0.17)
    measure_recipe(table, digits, SHIFTED, 10, 98.5, 0.27)


def measure_large(table: Table, digits: Digits) -> None:
    """Train larger networks."""
    measure_recipe(table, digits, WIDE, 10, 99.3 if digits.fast_bf16 else 99.2, 4.5)
    measure_recipe(table, digits, LONG, 6, 99.4, 25)


PARTS = {
    "throughput": measure_throughput,
    "steps": measure_steps,
    "small": measure_small,
    "large": measure_large,
}


if __name__ == "__main__":
    torch.manual_seed(0)
    bf16 = seconds(products(1024), 51) / seconds(products(1024, torch.bfloat16), 51)
    digits = Digits(fast_bf16=bf16 > 1.5)
    if sys.argv[1:] == ["--choose"]:
        choose(digits)
        sys.exit()
    path = Path(__file__).with_suffix(".json")
    old = json.loads(path.read_text("utf-8")) if path.exists() else {}
    wanted = sys.argv[1:] or list(PARTS)
    here = machine() | {"bf16 products": f"{bf16:.1f} times as fast as float32"}
    if len(wanted) < len(PARTS) and any(
        old["machine"][name] != here[name] for name in here.keys() - {"bf16 products"}
    ):
        sys.exit("the record is of another machine or other versions: measure all parts")
    rows = {}
    for name, measure in PARTS.items():
        table = Table()
        if name in wanted:
            measure(table, digits)
        rows[name] = table.rows or old.get("rows", {}).get(name, [])
    result = {"machine": here, "heads": HEADS, "rows": rows}
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(any(not row["met"] for found in rows.values() for row in found))
