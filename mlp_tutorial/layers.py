r"""Layers of neurons as matrix products.

By hand we write $XW + b$ with `W` of shape (in, out). `torch.nn.Linear` stores the transpose,
(out, in), and computes $XW^\top + b$.
"""

from collections.abc import Callable, Sequence

from jaxtyping import Float
from torch import Tensor

from mlp_tutorial._checks import check_same_float, check_shape
from mlp_tutorial.activations import sigmoid

__all__ = ["dense", "forward"]


def dense(
    x: Float[Tensor, "*batch n_in"],
    W: Float[Tensor, "n_in n_out"],
    b: Float[Tensor, " n_out"],
    *,
    activation: Callable[[Tensor], Tensor] | None = None,
) -> Float[Tensor, "*batch n_out"]:
    r"""Compute a layer of neurons with one matrix product.

    $$H = f(X W + b)$$

    Column $j$ of $W$ holds the weights of neuron $j$, and $b_j$ is its bias.

    Args:
        x: One example of shape (n_in,), or a batch of shape (batch, n_in).
        W: The weights, shape (n_in, n_out), the transpose of what `torch.nn.Linear` stores.
        b: The biases, shape (n_out,).
        activation: The function $f$. None returns the sums themselves.

    Returns:
        One number for each example and neuron, shape (n_out,) or (batch, n_out).

    Raises:
        TypeError: If an argument is not a floating-point tensor, or the dtypes differ.
        ValueError: If the shapes do not fit together.

    Examples:
        >>> import torch
        >>> dense(torch.ones(4, 3), torch.ones(3, 2), torch.zeros(2)).shape
        torch.Size([4, 2])
    """
    check_same_float(x=x, W=W, b=b)
    check_shape("W", W, "(n_in, n_out)", ok=W.ndim == 2, hint="one column for each neuron")
    n_in, n_out = W.shape
    check_shape(
        "x",
        x,
        f"({n_in},) or (batch, {n_in})",
        ok=x.ndim in {1, 2} and x.shape[-1] == n_in,
        hint=f"W has shape {tuple(W.shape)}, and the last axis of x must match its first"
        + ("; is W transposed?" if x.shape[-1:] == (n_out,) else ""),
    )
    check_shape("b", b, f"({n_out},)", ok=b.shape == (n_out,), hint="one bias for each neuron")
    sums = x @ W + b
    return sums if activation is None else activation(sums)


def forward(
    x: Float[Tensor, "*batch n_in"],
    layers: Sequence[tuple[Float[Tensor, "_ _"], Float[Tensor, " _"]]],
    *,
    hidden: Callable[[Tensor], Tensor] = sigmoid,
    output: Callable[[Tensor], Tensor] | None = None,
) -> Float[Tensor, "*batch n_out"]:
    r"""Pass a batch through any number of dense layers, one after another.

    For two layers this is

    $$Y = f_2\big(f_1(X W_1 + b_1)\, W_2 + b_2\big).$$

    Args:
        x: One example of shape (n_in,), or a batch of shape (batch, n_in).
        layers: The weights, shape (in, out), and the biases, shape (out,), of each layer.
        hidden: The activation of every layer except the last.
        output: The activation of the last layer. None returns its sums, the logits.

    Returns:
        Shape (n_out,) or (batch, n_out).

    Raises:
        TypeError: If an argument is not a floating-point tensor, or the dtypes differ.
        ValueError: If there is no layer, or shapes do not fit. The message counts layers from 1.

    Examples:
        >>> import torch
        >>> layers = [(torch.ones(3, 2), torch.zeros(2)), (torch.ones(2, 1), torch.zeros(1))]
        >>> forward(torch.zeros(1, 3), layers)
        tensor([[1.]])
    """
    if not layers:
        raise ValueError("expected at least one layer (W, b), got none")
    for number, (W, b) in enumerate(layers, start=1):
        activation = output if number == len(layers) else hidden
        try:
            x = dense(x, W, b, activation=activation)
        except (TypeError, ValueError) as error:
            raise type(error)(f"layer {number} of {len(layers)}: {error}") from None
    return x
