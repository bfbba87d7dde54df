"""The exercises of lesson 15."""

import copy
import pickle
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, reduce
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import Momentum
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._observe import Made, is_number, same
from mlp_tutorial.lessons import Option

ERRORS = {"cannot pickle": "cannot be saved", "expected 'f' to be": "arguments exchanged"}


def _use_save(save: Callable[..., Any], epoch: int) -> Any:
    """Save after a step with momentum, so that the optimizer has a state, and look at the file."""
    torch.manual_seed(2)
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    optimizer = Momentum(model)
    model(torch.randn(4, 3)).sum().backward()
    optimizer.step()
    right = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    right = copy.deepcopy(right)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "checkpoint.pt")
        try:
            save(path, model, optimizer, epoch)
        except (TypeError, AttributeError) as error:
            for said, name in ERRORS.items():
                if said in str(error):
                    raise Made(name) from error
            save(str(path), model, optimizer, epoch)  # the task allows that a path is a string
        changed = not same(right["model"], model.state_dict())
        changed |= not all(part.training for part in model.modules())
        names = ["model changed"] if changed else _wrong_file(path, right)
    if names:
        raise Made(*names)
    return "a file to go on from"


def _wrong_file(path: Path, right: dict[str, Any]) -> list[str]:
    """Name what is wrong with a file, apart from more keys than it needs."""
    if path.is_dir():
        return ["path taken for a folder"]
    if not path.exists():
        return ["written elsewhere" if any(path.parent.iterdir()) else "nothing written"]
    names = []
    try:
        state = torch.load(path, weights_only=True)
    except Exception:  # whatever is wrong with the file
        try:
            state = torch.load(path, weights_only=False)
        except Exception:
            return ["pickled"]
        names.append("other objects")
    if not isinstance(state, dict):
        return ["whole objects" if isinstance(state, nn.Module) else "no dict"]
    if same(state, right["model"]):
        return ["weights alone"]
    values = list(state.values())
    if any(isinstance(value, nn.Module | torch.optim.Optimizer) for value in values):
        return ["whole objects"]
    missing = [key for key in right if key not in state]
    if any(any(same(value, right[key]) for value in values) for key in missing):
        return [*names, "other keys"]
    names += [f"{key} forgotten" for key in missing]
    names += [f"other {key}" for key in right if key in state and not _fits(state[key], right[key])]
    if "other model" in names and _is_part(state["model"], right["model"]):
        names[names.index("other model")] = "parameters without buffers"
    return names


def _fits(value: Any, right: Any) -> bool:
    """Compare what was saved with what should have been. An OrderedDict may be a dict."""
    if isinstance(right, int):
        return is_number(value) and float(value) == right
    return isinstance(value, Mapping) and same(value, right)


def _is_part(value: Any, right: Mapping[str, Any]) -> bool:
    """Tell whether a state dict is right as far as it goes, but too short."""
    return (
        isinstance(value, Mapping)
        and value.keys() < right.keys()
        and all(same(value[key], right[key]) for key in value)
    )


def _save(path: Path, model: nn.Module, optimizer: Momentum, epoch: int, *left_out: str) -> None:
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    torch.save({key: value for key, value in state.items() if key not in left_out}, path)


def _save_with(**changes: Callable[[nn.Module, Momentum, int], Any]) -> Callable[..., None]:
    """Make a function that saves other values, each computed from the three arguments."""

    def save(path: Path, model: nn.Module, optimizer: Momentum, epoch: int) -> None:
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
        changed = {key: make(model, optimizer, epoch) for key, make in changes.items()}
        torch.save(state | changed, path)

    return save


def _save_pickled(path: Path, model: nn.Module, optimizer: Momentum, epoch: int) -> None:
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    path.write_bytes(pickle.dumps(state))


def _save_exchanged(path: Any, *_: Any) -> None:
    torch.save(path, {})  # type: ignore[arg-type]


def _save_in_folder(path: Path, *rest: Any) -> None:
    path.mkdir()
    _save(path / "state.pt", *rest)


def _save_halved(path: Path, model: nn.Module, optimizer: Momentum, epoch: int) -> None:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.div_(2)
    _save(path, model, optimizer, epoch)


check_save = Exercise(
    name="save",
    doc="""Check `save(path, model, optimizer, epoch)`, which writes a file to resume training from.

    The file holds a dict with the keys `model`, `optimizer` and `epoch`, and can be loaded with
    `weights_only=True`.

    Examples:
        >>> import torch
        >>> check_save(lambda path, model, *_: torch.save(model.state_dict(), path)).mistake
        'weights alone'
    """,
    use=_use_save,
    answer=_save,
    inputs=lambda rng: [{"epoch": 1}, {"epoch": 12}],
    mistakes=[
        Mistake(
            name="whole objects",
            answer=lambda path, model, optimizer, epoch: torch.save(
                {"model": model, "optimizer": optimizer, "epoch": epoch}, path
            ),
            says=(
                "You saved the objects themselves. Loading such a file runs code, and it breaks "
                "when a class is renamed."
            ),
            hint="Save what `state_dict()` returns.",
        ),
        Mistake(
            name="optimizer forgotten",
            answer=lambda *arguments: _save(*arguments, "optimizer"),
            says="The optimizer's state isn't in the file, so momentum would restart from zero.",
            hint="Add `optimizer.state_dict()`.",
        ),
        Mistake(
            name="epoch forgotten",
            answer=lambda *arguments: _save(*arguments, "epoch"),
            says="The file doesn't say how far the training got.",
            hint="Add the epoch.",
        ),
        Mistake(
            name="weights alone",
            answer=lambda path, model, optimizer, epoch: torch.save(model.state_dict(), path),
            says="You saved only the weights. You can use the network, but not resume training.",
            hint="Save a dict with the keys `model`, `optimizer` and `epoch`.",
        ),
        Mistake(
            name="nothing written",
            answer=lambda path, model, optimizer, epoch: {"model": model.state_dict()},
            says="After your function returns, there is no file at `path`.",
            hint="Write the dict with `torch.save(state, path)`.",
        ),
        Mistake(
            name="written elsewhere",
            answer=lambda path, *rest: _save(path.with_suffix(".pth"), *rest),
            says="You wrote a file with another name than `path`.",
            hint="Pass `path` to `torch.save` as it is.",
        ),
        Mistake(
            name="path taken for a folder",
            answer=_save_in_folder,
            says="You made a folder at `path`, but `path` is the file itself.",
            hint="Pass `path` to `torch.save` as it is.",
        ),
        Mistake(
            name="pickled",
            answer=_save_pickled,
            says="`torch.load` can't read your file, because `torch.save` didn't write it.",
            hint="Write the dict with `torch.save(state, path)`, not with `pickle` or as text.",
        ),
        Mistake(
            name="other objects",
            answer=_save_with(folder=lambda *_: Path("runs")),
            says="Your file can't be loaded with `weights_only=True`.",
            hint="Save only tensors, numbers, strings, and dicts and lists of these.",
        ),
        Mistake(
            name="cannot be saved",
            answer=_save_with(model=lambda model, *_: model.parameters()),
            says="Your dict holds something that can't be saved, such as a generator.",
            hint="Save what `model.state_dict()` and `optimizer.state_dict()` return.",
        ),
        Mistake(
            name="arguments exchanged",
            answer=_save_exchanged,
            says="`torch.save` takes what to save first, and the path second.",
            hint="Write `torch.save(state, path)`.",
        ),
        Mistake(
            name="no dict",
            answer=lambda path, model, optimizer, epoch: torch.save(
                [model.state_dict(), optimizer.state_dict(), epoch], path
            ),
            says="Your file doesn't hold a dict.",
            hint="Save a dict with the keys `model`, `optimizer` and `epoch`.",
        ),
        Mistake(
            name="other keys",
            answer=lambda path, model, optimizer, epoch: torch.save(
                {"weights": model.state_dict(), "optimizer": optimizer.state_dict()}, path
            ),
            says="The keys in your file have other names than the task asks for.",
            hint="Call them `model`, `optimizer` and `epoch`.",
        ),
        Mistake(
            name="model forgotten",
            answer=lambda *arguments: _save(*arguments, "model"),
            says="The weights aren't in the file.",
            hint="Add `model.state_dict()` under the key `model`.",
        ),
        Mistake(
            name="parameters without buffers",
            answer=_save_with(model=lambda model, *_: dict(model.named_parameters())),
            says=(
                "You saved the parameters, but not the buffers, such as the running means of "
                "BatchNorm. The file doesn't fit such a model."
            ),
            hint="Save `model.state_dict()`, which has both.",
        ),
        Mistake(
            name="other model",
            answer=_save_with(model=lambda model, *_: list(model.state_dict())),
            says="What you saved under `model` isn't the state of the model.",
            hint="Save `model.state_dict()`.",
        ),
        Mistake(
            name="other optimizer",
            answer=_save_with(optimizer=lambda _, optimizer, *__: optimizer.defaults),
            says="What you saved under `optimizer` isn't its whole state.",
            hint="Save `optimizer.state_dict()`, which has the velocities too.",
        ),
        Mistake(
            name="other epoch",
            answer=_save_with(epoch=lambda model, optimizer, epoch: epoch + 1),
            says="The epoch in your file isn't the one that was passed.",
            hint="Save `epoch` as it is.",
        ),
        Mistake(
            name="model changed",
            answer=_save_halved,
            says="Your function changes the model that it saves.",
            hint="Save the model as it is.",
        ),
    ],
)


def _use_average(
    average_gradients: Callable[..., Any], gradients: list[Tensor], sizes: list[int]
) -> Any:
    """Call the answer, and see whether the sizes matter to it."""
    others = [2 * n + i for i, n in enumerate(sizes)]
    changed = average_gradients([g.clone() for g in gradients], others)
    mean = average_gradients(gradients, list(sizes))
    known = [sum(gradients), sum(gradients) / len(sizes)]
    if (
        len(sizes) > 1
        and same(mean, changed)
        and isinstance(mean, Tensor)
        and not any(same(mean, value) for value in known)
    ):
        raise Made("sizes not used")
    return mean


def _halves(gradients: Sequence[Tensor], sizes: Sequence[int]) -> Tensor:
    return reduce(lambda one, other: (one + other) / 2, gradients)


def _weighted(gradients: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    return sum((g * n for g, n in zip(gradients, weights, strict=True)), torch.zeros(()))


check_average_gradients = Exercise(
    name="average_gradients",
    doc="""Check `average_gradients(gradients, sizes)`, the batch's gradient from its parts.

    Each gradient is the mean over one kitchen's examples, and `sizes` says how many examples each
    kitchen had.

    Examples:
        >>> check_average_gradients(lambda gradients, sizes: sum(gradients) / len(sizes)).mistake
        'plain mean'
    """,
    use=_use_average,
    answer=lambda gradients, sizes: _weighted(gradients, sizes) / sum(sizes),
    inputs=lambda rng: [
        {"gradients": [torch.randn(shape, generator=rng) for _ in sizes], "sizes": sizes}
        for shape, sizes in (
            ((2,), [3, 1]),
            ((3, 2), [22, 21, 21]),
            ((2, 2), [1, 5, 2, 4]),
            ((), [2, 7]),
            ((4,), [64]),
        )
    ],
    mistakes=[
        Mistake(
            name="plain mean",
            answer=lambda gradients, sizes: sum(gradients) / len(sizes),
            says="You gave every kitchen the same weight, but some had more examples.",
            hint="Multiply each gradient by its number of examples, and divide by the total.",
        ),
        Mistake(
            name="sum",
            answer=lambda gradients, sizes: sum(gradients),
            says="You added up the gradients. Each is a mean already, so the step is too long.",
            hint="Divide, so that the result is a mean too.",
        ),
        Mistake(
            name="divided by kitchens",
            answer=lambda gradients, sizes: _weighted(gradients, sizes) / len(sizes),
            says=(
                "You multiplied by the numbers of examples, but divided by how many kitchens there "
                "are."
            ),
            hint="Divide by the total number of examples.",
        ),
        Mistake(
            name="last kitchen only",
            answer=lambda gradients, sizes: gradients[-1] * sizes[-1] / sum(sizes),
            says="Your result has only the last kitchen's gradient. It replaced the earlier ones.",
            hint="Add the products up, with `+=` in a loop or with `sum`.",
        ),
        Mistake(
            name="not divided",
            answer=_weighted,
            says="You multiplied by the numbers of examples, and never divided.",
            hint="Divide by the total number of examples.",
        ),
        Mistake(
            name="divided by the total alone",
            answer=lambda gradients, sizes: sum(gradients) / sum(sizes),
            says="You divided by the number of examples, but each gradient is a mean already.",
            hint="Multiply each gradient by its number of examples first.",
        ),
        Mistake(
            name="each divided by its size",
            answer=lambda gradients, sizes: _weighted(gradients, [1 / n for n in sizes]),
            says="You divided each gradient by its number of examples, but it is a mean already.",
            hint="Multiply each by its number of examples, and divide the sum by the total.",
        ),
        Mistake(
            name="divided by size and total",
            answer=lambda gradients, sizes: (
                _weighted(gradients, [1 / n for n in sizes]) / sum(1 / n for n in sizes)
            ),
            says="Workers with fewer examples count more in your mean.",
            hint="Multiply each gradient by its number of examples instead of dividing by it.",
        ),
        Mistake(
            name="divided twice",
            answer=lambda gradients, sizes: _weighted(gradients, sizes) / (sum(sizes) * len(sizes)),
            says="You divided by the number of kitchens as well.",
            hint="Divide only by the total number of examples.",
        ),
        Mistake(
            name="one number for all",
            answer=lambda gradients, sizes: (_weighted(gradients, sizes) / sum(sizes)).mean(),
            says="You averaged over the entries of the gradient too, which leaves one number.",
            hint="Average over the kitchens only. The result has the shape of one gradient.",
        ),
        Mistake(
            name="sizes not used",
            answer=_halves,
            says=(
                "Your result doesn't depend on `sizes`, but a kitchen with more examples has to "
                "count more."
            ),
            hint="Multiply each gradient by its number of examples, and divide by the total.",
        ),
    ],
)


def _use_peek(peek: Callable[..., Any], seed: int, n: int) -> Any:
    """Let the answer look at the dice, and see where they are afterwards."""
    torch.default_generator.manual_seed(seed)
    fresh = torch.get_rng_state()
    first = torch.rand(n)
    torch.rand(3)  # so that the dice have been rolled before
    state = torch.get_rng_state()
    coming = torch.rand(n)
    rolled = torch.get_rng_state()
    torch.set_rng_state(state)
    normal = torch.randn(n)
    torch.set_rng_state(state)

    seen = peek(n)
    after = torch.get_rng_state()
    if same(seen, state):
        raise Made("state returned")
    if torch.initial_seed() != seed or (same(seen, first) and not same(after, state)):
        raise Made("seeded again")
    if same(after, fresh):
        raise Made("put back to the start")
    if same(after, rolled) and same(seen, _following(rolled, n)):
        raise Made("state taken too late")
    if not same(after, state):
        raise Made("dice not put back")
    alike = isinstance(seen, Tensor) and seen.shape == (n,) and seen.is_floating_point()
    if alike and not same(seen, coming) and not same(seen, normal):
        raise Made("other dice")
    return seen


def _following(state: Tensor, n: int) -> Tensor:
    """Roll dice that are in this state."""
    return torch.rand(n, generator=torch.Generator().set_state(state))


def _peek(n: int) -> Tensor:
    dice = torch.get_rng_state()
    rolls = torch.rand(n)
    torch.set_rng_state(dice)
    return rolls


def _peek_with(
    *, put_back: bool = True, roll: Callable[[int], Any] = torch.rand
) -> Callable[[int], Any]:
    """Make a peek that rolls in another way, or doesn't put the dice back."""

    def peek(n: int) -> Any:
        dice = torch.get_rng_state()
        rolls = roll(n)
        if put_back:
            torch.set_rng_state(dice)
        return rolls

    return peek


def _peek_late(n: int) -> Tensor:
    torch.rand(n)
    dice = torch.get_rng_state()
    rolls = torch.rand(n)
    torch.set_rng_state(dice)
    return rolls


def _peek_restart(n: int) -> Tensor:
    rolls = torch.rand(n)
    torch.default_generator.manual_seed(torch.initial_seed())
    return rolls


def _peek_own(n: int) -> Tensor:
    return torch.rand(n, generator=torch.Generator().manual_seed(0))


def _peek_initial(n: int) -> Tensor:
    seed = torch.initial_seed()
    torch.default_generator.manual_seed(seed)
    return torch.rand(n)


check_peek = Exercise(
    name="peek",
    doc="""Check `peek(n)`, which returns what `torch.rand(n)` will roll and leaves the dice alone.

    Examples:
        >>> import torch
        >>> check_peek(torch.rand).mistake
        'dice not put back'
    """,
    use=_use_peek,
    answer=_peek,
    inputs=lambda rng: [{"seed": 1, "n": 1}, {"seed": 2, "n": 5}, {"seed": 3, "n": 40}],
    mistakes=[
        Mistake(
            name="dice not put back",
            answer=torch.rand,
            says="Afterwards, the dice roll other numbers than they would have without you.",
            hint="Get the state before you roll, and set it again before you return.",
        ),
        Mistake(
            name="state taken too late",
            answer=_peek_late,
            says="You rolled before you noted the state, so you put the dice back too late.",
            hint="Call `torch.get_rng_state()` before anything rolls the dice.",
        ),
        Mistake(
            name="put back to the start",
            answer=_peek_restart,
            says="You put the dice back to where they began, but they'd been rolled since.",
            hint="Use no seed. Get the state before you roll, and set it again afterwards.",
        ),
        Mistake(
            name="seeded again",
            answer=_peek_initial,
            says="You set a seed, which starts the dice all over again.",
            hint="Use no seed. Get the state, roll, and set the state again.",
        ),
        Mistake(
            name="other dice",
            answer=_peek_own,
            says="The dice stayed where they were, but those aren't the numbers they'll roll.",
            hint="Roll with `torch.rand(n)`, not with a generator or a seed of your own.",
        ),
        Mistake(
            name="state returned",
            answer=lambda n: torch.get_rng_state(),
            says="You returned the state of the dice. It isn't the rolls themselves.",
            hint="Roll with `torch.rand(n)`, set the state again, and return the rolls.",
        ),
        Mistake(
            name="normal numbers",
            answer=_peek_with(roll=torch.randn),
            says="You rolled with `randn`, whose numbers are distributed differently.",
            hint="Use `torch.rand(n)`.",
        ),
        Mistake(
            name="one roll",
            answer=_peek_with(roll=lambda n: torch.rand(1)),
            says="You returned a single roll instead of `n`.",
            hint="Use `torch.rand(n)`.",
        ),
        Mistake(
            name="nothing returned",
            answer=_peek_with(roll=lambda n: None),
            says="Your function returns nothing.",
            hint="Keep the rolls in a variable, set the state again, and return the variable.",
        ),
    ],
)


def _order(n: int, seed: int) -> Tensor:
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed))


def _rest_of_round(
    n: int,
    batch_size: int,
    seed: int,
    done: int,
    *,
    shuffle: Callable[[int, int], Tensor] = _order,
    part: Callable[[list[Tensor], int], list[Tensor]] = lambda batches, done: batches[done:],
) -> list[Tensor]:
    """Find the batches that are still to be played, perhaps with something wrong."""
    return part(list(shuffle(n, seed).split(batch_size)), done)


def _use_rest(
    rest_of_round: Callable[..., Any], n: int, batch_size: int, seed: int, done: int
) -> Any:
    """Ask for the rest of a round. A tuple of batches is as good as a list."""
    dice = torch.get_rng_state()
    batches = rest_of_round(n, batch_size, seed, done)
    moved = not same(torch.get_rng_state(), dice)
    if isinstance(batches, Tensor):
        left = _order(n, seed)[done * batch_size :]
        if same(batches, left) and len(left) > batch_size:
            raise Made("not cut")
        return batches
    if not isinstance(batches, Iterable):
        return batches
    batches = [torch.as_tensor(batch) for batch in batches]
    again = [torch.as_tensor(batch) for batch in rest_of_round(n, batch_size, seed, done)]
    if not same(batches, again):
        raise Made("another order")
    if moved and same(batches, _rest_of_round(n, batch_size, seed, done)):
        raise Made("everybody's dice")
    return batches


def _global_order(n: int, seed: int) -> Tensor:
    torch.default_generator.manual_seed(seed)
    return torch.randperm(n)


def _numbers_left_out(n: int, batch_size: int, seed: int, done: int) -> list[Tensor]:
    return list(_order(n, seed)[done:].split(batch_size))


def _shuffled_twice(n: int, batch_size: int, seed: int, done: int) -> list[Tensor]:
    left = _order(n, seed)[done * batch_size :]
    return list(left[_order(len(left), seed)].split(batch_size))


def _full_batches(n: int, batch_size: int, seed: int, done: int) -> list[Tensor]:
    left = _rest_of_round(n, batch_size, seed, done)
    return [batch for batch in left if len(batch) == batch_size]


check_rest_of_round = Exercise(
    name="rest_of_round",
    doc="""Check `rest_of_round(n, batch_size, seed, done)`, the batches still to be played.

    Each batch is a tensor with the numbers of its digits.

    Examples:
        >>> import torch
        >>> def unshuffled(n, batch_size, seed, done):
        ...     return list(torch.arange(n).split(batch_size)[done:])
        >>> check_rest_of_round(unshuffled).mistake
        'not shuffled'
    """,
    use=_use_rest,
    answer=_rest_of_round,
    inputs=lambda rng: [
        {"n": 6, "batch_size": 2, "seed": 0, "done": 1},
        {"n": 10, "batch_size": 4, "seed": 7, "done": 1},
        {"n": 50, "batch_size": 8, "seed": 3, "done": 4},
        {"n": 9, "batch_size": 3, "seed": 5, "done": 0},
    ],
    mistakes=[
        Mistake(
            name="whole round",
            answer=partial(_rest_of_round, part=lambda batches, done: batches),
            says="You return the whole round, including the batches that have been played.",
            hint="Leave out the first `done` batches.",
        ),
        Mistake(
            name="digits left out",
            answer=_numbers_left_out,
            says="You left out the first `done` digits, but `done` counts batches.",
            hint="Cut the order into batches first, and slice the list of batches.",
        ),
        Mistake(
            name="played already",
            answer=partial(_rest_of_round, part=lambda batches, done: batches[:done]),
            says="Those are the batches that have been played.",
            hint="You want the others, so slice from `done` on.",
        ),
        Mistake(
            name="one too few",
            answer=partial(_rest_of_round, part=lambda batches, done: batches[done + 1 :]),
            says="You left out one batch too many.",
            hint="Python counts from 0, so the next batch to play has the index `done`.",
        ),
        Mistake(
            name="next batch only",
            answer=partial(_rest_of_round, part=lambda batches, done: batches[done : done + 1]),
            says="You return only the next batch.",
            hint="Slice from `done` on, with `[done:]`.",
        ),
        Mistake(
            name="not shuffled",
            answer=partial(_rest_of_round, shuffle=lambda n, seed: torch.arange(n)),
            says="Your digits are in their original order, but the deck had been shuffled.",
            hint="Make a generator with the seed and give it to `torch.randperm`.",
        ),
        Mistake(
            name="another order",
            answer=partial(_rest_of_round, shuffle=lambda n, seed: torch.randperm(n)),
            says="You shuffled the deck into another order than before.",
            hint="Give `torch.randperm` a generator with the same seed, by `generator=`.",
        ),
        Mistake(
            name="everybody's dice",
            answer=partial(_rest_of_round, shuffle=_global_order),
            says="Your batches are right, but you seeded the dice that everybody shares.",
            hint="Make a deck with `torch.Generator().manual_seed(seed)`, and shuffle with that.",
        ),
        Mistake(
            name="shuffled twice",
            answer=_shuffled_twice,
            says="You shuffled what's left once more, so it comes in another order.",
            hint="Shuffle once, all of the `n` digits.",
        ),
        Mistake(
            name="last batch dropped",
            answer=_full_batches,
            says="You dropped the last batch, because it's smaller.",
            hint="Keep it. Its digits are part of the round, too.",
        ),
        Mistake(
            name="not cut",
            answer=lambda n, size, seed, done: _order(n, seed)[done * size :],
            says="Those are the right digits, but they aren't cut into batches.",
            hint="Use `split(batch_size)`.",
        ),
    ],
)

check_never_seen = Number(
    name="never_seen",
    doc="""Check `never_seen`, the share of the cards that come up in neither half.

    Examples:
        >>> check_never_seen(0.5).mistake
        'one half'
    """,
    answer=0.25,
    tolerance=0.005,
    reason="It's a quarter. Half the cards don't come up in the first half, and half of those "
    "don't come up in the second. Another quarter comes up twice.",
    hint="A card has to be missed twice. Multiply the chances.",
    mistakes=[
        Mistake(
            name="one half",
            answer=0.5,
            says="That's the share that doesn't come up in one of the halves. Some of those cards "
            "come up in the other half.",
            hint="Of the half that was missed the first time, how much is missed again?",
        ),
        Mistake(
            name="none",
            answer=0.0,
            says="That would be so if the deck had been saved. But the second half comes from all "
            "the cards again.",
            hint="Can a card come up in both halves? Then some other card comes up in neither.",
        ),
        Mistake(
            name="seen",
            answer=0.75,
            says="That's the share that comes up at least once.",
            hint="Take it away from 1.",
        ),
        Mistake(
            name="ten evenings",
            answer=0.9**10,
            says="That's for ten evenings with a tenth of the cards each.",
            hint="Here there are two halves, and each misses half of the cards.",
        ),
        Mistake(
            name="halved again",
            answer=0.125,
            says="You halved it once too often. There are only two halves.",
            hint="Multiply 0.5 by 0.5.",
        ),
    ],
)

check_culprit = Choice(
    name="culprit",
    doc="""Check `culprit`, the line that rolls the dice.

    Examples:
        >>> check_culprit("b").outcome
        'right'
    """,
    options=[
        Option(
            "It reads the 1,000 digits in evaluation mode and prints the score.",
            "In evaluation mode, dropout leaves nothing out, so it has no need of dice. In "
            "training mode, it would have been the culprit, too. And so would a `DataLoader`. It "
            "rolls the dice when you go through it, even if it doesn't shuffle.",
            right=False,
        ),
        Option(
            "It loads the note into a new network to see if the file is complete.",
            "Before anything is loaded, the new network gets random initial weights, and they come "
            "from the dice that everybody shares. So the next dropout rolls other numbers.",
            right=True,
        ),
        Option(
            "It saves the note a second time under another name.",
            "Saving reads the numbers and the state of the dice, but it doesn't roll them.",
            right=False,
        ),
        Option(
            "It copies the weights into a list so that they can be looked at later.",
            "A copy has the same numbers, and copying takes no dice.",
            right=False,
        ),
    ],
)
