"""A figure for each plot of the library, from the lesson that drew it, and the palette's colors.

The figures are files of their own, which the page of the reference loads when they come near.
"""

import html
import re
from collections.abc import Callable
from typing import NamedTuple

import torch

from mlp_tutorial import plots
from mlp_tutorial.palette import PALETTE
from sitegen.pages.charts import CHARTS, read_record
from sitegen.pages.course import Course
from sitegen.pages.figures import DARK, write_file

BOX = re.compile(r'viewBox="[\d-]+ 0 ([\d.]+) ([\d.]+)"')
LISTED = re.compile(
    r'(<li class="doc-section-item field-body">)\s*'
    r'(<b><code><autoref identifier="mlp_tutorial\.plots\.(\w+)"[^>]*>\w+</autoref></code></b>)'
    r"\s*\u2013"
)


class Example(NamedTuple):
    """A figure that a function of the library drew."""

    svg: str
    alt: str
    place: str  # where it's shown


def find_examples(course: Course) -> dict[str, Example]:
    """Find a figure for each function that draws: the lightest one of the lessons, or another."""
    drawn = course.figures()
    found = {}
    for name in (each for each in plots.__all__ if each not in ("show", "to_svg")):
        own = [each for each in drawn if re.search(rf"\b{name}\(", each.code)]
        if own:
            best = min(own, key=lambda each: len(each.svg))
            place = f"tutorials/{best.lesson}.html#figure-{best.name}"
            found[name] = Example(best.svg, best.alt, place)
        elif name in OTHERS:
            found[name] = OTHERS[name](course)
    return found


def _costs(course: Course) -> Example:
    record, draw = CHARTS["accuracy"]
    figure, alt, *_ = draw(read_record(course.root, record))
    return Example(plots.to_svg(figure), alt, "benchmarks.html#chart-accuracy")


def _digit(course: Course) -> Example:
    image = torch.tensor(course.tensors("10_training")["shown"][0][0])
    svg = plots.to_svg(plots.draw_digit(image.reshape(28, 28)))
    return Example(svg, "A handwritten digit.", "tutorials/10_training.html")


def _weights(course: Course) -> Example:
    weight = torch.tensor(course.tensors("10_training")["over_time"][0][-1])
    svg = plots.to_svg(plots.draw_weights(weight[:8]))
    return Example(svg, "The weights of eight units.", "tutorials/10_training.html")


# No lesson draws these.
OTHERS: dict[str, Callable[[Course], Example]] = {
    "draw_digit": _digit,
    "draw_weights": _weights,
    "plot_costs": _costs,
}


def show_examples(content: str, files: dict[str, str], examples: dict[str, Example]) -> str:
    """Put the figures below the headings of their functions, and small into the list of them."""

    def picture(name: str, alt: str) -> str:
        box = BOX.search(files[f"{name}.svg"])
        size = f'width="{round(float(box[1]))}" height="{round(float(box[2]))}"' if box else ""
        return (
            f'<img src="../assets/plots/{name}.svg" alt="{html.escape(alt)}" {size} loading="lazy">'
        )

    def list_one(found: re.Match[str]) -> str:
        shown = picture(found[3], "") if found[3] in examples else ""
        return f"{found[1]}{shown}{found[2]}"

    def add(found: re.Match[str]) -> str:
        if found[2] not in examples:
            return found[0]
        _, alt, place = examples[found[2]]
        return (
            f'{found[1]}<a class="example" href="../{place}" data-search-exclude="true">'
            f"{picture(found[2], alt)}</a>"
        )

    content = LISTED.sub(list_one, content)
    content = content.replace("<ul>", '<ul class="thumbnails">', 1)
    heading = r'(<h2 id="mlp_tutorial\.plots\.(\w+)".*?<div class="doc doc-contents ?">)'
    return re.sub(heading, add, content, flags=re.DOTALL)


def show_palette(content: str) -> str:
    """Put the colors, on a light page and on a dark one, below the heading of the palette."""
    rows = "".join(
        f'<li style="background: {paper}; color: {colors["ink"]}">'
        f'<span style="background: {color}; border-color: {colors["muted"]}"></span>{name} '
        f"<code>{color}</code></li>"
        for name in PALETTE
        for colors in (PALETTE, DARK)
        for paper, color in [(colors["paper"], colors[name])]
    )
    return re.sub(
        r'(<h2 id="mlp_tutorial\.palette\.PALETTE".*?<div class="doc doc-contents ?">)',
        rf'\1<ul class="palette" data-search-exclude="true">{rows}</ul>',
        content,
        flags=re.DOTALL,
    )


def write_examples(examples: dict[str, Example]) -> dict[str, str]:
    """Write the files that the page loads."""
    return {f"{name}.svg": write_file(each.svg, name) for name, each in examples.items()}
