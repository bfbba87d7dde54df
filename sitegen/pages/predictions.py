"""Questions to answer before the code runs, whose answer is folded with all that gives it away."""

import ast
from collections.abc import Iterable

from nbformat import NotebookNode

from mlp_tutorial.lessons import Prediction
from sitegen.pages.cells import show_code, show_outputs, write_cell


def write_prediction(cells: list[NotebookNode], name: str, plain: bool) -> list[str]:
    """Write a question, the code that answers it, and what comes after it up to a paragraph."""
    question, code, *rest = cells
    asked = Prediction.parse(question.source)
    options = _list(each.text for each in asked.options)
    right = "Right. " if plain else "<b>Right.</b> "  # an open box has a check mark instead
    reasons = _list(f"**{o.text}** {right * o.right}{o.reason}" for o in asked.options)
    after = "\n\n".join(part for cell in rest for part in write_cell(cell, plain))
    if plain:
        return [asked.question, options, *write_cell(code, plain), reasons, after]
    above, below = _split_checks(code.source)
    shown = "\n\n".join([show_code(below)] * bool(below) + show_outputs(code))
    page = f"""\
<div class="predict" markdown="1">
{asked.question}

{options}

<mlp-predict data-name="{name}" data-right="{[each.right for each in asked.options].index(True)}">\
<a href="#{name}">See it happen below the code.</a></mlp-predict></div>

{show_code(above)}

<details class="answer" id="{name}" markdown="1"><summary><span>Show what happens</span>\
<span>What happened</span></summary>

{shown}

<div class="reasons" markdown="1">
{reasons}
</div>

{after}

</details>"""
    return [page]


def _list(items: Iterable[str]) -> str:
    return "\n".join("1. " + item.replace("\n", "\n    ") for item in items)


def _split_checks(source: str) -> tuple[str, str]:
    """Split off the assertions at the end of a cell, which would give its result away."""
    lines, statements = source.split("\n"), ast.parse(source).body
    while statements and isinstance(statements[-1], ast.Assert):
        statements.pop()
    end = statements[-1].end_lineno if statements else len(lines)
    return "\n".join(lines[:end]), "\n".join(lines[end:]).lstrip("\n")
