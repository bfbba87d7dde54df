"""The preview: what an author saves appears, and so does what went wrong with it."""

import json
import re
import socket
import subprocess
import sys
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
from mkdocs.commands import serve
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.livereload import LiveReloadServer


class Served:
    """The site of a project as `mkdocs serve` keeps it, without the server."""

    def __init__(self, project, site):
        self.project, self.site = project, site
        self.config = load_config(str(project / "mkdocs.yml"), site_dir=str(site))
        self.config.plugins.on_startup(command="serve", dirty=False)
        self.build_all()
        server = SimpleNamespace(builder=None)
        self.config.plugins.on_serve(server, config=self.config, builder=self.build_all)
        self.rebuild = server.builder
        self.builds = 0

    def build_all(self):
        self.builds = getattr(self, "builds", 0) + 1
        build(load_config(str(self.project / "mkdocs.yml"), site_dir=str(self.site)))

    def save(self, name, old, new):
        path = self.project / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        self.rebuild()

    def page(self, name):
        return (self.site / name).read_text()

    def records(self):
        return {path.name: path.read_text() for path in self.project.glob("build/tutorials/*.json")}


@pytest.fixture
def served(project, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "LiveReloadServer", LiveReloadServer)
    served = Served(project, tmp_path / "site")
    yield served
    served.config.plugins.on_shutdown()


def test_a_changed_word_rebuilds_its_page_and_runs_nothing(served):
    seconds = {name: json.loads(text)["seconds"] for name, text in served.records().items()}
    other = served.site / "tutorials/02_guess.html"
    before = other.stat().st_mtime_ns
    served.save("tutorials/01_double.py", "One slice", "A small slice")
    assert "A small slice" in served.page("tutorials/01_double.html")
    assert "A small slice" in served.page("tutorials/01_double.md")
    assert other.stat().st_mtime_ns == before
    assert served.builds == 0
    assert {n: json.loads(text)["seconds"] for n, text in served.records().items()} == seconds


def test_a_changed_title_appears_on_every_page(served):
    served.save("tutorials/01_double.py", "# # Twice as much", "# # Two slices")
    assert "Two slices" in served.page("tutorials/02_guess.html")
    assert "Two slices" in served.page("index.html")


def test_an_error_of_a_lesson_stands_on_its_page_until_it_is_mended(served):
    served.save("tutorials/02_guess.py", "print(double(3))", "print(double(3) / 0)")
    page = served.page("tutorials/02_guess.html")
    assert "The lesson failed" in page
    assert "tutorials/02_guess.py:23: ZeroDivisionError" in page
    assert "Twice as much" in served.page("tutorials/01_double.html")
    served.save("tutorials/02_guess.py", "print(double(3) / 0)", "print(double(3))")
    assert "The lesson failed" not in served.page("tutorials/02_guess.html")
    assert "<samp>6</samp>" in served.page("tutorials/02_guess.html")


def test_a_lesson_that_cannot_be_read_stands_on_its_page_until_it_is_mended(served):
    (served.project / "tutorials/03-name.py").write_text("# %%\n")
    served.save("tutorials/02_guess.py", "- [x] 6", "- [ ] 6")
    assert "02_guess.py:13: expected exactly one option" in served.page("tutorials/02_guess.html")
    assert "03-name.py:1: expected a name such as" in served.page("tutorials/03-name.html")
    assert "Twice as much" in served.page("tutorials/01_double.html")
    served.save("tutorials/02_guess.py", "- [ ] 6", "- [x] 6")
    assert "<samp>6</samp>" in served.page("tutorials/02_guess.html")


def test_an_error_of_a_page_stands_in_its_place_until_it_is_mended(served):
    served.save("docs/teachers.md", "# How long", "$\\nonsense$\n\n# How long")
    assert "teachers.md: KaTeX parse error" in served.page("teachers.html")
    served.save("docs/teachers.md", "$\\nonsense$\n\n", "")
    assert "How long the lessons run" in served.page("teachers.html")


def test_an_error_of_a_whole_build_stands_on_every_page_until_it_is_mended(served):
    served.save("mkdocs.yml", "theme: material", "theme: nonsense")
    assert "Aborted with a configuration error" in served.page("index.html")
    served.save("mkdocs.yml", "theme: nonsense", "theme: material")
    assert "Two lessons" in served.page("index.html")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_the_server_shows_what_was_saved(project):
    """Nobody naps: the server tells when it serves and when it has rebuilt."""
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", address]
    lesson = project / "tutorials/01_double.py"

    def ask(path):
        return urlopen(f"http://{address}/{path}").read().decode()

    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = next(line for line in process.stderr if "Serving on" in line or "rror" in line)
            assert "Serving on" in said
            page = ask("tutorials/01_double.html")
            assert "One slice" in page
            epoch = re.search(r"livereload\((\d+)", page)[1]
            lesson.write_text(lesson.read_text().replace("One slice", "A small slice"))
            now = epoch
            while now == epoch:  # it answers when it has rebuilt, or after a minute
                now = ask(f"livereload/{epoch}/1")
            assert "A small slice" in ask("tutorials/01_double.html")
        finally:
            process.terminate()
