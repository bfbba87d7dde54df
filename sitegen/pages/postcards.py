"""The picture that other sites show beside a link: number, title, question and sketch."""

import math
from functools import cache
from io import BytesIO
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from mlp_tutorial.lessons import Lesson
from sitegen.pages.figures import DARK
from sitegen.pages.opening import ask
from sitegen.pages.sketches import SIZE, Point, draw, sketch_of

WIDTH, HEIGHT = 1200, 630
SMOOTH = 2  # drawn so many times as large, since Pillow's lines have stairs
COLORS = {**DARK, "paper": "#12283d"}
ALONG = ["neuron", "mnist", "softmax", "activations", "gradients", "training", "museum"]


def draw_lesson(lesson: Lesson, site: str) -> bytes:
    """Draw the picture of a lesson."""
    image = Image.new("RGB", (SMOOTH * WIDTH, SMOOTH * HEIGHT), COLORS["paper"])
    middle = (920, 315)
    _wind(
        image,
        [(x, 315 + 150 * ((920 - x) / 300) * abs(920 - x) / 200) for x in range(540, 1210, 10)],
    )
    _circle(image, lesson.topic, middle, 190)
    above = "Appendix" if lesson.appendix else f"Lesson {int(lesson.number)}"
    title = lesson.title.removeprefix("Appendix: ")
    bottom = _write(image, above, "blue", 32, 90, width=560)
    bottom = _write(image, title[:1].upper() + title[1:], "ink", 60, bottom + 14, width=590)
    _write(image, ask(lesson), "muted", 30, bottom + 26, width=560, bold=False)
    _write(image, site, "blue", 26, HEIGHT - 84, bold=False)
    return _save(image)


def draw_home(title: str, description: str) -> bytes:
    """Draw the picture of the front page, with the path through the course."""
    image = Image.new("RGB", (SMOOTH * WIDTH, SMOOTH * HEIGHT), COLORS["paper"])
    _wind(image, [(10 * x, _wave(10 * x)) for x in range(-1, 122)])
    for i, topic in enumerate(ALONG):
        x = 96 + 168 * i
        _circle(image, topic, (x, _wave(x)), 62)
    bottom = _write(image, title, "ink", 72, 84, width=1040)
    _write(image, description, "muted", 30, bottom + 26, width=1000, bold=False)
    return _save(image)


def draw_any(title: str, description: str) -> bytes:
    """Draw the picture of all other pages."""
    image = Image.new("RGB", (SMOOTH * WIDTH, SMOOTH * HEIGHT), COLORS["paper"])
    draw(sketch_of(""), image, (SMOOTH * 690, SMOOTH * 85), SMOOTH * 460 / SIZE, COLORS)
    bottom = _write(image, title, "ink", 64, 150, width=580)
    _write(image, description, "muted", 30, bottom + 26, width=560, bold=False)
    return _save(image)


def _wave(x: float) -> float:
    return 495 + 34 * math.cos(math.pi * (x - 96) / 168)


def _wind(image: Image.Image, points: list[Point]) -> None:
    points = [(SMOOTH * x, SMOOTH * y) for x, y in points]
    ImageDraw.Draw(image).line(points, fill=COLORS["faint"], width=SMOOTH * 6, joint="curve")


def _circle(image: Image.Image, topic: str, middle: Point, radius: float) -> None:
    x, y = middle
    box = [SMOOTH * side for side in (x - radius, y - radius, x + radius, y + radius)]
    pen = ImageDraw.Draw(image)
    pen.ellipse(box, fill=COLORS["paper"], outline=COLORS["muted"], width=SMOOTH * 4)
    draw(sketch_of(topic), image, (box[0], box[1]), SMOOTH * 2 * radius / SIZE, COLORS)


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")  # fonts that are there everywhere
    return ImageFont.truetype(folder / f"DejaVuSans{'-Bold' * bold}.ttf", SMOOTH * size)


def _write(
    image: Image.Image,
    text: str,
    color: str,
    size: int,
    top: float,
    *,
    width: int = WIDTH,
    bold: bool = True,
) -> float:
    """Write text in lines of at most so many pixels; return where it ends."""
    font, lines = _font(size, bold), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        fits = font.getlength(longer) <= SMOOTH * width
        lines = [*lines[:-1], longer] if fits else [*lines, word]
    for line in lines:
        place = (SMOOTH * 80, SMOOTH * top)
        ImageDraw.Draw(image).text(place, line, fill=COLORS[color], font=font)
        top += 1.25 * size
    return top


def _save(image: Image.Image) -> bytes:
    out = BytesIO()
    small = image.reduce(SMOOTH).quantize(48, method=Image.Quantize.FASTOCTREE)
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
