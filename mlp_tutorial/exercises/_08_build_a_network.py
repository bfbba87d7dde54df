"""The exercises of lesson 8."""

import copy
import math
from collections.abc import Callable, Sequence
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
    """Initialize a network, and name what is wrong with its weights and biases."""
    torch.manual_seed(seed)
    model = MLP([400, 200, 100])
    parameters = list(model.parameters())
    before = copy.deepcopy(parameters)
    try:
        initialize(model)
    except AttributeError as error:
        if error.obj is model and error.name in {"weight", "bias"}:
            raise Made("network taken for a layer") from error
        raise
    except RuntimeError as error:
        if "a leaf Variable" in str(error):
            raise Made("gradients recorded") from error
        raise
    after = list(model.parameters())
    if all(torch.equal(p, old) for p, old in zip(after, before, strict=True)):
        raise Made("nothing changed")
    biases = [(p, old) for p, old in zip(after, before, strict=True) if p.ndim == 1]
    names = [*_wrong_weights([p.detach() for p in after if p.ndim > 1]), *_wrong_biases(biases)]
    if any(p is not old for p, old in zip(after, parameters, strict=True)):
        names.append("new parameters")
    if not all(p.requires_grad and p.is_leaf for p in after):
        names.append("frozen")
    if names:
        raise Made(*names)
    return "weights from the normal distribution, and biases of zero"


def _wrong_weights(weights: Sequence[Tensor]) -> list[str]:
    """Name what is wrong with the weights. A value is right within six of its own errors."""

    def near(value: float, expected: float) -> bool:
        return abs(value / expected - 1) < 0.03

    stds = [W.std().item() for W in weights]
    if max(stds) < 1e-6:
        return ["all equal" if weights[0].any() else "all zero"]
    if any(len(W.unique()) < W.numel() / 2 for W in weights):
        return ["repeated"]
    if any(near(std, 0.01) for std in stds) and not all(near(std, 0.01) for std in stds):
        return ["one layer only"]
    for value, name in ((1.0, "deviation 1"), (0.1, "variance taken for deviation")):
        if all(near(std, value) for std in stds):
            mean = sum(W.mean().item() for W in weights) / len(weights)
            return ["mean taken for deviation" if value == 1 and abs(mean - 0.01) < 0.005 else name]
    if max(stds) < 1e-6:
        return ["all equal" if weights[0].any() else "all zero"]
    if not all(near(std, 0.01) for std in stds):
        return ["other deviation" if near(stds[0], stds[1]) else "depends on the layer"]
    if any(abs(W.mean()) > 6 * 0.01 / W.numel() ** 0.5 for W in weights):
        return ["mean not zero"]
    # the mean distance from 0 is 0.80 standard deviations if normal, and 0.87 if uniform
    if not all(near((W.abs().mean() / W.std()).item(), (2 / math.pi) ** 0.5) for W in weights):
        return ["not normal"]
    return []


def _wrong_biases(biases: Sequence[tuple[Tensor, Tensor]]) -> list[str]:
    """Name what is wrong with the biases, given with what they were before."""
    wrong = [(bias, before) for bias, before in biases if bias.any()]
    if any(torch.equal(bias, before) for bias, before in wrong):
        return ["biases left"]
    if wrong:
        return ["biases drawn too" if len(wrong[0][0].unique()) > 1 else "biases not zero"]
    return []


def _initialize(
    weight_std: float, bias_std: float | None = 0.0, bias_mean: float = 0.0
) -> Callable[[nn.Module], None]:
    """Draw with these standard deviations. With None the biases stay as PyTorch drew them."""

    @torch.no_grad()
    def initialize(model: nn.Module) -> None:
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(std=weight_std)
            elif bias_std is not None:
                parameter.normal_(bias_mean, bias_std)

    return initialize


def _fill(fill: Callable[[Tensor], Any]) -> Callable[[nn.Module], None]:
    """Fill the weights in this way, and set the biases to zero."""

    @torch.no_grad()
    def initialize(model: nn.Module) -> None:
        for parameter in model.parameters():
            (fill if parameter.ndim > 1 else nn.init.zeros_)(parameter)

    return initialize


def _replace(model: nn.Module) -> None:
    for layer in model.children():
        if isinstance(layer, nn.Linear):
            layer.weight = nn.Parameter(0.01 * torch.randn_like(layer.weight))
            layer.bias = nn.Parameter(torch.zeros_like(layer.bias))


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
            name="all equal",
            answer=_fill(lambda W: W.fill_(0.01)),
            says="Your weights are all equal, so the hidden units are identical, and stay so.",
            hint="Draw them at random with `nn.init.normal_`.",
        ),
        Mistake(
            name="mean taken for deviation",
            answer=_fill(lambda W: W.normal_(0.01)),
            says=(
                "You passed 0.01 as the mean, which is the first number that `normal_` takes. The "
                "standard deviation is still 1."
            ),
            hint="Pass `std=0.01`.",
        ),
        Mistake(
            name="depends on the layer",
            answer=_fill(nn.init.xavier_normal_),
            says="The standard deviation of your weights depends on the size of the layer.",
            hint="It should be 0.01 in every layer. Pass `std=0.01` to `nn.init.normal_`.",
        ),
        Mistake(
            name="other deviation",
            answer=_fill(lambda W: W.normal_(std=0.02)),
            says="The standard deviation of your weights isn't 0.01.",
            hint="Pass `std=0.01` to `nn.init.normal_`.",
        ),
        Mistake(
            name="mean not zero",
            answer=_fill(lambda W: W.normal_(0.01, 0.01)),
            says="The mean of your weights isn't 0.",
            hint="Draw them with mean 0 and standard deviation 0.01.",
        ),
        Mistake(
            name="not normal",
            answer=_fill(lambda W: W.uniform_(-(0.03**0.5) / 10, 0.03**0.5 / 10)),
            says=(
                "Your weights have the right standard deviation, but they don't come from the "
                "normal distribution."
            ),
            hint="Draw them with `nn.init.normal_` or `torch.randn`, not uniformly.",
        ),
        Mistake(
            name="repeated",
            answer=_fill(lambda W: W.copy_(0.01 * torch.randn(1, W.shape[1]))),
            says="Many of your weights are equal, so units that should differ are identical.",
            hint="Draw a number of its own for each weight.",
        ),
        Mistake(
            name="one layer only",
            answer=_fill(lambda W: W.normal_(std=0.01) if len(W) == 100 else W),
            says="Only some of your layers have weights with standard deviation 0.01.",
            hint="Go through all of `model.parameters()`.",
        ),
        Mistake(
            name="nothing changed",
            answer=lambda model: [torch.randn_like(p) * 0.01 for p in model.parameters()],
            says="The model's weights and biases are still as they were.",
            hint=(
                "Change them in place. Go through `model.parameters()`, and use functions whose "
                "names end in `_`."
            ),
        ),
        Mistake(
            name="network taken for a layer",
            answer=lambda model: nn.init.normal_(model.weight, std=0.01),
            says="`model` is a whole network, so it has no weight or bias of its own.",
            hint="Go through `model.parameters()`, or pass your function to `model.apply`.",
        ),
        Mistake(
            name="gradients recorded",
            answer=lambda model: [p.normal_(std=0.01) for p in model.parameters()],
            says="PyTorch refuses to change a parameter in place while it records gradients.",
            hint="Use `nn.init.normal_` and `nn.init.zeros_`, or a block `with torch.no_grad():`.",
        ),
        Mistake(
            name="frozen",
            answer=lambda model: _initialize(0.01)(model.requires_grad_(requires_grad=False)),
            says="Your parameters can't be trained any more.",
            hint="Leave `requires_grad` as it was, and change the numbers in place.",
        ),
        Mistake(
            name="new parameters",
            answer=_replace,
            says=(
                "You replaced the model's parameters with new ones. An optimizer that was made "
                "before would go on training the old ones."
            ),
            hint="Change the numbers in place, for example with `nn.init.normal_`.",
        ),
        Mistake(
            name="biases not zero",
            answer=_initialize(0.01, 0.0, 0.1),
            says="Your biases aren't zero.",
            hint="Set them to zero with `nn.init.zeros_`.",
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
