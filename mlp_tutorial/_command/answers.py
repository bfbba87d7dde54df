"""Which code of a file is the learner's, and which of it answers an exercise."""

import ast
from bisect import bisect
from collections import Counter
from difflib import get_close_matches
from functools import cache

from mlp_tutorial._command.cells import Cell, Statement
from mlp_tutorial._result import Result
from mlp_tutorial.lessons import Lesson, Task, tags

Place = tuple[int, int]  # the number of a cell, and of a statement in it
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@cache
def _read_given(lesson: Lesson) -> list[tuple[Statement, str]]:
    """Read the statements that a lesson gives to its learners, each with a text to compare."""
    return [
        (statement, ast.dump(statement.node))
        for cell in lesson.notebook.cells
        if cell.cell_type == "code" and "solution" not in tags(cell)
        for statement in Cell.read(cell.source).statements
    ]


class Answers:
    """The learner's own statements in a file.

    A statement that Python parses as one of the lesson's is the lesson's, wherever it is. If the
    file has it more often than the lesson, the last ones are the learner's.

    Attributes:
        own: Where the learner's statements are.
        stubs: Where the stubs are that nobody touched, by the name of the exercise.
        is_function: Whether an answer is a function or a class, by the name of the exercise.
    """

    def __init__(self, cells: list[Cell], lesson: Lesson) -> None:
        """Compare a file with a lesson as `mlp-tutorial start` writes it.

        Args:
            cells: The cells of the file.
            lesson: The lesson that it solves.
        """
        self.cells = cells
        self.statements = {
            (number, index): statement
            for number, cell in enumerate(cells)
            for index, statement in enumerate(cell.statements)
        }
        given = _read_given(lesson)
        nodes = {
            task.name: statement.node
            for task in lesson.tasks
            for statement in Cell.read(task.stub).statements
            if task.name in statement.defines
        }
        self.is_function = {name: isinstance(nodes[name], FUNCTIONS) for name in nodes}
        stubs = {ast.dump(node): name for name, node in nodes.items()}
        dumps = [dump for _, dump in given]
        left = Counter(dump for dump in dumps if dump not in stubs)
        self.own: set[Place] = set()
        self.stubs: dict[str, Place] = {}
        for place, statement in self.statements.items():
            dump = ast.dump(statement.node)
            if dump in stubs:
                self.stubs[stubs[dump]] = place
            elif left[dump]:
                left[dump] -= 1
            else:
                self.own.add(place)
        # What is above and below of those statements of the lesson that the file lacks.
        self._gaps = {
            (name, side, beside)
            for (statement, dump), *sides in zip(
                given, ["", *dumps], [*dumps[1:], ""], strict=False
            )
            if left[dump]
            for name in statement.defines
            for side, beside in enumerate(sides)
        }

    def places(self, name: str) -> list[Place]:
        """Find where the learner defines or changes a name, in order.

        A definition in place of one of the lesson's is no answer while the stub is still there: the
        learner has only tried something out.

        Args:
            name: The name of an exercise.
        """
        places = [place for place in sorted(self.own) if name in self.statements[place].defines]
        stub = self.stubs.get(name, (0, 0))
        return [place for place in places if place > stub or not self._fills_gap(place, name)]

    def _fills_gap(self, place: Place, name: str) -> bool:
        """Tell whether a definition is where the lesson had one of that name."""
        given = sorted(self.statements.keys() - self.own)
        number = bisect(given, place)
        around = [given[number - 1 : number], given[number : number + 1]]
        return any(
            (name, side, ast.dump(self.statements[beside].node)) in self._gaps
            for side, places in enumerate(around)
            for beside in places
        )

    def cells_of(self, name: str) -> set[int]:
        """Find the cells that may define an answer, also those that Python can't read.

        Args:
            name: The name of an exercise.
        """
        broken = {n for n, cell in enumerate(self.cells) if cell.error and name in cell.defines}
        cells = broken | {number for number, _ in self.places(name)}
        # A module beside the file may hold the answer.
        return cells or {place[0] for place in self.own if "*" in self.statements[place].defines}

    def missing(self, task: Task) -> Result:
        """Say that nothing of the learner's answers an exercise, and what may have been meant.

        Args:
            task: The exercise.
        """
        similar = self._similar(task)
        if inside := self._inside(task.name):
            message = f"Expected `{task.name}` outside of `{inside}`, where the check can't see it."
            hint = "Move it to the top level of a cell."
        elif similar:
            names = " and ".join(f"`{name}`" for name in similar)
            message = f"Expected an answer called `{task.name}`, got {names}."
            hint = f"If that is your answer, rename it to `{task.name}`."
        elif task.name in self.stubs:
            message = f"You haven't written `{task.name}` yet. Its stub is unchanged."
            hint = "Write your code in place of the stub, then check again."
        else:
            message = f"Expected an answer called `{task.name}`, but your code doesn't define it."
            hint = f"What the lesson itself defines doesn't count. Write `{task.name}` in a cell."
        return Result("not attempted", message, hint)

    def _inside(self, name: str) -> str | None:
        """Name the function or class of the learner's inside of which a name is defined."""
        for place in sorted(self.own):
            node = self.statements[place].node
            if isinstance(node, FUNCTIONS):
                inner = [each for each in ast.walk(node) if isinstance(each, FUNCTIONS)]
                if any(each.name == name for each in inner[1:]):
                    return node.name
        return None

    def _similar(self, task: Task) -> list[str]:
        """List names of the learner's own that may stand for an answer."""
        own = {
            name: place
            for place in sorted(self.own)
            if isinstance(self.statements[place].node, (*FUNCTIONS, ast.Assign))
            for name in self.statements[place].defines - self.is_function.keys()
        }
        plain = {name.replace("_", "").casefold(): name for name in own}
        close = get_close_matches(task.name.replace("_", "").casefold(), plain)
        checked, near = self._checked(task)
        functions = [
            name
            for name, place in own.items()
            if place in near and isinstance(self.statements[place].node, FUNCTIONS)
        ]
        names = [name for name in own if name in checked] or [plain[name] for name in close]
        return names or (functions if len(functions) == 1 else [])

    def _checked(self, task: Task) -> tuple[set[str], set[Place]]:
        """Find the names in the lines that check an answer, and what is right above the first."""
        checked, near, above = set[str](), set[Place](), set[Place]()
        for place, statement in self.statements.items():
            if task.checker in statement.uses:
                near = near if checked else above
                checked |= statement.uses
            elif place in self.own:
                above = {*above, place}
            elif task.checker not in statement.defines:  # the check is imported below the answer
                above = set()
        return checked, near
