import re
import shutil
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest
import torch

from mlp_tutorial import plots
from mlp_tutorial.palette import PALETTE
from sitegen.lesson import ROOT

g = torch.Generator().manual_seed(0)
X, W, B = torch.randn(4, generator=g), torch.randn(4, generator=g), torch.tensor(0.5)
FIGURES = {
    "neuron": lambda **ax: plots.draw_neuron(X, W, B, **ax),
    "tensors": lambda **ax: plots.draw_tensors(
        torch.arange(2), torch.ones(2, 3), torch.zeros(3, 2, 2), **ax
    ),
    "network": lambda **ax: plots.draw_network([3, 2, 1], **ax),
    "large": lambda **ax: plots.draw_network([784, 128, 64, 10], **ax),
    "activation": lambda **ax: plots.plot_activation(torch.tanh, **ax),
}
figures = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)


def texts(figure):
    return re.findall(r"<text[^>]*>([^<]*)</text>", plots.to_svg(figure))


@figures
def test_the_same_figure_is_the_same_file(draw):
    assert plots.to_svg(draw()) == plots.to_svg(draw())


@figures
def test_colours_are_the_palettes(draw):
    assert set(re.findall(r"(?<=[: ])#[0-9a-f]{6}\b", plots.to_svg(draw()))) <= set(
        PALETTE.values()
    )


@figures
def test_draws_into_given_axes(draw):
    figure, axes = plt.subplots(1, 2)
    assert draw(ax=axes[1]) is figure
    assert axes[1].has_data() or axes[1].patches
    assert not axes[0].has_data()
    plt.close(figure)


@figures
def test_leaves_no_open_figure(draw):
    draw()
    assert plt.get_fignums() == []


def test_a_neuron_shows_its_numbers():
    shown = texts(plots.draw_neuron(X, W, B))
    y = torch.sigmoid(X @ W + B).item()
    assert f"y = {y:.4f}" in shown
    assert f"{(X @ W + B).item():.2f}" in shown
    assert {f"w₁ = {W[0].item():.2f}", f"{X[3].item():.2f}", "b = 0.50"} <= set(shown)


def test_tensors_show_their_shapes_and_numbers():
    shown = texts(plots.draw_tensors(torch.tensor([0.5, -2.0]), torch.zeros(2, 1, 3)))
    assert {"0.5", "-2", "1 axis", "(2,)", "3 axes", "(2, 1, 3)"} <= set(shown)


def test_a_small_network_names_every_weight_and_a_large_one_its_matrices():
    small, large = texts(plots.draw_network([3, 2, 1])), texts(plots.draw_network([784, 128, 10]))
    assert {f"w⁽¹⁾{i}{j}" for i in "₁₂₃" for j in "₁₂"} | {"w⁽²⁾₁₁", "w⁽²⁾₂₁"} <= set(small)
    assert {"W₁  (784, 128)", "W₂  (128, 10)", "x₇₈₄", "⋮"} <= set(large)
    assert not any(text.startswith("w") for text in large)


def test_the_arguments_are_not_changed():
    x, w, b = X.clone(), W.clone(), B.clone()
    plots.draw_neuron(x, w, b)
    plots.draw_tensors(x)
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
        (lambda: plots.draw_network([3]), r"expected two or more .* got \[3\]"),
        (lambda: plots.draw_network([3, 0]), r"positive whole numbers, got \[3, 0\]"),
        (lambda: plots.draw_network([3, 2.5]), r"got \[3, 2\.5\]"),
        (lambda: plots.plot_activation(torch.tanh, low=1, high=1), "expected low < high"),
    ],
)  # fmt: skip
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_show_in_a_script_saves_and_says_where(tmp_path):
    script = tmp_path / "my_script.py"
    script.write_text(
        "from mlp_tutorial.plots import draw_network, show\n"
        "show(draw_network([2, 1]))\nshow(draw_network([3, 1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (
        done.stdout
        == "figure saved: figures/my_script-1.png\nfigure saved: figures/my_script-2.png\n"
    )
    assert (tmp_path / "figures/my_script-2.png").read_bytes().startswith(b"\x89PNG")


def test_importing_the_library_does_not_import_matplotlib():
    code = "import sys, mlp_tutorial.plots, mlp_tutorial.layers; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_picture_of_the_readme_is_what_the_code_draws(tmp_path):
    source = ROOT / "docs/assets/draw.py"
    script = shutil.copy(source, tmp_path)
    subprocess.run([sys.executable, script], check=True)
    assert (tmp_path / "neuron.svg").read_text() == source.with_name("neuron.svg").read_text()
