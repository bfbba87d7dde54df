"""The built site, served, and the Chromium of the system.

Nothing here waits for a number of seconds, and Playwright waits without limit. If something never
comes, pytest's faulthandler ends the test and says where it hangs.
"""

import json
import shutil

import pytest
from playwright.sync_api import sync_playwright
from scripts import AXE, FAULTS, TWO_FRAMES
from server import serve

from sitegen.__main__ import SITE
from sitegen.chromium import FLAGS, find_chromium


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
    try:
        path = find_chromium()
    except ValueError as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=0)
        yield browser
        browser.close()


@pytest.fixture
def wake():
    """Bring an element of a page to life, which it does when it comes near."""

    def wake_element(page, element):
        found = page.locator(element).first
        found.scroll_into_view_if_needed()
        page.locator(f"{element}:defined").first.wait_for()

    return wake_element


@pytest.fixture
def find_faults():
    """Find what axe objects to on a page, as text; nothing if all is well."""

    if not AXE.exists():
        said = f"expected {AXE}, got none; run `npm ci`, or test with `nox -s browser`"
        pytest.fail(said, pytrace=False)

    def run_axe(page):
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(AXE.read_text())
        found = page.evaluate(FAULTS)["violations"]
        said = [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]
        return json.dumps(said, indent=1) if found else ""

    return run_axe


@pytest.fixture
def new_context(browser):
    """Open a browser that has seen nothing yet."""
    contexts = []

    def opener(width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(0)
        contexts.append(context)
        return context

    yield opener
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def visit():
    """Open a page in a browser, wait until it asks for nothing more, and note what goes wrong."""

    def visitor(context, url, *, scripts=True):
        page = context.new_page()
        page.wrong, page.asked, answered = [], [], []
        page.on("console", lambda said: said.type == "error" and page.wrong.append(said.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        for event in ("requestfinished", "requestfailed"):
            page.on(event, lambda request: answered.append(request.url))
        page.goto(url)
        seen = 0
        # What comes into view may ask for a file in the next frame.
        while scripts and not seen == len(page.asked) == len(answered):
            seen = len(page.asked)
            page.evaluate(TWO_FRAMES)
        return page

    return visitor


@pytest.fixture
def open_page(new_context, visit, address):
    """Open a page of the site, by its path or its address, in a browser of its own."""

    def opener(path, width=1280, **options):
        scripts = options.get("java_script_enabled", True)
        url = path if ":" in path else f"{address}/{path}"
        return visit(new_context(width, **options), url, scripts=scripts)

    return opener
