"""The state of Python and PyTorch, which a check leaves as it found it whatever an answer does."""

import os
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
import torch.nn.functional as F
import torch.utils._device
from torch import Tensor, nn
from torch.nn.modules import module
from torch.overrides import (  # type: ignore[attr-defined]
    _len_torch_function_stack,
    _pop_mode,
    _push_mode,
)

HEADROOM = 2 * 2**30  # bytes that an answer may take
PRINTING = vars(torch._tensor_str.PRINT_OPTS)
GET_AND_SET: list[tuple[Callable[[], Any], Callable[[Any], Any]]] = [
    (torch.is_anomaly_enabled, torch.set_anomaly_enabled),
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (torch.get_num_threads, torch.set_num_threads),
    (np.geterr, lambda old: np.seterr(**old)),
    (np.get_printoptions, lambda old: np.set_printoptions(**old)),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (sys.gettrace, sys.settrace),
    (sys.getprofile, sys.setprofile),
    (lambda: _folder(), lambda old: os.chdir(old) if old else None),
]
with suppress(ImportError):  # of Windows
    import resource

    GET_AND_SET.append(
        (
            lambda: resource.getrlimit(resource.RLIMIT_DATA),
            lambda old: resource.setrlimit(resource.RLIMIT_DATA, old),
        )
    )
RANDOM: list[tuple[Callable[[], Any], Callable[[Any], Any]]] = [
    (torch.get_rng_state, torch.set_rng_state),
    (np.random.get_state, np.random.set_state),
    (random.getstate, random.setstate),
]
NAMESPACES = [  # whose functions an answer may replace
    *(torch, Tensor, nn, nn.init, F, torch.utils._device, np, random, time, os, sys),
    *(kind for kind in vars(nn).values() if isinstance(kind, type)),
]
HOOKS = [
    hooks
    for name, hooks in vars(module).items()
    if name.startswith("_global_") and isinstance(hooks, dict)
]


@contextmanager
def kept_state() -> Iterator[None]:
    """Restore after the block what its code may have changed, such as functions of PyTorch.

    Meanwhile no code can end this process, or fork another that would go on with the block.
    """
    settings = [(get, put, get()) for get, put in GET_AND_SET]
    seeds = [(put, get()) for get, put in RANDOM]
    names = [(space, vars(space).copy()) for space in NAMESPACES]
    dicts = [(kept, dict(kept)) for kept in (os.environ, PRINTING, *HOOKS)]
    lists: list[tuple[Any, list[Any]]] = [(x, list(x)) for x in (sys.path, warnings.filters)]
    try:
        torch.set_num_threads(1)  # several wait for each other longer than they compute
        torch.set_anomaly_enabled(False)
        torch.set_deterministic_debug_mode(0)
        os._exit = os.abort = sys.exit  # type: ignore[assignment]
        for name in {"fork", "forkpty"} & vars(os).keys():  # Windows has none
            setattr(os, name, _refuse)
        _cap_memory()
        yield
    finally:
        for space, old in names:
            now = vars(space).copy()
            if [*map(id, now.values())] == [*map(id, old.values())]:
                continue  # the usual case, and fast
            for name, value in old.items():
                if now.get(name) is not value:
                    setattr(space, name, value)
            for name in now.keys() - old.keys() if isinstance(space, type) else ():
                delattr(space, name)
        for kept, content in dicts:
            if kept != content:
                kept.clear()
                kept.update(content)
        for items, before in lists:
            items[:] = before
        for get, put, value in settings:
            if get() != value:
                with suppress(OSError):  # a folder may be gone
                    put(value)
        for put, value in seeds:
            put(value)


@contextmanager
def kept_modes() -> Iterator[None]:
    """Begin the block with PyTorch's default dtype and device and with gradients, and restore all.

    This takes microseconds, where `kept_state` takes milliseconds.
    """
    device = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)
    modes = [_pop_mode() for _ in range(_len_torch_function_stack())]  # such as a default device
    dtype, grad = torch.get_default_dtype(), torch.is_grad_enabled()
    try:
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)
        yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)
        while _len_torch_function_stack():
            _pop_mode()
        for mode in reversed(modes):
            _push_mode(mode)
        torch._GLOBAL_DEVICE_CONTEXT.device_context = device


def _folder() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109
    except OSError:  # it was deleted
        return None


def _refuse() -> NoReturn:
    raise OSError("an answer can't start a process")


def _cap_memory() -> None:
    """Let endless memory end in a MemoryError where the system can. It would kill the process."""
    with suppress(NameError, OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[5])  # only Linux counts all of it
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = pages * resource.getpagesize() + HEADROOM
        limits = [limit for limit in (soft, hard, most) if limit != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
