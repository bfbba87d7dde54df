"""The document of a lesson: prose, code and what the code printed, in the order of the cells.

It comes in two forms: the Markdown that MkDocs renders, with code and output as HTML, and the plain
Markdown for people and programs that read the page as text. Marks, links and names are resolved in
prose. Code and output are never searched: they reach both forms letter by letter.
"""

import ast
import html
import re
from io import StringIO

from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from mlp_tutorial.lessons import Prediction, show_kind, tags
from sitegen.pages.course import Course
from sitegen.pages.figures import SVG, show_figure
from sitegen.pages.marks import CODE, resolve

PHONE = 36  # characters of code that fit across a phone
CALL = re.compile(r"\bcheck_\w+\((\w+)\)")  # the name of an exercise is in its check
LONG = 120  # characters that no page has room for
HEADING = re.compile(rf"{CODE.pattern}|^## (?P<title>[^\n]+)$")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LIVE = re.compile(r'<div class="live">(?=<mlp-[^>]*><figure class="plot" id="live-([^"]+)")')
AGAIN = '<div class="live again">'
FOLD = "<!-- folded -->"  # at the end of prose, before code that few will read
FOLDED = '<details class="folded"><summary>Show the code</summary>', "</details>"
CHECK = '<details class="check"><summary>The check</summary>{}</details>'
SOLUTION = '<details class="success"><summary>Solution</summary>{}</details>'
# The answer is folded until the reader asks for it, with all that would give it away.
PREDICTION = """\
<div class="predict" markdown="1">
{question}

{options}

<mlp-predict data-name="{name}" data-right="{right}"><a href="#{name}">See it happen below the \
code.</a></mlp-predict></div>

{code}

<details class="answer" id="{name}" markdown="1"><summary><span>Show what happens</span>\
<span>What happened</span></summary>

{checks}

{shown}

<div class="reasons" markdown="1">
{reasons}
</div>

{after}

</details>"""
PARAGRAPH = re.compile(r"(?![#<|>]|[-*] |\d+\. |\$\$|```|!!!)(?:.+\n?)+")
# Sections that look like another kind of place.
SECTIONS = {"Exercises": "exercises", "What our machine can read now": "now"}
SOLVED = """\
**Exercise {}** {{}}
{{{{ .kind }}}}

<p class="solved"><mlp-progress data-solved="{}"></mlp-progress></p>"""
# In Markdown they are comments, because what is inside an element is parsed differently there.
SECTION, EXERCISE, END = "<!-- section {} -->", "<!-- section exercise -->", "<!-- end -->"


def write_lesson(name: str, notebook: NotebookNode, course: Course, *, plain: bool = False) -> str:
    """Write the Markdown of a lesson, given its name and its executed notebook."""
    asked, questions, exercises = None, 0, 0
    parts: list[str] = []
    solution: list[str] = []
    section = card = ""  # what ends those that are open
    folded = False  # the code up to the next prose
    answer: dict[str, str] = {}  # of a prediction: it goes up to the next paragraph
    hints = ""  # of a card: they come after the code, in a row with the check and the solution
    topic = name[3:]  # without the number, which may change
    calls = (CALL.search(cell.source) for cell in notebook.cells if "check" in tags(cell))
    names = (call[1] for call in calls if call)
    drawn = [  # as Markdown, which needs each figure once
        show_figure(output.data[SVG], cell.metadata)[1]
        for cell in (notebook.cells if plain else [])
        for output in cell.get("outputs", [])
        if SVG in output.get("data", {})
    ]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            form, folded = "*{}*", cell.source.endswith(FOLD)
            if "exercise" in tags(cell):
                exercises += 1
                if not plain:
                    parts, card = [*parts, EXERCISE], END
                    solved = f"{topic} {next(names, '')}"
                    form = SOLVED.format(exercises, solved)
            prose = resolve(show_kind(cell, form), course, plain=plain)
            if plain:  # without what an element shows, if the lesson draws it
                kept = (part for part in prose.split("\n\n") if part not in drawn)
                prose = "\n\n".join(kept).rstrip("\n")  # a mark at the end may show nothing
            else:
                first = PARAGRAPH.match(prose)
                if answer and first and not {"exercise", "predict"} & set(tags(cell)):
                    answer["after"] += first[0]
                    parts[-1] = PREDICTION.format(**answer)
                    prose = prose[first.end() :].lstrip("\n")
                answer = {}
                prose, section = _divide(prose, section)
            if "predict" in tags(cell):
                asked, questions = Prediction.parse(prose), questions + 1
            else:
                hint = "<details>" if plain else '<details class="question" markdown="1">'
                prose = prose.replace("<details>", hint)
                task, *rest = prose.partition(hint) if card else [prose]
                parts, hints = [*parts, task], "".join(rest)
            continue
        code = fence(cell.source, "python") if plain else code_html(cell.source)
        if folded and not plain:
            begin, end = FOLDED
            if parts[-1].startswith(begin):  # several cells are one box
                begin = parts.pop().removesuffix(end)
            code = f"{begin}{code}{end}"
        shown = [part for output in cell.outputs if (part := _show(cell, output, plain))]
        if asked:
            options = asked.options
            right = "Right. " if plain else "<b>Right.</b> "  # an open box has a check mark instead
            said = [f"**{each.text}** {right * each.right}{each.reason}" for each in options]
            checks = ""
            if not plain:
                above, below = _split_checks(cell.source)
                code, checks = code_html(above), code_html(below) if below else ""
            answer = {
                "question": asked.question,
                "options": _list([each.text for each in options]),
                "name": f"{topic}-{questions}",
                "right": f"{[each.right for each in options].index(True)}",
                "code": code,
                "checks": checks,
                "shown": "\n\n".join(shown),
                "reasons": _list(said),
                "after": "",
            }
            if plain:
                parts += [
                    answer[key] for key in ("question", "options", "code", "shown", "reasons")
                ]
            else:
                parts.append(PREDICTION.format(**answer))
            asked = None
        elif answer and not plain:
            answer["after"] += "\n\n".join([code, *shown, ""])
            parts[-1] = PREDICTION.format(**answer)
        elif "solution" in tags(cell):  # it comes after the check, with what the check says
            solution = [code, *shown]
        elif "check" in tags(cell):
            solution += shown
            helps = [CHECK.format(code), hints, SOLUTION.format("".join(solution))]
            row = [SECTION.format("help"), *helps, END, card]
            parts += [code, "Solution:", *solution] if plain else row
            card = hints = ""
        else:
            parts += [code, *shown]
    made = "\n\n".join(part for part in [*parts, section] if part) + "\n"
    if plain:
        return made
    # Without scripts an element is a figure. Paper needs it once, where the lesson draws it.
    return LIVE.sub(lambda live: AGAIN if f'id="figure-{live[1]}"' in made else live[0], made)


def _split_checks(source: str) -> tuple[str, str]:
    """Split off the assertions at the end of a cell, which would give its result away."""
    lines, end = source.split("\n"), None
    for statement in reversed(ast.parse(source).body):
        if not isinstance(statement, ast.Assert):
            break
        end = statement.lineno - 1
    while end and lines[end - 1].startswith("#"):  # which is about the assertion
        end -= 1
    if not end:
        return source, ""
    return "\n".join(lines[:end]).rstrip("\n"), "\n".join(lines[end:])


def make_sections(page: str) -> str:
    """Make elements of the sections in the HTML of a lesson."""
    page = re.sub(r"<!-- section (\w+) -->", r'<section class="\1">', page)
    return page.replace(END, "</section>")


def _divide(prose: str, end: str) -> tuple[str, str]:
    """Put special sections into elements of their own; `end` is what ends one that is open."""

    def begin(heading: re.Match[str]) -> str:
        nonlocal end
        if not heading["title"]:  # code
            return heading[0]
        kind, before = SECTIONS.get(heading["title"]), end
        end = END if kind else ""
        opened = [before, *([SECTION.format(kind)] if kind else []), heading[0]]
        return "\n\n".join(part for part in opened if part)

    return HEADING.sub(begin, prose), end


def _list(items: list[str]) -> str:
    return "\n".join("1. " + item.replace("\n", "\n    ") for item in items)


def _show(cell: NotebookNode, output: NotebookNode, plain: bool) -> str:
    data = output.get("data", {})
    if SVG in data:
        return show_figure(data[SVG], cell.metadata)[plain]
    text = output.get("text") or data.get("text/plain", "")
    if output.output_type == "error":
        text = f"{output.ename}: {output.evalue}".removesuffix(": ")  # as Python says it
    if plain or not text:
        return text and fence(text, "text")
    return output_html(text.removesuffix("\n"))


def code_html(source: str) -> str:
    """Write Python as highlighted HTML on one line, letter by letter."""
    out = StringIO()
    tokens = ((kind, text) for _, kind, text in PythonLexer().get_tokens_unprocessed(source))
    HtmlFormatter(nowrap=True).format_unencoded(tokens, out)
    code = out.getvalue().removesuffix("\n") + "\n" * source.endswith("\n")
    return (
        '<div class="input highlight" data-search-exclude="true"><pre><span></span>'
        f"{_fill('code', source, code)}</pre></div>"
    )


def output_html(text: str) -> str:
    """Write what a cell printed as HTML on one line, letter by letter."""
    # A single line may wrap, such as an error message; several may be aligned, so they scroll.
    # Nobody aligns lines as long as those of a long message.
    long = max(map(len, text.split("\n"))) > LONG
    line = " line" * (long or "\n" not in text.strip())
    return f'<pre class="output{line}">{_fill("samp", text, html.escape(text))}</pre>'


def _fill(tag: str, text: str, markup: str) -> str:
    """Write controls as references, which Markdown leaves alone; let keys scroll wide text."""
    scrolls = ' tabindex="0"' * (max(map(len, text.split("\n"))) > PHONE)
    markup = CONTROL.sub(lambda control: f"&#{ord(control[0])};", markup)
    return f"<{tag}{scrolls}>{markup}</{tag}>"


def fence(text: str, language: str) -> str:
    """Put text into a fence that it cannot close."""
    marks = "`" * (1 + max(map(len, re.findall("`{3,}", text)), default=2))
    return "\n".join([marks + language, text.removesuffix("\n"), marks])
