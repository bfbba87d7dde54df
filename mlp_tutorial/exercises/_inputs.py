"""Random tensors that several exercises are tried on."""

import torch
from torch import Generator

from mlp_tutorial.exercises._observe import Arguments


def random_tensors(rng: Generator, **shapes: tuple[int, ...]) -> Arguments:
    """Draw normally distributed tensors of these shapes."""
    return {name: torch.randn(shape, generator=rng) for name, shape in shapes.items()}


def two_layer_tensors(rng: Generator, n: int, n_in: int, n_hidden: int, n_out: int) -> Arguments:
    """Draw a batch of n examples and the parameters of a network of two layers."""
    return random_tensors(
        rng, x=(n, n_in), W1=(n_in, n_hidden), b1=(n_hidden,), W2=(n_hidden, n_out), b2=(n_out,)
    )


def logits_and_labels(rng: Generator, n: int, classes: int) -> Arguments:
    """Draw logits of n examples, and a label for each."""
    logits = torch.randn(n, classes, generator=rng)
    return {"logits": logits, "labels": torch.randint(classes, (n,), generator=rng)}


def image_batches(rng: Generator) -> list[Arguments]:
    """Draw flattened images in batches of three sizes, the last with large numbers."""
    batches = [random_tensors(rng, x=(n, 784)) for n in (1, 10, 64)]
    return [*batches[:2], {"x": 300 * batches[2]["x"]}]


def three_switches() -> list[Arguments]:
    """Give all ways in which three switches can be off (0) or on (1)."""
    rows = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 3)
    return [{"switches": row} for row in rows]
