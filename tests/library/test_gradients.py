"""Gradients by hand are those of autograd."""

from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from mlp_tutorial.gradients import loss_and_gradients
from mlp_tutorial.networks import MLP, get_weights


def problem(sizes, n, dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    draw = {"generator": generator, "dtype": dtype}
    layers = [(torch.randn(i, o, **draw), torch.randn(o, **draw)) for i, o in pairwise(sizes)]
    x = torch.randn(n, sizes[0], **draw)
    return x, torch.randint(sizes[-1], (n,), generator=generator), layers


@given(st.lists(st.integers(1, 4), min_size=2, max_size=4), st.integers(1, 4))
def test_equal_to_autograd_for_any_sizes(sizes, n):
    x, y, layers = problem(sizes, n)
    flat = [tensor.requires_grad_() for layer in layers for tensor in layer]
    for W, b in layers[:-1]:
        x = torch.relu(x @ W + b)
    W, b = layers[-1]
    expected = torch.autograd.grad(F.cross_entropy(x @ W + b, y), flat)
    _, gradients = loss_and_gradients(problem(sizes, n)[0], y, layers)
    found = [tensor for layer in gradients for tensor in layer]
    torch.testing.assert_close(found, list(expected))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_equal_to_autograd(dtype):
    torch.manual_seed(0)
    model = MLP([784, 128, 64, 10]).to(dtype)
    x, y, _ = problem([784, 10], 64, dtype)
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    found, gradients = loss_and_gradients(x, y, get_weights(model))
    torch.testing.assert_close(found, loss)
    for layer, (dW, db) in zip([model.fc1, model.fc2, model.fc3], gradients, strict=True):
        torch.testing.assert_close(dW, layer.weight.grad.T)
        torch.testing.assert_close(db, layer.bias.grad)


def test_large_logits_do_not_overflow():
    x, y, layers = problem([3, 2], 4, torch.float32)
    loss, gradients = loss_and_gradients(x * 1e4, y, layers)
    assert loss.isfinite()
    assert all(tensor.isfinite().all() for tensor in gradients[0])


def test_arguments_are_put_back():
    x, y, layers = problem([3, 4, 2], 5)
    before = [tensor.clone() for tensor in (x, *layers[0], *layers[1])]
    loss_and_gradients(x, y, layers)
    for tensor, old in zip((x, *layers[0], *layers[1]), before, strict=True):
        assert torch.equal(tensor, old)


def test_mistakes_are_named():
    x, y, layers = problem([3, 2], 4)
    with pytest.raises(ValueError, match="at least one layer"):
        loss_and_gradients(x, y, [])
    with pytest.raises(ValueError, match=r"expected x of shape \(batch, n_in\), got \(3,\)"):
        loss_and_gradients(x[0], y, layers)
    with pytest.raises(ValueError, match="expected y from 0 to 1, one for each of the 2 logits"):
        loss_and_gradients(x, y + 2, layers)
