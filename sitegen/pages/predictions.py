"""Questions to answer before the code runs, whose answer is folded with all that gives it away.

A hand-written page may ask such a question, too, between the marks `<!-- predict name -->`,
`<!-- answer -->` and `<!-- answered -->`.
"""

import ast
import re
from collections.abc import Iterable

from nbformat import NotebookNode

from mlp_tutorial.lessons import Prediction
from sitegen.pages.cells import show_code, show_outputs, write_cell

ASKED = re.compile(
    r"<!-- predict ([\w-]+) -->\n(.*?)\n<!-- answer -->\n(.*?)\n<!-- answered -->", re.DOTALL
)


def write_prediction(cells: list[NotebookNode], name: str, plain: bool) -> list[str]:
    """Write a question, the code that answers it, and what comes after it up to a paragraph."""
    question, code, *rest = cells
    asked = Prediction.parse(question.source)
    after = "\n\n".join(part for cell in rest for part in write_cell(cell, plain))
    if plain:
        return [*_say(asked), *write_cell(code, plain), _reasons(asked, "Right. "), after]
    above, below = _split_checks(code.source)
    shown = "\n\n".join([show_code(below)] * bool(below) + show_outputs(code))
    return [_fold(asked, name, shown, after, above=show_code(above))]


def write_questions(page: str, *, plain: bool = False) -> str:
    """Write the questions of a hand-written page."""

    def write(found: re.Match[str]) -> str:
        name, question, answer = found.groups()
        asked = Prediction.parse(question)
        if plain:
            return "\n\n".join([*_say(asked), _reasons(asked, "Right. "), answer.strip()])
        return _fold(asked, name, "", answer.strip())

    return ASKED.sub(write, page)


def _say(asked: Prediction) -> list[str]:
    return [asked.question, _list(each.text for each in asked.options)]


def _reasons(asked: Prediction, right: str) -> str:
    return _list(f"**{o.text}** {right * o.right}{o.reason}" for o in asked.options)


def _fold(asked: Prediction, name: str, shown: str, after: str, above: str = "") -> str:
    question, options = _say(asked)
    return f"""\
<div class="predict" markdown="1">
{question}

{options}

<mlp-predict data-name="{name}" data-right="{[each.right for each in asked.options].index(True)}">\
<a href="#{name}">See it happen below.</a></mlp-predict></div>

{above}

<details class="answer" id="{name}" markdown="1"><summary><span>Show what happens</span>\
<span>What happened</span></summary>

{shown}

<div class="reasons" markdown="1">
{_reasons(asked, "<b>Right.</b> ")}
</div>

{after}

</details>"""


def _list(items: Iterable[str]) -> str:
    return "\n".join("1. " + item.replace("\n", "\n    ") for item in items)


def _split_checks(source: str) -> tuple[str, str]:
    """Split off the assertions at the end of a cell, which would give its result away."""
    lines, statements = source.split("\n"), ast.parse(source).body
    while statements and isinstance(statements[-1], ast.Assert):
        statements.pop()
    end = statements[-1].end_lineno if statements else len(lines)
    return "\n".join(lines[:end]), "\n".join(lines[end:]).lstrip("\n")
