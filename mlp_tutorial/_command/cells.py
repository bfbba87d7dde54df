"""The code in a learner's notebook or script: read it, and find the cells that an answer needs."""

import ast
import codecs
import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from symtable import SymbolTable, symtable

CELL = re.compile(r"^(?=# ?%%(?:\s|$))", re.MULTILINE)
PROSE = re.compile(r"# ?%%.*\[(?:markdown|md|raw)\]")
RUNS_ITS_BODY = {"capture", "memit", "prun", "time", "timeit"}  # cell magics
LINE_MAGIC = re.compile(
    r"""(?P<indent>\s*)(?:
        [%!?] | .*\?\s*$                   # %matplotlib inline, !ls, ?softmax, softmax??
        # Jupyter takes these for %pip, %cd and so on.
        | (?:pip|conda|cd|cat|cp|ls|mkdir|mv|rm|rmdir|env|time|timeit|matplotlib|load_ext)\s
        | (?P<assigned>\w[^=]*=\s*)[%!]    # files = !ls
    )""",
    re.VERBOSE,
)
BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)  # what Python raises as it parses


def read_code(path: Path) -> list[str]:
    """Read the code cells of a notebook or a script.

    A line of a script keeps its number. Jupyter's commands become Python, as in `without_magics`.

    Args:
        path: A notebook if it ends in `.ipynb`, otherwise a script.

    Raises:
        ValueError: If the file cannot be read, with a sentence for the learner.
    """
    text = _read_text(path)
    cells = _of_notebook(path, text) if path.suffix.lower() == ".ipynb" else _of_script(text)
    return [without_magics(cell) for cell in cells]


def _read_text(path: Path) -> str:
    """Read a text in the encoding that Python would use, or in UTF-16 if it says so."""
    save = "Save it as UTF-8 in your editor"
    try:
        if not path.is_file():
            kinds = {"a folder": path.is_dir(), "a link to a missing file": path.is_symlink()}
            kind = next((kind for kind, true in kinds.items() if true), "something else")
            raise ValueError(f"Expected {path.name} to be a file, got {kind}. Name another file.")
        data = path.read_bytes()
        text = data.decode(_encoding(data))
    except OSError as error:
        reason = error.strerror or error
        raise ValueError(f"Could not open {path.name} ({reason}). Make it readable.") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"Expected {path.name} in {error.encoding}, got the byte {data[error.start]:#04x} "
            f"in line {line}. {save}."
        ) from None
    except LookupError as error:
        raise ValueError(f"Expected {path.name} in UTF-8, but {error}. {save}.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(
            f"Expected {path.name} to be text, got a zero byte in line {line}. {save}."
        )
    return text


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError:  # decoding says it better
        return "utf-8"


def _of_notebook(path: Path, text: str) -> list[str]:
    """Take the code cells from a notebook; those of nbformat 3 are in worksheets."""
    save = "Save it again in Jupyter, or hand in another copy"
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        what = f"text that is not JSON ({error})" if text.strip() else "an empty file"
        raise ValueError(f"Expected {path.name} to be a notebook, got {what}. {save}.") from None
    try:
        sheets = notebook.get("worksheets", [notebook])
        return [
            "".join(cell["source"] if "source" in cell else cell["input"])
            for sheet in sheets
            for cell in sheet["cells"]
            if cell["cell_type"] == "code"
        ]
    except (AttributeError, LookupError, TypeError):
        raise ValueError(
            f"Expected {path.name} to be a notebook, got JSON without its cells. {save}."
        ) from None


def _of_script(text: str) -> list[str]:
    """Split a script at its lines `# %%`; without any, it is one cell."""
    cells, line = [], 0
    for cell in CELL.split(text):
        if cell.strip() and not PROSE.match(cell):
            cells.append("\n" * line + cell)
        line += cell.count("\n")
    return cells


def without_magics(source: str) -> str:
    """Replace Jupyter's commands in a cell, which Python can't parse.

    `%time` and cell magics like `%%time` run their code, other cell magics empty the cell, and any
    other command does nothing. No shell command runs: `files = !ls` makes an empty list.

    Args:
        source: Returned as it is if Python can parse it, or if something else is wrong with it.
    """
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if magic := re.match(r"%%(\w*)", lines[first]):
        if magic[1] not in RUNS_ITS_BODY:
            return ""
        lines[first] = ""
    while True:
        try:
            ast.parse("\n".join(lines))
        except SyntaxError as error:
            number = min(error.lineno or 1, len(lines)) - 1
        except BROKEN:
            break
        else:
            break
        command = LINE_MAGIC.match(lines[number])
        if not command:
            break
        while lines[number].endswith("\\") and number + 1 < len(lines):
            lines[number : number + 2] = [lines[number][:-1] + lines[number + 1]]
        _, timed, statement = lines[number].partition("%time ")
        does_nothing = f"{command['assigned']}[]" if command["assigned"] else "pass"
        lines[number] = command["indent"] + (statement.strip() if timed else does_nothing)
    return "\n".join(lines)


def needed(cells: list[str], name: str) -> list[int]:
    """Find the cells that define a name, and the cells that these need in turn.

    A name's last definition counts up to the cell that needs it, or if there is none, one after it.
    """
    known = [names(cell) for cell in cells]
    wanted, tried, found = {name, "*"}, set[str](), set[int]()
    while wanted - tried:
        tried |= wanted
        for number in reversed(range(len(cells))):
            defines, uses = known[number]
            if defines & wanted:
                wanted |= uses
                found.add(number)
        wanted -= {defined for number in found for defined in known[number][0]}
    return sorted(found)


def names(source: str) -> tuple[set[str], set[str]]:
    """Find the names that a cell defines or changes, and uses; guess if Python can't parse it.

    `from torch import *` defines `*`, and `Net.forward = forward` changes `Net`.
    """
    try:
        table = symtable(source, "cell", "exec")
        tree = ast.parse(source)
    except BROKEN:
        imports = re.findall(r"^(?:from|import)\b(.*)", source, re.MULTILINE)
        first = re.findall(r"^(?:async )?(?:def |class )?(\w+)", source, re.MULTILINE)
        return {*first, *re.findall(r"\w+", " ".join(imports))}, set()
    defines = {
        symbol.get_name()
        for scope in scopes(table)
        for symbol in scope.get_symbols()
        if (scope is table or symbol.is_declared_global())
        and (symbol.is_assigned() or symbol.is_imported())
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            defines.add("*")
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            changed: ast.expr = node
            while isinstance(changed, ast.Attribute | ast.Subscript):
                changed = changed.value
            if isinstance(changed, ast.Name):
                defines.add(changed.id)
    uses = {
        symbol.get_name()
        for scope in scopes(table)
        for symbol in scope.get_symbols()
        if symbol.is_referenced() and (scope is table or symbol.is_global())
    }
    return defines, uses


def scopes(table: SymbolTable) -> Iterator[SymbolTable]:
    """Iterate over a scope and all scopes inside it."""
    yield table
    for inner in table.get_children():
        yield from scopes(inner)
