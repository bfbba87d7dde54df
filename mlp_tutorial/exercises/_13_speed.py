"""The exercises of lesson 13."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import torch
from torch import Generator, Tensor

from mlp_tutorial.exercises._judge import Exercise, Mistake


def _use_batches(batches: Callable[..., Any], n: int, batch_size: int) -> Any:
    """Collect an epoch, and return facts about it that do not depend on the order."""
    x, y = torch.arange(n) + 0.5, torch.arange(n)

    def epoch(seed: int) -> tuple[list[int], Tensor, Tensor]:
        made = list(batches(x, y, batch_size, torch.Generator().manual_seed(seed)))
        xs, ys = zip(*made, strict=True)
        return [len(part) for part in xs], torch.cat(xs), torch.cat(ys)

    sizes, xs, ys = epoch(0)
    return {
        "sizes of the batches": sizes,
        "images with their own labels": torch.equal(xs, ys + 0.5),
        "each example once": sorted(xs.tolist()) == x.tolist(),
        "in random order": not torch.equal(xs.sort().values, xs),
        "the same seed gives the same order": torch.equal(epoch(0)[1], xs),
        "another seed gives another order": not torch.equal(epoch(1)[1], xs),
    }


def _batches(order: Callable[[int, Generator], tuple[Tensor, Tensor]]) -> Callable[..., Any]:
    """Cut batches from an order of the inputs and an order of the labels."""

    def batches(
        x: Tensor, y: Tensor, batch_size: int, generator: Generator
    ) -> Iterator[tuple[Tensor, Tensor]]:
        of_x, of_y = order(len(x), generator)
        parts = of_x.split(batch_size), of_y.split(batch_size)
        yield from ((x[i], y[j]) for i, j in zip(*parts, strict=True))

    return batches


def _twice(order: Tensor) -> tuple[Tensor, Tensor]:
    return order, order


check_batches = Exercise(
    name="batches",
    doc="""Check `batches(x, y, batch_size, generator)`, one epoch in random order.

    It yields pairs of `x` and `y`, or returns a list of them.

    Examples:
        >>> check_batches(lambda x, y, size, generator: zip(x.split(size), y.split(size))).mistake
        'not shuffled'
    """,
    use=_use_batches,
    answer=_batches(lambda n, rng: _twice(torch.randperm(n, generator=rng))),
    inputs=lambda rng: [{"n": 10, "batch_size": 4}, {"n": 100, "batch_size": 25}],
    mistakes=[
        Mistake(
            name="labels in another order",
            answer=_batches(lambda n, rng: (torch.randperm(n, generator=rng), torch.arange(n))),
            says="Your images and labels come in different orders, so they no longer match.",
            hint="Draw one permutation, and index both with it.",
        ),
        Mistake(
            name="last batch dropped",
            answer=lambda x, y, size, rng: (
                (x[i], y[i])
                for i in torch.randperm(len(x), generator=rng).split(size)
                if len(i) == size
            ),
            says="You drop the last batch when the examples don't divide evenly.",
            hint="Yield it too, even though it's smaller.",
        ),
        Mistake(
            name="not shuffled",
            answer=_batches(lambda n, rng: _twice(torch.arange(n))),
            says="Your batches come in the order of the data.",
            hint="Index with `torch.randperm(len(x), generator=generator)`.",
        ),
        Mistake(
            name="drawn with replacement",
            answer=_batches(lambda n, rng: _twice(torch.randint(n, (n,), generator=rng))),
            says="Some examples come twice in your epoch, and others never.",
            hint="Use a permutation from `torch.randperm` instead of `torch.randint`.",
        ),
        Mistake(
            name="generator ignored",
            answer=_batches(lambda n, rng: _twice(torch.randperm(n))),
            says="Your order doesn't come from the generator, so nobody can repeat it.",
            hint="Pass the generator on with `torch.randperm(len(x), generator=generator)`.",
        ),
    ],
)


check_count_flops = Exercise(
    name="count_flops",
    doc="""Check `count_flops(sizes)`, the multiplications and additions of one forward pass.

    `sizes` are the sizes of the layers, as in `[784, 10]`. Biases don't count.

    Examples:
        >>> from itertools import pairwise
        >>> check_count_flops(lambda sizes: sum(a * b for a, b in pairwise(sizes))).mistake
        'half'
    """,
    answer=lambda sizes: 2 * sum(a * b for a, b in pairwise(sizes)),
    inputs=lambda rng: [{"sizes": [2, 3]}, {"sizes": [784, 128, 64, 10]}, {"sizes": [5, 5, 5]}],
    mistakes=[
        Mistake(
            name="half",
            answer=lambda sizes: sum(a * b for a, b in pairwise(sizes)),
            says="You counted a multiplication and its addition as one operation.",
            hint="Each weight costs two operations. You multiply by it, and then you add.",
        ),
        Mistake(
            name="parameters",
            answer=lambda sizes: sum(a * b + b for a, b in pairwise(sizes)),
            says="You counted the parameters.",
            hint="Each weight costs two operations, and biases don't count here.",
        ),
        Mistake(
            name="product of all",
            answer=lambda sizes: 2 * math.prod(sizes),
            says="You multiplied all the sizes, but the costs of the layers add up.",
            hint="Multiply each pair of neighboring sizes, and sum the products.",
        ),
    ],
)
