"""Setup for the tests of the library: the packaged digits, quick comparisons."""

import sys
from io import StringIO
from pathlib import Path
from threading import Lock

import pytest


@pytest.fixture(autouse=True)
def packaged_digits(monkeypatch):
    """Keep tests and the processes they start from downloading: a file can't hold a folder."""
    monkeypatch.setenv("MLP_TUTORIAL_DATA", __file__)


@pytest.fixture(autouse=True)
def plain_tensors(monkeypatch):
    """Keep `assert_close` from importing torch.distributed: two seconds for a kind of tensor we lack.

    If `torch.testing` changes (seen in 2.15), this changes nothing, and files take longer again.
    """
    if "torch" in sys.modules:
        monkeypatch.setattr("torch.testing._comparison._HAS_DTENSOR", False, raising=False)


@pytest.fixture
def in_this_process(monkeypatch):
    """Run the worker without a process for each file, which would import torch each time."""
    from mlp_tutorial._command import check, worker

    lock = Lock()  # the worker redirects its output

    def run_limited(command, **_):
        with lock, StringIO() as results:
            worker.main(*command[len(check.WORKER) :], results=results)
            return results.getvalue(), ""

    monkeypatch.setattr(check, "run_limited", run_limited)
    monkeypatch.setattr(check.Server, "run", staticmethod(check.run_worker))
    monkeypatch.setattr(worker, "restrict_memory", lambda _: None)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    monkeypatch.chdir(Path.cwd())  # and back
