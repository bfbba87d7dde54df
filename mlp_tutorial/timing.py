"""A stopwatch for short pieces of code, and races between them.

PyTorch has `torch.utils.benchmark.Timer`, which measures one piece of code. In a race, several of
them take turns, so that a busy moment slows all of them down.
"""

import time
from collections.abc import Callable, Mapping

__all__ = ["fastest", "race"]


def fastest(
    run: Callable[[], object], seconds: float = 0.003, wait: Callable[[], object] | None = None
) -> float:
    """Time a piece of code again and again, and return the time of its fastest run.

    Nearly everything that disturbs a run makes it slower, so the fastest says the most about the
    code.

    Args:
        run: The code, as a function without arguments.
        seconds: How long to go on, but for two runs at least.
        wait: A function that returns when a GPU has done all it was told to, if `run` uses one.

    Returns:
        The seconds of the fastest run.

    Examples:
        >>> fastest(lambda: sum(range(10))) < fastest(lambda: sum(range(100_000)))
        True
    """
    best, runs, end = float("inf"), 0, time.perf_counter() + seconds
    while runs < 2 or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        if wait:
            wait()
        best, runs = min(best, time.perf_counter() - start), runs + 1
    return best


def race(
    runners: Mapping[str, Callable[[], object]],
    heats: int = 10,
    wait: Callable[[], object] | None = None,
) -> dict[str, tuple[float, list[float]]]:
    """Find out which piece of code is faster, and print a line about each.

    In each heat, everybody gets ten turns, of which the fastest counts. The line of a runner has
    its fastest run of all heats. From the second runner on, it also says how many times as fast
    that is as the first runner's, and in parentheses the same for its worst heat and its best. A
    range with a 1 inside is too close to call.

    If the best heat is more than twice as good as the worst, something disturbed the race. Then it
    starts again, up to twice, and if that doesn't help, the line says so.

    Args:
        runners: The pieces of code by their names, as functions without arguments.
        heats: How often everybody runs against everybody.
        wait: A function that returns when a GPU has done all it was told to, if one is used.

    Returns:
        For each name, the seconds of the fastest run, and for each heat how many times as fast as
            the first runner it was.

    Raises:
        ValueError: If there are no runners or no heats.

    Examples:
        >>> short, long = (lambda: sum(range(1000))), (lambda: sum(range(100_000)))
        >>> found = race({"long": long, "short": short}, heats=2)  # doctest: +ELLIPSIS
        long ...
        >>> found["short"][0] < found["long"][0]
        True
    """
    if not runners or heats < 1:
        raise ValueError(f"expected runners and a heat, got {len(runners)} and {heats}")
    for run in runners.values():
        fastest(run, wait=wait)  # the first run sets things up
    for _ in range(3):
        times = [_heat(list(runners.values()), wait) for _ in range(heats)]
        ratios = [[each[0] / each[lane] for each in times] for lane in range(len(runners))]
        if not any(map(_disturbed, ratios)):
            break
    best = [min(lane) for lane in zip(*times, strict=True)]
    for lane, name in enumerate(runners):
        says = _verdict(best[0] / best[lane], ratios[lane]) if lane else ""
        print(f"{name:12} {1e6 * best[lane]:7,.0f} µs{says}")
    return dict(zip(runners, zip(best, ratios, strict=True), strict=True))


def _heat(runners: list[Callable[[], object]], wait: Callable[[], object] | None) -> list[float]:
    """Let everybody take ten turns, and return everybody's fastest run."""
    turns = [[fastest(run, wait=wait) for run in runners] for _ in range(10)]
    return [min(lane) for lane in zip(*turns, strict=True)]


def _disturbed(ratios: list[float]) -> bool:
    return max(ratios) > 2 * min(ratios)


def _verdict(gain: float, ratios: list[float]) -> str:
    """Say how many times as fast as the first a runner is, if that can be said."""
    if _disturbed(ratios):
        return ", but the computer was too busy to compare"
    close = min(ratios) <= 1 <= max(ratios)
    says = "too close to call" if close else f"{gain:.2f} times as fast"
    return f", {says} ({min(ratios):.2f} to {max(ratios):.2f})"
