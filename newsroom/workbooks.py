"""Reads an XLSX workbook as it is shown: numbers under their formats, hidden rows and sheets said.

A cell's number is what the reader of the workbook sees: 0.871 under the format “0.0%” is 87.1 %, and 0.9
under “0.0\\%” is 0.9 %. A format that is not understood leaves the cell unreadable, with the format in it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from importers.records import UnreadableSource
from newsroom.core.table_text import NumberCell

MOST_ROWS, MOST_COLUMNS = 50_000, 200
LARGEST_UNPACKED = 100_000_000  # bytes of a workbook, unpacked
EMPTY_ROWS_AT_MOST = 5_000  # coloured empty rows after the last filled one are not walked to the end
LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[[A-Za-z]+[0-9]*\]')
DIGITS = re.compile(r"(?:#,##)?[#0?]+(?:\.([0#?]+))?")


@dataclass
class ShownSheet:
    """One sheet: filled rows with their numbers, and sentences about what is hidden."""

    title: str
    hidden: bool = False
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def shown_sheets(content: bytes) -> list[ShownSheet]:
    """Every sheet of the workbook as it is shown. Raises UnreadableSource."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise UnreadableSource(f"The workbook unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB.")
        workbook = load_workbook(io.BytesIO(content))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, TypeError) as error:
        raise UnreadableSource("The workbook cannot be read. Save it again as XLSX, or as CSV.") from error
    return [_shown(sheet) for sheet in workbook.worksheets]


def _shown(sheet) -> ShownSheet:
    shown = ShownSheet(sheet.title, hidden=sheet.sheet_state != "visible")
    hidden_columns = {
        index
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for index in range(dimension.min or 0, (dimension.max or 0) + 1)
    }
    hidden_rows = empty = 0
    for number, row in enumerate(sheet.iter_rows(max_col=min(sheet.max_column, MOST_COLUMNS)), start=1):
        cells = [
            cell_text(cell.value, cell.number_format or "General") for cell in row if cell.column not in hidden_columns
        ]
        if not any(cells):
            empty += 1
            if empty > EMPTY_ROWS_AT_MOST:
                break
            continue
        empty = 0
        if sheet.row_dimensions[number].hidden:
            hidden_rows += 1
            continue
        if len(shown.rows) >= MOST_ROWS:
            raise UnreadableSource(f"Sheet “{sheet.title}” has more than {MOST_ROWS} rows. Split it.")
        shown.rows.append((number, _trimmed(cells)))
    if shown.hidden and shown.rows:
        shown.notes.append(f"Sheet “{sheet.title}” is hidden and was not read.")
    if hidden_rows:
        rows = "1 hidden row" if hidden_rows == 1 else f"{hidden_rows} hidden rows"
        shown.notes.append(f"Sheet “{sheet.title}”: {rows} not read. Show them first if they count.")
    if hidden_columns and shown.rows:
        shown.notes.append(f"Sheet “{sheet.title}”: hidden columns not read. Show them first if they count.")
    return shown


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def cell_text(value, number_format: str) -> str:
    """A cell as it is shown, one line; a number as a NumberCell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return NumberCell(shown_number(value, number_format))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return str(value)
    return " ".join(str(value).split())


def shown_number(value: float, number_format: str) -> str:
    """A number under an Excel format, with a point as decimal sign and its unit, or with the unread format in brackets."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return str(value)
    section = number_format.split(";")[0 if value >= 0 or ";" not in number_format else 1]
    if section.strip().casefold() in ("", "general", "@"):
        return _general(exact)
    literals: list[str] = []

    def keep(match: re.Match) -> str:
        words = next((group for group in match.groups() if group is not None), "")
        literals.append(words)
        return f"\x00{len(literals) - 1}\x00" if words else ""

    plain = LITERAL.sub(keep, section)
    digits = DIGITS.search(re.sub("\x00[0-9]+\x00", lambda match: " " * len(match.group()), plain))
    rest = plain[: digits.start()] + plain[digits.end() :] if digits else plain
    signs = re.sub("\x00[0-9]+\x00", "", rest)
    if digits is None or signs.strip(" %$€£-()") or signs.count("%") > 1:
        return f"{_general(exact)} [shown as {number_format}]"
    if "%" in signs:
        exact *= 100
    places = len(digits.group(1) or "")
    number = abs(exact).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    if (digits.group(1) or "").endswith(("#", "?")):
        number = Decimal(_general(number))
    words = [
        re.sub("\x00([0-9]+)\x00", lambda match: literals[int(match.group(1))], part)
        for part in (plain[: digits.start()], plain[digits.end() :])
    ]
    before, after = (part.replace("(", "").replace(")", "").replace("-", "").strip() for part in words)
    minus = "-" if exact < 0 and number else ""
    return f"{minus}{before}{number:f} {after}".strip()


def _general(value: Decimal) -> str:
    """A number as the format “General” shows it: without the noise of binary fractions."""
    rounded = value.quantize(Decimal("1e-9"), rounding=ROUND_HALF_UP) if abs(value) < Decimal(10) ** 15 else value
    return f"{rounded.normalize() + 0:f}"
