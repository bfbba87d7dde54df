"""Build the site: `python -m sitegen.build [--render-only] [--zip] [options of sitegen.execute]`.

Executes the lessons whose results could differ, and renders the pages if anything that they are
made from changed, or if somebody changed `site/`. Which modules of the library that is, is noted
while they are rendered. With `--zip` the site is written as one file too.
"""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import sitegen.collector  # noqa: F401  # before what is large

ROOT = Path(__file__).parent.parent
SITE = ROOT / "site"
RENDERED = ROOT / "build" / "site.json"
MADE = ROOT / "build" / "made.json"
CONFIG = ROOT / "mkdocs.yml"
RENDERERS = ("mkdocs.__main__", "mkdocs.commands.build", "mkdocs_jupyter.plugin", "sitegen.hook")
MAKERS = ("sitegen/**/*", "mkdocs.yml", "package-lock.json")
SOURCES = (
    *(*MAKERS, "docs/**/*", "benchmarks/*.json"),
    *("tutorials/*.py", "build/tutorials/*", "build/cuda/*"),
)
LIBRARY = ROOT / "mlp_tutorial"


def main(arguments: list[str]) -> int:
    """Build the site, and say where it is."""
    options = [each for each in arguments if each not in {"--render-only", "--zip"}]
    if options or not (_is_rendered() and _recall().get("used") == _hash_used()):
        if "--render-only" not in arguments and (failed := _execute(options)):
            return failed
        _render()
    print(f"The site: {(SITE / 'index.html').as_uri()}")
    if "--zip" in arguments:
        print(f"As one file: {_zip().as_uri()}")
    return 0


def _execute(options: list[str]) -> int:
    """Execute the lessons whose results could differ."""
    from sitegen import execute  # noqa: PLC0415  # a second, which a built site need not wait for

    return execute.main(options, meanwhile=lambda: [*map(import_module, RENDERERS)])


def _render() -> None:
    """Render the pages, if they could differ, and note what they were made from."""
    used = _hash_used()
    if _is_rendered():
        _note(_recall() | {"used": used})
        return
    from mkdocs.__main__ import cli  # noqa: PLC0415  # as above

    from sitegen import memory, probe  # noqa: PLC0415

    sources, library = _hash_files(SOURCES), _hash_library()
    made_by = _hash_files(MAKERS)
    RENDERED.unlink(missing_ok=True)
    memory.recall(MADE, made_by)
    probe.start()
    cli(["build", "--strict"], standalone_mode=False)
    memory.keep(MADE, made_by)
    found = json.loads(probe.report())
    opened = (*found["opened"], *found["modules"])
    read = {os.path.realpath(path) for path in opened if path.endswith(".py")}
    known = {path: hashed if path in read else None for path, hashed in library.items()}
    _note({"sources": sources, "library": known, "used": used, "site": _hash_site()})


def _note(state: dict[str, Any]) -> None:
    from sitegen.record import write_whole  # noqa: PLC0415

    write_whole(RENDERED, json.dumps(state) + "\n")


def _recall() -> dict[str, Any]:
    """Read what the site was made from."""
    state: dict[str, Any] = json.loads(RENDERED.read_bytes())
    return state


def _zip() -> Path:
    """Write the site as one file; the same site gives the same bytes."""
    path = ROOT / "build" / "site.zip"
    with ZipFile(path, "w") as archive:
        for file in sorted(file for file in SITE.rglob("*") if file.is_file()):
            entry = ZipInfo(file.relative_to(ROOT).as_posix())
            archive.writestr(entry, file.read_bytes(), ZIP_DEFLATED)
    return path


def _is_rendered() -> bool:
    """Tell whether the site is what rendering would make."""
    with suppress(OSError, ValueError, TypeError, KeyError):  # there is no site, or nobody knows
        state, library = _recall(), _hash_library()
        return (
            state["sources"] == _hash_files(SOURCES)
            and library.keys() == state["library"].keys()
            and all(known in {None, library[path]} for path, known in state["library"].items())
            and state["site"] == _hash_site()
        )
    return False


def _hash_library() -> dict[str, str]:
    """Hash each module of the library."""
    modules = LIBRARY.resolve().rglob("*.py")
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in modules}


def _hash_used() -> str:
    """Hash which files the lessons used, and when they changed."""
    used: set[str] = set()
    for path in (ROOT / "build" / "tutorials").glob("*.json"):
        with suppress(ValueError, KeyError, TypeError):  # if damaged; then its bytes tell
            record = json.loads(path.read_bytes())
            used.update(record["modules"], record["files"])
    stats = [(ROOT / name).stat() for name in sorted(used) if (ROOT / name).exists()]
    states = [(stat.st_mtime_ns, stat.st_size) for stat in stats]
    return hashlib.sha256(json.dumps(states).encode()).hexdigest()


def _hash_files(patterns: Iterable[str]) -> str:
    """Hash files, and what counts for all of them."""
    found = hashlib.sha256(_environment().encode())
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        if path.is_file() and path.suffix != ".pyc":
            found.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()


@cache
def _environment() -> str:
    """List the variables of mkdocs.yml, Python and the packages."""
    names = re.findall(r"!ENV \[?(\w+)", CONFIG.read_text("utf-8"))
    variables = [(name, os.environ.get(name)) for name in names]
    folders = [folder for folder in map(Path, sys.path) if folder.is_dir()]
    packages = sorted(path.name for folder in folders for path in folder.glob("*.dist-info"))
    return json.dumps([variables, sys.version, packages])


def _hash_site() -> str:
    """Hash which files the site has, and when they changed."""
    files = sorted(path for path in SITE.rglob("*") if path.is_file())
    times = [(path.as_posix(), path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps(times).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
