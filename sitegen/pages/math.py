"""Math at build time: TeX becomes KaTeX's HTML and MathML, which a page shows without scripts."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

from fontTools.subset import Options
from fontTools.ttLib import TTFont

from sitegen import ROOT
from sitegen.pages.fonts import shrink

SCRIPT = Path(__file__).with_name("katex.mjs")
ASSETS = ROOT / "node_modules" / "katex" / "dist"
# What pymdownx.arithmatex, in its generic mode, writes for $…$ and $$…$$. A line never begins with
# what follows a formula without a space.
FORMULA = re.compile(
    r'<(span|div) class="arithmatex">\\([([])(.*?)\\[)\]]</\1>([^\s<]*)', re.DOTALL
)
VISIBLE = re.compile(r'<span class="katex-mathml">.*?</math></span>|<[^>]*>', re.DOTALL)
SHORT = 13  # characters, which take less than half a line of a phone


class Katex:
    """Renders formulas in one Node process, and collects the characters that they show."""

    def __init__(self) -> None:
        """Start Node; if it or a package is missing or does not work, raise a RuntimeError."""
        self.characters: set[str] = set()
        pipe = subprocess.PIPE
        try:
            self._node = subprocess.Popen(
                ["node", SCRIPT], stdin=pipe, stdout=pipe, encoding="utf-8"
            )
        except OSError as error:
            problem = f"expected Node to start, got: {error}"
            raise RuntimeError(f"{problem}; install Node, or run `nox -s docs`") from None
        self._ask([{"tex": "x", "display": False}])

    def render(self, page: str) -> str:
        """Replace every formula of an HTML page; bad TeX is a ValueError that quotes it."""
        formulas = [
            {"tex": html.unescape(tex).strip(), "display": bracket == "["}
            for _, bracket, tex, _ in FORMULA.findall(page)
        ]
        answer = self._ask(formulas)
        shown = [html.unescape(VISIBLE.sub("", formula)) for formula in answer]
        self.characters.update(*shown)
        rendered = zip(answer, shown, strict=True)

        def write(found: re.Match[str]) -> str:
            tag, bracket, _, after = found.groups()
            formula, characters = next(rendered)
            names = "math" if bracket == "[" or len(characters) <= SHORT else "math long"
            return f'<{tag} class="{names}">{formula}{after}</{tag}>'

        return FORMULA.sub(write, page)

    def _ask(self, formulas: list[dict[str, str | bool]]) -> list[str]:
        assert self._node.stdin
        assert self._node.stdout
        line = ""
        try:
            print(json.dumps(formulas), file=self._node.stdin, flush=True)
            line = self._node.stdout.readline()
            answer: list[str] | dict[str, str] = json.loads(line)
        except (OSError, ValueError):
            self._node.kill()
            self.close()
            problem = f"expected formulas from Node ({shutil.which('node')}), got {line[:60]!r}"
            raise RuntimeError(f"{problem}; install another, or run `nox -s docs`") from None
        if isinstance(answer, dict):
            raise ValueError(answer["error"])
        return answer

    def write_assets(self, folder: Path, *, subset: bool) -> None:
        """Write the styles and the fonts; a subset has what was shown, at a third of the weight."""
        shutil.copytree(ASSETS / "fonts", folder / "fonts", dirs_exist_ok=True)
        shutil.copy(ASSETS / "katex.min.css", folder)
        for path in (folder / "fonts").glob("*.woff2") if subset else []:
            font = TTFont(path, recalcTimestamp=False)
            options = Options(layout_features=["*"], notdef_outline=True)
            shrink(font, self.characters, path, options)

    def close(self) -> None:
        """End Node."""
        self._node.communicate()
