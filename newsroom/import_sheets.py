"""Workbooks and JSON documents as rows of text, table by table. No database.

Row n of a sheet stays line n, entry n of a JSON list becomes line n + 1 below the header, so
that messages name the place people know.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from importers.records import UnreadableSource

Rows = list[list[str]]
MOST_ROWS, MOST_COLUMNS = 50_000, 100
LARGEST_UNPACKED = 100_000_000  # bytes of a workbook, unpacked
FORMULA = "f"


def tables_of_xlsx(content: bytes, only_table: str) -> dict[str, Rows]:
    """The sheets of a workbook by lower-case title; a single sheet is `only_table` whatever its title.

    Formulas stay as they were typed, so that the reader refuses them by line and column. A cell
    shown as a percentage gives the percentage. Raises `UnreadableSource`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise UnreadableSource(f"The workbook unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB.")
        workbook = load_workbook(io.BytesIO(content), read_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UnreadableSource("The workbook cannot be read. Save it again as XLSX, or as CSV.") from error
    try:
        sheets = {sheet.title.strip().lower(): _rows(sheet) for sheet in workbook.worksheets}
    finally:
        workbook.close()
    filled = {title: rows for title, rows in sheets.items() if any(any(row) for row in rows)}
    if not filled:
        raise UnreadableSource("The workbook is empty.")
    return {only_table: next(iter(filled.values()))} if len(filled) == 1 else filled


def _rows(sheet) -> Rows:
    rows = []
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            raise UnreadableSource(f"Sheet “{sheet.title}” has more than {MOST_ROWS} rows. Split it.")
        rows.append([_cell_text(cell) for cell in row])
    width = max((index for row in rows for index, text in enumerate(row, start=1) if text), default=0)
    return [(row + [""] * width)[:width] for row in rows]


def _cell_text(cell) -> str:
    value = cell.value
    if isinstance(value, float | int) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return f"{(Decimal(repr(value)) * 100).normalize():f}"
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
        document = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
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
