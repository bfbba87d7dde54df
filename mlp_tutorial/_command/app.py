"""`mlp-tutorial`: the course on a learner's own machine."""

import io
import os
import runpy
import shlex
import signal
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from mlp_tutorial._command import progress
from mlp_tutorial._command.check import check_file
from mlp_tutorial._command.grade import grade_folder, write_csv, write_html
from mlp_tutorial._command.submissions import find_files, find_submissions
from mlp_tutorial.lessons import Lesson, Task, find_lesson, read_lessons

SECONDS = 60.0  # for one file
MEGABYTES = 4000
console, errors = (  # names of files and texts of errors are not markup
    Console(stderr=stderr, markup=False, highlight=False, emoji=False) for stderr in (False, True)
)
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
Number = Annotated[
    str, typer.Argument(help="Number of the lesson, such as 05.", show_default=False)
]
Name = Annotated[str | None, typer.Argument(help="Name of the exercise; all if you leave it out.")]
Script = Annotated[bool, typer.Option("--script", help="A script instead of a notebook.")]


def _show_version(asked: bool) -> None:
    if asked:
        console.print(f"mlp-tutorial {version('mlp-tutorial')}")
        raise typer.Exit


@app.callback(invoke_without_command=True, epilog="Start with: mlp-tutorial open 01")
def show_progress(
    context: typer.Context,
    _: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Take the course on your own machine: open lessons, solve exercises, check your answers.

    Without a command, it shows where you are.
    """
    if context.invoked_subcommand:
        return
    table = Table("", "lesson", "reading", Column("solved", no_wrap=True), box=None)
    try:
        solved = progress.solved()
    except OSError as error:
        _warn(f"Could not read which exercises you have solved ({error}).")
        solved = set()
    done, open_ = "✓·" if console.encoding.startswith("utf") else "x-"
    left: list[tuple[str, list[str]]] = []
    for lesson in read_lessons():
        if lesson.error:
            _warn(f"Left out {lesson.error}")
            continue
        unsolved = [task.name for task in lesson.tasks if progress.key(lesson, task) not in solved]
        if unsolved:
            left.append((lesson.number, unsolved))
        count = len(lesson.tasks)
        share = f"{count - len(unsolved)} of {count}" if count else ""
        tick = "" if not count else open_ if unsolved else done
        table.add_row(*map(Text, [tick, f"{lesson.number} {lesson.title}", lesson.reading, share]))
    console.print(table)
    if left:
        number, names = left[0]
        console.print(f"\nNext in lesson {number}: {', '.join(names)}")
        console.print(f"Open it with: mlp-tutorial open {number}")
    else:
        console.print("\nYou have solved everything.")


@app.command("open", epilog="Example: mlp-tutorial open 05")
def open_lesson(lesson: Number, script: Script = False) -> None:
    """Open a lesson in JupyterLab, or its script in your editor. If it isn't here yet, write it."""
    source = _find(lesson)
    notebook, text = Path(f"{source.name}.ipynb"), Path(f"{source.name}.py")
    script = script or (text.exists() and not notebook.exists())
    if not script and not find_spec("jupyterlab"):
        _fail(
            "JupyterLab isn't installed. Install it with: python3 -m pip install jupyterlab\n"
            f"Or work in your editor: mlp-tutorial open {lesson} --script"
        )
    target = text if script else notebook
    if not target.exists():
        _write(source, target)
    then = f" Check your answers with: mlp-tutorial check {lesson}" if source.tasks else ""
    console.print(f"Opening {target}.{then}")
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not script:
        before = signal.signal(signal.SIGINT, lambda *_: None)  # JupyterLab answers Ctrl-C itself
        subprocess.run([sys.executable, "-m", "jupyterlab", target], check=False)
        signal.signal(signal.SIGINT, before)
    elif editor:
        subprocess.run([*shlex.split(editor), target], check=False)
    else:
        typer.launch(str(target))


@app.command(epilog="Example: mlp-tutorial start 04 --script")
def start(lesson: Number, script: Script = False) -> None:
    """Write a lesson into this folder, without its solutions."""
    source = _find(lesson)
    target = Path(f"{source.name}{'.py' if script else '.ipynb'}")
    _write(source, target)
    then = f" Check your answers with: mlp-tutorial check {lesson}" if source.tasks else ""
    console.print(f"Wrote {target}.{then}")


def _write(source: Lesson, target: Path) -> None:
    """Write a lesson to work in, unless a file is in the way."""
    import nbformat  # a slow import

    script = target.suffix == ".py"
    text = source.script_for_learner() if script else nbformat.writes(source.for_learner())
    try:
        with target.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
                file.flush()
            except OSError:
                target.unlink()  # half of it, which the next start would take for work
                raise
    except FileExistsError:
        _fail(f"{target} already exists and may hold your work. Rename it, or continue with it.")
    except OSError as error:
        _fail(f"Could not write {target} here ({error.strerror}). Change to a folder of your own.")


@app.command(epilog="Example: mlp-tutorial check 04, or: mlp-tutorial check 04 homework.py")
def check(
    lesson: Number,
    file: Annotated[Path | None, typer.Argument(help="Your file, if you renamed it.")] = None,
) -> None:
    """Check every exercise in your file. The exit code is 0 if all answers are right."""
    source = _find(lesson, exercises=True)
    candidates = [file] if file else [Path(f"{source.name}.ipynb"), Path(f"{source.name}.py")]
    found = [path for path in candidates if os.path.lexists(path)]
    if not found:
        names = " or ".join(map(str, candidates))
        _fail(
            f"Could not find {names}. If your file has another name, add it to the command. "
            f"Create a file with: mlp-tutorial start {lesson}"
        )
    if len(found) > 1:
        _fail(
            f"Found both {found[0]} and {found[1]}. "
            f"Name the one to check: mlp-tutorial check {lesson} {found[0]}"
        )
    for submission in find_submissions(found, source):
        if submission.problem:
            _fail(f"{submission.problem} Name that lesson instead.")
    results = check_file(found[0], source, seconds=SECONDS, megabytes=MEGABYTES)
    if "" in results:
        _fail(results[""].message)
    right = {
        progress.key(source, task)
        for task in source.tasks
        if task.name in results and results[task.name].outcome == "right"
    }
    problem = ""
    try:  # before anything is printed, which fails if nobody reads it
        if right:
            progress.add(right)
    except OSError as error:
        problem = f"Your answers were checked, but your progress could not be saved ({error})."
    colors = {"right": "green", "wrong": "red", "not attempted": "yellow"}
    for name, result in results.items():
        console.print(f"{name}: {result.outcome}", style=f"bold {colors[result.outcome]}")
        console.print(f"{result.message} {result.hint}".rstrip().replace("`", ""), soft_wrap=True)
    if problem:
        _warn(problem)
    raise typer.Exit(len(right) < len(results))


@app.command(
    epilog="Example: mlp-tutorial hint 04 softmax, then: mlp-tutorial hint 04 softmax -n 2"
)
def hint(
    lesson: Number,
    name: Name = None,
    number: Annotated[int, typer.Option("-n", help="Number of the hint.", min=1)] = 1,
) -> None:
    """Show a hint for an exercise. Later hints give away more."""
    from rich.markdown import Markdown  # a slow import

    for task in _choose(lesson, name):
        if number > len(task.hints):
            _fail(
                f"{task.name} has only {len(task.hints)} hints. "
                f"Show its solution with: mlp-tutorial solution {lesson} {task.name}"
            )
        heading = f"**{task.name}** ({task.kind}), hint {number} of {len(task.hints)}: "
        console.print(Markdown(heading + task.hints[number - 1]))


@app.command(epilog="Example: mlp-tutorial solution 04 softmax --yes")
def solution(
    lesson: Number,
    name: Name = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Show a solution, after asking whether you really want to see it."""
    from rich.markdown import Markdown  # a slow import

    tasks = _choose(lesson, name)
    if not yes:
        names = " and ".join(task.name for task in tasks)
        typer.confirm(f"Show the solution of {names}?", abort=True)
    for task in tasks:
        console.print(Markdown(f"{task.title}\n\n```python\n{task.solution}\n```"))


@app.command(epilog="Example: mlp-tutorial run 04")
def run(lesson: Number) -> None:
    """Run a lesson as a script. Its figures are saved to the folder `figures`."""
    path = _find(lesson).path
    sys.path.insert(0, str(path.parent))  # as Python does for a script
    runpy.run_path(str(path), run_name="__main__")


@app.command(epilog="Example: mlp-tutorial data")
def data() -> None:
    """Download the full MNIST, unless you have it already."""
    from mlp_tutorial.data import load_mnist  # PyTorch is a slow import

    for split in ("train", "test"):
        try:
            digits = load_mnist(split, "full")
        except (OSError, ValueError) as error:
            part = load_mnist(split, "subset")
            console.print(
                f"{split}: found {len(part.labels):,} digits, which came with the package."
            )
            _fail(f"Could not download the full set: {error}")
        console.print(f"{split}: found all {len(digits.labels):,} digits.")


@app.command(epilog="Example: mlp-tutorial grade submissions --lesson 04")
def grade(
    folder: Annotated[Path, typer.Argument(help="Folder with the files of the class.")],
    lesson: Annotated[
        str | None, typer.Option(help="Number of the lesson, if the files don't tell.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder for grades.csv and grades.html.")] = Path(),
    seconds: Annotated[float, typer.Option(help="Time limit for each file.", min=1)] = SECONDS,
    megabytes: Annotated[
        int, typer.Option(help="Memory limit for each file.", min=100)
    ] = MEGABYTES,
) -> None:
    """Check the files of a whole class. The page lists the most frequent mistakes.

    This runs the learners' code with your permissions. Read the page for teachers first.
    """
    source = _find(lesson, exercises=True) if lesson else None
    if not folder.is_dir():
        _fail(f"{folder} is not a folder. Put the files of the class into a folder and name it.")
    closed: list[OSError] = []
    if not find_files(folder, closed) and not closed:
        _fail(f"Found no notebooks or scripts in {folder}.")
    table, page = output / "grades.csv", output / "grades.html"
    try:
        for path in (table, page):  # better now than after an hour of grading
            path.open("a").close()
        rows = grade_folder(folder, source, seconds=seconds, megabytes=megabytes)
        write_csv(rows, table)
        write_html(rows, page)
    except ValueError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"Could not write the grades ({error}). Choose another folder with --output.")
    unchecked = [row for row in rows if row.result.outcome == "not checked"]
    for row in unchecked:
        _warn(f"{row.file}: not checked. {row.result.message}")
    console.print(f"Graded {len(rows) - len(unchecked)} answers: see {table} and {page}")


def _find(number: str, *, exercises: bool = False) -> Lesson:
    try:
        lesson = find_lesson(number)
    except ValueError as error:
        _fail(str(error))
    if exercises and not lesson.tasks:
        _fail(f"{lesson.title} has no exercises. It's a page to look things up in.")
    return lesson


def _choose(number: str, name: str | None) -> list[Task]:
    """Find the exercise with this name in a lesson, or all its exercises."""
    tasks = _find(number, exercises=True).tasks
    chosen = [task for task in tasks if name in {None, task.name}]
    if not chosen:
        names = " and ".join(task.name for task in tasks)
        _fail(f"Lesson {number} has no exercise {name}. Its exercises are {names}.")
    return chosen


def _warn(sentence: str) -> None:
    console.print(sentence, style="yellow", soft_wrap=True)


def _fail(sentence: str) -> NoReturn:
    errors.print(sentence, style="red", soft_wrap=True)
    raise typer.Exit(2)


def main() -> None:
    """Run the command. Letters that the terminal's encoding lacks become question marks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except OSError as error:  # such as a full disk
        sys.exit(f"mlp-tutorial could not go on: {error}")
