"""What Material leaves to be desired: for the keyboard, screen readers and slow lines."""

import html
import re
from pathlib import Path

PHONE = 36  # characters of code that fit across one
CODE = re.compile(r"(<pre[^>]*>(?:<span></span>)?<(?P<tag>code|samp))(>.*?</(?P=tag)>)", re.DOTALL)
# Material's script visits every `pre > code`, and style every span: what is printed, and source
# that is folded away, need neither.
OUTPUT = re.compile(
    r'<div class="output highlight"><pre[^>]*>(?:<span></span>)?<code>(.*?)</code></pre></div>',
    re.DOTALL,
)
SOURCE = re.compile(
    r'(<details class="mkdocstrings-source">.*?</summary>)\s*<div class="highlight">.*?'
    r"<code>(.*?)</code></pre></div></td></tr></table></div>",
    re.DOTALL,
)
TOGGLE = re.compile(r'(<input class="md-toggle"[^>]*) autocomplete="off"')
PATCHES = {
    # Each copy button stands in a landmark without a name.
    '"nav",{class:"md-code__nav"}': '"div",{class:"md-code__nav"}',
    # The index is fetched when a page opens, rather than when somebody searches.
    '(location.protocol!=="file:"),': "(!1),",
    # Each block of code is measured after its copy button is put in, so that the page is laid out
    # again for each: measure all of them when the page stands.
    "function es(e){return Le(e).pipe(": "function es(e){return mt(e).pipe(Ee(1),b(()=>Le(e)),",
}


def make_accessible(page: str) -> str:
    """Name the search dialog, let the keyboard scroll what may be too wide, and make HTML valid."""
    page = page.replace(' role="dialog"', ' role="dialog" aria-label="Search"', 1)
    page = TOGGLE.sub(r"\1", page.replace(' tabindex=""', ""))
    page = page.replace('<div class="math">', '<div class="math" tabindex="0">')
    page = page.replace("<table>", '<table tabindex="0">')
    page = OUTPUT.sub(_printed, page)
    page = SOURCE.sub(lambda block: f"{block[1]}<pre><samp>{_text(block[2])}</samp></pre>", page)
    return CODE.sub(_scrollable, page)


def patch_script(folder: Path) -> None:
    """Mend Material's script.

    Raises:
        ValueError: If it is not as it was when this was written.
    """
    (path,) = folder.glob("assets/javascripts/bundle.*.min.js")
    script = path.read_text("utf-8")
    for old, new in PATCHES.items():
        if script.count(old) != 1:
            raise ValueError(f"Material's script has {script.count(old)} times {old}, expected 1")
        script = script.replace(old, new)
    path.write_text(script, encoding="utf-8")


def _printed(block: re.Match[str]) -> str:
    """Let a single line wrap, such as an error message; several may be aligned."""
    line = " line" * ("\n" not in block[1].strip())
    return f'<pre class="output{line}"><samp>{block[1]}</samp></pre>'


def _text(markup: str) -> str:
    return re.sub(r"<[^>]*>", "", markup)


def _scrollable(block: re.Match[str]) -> str:
    lines = html.unescape(_text(block[3][1:])).split("\n")
    wide = max(map(len, lines)) > PHONE
    return f'{block[1]} tabindex="0"{block[3]}' if wide else block[0]
