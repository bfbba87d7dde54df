"""Choose the diamonds that come with the package, `python -m mlp_tutorial._diamonds.make [FOLDER]`.

It prints the checksum for `mlp_tutorial/diamonds.py`.
"""

import hashlib
import lzma
import random
import sys
from pathlib import Path

from mlp_tutorial.diamonds import _read_full

COUNT = 6000
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "pb": 0}]


def stone(line: str) -> tuple[str, ...]:
    """Return what two listings of one stone have in common: all but cut, price and order."""
    carat, _, color, clarity, depth, table, _, x, y, z = line.split(",")
    return (carat, color, clarity, depth, table, *sorted((x, y)), z)


def make(folder: Path) -> None:
    """Write `diamonds.xz` to a folder."""
    header, *lines = _read_full().decode("ascii").splitlines()
    stones = list(dict.fromkeys(map(stone, lines)))
    random.Random(0).shuffle(stones)
    place = {name: i for i, name in enumerate(stones)}
    # stable, so that all listings of a stone come along; their number is cut to size at the end
    chosen = sorted(range(len(lines)), key=lambda i: place[stone(lines[i])])[:COUNT]
    text = "\n".join([header, *(lines[i] for i in sorted(chosen))]) + "\n"
    packed = lzma.compress(text.encode("ascii"), filters=FILTERS)
    (folder / "diamonds.xz").write_bytes(packed)
    print(hashlib.md5(packed, usedforsecurity=False).hexdigest(), len(packed))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
