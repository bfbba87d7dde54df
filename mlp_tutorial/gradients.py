r"""Gradients by hand, with backpropagation as matrix products, and a check of any gradient.

The network is a chain of layers $Z_l = A_{l-1} W_l + b_l$ with $A_l = \max(Z_l, 0)$ and
$A_0 = X$. The last $Z_L$ are the logits. The loss is the mean cross-entropy over the batch.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from mlp_tutorial._checks import check_labels, check_same_float, check_shape
from mlp_tutorial.layers import forward

__all__ = ["check_gradients", "loss_and_gradients", "numerical_gradient"]

Layers = Sequence[tuple[Float[Tensor, "n_in n_out"], Float[Tensor, " n_out"]]]


@torch.no_grad()
def loss_and_gradients(
    x: Float[Tensor, "batch n_in"], y: Int64[Tensor, " batch"], layers: Layers
) -> tuple[Float[Tensor, ""], list[tuple[Float[Tensor, "_ _"], Float[Tensor, " _"]]]]:
    r"""Compute the loss of a ReLU network and its gradients, without autograd.

    $$\delta_L = \tfrac1n\,(\mathrm{softmax}(Z_L) - Y),\qquad
      \frac{\partial L}{\partial W_l} = A_{l-1}^\top \delta_l,\qquad
      \frac{\partial L}{\partial b_l} = \mathbf 1^\top \delta_l,\qquad
      \delta_{l-1} = (\delta_l W_l^\top) \odot [Z_{l-1} > 0]$$

    See Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors*, 1986.

    Args:
        x: The inputs.
        y: The labels, from 0 to classes - 1.
        layers: The weights, shape (in, out), and the biases, shape (out,), of each layer.

    Returns:
        The mean cross-entropy, and the gradients of the weights and biases of each layer, in the
            same shapes.

    Raises:
        TypeError: If a tensor is not floating-point, dtypes differ, or `y` is not int64.
        ValueError: If there is no layer or no example, shapes do not fit, or a label is out of
            range.

    Examples:
        >>> layers = [(torch.zeros(3, 2), torch.zeros(2))]
        >>> loss, [(dW, db)] = loss_and_gradients(torch.ones(1, 3), torch.tensor([0]), layers)
        >>> loss, db
        (tensor(0.6931), tensor([-0.5000,  0.5000]))
    """
    check_same_float(x=x)
    ok = x.ndim == 2 and len(x) > 0
    check_shape("x", x, "(batch, n_in)", ok=ok, hint="the loss is a mean over the batch")
    forward(x[:0], layers, hidden=torch.relu)  # no examples, just for its checks
    check_labels("y", y, len(x), layers[-1][0].shape[1])

    *hidden, (W, b) = layers
    outputs = [x]  # the input of each layer
    for W_hidden, b_hidden in hidden:
        outputs.append(torch.addmm(b_hidden, outputs[-1], W_hidden).relu_())
    logits = torch.addmm(b, outputs[-1], W)

    n, rows = len(x), torch.arange(len(x), device=x.device)
    delta = torch.log_softmax(logits, dim=1)
    loss = -delta[rows, y].mean()
    delta.exp_()  # (batch, classes), the probabilities
    delta[rows, y] -= 1
    delta /= n

    gradients = []
    for layer in reversed(range(len(layers))):
        gradients.append((outputs[layer].T @ delta, delta.sum(0)))
        if layer > 0:
            # ReLU's output has sign 1 where its input was positive, and 0 elsewhere.
            delta = (delta @ layers[layer][0].T).mul_(outputs[layer].sign())
    return loss, gradients[::-1]


@torch.no_grad()
def numerical_gradient(
    function: Callable[[], Tensor], parameter: Float[Tensor, "..."], *, step: float = 1e-6
) -> Float[Tensor, "..."]:
    r"""Estimate a gradient by moving each number a little, up and down.

    $$\frac{\partial f}{\partial w} \approx \frac{f(w + h) - f(w - h)}{2h}$$

    It takes two evaluations for each number, which is far too slow for training, but it is hard to
    get wrong.

    Args:
        function: Takes nothing and returns a tensor of a single number, which depends on
            `parameter`.
        parameter: A float64 tensor, which is changed in place and then restored. In float32 the
            difference of two nearly equal numbers would be mostly rounding error.
        step: The $h$, more than 0.

    Returns:
        The estimate, in the shape of `parameter`. Its error has two parts, one of the order of
            $h^2$, and the rounding error of $f$ divided by $h$, which is larger at the default.

    Raises:
        TypeError: If `parameter` is not float64.
        ValueError: If `step` is not positive.

    Examples:
        >>> w = torch.tensor([3.0], dtype=torch.float64)
        >>> numerical_gradient(lambda: (w**2).sum(), w).round(decimals=6)
        tensor([6.], dtype=torch.float64)
    """
    check_same_float(parameter=parameter)
    if parameter.dtype != torch.float64:
        raise TypeError(f"expected a parameter of torch.float64, got {parameter.dtype}")
    if not step > 0:
        raise ValueError(f"expected step of more than 0, got {step}")
    gradient = torch.empty_like(parameter)
    for index in np.ndindex(parameter.shape):
        kept = parameter[index].item()
        parameter[index] = kept + step
        above = function().item()
        parameter[index] = kept - step
        below = function().item()
        parameter[index] = kept
        gradient[index] = (above - below) / (2 * step)
    return gradient


def check_gradients(
    function: Callable[[], Tensor],
    parameters: Sequence[Float[Tensor, "..."]],
    gradients: Sequence[Float[Tensor, "..."]],
    *,
    tolerance: float = 1e-6,
) -> float:
    """Compare gradients with numerical ones, and raise an error if one is wrong.

    Args:
        function: Takes nothing and returns a tensor of a single number, which depends on the
            parameters.
        parameters: float64 tensors, which are changed in place and then restored.
        gradients: The gradients to check, one for each parameter, of the same shape.
        tolerance: The largest difference allowed, relative to the largest number in the gradient,
            or to 0.01 if that is larger, because smaller gradients drown in rounding errors.

    Returns:
        The largest relative difference.

    Raises:
        TypeError: If a parameter is not float64.
        ValueError: If the shapes do not fit, or a difference is too large. The message names the
            gradient, the index and both numbers.

    Examples:
        >>> w = torch.tensor([3.0], dtype=torch.float64)
        >>> check_gradients(lambda: (w**2).sum(), [w], [2 * w]) < 1e-6
        True
    """
    if len(parameters) != len(gradients):
        raise ValueError(f"expected {len(parameters)} gradients, got {len(gradients)}")
    worst = 0.0
    for number, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True), 1):
        name = f"gradient {number}"
        shape = parameter.shape
        check_shape(
            name,
            gradient,
            f"{tuple(shape)}",
            ok=gradient.shape == shape,
            hint="like its parameter",
        )
        numerical = numerical_gradient(function, parameter)
        distance = (gradient - numerical).abs() / numerical.abs().max().clamp(min=0.01)
        # Written so that nan fails too.
        if not distance.max() <= tolerance:
            place = distance.nan_to_num(torch.inf).argmax()
            index = tuple(int(i) for i in np.unravel_index(int(place), shape))
            raise ValueError(
                f"{name} is wrong at {index}: expected {numerical[index]:.6g}, "
                f"got {gradient[index]:.6g}"
            )
        worst = max(worst, distance.max().item())
    return worst
