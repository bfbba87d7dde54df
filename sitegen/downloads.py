"""What a learner takes home: each lesson as a blank notebook, an executed one, and a script."""

import re
from pathlib import Path

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from nbformat import v4
from nbformat.v4 import new_code_cell

from mlp_tutorial.lessons import without_hints, without_solutions
from sitegen.lesson import EXPORTED, ROOT, Lesson
from sitegen.memory import remember
from sitegen.record import EXECUTED

FOLDER = "downloads"


def add_downloads(lesson: Lesson, files: Files, config: MkDocsConfig) -> None:
    """Add the files of a lesson to the site."""
    repository = config.extra.get("repository")

    def make() -> tuple[str, str]:
        return without_hints(without_solutions(lesson.text)), blank(lesson, repository)

    script, notebook = remember(f"downloads {lesson.name}", [lesson.text, repository], make)
    contents = {f"{lesson.name}.py": script, f"{lesson.name}.ipynb": notebook}
    executed = ROOT / EXECUTED / f"{lesson.name}.ipynb"
    if executed.exists():
        contents[f"{lesson.name}-executed.ipynb"] = _without_tensors(executed)
    for name, content in contents.items():
        # The reference and the other pages are one folder up, as text.
        content = re.sub(r"\]\(\.\./docs/", "](../", content)  # noqa: PLW2901
        file = File.generated(config, f"{FOLDER}/{name}", content=content)
        file.inclusion = InclusionLevel.INCLUDED  # though docs/ excludes scripts
        files.append(file)


def _without_tensors(path: Path) -> str:
    """Read an executed notebook, without what only the site's elements use."""
    text = path.read_text("utf-8")
    if EXPORTED not in text:
        return text  # as it is in most, and parsing a notebook takes long
    notebook = v4.reads(text)
    for cell in notebook.cells:
        if "export" in cell.metadata:
            cell.outputs = [o for o in cell.outputs if EXPORTED not in o.get("data", {})]
    return v4.writes(notebook) + "\n"


def links(lesson: Lesson, repository: str | None) -> str:
    """Write the line of a page that offers them, as Markdown."""
    path = f"../{FOLDER}/{lesson.name}"
    offered = [
        f"[Notebook]({path}.ipynb){{ download }}",
        f"[with results]({path}-executed.ipynb){{ download }}",
        f"[script]({path}.py){{ download }}",
        f'<a href="{lesson.name}.md">page as Markdown</a>',
    ]
    if repository:
        colab = repository.replace(
            "https://github.com/", "https://colab.research.google.com/github/"
        )
        offered.append(f"[open in Colab]({colab}/blob/notebooks/{FOLDER}/{lesson.name}.ipynb)")
    return " · ".join(offered) + "\n{ .downloads }"


def blank(lesson: Lesson, repository: str | None) -> str:
    """Write a lesson as a notebook without results and solutions.

    It installs the library, if it can.
    """
    notebook = nbformat.from_dict(lesson.notebook)
    notebook.cells = [c for c in notebook.cells if "solution" not in c.metadata.get("tags", [])]
    if repository:
        install = f"%pip install --quiet git+{repository}"
        notebook.cells = [new_code_cell(install, id="install"), *notebook.cells]
    return nbformat.writes(notebook) + "\n"
