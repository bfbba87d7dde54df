"""Math at build time: TeX becomes KaTeX's HTML and MathML, which a page shows without scripts."""

import html
import json
import re
import subprocess
from pathlib import Path

from sitegen import ROOT

SCRIPT = Path(__file__).with_name("katex.mjs")
ASSETS = ROOT / "node_modules" / "katex" / "dist"
# What pymdownx.arithmatex, in its generic mode, writes for $…$ and $$…$$.
FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">'
    r"(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\])</(?P=tag)>",
    re.DOTALL,
)
VISIBLE = re.compile(r'<span class="katex-mathml">.*?</math></span>|<[^>]*>', re.DOTALL)


class Katex:
    """Renders formulas in one Node process, which starts with the first formula.

    Attributes:
        characters: All characters that the formulas show; fonts need no others.
    """

    def __init__(self) -> None:
        """Look for KaTeX.

        Raises:
            FileNotFoundError: If KaTeX is not installed.
        """
        if not ASSETS.is_dir():
            raise FileNotFoundError(
                f"no KaTeX in {ASSETS}; run `npm ci`, or build with `nox -s docs`"
            )
        self.characters: set[str] = set()
        self._node: subprocess.Popen[str] | None = None

    def render(self, page: str) -> str:
        r"""Replace every formula of an HTML page.

        Raises:
            ValueError: If a formula is not valid TeX; the message quotes it.
        """
        formulas = [
            {
                "tex": html.unescape(match["inline"] or match["display"]).strip(),
                "display": match["display"] is not None,
            }
            for match in FORMULA.finditer(page)
        ]
        if not formulas:
            return page
        answer = self._ask(formulas)
        self.characters.update(*(html.unescape(VISIBLE.sub("", formula)) for formula in answer))
        rendered = iter(answer)
        return FORMULA.sub(
            lambda match: f'<{match["tag"]} class="math">{next(rendered)}</{match["tag"]}>', page
        )

    def _ask(self, formulas: list[dict[str, object]]) -> list[str]:
        self._node = self._node or subprocess.Popen(
            ["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps(formulas) + "\n")
        self._node.stdin.flush()
        answer: list[str] | dict[str, str] = json.loads(self._node.stdout.readline())
        if isinstance(answer, dict):
            raise ValueError(answer["error"])
        return answer

    def close(self) -> None:
        """End the process."""
        if self._node:
            self._node.communicate()
