"""Every page of the site in a browser, as `nox -s docs` left it: `nox -s browser`."""

import re
import subprocess

import pytest
from bs4 import BeautifulSoup

from sitegen import ROOT
from sitegen.__main__ import SITE

PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
MOVED = [path for path in PAGES if 'http-equiv="refresh"' in (SITE / path).read_text("utf-8")]
FIRST, SECOND = "tutorials/01_neuron.html", "tutorials/02_layers.html"
FRONT, LESSON, REFERENCE = "index.html", "tutorials/04_softmax.html", "api/plots.html"
pages = pytest.mark.parametrize("path", [path for path in PAGES if path not in MOVED])
LIVE = "[...document.querySelectorAll('article *')].filter((e) => e.localName.startsWith('mlp-'))"
some = pytest.mark.parametrize("path", [FRONT, LESSON, REFERENCE])


def text(page):
    """Read what stays the same on a page: also figures out of view, without what is live."""
    page.evaluate(f"{LIVE}.forEach((e) => e.remove())")
    # Playwright's own `add_style_tag` waits for an event, and without scripts there is none.
    page.evaluate(
        """() => {
          const style = document.createElement("style")
          style.textContent = "* { content-visibility: visible !important }"
          document.head.append(style)
        }"""
    )
    return page.evaluate("document.querySelector('article').innerText.replace(/\\s+/g, ' ')")


def is_dark(page):
    return page.locator("body").get_attribute("data-md-color-scheme") == "slate"


@pytest.fixture(scope="session")
def seen(browser, visit, served):
    """The files that a browser keeps from the first lesson, and from the second."""
    address, sent = served
    kept = []
    for path in (FIRST, SECOND):
        before = len(sent)
        with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
            context.set_default_timeout(0)
            visit(context, f"{address}/{path}")
        kept.append({name for name, _ in sent[before:]})
    return kept


# A visit takes longer than most checks, so one is shared by all checks of a page.
@pages
def test_a_page_is_accessible_complete_light_and_alone(open_page, find_faults, served, seen, path):
    address, sent = served
    before = len(sent)
    page = open_page(path, reduced_motion="reduce")
    files = sent[before:]
    if path == FRONT:  # before anybody scrolls or touches; the network itself comes later
        assert sum(size for _, size in files) <= 120 * 1024, files
    if path.startswith("tutorials"):
        face = 11  # of the headings
        neuron = 12 * (path == FIRST)  # at the top, with its digits
        assert sum(size for _, size in files) <= (156 + face + neuron) * 1024, files
        further = [(name, size) for name, size in files if name not in seen[path == FIRST]]
        assert sum(size for _, size in further) <= (60 + neuron) * 1024, further
    assert not is_dark(page)
    # Each width and each scheme; `some` pages are seen in the other two combinations.
    page.set_viewport_size({"width": 375, "height": 900})
    assert not find_faults(page)
    page.locator("label[for=__palette_1]").first.click()
    assert is_dark(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not find_faults(page)
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})
    check_without_scripts(open_page(path, java_script_enabled=False), page)
    check_figures(page)
    assert not page.wrong
    assert [url for url in page.asked if not url.startswith((address, "data:", "blob:"))] == []


def check_without_scripts(page, with_scripts):
    hidden = "details:not([open]) *, mlp-exhibits label:not(:has(:checked)) + div *"
    seen = f"article :is(figure.plot svg, .katex-html):not({hidden})"
    boxes = page.evaluate(
        """(seen) => [...document.querySelectorAll(seen)].map((e) => {
          const { width, height } = e.getBoundingClientRect()
          return [width, height, e.outerHTML.slice(0, 100)]
        })""",
        seen,
    )
    assert [box for box in boxes if min(box[:2]) <= 1] == []
    # The details of a reference are closed; a reader opens them without scripts too.
    assert page.locator("article h1").is_visible()
    # Without scripts, an element is a figure, a table, or a link to a figure of the page.
    for name, inside in page.evaluate(
        LIVE
        + """.map((e) => [
            e.localName,
            Boolean(e.querySelector('figure svg, table, a[href^="#figure-"]')),
        ])"""
    ):
        # A question's options and answer are beside it.
        assert inside or name in ("mlp-predict", "mlp-progress", "mlp-save"), name
    assert text(page) == text(with_scripts)


LETTERS = """() => {
  document.querySelectorAll('article details').forEach(e => e.open = true)
  return [...document.querySelectorAll('figure.plot:not(.live *)')].map(figure => {
    const svg = figure.querySelector('svg')
    const pixels = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
    const texts = [...svg.querySelectorAll('text')].filter(e => e.textContent.trim())
    const boxes = texts.map(e => e.getBoundingClientRect())
    const over = (a, b, most) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > most &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6 // of a line and its paper
    const upright = e => !e.matches('[transform^="rotate(-90"]') // two such need a space between them
    const touching = texts.flatMap((e, i) => texts.slice(0, i)
      .filter((other, j) => over(boxes[i], boxes[j], upright(e) && upright(other) ? -3 : 1)).map(other => [other.textContent, e.textContent]))
    const cut = texts.filter((_, i) => boxes[i].left < 0 || boxes[i].right > innerWidth)
    // A line that leaves the box is cut there, unless it ends at the frame of its axes.
    const box = svg.parentNode.getBoundingClientRect()
    const shapes = box.width > 540 ? [] : [...svg.querySelectorAll('path, use, image')].filter(e => {
      const shape = e.getBoundingClientRect(), half = parseFloat(getComputedStyle(e).strokeWidth) * pixels / 2 || 0
      if (e.closest('defs') || shape.width > 0.99 * svg.getBoundingClientRect().width) return false // paper
      const frame = svg.querySelector(e.getAttribute('clip-path')?.slice(4, -1) || 'none')?.firstElementChild
      const start = svg.getBoundingClientRect().left
      const [left, right] = frame?.localName === 'rect'
        ? [start + frame.x.baseVal.value * pixels, start + (frame.x.baseVal.value + frame.width.baseVal.value) * pixels]
        : [-Infinity, Infinity]
      return Math.max(shape.left - half, left) < box.left - 0.1 || Math.min(shape.right + half, right) > box.right + 0.1
    })
    const sizes = texts.map(e => parseFloat(getComputedStyle(e).fontSize) * pixels)
    return [figure.id, Math.min(11, ...sizes), Math.max(14, ...sizes), touching, cut.map(e => e.textContent), shapes.map(e => e.outerHTML.slice(0, 200))]
  })
}"""


def check_figures(page):
    """Figures are whole, and their letters are neither small nor large nor touching."""
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for figure, least, most, *wrong in page.evaluate(LETTERS):
            assert (least, most) == pytest.approx((11, 14), abs=0.05), (figure, width)
            assert wrong == [[], [], []], (figure, width)


@some
def test_a_page_is_dark_for_those_who_prefer_that(open_page, find_faults, path):
    page = open_page(path, color_scheme="dark", reduced_motion="reduce")
    assert is_dark(page)
    page.set_viewport_size({"width": 375, "height": 900})
    assert not find_faults(page)
    page.locator("label[for=__palette_0]").first.click()
    assert not is_dark(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not find_faults(page)


def test_the_html_is_valid():
    command = ["node", ROOT / "node_modules/html-validate/bin/html-validate.mjs", "--config"]
    config = ROOT / "tests/browser/htmlvalidate.json"
    done = subprocess.run([*command, config, SITE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:]


@some
def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_page, wake, path):
    page = open_page(path)
    for element in page.evaluate(f"{LIVE}.map((e) => e.localName)"):
        wake(page, element)
    wanted = page.evaluate(
        "[...document.querySelectorAll('article :is(a[href], button, summary, input, select, [tabindex=\"0\"])')]"
        ".filter(e => e.checkVisibility()).length"
    )
    reached, hidden = set(), []
    for _ in range(wanted + 200):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const e = document.activeElement, style = getComputedStyle(e)
              if (e === document.body) return null
              e.dataset.reached ??= String(document.querySelectorAll('[data-reached]').length)
              const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
              const counted = e.closest('article')
              return [e.dataset.reached, Boolean(counted), shown || e.matches('input'), e.outerHTML.slice(0, 150)]
            }"""
        )
        if found is None:
            break
        if found[1]:
            reached.add(found[0])
        if not found[2]:
            hidden.append(found[3])
    assert not hidden
    assert len(reached) == wanted


@some
def test_nothing_moves_for_those_who_ask_for_that(open_page, path):
    page = open_page(path, reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(e => {
          const s = getComputedStyle(e)
          const long = t => t.split(',').some(each => parseFloat(each) > 0.01)
          return s.scrollBehavior === 'smooth' || (long(s.animationDuration) && s.animationName !== 'none') || long(s.transitionDuration)
        }).map(e => e.outerHTML.slice(0, 100))"""
    )
    assert moving == []


@pytest.mark.parametrize("path", ["tutorials/04_softmax.html", "tutorials/18_museum.html"])
@pytest.mark.parametrize("width", [375, 1280])
def test_code_wraps_output_shows_that_it_goes_on_and_no_letter_is_covered(open_page, path, width):
    page = open_page(path, width)
    page.locator(".md-code__button").first.wait_for(state="attached")
    covered, unmarked, wide, cut = page.evaluate(
        """() => {
          const all = (selector) => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility())
          const box = (e) => e.getBoundingClientRect()
          const code = all('article pre > :is(code, samp)')
          const after = (e) => getComputedStyle(e).getPropertyValue('--after')
          const unmarked = code.filter(e => (e.scrollWidth > e.clientWidth) !== (after(e) !== '0px'))
          code.forEach(e => { e.scrollLeft = e.scrollWidth })
          const letters = (e) => { const range = document.createRange(); range.selectNodeContents(e); return [...range.getClientRects()] }
          const under = (e, button) => letters(e).some(line => line.right > button.left && line.top + 1 < button.bottom)
          return [
            all('.md-code__nav').filter(e => under(e.parentNode.querySelector('code'), box(e.querySelector('button')))),
            unmarked,
            all('article pre > code').filter(e => e.scrollWidth > e.clientWidth),
            all('article pre.output > samp').filter(e => e.scrollWidth > e.clientWidth),
          ].map(found => found.map(e => e.outerHTML.slice(0, 300)))
        }"""
    )
    assert covered == unmarked == wide == []
    assert width > 375 or cut == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_from_a_folder_has_what_one_from_a_server_has(open_page):
    """Material's script goes on there, with copy buttons, marks and sidebars above the footer."""
    page = open_page((SITE / LESSON).as_uri())
    page.locator(".md-code__button").first.wait_for(state="attached")
    page.locator(".md-footer").scroll_into_view_if_needed()
    page.locator(".md-sidebar--secondary .md-nav__link--active").wait_for()
    page.locator(".md-header__title--active").wait_for()
    page.wait_for_function(
        """() => [...document.querySelectorAll('.md-sidebar__scrollwrap')].every((e) =>
          e.getBoundingClientRect().bottom <= document.querySelector('.md-footer').getBoundingClientRect().top)"""
    )
    assert not page.wrong


def test_a_line_below_the_header_shows_how_far_one_has_read(open_page):
    page = open_page(LESSON, width=375)
    width = "parseFloat(getComputedStyle(document.querySelector('.md-header'), '::after').scale)"
    assert page.evaluate(width) == 0
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_function(f"{width} > 0.95")
    page = open_page(LESSON, width=375, reduced_motion="reduce")
    line = "getComputedStyle(document.querySelector('.md-header'), '::after').content"
    assert page.evaluate(line) == "none"


def test_text_code_figures_and_elements_share_their_edges(open_page):
    page = open_page(LESSON)
    edges = page.evaluate(
        """() => ['p', '.highlight', 'figure.plot', 'pre.output', 'figcaption', '.card', '.now', '.live > *']
          .map(e => document.querySelector('article > ' + e + ', article > figure > ' + e).getBoundingClientRect())
          .map(box => [Math.round(box.left), Math.round(box.right)])"""
    )
    assert all(edge == edges[0] for edge in edges), edges


@some
def test_headings_take_the_same_room_before_their_face_is_there(new_context, visit, address, path):
    heights = []
    for there in (True, False):
        context = new_context()
        if not there:
            context.route("**/display.woff2", lambda route: route.fulfill(status=204))
        page = visit(context, f"{address}/{path}")
        assert page.evaluate("document.fonts.check('600 1em Display')") == there
        assert len([url for url in page.asked if "display.woff2" in url]) == 1
        for width in (375, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            heights.append(
                page.evaluate(
                    "[...document.querySelectorAll('h1, h2, h3')].map(e => [e.innerText, Math.round(e.offsetHeight)])"
                )
            )
    assert heights[:2] == heights[2:]


def test_going_from_lesson_to_lesson_breaks_nothing(open_page, instant):
    page = open_page(f"{instant}/tutorials/01_neuron.html")
    page.evaluate("window.same = true")
    for title in ("2. Layers are matrices", "3. Handwritten digits", "4. Softmax"):
        page.locator(".md-footer__link--next").click()
        page.wait_for_function("title => document.title.startsWith(title)", arg=title)
        assert page.evaluate("window.same"), "the page was loaded"
        assert text(page) == text(open_page(page.evaluate("location.href")))
        marks = "[...document.querySelectorAll('article svg use')].every(u => document.querySelector(u.getAttribute('xlink:href') ?? u.getAttribute('href')))"
        assert page.evaluate(marks)
    page.go_back()
    page.wait_for_function("document.title.startsWith('3. Handwritten')")
    assert not page.wrong


QUESTIONS = {
    "divide by the sum": "4. Softmax",
    "confusion_matrix": "confusion_matrix",
    "mat1 and mat2 shapes cannot be multiplied": "Appendix: error messages",
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("place", ["server", "file"])
def test_search_finds_it(open_page, question, place):
    page = open_page("index.html" if place == "server" else (SITE / "index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type(question)
    title = QUESTIONS[question]
    page.wait_for_function(
        "title => document.querySelector('.md-search-result__item')?.innerText.includes(title)",
        arg=title,
    )
    assert not re.search(r"\\[a-z]+\{|In \[", page.locator(".md-search-result__list").inner_text())
    assert not page.wrong


def test_a_result_of_the_search_is_two_lines_with_the_match_and_no_buttons(open_page):
    for width in (375, 1280):
        page = open_page("index.html", width=width)
        page.keyboard.press("/")
        page.keyboard.type("softmax")
        page.locator(".md-search-result__item summary").first.click()
        said = page.locator(".md-search-result__item").first.locator("p:visible")
        assert "Notebook with results" not in " ".join(said.all_inner_texts())
        line = said.first.evaluate("(p) => parseFloat(getComputedStyle(p).lineHeight)")
        for quote in said.all():
            assert quote.bounding_box()["height"] <= 2.1 * line
        for match in said.locator("mark:first-of-type").all():  # not in the lines that are hidden
            top = match.evaluate(
                "(m) => m.getBoundingClientRect().top - m.parentElement.getBoundingClientRect().top"
            )
            assert top < 2 * line


APPENDIX = SITE / "tutorials/19_error_messages.html"
# Words that hold a digit, and numbers, which are others in another program.
NUMBER = re.compile(r"(?P<word>[A-Za-z_]+\d\w*|0th|[01]D)|\d+")
TRACEBACK = """\
Traceback (most recent call last):
  File "/home/ada/my-digits/train.py", line 41, in <module>
    loss = F.cross_entropy(model(x), y + 1)
  File "/home/ada/.venv/lib/python3.12/site-packages/torch/nn/functional.py", line 3504, in forward
    return F.linear(input, self.weight, self.bias)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"""


def read_messages():
    """Read the message of each section of the appendix, by the section's id."""
    found = {}
    article = BeautifulSoup(APPENDIX.read_text(), "html.parser").article
    for section in article("h3"):
        for part in section.find_next_siblings():
            if part.name in {"h2", "h3"}:
                break
            if part.name == "pre" and re.match(r"[\w.]+(Error|Warning): ", part.get_text()):
                found.setdefault(section["id"], part.get_text())
    return found


def test_search_finds_a_pasted_message_with_other_numbers(open_page):
    page = open_page("index.html")
    page.keyboard.press("/")
    messages = read_messages()
    assert len(messages) >= 40
    for section, message in messages.items():
        if message.count("Error: ") > 1:  # what a worker died of has a section of its own
            message = message.splitlines()[0]
        other = NUMBER.sub(lambda found: found["word"] or str(7 * int(found[0]) + 1), message)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(TRACEBACK + other)
        # The page comes first, and below it the section that fits best.
        page.wait_for_function(
            "end => document.querySelectorAll('.md-search-result__item:first-child a')[1]?.href.endsWith(end)",
            arg=f"/tutorials/{APPENDIX.name}#{section}",
        )
    assert not page.wrong
