"""The page of exercises: one to try without installing anything, and a list of all of them.

The one to try has no script. Each answer is a radio button, and what the check says about it is
beside it, hidden by the styles until it's chosen.
"""

import html
import inspect
import itertools
import re
import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from markdown.extensions.toc import slugify
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from torch import Tensor

from mlp_tutorial._command.grade import Row, write_html
from mlp_tutorial.exercises import check_softmax
from sitegen.pages.course import Course
from sitegen.pages.figures import Shown
from sitegen.pages.opening import numbered
from sitegen.pages.sketches import sketch

# Both have the same shares, since only differences count. So each answer goes wrong in its own way.
LOGITS = torch.tensor([[1.0, 2.0, 3.0], [1001.0, 1002.0, 1003.0]])


def _textbook(logits: Tensor) -> Tensor:
    e = logits.exp()
    return e / e.sum(dim=1, keepdim=True)


def _divided_by_everything(logits: Tensor) -> Tensor:
    top = logits.amax(dim=1, keepdim=True)
    e = (logits - top).exp()
    return e / e.sum()


def _right(logits: Tensor) -> Tensor:
    top = logits.amax(dim=1, keepdim=True)
    e = (logits - top).exp()
    return e / e.sum(dim=1, keepdim=True)


def _top_of_everything(logits: Tensor) -> Tensor:
    top = logits.max()
    e = (logits - top).exp()
    return e / e.sum(dim=1, keepdim=True)


ANSWERS = [_textbook, _divided_by_everything, _right, _top_of_everything]
HEAD = "def softmax(logits):"


def quiz(_: Course) -> Shown:
    """Ask which softmax is right, with what the check says about each."""
    options, lines = [], []
    for letter, answer in zip("ABCD", ANSWERS, strict=True):
        result = check_softmax(answer)
        body = textwrap.dedent("".join(inspect.getsourcelines(answer)[0][1:])).strip()
        rows = "".join(map(_row, LOGITS, answer(LOGITS)))
        outcome, message = str(result).split(maxsplit=1)
        options.append(
            f'<label class="{result.outcome}"><input type="radio" name="quiz" '
            f'aria-describedby="quiz-{letter}"><b>{letter}</b> {_code(body)}'
            f'<em aria-hidden="true"><b>{outcome}</b> {html.escape(message)}</em></label>'
            f'<div class="says" id="quiz-{letter}">{_terminal(rows)}'
            f"<p><b>{outcome}</b> {html.escape(message)}</p></div>"
        )
        code = textwrap.indent(body, "    ")
        lines.append(f"{letter}.\n\n```python\n{HEAD}\n{code}\n```\n\n> {result}")
    empty = "".join(f"<li>{_numbers(row)}<samp>?</samp><span></span></li>" for row in LOGITS)
    page = (
        '<div class="quiz" data-search-exclude="true"><fieldset><legend>Which of these is right? '
        f"<span>Pick one, and read what the check says.</span></legend><code>{HEAD}</code>"
        f'{"".join(options)}<div class="says wait" aria-hidden="true">{_terminal(empty)}'
        "<p>Pick an answer to run it.</p></div></fieldset></div>"
    )
    return page, "\n\n".join(lines)


def _terminal(rows: str) -> str:
    return f"<p>softmax(logits)</p><ul>{rows}</ul><p>check_softmax(softmax)</p>"


def _row(logits: Tensor, shares: Tensor) -> str:
    """Show what a row of logits becomes, as numbers and as a bar that's full at 1."""
    terms = " + ".join(f"{share:.2f}" for share in shares)
    parts = "".join(f'<i style="width: {share:.1%}"></i>' for share in shares.nan_to_num())
    bar = f"<span>{parts}</span>" if shares.isfinite().all() else '<span class="nan"></span>'
    return f"<li>{_numbers(logits)} <samp>{terms} = {shares.sum():.2f}</samp>{bar}</li>"


def _numbers(row: Tensor) -> str:
    return f"[{', '.join(f'{number:g}' for number in row)}]"


def _code(source: str) -> str:
    made = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()
    return f'<code class="highlight">{made}</code>'.replace("\n", "&#10;")  # on one line


def grades(_: Course) -> Shown:
    """Show the mistakes on the page that `mlp-tutorial grade` writes, if a class had the quiz."""
    checked = dict(zip("ABCD", map(check_softmax, ANSWERS), strict=True))
    given = "CACBACCACBCCACCBCADCBCCAD"
    rows = [Row("", "04", "softmax", checked[answer]) for answer in given]
    with TemporaryDirectory() as folder:
        path = Path(folder, "grades.html")
        write_html(rows, path)
        page = path.read_text("utf-8")
    top = page[page.index("<h1>") : page.index("<h2>All answers")]
    top = re.sub(r"<h\d>(.*?)</h\d>", r"<p><b>\1</b></p>", top)
    said = ", ".join(f"{given.count(a)} {checked[a].mistake}" for a in "ABD")
    return f'<div class="grades" data-search-exclude="true">{top}</div>', f"({said})"


def exercises(course: Course) -> Shown:
    """List the exercises by lesson and kind, with a box to tick for those that were solved.

    On a phone, each lesson is folded into a line with a tick for each solved exercise.
    """
    items: list[str] = []
    lines, count = [], 0
    for lesson in (each for each in course.lessons if not each.error and each.tasks):
        page = f"tutorials/{lesson.name}.ipynb"
        listed, own = [], []
        for kind, tasks in itertools.groupby(lesson.tasks, lambda task: task.kind.capitalize()):
            listed.append(f"<dt>{kind}</dt>")
            for task in tasks:
                link = f"[{task.title}]({page}#{slugify(task.title, '-')})"
                solved = f"{lesson.topic} {task.name}"
                tick = f'<mlp-progress class="solved" data-solved="{solved}"></mlp-progress>'
                listed.append(f'<dd markdown="span">{link} {tick}</dd>')
                own.append(f"- {link} *{task.kind}*")
        head = f"**[{numbered(lesson)}]({page})**"
        ticks = "<i></i>" * len(lesson.tasks)
        items.append(
            f'<li markdown="block">\n<div>{sketch(lesson.topic)}</div>\n'
            f'<details{" open" * (not items)} markdown="block">\n'
            f"<summary>{numbered(lesson)} <span>{ticks}</span></summary>\n\n{head}\n\n"
            f'<dl markdown="1">{"".join(listed)}</dl>\n</details>\n</li>'
        )
        lines.append("\n".join([f"{head}\n", *own]))
        count += len(lesson.tasks)
    made = f'<ul class="tasks" markdown="1">{"".join(items)}</ul>'
    # Below the ticks that it counts, but shown above them.
    made = f'<div class="all" markdown="1">\n{made}\n<p>{count} exercises</p>\n</div>'
    return made, "\n\n".join(lines)
