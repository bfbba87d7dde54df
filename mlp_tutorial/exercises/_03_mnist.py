"""The exercises of lesson 3."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor, sigmoid

from mlp_tutorial.exercises._inputs import random_tensors, two_layer_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._layers import Activation, identity, two_layer_mistakes, two_layers
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments

check_flatten = Exercise(
    name="flatten",
    doc="""Check `flatten(images)`, which turns each image into a row of pixels.

    It takes shape (batch, 1, height, width) and returns (batch, height * width).

    Examples:
        >>> import torch
        >>> check_flatten(torch.flatten).mistake
        'one long row'
    """,
    answer=lambda images: images.flatten(1),
    inputs=lambda rng: [
        {"images": torch.rand(shape, generator=rng)}
        for shape in ((1, 1, 2, 3), (2, 1, 3, 3), (6, 1, 2, 3), (3, 1, 28, 28), (70, 1, 28, 28))
    ],
    mistakes=[
        Mistake(
            name="one long row",
            answer=lambda images: images.flatten(),
            says="You flattened the batch too, so all images became one long row.",
            hint="`flatten(1)` keeps the first axis, which counts the images.",
        ),
        Mistake(
            name="columns first",
            answer=lambda images: images.mT.flatten(1),
            says="You read each image column by column.",
            hint="Leave out the transpose. A network that learned from rows would see noise.",
        ),
        Mistake(
            name="images mixed",
            answer=lambda images: images.reshape(-1, len(images)).mT,
            says="The shape is right, but each row mixes the pixels of several images.",
            hint="`reshape` reads row by row, so keep the images first and don't transpose.",
        ),
        Mistake(
            name="unchanged",
            answer=lambda images: images,
            says="You return the images in the shape in which they came. Nothing changed.",
            hint="`flatten` and `reshape` return a new tensor, so return what they return.",
        ),
        Mistake(
            name="channel kept",
            answer=lambda images: images.flatten(2),
            says="You kept the axis of the single channel, so each image is a matrix of one row.",
            hint="`flatten(1)` begins at the second axis, which is number 1.",
        ),
        Mistake(
            name="channel dropped only",
            answer=lambda images: images.squeeze(1),
            says="You only dropped the axis of the channel, so images still have rows and columns.",
            hint="`flatten(1)` makes all axes behind the first into one.",
        ),
        Mistake(
            name="first image only",
            answer=lambda images: images[0].flatten(1).reshape(1, -1),
            says="You return only the first image.",
            hint="Keep all of them, a row for each.",
        ),
        Mistake(
            name="rows of pixels",
            answer=lambda images: images.flatten(0, 2),
            says="You return a row for each row of pixels.",
            hint="Put all rows of an image one after the other, with `flatten(1)`.",
        ),
        Mistake(
            name="pixels averaged",
            answer=lambda images: images.mean(dim=(1, 2)),
            says="You average the pixels of each column.",
            hint="Keep every pixel, and change only the shape.",
        ),
        Mistake(
            name="backwards",
            answer=lambda images: images.flatten(1).flip(1),
            says="You read the pixels of each image backwards.",
            hint="Leave out the `flip`.",
        ),
    ],
)


def _logits(*arguments: Tensor, output: Activation = identity, **parts: Any) -> Tensor:
    """Compute logits from parts, each of which may be a wrong one."""
    return two_layers(*arguments, output=output, **parts)


check_logits = Exercise(
    name="logits",
    doc="""Check `logits(x, W1, b1, W2, b2)`, a sigmoid layer and a layer without activation.

    `x` has shape (batch, n), `W1` (n, hidden), `b1` (hidden,), `W2` (hidden, classes), `b2`
    (classes,), and the result (batch, classes).

    Examples:
        >>> check_logits(lambda x, W1, b1, W2, b2: (x @ W1 + b1) @ W2 + b2).mistake
        'no hidden activation'
    """,
    answer=_logits,
    inputs=lambda rng: [
        two_layer_tensors(rng, *sizes)
        for sizes in ((1, 2, 3, 2), (2, 2, 2, 2), (4, 4, 4, 4), (6, 7, 5, 3))
    ],
    mistakes=[
        *(m for m in two_layer_mistakes(_logits) if m.name != "output bias behind the activation"),
        Mistake(
            name="sigmoid on the logits",
            answer=partial(_logits, output=sigmoid),
            says=(
                "You passed the output through the sigmoid. Every logit is then between 0 and 1, "
                "and softmax can't give any of ten classes more than 0.232."
            ),
            hint="Return the weighted sums themselves. Logits may be any number.",
        ),
        Mistake(
            name="log-softmax on the logits",
            answer=partial(_logits, output=lambda z: z.log_softmax(1)),
            says="You return the logarithms of probabilities, from log-softmax.",
            hint="Return logits. The loss applies log-softmax itself.",
        ),
        Mistake(
            name="largest subtracted",
            answer=partial(_logits, output=lambda z: z - z.amax(dim=1, keepdim=True)),
            says="You subtract the largest total of each example, so no total is above zero.",
            hint="Return the totals as they are.",
        ),
        Mistake(
            name="mean subtracted",
            answer=partial(_logits, output=lambda z: z - z.mean(dim=1, keepdim=True)),
            says="You subtract the mean of each example's totals.",
            hint="Return the totals as they are.",
        ),
        Mistake(
            name="classes instead of logits",
            answer=partial(_logits, output=lambda z: z.argmax(dim=1)),
            says="You return the predicted class of each example.",
            hint="Return logits, one for each class, and leave out `argmax`.",
        ),
        Mistake(
            name="no hidden activation",
            answer=partial(_logits, hidden=identity),
            says=(
                "There's no activation between your layers, so together they do no more than one "
                "layer could."
            ),
            hint="Pass `x @ W1 + b1` through the sigmoid.",
        ),
    ],
)


def _unscramble(scrambled: Tensor, order: Tensor) -> Tensor:
    """Put every column back where it was."""
    return scrambled[:, order.argsort()]


def _scrambled(rng: Generator) -> list[Arguments]:
    """Scramble batches with orders that don't undo themselves."""
    made: list[Arguments] = [
        {"scrambled": torch.tensor([[30.0, 10.0, 20.0]]), "order": torch.tensor([2, 0, 1])}
    ]
    for n, pixels in ((2, 4), (4, 4), (3, 9), (5, 784)):
        x = torch.randn(n, pixels, generator=rng)
        order = torch.randperm(pixels, generator=rng)
        made.append({"scrambled": x[:, order], "order": order})
    return made


check_unscramble = Exercise(
    name="unscramble",
    doc="""Check `unscramble(scrambled, order)`, which undoes `x[:, order]`.

    `scrambled` and the result have shape (batch, pixels), `order` (pixels,).

    Examples:
        >>> check_unscramble(lambda scrambled, order: scrambled[:, order]).mistake
        'scrambled again'
    """,
    answer=_unscramble,
    inputs=_scrambled,
    mistakes=[
        Mistake(
            name="scrambled again",
            answer=lambda scrambled, order: scrambled[:, order],
            says="You scrambled the pixels a second time.",
            hint="`order` says where each pixel came from. Use the order that undoes it.",
        ),
        Mistake(
            name="order turned around",
            answer=lambda scrambled, order: scrambled[:, order.flip(0)],
            says="You read the order backwards, and that isn't the order that undoes it.",
            hint="Ask for each pixel of the original in which place of `order` its number is.",
        ),
        Mistake(
            name="pixels turned around",
            answer=lambda scrambled, order: scrambled.flip(1),
            says="You only turned each row around.",
            hint="Use `order`, which says where each pixel came from.",
        ),
        Mistake(
            name="pixels sorted",
            answer=lambda scrambled, order: scrambled.sort(dim=1).values,
            says="You sorted the pixels by how dark they are.",
            hint="Sort by the place they came from. `order.argsort()` is a list of places.",
        ),
        Mistake(
            name="order sorted",
            answer=lambda scrambled, order: scrambled[:, order.sort().values],
            says="You return the digits as scrambled as they came. A sorted `order` is 0, 1, 2, …",
            hint="Use `argsort`, which says where each number of `order` is.",
        ),
    ],
)


check_turn_down = Exercise(
    name="turn_down",
    doc="""Check `turn_down(W)`, which divides weights by the square root of their inputs.

    `W` and the result have shape (inputs, units).

    Examples:
        >>> check_turn_down(lambda W: W / len(W)).mistake
        'no square root'
    """,
    answer=lambda W: W / len(W) ** 0.5,
    inputs=lambda rng: [
        {"W": torch.tensor([[1.0], [-2.0], [0.5], [1.0]])},
        *(random_tensors(rng, W=shape) for shape in ((9, 4), (2, 5), (3, 3), (784, 256))),
    ],
    mistakes=[
        Mistake(
            name="no square root",
            answer=lambda W: W / len(W),
            says="You divide by the number of inputs, so the crowd is far too quiet now.",
            hint="The noise grows like the square root of the number.",
        ),
        Mistake(
            name="root of the units",
            answer=lambda W: W / W.shape[1] ** 0.5,
            says="You divide by the root of the number of units, which is how many columns there "
            "are. A unit adds up as many terms as it has inputs.",
            hint="Use `len(W)`, the number of rows.",
        ),
        Mistake(
            name="root of all entries",
            answer=lambda W: W / W.numel() ** 0.5,
            says="You divide by the root of the number of all weights, not of a unit's own.",
            hint="Use the number of rows.",
        ),
        Mistake(
            name="always 28",
            answer=lambda W: W / 28,
            says="You always divide by 28, but that fits 784 inputs only.",
            hint="Work it out from the number of rows.",
        ),
        Mistake(
            name="turned up",
            answer=lambda W: W * len(W) ** 0.5,
            says="You multiply, so the crowd shouts even louder.",
            hint="Divide.",
        ),
        Mistake(
            name="made from scratch",
            answer=lambda W: W / W.std(),
            says="You divide by the standard deviation of the weights, so their volume is 1 again.",
            hint="Divide by the square root of the number of rows.",
        ),
    ],
)


check_noise = Number(
    name="noise",
    doc="""Check `noise`, how far from 0 a sum of 10,000 coins typically is.

    Examples:
        >>> check_noise(50).mistake
        'heads counted'
    """,
    answer=100,
    tolerance=0.5,
    reason="It's 100, a hundredth of the crowd. With 784 people, it was 28, which is a "
    "twenty-eighth. In proportion, more of the noise cancels in a larger crowd.",
    hint="How loud were 100 people, and how does it grow from there?",
    mistakes=[
        Mistake(
            name="everybody alike",
            answer=10_000,
            says="That would take 10,000 heads and not a single tail.",
            hint="Most heads and tails cancel. Take the square root of the crowd.",
        ),
        Mistake(
            name="everything cancels",
            answer=0,
            says="That's the mean of many such sums. A single sum is hardly ever exactly 0.",
            hint="Take the square root of the crowd.",
        ),
        Mistake(
            name="heads counted",
            answer=50,
            says="That's how far the number of heads typically is from 5,000. Each head too many "
            "is also a tail too few, so the sum is off by twice as much.",
            hint="Double it.",
        ),
        Mistake(
            name="half of them",
            answer=5000,
            says="That's about how many heads there are. The tails take away nearly as many.",
            hint="Take the square root of the crowd.",
        ),
        Mistake(
            name="in proportion",
            answer=1000,
            says="You took the noise of 100 people, which is 10, a hundred times. But the noise "
            "grows more slowly than the crowd.",
            hint="A hundred times the people make ten times the noise.",
        ),
    ],
)


def _standardize(
    train: Tensor,
    test: Tensor,
    *,
    mean: Callable[[Tensor, Tensor], Tensor] = lambda train, test: train.mean(),
    std: Callable[[Tensor, Tensor], Tensor] | None = None,
    spread: Callable[[Tensor], Tensor] = torch.std,
) -> tuple[Tensor, Tensor]:
    """Normalize both sets, the test images with a mean and a deviation that may be wrong ones."""
    normal = (train - train.mean()) / spread(train)
    deviation = std(train, test) if std else spread(train)
    return normal, (test - mean(train, test)) / deviation


def _zero(train: Tensor, test: Tensor) -> Tensor:
    return torch.zeros(())


def _one(train: Tensor, test: Tensor) -> Tensor:
    return torch.ones(())


def _given(train: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    train = (train - train.mean()) / train.std()
    test = (test - train.mean()) / train.std()
    return train, test


def _two_sets(rng: Generator) -> list[Arguments]:
    small = {
        "train": torch.tensor([[0.0, 1.0], [0.0, 0.5]]).reshape(2, 1, 1, 2),
        "test": torch.tensor([1.0, 0.5]).reshape(1, 1, 1, 2),
    }
    shapes = [((3, 1, 2, 2), (2, 1, 2, 2)), ((20, 1, 4, 3), (1, 1, 4, 3)), ((5, 6), (7, 6))]
    drawn = [random_tensors(rng, train=one, test=other) for one, other in shapes]
    scales = [(0.3, 0.1), (80.0, 30.0), (1e5, 2e4)]  # numbers need not lie between 0 and 1
    return [small] + [
        {name: std * x + mean for name, x in case.items()}
        for case, (std, mean) in zip(drawn, scales, strict=True)
    ]


check_standardize = Exercise(
    name="standardize",
    doc="""Check `standardize(train, test)`, which normalizes two sets of images.

    Both take the mean and the standard deviation of the training images.

    Examples:
        >>> check_standardize(lambda train, test: (test, train)).outcome
        'wrong'
    """,
    answer=_standardize,
    given=_given,
    reason="The first line overwrote `train`, so the second line subtracted 0 and divided by 1. "
    "When a name changes its meaning halfway, look there first.",
    inputs=_two_sets,
    mistakes=[
        Mistake(
            name="divided by the count",
            answer=partial(_standardize, spread=lambda x: x.std(correction=0)),
            says="Your standard deviation divides by the count, and `std()` by one less. You'd be "
            "right with thousands of numbers, but here the two differ.",
            hint="Use `std()` as the given code does, so that we compare the same thing.",
        ),
        Mistake(
            name="deviation too late",
            answer=partial(_standardize, std=_one),
            says="The mean is right now, but the standard deviation still comes from `train` after "
            "it was overwritten, where it's 1.",
            hint="Compute both before you change `train`.",
        ),
        Mistake(
            name="mean too late",
            answer=partial(_standardize, mean=_zero),
            says="The deviation is right now, but the mean still comes from `train` after it was "
            "overwritten, where it's 0.",
            hint="Compute both before you change `train`.",
        ),
        Mistake(
            name="own mean and own deviation",
            answer=partial(_standardize, mean=lambda a, b: b.mean(), std=lambda a, b: b.std()),
            says="You normalize the test images with their own mean and deviation. Then the same "
            "pixel has two different values, one in each set.",
            hint="Use the numbers of the training images for both.",
        ),
        Mistake(
            name="own mean",
            answer=partial(_standardize, mean=lambda a, b: b.mean()),
            says="You take the mean of the test images for the test images.",
            hint="Use the mean of the training images for both.",
        ),
        Mistake(
            name="own deviation",
            answer=partial(_standardize, std=lambda a, b: b.std()),
            says="You take the standard deviation of the test images for the test images.",
            hint="Use the one of the training images for both.",
        ),
        Mistake(
            name="both sets together",
            answer=lambda a, b: tuple(
                (x - torch.cat([a, b]).mean()) / torch.cat([a, b]).std() for x in (a, b)
            ),
            says="You compute the mean and the deviation from both sets together. The test images "
            "should stay unseen until the end.",
            hint="Use the numbers of the training images alone.",
        ),
        Mistake(
            name="training images unchanged",
            answer=lambda a, b: (a, _standardize(a, b)[1]),
            says="The test images are right now, but you return the training images as they came.",
            hint="Normalize both sets, and return both.",
        ),
        Mistake(
            name="sets swapped",
            answer=lambda a, b: _standardize(a, b)[::-1],
            says="You return the test images first.",
            hint="Return the training images first, then the test images.",
        ),
        Mistake(
            name="statistics of each pixel",
            answer=lambda a, b: tuple((x - a.mean(0)) / a.std(0) for x in (a, b)),
            says="You compute a mean and a deviation for each pixel.",
            hint="Take one mean and one deviation over all training images.",
        ),
    ],
)
