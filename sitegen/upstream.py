"""Every touch on MkDocs, Material and mkdocs-jupyter that is not their documented API.

Each function says why it is needed, the version it was seen to work with, and what ends it.
`tests/site/test_upstream.py` fails loudly if upstream changes. What is not code is listed in
ARCHITECTURE.md: the two scripts in `docs/overrides` and the ceilings in `pyproject.toml`.
"""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.commands import serve
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from sitegen.pages.cells import PHONE

Built = tuple[MkDocsConfig, Files, Navigation, Environment]  # what a build makes pages with
TOGGLE = re.compile(r'(<input class="md-toggle"[^>]*) autocomplete="off"')
SOURCE = re.compile(
    r'(<details class="mkdocstrings-source">.*?</summary>)\s*<div class="highlight">.*?'
    r"<code>(.*?)</code></pre></div></td></tr></table></div>",
    re.DOTALL,
)
PATCHES = {
    "assets/javascripts/bundle.*.min.js": {
        # Each copy button stands in a landmark without a name.
        '"nav",{class:"md-code__nav"}': '"div",{class:"md-code__nav"}',
        # The search index is fetched when a page opens, not when somebody searches.
        '(location.protocol!=="file:"),': "(!1),",
        # A message that is pasted with the mouse is not searched for, since no key was pressed.
        't.pipe(Re(zt)),h(e,"keyup"),o)': 't.pipe(Re(zt)),h(e,"input"),o)',
        # Without a server no page is exchanged, and Material takes that for the end of all pages:
        # no copy buttons, no mark in the table of contents, sidebars over the footer.
        '"file:")return y;$(document)': '"file:")return tt;$(document)',
        # Each block of code is measured right after its copy button is added, so the page is laid
        # out again for each. Measure all of them once the page stands.
        "function es(e){return Le(e).pipe(": "function es(e){return mt(e).pipe(Ee(1),b(()=>Le(e)),",
    },
    "assets/javascripts/workers/search.*.min.js": {
        # The search takes two of its nodes for one if their letters and numbers, written in a row,
        # look alike. Then it knows words that no page has, and fails on whatever they begin with.
        "e=e+s+o.id}return e": 'e=e+s+o.id+","}return e',
    },
}


def render_as_markdown(page: Page) -> None:
    """Let MkDocs render the page of a notebook from `page.markdown`, as it does any page.

    mkdocs-jupyter replaces the method `render` of such a page by a conversion that knows no
    admonitions, strict links or search. Deleting it brings MkDocs's own method back, or fails.
    Seen with mkdocs-jupyter 0.26.3. Ends with 0.27, whose options `custom_template` and
    `markdown_cell_processor: mkdocs` do this; it needs Python 3.12.
    """
    del page.render


def mend_page(page: str) -> str:
    """Fix the accessibility and the validity of a page from Material's templates.

    It names the search dialog, tells headings of a page from parts of the course with the same
    words, drops attributes that HTML does not allow there, lets the keyboard scroll wide tables and
    formulas, and takes the highlighting out of source code that is folded away, since Material's
    script visits each of its spans.
    Seen with Material 9.8 and mkdocstrings-python 2.0. Ends when the site leaves Material.
    """
    page = page.replace(' role="dialog"', ' role="dialog" aria-label="Search"', 1)
    page = re.sub(r'(<nav class="md-nav" aria-label="[^"]*)', r"\1, on this page", page)
    page = re.sub(r'(<[^<>]*) tabindex=""', r"\1", TOGGLE.sub(r"\1", page))
    page = page.replace('<div class="math">', '<div class="math" tabindex="0">')
    page = re.sub(r"<table( data-cards)?>", r'<table tabindex="0"\1>', page)
    return SOURCE.sub(_unhighlight, page)


def _unhighlight(source: re.Match[str]) -> str:
    text = re.sub(r"<[^>]*>", "", source[2])
    scrolls = ' tabindex="0"' * (max(map(len, html.unescape(text).split("\n"))) > PHONE)
    return f"{source[1]}<pre><samp{scrolls}>{text}</samp></pre>"


def drop_styles(page: str) -> str:
    """Leave the styles of math, of the reference and of what one page has to pages that have it.

    MkDocs links every stylesheet on every page. Seen with MkDocs 1.6 and Material 9.8. Ends when a
    page can have styles of its own.
    """
    marks = {
        "katex.min": 'class="katex',
        "_mkdocstrings": 'class="doc ',
        "reference": 'class="doc ',
        "front": 'class="hero"',
        "riddle": 'class="predict riddle"',
        "teachers": 'class="plan"',
    }

    def needed(link: re.Match[str]) -> str:
        name = link["name"]
        mark = f"<{name}" if name.startswith("mlp-") else marks.get(name, "")
        return link[0] if mark in page else ""

    return re.sub(r'<link rel="stylesheet" href="[^"]*?(?P<name>[^"/]*)\.css">\s*', needed, page)


def patch_scripts(site: Path) -> None:
    """Patch Material's scripts in a built site; `PATCHES` gives the reasons.

    Seen with Material 9.8. Ends when the site leaves Material.
    """
    for name, patches in PATCHES.items():
        (path,) = site.glob(name)
        script = path.read_text("utf-8")
        for old, new in patches.items():
            if script.count(old) != 1:
                problem = f"expected {old!r} once in Material's script, got {script.count(old)}"
                raise ValueError(f"{problem}; look at PATCHES in sitegen/upstream.py")
            script = script.replace(old, new)
        path.write_text(script, encoding="utf-8")


def prepare_server(seconds: float) -> None:
    """Let the server of the preview open its port before the first build, and look for files often.

    `mkdocs serve` opens the port after the build, and an error there is a traceback. Most of the
    time an author waits for a saved file is its interval of 0.5 s, for which it has no option.
    Seen with MkDocs 1.6.1. Ends with MkDocs.
    """

    def start(**options: Any) -> LiveReloadServer:
        server = LiveReloadServer(**options, polling_interval=seconds)
        try:
            server.server_bind()
        except (OSError, OverflowError) as error:
            server.server_close()
            problem = f"expected a free port at {options['host']}:{options['port']}, got: {error}"
            raise MkDocsException(f"{problem}; choose another with -a 127.0.0.1:8123") from None
        server.server_bind = lambda: None  # type: ignore[method-assign]
        return server

    serve.LiveReloadServer = start  # type: ignore[attr-defined, assignment]


def build_with(server: LiveReloadServer, rebuild: Callable[[], None]) -> None:
    """Let the server of the preview call a function of ours when a file was saved.

    The event `on_serve` can't replace the builder. Seen with MkDocs 1.6.1. Ends with MkDocs.
    """
    server.builder = rebuild


def rebuild_page(page: Page, built: Built) -> None:
    """Build a single page again, with everything else as the last build left it.

    A build of the whole site takes seconds, and MkDocs's own way to build less, `--dirty`, loses
    the titles of all other pages. Seen with MkDocs 1.6.1. Ends when the site leaves MkDocs.
    """
    config, files, nav, env = built
    _populate_page(page, config, files)
    config.plugins.on_env(env, config=config, files=files)
    _build_page(page, config, files.documentation_pages(), nav, env)
