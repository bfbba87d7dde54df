"""Augmentation: what moves where, and that the same generator gives the same digits."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mlp_tutorial.augmentation import deform, shift
from mlp_tutorial.data import load_mnist


@pytest.fixture(scope="module")
def digits():
    return load_mnist("test", "subset").images[:100]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def middle(x):
    """Where the ink of each digit has its center, row and column."""
    x = x.reshape(-1, 28, 28)
    mass = x.sum((1, 2))
    along = torch.arange(28.0)
    return (x.sum(2) @ along) / mass, (x.sum(1) @ along) / mass


def test_shift_gives_every_place_equally_often():
    x = torch.zeros(9000, 1, 28, 28)
    x[:, 0, 10, 20] = 1
    found = shift(x, 1, generator=generator()).view(-1, 784).argmax(1)
    places, counts = found.unique(return_counts=True)
    assert places.tolist() == [r * 28 + c for r in (9, 10, 11) for c in (19, 20, 21)]
    assert counts.min() > 900
    assert counts.max() < 1100


def test_shift_moves_whole_digits(digits):
    moved = shift(digits, 2, generator=generator())
    for new, old in zip(moved[:, 0], digits[:, 0], strict=True):
        padded = torch.nn.functional.pad(old[None, None], (2,) * 4, mode="replicate")[0, 0]
        assert any(
            torch.equal(new, padded[r : r + 28, c : c + 28]) for r in range(5) for c in range(5)
        )


def test_no_change_is_no_change(digits):
    assert torch.equal(shift(digits, 0), digits)
    torch.testing.assert_close(deform(digits), digits)


@pytest.mark.parametrize(
    "options", [{"degrees": 15}, {"scaling": 0.2}, {"pixels": 2}, {"elastic": 1.0}]
)
def test_deform_changes_each_digit_in_its_own_way(digits, options):
    same = digits[:1].expand(20, -1, -1, -1)
    changed = deform(same, generator=generator(), **options)
    distances = torch.cdist(changed.flatten(1), changed.flatten(1))
    assert distances[~torch.eye(20, dtype=torch.bool)].min() > 0
    assert torch.equal(changed, deform(same, generator=generator(), **options))
    assert not torch.equal(changed, deform(same, generator=generator(1), **options))


def test_deform_moves_by_up_to_so_many_pixels(digits):
    rows, columns = middle(digits)
    new_rows, new_columns = middle(deform(digits, pixels=2, generator=generator()))
    for moved in (new_rows - rows, new_columns - columns):
        assert 1.5 < moved.abs().max() < 2.01
        assert moved.min() < -1 < 1 < moved.max()


def test_deform_rotates_about_the_center():
    x = torch.zeros(200, 1, 28, 28)
    x[:, 0, 13:15, 4:8] = 1  # a bar left of the center
    rows, columns = middle(deform(x, degrees=30, generator=generator()))
    angles = torch.atan2(rows - 13.5, 13.5 - columns).rad2deg()
    assert 25 < angles.abs().max() < 31
    assert angles.min() < -20 < 20 < angles.max()
    distance = ((rows - 13.5) ** 2 + (columns - 13.5) ** 2).sqrt()
    assert (distance - 8).abs().max() < 0.3


def test_deform_scales_by_up_to_so_much():
    x = torch.zeros(200, 1, 28, 28)
    x[:, 0, 4:24, 4:24] = 1  # 20 pixels high
    heights = deform(x, scaling=0.2, generator=generator()).amax((1, 3)).sum(1)
    assert 23 < heights.max() < 24.5
    assert 15.5 < heights.min() < 17


def test_elastic_displacement_has_the_size_asked_for():
    ramp = torch.arange(28.0).expand(500, 1, 28, 28) / 28  # its value tells where a pixel looked
    moved = (deform(ramp, elastic=1.5, generator=generator()) - ramp)[..., 6:22, 6:22] * 28
    assert moved.square().mean().sqrt().item() == pytest.approx(1.5, rel=0.1)


def test_paper_stays_paper_after_normalization(digits):
    x = (digits - 0.1307) / 0.3081
    for changed in (shift(x, 3, generator=generator()), deform(x, degrees=10, pixels=2)):
        assert changed.min() >= x.min() - 1e-5
        assert changed.max() <= x.max() + 1e-5


@given(
    st.sampled_from([(784,), (1, 28, 28)]),
    st.integers(1, 4),
    st.sampled_from(["float32", "float64"]),
)
def test_shapes_and_dtypes_are_kept_and_arguments_unchanged(shape, n, dtype):
    x = torch.rand(n, *shape, dtype=getattr(torch, dtype))
    before = x.clone()
    for changed in (shift(x, 1), deform(x, degrees=5, elastic=1)):
        assert changed.shape == x.shape
        assert changed.dtype == x.dtype
    assert torch.equal(x, before)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"degrees": -1}, "expected degrees of 0 or more, got -1"),
        ({"pixels": math.nan}, "expected pixels of 0 or more, got nan"),
        ({"elastic": math.inf}, "expected elastic of 0 or more, got inf"),
        ({"scaling": 1}, "expected scaling from 0 to less than 1, got 1"),
        ({"smoothness": 0}, "expected smoothness of more than 0, got 0"),
    ],
)
def test_options_out_of_range(digits, options, said):
    with pytest.raises(ValueError, match=said):
        deform(digits, **options)


def test_mistakes_are_named(digits):
    with pytest.raises(ValueError, match="expected pixels from 0 to 27, got 28"):
        shift(digits, 28)
    with pytest.raises(ValueError, match=r"got \(28, 28\); a batch of digits"):
        shift(digits[0, 0])
    with pytest.raises(TypeError, match="floating-point"):
        deform((digits * 255).byte())
