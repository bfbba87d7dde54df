"""A build that is killed leaves what is old or what is new, never half of one.

`KILLS` in the environment says how many builds are killed, each at a random moment.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import time

import pytest

from mlp_tutorial.lessons import read_lessons
from sitegen import ROOT
from sitegen.execute.record import Record, Run, find_run

KILLS = int(os.environ.get("KILLS", "1"))


@pytest.fixture
def project(executed_course):
    """A project that `python -m sitegen` takes for its own."""
    links = ("mlp_tutorial", "node_modules", "package-lock.json", "sitegen", "LICENSE", "README.md")
    for name in links:
        (executed_course / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "pyproject.toml", executed_course)  # of the wheel
    config = executed_course / "mkdocs.yml"
    config.write_text(f"{config.read_text()}hooks: [sitegen/hook.py]\n")
    return executed_course


def start(root, version):
    """Build another version of the site; whoever belongs to the build holds its output open."""
    (root / "words.txt").write_text(f"version-{version}\n")  # a lesson prints it
    (root / "docs/index.md").write_text(f"# Front\n\nversion-{version}\n\n$x^2$\n")
    return subprocess.Popen(
        [sys.executable, "-m", "sitegen", "build"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def look(site):
    """Return the names of a site's files, and the versions in each that has any."""
    names, versions = set(), {}
    for path in site.rglob("*"):
        names.add(name := path.relative_to(site).as_posix())
        text = path.read_text() if path.suffix in {".html", ".md", ".ipynb", ".json"} else ""
        if found := sorted(set(re.findall(r"version-\d+", text))):
            versions[name] = found
    return names, versions


def test_a_killed_build_leaves_the_old_site_or_the_new_one(project):
    began = time.monotonic()
    said = start(project, 0).communicate()[0]
    assert "The site: " in said, said
    duration = time.monotonic() - began
    names, versions = look(project / "site")
    assert {"index.html", "tutorials/01_double.html"} <= set(versions)

    moments, old, killed = random.Random(0), 0, []
    for new in range(1, KILLS + 1):
        process = start(project, new)
        try:
            process.wait(timeout=moments.uniform(0, duration))
        except subprocess.TimeoutExpired:
            process.kill()
        else:
            assert process.returncode == 0, process.communicate()[0]
        print(new, process.poll())  # None if it was killed
        killed.append(process)  # what it started may live a little longer, beside the next build
        found, shown = look(project / "site")
        assert found == names
        version = shown["index.html"]
        assert version in ([f"version-{old}"], [f"version-{new}"])
        assert shown == dict.fromkeys(versions, version)
        old = int(version[0].removeprefix("version-"))
        for lesson in read_lessons(project / "tutorials"):
            for path in (project / "build/tutorials").glob("*.json"):
                Record.read(path)  # raises if it is not whole
            run = find_run(lesson, project)
            assert isinstance(run, Run) or "damaged" not in run.reason

    for process in killed:
        process.communicate()  # ends only when no kernel and no forkserver is left
    last = start(project, KILLS + 1)
    said = last.communicate()[0]
    assert last.returncode == 0, said
    found, shown = look(project / "site")
    assert found == names
    assert shown == {name: [f"version-{KILLS + 1}"] for name in versions}
    assert [*(project / "build").glob("site.*")] == []
