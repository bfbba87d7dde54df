"""The MkDocs hook: executed lessons become pages of the site."""

import html
import itertools
import re
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from mlp_tutorial.lessons import Lesson
from sitegen import ROOT, upstream
from sitegen.execute.record import write_whole
from sitegen.pages import reference
from sitegen.pages.course import Course, NotRunError
from sitegen.pages.document import make_sections, write_lesson
from sitegen.pages.downloads import link_downloads, make_downloads
from sitegen.pages.fonts import Display
from sitegen.pages.marks import describe_run, resolve
from sitegen.pages.math import Katex
from sitegen.pages.mentions import link_mentions
from sitegen.pages.opening import numbered, open_lesson
from sitegen.pages.prose import Prose
from sitegen.preview import Preview

NOISE = re.compile(r'<(?:div|span) class="arithmatex"|<details class="mkdocstrings-source"')


class Site:
    """What MkDocs builds; each method is an event of its plugin interface."""

    def on_startup(self, command: str, **_: Any) -> None:
        """Start what lives as long as the process."""
        try:
            self.katex = Katex()
        except RuntimeError as error:
            raise PluginError(str(error)) from None
        self.display = Display()
        self.preview = Preview(self.read_course) if command == "serve" else None

    def on_serve(self, server: LiveReloadServer, builder: Callable[[], None], **_: Any) -> None:
        """Let the preview decide what a change rebuilds."""
        assert self.preview
        self.preview.watch(server, builder)

    def on_pre_build(self, config: MkDocsConfig) -> None:
        """Read the course; in the preview, run the lessons that changed."""
        config.extra_css.insert(0, "assets/katex/katex.min.css")
        extensions = [each for each in config.markdown_extensions if isinstance(each, str)]
        self.prose = Prose(extensions, config.mdx_configs)
        self.root = Path(config.config_file_path).parent
        course = self.read_course()
        if self.preview:
            self.preview.execute(course, course.lessons)

    def read_course(self) -> Course:
        """Read the lessons for the pages built next."""
        self.course = Course(self.root)
        return self.course

    @event_priority(100)  # before mkdocs-jupyter, which looks for notebooks among the files
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add the executed notebooks and their downloads."""
        for lesson in self.course.lessons:
            uri, folder = f"tutorials/{lesson.name}.ipynb", str(self.root / "build")
            files.append(File(uri, folder, config.site_dir, config.use_directory_urls))
            try:
                made = make_downloads(lesson, self.course, config.extra.get("repository"))
            except NotRunError as error:
                if not self.preview:
                    raise PluginError(f"{lesson}: {error}; run `nox -s tutorials`") from None
                continue
            for uri, content in made.items():
                files.append(File.generated(config, uri, content=content))
        return files

    def on_nav(self, nav: Navigation, **_: Any) -> None:
        """Keep the navigation."""
        self.nav = nav

    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> None:
        """Keep what the preview builds pages with."""
        if self.preview:
            self.preview.built = config, files, self.nav, env

    @event_priority(-100)  # after mkdocs-jupyter
    def on_pre_page(self, page: Page, **_: Any) -> Page:
        """Let MkDocs render the lessons like other pages."""
        if page.file.src_uri.endswith(".ipynb"):
            upstream.render_as_markdown(page)
        return page

    def on_page_read_source(self, page: Page, **_: Any) -> str | None:
        """Read no notebook: a lesson that failed has none, and the run has the Markdown."""
        return "" if page.file.src_uri.endswith(".ipynb") else None

    @event_priority(100)  # before plugins that read the Markdown
    def on_page_markdown(self, markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
        """Make the Markdown of a page, and write the plain Markdown beside it."""
        try:
            if page.file.src_uri.endswith(".ipynb"):
                lesson = self.course.find(page.file.name)
                page.meta["title"] = numbered(lesson)
                wrong = [] if lesson.error else self.prose.check_lesson(lesson)
                page.meta["description"] = reference.summarize(" ".join(lesson.teaches))
                made, text = self._write_lesson(lesson, config)
            elif found := reference.REFERENCE.match(markdown):
                module = self.course.library[found[1]]
                assert module.docstring
                page.meta["module"] = module.path
                page.meta["description"] = reference.summarize(module.docstring.value)
                wrong = self.prose.check_docstrings(module)
                made, text = markdown, reference.describe(module)
            else:
                wrong = self.prose.check_page(page.file.src_uri, page.file.content_string, markdown)
                made = resolve(markdown, self.course)
                text = resolve(markdown, self.course, plain=True).strip() + "\n"
            lost = list(wrong)
        except ValueError as error:
            raise PluginError(f"{page.file.src_uri}: {error}") from error
        if lost:
            raise PluginError("\n".join(lost))
        if "description" in page.meta:  # which templates do not escape
            page.meta["description"] = html.escape(html.unescape(page.meta["description"]))
        write_whole(Path(page.file.abs_dest_path).with_suffix(".md"), text)
        return made

    def _write_lesson(self, lesson: Lesson, config: MkDocsConfig) -> tuple[str, str]:
        """Write both forms of a lesson's document."""
        try:
            run = self.course.run(lesson.name)
        except NotRunError:
            assert self.preview
            return (failed := self.preview.explain(lesson)), failed
        made = write_lesson(lesson.name, run.notebook, self.course)
        offered = link_downloads(lesson, config.extra.get("repository"))
        made = open_lesson(made, lesson, offered) + f"\n{describe_run(run.record)}\n"
        plain = write_lesson(lesson.name, run.notebook, self.course, plain=True)
        return made, open_lesson(plain, lesson)

    @event_priority(100)  # before plugins that read what is rendered
    def on_page_content(self, content: str, page: Page, **_: Any) -> str:
        """Put line ends back where they could not be in Markdown; keep TeX out of the search."""
        content = NOISE.sub(r'\g<0> data-search-exclude="true"', content.replace("&#10;", "\n"))
        content = make_sections(content)
        lessons = [lesson for lesson in self.course.lessons if not lesson.error]
        here = page.file.name if page.file.src_uri.endswith(".ipynb") else ""
        folder = "../" * page.file.dest_uri.count("/") + "tutorials/"
        try:
            return link_mentions(content, lessons, here, folder)
        except ValueError as error:
            raise PluginError(f"{page.file.src_uri}: {error}") from error

    def on_post_page(self, output: str, page: Page, **_: Any) -> str:
        """Turn TeX into HTML, last of all, and mend the page."""
        self.display.read(output)
        try:
            return upstream.mend_page(self.katex.render(output))
        except (RuntimeError, ValueError) as error:
            raise PluginError(f"{page.file.src_uri}: {error}") from error

    def on_post_template(self, output: str, **_: Any) -> str:
        """Mend the page for addresses that do not exist."""
        return upstream.mend_page(output)

    def on_post_build(self, config: MkDocsConfig) -> None:
        """Write the list of all pages, patch Material's script, and add what npm brought."""
        site = Path(config.site_dir)
        write_whole(site / "llms.txt", _list_pages(config, self.nav))
        upstream.patch_script(site)
        iframe_worker = ROOT / "node_modules" / "iframe-worker" / "shim" / "index.js"
        shutil.copy(iframe_worker, site / "assets" / "iframe-worker.js")
        # In the preview a new formula may come.
        self.katex.write_assets(site / "assets" / "katex", subset=not self.preview)
        self.display.write(site / "assets" / "display.woff2")

    def on_shutdown(self) -> None:
        """End Node."""
        self.katex.close()


def _list_pages(config: MkDocsConfig, nav: Navigation) -> str:
    """Write `llms.txt` (https://llmstxt.org): what the site is, and its pages by section."""
    parts = [f"# {config.site_name}", f"> {config.site_description}"]
    for section, pages in itertools.groupby(nav.pages, lambda page: page.parent):
        links = [
            f"- [{page.title}]({PurePosixPath(page.file.dest_uri).with_suffix('.md')}): "
            f"{page.meta.get('description', '')}".rstrip(": ")
            for page in pages
        ]
        parts += [f"## {section.title if section else 'Pages'}", "\n".join(links)]
    return html.unescape("\n\n".join(parts)) + "\n"


_site = Site()
globals().update({name: getattr(_site, name) for name in dir(_site) if name.startswith("on_")})
