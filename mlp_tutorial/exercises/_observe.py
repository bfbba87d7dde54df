"""Outcomes of calling an answer, and how to compare them."""

import copy
import io
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd.profiler_legacy import profile
from torch.overrides import TorchFunctionMode

from mlp_tutorial.exercises._state import kept_modes

Arguments = Mapping[str, Any]


class Made(Exception):  # noqa: N818  # it is no error of ours
    """The answer made known mistakes. The arguments are their names."""


@dataclass
class Observed:
    """Outcome of one call."""

    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    changed: list[str] = field(default_factory=list)  # arguments that changed in place

    def equals(self, other: "Observed") -> bool:
        """Compare two calls. Any error equals any other error."""
        if self.error or other.error:
            return bool(self.error) and bool(other.error)
        return (
            self.changed == other.changed
            and self.only_printed == other.only_printed
            and same(self.value, other.value)
        )

    @property
    def only_printed(self) -> bool:
        """Whether the answer printed something and returned nothing."""
        return self.value is None and bool(self.printed)

    @property
    def is_stub(self) -> bool:
        """Whether the answer is an untouched stub. PyTorch's own errors of this type have text."""
        return isinstance(self.error, NotImplementedError) and not self.error.args


def observe(use: Callable[..., Any], answer: Callable[..., Any], case: Arguments) -> Observed:
    """Call an answer on a copy of the input, with seeded random numbers and its output hidden."""
    arguments = {  # deepcopy takes longer
        name: value.clone() if type(value) is Tensor else copy.deepcopy(value)
        for name, value in case.items()
    }
    observed = Observed()
    printed = io.StringIO()
    with redirect_stdout(printed), kept_modes():
        torch.default_generator.manual_seed(7)  # torch.manual_seed reseeds every device
        try:
            observed.value = use(answer, *arguments.values())
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            observed.error = error
    observed.printed = printed.getvalue()
    observed.changed = [name for name in case if not same(case[name], arguments[name])]
    return observed


class _Functions(TorchFunctionMode):
    """Collects the names of PyTorch's functions and methods that are called."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names = names

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.add(_plain(func.__name__))
        return func(*args, **(kwargs or {}))


def _plain(name: str) -> str:
    """Take a name such as `_softmax` or `special_softmax` for `softmax`."""
    return name.removeprefix("aten::").removeprefix("special_").strip("_")


def functions_called(
    use: Callable[..., Any], answer: Callable[..., Any], cases: Iterable[Arguments]
) -> set[str]:
    """Name PyTorch's functions, methods and operators that an answer calls, such as `softmax`.

    An operator such as `@` has the name of its function, `matmul`.
    """
    names: set[str] = set()

    def recorded(answer: Callable[..., Any], *arguments: Any) -> Any:
        try:
            with _Functions(names), profile() as operators:  # the newer one writes to the terminal
                return use(answer, *arguments)
        finally:
            names.update(_plain(event.name) for event in operators.function_events)

    for case in cases:
        observe(recorded, answer, case)
    return names


def same(a: object, b: object) -> bool:
    """Compare two values up to rounding. Dtypes may differ, but for complex numbers."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray) != isinstance(b, np.ndarray):
        return False
    if type(a) is Tensor is type(b) and a.dtype == b.dtype and torch.equal(a, b):
        return True  # the usual case, and fast
    if is_number(a) and is_number(b):
        x, y = torch.as_tensor(a), torch.as_tensor(b)
        return x.shape == y.shape and x.is_complex() == y.is_complex() and bool(close(x, y).all())
    if isinstance(a, nn.Module) and isinstance(b, nn.Module):
        return same(a.state_dict(), b.state_dict())
    return type(a) is type(b) and bool(a == b)


def close(x: Tensor, y: Tensor) -> Tensor:
    """Compare two tensors of one shape, entry by entry. Whole numbers have to be exact."""
    rtol = 1e-4 if y.is_floating_point() else 0.0
    return torch.isclose(x.double(), y.double(), rtol=rtol, atol=1e-5, equal_nan=True)


def is_number(value: object) -> bool:
    """Tell numbers, and arrays and tensors of numbers, from other values."""
    return isinstance(value, Tensor | np.ndarray | np.number | float | int)


def is_finite(value: object) -> bool:
    """Tell whether no number in a value is infinite or nan."""
    if isinstance(value, Mapping):
        return all(map(is_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_finite, value))
    return not is_number(value) or bool(torch.as_tensor(value).isfinite().all())
