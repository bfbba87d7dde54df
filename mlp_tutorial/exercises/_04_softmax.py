"""The exercises of lesson 4."""

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, sigmoid

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._inputs import logits_and_labels, random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake, Rule, single
from mlp_tutorial.exercises._layers import identity
from mlp_tutorial.exercises._networks import softmax
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments
from mlp_tutorial.exercises._plot import Plot
from mlp_tutorial.lessons import Option

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MIXED = torch.tensor(  # a maximum of all rows, or of the first, doesn't fit the others
    [[2.0, 1.0, 0.0], [1003.0, 1001.0, 1002.0], [-2001.0, -2003.0, -2002.0], [5000.0, 4999.5, 0.0]]
)
SMALL = [*(10.0**-n for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 20, 30, 35, 38))]
SMALL += [torch.finfo(torch.float32).eps, torch.finfo(torch.float32).tiny]
LARGER_AND_LARGER = torch.tensor([-15.0, 15, 25, 40, 60, 84, 95, 300, 700])


def _row_maximum(x: Tensor) -> Tensor:
    return x.amax(dim=1, keepdim=True)


def _softmax(
    x: Tensor,
    *,
    start: Callable[[Tensor], Tensor] = identity,
    shift: Callable[[Tensor], Tensor | float] = _row_maximum,
    power: Callable[[Tensor], Tensor] = torch.exp,
    below: Callable[[Tensor], Tensor] = torch.exp,
    total: Callable[[Tensor], Tensor] = lambda e: e.sum(dim=1, keepdim=True),
    divide: Callable[[Tensor, Tensor], Tensor] = torch.div,
    end: Callable[[Tensor], Tensor] = identity,
) -> Tensor:
    """Compute softmax from parts, each of which may be a wrong one."""
    x = start(x)
    x = x - shift(x)
    return end(divide(power(x), total(below(x))))


def _logits(rng: Generator) -> list[Arguments]:
    return [
        {"logits": torch.tensor([[1.0, 2.0]])},
        {"logits": torch.tensor([[0.0, 1.0, -1.0], [2.0, 0.5, 0.5]])},
        *(random_tensors(rng, logits=shape) for shape in ((3, 3), (4, 4), (64, 10))),
        {"logits": torch.tensor([[1000.0, 0.0, -1000.0]])},
        {"logits": torch.tensor([[1000.0, 999.0, 1000.0]])},
        {"logits": torch.tensor([[-1001.0, -1000.0]])},
        {"logits": MIXED},
        {"logits": LARGER_AND_LARGER[:, None] + torch.tensor([0.0, -1.0, -2.0])},
    ]


check_softmax = Exercise(
    name="softmax",
    doc="""Check `softmax(logits)`, which turns each row into probabilities.

    Logits may be of any size. The result has their shape, (batch, classes).

    Examples:
        >>> check_softmax(lambda logits: logits.softmax(dim=0)).mistake
        'wrong axis'
    """,
    answer=softmax,
    inputs=_logits,
    rules=[
        Rule(
            names=frozenset({"softmax", "log_softmax"}),
            says="Your numbers are right, but the task asks for softmax without PyTorch's own, and "
            "your code calls that.",
            hint="Write it by hand with `exp` and `sum`.",
        )
    ],
    mistakes=[
        Mistake(
            name="overflow",
            answer=partial(_softmax, shift=lambda x: 0.0),
            says=(
                "Your result is right until a logit is large. Then exp(1000) is infinite, and you "
                "get nan."
            ),
            hint="Subtract the maximum of each row first. It cancels in the fraction.",
        ),
        Mistake(
            name="wrong axis",
            answer=lambda x: x.softmax(dim=0),
            says="Your rows do not sum to 1, but your columns do: you summed over dim=0.",
            hint="The class axis is dim=1.",
        ),
        Mistake(
            name="sum over everything",
            answer=partial(_softmax, total=torch.sum),
            says="All your numbers together sum to 1, but each row should.",
            hint="Sum over dim=1 only, with `keepdim=True`.",
        ),
        Mistake(
            name="missing keepdim",
            answer=partial(_softmax, total=lambda e: e.sum(dim=1)),
            says=(
                "Your sums have the shape (batch,). With as many examples as classes, they "
                "broadcast along the wrong axis and nothing complains. Otherwise you get an error."
            ),
            hint="Keep the axis with `sum(dim=1, keepdim=True)`.",
        ),
        Mistake(
            name="maximum of everything",
            answer=partial(_softmax, shift=torch.max),
            says=(
                "You subtract the maximum of the whole batch. If all numbers of a row are far "
                "below that maximum, every exp in it is 0, and 0/0 is nan."
            ),
            hint="Subtract each row's own maximum, `logits.max(dim=1, keepdim=True).values`.",
        ),
        Mistake(
            name="maximum of the first row",
            answer=partial(_softmax, shift=lambda x: x[0].max()),
            says="You subtract the maximum of the first row from every row.",
            hint="Subtract each row's own maximum, `logits.max(dim=1, keepdim=True).values`.",
        ),
        Mistake(
            name="maximum of each column",
            answer=partial(_softmax, shift=lambda x: x.amax(dim=0)),
            says="You subtract the maximum of each column, which changes the fractions.",
            hint="Subtract each row's own maximum, `logits.max(dim=1, keepdim=True).values`.",
        ),
        Mistake(
            name="maximum without keepdim",
            answer=partial(_softmax, shift=lambda x: x.amax(dim=1)),
            says=(
                "Your maxima have the shape (batch,), so they broadcast along the wrong axis, or "
                "you get an error."
            ),
            hint="Keep the axis with `logits.max(dim=1, keepdim=True).values`.",
        ),
        Mistake(
            name="minimum subtracted",
            answer=partial(_softmax, shift=lambda x: x.amin(dim=1, keepdim=True)),
            says="You subtract the minimum of each row, so large logits still overflow.",
            hint="Subtract the maximum. Then no exp is larger than 1.",
        ),
        Mistake(
            name="mean subtracted",
            answer=partial(_softmax, shift=lambda x: x.mean(dim=1, keepdim=True)),
            says="You subtract the mean of each row, so large logits still overflow.",
            hint="Subtract the maximum. Then no exp is larger than 1.",
        ),
        *(
            Mistake(
                name=f"logits cut off at {top}",
                answer=partial(_softmax, start=partial(torch.clamp, max=top)),
                says=f"You cut the logits off near {top}. Larger ones all get one probability.",
                hint="Don't clamp. Subtract the maximum of each row, which cancels out.",
            )
            for top in (10, 20, 30, 50, 80, 88, 100, 500)
        ),
        *(
            Mistake(
                name=f"nan replaced by {value}",
                answer=partial(
                    _softmax, shift=lambda x: 0.0, end=partial(torch.nan_to_num, nan=value)
                ),
                says=(
                    f"Where exp overflows, your result is nan, which you replace by {value}. If "
                    "two logits in a row are large, that's wrong."
                ),
                hint="Subtract the maximum of each row first. Then nothing overflows.",
            )
            for value in (0.0, 1.0)
        ),
        Mistake(
            name="sigmoid",
            answer=sigmoid,
            says="You took the sigmoid of each logit, so the rows don't have to sum to 1.",
            hint="Softmax compares the classes. Divide each exp by the sum of its row.",
        ),
        Mistake(
            name="softmax twice",
            answer=partial(_softmax, end=softmax),
            says="You applied softmax to probabilities, which makes them nearly equal.",
            hint="Apply it once, to the logits.",
        ),
        Mistake(
            name="no exp",
            answer=lambda x: x / x.sum(dim=1, keepdim=True),
            says="You divided the logits by their sum, so negative logits stay negative.",
            hint="Take exp first. It makes all of them positive.",
        ),
        Mistake(
            name="no exp in the denominator",
            answer=partial(_softmax, shift=lambda x: 0.0, below=identity),
            says="You divide exp of the logits by the sum of the logits themselves.",
            hint="Take exp in the denominator too, and sum that.",
        ),
        Mistake(
            name="no exp of the shifted logits in the denominator",
            answer=partial(_softmax, below=identity),
            says="You divide by the sum of the shifted logits, without exp.",
            hint="Take exp in the denominator too, and sum that.",
        ),
        Mistake(
            name="no exp in the numerator",
            answer=partial(_softmax, shift=lambda x: 0.0, power=identity),
            says="You divide the logits themselves by the sum of exp.",
            hint="Take exp in the numerator too.",
        ),
        Mistake(
            name="no exp of the shifted logits in the numerator",
            answer=partial(_softmax, power=identity),
            says="You divide the shifted logits, without exp, by the sum of exp.",
            hint="Take exp in the numerator too.",
        ),
        Mistake(
            name="exp of the sum",
            answer=lambda x: x.exp() / x.sum(dim=1, keepdim=True).exp(),
            says="You divide by exp of the sum, not by the sum of exp.",
            hint="Take exp of each logit first, and sum that.",
        ),
        Mistake(
            name="shifted in one place",
            answer=lambda x: (x - _row_maximum(x)).exp() / x.exp().sum(dim=1, keepdim=True),
            says="You subtract the maximum in the numerator but not in the denominator.",
            hint="Use the shifted logits in both places. Only then does the maximum cancel.",
        ),
        Mistake(
            name="not divided",
            answer=partial(_softmax, divide=lambda e, total: e),
            says="You take exp but don't divide, so the rows don't sum to 1.",
            hint="Divide each exp by the sum of its row.",
        ),
        Mistake(
            name="exp alone",
            answer=torch.exp,
            says="You only take exp of the logits.",
            hint="Divide each exp by the sum of its row.",
        ),
        Mistake(
            name="divided by the length",
            answer=partial(_softmax, total=lambda e: e.norm(dim=1, keepdim=True)),
            says="You divide by the root of the sum of squares.",
            hint="Divide by the plain sum of the row.",
        ),
        Mistake(
            name="one hot",
            answer=lambda x: F.one_hot(x.argmax(dim=1), x.shape[1]).float(),
            says="You give the largest logit probability 1 and all others 0.",
            hint="Divide each exp by the sum of its row, and don't round.",
        ),
        Mistake(
            name="base 2",
            answer=partial(_softmax, power=torch.exp2, below=torch.exp2),
            says="You take powers of 2.",
            hint="Take powers of e, with `exp`.",
        ),
        Mistake(
            name="base 10",
            answer=partial(_softmax, power=lambda x: 10**x, below=lambda x: 10**x),
            says="You take powers of 10.",
            hint="Take powers of e, with `exp`.",
        ),
        Mistake(
            name="wrong sign",
            answer=partial(_softmax, start=torch.neg),
            says="You take exp of minus the logits, so the smallest logit wins.",
            hint="Take exp of the logits themselves.",
        ),
        Mistake(
            name="absolute values",
            answer=partial(_softmax, start=torch.abs),
            says="You take the absolute values of the logits.",
            hint="Leave `abs` out. Negative logits mean small probabilities.",
        ),
        Mistake(
            name="logarithm",
            answer=partial(_softmax, end=torch.log),
            says="These are the logarithms of the probabilities.",
            hint="Take exp of them, or leave out the logarithm.",
        ),
        Mistake(
            name="log-softmax",
            answer=lambda x: x.log_softmax(dim=1),
            says="This is log-softmax, the logarithm of the probabilities.",
            hint="Return the probabilities themselves.",
        ),
    ],
)


def _losses(rng: Generator) -> list[Arguments]:
    """Draw losses, also of games that leave hardly anything."""
    made = [
        [0.5],
        [0.0],
        [0.1, 2.0],
        [math.log(10)] * 3,
        [0.0, 0.0, 1.0],
        [0.1251] * 30,
        [30.0, 20.0],
    ]
    drawn = [torch.rand(n, generator=rng) for n in (4, 10)]
    return [{"losses": losses} for losses in (*map(torch.tensor, made), *drawn)]


check_money_left = Exercise(
    name="money_left",
    doc="""Check `money_left(losses)`, what is left of a dollar after these losses.

    `losses` has shape (n,), and the result is a single number.

    Examples:
        >>> check_money_left(lambda losses: losses.sum().exp()).mistake
        'sign'
    """,
    use=single,
    answer=lambda losses: (-losses.sum()).exp(),
    inputs=_losses,
    mistakes=[
        Mistake(
            name="sign",
            answer=lambda losses: losses.sum().exp(),
            says="You return more than a dollar, but nobody wins anything in this game.",
            hint="A loss is minus a logarithm, so take exp of minus the sum.",
        ),
        Mistake(
            name="mean",
            answer=lambda losses: (-losses.mean()).exp(),
            says="You take the mean of the losses, so this is what a typical digit leaves.",
            hint="Each digit takes its part. Add up all the losses.",
        ),
        Mistake(
            name="sum of the stakes",
            answer=lambda losses: (-losses).exp().sum(),
            says="You add up what was on the right answers.",
            hint="What's kept from one digit is all there is for the next, so they multiply.",
        ),
        Mistake(
            name="mean of the stakes",
            answer=lambda losses: (-losses).exp().mean(),
            says="You take the mean of what was on the right answers.",
            hint="What's kept from one digit is all there is for the next, so they multiply.",
        ),
        Mistake(
            name="one for each digit",
            answer=lambda losses: (-losses).exp(),
            says="You return what was on the right answer, for each digit on its own.",
            hint="Multiply all of them, with `prod`, or add up the losses first.",
        ),
        Mistake(
            name="money after each digit",
            answer=lambda losses: (-losses.cumsum(0)).exp(),
            says="You return the money after each digit.",
            hint="Only the last of these numbers is asked for.",
        ),
        Mistake(
            name="no exp",
            answer=lambda losses: -losses.sum(),
            says="This is the logarithm of the money.",
            hint="`torch.exp` undoes the logarithm.",
        ),
        Mistake(
            name="loss of the game",
            answer=torch.sum,
            says="This is the loss of the whole game, not the money.",
            hint="It's minus the logarithm of the money. Undo both.",
        ),
        Mistake(
            name="losses in dollars",
            answer=lambda losses: 1 - losses.sum(),
            says="You take the losses off the dollar, as if they were dollars.",
            hint="A loss is minus the logarithm of a share. `torch.exp` undoes the logarithm.",
        ),
        Mistake(
            name="losses of each dollar",
            answer=lambda losses: (1 - losses).prod(),
            says="You take each loss for the share that was lost.",
            hint="It's minus the logarithm of what was kept, and `torch.exp` undoes a logarithm.",
        ),
        Mistake(
            name="product of the losses",
            answer=lambda losses: (-losses.prod()).exp(),
            says="You multiply the losses.",
            hint="The money multiplies, so the losses add up.",
        ),
        Mistake(
            name="base 10",
            answer=lambda losses: 10 ** -losses.sum(),
            says="You take powers of 10.",
            hint="Our losses are natural logarithms, so take `torch.exp`.",
        ),
        Mistake(
            name="logarithm",
            answer=lambda losses: -losses.sum().log(),
            says="You take the logarithm of the losses, which are logarithms already.",
            hint="`torch.exp` undoes a logarithm.",
        ),
        Mistake(
            name="last digit only",
            answer=lambda losses: (-losses[-1]).exp(),
            says="You return what the last digit leaves.",
            hint="The digits before it have cost something, too. Add up all the losses.",
        ),
    ],
)


def _cross_entropy(
    x: Tensor,
    y: Tensor,
    *,
    log_probs: Callable[[Tensor], Tensor] = lambda x: x.log_softmax(dim=1),
    pick: Callable[[Tensor, Tensor], Tensor] = lambda lp, y: lp[torch.arange(len(y)), y],
    reduce: Callable[[Tensor], Tensor] = torch.mean,
    end: Callable[[Tensor], Tensor] = torch.neg,
) -> Tensor:
    """Compute cross-entropy from parts, each of which may be a wrong one."""
    return end(reduce(pick(log_probs(x), y)))


def _plus(x: Tensor, number: float) -> Tensor:
    """Compute the logarithm of softmax and a tiny number."""
    return (softmax(x) + number).log()


def _cut_off(x: Tensor, top: float) -> Tensor:
    """Compute log-softmax of logits that can't get large."""
    return x.clamp(-top, top).log_softmax(dim=1)


def _shifted_by(shift: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Compute log-softmax with this instead of the maximum of each row."""
    return lambda x: x - shift(x) - (x - shift(x)).exp().sum(dim=1, keepdim=True).log()


def _hot(x: Tensor, y: Tensor) -> Tensor:
    """Keep the number at each label, and put zeros elsewhere."""
    return F.one_hot(y, x.shape[1]) * x


def _at(labels: Callable[[Tensor, int], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """Pick the number at another label."""
    return lambda lp, y: lp[torch.arange(len(y)), labels(y, lp.shape[1])]


check_cross_entropy = Exercise(
    name="cross_entropy",
    doc="""Check `cross_entropy(logits, labels)`, the mean of minus the label's log-probability.

    It takes shapes (batch, classes) and (batch,), and returns a single number.

    Examples:
        >>> import torch.nn.functional as F
        >>> check_cross_entropy(lambda x, y: F.cross_entropy(x.softmax(1), y)).mistake
        'softmax before the loss'
    """,
    use=single,
    answer=F.cross_entropy,
    inputs=lambda rng: [
        {"logits": torch.tensor([[1.0, 2.0]]), "labels": torch.tensor([0])},
        *(
            logits_and_labels(rng, n, classes)
            for n, classes in ((3, 4), (4, 4), (2, 3), (64, 10), (1, 5), (6, 2))
        ),
        {"logits": torch.tensor([[1.98, 0.0]]), "labels": torch.tensor([0])},
        {"logits": torch.tensor([[0.0, 5000.0, -3000.0]]), "labels": torch.tensor([1])},
        {"logits": torch.tensor([[1000.0, 0.0]]), "labels": torch.tensor([1])},
        {"logits": MIXED, "labels": torch.tensor([1, 2, 1, 1])},
        {"logits": MIXED.flip(0), "labels": torch.tensor([2, 0, 1, 2])},
        {"logits": torch.tensor([[-1000.0, -1001.0]]), "labels": torch.tensor([0])},
        {"logits": torch.tensor([[40.0, 0.0], [0.0, 40.0]]), "labels": torch.tensor([1, 1])},
        {"logits": torch.tensor([[90.0, 0.0, 95.0]]), "labels": torch.tensor([0])},
    ],
    rules=[
        Rule(
            names=frozenset({"cross_entropy", "cross_entropy_loss"}),
            says="Your numbers are right, but the task asks for the loss without PyTorch's own, "
            "and your code calls that.",
            hint="Write it by hand, from `logsumexp` and the logit at each label.",
        )
    ],
    mistakes=[
        Mistake(
            name="overflow",
            answer=partial(_cross_entropy, log_probs=lambda x: softmax(x).log()),
            says=(
                "Your loss is right until a probability rounds to zero, and the logarithm of zero "
                "is minus infinity."
            ),
            hint="Compute log-softmax in one step, `logits - logits.logsumexp(1, keepdim=True)`.",
        ),
        Mistake(
            name="exp overflows",
            answer=partial(_cross_entropy, log_probs=_shifted_by(torch.zeros_like)),
            says="Your loss is right until a logit is large. Then exp(1000) is infinite.",
            hint="Subtract the maximum of each row first, or use `logsumexp`, which does that.",
        ),
        Mistake(
            name="0 times infinity",
            answer=partial(
                _cross_entropy,
                log_probs=lambda x: (x.exp() / x.exp().sum(1, keepdim=True)).log(),
                pick=lambda lp, y: _hot(lp, y).sum(1),
            ),
            says=(
                "Your loss is right until a probability rounds to zero. Its logarithm is minus "
                "infinity, and 0 times infinity is nan."
            ),
            hint="Compute log-softmax in one step, `logits - logits.logsumexp(1, keepdim=True)`.",
        ),
        *(
            Mistake(
                name=f"{number:g} added",
                answer=partial(_cross_entropy, log_probs=partial(_plus, number=number)),
                says=(
                    f"Your loss can't exceed {-math.log(number):.1f}, because the tiny number "
                    f"{number:g} bounds the probability from below, by `+` or by `clamp`."
                ),
                hint=(
                    "Compute log-softmax in one step, `logits - logits.logsumexp(1, "
                    "keepdim=True)`. Then no such number is needed."
                ),
            )
            for number in SMALL
        ),
        Mistake(
            name="maximum of everything",
            answer=partial(_cross_entropy, log_probs=_shifted_by(torch.max)),
            says=(
                "You subtract the maximum of the whole batch. If all numbers of a row are far "
                "below that maximum, every exp in it is 0, and its logarithm is minus infinity."
            ),
            hint="Subtract each row's own maximum, or use `logsumexp`, which does that.",
        ),
        Mistake(
            name="maximum of the first row",
            answer=partial(_cross_entropy, log_probs=_shifted_by(lambda x: x[0].max())),
            says=(
                "You subtract the maximum of the first row from every row. In others exp then "
                "overflows, or is 0."
            ),
            hint="Subtract each row's own maximum, or use `logsumexp`, which does that.",
        ),
        *(
            Mistake(
                name=f"logits cut off at {top}",
                answer=partial(
                    _cross_entropy,
                    log_probs=partial(_cut_off, top=top),
                ),
                says=f"You cut the logits off at {top}, so your loss can't get large.",
                hint="Don't clamp. Use `logsumexp`, which holds for logits of any size.",
            )
            for top in (10, 20, 30, 50, 80, 88, 100, 500)
        ),
        Mistake(
            name="sum",
            answer=partial(_cross_entropy, reduce=torch.sum),
            says="You added up the losses of the examples.",
            hint="Take the mean, so that a step doesn't depend on the batch size.",
        ),
        Mistake(
            name="not averaged",
            answer=partial(_cross_entropy, reduce=identity),
            says="You return a loss for each example, because you never take the mean.",
            hint="End with `.mean()`.",
        ),
        Mistake(
            name="averaged twice",
            answer=partial(_cross_entropy, reduce=lambda v: v.mean() / len(v)),
            says="You divide the mean by the number of examples once more.",
            hint="`mean` has already divided. Do one of the two.",
        ),
        Mistake(
            name="mean over the classes too",
            answer=partial(_cross_entropy, pick=_hot),
            says=(
                "Your mean also counts the zeros of the one-hot rows, so your loss is too small by "
                "the number of classes."
            ),
            hint="Add up each row first, or divide the sum of all by the number of examples.",
        ),
        Mistake(
            name="one-hot labels too narrow",
            answer=partial(_cross_entropy, pick=lambda lp, y: (F.one_hot(y) * lp).sum(1)),
            says=(
                "`F.one_hot(labels)` has only as many columns as the largest label in the batch "
                "needs."
            ),
            hint="Say how many classes there are, as in `F.one_hot(labels, logits.shape[1])`.",
        ),
        Mistake(
            name="first example only",
            answer=partial(_cross_entropy, reduce=lambda v: v[0]),
            says="You return the loss of the first example.",
            hint="Take the mean over all examples. Is the `return` inside a loop?",
        ),
        Mistake(
            name="last example only",
            answer=partial(_cross_entropy, reduce=lambda v: v[-1]),
            says="You return the loss of the last example.",
            hint="Take the mean over all examples. Add up in the loop with `+=`.",
        ),
        Mistake(
            name="median",
            answer=partial(_cross_entropy, reduce=torch.median),
            says="You take the median of the losses.",
            hint="Take the mean.",
        ),
        Mistake(
            name="largest",
            answer=partial(_cross_entropy, reduce=torch.min),
            says="You take the largest loss of the batch.",
            hint="Take the mean.",
        ),
        Mistake(
            name="sign",
            answer=partial(_cross_entropy, end=identity),
            says="Your loss is negative, and it rewards wrong predictions.",
            hint="The loss is minus the logarithm of the probability of the right class.",
        ),
        Mistake(
            name="no logarithm",
            answer=partial(_cross_entropy, log_probs=softmax),
            says="You take minus the probability itself, without a logarithm.",
            hint="Take the logarithm of the probability, by log-softmax.",
        ),
        Mistake(
            name="one minus the probability",
            answer=partial(_cross_entropy, log_probs=softmax, end=lambda p: 1 - p),
            says="You take 1 minus the probability, without a logarithm.",
            hint="The loss is minus the logarithm of the probability, by log-softmax.",
        ),
        Mistake(
            name="logits taken for log-probabilities",
            answer=partial(_cross_entropy, log_probs=identity),
            says=(
                "You take minus the logit itself. `nll_loss` does that too, because it expects "
                "log-probabilities, not logits."
            ),
            hint="Take log-softmax first, `logits - logits.logsumexp(1, keepdim=True)`.",
        ),
        Mistake(
            name="logarithm of the logits",
            answer=partial(_cross_entropy, log_probs=torch.log),
            says="You take the logarithm of the logits themselves, without softmax.",
            hint="Take log-softmax, `logits - logits.logsumexp(1, keepdim=True)`.",
        ),
        Mistake(
            name="logarithm of the sigmoid",
            answer=partial(_cross_entropy, log_probs=F.logsigmoid),
            says="You use the sigmoid of each logit instead of softmax.",
            hint="Take log-softmax, `logits - logits.logsumexp(1, keepdim=True)`.",
        ),
        Mistake(
            name="softmax before the loss",
            answer=partial(_cross_entropy, log_probs=lambda x: F.log_softmax(softmax(x), dim=1)),
            says="You applied softmax twice, so your loss can't get close to 0.",
            hint="`F.cross_entropy` expects logits. By hand, one softmax is enough.",
        ),
        Mistake(
            name="softmax over the batch",
            answer=partial(_cross_entropy, log_probs=partial(F.log_softmax, dim=0)),
            says="You take softmax over dim=0, the examples.",
            hint="The class axis is dim=1.",
        ),
        Mistake(
            name="softmax over everything",
            answer=partial(_cross_entropy, log_probs=lambda x: x - x.flatten().logsumexp(0)),
            says="You take softmax over the whole batch, so all probabilities together sum to 1.",
            hint="Sum over the classes only, with dim=1 and `keepdim=True`.",
        ),
        Mistake(
            name="logsumexp alone",
            answer=lambda x, y: x.logsumexp(dim=1).mean(),
            says="You return the `logsumexp` of the rows, which doesn't depend on the labels.",
            hint="Subtract from it the logit at each label.",
        ),
        Mistake(
            name="logarithm of the mean",
            answer=lambda x, y: -softmax(x)[torch.arange(len(y)), y].mean().log(),
            says="You take the logarithm of the mean probability.",
            hint="Take the logarithm first, for each example, and then the mean.",
        ),
        Mistake(
            name="all classes",
            answer=partial(_cross_entropy, pick=lambda lp, y: lp),
            says="You averaged over all classes, so your loss doesn't depend on the labels.",
            hint=(
                "Take one number from each row, at its label, with "
                "`log_probs[torch.arange(n), labels]`."
            ),
        ),
        Mistake(
            name="rows for labels",
            answer=partial(_cross_entropy, pick=lambda lp, y: lp[:, y]),
            says="`[:, labels]` takes all labels from every row, so you average over too much.",
            hint="`log_probs[torch.arange(n), labels]` takes one number from each row.",
        ),
        Mistake(
            name="labels taken for rows",
            answer=partial(_cross_entropy, pick=lambda lp, y: lp[y]),
            says="`[labels]` takes whole rows, so you average over too much.",
            hint="`log_probs[torch.arange(n), labels]` takes one number from each row.",
        ),
        Mistake(
            name="label times logarithm",
            answer=lambda x, y: -(y * x.log_softmax(dim=1)).sum(),
            says="You multiply the logarithms by the labels, which are numbers of classes.",
            hint="Use a label as an index, `log_probs[torch.arange(n), labels]`.",
        ),
        Mistake(
            name="predicted class",
            answer=partial(_cross_entropy, pick=lambda lp, y: lp.amax(dim=1)),
            says="You use the probability of the predicted class, whatever the label is.",
            hint="Take the probability at the label, `log_probs[torch.arange(n), labels]`.",
        ),
        Mistake(
            name="label off by one",
            answer=partial(_cross_entropy, pick=_at(lambda y, classes: y - 1)),
            says="You use the class before the label.",
            hint="Classes count from 0, so use the label as it is.",
        ),
        Mistake(
            name="first class",
            answer=partial(_cross_entropy, pick=_at(lambda y, classes: y * 0)),
            says="You use the first class of each row, whatever the label is.",
            hint="Take the probability at the label, `log_probs[torch.arange(n), labels]`.",
        ),
        Mistake(
            name="wrong classes too",
            answer=lambda x, y: (
                -(
                    F.one_hot(y, x.shape[1]) * softmax(x).log()
                    + (1 - F.one_hot(y, x.shape[1])) * (1 - softmax(x)).log()
                )
                .sum(dim=1)
                .mean()
            ),
            says="You use the formula for two classes on each class, so wrong ones count too.",
            hint="Only the probability of the right class counts.",
        ),
        Mistake(
            name="probability in front",
            answer=lambda x, y: -(softmax(x) * F.log_softmax(x, dim=1)).sum(dim=1).mean(),
            says="You weight the logarithms by the probabilities, so the labels don't count.",
            hint="Take the logarithm at the label alone.",
        ),
        Mistake(
            name="base 2",
            answer=partial(_cross_entropy, end=lambda v: -v / math.log(2)),
            says="Your logarithm has base 2, so the loss is in bits.",
            hint="Use `torch.log`. PyTorch reports its losses in nats.",
        ),
        Mistake(
            name="base 10",
            answer=partial(_cross_entropy, end=lambda v: -v / math.log(10)),
            says="Your logarithm has base 10.",
            hint="Use the natural logarithm, `torch.log`.",
        ),
        Mistake(
            name="squared error",
            answer=lambda x, y: ((softmax(x) - F.one_hot(y, x.shape[1])) ** 2).mean(),
            says="This is the squared error of the probabilities.",
            hint="Cross-entropy is minus the logarithm of the probability of the right class.",
        ),
        Mistake(
            name="accuracy",
            answer=lambda x, y: (x.argmax(dim=1) == y).float().mean(),
            says="This is the accuracy.",
            hint="Cross-entropy is minus the logarithm of the probability of the right class.",
        ),
    ],
)


def _curve(
    axes: "Axes",
    *,
    probability: Callable[[Tensor, Tensor], Tensor] = lambda z, t: (z / t).softmax(1)[:, 0],
    logarithm: bool = False,
) -> None:
    """Draw a probability over the temperature, computed in a way that may be wrong."""
    t = torch.logspace(-1, 2, 301)
    p = probability(torch.tensor([2.0, 0.0, -1.0]), t[:, None])
    axes.plot(t.log10() if logarithm else t, p)
    axes.set_xscale("linear" if logarithm else "log")
    axes.set(xlabel="temperature", ylabel="probability of the first class")


check_picture = Plot(
    name="picture",
    doc="""Check `picture`, which shows how the temperature changes the probability of a class.

    The logits are 2, 0 and -1. The temperature goes from 0.1 to 100 on a logarithmic axis.

    Examples:
        >>> print(check_picture(lambda ax: ax.plot([0.1, 100], [1, 1])).message)
        At x = 0.457, your line goes through y = 1, expected 0.986.
    """,
    answer=_curve,
    reason="At a low temperature the largest logit takes everything, and at a high temperature "
    "each class gets a third. The first falls below one half at about 3.6. The order of the "
    "classes never changes, so a network can sound surer without knowing anything more.",
    mistakes=[
        Mistake(
            name="times the temperature",
            answer=partial(_curve, probability=lambda z, t: (z * t).softmax(1)[:, 0]),
            says="You multiply the logits by the temperature, so your curve runs backward.",
            hint="Divide by it.",
        ),
        Mistake(
            name="softmax first",
            answer=partial(_curve, probability=lambda z, t: (z.softmax(0) / t)[:, 0]),
            says="You apply softmax first and divide the probabilities. They no longer sum to 1.",
            hint="Divide the logits, and apply softmax to the result.",
        ),
        Mistake(
            name="second class",
            answer=partial(_curve, probability=lambda z, t: (z / t).softmax(1)[:, 1]),
            says="Your curve belongs to the second class, whose logit is 0.",
            hint="Python counts from 0, so the first class is `[:, 0]`.",
        ),
        Mistake(
            name="last class",
            answer=partial(_curve, probability=lambda z, t: (z / t).softmax(1)[:, -1]),
            says="Your curve belongs to the last class, whose logit is -1.",
            hint="Take the first class, `[:, 0]`.",
        ),
        Mistake(
            name="wrong axis",
            answer=partial(_curve, probability=lambda z, t: (z / t).softmax(0)[:, 0]),
            says="Your softmax sums over the temperatures.",
            hint="The classes have to share one unit of probability at each temperature.",
        ),
        Mistake(
            name="logarithm of the temperature",
            answer=partial(_curve, logarithm=True),
            says="Your x is the logarithm of the temperature.",
            hint="Draw over the temperature itself, and let `plt.semilogx` space it.",
        ),
        Mistake(
            name="no softmax",
            answer=partial(_curve, probability=lambda z, t: (z / t)[:, 0]),
            says="You draw the logit divided by the temperature, without softmax.",
            hint="Apply softmax to the divided logits, and take the first class.",
        ),
        Mistake(
            name="sigmoid",
            answer=partial(_curve, probability=lambda z, t: (z / t).sigmoid()[:, 0]),
            says="You use the sigmoid, which ends at one half and doesn't know the other classes.",
            hint="Use softmax.",
        ),
    ],
)

_SURE, _WRONG = -math.log(0.99), -math.log(0.0001)  # losses of one digit

check_share = Number(
    name="share",
    doc="""Check `share`, the share that one digit has in the loss of a hundred.

    The network gives 99 digits the probability 0.99 for the right class, and one 0.0001.

    Examples:
        >>> print(check_share(0.2))
        Wrong: share is 0.2. That's too small. Compute the loss of each kind of digit first.
    """,
    answer=_WRONG / (99 * _SURE + _WRONG),
    tolerance=0.005,
    reason="It's 0.90. One digit in a hundred makes nine tenths of the loss. The logarithm hardly "
    "notices whether you're right with 0.99 or with 0.999, but it never forgives being sure and "
    "wrong. So when the loss of a good network jumps, look at its few worst digits first.",
    hint="Compute the loss of each kind of digit first.",
    mistakes=[
        Mistake(
            name="share of the digits",
            answer=0.01,
            says="That's its share of the digits. In the loss they don't all count the same.",
            hint="Compute the loss of that digit, and divide it by the losses of all.",
        ),
        Mistake(
            name="loss of the digit",
            answer=_WRONG,
            says="That's the loss of the digit itself.",
            hint="Divide it by the sum of all hundred losses.",
        ),
        Mistake(
            name="share of the others",
            answer=1 - _WRONG / (99 * _SURE + _WRONG),
            says="That's the share of the other 99 digits together.",
            hint="The rest of the loss is what's asked for.",
        ),
        Mistake(
            name="part of the mean",
            answer=_WRONG / 100,
            says="That's what the digit adds to the mean loss.",
            hint="Divide it by the mean loss.",
        ),
        Mistake(
            name="mean loss",
            answer=(99 * _SURE + _WRONG) / 100,
            says="That's the mean loss of all hundred digits.",
            hint="How much of it would be gone without that digit?",
        ),
        Mistake(
            name="sum of the losses",
            answer=99 * _SURE + _WRONG,
            says="That's the sum of all hundred losses.",
            hint="Divide the loss of that digit by it.",
        ),
        Mistake(
            name="divided by the others",
            answer=_WRONG / (99 * _SURE),
            says="You divide by the loss of the other digits.",
            hint="The whole is all hundred digits, so that digit belongs to it, too.",
        ),
        Mistake(
            name="no logarithm",
            answer=0.9999 / (99 * 0.01 + 0.9999),
            says="You measure how wrong each digit is as 1 - p, without the logarithm.",
            hint="The loss of a digit is minus the logarithm of p.",
        ),
        Mistake(
            name="probabilities",
            answer=0.0001 / (99 * 0.99 + 0.0001),
            says="You divide the probabilities themselves.",
            hint="The loss of a digit is minus the logarithm of its probability.",
        ),
    ],
)


check_split = Choice(
    name="split",
    doc="""Check `split`, how to bet where 70 in 100 are a 1, if you pay what wasn't on the answer.

    Examples:
        >>> print(check_split("a").message)
        It costs 0.50 a digit, whatever comes. Lean toward the 1, and it gets cheaper.
    """,
    options=[
        Option(
            "0.50 on the 1 and 0.50 on the 7.",
            "It costs 0.50 a digit, whatever comes. Lean toward the 1, and it gets cheaper.",
            right=False,
        ),
        Option(
            "0.70 on the 1 and 0.30 on the 7.",
            "With the logarithm it would be best. But here it costs 0.42 a digit, and you can do "
            "better.",
            right=False,
        ),
        Option(
            "0.90 on the 1 and 0.10 on the 7.",
            "It costs 0.34 a digit. That's better than to be honest, and it goes on in this way.",
            right=False,
        ),
        Option(
            "1.00 on the 1 and 0.00 on the 7.",
            "It costs 0.30 a digit, where 0.90 costs 0.34, 0.70 costs 0.42 and 0.50 costs 0.50. So "
            "this price rewards you for sounding surer than you are. With the logarithm, 0.50 "
            "costs 0.69 a digit, 0.70 costs 0.61, 0.90 costs 0.76, and with 1.00 you're broke at "
            "the first 7. No split beats 0.70. So a network that makes that loss small has a "
            "reason to be honest, at least about digits that it hasn't learned by heart.",
            right=True,
        ),
    ],
)
