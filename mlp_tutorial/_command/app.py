"""`mlp-tutorial`: the course on a learner's own machine."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import jupytext
import typer
from nbformat import NotebookNode
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from mlp_tutorial._command import progress
from mlp_tutorial._command.check import check_file
from mlp_tutorial._command.grade import grade_folder, write_csv, write_html
from mlp_tutorial.lessons import (
    Task,
    find_lessons,
    read_tasks,
    without_hints,
    without_solutions,
)

SECONDS = 60.0  # for one file
MEGABYTES = 4000
console = Console()
app = typer.Typer(
    help="A course on neural networks, on your own machine: lessons, exercises and their checks.",
    epilog="Begin with: mlp-tutorial list, then: mlp-tutorial start 01",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Lesson = Annotated[str, typer.Argument(help="Its number, such as 05.", show_default=False)]
Name = Annotated[str | None, typer.Argument(help="Which exercise; without it, all.")]


@app.command("list", epilog="Example: mlp-tutorial list")
def list_lessons() -> None:
    """List the lessons, how long they take, and what you have solved."""
    table = Table("lesson", "title", "reading", "solved", box=None)
    solved = progress.solved()
    for number, path in find_lessons().items():
        notebook = jupytext.read(path)
        title, takes = _opening(notebook)
        names = [task.name for task in read_tasks(notebook)]
        ticks = "\n".join(f"✓ {n}" if f"{number}/{n}" in solved else f"· {n}" for n in names)
        table.add_row(number, title, takes, ticks)
    console.print(table)


@app.command(epilog="Example: mlp-tutorial start 05 --script")
def start(
    lesson: Lesson,
    script: Annotated[bool, typer.Option("--script", help="A script, no notebook.")] = False,  # noqa: FBT002
) -> None:
    """Write a lesson into this folder for you to work on, its solutions left out."""
    source = _find(lesson)
    text = without_solutions(source.read_text("utf-8"))
    target = Path(source.name if script else f"{source.stem}.ipynb")
    text = without_hints(text) if script else jupytext.writes(_notebook(text), fmt="ipynb")
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        _fail(f"{target} is there already, and it is your work: rename it, or go on with it.")
    except OSError as error:
        _fail(f"{target} cannot be written here ({error.strerror}): go to a folder of your own.")
    console.print(f"{target} is yours. Check it with: mlp-tutorial check {lesson}")


@app.command(epilog="Example: mlp-tutorial check 05, or: mlp-tutorial check 05 homework.py")
def check(
    lesson: Lesson,
    file: Annotated[Path | None, typer.Argument(help="Your file, if it has another name.")] = None,
) -> None:
    """Check every exercise in your file. The exit code is 0 when all are right."""
    source = _find(lesson)
    lesson, stem = source.name[:2], source.stem
    here = [file] if file else [Path(f"{stem}.ipynb"), Path(f"{stem}.py")]
    found = [path for path in here if path.is_file()]
    if not found:
        names = " and no ".join(map(str, here))
        _fail(f"There is no {names} here. Make one with: mlp-tutorial start {lesson}")
    if len(found) > 1:
        _fail(f"There are {found[0]} and {found[1]}: say which, mlp-tutorial check {lesson} FILE")
    results = check_file(found[0], lesson, seconds=SECONDS, megabytes=MEGABYTES)
    colors = {"right": "green", "wrong": "red", "not attempted": "yellow"}
    for name, result in results.items():
        console.print(f"[bold {colors[result.outcome]}]{name}: {result.outcome}[/]")
        console.print(Markdown(f"{result.message} {result.hint}"))
    right = {f"{lesson}/{name}" for name, r in results.items() if r.outcome == "right"}
    try:
        progress.add(right)
    except OSError as error:
        console.print(f"What you solved could not be noted: {error}", style="yellow")
    raise typer.Exit(len(right) < len(results))


@app.command(
    epilog="Example: mlp-tutorial hint 05 softmax, then: mlp-tutorial hint 05 softmax -n 2"
)
def hint(
    lesson: Lesson,
    name: Name = None,
    number: Annotated[int, typer.Option("-n", help="Which hint, from 1.", min=1)] = 1,
) -> None:
    """Give a hint for an exercise: the gentlest first."""
    for task in _choose(lesson, name):
        if number > len(task.hints):
            _fail(f"{task.name} has {len(task.hints)} hints; the solution is the next step.")
        said = f"**{task.name}**, hint {number} of {len(task.hints)}: {task.hints[number - 1]}"
        console.print(Markdown(said))


@app.command(epilog="Example: mlp-tutorial solution 05 softmax --yes")
def solution(
    lesson: Lesson,
    name: Name = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
) -> None:
    """Show a right answer, after asking whether you really want to see it."""
    tasks = _choose(lesson, name)
    if not yes:
        names = " and ".join(task.name for task in tasks)
        typer.confirm(f"Show the solution of {names}?", abort=True)
    for task in tasks:
        console.print(Markdown(f"{task.title}\n\n```python\n{task.solution}\n```"))


@app.command(epilog="Example: mlp-tutorial run 05")
def run(lesson: Lesson) -> None:
    """Run a lesson as a script; its figures are saved in the folder figures."""
    raise typer.Exit(subprocess.run([sys.executable, _find(lesson)], check=False).returncode)


@app.command(epilog="Example: mlp-tutorial data")
def data() -> None:
    """Say which digits of MNIST are here, and fetch them all if they are not."""
    from mlp_tutorial.data import load_mnist  # noqa: PLC0415  # PyTorch loads slowly

    for split in ("train", "test"):
        try:
            digits = load_mnist(split, "full")
        except (OSError, RuntimeError) as error:
            part = load_mnist(split, "subset")
            console.print(f"{split}: {len(part.labels):,} digits, a part. All could not be had:")
            _fail(str(error))
        console.print(f"{split}: all {len(digits.labels):,} digits are here.")


@app.command(epilog="Example: mlp-tutorial grade handed-in --lesson 05")
def grade(
    folder: Annotated[Path, typer.Argument(help="Where the files of the class are.")],
    lesson: Annotated[
        str | None, typer.Option(help="The lesson; without it, from the name of each file.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Where to write grades.csv and .html.")] = Path(),
    seconds: Annotated[float, typer.Option(help="For each file.", min=1)] = SECONDS,
    megabytes: Annotated[int, typer.Option(help="For each file.", min=100)] = MEGABYTES,
) -> None:
    """Check the files of a whole class, and write which mistakes it makes most.

    This runs what learners wrote, with your rights: see the page on exercises of the website.
    """
    lesson = lesson and _find(lesson).name[:2]
    if not folder.is_dir():
        _fail(f"{folder} is no folder. Put the files of the class into one, and name it.")
    rows = grade_folder(folder, lesson, seconds=seconds, megabytes=megabytes)
    if not rows:
        _fail(f"There are no notebooks or scripts in {folder}.")
    try:
        write_csv(rows, output / "grades.csv")
        write_html(rows, output / "grades.html")
    except OSError as error:
        _fail(f"The grades could not be written ({error}): choose a folder with --output.")
    console.print(f"{len(rows)} answers: {output / 'grades.csv'} and {output / 'grades.html'}")


def _find(lesson: str) -> Path:
    lessons = find_lessons()
    number = lesson.zfill(2)
    if number not in lessons:
        _fail(f"There is no lesson {lesson}: they are {min(lessons)} to {max(lessons)}.")
    return lessons[number]


def _choose(lesson: str, name: str | None) -> list[Task]:
    """Find an exercise of a lesson by the name of what is to be written; without it, all."""
    tasks = read_tasks(jupytext.read(_find(lesson)))
    chosen = [task for task in tasks if name in {None, task.name}]
    if not chosen:
        names = " and ".join(task.name for task in tasks)
        _fail(f"Lesson {lesson} has no exercise {name}: it has {names}.")
    return chosen


def _notebook(script: str) -> NotebookNode:
    notebook = jupytext.reads(script, fmt="py:percent")
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return notebook


def _opening(notebook: NotebookNode) -> tuple[str, str]:
    text = notebook.cells[0].source
    title, takes = re.search(r"# (.+)", text), re.search(r"Reading takes (.+?)\.", text)
    assert title
    assert takes
    return title[1], takes[1]


def _fail(sentence: str) -> NoReturn:
    Console(stderr=True).print(sentence, style="red", highlight=False)
    raise typer.Exit(2)
