"""The exercises of lesson 6."""

from torch import Generator, nn, sigmoid

from mlp_tutorial.exercises._inputs import image_batches
from mlp_tutorial.exercises._judge import Exercise, Mistake
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


def _models(rng: Generator) -> list[Arguments]:
    with_buffers = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    return [{"model": nn.Linear(2, 1)}, {"model": with_buffers}, {"model": MLP([784, 64, 10])}]


check_count_parameters = Exercise(
    name="count_parameters",
    doc="""Check `count_parameters(model)`, the number of numbers that training can change.

    `model` is any `torch.nn.Module`.

    Examples:
        >>> check_count_parameters(lambda model: len(list(model.parameters()))).mistake
        'tensors counted'
    """,
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
            name="buffers counted",
            answer=lambda model: sum(value.numel() for value in model.state_dict().values()),
            says=(
                "You counted everything in `state_dict`. It also holds running means, which no "
                "optimizer trains."
            ),
            hint="Use `model.parameters()`.",
        ),
    ],
)
