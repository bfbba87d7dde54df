"""What a reader can take from the site: each lesson as a notebook and a script, and its numbers."""

import base64
import json
import re

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from mlp_tutorial.lessons import Lesson
from sitegen.execute.kernel import EXPORTED
from sitegen.pages.course import Course

FOLDER = "downloads"
IN_ATTRIBUTE = 100  # numbers; more go into a file


def make_downloads(lesson: Lesson, course: Course, repository: str | None) -> dict[str, str]:
    """Make the files of a lesson: a notebook to work in, one with results, and a script.

    Args:
        lesson: The lesson.
        course: Where its executed notebook is.
        repository: The address of the repository, from which the notebook installs the library.

    Returns:
        The content of each file by its path on the site.
    """
    blank = link_notebook(lesson.for_learner())
    if repository:
        install = new_code_cell(f"%pip install --quiet git+{repository}", id="install")
        blank.cells.insert(0, install)
    script = re.sub(r"(?m)^(#.*\]\()\.\./docs/", r"\1../", lesson.script_for_learner())
    contents = {f"{lesson.name}.py": script, f"{lesson.name}.ipynb": _write(blank)}
    if executed := course.notebook(lesson.name):
        contents[f"{lesson.name}-executed.ipynb"] = _write(
            link_notebook(_without_tensors(executed))
        )
    return {f"{FOLDER}/{name}": content for name, content in contents.items()}


def link_notebook(notebook: NotebookNode) -> NotebookNode:
    """Link the prose of a copy of a notebook to the other pages, which are one folder up."""
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace("](../docs/", "](../")
    return notebook


def _without_tensors(notebook: NotebookNode) -> NotebookNode:
    """Leave out the outputs that only the elements of the site use."""
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        if "export" in cell.metadata:
            cell.outputs = [o for o in cell.outputs if EXPORTED not in o.get("data", {})]
    return notebook


def _write(notebook: NotebookNode) -> str:
    return nbformat.v4.writes(notebook) + "\n"


def make_tensors(lesson: Lesson, course: Course) -> dict[str, str | bytes]:
    """Make the files with a lesson's numbers that are too many for an attribute.

    Each is there as float16 and, for pages opened from a disk, as a script.
    """
    contents: dict[str, str | bytes] = {}
    for name, exported in course.tensors(lesson.name).items():
        if exported.numbers.size > IN_ATTRIBUTE:
            halves = exported.numbers.astype("<f2").tobytes()
            path = f"assets/tensors/{lesson.name}-{name}"
            contents[f"{path}.f16"] = halves
            literal = json.dumps(base64.b64encode(halves).decode())
            contents[f"{path}.js"] = f"mlp.tensors = {literal};\n"
    return contents


def link_downloads(lesson: Lesson, repository: str | None) -> str:
    """Write the line of a page that offers its downloads, as Markdown."""
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
