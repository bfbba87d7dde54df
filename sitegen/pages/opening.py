"""The top of a lesson's page: the numbered title, its picture, and a card of what readers get."""

import re

from markdown.extensions.toc import slugify

from mlp_tutorial.lessons import Lesson
from sitegen.pages.sketches import sketch

TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
GETS = re.compile(  # what readers will be able to do, and how long it takes, as in `Lesson`
    r"^You(?: will|['\u2019]ll)\b.*\n\n((?:- .+\n?(?:  .+\n?)*)+)\n*(Reading takes .+(?:\n.+)*)",
    re.MULTILINE,
)
CARD = """\
<div class="card" markdown="1">

<details markdown="1"><summary>What you'll be able to do</summary>

{}

</details>

{}
{{ .takes }}

{}

</div>"""


def numbered(lesson: Lesson) -> str:
    """Put its number before its title; an appendix has none."""
    return lesson.title if lesson.appendix else f"{int(lesson.number)}. {lesson.title}"


def ask(lesson: Lesson) -> str:
    """Write the question of a lesson, which may be within a sentence, as a sentence of its own."""
    return lesson.question[:1].upper() + lesson.question[1:]


def open_lesson(document: str, lesson: Lesson, downloads: str = "") -> str:
    """Number the title of a document.

    With downloads, put the lesson's picture below the title, and make a card of the downloads and
    of what the lesson teaches, which readers open. A lesson that says nothing of that yet has them
    below its title.
    """
    title = f"# {numbered(lesson)}"
    if not downloads:
        return TITLE.sub(lambda _: title, document, count=1)
    title += f" {{ #{slugify(lesson.title, '-')} }}"  # as if it had no number
    title += f'\n\n<div class="sketch">{sketch(lesson.topic)}</div>'
    made, cards = GETS.subn(
        lambda gets: CARD.format(gets[1].strip(), gets[2], downloads), document, count=1
    )
    below = "" if cards else f"\n\n{downloads}"
    return TITLE.sub(lambda _: title + below, made, count=1)
