"""Finds prose that readers would not see as its author wrote it.

A word that is taken for a tag vanishes from a page, and a construct of another kind of Markdown
stays there with all its signs. Neither is an error to Markdown. So prose is rendered, and what
readers would see is compared with what the author wrote.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import griffe
import markdown
from bs4 import BeautifulSoup
from bs4.element import NavigableString

from mlp_tutorial.lessons import OPTION, Lesson, tags
from sitegen import ROOT
from sitegen.pages.marks import CODE, FENCE, MARK
from sitegen.pages.predictions import ASKED

Finding = tuple[int, str]  # the line, what is wrong there and what to do about it
# The HTML that prose may hold.
TAGS = re.compile(
    r"<(/?)(details|summary|div|kbd|sub|sup)(?: (?:class=\"[^\"<>]*\"|markdown(?:=\"1\")?))*>"
)
# What Markdown takes away, besides signs: tags, layout, targets of links, numbers of lists, kinds
# of admonitions, languages of code.
UNSEEN = re.compile(
    rf"{TAGS.pattern}|<br>|\{{ (?:[.#][^{{}}\n]*|download) \}}|!\[[^]]*(?=\][(\[])"
    r"|\]\((?:[^()\s]|\([^()\s]*\))*(?: \"[^\"\n]*\")?\)|\]\[[^]\n]*\]"
    r"|^ *\[[^]^\n]+\]: (?:\S*[/#:]\S*|\S+\.\w+)$|^ *\d+\.(?= )"
    r"|^ *(?:!!!|\?\?\?\+?) ?[\w -]+|^ *(?:`{3,}|~{3,}).*",
    re.MULTILINE,
)
HIDDEN = re.compile(rf"{CODE.pattern}|{MARK.pattern}")
REFERENCE = re.compile(r"\]\[mlp_tutorial\.[\w.]+\]")  # found by mkdocstrings, or it warns
SIGNS = re.compile(r"[*`\[\]\\]")  # that may stand inside a word
ESCAPED = re.compile("\x02(\\d+)\x03")  # how Markdown notes a sign after a backslash
# Signs of Markdown that are left over where none is read as such, not even after a backslash.
LEFT = re.compile(
    r"""(?mx)
    (?: [`\\] | \$(?!\d[^$]*\Z)                                              # code, TeX
    | (?<!\ )\*+ | \*+(?!\ ) | (?<!\w)_(?=\w) | (?<=\w)_(?!\w)                # emphasis
    | \[[\^[!] | \]\[ | \]\( | !\[ | \[[ xX]\]                                # notes, links, tasks
    | \{[:.\#{%=+~>-] | \{\ [:.\#] | \^\w+\^ | ~~ | -{3} | -{2}8< | \x02 4[01] \x03
    | (?<!\w)[=+]{2}(?=\w) | (?<![\w:]):[\w+-]+:(?!\w) | ^\s*: | ^\s*\| | ^\s*\.\.\ \w+::
    | ^\s*(?:[-+*>]|[01][.)]|\#+|={3}|!{3}|\?{3}\+?|/{3})\  )\S*
    """
)
DISPLAY = r"\$\$[^$]*\$\$"
# Where the site's Markdown and that of notebooks differ, or a comparison starts a quote.
STRAY = {
    r"^(?: {4})* {1,3}(?=(?:[-+*]|\d+\.) )|(?<=\n\n)(?: {4})* {1,3}(?=\S)": (
        "an indentation that belongs to no item; indent what is inside an item by four spaces"
    ),
    r"^#+(?=[^#\s])": "a heading without a space after #; add it, or write \\# for the sign",
    r"^#+ .*[^#\s\\]#+ *$": "a heading that loses its last #; write \\# for the sign",
    r"^(?! *>).*\S.*\n>|^>(?=[=\d])": (
        "a quote without an empty line above and a space; add them, or write &gt; for the sign"
    ),
}


class Prose:
    """Finds what is lost of prose when the site's Markdown renders it."""

    def __init__(self, extensions: list[str], configs: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the extensions of Markdown that the site uses, and their options."""
        self._markdown = markdown.Markdown(extensions=extensions, extension_configs=configs)
        self._markdown.treeprocessors.deregister("unescape")  # so escaped signs can be told apart

    def check(self, source: str) -> list[Finding]:
        """Find words that vanish, and signs of Markdown that stay."""
        source = HIDDEN.sub(lambda found: found[0] if found[1] else "", source)
        source = REFERENCE.sub("](api)", source).replace("<details>", '<details markdown="1">')
        made = self._markdown.reset().convert(source)
        page = BeautifulSoup(made.replace("<br", "\n<br"), "html.parser")
        found = [*_unpaired(source), *_stray(source), *_fences(source, page)]
        found += _vanished(source, page.get_text(types=[NavigableString]))
        for each in page.select("h1 .arithmatex, h2 .arithmatex, h3 .arithmatex, h4 .arithmatex"):
            problem = "a heading with a formula, which the contents show as TeX; write x²"
            found.append((_find_line(source, each.get_text()[2:-2]), problem))
        for each in page.select("em, strong"):
            before, after = str(each.previous_sibling or ""), str(each.next_sibling or "")
            if before[-1:].isalnum() and after[:1].isalnum():
                problem = f"the stars around {each.get_text()!r} vanish; put code in backquotes"
                found.append((_find_line(source, each.get_text()), problem))
        for each in page.select("code, pre, .arithmatex, .headerlink"):
            each.replace_with("\ufffc")
        return sorted(found + list(_left(source, page.get_text())))

    def check_page(self, name: str, content: str, source: str) -> Iterator[str]:
        """Find the same in a page, whose content has metadata before the Markdown."""
        before = content.rstrip().count("\n") - source.rstrip().count("\n")
        source = ASKED.sub(lambda asked: _without_boxes(asked[0]), source)
        for line, problem in self.check(source):
            yield f"{name}:{before + line}: {problem}"

    def check_lesson(self, lesson: Lesson) -> Iterator[str]:
        """Find the same in the prose and the captions of a lesson, with file and line."""
        for cell, first in zip(lesson.notebook.cells, lesson.lines, strict=True):
            found = _left(caption := cell.metadata.get("caption", ""), caption)
            for _, problem in found:
                yield f"{lesson}:{first - 1}: {problem}"
            if cell.cell_type == "markdown":
                prose = cell.source
                if "predict" in tags(cell):
                    prose = _without_boxes(prose)
                for line, problem in self.check(prose):
                    yield f"{lesson}:{first + line - 1}: {problem}"

    def check_docstrings(self, thing: griffe.Object | griffe.Alias) -> Iterator[str]:
        """Find the same in the docstrings of the public names of a module, with file and line."""
        if thing.docstring:
            value, first = thing.docstring.value, thing.docstring.lineno or thing.lineno or 1
            path = Path(str(thing.filepath)).relative_to(ROOT).as_posix()
            for text in _texts(thing.docstring.parse("google")):
                start = first + value[: max(0, value.find(text.split("\n")[0]))].count("\n")
                for line, problem in self.check(text):
                    yield f"{path}:{start + line - 1}: {problem}"
        names = thing.exports if thing.is_module else thing.members if thing.is_class else None
        for name in names or []:
            yield from self.check_docstrings(thing[str(name)])


def _without_boxes(question: str) -> str:
    return OPTION.sub(r"- \2\3", question)


def _unpaired(source: str) -> Iterator[Finding]:
    prose = CODE.sub("", source)
    ends = Counter((tag[2], tag[1]) for tag in TAGS.finditer(prose))
    for name, slash in ends:
        opened, closed = ends[name, ""], ends[name, "/"]
        if opened != closed and slash == "/" * (closed > opened):
            problem = f"{opened} <{name}> and {closed} </{name}>; write them in pairs"
            yield _find_line(source, f"<{slash}{name}"), problem


def _stray(source: str) -> Iterator[Finding]:
    def blank(code: re.Match[str]) -> str:
        text = code[0].lstrip(" ")
        return " " * (len(code[0]) - len(text)) + re.sub(r"[^\n]", "x", text)

    prose = re.sub(rf"{CODE.pattern}|{DISPLAY}", blank, source)
    for sign, problem in STRAY.items():
        for found in re.finditer(sign, prose, re.MULTILINE):
            yield prose[: found.end()].count("\n") + 1, problem


def _fences(source: str, page: BeautifulSoup) -> Iterator[Finding]:
    fences = len(re.findall(rf"(?ms){FENCE}", source))
    if len(blocks := page.select("pre")) != fences:
        problem = f"{fences} fences make {len(blocks)} blocks of code; write each block of"
        line = _find_line(source, blocks[0].get_text().split("\n")[0]) if blocks else 1
        yield line, f"{problem} code in a fence, as far in as the text around it"


def _vanished(source: str, shown: str) -> Iterator[Finding]:
    """Find words of the source that readers don't see, by the line and at most one a line."""
    hidden = UNSEEN.sub(lambda found: " " * (found[0] == "<br>"), source)
    lines = html.unescape(hidden).split("\n")
    words = [(w, n) for n, line in enumerate(lines, 1) for w in _words(line)]
    seen = _words(ESCAPED.sub(lambda sign: chr(int(sign[1])), shown))
    if Counter(word for word, _ in words) - Counter(seen):
        match = SequenceMatcher(None, [word for word, _ in words], seen, autojunk=False)
        lost: dict[int, list[str]] = {}
        for kind, start, end, _, _ in match.get_opcodes():
            for word, line in words[start:end] if kind in {"delete", "replace"} else []:
                lost.setdefault(line, []).append(word)
        for line, vanished in lost.items():
            problem = f"readers would not see {' '.join(vanished)!r}"
            yield line, f"{problem}; put code in backquotes, and write &lt; for a lone <"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", SIGNS.sub("", text))


def _left(source: str, shown: str) -> Iterator[Finding]:
    for sign in LEFT.finditer(shown):
        line = ESCAPED.sub(lambda sign: "\\" + chr(int(sign[1])), shown[sign.start() :].lstrip())
        text = re.split("[\ufffc\n]", line)[0][:30]
        problem = f"readers would see the signs of Markdown in {text!r}; put code in backquotes,"
        cure = "a backslash before a sign, and an empty line before a list"
        yield _find_line(source, text), f"{problem} {cure}"


def _find_line(source: str, text: str) -> int:
    return source[: max(0, source.find(text))].count("\n") + 1


def _texts(sections: list[griffe.DocstringSection]) -> Iterator[str]:
    """List the Markdown in the sections of a docstring."""
    for section in sections:
        for item in [section.value] if isinstance(section.value, str) else section.value:
            match item:
                case str():
                    yield item
                case (griffe.DocstringSectionKind.text, str(text)):
                    yield text
                case griffe.DocstringElement():
                    yield item.description
