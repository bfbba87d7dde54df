"""The figures of the course, from diagrams of networks to digits, curves and training runs.

Each function that draws or plots takes data, and the `Axes` to draw into if you have some, and
returns the `Figure`. It never changes its arguments. Use `show` to see a figure.
"""

from mlp_tutorial.plots._backward import draw_graph, draw_shapes
from mlp_tutorial.plots._bugs import plot_bugs, plot_wall
from mlp_tutorial.plots._canvas import show, to_svg
from mlp_tutorial.plots._curves import (
    plot_activation,
    plot_curves,
    plot_histogram,
    plot_layers,
    plot_lines,
    plot_points,
    plot_spreads,
)
from mlp_tutorial.plots._decisions import plot_decision
from mlp_tutorial.plots._diagrams import (
    draw_memory,
    draw_modules,
    draw_network,
    draw_neuron,
    draw_sums,
    draw_tensors,
)
from mlp_tutorial.plots._images import (
    draw_batch,
    draw_digit,
    draw_digits,
    draw_measurements,
    draw_signals,
    draw_weights,
    plot_probabilities,
    view_classify,
)
from mlp_tutorial.plots._measured import plot_costs
from mlp_tutorial.plots._training import (
    draw_confusion,
    draw_paths,
    draw_scores,
    draw_weights_over_time,
    plot_comparison,
    plot_history,
    plot_intervals,
    plot_learning_rates,
    plot_losses,
    plot_parts,
    plot_reliability,
)

__all__ = [
    "draw_batch",
    "draw_confusion",
    "draw_digit",
    "draw_digits",
    "draw_graph",
    "draw_measurements",
    "draw_memory",
    "draw_modules",
    "draw_network",
    "draw_neuron",
    "draw_paths",
    "draw_scores",
    "draw_shapes",
    "draw_signals",
    "draw_sums",
    "draw_tensors",
    "draw_weights",
    "draw_weights_over_time",
    "plot_activation",
    "plot_bugs",
    "plot_comparison",
    "plot_costs",
    "plot_curves",
    "plot_decision",
    "plot_histogram",
    "plot_history",
    "plot_intervals",
    "plot_layers",
    "plot_learning_rates",
    "plot_lines",
    "plot_losses",
    "plot_parts",
    "plot_points",
    "plot_probabilities",
    "plot_reliability",
    "plot_spreads",
    "plot_wall",
    "show",
    "to_svg",
    "view_classify",
]
