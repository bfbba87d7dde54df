import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mlp_tutorial.initialization import init_fixed, init_scaled, spreads
from mlp_tutorial.networks import MLP

SIZES = [784, *[400] * 5, 10]


def generator():
    return torch.Generator().manual_seed(0)


def test_fixed_draws_normal_weights_and_zero_biases():
    model = MLP(SIZES)
    init_fixed(model, 0.3, generator=generator())
    for layer in (model.fc1, model.fc3):
        assert -0.01 < layer.weight.mean() < 0.01
        assert 0.29 < layer.weight.std() < 0.31
        assert not layer.bias.any()
        assert layer.weight.requires_grad


def test_scaled_divides_by_the_square_root_of_the_inputs():
    model = MLP(SIZES)
    init_scaled(model, gain=2, generator=generator())
    assert 0.98 < model.fc1.weight.std() * 28 / 2 < 1.02
    assert 0.98 < model.fc2.weight.std() * 20 / 2 < 1.02


def test_the_same_generator_draws_the_same_weights():
    first, second = MLP([5, 4, 3]), MLP([5, 4, 3])
    init_scaled(first, generator=generator())
    init_scaled(second, generator=generator())
    assert torch.equal(first.fc1.weight, second.fc1.weight)


def test_signals_keep_their_size_only_with_the_right_scale():
    x = torch.randn(256, 784, generator=torch.Generator().manual_seed(1))
    model = MLP(SIZES)
    init_scaled(model, gain=math.sqrt(2), generator=generator())
    found = spreads(model, x)
    assert min(found) > 0.5
    assert max(found) < 2.5
    init_fixed(model, 1.0, generator=generator())
    assert spreads(model, x)[-1] > 1e5
    init_fixed(model, 0.01, generator=generator())
    assert spreads(model, x)[-1] < 1e-3


def test_spreads_measure_what_hooks_see():
    model, x = MLP([6, 5, 4]), torch.randn(7, 6)
    seen = []
    for layer in (model.fc1, model.fc2):
        layer.register_forward_hook(lambda *args: seen.append(args[-1].std(correction=0).item()))
    assert spreads(model, x) == pytest.approx(seen[:2])


def test_the_first_loss_is_near_ln_10():
    x, y = torch.randn(512, 784, generator=generator()), torch.arange(512) % 10
    torch.manual_seed(0)
    model = MLP([784, 128, 64, 10])
    assert 2.2 < F.cross_entropy(model(x), y) < 2.4  # ln 10 is 2.303


def test_a_layer_may_have_no_biases():
    layer = nn.Linear(100, 100, bias=False)
    init_scaled(layer, generator=generator())
    assert layer.weight.std().item() == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize(
    "init", [lambda m: init_fixed(m, -1.0), lambda m: init_scaled(m, gain=-1.0)]
)
def test_wrong_arguments(init):
    with pytest.raises(ValueError, match="of 0 or more, got -1"):
        init(MLP([3, 2]))
