"""The checks of exercises that ask for a number, a choice, a plot, or a bug."""

from decimal import Decimal
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from mlp_tutorial import exercises
from mlp_tutorial.exercises import CATALOGUE, Choice, Exercise, Mistake, Number, Plot
from mlp_tutorial.exercises._card import Card
from mlp_tutorial.lessons import Option, read_lessons

plt.switch_backend("agg")


@pytest.fixture(autouse=True)
def no_figures():
    yield
    plt.close("all")


def test_every_check_is_a_card():
    assert all(isinstance(card, Card) for card in CATALOGUE.values())
    for kind in (Choice, Exercise, Number, Plot):
        assert any(isinstance(card, kind) for card in CATALOGUE.values())
    for card in CATALOGUE.values():  # a number alone teaches nothing
        assert card.reason or isinstance(card, Choice | Exercise)


class Hostile:
    """Fails whatever is done with it."""

    def __getattribute__(self, name):
        raise RuntimeError("no")


@pytest.mark.parametrize("name", ["doubled", "share", "sigmoids", "picture", "standardize"])
@pytest.mark.parametrize(
    "make",
    [
        Hostile,
        object,
        complex,
        dict,
        lambda: [..., None],
        lambda: b"c",
        lambda: Hostile,
        lambda: torch.ones(2, device="meta"),
    ],
)
def test_no_answer_makes_a_check_fail(name, make):
    assert CATALOGUE[name](make()).outcome == "wrong"


# ---------------------------------------------------------------- a number

WRONG = Mistake(name="forgot to square", answer=3.0, says="You forgot to square.", hint="Square.")


def number(answer, tolerance=0.005):
    return Number(
        name="n",
        doc="Check `n`.",
        answer=answer,
        tolerance=tolerance,
        reason="It's so.",
        hint="Count.",
        mistakes=[WRONG],
    )


@pytest.mark.parametrize(
    "right",
    [
        0.9,
        0.9025,
        np.float32(0.9025),
        np.array([[0.9]]),
        torch.tensor(0.9, requires_grad=True),
        torch.tensor([0.9], dtype=torch.float64),
        Fraction(9, 10),
        Decimal("0.90"),
    ],
)
def test_a_number_may_come_in_any_box(right):
    result = number(0.9025)(right)
    assert (result.outcome, result.message) == ("right", "It's so.")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (3, "You forgot to square. Square."),
        (torch.tensor([3.004]), "You forgot to square."),
        (-0.9, "Only its sign is wrong."),
        (90, "100 times what it should be. Is it in percent?"),
        (0.009, "a hundredth of what it should be."),
        (np.float32(0.89), "n is 0.89. That's too small. Count."),
        (1_234_567, "n is 1,234,567. That's too large."),
        (1, "It's rounded too much."),
        ("0.9", "got the text '0.9'. Leave out the quotes"),
        (True, "got a value of type bool"),
        ([0.9], "got a value of type list"),
        (lambda: 0.9, "got a function. Call it"),
        (torch.ones(3), "got numbers of shape (3,)"),
        (float("nan"), "got nan. Did you divide by zero"),
        (torch.tensor(float("inf")), "got inf."),
    ],
)
def test_what_is_wrong_with_a_number(wrong, said):
    result = number(0.9025)(wrong)
    assert result.outcome == "wrong"
    assert said in str(result)


def test_a_count_is_exact():
    count = number(2.0, tolerance=0)
    assert count(2).outcome == "right"
    assert count(torch.tensor(3)).mistake == "forgot to square"
    assert not count(3.001).mistake
    assert count(2.001).outcome == "wrong"


# ---------------------------------------------------------------- a choice

OPTIONS = [
    Option("It fails.", "Broadcasting stretches it.", right=False),
    Option("`(2, 2)`", "Both axes are stretched.", right=True),
    Option("-0.5", "It's a shape.", right=False),
    Option("0.5", "It's a shape, too.", right=False),
]
CHOICE = Choice(name="pick", doc="Check `pick`.", options=OPTIONS)


@pytest.mark.parametrize("right", ["b", "B", " b ", "(b)", "b)", "b.", "Option b", "(2, 2)", "`(2, 2)`", "b: (2, 2)", "B) because both stretch", "b - both", "“b”"])  # fmt: skip
def test_an_option_may_be_chosen_by_its_letter_or_its_words(right):
    result = CHOICE(right)
    assert (result.outcome, result.message) == ("right", "Both axes are stretched.")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("a", "Broadcasting stretches it."),
        ("it FAILS", "Broadcasting stretches it."),
        ("-0.5", "It's a shape."),
        ("0.5", "It's a shape, too."),
        ("e", "pick is 'e', but the options are a, b, c, d. Write the letter"),
        ("a, b", "the options are a, b, c, d"),
        ("ab", "the options are a, b, c, d"),
        ("both", "the options are a, b, c, d"),
        ("b c", "the options are a, b, c, d"),
        (2, 'to be a letter, got type int. Write the letter of an option in quotes, as in pick = "a"'),
        (["b"], "to be a letter, got type list"),
    ],
)  # fmt: skip
def test_each_wrong_option_has_its_own_sentence(wrong, said):
    result = CHOICE(wrong)
    assert result.outcome == "wrong"
    assert said in str(result)


def test_an_empty_text_is_no_attempt():
    assert CHOICE(" ").outcome == "not attempted"


def test_a_choice_needs_one_right_option():
    for options in (OPTIONS[:1], OPTIONS + OPTIONS):
        with pytest.raises(ValueError, match="expected exactly one right option of pick, got"):
            Choice(name="pick", doc="", options=options)


def test_a_task_offers_the_options_of_its_card():
    tasks = {task.checker: task.task for lesson in read_lessons() for task in lesson.tasks}
    for name, card in CATALOGUE.items():
        if isinstance(card, Choice):
            offered = [line for line in tasks[f"check_{name}"].split("\n") if line[:4] == "- **"]
            assert offered == [
                f"- **{letter}** {option.text}"
                for letter, option in zip("abcdefgh", card.options, strict=False)
            ]


# ---------------------------------------------------------------- a plot

X = np.linspace(1, 10, 40)
MEASURED = [3, 1, 2]


def curve(ax):
    ax.loglog(X, X**2)
    ax.set_xlabel("side")
    ax.set_ylabel("area")


CURVE = Plot(
    name="p",
    doc="Check `p`.",
    answer=curve,
    reason="It's a line.",
    mistakes=[
        Mistake(name="cube", answer=lambda ax: ax.plot(X, X**3), says="A cube.", hint="Square.")
    ],
)
BARS = Plot(
    name="p", doc="", answer=lambda ax: ax.bar(range(3), MEASURED), reason="Yes.", mistakes=[]
)
POINTS = Plot(
    name="p", doc="", answer=lambda ax: ax.scatter(range(3), MEASURED), reason="Yes.", mistakes=[]
)


def drawn(draw):
    """What draws on pyplot's current axes, with everything else as it should be."""
    plt.xscale("log")
    plt.yscale("log")
    plt.xlabel("side")
    plt.ylabel("area")
    return draw()


@pytest.mark.parametrize(
    "take",
    [
        lambda lines: lines,
        lambda lines: lines[0],
        lambda _: plt.gca(),
        lambda _: plt.gcf(),
        lambda _: (plt.gcf(), plt.gca()),
        lambda _: np.array([plt.gca()]),
        lambda _: plt.title("areas"),
        lambda _: plt,
        lambda _: X,
        lambda _: 3,
        lambda _: None,
        lambda _: ...,
    ],
)
def test_a_figure_may_be_passed_in_any_form(take):
    passed = take(drawn(lambda: plt.plot(X, X**2)))
    result = CURVE(passed)
    assert (result.outcome, result.message) == ("right", "It's a line.")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plt.plot(torch.logspace(0, 1, 90), torch.logspace(0, 2, 90)),
        lambda: plt.plot(X[::-1], X[::-1] ** 2, "o--", label="mine"),
        lambda: plt.plot(np.arange(0, 20), np.arange(0, 20) ** 2),
        lambda: (plt.plot(X, X), plt.plot(X, X**2), plt.axhline(3)),
        lambda: plt.errorbar(X, X**2, yerr=0.1),
    ],
)
def test_a_curve_is_right_however_it_was_drawn(draw):
    drawn(draw)
    assert CURVE(plt.gca()).outcome == "right"


@pytest.mark.parametrize(
    ("card", "draw", "said"),
    [
        (CURVE, lambda: plt.plot(X, X**3), "A cube. Square."),
        (CURVE, lambda: plt.plot(X**2, X), "You swapped x and y."),
        (CURVE, lambda: plt.plot(X[5:], X[5:] ** 2), "goes from x = 2.15 to 10, expected 1 to 10."),
        (CURVE, lambda: plt.plot(X**2), "Did you leave out x?"),
        (CURVE, lambda: plt.plot(X, X**2 + 10), "At x = 1, your line goes through y = 11, expected 1."),
        (CURVE, lambda: plt.plot([1, 2, 10], [1, 2, 100]), "your line goes through"),
        (CURVE, lambda: plt.scatter(X, X**2), "drawn as points. Draw a line with plt.plot."),
        (CURVE, lambda: plt.plot(X, X**2, "o"), "drawn as points."),
        (CURVE, lambda: plt.plot(X, -X), "Your line can't be drawn"),
        (CURVE, lambda: plt.axhline(3), "got an empty Axes"),
        (CURVE, lambda: (plt.plot(X, X**2), plt.xscale("linear")), "the x axis is linear. Make it"),
        (CURVE, lambda: (plt.plot(X, X**2), plt.ylabel(" ")), "the y axis has no label."),
        (BARS, lambda: plt.bar(range(2), [3, 1]), "There are 2 bars, expected 3."),
        (BARS, lambda: plt.bar(range(1, 4), MEASURED), "Your bars go to x = 1, expected 0."),
        (BARS, lambda: plt.bar(range(3), [3, 2, 1]), "At x = 1, your bars go through y = 2, expected 1."),
        (BARS, lambda: plt.plot(MEASURED), "drawn as a line. Draw bars with plt.bar."),
        (POINTS, lambda: plt.scatter(range(3), [3, 1, 1]), "At x = 2, your points go through y = 1"),
    ],
)  # fmt: skip
def test_the_first_difference_of_a_plot_is_said(card, draw, said):
    drawn(draw)
    result = card(plt.gca())
    assert result.outcome == "wrong"
    assert said in str(result)
    assert ("leave out x" in str(result)) == ("leave out x" in said)


def test_bars_and_points_may_come_in_any_order():
    plt.bar(["a", "b", "c"], MEASURED)
    assert BARS(plt.gca()).outcome == "right"
    plt.figure()
    plt.plot([2, 0, 1], [2, 3, 1], "x")
    assert POINTS(plt.gca()).outcome == "right"


def test_an_untouched_stub_is_no_attempt_though_something_else_was_drawn():
    plt.plot([1, 2])
    assert CURVE(...).outcome == "not attempted"
    assert "Assign what you draw, as in `p = plt.plot(x, y)`." in CURVE(...).hint
    assert "got type int" in CURVE(3).message
    assert "Your line goes" in CURVE(None).message


def test_one_of_several_plots_is_enough():
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot([1, 2])
    assert "Your line goes from" in CURVE(figure).message
    curve(right)
    assert CURVE(figure).outcome == "right"
    assert CURVE(left).outcome == "wrong"


# ---------------------------------------------------------------- a bug


def with_bug(train, test):
    train = (train - train.mean()) / train.std()
    return train, (test - train.mean()) / train.std()


def test_the_code_as_given_is_no_attempt_however_it_is_written():
    result = exercises.check_standardize(with_bug)
    assert result.outcome == "not attempted"
    assert "as given" in result.message


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (
            "def f(train, test):\n    m = train.mean()\n    train = (train - m) / train.std()\n"
            "    return train, (test - m) / train.std()",
            "deviation too late",
        ),
        (
            "def f(a, b):\n    s = a.std()\n    a = (a - a.mean()) / s\n    return a, (b - a.mean()) / s",
            "mean too late",
        ),
        (
            "def f(a, b): return [(x - x.mean()) / x.std() for x in (a, b)]",
            "own mean and own deviation",
        ),
        ("def f(a, b): return a, (b - a.mean()) / a.std()", "training images unchanged"),
        ("def f(a, b): return 1 / 0", ""),
    ],
)
def test_half_mends_are_named(answer, mistake):
    space = {}
    exec(answer, space)
    result = exercises.check_standardize(space["f"])
    assert (result.outcome, result.mistake) == ("wrong", mistake)


def test_another_order_mends_it_too():
    def standardize(train, test):
        test = (test - train.mean()) / train.std()
        train = (train - train.mean()) / train.std()
        return train, test

    assert exercises.check_standardize(standardize).outcome == "right"
