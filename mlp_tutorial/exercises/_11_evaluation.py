"""The exercises of lesson 11."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Generator, Tensor, nn

from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._observe import Arguments


def _use_accuracy(accuracy: Callable[..., Any], sizes: Sequence[int]) -> Any:
    """Measure a network with dropout that is in training mode."""
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 3))
    batches = [(torch.randn(n, 4), torch.randint(3, (n,))) for n in sizes]
    for x, y in batches[:-1]:  # the network is right about most examples, but not in the last batch
        y[: len(y) - 1] = model.eval()(x).argmax(1)[: len(y) - 1]
    model.train()
    share = accuracy(model, batches)
    if share is None:
        return None
    return {"fraction": share, "mode afterwards": "training" if model.training else "evaluation"}


def _accuracy(
    *, evaluate: bool = True, restore: bool = True, mean: bool = False, scale: float = 1
) -> Callable[..., float]:
    """Make a measurement, perhaps with something wrong."""

    @torch.no_grad()
    def accuracy(model: nn.Module, batches: Sequence[tuple[Tensor, Tensor]]) -> float:
        if evaluate:
            model.eval()
        right = [(model(x).argmax(1) == y).sum().item() for x, y in batches]
        if restore:
            model.train()
        sizes = [len(y) for _, y in batches]
        if mean:
            return sum(r / n for r, n in zip(right, sizes, strict=True)) / len(batches)
        return scale * sum(right) / sum(sizes)

    return accuracy


check_accuracy = Exercise(
    name="accuracy",
    doc="""Check `accuracy(model, batches)`, the share of the examples that a network gets right.

    `batches` is a list of pairs `x`, `y`. The model has dropout, and is in training mode before and
    after the call.

    Examples:
        >>> def accuracy(model, batches):
        ...     right = sum((model(x).argmax(1) == y).sum().item() for x, y in batches)
        ...     return right / sum(len(y) for _, y in batches)
        >>> check_accuracy(accuracy).mistake
        'dropout left on'
    """,
    use=_use_accuracy,
    answer=_accuracy(),
    inputs=lambda rng: [{"sizes": [6, 2]}, {"sizes": [64, 64, 5]}],
    mistakes=[
        Mistake(
            name="mean of batches",
            answer=_accuracy(mean=True),
            says=(
                "You averaged the accuracies of the batches. The last batch is smaller, so its "
                "examples counted more."
            ),
            hint="Add up the right answers, and divide once, by the number of examples.",
        ),
        Mistake(
            name="dropout left on",
            answer=_accuracy(evaluate=False),
            says="You measured with dropout, which turned off half of the hidden units at random.",
            hint="Call `model.eval()` first.",
        ),
        Mistake(
            name="left in evaluation",
            answer=_accuracy(restore=False),
            says=(
                "Your number is right, but you left the model in evaluation mode, so further "
                "training would have no dropout."
            ),
            hint="Switch back with `model.train()`.",
        ),
        Mistake(
            name="percent",
            answer=_accuracy(scale=100),
            says="Your number is in percent.",
            hint="Return a fraction from 0 to 1.",
        ),
    ],
)


def _runs(rng: Generator) -> list[Arguments]:
    fixed = [
        {"name": "small", "validation": 0.90, "test": 0.93},
        {"name": "large", "validation": 0.92, "test": 0.91},
        {"name": "huge", "validation": 0.85, "test": 0.84},
    ]
    random = [
        {"name": f"run {n}", "validation": round(a, 3), "test": round(b, 3)}
        for n, (a, b) in enumerate(torch.rand(8, 2, generator=rng).tolist())
    ]
    return [{"runs": fixed}, {"runs": random}]


def _best(runs: Sequence[dict[str, Any]], by: str, report: str) -> float:
    return max(runs, key=lambda run: run[by])[report]


check_report = Exercise(
    name="report",
    doc="""Check `report(runs)`, the accuracy to publish when you keep the best of several runs.

    Each run is a dict with `name`, `validation` and `test`. The last two are accuracies from 0 to
    1.

    Examples:
        >>> check_report(lambda runs: max(run["test"] for run in runs)).mistake
        'chosen on the test set'
    """,
    answer=lambda runs: _best(runs, "validation", "test"),
    inputs=_runs,
    mistakes=[
        Mistake(
            name="chosen on the test set",
            answer=lambda runs: _best(runs, "test", "test"),
            says=(
                "You chose the run with the best test accuracy. That number is too good, because "
                "you picked it for being high."
            ),
            hint="Choose by validation accuracy, and read the test accuracy of that run only.",
        ),
        Mistake(
            name="validation reported",
            answer=lambda runs: _best(runs, "validation", "validation"),
            says="You chose the right run, but you report the number you chose it by.",
            hint="That number is too good. Report the test accuracy of the run.",
        ),
        Mistake(
            name="worst run",
            answer=lambda runs: min(runs, key=lambda run: run["validation"])["test"],
            says="You took the run with the lowest validation accuracy.",
            hint="Higher is better here, so use `max`.",
        ),
        Mistake(
            name="mean of all",
            answer=lambda runs: sum(run["test"] for run in runs) / len(runs),
            says="You averaged over all runs, but you'll use only one of them.",
            hint="Report the test accuracy of the run you chose.",
        ),
    ],
)
