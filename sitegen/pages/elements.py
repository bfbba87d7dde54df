"""Figures that respond when touched, with the numbers of the lessons they belong to.

Each function makes one custom element of `docs/elements/`, but for `ghosts`, which needs no script.
Inside it is what readers without scripts see, a figure or a table that says the same.
"""

import base64
import html
import json
import re
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import markdown
import numpy as np
from numpy.typing import ArrayLike

from sitegen import ROOT
from sitegen.pages.course import Course
from sitegen.pages.downloads import pack_network
from sitegen.pages.figures import Shown
from sitegen.pages.pictures import ACROSS, FIRST, PICTURES


def element(name: str, fallback: Shown, **options: ArrayLike) -> Shown:
    """Show a custom element, with the fallback inside for readers without scripts.

    Its options are the numbers it needs, and sentences that would make its script longer.
    """
    attributes = "".join(
        f' data-{key}="{" ".join(map(str, np.ravel(value)))}"' for key, value in options.items()
    )
    page = f'<div class="live"><mlp-{name}{attributes}>{fallback[0]}</mlp-{name}></div>'
    return page, fallback[1]


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], rule: str = "") -> Shown:
    """Show a table."""
    lines = [f"| {' | '.join(map(str, line))} |" for line in (heads, *rows)]
    text = "\n".join([lines[0], rule or "| --- " * len(heads) + "|", *lines[1:]])
    return markdown.markdown(text, extensions=["tables"]).replace("\n", ""), text


def activation(course: Course) -> Shown:
    """Show an activation, and how much of a gradient is left after several."""
    hint = "Shake the first bead. How far do you see it? Drag the dot or try another bend."
    return element("activation", course.figure("sigmoid-and-slope", "live"), hint=hint)


def backprop(course: Course, row: str = "") -> Shown:
    """Step through the graph of lesson 9: numbers forward, complaints backward.

    With the word `row` in its mark, it's only about the numbers of the row of three.
    """
    graph = course.tensors("09_gradients")["graph"][0]
    names = ["u1", "u2", "v1", "v2", "bias", "p1", "p2", "s", "z", "a", "L"]
    rows = [
        [name, f"{number:.4f}", f"{complaint:.4f}"]
        for name, (number, complaint) in zip(names, graph, strict=True)
    ]
    fallback = table(["value", "number", "complaint"], rows)
    hint = "Drag a knob and watch the loss. Press Play, tap a box to see its road, and nudge."
    options: dict[str, ArrayLike] = {
        "numbers": graph[:5, 0],
        "graph": "neuron",
        "key": "backprop",
        "hint": hint,
    }
    if row:
        fallback = table(["x", "a", "b", "loss"], [[2, 6, 3, 18], [2.1, 6.3, 3.1, 19.53]])
        hint = "Drag x and listen to the others."
        options |= {"graph": "row of three", "key": "row", "hint": hint}
    return element("backprop", fallback, **options)


def box(course: Course, bend: str = "") -> Shown:
    """Ask the small box of lesson 5, or the box with a `bend`.

    It's no element of its own, since it works without a script.
    """
    totals = [0, 0, 0, 1] if bend else [5, 8, 3, 6]
    pixels = "".join(
        f'<label><input type="checkbox" aria-label="Ink the {side} pixel">'
        f"<span>{side}</span></label>"
        for side in ("left", "right")
    )
    says = "".join(f"<b>{total}</b>" for total in totals)
    page = (
        '<div class="box" role="group" aria-label="A box with two pixels">'
        f"<p>Tap the pixels, and read the total.</p><div>{pixels}</div>"
        f"<div>?<span>the box</span></div><output>{says}<span>its total</span></output></div>"
    )
    rows = zip(["blank", "left", "right", "both"], totals, strict=True)
    return page, table(["ink on", "the box says"], rows)[1]


def depth(course: Course) -> Shown:
    """Send signals through a row of twenty layers, and gradients back."""
    hint = "A message goes down 20 layers, and a complaint comes back. Get both through."
    caption = (
        "Each shape is a histogram on its side, wide where many numbers are. "
        "Numbers too large for the axis are bars at its ends, and quiet layers are faint."
    )
    # The page has the figure already, and a second copy would weigh as much as five elements.
    fallback = '<p><a href="#figure-signal-by-layer">See all twenty layers at once.</a></p>'
    return element(
        "depth", (fallback, course.figure("signal-by-layer")[1]), hint=hint, caption=caption
    )


def digit(course: Course, drawing: str = "") -> Shown:
    """Read what the reader draws, with the network that lesson 10 trained.

    Before anybody touches it, it shows a digit that was read. With the word `drawing` in its mark,
    it then draws others. What the network makes of them comes along, since that weighs less than
    the network.
    """
    found = course.tensors("10_training")
    sizes = [found["model"][0].shape[1], *(tensor.size for tensor in found["model"][1::2])]
    ((mean, std),) = found["scale"]
    asked = {
        "elements": str(ROOT / "docs" / "elements"),
        "network": base64.b64encode(pack_network(found["model"])).decode(),
        "sizes": sizes,
        "mean": float(mean),
        "std": float(std),
    }
    command = ["node", str(Path(__file__).with_name("digit.cjs"))]
    drawn = json.loads(subprocess.check_output(command, input=json.dumps(asked), text=True))
    demo = html.escape(json.dumps(drawn["demo"], separators=(",", ":")))
    fallback = drawn["figure"], "(Figure: a handwritten digit, and how the network reads it.)"
    network = {"network": "10_training-model", "sizes": sizes, "mean": mean, "std": std}
    return element("digit", fallback, **network, **({"demo": demo} if drawing else {}))


def ghosts(course: Course) -> Shown:
    """Hold two digits of lesson 3 up to each of their ghosts; no script is needed.

    The ghosts read the second one wrong. The pictures are cut out of the figures on the page.
    """

    def cut(name: str, column: int, row: int, above: int = 0) -> str:
        """Show a digit of a figure, which has so many blank rows above each for its label."""
        place = re.search(r"matrix\(([\d.]+) 0 0 \S+ ([\d.]+) ([\d.]+)\)", course.figure(name)[0])
        if not place:
            raise ValueError(f"expected the figure {name} to hold a picture, found none")
        scale, left, top = map(float, place.groups())
        corner = left + 30 * column * scale, top + ((30 + above) * row + above) * scale
        box = " ".join(f"{number:.4g}" for number in (*corner, 28 * scale, 28 * scale))
        picture = f'<use xlink:href="#figure-{name}-image"/>'
        return f'<svg viewBox="{box}" aria-hidden="true">{picture}</svg>'

    (distances,) = course.tensors("03_mnist")["distances"]
    one, two = (cut("digits-with-labels", *place, above=10) for place in ((0, 0), (3, 1)))
    digits = "".join(
        digit.replace("<svg", f'<svg class="{which}"')
        for digit, which in ((one, "one"), (two, "two"))
    )
    held = (
        f'<label><input type="radio" name="digit" aria-label="a 5" checked>{one}</label>'
        f'<label><input type="radio" name="digit" aria-label="another 5">{two}</label>'
    )
    options = ""
    for i, far in enumerate(distances.T):
        ghost, bars, said = cut("ghosts", i % 5, i // 5), "", ""
        for which, each, closest in zip(("one", "two"), far, distances.min(axis=1), strict=True):
            best = " best" * bool(each == closest)
            bars += f'<b class="{which}{best}" style="--far: {each:.1f}">{each:.1f}</b>'
            said += f'<em class="{which}">distance {each:.1f}</em>'
        options += (
            f'<label><input type="radio" name="ghost" aria-label="{i}"{" checked" * (not i)}>'
            f'{ghost}<span aria-hidden="true">{bars}</span></label>'
            f'<div>{ghost}<svg viewBox="0 0 9 9" aria-hidden="true">{ghost}{digits}</svg>'
            f"{said}</div>"
        )
    page = (
        '<fieldset class="ghosts"><legend>Hold the digit up to a ghost.</legend>'
        f"{digits}<p>{held}</p><em>a ghost</em>{options}</fieldset>"
    )
    rows = [(i, *(f"{each:.1f}" for each in far)) for i, far in enumerate(distances.T)]
    return page, table(["ghost", "distance from a 5", "from another 5"], rows)[1]


def learning_rate(course: Course, where: str = "") -> Shown:
    """Go down the valley of lesson 10, or the `gutter` of lesson 11 with one flea or `fleas`.

    Its world is how far the picture reaches along and across, the number of steps, the largest
    rate, and by how much its rings are lower than those of lesson 10.
    """
    lesson = "11_optimizers" if where else "10_training"
    found = {name: tensor for name, (tensor, *_) in course.tensors(lesson).items()}
    heads = ["learning rate", "loss after 30 steps"]
    if where:
        heads = ["rule", "rate", "cm to go after 60 leaps"]
        rows = [
            [rule, f"{rate:g}", f"{left:.1f}"]
            for rate, lefts in zip(found["two_rates"], found["to_go"], strict=True)
            for rule, left in zip(["plain", "momentum", "Adam"], lefts, strict=True)
            if where == "fleas" or rule == "plain"
        ]
        hint, marks = {
            "gutter": (
                "The + is the drain. Drag the flea, let go, and it leaps 60 times.",
                "0.5 gentle, 1.9 hard, 3 too hard",
            ),
            "fleas": (
                "Switch on momentum and Adam, and see who gets closer.",
                "0.1 slow, 1 fast, 3 too fast",
            ),
        }[where]
        options: dict[str, ArrayLike] = {
            "curvature": np.diag(found["straight"]),
            "start": found["flea"],
            "lr": marks.split()[0],
            "marks": marks,
            "world": [9, 1.6, 60, 3, 10],
            "left": "cm to go",
        }
    else:
        rows = [  # without momentum, which the lesson tries later
            [f"{rate:g}", f"{plain:.3g}"]
            for rate, (plain, _) in zip(found["rates"], found["ends"], strict=True)
        ]
        hint = "You look down into the valley. Drag the ball, let go, and it takes 30 steps."
        low, right, high = found["rates"]
        options = {
            "curvature": found["curvature"],
            "start": found["start"],
            "lr": f"{right:g}",
            "marks": f"{low:g} too small, {right:g} right, {high:g} too large",
            "world": [4, 2.7, 30, 0.3, 1],
        }
    fair = "It isn't a fair race, since each rule needs a rate of its own."
    options |= {"hint": hint, "key": where or "rate", "fair": fair}
    return element("learning-rate", table(heads, rows), **options)


def matmul(course: Course) -> Shown:
    """Multiply the matrices of lesson 2 entry by entry, and show PyTorch's error there."""
    found = course.tensors("02_layers")
    (a,), (b,) = found["batch"], found["W1"]
    rows = [  # the first row is enough to show how an entry comes about
        [
            f"row 1, column {j}",
            " + ".join(f"{x:.4f} · ({w:g})" for x, w in zip(a[0], column, strict=True)),
            f"{a[0] @ column:.4f}",
        ]
        for j, column in enumerate(b.T, start=1)
    ]
    error = re.search(r"RuntimeError: .*", course.printed("02_layers"))
    if not error:
        raise ValueError("expected lesson 02_layers to print a RuntimeError, found none")
    fallback = table(["entry", "products", "sum"], rows)
    lines = {
        "a": [",".join(map(str, row)) for row in a],
        "b": [",".join(map(str, row)) for row in b],
    }
    hint = "Each row is an example, and each column is a neuron. Tap an entry to see them meet."
    return element("matmul", fallback, error=html.escape(error[0]), hint=hint, **lines)


def neuron(course: Course, where: str = "") -> Shown:
    """Turn the knobs of the judge of lesson 1, and move its line through the digits.

    It begins with the rash judge, before readers know the weights that the lesson found. With the
    word `first` in its mark, it's the top of the lesson, so it has neither a bias nor a map, and
    its weights are wrong. With the word `class`, it's on the page for teachers.
    """
    found = course.tensors("01_neuron")
    (points,), (labels,), (weights,), (bias,) = (
        found[name] for name in ("X", "labels", "weights", "bias")
    )
    judge, rash = [*np.ravel(weights), *np.ravel(bias)], [1, -1, 12.9]
    rows = []
    for *w, b in (rash, [5, -1, 12], [5, -0.5, 4], [30, -0.5, 0]):
        right = ((points @ w + b > 0) == (labels == 1)).sum()
        rows.append([*(f"{number:g}" for number in (*w, b)), right])
    fallback = table(["weight of the middle", "weight of the width", "bias", "right"], rows)
    low, high = points.min(axis=0), points.max(axis=0)
    room = (high - low) * [[0.05, 0.1], [0.05, 0.18]]  # for words below and above the points
    across, up = np.transpose([low - room[0], high + room[1]])
    files = {"points": "01_neuron-X", "labels": "01_neuron-labels", "pictures": f"../{PICTURES}"}
    drawing = Path(__file__).with_name("neuron.svg").read_text("utf-8")
    template = re.sub(r"<!--.*?-->|(?<=>)\s+", "", drawing)
    hint = "Turn a knob or drag the line. Tap a digit to have it judged. Crosses are mistakes."
    options: dict[str, ArrayLike] = {"neuron": judge, "start": rash, "across": across, "up": up}
    if where == "class":
        files["pictures"] = PICTURES
        hint = "Turn the knobs or drag the line. How many digits can you get right?"
    if where == "first":
        of_bias = r'<path[^>]*"M246 192[^>]*>|<text[^>]*>bias</text>|<g[^>]*"bias".*?</g>'
        template = re.sub(of_bias, "", template[: template.index("</svg><svg") + 6])
        template = template.replace('height="700"', 'height="28"')  # of one row of digits
        of_zero, of_one = points[0], points[labels == 1][0]
        clues = zip(["ink in the middle", "width"], of_zero, of_one, strict=True)
        rows = [[name, f"{zero:.2g}", f"{one:.2g}"] for name, zero, one in clues]
        fallback = table(["clue", "a zero", "a one"], rows)[0], ""
        hint = (
            "Here's a neuron. It weighs two clues, the ink in the little box and the width. "
            "Turn its knobs until the verdict is right. Will the next digit be right, too?"
        )
        files["pictures"] = f"../{FIRST}"
        options |= {"start": [6, 0.3, 0], "first": ACROSS, "key": "first"}
    shown = f"{fallback[0]}<template>{template}</template>", fallback[1]
    page, plain = element("neuron", shown, **files, **options, hint=hint)
    return page.replace('"live"', '"live again"') if where == "first" else page, plain


def parts(course: Course) -> Shown:
    """Shorten the parts of a made-up training step, and see how much faster the whole gets."""
    steps = {"fetch": 20, "forward": 20, "backward": 50, "update": 10}
    rows = [
        [name, f"{spent} ms", f"{100 / (100 - spent / 2):.2f} times as fast"]
        for name, spent in steps.items()
    ]
    fallback = table(["part", "takes", "if you halve it, the step gets"], rows)
    hint = "Halve one of the four. Drag its end to the left, and read the total."
    return element("parts", fallback, steps=list(steps.values()), names=list(steps), hint=hint)


def playground(course: Course) -> Shown:
    """Watch a small network learn, as lesson 10 trains it."""
    return element("playground", course.figure("spiral-losses", "live"))


def softmax(course: Course, rule: str = "") -> Shown:
    """Move three totals of lesson 4 and watch them split a dollar, with or without the `rule`."""
    (x,), (shares,) = (course.tensors("04_softmax")[name] for name in ("x", "probabilities"))
    columns = {"total": x, "exp": np.exp(x), "share of the dollar": shares}
    if not rule:
        del columns["exp"]
    rows = [[f"{number:.4g}" for number in row] for row in zip(*columns.values(), strict=True)]
    options = {"hint": "Drag the three totals. The handle below them moves all three at once."}
    if rule:
        hint = "Drag a total and follow it to the right. What does one more point do?"
        options = {"rule": rule, "hint": hint}
    return element("softmax", table(list(columns), rows), logits=x, **options)


def strip(course: Course) -> Shown:
    """Turn the four creases of a strip by hand, in lesson 5, until it follows the wave."""
    x, places = np.linspace(-3, 3, 601), np.linspace(-3, 3, 5)[:-1]
    units = [np.ones_like(x), *(np.maximum(x - place, 0) for place in places)]
    turns = np.linalg.lstsq(np.transpose(units), np.sin(x))[0].round(2) + 0.0  # no -0.0
    names = ["relu(x + 3)", "relu(x + 1.5)", "relu(x)", "relu(x - 1.5)"]
    rows = zip(["bias", *names], turns, strict=True)
    fallback = table(["unit", "its weight by least squares"], rows)
    hint = "Drag the dots, 1 first, until the strip follows the dashed wave."
    return element("strip", fallback, turns=turns, units=", ".join(names), hint=hint)


def weights(course: Course) -> Shown:
    """Follow the first layer of lesson 10 over its epochs."""
    found = course.tensors("10_training")
    ((mean, std),) = found["scale"]
    files = {"weights": "10_training-over_time", "digits": "10_training-shown"}
    sizes, labels = found["over_time"][0].shape[:2], found["labels"][0].astype(int)
    figure = course.figure("weights-over-time", "live")
    numbers = {"mean": mean, "std": std, "sizes": sizes, "labels": labels}
    hint = "Watch the units grow. Then lay a digit over one, and see where its ink falls."
    return element("weights", figure, hint=hint, **files, **numbers)


MAKERS = [
    activation,
    backprop,
    box,
    depth,
    digit,
    ghosts,
    learning_rate,
    matmul,
    neuron,
    parts,
    playground,
    softmax,
    strip,
    weights,
]
ELEMENTS: dict[str, Callable[..., Shown]] = {make.__name__: make for make in MAKERS}
