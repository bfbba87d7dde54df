"""Jupyter's own commands in a cell: what a check runs of them, and what it skips."""

import ast
import re
from dataclasses import dataclass
from typing import NamedTuple

RUNS_ITS_CODE = {"capture", "memit", "prun", "time", "timeit"}  # with two %; `time` with one, too
# Skipping these changes no answer. Others are named when an answer lacks something.
HARMLESS = {
    *("alias", "autoreload", "automagic", "config", "load_ext", "lprun", "matplotlib", "memit"),
    *("mprun", "pdb", "pinfo", "pinfo2", "precision", "prun", "psource", "reload_ext", "time"),
    *("timeit", "who", "whos", "xmode"),
}


@dataclass(frozen=True)
class Skipped:
    """A command that a check doesn't run, because it installs something or reaches outside.

    Attributes:
        command: The command, such as `!pip install einops`.
        defines: The names that would hold its result, or that its cell defines.
    """

    command: str
    defines: frozenset[str]


class _Command(NamedTuple):
    text: str
    name: str = ""
    code: str | None = None  # Python that it runs
    defines: frozenset[str] = frozenset()  # by a cell that isn't run


def parse(source: str, skipped: list[Skipped]) -> list[ast.stmt]:
    """Parse a cell with IPython's help, unless it is plain Python.

    Args:
        source: The code of a cell.
        skipped: Collects the commands that a check doesn't run.

    Raises:
        SyntaxError: If it is neither, or another error with which Python refuses code.
    """
    try:
        tree, exported = ast.parse(source), True  # its commands are calls already
    except SyntaxError:
        alone = re.fullmatch(r"\s*(?:pip|conda|mamba|uv) .*\s*", source)  # needs no %
        code = _transform(f"%{source.strip()}" if alone else source)
        if code is None:
            raise
        tree, exported = ast.parse(code), False
    _Replace(skipped, exported=exported).visit(tree)
    return tree.body


def runs_file(node: ast.AST) -> bool:
    """Tell whether a node is the command `%run`."""
    command = _read(node)
    return command is not None and command.name == "run"


def _transform(source: str) -> str | None:
    """Turn the commands into calls of `get_ipython()`, or return None if IPython can't."""
    from IPython.core.inputtransformer2 import TransformerManager  # few files need it

    blank = re.match(r"(?:[^\S\n]*\n)*", source)
    lines = "\n" * blank[0].count("\n") if blank else ""  # which IPython would leave out
    try:
        return lines + TransformerManager().transform_cell(source)
    except Exception:  # it expects Python, and this may be anything
        return None


def _read(node: ast.AST) -> _Command | None:
    """Read a call of `get_ipython()` whose arguments are known."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr=method)
        ):
            arguments = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        case _:
            return None
    match method, arguments:
        case "run_cell_magic", [str(name), str(line), str(body)]:
            code = body if name in RUNS_ITS_CODE else None
            defines = re.findall(r"(?m)^(?:def|class) +(\w+)", body)
            return _Command(f"%%{name} {line}".strip(), name, code, frozenset(defines))
        case ("run_line_magic", [str(name), str(line)]):
            return _Command(f"%{name} {line}".strip(), name, line if name == "time" else None)
        case ("magic", [str(command)]):  # in scripts of old
            name, _, line = command.partition(" ")
            return _Command(f"%{command}", name, line if name == "time" else None)
        case ("system" | "getoutput", [str(command)]):
            return _Command(f"!{command.strip()}")
    return None


class _Replace(ast.NodeTransformer):
    """Puts the code that commands run in their place, and removes other commands."""

    def __init__(self, skipped: list[Skipped], *, exported: bool) -> None:
        self.skipped = skipped
        self.exported = exported

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt] | None:
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and not body:
            return self._simple(node)
        self.generic_visit(node)
        if isinstance(body, list) and not body and not isinstance(node, ast.Module):
            body.append(ast.Pass(lineno=getattr(node, "lineno", 1), col_offset=0))
        return node

    def _simple(self, node: ast.stmt) -> ast.stmt | list[ast.stmt] | None:
        commands = [found for each in ast.walk(node) if (found := _read(each))]
        if not commands or any(command.name == "run" for command in commands):
            return node
        if isinstance(node, ast.Expr) and commands[0].code is not None:
            return self._code(node, commands[0])
        if isinstance(node, ast.Assign) and commands[0].code is not None:
            code = ast.parse(commands[0].code.strip(), mode="eval")
            node.value = code.body
            _move(node.value, node)
            return node
        stored = frozenset(
            each.id
            for each in ast.walk(node)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        )
        for command in commands:
            if stored or command.name not in HARMLESS:
                self.skipped.append(Skipped(command.text, stored | command.defines))
        return None

    def _code(self, node: ast.Expr, command: _Command) -> list[ast.stmt]:
        """Parse the code of a command, with the numbers of its lines in the cell."""
        if command.text.startswith("%%") and not self.exported:
            return parse("\n" * node.lineno + str(command.code), self.skipped)
        body = parse(str(command.code), self.skipped)
        for statement in body:
            _move(statement, node)
        return body


def _move(code: ast.AST, node: ast.AST) -> None:
    """Say that code is in the line of another node."""
    for each in ast.walk(code):
        if hasattr(each, "lineno"):
            ast.copy_location(each, node)
