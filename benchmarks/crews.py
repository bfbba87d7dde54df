"""Count the digits that fool a whole crew in lesson 17: `nox -s benchmark -- crews`.

The lesson trains one crew of five small networks on upright digits and two on digits as they are.
Some digits are misread by all five. This script trains six crews of each kind, from other seeds and
on digits bent in other ways, and counts those. Prints a table and writes `benchmarks/crews.json`,
which the lesson shows. It takes some minutes on one core.
"""

import json
from pathlib import Path
from typing import Any

import torch
from _machine import machine
from ingredients import BEND, EPOCHS, MOMENTUM, SMALL, VERSIONS
from torch import Tensor

from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.evaluation import predict
from mlp_tutorial.networks import MLP
from mlp_tutorial.straightening import straighten
from mlp_tutorial.training import fit, one_cycle

CREWS, MEMBERS = 6, 5
T_FACTOR = 2.23  # for a 95% interval of the difference of two means of six
KINDS = "leaning", "upright"


def count(images: Tensor, labels: Tensor, x: Tensor, y: Tensor, crew: int) -> tuple[int, float]:
    """Train a crew, and count the digits that fool all of it, and those that fool one network."""
    dice = torch.Generator().manual_seed(1000 + crew)
    bent = torch.cat([BEND(images, generator=dice) for _ in range(VERSIONS)])
    wrong = []
    for seed in range(100 + MEMBERS * crew, 100 + MEMBERS * (crew + 1)):
        torch.manual_seed(seed)
        model = MLP(SMALL)
        fit(
            model,
            (bent, labels.repeat(VERSIONS)),
            epochs=EPOCHS,
            batch_size=128,
            lr=0.1,
            optimizer=MOMENTUM,
            schedule=one_cycle,
            seed=seed,
            progress=False,
        )
        wrong.append(predict(model, x).argmax(1) != y)
    each = torch.stack(wrong)
    return int(each.all(0).sum()), float(each.double().sum(1).mean())


def measure() -> list[dict[str, Any]]:
    """Train all crews, and return a row for each kind and one for the difference."""
    train, test = load_mnist("train", "subset"), load_mnist("test", "full")
    found: dict[str, list[tuple[int, float]]] = {kind: [] for kind in KINDS}
    for crew in range(CREWS):
        for kind in KINDS:
            pair = train.images, test.images
            if kind == "upright":
                pair = straighten(train.images), straighten(test.images)
            scale = mean_and_std(pair[0])
            x, x_test = (normalize(images, *scale).flatten(1) for images in pair)
            found[kind].append(count(x, train.labels, x_test, test.labels, crew))
            print(kind, *found[kind][-1], flush=True)
    fooled = {kind: torch.tensor([n for n, _ in found[kind]]).double() for kind in KINDS}
    rows = [
        {
            "claim": f"{kind}, six crews",
            "asked": "",
            "found": f"{fooled[kind].mean():.0f} digits fool all five",
            "met": True,
            "how": f"from {fooled[kind].min():.0f} to {fooled[kind].max():.0f}; a single network "
            f"misreads {torch.tensor(found[kind])[:, 1].mean():.0f}",
        }
        for kind in KINDS
    ]
    gap = fooled["leaning"].mean() - fooled["upright"].mean()
    error = sum(each.var() / CREWS for each in fooled.values()) ** 0.5
    rows.append(
        {
            "claim": "the difference",
            "asked": "",
            "found": f"{gap:.0f} ± {T_FACTOR * error:.0f} digits",
            "met": True,
            "how": "95% interval over the crews",
        }
    )
    return rows


if __name__ == "__main__":
    rows = measure()
    for row in rows:
        print(f"{row['claim']}: {row['found']}, {row['how']}")
    record = {"machine": machine(), "rows": {"crews": rows}}
    text = json.dumps(record, indent=1, ensure_ascii=False)
    Path(__file__).with_suffix(".json").write_text(text + "\n", encoding="utf-8")
