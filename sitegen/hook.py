"""The MkDocs hook: executed lessons become pages, and math becomes HTML.

With mkdocs-jupyter 0.27 the template folder and `on_page_content` become its options
`custom_template` and `markdown_cell_processor: mkdocs`; it needs Python 3.12.
"""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import mkdocs_jupyter.config
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from sitegen.figures import inline_figures
from sitegen.lesson import ROOT, TUTORIALS, read_lessons
from sitegen.math import ASSETS, Katex
from sitegen.preview import Preview, execute_changed, notebook_of
from sitegen.record import EXECUTED, ON_GPU, Record, find_run

LIBRARY = "mlp_tutorial"
_katex: Katex | None = None
_preview: Preview | None = None  # while somebody watches


def on_startup(command: Literal["build", "gh-deploy", "serve"], **_: Any) -> None:
    """Begin the live preview."""
    global _preview  # noqa: PLW0603
    _preview = Preview() if command == "serve" else None


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Give mkdocs-jupyter our template, and the pages KaTeX's styles."""
    mkdocs_jupyter.config.settings.templates_dir = str(Path(__file__).with_name("templates"))
    config.extra_css.insert(0, "assets/katex/katex.min.css")
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
    for asset in [ASSETS / "katex.min.css", *(ASSETS / "fonts").iterdir()]:
        uri = f"assets/katex/{asset.relative_to(ASSETS).as_posix()}"
        files.append(File.generated(config, uri, abs_src_path=str(asset)))
    return files


def on_nav(nav: Navigation, **_: Any) -> None:
    """Keep what the preview builds pages with."""
    if _preview:
        _preview.nav = nav


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Keep what the preview builds pages with."""
    if _preview:
        _preview.config, _preview.files, _preview.env = config, files, env


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Write the lessons into the map of the course, and a page's SVG images into the page."""
    if page.file.src_uri == "course.md":
        markdown = markdown.replace("<!-- lessons -->", _map())
    if page.file.src_uri == "timings.md":
        markdown = markdown.replace("<!-- timings -->", _timings())
    markdown = re.sub(r"<!-- benchmark (\w+) -->", lambda name: _measured(name[1]), markdown)

    def inline(image: re.Match[str]) -> str:
        svg = Path(config.docs_dir, image["path"]).read_text("utf-8")
        label = html.escape(image["alt"])
        return f'<figure class="plot" role="img" aria-label="{label}">{svg}</figure>'

    image = r"!\[(?P<alt>[^]]*)\]\((?P<path>assets/.*?\.svg)\)"
    return inline_figures(re.sub(image, inline, markdown))


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Render a lesson with MkDocs's own Markdown, from what our template made of the notebook."""
    if not _is_lesson(page):
        return html
    page.markdown = _markdown(html)
    if (ROOT / EXECUTED / f"{page.file.name}.json").exists():
        page.markdown += _executed(page.file.name)
    Page.render(page, config, files)
    assert page.content is not None
    return page.content


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Turn TeX into HTML: last of all, so that the search index holds the source."""
    global _katex  # noqa: PLW0603
    _katex = _katex or Katex()
    try:
        return _katex.render(output)
    except ValueError as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from None


def on_shutdown() -> None:
    """End Node."""
    if _katex:
        _katex.close()


def _is_lesson(page: Page) -> bool:
    return page.file.src_uri.startswith(f"{TUTORIALS.name}/")


def _markdown(rendered: str) -> str:
    """Take the Markdown document out of what our template rendered, fit for the site."""
    source = html.unescape(rendered[rendered.index("<lesson>") + 8 : rendered.index("</lesson>")])
    source = inline_figures(source)
    # In the repository lessons link to each other's scripts and to docs/, on the site to pages.
    source = re.sub(r"\]\((\d\d_\w+)\.py", r"](\1.ipynb", source).replace("](../docs/", "](../")
    # A name of the library links to its reference.
    return re.sub(rf"(?<!`)`({LIBRARY}\.[\w.]+)`(?!`)", r"[`\1`][\1]", source)


def _record(name: str) -> Record:
    return Record.read(ROOT / EXECUTED / f"{name}.json")


def _executed(name: str) -> str:
    """Say where the numbers of a page come from; seconds would differ from build to build."""
    record = _record(name)
    device = record.setting.device.replace("cpu", "the CPU")
    return f"\n\nExecuted on {device} with {_versions(record)}.\n{{ .executed }}\n"


def _measured(name: str) -> str:
    """Make a table of what a benchmark wrote, with the machine it ran on."""
    found = json.loads((ROOT / "benchmarks" / f"{name}.json").read_text("utf-8"))
    machine = ", ".join(f"{key} {value}" for key, value in found["machine"].items())
    lines = [f"Measured on: {machine}.", "", "| what | asked | found | how |", "|---|---|---|---|"]
    lines += [
        f"| {row['claim']} | {row['asked']} "
        f"| **{row['found']}**{'' if row['met'] else ' (not met)'} | {row['how']} |"
        for part in found["rows"].values()
        for row in part
    ]
    return "\n".join(lines)


def _timings() -> str:
    """Make the table of what executing the lessons took, and where it was done."""
    lines = ["| lesson | seconds | memory, MB | device |", "|---|--:|--:|---|"]
    versions = set()
    for folder in (EXECUTED, ON_GPU):
        total = 0.0
        for lesson in read_lessons():
            path = ROOT / folder / f"{lesson.name}.json"
            if not path.exists():
                continue
            record = Record.read(path)
            total += record.seconds
            versions.add(_versions(record))
            threads = f"{record.setting.threads} thread" + "s" * (record.setting.threads > 1)
            lines.append(
                f"| [{lesson.title}]({TUTORIALS.name}/{lesson.name}.ipynb) | {record.seconds:.1f} "
                f"| {record.peak:,} | {record.setting.device}, {threads} |"
            )
        if total:
            lines.append(f"| together | {total:.1f} | | |")
    return "\n".join([*lines, "", f"Executed with {'; and with '.join(sorted(versions))}."])


def _versions(record: Record) -> str:
    return ", ".join(f"{package} {version}" for package, version in record.setting.versions.items())


def _map() -> str:
    """Make the list of lessons: what each teaches, and how long it takes."""
    parts = []
    for number, lesson in enumerate(read_lessons(), start=1):
        points = "\n".join(f"- {point}" for point in lesson.teaches)
        parts.append(
            f"## {number}. [{lesson.title}]({TUTORIALS.name}/{lesson.name}.ipynb)\n\n{points}\n\n"
            f"{lesson.takes}\n{{ .executed }}"
        )
    return "\n\n".join(parts)
