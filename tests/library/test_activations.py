"""PyTorch is the oracle: same values, dtypes and gradients for any input."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mlp_tutorial import activations

PAIRS = [
    (activations.sigmoid, torch.sigmoid),
    (activations.tanh, torch.tanh),
    (activations.relu, torch.relu),
]
pairs = pytest.mark.parametrize(("ours", "torchs"), PAIRS)
floats = st.lists(st.floats(width=32), max_size=20)  # nan, inf and subnormal numbers included


@pairs
@given(values=floats, dtype=st.sampled_from([torch.float32, torch.float64]))
def test_values_and_gradients(ours, torchs, values, dtype):
    x = torch.tensor(values, dtype=dtype, requires_grad=True)
    expected, given = torchs(x), ours(x)
    torch.testing.assert_close(given, expected, equal_nan=True, rtol=2e-6, atol=1e-37)
    if x.numel():
        (slope,) = torch.autograd.grad(expected.sum(), x)
        torch.testing.assert_close(
            torch.autograd.grad(given.sum(), x)[0], slope, equal_nan=True, rtol=1e-5, atol=5e-7
        )


@pairs
def test_gradient_at_zero(ours, torchs):
    x = torch.zeros(1, requires_grad=True)
    (expected,) = torch.autograd.grad(torchs(x), x)
    (given,) = torch.autograd.grad(ours(x), x)
    assert torch.equal(given, expected)


@pairs
@pytest.mark.parametrize("dtype", [torch.int64, torch.int8, torch.uint8, torch.int32])
def test_integers(ours, torchs, dtype):
    x = torch.arange(128, dtype=dtype)
    torch.testing.assert_close(ours(x), torchs(x))


@pairs
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(ours, torchs, dtype):
    x = torch.linspace(-9, 9, 101).to(dtype)
    torch.testing.assert_close(ours(x), torchs(x))


@pairs
@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (2, 3, 4)])
def test_any_shape_contiguous_or_not(ours, torchs, shape):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    turned = x.permute(tuple(reversed(range(x.ndim))))
    torch.testing.assert_close(ours(x), torchs(x))
    torch.testing.assert_close(ours(turned), torchs(turned))


@pairs
def test_the_argument_is_not_changed(ours, torchs):
    x = torch.linspace(-2, 2, 5)
    before = x.clone()
    ours(x)
    assert torch.equal(x, before)


@pairs
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([1.0], r"expected x to be a torch\.Tensor, got list; make one with torch\.tensor\(x\)"),
        (torch.ones(1, dtype=torch.complex64), r"expected x of a real dtype, got torch\.complex64"),
    ],
)
def test_wrong_arguments(ours, torchs, wrong, message):
    with pytest.raises(TypeError, match=message):
        ours(wrong)


def test_relu_refuses_booleans_as_torch_does():
    with pytest.raises(TypeError, match=r"got torch\.bool; convert it with x\.float\(\)"):
        activations.relu(torch.tensor([True]))


SOFTMAX = pytest.mark.parametrize(
    ("ours", "torchs"),
    [(activations.softmax, torch.softmax), (activations.log_softmax, torch.log_softmax)],
)


@SOFTMAX
@given(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    scale=st.sampled_from([0.1, 1, 100, 1e6]),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    data=st.data(),
)
def test_softmax_along_any_axis(ours, torchs, shape, scale, dtype, data):
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    g = torch.Generator().manual_seed(data.draw(st.integers(0, 99)))
    x = (scale * torch.randn(shape, generator=g, dtype=dtype)).requires_grad_()
    torch.testing.assert_close(ours(x, dim=dim), torchs(x, dim=dim))
    weights = torch.randn(shape, generator=g, dtype=dtype)
    (slope,) = torch.autograd.grad((torchs(x, dim=dim) * weights).sum(), x)
    torch.testing.assert_close(torch.autograd.grad((ours(x, dim=dim) * weights).sum(), x)[0], slope)


@SOFTMAX
@pytest.mark.parametrize(
    "x",
    [
        torch.tensor([[1, 2], [3, 3]]),
        torch.zeros(0, 3),
        torch.tensor([[0.0, -torch.inf]]),
        torch.tensor([[torch.nan, 0.0]]),
        torch.tensor([[3e38, -3e38]]),
        torch.randn(3, 4, generator=torch.Generator().manual_seed(0)).T,
    ],
    ids=["integers", "empty", "inf", "nan", "huge", "transposed"],
)
def test_softmax_of_unusual_input(ours, torchs, x):
    expected = torchs(x if x.is_floating_point() else x.float(), dim=1)
    torch.testing.assert_close(ours(x, dim=1), expected, equal_nan=True)


@SOFTMAX
@pytest.mark.parametrize(
    ("x", "dim", "error", "message"),
    [
        ([[1.0]], 1, TypeError, "got list"),
        (torch.ones(2, 3), 2, ValueError, r"one of the axes of shape \(2, 3\), got 2"),
        (torch.ones(2, 0), 1, ValueError, r"at least one class along dim 1, got \(2, 0\)"),
    ],
)
def test_softmax_of_wrong_arguments(ours, torchs, x, dim, error, message):
    with pytest.raises(error, match=message):
        ours(x, dim=dim)
