"""A figure for each plot of the library, from the lesson that drew it, and the palette's colors.

The figures are files of their own, which the page of the reference loads when they come near.
"""

import html
import re
from typing import NamedTuple

import torch

from mlp_tutorial import plots
from mlp_tutorial.palette import PALETTE
from sitegen.pages.charts import CHARTS, read_record
from sitegen.pages.course import Course
from sitegen.pages.figures import DARK, write_file

BOX = re.compile(r'viewBox="[\d-]+ 0 ([\d.]+) ([\d.]+)"')
LISTED = re.compile(
    r'(?<=<li class="doc-section-item field-body">)\s*'
    r'(<b><code><autoref identifier="mlp_tutorial\.plots\.(\w+)"[^>]*>\w+</autoref></code></b>)'
    r"\s*\u2013"
)
BELOW = r'<h2 id="mlp_tutorial\.{}".*?<div class="doc doc-contents ?">'  # a heading and its links
TRAINING = "tutorials/10_training.html"


class Example(NamedTuple):
    """A figure that a function of the library drew."""

    svg: str  # the file
    alt: str
    place: str  # where it's shown

    def show(self, name: str, alt: str) -> str:
        """Show the file of a function."""
        box = BOX.search(self.svg)
        size = f'width="{round(float(box[1]))}" height="{round(float(box[2]))}"' if box else ""
        file = f"../assets/plots/{name}.svg"
        return f'<img src="{file}" alt="{html.escape(alt)}" {size} loading="lazy">'


def find_examples(course: Course) -> dict[str, Example]:
    """Find a figure for each function that draws: the lightest one of the lessons, or another."""
    drawn = course.figures()
    found = _draw_others(course)
    for name in {*plots.__all__} - {"show", "to_svg"}:
        if own := [each for each in drawn if re.search(rf"\b{name}\(", each.code)]:
            best = min(own, key=lambda each: len(each.svg))
            place = f"tutorials/{best.lesson}.html#figure-{best.name}"
            found[name] = Example(best.svg, best.alt, place)
    return {name: each._replace(svg=write_file(each.svg, name)) for name, each in found.items()}


def _draw_others(course: Course) -> dict[str, Example]:
    """Draw what no lesson does."""
    record, draw = CHARTS["accuracy"]
    chart = draw(read_record(course.root, record))
    shown, weights = (course.tensors("10_training")[name][0] for name in ("shown", "over_time"))
    digit, units = torch.tensor(shown[0].reshape(28, 28)), torch.tensor(weights[-1][:8])
    drawn = {
        "plot_costs": (chart.figure, chart.alt, "benchmarks.html#chart-accuracy"),
        "draw_digit": (plots.draw_digit(digit), "A handwritten digit.", TRAINING),
        "draw_weights": (plots.draw_weights(units), "The weights of eight units.", TRAINING),
    }
    return {name: Example(plots.to_svg(figure), *rest) for name, (figure, *rest) in drawn.items()}


def show_examples(content: str, examples: dict[str, Example]) -> str:
    """Put the figures below the headings of their functions, and small into the list of them."""

    def list_one(found: re.Match[str]) -> str:
        name = found[2]
        return f"{examples[name].show(name, '') if name in examples else ''}{found[1]}"

    content = LISTED.sub(list_one, content).replace("<ul>", '<ul class="thumbnails">', 1)
    for name, each in examples.items():
        link = f'<a class="example" href="../{each.place}" data-search-exclude="true">'
        content = _add(content, f"plots.{name}", f"{link}{each.show(name, each.alt)}</a>")
    return content


def _add(content: str, name: str, shown: str) -> str:
    """Put something below the heading of a name of the library."""
    below = re.compile(BELOW.format(re.escape(name)), re.DOTALL)
    return below.sub(lambda heading: heading[0] + shown, content, count=1)


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
    shown = f'<ul class="palette" data-search-exclude="true">{rows}</ul>'
    return _add(content, "palette.PALETTE", shown)
