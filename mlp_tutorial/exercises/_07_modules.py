"""The exercises of lesson 7."""

import math
from collections.abc import Iterator

import torch
from torch import Generator, nn, sigmoid

from mlp_tutorial.exercises._inputs import image_batches
from mlp_tutorial.exercises._judge import Exercise, Mistake, single
from mlp_tutorial.exercises._networks import make_network, network_mistakes, network_use
from mlp_tutorial.exercises._observe import Arguments
from mlp_tutorial.networks import MLP

check_module = Exercise(
    name="Network",
    doc="""Check the class `Network`, 784-256-10 with the sigmoid between its layers.

    It is a `torch.nn.Module` that is created without arguments and returns logits.

    Examples:
        >>> from mlp_tutorial.networks import MLP
        >>> check_module(lambda: MLP([784, 256, 10])).mistake
        'ReLU'
    """,
    use=network_use(784, 256, 10, hidden=sigmoid),
    answer=make_network(784, 256, 10, hidden=sigmoid),
    inputs=image_batches,
    mistakes=network_mistakes(784, 256, 10, hidden="sigmoid"),
)


class _Scaled(nn.Module):
    """A module with a parameter of its own, one of a single number, and layers inside layers."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2, 3))
        self.offset = nn.Parameter(torch.tensor(0.5))
        self.layers = nn.Sequential(nn.Sequential(nn.Linear(3, 4, bias=False)), nn.Linear(4, 2))


def _models(rng: Generator) -> list[Arguments]:
    with_buffers = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    with_four_axes = nn.Sequential(nn.Conv2d(2, 3, 5), nn.ReLU(), nn.Embedding(7, 2))
    models = [nn.Linear(2, 1), nn.Linear(3, 2, bias=False), with_buffers, with_four_axes]
    return [{"model": model} for model in (*models, _Scaled(), MLP([784, 64, 10]))]


def _layers(model: nn.Module) -> Iterator[nn.Parameter]:
    """Give only parameters called `weight` and `bias`."""
    for part in model.modules():
        for name in ("weight", "bias"):
            if isinstance(parameter := getattr(part, name, None), nn.Parameter):
                yield parameter


check_count_parameters = Exercise(
    name="count_parameters",
    doc="""Check `count_parameters(model)`, the number of numbers that training can change.

    `model` is any `torch.nn.Module`.

    Examples:
        >>> check_count_parameters(lambda model: len(list(model.parameters()))).mistake
        'tensors counted'
    """,
    use=single,
    answer=lambda model: sum(p.numel() for p in model.parameters()),
    inputs=_models,
    mistakes=[
        Mistake(
            name="tensors counted",
            answer=lambda model: len(list(model.parameters())),
            says="You counted the tensors, but each of them holds many numbers.",
            hint="Add up `numel()` of each tensor.",
        ),
        Mistake(
            name="biases left out",
            answer=lambda model: sum(p.numel() for p in model.parameters() if p.ndim > 1),
            says="You counted the weights without the biases.",
            hint="`model.parameters()` includes both.",
        ),
        Mistake(
            name="weights left out",
            answer=lambda model: sum(p.numel() for p in model.parameters() if p.ndim <= 1),
            says="You counted the biases without the weights.",
            hint="`model.parameters()` includes both.",
        ),
        Mistake(
            name="buffers counted",
            answer=lambda model: sum(value.numel() for value in model.state_dict().values()),
            says=(
                "You counted everything in `state_dict`. It also holds running means, which no "
                "optimizer trains."
            ),
            hint="Use `model.parameters()`.",
        ),
        Mistake(
            name="values added",
            answer=lambda model: sum(p.sum().item() for p in model.parameters()),
            says="You added up the values of the parameters, but the task asks how many they are.",
            hint="Add up `numel()` of each tensor.",
        ),
        Mistake(
            name="only weight and bias",
            answer=lambda model: sum(p.numel() for p in _layers(model)),
            says=(
                "You counted only parameters called `weight` and `bias`, but a module may have "
                "others with other names."
            ),
            hint="`model.parameters()` gives all of them.",
        ),
        Mistake(
            name="a bias expected",
            answer=lambda model: sum(
                m.weight.numel() + m.bias.numel() for m in model.modules() if hasattr(m, "weight")
            ),
            says=(
                "You add up the `weight` and `bias` of each layer. A layer may have no bias, and a "
                "module may have parameters with other names."
            ),
            hint="`model.parameters()` gives all of them.",
        ),
        Mistake(
            name="only linear layers",
            answer=lambda model: sum(
                p.numel()
                for part in model.modules()
                if isinstance(part, nn.Linear)
                for p in part.parameters()
            ),
            says="You counted only the linear layers.",
            hint="`model.parameters()` gives the parameters of every module.",
        ),
        Mistake(
            name="only the module's own",
            answer=lambda model: sum(p.numel() for p in model.parameters(recurse=False)),
            says="You counted only what the module holds itself, not what is in its layers.",
            hint="`model.parameters()` includes layers inside layers.",
        ),
        Mistake(
            name="only the children",
            answer=lambda model: sum(
                p.numel() for child in model.children() for p in child.parameters()
            ),
            says="You counted only what is in the layers, not what the module holds itself.",
            hint="`model.parameters()` includes both.",
        ),
        Mistake(
            name="counted more than once",
            answer=lambda model: sum(
                p.numel() for part in model.modules() for p in part.parameters()
            ),
            says=(
                "You counted parameters more than once, because `modules()` gives the model and "
                "its layers, and `parameters()` of the model includes those of its layers."
            ),
            hint="`model.parameters()` alone gives each of them once.",
        ),
        Mistake(
            name="rows counted",
            answer=lambda model: sum(p.shape[0] for p in model.parameters()),
            says="You counted the rows of each tensor.",
            hint="`numel()` counts all its numbers.",
        ),
        Mistake(
            name="two axes only",
            answer=lambda model: sum(math.prod(p.shape[:2]) for p in model.parameters()),
            says="You multiplied only the first two sizes, but a tensor may have more axes.",
            hint="`numel()` counts all its numbers, whatever the shape is.",
        ),
        Mistake(
            name="sizes added",
            answer=lambda model: sum(sum(p.shape) for p in model.parameters()),
            says="You added up the sizes of each tensor instead of multiplying them.",
            hint="`numel()` counts all its numbers.",
        ),
        Mistake(
            name="axes counted",
            answer=lambda model: sum(p.ndim for p in model.parameters()),
            says="You counted the axes of the tensors.",
            hint="`numel()` counts the numbers of a tensor.",
        ),
        Mistake(
            name="bytes",
            answer=lambda model: sum(4 * p.numel() for p in model.parameters()),
            says="You counted bytes. A float32 number takes four of them.",
            hint="Count numbers, with `numel()`.",
        ),
        Mistake(
            name="entries of state_dict counted",
            answer=lambda model: len(model.state_dict()),
            says="You counted the entries of `state_dict`, but each of them holds many numbers.",
            hint="Add up `numel()` of each tensor in `model.parameters()`.",
        ),
        Mistake(
            name="modules counted",
            answer=lambda model: len(list(model.modules())),
            says="You counted modules.",
            hint="Add up `numel()` of each tensor in `model.parameters()`.",
        ),
        Mistake(
            name="last tensor only",
            answer=lambda model: list(model.parameters())[-1].numel(),
            says="You counted only the last tensor.",
            hint="Add up in the loop with `+=`.",
        ),
        Mistake(
            name="first tensor only",
            answer=lambda model: next(model.parameters()).numel(),
            says="You counted only the first tensor.",
            hint="Add up over all of them. Is the `return` inside the loop?",
        ),
        Mistake(
            name="largest tensor only",
            answer=lambda model: max(p.numel() for p in model.parameters()),
            says="You counted only the largest tensor.",
            hint="Add up over all of them.",
        ),
    ],
)
