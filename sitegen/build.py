"""Build the site: `python -m sitegen.build [--render-only] [--zip] [options of sitegen.execute]`.

Executes the lessons whose results could differ, and renders the pages if anything that they are
made from changed, or if somebody changed `site/`. With `--zip` the site is written as one file too.
"""

import hashlib
import importlib.metadata
import json
import os
import re
import sys
from importlib import import_module
from pathlib import Path
from threading import Thread
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from mkdocs.__main__ import cli

from sitegen import execute
from sitegen.lesson import ROOT
from sitegen.record import write_whole

SITE = ROOT / "site"
RENDERED = ROOT / "build" / "site.json"
CONFIG = ROOT / "mkdocs.yml"
RENDERERS = ("mkdocs_jupyter.plugin", "mkdocstrings", "material.plugins.search.plugin")
SOURCES = (
    *("docs/**/*", "mlp_tutorial/**/*.py", "sitegen/**/*", "benchmarks/*.json"),
    *("build/tutorials/*", "build/cuda/*", "mkdocs.yml", "package-lock.json"),
)


def main(arguments: list[str]) -> int:
    """Build the site, and say where it is."""
    options = [each for each in arguments if each not in {"--render-only", "--zip"}]
    # While lessons run, this process waits; it may as well import what renders.
    Thread(target=lambda: [*map(import_module, RENDERERS)], daemon=True).start()
    if "--render-only" not in arguments and (failed := execute.main(options)):
        return failed
    made_from = _hash_sources()
    if not RENDERED.exists() or json.loads(RENDERED.read_text()) != [made_from, _hash_site()]:
        RENDERED.unlink(missing_ok=True)
        cli(["build", "--strict"], standalone_mode=False)
        write_whole(RENDERED, json.dumps([made_from, _hash_site()]) + "\n")
    print(f"The site: {(SITE / 'index.html').as_uri()}")
    if "--zip" in arguments:
        print(f"As one file: {_zip().as_uri()}")
    return 0


def _zip() -> Path:
    """Write the site as one file; the same site gives the same bytes."""
    path = ROOT / "build" / "site.zip"
    with ZipFile(path, "w") as archive:
        for file in sorted(file for file in SITE.rglob("*") if file.is_file()):
            entry = ZipInfo(file.relative_to(ROOT).as_posix())
            archive.writestr(entry, file.read_bytes(), ZIP_DEFLATED)
    return path


def _hash_sources() -> str:
    """Hash all that the pages are made from: files, packages, and the variables of mkdocs.yml."""
    found = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        if path.is_file() and path.suffix != ".pyc":
            found.update(f"\0{path}\0".encode() + path.read_bytes())
    names = re.findall(r"!ENV \[?(\w+)", CONFIG.read_text("utf-8"))
    variables = [(name, os.environ.get(name)) for name in names]
    packages = sorted((d.name, d.version) for d in importlib.metadata.distributions())
    found.update(json.dumps([variables, packages]).encode())
    return found.hexdigest()


def _hash_site() -> str:
    """Hash which files the site has, and when they changed."""
    files = sorted(path for path in SITE.rglob("*") if path.is_file())
    times = [(path.as_posix(), path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps(times).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
