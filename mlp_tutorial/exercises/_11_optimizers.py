"""The exercises of lesson 11."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor

from mlp_tutorial.exercises._inputs import random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._observe import Arguments


def _momentum_inputs(rng: Generator) -> list[Arguments]:
    one = {"w": 1.0, "velocity": 0.5, "gradient": 2.0}
    some = random_tensors(rng, w=(2, 3), velocity=(2, 3), gradient=(2, 3))
    last = random_tensors(rng, w=(2, 3), velocity=(2, 3), gradient=(2, 3))
    w = some["w"]
    return [
        {name: torch.tensor([value]) for name, value in one.items()} | {"lr": 0.1, "momentum": 0.9},
        {**some, "lr": 0.01, "momentum": 0.5},
        {**last, "lr": 0.2, "momentum": 0.0},
        {
            "w": 300 * w,
            "velocity": 200 * w.flip(1),
            "gradient": -150 * w,
            "lr": 0.3,
            "momentum": 0.9,
        },
    ]


def _momentum(
    w: Tensor,
    velocity: Tensor,
    gradient: Tensor,
    lr: float,
    momentum: float,
    *,
    new: Callable[..., Tensor] = lambda v, g, lr, m: m * v + g,
    move: Callable[..., Tensor] = lambda w, v, lr, old: w - lr * v,
    give: Callable[..., Any] = lambda w, v, lr, old: (w, v),
) -> Any:
    """Take a step from parts, each of which may be a wrong one."""
    v = new(velocity, gradient, lr, momentum)
    return give(move(w, v, lr, velocity), v, lr, velocity)


check_momentum_step = Exercise(
    name="momentum_step",
    doc="""Check `momentum_step(w, velocity, gradient, lr, momentum)`, SGD with momentum by hand.

    It returns the new `w` and the new velocity as a tuple.

    Examples:
        >>> check_momentum_step(lambda w, v, g, lr, m: (w - lr * v, m * v + g)).mistake
        'old velocity'
    """,
    answer=_momentum,
    inputs=_momentum_inputs,
    mistakes=[
        Mistake(
            name="uphill",
            answer=partial(_momentum, move=lambda w, v, lr, _: w + lr * v),
            says="You add the step, so the loss grows.",
            hint="Subtract it. The gradient points uphill.",
        ),
        Mistake(
            name="old velocity",
            answer=partial(_momentum, move=lambda w, v, lr, old: w - lr * old),
            says="Your step uses the old velocity, so each gradient counts one step late.",
            hint="Compute the new velocity first, and step with that.",
        ),
        Mistake(
            name="velocity not used",
            answer=lambda w, v, g, lr, m: (w - lr * g, m * v + g),
            says="You update the velocity, but move the weights by the gradient alone.",
            hint="Move them by the new velocity, as in `w - lr * velocity`.",
        ),
        Mistake(
            name="average",
            answer=partial(_momentum, new=lambda v, g, lr, m: m * v + (1 - m) * g),
            says="You multiply the gradient by 1 - momentum, so your velocity is an average.",
            hint="PyTorch adds the whole gradient, `momentum * velocity + gradient`.",
        ),
        Mistake(
            name="rate in the velocity",
            answer=partial(
                _momentum, new=lambda v, g, lr, m: m * v + lr * g, move=lambda w, v, lr, _: w - v
            ),
            says="Your velocity includes the learning rate, so a new rate takes effect late.",
            hint="Multiply by the rate when you step, as PyTorch does.",
        ),
        Mistake(
            name="momentum forgotten",
            answer=partial(_momentum, new=lambda v, g, lr, m: g + 0 * v),
            says="This is plain gradient descent. You don't use the old velocity.",
            hint="Begin with `momentum * velocity`.",
        ),
        Mistake(
            name="rate and sign in the velocity",
            answer=partial(
                _momentum, new=lambda v, g, lr, m: m * v - lr * g, move=lambda w, v, lr, _: w + v
            ),
            says=(
                "Your velocity points downhill and includes the learning rate. That is another "
                "convention than PyTorch's."
            ),
            hint=(
                "PyTorch keeps `momentum * velocity + gradient`, and the step is "
                "`w - lr * velocity`."
            ),
        ),
        Mistake(
            name="sign in the velocity",
            answer=partial(
                _momentum, new=lambda v, g, lr, m: m * v - g, move=lambda w, v, lr, _: w + lr * v
            ),
            says="Your velocity points downhill, but PyTorch's points along the gradient.",
            hint="Add the gradient to the velocity, and subtract the step from `w`.",
        ),
        Mistake(
            name="gradient subtracted",
            answer=partial(_momentum, new=lambda v, g, lr, m: m * v - g),
            says="You subtract the gradient from the velocity, and then the velocity from `w`.",
            hint="Add the gradient to the velocity. Only the step has a minus sign.",
        ),
        Mistake(
            name="rate in the velocity twice",
            answer=partial(_momentum, new=lambda v, g, lr, m: m * v + lr * g),
            says="You multiply the gradient by the learning rate twice.",
            hint="Multiply by `lr` only once, when you step.",
        ),
        Mistake(
            name="rate forgotten",
            answer=partial(_momentum, move=lambda w, v, lr, _: w - v),
            says="Your step doesn't use the learning rate.",
            hint="Subtract `lr * velocity`.",
        ),
        Mistake(
            name="momentum on the sum",
            answer=partial(_momentum, new=lambda v, g, lr, m: m * (v + g)),
            says="You multiply the gradient by `momentum` too.",
            hint="Multiply only the old velocity. The new one is `momentum * velocity + gradient`.",
        ),
        Mistake(
            name="momentum on the gradient",
            answer=partial(_momentum, new=lambda v, g, lr, m: v + m * g),
            says="You multiply the gradient by `momentum` instead of the old velocity.",
            hint="The new velocity is `momentum * velocity + gradient`.",
        ),
        Mistake(
            name="no momentum in the velocity",
            answer=partial(_momentum, new=lambda v, g, lr, m: v + g),
            says="Your velocity never slows down, because you don't multiply it by `momentum`.",
            hint="The new velocity is `momentum * velocity + gradient`.",
        ),
        Mistake(
            name="look ahead",
            answer=lambda w, v, g, lr, m: (w - lr * (g + m * (m * v + g)), m * v + g),
            says="Your step is Nesterov's, which looks one step ahead.",
            hint="Step with the new velocity itself, `w - lr * velocity`.",
        ),
        Mistake(
            name="old velocity returned",
            answer=partial(_momentum, give=lambda w, v, lr, old: (w, old)),
            says="You return the old velocity, so the next step starts from the wrong one.",
            hint="Return the new one, `momentum * velocity + gradient`.",
        ),
        Mistake(
            name="step returned",
            answer=partial(_momentum, give=lambda w, v, lr, _: (w, lr * v)),
            says="The velocity you return includes the learning rate.",
            hint="Return `momentum * velocity + gradient`. Only the step is multiplied by `lr`.",
        ),
        Mistake(
            name="exchanged",
            answer=partial(_momentum, give=lambda w, v, lr, _: (v, w)),
            says="You return the velocity first and the weights second.",
            hint="Return the new `w` first.",
        ),
        Mistake(
            name="weights alone",
            answer=partial(_momentum, give=lambda w, v, lr, _: w),
            says="You return the new weights without the new velocity.",
            hint="Return both, `w` first. The next step needs the velocity.",
        ),
    ],
)
