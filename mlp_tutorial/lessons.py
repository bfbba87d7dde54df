"""The lessons: what the website, the notebooks and the command line read from one script.

A lesson is a script in Jupytext's percent format. Tags on its cells mark the exercises (`exercise`
for the task and the stub, `solution`, `check`) and the questions to answer before a cell is run
(`predict`).
"""

import ast
import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Lesson", "Option", "Prediction", "Task", "find_lesson", "read_lessons", "tags"]

PACKAGED = Path(__file__).with_name("_lessons")
CHECKOUT = Path(__file__).parent.parent / "tutorials"
MARK = "# %%"
HINT = re.compile(r"\n*<details><summary>Hint \d+</summary>\n\n(.*?)\n\n</details>", re.DOTALL)
OPTION = re.compile(r"^- \[([ x])\] (.*\S.*)((?:\n  .*\S.*)*)", re.MULTILINE)
EXERCISE = [
    ("markdown", "exercise"),
    ("code", "exercise"),
    ("code", "solution"),
    ("code", "check"),
]


@dataclass(frozen=True)
class Task:
    """An exercise of a lesson.

    Attributes:
        title: Its heading.
        name: What the learner's function or class is called.
        task: What to write, as Markdown, without the hints.
        hints: From the gentlest to the most explicit, as Markdown.
        stub: The code the learner starts from.
        solution: A right answer.
        check: The cell that checks it.

    Examples:
        >>> task = find_lesson("05").tasks[0]
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
        return _check_call(self.check)[0]


@dataclass(frozen=True)
class Option:
    """An answer to choose from.

    Attributes:
        text: What it says, as Markdown.
        reason: Why it is right, or why it looked right, as Markdown.
        right: Whether it is the right one.

    Examples:
        >>> Option("It fails.", "Broadcasting stretches the row.", right=False).right
        False
    """

    text: str
    reason: str
    right: bool


@dataclass(frozen=True)
class Prediction:
    r"""A question to answer before the next cell is run.

    Attributes:
        question: As Markdown.
        options: The answers to choose from; one of them is right.

    Examples:
        >>> Prediction.parse("Who wins?\n\n- [x] Ada\n  She is faster.\n- [ ] Bob\n  He naps.")
        ... # doctest: +NORMALIZE_WHITESPACE
        Prediction(question='Who wins?',
                   options=[Option(text='Ada', reason='She is faster.', right=True),
                            Option(text='Bob', reason='He naps.', right=False)])
    """

    question: str
    options: list[Option]

    @classmethod
    def parse(cls, source: str) -> "Prediction":
        """Read the cell of a question.

        Each option is an item of a task list, `- [x]` for the right one. Its reason is indented by
        two spaces on the lines below.

        Args:
            source: The Markdown of the cell.

        Raises:
            ValueError: If there is no question, fewer than two options, not exactly one right
                option, an option without a reason, or other text below the first option.
        """
        found = list(OPTION.finditer(source))
        start = found[0].start() if found else len(source)
        question, rest = source[:start].strip(), OPTION.sub("", source[start:]).strip()
        options = [
            Option(
                text=match[2].strip(),
                reason=re.sub(r"^  ", "", match[3].strip("\n"), flags=re.MULTILINE).rstrip(),
                right=match[1] == "x",
            )
            for match in found
        ]
        right = sum(option.right for option in options)
        if rest:
            raise ValueError(
                "expected options such as '- [ ] It fails.', each with a reason indented by two "
                f"spaces below, got {rest.splitlines()[0]!r}"
            )
        if not question:
            raise ValueError("expected a question above the options, got none")
        if len(options) < 2:
            raise ValueError(
                f"expected two or more options such as '- [ ] It fails.', got {len(options)}"
            )
        if right != 1:
            raise ValueError(f"expected exactly one option marked '- [x]', got {right}")
        for option in options:
            if not option.reason:
                raise ValueError(
                    f"expected a reason indented by two spaces below the option {option.text!r}"
                )
        return cls(question, options)


@dataclass(frozen=True)
class Lesson:
    """A lesson as its author wrote it.

    Attributes:
        path: The script.
        text: What the script says.

    Examples:
        >>> lesson = find_lesson("05")
        >>> lesson.name, lesson.title
        ('05_softmax', 'Softmax')
    """

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> "Lesson":
        """Read a script.

        Args:
            path: The script.

        Raises:
            OSError: If the file cannot be read.
        """
        return cls(path, path.read_text(encoding="utf-8"))

    def __str__(self) -> str:
        """Name the script with its folder, such as `tutorials/05_softmax.py`."""
        return "/".join(self.path.parts[-2:])

    @property
    def name(self) -> str:
        """The name of the script without `.py`."""
        return self.path.stem

    @property
    def number(self) -> str:
        """Its number in two digits, such as `05`."""
        return self.name[:2]

    @property
    def title(self) -> str:
        """Its first heading, or its name if there is none."""
        found = re.search(r"^# (.+)$", self._opening, re.MULTILINE)
        return found[1] if found else self.name

    @property
    def teaches(self) -> list[str]:
        """The list below "You will" or "You'll": what a reader will be able to do, as Markdown."""
        listed = re.search(
            r"^You(?: will|['\u2019]ll)\b.*\n\n((?:- .+\n?(?:  .+\n?)*)+)",
            self._opening,
            re.MULTILINE,
        )
        return re.findall(r"^- (.+(?:\n  .+)*)", listed[1], re.MULTILINE) if listed else []

    @property
    def takes(self) -> str:
        """The paragraph that says how long it takes, on one line; empty if there is none."""
        found = re.search(r"^Reading takes .+(?:\n.+)*", self._opening, re.MULTILINE)
        return found[0].replace("\n", " ") if found else ""

    @property
    def _opening(self) -> str:
        """The prose before the first code."""
        cells = re.split(rf"^{MARK}", self.text, flags=re.MULTILINE)[1:]
        prose = []
        for cell in cells:
            head, _, source = cell.partition("\n")
            if "[markdown]" not in head:
                break
            prose.append(re.sub(r"(?m)^# ?", "", source))
        return "\n".join(prose)

    @functools.cached_property
    def notebook(self) -> "NotebookNode":
        """Its cells, not executed.

        Raises:
            ValueError: If the script does not begin with a cell.
        """
        import jupytext  # half a second, which comparing and listing lessons does not need

        notebook = jupytext.reads(self.text, fmt="py:percent")
        if not self.text.startswith(MARK) or len(self.lines) != len(notebook.cells):
            raise ValueError(
                f"{self}: expected every cell to begin with a line '{MARK}', the first on line 1"
            )
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook.metadata.clear()
        notebook.metadata["kernelspec"] = kernel
        for number, cell in enumerate(notebook.cells, start=1):
            cell.id = f"cell-{number}"
        return notebook

    @functools.cached_property
    def lines(self) -> list[int]:
        """For each cell, the line of the script where its source begins, from 1."""
        lines = self.text.splitlines()
        starts = []
        for mark, line in enumerate(lines, start=1):
            if line.startswith(MARK):
                blank = 0
                while mark + blank < len(lines) and not lines[mark + blank].strip():
                    blank += 1
                starts.append(mark + 1 + blank)
        return starts

    @property
    def tasks(self) -> list[Task]:
        """Its exercises, in order.

        Raises:
            ValueError: If the cells of an exercise are not a task, a stub, a solution and a check.
        """
        numbers = [
            number
            for number, cell in enumerate(self.notebook.cells)
            if tags(cell) & {"exercise", "solution", "check"}
        ]
        return [self._task(numbers[begin : begin + 4]) for begin in range(0, len(numbers), 4)]

    def _task(self, numbers: list[int]) -> Task:
        cells = [self.notebook.cells[number] for number in numbers]
        kinds = [(cell.cell_type, *tags(cell)) for cell in cells]
        if kinds != EXERCISE:
            raise ValueError(
                f"{self}:{self.lines[numbers[0]]}: expected a task, a stub, a solution and a "
                f"check, got {kinds}"
            )
        task, stub, solution, check = (cell.source for cell in cells)
        heading, _, text = HINT.sub("", task).partition("\n")
        return Task(
            title=heading.removeprefix("### "),
            name=_check_call(check)[1],
            task=text.strip(),
            hints=HINT.findall(task),
            stub=stub,
            solution=solution,
            check=check,
        )

    @property
    def predictions(self) -> dict[int, Prediction]:
        """Its questions, each by the index of the code cell that answers it.

        Raises:
            ValueError: If a question cannot be read, or has no code cell of its own below.
        """
        cells = self.notebook.cells
        found: dict[int, Prediction] = {}
        for number in (n for n, cell in enumerate(cells) if "predict" in tags(cell)):
            code = (n for n in range(number, len(cells)) if cells[n].cell_type == "code")
            answer = next(code, None)
            try:
                if answer is None or answer in found:
                    raise ValueError("expected a code cell below each question")
                found[answer] = Prediction.parse(cells[number].source)
            except ValueError as error:
                raise ValueError(f"{self}:{self.lines[number]}: {error}") from None
        return found

    def for_learner(self, *, hints: bool = True) -> "NotebookNode":
        """Make the notebook that a learner works in.

        It has no solutions. Below the code cell that answers a question are the reasons, folded.

        Args:
            hints: Whether to keep the hints. A script can't fold them.

        Raises:
            ValueError: If a question cannot be read, or has no code cell of its own below.
        """
        import nbformat
        from nbformat.v4 import new_markdown_cell

        predictions = self.predictions
        notebook = nbformat.from_dict(self.notebook)
        cells = []
        for number, cell in enumerate(notebook.cells):
            kinds = tags(cell)
            if "exercise" in kinds and not hints:
                cell.source = HINT.sub("", cell.source)
            if "predict" in kinds:
                cell.source = _ask(Prediction.parse(cell.source))
            if "solution" not in kinds:
                cells.append(cell)
            if number in predictions:
                reasons = _explain(predictions[number])
                cells.append(new_markdown_cell(reasons, id=f"{cell.id}-answer"))
        notebook.cells = cells
        return notebook

    def script_for_learner(self) -> str:
        """Write the script that a learner works in, without solutions and hints."""
        import jupytext

        notebook = self.for_learner(hints=False)
        notebook.metadata.clear()
        percent = {"extension": ".py", "format_name": "percent"}
        filters = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "all"}
        return jupytext.writes(notebook, fmt=percent | filters)


def read_lessons(folder: Path | None = None) -> list[Lesson]:
    """Read the lessons, in order.

    Args:
        folder: Where their scripts are; without it, those of this course.

    Examples:
        >>> [lesson.number for lesson in read_lessons()][:3]
        ['01', '02', '03']
    """
    folder = folder or (PACKAGED if PACKAGED.is_dir() else CHECKOUT)
    return [Lesson.read(path) for path in sorted(folder.glob("[0-9][0-9]_*.py"))]


def find_lesson(number: str) -> Lesson:
    """Find a lesson of this course.

    Args:
        number: Its number, such as `05` or `5`.

    Raises:
        ValueError: If there is no such lesson.

    Examples:
        >>> find_lesson("5").path.name
        '05_softmax.py'
    """
    lessons = {lesson.number: lesson for lesson in read_lessons()}
    if number.zfill(2) not in lessons:
        raise ValueError(f"expected a number from {min(lessons)} to {max(lessons)}, got {number}")
    return lessons[number.zfill(2)]


def tags(cell: "NotebookNode") -> set[str]:
    """List the tags of a cell.

    Args:
        cell: A cell of a notebook.

    Examples:
        >>> [sorted(tags(cell)) for cell in find_lesson("05").notebook.cells if tags(cell)][:3]
        [['exercise'], ['exercise'], ['solution']]
    """
    return set(cell.metadata.get("tags", []))


def _ask(prediction: Prediction) -> str:
    options = "\n".join(f"- {option.text}" for option in prediction.options)
    return f"{prediction.question}\n\n{options}\n\nDecide before you run the next cell."


def _explain(prediction: Prediction) -> str:
    reasons = "\n".join(
        f"- **{option.text}** {'Right. ' * option.right}{option.reason}"
        for option in sorted(prediction.options, key=lambda option: not option.right)
    )
    return f"<details><summary>Who was right?</summary>\n\n{reasons}\n\n</details>"


def _check_call(check: str) -> tuple[str, str]:
    """Find which check a cell calls, and on what."""
    for node in ast.walk(ast.parse(check)):
        match node:
            case ast.Call(func=ast.Name(id=checker), args=[ast.Name(id=name)]):
                if checker.startswith("check_"):
                    return checker, name
    raise ValueError(f"expected a call such as check_softmax(softmax), got {check!r}")
