"""Code and what it printed or drew, as HTML on one line for a page and as plain Markdown.

They're never searched for marks or links. Both forms have them letter by letter.
"""

import html
import re

import pygments
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from sitegen.execute.failure import SVG
from sitegen.pages.figures import show_figure

PHONE = 36  # characters of code that fit across a phone
LONG = 120  # characters that no page has room for
DOT = '<span class="o">.</span>'
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def write_cell(cell: NotebookNode, plain: bool = False) -> list[str]:
    """Write the parts of a cell: its prose, or its code and outputs."""
    if cell.cell_type == "markdown":
        return [cell.source]
    return [show_code(cell.source, plain), *show_outputs(cell, plain)]


def show_code(source: str, plain: bool = False) -> str:
    """Write Python, highlighted on a page."""
    if plain:
        return _fence(source, "python")
    tokens = ((kind, text) for _, kind, text in PythonLexer().get_tokens_unprocessed(source))
    code = pygments.format(tokens, HtmlFormatter(nowrap=True))  # which ends with a line end
    code = code.removesuffix("\n") + "\n" * source.endswith("\n")
    lines = zip(source.split("\n"), code.split("\n"), strict=True)
    code = "\n".join(_hang(*line) for line in lines)
    return (
        '<div class="input highlight" data-search-exclude="true"><pre>'
        f"<code>{_refer(code)}</code></pre></div>"
    )


def show_outputs(cell: NotebookNode, plain: bool = False) -> list[str]:
    """Write what the code of a cell drew, printed or raised."""
    shown = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        text = output.get("text") or data.get("text/plain", "")
        if output.output_type == "error":
            text = f"{output.ename}: {output.evalue}".removesuffix(": ")  # as Python says it
        if SVG in data:
            shown.append(show_figure(data[SVG], cell.metadata)[plain])
        elif text:
            shown.append(_fence(text, "text") if plain else _print(text.removesuffix("\n")))
    return shown


def _hang(text: str, code: str) -> str:
    """Let a line that's too long for a phone go on below, further right than it began."""
    if len(text) <= PHONE:
        return code
    start = len(text) - len(text.lstrip())
    if start + max(map(len, text.split())) > PHONE:  # a word that would leave its indentation
        code = code.replace(DOT, f"<wbr>{DOT}")
    indent = f' style="--in: {start}"' if start else ""
    return f'<span class="hang"{indent}>{code}</span>'


def _print(text: str) -> str:
    # A single line may wrap, such as an error message; several may be aligned, so they scroll.
    # Nobody aligns lines as long as those of a long message.
    longest = max(map(len, text.split("\n")))
    line = " line" * (longest > LONG or "\n" not in text.strip())
    scrolls = ' tabindex="0"' * (longest > PHONE)  # by keys, too
    return f'<pre class="output{line}"><samp{scrolls}>{_refer(html.escape(text))}</samp></pre>'


def _refer(markup: str) -> str:
    """Write controls, line ends included, as references, which Markdown leaves alone."""
    return CONTROL.sub(lambda control: f"&#{ord(control[0])};", markup)


def _fence(text: str, language: str) -> str:
    """Put text into a fence that it cannot close."""
    marks = "`" * (1 + max(map(len, re.findall("`{3,}", text)), default=2))
    return "\n".join([marks + language, text.removesuffix("\n"), marks])
