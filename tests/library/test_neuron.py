import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mlp_tutorial.neuron import neuron


def test_the_neuron_of_the_course():
    torch.manual_seed(7)
    features, weights, bias = torch.randn(1, 5), torch.randn(1, 5), torch.randn(1, 1)
    y = neuron(features, weights[0], bias[0, 0])
    assert y.shape == (1,)
    assert round(y.item(), 4) == 0.1595


@given(
    batch=st.none() | st.integers(0, 5),
    n=st.integers(0, 6),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    seed=st.integers(0, 99),
)
def test_equals_torch(batch, n, dtype, seed):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn((n,) if batch is None else (batch, n), generator=g, dtype=dtype)
    w, b = torch.randn(n, generator=g, dtype=dtype), torch.randn((), generator=g, dtype=dtype)
    torch.testing.assert_close(neuron(x, w, b), torch.sigmoid(x @ w + b))
    torch.testing.assert_close(neuron(x, w, b, activation=torch.tanh), torch.tanh(x @ w + b))


def test_not_contiguous_and_gradients():
    g = torch.Generator().manual_seed(0)
    x, w = torch.randn(3, 4, generator=g).T, torch.randn(6, generator=g)[::2]
    w.requires_grad_()
    b = torch.zeros((), requires_grad=True)
    neuron(x, w, b).sum().backward()
    expected = torch.autograd.functional.jacobian(lambda w: torch.sigmoid(x @ w).sum(), w.detach())
    torch.testing.assert_close(w.grad, expected)
    assert b.grad is not None


ONES = {"x": torch.ones(2, 3), "w": torch.ones(3), "b": torch.tensor(0.0)}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            {"x": torch.ones(2, 4)},
            ValueError,
            r"expected x of shape \(3,\) or \(batch, 3\), got \(2, 4\); the last",
        ),
        ({"x": torch.ones(1, 2, 3)}, ValueError, r"expected x of shape .* got \(1, 2, 3\)"),
        ({"x": torch.tensor(1.0)}, ValueError, r"expected x of shape .* got \(\)"),
        (
            {"w": torch.ones(1, 3)},
            ValueError,
            r"expected w of shape \(n,\), got \(1, 3\); .*w\.flatten\(\)",
        ),
        (
            {"b": torch.ones(1, 1)},
            ValueError,
            r"expected b of shape \(\), got \(1, 1\); .*b\.squeeze\(\)",
        ),
        ({"x": [1.0]}, TypeError, r"expected x to be a torch\.Tensor, got list"),
        (
            {"x": torch.ones(2, 3).long()},
            TypeError,
            r"expected x .* got torch\.int64; .*x\.float\(\)",
        ),
        (
            {"w": torch.ones(3).double()},
            TypeError,
            r"x torch\.float32, w torch\.float64, .*\.to\(torch\.float32\)",
        ),
    ],
)
def test_wrong_arguments(change, error, message):
    with pytest.raises(error, match=message):
        neuron(**ONES | change)
