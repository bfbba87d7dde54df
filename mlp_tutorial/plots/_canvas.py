"""What all figures share: style, canvas, and where they go."""

# matplotlib takes a second to import: a function that draws does it, the module does not.
from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlp_tutorial.palette import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.0  # inches, the same for every figure
STYLE: dict[str, Any] = {
    "axes.edgecolor": PALETTE["muted"],
    "axes.facecolor": PALETTE["paper"],
    "axes.labelcolor": PALETTE["ink"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": PALETTE["ink"],
    "figure.facecolor": PALETTE["paper"],
    "font.size": 13,
    "svg.fonttype": "none",  # text stays text: it can be searched, and takes the page's font
    "svg.hashsalt": "mlp_tutorial",  # the same figure is the same file
    "text.color": PALETTE["ink"],
    "xtick.color": PALETTE["muted"],
    "ytick.color": PALETTE["muted"],
}


@contextmanager
def canvas(ax: Axes | None, height: float) -> Iterator[Axes]:
    """Give the axes to draw into, new ones unless some were passed."""
    import matplotlib.pyplot as plt

    with plt.style.context(STYLE):
        if ax is None:
            figure, ax = plt.subplots(figsize=(WIDTH, height), layout="constrained")
            # Left open, Jupyter would show the figure a second time.
            plt.close(figure)
        yield ax


def figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def to_svg(figure: Figure) -> str:
    """Write a figure as SVG, the same figure always as the same text.

    Args:
        figure: What the functions of this module return.

    Returns:
        An XML document. Its text is text, in whatever font the reader has.

    Examples:
        >>> from mlp_tutorial.plots import draw_network
        >>> to_svg(draw_network([2, 1])).startswith("<?xml")
        True
    """
    import matplotlib.pyplot as plt

    svg = io.StringIO()
    with plt.style.context(STYLE):
        no_metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(svg, format="svg", metadata=no_metadata)
    return svg.getvalue()


_numbers = count(1)


def show(figure: Figure) -> None:
    """Put a figure where you can see it.

    In Jupyter it appears below the cell, as SVG. In a script it is saved as
    `figures/<script>-<number>.png` in the working directory, and the path is printed: no window
    opens, so nothing waits for one to be closed.

    Args:
        figure: What the functions of this module return.

    Raises:
        OSError: If the file cannot be written.

    Examples:
        ```python
        show(draw_network([3, 2, 1]))
        ```
    """
    if "ipykernel" in sys.modules:
        from IPython.display import SVG, display  # there is no IPython in a script

        display(SVG(to_svg(figure)))
    else:
        path = Path("figures", f"{Path(sys.argv[0]).stem or 'figure'}-{next(_numbers)}.png")
        path.parent.mkdir(exist_ok=True)
        figure.savefig(path, dpi=150)
        print(f"figure saved: {path}")
