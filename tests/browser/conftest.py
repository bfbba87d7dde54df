"""The built site, served, and Debian's Chromium."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from sitegen.build import SITE
from sitegen.server import serve

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session")
def served():
    """Where the built site is served, and what was sent."""
    assert (SITE / "index.html").exists(), "build the site first: nox -s docs"
    with serve(SITE) as served:
        yield served


@pytest.fixture(scope="session")
def address(served):
    return served[0]


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, address):
    """Open a page of the site and note what goes wrong with it."""
    contexts = []

    def opener(path, width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.wrong, page.asked = [], []
        page.on("console", lambda said: said.type == "error" and page.wrong.append(said.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path if ":" in path else f"{address}/{path}")
        page.wait_for_load_state("networkidle")
        return page

    yield opener
    for context in contexts:
        context.close()
