"""The exercises of lesson 17."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._judge import Exercise, Mistake, single
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments, Made, same
from mlp_tutorial.lessons import Option
from mlp_tutorial.networks import MLP


def _pool_inputs(rng: Generator) -> list[Arguments]:
    sizes = [(2, 1, 10), (5, 3, 10), (3, 8, 10), (10, 10, 10)]
    return [{"logits": 3 * torch.randn(size, generator=rng)} for size in sizes]


def _votes(logits: Tensor) -> Tensor:
    return F.one_hot(logits.argmax(dim=2), 10).float().mean(dim=0)


check_pool = Exercise(
    name="pool",
    doc="""Check `pool(logits)`, the mean of the bets of several networks.

    The logits have shape (networks, batch, 10), and the bets (batch, 10).

    Examples:
        >>> check_pool(lambda logits: logits.mean(dim=0).softmax(dim=1)).mistake
        'mean of the logits'
    """,
    answer=lambda logits: logits.softmax(dim=2).mean(dim=0),
    inputs=_pool_inputs,
    mistakes=[
        Mistake(
            name="mean of the logits",
            answer=lambda logits: logits.mean(dim=0).softmax(dim=1),
            says="You averaged the logits, and turned the average into a bet.",
            hint="Let each network bet first, and then average the bets.",
        ),
        Mistake(
            name="geometric mean",
            answer=lambda logits: logits.log_softmax(dim=2).mean(dim=0).exp(),
            says="You averaged the logarithms of the bets, so your rows don't add up to a dollar.",
            hint="Average the bets themselves.",
        ),
        Mistake(
            name="no softmax",
            answer=lambda logits: logits.mean(dim=0),
            says="You averaged the logits, so your rows don't add up to a dollar.",
            hint="Turn the logits of each network into a bet first, with a softmax.",
        ),
        Mistake(
            name="softmax over the networks",
            answer=lambda logits: logits.softmax(dim=0).mean(dim=0),
            says="Your softmax goes over the networks, which all get the same share that way.",
            hint="Each network spreads its dollar over the ten answers, on the last axis.",
        ),
        Mistake(
            name="softmax over the batch",
            answer=lambda logits: logits.softmax(dim=1).mean(dim=0),
            says="Your softmax goes over the digits of the batch.",
            hint="Each dollar is spread over the ten answers, on the last axis.",
        ),
        Mistake(
            name="sum",
            answer=lambda logits: logits.softmax(dim=2).sum(dim=0),
            says="You added the bets up, so there's a dollar for each network.",
            hint="Take the mean over the networks.",
        ),
        Mistake(
            name="mean over the batch",
            answer=lambda logits: logits.softmax(dim=2).mean(dim=1),
            says="You averaged over the digits, so there's one bet for each network.",
            hint="The networks are on the first axis, so average over dim=0.",
        ),
        Mistake(
            name="mean over the answers",
            answer=lambda logits: logits.softmax(dim=2).mean(dim=2),
            says="You averaged over the ten answers, which is a tenth whatever the bets are.",
            hint="The networks are on the first axis, so average over dim=0.",
        ),
        Mistake(
            name="softmax twice",
            answer=lambda logits: logits.softmax(dim=2).mean(dim=0).softmax(dim=1),
            says="You took another softmax of the average, though it already adds up to a dollar.",
            hint="Return the average as it is.",
        ),
        Mistake(
            name="votes",
            answer=_votes,
            says="You counted each network's favorite, and threw the rest of its bet away.",
            hint="Average the whole bets, after a softmax.",
        ),
        Mistake(
            name="answers",
            answer=lambda logits: logits.softmax(dim=2).mean(dim=0).argmax(dim=1),
            says="You return the committee's answers.",
            hint="Return its bets, and let somebody else take the `argmax`.",
        ),
    ],
)


def _share_inputs(_: Generator) -> list[Arguments]:
    cases = [(0.5, 1), (0.9, 3), (0.998, 100), (0.98, 0), (0.7, 2)]
    return [{"keep": keep, "updates": updates} for keep, updates in cases]


check_share_left = Exercise(
    name="share_left",
    doc="""Check `share_left(keep, updates)`, the share of weights in an average after updates.

    Examples:
        >>> check_share_left(lambda keep, updates: keep**updates).mistake
        'began with the whole'
    """,
    use=single,
    answer=lambda keep, updates: (1 - keep) * keep**updates,
    inputs=_share_inputs,
    mistakes=[
        Mistake(
            name="began with the whole",
            answer=lambda keep, updates: keep**updates,
            says="You began with 1, as if the whole average came from these weights.",
            hint="Their share is `1 - keep` to begin with.",
        ),
        Mistake(
            name="one update too many",
            answer=lambda keep, updates: (1 - keep) * keep ** (updates + 1),
            says="You let them fade once more than that.",
            hint="Their share is `1 - keep` now, before any of the updates.",
        ),
        Mistake(
            name="one update too few",
            answer=lambda keep, updates: (1 - keep) * keep ** (updates - 1),
            says="You let them fade once less than that.",
            hint="Their share is `1 - keep` now, before any of the updates.",
        ),
        Mistake(
            name="product",
            answer=lambda keep, updates: (1 - keep) * keep * updates,
            says="You multiplied by the number of updates.",
            hint="Each update multiplies by `keep` again, so you need a power, `keep**updates`.",
        ),
        Mistake(
            name="exchanged",
            answer=lambda keep, updates: keep * (1 - keep) ** updates,
            says="You exchanged `keep` and `1 - keep`.",
            hint="They begin with `1 - keep`, and each update keeps the share `keep` of it.",
        ),
        Mistake(
            name="what the others have",
            answer=lambda keep, updates: 1 - (1 - keep) * keep**updates,
            says="That's the share of everything else in the average.",
            hint="Return the share of these weights.",
        ),
        Mistake(
            name="newer weights",
            answer=lambda keep, updates: 1 - keep**updates,
            says="That's the share of all the weights that came later.",
            hint="Return the share of the weights from before these updates.",
        ),
    ],
)


def _average_inputs(rng: Generator) -> list[Arguments]:
    cases: list[Arguments] = []
    for sizes, keep in (([2, 1], 0.9), ([4, 3, 2], 0.5), ([3, 5, 2], 0.998), ([2, 2], 0.2)):
        pair = []
        for _ in range(2):
            model = MLP(sizes)
            with torch.no_grad():
                for p in model.parameters():
                    p.copy_(torch.randn(p.shape, generator=rng))
            pair.append(model)
        cases.append({"average": pair[0], "model": pair[1], "keep": keep})
    return cases


def _values(model: nn.Module) -> list[Tensor]:
    return [p.detach().clone() for p in model.parameters()]


def _use_average(
    update: Callable[..., Any], average: nn.Module, model: nn.Module, keep: float
) -> Any:
    """Update the average, and return its new weights."""
    old, new = _values(average), _values(model)
    try:
        given = update(average, model, keep)
    except RuntimeError as error:
        if "leaf Variable that requires grad" in str(error):
            raise Made("gradients on") from error
        raise
    after = _values(average)
    if same(_values(model), new):
        for p, q in zip(average.parameters(), model.parameters(), strict=True):
            if p is q or p.data_ptr() == q.data_ptr():
                raise Made("shared")
    else:
        raise Made("model changed")
    if same(after, old):
        if given is None:
            raise Made("nothing changed")
        raise Made("returned")
    return after


def _update(
    average: nn.Module,
    model: nn.Module,
    keep: float,
    *,
    mix: Callable[[Tensor, Tensor, float], Tensor] = lambda a, b, k: k * a + (1 - k) * b,
    which: Callable[[list[Any]], Sequence[Any]] = lambda pairs: pairs,
) -> None:
    pairs = list(zip(average.parameters(), model.parameters(), strict=True))
    with torch.no_grad():
        for old, new in which(pairs):
            old.copy_(mix(old, new, keep))


def _rebind(average: nn.Module, model: nn.Module, keep: float) -> None:
    pairs: Any = zip(average.parameters(), model.parameters(), strict=True)
    for old, new in pairs:
        old = keep * old + (1 - keep) * new  # that's the mistake


def _share_data(average: nn.Module, model: nn.Module, keep: float) -> None:
    for old, new in zip(average.parameters(), model.parameters(), strict=True):
        old.data = new.data


def _with_gradients(average: nn.Module, model: nn.Module, keep: float) -> None:
    for old, new in zip(average.parameters(), model.parameters(), strict=True):
        old.copy_(keep * old + (1 - keep) * new)


def _into_the_model(average: nn.Module, model: nn.Module, keep: float) -> None:
    _update(model, average, keep)


def _returned(average: nn.Module, model: nn.Module, keep: float) -> list[Tensor]:
    pairs = zip(average.parameters(), model.parameters(), strict=True)
    return [keep * old + (1 - keep) * new for old, new in pairs]


check_update_average = Exercise(
    name="update_average",
    doc="""Check `update_average(average, model, keep)`, which mixes a model into its average.

    Examples:
        >>> def update_average(average, model, keep):
        ...     for old, new in zip(average.parameters(), model.parameters()):
        ...         old = keep * old + (1 - keep) * new
        >>> check_update_average(update_average).mistake
        'nothing changed'
    """,
    use=_use_average,
    answer=_update,
    inputs=_average_inputs,
    mistakes=[
        Mistake(
            name="exchanged",
            answer=partial(_update, mix=lambda a, b, k: (1 - k) * a + k * b),
            says="You keep `1 - keep` of the average, so it's made mostly of the newest weights.",
            hint="Multiply the average by `keep`, and the model by `1 - keep`.",
        ),
        Mistake(
            name="copied",
            answer=partial(_update, mix=lambda a, b, k: b),
            says="You copied the model, so nothing of the old average is left.",
            hint="Copy `keep` times the old value plus `1 - keep` times the new one.",
        ),
        Mistake(
            name="too much",
            answer=partial(_update, mix=lambda a, b, k: k * a + b),
            says="You added all of the model's weights, so the average gets too large.",
            hint="Multiply them by `1 - keep` first, so that the two shares add up to 1.",
        ),
        Mistake(
            name="nothing added",
            answer=partial(_update, mix=lambda a, b, k: k * a),
            says="You let the average fade, but you don't add anything to it.",
            hint="Add `1 - keep` times the model's weights.",
        ),
        Mistake(
            name="half and half",
            answer=partial(_update, mix=lambda a, b, k: (a + b) / 2),
            says="You take half of each, whatever `keep` is.",
            hint="Multiply the average by `keep`, and the model by `1 - keep`.",
        ),
        Mistake(
            name="matrices only",
            answer=partial(_update, which=lambda pairs: [p for p in pairs if p[0].ndim == 2]),
            says="You averaged the matrices, but not the biases.",
            hint="Go through all of `parameters()`.",
        ),
        Mistake(
            name="first layer only",
            answer=partial(_update, which=lambda pairs: pairs[:2]),
            says="You averaged only the first layer.",
            hint="Go through all of `parameters()`.",
        ),
        Mistake(
            name="nothing changed",
            answer=_rebind,
            says=(
                "The average didn't change. If you write `old = ...`, the name `old` means a new "
                "tensor, and the network keeps the one it had."
            ),
            hint="Write into the tensor itself, with `old.copy_(...)`.",
        ),
        Mistake(
            name="returned",
            answer=_returned,
            says="You return new tensors, but the network `average` is as it was.",
            hint="Write into its parameters, with `old.copy_(...)`.",
        ),
        Mistake(
            name="shared",
            answer=_share_data,
            says=(
                "Now both networks have the same tensors in them, so the next training step would "
                "change the average, too."
            ),
            hint="Copy numbers into the old tensors, with `old.copy_(...)`.",
        ),
        Mistake(
            name="gradients on",
            answer=_with_gradients,
            says="PyTorch won't let you change weights in place while it records gradients.",
            hint="Put the loop inside `with torch.no_grad():`.",
        ),
        Mistake(
            name="model changed",
            answer=_into_the_model,
            says="You changed `model`, which is still training.",
            hint="Write only into the parameters of `average`.",
        ),
    ],
)


def _teacher_inputs(rng: Generator) -> list[Arguments]:
    cases: list[Arguments] = []
    for n, share, size in (
        (2, 0.5, 2),
        (6, 0.9, 2),
        (10, 0.25, 2),
        (4, 1.0, 2),
        (5, 0.0, 2),
        (1, 0.3, 500),
        (3, 0.7, 30),
    ):
        logits, other = torch.randn(2, n, 10, generator=rng)
        labels = torch.randint(10, (n,), generator=rng)
        bets = (2 * other).softmax(dim=1)
        cases.append({"logits": size * logits, "labels": labels, "bets": bets, "share": share})
    torn = torch.zeros(1, 10)
    torn[0, :2] = torch.tensor([0.3, 0.7])
    sure = torch.zeros(1, 10)
    sure[0, 1] = -900.0  # so that the second bet counts for almost all of the loss
    cases.append({"logits": sure, "labels": torch.tensor([0]), "bets": torn, "share": 0.9})
    return cases


def _teachers(
    logits: Tensor,
    labels: Tensor,
    bets: Tensor,
    share: float,
    *,
    read: Callable[[Tensor], Tensor] = lambda logits: logits,
    shares: Callable[[float], tuple[float, float]] = lambda share: (share, 1 - share),
    match: Callable[[Tensor], Tensor] = lambda bets: bets,
    reduction: str = "mean",
) -> Tensor:
    of_bets, of_labels = shares(share)
    seen = read(logits)
    from_bets = F.cross_entropy(seen, match(bets), reduction=reduction)
    from_labels = F.cross_entropy(seen, labels, reduction=reduction)
    return of_bets * from_bets + of_labels * from_labels


def _divergence(logits: Tensor, labels: Tensor, bets: Tensor, share: float) -> Tensor:
    apart = F.kl_div(logits.log_softmax(dim=1), bets, reduction="batchmean")
    return share * apart + (1 - share) * F.cross_entropy(logits, labels)


check_two_teachers = Exercise(
    name="two_teachers",
    doc="""Check `two_teachers(logits, labels, bets, share)`, a student's loss from two teachers.

    Examples:
        >>> import torch.nn.functional as F
        >>> def two_teachers(logits, labels, bets, share):
        ...     return F.cross_entropy(logits, bets)
        >>> check_two_teachers(two_teachers).mistake
        'bets alone'
    """,
    answer=_teachers,
    inputs=_teacher_inputs,
    mistakes=[
        Mistake(
            name="exchanged",
            answer=partial(_teachers, shares=lambda share: (1 - share, share)),
            says="You exchanged the two shares.",
            hint="The bets count for `share`, and the labels for `1 - share`.",
        ),
        Mistake(
            name="bets alone",
            answer=partial(_teachers, shares=lambda share: (1.0, 0.0)),
            says="Your loss doesn't depend on the labels.",
            hint="Add `1 - share` times the cross-entropy with the labels.",
        ),
        Mistake(
            name="labels alone",
            answer=partial(_teachers, shares=lambda share: (0.0, 1.0)),
            says="Your loss doesn't depend on the bets.",
            hint="Add `share` times the cross-entropy with the bets.",
        ),
        Mistake(
            name="added up",
            answer=partial(_teachers, shares=lambda share: (1.0, 1.0)),
            says="You added the two losses without their shares.",
            hint="Multiply one by `share` and the other by `1 - share`.",
        ),
        Mistake(
            name="labels count fully",
            answer=partial(_teachers, shares=lambda share: (share, 1.0)),
            says="Your labels count fully, whatever `share` is.",
            hint="Multiply their loss by `1 - share`.",
        ),
        Mistake(
            name="halves",
            answer=partial(_teachers, shares=lambda share: (0.5, 0.5)),
            says="Each of your teachers counts for a half, whatever `share` is.",
            hint="Multiply one by `share` and the other by `1 - share`.",
        ),
        Mistake(
            name="softmax first",
            answer=partial(_teachers, read=lambda logits: logits.softmax(dim=1)),
            says="You took a softmax of the logits, and `F.cross_entropy` takes another.",
            hint="Pass it the logits as they are.",
        ),
        Mistake(
            name="softmax of the bets",
            answer=partial(_teachers, match=lambda bets: bets.softmax(dim=1)),
            says="You took a softmax of the bets, though each row adds up to 1 already.",
            hint="Pass the bets as they are.",
        ),
        Mistake(
            name="answers instead of bets",
            answer=partial(_teachers, match=lambda bets: bets.argmax(dim=1)),
            says="You turned the committee's bets into answers, so all its doubts are gone.",
            hint="`F.cross_entropy` takes the bets themselves.",
        ),
        Mistake(
            name="KL divergence",
            answer=_divergence,
            says="You used the KL divergence for the bets. It has the same gradients, but it isn't "
            "the cross-entropy that was asked for.",
            hint="`F.cross_entropy` takes bets as well as labels.",
        ),
        Mistake(
            name="sum over the batch",
            answer=partial(_teachers, reduction="sum"),
            says="You added up the losses of all the digits in the batch.",
            hint="Take their mean, as `F.cross_entropy` does if you don't ask for anything else.",
        ),
    ],
)


check_pounds = Number(
    name="pounds",
    doc="""Check `pounds`, how far off a crowd of 100 is if it has mistakes of two kinds.

    Examples:
        >>> check_pounds(14).mistake
        'added without squares'
    """,
    answer=10.0,
    tolerance=0.1,
    reason="People's own mistakes shrink from 60 to 6 pounds, and the 8 pounds stay. The root of "
    "36 plus 64 is 10. If you asked 10,000 people, you'd get no further down than 8.",
    hint="Divide the 60 by the root of 100, leave the 8 as it is, and add their squares.",
    mistakes=[
        Mistake(
            name="added without squares",
            answer=14.0,
            says="You added 6 and 8, but the two mistakes often partly cancel.",
            hint="Add their squares, and take the root.",
        ),
        Mistake(
            name="own mistakes alone",
            answer=6.0,
            says="That's what becomes of people's own mistakes, but there's also the shared one.",
            hint="The 8 pounds don't shrink. Add the squares of 6 and 8, and take the root.",
        ),
        Mistake(
            name="shared mistake alone",
            answer=8.0,
            says="That's the shared mistake, but a hundred people's own don't cancel completely.",
            hint="Divide 60 by the root of 100, and add the squares.",
        ),
        Mistake(
            name="both shrink",
            answer=6.053,
            says="You let both mistakes shrink, but the shared one doesn't cancel.",
            hint="Only the 60 pounds are divided by the root of 100.",
        ),
        Mistake(
            name="divided by 100",
            answer=8.022,
            says="You divided people's own mistakes by 100.",
            hint="An average of 100 is off by a tenth as much, since the root of 100 is 10.",
        ),
        Mistake(
            name="one person",
            answer=60.531,
            says="That's how far off a single person is, with both mistakes.",
            hint="The crowd's own mistakes partly cancel. Divide the 60 by the root of 100.",
        ),
        Mistake(
            name="root forgotten",
            answer=100.0,
            says="You added the squares of 6 and 8.",
            hint="Now take the root.",
        ),
    ],
)


check_hired = Choice(
    name="hired",
    doc="""Check `hired`, which committee gets the most digits right.

    Examples:
        >>> check_hired("d").outcome
        'wrong'
    """,
    options=[
        Option(
            "Three readers who get 985 right each, and all stumble over the same digits.",
            "They always agree, so the committee gets 985 right, too.",
            right=False,
        ),
        Option(
            "Three readers who get 980 right each. They share 10 mistakes, and no others.",
            "All three stumble over the same 10 digits, so the committee gets 990 right.",
            right=False,
        ),
        Option(
            "Three readers who get 950 right each, and never stumble over the same digit.",
            "Wherever one of them is wrong, the other two are right and outvote it. So they're the "
            "worst readers of all and the best committee, with all 1,000 right.",
            right=True,
        ),
        Option(
            "A single reader who gets 992 right.",
            "That's the best reader of them all. But a committee can beat it if its members never "
            "stumble over the same digit.",
            right=False,
        ),
    ],
)
