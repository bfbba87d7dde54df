"""The numbers that remember, built in the lesson on gradients, have the slopes of PyTorch's."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mlp_tutorial._percent import read_cells
from mlp_tutorial.lessons import find_lesson

DEFINED = (
    "class Value:",
    "def backward(loss):",
    "def price(value):",
)
SOURCES = [
    cell.source
    for cell in read_cells(find_lesson("09").text)
    if cell.kind == "code" and any(line in cell.source.split("\n") for line in DEFINED)
]
SPACE = {}
for source in SOURCES:
    exec(source, SPACE)
Value, backward = SPACE["Value"], SPACE["backward"]
OURS = [SPACE[name] for name in ("sigmoid", "relu")]
THEIRS = [torch.sigmoid, torch.relu]


def test_the_page_builds_them_in_sixty_lines():
    assert len(SOURCES) == len(DEFINED)
    assert sum(bool(line) for source in SOURCES for line in source.split("\n")) <= 60


STEPS = st.tuples(st.sampled_from("+*b"), st.integers(0, 99), st.integers(0, 99))


def follow(numbers, bends, steps):
    """Compute from numbers as the steps say, each from what there is by then."""
    for kind, i, j in steps:
        left, right = numbers[i % len(numbers)], numbers[j % len(numbers)]
        made = left + right if kind == "+" else left * right
        numbers = [*numbers, bends[i % 2](left) if kind == "b" else made]
    total = numbers[0]
    for number in numbers[1:]:
        total = total + number
    return total


@given(
    st.lists(st.floats(-1, 1).map(lambda n: round(n, 3)), min_size=1, max_size=4),
    st.lists(STEPS, max_size=6),
)
def test_random_expressions_have_the_slopes_of_torch(start, steps):
    values = [Value(n) for n in start]
    tensors = [torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in start]
    ours, theirs = follow(values, OURS, steps), follow(tensors, THEIRS, steps)
    backward(ours)
    theirs.backward()
    assert ours.number == pytest.approx(theirs.item(), rel=1e-9, abs=1e-9)
    for value, tensor in zip(values, tensors, strict=True):
        assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-9, abs=1e-9)


@given(st.floats(0.001, 1))
def test_the_price_and_its_slope_are_those_of_torch(bet):
    value, tensor = Value(bet), torch.tensor(bet, dtype=torch.float64, requires_grad=True)
    price = SPACE["price"](value)
    backward(price)
    (-tensor.log()).backward()
    assert price.number == pytest.approx(-math.log(bet))
    assert value.grad == pytest.approx(tensor.grad.item())


def test_complaints_add_up_until_the_books_are_cleared():
    value = Value(2.0)
    for times in (1, 2):
        backward(value * value)
        assert value.grad == 4 * times


def test_a_hundred_doublings_are_no_trouble():
    start = end = Value(1.0)
    for _ in range(100):
        end = end + end
    backward(end)
    assert start.grad == 2.0**100
