import re

import pytest
from matplotlib.figure import Figure

from mlp_tutorial.palette import PALETTE
from mlp_tutorial.plots import to_svg
from mlp_tutorial.plots._canvas import STYLE
from sitegen import ROOT
from sitegen.pages.figures import DARK, show_figure, write_file
from sitegen.pages.letters import SIZE, find_room, make_way, resize

SVG = f"""<?xml version="1.0"?>
<!DOCTYPE svg>
<svg width="216pt" height="144pt" viewBox="0 0 216 144">
 <defs><style type="text/css">*{{stroke-linejoin: round}}</style></defs>
 <g id="figure_1">
  <!-- y = 0.1595 -->
  <defs><path id="m49" d="M 0.123456 0" style="stroke: {PALETTE["ink"]}"/></defs>
  <clipPath id="c1"/>
  <use xlink:href="#m49" clip-path="url(#c1)" style="fill: {PALETTE["blue"]}"/>
  <text style="font-size: 10px; font-family: 'DejaVu Sans', sans-serif; text-anchor: middle">y = 0.1595 {PALETTE["blue"]} id="m49"</text>
 </g>
</svg>"""
SAID = {"figure": "a-line", "alt": "A > B", "caption": "It rises & falls."}
PAGE, TEXT = show_figure(SVG, SAID)


def test_a_figure_becomes_part_of_the_page():
    assert PAGE.startswith(
        '<figure class="plot" id="figure-a-line" data-search-exclude="true">'
        '<div role="img" tabindex="0" aria-label="A &gt; B"><svg style='
    )
    assert PAGE.endswith(
        "<mlp-save></mlp-save><figcaption>It rises &amp; falls.</figcaption></figure>"
    )
    assert "\n" not in PAGE
    assert "<style" not in PAGE
    assert "pt" not in re.search(r"<svg [^>]*>", PAGE)[0]
    assert "stroke: var(--plot-ink)" in PAGE
    assert "fill: var(--plot-blue)" in PAGE
    size = "font-size: clamp(var(--least), 10px, calc(0.88 * var(--most)))"
    assert f"{size}; text-anchor: middle" in PAGE
    ids = ["figure-a-line", "figure-a-line-m49", "figure-a-line-c1"]
    assert re.findall(r'(?<= )id="([^"]*)"(?=[^<]*>)', PAGE)[:3] == ids
    assert 'xlink:href="#figure-a-line-m49" clip-path="url(#figure-a-line-c1)"' in PAGE


def test_what_a_learner_would_draw_follows_the_scheme_too():
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 2], label="a")
    axes.plot([2, 1], label="b")
    axes.set_xlabel("x")
    axes.grid()
    axes.legend()
    page, _ = show_figure(to_svg(figure), SAID)
    assert "var(--plot-orange)" in page
    assert not re.search(r"#[0-9a-f]{6}", page)
    # matplotlib writes no color where it is black.
    assert '<svg style="fill: var(--plot-ink);' in page


def test_what_is_drawn_as_text_stays_as_it_is():
    assert f'>y = 0.1595 {PALETTE["blue"]} id="m49"</text>' in PAGE


def test_a_page_may_show_a_figure_twice():
    twice, _ = show_figure(SVG, SAID, "live")
    assert twice == PAGE.replace('"figure-', '"live-').replace("#figure-", "#live-")


def test_a_figure_as_text():
    assert TEXT == "(Figure: A > B It rises & falls.)"


def test_a_color_that_would_not_follow_the_scheme_is_refused():
    with pytest.raises(ValueError, match="figure-a-line uses the color #123456, which is not"):
        show_figure(SVG.replace(PALETTE["ink"], "#123456"), SAID)


def test_letters_of_the_usual_size_leave_it_to_the_stylesheet_which_knows_it():
    assert resize('<text style="font-size: 13px; fill: red">') == '<text style="fill: red">'
    assert resize('<text style="font-size: 13px">') == "<text>"
    assert resize('<text style="font-size: 14px">') == (
        '<text style="font-size: clamp(var(--least), 14px, var(--most)); ">'
    )
    assert STYLE["font.size"] == SIZE
    assert f"{SIZE}px, var(--most)" in (ROOT / "docs/stylesheets/figures.css").read_text()


def test_a_power_of_ten_is_one_text():
    figure = Figure()
    axes = figure.subplots()
    axes.loglog([1e-12, 1], [1, 1e6])
    page, _ = show_figure(to_svg(figure), SAID)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", page)
    assert {"10⁻¹²", "10⁰", "10⁶"} <= set(texts)
    assert "tspan" not in page


def draw(*parts):
    paper = '<path d="M 0 100 L 504 100 L 504 0 L 0 0 z"/>'
    return f"<svg>{paper}{''.join(parts)}</svg>"


FULL = '<path d="M 20 90 L 500 10"/>'
LONG = '<text style="text-anchor: {}" x="{}" y="9">without label smoothing</text>'


def test_letters_that_a_phone_needs_larger_get_room_at_the_edges():
    assert find_room(draw(FULL), 504) == {}
    assert find_room(draw(FULL, LONG.format("middle", 250)), 504) == {}
    assert find_room(draw(FULL, LONG.format("end", 200)), 504).keys() == {"left"}
    assert find_room(draw(FULL, LONG.format("start", 300)), 504).keys() == {"right"}
    moved = '<text style="fill: red" transform="translate(300.0 9)">without label smoothing</text>'
    assert find_room(draw(FULL, moved), 504).keys() == {"right"}


def test_the_name_of_an_axis_goes_out_of_the_way_of_its_numbers():
    text = '<text style="text-anchor: {}; fill: var(--plot-{})" x="{}" y="{}"{}>{}</text>'
    number = text.format("end", "muted", 57, 50, "", "0.010")
    turned = ' transform="rotate(-90 13 50)"'
    name = text.format("middle", "ink", 13, 50, turned, "rate")
    assert "--aside: 3.1; " in make_way(number + name)
    assert make_way(name) == name
    below = text.format("middle", "ink", 90, 117, "", "step")
    assert "--down" in make_way(text.format("middle", "muted", 80, 100, "", "1") + below)
    assert "--down" not in make_way(number + below)


def test_a_narrow_drawing_needs_no_blank_sides():
    narrow = '<path d="M 150 90 L 350 10"/>'
    room = find_room(draw(narrow), 504)
    assert room["left"] + room["right"] == pytest.approx(-0.58 * 504, abs=1)
    assert room["left"] == pytest.approx(-144, abs=1)
    assert find_room(draw(narrow, '<image transform="matrix(1 0 0 1 9 9)"/>'), 504) == {}


def test_the_stylesheet_knows_every_color_in_both_schemes():
    light, dark = (ROOT / "docs/stylesheets/base.css").read_text().split('"slate"', 1)
    for name, color in PALETTE.items():
        assert f"--plot-{name}: {color};" in light
        assert f"--plot-{name}: " in dark


def test_a_figure_in_a_file_has_its_own_colors_and_letters():
    svg = '<svg viewBox="0 0 4 4"><text style="fill: #22303c">a</text></svg>'
    made = write_file(svg, "x")
    assert "--plot-ink:#22303c" in made.split("@media")[0]
    assert f"--plot-ink:{DARK['ink']}" in made.split("@media")[1]
    assert "font:13px" in made
    assert made.index("<style>") < made.index("<text")
