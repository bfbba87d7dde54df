"""Evaluation: each example counts once, whatever the size of a batch."""

import ast
import json
import math
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from mlp_tutorial.evaluation import (
    calibration,
    confusion_matrix,
    evaluate,
    precision_and_recall,
    predict,
    worst_mistakes,
)
from mlp_tutorial.networks import MLP


def network_and_examples(n=103):
    torch.manual_seed(0)
    return MLP([784, 16, 10], dropout=0.5), torch.randn(n, 784), torch.randint(10, (n,))


def logits_and_labels(n=500):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(n, 10, generator=generator) * 2, torch.randint(10, (n,), generator=generator)


@given(st.integers(1, 200))
def test_does_not_depend_on_the_batch_size(batch_size):
    model, x, y = network_and_examples()
    model.double()
    whole = evaluate(model, x.double(), y, batch_size=len(x))
    parts = evaluate(model, x.double(), y, batch_size=batch_size)
    assert parts.accuracy == whole.accuracy
    assert parts.loss == pytest.approx(whole.loss, rel=1e-12)


def test_is_the_mean_over_the_examples():
    model, x, y = network_and_examples()
    found = evaluate(model, x, y, batch_size=10)
    model.eval()
    logits = model(x)
    assert found.accuracy == (logits.argmax(1) == y).sum().item() / 103
    assert found.loss == pytest.approx(F.cross_entropy(logits, y).item(), rel=1e-5)
    assert found.examples == 103


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_is_restored_even_after_an_error(training):
    model, x, _ = network_and_examples()
    model.train(training)
    assert torch.equal(predict(model, x), predict(model, x))  # dropout was off
    assert model.training is training
    with pytest.raises(ValueError, match="flatten"):
        predict(model, x.view(-1, 1, 28, 28))
    assert model.training is training
    assert not predict(model, x).requires_grad


def test_a_model_without_parameters():
    assert predict(nn.Flatten(), torch.ones(3, 2, 5)).shape == (3, 10)


def test_confusion_matrix_counts_each_pair():
    logits, y = logits_and_labels()
    counts = confusion_matrix(logits, y)
    for i in range(10):
        for j in range(10):
            assert counts[i, j] == ((y == i) & (logits.argmax(1) == j)).sum()
    precision, recall = precision_and_recall(counts)
    predicted = logits.argmax(1)
    assert precision[3] == ((predicted == 3) & (y == 3)).sum() / (predicted == 3).sum()
    assert recall[3] == ((predicted == 3) & (y == 3)).sum() / (y == 3).sum()


def test_a_class_that_never_comes_has_no_figures():
    precision, recall = precision_and_recall(torch.tensor([[2, 0], [0, 0]]))
    assert precision[1].isnan()
    assert recall[1].isnan()


def test_calibration_by_the_definition():
    logits, y = logits_and_labels()
    found = calibration(logits, y, bins=10)
    top, predicted = logits.double().softmax(1).max(1)
    error = 0.0
    for number in range(10):
        low, high = number / 10, (number + 1) / 10
        chosen = (top >= low) & (top < high)
        assert found.count[number] == chosen.sum()
        if chosen.any():
            confidence, right = top[chosen].mean(), (predicted == y)[chosen].double().mean()
            assert found.confidence[number].item() == pytest.approx(confidence.item())
            assert found.accuracy[number].item() == pytest.approx(right.item())
            error += abs(confidence - right).item() * chosen.sum().item() / len(y)
    assert found.error == pytest.approx(error)


def test_an_honest_network_is_calibrated():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(50_000, 10, generator=generator)
    y = torch.multinomial(logits.softmax(1), 1, generator=generator)[:, 0]
    assert calibration(logits, y).error < 0.03
    assert calibration(logits * 5, y).error > 0.2


def test_certainty_falls_into_the_last_bin():
    found = calibration(torch.eye(10) * 1000, torch.arange(10))
    assert found.count.tolist() == [0] * 9 + [10]


def test_worst_mistakes_come_in_order_and_are_mistakes():
    logits, y = logits_and_labels()
    worst = worst_mistakes(logits, y, most=20)
    losses = F.cross_entropy(logits, y, reduction="none")
    assert (logits.argmax(1) != y)[worst].all()
    assert losses[worst].tolist() == sorted(losses.tolist(), reverse=True)[:20]
    assert len(worst_mistakes(torch.eye(3), torch.arange(3))) == 0


def test_mistakes_are_named():
    logits, y = logits_and_labels(4)
    model, x, _ = network_and_examples(4)
    with pytest.raises(ValueError, match="give at least one example"):
        predict(model, x[:0])
    with pytest.raises(ValueError, match="expected batch_size of 1 or more, got 0"):
        evaluate(model, x, y, batch_size=0)
    with pytest.raises(ValueError, match=r"expected y of shape \(4,\), got \(3,\)"):
        evaluate(model, x, y[:3])
    with pytest.raises(ValueError, match=r"expected y from 0 to 9, .* got 10 at 2"):
        confusion_matrix(logits, torch.tensor([0, 1, 10, 3]))
    with pytest.raises(
        TypeError, match=r"expected y of torch.int64, got torch.int32; use y.long\(\)"
    ):
        calibration(logits, y.int())
    with pytest.raises(ValueError, match=r"expected logits of shape \(N, classes\), got \(10,\)"):
        worst_mistakes(logits[0], y)
    with pytest.raises(ValueError, match="expected most of 1 or more, got 0"):
        worst_mistakes(logits, y, most=0)
    with pytest.raises(ValueError, match="expected bins of 1 or more, got 0"):
        calibration(logits, y, bins=0)
    with pytest.raises(ValueError, match=r"expected confusion of shape \(classes, classes\)"):
        precision_and_recall(torch.zeros(2, 3))


@pytest.mark.parametrize(
    ("error", "said", "change"),
    [
        (TypeError, r"got ndarray; make one with torch.tensor\(x\)", lambda x: x.double().numpy()),
        (TypeError, "x of torch.float32, like fc1.weight of the model, got torch.float64", lambda x: x.double()),
        (TypeError, "x of torch.float32, like fc1.weight of the model, got torch.uint8", lambda x: x.byte()),
        (ValueError, "finite numbers in x, got nan in x.2., and in 1 of 4 examples", lambda x: x.clone().index_fill_(0, torch.tensor(2), math.nan)),
        (ValueError, "finite numbers in x, got inf in x.0., and in 4 of 4 examples", lambda x: x + math.inf),
        (ValueError, "flatten it", lambda x: x.view(4, 1, 28, 28)),
    ],
)  # fmt: skip
def test_wrong_examples_are_named(error, said, change):
    model, x, y = network_and_examples(4)
    for call in (lambda: predict(model, change(x)), lambda: evaluate(model, change(x), y)):
        with pytest.raises(error, match=said):
            call()


def test_nan_among_logits_is_named():
    logits, y = logits_and_labels(4)
    logits[1, 3] = math.nan
    for function in (confusion_matrix, calibration, worst_mistakes):
        with pytest.raises(
            ValueError, match=r"finite numbers in logits, got nan in logits.1.*weights"
        ):
            function(logits, y)
    logits[1, 3] = -math.inf  # the logarithm of an impossible class
    assert confusion_matrix(logits, y).sum() == 4


def test_a_model_may_take_whole_numbers():
    model = nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 2))
    assert predict(model, torch.zeros(4, 2, dtype=torch.int64)).shape == (4, 2)


def test_lesson_uses_what_the_search_found():
    root = Path(__file__).parents[2]
    found = json.loads((root / "benchmarks/remedies.json").read_text("utf-8"))["rows"]
    tree = ast.parse((root / "tutorials/12_evaluation.py").read_text("utf-8"))
    (cures,) = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "cures"
    )
    used = {}
    for name, settings in zip(cures.keys, cures.values, strict=True):
        pairs = zip(settings.keys, settings.values, strict=True)
        used[name.value] = {key.value: ast.unparse(value) for key, value in pairs}
    assert used.pop("shifts") == {"lr": "0.063", "augment": "shift"}
    assert used["more digits"].pop("n") == "4000"
    assert used["more digits"].pop("epochs") == "15"
    (shifts,) = found.pop("shifts")
    assert shifts["settings"] == {"lr": 0.063, "pixels": 1}
    assert used == {
        name: {key: str(value) for key, value in row["settings"].items()}
        for name, (row,) in found.items()
    }
