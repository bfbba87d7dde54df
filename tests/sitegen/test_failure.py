"""What a page could not show as the cell gave it is refused."""

import pytest
from nbformat.v4 import new_output

from mlp_tutorial.lessons import Lesson
from mlp_tutorial.plots import draw_network, to_svg
from sitegen.execute.failure import EXPORTED, find_fault

DRAWING = to_svg(draw_network([2, 1]))


def fault(tmp_path, *outputs, head=""):
    lesson = Lesson(tmp_path / "tutorials/01_it.py", f"# %% {head}\n1\n")
    lesson.notebook.cells[0].outputs = list(outputs)
    return find_fault(lesson, 0)


def test_text_values_figures_tensors_and_expected_errors_are_fine(tmp_path):
    text = new_output("stream", text="Grüße\t学习\n\n  x\xa0y 🙂")
    value = new_output("execute_result", {"text/plain": "tensor([<1>])"})
    exported = new_output("display_data", {EXPORTED: {}})
    assert fault(tmp_path, text, value, text, exported) is None
    drawing = {"text/plain": "<IPython.core.display.SVG object>", "image/svg+xml": DRAWING}
    assert fault(tmp_path, new_output("display_data", drawing), head='alt="A."') is None
    error = new_output("error", ename="KeyError", evalue="'k'", traceback=["\x1b[31mKeyError"])
    assert fault(tmp_path, error, head='tags=["raises-exception"]') is None


WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize(
    ("data", "got"),
    [
        ({"text/html": "<div>x</div>"}, "text/html"),
        ({"text/html": "<table>", "text/plain": "   a\n0  1"}, "text/html, text/plain"),
        ({"image/png": "iVBO"}, "image/png"),
        ({"image/png": "iVBO", "text/plain": "<Figure size 640x480 with 1 Axes>"}, "image/png"),
        ({"image/png": "iVBO", "image/svg+xml": DRAWING, "text/plain": "x"}, "image/png"),
        ({"application/vnd.plotly.v1+json": {}}, "application/vnd.plotly.v1+json"),
        ({WIDGET: {}, "text/plain": "IntSlider(value=0)"}, WIDGET),
        ({"text/latex": "$x$", "text/plain": "x"}, "text/latex"),
        ({"text/markdown": "**x**", "text/plain": "<…>"}, "text/markdown"),
        ({"application/json": {}, "text/plain": "<…>"}, "application/json"),
        ({"application/javascript": "alert()"}, "application/javascript"),
        ({"image/jpeg": "", "text/plain": ""}, "image/jpeg"),
    ],
)
def test_a_form_that_no_page_can_show_is_refused(tmp_path, data, got):
    for kind in ("display_data", "execute_result"):
        said = fault(tmp_path, new_output(kind, data), head='alt="A."')
        assert said.startswith(f"ValueError: expected text or a figure, got {got}")
        assert "use print, or mlp_tutorial.plots and show" in said
        assert ("close the figure of pyplot" in said) == ("image/png" in data)


def test_a_drawing_of_another_program_and_a_second_figure_are_refused(tmp_path):
    drawing = {"text/plain": "<…>", "image/svg+xml": DRAWING}
    other = drawing | {"image/svg+xml": "<svg><script>alert()</script></svg>"}
    said = fault(tmp_path, new_output("display_data", other), head='alt="A."')
    assert said.startswith("ValueError: expected a figure by matplotlib, got another SVG")
    two = [new_output("display_data", drawing)] * 2
    said = fault(tmp_path, *two, head='alt="A."')
    assert said == "ValueError: expected one figure in a cell, got 2; split the cell"


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m",
        "\x1b[2Jx",
        "10%\r20%",
        "a\r\nb",
        "\a",
        "ab\b",
        "\0",
        "\x9b31m",
        "\u2028",
        "\u202eabc",
        "\ufeff",
    ],
)
def test_text_for_a_terminal_is_refused_wherever_it_is(tmp_path, text):
    stream = new_output("stream", text=f"before {text}")
    value = new_output("execute_result", {"text/plain": text})
    error = new_output("error", ename="E", evalue=text, traceback=[])
    faults = [fault(tmp_path, stream), fault(tmp_path, value)]
    faults += [fault(tmp_path, error, head='tags=["raises-exception"]')]
    for said in faults:
        assert said.startswith("ValueError: expected text without control characters, got '\\")


@pytest.mark.parametrize(
    "value",
    [
        "[<matplotlib.lines.Line2D at 0x7f627438bb90>]",
        "<generator object Module.parameters at 0x7f6274323840>",
        "<Figure size 640x480 with 1 Axes>",
        "<bound method Module.forward of <Net object at 0x7f6274323840>>",
    ],
)
def test_a_value_that_only_says_where_it_lies_is_refused(tmp_path, value):
    said = fault(tmp_path, new_output("execute_result", {"text/plain": value}))
    assert said.startswith(f"ValueError: expected a value that can be read, got {value}")
