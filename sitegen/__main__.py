"""The commands that nox calls: `python -m sitegen execute | build | book | lint`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from filelock import FileLock

from mlp_tutorial.lessons import Lesson, read_lessons
from sitegen import ROOT, TUTORIALS
from sitegen.execute.compare import compare_devices
from sitegen.execute.pool import Pool, find_device
from sitegen.execute.record import Run, find_run
from sitegen.lint import check, check_names

SITE = ROOT / "site"
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
Device = Literal["cpu", "cuda", "mps", "xpu", "auto"]  # of NVIDIA or AMD, Apple, Intel
Force = Annotated[bool, typer.Option("--force", help="Run lessons whose results still hold, too.")]


@app.command()
def execute(
    lessons: Annotated[list[str] | None, typer.Argument(help="Such as 02_layers, or all.")] = None,
    device: Annotated[Device, typer.Option(help="To compute on.")] = "cpu",
    force: Force = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say what would run and why.")] = False,
) -> None:
    """Run the lessons whose results could differ, and report every failure."""
    chosen = _choose(lessons)
    try:
        found = find_device(device)
    except RuntimeError as error:
        raise typer.BadParameter(str(error)) from None
    pool = Pool(found)
    if explain:
        print(*(f"{lesson}: {why}" for lesson, why in pool.explain(chosen).items()), sep="\n")
        return
    try:
        failures = pool.execute(chosen, force=force)
    except KeyboardInterrupt:
        print("interrupted; what was complete is kept", file=sys.stderr)
        raise typer.Exit(130) from None
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    differences = 0 if found == "cpu" else compare_devices(chosen, found)
    if failures or differences:
        raise typer.Exit(1)


def _choose(names: list[str] | None) -> list[Lesson]:
    lessons = {lesson.name: lesson for lesson in read_lessons(TUTORIALS)}
    stems = [Path(name).stem for name in names or lessons]
    if unknown := [stem for stem in stems if stem not in lessons]:
        raise typer.BadParameter(f"no lesson {', '.join(unknown)}; choose of {', '.join(lessons)}")
    return [lessons[stem] for stem in dict.fromkeys(stems)]


@app.command()
def build(
    render_only: Annotated[bool, typer.Option("--render-only", help="Run no lesson.")] = False,
    packed: Annotated[bool, typer.Option("--zip", help="Write build/site.zip too.")] = False,
    force: Force = False,
) -> None:
    """Run the lessons whose results could differ, and build the site from all of them."""
    from sitegen.pages.math import Katex  # `execute` needs no package that makes pages

    try:
        Katex().close()  # before minutes of lessons
    except RuntimeError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    if not render_only:
        execute(force=force)
    render(SITE)
    print(f"The site: {(SITE / 'index.html').as_uri()}")
    if packed:
        print("As one file:", shutil.make_archive(f"{ROOT}/build/site", "zip", ROOT, SITE.name))


def render(site: Path, root: Path = ROOT) -> None:
    """Render the pages; only a complete new site takes the place of the old one."""
    build = root / "build"
    new, old = build / f"site.new.{os.getpid()}", build / "site.old"
    with FileLock(build / "locks" / "site.lock"):
        if old.exists() and not site.exists():  # a build was killed before its last step
            old.rename(site)
        for rest in (old, *build.glob("site.new*")):  # a killed build may still write into its own
            shutil.rmtree(rest, ignore_errors=True)
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(new)]
        if failed := subprocess.run(command, cwd=root, check=False).returncode:
            raise typer.Exit(failed)
        try:
            if site.exists():
                site.rename(old)
            new.rename(site)
        except OSError as error:
            if old.exists() and not site.exists():
                old.rename(site)
            problem = f"expected to replace {site}, got: {error}; the old site stays"
            print(f"{problem}; the new one is in {new}", file=sys.stderr)
            raise typer.Exit(1) from None
        shutil.rmtree(old, ignore_errors=True)


@app.command()
def book() -> None:
    """Print the lessons of the built site as one PDF, and offer it on the site."""
    from sitegen.book.pdf import print_book  # needs packages that only this command needs
    from sitegen.pages.downloads import BOOK

    try:
        print_book(SITE, _choose(None), ROOT / BOOK)
    except ValueError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    render(SITE)
    print(f"The book: {(ROOT / BOOK).as_uri()}")


@app.command()
def lint() -> None:
    """Check the conventions of lessons, and the numbers in their prose once they have run."""
    lessons = _choose(None)
    found = check_names(lessons)
    for lesson in lessons:
        run = find_run(lesson)
        found += check(lesson, run.notebook if isinstance(run, Run) else None)
    if found:
        print("\n".join(found))
        raise typer.Exit(1)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):  # whatever the terminal cannot show
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except OSError as error:
        sys.exit(
            f"expected to read and write below {ROOT}, got {error}; check permissions and space"
        )
