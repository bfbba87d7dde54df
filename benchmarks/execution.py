"""Compare the build times of `sitegen` with other tools: `nox -s benchmark -- execution`.

Four tools turn the same lessons into pages, in the same environment and in one run: ours,
mkdocs-jupyter, which executes them itself, jupyter-cache through MyST-NB, and sphinx-gallery. Each
first builds in an empty folder, and then again after one change. The first lesson prints a number
from a module that it imports, which tells whether a page is right. If a tool keeps showing a number
that has become wrong, its time is that of building everything again, since nothing less makes it
right. The change of a word is timed twice: until everything is built, and until the author sees
it, in the preview if the tool has one. The ratios are to the three other tools, in this order.
Prints a table and writes `benchmarks/execution.json`. Takes half an hour.
"""

import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.request import urlopen

import jupytext

ROOT = Path(__file__).parent.parent
ROUNDS = 3  # of every change
PYTHON = [sys.executable, "-m"]
MKDOCS = "site_name: Lessons\ntheme: {name: material, font: false}\nuse_directory_urls: false\n"
LIBRARY = Path("mlp_tutorial", "answer.py")
ANSWER = '"""An answer."""\n\n\ndef answer():\n    """Give it."""\n    return 41\n'
PROBE = '\n# %%\nfrom mlp_tutorial.answer import answer\n\nprint("answer", answer())\n'


class Tool:
    """A way to turn lessons into pages, in its own folder.

    Attributes:
        root: The folder.
        has_preview: Whether it has a preview that shows what was saved.
        pages: Where the pages are, relative to the folder.
        command: The command that builds them.
    """

    name: str
    has_preview = False
    pages: str
    command: tuple[str, ...]
    lessons = "tutorials"

    def __init__(self, root: Path) -> None:
        """Copy the library, and the lessons without their links to other pages."""
        self.root = root
        shutil.copytree(ROOT / "mlp_tutorial", root / "mlp_tutorial")
        (root / LIBRARY).write_text(ANSWER)
        (root / self.lessons).mkdir(parents=True)
        for path in sorted((ROOT / "tutorials").glob("[0-9]*.py")):
            probe = PROBE if path.stem == "01_neuron" else ""
            text = re.sub(r"\]\((\d\d_|\.\./docs/)[^)]*\)", "]", path.read_text())
            self.write(path.stem, text + probe)
        self.configure()

    def write(self, name: str, text: str) -> None:
        """Write a lesson in the form the tool reads."""
        (self.root / self.lessons / f"{name}.py").write_text(text)

    def configure(self) -> None:
        """Write what else the tool needs."""

    def run(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Start a command in the folder."""
        env = os.environ | {
            "PYTHONDONTWRITEBYTECODE": "",  # every tool may keep what Python compiled
            "PYTHONPATH": str(self.root),
            "MLP_TUTORIAL_DATA": str(ROOT / "build" / "data"),
            "NO_MKDOCS_2_WARNING": "1",
        }
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=(self.root / "log").open("ab"),
        )

    def build(self) -> float:
        """Build the pages, and return how many seconds that took."""
        start = time.perf_counter()
        if self.run(self.command).wait():
            sys.exit(f"{self.name} failed:\n{(self.root / 'log').read_text()[-3000:]}")
        return time.perf_counter() - start

    def edit(self, path: str | Path, old: str, new: str) -> None:
        """Change a file."""
        file = self.root / path
        text = file.read_text()
        assert old in text, f"{old} is not in {path}"
        file.write_text(text.replace(old, new, 1))

    def shows(self, name: str, text: str) -> bool:
        """Return whether the page of a lesson contains a text."""
        return text in (self.root / self.pages / f"{name}.html").read_text()


class Ours(Tool):
    """The executor and the hook of this project."""

    name = "sitegen"
    has_preview = True
    pages = "site/tutorials"
    command = (*PYTHON, "sitegen", "build")

    def configure(self) -> None:
        """Write what else the tool needs."""
        shutil.copytree(ROOT / "sitegen", self.root / "sitegen")
        (self.root / "docs").mkdir()
        for page in ("index.md", "teachers.md"):
            (self.root / "docs" / page).write_text("# Lessons\n")
        extensions = (ROOT / "mkdocs.yml").read_text().partition("markdown_extensions:")[2]
        plugins = "plugins: [search, mkdocs-jupyter: {execute: false, cache: false}]\n"
        (self.root / "mkdocs.yml").write_text(
            f"{MKDOCS}hooks: [sitegen/hook.py]\nwatch: [mlp_tutorial, tutorials]\n{plugins}"
            f"markdown_extensions:{extensions.partition('extra_css')[0]}"
        )
        (self.root / "node_modules").symlink_to(ROOT / "node_modules")


class MkdocsJupyter(Tool):
    """The plugin alone, which reads the scripts and executes them."""

    name = "mkdocs-jupyter"
    has_preview = True
    pages = "site/tutorials"
    command = (*PYTHON, "mkdocs", "build")
    lessons = "docs/tutorials"

    def configure(self) -> None:
        """Write what else the tool needs."""
        (self.root / "docs" / "index.md").write_text("# Lessons\n")
        plugins = "plugins: [search, mkdocs-jupyter: {execute: true, allow_errors: false}]\n"
        (self.root / "mkdocs.yml").write_text(MKDOCS + plugins)


class Sphinx(Tool):
    """What the two tools on top of Sphinx have in common."""

    command = (*PYTHON, "sphinx", "-q", ".", "_build")
    conf: str

    def configure(self) -> None:
        """Write what else the tool needs."""
        (self.root / "index.rst").write_text("Lessons\n=======\n")
        (self.root / "conf.py").write_text(
            f"project = 'Lessons'\nexclude_patterns = ['_build', 'mlp_tutorial']\n{self.conf}"
        )


class JupyterCache(Sphinx):
    """The cache as MyST-NB uses it."""

    name = "jupyter-cache"
    pages = "_build/tutorials"
    conf = (
        "extensions = ['myst_nb']\nnb_execution_mode = 'cache'\nnb_execution_timeout = 600\n"
        "nb_execution_raise_on_error = True\n"
        "nb_custom_formats = {'.py': ['jupytext.reads', {'fmt': 'py:percent'}]}\n"
    )


class SphinxGallery(Sphinx):
    """The gallery, which runs the scripts in its own process, one after the other."""

    name = "sphinx-gallery"
    pages = "_build/gallery"
    conf = (
        "extensions = ['sphinx_gallery.gen_gallery']\nsphinx_gallery_conf = {\n"
        "    'examples_dirs': 'tutorials', 'gallery_dirs': 'gallery',\n"
        "    'filename_pattern': r'\\.py', 'abort_on_example_error': True}\n"
    )

    def write(self, name: str, text: str) -> None:
        """Turn the cells into the comments and code that sphinx-gallery reads."""
        title = name.replace("_", " ")
        parts = [f'"""\n{title}\n{"=" * len(title)}\n"""\n']
        for cell in jupytext.reads(text, fmt="py:percent").cells:
            lines = cell.source.splitlines() if cell.cell_type == "markdown" else [""]
            parts.append("# %%\n" + "\n".join(f"# {line}" for line in lines))
            if cell.cell_type == "code":
                parts.append(cell.source)
        (self.root / self.lessons / f"{name}.py").write_text("\n".join(parts) + "\n")
        (self.root / self.lessons / "GALLERY_HEADER.rst").write_text("Lessons\n=======\n")


TOOLS = [Ours, MkdocsJupyter, JupyterCache, SphinxGallery]
FOURTH = "04_softmax"
FIRST = "01_neuron"


def change_prose(tool: Tool, number: int) -> Callable[[], bool]:
    """Change one word of a lesson."""
    path = Path(tool.lessons, f"{FOURTH}.py")
    tool.edit(path, f"Reading{number - 1 or ''} takes", f"Reading{number} takes")
    return lambda: tool.shows(FOURTH, f"Reading{number} takes")


def change_function(tool: Tool, number: int) -> Callable[[], bool]:
    """Change what a function of the package returns."""
    tool.edit(LIBRARY, f"return {40 + number}", f"return {41 + number}")
    return lambda: tool.shows(FIRST, f"answer {41 + number}")


def change_docstring(tool: Tool, number: int) -> Callable[[], bool]:
    """Change one word of a docstring of the package."""
    tool.edit(LIBRARY, f"Give{number - 1 or ''} it", f"Give{number} it")
    return lambda: True


def change_lesson(tool: Tool, number: int) -> Callable[[], bool]:
    """Change the code of a lesson."""
    path = tool.root / tool.lessons / f"{FOURTH}.py"
    path.write_text(f"{path.read_text()}\n# %%\nprint('lesson', {number})\n")
    return lambda: tool.shows(FOURTH, f"lesson {number}")


def change_nothing(tool: Tool, number: int) -> Callable[[], bool]:
    """Leave everything as it is."""
    return lambda: True


CHANGES = {
    "nothing changed": change_nothing,
    "one word of prose": change_prose,
    "one function of the package": change_function,
    "one docstring of the package": change_docstring,
    "one lesson": change_lesson,
}


def measure_builds(folder: Path) -> list[dict[str, object]]:
    """Time builds from nothing and after each change, with each tool in turn."""
    tools = [tool(folder / tool.name) for tool in TOOLS]
    cold = {tool.name: tool.build() for tool in tools}
    assert all(tool.shows(FIRST, "answer 41") for tool in tools)
    rows = [row("cold build", {name: [spent] for name, spent in cold.items()}, asked=1.6)]
    for claim, change in CHANGES.items():
        times: dict[str, list[float]] = {tool.name: [] for tool in tools}
        wrong = set()
        for number in range(1, ROUNDS + 1):
            for tool in tools:
                is_right = change(tool, number)
                spent = tool.build()
                if not is_right():
                    wrong.add(tool.name)
                    spent = cold[tool.name]  # the time it takes to be right
                times[tool.name].append(spent)
        asked = 5.0 if change is change_prose else 1.0
        rows.append(row(f"after {claim}", times, asked=asked, wrong=wrong))
        if change is change_prose:
            seen = times
    # An author sees the page in the preview, or after a build if there is no preview.
    seen |= {tool.name: measure_preview(tool) for tool in tools if tool.has_preview}
    return [*rows, row("one word of prose, until its author sees it", seen, asked=5.0)]


def row(
    claim: str,
    times: dict[str, list[float]],
    *,
    asked: float,
    wrong: AbstractSet[str] = frozenset(),
) -> dict[str, object]:
    """Compare the medians of each tool with ours."""
    found = {name: statistics.median(spent) for name, spent in times.items()}
    ours, *others = found
    ratios = [found[name] / found[ours] for name in others]
    said = [
        f"{name} {found[name]:.1f} s"
        + " (shows the old number until all is built anew)" * (name in wrong)
        for name in found
    ]
    made = {
        "claim": claim,
        "asked": f"at least {asked} times" if asked > 1 else "ahead",
        "found": ", ".join(f"{ratio:.1f}" for ratio in ratios) + " times",
        "met": ours not in wrong and min(ratios) >= asked,
        "how": ", ".join(said),
    }
    print(f"{made['claim']:40} {made['asked']:20} {made['found']:30} {made['how']}", flush=True)
    return made


@contextmanager
def served(tool: Tool, port: int = 8917) -> Iterator[str]:
    """Serve the preview of a tool that has one, and yield the address of a lesson."""
    process = tool.run([*PYTHON, "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"])
    try:
        yield f"http://127.0.0.1:{port}/tutorials/{FOURTH}.html"
    finally:
        process.terminate()
        process.wait()


def measure_preview(tool: Tool) -> list[float]:
    """Return how many seconds pass between saving a word and seeing it on its page."""

    def wait_for(text: str) -> float:
        start = time.perf_counter()
        while time.perf_counter() - start < 600:
            try:
                if text in urlopen(address).read().decode():
                    return time.perf_counter() - start
            except OSError:
                pass
            time.sleep(0.02)
        raise TimeoutError(text)

    times = []
    with served(tool) as address:
        wait_for(f"Reading{ROUNDS} takes")
        for number in range(ROUNDS + 1, 2 * ROUNDS + 1):
            change_prose(tool, number)
            times.append(wait_for(f"Reading{number} takes"))
    return times


FRESH = """
import time
from pathlib import Path
from mlp_tutorial.lessons import read_lessons
from sitegen.execute.pool import Pool

root = Path.cwd()
start = time.perf_counter()
found = Pool(root=root).explain(read_lessons(root / "tutorials"))
assert found and set(found.values()) == {"fresh"}, found
print(time.perf_counter() - start)
"""


def measure_freshness(tool: Tool) -> list[dict[str, object]]:
    """Time deciding whether copies of a lesson that has run are fresh."""
    medians = {}
    for count in (20, 100, 500):
        times = []
        root = tool.root / f"fresh-{count}"
        for folder in ("tutorials", "build/tutorials"):
            (root / folder).mkdir(parents=True)
        (root / "mlp_tutorial").symlink_to(tool.root / "mlp_tutorial")
        (root / "sitegen").symlink_to(tool.root / "sitegen")
        for number in range(count):
            for folder, suffix in (
                ("tutorials", ".py"),
                ("build/tutorials", ".ipynb"),
                ("build/tutorials", ".json"),
            ):
                name = f"{number % 100:02}_{number}{suffix}"
                shutil.copy(tool.root / folder / f"{FOURTH}{suffix}", root / folder / name)
        for _ in range(ROUNDS):
            env = os.environ | {"PYTHONPATH": str(root)}
            done = subprocess.run(
                [sys.executable, "-c", FRESH], cwd=root, env=env, check=True, capture_output=True
            )
            times.append(float(done.stdout))
        medians[count] = statistics.median(times)
    rows = []
    for count, spent in medians.items():
        each = spent / count
        limit = 0.3 if count == 20 else 1.5 * medians[20] / 20 * count
        rows.append(
            {
                "claim": f"deciding that {count} lessons are fresh",
                "asked": "under 0.3 s" if count == 20 else "linear",
                "found": f"{spent:.2f} s",
                "met": spent < limit,
                "how": f"{1000 * each:.1f} ms each, copies of {FOURTH}, median of {ROUNDS}",
            }
        )
        print(rows[-1])
    return rows


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        rows = {"builds": measure_builds(Path(folder))}
        ours = Ours.__new__(Ours)
        ours.root = Path(folder, Ours.name)
        rows["freshness"] = measure_freshness(ours)
    machine = {"cores": str(os.cpu_count()), "Python": platform.python_version()}
    packages = ("torch", "mkdocs-jupyter", "jupyter-cache", "myst-nb", "sphinx-gallery")
    machine |= {package: version(package) for package in packages}
    path = Path(__file__).with_suffix(".json")
    result = {"machine": machine, "rows": rows}
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(any(not row["met"] for found in rows.values() for row in found))
