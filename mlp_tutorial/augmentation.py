r"""New training digits from old ones, by moving, turning, scaling and bending them.

A digit moved by a pixel is still the same digit, and a network that sees it in many places learns
what matters. New pixels at the edge repeat the outermost pixels. In MNIST these are paper, so the
functions work both before and after normalization.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from mlp_tutorial._checks import check_same_float, check_shape

__all__ = ["deform", "shift"]

SIDE = 28


def _images(x: Tensor) -> Tensor:
    check_same_float(x=x)
    ok = x.shape[1:] in {(SIDE * SIDE,), (1, SIDE, SIDE)}
    check_shape("x", x, "(batch, 784) or (batch, 1, 28, 28)", ok=ok, hint="a batch of digits")
    return x.reshape(-1, 1, SIDE, SIDE)


def shift(
    x: Float[Tensor, "batch ..."], pixels: int = 1, *, generator: torch.Generator | None = None
) -> Float[Tensor, "batch ..."]:
    """Move each digit by a random whole number of pixels in each direction.

    Args:
        x: Shape (batch, 784) or (batch, 1, 28, 28), any scale, any device.
        pixels: The largest distance, 0 to 27. All distances up to it are equally likely.
        generator: Source of the random numbers, on the device of `x`. None uses PyTorch's global
            generator.

    Returns:
        A new tensor of the same shape.

    Raises:
        TypeError: If `x` is not a floating-point tensor.
        ValueError: If the shape of `x` is different, or `pixels` is out of range.

    Examples:
        >>> x = torch.rand(4, 784)
        >>> torch.equal(shift(x, 0), x)
        True
    """
    images = _images(x)
    if not 0 <= pixels < SIDE:
        raise ValueError(f"expected pixels from 0 to {SIDE - 1}, got {pixels}")
    n, side = len(images), SIDE + 2 * pixels
    padded = F.pad(images, (pixels,) * 4, mode="replicate").flatten()
    down, right = torch.randint(2 * pixels + 1, (2, n), generator=generator, device=x.device)
    # Copy each window as one run of numbers from corner to corner, which is twice as fast as 28
    # rows. The numbers between its rows are left out afterwards.
    corner = (torch.arange(n, device=x.device) * side + down) * side + right
    length = (SIDE - 1) * side + SIDE
    runs = padded.as_strided((len(padded) - length + 1, length), (1, 1)).index_select(0, corner)
    return runs.as_strided((n, SIDE, SIDE), (length, side, 1)).contiguous().view(x.shape)


def deform(
    x: Float[Tensor, "batch ..."],
    *,
    degrees: float = 0.0,
    scaling: float = 0.0,
    pixels: float = 0.0,
    elastic: float = 0.0,
    smoothness: float = 4.0,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "batch ..."]:
    r"""Turn, scale, move and bend each digit at random.

    Each pixel of the new image looks up a place in the old image and mixes the four pixels around
    it. All changes are made in one such step, because each step blurs.

    The elastic part moves each place by random numbers that are smoothed by a Gaussian. It follows
    Simard, Steinkraus and Platt, *Best Practices for Convolutional Neural Networks Applied to
    Visual Document Analysis*, 2003, except that our random numbers are normally distributed and
    theirs uniformly.

    Args:
        x: Shape (batch, 784) or (batch, 1, 28, 28), any scale, any device.
        degrees: The largest angle, in either direction.
        scaling: The largest change of width and of height, from 0 to less than 1. With 0.1, digits
            come out between 10% smaller and 10% larger.
        pixels: The largest distance, separately in each direction.
        elastic: Root mean square of the elastic displacement in each direction, in pixels, 0 or
            more.
        smoothness: Standard deviation of the Gaussian in pixels, more than 0. The larger it is, the
            more neighboring pixels move together.
        generator: Source of the random numbers, on the device of `x`. None uses PyTorch's global
            generator.

    Returns:
        A new tensor of the same shape.

    Raises:
        TypeError: If `x` is not a floating-point tensor.
        ValueError: If the shape of `x` is different, or an option is out of range.

    Examples:
        >>> x = torch.rand(4, 784)
        >>> deform(x, degrees=10, elastic=1).shape
        torch.Size([4, 784])
    """
    images = _images(x)
    for name, value in {"degrees": degrees, "pixels": pixels, "elastic": elastic}.items():
        if not 0 <= value < math.inf:
            raise ValueError(f"expected {name} of 0 or more, got {value}")
    if not 0 <= scaling < 1:
        raise ValueError(f"expected scaling from 0 to less than 1, got {scaling}")
    if not smoothness > 0:
        raise ValueError(f"expected smoothness of more than 0, got {smoothness}")
    n = len(images)
    draws = torch.rand(5, n, generator=generator, device=x.device, dtype=x.dtype)
    angle, wide, high, right, down = draws * 2 - 1
    angle, wide, high = angle * math.radians(degrees), 1 + scaling * wide, 1 + scaling * high
    # The place where a pixel looks is a sum of a constant, the column, the row, and bumps.
    across = (angle.cos() / wide, -angle.sin() / wide)
    along = (angle.sin() / high, angle.cos() / high)
    shares = torch.stack([right * pixels, *across, down * pixels, *along], 1).view(n, 2, 3)
    offsets = torch.arange(SIDE, device=x.device, dtype=x.dtype) - (SIDE - 1) / 2
    column, row = offsets.expand(SIDE, SIDE).flatten(), offsets.repeat_interleave(SIDE)
    fields = torch.stack([torch.ones_like(row), column, row])
    if elastic:
        bumps = _gaussian(smoothness).to(x)
        fields = torch.cat([fields, torch.kron(bumps, bumps)])
        size = (n, 2, len(bumps) ** 2)
        noise = torch.randn(size, generator=generator, device=x.device, dtype=x.dtype)
        shares = torch.cat([shares, noise * elastic], 2)
    # grid_sample counts from -1, the left edge of the image, to 1, its right edge.
    places = (shares * (2 / SIDE)).flatten(0, 1) @ fields  # (2 batch, 784)
    places = places.view(n, 2, SIDE, SIDE).movedim(1, -1)
    mixed = F.grid_sample(images, places, padding_mode="border", align_corners=False)
    return mixed.reshape(x.shape)


def _gaussian(smoothness: float) -> Float[Tensor, "bumps 28"]:
    """Place Gaussian bumps along 28 pixels and beyond, one standard deviation apart.

    At each pixel their squares sum to 1, so that random numbers keep their variance.
    """
    middles = torch.arange(-2 * smoothness, SIDE + 2 * smoothness, smoothness)
    bumps = torch.exp(-((torch.arange(SIDE) - middles[:, None]) ** 2) / (2 * smoothness**2))
    return bumps / bumps.norm(dim=0)
