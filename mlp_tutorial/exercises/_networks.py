"""The exercises of lessons 4 to 8: images, softmax, modules, activations, initialisation."""

import copy
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn, relu, sigmoid, softmax

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._judge import Arguments, Exercise, Mistake, judge
from mlp_tutorial.exercises._tensors import itself, network_inputs, two_layers
from mlp_tutorial.networks import MLP

FLATTEN = Exercise(
    "flatten",
    lambda images: images.flatten(1),
    lambda rng: [
        {"images": torch.randn(shape, generator=rng)}
        for shape in ((1, 1, 2, 3), (3, 1, 28, 28), (64, 1, 28, 28))
    ],
    [
        Mistake(
            "one long row",
            lambda images: images.flatten(),
            "You flattened the batch as well: all images are one long row.",
            "`flatten(1)` leaves the first axis, the examples, as it is.",
        ),
        Mistake(
            "fixed batch",
            lambda images: images.view(64, 784),
            "You fixed the batch at 64 images of 784 pixels; the last batch of an epoch has fewer.",
            "Take the number of images from the argument, or use `flatten(1)`.",
        ),
        Mistake(
            "columns first",
            lambda images: images.mT.flatten(1),
            "You read each image column by column.",
            "Leave out the transpose: a network for rows would see noise.",
        ),
        Mistake(
            "images mixed",
            lambda images: images.reshape(-1, len(images)).mT,
            "The shape is right, but each of your rows has pixels of several images.",
            "`reshape` reads row by row: the examples must come first, without a transpose.",
        ),
    ],
)


def check_flatten(flatten: object) -> Result:
    """Check `flatten(images)`: a row of pixels for each image.

    Args:
        flatten: The learner's function: from (batch, 1, height, width) to (batch, height * width).

    Examples:
        >>> check_flatten(torch.flatten).mistake
        'one long row'
    """
    return judge(FLATTEN, flatten)


def _softmax(x: Tensor) -> Tensor:
    return softmax(x, dim=1)


LOGITS = Exercise(
    "logits",
    two_layers(sigmoid, itself),
    lambda rng: network_inputs(rng, (1, 2, 3, 2), (4, 4, 4, 4), (64, 784, 256, 10)),
    [
        Mistake(
            "sigmoid on the logits",
            two_layers(sigmoid, sigmoid),
            "You put the output through the sigmoid. All is between 0 and 1 then, and softmax can "
            "give no class of ten more than 0.232.",
            "Return the weighted sums themselves: logits may be any number.",
        ),
        Mistake(
            "softmax on the logits",
            two_layers(sigmoid, _softmax),
            "You return probabilities.",
            "Return logits: the loss applies softmax itself.",
        ),
        Mistake(
            "ReLU on the logits",
            two_layers(sigmoid, relu),
            "You cut negative logits off at zero.",
            "The last layer has no activation.",
        ),
        Mistake(
            "no hidden activation",
            two_layers(itself, itself),
            "There is nothing between your layers, so the two are worth one.",
            "Put `x @ W1 + b1` through the sigmoid.",
        ),
        Mistake(
            "biases forgotten",
            lambda x, W1, b1, W2, b2: sigmoid(x @ W1) @ W2,
            "Neither of your layers has its bias.",
            "Each layer is `x @ W + b`.",
        ),
        Mistake(
            "bias as a column",
            lambda x, W1, b1, W2, b2: sigmoid(x @ W1 + b1) @ W2 + b2.reshape(-1, 1),
            "Your b2 is a column: it adds one number to each example, not to each class. That goes "
            "unnoticed where there are as many examples as classes.",
            "Leave it in the shape (classes,): it broadcasts along the rows.",
        ),
    ],
)


def check_logits(logits: object) -> Result:
    """Check `logits(x, W1, b1, W2, b2)`: a sigmoid layer, and a layer without activation.

    Args:
        logits: The learner's function. `x` has the shape (batch, n), `W1` (n, hidden), `b1`
            (hidden,), `W2` (hidden, classes), `b2` (classes,), the result (batch, classes).

    Examples:
        >>> check_logits(lambda x, W1, b1, W2, b2: (x @ W1 + b1) @ W2 + b2).mistake
        'no hidden activation'
    """
    return judge(LOGITS, logits)


def _softmax_inputs(rng: Generator) -> list[Arguments]:
    return [
        {"logits": torch.tensor([[1.0, 2.0]])},
        {"logits": torch.tensor([[0.0, 1.0, -1.0], [2.0, 0.5, 0.5]])},
        *({"logits": torch.randn(shape, generator=rng)} for shape in ((3, 3), (10, 10), (64, 10))),
        {"logits": torch.tensor([[1000.0, 0.0, -1000.0]])},
    ]


SOFTMAX = Exercise(
    "softmax",
    _softmax,
    _softmax_inputs,
    [
        Mistake(
            "overflow",
            lambda x: x.exp() / x.exp().sum(dim=1, keepdim=True),
            "It is right until a logit is large: exp(1000) is infinite, and your result nan.",
            "Subtract the maximum of each row first. It cancels in the fraction.",
        ),
        Mistake(
            "wrong axis",
            lambda x: softmax(x, dim=0),
            "Your rows do not sum to 1, but your columns do: you summed over dim=0.",
            "The class axis is dim=1.",
        ),
        Mistake(
            "sum over everything",
            lambda x: x.exp() / x.exp().sum(),
            "All your numbers together sum to 1; each row should.",
            "Sum over dim=1 only, and keep the axis.",
        ),
        Mistake(
            "missing keepdim",
            lambda x: x.exp() / x.exp().sum(dim=1),
            "Your sums have the shape (batch,). With as many examples as classes they broadcast "
            "along the wrong axis, and nothing complains; otherwise there is an error.",
            "Keep the axis: `sum(dim=1, keepdim=True)`.",
        ),
        Mistake(
            "sigmoid",
            sigmoid,
            "You took the sigmoid of each logit: no row need sum to 1.",
            "Softmax compares the classes: divide each exp by the sum of the row.",
        ),
        Mistake(
            "softmax twice",
            lambda x: _softmax(_softmax(x)),
            "You applied softmax to probabilities, which makes them nearly equal.",
            "Once is enough.",
        ),
        Mistake(
            "no exp",
            lambda x: x / x.sum(dim=1, keepdim=True),
            "You divided the logits by their sum; negative ones stay negative.",
            "Take exp first: it makes all of them positive.",
        ),
        Mistake(
            "logarithm",
            lambda x: x.log_softmax(dim=1),
            "These are the logarithms of the probabilities.",
            "Take exp of them, or leave the logarithm out.",
        ),
    ],
)


def check_softmax(softmax: object) -> Result:
    """Check `softmax(logits)`: probabilities for each row, for logits of any size.

    Args:
        softmax: The learner's function: from (batch, classes) to the same shape.

    Examples:
        >>> check_softmax(lambda x: softmax(x, dim=0)).mistake
        'wrong axis'
    """
    return judge(SOFTMAX, softmax)


def _labelled(rng: Generator) -> list[Arguments]:
    made: list[Arguments] = [
        {"logits": torch.tensor([[1.0, 2.0]]), "labels": torch.tensor([0])},
        *(
            {
                "logits": torch.randn(n, classes, generator=rng),
                "labels": torch.randint(classes, (n,), generator=rng),
            }
            for n, classes in ((3, 4), (64, 10))
        ),
    ]
    extreme = {"logits": torch.tensor([[1000.0, 0.0]]), "labels": torch.tensor([1])}
    return [*made, extreme]


CROSS_ENTROPY = Exercise(
    "cross_entropy",
    F.cross_entropy,
    _labelled,
    [
        Mistake(
            "overflow",
            lambda x, y: F.nll_loss(_softmax(x).log(), y),
            "It is right until a probability is so small that it is zero, whose logarithm is "
            "infinite.",
            "Compute log-softmax in one: `logits - logsumexp`.",
        ),
        Mistake(
            "sum",
            lambda x, y: F.cross_entropy(x, y, reduction="sum"),
            "You added the losses of the examples up.",
            "Take their mean: a step must not depend on how large the batch is.",
        ),
        Mistake(
            "sign",
            lambda x, y: -F.cross_entropy(x, y),
            "Your loss is negative, and smallest where the network is wrong.",
            "It is minus the logarithm of the right class's probability.",
        ),
        Mistake(
            "softmax before the loss",
            lambda x, y: F.cross_entropy(_softmax(x), y),
            "You applied softmax twice: your loss cannot come near 0.",
            "`F.cross_entropy` wants logits. By hand, one softmax is enough.",
        ),
        Mistake(
            "all classes",
            lambda x, y: -F.log_softmax(x, dim=1).mean(),
            "You averaged over all classes: your loss does not know the labels.",
            "Take one number a row, at its label: `log_probs[torch.arange(n), labels]`.",
        ),
        Mistake(
            "base 2",
            lambda x, y: F.cross_entropy(x, y) / math.log(2),
            "Your logarithm has the base 2, so the loss is in bits.",
            "Use `torch.log`: nats are what PyTorch reports.",
        ),
    ],
)


def check_cross_entropy(cross_entropy: object) -> Result:
    """Check `cross_entropy(logits, labels)`: the mean of minus the log-probability of the label.

    Args:
        cross_entropy: The learner's function: from (batch, classes) and (batch,) to one number.

    Examples:
        >>> check_cross_entropy(lambda x, y: F.cross_entropy(x.softmax(1), y)).mistake
        'softmax before the loss'
    """
    return judge(CROSS_ENTROPY, cross_entropy)


def make_network(
    *sizes: int,
    hidden: Callable[[Tensor], Tensor],
    output: Callable[[Tensor], Tensor] = itself,
    bias: bool = True,
) -> type[nn.Module]:
    """Make the class of a network with layers `fc1`, `fc2` …, as a learner would write it."""

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for n, (into, out) in enumerate(pairwise(sizes), start=1):
                setattr(self, f"fc{n}", nn.Linear(into, out, bias=bias))

        def forward(self, x: Tensor) -> Tensor:
            *inner, last = self.children()
            for layer in inner:
                x = hidden(layer(x))
            return output(last(x))

    return Network


def _make(network: Callable[[], Any]) -> nn.Module:
    """Make the learner's network; if it is made already, copy it, so that theirs stays as it is."""
    model = copy.deepcopy(network) if isinstance(network, nn.Module) else network()
    if not isinstance(model, nn.Module):
        raise TypeError(f"expected a torch.nn.Module, got a {type(model).__name__}")
    return model


def _use_network(network: Callable[[], Any], x: Tensor) -> Any:
    """Give a network known weights, whatever its layers are called, and look at its output."""
    model = _make(network)
    for parameter in model.parameters():
        torch.manual_seed(parameter.numel())
        nn.init.normal_(parameter, std=parameter.shape[-1] ** -0.5)
    sizes = sorted(tuple(parameter.shape) for parameter in model.parameters())
    torch.manual_seed(7)
    return {"shapes of the parameters": sizes, "output": model(x)}


def _fresh_layers() -> type[nn.Module]:
    class Network(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return nn.Linear(256, 10)(sigmoid(nn.Linear(784, 256)(x)))

    return Network


def _images(rng: Generator) -> list[Arguments]:
    return [{"x": torch.randn(n, 784, generator=rng)} for n in (1, 10, 64)]


MODULE = Exercise(
    "Network",
    make_network(784, 256, 10, hidden=sigmoid),
    _images,
    [
        Mistake(
            "softmax in forward",
            make_network(784, 256, 10, hidden=sigmoid, output=_softmax),
            "Your network returns probabilities.",
            "Return logits: `CrossEntropyLoss` applies softmax itself, and twice is once too many.",
        ),
        Mistake(
            "sigmoid on the logits",
            make_network(784, 256, 10, hidden=sigmoid, output=sigmoid),
            "You put the output through the sigmoid: no logit can leave the range from 0 to 1.",
            "The last layer has no activation.",
        ),
        Mistake(
            "no activation",
            make_network(784, 256, 10, hidden=itself),
            "Your layers follow each other without an activation, so the two are worth one.",
            "Put the hidden layer through the sigmoid in `forward`.",
        ),
        Mistake(
            "ReLU",
            make_network(784, 256, 10, hidden=relu),
            "Your hidden units use ReLU.",
            "This exercise asks for the sigmoid.",
        ),
        Mistake(
            "no biases",
            make_network(784, 256, 10, hidden=sigmoid, bias=False),
            "Your layers have no biases.",
            "`nn.Linear` has one unless you pass `bias=False`.",
        ),
        Mistake(
            "layers made in forward",
            _fresh_layers(),
            "Your module has no parameters: its layers are made anew, with new random weights, in "
            "each call of `forward`.",
            "Make them once, in `__init__`, as `self.hidden` and `self.output`.",
        ),
    ],
    _use_network,
)


def check_module(network: object) -> Result:
    """Check the class `Network`: 784-256-10 with the sigmoid between its layers; it gives logits.

    Args:
        network: The learner's class, a `torch.nn.Module`, made without arguments.

    Examples:
        >>> check_module(lambda: MLP([784, 256, 10])).mistake
        'ReLU'
    """
    return judge(MODULE, network)


def _models(rng: Generator) -> list[Arguments]:
    normalised = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    return [{"model": nn.Linear(2, 1)}, {"model": normalised}, {"model": MLP([784, 64, 10])}]


COUNT_PARAMETERS = Exercise(
    "count_parameters",
    lambda model: sum(p.numel() for p in model.parameters()),
    _models,
    [
        Mistake(
            "tensors counted",
            lambda model: len(list(model.parameters())),
            "You counted the tensors: a matrix of weights is one of them.",
            "Add up how many numbers each has: `numel`.",
        ),
        Mistake(
            "biases left out",
            lambda model: sum(p.numel() for p in model.parameters() if p.ndim > 1),
            "You counted the weights without the biases.",
            "`model.parameters()` gives both.",
        ),
        Mistake(
            "buffers counted",
            lambda model: sum(value.numel() for value in model.state_dict().values()),
            "You counted all that `state_dict` holds. Running means are no parameters: nothing "
            "trains them.",
            "Use `model.parameters()`.",
        ),
    ],
)


def check_count_parameters(count_parameters: object) -> Result:
    """Check `count_parameters(model)`: how many numbers training can change.

    Args:
        count_parameters: The learner's function; its argument is any `torch.nn.Module`.

    Examples:
        >>> check_count_parameters(lambda model: len(list(model.parameters()))).mistake
        'tensors counted'
    """
    return judge(COUNT_PARAMETERS, count_parameters)


SIGMOID_DERIVATIVE = Exercise(
    "sigmoid_derivative",
    lambda z: sigmoid(z) * (1 - sigmoid(z)),
    lambda rng: [
        {"z": torch.tensor([0.0, 1.0, -2.0])},
        {"z": torch.randn(4, 3, generator=rng)},
        {"z": torch.tensor([-1000.0, 1000.0])},
    ],
    [
        Mistake(
            "overflow",
            lambda z: torch.exp(-z) / (1 + torch.exp(-z)) ** 2,
            "It is right until z is very negative: exp(1000) is infinite, and your result nan.",
            "Write it with the sigmoid itself, which overflows nowhere.",
        ),
        Mistake(
            "the sigmoid itself",
            sigmoid,
            "This is the sigmoid, not its slope.",
            "With s = sigmoid(z) the derivative is s (1 - s).",
        ),
        Mistake(
            "z instead of its sigmoid",
            lambda z: z * (1 - z),
            "You computed z (1 - z).",
            "The formula s (1 - s) wants s = sigmoid(z), not z.",
        ),
        Mistake(
            "squared",
            lambda z: sigmoid(z) ** 2,
            "You multiplied the sigmoid by itself.",
            "One of the two factors is 1 - sigmoid(z).",
        ),
    ],
)


def check_sigmoid_derivative(sigmoid_derivative: object) -> Result:
    """Check `sigmoid_derivative(z)`: the slope of the sigmoid at every z.

    Args:
        sigmoid_derivative: The learner's function: from any shape to the same shape.

    Examples:
        >>> check_sigmoid_derivative(sigmoid).mistake
        'the sigmoid itself'
    """
    return judge(SIGMOID_DERIVATIVE, sigmoid_derivative)


def _two_linear(rng: Generator) -> list[Arguments]:
    sizes = ((0, 2, 2, 2), (0, 3, 4, 2), (0, 3, 3, 3))
    cases = network_inputs(rng, *sizes)
    return [{name: case[name] for name in ("W1", "b1", "W2", "b2")} for case in cases]


COLLAPSE = Exercise(
    "collapse",
    lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2 + b2),
    _two_linear,
    [
        Mistake(
            "biases added",
            lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2),
            "Your W is right. The second layer multiplies the first bias too, and you only added "
            "the two.",
            "Multiply out (x W1 + b1) W2 + b2, and look at what stands without an x.",
        ),
        Mistake(
            "first bias forgotten",
            lambda W1, b1, W2, b2: (W1 @ W2, b2),
            "Your W is right, and your bias is that of the second layer alone.",
            "The first bias passes through the second layer too.",
        ),
        Mistake(
            "wrong order",
            lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2),
            "You multiplied W2 by W1. Where both are square nobody notices.",
            "x meets W1 first: x @ W1 @ W2.",
        ),
        Mistake(
            "elementwise",
            lambda W1, b1, W2, b2: (W1 * W2, b1 * W2 + b2),
            "You multiplied number by number.",
            "Use `@`: these are products of matrices.",
        ),
    ],
)


def check_collapse(collapse: object) -> Result:
    """Check `collapse(W1, b1, W2, b2)`: one layer that does what two without activation do.

    Args:
        collapse: The learner's function. It returns W, (in, out), and b, (out,), as a tuple.

    Examples:
        >>> check_collapse(lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2)).mistake
        'biases added'
    """
    return judge(COLLAPSE, collapse)


def _use_deep(network: Callable[[], Any], x: Tensor) -> Any:
    seen = _use_network(network, x)
    layers = [name for name, part in _make(network).named_modules() if isinstance(part, nn.Linear)]
    return {"names of the layers": sorted(layers), **seen}


DEEP_NETWORK = Exercise(
    "Network",
    make_network(784, 128, 64, 10, hidden=relu),
    _images,
    [
        Mistake(
            "ReLU on the logits",
            make_network(784, 128, 64, 10, hidden=relu, output=relu),
            "You put the last layer through ReLU: no logit can be negative, and where all are zero "
            "nothing is learned.",
            "The last layer has no activation.",
        ),
        Mistake(
            "softmax in forward",
            make_network(784, 128, 64, 10, hidden=relu, output=_softmax),
            "Your network returns probabilities.",
            "Return logits: the loss applies softmax itself.",
        ),
        Mistake(
            "no activation",
            make_network(784, 128, 64, 10, hidden=itself),
            "Your three layers follow each other without an activation, so they are worth one.",
            "Put `fc1` and `fc2` through ReLU in `forward`.",
        ),
        Mistake(
            "sigmoid",
            make_network(784, 128, 64, 10, hidden=sigmoid),
            "Your hidden units use the sigmoid.",
            "This exercise asks for ReLU.",
        ),
    ],
    _use_deep,
)


def check_deep_network(network: object) -> Result:
    """Check the class `Network`: 784-128-64-10, ReLU, layers `fc1`, `fc2` and `fc3`; logits.

    Args:
        network: The learner's class, a `torch.nn.Module`, made without arguments.

    Examples:
        >>> class Network(nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.fc1, self.fc2 = nn.Linear(784, 128), nn.Linear(128, 64)
        ...         self.fc3 = nn.Linear(64, 10)
        ...
        ...     def forward(self, x):
        ...         return F.relu(self.fc3(F.relu(self.fc2(F.relu(self.fc1(x))))))
        >>> check_deep_network(Network).mistake
        'ReLU on the logits'
    """
    return judge(DEEP_NETWORK, network)


def _use_initialize(initialize: Callable[[nn.Module], Any], seed: int) -> Any:
    torch.manual_seed(seed)
    model = MLP([400, 200, 100])
    initialize(model)
    weights = [p for p in model.parameters() if p.ndim > 1]
    biases = [p for p in model.parameters() if p.ndim == 1]
    return {
        "deviation of the weights": [f"{W.std().item():.0e}" for W in weights],
        "mean of the weights": [f"{abs(W.mean().item()):.2f}" for W in weights],
        "largest bias": max(b.abs().max().item() for b in biases),
        "all can be trained": all(p.requires_grad and p.is_leaf for p in model.parameters()),
    }


def _initialize(weight_std: float, bias_std: float | None = 0.0) -> Callable[[nn.Module], None]:
    @torch.no_grad()
    def initialize(model: nn.Module) -> None:
        for parameter in model.parameters():
            std = weight_std if parameter.ndim > 1 else bias_std
            if std is not None:
                parameter.normal_(std=std)

    return initialize


INITIALIZE = Exercise(
    "initialize",
    _initialize(0.01),
    lambda rng: [{"seed": 0}, {"seed": 1}],
    [
        Mistake(
            "deviation 1",
            _initialize(1.0),
            "Your weights have the deviation 1: the logits are huge, and the first loss with them.",
            "Pass `std=0.01`.",
        ),
        Mistake(
            "variance taken for deviation",
            _initialize(0.1),
            "Your weights have the deviation 0.1, whose square is 0.01.",
            "`std` is the deviation itself, not the variance.",
        ),
        Mistake(
            "all zero",
            _initialize(0.0),
            "Your weights are zero: all hidden units are alike, and stay so.",
            "Draw the weights at random; only the biases start at zero.",
        ),
        Mistake(
            "biases drawn too",
            _initialize(0.01, 0.01),
            "Your biases are random numbers as well.",
            "Use `nn.init.zeros_` for them.",
        ),
        Mistake(
            "biases left",
            _initialize(0.01, None),
            "Your biases are still those that PyTorch drew.",
            "Use `nn.init.zeros_` for them.",
        ),
    ],
    _use_initialize,
)


def check_initialize(initialize: object) -> Result:
    """Check `initialize(model)`: biases zero, weights normal with the deviation 0.01, in place.

    Args:
        initialize: The learner's function; its argument is a network of linear layers.

    Examples:
        >>> def initialize(model):
        ...     for parameter in model.parameters():
        ...         nn.init.normal_(parameter, std=1.0 if parameter.ndim > 1 else 0.0)
        >>> check_initialize(initialize).mistake
        'deviation 1'
    """
    return judge(INITIALIZE, initialize)
