"""Measure how far each claim about training is from failing: `nox -s benchmark -- margins`.

A claim is an assertion with `<` or `>`, in a lesson or a test, whose sides change with the seed.
This script runs the lessons' own cells and the tests' own functions with other seeds, and notes
both sides of every such assertion instead of raising an error. Seed 0 is the code as it is. Each
setting (digits, precision, kernels, threads) has a process of its own, because PyTorch reads them
when it starts. Where a processor lacks a kind of kernel, PyTorch takes the best it has.

Names of lessons and tests say what to measure, by their beginnings. All settings together take many
hours, so choose:

    nox -s benchmark -- margins 10 test_training --seeds 20 --data subset --kernels native ATen

The results are kept in `benchmarks/margins.json`, beside those of other sources and settings.
Without names, this prints all that is kept. `chance` estimates how likely one more run is to fail,
by the tail of a Student t distribution fitted to the margins; it should be below 1e-4.
"""

import argparse
import ast
import contextlib
import io
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import warnings
from itertools import groupby, pairwise, product
from pathlib import Path
from typing import Any

from _machine import processor

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).with_suffix(".json")
DATA = {
    "subset": os.devnull,  # not a folder, so the library takes the digits it comes with
    "full": os.environ.get("MLP_TUTORIAL_DATA", str(ROOT / "build" / "data")),
}
KERNELS = {"native": {}} | {
    f"{name} {value}": {variable: value}
    for name, variable, values in (
        ("oneDNN", "ONEDNN_MAX_CPU_ISA", "AVX2 AVX512_CORE AVX512_CORE_BF16 AVX512_CORE_AMX"),
        ("ATen", "ATEN_CPU_CAPABILITY", "default avx2"),
    )
    for value in values.split()
}
SETTING = ["source", "data", "precision", "kernels", "threads", "processor"]


def time_once(*arguments: Any, **options: Any) -> Any:
    """Make PyTorch's timer, but let it run the code a single time."""
    from torch.utils.benchmark import Timer

    timer = Timer(*arguments, **options)
    timer.blocked_autorange = lambda **_: timer.timeit(1)
    return timer


STUBS = {"Timer": time_once}  # lesson 16 times things, which takes long and decides no claim


def is_claim(node: ast.AST) -> bool:
    """Tell whether a node is an assertion that compares sizes."""
    return (
        isinstance(node, ast.Assert)
        and isinstance(node.test, ast.Compare)
        and all(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in node.test.ops)
    )


def has_claim(code: str) -> bool:
    """Tell whether code has an assertion that compares sizes."""
    return any(map(is_claim, ast.walk(ast.parse(code))))


class Noting(ast.NodeTransformer):
    """Replaces claims by calls that note both sides; drops other assertions, and decorators."""

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        """Replace a claim; what else is asserted can be true of the code's own seed only."""
        if not is_claim(node):
            return ast.Pass()
        sides = [ast.unparse(side) for side in (node.test.left, *node.test.comparators)]
        less = [isinstance(op, (ast.Lt, ast.LtE)) for op in node.test.ops]
        call = (
            f"note_claim({node.lineno}, {ast.unparse(node.test)!r}, [{', '.join(sides)}], {less})"
        )
        return ast.parse(call).body[0]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        """Leave the bare function."""
        node.decorator_list = []
        return self.generic_visit(node)


def find_sources() -> dict[str, Path]:
    """Find the lessons, and the tests of networks, that have claims."""
    lessons = ROOT.glob("tutorials/[0-9]*.py")
    tests = ROOT.glob("tests/*/test_*.py")
    paths = [
        *lessons,
        *(path for path in tests if "mlp_tutorial.networks" in path.read_text("utf-8")),
    ]
    return {path.stem: path for path in sorted(paths) if has_claim(path.read_text("utf-8"))}


def read_code(path: Path) -> list[ast.stmt]:
    """Read a test module, or a lesson up to its last claim and without the exercises."""
    code, _, _ = path.read_text("utf-8").partition("# ## Exercises")
    statements = Noting().visit(ast.parse(code)).body
    if path.parent.name == "tutorials":
        last = max(n for n, node in enumerate(statements) if "note_claim" in ast.unparse(node))
        del statements[last + 1 :]
    return statements


def run_code(path: Path, statements: list[ast.stmt], names: dict[str, Any]) -> None:
    """Run a lesson, or the tests with claims that need no fixtures beyond those of their module."""
    for node in statements:
        module = ast.fix_missing_locations(ast.Module([node], []))
        exec(compile(module, str(path), "exec"), names)  # our own lessons and tests
        names |= {name: stub for name, stub in STUBS.items() if name in names}
    for node in statements:
        if getattr(node, "name", "").startswith("test_") and "note_claim" in ast.unparse(node):
            fixtures = [names.get(argument.arg) for argument in node.args.args]
            if all(fixture and not fixture.__code__.co_argcount for fixture in fixtures):
                names[node.name](*(fixture() for fixture in fixtures))


def run_seeds(path: Path, seeds: range, precision: str) -> list[dict[str, Any]]:
    """Run a source once for each seed, in this process."""
    import torch

    from mlp_tutorial import plots

    statements = read_code(path)
    noted: list[dict[str, Any]] = []
    seed_torch = torch.manual_seed

    class Shifted(torch.Generator):
        by = 0

        def manual_seed(self, seed: int) -> torch.Generator:
            return super().manual_seed(seed + self.by)

    torch.Generator = Shifted
    torch.manual_seed = lambda seed: seed_torch(seed + Shifted.by)
    plots.show = lambda _: None
    if precision == "float32":
        torch.autocast = lambda *_: contextlib.nullcontext()
    for seed in seeds:
        Shifted.by = 1000 * seed  # the lessons' own seeds are small

        def note(
            line: int, claim: str, sides: list[Any], less: list[bool], seed: int = seed
        ) -> None:
            sides = [float(side) for side in sides]
            noted.append({"line": line, "claim": claim, "seed": seed, "sides": sides, "less": less})

        torch.manual_seed(0)
        names = {"__name__": path.stem, "note_claim": note}
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                run_code(path, statements, names)
            except Exception as error:  # whatever it is, it is a failed run
                note(0, f"no {type(error).__name__}: {str(error).strip()[:60]}", [0, 1], [False])
    return noted


def summarize(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Summarize the margins of a claim, which are positive where it holds."""
    from scipy.stats import t

    ratio = all(side > 0 for run in runs for side in run["sides"])
    worst: dict[int, tuple[float, list[float]]] = {}  # of each seed, since a claim can be in a loop
    for run in runs:
        sides = [math.log(side) for side in run["sides"]] if ratio else run["sides"]
        signs = [1 if less else -1 for less in run["less"]]
        margin = min(sign * (b - a) for (a, b), sign in zip(pairwise(sides), signs, strict=True))
        worst[run["seed"]] = min((margin, run["sides"]), worst.get(run["seed"], (math.inf, [])))
    margins = [margin for margin, _ in worst.values() if margin < math.inf]  # inf: it diverged
    n, mean = len(margins), statistics.mean(margins)
    std = statistics.stdev(margins) if n > 1 else 0.0
    score = mean / std if std else math.copysign(1e9, mean)  # the same for every seed
    return {
        "worst": " and ".join(f"{side:.4g}" for side in min(worst.values())[1]),
        "n": n,
        "failed": sum(margin <= 0 for margin in margins),
        "margin": "log of ratio" if ratio else "difference",
        "min": min(margins),
        "mean": mean,
        "max": max(margins),
        "std": std,
        "deviations": score,
        "chance": float(t.sf(score / math.sqrt(1 + 1 / n), n - 1)),
    }


def measure(path: Path, setting: dict[str, str], seeds: range) -> list[dict[str, Any]]:
    """Run a source in a process with this setting, and summarize its claims."""
    env = os.environ | KERNELS[setting["kernels"]] | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}
    env |= {"MLP_TUTORIAL_DATA": DATA[setting["data"]], "OMP_NUM_THREADS": setting["threads"]}
    job = json.dumps([str(path), seeds.start, seeds.stop, setting["precision"]])
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, Path(__file__).resolve(), "--worker", job]
        done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, check=True)
    runs: dict[tuple[int, str], list[dict[str, Any]]] = {}  # the same words can be claimed twice
    for run in json.loads(done.stdout):
        runs.setdefault((run["line"], run["claim"]), []).append(run)
    rows = [{**setting, "claim": claim, **summarize(found)} for (_, claim), found in runs.items()]
    return [row for row in rows if row["std"] or row["failed"]]


def read_rows() -> list[dict[str, Any]]:
    """Read what was measured so far."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else []


def save(setting: dict[str, str], found: list[dict[str, Any]]) -> None:
    """Replace the results of one setting in the file, and keep the others."""
    rows = [row for row in read_rows() if not setting.items() <= row.items()] + found
    rows.sort(key=lambda row: [row[name] for name in setting])
    RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def show(rows: list[dict[str, Any]]) -> None:
    """Print a table."""
    for setting, found in groupby(rows, key=lambda row: [row[name] for name in SETTING]):
        print("\n" + ", ".join(setting))
        for row in found:
            print(
                f"{row['failed']:3} of {row['n']} failed {row['deviations']:7.1f} deviations, "
                f"chance {row['chance']:.0e}, worst {row['worst']}: {row['claim']}",
                flush=True,
            )


def main() -> None:
    """Measure what the command line chooses."""
    sources = find_sources()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sources", nargs="*", help=", ".join(sources))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--data", nargs="*", default=["subset"], choices=DATA)
    parser.add_argument("--precision", nargs="*", default=["as written", "float32"])
    parser.add_argument("--kernels", nargs="*", default=[""], help=", ".join(KERNELS))
    parser.add_argument("--threads", nargs="*", default=["1"])
    asked = parser.parse_args()
    names = [name for name in sources if name.startswith(tuple(asked.sources))]
    kernels = [kind for kind in KERNELS if kind.startswith(tuple(asked.kernels))]
    for choice in product(names, asked.data, asked.precision, kernels, asked.threads):
        setting = dict(zip(SETTING, (*choice, processor()), strict=True))
        path = sources[setting["source"]]
        if setting["precision"] == "float32" and "autocast" not in path.read_text("utf-8"):
            continue  # it is in float32 as written
        found = measure(path, setting, range(asked.seeds))
        show(found)
        save(setting, found)
    if not asked.sources:
        show(read_rows())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        path, start, stop, precision = json.loads(sys.argv[2])
        print(json.dumps(run_seeds(Path(path), range(start, stop), precision)))
    else:
        main()
