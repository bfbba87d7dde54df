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
from torch import Generator, Tensor

from mlp_tutorial._command.grade import Row, write_html
from mlp_tutorial.exercises import Exercise, Mistake, check_softmax
from sitegen.pages.course import Course
from sitegen.pages.elements import table
from sitegen.pages.figures import Shown
from sitegen.pages.opening import numbered
from sitegen.pages.sketches import sketch

# Each answer goes wrong in its own way.
PICTURES = torch.tensor([[0.2, 0.1, 0.4], [0.8, 0.0, 0.6], [0.0, 0.0, 0.0]])


def _by_pixel(pictures: Tensor) -> Tensor:
    top = pictures.amax(dim=0, keepdim=True)
    top[top == 0] = 1
    return pictures / top


def _zero_by_zero(pictures: Tensor) -> Tensor:
    top = pictures.amax(dim=1, keepdim=True)
    return pictures / top


def _right(pictures: Tensor) -> Tensor:
    top = pictures.amax(dim=1, keepdim=True)
    top[top == 0] = 1
    return pictures / top


def _by_all(pictures: Tensor) -> Tensor:
    top = pictures.max()
    top[top == 0] = 1
    return pictures / top


ANSWERS = [_by_pixel, _zero_by_zero, _right, _by_all]
HEAD = "def darken(pictures):"


def _pictures(rng: Generator) -> list[dict[str, Tensor]]:
    random = [torch.rand(shape, generator=rng) for shape in ((3, 3), (4, 4), (5, 8))]
    random[-1][[1, 3]] = 0
    return [{"pictures": pictures} for pictures in (PICTURES[:2], PICTURES, *random)]


# It's the exercise of no lesson, so it gives none away.
check_darken = Exercise(
    name="darken",
    doc="Check `darken(pictures)`, which makes the darkest pixel of each picture 1.",
    answer=_right,
    inputs=_pictures,
    mistakes=[
        Mistake(
            name="by pixel",
            answer=_by_pixel,
            says="You went down the columns, so each pixel is compared with other pictures.",
            hint="The pixels of one picture lie along dim=1.",
        ),
        Mistake(
            name="zero divided by zero",
            answer=_zero_by_zero,
            says="In a blank picture the largest number is 0. There you divide 0 by 0 and get nan.",
            hint="Divide a blank picture by 1.",
        ),
        Mistake(
            name="by everything",
            answer=_by_all,
            says="You divide all the pictures by the same number, so a faint one stays faint.",
            hint="Find the largest number of each row, with dim=1.",
        ),
    ],
)


def quiz(_: Course) -> Shown:
    """Ask which answer is right, with what the check says about each."""
    options, lines, said = [], [], []
    for letter, answer in zip("ABCD", ANSWERS, strict=True):
        result = check_darken(answer)
        body = textwrap.dedent("".join(inspect.getsourcelines(answer)[0][1:])).strip()
        rows = "".join(map(_row, PICTURES, answer(PICTURES)))
        outcome, message = str(result).split(maxsplit=1)
        options.append(
            f'<label class="{result.outcome}"><input type="radio" name="quiz" '
            f'aria-describedby="quiz-{letter}"><b>{letter}</b> {_code(body)}'
            f'<em aria-hidden="true"><b>{outcome}</b> {html.escape(message)}</em></label>'
            f'<div class="says" id="quiz-{letter}">{_terminal(rows)}'
            f"<p><b>{outcome}</b> {html.escape(message)}</p></div>"
        )
        code = textwrap.indent(body, "    ")
        lines.append(f"{letter}.\n\n```python\n{HEAD}\n{code}\n```")
        said.append(f"- **{letter}** {result}")
    empty = "".join(f"<li>{_numbers(row)}<samp>?</samp><span></span></li>" for row in PICTURES)
    page = (
        '<div class="quiz" data-search-exclude="true"><fieldset><legend>Which of these is right? '
        f"<span>Pick one, and read what the check says.</span></legend><code>{HEAD}</code>"
        f'{"".join(options)}<div class="says wait" aria-hidden="true">{_terminal(empty)}'
        "<p>Pick an answer to run it.</p></div></fieldset></div>"
    )
    return page, "\n\n".join([*lines, "What the check says:", "\n".join(said)])


def _terminal(rows: str) -> str:
    return f"<p>darken(pictures)</p><ul>{rows}</ul><p>check_darken(darken)</p>"


def _row(before: Tensor, after: Tensor) -> str:
    """Show what a picture becomes, in numbers and in ink."""
    pixels = "".join(f'<i style="opacity: {ink:.2f}"></i>' for ink in after.nan_to_num())
    strip = f"<span>{pixels}</span>" if after.isfinite().all() else '<span class="nan"></span>'
    return f"<li>{_numbers(before)} <samp>{_numbers(after)}</samp>{strip}</li>"


def _numbers(row: Tensor) -> str:
    return f"[{', '.join(f'{number:.2g}' for number in row)}]"


def _code(source: str) -> str:
    made = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()
    return f'<code class="highlight">{made}</code>'.replace("\n", "&#10;")  # on one line


def _softmax(logits: Tensor) -> Tensor:
    e = (logits - logits.amax(dim=1, keepdim=True)).exp()
    return e / e.sum(dim=1, keepdim=True)


def grades(_: Course) -> Shown:
    """Show the mistakes on the page of grades, for a class that had softmax."""
    known = {mistake.name: mistake.answer for mistake in check_softmax.mistakes}
    wrong = [known[name] for name in ("overflow", "sum over everything", "maximum of everything")]
    answers = dict(zip("CABD", [_softmax, *wrong], strict=True))
    checked = {letter: check_softmax(answer) for letter, answer in answers.items()}
    given = "CACBACCACBCCACCBCADCBCCAD"
    rows = [Row("", "04", "softmax", checked[answer]) for answer in given]
    with TemporaryDirectory() as folder:
        path = Path(folder, "grades.html")
        write_html(rows, path)
        page = path.read_text("utf-8")
    top = page[page.index("<h1>") : page.index("<h2>All answers")]
    top = re.sub(r"<h\d>(.*?)</h\d>", r"<p><b>\1</b></p>", top)
    counts = [(given.count(letter), checked[letter].mistake) for letter in "ABD"]
    plain = table(["count", "mistake"], counts)[1]
    return f'<div class="grades" data-search-exclude="true">{top}</div>', plain


def exercises(course: Course) -> Shown:
    """List the exercises by lesson and kind, with a box to tick for those that were solved.

    On a phone, each lesson is folded into a line with a tick for each solved exercise.
    """
    items: list[str] = []
    lines: list[str] = []
    count = 0
    for lesson in (each for each in course.lessons if not each.error and each.tasks):
        page = f"tutorials/{lesson.name}.ipynb"
        listed, kinds = [], []
        for kind, tasks in itertools.groupby(lesson.tasks, lambda task: task.kind.capitalize()):
            listed.append(f"<dt>{kind}</dt>")
            links = []
            for task in tasks:
                link = f"[{task.title}]({page}#{slugify(task.title, '-')})"
                solved = f"{lesson.topic} {task.name}"
                tick = f'<mlp-progress class="solved" data-solved="{solved}"></mlp-progress>'
                listed.append(f'<dd markdown="span">{link} {tick}</dd>')
                links.append(link)
            kinds.append(f"{kind}: {' · '.join(links)}.")
        head = f"**[{numbered(lesson)}]({page})**"
        ticks = "<i></i>" * len(lesson.tasks)
        items.append(
            f'<li markdown="block">\n<div>{sketch(lesson.topic)}</div>\n'
            f'<details{" open" * (not items)} markdown="block">\n'
            f"<summary>{numbered(lesson)} <span>{ticks}</span></summary>\n\n{head}\n\n"
            f'<dl markdown="1">{"".join(listed)}</dl>\n</details>\n</li>'
        )
        lines.append(f"- {head} {' '.join(kinds)}")
        count += len(lesson.tasks)
    made = f'<ul class="tasks" markdown="1">{"".join(items)}</ul>'
    # Below the ticks that it counts, but shown above them.
    made = f'<div class="all" markdown="1">\n{made}\n<p>{count} exercises</p>\n</div>'
    return made, "\n".join(lines)
