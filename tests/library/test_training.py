"""Training: the same numbers each time, nothing lost, and every mistake named."""

import math
import sys
import zipfile
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mlp_tutorial.augmentation import shift
from mlp_tutorial.data import batches, load_mnist
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import History, fit, one_cycle

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


def test_a_checkpoint_is_whole_at_every_moment(digits, tmp_path, monkeypatch):
    path, save, epochs = tmp_path / "run.pt", torch.save, []

    def save_and_look(state, file):
        save(state, file)
        file.flush()
        if path.exists():  # what would be there if the process were killed now
            epochs.append(len(torch.load(path, weights_only=True)["history"]["train_loss"]))

    monkeypatch.setattr(torch, "save", save_and_look)
    fit(network(), digits, checkpoint=path, **OPTIONS)
    assert epochs == [1, 2]


def test_ctrl_c_while_a_checkpoint_is_written_is_a_ctrl_c(digits, tmp_path, monkeypatch):
    path = tmp_path / "run.pt"

    def interrupted(state, file):
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError("unexpected pos 1728 vs 1622")  # as torch's writer does

    monkeypatch.setattr(torch, "save", interrupted)
    assert fit(network(), digits, checkpoint=path, **OPTIONS).interrupted
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_the_old_checkpoint(digits, tmp_path, monkeypatch):
    path = tmp_path / "run.pt"
    fit(network(), digits, checkpoint=path, **(OPTIONS | {"epochs": 1}))
    before = path.read_bytes()

    def full(state, file):
        file.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OSError, match="No space left"):
        fit(network(), digits, checkpoint=path, **OPTIONS)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def flip(path):
    """Change one byte in the middle of the weights."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        largest = max(archive.infolist(), key=lambda info: info.file_size)
    content[largest.header_offset + largest.file_size // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        flip,
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("not a checkpoint"),
        lambda path: torch.save({"model": 1}, path),
        lambda path: torch.save(torch.zeros(3), path),
        lambda path: torch.save(nn.Linear(1, 1), path),  # code, which must not run
    ],
)
def test_a_damaged_checkpoint_is_refused_by_name(digits, tmp_path, damage):
    path = tmp_path / "run.pt"
    fit(network(), digits, checkpoint=path, **(OPTIONS | {"epochs": 1}))
    damage(path)
    model = network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(ValueError, match=r"run\.pt is damaged or not a checkpoint of fit"):
        fit(model, digits, checkpoint=path, **OPTIONS)
    assert same(model.state_dict(), before)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((784, 32, 10), r"fc1.weight is \(32, 784\) in this model and \(16, 784\) in the file"),
        ((784, 16, 16, 10), r"fc2.weight is \(16, 16\) in this model"),
        ((784, 10), r"fc1.weight is \(10, 784\) in this model"),
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
        ValueError, match=r"1\.weight is \(10, 10\) in this model and missing in the file"
    ):
        fit(two, digits, checkpoint=tmp_path / "one.pt", **options)
    with pytest.raises(
        ValueError, match=r"1\.weight is missing in this model and \(10, 10\) in the file"
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
            "optimizer's options was .*'momentum': 0.9.* and is .*'momentum': 0",
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


def test_one_cycle_is_that_of_torch():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    steps = 1000
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        *(optimizer, 1.0, steps),
        pct_start=0.5,
        anneal_strategy="linear",
        div_factor=1e9,
        final_div_factor=1,
    )
    for step in range(steps):
        assert abs(theirs.get_last_lr()[0] - one_cycle((step + 0.5) / steps)) < 3 / steps
        optimizer.step()
        theirs.step()


@pytest.mark.parametrize("done", [-0.1, 1.1, math.nan])
def test_one_cycle_refuses(done):
    with pytest.raises(ValueError, match="expected done from 0 to 1"):
        one_cycle(done)
    with pytest.raises(ValueError, match="expected warmup between 0 and 1"):
        one_cycle(0.5, warmup=done)


def test_nan_and_infinity_stop_the_training(digits):
    x, y = digits
    with pytest.raises(
        FloatingPointError,
        match=r"the loss is (nan|inf) in epoch 1, batch \d+; the largest gradient before it had norm .+, at fc\d",
    ):
        fit(network(), digits, epochs=5, batch_size=32, lr=1e20)
    broken = x.clone()
    broken[0, 0] = math.nan
    with pytest.raises(FloatingPointError, match="nan in epoch 1, batch 1, before any step"):
        fit(network(), (broken, y), epochs=1, batch_size=200)


def test_a_checkpoint_of_ruined_weights_says_so(digits, tmp_path):
    options = OPTIONS | {"batch_size": 200, "lr": 1e38, "checkpoint": tmp_path / "run.pt"}
    for said in (
        "the largest gradient before it",
        "the first after resuming; delete the checkpoint",
    ):
        with pytest.raises(FloatingPointError, match=said):
            fit(network(), digits, **options)


def test_parts_that_were_frozen_stay_so(digits):
    model = network()
    model.dropout1.eval()
    fit(model, digits, **OPTIONS)
    assert model.training
    assert not model.dropout1.training


def test_mistakes_are_named(digits):
    x, y = digits
    with pytest.raises(ValueError, match=r"the model's logits of shape \(batch, classes\)"):
        fit(nn.Sequential(nn.Linear(784, 10), nn.Unflatten(1, (1, 10))), digits)
    model = network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for error, said, arguments, options in [
        (ValueError, "expected batch_size of 1 or more, got 0", (x, y), {"batch_size": 0}),
        (ValueError, "expected epochs of 1 or more, got 0", (x, y), {"epochs": 0}),
        (ValueError, "there must be at least one example", (x[:0], y[:0]), {}),
        (ValueError, r"expected y of train of shape \(200,\), got \(199,\)", (x, y[1:]), {}),
        (ValueError, "from 0 to 9, one for each of the 10 logits, got 10 at 0", (x, y * 0 + 10), {}),
        (ValueError, "got -1 at 0", (x, y * 0 - 1), {}),
        (TypeError, r"y of train of torch.int64, got torch.float32; use y of train.long\(\)", (x, y.float()), {}),
        (TypeError, "x of train of a floating-point dtype, got torch.uint8", (x.byte(), y), {}),
        (TypeError, "x of train to be a torch.Tensor, got ndarray", (x.numpy(), y), {}),
        (ValueError, "flatten it", (x.view(-1, 1, 28, 28), y), {}),
        (ValueError, "y of validation", (x, y), {"validation": (x, y + 10)}),
        (ValueError, r"expected the model on meta, got fc1.weight on cpu; move it with model.to\('meta'\)", (x, y), {"device": "meta"}),
    ]:  # fmt: skip
        with pytest.raises(error, match=said):
            fit(model, arguments, **({"progress": False} | options))
    assert same(model.state_dict(), before)


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
