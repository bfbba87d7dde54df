"""The exercises of lesson 10."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn, relu

from mlp_tutorial.exercises._inputs import random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import Momentum, softmax
from mlp_tutorial.exercises._observe import Arguments


def _use_step(train_step: Callable[..., Any], x: Tensor, y: Tensor) -> Any:
    """Take three steps with a small network, and return the losses and the weights."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 4))
    optimizer = Momentum(model)
    losses = [train_step(model, x, y, optimizer) for _ in range(3)]
    if losses[0] is None:
        return None
    weights = [parameter.detach() for parameter in model.parameters()]
    return {
        "losses": [float(torch.as_tensor(loss).detach()) for loss in losses],
        "weights": weights,
    }


def _step_with(
    loss: Callable[[Tensor, Tensor], Tensor], *, zero: bool = True, step: bool = True
) -> Callable[..., Tensor]:
    """Make a training step with this loss, and perhaps without one of its parts."""

    def train_step(model: nn.Module, x: Tensor, y: Tensor, optimizer: Momentum) -> Tensor:
        if zero:
            optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        if step:
            optimizer.step()
        return value

    return train_step


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
        {"x": torch.randn(n, 3, generator=rng), "y": torch.randint(4, (n,), generator=rng)}
        for n in (2, 5, 32)
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
            answer=_step_with(F.cross_entropy, step=False),
            says="Your step doesn't change the weights.",
            hint="Call `backward`, then `optimizer.step()`, with no `zero_grad` between them.",
        ),
        Mistake(
            name="softmax before the loss",
            answer=_step_with(lambda logits, y: F.cross_entropy(softmax(logits), y)),
            says=(
                "You passed probabilities to `cross_entropy`, so softmax is applied twice and the "
                "gradients shrink."
            ),
            hint="Pass the logits as the model returns them.",
        ),
        Mistake(
            name="ReLU on the logits",
            answer=_step_with(lambda logits, y: F.cross_entropy(relu(logits), y)),
            says="You replaced negative logits by zero, where no gradient can pass.",
            hint="Pass the logits to the loss unchanged.",
        ),
        Mistake(
            name="sum over the batch",
            answer=_step_with(partial(F.cross_entropy, reduction="sum")),
            says="You summed over the batch, so with 32 examples your step is 32 times too long.",
            hint="Take the mean, which is what `cross_entropy` does by default.",
        ),
    ],
)


def _momentum_inputs(rng: Generator) -> list[Arguments]:
    small = {"w": 1.0, "velocity": 0.5, "gradient": 2.0, "lr": 0.1, "momentum": 0.9}
    tensors = random_tensors(rng, w=(2, 3), velocity=(2, 3), gradient=(2, 3))
    return [small, {**tensors, "lr": 0.01, "momentum": 0.5}]


check_momentum_step = Exercise(
    name="momentum_step",
    doc="""Check `momentum_step(w, velocity, gradient, lr, momentum)`, SGD with momentum by hand.

    It returns the new `w` and the new velocity as a tuple.

    Examples:
        >>> check_momentum_step(lambda w, v, g, lr, m: (w - lr * v, m * v + g)).mistake
        'old velocity'
    """,
    answer=lambda w, v, g, lr, m: (w - lr * (m * v + g), m * v + g),
    inputs=_momentum_inputs,
    mistakes=[
        Mistake(
            name="uphill",
            answer=lambda w, v, g, lr, m: (w + lr * (m * v + g), m * v + g),
            says="You add the step, so the loss grows.",
            hint="Subtract it. The gradient points uphill.",
        ),
        Mistake(
            name="old velocity",
            answer=lambda w, v, g, lr, m: (w - lr * v, m * v + g),
            says="Your step uses the old velocity, so each gradient counts one step late.",
            hint="Compute the new velocity first, and step with that.",
        ),
        Mistake(
            name="average",
            answer=lambda w, v, g, lr, m: (
                w - lr * (m * v + (1 - m) * g),
                m * v + (1 - m) * g,
            ),
            says="You multiply the gradient by 1 - momentum, so your velocity is an average.",
            hint="PyTorch adds the whole gradient, `momentum * velocity + gradient`.",
        ),
        Mistake(
            name="rate in the velocity",
            answer=lambda w, v, g, lr, m: (w - (m * v + lr * g), m * v + lr * g),
            says="Your velocity includes the learning rate, so a new rate takes effect late.",
            hint="Multiply by the rate when you step, as PyTorch does.",
        ),
        Mistake(
            name="momentum forgotten",
            answer=lambda w, v, g, lr, m: (w - lr * g, g + 0 * v * m),
            says="This is plain gradient descent. You don't use the old velocity.",
            hint="Begin with `momentum * velocity`.",
        ),
    ],
)
