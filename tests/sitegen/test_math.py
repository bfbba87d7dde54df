import re

import pytest
from typer.testing import CliRunner

from sitegen.__main__ import app
from sitegen.pages import math


@pytest.fixture(scope="module")
def katex():
    node = math.Katex()
    yield node
    node.close()


def test_formulas_become_html_and_mathml(katex):
    page = katex.render(
        '<p>a <span class="arithmatex">\\(x &lt; \\alpha\\)</span></p>'
        '<div class="arithmatex">\\[\n\\sum_i x_i\n\\]</div>'
    )
    assert "arithmatex" not in page
    assert page.count("<math") == page.count('class="math"') == 2
    assert '<annotation encoding="application/x-tex">x &lt; \\alpha</annotation>' in page
    assert page.count("katex-display") == 1


def test_what_follows_a_formula_stays_with_it_and_only_a_long_one_may_break(katex):
    formula = '<span class="arithmatex">\\({}\\)</span>'.format
    page = f"<p>so {formula('a = 3x')}, which is {formula('x')}’s <b>{formula('y')}</b>.</p>"
    page = katex.render(f"{page}<p>{formula('x_1 w_1 + x_2 w_2 + x_3 w_3 + b')}. The</p>")
    assert "</span>,</span> which is" in page
    assert "</span>’s</span> <b>" in page
    assert "</span></b>.</p>" in page
    assert "</span>.</span> The" in page
    assert page.count('class="math"') == 3
    assert page.count('class="math long"') == 1


def test_one_process_renders_page_after_page(katex):
    page = '<span class="arithmatex">\\(x\\)</span>'
    assert katex.render(page) == katex.render(page)
    assert katex.render("<p>no math</p>") == "<p>no math</p>"


def test_bad_tex_is_an_error_that_quotes_it_and_the_next_page_renders(katex):
    with pytest.raises(ValueError, match=r"Undefined control sequence: \\nonsense"):
        katex.render('<span class="arithmatex">\\(\\nonsense\\)</span>')
    assert "<math" in katex.render('<span class="arithmatex">\\(x\\)</span>')


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (None, "^expected Node to start, got: .*'node'; install Node, or run `nox -s docs`$"),
        ("exit 1", r"^expected formulas from Node \(.*node\), got ''; install another"),
        (
            "echo hello; exec cat",
            r"^expected formulas from Node \(.*node\), got 'hello.n'; install",
        ),
    ],
)
def test_no_node_and_a_node_that_fails_say_what_to_run(monkeypatch, tmp_path, script, said):
    monkeypatch.setenv("PATH", str(tmp_path))
    if script:
        (tmp_path / "node").write_text(f"#!/bin/sh\nPATH=/bin:/usr/bin\n{script}\n")
        (tmp_path / "node").chmod(0o755)
    with pytest.raises(RuntimeError, match=said):
        math.Katex()
    result = CliRunner().invoke(app, ["build", "--render-only"])
    assert result.exit_code == 1
    assert re.fullmatch(said.lstrip("^").rstrip("$") + ".*\n", result.output)


def test_a_node_that_ends_during_the_build_is_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "node").write_text("#!/bin/sh\nread line\necho '[\"x\"]'\n")
    (tmp_path / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    node = math.Katex()
    with pytest.raises(RuntimeError, match=r"^expected formulas from Node .*, got ''; install"):
        node.render("")
    node.close()
