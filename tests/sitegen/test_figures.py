import re

import pytest

from mlp_tutorial.palette import PALETTE
from sitegen.figures import inline_figures
from sitegen.lesson import ROOT

SVG = f"""<?xml version="1.0"?>
<!DOCTYPE svg>
<svg width="216pt" height="144pt" viewBox="0 0 216 144">
 <defs><style type="text/css">*{{stroke-linejoin: round}}</style></defs>
 <g id="figure_1">
  <defs><path id="m49" d="M 0.123456 0" style="stroke: {PALETTE["ink"]}"/></defs>
  <clipPath id="c1"/>
  <use xlink:href="#m49" clip-path="url(#c1)" style="fill: {PALETTE["blue"]}"/>
  <text style="font-size: 10px; font-family: 'DejaVu Sans', sans-serif; text-anchor: middle">y = 0.1595</text>
 </g>
</svg>"""
FIGURE = f'<figure class="plot" role="img" tabindex="0" aria-label="A &gt; B">{SVG}</figure>'


def test_a_figure_becomes_part_of_the_page():
    page = inline_figures(f"before {FIGURE} between <svg>kept</svg> {FIGURE}")
    first, second = re.findall(r"<figure.*?</figure>", page)
    assert first.startswith(
        '<figure class="plot" role="img" tabindex="0" aria-label="A &gt; B"><svg style='
    )
    assert "<style" not in page
    assert "pt" not in re.search(r"<svg [^>]*>", first)[0]
    assert "stroke: var(--plot-ink)" in first
    assert "fill: var(--plot-blue)" in first
    assert "font-size: 10px; text-anchor: middle" in first
    assert re.findall(r'id="([^"]*)"', first) == ["figure-1-m49", "figure-1-c1"]
    assert 'xlink:href="#figure-1-m49" clip-path="url(#figure-1-c1)"' in first
    assert ">y = 0.1595</text>" in first
    assert 'd="M 0.12 0"' in first
    assert second == first.replace("figure-1", "figure-2")
    assert "<svg>kept</svg>" in page


def test_a_colour_that_would_not_follow_the_scheme_is_refused():
    with pytest.raises(ValueError, match="#123456, which is not in the palette"):
        inline_figures(FIGURE.replace(PALETTE["ink"], "#123456"))


def test_the_stylesheet_knows_every_colour_in_both_schemes():
    light, dark = (ROOT / "docs/stylesheets/site.css").read_text().split('"slate"', 1)
    for name, color in PALETTE.items():
        assert f"--plot-{name}: {color};" in light
        assert f"--plot-{name}: " in dark
