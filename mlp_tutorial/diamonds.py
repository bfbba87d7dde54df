"""Diamonds and their prices, 53,940 rows of a table, as tensors in memory.

The table is `diamonds` of the R package ggplot2, MIT license. The Python package plotnine brings a
copy of it, and a small part comes with this package, so that everything works offline. See
`mlp_tutorial/_diamonds/README.md`.
"""

import csv
import importlib.util
import lzma
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from mlp_tutorial.data import _md5, data_directory

__all__ = ["CLARITIES", "COLORS", "CUTS", "Diamonds", "load_diamonds"]

CUTS = ("Fair", "Good", "Very Good", "Premium", "Ideal")
"""The grades of the cut, from the worst to the best."""

COLORS = ("J", "I", "H", "G", "F", "E", "D")
"""The colors, from yellowish to colorless."""

CLARITIES = ("I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF")
"""The grades of clarity, from flaws that anybody sees to none."""

# MD5 of the unpacked table, with plain line ends, and of the packed part.
FULL = "4d3d1d4bbad5e0806dbaec425cf90196"
SUBSET = "b21d481844a8061c70b1a0e5dae09527"
HEADER = ["carat", "cut", "color", "clarity", "depth", "table", "price", "x", "y", "z"]


@dataclass(frozen=True, eq=False)
class Diamonds:
    """Diamonds and their prices. Every attribute but `sizes` has one entry for each stone.

    Attributes:
        carat: The weight. A carat is 0.2 grams.
        cut: From 0 to 4, the places in [`CUTS`][mlp_tutorial.diamonds.CUTS].
        color: From 0 to 6, the places in [`COLORS`][mlp_tutorial.diamonds.COLORS].
        clarity: From 0 to 7, the places in [`CLARITIES`][mlp_tutorial.diamonds.CLARITIES].
        depth: The height of the stone, in percent of the mean of its length and width.
        table: The width of the flat top, in percent of the stone's width.
        sizes: Shape (N, 3), length, width and height in mm. Some are 0, and some far too large.
        price: In US dollars.
        source: `full` or `subset`, as for [`load_diamonds`][mlp_tutorial.diamonds.load_diamonds].

    Examples:
        >>> stones = load_diamonds("subset")
        >>> len(stones), stones.source
        (6000, 'subset')
    """

    carat: Float[Tensor, " N"]
    cut: Int64[Tensor, " N"]
    color: Int64[Tensor, " N"]
    clarity: Int64[Tensor, " N"]
    depth: Float[Tensor, " N"]
    table: Float[Tensor, " N"]
    sizes: Float[Tensor, "N 3"]
    price: Float[Tensor, " N"]
    source: Literal["full", "subset"]

    def __len__(self) -> int:
        """Count the stones."""
        return len(self.price)


def load_diamonds(source: Literal["auto", "full", "subset"] = "auto") -> Diamonds:
    """Load the diamonds.

    `full` has 53,940 of them. They are read from `diamonds.csv` in
    [`data_directory`][mlp_tutorial.data.data_directory] if it's there, and otherwise from the
    package plotnine, if it is installed. `subset` has 6,000 of them, and comes with this package.
    `auto` tries `full` first, and if it's not available prints a message and loads `subset`. The
    checksum is compared each time.

    Args:
        source: `auto`, `full` or `subset`.

    Returns:
        The rows, on the CPU, in the order of the file. About four in ten share their stone with
        another row, mostly with length and width swapped and often at another price.

    Raises:
        ValueError: If `source` is not one of these words, or if `source` is `full` and the file is
            damaged or different. Such a file is not used.
        OSError: If `source` is `full` and there is no such file, or it can't be read.

    Examples:
        >>> stones = load_diamonds("subset")
        >>> stones.carat[:3], CUTS[stones.cut[0]]
        (tensor([0.2300, 0.2400, 0.2300]), 'Good')
    """
    if source not in {"auto", "full", "subset"}:
        raise ValueError(f"expected source 'auto', 'full' or 'subset', got {source!r}")
    if source != "subset":
        try:
            return _parse(_read_full(), "full")
        except (OSError, ValueError) as error:
            if source == "full":
                raise
            print(f"Using the 6,000 diamonds of the package ({error}). Expect larger errors.")
    path = Path(__file__).with_name("_diamonds") / "diamonds.xz"
    packed = path.read_bytes() if path.exists() else b""
    if _md5(packed) != SUBSET:
        raise ValueError(f"{path} is missing or damaged; reinstall mlp-tutorial")
    return _parse(lzma.decompress(packed), "subset")


def _read_full() -> bytes:
    path = _find_full()
    if path is None:
        raise FileNotFoundError(
            f"expected all 53,940 in the package plotnine or as diamonds.csv in "
            f"{data_directory()}, got neither; pip install plotnine brings them"
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OSError(f"{path} cannot be read: {error.strerror or error}") from error
    found = _md5(content.replace(b"\r\n", b"\n"))
    if found != FULL:
        raise ValueError(
            f"{path} is damaged or a different file: its MD5 is {found} and should be {FULL}"
        )
    return content


def _find_full() -> Path | None:
    """Return the file that should hold the table, without importing plotnine, which is slow."""
    folders = [data_directory()]
    try:
        spec = importlib.util.find_spec("plotnine")
    except ValueError:  # a module that somebody put together by hand
        spec = None
    if spec is not None:
        places = spec.submodule_search_locations or []
        folders += [Path(place) / "data" for place in places]
    paths = [folder / "diamonds.csv" for folder in folders]
    return next((path for path in paths if path.exists()), None)


def _parse(content: bytes, source: Literal["full", "subset"]) -> Diamonds:
    rows = csv.reader(content.decode("ascii").splitlines())
    header = next(rows)
    if header != HEADER:
        raise ValueError(f"expected the columns {HEADER}, got {header}")
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    grades = {"cut": CUTS, "color": COLORS, "clarity": CLARITIES}
    places = {name: {grade: i for i, grade in enumerate(order)} for name, order in grades.items()}
    codes = {
        name: torch.tensor([places[name][grade] for grade in columns[name]]) for name in grades
    }
    numbers = {
        name: torch.tensor([float(number) for number in columns[name]])
        for name in HEADER
        if name not in grades
    }
    sizes = torch.stack([numbers.pop(name) for name in "xyz"], dim=1)
    return Diamonds(**codes, **numbers, sizes=sizes, source=source)
