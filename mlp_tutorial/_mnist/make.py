"""Choose the digits that come with the package, `python -m mlp_tutorial._mnist.make [FOLDER]`.

It prints the checksums for `mlp_tutorial/data.py`.
"""

import hashlib
import lzma
import sys
from pathlib import Path

import torch

from mlp_tutorial.data import load_mnist

EACH = {"train": 500, "test": 100}  # digits of each class
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "pb": 0}]


def make(folder: Path) -> None:
    """Write `train.xz` and `test.xz` to a folder."""
    for split, each in EACH.items():
        generator = torch.Generator().manual_seed(0)
        full = load_mnist(split, source="full")  # type: ignore[arg-type]
        order = torch.randperm(len(full), generator=generator)
        chosen = torch.cat([order[full.labels[order] == digit][:each] for digit in range(10)])
        chosen = chosen[torch.randperm(len(chosen), generator=generator)]
        pixels = (full.images[chosen] * 255).round().to(torch.uint8).flatten(1)
        rows = torch.cat([full.labels[chosen, None].to(torch.uint8), pixels], dim=1)
        packed = lzma.compress(rows.numpy().tobytes(), filters=FILTERS)
        (folder / f"{split}.xz").write_bytes(packed)
        print(split, hashlib.md5(packed, usedforsecurity=False).hexdigest(), len(packed))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
