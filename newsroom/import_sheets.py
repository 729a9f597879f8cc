"""Workbooks and JSON documents as rows of text, table by table. No database.

Row n of a sheet stays line n, entry n of a JSON list becomes line n + 1 below the header, so
that messages name the place people know.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from importers.records import UnreadableSource
from newsroom.workbooks import shown_number

Rows = list[list[str]]
MOST_ROWS, MOST_COLUMNS = 50_000, 100
LARGEST_UNPACKED = 100_000_000  # bytes of a workbook, unpacked
MOST_EMPTY = 5_000
HIDDEN_ROW = re.compile(r'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="([0-9]{1,7})"')
HIDDEN_COLUMN = re.compile(
    r'<col\b(?=[^>]*\bhidden="(?:1|true)")(?=[^>]*\bmin="([0-9]{1,5})")[^>]*?\bmax="([0-9]{1,5})"'
)


def tables_of_xlsx(content: bytes, only_table: str) -> tuple[dict[str, Rows], list[str]]:
    """The sheets of a workbook by lower-case title, and sentences about what is hidden and was not read.

    A single sheet is `only_table` whatever its title. Formulas stay as they were typed, so that the
    reader refuses them by line and column. A number is what the workbook shows. Raises `UnreadableSource`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise UnreadableSource(f"The workbook unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB.")
        workbook = load_workbook(io.BytesIO(content), read_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UnreadableSource("The workbook cannot be read. Save it again as XLSX, or as CSV.") from error
    notes: list[str] = []
    try:
        hidden = hidden_parts(content, workbook)
        sheets = {}
        for sheet in workbook.worksheets:
            if sheet.sheet_state != "visible":
                notes.append(f"Sheet “{sheet.title}” is hidden and was not read.")
                continue
            sheets[sheet.title.strip().lower()] = _rows(sheet, hidden[sheet.title], notes)
    finally:
        workbook.close()
    filled = {title: rows for title, rows in sheets.items() if any(any(row) for row in rows)}
    if not filled:
        raise UnreadableSource("The workbook is empty.")
    return ({only_table: next(iter(filled.values()))} if len(filled) == 1 else filled), notes


@dataclass
class Hidden:
    """Row numbers and column numbers that a sheet hides."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


def hidden_parts(content: bytes, workbook) -> dict[str, Hidden]:
    """What each sheet hides, by title, read from the sheets' own files: a streamed sheet does not tell."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for sheet in workbook.worksheets:
            text = archive.read(sheet._worksheet_path.lstrip("/")).decode("utf-8", "replace")
            rows = {int(match.group(1)) for match in HIDDEN_ROW.finditer(text)}
            columns = {
                number
                for match in HIDDEN_COLUMN.finditer(text)
                for number in range(int(match.group(1)), min(int(match.group(2)), MOST_COLUMNS) + 1)
            }
            found[sheet.title] = Hidden(frozenset(rows), frozenset(columns))
    return found


def _rows(sheet, hidden: Hidden, notes: list[str]) -> Rows:
    rows: Rows = []
    empty = 0  # coloured rows without content after the last filled one
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        cells = [
            "" if index in hidden.columns or number in hidden.rows else _cell_text(cell)
            for index, cell in enumerate(row, start=1)
        ]
        empty = 0 if any(cells) else empty + 1
        if empty > MOST_EMPTY:
            break
        if number > MOST_ROWS and not empty:
            raise UnreadableSource(f"Sheet “{sheet.title}” has more than {MOST_ROWS} rows. Split it.")
        rows.append(cells)
    del rows[len(rows) - empty :]
    if hidden.rows or hidden.columns:
        notes.append(f"Sheet “{sheet.title}”: hidden rows and columns were not read. Show them first if they count.")
    width = max((index for row in rows for index, text in enumerate(row, start=1) if text), default=0)
    return [(row + [""] * width)[:width] for row in rows]


def _cell_text(cell) -> str:
    value = cell.value
    if isinstance(value, float | int) and not isinstance(value, bool):
        shown = shown_number(value, cell.number_format or "General")
        return shown.removeprefix("$").removesuffix("%").strip()  # tables name their units themselves
    return plain_text(value)


def plain_text(value: Any) -> str:
    """A value as the cell of a CSV file: dates as 2026-05-01, numbers with a point, one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def tables_of_json(content: bytes, only_table: str) -> dict[str, Rows]:
    """The tables of a JSON document: {"results": [{…}, …], …}, or one list of objects as `only_table`.

    Raises `UnreadableSource` that names the line or the entry.
    """
    try:
        document = json.loads(
            content.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=str,
            object_pairs_hook=_unique_keys,
        )
    except UnicodeDecodeError as error:
        raise UnreadableSource("The file is not UTF-8. Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise UnreadableSource(f"Line {error.lineno} is not valid JSON: {error.msg}.") from error
    except RecursionError as error:
        raise UnreadableSource("The JSON document is nested too deeply.") from error
    if isinstance(document, list):
        document = {only_table: document}
    if not isinstance(document, dict) or not document:
        raise UnreadableSource("Write a list of objects, or an object with a list for each table.")
    return {name.strip().lower(): _rows_of_entries(name, entries) for name, entries in document.items()}


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the document. Raises `UnreadableSource` where a key appears twice: which holds is not known."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise UnreadableSource(f"An object of the document has the key “{doubled}” twice. Keep one of the two.")
    return found


def _rows_of_entries(name: str, entries: Any) -> Rows:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UnreadableSource(f"“{name}” is no list of objects. Write one object for each row.")
    if len(entries) > MOST_ROWS:
        raise UnreadableSource(f"“{name}” has more than {MOST_ROWS} entries. Split it.")
    columns = list(dict.fromkeys(key for entry in entries for key in entry))
    rows = [columns]
    for number, entry in enumerate(entries, start=1):
        for key, value in entry.items():
            if isinstance(value, dict | list):
                raise UnreadableSource(f"“{name}”, entry {number}: “{key}” holds a list or object. Write one value.")
        rows.append([plain_text(entry.get(key)) for key in columns])
    return rows
