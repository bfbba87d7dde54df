"""The code in a learner's notebook or script: read it, and find the cells that an answer needs."""

import ast
import codecs
import io
import json
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from symtable import SymbolTable, symtable

from mlp_tutorial._command.jupyter import Skipped, parse, runs_file

# A cell begins at `# %%`, or at `# In[3]:` in a script that nbconvert wrote.
CELL = re.compile(r"^(?=# ?%%(?:\s|$)|# In\[[\d ]*\]:)", re.MULTILINE)
PROSE = re.compile(r"# ?%%.*\[(?:markdown|md|raw)\]")
COLAB = re.compile(r"^# Commented out IPython magic .*\n((?:#.*\n)+)(\n?)", re.MULTILINE)
BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)  # what Python raises as it parses


@dataclass(frozen=True)
class Statement:
    """A statement of a cell.

    Attributes:
        node: The statement.
        defines: The names that it defines or changes. `from torch import *` defines `*`, and
            `Net.forward = forward` changes `Net`.
        uses: The names that it uses.
    """

    node: ast.stmt
    defines: set[str]
    uses: set[str]


@dataclass(frozen=True)
class Cell:
    """A code cell as Jupyter understands it.

    Attributes:
        source: The code as the learner wrote it.
        statements: What a check runs of it, one after the other.
        skipped: The commands of Jupyter's that a check doesn't run.
        error: The reason why Python can't read the cell, if it can't.
    """

    source: str
    statements: list[Statement] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    error: Exception | None = None

    @classmethod
    def read(cls, source: str) -> "Cell":
        """Read a cell; `error` says why, if Python can't."""
        skipped: list[Skipped] = []
        try:
            nodes = parse(source, skipped)
            module = ast.Module(nodes, [])
            compile(module, "a cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            return cls(source, [Statement(node, *_names(node)) for node in nodes], skipped)
        except BROKEN as error:
            return cls(source, error=error)

    @cached_property
    def defines(self) -> set[str]:
        """The names that it defines or changes; a guess if Python can't read it."""
        if self.error:
            imports = re.findall(r"^(?:from|import)\b(.*)", self.source, re.MULTILINE)
            defined = r"^(?:async )?(?:def |class )(\w+)|^(\w+)(?= *[=:,])"
            names = re.findall(defined, self.source, re.MULTILINE)
            return {*filter(None, sum(names, ())), *re.findall(r"\w+", " ".join(imports))}
        return set().union(*(statement.defines for statement in self.statements))

    @property
    def broken_line(self) -> str:
        """The line that Python can't read; empty if there is none."""
        if not isinstance(self.error, SyntaxError):
            return ""
        return (self.error.text or self.source.split("\n")[(self.error.lineno or 1) - 1]).strip()

    @cached_property
    def uses(self) -> set[str]:
        """The names that it uses."""
        return set().union(*(statement.uses for statement in self.statements))


def read_cells(path: Path) -> list[Cell]:
    """Read the code cells of a notebook or a script. A line of a script keeps its number.

    Args:
        path: A notebook if it ends in `.ipynb`, otherwise a script.

    Raises:
        ValueError: If the file cannot be read, with a sentence for the learner.
    """
    text = read_text(path)
    sources = _of_notebook(path, text) if path.suffix.lower() == ".ipynb" else _of_script(text)
    return [Cell.read(source) for source in sources]


def read_text(path: Path) -> str:
    """Read a text in the encoding that Python would use, or in UTF-16 if it says so.

    Raises:
        ValueError: If it cannot be read, with a sentence for the learner.
    """
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
    """Split a script at the marks of its cells; without any, it is one cell."""
    cells, line = [], 0
    for cell in CELL.split(COLAB.sub(_uncomment, text)):
        if cell.strip() and not PROSE.match(cell):
            cells.append("\n" * line + cell)
        line += cell.count("\n")
    return cells


def _uncomment(commented: re.Match[str]) -> str:
    """Bring back the commands of Jupyter's that Colab comments out when it writes a script."""
    lines = commented[1].splitlines()
    whole = lines[0].startswith("# %%")  # the whole cell is commented out
    for number, line in enumerate(lines):
        if whole or line.startswith(("# %", "# !")):
            lines[number] = line[2:]
    end = "# %%\n" if whole else commented[2]
    return "\n".join(["# %%" if whole else "#", *lines, end])


def needed(cells: list[Cell], roots: Iterable[int]) -> list[int]:
    """Find the cells that some cells need, and the cells that these need in turn.

    A name's last definition counts up to the cell that needs it, or if there is none, one after it.

    Args:
        cells: The cells of a file.
        roots: The numbers of the cells to begin with.
    """
    found = set(roots)
    wanted, tried = {"*"}, set[str]()
    while wanted - tried:
        tried |= wanted
        for number in reversed(range(len(cells))):
            if number in found or cells[number].defines & wanted:
                wanted |= cells[number].uses
                found.add(number)
        wanted -= {defined for number in found for defined in cells[number].defines}
    return sorted(found)


def _names(node: ast.stmt) -> tuple[set[str], set[str]]:
    """Find the names that a statement defines or changes, and uses."""
    table = symtable(ast.unparse(node), "a cell", "exec")
    symbols = [
        (scope is table, symbol) for scope in _scopes(table) for symbol in scope.get_symbols()
    ]
    defines = {
        symbol.get_name()
        for outside, symbol in symbols
        if (outside or symbol.is_declared_global())
        and (symbol.is_assigned() or symbol.is_imported())
    }
    for each in ast.walk(node):
        if (isinstance(each, ast.ImportFrom) and each.names[0].name == "*") or runs_file(each):
            defines.add("*")
        elif isinstance(each, ast.Attribute | ast.Subscript) and isinstance(each.ctx, ast.Store):
            changed: ast.expr = each
            while isinstance(changed, ast.Attribute | ast.Subscript):
                changed = changed.value
            if isinstance(changed, ast.Name):
                defines.add(changed.id)
    uses = {
        symbol.get_name()
        for outside, symbol in symbols
        if symbol.is_referenced() and (outside or symbol.is_global())
    }
    return defines, uses


def _scopes(table: SymbolTable) -> Iterator[SymbolTable]:
    """Iterate over a scope and all scopes inside it."""
    yield table
    for inner in table.get_children():
        yield from _scopes(inner)
