"""The exercises of lesson 14."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.lessons import Option

check_in_dollars = Exercise(
    name="in_dollars",
    doc="""Check `in_dollars(output, mean, std)`, the prices that a network names, in dollars.

    `output` has shape (N, 1), and holds logarithms from which `mean` was subtracted before they
    were divided by `std`. The answer has shape (N,).

    Examples:
        >>> check_in_dollars(lambda output, mean, std: output[:, 0] * std + mean).mistake
        'still logarithms'
    """,
    answer=lambda output, mean, std: torch.exp(output[:, 0] * std + mean),
    inputs=lambda rng: [
        {"output": torch.tensor([[0.0], [1.0]]), "mean": 7.5, "std": 0.5},
        {"output": torch.randn(5, 1, generator=rng), "mean": 7.8, "std": 1.1},
        {"output": torch.tensor([[-3.0]]), "mean": 0.5, "std": 0.8},  # less than a dollar
    ],
    mistakes=[
        Mistake(
            name="still logarithms",
            answer=lambda output, mean, std: output[:, 0] * std + mean,
            says="Your prices are still logarithms.",
            hint="Undo the logarithm with `torch.exp`, as the last step.",
        ),
        Mistake(
            name="exp too early",
            answer=lambda output, mean, std: torch.exp(output[:, 0]) * std + mean,
            says=(
                "You undid the logarithm first. But it came first when the prices were scaled, so "
                "it has to be undone last."
            ),
            hint="Multiply by `std` and add `mean` before you call `torch.exp`.",
        ),
        Mistake(
            name="mean before std",
            answer=lambda output, mean, std: torch.exp((output[:, 0] + mean) * std),
            says="You added the mean first, so it was multiplied by `std`, too.",
            hint="Multiply by `std`, then add `mean`.",
        ),
        Mistake(
            name="scaled again",
            answer=lambda output, mean, std: torch.exp((output[:, 0] - mean) / std),
            says="You scaled the output once more instead of undoing it.",
            hint="Subtracting is undone by adding, and dividing by multiplying.",
        ),
        Mistake(
            name="mean forgotten",
            answer=lambda output, mean, std: torch.exp(output[:, 0] * std),
            says="The mean is missing.",
            hint="Add `mean` after you've multiplied by `std`.",
        ),
        Mistake(
            name="squeezed",
            answer=lambda output, mean, std: torch.exp(output.squeeze() * std + mean),
            says="For a single stone, `squeeze` removes both axes, and no row is left.",
            hint="Take `output[:, 0]`, which removes only the second axis.",
        ),
        Mistake(
            name="column",
            answer=lambda output, mean, std: torch.exp(output * std + mean),
            says="The numbers are right, but they're a column of shape (N, 1).",
            hint="Take `output[:, 0]`, so that subtracting N prices later won't make a table.",
        ),
    ],
)


def _places(words: Sequence[str], order: Sequence[str]) -> list[int]:
    return [list(order).index(word) for word in words]


check_grade_numbers = Exercise(
    name="grade_numbers",
    doc="""Check `grade_numbers(words, order)`, a number for each word: its place in the order.

    `order` lists the grades from the worst, which is 0, to the best. The answer is a tensor.

    Examples:
        >>> import torch
        >>> def grade_numbers(words, order):
        ...     return torch.tensor([float(order.index(word) + 1) for word in words])
        >>> check_grade_numbers(grade_numbers).mistake
        'counted from one'
    """,
    answer=lambda words, order: torch.tensor(_places(words, order)),
    inputs=lambda rng: [
        {"words": ["H", "J", "H"], "order": ["J", "I", "H"]},
        {
            "words": ["Good", "Ideal", "Fair", "Premium", "Ideal"],
            "order": ["Fair", "Good", "Very Good", "Premium", "Ideal"],
        },
        {"words": ["SI1", "I1", "VS2"], "order": ["I1", "SI2", "SI1", "VS2", "VS1"]},
    ],
    mistakes=[
        Mistake(
            name="counted from one",
            answer=lambda words, order: torch.tensor(
                [place + 1 for place in _places(words, order)]
            ),
            says="You counted the grades from 1.",
            hint="The worst grade is 0, as `order.index` has it.",
        ),
        Mistake(
            name="best is zero",
            answer=lambda words, order: torch.tensor(
                [len(order) - 1 - place for place in _places(words, order)]
            ),
            says="Your numbers fall as the grade gets better.",
            hint="`order` begins with the worst grade, and that's 0.",
        ),
        Mistake(
            name="alphabet",
            answer=lambda words, order: torch.tensor(_places(words, sorted(order))),
            says="You numbered the grades by the alphabet, which knows nothing about diamonds.",
            hint="Use the order that you're given, without sorting it.",
        ),
        Mistake(
            name="order of appearance",
            answer=lambda words, order: torch.tensor(_places(words, list(dict.fromkeys(words)))),
            says="You numbered the words as they turned up in `words`.",
            hint="A word's number is its place in `order`.",
        ),
    ],
)


Row = tuple[float, float, float, float]


def _count(same: Callable[[Row], Any]) -> Callable[[Sequence[Row], Sequence[Row]], int]:
    """Make a count of test rows that are in the training rows by some description."""

    def seen_before(train: Sequence[Row], test: Sequence[Row]) -> int:
        seen = {same(tuple(row)) for row in train}  # type: ignore[arg-type]
        return sum(same(tuple(row)) in seen for row in test)  # type: ignore[arg-type]

    return seen_before


def _stone(row: Row) -> Any:
    carat, length, width, height = row
    return carat, min(length, width), max(length, width), height


def _count_training(train: Sequence[Row], test: Sequence[Row]) -> int:
    return _count(_stone)(test, train)


def _count_pairs(train: Sequence[Row], test: Sequence[Row]) -> int:
    return sum(_stone(a) == _stone(b) for a in train for b in test)


def _count_stones(train: Sequence[Row], test: Sequence[Row]) -> int:
    return len({_stone(row) for row in train} & {_stone(row) for row in test})


_A, _B, _C = (1.0, 6.4, 6.3, 4.0), (0.5, 5.1, 5.0, 3.1), (0.7, 5.7, 5.8, 3.5)

check_seen_before = Exercise(
    name="seen_before",
    doc="""Check `seen_before(train, test)`, how many exam rows are of a stone in `train`.

    Rows are tuples (carat, length, width, height), and two rows are of the same stone if they
    agree, or would if the length and the width of one of them traded places.

    Examples:
        >>> check_seen_before(lambda train, test: len(set(train) & set(test))).mistake
        'swap overlooked'
    """,
    answer=_count(_stone),
    inputs=lambda rng: [
        {"train": [_A], "test": [(1.0, 6.3, 6.4, 4.0), _B]},
        {"train": [_A, _B], "test": [_A, (1.0, 6.3, 6.4, 4.0), _C]},
        {"train": [_A, (1.0, 6.3, 6.4, 4.0), _A, _C], "test": [_A, _B, (0.7, 5.8, 5.7, 3.5)]},
        # other stones: a height for a side, another height, another weight
        {"train": [_A, _B], "test": [(1.0, 6.3, 4.0, 6.4), (1.0, 6.4, 6.3, 4.1), _B]},
        {"train": [_A, _B], "test": [(1.1, 6.4, 6.3, 4.0), _C, _B, (0.5, 5.0, 5.1, 3.1)]},
        {"train": [_C], "test": [_A]},
        # the same sum of two sides, and the same product
        {"train": [_A, (2.0, 3.0, 8.0, 5.0)], "test": [(1.0, 6.5, 6.2, 4.0), (2.0, 4.0, 6.0, 5.0)]},
    ],
    mistakes=[
        Mistake(
            name="swap overlooked",
            answer=_count(lambda row: row),
            says="You missed the twins whose length and width have traded places.",
            hint="Put the shorter of the two sides first, in all rows.",
        ),
        Mistake(
            name="only swapped",
            answer=lambda train, test: sum(
                (row[0], row[2], row[1], row[3]) in set(map(tuple, train)) for row in test
            ),
            says="You missed the rows that agree without any swap.",
            hint="Put the shorter of the two sides first, in all rows. That covers both cases.",
        ),
        Mistake(
            name="height joined in",
            answer=_count(lambda row: (row[0], *sorted(row[1:]))),
            says="You let the height trade places as well, and found twins that aren't.",
            hint="Sort only the length and the width.",
        ),
        Mistake(
            name="weight ignored",
            answer=_count(lambda row: _stone(row)[1:]),
            says="You compared the sides only, so stones of another weight count as twins.",
            hint="Keep the carat in your description of the stone.",
        ),
        Mistake(
            name="training rows",
            answer=_count_training,
            says="You counted the rows of `train` that are in `test`.",
            hint="Go through the rows of `test`, and look each of them up among those of `train`.",
        ),
        Mistake(
            name="pairs",
            answer=_count_pairs,
            says="You counted pairs, so an exam row with two twins counts twice.",
            hint="Put the training stones into a `set`, and ask whether each exam row is in it.",
        ),
        Mistake(
            name="stones",
            answer=_count_stones,
            says="You counted stones. Two rows of the exam may be of the same stone.",
            hint="Count the rows of `test` one by one.",
        ),
    ],
)


def _others(
    *, own: bool = False, alone: Callable[[Tensor, int], Tensor] = lambda prices, i: prices.mean()
) -> Callable[[Tensor, Tensor], Tensor]:
    """Make a function that averages groups, perhaps with something wrong."""

    def others_mean(groups: Tensor, prices: Tensor) -> Tensor:
        means = []
        for i in range(len(groups)):
            mask = groups == groups[i]
            mask[i] = own
            nobody = mask.sum() == own
            means.append(alone(prices, i) if nobody else prices[mask].mean())
        return torch.stack(means)

    return others_mean


check_others_mean = Exercise(
    name="others_mean",
    doc="""Check `others_mean(groups, prices)`, the mean price of the other stones in each group.

    A stone that's alone in its group gets the mean of all stones. Its own price is in there, but
    all the lone stones get the same number, so none of them can read its price from it.

    Examples:
        >>> import torch
        >>> def others_mean(groups, prices):
        ...     return torch.stack([prices[groups == group].mean() for group in groups])
        >>> check_others_mean(others_mean).mistake
        'own price everywhere'
    """,
    answer=_others(),
    reason=(
        "All the lone stones get the same number, so it says nothing about any of them, although "
        "their prices are in there. In a larger group, the dearest stone still has the lowest "
        "number. Trees can read that, and they're worse for it. At the counter, ours were 316 "
        "dollars off with such a column, and 296 without it."
    ),
    inputs=lambda rng: [
        {
            "groups": torch.tensor([0, 0, 1, 1, 1]),
            "prices": torch.tensor([10.0, 20.0, 30.0, 60.0, 90.0]),
        },
        {"groups": torch.tensor([0, 0, 1]), "prices": torch.tensor([10.4, 20.4, 60.4])},
        {
            "groups": torch.tensor([3, 0, 2, 2, 1, 0]),
            "prices": torch.tensor([900.0, 400.0, 1000.0, 1400.0, 17005.0, 700.0]),
        },
        {  # two with the same price
            "groups": torch.tensor([1, 1, 1, 0]),
            "prices": torch.tensor([500.0, 500.0, 800.0, 500.0]),
        },
        {
            "groups": torch.randint(6, (12,), generator=rng),
            "prices": torch.rand(12, generator=rng) * 1000 + 300,
        },
    ],
    mistakes=[
        Mistake(
            name="own price everywhere",
            answer=lambda groups, prices: torch.stack(
                [prices[groups == group].mean() for group in groups]
            ),
            says="Each stone's own price is part of its mean. That's the leak.",
            hint="Set `mask[i] = False` before you take the mean.",
        ),
        Mistake(
            name="own price if alone",
            answer=_others(alone=lambda prices, i: prices[i]),
            says="A stone that's alone in its group got its own price.",
            hint="Give all the lone stones the same number, the mean of all stones.",
        ),
        Mistake(
            name="all others if alone",
            answer=_others(alone=lambda prices, i: prices[torch.arange(len(prices)) != i].mean()),
            says=(
                "A stone that's alone got the mean of all the others, and that's the one that "
                "peeks! The dearer a lone stone is, the lower its number."
            ),
            hint="Give all the lone stones the same number, the mean of all stones.",
        ),
        Mistake(
            name="zero if alone",
            answer=_others(alone=lambda prices, i: torch.zeros(())),
            says="A stone that's alone got 0. That doesn't peek, but no diamond costs nothing.",
            hint="Give it the mean of all stones.",
        ),
        Mistake(
            name="nan if alone",
            answer=_others(alone=lambda prices, i: torch.tensor(math.nan)),
            says="A stone that's alone got nan, the mean of no numbers at all.",
            hint="If `mask.any()` is False, take the mean of all stones.",
        ),
        Mistake(
            name="divided by all",
            answer=lambda groups, prices: torch.stack(
                [
                    (prices[groups == groups[i]].sum() - prices[i]) / (groups == groups[i]).sum()
                    if (groups == groups[i]).sum() > 1
                    else prices.mean()
                    for i in range(len(groups))
                ]
            ),
            says="You took the stone's own price out of the sum, but not out of the number.",
            hint="Divide by the number of the *other* stones.",
        ),
    ],
)


check_price_named = Number(
    name="price_named",
    doc="""Check `price_named`, what squared errors in the logarithm make of 1,000 and 4,000.

    Examples:
        >>> check_price_named(2500).mistake
        'mean of the prices'
    """,
    answer=2000,
    tolerance=1,
    reason=(
        "It's 2,000, which is twice the cheaper price and half the dearer one. Squares lead to "
        "the mean, and here it's the mean of the logarithms. In dollars the true mean is 2,500, so "
        "this network names too little on average."
    ),
    hint="Average the two logarithms, and take `math.exp` of that.",
    mistakes=[
        Mistake(
            name="mean of the prices",
            answer=2500,
            says="That's the mean of the prices. But the network never saw the prices.",
            hint="It saw their logarithms, and found the mean of those.",
        ),
        Mistake(
            name="the cheaper price",
            answer=1000,
            says="At 1,000 it would be right half of the time, and pay dearly the other half.",
            hint="Squares make it go between the two. Average the logarithms.",
        ),
        Mistake(
            name="the dearer price",
            answer=4000,
            says="At 4,000 it would be right half of the time, and pay dearly the other half.",
            hint="Squares make it go between the two. Average the logarithms.",
        ),
        Mistake(
            name="still a logarithm",
            answer=math.log(2000),
            says="That's the logarithm of the price.",
            hint="Undo it with `math.exp`.",
        ),
        Mistake(
            name="logarithm of the mean",
            answer=math.log(2500),
            says="That's the logarithm of the mean price.",
            hint="Take the two logarithms, then their mean, and undo the logarithm at the end.",
        ),
        Mistake(
            name="logarithm to base ten",
            answer=math.log10(2000),
            says="That's a logarithm, and to base ten.",
            hint="Undo it, and you'll have the price.",
        ),
    ],
)

check_peeked = Choice(
    name="peeked",
    doc="""Check `peeked`, the letter of the friend whose column won't be there when it counts.

    Examples:
        >>> check_peeked("b").mistake
        'Bo uses the month in which the apartment was advertised.'
    """,
    options=[
        Option(
            "Ana divides every column by its largest value among the training apartments.",
            "That number comes from the training apartments alone, and a new apartment can be "
            "divided by it, too.",
            right=False,
        ),
        Option(
            "Bo uses the month in which the apartment was advertised.",
            "You know the month before anybody has rented it. Whether it helps is another matter.",
            right=False,
        ),
        Option(
            "Cem uses the deposit, which landlords set to three months' rent.",
            "The deposit is the rent, multiplied by three. While the rent is covered, nobody can "
            "fill it in, so at the counter the column will be empty.",
            right=True,
        ),
        Option(
            "Dora leaves out all apartments without a floor area, in training and in the test.",
            "That makes her network useless for such apartments, and she should say so. But for "
            "all the others her score is honest.",
            right=False,
        ),
    ],
)
