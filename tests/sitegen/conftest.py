"""A project of two small lessons, to change and to execute."""

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from mkdocs.commands.build import build
from mkdocs.config import load_config

from mlp_tutorial.lessons import read_lessons
from sitegen import ROOT
from sitegen.__main__ import render
from sitegen.execute.pool import Pool

COURSE = Path(__file__).with_name("course")
collect_ignore = ["course"]


@pytest.fixture
def course(tmp_path):
    """A copy of the course that nobody has executed."""
    return shutil.copytree(COURSE, tmp_path / "course")


@pytest.fixture(scope="session")
def executed(tmp_path_factory):
    """A copy of the course that has been executed; read it, but do not change it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which all processes share; one executes for all
    root = folder / "executed"
    with FileLock(folder / "executed.lock"):
        if not root.exists():
            copy = shutil.copytree(COURSE, folder / "executing")
            failures = Pool(root=copy).execute(read_lessons(copy / "tutorials"))
            assert not failures, failures[0]
            copy.rename(root)
    return root


@pytest.fixture
def executed_course(executed, tmp_path):
    """A copy of the executed course, to change."""
    return shutil.copytree(executed, tmp_path / "executed")


def add_hook(root):
    """Let MkDocs build the site of a copy of the course."""
    config = root / "mkdocs.yml"
    config.write_text(f"{config.read_text()}hooks: ['{ROOT}/sitegen/hook.py']\n")
    return root


@pytest.fixture
def build_here(tmp_path):
    """Let MkDocs build a project in this process, which has imported everything; return the site."""

    def run(root):
        site = tmp_path / "built here"
        config = load_config(str(root / "mkdocs.yml"), site_dir=str(site), strict=True)
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
        return site

    return run


@pytest.fixture
def project(executed_course):
    """A copy of the executed course that MkDocs can build, to change."""
    return add_hook(executed_course)


@pytest.fixture(scope="session")
def built(executed, tmp_path_factory):
    """A copy of the executed course whose site is built; who changes it changes it back."""
    root = add_hook(shutil.copytree(executed, tmp_path_factory.mktemp("built") / "course"))
    render(root / "site", root)
    return root
