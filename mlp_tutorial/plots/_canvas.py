"""The style and canvas of all figures, and how to show them."""

# matplotlib takes a second to import, so only the functions that draw import it.
from __future__ import annotations

import base64
import io
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from mlp_tutorial.palette import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.0  # inches, the same for every figure
COLORS = ("blue", "orange", "muted", "faint")  # in the palette, of the things a figure compares
STYLE: dict[str, Any] = {
    "axes.edgecolor": PALETTE["muted"],
    "axes.facecolor": PALETTE["paper"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": PALETTE["ink"],
    "figure.facecolor": PALETTE["paper"],
    "font.size": 13,
    "svg.fonttype": "none",  # text stays text, so it can be searched and uses the page's font
    "svg.hashsalt": "mlp_tutorial",  # the same figure always makes the same file
    "text.color": PALETTE["ink"],
    "xtick.color": PALETTE["muted"],
    "ytick.color": PALETTE["muted"],
}


@contextmanager
def canvas(ax: Axes | None, height: float) -> Iterator[Axes]:
    """Provide the axes to draw into, new ones unless some were passed."""
    from matplotlib.figure import Figure  # not pyplot, which may open a window

    if "ipykernel" in sys.modules:
        import matplotlib_inline.backend_inline  # noqa: F401  # tells Jupyter how to show figures
    with style():
        yield ax or Figure(figsize=(WIDTH, height), layout="constrained").subplots()


def style() -> AbstractContextManager[None]:
    """Apply the style of the course, whatever the user's matplotlibrc says."""
    from matplotlib.style import context

    return context(STYLE, after_reset=True)


def figure_of(ax: Axes) -> Figure:
    """Return the figure that the axes are in."""
    return cast("Figure", ax.get_figure(root=True))


def to_svg(figure: Figure) -> str:
    """Convert a figure to SVG, always to the same text for the same figure.

    Args:
        figure: The result of one of the functions of this module.

    Returns:
        An XML document. Text in the figure stays text, in the reader's font.

    Examples:
        >>> from mlp_tutorial.plots import draw_network
        >>> to_svg(draw_network([2, 1])).startswith("<?xml")
        True
    """
    svg = io.StringIO()
    with style():
        no_metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(svg, format="svg", metadata=no_metadata)
    # matplotlib writes six decimals of a point, which nobody sees and everybody loads.
    text = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\.\d)\d+", r"\1", tag[0]), svg.getvalue())
    return re.sub(r"(?<=data:image/png;base64,)[^\"]+", lambda image: _shrink(image[0]), text)


def _shrink(image: str) -> str:
    """Store an image with a palette if that loses no color, which halves what everybody loads."""
    from PIL import Image

    pixels = Image.open(io.BytesIO(base64.b64decode(image)))
    indexed = pixels.convert("RGB").quantize(256)
    if indexed.convert("RGBA").tobytes() != pixels.convert("RGBA").tobytes():
        return image
    png = io.BytesIO()
    indexed.save(png, "PNG", optimize=True)
    return base64.b64encode(png.getvalue()).decode()


_numbers = count(1)


def show(figure: Figure) -> None:
    """Show a figure.

    In Jupyter it appears below the cell as SVG. In a script it is saved as
    `figures/<script>-<number>.png` in the working directory, and the path is printed. If it cannot
    be saved, a sentence says so, and the script goes on. No window opens, so the script never waits
    for you to close one.

    Args:
        figure: The result of one of the functions of this module.

    Examples:
        ```python
        show(draw_network([3, 2, 1]))
        ```
    """
    if "ipykernel" in sys.modules:
        from IPython.display import SVG, display  # a script may have no IPython

        display(SVG(to_svg(figure)))
    else:
        path = Path("figures", f"{Path(sys.argv[0]).stem or 'figure'}-{next(_numbers)}.png")
        try:
            path.parent.mkdir(exist_ok=True)
            with style():
                figure.savefig(path, dpi=150)
        except OSError as error:
            print(
                f"figure not saved: could not write {path} ({error.strerror or error}); run this "
                "in a folder of your own, where no file is called figures"
            )
        else:
            print(f"figure saved: {path}")
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)  # or Jupyter would show a figure of pyplot's again
