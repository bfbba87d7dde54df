"""Training: the same numbers each time, nothing lost, and every mistake named."""

import copy
import json
import math
import sys
from functools import partial
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mlp_tutorial.augmentation import shift
from mlp_tutorial.data import batches, load_mnist
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import History, _keep_random_states, fit, one_cycle

MOMENTUM = partial(torch.optim.SGD, momentum=0.9, nesterov=True)
# Everything that has a state or draws numbers: momentum, a schedule, augmentation, dropout.
OPTIONS = {"epochs": 3, "batch_size": 32, "lr": 0.05, "optimizer": MOMENTUM, "progress": False}
ALL = OPTIONS | {"schedule": one_cycle, "augment": shift}


@pytest.fixture(scope="module")
def digits():
    train = load_mnist("train", "subset")
    return train.images[:200].flatten(1), train.labels[:200]


def network(sizes=(784, 16, 10), seed=0):
    torch.manual_seed(seed)
    return MLP(sizes, dropout=0.2)


def same(a, b):
    return all(torch.equal(a[name], b[name]) for name in a)


def losses(history):
    return history.train_loss, history.validation_loss, history.validation_accuracy


def test_is_the_loop_of_the_textbook(digits):
    torch.manual_seed(0)
    model, other = MLP([784, 16, 10]), MLP([784, 16, 10])
    other.load_state_dict(model.state_dict())
    fit(model, digits, epochs=1, batch_size=64, lr=0.1)

    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    for x, y in batches(*digits, 64, generator=torch.Generator().manual_seed(0)):
        optimizer.zero_grad()
        F.cross_entropy(other(x), y).backward()
        optimizer.step()
    assert same(model.state_dict(), other.state_dict())


def test_learns_where_gradients_are_off(digits):
    models = network(), network()
    fit(models[0], digits, **OPTIONS)
    with torch.no_grad():
        fit(models[1], digits, **OPTIONS)
    assert same(models[0].state_dict(), models[1].state_dict())


def test_same_seed_same_result(digits):
    runs = []
    for seed in (0, 0, 1):
        model = network()
        history = fit(model, digits, validation=digits, seed=seed, **ALL)
        runs.append((model.state_dict(), losses(history)))
        torch.rand(7)  # what the caller draws meanwhile must not matter
    assert same(runs[0][0], runs[1][0])
    assert runs[0][1] == runs[1][1]
    assert not same(runs[0][0], runs[2][0])


def test_leaves_the_global_generator_and_the_mode_alone(digits):
    model = network().eval()
    before = torch.get_rng_state()
    fit(model, digits, **OPTIONS)
    assert torch.equal(torch.get_rng_state(), before)
    assert not model.training


def interrupt_at(calls):
    """An augmentation that presses Ctrl-C at its so-manieth call."""
    count = 0

    def augment(x, generator):
        nonlocal count
        count += 1
        if count == calls:
            raise KeyboardInterrupt
        return shift(x, generator=generator)

    return augment


@pytest.mark.parametrize("calls", [8, 15])  # of seven batches an epoch
def test_resumes_to_the_same_numbers(digits, tmp_path, calls):
    whole = network()
    uninterrupted = fit(whole, digits, validation=digits, **ALL)

    path = tmp_path / "run.pt"
    options = ALL | {"augment": interrupt_at(calls)}
    history = fit(network(), digits, validation=digits, checkpoint=path, **options)
    assert history.interrupted
    assert len(history.train_loss) == (calls - 1) // 7

    resumed = network(seed=1)  # its first weights are of no account
    history = fit(resumed, digits, validation=digits, checkpoint=path, **ALL)
    assert not history.interrupted
    assert losses(history) == losses(uninterrupted)
    assert same(resumed.state_dict(), whole.state_dict())


def test_a_finished_training_is_not_repeated(digits, tmp_path):
    path = tmp_path / "run.pt"
    model = network()
    history = fit(model, digits, checkpoint=path, **ALL)
    again = network(seed=1)
    assert fit(again, digits, checkpoint=path, **ALL) == history
    assert same(again.state_dict(), model.state_dict())


def test_more_epochs_go_on_where_the_schedule_is_constant(digits, tmp_path):
    path = tmp_path / "run.pt"
    whole, parts = network(), network()
    fit(whole, digits, **OPTIONS)
    fit(parts, digits, checkpoint=path, **(OPTIONS | {"epochs": 1}))
    fit(parts, digits, checkpoint=path, **OPTIONS)
    assert same(parts.state_dict(), whole.state_dict())
    with pytest.raises(ValueError, match="optimizer was SGD and is Adam now"):
        fit(parts, digits, checkpoint=path, **(OPTIONS | {"optimizer": torch.optim.Adam}))


def test_ctrl_c_returns_what_was_learned(digits):
    model = network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    history = fit(model, digits, **(ALL | {"augment": interrupt_at(10)}))
    assert history.interrupted
    assert len(history.train_loss) == len(history.seconds) == 1
    assert not same(model.state_dict(), before)


def test_ctrl_c_while_a_checkpoint_is_written_is_a_ctrl_c(digits, tmp_path, monkeypatch):
    path, save, saved = tmp_path / "run.pt", torch.save, []

    def interrupted(state, file):
        saved.append(state)
        if len(saved) == 1:  # the trial before training
            return save(state, file)
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError("unexpected pos 1728 vs 1622")  # as torch's writer does

    monkeypatch.setattr(torch, "save", interrupted)
    assert fit(network(), digits, checkpoint=path, **OPTIONS).interrupted
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((784, 32, 10), r"fc1.weight is \(32, 784\) .* in this model and \(16, 784\)"),
        ((784, 16, 16, 10), r"fc2.weight is \(16, 16\) of torch.float32 in this"),
        ((784, 10), r"fc1.weight is \(10, 784\) of torch.float32 in this"),
    ],
)
def test_a_checkpoint_of_another_network_is_refused_by_name(digits, tmp_path, sizes, said):
    path = tmp_path / "run.pt"
    fit(network(), digits, checkpoint=path, **OPTIONS)
    with pytest.raises(ValueError, match=rf"run\.pt is from a different network: {said}"):
        fit(network(sizes), digits, checkpoint=path, **OPTIONS)


def test_parts_that_are_missing_or_too_many_are_named(digits, tmp_path):
    one, two = (
        nn.Sequential(nn.Linear(784, 10)),
        nn.Sequential(nn.Linear(784, 10), nn.Linear(10, 10)),
    )
    options = OPTIONS | {"epochs": 1}
    fit(one, digits, checkpoint=tmp_path / "one.pt", **options)
    fit(two, digits, checkpoint=tmp_path / "two.pt", **options)
    with pytest.raises(
        ValueError, match=r"1\.weight is \(10, 10\) .* in this model and missing in the file"
    ):
        fit(two, digits, checkpoint=tmp_path / "one.pt", **options)
    with pytest.raises(
        ValueError, match=r"1\.weight is missing in this model and \(10, 10\) .* in the file"
    ):
        fit(one, digits, checkpoint=tmp_path / "two.pt", **options)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lr": 0.1}, "lr was 0.05 and is 0.1 now"),
        ({"batch_size": 64}, "batch_size was 32 and is 64 now"),
        ({"seed": 1}, "seed was 0 and is 1 now"),
        (
            {"optimizer": torch.optim.SGD},
            "momentum was 0.9 and is 0 now, nesterov was True and is False now",
        ),
        ({"epochs": 5}, "epochs was 3 and is 5 now"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused_by_name(digits, tmp_path, change, said):
    path = tmp_path / "run.pt"
    fit(network(), digits, checkpoint=path, **ALL)
    with pytest.raises(ValueError, match=said):
        fit(network(), digits, checkpoint=path, **(ALL | change))


def test_a_training_goes_on_with_as_many_validation_digits(digits, tmp_path):
    path = tmp_path / "run.pt"
    fit(network(), digits, checkpoint=path, **OPTIONS)
    with pytest.raises(ValueError, match="validation was 0 and is 200 now"):
        fit(network(), digits, validation=digits, checkpoint=path, **OPTIONS)


def test_a_checkpoint_without_its_folder_is_refused_before_training(digits, tmp_path):
    model = network()
    before = [parameter.clone() for parameter in model.parameters()]
    with pytest.raises(FileNotFoundError, match=r"expected the folder .*away for the checkpoint"):
        fit(model, digits, checkpoint=tmp_path / "away" / "run.pt", **OPTIONS)
    assert all(map(torch.equal, before, model.parameters()))


def test_first_loss_is_near_ln_10(digits):
    torch.manual_seed(0)
    history = fit(MLP([784, 128, 64, 10]), digits, epochs=1, batch_size=200, lr=1e-9)
    assert 2.2 < history.train_loss[0] < 2.4  # ln 10 is 2.303


def test_over_fits_one_batch_to_zero_loss(digits):
    x, y = digits[0][:64], digits[1][:64]
    torch.manual_seed(0)
    model = MLP([784, 128, 64, 10])
    history = fit(model, (x, y), epochs=300, optimizer=torch.optim.Adam, lr=1e-2, progress=False)
    assert history.train_loss[-1] < 1e-4
    assert (model(x).argmax(1) == y).all()


def test_the_last_partial_batch_counts(digits):
    sizes = []

    def note(x, generator):
        sizes.append(len(x))
        return x

    fit(network(), digits, augment=note, epochs=1, batch_size=64)
    assert sizes == [64, 64, 64, 8]


def test_history(digits):
    history = fit(network(), digits, epochs=2, batch_size=200)
    assert len(history.train_loss) == len(history.seconds) == 2
    assert history.examples_per_second == [200 / seconds for seconds in history.seconds]
    assert history.validation_loss == []


def sgd(lr=1.0):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)


def rates(optimizer, scheduler, steps):
    """The rate of each step."""
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


@pytest.mark.parametrize("warmup", [0.3, 0.5])
def test_one_cycle_is_that_of_torch(warmup):
    steps, ours, theirs = 1000, sgd(), sgd()
    found = rates(ours, one_cycle(ours, steps, warmup=warmup), steps)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        *(theirs, 1.0, steps),
        pct_start=warmup,
        anneal_strategy="linear",
        div_factor=1e9,
        final_div_factor=1,
    )
    expected = rates(theirs, scheduler, steps)
    assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < 5 / steps


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 10])
def test_one_cycle_is_a_triangle_of_any_number_of_steps(steps):
    optimizer = sgd(lr=0.4)
    found = rates(optimizer, one_cycle(optimizer, steps), steps)
    middles = [(step + 0.5) / steps for step in range(steps)]
    assert found == pytest.approx([0.4 * (1 - abs(2 * middle - 1)) for middle in middles])
    assert optimizer.param_groups[0]["lr"] == 0  # and not below


def test_one_cycle_keeps_the_ratio_of_groups():
    weights = [torch.zeros(1, requires_grad=True) for _ in range(2)]
    groups = [{"params": [weights[0]], "lr": 0.1}, {"params": [weights[1]], "lr": 0.2}]
    optimizer = torch.optim.SGD(groups)
    one_cycle(optimizer, 10)
    first, second = (group["lr"] for group in optimizer.param_groups)
    assert second == pytest.approx(2 * first)


@pytest.mark.parametrize("warmup", [-0.1, 0, 1, 1.1, math.nan])
def test_one_cycle_refuses(warmup):
    with pytest.raises(ValueError, match="expected warmup between 0 and 1"):
        one_cycle(sgd(), 10, warmup=warmup)
    with pytest.raises(ValueError, match="expected steps of 1 or more, got 0"):
        one_cycle(sgd(), 0)
    with pytest.raises(TypeError, match=r"expected an optimizer, got 0\.5; make one"):
        one_cycle(0.5, 10)


def test_the_schedule_is_stepped_once_a_step(digits):
    seen = []

    class Noted(torch.optim.SGD):
        def step(self, closure=None):
            seen.append(self.param_groups[0]["lr"])
            return super().step(closure)

    options = OPTIONS | {"optimizer": Noted, "lr": 0.4, "schedule": one_cycle}
    fit(network(), digits, **options)
    optimizer, steps = sgd(lr=0.4), 3 * 7  # epochs of seven batches
    assert seen == rates(optimizer, one_cycle(optimizer, steps), steps)


def cosine(optimizer, steps):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)


def torch_one_cycle(optimizer, steps):
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.05, total_steps=steps)


def warm_then_cosine(optimizer, steps):
    rise = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=5)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps - 5)
    return torch.optim.lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[5])


SCHEDULES = [
    cosine,
    torch_one_cycle,
    warm_then_cosine,
    torch.optim.lr_scheduler.CosineAnnealingLR,  # the class does, too
    lambda optimizer, steps: torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9),
]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_resumes_with_any_scheduler(digits, tmp_path, schedule):
    whole = network()
    options = OPTIONS | {"schedule": schedule}
    uninterrupted = fit(whole, digits, augment=shift, **options)

    path = tmp_path / "run.pt"
    fit(network(), digits, checkpoint=path, augment=interrupt_at(15), **options)
    resumed = network(seed=1)
    history = fit(resumed, digits, checkpoint=path, augment=shift, **options)
    assert losses(history) == losses(uninterrupted)
    assert same(resumed.state_dict(), whole.state_dict())


def test_a_checkpoint_of_another_schedule_is_refused(digits, tmp_path):
    path = tmp_path / "run.pt"
    fit(network(), digits, checkpoint=path, **(OPTIONS | {"schedule": one_cycle}))
    content = path.read_bytes()
    model = network(seed=1)
    before = copy.deepcopy(model.state_dict())
    for schedule, said in (
        (cosine, "schedule was LambdaLR and is CosineAnnealingLR now"),
        (None, "schedule was LambdaLR and is None now"),
    ):
        with pytest.raises(ValueError, match=said):
            fit(model, digits, checkpoint=path, **(OPTIONS | {"schedule": schedule}))
    assert same(model.state_dict(), before)
    assert path.read_bytes() == content


def test_checkpoints_of_older_versions(digits, tmp_path):
    """Those of a constant rate can still be read, and the others are refused by name."""
    path = tmp_path / "run.pt"
    fit(network(), digits, checkpoint=path, **(OPTIONS | {"epochs": 2}))
    state = torch.load(path, weights_only=True)
    assert state["options"].pop("schedule") is None
    assert "scheduler" not in state
    torch.save(state, path)
    with pytest.raises(
        ValueError, match=r"no state of a scheduler, .* older version of mlp-tutorial; .*name"
    ):
        fit(network(), digits, checkpoint=path, **(OPTIONS | {"schedule": one_cycle}))
    parts, whole = network(seed=1), network()
    fit(parts, digits, checkpoint=path, **OPTIONS)
    fit(whole, digits, **OPTIONS)
    assert same(parts.state_dict(), whole.state_dict())


def test_nan_and_infinity_stop_the_training(digits):
    with pytest.raises(
        FloatingPointError,
        match=r"the loss is (nan|inf) in epoch 1, batch \d+; the largest gradient before it had norm .+, at fc\d",
    ):
        fit(network(), digits, epochs=5, batch_size=32, lr=1e20)


def test_nan_and_infinity_before_training_are_not_blamed_on_the_learning_rate(digits):
    x, y = digits
    with pytest.raises(
        FloatingPointError, match=r"before any step, with inputs up to 1e\+38 .*; normalize x"
    ):
        fit(network(), (x * 1e38, y), **OPTIONS)
    model = network()
    with torch.no_grad():
        model.fc2.bias[3] = math.nan
    with pytest.raises(
        FloatingPointError, match=r"weights up to nan, at fc2.bias; .*other weights"
    ):
        fit(model, digits, **OPTIONS)

    def ruin(x, generator):
        return x / 0

    with pytest.raises(FloatingPointError, match=r"batch 1, because augment returned infinity"):
        fit(network(), digits, augment=ruin, **OPTIONS)


def test_a_checkpoint_is_not_replaced_by_ruined_weights(digits, tmp_path):
    options = OPTIONS | {"batch_size": 200, "checkpoint": tmp_path / "run.pt"}
    ruin = {
        "loss": lambda logits, y: F.cross_entropy(logits, y) * 1e20,
        "schedule": lambda optimizer, steps: torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: 0.0 if step < 1 else 1e30
        ),
    }
    with pytest.raises(
        FloatingPointError, match=r"fc\d.\w+ is infinite or nan at the end of epoch 2"
    ):
        fit(network(), digits, **(options | ruin))
    weights = torch.load(tmp_path / "run.pt", weights_only=True)["model"]
    assert all(value.isfinite().all() for value in weights.values())


def test_weights_that_are_too_large_to_go_on_are_named(digits, tmp_path):
    options = OPTIONS | {"batch_size": 200, "lr": 1e38, "checkpoint": tmp_path / "run.pt"}
    with pytest.raises(FloatingPointError, match="the largest gradient before it"):
        fit(network(), digits, **options)
    with pytest.raises(FloatingPointError, match=r"weights up to \S+e\+\d+, at fc.*another name"):
        fit(network(), digits, **options)


def test_parts_that_were_frozen_stay_so(digits):
    model = network()
    model.dropout1.eval()
    fit(model, digits, **OPTIONS)
    assert model.training
    assert not model.dropout1.training


SGD = torch.optim.SGD([torch.zeros(1)], lr=0.1)


def one_cycle_times(factor, optimizer, steps):
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor)


@pytest.mark.parametrize(
    ("error", "said", "options"),
    [
        (ValueError, "expected batch_size of 1 or more, got 0", {"batch_size": 0}),
        (TypeError, "expected batch_size to be a whole number, got 64.0", {"batch_size": 64.0}),
        (ValueError, "expected epochs of 1 or more, got 0", {"epochs": 0}),
        (TypeError, "expected epochs to be a whole number, got '3'", {"epochs": "3"}),
        (ValueError, "expected seed of 0 or more, got -1", {"seed": -1}),
        (ValueError, "expected lr to be a finite number, got 'auto'", {"lr": "auto"}),
        (ValueError, "expected lr to be a finite number, got nan", {"lr": math.nan}),
        (ValueError, "expected the rate that the schedule sets to be a finite number, got nan", {"schedule": partial(one_cycle_times, math.nan)}),
        (TypeError, "expected a schedule that takes .* and returns a scheduler .*, got None; use one_cycle", {"schedule": lambda optimizer, steps: None}),
        (TypeError, "expected a schedule that takes .*, got an error: .*; use one_cycle", {"schedule": lambda done: 1 - done}),
        (ValueError, "expected a schedule that takes .*, got an error: float division by zero", {"schedule": lambda optimizer, steps: 1.0 / 0}),
        (ValueError, "expected a schedule that takes .*, got an error: ", {"schedule": torch.optim.lr_scheduler.OneCycleLR}),
        (TypeError, "that needs no loss, got ReduceLROnPlateau", {"schedule": lambda optimizer, steps: torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)}),
        (ValueError, "for that optimizer, got one for another", {"schedule": lambda optimizer, steps: one_cycle(sgd(), steps)}),
        (TypeError, "expected a class like torch.optim.SGD as optimizer, got a SGD object", {"optimizer": SGD}),
        (TypeError, "expected a class like torch.optim.SGD as optimizer, got a str object", {"optimizer": "adam"}),
        (TypeError, "expected an optimizer that needs no closure, got LBFGS", {"optimizer": torch.optim.LBFGS}),
        (TypeError, "no closure, got NoneType", {"optimizer": lambda parameters, lr: None}),
        (ValueError, "expected an optimizer .* got an error: Invalid learning rate", {"lr": -1}),
        (TypeError, "expected an optimizer .* got an error: .*'foo'", {"optimizer": partial(torch.optim.SGD, foo=1)}),
        (TypeError, "x from augment torch.float64; convert", {"augment": lambda x, generator: x.double()}),
        (TypeError, "x from augment to be a torch.Tensor, got NoneType", {"augment": lambda x, generator: None}),
        (ValueError, "expected a loss with a gradient", {"loss": lambda logits, y: F.cross_entropy(logits, y).detach()}),
        (TypeError, "expected loss to be a function, got <class .*MSELoss", {"loss": nn.MSELoss}),
        (TypeError, "expected loss to be a function, got None", {"loss": None}),
        (TypeError, "expected schedule to be a function, got 'cosine'", {"schedule": "cosine"}),
        (TypeError, "expected augment to be a function, got True", {"augment": True}),
        (TypeError, r"scalar tensor from the loss, got \(32,\)", {"loss": partial(F.cross_entropy, reduction="none")}),
    ],
)  # fmt: skip
def test_wrong_options_are_named(digits, error, said, options):
    model = network()
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(error, match=said):
        fit(model, digits, **(OPTIONS | options))
    assert same(model.state_dict(), before)


@pytest.mark.parametrize("name", ["train", "validation"])
@pytest.mark.parametrize(
    ("error", "said", "change"),
    [
        (TypeError, r"expected {} to be a pair \(x, y\), got Digits", lambda x, y: load_mnist("test", "subset")),
        (TypeError, r"expected {} to be a pair \(x, y\), got Tensor", lambda x, y: x[:2]),
        (TypeError, r"expected {} to be a pair \(x, y\), got tuple of 3; pass two", lambda x, y: (x, y, y)),
        (TypeError, "expected {} as dense tensors, got torch.sparse_coo", lambda x, y: (x.to_sparse(), y)),
        (TypeError, "expected {} as dense tensors, got .* on meta", lambda x, y: (x, y.to("meta"))),
        (ValueError, "there must be at least one example", lambda x, y: (x[:0], y[:0])),
        (ValueError, r"expected y of {} of shape \(200,\), got \(199,\)", lambda x, y: (x, y[1:])),
        (ValueError, "y of {} from 0 to 9, one for each of the 10 logits, got 10 at 0", lambda x, y: (x, y * 0 + 10)),
        (ValueError, "y of {} from 0 to 9, .* got -1 at 0", lambda x, y: (x, y * 0 - 1)),
        (TypeError, r"y of {} of torch.int64, got torch.float32; use y.long\(\)", lambda x, y: (x, y.float())),
        (TypeError, r"y of {} of torch.int64, got torch.uint8; use y.long\(\)", lambda x, y: (x, y.byte())),
        (TypeError, r"y of {} .*, got ndarray; make one with torch.tensor\(y, dtype=torch.int64\)", lambda x, y: (x, y.numpy())),
        (TypeError, r"x of {} of a floating-point dtype, got torch.uint8; convert it with x.float\(\)", lambda x, y: (x.byte(), y)),
        (TypeError, r"x of {} .*, got ndarray; make one with torch.tensor\(x, dtype=torch.float32\)", lambda x, y: (x.double().numpy(), y)),
        (TypeError, r"x of {} .*, got list; make one with torch.tensor\(x, dtype=torch.float32\)", lambda x, y: (x.tolist(), y)),
        (TypeError, r"expected x of {} of torch.float32, like fc1.weight of the model, got torch.float64; convert it with .to\(torch.float32\)", lambda x, y: (x.double(), y)),
        (ValueError, r"expected finite numbers in x of {}, got nan in x\[3\], and in 1 of 200 examples", lambda x, y: (x.clone().index_fill_(0, torch.tensor(3), math.nan), y)),
        (ValueError, r"x of {}, got -inf in x\[0\], and in 200 of 200 examples", lambda x, y: (x - math.inf, y)),
        (ValueError, "flatten it", lambda x, y: (x.view(-1, 1, 28, 28), y)),
    ],
)  # fmt: skip
def test_wrong_examples_are_named(digits, name, error, said, change):
    model = network()
    before = copy.deepcopy(model.state_dict())
    examples = {"train": digits, "validation": digits} | {name: change(*digits)}
    with pytest.raises(error, match=said.replace("{}", name)):
        fit(model, examples["train"], validation=examples["validation"], **OPTIONS)
    assert same(model.state_dict(), before)


@pytest.mark.parametrize(
    ("error", "said", "model"),
    [
        (ValueError, r"the model's logits of shape \(batch, classes\)", nn.Sequential(nn.Linear(784, 10), nn.Unflatten(1, (1, 10)))),
        (ValueError, r"x of train of a shape that the model takes, got \(2, 784\); .*mat1 and mat2", nn.Linear(700, 10)),
        (TypeError, "expected logits from the model, got tuple", nn.RNN(784, 10)),
        (TypeError, "expected x of train of torch.float64, like weight of the model", nn.Linear(784, 10).double()),
        (ValueError, "expected the model on cpu, got weight on meta; move it with model.to\\('cpu'\\)", nn.Linear(784, 10, device="meta")),
        (TypeError, r"expected a network as model, got \[784, 10\]", [784, 10]),
        (TypeError, "expected a network as model, got <class", MLP),
        (ValueError, "expected a model with parameters to train, got none", nn.Identity()),
        (ValueError, "unfreeze some with requires_grad_", nn.Linear(784, 10).requires_grad_(False)),
    ],
)  # fmt: skip
def test_wrong_models_are_named(digits, error, said, model):
    with pytest.raises(error, match=said):
        fit(model, digits, **OPTIONS)


@pytest.mark.parametrize("device", ["cuda:99", "mps:99", "nonsense", "", 99, 0.5])
def test_a_device_that_is_not_there_is_named(digits, device):
    with pytest.raises(ValueError, match=f"a device of this machine, cpu.*, got {device!r}"):
        fit(network(), digits, device=device, **OPTIONS)


def test_training_on_the_cpu_leaves_the_generators_of_a_gpu_alone(digits, monkeypatch):
    def seed_every_device(seed):
        raise AssertionError

    model = network()
    monkeypatch.setattr(torch, "manual_seed", seed_every_device)
    fit(model, digits, **OPTIONS)


@pytest.mark.parametrize("kind", ["cuda", "mps", "xpu"])
def test_training_on_a_gpu_leaves_its_generators_as_they_were(monkeypatch, kind):
    states, module = {0: 5, 1: 6}, torch.get_device_module(kind)
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: len(states))
    monkeypatch.setattr(module, "get_rng_state", states.get)
    monkeypatch.setattr(
        module, "set_rng_state", lambda state, device: states.update({device: state})
    )
    with _keep_random_states(torch.device(kind)):
        states.update({0: 7, 1: 7})  # what torch.manual_seed does
    assert states == {0: 5, 1: 6}


@pytest.mark.parametrize(("n", "batch_size"), [(129, 64), (1, 64), (3, 1)])
@pytest.mark.parametrize("norm", [nn.BatchNorm1d, nn.LazyBatchNorm1d])
def test_a_last_batch_of_one_is_found_before_training(digits, norm, n, batch_size):
    options = {"num_features": 16} if norm is nn.BatchNorm1d else {}
    model = nn.Sequential(nn.Linear(784, 16), norm(**options), nn.Linear(16, 10)).eval()
    x, y = digits[0][:n], digits[1][:n]
    model(x)  # what is lazy is made
    before = copy.deepcopy(model.state_dict())
    said = rf"two or more examples in each batch, .* of one from {n} examples; .* than {batch_size}"
    with pytest.raises(ValueError, match=said):
        fit(model, (x, y), **(OPTIONS | {"batch_size": batch_size}))
    assert same(model.state_dict(), before)


def test_any_seed_will_do(digits):
    for seed in (2**43, 2**128 + 1):
        fit(network(), digits, **(OPTIONS | {"epochs": 1, "seed": seed}))


def test_a_norm_without_running_statistics_is_no_obstacle(digits):
    norm = nn.BatchNorm1d(16, track_running_stats=False)
    fit(nn.Sequential(nn.Linear(784, 16), norm, nn.Linear(16, 10)), digits, **OPTIONS)


def test_a_last_batch_of_one_is_fine_if_the_model_can_learn_from_it(digits):
    image = nn.Unflatten(1, (1, 28, 28))
    model = nn.Sequential(image, nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(784, 10))
    fit(model, (digits[0][:33], digits[1][:33]), **OPTIONS)
    assert model[1].num_batches_tracked == 2 * OPTIONS["epochs"]  # the trial doesn't count


def test_a_bar_in_a_terminal_and_nowhere_else(digits, capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)  # which another test imported
    options = {"validation": digits, "epochs": 3, "batch_size": 100}
    fit(network(), digits, **options)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    fit(network(), digits, **options)
    drawn = capsys.readouterr().err
    assert "6/6" in drawn
    assert "accuracy=" in drawn
    fit(network(), digits, progress=False, **options)
    assert capsys.readouterr() == ("", "")


def test_history_is_empty_at_first():
    assert losses(History()) == ([], [], [])


def test_the_record_lesson_uses_what_the_search_found():
    root = Path(__file__).parents[2]
    rows = json.loads((root / "benchmarks/ingredients.json").read_text("utf-8"))["rows"]
    found = {name: row["settings"] for name, (row,) in rows.items()}
    lesson = (root / "tutorials/17_how_far.py").read_text("utf-8")
    sizes = [f"{size}, {digits}" for size in ("small", "wide") for digits in ("plain", "bent")]
    assert {found[name]["rate"] for name in sizes} == {0.1}
    assert "def train(seed, sizes, data, epochs=3, lr=0.1, **more)" in lesson
    assert found["flea"] == {"rate": 0.05}
    assert found["average"] == {"rate": 0.05, "keep": 0.995}
    assert "def bounce(seed, lr=0.05, keep=0.995)" in lesson
    assert found["taught"] == {"rate": 0.1, "temperature": 2}
    assert "T = 2\n" in lesson
    assert "def teach(seed, lr=0.1, epochs=3)" in lesson
