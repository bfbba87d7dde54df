"""The exercises of lesson 8."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn, relu

from mlp_tutorial.exercises._inputs import image_batches
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import build, make_network, network_mistakes, network_use
from mlp_tutorial.exercises._observe import Made
from mlp_tutorial.networks import MLP

_use_network = network_use(784, 128, 64, 10, hidden=relu)


def _use_named(network: Callable[[], Any], x: Tensor) -> Any:
    """Look at the names of the layers too."""
    output = _use_network(network, x)
    if not {"fc1", "fc2", "fc3"} <= {name for name, _ in build(network).named_children()}:
        raise Made("other names")
    return output


check_deep_network = Exercise(
    name="Network",
    doc="""Check the class `Network`, 784-128-64-10 with ReLU between its layers.

    It is a `torch.nn.Module` that is created without arguments and returns logits. Its layers are
    called `fc1`, `fc2` and `fc3`.

    Examples:
        >>> from torch import nn, relu
        >>> class Network(nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.fc1, self.fc2 = nn.Linear(784, 128), nn.Linear(128, 64)
        ...         self.fc3 = nn.Linear(64, 10)
        ...
        ...     def forward(self, x):
        ...         return relu(self.fc3(relu(self.fc2(relu(self.fc1(x))))))
        >>> check_deep_network(Network).mistake
        'ReLU on the logits'
    """,
    use=_use_named,
    answer=make_network(784, 128, 64, 10, hidden=relu),
    inputs=image_batches,
    mistakes=[
        *network_mistakes(784, 128, 64, 10, hidden="ReLU"),
        Mistake(
            name="other names",
            answer=lambda: nn.Sequential(make_network(784, 128, 64, 10, hidden=relu)()),
            says="Your network is right, but its layers aren't called `fc1`, `fc2` and `fc3`.",
            hint="Assign them to `self.fc1`, `self.fc2` and `self.fc3`.",
        ),
    ],
)


def _use_initialize(initialize: Callable[[nn.Module], Any], seed: int) -> Any:
    """Initialize a network, and return statistics of its weights and biases."""
    torch.manual_seed(seed)
    model = MLP([400, 200, 100])
    initialize(model)
    weights = [p for p in model.parameters() if p.ndim > 1]
    biases = [p for p in model.parameters() if p.ndim == 1]
    return {
        "standard deviation of the weights": [f"{W.std().item():.0e}" for W in weights],
        "mean of the weights": [f"{abs(W.mean().item()):.2f}" for W in weights],
        "largest bias": max(b.abs().max().item() for b in biases),
        "all can be trained": all(p.requires_grad and p.is_leaf for p in model.parameters()),
    }


def _initialize(weight_std: float, bias_std: float | None = 0.0) -> Callable[[nn.Module], None]:
    """Draw with these standard deviations. With None the biases stay as PyTorch drew them."""

    @torch.no_grad()
    def initialize(model: nn.Module) -> None:
        for parameter in model.parameters():
            std = weight_std if parameter.ndim > 1 else bias_std
            if std is not None:
                parameter.normal_(std=std)

    return initialize


check_initialize = Exercise(
    name="initialize",
    doc="""Check `initialize(model)`, which sets biases to zero and draws normal weights in place.

    `model` is a network of linear layers. The standard deviation of the weights is 0.01.

    Examples:
        >>> from torch import nn
        >>> def initialize(model):
        ...     for parameter in model.parameters():
        ...         nn.init.normal_(parameter, std=1.0 if parameter.ndim > 1 else 0.0)
        >>> check_initialize(initialize).mistake
        'deviation 1'
    """,
    use=_use_initialize,
    answer=_initialize(0.01),
    inputs=lambda rng: [{"seed": 0}, {"seed": 1}],
    mistakes=[
        Mistake(
            name="deviation 1",
            answer=_initialize(1.0),
            says=(
                "Your weights have standard deviation 1. The logits are huge, and so is the first "
                "loss."
            ),
            hint="Pass `std=0.01`.",
        ),
        Mistake(
            name="variance taken for deviation",
            answer=_initialize(0.1),
            says="Your weights have standard deviation 0.1, so 0.01 is their variance.",
            hint="`std` is the standard deviation itself, not the variance.",
        ),
        Mistake(
            name="all zero",
            answer=_initialize(0.0),
            says="Your weights are all zero, so the hidden units are identical and stay identical.",
            hint="Draw the weights at random. Only the biases start at zero.",
        ),
        Mistake(
            name="biases drawn too",
            answer=_initialize(0.01, 0.01),
            says="You drew the biases at random too.",
            hint="Set them to zero with `nn.init.zeros_`.",
        ),
        Mistake(
            name="biases left",
            answer=_initialize(0.01, None),
            says="Your biases still have PyTorch's random values.",
            hint="Set them to zero with `nn.init.zeros_`.",
        ),
    ],
)
