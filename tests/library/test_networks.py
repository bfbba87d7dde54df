import pytest
import torch
from torch import nn

from mlp_tutorial.layers import forward
from mlp_tutorial.networks import (
    MLP,
    FunctionalNetwork,
    Network,
    get_weights,
    named_sequential,
    sequential,
    set_weights,
)

UNBIASED = nn.Sequential(nn.Flatten(), nn.Linear(3, 2, bias=False))
FORMS = [Network, FunctionalNetwork, sequential, named_sequential]


def count(model):
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("make", FORMS)
def test_parameters_and_shapes(make):
    model = make()
    assert count(model) == 203_530
    assert model(torch.zeros(3, 784)).shape == (3, 10)
    assert model(torch.zeros(0, 784)).shape == (0, 10)


def test_the_forms_agree_for_the_same_weights():
    x = torch.rand(5, 784)
    models = [make() for make in FORMS]
    for model in models[1:]:
        assert not torch.allclose(model(x), models[0](x))
        set_weights(model, get_weights(models[0]))
        assert torch.equal(model(x), models[0](x))
    torch.testing.assert_close(forward(x, get_weights(models[0])), models[0](x))


def test_networks_return_logits():
    for make in FORMS:
        outputs = make()(torch.randn(50, 784))
        assert outputs.min() < 0 < outputs.max()  # no probabilities, nor logarithms of them


def test_mlp():
    model = MLP([784, 128, 64, 10])
    assert count(model) == 109_386
    assert [name for name, _ in model.named_children()] == [
        "fc1",
        "activation1",
        "fc2",
        "activation2",
        "fc3",
    ]
    x = torch.rand(4, 784)
    expected = forward(x, get_weights(model), hidden=torch.relu)
    torch.testing.assert_close(model(x), expected)
    torch.testing.assert_close(model(x[0]), expected[0])
    tanh = MLP([784, 5, 10], activation=nn.Tanh)
    torch.testing.assert_close(tanh(x), forward(x, get_weights(tanh), hidden=torch.tanh))
    assert MLP([3, 2])(torch.ones(1, 3)).shape == (1, 2)


def test_dropout_acts_on_hidden_units_and_only_while_training():
    model = MLP([3, 50, 50, 2], dropout=0.5)
    assert [type(module) for module in model][2::3] == [nn.Dropout, nn.Dropout]
    assert isinstance(model[-1], nn.Linear)
    x = torch.ones(1, 3)
    assert not torch.equal(model(x), model(x))
    model.eval()
    assert torch.equal(model(x), model(x))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: MLP([3]), ValueError, r"two or more positive whole numbers, got \[3\]"),
        (lambda: MLP([3, 0]), ValueError, r"got \[3, 0\]"),
        (lambda: MLP([3, 2], dropout=1.5), ValueError, "dropout from 0 to 1, got 1.5"),
        (lambda: MLP([784, 10])(torch.ones(64, 1, 28, 28)), ValueError, r"expected x of shape \(batch, 784\), got \(64, 1, 28, 28\); flatten it with x\.flatten\(1\)"),
        (lambda: MLP([784, 10])(torch.ones(64, 100)), ValueError, r"got \(64, 100\); the first layer has 784 inputs"),
        (lambda: MLP([784, 10])([1.0]), TypeError, "got list"),
        (lambda: set_weights(MLP([3, 2]), []), ValueError, "expected 1 layers, .* got 0"),
        (lambda: set_weights(MLP([3, 2]), [(torch.ones(2, 3), torch.ones(2))]), ValueError, r"W of layer 1 of shape \(3, 2\), got \(2, 3\); .*transpose"),
        (lambda: set_weights(MLP([3, 2]), [(torch.ones(3, 2), torch.ones(3))]), ValueError, r"b of layer 1 of shape \(2,\), got \(3,\)"),
        (lambda: set_weights(UNBIASED, get_weights(MLP([3, 2]))), ValueError, "to have biases, got '1' without"),
        (lambda: get_weights(UNBIASED), ValueError, "expected every nn.Linear to have biases, got '1' without"),
    ],
)  # fmt: skip
def test_wrong_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_weights_are_copies_and_a_refused_set_changes_nothing():
    model = MLP([3, 3, 2])
    before = get_weights(model)
    layers = get_weights(model)
    layers[0][0].zero_()
    with pytest.raises(ValueError, match="layer 2"):
        set_weights(model, [layers[0], (torch.ones(5, 5), torch.ones(5))])
    assert all(torch.equal(a[0], b[0]) for a, b in zip(before, get_weights(model), strict=True))
