"""Tables that a phone shows as cards, a row each, since their columns hold sentences."""

import html
import re

NUMBERS = re.compile(r'<details class="numbers">.*?</details>', re.DOTALL)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
CELL = re.compile(r"<(t[hd])\b[^>]*>(.*?)</\1>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
WIDE = 80  # characters of the longest cells of a row's columns, together


def label_cells(content: str) -> str:
    """Write the head of its column on each cell of wide tables, and of those below "numbers"."""
    content = NUMBERS.sub(lambda part: TABLE.sub(_label_table, part[0]), content)
    return TABLE.sub(lambda table: _label_table(table) if _is_wide(table[0]) else table[0], content)


def _is_wide(table: str) -> bool:
    """Find out whether three or more columns of words don't fit a phone."""
    rows = [[_read(cell) for _, cell in CELL.findall(row)] for row in ROW.findall(table)]
    longest = [max(map(len, column)) for column in zip(*rows, strict=False)]
    return len(longest) > 2 and sum(longest) > WIDE and "katex" not in table


def _read(cell: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", cell)).strip()


def _label_table(table: re.Match[str]) -> str:
    cells = CELL.findall(table[0])
    heads = [_read(text).replace('"', "") for tag, text in cells if tag == "th"]

    def label_row(row: re.Match[str]) -> str:
        left = iter(heads)
        return re.sub("<td", lambda _: f'<td data-head="{html.escape(next(left))}"', row[0])

    labeled = ROW.sub(label_row, table[0])
    return labeled.replace("<table>", "<table data-cards>", 1)
