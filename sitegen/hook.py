"""The MkDocs hook: executed lessons become pages of the site."""

import html
import itertools
import re
import shutil
import subprocess
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
from sitegen.pages import examples, reference
from sitegen.pages.course import Course, NotRunError
from sitegen.pages.document import make_sections, write_lesson
from sitegen.pages.downloads import Contents, find_book, link_downloads, make_downloads
from sitegen.pages.fonts import write_display
from sitegen.pages.marks import describe_run, resolve
from sitegen.pages.math import Katex
from sitegen.pages.mentions import link_mentions
from sitegen.pages.opening import numbered, open_lesson
from sitegen.pages.pictures import draw_pictures
from sitegen.pages.postcards import draw_any, draw_home, draw_lesson
from sitegen.pages.prose import Prose
from sitegen.pages.tables import label_cells
from sitegen.pages.wheel import Wheel, build_wheel
from sitegen.preview import Preview

NOISE = re.compile(  # TeX, code that is folded away, buttons and small print
    r'<(?:div|span) class="arithmatex"|<details class="mkdocstrings-source"'
    r'|<p class="(?:downloads|executed)"|<details class="downloads"|<a(?= class="md-button)'
)


class Site:
    """What MkDocs builds; each method is an event of its plugin interface."""

    def on_startup(self, command: str, **_: Any) -> None:
        """Start what lives as long as the process."""
        try:
            self.katex = Katex()
        except RuntimeError as error:
            raise PluginError(str(error)) from None
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
        self.wheel = build_wheel(self.root / "build" / "wheel")
        self.source = Wheel(self.wheel.name, config.site_url or "", config.extra.get("package", ""))
        course = self.read_course()
        if self.preview:
            self.preview.execute(course, course.lessons)

    def read_course(self) -> Course:
        """Read the lessons for the pages built next."""
        self.course = Course(self.root, self.source)
        return self.course

    @event_priority(100)  # before mkdocs-jupyter, which looks for notebooks among the files
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add executed notebooks, what can be downloaded, and the pictures of an element."""
        made: Contents = {**draw_pictures()}
        for lesson in self.course.lessons:
            uri, folder = f"tutorials/{lesson.name}.ipynb", str(self.root / "build")
            files.append(File(uri, folder, config.site_dir, config.use_directory_urls))
            try:
                made |= make_downloads(lesson, self.course)
            except NotRunError as error:
                if not self.preview:
                    raise PluginError(f"{lesson}: {error}; run `nox -s tutorials`") from None
        for uri, content in made.items():
            files.append(File.generated(config, uri, content=content))
        records = sorted(self.root.glob("benchmarks/*.json"))
        for path in filter(None, [self.wheel, find_book(self.course), *records]):
            uri = f"downloads/{path.name}"
            files.append(File.generated(config, uri, abs_src_path=str(path)))
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
                page.meta["card"] = f"assets/cards/{lesson.topic}.png"
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
        read = f'<mlp-progress data-read="{lesson.topic}"></mlp-progress>'  # at the end
        made = open_lesson(made, lesson, offered) + f"\n{read}{describe_run(run.record)}\n"
        plain = write_lesson(lesson.name, run.notebook, self.course, plain=True)
        return made, open_lesson(plain, lesson)

    @event_priority(100)  # before plugins that read what is rendered
    def on_page_content(self, content: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
        """Put line ends back that Markdown has no room for, and keep noise out of the search.

        Mentions of lessons become links, pages about plots get figures, and tables get what
        phones need.
        """
        if page.meta.get("module") == "mlp_tutorial.plots":
            found = examples.find_examples(self.course)
            content = examples.show_examples(content, found)
            for name, example in found.items():
                write_whole(Path(config.site_dir, "assets/plots", f"{name}.svg"), example.svg)
        elif page.meta.get("module") == "mlp_tutorial.palette":
            content = examples.show_palette(content)
        content = label_cells(content.replace("&#10;", "\n"))
        content = NOISE.sub(r'\g<0> data-search-exclude="true"', content)
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
        try:
            return upstream.drop_styles(upstream.mend_page(self.katex.render(output)))
        except (RuntimeError, ValueError) as error:
            raise PluginError(f"{page.file.src_uri}: {error}") from error

    def on_post_template(self, output: str, **_: Any) -> str:
        """Mend the page for addresses that do not exist."""
        return upstream.drop_styles(upstream.mend_page(output))

    def on_post_build(self, config: MkDocsConfig) -> None:
        """Write the list of all pages, patch Material's script, and add what npm brought."""
        site = Path(config.site_dir)
        write_whole(site / "llms.txt", _list_pages(config, self.nav))
        if not self.preview:  # nobody shares that
            self._draw_cards(config)
        upstream.patch_scripts(site)
        iframe_worker = ROOT / "node_modules" / "iframe-worker" / "shim" / "index.js"
        shutil.copy(iframe_worker, site / "assets" / "iframe-worker.js")
        # In the preview a new formula may come.
        self.katex.write_assets(site / "assets" / "katex", subset=not self.preview)
        write_display(site / "assets" / "display.woff2")
        if not self.preview:
            ours = [path for path in config.extra_css if not path.startswith("assets/")]
            _minify(site, [site / path for path in ours])

    def _draw_cards(self, config: MkDocsConfig) -> None:
        """Draw what other sites show beside a link to a lesson, the front page, or the rest."""
        name, home = config.site_name, self.nav.homepage
        drawn = {lesson.topic: draw_lesson(lesson, name) for lesson in self.course.lessons}
        drawn["any"] = draw_any(name, config.site_description or "")
        if home:
            said = html.unescape(home.meta.get("description", "")).split(". ")[0]
            drawn["home"] = draw_home(f"{home.meta.get('title', name)}", said)
        folder = Path(config.site_dir, "assets", "cards")
        folder.mkdir(parents=True, exist_ok=True)
        for topic, picture in drawn.items():
            (folder / f"{topic}.png").write_bytes(picture)

    def on_shutdown(self) -> None:
        """End Node."""
        self.katex.close()


def _minify(site: Path, styles: list[Path]) -> None:
    """Take comments, spaces and long names out of our scripts; pack what our styles import."""
    scripts = [*site.glob("elements/*.js")]
    if not scripts:  # a course without elements of its own
        return
    esbuild = shutil.which("esbuild", path=ROOT / "node_modules" / ".bin")
    if not esbuild or not (ROOT / "node_modules" / "terser").exists():
        problem = "expected esbuild and terser in node_modules; run `npm ci`, or `nox -s docs`"
        raise PluginError(problem)
    subprocess.run(["node", Path(__file__).with_name("minify.mjs"), *scripts], check=True)
    options = [f"--outdir={site}", f"--outbase={site}", "--allow-overwrite", "--minify"]
    bundle = [*options, "--bundle", "--external:*.woff2", "--log-level=warning"]
    subprocess.run([esbuild, *styles, *bundle, "--charset=utf8"], check=True)
    for part in {*site.glob("elements/*.css"), *site.glob("stylesheets/*.css")} - {*styles}:
        part.unlink()


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
