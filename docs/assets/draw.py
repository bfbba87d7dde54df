"""Draw the picture of the README and of the book's cover: `python docs/assets/draw.py`.

It shows a handwritten digit and how the network that lesson 10 trained reads it, so that lesson
must have run. The file follows the color scheme of whoever looks at it.
"""

import re
from pathlib import Path

from bs4 import BeautifulSoup

from mlp_tutorial.palette import PALETTE
from sitegen.pages.course import Course
from sitegen.pages.elements import digit
from sitegen.pages.figures import DARK, write_colors

TOP, NET, BARS = 30, 240, 866  # edges in the picture: the network's, and that of its bars
HEIGHT, WIDE = 352, 90  # of the network, and of a bar when it's sure
STYLE = """
  svg { LIGHT }
  text { fill: var(--plot-muted); font: 20px system-ui, sans-serif; text-anchor: middle; }
  .bar text { font-variant-numeric: tabular-nums; }
  .best text { fill: var(--plot-ink); font-weight: 600; }
  .share { text-anchor: start; }
  .card { fill: var(--plot-paper); stroke: var(--plot-faint); }
  .frame { fill: none; stroke: var(--plot-faint); }
  path { fill: none; stroke: var(--plot-blue); }
  .ink { stroke: var(--plot-ink); stroke-width: 8; stroke-linecap: round; stroke-linejoin: round;
    stroke-dasharray: 1; }
  .against { stroke: var(--plot-orange); }
  .for, .against { stroke-width: 1.6; }
  .unit { stroke-linecap: round; stroke-width: 8; }
  .dim { opacity: 0.6; stroke: var(--plot-faint); }
  .pixel { stroke: var(--plot-ink); stroke-width: 6; }
  .bar rect { fill: var(--plot-faint); transform-box: fill-box; }
  .best rect { fill: var(--plot-blue); }
  @media (prefers-color-scheme: dark) {
    svg { DARK }
  }
  @media (max-width: 600px) {
    text { font-size: 32px; }
    .wide { display: none; }
  }
  @media (prefers-reduced-motion: no-preference) {
    .ink { animation: write 1.2s ease-in-out 0.4s backwards; }
    .seen { animation: appear 0.5s 1.5s backwards; }
    .lit { animation: spread 1.4s ease-out 1.8s backwards; }
    .bar rect { animation: grow 0.7s ease-out 3s backwards; }
    .share { animation: appear 0.4s 3.5s backwards; }
  }
  @keyframes write { from { stroke-dashoffset: 1; } }
  @keyframes appear { from { opacity: 0; } }
  @keyframes spread { from { clip-path: inset(0 100% 0 0); } to { clip-path: inset(0); } }
  @keyframes grow { from { transform: scaleX(0); } }
"""
STYLE = STYLE.replace("LIGHT", write_colors(PALETTE)).replace("DARK", write_colors(DARK))


def draw(course: Course) -> str:
    """Arrange the parts of the digit reader in one SVG that needs no script and no stylesheet."""
    reader = BeautifulSoup(digit(course)[0], "html.parser")

    def inside(part: str) -> str:
        """Return a part of the reader, with one decimal for each number."""
        (found,) = reader.select(part)
        return re.sub(r"\d+\.\d\d+", lambda n: f"{float(n[0]):.1f}", found.decode_contents())

    pen = inside(".pad g").replace("<path", '<path pathLength="1"')
    dots = reader.select_one(".net > .unit")["d"]
    bars = []
    for at, bar in enumerate(reader.select(".bars li")):
        share, y = float(bar["style"].partition(":")[2]), TOP + HEIGHT / 10 * (at + 0.5)
        best = "best" in bar.get("class", [])
        row = f'y="{y:.1f}" dy=".35em"'
        number = bar.select_one(".share").text.replace(" ", "")
        said = f'<text class="share" x="{BARS + WIDE * share + 8:.1f}" {row}>{number}</text>'
        bars.append(
            f'<g class="bar{" best" * best}"><text x="{BARS - 12}" {row}>{at}</text>'
            f'<rect x="{BARS}" y="{y - 9:.1f}" width="{max(WIDE * share, 1):.1f}" height="18"/>'
            f"{said * best}</g>"
        )
    counts = [
        (85, "28 \N{MULTIPLICATION SIGN} 28", "pixels"),
        (316, "128", "units"),
        (475, "64", "units"),
    ]
    labels = [
        f'<text x="{NET + x}" y="422">{count}<tspan class="wide"> {what}</tspan></text>'
        for x, count, what in counts
    ]
    best = reader.select_one(".best")
    title = f"A handwritten 7, and a network that reads {best.text[0]} in it."
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1060 450" role="img">
<title>{title}</title>
<style>{STYLE}</style>
<rect class="card" x=".5" y=".5" width="1059" height="449" rx="14"/>
<svg x="30" y="{TOP + 91}" width="170" height="170" viewBox="0 0 100 100">{pen}</svg>
<rect class="frame" x="30" y="{TOP + 91.5}" width="170" height="169" rx="8"/>
<g transform="translate({NET} {TOP})">
<rect class="frame" x=".5" y="91.5" width="169" height="169"/>
<path class="unit dim" d="{dots}"/>
<g class="lit">{inside(".lit")}</g>
<g class="seen">{inside(".seen")}</g>
</g>
{"".join(bars)}
{"".join(labels)}
<text class="wide" x="115" y="422">your digit</text>
</svg>
"""


if __name__ == "__main__":
    Path(__file__).with_name("reader.svg").write_text(draw(Course()), encoding="utf-8")
