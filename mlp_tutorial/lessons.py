"""The lessons: what the website, the notebooks and the command line read from one script.

A lesson is a script in Jupytext's percent format. Tags on its cells mark the exercises (`exercise`
for the task and the stub, `solution`, `check`), the kind of each exercise beside its task
(`warm-up`, `apply` or `think`), and the questions to answer before a cell is run (`predict`).
"""

import ast
import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlp_tutorial._percent import LIKE_MARK, MARK, Cell, FormatError, read_cells, write_cell

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "Lesson",
    "LessonError",
    "Option",
    "Prediction",
    "Task",
    "find_lesson",
    "read_lessons",
    "show_kind",
    "tags",
]

PACKAGED = Path(__file__).with_name("_lessons")
CHECKOUT = Path(__file__).parent.parent / "tutorials"
NAME = re.compile(r"[0-9]{2}_[a-z0-9_]+\.py")
TITLE = re.compile(r"(?!.*&#?\w+;)[^\\`*_$<>\[\]{}#|~^]+")  # words that look the same everywhere
HINT = re.compile(r"\n*<details><summary>Hint \d+</summary>\n\n(.*?)\n\n</details>", re.DOTALL)
OPTION = re.compile(r"^- \[([ x])\] (.*\S.*)((?:\n  .*\S.*)*)", re.MULTILINE)
KINDS = ["warm-up", "apply", "think"]
EXERCISE = [
    ("markdown", "exercise"),
    ("code", "exercise"),
    ("code", "solution"),
    ("code", "check"),
]


class LessonError(ValueError):
    """A lesson cannot be read.

    Attributes:
        line: The number of the line, from 1.
        what: What was expected, what came and what to do.
        source: What the line says.

    Examples:
        >>> error = Lesson(Path("tutorials/04_softmax.py"), "import torch").error
        >>> error.line, error.source
        (1, 'import torch')
    """

    def __init__(self, lesson: "Lesson", line: int, what: str) -> None:
        """Say what is wrong with a line of a lesson.

        Args:
            lesson: The lesson.
            line: The number of the line, from 1.
            what: What was expected, what came and what to do.
        """
        super().__init__(f"{lesson}:{line}: {what}")
        self.line, self.what = line, what
        self.source = "".join(lesson.text.split("\n")[line - 1 : line]).strip()


@dataclass(frozen=True)
class Task:
    """An exercise of a lesson.

    Attributes:
        title: Its heading.
        kind: `"warm-up"` repeats one line, `"apply"` takes the idea to something new, `"think"`
            asks for a prediction, a number that explains, or a bug.
        name: What the learner's function, class or variable is called.
        task: What to write, as Markdown, without the hints.
        hints: From the gentlest to the most explicit, as Markdown.
        stub: The code the learner starts from.
        solution: A right answer.
        check: The cell that checks it.
        checker: The name of the function that checks it, such as `check_softmax`.

    Examples:
        >>> task = find_lesson("04").tasks[0]
        >>> task.checker, task.kind, len(task.hints)
        ('check_softmax', 'warm-up', 2)
    """

    title: str
    kind: str
    name: str
    task: str
    hints: list[str]
    stub: str
    solution: str
    check: str
    checker: str


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
        problem: The line and the reason, if the file is no lesson.

    Examples:
        >>> lesson = find_lesson("04")
        >>> lesson.name, lesson.title
        ('04_softmax', 'Softmax')
    """

    path: Path
    text: str
    problem: tuple[int, str] | None = None

    @classmethod
    def read(cls, path: Path) -> "Lesson":
        """Read a script; `error` says whether it is a lesson.

        Args:
            path: The script.
        """
        text, problem = "", None
        try:
            text = path.read_text("utf-8-sig")  # editors on Windows begin a file with a mark
        except UnicodeDecodeError as error:
            line = len(error.object[: error.start + 1].splitlines())
            got = f"byte 0x{error.object[error.start]:02x}"
            problem = (line, f"expected UTF-8, got {got}; save the file as UTF-8")
        except OSError as error:
            what = f"expected a file that can be read, got {error.strerror!r}"
            problem = (1, f"{what}; mend it, or move it elsewhere")
        if not NAME.fullmatch(path.name):
            problem = (1, f"expected a name such as 04_softmax.py, got {path.name!r}; rename it")
        elif len(same := sorted(path.parent.glob(f"{path.name[:2]}_*.py"))) > 1:
            names = " and ".join(each.name for each in same)
            problem = (1, f"expected one lesson {path.name[:2]}, got {names}; renumber one")
        return cls(path, text, problem)

    def __str__(self) -> str:
        """Name the script with its folder, such as `tutorials/04_softmax.py`."""
        name = "/".join(self.path.parts[-2:])
        return name.encode(errors="backslashreplace").decode()  # it may not be UTF-8

    @property
    def name(self) -> str:
        """The name of the script without `.py`."""
        return self.path.stem

    @property
    def number(self) -> str:
        """Its number in two digits, such as `05`."""
        return self.name[:2]

    @property
    def topic(self) -> str:
        """Its name without the number, such as `softmax`: the same after a renumbering."""
        return self.name[3:]

    @property
    def title(self) -> str:
        """Its first heading in plain words, or its name if there is none."""
        found = re.search(r"^# +(\S.*)$", self._opening, re.MULTILINE)
        return found[1].strip() if found and TITLE.fullmatch(found[1]) else self.name

    @property
    def appendix(self) -> bool:
        """Whether it's there to look things up in: no number in lists, and no exercises needed."""
        return self.title.startswith("Appendix")

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
    def question(self) -> str:
        """The question in bold that it opens with, on one line; empty if there is none."""
        found = re.search(r"\*\*([^*]+\?)\*\*", self._opening)
        return " ".join(found[1].split()) if found else ""

    @property
    def takes(self) -> str:
        """The paragraph that says how long it takes, on one line; empty if there is none."""
        found = re.search(r"^Reading takes .+(?:\n.+)*", self._opening, re.MULTILINE)
        return found[0].replace("\n", " ") if found else ""

    @property
    def reading(self) -> str:
        """How long reading takes, such as `35 minutes`; empty if it doesn't say."""
        return self.takes.partition(".")[0].removeprefix("Reading takes ")

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
    def error(self) -> LessonError | None:
        """The reason why it cannot be read: a cell, an exercise, a question, the title; or None."""
        try:
            _ = self.tasks, self.predictions
        except LessonError as error:
            return error
        if self.title != self.name:
            return None
        lines = self.text.split("\n")
        line = next((n for n, said in enumerate(lines, start=1) if said.startswith("# # ")), 1)
        what = "expected a title in plain words, without Markdown and formulas"
        return LessonError(self, line, f"{what}; write '# # Title' before the first code")

    @functools.cached_property
    def notebook(self) -> "NotebookNode":
        """Its cells, not executed.

        Raises:
            LessonError: If the file is no lesson, or a cell cannot be read.
        """
        import nbformat

        # nbformat's own constructors validate each cell, which takes longer than all the rest.
        cells: list[dict[str, Any]] = [
            {"id": f"cell-{number}", "cell_type": cell.kind}
            | {"metadata": cell.metadata, "source": cell.source}
            | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {})
            for number, cell in enumerate(self._cells, start=1)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
        return nbformat.from_dict(made | {"cells": cells})

    @property
    def lines(self) -> list[int]:
        """For each cell, the line of the script where its source begins, from 1.

        Raises:
            LessonError: If the file is no lesson, or a cell cannot be read.
        """
        return [cell.line for cell in self._cells]

    @functools.cached_property
    def _cells(self) -> list[Cell]:
        try:
            if self.problem:
                raise FormatError(*self.problem)
            return read_cells(self.text)
        except FormatError as error:
            raise LessonError(self, *error.args) from None

    @property
    def tasks(self) -> list[Task]:
        """Its exercises, in order.

        Raises:
            LessonError: If the cells of an exercise are not a task, a stub, a solution and a
                check, if its kind is missing, or if the stub or the solution doesn't define what
                is checked.
        """
        numbers = [
            number
            for number, cell in enumerate(self.notebook.cells)
            if tags(cell) & {"exercise", "solution", "check", *KINDS}
        ]
        return [self._task(numbers[begin : begin + 4]) for begin in range(0, len(numbers), 4)]

    def _task(self, numbers: list[int]) -> Task:
        cells = [self.notebook.cells[number] for number in numbers]
        parts = [(cell.cell_type, *sorted(tags(cell) - {*KINDS})) for cell in cells]
        if parts != EXERCISE:
            what = f"expected a task, a stub, a solution and a check, got {parts}"
            raise LessonError(self, self.lines[numbers[0]], what)
        kinds = [kind for kind in KINDS if kind in tags(cells[0])]
        if len(kinds) != 1:
            what = f"expected one of the tags {', '.join(KINDS)}, got {', '.join(kinds) or 'none'}"
            what += '; say what kind of exercise it is, as in tags=["exercise", "think"]'
            raise LessonError(self, self.lines[numbers[0]] - 1, what)
        task, stub, solution, check = (cell.source for cell in cells)
        call = _check_call(check)
        if not call:
            what = f"expected a call such as check_softmax(softmax), got {check!r}"
            raise LessonError(self, self.lines[numbers[3]], what)
        for number, source in zip(numbers[1:3], (stub, solution), strict=True):
            if call[1] not in _defined(source):
                what = f"expected a cell that defines {call[1]}, which the check is called with"
                raise LessonError(self, self.lines[number], f"{what}; correct the name")
        heading, _, text = HINT.sub("", task).partition("\n")
        return Task(
            title=heading.removeprefix("### "),
            kind=kinds[0],
            name=call[1],
            checker=call[0],
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
            LessonError: If a question cannot be read, or has no code cell of its own below.
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
                raise LessonError(self, self.lines[number], str(error)) from None
        return found

    def for_learner(self, *, hints: bool = True) -> "NotebookNode":
        """Make the notebook that a learner works in.

        It has no solutions. Below the code cell that answers a question are the reasons, folded.

        Args:
            hints: Whether to keep the hints. A script can't fold them.

        Raises:
            LessonError: If a cell or a question cannot be read.
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
            cell.source = show_kind(cell, "*{}*")
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
        """Write the script that a learner works in, without solutions and hints.

        Raises:
            LessonError: If a cell or a question cannot be read.
        """
        cells = self.for_learner(hints=False).cells
        return "\n".join(write_cell(cell.cell_type, cell.metadata, cell.source) for cell in cells)


def read_lessons(folder: Path | None = None) -> list[Lesson]:
    """Read the lessons, in order.

    Every script whose name begins with a digit or whose text begins with a cell should be one. The
    attribute `error` says which of them cannot be read.

    Args:
        folder: Where their scripts are; without it, those of this course.

    Examples:
        >>> [lesson.number for lesson in read_lessons()][:3]
        ['01', '02', '03']
    """
    scripts = [path for path in (folder or _folder()).glob("*") if path.suffix.lower() == ".py"]
    lessons = [Lesson.read(path) for path in sorted(scripts)]
    return [each for each in lessons if each.name[0].isdigit() or LIKE_MARK.match(each.text)]


def find_lesson(number: str) -> Lesson:
    """Find a lesson of this course.

    Args:
        number: Its number, such as `04` or `4`.

    Raises:
        ValueError: If there is no such lesson, or it cannot be read.

    Examples:
        >>> find_lesson("4").path.name
        '04_softmax.py'
    """
    paths = {path.name[:2]: path for path in sorted(_folder().glob("[0-9][0-9]_*.py"))}
    if number.zfill(2) not in paths:
        raise ValueError(f"expected the number of a lesson ({', '.join(paths)}), got {number}")
    lesson = Lesson.read(paths[number.zfill(2)])
    if lesson.error:
        raise lesson.error
    return lesson


def _folder() -> Path:
    return PACKAGED if PACKAGED.is_dir() else CHECKOUT


def tags(cell: "NotebookNode") -> set[str]:
    """List the tags of a cell.

    Args:
        cell: A cell of a notebook.

    Examples:
        >>> tags(find_lesson("04").notebook.cells[-1])
        {'check'}
    """
    return set(cell.metadata.get("tags", []))


def show_kind(cell: "NotebookNode", form: str) -> str:
    """Put the kind of an exercise below the heading of its task.

    Args:
        cell: A cell of a notebook.
        form: How to write it, such as `*{}*`.

    Returns:
        The source of the cell. If it's not the task of an exercise, the source is as it was.

    Examples:
        >>> cells = find_lesson("04").notebook.cells
        >>> tasks = [show_kind(cell, "*{}*") for cell in cells if "exercise" in tags(cell)]
        >>> tasks[0].splitlines()[:3]
        ['### Logits in the thousands', '', '*Warm-up*']
    """
    heading, _, text = cell.source.partition("\n")
    shown = [form.format(k.capitalize()) for k in KINDS if k in tags(cell)]
    return "\n".join([heading, "", *shown, text]) if shown else cell.source


def _ask(prediction: Prediction) -> str:
    options = "\n".join(f"- {option.text}" for option in prediction.options)
    return f"{prediction.question}\n\n{options}\n\nDecide before you run the next cell."


def _explain(prediction: Prediction) -> str:
    reasons = "\n".join(
        f"- **{option.text}** {'Right. ' * option.right}{option.reason}"
        for option in sorted(prediction.options, key=lambda option: not option.right)
    )
    return f"<details><summary>Who was right?</summary>\n\n{reasons}\n\n</details>"


def _check_call(check: str) -> tuple[str, str] | None:
    """Find which check a cell calls, and on what."""
    for node in ast.walk(ast.parse(check)):
        match node:
            case ast.Call(func=ast.Name(id=checker), args=[ast.Name(id=name)]):
                if checker.startswith("check_"):
                    return checker, name
    return None


def _defined(source: str) -> set[str]:
    """List the functions, classes and variables that a cell defines."""
    found: set[str] = set()
    for node in ast.parse(source).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets):
                inside = (each for target in targets for each in ast.walk(target))
                found |= {each.id for each in inside if isinstance(each, ast.Name)}
    return found
