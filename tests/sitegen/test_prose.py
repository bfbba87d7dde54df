"""What an author writes is what readers see, or the build says where it is not."""

import re
import textwrap

import griffe
import pytest
from mkdocs.config import load_config

from mlp_tutorial.lessons import Lesson
from sitegen import ROOT
from sitegen.pages.prose import Prose


@pytest.fixture(scope="module")
def prose():
    config = load_config(str(ROOT / "mkdocs.yml"))
    extensions = [each for each in config.markdown_extensions if isinstance(each, str)]
    return Prose(extensions, config.mdx_configs)


FINE = """\
`<b>` and `[^1]`, `a | b`; 3 < 4 > 2, x<-1, x <= y and y >= z
[0, 1], text[1], {1, 2}, 5 * 3, snake_case, C++, R&D, ~5 min, P(A|B), a == b, 10:30:20, e.g. "x"
&lt;b&gt;, \\*, \\[0\\](x), It costs \\$5 and \\$6., **N**eural, <https://x.y>, <a@b.c>
$a < b$ and \\(c_1\\), [a *b* `c`](b.md "title"){ .button }, [`x`][mlp_tutorial.x], ![A _b_](x.png)
Straße 学习 – “…” 🙂
# A title of 2 words: R&D
$$\\n\\begin{aligned} a &= b \\\\ c \\end{aligned}\\n$$
```text\\n[^1] <b> ~~x~~\\n- [ ] x\\n```
~~~~\\n```mermaid\\n```\\n~~~~
!!! note "A title"\\n    Text.\\n\\n??? question\\n    Text.
| a | b |\\n|---|--:|\\n| `x` | 2 |
1. a\\n2. b\\n\\n    ```python\\n    x\\n    ```
- a\\n    - b
3. c\\n4. d\\n\\n    Its text.
It came in\\n1986. It costs $5, see [it](https://x.y/a_(b)), H<sub>2</sub>O, <kbd>Ctrl</kbd>, a<br>b
## C\\#
> A quote.\\n> 5 words.
See [it][a].\\n\\n[a]: https://x.y
<details><summary>Hint 1</summary>\\n\\nText `x`.\\n\\n</details>
<div class="hero" markdown>\\n\\nText<br>\\n{ .lead }\\n\\n</div>
A mark.\\n\\n<!-- figure a-line -->"""


@pytest.mark.parametrize("source", FINE.splitlines())
def test_what_readers_see_as_it_was_written_is_fine(prose, source):
    source = source.replace("\\n", "\n")
    assert prose.check(source) == []
    assert prose.check(f"Before.\n\n{source}\n\nAfter.") == []


VANISHING = """\
if x<y then y>z|x y then y z
List<int>|int
a <name> b|name
<b>bold</b>|b b
<script>alert(1)</script>|script alert 1 script
<a href="x">y</a>|a href x a
<div onclick="x()">|div onclick x
<?php echo ?>|php echo
text <!--hidden--> text|hidden
text <![CDATA[ hidden ]]>|CDATA hidden
<!-- TODO: words -->|TODO words
the __init__ method|__init__
# A set {a, b}|a b
`f`{n}|n
text\\n{: .cls }|cls
[note]: important|note important
| a |\\n|---|\\n| 1 | three ||three"""


@pytest.mark.parametrize("case", VANISHING.splitlines())
def test_words_that_vanish_are_quoted_with_their_line(prose, case):
    source, _, words = case.replace("\\n", "\n").rpartition("|")
    (line, said), *_ = prose.check(f"Before.\n\n{source}")
    assert line == 3 + source.count("\n")
    assert said.startswith(f"readers would not see {words!r}; put code in backquotes")


RAW = """\
[^1]: A note.
> [!NOTE]\\n> A text.
=== "Tab"
- [ ] A task.
1. [x] Done.
Term\\n: Definition.
==marked==
:smile:
:func:`x`
~~struck~~
x^2^
++ctrl+c++
[[wiki]]
[text][nowhere]
![alt](x.png
Text:\\n- a
Text:\\n* a
Text:\\n1. a
Text:\\n| a | b |\\n|---|---|\\n| 1 | 2 |
| a | b |
a lone $x
$5 and $6
$$x
\\\\(x
\\\\ref{eq}
f(*args, **kwargs)
**bold
`code
```python\\nx
{{ x }}
{% if x %}
{++x++}
.. note::
:param x: The x.
*[HTML]: Hypertext
--8<-- "x"
/// note
::: nowhere"""


@pytest.mark.parametrize("source", RAW.splitlines())
def test_signs_that_stay_are_quoted_with_their_line(prose, source):
    source = source.replace("\\n", "\n").replace("\\\\", "\\")
    found = prose.check(f"Before.\n\n{source}")
    said = [each for each in found if each[1].startswith("readers would see the signs of Markdown")]
    assert said
    for line, what in said:
        quoted = re.search(r"in (['\"])(.*?)\1; put", what)[2].replace("\\\\", "\\")
        assert quoted in source.splitlines()[line - 3]


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("a\n\n    [x](02_layers.py)", 3, "0 fences make 1 blocks of code"),
        ("a\n\n<details><summary>x</summary>", 3, "1 <details> and 0 </details>"),
        ("a\n</div>", 2, "0 <div> and 1 </div>"),
        ("a\n\n## On $x^2$", 3, "a heading with a formula"),
        ("a\nthat 2*3*4 is", 2, "the stars around '3' vanish"),
        ("w1*x1 + w2*x2", 1, "the stars around 'x1 + w2' vanish"),
        ("- a\n  - b", 2, "an indentation that belongs to no item"),
        ("1. a\n   - b", 2, "an indentation that belongs to no item"),
        ("- a\n\n  b", 3, "an indentation that belongs to no item"),
        ("1. a\n\n   ```python\n   x\n   ```", 3, "an indentation that belongs to no item"),
        ("see issue\n#12", 2, "a heading without a space"),
        ("a\n\n## On C#", 3, "a heading that loses its last #"),
        ("where a\n> b", 2, "a quote without an empty line above"),
        ("a\n\n>3 is large", 3, "a quote without an empty line above"),
        ("x**2 + y**2", 1, "the stars around '2 + y' vanish"),
    ],
)
def test_what_else_would_look_different_is_named(prose, source, line, said):
    assert any(line == at and said in what for at, what in prose.check(source))


def test_a_list_begins_with_the_number_that_it_has(prose):
    assert '<ol start="3">' in prose._markdown.reset().convert("3. c\n4. d")


def test_a_lesson_is_checked_with_its_captions_and_questions(prose, tmp_path):
    script = textwrap.dedent("""\
        # %% [markdown]
        # # Title
        #
        # For x<y and y>z.

        # %% figure="a" caption="Of `x`."
        1

        # %% [markdown] tags=["predict"]
        # Which?
        #
        # - [ ] List<int>
        #   It is.
        # - [x] No.
        #   Yes, $x.
        """)
    found = list(prose.check_lesson(Lesson(tmp_path / "tutorials/01_it.py", script)))
    assert [each.split(":")[1] for each in found] == ["4", "6", "12", "15"]
    assert all(each.startswith("tutorials/01_it.py:") for each in found)


def test_a_page_and_a_docstring_are_checked_with_their_lines(prose):
    page = "---\ntitle: It\n---\n\n# It\n\na <b> c\n"
    (said,) = prose.check_page("it.md", page, page.partition("---\n\n")[2])
    assert said.startswith("it.md:7: readers would not see 'b'")

    code = textwrap.dedent('''\
        """A module of <things>."""

        __all__ = ["f"]


        def f(x):
            """Double it.

            For a List<int>, not for
            <str>.

            Args:
                x: A <number>.

            Examples:
                Then `a*b` and <c>:

                >>> f([1] * 2)[0]  # <fine>
            """
        ''')
    module = griffe.visit("it", ROOT / "mlp_tutorial/it.py", code)
    found = [each.split(": ") for each in prose.check_docstrings(module)]
    assert [where for where, *_ in found] == [f"mlp_tutorial/it.py:{n}" for n in (1, 9, 10, 13, 16)]
