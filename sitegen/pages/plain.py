"""Hand-written pages and the reference as plain Markdown, and the list of all pages."""

import re
from collections.abc import Iterable

import griffe

from sitegen.pages.course import Course
from sitegen.pages.marks import change, resolve

REFERENCE = re.compile(r"\s*::: ([\w.]+)")
ATTRIBUTES = re.compile(r" ?\{ [.#:\w -]* \}$|</?div[^>]*>\n|<br>", re.MULTILINE)


def write_plain_page(markdown: str, course: Course) -> str:
    """Write a hand-written page as plain Markdown: marks filled in, layout left out.

    Args:
        markdown: What its author wrote.
        course: What its marks may refer to.
    """
    text = resolve(markdown, course, plain=True)
    return change(text, lambda prose: ATTRIBUTES.sub("", prose)).strip() + "\n"


def describe(module: str, course: Course) -> str:
    """Write what a module of the library offers: each public signature and docstring."""
    found = course.library[module.partition(".")[2]]
    parts = [f"# {module}", *_docstring(found)]
    for name in found.exports or []:
        parts += _describe(found[str(name)], "##")
    return "\n\n".join(parts) + "\n"


def _describe(thing: griffe.Object | griffe.Alias, mark: str) -> list[str]:
    parts = [f"{mark} {thing.name}"]
    if thing.is_function:
        signature = thing.signature(return_type=True).removeprefix("def ")  # type: ignore[union-attr]
        parts.append(f"```python\n{signature}\n```")
    parts += _docstring(thing)
    for member in thing.members.values() if thing.is_class else []:
        if member.is_public and (member.is_function or member.has_docstring):
            parts += _describe(member, "###")
    return parts


def _docstring(thing: griffe.Object | griffe.Alias) -> list[str]:
    return [thing.docstring.value.strip()] if thing.docstring else []


def first_sentence(module: str, course: Course) -> str:
    """Take the first paragraph of a module's docstring, without Markdown."""
    (docstring,) = _docstring(course.library[module.partition(".")[2]])
    return strip_markdown(docstring.split("\n\n")[0])


def strip_markdown(markdown: str) -> str:
    """Write a line of Markdown as plain text."""
    return re.sub(r"\s+", " ", re.sub(r"[`*$\\]", "", markdown))


def write_index(name: str, description: str, pages: Iterable[tuple[str, str, str, str]]) -> str:
    """Write `llms.txt`: what the site is, and its pages by section (https://llmstxt.org).

    Args:
        name: The name of the site.
        description: The description of the site.
        pages: The section, title, path and description of each page, in order.
    """
    lines = [f"# {name}", "", f"> {description}"]
    last = None
    for section, title, path, about in pages:
        if section != last:
            lines += ["", f"## {section}", ""]
            last = section
        lines.append(f"- [{title}]({path}): {about}".rstrip(": "))
    return "\n".join(lines) + "\n"
