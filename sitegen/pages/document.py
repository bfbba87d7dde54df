"""The document of a lesson: prose, code and what the code printed, in the order of the cells.

`write_page` makes the Markdown that MkDocs renders, `write_plain` the Markdown for people and
programs that read the page as text. Marks, links and names are resolved in prose. Code and output
are never searched: they reach both documents letter by letter.
"""

import html
import re
from dataclasses import dataclass, field
from io import StringIO

from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from mlp_tutorial.lessons import Lesson, Prediction, tags
from sitegen.pages.course import Course
from sitegen.pages.figures import SVG, Figure
from sitegen.pages.marks import resolve

PHONE = 36  # characters of code that fit across a phone
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass
class Block:
    """A cell of a lesson with what it showed.

    Attributes:
        prose: The Markdown of a prose cell; empty for code.
        code: The source of a code cell; empty for prose.
        solution: Whether the code is the solution of an exercise.
        shown: What the code printed, as text, and drew.
        prediction: The question to answer before the output is shown, if there is one.
    """

    prose: str = ""
    code: str = ""
    solution: bool = False
    shown: list[str | Figure] = field(default_factory=list)
    prediction: Prediction | None = None


def read_blocks(notebook: NotebookNode) -> list[Block]:
    """Read an executed notebook; a question and the code cell after it are one block."""
    blocks, prediction = [], None
    for cell in notebook.cells:
        if "predict" in tags(cell):
            prediction = Prediction.parse(cell.source)
        elif cell.cell_type == "markdown":
            blocks.append(Block(prose=cell.source))
        else:
            shown = [part for output in cell.outputs if (part := _read_output(cell, output))]
            solution = "solution" in tags(cell)
            blocks.append(Block("", cell.source, solution, shown, prediction))
            prediction = None
    return blocks


def _read_output(cell: NotebookNode, output: NotebookNode) -> str | Figure:
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    if SVG in output.data:
        return Figure.of(cell, output)
    return output.data.get("text/plain", "")


def write_page(lesson: Lesson, notebook: NotebookNode, course: Course) -> str:
    """Write the Markdown of a lesson's page, with code and output as HTML.

    Args:
        lesson: The lesson.
        notebook: Its executed notebook.
        course: What marks in the prose may refer to.
    """
    parts, questions = [], 0
    for block in read_blocks(notebook):
        if block.prediction:
            questions += 1
            parts.append(_ask(block, f"{lesson.name}-{questions}", course))
        elif block.solution:
            code = code_html(block.code)
            parts.append(f'<details class="success"><summary>Solution</summary>{code}</details>')
        elif block.code:
            parts += [code_html(block.code), *map(_shown_html, block.shown)]
        else:
            prose = resolve(block.prose, course)
            parts.append(prose.replace("<details>", '<details class="question" markdown="1">'))
    return "\n\n".join(parts) + "\n"


def _ask(block: Block, name: str, course: Course) -> str:
    """Write a question, the code, and the answer, which is folded until the reader asks for it."""
    prediction = block.prediction
    assert prediction
    right = next(n for n, option in enumerate(prediction.options) if option.right)
    options = "\n".join(_item(option.text) for option in prediction.options)
    reasons = "\n".join(
        _item(f"**{option.text}** {'Right. ' * option.right}{option.reason}")
        for option in prediction.options
    )
    return "\n\n".join(
        [
            '<div class="predict" markdown="1">',
            f"{resolve(prediction.question, course)}",
            resolve(options, course),
            f'<mlp-predict data-name="{name}" data-right="{right}"></mlp-predict>',
            "</div>",
            code_html(block.code),
            '<details class="answer" markdown="1"><summary>Show what happens</summary>',
            *map(_shown_html, block.shown),
            '<div class="reasons" markdown="1">',
            resolve(reasons, course),
            "</div>",
            "</details>",
        ]
    )


def _item(text: str) -> str:
    return "1. " + text.replace("\n", "\n    ")


def code_html(source: str) -> str:
    """Write Python as highlighted HTML on one line, letter by letter."""
    out = StringIO()
    tokens = ((kind, text) for _, kind, text in PythonLexer().get_tokens_unprocessed(source))
    HtmlFormatter(nowrap=True).format_unencoded(tokens, out)
    code = out.getvalue().removesuffix("\n") + "\n" * source.endswith("\n")
    return (
        '<div class="input highlight" data-search-exclude="true"><pre><span></span>'
        f"<code{_scrolls(source)}>{_one_line(code)}</code></pre></div>"
    )


def output_html(text: str) -> str:
    """Write what a cell printed as HTML on one line, letter by letter.

    A single line may wrap, such as an error message; several may be aligned, so they scroll.
    """
    line = " line" * ("\n" not in text.strip())
    return (
        f'<pre class="output{line}"><samp{_scrolls(text)}>'
        f"{_one_line(html.escape(text))}</samp></pre>"
    )


def _shown_html(shown: str | Figure) -> str:
    return shown.html() if isinstance(shown, Figure) else output_html(shown.removesuffix("\n"))


def _scrolls(text: str) -> str:
    """Let the keyboard reach a box that is too wide for a phone."""
    return ' tabindex="0"' * (max(map(len, text.split("\n"))) > PHONE)


def _one_line(markup: str) -> str:
    """Write controls, line ends and tabs as references, which Markdown leaves alone."""
    return CONTROL.sub(lambda control: f"&#{ord(control[0])};", markup)


def write_plain(notebook: NotebookNode, course: Course) -> str:
    """Write a lesson as plain Markdown: figures are described, nothing is folded or hidden.

    Args:
        notebook: The executed notebook.
        course: What marks in the prose may refer to.
    """
    parts = []
    for block in read_blocks(notebook):
        if block.prose:
            parts.append(resolve(block.prose, course, plain=True))
            continue
        if block.prediction:
            options = "\n".join(_item(option.text) for option in block.prediction.options)
            parts += [block.prediction.question, options]
        parts += ["Solution:"] * block.solution + [fence(block.code, "python")]
        parts += [
            shown.text() if isinstance(shown, Figure) else fence(shown, "text")
            for shown in block.shown
        ]
        for option in block.prediction.options if block.prediction else []:
            parts.append(f"**{option.text}** {'Right. ' * option.right}{option.reason}")
    return "\n\n".join(parts) + "\n"


def fence(text: str, language: str) -> str:
    """Put text into a fence that it cannot close."""
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    marks = "`" * (longest + 1)
    return f"{marks}{language}\n{text}{'' if text.endswith(chr(10)) else chr(10)}{marks}"
