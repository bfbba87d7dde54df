"""The exercises of lesson 12."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor, nn

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments, Made, is_number, same
from mlp_tutorial.lessons import Option


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
        {"name": "wide", "validation": 0.89, "test": 0.87},
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
    rising = [
        {"name": "first", "validation": 0.95, "test": 0.97},
        {"name": "second", "validation": 0.93, "test": 0.98},
        {"name": "third", "validation": 0.94, "test": 0.92},
    ]
    return [{"runs": runs} for runs in (fixed, random, pair, pair[::-1], rising)]


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


def _digits_needed(
    p: float,
    error: float,
    variance: Callable[[float], float] = lambda p: p * (1 - p),
    power: int = 2,
    whole: Callable[[float], float] = math.ceil,
) -> float:
    """Solve the formula of the standard error for the number of digits, perhaps with a mistake."""
    return whole(variance(p) / error**power)


check_digits_needed = Exercise(
    name="digits_needed",
    doc="""Check `digits_needed(p, error)`, how many test digits a standard error of `error` takes.

    `p` is the share that a network gets right. The result is a whole number, rounded up.

    Examples:
        >>> check_digits_needed(lambda p, error: int(p * (1 - p) / error**2)).mistake
        'rounded down'
    """,
    answer=_digits_needed,
    inputs=lambda _: [
        {"p": p, "error": error}
        for p, error in ((0.5, 0.3), (0.9, 0.04), (0.8, 0.013), (0.987, 0.0017), (0.3, 0.006))
    ],
    mistakes=[
        Mistake(
            name="rounded down",
            answer=partial(_digits_needed, whole=int),
            says="You rounded down, so the standard error is a little too large.",
            hint="Round up with `math.ceil`.",
        ),
        Mistake(
            name="rounded to the nearest",
            answer=partial(_digits_needed, whole=round),
            says="You rounded to the nearest number, which is sometimes a digit too few.",
            hint="Round up with `math.ceil`.",
        ),
        Mistake(
            name="not rounded",
            answer=partial(_digits_needed, whole=float),
            says="You return a fraction of a digit.",
            hint="Round up with `math.ceil`.",
        ),
        Mistake(
            name="error not squared",
            answer=partial(_digits_needed, power=1),
            says="You divided by `error` itself.",
            hint="The formula has a square root. Square both sides first, `error` as well.",
        ),
        Mistake(
            name="square root kept",
            answer=partial(_digits_needed, variance=lambda p: (p * (1 - p)) ** 0.5, power=1),
            says="You squared neither side, so `n` is still under a square root.",
            hint="Square both sides: `error**2` is `p * (1 - p) / n`.",
        ),
        Mistake(
            name="only the share right",
            answer=partial(_digits_needed, variance=lambda p: p),
            says="You left out the factor `1 - p`.",
            hint="The formula has `p * (1 - p)` under the square root.",
        ),
        Mistake(
            name="only the share wrong",
            answer=partial(_digits_needed, variance=lambda p: 1 - p),
            says="You left out the factor `p`.",
            hint="The formula has `p * (1 - p)` under the square root.",
        ),
        Mistake(
            name="two standard errors",
            answer=lambda p, error: math.ceil(4 * p * (1 - p) / error**2),
            says="You asked for two standard errors to be at most `error`.",
            hint="One standard error is enough here, so leave out the factor 4.",
        ),
        Mistake(
            name="one digit more",
            answer=lambda p, error: _digits_needed(p, error) + 1,
            says="You ask for one digit more than you need.",
            hint="`math.ceil` alone rounds up. Did you add 1 as well?",
        ),
    ],
)


def _round_to_keep(
    losses: Sequence[float],
    patience: int,
    extra: int = 0,
    tie: bool = False,
    first: int = 1,
    stopped: bool = False,
) -> int:
    """Find the round to keep, perhaps with a mistake."""
    best = last = 0
    for number, loss in enumerate(losses):
        last = number
        if loss < losses[best] or (tie and loss == losses[best]):
            best = number
        elif number - best >= patience + extra:
            break
    return (last if stopped else best) + first


def _since_rise(losses: Sequence[float], patience: int) -> int:
    """Count rounds without a fall from the round before, instead of from the best."""
    waited, best = 0, 0
    for number in range(1, len(losses)):
        waited = 0 if losses[number] < losses[number - 1] else waited + 1
        if losses[number] < losses[best]:
            best = number
        if waited >= patience:
            break
    return best + 1


def _in_all(losses: Sequence[float], patience: int) -> int:
    """Count all rounds without a new best, even if there was one between them."""
    waited, best = 0, 0
    for number in range(1, len(losses)):
        if losses[number] < losses[best]:
            best = number
        else:
            waited += 1
            if waited >= patience:
                break
    return best + 1


def _losses(rng: Generator) -> list[Arguments]:
    fixed = [
        ([0.9, 0.5, 0.6, 0.55, 0.3], 2),
        ([0.9, 0.5, 0.6, 0.55, 0.3], 3),
        ([0.8, 0.7, 0.75, 0.6, 0.65, 0.5, 0.55, 0.6, 0.4], 2),
        ([0.8, 0.7, 0.6], 1),
        ([0.8, 0.6, 0.6, 0.6, 0.5], 2),
        ([0.5, 0.7, 0.6, 0.4], 1),
        ([0.5, 0.5, 0.7, 0.6], 2),
    ]
    random = [(torch.rand(12, generator=rng).round(decimals=2).tolist(), n) for n in (2, 3, 4)]
    return [{"losses": losses, "patience": patience} for losses, patience in fixed + random]


def _first_waits(losses: Sequence[float], patience: int) -> int:
    """Count the first round as one without a new best."""
    waited, best = 1, 0
    for number in range(1, len(losses)):
        if waited >= patience:
            break
        waited += 1
        if losses[number] < losses[best]:
            waited, best = 0, number
    return best + 1


check_round_to_keep = Exercise(
    name="round_to_keep",
    doc="""Check `round_to_keep(losses, patience)`, the best round before patience runs out.

    Rounds count from 1. Training stops once the loss has been at or above its best for `patience`
    rounds in a row.

    Examples:
        >>> check_round_to_keep(lambda losses, patience: 1 + losses.index(min(losses))).mistake
        'best of all'
    """,
    answer=_round_to_keep,
    inputs=_losses,
    mistakes=[
        Mistake(
            name="best of all",
            answer=lambda losses, _: 1 + losses.index(min(losses)),
            says="You took the lowest loss of all, but training may have stopped before it.",
            hint="Go through the losses in order, and stop when patience has run out.",
        ),
        Mistake(
            name="counted from 0",
            answer=partial(_round_to_keep, first=0),
            says="You counted the rounds from 0.",
            hint="Count them from 1, for example with `enumerate(losses, start=1)`.",
        ),
        Mistake(
            name="round of stopping",
            answer=partial(_round_to_keep, stopped=True),
            says="You return the round in which training stops.",
            hint="Return the round with the best loss so far. Its weights are the ones to keep.",
        ),
        Mistake(
            name="one round too patient",
            answer=partial(_round_to_keep, extra=1),
            says="You waited one round longer than `patience`.",
            hint="Stop as soon as `number - best` has reached `patience`. Did you write `>`?",
        ),
        Mistake(
            name="one round too impatient",
            answer=partial(_round_to_keep, extra=-1),
            says="You stopped one round too early.",
            hint="With a patience of 2, two rounds in a row have to pass without a new best.",
        ),
        Mistake(
            name="compared with the round before",
            answer=_since_rise,
            says="You compared each loss with the round before, and started to wait anew whenever "
            "it fell a little.",
            hint="Compare with the best loss so far. Only a new best starts the wait anew.",
        ),
        Mistake(
            name="not in a row",
            answer=_in_all,
            says="You counted all rounds without a new best, and not only those in a row.",
            hint="When there's a new best, start counting from 0 again.",
        ),
        Mistake(
            name="first round waits",
            answer=_first_waits,
            says="You counted the first round as one without a new best.",
            hint="Nothing came before it, so it's always a new best, and the wait starts after it.",
        ),
        Mistake(
            name="tie taken for a new best",
            answer=partial(_round_to_keep, tie=True),
            says="You took a loss equal to the best for a new best.",
            hint="Only a loss *below* the best is an improvement, so compare with `<`.",
        ),
        Mistake(
            name="loss",
            answer=lambda losses, patience: losses[_round_to_keep(losses, patience) - 1],
            says="You return the loss of the round.",
            hint="Return its number, counted from 1.",
        ),
    ],
)


check_only_first = Number(
    name="only_first",
    doc="""Check `only_first`, the digits that only the first of two networks got right.

    Examples:
        >>> check_only_first(12).mistake
        'the lead'
    """,
    answer=16,
    tolerance=0,
    reason="It's 16, and the second got the other 4. A fair coin is at least as lopsided as that "
    "only about once in a hundred times, so luck alone is a poor explanation. With a standard "
    "error of 0.7 points for each score, you couldn't have told from 95.2% and 94.0% alone.",
    hint="Call the two numbers a and b. They add up to 20, and a is 12 larger than b.",
    mistakes=[
        Mistake(
            name="the lead",
            answer=12,
            says="That's the lead of the first network. The second got some of the 20 right, too.",
            hint="The lead is what the first got minus what the second got.",
        ),
        Mistake(
            name="the second",
            answer=4,
            says="That's how many of the 20 the second network got right.",
            hint="The first network got the rest.",
        ),
        Mistake(
            name="the difference of the numbers",
            answer=8,
            says="You took 12 away from 20, but that leaves out half of what belongs to each.",
            hint="You need two numbers that add up to 20 and are 12 apart.",
        ),
        Mistake(
            name="half of them",
            answer=10,
            says="With 10 each, both networks would have the same score.",
            hint="The first is ahead by 12.",
        ),
        Mistake(
            name="all of them",
            answer=20,
            says="With all 20, the first would be ahead by 20.",
            hint="It's ahead by 952 - 940, which is 12.",
        ),
    ],
)


check_least_trusted = Choice(
    name="least_trusted",
    doc="""Check `least_trusted`, whose best score of several is too high by the most.

    Examples:
        >>> check_least_trusted("a").outcome
        'wrong'
    """,
    options=[
        Option(
            "Ann, who tried 2 networks on 100 digits.",
            "Her digits are few, so each score has plenty of luck. But somebody else has just as "
            "much luck in each score, and picked from more of them.",
            right=False,
        ),
        Option(
            "Ben, who tried 20 networks on 100 digits.",
            "If they get about nine in ten right, each score has a standard error of 3 points, and "
            "the best of twenty is likely to be nearly two of them too high. Dan picked from fifty "
            "times as many, but his standard errors are ten times as small. So it's the number of "
            "digits that counts first, and only then the number of tries.",
            right=True,
        ),
        Option(
            "Cleo, who tried 20 networks on 10,000 digits.",
            "She picked from twenty, but each of her scores is close to the truth. So there isn't "
            "much luck to pick from.",
            right=False,
        ),
        Option(
            "Dan, who tried 1,000 networks on 10,000 digits.",
            "That's a full stadium, but with so many digits the luck in each score is small. His "
            "champion may be three standard errors too high. Now compare the standard errors.",
            right=False,
        ),
    ],
)
