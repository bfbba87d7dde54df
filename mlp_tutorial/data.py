"""MNIST, 70,000 handwritten digits, as tensors in memory.

MNIST is by Yann LeCun and Corinna Cortes, CC BY-SA 3.0. A small part of it comes with the package,
so that everything works offline. See `mlp_tutorial/_mnist/README.md`.
"""

import base64
import gzip
import hashlib
import http.client
import json
import lzma
import os
import shutil
import socket
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from filelock import FileLock
from jaxtyping import Float, Int64, Shaped
from platformdirs import user_cache_path
from torch import Tensor

from mlp_tutorial._checks import (
    check_number,
    check_same_float,
    check_shape,
    check_tensor,
    check_whole,
)

__all__ = [
    "Digits",
    "Record",
    "batches",
    "data_directory",
    "load_mnist",
    "load_record",
    "mean_and_std",
    "normalize",
]

# MD5 of the unpacked files.
FULL = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
SUBSET = {
    "train": "1e82e6ef98dba2ab9192821804599649",
    "test": "595ddbfde61144c3a0ce1e08bfea569b",
}
PREFIX = {"train": "train", "test": "t10k"}
ELSE = "move it away to download it, or set MLP_TUTORIAL_DATA to another folder"


@dataclass(frozen=True, eq=False)
class Digits:
    """Handwritten digits and their labels.

    Attributes:
        images: Shape (N, 1, 28, 28), values from 0 (paper) to 1 (ink).
        labels: Shape (N,), integers from 0 to 9.
        source: `full` or `subset`, as for [`load_mnist`][mlp_tutorial.data.load_mnist].

    Examples:
        >>> digits = load_mnist("test", source="subset")
        >>> len(digits), digits.source
        (1000, 'subset')
    """

    images: Float[Tensor, "N 1 28 28"]
    labels: Int64[Tensor, " N"]
    source: Literal["full", "subset"]

    def __len__(self) -> int:
        """Count the digits."""
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Record:
    """What the networks of lesson 17 reach on MNIST.

    Attributes:
        right: Percent of the 10,000 test digits that a large network gets right, for each seed.
        alone: The same for the small network, trained on the labels.
        taught: The same for the small network, trained on the committee's bets.
        committee: The same for five of the large networks together.
        images: The test digits that any of the large networks gets wrong, shape (N, 1, 28, 28),
            values from 0 (paper) to 1 (ink). Those that most networks get wrong come first.
        labels: What they are, shape (N,).
        guesses: The most frequent answer of the large networks, shape (N,).
        committee_guesses: The answer of the committee, shape (N,).
        networks: How many of the large networks get them wrong, shape (N,).
        places: Their places in the test set, shape (N,), from 0 to 9,999.
        minutes: How long a large network trained, for each seed.
        recipe: How the large networks were trained, a setting for each name.
        machine: Where they were trained, such as the processor, for each name.

    Examples:
        >>> record = load_record()
        >>> bool((record.networks <= len(record.right)).all())
        True
    """

    right: list[float]
    alone: list[float]
    taught: list[float]
    committee: float
    images: Float[Tensor, "N 1 28 28"]
    labels: Int64[Tensor, " N"]
    guesses: Int64[Tensor, " N"]
    committee_guesses: Int64[Tensor, " N"]
    networks: Int64[Tensor, " N"]
    places: Int64[Tensor, " N"]
    minutes: list[float]
    recipe: dict[str, Any]
    machine: dict[str, Any]


def data_directory() -> Path:
    """Return the folder for the full set.

    It is the value of the environment variable `MLP_TUTORIAL_DATA`, or else the user's cache. The
    files are in its subfolder `MNIST/raw`, where `torchvision.datasets.MNIST` finds them too. The
    variable may also name that subfolder, or `MNIST`.

    Examples:
        >>> data_directory().is_absolute()
        True
    """
    chosen = os.environ.get("MLP_TUTORIAL_DATA")
    if not chosen:
        return user_cache_path("mlp-tutorial")
    # Unlike Path.expanduser, this leaves the `~` of an unknown user.
    folder = Path(os.path.expanduser(chosen)).absolute()  # noqa: PTH111
    if folder.name == "raw" and folder.parent.name == "MNIST":
        folder = folder.parent
    return folder.parent if folder.name == "MNIST" and not (folder / "MNIST").exists() else folder


def load_mnist(
    split: Literal["train", "test"], source: Literal["auto", "full", "subset"] = "auto"
) -> Digits:
    """Load the training or the test digits.

    `full` has 60,000 training and 10,000 test digits. They are read from
    [`data_directory`][mlp_tutorial.data.data_directory], after a download the first time. If you
    put the four files there by hand, they may still be packed (`.gz`), have a dot in the name
    (`train-images.idx3-ubyte`), or be outside `MNIST/raw`. `subset` has 5,000 and 1,000 of the
    digits, the same number of each class, and comes with the package. `auto` tries `full` first,
    and if it's not available prints a message and loads `subset`. The checksum of every file is
    compared each time.

    Args:
        split: `train` or `test`.
        source: `auto`, `full` or `subset`.

    Returns:
        The digits, on the CPU.

    Raises:
        ValueError: If an argument is not one of these words, or if a file is damaged, incomplete or
            different. Such a file is neither used nor replaced.
        OSError: If `source` is `full` and the set cannot be read, downloaded or saved. The message
            says which files are missing, and where.

    Examples:
        >>> digits = load_mnist("test", source="subset")
        >>> digits.images.shape, digits.labels.bincount().tolist()
        (torch.Size([1000, 1, 28, 28]), [100, 100, 100, 100, 100, 100, 100, 100, 100, 100])
    """
    if split not in PREFIX:
        raise ValueError(f"expected split 'train' or 'test', got {split!r}")
    if source not in {"auto", "full", "subset"}:
        raise ValueError(f"expected source 'auto', 'full' or 'subset', got {source!r}")
    if source == "subset":
        return _load_subset(split)
    try:
        directory = data_directory()
        _fetch_full(directory)
        return _load_full(split, directory)
    except OSError as error:
        if source == "full":
            raise
        print(
            f"Using the 5,000 training and 1,000 test digits of the package ({error}). "
            "Expect a network to get about 94% of the test digits right, instead of 98%."
        )
        return _load_subset(split)


def mean_and_std(images: Float[Tensor, "..."]) -> tuple[float, float]:
    """Compute the mean and the standard deviation of all pixels.

    Args:
        images: Floating-point, any shape, at least one pixel. Use the training images, because a
            network must not know anything about the test images.

    Returns:
        The mean, and the standard deviation over the whole population.

    Raises:
        TypeError: If `images` is not a floating-point tensor.
        ValueError: If there is no pixel.

    Examples:
        >>> mean_and_std(torch.tensor([0.0, 1.0]))
        (0.5, 0.5)
    """
    check_same_float(images=images)
    if not images.numel():
        raise ValueError("expected at least one pixel, got none")
    std, mean = torch.std_mean(images, correction=0)
    return mean.item(), std.item()


def normalize(images: Float[Tensor, "..."], mean: float, std: float) -> Float[Tensor, "..."]:
    """Subtract the mean from pixels and divide by the standard deviation.

    Args:
        images: Any shape.
        mean: To subtract.
        std: To divide by, more than 0.

    Returns:
        A new tensor of the same shape.

    Raises:
        TypeError: If `images` is not a tensor.
        ValueError: If `mean` is not a finite number, or `std` not a positive one.

    Examples:
        >>> normalize(torch.tensor([0.0, 1.0]), mean=0.5, std=0.5)
        tensor([-1.,  1.])
    """
    check_tensor("images", images)
    mean, std = check_number("mean", mean), check_number("std", std)
    if std <= 0:
        raise ValueError(f"expected std greater than 0, got {std}")
    return (images - mean) / std


def batches(
    x: Shaped[Tensor, "N ..."],
    y: Shaped[Tensor, "N ..."],
    size: int,
    *,
    generator: torch.Generator | None = None,
) -> Iterator[tuple[Shaped[Tensor, "B ..."], Shaped[Tensor, "B ..."]]]:
    """Split examples into batches, so that each example comes once.

    Args:
        x: The inputs, one for each example along the first axis.
        y: The labels, one for each input.
        size: Examples in a batch. The last batch may be smaller.
        generator: Shuffles the examples, differently each time it is used. None keeps the order.

    Yields:
        Pairs of up to `size` inputs and their labels.

    Raises:
        TypeError: If `x` or `y` is not a tensor, or `size` not a whole number.
        ValueError: If the numbers of labels and inputs differ, or `size` is less than 1.

    Examples:
        >>> [len(labels) for _, labels in batches(torch.zeros(5, 3), torch.zeros(5), 2)]
        [2, 2, 1]
    """
    check_tensor("x", x)
    check_tensor("y", y)
    size = check_whole("size", size)
    ok = y.ndim > 0 and x.ndim > 0 and len(y) == len(x)
    n = len(x) if x.ndim else "N"
    check_shape("y", y, f"({n}, …)", ok=ok, hint="one label for each input")
    return _cut(x, y, size, generator)


def _cut(
    x: Tensor, y: Tensor, size: int, generator: torch.Generator | None
) -> Iterator[tuple[Tensor, Tensor]]:
    if generator is None:
        yield from zip(x.split(size), y.split(size), strict=True)
    else:
        order = torch.randperm(len(x), generator=generator, device=generator.device).to(x.device)
        for chosen in order.split(size):
            # Twice as fast as x[chosen].
            yield x.index_select(0, chosen), y.index_select(0, chosen)


def _load_subset(split: Literal["train", "test"]) -> Digits:
    path = Path(__file__).with_name("_mnist") / f"{split}.xz"
    packed = path.read_bytes() if path.exists() else b""
    if _md5(packed) != SUBSET[split]:
        raise ValueError(f"{path} is missing or damaged; reinstall mlp-tutorial")
    rows = torch.frombuffer(bytearray(lzma.decompress(packed)), dtype=torch.uint8).view(-1, 785)
    images = rows[:, 1:].reshape(-1, 1, 28, 28).float().div_(255)
    return Digits(images, rows[:, 0].long(), "subset")


def _load_full(split: Literal["train", "test"], directory: Path) -> Digits:
    images, labels = (
        torch.frombuffer(
            _read(directory, f"{PREFIX[split]}-{kind}-ubyte"), dtype=torch.uint8, offset=header
        )
        for kind, header in (("images-idx3", 16), ("labels-idx1", 8))
    )
    return Digits(images.view(-1, 1, 28, 28).float().div_(255), labels.long(), "full")


def _find(directory: Path, name: str) -> list[Path]:
    """List the files that may hold an original: packed, with a dot in the name, or outside raw."""
    names = [new + end for end in ("", ".gz") for new in (name, name.replace("-idx", ".idx"))]
    raw = _raw(directory)
    paths = [folder / name for folder in (raw, raw.parent, directory) for name in names]
    return [path for path in paths if path.exists()]


def _read(directory: Path, name: str) -> bytearray:
    """Read an original from the first file that holds it."""
    errors: list[Exception] = []
    for path in _find(directory, name):
        try:
            content = path.read_bytes()
        except OSError as error:
            errors.append(OSError(f"{path} cannot be read: {error.strerror or error}; {ELSE}"))
            continue
        try:
            if content.startswith(b"\x1f\x8b"):
                content = gzip.decompress(content)
            found = _md5(content)
            if found == FULL[name]:
                return bytearray(content)
            problem = f"its MD5 is {found} and should be {FULL[name]}"
        except (OSError, EOFError, zlib.error) as error:
            problem = str(error)
        errors.append(ValueError(f"{path} is damaged or a different file: {problem}; {ELSE}"))
    raise errors[0]


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _raw(directory: Path) -> Path:
    return directory / "MNIST" / "raw"


def _fetch_full(directory: Path) -> None:
    """Download the missing files of the full set, and move each into place when complete."""

    def missing() -> list[str]:
        return [name for name in FULL if not _find(directory, name)]

    raw, names = _raw(directory), list(FULL)
    try:
        # Beside those that are there.
        raw = next((path.parent for name in FULL for path in _find(directory, name)), raw)
        partial = raw / "download.partial"
        names = missing()
        if not names:
            shutil.rmtree(partial, ignore_errors=True)  # left by a process that was killed
            return
        raw.mkdir(parents=True, exist_ok=True)
        # If several processes need the files, one downloads and the others wait for it.
        with FileLock(directory / "download.lock"):
            names = missing()
            try:
                if names:
                    shutil.rmtree(partial, ignore_errors=True)
                    _download(partial)
                for name in names:
                    (_raw(partial) / name).replace(raw / name)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    except (OSError, NotImplementedError) as error:  # the latter from a disk without locks
        reason = getattr(error, "strerror", None) or str(error)
        raise OSError(
            f"expected MNIST in {raw}, got no {', '.join(names)}, packed or not, and cannot "
            f"download it: {reason}; put it there, set MLP_TUTORIAL_DATA to another folder, or use "
            "source='subset'"
        ) from error


def _download(directory: Path) -> None:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(30)  # seconds, so that a dead host cannot hang a lesson
    try:
        from torchvision.datasets import MNIST  # slow import, needed only for a download

        MNIST(directory, download=True)
    except (ImportError, RuntimeError, http.client.HTTPException) as error:
        reason = (str(error) or type(error).__name__).strip().splitlines()[-1]
        raise ConnectionError(reason) from error
    finally:
        socket.setdefaulttimeout(before)


def load_record() -> Record:
    """Load the results of the networks of lesson 17, which come with the package.

    They were measured with `nox -s benchmark -- record`. Nothing is downloaded.

    Returns:
        The results, with the digits that the networks get wrong.

    Examples:
        >>> record = load_record()
        >>> len(record.images) == len(record.labels)
        True
    """
    path = Path(__file__).with_name("_record") / "record.json"
    found = json.loads(path.read_text("utf-8"))
    pixels = bytearray(lzma.decompress(base64.b64decode(found["pixels"])))
    images = torch.frombuffer(pixels, dtype=torch.uint8).view(-1, 1, 28, 28).float().div_(255)
    names = ("networks", "label", "guess", "committee", "index")
    columns = [torch.tensor([digit[name] for digit in found["wrong"]]) for name in names]
    order = columns[0].argsort(descending=True, stable=True)
    networks, labels, guesses, committee_guesses, places = (part[order] for part in columns)
    return Record(
        right=found["record"]["right"],
        alone=found["alone"]["right"],
        taught=found["taught"]["right"],
        committee=found["committee"],
        images=images[order],
        labels=labels,
        guesses=guesses,
        committee_guesses=committee_guesses,
        networks=networks,
        places=places,
        minutes=[seconds / 60 for seconds in found["record"]["seconds"]],
        recipe=found["recipe"],
        machine=found["machine"],
    )
