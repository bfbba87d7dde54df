"""Measure how long the library and the digits take to load: `nox -s benchmark -- loading`.

Each row is the median of five fresh processes; the time of `import torch` isn't counted. Prints a
table and writes `build/benchmarks/loading.json`. The full set must be in `MLP_TUTORIAL_DATA`; the
nox sessions put it into `build/data`.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

LIBRARY = (
    "from mlp_tutorial import activations, data, initialization, layers, networks, neuron, plots"
)
ROWS = {
    "import the library": ("", LIBRARY),
    "subset, train": (
        "from mlp_tutorial.data import load_mnist",
        "d = load_mnist('train', 'subset')",
    ),
    "full, train": ("from mlp_tutorial.data import load_mnist", "d = load_mnist('train', 'full')"),
}
MEASURE = """
import json, resource, time
import torch
{before}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
{timed}
seconds = time.perf_counter() - start
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) * 1024
size = d.images.nbytes if "d" in dir() else None
print(json.dumps([seconds, grown / size if size else None]))
"""


def measure(before: str, timed: str) -> dict[str, float | None]:
    """Time a statement in fresh processes, and compare its peak memory with that of the images."""
    code = MEASURE.format(before=before, timed=timed)
    runs = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        runs.append(json.loads(done.stdout))
    seconds, memory = zip(*runs, strict=True)
    return {
        "seconds": statistics.median(seconds),
        "peak_memory_over_images": None if memory[0] is None else max(memory),
    }


if __name__ == "__main__":
    results = {name: measure(*row) for name, row in ROWS.items()}
    for name, result in results.items():
        memory = result["peak_memory_over_images"]
        said = "" if memory is None else f"   peak {memory:.2f} x the images"
        print(f"{name:20} {result['seconds']:.3f} s{said}")
    path = Path("build", "benchmarks", "loading.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
