"""The picture that other sites show beside a link: number, title, question and sketch."""

import html
import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import matplotlib
import resvg_py
from PIL import Image, ImageFont

from mlp_tutorial.lessons import Lesson
from sitegen.pages.figures import DARK
from sitegen.pages.opening import ask
from sitegen.pages.sketches import sketch

WIDTH, HEIGHT = 1200, 630
COLORS = {**DARK, "paper": "#12283d"}
FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")  # fonts that are there everywhere
ALONG = ["neuron", "mnist", "softmax", "activations", "gradients", "training", "museum"]


def draw_lesson(lesson: Lesson, site: str) -> bytes:
    """Draw the picture of a lesson."""
    way = [(x, 315 + 150 * ((920 - x) / 300) * abs(920 - x) / 200) for x in range(540, 1210, 10)]
    above = "Appendix" if lesson.appendix else f"Lesson {int(lesson.number)}"
    title = lesson.title.removeprefix("Appendix: ")
    number, bottom = _write(above, "blue", 32, 90)
    heading, bottom = _write(title[:1].upper() + title[1:], "ink", 60, bottom + 14, width=590)
    question, _ = _write(ask(lesson), "muted", 30, bottom + 26, bold=False)
    name, _ = _write(site, "blue", 26, HEIGHT - 84, width=WIDTH, bold=False)
    return _draw(_wind(way), _circle(lesson.topic, 920, 315, 190), number, heading, question, name)


def draw_home(title: str, description: str) -> bytes:
    """Draw the picture of the front page, with the path through the course."""

    def wave(x: float) -> float:
        return 495 + 34 * math.cos(math.pi * (x - 96) / 168)

    stops = [96 + 168 * i for i in range(len(ALONG))]
    circles = [_circle(topic, x, wave(x), 62) for topic, x in zip(ALONG, stops, strict=True)]
    heading, bottom = _write(title, "ink", 72, 84, width=1040)
    said, _ = _write(description, "muted", 30, bottom + 26, width=1000, bold=False)
    return _draw(_wind([(10 * x, wave(10 * x)) for x in range(-1, 122)]), *circles, heading, said)


def draw_any(title: str, description: str) -> bytes:
    """Draw the picture of all other pages."""
    heading, bottom = _write(title, "ink", 64, 150, width=580)
    said, _ = _write(description, "muted", 30, bottom + 26, bold=False)
    return _draw(_place("network", 690, 85, 460), heading, said)


def _wind(points: Sequence[tuple[float, float]]) -> str:
    line = " ".join(f"{x},{y:.1f}" for x, y in points)
    return f'<polyline points="{line}" fill="none" stroke="{COLORS["faint"]}" stroke-width="6"/>'


def _circle(topic: str, x: float, y: float, radius: float) -> str:
    ring = f'r="{radius}" fill="{COLORS["paper"]}" stroke="{COLORS["muted"]}" stroke-width="4"'
    picture = _place(topic, x - radius, y - radius, 2 * radius)
    return f'<circle cx="{x}" cy="{y:.1f}" {ring}/>{picture}'


def _place(topic: str, x: float, y: float, size: float) -> str:
    svg = sketch(topic, dark=True).replace(DARK["paper"], COLORS["paper"])
    return svg.replace("<svg", f'<svg x="{x}" y="{y:.1f}" width="{size}" height="{size}"', 1)


def _write(
    text: str, color: str, size: int, top: float, *, width: int = 560, bold: bool = True
) -> tuple[str, float]:
    """Write text in lines of at most so many pixels; also return where it ends."""
    font = ImageFont.truetype(FONTS / f"DejaVuSans{'-Bold' * bold}.ttf", size)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], longer] if font.getlength(longer) <= width else [*lines, word]
    weight = "bold" if bold else "normal"
    look = f'x="80" fill="{COLORS[color]}" font-size="{size}" font-weight="{weight}"'
    return "".join(
        f'<text {look} y="{top + 0.93 * size + 1.25 * size * i}">{html.escape(line)}</text>'
        for i, line in enumerate(lines)
    ), top + 1.25 * size * len(lines)


def _draw(*parts: str) -> bytes:
    size = f'width="{WIDTH}" height="{HEIGHT}" font-family="DejaVu Sans"'
    drawn = resvg_py.svg_to_bytes(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>',
        background=COLORS["paper"],
        skip_system_fonts=True,
        font_files=[str(FONTS / name) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")],
    )
    small = Image.open(BytesIO(drawn)).convert("RGB").quantize(48, method=Image.Quantize.FASTOCTREE)
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
