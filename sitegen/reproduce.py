"""Build everything twice, and show the first difference: `nox -s docs -- --check-reproducible`.

First every lesson is executed twice, and the notebooks are compared. Cells tagged `timing` measure
time, so what they put out may differ. Then the site is rendered twice, and every file is compared.
"""

import difflib
import filecmp
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from sitegen.compare import TIMING
from sitegen.lesson import ROOT, read_lessons
from sitegen.record import EXECUTED


def execute_again(folder: Path) -> bool:
    """Execute every lesson, keep the notebooks in a folder, and say whether all went well."""
    done = subprocess.run(
        [sys.executable, "-m", "sitegen.execute", "--force"], cwd=ROOT, check=False
    )
    for lesson in read_lessons():
        notebook = ROOT / EXECUTED / f"{lesson.name}.ipynb"
        if notebook.exists():
            (folder / notebook.name).write_bytes(notebook.read_bytes())
    return done.returncode == 0


def read_lasting(path: Path) -> str:
    """Read an executed notebook without what its timing cells put out."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if TIMING in cell.metadata.get("tags", []):
            cell.outputs = []
    return nbformat.writes(notebook)


def compare_notebooks(one: Path, other: Path) -> str | None:
    """Find the first difference between two folders of notebooks."""
    for path in sorted(one.glob("*.ipynb")):
        mine, theirs = (read_lasting(folder / path.name).splitlines() for folder in (one, other))
        changed = [
            line
            for line in difflib.unified_diff(mine, theirs, lineterm="", n=0)
            if not line.startswith(("---", "+++"))
        ]
        if changed:
            return "\n".join([f"{path.name} came out differently:", *changed[:3]])
    return None


def compare_sites(one: Path, other: Path) -> str | None:
    """Find the first file that differs between two builds of the site from the same notebooks."""
    files = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*")}
    for file in sorted(files):
        if (one / file).is_dir():
            continue
        same = all((folder / file).exists() for folder in (one, other)) and filecmp.cmp(
            one / file, other / file, shallow=False
        )
        if not same:
            return f"{file} came out differently"
    return None


def main() -> int:
    """Execute twice and render twice; report the first difference of each."""
    with tempfile.TemporaryDirectory() as folder:
        notebooks = [Path(folder, name) for name in ("one", "other")]
        for copy in notebooks:
            copy.mkdir()
            if not execute_again(copy):
                return 1
        difference = compare_notebooks(*notebooks)
        sites = [Path(folder, name) for name in ("site-one", "site-other")]
        for site in sites:
            build = ["-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)]
            subprocess.run([sys.executable, *build], cwd=ROOT, check=True)
        difference = difference or compare_sites(*sites)
    print(difference or "two runs gave the same, byte for byte")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
