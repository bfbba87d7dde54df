"""The preview picture of a page: what a messenger shows beside a link to it."""

from base64 import b64decode, b64encode
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from textwrap import wrap

from PIL import Image, ImageDraw, ImageFont

from sitegen.memory import remember

SIZE = (1200, 630)
PAPER, INK, LINE, ACCENT = "#12283d", "#ffffff", "#31587d", "#56b4e9"
LAYERS = (5, 4, 3)


def draw_card(title: str, site: str, path: Path) -> None:
    """Draw the picture of a page: its title beside a small network."""
    card = remember(f"card {title}", site, lambda: b64encode(_draw(title, site)).decode())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b64decode(card))


def _draw(title: str, site: str) -> bytes:
    card = _background().copy()
    pen = ImageDraw.Draw(card)
    lines = wrap(title, 17)
    pen.multiline_text((80, 315), "\n".join(lines), INK, _font(72), anchor="lm", spacing=18)
    pen.text((80, 550), site, ACCENT, _font(32), anchor="lm")
    png = BytesIO()
    card.quantize(32, Image.Quantize.FASTOCTREE).save(png, "PNG")
    return png.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    matplotlib = find_spec("matplotlib")  # which takes long to import
    assert matplotlib
    assert matplotlib.origin
    font = Path(matplotlib.origin).with_name("mpl-data") / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(font), size)


@cache
def _background() -> Image.Image:
    """Draw the network; large and scaled down, so that its lines are smooth."""
    scale = 2
    card = Image.new("RGB", (SIZE[0] * scale, SIZE[1] * scale), PAPER)
    pen = ImageDraw.Draw(card)
    layers = [
        [(scale * (830 + 140 * x), scale * (315 + 105 * (y - (n - 1) / 2))) for y in range(n)]
        for x, n in enumerate(LAYERS)
    ]
    for left, right in pairwise(layers):
        for a in left:
            for b in right:
                pen.line([a, b], LINE, 2 * scale)
    for layer in layers:
        for x, y in layer:
            r = 26 * scale
            pen.ellipse((x - r, y - r, x + r, y + r), PAPER, ACCENT, 5 * scale)
    return card.resize(SIZE, Image.Resampling.LANCZOS)
