"""Charts and sentences of what benchmarks measured, made from their records in each build.

Captions and alternative texts are made from the same numbers, so a chart can't be stale.
"""

import ast
import json
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any, NamedTuple

from mlp_tutorial import plots
from mlp_tutorial.lessons import Lesson
from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots._canvas import canvas, figure_of
from sitegen.pages.course import Course
from sitegen.pages.elements import table as make_table
from sitegen.pages.figures import Shown, name_part, show_figure

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Chart(NamedTuple):
    """A figure, what it shows in words, what to see in it, and maybe its numbers as a table."""

    figure: "Figure"
    alt: str
    caption: str
    numbers: str = ""


def read_record(root: Path, name: str) -> Any:
    """Read what a benchmark wrote."""
    return json.loads((root / "benchmarks" / f"{name}.json").read_text("utf-8"))


def show_chart(course: Course, name: str, numbers: str = "") -> Shown:
    """Show a chart by its name, or raise a ValueError that lists the names.

    With the word `numbers` in its mark, its numbers are folded below.
    """
    if name not in CHARTS:
        raise ValueError(f"expected the name of a chart, one of {', '.join(CHARTS)}, got {name}")
    record, draw = CHARTS[name]
    chart = draw(read_record(course.root, record))
    said = {"figure": name, "alt": chart.alt, "caption": chart.caption}
    page, plain = show_figure(plots.to_svg(chart.figure), said, "chart")
    if numbers:  # which the text in words has, too
        summary = "<summary>The same in numbers</summary>"
        page += f'<details class="numbers">{summary}{chart.numbers}</details>'
    return page, plain


def margins(course: Course, what: str = "") -> str:
    """Say how often what lessons assert about training failed when they ran with other seeds.

    With the word `listed` in its mark, list the lessons, and with `bound`, say what that proves.
    """
    record = read_record(course.root, "margins")
    rows: list[tuple[str, int, int, int]] = []
    for lesson in course.lessons:
        # Some were measured with other kernels or on another processor, too, with the same seeds.
        own = [
            each
            for each in record
            if (each["source"], each["kernels"]) == (lesson.name, "native")
            and each["claim"] in _claims(lesson)
        ]
        if own:
            runs = min(each["n"] for each in own) - 1  # the first seed is the lesson's own
            claims = len({each["claim"] for each in own})
            rows.append((_link(lesson), claims, runs, sum(each["failed"] for each in own)))
    if what == "listed":
        heads = ["lesson", "assertions", "runs with other seeds", "failed"]
        return make_table(heads, rows, "| --- | --: | --: | --: |")[1]
    _, asserted, counts, failed = zip(*rows, strict=True)
    if what == "bound":
        return f"""\
After {min(counts)} runs without a failure, all you can say with 95% confidence is that fewer than
one run in {_at_most_one_in(min(counts))} would fail."""
    low, high = min(counts), max(counts)
    ran = f"{low} to {high}" if low < high else low
    times = "once" if sum(failed) == 1 else f"{sum(failed)} times"
    told = f"an assertion failed {times}" if any(failed) else "no assertion failed"
    return f"""\
We took {sum(asserted)} assertions from the code of {len(rows)} lessons and ran each lesson again,
{ran} times, with other seeds and the small sets of data that come with the course. In all of these
runs, {told}."""


def depths(course: Course) -> str:
    """Make a table of how well networks read at their best rate, with a column for each depth."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows(read_record(course.root, "depth")):
        kind, layers, more = re.match(r"(\w+), (\d+) layers(.*)", row["claim"]).groups()  # type: ignore[union-attr]
        name = {"He": "He start", "Plain": "plain"}.get(kind, kind) + more.removesuffix(", again")
        found.setdefault(name, {})[layers] = row["found"].split()[0]
    heads = sorted({layers for reached in found.values() for layers in reached}, key=int)
    rows = [[name, *(reached.get(n, "") for n in heads)] for name, reached in found.items()]
    rule = "| --- " + "| --: " * len(heads) + "|"
    return make_table(["kind", *(f"{n} layers" for n in heads)], rows, rule)[1]


def _at_most_one_in(runs: int) -> int:
    """Say that fewer than one run in so many fails, as 95% sure as that many runs allow."""
    return int(1 / (1 - 0.05 ** (1 / runs)))


def _link(lesson: Lesson) -> str:
    return f"[{lesson.title}](tutorials/{lesson.name}.ipynb)"


def _claims(lesson: Lesson) -> set[str]:
    """List the assertions of a lesson as a benchmark notes them."""
    nodes = ast.walk(ast.parse(lesson.text))
    return {ast.unparse(node.test) for node in nodes if isinstance(node, ast.Assert)}


def accuracy(record: Any) -> Chart:
    """Draw how many digits are wrong against the seconds of training."""
    found = {}
    for row in _rows(record):
        right = re.match(r"([\d.]+)% in [\d.]+$", row["found"])
        seconds = re.search(r"; ([\d.]+) s, the textbook", row["how"])
        if right and seconds:
            name = row["claim"].split(":")[0]
            found[name] = float(seconds[1]), round(100 * (100 - float(right[1])))
    cost, label = "seconds of training on two cores", "wrong of 10,000"
    hidden = r"^784-([\d-]+)-10(?:, deformed)?"  # what differs
    named = {re.sub(hidden, r"\1", name): point for name, point in found.items()}
    figure = plots.plot_costs(named, cost=cost, label=label)
    each = [
        f"{name} gets {wrong} wrong after {_time(spent)}" for name, (spent, wrong) in found.items()
    ]
    (axes,) = figure.axes
    axes.lines[1].remove()  # its dots, which follow one by one
    names = {text.get_text(): text for text in axes.texts}
    for name, (spent, wrong) in named.items():
        (dot,) = axes.plot(spent, wrong, "o", color=PALETTE["blue"], markersize=8)
        _answer(f"{name}: {wrong} wrong after {_time(spent)}", dot, names[name])
    alt = f"The more seconds of training, the fewer digits are wrong. {'; '.join(each)}."
    first, last = min(found.values()), max(found.values())
    caption = (
        f"{_time(first[0])} of training leaves {first[1]} of the 10,000 test digits wrong, and "
        f"{_time(last[0])} leaves {last[1]}. The names are the sizes of the layers, and "
        "each dot is the mean over six seeds or more."
    )
    return Chart(figure, alt, caption)


def speed(record: Any) -> Chart:
    """Draw how long the textbook loop and ours take for all digits, with each optimizer."""
    found = {}
    for row in _rows(record):
        if times := re.match(r"([\d.]+) s and ([\d.]+) s an epoch", row["how"]):
            name = row["claim"].split("with ")[1].split(",")[0]
            found[name] = float(times[1]), float(times[2])
    names, bars = [], []
    for name, (textbook, ours) in found.items():
        names += [f"textbook, {name}", f"ours, {name}"]
        faster = f"{ours:.2f} s, {textbook / ours:.0f} times as fast"
        bars += [(textbook, "muted", f"{textbook:.2f} s"), (ours, "blue", faster)]
    with canvas(None, 0.4 + 0.55 * len(bars)) as axes:
        for y, (seconds, color, said) in enumerate(bars):
            (bar,) = axes.barh(y, seconds, height=0.7, color=PALETTE[color])
            number = axes.text(seconds, y, f" {said}", va="center")
            _answer_in_row(axes, y, f"{names[y]}: {said}", bar, number)
        axes.set_yticks(range(len(bars)), names)
        axes.set_ylim(len(bars) - 0.4, -0.6)
        axes.tick_params(left=False, labelcolor=PALETTE["ink"])
        axes.set_xticks([])  # each bar has its number
        axes.set_xlim(0, 1.2 * max(seconds for seconds, *_ in bars))
        axes.spines["bottom"].set_visible(False)
        figure = figure_of(axes)
    each = [f"{name}: {seconds:.2f}" for name, (seconds, *_) in zip(names, bars, strict=True)]
    caption = (
        "Seconds for once through all 60,000 training digits. Each bar is the median of five runs."
    )
    return Chart(figure, f"Seconds for 60,000 digits. {'; '.join(each)}.", caption)


def recipe(record: Any) -> Chart:
    """Draw what the network of lesson 10 loses if parts of its recipe are left out."""
    parts = {
        "without momentum": "momentum",
        "without the schedule": "schedule",
        "without warming up": "warming up",
        "without cooling down": "cooling down",
        "without label smoothing": "smoothing",
        "without all of these": "all three",
        "batches of 64": "large batches",
        "all three, beyond the sum of the parts": "all three, beyond their sum",
    }
    whole = record["runs"]["the recipe"]
    lost, intervals, rows = {}, {}, []
    for row in record["rows"]["recipe"]:
        part = parts.get(row["claim"])
        found = re.search(r"([\d.]+ ± [\d.]+) (less|more|points)", row["found"])
        if not part or not found:
            continue
        rows.append([part, found[1] + " gained" * (found[2] == "more")])
        if runs := record["runs"].get(row["claim"]):
            lost[part] = [a - b for a, b in zip(whole, runs, strict=True)]
            half = float(found[1].split()[-1])
            intervals[part] = mean(lost[part]) - half, mean(lost[part]) + half
    figure = plots.plot_intervals(lost, intervals, label="points lost without it")
    (axes,) = figure.axes
    said = dict(rows)
    drawn = zip(lost, axes.collections, zip(*[iter(axes.lines[1:])] * 3, strict=True), strict=True)
    for y, (part, dots, lines) in enumerate([*drawn]):
        points, *gained = said[part].split(" gained")
        says = f"{part}: {points} points {'gained' if gained else 'lost'}"
        _answer_in_row(axes, y, says, dots, *lines)
    caption = (
        "What each part is worth, in points of accuracy on the test digits. Each small dot is "
        f"one of {len(whole)} pairs of networks from the same seed, the diamond is their mean, and "
        f"the whiskers are the 95% interval. All three together are worth {rows[-1][1]} points "
        "more than they add up to one by one."
    )
    each = [f"{part}: {points}" for part, points in rows[:-1]]
    alt = f"Points lost without a part. {'; '.join(each)}."
    return Chart(figure, alt, caption, make_table(["left out", "points lost"], rows)[0])


def depth(record: Any) -> Chart:
    """Draw how many digits are right by the number of layers, each at its best rate."""
    names = {"residual": "residual", "BatchNorm": "BatchNorm", "He": "He start", "Plain": "plain"}
    lines: dict[str, dict[int, float]] = {shown: {} for shown in names.values()}
    for part in ("kinds", "again"):  # the second from other seeds than those the rate was chosen by
        for row in record["rows"][part]:
            kind, layers = re.match(r"(\w+), (\d+) layers", row["claim"]).groups()  # type: ignore[union-attr]
            if kind in names:
                lines[names[kind]][int(layers)] = max(row["tries"].values())
    drawn = {name: (list(found), list(found.values())) for name, found in lines.items()}
    figure = plots.plot_lines(drawn, x="layers", y="% right")
    (axes,) = figure.axes
    axes.set_ylim(0, 100)
    if legend := axes.get_legend():  # each line has its name at its end
        legend.remove()
    ends = {name: (max(found), found[max(found)]) for name, found in lines.items()}
    above = -math.inf
    for line in sorted([*axes.lines], key=lambda line: ends[f"{line.get_label()}"][1]):
        name = f"{line.get_label()}"
        color = PALETTE["blue" if name == "residual" else "muted"]
        line.set_color(color)
        layers, right = ends[name]
        above = max(right, above + 11)  # no name is on another
        axes.text(layers, above, f"  {name}", va="center", color=color, size=13)
        for layers, right in lines[name].items():
            (dot,) = axes.plot(layers, right, "o", color=color, markersize=5)
            _answer(f"{name}, {layers} layers: {right:.0f}% right", dot)
    each = [f"{name}: {right:.0f}% at {layers} layers" for name, (layers, right) in ends.items()]
    best = ends["residual"]
    most = max(right for name, (_, right) in ends.items() if name != "residual")
    caption = (
        f"With residual connections, {best[0]} layers get {best[1]:.0f}% right after 200 steps. "
        f"The others get {most:.0f}% or less, even at the best learning rate of eight. Guessing "
        "gets 10%. LayerNorm falls like them, and is only in the table below."
    )
    alt = (
        f"Four lines of the digits that are right against the number of layers. {'; '.join(each)}."
    )
    return Chart(figure, alt, caption)


def _answer(says: str, *parts: "Artist") -> None:
    """Let parts of a chart say this when a reader points near the first."""
    for part in parts:
        part.set_gid(name_part(says))


def _answer_in_row(axes: "Axes", y: int, says: str, *parts: "Artist") -> None:
    """Let all of a row say this, with its name."""
    row = axes.axhspan(y - 0.5, y + 0.5, alpha=0, zorder=0)
    _answer(says, row, axes.get_yticklabels()[y], *parts)


def _rows(record: Any) -> list[Mapping[str, Any]]:
    return [row for part in record["rows"].values() for row in part]


def _time(seconds: float) -> str:
    """Write a time as one would say it."""
    if seconds < 10:
        return f"{seconds:.1f} seconds"
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"


# Each chart by its name, with the benchmark whose record it shows.
CHARTS: dict[str, tuple[str, Callable[[Any], Chart]]] = {
    "accuracy": ("training", accuracy),
    "speed": ("training", speed),
    "recipe": ("recipe", recipe),
    "depth": ("depth", depth),
}
