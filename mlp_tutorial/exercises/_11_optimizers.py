"""The exercises of lesson 11."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor, nn

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._inputs import random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments, Made
from mlp_tutorial.lessons import Option
from mlp_tutorial.networks import MLP


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


def _ratio(
    curvatures: Sequence[float],
    *,
    top: Callable[[Sequence[float]], float] = max,
    bottom: Callable[[Sequence[float]], float] = min,
) -> float:
    return top(curvatures) / bottom(curvatures)


def _condition_inputs(rng: Generator) -> list[Arguments]:
    drawn = (10 ** (3 * torch.rand(6, generator=rng) - 2)).tolist()
    lists = [[0.01, 1.0], [8.0, 2.0], [2.0, 8.0, 1.0, 4.0], [5.0], drawn]
    return [{"curvatures": curvatures} for curvatures in lists]


check_condition_number = Exercise(
    name="condition_number",
    doc="""Check `condition_number(curvatures)`, the largest of a list divided by the smallest.

    Examples:
        >>> check_condition_number(lambda curvatures: max(curvatures)).mistake
        'largest alone'
    """,
    answer=_ratio,
    inputs=_condition_inputs,
    mistakes=[
        Mistake(
            name="upside down",
            answer=partial(_ratio, top=min, bottom=max),
            says="You divided the smallest by the largest, so your number is at most 1.",
            hint="Divide the largest by the smallest.",
        ),
        Mistake(
            name="largest alone",
            answer=partial(_ratio, bottom=lambda _: 1.0),
            says=(
                "You took the largest curvature alone. It sets the speed limit, but how far that "
                "speed gets you depends on the smallest."
            ),
            hint="Divide it by the smallest.",
        ),
        Mistake(
            name="smallest alone",
            answer=lambda curvatures: 1 / min(curvatures),
            says="You divided 1 by the smallest curvature, but the largest isn't always 1.",
            hint="Divide the largest by the smallest.",
        ),
        Mistake(
            name="last by first",
            answer=lambda curvatures: curvatures[-1] / curvatures[0],
            says="You divided the last curvature by the first, but the list may be in any order.",
            hint="`max` and `min` find the largest and the smallest, wherever they are.",
        ),
        Mistake(
            name="first by last",
            answer=lambda curvatures: curvatures[0] / curvatures[-1],
            says="You divided the first curvature by the last, but the list may be in any order.",
            hint="`max` and `min` find the largest and the smallest, wherever they are.",
        ),
        Mistake(
            name="difference",
            answer=lambda curvatures: max(curvatures) - min(curvatures),
            says="You subtracted the smallest from the largest.",
            hint="The condition number says how many times as large it is, so divide.",
        ),
        Mistake(
            name="speed limit",
            answer=lambda curvatures: 2 / max(curvatures),
            says="That's the largest rate at which a flea stays in the gutter.",
            hint="Divide the largest curvature by the smallest.",
        ),
        Mistake(
            name="average",
            answer=lambda curvatures: max(curvatures) * len(curvatures) / sum(curvatures),
            says="You divided the largest curvature by the average of all of them.",
            hint="The smallest one is where the flea creeps, so divide by that.",
        ),
    ],
)


class _Mixed(nn.Module):
    """A network with parameters of zero to four axes, some of them with unusual names."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.BatchNorm2d(2))
        self.table = nn.Parameter(torch.ones(3, 2))
        self.gain = nn.Parameter(torch.tensor(1.5))
        self.head = nn.ModuleDict({"norm": nn.LayerNorm(4), "out": nn.Linear(4, 3)})


def _decay_inputs(rng: Generator) -> list[Arguments]:
    models = [
        nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1)),
        nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 2, bias=False)),
        _Mixed(),
        MLP([5, 4, 3]),
    ]
    return [
        {"model": model, "decay": decay}
        for model, decay in zip(models, (0.1, 0.05, 0.01, 1.0), strict=True)
    ]


def _use_groups(decay_groups: Callable[..., Any], model: nn.Module, decay: float) -> Any:
    """Sort the parameters, and return their names and the decay in each group."""
    groups = decay_groups(model, decay)
    if groups is None:
        return None
    if not isinstance(groups, list | tuple) or not all(isinstance(g, dict) for g in groups):
        raise Made("not a list of dicts")
    if any(group.keys() != {"params", "weight_decay"} for group in groups):
        raise Made("other keys")
    if any(isinstance(group["params"], Iterator) for group in groups):
        raise Made("generators")
    names = {id(p): name for name, p in model.named_parameters()}
    found = []
    for group in groups:
        params = group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        if any(isinstance(p, tuple) for p in params):
            raise Made("names kept")
        if any(id(p) not in names for p in params):
            raise Made("other tensors")
        found.append((sorted(names[id(p)] for p in params), float(group["weight_decay"])))
    return found


def _groups(
    model: nn.Module,
    decay: float,
    *,
    fades: Callable[[str, nn.Parameter], bool] = lambda _, p: p.ndim >= 2,
    decays: Callable[[float], tuple[float, float]] = lambda decay: (decay, 0.0),
    give: Callable[[list[Any]], Any] = lambda groups: groups,
) -> Any:
    sorted_out: tuple[list[Tensor], list[Tensor]] = [], []
    for name, p in model.named_parameters():
        sorted_out[0 if fades(name, p) else 1].append(p)
    pairs = zip(sorted_out, decays(decay), strict=True)
    return give([{"params": params, "weight_decay": value} for params, value in pairs])


check_decay_groups = Exercise(
    name="decay_groups",
    doc="""Check `decay_groups(model, decay)`, two groups of parameters for an optimizer.

    The first has the parameters with two or more axes and the decay, the second all others and a
    decay of 0.

    Examples:
        >>> def decay_groups(model, decay):
        ...     return [{"params": list(model.parameters()), "weight_decay": decay}]
        >>> check_decay_groups(decay_groups).mistake
        'a single group'
    """,
    use=_use_groups,
    answer=_groups,
    inputs=_decay_inputs,
    mistakes=[
        Mistake(
            name="exchanged",
            answer=partial(_groups, fades=lambda _, p: p.ndim < 2),
            says="You let the biases fade and left the matrices alone.",
            hint="Tensors with two or more axes go into the first group, the one with the decay.",
        ),
        Mistake(
            name="matrices only",
            answer=partial(_groups, fades=lambda _, p: p.ndim == 2),
            says="You left out tensors with more than two axes, such as those of a convolution.",
            hint="Ask for `p.ndim >= 2`.",
        ),
        Mistake(
            name="by name",
            answer=partial(_groups, fades=lambda name, _: "weight" in name),
            says=(
                "You went by the name. But the `weight` of a LayerNorm has a single axis, and a "
                "matrix may have any name."
            ),
            hint="Go by the number of axes, `p.ndim`.",
        ),
        Mistake(
            name="all but biases",
            answer=partial(_groups, fades=lambda name, _: "bias" not in name),
            says=(
                "You put all tensors that aren't called `bias` into the first group. But the "
                "`weight` of a LayerNorm has a single axis, too."
            ),
            hint="Go by the number of axes, `p.ndim`.",
        ),
        Mistake(
            name="both by name",
            answer=lambda model, decay: [
                {
                    "params": [p for n, p in model.named_parameters() if n.endswith(kind)],
                    "weight_decay": value,
                }
                for kind, value in (("weight", decay), ("bias", 0.0))
            ],
            says=(
                "You went by the names `weight` and `bias`. But the `weight` of a LayerNorm has a "
                "single axis, and a parameter with another name is in neither of your groups."
            ),
            hint="Go by the number of axes, `p.ndim`.",
        ),
        Mistake(
            name="everything fades",
            answer=partial(_groups, decays=lambda decay: (decay, decay)),
            says="Both of your groups have the decay.",
            hint='Set `"weight_decay"` to 0 in the second group.',
        ),
        Mistake(
            name="nothing fades",
            answer=partial(_groups, decays=lambda decay: (0.0, 0.0)),
            says="Neither of your groups has the decay.",
            hint='Set `"weight_decay"` to `decay` in the first group.',
        ),
        Mistake(
            name="order",
            answer=partial(_groups, give=lambda groups: groups[::-1]),
            says="Your groups are right, but in the wrong order.",
            hint="Return the group that fades first.",
        ),
        Mistake(
            name="a single group",
            answer=lambda model, decay: [
                {"params": list(model.parameters()), "weight_decay": decay}
            ],
            says="You put all the parameters into a single group, so all of them fade.",
            hint="Make two groups, and sort the parameters by `p.ndim`.",
        ),
        Mistake(
            name="second group left out",
            answer=partial(_groups, give=lambda groups: groups[:1]),
            says=(
                "You left the other parameters out. An optimizer doesn't move what it isn't given, "
                "so the biases would never learn."
            ),
            hint='Add a second group with a `"weight_decay"` of 0.',
        ),
        Mistake(
            name="not a list of dicts",
            answer=lambda model, decay: ([p for p in model.parameters() if p.ndim > 1], decay),
            says="You don't return a list of two dicts.",
            hint='Each group is a dict with `"params"` and `"weight_decay"`.',
        ),
        Mistake(
            name="other keys",
            answer=partial(
                _groups, give=lambda groups: [{"params": group["params"]} for group in groups]
            ),
            says='The keys of your dicts are not just `"params"` and `"weight_decay"`.',
            hint="Each of the two dicts needs both keys, spelled like that, and no others.",
        ),
        Mistake(
            name="generators",
            answer=partial(
                _groups,
                give=lambda groups: [group | {"params": iter(group["params"])} for group in groups],
            ),
            says="Your parameters are in a generator, which is empty after it has been read once.",
            hint="Make a list of them, with brackets around it.",
        ),
        Mistake(
            name="names kept",
            answer=lambda model, decay: [
                {"params": list(model.named_parameters()), "weight_decay": value}
                for value in (decay, 0.0)
            ],
            says="Your lists have pairs of a name and a tensor in them.",
            hint="Put only the tensors into the lists, as `model.parameters()` gives them.",
        ),
        Mistake(
            name="other tensors",
            answer=lambda model, decay: [
                {"params": [p.detach() for p in model.parameters()], "weight_decay": value}
                for value in (decay, 0.0)
            ],
            says="Your groups have tensors in them that aren't the parameters of the network.",
            hint="Put the parameters themselves into the lists, not copies of them.",
        ),
    ],
)


def _square(gradients: Sequence[Tensor]) -> Tensor:
    return torch.stack([g.square().sum() for g in gradients]).sum()


def _clip(
    gradients: Sequence[Tensor],
    limit: float,
    *,
    length: Callable[[Sequence[Tensor]], Tensor] = lambda gradients: _square(gradients).sqrt(),
    factor: Callable[[Tensor, float], Any] = lambda n, limit: limit / n if n > limit else 1.0,
) -> list[Tensor]:
    by = factor(length(gradients), limit)
    return [g * by for g in gradients]


def _clip_inputs(rng: Generator) -> list[Arguments]:
    def drawn(*shapes: tuple[int, ...], scale: float = 1.0) -> list[Tensor]:
        return [scale * torch.randn(shape, generator=rng) for shape in shapes]

    return [
        {"gradients": [torch.tensor([3.0]), torch.tensor([[4.0]])], "limit": 1.0},
        {"gradients": [torch.tensor([3.0]), torch.tensor([[4.0]])], "limit": 6.0},
        {"gradients": [torch.tensor([0.3, -0.4])], "limit": 2.0},
        {"gradients": [torch.zeros(2), torch.zeros(2, 2)], "limit": 1.0},
        {"gradients": drawn((4, 3), (4,), (2, 4)), "limit": 0.5},
        {"gradients": drawn((4, 3), (4,), (2, 4), scale=0.1), "limit": 3.0},
        {"gradients": drawn((2, 3), (3,), scale=100.0), "limit": 5.0},
    ]


check_clip = Exercise(
    name="clip",
    doc="""Check `clip(gradients, limit)`, which shortens a gradient that is too long.

    Examples:
        >>> check_clip(lambda gs, limit: [g.clamp(-limit, limit) for g in gs]).mistake
        'entries cut'
    """,
    answer=_clip,
    inputs=_clip_inputs,
    mistakes=[
        Mistake(
            name="each for itself",
            answer=lambda gs, limit: [g * (limit / g.norm().clamp(min=limit)) for g in gs],
            says="You shortened each tensor for itself, which turns the gradient as a whole.",
            hint="Compute one length for all the tensors together, and one factor from it.",
        ),
        Mistake(
            name="entries cut",
            answer=lambda gs, limit: [g.clamp(-limit, limit) for g in gs],
            says="You cut off the single entries, which turns the gradient.",
            hint="Multiply all the tensors by the same number, `limit / length`.",
        ),
        Mistake(
            name="always that long",
            answer=partial(_clip, factor=lambda n, limit: limit / n.clamp(min=1e-12)),
            says="You also stretch a gradient that's shorter than the limit.",
            hint="Return the list as it is if the length is at most `limit`.",
        ),
        Mistake(
            name="lengths added",
            answer=partial(_clip, length=lambda gs: torch.stack([g.norm() for g in gs]).sum()),
            says="You added up the lengths of the tensors, so yours comes out too large.",
            hint="Add up the squares of all the entries first, and take the root once.",
        ),
        Mistake(
            name="root forgotten",
            answer=partial(_clip, length=_square),
            says="You forgot the root, so your length is the square of the length.",
            hint="Take the `sqrt` of the sum of the squares.",
        ),
        Mistake(
            name="longest tensor",
            answer=partial(_clip, length=lambda gs: torch.stack([g.norm() for g in gs]).max()),
            says="You took the length of the longest tensor.",
            hint="Add up the squares of the entries of all the tensors, and take the root.",
        ),
        Mistake(
            name="divided by the length",
            answer=partial(_clip, factor=lambda n, limit: 1 / n if n > limit else 1.0),
            says="You shorten the gradient to a length of 1, whatever the limit is.",
            hint="Multiply by `limit / length`.",
        ),
        Mistake(
            name="upside down",
            answer=partial(_clip, factor=lambda n, limit: n / limit if n > limit else 1.0),
            says="You multiply by `length / limit`, so what's too long gets even longer.",
            hint="Multiply by `limit / length`.",
        ),
        Mistake(
            name="nothing shortened",
            answer=lambda gs, limit: list(gs),
            says="You return the gradient as it is, even if it's too long.",
            hint="If the length is above the limit, multiply each tensor by `limit / length`.",
        ),
    ],
)


check_leaps = Number(
    name="leaps",
    doc="""Check `leaps`, after how many a flea has gone half the way if each covers a thousandth.

    Examples:
        >>> check_leaps(500).mistake
        'always the same'
    """,
    answer=692.8,
    tolerance=13.0,
    reason="It's about 693. Each leap leaves 0.999 of the way, and 0.999 to the power of 693 is a "
    "half. In our gutter, with 0.01 along, it takes only 69, so ten times the condition number "
    "costs ten times the leaps.",
    hint="After n leaps, 0.999 to the power of n of the way is left. Find the n that makes it 0.5.",
    mistakes=[
        Mistake(
            name="always the same",
            answer=500.0,
            says="You let each leap cover a thousandth of the whole way.",
            hint="It's a thousandth of the way that's left, and that keeps shrinking.",
        ),
        Mistake(
            name="old gutter",
            answer=68.97,
            says="That's right for our gutter, where the curvature along is 0.01.",
            hint="Here it's 0.001, so each leap leaves 0.999 of the way.",
        ),
        Mistake(
            name="twice as fast",
            answer=346.2,
            says="That's right for a rate of 2, but the flea leaps at a rate of 1.",
            hint="Each leap covers 0.001 times 1 of the way that's left.",
        ),
        Mistake(
            name="the whole way",
            answer=1000.0,
            says="You divided 1 by 0.001, as if every leap covered a thousandth of the whole way.",
            hint="Only half the way is asked for, and each leap covers less than the one before.",
        ),
        Mistake(
            name="half a leap",
            answer=0.5,
            says="That's how much of the way is left, and the task asks for the number of leaps.",
            hint="For which n is 0.999 to the power of n a half?",
        ),
    ],
)


check_louder = Choice(
    name="louder",
    doc="""Check `louder`, who needs a new rate if the loss gets a thousand times as large.

    Examples:
        >>> check_louder("a").outcome
        'wrong'
    """,
    options=[
        Option(
            "Both of them do.",
            "Plain gradient descent does. But Adam divides the slope by how large slopes have "
            "been, and they've all grown alike.",
            right=False,
        ),
        Option(
            "Only plain gradient descent does.",
            "Its leaps get 1,000 times as long, so its rate has to be 1,000 times as small. In "
            "Adam, both `m` and the root of `s` get 1,000 times as large, and that cancels. Only "
            "the tiny `eps` could tell the difference.",
            right=True,
        ),
        Option(
            "Only Adam does.",
            "It's the other way around. A plain leap is `lr * slope`, and the slope has grown. In "
            "Adam's leap, it's divided by something that has grown just as much.",
            right=False,
        ),
        Option(
            "Neither of them does.",
            "The lowest point stays where it is, true. But a plain leap is `lr * slope`, and every "
            "slope is 1,000 times as steep now.",
            right=False,
        ),
    ],
)
