"""Processes that are killed at any moment leave the old state or the new one, never half of one.

`KILLS=100 pytest tests/processes/test_kills_of_training.py -s` kills each process 100 times instead of 3.
"""

import gzip
import hashlib
import http.server
import itertools
import math
import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from functools import partial

import pytest
import torch
from torch import nn
from tqdm import tqdm

from mlp_tutorial import data
from mlp_tutorial.data import load_mnist
from mlp_tutorial.training import fit

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="only POSIX has fork and SIGKILL"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),  # of a process with threads
]
KILLS = int(os.environ.get("KILLS", "3"))


@pytest.fixture(autouse=True)
def one_thread():
    """A fork has no other threads, and OpenMP would wait for them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def start(run):
    """Start a copy of this process, so that PyTorch need not be imported again."""

    def alone():
        tqdm.set_lock(threading.RLock())  # tqdm's own is shared, and a killed process keeps it
        run()

    process = multiprocessing.get_context("fork").Process(target=alone)
    process.start()
    return process


def kill_at_random(run, folder):
    """Run in a new folder each time, kill it at a random moment, and give the folder."""
    folder.mkdir()
    seconds, moments, kills = math.inf, random.Random(0), 0
    for number in itertools.count():
        place = folder / str(number)
        place.mkdir()
        began = time.perf_counter()
        process = start(partial(run, place))
        # Twice without a kill, to see how long it takes.
        process.join(None if number < 2 else moments.uniform(0, seconds))
        process.kill()
        process.join()
        if process.exitcode == 0:
            seconds = min(seconds, time.perf_counter() - began)
            continue
        assert process.exitcode == -signal.SIGKILL
        yield place
        kills += 1
        if kills == KILLS:
            return


EPOCHS = 12
EXAMPLES = torch.rand(64, 50), torch.arange(64) % 10


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(50, 300), nn.ReLU(), nn.Linear(300, 10))


def train(folder, epochs=EPOCHS):
    model = network()
    optimizer = partial(torch.optim.SGD, momentum=0.9)
    checkpoint = folder / "run.pt"
    fit(model, EXAMPLES, epochs=epochs, optimizer=optimizer, checkpoint=checkpoint, progress=False)
    return model.state_dict()


def same(a, b):
    return all(torch.equal(a[name], b[name]) for name in a)


def test_a_killed_training_leaves_a_whole_checkpoint_or_none(tmp_path, monkeypatch):
    (tmp_path / "steps").mkdir()
    steps = [network().state_dict()]
    steps += [train(tmp_path / "steps", epochs) for epochs in range(1, EPOCHS + 1)]
    found = Counter()
    for folder in kill_at_random(train, tmp_path / "killed"):
        strays = {path.name for path in folder.iterdir()} - {"run.pt"}
        assert all(name.startswith("run.pt.") and name.endswith(".partial") for name in strays)
        found["strays"] += len(strays)
        if (folder / "run.pt").exists():
            state = torch.load(folder / "run.pt", weights_only=True)
            epoch = len(state["history"]["train_loss"])
            assert same(state["model"], steps[epoch])
            found[f"epoch {epoch}"] += 1
        else:
            found["no checkpoint"] += 1
        assert same(train(folder), steps[EPOCHS])
    print(dict(sorted(found.items())))
    assert sum(found.values()) - found["strays"] == KILLS


@pytest.fixture
def originals(tmp_path, monkeypatch):
    """A mirror on this machine, with fewer digits of random pixels."""
    from torchvision.datasets import MNIST

    root = tmp_path / "mirror"
    root.mkdir()
    contents, resources = {}, []
    for name in data.FULL:
        n = 2000 if "train" in name else 300
        kind, shape = (3, (n, 28, 28)) if "images" in name else (1, (n,))
        header = b"".join(number.to_bytes(4, "big") for number in (2048 + kind, *shape))
        contents[name] = header + random.Random(name).randbytes(math.prod(shape))
        packed = gzip.compress(contents[name], compresslevel=1)
        (root / f"{name}.gz").write_bytes(packed)
        resources.append((f"{name}.gz", md5(packed)))

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def copyfile(self, *files):
            with suppress(BrokenPipeError, ConnectionResetError):  # of a process that was killed
                super().copyfile(*files)

    handler = partial(Handler, directory=root)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
        monkeypatch.setattr(MNIST, "resources", resources)
        monkeypatch.setattr(data, "FULL", {name: md5(contents[name]) for name in contents})
        yield contents
        server.shutdown()


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def download(folder):
    os.environ["MLP_TUTORIAL_DATA"] = str(folder)
    load_mnist("train", "full")


def test_a_killed_download_leaves_whole_files_or_none(tmp_path, monkeypatch, originals):
    found = Counter()
    for folder in kill_at_random(download, tmp_path / "killed"):
        raw = folder / "MNIST/raw"
        names = {path.name for path in raw.iterdir()} if raw.exists() else set()
        assert names <= {*originals, "download.partial"}
        for name in names & originals.keys():
            assert (raw / name).read_bytes() == originals[name]
        found["strays"] += "download.partial" in names
        found[f"{len(names & originals.keys())} files"] += 1

        monkeypatch.setenv("MLP_TUTORIAL_DATA", str(folder))
        assert len(load_mnist("test", "full")) == 300
        assert {path.name for path in raw.iterdir()} == originals.keys()  # no stray is left
    print(dict(sorted(found.items())))
    assert sum(found.values()) - found["strays"] == KILLS
