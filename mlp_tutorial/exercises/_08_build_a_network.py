"""The exercises of lesson 8."""

import copy
import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor, nn, relu

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._inputs import image_batches
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import build, make_network, network_mistakes, network_use
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments, Made
from mlp_tutorial.lessons import Option

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


def _count_by_sizes(
    sizes: Sequence[int],
    *,
    weights: bool = True,
    bias: Callable[[int, int], int] = lambda _, m: m,
    first: int = 0,
    last: int = 0,
) -> int:
    pairs = list(pairwise(sizes))
    return sum(n * m * weights + bias(n, m) for n, m in pairs[first : len(pairs) - last])


check_count_by_sizes = Exercise(
    name="count_by_sizes",
    doc="""Check `count_by_sizes(sizes)`, the number of parameters of a network of these sizes.

    `sizes` has two or more numbers, from the inputs to the outputs.

    Examples:
        >>> from itertools import pairwise
        >>> check_count_by_sizes(lambda sizes: sum(a * b for a, b in pairwise(sizes))).mistake
        'biases forgotten'
    """,
    answer=_count_by_sizes,
    inputs=lambda _: [
        {"sizes": sizes}
        for sizes in ([3, 2], [5, 4, 3], [4, 4, 4], [784, 128, 64, 10], [7, 2, 9, 1, 6])
    ],
    mistakes=[
        Mistake(
            name="biases forgotten",
            answer=partial(_count_by_sizes, bias=lambda *_: 0),
            says="You counted the weights, but not the biases.",
            hint="Each unit of a layer has a bias, so a layer of `m` units has `m` of them.",
        ),
        Mistake(
            name="bias for each input",
            answer=partial(_count_by_sizes, bias=lambda n, _: n),
            says="You counted a bias for each input of a layer.",
            hint="The units have biases, so add the second size of each pair, not the first.",
        ),
        Mistake(
            name="one bias a layer",
            answer=partial(_count_by_sizes, bias=lambda *_: 1),
            says="You counted one bias for each layer.",
            hint="Each unit has its own, so a layer of `m` units has `m` of them.",
        ),
        Mistake(
            name="biases for the pixels too",
            answer=lambda sizes: _count_by_sizes(sizes) + sizes[0],
            says="You counted a bias for each input of the network, but an input computes nothing.",
            hint="Count the biases from the second size on.",
        ),
        Mistake(
            name="first layer left out",
            answer=partial(_count_by_sizes, first=1),
            says="You left out the first layer, which is usually the largest.",
            hint="Begin with the pair `sizes[0]` and `sizes[1]`.",
        ),
        Mistake(
            name="last layer left out",
            answer=partial(_count_by_sizes, last=1),
            says="You left out the last layer.",
            hint="A list of `k` sizes has `k - 1` pairs of neighbors. Did your loop stop too soon?",
        ),
        Mistake(
            name="all sizes multiplied",
            answer=lambda sizes: math.prod(sizes),
            says="You multiplied all sizes with each other.",
            hint="Only neighbors are connected. Multiply each size by the next, and add those up.",
        ),
    ],
)


class _Deep(nn.Module):
    """A network that is no chain, and has layers at different depths."""

    def __init__(self) -> None:
        super().__init__()
        self.body = _make_chain()[:3]
        self.head = nn.Linear(300, 150)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


def _make_chain() -> nn.Sequential:
    """Make a network with a part that has parameters and isn't a linear layer."""
    layers = nn.Linear(400, 300), nn.ReLU(), nn.LayerNorm(300), nn.Linear(300, 150)
    return nn.Sequential(*layers)


def _use_initialize(initialize: Callable[[nn.Module], Any], seed: int) -> Any:
    """Initialize a network, and name what is wrong with its weights and biases."""
    torch.manual_seed(seed)
    model = _Deep() if seed % 2 else _make_chain()
    linear = [part for part in model.modules() if isinstance(part, nn.Linear)]
    places = [f"{name}." for name, part in model.named_modules() if part in linear]
    parameters = dict(model.named_parameters())
    before = copy.deepcopy(parameters)
    try:
        initialize(model)
    except AttributeError as error:
        if error.obj is model and error.name in {"weight", "bias", "in_features"}:
            raise Made("network taken for a layer") from error
        raise
    except RuntimeError as error:
        if "a leaf Variable" in str(error):
            raise Made("gradients recorded") from error
        raise
    except TypeError as error:
        if f"'{type(model).__name__}' object is not iterable" in str(error):
            raise Made("taken for a chain") from error
        raise
    after = dict(model.named_parameters())
    if all(torch.equal(p, before[name]) for name, p in after.items()):
        raise Made("nothing changed")
    if any(p.shape != before[name].shape for name, p in after.items()):
        raise Made("other shapes")
    same = [
        place
        for place in places
        if all(
            torch.equal(after[place + kind], before[place + kind]) for kind in ("weight", "bias")
        )
    ]
    if same and same != places and all("." in place[:-1] for place in same):
        raise Made("nested parts skipped")
    names = _wrong_weights([after[f"{place}weight"].detach() for place in places])
    names += _wrong_biases([(after[f"{place}bias"], before[f"{place}bias"]) for place in places])
    others = [name for name in after if not name.startswith(tuple(places))]
    if any(not torch.equal(after[name], before[name]) for name in others):
        names.append("other parts changed")
    if any(p is not parameters[name] for name, p in after.items()):
        names.append("new parameters")
    if not all(p.requires_grad and p.is_leaf for p in after.values()):
        names.append("frozen")
    if names:
        raise Made(*names)
    return "weights of the right scale, and biases of zero"


def _near(value: float, expected: float) -> bool:
    """Tell whether a measured number is the expected one, within six of its own errors."""
    return abs(value / expected - 1) < 0.03


SCALES: dict[str, Callable[[int, int], float]] = {
    "deviation 1": lambda n, m: 1.0,
    "0.01": lambda n, m: 0.01,
    "square root of 2 forgotten": lambda n, m: n**-0.5,
    "outputs counted": lambda n, m: (2 / m) ** 0.5,
    "1 / sqrt of the outputs": lambda n, m: m**-0.5,
    "outputs counted too": lambda n, m: (2 / (n + m)) ** 0.5,
    "square root forgotten": lambda n, m: 2 / n,
    "2 outside the square root": lambda n, m: 2 / n**0.5,
    "multiplied instead of divided": lambda n, m: (2 * n) ** 0.5,
}


def _wrong_weights(weights: Sequence[Tensor]) -> list[str]:
    """Name what is wrong with the weights of layers whose other parts are right."""
    stds = [W.std().item() for W in weights]
    right = [(2 / W.shape[1]) ** 0.5 for W in weights]
    if max(stds) < 1e-6:
        return ["all equal" if weights[0].any() else "all zero"]
    # NumPy sorts many times as fast as PyTorch.
    if any(len(np.unique(W.float().numpy())) < W.numel() / 2 for W in weights):
        return ["repeated"]
    fits = list(map(_near, stds, right))
    if not all(fits):
        for name, scale in SCALES.items():
            if all(_near(std, scale(*W.T.shape)) for std, W in zip(stds, weights, strict=True)):
                means = [W.mean().item() for W in weights]
                shifted = name == "deviation 1" and all(
                    abs(mean - std) < 0.02 for mean, std in zip(means, right, strict=True)
                )
                return ["mean taken for deviation" if shifted else name]
        if _near(stds[0], stds[1]):
            return ["the same in each layer"]
        return ["one layer only" if any(fits) else "other deviation"]
    errors = [std / W.numel() ** 0.5 for std, W in zip(right, weights, strict=True)]
    if any(abs(W.mean()) > 6 * error for W, error in zip(weights, errors, strict=True)):
        return ["mean not zero"]
    # the mean distance from 0 is 0.80 standard deviations if normal, and 0.87 if uniform
    if not all(_near((W.abs().mean() / W.std()).item(), (2 / math.pi) ** 0.5) for W in weights):
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


def _right_std(n: int, _: int) -> float:
    return math.sqrt(2 / n)


def _initialize(
    std: Callable[[int, int], float] = _right_std,
    bias_std: float | None = 0.0,
    bias_mean: float = 0.0,
) -> Callable[[nn.Module], None]:
    """Draw with standard deviations from inputs and outputs. None leaves the biases alone."""

    @torch.no_grad()
    def initialize(model: nn.Module) -> None:
        for part in model.modules():
            if isinstance(part, nn.Linear):
                part.weight.normal_(std=std(part.in_features, part.out_features))
                if bias_std is not None:
                    part.bias.normal_(bias_mean, bias_std)

    return initialize


def _fill(fill: Callable[[Tensor], Any]) -> Callable[[nn.Module], None]:
    """Fill the weights in this way, and set the biases to zero."""

    @torch.no_grad()
    def initialize(model: nn.Module) -> None:
        for part in model.modules():
            if isinstance(part, nn.Linear):
                fill(part.weight)
                part.bias.zero_()

    return initialize


def _std_of(W: Tensor) -> float:
    return _right_std(W.shape[1], W.shape[0])


def _replace(model: nn.Module) -> None:
    for part in model.modules():
        if isinstance(part, nn.Linear):
            part.weight = nn.Parameter(_std_of(part.weight) * torch.randn_like(part.weight))
            part.bias = nn.Parameter(torch.zeros_like(part.bias))


def _one_row(model: nn.Module) -> None:
    for part in model.modules():
        if isinstance(part, nn.Linear):
            part.weight.data = torch.randn(part.in_features) * _std_of(part.weight)
            part.bias.data = torch.zeros(())


def _only_children(model: nn.Module) -> None:
    for part in model.children():
        if isinstance(part, nn.Linear):
            _fill(nn.init.kaiming_normal_)(part)


@torch.no_grad()
def _every_parameter(model: nn.Module) -> None:
    for parameter in model.parameters():
        if parameter.ndim > 1:
            parameter.normal_(std=_std_of(parameter))
        else:
            parameter.zero_()


check_initialize = Exercise(
    name="initialize",
    doc="""Check `initialize(model)`, which draws weights and zeroes biases of linear layers.

    The standard deviation is the square root of 2 / n in a layer of n inputs. `model` may have
    other parts, which should stay as they are.

    Examples:
        >>> from torch import nn
        >>> def initialize(model):
        ...     for part in model.modules():
        ...         if isinstance(part, nn.Linear):
        ...             nn.init.normal_(part.weight, std=0.01)
        ...             nn.init.zeros_(part.bias)
        >>> check_initialize(initialize).mistake
        '0.01'
    """,
    use=_use_initialize,
    answer=_initialize(),
    inputs=lambda rng: [{"seed": 0}, {"seed": 1}],
    mistakes=[
        Mistake(
            name="deviation 1",
            answer=_initialize(SCALES["deviation 1"]),
            says=(
                "Your weights have standard deviation 1. The signal grows in each layer, and the "
                "first loss is huge."
            ),
            hint="Pass `std=math.sqrt(2 / n)`, where `n` is `part.in_features`.",
        ),
        Mistake(
            name="0.01",
            answer=_initialize(SCALES["0.01"]),
            says="Your weights have standard deviation 0.01, which is how the row fell silent.",
            hint="Let it depend on the layer. Pass `std=math.sqrt(2 / part.in_features)`.",
        ),
        Mistake(
            name="square root of 2 forgotten",
            answer=_initialize(SCALES["square root of 2 forgotten"]),
            says=(
                "Your weights have standard deviation 1 / sqrt(n). That's right without an "
                "activation, but ReLU swallows half of the signal."
            ),
            hint="Multiply it by the square root of 2, or take the square root of `2 / n`.",
        ),
        Mistake(
            name="outputs counted",
            answer=_initialize(SCALES["outputs counted"]),
            says="You divided by the number of units of the layer, not by its inputs.",
            hint="A unit adds up one number for each input. Use `part.in_features`.",
        ),
        Mistake(
            name="1 / sqrt of the outputs",
            answer=_initialize(SCALES["1 / sqrt of the outputs"]),
            says=(
                "You divided by the number of units, not by the inputs, and there's nothing that "
                "makes up for ReLU."
            ),
            hint="Use `math.sqrt(2 / part.in_features)`.",
        ),
        Mistake(
            name="outputs counted too",
            answer=_initialize(SCALES["outputs counted too"]),
            says=(
                "Your weights have standard deviation sqrt(2 / (inputs + outputs)). It's a known "
                "start, by Glorot and Bengio, but not the one that the task asks for."
            ),
            hint="Divide by the inputs alone.",
        ),
        Mistake(
            name="square root forgotten",
            answer=_initialize(SCALES["square root forgotten"]),
            says="Your weights have standard deviation 2 / n. That should be their variance.",
            hint="Take the square root, as in `math.sqrt(2 / n)`.",
        ),
        Mistake(
            name="2 outside the square root",
            answer=_initialize(SCALES["2 outside the square root"]),
            says="Your weights have standard deviation 2 / sqrt(n), which is too large.",
            hint="The 2 belongs inside the square root, as in `math.sqrt(2 / n)`.",
        ),
        Mistake(
            name="multiplied instead of divided",
            answer=_initialize(SCALES["multiplied instead of divided"]),
            says="Your weights have standard deviation sqrt(2 * n), so they're far too large.",
            hint="Divide by the number of inputs. The more of them, the smaller the weights.",
        ),
        Mistake(
            name="the same in each layer",
            answer=_initialize(lambda n, m: 0.03),
            says="Your weights have the same standard deviation in each layer.",
            hint="It depends on the number of inputs, which differs. Use `part.in_features`.",
        ),
        Mistake(
            name="other deviation",
            answer=_initialize(lambda n, m: 1 / n),
            says="The standard deviation of your weights isn't sqrt(2 / n).",
            hint="Pass `std=math.sqrt(2 / part.in_features)` to `nn.init.normal_`.",
        ),
        Mistake(
            name="all zero",
            answer=_fill(nn.init.zeros_),
            says="Your weights are all zero, so no weight can learn anything.",
            hint="Draw the weights at random. Only the biases start at zero.",
        ),
        Mistake(
            name="all equal",
            answer=_fill(lambda W: W.fill_(_std_of(W))),
            says="Your weights are all equal, so the hidden units are identical, and stay so.",
            hint="Draw them at random with `nn.init.normal_`.",
        ),
        Mistake(
            name="mean taken for deviation",
            answer=_fill(lambda W: W.normal_(_std_of(W))),
            says=(
                "You passed your number as the mean, which is the first that `normal_` takes. The "
                "standard deviation is still 1."
            ),
            hint="Pass it by name, as in `std=...`.",
        ),
        Mistake(
            name="mean not zero",
            answer=_fill(lambda W: W.normal_(0.5 * _std_of(W), _std_of(W))),
            says="The mean of your weights isn't 0.",
            hint="Draw them with mean 0, and pass only `std`.",
        ),
        Mistake(
            name="not normal",
            answer=_fill(nn.init.kaiming_uniform_),
            says=(
                "Your weights have the right standard deviation, but they don't come from the "
                "normal distribution."
            ),
            hint="Draw them with `nn.init.normal_` or `torch.randn`, not uniformly.",
        ),
        Mistake(
            name="repeated",
            answer=_fill(lambda W: W.copy_(_std_of(W) * torch.randn(1, W.shape[1]))),
            says="Many of your weights are equal, so units that should differ are identical.",
            hint="Draw a number of its own for each weight.",
        ),
        Mistake(
            name="one layer only",
            answer=_fill(lambda W: W.normal_(std=_std_of(W)) if len(W) == 150 else W),
            says="Only some of your layers have weights with the right standard deviation.",
            hint="Go through all of `model.modules()`, each with its own number of inputs.",
        ),
        Mistake(
            name="nothing changed",
            answer=lambda model: [torch.randn_like(p) * 0.1 for p in model.parameters()],
            says="The model's weights and biases are still as they were.",
            hint=(
                "Change them in place. Go through `model.modules()`, and use functions whose "
                "names end in `_`."
            ),
        ),
        Mistake(
            name="network taken for a layer",
            answer=lambda model: nn.init.normal_(model.weight, std=0.1),
            says="`model` is a whole network, so it has no weight or bias of its own.",
            hint="Go through `model.modules()`, and pick the linear layers.",
        ),
        Mistake(
            name="gradients recorded",
            answer=lambda model: [p.normal_(std=0.1) for p in model.parameters()],
            says="PyTorch refuses to change a parameter in place while it keeps records.",
            hint="Use `nn.init.normal_` and `nn.init.zeros_`, or a block `with torch.no_grad():`.",
        ),
        Mistake(
            name="frozen",
            answer=lambda model: _initialize()(model.requires_grad_(requires_grad=False)),
            says="Your parameters can't be trained any more.",
            hint="Leave `requires_grad` as it was, and change the numbers in place.",
        ),
        Mistake(
            name="new parameters",
            answer=_replace,
            says=(
                "You replaced the model's parameters with new ones. Whatever held on to the old "
                "ones would go on training those."
            ),
            hint="Change the numbers in place, for example with `nn.init.normal_`.",
        ),
        Mistake(
            name="other parts changed",
            answer=_every_parameter,
            says="The linear layers are right, but you also changed a part of another kind.",
            hint="Change a part only if `isinstance(part, nn.Linear)`.",
        ),
        Mistake(
            name="other shapes",
            answer=_one_row,
            says="Your weights or biases have other shapes than before.",
            hint="Change the numbers in place, for example with `nn.init.normal_`.",
        ),
        Mistake(
            name="taken for a chain",
            answer=lambda model: [_fill(nn.init.kaiming_normal_)(part) for part in model],
            says="Not every network is a chain that you can loop over, as in `for part in model`.",
            hint="Loop over `model.modules()`.",
        ),
        Mistake(
            name="nested parts skipped",
            answer=_only_children,
            says="You missed a layer that is inside another part of the network.",
            hint="`model.children()` doesn't look inside its parts. Loop over `model.modules()`.",
        ),
        Mistake(
            name="biases not zero",
            answer=_initialize(_right_std, 0.0, 0.1),
            says="Your biases aren't zero.",
            hint="Set the biases to zero with `nn.init.zeros_`.",
        ),
        Mistake(
            name="biases drawn too",
            answer=_initialize(_right_std, 0.01),
            says="You drew the biases at random too.",
            hint="Set the biases to zero with `nn.init.zeros_`.",
        ),
        Mistake(
            name="biases left",
            answer=_initialize(_right_std, None),
            says="Your biases still have PyTorch's random values.",
            hint="Set the biases to zero with `nn.init.zeros_`.",
        ),
    ],
)


def _use_tune(tune: Callable[[nn.Linear, Tensor], Any], n: int, m: int, x: Tensor) -> Any:
    """Tune a layer, and return "tuned", or what its weights were multiplied by."""
    torch.manual_seed(n)
    layer = nn.Linear(n, m)
    nn.init.zeros_(layer.bias)
    weight, before = layer.weight, layer.weight.detach().clone()
    heard = x.clone()
    try:
        tune(layer, x)
    except RuntimeError as error:
        if "a leaf Variable" in str(error):
            raise Made("gradients recorded") from error
        raise
    except TypeError as error:
        if "as parameter 'weight'" in str(error):
            raise Made("plain tensor assigned") from error
        raise
    if not torch.equal(x, heard):
        raise Made("inputs changed")
    names = ["biases changed"] if layer.bias.any() else []
    if not names and torch.equal(layer.weight, before):
        raise Made("nothing changed")
    if layer.weight is not weight:
        names.append("new parameter")
    if not (layer.weight.requires_grad and layer.weight.is_leaf):
        names.append("frozen")
    if names:
        raise Made(*names)
    ratio = layer.weight.detach() / before
    output = layer(x).detach()
    # for outputs that average zero the standard deviation is the same, with n or n - 1
    ears = (
        output.square().mean().sqrt().item(),
        output.std().item(),
        output.std(correction=0).item(),
    )
    same = torch.allclose(ratio, ratio.mean(), rtol=1e-3)
    return "tuned" if same and any(math.isclose(one, 1, rel_tol=1e-3) for one in ears) else ratio


@torch.no_grad()
def _tune(layer: nn.Linear, x: Tensor, *, factor: Callable[[Tensor, Tensor], Any]) -> None:
    layer.weight *= factor(layer(x), x)


def _inverse(output: Tensor, _: Tensor) -> Any:
    return 1 / output.square().mean().sqrt()


@torch.no_grad()
def _tune_by_weights(layer: nn.Linear, _: Tensor) -> None:
    layer.weight /= layer.weight.std()


@torch.no_grad()
def _tune_by_law(layer: nn.Linear, _: Tensor) -> None:
    layer.weight /= layer.weight.std() * math.sqrt(layer.in_features)


@torch.no_grad()
def _tune_each_unit(layer: nn.Linear, x: Tensor) -> None:
    layer.weight /= layer(x).std(dim=0)[:, None]


def _tune_new(layer: nn.Linear, x: Tensor) -> None:
    layer.weight = nn.Parameter(layer.weight / layer(x).std())


def _tune_bias(layer: nn.Linear, x: Tensor) -> None:
    with torch.no_grad():
        layer.bias.sub_(layer(x).mean(dim=0))
        layer.weight /= layer(x).std()


def _tune_plain(layer: nn.Linear, x: Tensor) -> None:
    layer.weight = layer.weight / layer(x).std()


def _tune_frozen(layer: nn.Linear, x: Tensor) -> None:
    layer.weight.requires_grad = False
    layer.weight.div_(layer(x).std())


def _tune_recorded(layer: nn.Linear, x: Tensor) -> None:
    layer.weight /= layer(x).std()


def _loud_batches(rng: Generator) -> list[Arguments]:
    """Draw batches whose loudness nobody could guess, some of them off center."""
    return [
        {"n": n, "m": m, "x": size * torch.randn(64, n, generator=rng) + shift}
        for n, m, size, shift in ((3, 2, 1, 0), (40, 30, 300, 0), (20, 50, 0.02, 0), (30, 20, 2, 3))
    ]


check_tune = Exercise(
    name="tune",
    doc="""Check `tune(layer, x)`, which scales the weights until the output has a loudness of 1.

    `layer` is a linear layer whose biases are zero, and `x` a batch of shape (batch, n).

    Examples:
        >>> import torch
        >>> def tune(layer, x):
        ...     with torch.no_grad():
        ...         layer.weight *= layer(x).square().mean().sqrt()
        >>> check_tune(tune).mistake
        'multiplied instead of divided'
    """,
    use=_use_tune,
    answer=partial(_tune, factor=_inverse),
    inputs=_loud_batches,
    mistakes=[
        Mistake(
            name="multiplied instead of divided",
            answer=partial(_tune, factor=lambda output, x: 1 / _inverse(output, x)),
            says="You multiplied by the loudness, so what was loud got even louder.",
            hint="Divide the weights by it.",
        ),
        Mistake(
            name="divided by the variance",
            answer=partial(_tune, factor=lambda output, _: 1 / output.var()),
            says="You divided by the variance, which is the square of the standard deviation.",
            hint="Take the root of it.",
        ),
        Mistake(
            name="inputs measured",
            answer=partial(_tune, factor=lambda _, x: 1 / x.std()),
            says="You measured how loud the inputs are, not the output.",
            hint="Measure `layer(x)`.",
        ),
        Mistake(
            name="weights measured",
            answer=_tune_by_weights,
            says="You divided the weights by their own standard deviation.",
            hint="Listen to the output. Divide by the loudness of `layer(x)`.",
        ),
        Mistake(
            name="law instead of ears",
            answer=_tune_by_law,
            says="You divided by what the law says, but that needs inputs with a loudness of 1.",
            hint="Listen to the output. Divide by the loudness of `layer(x)`.",
        ),
        Mistake(
            name="mean square",
            answer=partial(_tune, factor=lambda output, _: 1 / output.square().mean()),
            says="You divided by the average square, without taking the root.",
            hint="Loudness is the root of the average square.",
        ),
        Mistake(
            name="each unit alone",
            answer=_tune_each_unit,
            says="You tuned each unit by itself, so their weights changed by different factors.",
            hint="Take one loudness for the whole output, without `dim`.",
        ),
        Mistake(
            name="formula instead of ears",
            answer=lambda layer, x: nn.init.normal_(layer.weight, std=layer.in_features**-0.5),
            says="You drew new weights, by a formula that knows nothing of these inputs.",
            hint="Keep the weights, and divide all of them by the loudness of `layer(x)`.",
        ),
        Mistake(
            name="nothing changed",
            answer=lambda layer, x: layer.weight / layer(x).std(),
            says="The weights of the layer are still as they were.",
            hint="Change them in place, with `/=` or `div_`.",
        ),
        Mistake(
            name="gradients recorded",
            answer=_tune_recorded,
            says="PyTorch refuses to change a parameter in place while it keeps records.",
            hint="Put the line into a block `with torch.no_grad():`.",
        ),
        Mistake(
            name="new parameter",
            answer=_tune_new,
            says="You gave the layer a new parameter, and the old one is still as it was.",
            hint="Change the old one in place, with `/=` or `div_`.",
        ),
        Mistake(
            name="plain tensor assigned",
            answer=_tune_plain,
            says="PyTorch wants an `nn.Parameter` there, and you assigned a plain tensor.",
            hint="Don't assign. Change the numbers in place, with `/=` or `div_`.",
        ),
        Mistake(
            name="biases changed",
            answer=_tune_bias,
            says="You changed the biases.",
            hint="They should stay zero. Change only `layer.weight`.",
        ),
        Mistake(
            name="inputs changed",
            answer=lambda layer, x: x.div_(layer(x).std().item()),
            says="You changed the batch instead of the layer.",
            hint="Divide `layer.weight`.",
        ),
        Mistake(
            name="frozen",
            answer=_tune_frozen,
            says="The weights of your layer can't be trained any more.",
            hint="Leave `requires_grad` as it was, and use `with torch.no_grad():`.",
        ),
    ],
)


check_how_loud = Number(
    name="how_loud",
    doc="""Check `how_loud`, after three layers of 400 inputs with weights of 0.1.

    Examples:
        >>> check_how_loud(2).mistake
        'one layer'
    """,
    answer=8.0,
    tolerance=0.05,
    reason="It's 8. Each layer multiplies the loudness by 0.1 * sqrt(400), which is 2, and three "
    "layers by 2 * 2 * 2. Ten such layers would make it 1,024.",
    hint="One layer multiplies the loudness by 0.1 * sqrt(400). Do that three times.",
    mistakes=[
        Mistake(
            name="one layer",
            answer=2.0,
            says="That's the loudness after the first layer.",
            hint="The second layer starts from there, and so does the third.",
        ),
        Mistake(
            name="square root forgotten",
            answer=64_000.0,
            says="You let each layer multiply by 0.1 * 400, as if no number canceled another.",
            hint="Pluses and minuses cancel. A sum of 400 is sqrt(400) times as loud as each term.",
        ),
        Mistake(
            name="sum forgotten",
            answer=0.001,
            says="You let each layer multiply by 0.1, but a unit adds up 400 numbers.",
            hint="A sum of 400 is sqrt(400) times as loud as each term.",
        ),
        Mistake(
            name="ReLU",
            answer=8 / 2**1.5,
            says="You let a ReLU swallow half of the signal in each layer, but here there's none.",
            hint="Leave out the square root of 2.",
        ),
        Mistake(
            name="added",
            answer=6.0,
            says="You added up what the three layers do.",
            hint="Each layer multiplies what the layer before passed on.",
        ),
        Mistake(
            name="two layers",
            answer=4.0,
            says="That's the loudness after two layers.",
            hint="There are three.",
        ),
    ],
)


check_all_zero = Choice(
    name="all_zero",
    doc="""Check `all_zero`, what becomes of a network whose weights and biases are all zero.

    Examples:
        >>> check_all_zero("b").outcome
        'wrong'
    """,
    options=[
        Option(
            "It learns as well as any other, since the first nudges make the weights differ.",
            "Which nudge? Change a weight in the first layer, and the next layer multiplies the "
            "change by zero. For training, it's as if the weight weren't there.",
            right=False,
        ),
        Option(
            "It learns, but more slowly, since it has a longer way to go.",
            "It isn't far that makes it slow. Follow one nudge through the layers, and see what "
            "arrives at the end.",
            right=False,
        ),
        Option(
            "Its weights stay zero, since nudging any single one of them changes no logit.",
            "A nudge in an early layer is multiplied by zero later, and a weight in the last layer "
            "multiplies hidden units that are zero. Only the last biases can learn, and they know "
            "nothing about the image. And what if all weights were equal, but not zero? Then they "
            "would move, but all units of a hidden layer would stay one and the same. That's why "
            "we draw them at random.",
            right=True,
        ),
        Option(
            "The loss explodes, since the signal is divided by a loudness of zero.",
            "Nothing in the network divides by the loudness. It multiplies and adds, and zeros "
            "stay zeros.",
            right=False,
        ),
    ],
)
