"""Setup for the tests of the library: the packaged digits, quick comparisons."""

import sys

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
