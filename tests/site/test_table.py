"""The full table of diamonds, as plotnine brings it."""

import hashlib

import pytest
import torch

from mlp_tutorial import diamonds
from mlp_tutorial._diamonds.make import make
from mlp_tutorial.diamonds import load_diamonds


@pytest.fixture(scope="module")
def table():
    return load_diamonds("full")


def test_full_table_is_that_of_ggplot2(table):
    assert (table.source, len(table)) == ("full", 53940)
    assert table.price.aminmax() == (326, 18823)
    assert table.cut.bincount().tolist() == [1610, 4906, 12082, 13791, 21551]
    assert table.color.bincount().tolist() == [2808, 5422, 8304, 11292, 9542, 9797, 6775]
    assert table.clarity.bincount().tolist() == [741, 9194, 13065, 12258, 8171, 5066, 3655, 1790]
    assert torch.isclose(table.price.double().mean(), torch.tensor(3932.8).double(), atol=0.01)


def test_part_can_be_made_again(tmp_path):
    make(tmp_path)
    packed = (tmp_path / "diamonds.xz").read_bytes()
    assert hashlib.md5(packed, usedforsecurity=False).hexdigest() == diamonds.SUBSET
