"""The exercises of lesson 18."""

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._judge import Exercise, Mistake, single
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Made, is_number, same
from mlp_tutorial.exercises._watch import watch
from mlp_tutorial.lessons import Option


def _use_first_loss(first_loss: Callable[[int], Any], classes: int) -> Any:
    """Call the answer, and see whether it drew random numbers for a result that is wrong."""

    def state() -> list[Any]:
        of_numpy = repr(np.random.get_state())
        return [torch.get_rng_state().tolist(), random.getstate(), of_numpy]

    before = state()
    loss = first_loss(classes)
    if state() != before and not same(single(lambda: loss), math.log(classes)):
        raise Made("random logits")
    return loss


def _of_random_logits(classes: int) -> float:
    return F.cross_entropy(torch.randn(1000, classes), torch.zeros(1000, dtype=torch.long)).item()


check_first_loss = Exercise(
    name="first_loss",
    doc="""Check `first_loss(classes)`, the cross-entropy of a network that knows nothing yet.

    It takes the number of classes, and returns nats.

    Examples:
        >>> import math
        >>> check_first_loss(math.log2).mistake
        'base 2'
    """,
    use=_use_first_loss,
    answer=math.log,
    inputs=lambda rng: [{"classes": classes} for classes in (2, 10, 1000, 3)],
    mistakes=[
        Mistake(
            name="base 2",
            answer=math.log2,
            says="Your logarithm has base 2, but PyTorch's losses are in nats.",
            hint="Use `math.log`.",
        ),
        Mistake(
            name="base 10",
            answer=math.log10,
            says="Your logarithm has base 10, but PyTorch's losses are in nats.",
            hint="Use `math.log`.",
        ),
        Mistake(
            name="probability",
            answer=lambda classes: 1 / classes,
            says="This is the probability of the right class.",
            hint="The loss is minus its logarithm.",
        ),
        Mistake(
            name="sign",
            answer=lambda classes: -math.log(classes),
            says="Your loss is negative.",
            hint="The logarithm of a probability is negative, and the loss is minus that.",
        ),
        Mistake(
            name="random logits",
            answer=_of_random_logits,
            says=(
                "You measured the loss of random logits. Those give the classes different "
                "probabilities, so the network is wrong with confidence."
            ),
            hint="Give every class the same probability. No random numbers are needed.",
        ),
        Mistake(
            name="always ten classes",
            answer=lambda classes: math.log(10),
            says="You always return the loss for ten classes.",
            hint="Use `classes`.",
        ),
        Mistake(
            name="logarithm forgotten",
            answer=lambda classes: -1 / classes,
            says="This is minus the probability of the right class, without the logarithm.",
            hint="The loss is minus its logarithm, as in `-math.log(1 / classes)`.",
        ),
        Mistake(
            name="probability of an error",
            answer=lambda classes: 1 - 1 / classes,
            says="This is the share of answers that are wrong if you guess.",
            hint="The loss is minus the logarithm of the probability of the right class.",
        ),
        Mistake(
            name="logarithm of an error",
            answer=lambda classes: -math.log(1 - 1 / classes),
            says="You took the logarithm of the probability of the wrong classes.",
            hint="The loss is minus the logarithm of the probability of the right class.",
        ),
        Mistake(
            name="wrong classes too",
            answer=lambda classes: (
                math.log(classes) / classes - (1 - 1 / classes) * math.log(1 - 1 / classes)
            ),
            says="This is the uncertainty about right or wrong, not about the class.",
            hint="The loss is minus the logarithm of the probability of the right class.",
        ),
        Mistake(
            name="one too many",
            answer=lambda classes: math.log(classes + 1),
            says="You counted one class too many.",
            hint="The probability of the right class is 1 / classes. (`log1p` adds 1.)",
        ),
        Mistake(
            name="one too few",
            answer=lambda classes: math.log(classes - 1),
            says="You counted one class too few.",
            hint="The probability of the right class is 1 / classes.",
        ),
        Mistake(
            name="exponential",
            answer=lambda classes: math.exp(1 / classes),
            says="You took the exponential of the probability.",
            hint="Take minus the logarithm.",
        ),
        Mistake(
            name="number of classes",
            answer=lambda classes: float(classes),
            says="This is the number of classes.",
            hint="Take its natural logarithm.",
        ),
    ],
)


def _slope(
    ahead: float = 1, behind: float = 1, width: float = 2
) -> Callable[[Callable[[Tensor], Tensor], Tensor, float], Tensor]:
    """Make a numerical gradient, with two steps and a divisor in multiples of epsilon."""

    def numerical_gradient(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
        gradient = torch.zeros_like(w)
        for i in range(len(w)):
            step = torch.zeros_like(w)
            step[i] = epsilon
            difference = loss(w + ahead * step) - loss(w - behind * step)
            gradient[i] = difference / (width * epsilon)
        return gradient

    return numerical_gradient


TINY = 1e-9  # more than the rounding of a move there and back


class _Loss:
    """A loss whose slopes depend on all weights, and that says what it is."""

    def __call__(self, w: Tensor) -> Tensor:
        return (w**3).sum() + w.prod()

    def __repr__(self) -> str:
        return "the sum of the cubes of w, plus the product of w"


def _use_numerical(
    numerical_gradient: Callable[..., Any],
    loss: Callable[[Tensor], Tensor],
    w: Tensor,
    epsilon: float,
) -> Any:
    """Call the answer, and see at which points it computes the loss."""
    given = w.clone()
    moves: list[tuple[Tensor, bool]] = []  # from w, and whether w itself was moved

    def noted(v: Tensor) -> Tensor:
        if isinstance(v, Tensor) and v.shape == given.shape:
            move = v.detach().double() - given
            moves.append((move, v.untyped_storage().data_ptr() == w.untyped_storage().data_ptr()))
        return loss(v)

    with watch(torch.autograd.backward, torch.autograd.grad) as called:
        gradient = numerical_gradient(noted, w, epsilon)
    if called:
        raise Made("autograd")
    right = same(gradient, _slope()(loss, given, epsilon))
    if gradient is None or (right and same(w, given)):
        return gradient
    if right:
        raise Made("w changed")
    if same(gradient, torch.zeros_like(w)):
        raise Made("both are one tensor" if any(own for _, own in moves) else "always zero")
    if not same(w, given):
        raise Made("w not restored")
    steps = [(move, own) for move, own in moves if (move.abs() > TINY).any()]
    if any(own for _, own in steps):
        raise Made("view taken for a copy")
    if any((move.abs() > TINY).sum() > 1 for move, _ in steps):
        raise Made("several moved at once")
    if any(not same(move.abs().max().item(), epsilon) for move, _ in steps):
        raise Made("another distance")
    if is_number(gradient) and torch.as_tensor(gradient).ndim == 0:
        raise Made("one number")
    return gradient


def _not_restored(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
    gradient = torch.zeros_like(w)
    for i in range(len(w)):
        w[i] += epsilon
        up = loss(w)
        w[i] -= 2 * epsilon
        gradient[i] = (up - loss(w)) / (2 * epsilon)
    return gradient


def _one_tensor(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
    gradient = torch.zeros_like(w)
    for i in range(len(w)):
        high = low = w
        high[i] += epsilon
        low[i] -= epsilon
        gradient[i] = (loss(high) - loss(low)) / (2 * epsilon)
    return gradient


def _view(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
    gradient = torch.zeros_like(w)
    for i in range(len(w)):
        before = w[i]
        w[i] = before + epsilon
        up = loss(w)
        w[i] = before - epsilon
        gradient[i] = (up - loss(w)) / (2 * epsilon)
        w[i] = before
    return gradient


def _late(right: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Move `w` after the slopes are computed."""

    def numerical_gradient(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
        gradient = right(loss, w, epsilon)
        w += epsilon
        return gradient

    return numerical_gradient


def _sum_of_both(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
    steps = epsilon * torch.eye(len(w), dtype=w.dtype)
    return torch.stack([(loss(w + step) + loss(w - step)) / (2 * epsilon) for step in steps])


def _without_parentheses(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
    steps = epsilon * torch.eye(len(w), dtype=w.dtype)
    return torch.stack([loss(w + step) - loss(w - step) / 2 * epsilon for step in steps])


def _all_at_once(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
    return (loss(w + epsilon) - loss(w - epsilon)) / (2 * epsilon) * torch.ones_like(w)


def _with_autograd(loss: Callable[[Tensor], Tensor], w: Tensor, epsilon: float) -> Tensor:
    leaf = w.clone().requires_grad_()
    return torch.autograd.grad(loss(leaf), leaf)[0]


check_numerical_gradient = Exercise(
    name="numerical_gradient",
    doc="""Check `numerical_gradient(loss, w, epsilon)`, a central difference for each weight.

    `loss` takes a vector and returns a number. `w` is such a vector, float64.

    Examples:
        >>> import torch
        >>> def numerical_gradient(loss, w, epsilon):
        ...     steps = epsilon * torch.eye(len(w), dtype=w.dtype)
        ...     return torch.stack([(loss(w + h) - loss(w - h)) / epsilon for h in steps])
        >>> check_numerical_gradient(numerical_gradient).mistake
        'half forgotten'
    """,
    use=_use_numerical,
    answer=_slope(),
    inputs=lambda rng: [
        {"loss": _Loss(), "w": torch.tensor(w, dtype=torch.float64), "epsilon": epsilon}
        for w, epsilon in (
            ([1.0, -2.0], 0.1),
            ([0.5, 1.5, -1.0, 2.0], 0.01),
            ([3.0], 0.01),
            ([0.3, 40.1, -135.7], 0.01),
        )
    ],
    mistakes=[
        Mistake(
            name="one side only",
            answer=_slope(behind=0, width=1),
            says="You compare w + epsilon with w itself, so your error shrinks only like epsilon.",
            hint="Use both w + epsilon and w - epsilon. The error shrinks like epsilon squared.",
        ),
        Mistake(
            name="half forgotten",
            answer=_slope(width=1),
            says="Your numbers are too large by a factor of 2.",
            hint="From w - epsilon to w + epsilon is `2 * epsilon`, so divide by that.",
        ),
        Mistake(
            name="not divided",
            answer=lambda loss, w, epsilon: 2 * epsilon * _slope()(loss, w, epsilon),
            says="These are differences of the loss, not slopes.",
            hint="Divide by `2 * epsilon`.",
        ),
        Mistake(
            name="divided wrongly",
            answer=lambda loss, w, epsilon: epsilon**2 * _slope()(loss, w, epsilon),
            says="`/ 2 * epsilon` divides by 2 and then multiplies by epsilon.",
            hint="Put parentheses around the divisor, as in `/ (2 * epsilon)`.",
        ),
        Mistake(
            name="parentheses missing",
            answer=_without_parentheses,
            says="`/` comes before `-`, so you divide only the loss at w - epsilon.",
            hint="Put parentheses around the difference, and around `2 * epsilon`.",
        ),
        Mistake(
            name="one side only, backward",
            answer=_slope(ahead=0, width=1),
            says="You compare w with w - epsilon, so your error shrinks only like epsilon.",
            hint="Use both w + epsilon and w - epsilon. The error shrinks like epsilon squared.",
        ),
        Mistake(
            name="one side, divided by two",
            answer=_slope(behind=0),
            says="You compare w + epsilon with w itself, but divide as if for both sides.",
            hint="Use both w + epsilon and w - epsilon.",
        ),
        Mistake(
            name="sum of both",
            answer=_sum_of_both,
            says="You add the two losses.",
            hint="Subtract the loss at w - epsilon from the loss at w + epsilon.",
        ),
        Mistake(
            name="autograd",
            answer=_with_autograd,
            says="You call autograd, which this exercise is there to test.",
            hint="Use two values of the loss at a distance `epsilon` on either side.",
        ),
        Mistake(
            name="both are one tensor",
            answer=_one_tensor,
            says="Your two points are the same tensor, so the difference is always 0.",
            hint="`high = w` makes no copy. Use `w.clone()` for each of them.",
        ),
        Mistake(
            name="always zero",
            answer=lambda loss, w, epsilon: torch.zeros_like(w),
            says="Your slopes are always 0.",
            hint="Move one number of a copy of `w`, pass that to `loss`, and store the slope.",
        ),
        Mistake(
            name="view taken for a copy",
            answer=_view,
            says="You move `w` itself, and `w[i]` is a view that changes with it, not a copy.",
            hint="Keep the old value with `w[i].item()`, or better move a copy from `w.clone()`.",
        ),
        Mistake(
            name="w changed",
            answer=_late(_slope()),
            says="Your slopes are right, but `w` isn't as you found it.",
            hint="Move a copy from `w.clone()`, and leave `w` as it is.",
        ),
        Mistake(
            name="w not restored",
            answer=_not_restored,
            says="You move `w` itself, and don't move it back before the next number.",
            hint="Move one number of a fresh copy at a time, from `w.clone()`.",
        ),
        Mistake(
            name="several moved at once",
            answer=_all_at_once,
            says="You move several numbers of `w` at once.",
            hint="Move one number of a fresh copy at a time, from `w.clone()`.",
        ),
        Mistake(
            name="one number",
            answer=lambda loss, w, epsilon: _slope()(loss, w, epsilon)[-1],
            says="You return one number, but there's a slope for each number of `w`.",
            hint="Store each slope, as in `gradient[i] = ...`, and return them after the loop.",
        ),
        Mistake(
            name="another distance",
            answer=_slope(ahead=0.5, behind=0.5, width=1),
            says="You compute the loss at some distance other than `epsilon`.",
            hint="Move by `epsilon` to each side, and divide by `2 * epsilon`.",
        ),
    ],
)


def _eyes_shut(learned: Tensor, asked: Tensor) -> float:
    return (asked == learned.bincount().argmax()).double().mean().item()


check_eyes_shut = Exercise(
    name="eyes_shut",
    doc="""Check `eyes_shut(learned, asked)`, the share that you get right without looking.

    Both are labels, int64. The answer is always the most frequent label of `learned`.

    Examples:
        >>> def eyes_shut(learned, asked):
        ...     return (asked == asked.bincount().argmax()).double().mean().item()
        >>> check_eyes_shut(eyes_shut).mistake
        'looked at the exam'
    """,
    answer=_eyes_shut,
    inputs=lambda rng: [
        {"learned": torch.tensor(learned), "asked": torch.tensor(asked)}
        for learned, asked in (
            ([2, 2, 1, 2, 0, 0], [0, 0, 2, 0, 1]),
            ([1, 0, 1, 1, 3, 3], [3, 3, 1, 1, 3, 0, 0, 3]),
            ([4, 4, 0, 4], [0, 1, 2, 1, 0, 1, 1]),
        )
    ],
    mistakes=[
        Mistake(
            name="looked at the exam",
            answer=lambda learned, asked: _eyes_shut(asked, asked),
            says="You chose the answer by the labels that you're asked about.",
            hint="Choose the most frequent label of `learned`, before you see `asked`.",
        ),
        Mistake(
            name="share of the learned",
            answer=lambda learned, asked: _eyes_shut(learned, learned),
            says="This is the share among the labels that you learned from.",
            hint="Choose by `learned`, but count in `asked`.",
        ),
        Mistake(
            name="the other way around",
            answer=lambda learned, asked: _eyes_shut(asked, learned),
            says="You choose by the labels of the exam, and count in those you learned from.",
            hint="Choose by `learned`, and count in `asked`.",
        ),
        Mistake(
            name="count",
            answer=lambda learned, asked: _eyes_shut(learned, asked) * len(asked),
            says="You return how many answers are right.",
            hint="Divide by the number of labels in `asked`, or take the mean.",
        ),
        Mistake(
            name="percent",
            answer=lambda learned, asked: 100 * _eyes_shut(learned, asked),
            says="Your number is in percent.",
            hint="Return a fraction from 0 to 1.",
        ),
        Mistake(
            name="divided by the learned",
            answer=lambda learned, asked: _eyes_shut(learned, asked) * len(asked) / len(learned),
            says="You divide by the number of labels that you learned from.",
            hint="Divide by the number of labels in `asked`.",
        ),
        Mistake(
            name="share of the wrong",
            answer=lambda learned, asked: 1 - _eyes_shut(learned, asked),
            says="This is the share of answers that are wrong.",
            hint="Count where `asked` is equal to your answer.",
        ),
        Mistake(
            name="the label",
            answer=lambda learned, asked: learned.bincount().argmax().item(),
            says="This is the most frequent label itself.",
            hint="See how often it occurs in `asked`, and divide by the number of labels there.",
        ),
        Mistake(
            name="largest label",
            answer=lambda learned, asked: (asked == learned.max()).double().mean().item(),
            says="You always answer with the largest label.",
            hint="Count how often each label occurs, as with `learned.bincount().argmax()`.",
        ),
        Mistake(
            name="guessing at random",
            answer=lambda learned, asked: 1 / len(learned.unique()),
            says="This is what you'd get by guessing among equally frequent labels.",
            hint="Always give the same answer, the most frequent label of `learned`.",
        ),
    ],
)


def _copies(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return the digits, and then a copy of each, one pixel to the right."""
    return torch.cat([x, x.roll(1, dims=-1)]), torch.cat([y, y])


def _leaky(x: Tensor, y: Tensor, held: int) -> Any:
    x, y = _copies(x, y)
    return (x[held:], y[held:]), (x[:held], y[:held])


def _split(
    learn: Callable[[Tensor, Tensor], Any] = _copies,
    exam: Callable[[Tensor, Tensor], Any] = lambda x, y: (x, y),
) -> Callable[[Tensor, Tensor, int], Any]:
    """Make a split without the leak, with something done to both of its sides."""
    return lambda x, y, held: (learn(x[held:], y[held:]), exam(x[:held], y[:held]))


def _twins_twice(x: Tensor, y: Tensor, held: int) -> Any:
    more, labels = _copies(x, y)
    return _split()(more, labels, held)


check_split_digits = Exercise(
    name="split_digits",
    doc="""Check `split_digits(x, y, held)`, which keeps an exam and copies only the other digits.

    `x` has shape (digits, rows, columns), and `y` shape (digits,). It returns a pair of pairs, the
    digits and labels to learn from, and those of the exam.

    Examples:
        >>> def split_digits(x, y, held):
        ...     return (x[held:], y[held:]), (x[:held], y[:held])
        >>> check_split_digits(split_digits).mistake
        'no copies'
    """,
    answer=_split(),
    given=_leaky,
    inputs=lambda rng: [
        {
            "x": torch.arange(12 * n, dtype=torch.float64).reshape(n, 3, 4) / 3 - 1,
            "y": torch.randint(10, (n,), generator=rng),
            "held": held,
        }
        for n, held in ((3, 1), (6, 2), (9, 4), (5, 0))
    ],
    mistakes=[
        Mistake(
            name="no copies",
            answer=_split(learn=lambda x, y: (x, y)),
            says="The leak is gone, but so are the shifted copies.",
            hint="After the split, add the shifted copies of the digits to learn from.",
        ),
        Mistake(
            name="exam shifted too",
            answer=_split(exam=_copies),
            says="Your exam has shifted copies in it.",
            hint="Make copies only of the digits to learn from. The exam stays as it came.",
        ),
        Mistake(
            name="only copies",
            answer=_split(learn=lambda x, y: (x.roll(1, dims=-1), y)),
            says="Your network learns only from the shifted copies.",
            hint="Join the digits and their copies, with `torch.cat([x, x.roll(1, dims=-1)])`.",
        ),
        Mistake(
            name="labels not doubled",
            answer=_split(learn=lambda x, y: (_copies(x, y)[0], y)),
            says="There are twice as many digits to learn from as labels.",
            hint="Each copy needs its label, too, as in `torch.cat([y, y])`.",
        ),
        Mistake(
            name="copies first",
            answer=_split(
                learn=lambda x, y: (torch.cat([x.roll(1, dims=-1), x]), _copies(x, y)[1])
            ),
            says="Your copies come before the digits.",
            hint="Put the digits first, as in `torch.cat([x, x.roll(1, dims=-1)])`.",
        ),
        Mistake(
            name="exam and learning swapped",
            answer=lambda x, y, held: _split()(x, y, held)[::-1],
            says="You return the exam first.",
            hint="Return `learn, exam`.",
        ),
        Mistake(
            name="the others are held",
            answer=lambda x, y, held: (_copies(x[:held], y[:held]), (x[held:], y[held:])),
            says="Your network learns from the first `held` digits, and the exam has the others.",
            hint="The exam is `x[:held], y[:held]`.",
        ),
        Mistake(
            name="twins still there",
            answer=_twins_twice,
            says="You still make copies before the split, and then again after it.",
            hint="Remove the first two lines, and make copies only after the split.",
        ),
    ],
)


check_reported_loss = Number(
    name="reported_loss",
    doc="""Check `reported_loss`, the mean of a square in which each answer meets all labels.

    Examples:
        >>> check_reported_loss(0).mistake
        'each with its own'
    """,
    answer=0.375,
    tolerance=0.002,
    reason=(
        "It's 6 / 16, for answers without a single mistake. Had the network said three quarters to "
        "each of the four, this loss would be half as large, so it teaches the network to say the "
        "average."
    ),
    hint="Count the entries of the square in which answer and label differ, and divide by 16.",
    mistakes=[
        Mistake(
            name="each with its own",
            answer=0.0,
            says="That would be right if each answer met only its own label.",
            hint="(4, 1) minus (4,) has shape (4, 4). Each answer meets all four labels.",
        ),
        Mistake(
            name="sum",
            answer=6.0,
            says="That's how many of the entries are 1.",
            hint="Take their mean. The square has 16 entries.",
        ),
        Mistake(
            name="divided by four",
            answer=1.5,
            says="You divided by 4, but the square has more entries than that.",
            hint="Divide by 16.",
        ),
        Mistake(
            name="one side of the diagonal",
            answer=0.1875,
            says="You counted only half of the entries where they differ.",
            hint="Three answers of 1 meet the label 0, and the answer 0 meets three labels of 1.",
        ),
        Mistake(
            name="fields that agree",
            answer=0.625,
            says="That's the share of entries in which answer and label agree.",
            hint="An entry is 1 where they differ.",
        ),
        Mistake(
            name="one difference",
            answer=0.0625,
            says="You counted a single entry where they differ.",
            hint="There's one 0 among the answers, and it meets three labels of 1.",
        ),
    ],
)


check_suspect = Choice(
    name="suspect",
    doc="""Check `suspect`, the bug behind a loss that stops at 1.46.

    Examples:
        >>> check_suspect("a").mistake
        'All weights start at zero.'
    """,
    options=[
        Option(
            "All weights start at zero.",
            "Then only the last biases would learn, and all leaves would get the same answer. But "
            "all ten come out right.",
            right=False,
        ),
        Option(
            "In every round, the leaves are shuffled anew without their labels.",
            "Then each leaf would get another label each time, and it couldn't learn all ten by "
            "heart.",
            right=False,
        ),
        Option(
            "There's a softmax in the model and another one in the loss.",
            "The first softmax leaves numbers from 0 to 1, and with those the second can bet no "
            "more than e / (e + 9), or 0.23, on the right answer. That costs 1.46. (A sigmoid "
            "after the last layer would do the same.)",
            right=True,
        ),
        Option(
            "The initial weights are far too large.",
            "Then the first loss would be many times 2.30.",
            right=False,
        ),
    ],
)
