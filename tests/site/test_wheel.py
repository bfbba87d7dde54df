"""The package that learners install."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from mlp_tutorial import lessons

ROOT = Path(lessons.__file__).parents[1]


def test_the_wheel_has_every_lesson_and_the_command(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "uv", "build", "--wheel", "--out-dir", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        for lesson in lessons.read_lessons():
            name = f"mlp_tutorial/_lessons/{lesson.path.name}"
            assert archive.read(name) == lesson.path.read_bytes()
        entry = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert b"mlp-tutorial = mlp_tutorial._command.app:main" in archive.read(entry)
