"""The networks that answers and mistakes are built from, and an optimizer for them."""

import copy
import inspect
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn, relu, sigmoid, tanh
from torch.optim import Optimizer

from mlp_tutorial.exercises._judge import Mistake
from mlp_tutorial.exercises._observe import Made, same

Activation = Callable[[Tensor], Tensor]


def identity(x: Tensor) -> Tensor:
    """Stand in for a missing activation."""
    return x


def softmax(x: Tensor) -> Tensor:
    """Apply softmax to each row."""
    return torch.softmax(x, dim=1)


def log_softmax(x: Tensor) -> Tensor:
    """Take the logarithm of softmax in each row."""
    return torch.log_softmax(x, dim=1)


def two_layers(hidden: Activation, output: Activation) -> Callable[..., Tensor]:
    """Make the forward pass of a network of two layers with these activations."""
    return lambda x, W1, b1, W2, b2: output(hidden(x @ W1 + b1) @ W2 + b2)


def make_network(
    *sizes: int, hidden: Activation, output: Activation = identity, bias: bool = True
) -> type[nn.Module]:
    """Make the class of a network with layers `fc1`, `fc2` and so on, as a learner would."""

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for n, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
                setattr(self, f"fc{n}", nn.Linear(n_in, n_out, bias=bias))

        def forward(self, x: Tensor) -> Tensor:
            *inner, last = self.children()
            for layer in inner:
                x = hidden(layer(x))
            return output(last(x))

    return Network


def build(network: Callable[[], Any]) -> nn.Module:
    """Build a learner's network from its class, or copy it if it is built already."""
    try:
        model = copy.deepcopy(network) if isinstance(network, nn.Module) else network()
    except AttributeError as error:
        if "before Module.__init__" in str(error):
            raise Made("super().__init__() forgotten") from error
        raise
    except TypeError as error:
        from_here = len(traceback.extract_tb(error.__traceback__)) == 1
        if from_here and "required positional argument" in str(error):
            raise Made("needs arguments") from error
        raise
    if not isinstance(model, nn.Module):
        raise TypeError(f"expected a torch.nn.Module, got a {type(model).__name__}")
    if getattr(type(model).forward, "__name__", "") == "_forward_unimplemented":
        raise Made("forward missing")
    return model


def network_use(*sizes: int, hidden: Activation) -> Callable[[Callable[[], Any], Tensor], Any]:
    """Make the `use` of an exercise that asks for this network, whatever its layers are called.

    It gives the network known weights, and returns its output or names what is wrong with it.
    """

    def use(network: Callable[[], Any], x: Tensor) -> Any:
        model = build(network)
        known = len(list(model.parameters()))
        model(x)  # lazy layers take their sizes from the first batch
        parameters = list(model.parameters())
        if len(parameters) > known:
            raise Made("layers made in forward")
        if keeps_layers_in_a_list(model):
            raise Made("layers in a list")
        if not parameters:
            raise Made("plain tensors" if _has_plain_tensors(model) else "layers made in forward")
        if any(
            p.ndim > 1 and min(p.shape) > 1 and bool((p == p.flatten()[0]).all())
            for p in parameters
        ):
            raise Made("equal weights")
        for parameter in parameters:
            parameter.data = _known(*parameter.shape).clone()
        torch.default_generator.manual_seed(7)
        output = model(x)
        if output is None:
            raise Made("forward returns nothing")
        if not isinstance(output, Tensor):
            return output
        if not output.is_floating_point():
            raise Made("classes instead of logits")
        if not same(output, model(x)):
            raise Made("random output")
        if not output.requires_grad or any(
            gradient is None
            for gradient in torch.autograd.grad(output.sum(), parameters, allow_unused=True)
        ):
            raise Made("no gradients")
        if names := _wrong(output, x, [p.shape for p in parameters], sizes, hidden):
            missing = {"other sizes", "no biases"} & set(names) and _has_plain_tensors(model)
            raise Made(*(["plain tensors"] if missing else names))
        return output

    return use


@cache
def _known(*shape: int) -> Tensor:
    """Draw the numbers that belong to a shape. A transposed matrix has the same ones."""
    numbers = sorted(n for n in shape if n > 1)
    generator = torch.Generator().manual_seed(sum(numbers))
    drawn = torch.randn(numbers, generator=generator) * max(shape, default=1) ** -0.5
    if len(numbers) == 2 and shape[0] > shape[-1]:
        drawn = drawn.T
    return drawn.reshape(shape).contiguous()


def _has_plain_tensors(model: nn.Module) -> bool:
    """Tell whether a module has tensors that it doesn't know as parameters."""
    return any(
        isinstance(value, Tensor) and not isinstance(value, nn.Parameter)
        for value in vars(model).values()
    )


def keeps_layers_in_a_list(model: nn.Module) -> bool:
    """Tell whether a module keeps layers where it can't see them, in a list, tuple or dict."""
    kept = [value for value in vars(model).values() if isinstance(value, list | tuple | dict)]
    parts = [
        part for value in kept for part in (value.values() if isinstance(value, dict) else value)
    ]
    known = set(model.modules())
    return any(
        isinstance(part, nn.Module) and part not in known and any(True for _ in part.parameters())
        for part in parts
    )


HIDDEN: dict[str, Activation] = {
    "no activation": identity,
    "ReLU": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "leaky ReLU": nn.functional.leaky_relu,
    "GELU": nn.functional.gelu,
}
OUTPUT: dict[str, Activation] = {
    "": identity,
    "softmax in forward": softmax,
    "softmax over the batch": lambda x: torch.softmax(x, dim=0),
    "log-softmax in forward": log_softmax,
    "sigmoid on the logits": sigmoid,
    "ReLU on the logits": relu,
}


def _wrong(
    output: Tensor,
    x: Tensor,
    shapes: Sequence[Sequence[int]],
    sizes: Sequence[int],
    hidden: Activation,
) -> list[str]:
    """Name all that is wrong with a network, by what it does with known weights."""
    layers = [(_known(n_in, n_out), _known(n_out)) for n_in, n_out in pairwise(sizes)]
    seen = sorted(sorted(n for n in shape if n > 1) for shape in shapes)
    weights = sorted(sorted(pair) for pair in pairwise(sizes))
    biases = sorted([n] for n in sizes[1:])
    if [shape for shape in seen if len(shape) > 1] != weights:
        return ["other sizes"]
    vectors = [shape for shape in seen if len(shape) == 1]
    if vectors not in ([], biases):
        return ["other parameters" if len(vectors) > len(biases) else "no biases"]
    names = [] if vectors else ["no biases"]
    patterns = [(name, [f] * (len(layers) - 1)) for name, f in HIDDEN.items()]
    patterns += [
        ("one activation missing", [*[hidden] * n, identity, *[hidden] * (len(layers) - 2 - n)])
        for n in range(len(layers) - 1)
        if len(layers) > 2
    ]
    patterns.sort(key=lambda pattern: any(f is not hidden for f in pattern[1]))  # right ones first
    for name, inner in patterns:
        y = x
        for (W, b), activation in zip(layers, [*inner, identity], strict=True):
            y = activation(y @ W + b if vectors else y @ W)
        for last, final in OUTPUT.items():
            if same(output, final(y)):
                right = all(activation is hidden for activation in inner)
                return [*names, *([] if right else [name]), *([last] if last else [])]
    return names


class _InAList(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(1, 10)]

    def forward(self, x: Tensor) -> Tensor:
        return self.layers[0](x[:, :1])


class _PlainTensors(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.W = torch.zeros(1, 10)

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :1] @ self.W


class _MadeInForward(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return nn.Linear(1, 10)(x[:, :1])


class _NoSuper(nn.Module):
    def __init__(self) -> None:
        self.fc1 = nn.Linear(1, 10)


class _NoForward(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(1, 10)


class _NoReturn(_NoForward):
    def forward(self, x: Tensor) -> None:
        self.fc1(x[:, :1])


class _NoGradients(_NoForward):
    def forward(self, x: Tensor) -> Tensor:
        return self.fc1(x[:, :1]).detach()


def _fill(model: nn.Module) -> nn.Module:
    for parameter in model.parameters():
        parameter.data.zero_()
    return model


def network_mistakes(*sizes: int, hidden: str) -> list[Mistake]:
    """Make the mistakes that learners make in this network, whose hidden units use `hidden`."""
    right = HIDDEN[hidden]
    last = len(sizes) - 1
    an = "the sigmoid" if hidden == "sigmoid" else hidden

    def network(**options: Any) -> type[nn.Module]:
        return make_network(*sizes, **{"hidden": right, **options})

    def skipping() -> nn.Module:
        layers: list[nn.Module] = [nn.Linear(*pair) for pair in pairwise(sizes)]
        return nn.Sequential(layers[0], *layers[1:-1], nn.ReLU(), layers[-1])

    mistakes = [
        Mistake(
            name="softmax in forward",
            answer=network(output=softmax),
            says="Your network returns probabilities.",
            hint="Return logits. The loss applies softmax itself.",
        ),
        Mistake(
            name="softmax over the batch",
            answer=network(output=OUTPUT["softmax over the batch"]),
            says="Your network applies softmax over the examples of the batch.",
            hint="Return logits. The loss applies softmax itself, to each example.",
        ),
        Mistake(
            name="classes instead of logits",
            answer=network(output=lambda x: x.argmax(1)),
            says="Your network returns the number of a class, and no gradient can pass that.",
            hint="Return the logits. `argmax` is for measuring.",
        ),
        Mistake(
            name="log-softmax in forward",
            answer=network(output=log_softmax),
            says="Your network returns the logarithms of probabilities, from log-softmax.",
            hint="Return logits. The loss applies log-softmax itself.",
        ),
        Mistake(
            name="sigmoid on the logits",
            answer=network(output=sigmoid),
            says="You passed the output through the sigmoid, so every logit is between 0 and 1.",
            hint="The last layer has no activation.",
        ),
        Mistake(
            name="ReLU on the logits",
            answer=network(output=relu),
            says=(
                "You passed the last layer through ReLU, so no logit can be negative. If all of "
                "them are zero, nothing is learned."
            ),
            hint="The last layer has no activation.",
        ),
        Mistake(
            name="no activation",
            answer=network(hidden=identity),
            says=(
                "There's no activation between your layers, so together they do no more than one "
                "layer could."
            ),
            hint=f"Pass the result of each layer but the last through {an} in `forward`.",
        ),
        *(
            Mistake(
                name=name,
                answer=network(hidden=activation),
                says=f"Your hidden units use {'the ' * (name == 'sigmoid')}{name}.",
                hint=f"This exercise asks for {an}.",
            )
            for name, activation in HIDDEN.items()
            if name not in {"no activation", hidden}
        ),
        Mistake(
            name="no biases",
            answer=network(bias=False),
            says="Your layers don't all have a bias.",
            hint="Each layer adds one. `nn.Linear` has it unless you pass `bias=False`.",
        ),
        Mistake(
            name="other sizes",
            answer=make_network(*sizes[:-1], sizes[-1] + 1, hidden=right),
            says=f"Your layers have other sizes than {'-'.join(map(str, sizes))}.",
            hint=f"This network has {last} layers. They go "
            + ", then ".join(f"from {n_in} to {n_out}" for n_in, n_out in pairwise(sizes))
            + " numbers.",
        ),
        Mistake(
            name="other parameters",
            answer=lambda: nn.Sequential(network()(), nn.LayerNorm(sizes[-1])),
            says="Your network has more parameters than its weights and biases.",
            hint="Leave out layers that the task doesn't name, such as a normalization.",
        ),
        Mistake(
            name="random output",
            answer=lambda: nn.Sequential(network()(), nn.Dropout()),
            says="Your network's output is random. The same input gives another output each time.",
            hint="The task has no dropout. Leave out whatever draws random numbers in `forward`.",
        ),
        Mistake(
            name="no gradients",
            answer=_NoGradients,
            says="No gradient reaches some of your parameters, so they can never learn.",
            hint=(
                "Use every layer in `forward`, without `torch.no_grad`, `detach` or "
                "`requires_grad=False`."
            ),
        ),
        Mistake(
            name="layers in a list",
            answer=_InAList,
            says=(
                "Your layers are in a plain Python list, where the module can't see them, so they "
                "won't be trained."
            ),
            hint="Assign each layer to an attribute of `self`, or use `nn.ModuleList`.",
        ),
        Mistake(
            name="plain tensors",
            answer=_PlainTensors,
            says=(
                "Some weights or biases are plain tensors, which the module doesn't know as "
                "parameters, so they won't be trained."
            ),
            hint=(
                "Make each an `nn.Parameter`, with all of its arithmetic inside the parentheses. "
                "`nn.Linear` has them already."
            ),
        ),
        Mistake(
            name="layers made in forward",
            answer=_MadeInForward,
            says=(
                "Your module has no parameters when it's new. If `forward` makes the layers, no "
                "training knows of them."
            ),
            hint="Create the layers once, in `__init__`, as attributes of `self`.",
        ),
        Mistake(
            name="equal weights",
            answer=lambda: _fill(network()()),
            says=(
                "In one of your matrices all weights start as the same number. Then all its units "
                "do the same, and they'll stay alike in training."
            ),
            hint="Start the weights as random numbers. Zeros are fine for the biases.",
        ),
        Mistake(
            name="super().__init__() forgotten",
            answer=_NoSuper,
            says="You assigned a layer before the module was set up.",
            hint="Begin `__init__` with `super().__init__()`.",
        ),
        Mistake(
            name="needs arguments",
            answer=lambda size: nn.Linear(size, sizes[-1]),
            says="`Network()` fails, because your `Network` needs arguments.",
            hint="Write a class whose `__init__` takes `self` alone. `forward` takes the images.",
        ),
        Mistake(
            name="forward missing",
            answer=_NoForward,
            says="Your class has no method called `forward`.",
            hint="Write `def forward(self, x)`, inside the class and at the depth of `__init__`.",
        ),
        Mistake(
            name="forward returns nothing",
            answer=_NoReturn,
            says="Your `forward` returns None.",
            hint="End it with a `return` statement.",
        ),
    ]
    if last > 2:
        mistakes.append(
            Mistake(
                name="one activation missing",
                answer=skipping,
                says="One of your hidden layers has no activation.",
                hint=f"Pass the result of each layer but the last through {an}.",
            )
        )
    return mistakes


class Momentum(Optimizer):
    """Gradient descent with momentum that keeps a record of its steps.

    PyTorch's own optimizers take seconds to import a compiler that is not needed here. So the
    methods that would import it are used without their wrappers.

    Attributes:
        steps: For each step, what the gradients of the parameters were.
    """

    add_param_group = inspect.unwrap(Optimizer.add_param_group)
    zero_grad = inspect.unwrap(Optimizer.zero_grad)
    state_dict = inspect.unwrap(Optimizer.state_dict)

    def __init__(self, model: nn.Module, lr: float = 0.5, momentum: float = 0.5) -> None:
        """Start with no velocities."""
        super().__init__(model.parameters(), {"lr": lr, "momentum": momentum})
        self.steps: list[list[Tensor | None]] = []

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move each parameter that has a gradient, and return what the closure returns."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        parameters = [p for group in self.param_groups for p in group["params"]]
        self.steps.append([None if p.grad is None else p.grad.clone() for p in parameters])
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                velocity = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                velocity.mul_(group["momentum"]).add_(p.grad)
                p.sub_(velocity, alpha=group["lr"])
        return loss


def is_class_of_loss(error: BaseException) -> bool:
    """Tell whether an error comes from a class such as `CrossEntropyLoss` used as a function."""
    if isinstance(error, AttributeError):
        return isinstance(error.obj, nn.modules.loss._Loss)
    made = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(
        frame.f_code.co_name == "__init__"
        and isinstance(frame.f_locals.get("self"), nn.modules.loss._Loss)
        for frame in made
    )
