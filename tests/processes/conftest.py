"""Setup for the tests that start processes: the packaged digits."""

import pytest


@pytest.fixture(autouse=True)
def packaged_digits(monkeypatch):
    """Keep the processes from downloading: a file can't hold a folder."""
    monkeypatch.setenv("MLP_TUTORIAL_DATA", __file__)
