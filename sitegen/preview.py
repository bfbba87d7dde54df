"""The live preview: what an author saves appears in under a second.

A build of the whole site takes seconds. So the last one is kept, with its plugins, navigation and
references, and a change of one page rebuilds that page. Any other change rebuilds everything.
"""

import sys
from collections.abc import Callable
from html import escape
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from mlp_tutorial.lessons import Lesson
from sitegen import upstream
from sitegen.execute.failure import Failure
from sitegen.execute.pool import Pool
from sitegen.pages.course import Course

POLLING = 0.2  # seconds between looks for saved files
OVERVIEWS = {"course.md", "index.md", "timings.md"}  # pages made from all lessons


class Preview:
    """What `mkdocs serve` shows, and what a saved file does to it.

    Attributes:
        config: The configuration of the last build of everything.
        files: Its files.
        nav: Its navigation.
        env: Its templates.
        error: What stopped it, if something did.
    """

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment
    error: Exception | None = None

    def __init__(self, root: Path, read_course: Callable[[], Course]) -> None:
        """Start a pool that keeps its kernels warm.

        Args:
            root: The root of the project.
            read_course: Reads the lessons again, for the pages built next.
        """
        self._read_course = read_course
        self._pool = Pool(root=root)
        self._failures: dict[str, Failure] = {}

    def watch(self, server: LiveReloadServer, build_all: Callable[[], None]) -> None:
        """Rebuild for this server whenever a file changes that pages are made from.

        Args:
            server: The server, which watches what `mkdocs.yml` lists.
            build_all: Builds the whole site.
        """
        self._build_all = build_all
        self._seen = self._times()
        server.builder = self.rebuild

    def rebuild(self) -> None:
        """Rebuild what the files saved since the last time touch."""
        before, self._seen = self._seen, self._times()
        changed = {self._source(path) for path, _ in before.items() ^ self._seen.items()}
        pages = {file.src_uri: file.page for file in self.files if file.page}
        if any(source.startswith("tutorials/") for source in changed):
            changed |= pages.keys() & OVERVIEWS
        if self.error is None and changed <= pages.keys():
            try:
                course = self._read_course()
                self.execute([each for each in course.lessons if _page_of(each) in changed])
                titles = [page.title for page in pages.values()]
                for source in sorted(changed):
                    self._rebuild_page(pages[source])
            except Exception as error:
                self._show(error, list(pages.values()))
                return
            if titles == [page.title for page in pages.values()]:
                return
        self._rebuild_all(list(pages.values()))

    def _rebuild_page(self, page: Page) -> None:
        try:
            upstream.rebuild_page(page, self.config, self.files, self.nav, self.env)
        except Exception as error:
            self._show(error, [page])

    def _rebuild_all(self, pages: list[Page]) -> None:
        self.error = None
        try:
            self._build_all()
        except (Exception, SystemExit) as error:  # MkDocs aborts by SystemExit
            self.error = self.error or RuntimeError(str(error))
            self._show(self.error, pages)

    def execute(self, lessons: list[Lesson]) -> None:
        """Run those of these lessons whose results could differ, and note which fail."""
        if self._pool.outdated:
            print("sitegen/execute changed: start the preview again", file=sys.stderr)
        for lesson in lessons:
            self._failures.pop(str(lesson), None)
        for failure in self._pool.execute(lessons):
            print(f"\n{failure}", file=sys.stderr)
            self._failures[failure.where.rpartition(":")[0]] = failure

    def explain(self, lesson: Lesson) -> str:
        """Write the page of a lesson that failed, as Markdown."""
        said = self._failures.get(str(lesson), "It has not run.")
        lines = "\n".join(f"    {line}" for line in f"```\n{said}\n```".splitlines())
        return f'# {lesson.title}\n\n!!! failure "The lesson failed"\n\n{lines}\n'

    def _show(self, error: Exception, pages: list[Page]) -> None:
        """Put an error in place of pages."""
        failures = "\n\n".join(str(failure) for failure in self._failures.values())
        text = escape(f"{type(error).__name__}: {error}\n\n{failures}")
        for page in pages:
            target = Path(page.file.abs_dest_path)
            target.parent.mkdir(parents=True, exist_ok=True)
            html = f"<!doctype html><title>Error</title><body><pre>{text}</pre></body>"
            target.write_text(html, encoding="utf-8")

    def _source(self, path: Path) -> str:
        """Name the page that a file is the source of, or the file if it is of none."""
        docs = Path(self.config.docs_dir)
        if path.parent.name == "tutorials":
            return _page_of(Lesson(path, ""))
        return (path.relative_to(docs) if path.is_relative_to(docs) else path).as_posix()

    def _times(self) -> dict[Path, int]:
        """Note when each watched file changed last."""
        watched = [Path(self.config.docs_dir), *map(Path, self.config.watch)]
        files = [file for path in watched for file in path.rglob("*")]
        files.append(Path(self.config.config_file_path))
        return {
            file: file.stat().st_mtime_ns
            for file in files
            if file.is_file() and "__pycache__" not in file.parts
        }


def _page_of(lesson: Lesson) -> str:
    return f"tutorials/{lesson.name}.ipynb"
