"""Scripts in Jupytext's percent format, read letter by letter.

Jupytext itself would change some code. It uncomments magics, for example, and drops metadata that
it can't read. Here a script means one thing only, and anything else is refused with its line.
"""

import json
import re
import warnings
from typing import Any, NamedTuple

MARK = "# %%"
PROSE = " [markdown]"
LIKE_MARK = re.compile(r"\s*#\s*%%")  # what another program could take for a mark
# Controls, line separators, marks that change the direction of text, and halves of characters.
UNSEEN = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
CODING = re.compile(r"#.*?coding[:=] *(?!(?i:utf-?8)\b)[-\w.]")  # as Python reads two lines
TEXT = r'"(?! *")(?:[^"\\]|\\["\\])+"'
VALUES = {  # of each key of a cell's metadata: an example, and what is allowed
    "alt": (r'"It says \"hi\"."', TEXT),
    "caption": (r'"It says \"hi\"."', TEXT),
    "export": ('"model scale"', r'"\w+(?: \w+)*"'),
    "figure": ('"spiral-losses"', '"[a-z0-9-]+"'),
    "tags": ('["timing"]', r'\["[\w-]+"(?:, *"[\w-]+")*\]'),
    "tolerance": ("0.05", r"[0-9](?:\.[0-9]+)?"),
}
KEYS = {"markdown": ["tags"], "code": list(VALUES)}
TAGS = {
    "markdown": ["apply", "exercise", "predict", "think", "warm-up"],
    "code": ["check", "device", "exercise", "raises-exception", "solution", "timing"],
}


class Cell(NamedTuple):
    """A cell of a script."""

    kind: str  # `code` or `markdown`
    metadata: dict[str, Any]
    source: str  # without the marks of comments, if it is prose
    line: int  # where the source begins in the script, from 1


class FormatError(Exception):
    """A script cannot be read; its arguments are the line and what to do."""


def read_cells(text: str) -> list[Cell]:
    """Read the cells of a script, or raise `FormatError`."""
    lines = text.split("\n")
    if not LIKE_MARK.match(lines[0]):
        got = repr(lines[0][:40]) if text.strip() else "an empty file"
        raise FormatError(1, f"expected '{MARK}' in the first line, got {got}; add it above")
    for number, line in enumerate(lines, start=1):
        if found := UNSEEN.search(line):
            what = f"expected characters that can be seen, got {found[0]!r}"
            raise FormatError(number, f"{what}; use spaces, or an escape in a string")
        if number <= 2 and (found := CODING.search(line)):
            what = f"expected no encoding but utf-8, got {found[0]!r}"
            raise FormatError(number, f"{what}, which Python takes for one; reword it")
    marks = [number for number, line in enumerate(lines) if LIKE_MARK.match(line)]
    cells = []
    for mark, end in zip(marks, [*marks[1:], len(lines)], strict=True):
        kind, metadata = _read_mark(mark + 1, lines[mark])
        body = "\n".join(lines[mark + 1 : end])
        source = body.strip("\n")
        start = mark + 2 + len(body) - len(body.lstrip("\n"))
        if kind == "code":
            _check_code(start, source)
        else:
            source = _uncomment(start, source)
        cells.append(Cell(kind, metadata, source, start))
    return cells


def write_cell(kind: str, metadata: dict[str, Any], source: str) -> str:
    """Write a cell of a script, which `read_cells` reads again."""
    mark = MARK + PROSE * (kind == "markdown")
    for key, value in metadata.items():
        mark += f" {key}={json.dumps(value, ensure_ascii=False)}"
    if kind == "markdown":
        source = "\n".join(f"# {line}" if line else "#" for line in source.split("\n"))
    return f"{mark}\n{source}\n"


def _read_mark(number: int, line: str) -> tuple[str, dict[str, Any]]:
    kind = "markdown" if line.startswith(MARK + PROSE) else "code"
    rest = line.removeprefix(MARK).removeprefix(PROSE).rstrip()
    metadata: dict[str, Any] = {}
    while rest:
        key = (re.match(r" +(\w+)=", rest) or ["", ""])[1]
        if not line.startswith(MARK) or key not in KEYS[kind] or key in metadata:
            what = f"expected '{MARK}' or '{MARK}{PROSE}', then key=value with keys"
            known = f"of {', '.join(KEYS[kind])}, each at most once"
            raise FormatError(number, f"{what} {known}, got {rest.strip()!r}; correct it")
        example, allowed = VALUES[key]
        value = re.match(rf" +\w+=({allowed})(?= |$)", rest)
        if not value:
            got = re.split(r" +(?=\w+=)", rest.strip())[0]
            raise FormatError(number, f"expected {key}={example}, for example, got {got}")
        metadata[key] = json.loads(value[1])
        rest = rest[value.end() :]
    if unknown := [tag for tag in metadata.get("tags", []) if tag not in TAGS[kind]]:
        what = f"expected tags of {', '.join(TAGS[kind])} on a {kind} cell"
        raise FormatError(number, f"{what}, got {', '.join(unknown)}; correct it")
    return kind, metadata


def _check_code(start: int, source: str) -> None:
    """Refuse what `python` can't run, such as a magic, or would warn of."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compile(source, "a cell", "exec", dont_inherit=True)
    except SyntaxError as error:
        what = f"SyntaxError: {error.msg}; expected Python that runs as a script, without magics"
        raise FormatError(start - 1 + (error.lineno or 1), what) from None
    except (MemoryError, RecursionError):  # of the parser
        what = "expected an expression that Python can parse, got one nested too deeply; split it"
        raise FormatError(start, what) from None


def _uncomment(start: int, source: str) -> str:
    """Take prose out of its comments."""
    prose = []
    for number, line in enumerate(source.split("\n"), start=start):
        if not line.startswith("# ") and line.strip() not in {"", "#"}:
            what = f"expected prose that begins with '# ', got {line[:40]!r}"
            raise FormatError(number, f"{what}; begin code with a line '{MARK}'")
        prose.append(line.removeprefix("# ") if line.strip() not in {"", "#"} else "")
    return "\n".join(prose)
