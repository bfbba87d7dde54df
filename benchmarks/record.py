"""Train the record of lesson 17: `nox -s benchmark -- record`.

Trains five large networks on deformed digits, lets them vote as a committee, and trains the small
network of the course alone and on the committee's answers. Each network is kept in `build/record/`
and isn't trained again, so that this can be interrupted. On one core a large network takes some
minutes, and a taught one a quarter of an hour. Names, such as `record-3`, train only those
networks, so that several processes can share the work. `--device cuda` uses a GPU.

Prints a table and writes `benchmarks/record.json`, with every test digit that is read wrong.

`--choose` shows what the recipe was compared with: trained on 50,000 digits, tested on the 10,000
others. The test digits were not used for it.
"""

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from _machine import machine
from scipy.stats import ttest_1samp
from torch import Tensor, nn
from training import MOMENTUM, SIZES, STRONG, Bf16

from mlp_tutorial.data import load_mnist, mean_and_std, normalize
from mlp_tutorial.evaluation import predict
from mlp_tutorial.initialization import init_scaled
from mlp_tutorial.networks import MLP
from mlp_tutorial.straightening import straighten
from mlp_tutorial.training import fit, one_cycle

SGD = partial(MOMENTUM, weight_decay=5e-5)
RECORD: dict[str, Any] = {
    "sizes": [784, 1024, 512, 10],
    "dropout": 0.0,
    "smoothing": 0.05,
    "epochs": 120,
    "batch_size": 512,
    "lr": 0.4,
}
STUDENT: dict[str, Any] = {
    "sizes": SIZES,
    "dropout": 0.0,
    "smoothing": 0.0,
    "epochs": 80,
    "batch_size": 512,
    "lr": 0.4,
    "temperature": 1.0,
}
CANDIDATES: dict[str, dict[str, Any]] = {
    "the recipe": {},
    "90 epochs": {"epochs": 90},
    "no smoothing": {"smoothing": 0.0},
    "a rate of 0.1": {"lr": 0.1},
    "a rate of 0.3": {"lr": 0.3},
}
SEEDS = {"record": 5, "alone": 3, "taught": 2}
MEMBERS = [f"record-{seed}" for seed in range(5)]  # of the committee
KINDS = {"record": RECORD, "alone": STUDENT, "taught": STUDENT}
ASKED = {"record": 99.65, "alone": None, "taught": 99.0}
NETWORKS = Path("build", "record")


class Committee(nn.Module):
    """Networks that vote: the logarithm of the mean of their probabilities."""

    def __init__(self, members: list[nn.Module]) -> None:
        """Keep the members."""
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x: Tensor) -> Tensor:
        """Ask all of them."""
        answers = torch.stack([member(x).softmax(1) for member in self.members])
        return answers.mean(0).clamp_min(1e-30).log()


class Taught:
    """Lessons by a teacher, who looks at each batch of digits when it has been deformed."""

    def __init__(self, teacher: nn.Module, temperature: float) -> None:
        """Keep the teacher, and by how much its logits and the student's are divided."""
        self.teacher = teacher.eval()
        self.temperature = temperature

    def augment(self, x: Tensor, *, generator: torch.Generator) -> Tensor:
        """Deform the digits and keep the teacher's answers."""
        digits = STRONG(x, generator=generator)
        with torch.no_grad():
            self.answers = (self.teacher(digits) / self.temperature).softmax(1)
        return digits

    def loss(self, logits: Tensor, _: Tensor) -> Tensor:
        """Compute the cross-entropy between the teacher's answers and the student's."""
        # Gradients shrink by the temperature's square, and this makes up for it.
        return F.cross_entropy(logits / self.temperature, self.answers) * self.temperature**2


def load_digits(device: str) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Load, straighten, normalize and flatten the training and the test digits."""
    train, test = load_mnist("train", "full"), load_mnist("test", "full")
    upright = [straighten(digits.images) for digits in (train, test)]
    scale = mean_and_std(upright[0])
    x, x_test = (normalize(images, *scale).flatten(1) for images in upright)
    return (x.to(device), train.labels.to(device)), (x_test.to(device), test.labels.to(device))


def make_network(recipe: dict[str, Any], seed: int, device: str) -> Bf16:
    """Create a network with weights drawn as He does."""
    network = MLP(recipe["sizes"], dropout=recipe["dropout"])
    init_scaled(network, gain=math.sqrt(2), generator=torch.Generator().manual_seed(seed))
    return Bf16(network).to(device)


def train_network(
    recipe: dict[str, Any],
    seed: int,
    digits: tuple[Tensor, Tensor],
    teacher: nn.Module | None = None,
) -> tuple[Bf16, float]:
    """Train a network, and return it with the seconds that took."""
    device = digits[0].device.type
    network = make_network(recipe, seed, device)
    augment: Callable[..., Tensor] = STRONG
    loss: Callable[[Tensor, Tensor], Tensor] = partial(
        F.cross_entropy, label_smoothing=recipe["smoothing"]
    )
    if teacher is not None:
        taught = Taught(teacher, recipe["temperature"])
        augment, loss = taught.augment, taught.loss
    history = fit(
        network,
        digits,
        epochs=recipe["epochs"],
        batch_size=recipe["batch_size"],
        lr=recipe["lr"],
        optimizer=SGD,
        schedule=partial(one_cycle, warmup=0.2),
        augment=augment,
        loss=loss,
        device=device,
        seed=seed,
        progress=False,
    )
    return network, sum(history.seconds)


def read_network(name: str, device: str) -> tuple[Bf16, float]:
    """Read a network that was trained, with the seconds that took."""
    kind, _, seed = name.partition("-")
    saved = torch.load(NETWORKS / f"{name}.pt", map_location=device)
    network = make_network(KINDS[kind], int(seed), device)
    network.load_state_dict(saved["network"])
    return network.eval(), saved["seconds"]


def train_missing(name: str, digits: tuple[Tensor, Tensor], device: str) -> None:
    """Train and keep a network, unless that was done before."""
    path = NETWORKS / f"{name}.pt"
    if path.exists():
        return
    kind, _, seed = name.partition("-")
    teacher = None
    if kind == "taught":
        for member in MEMBERS:
            train_missing(member, digits, device)
        teacher = Committee([read_network(member, device)[0] for member in MEMBERS])
    network, seconds = train_network(KINDS[kind], int(seed), digits, teacher)
    NETWORKS.mkdir(parents=True, exist_ok=True)
    saved = {"network": network.state_dict(), "seconds": seconds}
    torch.save(saved, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)
    print(f"{name}: {seconds:.0f} s", flush=True)


def choose(digits: tuple[Tensor, Tensor]) -> None:
    """Print what the candidates reach on 10,000 of the training digits."""
    x, y = digits
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(99)).to(y.device)
    held, kept = order[:10_000], order[10_000:]
    for name, change in CANDIDATES.items():
        right = []
        for seed in range(100, 103):
            network, seconds = train_network(RECORD | change, seed, (x[kept], y[kept]))
            guesses = predict(network, x[held]).argmax(1)
            right.append(100 * (guesses == y[held]).double().mean().item())
        mean, spread = statistics.mean(right), statistics.stdev(right)
        print(f"{name:16} {mean:.2f} ± {spread:.2f}%, {seconds:.0f} s", flush=True)


def summarize(digits: tuple[Tensor, Tensor], device: str) -> dict[str, Any]:
    """Test all networks there are, and the committee, and print a table."""
    x, y = digits
    found: dict[str, Any] = {"machine": machine(), "recipe": RECORD, "student": STUDENT}
    if device != "cpu":
        found["machine"]["accelerator"] = torch.cuda.get_device_name()
    guesses = {}
    for kind, asked in ASKED.items():
        names = sorted(path.stem for path in NETWORKS.glob(f"{kind}-*.pt"))
        runs = [read_network(name, device) for name in names]
        guesses[kind] = torch.stack([predict(net, x).argmax(1) for net, _ in runs])
        right = [100 * r for r in (guesses[kind] == y).double().mean(1).tolist()]
        seconds = [spent for _, spent in runs]
        found[kind] = {"right": right, "seconds": seconds}
        line = f"{kind:9} {statistics.mean(right):.3f} ± {statistics.stdev(right):.3f}%"
        if asked:
            p = ttest_1samp(right, asked, alternative="greater").pvalue
            found[kind] |= {"asked": asked, "p": float(p)}
            line += f", more than {asked}% with p = {p:.1g}"
        print(f"{line}; {statistics.median(seconds):.0f} s each")
    members = [read_network(name, device)[0] for name in MEMBERS]
    committee = predict(Committee(members), x).argmax(1)
    found["committee"] = 100 * (committee == y).double().mean().item()
    print(f"committee {found['committee']:.2f}%")
    errors = (guesses["record"] != y).sum(0)
    found["wrong"] = [
        {
            "index": i,
            "label": int(y[i]),
            "guess": int(guesses["record"][:, i].mode().values),
            "networks": int(errors[i]),
            "committee": int(committee[i]),
        }
        for i in errors.nonzero().flatten().tolist()
    ]
    return found


def main() -> None:
    """Train what is missing, and sum up."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="networks to train, such as record-0 or taught-2")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--choose", action="store_true")
    asked = parser.parse_args()
    train, test = load_digits(asked.device)
    if asked.choose:
        choose(train)
        return
    for name in asked.names or [f"{kind}-{seed}" for kind in KINDS for seed in range(SEEDS[kind])]:
        train_missing(name, train, asked.device)
    if not asked.names:
        found = summarize(test, asked.device)
        path = Path(__file__).with_suffix(".json")
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    start = time.perf_counter()
    main()
    print(f"{time.perf_counter() - start:.0f} s in all")
