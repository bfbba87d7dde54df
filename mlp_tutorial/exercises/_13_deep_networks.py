"""The exercises of lesson 13."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import torch
from torch import Generator, Tensor, nn

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._judge import Exercise, Mistake, single
from mlp_tutorial.exercises._networks import build
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Arguments, Made, same
from mlp_tutorial.lessons import Option

check_factor_per_layer = Exercise(
    name="factor_per_layer",
    doc="""Check `factor_per_layer(first, last, layers)`, the factor from one layer to the next.

    `first` and `last` are how loud the first and the last of `layers` layers are.

    Examples:
        >>> check_factor_per_layer(lambda first, last, layers: last / first / layers).mistake
        'divided by the layers'
    """,
    use=single,
    answer=lambda first, last, layers: (last / first) ** (1 / (layers - 1)),
    inputs=lambda _: [
        {"first": first, "last": last, "layers": layers}
        for first, last, layers in ((1.0, 8.0, 4), (2.0, 6.0, 2), (3.0, 0.03, 20), (5e-3, 0.7, 50))
    ],
    mistakes=[
        Mistake(
            name="one too many",
            answer=lambda first, last, layers: (last / first) ** (1 / layers),
            says="You took a root for each layer, but there's one step fewer than layers.",
            hint="Four layers have three steps between them. Use `layers - 1`.",
        ),
        Mistake(
            name="divided by the steps",
            answer=lambda first, last, layers: last / first / (layers - 1),
            says="You divided by the number of steps, as if each step added something.",
            hint="Each step multiplies, so take a root, `** (1 / (layers - 1))`.",
        ),
        Mistake(
            name="divided by the layers",
            answer=lambda first, last, layers: last / first / layers,
            says="You divided by the number of layers, as if each layer added something.",
            hint="Each step multiplies, so take a root, and there's one step fewer than layers.",
        ),
        Mistake(
            name="upside down",
            answer=lambda first, last, layers: (first / last) ** (1 / (layers - 1)),
            says="You divided the first by the last, so your factor leads back, not forward.",
            hint="Start from `last / first`.",
        ),
        Mistake(
            name="root forgotten",
            answer=lambda first, last, layers: last / first,
            says="That's what all the steps do together.",
            hint="Take a root of it to get a single step.",
        ),
        Mistake(
            name="difference",
            answer=lambda first, last, layers: (last - first) ** (1 / (layers - 1)),
            says="You took the difference of the two, but a factor comes from a ratio.",
            hint="Divide `last` by `first`.",
        ),
        Mistake(
            name="power instead of root",
            answer=lambda first, last, layers: (last / first) ** (layers - 1),
            says="You raised the ratio to a power, which makes it larger still.",
            hint="A root is a power of `1 / (layers - 1)`.",
        ),
    ],
)


def _rms_norm(
    h: Tensor,
    *,
    dim: int | None = 1,
    root: bool = True,
    average: bool = True,
    center: Callable[[Tensor], Tensor] = lambda h: h,
    eps: Callable[[Tensor], Tensor] = lambda square: square + 1e-5,
) -> Tensor:
    square = center(h).square()
    square = square.mean(dim, keepdim=True) if average else square.sum(dim, keepdim=True)
    return h / (eps(square).sqrt() if root else eps(square))


check_rms_norm = Exercise(
    name="rms_norm",
    doc="""Check `rms_norm(h)`, which divides each example by the loudness of its numbers.

    `h` has the shape (batch, units), and so has the result.

    Examples:
        >>> import torch.nn.functional as F
        >>> check_rms_norm(lambda h: F.layer_norm(h, h.shape[1:])).mistake
        'average subtracted'
    """,
    answer=_rms_norm,
    inputs=lambda rng: [
        {"h": torch.tensor([[2.0, -2.0, 1.0], [3.0, 0.0, 0.0]])},
        {"h": 1 + 3 * torch.randn(4, 4, generator=rng)},
        {"h": torch.randn(5, 8, generator=rng) * torch.tensor([[1e-3], [1e-2], [0.1], [1], [1e3]])},
    ],
    mistakes=[
        Mistake(
            name="wrong axis",
            answer=partial(_rms_norm, dim=0),
            says="You averaged over the batch, so each unit got a loudness of 1, not each example.",
            hint="The units should disappear, so use `dim=1`, with `keepdim=True`.",
        ),
        Mistake(
            name="one loudness for all",
            answer=partial(_rms_norm, dim=None),
            says="You divided the whole batch by a single loudness.",
            hint="Each example has its own. Use `dim=1` and `keepdim=True`.",
        ),
        Mistake(
            name="average subtracted",
            answer=lambda h: torch.nn.functional.layer_norm(h, h.shape[1:]),
            says="You subtracted each example's average, which makes it a LayerNorm.",
            hint="Subtract nothing. Divide by the root of the average square.",
        ),
        Mistake(
            name="standard deviation",
            answer=partial(_rms_norm, center=lambda h: h - h.mean(1, keepdim=True)),
            says="You divided by the standard deviation, which leaves the average out.",
            hint="Average the squares of the numbers themselves, with `h.square().mean(...)`.",
        ),
        Mistake(
            name="sample standard deviation",
            answer=lambda h: h / (h.var(dim=1, keepdim=True) + 1e-5).sqrt(),
            says="You divided by the standard deviation, of `var`, which leaves the average out.",
            hint="Average the squares of the numbers themselves, with `h.square().mean(...)`.",
        ),
        Mistake(
            name="root forgotten",
            answer=partial(_rms_norm, root=False),
            says="You divided by the average square, without taking the root.",
            hint="Loudness is the root of the average square.",
        ),
        Mistake(
            name="squares added up",
            answer=partial(_rms_norm, average=False),
            says="You added up the squares instead of averaging them.",
            hint="Use `mean` instead of `sum`, so that the number of units doesn't matter.",
        ),
        Mistake(
            name="nothing added",
            answer=partial(_rms_norm, eps=lambda square: square),
            says="You didn't add `1e-5`, which shows where the numbers are tiny.",
            hint="Add `1e-5` to the average square, before the root.",
        ),
        Mistake(
            name="another number added",
            answer=partial(_rms_norm, eps=lambda square: square + 1e-6),
            says="You added `1e-6`, not `1e-5`, which shows where the numbers are tiny.",
            hint="Add `1e-5` to the average square.",
        ),
        Mistake(
            name="added after the root",
            answer=lambda h: h / (h.square().mean(1, keepdim=True).sqrt() + 1e-5),
            says="You added `1e-5` to the loudness, which shows where the numbers are tiny.",
            hint="Add it to the average square, before you take the root.",
        ),
    ],
)


def _remark(x: Tensor, norm: nn.Module, fc1: nn.Module, fc2: nn.Module) -> Tensor:
    remark: Tensor = fc2(torch.relu(fc1(norm(x))))
    return remark


FORWARDS: dict[str, Callable[[Tensor, nn.Module, nn.Module, nn.Module], Tensor]] = {
    "right": lambda x, *parts: x + _remark(x, *parts),
    "copy forgotten": _remark,
    "copy normalized": lambda x, *parts: parts[0](x) + _remark(x, *parts),
    "norm forgotten": lambda x, _, fc1, fc2: x + fc2(torch.relu(fc1(x))),
    "ReLU forgotten": lambda x, norm, fc1, fc2: x + fc2(fc1(norm(x))),
    "ReLU on the remark": lambda x, *parts: x + torch.relu(_remark(x, *parts)),
    "ReLU on the sum": lambda x, *parts: torch.relu(x + _remark(x, *parts)),
    "norm behind a layer": lambda x, norm, fc1, fc2: x + fc2(torch.relu(norm(fc1(x)))),
    "norm at the end": lambda x, norm, fc1, fc2: x + norm(fc2(torch.relu(fc1(x)))),
    "norm on the sum": lambda x, norm, fc1, fc2: norm(x + fc2(torch.relu(fc1(x)))),
    "multiplied": lambda x, *parts: x * _remark(x, *parts),
}


def _use_block(block: Callable[[int], Any], n: int, x: Tensor) -> Any:
    """Build a block, and say what is wrong with its start and with what it computes."""
    model = build(partial(block, n))
    parts = [getattr(model, name, None) for name in ("norm", "fc1", "fc2")]
    norm, fc1, fc2 = parts
    if not all(isinstance(part, nn.Module) for part in parts):
        raise Made("other names")
    if not isinstance(norm, nn.LayerNorm):
        raise Made("another norm")
    if not isinstance(fc1, nn.Linear) or not isinstance(fc2, nn.Linear):
        raise TypeError("expected fc1 and fc2 to be linear layers")
    if len(list(model.parameters())) > len(parts) * 2:
        raise Made("other parts")
    start = model(x)
    if start is None:
        raise Made("forward returns nothing")
    if not isinstance(start, Tensor) or start.shape != x.shape:
        return start
    names = []
    untouched = same(start, x)
    silent, first = not fc2.weight.any(), not fc1.weight.any()
    rows = fc1.weight.detach()
    if silent and first:
        names.append("both at zero")
    elif not norm.weight.any():
        names.append("norm at zero")
    elif not first and bool((rows == rows[:1]).all()):
        names.append("equal weights")
    elif first:
        names.append("wrong layer at zero")
    elif silent and fc2.bias is not None and fc2.bias.any():
        names.append("bias not zero")
    elif not silent:
        names.append("loud start")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape))
    heard = x.clone().requires_grad_()
    output = model(heard)
    known = [name for name, f in FORWARDS.items() if same(output, f(heard, norm, fc1, fc2))]
    if not known:
        return output.detach()
    parameters = list(model.parameters())
    if not all(parameter.requires_grad for parameter in parameters):
        raise Made("frozen")
    complaint = torch.randn_like(x)
    arrived, due = (
        torch.autograd.grad((h * complaint).sum(), [heard, *parameters], allow_unused=True)
        for h in (output, FORWARDS[known[0]](heard, norm, fc1, fc2))
    )
    if not same(list(arrived), list(due)):
        names.append("complaint cut off")
    if known[0] != "right":
        names.append(known[0])
    if names:
        raise Made(*names)
    return "a block" if untouched else start.detach()


def _make_block(
    forward: str = "right", *, zero: tuple[str, ...] = ("fc2.weight", "fc2.bias")
) -> type[nn.Module]:
    """Make the class of a block with this forward pass, and these parameters at zero."""

    class Block(nn.Module):
        def __init__(self, n: int) -> None:
            super().__init__()
            self.norm, self.fc1, self.fc2 = nn.LayerNorm(n), nn.Linear(n, n), nn.Linear(n, n)
            for name in zero:
                nn.init.zeros_(self.get_parameter(name))

        def forward(self, x: Tensor) -> Tensor:
            return FORWARDS[forward](x, self.norm, self.fc1, self.fc2)

    return Block


class _Cut(_make_block()):  # type: ignore[misc]
    def forward(self, x: Tensor) -> Tensor:
        return x.detach() + _remark(x, self.norm, self.fc1, self.fc2)


class _Equal(_make_block()):  # type: ignore[misc]
    def __init__(self, n: int) -> None:
        super().__init__(n)
        nn.init.constant_(self.fc1.weight, 0.1)


class _Gained(_make_block()):  # type: ignore[misc]
    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.gain = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.gain * _remark(x, self.norm, self.fc1, self.fc2)


class _OtherNames(nn.Module):
    def __init__(self, n: int) -> None:
        super().__init__()
        self.block = _make_block()(n)

    def forward(self, x: Tensor) -> Any:
        return self.block(x)


class _Silent(_make_block()):  # type: ignore[misc]
    def forward(self, x: Tensor) -> None:
        super().forward(x)


class _BatchBlock(_make_block()):  # type: ignore[misc]
    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.norm = nn.BatchNorm1d(n)


class _Forgotten(nn.Module):
    def __init__(self, n: int) -> None:
        self.fc1 = nn.Linear(n, n)


class _Unfinished(nn.Module):
    def __init__(self, n: int) -> None:
        super().__init__()
        self.norm, self.fc1, self.fc2 = nn.LayerNorm(n), nn.Linear(n, n), nn.Linear(n, n)


ALL = "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"

check_block = Exercise(
    name="Block",
    doc="""Check the class `Block`, a residual connection around a norm and two layers.

    `Block(n)` is a `torch.nn.Module` that returns its input until it's trained.

    Examples:
        >>> from torch import nn
        >>> class Block(nn.Module):
        ...     def __init__(self, n):
        ...         super().__init__()
        ...         self.norm = nn.LayerNorm(n)
        ...         self.fc1, self.fc2 = nn.Linear(n, n), nn.Linear(n, n)
        ...
        ...     def forward(self, h):
        ...         return h + self.fc2(nn.functional.relu(self.fc1(self.norm(h))))
        >>> check_block(Block).mistake
        'loud start'
    """,
    use=_use_block,
    answer=_make_block(),
    inputs=lambda rng: [
        {"n": n, "x": size * torch.randn(batch, n, generator=rng)}
        for n, batch, size in ((3, 2, 1), (8, 5, 1), (16, 4, 300))
    ],
    reason="A remark of two layers that starts with its last layer at zero is what many deep "
    "networks begin with.",
    mistakes=[
        Mistake(
            name="loud start",
            answer=_make_block(zero=()),
            says="A new block adds a remark to what it's given, since its last layer isn't zero.",
            hint="In `__init__`, set the weight and the bias of `fc2` to zero.",
        ),
        Mistake(
            name="bias not zero",
            answer=_make_block(zero=("fc2.weight",)),
            says="The weight of `fc2` is zero, but its bias still adds something.",
            hint="Set `self.fc2.bias` to zero, too.",
        ),
        Mistake(
            name="both at zero",
            answer=_make_block(zero=ALL),
            says="With both layers at zero, neither of the two weights ever gets a complaint.",
            hint="Set only `fc2` to zero, and leave `fc1` as PyTorch made it.",
        ),
        Mistake(
            name="wrong layer at zero",
            answer=_make_block(zero=("fc1.weight", "fc1.bias", "fc2.bias")),
            says="With `fc1` at zero, `fc2` hears nothing and `fc1` gets no complaint.",
            hint="Set `fc2` to zero instead.",
        ),
        Mistake(
            name="copy forgotten",
            answer=_make_block("copy forgotten"),
            says="You return the remark alone.",
            hint="Return `h` plus the remark.",
        ),
        Mistake(
            name="copy normalized",
            answer=_make_block("copy normalized"),
            says="You added the remark to the normalized `h`, so the copy isn't handed on as is.",
            hint="Keep `h` itself for the sum, and normalize only what the remark is about.",
        ),
        Mistake(
            name="norm forgotten",
            answer=_make_block("norm forgotten"),
            says="The remark is about `h` itself, without the LayerNorm.",
            hint="Give `self.norm(h)` to `fc1`.",
        ),
        Mistake(
            name="ReLU forgotten",
            answer=_make_block("ReLU forgotten"),
            says="There's no ReLU between the two layers, so they are just one.",
            hint="Put `torch.relu` around the output of `fc1`.",
        ),
        Mistake(
            name="ReLU on the remark",
            answer=_make_block("ReLU on the remark"),
            says="You put a ReLU on the remark, so it can only add. At zero it can't even learn.",
            hint="Put a ReLU only between `fc1` and `fc2`.",
        ),
        Mistake(
            name="ReLU on the sum",
            answer=_make_block("ReLU on the sum"),
            says="You put a ReLU on the sum, which swallows half of the copy in every block.",
            hint="Return the sum as it is.",
        ),
        Mistake(
            name="norm behind a layer",
            answer=_make_block("norm behind a layer"),
            says="You normalized after `fc1`, but the LayerNorm comes first.",
            hint="Give `self.norm(h)` to `fc1`.",
        ),
        Mistake(
            name="norm at the end",
            answer=_make_block("norm at the end"),
            says="You normalized the remark itself, but the LayerNorm comes first.",
            hint="Give `self.norm(h)` to `fc1`.",
        ),
        Mistake(
            name="norm on the sum",
            answer=_make_block("norm on the sum"),
            says="You normalized the sum, so the copy isn't handed on as it was.",
            hint="Give `self.norm(h)` to `fc1`, and return the sum as it is.",
        ),
        Mistake(
            name="multiplied",
            answer=_make_block("multiplied"),
            says="You multiplied `h` by the remark.",
            hint="Add the remark to it.",
        ),
        Mistake(
            name="complaint cut off",
            answer=_Cut,
            says="What you return is right, but a complaint can't get back through all of it.",
            hint="Use `h` itself, without `detach` and outside `torch.no_grad()`.",
        ),
        Mistake(
            name="frozen",
            answer=lambda n: _make_block()(n).requires_grad_(requires_grad=False),
            says="Your block can't be trained, since `requires_grad` is off.",
            hint="Leave `requires_grad` as it was.",
        ),
        Mistake(
            name="norm at zero",
            answer=_make_block(zero=("norm.weight", "norm.bias", "fc2.weight", "fc2.bias")),
            says="With the LayerNorm at zero, too, the remark knows nothing of `h`.",
            hint="Set only `fc2` to zero, and leave `norm` as PyTorch made it.",
        ),
        Mistake(
            name="equal weights",
            answer=_Equal,
            says="All units of `fc1` start with the same weights, so they'd always say the same.",
            hint="Leave `fc1` as PyTorch made it.",
        ),
        Mistake(
            name="other parts",
            answer=_Gained,
            says="Your block has more to learn than a LayerNorm and two linear layers.",
            hint="Use only `norm`, `fc1` and `fc2`. It's `fc2` that starts at zero.",
        ),
        Mistake(
            name="another norm",
            answer=_BatchBlock,
            says="`norm` isn't an `nn.LayerNorm`.",
            hint="Assign `nn.LayerNorm(n)` to `self.norm`.",
        ),
        Mistake(
            name="other names",
            answer=_OtherNames,
            says="The block has no parts called `norm`, `fc1` and `fc2`.",
            hint="Assign them to `self.norm`, `self.fc1` and `self.fc2`.",
        ),
        Mistake(
            name="forward returns nothing",
            answer=_Silent,
            says="`forward` returns nothing.",
            hint="Begin its last line with `return`.",
        ),
        Mistake(
            name="forward missing",
            answer=_Unfinished,
            says="The block has no method `forward`.",
            hint="Write `def forward(self, h):`, indented like `__init__`.",
        ),
        Mistake(
            name="super().__init__() forgotten",
            answer=_Forgotten,
            says="PyTorch's part of the module isn't ready when you assign the layers.",
            hint="Call `super().__init__()` first.",
        ),
        Mistake(
            name="needs arguments",
            answer=lambda n, m: _make_block()(n + m),
            says="`Block(n)` doesn't work, since your class needs more arguments.",
            hint="Let `__init__` take `self` and `n`, and no more.",
        ),
    ],
)


def _mean(norm: nn.BatchNorm1d) -> Tensor:
    return cast("Tensor", norm.running_mean)


def _var(norm: nn.BatchNorm1d) -> Tensor:
    return cast("Tensor", norm.running_var)


def _right_scale(norm: nn.BatchNorm1d) -> Tensor:
    return norm.weight / torch.sqrt(_var(norm) + norm.eps)


@torch.no_grad()
def _merge(
    linear: nn.Linear,
    norm: nn.BatchNorm1d,
    *,
    scale: Callable[[nn.BatchNorm1d], Tensor] = _right_scale,
    mean: bool = True,
    bias: bool = True,
    shift: bool = True,
    scaled: Callable[[Tensor, Tensor], Tensor] = lambda W, scale: scale[:, None] * W,
) -> nn.Linear:
    merged = nn.Linear(linear.in_features, linear.out_features)
    factor = scale(norm)
    merged.weight.copy_(scaled(linear.weight, factor))
    merged.bias.copy_((linear.bias * bias - _mean(norm) * mean) * factor + norm.bias * shift)
    return merged


@torch.no_grad()
def _merge_in_place(linear: nn.Linear, norm: nn.BatchNorm1d) -> nn.Linear:
    merged = _merge(linear, norm)
    linear.weight.copy_(merged.weight)
    linear.bias.copy_(merged.bias)
    return linear


@torch.no_grad()
def _merge_mean_unscaled(linear: nn.Linear, norm: nn.BatchNorm1d) -> nn.Linear:
    merged = _merge(linear, norm, mean=False)
    merged.bias.sub_(_mean(norm))
    return merged


@torch.no_grad()
def _merge_bias_unscaled(linear: nn.Linear, norm: nn.BatchNorm1d) -> nn.Linear:
    merged = _merge(linear, norm, bias=False)
    merged.bias.add_(linear.bias)
    return merged


def _use_merge(merge: Callable[..., Any], linear: nn.Linear, norm: nn.BatchNorm1d) -> Any:
    modes = [part.training for part in (linear, norm)]
    merged = merge(linear, norm)
    if not isinstance(merged, nn.Linear):
        raise Made("no single layer")
    if modes != [part.training for part in (linear, norm)]:
        raise Made("another mode")
    return [merged.weight.detach(), merged.bias.detach()]


def _layers_with_norms(rng: Generator) -> list[Arguments]:
    """Make linear layers, each with a BatchNorm that has seen some numbers."""
    cases: list[Arguments] = []
    for n_in, n_out, size in ((2, 3, 1.0), (4, 4, 1.0), (5, 3, 1e-4)):
        linear, norm = nn.Linear(n_in, n_out), nn.BatchNorm1d(n_out).eval()
        with torch.no_grad():
            for tensor in (linear.weight, linear.bias, norm.weight, norm.bias, _mean(norm)):
                tensor.copy_(torch.randn(tensor.shape, generator=rng))
            _var(norm).copy_(size * (0.5 + torch.rand(n_out, generator=rng)))
        cases.append({"linear": linear, "norm": norm})
    return cases


check_merge = Exercise(
    name="merge",
    doc="""Check `merge(linear, norm)`, one layer that does the same as a layer and its BatchNorm.

    `linear` is an `nn.Linear` with biases, `norm` the `nn.BatchNorm1d` after it, in evaluation.

    Examples:
        >>> from torch import nn
        >>> check_merge(lambda linear, norm: nn.Sequential(linear, norm)).mistake
        'no single layer'
    """,
    use=_use_merge,
    answer=_merge,
    inputs=_layers_with_norms,
    reason="In evaluation a BatchNorm costs nothing, then. PyTorch does the same in "
    "`torch.nn.utils.fuse_linear_bn_eval`.",
    mistakes=[
        Mistake(
            name="root forgotten",
            answer=partial(_merge, scale=lambda norm: norm.weight / (_var(norm) + norm.eps)),
            says="You divided by the variance, without taking the root.",
            hint="Divide by the standard deviation, the root of `running_var + eps`.",
        ),
        Mistake(
            name="eps forgotten",
            answer=partial(_merge, scale=lambda norm: norm.weight / _var(norm).sqrt()),
            says="You left out `eps`, which shows where the variance is small.",
            hint="Add `norm.eps` to the variance before you take the root.",
        ),
        Mistake(
            name="weight of the norm forgotten",
            answer=partial(_merge, scale=lambda norm: 1 / (_var(norm) + norm.eps).sqrt()),
            says="You left out the norm's own weight.",
            hint="Multiply by `norm.weight` after dividing by the standard deviation.",
        ),
        Mistake(
            name="multiplied by the deviation",
            answer=partial(_merge, scale=lambda norm: norm.weight * _var(norm).sqrt()),
            says="You multiplied by the standard deviation.",
            hint="Divide by it.",
        ),
        Mistake(
            name="mean forgotten",
            answer=partial(_merge, mean=False),
            says="You didn't subtract the running mean.",
            hint="Subtract `norm.running_mean` from the bias before you scale it.",
        ),
        Mistake(
            name="bias of the layer forgotten",
            answer=partial(_merge, bias=False),
            says="You left out the bias of the linear layer.",
            hint="The total is xW + b, so the new bias begins with `linear.bias`.",
        ),
        Mistake(
            name="bias of the norm forgotten",
            answer=partial(_merge, shift=False),
            says="You left out the norm's own bias.",
            hint="Add `norm.bias` at the end.",
        ),
        Mistake(
            name="weights not scaled",
            answer=partial(_merge, scaled=lambda W, _: W),
            says="You scaled the bias, but not the weights.",
            hint="The new weight is `scale[:, None] * linear.weight`.",
        ),
        Mistake(
            name="mean not scaled",
            answer=_merge_mean_unscaled,
            says="You subtracted the mean after scaling, but it's a mean of the totals.",
            hint="Subtract `norm.running_mean` from `linear.bias` first, then scale both.",
        ),
        Mistake(
            name="bias not scaled",
            answer=_merge_bias_unscaled,
            says="You didn't scale the bias of the linear layer.",
            hint="It's part of the total, so it's scaled like the rest.",
        ),
        Mistake(
            name="changed in place",
            answer=_merge_in_place,
            says="Your layer is right, but you changed the old one to get it.",
            hint="Make a new layer with `nn.Linear(linear.in_features, linear.out_features)`.",
        ),
        Mistake(
            name="another mode",
            answer=lambda linear, norm: _merge(linear, norm.train()),
            says="You switched one of the two between training and evaluation.",
            hint="You don't need to. Use what `norm` keeps, and leave both as they are.",
        ),
        Mistake(
            name="no single layer",
            answer=lambda linear, norm: nn.Sequential(linear, norm),
            says="You didn't return an `nn.Linear`.",
            hint="Make one, copy the new weight and bias into it, and return it.",
        ),
    ],
)


check_way_back = Number(
    name="way_back",
    doc="""Check `way_back`, what a layer of 100 units and 400 inputs does to the complaint.

    Examples:
        >>> check_way_back(2).mistake
        'upside down'
    """,
    answer=0.5,
    tolerance=0.005,
    reason="It's 0.5. Only 100 units hear each of the 400, and the weights are as small as 400 "
    "inputs need them to be. Unless n and m are equal, no s makes both directions 1.",
    hint="The law for the way back is s * sqrt(m / 2), and s is sqrt(2 / n).",
    mistakes=[
        Mistake(
            name="the way there",
            answer=1.0,
            says="That's the factor on the way there.",
            hint="On the way back, count those who hear a unit, not those that it hears.",
        ),
        Mistake(
            name="upside down",
            answer=2.0,
            says="You divided the inputs by the units.",
            hint="s is sqrt(2 / 400), and on the way back it's multiplied by sqrt(100 / 2).",
        ),
        Mistake(
            name="root forgotten",
            answer=0.25,
            says="That's what becomes of the squares.",
            hint="Loudness is the root of the average square.",
        ),
        Mistake(
            name="ReLU forgotten",
            answer=0.5**0.5,
            says="You let every complaint through the ReLU.",
            hint="Half of the units said nothing and get no complaint, so use sqrt(m / 2).",
        ),
        Mistake(
            name="ReLU twice",
            answer=0.125**0.5,
            says="You left the 2 out of He's s, or let ReLU swallow half of the squares twice.",
            hint="s is sqrt(2 / 400).",
        ),
    ],
)


check_twins = Choice(
    name="twins",
    doc="""Check `twins`, what a BatchNorm makes of a batch with the same digit twice.

    Examples:
        >>> check_twins("b").outcome
        'wrong'
    """,
    options=[
        Option(
            "The same ten logits for every digit in the world.",
            "Each unit's average over the batch is the unit itself, so 0 is left, and everything "
            "after it sees the same numbers, the norm's own biases, whatever the digit was. No "
            "error, no warning, and a network that read 92% is blind.",
            right=True,
        ),
        Option(
            "The right digit about 92% of the time, as it should.",
            "It would after `eval()`. Before that, BatchNorm subtracts the average over the batch. "
            "What's the average of two equal numbers?",
            right=False,
        ),
        Option(
            "Nothing but nan, since the variance is zero.",
            "It would be 0 divided by 0, but `eps` is added to the variance, and 0 divided by a "
            "small number is 0.",
            right=False,
        ),
        Option(
            "Something different each time, even for the same digit.",
            "What BatchNorm does depends on the rest of the batch, and here that's always the same "
            "digit. Nothing is random.",
            right=False,
        ),
    ],
)
