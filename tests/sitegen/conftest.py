"""A project of two small lessons, to change and to execute."""

import shutil
from pathlib import Path

import pytest

from mlp_tutorial.lessons import read_lessons
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
    root = shutil.copytree(COURSE, tmp_path_factory.mktemp("executed") / "course")
    failures = Pool(root=root).execute(read_lessons(root / "tutorials"))
    assert not failures, failures[0]
    return root


@pytest.fixture
def executed_course(executed, tmp_path):
    """A copy of the executed course, to change."""
    return shutil.copytree(executed, tmp_path / "executed")
