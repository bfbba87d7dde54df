"""Digits that lean, set upright.

Some people's handwriting leans to the right, and some people's to the left. A network can learn to
read both, or it can get every digit upright, and learn to read only that.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from mlp_tutorial.augmentation import SIDE, _images

__all__ = ["straighten"]


def straighten(x: Float[Tensor, "batch ..."]) -> Float[Tensor, "batch ..."]:
    r"""Set each digit upright, with the center of its ink in the middle.

    For each row of pixels, the slant says how far to the side the ink has moved. It's the slope of
    the straight line that predicts the column of a drop of ink from its row, $\sum m\,dx\,dy / \sum
    m\,dy^2$, with the ink $m$ of each pixel and its distances $dx$ and $dy$ from the center. Then
    each row is moved back. The only thing that's computed from a digit is that digit, so training
    and test digits are treated alike.

    LeCun, Bottou, Bengio and Haffner did this in *Gradient-Based Learning Applied to Document
    Recognition*, 1998.

    Args:
        x: Ink from 0, which is paper, to 1. Shape (batch, 784) or (batch, 1, 28, 28), any device.

    Returns:
        A new tensor of the same shape, from 0 to 1. A digit without any ink stays as it is.

    Raises:
        TypeError: If `x` is not a floating-point tensor.
        ValueError: If the shape of `x` is different, or if it isn't from 0 to 1.

    Examples:
        >>> bar = torch.zeros(1, 1, 28, 28)
        >>> for row in range(8, 20):
        ...     bar[0, 0, row, 27 - row] = 1  # as in a slash
        >>> upright = straighten(bar)
        >>> bar[0, 0].sum(0).count_nonzero(), (upright[0, 0].sum(0) > 1).count_nonzero()
        (tensor(12), tensor(2))
    """
    ink = _images(x).squeeze(1)
    if not len(x):
        return x.clone()
    if not 0 <= x.min() <= x.max() <= 1:
        least, most = x.min().item(), x.max().item()
        raise ValueError(
            f"expected x from 0 to 1, got {least:g} to {most:g}; straighten before you normalize"
        )
    places = torch.arange(SIDE, device=x.device, dtype=x.dtype) - (SIDE - 1) / 2
    least = torch.finfo(x.dtype).tiny  # without ink, no division by zero
    all_ink = ink.sum((1, 2)).clamp_min(least)
    across, down = ink.sum(1) @ places / all_ink, ink.sum(2) @ places / all_ink  # the center
    dx, dy = places - across[:, None], places - down[:, None]  # (batch, 28)
    spread = (ink.sum(2) * dy**2).sum(1).clamp_min(least)
    slant = ((ink @ dx[:, :, None]).squeeze(2) * dy).sum(1) / spread
    # Where each new pixel looks. `affine_grid` counts from -1 to 1.
    zero, one = torch.zeros_like(slant), torch.ones_like(slant)
    shift_x, shift_y = across * 2 / SIDE, down * 2 / SIDE
    looks = torch.stack([one, slant, shift_x, zero, one, shift_y], 1).view(-1, 2, 3)
    grid = F.affine_grid(looks, [len(ink), 1, SIDE, SIDE], align_corners=False)
    upright = F.grid_sample(ink[:, None], grid, mode="bicubic", align_corners=False)
    return upright.clamp(0, 1).reshape(x.shape)
