"""The record of a lesson's run: what it depended on, and whether that is still as it was.

A run depends on the lesson's code cells, the modules of this repository that it imported, the files
it read in the repository and in the data directory, the versions of Python and of the packages that
compute, the device, the number of threads, and the code that executes lessons. Prose, comments and
docstrings change no result, so they do not count.
"""

import ast
import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sitegen.lesson import MARK, Lesson

if TYPE_CHECKING:
    from nbformat import NotebookNode

EXECUTED = Path("build", "tutorials")
ON_GPU = Path("build", "cuda")
ASIDE = Path("build", "aside")
DAMAGED = "its record or notebook is damaged"
# What is said of a cell and changes nothing that it puts out.
NO_RESULT = re.compile(r' (?:alt="(?:[^"\\]|\\.)*"|tolerance=\S+)')
EXECUTOR = (
    *("execute.py", "failure.py", "kernel.py", "lesson.py"),
    *("preload.py", "probe.py", "record.py", "warm.py"),
)
PACKAGES = {
    "PyTorch": "torch",
    "torchvision": "torchvision",
    "NumPy": "numpy",
    "matplotlib": "matplotlib",
}


@dataclass(frozen=True)
class Setting:
    """Where and with what a lesson is executed.

    Attributes:
        device: `cpu`, or `cuda` and the name of the GPU.
        threads: How many threads the kernel may compute with.
        versions: Of Python and the packages a result depends on.
        executor: A hash of the code that executes lessons.
    """

    device: str
    threads: int
    versions: dict[str, str]
    executor: str

    @classmethod
    def here(cls, device: str, threads: int) -> "Setting":
        """Describe this environment."""
        versions = {"Python": platform.python_version()}
        for name, package in PACKAGES.items():
            versions[name] = importlib.metadata.version(package)
        sources = [Path(__file__).with_name(name) for name in EXECUTOR]
        return cls(device, threads, versions, _hash(*(_code(source) for source in sources)))


@dataclass(frozen=True)
class Record:
    """What one run of a lesson was.

    Attributes:
        seconds: How long the cells took, with the start of the kernel.
        peak: The most memory that the kernel had, in MB.
        setting: Where and with what.
        cells: A hash of the code cells.
        outputs: A hash of what they gave.
        modules: For each file of an imported module, relative to the root, a hash of its content
            and one of its code.
        files: For each file that was read, a hash of its content; for a folder, of its names.
        written: A hash of the lesson's script and its notebook as this record was written.
    """

    seconds: float
    peak: int
    setting: Setting
    cells: str
    outputs: str
    modules: dict[str, list[str]]
    files: dict[str, str]
    written: str = ""

    @classmethod
    def of_run(
        cls,
        lesson: Lesson,
        setting: Setting,
        used: dict[str, Any],
        *,
        began: float,
        seconds: float,
        root: Path,
    ) -> "Record":
        """Describe a run that has just ended.

        Args:
            lesson: The lesson, with its outputs.
            setting: Where it ran.
            used: What [`report`][sitegen.probe.report] said.
            began: When, as `time.time` counts.
            seconds: How long it took.
            root: The root of the project.
        """
        modules = [path for path in map(Path, used["modules"]) if _is_ours(path, root)]
        opened = [path for path in map(Path, used["opened"]) if path not in modules]
        files = [path for path in opened if _is_ours(path, root)]
        if used["data"]:
            # The folder counts too: with a file that is not there yet, the run would be another.
            raw = Path(used["data"], "MNIST", "raw")
            files = [*(path for path in files if path.parent != raw), raw]
            files += [path for path in opened if path.parent == raw]

        def known(path: Path) -> bool:
            """Say no of what changed while the lesson ran: nobody knows which state it read."""
            return not path.exists() or path.stat().st_mtime < began

        return cls(
            seconds=round(seconds, 2),
            peak=used["peak"],
            setting=setting,
            cells=_hash_cells(lesson.text),
            outputs=_hash_outputs(lesson.notebook),
            modules={
                _name(path, root): [_content(path), _code(path)] if known(path) else []
                for path in modules
            },
            files={_name(path, root): _content(path) if known(path) else "" for path in files},
        )

    def changed(self, setting: Setting, root: Path) -> str | None:
        """Say what changed besides the lesson itself, so that it must run again, or nothing."""
        for name, hashes in self.modules.items():
            # Nobody need parse what is the same to the letter.
            if _content(root / name) not in hashes and _code(root / name) not in hashes:
                return f"{name} changed"
        for name, hashed in self.files.items():
            if hashed != _content(root / name):
                return f"{name} changed"
        for field in ("device", "threads", "versions", "executor"):
            old, new = getattr(self.setting, field), getattr(setting, field)
            if old != new:
                return "the executor changed" if field == "executor" else f"{field} {old} → {new}"
        return None

    @classmethod
    def read(cls, path: Path) -> "Record":
        """Read a record.

        Raises:
            ValueError: If the file is damaged.
        """
        try:
            fields = json.loads(path.read_text("utf-8"))
            return cls(**fields | {"setting": Setting(**fields["setting"])})
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path} is damaged") from error


@dataclass(frozen=True)
class Run:
    """What is kept of the run of a lesson.

    Attributes:
        path: Of its record.
        record: What it was.
        text: Its executed notebook, as it is written.
    """

    path: Path
    record: Record
    text: str

    @functools.cached_property
    def notebook(self) -> "NotebookNode":
        """Its executed notebook."""
        from nbformat import v4  # noqa: PLC0415  # a quarter of a second, which not all builds need

        return v4.reads(self.text)

    def is_just(self, lesson: Lesson) -> bool:
        """Tell whether script and notebook are, to the letter, those it was written with."""
        return self.record.written == _hash(lesson.text, self.text)

    def is_of(self, lesson: Lesson) -> bool:
        """Tell whether it ran the code that the lesson has."""
        return self.record.cells == _hash_cells(lesson.text)

    def damage(self, lesson: Lesson) -> str | None:
        """Say what is wrong with the notebook, or nothing."""
        try:
            if self.is_just(lesson) or self.record.outputs == _hash_outputs(self.notebook):
                return None
        except (ValueError, AttributeError):
            return DAMAGED
        return "its notebook is not the one of the record"


def folder_of(device: str) -> Path:
    """Name the folder of the runs on a device: pages are made from those on the CPU."""
    return EXECUTED if device == "cpu" else ON_GPU


def find_run(lesson: Lesson, root: Path, device: str = "cpu") -> Run | str:
    """Find the last run of a lesson, or say why there is none."""
    run = _find(lesson, root, device)
    return run if isinstance(run, str) else run.damage(lesson) or run


def find_fresh(lesson: Lesson, setting: Setting, root: Path) -> Run | str:
    """Find the last run of a lesson, if a new one would give the same, or say why there is none."""
    run = _find(lesson, root, setting.device)
    if isinstance(run, str):
        return run
    if not run.is_of(lesson):
        return "its code changed"
    return run.damage(lesson) or run.record.changed(setting, root) or run


def _find(lesson: Lesson, root: Path, device: str) -> Run | str:
    """Find a run under the lesson's name or, if it was renamed, under another.

    Of a lesson that has failed since, the run that was set aside may become fresh again.
    """
    folder = root / folder_of(device)
    own = folder / f"{lesson.name}.json"
    if not own.exists():
        for other in sorted(folder.glob("*.json")):
            if not (root / lesson.path.with_name(f"{other.stem}.py")).exists():
                run = _read_run(other)
                if isinstance(run, Run) and run.is_of(lesson):
                    return run
        own = aside_of(own, root)
    return _read_run(own) if own.exists() else "it has not run"


def aside_of(result: Path, root: Path) -> Path:
    """Say where a result is set aside: like `build/tutorials/`, in `build/aside/`."""
    return root / ASIDE / result.relative_to(root / "build")


def _read_run(path: Path) -> Run | str:
    try:
        return Run(path, Record.read(path), path.with_suffix(".ipynb").read_text("utf-8"))
    except (ValueError, OSError):
        return DAMAGED


def write_run(lesson: Lesson, record: Record, path: Path) -> None:
    """Write a lesson's executed notebook, and its record beside it, each whole or not at all."""
    import nbformat  # noqa: PLC0415  # a quarter of a second, as above

    text = nbformat.writes(lesson.notebook) + "\n"
    write_whole(path.with_suffix(".ipynb"), text)
    record = replace(record, written=_hash(lesson.text, text))
    write_whole(path, json.dumps(asdict(record), indent=1) + "\n")


def read_outputs(name: str, root: Path) -> list[tuple["NotebookNode", "NotebookNode"]]:
    """List what an executed lesson put out, each with its cell; nothing while it has not run."""
    notebook = root / EXECUTED / f"{name}.ipynb"
    if not notebook.exists():
        return []
    from nbformat import v4  # noqa: PLC0415  # as above

    cells = v4.reads(notebook.read_text("utf-8")).cells
    return [(cell, output) for cell in cells for output in cell.get("outputs", [])]


def take_outputs(lesson: Lesson, executed: "NotebookNode") -> None:
    """Give the cells of a lesson the outputs of a run of the same code."""
    for cell, run in zip(_code_cells(lesson.notebook), _code_cells(executed), strict=True):
        cell.outputs, cell.execution_count = run.outputs, run.execution_count


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; one that is as it should be stays untouched."""
    if path.exists() and path.read_bytes() == text.encode():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")  # no other process writes into it
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _is_ours(path: Path, root: Path) -> bool:
    """Tell the files of the project from those of the environment and of the executor."""
    if not path.is_relative_to(root):
        return False
    parts = path.relative_to(root).parts
    if parts[0] in {"node_modules", "sitegen"} or any(
        p.startswith((".", "__")) for p in parts[:-1]
    ):
        return False
    return path.is_file() and not path.resolve().is_relative_to(Path(sys.prefix).resolve())


def _name(path: Path, root: Path) -> str:
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _code_cells(notebook: "NotebookNode") -> list["NotebookNode"]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _hash_cells(script: str) -> str:
    """Hash what is executed: the sources and the tags, not what is said of the results."""
    parts = []
    for cell in re.split(rf"^{MARK}", script, flags=re.MULTILINE)[1:]:
        said, _, source = cell.partition("\n")
        if "[markdown]" not in said:
            parts += [NO_RESULT.sub("", said), source.strip()]
    return _hash(*parts)


def _hash_outputs(notebook: "NotebookNode") -> str:
    return _hash(*(json.dumps(cell.outputs, sort_keys=True) for cell in _code_cells(notebook)))


def _code(path: Path) -> str:
    """Hash what a module computes: its syntax tree without docstrings."""
    return _hash_code(path, _version(path)) if path.suffix == ".py" else _content(path)


def _content(path: Path) -> str:
    """Hash a file's content, or the names in a folder."""
    if path.is_dir():
        return _hash(*sorted(entry.name for entry in path.iterdir()))
    return _hash_content(path, _version(path))


def _version(path: Path) -> tuple[int, int] | None:
    """Tell one state of a file from another, so that each is hashed once for all lessons."""
    if not path.exists():
        return None
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@functools.cache
def _hash_code(path: Path, version: tuple[int, int] | None) -> str:
    if version is None:
        return "absent"
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except SyntaxError:
        return "not Python"
    scopes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, scopes) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return _hash(ast.dump(tree))


@functools.cache
def _hash_content(path: Path, version: tuple[int, int] | None) -> str:
    if version is None:
        return "absent"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
