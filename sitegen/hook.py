"""The MkDocs hook: executed lessons become pages, and math becomes HTML.

With mkdocs-jupyter 0.27 the template folder and `on_page_content` become its options
`custom_template` and `markdown_cell_processor: mkdocs`; it needs Python 3.12.
"""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import mkdocs_jupyter.config
from jinja2 import Environment, FileSystemBytecodeCache
from material.plugins.search.plugin import SearchIndex, SearchPlugin
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, get_toc
from mkdocs.utils.templates import TemplateContext

from sitegen.access import make_accessible, patch_script
from sitegen.cards import draw_card
from sitegen.content import executed, fill, first_sentence, plain
from sitegen.downloads import add_downloads, links
from sitegen.figures import inline_figures, wrap
from sitegen.fonts import subset_fonts
from sitegen.lesson import ROOT, TUTORIALS, read_lesson, read_lessons
from sitegen.markdown import REFERENCE, write_index, write_markdown
from sitegen.math import ASSETS, Katex
from sitegen.memory import remember
from sitegen.preview import Preview, execute_changed, notebook_of
from sitegen.record import EXECUTED, find_run
from sitegen.tensors import add_tensors

LIBRARY = "mlp_tutorial"
TEMPLATES = ROOT / "build" / "templates"
_katex: Katex | None = None
UNSEARCHED = re.compile(
    r'<(?:div|span) class="(?:arithmatex|[^"]*\binput\b[^"]*)"|<figure class="plot"'
    r'|<details class="mkdocstrings-source"'
)
_preview: Preview | None = None  # while somebody watches


def on_startup(command: Literal["build", "gh-deploy", "serve"], **_: Any) -> None:
    """Begin the live preview."""
    global _preview  # noqa: PLW0603
    _preview = Preview() if command == "serve" else None


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Give mkdocs-jupyter our template, and the pages KaTeX's styles."""
    mkdocs_jupyter.config.settings.templates_dir = str(Path(__file__).with_name("templates"))
    config.extra_css.insert(0, "assets/katex/katex.min.css")
    for plugin in config.plugins.values():
        if isinstance(plugin, SearchPlugin):
            _index_once(plugin.search_index)
    return config


def on_serve(server: LiveReloadServer, builder: Callable[[], None], **_: Any) -> None:
    """Build what a change asks for."""
    assert _preview
    _preview.watch(server, builder)


def on_pre_build(config: MkDocsConfig) -> None:  # noqa: ARG001
    """In the live preview, execute the lessons whose results could differ."""
    if _preview:
        execute_changed(read_lessons())


@event_priority(100)  # before mkdocs-jupyter, which looks for notebooks among the files
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the executed notebooks and KaTeX's files to the site."""
    for lesson in read_lessons():
        uri = f"{TUTORIALS.name}/{lesson.name}.ipynb"
        notebook = notebook_of(lesson)
        run = find_run(lesson, ROOT) if notebook.parent == EXECUTED else "it has not run"
        if isinstance(run, str) and not _preview:
            raise PluginError(f"{lesson.path}: {run}; run `nox -s tutorials`")
        folder = str(ROOT / notebook.parents[1])
        files.append(File(uri, folder, config.site_dir, config.use_directory_urls))
        add_downloads(lesson, files, config)
        add_tensors(lesson.name, files, config)
    worker = str(ROOT / "node_modules" / "iframe-worker" / "shim" / "index.js")
    files.append(File.generated(config, "assets/iframe-worker.js", abs_src_path=worker))
    for asset in [ASSETS / "katex.min.css", *(ASSETS / "fonts").iterdir()]:
        uri = f"assets/katex/{asset.relative_to(ASSETS).as_posix()}"
        files.append(File.generated(config, uri, abs_src_path=str(asset)))
    return files


def on_nav(nav: Navigation, **_: Any) -> None:
    """Keep what the preview builds pages with."""
    if _preview:
        _preview.nav = nav


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Keep compiled templates, and what the preview builds pages with."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(TEMPLATES))
    if _preview:
        _preview.config, _preview.files, _preview.env = config, files, env


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Put into a page what is made from the lessons, the benchmarks and the library."""
    page.meta["card"] = f"assets/cards/{Path(page.file.dest_uri).with_suffix('.png')}"
    if _is_lesson(page):
        return markdown  # a notebook; when it is converted, its turn comes
    if module := REFERENCE.match(markdown):
        page.meta["module"] = module[1]
        page.meta["description"] = first_sentence(module[1])

    def inline(image: re.Match[str]) -> str:
        svg = Path(config.docs_dir, image["path"]).read_text("utf-8")
        return wrap(svg, image["alt"])

    image = r"!\[(?P<alt>[^]]*)\]\((?P<path>assets/.*?\.svg)\)"
    return inline_figures(re.sub(image, inline, fill(markdown)))


@event_priority(-100)  # after mkdocs-jupyter, which gives the page of a notebook a `render`
def on_pre_page(page: Page, config: MkDocsConfig, files: Files) -> Page:
    """Let a notebook be converted once."""
    if _is_lesson(page):
        convert = page.render

        def html() -> str | None:
            convert(config, files)
            return page.content

        def render(*_: Any) -> None:
            assert page.file.abs_src_path
            notebook = Path(page.file.abs_src_path).read_text("utf-8")
            page.content = remember(f"notebook {page.file.src_uri}", notebook, html)

        page.render = render  # type: ignore[assignment, method-assign]
    return page


@event_priority(100)  # before plugins that read what is rendered
def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Render a lesson with MkDocs's own Markdown, from what our template made of the notebook."""
    if _is_lesson(page):
        lesson = read_lesson(TUTORIALS / f"{page.file.name}.py")
        page.meta["description"] = plain(" ".join(lesson.teaches))
        page.markdown = _markdown(html)
        if (ROOT / EXECUTED / f"{page.file.name}.json").exists():
            offered = links(lesson, config.extra.get("repository"))
            page.markdown = re.sub(r"(?m)(^# .*$)", rf"\1\n\n{offered}", page.markdown, count=1)
            page.markdown += executed(page.file.name)
        html = _render(page, config, files)
    # Search shows prose and what cells printed; code, figures and TeX would be noise.
    return UNSEARCHED.sub(r'\g<0> data-search-exclude="true"', html)


def on_page_context(
    context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation
) -> TemplateContext:
    """Write a page as Markdown and its preview picture; beside the front page, a list of all."""
    write_markdown(page)
    assert page.title
    draw_card(page.title, config.site_name, Path(config.site_dir, page.meta["card"]))
    if page.is_homepage:
        write_index(nav, config)
    return context


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Turn TeX into HTML, last of all, and mend what Material leaves to be desired."""
    global _katex  # noqa: PLW0603
    _katex = _katex or Katex()
    try:
        return make_accessible(_katex.render(output))
    except ValueError as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from None


def on_post_template(output: str, **_: Any) -> str:
    """Mend the page for addresses that do not exist."""
    return make_accessible(output)


def on_post_build(config: MkDocsConfig) -> None:
    """Mend Material's script, and leave out of the fonts what no formula shows.

    In the preview a formula may come.
    """
    patch_script(Path(config.site_dir))
    if _katex and not _preview:
        fonts = Path(config.site_dir, "assets", "katex", "fonts")
        subset_fonts(fonts, _katex.characters, ROOT / "build" / "fonts")


def on_shutdown() -> None:
    """End Node."""
    if _katex:
        _katex.close()


def _render(page: Page, config: MkDocsConfig, files: Files) -> str:
    """Render a page with MkDocs's own Markdown, once."""

    def make() -> list[Any]:
        Page.render(page, config, files)
        links = {file.src_uri: found for file, found in (page.links_to_anchors or {}).items()}
        anchors = sorted(page.present_anchor_ids or ())
        return [page.content, [*map(_token, page.toc)], page._title_from_render, anchors, links]  # noqa: SLF001

    others = [[file.src_uri, file.url, str(file.inclusion)] for file in files]
    made = remember(f"page {page.file.src_uri}", [page.markdown, others], make)
    page.content, toc, page._title_from_render, anchors, links = made  # noqa: SLF001
    page.toc, page.present_anchor_ids = get_toc(toc), set(anchors)
    page.links_to_anchors = {files.src_uris[uri]: found for uri, found in links.items()}
    assert page.content is not None
    return page.content


def _index_once(index: SearchIndex) -> None:
    """Let the search index take the sections of a page from the last build."""
    add = index.add_entry_from_context

    def add_once(page: Page) -> None:
        def make() -> list[Any]:
            before = len(index.entries)
            add(page)
            added = index.entries[before:]
            del index.entries[before:]
            return added

        shown = [page.title, page.content, [*map(_token, page.toc)]]
        meta = [page.meta.get("search"), page.meta.get("tags")]
        index.entries += remember(f"sections {page.url}", [shown, meta], make)

    index.add_entry_from_context = add_once


def _token(heading: AnchorLink) -> Any:
    """Write a heading as Markdown's extension `toc` does."""
    children = [*map(_token, heading.children)]
    return {"level": heading.level, "id": heading.id, "name": heading.title, "children": children}


def _is_lesson(page: Page) -> bool:
    return page.file.src_uri.startswith(f"{TUTORIALS.name}/")


def _markdown(rendered: str) -> str:
    """Take the Markdown document out of what our template rendered, fit for the site."""
    source = html.unescape(rendered[rendered.index("<lesson>") + 8 : rendered.index("</lesson>")])
    source = inline_figures(fill(source))
    # In the repository lessons link to each other's scripts and to docs/, on the site to pages.
    source = re.sub(r"\]\((\d\d_\w+)\.py", r"](\1.ipynb", source).replace("](../docs/", "](../")
    source = source.replace("<details>", '<details class="question" markdown="1">')
    # A name of the library links to its reference.
    return re.sub(rf"(?<!`)`({LIBRARY}\.[\w.]+)`(?!`)", r"[`\1`][\1]", source)
