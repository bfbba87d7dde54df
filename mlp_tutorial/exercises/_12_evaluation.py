"""The exercises of lesson 12."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Generator, Tensor, nn

from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._observe import Arguments, Made, is_number, same


def _use_accuracy(accuracy: Callable[..., Any], sizes: Sequence[int], right: Sequence[int]) -> Any:
    """Measure a network with dropout that is in training mode, and name what is wrong."""
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, 3))
    dropout = model[2]
    images = [torch.randn(n, 4) for n in sizes]
    best = [model.eval()(x).argmax(1) for x in images]
    wrong = [torch.arange(n) >= r for n, r in zip(sizes, right, strict=True)]
    labels = [(p + w) % 3 for p, w in zip(best, wrong, strict=True)]
    batches = list(zip(images, labels, strict=True))
    model.train()
    modes: list[bool] = []
    seen: list[Tensor] = []

    def note(part: nn.Module, *_: Any) -> None:  # the answer may measure with a copy
        modes.append(part.training)

    dropout.register_forward_hook(note)
    model.register_forward_hook(lambda model, args, output: seen.append(output.detach()))
    weights = [p.detach().clone() for p in model.parameters()]
    try:
        share = accuracy(model, batches)
    except RuntimeError as error:
        if "tensor a (3) must match" in str(error):
            raise Made("classes compared with labels") from error
        raise
    names = []
    if dropout.p != 0.5 or model[2] is not dropout:
        names.append("dropout removed")
    elif any(modes):
        names.append("dropout left on")
        if [len(logits) for logits in seen] == list(sizes):
            best = [logits.argmax(1) for logits in seen]
    names += _wrong_share(share, best, labels)
    if not all(part.training for part in model.modules()):
        names.append("left in evaluation")
    if not same(weights, [p.detach() for p in model.parameters()]):
        names.append("weights changed")
    if share is not None and names:
        raise Made(*names)
    return share


def _wrong_share(share: Any, best: Sequence[Tensor], labels: Sequence[Tensor]) -> list[str]:
    """Name the wrong way in which a share was computed from these predictions, if it is known."""
    if not is_number(share) or torch.as_tensor(share).numel() != 1:
        return []
    value = torch.as_tensor(share, dtype=torch.float64).reshape(())
    right = [int((p == y).sum()) for p, y in zip(best, labels, strict=True)]
    pairs = [int((p[:, None] == y).sum()) for p, y in zip(best, labels, strict=True)]
    sizes = [len(y) for y in labels]
    shares = [r / n for r, n in zip(right, sizes, strict=True)]
    total = sum(sizes)
    ways: dict[str, Sequence[float]] = {
        "": [sum(right) / total],
        "mean of batches": [sum(shares) / len(shares)],
        "last batch only": [shares[-1], right[-1] / total],
        "first batch only": [shares[0], right[0] / total],
        "last batch forgotten": [
            sum(right[:-1]) / sum(sizes[:-1]),
            sum(right[:-1]) / total,
            sum(shares[:-1]) / (len(shares) - 1),
        ],
        "divided by the last batch": [sum(right) / sizes[-1]],
        "column against row": [
            sum(pairs) / total,
            sum(m / n for m, n in zip(pairs, sizes, strict=True)) / len(sizes),
            sum(pairs) / sum(n * n for n in sizes),
        ],
        "percent": [100 * sum(right) / total, 100 * sum(shares) / len(shares)],
        "count": [sum(right)],
        "divided by the batches": [sum(right) / len(sizes)],
        "sum of the shares": [sum(shares)],
        "divided by the largest batch": [sum(right) / (len(sizes) * sizes[0])],
        "share of errors": [1 - sum(right) / total],
    }
    for name, values in ways.items():
        if any(same(value, torch.tensor(number, dtype=torch.float64)) for number in values):
            return [name] if name else []
    return ["other share"]


def _accuracy(
    *, evaluate: bool = True, restore: bool = True, share: Callable[..., float] | None = None
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
        return share(right, sizes) if share else sum(right) / sum(sizes)

    return accuracy


def _mean(right: Sequence[float], sizes: Sequence[int]) -> float:
    return sum(r / n for r, n in zip(right, sizes, strict=True)) / len(sizes)


def _without_dropout(model: nn.Module, batches: Sequence[tuple[Tensor, Tensor]]) -> float:
    for part in model.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    return _accuracy()(model, batches)


@torch.no_grad()
def _column(model: nn.Module, batches: Sequence[tuple[Tensor, Tensor]]) -> float:
    model.eval()
    right = sum((model(x).argmax(1, keepdim=True) == y).sum().item() for x, y in batches)
    model.train()
    return right / sum(len(y) for _, y in batches)


@torch.no_grad()
def _training(model: nn.Module, batches: Sequence[tuple[Tensor, Tensor]]) -> float:
    for parameter in model.parameters():
        parameter.mul_(1.1)
    return _accuracy()(model, batches)


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
    inputs=lambda rng: [
        {"sizes": [61, 37, 5], "right": [53, 8, 1]},
        {"sizes": [64, 64, 5], "right": [60, 50, 1]},
        {"sizes": [5, 1], "right": [3, 0]},
    ],
    mistakes=[
        Mistake(
            name="mean of batches",
            answer=_accuracy(share=_mean),
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
                "You left the model in evaluation mode, so further training would have no dropout."
            ),
            hint="Switch back with `model.train()`.",
        ),
        Mistake(
            name="percent",
            answer=_accuracy(share=lambda right, sizes: 100 * sum(right) / sum(sizes)),
            says="Your number is in percent.",
            hint="Return a fraction from 0 to 1.",
        ),
        Mistake(
            name="last batch only",
            answer=_accuracy(share=lambda right, sizes: right[-1] / sizes[-1]),
            says="Your result counts only the last batch, because it replaces the earlier ones.",
            hint="Add up the right answers of all batches in the loop, and divide after it.",
        ),
        Mistake(
            name="first batch only",
            answer=_accuracy(share=lambda right, sizes: right[0] / sizes[0]),
            says="Your result counts only the first batch.",
            hint="Is the `return` inside the loop? It belongs after it.",
        ),
        Mistake(
            name="last batch forgotten",
            answer=_accuracy(share=lambda right, sizes: sum(right[:-1]) / sum(sizes[:-1])),
            says="You leave out the last batch.",
            hint="Go through all of `batches`. The last one is small, but its examples count.",
        ),
        Mistake(
            name="divided by the last batch",
            answer=_accuracy(share=lambda right, sizes: sum(right) / sizes[-1]),
            says="You add up the right answers, but divide by the size of the last batch.",
            hint="Add up `len(y)` over the batches too, with `+=`.",
        ),
        Mistake(
            name="classes compared with labels",
            answer=lambda model, batches: sum((model(x) == y).sum() for x, y in batches),
            says="You compare three numbers, one for each class, with the labels of the batch.",
            hint="Take the class with the largest logit of each example, `argmax(dim=1)`.",
        ),
        Mistake(
            name="column against row",
            answer=_column,
            says=(
                "You compare a column of shape (n, 1) with labels of shape (n,). That broadcasts, "
                "so each prediction is compared with every label."
            ),
            hint="Both need the shape (n,). Use `argmax(dim=1)` without `keepdim`.",
        ),
        Mistake(
            name="count",
            answer=_accuracy(share=lambda right, sizes: sum(right)),
            says="You return how many answers are right.",
            hint="Divide by the number of examples.",
        ),
        Mistake(
            name="divided by the batches",
            answer=_accuracy(share=lambda right, sizes: sum(right) / len(sizes)),
            says="You divide by the number of batches.",
            hint="Divide by the number of examples in all of them.",
        ),
        Mistake(
            name="sum of the shares",
            answer=_accuracy(
                share=lambda right, sizes: sum(r / n for r, n in zip(right, sizes, strict=True))
            ),
            says="You add up the accuracies of the batches.",
            hint="Add up the right answers, and divide once, by the number of examples.",
        ),
        Mistake(
            name="divided by the largest batch",
            answer=_accuracy(share=lambda right, sizes: sum(right) / (len(sizes) * sizes[0])),
            says="You count the last batch as if it were as large as the first.",
            hint="Add up `len(y)` over the batches, and divide by that.",
        ),
        Mistake(
            name="share of errors",
            answer=_accuracy(share=lambda right, sizes: 1 - sum(right) / sum(sizes)),
            says="Your number is the share that the model gets wrong.",
            hint="Count where the prediction and the label are equal.",
        ),
        Mistake(
            name="other share",
            answer=_accuracy(share=lambda right, sizes: (sum(right) + 7) / sum(sizes)),
            says="Your number isn't the share of the examples that the model gets right.",
            hint=(
                "Compare `model(x).argmax(dim=1)` with `y`, count where they are equal, and divide "
                "by the number of examples."
            ),
        ),
        Mistake(
            name="dropout removed",
            answer=_without_dropout,
            says="You changed the model's dropout, so it trains without it afterwards.",
            hint="Leave the layers as they are, and turn dropout off with `model.eval()`.",
        ),
        Mistake(
            name="weights changed",
            answer=_training,
            says="You changed the model's weights while you measured it.",
            hint="Measuring needs no optimizer and no step.",
        ),
    ],
)


def _use_report(report: Callable[..., Any], runs: Sequence[dict[str, Any]]) -> Any:
    """Call the answer with a list that it may sort, and see whether it reports another run."""
    value = report(list(runs))
    tests = [run["test"] for run in runs if run["test"] != _best(runs, "validation", "test")]
    known = [m.answer(runs) for m in check_report.mistakes if m.name != "other run"]
    if is_number(value) and value in tests and value not in known:
        raise Made("other run")
    return value


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
    pair = [
        {"name": "wide", "validation": 0.97, "test": 0.95},
        {"name": "deep", "validation": 0.96, "test": 0.97},
    ]
    return [{"runs": fixed}, {"runs": random}, {"runs": pair}, {"runs": pair[::-1]}]


def _best(runs: Sequence[dict[str, Any]], by: str, report: str) -> float:
    return max(runs, key=lambda run: run[by])[report]


def _by_both(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return max(runs, key=lambda run: run["validation"] + run["test"])


check_report = Exercise(
    name="report",
    doc="""Check `report(runs)`, the accuracy to publish when you keep the best of several runs.

    Each run is a dict with `name`, `validation` and `test`. The last two are accuracies from 0 to
    1.

    Examples:
        >>> check_report(lambda runs: max(run["test"] for run in runs)).mistake
        'chosen on the test set'
    """,
    use=_use_report,
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
        Mistake(
            name="chosen on both",
            answer=lambda runs: _by_both(runs)["test"],
            says="You used the test accuracy to choose the run, together with the validation.",
            hint="Choose by validation accuracy alone, and read the test accuracy of that run.",
        ),
        Mistake(
            name="chosen by the gap",
            answer=lambda runs: min(runs, key=lambda run: abs(run["validation"] - run["test"]))[
                "test"
            ],
            says="You chose the run whose accuracies are closest, so the test set helped choose.",
            hint="Choose by validation accuracy alone, and read the test accuracy of that run.",
        ),
        Mistake(
            name="worst on the test set",
            answer=lambda runs: min(run["test"] for run in runs),
            says="You took the lowest test accuracy of all runs.",
            hint="Choose by validation accuracy, and read the test accuracy of that run only.",
        ),
        Mistake(
            name="other run",
            answer=lambda runs: max(runs, key=lambda run: (len(run["name"]), run["name"]))["test"],
            says="You report the test accuracy of another run than the one to keep.",
            hint="Keep the run with the highest validation accuracy.",
        ),
        Mistake(
            name="largest number of all",
            answer=lambda runs: max(max(run["validation"], run["test"]) for run in runs),
            says="You took the largest of all accuracies, whichever set it is from.",
            hint="Choose by validation accuracy, and read the test accuracy of that run only.",
        ),
        Mistake(
            name="mean of the validation",
            answer=lambda runs: sum(run["validation"] for run in runs) / len(runs),
            says="You averaged the validation accuracies of all runs.",
            hint="Report the test accuracy of the run that is best on validation.",
        ),
        Mistake(
            name="second best",
            answer=lambda runs: sorted(runs, key=lambda run: run["validation"])[-2]["test"],
            says="You took the run that is second best on validation.",
            hint="Take the best one. After sorting upward it is the last.",
        ),
        Mistake(
            name="first run",
            answer=lambda runs: runs[0]["test"],
            says="You report the first run, whatever its validation accuracy.",
            hint="Choose the run with the highest validation accuracy.",
        ),
        Mistake(
            name="last run",
            answer=lambda runs: runs[-1]["test"],
            says="You report the last run, whatever its validation accuracy.",
            hint="Choose the run with the highest validation accuracy.",
        ),
        Mistake(
            name="mean of both",
            answer=lambda runs: (
                (_best(runs, "validation", "validation") + _best(runs, "validation", "test")) / 2
            ),
            says="You chose the right run, but you mix in the number you chose it by.",
            hint="Report the test accuracy of the run alone.",
        ),
        Mistake(
            name="name",
            answer=lambda runs: _best(runs, "validation", "name"),
            says="You return the name of the run.",
            hint="Return its test accuracy.",
        ),
        Mistake(
            name="whole run",
            answer=lambda runs: max(runs, key=lambda run: run["validation"]),
            says="You return the whole run.",
            hint='Return its test accuracy, `run["test"]`.',
        ),
    ],
)
