"""Measure what each part of lesson 10's recipe is worth: `nox -s benchmark -- recipe`.

Each part is taken out, and the learning rate is searched again: from 0.05 up in factors of two,
until a rate does clearly worse than the best, and then a factor of 1.4 to both sides of the best.
Three seeds each, judged by 10,000 validation digits. The seeds that are compared at the end are
others, and so are the digits: the 10,000 of the test set. It prints what it finds and writes
`benchmarks/recipe.json`, which lesson 10 shows. It takes half an hour
on 2 cores that do nothing else.

`--seeds 10` compares with ten seeds instead of twenty. `--keep` takes the searches and the runs on
record, and adds what is missing.
"""

import argparse
import json
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from _machine import machine
from scipy.stats import t
from torch import Tensor, nn

from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize
from mlp_tutorial.networks import MLP

RESULTS = Path(__file__).with_suffix(".json")
SEARCHED = range(100, 103)  # seeds
EPOCHS = 4
Examples = tuple[Tensor, Tensor]


def up_and_down(done: float) -> float:
    """Climb to 1 halfway, and fall back to 0."""
    return 2 * min(done, 1 - done)


def down(done: float) -> float:
    """Fall from 1 to 0."""
    return 1 - done


def up(done: float) -> float:
    """Climb to 1 halfway, and stay there."""
    return min(1.0, 2 * done)


def steady(_: float) -> float:
    """Stay at 1."""
    return 1.0


@dataclass(frozen=True)
class Recipe:
    """A way to train, but for the learning rate."""

    momentum: float = 0.9
    schedule: Callable[[float], float] = up_and_down
    smoothing: float = 0.05
    batch_size: int = 256


RECIPES = {
    "the recipe": Recipe(),
    "without momentum": Recipe(momentum=0.0),
    "without the schedule": Recipe(schedule=steady),
    "without warming up": Recipe(schedule=down),
    "without cooling down": Recipe(schedule=up),
    "without label smoothing": Recipe(smoothing=0.0),
    "without all of these": Recipe(0.0, steady, 0.0),
    "batches of 64": Recipe(batch_size=64),
    "batches of 64 and none of these": Recipe(0.0, steady, 0.0, 64),
}


class Digits:
    """The digits to learn from, to choose by, and to compare on."""

    def __init__(self) -> None:
        """Load all of MNIST, and deal it out as the lesson does."""
        train, test = load_mnist("train", "full"), load_mnist("test", "full")
        scale = mean_and_std(train.images)
        x = normalize(train.images, *scale).flatten(1)
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
        held, kept = order.tensor_split([len(x) // 6])
        self.train = x[kept], train.labels[kept]
        self.validation = x[held], train.labels[held]
        self.test = normalize(test.images, *scale).flatten(1), test.labels


def bake(train: Examples, recipe: Recipe, lr: float, seed: int) -> nn.Module:
    """Train a network, as lesson 10 does. A run that diverges is returned as it is."""
    torch.manual_seed(seed)
    model = MLP([784, 128, 64, 10])
    nesterov = recipe.momentum > 0
    optimizer = torch.optim.SGD(model.parameters(), lr, recipe.momentum, nesterov=nesterov)
    generator = torch.Generator().manual_seed(seed)
    done, steps = 0, EPOCHS * math.ceil(len(train[0]) / recipe.batch_size)
    for _ in range(EPOCHS):
        for x, y in batches(*train, recipe.batch_size, generator=generator):
            optimizer.param_groups[0]["lr"] = lr * recipe.schedule((done + 0.5) / steps)
            loss = F.cross_entropy(model(x), y, label_smoothing=recipe.smoothing)
            if not loss.isfinite():
                return model
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            done += 1
    return model


def percent_right(model: nn.Module, examples: Examples) -> float:
    """Measure the accuracy in percent."""
    x, y = examples
    with torch.no_grad():
        return 100 * (model(x).argmax(dim=1) == y).float().mean().item()


def search(digits: Digits, recipe: Recipe) -> dict[str, list[float]]:
    """Try learning rates, and return what three seeds reach with each on the validation digits."""
    found: dict[float, list[float]] = {}

    def attempt(lr: float) -> float:
        if lr not in found:
            runs = (bake(digits.train, recipe, lr, seed) for seed in SEARCHED)
            found[lr] = [percent_right(model, digits.validation) for model in runs]
            print(f"    {lr:<6} {statistics.mean(found[lr]):.2f}", flush=True)
        return statistics.mean(found[lr])

    lr, best = 0.05, attempt(0.05)
    while lr < 3 and attempt(2 * lr) > best - 0.7:
        lr *= 2
        best = max(best, attempt(lr))
    middle = max(found, key=attempt)
    for factor in (2**-0.5, 2**0.5):
        attempt(round(factor * middle, 3))
    return {str(lr): found[lr] for lr in sorted(found)}


def choose(found: dict[str, list[float]]) -> str:
    """Choose the rate with the highest mean."""
    return max(found, key=lambda lr: statistics.mean(found[lr]))


def mean_and_half(values: list[float]) -> str:
    """Show the mean, and half the width of its 95% interval."""
    n = len(values)
    half = float(t.ppf(0.975, n - 1)) * statistics.stdev(values) / math.sqrt(n)
    return f"{statistics.mean(values):.2f} ± {half:.2f}"


def make_row(name: str, found: str, how: str) -> dict[str, object]:
    """Make a row of the table, and print it."""
    print(f"{name}: {found} ({how})", flush=True)
    return {"claim": name, "asked": "", "found": found, "met": True, "how": how}


def compare(
    name: str, searched: dict[str, list[float]], found: list[float], whole: list[float]
) -> dict[str, object]:
    """Make a row of the table: what was lost, and how that is known."""
    lr, rates = choose(searched), list(searched)
    how = f"rate {lr}, the best of {len(rates)} from {rates[0]} to {rates[-1]}. "
    how += f"The {len(found)} runs got {min(found):.2f} to {max(found):.2f}%."
    right = f"{statistics.mean(found):.2f}%"
    if found is not whole:
        more = [b - a for a, b in zip(whole, found, strict=True)]
        less = statistics.mean(more) < 0
        size = mean_and_half([-each for each in more] if less else more)
        right += f", {size} {'less' if less else 'more'} than the recipe"
    return make_row(name, right, how)


def compare_with_sum(results: dict[str, list[float]]) -> dict[str, object]:
    """Compare what all three parts are worth with the sum of what each is worth."""
    parts = ("without momentum", "without the schedule", "without label smoothing")
    more = [
        sum(each) - 2 * whole - together
        for whole, together, *each in zip(
            results["the recipe"],
            results["without all of these"],
            *(results[part] for part in parts),
            strict=True,
        )
    ]
    how = f"momentum, schedule and smoothing, in {len(more)} runs each"
    return make_row("all three, beyond the sum of the parts", f"{mean_and_half(more)} points", how)


def main() -> None:
    """Search, compare and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--keep", action="store_true", help="keep what is on record")
    asked = parser.parse_args()
    old = json.loads(RESULTS.read_text("utf-8")) if asked.keep and RESULTS.exists() else {}
    searches: dict[str, dict[str, list[float]]] = old.get("searches", {})
    results: dict[str, list[float]] = old.get("runs", {})
    digits, rows = Digits(), []
    for name, recipe in RECIPES.items():
        if name not in searches:
            print(name, flush=True)
            searches[name] = search(digits, recipe)
        lr = float(choose(searches[name]))
        if len(results.get(name, [])) != asked.seeds:
            models = (bake(digits.train, recipe, lr, seed) for seed in range(asked.seeds))
            results[name] = [percent_right(model, digits.test) for model in models]
        rows.append(compare(name, searches[name], results[name], results["the recipe"]))
    rows.append(compare_with_sum(results))
    record = {"machine": machine(), "rows": {"recipe": rows}, "searches": searches, "runs": results}
    RESULTS.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
