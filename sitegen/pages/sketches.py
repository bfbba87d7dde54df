"""A small picture of each lesson: SVG for the path through the course, pixels for shared pictures.

A sketch is drawn within a circle, on 80 x 80 units with y downward. It's a list of strokes, each
with one of the figures' colors. A stroke of width 0 is an area, and a line of one point is a dot.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw

Point = tuple[float, float]
Line = Sequence[Point]
SIZE = 80


class Stroke(NamedTuple):
    """Lines of one color and width."""

    color: str
    width: float
    lines: Sequence[Line]


def to_svg(sketch: list[Stroke]) -> str:
    """Write a sketch as SVG, in the colors of the reader's scheme."""
    drawn = []
    for color, width, lines in sketch:
        look = f'stroke="var(--plot-{color})" stroke-width="{width:g}"' if width else ""
        look = look or f'fill="var(--plot-{color})"'
        drawn.append(f'<path {look} d="{"".join(map(_trace, lines))}"/>')
    return (
        f'<svg viewBox="0 0 {SIZE} {SIZE}" fill="none" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true">{"".join(drawn)}</svg>'
    )


def _trace(line: Line) -> str:
    points = [f"{x:.4g} {y:.4g}" for x, y in line]
    if len(points) == 1:
        return f"M{points[0]}h0"
    closed = points[0] == points[-1]
    return f"M{'L'.join(points[:-1] if closed else points)}{'z' * closed}"


def draw(
    sketch: list[Stroke], image: Image.Image, corner: Point, scale: float, colors: Mapping[str, str]
) -> None:
    """Draw a sketch into an image, its corner there, so many pixels a unit."""
    pen = ImageDraw.Draw(image)
    for name, width, lines in sketch:
        color, wide = colors[name], width * scale
        for line in lines:
            points = [(corner[0] + scale * x, corner[1] + scale * y) for x, y in line]
            if not width:
                pen.polygon(points, fill=color)
                continue
            pen.line(points, fill=color, width=round(wide), joint="curve")
            for x, y in points if len(points) == 1 else (points[0], points[-1]):
                pen.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=color)


def _dots(*points: Point) -> list[Line]:
    return [[point] for point in points]


def _box(x: float, y: float, width: float, height: float) -> Line:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]


def _curve(f: Callable[[float], float], begin: float, end: float, step: float = 2) -> Line:
    count = round((end - begin) / step)
    xs = [begin + (end - begin) * i / count for i in range(count + 1)]
    return [(x, f(x)) for x in xs]


def _ring(x: float, y: float, across: float, up: float | None = None) -> Line:
    turns = [2 * math.pi * i / 32 for i in range(33)]
    return [(x + across * math.cos(t), y + (up or across) * math.sin(t)) for t in turns]


def _neuron() -> list[Stroke]:
    zeros = [
        (20, 50),
        (26, 57),
        (30, 47),
        (24, 42),
        (35, 58),
        (33, 65),
        (38, 51),
        (17, 59),
        (44, 61),
        (27, 34),
    ]
    ones = [
        (40, 22),
        (47, 28),
        (52, 18),
        (55, 31),
        (61, 26),
        (49, 38),
        (62, 38),
        (57, 46),
        (65, 49),
        (44, 14),
    ]
    return [
        Stroke("ink", 2, [[(12, 25), (68, 66)]]),
        Stroke("orange", 5.5, _dots(*ones)),
        Stroke("blue", 5.5, _dots(*zeros)),
    ]


def _layers() -> list[Stroke]:
    inputs = [(17, 24), (17, 40), (17, 56)]
    hidden = [(40, 31), (40, 49)]
    out = (63, 40)
    return [
        Stroke("orange", 1.6, [[inputs[0], hidden[1]], [inputs[2], hidden[0]], [hidden[1], out]]),
        Stroke("blue", 2.6, [[inputs[0], hidden[0]], [inputs[1], hidden[0]], [hidden[0], out]]),
        Stroke("blue", 1.2, [[inputs[1], hidden[1]], [inputs[2], hidden[1]]]),
        Stroke("ink", 12, _dots(*inputs, *hidden, out)),
        Stroke("paper", 8.5, _dots(*inputs, *hidden, out)),
    ]


# A 5 of 14 x 14 pixels: how dark each is, from 0 to 3.
FIVE = """
00000000000123
00000123333332
00003333333200
00013332100000
00023310000000
00033200000000
00033321000000
00013333320000
00001233333000
00000001333100
00000000333100
01221123333000
02333333331000
00123332100000
"""


def _mnist() -> list[Stroke]:
    shades: dict[str, list[Line]] = {"1": [], "2": [], "3": []}
    for y, row in enumerate(FIVE.split()):
        for x, shade in enumerate(row):
            if shade != "0":
                shades[shade].append(_box(19 + 3 * x, 19 + 3 * y, 3, 3))
    colors = {"1": "faint", "2": "muted", "3": "ink"}
    return [Stroke(colors[shade], 0, boxes) for shade, boxes in shades.items()]


def _softmax() -> list[Stroke]:
    heights = [4, 7, 3, 40, 5, 3, 14, 4, 3, 6]
    bars = [_box(13.5 + 5.4 * i, 60 - height, 4, height) for i, height in enumerate(heights)]
    return [
        Stroke("faint", 1, [[(12, 61.5), (68, 61.5)]]),
        Stroke("muted", 0, bars[:3] + bars[4:]),
        Stroke("blue", 0, bars[3:4]),
    ]


def _activations() -> list[Stroke]:
    def sine(x: float) -> float:
        return 40 - 17 * math.sin((x - 12) / 56 * 2 * math.pi)

    corners = [12, 23, 30, 49, 57, 68]
    bent = [(x, sine(x) + (sine(x) - 40) * 0.08) for x in corners]
    return [
        Stroke("faint", 5, [_curve(sine, 12, 68)]),
        Stroke("blue", 2, [bent]),
        Stroke("orange", 5, _dots(*bent[1:-1])),
    ]


def _tensors() -> list[Stroke]:
    cells = [_box(17 + 9.5 * i, 36, 8, 8) for i in range(5)]
    names = [_box(20, 15, 16, 9), _box(44, 56, 16, 9)]
    return [
        Stroke("muted", 1.2, [[(28, 24), (34, 35)], [(52, 56), (46, 45)]]),
        Stroke("blue", 0, names[:1]),
        Stroke("orange", 0, names[1:]),
        Stroke("faint", 0, cells),
        Stroke("ink", 0, cells[2:3]),
    ]


def _modules() -> list[Stroke]:
    return [
        Stroke(
            "muted",
            1.5,
            [[(40, 22), (40, 37)], [(20, 50), (20, 37), (60, 37), (60, 50)], [(40, 37), (40, 50)]],
        ),
        Stroke("ink", 0, [_box(30, 15, 20, 12)]),
        Stroke("blue", 0, [_box(13, 48, 14, 12), _box(33, 48, 14, 12)]),
        Stroke("orange", 2, [_box(54, 49, 12, 10)]),
    ]


def _build_a_network() -> list[Stroke]:
    heights = [(16, 44), (32, 30), (48, 20), (64, 10)]
    lines = [
        [
            (x, 40 - tall / 2),
            (x2, 40 - tall2 / 2),
            (x2, 40 + tall2 / 2),
            (x, 40 + tall / 2),
            (x, 40 - tall / 2),
        ]
        for (x, tall), (x2, tall2) in itertools.pairwise(heights)
    ]
    return [
        Stroke("faint", 0, lines),
        Stroke("blue", 5, [[(x, 42 - tall / 2), (x, 38 + tall / 2)] for x, tall in heights]),
    ]


def _gradients() -> list[Stroke]:
    def loss(x: float) -> float:
        return 60 - (x - 44) ** 2 / 22

    x = 25
    slope = -(x - 44) / 11
    return [
        Stroke("faint", 1, [[(14, 62), (66, 62)]]),
        Stroke("muted", 2.2, [_curve(loss, 17, 66)]),
        Stroke("orange", 2, [[(x - 9, loss(x) - 9 * slope), (x + 13, loss(x) + 13 * slope)]]),
        Stroke("blue", 8, _dots((x, loss(x)))),
    ]


def _training() -> list[Stroke]:
    losses = [17, 29, 27, 38, 41, 39, 47, 50, 48, 54, 53, 56, 57]
    points = [(16 + 4 * i, y) for i, y in enumerate(losses)]
    return [
        Stroke("faint", 1.2, [[(15, 15), (15, 62), (66, 62)]]),
        Stroke("blue", 2.4, [points]),
        Stroke("orange", 6.5, _dots(points[-1])),
    ]


def _optimizers() -> list[Stroke]:
    zigzag = [(14, 31), (20, 52), (26, 30), (31, 48), (36, 33), (41, 45), (46, 37)]
    return [
        Stroke("faint", 1.4, [_ring(52, 40, r, r / 2.4) for r in (7, 15, 24, 34)]),
        Stroke("orange", 1.6, [zigzag]),
        Stroke("blue", 2.4, [[(14, 31), (20, 37), (28, 41), (38, 42), (52, 40)]]),
        Stroke("ink", 5, _dots((52, 40))),
        Stroke("ink", 4, _dots((14, 31))),
    ]


def _evaluation() -> list[Stroke]:
    def cell(row: int, column: int) -> Line:
        return _box(17.5 + 9.2 * column, 17.5 + 9.2 * row, 8, 8)

    others = [(row, column) for row in range(5) for column in range(5) if row != column]
    wrong = [(1, 3), (4, 2)]
    return [
        Stroke("faint", 0, [cell(*place) for place in others if place not in wrong]),
        Stroke("blue", 0, [cell(i, i) for i in range(5)]),
        Stroke("orange", 0, [cell(*place) for place in wrong]),
    ]


def _deep_networks() -> list[Stroke]:
    layers = [[(15 + 7.1 * i, 34), (15 + 7.1 * i, 58)] for i in range(8)]
    arcs = []
    for begin in (0, 2, 4):
        left, right = 15 + 7.1 * begin, 15 + 7.1 * (begin + 3)
        middle, half = (left + right) / 2, (right - left) / 2
        arcs.append(
            [
                (middle - half * math.cos(t), 31 - 12 * math.sin(t))
                for t in (math.pi * i / 12 for i in range(13))
            ]
        )
    return [
        Stroke("muted", 3, layers),
        Stroke("blue", 2, arcs),
        Stroke("orange", 1.6, [[(12, 46), (67, 46)]]),
    ]


def _diamonds() -> list[Stroke]:
    crown = [(27, 22), (53, 22), (65, 36), (15, 36), (27, 22)]
    facets = [[(27, 22), (31, 36), (40, 22), (49, 36), (53, 22)], [(31, 36), (40, 64), (49, 36)]]
    return [
        Stroke("faint", 0, [[(15, 36), (65, 36), (40, 64), (15, 36)]]),
        Stroke("blue", 1.6, facets),
        Stroke("blue", 2.4, [crown, [(15, 36), (40, 64), (65, 36)]]),
    ]


def _saving_and_devices() -> list[Stroke]:
    def loss(x: float) -> float:
        return 20 + 36 * (1 - math.exp(-(x - 14) / 16))

    return [
        Stroke("muted", 1.4, [[(38, 16), (38, 64)]]),
        Stroke("orange", 0, [[(38, 16), (55, 16), (51, 21.5), (55, 27), (38, 27), (38, 16)]]),
        Stroke("blue", 2.4, [_curve(loss, 14, 38)]),
        Stroke("blue", 2.4, [_curve(loss, x, x + 4) for x in (43, 51, 59)]),
        Stroke("ink", 7, _dots((38, loss(38)))),
    ]


def _speed() -> list[Stroke]:
    def hand(turn: float, begin: float, end: float) -> Line:
        x, y = math.sin(2 * math.pi * turn), -math.cos(2 * math.pi * turn)
        return [(40 + begin * x, 43 + begin * y), (40 + end * x, 43 + end * y)]

    slice_of = [
        (40, 43),
        *(
            (40 + 20 * math.sin(t), 43 - 20 * math.cos(t))
            for t in (math.pi * i / 24 for i in range(9))
        ),
        (40, 43),
    ]
    return [
        Stroke("orange", 0, [slice_of]),
        Stroke("ink", 2.4, [_ring(40, 43, 23)]),
        Stroke("ink", 4, [[(40, 14), (40, 17)], [(59, 22), (61, 20)]]),
        Stroke("muted", 1.4, [hand(i / 12, 17.5, 20) for i in range(12)]),
        Stroke("blue", 2.6, [hand(1 / 6, -4, 17)]),
    ]


def _how_far() -> list[Stroke]:
    steps = [
        (12, 62),
        (22, 62),
        (22, 54),
        (32, 54),
        (32, 47),
        (42, 47),
        (42, 41),
        (52, 41),
        (52, 37),
        (66, 37),
    ]
    return [
        Stroke("faint", 0, [[*steps, (66, 66), (12, 66), (12, 62)]]),
        Stroke("blue", 2.4, [steps]),
        Stroke("ink", 1.8, [[(59, 37), (59, 14)]]),
        Stroke("orange", 0, [[(59, 14), (45, 19), (59, 24), (59, 14)]]),
    ]


def _museum() -> list[Stroke]:
    legs = [
        [(40, y), (40 + side * 11, y + tilt)]
        for side in (-1, 1)
        for y, tilt in ((38, -4), (42, 0), (46, 4))
    ]
    return [
        Stroke("faint", 1.4, [[(27, 24), (40, 12), (53, 24)]]),
        Stroke("ink", 2.6, [_box(18, 24, 44, 36)]),
        Stroke("muted", 1.6, [*legs, [(37, 33), (34, 29)], [(43, 33), (46, 29)]]),
        Stroke("orange", 0, [_ring(40, 43, 6.5, 8.5)]),
        Stroke("ink", 6.5, _dots((40, 34.5))),
        Stroke("paper", 1.2, [[(40, 38), (40, 51)]]),
    ]


def _message() -> list[Stroke]:
    return [
        Stroke("faint", 0, [_box(16, 22, 48, 36)]),
        Stroke("muted", 2.4, [[(22, 31), (42, 31)], [(22, 38), (52, 38)]]),
        Stroke("orange", 2.6, [[(22, 48), (58, 48)]]),
    ]


def _network() -> list[Stroke]:
    layers: list[list[Point]] = [
        [(18, 20 + 20 * i) for i in range(3)],
        [(40, 14 + 17.3 * i) for i in range(4)],
    ]
    layers.append([(62, 30), (62, 50)])
    edges = [[a, b] for left, right in itertools.pairwise(layers) for a in left for b in right]
    return [
        Stroke("faint", 1.2, edges),
        Stroke("blue", 2.6, [[layers[0][0], layers[1][1], layers[2][0]]]),
        Stroke("orange", 2, [[layers[0][2], layers[1][2], layers[2][0]]]),
        Stroke("ink", 11, _dots(*layers[0], *layers[1], *layers[2])),
        Stroke("paper", 7.5, _dots(*layers[0], *layers[1], *layers[2][1:])),
    ]


def sketch_of(topic: str) -> list[Stroke]:
    """Sketch a lesson, given its name without the number; a network stands for any other."""
    return SKETCHES.get(topic, _network)()


SKETCHES = {
    "neuron": _neuron,
    "layers": _layers,
    "mnist": _mnist,
    "softmax": _softmax,
    "activations": _activations,
    "tensors": _tensors,
    "modules": _modules,
    "build_a_network": _build_a_network,
    "gradients": _gradients,
    "training": _training,
    "optimizers": _optimizers,
    "evaluation": _evaluation,
    "deep_networks": _deep_networks,
    "diamonds": _diamonds,
    "saving_and_devices": _saving_and_devices,
    "speed": _speed,
    "how_far": _how_far,
    "museum": _museum,
    "error_messages": _message,
}
