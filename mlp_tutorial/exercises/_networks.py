"""The networks that answers and mistakes are built from, and an optimizer for them."""

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

Activation = Callable[[Tensor], Tensor]


def identity(x: Tensor) -> Tensor:
    """Stand in for a missing activation."""
    return x


def softmax(x: Tensor) -> Tensor:
    """Apply softmax to each row."""
    return torch.softmax(x, dim=1)


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
    model = copy.deepcopy(network) if isinstance(network, nn.Module) else network()
    if not isinstance(model, nn.Module):
        raise TypeError(f"expected a torch.nn.Module, got a {type(model).__name__}")
    return model


def use_network(network: Callable[[], Any], x: Tensor) -> Any:
    """Give a network known weights, whatever its layers are called, and return its output."""
    model = build(network)
    for parameter in model.parameters():
        torch.default_generator.manual_seed(parameter.numel())
        nn.init.normal_(parameter, std=parameter.shape[-1] ** -0.5)
    sizes = sorted(tuple(parameter.shape) for parameter in model.parameters())
    torch.default_generator.manual_seed(7)
    return {"shapes of the parameters": sizes, "output": model(x)}


class Momentum:
    """Gradient descent with momentum, because PyTorch's optimizers take seconds to import."""

    def __init__(self, model: nn.Module) -> None:
        """Start with velocity 0 for each parameter."""
        self.parameters = list(model.parameters())
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Delete the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move each parameter that has a gradient."""
        for parameter, velocity in zip(self.parameters, self.velocities, strict=True):
            if parameter.grad is not None:
                velocity.mul_(0.5).add_(parameter.grad)
                parameter.sub_(0.5 * velocity)

    def state_dict(self) -> dict[str, Any]:
        """Return the velocities and settings."""
        return {"lr": 0.5, "momentum": 0.5, "velocities": self.velocities}
