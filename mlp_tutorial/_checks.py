"""What every function asks of its arguments before it computes."""

from torch import Tensor


def check_tensor(name: str, value: object) -> None:
    """Refuse what is not a real-valued tensor."""
    if not isinstance(value, Tensor):
        raise TypeError(
            f"expected {name} to be a torch.Tensor, got {type(value).__name__}; "
            f"make one with torch.tensor({name})"
        )
    if value.is_complex():
        raise TypeError(f"expected {name} of a real dtype, got {value.dtype}")


def check_same_float(**tensors: object) -> None:
    """Refuse tensors that are not all of one floating-point dtype, as `@` would."""
    for name, value in tensors.items():
        check_tensor(name, value)
        assert isinstance(value, Tensor)
        if not value.is_floating_point():
            raise TypeError(
                f"expected {name} of a floating-point dtype, got {value.dtype}; "
                f"convert it with {name}.float()"
            )
    dtypes = {name: value.dtype for name, value in tensors.items() if isinstance(value, Tensor)}
    if len(set(dtypes.values())) > 1:
        came = ", ".join(f"{name} {dtype}" for name, dtype in dtypes.items())
        first, dtype = next(iter(dtypes.items()))
        raise TypeError(
            f"expected one dtype, got {came}; convert the others to that of {first} "
            f"with .to({dtype})"
        )


def check_shape(name: str, value: Tensor, expected: str, *, ok: bool, hint: str) -> None:
    """Refuse a shape, naming what was expected, what came and what to do."""
    if not ok:
        raise ValueError(f"expected {name} of shape {expected}, got {tuple(value.shape)}; {hint}")
