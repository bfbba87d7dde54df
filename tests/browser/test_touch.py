"""The elements as a reader touches them."""

import re

import pytest
import torch
from scripts import TWO_FRAMES
from strokes import drawings

from sitegen.__main__ import SITE

READ = """([strokes, pen, centered]) => {
    const digit = document.querySelector("mlp-digit");
    digit.pen = pen;
    digit.centers.checked = centered;
    digit.set(strokes, false);
    cancelAnimationFrame(digit.frame);
    digit.show();
    return digit.bars.findIndex((bar) => bar.classList.contains("best"));
}"""


@pytest.fixture
def digit(open_page):
    """The front page, its network fetched."""

    def open_digit(path="index.html", **options):
        page = open_page(path, **options)
        page.locator("mlp-digit").scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('mlp-digit').network")
        return page

    return open_digit


@pytest.fixture
def alive(open_page, wake, address):
    """A page with an element that has come to life, and what the element says.

    It opens in a browser of its own, or in the given page, which has cached what it needs.
    """

    def open_alive(path, element, page=None, **options):
        if page:
            page.goto(f"{address}/{path}")
        else:
            page = open_page(path, **options)
        wake(page, element)
        return page, page.locator(f"{element} [role=status]")

    return open_alive


def address(page):
    return page.evaluate("location.href")  # Playwright's own notices a change late


def says(page, element="mlp-digit"):
    page.evaluate(TWO_FRAMES)
    return page.locator(f"{element} [role=status]").inner_text()


def test_it_reads_nine_of_ten_drawings(digit):
    page = digit()
    found = [(d, page.evaluate(READ, [s, 2.8 * pen, True]), what) for d, pen, s, what in drawings()]
    wrong = [f"{what}: read as {answer}" for d, answer, what in found if answer != d]
    assert len(found) >= 100
    assert len(wrong) <= len(found) // 10, wrong


def test_without_centering_a_shifted_digit_is_misread_more_often(digit):
    page = digit()
    moved = [(d, s) for d, _, s, what in drawings() if "off center" in what]
    right = [
        sum(page.evaluate(READ, [s, 14, centered]) == d for d, s in moved)
        for centered in (True, False)
    ]
    assert right[1] < right[0]


@pytest.mark.parametrize("path", ["index.html", "tutorials/10_training.html"])
def test_a_line_drawn_with_the_mouse_is_a_one(digit, path):
    page = digit(path)
    assert says(page) == "Draw a digit."
    box = page.locator("mlp-digit .pad").bounding_box()
    x, y, size = box["x"], box["y"], box["width"]
    page.mouse.move(x + size / 2, y + 0.15 * size)
    page.mouse.down()
    page.mouse.move(x + size / 2, y + 0.85 * size, steps=8)
    page.mouse.up()
    assert says(page).startswith("It reads 1")
    assert page.wrong == []


def test_a_finger_draws_on_a_small_phone(digit):
    page = digit(width=320, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.locator("mlp-digit .pad").dispatch_event(
        "pointerdown", {"pointerId": 1, "clientX": 0, "clientY": 0}
    )
    assert page.evaluate("document.querySelector('mlp-digit').strokes.length") == 1


def test_the_keyboard_chooses_a_digit_and_clears_it(digit):
    page = digit()
    for number in range(10):
        page.get_by_role("button", name=f"Draw a {number}").press("Enter")
        assert says(page).startswith(f"It reads {number}, and is ")
    page.get_by_text("Clear", exact=True).press("Enter")
    assert says(page) == "Draw a digit."


def test_a_drawing_can_be_linked_to_and_junk_in_the_address_does_no_harm(digit):
    page = digit()
    page.get_by_role("button", name="Draw a 4").click()
    said = says(page)
    assert "?digit=" in address(page)
    again = digit(address(page))
    assert says(again) == said
    junk = digit("index.html?digit=1.2_x~~e")
    assert says(junk) == "Draw a digit."
    assert junk.wrong == []


def test_it_works_from_files(digit):
    page = digit((SITE / "index.html").as_uri())
    page.get_by_role("button", name="Draw a 7").click()
    assert says(page).startswith("It reads 7")


@pytest.mark.parametrize(
    ("path", "elements"),
    [
        ("index.html", ["mlp-digit"]),
        ("tutorials/01_neuron.html", ["mlp-line"]),
        ("tutorials/02_layers.html", ["mlp-matmul"]),
        ("tutorials/04_softmax.html", ["mlp-softmax", "mlp-softmax[data-rule]"]),
        ("tutorials/05_activations.html", ["mlp-activation"]),
        ("tutorials/09_gradients.html", ["mlp-backprop"]),
        (
            "tutorials/10_training.html",
            ["mlp-learning-rate", "mlp-playground", "mlp-weights", "mlp-digit"],
        ),
        ("tutorials/13_deep_networks.html", ["mlp-depth"]),
    ],
)
def test_nothing_moves_when_it_comes_to_life(
    open_page, new_context, visit, wake, address, path, elements
):
    heights = """() => [document.querySelector('article'), ...document.querySelectorAll('.live')]
        .map((e) => e.offsetHeight)"""
    context = new_context()
    context.route("**/elements/mlp-*.js", lambda route: route.abort())
    asleep = visit(context, f"{address}/{path}")
    for width in (320, 375, 1280):
        alive = open_page(path, width=width)
        for element in elements:
            wake(alive, element)
        asleep.set_viewport_size({"width": width, "height": 900})
        assert alive.evaluate(heights) == asleep.evaluate(heights), width


def test_the_network_is_fetched_when_it_comes_into_view(open_page):
    page = open_page("tutorials/10_training.html")
    assert not any(".f16" in url for url in page.asked)
    page.locator("mlp-digit").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('mlp-digit').network")
    assert sum(".f16" in url for url in page.asked) == 1


def test_the_picture_follows_the_scheme(digit):
    page = digit()
    page.get_by_role("button", name="Draw a 8").click()
    color = "document.querySelector('mlp-digit .pad').getContext('2d').strokeStyle"
    says(page)
    before = page.evaluate(color)
    page.locator("label[for=__palette_1]").first.click()
    says(page)
    assert page.evaluate(color) != before


def test_instant_navigation_brings_elements_to_life_and_leaves_nothing_behind(digit, wake, instant):
    page = digit(f"{instant}/index.html")
    page.evaluate("window.gone = document.querySelector('mlp-digit')")
    page.locator(".path a[href*='04_softmax']").click()
    wake(page, "mlp-softmax")
    assert page.evaluate("gone.isConnected") is False
    page.evaluate("void (gone.show = () => (window.drawn = true))")
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    says(page, "mlp-softmax[data-rule]")
    assert page.evaluate("window.drawn") is None
    page.go_back()
    page.wait_for_selector("mlp-digit .pad")
    assert page.locator("mlp-digit").count() == 1
    assert page.wrong == []


def test_without_scripts_there_is_a_figure(open_page):
    page = open_page("index.html", java_script_enabled=False)
    assert page.locator("mlp-digit figure svg").is_visible()


def test_the_line_of_the_lesson_can_be_moved(alive):
    page, status = alive("tutorials/01_neuron.html", "mlp-line")
    page.wait_for_function("document.querySelector('mlp-line').points")
    assert status.inner_text().startswith(
        "971 of 1,000 are right: 485 of 500 zeros, 486 of 500 ones."
    )
    assert page.evaluate("location.search") == ""
    bias = page.get_by_role("slider", name="bias")
    bias.focus()
    bias.press("End")
    assert "500 of 500 ones. Your best so far is 971." in status.inner_text()
    assert address(page).endswith("?line=10_-0.5_15")
    slope = "document.querySelector('mlp-line').sliders.map((slider) => slider.value)"
    page.locator("mlp-line canvas").click(position={"x": 300, "y": 20})
    weights, moved = page.evaluate(slope)[:2], status.inner_text()
    assert weights == [10, -0.5]
    assert "500 of 500 ones" not in moved
    again, repeated = alive(address(page), "mlp-line")
    again.wait_for_function("document.querySelector('mlp-line').points")
    assert repeated.inner_text().split("Your")[0] == moved.split("Your")[0]
    page.get_by_role("button", name="As in the lesson").click()
    assert status.inner_text().startswith("971")
    assert "line=" not in address(page)
    _, unmoved = alive("tutorials/01_neuron.html?line=1_2_x", "mlp-line", again)
    again.wait_for_function("document.querySelector('mlp-line').points")
    assert unmoved.inner_text().startswith("971")
    assert page.wrong == again.wrong == []


def test_a_dollar_is_split_by_dragging_totals_and_stays_split_when_all_move(alive):
    path = "tutorials/04_softmax.html"
    page, status = alive(path, "mlp-softmax:not([data-rule])")
    element = page.locator("mlp-softmax").first
    shares = element.locator(".share span")
    assert shares.all_inner_texts() == ["84 cents", "11 cents", "4 cents", "one dollar"]
    assert status.inner_text().startswith("The first answer is 2 ahead and gets 84 cents")
    assert not element.locator("div.exp").first.is_visible()
    element.get_by_label("All three totals").press("End")
    assert [total.input_value() for total in element.get_by_role("slider").all()[:3]] == list("532")
    assert shares.all_inner_texts()[0] == "84 cents"
    assert status.inner_text() == "All three moved together, and not a cent changed hands."
    assert address(page).endswith("?bet=5_3_2")
    handle = element.get_by_label("Total of the second")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 0.79 * box["width"], box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + 10, steps=4)
    page.mouse.up()
    assert handle.input_value() == "5"
    assert shares.all_inner_texts()[0] == shares.all_inner_texts()[1]
    again, repeated = alive(address(page), "mlp-softmax:not([data-rule])")
    assert repeated.inner_text() == says(page, "mlp-softmax:not([data-rule])")
    _, unmoved = alive(f"{path}?bet=1_9_0", "mlp-softmax:not([data-rule])", again)
    assert unmoved.inner_text().startswith("The first answer is 2 ahead")
    assert page.wrong == again.wrong == []


def test_softmax_overflows_where_float32_does(alive):
    rule = "mlp-softmax[data-rule]"
    page, status = alive("tutorials/04_softmax.html", rule)
    element = page.locator(rule)
    stakes, naive = element.locator(".share span"), element.locator("td")
    assert stakes.all_inner_texts()[:3] == ["0.8438", "0.1142", "0.0420"]
    assert naive.all_inner_texts() == 2 * ["0.8438", "0.1142", "0.0420"]
    assert element.locator("div.exp span").all_inner_texts()[:3] == ["7.389", "1.000", "0.368"]
    assert "× 7.39" in element.inner_text()
    element.get_by_label("Temperature").press("Home")
    assert "T = 0.01" in element.inner_text()
    assert element.locator("div.exp span").first.inner_text() == "inf"
    assert naive.first.inner_text() == "nan"
    assert stakes.first.inner_text() == naive.nth(3).inner_text() == "1.0000"
    assert status.inner_text().startswith("exp(200) doesn't fit into 32 bits")
    assert address(page).endswith("?softmax=2_0_-1_-2")
    again, repeated = alive(address(page), rule)
    assert repeated.inner_text() == status.inner_text()
    _, unmoved = alive("tutorials/04_softmax.html?softmax=2_0_x_0", rule, again)
    assert unmoved.inner_text().startswith("The first answer is 2 ahead")
    assert page.wrong == again.wrong == []


def test_a_bend_can_be_chosen_and_a_nudge_sent_through_a_row_of_them(alive):
    path = "tutorials/05_activations.html"
    page, status = alive(path, "mlp-activation")
    element = page.locator("mlp-activation")
    assert status.inner_text() == "What's left of the nudge is 1e−13, or 0.0000000000001."
    assert page.locator("pre.output", has_text="1e-13").count() == 1  # from the lesson
    box = element.locator("svg").bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 20)
    assert "sigmoid(−2.0) = 0.12" in element.locator("svg").text_content()
    assert "slope 0.10" in element.locator("svg").text_content()
    element.get_by_role("button", name="ReLU").press("Enter")
    assert status.inner_text() == "Nothing of the nudge gets through 20 of them."
    element.get_by_label("Number that goes in").press("End")
    assert status.inner_text() == "All of the nudge gets through 20 of them."
    element.get_by_label("Bends in a row").press("Home")
    assert element.locator("i.off").count() == 19
    assert address(page).endswith("?activation=ReLU_5_1")
    again, repeated = alive(address(page), "mlp-activation")
    assert repeated.inner_text() == status.inner_text()
    for junk in ("ReLU_9_3", "constructor_1_1", "tanh_1_21", "tanh__3"):
        _, unmoved = alive(f"{path}?activation={junk}", "mlp-activation", again)
        assert unmoved.inner_text().startswith("What's left of the nudge is 1e−13")
    assert page.wrong == again.wrong == []


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_beads_swing_and_weights_grow_unless_somebody_wants_it_still(alive, motion):
    page, _ = alive("tutorials/05_activations.html", "mlp-activation", reduced_motion=motion)
    shake = """() => {
        [...document.querySelectorAll("mlp-activation button")].at(-1).click();
        return document.getAnimations().length;
    }"""
    assert (page.evaluate(shake) > 0) == (motion != "reduce")
    page, _ = alive("tutorials/10_training.html", "mlp-weights", reduced_motion=motion)
    page.evaluate("window.times = new Set()")
    page.wait_for_function(
        """() => {
          const { says } = document.querySelector("mlp-weights");
          times.add(says.textContent);
          return says.textContent.includes("after epoch 4");
        }"""
    )
    grown = page.evaluate("[...times].filter(Boolean).length")
    assert (grown > 1) == (motion != "reduce")


def test_signal_and_gradient_get_through_twenty_layers_if_one_helps_them(alive):
    path = "tutorials/13_deep_networks.html"
    page, status = alive(path, "mlp-depth")
    element = page.locator("mlp-depth")
    faded = status.inner_text()
    assert re.match(r"At layer 20, the message's loudness is down to \de−8\. At layer 1,", faded)
    element.get_by_role("button", name="He", exact=True).press("Enter")
    assert "Both get through!" in status.inner_text()
    assert address(page).endswith("?depth=ReLU_3_0_0_0")
    element.get_by_role("slider").press("End")
    assert says(page, "mlp-depth").endswith("The first layers get screamed at.")
    assert address(page).endswith("?depth=ReLU_4.5_0_0_0")
    element.get_by_role("button", name="BatchNorm").press("Space")
    assert status.inner_text().endswith("The first layers get screamed at.")
    element.get_by_role("button", name="LayerNorm").press("Space")
    assert "Both get through!" in status.inner_text()
    element.get_by_role("button", name="residual").click()
    element.get_by_role("button", name="sigmoid").click()
    assert element.locator("[aria-pressed=true]").all_inner_texts() == [
        "sigmoid",
        "LayerNorm",
        "residual",
    ]
    said = status.inner_text()
    again, repeated = alive(address(page), "mlp-depth")
    assert repeated.inner_text() == said
    signal = again.get_by_role("img", name="Histograms of what each layer says")
    assert "at layer 20" in signal.get_attribute("aria-label")
    element.get_by_role("button", name="LayerNorm").click()
    element.get_by_role("button", name="residual").click()
    element.get_by_role("button", name="too small").click()
    assert ", whatever the input. At layer 1" in status.inner_text()
    element.get_by_role("button", name="residual").click()
    element.get_by_role("button", name="zero").click()
    assert "the complaint's loudness is 1. Both get through!" in status.inner_text()
    for junk in ("ReLU_9_0_0_0", "ReLU__0_0_0", "GELU_1_0_0_0", "ReLU_1_2_0_0", "ReLU_1_1_1_0"):
        _, unmoved = alive(f"{path}?depth={junk}", "mlp-depth", again)
        assert unmoved.inner_text() == faded
    assert page.wrong == again.wrong == []


def test_a_product_is_followed_entry_by_entry_and_pytorch_says_what_does_not_fit(alive):
    path = "tutorials/02_layers.html"
    page, status = alive(path, "mlp-matmul")
    assert status.inner_text().startswith("Row 1 times column 1: ")
    cells = page.locator("mlp-matmul td button")
    assert cells.count() == 8
    page.get_by_role("button", name="Next entry").press("Enter")
    assert status.inner_text().startswith("Row 1 times column 2: ")
    cells.nth(5).hover()
    assert status.inner_text().startswith("Row 3 times column 2: ")
    assert address(page).endswith("?matmul=0_1_0")
    cells.nth(7).click()
    said = status.inner_text()
    assert said.startswith("Row 4 times column 2: ")
    assert said.split("= ")[1].startswith(cells.nth(7).inner_text()[:-1])
    assert "batch (4, 3) @ W1 (3, 2) = (4, 2)" in page.locator("mlp-matmul").inner_text()
    again, repeated = alive(address(page), "mlp-matmul")
    assert repeated.inner_text() == said
    page.get_by_label("the wrong way round").check()
    error = "RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (4x3 and 2x3)"
    assert status.inner_text() == error
    assert page.locator("pre.output", has_text=error).count() == 1  # from the lesson
    assert cells.first.is_disabled()
    _, unmoved = alive(f"{path}?matmul=9_x", "mlp-matmul", again)
    assert unmoved.inner_text().startswith("Row 1 times column 1: ")
    assert page.wrong == again.wrong == []


def test_backpropagation_goes_forward_and_back(alive):
    path = "tutorials/09_gradients.html"
    page, status = alive(path, "mlp-backprop")
    element = page.locator("mlp-backprop")
    step = element.get_by_role("button", name="Step", exact=True)
    said = []
    for _ in range(13):
        step.press("Enter")
        said.append(status.inner_text())
    assert (
        said[0]
        == "p1 = v1 · u1 = 0.5 · 1.5 = 0.75. It heard v1 at volume 1.5 and u1 at volume 0.5."
    )
    assert said[5] == "L = price(a) = −ln 0.3659 = 1.0055. It heard a at volume −2.7333."
    assert said[6] == "Now back. The complaint of L itself is 1."
    assert said[11].startswith("p1 passes its complaint on. v1 gets −0.6341 · 1.5 = −0.9512 and ")
    assert element.locator(".slope").all_text_contents().count("") == 0
    assert element.locator(".volume").all_text_contents().count("") == 0
    graph = element.get_by_role("img").get_attribute("aria-label")
    assert "v1 is 0.5, its complaint is −0.9512;" in graph
    element.get_by_role("slider", name="v1").press("End")
    assert address(page).endswith("?backprop=neuron_13_3_0.8_0.3")
    again, repeated = alive(address(page), "mlp-backprop")
    assert repeated.inner_text() == status.inner_text()
    element.get_by_role("button", name="Restart").click()
    assert status.inner_text().startswith("Press Play.")
    for junk in ("neuron_99_1_2_3", "neuron_2_1_2", "x_1_1_2_3", "neuron_1_9_2_3"):
        _, unmoved = alive(f"{path}?backprop={junk}", "mlp-backprop", again)
        assert unmoved.inner_text().startswith("Press Play.")
    assert page.wrong == again.wrong == []


def test_a_knob_is_a_box_that_can_be_dragged_and_paths_that_meet_add_up(alive):
    page, status = alive("tutorials/09_gradients.html", "mlp-backprop")
    element = page.locator("mlp-backprop")
    box = element.locator(".knob").nth(2).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 45, box["y"] + 30, steps=4)
    page.mouse.up()
    assert address(page).endswith("?backprop=neuron_0_0.5_0.8_0.8")
    element.get_by_role("combobox").select_option("row of three")
    step = element.get_by_role("button", name="Step", exact=True)
    for _ in range(6):
        step.click()
    x = element.locator(".knob .slope")
    assert x.text_content() == "9 + …"
    step.click()
    assert x.text_content() == "9 + 6 = 15"
    assert status.inner_text().endswith("Two paths meet at x, so it adds up 9 + 6 = 15.")
    assert address(page).endswith("?backprop=row+of+three_7_2")
    element.get_by_role("button", name="Back").click()
    assert x.text_content() == "9 + …"
    assert page.wrong == []


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_graph_plays_until_it_is_over_or_out_of_sight(alive, motion):
    page, status = alive("tutorials/09_gradients.html", "mlp-backprop", reduced_motion=motion)
    element = page.locator("mlp-backprop")
    element.get_by_role("combobox").select_option("row of three")
    play = """() => {
        const element = document.querySelector("mlp-backprop");
        element.play.click();
        return [element.says.textContent.split(".")[0], document.getAnimations().length > 0];
    }"""
    assert page.evaluate(play) == ["a = x · 3 = 2 · 3 = 6", motion != "reduce"]
    element.get_by_text("adds up 9 + 6 = 15.").wait_for()
    assert element.get_by_role("button", name="Play").count() == 1
    assert page.evaluate(play)[0] == "a = x · 3 = 2 · 3 = 6"  # from the beginning
    page.evaluate("document.querySelector('mlp-backprop').style.marginTop = '3000px'")
    page.evaluate("scrollTo(0, 0)")
    element.get_by_role("button", name="Play").wait_for()
    assert "15" not in status.inner_text()
    assert page.wrong == []


def test_the_learning_rate_can_be_too_small_right_and_too_large(alive):
    page, status = alive("tutorials/10_training.html", "mlp-learning-rate")
    right = status.inner_text()
    assert "momentum 0.00: the loss goes from 11.125 to 3.6e−4 in 30 steps" in right
    page.get_by_role("button", name="Too small").click()
    assert "to 3.360 in 30 steps" in status.inner_text()
    assert page.locator("pre.output", has_text="loss 3.360").count() == 1  # from the lesson
    page.get_by_role("button", name="Too large").click()
    assert "Learning rate 0.21" in status.inner_text()
    said = status.inner_text()
    again, repeated = alive(address(page), "mlp-learning-rate")
    assert repeated.inner_text() == said
    page.get_by_role("slider", name="momentum").press("End")
    assert "momentum 0.99" in status.inner_text()
    page.get_by_role("button", name="Right", exact=True).press("Enter")
    assert status.inner_text() == right
    _, unmoved = alive("tutorials/10_training.html?rate=1_x", "mlp-learning-rate", again)
    assert unmoved.inner_text() == right
    assert page.wrong == again.wrong == []


def test_units_are_seen_over_the_epochs_and_under_digits(alive):
    path = "tutorials/10_training.html"
    page, status = alive(path, "mlp-weights", reduced_motion="reduce")
    element = page.locator("mlp-weights")
    shown = "document.querySelector('mlp-weights').shown"
    page.wait_for_function(shown)
    assert status.inner_text().startswith("Unit 5, after epoch 4. ")
    element.get_by_role("button", name="Unit 7", exact=True).press("Enter")
    element.get_by_role("slider").press("Home")
    assert status.inner_text().startswith("Unit 7, at the start. ")
    assert address(page).endswith("?weights=0_6")
    element.get_by_role("button", name="Play").click()
    element.get_by_text("Unit 7, after epoch 4. ").wait_for()
    element.get_by_role("button", name="Play").wait_for()
    digit = element.locator(".ends button").first
    digit.press("Space")
    said = status.inner_text()
    assert re.match(r"On this \d, ink on blue adds [\d.]+ and ink on orange takes away", said)
    written = element.locator(".sum").inner_text().replace("− ", "").replace("−", "-")
    blank, plus, minus, total = map(float, re.findall(r"-?[\d.]+", written))
    assert blank + plus - minus == pytest.approx(total, abs=0.2)
    again, repeated = alive(address(page), "mlp-weights")
    again.wait_for_function(shown)
    assert repeated.inner_text() == said
    digit.press("Space")
    assert status.inner_text().startswith("Unit 7, after epoch 4. ")
    assert address(page).endswith("?weights=4_6")
    for junk in ("7_0", "1_0.5", "1_x", "-1_2"):
        alive(f"{path}?weights={junk}", "mlp-weights", again)
        again.wait_for_function(shown)
        again.get_by_text("Unit 5, after epoch 4. ").wait_for()
    assert page.wrong == again.wrong == []


def test_the_playground_learns_while_somebody_looks(alive):
    path = "tutorials/10_training.html"
    page, status = alive(path, "mlp-playground")
    steps = "document.querySelector('mlp-playground').training.steps"
    assert status.inner_text().startswith("Step 0: loss 0.6904 over all 200 points")
    page.locator("mlp-playground").get_by_role("button", name="Step").press("Enter")
    assert page.evaluate(steps) == 1
    page.get_by_text("Show me this in PyTorch").click()
    made = {}
    exec(page.locator("mlp-playground pre").inner_text(), made)  # what a reader runs
    loss = torch.nn.functional.cross_entropy(made["logits"], made["y"]).item()
    said = float(re.search(r"Step 1: loss ([\d.]+)", status.inner_text())[1])
    assert said == pytest.approx(loss, abs=1e-4)
    page.get_by_role("button", name="Run").click()
    page.wait_for_function(f"{steps} > 500")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("!document.querySelector('mlp-playground').inView")
    before = page.evaluate(steps)
    says(page, "mlp-playground")
    assert page.evaluate(steps) == before
    page.locator("mlp-playground").scroll_into_view_if_needed()
    page.wait_for_function(f"{steps} > {before}")
    page.get_by_role("button", name="Pause").click()
    before = page.evaluate(steps)
    says(page, "mlp-playground")
    assert page.evaluate(steps) == before
    page.locator("mlp-playground select").first.select_option("three classes")
    assert page.evaluate(steps) == 0
    assert address(page).endswith("?playground=three+classes_2_8_tanh_0.1_0.9_50_1_0")
    said = status.inner_text()
    again, repeated = alive(address(page), "mlp-playground")
    assert repeated.inner_text() == said
    _, unmoved = alive(f"{path}?playground=spiral_9", "mlp-playground", again)
    assert unmoved.inner_text().startswith("Step 0: loss 0.6904")
    assert page.wrong == again.wrong == []


def test_the_playground_does_not_move_for_those_who_ask_for_that(alive):
    path = "tutorials/10_training.html"
    page, status = alive(path, "mlp-playground", reduced_motion="reduce")
    page.get_by_role("button", name="Run").click()
    assert status.inner_text().startswith("Step 100: ")
    says(page, "mlp-playground")
    assert status.inner_text().startswith("Step 100: ")
