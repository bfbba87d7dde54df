"""Tables that a phone shows as cards."""

from bs4 import BeautifulSoup

from sitegen.pages.tables import label_cells

TABLE = (
    "<table>\n<thead><tr><th>what</th><th style='x'>how <b>much</b></th></tr></thead>"
    "<tbody><tr><td>a</td>\n<td style='y'>1</td></tr><tr><td>b</td><td></td></tr></tbody></table>"
)
FOLDED = f'<details class="numbers" open><summary>All</summary>{TABLE}{TABLE}</details>'


def test_cells_say_their_column():
    made = label_cells(FOLDED.replace(" open", ""))
    cells = BeautifulSoup(made, "html.parser")("td")
    assert [cell["data-head"] for cell in cells] == ["what", "how much"] * 4
    assert [cell.get_text() for cell in cells] == ["a", "1", "b", ""] * 2


def test_other_tables_stay_as_they_are():
    assert label_cells(f"<p>x</p>{TABLE}") == f"<p>x</p>{TABLE}"


def test_wide_tables_become_cards_anywhere_and_only_once():
    row = "<tr>" + "<{0}>a sentence that is rather long</{0}>" * 3 + "</tr>"
    wide = f"<table><thead>{row.format('th')}</thead><tbody>{row.format('td')}</tbody></table>"
    for page in (wide, f'<details class="numbers">{wide}</details>'):
        made = BeautifulSoup(label_cells(page), "html.parser")
        assert made.table.has_attr("data-cards")
        assert {cell["data-head"] for cell in made("td")} == {"a sentence that is rather long"}
    narrow = wide.replace(" that is rather long", "")
    assert label_cells(narrow) == narrow
