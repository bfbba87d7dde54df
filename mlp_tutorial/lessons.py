"""The lessons that travel with the library, and what a learner gets of them.

A lesson is a script in Jupytext's percent format. Its exercises are cells with the tags `exercise`
(the task, then the stub), `solution` and `check`; a learner gets all but the solutions.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

__all__ = ["Task", "find_lessons", "read_tasks", "without_hints", "without_solutions"]

PACKAGED = Path(__file__).with_name("_lessons")
CHECKOUT = Path(__file__).parent.parent / "tutorials"
HINT = re.compile(r"<details><summary>Hint \d+</summary>\n\n(.*?)\n\n</details>", re.DOTALL)


@dataclass(frozen=True)
class Task:
    """An exercise of a lesson.

    Attributes:
        title: Its heading.
        name: What the learner is to write is called.
        task: What is asked, as Markdown, without the hints.
        hints: From the gentlest to the plainest, as Markdown.
        stub: What the learner begins with.
        solution: A right answer.
        check: The cell that checks it.

    Examples:
        >>> import jupytext
        >>> task = read_tasks(jupytext.read(find_lessons()["05"]))[0]
        >>> task.checker, len(task.hints)
        ('check_softmax', 2)
    """

    title: str
    name: str
    task: str
    hints: list[str]
    stub: str
    solution: str
    check: str

    @property
    def checker(self) -> str:
        """The name of the function that checks it, such as `check_softmax`."""
        return _call(self.check)[0]


def find_lessons() -> dict[str, Path]:
    """Find the lessons: their scripts by number, from `"01"`.

    Examples:
        >>> find_lessons()["05"].name
        '05_softmax.py'
    """
    folder = PACKAGED if PACKAGED.is_dir() else CHECKOUT
    return {path.name[:2]: path for path in sorted(folder.glob("[0-9][0-9]_*.py"))}


def read_tasks(notebook: NotebookNode) -> list[Task]:
    """Read the exercises of a lesson, in order.

    Args:
        notebook: Its cells, as Jupytext reads the script.

    Raises:
        ValueError: If the cells of an exercise are not a task, a stub, a solution and a check.

    Examples:
        >>> import jupytext
        >>> [e.name for e in read_tasks(jupytext.read(find_lessons()["05"]))]
        ['softmax', 'cross_entropy']
    """
    cells = [cell for cell in notebook.cells if _tags(cell) & {"exercise", "solution", "check"}]
    found = []
    for begin in range(0, len(cells), 4):
        kinds = [(cell.cell_type, *_tags(cell)) for cell in cells[begin : begin + 4]]
        if kinds != [
            ("markdown", "exercise"),
            ("code", "exercise"),
            ("code", "solution"),
            ("code", "check"),
        ]:
            raise ValueError(
                f"expected a task, a stub, a solution and a check, got {kinds} "
                f"at {cells[begin].source[:40]!r}"
            )
        task, stub, solution, check = (cell.source for cell in cells[begin : begin + 4])
        heading, _, text = without_hints(task).partition("\n")
        found.append(
            Task(
                title=heading.removeprefix("### "),
                name=_call(check)[1],
                task=text.strip(),
                hints=HINT.findall(task),
                stub=stub,
                solution=solution,
                check=check,
            )
        )
    return found


def without_solutions(script: str) -> str:
    r"""Take the solutions out of a lesson's script.

    Examples:
        >>> without_solutions('# %%\n1\n\n# %% tags=["solution"]\n2\n\n# %%\n3\n')
        '# %%\n1\n\n# %%\n3\n'
    """
    cells = re.split(r"^(?=# %%)", script, flags=re.MULTILINE)
    return "".join(cell for cell in cells if '"solution"' not in cell.split("\n", 1)[0])


def without_hints(text: str) -> str:
    r"""Take the hints out of a script or a cell, where they could not be folded away.

    Examples:
        >>> without_hints("Add.\n\n<details><summary>Hint 1</summary>\n\n+\n\n</details>")
        'Add.'
    """
    return re.sub(r"(?:\n#?)*\n(?:# )?<details>.*?</details>", "", text, flags=re.DOTALL)


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _call(check: str) -> tuple[str, str]:
    """Find which check a cell calls, and of what."""
    for node in ast.walk(ast.parse(check)):
        match node:
            case ast.Call(func=ast.Name(id=checker), args=[ast.Name(id=name)]):
                if checker.startswith("check_"):
                    return checker, name
    raise ValueError(f"expected a call such as check_softmax(softmax), got {check!r}")
