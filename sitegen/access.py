"""What Material leaves to be desired: for the keyboard, screen readers and slow lines."""

import html
import re
from pathlib import Path

PHONE = 36  # characters of code that fit across one
CODE = re.compile(r"(<pre[^>]*>(?:<span></span>)?<code)(>.*?</code>)", re.DOTALL)
TOGGLE = re.compile(r'(<input class="md-toggle"[^>]*) autocomplete="off"')
PATCHES = {
    # Each copy button stands in a landmark without a name.
    '"nav",{class:"md-code__nav"}': '"div",{class:"md-code__nav"}',
    # The index is fetched when a page opens, rather than when somebody searches.
    '(location.protocol!=="file:"),': "(!1),",
}


def make_accessible(page: str) -> str:
    """Name the search dialog, let the keyboard scroll what may be too wide, and make HTML valid."""
    page = page.replace(' role="dialog"', ' role="dialog" aria-label="Search"', 1)
    page = TOGGLE.sub(r"\1", page.replace(' tabindex=""', ""))
    page = page.replace('<div class="math">', '<div class="math" tabindex="0">')
    page = page.replace("<table>", '<table tabindex="0">')
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


def _scrollable(block: re.Match[str]) -> str:
    text = html.unescape(re.sub(r"<[^>]*>", "", block[2][1:]))
    wide = max(map(len, text.split("\n"))) > PHONE
    return f'{block[1]} tabindex="0"{block[2]}' if wide else block[0]
