"""Gradients by hand are those of autograd, and of small differences."""

from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from mlp_tutorial.gradients import check_gradients, loss_and_gradients, numerical_gradient
from mlp_tutorial.networks import MLP, get_weights


def problem(sizes, n, dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    draw = {"generator": generator, "dtype": dtype}
    layers = [(torch.randn(i, o, **draw), torch.randn(o, **draw)) for i, o in pairwise(sizes)]
    x = torch.randn(n, sizes[0], **draw)
    return x, torch.randint(sizes[-1], (n,), generator=generator), layers


@given(st.lists(st.integers(1, 4), min_size=2, max_size=4), st.integers(1, 4))
def test_gradient_check_in_float64(sizes, n):
    x, y, layers = problem(sizes, n)
    _, gradients = loss_and_gradients(x, y, layers)
    flat = [tensor for layer in layers for tensor in layer]
    check_gradients(
        lambda: loss_and_gradients(x, y, layers)[0],
        flat,
        [tensor for layer in gradients for tensor in layer],
    )


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
    numerical_gradient(lambda: loss_and_gradients(x, y, layers)[0], layers[0][0])
    for tensor, old in zip((x, *layers[0], *layers[1]), before, strict=True):
        assert torch.equal(tensor, old)


def test_a_wrong_gradient_is_found_and_named():
    w = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
    wrong = 2 * w
    wrong[1, 0] = 7
    with pytest.raises(ValueError, match=r"gradient 1 is wrong at \(1, 0\): expected 6, got 7"):
        check_gradients(lambda: (w**2).sum(), [w], [wrong])
    wrong[1, 0] = torch.nan
    with pytest.raises(ValueError, match=r"at \(1, 0\): expected 6, got nan"):
        check_gradients(lambda: (w**2).sum(), [w], [wrong])


def test_a_number_without_axes():
    w = torch.tensor(3.0, dtype=torch.float64)
    assert check_gradients(lambda: w**2, [w], [2 * w]) < 1e-6


def test_mistakes_are_named():
    x, y, layers = problem([3, 2], 4)
    with pytest.raises(ValueError, match="at least one layer"):
        loss_and_gradients(x, y, [])
    with pytest.raises(ValueError, match=r"expected x of shape \(batch, n_in\), got \(3,\)"):
        loss_and_gradients(x[0], y, layers)
    with pytest.raises(ValueError, match="expected y from 0 to 1, one for each of the 2 logits"):
        loss_and_gradients(x, y + 2, layers)
    with pytest.raises(TypeError, match="float64"):
        numerical_gradient(lambda: x.sum(), x.float())
    with pytest.raises(ValueError, match="expected step of more than 0"):
        numerical_gradient(lambda: x.sum(), x, step=0)
    with pytest.raises(ValueError, match="expected 1 gradients, got 0"):
        check_gradients(lambda: x.sum(), [x], [])
    with pytest.raises(ValueError, match=r"gradient 1 of shape \(4, 3\), got \(3, 4\)"):
        check_gradients(lambda: x.sum(), [x], [x.T])
