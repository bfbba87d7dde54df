"""The zeros and ones of lesson 1, as pictures for the neuron that can be touched."""

import io
import lzma

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sitegen import ROOT

PICTURES = "assets/zeros-and-ones.png"
FIRST = "assets/first-zeros-and-ones.png"  # one row, for the top of the lesson
ACROSS = 40  # digits in a row
GRAYS = 6  # enough for a digit that's as large as a thumb


def draw_pictures() -> dict[str, bytes]:
    """Draw the zeros and ones of the packaged digits, in the order of the lesson.

    Ink is black and paper transparent, so that the picture can follow the color scheme. It's read
    without PyTorch, which would slow the build down.
    """
    packed = (ROOT / "mlp_tutorial" / "_mnist" / "train.xz").read_bytes()
    read = np.frombuffer(lzma.decompress(packed), np.uint8).reshape(-1, 785)
    digits = read[read[:, 0] < 2, 1:].reshape(-1, ACROSS, 28, 28)
    return {PICTURES: _draw(digits), FIRST: _draw(digits[:1])}


def _draw(digits: NDArray[np.uint8]) -> bytes:
    sheet = digits.swapaxes(1, 2).reshape(-1, 28 * ACROSS)
    picture = Image.fromarray(np.rint(sheet / 255 * (GRAYS - 1)).astype(np.uint8), "P")
    picture.putpalette([0] * 3 * GRAYS)
    opacity = bytes(round(255 * gray / (GRAYS - 1)) for gray in range(GRAYS))
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True, bits=4, transparency=opacity)
    return file.getvalue()
