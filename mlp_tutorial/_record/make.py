"""Ship the record with the package, `python -m mlp_tutorial._record.make`.

It copies the numbers in `benchmarks/record.json` and adds the pixels of the digits that are named
there, out of the full test set.
"""

import base64
import json
import lzma
from pathlib import Path

import torch

from mlp_tutorial._mnist.make import FILTERS
from mlp_tutorial.data import load_mnist

FOLDER = Path(__file__).parent
MEASURED = FOLDER.parent.parent / "benchmarks" / "record.json"


def make(measured: Path, target: Path) -> None:
    """Write the record with its digits."""
    record = json.loads(measured.read_text("utf-8"))
    test = load_mnist("test", source="full")
    chosen = torch.tensor([digit["index"] for digit in record["wrong"]])
    labels = [digit["label"] for digit in record["wrong"]]
    if test.labels[chosen].tolist() != labels:
        raise ValueError(f"expected the labels of the test set, got others in {measured}")
    pixels = (test.images[chosen] * 255).round().to(torch.uint8)
    packed = lzma.compress(pixels.numpy().tobytes(), lzma.FORMAT_XZ, filters=FILTERS)
    record["pixels"] = base64.b64encode(packed).decode()
    target.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    make(MEASURED, FOLDER / "record.json")
