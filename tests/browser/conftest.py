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


@pytest.fixture
def instant(tmp_path):
    """Where a site is served that knows its address: it exchanges pages instead of loading them."""
    shutil.copytree(SITE, tmp_path, dirs_exist_ok=True)
    pages = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.html")]
    with serve(tmp_path) as (address, _):
        places = "".join(f"<url><loc>{address}/{page}</loc></url>" for page in pages)
        namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
        (tmp_path / "sitemap.xml").write_text(f'<urlset xmlns="{namespace}">{places}</urlset>')
        yield address


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def wake():
    """Bring an element of a page to life, which it does when it comes near."""

    def wake_element(page, element):
        page.locator(element).scroll_into_view_if_needed()
        page.wait_for_selector(f"{element} [role=status]")

    return wake_element


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
