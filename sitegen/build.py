"""Build the site: `python -m sitegen.build [--render-only] [options of sitegen.execute]`.

Executes the lessons whose results could differ, and renders the pages if anything that they are
made from changed, or if somebody changed `site/`.
"""

import hashlib
import importlib.metadata
import json
import os
import re
import sys

from mkdocs.__main__ import cli

from sitegen import execute
from sitegen.lesson import ROOT
from sitegen.record import write_whole

SITE = ROOT / "site"
RENDERED = ROOT / "build" / "site.json"
CONFIG = ROOT / "mkdocs.yml"
SOURCES = (
    *("docs/**/*", "mlp_tutorial/**/*.py", "sitegen/**/*", "benchmarks/*.json"),
    *("build/tutorials/*", "build/cuda/*", "mkdocs.yml", "package-lock.json"),
)


def main(arguments: list[str]) -> int:
    """Build the site, and say where it is."""
    if arguments != ["--render-only"] and (failed := execute.main(arguments)):
        return failed
    made_from = _hash_sources()
    if not RENDERED.exists() or json.loads(RENDERED.read_text()) != [made_from, _hash_site()]:
        RENDERED.unlink(missing_ok=True)
        cli(["build", "--strict"], standalone_mode=False)
        write_whole(RENDERED, json.dumps([made_from, _hash_site()]) + "\n")
    print(f"The site: {(SITE / 'index.html').as_uri()}")
    return 0


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
