"""The reference as plain Markdown."""

import re

import griffe

REFERENCE = re.compile(r"\s*::: mlp_tutorial\.(\w+)")


def describe(module: griffe.Object | griffe.Alias) -> str:
    """Write what a module of the library offers: each public signature and docstring."""
    parts = [f"# {module.path}", *_docstring(module)]
    for name in module.exports or []:
        parts += _describe(module[str(name)], "##")
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


def summarize(markdown: str) -> str:
    """Write the first paragraph of Markdown as plain text on one line."""
    paragraph = re.sub(r"\[([^]]*)\][(\[][^])]*[)\]]", r"\1", markdown.split("\n\n")[0])
    return " ".join(re.sub(r"[`*$\\]", "", paragraph).split())
