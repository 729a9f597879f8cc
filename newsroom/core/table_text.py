"""Splits pasted text into rows of cells: HTML, Markdown, spreadsheet rows, CSV, aligned columns, lists.

Cells stay as typed. What the notation itself settles is settled here: quotes, merged cells,
rules between head and body. What the cells mean is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser

LONGEST_TEXT = 200_000
MOST_ROWS, MOST_COLUMNS = 3000, 200
WIDER, EXACT = "wider", "exact"
OWN_NUMBER = "\ue000"  # a private character: no keyboard and no page has it
SEPARATORS = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
RULE_CELL = re.compile(r"\s*:?-{2,}:?\s*|\s*:-+:?\s*|\s*-+:\s*")
RULE_LINE = re.compile(r"[\s+|=\-─━═┌┐└┘├┤┬┴┼╭╮╰╯╞╡╪╔╗╚╝╠╣╦╩╬:]{3,}")
BOXES = str.maketrans("│┃║╎┆", "|||||")
QUOTED = re.compile(r'"[^"]*"')
GAP = re.compile(r"\s{2,}")
LAST_WORD = re.compile(r"(.+?)\s*[:=]\s*(\S.*)|(.+)\s+(\S+(?:\s*(?:%|±\s*\S+))?)")


class UnreadableTable(ValueError):
    """A pasted text that is no table of scores; its message is a sentence for the editor."""


class NumberCell(str):
    """A cell whose number needs no guess about its signs: a workbook keeps it as a number."""

    __slots__ = ()


@dataclass(frozen=True)
class Row:
    """Cells of one row as typed, and the line of the text in which it begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows of a pasted text. `widths` says what a row of another width than the head means: WIDER shifts
    every row (a comma without quotes), EXACT shifts that row (a gap that shows no empty cell)."""

    rows: tuple[Row, ...]
    notation: str
    widths: str = ""
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Cells of the widest row."""
        return max((len(row.cells) for row in self.rows), default=0)


def split_table(text: str, knows: Callable[[str], bool] = lambda name: False) -> Table:
    """The rows of a pasted text, empty lines and rules left out. `knows` tells a name of ours.

    Raises UnreadableTable when the text is too long or its notation is broken.
    """
    if len(text) > LONGEST_TEXT:
        raise UnreadableTable(f"The pasted text is longer than {LONGEST_TEXT:,} characters. Paste fewer rows.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    table = _tidied(_split(text, knows))
    if len(table.rows) > MOST_ROWS:
        raise UnreadableTable(f"The table has {len(table.rows):,} rows; paste at most {MOST_ROWS:,} at a time.")
    if table.width > MOST_COLUMNS:
        raise UnreadableTable(f"The table has {table.width} columns; paste at most {MOST_COLUMNS} at a time.")
    return table


def _tidied(table: Table) -> Table:
    """The table with cells in one line each; a workbook's marked numbers become NumberCells."""
    rows = tuple(replace(row, cells=tuple(map(_tidied_cell, row.cells))) for row in table.rows)
    return replace(table, rows=rows)


def _tidied_cell(text: str) -> str:
    line = " ".join(text.split())
    return NumberCell(line.removeprefix(OWN_NUMBER)) if line.startswith(OWN_NUMBER) else line


def text_of_cells(rows: Iterable[tuple[int, Sequence[str]]]) -> str:
    """Rows of (line, cells) as a text that `split_table` reads back, numbers of a workbook marked."""
    lines: list[str] = []
    for number, cells in rows:
        lines.extend([""] * (number - 1 - len(lines)))
        marked = (f"{OWN_NUMBER}{cell}" if isinstance(cell, NumberCell) else _quoted(cell) for cell in cells)
        lines.append("\t".join(["", *marked]))  # the first, empty cell makes a row of one cell a row
    return "\n".join(lines)


def _quoted(cell: str) -> str:
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if cell.startswith('"') else " ".join(cell.split())


def without_own_marks(text: str) -> str:
    """A text somebody pasted, which cannot say that its numbers are a workbook's own."""
    return text.replace(OWN_NUMBER, "")


def _split(text: str, knows: Callable[[str], bool]) -> Table:
    if re.search(r"<t[rdh]\b", text, re.IGNORECASE):
        return Table(_html_rows(text), "HTML")
    lines = text.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if match := SEPARATORS.fullmatch(lines[first].strip().strip('"')):
        lines[: first + 1] = [""] * (first + 1)
        return _separated("\n".join(lines), match.group(1))
    whole = QUOTED.sub(lambda match: match.group().replace("\n", " "), text)
    filled = [line for line in whole.split("\n") if line.strip()]
    if _most(filled, lambda line: "\t" in line):
        return _separated(text, "\t")
    boxed = text.translate(BOXES)
    if _most([line for line in filled if not RULE_LINE.fullmatch(line)], lambda line: "|" in line.translate(BOXES)):
        return Table(_barred_rows(boxed.split("\n")), "Markdown")
    if _most(filled, lambda line: ";" in line):
        return _separated(text, ";")
    return _unsigned(text, lines, filled, knows)


def _most(lines: Sequence[str], holds: Callable[[str], bool]) -> bool:
    """Whether at least half of the lines hold the sign; title lines and sections need not."""
    return bool(lines) and 2 * sum(map(holds, lines)) >= len(lines)


def _unsigned(text: str, lines: list[str], filled: list[str], knows: Callable[[str], bool]) -> Table:
    """Commas, wide gaps, or a name and a score in each line: what makes most names known, commas first."""
    readings = []
    if _most(filled, lambda line: "," in line):
        readings.append(_separated(text, ","))
    if _most(filled, lambda line: len(GAP.split(line.strip())) > 1):
        rows = [Row(number, tuple(GAP.split(line.rstrip()))) for number, line in _numbered(lines)]
        readings.append(Table(tuple(rows), "aligned columns", EXACT))
    rows = [Row(number, _name_and_score(line.strip(), knows)) for number, line in _numbered(lines)]
    readings.append(Table(tuple(rows), "a list"))
    return max(readings, key=lambda table: sum(knows(cell) for row in table.rows for cell in row.cells if cell.strip()))


def _numbered(lines: Iterable[str]) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip() and not _is_rule(line)]


def _is_rule(line: str) -> bool:
    return bool(RULE_LINE.fullmatch(line)) and not line.strip().isspace() and len(set(line.strip())) <= 4


def _name_and_score(line: str, knows: Callable[[str], bool]) -> tuple[str, ...]:
    """A line of a list as name and score: after a known name, a colon, or before the last word."""
    words = re.split(r"(\s+)", line)
    for cut in range(len(words), 0, -2):
        name = "".join(words[:cut]).rstrip(" :=")
        if knows(name):
            rest = "".join(words[cut:]).strip(" :=")
            return (name, rest) if rest else (name,)
    match = LAST_WORD.fullmatch(line)
    if match is None:
        return (line,)
    name, score = (match.group(1), match.group(2)) if match.group(1) else (match.group(3), match.group(4))
    return (name.strip(), score.strip()) if re.search(r"[0-9]|^[-–—]$", score) else (line,)


# --- cells between signs ------------------------------------------------------------------


def _separated(text: str, sign: str) -> Table:
    rows = [Row(line, tuple(cells)) for line, cells in _quoted_rows(text, sign) if any(cell.strip() for cell in cells)]
    rows = [row for row in rows if not all(RULE_CELL.fullmatch(cell) for cell in row.cells if cell.strip())]
    name = {"\t": "spreadsheet rows", ",": "comma-separated rows"}.get(sign, f"rows separated by “{sign}”")
    return Table(tuple(rows), name, WIDER if sign == "," else "")


def _quoted_rows(text: str, sign: str) -> Iterable[tuple[int, list[str]]]:
    """(line, cells) of every row. A cell in quotes may hold the sign and line breaks; a lone quote is a letter."""
    mark = re.escape(sign)
    quoted = re.compile(rf'[ ]*"((?:[^"]|"")*)"[ ]*(?={mark}|\n|\Z)')
    bare = re.compile(rf"[^{mark}\n]*")
    place, line, cells, began = 0, 1, [], 1
    while place <= len(text):
        match = quoted.match(text, place) if '"' in text[place : place + 40].lstrip(" ")[:1] else None
        if match:
            cells.append(match.group(1).replace('""', '"'))
        else:
            match = bare.match(text, place)
            cells.append(match.group())
        line += match.group().count("\n")
        place = match.end()
        if place >= len(text) or text[place] == "\n":
            yield began, cells
            line, cells = line + 1, []
            began = line
        place += 1


def single_column(text: str) -> list[str] | None:
    """The cells of one pasted column from top to bottom, blank ones in their places; None for any other text."""
    if re.search(r"<t[rdh]\b", text, re.IGNORECASE):
        return None
    rows = [cells for _, cells in _quoted_rows(text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n"), "\t")]
    places = {index for cells in rows for index, cell in enumerate(cells) if cell.strip()}
    if len(places) != 1:
        return None
    [place] = places
    return [" ".join(cells[place].split()) if len(cells) > place else "" for cells in rows]


def _barred_rows(lines: list[str]) -> tuple[Row, ...]:
    """Rows of a table with bars; an escaped bar is a letter."""
    barred = [line for line in lines if "|" in line and line.strip()]
    outer = all(line.strip().startswith("|") for line in barred)
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or RULE_LINE.fullmatch(line):
            continue
        cells = [cell.replace("\0", "|") for cell in _unbarred(line.replace("\\|", "\0"), outer)]
        if any(cell.strip() for cell in cells) and not all(RULE_CELL.fullmatch(cell) for cell in cells if cell.strip()):
            rows.append(Row(number, tuple(cells)))
    return tuple(rows)


def _unbarred(line: str, outer: bool) -> list[str]:
    bare = line.strip()
    if outer:
        bare = bare.removeprefix("|")
    return (bare.removesuffix("|") if outer or not bare.startswith("|") else bare).split("|")


# --- HTML -----------------------------------------------------------------------------------


class _TableParser(HTMLParser):
    """Collects cells of every table of a page; emphasis and raised text inside a cell stay as tags."""

    KEPT = {"sup", "sub", "del", "s", "strike", "br"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.rows: list[tuple[int, list[tuple[str, int, int]]]] = []
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._hidden = 0

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style", "head", "title"):
            self._hidden += 1
        elif tag == "tr":
            self._close()
            self.rows.append((self.getpos()[0], []))
        elif tag in ("td", "th"):
            self._close()
            given = dict(attrs)
            self._cell, self._spans = [], (_span(given.get("colspan")), _span(given.get("rowspan")))
            if not self.rows:
                self.rows.append((self.getpos()[0], []))
        elif self._cell is not None and tag in self.KEPT:
            self._cell.append(f"<{tag}>")
        elif self._cell is not None and tag in ("p", "div", "li"):
            self._cell.append(" ")

    def handle_endtag(self, tag):
        if tag in ("script", "style", "head", "title"):
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._close()
        elif self._cell is not None and tag in self.KEPT and tag != "br":
            self._cell.append(f"</{tag}>")

    def handle_data(self, data):
        if self._cell is not None and not self._hidden:
            self._cell.append(data)

    def _close(self):
        if self._cell is not None:
            self.rows[-1][1].append((" ".join("".join(self._cell).split()), *self._spans))
            self._cell = None


def _span(text: str | None) -> int:
    return min(MOST_COLUMNS, max(1, int(text))) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _html_rows(text: str) -> tuple[Row, ...]:
    """Rows of the page's tables with merged cells written out in every place they cover."""
    parser = _TableParser()
    parser.feed(text)
    parser.close()
    parser._close()
    hanging: dict[int, tuple[str, int]] = {}  # column → text and rows still to fill
    rows = []
    for line, cells in parser.rows[: MOST_ROWS + 1]:
        filled: list[str] = []
        queue = list(cells)
        while queue or any(column >= len(filled) for column in hanging):
            column = len(filled)
            if column in hanging:
                content, left = hanging.pop(column)
                filled.append(content)
                if left > 1:
                    hanging[column] = (content, left - 1)
                continue
            if not queue:
                filled.append("")
                continue
            content, across, down = queue.pop(0)
            for _ in range(across):
                if down > 1:
                    hanging[len(filled)] = (content, down - 1)
                filled.append(content)
            if len(filled) > MOST_COLUMNS:
                break
        if any(cell.strip() for cell in filled):
            rows.append(Row(line, tuple(filled)))
    return tuple(rows)
