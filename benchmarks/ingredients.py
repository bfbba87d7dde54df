"""Choose the settings of lesson 17's small hill: `nox -s benchmark -- ingredients`.

Every ingredient gets the same learning rates, each from three seeds, with the same number of steps.
The average and the student also get a few settings of their own. The best mean on 10,000 training
digits that aren't among the packaged ones wins. The lesson trains the winners from other seeds, and
judges them by the test digits. Prints every try and writes `benchmarks/ingredients.json`, which the
lesson shows. It takes minutes on one core.
"""

import json
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from _machine import machine
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from mlp_tutorial.augmentation import deform
from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize
from mlp_tutorial.evaluation import evaluate, predict
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit, one_cycle

MOMENTUM = partial(torch.optim.SGD, momentum=0.9, nesterov=True)
BEND = partial(deform, degrees=9, scaling=0.1, pixels=0.7, elastic=1.0, smoothness=5.0)
SMALL, WIDE = [784, 128, 64, 10], [784, 300, 100, 10]
SEEDS, VERSIONS, EPOCHS = range(100, 103), 8, 3
RATES = (0.025, 0.05, 0.1, 0.2)
Settings = dict[str, float]


class Digits:
    """The packaged digits, plain and bent, and 10,000 others to choose by."""

    def __init__(self) -> None:
        """Load them, and find training digits that aren't packaged."""
        few, every = load_mnist("train", "subset"), load_mnist("train", "full")
        scale = mean_and_std(few.images)
        packaged = {image.numpy().tobytes() for image in few.images}
        others = [
            i for i, image in enumerate(every.images) if image.numpy().tobytes() not in packaged
        ]
        self.plain = normalize(few.images, *scale).flatten(1), few.labels
        generator = torch.Generator().manual_seed(0)
        many = [BEND(self.plain[0], generator=generator) for _ in range(VERSIONS)]
        self.bent = torch.cat(many), few.labels.repeat(VERSIONS)
        order = torch.randperm(len(others), generator=generator)[:10_000]
        chosen = torch.tensor(others)[order]
        self.judge = normalize(every.images[chosen], *scale).flatten(1), every.labels[chosen]


def train(digits: Digits, name: str, seed: int, settings: Settings) -> nn.Module:
    """Train one network on labels."""
    torch.manual_seed(seed)
    model = MLP(WIDE if "wide" in name else SMALL)
    plain = "plain" in name
    fit(
        model,
        digits.plain if plain else digits.bent,
        epochs=EPOCHS * VERSIONS if plain else EPOCHS,
        batch_size=128,
        lr=settings["rate"],
        optimizer=MOMENTUM,
        schedule=one_cycle,
        seed=seed,
        progress=False,
    )
    return model


def teach(x: Tensor, logits: Tensor, seed: int, settings: Settings) -> nn.Module:
    """Train a small network on the softened bets of a committee."""
    T = settings["temperature"]
    lessons = (logits / T).softmax(dim=-1).mean(dim=0)
    torch.manual_seed(seed)
    student = MLP(SMALL)
    optimizer = MOMENTUM(student.parameters(), lr=settings["rate"])
    scheduler = one_cycle(optimizer, EPOCHS * -(-len(x) // 128))
    order = torch.Generator().manual_seed(seed)
    for _ in range(EPOCHS):
        for xb, soft in batches(x, lessons, 128, generator=order):
            loss = T**2 * F.cross_entropy(student(xb) / T, soft)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
    return student


def bounce(digits: Digits, seed: int, settings: Settings) -> nn.Module:
    """Train a small network at a constant rate, and return it or an average of its weights."""
    torch.manual_seed(seed)
    model = MLP(SMALL)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(settings.get("keep", 0.0)))
    optimizer = MOMENTUM(model.parameters(), lr=settings["rate"])
    order = torch.Generator().manual_seed(seed)
    for _ in range(EPOCHS):
        for xb, yb in batches(*digits.bent, 128, generator=order):
            optimizer.zero_grad()
            F.cross_entropy(model(xb), yb).backward()
            optimizer.step()
            average.update_parameters(model)
    return average.module


def search(
    digits: Digits, name: str, run: Callable[[int, Settings], nn.Module], **options: Sequence[float]
) -> dict[str, Any]:
    """Search for the best settings, and return a row of the table."""
    asked = {"rate": RATES, **options}
    found = []
    for values in product(*asked.values()):
        settings = dict(zip(asked, values, strict=True))
        try:
            models = [run(seed, settings) for seed in SEEDS]
            right = [100 * evaluate(model, *digits.judge).accuracy for model in models]
        except (FloatingPointError, ValueError):  # the steps were too large
            right = [10.0, 10.0]
        found.append((statistics.mean(right), statistics.stdev(right), settings))
        print(f"{name:24} {found[-1][0]:.2f} ± {found[-1][1]:.2f}% {settings}", flush=True)
    mean, spread, best = max(found, key=lambda one: one[0])
    return {
        "claim": name,
        "asked": "; ".join(
            f"{option} {', '.join(f'{value:g}' for value in values)}"
            for option, values in asked.items()
        ),
        "found": ", ".join(f"{option} {value:g}" for option, value in best.items()),
        "met": True,
        "how": f"{mean:.2f}% on the digits it was chosen by, spread {spread:.2f} over the seeds",
        "settings": best,
    }


def measure() -> dict[str, list[dict[str, Any]]]:
    """Search for all ingredients."""
    digits, rows = Digits(), {}
    for name in ("small, plain", "wide, plain", "small, bent", "wide, bent"):
        rows[name] = [search(digits, name, partial(train, digits, name))]
    run = partial(bounce, digits)
    rows["flea"] = [search(digits, "constant rate", run)]
    rows["average"] = [search(digits, "its average", run, keep=(0.99, 0.995, 0.998))]
    settings = rows["small, bent"][0]["settings"]
    crew = [train(digits, "small, bent", seed, settings) for seed in range(110, 115)]
    logits = torch.stack([predict(model, digits.bent[0]) for model in crew])
    run = partial(teach, digits.bent[0], logits)
    rows["taught"] = [search(digits, "small, taught", run, temperature=(1, 2, 4, 8))]
    return rows


if __name__ == "__main__":
    rows = measure()
    record = json.dumps({"machine": machine(), "rows": rows}, indent=1, ensure_ascii=False)
    Path(__file__).with_suffix(".json").write_text(record + "\n", encoding="utf-8")
