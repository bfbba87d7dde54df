import pytest

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


def test_one_process_renders_page_after_page(katex):
    page = '<span class="arithmatex">\\(x\\)</span>'
    assert katex.render(page) == katex.render(page)
    assert katex.render("<p>no math</p>") == "<p>no math</p>"


def test_bad_tex_is_an_error_that_quotes_it_and_the_next_page_renders(katex):
    with pytest.raises(ValueError, match=r"Undefined control sequence: \\nonsense"):
        katex.render('<span class="arithmatex">\\(\\nonsense\\)</span>')
    assert "<math" in katex.render('<span class="arithmatex">\\(x\\)</span>')


def test_katex_that_is_not_installed_is_a_clear_error(monkeypatch, tmp_path):
    monkeypatch.setattr(math, "ASSETS", tmp_path / "none")
    with pytest.raises(FileNotFoundError, match="run `npm ci`"):
        math.Katex()
