"""Tables that a phone shows as cards, a row each, since their columns hold sentences."""

import re

NUMBERS = re.compile(r'<details class="numbers">.*?</details>', re.DOTALL)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)


def label_cells(content: str) -> str:
    """Write the head of its column on each cell of the tables below "numbers"."""
    return NUMBERS.sub(lambda part: TABLE.sub(_label_table, part[0]), content)


def _label_table(table: re.Match[str]) -> str:
    heads = [re.sub(r'<[^>]*>|"', "", head) for head in HEAD.findall(table[0])]

    def label_row(row: re.Match[str]) -> str:
        left = iter(heads)
        return re.sub("<td", lambda _: f'<td data-head="{next(left)}"', row[0])

    return ROW.sub(label_row, table[0])
