"""The time limit of the checks, and what a check leaves as it was, whatever an answer does."""

import os
import random
import signal
import sys
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mlp_tutorial.exercises import CATALOGUE, _judge, _limit, _state

NAMES = {name: globals()[name] for name in ("F", "nn", "np", "os", "random", "sys", "torch")}
NAMES |= {"suppress": suppress, "threading": threading, "time": time, "warnings": warnings}


def made(source):
    """What a learner's code defines last."""
    space = dict(NAMES)
    exec(source, space)
    return list(space.values())[-1]


@pytest.fixture
def hurry(monkeypatch):
    """Make the limits short."""
    monkeypatch.setattr(_judge, "SECONDS", 0.05)
    monkeypatch.setattr(_limit, "GRACE", 0.05)


ENDLESS = [
    "def f(x):\n    while True: pass",
    "def f(x):\n    while True:\n        try: time.sleep(0.01)\n        except: continue",
    "def f(x):\n    while True:\n        try: undefined\n        except BaseException: pass",
    "def f(x):\n    while True:\n        try: time.sleep(0.01)\n        finally: continue",
    "def f(x):\n    while True:\n        with suppress(BaseException): time.sleep(0.01)",
    "def g():\n    while True:\n        try: time.sleep(0.01)\n        except: pass\ndef f(x):\n    while True:\n        try: g()\n        except: pass",
    "def g():\n    while True:\n        try: yield time.sleep(0.01)\n        except BaseException: pass\ndef f(x):\n    for _ in g(): pass",
    "class C:\n    def __del__(self):\n        while True: time.sleep(0.01)\ndef f(x): C()\n",
    "def f(x):\n    while True: torch.softmax(x, 1)",
    "def f(x): time.sleep(1e6)",
    "def f(x): threading.Lock().acquire() and threading.Event().wait()",
    "def f(x): threading.Thread(target=threading.Event().wait, daemon=True).run()",
    "def f(x):\n    thread = threading.Thread(target=time.sleep, args=(1e6,), daemon=True)\n    thread.start(); thread.join()",
    "def f(x): os.read(os.pipe()[0], 1)",
    "def f(x):\n    while len(x) != 1: pass\n    return x.softmax(1)",
    "def f(x):\n    try: time.sleep(1e6)\n    except: return x.softmax(1)",
    "def f(x):\n    import pydoc\n    pydoc.time = time\n    while True: pass",
]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("source", ENDLESS)
def test_what_never_ends_is_stopped_whatever_it_catches(hurry, source):
    before = signal.getsignal(signal.SIGINT)
    assert "didn't finish" in str(CATALOGUE["softmax"](made(source)))
    assert signal.getsignal(signal.SIGINT) is before


def test_an_import_is_never_cut_off_and_costs_no_time(hurry, tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(_limit, "PATIENCE", 0.1)
    wait = "import time\nend = time.monotonic() + 0.3\nwhile time.monotonic() < end: pass\n"
    (tmp_path / "a_slow_library.py").write_text(f"{wait}done = True")
    right = "def f(x):\n    import a_slow_library\n    return (x - x.logsumexp(1, True)).exp()"
    assert CATALOGUE["softmax"](made(right)).outcome == "right"
    assert capsys.readouterr().err == "Loading a_slow_library …\n"
    (tmp_path / "an_endless_module.py").write_text("while True: pass")
    monkeypatch.setattr(_limit, "IMPORTS", 0.1)
    assert "didn't finish" in str(CATALOGUE["softmax"](made("def f(x): import an_endless_module")))


def test_the_time_of_all_calls_counts_together(hurry, monkeypatch):
    calls = []

    def softmax(logits):
        calls.append(logits)
        time.sleep(0.02)
        return logits.softmax(1)

    assert "didn't finish" in str(CATALOGUE["softmax"](softmax))
    monkeypatch.setattr(_judge, "SECONDS", 600)
    calls.clear()
    assert "without PyTorch's own" in str(CATALOGUE["softmax"](softmax))
    again = len(CATALOGUE["softmax"].inputs(torch.Generator()))
    assert len(calls) == 2 * again  # for the results, and for the rules
    monkeypatch.setattr(_judge, "SECONDS", 0.02 * 1.5 * again)
    assert "didn't finish" in str(CATALOGUE["softmax"](softmax))


RIGHT = "return (x - x.logsumexp(1, True)).exp()"
HARM = [
    "torch.set_default_dtype(torch.float64)",
    "torch.set_default_device('meta')",
    "torch.set_grad_enabled(False)",
    "torch.autograd.set_detect_anomaly(True)",
    "torch._C._set_deterministic_algorithms(True)",
    "torch.set_num_threads(torch.get_num_threads() + 1)",
    "torch.set_printoptions(precision=1)",
    "torch.manual_seed(0); random.seed(0); np.random.seed(0)",
    "torch.softmax = torch.sigmoid; F.softmax = torch.sigmoid; torch.Tensor.softmax = None",
    "nn.Linear.forward = nn.Dropout.__call__ = None",
    "nn.modules.module.register_module_forward_hook(print)",
    "torch.device('meta').__enter__()",
    "np.seterr(all='raise'); np.set_printoptions(precision=1)",
    "sys.setrecursionlimit(5000)",
    "sys.stdout = None; sys.path.clear()",
    "sys.setprofile(lambda *_: None)",
    "os.chdir('/')",
    "os.environ['OMP_NUM_THREADS'] = '7'",
    "warnings.simplefilter('ignore')",
    "threading.Thread(target=torch.set_grad_enabled, args=(False,)).start()",
]


def state():
    """All that an answer may change."""
    return [
        torch.get_default_dtype(),
        torch.get_default_device(),
        torch.is_grad_enabled(),
        torch.is_anomaly_enabled(),
        torch.are_deterministic_algorithms_enabled(),
        torch.get_num_threads(),
        str(torch.tensor([1 / 3])),
        *(torch.get_rng_state().tolist(), random.getstate(), np.random.get_state()[1].tolist()),
        *(torch.softmax, F.softmax, torch.Tensor.softmax, nn.Linear.forward, nn.Dropout.__call__),
        nn.modules.module._global_forward_hooks.copy(),
        torch.overrides._len_torch_function_stack(),
        *(np.geterr(), np.get_printoptions(), sys.getrecursionlimit(), sys.stdout, sys.path.copy()),
        *(sys.getprofile(), Path.cwd(), os.environ.copy(), warnings.filters.copy()),
        *(os._exit, os.fork, signal.getsignal(signal.SIGINT)),
    ]


@pytest.mark.parametrize("harm", HARM)
def test_a_check_leaves_everything_as_it_was(harm):
    before = state()
    result = CATALOGUE["softmax"](made(f"def f(x):\n    {harm}\n    {RIGHT}"))
    assert state() == before
    assert result.outcome == "right" or "meta" in harm, result


FATAL = [
    ("os._exit(1)", "ends the program"),
    ("os.abort()", "ends the program"),
    ("sys.exit()", "ends the program"),
    ("os.fork()", "can't start a process"),
    ("f(x)", "RecursionError"),
    ("x = [x]\n    while True: x = x + x", "MemoryError"),
    ("while True: x = torch.cat([x, x])", "can't allocate memory"),
]


@pytest.mark.parametrize(("fatal", "said"), FATAL)
def test_no_answer_ends_the_process(fatal, said, monkeypatch):
    monkeypatch.setattr(_state, "HEADROOM", 2**26)
    monkeypatch.setattr(_judge, "SECONDS", 600)
    assert said in str(CATALOGUE["softmax"](made(f"def f(x):\n    {fatal}")))


def test_the_settings_of_the_learner_change_no_result_and_stay():
    before = state()
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    theirs = state()
    try:
        for name in ("softmax", "module", "initialize", "train_step", "accuracy", "save"):
            exercise = CATALOGUE[name]
            result = exercise(exercise.answer)
            assert result.outcome == "right" or "PyTorch's own" in result.message
            assert exercise(exercise.mistakes[0].answer).mistake == exercise.mistakes[0].name
            assert state() == theirs
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        torch.set_grad_enabled(True)
    assert state() == before


def test_a_check_computes_with_one_thread():
    seen = []
    torch.set_num_threads(2)
    try:
        CATALOGUE["softmax"](lambda x: seen.append(torch.get_num_threads()))
        assert set(seen) == {1}
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)


def test_a_check_needs_no_folder(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert CATALOGUE["report"](CATALOGUE["report"].answer).outcome == "right"
