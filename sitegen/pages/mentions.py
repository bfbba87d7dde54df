"""Every mention of a lesson in prose is a link, without its author's help."""

import re
from collections.abc import Sequence

from mlp_tutorial.lessons import Lesson

# What stands in code, headings, drawings, links and tags is left alone.
MENTION = re.compile(
    r"<(pre|code|samp|a|h\d|svg|button|summary)\b.*?</\1>|<[^>]*>|"
    r"\b(?:(lesson)\s(\d+)|(last|next|first)\slesson\b(?!\sof\sthe\scourse))",
    re.DOTALL | re.IGNORECASE,
)


def link_mentions(page: str, lessons: Sequence[Lesson], here: str = "", folder: str = "") -> str:
    """Link "lesson 4" and "the last lesson" in the HTML of a page to the lessons in a folder.

    The page may be that of a lesson, by its name, which does not link to itself. A number that no
    lesson has raises a ValueError.
    """
    names = [lesson.name for lesson in lessons]
    at = names.index(here) if here in names else None

    def link(found: re.Match[str]) -> str:
        _, numbered, number, place = found.groups()
        name = None
        if numbered:
            name = next((each for each in names if int(each[:2]) == int(number)), None)
            if not name:
                raise ValueError(f"expected a lesson that there is, got {found[0]!r}")
        elif place and at is not None:
            wanted = {"last": at - 1, "next": at + 1, "first": 0}[place.lower()]
            name = names[wanted] if 0 <= wanted < len(names) else None
        if not name or names.index(name) == at:
            return found[0]
        return f'<a href="{folder}{name}.html">{found[0]}</a>'

    return MENTION.sub(link, page)
