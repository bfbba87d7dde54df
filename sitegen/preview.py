"""The live preview: a page whose text was saved is built again by itself.

A build of the whole site takes seconds, most of them for the reference. So the last one is kept,
with its plugins, navigation and references, and MkDocs builds single pages of it anew. Everything
is built when a change touches more than the text of pages.
"""

import asyncio
import logging
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from logging.handlers import BufferingHandler
from pathlib import Path
from textwrap import indent
from typing import Any

import nbformat
from jinja2 import Environment
from material.plugins.offline.plugin import OfflinePlugin
from material.plugins.search.plugin import SearchPlugin
from mkdocs.commands import serve
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from nbformat.v4 import new_markdown_cell, new_notebook

from sitegen.execute import execute_all, kernel_environment, reuse, share_cores
from sitegen.lesson import ROOT, TUTORIALS, Lesson, read_lesson, read_lessons
from sitegen.memory import forget
from sitegen.preload import preload
from sitegen.record import EXECUTED, write_whole
from sitegen.report import JUNIT

DOCS = Path("docs")
FAILED = Path("build", "failed", TUTORIALS.name)
SETTING = share_cores("cpu")[1]  # with the executor as it was loaded
POLLING = 0.2  # seconds
OVERVIEWS = {"course.md", "index.md", "timings.md"}  # made from all lessons
WATCHED = (DOCS, Path("mlp_tutorial"), Path("sitegen"), TUTORIALS, Path("mkdocs.yml"))


class Preview:
    """What `mkdocs serve` shows, and what a change of a file does to it.

    Attributes:
        config: Of the last build of everything, like all that follow.
        files: All its files.
        nav: Its navigation.
        env: What renders its templates.
    """

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment

    def __init__(self) -> None:
        """Have the server, which is made next, look often enough for what was saved."""
        watchful = partial(LiveReloadServer, polling_interval=POLLING)
        serve.LiveReloadServer = watchful  # type: ignore[attr-defined, assignment]
        preload(kernel_environment(SETTING), lessons=len(read_lessons()))  # for the first change

    def watch(self, server: LiveReloadServer, build_all: Callable[[], None]) -> None:
        """Build for this server whenever a file changes that the pages are made from."""
        self._build_all = build_all
        self._complete = True
        self._seen = _times()
        for path in WATCHED:
            server.watch(str(ROOT / path))
        server.builder = self._rebuild

    def _rebuild(self) -> None:
        before, self._seen = self._seen, _times()
        sources = {_source(path) for path, _ in before.items() ^ self._seen.items()}
        pages = {file.src_uri: file.page for file in self.files if file.page}
        if any(source.startswith(TUTORIALS.name) for source in sources):
            sources.update(pages.keys() & OVERVIEWS)
        if self._complete and sources <= pages.keys():
            alone = [self._rebuild_page(pages[source]) for source in sorted(sources)]
            if all(alone):
                self._write_index()
                return
        forget()
        with _errors() as errors:
            self._build_all()
        self._complete = not errors
        for page in pages.values() if errors else []:
            _show("\n".join(errors), page)

    def _rebuild_page(self, page: Page) -> bool:
        """Build one page again, and tell whether all others can stay as they are."""
        title = page.title
        with _errors() as errors:
            if page.file.src_uri.startswith(TUTORIALS.name):
                lesson = read_lesson(TUTORIALS / f"{page.file.name}.py")
                execute_changed([lesson])
                page.file.abs_src_path = str(ROOT / notebook_of(lesson))
            _populate_page(page, self.config, self.files)
            self._forget(page)
            self.config.plugins.on_env(self.env, config=self.config, files=self.files)
            doc_files = self.files.documentation_pages()
            _build_page(page, self.config, doc_files, self.nav, self.env)
        if errors:
            _show("\n".join(errors), page)
        return page.title == title

    def _forget(self, page: Page) -> None:
        """Take out of the search index what a page said; building it adds what it says now."""
        for search in self._plugins(SearchPlugin):
            entries = search.search_index.entries
            entries[:] = [e for e in entries if e["location"].partition("#")[0] != page.url]

    def _write_index(self) -> None:
        """Write the search index, and the script that holds it for pages from files."""
        for plugin in self._plugins(SearchPlugin, OfflinePlugin):
            plugin.on_post_build(config=self.config)

    def _plugins(self, *kinds: type) -> list[Any]:
        return [each for each in self.config.plugins.values() if isinstance(each, kinds)]


@contextmanager
def _errors() -> Iterator[list[str]]:
    """Collect what goes wrong, and let the preview live on."""
    said: list[str] = []
    logged = BufferingHandler(1000)  # what `Abort` says no more
    logged.setLevel(logging.ERROR)
    log = logging.getLogger("mkdocs")
    log.addHandler(logged)
    try:
        yield said
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever it is, the author sees it
        said += [record.getMessage() for record in logged.buffer]
        if not isinstance(error, Abort):
            said.append(f"{type(error).__name__}: {error}")
    finally:
        log.removeHandler(logged)


def execute_changed(lessons: list[Lesson]) -> None:
    """Execute the lessons whose results could differ; a failure shows on the lesson's page.

    That is done here, where the kernels stay warm, unless the code that does it has changed.
    """
    _, setting = share_cores("cpu")
    changed = [lesson for lesson in lessons if reuse(lesson, setting=setting) is not None]
    if setting.executor == SETTING.executor:
        for failure in asyncio.run(execute_all(changed)) if changed else []:
            print(f"\n{failure}", file=sys.stderr)
    elif changed:
        command = [sys.executable, "-m", "sitegen.execute", *(lesson.name for lesson in changed)]
        subprocess.run(command, cwd=ROOT, check=False)


def notebook_of(lesson: Lesson) -> Path:
    """Find the notebook to show: the executed one, or one that says how the lesson failed."""
    executed = EXECUTED / f"{lesson.name}.ipynb"
    if (ROOT / executed).exists():
        return executed
    error = indent(f"```\n{_failure(lesson.name) or 'It has not been executed.'}\n```", "    ")
    text = f'# {lesson.title}\n\n!!! failure "The lesson failed"\n\n{error}'
    notebook = new_notebook(cells=[new_markdown_cell(text, id="failure")])
    write_whole(ROOT / FAILED / executed.name, nbformat.writes(notebook))
    return FAILED / executed.name


def _failure(name: str) -> str:
    """Find what the last run of the lessons said of one that failed."""
    if not (ROOT / JUNIT).exists():
        return ""
    cases = ET.parse(ROOT / JUNIT).iter("testcase")  # noqa: S314  # we wrote it ourselves
    return "".join(case.findtext("failure", "") for case in cases if case.get("name") == name)


def _source(path: Path) -> str:
    """Name the source of the page whose text a file holds, or what is no page's."""
    path = path.relative_to(ROOT)
    if path.parent == TUTORIALS:
        return path.with_suffix(".ipynb").as_posix()
    return (path.relative_to(DOCS) if path.is_relative_to(DOCS) else path).as_posix()


def _times() -> dict[Path, int]:
    """Note when each watched file changed last."""
    files = [file for path in WATCHED for file in [ROOT / path, *(ROOT / path).rglob("*")]]
    return {
        file: file.stat().st_mtime_ns
        for file in files
        if file.is_file() and "__pycache__" not in file.parts
    }


def _show(error: str, page: Page) -> None:
    """Put an error in place of a page."""
    text = escape(f"{error}\n\n{_failure(page.file.name)}")
    target = Path(page.file.abs_dest_path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"<!doctype html><title>Error</title><body><pre>{text}</pre></body>", "utf-8")
