"""Without Chromium every test of the browser fails with one sentence."""

import pytest

from sitegen.chromium import CURE, find_chromium


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (None, "no program .*/program"),
        ("#!/bin/sh\necho Ferris 1.0\n", ".*/program, which says 'Ferris 1.0'"),
        ("#!/bin/sh\necho no library >&2; exit 127\n", ".*/program, which says 'no library'"),
        ("#!/nowhere\n", ".*/program: No such file or directory"),
    ],
)
def test_a_wrong_chromium_is_named_with_what_to_do(monkeypatch, tmp_path, content, got):
    program = tmp_path / "program"
    if content:
        program.write_text(content)
        program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    with pytest.raises(ValueError, match=f"^expected Chromium, got {got}; {CURE}$"):
        find_chromium()


def test_no_chromium_on_the_path_is_an_error_too(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match=f"^expected Chromium, got no program chromium; {CURE}$"):
        find_chromium()
