"""The MkDocs hook: executed lessons become pages of the site."""

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from mlp_tutorial.lessons import Lesson
from sitegen import ROOT, upstream
from sitegen.execute.record import Stale, write_whole
from sitegen.pages.course import Course
from sitegen.pages.document import write_page, write_plain
from sitegen.pages.downloads import link_downloads, make_downloads, make_tensors
from sitegen.pages.fonts import subset_fonts
from sitegen.pages.marks import describe_run, resolve
from sitegen.pages.math import ASSETS, Katex
from sitegen.pages.plain import (
    REFERENCE,
    describe,
    first_sentence,
    strip_markdown,
    write_index,
    write_plain_page,
)
from sitegen.preview import POLLING, Preview

FORMULA_OR_SOURCE = re.compile(
    r'<(?:div|span) class="arithmatex"|<details class="mkdocstrings-source"'
)


class Site:
    """What MkDocs builds; each method is an event of its plugin interface.

    Attributes:
        root: The root of the project.
        course: The executed lessons, as this build found them.
        katex: Renders formulas.
        serves: Whether somebody watches.
        preview: What an author watches; None in a build.
    """

    root: Path
    course: Course
    katex: Katex
    serves: bool
    preview: Preview | None = None

    def on_startup(self, command: Literal["build", "gh-deploy", "serve"], **_: Any) -> None:
        """Start what lives as long as the process."""
        self.preview = None
        self.katex = Katex()
        self.serves = command == "serve"
        if self.serves:
            upstream.poll_often(POLLING)

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Give the pages KaTeX's styles, and an author the preview."""
        config.extra_css.insert(0, "assets/katex/katex.min.css")
        self.root = Path(config.config_file_path).parent
        if self.serves:
            self.preview = self.preview or Preview(self.root, self.read_course)
        return config

    def on_serve(self, server: LiveReloadServer, builder: Callable[[], None], **_: Any) -> None:
        """Let the preview decide what a change rebuilds."""
        assert self.preview
        self.preview.watch(server, builder)

    def on_pre_build(self, **_: Any) -> None:
        """Read the course; in the preview, first run the lessons that changed."""
        course = self.read_course()
        if self.preview:
            self.preview.execute(course.lessons)

    def read_course(self) -> Course:
        """Read the lessons for the pages built next."""
        self.course = Course(self.root)
        return self.course

    @event_priority(100)  # before mkdocs-jupyter, which looks for notebooks among the files
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add the executed notebooks, their downloads, and KaTeX's files."""
        for lesson in self.course.lessons:
            run = self.course.run(lesson.name)
            if isinstance(run, Stale) and not self.preview:
                raise PluginError(f"{lesson}: {run.reason}; run `nox -s tutorials`")
            contents = make_downloads(lesson, self.course, config.extra.get("repository"))
            for uri, content in (contents | make_tensors(lesson, self.course)).items():
                files.append(File.generated(config, uri, content=content))
            uri, folder = f"tutorials/{lesson.name}.ipynb", str(self.root / "build")
            files.append(File(uri, folder, config.site_dir, config.use_directory_urls))
        worker = str(ROOT / "node_modules" / "iframe-worker" / "shim" / "index.js")
        files.append(File.generated(config, "assets/iframe-worker.js", abs_src_path=worker))
        for asset in [ASSETS / "katex.min.css", *(ASSETS / "fonts").iterdir()]:
            uri = f"assets/katex/{asset.relative_to(ASSETS).as_posix()}"
            files.append(File.generated(config, uri, abs_src_path=str(asset)))
        return files

    def on_nav(self, nav: Navigation, **_: Any) -> None:
        """Keep what the preview builds pages with."""
        if self.preview:
            self.preview.nav = nav

    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> None:
        """Keep what the preview builds pages with."""
        if self.preview:
            self.preview.config, self.preview.files, self.preview.env = config, files, env

    @event_priority(-100)  # after mkdocs-jupyter
    def on_pre_page(self, page: Page, **_: Any) -> Page:
        """Let MkDocs render the lessons like other pages."""
        if self._lesson(page):
            upstream.render_as_markdown(page)
        return page

    def on_page_read_source(self, page: Page, **_: Any) -> str | None:
        """Read no notebook: a lesson that failed has none, and the run has the Markdown."""
        return "" if self._lesson(page) else None

    @event_priority(100)  # before plugins that read the Markdown
    def on_page_markdown(self, markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
        """Make the Markdown of a page, and write the plain Markdown beside it."""
        try:
            if lesson := self._lesson(page):
                page.meta["description"] = strip_markdown(" ".join(lesson.teaches))
                made, plain = self._write_lesson(lesson, config)
            elif module := REFERENCE.match(markdown):
                page.meta["module"] = module[1]
                page.meta["description"] = first_sentence(module[1], self.course)
                made, plain = markdown, describe(module[1], self.course)
            else:
                made = resolve(markdown, self.course)
                plain = write_plain_page(markdown, self.course)
        except ValueError as error:
            raise PluginError(f"{page.file.src_uri}: {error}") from error
        write_whole(Path(page.file.abs_dest_path).with_suffix(".md"), plain)
        return made

    def _write_lesson(self, lesson: Lesson, config: MkDocsConfig) -> tuple[str, str]:
        """Write the two documents of a lesson."""
        run = self.course.run(lesson.name)
        if isinstance(run, Stale):
            assert self.preview
            return (failed := self.preview.explain(lesson)), failed
        title = f"# {lesson.title}\n"
        offered = link_downloads(lesson, config.extra.get("repository"))
        page = write_page(lesson, run.notebook, self.course)
        page = page.replace(title, f"{title}\n{offered}\n", 1) + f"\n{describe_run(run.record)}"
        return page, write_plain(run.notebook, self.course)

    @event_priority(100)  # before plugins that read what is rendered
    def on_page_content(self, html: str, **_: Any) -> str:
        """Put line ends back where they could not be in Markdown, and help the search.

        Search shows prose and what cells printed; code, figures and TeX would be noise.
        """
        html = html.replace("&#10;", "\n")
        return FORMULA_OR_SOURCE.sub(r'\g<0> data-search-exclude="true"', html)

    def on_page_context(
        self, context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Write the list of all pages beside the front page."""
        if page.is_homepage:
            pages = [
                (
                    each.parent.title if each.parent else "Pages",
                    str(each.title),
                    PurePosixPath(each.file.dest_uri).with_suffix(".md").as_posix(),
                    str(each.meta.get("description", "")),
                )
                for each in nav.pages
            ]
            index = write_index(config.site_name, config.site_description or "", pages)
            Path(config.site_dir, "llms.txt").write_text(index, encoding="utf-8")
        return context

    def on_post_page(self, output: str, page: Page, **_: Any) -> str:
        """Turn TeX into HTML, last of all, and mend the page."""
        try:
            return upstream.mend_page(self.katex.render(output))
        except ValueError as error:
            raise PluginError(f"{page.file.src_uri}: {error}") from error

    def on_post_template(self, output: str, **_: Any) -> str:
        """Mend the page for addresses that do not exist."""
        return upstream.mend_page(output)

    def on_post_build(self, config: MkDocsConfig) -> None:
        """Patch Material's script, and reduce the fonts to what the formulas show.

        In the preview a new formula may come.
        """
        upstream.patch_script(Path(config.site_dir))
        if not self.preview:
            fonts = Path(config.site_dir, "assets", "katex", "fonts")
            subset_fonts(fonts, self.katex.characters)

    def on_build_error(self, error: Exception) -> None:
        """Show the author what went wrong."""
        if self.preview:
            self.preview.error = error

    def on_shutdown(self) -> None:
        """End Node."""
        self.katex.close()

    def _lesson(self, page: Page) -> Lesson | None:
        uri = PurePosixPath(page.file.src_uri)
        return self.course.find(uri.stem) if uri.parent == PurePosixPath("tutorials") else None


_site = Site()
globals().update({name: getattr(_site, name) for name in dir(_site) if name.startswith("on_")})
