"""Stopwatches and races, with a clock that does what it's told."""

import itertools

import pytest

from mlp_tutorial import timing
from mlp_tutorial.timing import fastest, race


class Clock:
    """A clock that goes on only when somebody works."""

    now = 0.0

    def work(self, *seconds):
        """Make a runner that takes these times, over and over."""
        times = itertools.cycle(seconds)

        def run():
            self.now += next(times)

        return run


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock.now)
    return clock


def test_the_fastest_run_counts(clock):
    assert fastest(clock.work(3, 1, 2), seconds=6) == 1
    assert fastest(clock.work(3, 2, 1), seconds=4) == 2  # the third would come too late
    assert fastest(clock.work(9, 8, 1), seconds=0) == 8  # two runs at least


def test_waiting_for_a_gpu_is_part_of_a_run(clock):
    assert fastest(clock.work(1), wait=clock.work(5, 4)) == 5


def test_a_race_says_who_was_faster_and_in_which_range(clock, capsys):
    turns = [2.0] * 2 + [2.0] * 20 + [2.5] * 20  # a warm-up, and two heats of ten turns
    found = race({"a": clock.work(*turns), "b": clock.work(1.0)}, heats=2)
    assert found == {"a": (2.0, [1, 1]), "b": (1.0, [2, 2.5])}
    first, second = capsys.readouterr().out.splitlines()
    assert first == "a            2,000,000 µs"
    assert second == "b            1,000,000 µs, 2.00 times as fast (2.00 to 2.50)"


def test_a_range_with_a_1_inside_is_too_close_to_call(clock, capsys):
    turns = [1.0] * 22 + [1.2] * 20
    race({"a": clock.work(*turns), "b": clock.work(1.1)}, heats=2)
    assert capsys.readouterr().out.endswith(", too close to call (0.91 to 1.09)\n")


@pytest.mark.parametrize("quiet_at", [1, 2, 3])
def test_a_race_that_was_disturbed_starts_again(clock, capsys, quiet_at):
    disturbed = [1.0] * 20 + [9.0] * 20
    turns = [1.0] * 2 + disturbed * quiet_at + [2.0] * 200
    race({"a": clock.work(*turns), "b": clock.work(1.0)}, heats=2)
    busy = ", but the computer was too busy to compare\n"
    assert capsys.readouterr().out.endswith(busy) == (quiet_at == 3)


def test_a_race_needs_runners_and_heats():
    with pytest.raises(ValueError, match="got 0 and 10"):
        race({})
    with pytest.raises(ValueError, match="got 1 and 0"):
        race({"a": print}, heats=0)
