from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from mlp_tutorial.layers import dense, forward


def test_the_network_of_the_course():
    torch.manual_seed(7)
    x, W1, W2 = torch.randn(1, 3), torch.randn(3, 2), torch.randn(2, 1)
    b1, b2 = torch.randn(2), torch.randn(1)
    h = dense(x, W1, b1, activation=torch.sigmoid)
    y = forward(x, [(W1, b1), (W2, b2)], output=torch.sigmoid)
    assert [round(value, 4) for value in h[0].tolist()] == [0.6813, 0.4355]
    assert round(y.item(), 4) == 0.3171


@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=5),
    batch=st.none() | st.integers(0, 4),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    seed=st.integers(0, 99),
)
def test_equals_linear_layers(sizes, batch, dtype, seed):
    torch.manual_seed(seed)
    linears = [nn.Linear(n, m, dtype=dtype) for n, m in pairwise(sizes)]
    modules = [module for linear in linears for module in (linear, nn.Tanh())]
    layers = [(linear.weight.T, linear.bias) for linear in linears]  # not contiguous, with gradient
    x = torch.randn((sizes[0],) if batch is None else (batch, sizes[0]), dtype=dtype)
    torch.testing.assert_close(
        forward(x, layers, hidden=torch.tanh), nn.Sequential(*modules[:-1])(x)
    )
    torch.testing.assert_close(
        forward(x, layers, hidden=torch.tanh, output=torch.tanh), nn.Sequential(*modules)(x)
    )
    torch.testing.assert_close(dense(x, *layers[0]), linears[0](x))


def test_gradients_flow():
    W, b = torch.ones(3, 2, requires_grad=True), torch.zeros(2, requires_grad=True)
    forward(torch.ones(4, 3), [(W, b)]).sum().backward()
    assert torch.equal(W.grad, torch.full((3, 2), 4.0))
    assert torch.equal(b.grad, torch.full((2,), 4.0))


ONES = {"x": torch.ones(4, 3), "W": torch.ones(3, 2), "b": torch.zeros(2)}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"W": torch.ones(2, 3)}, ValueError, r"expected x of shape \(2,\) or \(batch, 2\), got \(4, 3\); W has shape \(2, 3\).*; is W transposed\?"),
        ({"W": torch.ones(5, 2)}, ValueError, r"expected x of shape \(5,\) or \(batch, 5\), got \(4, 3\)(?!.*transposed)"),
        ({"W": torch.ones(3)}, ValueError, r"expected W of shape \(n_in, n_out\), got \(3,\)"),
        ({"b": torch.zeros(1, 2)}, ValueError, r"expected b of shape \(2,\), got \(1, 2\); one bias for each neuron"),
        ({"b": torch.zeros(4)}, ValueError, r"expected b of shape \(2,\), got \(4,\)"),
        ({"x": torch.ones(1, 4, 3)}, ValueError, r"got \(1, 4, 3\)"),
        ({"x": torch.ones(4, 3).double()}, TypeError, r"x torch\.float64, W torch\.float32"),
        ({"x": torch.ones(4, 3).int()}, TypeError, r"got torch\.int32; convert it with x\.float\(\)"),
        ({"x": None}, TypeError, r"got NoneType"),
    ],
)  # fmt: skip
def test_wrong_arguments(change, error, message):
    with pytest.raises(error, match=message):
        dense(**ONES | change)


def test_forward_says_which_layer():
    good, bad = (torch.ones(3, 3), torch.zeros(3)), (torch.ones(2, 1), torch.zeros(1))
    with pytest.raises(ValueError, match=r"^layer 2 of 2: expected x of shape \(2,\)"):
        forward(torch.ones(3), [good, bad])


def test_forward_needs_a_layer():
    with pytest.raises(ValueError, match="expected at least one layer"):
        forward(torch.ones(3), [])
