r"""New training digits from old ones: moved, turned, scaled and bent, a whole batch at a time.

A digit moved by a pixel is the same digit, and a network that has seen it in many places learns
what matters. What comes in at the edge repeats the outermost pixels, which are paper in MNIST, so
the functions work before and after normalisation alike.
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
    """Move each digit by a whole number of pixels, its own in each direction.

    Args:
        x: Shape (batch, 784) or (batch, 1, 28, 28), any scale, any device.
        pixels: The farthest, 0 to 27; all distances up to it, either way, are equally likely.
        generator: On the device of `x`; none uses PyTorch's global one.

    Returns:
        A new tensor of the same shape.

    Raises:
        TypeError: If `x` is not a floating-point tensor.
        ValueError: If its shape is another, or `pixels` is out of range.

    Examples:
        >>> x = torch.rand(4, 784)
        >>> torch.equal(shift(x, 0), x)
        True
    """
    images = _images(x)
    if not 0 <= pixels < SIDE:
        raise ValueError(f"expected pixels from 0 to {SIDE - 1}, got {pixels}")
    n, places = len(images), 2 * pixels + 1
    padded = F.pad(images, (pixels,) * 4, mode="replicate")[:, 0]
    # Every place that the window of 28 x 28 can take, as a view: only the chosen ones are copied.
    windows = padded.unfold(1, SIDE, 1).unfold(2, SIDE, 1)  # (batch, places, places, 28, 28)
    down, right = torch.randint(places, (2, n), generator=generator, device=x.device)
    return windows[torch.arange(n, device=x.device), down, right].reshape(x.shape)


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
    r"""Turn, scale, move and bend each digit in its own way.

    Each pixel of the new image looks up a place in the old one, and mixes the four pixels around
    it. All changes are made in one such step, since each step blurs.

    The elastic part moves every place by a random field, drawn from a normal distribution and
    smoothed by a Gaussian, as in Simard, Steinkraus and Platt, *Best Practices for Convolutional
    Neural Networks Applied to Visual Document Analysis*, 2003.

    Args:
        x: Shape (batch, 784) or (batch, 1, 28, 28), any scale, any device.
        degrees: The largest angle, either way.
        scaling: The largest change in size, in each direction on its own, from 0 to below 1: with
            0.1 digits come out between 10 % smaller and 10 % larger.
        pixels: The largest distance moved, in each direction on its own.
        elastic: Root mean square of the displacement, in pixels.
        smoothness: Standard deviation of the Gaussian in pixels, more than 0: the larger, the
            more neighbouring pixels move together.
        generator: On the device of `x`; none uses PyTorch's global one.

    Returns:
        A new tensor of the same shape.

    Raises:
        TypeError: If `x` is not a floating-point tensor.
        ValueError: If its shape is another, or an option is out of range.

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
        raise ValueError(f"expected scaling from 0 to below 1, got {scaling}")
    if not smoothness > 0:
        raise ValueError(f"expected smoothness of more than 0, got {smoothness}")
    n = len(images)
    draws = torch.rand(5, n, generator=generator, device=x.device, dtype=x.dtype)
    angle, wide, high, right, down = draws * 2 - 1
    angle = angle * math.radians(degrees)
    # Places run from -1 to 1 across the image, so a pixel is 2/28.
    wide, high, pixel = 1 + scaling * wide, 1 + scaling * high, 2 / SIDE
    rows = (
        torch.stack([angle.cos() / wide, -angle.sin() / wide, right * pixels * pixel], 1),
        torch.stack([angle.sin() / high, angle.cos() / high, down * pixels * pixel], 1),
    )
    places = F.affine_grid(torch.stack(rows, 1), [n, 1, SIDE, SIDE], align_corners=False)
    if elastic:
        blur = _gaussian(smoothness).to(x)
        size = (n, 2, blur.shape[1], blur.shape[1])
        noise = torch.randn(size, generator=generator, device=x.device, dtype=x.dtype)
        places = places + (blur @ noise @ blur.T).movedim(1, -1) * (elastic * pixel)
    mixed = F.grid_sample(images, places, padding_mode="border", align_corners=False)
    return mixed.reshape(x.shape)


def _gaussian(smoothness: float) -> Float[Tensor, "28 knots"]:
    """Weigh the random numbers around each pixel; squares sum to one, so the variance stays 1.

    The numbers sit one standard deviation apart, and closer would not show.
    """
    margin = 2 * smoothness
    knots = torch.arange(-margin, SIDE + margin, smoothness)
    weights = torch.exp(-((torch.arange(SIDE)[:, None] - knots) ** 2) / (2 * smoothness**2))
    return weights / weights.norm(dim=1, keepdim=True)
