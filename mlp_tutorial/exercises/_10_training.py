"""The exercises of lesson 10."""

import copy
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn, relu

from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import Momentum, is_class_of_loss, softmax
from mlp_tutorial.exercises._observe import Made, is_number, same


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
