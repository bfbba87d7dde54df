"""Checkpoints: what can't be loaded isn't saved, and no file of worth is lost or called damaged."""

import copy
import datetime
import enum
import errno
import math
import os
import pickle
import random
import stat
import zipfile
from collections import Counter, OrderedDict, namedtuple
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from mlp_tutorial import checkpoint
from mlp_tutorial.checkpoint import load_checkpoint, save_checkpoint
from mlp_tutorial.training import fit, one_cycle


class Level(enum.IntEnum):
    LOW = 1


class Color(enum.Enum):
    RED = "red"


class Rate(float):
    pass


Point = namedtuple("Point", "x y")


class Noted(nn.Sequential):
    """Keeps a note among its parameters."""

    note = None

    def get_extra_state(self):
        return {"key": self.note}

    def set_extra_state(self, state):
        self.note = state["key"]


def pair(seed=0):
    """A model and an optimizer with a state."""
    torch.manual_seed(seed)
    model = Noted(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    model(torch.randn(5, 3)).sum().backward()
    optimizer.step()
    return model, optimizer


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.pt"


def numbers(model):
    return [tensor.clone() for tensor in [*model.parameters(), *model.buffers()]]


def same(a, b):
    return all(map(torch.equal, a, b))


def save(path, *, seed=0, **options):
    save_checkpoint(path, *pair(seed), options=options, history={"seed": seed})


def load(path, **options):
    return load_checkpoint(path, *pair(9), options=options)


@pytest.mark.parametrize(
    "value",
    [
        np.float64(0.1),
        np.float32(0.1),
        np.float16(0.5),
        np.int64(3),
        np.uint8(3),
        np.bool_(True),
        np.complex64(1j),
        np.str_("adam"),
        np.array(0.5),
        np.logspace(-3, -1, 2)[0],
        torch.tensor(0.5),
        torch.tensor([1.0, math.nan]),
        torch.ones(2, dtype=torch.bfloat16),
        True,
        None,
        "text",
        b"bytes",
        1j,
        2**100,
        math.nan,
        math.inf,
        torch.float32,
        torch.device("cpu"),
        torch.Size([2]),
        (0.9, 0.999),
        {1, 2},
        Level.LOW,
        Rate(0.1),
        [np.float32(0.1), (np.int8(1), {"deep": np.float64(2)})],
        OrderedDict(a=np.int64(1)),
        Counter("aab"),
        {np.int64(1): "a key"},
    ],
)
def test_every_kind_of_number_survives(path, value):
    model, optimizer = pair()
    optimizer.param_groups[0]["weight_decay"] = value  # where a partial's options go
    model.note = value
    options = {"value": value}
    save_checkpoint(path, model, optimizer, options=options, history={"value": value})
    state = torch.load(path, weights_only=True)  # as another program would
    other, optimizer = pair(9)
    for found in (
        load_checkpoint(path, other, optimizer, options=options)["value"],
        other.note,
        state["options"]["value"],
        state["optimizer"]["param_groups"][0]["weight_decay"],
    ):
        assert checkpoint._same(found, value)
        assert not isinstance(found, np.generic | enum.Enum)


@pytest.mark.parametrize("where", ["options", "history", "optimizer", "model"])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.ones(2), "got ndarray; pass torch.from_numpy of it"),
        (Color.RED, "got Color; pass its value"),
        (Path("a"), "got \\w+Path; pass str of it"),
        (lambda x: x, "got function"),
        (print, "got builtin_function_or_method"),
        (nn.ReLU, "got type"),
        (nn.ReLU(), "got ReLU"),
        (partial(print), "got partial"),
        (Point(1, 2), "got Point"),
        (Decimal("0.1"), "got Decimal"),
        (Fraction(1, 10), "got Fraction"),
        (np.datetime64("2026-01-01"), "got date"),
        (datetime.date(2026, 1, 1), "got date"),
        (range(3), "got range"),
        (frozenset(), "got frozenset"),
        (torch.Generator(), "got Generator"),
        (torch.ones(2).as_subclass(type("Special", (torch.Tensor,), {})), "got Special"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_loaded_is_not_saved(path, where, value, said):
    model, optimizer = pair()
    options, history = {}, {}
    if where == "options":
        options["nested"] = [{"key": value}]
    elif where == "history":
        history["nested"] = [{"key": value}]
    elif where == "optimizer":
        optimizer.param_groups[0]["key"] = value
    else:
        vars(model)["note"] = value  # a module would become a part of the model
    with pytest.raises(TypeError, match=rf"expected {where}\[.*\['key'\] to be a number.*{said}"):
        save_checkpoint(path, model, optimizer, options=options, history=history)
    assert list(path.parent.iterdir()) == []


EXAMPLES = torch.rand(8, 3), torch.tensor([0, 1] * 4)


@pytest.mark.parametrize(
    "options",
    [
        {"lr": np.logspace(-3, -1, 2)[0]},
        {"lr": np.float32(0.1)},
        {"lr": torch.tensor(0.1)},
        {"lr": Fraction(1, 10)},
        {"epochs": np.int64(2), "batch_size": np.int32(4), "seed": np.uint8(1)},
        {"schedule": one_cycle},
        {"lr": np.float64(0.1), "schedule": one_cycle},
        {"optimizer": partial(torch.optim.Adam, weight_decay=np.float64(1e-4))},
        {"optimizer": partial(torch.optim.Adam, betas=(np.float64(0.5), np.float64(0.9)))},
        {"optimizer": partial(torch.optim.SGD, weight_decay=torch.tensor(0.1))},
    ],
)
def test_a_training_with_any_numbers_goes_on(path, options):
    options = {"epochs": 2, "progress": False, "checkpoint": path} | options
    history = fit(pair()[0], EXAMPLES, **options)
    assert fit(pair()[0], EXAMPLES, **options) == history


@pytest.mark.parametrize("value", [print, Path("a"), Color.RED])
def test_an_option_that_cannot_be_saved_is_found_before_training(path, value):
    class Odd(torch.optim.SGD):
        def __init__(self, parameters, lr):
            super().__init__(parameters, lr)
            self.defaults["odd"] = value

    model = pair()[0]
    before = numbers(model)
    with pytest.raises(TypeError, match=r"optimizer's options.*\['odd'\] to be a number"):
        fit(model, EXAMPLES, optimizer=Odd, checkpoint=path)
    assert same(numbers(model), before)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"lr": 0.1}, {"lr": 0.2}, "lr was 0.1 and is 0.2 now"),
        ({"lr": 0.1}, {}, "lr was 0.1 and is missing now"),
        ({"a": (1, 2)}, {"a": (1, 3)}, r"a was \(1, 2\) and is \(1, 3\) now"),
        ({"a": torch.ones(2)}, {"a": torch.ones(3)}, "a was .* and is .* now"),
        ({"a": torch.ones(2)}, {"a": torch.tensor([1.0, math.nan])}, "a was .* and is .* now"),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, "run: c was 2 and is 3 now; train"),
        ({"a": math.nan}, {"a": 0}, "a was nan and is 0 now"),
    ],
)
def test_another_run_is_refused_and_nothing_is_deleted(path, old, new, said):
    save(path, **old)
    with pytest.raises(ValueError, match=said) as caught:
        load(path, **new)
    assert "delete" not in str(caught.value)
    assert load(path, **old) == {"seed": 0}


def test_an_option_that_a_newer_version_added_is_no_obstacle_while_it_is_off(path):
    save(path, optimizer={"lr": 0.1})
    assert load(path, optimizer={"lr": 0.1, "fused": None, "maximize": False}) == {"seed": 0}
    save(path, optimizer={"lr": 0.1, "fused": None})
    assert load(path, optimizer={"lr": 0.1}) == {"seed": 0}
    with pytest.raises(ValueError, match="maximize was missing and is True now"):
        load(path, optimizer={"lr": 0.1, "maximize": True})


@pytest.mark.parametrize("compiled", [[0], [1], [0, 1]])
def test_a_compiled_network_is_the_same_network(path, compiled):
    nets = [pair(seed)[0] for seed in (0, 1)]
    trained = numbers(nets[0])
    for i in compiled:
        nets[i] = nn.ModuleDict({"_orig_mod": nets[i]})  # its names, without the slow compiler
    for net in nets:
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        if net is nets[0]:
            save_checkpoint(path, net, optimizer, options={}, history={})
        load_checkpoint(path, net, optimizer, options={})
    assert same(numbers(nets[1]), trained)


def test_a_network_of_another_dtype_is_refused(path):
    save(path)
    model = pair(9)[0].half()
    optimizer = torch.optim.Adam(model.parameters())
    with pytest.raises(ValueError, match=r"torch.float16 in this model and .* of torch.float32 in"):
        load_checkpoint(path, model, optimizer, options={})


def test_a_training_saved_by_a_newer_version_is_named(path):
    fit(pair()[0], EXAMPLES, epochs=1, checkpoint=path)
    state = torch.load(path)
    state["history"]["test_loss"] = [1.0]
    torch.save(state, path)
    content = path.read_bytes()
    with pytest.raises(ValueError, match=r"another version of mlp-tutorial .*'test_loss'"):
        fit(pair()[0], EXAMPLES, checkpoint=path)
    assert path.read_bytes() == content


def flip(path):
    """Change one byte in the middle of the largest part."""
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
        lambda path: path.write_bytes(path.read_bytes()[:100]),
        lambda path: path.write_bytes(path.read_bytes()[:-1000] + bytes(1000)),
    ],
)
def test_a_damaged_checkpoint_is_called_so(path, damage):
    save(path)
    damage(path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"run\.pt is damaged, because .*another name") as caught:
        load(path)
    assert "delete" not in str(caught.value)
    assert path.read_bytes() == before


def archive(path, **content):
    with zipfile.ZipFile(path, "w") as file:
        for name, text in content.items():
            file.writestr(name, text)


def written(path, write):
    with path.open("wb") as file:
        write(file, np.ones(2))


def trace(path):
    with pytest.warns((DeprecationWarning, FutureWarning)):
        torch.jit.save(torch.jit.trace(nn.Linear(1, 1), torch.ones(1)), path)


MODEL = nn.Linear(3, 2)
OLD = {"_use_new_zipfile_serialization": False}
EMPTY = {part: {} for part in ("options", "history", "model", "optimizer")}


@pytest.mark.parametrize(
    ("said", "write"),
    [
        (r"the parameters of a network, such as weight, which model.load_state_dict\(torch.load\('.*run.pt'\)\)", lambda path: torch.save(MODEL.state_dict(), path)),
        (r"parameters of a network.*load_state_dict\(torch.load", lambda path: torch.save(MODEL.state_dict(), path, **OLD)),
        (r"torch.nn.modules.linear.Linear, which can run code .* torch.load\('.*run.pt', weights_only=False\)", lambda path: torch.save(MODEL, path)),
        (r"torch.load\(…, weights_only=False\)", lambda path: torch.save(MODEL, path, **OLD)),
        (r"Color as \['options'\]\['a'\]\[1\], which can run code", lambda path: torch.save(EMPTY | {"options": {"a": [0, Color.RED]}}, path)),
        (r"builtins.print as \['history'\]\['log'\], which can run code", lambda path: torch.save(EMPTY | {"history": {"log": print}}, path)),
        (r"a dict with the keys model, epoch and no dict as 'options', which torch.load\('.*run.pt'\)", lambda path: torch.save({"model": MODEL.state_dict(), "epoch": 3}, path)),
        (r"a dict .* no dict as 'history', which torch.load", lambda path: torch.save(EMPTY | {"history": [1]}, path)),
        (r"a dict with the keys loss .* torch.load\('.*run.pt', weights_only=False\)", lambda path: torch.save({"loss": np.float64(1)}, path)),
        (r"type Tensor, which torch.load\('.*'\) reads", lambda path: torch.save(torch.ones(3), path)),
        (r"type int, which torch.load", lambda path: torch.save(3, path)),
        ("a TorchScript model, which torch.jit.load", trace),
        ("a NumPy array, which numpy.load", lambda path: written(path, np.save)),
        ("an archive with arr_0.npy, which numpy.load", lambda path: written(path, np.savez)),
        ("an archive with a, b, which zipfile.ZipFile", lambda path: archive(path, a="1", b="2")),
        ("a pickle, which .*pickle.load", lambda path: path.write_bytes(pickle.dumps({"a": MODEL}))),
        ("safetensors, which safetensors.torch.load_file", lambda path: path.write_bytes(b"\x08" + bytes(7) + b'{"a":{}}')),
        ("an HDF5 file", lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(90))),
        ("an empty file", lambda path: path.touch()),
        ("a file that starts with b'version https://git-'", lambda path: path.write_text("version https://git-lfs.github.com/spec/v1\n")),
        ("a file that starts with b'hello'", lambda path: path.write_text("hello")),
        ("a file that starts with", lambda path: path.write_bytes(bytes(100))),
    ],
)  # fmt: skip
def test_another_file_is_named_and_kept(path, said, write):
    write(path)
    before = path.read_bytes()
    with pytest.raises(
        ValueError, match=rf"run\.pt to be a checkpoint of fit, got .*{said}"
    ) as caught:
        fit(pair()[0], EXAMPLES, checkpoint=path)
    message = str(caught.value)
    assert message.endswith("give the checkpoint another name, and keep this file")
    assert "damaged" not in message
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_numpy_numbers_that_another_program_saved_are_no_obstacle(path):
    model, optimizer = pair()
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(state | {"options": {"lr": np.float64(0.1)}, "history": {}}, path)
    assert load(path, lr=0.1) == {}


@given(st.binary(), st.sampled_from([b"", b"PK\3\4", b"\x80\2", b"\x93NUMPY"]))
def test_any_bytes_are_refused_by_name(tmp_path_factory, content, start):
    path = tmp_path_factory.getbasetemp() / "any.pt"
    path.write_bytes(start + content)
    with pytest.raises(ValueError, match=r"any\.pt (is damaged|to be a checkpoint of fit, got)"):
        load(path)


def test_any_flipped_byte_is_found_or_changes_nothing(path):
    """Archives have bytes that nobody reads, such as dates."""
    save(path)
    whole, expected = path.read_bytes(), numbers(pair()[0])
    for place in random.Random(0).sample(range(len(whole)), 100):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        model, optimizer = pair(9)
        before = numbers(model)
        try:
            load_checkpoint(path, model, optimizer, options={})
            before = expected
        except ValueError:
            pass
        assert same(numbers(model), before)


def test_an_error_changes_neither_the_model_nor_the_optimizer(path):
    save(path)
    model, _ = pair(9)
    optimizer = torch.optim.Adam([{"params": [p]} for p in model.parameters()])
    before, state = numbers(model), copy.deepcopy(optimizer.state_dict())
    with pytest.raises(ValueError, match=r"run\.pt is from a different optimizer"):
        load_checkpoint(path, model, optimizer, options={})
    assert same(numbers(model), before)
    assert optimizer.state_dict() == state


def test_the_state_of_a_scheduler_is_kept(path):
    model, optimizer = pair()
    scheduler = one_cycle(optimizer, 10)
    for _ in range(3):
        optimizer.step()
        scheduler.step()
    saved = copy.deepcopy(scheduler.state_dict())
    save_checkpoint(path, model, optimizer, scheduler=scheduler, options={}, history={})
    model, optimizer = pair(9)
    scheduler = one_cycle(optimizer, 10)
    load_checkpoint(path, model, optimizer, scheduler=scheduler, options={})
    assert scheduler.state_dict() == saved
    assert optimizer.param_groups[0]["lr"] == saved["_last_lr"][0]


def test_a_scheduler_that_cannot_be_saved_is_named(path):
    model, optimizer = pair()
    scheduler = one_cycle(optimizer, 10)
    scheduler.note = print
    with pytest.raises(TypeError, match=r"expected scheduler\['note'\] to be a number"):
        save_checkpoint(path, model, optimizer, scheduler=scheduler, options={}, history={})
    assert list(path.parent.iterdir()) == []


def test_a_checkpoint_without_a_scheduler_cannot_resume_one(path):
    save(path)
    model, optimizer = pair(9)
    before = numbers(model)
    with pytest.raises(ValueError, match=r"run\.pt has no state of a scheduler"):
        load_checkpoint(path, model, optimizer, scheduler=one_cycle(optimizer, 10), options={})
    assert same(numbers(model), before)


def full(*arguments):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only(*arguments, **options):
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


@pytest.mark.parametrize(
    ("module", "name", "fails", "said"),
    [
        (os, "fsync", full, "No space left"),
        (Path, "open", read_only, "Read-only file system"),
        (Path, "replace", full, "No space left"),
        (os, "access", lambda *_: False, "Permission denied"),
    ],
)
def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(path, monkeypatch, module, name, fails, said):  # fmt: skip
    save(path)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(module, name, fails)
        with pytest.raises(OSError, match=rf"cannot write the checkpoint .*run\.pt: {said}"):
            save(path, seed=1)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="only POSIX limits the size of files")
def test_a_disk_that_fills_up_is_found_before_training(path):
    import resource
    import signal

    model = pair()[0]
    before = numbers(model)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        with pytest.raises(OSError, match=r"cannot write the checkpoint .*run\.pt: File too large"):
            fit(model, EXAMPLES, checkpoint=path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert same(numbers(model), before)
    assert list(path.parent.iterdir()) == []


def test_a_checkpoint_that_cannot_be_read_is_named(path, monkeypatch):
    save(path)

    def refuse(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PermissionError, match=r"cannot read the checkpoint .*run\.pt: Permission"):
        load(path)


def test_a_finished_training_needs_no_place_to_write(path, monkeypatch):
    history = fit(pair()[0], EXAMPLES, epochs=1, checkpoint=path)
    monkeypatch.setattr(os, "fsync", full)
    assert fit(pair()[0], EXAMPLES, epochs=1, checkpoint=path) == history


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these permissions")
def test_permissions_are_those_of_any_file_and_stay(path):
    umask = os.umask(0o027)
    try:
        save(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        save(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
    finally:
        os.umask(umask)


def test_a_link_stays_and_its_target_is_replaced(path, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere/target.pt"
    path.symlink_to(target)
    for seed in (1, 2):
        save(path, seed=seed)  # the first time, it leads nowhere
        assert path.is_symlink()
        assert not target.is_symlink()
        assert load(path) == load(target) == {"seed": seed}
    (tmp_path / "hard.pt").hardlink_to(target)
    save(path, seed=3)
    assert load(tmp_path / "hard.pt") == {"seed": 2}
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("name", ["é" * 120 + ".pt", "a b.pt", "-", "run"])
def test_any_name_is_fine(tmp_path, name):
    save(tmp_path / name)
    assert load(str(tmp_path / name)) == {"seed": 0}


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("", OSError, "expected a file for the checkpoint, got .*, a folder"),
        (os.devnull, OSError, f"expected a file for the checkpoint, got {os.devnull}, a device"),
        (5, TypeError, "expected the name of a file for the checkpoint, got 5"),
        ("a\0b", OSError, "expected the name of a file .* choose another"),
        ("~nobody at all/run.pt", OSError, "expected the name of a file .* choose another"),
        ("a" * 300, OSError, "expected the name of a file .* choose another"),
        ("absent/run.pt", FileNotFoundError, "expected the folder .*absent for the checkpoint"),
    ],
)
def test_what_is_no_file_is_refused_before_training(tmp_path, monkeypatch, name, error, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=said):
        fit(pair()[0], EXAMPLES, checkpoint=name)
    with pytest.raises(error, match=said):
        save(name)
