"""The same network written in PyTorch's different ways, and a general one for later lessons.

All of them return logits. The loss applies softmax, and so can anyone who wants probabilities.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_tutorial._checks import check_shape, check_sizes, check_tensor

__all__ = [
    "MLP",
    "FunctionalNetwork",
    "Network",
    "get_weights",
    "named_sequential",
    "sequential",
    "set_weights",
]

Layers = list[tuple[Float[Tensor, "n_in n_out"], Float[Tensor, " n_out"]]]


class Network(nn.Module):
    """The network 784-256-10 as a module, with a sigmoid hidden layer and ten logits.

    It has 203,530 parameters.

    Attributes:
        hidden: 784 pixels to 256 units.
        sigmoid: The activation, as a module.
        output: 256 units to 10 logits.

    Examples:
        >>> Network()(torch.zeros(2, 784)).shape
        torch.Size([2, 10])
    """

    def __init__(self) -> None:
        """Create the layers, with PyTorch's random weights."""
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.sigmoid = nn.Sigmoid()
        self.output = nn.Linear(256, 10)

    def forward(self, x: Float[Tensor, "*batch 784"]) -> Float[Tensor, "*batch 10"]:
        """Compute the logits of flattened images."""
        x = self.hidden(x)
        x = self.sigmoid(x)
        return self.output(x)


class FunctionalNetwork(nn.Module):
    """The same network, with the activation as a function because it has nothing to learn.

    Attributes:
        hidden: 784 pixels to 256 units.
        output: 256 units to 10 logits.

    Examples:
        >>> FunctionalNetwork()(torch.zeros(2, 784)).shape
        torch.Size([2, 10])
    """

    def __init__(self) -> None:
        """Create the layers, with PyTorch's random weights."""
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.output = nn.Linear(256, 10)

    def forward(self, x: Float[Tensor, "*batch 784"]) -> Float[Tensor, "*batch 10"]:
        """Compute the logits of flattened images."""
        return self.output(torch.sigmoid(self.hidden(x)))


def sequential() -> nn.Sequential:
    """Build the same network as a chain whose parts have numbers.

    Examples:
        >>> sequential()[0]
        Linear(in_features=784, out_features=256, bias=True)
    """
    return nn.Sequential(nn.Linear(784, 256), nn.Sigmoid(), nn.Linear(256, 10))


def named_sequential() -> nn.Sequential:
    """Build the same network as a chain whose parts have names too.

    Examples:
        >>> named_sequential().hidden
        Linear(in_features=784, out_features=256, bias=True)
    """
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    parts["hidden"] = nn.Linear(784, 256)
    parts["sigmoid"] = nn.Sigmoid()
    parts["output"] = nn.Linear(256, 10)
    return nn.Sequential(parts)


class MLP(nn.Sequential):
    """A multilayer perceptron with layers of any sizes and an activation between them.

    The linear layers are called `fc1`, `fc2` and so on. The last one has no activation and returns
    logits.

    Examples:
        >>> model = MLP([784, 128, 64, 10])
        >>> sum(parameter.numel() for parameter in model.parameters())
        109386
        >>> model.fc3
        Linear(in_features=64, out_features=10, bias=True)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        activation: Callable[[], nn.Module] = nn.ReLU,
        dropout: float = 0.0,
    ) -> None:
        """Create the layers, with PyTorch's random weights.

        Args:
            sizes: Units in each layer, starting with the input. Two or more positive numbers.
            activation: Makes the activation after each hidden layer, such as `nn.Tanh`.
            dropout: Probability from 0 to 1 that a hidden unit is dropped during training. With
                0 there is no dropout layer.

        Raises:
            ValueError: If there are fewer than two layers, a size is not a positive whole number,
                or `dropout` is not a probability.
        """
        check_sizes(sizes)
        if not 0 <= dropout <= 1:
            raise ValueError(f"expected dropout from 0 to 1, got {dropout}")
        parts: OrderedDict[str, nn.Module] = OrderedDict()
        last = len(sizes) - 1
        for number in range(1, last + 1):
            parts[f"fc{number}"] = nn.Linear(sizes[number - 1], sizes[number])
            if number < last:
                parts[f"activation{number}"] = activation()
                if dropout:
                    parts[f"dropout{number}"] = nn.Dropout(dropout)
        super().__init__(parts)
        self.sizes = list(sizes)

    def forward(self, input: Float[Tensor, "*batch n_in"]) -> Float[Tensor, "*batch n_out"]:  # noqa: A002
        """Compute the logits.

        Args:
            input: One example of shape (n_in,), or a batch of shape (batch, n_in).

        Returns:
            Shape (n_out,) or (batch, n_out).

        Raises:
            TypeError: If `input` is not a tensor.
            ValueError: If its shape does not fit. Images must be flattened first.
        """
        check_tensor("x", input)
        n = self.sizes[0]
        ok = input.ndim in {1, 2} and input.shape[-1] == n
        flat = input.ndim > 2 and input[0].numel() == n
        hint = "flatten it with x.flatten(1)" if flat else f"the first layer has {n} inputs"
        check_shape("x", input, f"(batch, {n})", ok=ok, hint=hint)
        output: Tensor = super().forward(input)  # type: ignore[no-untyped-call]
        return output


def _linears(model: nn.Module) -> list[nn.Linear]:
    linears = {n: module for n, module in model.named_modules() if isinstance(module, nn.Linear)}
    for name, linear in linears.items():
        if linear.bias is None:
            raise ValueError(f"expected every nn.Linear to have biases, got {name!r} without")
    return list(linears.values())


def get_weights(model: nn.Module) -> Layers:
    """Copy the weights of a network as matrices for [`forward`][mlp_tutorial.layers.forward].

    Args:
        model: Any network whose linear layers have biases and are defined in the order in which
            they are used.

    Returns:
        Copies of the weights, transposed to shape (in, out), and of the biases, shape (out,), of
            each linear layer.

    Raises:
        ValueError: If a linear layer has no biases.

    Examples:
        >>> [tuple(W.shape) for W, b in get_weights(MLP([3, 2, 1]))]
        [(3, 2), (2, 1)]
    """
    return [
        # In memory row by row, like any new matrix of this shape.
        (
            layer.weight.detach().T.clone(memory_format=torch.contiguous_format),
            layer.bias.detach().clone(),
        )
        for layer in _linears(model)
    ]


@torch.no_grad()
def set_weights(model: nn.Module, layers: Layers) -> None:
    """Copy matrices into the linear layers of a network, in place.

    Use it with [`get_weights`][mlp_tutorial.networks.get_weights] to make two forms of a network
    compute the same, as in `set_weights(network, get_weights(other))`.

    Args:
        model: Any network whose linear layers have biases and are defined in the order in which
            they are used.
        layers: The weights, shape (in, out), and the biases, shape (out,), of each layer.

    Raises:
        ValueError: If the number of layers or a shape differs, or a linear layer has no biases. In
            that case nothing is copied.

    Examples:
        >>> model, other = sequential(), Network()
        >>> set_weights(model, get_weights(other))
        >>> x = torch.rand(2, 784)
        >>> torch.equal(model(x), other(x))
        True
    """
    linears = _linears(model)
    if len(layers) != len(linears):
        raise ValueError(
            f"expected {len(linears)} layers, one for each nn.Linear, got {len(layers)}"
        )
    for number, (linear, (W, b)) in enumerate(zip(linears, layers, strict=True), start=1):
        shape = (linear.in_features, linear.out_features)
        hint = "(in, out), the transpose of nn.Linear's"
        check_shape(f"W of layer {number}", W, f"{shape}", ok=W.shape == shape, hint=hint)
        check_shape(
            f"b of layer {number}",
            b,
            f"{shape[1:]}",
            ok=b.shape == shape[1:],
            hint="one bias a unit",
        )
    for linear, (W, b) in zip(linears, layers, strict=True):
        linear.weight.copy_(W.T)
        linear.bias.copy_(b)
