"""The figures that answer when touched, with the numbers of the lessons they stand in.

Each function makes one custom element of `docs/elements/`. Inside it is what readers without
scripts see: a figure or a table that says the same. In the preview of a lesson that fails there is
none.
"""

import html
import re
from collections.abc import Callable, Iterable
from functools import wraps

import numpy as np

from sitegen.figures import drawn
from sitegen.lesson import ROOT
from sitegen.record import read_outputs
from sitegen.tensors import Exported, read_exported

Found = dict[str, Exported]


def _from(lesson: str) -> Callable[[Callable[[Found], str]], Callable[[], str]]:
    """Hand on what a lesson exported, if it has run."""

    def decorate(make: Callable[[Found], str]) -> Callable[[], str]:
        @wraps(make)
        def make_if_executed() -> str:
            found = read_exported(lesson)
            return make(found) if found else ""

        return make_if_executed

    return decorate


def activation() -> str:
    """Show an activation, and what is left of a gradient behind several."""
    return _element("activation", drawn("07_activations", 1))


@_from("09_gradients")
def backprop(found: Found) -> str:
    """Step through the graph of lesson 9: values forwards, slopes backwards."""
    names = ("u1", "u2", "v1", "v2", "c", "p1", "p2", "z", "a", "L")
    values = [
        *found["u"].numbers,
        *found["v"].numbers,
        *found["c"].numbers,
        *found["values"].numbers,
    ]
    slopes = [None, None, *found["slopes"].numbers]
    rows = [
        (name, f"{value:.4f}", "" if slope is None else f"{slope:.4f}")
        for name, value, slope in zip(names, values, slopes, strict=True)
    ]
    fallback = _table(("node", "value", "slope of the loss"), rows)
    return _element("backprop", fallback, numbers=_write(values[:5]))


@_from("10_training")
def digit(found: Found) -> str:
    """Read what is drawn, with the network that lesson 10 trained."""
    lesson = "10_training"
    matrices = [shape for shape in found["model"].shapes if len(shape) > 1]
    sizes = [matrices[0][1], *(shape[0] for shape in matrices)]
    mean, std = found["scale"].numbers
    options = {"network": f"{lesson}-model", "sizes": _write(sizes), "mean": mean, "std": std}
    return _element("digit", drawn(lesson, -1), **options)


@_from("10_training")
def learning_rate(found: Found) -> str:
    """Go down the valley of lesson 10."""
    numbers = {name: found[name].numbers for name in ("curvature", "start", "rates")}
    rows = [
        (f"{rate:g}", *(f"{loss:.3g}" for loss in losses))
        for rate, losses in zip(numbers["rates"], _rows(found["ends"]), strict=True)
    ]
    fallback = _table(("learning rate", "loss at the end", "with momentum 0.9"), rows)
    options = {name: _write(values) for name, values in numbers.items()}
    return _element("learning-rate", fallback, **options)


@_from("02_layers")
def matmul(found: Found) -> str:
    """Multiply the matrices of lesson 2, entry by entry, and show PyTorch's error there."""
    lesson = "02_layers"
    a, b = _rows(found["batch"]), _rows(found["W1"])
    rows = [
        (
            f"row {i + 1}, column {j + 1}",
            " + ".join(f"({x:.2f}) · ({w:.2f})" for x, w in zip(row, column, strict=True)),
            f"{row @ column:.4f}",
        )
        for i, row in enumerate(a)
        for j, column in enumerate(b.T)
    ]
    printed = [output.get("text", "") for _, output in read_outputs(lesson, ROOT)]
    (error,) = re.findall(r"RuntimeError: .*", "\n".join(printed))
    options = {name: " ".join(map(_comma, of)) for name, of in (("a", a), ("b", b))}
    fallback = _table(("entry", "products", "sum"), rows)
    return _element("matmul", fallback, error=html.escape(error), **options)


@_from("01_neuron")
def neuron(found: Found) -> str:
    """Turn the weights of the neuron of lesson 1."""
    lesson = "01_neuron"
    names = {"x": "features", "w": "weights", "b": "bias"}
    numbers = {key: _write(found[name].numbers) for key, name in names.items()}
    return _element("neuron", drawn(lesson, 3), **numbers)


def playground() -> str:
    """Watch a small network learn, as lesson 10 trains it."""
    return _element("playground", drawn("10_training", 1))


@_from("05_softmax")
def softmax(found: Found) -> str:
    """Move the logits of lesson 5."""
    logits, probabilities = found["x"].numbers, found["probabilities"].numbers
    pairs = zip(logits, probabilities, strict=True)
    rows = [(f"{i}", f"{x:g}", f"{p:.4f}") for i, (x, p) in enumerate(pairs)]
    fallback = _table(("class", "logit", "probability"), rows)
    return _element("softmax", fallback, logits=_write(logits))


@_from("10_training")
def weights(found: Found) -> str:
    """See the first layer of lesson 10 over its epochs, and the digits that excite a unit most."""
    lesson = "10_training"
    ((epochs, units, _),) = found["over_time"].shapes
    mean, std = found["scale"].numbers
    options = {
        "weights": f"{lesson}-over_time",
        "digits": f"{lesson}-shown",
        "mean": mean,
        "std": std,
    }
    labels = _write(int(label) for label in found["labels"].numbers)
    return _element(
        "weights", drawn(lesson, -2), sizes=f"{epochs} {units}", labels=labels, **options
    )


def _element(name: str, fallback: str, **options: object) -> str:
    """Write an element, or nothing if there is nothing to show in its place."""
    if not fallback:
        return ""
    attributes = "".join(f' data-{key}="{value}"' for key, value in options.items())
    return f'<div class="live"><mlp-{name}{attributes}>{fallback}</mlp-{name}></div>'


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    def line(tag: str, cells: Iterable[str]) -> str:
        return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"

    body = "".join(line("td", row) for row in rows)
    return f"<table><thead>{line('th', heads)}</thead><tbody>{body}</tbody></table>"


def _rows(exported: Exported) -> np.ndarray:
    (shape,) = exported.shapes
    return exported.numbers.reshape(shape)


def _write(numbers: Iterable[object]) -> str:
    return " ".join(map(str, numbers))


def _comma(numbers: Iterable[object]) -> str:
    return ",".join(map(str, numbers))


ELEMENTS: dict[str, Callable[[], str]] = {
    make.__name__: make
    for make in (
        *(activation, backprop, digit, learning_rate, matmul),
        *(neuron, playground, softmax, weights),
    )
}
