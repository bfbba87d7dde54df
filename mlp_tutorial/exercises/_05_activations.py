"""The exercises of lesson 5."""

import math
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Generator, Tensor, sigmoid, tanh

from mlp_tutorial.exercises._inputs import random_tensors, two_layer_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake, single
from mlp_tutorial.exercises._layers import identity
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments


def _slope(
    z: Tensor,
    *,
    activation: Callable[[Tensor], Tensor] = sigmoid,
    formula: Callable[[Tensor], Tensor] = lambda s: s * (1 - s),
    end: Callable[[Tensor], Tensor] = identity,
) -> Tensor:
    """Compute the slope from parts, each of which may be a wrong one."""
    return end(formula(activation(z)))


def _slope_inputs(rng: Generator) -> list[Arguments]:
    return [
        {"z": torch.tensor([0.0, 1.0, -2.0])},
        random_tensors(rng, z=(4, 3)),
        {"z": torch.tensor([-1000.0, 1000.0])},
        {"z": torch.tensor([[-100.0, 100.0, 0.5], [-50.0, 8.0, -1.5]])},
        {"z": torch.tensor(0.7)},
        random_tensors(rng, z=(2, 1, 3)),
        random_tensors(rng, z=(3, 3)),
    ]


check_sigmoid_derivative = Exercise(
    name="sigmoid_derivative",
    doc="""Check `sigmoid_derivative(z)`, the slope of the sigmoid at every z.

    `z` may have any shape, and the result has the same shape.

    Examples:
        >>> import torch
        >>> check_sigmoid_derivative(torch.sigmoid).mistake
        'the sigmoid itself'
    """,
    answer=_slope,
    inputs=_slope_inputs,
    mistakes=[
        Mistake(
            name="overflow",
            answer=lambda z: torch.exp(-z) / (1 + torch.exp(-z)) ** 2,
            says=(
                "Your result is right until z is very negative. Then exp(1000) is infinite, and "
                "you get nan."
            ),
            hint="Write it with `torch.sigmoid`, which never overflows.",
        ),
        Mistake(
            name="overflow on the other side",
            answer=lambda z: torch.exp(z) / (1 + torch.exp(z)) ** 2,
            says=(
                "Your result is right until z is very large. Then exp(1000) is infinite, and you "
                "get nan."
            ),
            hint="Use `torch.sigmoid`, which never overflows.",
        ),
        Mistake(
            name="the sigmoid itself",
            answer=partial(_slope, formula=identity),
            says="This is the sigmoid, not its slope.",
            hint="With s = sigmoid(z), the derivative is s (1 - s).",
        ),
        Mistake(
            name="z instead of its sigmoid",
            answer=partial(_slope, activation=identity),
            says="You computed z (1 - z).",
            hint="In the formula s (1 - s), s is sigmoid(z), not z.",
        ),
        Mistake(
            name="squared",
            answer=partial(_slope, formula=torch.square),
            says="You multiplied the sigmoid by itself.",
            hint="One of the two factors is 1 - sigmoid(z).",
        ),
        Mistake(
            name="z in one factor",
            answer=lambda z: sigmoid(z) * (1 - z),
            says="You computed sigmoid(z) (1 - z).",
            hint="In the formula s (1 - s), s is sigmoid(z) in both places.",
        ),
        Mistake(
            name="z in the other factor",
            answer=lambda z: z * (1 - sigmoid(z)),
            says="You computed z (1 - sigmoid(z)).",
            hint="In the formula s (1 - s), s is sigmoid(z) in both places.",
        ),
        Mistake(
            name="plus for minus",
            answer=partial(_slope, formula=lambda s: s * (1 + s)),
            says="You computed s (1 + s).",
            hint="The derivative is s (1 - s), with a minus.",
        ),
        Mistake(
            name="parentheses forgotten",
            answer=partial(_slope, formula=lambda s: s * 1 - s),
            says="Your result is always 0, because s * 1 - s is s - s.",
            hint="Put parentheses around the second factor, as in `s * (1 - s)`.",
        ),
        Mistake(
            name="one factor",
            answer=partial(_slope, formula=lambda s: 1 - s),
            says="You computed 1 - s.",
            hint="The derivative is s (1 - s), a product.",
        ),
        Mistake(
            name="both factors alike",
            answer=partial(_slope, formula=lambda s: (1 - s) ** 2),
            says="You multiplied 1 - s by itself.",
            hint="The derivative is s (1 - s).",
        ),
        Mistake(
            name="formula of tanh",
            answer=partial(_slope, formula=lambda s: 1 - s**2),
            says="You computed 1 - s², the formula for tanh.",
            hint="For the sigmoid the derivative is s (1 - s).",
        ),
        Mistake(
            name="slope of tanh",
            answer=partial(_slope, activation=tanh, formula=lambda s: 1 - s**2),
            says="This is the slope of tanh, another activation.",
            hint="The task asks for the slope of the sigmoid, s (1 - s) with s = sigmoid(z).",
        ),
        Mistake(
            name="tanh for the sigmoid",
            answer=partial(_slope, activation=tanh),
            says="You used tanh where the formula needs the sigmoid.",
            hint="In s (1 - s), s is sigmoid(z).",
        ),
        Mistake(
            name="slope of ReLU",
            answer=lambda z: (z > 0).float(),
            says="This is the slope of ReLU, which is 0 or 1.",
            hint="The task asks for the slope of the sigmoid, s (1 - s) with s = sigmoid(z).",
        ),
        Mistake(
            name="sigmoid twice",
            answer=partial(_slope, activation=lambda z: sigmoid(sigmoid(z))),
            says="You apply the sigmoid twice.",
            hint="Apply it once. In s (1 - s), s is sigmoid(z).",
        ),
        Mistake(
            name="softmax",
            answer=partial(_slope, activation=lambda z: z.softmax(-1) if z.ndim else z * 0 + 1),
            says="You used softmax where the formula needs the sigmoid.",
            hint="In s (1 - s), s is sigmoid(z).",
        ),
        Mistake(
            name="wrong sign in the exponent",
            answer=lambda z: torch.exp(-z) / (1 + torch.exp(z)) ** 2,
            says="The signs in your two exponents differ.",
            hint="With s = torch.sigmoid(z) you need no exponent. The derivative is s (1 - s).",
        ),
        Mistake(
            name="square forgotten",
            answer=lambda z: torch.exp(-z) / (1 + torch.exp(-z)),
            says="You divide by 1 + exp(-z), not by its square.",
            hint="With s = torch.sigmoid(z) the derivative is s (1 - s).",
        ),
        Mistake(
            name="summed",
            answer=partial(_slope, end=torch.sum),
            says="You add up the slopes.",
            hint="Return one slope for each number of z, in the shape of z.",
        ),
        Mistake(
            name="averaged",
            answer=partial(_slope, end=torch.mean),
            says="You average the slopes.",
            hint="Return one slope for each number of z, in the shape of z.",
        ),
    ],
)


def _two_linear(rng: Generator) -> list[Arguments]:
    sizes = ((2, 2, 2), (3, 4, 2), (3, 3, 3), (2, 3, 3), (2, 1, 3), (1, 2, 1))
    cases = [two_layer_tensors(rng, 0, *three) for three in sizes]
    return [{name: case[name] for name in ("W1", "b1", "W2", "b2")} for case in cases]


def _collapse(
    W1: Tensor,
    b1: Tensor,
    W2: Tensor,
    b2: Tensor,
    *,
    weights: Callable[..., Tensor] = torch.matmul,
    bias: Callable[..., Tensor] = lambda W1, b1, W2, b2: b1 @ W2 + b2,
) -> tuple[Tensor, Tensor]:
    """Make one layer of two from parts, each of which may be a wrong one."""
    return weights(W1, W2), bias(W1, b1, W2, b2)


def _other_order(W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> tuple[Tensor, Tensor]:
    return W2 @ W1, W2 @ b1 + b2


check_collapse = Exercise(
    name="collapse",
    doc="""Check `collapse(W1, b1, W2, b2)`, one layer that replaces two without activation.

    It returns `W`, shape (in, out), and `b`, shape (out,), as a tuple.

    Examples:
        >>> check_collapse(lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2)).mistake
        'biases added'
    """,
    answer=_collapse,
    inputs=_two_linear,
    mistakes=[
        Mistake(
            name="biases added",
            answer=partial(_collapse, bias=lambda W1, b1, W2, b2: b1 + b2),
            says=(
                "The second layer also multiplies the first bias, and you only added the two "
                "biases."
            ),
            hint="Multiply out (x W1 + b1) W2 + b2, and look for the terms without x.",
        ),
        Mistake(
            name="first bias forgotten",
            answer=partial(_collapse, bias=lambda W1, b1, W2, b2: b2),
            says="Your bias is only the second layer's.",
            hint="The first bias passes through the second layer too.",
        ),
        Mistake(
            name="only the first bias",
            answer=partial(_collapse, bias=lambda W1, b1, W2, b2: b1),
            says="Your bias is only the first layer's.",
            hint="Multiply out (x W1 + b1) W2 + b2, and look for the terms without x.",
        ),
        Mistake(
            name="both biases multiplied",
            answer=partial(_collapse, bias=lambda W1, b1, W2, b2: (b1 + b2) @ W2),
            says="You multiply both biases by W2.",
            hint="Only the first bias passes through the second layer. Add b2 at the end.",
        ),
        Mistake(
            name="first bias through the first layer",
            answer=partial(_collapse, bias=lambda W1, b1, W2, b2: b1 @ W1 + b2),
            says="You multiply the first bias by W1.",
            hint="The first bias comes after W1. It passes through W2 only.",
        ),
        Mistake(
            name="bias times bias",
            answer=partial(_collapse, bias=lambda W1, b1, W2, b2: b1 * b2),
            says="You multiply the biases with each other.",
            hint="Multiply out (x W1 + b1) W2 + b2, and look for the terms without x.",
        ),
        Mistake(
            name="bias from the right",
            answer=partial(_collapse, bias=lambda W1, b1, W2, b2: W2 @ b1 + b2),
            says="You multiply the first bias from the right, as if W2 were transposed.",
            hint="b1 is a row here and meets W2 from the left, as in `b1 @ W2`.",
        ),
        Mistake(
            name="wrong order",
            answer=partial(_collapse, weights=lambda W1, W2: W2 @ W1),
            says="You multiplied W2 by W1. Square matrices hide the mistake.",
            hint="x meets W1 first, as in `x @ W1 @ W2`.",
        ),
        Mistake(
            name="other convention",
            answer=_other_order,
            says="Your W and b are those of the other convention, in which W has the shape "
            "(out, in).",
            hint="Here it is (in, out), so x meets W1 first, as in `x @ W1 @ W2`, and b1 is a row.",
        ),
        Mistake(
            name="weights added",
            answer=partial(_collapse, weights=torch.add),
            says="You added W1 and W2.",
            hint="x passes through one after the other, so multiply them with `@`.",
        ),
        Mistake(
            name="elementwise",
            answer=partial(_collapse, weights=torch.mul),
            says="You multiplied the weights entry by entry.",
            hint="Use `@`, because this is a matrix product.",
        ),
        Mistake(
            name="bias elementwise",
            answer=partial(_collapse, bias=lambda W1, b1, W2, b2: b1 * W2 + b2),
            says="You multiplied the first bias entry by entry.",
            hint="Use `@`, because this is a matrix product.",
        ),
        Mistake(
            name="bias as a row",
            answer=partial(_collapse, bias=lambda W1, b1, W2, b2: (b1 @ W2 + b2)[None]),
            says="Your b is a matrix of one row.",
            hint="It should have the shape (out,). Leave out the `reshape`, or take row 0.",
        ),
        Mistake(
            name="bias before weights",
            answer=lambda *arguments: _collapse(*arguments)[::-1],
            says="You return the bias first.",
            hint="Return W first and then b, as `return W, b`.",
        ),
        Mistake(
            name="one of the layers",
            answer=lambda W1, b1, W2, b2: (W1, b1),
            says="You return the first layer as it came.",
            hint="Return one layer that does what the two do together.",
        ),
    ],
)


check_sigmoids = Number(
    name="sigmoids",
    doc="""Check `sigmoids`, how many in a row leave less than a thousandth of a nudge.

    Each of them is at its steepest, where its slope is 0.25.

    Examples:
        >>> check_sigmoids(4).mistake
        'one too few'
    """,
    answer=5,
    tolerance=0,
    reason="Five are enough, even if all of them are at their steepest. Anywhere else on the curve "
    "each loses more, so it never takes more than five. Where ReLU isn't flat, its slope is 1, "
    "and a product of ones doesn't shrink.",
    hint="Multiply by 0.25 for each sigmoid, until less than 0.001 is left.",
    mistakes=[
        Mistake(
            name="one too few",
            answer=4,
            says="Four of them leave 0.0039, which is still more than a thousandth.",
            hint="Multiply by 0.25 once more.",
        ),
        Mistake(
            name="a half each",
            answer=10,
            says="You let each sigmoid leave a half, which is its value in the middle.",
            hint="The slope in the middle is 0.25.",
        ),
        Mistake(
            name="subtracted",
            answer=250,
            says="You divide 0.25 by 0.001, but the slopes multiply.",
            hint="After two sigmoids, 0.25 times 0.25 is left.",
        ),
        Mistake(
            name="not rounded",
            answer=math.log(0.001) / math.log(0.25),
            says="That's where exactly a thousandth is left.",
            hint="Which whole number of sigmoids leaves less?",
        ),
    ],
)


def _table(
    x: Tensor,
    *,
    turns: Sequence[float] = (1, -1, -0.5, 0.5),
    places: Sequence[float] = (1, 2, 4, 6),
) -> Tensor:
    """Add up creases, of which any may turn too far or be in the wrong place."""
    units = zip(turns, places, strict=True)
    return sum((turn * torch.relu(x - place) for turn, place in units), torch.zeros_like(x))


def _places(rng: Generator) -> list[Arguments]:
    return [
        {"x": torch.tensor([0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])},
        {"x": torch.tensor([3.25])},
        {"x": torch.linspace(-4, 9, 60)},
        {"x": torch.tensor([-100.0, 100.0, 1000.0])},
        {"x": 8 * torch.rand(5, generator=rng)},
    ]


check_table = Exercise(
    name="table",
    doc="""Check `table(x)`, a table made of four creases, at 1, 2, 4 and 6.

    `x` has shape (N,), and so has the result.

    Examples:
        >>> from torch import relu
        >>> check_table(lambda x: relu(x - 1) - relu(x - 2) - 0.5 * relu(x - 4)).mistake
        'last corner forgotten'
    """,
    answer=_table,
    inputs=_places,
    mistakes=[
        Mistake(
            name="last corner forgotten",
            answer=partial(_table, turns=(1, -1, -0.5, 0)),
            says="Your table doesn't stop at the floor. From 6 on it keeps falling.",
            hint="Add a unit at 6 that turns it back by as much as the unit at 4 turned it down.",
        ),
        Mistake(
            name="steepness instead of change",
            answer=partial(_table, turns=(1, 0, -0.5, 0)),
            says=(
                "You used how steep the table is after each corner. But units add up, so the unit "
                "at 1 is still climbing when the others set in."
            ),
            hint="A unit's weight is how much the steepness changes at its corner.",
        ),
        Mistake(
            name="second corner forgotten",
            answer=partial(_table, turns=(1, 0, -0.5, 0.5)),
            says="Your table never stops climbing.",
            hint="At 2 it becomes level, so take away there what you added at 1.",
        ),
        Mistake(
            name="falls too fast",
            answer=partial(_table, turns=(1, -1, -1, 1)),
            says="Your table falls by 1 for each step, so it goes through the floor.",
            hint="It falls by 1 over the two steps from 4 to 6. How much is that for each step?",
        ),
        Mistake(
            name="falls at once",
            answer=partial(_table, turns=(1, -1, -1, 1), places=(1, 2, 4, 5)),
            says="Your table is back at 0 by 5.",
            hint="It takes two steps, from 4 to 6, so it falls by 0.5 for each.",
        ),
        Mistake(
            name="only the way up",
            answer=partial(_table, turns=(1, -1, 0, 0)),
            says="Your table has a left side only. It climbs to 1 and stays there.",
            hint="It needs two more units, at 4 and at 6.",
        ),
        Mistake(
            name="no table top",
            answer=partial(_table, turns=(1, -2, 1, 0), places=(1, 2, 3, 6)),
            says="That's the roof, which comes down as soon as it's up.",
            hint="A table stays at 1 from 2 to 4.",
        ),
        Mistake(
            name="plus for minus",
            answer=partial(_table, places=(-1, -2, -4, -6)),
            says="Your corners are at -1, -2, -4 and -6.",
            hint="`relu(x - 1)` has its corner at 1, because that's where x - 1 is 0.",
        ),
        Mistake(
            name="upside down",
            answer=partial(_table, turns=(-1, 1, 0.5, -0.5)),
            says="Your table is upside down.",
            hint="Change the sign of each weight.",
        ),
        Mistake(
            name="without relu",
            answer=lambda x: (x - 1) - (x - 2) - 0.5 * ((x - 4) - (x - 6)),
            says="Without ReLU there's no crease, so you add up straight lines and get one more.",
            hint="Put each of `x - 1`, `x - 2`, `x - 4` and `x - 6` into `torch.relu`.",
        ),
    ],
)


def _dead_inputs(rng: Generator) -> list[Arguments]:
    corner = {  # the largest totals are 0, 2, -1, 1, 0, 0.2 and 0.0001
        "x": torch.tensor([[1.0, 0.0], [0.0, 1.0]]),
        "W": torch.tensor([[1, -1, -1, 0, 2, 0.8, 0.0001], [0, 4, 0, 0, -2, 0, 0]]),
        "b": torch.tensor([-1, -2, -1, 1, -2, -0.6, 0]),
    }
    drawn = [random_tensors(rng, x=(n, 3), W=(3, m), b=(m,)) for n, m in ((4, 6), (20, 9), (9, 9))]
    return [corner, *({**each, "b": each["b"] - 2} for each in drawn)]


def _totals(x: Tensor, W: Tensor, b: Tensor) -> Tensor:
    return x @ W + b


def _count_dead(
    x: Tensor,
    W: Tensor,
    b: Tensor,
    *,
    totals: Callable[..., Tensor] = _totals,
    dead: Callable[[Tensor], Tensor] = lambda totals: totals.amax(dim=0) <= 0,
    count: Callable[[Tensor], Tensor] = torch.sum,
) -> Tensor:
    """Count dead units from parts, each of which may be a wrong one."""
    return count(dead(totals(x, W, b)))


check_count_dead = Exercise(
    name="count_dead",
    doc="""Check `count_dead(x, W, b)`, how many units have no total above zero in a batch.

    `x` has shape (batch, n), `W` (n, units) and `b` (units,).

    Examples:
        >>> check_count_dead(lambda x, W, b: (x @ W + b <= 0).sum()).mistake
        'every total counted'
    """,
    use=single,
    answer=_count_dead,
    inputs=_dead_inputs,
    mistakes=[
        Mistake(
            name="every total counted",
            answer=partial(_count_dead, dead=lambda totals: totals <= 0),
            says="You count the totals that aren't above zero, for each example and each unit.",
            hint="A unit is dead only if that's so for every example. Collapse the batch first.",
        ),
        Mistake(
            name="wrong axis",
            answer=partial(_count_dead, dead=lambda totals: totals.amax(dim=1) <= 0),
            says="You collapsed the units, so you count examples that no unit responds to.",
            hint="Collapse the batch, which is dim=0.",
        ),
        Mistake(
            name="quiet once",
            answer=partial(_count_dead, dead=lambda totals: totals.amin(dim=0) <= 0),
            says="You count each unit that is quiet for at least one example.",
            hint="A dead unit is quiet for all of them. Look at its largest total.",
        ),
        Mistake(
            name="the living",
            answer=partial(_count_dead, dead=lambda totals: totals.amax(dim=0) > 0),
            says="You count the units that are alive.",
            hint="Dead are those whose largest total isn't above zero.",
        ),
        Mistake(
            name="zero counted as alive",
            answer=partial(_count_dead, dead=lambda totals: totals.amax(dim=0) < 0),
            says="You count only units whose totals are all below zero.",
            hint="A total of exactly 0 is at the corner, and isn't above zero. Use `<=`.",
        ),
        Mistake(
            name="on average",
            answer=partial(_count_dead, dead=lambda totals: totals.mean(dim=0) <= 0),
            says="You average the totals, so one large negative total hides the others.",
            hint="A single total above zero keeps a unit alive. Look at the largest.",
        ),
        Mistake(
            name="bias forgotten",
            answer=partial(_count_dead, totals=lambda x, W, b: x @ W),
            says="You left out the bias.",
            hint="A total is `x @ W + b`.",
        ),
        Mistake(
            name="not counted",
            answer=partial(_count_dead, count=identity),
            says="You return True or False for each unit.",
            hint="The task asks how many. `sum` counts what's True.",
        ),
        Mistake(
            name="share",
            answer=partial(_count_dead, count=lambda dead: dead.float().mean()),
            says="You return the share of the units that are dead.",
            hint="The task asks how many. Use `sum` in place of `mean`.",
        ),
    ],
)


check_creases_in_all = Number(
    name="creases_in_all",
    doc="""Check `creases_in_all`, of a strip folded three times and then creased once.

    Examples:
        >>> check_creases_in_all(16).mistake
        'pieces'
    """,
    answer=15,
    tolerance=0,
    reason="Three folds make eight layers. Opened, they lie in a row, with 7 creases between them. "
    "The last crease went through all eight layers and made 8 more, so creasing once paid for "
    "eight corners.",
    hint="How many layers does the last crease go through?",
    mistakes=[
        Mistake(
            name="one crease",
            answer=8,
            says="It's 8 if the last crease counts once, or if the folds don't count at all.",
            hint="The folds leave 7 creases, and the last one goes through eight layers at once.",
        ),
        Mistake(
            name="pieces",
            answer=16,
            says="That's how many pieces the strip has.",
            hint="There's one crease fewer, because a crease is where two pieces meet.",
        ),
        Mistake(
            name="one for each fold",
            answer=4,
            says="You counted a crease for each time that you folded.",
            hint="Only the first fold makes a single crease. The second goes through two layers.",
        ),
        Mistake(
            name="folds only",
            answer=7,
            says="These are the creases of the three folds.",
            hint="The last crease goes through eight layers, and makes a crease in each.",
        ),
        Mistake(
            name="eight and one",
            answer=9,
            says="You added one crease to eight, but eight is how many layers there are.",
            hint="Eight pieces have 7 creases between them. The last one goes through all eight.",
        ),
        Mistake(
            name="as in four layers",
            answer=11,
            says="You let the last crease go through four layers.",
            hint="After two folds there are four. How many are there after three?",
        ),
    ],
)
