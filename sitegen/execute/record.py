"""The record of a lesson's run: what it depended on, and whether that is still the same.

A run depends on the lesson's code cells, the modules of this repository that it imported, the files
it read in the repository and in the data directory, the versions of Python and of the packages that
compute, the device, the number of threads, and the code that executes lessons.
"""

import functools
import importlib.metadata
import itertools
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlp_tutorial import lessons
from mlp_tutorial.lessons import Lesson
from sitegen import ROOT
from sitegen.execute.hashing import hash_cells, hash_file, hash_text
from sitegen.execute.probe import Used

if TYPE_CHECKING:
    from nbformat import NotebookNode

EXECUTED = Path("build", "tutorials")
ON_GPU = Path("build", "cuda")
ASIDE = Path("build", "aside")  # runs of lessons that have failed since
EXECUTOR = [Path(lessons.__file__)] + [
    Path(__file__).with_name(f"{name}.py")
    for name in ("failure", "hashing", "kernel", "pool", "probe", "record")
]
PACKAGES = {
    "PyTorch": "torch",
    "torchvision": "torchvision",
    "NumPy": "numpy",
    "matplotlib": "matplotlib",
}


@dataclass(frozen=True)
class Stale:
    """There is no run to use.

    Attributes:
        reason: Why the lesson has to run.
    """

    reason: str


@dataclass(frozen=True)
class Setting:
    """Where and with what a lesson is executed.

    Attributes:
        device: `cpu`, or `cuda` and the name of the GPU.
        threads: How many threads the kernel may compute with.
        versions: The versions of Python and of the packages that a result depends on.
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
        executor = hash_text(*(hash_file(path, code=True) for path in EXECUTOR))
        return cls(device, threads, versions, executor)

    def difference(self, new: "Setting") -> str | None:
        """Say what differs in another setting, if anything does."""
        if self.executor != new.executor:
            return "the executor changed"
        for field in ("device", "threads", "versions"):
            if getattr(self, field) != getattr(new, field):
                return f"{field} {getattr(self, field)} → {getattr(new, field)}"
        return None


@dataclass(frozen=True)
class Record:
    """What a run of a lesson depended on, and what it gave.

    Attributes:
        seconds: How long the cells took, including the start of the kernel.
        peak: The most memory that the kernel had, in MB.
        setting: Where and with what the lesson ran.
        cells: A hash of the code cells.
        inputs: For each file that the lesson read, relative to the root, a hash of its content; for
            an imported module, also one of its code; for a folder, one of its names.
        script: A hash of the lesson's script when the notebook was written.
        notebook: A hash of the executed notebook.
    """

    seconds: float
    peak: int
    setting: Setting
    cells: str
    inputs: dict[str, list[str]]
    script: str = ""
    notebook: str = ""

    @classmethod
    def of_run(
        cls, lesson: Lesson, setting: Setting, used: Used, began: float, seconds: float, root: Path
    ) -> "Record":
        """Describe a run that has just ended; `began` is what `time.time` gave when it began.

        A file that changed during the run gets no hash, because nobody knows which state of it the
        lesson read. So the record is stale at once.
        """
        modules = [path for path in map(Path, used.modules) if _is_ours(path, root)]
        opened = [path for path in map(Path, used.opened) if path not in modules]
        files = [path for path in opened if _is_ours(path, root)]
        if used.data:
            # The folder counts too, because a file that is not there yet would change the run.
            raw = Path(used.data, "MNIST", "raw")
            files += [raw, *(path for path in opened if path.parent == raw and path not in files)]
        inputs = {}
        for path in [*modules, *files]:
            name = (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
            changed = path.exists() and path.stat().st_mtime >= began
            hashes = [hash_file(path), *([hash_file(path, code=True)] if path in modules else [])]
            inputs[name] = [] if changed else hashes
        cells = hash_cells(lesson.text)
        return cls(round(seconds, 2), used.peak, setting, cells, inputs)

    def find_change(self, setting: Setting, root: Path) -> str | None:
        """Say what changed besides the lesson itself, if anything did."""
        for name, hashes in self.inputs.items():
            # A module with the same content need not be parsed.
            if hash_file(root / name) not in hashes[:1] and (
                len(hashes) < 2 or hash_file(root / name, code=True) != hashes[1]
            ):
                return f"{name} changed"
        return self.setting.difference(setting)

    @classmethod
    def read(cls, path: Path) -> "Record":
        """Read a record.

        Raises:
            OSError: If the file cannot be read.
            ValueError: If the file is damaged.
        """
        try:
            fields = json.loads(path.read_text("utf-8"))
            return cls(**fields | {"setting": Setting(**fields["setting"])})
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path} is damaged") from error


@dataclass(frozen=True)
class Run:
    """What is kept of a run.

    Attributes:
        path: The path of its record.
        record: The record.
        text: The text of the executed notebook.
    """

    path: Path
    record: Record
    text: str

    @functools.cached_property
    def notebook(self) -> "NotebookNode":
        """The executed notebook."""
        from nbformat import v4  # slow import; most freshness checks need no notebook

        return v4.reads(self.text)

    def matches_text(self, lesson: Lesson) -> bool:
        """Return whether the notebook was written from the very script that the lesson has."""
        return self.record.script == hash_text(lesson.text)


def find_run(lesson: Lesson, root: Path = ROOT, device: str = "cpu") -> Run | Stale:
    """Find the last run of the code that a lesson has, whatever else has changed since.

    If the lesson failed since, the run was set aside. If the lesson was renamed, the run still has
    the old name.
    """
    own = record_path(lesson, root, device)
    mine = [_read(path, lesson) for path in (own, aside_path(own, root)) if path.exists()]
    others = (
        _read(path, lesson)
        for path in sorted(own.parent.glob("*.json"))
        if not lesson.path.with_name(f"{path.stem}.py").exists()
    )
    for run in itertools.chain(mine, others):
        if isinstance(run, Run):
            return run
    return mine[0] if mine else Stale("it has not run")


def _read(path: Path, lesson: Lesson) -> Run | Stale:
    """Read a run, if it is one of the code that a lesson has."""
    try:
        run = Run(path, Record.read(path), path.with_suffix(".ipynb").read_text("utf-8"))
    except (ValueError, OSError):
        return Stale("its record or notebook is damaged")
    if run.record.cells != hash_cells(lesson.text):
        return Stale("its code changed")
    if run.record.notebook != hash_text(run.text):
        return Stale("its notebook is not the one of the record")
    return run


def find_fresh(lesson: Lesson, setting: Setting, root: Path = ROOT) -> Run | Stale:
    """Find the last run of a lesson, if a new run would give the same results."""
    run = find_run(lesson, root, setting.device)
    if isinstance(run, Run) and (reason := run.record.find_change(setting, root)):
        return Stale(reason)
    return run


def record_path(lesson: Lesson, root: Path, device: str) -> Path:
    """Return the path of a lesson's record; its notebook is next to it."""
    return root / (EXECUTED if device == "cpu" else ON_GPU) / f"{lesson.name}.json"


def aside_path(result: Path, root: Path) -> Path:
    """Return the path where a result is kept while its lesson fails."""
    return root / ASIDE / result.relative_to(root / "build")


def write_run(lesson: Lesson, record: Record, path: Path) -> None:
    """Write a lesson's executed notebook and its record, each whole or not at all."""
    import nbformat  # slow import, as above

    text = nbformat.writes(lesson.notebook) + "\n"
    write_whole(path.with_suffix(".ipynb"), text)
    record = replace(record, script=hash_text(lesson.text), notebook=hash_text(text))
    write_whole(path, json.dumps(asdict(record), indent=1) + "\n")


def take_outputs(lesson: Lesson, executed: "NotebookNode") -> None:
    """Give the code cells of a lesson the outputs of a run of the same code."""
    mine, theirs = (
        [cell for cell in notebook.cells if cell.cell_type == "code"]
        for notebook in (lesson.notebook, executed)
    )
    for cell, run in zip(mine, theirs, strict=True):
        cell.outputs, cell.execution_count = run.outputs, run.execution_count


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; do not touch it if it has this text already."""
    if path.exists() and path.read_bytes() == text.encode():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")  # no other process writes into it
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _is_ours(path: Path, root: Path) -> bool:
    """Return whether a file belongs to the project, not to the environment or the executor."""
    if not path.is_relative_to(root) or not path.is_file():
        return False
    folders = path.relative_to(root).parts[:-1]
    hidden = any(folder.startswith((".", "__")) for folder in folders)
    apart = folders[:1] in {("node_modules",), ("sitegen",)}
    return not (hidden or apart) and not path.resolve().is_relative_to(Path(sys.prefix).resolve())
