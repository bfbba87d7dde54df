"""The exercises of lesson 16."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice, pairwise
from typing import Any

import torch
from torch import Generator, Tensor
from torch.utils.data import DataLoader, TensorDataset

from mlp_tutorial.exercises._judge import Exercise, Mistake, single
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Made
from mlp_tutorial.exercises._watch import watch


def _use_batches(batches: Callable[..., Any], n: int, batch_size: int) -> Any:
    """Collect epochs, and name what is wrong with them."""
    x, y = torch.arange(2.0 * n).reshape(n, 2), torch.arange(n)
    given = x.clone(), y.clone()

    def epoch(generator: Generator) -> list[tuple[Tensor, Tensor]] | None:
        return _collect(batches(x, y, batch_size, generator), n)

    def order_of(parts: list[tuple[Tensor, Tensor]] | None) -> Tensor:
        return torch.cat([rows[:, 0] / 2 for rows, _ in parts or [(x[:0], y)]])

    def order_from(seed: int) -> Tensor:
        return order_of(epoch(torch.Generator().manual_seed(seed)))

    generator = torch.Generator().manual_seed(0)
    with watch(DataLoader.__init__) as called:
        parts = epoch(generator)
    if parts is None:
        return None
    order = order_of(parts)
    sizes = [len(part) for part, _ in parts]
    names = ["DataLoader"] if called else []
    names += _wrong_sizes(sizes, order.tolist(), n, batch_size)
    match = all(torch.equal(rows[:, 0] / 2, part) for rows, part in parts)
    if not match:
        names.append("labels in another order")
    if not (torch.equal(x, given[0]) and torch.equal(y, given[1])):
        names.append("data changed")
    elif n > batch_size and len(order):
        again = order_of(epoch(generator))
        if match and torch.equal(order, order.sort().values):
            names.append("not shuffled")
        elif match and batch_size > 1 and all((p.sort()[0].diff() == 1).all() for _, p in parts):
            names.append("batches shuffled, not examples")
        elif sizes != sorted(sizes, reverse=True):
            names.append("small batch not last")
        if not torch.equal(order, order_from(0)):
            names.append("generator ignored")
        elif (
            match
            and "not shuffled" not in names
            and any(torch.equal(order, other) for other in (again, order_from(1)))
        ):
            names.append("same order each time")
    if names:
        raise Made(*names)
    return "one epoch in random order"


def _collect(made: Any, n: int) -> list[tuple[Tensor, Tensor]] | None:
    """Make a list of the batches, if they are pairs of tensors."""
    if made is None:
        return None
    if isinstance(made, list | tuple) and len(made) == 2:
        if all(isinstance(part, Tensor) for part in made):
            raise Made("one batch alone")
        if [{item.ndim for item in part if isinstance(item, Tensor)} for part in made] == [
            {2},
            {1},
        ]:
            raise Made("two lists")
    if isinstance(made, Tensor | Mapping) or not isinstance(made, Iterable):
        raise Made("no pairs")
    parts = list(islice(made, 2 * n + 1))
    if len(parts) > 2 * n:
        raise Made("never ends")
    if not all(
        isinstance(part, list | tuple)
        and len(part) == 2
        and all(isinstance(item, Tensor) for item in part)
        for part in parts
    ):
        raise Made("no pairs")
    found = {(rows.ndim, labels.ndim) for rows, labels in parts}
    if found - {(2, 1)}:
        raise Made("exchanged" if found == {(1, 2)} else "single examples")
    return parts


def _wrong_sizes(sizes: Sequence[int], order: Sequence[int], n: int, batch_size: int) -> list[str]:
    """Name what is wrong with how many examples there are, in each batch and in all."""
    if len(set(order)) < len(order):
        return ["drawn with replacement"]
    if len(order) < n:
        dropped = set(sizes) == {batch_size} and n - len(order) == n % batch_size
        return ["last batch dropped" if dropped else "examples missing"]
    right = [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
    return [] if sorted(sizes, reverse=True) == right else ["other sizes"]


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


_right = _batches(lambda n, rng: _twice(torch.randperm(n, generator=rng)))


def _shuffled_batches(
    x: Tensor, y: Tensor, batch_size: int, generator: Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    parts = torch.arange(len(x)).split(batch_size)
    for i in torch.randperm(len(parts), generator=generator).tolist():
        yield x[parts[i]], y[parts[i]]


def _small_first(
    x: Tensor, y: Tensor, batch_size: int, generator: Generator
) -> list[tuple[Tensor, Tensor]]:
    return list(_right(x, y, batch_size, generator))[::-1]


def _in_place(
    x: Tensor, y: Tensor, batch_size: int, generator: Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    order = torch.randperm(len(x), generator=generator)
    x.copy_(x[order])
    y.copy_(y[order])
    return zip(x.split(batch_size), y.split(batch_size), strict=True)


check_batches = Exercise(
    name="batches",
    doc="""Check `batches(x, y, batch_size, generator)`, one epoch in random order.

    It yields pairs of `x` and `y`, or returns a list of them.

    Examples:
        >>> check_batches(lambda x, y, size, generator: zip(x.split(size), y.split(size))).mistake
        'not shuffled'
    """,
    use=_use_batches,
    answer=_right,
    inputs=lambda rng: [
        {"n": 10, "batch_size": 4},
        {"n": 100, "batch_size": 25},
        {"n": 3, "batch_size": 5},
        {"n": 8, "batch_size": 1},
    ],
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
        Mistake(
            name="DataLoader",
            answer=lambda x, y, size, rng: DataLoader(
                TensorDataset(x, y), size, shuffle=True, generator=rng
            ),
            says="You use a DataLoader, and the task asks for batches without one.",
            hint="Index `x` and `y` with the pieces of a permutation from `torch.randperm`.",
        ),
        Mistake(
            name="one batch alone",
            answer=lambda x, y, size, rng: next(_right(x, y, size, rng)),
            says="You return only one batch. A `return` inside the loop ends the function.",
            hint="Use `yield` instead of `return`.",
        ),
        Mistake(
            name="two lists",
            answer=lambda x, y, size, rng: tuple(zip(*_right(x, y, size, rng), strict=True)),
            says="You return two lists, one of all parts of `x` and one of all parts of `y`.",
            hint="Yield pairs, each a part of `x` with its part of `y`.",
        ),
        Mistake(
            name="no pairs",
            answer=lambda x, y, size, rng: (part for part, _ in _right(x, y, size, rng)),
            says="Your batches aren't pairs of two tensors.",
            hint="Yield `x[rows], y[rows]` for each batch.",
        ),
        Mistake(
            name="exchanged",
            answer=lambda x, y, size, rng: ((b, a) for a, b in _right(x, y, size, rng)),
            says="Your pairs begin with the labels.",
            hint="Yield `x[rows], y[rows]`, in this order.",
        ),
        Mistake(
            name="single examples",
            answer=lambda x, y, size, rng: zip(x, y, strict=True),
            says="You yield single examples, or batches whose axes aren't those of `x` and `y`.",
            hint="Index with several rows at once, as in `x[rows]` with a tensor `rows`.",
        ),
        Mistake(
            name="never ends",
            answer=lambda x, y, size, rng: (
                pair for _ in count() for pair in _right(x, y, size, rng)
            ),
            says="Your batches never end.",
            hint="Stop after one epoch, when each example came once.",
        ),
        Mistake(
            name="examples missing",
            answer=lambda x, y, size, rng: islice(_right(x, y, size, rng), 1, None),
            says="Some examples never come in your epoch.",
            hint="Each example has to come once. Where do your slices start and end?",
        ),
        Mistake(
            name="other sizes",
            answer=lambda x, y, size, rng: _right(x, y, size + 1, rng),
            says="Your batches have other sizes than they should.",
            hint="Each has `batch_size` examples, and the last one has what is left.",
        ),
        Mistake(
            name="batches shuffled, not examples",
            answer=_shuffled_batches,
            says="Each batch always has the same examples, which are neighbors in the data.",
            hint="Draw one permutation of all examples, and cut that into batches.",
        ),
        Mistake(
            name="small batch not last",
            answer=_small_first,
            says="Your batches have the right sizes, but the small one doesn't come last.",
            hint="Cut the permutation from its start. The last batch has what is left.",
        ),
        Mistake(
            name="same order each time",
            answer=lambda x, y, size, rng: _right(x, y, size, rng.manual_seed(0)),
            says="Your order is the same in every epoch.",
            hint="Draw it from the generator, and don't seed anything inside the function.",
        ),
        Mistake(
            name="data changed",
            answer=_in_place,
            says="You shuffle `x` and `y` themselves, which the caller still needs as they were.",
            hint="Index them with the permutation, which makes copies.",
        ),
    ],
)


def _use_flops(count_flops: Callable[..., Any], sizes: Sequence[int]) -> Any:
    """Call the answer with a list that it may change."""
    try:
        return count_flops(list(sizes))
    except IndexError as error:
        raise Made("one layer too many") from error


def _weights(sizes: Sequence[int]) -> int:
    return sum(a * b for a, b in pairwise(sizes))


check_count_flops = Exercise(
    name="count_flops",
    doc="""Check `count_flops(sizes)`, the multiplications and additions of one forward pass.

    `sizes` are the sizes of the layers, as in `[784, 10]`. Biases don't count.

    Examples:
        >>> from itertools import pairwise
        >>> check_count_flops(lambda sizes: sum(a * b for a, b in pairwise(sizes))).mistake
        'half'
    """,
    use=_use_flops,
    answer=lambda sizes: 2 * _weights(sizes),
    inputs=lambda rng: [
        {"sizes": sizes} for sizes in ([2, 3], [784, 128, 64, 10], [5, 5, 5], [7, 1], [3, 4, 2])
    ],
    mistakes=[
        Mistake(
            name="half",
            answer=_weights,
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
        Mistake(
            name="biases too",
            answer=lambda sizes: 2 * _weights(sizes) + sum(sizes[1:]),
            says="You counted an addition for each bias.",
            hint="Leave the biases out.",
        ),
        Mistake(
            name="biases twice",
            answer=lambda sizes: 2 * (_weights(sizes) + sum(sizes[1:])),
            says="You counted two operations for each bias.",
            hint="Leave the biases out.",
        ),
        Mistake(
            name="activations too",
            answer=lambda sizes: 2 * _weights(sizes) + sum(sizes[1:-1]),
            says="You counted the activations of the hidden units.",
            hint="Leave the activations out.",
        ),
        Mistake(
            name="biases and activations too",
            answer=lambda sizes: 2 * _weights(sizes) + sum(sizes[1:]) + sum(sizes[1:-1]),
            says="You counted the biases and the activations.",
            hint="Leave both out.",
        ),
        Mistake(
            name="one addition less",
            answer=lambda sizes: 2 * _weights(sizes) - sum(sizes[1:]),
            says="For each unit you counted one addition less than multiplications.",
            hint="The task says to count an addition for each multiplication.",
        ),
        Mistake(
            name="first layer only",
            answer=lambda sizes: 2 * sizes[0] * sizes[1],
            says="You counted only the first layer.",
            hint="Is the `return` inside the loop? Add up all layers first.",
        ),
        Mistake(
            name="last layer only",
            answer=lambda sizes: 2 * sizes[-2] * sizes[-1],
            says="You counted only the last layer.",
            hint="Add up the layers in the loop. Don't replace the earlier ones.",
        ),
        Mistake(
            name="last layer forgotten",
            answer=lambda sizes: 2 * _weights(sizes[:-1]),
            says="You left out the last layer.",
            hint="There is one layer less than there are sizes. Take all pairs of neighbors.",
        ),
        Mistake(
            name="first layer forgotten",
            answer=lambda sizes: 2 * _weights(sizes[1:]),
            says="You left out the first layer.",
            hint="Start with the pair of `sizes[0]` and `sizes[1]`.",
        ),
        Mistake(
            name="one layer too many",
            answer=lambda sizes: sum(2 * sizes[i] * sizes[i + 1] for i in range(len(sizes))),
            says="Your loop looks for one more layer than there is.",
            hint="There is one layer less than there are sizes. `pairwise(sizes)` gives each pair.",
        ),
        Mistake(
            name="first and last size",
            answer=lambda sizes: 2 * sizes[0] * sizes[-1],
            says="You multiplied the first size by the last, as if there were only one layer.",
            hint="Multiply each pair of neighboring sizes, and sum the products.",
        ),
        Mistake(
            name="product of all, once",
            answer=math.prod,
            says="You multiplied all the sizes, and counted each weight once.",
            hint="Multiply each pair of neighboring sizes, sum the products, and double the sum.",
        ),
        Mistake(
            name="sum of the sizes",
            answer=lambda sizes: 2 * sum(sizes),
            says="You added up the sizes of the layers.",
            hint="There's a weight for each pair of an input and a unit, so multiply neighbors.",
        ),
        Mistake(
            name="squares of the sizes",
            answer=lambda sizes: 2 * sum(a * a for a in sizes),
            says="You squared the sizes.",
            hint="Multiply each size by the next one.",
        ),
        Mistake(
            name="all pairs",
            answer=lambda sizes: 2 * sum(sizes) ** 2,
            says="You multiplied every size by every size.",
            hint="Only neighboring layers are connected. Use `pairwise(sizes)`.",
        ),
        Mistake(
            name="sizes added",
            answer=lambda sizes: 2 * sum(a + b for a, b in pairwise(sizes)),
            says="You added the sizes of neighboring layers.",
            hint="There's a weight for each pair of an input and a unit, so multiply them.",
        ),
    ],
)


check_speedup = Exercise(
    name="speedup",
    doc="""Check `speedup(share, factor)`, how many times as fast the whole is.

    A part that takes up `share` of the time, from 0 to 1, becomes `factor` times as fast.

    Examples:
        >>> check_speedup(lambda share, factor: 1 - share + share / factor).mistake
        'new time'
    """,
    use=single,
    answer=lambda share, factor: 1 / (1 - share + share / factor),
    reason="If the part takes up a tenth of the time, even a factor of a million makes it 1.11.",
    inputs=lambda _: [
        {"share": share, "factor": factor}
        for share, factor in ((0.5, 2.0), (0.1, 10.0), (0.9, 3.0), (1.0, 4.0), (0.3, 0.5))
    ],
    mistakes=[
        Mistake(
            name="new time",
            answer=lambda share, factor: 1 - share + share / factor,
            says="That's the new time, as a share of the old one.",
            hint="How many times does the new time fit into the old one, which was 1?",
        ),
        Mistake(
            name="part gone",
            answer=lambda share, factor: math.inf if share == 1 else 1 / (1 - share),
            says="That would be right if the part went away altogether.",
            hint="It still takes `share / factor`.",
        ),
        Mistake(
            name="the rest forgotten",
            answer=lambda share, factor: factor / share,
            says="You took the part for the whole, but the rest takes as long as before.",
            hint="The new time is `(1 - share) + share / factor`.",
        ),
        Mistake(
            name="average of the factors",
            answer=lambda share, factor: 1 - share + share * factor,
            says="You averaged the factors, weighted by the time. But it's the times that add up.",
            hint="Divide the part's time by the factor, and add the time of the rest.",
        ),
        Mistake(
            name="time times the factor",
            answer=lambda share, factor: 1 / (1 - share + share * factor),
            says="You made the part slower. A part that's twice as fast takes half the time.",
            hint="Divide `share` by `factor`.",
        ),
        Mistake(
            name="time saved",
            answer=lambda share, factor: share - share / factor,
            says="That's the share of the time that you save.",
            hint="Subtract it from 1 to get the new time. How often does that fit into 1?",
        ),
        Mistake(
            name="shares exchanged",
            answer=lambda share, factor: 1 / (share + (1 - share) / factor),
            says="You made everything else faster, and left the part as it was.",
            hint="`share` is the part that becomes faster, so divide that by the factor.",
        ),
    ],
)


def _use_finish(
    finish: Callable[..., Any], fetches: Sequence[float], steps: Sequence[float]
) -> Any:
    """Call the answer with lists that it may change."""
    return single(finish, list(fetches), list(steps))


def _finish(fetches: Sequence[float], steps: Sequence[float]) -> float:
    fetched = done = 0.0
    for fetch, step in zip(fetches, steps, strict=True):
        fetched += fetch
        done = max(done, fetched) + step
    return done


def _lazy_helper(fetches: Sequence[float], steps: Sequence[float]) -> float:
    """The helper goes only when the cook has taken the last batch from the shelf."""
    start = 0.0  # of the cook, with the batch before
    done = 0.0
    for fetch, step in zip(fetches, steps, strict=True):
        start = max(done, start + fetch)
        done = start + step
    return done


check_finish = Exercise(
    name="finish",
    doc="""Check `finish(fetches, steps)`, when the last batch is done.

    A helper fetches one batch after another, and a cook works on each as soon as it's there.

    Examples:
        >>> check_finish(lambda fetches, steps: sum(fetches) + sum(steps)).mistake
        'one after the other'
    """,
    use=_use_finish,
    answer=_finish,
    reason="At every moment, at least one of the two is busy, and often both are.",
    inputs=lambda _: [
        {"fetches": fetches, "steps": steps}
        for fetches, steps in (
            ([3.0, 3.0], [1.0, 5.0]),
            ([2.0], [7.0]),
            ([1.0, 1.0, 1.0], [4.0, 4.0, 4.0]),
            ([4.0, 1.0, 6.0, 2.0], [2.0, 3.0, 1.0, 5.0]),
            ([5.0, 1.0, 1.0, 1.0], [1.0, 9.0, 2.0, 4.0]),
        )
    ],
    mistakes=[
        Mistake(
            name="one after the other",
            answer=lambda fetches, steps: sum(fetches) + sum(steps),
            says="You let the helper wait while the cook works, as if nobody had been hired.",
            hint="Keep two times. The helper's grows by each fetch alone.",
        ),
        Mistake(
            name="the larger sum",
            answer=lambda fetches, steps: max(sum(fetches), sum(steps)),
            says="You took the larger of the two sums. But the cook can't start at second 0.",
            hint="Go batch by batch. The cook starts at the later of the two times.",
        ),
        Mistake(
            name="larger of each pair",
            answer=lambda fetches, steps: sum(map(max, fetches, steps)),
            says="You took the larger time of each pair, as if each batch were fetched and cooked "
            "at once.",
            hint="A batch has to be there before the cook can start on it.",
        ),
        Mistake(
            name="cook never waits",
            answer=lambda fetches, steps: fetches[0] + sum(steps),
            says="Your cook waits for the first batch only.",
            hint="For each batch, the cook starts at the later of `done` and `fetched`.",
        ),
        Mistake(
            name="last batch only",
            answer=lambda fetches, steps: sum(fetches) + steps[-1],
            says="Your cook is always ready when a batch arrives.",
            hint="Sometimes he's still busy. Take the later of the two times.",
        ),
        Mistake(
            name="helper waits",
            answer=_lazy_helper,
            says="Your helper waits until the cook has started on a batch before getting the next.",
            hint="The helper never waits. Add up the fetches, whatever the cook does.",
        ),
        Mistake(
            name="last step forgotten",
            answer=lambda fetches, steps: _finish(fetches, [*steps[:-1], 0.0]),
            says="You forgot that the last batch has to be cooked, too.",
            hint="Add `step` after you've taken the `max`.",
        ),
    ],
)


check_helpers = Number(
    name="helpers",
    doc="""Check `helpers`, how many helpers it takes so that the network never waits.

    Examples:
        >>> check_helpers(4).mistake
        'one too few'
    """,
    answer=5,
    tolerance=0,
    reason="Five helpers fetch 5 batches in 9 milliseconds, and the network needs only 4.5. The "
    "shelf fills up, and from then on the network sets the pace.",
    hint="In 9 milliseconds, how many batches does the network use up? Each helper fetches one.",
    mistakes=[
        Mistake(
            name="not rounded",
            answer=4.5,
            says="That's the right ratio, but you can't hire half a helper.",
            hint="With the next smaller number, who waits for whom?",
        ),
        Mistake(
            name="one too few",
            answer=4,
            says="Four helpers fetch 4 batches in 9 milliseconds, and the network could use 4.5.",
            hint="Round up.",
        ),
        Mistake(
            name="difference",
            answer=7,
            says="You subtracted the times. With that many helpers, some would be idle.",
            hint="How many steps fit into the time of one fetch?",
        ),
        Mistake(
            name="product",
            answer=18,
            says="You multiplied the times.",
            hint="How many steps fit into the time of one fetch?",
        ),
        Mistake(
            name="one more",
            answer=6,
            says="That works, but one of them could stay at home.",
            hint="How many batches does the network use up in 9 milliseconds?",
        ),
        Mistake(
            name="upside down",
            answer=1,
            says="One helper brings a batch every 9 milliseconds, and the network waits for 7 of "
            "them.",
            hint="Divide the time of a fetch by the time of a step, and round up.",
        ),
    ],
)


class _Across:
    """A pretended GPU: it takes orders at once, and carries them out one after another."""

    def __init__(self, work: float, pending: float) -> None:
        self.now, self.done, self.work = 100.0, 100.0 + pending, work
        self.busy: list[bool] = []  # at each look at the clock

    def run(self) -> None:
        self.now += 1.0  # the order itself
        self.done = max(self.now, self.done) + self.work

    def wait(self) -> None:
        self.now = max(self.now, self.done)

    def clock(self) -> float:
        self.busy.append(self.done > self.now)
        return self.now


def _use_seconds(seconds: Callable[..., Any], work: float, pending: float) -> Any:
    """Let the answer time an order, and see whether other orders were under way."""
    gpu = _Across(work, pending)
    found = single(seconds, gpu.run, gpu.wait, gpu.clock)
    if found is None:
        return None
    return found, gpu.busy[:1], gpu.busy[-1:]


def _seconds(before: str = "", between: str = "", after: str = "") -> Callable[..., float]:
    """Make a stopwatch that waits before the clock is read, right after that, or at the end."""

    def seconds(
        run: Callable[[], Any], wait: Callable[[], Any], clock: Callable[[], float]
    ) -> float:
        if before:
            wait()
        start = clock()
        if between:
            wait()
        run()
        if after:
            wait()
        return clock() - start

    return seconds


def _stop_alone(
    run: Callable[[], Any], wait: Callable[[], Any], clock: Callable[[], float]
) -> float:
    wait()
    clock()
    run()
    wait()
    return clock()


check_seconds = Exercise(
    name="seconds",
    doc="""Check `seconds(run, wait, clock)`, how long an order takes on a GPU.

    `run()` only sends the order, `wait()` returns when all orders have been carried out, and
    `clock()` tells the time.

    Examples:
        >>> def seconds(run, wait, clock):
        ...     start = clock()
        ...     run()
        ...     wait()
        ...     return clock() - start
        >>> check_seconds(seconds).mistake
        'not waited at the start'
    """,
    use=_use_seconds,
    answer=_seconds(before="wait", after="wait"),
    given=_seconds(),
    reason="Now the clock starts when the kitchen is idle, and stops when the food is cooked.",
    inputs=lambda _: [
        {"work": work, "pending": pending} for work, pending in ((50.0, 20.0), (7.0, 0.0))
    ],
    mistakes=[
        Mistake(
            name="not waited at the start",
            answer=_seconds(after="wait"),
            says="Now you time the whole order, but also all the orders from before.",
            hint="Let the kitchen finish before you start the clock. Call `wait()` first.",
        ),
        Mistake(
            name="not waited at the end",
            answer=_seconds(before="wait"),
            says="The kitchen is idle when you start the clock, but you stop it too early.",
            hint="Call `wait()` after `run()`, before you read the clock again.",
        ),
        Mistake(
            name="waited too late",
            answer=_seconds(between="wait", after="wait"),
            says="You wait for the orders from before, but your clock is running already.",
            hint="Move the first `wait()` up, before `start = clock()`.",
        ),
        Mistake(
            name="waited too late, and too early",
            answer=_seconds(between="wait"),
            says="You wait once, after the start of the clock, and not at all for the order.",
            hint="Wait right before you read the clock, each of the two times.",
        ),
        Mistake(
            name="start forgotten",
            answer=_stop_alone,
            says="You return what the clock shows at the end.",
            hint="Subtract what it showed at the start.",
        ),
    ],
)
