"""`nox -s serve`: what an author saves appears, and so does what went wrong with it."""

import json
import os
import socket
import subprocess
import sys
import time
from urllib.request import urlopen

import pytest

LESSON = '# %% [markdown]\n# # Title\n#\n# Prose.\n\n# %%\nprint("re" + "sult")\n'


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def served(project):
    """A copy of the project with two lessons, and the address where it is served."""
    for path in project.glob("tutorials/[0-9]*.py"):
        path.unlink()
    for name in ("01_neuron", "02_layers"):
        (project / f"tutorials/{name}.py").write_text(LESSON)
    (project / "docs/index.md").write_text("# Start\n")
    (project / "docs/course.md").unlink()  # not every site has all overviews
    port = free_port()
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    (project / "t").mkdir()
    env = os.environ | {
        "PYTHONPATH": str(project),
        "NO_MKDOCS_2_WARNING": "1",
        "TMPDIR": str(project / "t"),  # where the served site is; a socket has a short name
    }
    with (
        (project / "log").open("w") as log,
        subprocess.Popen(command, cwd=project, env=env, stdout=log, stderr=log) as process,
    ):
        yield project, f"http://127.0.0.1:{port}"
        process.terminate()


def wait_for(url, *expected):
    """Fetch a page until it has what is expected."""
    page = ""
    for _ in range(2000):
        try:
            page = urlopen(url).read().decode()
        except OSError:
            page = ""
        if page and all(text in page for text in expected):
            return
        time.sleep(0.1)
    raise AssertionError(f"{expected} did not appear:\n{page[-3000:]}")


def executed(project):
    records = {
        path.stem: json.loads(path.read_text()) for path in project.glob("build/tutorials/*.json")
    }
    return {name: (record["seconds"], record["peak"]) for name, record in records.items()}


def rendered(project):
    (site,) = project.glob("t/mkdocs_*")
    return {
        path.relative_to(site).as_posix(): path.stat().st_mtime_ns for path in site.rglob("*.html")
    }


def test_what_is_saved_appears(served):
    project, address = served
    lesson, page = project / "tutorials/01_neuron.py", f"{address}/tutorials/01_neuron.html"
    wait_for(page, "Prose.", "result")
    before, pages = executed(project), rendered(project)

    lesson.write_text(LESSON.replace("Prose.", "Better prose."))
    wait_for(page, "Better prose.", "result")
    index = json.loads(urlopen(f"{address}/search/search_index.json").read())["docs"]
    (found,) = [doc["text"] for doc in index if doc["location"] == "tutorials/01_neuron.html"]
    assert "Better prose." in found
    assert executed(project) == before
    assert {name for name, time in rendered(project).items() if time != pages[name]} == {
        "tutorials/01_neuron.html",
        "index.html",
        "timings.html",
    }

    lesson.write_text(LESSON + "\n# %%\nprint(1 / 0)\n")
    wait_for(page, "The lesson failed", "tutorials/01_neuron.py:10: ZeroDivisionError")
    wait_for(f"{address}/tutorials/02_layers.html", "result")

    lesson.write_text(LESSON + "\n# %%\nprint(1 / 4)\n")
    wait_for(page, "0.25")
    assert "The lesson failed" not in urlopen(page).read().decode()
    assert executed(project)["02_layers"] == before["02_layers"]


def test_what_another_page_shows_changes_there_too(served):
    project, address = served
    lesson, other = project / "tutorials/01_neuron.py", f"{address}/tutorials/02_layers.html"
    wait_for(other, "result")
    lesson.write_text(LESSON.replace("Title", "Better title"))
    wait_for(other, "Better title")


def test_an_error_shows_in_the_browser_until_it_is_mended(served):
    project, address = served
    text, library = project / "docs/index.md", project / "mlp_tutorial/neuron.py"
    (project / "tutorials/01_neuron.py").write_text(
        f"{LESSON}import mlp_tutorial.neuron\nprint(2**20)\n"
    )
    wait_for(f"{address}/tutorials/01_neuron.html", "1048576")

    text.write_text("# Start\n\n$\\nonsense$\n")
    wait_for(f"{address}/index.html", "index.md", "nonsense")
    text.write_text("# Start\n\nMended.\n")
    wait_for(f"{address}/index.html", "Mended.")

    code = library.read_text()
    record = project / "build/tutorials/01_neuron.json"
    before = record.read_text()
    library.write_text(code + "def broken(:\n")
    lesson = "tutorials/01_neuron.py:8: SyntaxError: invalid syntax (neuron.py, line 57)"
    wait_for(
        f"{address}/tutorials/01_neuron.html", "Error reading page &#x27;api/neuron.md", lesson
    )
    library.write_text(code)
    wait_for(f"{address}/api/neuron.html", "mlp_tutorial.neuron")
    wait_for(f"{address}/tutorials/01_neuron.html", "1048576")
    assert record.read_text() == before, "executed what was known already"
