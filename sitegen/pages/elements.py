"""Figures that respond when touched, with the numbers of the lessons they belong to.

Each function makes one custom element of `docs/elements/`. Inside it is what readers without
scripts see, a figure or a table that says the same. If the lesson has not run, there is nothing
to show, and the function returns None.
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sitegen.pages.course import Course
from sitegen.pages.figures import Figure


@dataclass(frozen=True)
class Table:
    """A table of short texts: the heads of its columns, and its rows."""

    heads: list[str]
    rows: list[list[str]]

    def html(self, _: str) -> str:
        """Write the table as HTML on one line."""
        head, *body = [
            f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"
            for tag, cells in [("th", self.heads), *(("td", row) for row in self.rows)]
        ]
        return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"

    def text(self) -> str:
        """Write the table in Markdown."""
        lines = [self.heads, ["---"] * len(self.heads), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True)
class Element:
    """A custom element: its name without `mlp-`, its `data-` attributes, and what it replaces."""

    name: str
    fallback: Figure | Table
    options: Mapping[str, object] = field(default_factory=dict)

    def html(self) -> str:
        """Write the element as HTML on one line, with the fallback for readers without scripts."""
        attributes = "".join(f' data-{key}="{value}"' for key, value in self.options.items())
        inside = self.fallback.html("live")
        return f'<div class="live"><mlp-{self.name}{attributes}>{inside}</mlp-{self.name}></div>'

    def text(self) -> str:
        """Describe the element where it cannot be shown."""
        return self.fallback.text()


def activation(course: Course) -> Element | None:
    """Show an activation, and how much of a gradient is left after several."""
    figure = course.figure("sigmoid-and-slope")
    return Element("activation", figure) if figure else None


def backprop(course: Course) -> Element | None:
    """Step through the graph of lesson 9: values forward, slopes backward."""
    found = course.tensors("09_gradients")
    if not found:
        return None
    names = ("u1", "u2", "v1", "v2", "c", "p1", "p2", "z", "a", "L")
    values = [x for name in ("u", "v", "c", "values") for x in found[name].numbers]
    slopes = [None, None, *found["slopes"].numbers]
    rows = [
        [name, f"{value:.4f}", "" if slope is None else f"{slope:.4f}"]
        for name, value, slope in zip(names, values, slopes, strict=True)
    ]
    fallback = Table(["node", "value", "slope of the loss"], rows)
    return Element("backprop", fallback, {"numbers": _join(values[:5])})


def digit(course: Course) -> Element | None:
    """Read what the reader draws, with the network that lesson 10 trained."""
    found, figure = course.tensors("10_training"), course.figure("digit-and-probabilities")
    if not found or not figure:
        return None
    matrices = [shape for shape in found["model"].shapes if len(shape) > 1]
    sizes = [matrices[0][1], *(shape[0] for shape in matrices)]
    mean, std = found["scale"].numbers
    options = {"network": "10_training-model", "sizes": _join(sizes), "mean": mean, "std": std}
    return Element("digit", figure, options)


def learning_rate(course: Course) -> Element | None:
    """Go down the valley of lesson 10."""
    found = course.tensors("10_training")
    if not found:
        return None
    numbers = {name: found[name].numbers for name in ("curvature", "start", "rates")}
    rows = [
        [f"{rate:g}", *(f"{loss:.3g}" for loss in losses)]
        for rate, losses in zip(numbers["rates"], found["ends"].rows, strict=True)
    ]
    fallback = Table(["learning rate", "loss at the end", "with momentum 0.9"], rows)
    options = {name: _join(values) for name, values in numbers.items()}
    return Element("learning-rate", fallback, options)


def matmul(course: Course) -> Element | None:
    """Multiply the matrices of lesson 2 entry by entry, and show PyTorch's error there."""
    found = course.tensors("02_layers")
    if not found:
        return None
    a, b = found["batch"].rows, found["W1"].rows
    rows = [
        [
            f"row {i + 1}, column {j + 1}",
            " + ".join(f"({x:.2f}) · ({w:.2f})" for x, w in zip(row, column, strict=True)),
            f"{row @ column:.4f}",
        ]
        for i, row in enumerate(a)
        for j, column in enumerate(b.T)
    ]
    error = re.search(r"RuntimeError: .*", course.printed("02_layers"))
    if not error:
        raise ValueError("expected lesson 02_layers to print a RuntimeError, found none")
    matrices = {
        name: " ".join(",".join(map(str, row)) for row in rows)
        for name, rows in (("a", a), ("b", b))
    }
    fallback = Table(["entry", "products", "sum"], rows)
    return Element("matmul", fallback, {"error": html.escape(error[0]), **matrices})


def neuron(course: Course) -> Element | None:
    """Turn the weights of the neuron of lesson 1."""
    found, figure = course.tensors("01_neuron"), course.figure("neuron-with-numbers")
    if not found or not figure:
        return None
    names = {"x": "features", "w": "weights", "b": "bias"}
    return Element("neuron", figure, {k: _join(found[name].numbers) for k, name in names.items()})


def playground(course: Course) -> Element | None:
    """Watch a small network learn, as lesson 10 trains it."""
    figure = course.figure("spiral-losses")
    return Element("playground", figure) if figure else None


def softmax(course: Course) -> Element | None:
    """Move the logits of lesson 5."""
    found = course.tensors("05_softmax")
    if not found:
        return None
    logits, probabilities = found["x"].numbers, found["probabilities"].numbers
    pairs = zip(logits, probabilities, strict=True)
    rows = [[f"{i}", f"{x:g}", f"{p:.4f}"] for i, (x, p) in enumerate(pairs)]
    fallback = Table(["class", "logit", "probability"], rows)
    return Element("softmax", fallback, {"logits": _join(logits)})


def weights(course: Course) -> Element | None:
    """Follow the first layer of lesson 10 over its epochs."""
    found, figure = course.tensors("10_training"), course.figure("weights-over-time")
    if not found or not figure:
        return None
    epochs, units, _ = found["over_time"].shapes[0]
    mean, std = found["scale"].numbers
    options = {
        "weights": "10_training-over_time",
        "digits": "10_training-shown",
        "mean": mean,
        "std": std,
        "sizes": f"{epochs} {units}",
        "labels": _join(int(label) for label in found["labels"].numbers),
    }
    return Element("weights", figure, options)


def _join(numbers: Iterable[object]) -> str:
    return " ".join(map(str, numbers))


ELEMENTS: dict[str, Callable[[Course], Element | None]] = {
    make.__name__: make
    for make in (
        *(activation, backprop, digit, learning_rate, matmul),
        *(neuron, playground, softmax, weights),
    )
}
