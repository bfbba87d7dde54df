"""MNIST from its files, from a download, and from files that are not what they should be."""

import errno
import gzip
import hashlib
import http.client
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import torch
from typer.testing import CliRunner

from mlp_tutorial import data
from mlp_tutorial._command.app import app
from mlp_tutorial.data import batches, load_mnist, load_record, mean_and_std, normalize

SIZES = {"train": 20, "t10k": 10}  # digits in small files of the same format


def original(name):
    """Make a small file in the format of an original."""
    n = SIZES[name.partition("-")[0]]
    generator = torch.Generator().manual_seed(len(name))
    kind, shape, top = (3, (n, 28, 28), 256) if "images" in name else (1, (n,), 10)
    header = b"".join(number.to_bytes(4, "big") for number in (2048 + kind, *shape))
    values = torch.randint(top, shape, generator=generator, dtype=torch.uint8)
    return header + values.numpy().tobytes()


ORIGINALS = {name: original(name) for name in data.FULL}


class Torchvision:
    """Stands in for `torchvision.datasets`, a slow import. `tests/test_mnist.py` has the real one."""

    error = None  # raised after the first file
    downloads = 0

    def _download(self, root, download):
        assert download
        self.downloads += 1
        raw = root / "MNIST/raw"
        raw.mkdir(parents=True)
        for name, content in ORIGINALS.items():
            (raw / name).write_bytes(content)
            if self.error:
                raise self.error

    MNIST = _download


@pytest.fixture
def torchvision(monkeypatch):
    """A download of the small files."""
    stand_in = Torchvision()
    monkeypatch.setitem(sys.modules, "torchvision.datasets", stand_in)
    md5 = {name: hashlib.md5(content).hexdigest() for name, content in ORIGINALS.items()}
    monkeypatch.setattr(data, "FULL", md5)
    return stand_in


@pytest.fixture
def directory(tmp_path, monkeypatch, torchvision):
    """An empty data directory."""
    monkeypatch.setenv("MLP_TUTORIAL_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def raw(directory):
    """The four files in the data directory."""
    raw = directory / "MNIST/raw"
    raw.mkdir(parents=True)
    for name, content in ORIGINALS.items():
        (raw / name).write_bytes(content)
    return raw


@pytest.mark.parametrize(("split", "prefix"), [("train", "train"), ("test", "t10k")])
def test_full_is_what_the_files_hold(raw, split, prefix):
    digits = load_mnist(split, source="full")
    n = SIZES[prefix]
    assert (digits.images.shape, digits.images.dtype) == ((n, 1, 28, 28), torch.float32)
    assert (digits.labels.shape, digits.labels.dtype) == ((n,), torch.int64)
    assert (len(digits), digits.source) == (n, "full")
    pixels = ORIGINALS[f"{prefix}-images-idx3-ubyte"][16:]
    assert digits.images.flatten().tolist() == pytest.approx([pixel / 255 for pixel in pixels])
    assert digits.labels.tolist() == list(ORIGINALS[f"{prefix}-labels-idx1-ubyte"][8:])
    assert load_mnist(split).source == "full"


@pytest.mark.parametrize(("split", "each"), [("train", 500), ("test", 100)])
def test_subset_is_balanced_and_needs_no_files(directory, split, each):
    digits = load_mnist(split, source="subset")
    assert digits.images.shape == (10 * each, 1, 28, 28)
    assert digits.labels.bincount().tolist() == [each] * 10
    assert (digits.images.min(), digits.images.max()) == (0, 1)
    assert digits.source == "subset"
    assert not directory.exists()


@pytest.mark.parametrize("source", ["full", "auto"])
@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("train-images-idx3-ubyte", lambda content: content[:1000]),
        ("train-labels-idx1-ubyte", lambda content: content[:-1] + bytes([content[-1] ^ 1])),
        ("train-labels-idx1-ubyte", lambda _: ORIGINALS["t10k-labels-idx1-ubyte"]),
        ("train-images-idx3-ubyte", lambda _: b""),
    ],
    ids=["truncated", "corrupted", "swapped", "empty"],
)
def test_a_file_that_is_not_what_it_should_be_is_named_and_left_alone(raw, source, name, harm):
    path = raw / name
    path.write_bytes(harm(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(ValueError, match=rf"{name} is damaged.*: its MD5 is \w+ and should be"):
        load_mnist("train", source=source)
    assert path.read_bytes() == before
    assert load_mnist("test", source=source).source == "full"


def pack(content):
    return gzip.compress(content, mtime=0)


def dotted(name):
    return name.replace("-idx", ".idx")


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("", "MNIST/raw"),
        ("", "MNIST"),
        ("", ""),
        ("raw", "raw"),
        ("MNIST", "MNIST"),
        ("MNIST", "MNIST/raw"),
        ("MNIST", "MNIST/MNIST/raw"),
        ("MNIST/raw", "MNIST/raw"),
    ],
)
@pytest.mark.parametrize(
    ("rename", "change"),
    [
        (str, bytes),
        (dotted, bytes),
        (lambda name: f"{name}.gz", pack),
        (lambda name: f"{dotted(name)}.gz", pack),
        (str, pack),  # saved without .gz
        (lambda name: f"{name}.gz", bytes),  # unpacked by a browser
    ],
)
def test_files_put_there_by_hand_are_found(
    directory, torchvision, monkeypatch, variable, place, rename, change
):
    torchvision.error = RuntimeError("no network")
    (directory / place).mkdir(parents=True)
    for name, content in ORIGINALS.items():
        (directory / place / rename(name)).write_bytes(change(content))
    monkeypatch.setenv("MLP_TUTORIAL_DATA", str(directory / variable))
    before = sorted(directory.rglob("*"))
    for split in ("train", "test"):
        assert load_mnist(split, "full").source == "full"
    assert sorted(directory.rglob("*")) == before


def test_a_whole_file_is_read_where_another_of_its_names_is_not(raw):
    for name in data.FULL:
        (raw / f"{name}.gz").write_bytes(pack(ORIGINALS[name]))
    (raw / "train-images-idx3-ubyte").write_bytes(b"half of it")
    (raw / "train-labels-idx1-ubyte").unlink()
    (raw / "train-labels-idx1-ubyte").mkdir()
    assert load_mnist("train", "full").source == "full"


@pytest.mark.parametrize(
    "harm",
    [
        lambda content: content[:100],
        lambda content: content[:-1],
        lambda content: content[:50] + bytes(10) + content[60:],
        lambda content: content[:-8] + bytes(8),
    ],
)
def test_a_packed_file_that_is_damaged_is_named_and_left_alone(raw, torchvision, harm):
    name = "train-images-idx3-ubyte"
    (raw / name).unlink()
    path = raw / f"{name}.gz"
    path.write_bytes(harm(pack(ORIGINALS[name])))
    before = path.read_bytes()
    with pytest.raises(ValueError, match=rf"{name}.gz is damaged.*; move it away") as caught:
        load_mnist("train")
    assert "delete" not in str(caught.value)
    assert path.read_bytes() == before
    assert torchvision.downloads == 0


def test_a_file_that_cannot_be_read_is_named(raw, capsys):
    path = raw / "train-images-idx3-ubyte"
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match=rf"{path.name} cannot be read: Is a directory; move it away"):
        load_mnist("train", "full")
    assert load_mnist("train").source == "subset"
    assert f"{path.name} cannot be read" in capsys.readouterr().out
    assert load_mnist("test").source == "full"


def test_missing_files_are_named_and_come_beside_the_others(raw, torchvision, monkeypatch):
    monkeypatch.setenv("MLP_TUTORIAL_DATA", str(raw))
    (raw / "train-labels-idx1-ubyte").unlink()
    torchvision.error = RuntimeError("no network")
    with pytest.raises(OSError, match=r"MNIST in .*raw, got no train-labels-idx1-ubyte, packed"):
        load_mnist("train", "full")
    torchvision.error = None
    assert load_mnist("train", "full").source == "full"
    assert files(raw) == set(data.FULL)
    assert {path.name for path in raw.parents[1].iterdir()} == {"MNIST", "download.lock"}


def test_the_home_directory_may_be_abbreviated(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("MLP_TUTORIAL_DATA", "~/digits")
    assert data.data_directory() == tmp_path / "digits"
    monkeypatch.setenv("MLP_TUTORIAL_DATA", "~nobody at all/digits")
    monkeypatch.chdir(tmp_path)
    assert data.data_directory() == tmp_path / "~nobody at all/digits"


def test_a_package_that_lost_its_digits_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(data, "__file__", str(tmp_path / "data.py"))
    with pytest.raises(ValueError, match=r"train.xz is missing or damaged; reinstall"):
        load_mnist("train", "subset")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("operator torchvision::nms does not exist"),
        RuntimeError(),
        ImportError("no torchvision"),
        http.client.IncompleteRead(b""),
        ConnectionResetError(errno.ECONNRESET, "reset"),
        TimeoutError("timed out"),
        NotImplementedError("no locks on this disk"),
    ],
)
def test_any_failure_of_a_download_leads_to_the_subset(directory, torchvision, capsys, error):
    torchvision.error = error
    assert load_mnist("test").source == "subset"
    assert "cannot download it" in capsys.readouterr().out


def test_offline_full_is_an_error_and_auto_takes_the_subset(directory, torchvision, capsys):
    torchvision.error = RuntimeError("Error downloading it:\nno network")
    with pytest.raises(
        OSError,
        match=r"MNIST in .*data/MNIST/raw, got no train-images-idx3-ubyte, .*, packed or not, and "
        r"cannot download it: no network;.*source='subset'",
    ):
        load_mnist("train", source="full")
    assert capsys.readouterr().out == ""
    assert len(load_mnist("test")) == 1000
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "Using the 5,000 training and 1,000 test digits" in said
    assert files(directory) == {"download.lock"}


def files(directory):
    return {path.name for path in directory.rglob("*") if path.is_file()}


def test_files_are_downloaded_once(directory, torchvision):
    assert load_mnist("test", source="full").source == "full"
    assert files(directory) == {*data.FULL, "download.lock"}
    load_mnist("train")
    assert torchvision.downloads == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("Error downloading it:\nthe connection was lost"), "the connection was lost"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), os.strerror(errno.ENOSPC)),
    ],
)
def test_a_failed_download_leaves_nothing_and_can_be_tried_again(
    directory, torchvision, error, said
):
    torchvision.error = error
    with pytest.raises(OSError, match=said + r"\)?; put it there, set MLP_TUTORIAL_DATA"):
        load_mnist("test", source="full")
    assert files(directory) == {"download.lock"}
    torchvision.error = None
    assert len(load_mnist("test", source="full")) == 10


def test_a_download_keeps_the_files_that_are_there(raw):
    (raw / "train-labels-idx1-ubyte").write_bytes(b"mine")
    (raw / "t10k-labels-idx1-ubyte").unlink()
    assert len(load_mnist("test", source="full")) == 10
    assert (raw / "train-labels-idx1-ubyte").read_bytes() == b"mine"


def test_only_one_of_two_downloads(directory, torchvision, monkeypatch):
    both_need_the_files, lock = Barrier(2), data.FileLock

    def lock_together(path):
        both_need_the_files.wait()
        return lock(path)

    monkeypatch.setattr(data, "FileLock", lock_together)
    with ThreadPoolExecutor(2) as pool:
        loaded = pool.map(lambda _: load_mnist("train", source="full"), range(2))
        assert [len(digits) for digits in loaded] == [20, 20]
    assert files(directory) == {*data.FULL, "download.lock"}
    assert torchvision.downloads == 1


def test_the_command_downloads(directory, torchvision, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    torchvision.error = RuntimeError("no network")
    failed = CliRunner().invoke(app, ["data"])
    assert failed.exit_code == 2
    assert "train: found 5,000 digits, which came with the package.\n" in failed.output
    assert "Could not download the full set: " in failed.output
    torchvision.error = None
    assert "test: found all 10 digits." in CliRunner().invoke(app, ["data"]).output


def test_an_unwritable_directory(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MLP_TUTORIAL_DATA", str(tmp_path / "file"))
    with pytest.raises(OSError, match=r"MNIST in .*file/MNIST/raw.*: Not a dir"):
        load_mnist("train", source="full")
    assert load_mnist("train").source == "subset"
    assert "set MLP_TUTORIAL_DATA to another folder" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("validation",), "expected split 'train' or 'test', got 'validation'"),
        (("train", "half"), "expected source 'auto', 'full' or 'subset', got 'half'"),
    ],
)
def test_wrong_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_mnist(*arguments)


def test_normalized_pixels_have_mean_0_and_standard_deviation_1():
    images = load_mnist("test", source="subset").images
    mean, std = mean_and_std(images)
    assert mean == pytest.approx(images.double().mean().item(), rel=1e-5)
    assert std == pytest.approx(images.double().std(correction=0).item(), rel=1e-5)
    assert mean_and_std(normalize(images, mean, std)) == pytest.approx((0, 1), abs=1e-4)
    with pytest.raises(ValueError, match="expected std greater than 0, got 0"):
        normalize(images, 0, 0)
    with pytest.raises(ValueError, match="at least one pixel"):
        mean_and_std(torch.zeros(0))
    with pytest.raises(
        TypeError, match=r"floating-point dtype, got torch.uint8; .*images.float\(\)"
    ):
        mean_and_std(torch.zeros(2, dtype=torch.uint8))


@pytest.mark.parametrize("seed", [None, 0])
@pytest.mark.parametrize(("n", "size"), [(10, 4), (8, 4), (3, 5), (0, 4), (1, 1)])
def test_batches_have_each_example_once(n, size, seed):
    x, y = torch.arange(n)[:, None] * torch.ones(1, 3), torch.arange(n)
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    cut = [pair for pair in batches(x, y, size, generator=generator) if len(pair[1])]
    assert [len(labels) for _, labels in cut] == [size] * (n // size) + [n % size] * (n % size > 0)
    for inputs, labels in cut:
        assert torch.equal(inputs[:, 0], labels.float())
    order = [label for _, labels in cut for label in labels.tolist()]
    assert sorted(order) == list(range(n))
    assert (order == list(range(n))) == (seed is None or n < 2)


def test_a_seed_repeats_and_an_epoch_differs():
    y = torch.arange(100)

    def orders(seed):
        generator = torch.Generator().manual_seed(seed)
        return [
            torch.cat([b for _, b in batches(y, y, 30, generator=generator)]).tolist() for _ in "ab"
        ]

    assert orders(0) == orders(0)
    assert orders(0)[0] != orders(0)[1]
    assert orders(0)[0] != orders(1)[0]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            (torch.ones(3), torch.ones(2), 1),
            ValueError,
            r"expected y of shape \(3, …\), got \(2,\)",
        ),
        ((torch.ones(3), torch.ones(3), 0), ValueError, "size of 1 or more, got 0"),
        (([1], torch.ones(1), 1), TypeError, "got list"),
    ],
)
def test_batches_refuse_before_they_begin(arguments, error, message):
    with pytest.raises(error, match=message):
        batches(*arguments)


def test_the_record_is_as_measured_and_its_digits_are_those_of_the_test_set():
    measured = json.loads(Path(__file__).parents[2].joinpath("benchmarks/record.json").read_text())
    record = load_record()
    assert record.right == measured["record"]["right"]
    assert (record.alone, record.taught) == (
        measured["alone"]["right"],
        measured["taught"]["right"],
    )
    assert record.committee == measured["committee"]
    assert record.recipe == measured["recipe"]
    wrong = {digit["index"]: digit for digit in measured["wrong"]}
    assert sorted(record.places.tolist()) == sorted(wrong)
    assert record.networks.tolist() == sorted(record.networks.tolist(), reverse=True)
    columns = record.labels, record.guesses, record.committee_guesses, record.networks
    for i, *found in zip(record.places.tolist(), *(part.tolist() for part in columns), strict=True):
        names = ("label", "guess", "committee", "networks")
        assert found == [wrong[i][name] for name in names]
    assert record.images.shape == (len(wrong), 1, 28, 28)
    missed = sum(digit["networks"] for digit in measured["wrong"])
    seeds = len(record.right)
    assert missed == round(sum(100 * (100 - right) for right in record.right))
    assert all(1 <= digit["networks"] <= seeds for digit in measured["wrong"])
