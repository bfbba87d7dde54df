"""Choose the settings of the remedies in lesson 12: `nox -s benchmark -- remedies`.

Every remedy gets the same budget: twelve tries, each from three seeds, with the same number of
steps. The learning rates are spread evenly over a range, and so are the strengths of the remedy,
paired so that small and large strengths meet small and large rates. The best mean on 10,000 digits
wins. The lesson trains the winners from other seeds, and judges them by digits that were not used
here. Prints every try and writes `benchmarks/remedies.json`, which the lesson shows. It takes
minutes on one core. Name remedies to search only for those; the others keep their rows.
"""

import json
import math
import statistics
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from _machine import machine

from mlp_tutorial.augmentation import shift
from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.evaluation import evaluate
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit, one_cycle

MOMENTUM = partial(torch.optim.SGD, momentum=0.9, nesterov=True)
TRIES, SEEDS = 12, range(100, 103)
RATES = (0.02, 0.25)
HEADS = ["cure", "tried", "kept", "score when we chose it"]  # of the table
KNOBS: dict[str, tuple[str, float, float] | None] = {
    "nothing": None,
    "fewer epochs": ("epochs", 3, 25),
    "weight decay": ("decay", 1e-4, 1e-2),
    "dropout": ("dropout", 0.05, 0.6),
    "shifts": ("pixels", 1, 3),
    "more digits": None,
}


def spread(low: float, high: float) -> list[float]:
    """Return a number for each try, from low to high, each larger than the last by one factor."""
    return [low * (high / low) ** (i / (TRIES - 1)) for i in range(TRIES)]


def settings(name: str) -> list[dict[str, float]]:
    """Return the settings of all tries."""
    tries = [{"lr": float(f"{lr:.2g}")} for lr in spread(*RATES)]
    if knob := KNOBS[name]:
        option, low, high = knob
        values = spread(low, high)
        for i, chosen in enumerate(tries):
            value = values[5 * i % TRIES]  # each of them once, small and large in turn
            whole = option in {"epochs", "pixels"}
            chosen[option] = round(value) if whole else float(f"{value:.2g}")
    return tries


class Digits:
    """The digits of the lesson's first cells, and 10,000 others to choose by."""

    def __init__(self) -> None:
        """Load them and put them in the order of the lesson."""
        digits = load_mnist("train", "full")
        x = normalize(digits.images, *mean_and_std(digits.images)).flatten(1)
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
        few, more, choice = order[:2000], order[:4000], order[14_000:24_000]
        self.few = x[few], digits.labels[few]
        self.more = x[more], digits.labels[more]
        self.choice = x[choice], digits.labels[choice]

    def train(self, name: str, options: dict[str, float], seed: int) -> float:
        """Train one network, and return how many percent of the 10,000 it gets right."""
        torch.manual_seed(seed)
        model = MLP([784, 128, 64, 10], dropout=options.get("dropout", 0.0))
        more = name == "more digits"
        augment: Callable[..., Any] | None = None
        if "pixels" in options:
            augment = partial(shift, pixels=int(options["pixels"]))
        try:
            fit(
                model,
                self.more if more else self.few,
                epochs=int(options.get("epochs", 15 if more else 30)),  # the same number of steps
                lr=options["lr"],
                batch_size=100,
                optimizer=partial(MOMENTUM, weight_decay=options.get("decay", 0.0)),
                schedule=one_cycle,
                augment=augment,
                seed=seed,
                progress=False,
            )
        except FloatingPointError:  # the steps were too large
            return 10.0
        return 100 * evaluate(model, *self.choice).accuracy


def describe(options: dict[str, float]) -> str:
    """Write settings as a reader would."""
    names = {"lr": "learning rate", "decay": "strength", "dropout": "share"}
    return ", ".join(f"{names.get(name, name)} {value:g}" for name, value in options.items())


def measure(digits: Digits, name: str) -> dict[str, Any]:
    """Search for one remedy, and return its row of the table."""
    tries = []
    for options in settings(name):
        found = [digits.train(name, options, seed) for seed in SEEDS]
        tries.append((statistics.mean(found), statistics.stdev(found), options))
        print(f"{name:13} {tries[-1][0]:.2f} ± {tries[-1][1]:.2f}% {options}", flush=True)
    mean, spread, best = max(tries, key=lambda one: one[0])
    asked = describe({"lr": 0}).replace(" 0", f" {RATES[0]:g} to {RATES[1]:g}")
    if knob := KNOBS[name]:
        option, low, high = knob
        asked += ", " + describe({option: 0}).replace(" 0", f" {low:g} to {high:g}")
    print(f"{name:13} best: {mean:.2f}% {best}", flush=True)
    return {
        "claim": name,
        "asked": asked,
        "found": describe(best),
        "met": True,
        "how": f"{mean:.2f}% ± {2 * spread / math.sqrt(len(SEEDS)):.2f}",
        "settings": best,
    }


if __name__ == "__main__":
    path = Path(__file__).with_suffix(".json")
    kept = json.loads(path.read_text("utf-8"))["rows"] if path.exists() else {}
    digits = Digits()
    rows = {}
    for name in KNOBS:
        search = not sys.argv[1:] or name in sys.argv[1:]
        rows[name] = [measure(digits, name)] if search else kept.get(name, [])
    found = {"machine": machine(), "heads": HEADS, "rows": rows}
    record = json.dumps(found, indent=1, ensure_ascii=False)
    path.write_text(record + "\n", encoding="utf-8")
