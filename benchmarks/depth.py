"""Find the learning rates of lesson 13: `nox -s benchmark -- depth`.

The lesson trains five kinds of networks with 2 to 50 layers, each with a rate of its own. This
script tries the same rates for all of them, twice each, on 4,000 of the packaged digits, and looks
how many of 1,000 others they get right. The best three are tried again from four other seeds, and
the best of these is the rate. The lesson's own seeds and its test digits are not used. It also
tries a few things that the lesson mentions: other starts of a residual branch, Adam, and ten times
the steps. It prints a table and writes `benchmarks/depth.json`, which the site shows. Name parts,
`kinds`, `again`, `remarks`, `longer`, `others` or `adam`, to measure only those.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from _machine import machine
from torch import Tensor, nn
from torch.optim import Adam

from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.evaluation import evaluate
from mlp_tutorial.initialization import init_scaled
from mlp_tutorial.training import fit

WIDTH = 64
DEPTHS = 2, 5, 10, 20, 50
RATES = 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0
ADAM_RATES = 0.0003, 0.001, 0.003, 0.01
SEEDS = 100, 101  # the lesson has 0 to 3
SEEDS_AGAIN = 102, 103, 104, 105
CHANCE = 15  # percent; what gets no more of the digits right is guessing


class Remark(nn.Module):
    """A residual connection: the input, and what one layer has to say about it."""

    def __init__(self, start: Callable[[Tensor], object] | None = nn.init.zeros_) -> None:
        """Create the layer, with these weights and biases of zero, or as PyTorch does."""
        super().__init__()
        self.fc = nn.Linear(WIDTH, WIDTH)
        if start:
            start(self.fc.weight)
            nn.init.zeros_(self.fc.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Add the remark to its input."""
        return x + self.fc(torch.relu(x))


def chain(depth: int, middle: Callable[[], Sequence[nn.Module]]) -> nn.Sequential:
    """Chain a first layer, depth - 2 middle ones, and a last."""
    parts: list[nn.Module] = [nn.Linear(784, WIDTH)]
    for _ in range(depth - 2):
        parts += middle()
    return nn.Sequential(*parts, nn.ReLU(), nn.Linear(WIDTH, 10))


def plain() -> list[nn.Module]:
    """Make a layer as PyTorch starts it."""
    return [nn.ReLU(), nn.Linear(WIDTH, WIDTH)]


def batch() -> list[nn.Module]:
    """Make a layer with BatchNorm."""
    return [nn.BatchNorm1d(WIDTH), *plain()]


def layer() -> list[nn.Module]:
    """Make a layer with LayerNorm."""
    return [nn.LayerNorm(WIDTH), *plain()]


def residual(start: Callable[[Tensor], object] | None = nn.init.zeros_) -> list[nn.Module]:
    """Make a residual layer."""
    return [Remark(start)]


def he(depth: int) -> nn.Sequential:
    """Make a plain chain with He's start."""
    net = chain(depth, plain)
    init_scaled(net, gain=2**0.5)
    return net


KINDS: dict[str, Callable[[int], nn.Sequential]] = {
    "Plain": partial(chain, middle=plain),
    "He": he,
    "BatchNorm": partial(chain, middle=batch),
    "LayerNorm": partial(chain, middle=layer),
    "residual": partial(chain, middle=residual),
}


def he_remark(weight: Tensor) -> Tensor:
    """Draw as He does."""
    return nn.init.kaiming_normal_(weight, nonlinearity="relu")


def quiet_remark(weight: Tensor) -> None:
    """Draw as He does, a seventh as large, which is about 1 / sqrt(50)."""
    nn.init.normal_(weight, std=(2 / WIDTH / 50) ** 0.5)


class Digits:
    """The packaged training digits, 4,000 to learn from and 1,000 to choose by."""

    def __init__(self) -> None:
        """Load and normalize them."""
        digits = load_mnist("train", source="subset")
        x = normalize(digits.images, *mean_and_std(digits.images)).flatten(1)
        self.train = x[:4000], digits.labels[:4000]
        self.held_out = x[4000:], digits.labels[4000:]

    def run(
        self, make: Callable[[int], nn.Sequential], depth: int, seed: int, **options: Any
    ) -> float:
        """Train once, and return the percentage of held-out digits that come out right."""
        torch.manual_seed(seed)
        net = make(depth)
        try:
            fit(net, self.train, batch_size=100, seed=seed, progress=False, **options)
        except FloatingPointError:
            return 10.0  # a guess
        return 100 * evaluate(net, *self.held_out).accuracy


def search(
    digits: Digits,
    make: Callable[[int], nn.Sequential],
    depth: int,
    rates: Sequence[float] = RATES,
    *,
    seeds: Sequence[int] = SEEDS,
    **options: Any,
) -> tuple[float, dict[float, list[float]]]:
    """Try each rate, and return the best, and what all of them reached."""
    options = {"epochs": 5} | options
    found = {
        lr: [digits.run(make, depth, seed, lr=lr, **options) for seed in seeds] for lr in rates
    }
    return max(found, key=lambda lr: sum(found[lr])), found


def row(name: str, best: float, found: dict[float, list[float]]) -> dict[str, Any]:
    """Describe a search, and print it."""
    tried = ", ".join(f"{lr:g}: {statistics.mean(right):.0f}%" for lr, right in found.items())
    right = statistics.mean(found[best])
    print(f"{name}: {best:g}, {right:.1f}% ({tried})", flush=True)
    return {
        "claim": name,
        "asked": "",
        "found": f"{right:.0f}% at {best:g}",
        "met": True,
        "how": tried,
        "rate": best,
        "tries": {f"{lr:g}": statistics.mean(right) for lr, right in found.items()},
    }


def measure_kinds(digits: Digits) -> list[dict[str, Any]]:
    """Find the rate of each kind at each depth."""
    rows = []
    for depth in DEPTHS:
        for name, make in KINDS.items():
            rows.append(row(f"{name}, {depth} layers", *search(digits, make, depth)))
    return rows


def best_three(kinds: Sequence[dict[str, Any]]) -> dict[tuple[str, int], list[float]]:
    """Return the best three rates of each kind at each depth, unless nothing was learned at any."""
    cells = [(name, depth) for depth in DEPTHS for name in KINDS]
    best = {}
    for cell, first in zip(cells, kinds, strict=True):
        tries = first["tries"]
        if max(tries.values()) > CHANCE:
            best[cell] = sorted(map(float, sorted(tries, key=tries.__getitem__)[-3:]))
    return best


def measure_again(digits: Digits, kinds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Try the best three rates again, from other seeds."""
    rows = []
    for (name, depth), rates in best_three(kinds).items():
        found = search(digits, KINDS[name], depth, rates, seeds=SEEDS_AGAIN)
        rows.append(row(f"{name}, {depth} layers, again", *found))
    return rows


def measure_remarks(digits: Digits) -> list[dict[str, Any]]:
    """Try other starts of the residual branches, at 50 layers."""
    starts = {"PyTorch's": None, "He's": he_remark, "He's, a seventh as large": quiet_remark}
    return [
        row(
            f"residual, 50 layers, remarks start as {name}",
            *search(digits, partial(chain, middle=partial(residual, start)), 50),
        )
        for name, start in starts.items()
    ]


def measure_adam(digits: Digits) -> list[dict[str, Any]]:
    """Try Adam on networks of 20 and 50 layers."""
    return [
        row(
            f"{name}, {depth} layers, Adam",
            *search(digits, KINDS[name], depth, ADAM_RATES, optimizer=Adam),
        )
        for depth in (20, 50)
        for name in KINDS
    ]


def measure_longer(digits: Digits) -> list[dict[str, Any]]:
    """Train ten times as long."""
    rates = 0.01, 0.03, 0.1, 0.3
    return [
        row(
            f"{name}, {depth} layers, 2,000 steps",
            *search(digits, KINDS[name], depth, rates, epochs=50),
        )
        for name, depth in (("Plain", 2), ("residual", 5), ("residual", 20), ("residual", 50))
    ]


def measure_others(digits: Digits, kinds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Train the other deep networks ten times as long, at the best three rates of each."""
    rates = best_three(kinds)
    return [
        row(
            f"{name}, {depth} layers, 2,000 steps",
            *search(digits, KINDS[name], depth, rates[name, depth], epochs=50),
        )
        for depth in (20, 50)
        for name in ("He", "BatchNorm", "LayerNorm")
    ]


PARTS: dict[str, Callable[..., list[dict[str, Any]]]] = {
    "kinds": measure_kinds,
    "again": measure_again,
    "remarks": measure_remarks,
    "longer": measure_longer,
    "others": measure_others,
    "adam": measure_adam,
}


if __name__ == "__main__":
    path = Path(__file__).with_suffix(".json")
    old = json.loads(path.read_text("utf-8")) if path.exists() else {}
    result = {"machine": machine(), "rows": old.get("rows", {}), "minutes": old.get("minutes", {})}
    for part in sys.argv[1:] or list(PARTS):
        start = time.perf_counter()
        earlier = [result["rows"]["kinds"]] if part in ("again", "others") else []
        result["rows"][part] = PARTS[part](Digits(), *earlier)
        result["minutes"][part] = round((time.perf_counter() - start) / 60, 1)
        result["rows"] = {name: result["rows"][name] for name in PARTS if name in result["rows"]}
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
