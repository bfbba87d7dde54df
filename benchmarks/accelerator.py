"""Compare a GPU with one core of the processor beside it: `nox -s benchmark -- accelerator`.

Training steps of lesson 16 race on both, and the recipe of lesson 17's record is trained on the
GPU. Takes some minutes. Prints a table and writes `benchmarks/accelerator.json`, which lesson 16
shows.
"""

import json
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from _machine import machine
from record import RECORD, load_digits, train_network
from torch import Tensor

from mlp_tutorial.evaluation import predict
from mlp_tutorial.networks import MLP
from mlp_tutorial.timing import race

SMALL, LARGE = [784, 128, 64, 10], [784, 2500, 1500, 500, 10]


def make_step(sizes: list[int], batch: int, device: torch.device | str) -> Callable[[], Tensor]:
    """Make a function that takes one step of fused Adam."""
    torch.manual_seed(0)
    model = MLP(sizes).to(device)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    x, y = torch.randn(batch, sizes[0], device=device), torch.randint(10, (batch,), device=device)

    def step() -> Tensor:
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


def compare_steps(
    gpu: torch.device, sizes: list[int], batches: list[int], heats: int = 3
) -> list[dict[str, Any]]:
    """Let steps on both devices race, one row for each size of a batch."""
    rows = []
    for batch in batches:
        here, there = make_step(sizes, batch, "cpu"), make_step(sizes, batch, gpu)
        found = race({"core": here, "GPU": there}, heats, wait=torch.accelerator.synchronize)
        (core, _), (best, ratios) = found.values()
        close = min(ratios) <= 1 <= max(ratios)
        rows.append(
            {
                "claim": f"{'-'.join(map(str, sizes))}, batches of {batch:,}",
                "asked": "",
                "found": "too close to call" if close else f"{core / best:.3g} times as fast",
                "met": True,
                "how": f"from {min(ratios):.3g} to {max(ratios):.3g} times in {heats} heats; "
                f"{1e6 * best:,.0f} µs on the GPU, {1e6 * core:,.0f} µs on the core",
            }
        )
    return rows


def train_record(gpu: torch.device) -> list[dict[str, Any]]:
    """Train the recipe of the record once."""
    train, (x, y) = load_digits(gpu.type)
    network, seconds = train_network(RECORD, 0, train)
    right = 100 * (predict(network, x).argmax(1) == y).double().mean().item()
    how = f"{RECORD['epochs']} epochs in bf16, once; it reads {right:.2f}% of the test digits"
    claim = f"{'-'.join(map(str, RECORD['sizes']))}, trained like the record"
    return [{"claim": claim, "asked": "", "found": f"{seconds:.0f} s", "met": True, "how": how}]


def main() -> None:
    """Measure, print and write the record."""
    torch.set_num_threads(1)
    gpu = torch.accelerator.current_accelerator(check_available=True)
    if gpu is None:
        raise SystemExit("PyTorch sees no GPU here")
    name = torch.get_device_module(gpu).get_device_name()
    rows = {
        "small": compare_steps(gpu, SMALL, [1, 64, 1024, 16_384]),
        "large": compare_steps(gpu, LARGE, [64, 512]),
        "record": train_record(gpu),
    }
    for row in chain(*rows.values()):
        print(f"{row['claim']}: {row['found']}, {row['how']}")
    record = {"machine": machine() | {"accelerator": name}, "rows": rows}
    text = json.dumps(record, indent=1, ensure_ascii=False)
    Path(__file__).with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
