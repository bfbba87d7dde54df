"""Digits set upright."""

import pytest
import torch

from mlp_tutorial.data import load_mnist
from mlp_tutorial.straightening import straighten


@pytest.fixture(scope="module")
def digits():
    return load_mnist("test", "subset").images[:100]


def moments(x):
    """The center of the ink, row and column, and the slope of the columns over the rows."""
    found = []
    for image in x.reshape(-1, 28, 28):
        row, column = image.nonzero(as_tuple=True)
        ink = image[row, column]
        row, column = row - 13.5, column - 13.5
        down, across = (ink * row).sum() / ink.sum(), (ink * column).sum() / ink.sum()
        both = (ink * (row - down) * (column - across)).sum()
        found.append([down, across, both / (ink * (row - down) ** 2).sum()])
    return torch.tensor(found)


def test_digits_come_out_upright_and_in_the_middle(digits):
    before, after = moments(digits), moments(straighten(digits))
    assert before[:, 2].abs().mean() > 0.1  # people's digits lean
    assert after.abs().mean(0).max() < 0.02
    # As much ink as before, except what the edge of the picture cuts off.
    ratio = straighten(digits).sum((1, 2, 3)) / digits.sum((1, 2, 3))
    assert ratio.min() > 0.9
    assert ratio.max() < 1.1


def test_a_slash_becomes_a_bar():
    slash = torch.zeros(1, 1, 28, 28)
    for row in range(8, 20):
        slash[0, 0, row, 27 - row] = 1
    bar = straighten(slash)
    expected = torch.zeros(1, 1, 28, 28)
    expected[0, 0, 8:20, 13:15] = 0.5  # halfway between two pixels
    torch.testing.assert_close(bar, expected, atol=0.1, rtol=0)


def test_what_is_upright_stays_as_it_is():
    cross = torch.zeros(1, 784)
    cross.view(28, 28)[6:22, 12:16] = 0.5
    torch.testing.assert_close(straighten(cross), cross, atol=1e-5, rtol=0)


def test_paper_a_dot_and_no_digits_do_no_harm():
    x = torch.zeros(3, 784)
    x[1, 3 * 28 + 5] = 1
    upright = straighten(x)
    assert torch.equal(upright[[0, 2]], x[[0, 2]])
    assert moments(upright[1])[0].abs().max() < 0.01
    assert straighten(x[:0]).shape == (0, 784)
    assert straighten(x.double()).dtype == torch.float64


@pytest.mark.parametrize(
    ("x", "error", "said"),
    [
        (torch.zeros(28, 28), ValueError, r"expected x of shape \(batch, 784\) or"),
        (torch.full((1, 784), 2.0), ValueError, "from 0 to 1, got 2 to 2; straighten before"),
        (torch.full((1, 784), torch.nan), ValueError, "from 0 to 1, got nan to nan"),
        (torch.zeros(1, 784, dtype=torch.uint8), TypeError, "floating-point"),
    ],
)
def test_what_cannot_be_straightened_is_said(x, error, said):
    with pytest.raises(error, match=said):
        straighten(x)
