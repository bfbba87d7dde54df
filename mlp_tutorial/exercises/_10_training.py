"""The exercises of lesson 10."""

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn, relu

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import Momentum, is_class_of_loss, softmax
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Made, is_number, same
from mlp_tutorial.lessons import Option


def _mean_square(logits: Tensor, y: Tensor) -> Tensor:
    return F.mse_loss(logits, F.one_hot(y, logits.shape[1]).to(logits.dtype))


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "": F.cross_entropy,
    "softmax before the loss": lambda logits, y: F.cross_entropy(softmax(logits), y),
    "ReLU on the logits": lambda logits, y: F.cross_entropy(relu(logits), y),
    "sum over the batch": partial(F.cross_entropy, reduction="sum"),
    "mean divided again": lambda logits, y: F.cross_entropy(logits, y) / len(y),
    "loss of the wrong sign": lambda logits, y: -F.cross_entropy(logits, y),
    "log-softmax forgotten": F.nll_loss,
    "logarithm forgotten": lambda logits, y: F.nll_loss(softmax(logits), y),
    "squared error": _mean_square,
    "squared error of probabilities": lambda logits, y: _mean_square(softmax(logits), y),
}


ERRORS = {
    "\"log_softmax_lastdim_kernel_impl\" not implemented for 'Long'": "arguments exchanged",
    "grad can be implicitly created only for scalar": "loss of each example",
    "object has no attribute 'backward'": "loss turned into a number",
    "does not require grad": "no gradients recorded",
}


def _use_step(train_step: Callable[..., Any], x: Tensor, y: Tensor) -> Any:
    """Take three steps with a small network, and name what is wrong with them."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 4))
    parameters = list(model.parameters())
    optimizer = Momentum(model)
    modes: list[bool] = []
    model.register_forward_hook(lambda model, *_: modes.append(model.training))
    names: list[str] = []
    losses = []
    for _ in range(3):
        before = copy.deepcopy(model)
        left = [torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in parameters]
        done = len(optimizer.steps)
        try:
            loss = train_step(model, x, y, optimizer)
        except Exception as error:
            if is_class_of_loss(error):
                raise Made("loss class called") from error
            for said, name in ERRORS.items():
                if said in str(error):
                    raise Made(name) from error
            raise
        names += _wrong_step(before, model, x, y, left, optimizer.steps[done:])
        names += _wrong_loss(before, model, x, y, loss, names)
        losses.append(loss)
    if not all(modes):
        names.append("evaluation mode")
    if names:
        raise Made(*names)
    if losses[0] is None:
        return None
    weights = [parameter.detach() for parameter in model.parameters()]
    return {
        "losses": [float(torch.as_tensor(loss).detach()) for loss in losses],
        "weights": weights,
    }


def _wrong_step(
    before: nn.Module,
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    left: Sequence[Tensor],
    steps: Sequence[Sequence[Tensor | None]],
) -> list[str]:
    """Name what is wrong with a step by the gradients that were left, and those it used."""
    if len(steps) != 1:
        moved = not same(before.state_dict(), model.state_dict())
        return [
            "several steps" if steps else "optimizer not used" if moved else "weights not moved"
        ]
    got = [torch.zeros(()) if gradient is None else gradient for gradient in steps[0]]
    if not any(gradient.any() for gradient in got):
        return ["weights not moved"]
    parameters = list(before.parameters())
    for name, loss in LOSSES.items():
        right = torch.autograd.grad(loss(before(x), y), parameters)
        added = [gradient + rest for gradient, rest in zip(right, left, strict=True)]
        if same(got, right):
            return [name] if name else []
        if same(got, added):
            return [*([name] if name else []), "zero_grad forgotten"]
        if same(got, [2 * gradient for gradient in right]):
            return ["backward twice"]
    return ["other gradients"]


def _wrong_loss(
    before: nn.Module, model: nn.Module, x: Tensor, y: Tensor, loss: Any, names: Sequence[str]
) -> list[str]:
    """Name what is wrong with the loss that a step returned."""
    if loss is None:
        return []
    if not is_number(loss) or torch.as_tensor(loss).numel() != 1:
        return ["not the loss alone"]
    value = torch.as_tensor(loss).detach().reshape(())

    def is_loss(expected: Tensor) -> bool:
        return bool(value.isfinite()) and same(value, expected)

    with torch.no_grad():
        logits, later = before(x), model(x)
    used = next((name for name in names if name in LOSSES), "")
    if is_loss(LOSSES[used](logits, y)) or is_loss(LOSSES[""](logits, y)):
        return []
    if is_loss(LOSSES[used](logits, y) / len(y)):
        return ["mean divided again"]
    if is_loss(LOSSES[used](logits, y) * len(y)):
        return ["loss times the batch"]
    if is_loss(LOSSES[used](later, y)):
        return ["loss after the step"]
    found = [name for name, of in LOSSES.items() if is_loss(of(logits, y))]
    return found[:1] or ([] if names else ["other number"])


def _step_with(
    loss: Callable[[Tensor, Tensor], Tensor],
    *,
    zero: bool = True,
    steps: int = 1,
    backwards: int = 1,
) -> Callable[..., Tensor]:
    """Make a training step with this loss, and perhaps without one of its parts."""

    def train_step(model: nn.Module, x: Tensor, y: Tensor, optimizer: Momentum) -> Tensor:
        if zero:
            optimizer.zero_grad()
        value = loss(model(x), y)
        for _ in range(backwards):
            value.backward(retain_graph=True)
        for _ in range(steps):
            optimizer.step()
        return value.detach()

    return train_step


def _by_hand(model: nn.Module, x: Tensor, y: Tensor, optimizer: Momentum) -> Tensor:
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.ones_like(parameter), alpha=-0.1)
    return loss.detach()


def _with_other_loss(change: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """Make a right step that returns something else than the loss."""
    return lambda model, x, y, optimizer: change(
        _step_with(F.cross_entropy)(model, x, y, optimizer), x
    )


def _loss_after(model: nn.Module, x: Tensor, y: Tensor, optimizer: Momentum) -> Tensor:
    _step_with(F.cross_entropy)(model, x, y, optimizer)
    return F.cross_entropy(model(x), y)


check_train_step = Exercise(
    name="train_step",
    doc="""Check `train_step(model, x, y, optimizer)`, one step down the cross-entropy.

    It returns the loss before the step.

    Examples:
        >>> import torch.nn.functional as F
        >>> def train_step(model, x, y, optimizer):
        ...     loss = F.cross_entropy(model(x), y)
        ...     loss.backward()
        ...     optimizer.step()
        ...     return loss
        >>> check_train_step(train_step).mistake
        'zero_grad forgotten'
    """,
    use=_use_step,
    answer=_step_with(F.cross_entropy),
    inputs=lambda rng: [
        {"x": size * torch.randn(n, 3, generator=rng), "y": torch.randint(4, (n,), generator=rng)}
        for n, size in ((3, 1), (5, 50), (32, 1))
    ],
    mistakes=[
        Mistake(
            name="zero_grad forgotten",
            answer=_step_with(F.cross_entropy, zero=False),
            says=(
                "Your first step is right, but the later steps aren't, because `backward` adds to "
                "the gradients of earlier steps."
            ),
            hint="Call `optimizer.zero_grad()` in every step.",
        ),
        Mistake(
            name="weights not moved",
            answer=_step_with(F.cross_entropy, steps=0),
            says="Your step doesn't change the weights.",
            hint=(
                "Call `loss.backward()`, then `optimizer.step()`, with no `zero_grad` between them."
            ),
        ),
        Mistake(
            name="softmax before the loss",
            answer=_step_with(LOSSES["softmax before the loss"]),
            says=(
                "You passed probabilities to `cross_entropy`, so softmax is applied twice and the "
                "gradients shrink."
            ),
            hint="Pass the logits as the model returns them.",
        ),
        Mistake(
            name="ReLU on the logits",
            answer=_step_with(LOSSES["ReLU on the logits"]),
            says="You replaced negative logits by zero, where no gradient can pass.",
            hint="Pass the logits to the loss unchanged.",
        ),
        Mistake(
            name="sum over the batch",
            answer=_step_with(LOSSES["sum over the batch"]),
            says="You summed over the batch, so with 32 examples your step is 32 times too long.",
            hint="Take the mean, which is what `cross_entropy` does by default.",
        ),
        Mistake(
            name="mean divided again",
            answer=_step_with(LOSSES["mean divided again"]),
            says="You divide by the batch size, but `cross_entropy` is a mean already.",
            hint="Use the loss as `cross_entropy` returns it.",
        ),
        Mistake(
            name="loss of the wrong sign",
            answer=_step_with(LOSSES["loss of the wrong sign"]),
            says="Your loss has the wrong sign, so each step makes the network worse.",
            hint="`cross_entropy` has the minus sign already.",
        ),
        Mistake(
            name="log-softmax forgotten",
            answer=_step_with(LOSSES["log-softmax forgotten"]),
            says="`nll_loss` expects the logarithms of probabilities, and you passed logits.",
            hint="Use `cross_entropy`, which applies log-softmax itself.",
        ),
        Mistake(
            name="logarithm forgotten",
            answer=_step_with(LOSSES["logarithm forgotten"]),
            says="`nll_loss` takes no logarithm, so your loss is minus the mean probability.",
            hint="Pass the logits to `cross_entropy`, which does both.",
        ),
        Mistake(
            name="squared error",
            answer=_step_with(LOSSES["squared error"]),
            says="Your loss is the squared error of the logits.",
            hint="Use `cross_entropy`.",
        ),
        Mistake(
            name="squared error of probabilities",
            answer=_step_with(LOSSES["squared error of probabilities"]),
            says="Your loss is the squared error of the probabilities.",
            hint="Use `cross_entropy`, with the logits.",
        ),
        Mistake(
            name="backward twice",
            answer=_step_with(F.cross_entropy, backwards=2),
            says="Your gradients count twice, because `backward` adds to what is there.",
            hint="Call `loss.backward()` once in each step.",
        ),
        Mistake(
            name="several steps",
            answer=_step_with(F.cross_entropy, steps=2),
            says="You take more than one step.",
            hint="Call `optimizer.step()` once, and leave the loop to the caller.",
        ),
        Mistake(
            name="optimizer not used",
            answer=_by_hand,
            says="You moved the weights, but not with the optimizer that you were given.",
            hint="Call `optimizer.step()`. It knows the learning rate and the momentum.",
        ),
        Mistake(
            name="loss after the step",
            answer=_loss_after,
            says="You return the loss after the step.",
            hint="Compute it once, before the step, and return that.",
        ),
        Mistake(
            name="not the loss alone",
            answer=lambda *arguments: {"loss": _step_with(F.cross_entropy)(*arguments)},
            says="Your function returns something other than a single number.",
            hint="Return the loss alone.",
        ),
        Mistake(
            name="loss times the batch",
            answer=_with_other_loss(lambda loss, x: loss * len(x)),
            says="Your step is right, but you return the loss times the batch size.",
            hint="Return the mean, as `cross_entropy` computes it.",
        ),
        Mistake(
            name="other number",
            answer=_with_other_loss(lambda loss, x: loss + 1),
            says="Your step is right, but the number that you return isn't the loss.",
            hint="Return the cross-entropy that you called `backward` on.",
        ),
        Mistake(
            name="other gradients",
            answer=_step_with(lambda logits, y: F.cross_entropy(logits, y) ** 2),
            says="The gradients that your step uses aren't those of the mean cross-entropy.",
            hint="Call `backward` on `F.cross_entropy(model(x), y)`, and don't change them later.",
        ),
        Mistake(
            name="arguments exchanged",
            answer=_step_with(lambda logits, y: F.cross_entropy(y, logits)),
            says="You passed the labels to `cross_entropy` first.",
            hint="Pass the logits first, as in `F.cross_entropy(model(x), y)`.",
        ),
        Mistake(
            name="loss of each example",
            answer=_step_with(partial(F.cross_entropy, reduction="none")),
            says="Your loss has a number for each example, and `backward` needs a single one.",
            hint="Take the mean, which is what `cross_entropy` does by default.",
        ),
        Mistake(
            name="loss turned into a number",
            answer=_step_with(lambda logits, y: F.cross_entropy(logits, y).item()),  # type: ignore[arg-type, return-value]
            says="You turned the loss into a plain number, which has no `backward`.",
            hint="Call `backward` on the tensor, and `.item()` only for the result.",
        ),
        Mistake(
            name="no gradients recorded",
            answer=torch.no_grad()(_step_with(F.cross_entropy)),
            says="Nothing leads from your loss back to the weights, so `backward` fails.",
            hint="Compute it from `model(x)`, without `torch.no_grad`, `detach` or `argmax`.",
        ),
        Mistake(
            name="loss class called",
            answer=_step_with(lambda logits, y: nn.CrossEntropyLoss(logits, y)),  # type: ignore[arg-type, return-value]
            says=(
                "`nn.CrossEntropyLoss` is a class, and you passed the tensors to it instead of "
                "making an object of it."
            ),
            hint="Use `F.cross_entropy(logits, y)`, or `nn.CrossEntropyLoss()(logits, y)`.",
        ),
        Mistake(
            name="evaluation mode",
            answer=lambda model, *rest: _step_with(F.cross_entropy)(model.eval(), *rest),
            says="You put the model in evaluation mode, so it would train without its dropout.",
            hint="Leave out `model.eval()`. It belongs before measuring.",
        ),
    ],
)


check_how_many_steps = Number(
    name="how_many_steps",
    doc="""Check `how_many_steps`, in four epochs of 60,000 digits in batches of 256.

    Examples:
        >>> check_how_many_steps(936).mistake
        'last batch forgotten'
    """,
    answer=940,
    tolerance=0,
    reason="It's 940. Each epoch has 234 full batches and a last one of 96, so 235 nudges, and "
    "there are four epochs.",
    hint="Count the batches of one epoch first, the small last one too. There's a nudge for each.",
    mistakes=[
        Mistake(
            name="last batch forgotten",
            answer=936,
            says="You left out the last batch of each epoch, which has only 96 digits.",
            hint="It's a batch all the same. Round the number of batches up.",
        ),
        Mistake(
            name="rounded at the end",
            answer=938,
            says="You divided all 240,000 digits by 256, but a batch doesn't reach into the next "
            "epoch.",
            hint="Round up the number of batches in a single epoch, then multiply by four.",
        ),
        Mistake(
            name="digits shown divided, fraction kept",
            answer=937.5,
            says="You can't take half a step.",
            hint="Each epoch ends with a batch that's smaller than the others. Count it as one.",
        ),
        Mistake(
            name="one epoch",
            answer=235,
            says="That's the number of nudges in one epoch.",
            hint="There are four.",
        ),
        Mistake(
            name="digits instead of batches",
            answer=240_000,
            says="That's how many times it's shown a digit, but there's only one nudge per batch.",
            hint="How many batches of 256 do 60,000 digits make?",
        ),
        Mistake(
            name="batch of 64",
            answer=3752,
            says="You counted with batches of 64.",
            hint="Here a batch has 256 digits.",
        ),
    ],
)


def _pick_rate(
    losses: Mapping[float, Sequence[float]],
    *,
    summary: Callable[[Sequence[float]], float] = lambda found: sum(found) / len(found),
    keep: Callable[[Sequence[float]], bool] = lambda found: all(map(math.isfinite, found)),
    best: Callable[..., float] = min,
) -> float:
    summaries = {lr: summary(found) for lr, found in losses.items() if keep(found)}
    return best(summaries, key=summaries.__getitem__)


def _finite_only(found: Sequence[float]) -> float:
    finite = [loss for loss in found if math.isfinite(loss)]
    return sum(finite) / len(finite) if finite else math.inf


def _lowest_loss(losses: Mapping[float, Sequence[float]]) -> float:
    found = losses[_pick_rate(losses)]
    return sum(found) / len(found)


check_pick_rate = Exercise(
    name="pick_rate",
    doc="""Check `pick_rate(losses)`, the rate with the lowest mean loss of those that never burn.

    Examples:
        >>> def pick_rate(losses):
        ...     return min(losses, key=lambda lr: min(losses[lr]))
        >>> check_pick_rate(pick_rate).mistake
        'luckiest run and nan not left out'
    """,
    answer=_pick_rate,
    inputs=lambda _: [
        {"losses": {0.1: [0.5, 0.4], 0.2: [0.2, 0.9]}},
        {"losses": {0.1: [0.5], 0.3: [0.2]}},
        {"losses": {0.4: [0.3, 0.8], 0.2: [0.6, 0.1]}},
        {"losses": {3.0: [math.nan, 0.1], 0.3: [0.3, 0.5], 0.1: [0.6, 0.6]}},
        {"losses": {0.3: [0.1, math.nan], 0.1: [0.5, 0.25, 0.75], 0.2: [0.7, 0.6]}},
        {"losses": {0.1: [0.5, 0.7, 0.6], 0.3: [0.1, 0.1, math.inf], 0.2: [0.4, 0.4, 0.9]}},
        {"losses": {0.4: [0.3, 0.3, 1.5], 0.2: [0.6, 0.7, 0.7], 0.1: [0.5, 0.8, 0.6]}},
    ],
    mistakes=[
        Mistake(
            name="luckiest run",
            answer=partial(_pick_rate, summary=min),
            says="You picked the rate of the single luckiest run.",
            hint="One run is an anecdote. Compare the means.",
        ),
        Mistake(
            name="sum instead of mean",
            answer=partial(_pick_rate, summary=sum),
            says="You compared sums, so a rate with fewer runs looks better than it is.",
            hint="Divide each sum by the number of runs.",
        ),
        Mistake(
            name="worst run",
            answer=partial(_pick_rate, summary=max),
            says="You compared the rates by their worst runs.",
            hint="That's careful, but the task asks for the lowest mean.",
        ),
        Mistake(
            name="first seed only",
            answer=partial(_pick_rate, summary=lambda found: found[0]),
            says="You looked only at the first run of each rate.",
            hint="Take the mean of all its runs.",
        ),
        Mistake(
            name="nan not left out",
            answer=partial(_pick_rate, keep=lambda _: True),
            says="A rate with a loss of `nan` won. Nothing is smaller than `nan`, so a `min` that "
            "meets it first keeps it.",
            hint="Leave out each rate for which `math.isfinite` is false for one of its losses.",
        ),
        Mistake(
            name="burned runs forgiven",
            answer=partial(_pick_rate, summary=_finite_only, keep=lambda _: True),
            says="You left out the runs that burned and took the mean of the others.",
            hint="If one run burned, the next may burn as well. Leave out the whole rate.",
        ),
        Mistake(
            name="highest loss",
            answer=partial(_pick_rate, best=max),
            says="You picked the rate with the highest mean loss.",
            hint="A loss is better the lower it is, unlike a percentage of right answers.",
        ),
        Mistake(
            name="loss returned",
            answer=_lowest_loss,
            says="You returned the lowest mean loss, not the rate that it belongs to.",
            hint="With `min(means, key=means.get)` you get the key of the smallest value.",
        ),
    ],
)


def _misled(
    better: Sequence[float],
    worse: Sequence[float],
    *,
    fooled: Callable[[float, float], float] = lambda b, w: w > b,
    pairs: Callable[..., Any] = product,
    among: Callable[[int, int], float] = lambda n, m: n * m,
) -> float:
    total = sum(float(fooled(b, w)) for b, w in pairs(better, worse))
    return total / among(len(better), len(worse))


check_misled = Exercise(
    name="misled",
    doc="""Check `misled(better, worse)`, the share of pairs in which the worse recipe looks better.

    Examples:
        >>> def misled(better, worse):
        ...     return sum(w > b for b, w in zip(better, worse)) / len(better)
        >>> check_misled(misled).mistake
        'neighbors only'
    """,
    answer=_misled,
    inputs=lambda _: [
        {"better": [98.0], "worse": [97.5, 98.5]},
        {"better": [98.0, 97.75], "worse": [97.5, 97.75, 98.25]},
        {"better": [98.0, 98.25, 97.5], "worse": [97.25, 98.0]},
        {"better": [98.5, 98.0, 97.75, 98.25], "worse": [97.5, 98.0, 98.375, 97.875]},
        {"better": [98.5, 98.25], "worse": [97.0, 97.5]},
        {"better": [98.0, 98.0, 97.5], "worse": [97.75, 97.75, 98.25]},
    ],
    mistakes=[
        Mistake(
            name="neighbors only",
            answer=partial(_misled, pairs=zip, among=lambda n, m: min(n, m)),
            says="You compared only results in the same place of the two lists.",
            hint="Each result of one list meets every result of the other, so use two loops.",
        ),
        Mistake(
            name="other way around",
            answer=partial(_misled, fooled=lambda b, w: b > w),
            says="You counted the pairs that tell the truth.",
            hint="Count the pairs in which the result from `worse` is the higher one.",
        ),
        Mistake(
            name="ties counted",
            answer=partial(_misled, fooled=lambda b, w: w >= b),
            says="You counted ties, but a tie misleads nobody.",
            hint="Compare with `>`, not with `>=`.",
        ),
        Mistake(
            name="ties counted half",
            answer=partial(_misled, fooled=lambda b, w: (w > b) + (w == b) / 2),
            says="You counted each tie as a half, but a tie misleads nobody.",
            hint="Count only the pairs in which `w > b`.",
        ),
        Mistake(
            name="count returned",
            answer=partial(_misled, among=lambda n, m: 1),
            says="You returned how many pairs mislead, not their share.",
            hint="Divide by the number of pairs.",
        ),
        Mistake(
            name="divided by one length",
            answer=partial(_misled, among=lambda n, m: n),
            says="You divided by the length of the first list.",
            hint="There are `len(better) * len(worse)` pairs.",
        ),
        Mistake(
            name="divided by the other length",
            answer=partial(_misled, among=lambda n, m: m),
            says="You divided by the length of the second list.",
            hint="There are `len(better) * len(worse)` pairs.",
        ),
        Mistake(
            name="in percent",
            answer=partial(_misled, among=lambda n, m: n * m / 100),
            says="Your result is in percent.",
            hint="The task asks for a share from 0 to 1.",
        ),
    ],
)


check_ask_first = Choice(
    name="ask_first",
    doc="""Check `ask_first`, the question that may change your mind about a new optimizer.

    Examples:
        >>> check_ask_first("a").outcome
        'wrong'
    """,
    options=[
        Option(
            "What happens with more seeds, say twenty?",
            "More seeds make the interval narrower, but five differences of about a point, all of "
            "the same sign, are hardly luck. Twenty seeds at the wrong heat are still at the wrong "
            "heat.",
            right=False,
        ),
        Option(
            "What does SGD get at its own best rate?",
            "The rate of 0.1 may suit one of the two and not the other. On this page, most of what "
            "momentum seemed to be worth was gone once both had their own rate.",
            right=True,
        ),
        Option(
            "What were the losses on the training digits?",
            "They'd tell you how well each network learned what it was shown. But the claim is "
            "about new digits, and whether the comparison was fair would be as open as before.",
            right=False,
        ),
        Option(
            "What does yours get at a rate of 0.01?",
            "That might show that the new optimizer doesn't mind a poor rate. But it can't tell "
            "you whether SGD, with a rate that suits it, is just as good.",
            right=False,
        ),
    ],
)


check_runs_needed = Number(
    name="runs_needed",
    doc="""Check `runs_needed`, for an interval around 0.05 that leaves out zero.

    Examples:
        >>> check_runs_needed(6).mistake
        'factor forgotten'
    """,
    answer=24,
    tolerance=0,
    reason="It's 24. The root of the number of runs has to be more than 2 * 0.12 / 0.05, which is "
    "4.8, and 4.8 squared is 23.04. And that's if the mean stays at 0.05. It'll wander a bit, so "
    "plan for more. To see a difference half as large, you'd need four times as many.",
    hint="Find the n for which 2 * 0.12 / sqrt(n) is just below 0.05.",
    mistakes=[
        Mistake(
            name="not squared",
            answer=5,
            says="You stopped at 4.8, which is the *root* of the number of runs.",
            hint="Square it, then round up.",
        ),
        Mistake(
            name="factor forgotten",
            answer=6,
            says="You left out the factor of 2, so your interval is only half as wide.",
            hint="The interval reaches 2 * 0.12 / sqrt(n) to either side.",
        ),
        Mistake(
            name="rounded down",
            answer=23,
            says="With 23 pairs the interval still includes zero, if only just.",
            hint="The root of 23 is a little less than 4.8. Round up.",
        ),
        Mistake(
            name="square root not rounded",
            answer=23.04,
            says="You can't run a fraction of a pair.",
            hint="Round up.",
        ),
        Mistake(
            name="factor for five runs",
            answer=45,
            says="You took 2.78, which is for five runs.",
            hint="With many runs the factor is about 2, and the task says to use that.",
        ),
        Mistake(
            name="whole width",
            answer=93,
            says="You made the whole interval narrower than 0.05, from end to end.",
            hint="It's enough if it reaches less than 0.05 to one side.",
        ),
    ],
)
