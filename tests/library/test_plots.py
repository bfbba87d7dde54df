"""Figures: the same each time, in the palette's colors, and faithful to their numbers."""

import base64
import io
import math
import re
import sys
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib import rc_context
from matplotlib.colors import to_hex

from mlp_tutorial import plots
from mlp_tutorial.evaluation import calibration
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.training import History

g = torch.Generator().manual_seed(0)
X, W, B = torch.randn(4, generator=g), torch.randn(4, generator=g), torch.tensor(0.5)
IMAGES, LOGITS = torch.rand(9, 1, 28, 28, generator=g), torch.randn(10, generator=g)
W_FIRST = torch.randn(3, 784, generator=g)
FIGURES = {
    "neuron": lambda **ax: plots.draw_neuron(X, W, B, **ax),
    "tensors": lambda **ax: plots.draw_tensors(
        torch.arange(2), torch.ones(2, 3), torch.zeros(3, 2, 2), **ax
    ),
    "memory": lambda **ax: plots.draw_memory({"x": X, "x[1:]": X[1:], "copy": X.clone()}, **ax),
    "network": lambda **ax: plots.draw_network([3, 2, 1], **ax),
    "large": lambda **ax: plots.draw_network([784, 128, 64, 10], **ax),
    "modules": lambda **ax: plots.draw_modules(
        torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Sigmoid()), **ax
    ),
    "graph": lambda **ax: plots.draw_graph(
        [("x", "y", 3.0), ("x", "y", 2.0)], {"x": 2.0, "y": 6.0}, {"x": 5.0}, **ax
    ),
    "shapes": lambda **ax: plots.draw_shapes([784, 128, 10], 256, **ax),
    "activation": lambda **ax: plots.plot_activation(torch.tanh, **ax),
    "decision": lambda **ax: plots.plot_decision(
        IMAGES.view(9, -1)[:, :2], torch.arange(9) % 2, lambda x: x @ torch.tensor([1.0, -1]), **ax
    ),
    "sums": lambda **ax: plots.draw_sums(torch.tensor([[4.0, 1, 0.5], [1, 2, 1]]), **ax),
    "lines": lambda **ax: plots.plot_lines(
        {"a": ([0, 1], [2.0, 1.0]), "b": ([0, 2], [1.0, 1.5])},
        x="x",
        y="y",
        marks=[(1, 1, "m")],
        **ax,
    ),
    "points": lambda **ax: plots.plot_points(
        {"a": ([1, 200], [0.5, 40]), "b": ([30], [7])}, x="x", y="y", log="xy", level=3, **ax
    ),
    "logarithmic lines": lambda **ax: plots.plot_lines(
        {"a": ([1, 10, 1000], [2.0, 1.0, 300.0])}, x="x", y="y", log=True, **ax
    ),
    "parts": lambda **ax: plots.plot_parts(
        {"before": {"a": 5.0, "b": 2.0}, "after": {"a": 0.0, "b": 2.0}}, label="seconds", **ax
    ),
    "curves": lambda **ax: plots.plot_curves(
        *(IMAGES[0, 0, 0], {"a": IMAGES[0, 0, 1], "b": IMAGES[0, 0, 2]}),
        **{"dashed": {"a": IMAGES[0, 0, 3]}, "points": (IMAGES[1, 0, 0], IMAGES[1, 0, 1])} | ax,
    ),
    "curves beside one": lambda **ax: plots.plot_curves(
        IMAGES[0, 0, 0],
        {"a": IMAGES[0, 0, 1]},
        dashed=IMAGES[0, 0, 3],
        names=("here", "there"),
        **ax,
    ),
    "spreads": lambda **ax: plots.plot_spreads({"a": [1, 0.1], "b": [2.0, 3.0]}, **ax),
    "histogram": lambda **ax: plots.plot_histogram({"a": IMAGES, "b": LOGITS}, log=True, **ax),
    "layers": lambda **ax: plots.plot_layers({"a": [X, W / 9], "b": [X * 9, X * 0]}, **ax),
    "one layer": lambda **ax: plots.plot_layers({"a": [IMAGES]}, bins=20, **ax),
    "batch": lambda **ax: plots.draw_batch({"x": W_FIRST, "logits": W_FIRST[:, :10]}, **ax),
    "digit": lambda **ax: plots.draw_digit(IMAGES[0], **ax),
    "measurements": lambda **ax: plots.draw_measurements(IMAGES[:2, 0], **ax),
    "digits": lambda **ax: plots.draw_digits(IMAGES, torch.arange(9), **ax),
    "signals": lambda **ax: plots.draw_signals(
        {"soft": [X, W / 100], "loud": [X, W * 9, B[None]]}, **ax
    ),
    "classify": lambda **ax: plots.view_classify(IMAGES[0], LOGITS, kind="logits", **ax),
    "probabilities": lambda **ax: plots.plot_probabilities({"p": torch.softmax(LOGITS, 0)}, **ax),
    "mistakes": lambda **ax: plots.draw_digits(
        IMAGES, torch.arange(9), predicted=torch.arange(1, 10), **ax
    ),
    "history": lambda **ax: plots.plot_history(History([2.0, 1], [2.5, 2], [0.5, 0.75]), **ax),
    "without validation": lambda **ax: plots.plot_history(History([2.0, 1.0]), **ax),
    "losses": lambda **ax: plots.plot_losses({"a": [2.0, 1.0], "b": [2.0, math.nan]}, **ax),
    "confusion": lambda **ax: plots.draw_confusion(torch.tensor([[987, 3], [0, 456]]), **ax),
    "reliability": lambda **ax: plots.plot_reliability(
        calibration(IMAGES.view(-1, 784)[:, 300:310], torch.arange(9) % 10), **ax
    ),
    "learning rates": lambda **ax: plots.plot_learning_rates(
        {0.1: [0.5, 0.6], 1.0: [0.1, math.inf], 10.0: [math.nan]}, **ax
    ),
    "scores": lambda **ax: plots.draw_scores(
        {"short": {"2": [90.0, 95.0]}, "long": {"2": [10.0, 85.0]}},
        **{"enough": 80, "label": "layers"} | ax,
    ),
    "comparison": lambda **ax: plots.plot_comparison(
        {"before": [1.0, 2.0], "after": [3.0]}, label="seconds", **ax
    ),
    "costs": lambda **ax: plots.plot_costs(
        {"a": (0.5, 90.0), "b": (300.0, 20.0), "c": (50, 30.0)},
        **{"cost": "seconds", "label": "wrong"} | ax,
    ),
    "intervals": lambda **ax: plots.plot_intervals(
        {"salt": [1.0, 2.0], "pepper": [0.5]},
        {"salt": (0.5, 2.5), "pepper": (-1.0, 2.0)},
        label="points",
        **ax,
    ),
    "bugs": lambda **ax: plots.plot_bugs(
        {"stuck": [2.3, 2.3], "slow": [2.3, 2.0]},
        [2.3, 0.5],
        **{"at": [0.1, 10], "x": "rate", "y": "loss", "log": True} | ax,
    ),
    "wall": lambda **ax: plots.plot_wall(
        {name: ([2.3, 2.0, math.nan], [2.3, 1.0, 0.5]) for name in ("a", "b\n1.0", "c", "d")}, **ax
    ),
    "paths": lambda **ax: plots.draw_paths(
        lambda w: w.square().sum(dim=-1),
        {"a": torch.tensor([[-3.0, 1.0], [-1.0, 0.5]]), "b": torch.tensor([[-3.0, -1.0]])},
        names=("along", "across"),
        **ax,
    ),
    "over time": lambda **ax: plots.draw_weights_over_time(
        {"start": W_FIRST, "end": W_FIRST * 2}, **ax
    ),
    "weights": lambda **ax: plots.draw_weights(IMAGES.flatten(1) - 0.5, **ax),
}


@cache
def svg(name):
    """One of the figures above, drawn once for all tests that look at it."""
    return plots.to_svg(FIGURES[name]())


def texts(figure):
    """What is written in a figure, or in one of those above."""
    drawn = svg(figure) if isinstance(figure, str) else plots.to_svg(figure)
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawn)


@pytest.mark.parametrize("name", FIGURES)
def test_the_colors_are_those_of_the_palette(name):
    assert set(re.findall(r"(?<=[: ])#[0-9a-f]{6}\b", svg(name))) <= set(PALETTE.values())
    assert plt.get_fignums() == []  # Jupyter shows open figures a second time


@pytest.mark.parametrize("name", ["neuron", "digits", "history", "learning rates", "confusion"])
def test_the_same_figure_is_the_same_file(name):
    assert plots.to_svg(FIGURES[name]()) == svg(name)


@pytest.mark.parametrize("name", ["neuron", "digits", "history"])
def test_a_users_matplotlibrc_changes_nothing(name, tmp_path, monkeypatch):
    def files():
        monkeypatch.setattr(plots._canvas, "_numbers", count(1))
        figure = FIGURES[name]()
        plots.show(figure)
        (path,) = Path("figures").iterdir()
        return plots.to_svg(figure), path.read_bytes()

    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    expected = files()
    theirs = tmp_path / "matplotlibrc"
    theirs.write_text(
        "text.usetex: True\nlines.linewidth: 5\naxes.grid: True\nfont.family: serif\n"
        "axes.formatter.use_locale: True\nsavefig.bbox: tight\nsavefig.transparent: True\n"
        "svg.image_inline: False\nimage.cmap: jet\nfigure.autolayout: True\npath.sketch: 1, 9, 2\n"
    )
    with rc_context(fname=theirs):
        assert files() == expected


def test_drawing_opens_no_window(monkeypatch):
    monkeypatch.setattr(plt, "figure", None)  # what makes windows, with the user's backend
    FIGURES["network"]()


@pytest.mark.parametrize("obstacle", ["a file", "a full disk"])
def test_a_script_goes_on_if_a_figure_cannot_be_saved(tmp_path, monkeypatch, capsys, obstacle):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    figure = FIGURES["network"]()
    if obstacle == "a file":
        Path("figures").write_text("mine")
    else:
        monkeypatch.setattr(figure, "savefig", full)
    plots.show(figure)
    said = capsys.readouterr().out
    assert said.startswith("figure not saved: could not write figures")
    assert "run this in a folder of your own" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_draws_into_given_axes(draw):
    figure, axes = plt.subplots(1, 2)
    assert draw(ax=axes[1]) is figure
    assert axes[1].has_data() or axes[1].patches or axes[1].texts or axes[1].child_axes
    assert not axes[0].has_data()
    plt.close(figure)


def test_a_neuron_shows_its_numbers():
    shown = texts(plots.draw_neuron(X, W, B))
    y = torch.sigmoid(X @ W + B).item()
    assert f"y = {y:.4f}" in shown
    assert f"{(X @ W + B).item():.2f}" in shown
    assert {f"w₁ = {W[0].item():.3g}", f"{X[3].item():.3g}", "b = 0.5"} <= set(shown)


def test_tensors_show_their_shapes_and_numbers():
    shown = texts(plots.draw_tensors(torch.tensor([0.5, -2.0]), torch.zeros(2, 1, 3)))
    assert {"0.5", "-2", "1 axis", "(2,)", "3 axes", "(2, 1, 3)"} <= set(shown)


def blocks(named):
    """Count the blocks of memory in a figure, and give its boxes that are not numbers."""
    shown = texts(plots.draw_memory(named))
    return shown.count("memory"), [text for text in shown if text.startswith("[")]


def test_memory_that_is_shared_is_one_block():
    grid = torch.arange(6).reshape(3, 2) + 0.5
    assert blocks({"grid": grid}) == (1, ["[0,0]", "[0,1]", "[1,0]", "[1,1]", "[2,0]", "[2,1]"])
    assert blocks({"row": grid[1], "column": grid[:, 1]}) == (
        1,
        ["[0]", "[1]", "[0]", "[1]", "[2]"],
    )
    assert blocks({"first": grid[0], "last": grid[2]})[0] == 2
    assert blocks({"first": grid[0], "last": grid[2], "grid": grid})[0] == 1
    assert blocks({"grid": grid, "copy": grid.clone(), "array": grid.numpy()})[0] == 2
    assert "grid.T (2, 3)" in texts(plots.draw_memory({"grid.T": grid.T}))


def test_sums_stand_in_the_margins_of_a_matrix():
    shown = texts("sums")
    assert {"0.5", "5.5", "4", "5", "3", "1.5", "(2, 3)", "sum(dim=1)", "(2,)", "(3,)"} <= set(
        shown
    )


def test_lines_have_names_if_there_are_two():
    assert {"a", "b", "x", "y", "m"} <= {text.strip() for text in texts("lines")}


def test_a_confusion_matrix_shows_its_counts():
    assert {"987", "3", "456", "predicted class"} <= set(texts("confusion"))


def test_signals_are_drawn_by_their_size_on_one_scale():
    figure = plots.draw_signals({"a": [torch.tensor([-3.0, 0.0, 1.5])], "b": [torch.ones(1)]})
    shown = figure.axes[0].images[0].get_array()
    assert shown[1, :2].tolist() == [3, 0]
    assert shown[2, :2].tolist() == [1.5, 0]
    assert shown[4, 0] == 1
    assert {"a", "b"} <= set(texts(figure))


def test_layers_leave_out_zeros_and_share_an_axis():
    figure = plots.plot_layers({"a": [torch.tensor([0.0, 1.0])], "b": [torch.tensor([100.0])]})
    left, right = figure.axes[0].child_axes
    assert left.get_xlim() == right.get_xlim()
    counts = [patch.get_data().values for patch in left.patches]
    assert [(1 - values).max() for values in counts] == [1.5]  # a single hill, of full height


def test_many_layers_are_numbered_in_tens():
    (axes,) = plots.plot_spreads({"a": [1.0] * 25}).axes
    assert list(axes.get_xticks()) == [1, 10, 20]


def test_scores_are_filled_only_if_each_is_enough():
    figure = FIGURES["scores"]()
    found = texts(figure)
    assert {"92", "90 to 95", "48", "10 to 85", "layers"} <= set(found)
    disks = [each.get_facecolor()[0] for each in figure.axes[0].collections]
    assert list(map(to_hex, disks)) == [PALETTE["blue"], PALETTE["paper"]]


def test_spreads_say_how_they_were_measured():
    assert "standard deviation" in texts("spreads")
    assert "loudness" in texts(plots.plot_spreads({"a": [1.0]}, label="loudness"))


def test_mistakes_say_what_was_taken_for_what():
    assert "4 as 5" in texts("mistakes")


def test_a_run_that_diverged_is_marked():
    assert "diverged" in texts("learning rates")
    assert "diverged" not in texts(plots.plot_learning_rates({0.1: [0.5]}))


def test_a_history_without_validation_has_one_panel():
    assert "validation" in texts("history")
    assert "validation" not in " ".join(texts("without validation"))


def test_digits_are_embedded_pixel_for_pixel():
    (image,) = re.findall(r"<image[^>]*>", plots.to_svg(plots.draw_digit(IMAGES[0])), re.DOTALL)
    png = base64.b64decode(re.search(r"base64,([^\"]*)", image)[1])
    pixels = torch.from_numpy(plt.imread(io.BytesIO(png))[..., 0].copy()).flip(0)
    assert pixels.shape == (28, 28)
    low, high = IMAGES[0].min(), IMAGES[0].max()
    expected = 1 - (IMAGES[0, 0] - low) / (high - low)
    assert min((pixels - e).abs().max().item() for e in (expected, expected.flip(0))) < 0.01


def test_classify_draws_softmax_of_logits_and_probabilities_as_they_are():
    def widths(output, kind):
        (_, bars) = plots.view_classify(IMAGES[0], output, kind=kind).axes[0].child_axes
        return torch.tensor([bar.get_width() for bar in bars.patches])

    probabilities = torch.softmax(LOGITS, 0)
    torch.testing.assert_close(widths(LOGITS, "logits"), probabilities, check_dtype=False)
    torch.testing.assert_close(
        widths(probabilities[None], "probabilities"), probabilities, check_dtype=False
    )


def test_a_small_network_names_every_weight_and_a_large_one_its_matrices():
    small, large = texts(plots.draw_network([3, 2, 1])), texts(plots.draw_network([784, 128, 10]))
    assert {f"w⁽¹⁾{i}{j}" for i in "₁₂₃" for j in "₁₂"} | {"w⁽²⁾₁₁", "w⁽²⁾₂₁"} <= set(small)
    assert {"W₁  (784, 128)", "W₂  (128, 10)", "x₇₈₄", "⋮"} <= set(large)
    assert not any(text.startswith("w") for text in large)


def test_a_graph_has_its_numbers_its_local_slopes_and_its_slopes():
    edges = [("x", "a", 3.0), ("x", "b", 1.0), ("a", "loss", 2.5), ("b", "loss", 6.0)]
    numbers = {"x": 2.0, "a": 6.0, "b": 2.5, "loss": 15.0}
    found = texts(plots.draw_graph(edges, numbers, {"x": 13.5}))
    assert sorted(found) == sorted(
        ["x = 2", "a = 6", "b = 2.5", "loss = 15", "· 3", "· 1", "· 2.5", "· 6", "13.5"]
    )


def test_the_slopes_of_the_loss_have_the_shapes_of_what_they_belong_to():
    found = texts(plots.draw_shapes([784, 128, 64, 10], 256))
    assert [text for text in found if "W" in text] == ["W1", "W2", "W3"]
    assert found.count("(256, 784)") == 1
    assert [found.count(f"(256, {n})") for n in (128, 64, 10)] == [2, 2, 2]
    assert {
        "(784, 128)",
        "(128, 64)",
        "(64, 10)",
        "A1",
        "A2",
        "x",
        "to A1",
        "to A2",
        "to logits",
    } <= set(found)


def test_the_tree_of_a_module_has_its_parts_and_their_counts_and_not_what_it_does_not_know():
    class Court(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.tensor(1.0))
            self.known = torch.nn.ModuleList([torch.nn.Linear(3, 2)])
            self.unknown = [torch.nn.Linear(999, 2)]

    found = texts(plots.draw_modules(Court()))
    assert [text for text in found if text][:5] == ["Court", "9", "scale", "()", "1"]
    assert {"ModuleList", "0", "Linear", "weight", "(2, 3)", "bias", "(2,)", "8"} <= set(found)
    assert not any("999" in text or "unknown" in text for text in found)


def test_only_a_module_has_a_tree():
    with pytest.raises(TypeError, match=r"expected a torch\.nn\.Module, got a type"):
        plots.draw_modules(torch.nn.Linear)


def test_the_arguments_are_not_changed():
    x, w, b = X.clone(), W.clone(), B.clone()
    plots.draw_neuron(x, w, b)
    plots.draw_tensors(x)
    image, logits = IMAGES[0].clone().requires_grad_(), LOGITS.clone().requires_grad_()
    plots.view_classify(image, logits, kind="logits")
    plots.draw_weights(image.reshape(1, 784))
    assert torch.equal(image, IMAGES[0])
    assert image.shape == (1, 28, 28)
    assert torch.equal(logits, LOGITS)
    assert torch.equal(x, X)
    assert torch.equal(w, W)
    assert torch.equal(b, B)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.draw_neuron(torch.ones(2, 4), W, B), r"expected x of shape \(n,\), got \(2, 4\)"),
        (lambda: plots.draw_neuron(torch.ones(11), torch.ones(11), B), r"n up to 10, got \(11,\)"),
        (plots.draw_tensors, "expected at least one tensor"),
        (lambda: plots.draw_tensors(torch.ones(7)), r"1 to 6, got \(7,\)"),
        (lambda: plots.draw_tensors(torch.ones(0)), r"1 to 6, got \(0,\)"),
        (lambda: plots.draw_tensors(torch.ones(1, 1, 1, 1)), r"3 axes .* got \(1, 1, 1, 1\)"),
        (lambda: plots.draw_memory({}), "expected one to six tensors, got 0"),
        (lambda: plots.draw_memory({"a": torch.ones(9)}), r"expected a of 1 to 8 entries, got \(9,\)|a of shape of 1 to 8"),
        (lambda: plots.draw_network([3]), r"expected two or more .* got \[3\]"),
        (lambda: plots.draw_network([3, 0]), r"positive whole numbers, got \[3, 0\]"),
        (lambda: plots.draw_network([3, 2.5]), r"got \[3, 2\.5\]"),
        (lambda: plots.draw_modules(torch.nn.Sequential(torch.nn.Tanh(), *[torch.nn.Linear(1, 1) for _ in range(13)])), "up to 40 parts and parameters, got 41"),
        (lambda: plots.draw_graph([], {}), "at least one edge, got none"),
        (lambda: plots.draw_graph([("a", "b", 1.0)], {"a": 1.0}), "number for each name, got none for {'b'}"),
        (lambda: plots.draw_shapes([3], 4), r"expected two or more .* got \[3\]"),
        (lambda: plots.draw_shapes([3, 2], 0), "a batch of one example or more, got 0"),
        (lambda: plots.plot_activation(torch.tanh, low=1, high=1), "expected low < high"),
        (lambda: plots.draw_sums(torch.ones(2, 7)), r"of 1 to 6, got \(2, 7\)"),
        (lambda: plots.draw_sums(torch.ones(3)), r"\(rows, columns\) of 1 to 6, got \(3,\)"),
        (lambda: plots.plot_lines({}, x="x", y="y"), "expected one to four lines, got 0"),
        (lambda: plots.plot_lines({"a": ([1], [])}, x="x", y="y"), "as many x as y for 'a', got 1, 0"),
        (lambda: plots.plot_points({}, x="x", y="y"), "expected one to four groups, got 0"),
        (lambda: plots.plot_points({"a": ([1], [])}, x="x", y="y"), "as many x as y for 'a', got 1, 0"),
        (lambda: plots.plot_points({"a": ([1], [1])}, x="x", y="y", log="z"), "'x', 'y', 'xy' or '', got 'z'"),
        (lambda: plots.plot_curves(LOGITS, {}), "expected one to four curves, got 0"),
        (lambda: plots.plot_curves(LOGITS, {"a": LOGITS[1:]}), r"a of shape \(10,\), got \(9,\)"),
        (lambda: plots.plot_spreads({}), "expected one to four lists, got 0"),
        (lambda: plots.plot_spreads({"a": [1.0, 0.0]}), r"positive numbers for 'a', got \[1\.0, 0\.0\]"),
        (lambda: plots.plot_histogram({}), "expected one to four tensors, got 0"),
        (lambda: plots.plot_histogram({"a": X[:0]}), r"a of shape with at least one entry, got \(0,\)"),
        (lambda: plots.draw_batch({"a": W_FIRST}), "expected two to four tensors, got 1"),
        (lambda: plots.draw_batch({"a": W_FIRST, "b": X}), r"\(N, units\), got \("),
        (lambda: plots.draw_digit(IMAGES), r"\(28, 28\) or \(1, 28, 28\), got \(9, 1, 28, 28\); one image"),
        (lambda: plots.draw_digits(IMAGES[0, 0]), r"\(N, 1, 28, 28\), N up to 100, got \(28, 28\)"),
        (lambda: plots.draw_digits(IMAGES, torch.arange(8)), r"labels of shape \(9,\), got \(8,\)"),
        (lambda: plots.draw_digits(IMAGES, columns=0), "columns of 1 or more, got 0"),
        (lambda: plots.view_classify(IMAGES[0], LOGITS, kind="odds"), "'logits' or 'probabilities', got 'odds'"),
        (lambda: plots.view_classify(IMAGES[0], LOGITS, kind="probabilities"), "sum to 1, .* are these logits"),
        (lambda: plots.view_classify(IMAGES[0], torch.ones(2, 10), kind="logits"), r"got \(2, 10\)"),
        (lambda: plots.plot_probabilities({"p": torch.ones(9)}), r"p of shape \(10,\), got \(9,\)"),
        (lambda: plots.draw_signals({}), "one to four lists of tensors, got {}"),
        (lambda: plots.draw_signals({"a": []}), "one to four lists of tensors"),
        (lambda: plots.draw_signals({"a": [X]}, limit=0), "positive limit, got 0"),
        (lambda: plots.draw_signals({"a": [X[None]]}), r"a of shape \(units,\), got \(1, 4\); pick one"),
        (lambda: plots.draw_weights(torch.ones(16, 784), columns=0), "columns of 1 or more, got 0"),
        (lambda: plots.draw_weights(torch.ones(784, 16)), r"\(units, 784\), up to 100, got \(784, 16\)"),
        (lambda: plots.draw_digits(IMAGES, predicted=torch.arange(9)), "expected labels with predicted"),
        (lambda: plots.plot_history(History()), "at least one epoch, got none"),
        (lambda: plots.draw_confusion(torch.ones(2, 3)), r"\(classes, classes\), got \(2, 3\)"),
        (lambda: plots.plot_learning_rates({}), "expected positive learning rates and losses, got {}"),
        (lambda: plots.plot_learning_rates({0.1: [math.nan]}), "expected positive"),
        (lambda: plots.plot_learning_rates({0.1: [-1.0]}), "expected positive"),
        (lambda: plots.plot_losses({}), "one to four curves, got 0"),
        (lambda: plots.plot_losses({"a": [1.0, 0.0]}), "expected positive losses for 'a'"),
        (lambda: plots.plot_layers({}), "one or two lists of tensors, got 0"),
        (lambda: plots.plot_layers({"a": [X], "b": [X, X]}), r"equally many .* got {'a': 1, 'b': 2}"),
        (lambda: plots.plot_layers({"a": [X * 0]}), "other than zero in 'a', got none"),
        (lambda: plots.draw_scores({}, enough=1, label="n"), "the same columns in each row, got {}"),
        (
            lambda: plots.draw_scores({"a": {"b": [101.0]}}, enough=1, label="n"),
            r"from 0 to 100 for 'a', 'b', got \[101\.0\]",
        ),
        (lambda: plots.plot_comparison({"a": []}, label="s"), "one or more results for each name"),
        (lambda: plots.plot_costs({}, cost="s", label="wrong"), "costs above 0 and .*, got {}"),
        (lambda: plots.plot_costs({"a": (0, 1)}, cost="s", label="wrong"), "costs above 0"),
        (lambda: plots.plot_parts({}, label="s"), "one to four parts in each row, got {}"),
        (
            lambda: plots.plot_parts({"a": {"b": 1.0}, "c": {"d": 1.0}}, label="s"),
            "the same one to four parts",
        ),
        (lambda: plots.plot_parts({"a": {"b": -1.0}}, label="s"), "numbers of 0 or more"),
        (lambda: plots.plot_intervals({"a": []}, {}, label="s"), "one or more results for each name"),
        (lambda: plots.plot_intervals({"a": [1]}, {}, label="s"), r"intervals for \['a'\], got \[\]"),
        (
            lambda: plots.plot_bugs({"a": [1.0]}, [1.0, 2.0], at=[0, 1], x="x", y="y"),
            "one or two curves, as long as the healthy one, got {'a': 1, 'healthy': 2, 'at': 2}",
        ),
        (lambda: plots.plot_wall({}), "expected one or more curves"),
        (lambda: plots.plot_wall({"a": ([0.0], [math.nan])}), "with a positive number"),
        (lambda: plots.draw_paths(torch.sum, {}), "expected one to six paths, got 0"),
        (lambda: plots.draw_paths(torch.sum, {"a": X}), r"a of shape \(steps, 2\), got \(4,\)"),
        (lambda: plots.draw_weights_over_time({}), "1 to 12 snapshots, got 0"),
        (lambda: plots.draw_weights_over_time({"a": W_FIRST, "b": W_FIRST[:2]}), r"b of shape \(3, 784\)"),
    ],
)  # fmt: skip
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_show_in_a_script_saves_and_says_where(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)  # another test may import it
    monkeypatch.setattr(sys, "argv", ["folder/my_script.py"])
    monkeypatch.setattr(plots._canvas, "_numbers", count(1))
    plots.show(plots.draw_network([2, 1]))
    plots.show(plots.draw_network([3, 1]))
    first, second = Path("figures/my_script-1.png"), Path("figures/my_script-2.png")
    assert capsys.readouterr().out == f"figure saved: {first}\nfigure saved: {second}\n"
    assert second.read_bytes().startswith(b"\x89PNG")


def test_importing_the_library_does_not_import_matplotlib(monkeypatch):
    for name in [*sys.modules]:
        if name.partition(".")[0] in {"matplotlib", "mlp_tutorial"}:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # an import of it would fail
    for name in ("plots", "layers", "training", "evaluation", "exercises"):
        import_module(f"mlp_tutorial.{name}")
