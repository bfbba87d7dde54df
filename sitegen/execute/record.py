"""The record of a lesson's run: what it depended on, and whether that is still the same.

A run depends on the lesson's code cells, the modules of this repository that it imported, the files
it read in the repository and in the data directory, the versions of Python and of the packages that
compute, the device, and the code that executes lessons.
"""

import functools
import json
import os
import platform
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Self

import nbformat

from mlp_tutorial import _percent, lessons
from mlp_tutorial.lessons import Lesson
from sitegen import ROOT
from sitegen.execute.environment import recorded_variables
from sitegen.execute.hashing import hash_cells, hash_file, hash_text
from sitegen.execute.probe import Used

EXECUTED = Path("build", "tutorials")
DEVICES = ("cpu", "cuda", "mps", "xpu")  # those that PyTorch has wheels for
READERS = [Path(lessons.__file__), Path(_percent.__file__)]
EXECUTOR = [*READERS, *sorted(Path(__file__).parent.glob("*.py"))]


@dataclass(frozen=True)
class Stale:
    """There is no run to use."""

    reason: str  # why the lesson has to run


@dataclass(frozen=True)
class Setting:
    """Where and with what a lesson is executed."""

    device: str  # `cpu`, or a kind of GPU and its name, such as `cuda (NVIDIA H100)`
    versions: dict[str, str]
    executor: str  # a hash of the code that executes lessons
    variables: dict[str, str] = field(default_factory=dict)  # of the environment

    @classmethod
    def here(cls, device: str) -> Self:
        """Describe this environment."""
        versions = {"Python": platform.python_version(), "PyTorch": version("torch")}
        versions |= {name: version(name) for name in ("torchvision", "NumPy", "matplotlib")}
        executor = hash_text(*(hash_file(path, code=True) for path in EXECUTOR))
        return cls(device, versions, executor, recorded_variables())


@dataclass(frozen=True)
class Record:
    """What a run of a lesson depended on, and what it gave."""

    seconds: float  # how long the cells took, including the start of the kernel
    peak: int  # the most memory that the kernel had, in MB
    setting: Setting
    cells: str  # a hash of the code cells
    inputs: dict[str, str]  # a hash of each module and file that the lesson read, by its path
    script: str = ""  # a hash of the lesson's script when the notebook was written
    notebook: str = ""  # a hash of the executed notebook

    @classmethod
    def of_run(cls, lesson: Lesson, setting: Setting, used: Used, began: float, root: Path) -> Self:
        """Describe a run that has just ended; `began` is what `time.time` gave when it began."""
        seconds = round(time.time() - began, 2)
        places = [Path(used.data, end) for end in ("MNIST/raw", "MNIST", "")] if used.data else []
        modules = [path for path in map(Path, used.modules) if _is_ours(path, root)]
        opened = [path for path in map(Path, used.opened) if path not in modules]
        files = [path for path in opened if _is_ours(path, root) or path.parent in places]
        files += places[:1]  # a file that is not there yet would change the run, too
        inputs = {}
        for path in [*modules, *files]:
            name = path.as_posix().removeprefix(f"{root.as_posix()}/")
            # If a file changed during the run, nobody knows which state of it the lesson read.
            changed = path.exists() and path.stat().st_mtime >= began
            inputs[name] = "" if changed else hash_file(path, code=path in modules)
        return cls(seconds, used.peak, setting, hash_cells(lesson.text), inputs)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a record; raise ValueError if it is damaged."""
        try:
            fields = json.loads(path.read_text("utf-8"))
            return cls(**fields | {"setting": Setting(**fields["setting"])})
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path} is damaged") from error

    def find_change(self, setting: Setting, root: Path) -> str | None:
        """Say what changed besides the lesson itself, if anything did."""
        for name, known in self.inputs.items():
            # The hash of a module is that of its code, which takes longer than that of a file.
            if all(hash_file(root / name, code=code) != known for code in (False, True)):
                return f"{name} changed"
        if self.setting.executor != setting.executor:
            return "the executor changed"
        old, new = _flatten(self.setting), _flatten(setting)
        names = (name for name in old | new if old.get(name) != new.get(name))
        return next((f"{name} {old.get(name)} → {new.get(name)}" for name in names), None)


@dataclass(frozen=True)
class Run:
    """What is kept of a run."""

    path: Path  # of its record
    record: Record
    text: str  # of the executed notebook

    @functools.cached_property
    def notebook(self) -> nbformat.NotebookNode:
        """The executed notebook."""
        return nbformat.v4.reads(self.text)  # does not validate it again


def find_run(lesson: Lesson, root: Path = ROOT, device: str = "cpu") -> Run | Stale:
    """Find the last run of a lesson, if its code is still the same and it has not failed since."""
    return _read(record_path(lesson, root, device), lesson, root, None)


def find_fresh(lesson: Lesson, setting: Setting, root: Path = ROOT) -> Run | Stale:
    """Find a run of a lesson that a new run would only repeat."""
    own = record_path(lesson, root, setting.device)
    paths = [own if own.exists() else aside_path(own)]  # if the lesson has failed since
    scripts = {path.stem for path in lesson.path.parent.glob("*.py")}  # the lesson may be renamed
    paths += [path for path in sorted(own.parent.glob("*.json")) if path.stem not in scripts]
    runs = [_read(path, lesson, root, setting) for path in paths]
    return next((run for run in runs if isinstance(run, Run)), runs[0])


def _read(path: Path, lesson: Lesson, root: Path, setting: Setting | None) -> Run | Stale:
    """Read a run, if it is one of the code that a lesson has, and nothing else changed either."""
    if not path.exists():
        return Stale("it has not run")
    try:
        run = Run(path, Record.read(path), path.with_suffix(".ipynb").read_text("utf-8"))
    except (ValueError, OSError):
        return Stale("its record or notebook is damaged")
    if run.record.cells != hash_cells(lesson.text):
        return Stale("its code changed")
    if run.record.notebook != hash_text(run.text):
        return Stale("its notebook is not the one of the record")
    if setting and (change := run.record.find_change(setting, root)):
        return Stale(change)
    return run


def record_path(lesson: Lesson, root: Path, device: str) -> Path:
    """Return the path of a lesson's record; its notebook is next to it."""
    kind = device.split(" ")[0]
    return root / (EXECUTED if kind == "cpu" else Path("build", kind)) / f"{lesson.name}.json"


def aside_path(result: Path) -> Path:
    """Return the path where a result is kept while its lesson fails."""
    return result.parent / "aside" / result.name


def set_aside(record: Path) -> None:
    """Withdraw a lesson's results, but keep them in case a mistake is taken back."""
    for result in (record, record.with_suffix(".ipynb")):
        if result.exists():
            aside_path(result).parent.mkdir(exist_ok=True)
            result.replace(aside_path(result))


def write_run(lesson: Lesson, record: Record, path: Path) -> None:
    """Write a lesson's executed notebook and its record, each whole or not at all."""
    text = nbformat.writes(lesson.notebook) + "\n"
    write_whole(path.with_suffix(".ipynb"), text)
    record = replace(record, script=hash_text(lesson.text), notebook=hash_text(text))
    write_whole(path, json.dumps(asdict(record), indent=1) + "\n")


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


def _flatten(setting: Setting) -> dict[str, object]:
    """Return everything that a setting says by its name."""
    fields = asdict(setting)
    return fields.pop("versions") | fields.pop("variables") | fields


def _is_ours(path: Path, root: Path) -> bool:
    """Return whether a file belongs to the project, not to the environment or the executor."""
    if not path.is_relative_to(root) or not path.is_file():
        return False
    folders = path.relative_to(root).parts[:-1]
    hidden = any(folder.startswith((".", "__")) for folder in folders)
    apart = folders[:1] in {("node_modules",), ("sitegen",)}
    return not (hidden or apart) and not path.resolve().is_relative_to(Path(sys.prefix).resolve())
