"""The exercises of lesson 9."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, relu

from mlp_tutorial.exercises._inputs import logits_and_labels, random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import softmax
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments, Made, same
from mlp_tutorial.exercises._watch import watch


def _use_logits(logits_gradient: Callable[..., Any], logits: Tensor, labels: Tensor) -> Any:
    """Call the answer, and see whether autograd did the work."""
    with watch(torch.autograd.backward, torch.autograd.grad) as called:
        gradient = logits_gradient(logits, labels)
    if called and same(gradient, _gradient(logits, labels)):
        raise Made("autograd")
    return gradient


def _gradient(
    logits: Tensor,
    labels: Tensor,
    *,
    probabilities: Callable[[Tensor], Tensor] = softmax,
    subtract: Callable[[Tensor, Tensor], Tensor] = lambda p, y: p - F.one_hot(y, p.shape[1]),
    divide: Callable[[Tensor], Tensor] = lambda g: g / len(g),
) -> Tensor:
    """Compute the gradient from parts, each of which may be a wrong one."""
    return divide(subtract(probabilities(logits), labels))


def _with_autograd(logits: Tensor, labels: Tensor) -> Tensor:
    leaf = logits.clone().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(leaf, labels), leaf)[0]


def _set(p: Tensor, y: Tensor) -> Tensor:
    return p.where(F.one_hot(y, p.shape[1]) == 0, -1)


def _every_row(p: Tensor, y: Tensor) -> Tensor:
    p = p.clone()
    p[:, y] -= 1
    return p


def _whole_rows(p: Tensor, y: Tensor) -> Tensor:
    p = p.clone()
    p[y] -= 1
    return p


def _logits_inputs(rng: Generator) -> list[Arguments]:
    large = torch.tensor([[1000.0, 999.0, 0.0], [-1000.0, -998.0, -999.0], [0.0, 1.0, 2.0]])
    return [
        {"logits": torch.tensor([[1.0, 2.0], [0.0, 0.5]]), "labels": torch.tensor([0, 1])},
        logits_and_labels(rng, 1, 3),
        *(logits_and_labels(rng, n, classes) for n, classes in ((3, 4), (5, 5), (64, 10))),
        {"logits": large, "labels": torch.tensor([1, 0, 2])},
    ]


check_logits_gradient = Exercise(
    name="logits_gradient",
    doc="""Check `logits_gradient(logits, labels)`, the gradient of the mean cross-entropy.

    It takes shapes (batch, classes) and (batch,), and returns (batch, classes).

    Examples:
        >>> check_logits_gradient(lambda x, y: x.softmax(dim=1) / len(y)).mistake
        'labels forgotten'
    """,
    use=_use_logits,
    answer=_gradient,
    inputs=_logits_inputs,
    mistakes=[
        Mistake(
            name="not divided by the batch",
            answer=partial(_gradient, divide=lambda g: g),
            says="Each row is the gradient of its own loss, but the loss of the batch is a mean.",
            hint="Divide by the number of examples.",
        ),
        Mistake(
            name="divided by all numbers",
            answer=partial(_gradient, divide=lambda g: g / g.numel()),
            says="You divided by the number of logits.",
            hint="The loss is a mean over the examples, so divide by the number of rows.",
        ),
        Mistake(
            name="wrong sign",
            answer=partial(_gradient, subtract=lambda p, y: F.one_hot(y, p.shape[1]) - p),
            says="Your gradient has the wrong sign and points downhill.",
            hint=(
                "Take the probabilities minus the one-hot labels. The minus sign belongs to the "
                "step."
            ),
        ),
        Mistake(
            name="labels forgotten",
            answer=partial(_gradient, subtract=lambda p, y: p + 0 * y[:, None]),
            says="Your gradient is just the probabilities and doesn't depend on the labels.",
            hint="Subtract 1 at the label of each row.",
        ),
        Mistake(
            name="autograd",
            answer=_with_autograd,
            says="You call autograd, and the task asks for the gradient without it.",
            hint="Compute it from the probabilities and the one-hot labels.",
        ),
        Mistake(
            name="set to -1",
            answer=partial(_gradient, subtract=_set),
            says="You replace the probability at the label by -1 instead of subtracting 1 from it.",
            hint="Use `-= 1` where you have `= -1`.",
        ),
        Mistake(
            name="every row",
            answer=partial(_gradient, subtract=_every_row),
            says="You subtract in every row at the labels of all examples.",
            hint="Index the rows with `torch.arange(len(labels))`, and the columns with `labels`.",
        ),
        Mistake(
            name="label numbers subtracted",
            answer=partial(_gradient, subtract=lambda p, y: p - y[:, None]),
            says="You subtract the numbers of the classes from the probabilities.",
            hint="Subtract the one-hot labels, as from `F.one_hot(labels, logits.shape[1])`.",
        ),
        Mistake(
            name="labels as a row",
            answer=partial(_gradient, subtract=lambda p, y: p - y),
            says="You subtract the vector of labels, so it broadcasts along the columns.",
            hint="Subtract the one-hot labels, as from `F.one_hot(labels, logits.shape[1])`.",
        ),
        Mistake(
            name="whole rows",
            answer=partial(_gradient, subtract=_whole_rows),
            says="`p[labels] -= 1` takes the labels for numbers of rows, and changes whole rows.",
            hint="Index both axes, as in `p[torch.arange(len(labels)), labels] -= 1`.",
        ),
        Mistake(
            name="labels added",
            answer=partial(_gradient, subtract=lambda p, y: p + F.one_hot(y, p.shape[1])),
            says="You add 1 at the label of each row.",
            hint="Subtract it.",
        ),
        Mistake(
            name="one-hot labels too narrow",
            answer=partial(_gradient, subtract=lambda p, y: p - F.one_hot(y)),
            says=(
                "`F.one_hot(labels)` has only as many columns as the largest label in the batch "
                "needs."
            ),
            hint="Say how many classes there are, as in `F.one_hot(labels, logits.shape[1])`.",
        ),
        Mistake(
            name="probabilities forgotten",
            answer=partial(_gradient, probabilities=torch.zeros_like),
            says="Your gradient is just the labels and doesn't depend on the logits.",
            hint="Begin with the probabilities, and subtract the one-hot labels.",
        ),
        Mistake(
            name="no softmax",
            answer=partial(_gradient, probabilities=lambda x: x),
            says="You subtract the labels from the logits themselves.",
            hint="Turn the logits into probabilities with softmax first.",
        ),
        Mistake(
            name="sigmoid",
            answer=partial(_gradient, probabilities=torch.sigmoid),
            says="You took the sigmoid of each logit, so the rows don't sum to 1.",
            hint="Use softmax, which looks at the whole row.",
        ),
        Mistake(
            name="logarithm of the probabilities",
            answer=partial(_gradient, probabilities=lambda x: torch.log_softmax(x, dim=1)),
            says="You subtract the labels from the logarithms of the probabilities.",
            hint="Use softmax instead of log-softmax.",
        ),
        Mistake(
            name="exponentials alone",
            answer=partial(_gradient, probabilities=torch.exp),
            says="Your exponentials aren't probabilities yet, because the rows don't sum to 1.",
            hint="Divide each row by its sum, which is what softmax does.",
        ),
        Mistake(
            name="wrong axis",
            answer=partial(_gradient, probabilities=lambda x: torch.softmax(x, dim=0)),
            says="You took softmax over the examples instead of the classes.",
            hint="The class axis is `dim=1`.",
        ),
        Mistake(
            name="sum over everything",
            answer=partial(_gradient, probabilities=lambda x: x.exp() / x.exp().sum()),
            says="You divide by the sum of all exponentials, but each row has its own.",
            hint="Sum with `dim=1` and `keepdim=True`.",
        ),
        Mistake(
            name="overflow",
            answer=partial(
                _gradient, probabilities=lambda x: x.exp() / x.exp().sum(dim=1, keepdim=True)
            ),
            says="Your exponentials overflow when the logits are large, and the result is nan.",
            hint="Subtract the largest logit of each row first, or use `torch.softmax`.",
        ),
        Mistake(
            name="one maximum for all rows",
            answer=partial(
                _gradient,
                probabilities=lambda x: (
                    (x - x.max()).exp() / (x - x.max()).exp().sum(dim=1, keepdim=True)
                ),
            ),
            says=(
                "You subtract one maximum from all rows. Where all numbers of a row are far below "
                "that maximum, all exponentials are 0, and the result is nan."
            ),
            hint="Subtract the maximum of each row, with `dim=1` and `keepdim=True`.",
        ),
        Mistake(
            name="divided by the classes",
            answer=partial(_gradient, divide=lambda g: g / g.shape[1]),
            says="You divided by the number of classes.",
            hint="The loss is a mean over the examples, so divide by the number of rows.",
        ),
    ],
)


def _use_relu(relu_backward: Callable[..., Any], dA: Tensor, Z: Tensor) -> Any:
    """Call the answer. At 0, where ReLU has a kink, any slope from 0 to 1 will do."""
    with watch(torch.autograd.backward, torch.autograd.grad) as called:
        dZ = relu_backward(dA, Z)
    if called and same(dZ, dA * (Z > 0)):
        raise Made("autograd")
    if not (isinstance(dZ, Tensor) and dZ.shape == Z.shape):
        return dZ
    dZ = dZ.to(dA.dtype)
    allowed = (dZ * dA >= 0) & (dZ.abs() <= dA.abs())
    return torch.where((Z == 0) & allowed, 0, dZ)


def _relu_with_autograd(dA: Tensor, Z: Tensor) -> Tensor:
    leaf = Z.clone().requires_grad_()
    return torch.autograd.grad(relu(leaf), leaf, dA)[0]


def _relu_inputs(rng: Generator) -> list[Arguments]:
    shapes = ((1, 4), (3, 3), (5,), (64, 128))
    some = [random_tensors(rng, dA=shape, Z=shape) for shape in shapes]
    some[0]["Z"][0, 1] = 0.0
    some[2] = {"dA": some[2]["dA"], "Z": 1e-4 * some[2]["Z"]}
    some[1] = {"dA": 300 * some[1]["dA"], "Z": 100 * some[1]["Z"]}
    return [
        {"dA": torch.tensor([[1.0, -2.0, 3.0, -4.0]]), "Z": torch.tensor([[0.5, 2.0, -1.0, -3.0]])},
        *some,
    ]


check_relu_backward = Exercise(
    name="relu_backward",
    doc="""Check `relu_backward(dA, Z)`, which takes the gradient back through ReLU.

    `Z` is ReLU's input and `dA` the gradient of the loss with respect to its output. The arguments
    and the result have the same shape.

    Examples:
        >>> import torch
        >>> check_relu_backward(lambda dA, Z: dA * torch.relu(Z)).mistake
        'times the output'
    """,
    use=_use_relu,
    answer=lambda dA, Z: dA * (Z > 0),
    inputs=_relu_inputs,
    mistakes=[
        Mistake(
            name="no mask",
            answer=lambda dA, Z: dA + 0 * Z,
            says="You pass on every complaint, but ReLU is flat where Z is negative.",
            hint="Multiply by 1 where Z is positive, and by 0 elsewhere.",
        ),
        Mistake(
            name="wrong mask",
            answer=lambda dA, Z: dA * (dA > 0) + 0 * Z,
            says="You kept the complaints where dA is positive.",
            hint="The sign of Z decides, not the sign of the complaint.",
        ),
        Mistake(
            name="times the output",
            answer=lambda dA, Z: dA * relu(Z),
            says="You multiplied by ReLU's output.",
            hint="Multiply by its slope, which is 1 where Z is positive.",
        ),
        Mistake(
            name="mask upside down",
            answer=lambda dA, Z: dA * (Z <= 0),
            says="You kept the complaints where Z is negative and dropped them elsewhere.",
            hint="Reverse the comparison.",
        ),
        Mistake(
            name="slope alone",
            answer=lambda dA, Z: (Z > 0).to(dA.dtype),
            says="You return ReLU's slope alone, and don't use dA.",
            hint="The chain rule says to multiply the slope by `dA`.",
        ),
        Mistake(
            name="zero divided by zero",
            answer=lambda dA, Z: dA * relu(Z) / Z,
            says="Where Z is exactly zero, you divide zero by zero, which gives nan.",
            hint="Compare instead of dividing. `Z > 0` is true or false, and counts as 1 or 0.",
        ),
        Mistake(
            name="times Z",
            answer=lambda dA, Z: dA * Z,
            says="You multiplied by Z.",
            hint="Multiply by ReLU's slope, which is 1 where Z is positive and 0 elsewhere.",
        ),
        Mistake(
            name="sign of Z",
            answer=lambda dA, Z: dA * Z.sign(),
            says="Where Z is negative, you turn the complaint around, but ReLU is flat there.",
            hint="Multiply by 0 where Z is negative.",
        ),
        Mistake(
            name="leaky",
            answer=lambda dA, Z: torch.where(Z > 0, dA, 0.01 * dA),
            says="You pass on a part of the complaint where Z is negative, as leaky ReLU would.",
            hint="ReLU is flat there, so multiply by 0.",
        ),
        Mistake(
            name="Z where it is negative",
            answer=lambda dA, Z: torch.where(Z > 0, dA, Z),
            says="Where Z is negative, you return Z itself.",
            hint="ReLU is flat there, so the complaint is 0.",
        ),
        Mistake(
            name="ReLU of the product",
            answer=lambda dA, Z: relu(dA * Z),
            says="You return ReLU of the product of dA and Z.",
            hint="Multiply `dA` by ReLU's slope, which is 1 where Z is positive and 0 elsewhere.",
        ),
        Mistake(
            name="forward",
            answer=lambda dA, Z: relu(Z) + 0 * dA,
            says="You return ReLU's output, which is its forward pass.",
            hint="Multiply `dA` by the slope, which is 1 where Z is positive and 0 elsewhere.",
        ),
        Mistake(
            name="autograd",
            answer=_relu_with_autograd,
            says="You call autograd, and the task asks for the complaints without it.",
            hint="Compare `Z` with 0, and multiply.",
        ),
        Mistake(
            name="slope of the gradient",
            answer=lambda dA, Z: Z * (dA > 0),
            says="You have exchanged dA and Z.",
            hint="Multiply `dA` by 1 where `Z` is positive.",
        ),
    ],
)


Minutes = Sequence[tuple[str, str, float]]


class _Counted(list[tuple[str, str, float]]):
    """Minutes that count how often somebody goes through them."""

    def __init__(self, minutes: Minutes) -> None:
        super().__init__(minutes)
        self.times = 0

    def __iter__(self) -> Iterator[tuple[str, str, float]]:
        self.times += 1
        return super().__iter__()

    def __reversed__(self) -> Iterator[tuple[str, str, float]]:
        self.times += 1
        return super().__reversed__()


def _use_blame(blame: Callable[..., Any], minutes: Minutes) -> Any:
    """Call the answer, and see whether it goes through the minutes again for each path."""
    counted = _Counted(minutes)
    complaint = blame(counted)
    if counted.times > 10 * len(minutes) and same(complaint, _blame(minutes)):
        raise Made("every path")
    return complaint


def _blame(
    minutes: Minutes,
    *,
    order: Callable[[Minutes], Iterable[tuple[str, str, float]]] = reversed,
    passed_on: Callable[[float, float], float] = lambda complaint, volume: complaint * volume,
    keep: Callable[[float, float], float] = lambda old, new: old + new,
) -> float:
    """Go through the minutes, in steps that may be wrong ones."""
    complaints = {"loss": 1.0}
    for who, listener, volume in order(minutes):
        new = passed_on(complaints.get(listener, 0.0), volume)
        complaints[who] = keep(complaints.get(who, 0.0), new)
    return complaints["x"]


def _every_path(minutes: Minutes, name: str = "x") -> float:
    if name == "loss":
        return 1.0
    return sum(volume * _every_path(minutes, to) for who, to, volume in minutes if who == name)


def _all_multiplied(minutes: Minutes) -> float:
    product = 1.0
    for _, _, volume in minutes:
        product *= volume
    return product


def _random_minutes(rng: Generator, people: int) -> Minutes:
    """Let each person hear some of those before, and the loss hear everybody nobody heard."""
    names = ["x", *(f"p{i}" for i in range(people)), "loss"]
    minutes: list[tuple[str, str, float]] = []
    unheard: set[str] = {"x"}
    for number, name in enumerate(names[1:], 1):
        before = names[:number]
        picked = [before[int(i)] for i in torch.randint(number, (2,), generator=rng)]
        for who in sorted(unheard) if name == "loss" else [before[-1], *picked]:
            minutes.append((who, name, round(float(torch.randn(1, generator=rng)), 2)))
            unheard.discard(who)
        unheard.add(name)
    return minutes


def _minutes_inputs(rng: Generator) -> list[Arguments]:
    short = [("x", "a", 3.0), ("x", "b", 1.0), ("a", "loss", 3.0), ("b", "loss", 6.0)]
    chain = [("x", "a", 2.0), ("a", "b", -0.5), ("b", "loss", 4.0)]
    twice = [("x", "a", 3.0), ("x", "a", 3.0), ("a", "loss", 2.0)]
    drawn = [_random_minutes(rng, people) for people in (2, 4, 6)]
    row = ["x", *(f"p{i}" for i in range(9)), "loss"]
    doubled = [(who, to, 1.0) for who, to in pairwise(row) for _ in range(2)]
    return [{"minutes": each} for each in (chain, short, twice, *drawn, doubled)]


check_blame = Exercise(
    name="blame",
    doc="""Check `blame(minutes)`, the complaint that reaches `"x"` when that of the loss is 1.

    The minutes are a list of who was heard, by whom and at what volume, in order.

    Examples:
        >>> check_blame(lambda minutes: 1.0).outcome
        'wrong'
    """,
    use=_use_blame,
    answer=_blame,
    inputs=_minutes_inputs,
    mistakes=[
        Mistake(
            name="overwritten",
            answer=partial(_blame, keep=lambda old, new: new),
            says="Whoever was heard twice keeps a single complaint, so only one path to x counts.",
            hint="Where paths meet, they add up. Use `+=` where you have `=`.",
        ),
        Mistake(
            name="volumes added",
            answer=partial(_blame, passed_on=lambda complaint, volume: complaint + volume),
            says="You add the volume to the complaint before you pass it on.",
            hint="Along a path, the volumes multiply.",
        ),
        Mistake(
            name="volume forgotten",
            answer=partial(_blame, passed_on=lambda complaint, volume: complaint),
            says="You pass on each complaint as it came in, whatever the volume.",
            hint="Multiply it by the volume at which the person was heard.",
        ),
        Mistake(
            name="complaint forgotten",
            answer=partial(_blame, passed_on=lambda complaint, volume: volume),
            says="You pass on the volume alone, and don't use the complaint of the listener.",
            hint="Multiply the listener's complaint by the volume.",
        ),
        Mistake(
            name="front to back",
            answer=partial(_blame, order=iter),
            says="No complaint ever reaches x. Perhaps you start from the front, where nobody has "
            "any yet, or the loss has none to pass on.",
            hint="Who has a complaint in the beginning, and in which direction does it travel?",
        ),
        Mistake(
            name="multiplied where paths meet",
            answer=partial(_blame, keep=lambda old, new: old * new if old else new),
            says="Where two paths meet, you multiply their complaints.",
            hint="Multiply along a path, and add where paths meet.",
        ),
        Mistake(
            name="every path",
            answer=_every_path,
            says="The number is right, but you follow every path on its own. With 20 doublings "
            "there would be a million paths.",
            hint="Let everybody add up their complaints before they pass them on.",
        ),
        Mistake(
            name="all volumes multiplied",
            answer=_all_multiplied,
            says="You multiply all the volumes in the minutes with each other.",
            hint="Only the volumes along the same path multiply. Different paths add up.",
        ),
    ],
)


def _use_shared(
    shared_gradient: Callable[..., Any], x: Tensor, W: Tensor, complaint: Tensor
) -> Any:
    """Call the answer, and see whether autograd did the work."""
    with watch(torch.autograd.backward, torch.autograd.grad) as called:
        gradient = shared_gradient(x, W, complaint)
    if called and same(gradient, _shared(x, W, complaint)):
        raise Made("autograd")
    return gradient


def _shared(
    x: Tensor,
    W: Tensor,
    complaint: Tensor,
    *,
    back: Callable[[Tensor], Tensor] = lambda W: W.T,
    heard: Callable[[Tensor, Tensor], Tensor] = lambda x, W: x @ W,
    join: Callable[[Tensor, Tensor], Tensor] = torch.add,
) -> Tensor:
    """Add the complaints to both uses of W, from parts that may be wrong ones."""
    first = x.T @ (complaint @ back(W))
    second = heard(x, W).T @ complaint
    return join(first, second)


def _shared_with_autograd(x: Tensor, W: Tensor, complaint: Tensor) -> Tensor:
    leaf = W.clone().requires_grad_()
    return torch.autograd.grad(x @ leaf @ leaf, leaf, complaint)[0]


def _shared_inputs(rng: Generator) -> list[Arguments]:
    small = {
        "x": torch.tensor([[1.0, 2.0]]),
        "W": torch.tensor([[1.0, 3.0], [0.0, 2.0]]),
        "complaint": torch.tensor([[1.0, -1.0]]),
    }
    shapes = [(1, 3), (4, 3), (3, 3), (16, 8)]
    drawn = [random_tensors(rng, x=(n, m), W=(m, m), complaint=(n, m)) for n, m in shapes]
    drawn[-1] = {name: 300 * tensor for name, tensor in drawn[-1].items()}
    return [small, *drawn]


check_shared_gradient = Exercise(
    name="shared_gradient",
    doc="""Check `shared_gradient(x, W, complaint)`, the gradient of a matrix that is used twice.

    The totals are `(x @ W) @ W`. `x` and the complaint have the shape (batch, n), and `W` and the
    result have (n, n).

    Examples:
        >>> check_shared_gradient(lambda x, W, complaint: (x @ W).T @ complaint).mistake
        'second use only'
    """,
    use=_use_shared,
    answer=_shared,
    inputs=_shared_inputs,
    mistakes=[
        Mistake(
            name="second use only",
            answer=partial(_shared, join=lambda first, second: second),
            says="That's the complaint to the second use of `W`. But the first use gets one, too.",
            hint="The first use heard `x`. Its complaint comes back through the second use.",
        ),
        Mistake(
            name="first use only",
            answer=partial(_shared, join=lambda first, second: first),
            says="That's the complaint to the first use of `W`. But the second use gets one, too.",
            hint="What did the second use hear? Work out its complaint as well, and add the two.",
        ),
        Mistake(
            name="averaged",
            answer=partial(_shared, join=lambda first, second: (first + second) / 2),
            says="You average the two complaints.",
            hint="Where paths meet they add up, so don't divide.",
        ),
        Mistake(
            name="doubled",
            answer=partial(_shared, join=lambda first, second: 2 * second),
            says="You take the complaint to the second use twice, but the first one is different.",
            hint="The first use heard `x`, and its complaint has come back through `W`.",
        ),
        Mistake(
            name="not transposed on the way back",
            answer=partial(_shared, back=lambda W: W),
            says="The complaint goes back through `W` itself instead of its transpose.",
            hint="Forward it's `h @ W`, and back it's `complaint @ W.T`.",
        ),
        Mistake(
            name="not passed back",
            answer=partial(_shared, back=lambda W: torch.eye(len(W), dtype=W.dtype)),
            says="The first use of `W` gets the complaint before it has gone back through the "
            "second.",
            hint="The first use gets `complaint @ W.T`.",
        ),
        Mistake(
            name="both heard x",
            answer=partial(_shared, heard=lambda x, W: x),
            says="You use `x` for both layers, but the second didn't hear `x`.",
            hint="The second layer heard what the first one said, which is `x @ W`.",
        ),
        Mistake(
            name="transposed",
            answer=lambda x, W, complaint: _shared(x, W, complaint).T,
            says="Your result is the transpose of the right one.",
            hint="Put the transposed numbers that were heard on the left of the complaint.",
        ),
        Mistake(
            name="autograd",
            answer=_shared_with_autograd,
            says="You call autograd, and the task asks for the gradient without it.",
            hint="Work out the complaint to each use of `W`, and add the two.",
        ),
    ],
)

check_roads = Number(
    name="roads",
    doc="""Check `roads`, the number of paths from a weight of the first layer to the ten logits.

    Examples:
        >>> check_roads(74).mistake
        'added'
    """,
    answer=640,
    tolerance=0,
    reason="It's 640. Each of the 64 units passes the nudge on to all ten judges. And that's with "
    "only two layers to go. Backpropagation never follows a path from end to end, because each "
    "unit adds up its complaints before it passes them on.",
    hint="From the unit of the first layer, count how many ways there are to reach a logit.",
    mistakes=[
        Mistake(
            name="added",
            answer=74,
            says="You added 64 and 10. But each of the 64 units has ten listeners of its own.",
            hint="Multiply instead of adding.",
        ),
        Mistake(
            name="only the second layer",
            answer=64,
            says="That's how many units listen to the first, but each of them goes on to the "
            "logits.",
            hint="How many judges listen to each of the 64?",
        ),
        Mistake(
            name="only the logits",
            answer=10,
            says="That's how many logits there are, but there are many ways to reach each of them.",
            hint="How many units of the second hidden layer lie between the weight and a logit?",
        ),
        Mistake(
            name="the whole first layer",
            answer=128 * 64 * 10,
            says="That's how many paths there are from the whole first hidden layer. But a single "
            "weight belongs to a single unit of it.",
            hint="Begin at that unit, and leave out the 128.",
        ),
        Mistake(
            name="from all the pixels",
            answer=784 * 128 * 64 * 10,
            says="That's how many paths there are from all the pixels.",
            hint="The weight joins a single pixel to a single unit. Begin at that unit.",
        ),
        Mistake(
            name="knobs counted",
            answer=64 + 64 * 10,
            says="You counted the knobs that the nudge passes through.",
            hint="A path goes through two of them, so multiply the choices it has.",
        ),
    ],
)

Layers = Sequence[tuple[Tensor, Tensor]]


def _improve(
    heard: Sequence[Tensor],
    layers: Layers,
    complaint: Tensor,
    lr: float,
    *,
    through: Callable[[Tensor, Tensor], Tensor] = lambda old, new: old,
    mask: Callable[[Tensor], Tensor] = lambda h: h > 0,
    blamed: Callable[[Tensor, Tensor], Tensor] = lambda complaint, passed_on: complaint,
    sign: float = -1.0,
    biases: float = 1.0,
) -> list[tuple[Tensor, Tensor]]:
    """Go back through the layers and turn the knobs, in steps that may be wrong ones."""
    better = []
    for (W, b), h in zip(reversed(layers), reversed(heard), strict=True):
        W_new = W + sign * lr * h.T @ complaint
        passed_on = (complaint @ through(W, W_new).T) * mask(h)
        used = blamed(complaint, passed_on)
        W_new = W + sign * lr * h.T @ used
        better.append((W_new, b + sign * biases * lr * used.sum(dim=0)))
        complaint = passed_on
    return better[::-1]


def _nothing_passed_on(
    heard: Sequence[Tensor], layers: Layers, complaint: Tensor, lr: float
) -> list[tuple[Tensor, Tensor]]:
    return [
        (W - lr * h.T @ complaint, b - lr * complaint.sum(dim=0))
        for (W, b), h in zip(layers, heard, strict=True)
    ]


def _improve_inputs(rng: Generator) -> list[Arguments]:
    cases: list[Arguments] = []
    for batch, sizes in ((2, [2, 2, 2]), (1, [3, 3, 3]), (4, [3, 3, 3, 3]), (8, [5, 4, 6, 3])):
        size = 100.0 if batch == 4 else 1.0
        layers = [
            (size * torch.randn(i, o, generator=rng), size * torch.randn(o, generator=rng))
            for i, o in pairwise(sizes)
        ]
        heard = [torch.randn(batch, sizes[0], generator=rng)]
        for W, b in layers[:-1]:
            heard.append(relu(heard[-1] @ W + b))
        complaint = size * torch.randn(batch, sizes[-1], generator=rng)
        cases.append({"heard": heard, "layers": layers, "complaint": complaint, "lr": 0.5})
    return cases


check_improve = Exercise(
    name="improve",
    doc="""Check `improve(heard, layers, complaint, lr)`, which takes a step downhill.

    The complaint to each layer has to go back through the old weights of the next.

    Examples:
        >>> check_improve(lambda heard, layers, complaint, lr: list(layers)).mistake
        'nothing turned'
    """,
    answer=_improve,
    given=partial(_improve, through=lambda old, new: new),
    reason="The slopes say what each knob would do while all the others hold still. So all the "
    "complaints have to go back through the knobs as they were when the message came through. "
    "That's one reason to keep `backward` and the step apart.",
    inputs=_improve_inputs,
    mistakes=[
        Mistake(
            name="complaint replaced too early",
            answer=partial(_improve, blamed=lambda complaint, passed_on: passed_on),
            says="The complaint goes back through the old knobs now. But you turn the knobs by the "
            "complaint to the layer before, not by their own.",
            hint="Keep what you pass on under another name, such as `passed_on`, until the end of "
            "the loop.",
        ),
        Mistake(
            name="nothing passed on",
            answer=_nothing_passed_on,
            says="All the layers get the complaint to the logits, because you don't pass it back.",
            hint="At the end of the loop, `complaint` has to become what you pass on.",
        ),
        Mistake(
            name="nothing turned",
            answer=lambda heard, layers, complaint, lr: list(layers),
            says="You return the layers as they came.",
            hint="Append the new `W` and `b`.",
        ),
        Mistake(
            name="weights only",
            answer=partial(_improve, biases=0.0),
            says="The weights are right, but the biases haven't moved.",
            hint="Subtract `lr * complaint.sum(dim=0)` from each bias.",
        ),
        Mistake(
            name="silence ignored",
            answer=partial(_improve, mask=torch.ones_like),
            says="Units that were silent pass on complaints now.",
            hint="Multiply by `h > 0`, as the given code does.",
        ),
        Mistake(
            name="uphill",
            answer=partial(_improve, sign=1.0),
            says="You turn each knob in the direction of its slope, which is uphill.",
            hint="Subtract, as the given code does.",
        ),
        Mistake(
            name="back to front",
            answer=lambda *args: _improve(*args)[::-1],
            says="You return the layers from back to front.",
            hint="Keep the `[::-1]` of the last line.",
        ),
    ],
)
