"""The live preview: what an author saves appears in under a second.

A build of the whole site takes seconds. So the last one is kept, with its plugins, navigation and
references, and a change of one page rebuilds that page. Any other change rebuilds everything.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from textwrap import indent

from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.pages import Page

from mlp_tutorial.lessons import Lesson
from sitegen import upstream
from sitegen.execute.failure import Failure
from sitegen.execute.pool import Pool
from sitegen.execute.record import write_whole
from sitegen.pages.course import Course

OVERVIEWS = {"course.md", "index.md", "teachers.md"}  # pages made from all lessons


class Preview:
    """What `mkdocs serve` shows, and what a saved file does to it."""

    built: upstream.Built  # by the last build of everything

    def __init__(self, read_course: Callable[[], Course]) -> None:
        """Prepare for the server; `read_course` reads the lessons for the pages built next."""
        upstream.prepare_server(seconds=0.2)
        self._read_course = read_course
        self._pool: Pool | None = None  # keeps its kernels warm
        self._failures: dict[str, Failure] = {}
        self._complete = True  # whether every page is there

    def execute(self, course: Course, lessons: list[Lesson]) -> None:
        """Run those of these lessons whose results could differ, and note which fail."""
        self._pool = self._pool or Pool(root=course.root)
        for failure in self._pool.execute(lessons):
            print(f"\n{failure}", file=sys.stderr)
            self._failures[failure.where.rpartition(":")[0]] = failure

    def explain(self, lesson: Lesson) -> str:
        """Write the page of a lesson that failed, as Markdown."""
        said = self._failures.get(str(lesson), "It has not run.")
        lines = indent(f"```\n{said}\n```", "    ", lambda _: True)
        return f'# {lesson.title}\n\n!!! failure "The lesson failed"\n\n{lines}\n'

    def watch(self, server: LiveReloadServer, build_all: Callable[[], None]) -> None:
        """Rebuild for this server whenever a file changes that pages are made from."""
        self._build_all = build_all
        self._seen = self._times()
        upstream.build_with(server, self.rebuild)

    def rebuild(self) -> None:
        """Rebuild what the files saved since the last time touch."""
        before, self._seen = self._seen, self._times()
        changed = {name for name, _ in before.items() ^ self._seen.items()}
        pages = {file.src_uri: file.page for file in self.built[1] if file.page}
        if any(name.endswith(".ipynb") for name in changed):
            changed |= pages.keys() & OVERVIEWS
        complete, self._complete = self._complete, False
        with self._show_errors(*pages.values()):
            if not (complete and changed <= pages.keys() and self._rebuild(pages, changed)):
                self._build_all()
            self._complete = True

    def _rebuild(self, pages: dict[str, Page], changed: set[str]) -> bool:
        """Rebuild the pages that changed, and return whether all others may stay as they are."""
        titles = [page.title for page in pages.values()]
        course = self._read_course()
        lessons = [each for each in course.lessons if f"tutorials/{each.name}.ipynb" in changed]
        self.execute(course, lessons)
        for page in [pages[name] for name in sorted(changed)]:
            with self._show_errors(page):
                upstream.rebuild_page(page, self.built)
        return titles == [page.title for page in pages.values()]

    @contextmanager
    def _show_errors(self, *pages: Page) -> Iterator[None]:
        """Put an error in place of pages."""
        try:
            yield
        except (Exception, SystemExit) as raised:
            aborted = isinstance(raised, SystemExit)  # so MkDocs stops after another error
            error = (raised.__context__ if aborted else None) or raised
            text = escape(f"{type(error).__name__}: {error}")
            html = f"<!doctype html><title>Error</title><body><pre>{text}</pre></body>"
            for page in pages:
                write_whole(Path(page.file.abs_dest_path), html)

    def _times(self) -> dict[str, int]:
        """Note when each watched file changed last; the source of a page has the page's name."""
        config, times = self.built[0], {}
        for path in map(Path, [config.docs_dir, config.config_file_path, *config.watch]):
            for file in (path, *path.rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    name = Path(os.path.relpath(file, config.docs_dir)).as_posix()
                    name = re.sub(r"^\.\./(tutorials/\w+)\.py$", r"\1.ipynb", name)
                    times[name] = file.stat().st_mtime_ns
        return times
