"""The exercises of lesson 7."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import torch
from torch import Generator, Tensor, nn, sigmoid

from mlp_tutorial.exercises._inputs import image_batches, random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake, single
from mlp_tutorial.exercises._networks import (
    build,
    keeps_layers_in_a_list,
    make_network,
    network_mistakes,
    network_use,
)
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments, Made, same
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


def _use_stack(answer: Callable[..., Any], sizes: list[int], x: Tensor) -> Any:
    try:
        model = build(lambda: answer(sizes))
    except IndexError as error:
        raise Made("one layer too many") from error
    return network_use(*sizes, hidden=sigmoid)(lambda: model, x)


def _wrong_stack(sizes: list[int], *, name: str) -> nn.Module:
    """Make the network of these sizes that has a known mistake."""
    if name == "one activation missing":
        layers = [nn.Linear(*pair) for pair in pairwise(sizes)]
        skipped = [layers[0], *(part for layer in layers[1:] for part in (nn.Sigmoid(), layer))]
        return nn.Sequential(*(skipped[:1] + skipped[2:] if len(layers) > 2 else skipped))
    mistakes = network_mistakes(*sizes, hidden="sigmoid")
    model: nn.Module = next(m.answer for m in mistakes if m.name == name)()
    return model


def _stack_mistakes() -> Sequence[Mistake]:
    mistakes = [
        replace(mistake, answer=partial(_wrong_stack, name=mistake.name))
        for mistake in network_mistakes(5, 4, 3, 2, hidden="sigmoid")
        if mistake.name != "needs arguments"
    ]
    other = {
        "other sizes": (
            "Your layers don't have the sizes that were asked for.",
            "Layer `n` goes from `sizes[n]` to `sizes[n + 1]`, so there's one layer fewer than "
            "there are sizes.",
        ),
        "layers in a list": (
            "You keep layers in a plain Python list, where the module doesn't see them. They work, "
            "but they're off the books.",
            "Use `nn.ModuleList` instead of the list.",
        ),
    }
    return [
        replace(m, says=other[m.name][0], hint=other[m.name][1]) if m.name in other else m
        for m in mistakes
    ]


check_stack = Exercise(
    name="Stack",
    doc="""Check the class `Stack`, a network with layers of any sizes and the sigmoid between them.

    `Stack(sizes)` takes a list of two or more sizes, and the network returns logits.

    Examples:
        >>> from mlp_tutorial.networks import MLP
        >>> check_stack(MLP).mistake
        'ReLU'
    """,
    use=_use_stack,
    answer=lambda sizes: make_network(*sizes, hidden=sigmoid)(),
    inputs=lambda rng: [
        {"sizes": sizes, **random_tensors(rng, x=(3, sizes[0]))}
        for sizes in ([3, 2], [4, 3, 2], [5, 7, 4, 2], [2, 3, 4, 5, 6])
    ],
    mistakes=[
        *_stack_mistakes(),
        Mistake(
            name="one layer too many",
            answer=lambda sizes: [nn.Linear(n, sizes[i + 1]) for i, n in enumerate(sizes)],
            says="You asked for a size that isn't there, after the last one.",
            hint="Four sizes make three layers. Layer `n` goes from `sizes[n]` to `sizes[n + 1]`, "
            "so stop one earlier.",
        ),
    ],
)


def _use_to_linear(answer: Callable[..., Any], W: Tensor, b: Tensor) -> Any:
    layer = answer(W, b)
    if not isinstance(layer, nn.Linear):
        kind = "class" if layer is nn.Linear else type(layer).__name__
        raise TypeError(f"expected an nn.Linear, got a {kind}")
    weight, bias = layer.weight.detach(), layer.bias
    if not all(parameter.requires_grad for parameter in layer.parameters()):
        raise Made("can't be trained")
    if bias is None:
        raise Made("no bias")
    if weight.shape != (W.shape[1], W.shape[0]):
        raise Made("not turned over")
    wrong = [not same(weight, W.T), not same(bias.detach(), b)]
    if all(wrong):
        raise Made("nothing copied")
    if wrong[1]:
        raise Made("bias not copied")
    return [weight, bias.detach(), layer(torch.eye(len(W))).detach()]


def _linear(
    W: Tensor,
    b: Tensor,
    *,
    turn: Callable[[Tensor], Tensor] = torch.t,
    bias: Callable[[Tensor], Tensor | None] = torch.clone,
    trained: bool = True,
) -> nn.Linear:
    """Make the layer from parts, each of which may be a wrong one."""
    weight, offset = turn(W), bias(b)
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=offset is not None)
    layer.weight.data = weight.clone()
    if offset is not None:
        layer.bias.data = offset
    return layer.requires_grad_(trained)


check_to_linear = Exercise(
    name="to_linear",
    doc="""Check `to_linear(W, b)`, which makes an `nn.Linear` that computes `x @ W + b`.

    `W` has shape (n_in, n_out), and `b` has shape (n_out,).

    Examples:
        >>> from torch import nn
        >>> check_to_linear(lambda W, b: nn.Linear(*W.shape)).mistake
        'nothing copied'
    """,
    use=_use_to_linear,
    answer=_linear,
    reason="If you wrote `nn.Parameter(W.T)`, the layer and `W` share their memory, so training "
    "will change both. `load_state_dict` and `copy_` make a copy.",
    inputs=lambda rng: [
        random_tensors(rng, W=shape, b=shape[1:]) for shape in ((2, 3), (4, 1), (3, 3), (2, 6))
    ],
    mistakes=[
        Mistake(
            name="not turned over",
            answer=partial(_linear, turn=torch.clone),
            says="Your layer's weight has the shape of `W`, so its inputs and outputs are swapped.",
            hint="`nn.Linear` keeps a row for each unit. Its sizes are `W.shape[0]`, then "
            "`W.shape[1]`, and its weight is `W.T`.",
        ),
        Mistake(
            name="reshaped",
            answer=partial(_linear, turn=lambda W: W.reshape(W.shape[1], W.shape[0])),
            says="You reshaped `W`. The shape is right now, but the numbers are mixed up.",
            hint="`W.T` swaps rows and columns. `reshape` and `view` don't.",
        ),
        Mistake(
            name="nothing copied",
            answer=lambda W, b: nn.Linear(*W.shape),
            says="Your layer has the right sizes, but the random numbers that it was born with.",
            hint="Copy `W.T` and `b` into it, for example with `load_state_dict`.",
        ),
        Mistake(
            name="bias not copied",
            answer=partial(_linear, bias=torch.zeros_like),
            says="The weights are right, but the bias isn't `b`.",
            hint="Copy `b` into `bias`, as you copied the weights.",
        ),
        Mistake(
            name="no bias",
            answer=partial(_linear, bias=lambda b: None),
            says="Your layer has no bias.",
            hint="Leave out `bias=False`, and copy `b` into it.",
        ),
        Mistake(
            name="can't be trained",
            answer=partial(_linear, trained=False),
            says="Your layer computes the right thing, but it can't be trained any more.",
            hint="Leave out `requires_grad=False`.",
        ),
    ],
)


check_on_the_list = Number(
    name="on_the_list",
    doc="""Check `on_the_list`, how many numbers a module with parts off the books can train.

    Examples:
        >>> check_on_the_list(46).mistake
        'list counted'
    """,
    answer=22,
    tolerance=0,
    reason="It's 22. `first` has 15 weights and 3 biases, `again` is the same layer under another "
    "name, and `scale` has 4. The plain list and the bare tensor are off the books.",
    hint="Which of the parts are on the list? And how many numbers does `nn.Linear(5, 3)` have?",
    mistakes=[
        Mistake(
            name="list counted",
            answer=46,
            says="You counted the two layers in the Python list. The module doesn't look inside.",
            hint="Leave out their 24 numbers.",
        ),
        Mistake(
            name="counted twice",
            answer=40,
            says="You counted the first layer twice. `again` is only a second name for it.",
            hint="Each tensor counts once, whatever it's called.",
        ),
        Mistake(
            name="list counted and first layer twice",
            answer=64,
            says="You counted the layers in the Python list, and the first layer twice.",
            hint="A list isn't a part, and `again` is only a second name for `first`.",
        ),
        Mistake(
            name="bare tensor counted",
            answer=29,
            says="You counted `offset`. It's a bare tensor, so it isn't a part.",
            hint="Only an `nn.Parameter` is one. Leave out its 7 numbers.",
        ),
        Mistake(
            name="everything once",
            answer=53,
            says="You counted everything there is. But not all of it is on the list.",
            hint="What does a module do with a Python list, and with a bare tensor?",
        ),
        Mistake(
            name="everything",
            answer=71,
            says="You counted everything, and the first layer twice.",
            hint="`again` is only a second name. And which of the others are on the list at all?",
        ),
        Mistake(
            name="biases left out",
            answer=19,
            says="You left out the 3 biases of the layer.",
            hint="`nn.Linear(5, 3)` has 5 * 3 weights and 3 biases.",
        ),
        Mistake(
            name="parameter left out",
            answer=18,
            says="You left out `scale`, but an `nn.Parameter` is on the list.",
            hint="Add its 4 numbers.",
        ),
        Mistake(
            name="tensors counted",
            answer=3,
            says="You counted the tensors on the list, but each of them holds many numbers.",
            hint="How many numbers are in a weight of shape (3, 5), for example?",
        ),
    ],
)


class _DayCourt(nn.Module):
    """The code with the bug, which makes a layer in `forward`."""

    def __init__(self) -> None:
        super().__init__()
        self.output = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        hidden = nn.Linear(3, 4)
        return self.output(sigmoid(hidden(x)))


class _HiddenInAList(_DayCourt):
    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(3, 4)]

    def forward(self, x: Tensor) -> Tensor:
        return self.output(sigmoid(self.layers[0](x)))


class _HiddenOutside(_DayCourt):
    hidden = nn.Linear(3, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(sigmoid(self.hidden(x)))


def _use_day_court(answer: Callable[[], Any], x: Tensor) -> Any:
    model = build(answer)
    known = len(list(model.parameters()))
    first, second = model(x), model(x)
    if len(list(model.parameters())) > known:
        raise Made("layers made in forward")
    if keeps_layers_in_a_list(model):
        raise Made("hidden layer in a list")
    if sum(parameter.numel() for parameter in model.parameters()) == 4 * 2 + 2:
        if not same(first, second):
            return "a new hidden layer for each call"
        raise Made("hidden layer off the list")
    return network_use(3, 4, 2, hidden=sigmoid)(lambda: model, x)


check_day_court = Exercise(
    name="DayCourt",
    doc="""Check the class `DayCourt`, a network 3-4-2 whose hidden layer was made in `forward`.

    Examples:
        >>> from mlp_tutorial.networks import MLP
        >>> check_day_court(lambda: MLP([3, 4, 2])).mistake
        'ReLU'
    """,
    use=_use_day_court,
    answer=make_network(3, 4, 2, hidden=sigmoid),
    given=_DayCourt,
    reason="A layer that's made in `forward` is new each time, with new random numbers, and gone "
    "when `forward` returns. It was never on the list, so no training could have reached it.",
    inputs=lambda rng: [random_tensors(rng, x=(n, 3)) for n in (1, 5)],
    mistakes=[
        Mistake(
            name="hidden layer in a list",
            answer=_HiddenInAList,
            says="Now the hidden layer is made once, but it's in a plain Python list, where the "
            "module doesn't see it.",
            hint="Assign the layer itself to an attribute of `self`.",
        ),
        Mistake(
            name="hidden layer off the list",
            answer=_HiddenOutside,
            says="Now the answers are the same each time, but the hidden layer still isn't on the "
            "list, so it will never be trained.",
            hint="Make the layer in `__init__`, and assign it to an attribute of `self`.",
        ),
        *(
            replace(
                mistake,
                says=mistake.says.replace("Network", "DayCourt"),
                hint=mistake.hint.replace("Network", "DayCourt"),
            )
            for mistake in network_mistakes(3, 4, 2, hidden="sigmoid")
            if mistake.name != "layers in a list"
        ),
    ],
)
