"""Find the learning rates of lesson 18: `nox -s benchmark -- museum`.

The lesson trains twenty networks with and without each of its bugs, each with a rate of its own.
This script looks for those rates. On 3,000 of the packaged digits, it trains three networks at each
of eleven rates from 0.0001 to 10 and looks how many of 1,000 others they get right. Then it trains
twenty at the best of these and at two rates to either side, and goes on like that until the best
rate of all and its neighbors have had twenty. Where one of the next two rates is behind by less
than two standard errors, the finalists get a hundred new networks each, and only those count. All
rates get the same starts, which aren't the lesson's own. The digits on which the lesson compares
its networks are left alone. It prints a table and writes `benchmarks/museum.json`, which the site
shows. It takes ten minutes of one core.
"""

import json
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from _machine import machine
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state

from mlp_tutorial.data import load_mnist, mean_and_std, normalize

COARSE = range(-16, 5, 2)  # quarters of a power of ten, so from 0.0001 to 10
FEW, MANY, HUNDRED = 3, 20, 100  # networks
EPOCHS = 2
Loss = Callable[[Tensor, Tensor], Tensor]


def small() -> nn.Module:
    """Make the network of the lesson."""
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))


def shuffled(y: Tensor) -> tuple[Tensor, Tensor]:
    """Shuffle. An order is a list of images and a list of labels."""
    rows = torch.randperm(len(y))
    return rows, rows


@dataclass(frozen=True)
class Piece:
    """A way to train, right but for at most one thing."""

    make: Callable[[], nn.Module] = small
    deal: Callable[[Tensor], tuple[Tensor, Tensor]] = shuffled
    loss: Loss = F.cross_entropy
    forget: bool = False  # zero_grad
    even: bool = False  # the question is whether a digit is even, and there is one output


def zeros() -> nn.Module:
    """Start with weights and biases of zero."""
    net = small()
    for p in net.parameters():
        nn.init.zeros_(p)
    return net


def loud() -> nn.Module:
    """Start with weights from the dice, as `randn` rolls them."""
    net = small()
    for p in net.parameters():
        nn.init.normal_(p)
    return net


def mixed_up(y: Tensor) -> tuple[Tensor, Tensor]:
    """Shuffle, but give each image the label of another, the same one in every round."""
    rows = torch.randperm(len(y))
    other = torch.randperm(len(y), generator=torch.Generator().manual_seed(4))
    return rows, other[rows]


def in_order(y: Tensor) -> tuple[Tensor, Tensor]:
    """Deal all zeros first, then all ones, and so on."""
    rows = y.argsort(stable=True)
    return rows, rows


def softmax_twice(logits: Tensor, y: Tensor) -> Tensor:
    """Apply softmax before the loss, which applies it again."""
    return F.cross_entropy(logits.softmax(dim=1), y)


def wrong_axis(logits: Tensor, y: Tensor) -> Tensor:
    """Share out each class among the digits of the batch."""
    return F.nll_loss(logits.log_softmax(dim=0), y)


def no_keepdim(logits: Tensor, y: Tensor) -> Tensor:
    """Divide by the sum of another digit."""
    shares = logits.exp() / logits.exp().sum(dim=1)
    return F.nll_loss(shares.log(), y)


def squared(said: Tensor, y: Tensor) -> Tensor:
    """Compare each answer with its own label."""
    return ((said[:, 0] - y) ** 2).mean()


def square(said: Tensor, y: Tensor) -> Tensor:
    """Compare each answer with all labels."""
    return ((said - y) ** 2).mean()


def single() -> nn.Module:
    """Make a network with one output."""
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 1))


def dropping() -> nn.Module:
    """Make a network with dropout."""
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 10))


PIECES = {
    "healthy": Piece(),
    "weights of zero": Piece(zeros),
    "labels mixed up": Piece(deal=mixed_up),
    "ReLU at the end": Piece(lambda: nn.Sequential(*small(), nn.ReLU())),
    "softmax twice": Piece(loss=softmax_twice),
    "sigmoid at the end": Piece(lambda: nn.Sequential(*small(), nn.Sigmoid())),
    "weights from the dice": Piece(loud),
    "no zero_grad": Piece(forget=True),
    "no activation": Piece(lambda: nn.Sequential(nn.Linear(784, 32), nn.Linear(32, 10))),
    "softmax over dim=0": Piece(loss=wrong_axis),
    "no keepdim": Piece(loss=no_keepdim),
    "sorted digits": Piece(deal=in_order),
    "even or odd, healthy": Piece(single, loss=squared, even=True),
    "(10, 1) - (10,)": Piece(single, loss=square, even=True),
    "dropout, healthy": Piece(dropping),
}


def rate(quarters: int) -> float:
    """Count in quarters of a power of ten, rounded as the lesson writes it."""
    return float(f"{10 ** (quarters / 4):.2g}")


class Digits:
    """3,000 digits to learn from, 1,000 to choose by, and 2,000 that are left alone."""

    def __init__(self) -> None:
        """Deal them out as the lesson does."""
        parts = [load_mnist(name, source="subset") for name in ("train", "test")]
        images = torch.cat([part.images for part in parts])
        y = torch.cat([part.labels for part in parts])
        order = torch.randperm(6000, generator=torch.Generator().manual_seed(0))
        images, y = images[order], y[order]
        x = normalize(images, *mean_and_std(images[:3000])).flatten(1)
        self.learn = x[:3000], y[:3000]
        self.choose = x[3000:4000], y[3000:4000]
        self.end = x[4000:], y[4000:]


def train(
    piece: Piece, learn: tuple[Tensor, Tensor], rates: Sequence[float], seed: int
) -> Callable[[Tensor], Tensor]:
    """Train a network for each rate, all at once, and return what computes all their outputs."""
    x, y = learn
    if piece.even:
        y = 1 - y % 2
    torch.manual_seed(seed)
    nets = [piece.make() for _ in rates]
    numbers, _ = stack_module_state(nets)
    optimizer = torch.optim.SGD(numbers.values(), lr=1)  # the losses are scaled

    def run(numbers: dict[str, Tensor], x: Tensor) -> Tensor:
        return functional_call(nets[0], numbers, (x,))

    def one(numbers: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return piece.loss(run(numbers, x), y)

    every = torch.vmap(one, randomness="different")
    for _ in range(EPOCHS):
        pairs = [piece.deal(y) for _ in rates]
        images, labels = (torch.stack(each) for each in zip(*pairs, strict=True))
        for i in range(0, len(y), 10):
            losses = every(numbers, x[images[:, i : i + 10]], y[labels[:, i : i + 10]])
            if not piece.forget:
                optimizer.zero_grad()
            (losses * torch.tensor(rates)).sum().backward()
            optimizer.step()
    nets[0].eval()
    return lambda x: torch.vmap(run, in_dims=(0, None))(numbers, x)


def shares(
    piece: Piece, outputs: Callable[[Tensor], Tensor], digits: tuple[Tensor, Tensor]
) -> list[float]:
    """Measure the percentage of digits that each network gets right."""
    x, y = digits
    with torch.no_grad():
        said = outputs(x)
    right = (said[..., 0] > 0.5) == (y % 2 == 0) if piece.even else said.argmax(dim=2) == y
    return (100 * right.double().mean(dim=1)).tolist()


def close(better: Sequence[float], other: Sequence[float]) -> bool:
    """Tell whether the mean difference is less than two standard errors, pair by pair."""
    gaps = [a - b for a, b in zip(better, other, strict=True)]
    return statistics.mean(gaps) < 2 * statistics.stdev(gaps) / len(gaps) ** 0.5


def search(piece: Piece, digits: Digits) -> tuple[float, dict[int, dict[float, float]]]:
    """Return the best rate, and the mean percentage of right answers for each number of networks.

    The most networks come first, and the best rate is the best of those. A rate is listed once,
    with the most networks that it had.
    """
    found: dict[int, dict[int, list[float]]] = {HUNDRED: {}, MANY: {}, FEW: {}}

    def measure(networks: int, quarters: Iterable[int]) -> None:
        for k in quarters:
            outputs = train(piece, digits.learn, [rate(k)] * networks, seed=100 + networks)
            found[networks][k] = shares(piece, outputs, digits.choose)

    measure(FEW, COARSE)
    while True:
        means = {k: statistics.mean(right) for k, right in (found[FEW] | found[MANY]).items()}
        best = max(means, key=means.__getitem__)
        missing = [k for k in range(best - 2, best + 3) if k not in found[MANY]]
        if not missing:
            break
        measure(MANY, missing)
    *rivals, best = sorted(found[MANY], key=means.__getitem__)[-3:]
    top = found[MANY][best]
    if rivals := [k for k in rivals if close(top, found[MANY][k])]:
        measure(HUNDRED, [best, *rivals])
    table: dict[int, dict[float, float]] = {}
    told: set[int] = set()
    for networks, rights in found.items():
        new = sorted(rights.keys() - told)
        told.update(new)
        if new:
            table[networks] = {rate(k): statistics.mean(rights[k]) for k in new}
    finalists = next(iter(table.values()))
    return max(finalists, key=finalists.__getitem__), table


def main() -> None:
    """Search, print and write."""
    digits, rows = Digits(), []
    for name, piece in PIECES.items():
        best, found = search(piece, digits)
        tried = "; ".join(
            f"{networks} networks each: "
            + ", ".join(f"{lr:g}: {mean:.{networks > FEW:d}f}%" for lr, mean in means.items())
            for networks, means in found.items()
        )
        said = f"{next(iter(found.values()))[best]:.1f}% at {best:g}"
        print(f"{name}: {said} ({tried})", flush=True)
        rows.append(
            {
                "claim": name,
                "asked": "",
                "found": said,
                "met": True,
                "how": tried,
                "rate": best,
            }
        )
    record = {"machine": machine(), "rows": {"rates": rows}}
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
