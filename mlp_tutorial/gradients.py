r"""Gradients by hand, with backpropagation as matrix products.

The network is a chain of layers $Z_l = A_{l-1} W_l + b_l$ with $A_l = \max(Z_l, 0)$ and
$A_0 = X$. The last $Z_L$ are the logits. The loss is the mean cross-entropy over the batch.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from mlp_tutorial._checks import check_labels, check_same_float, check_shape
from mlp_tutorial.layers import forward

__all__ = ["loss_and_gradients"]

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
